/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The laws of frames, for every pixel format that can be written: what is read is what was stored,
 * a change that changes nothing leaves every byte, a part is the part of the whole. */

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

#include "media/frame_internal.h"
#include "media_test.h"

enum { WIDTH = 37, HEIGHT = 23 };

static const zd_rect whole = { 0, 0, WIDTH, HEIGHT };

/* Calls back with a frame of every writable format, made of noise. */
static int for_all_formats(zd_view picture, void (*check)(zd_frame *frame, zd_view picture))
{
    int count = 0;
    const AVPixFmtDescriptor *format = NULL;
    while ((format = av_pix_fmt_desc_next(format)) != NULL) {
        zd_frame_info info = info_like(format->name, 1, false);
        zd_frame *frame = NULL;
        if (!zd_layout_supports(av_pix_fmt_desc_get_id(format))) {
            REQUIRE_INT(zd_frame_create_from_rgba(ctx, &info, picture, &frame, &err),
                        ZD_ERR_UNSUPPORTED);
            continue;
        }
        REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, picture, &frame, &err));
        check(frame, picture);
        zd_frame_unref(&frame);
        count++;
    }
    return count;
}

static float step_of(const zd_frame *frame)
{
    const zd_frame_info *info = zd_frame_info_get(frame);
    bool is_rgb = !frame->layout.is_yuv && frame->layout.colour_count == 3;
    float span = is_rgb ? 1.0f : 219.0f / 256.0f;
    return info->is_float ? 1e-6f : 1.0f / (span * (float) (1 << info->bit_depth));
}

/* Gray has the luma of the picture, YUV an error in three codes. */
static void check_round_trip(zd_frame *frame, zd_view picture)
{
    zd_image *image = NULL;
    zd_view back = new_picture(WIDTH, HEIGHT, 4, &image);
    const zd_layout *layout = &frame->layout;
    float allowed = step_of(frame) * (layout->is_yuv ? 2.2f : 0.51f) + 2e-6f;
    bool is_subsampled = layout->colour[1].log2_w > 0 || layout->colour[1].log2_h > 0;
    REQUIRE_OK(zd_frame_read(frame, whole, back, &err));
    for (int y = 0; y < HEIGHT && !is_subsampled; y++) {
        const float *wanted = zd_view_row_f32(picture, y);
        const float *got = zd_view_row_f32(back, y);
        for (int x = 0; x < WIDTH; x++, wanted += 4, got += 4) {
            float luma = 0.2126f * wanted[0] + 0.7152f * wanted[1] + 0.0722f * wanted[2];
            for (int c = 0; c < 3; c++) {
                REQUIRE_NEAR(got[c], layout->colour_count == 1 ? luma : wanted[c],
                             (double) allowed);
            }
            REQUIRE_NEAR(got[3], layout->has_alpha ? wanted[3] : 1.0f,
                         (double) step_of(frame) * 0.51 + 1e-6);
        }
    }
    zd_image_unref(&image);
}

static void test_round_trip_of_all_formats(void)
{
    zd_image *image = NULL;
    zd_view picture = new_picture(WIDTH, HEIGHT, 4, &image);
    fill_noise(picture, 1);
    int count = for_all_formats(picture, check_round_trip);
    printf("%d pixel formats\n", count);
    REQUIRE(count >= 70);
    zd_image_unref(&image);
}

static void check_identity(zd_frame *frame, zd_view picture)
{
    zd_image *image = NULL;
    zd_view before = new_picture(WIDTH, HEIGHT, 4, &image);
    AVFrame *copy = av_frame_clone(frame->av);
    zd_frame *written = zd_frame_ref(frame);
    (void) picture;
    REQUIRE_OK(zd_frame_read(frame, whole, before, &err));
    REQUIRE_OK(zd_frame_write(&written, whole, before, before, &err));
    REQUIRE(written != frame); /* it was shared, so it was copied */
    for (int i = 0; i < 4 && copy->data[i] != NULL; i++) {
        const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat) copy->format);
        bool is_chroma = i > 0 && frame->layout.is_yuv && i < 3;
        int rows = is_chroma ? zd_frame_ceil_shift(HEIGHT, format->log2_chroma_h) : HEIGHT;
        for (int y = 0; y < rows; y++) {
            int bytes = av_image_get_linesize((enum AVPixelFormat) copy->format, WIDTH, i);
            REQUIRE_BYTES(written->av->data[i] + (ptrdiff_t) y * written->av->linesize[i],
                          copy->data[i] + (ptrdiff_t) y * copy->linesize[i], (size_t) bytes);
        }
    }
    av_frame_free(&copy);
    zd_frame_unref(&written);
    zd_image_unref(&image);
}

static void test_identity_of_all_formats(void)
{
    zd_image *image = NULL;
    zd_view picture = new_picture(WIDTH, HEIGHT, 4, &image);
    fill_noise(picture, 2);
    for_all_formats(picture, check_identity);
    zd_image_unref(&image);
}

static void check_crop(zd_frame *frame, zd_view picture)
{
    static const zd_rect rects[] = { { 0, 0, 1, 1 },   { 3, 5, 20, 18 },  { 36, 22, 37, 23 },
                                     { 1, 1, 37, 23 }, { 0, 22, 37, 23 }, { 18, 7, 19, 22 } };
    zd_image *image = NULL;
    zd_view full = new_picture(WIDTH, HEIGHT, 4, &image);
    (void) picture;
    REQUIRE_OK(zd_frame_read(frame, whole, full, &err));
    for (size_t i = 0; i < sizeof rects / sizeof *rects; i++) {
        zd_image *part_image = NULL;
        zd_rect rect = rects[i];
        zd_view part = new_picture(rect.x1 - rect.x0, rect.y1 - rect.y0, 4, &part_image);
        REQUIRE_OK(zd_frame_read(frame, rect, part, &err));
        REQUIRE(is_same_bits(part, zd_view_crop(full, rect)));
        zd_image_unref(&part_image);
    }
    zd_image_unref(&image);
}

static void test_part_is_part_of_whole(void)
{
    zd_image *image = NULL;
    zd_view picture = new_picture(WIDTH, HEIGHT, 4, &image);
    fill_noise(picture, 3);
    for_all_formats(picture, check_crop);
    zd_image_unref(&image);
}

/* The definition of the area average, in double. */
static double box_mean(zd_view full, int box_x, int box_y, zd_view out, int channel)
{
    double x0 = (double) box_x * full.width / out.width;
    double x1 = (double) (box_x + 1) * full.width / out.width;
    double y0 = (double) box_y * full.height / out.height;
    double y1 = (double) (box_y + 1) * full.height / out.height;
    double sum = 0.0;
    for (int y = (int) y0; y < full.height && y < y1; y++) {
        double down = fmin(y + 1, y1) - fmax(y, y0);
        for (int x = (int) x0; x < full.width && x < x1; x++) {
            double across = fmin(x + 1, x1) - fmax(x, x0);
            const float *row = zd_view_row_f32(full, y);
            sum += down * across * (double) row[(ptrdiff_t) x * 3 + channel];
        }
    }
    return sum / ((x1 - x0) * (y1 - y0));
}

static void require_small(const zd_frame *frame, zd_view full, int width, int height)
{
    zd_image *image = NULL;
    zd_view out = new_picture(width, height, 3, &image);
    REQUIRE_OK(zd_frame_read_small(frame, out, &err));
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            for (int c = 0; c < 3; c++) {
                REQUIRE_NEAR(zd_view_row_f32(out, y)[(ptrdiff_t) x * 3 + c],
                             box_mean(full, x, y, out, c), 1e-5);
            }
        }
    }
    zd_image_unref(&image);
}

static void check_small(zd_frame *frame, zd_view picture)
{
    zd_image *image = NULL;
    zd_view full = new_picture(WIDTH, HEIGHT, 3, &image);
    (void) picture;
    REQUIRE_OK(zd_frame_read(frame, whole, full, &err));
    require_small(frame, full, 14, 9);
    require_small(frame, full, WIDTH, HEIGHT);
    require_small(frame, full, 1, 1);
    require_small(frame, full, 50, 40);
    zd_image_unref(&image);
}

static void test_small_is_box_average(void)
{
    zd_image *image = NULL;
    zd_view picture = new_picture(WIDTH, HEIGHT, 4, &image);
    fill_noise(picture, 4);
    for_all_formats(picture, check_small);
    zd_image_unref(&image);
}

static void test_small_of_wide_picture(void)
{
    zd_image *image = NULL;
    zd_image *full_image = NULL;
    zd_image *small_image = NULL;
    zd_view picture = new_picture(1500, 12, 3, &image);
    zd_view full = new_picture(1500, 12, 3, &full_image);
    zd_view out = new_picture(130, 5, 3, &small_image);
    zd_frame *frame = NULL;
    zd_frame_info info = info_like("yuv420p", 1, false);
    fill_noise(picture, 5);
    REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, picture, &frame, &err));
    REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, 1500, 12 }, full, &err));
    REQUIRE_OK(zd_frame_read_small(frame, out, &err));
    for (int y = 0; y < 5; y++) {
        for (int x = 0; x < 130; x++) {
            REQUIRE_NEAR(zd_view_row_f32(out, y)[(ptrdiff_t) x * 3], box_mean(full, x, y, out, 0),
                         1e-5);
        }
    }
    zd_frame_unref(&frame);
    zd_image_unref(&image);
    zd_image_unref(&full_image);
    zd_image_unref(&small_image);
}

/* One code value of YUV against the formulas of H.273, for every matrix and range. */
static void test_matrices_and_ranges(void)
{
    static const struct {
        int id;
        double kr;
        double kb;
    } matrices[] = { { 1, 0.2126, 0.0722 }, { 5, 0.299, 0.114 }, { 6, 0.299, 0.114 },
                     { 4, 0.30, 0.11 },     { 7, 0.212, 0.087 }, { 9, 0.2627, 0.0593 } };
    static const char *const formats[] = { "yuv444p", "yuv444p10le", "yuv444p12le", "yuv444p16le" };
    static const int depths[] = { 8, 10, 12, 16 };
    zd_image *image = NULL;
    zd_view view = new_picture(2, 2, 3, &image);
    for (size_t m = 0; m < sizeof matrices / sizeof *matrices; m++) {
        for (int f = 0; f < 8; f++) {
            int depth = depths[f / 2];
            bool is_full = f % 2 != 0;
            double unit = 1 << (depth - 8);
            double top = (1 << depth) - 1;
            zd_frame_info info = info_like(formats[f / 2], matrices[m].id, is_full);
            zd_frame *frame = NULL;
            zd_view_clear(view);
            REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, view, &frame, &err));
            int codes[3] = { (int) (100 * unit), (int) (90 * unit), (int) (170 * unit) };
            for (int p = 0; p < 3; p++) {
                uint8_t *at = frame->av->data[p];
                if (depth == 8) {
                    at[0] = (uint8_t) codes[p];
                } else {
                    ((uint16_t *) (void *) at)[0] = (uint16_t) codes[p];
                }
            }
            REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, 2, 2 }, view, &err));
            double y = is_full ? codes[0] / top : (codes[0] - 16 * unit) / (219 * unit);
            double u = (codes[1] - 128 * unit) / (is_full ? top : 224 * unit);
            double v = (codes[2] - 128 * unit) / (is_full ? top : 224 * unit);
            double kr = matrices[m].kr;
            double kb = matrices[m].kb;
            double red = y + 2 * (1 - kr) * v;
            double blue = y + 2 * (1 - kb) * u;
            double green = (y - kr * red - kb * blue) / (1 - kr - kb);
            const float *got = view.data;
            REQUIRE_NEAR(got[0], red, 2e-6);
            REQUIRE_NEAR(got[1], green, 2e-6);
            REQUIRE_NEAR(got[2], blue, 2e-6);
            zd_frame_unref(&frame);
        }
    }
    zd_image_unref(&image);
}

/* YCgCo (H.273, matrix 8) is no pair of weights: both differences go into red and blue. */
static void test_green_and_orange_differences(void)
{
    zd_image *image = NULL;
    zd_frame *frame = NULL;
    zd_view view = new_picture(2, 2, 3, &image);
    zd_frame_info info = info_like("yuv444p", 8, true);
    zd_view_clear(view);
    REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, view, &frame, &err));
    const int codes[3] = { 100, 90, 170 };
    for (int p = 0; p < 3; p++) {
        frame->av->data[p][0] = (uint8_t) codes[p];
    }
    REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, 2, 2 }, view, &err));
    const float *got = view.data;
    REQUIRE_NEAR(got[0], (100 - (90 - 128) + (170 - 128)) / 255.0, 2e-6);
    REQUIRE_NEAR(got[1], (100 + (90 - 128)) / 255.0, 2e-6);
    REQUIRE_NEAR(got[2], (100 - (90 - 128) - (170 - 128)) / 255.0, 2e-6);
    zd_frame_unref(&frame);
    zd_image_unref(&image);
}

static void test_black_and_white_are_exact(void)
{
    static const char *const formats[] = { "yuv420p", "yuv422p10le", "p010le",  "rgb24",
                                           "rgb48le", "gbrp12le",    "gray16le" };
    zd_image *image = NULL;
    zd_view view = new_picture(8, 8, 3, &image);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        zd_frame_info info = info_like(formats[i], 1, false);
        zd_frame *frame = NULL;
        for (int x = 0; x < 8 * 24; x++) {
            ((float *) view.data)[(x / 24) * (view.stride_bytes / 4) + x % 24] =
                x / 24 < 4 ? 0.0f : 1.0f;
        }
        REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, view, &frame, &err));
        REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, 8, 8 }, view, &err));
        REQUIRE_NEAR(zd_view_row_f32(view, 0)[0], 0.0, 0.0);
        REQUIRE_NEAR(zd_view_row_f32(view, 7)[0], 1.0, 1e-7);
        zd_frame_unref(&frame);
    }
    zd_image_unref(&image);
}

/* Only codes within reach of a change move, and they move to where the change says. */
static void test_write_changes_only_what_changed(void)
{
    zd_image *images[3] = { NULL };
    zd_view before = new_picture(WIDTH, HEIGHT, 3, &images[0]);
    zd_view after = new_picture(WIDTH, HEIGHT, 3, &images[1]);
    zd_view back = new_picture(WIDTH, HEIGHT, 3, &images[2]);
    zd_frame_info info = info_like("yuv420p", 1, false);
    zd_frame *frame = NULL;
    fill_smooth(before, 0.5f);
    REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, before, &frame, &err));
    REQUIRE_OK(zd_frame_read(frame, whole, before, &err));
    zd_view_copy(before, after);
    for (int y = 8; y < 16; y++) {
        for (int x = 10; x < 24; x++) {
            zd_view_row_f32(after, y)[3 * x + 1] += 0.25f;
        }
    }
    zd_frame *old = zd_frame_ref(frame);
    REQUIRE_OK(zd_frame_write(&frame, whole, before, after, &err));
    REQUIRE_OK(zd_frame_read(frame, whole, back, &err));
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const float *wanted = zd_view_row_f32(after, y) + (ptrdiff_t) 3 * x;
            const float *got = zd_view_row_f32(back, y) + (ptrdiff_t) 3 * x;
            bool is_inside = x >= 12 && x < 22 && y >= 10 && y < 14;
            bool is_outside = x < 7 || x > 26 || y < 5 || y > 18;
            for (int c = 0; c < 3; c++) {
                if (is_outside) {
                    REQUIRE_NEAR(got[c], zd_view_row_f32(before, y)[3 * x + c], 0.0);
                } else if (is_inside) {
                    REQUIRE_NEAR(got[c], wanted[c], 2.0 / 219.0);
                }
            }
        }
    }
    zd_frame_unref(&old);
    zd_frame_unref(&frame);
    for (int i = 0; i < 3; i++) {
        zd_image_unref(&images[i]);
    }
}

/* Bands of full width at even rows give the same bytes as the whole. */
static void test_write_in_bands(void)
{
    static const char *const formats[] = { "yuv420p", "yuv422p10le", "nv12", "rgba", "gbrapf32le" };
    zd_image *images[2] = { NULL };
    zd_view before = new_picture(WIDTH, HEIGHT, 4, &images[0]);
    zd_view after = new_picture(WIDTH, HEIGHT, 4, &images[1]);
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        zd_frame_info info = info_like(formats[f], 1, false);
        zd_frame *one = NULL;
        zd_frame *two = NULL;
        fill_noise(before, 7);
        fill_noise(after, 8);
        REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, before, &one, &err));
        two = zd_frame_ref(one);
        REQUIRE_OK(zd_frame_write(&one, whole, before, after, &err));
        for (int y = 0; y < HEIGHT; y += 6) {
            zd_rect band = { 0, y, WIDTH, y + 6 < HEIGHT ? y + 6 : HEIGHT };
            REQUIRE_OK(zd_frame_write(&two, band, zd_view_crop(before, band),
                                      zd_view_crop(after, band), &err));
        }
        zd_image *read_images[2] = { NULL };
        zd_view a = new_picture(WIDTH, HEIGHT, 4, &read_images[0]);
        zd_view b = new_picture(WIDTH, HEIGHT, 4, &read_images[1]);
        REQUIRE_OK(zd_frame_read(one, whole, a, &err));
        REQUIRE_OK(zd_frame_read(two, whole, b, &err));
        REQUIRE(is_same_bits(a, b));
        zd_image_unref(&read_images[0]);
        zd_image_unref(&read_images[1]);
        zd_frame_unref(&one);
        zd_frame_unref(&two);
    }
    zd_image_unref(&images[0]);
    zd_image_unref(&images[1]);
}

static void test_write_clips_and_ignores_nan(void)
{
    zd_image *images[2] = { NULL };
    zd_view before = new_picture(4, 2, 3, &images[0]);
    zd_view after = new_picture(4, 2, 3, &images[1]);
    zd_frame_info info = info_like("rgb24", 0, true);
    zd_frame *frame = NULL;
    fill_smooth(before, 0.0f);
    REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, before, &frame, &err));
    uint8_t kept = frame->av->data[0][0];
    zd_view_copy(before, after);
    float *row = zd_view_row_f32(after, 0);
    row[0] = NAN;
    row[1] = 1e30f;
    row[2] = -1e30f;
    row[3] = INFINITY;
    uint8_t kept_too = frame->av->data[0][3];
    REQUIRE_OK(zd_frame_write(&frame, (zd_rect){ 0, 0, 4, 2 }, before, after, &err));
    REQUIRE_INT(frame->av->data[0][0], kept);
    REQUIRE_INT(frame->av->data[0][1], 255);
    REQUIRE_INT(frame->av->data[0][2], 0);
    REQUIRE_INT(frame->av->data[0][3], kept_too);
    zd_frame_unref(&frame);
    zd_image_unref(&images[0]);
    zd_image_unref(&images[1]);
}

/* Chroma is shared: a pixel that is no number is unchanged, and its neighbours' change still counts. */
static void test_no_number_does_not_spread_through_chroma(void)
{
    enum { W = 8, H = 6 };
    zd_image *images[3] = { NULL };
    zd_view before = new_picture(W, H, 3, &images[0]);
    zd_view after = new_picture(W, H, 3, &images[1]);
    zd_view plain = new_picture(W, H, 3, &images[2]);
    zd_frame_info info = info_like("yuv420p", 1, false);
    fill_smooth(before, 0.2f);
    zd_view_copy(before, after);
    for (int x = 0; x < W; x++) {
        zd_view_row_f32(after, 2)[3 * x] += 0.3f;
    }
    zd_view_copy(after, plain);
    for (int c = 0; c < 3; c++) {
        zd_view_row_f32(after, 3)[3 * 4 + c] = c == 1 ? INFINITY : NAN;
    }
    zd_frame *frames[2] = { NULL };
    for (int i = 0; i < 2; i++) {
        REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, before, &frames[i], &err));
        REQUIRE_OK(zd_frame_write(&frames[i], (zd_rect){ 0, 0, W, H }, before,
                                  i == 0 ? after : plain, &err));
    }
    for (int plane = 0; plane < 3; plane++) {
        for (int y = 0; y < (plane > 0 ? H / 2 : H); y++) {
            const AVFrame *a = frames[0]->av;
            const AVFrame *b = frames[1]->av;
            REQUIRE_BYTES(a->data[plane] + y * a->linesize[plane],
                          b->data[plane] + y * b->linesize[plane],
                          (size_t) (plane > 0 ? W / 2 : W));
        }
    }
    zd_frame_unref(&frames[0]);
    zd_frame_unref(&frames[1]);
    for (int i = 0; i < 3; i++) {
        zd_image_unref(&images[i]);
    }
}

static void test_any_thread_count_gives_the_same(void)
{
    zd_image *images[3] = { NULL };
    zd_view picture = new_picture(200, 150, 4, &images[0]);
    zd_view one = new_picture(200, 150, 4, &images[1]);
    zd_view four = new_picture(200, 150, 4, &images[2]);
    zd_frame_info info = info_like("yuv420p", 1, false);
    fill_noise(picture, 11);
    for (int i = 0; i < 2; i++) {
        zd_context *other = zd_test_context(i == 0 ? 1 : 4);
        zd_frame *frame = NULL;
        REQUIRE_OK(zd_frame_create_from_rgba(other, &info, picture, &frame, &err));
        REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, 200, 150 }, i == 0 ? one : four, &err));
        zd_frame_unref(&frame);
        zd_context_destroy(&other);
    }
    REQUIRE(is_same_bits(one, four));
    for (int i = 0; i < 3; i++) {
        zd_image_unref(&images[i]);
    }
}

static void test_bad_rectangles(void)
{
    zd_image *image = NULL;
    zd_view view = new_picture(8, 8, 3, &image);
    zd_frame_info info = info_like("rgb24", 0, true);
    zd_frame *frame = NULL;
    fill_smooth(view, 0.0f);
    REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, view, &frame, &err));
    REQUIRE_FAILS(zd_frame_read(frame, (zd_rect){ 1, 0, 9, 8 }, view, &err),
                  ZD_ERR_INVALID_ARGUMENT,
                  "the rectangle 1,0..9,8 does not lie within a frame of 8x8");
    REQUIRE_FAILS(zd_frame_read(frame, (zd_rect){ 0, 0, 5, 4 }, view, &err),
                  ZD_ERR_INVALID_ARGUMENT,
                  "a rectangle of 5x4 cannot be read into a picture of 8x8 with 3 channels");
    zd_frame_unref(&frame);
    info = info_like("pal8", 0, true);
    REQUIRE_FAILS(zd_frame_create_from_rgba(ctx, &info, view, &frame, &err), ZD_ERR_UNSUPPORTED,
                  "pixel format 'pal8' cannot be written; yuv420p, yuv422p10le, yuva444p12le, "
                  "rgb24, rgba64le, gray16le and gbrapf32le are some that can");
    zd_image_unref(&image);
}

int main(void)
{
    media_begin(2);
    RUN(test_round_trip_of_all_formats);
    RUN(test_identity_of_all_formats);
    RUN(test_part_is_part_of_whole);
    RUN(test_small_is_box_average);
    RUN(test_small_of_wide_picture);
    RUN(test_matrices_and_ranges);
    RUN(test_green_and_orange_differences);
    RUN(test_black_and_white_are_exact);
    RUN(test_write_changes_only_what_changed);
    RUN(test_write_in_bands);
    RUN(test_write_clips_and_ignores_nan);
    RUN(test_no_number_does_not_spread_through_chroma);
    RUN(test_any_thread_count_gives_the_same);
    RUN(test_bad_rectangles);
    return media_end();
}
