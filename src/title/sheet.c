/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A contact sheet: cells in rows, each a picture with a thin border and its caption below. */

#include "title/sheet.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "image/resample.h"
#include "title/label.h"

enum { CELL_LIMIT = 64, DEFAULT_WIDTH = 640, LIGHT_CHECK = 150, DARK_CHECK = 100, CHECK_SIZE = 12 };

static const uint8_t paper[3] = { 24, 24, 24 };
static const uint8_t border[3] = { 110, 110, 110 };

typedef struct layout {
    int columns;
    int rows;
    int cell_width;
    int gap;
    int caption_height;
    int row_top[CELL_LIMIT + 1];
    int width; /* of the whole sheet */
    int height;
} layout;

static int picture_height(const zd_sheet_cell *cell, int width)
{
    double height = (double) width * cell->picture.height / cell->picture.width;
    return zd_int_clamp((int) lround(height), 1, 8 * width);
}

static int columns_for(int count)
{
    return count <= 1 ? 1 : count <= 4 ? 2 : (int) ceil(sqrt((double) count));
}

static layout lay_out(const zd_sheet_params *params, const zd_sheet_cell *cells, int count)
{
    assert(count >= 1 && count <= CELL_LIMIT);
    layout l = { .columns = params->columns > 0 ? params->columns : columns_for(count) };
    l.columns = zd_int_min(l.columns, count);
    l.rows = (count + l.columns - 1) / l.columns;
    l.cell_width = params->cell_width_px > 0 ? params->cell_width_px : DEFAULT_WIDTH;
    l.gap = zd_int_max(4, l.cell_width / 40);
    l.caption_height = zd_int_max(16, l.cell_width / 16);
    l.row_top[0] = l.gap;
    for (int row = 0; row < l.rows; row++) {
        int tallest = 0;
        for (int i = row * l.columns; i < zd_int_min(count, (row + 1) * l.columns); i++) {
            tallest = zd_int_max(tallest, picture_height(&cells[i], l.cell_width));
        }
        l.row_top[row + 1] = l.row_top[row] + tallest + l.caption_height + l.gap;
    }
    l.width = l.gap + l.columns * (l.cell_width + l.gap);
    l.height = l.row_top[l.rows];
    return l;
}

void zd_sheet_size(const zd_sheet_params *params, const zd_sheet_cell *cells, int count, int *width,
                   int *height)
{
    layout l = lay_out(params, cells, count);
    *width = l.width;
    *height = l.height;
}

static void fill(zd_view sheet, zd_rect rect, const uint8_t colour[3])
{
    zd_rect area = zd_rect_intersect(rect, (zd_rect){ 0, 0, sheet.width, sheet.height });
    for (int y = area.y0; y < area.y1; y++) {
        uint8_t *row = zd_view_row_u8(sheet, y);
        for (int x = area.x0; x < area.x1; x++) {
            memcpy(row + 3 * (ptrdiff_t) x, colour, 3);
        }
    }
}

static float sample_at(zd_view view, int x, int y, int channel)
{
    int at = x * view.format.channels + channel;
    switch (view.format.sample) {
    case ZD_SAMPLE_U8:
        return (float) zd_view_row_u8(view, y)[at] / 255.0f;
    case ZD_SAMPLE_U16:
        return (float) zd_view_row_u16(view, y)[at] / 65535.0f;
    case ZD_SAMPLE_F32:
    case ZD_SAMPLE_F16:
        break;
    }
    float value = zd_view_row_f32(view, y)[at];
    return value > 0.0f ? fminf(value, 1.0f) : 0.0f; /* NaN becomes black */
}

/* The picture as RGB float, over a checkerboard where it has alpha. */
static void flatten(zd_view from, zd_view to, int check)
{
    int channels = from.format.channels;
    for (int y = 0; y < from.height; y++) {
        float *row = zd_view_row_f32(to, y);
        for (int x = 0; x < from.width; x++) {
            float alpha = channels == 4 ? sample_at(from, x, y, 3) : 1.0f;
            int light = (x / check + y / check) % 2;
            float under = (float) (light ? LIGHT_CHECK : DARK_CHECK) / 255.0f;
            for (int c = 0; c < 3; c++) {
                float value = sample_at(from, x, y, channels == 1 ? 0 : c);
                row[3 * x + c] = alpha * value + (1.0f - alpha) * under;
            }
        }
    }
}

static void put_pixels(zd_view from, zd_view sheet, int x0, int y0)
{
    for (int y = 0; y < from.height; y++) {
        const float *row = zd_view_row_f32(from, y);
        uint8_t *to = zd_view_row_u8(sheet, y0 + y) + 3 * (ptrdiff_t) x0;
        for (int i = 0; i < 3 * from.width; i++) {
            to[i] = (uint8_t) (zd_float_clamp(row[i], 0.0f, 1.0f) * 255.0f + 0.5f);
        }
    }
}

static zd_status put_picture(zd_context *ctx, const zd_sheet_cell *cell, zd_view sheet,
                             zd_rect place, zd_error *err)
{
    zd_view from = cell->picture;
    zd_image *flat = NULL;
    zd_image *scaled = NULL;
    int width = place.x1 - place.x0;
    int check = zd_int_max(1, CHECK_SIZE * from.width / width);
    zd_status status = zd_image_create(ctx, from.width, from.height, ZD_RGB_F32, &flat, err);
    if (status == ZD_OK) {
        status = zd_image_create(ctx, width, place.y1 - place.y0, ZD_RGB_F32, &scaled, err);
    }
    if (status == ZD_OK) {
        flatten(from, zd_image_view(flat), check);
        status =
            zd_resample(ctx, ZD_RESAMPLE_LINEAR, zd_image_view(flat), zd_image_view(scaled), err);
    }
    if (status == ZD_OK) {
        put_pixels(zd_image_view(scaled), sheet, place.x0, place.y0);
    }
    zd_image_unref(&flat);
    zd_image_unref(&scaled);
    return status;
}

static zd_status put_caption(zd_context *ctx, const layout *l, const char *caption, zd_view sheet,
                             zd_rect place, zd_error *err)
{
    zd_label label = { .text = caption,
                       .size_px = zd_float_clamp((float) l->cell_width / 28.0f, 8.0f, 400.0f),
                       .colour = { 0.9f, 0.9f, 0.9f, 1.0f },
                       .anchor_y = 0.5f };
    /* Cut to the cell, so that a long caption does not run into its neighbour. */
    zd_rect strip = { place.x0, place.y1, place.x1, place.y1 + l->caption_height };
    return zd_label_draw(ctx, &label, -0.3f * label.size_px, 0.5f * (float) l->caption_height,
                         zd_view_crop(sheet, strip), err);
}

static zd_status put_cell(zd_context *ctx, const layout *l, const zd_sheet_cell *cell, int index,
                          zd_view sheet, zd_error *err)
{
    int x0 = l->gap + index % l->columns * (l->cell_width + l->gap);
    int y0 = l->row_top[index / l->columns];
    int line = zd_int_max(1, l->cell_width / 400);
    zd_rect place = { x0, y0, x0 + l->cell_width, y0 + picture_height(cell, l->cell_width) };
    fill(sheet, (zd_rect){ x0 - line, y0 - line, place.x1 + line, place.y1 + line }, border);
    ZD_TRY(put_picture(ctx, cell, sheet, place, err));
    return cell->caption == NULL ? ZD_OK : put_caption(ctx, l, cell->caption, sheet, place, err);
}

static zd_status check_cells(const zd_sheet_params *params, const zd_sheet_cell *cells, int count,
                             zd_error *err)
{
    if (count < 1 || count > CELL_LIMIT) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a sheet of %d pictures; it must be 1 to %d",
                       count, CELL_LIMIT);
    }
    if (params->columns < 0 || params->cell_width_px < 0 || params->cell_width_px > 8192) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "a sheet of %d columns, %d pixels each; at most 8192 pixels are possible",
                       params->columns, params->cell_width_px);
    }
    for (int i = 0; i < count; i++) {
        int channels = cells[i].picture.format.channels;
        if (cells[i].picture.data == NULL || cells[i].picture.format.sample == ZD_SAMPLE_F16 ||
            (channels != 1 && channels != 3 && channels != 4))
        {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "picture %d of the sheet has a format that cannot be shown", i + 1);
        }
    }
    return ZD_OK;
}

zd_status zd_sheet_render(zd_context *ctx, const zd_sheet_params *params,
                          const zd_sheet_cell *cells, int count, zd_image **out, zd_error *err)
{
    zd_sheet_params given = params != NULL ? *params : (zd_sheet_params){ 0 };
    *out = NULL;
    ZD_REQUIRE(err, cells != NULL);
    ZD_TRY(check_cells(&given, cells, count, err));
    layout l = lay_out(&given, cells, count);
    ZD_TRY(zd_image_create(ctx, l.width, l.height, (zd_format){ ZD_SAMPLE_U8, 3 }, out, err));
    zd_view sheet = zd_image_view(*out);
    fill(sheet, (zd_rect){ 0, 0, sheet.width, sheet.height }, paper);
    for (int i = 0; i < count; i++) {
        zd_status status = put_cell(ctx, &l, &cells[i], i, sheet, err);
        if (status != ZD_OK) {
            zd_image_unref(out);
            return status;
        }
    }
    return ZD_OK;
}
