/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Contact sheets: where every cell lies and what it shows, worked out by hand. */

#include "image/image.h"
#include "title/sheet.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;

enum { PAPER = 24, BORDER = 110 };

static zd_image *flat(int width, int height, zd_format format, const float *value)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, width, height, format, &image, &err));
    zd_view view = zd_image_view(image);
    for (int y = 0; y < height; y++) {
        for (int i = 0; i < width * format.channels; i++) {
            float v = value[i % format.channels];
            if (format.sample == ZD_SAMPLE_U8) {
                zd_view_row_u8(view, y)[i] = (uint8_t) v;
            } else if (format.sample == ZD_SAMPLE_U16) {
                zd_view_row_u16(view, y)[i] = (uint16_t) v;
            } else {
                zd_view_row_f32(view, y)[i] = v;
            }
        }
    }
    return image;
}

static void require_pixel(zd_image *sheet, int x, int y, int r, int g, int b)
{
    const uint8_t *at = zd_view_row_u8(zd_image_view(sheet), y) + (ptrdiff_t) 3 * x;
    if (at[0] != r || at[1] != g || at[2] != b) {
        ZD_TEST_FAIL("the sheet at %d,%d is %d %d %d, expected %d %d %d", x, y, at[0], at[1], at[2],
                     r, g, b);
    }
}

static void require_size(int columns, int width_px, const zd_sheet_cell *cells, int count,
                         int width, int height)
{
    zd_sheet_params params = { columns, width_px };
    int w;
    int h;
    zd_sheet_size(&params, cells, count, &w, &h);
    REQUIRE_INT(w, width);
    REQUIRE_INT(h, height);
}

/* Cells of 100: gaps of 4, captions of 16. Cells of 640: gaps of 16, captions of 40. */
static void sizes_are_as_counted(void)
{
    const float black[1] = { 0 };
    zd_image *image = flat(40, 30, ZD_GRAY_F32, black);
    zd_sheet_cell cells[64];
    for (int i = 0; i < 64; i++) {
        cells[i] = (zd_sheet_cell){ zd_image_view(image), NULL };
    }
    require_size(0, 100, cells, 1, 4 + 104, 4 + 95);
    require_size(0, 100, cells, 2, 4 + 2 * 104, 4 + 95);
    require_size(0, 100, cells, 4, 4 + 2 * 104, 4 + 2 * 95);
    require_size(0, 100, cells, 5, 4 + 3 * 104, 4 + 2 * 95);
    require_size(0, 100, cells, 9, 4 + 3 * 104, 4 + 3 * 95);
    require_size(0, 100, cells, 10, 4 + 4 * 104, 4 + 3 * 95);
    require_size(0, 100, cells, 64, 4 + 8 * 104, 4 + 8 * 95);
    require_size(3, 100, cells, 4, 4 + 3 * 104, 4 + 2 * 95);
    require_size(7, 100, cells, 4, 4 + 4 * 104, 4 + 95);
    require_size(1, 0, cells, 2, 16 + 656, 16 + 2 * (480 + 40 + 16));
    require_size(1, 1000, cells, 1, 25 + 1025, 25 + 750 + 62 + 25);
    zd_image_unref(&image);
}

/* Two columns of 100: a row is as high as its tallest cell. */
static void cells_lie_where_they_belong(void)
{
    const float red[3] = { 1, 0, 0 };
    const float green[3] = { 0, 65535, 0 };
    const float blue[3] = { 0, 51, 255 };
    const float gray[1] = { 0.5f };
    zd_image *images[4] = { flat(50, 10, ZD_RGB_F32, red),
                            flat(20, 30, (zd_format){ ZD_SAMPLE_U16, 3 }, green),
                            flat(100, 25, (zd_format){ ZD_SAMPLE_U8, 3 }, blue),
                            flat(10, 5, ZD_GRAY_F32, gray) };
    zd_sheet_cell cells[4];
    for (int i = 0; i < 4; i++) {
        cells[i] = (zd_sheet_cell){ zd_image_view(images[i]), NULL };
    }
    zd_sheet_params params = { 2, 100 };
    zd_image *sheet = NULL;
    REQUIRE_OK(zd_sheet_render(ctx, &params, cells, 4, &sheet, &err));
    REQUIRE_INT(zd_image_view(sheet).width, 212);
    REQUIRE_INT(zd_image_view(sheet).height, 4 + 170 + 70);
    const struct {
        int x0, y0, x1, y1, r, g, b;
    } places[4] = { { 4, 4, 104, 24, 255, 0, 0 },
                    { 108, 4, 208, 154, 0, 255, 0 },
                    { 4, 174, 104, 199, 0, 51, 255 },
                    { 108, 174, 208, 224, 128, 128, 128 } };
    for (int i = 0; i < 4; i++) {
        int r = places[i].r;
        int g = places[i].g;
        int b = places[i].b;
        require_pixel(sheet, places[i].x0, places[i].y0, r, g, b);
        require_pixel(sheet, places[i].x1 - 1, places[i].y1 - 1, r, g, b);
        require_pixel(sheet, places[i].x0 - 1, places[i].y0 - 1, BORDER, BORDER, BORDER);
        require_pixel(sheet, places[i].x1, places[i].y1, BORDER, BORDER, BORDER);
        require_pixel(sheet, places[i].x0 - 2, places[i].y0, PAPER, PAPER, PAPER);
        require_pixel(sheet, places[i].x1 + 1, places[i].y0, PAPER, PAPER, PAPER);
        require_pixel(sheet, places[i].x0, places[i].y0 - 2, PAPER, PAPER, PAPER);
        require_pixel(sheet, places[i].x0, places[i].y1 + 1, PAPER, PAPER, PAPER);
    }
    zd_image_unref(&sheet);
    params.columns = 1; /* from 800 on lines are two pixels wide */
    params.cell_width_px = 800;
    REQUIRE_OK(zd_sheet_render(ctx, &params, cells, 1, &sheet, &err));
    require_pixel(sheet, 20 - 2, 30, BORDER, BORDER, BORDER);
    require_pixel(sheet, 20 - 3, 30, PAPER, PAPER, PAPER);
    zd_image_unref(&sheet);
    for (int i = 0; i < 4; i++) {
        zd_image_unref(&images[i]);
    }
}

/* Squares of 12 pixels of the sheet (here of the picture), dark where it begins. */
static void alpha_is_shown_over_a_checkerboard(void)
{
    const float half[4] = { 1.0f, 0.0f, 0.0f, 0.5f };
    zd_image *image = flat(100, 50, ZD_RGBA_F32, half);
    zd_sheet_cell cell = { zd_image_view(image), NULL };
    zd_sheet_params params = { 1, 100 };
    zd_image *sheet = NULL;
    REQUIRE_OK(zd_sheet_render(ctx, &params, &cell, 1, &sheet, &err));
    require_pixel(sheet, 4 + 11, 4, 178, 50, 50); /* half of 255, and of 100 */
    require_pixel(sheet, 4 + 12, 4, 203, 75, 75);
    require_pixel(sheet, 4 + 12, 4 + 12, 178, 50, 50);
    require_pixel(sheet, 4, 4 + 12, 203, 75, 75);
    zd_image_unref(&sheet);
    zd_image_unref(&image);
    /* A picture of twice the size has squares of twice the size. */
    const float clear[4] = { 0.0f, 0.0f, 255.0f, 0.0f };
    image = flat(200, 100, (zd_format){ ZD_SAMPLE_U8, 4 }, clear);
    cell.picture = zd_image_view(image);
    REQUIRE_OK(zd_sheet_render(ctx, &params, &cell, 1, &sheet, &err));
    require_pixel(sheet, 4 + 9, 4, 100, 100, 100);
    require_pixel(sheet, 4 + 14, 4, 150, 150, 150);
    require_pixel(sheet, 4 + 14, 4 + 14, 100, 100, 100);
    zd_image_unref(&sheet);
    zd_image_unref(&image);
}

static void what_is_no_colour_is_black_or_white(void)
{
    const float wild[3] = { NAN, 7.0f, -3.0f };
    zd_image *image = flat(30, 20, ZD_RGB_F32, wild);
    zd_sheet_cell cell = { zd_image_view(image), NULL };
    zd_sheet_params params = { 1, 30 };
    zd_image *sheet = NULL;
    REQUIRE_OK(zd_sheet_render(ctx, &params, &cell, 1, &sheet, &err));
    require_pixel(sheet, 4 + 15, 4 + 10, 0, 255, 0);
    zd_image_unref(&sheet);
    zd_image_unref(&image);
}

/* The caption is below its picture, in light gray, and nowhere else. */
static void captions_stand_below_their_picture(void)
{
    const float black[1] = { 0 };
    zd_image *image = flat(100, 20, ZD_GRAY_F32, black);
    zd_sheet_cell cells[2] = { { zd_image_view(image), "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM" },
                               { zd_image_view(image), NULL } };
    zd_sheet_params params = { 2, 400 };
    zd_image *sheet = NULL;
    REQUIRE_OK(zd_sheet_render(ctx, &params, cells, 2, &sheet, &err));
    zd_view view = zd_image_view(sheet);
    int from = view.height;
    int to = 0;
    int left = view.width;
    int right = 0;
    for (int y = 0; y < view.height; y++) {
        for (int x = 0; x < view.width; x++) {
            if (zd_view_row_u8(view, y)[3 * x] > 180) {
                from = y < from ? y : from;
                to = y;
                left = x < left ? x : left;
                right = x > right ? x : right;
            }
        }
    }
    /* Cells of 400, gaps of 10, captions of 25, letters of 14: in the middle of 90..115. */
    REQUIRE(from > 90 && to < 115);
    REQUIRE_NEAR(0.5 * (from + to), 102.5, 2.0);
    REQUIRE(left >= 10 && left < 14);
    REQUIRE(right > 390 && right < 410);
    zd_image_unref(&sheet);
    zd_image_unref(&image);
}

static void mistakes_are_named(void)
{
    const float black[4] = { 0 };
    zd_image *image = flat(4, 4, ZD_GRAY_F32, black);
    zd_image *two = flat(4, 4, (zd_format){ ZD_SAMPLE_F32, 2 }, black);
    zd_sheet_cell cells[65];
    for (int i = 0; i < 65; i++) {
        cells[i] = (zd_sheet_cell){ zd_image_view(image), NULL };
    }
    zd_image *sheet = NULL;
    zd_sheet_params params = { 0, 8193 };
    REQUIRE_FAILS(zd_sheet_render(ctx, NULL, cells, 65, &sheet, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a sheet of 65 pictures; it must be 1 to 64");
    REQUIRE_FAILS(zd_sheet_render(ctx, &params, cells, 1, &sheet, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a sheet of 0 columns, 8193 pixels each; at most 8192 pixels are possible");
    params = (zd_sheet_params){ -1, 10 };
    REQUIRE_FAILS(zd_sheet_render(ctx, &params, cells, 1, &sheet, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a sheet of -1 columns, 10 pixels each; at most 8192 pixels are possible");
    params = (zd_sheet_params){ 2, -1 };
    REQUIRE_FAILS(zd_sheet_render(ctx, &params, cells, 1, &sheet, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a sheet of 2 columns, -1 pixels each; at most 8192 pixels are possible");
    cells[1].picture = zd_image_view(two);
    REQUIRE_FAILS(zd_sheet_render(ctx, NULL, cells, 2, &sheet, &err), ZD_ERR_INVALID_ARGUMENT,
                  "picture 2 of the sheet has a format that cannot be shown");
    REQUIRE(sheet == NULL);
    cells[1].picture = (zd_view){ .width = 4, .height = 4, .format = ZD_GRAY_F32 };
    REQUIRE_FAILS(zd_sheet_render(ctx, NULL, cells, 2, &sheet, &err), ZD_ERR_INVALID_ARGUMENT,
                  "picture 2 of the sheet has a format that cannot be shown");
    params = (zd_sheet_params){ 0, 4 };
    REQUIRE_OK(zd_sheet_render(ctx, &params, cells + 2, 62, &sheet, &err));
    zd_image_unref(&sheet);
    zd_image_unref(&image);
    zd_image_unref(&two);
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(sizes_are_as_counted);
    RUN(cells_lie_where_they_belong);
    RUN(alpha_is_shown_over_a_checkerboard);
    RUN(what_is_no_colour_is_black_or_white);
    RUN(captions_stand_below_their_picture);
    RUN(mistakes_are_named);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
