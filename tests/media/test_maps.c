/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth maps by time: footage that does not begin at 0, ranges of it, series of EXR, what is shown before,
 * between and after the maps, and maps that are turned with their picture. */

#include "media/map_reader.h"
#include "media_test.h"

enum { FRAMES = 80, STEP_US = 40000, LATE_MS = 7300 };

/* Gray levels that tell the frame, 25 a second from 7.3 s on. */
static void make_late(const char *path)
{
    zd_reader_info like = footage(18, 10);
    zd_writer *writer = NULL;
    zd_image *image = NULL;
    zd_view view = new_picture(18, 10, 1, &image);
    like.frame_rate = (zd_rational){ 25, 1 };
    like.time_base = (zd_rational){ 1, 1000 };
    like.start_pts = LATE_MS;
    zd_writer_params params = { .like = &like, .codec = "ffv1", .is_gray = true };
    REQUIRE_OK(zd_writer_open(ctx, path, &params, &writer, &err));
    for (int i = 0; i < FRAMES; i++) {
        fill_level(view, (float) i / FRAMES);
        REQUIRE_OK(zd_writer_put_view(writer, view, LATE_MS + i * (STEP_US / 1000), 1, &err));
    }
    zd_image_unref(&image);
    REQUIRE_OK(zd_writer_finish(&writer, &err));
}

static int which(zd_image **image)
{
    float level = zd_view_row_f32(zd_image_view(*image), 9)[17];
    zd_image_unref(image);
    return (int) lrintf((level - 0.05f) / 0.9f * FRAMES);
}

static int shown_at(zd_map_reader *reader, int64_t time_us)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_map_reader_at(reader, time_us, &image, &err));
    return which(&image);
}

static void require_in_order(const zd_map_params *params, int first, int end)
{
    zd_map_reader *reader = NULL;
    zd_image *image = NULL;
    int64_t time_us;
    REQUIRE_OK(zd_map_reader_open(ctx, in_scratch("late.mkv"), params, &reader, &err));
    REQUIRE_INT(zd_map_reader_info_get(reader)->width, 18);
    REQUIRE_INT(zd_map_reader_info_get(reader)->frame_rate.numerator, 25);
    for (int i = first; i < end; i++) {
        REQUIRE_OK(zd_map_reader_next(reader, &image, i % 2 ? &time_us : NULL, &err));
        REQUIRE_INT(which(&image), i);
        REQUIRE(i % 2 == 0 || time_us == (i - first) * (int64_t) STEP_US);
    }
    REQUIRE_INT(zd_map_reader_next(reader, &image, &time_us, &err), ZD_ERR_END);
    zd_map_reader_close(&reader);
}

static void times_count_from_the_first_map(void)
{
    make_late(in_scratch("late.mkv"));
    require_in_order(NULL, 0, FRAMES);
    require_in_order(&(zd_map_params){ .media = { .first_frame = 31, .end_frame = 45 } }, 31, 45);
}

/* The last that is not later; forward, far ahead, back, and after the end. */
static void a_moment_shows_the_map_before_it(void)
{
    static const int order[] = { 0, 1, 5, 6, 79, 3, 0, 70, 69, 79, 2 };
    zd_map_reader *reader = NULL;
    REQUIRE_OK(zd_map_reader_open(ctx, in_scratch("late.mkv"), NULL, &reader, &err));
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        int64_t time_us = order[i] * (int64_t) STEP_US;
        REQUIRE_INT(shown_at(reader, time_us), order[i]);
        REQUIRE_INT(shown_at(reader, time_us + STEP_US / 2), order[i]);
        REQUIRE_INT(zd_map_reader_is_held(reader, time_us + STEP_US / 2), 0);
    }
    REQUIRE_INT(shown_at(reader, 90000000), FRAMES - 1);
    REQUIRE_INT(zd_map_reader_is_held(reader, FRAMES * (int64_t) STEP_US), 1);
    REQUIRE_INT(
        zd_map_reader_is_held(reader, FRAMES * (int64_t) STEP_US - ZD_READER_ROUNDING_US - 1), 0);
    REQUIRE_INT(shown_at(reader, 0), 0);
    REQUIRE_INT(zd_map_reader_is_held(reader, FRAMES * (int64_t) STEP_US), 0);
    zd_map_reader_close(&reader);
}

/* ---- series of EXR ---- */

static void write_map(const char *path, int width, int height, const zd_map_declared *declared)
{
    zd_image *image = NULL;
    zd_view view = new_picture(width, height, 1, &image);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            zd_view_row_f32(view, y)[x] = (float) (10 * y + x);
        }
    }
    REQUIRE_OK(zd_map_write_exr(ctx, path, view, declared, &err));
    zd_image_unref(&image);
}

static void what_is_declared_is_read(void)
{
    static const zd_map_declared given[] = {
        { .has_kind = true, .kind = "metres" },
        { .has_range = true, .furthest = 91.5f, .nearest = 0.25f },
        { .has_kind = true, .kind = "nearness", .has_range = true, .furthest = -2, .nearest = 3 },
        { 0 },
    };
    for (int i = 0; i < 4; i++) {
        zd_map_reader *reader = NULL;
        write_map(in_scratch("told.exr"), 5, 3, &given[i]);
        REQUIRE_OK(zd_map_reader_open(ctx, in_scratch("told.exr"), NULL, &reader, &err));
        const zd_map_info *info = zd_map_reader_info_get(reader);
        REQUIRE_INT(info->kind, ZD_MEDIA_STILL);
        REQUIRE_INT(info->bit_depth, 32);
        REQUIRE_INT(info->is_float, 1);
        REQUIRE_TEXT(info->channel, "Z");
        REQUIRE_INT(info->declared.has_kind, given[i].has_kind);
        REQUIRE_TEXT(info->declared.kind, given[i].kind);
        REQUIRE_INT(info->declared.has_range, given[i].has_range);
        REQUIRE(!given[i].has_range || (info->declared.furthest == given[i].furthest &&
                                        info->declared.nearest == given[i].nearest));
        zd_map_reader_close(&reader);
    }
}

/* Clockwise by a quarter or three, after it was mirrored: each corner's number is known. */
static void maps_turn_with_their_picture(void)
{
    static const struct {
        int degrees;
        bool is_mirrored;
        float corners[4]; /* top left and right, bottom left and right */
    } turns[] = {
        { 90, false, { 20, 0, 24, 4 } },
        { 270, false, { 4, 24, 0, 20 } },
        { 90, true, { 24, 4, 20, 0 } },
        { 270, true, { 0, 20, 4, 24 } },
    };
    write_map(in_scratch("turn.exr"), 5, 3, &(zd_map_declared){ 0 });
    for (int i = 0; i < 4; i++) {
        zd_map_reader *reader = NULL;
        zd_image *image = NULL;
        REQUIRE_OK(zd_map_reader_open(ctx, in_scratch("turn.exr"), NULL, &reader, &err));
        zd_map_reader_turn(reader, turns[i].degrees, turns[i].is_mirrored);
        REQUIRE_INT(zd_map_reader_info_get(reader)->width, 3);
        REQUIRE_INT(zd_map_reader_info_get(reader)->height, 5);
        REQUIRE_OK(zd_map_reader_at(reader, 123456789, &image, &err));
        REQUIRE_INT(zd_map_reader_is_held(reader, 123456789), 0); /* a still holds for ever */
        zd_view view = zd_image_view(image);
        REQUIRE_INT(view.width, 3);
        REQUIRE_INT(view.height, 5);
        for (int c = 0; c < 4; c++) {
            REQUIRE_NEAR(zd_view_row_f32(view, c / 2 * 4)[c % 2 * 2], turns[i].corners[c], 0);
        }
        zd_image_unref(&image);
        zd_map_reader_close(&reader);
    }
}

static float corner_at(zd_map_reader *reader, int64_t time_us)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_map_reader_at(reader, time_us, &image, &err));
    float value = zd_view_row_f32(zd_image_view(image), 0)[0];
    zd_image_unref(&image);
    return value;
}

static void a_series_goes_by_its_rate(void)
{
    zd_map_reader *reader = NULL;
    zd_image *image = NULL;
    char said[600];
    zd_map_params params = { .media = { .first_frame = 1, .sequence_rate = { 25, 2 } } };
    for (int i = 0; i < 5; i++) {
        zd_view view = new_picture(5, 3, 1, &image);
        fill_level(view, (float) i);
        REQUIRE_OK(zd_map_write_exr(ctx, in_scratch("s.%02d.exr", i + 8), view,
                                    &(zd_map_declared){ 0 }, &err));
        zd_image_unref(&image);
    }
    const char *path = in_scratch("s.%%02d.exr");
    REQUIRE_OK(zd_map_reader_open(ctx, path, &params, &reader, &err));
    REQUIRE_INT(zd_map_reader_info_get(reader)->frame_count, 4);
    static const int times_ms[] = { 0, 70, 80, 319, 100, 5000, 161, 0 };
    static const int shows[] = { 1, 1, 2, 4, 2, 4, 3, 1 };
    for (int i = 0; i < 8; i++) {
        REQUIRE_NEAR(corner_at(reader, times_ms[i] * 1000LL), 0.05 + 0.9 * shows[i], 1e-5);
    }
    zd_map_reader_close(&reader);
    params.media.end_frame = 6;
    snprintf(said, sizeof said, "frames 1 to 5 lie outside '%s', which has 5 frames", path);
    REQUIRE_FAILS(zd_map_reader_open(ctx, path, &params, &reader, &err), ZD_ERR_INVALID_ARGUMENT,
                  said);
    params.media.end_frame = 5;
    write_map(in_scratch("s.10.exr"), 5, 4, &(zd_map_declared){ 0 });
    REQUIRE_OK(zd_map_reader_open(ctx, path, &params, &reader, &err));
    REQUIRE_OK(zd_map_reader_next(reader, &image, NULL, &err));
    zd_image_unref(&image);
    snprintf(said, sizeof said, "'%s' is 5x4 and the sequence is 5x3; all maps must have one size",
             in_scratch("s.10.exr"));
    REQUIRE_FAILS(zd_map_reader_next(reader, &image, NULL, &err), ZD_ERR_UNSUPPORTED, said);
    zd_map_reader_close(&reader);
}

int main(void)
{
    media_begin(2);
    RUN(times_count_from_the_first_map);
    RUN(a_moment_shows_the_map_before_it);
    RUN(what_is_declared_is_read);
    RUN(maps_turn_with_their_picture);
    RUN(a_series_goes_by_its_rate);
    return media_end();
}
