/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Preprocessing against OpenCV's, tiles, the analyser and the model store. */

#include "zd_test.h"

#include <unistd.h>

#include "depth/analyser.h"
#include "depth/analyser_internal.h"
#include "depth/preprocess.h"
#include "depth/tiles.h"
#include "formula.h"
#include "model/safetensors.h"
#include "models/model_store.h"

static zd_error err;

static const zd_network_info depth_anything = { .multiple = 14,
                                                .min_side = 28,
                                                .default_short_side = 518 };
static const zd_network_info embedded = {
    .multiple = 32, .min_side = 32, .default_short_side = 224, .area_resize = true
};

static void check_size(const zd_network_info *info, int w, int h, int expected_w, int expected_h)
{
    int width;
    int height;
    REQUIRE_OK(zd_working_size(info, 0, w, h, &width, &height, &err));
    REQUIRE_INT(width, expected_w);
    REQUIRE_INT(height, expected_h);
}

static void sizes_are_the_published_ones(void)
{
    check_size(&depth_anything, 1920, 1080, 924, 518);
    check_size(&depth_anything, 3840, 2160, 924, 518);
    check_size(&depth_anything, 1280, 720, 924, 518);
    check_size(&depth_anything, 640, 480, 686, 518);
    check_size(&depth_anything, 2048, 858, 1232, 518);
    check_size(&depth_anything, 1998, 1080, 952, 518);
    check_size(&depth_anything, 4096, 2160, 980, 518);
    check_size(&depth_anything, 1080, 1920, 518, 924);
    check_size(&embedded, 1920, 1080, 384, 224);
    check_size(&embedded, 100, 100, 224, 224);
    check_size(&embedded, 100000, 1, 1792, 224);
}

/** The bytes of a test picture, by the formula of the vectors' README. */
static void fill_bytes(const char *name, float *rgb, int width, int height)
{
    unsigned long long hash = 0xcbf29ce484222325ULL;
    for (const char *c = name; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char) *c) * 0x100000001b3ULL;
    }
    for (int i = 0; i < width * height * 3; i++) {
        unsigned long long bits = zd_test_random(&hash);
        int pixel = i / 3;
        rgb[pixel * 3 + 2 - i % 3] = (float) (bits >> 56) / 255.0f; /* stored as BGR */
    }
}

/** One of the cv2 vectors: bytes in, normalised planes out. */
static void check_preprocess(const char *name, const char *picture, int w, int h, int size)
{
    char path[512];
    char key[64];
    zd_safetensors *file;
    int width;
    int height;
    if (zd_test_shared() == NULL) {
        SKIP("$ZD_SHARED names no folder with vectors/preprocess.safetensors");
    }
    zd_context *ctx = zd_test_context(2);
    snprintf(path, sizeof path, "%s/vectors/preprocess.safetensors", zd_test_shared());
    REQUIRE_OK(zd_safetensors_open(ctx, path, &file, &err));
    snprintf(key, sizeof key, "%s.tensor", name);
    const zd_stored_tensor *expected = zd_safetensors_find(file, key);
    REQUIRE(expected != NULL);
    float *rgb = malloc((size_t) (w * h * 3) * sizeof *rgb);
    fill_bytes(picture, rgb, w, h);
    REQUIRE_OK(zd_working_size(&depth_anything, size, w, h, &width, &height, &err));
    REQUIRE_INT(width, expected->shape[2]);
    REQUIRE_INT(height, expected->shape[1]);
    float *planes = malloc(expected->count * sizeof *planes);
    float *scaled = malloc(expected->count * sizeof *scaled);
    zd_safetensors_read(file, expected, 0, expected->count, planes);
    zd_view from = { rgb, w, h, (ptrdiff_t) w * 12, ZD_RGB_F32 };
    zd_view to = { scaled, width, height, (ptrdiff_t) width * 12, ZD_RGB_F32 };
    REQUIRE_OK(zd_scale_picture(ctx, from, ZD_SCALER_CUBIC, to, &err));
    static const float mean[3] = { 0.485f, 0.456f, 0.406f };
    static const float std[3] = { 0.229f, 0.224f, 0.225f };
    for (int i = 0; i < width * height * 3; i++) {
        int c = i % 3;
        REQUIRE_NEAR((scaled[i] - mean[c]) / std[c], planes[c * width * height + i / 3], 5e-5);
    }
    free(rgb);
    free(planes);
    free(scaled);
    zd_safetensors_close(&file);
    zd_context_destroy(&ctx);
}

/* Video Depth Anything takes pictures wider than 16:9 smaller; Depth Anything 3 has a long side. */
static void sizes_of_the_newer_families(void)
{
    static const struct {
        zd_network_scale scale;
        int side;
        int from[2];
        int to[2];
    } cases[] = {
        { ZD_NETWORK_SCALE_VIDEO, 518, { 1920, 1080 }, { 924, 518 } },
        { ZD_NETWORK_SCALE_VIDEO, 518, { 2048, 858 }, { 938, 392 } },
        { ZD_NETWORK_SCALE_LONG_SIDE, 504, { 1920, 1080 }, { 504, 280 } },
        { ZD_NETWORK_SCALE_LONG_SIDE, 504, { 1080, 1920 }, { 280, 504 } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zd_network_info info = { .multiple = 14,
                                 .min_side = 28,
                                 .default_short_side = cases[i].side,
                                 .scale = cases[i].scale };
        int width;
        int height;
        REQUIRE_OK(
            zd_working_size(&info, 0, cases[i].from[0], cases[i].from[1], &width, &height, &err));
        REQUIRE_INT(width, cases[i].to[0]);
        REQUIRE_INT(height, cases[i].to[1]);
    }
}

static void preprocessing_is_opencvs(void)
{
    check_preprocess("up", "image.up", 64, 45, 70);
    check_preprocess("down", "image.down", 120, 93, 56);
}

static void area_is_the_mean(void)
{
    zd_context *ctx = zd_test_context(1);
    float from[4 * 3 * 3];
    float to[2 * 2 * 3];
    for (int i = 0; i < 36; i++) {
        from[i] = (float) (i % 3) * 0.1f + (float) (i / 3) * 0.01f;
    }
    zd_view source = { from, 4, 3, 48, ZD_RGB_F32 };
    zd_view target = { to, 2, 2, 24, ZD_RGB_F32 };
    REQUIRE_OK(zd_scale_picture(ctx, source, ZD_SCALER_AREA, target, &err));
    /* Rows 0 and half of 1, columns 0 and 1: (0 + 1 + (4 + 5) / 2) / 3 hundredths. */
    REQUIRE_NEAR(to[0], (0.0 + 0.01 + 0.045) / 3.0, 1e-6);
    REQUIRE_NEAR(to[11], 0.2 + (0.10 + 0.11 + (0.06 + 0.07) / 2) / 3.0, 1e-6);
    from[0] = NAN;
    from[1] = 7.0f;
    REQUIRE_OK(zd_scale_picture(ctx, source, ZD_SCALER_AREA, target, &err));
    REQUIRE(isfinite(to[0]) && to[1] < 1.0f);
    zd_context_destroy(&ctx);
}

static void tile_weights_sum_to_one(void)
{
    zd_tiles t;
    zd_tiles_layout(&t, 3, 56, 42, 14);
    REQUIRE_INT(t.step_x, 42);
    REQUIRE_INT(t.width, 56 + 2 * 42);
    for (int x = 0; x < t.width; x++) {
        float sum = 0.0f;
        for (int i = 0; i < 3; i++) {
            int at = x - i * t.step_x;
            if (at >= 0 && at < t.tile_width) {
                sum += zd_tiles_weight(at, i, 3, t.tile_width, t.step_x);
            }
        }
        REQUIRE_NEAR(sum, 1.0, 1e-6);
    }
}

static zd_analyser *open_embedded(zd_context *ctx, zd_analyser_params params)
{
    zd_analyser *analyser = NULL;
    char *path = NULL;
    REQUIRE_OK(zd_model_store_find(ctx, "embedded", &path, &err));
    params.model_path = path;
    REQUIRE_OK(zd_analyser_open(ctx, &params, &analyser, &err));
    zd_free(ctx, path);
    return analyser;
}

static zd_image *noise_frame(zd_context *ctx, int width, int height)
{
    zd_image *frame = NULL;
    unsigned long long seed = 3;
    REQUIRE_OK(zd_image_create(ctx, width, height, ZD_RGBA_F32, &frame, &err));
    for (int y = 0; y < height; y++) {
        float *row = zd_view_row_f32(zd_image_view(frame), y);
        for (int x = 0; x < width * 4; x++) {
            row[x] = zd_test_uniform(&seed);
        }
    }
    return frame;
}

/** Prepares and runs one frame; checks sizes and that the map is finite. */
static void analyse(zd_context *ctx, zd_analyser_params params, zd_digest *key)
{
    zd_analyser *analyser = open_embedded(ctx, params);
    zd_image *frame = noise_frame(ctx, 320, 180);
    zd_image *input = NULL;
    zd_image *foreground = NULL;
    zd_depth_map depth = { 0 };
    int width;
    int height;
    REQUIRE_OK(zd_analyser_input_size(analyser, 320, 180, &width, &height, &err));
    REQUIRE_OK(zd_analyser_prepare(analyser, zd_image_view(frame), &input, &err));
    REQUIRE_INT(zd_image_view(input).width, width);
    REQUIRE_INT(zd_image_view(input).height, height);
    REQUIRE_OK(zd_analyser_key(analyser, input, key, &err));
    for (int i = 0; i < 2; i++) {
        REQUIRE_OK(zd_analyser_run(analyser, input, NULL, &depth, &foreground, &err));
        REQUIRE_INT(depth.kind, ZD_DEPTH_NEARNESS);
        zd_view view = zd_image_view(depth.values);
        REQUIRE_INT(view.width, width);
        REQUIRE_INT(view.height, height);
        REQUIRE(foreground != NULL);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                REQUIRE(isfinite(zd_view_row_f32(view, y)[x]));
            }
        }
        zd_image_unref(&depth.values);
        zd_image_unref(&foreground);
    }
    zd_image_unref(&input);
    zd_image_unref(&frame);
    zd_analyser_close(&analyser);
}

/** The noise frame by the metric network of the formula's weights: metres over the network's numbers. */
static void check_factor(zd_context *ctx, zd_analyser_params params, double factor)
{
    zd_analyser *analyser = NULL;
    zd_image *frame = noise_frame(ctx, 320, 180);
    zd_image *input = NULL;
    zd_depth_map depth = { 0 };
    zd_depth_map own = { 0 };
    int sky = 0;
    params.network =
        (zd_network_params){ .precision = ZD_PRECISION_EXACT, .kind = ZD_NETWORK_KIND_METRIC };
    REQUIRE_OK(zd_analyser_open(ctx, &params, &analyser, &err));
    REQUIRE_NEAR(zd_analyser_network(analyser)->focal_unit_px, 300.0, 0.0);
    REQUIRE_OK(zd_analyser_prepare(analyser, zd_image_view(frame), &input, &err));
    REQUIRE_OK(zd_analyser_run(analyser, input, NULL, &depth, NULL, &err));
    REQUIRE(depth.kind == ZD_DEPTH_METRES && depth.sky != NULL && depth.confidence == NULL);
    REQUIRE_OK(zd_depth_map_copy(ctx, &depth, &own, &err));
    zd_analyser_scale(analyser, input, &depth);
    zd_view view = zd_image_view(depth.values);
    for (int i = 0; i < view.width * view.height; i++) {
        int x = i % view.width;
        int y = i / view.width;
        double metres = (double) zd_view_row_f32(view, y)[x];
        double output = (double) zd_view_row_f32(zd_image_view(own.values), y)[x];
        bool is_sky = zd_depth_map_is_sky(&depth, x, y);
        REQUIRE((isinf(metres) != 0) == is_sky);
        REQUIRE(is_sky || fabs(metres - output * factor) <= 1e-6 * metres);
        sky += is_sky;
    }
    REQUIRE(sky > 0 && sky < view.width * view.height);
    zd_depth_map_release(&depth);
    zd_depth_map_release(&own);
    zd_image_unref(&input);
    zd_image_unref(&frame);
    zd_analyser_close(&analyser);
}

/* metres = output * f / 300 with f in pixels of the network's picture of the whole frame, so the same
 * lens gives another factor for another size, and the same for a region; sky is infinite. */
static void metres_follow_the_lens(void)
{
    static const float right_half[4] = { 0.5f, 0.0f, 1.0f, 1.0f };
    zd_context *ctx = zd_test_context(2);
    char *path = formula_write(ctx, FORMULA_MONO);
    REQUIRE(path != NULL);
    zd_analyser_params params = { .model_path = path, .depth_size = 56 };
    check_factor(ctx, params, 98.0 / 300.0 * ZD_ANALYSER_FOCAL_MM / 36.0);
    params.focal_mm = 36.0f;
    check_factor(ctx, params, 98.0 / 300.0);
    params.fine = true;
    check_factor(ctx, params, 98.0 / 300.0);
    params.fine = false;
    params.tiles = 2;
    check_factor(ctx, params, 98.0 / 300.0);
    params.tiles = 0;
    params.focal_mm = 72.0f;
    memcpy(params.roi, right_half, sizeof right_half);
    check_factor(ctx, params, 2.0 * 112.0 / 300.0);
    formula_remove(path);
    zd_context_destroy(&ctx);
}

/* What the network's camera saw along the longer side, which the map is told of as a lens on 36 mm; of a square, across.
 * Tiles and regions are no cameras. */
static void require_focal(zd_analyser_params params, int width, int height, bool has_camera)
{
    zd_context *ctx = zd_test_context(2);
    zd_analyser *analyser = NULL;
    zd_image *frame = noise_frame(ctx, width, height);
    zd_image *input = NULL;
    zd_depth_map depth = { 0 };
    zd_network_tensor fov;
    char *path = formula_write(ctx, FORMULA_VIEWS);
    REQUIRE(path != NULL);
    params.model_path = path;
    params.network = (zd_network_params){ .precision = ZD_PRECISION_EXACT };
    REQUIRE_OK(zd_analyser_open(ctx, &params, &analyser, &err));
    REQUIRE_OK(zd_analyser_prepare(analyser, zd_image_view(frame), &input, &err));
    REQUIRE_OK(zd_analyser_run(analyser, input, NULL, &depth, NULL, &err));
    REQUIRE(zd_network_find_tensor(analyser->net, "fov", &fov) && fov.channels == 2);
    REQUIRE(fabsf(fov.data[0] - fov.data[1]) > 0.01f);
    double angle = (double) fov.data[width >= height ? 1 : 0];
    double focal = has_camera && angle > 1e-3 ? 18.0 / tan(0.5 * angle) : 0.0; /* none of nothing */
    REQUIRE_NEAR(depth.focal_mm, focal, 1e-5 * focal);
    zd_depth_map_release(&depth);
    zd_image_unref(&input);
    zd_image_unref(&frame);
    zd_analyser_close(&analyser);
    formula_remove(path);
    zd_context_destroy(&ctx);
}

static void cameras_are_seen_along_the_longer_side(void)
{
    zd_analyser_params params = { .depth_size = 56 };
    require_focal(params, 160, 90, true);
    require_focal(params, 90, 160, true);
    require_focal(params, 100, 100, true);
    params.tiles = 2;
    require_focal(params, 160, 90, false);
    params = (zd_analyser_params){ .depth_size = 56, .roi = { 0.5f, 0.0f, 1.0f, 1.0f } };
    require_focal(params, 160, 90, false);
}

/* Key and size of the input that an analyser makes. */
static void plan_input(zd_context *ctx, zd_analyser_params params, int size[2], zd_digest *key)
{
    zd_analyser *analyser = NULL;
    zd_image *frame = noise_frame(ctx, 320, 180);
    zd_image *input = NULL;
    params.network.packs_late = true;
    REQUIRE_OK(zd_analyser_open(ctx, &params, &analyser, &err));
    REQUIRE_OK(zd_analyser_input_size(analyser, 320, 180, &size[0], &size[1], &err));
    REQUIRE_OK(zd_analyser_prepare(analyser, zd_image_view(frame), &input, &err));
    REQUIRE_OK(zd_analyser_key(analyser, input, key, &err));
    zd_image_unref(&input);
    zd_image_unref(&frame);
    zd_analyser_close(&analyser);
}

static void check_choice(zd_context *ctx, zd_analyser_params automatic, int depth_size, int tiles)
{
    int sizes[2][2];
    zd_digest keys[2];
    zd_analyser_params meant = automatic;
    automatic.tiles = ZD_ANALYSER_TILES_AUTO;
    meant.tiles = tiles;
    meant.depth_size = depth_size;
    plan_input(ctx, automatic, sizes[0], &keys[0]);
    plan_input(ctx, meant, sizes[1], &keys[1]);
    REQUIRE_BYTES(sizes[0], sizes[1], sizeof sizes[0]);
    REQUIRE_BYTES(&keys[0], &keys[1], sizeof keys[0]);
}

/* Attention costs as the square of the picture: 8 times for 4 times the pixels. */
static void large_sizes_choose_tiles(void)
{
    zd_context *ctx = zd_test_context(1);
    char *still = formula_write(ctx, FORMULA_STILL);
    char *video = formula_write(ctx, FORMULA_VIDEO);
    REQUIRE(still != NULL && video != NULL);
    zd_analyser_params params = { .model_path = still };
    check_choice(ctx, params, 0, 0);
    params.depth_size = 1022;
    check_choice(ctx, params, 1022, 0);
    params.depth_size = 1036;
    check_choice(ctx, params, 518, 2);
    params.depth_size = 1600;
    check_choice(ctx, params, 533, 3);
    params.fine = true;
    check_choice(ctx, params, 1600, 0);
    params.fine = false;
    params.model_path = video; /* which sees windows at one size */
    check_choice(ctx, params, 1600, 0);
    char *embedded_path = NULL;
    REQUIRE_OK(zd_model_store_find(ctx, "embedded", &embedded_path, &err));
    params.model_path = embedded_path; /* convolutions grow with the picture */
    check_choice(ctx, params, 1600, 0);
    zd_free(ctx, embedded_path);
    formula_remove(still);
    formula_remove(video);
    zd_context_destroy(&ctx);
}

static void embedded_runs(void)
{
    zd_context *ctx = zd_test_context(2);
    zd_digest keys[5];
    analyse(ctx, (zd_analyser_params){ .depth_size = 64 }, &keys[0]);
    analyse(ctx, (zd_analyser_params){ .depth_size = 64 }, &keys[1]);
    analyse(ctx, (zd_analyser_params){ .depth_size = 64, .tiles = 2 }, &keys[2]);
    analyse(ctx, (zd_analyser_params){ .depth_size = 64, .roi = { 0.2f, 0.0f, 0.9f, 0.7f } },
            &keys[3]);
    analyse(ctx, (zd_analyser_params){ .depth_size = 64, .network.precision = ZD_PRECISION_EXACT },
            &keys[4]);
    REQUIRE_BYTES(&keys[0], &keys[1], sizeof keys[0]);
    REQUIRE(memcmp(&keys[0], &keys[2], sizeof keys[0]) != 0);
    REQUIRE(memcmp(&keys[0], &keys[3], sizeof keys[0]) != 0);
    zd_context_destroy(&ctx);
}

static void names_are_found(void)
{
    zd_context *ctx = zd_test_context(1);
    char *path = NULL;
    setenv("ZD_MODELS", "/nonexistent", 1);
    REQUIRE_FAILS(zd_model_store_find(ctx, "v2-small", &path, &err), ZD_ERR_MISSING,
                  "model 'v2-small' is not installed; install it with: zdepth models install "
                  "v2-small");
    REQUIRE_FAILS(zd_model_store_find(ctx, "v3", &path, &err), ZD_ERR_INVALID_ARGUMENT,
                  "no model is called 'v3'; 'zdepth models list' shows them, and a path holds a "
                  "'/' or ends in .safetensors");
    REQUIRE_FAILS(zd_model_store_find(ctx, "./no.safetensors", &path, &err), ZD_ERR_IO,
                  "model file './no.safetensors' does not exist");
    REQUIRE_TEXT(zd_model_store_choose(ctx, "v2-small", true), "v2-small");
    REQUIRE_TEXT(zd_model_store_choose(ctx, "auto", true), "embedded");
    REQUIRE_TEXT(zd_model_store_choose(ctx, "auto", false), "embedded");
    REQUIRE_FAILS(zd_model_store_find(ctx, "da3-small", &path, &err), ZD_ERR_MISSING,
                  "model 'da3-small' is not installed; its hash is not known here: fetch "
                  "model.safetensors of depth-anything/DA3-SMALL from a source that you trust, "
                  "then: zdepth models install da3-small --from FILE");
    zd_network_params params = { 0 };
    zd_model_store_params("v2-metric-outdoor-small", &params);
    REQUIRE_INT(params.kind, ZD_NETWORK_KIND_METRIC);
    REQUIRE_NEAR(params.max_depth_m, 80.0, 0.0);
    unsetenv("ZD_MODELS");
    zd_context_destroy(&ctx);
}

/** Puts an empty file where an installed model would be, or takes it away. */
static void install(const char *folder, const char *name, bool is_there)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s.safetensors", folder, name);
    if (!is_there) {
        REQUIRE(unlink(path) == 0);
        return;
    }
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    fclose(file);
}

/* What "auto" means grows with what is installed: for movies networks for video first, then those for stills. */
static void auto_takes_the_best_that_is_installed(void)
{
    static const struct {
        const char *installed;
        const char *for_movies;
        const char *for_stills;
    } steps[] = {
        { "v2-small", "v2-small", "v2-small" },
        { "vda-metric-small", "v2-small", "v2-small" }, /* metres are asked for by name */
        { "da3-small", "v2-small", "v2-small" },
        { "vda-small", "vda-small", "v2-small" },
        { "v2-base", "vda-small", "v2-base" },
        { "vda-base", "vda-base", "v2-base" },
        { "v2-large", "vda-base", "v2-large" },
        { "da3-mono-large", "vda-base", "da3-mono-large" },
        { "vda-large", "vda-large", "da3-mono-large" },
    };
    enum { STEPS = sizeof steps / sizeof steps[0] };
    char folder[] = "/tmp/zdepth-auto-XXXXXX";
    zd_context *ctx = zd_test_context(1);
    REQUIRE(mkdtemp(folder) != NULL);
    setenv("ZD_MODELS", folder, 1);
    for (int i = 0; i < STEPS; i++) {
        install(folder, steps[i].installed, true);
        REQUIRE_TEXT(zd_model_store_choose(ctx, "auto", true), steps[i].for_movies);
        REQUIRE_TEXT(zd_model_store_choose(ctx, "auto", false), steps[i].for_stills);
        REQUIRE_TEXT(zd_model_store_choose(ctx, "v2-small", true), "v2-small");
    }
    for (int i = 0; i < STEPS; i++) {
        install(folder, steps[i].installed, false);
    }
    REQUIRE(rmdir(folder) == 0);
    unsetenv("ZD_MODELS");
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(sizes_are_the_published_ones);
    RUN(sizes_of_the_newer_families);
    RUN(preprocessing_is_opencvs);
    RUN(area_is_the_mean);
    RUN(tile_weights_sum_to_one);
    RUN(embedded_runs);
    RUN(large_sizes_choose_tiles);
    RUN(metres_follow_the_lens);
    RUN(cameras_are_seen_along_the_longer_side);
    RUN(names_are_found);
    RUN(auto_takes_the_best_that_is_installed);
    return zd_test_finish();
}
