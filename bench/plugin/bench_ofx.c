/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The OpenFX plug-in: what an instance costs, and a 1080p float frame with its depth at hand, as a
 * ratio to copying the frame and to the engine's own call, interleaved in one run. */

#include "ofx_scene.h"

#include <time.h>

#include "engine/engine.h"

enum { ROUNDS = 9, WIDTH = 1920, HEIGHT = 1080 };

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec * 1e6 + (double) t.tv_nsec * 1e-3;
}

/* Of the whole process: steady also where other programs take turns. */
static double processor_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec * 1e6 + (double) t.tv_nsec * 1e-3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *) a;
    double y = *(const double *) b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t) count, sizeof *values, compare);
    return values[count / 2];
}

static void bench_instances(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    enum { COUNT = 200 };
    double times[ROUNDS];
    ofx_props empty = mock_props_create();
    for (int r = 0; r < ROUNDS; r++) {
        double start = now_us();
        for (int i = 0; i < COUNT; i++) { /* the plug-in's part of it: create and destroy */
            mock_action(s.effect, "OfxActionDestroyInstance", NULL, NULL);
            mock_action(s.effect, "OfxActionCreateInstance", NULL, NULL);
        }
        times[r] = (now_us() - start) / COUNT;
    }
    printf("instance: %.1f us to create and destroy\n", median(times, ROUNDS));
    mock_props_free(empty);
    rig_close(&s);
}

static zd_pixels upside(const mock_image *image)
{
    zd_pixels p = { .alpha = ZD_PIXELS_STRAIGHT, .y = -HEIGHT };
    p.view = (zd_view){ mock_image_pixel(image, 0, HEIGHT - 1), WIDTH, HEIGHT, -image->row_bytes,
                        ZD_RGBA_F32 };
    return p;
}

typedef enum bench_kind { CUT_OUT, COMPOSITE, COMPOSITE_WHOLE } bench_kind;

/* An insert that shows in every pixel that the matte leaves it. */
static void fill_whole(mock_image *insert)
{
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const float rgba[4] = { 0.9f * wave(x, y), 0.5f, 0.2f, 0.3f + 0.5f * wave(y, x) };
            mock_image_put(insert, x, y, rgba);
        }
    }
}

static void bench_frame(const char *what, bool new_pictures, bench_kind kind)
{
    bool compositor = kind != CUT_OUT;
    rig s;
    zd_error err;
    zd_engine *engine = NULL;
    zd_params params;
    ofx_rect_i b = { 0, 0, WIDTH, HEIGHT };
    mock_image *source = mock_image_create(b, ZD_SAMPLE_F32, 4, 0, false);
    mock_image *insert = mock_image_create(b, ZD_SAMPLE_F32, 4, 0, false);
    mock_image *output = mock_image_create(b, ZD_SAMPLE_F32, 4, 0, false);
    mock_image *copy = mock_image_create(b, ZD_SAMPLE_F32, 4, 0, false);
    mock_image *map = mock_image_create((ofx_rect_i){ 0, 0, 448, 256 }, ZD_SAMPLE_F32, 4, 0, false);
    double copies[ROUNDS];
    double plugin[ROUNDS];
    double own[ROUNDS];
    double work[ROUNDS];
    scene_fill(source, SCENE_COLOUR);
    if (kind == COMPOSITE_WHOLE) {
        fill_whole(insert);
    } else {
        scene_fill(insert, SCENE_INSERT);
    }
    scene_fill(map, SCENE_DEPTH);
    rig_open(&s, compositor, ZD_SAMPLE_F32);
    mock_connect(s.effect, "Source", source);
    mock_connect(s.effect, "Depth", map);
    mock_connect(s.effect, "Output", output);
    if (compositor) {
        mock_connect(s.effect, "Foreground", insert);
    } else {
        mock_set_int(s.effect, "transparency", 1);
    }
    if (zd_engine_acquire(&engine, &err) != ZD_OK) {
        return;
    }
    zd_params_init(&params, zd_engine_context(engine));
    zd_engine_frame frame = { .task = compositor ? ZD_ENGINE_COMPOSITE : ZD_ENGINE_FILTER,
                              .footage = upside(source),
                              .params = &params,
                              .transfer = ZD_TRANSFER_BT709 };
    if (compositor) {
        frame.insert = upside(insert);
    } else if (zd_params_set_number(&params, ZD_P_TRANSPARENCY, 1.0, &err) != ZD_OK) {
        return;
    }
    frame.map = (zd_pixels){ .y = -256, .alpha = ZD_PIXELS_STRAIGHT };
    frame.map.view =
        (zd_view){ mock_image_pixel(map, 0, 255), 448, 256, -map->row_bytes, ZD_RGBA_F32 };
    zd_pixels out = upside(output);
    zd_rect window = { 0, -HEIGHT, WIDTH, 0 };
    mock_render_args args = whole_of(output);
    for (int r = -2; r < ROUNDS; r++) {
        int at = r < 0 ? 0 : r;
        if (new_pictures) {
            const float rgba[4] = { (float) at / ROUNDS, 0.2f, 0.3f, 1.0f };
            mock_image_put(source, at + 3, 5, rgba);
        }
        double t0 = now_us();
        memcpy(copy->data, source->data, (size_t) WIDTH * HEIGHT * 16);
        double t1 = now_us();
        double p1 = processor_us();
        mock_render(s.effect, &args);
        double t2 = now_us();
        double p2 = processor_us();
        if (zd_engine_render(engine, &frame, &out, window, ZD_PIXELS_ROWS_ALL, &err) != ZD_OK) {
            printf("%s\n", err.message);
        }
        double t3 = now_us();
        copies[at] = t1 - t0;
        plugin[at] = t2 - t1;
        own[at] = t3 - t2;
        work[at] = p2 - p1;
    }
    double c = median(copies, ROUNDS);
    double p = median(plugin, ROUNDS);
    double o = median(own, ROUNDS);
    printf(
        "%s: copy %.1f ms, plug-in %.1f ms = %.1fx the copy, %+.1f %% over the engine's own call "
        "(%.1f ms); processor %.1f ms\n",
        what, c * 1e-3, p * 1e-3, p / c, (p / o - 1.0) * 100.0, o * 1e-3,
        median(work, ROUNDS) * 1e-3);
    zd_params_finish(&params);
    zd_engine_release(&engine);
    mock_connect(s.effect, "Source", s.source);
    rig_close(&s);
    mock_image_free(source);
    mock_image_free(insert);
    mock_image_free(output);
    mock_image_free(copy);
    mock_image_free(map);
}

int main(int argc, char **argv)
{
    plugin_path = argc > 1 ? argv[1] : "";
    load_plugin();
    bench_instances();
    bench_frame("transparency, same frame", false, CUT_OUT);
    bench_frame("transparency, another frame", true, CUT_OUT);
    bench_frame("compositor, same frame", false, COMPOSITE);
    bench_frame("compositor, another frame", true, COMPOSITE);
    bench_frame("compositor, insert over the whole frame, same frame", false, COMPOSITE_WHOLE);
    bench_frame("compositor, insert over the whole frame, another frame", true, COMPOSITE_WHOLE);
    return 0;
}
