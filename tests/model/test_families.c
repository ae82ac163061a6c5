/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Video Depth Anything and Depth Anything 3 against tensors that the original networks produced, layer
 * by layer: relative L1 (sum |a - b| / sum |b|) at most 1e-4 exact and 1e-2 fast. The weights come
 * from a formula
 * (formula.h). */

#include "zd_test.h"

#include <unistd.h>

#include "core/cpu.h"
#include "formula.h"
#include "model/backend.h"
#include "model/safetensors.h"

static zd_error err;

static const zd_backend *backend; /* NULL: the product's */
static int views;                 /* that are seen together; 0: one */

typedef struct fixture {
    zd_context *ctx;
    zd_safetensors *vectors;
    zd_network *net;
    double bar;
    double worst;
    char worst_name[64];
    int checked;
} fixture;

static char *shared_path(const char *name)
{
    static char path[512];
    if (zd_test_shared() == NULL) {
        SKIP("$ZD_SHARED names no folder with vectors/%s", name);
    }
    snprintf(path, sizeof path, "%s/vectors/%s", zd_test_shared(), name);
    return path;
}

static void open_all(fixture *f, const char *vectors, formula_network which, zd_precision precision,
                     bool keep)
{
    zd_network_params params = {
        .precision = precision, .keep_tensors = keep, .backend = backend, .views = views
    };
    const char *of_vectors = shared_path(vectors);
    *f =
        (fixture){ .ctx = zd_test_context(2), .bar = precision == ZD_PRECISION_FAST ? 1e-2 : 1e-4 };
    REQUIRE_OK(zd_safetensors_open(f->ctx, of_vectors, &f->vectors, &err));
    char *path = formula_write(f->ctx, which);
    REQUIRE(path != NULL);
    REQUIRE_OK(zd_network_open(f->ctx, path, &params, &f->net, &err));
    formula_remove(path);
}

static void close_all(fixture *f)
{
    printf("  %s: %d tensors, worst relative L1 %.2g (%s)\n",
           zd_network_describe(f->net)->arithmetic, f->checked, f->worst, f->worst_name);
    zd_network_close(&f->net);
    zd_safetensors_close(&f->vectors);
    zd_context_destroy(&f->ctx);
}

/** Values of a tensor of the vectors from one on, as many as there are. Release with free. */
static float *read_from(const fixture *f, const char *name, size_t first, size_t count)
{
    const zd_stored_tensor *tensor = zd_safetensors_find(f->vectors, name);
    float *values = malloc((count + 1) * sizeof *values);
    REQUIRE(tensor != NULL && first + count <= tensor->count);
    zd_safetensors_read(f->vectors, tensor, first, count, values);
    return values;
}

static void compare(fixture *f, const char *name, const float *a, const float *b, size_t count)
{
    double off = 0.0;
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        off += fabs((double) a[i] - (double) b[i]);
        sum += fabs((double) b[i]);
    }
    double error = sum > 0.0 ? off / sum : off;
    f->checked++;
    if (error > f->worst) {
        f->worst = error;
        snprintf(f->worst_name, sizeof f->worst_name, "%s", name);
    }
    if (!(error <= f->bar)) {
        ZD_TEST_FAIL("%s: relative L1 %.3g, at most %.3g", name, error, f->bar);
    }
}

/** Whether a tensor of the vectors is [..., C, h, w], unlike ours. */
static bool has_planes(const zd_stored_tensor *tensor, const zd_network_tensor *ours)
{
    int r = tensor->rank;
    return r >= 3 && ours->width > 1 && (int) tensor->shape[r - 1] == ours->width &&
           (int) tensor->shape[r - 2] == ours->height &&
           (int) tensor->shape[r - 3] == ours->channels;
}

/** One frame's tensor against entry `entry` of the vector called `name`. */
static void check(fixture *f, const char *name, const char *mine, int entry)
{
    zd_network_tensor t;
    const zd_stored_tensor *tensor = zd_safetensors_find(f->vectors, name);
    if (!zd_network_find_tensor(f->net, mine, &t) || tensor == NULL) {
        ZD_TEST_FAIL("no tensor %s or %s", mine, name);
    }
    size_t cells = (size_t) t.height * (size_t) t.width;
    size_t count = cells * (size_t) t.channels;
    float *expected = read_from(f, name, (size_t) entry * count, count);
    float *ours = malloc(count * sizeof *ours);
    memcpy(ours, t.data, count * sizeof *ours);
    if (has_planes(tensor, &t)) {
        for (size_t i = 0; i < cells; i++) {
            for (int c = 0; c < t.channels; c++) {
                ours[(size_t) c * cells + i] = t.data[i * (size_t) t.channels + (size_t) c];
            }
        }
    }
    compare(f, name, ours, expected, count);
    free(expected);
    free(ours);
}

static float *read_picture(const fixture *f, const char *name, int frame, int *width, int *height)
{
    const zd_stored_tensor *tensor = zd_safetensors_find(f->vectors, name);
    REQUIRE(tensor != NULL);
    *height = (int) tensor->shape[tensor->rank - 2];
    *width = (int) tensor->shape[tensor->rank - 1];
    size_t cells = (size_t) *height * (size_t) *width;
    float *planes = read_from(f, name, (size_t) frame * 3 * cells, 3 * cells);
    float *rgb = malloc(3 * cells * sizeof *rgb);
    for (size_t i = 0; i < 3 * cells; i++) {
        rgb[i] = planes[i % 3 * cells + i / 3];
    }
    free(planes);
    return rgb;
}

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

/** A still network's outputs, at most two. */
static void run_still(fixture *f, float *outputs[2], size_t *cells)
{
    int width;
    int height;
    float *rgb = read_picture(f, "input", 0, &width, &height);
    *cells = (size_t) width * (size_t) height;
    zd_network_io io = { .rgb = rgb, .is_normalised = true };
    for (int i = 0; i < 2; i++) {
        outputs[i] = malloc(*cells * sizeof(float));
        io.outputs[i] = outputs[i];
    }
    REQUIRE_OK(zd_network_plan(f->net, width, height, &err));
    REQUIRE_OK(zd_network_run(f->net, &io, NULL, &err));
    free(rgb);
}

static void check_outputs(fixture *f, float *outputs[2], size_t cells, const char *first,
                          const char *second)
{
    float *expected = read_from(f, first, 0, cells);
    compare(f, first, outputs[0], expected, cells);
    free(expected);
    expected = read_from(f, second, 0, cells);
    compare(f, second, outputs[1], expected, cells);
    free(expected);
    free(outputs[0]);
    free(outputs[1]);
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

/** Queries or keys of a tensor that has both, of one head and of one of the views of the vectors. */
static void check_part(fixture *f, const char *name, const char *mine, int third, int view)
{
    zd_network_tensor t;
    REQUIRE(zd_network_find_tensor(f->net, mine, &t));
    size_t channels = (size_t) t.channels / 3;
    size_t rows = (size_t) t.height;
    float *ours = malloc(rows * channels * sizeof *ours);
    for (size_t r = 0; r < rows; r++) {
        memcpy(ours + r * channels, t.data + r * (size_t) t.channels + (size_t) third * channels,
               channels * sizeof *ours);
    }
    size_t count = rows * channels;
    float *expected = read_from(f, name, (size_t) view * count, count);
    compare(f, name, ours, expected, count);
    free(ours);
    free(expected);
}

static void check_third(fixture *f, const char *name, const char *mine, int third)
{
    check_part(f, name, mine, third, 0);
}

/** A tap of one of the views: all tokens but the first. */
static void check_taps(fixture *f, const char *name, const char *mine, int view)
{
    zd_network_tensor t;
    REQUIRE(zd_network_find_tensor(f->net, mine, &t));
    size_t count = (size_t) (t.height - 1) * (size_t) t.channels;
    float *expected = read_from(f, name, (size_t) view * count, count);
    compare(f, name, t.data + t.channels, expected, count);
    free(expected);
}

/** Rows of ours from `first` on, as many as the vectors have. */
static void check_rows(fixture *f, const char *name, const char *mine, int first)
{
    zd_network_tensor t;
    const zd_stored_tensor *tensor = zd_safetensors_find(f->vectors, name);
    REQUIRE(tensor != NULL && zd_network_find_tensor(f->net, mine, &t));
    size_t rows = tensor->rank > 2 ? (size_t) tensor->shape[tensor->rank - 2] : 1;
    size_t channels = (size_t) t.channels;
    REQUIRE((size_t) first + rows <= (size_t) t.height * (size_t) t.width);
    float *expected = read_from(f, name, 0, rows * channels);
    compare(f, name, t.data + (size_t) first * channels, expected, rows * channels);
    free(expected);
}

/** The first channels of ours, which the vectors have as planes. */
static void check_channels(fixture *f, const char *name, const char *mine, size_t count)
{
    zd_network_tensor t;
    REQUIRE(zd_network_find_tensor(f->net, mine, &t));
    size_t cells = (size_t) t.height * (size_t) t.width;
    float *expected = read_from(f, name, 0, count * cells);
    float *ours = malloc(count * cells * sizeof *ours);
    for (size_t i = 0; i < count * cells; i++) {
        ours[i] = t.data[i % cells * (size_t) t.channels + i / cells];
    }
    compare(f, name, ours, expected, count * cells);
    free(ours);
    free(expected);
}

/** Each tap before the head's norm, what the last convolutions see, and the pose: where the
 *  camera is and how it is turned. Not compared, because nothing makes them: the ray head's (ray,
 *  ray_conf, ray_logit, dpt.aux_in, dpt.path*_aux, dpt.output_conv1_aux3), which costs a third of the
 *  head and which no product of ours uses; camera tokens of the first three taps (feat0.cam ..
 *  feat2.cam), which no layer reads. Not as tensors: *.pos (the rope's results depend on all of them);
 *  extrinsics and intrinsics (a formula of pose_enc); depth_f64 (depth at more digits). */
static void view_taps_and_pose(fixture *f)
{
    static const char *const pose[2] = { "camera.t", "camera.turn" };
    for (int i = 0; i < 4; i++) {
        char names[2][16];
        snprintf(names[0], sizeof names[0], "feat%d", i);
        snprintf(names[1], sizeof names[1], "feat%d.both", i);
        check_rows(f, names[0], names[1], 1);
    }
    check_channels(f, "dpt.main_in", "dpt.main_in", 4);
    for (int i = 0; i < 2; i++) {
        zd_network_tensor t;
        REQUIRE(zd_network_find_tensor(f->net, pose[i], &t));
        float *expected = read_from(f, "pose_enc", i == 0 ? 0 : 3, (size_t) t.channels);
        compare(f, "pose_enc", t.data, expected, (size_t) t.channels);
        free(expected);
    }
}

static void view_layers(zd_precision precision, bool keep)
{
    static const char *const names[][2] = {
        { "block03", "block03" },
        { "block04.in", "marked" },
        { "block04.attn.qkv", "block04.qkv" },
        { "block04.attn.mix", "block04.mix" },
        { "block05.attn.mix", "block05.mix" },
        { "block04", "block04" },
        { "block05", "block05" },
        { "block06", "block06" },
        { "block07", "block07" },
        { "block08", "block08" },
        { "block09", "block09" },
        { "block10", "block10" },
        { "block11", "block11" },
        { "head.norm", "feat3" },
        { "dpt.project0", "dpt.project0" },
        { "dpt.project1", "dpt.project1" },
        { "dpt.project2", "dpt.project2" },
        { "dpt.project3", "dpt.project3" },
        { "dpt.resize0.in", "dpt.resize0.in" },
        { "dpt.resize3.in", "dpt.resize3.in" },
        { "dpt.resize0", "dpt.resize0" },
        { "dpt.resize1", "dpt.resize1" },
        { "dpt.resize2", "dpt.resize2.in" },
        { "dpt.resize3", "dpt.resize3" },
        { "dpt.path4", "dpt.path4" },
        { "dpt.path3", "dpt.path3" },
        { "dpt.path2", "dpt.path2" },
        { "dpt.path1", "dpt.path1" },
        { "dpt.output_conv1", "dpt.output_conv1" },
        { "depth_logit", "dpt.output_conv2.2" },
        { "feat3.cam", "camera.token" },
    };
    fixture f;
    size_t cells;
    float *outputs[2];
    open_all(&f, "da3_tiny_any_S1_70x98.safetensors", FORMULA_VIEWS, precision, keep);
    run_still(&f, outputs, &cells);
    for (size_t i = 0; keep && i < sizeof names / sizeof names[0]; i++) {
        check(&f, names[i][0], names[i][1], 0);
    }
    if (keep) {
        check_third(&f, "block04.attn.q_norm", "block04.headnorm", 0);
        check_third(&f, "block04.attn.k_norm", "block04.headnorm", 1);
        check_third(&f, "block04.q.rope", "block04.rope", 0);
        check_third(&f, "block04.k.rope", "block04.rope", 1);
        check_third(&f, "block05.attn.q_norm", "block05.headnorm", 0);
        check_third(&f, "block05.q.rope", "block05.rope", 0);
        view_taps_and_pose(&f);
    }
    zd_network_tensor t;
    REQUIRE(zd_network_find_tensor(f.net, "fov", &t));
    float *pose = read_from(&f, "pose_enc", 7, 2);
    REQUIRE_NEAR(t.data[0], pose[0], precision == ZD_PRECISION_FAST ? 1e-2 : 1e-4);
    REQUIRE_NEAR(t.data[1], pose[1], precision == ZD_PRECISION_FAST ? 1e-2 : 1e-4);
    free(pose);
    check_outputs(&f, outputs, cells, "depth", "depth_conf");
    close_all(&f);
}

static void any_view(void)
{
    for (int keep = 0; keep < 2; keep++) {
        view_layers(ZD_PRECISION_EXACT, keep != 0);
        view_layers(ZD_PRECISION_FAST, keep != 0);
    }
}

/** Two views: tensors that have both one after the other, or as one row of tokens. */
static void check_views(fixture *f)
{
    static const char *const names[][2] = {
        { "block03", "block03" },
        { "block04.in", "marked" },
        { "block04.attn.qkv", "block04.qkv" },
        { "block04.attn.mix", "block04.mix" },
        { "block05.attn.mix", "block05.mix" },
        { "block04", "block04" },
        { "block05", "block05" },
        { "block06", "block06" },
        { "block07", "block07" },
        { "block08", "block08" },
        { "block09", "block09" },
        { "block10", "block10" },
        { "block11", "block11" },
        { "head.norm", "feat3" },
        { "depth_logit", "dpt.output_conv2.2" },
        { "feat3.cam", "camera.token" },
    };
    for (int view = 0; view < 2; view++) {
        zd_network_show_frame(f->net, view);
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            check(f, names[i][0], names[i][1], view);
        }
        check_part(f, "block04.attn.q_norm", "block04.headnorm", 0, view);
        check_part(f, "block04.attn.k_norm", "block04.headnorm", 1, view);
        check_part(f, "block04.q.rope", "block04.rope", 0, view);
        check_part(f, "block04.k.rope", "block04.rope", 1, view);
        check_part(f, "block05.attn.q_norm", "block05.headnorm", 0, view);
        check_part(f, "block05.q.rope", "block05.rope", 0, view);
        for (int i = 0; i < 4; i++) {
            char tap[2][16];
            snprintf(tap[0], sizeof tap[0], "feat%d", i);
            snprintf(tap[1], sizeof tap[1], "feat%d.both", i);
            check_taps(f, tap[0], tap[1], view);
        }
    }
}

/** Where each camera stands, how it is turned, and what it sees. The vectors' matrices follow from these
 *  nine numbers; the product reads the angles alone. */
static void check_pose(fixture *f)
{
    static const char *const parts[3] = { "position", "turn", "fov" };
    static const int first[4] = { 0, 3, 7, 9 };
    float pose[18];
    for (int view = 0; view < 2; view++) {
        zd_network_show_frame(f->net, view);
        for (int i = 0; i < 3; i++) {
            zd_network_tensor t;
            REQUIRE(zd_network_find_tensor(f->net, parts[i], &t));
            REQUIRE_INT(t.channels, first[i + 1] - first[i]);
            memcpy(pose + 9 * view + first[i], t.data, (size_t) t.channels * sizeof *pose);
        }
    }
    float *expected = read_from(f, "pose_enc", 0, 18);
    compare(f, "pose_enc", pose, expected, 18);
    for (int i = 0; i < 18; i++) {
        REQUIRE_NEAR(pose[i], expected[i], f->bar);
    }
    REQUIRE(fabsf(pose[0] - pose[9]) > 1e-3f); /* of two cameras, not of one */
    free(expected);
}

static void two_views_in(zd_precision precision, bool keep)
{
    enum { HIGH = 56, WIDE = 70, CELLS = HIGH * WIDE };
    static float maps[2][2][CELLS];
    fixture f;
    zd_network_window window = { .count = 2, .is_normalised = true };
    views = 2;
    open_all(&f, "da3_tiny_any_S2_56x70.safetensors", FORMULA_VIEWS, precision, keep);
    views = 0;
    REQUIRE_INT(zd_network_describe(f.net)->window, 2);
    for (int t = 0; t < 2; t++) {
        int width;
        int height;
        window.rgb[t] = read_picture(&f, "input", t, &width, &height);
        REQUIRE(width == WIDE && height == HIGH);
        window.outputs[t][0] = maps[0][t];
        window.outputs[t][1] = maps[1][t];
    }
    REQUIRE_OK(zd_network_plan_window(f.net, WIDE, HIGH, 2, &err));
    for (int i = 0; i < 2; i++) { /* the second run finds what the first left */
        REQUIRE_OK(zd_network_run_window(f.net, &window, NULL, &err));
    }
    if (keep) {
        check_views(&f);
    }
    check_pose(&f);
    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? "depth" : "depth_conf";
        float *expected = read_from(&f, name, 0, (size_t) 2 * CELLS);
        compare(&f, name, maps[i][0], expected, (size_t) 2 * CELLS);
        free(expected);
        free((void *) window.rgb[i]);
    }
    close_all(&f);
}

static void two_views(void)
{
    for (int keep = 0; keep < 2; keep++) {
        two_views_in(ZD_PRECISION_EXACT, keep != 0);
        two_views_in(ZD_PRECISION_FAST, keep != 0);
    }
    backend = &zd_backend_reference;
    two_views_in(ZD_PRECISION_EXACT, true);
    backend = NULL;
}

/** So the reference is what the published networks are, too. */
static void reference_layers(void)
{
    backend = &zd_backend_reference;
    video_layers(ZD_PRECISION_EXACT);
    mono_layers(ZD_PRECISION_EXACT, true);
    view_layers(ZD_PRECISION_EXACT, true);
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
    RUN(any_view);
    RUN(two_views);
    RUN(reference_layers);
    return zd_test_finish();
}
