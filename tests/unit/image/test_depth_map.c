/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth maps with what goes with them: names, copies, sky, scales, and the subject's weight. */

#include "image/depth_histogram.h"
#include "image/depth_map.h"
#include "zd_test.h"

static zd_error err;

static zd_image *plane(zd_context *ctx, float first)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, 5, 3, ZD_GRAY_F32, &image, &err));
    for (int i = 0; i < 15; i++) {
        zd_view_row_f32(zd_image_view(image), i / 5)[i % 5] = first + (float) i;
    }
    return image;
}

static float value_at(const zd_image *image, int x, int y)
{
    return zd_view_row_f32(zd_image_view(image), y)[x];
}

static void kinds_have_names(void)
{
    REQUIRE_TEXT(zd_depth_kind_name(ZD_DEPTH_NEARNESS), "nearness");
    REQUIRE_TEXT(zd_depth_kind_name(ZD_DEPTH_NORMALISED), "normalised");
    REQUIRE_TEXT(zd_depth_kind_name(ZD_DEPTH_METRES), "metres");
}

static void copies_are_whole_and_their_own(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_depth_map map = { plane(ctx, 1), ZD_DEPTH_METRES, plane(ctx, 100), plane(ctx, 200), 35.0f };
    zd_depth_map copy;
    REQUIRE_OK(zd_depth_map_copy(ctx, &map, &copy, &err));
    zd_depth_map same = zd_depth_map_ref(&map);
    REQUIRE(same.values == map.values && same.sky == map.sky && same.confidence == map.confidence);
    REQUIRE(same.kind == ZD_DEPTH_METRES && same.focal_mm == 35.0f);
    REQUIRE(copy.kind == ZD_DEPTH_METRES && copy.focal_mm == 35.0f);
    zd_view_row_f32(zd_image_view(map.values), 2)[4] = -9.0f;
    REQUIRE(value_at(same.values, 4, 2) == -9.0f); /* another holder's are the same pixels */
    for (int i = 0; i < 15; i++) {
        REQUIRE(value_at(copy.values, i % 5, i / 5) == 1.0f + (float) i);
        REQUIRE(value_at(copy.sky, i % 5, i / 5) == 100.0f + (float) i);
        REQUIRE(value_at(copy.confidence, i % 5, i / 5) == 200.0f + (float) i);
    }
    zd_depth_map_release(&same);
    REQUIRE(same.values == NULL && same.sky == NULL && same.confidence == NULL);
    REQUIRE(same.focal_mm == 0.0f);
    zd_depth_map_release(&same);
    zd_depth_map_release(&map);
    REQUIRE(value_at(copy.values, 0, 0) == 1.0f);
    zd_depth_map_release(&copy);
    zd_context_destroy(&ctx);
}

static void sky_is_infinitely_far(void)
{
    zd_context *ctx = zd_test_context(1);
    for (int k = ZD_DEPTH_NEARNESS; k <= ZD_DEPTH_METRES; k++) {
        zd_depth_map map = { .values = plane(ctx, 1), .kind = (zd_depth_kind) k };
        REQUIRE(!zd_depth_map_is_sky(&map, 3, 1));
        zd_depth_map_sink_sky(&map);
        REQUIRE(value_at(map.values, 3, 1) == 9.0f);
        map.sky = plane(ctx, 0);
        zd_view_clear(zd_image_view(map.sky));
        zd_view_row_f32(zd_image_view(map.sky), 1)[3] = 0.3f;
        zd_view_row_f32(zd_image_view(map.sky), 2)[0] = 0.29f;
        zd_view_row_f32(zd_image_view(map.sky), 0)[4] = 1.0f;
        REQUIRE(zd_depth_map_is_sky(&map, 3, 1) && zd_depth_map_is_sky(&map, 4, 0));
        REQUIRE(!zd_depth_map_is_sky(&map, 0, 2) && !zd_depth_map_is_sky(&map, 1, 3 - 1));
        zd_depth_map_sink_sky(&map);
        float infinite = k == ZD_DEPTH_METRES ? INFINITY : 0.0f;
        for (int i = 0; i < 15; i++) {
            REQUIRE(value_at(map.values, i % 5, i / 5) ==
                    (i == 8 || i == 4 ? infinite : 1.0f + (float) i));
        }
        zd_depth_map_release(&map);
    }
    zd_context_destroy(&ctx);
}

static void scales_go_both_ways(void)
{
    const zd_depth_range nearness = { 2.0f, 10.0f };
    const zd_depth_range metres = { 9.0f, 1.0f };
    REQUIRE(zd_depth_to_normalised(nearness, 4.0f) == 0.25f);
    REQUIRE(zd_depth_from_normalised(nearness, 0.25f) == 4.0f);
    REQUIRE(zd_depth_to_normalised(metres, 7.0f) == 0.25f); /* nearer is smaller */
    REQUIRE(zd_depth_from_normalised(metres, 0.25f) == 7.0f);
    const zd_depth_range flat = { 3.0f, 3.0f };
    const zd_depth_range endless = { 3.0f, INFINITY };
    REQUIRE(zd_depth_to_normalised(flat, 5.0f) == 2.0f); /* as if it were one long */
    REQUIRE(zd_depth_from_normalised(flat, 2.0f) == 5.0f);
    REQUIRE(zd_depth_to_normalised(endless, 5.0f) == 2.0f);
}

static void require_shift(zd_subject_shift shift, double subject, double rest)
{
    REQUIRE_NEAR(shift.subject, subject, 1e-6);
    REQUIRE_NEAR(shift.rest, rest, 1e-6);
}

/* The weight is full from a third of the range on and fades at twice the room that is left. */
static void the_subjects_weight_fades_at_the_ends(void)
{
    REQUIRE_NEAR(ZD_SUBJECT_WEIGHT, 0.66, 1e-7);
    require_shift(zd_subject_shift_in(0.66f, 0.5f), 0.33, 0.66);
    require_shift(zd_subject_shift_in(0.66f, 0.1f), 0.33, 0.2);
    require_shift(zd_subject_shift_in(0.66f, 0.8f), 0.4, 0.66);
    require_shift(zd_subject_shift_in(0.66f, 0.9f), 0.2, 0.66);
    require_shift(zd_subject_shift_in(0.66f, 0.0f), 0.33, 0.0);
    require_shift(zd_subject_shift_in(0.66f, -3.0f), 0.33, 0.0);
    require_shift(zd_subject_shift_in(0.66f, 1.0f), 0.0, 0.66);
    require_shift(zd_subject_shift_in(0.66f, 0.6f), 0.4, 0.66);
    require_shift(zd_subject_shift_in(0.2f, 0.58f), 0.15, 0.2);
    require_shift(zd_subject_shift_out(0.66f, 0.1f), 0.2, 0.66);
    require_shift(zd_subject_shift_out(0.66f, 0.8f), 0.66, 0.4);
    require_shift(zd_subject_shift_out(0.66f, 2.0f), 0.66, 0.0);
    require_shift(zd_subject_shift_in(-1.0f, 0.5f), 0.0, 0.0); /* none at all */
    zd_subject_shift shift = { 0.5f, 0.25f };
    REQUIRE_NEAR(zd_subject_shift_of(shift, 1.0f), 0.5, 1e-6);
    REQUIRE_NEAR(zd_subject_shift_of(shift, 0.75f), 0.25, 1e-6);
    REQUIRE_NEAR(zd_subject_shift_of(shift, 0.5f), 0.0, 1e-6);
    REQUIRE_NEAR(zd_subject_shift_of(shift, 0.25f), -0.125, 1e-6);
    REQUIRE_NEAR(zd_subject_shift_of(shift, 0.0f), -0.25, 1e-6);
}

/* One sample after the other, by the scale that everybody uses. */
static void plain_histogram(zd_view map, zd_depth_range range, int bins, uint32_t *counts)
{
    memset(counts, 0, (size_t) bins * sizeof *counts);
    for (int i = 0; i < map.width * map.height; i++) {
        float at =
            zd_depth_to_normalised(range, zd_view_row_f32(map, i / map.width)[i % map.width]);
        if (at == at) {
            float within = at < 0.0f ? 0.0f : at > 1.0f ? 1.0f : at;
            int bin = (int) (within * (float) bins);
            counts[bin < bins ? bin : bins - 1]++;
        }
    }
}

static void histograms_count_every_sample_once(void)
{
    enum { WIDTH = 523, HEIGHT = 7 }; /* two stretches and a rest */
    static const int bins[] = { 1, 2, 10, 128, ZD_DEPTH_BINS_MAX };
    zd_depth_range ranges[] = {
        { 0.1f, 0.9f }, { 4.0f, 1.5f }, { 0.5f, 0.5f }, { 0.0f, INFINITY }
    };
    static const float odd[] = { NAN, INFINITY, -INFINITY, -3.0f, 0.1f, 0.9f, 7.0f, -0.0f };
    uint32_t counts[ZD_DEPTH_BINS_MAX];
    uint32_t expected[ZD_DEPTH_BINS_MAX];
    zd_context *ctx = zd_test_context(1);
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, WIDTH, HEIGHT, ZD_GRAY_F32, &image, &err));
    zd_view map = zd_image_view(image);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        float *sample = &zd_view_row_f32(map, i / WIDTH)[i % WIDTH];
        *sample = i % 29 < 8 ? odd[i % 29] : (float) (i * 37 % 1000) * 0.002f;
    }
    for (size_t b = 0; b < sizeof bins / sizeof *bins; b++) {
        for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++) {
            zd_depth_histogram(map, ranges[r], bins[b], counts);
            plain_histogram(map, ranges[r], bins[b], expected);
            REQUIRE(memcmp(counts, expected, (size_t) bins[b] * sizeof *counts) == 0);
        }
    }
    zd_image_unref(&image);
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(kinds_have_names);
    RUN(copies_are_whole_and_their_own);
    RUN(sky_is_infinitely_far);
    RUN(scales_go_both_ways);
    RUN(the_subjects_weight_fades_at_the_ends);
    RUN(histograms_count_every_sample_once);
    return zd_test_finish();
}
