/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* How strong a cut each frame of made clips is, as it was when tests/unit/depth_table.txt was written: textures
 * that move in either direction, fade, flash and change. */

#include <math.h>

#include "depth/shots.h"
#include "table.h"

static zd_error err;
static zd_context *ctx;
static zd_text table;

enum { W = 83, H = 47, CLIPS = 8, FRAMES = 14 };

static void paint(zd_view rgb, int clip, int frame)
{
    int shot = frame >= 7 && clip % 4 != 3 ? 1 : 0;
    float dx = (float) (clip % 2 ? -5 : 4) * (float) frame;
    float dy = (float) (clip % 3 - 1) * 3.0f * (float) frame;
    for (int y = 0; y < rgb.height; y++) {
        float *row = zd_view_row_f32(rgb, y);
        for (int x = 0; x < rgb.width; x++) {
            float u = (float) x + dx;
            float v = (float) y + dy;
            for (int c = 0; c < 3; c++) {
                float k = 0.13f + 0.05f * (float) c + 0.02f * (float) (shot * (1 + clip % 2));
                float value =
                    0.5f + 0.3f * sinf(k * u + 0.2f * v) + 0.15f * cosf(0.31f * v - k * u);
                value += clip == 5 && frame == 5 ? 0.6f : 0.0f;                 /* a flash */
                value *= clip == 6 ? 1.0f - 0.05f * (float) frame : 1.0f;       /* a fade */
                value += shot == 1 && clip > 3 ? 0.2f * (float) (c - 1) : 0.0f; /* other colours */
                row[3 * x + c] = value;
            }
        }
    }
}

static void cuts_are_as_strong_as_ever(void)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, W, H, ZD_RGB_F32, &image, &err));
    for (int clip = 0; clip < CLIPS; clip++) {
        zd_shot_detector *detector = NULL;
        zd_shot_decision d;
        REQUIRE_OK(zd_shot_detector_create(ctx, &detector, &err));
        int frame = 0;
        bool told = true;
        while (frame < FRAMES || told) {
            if (frame < FRAMES) {
                paint(zd_image_view(image), clip, frame++);
                told = zd_shot_detector_push(detector, zd_image_view(image), &d);
            } else {
                told = zd_shot_detector_drain(detector, &d);
            }
            if (told) {
                zd_text_format(&table, "clip-%d-%d %d %.4f\n", clip, (int) d.frame,
                               (int) d.starts_shot, (double) d.strength);
            }
            told = told || frame < FRAMES;
        }
        zd_shot_detector_destroy(&detector);
    }
    zd_image_unref(&image);
}

static void all_is_as_written(void)
{
    zd_table_check(ctx, "unit/depth_table.txt", &table, 1e-3);
}

int main(void)
{
    ctx = zd_test_context(1);
    zd_text_init(&table, ctx);
    RUN(cuts_are_as_strong_as_ever);
    RUN(all_is_as_written);
    zd_text_release(&table);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
