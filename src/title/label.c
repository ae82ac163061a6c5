/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Pango sets the line, its coverage is painted by hand into any format. */

#include "title/label.h"

#include <assert.h>
#include <math.h>

#include "core/size.h"
#include "title/coverage.h"
#include "title/text_layout.h"

static void paint_sample(zd_view picture, int x, int y, int channel, float value, float part)
{
    int at = x * picture.format.channels + channel;
    if (picture.format.sample == ZD_SAMPLE_U8) {
        uint8_t *sample = zd_view_row_u8(picture, y) + at;
        float mixed = (float) *sample + part * (255.0f * value - (float) *sample);
        *sample = (uint8_t) (mixed + 0.5f);
    } else {
        float *sample = zd_view_row_f32(picture, y) + at;
        *sample += part * (value - *sample);
    }
}

static void paint_pixel(zd_view picture, int x, int y, const float colour[4], float coverage)
{
    for (int c = 0; c < 3; c++) {
        paint_sample(picture, x, y, c, colour[c], coverage * colour[3]);
    }
}

/* Paints the box and, in it, the text's coverage; `rect` may reach out of the picture. */
static void paint_label(zd_view picture, const zd_label *label, zd_rect rect, zd_view coverage)
{
    assert(coverage.width == rect.x1 - rect.x0 && coverage.height == rect.y1 - rect.y0);
    zd_rect all = { 0, 0, picture.width, picture.height };
    zd_rect area = zd_rect_intersect(rect, all);
    for (int y = area.y0; y < area.y1; y++) {
        const float *from = zd_view_row_f32(coverage, y - rect.y0);
        for (int x = area.x0; x < area.x1; x++) {
            paint_pixel(picture, x, y, label->box_colour, 1.0f);
            paint_pixel(picture, x, y, label->colour, from[x - rect.x0]);
        }
    }
}

static zd_status draw_text(zd_title_text_layout *text, int pad, zd_view out, zd_error *err)
{
    cairo_surface_t *surface = zd_coverage_surface(CAIRO_FORMAT_A8, out.width, out.height, err);
    if (surface == NULL) {
        return ZD_ERR_NO_MEMORY;
    }
    cairo_t *cairo = cairo_create(surface);
    cairo_translate(cairo, pad, pad);
    pango_cairo_show_layout(cairo, text->layout);
    cairo_destroy(cairo);
    zd_coverage_from_surface(surface, out);
    cairo_surface_destroy(surface);
    return ZD_OK;
}

static zd_status draw_set_text(zd_context *ctx, const zd_label *label, zd_title_text_layout *text,
                               float x, float y, zd_view picture, zd_error *err)
{
    PangoRectangle block;
    zd_image *coverage = NULL;
    int pad = (int) ceilf(0.3f * label->size_px);
    pango_layout_get_pixel_extents(text->layout, NULL, &block);
    int width = zd_int_clamp(block.width + 2 * pad, 1, 32000);
    int height = zd_int_clamp(block.height + 2 * pad, 1, 32000);
    ZD_TRY(zd_image_create(ctx, width, height, ZD_GRAY_F32, &coverage, err));
    zd_status status = draw_text(text, pad, zd_image_view(coverage), err);
    if (status == ZD_OK) {
        int x0 = (int) lroundf(x - label->anchor_x * (float) width);
        int y0 = (int) lroundf(y - label->anchor_y * (float) height);
        paint_label(picture, label, (zd_rect){ x0, y0, x0 + width, y0 + height },
                    zd_image_view(coverage));
    }
    zd_image_unref(&coverage);
    return status;
}

zd_status zd_label_draw(zd_context *ctx, const zd_label *label, float x, float y, zd_view picture,
                        zd_error *err)
{
    bool sample_is_right =
        picture.format.sample == ZD_SAMPLE_U8 || picture.format.sample == ZD_SAMPLE_F32;
    if (!sample_is_right || picture.format.channels < 3) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "a label needs a picture in RGB or RGBA, 8 bit or float");
    }
    if (!(label->size_px >= 4.0f && label->size_px <= 400.0f)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a label of %g pixels; it must be 4 to 400",
                       (double) label->size_px);
    }
    if (!(fabsf(x) < 1e6f) || !(fabsf(y) < 1e6f)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a label at %g, %g is nowhere", (double) x,
                       (double) y);
    }
    if (label->text == NULL || label->text[0] == '\0') {
        return ZD_OK;
    }
    zd_title_text_layout text;
    zd_title_text_style style = { .text = label->text,
                                  .font = label->font != NULL ? label->font : "DejaVu Sans",
                                  .align = PANGO_ALIGN_LEFT,
                                  .size_px = (double) label->size_px,
                                  .line_spacing = 1.0 };
    zd_status status = zd_title_text_layout_open(ctx, &style, false, &text, err);
    if (status == ZD_OK) {
        pango_layout_set_single_paragraph_mode(text.layout, TRUE);
        status = draw_set_text(ctx, label, &text, x, y, picture, err);
    }
    zd_title_text_layout_close(&text);
    return status;
}
