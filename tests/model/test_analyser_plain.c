/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* From a frame to the network's picture, and from the network's planes to a map, written down a second time:
 * scalers as sums over the source's pixels, tiles and two scales by single runs of the network. */

#include "zd_test.h"

#include "core/size.h"
#include "depth/analyser.h"
#include "depth/detail.h"
#include "depth/even_out.h"
#include "depth/preprocess.h"
#include "depth/tiles.h"
#include "models/model_store.h"

static zd_error err;

static zd_image *noise(zd_context *ctx, int width, int height, zd_format format,
                       unsigned long long seed)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, width, height, format, &image, &err));
    for (int y = 0; y < height; y++) {
        float *row = zd_view_row_f32(zd_image_view(image), y);
        for (int i = 0; i < width * format.channels; i++) {
            row[i] = zd_test_uniform(&seed) * 1.2f - 0.1f;
        }
    }
    return image;
}

/* ---- scalers ---- */

/* What a pixel of the source adds to one of the result, along one side. */
static double weight_of(zd_scaler scaler, int i, int to, int j, int from)
{
    double at = (i + 0.5) * from / to - 0.5;
    if (scaler == ZD_SCALER_CUBIC) {
        double d = fabs(at - j);
        return d <= 1.0   ? 1.25 * d * d * d - 2.25 * d * d + 1.0
               : d <= 2.0 ? -0.75 * d * d * d + 3.75 * d * d - 6.0 * d + 3.0
                          : 0.0;
    }
    if (from >= to) {
        double low = fmax((double) i * from / to, j);
        double high = fmin((i + 1.0) * from / to, j + 1.0);
        return fmax(high - low, 0.0) * to / from;
    }
    return fmax(1.0 - fabs(fmax(at, 0.0) - j), 0.0);
}

/* Pixels outside repeat the border. */
static double scaled(zd_view from, zd_scaler scaler, int to_w, int to_h, int x, int y, int c)
{
    double sum = 0.0;
    for (int v = -4; v < from.height + 4; v++) {
        double wy = weight_of(scaler, y, to_h, v, from.height);
        const float *row = zd_view_row_f32(from, zd_int_clamp(v, 0, from.height - 1));
        for (int u = -4; u < from.width + 4 && wy != 0.0; u++) {
            double value =
                (double) row[zd_int_clamp(u, 0, from.width - 1) * from.format.channels + c];
            value = value < 0.0 ? 0.0 : value > 1.0 ? 1.0 : value;
            sum += wy * weight_of(scaler, x, to_w, u, from.width) * value;
        }
    }
    return sum;
}

static void scalers_are_sums(void)
{
    static const int sizes[][4] = { { 31, 23, 17, 19 }, { 9, 7, 20, 33 }, { 13, 29, 13, 4 },
                                    { 1, 1, 3, 2 },     { 40, 1, 7, 5 },  { 5, 33, 1, 1 },
                                    { 12, 8, 24, 4 } };
    zd_context *ctx = zd_test_context(2);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const int *s = sizes[i];
        zd_image *from = noise(ctx, s[0], s[1], i % 2 == 0 ? ZD_RGBA_F32 : ZD_RGB_F32, i + 1);
        zd_image *to = NULL;
        REQUIRE_OK(zd_image_create(ctx, s[2], s[3], ZD_RGB_F32, &to, &err));
        for (int scaler = 0; scaler < 2; scaler++) {
            REQUIRE_OK(zd_scale_picture(ctx, zd_image_view(from), (zd_scaler) scaler,
                                        zd_image_view(to), &err));
            for (int at = 0; at < s[2] * s[3] * 3; at++) {
                int x = at / 3 % s[2];
                int y = at / 3 / s[2];
                REQUIRE_NEAR(
                    zd_view_row_f32(zd_image_view(to), y)[3 * x + at % 3],
                    scaled(zd_image_view(from), (zd_scaler) scaler, s[2], s[3], x, y, at % 3),
                    2e-5);
            }
        }
        zd_image_unref(&from);
        zd_image_unref(&to);
    }
    zd_context_destroy(&ctx);
}

static void scaling_may_lack_memory(void)
{
    zd_context *plain = zd_test_context(1);
    zd_image *from = noise(plain, 9, 7, ZD_RGB_F32, 3);
    float to[12];
    zd_status status = ZD_ERR_NO_MEMORY;
    for (long n = 1; status != ZD_OK && n < 50; n++) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *ctx = zd_test_context_failing(&memory);
        if (ctx == NULL) {
            continue;
        }
        status = zd_scale_picture(ctx, zd_image_view(from), ZD_SCALER_AREA,
                                  (zd_view){ to, 2, 2, 24, ZD_RGB_F32 }, &err);
        REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
    }
    REQUIRE_INT(status, ZD_OK);
    zd_image_unref(&from);
    zd_context_destroy(&plain);
}

static void working_sizes_have_limits(void)
{
    zd_network_info info = { .multiple = 14, .min_side = 28, .default_short_side = 518 };
    int width;
    int height;
    REQUIRE_OK(zd_working_size(&info, 28, 100, 300, &width, &height, &err));
    REQUIRE(width == 28 && height == 84);
    REQUIRE_OK(zd_working_size(&info, 140, 1000, 10, &width, &height, &err));
    REQUIRE(width == 1120 && height == 140); /* eight times at most */
    REQUIRE_OK(zd_working_size(&info, 8192, 1, 1, &width, &height, &err));
    REQUIRE(width == 8204 && height == 8204);
    REQUIRE_FAILS(zd_working_size(&info, 27, 100, 100, &width, &height, &err),
                  ZD_ERR_INVALID_ARGUMENT, "a depth size of 27; this model works at 28 to 8192");
    REQUIRE_FAILS(zd_working_size(&info, 8193, 100, 100, &width, &height, &err),
                  ZD_ERR_INVALID_ARGUMENT, "a depth size of 8193; this model works at 28 to 8192");
    REQUIRE_FAILS(zd_working_size(&info, 0, 0, 100, &width, &height, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a picture of 0 x 100");
    REQUIRE_FAILS(zd_working_size(&info, 0, 7, 0, &width, &height, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a picture of 7 x 0");
    info.area_resize = true;
    info.multiple = 32;
    info.min_side = 32;
    REQUIRE_OK(zd_working_size(&info, 64, 320, 180, &width, &height, &err));
    REQUIRE(width == 128 && height == 64); /* 113.8 is nearer to 128 than to 96 */
    REQUIRE_OK(zd_working_size(&info, 32, 100, 300, &width, &height, &err));
    REQUIRE(width == 32 && height == 96);
}

/* ---- tiles ---- */

static void tiles_lie_by_their_steps(void)
{
    zd_tiles t;
    zd_tiles_layout(&t, 4, 112, 70, 14);
    REQUIRE(t.count == 4 && t.tile_width == 112 && t.tile_height == 70);
    REQUIRE(t.step_x == 84 && t.step_y == 42); /* three quarters, in multiples */
    REQUIRE(t.width == 112 + 3 * 84 && t.height == 70 + 3 * 42);
    zd_tiles_layout(&t, 2, 14, 14, 14);
    REQUIRE(t.step_x == 14 && t.width == 28); /* a step at least */
    for (int p = 0; p < 112; p++) {
        double in = p < 28 ? (p + 0.5) / 28.0 : 1.0;
        double out = p >= 84 ? (p - 84 + 0.5) / 28.0 : 0.0;
        in = in * in * (3.0 - 2.0 * in);
        out = 1.0 - out * out * (3.0 - 2.0 * out);
        REQUIRE_NEAR(zd_tiles_weight(p, 1, 4, 112, 84), in * out, 1e-6);
        REQUIRE_NEAR(zd_tiles_weight(p, 0, 4, 112, 84), out, 1e-6);
        REQUIRE_NEAR(zd_tiles_weight(p, 3, 4, 112, 84), in, 1e-6);
    }
}

static void tiles_are_fitted_by_least_squares(void)
{
    unsigned long long seed = 4;
    float tile[50];
    float guide[50];
    float scale;
    float shift;
    double sums[4] = { 0.0, 0.0, 0.0, 0.0 };
    for (int i = 0; i < 50; i++) {
        tile[i] = zd_test_uniform(&seed);
        guide[i] = 1.7f * tile[i] - 0.3f + 0.4f * zd_test_uniform(&seed);
        sums[0] += (double) tile[i];
        sums[1] += (double) guide[i];
        sums[2] += (double) (tile[i] * tile[i]);
        sums[3] += (double) (tile[i] * guide[i]);
    }
    double expected = (50.0 * sums[3] - sums[0] * sums[1]) / (50.0 * sums[2] - sums[0] * sums[0]);
    zd_tiles_fit(tile, guide, 50, &scale, &shift);
    REQUIRE_NEAR(scale, expected, 1e-4);
    REQUIRE_NEAR(shift, (sums[1] - expected * sums[0]) / 50.0, 1e-4);
    for (int i = 0; i < 50; i++) {
        guide[i] = 5.0f - 2.0f * tile[i]; /* turned round: its mean is all that it tells */
    }
    zd_tiles_fit(tile, guide, 50, &scale, &shift);
    REQUIRE_NEAR(scale, 0.0, 0.0);
    REQUIRE_NEAR(shift, 5.0 - 2.0 * sums[0] / 50.0, 1e-5);
    for (int i = 0; i < 50; i++) {
        tile[i] = 0.25f;
    }
    zd_tiles_fit(tile, guide, 50, &scale, &shift);
    REQUIRE_NEAR(scale, 0.0, 0.0);
    REQUIRE_NEAR(shift, 5.0 - 2.0 * sums[0] / 50.0, 1e-5);
}

/* ---- runs ---- */

static char *model_path;

static zd_analyser_params params_of(int depth_size)
{
    return (zd_analyser_params){ .model_path = model_path,
                                 .depth_size = depth_size,
                                 .network = { .precision = ZD_PRECISION_EXACT } };
}

typedef struct planes {
    float *depth;
    float *foreground;
} planes;

/* One run of the network itself. */
static planes run_raw(zd_context *ctx, zd_view rgb)
{
    zd_network_params params = { .precision = ZD_PRECISION_EXACT };
    zd_network *net = NULL;
    zd_network_io io = { 0 };
    size_t cells = (size_t) rgb.width * (size_t) rgb.height;
    planes p = { calloc(cells, sizeof(float)), calloc(cells, sizeof(float)) };
    float *packed = malloc(3 * cells * sizeof(float));
    REQUIRE_OK(zd_network_open(ctx, model_path, &params, &net, &err));
    REQUIRE_OK(zd_network_plan(net, rgb.width, rgb.height, &err));
    for (int y = 0; y < rgb.height; y++) {
        memcpy(packed + (size_t) y * rgb.width * 3, zd_view_row_f32(rgb, y),
               (size_t) rgb.width * 3 * sizeof(float));
    }
    io.rgb = packed;
    const zd_network_info *info = zd_network_describe(net);
    for (int i = 0; i < info->output_count; i++) {
        bool is_depth = strcmp(info->output_names[i], "nearness") == 0;
        io.outputs[i] = is_depth                                           ? p.depth
                        : strcmp(info->output_names[i], "foreground") == 0 ? p.foreground
                                                                           : NULL;
    }
    REQUIRE_OK(zd_network_run(net, &io, NULL, &err));
    zd_network_close(&net);
    free(packed);
    return p;
}

static void free_planes(planes *p)
{
    free(p->depth);
    free(p->foreground);
}

/* Bilinear, half-pixel centres. */
static float enlarged(const float *plane, int w, int h, int to_w, int to_h, int x, int y)
{
    double fx = fmax((x + 0.5) * w / to_w - 0.5, 0.0);
    double fy = fmax((y + 0.5) * h / to_h - 0.5, 0.0);
    int x0 = zd_int_min((int) fx, w - 1);
    int y0 = zd_int_min((int) fy, h - 1);
    int x1 = zd_int_min(x0 + 1, w - 1);
    int y1 = zd_int_min(y0 + 1, h - 1);
    double top =
        (double) plane[y0 * w + x0] * (1.0 - fx + x0) + (double) plane[y0 * w + x1] * (fx - x0);
    double low =
        (double) plane[y1 * w + x0] * (1.0 - fx + x0) + (double) plane[y1 * w + x1] * (fx - x0);
    return (float) (top + (low - top) * (fy - y0));
}

static void require_map(zd_image *image, const float *expected, double tolerance)
{
    zd_view view = zd_image_view(image);
    for (int i = 0; i < view.width * view.height; i++) {
        REQUIRE_NEAR(zd_view_row_f32(view, i / view.width)[i % view.width], expected[i], tolerance);
    }
}

static void even_out(zd_context *ctx, float *plane, zd_view rgb)
{
    zd_view view = { plane, rgb.width, rgb.height, (ptrdiff_t) rgb.width * 4, ZD_GRAY_F32 };
    REQUIRE_OK(zd_even_out(ctx, view, rgb, &err));
}

typedef struct answer {
    zd_image *input;
    zd_depth_map depth;
    zd_image *foreground;
} answer;

static answer ask(zd_context *ctx, zd_analyser_params params, zd_image *frame)
{
    answer a = { 0 };
    zd_analyser *analyser = NULL;
    REQUIRE_OK(zd_analyser_open(ctx, &params, &analyser, &err));
    REQUIRE_OK(zd_analyser_prepare(analyser, zd_image_view(frame), &a.input, &err));
    REQUIRE_OK(zd_analyser_run(analyser, a.input, NULL, &a.depth, &a.foreground, &err));
    REQUIRE(a.depth.kind == ZD_DEPTH_NEARNESS && a.depth.sky == NULL && a.depth.focal_mm == 0.0f);
    zd_analyser_close(&analyser);
    return a;
}

static void free_answer(answer *a)
{
    zd_image_unref(&a->input);
    zd_image_unref(&a->foreground);
    zd_depth_map_release(&a->depth);
}

static void a_region_is_cut_out(void)
{
    zd_context *ctx = zd_test_context(2);
    zd_image *frame = noise(ctx, 201, 150, ZD_RGBA_F32, 8);
    zd_analyser_params params = params_of(64);
    const float roi[4] = { 0.251f, 0.1f, 0.9f, 0.702f };
    memcpy(params.roi, roi, sizeof roi);
    answer a = ask(ctx, params, frame);
    zd_view input = zd_image_view(a.input);
    REQUIRE(input.width == 96 && input.height == 64); /* of 131 x 91 pixels */
    zd_view part = zd_view_crop(zd_image_view(frame), (zd_rect){ 50, 15, 181, 106 });
    for (int i = 0; i < 96 * 64; i += 7) {
        REQUIRE_NEAR(zd_view_row_f32(input, i / 96)[i % 96 * 3 + 1],
                     scaled(part, ZD_SCALER_AREA, 96, 64, i % 96, i / 96, 1), 2e-5);
    }
    planes p = run_raw(ctx, input);
    require_map(a.depth.values, p.depth, 1e-5);
    even_out(ctx, p.foreground, input);
    require_map(a.foreground, p.foreground, 1e-5);
    free_planes(&p);
    free_answer(&a);
    zd_image_unref(&frame);
    zd_context_destroy(&ctx);
}

/* The whole at a tile's size gives each tile its scale; where tiles meet they go over into each other. */
static void tiles_are_blended(void)
{
    enum { TILE_W = 64, TILE_H = 32, STEP_X = 32, STEP_Y = 32, WHOLE_W = 96, WHOLE_H = 64 };
    static float depth[WHOLE_W * WHOLE_H];
    static float foreground[WHOLE_W * WHOLE_H];
    zd_context *ctx = zd_test_context(2);
    zd_image *frame = noise(ctx, 190, 100, ZD_RGB_F32, 9);
    zd_analyser_params params = params_of(32);
    params.tiles = 2;
    answer a = ask(ctx, params, frame);
    zd_view input = zd_image_view(a.input);
    REQUIRE(input.width == WHOLE_W && input.height == WHOLE_H);
    zd_image *small = NULL;
    REQUIRE_OK(zd_image_create(ctx, TILE_W, TILE_H, ZD_RGB_F32, &small, &err));
    REQUIRE_OK(zd_scale_picture(ctx, input, ZD_SCALER_AREA, zd_image_view(small), &err));
    planes whole = run_raw(ctx, zd_image_view(small));
    memset(depth, 0, sizeof depth);
    memset(foreground, 0, sizeof foreground);
    for (int tile = 0; tile < 4; tile++) {
        int x0 = tile % 2 * STEP_X;
        int y0 = tile / 2 * STEP_Y;
        float guide[TILE_W * TILE_H];
        float scale;
        float shift;
        planes p = run_raw(ctx, zd_view_crop(input, (zd_rect){ x0, y0, x0 + TILE_W, y0 + TILE_H }));
        for (int i = 0; i < TILE_W * TILE_H; i++) {
            guide[i] = enlarged(whole.depth, TILE_W, TILE_H, WHOLE_W, WHOLE_H, x0 + i % TILE_W,
                                y0 + i / TILE_W);
        }
        zd_tiles_fit(p.depth, guide, TILE_W * TILE_H, &scale, &shift);
        for (int i = 0; i < TILE_W * TILE_H; i++) {
            int x = i % TILE_W;
            int y = i / TILE_W;
            float weight = zd_tiles_weight(x, tile % 2, 2, TILE_W, STEP_X) *
                           zd_tiles_weight(y, tile / 2, 2, TILE_H, STEP_Y);
            int at = (y0 + y) * WHOLE_W + x0 + x;
            depth[at] += weight * fmaxf(scale * p.depth[i] + shift, 0.0f);
            foreground[at] += weight * p.foreground[i];
        }
        free_planes(&p);
    }
    require_map(a.depth.values, depth, 1e-4);
    even_out(ctx, foreground, input);
    require_map(a.foreground, foreground, 1e-4);
    free_planes(&whole);
    zd_image_unref(&small);
    free_answer(&a);
    zd_image_unref(&frame);
    zd_context_destroy(&ctx);
}

static zd_image *mirrored(zd_context *ctx, zd_view from)
{
    zd_image *image = NULL;
    int channels = from.format.channels;
    REQUIRE_OK(zd_image_create(ctx, from.width, from.height, from.format, &image, &err));
    for (int y = 0; y < from.height; y++) {
        float *row = zd_view_row_f32(zd_image_view(image), y);
        for (int i = 0; i < from.width * channels; i++) {
            row[i] =
                zd_view_row_f32(from, y)[(from.width - 1 - i / channels) * channels + i % channels];
        }
    }
    return image;
}

static void two_scales_are_merged(void)
{
    static float wholes[2][128 * 64];
    float means[2][64 * 32];
    zd_context *ctx = zd_test_context(2);
    zd_image *frame = noise(ctx, 190, 100, ZD_RGB_F32, 10);
    zd_analyser_params params = params_of(32);
    params.fine = true;
    answer a = ask(ctx, params, frame);
    zd_view input = zd_image_view(a.input);
    REQUIRE(input.width == 128 && input.height == 64);
    zd_image *half = NULL;
    REQUIRE_OK(zd_image_create(ctx, 64, 32, ZD_RGB_F32, &half, &err));
    REQUIRE_OK(zd_scale_picture(ctx, input, ZD_SCALER_AREA, zd_image_view(half), &err));
    zd_image *other = mirrored(ctx, zd_image_view(half));
    planes coarse = run_raw(ctx, zd_image_view(half));
    planes turned = run_raw(ctx, zd_image_view(other));
    planes fine = run_raw(ctx, input);
    for (int i = 0; i < 64 * 32; i++) {
        int there = i / 64 * 64 + 63 - i % 64;
        float p = coarse.foreground[i];
        float q = turned.foreground[there];
        means[0][i] = 0.5f * (coarse.depth[i] + turned.depth[there]);
        means[1][i] = 1.0f / (1.0f + sqrtf((1.0f - p) / p * ((1.0f - q) / q)));
    }
    for (int i = 0; i < 128 * 64; i++) {
        wholes[0][i] = enlarged(means[0], 64, 32, 128, 64, i % 128, i / 128);
        wholes[1][i] = enlarged(means[1], 64, 32, 128, 64, i % 128, i / 128);
    }
    REQUIRE_OK(zd_detail_merge(ctx, fine.depth, wholes[0], 128, 64, &err));
    zd_detail_pool(fine.foreground, wholes[1], (ptrdiff_t) 128 * 64);
    require_map(a.depth.values, fine.depth, 1e-4);
    even_out(ctx, fine.foreground, input);
    require_map(a.foreground, fine.foreground, 1e-4);
    free_planes(&coarse);
    free_planes(&turned);
    free_planes(&fine);
    zd_image_unref(&half);
    zd_image_unref(&other);
    free_answer(&a);
    zd_image_unref(&frame);
    zd_context_destroy(&ctx);
}

/* How far a map is from the mirrored one of the mirrored picture, rms, in parts of its own deviation. */
static double asymmetry(zd_image *map, zd_image *of_mirrored)
{
    zd_view one = zd_image_view(map);
    double square = 0.0, sum = 0.0, sum_square = 0.0;
    int count = one.width * one.height;
    for (int i = 0; i < count; i++) {
        double value = (double) zd_view_row_f32(one, i / one.width)[i % one.width];
        double other = (double) zd_view_row_f32(zd_image_view(of_mirrored),
                                                i / one.width)[one.width - 1 - i % one.width];
        square += (value - other) * (value - other);
        sum += value;
        sum_square += value * value;
    }
    return sqrt(square / (sum_square - sum * sum / count));
}

/* A mirrored picture gives nearly the mirrored map. */
static void the_layout_has_no_side(void)
{
    zd_context *ctx = zd_test_context(2);
    zd_image *frame = noise(ctx, 192, 96, ZD_RGB_F32, 14);
    zd_image *turned = mirrored(ctx, zd_image_view(frame));
    double off[2];
    for (int fine = 0; fine < 2; fine++) {
        zd_analyser_params params = params_of(96);
        params.fine = fine == 1;
        answer a = ask(ctx, params, frame);
        answer b = ask(ctx, params, turned);
        off[fine] = asymmetry(a.depth.values, b.depth.values);
        printf("fine %d: depth %.4f, foreground %.4f\n", fine, off[fine],
               asymmetry(a.foreground, b.foreground));
        free_answer(&a);
        free_answer(&b);
    }
    REQUIRE(off[1] < 0.5 * off[0]);
    zd_image_unref(&frame);
    zd_image_unref(&turned);
    zd_context_destroy(&ctx);
}

static void key_of(zd_context *ctx, zd_analyser_params params, zd_image *input,
                   const zd_digest *file, zd_digest *out)
{
    zd_analyser *analyser = NULL;
    REQUIRE_OK(zd_analyser_open(ctx, &params, &analyser, &err));
    if (file != NULL) {
        zd_analyser_set_digest(analyser, file);
    }
    REQUIRE_OK(zd_analyser_key(analyser, input, out, &err));
    zd_analyser_close(&analyser);
}

/* The key changes with each thing that the map depends on, and with nothing else. */
static void keys_hold_all_that_counts(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_digest keys[9];
    zd_digest again;
    zd_digest other = { { 1, 2, 3 } };
    zd_image *input = noise(ctx, 128, 64, ZD_RGB_F32, 11);
    zd_image *wide = noise(ctx, 160, 64, ZD_RGB_F32, 11);
    zd_analyser_params params = params_of(64);
    key_of(ctx, params, input, NULL, &keys[0]);
    params.depth_size = 32; /* the input has its size already */
    params.focal_mm = 50.0f;
    key_of(ctx, params, input, NULL, &again);
    REQUIRE_BYTES(&again, &keys[0], sizeof again);
    params.tiles = 2;
    key_of(ctx, params, input, NULL, &keys[1]);
    params.tiles = 3;
    key_of(ctx, params, input, NULL, &keys[2]);
    params.tiles = 0;
    params.fine = true;
    key_of(ctx, params, input, NULL, &keys[3]);
    params.fine = false;
    key_of(ctx, params, input, &other, &keys[4]);
    key_of(ctx, params, wide, NULL, &keys[5]);
    params.network.precision = ZD_PRECISION_FAST;
    key_of(ctx, params, input, NULL, &keys[6]);
    params.network.precision = ZD_PRECISION_EXACT;
    zd_view_row_f32(zd_image_view(input), 63)[127 * 3 + 2] += 0.5f; /* the last number */
    key_of(ctx, params, input, NULL, &keys[7]);
    zd_view_row_f32(zd_image_view(input), 0)[0] += 0.5f;
    key_of(ctx, params, input, NULL, &keys[8]);
    for (int i = 0; i < 9; i++) {
        for (int k = 0; k < i; k++) {
            REQUIRE(memcmp(&keys[i], &keys[k], sizeof keys[0]) != 0);
        }
    }
    zd_image_unref(&input);
    zd_image_unref(&wide);
    zd_context_destroy(&ctx);
}

static zd_status open_with(zd_context *ctx, zd_analyser_params params)
{
    zd_analyser *analyser = NULL;
    zd_status status = zd_analyser_open(ctx, &params, &analyser, &err);
    REQUIRE((analyser != NULL) == (status == ZD_OK));
    zd_analyser_close(&analyser);
    return status;
}

static void wrong_parameters_are_told(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_analyser_params params = params_of(64);
    params.fine = true;
    params.tiles = 2;
    REQUIRE_FAILS(open_with(ctx, params), ZD_ERR_INVALID_ARGUMENT,
                  "two scales and 2 tiles; choose one of the two ways to finer depth");
    params.tiles = 1;
    REQUIRE_OK(open_with(ctx, params));
    params.fine = false;
    params.tiles = ZD_ANALYSER_MAX_TILES + 1;
    REQUIRE_FAILS(open_with(ctx, params), ZD_ERR_INVALID_ARGUMENT, "9 tiles; 0 to 8 are possible");
    params.tiles = -2;
    REQUIRE_FAILS(open_with(ctx, params), ZD_ERR_INVALID_ARGUMENT, "-2 tiles; 0 to 8 are possible");
    params.tiles = ZD_ANALYSER_MAX_TILES;
    REQUIRE_OK(open_with(ctx, params));
    static const float wrong[][4] = { { -0.1f, 0, 1, 1 },   { 0, -0.1f, 1, 1 },
                                      { 0, 0, 1.1f, 1 },    { 0, 0, 1, 1.1f },
                                      { 0.5f, 0, 0.5f, 1 }, { 0, 0.6f, 1, 0.5f },
                                      { NAN, 0, 1, 1 } };
    for (int i = 0; i < 7; i++) {
        memcpy(params.roi, wrong[i], sizeof wrong[i]);
        REQUIRE_INT(open_with(ctx, params), ZD_ERR_INVALID_ARGUMENT);
        REQUIRE(strncmp(err.message, "a region of interest ", 21) == 0);
    }
    params = params_of(31);
    REQUIRE_FAILS(open_with(ctx, params), ZD_ERR_INVALID_ARGUMENT,
                  "a depth size of 31; this model works at 32 to 8192");
    zd_context_destroy(&ctx);
}

static void wrong_pictures_are_told(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_analyser_params params = params_of(64);
    zd_analyser *analyser = NULL;
    zd_image *gray = noise(ctx, 64, 32, ZD_GRAY_F32, 1);
    zd_image *odd = noise(ctx, 65, 32, ZD_RGB_F32, 1);
    zd_image *out = NULL;
    zd_image *foreground = NULL;
    zd_depth_map depth;
    float roi[4];
    int size[2];
    REQUIRE_OK(zd_analyser_open(ctx, &params, &analyser, &err));
    zd_analyser_region(analyser, roi);
    REQUIRE(roi[0] == 0.0f && roi[1] == 0.0f && roi[2] == 1.0f && roi[3] == 1.0f);
    REQUIRE_FAILS(zd_analyser_prepare(analyser, zd_image_view(gray), &out, &err),
                  ZD_ERR_INVALID_ARGUMENT, "the frame is not RGB or RGBA float32");
    REQUIRE_FAILS(zd_analyser_input_size(analyser, 0, 5, &size[0], &size[1], &err),
                  ZD_ERR_INVALID_ARGUMENT, "a frame of 0 x 5");
    REQUIRE_FAILS(zd_analyser_input_size(analyser, 5, 0, &size[0], &size[1], &err),
                  ZD_ERR_INVALID_ARGUMENT, "a frame of 5 x 0");
    REQUIRE_FAILS(zd_analyser_run(analyser, odd, NULL, &depth, &foreground, &err),
                  ZD_ERR_INVALID_ARGUMENT, "an input of 65 x 32 was not prepared for this model");
    REQUIRE(depth.values == NULL && foreground == NULL && out == NULL);
    zd_analyser_close(&analyser);
    zd_image_unref(&gray);
    zd_image_unref(&odd);
    zd_context_destroy(&ctx);
}

static void memory_may_fail(void)
{
    zd_context *plain = zd_test_context(1);
    zd_image *frame = noise(plain, 70, 40, ZD_RGB_F32, 12);
    for (int tiles = 0; tiles < 3; tiles += 2) {
        zd_test_memory memory = { 0 };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_analyser *analyser = NULL;
        zd_image *input = NULL;
        zd_analyser_params params = params_of(32);
        params.tiles = tiles;
        REQUIRE_OK(zd_analyser_open(ctx, &params, &analyser, &err));
        zd_status status = ZD_ERR_NO_MEMORY;
        for (long n = 1; status != ZD_OK && n < 100; n++) {
            zd_depth_map depth = { 0 };
            zd_image *foreground = NULL;
            memory.fail_at = memory.calls + n;
            status = zd_analyser_prepare(analyser, zd_image_view(frame), &input, &err);
            if (status == ZD_OK) {
                status = zd_analyser_run(analyser, input, NULL, &depth, &foreground, &err);
                REQUIRE((depth.values != NULL) == (status == ZD_OK) &&
                        (foreground != NULL) == (status == ZD_OK));
            }
            REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
            zd_depth_map_release(&depth);
            zd_image_unref(&foreground);
            zd_image_unref(&input);
        }
        REQUIRE_INT(status, ZD_OK);
        memory.fail_at = 0;
        zd_analyser_close(&analyser);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
    }
    zd_image_unref(&frame);
    zd_context_destroy(&plain);
}

int main(void)
{
    zd_context *ctx = zd_test_context(1);
    if (zd_model_store_find(ctx, "embedded", &model_path, &err) != ZD_OK) {
        printf("%s\n", err.message);
        return 1;
    }
    RUN(scalers_are_sums);
    RUN(scaling_may_lack_memory);
    RUN(working_sizes_have_limits);
    RUN(tiles_lie_by_their_steps);
    RUN(tiles_are_fitted_by_least_squares);
    RUN(a_region_is_cut_out);
    RUN(tiles_are_blended);
    RUN(two_scales_are_merged);
    RUN(the_layout_has_no_side);
    RUN(keys_hold_all_that_counts);
    RUN(wrong_parameters_are_told);
    RUN(wrong_pictures_are_told);
    RUN(memory_may_fail);
    zd_free(ctx, model_path);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
