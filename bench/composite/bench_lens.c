/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* How the lens blur's cost grows with the picture: processor time a million pixels from 720p to 8K, of
 * the program and of the system, which hands out memory. bench_lens [THREADS] */

#include <stdlib.h>
#include <sys/resource.h>

#include "composite/effects/lens_blur.h"
#include "zd_test.h"

static zd_context *ctx;
static zd_error err;

static void must(zd_status status)
{
    if (status != ZD_OK) {
        printf("%s\n", err.message);
        exit(1);
    }
}

static double seconds(struct timeval t)
{
    return (double) t.tv_sec + 1e-6 * (double) t.tv_usec;
}

/* Steps, slopes and a picture with detail. */
static void draw(zd_view picture, zd_view nearness)
{
    unsigned long long seed = 5;
    for (int y = 0; y < picture.height; y++) {
        float *colour = zd_view_row_f32(picture, y);
        float *depth = zd_view_row_f32(nearness, y);
        for (int x = 0; x < picture.width; x++) {
            float across = (float) x / (float) picture.width;
            float down = (float) y / (float) picture.height;
            bool is_front = fabsf(across - 0.5f) < 0.15f && down > 0.2f;
            depth[x] = is_front ? 0.85f + 0.1f * across : 0.5f * down * down;
            for (int c = 0; c < 3; c++) {
                colour[x * 4 + c] = zd_test_uniform(&seed) * (0.2f + across);
            }
            colour[x * 4 + 3] = 1.0f;
        }
    }
}

static void measure(int width, int height)
{
    zd_image *images[3] = { NULL };
    struct rusage before;
    struct rusage after;
    zd_lens_blur blur = { .focus = 0.9f, .range = 0.1f, .radius = 0.015f };
    must(zd_image_create(ctx, width, height, ZD_RGBA_F32, &images[0], &err));
    must(zd_image_create(ctx, width, height, ZD_RGBA_F32, &images[1], &err));
    must(zd_image_create(ctx, width, height, ZD_GRAY_F32, &images[2], &err));
    draw(zd_image_view(images[0]), zd_image_view(images[2]));
    zd_view_clear(zd_image_view(images[1]));
    zd_effect_io io = { .picture = zd_image_view(images[0]),
                        .nearness = zd_image_view(images[2]),
                        .roi = { 0, 0, width, height },
                        .out = zd_image_view(images[1]) };
    getrusage(RUSAGE_SELF, &before);
    must(zd_lens_blur_apply(ctx, &blur, &io, &err));
    getrusage(RUSAGE_SELF, &after);
    double user = seconds(after.ru_utime) - seconds(before.ru_utime);
    double system = seconds(after.ru_stime) - seconds(before.ru_stime);
    double million = 1e-6 * width * height;
    printf("%5d x %-5d %8.0f ms %8.0f ms/Mpx %6.1f %% system\n", width, height,
           1e3 * (user + system), 1e3 * (user + system) / million,
           100.0 * system / (user + system));
    for (int i = 0; i < 3; i++) {
        zd_image_unref(&images[i]);
    }
}

int main(int argc, char **argv)
{
    zd_heap_for_pictures();
    ctx = zd_test_context(argc > 1 ? atoi(argv[1]) : 2);
    measure(1280, 720);
    measure(1920, 1080);
    measure(3840, 2160);
    measure(7680, 4320);
    zd_context_destroy(&ctx);
    return 0;
}
