/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* An effect inside the matte, against all pixels mixed at once: the same codes, wherever the matte is hard, soft
 * or changes, beside the borders of the tiles and bands in which the work is cut. */

#include "engine/engine_result.h"
#include "jobs/job_inside.h"
#include "media_test.h"

enum { WIDTH = 101, HEIGHT = 51 };

static const char *const formats[] = { "yuv420p", "rgb24", "yuv444p10le", "yuv422p" };

static zd_view view_of(float *values, int channels)
{
    return (zd_view){
        values, WIDTH, HEIGHT, (ptrdiff_t) WIDTH * channels * 4, { ZD_SAMPLE_F32, channels }
    };
}

static zd_frame *make_frame(const char *format, unsigned long long seed, zd_transfer transfer)
{
    static float rgba[4 * WIDTH * HEIGHT];
    zd_frame *frame = NULL;
    zd_frame_info info = { .time_base = { 1, 25 },
                           .sample_aspect = { 1, 1 },
                           .bit_depth = strstr(format, "10") != NULL ? 10 : 8,
                           .colour = { .transfer = transfer } };
    snprintf(info.pixel_format, sizeof info.pixel_format, "%s", format);
    for (int i = 0; i < 4 * WIDTH * HEIGHT; i++) {
        rgba[i] = i % 4 == 3 ? 1.0f : 0.1f + 0.8f * zd_test_uniform(&seed);
    }
    REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, view_of(rgba, 4), &frame, &err));
    return frame;
}

typedef float (*matte_of)(int x, int y);

static float all_outside(int x, int y)
{
    (void) x;
    (void) y;
    return 0.0f;
}

static float all_inside(int x, int y)
{
    (void) x;
    (void) y;
    return 1.0f;
}

static float hard_disc(int x, int y)
{
    return hypotf((float) x - 40.0f, (float) y - 20.0f) < 17.0f ? 1.0f : 0.0f;
}

static float soft_disc(int x, int y)
{
    return fminf(fmaxf(1.0f - 0.1f * (hypotf((float) x - 70.0f, (float) y - 30.0f) - 9.0f), 0.0f),
                 1.0f);
}

/* Edges at the borders of tiles of 32 columns and bands of 16 rows, and one to each side of them. */
static float at_borders(int x, int y)
{
    return (x / 32 + y / 16) % 2 == 0 ? 1.0f : 0.0f;
}

static float beside_borders(int x, int y)
{
    return ((x + 1) / 32 + (y + 1) / 16) % 2 == 0 ? 1.0f : 0.0f;
}

static float one_column(int x, int y)
{
    (void) y;
    return x == 64 ? 0.5f : 0.0f;
}

static float the_last_column_and_row(int x, int y)
{
    return x == WIDTH - 1 || y == HEIGHT - 1 ? 1.0f : 0.0f;
}

static float rows(int x, int y)
{
    (void) x;
    return y >= 16 && y < 33 ? 1.0f : 0.0f;
}

static const struct {
    const char *name;
    matte_of matte;
} mattes[] = { { "nothing", all_outside },
               { "all", all_inside },
               { "a disc", hard_disc },
               { "a soft disc", soft_disc },
               { "borders", at_borders },
               { "beside borders", beside_borders },
               { "a column", one_column },
               { "the last", the_last_column_and_row },
               { "rows", rows } };

static void read_all(const zd_frame *frame, float *to)
{
    REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, WIDTH, HEIGHT }, view_of(to, 4), &err));
}

/* The frame with all pixels mixed as light, and whether any differs; then codes inside moved over. */
static zd_frame *mix_all(const zd_frame *was, const zd_frame *done, zd_transfer transfer,
                         zd_view matte)
{
    static float before[4 * WIDTH * HEIGHT];
    static float after[4 * WIDTH * HEIGHT];
    static float memory[4 * WIDTH * HEIGHT];
    zd_frame *out = zd_frame_ref((zd_frame *) was);
    bool changed = false;
    zd_rect whole = { 0, 0, WIDTH, HEIGHT };
    zd_layered_frame like = { .transfer = transfer };
    read_all(was, before);
    read_all(done, after);
    if (zd_engine_mix_codes(ctx, &like, view_of(before, 4), matte, view_of(memory, 4),
                            view_of(after, 4)))
    {
        REQUIRE_OK(zd_frame_write(&out, whole, view_of(before, 4), view_of(after, 4), &err));
    }
    REQUIRE_OK(zd_frame_copy_where(&out, done, matte, &changed, &err));
    return out;
}

static bool is_equal(const zd_frame *a, const zd_frame *b)
{
    static float one[4 * WIDTH * HEIGHT];
    static float other[4 * WIDTH * HEIGHT];
    read_all(a, one);
    read_all(b, other);
    return memcmp(one, other, sizeof one) == 0;
}

static void require_mixed(const char *format, size_t which, zd_transfer transfer)
{
    static float values[WIDTH * HEIGHT];
    bool changed = false;
    zd_frame *was = make_frame(format, 1, transfer);
    zd_frame *done = make_frame(format, 2, transfer);
    zd_frame *frame = zd_frame_ref(was);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        values[i] = mattes[which].matte(i % WIDTH, i / WIDTH);
    }
    zd_view matte = view_of(values, 1);
    zd_frame *expected = mix_all(was, done, transfer, matte);
    REQUIRE_OK(zd_job_inside(ctx, transfer, matte, done, &frame, &changed, &err));
    if (!is_equal(frame, expected) || changed != !is_equal(frame, was)) {
        ZD_TEST_FAIL("%s of %s: %s, changed %d", mattes[which].name, format,
                     is_equal(frame, expected) ? "as expected" : "another picture", changed);
    }
    REQUIRE(changed == (which != 0));
    zd_frame_unref(&expected);
    zd_frame_unref(&frame);
    zd_frame_unref(&done);
    zd_frame_unref(&was);
}

static void it_is_as_all_pixels_mixed(void)
{
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        for (size_t m = 0; m < sizeof mattes / sizeof *mattes; m++) {
            require_mixed(formats[f], m, f == 2 ? ZD_TRANSFER_PQ : ZD_TRANSFER_BT709);
        }
    }
}

static void what_is_the_same_changes_nothing(void)
{
    static float values[WIDTH * HEIGHT];
    bool changed = true;
    zd_frame *was = make_frame("yuv420p", 1, ZD_TRANSFER_BT709);
    zd_frame *done = make_frame("yuv420p", 1, ZD_TRANSFER_BT709);
    zd_frame *frame = zd_frame_ref(was);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        values[i] = soft_disc(i % WIDTH, i / WIDTH);
    }
    REQUIRE_OK(
        zd_job_inside(ctx, ZD_TRANSFER_BT709, view_of(values, 1), done, &frame, &changed, &err));
    REQUIRE(!changed && is_equal(frame, was));
    zd_frame_unref(&frame);
    zd_frame_unref(&done);
    zd_frame_unref(&was);
}

int main(void)
{
    media_begin(3);
    RUN(it_is_as_all_pixels_mixed);
    RUN(what_is_the_same_changes_nothing);
    return media_end();
}
