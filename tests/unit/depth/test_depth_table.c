/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* How strong a cut each frame of made clips is, as it was when tests/unit/depth_table.txt was written: textures
 * that move in either direction, fade, flash and change. */

#include <math.h>

#include "depth/shots.h"
#include "depth/suggest.h"
#include "depth/tiles.h"
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

/* Layers of drawn sizes and depths, with and without a subject, and what is suggested to part them. */
static void thresholds_are_suggested_as_ever(void)
{
    unsigned long long seed = 5;
    zd_depth_map map = { 0 };
    zd_image *subject = NULL;
    zd_depth_range range = { 0.5f, 4.5f };
    REQUIRE_OK(zd_image_create(ctx, W, H, ZD_GRAY_F32, &map.values, &err));
    REQUIRE_OK(zd_image_create(ctx, W, H, ZD_GRAY_F32, &subject, &err));
    for (int i = 0; i < 40; i++) {
        zd_suggester suggester = { 0 };
        float depths[4];
        float edges[4];
        for (int k = 0; k < 4; k++) {
            depths[k] = 0.7f + 3.6f * zd_test_uniform(&seed);
            edges[k] = (float) W * zd_test_uniform(&seed);
        }
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                float depth = 0.6f + (float) y / H * (float) (i % 3);
                int layer = -1;
                for (int k = 0; k <= i % 4; k++) {
                    bool lies = fabsf((float) x - edges[k]) < 6.0f + 3.0f * (float) k && y > 9 * k;
                    layer = lies ? k : layer;
                }
                depth = layer >= 0 ? depths[layer] : depth;
                zd_view_row_f32(zd_image_view(map.values), y)[x] =
                    depth + 0.1f * (zd_test_uniform(&seed) - 0.5f);
                zd_view_row_f32(zd_image_view(subject), y)[x] =
                    (layer == i % 4 ? 0.6f : 0.0f) + 0.4f * zd_test_uniform(&seed);
            }
        }
        zd_view plane = zd_image_view(subject);
        zd_suggester_add(&suggester, &map, range, i % 2 ? &plane : NULL);
        zd_suggestion s = zd_suggester_result(&suggester, range, (zd_depth_range){ 0.6f, 4.3f });
        zd_text_format(&table, "suggest-%d %.3f %.3f %.3f %.3f %d\n", i, (double) s.depth_in,
                       isfinite(s.depth_out) ? (double) s.depth_out : -1.0, (double) s.confidence,
                       (double) s.probability, (int) zd_suggestion_is_empty(range, s.depth_in));
    }
    zd_image_unref(&map.values);
    zd_image_unref(&subject);
}

/* Wherever tiles lie, what they say is weighed to one; alone each is all there is. */
static void tiles_share_every_place(void)
{
    for (int count = 1; count < 5; count++) {
        for (int step = 5; step <= 9; step++) {
            int size = 9;
            int overlap = size - step;
            for (int at = 0; at < (count - 1) * step + size; at++) {
                double sum = 0.0;
                for (int i = 0; i < count; i++) {
                    int position = at - i * step;
                    if (position >= 0 && position < size) {
                        float weight = zd_tiles_weight(position, i, count, size, step);
                        double t = (position + 0.5) / overlap;
                        REQUIRE(weight >= 0.0f && weight <= 1.0f);
                        if (i > 0 && position < overlap) {
                            REQUIRE_NEAR(weight, t * t * (3.0 - 2.0 * t), 1e-6);
                        }
                        sum += (double) weight;
                    }
                }
                REQUIRE_NEAR(sum, 1.0, 1e-6);
            }
        }
    }
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
    RUN(thresholds_are_suggested_as_ever);
    RUN(tiles_share_every_place);
    RUN(all_is_as_written);
    zd_text_release(&table);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
