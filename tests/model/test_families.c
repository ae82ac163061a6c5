/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Video Depth Anything and Depth Anything 3 Mono against tensors of the original networks (families.h). Any
 * View: test_family_views.c. */

#include "families.h"

/** Frame t of "input", or of the full window's file, which has none. */
static float *window_picture(const fixture *f, int frames, int t, int *width, int *height)
{
    if (frames < ZD_NETWORK_WINDOW) {
        return read_picture(f, "input", t, width, height);
    }
    *width = 70;
    *height = 56;
    float *rgb = malloc(3 * 70 * 56 * sizeof *rgb);
    formula_window_frame(t, 56, 70, rgb);
    return rgb;
}

/** Runs the frames of "input" as one window; the depth of each, to be freed. */
static float *run_window(fixture *f, int frames, size_t *cells)
{
    zd_network_window window = { .count = frames, .is_normalised = true };
    int width = 0;
    int height = 0;
    float *depth = NULL;
    for (int t = 0; t < frames; t++) {
        window.rgb[t] = window_picture(f, frames, t, &width, &height);
        *cells = (size_t) width * (size_t) height;
        depth = depth != NULL ? depth : malloc((size_t) frames * *cells * sizeof *depth);
        window.outputs[t][0] = depth + (size_t) t * *cells;
    }
    REQUIRE_OK(zd_network_plan_window(f->net, width, height, frames, &err));
    for (int i = 0; i < 2; i++) {
        REQUIRE_OK(zd_network_run_window(f->net, &window, NULL, &err));
    }
    for (int t = 0; t < frames; t++) {
        free((void *) window.rgb[t]);
    }
    return depth;
}

/** Tensors of a temporal module that the vectors have for every frame. */
static void check_module(fixture *f, int module, int frame)
{
    static const char *const parts[] = {
        "in",     "groupnorm", "proj_in", "a0.norm", "a0.out", "a0.res", "a1.norm",  "a1.out",
        "a1.res", "ffnorm",    "geglu",   "ff",      "block",  "out",    "proj_out",
    };
    char name[64];
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        snprintf(name, sizeof name, "mm%d.%s", module, parts[i]);
        check(f, name, name, frame);
    }
}

/** What the vectors have as (position, frame, channel). `part`: which third of ours. */
static void check_turned(fixture *f, const char *name, const char *mine, int frame, int frames)
{
    zd_network_tensor t;
    REQUIRE(zd_network_find_tensor(f->net, mine, &t));
    size_t channels = (size_t) t.channels;
    size_t cells = (size_t) t.height;
    float *all = read_from(f, name, 0, cells * (size_t) frames * channels);
    float *expected = malloc(cells * channels * sizeof *expected);
    for (size_t p = 0; p < cells; p++) {
        memcpy(expected + p * channels, all + (p * (size_t) frames + (size_t) frame) * channels,
               channels * sizeof *expected);
    }
    compare(f, name, t.data, expected, cells * channels);
    free(all);
    free(expected);
}

static void check_frame(fixture *f, int frame)
{
    static const char *const all[] = { "dpt.project2",  "dpt.project3",      "dpt.resize3",
                                       "dpt.layer3_rn", "dpt.layer4_rn",     "dpt.path4.pre",
                                       "dpt.path3.pre", "dpt.output_conv2.2" };
    char name[64];
    zd_network_show_frame(f->net, frame);
    for (int m = 0; m < 3; m++) {
        check_module(f, m, frame);
        for (int a = 0; a < 2; a++) {
            snprintf(name, sizeof name, "mm%d.a%d.mix", m, a);
            check_turned(f, name, name, frame, 5);
        }
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        check(f, all[i], all[i], frame);
    }
}

static void check_some(fixture *f)
{
    static const char *const ends[] = { "mm3.in",     "mm3.groupnorm", "mm3.proj_in", "mm3.a0.out",
                                        "mm3.a1.out", "mm3.ff",        "mm3.block",   "mm3.out" };
    static const char *const first[] = { "dpt.layer1_rn", "dpt.layer2_rn", "dpt.path2", "dpt.path1",
                                         "dpt.output_conv1" };
    for (int i = 0; i < 2; i++) {
        char name[16];
        zd_network_show_frame(f->net, 4 * i);
        for (size_t n = 0; n < sizeof ends / sizeof ends[0]; n++) {
            check(f, ends[n], ends[n], i);
        }
        for (int tap = 0; tap < 4; tap++) {
            snprintf(name, sizeof name, "feat%d", tap);
            check(f, name, name, i);
        }
    }
    zd_network_show_frame(f->net, 0);
    for (size_t n = 0; n < sizeof first / sizeof first[0]; n++) {
        check(f, first[n], first[n], 0);
    }
}

static void video_layers(zd_precision precision)
{
    fixture f;
    size_t cells = 0;
    open_all(&f, "vda_tiny_T5_70x98.safetensors", FORMULA_VIDEO, precision, true);
    float *depth = run_window(&f, 5, &cells);
    for (int t = 0; t < 5; t++) {
        check_frame(&f, t);
    }
    check_some(&f);
    float *expected = read_from(&f, "depth", 0, 5 * cells);
    compare(&f, "depth", depth, expected, 5 * cells);
    free(depth);
    free(expected);
    close_all(&f);
}

static void video_layers_exact(void)
{
    video_layers(ZD_PRECISION_EXACT);
}

static void video_layers_fast(void)
{
    video_layers(ZD_PRECISION_FAST);
}

/** As the product runs it, a window of 5 and one of 32; and every frame as a window of itself. */
static void video_depth(zd_precision precision)
{
    static const struct {
        const char *vectors;
        int frames;
    } cases[] = { { "vda_tiny_T5_70x98.safetensors", 5 },
                  { "vda_tiny_T32_56x70.safetensors", 32 } };
    for (int i = 0; i < 2; i++) {
        fixture f;
        size_t cells = 0;
        open_all(&f, cases[i].vectors, FORMULA_VIDEO, precision, false);
        float *depth = run_window(&f, cases[i].frames, &cells);
        size_t count = (size_t) cases[i].frames * cells;
        float *expected = read_from(&f, "depth", 0, count);
        compare(&f, "depth", depth, expected, count);
        free(depth);
        free(expected);
        close_all(&f);
    }
}

static void video_depth_of_windows(void)
{
    video_depth(ZD_PRECISION_EXACT);
    video_depth(ZD_PRECISION_FAST);
}

/* Frames whose map nobody wants are seen by the others all the same. */
static void only_what_is_asked_for(void)
{
    enum { COUNT = 5, FIRST = 1, SECOND = 4 };
    fixture f;
    size_t cells = 0;
    zd_network_window window = { .count = COUNT, .is_normalised = true };
    int width;
    int height;
    open_all(&f, "vda_tiny_T5_70x98.safetensors", FORMULA_VIDEO, ZD_PRECISION_EXACT, false);
    float *whole = run_window(&f, COUNT, &cells);
    float *some = calloc(COUNT * cells, sizeof *some);
    for (int t = 0; t < COUNT; t++) {
        window.rgb[t] = window_picture(&f, COUNT, t, &width, &height);
        window.outputs[t][0] = t == FIRST || t == SECOND ? NULL : some + (size_t) t * cells;
    }
    REQUIRE_OK(zd_network_run_window(f.net, &window, NULL, &err));
    for (int t = 0; t < COUNT; t++) {
        if (window.outputs[t][0] != NULL) {
            REQUIRE_BYTES(window.outputs[t][0], whole + (size_t) t * cells, cells * sizeof *whole);
        }
        free((void *) window.rgb[t]);
    }
    free(whole);
    free(some);
    close_all(&f);
}

/** Modules of the full window: the first's result of all frames, the last's of the two outermost. Not
 *  compared by name: mmN.aM.qin, .q, .k and .v, which have the position in them: the engine adds its
 *  projection later, where nothing is kept; .mix, of all frames, is made of them. */
static void modules_of_the_full_window(void)
{
    static const zd_precision precisions[] = { ZD_PRECISION_EXACT, ZD_PRECISION_FAST };
    for (int i = 0; i < 2; i++) {
        fixture f;
        size_t cells = 0;
        open_all(&f, "vda_tiny_T32_56x70.safetensors", FORMULA_VIDEO, precisions[i], true);
        free(run_window(&f, ZD_NETWORK_WINDOW, &cells));
        for (int t = 0; t < ZD_NETWORK_WINDOW; t++) {
            zd_network_show_frame(f.net, t);
            check(&f, "mm0.out", "mm0.out", t);
        }
        for (int t = 0; t < 2; t++) {
            zd_network_show_frame(f.net, t * (ZD_NETWORK_WINDOW - 1));
            check(&f, "mm3.out.f0_f31", "mm3.out", t);
        }
        close_all(&f);
    }
}

static void video_depth_of_single_frames(void)
{
    fixture f;
    open_all(&f, "vda_tiny_T5_70x98.safetensors", FORMULA_VIDEO, ZD_PRECISION_EXACT, false);
    for (int t = 0; t < 5; t++) {
        int width;
        int height;
        float *rgb = read_picture(&f, "input", t, &width, &height);
        size_t cells = (size_t) width * (size_t) height;
        float *depth = malloc(cells * sizeof *depth);
        zd_network_io io = { .rgb = rgb, .is_normalised = true, .outputs = { depth } };
        REQUIRE_OK(zd_network_plan(f.net, width, height, &err));
        REQUIRE_OK(zd_network_run(f.net, &io, NULL, &err));
        float *expected = read_from(&f, "depth_T1", (size_t) t * cells, cells);
        compare(&f, "depth_T1", depth, expected, cells);
        free(rgb);
        free(depth);
        free(expected);
    }
    close_all(&f);
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *) a;
    float y = *(const float *) b;
    return (x > y) - (x < y);
}

/** The published end: sky gets the 0.99 quantile of all other depths. The product puts it at infinity
 *  instead (depth_map.h) with the same threshold, so this tells that it is the same sky. */
static void check_sky_fill(fixture *f, const float *depth, const float *sky, size_t cells)
{
    const float sky_from = 0.3f;
    float *others = malloc(cells * sizeof *others);
    float *filled = malloc(cells * sizeof *filled);
    size_t count = 0;
    for (size_t i = 0; i < cells; i++) {
        if (sky[i] < sky_from) {
            others[count++] = depth[i];
        }
    }
    REQUIRE(count > 10 && cells - count > 10);
    qsort(others, count, sizeof *others, compare_floats);
    double at = 0.99 * (double) (count - 1);
    size_t low = (size_t) at;
    double far = (double) others[low] +
                 ((double) others[low + 1] - (double) others[low]) * (at - (double) low);
    for (size_t i = 0; i < cells; i++) {
        filled[i] = sky[i] < sky_from ? depth[i] : (float) far;
    }
    float *expected = read_from(f, "depth", 0, cells);
    compare(f, "depth", filled, expected, cells);
    free(expected);
    free(others);
    free(filled);
}

static void mono_layers(zd_precision precision, bool keep)
{
    static const char *const names[] = {
        "tokens",        "block00",
        "block02",       "block05",
        "block08",       "block11",
        "feat0",         "feat1",
        "feat2",         "feat3",
        "dpt.resize0",   "dpt.resize1",
        "dpt.resize3",   "dpt.layer1_rn",
        "dpt.layer2_rn", "dpt.layer3_rn",
        "dpt.layer4_rn", "dpt.path4",
        "dpt.path3",     "dpt.path2",
        "dpt.path1",     "dpt.output_conv1",
    };
    fixture f;
    size_t cells;
    float *outputs[2];
    open_all(&f, "da3_tiny_mono_70x98.safetensors", FORMULA_MONO, precision, keep);
    run_still(&f, outputs, &cells);
    for (size_t i = 0; keep && i < sizeof names / sizeof names[0]; i++) {
        check(&f, names[i], names[i], 0);
    }
    if (keep) {
        check(&f, "depth_logit", "dpt.output_conv2.2", 0);
        check(&f, "sky_logit", "dpt.sky_output_conv2.2", 0);
    }
    if (precision == ZD_PRECISION_EXACT) { /* in fast a pixel at the threshold may change sides */
        check_sky_fill(&f, outputs[0], outputs[1], cells);
    }
    check_outputs(&f, outputs, cells, "depth_raw", "sky");
    close_all(&f);
}

static void mono_and_metric(void)
{
    for (int keep = 0; keep < 2; keep++) {
        mono_layers(ZD_PRECISION_EXACT, keep != 0);
        mono_layers(ZD_PRECISION_FAST, keep != 0);
    }
}

/** So the reference is what the published networks are, too. */
static void reference_layers(void)
{
    backend = &zd_backend_reference;
    video_layers(ZD_PRECISION_EXACT);
    mono_layers(ZD_PRECISION_EXACT, true);
    backend = NULL;
}

int main(void)
{
    RUN(video_layers_exact);
    RUN(video_layers_fast);
    RUN(video_depth_of_windows);
    RUN(only_what_is_asked_for);
    RUN(modules_of_the_full_window);
    RUN(video_depth_of_single_frames);
    RUN(mono_and_metric);
    RUN(reference_layers);
    return zd_test_finish();
}
