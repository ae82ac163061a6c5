/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The rule of windows written down once more, for all frames at once as it was published (infer_video_depth
 * of Video Depth Anything), beside depth/video_depth.c, which goes frame by frame. The network is none: what
 * it says of a picture has a scale and a shift that depend on all pictures of the window. */

#include "zd_test.h"

#include <math.h>

#include "depth/video_depth.h"

enum {
    W = 5,
    H = 4,
    CELLS = W * H,
    OUT_W = 9,
    OUT_H = 7,
    MAP = OUT_W * OUT_H,
    MOST = 120,
    WINDOWS = 6,
    WINDOW = 32
};

struct zd_network {
    zd_network_info info;
    float held[WINDOW][CELLS];
    int encoded;
    int asked; /* maps */
};

static zd_error err;

const zd_network_info *zd_network_describe(const zd_network *net)
{
    return &net->info;
}

zd_status zd_network_plan_window(zd_network *net, int width, int height, int frames, zd_error *e)
{
    (void) net;
    return width == W && height == H && frames == WINDOW
               ? ZD_OK
               : zd_fail(e, ZD_ERR_INVALID_ARGUMENT, "sizes");
}

zd_status zd_network_digest(zd_network *net, zd_digest *out, zd_error *e)
{
    (void) net;
    (void) e;
    *out = (zd_digest){ { 7 } };
    return ZD_OK;
}

void zd_network_memory(const zd_network *net, size_t *weights, size_t *activations)
{
    (void) net;
    *weights = 1000000;
    *activations = 2000;
}

/* What the encoder keeps of a picture. */
static void look_at(const float *rgb, float *held)
{
    for (int i = 0; i < CELLS; i++) {
        held[i] = rgb[3 * i] + 0.5f * rgb[3 * i + 1] + 0.25f * rgb[3 * i + 2];
    }
}

zd_status zd_network_encode(zd_network *net, int place, const zd_network_io *io,
                            const zd_task *task, zd_error *e)
{
    (void) task;
    (void) e;
    look_at(io->rgb, net->held[place]);
    net->encoded++;
    return ZD_OK;
}

void zd_network_move_held(zd_network *net, int from, int to)
{
    memmove(net->held[to], net->held[from], sizeof net->held[to]);
}

/* Depth of one picture of a window. */
static void see(float held[WINDOW][CELLS], int place, float *out)
{
    float sum = 0.0f;
    for (int f = 0; f < WINDOW; f++) {
        sum += held[f][f % CELLS] * (float) (1 + f % 3);
    }
    float scale = 0.8f + 0.4f * sinf(3.0f * sum);
    float shift = 0.3f + 0.5f * cosf(5.0f * sum);
    for (int i = 0; i < CELLS; i++) {
        out[i] = fmaxf(scale * held[place][i] + shift + 0.05f * sinf(20.0f * held[place][i] + sum),
                       0.0f);
    }
}

zd_status zd_network_run_window(zd_network *net, const zd_network_window *window,
                                const zd_task *task, zd_error *e)
{
    (void) task;
    (void) e;
    for (int f = 0; f < window->count; f++) {
        if (window->outputs[f][0] != NULL) {
            see(net->held, f, window->outputs[f][0]);
            net->asked++;
        }
    }
    return ZD_OK;
}

static void draw(int frame, float *rgb)
{
    for (int i = 0; i < 3 * CELLS; i++) {
        rgb[i] =
            0.5f + 0.4f * sinf(0.37f * (float) i + 0.21f * (float) frame + 0.1f * (float) (i % 3));
    }
}

/* ---- all frames at once ---- */

static float plain[MOST][MAP];
static double last_fit[2];

/* Bilinear, corners on corners. */
static void enlarge(const float *from, int out_w, int out_h, float *to)
{
    for (int y = 0; y < out_h; y++) {
        for (int x = 0; x < out_w; x++) {
            double fx = (double) x * (W - 1) / (out_w - 1);
            double fy = (double) y * (H - 1) / (out_h - 1);
            int x0 = (int) fx < W - 1 ? (int) fx : W - 2;
            int y0 = (int) fy < H - 1 ? (int) fy : H - 2;
            const float *p = from + y0 * W + x0;
            double top = (double) p[0] + ((double) p[1] - (double) p[0]) * (fx - x0);
            double low = (double) p[W] + ((double) p[W + 1] - (double) p[W]) * (fx - x0);
            to[y * out_w + x] = (float) (top + (low - top) * (fy - y0));
        }
    }
}

static void fit_two(float maps[WINDOW][MAP], const float *a, const float *b, int cells,
                    double fit[2])
{
    double means[2] = { 0.0, 0.0 };
    double product = 0.0;
    double square = 0.0;
    for (int i = 0; i < 2 * cells; i++) {
        means[0] += (double) maps[i / cells][i % cells] / (2 * cells);
        means[1] += (double) (i < cells ? a : b)[i % cells] / (2 * cells);
    }
    for (int i = 0; i < 2 * cells; i++) {
        double d = (double) maps[i / cells][i % cells] - means[0];
        product += d * ((double) (i < cells ? a : b)[i % cells] - means[1]);
        square += d * d;
    }
    fit[0] = product / square;
    fit[1] = means[1] - fit[0] * means[0];
}

static void plain_shot(int frames, int out_w, int out_h, bool is_relative)
{
    static const int keys[10] = { 0, 12, 24, 25, 26, 27, 28, 29, 30, 31 };
    static float maps[WINDOWS][WINDOW][MAP];
    int in[WINDOWS][WINDOW]; /* which frame is at a position */
    int windows = 1;
    int cells = out_w * out_h;
    while (frames > windows * 22 + 2) {
        windows++;
    }
    for (int k = 0; k < windows; k++) {
        float held[WINDOW][CELLS];
        float rgb[3 * CELLS];
        for (int p = 0; p < WINDOW; p++) {
            int frame = k > 0 && p < 10 ? in[k - 1][keys[p]] : 22 * k + p;
            in[k][p] = frame < frames ? frame : frames - 1;
            draw(in[k][p], rgb);
            look_at(rgb, held[p]);
        }
        for (int p = 0; p < WINDOW; p++) {
            float seen[CELLS];
            see(held, p, seen);
            if (out_w == W) {
                memcpy(maps[k][p], seen, sizeof seen);
            } else {
                enlarge(seen, out_w, out_h, maps[k][p]);
            }
        }
        last_fit[0] = 1.0;
        last_fit[1] = 0.0;
        if (k > 0 && is_relative) {
            fit_two(maps[k], maps[0][0], maps[k - 1][12], cells, last_fit);
        }
        for (int p = 2; k > 0 && p < WINDOW; p++) {
            for (int i = 0; i < cells; i++) {
                float map =
                    fmaxf((float) (last_fit[0] * (double) maps[k][p][i] + last_fit[1]), 0.0f);
                float weight = p < 10 ? (float) (p - 2) / 7.0f : 1.0f;
                maps[k][p][i] =
                    p < 10 ? maps[k - 1][p + 22][i] * (1.0f - weight) + map * weight : map;
            }
        }
        for (int p = k > 0 ? 2 : 0; p < WINDOW && 22 * k + p < frames; p++) {
            memcpy(plain[22 * k + p], maps[k][p], sizeof plain[0]);
        }
    }
}

/* ---- a store ---- */

typedef struct store {
    int count;
    int hits;
    int misses;
    zd_digest keys[2 * MOST];
    float maps[2 * MOST][MAP];
    int cells;
} store;

static store kept;

static bool get(void *user, const zd_digest *key, float *map)
{
    store *s = user;
    for (int i = 0; i < s->count; i++) {
        if (memcmp(&s->keys[i], key, sizeof *key) == 0) {
            memcpy(map, s->maps[i], (size_t) s->cells * sizeof *map);
            s->hits++;
            return true;
        }
    }
    s->misses++;
    return false;
}

static void put(void *user, const zd_digest *key, const float *map)
{
    store *s = user;
    for (int i = 0; i < s->count; i++) {
        REQUIRE(memcmp(&s->keys[i], key, sizeof *key) != 0); /* nothing is kept twice */
    }
    REQUIRE(s->count < 2 * MOST);
    s->keys[s->count] = *key;
    memcpy(s->maps[s->count++], map, (size_t) s->cells * sizeof *map);
}

/* ---- the laws ---- */

static int take_maps(zd_video_depth *v, int done, int cells)
{
    for (const float *map; (map = zd_video_depth_pop(v)) != NULL; done++) {
        for (int i = 0; i < cells; i++) {
            REQUIRE_NEAR(map[i], plain[done][i], 2e-5);
        }
    }
    return done;
}

static void check_shot(zd_video_depth *v, int frames, int cells)
{
    float rgb[3 * CELLS];
    int done = 0;
    zd_video_depth_begin(v);
    for (int f = 0; f < frames; f++) {
        draw(f, rgb);
        REQUIRE_OK(zd_video_depth_push(v, rgb, NULL, &err));
        done = take_maps(v, done, cells);
        REQUIRE(done > f - WINDOW && done <= f + 1); /* up to 31 frames later */
    }
    for (bool more = true; more;) {
        REQUIRE_OK(zd_video_depth_end(v, NULL, &more, &err));
        done = take_maps(v, done, cells);
    }
    REQUIRE_INT(done, frames);
    bool more = true;
    REQUIRE_OK(zd_video_depth_end(v, NULL, &more, &err)); /* it is over */
    REQUIRE(!more && zd_video_depth_pop(v) == NULL);
}

/* Maps that show: not of repeated frames, nor where a cross-fade has nothing of them. */
static int maps_that_show(int frames)
{
    int count = 0;
    for (int k = 0; k == 0 || frames > 22 * k + 2; k++) {
        int end = frames - 22 * k < WINDOW ? frames - 22 * k : WINDOW - 1;
        count += k > 0 ? end - 1 : end;
    }
    return count;
}

static zd_network relative_network(void)
{
    return (zd_network){ .info = { .name = "none",
                                   .arithmetic = "",
                                   .kind = ZD_NETWORK_KIND_RELATIVE,
                                   .window = ZD_VIDEO_WINDOW } };
}

static void check_lengths(int out_w, int out_h, zd_network_kind kind)
{
    static const int lengths[] = { 1, 2, 23, 24, 25, 31, 32, 33, 46, 47, 54, 55, 70, 111 };
    static zd_network net;
    zd_context *ctx = zd_test_context(1);
    zd_video_depth *v = NULL;
    net = relative_network();
    net.info.kind = kind;
    zd_video_params params = {
        .network = &net, .width = W, .height = H, .out_width = out_w, .out_height = out_h
    };
    REQUIRE_OK(zd_video_depth_create(ctx, &params, &v, &err));
    int cells = out_w > 0 ? out_w * out_h : CELLS;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        double fit[2];
        int64_t before[2];
        int64_t after[2];
        int windows = lengths[i] <= 24 ? 1 : (lengths[i] - 3) / 22 + 1;
        plain_shot(lengths[i], out_w > 0 ? out_w : W, out_h > 0 ? out_h : H,
                   kind == ZD_NETWORK_KIND_RELATIVE);
        zd_video_depth_counts(v, &before[0], &before[1]);
        net.asked = 0;
        check_shot(v, lengths[i], cells);
        REQUIRE_INT(net.asked, maps_that_show(lengths[i]));
        zd_video_depth_counts(v, &after[0], &after[1]);
        REQUIRE_INT(after[1] - before[1], windows);
        REQUIRE_INT(after[0], net.encoded);
        REQUIRE(after[0] - before[0] <=
                32 + 22 * (windows - 1)); /* what is held is not encoded again */
        zd_video_depth_fit(v, &fit[0], &fit[1]);
        REQUIRE_NEAR(fit[0], last_fit[0], 1e-5);
        REQUIRE_NEAR(fit[1], last_fit[1], 1e-5);
    }
    size_t maps = (size_t) (cells == CELLS ? 42 * CELLS : 42 * cells + WINDOW * CELLS);
    REQUIRE_INT(zd_video_depth_memory(v), 2000 + (3 * CELLS * WINDOW + maps) * sizeof(float));
    zd_video_depth_destroy(&v);
    zd_context_destroy(&ctx);
}

static void windows_are_joined_by_the_rule(void)
{
    check_lengths(0, 0, ZD_NETWORK_KIND_RELATIVE);
    check_lengths(OUT_W, OUT_H, ZD_NETWORK_KIND_RELATIVE);
    check_lengths(OUT_W, OUT_H, ZD_NETWORK_KIND_METRIC);
}

/* What is kept is not made again; a shot that ends elsewhere shares the windows before its end. */
static void what_is_kept_is_not_made_again(void)
{
    static zd_network net;
    zd_context *ctx = zd_test_context(1);
    zd_video_depth *v = NULL;
    kept.count = kept.hits = kept.misses = 0;
    kept.cells = MAP;
    net = relative_network();
    zd_video_params params = { .network = &net,
                               .width = W,
                               .height = H,
                               .out_width = OUT_W,
                               .out_height = OUT_H,
                               .store = { get, put, &kept } };
    REQUIRE_OK(zd_video_depth_create(ctx, &params, &v, &err));
    plain_shot(70, OUT_W, OUT_H, true);
    check_shot(v, 70, MAP);
    /* 70 frames, and three windows' ends before they are cross-faded, where something of them shows. */
    REQUIRE_INT(kept.count, 24 + 7 + 22 + 7 + 22 + 2 + 2);
    int encoded = net.encoded;
    check_shot(v, 70, MAP);
    REQUIRE_INT(net.encoded, encoded);
    kept.hits = 0;
    plain_shot(60, OUT_W, OUT_H, true);
    check_shot(v, 60, MAP);
    REQUIRE_INT(kept.hits, 24 + 7 + 22 + 7);
    REQUIRE_INT(net.encoded, encoded + 60 - 44); /* of windows that did not run nothing is held */
    zd_video_depth_destroy(&v);
    zd_context_destroy(&ctx);
}

static void memory_may_fail(void)
{
    static zd_network net;
    zd_status status = ZD_ERR_NO_MEMORY;
    net = relative_network();
    zd_video_params params = {
        .network = &net, .width = W, .height = H, .out_width = OUT_W, .out_height = OUT_H
    };
    for (long n = 1; status != ZD_OK && n < 100; n++) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_video_depth *v = NULL;
        if (ctx == NULL) {
            continue;
        }
        status = zd_video_depth_create(ctx, &params, &v, &err);
        REQUIRE(status == ZD_OK || (status == ZD_ERR_NO_MEMORY && v == NULL));
        zd_video_depth_destroy(&v);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
    }
    REQUIRE_INT(status, ZD_OK);
    net.info.window = 1;
    zd_context *ctx = zd_test_context(1);
    zd_video_depth *v = NULL;
    REQUIRE_FAILS(zd_video_depth_create(ctx, &params, &v, &err), ZD_ERR_UNSUPPORTED,
                  "'none' is no network for video");
    net.info.window = WINDOW;
    params.width = W + 1;
    REQUIRE_FAILS(zd_video_depth_create(ctx, &params, &v, &err), ZD_ERR_INVALID_ARGUMENT, "sizes");
    zd_video_depth_destroy(&v);
    zd_context_destroy(&ctx);
}

/* The first window is frames 0 on; each later one begins with frame 0 and with the thirteenth picture of the one
 * before, then come its own. */
static void frames_of_windows(void)
{
    for (int64_t window = 0; window < 4; window++) {
        for (int position = 0; position < WINDOW; position++) {
            int64_t own = 22 * window + position;
            int64_t expected = window > 0 && position == 0   ? 0
                               : window > 0 && position == 1 ? 22 * (window - 1) + 12
                                                             : own;
            REQUIRE_INT(zd_video_depth_frame(window, position), expected);
        }
    }
}

int main(void)
{
    RUN(frames_of_windows);
    RUN(windows_are_joined_by_the_rule);
    RUN(what_is_kept_is_not_made_again);
    RUN(memory_may_fail);
    return zd_test_finish();
}
