/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A title's pixels: shadow below outline below letters, each a coverage in one colour, put together
 * in linear light. Letters of several colours (markup) come as a coloured surface instead. */

#include <math.h>

#include "core/size.h"
#include "image/colour_parse.h"
#include "title/coverage.h"
#include "title/title_internal.h"

enum { RASTER_LIMIT = 16384 };

static bool has_shadow(const zd_title_params *params)
{
    return params->shadow_colour[3] > 0.0f;
}

static bool has_outline(const zd_title_params *params)
{
    return params->outline > 0.0f && params->outline_colour[3] > 0.0f;
}

zd_rect zd_title_ink(const zd_title_params *params, zd_title_text_layout *text, double size_px)
{
    PangoRectangle ink;
    pango_layout_get_extents(text->layout, &ink, NULL);
    int pad = 2 + (has_outline(params) ? (int) ceil((double) params->outline * size_px) : 0);
    zd_rect rect = { ink.x / PANGO_SCALE - 1 - pad, ink.y / PANGO_SCALE - 1 - pad,
                     (ink.x + ink.width) / PANGO_SCALE + 2 + pad,
                     (ink.y + ink.height) / PANGO_SCALE + 2 + pad };
    if (has_shadow(params)) {
        int reach = zd_coverage_blur_reach((double) params->shadow_blur * size_px) + 1;
        int dx = (int) lround((double) params->shadow_x * size_px);
        int dy = (int) lround((double) params->shadow_y * size_px);
        rect = (zd_rect){ zd_int_min(rect.x0, rect.x0 + dx - reach),
                          zd_int_min(rect.y0, rect.y0 + dy - reach),
                          zd_int_max(rect.x1, rect.x1 + dx + reach),
                          zd_int_max(rect.y1, rect.y1 + dy + reach) };
    }
    return rect;
}

typedef struct drawing {
    zd_title *title;
    zd_title_text_layout *text;
    double size_px;
    int origin_x; /* the layout's origin in the raster */
    int origin_y;
    zd_view out; /* the raster */
} drawing;

typedef void (*draw_function)(cairo_t *cairo, const drawing *d);

static void draw_letters(cairo_t *cairo, const drawing *d)
{
    pango_cairo_show_layout(cairo, d->text->layout);
}

static void draw_outline(cairo_t *cairo, const drawing *d)
{
    cairo_set_line_width(cairo, 2.0 * (double) d->title->params.outline * d->size_px);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
    pango_cairo_layout_path(cairo, d->text->layout);
    cairo_stroke(cairo);
}

static cairo_surface_t *draw_surface(const drawing *d, cairo_format_t format, draw_function draw,
                                     zd_error *err)
{
    cairo_surface_t *surface = zd_coverage_surface(format, d->out.width, d->out.height, err);
    if (surface == NULL) {
        return NULL;
    }
    const float *colour = d->title->params.colour;
    cairo_t *cairo = cairo_create(surface);
    cairo_set_source_rgba(cairo, (double) colour[0], (double) colour[1], (double) colour[2],
                          format == CAIRO_FORMAT_A8 ? 1.0 : (double) colour[3]);
    cairo_translate(cairo, d->origin_x, d->origin_y);
    draw(cairo, d);
    cairo_destroy(cairo);
    return surface;
}

static zd_status draw_coverage(const drawing *d, draw_function draw, zd_image **out, zd_error *err)
{
    ZD_TRY(zd_image_create(d->title->ctx, d->out.width, d->out.height, ZD_GRAY_F32, out, err));
    cairo_surface_t *surface = draw_surface(d, CAIRO_FORMAT_A8, draw, err);
    if (surface == NULL) {
        zd_image_unref(out);
        return ZD_ERR_NO_MEMORY;
    }
    zd_coverage_from_surface(surface, zd_image_view(*out));
    cairo_surface_destroy(surface);
    return ZD_OK;
}

static float coverage_at(const zd_image *coverage, int x, int y)
{
    if (coverage == NULL) {
        return 0.0f;
    }
    zd_view view = zd_image_view(coverage);
    if (x < 0 || y < 0 || x >= view.width || y >= view.height) {
        return 0.0f;
    }
    return zd_view_row_f32(view, y)[x];
}

/* Lays a colour with a coverage over the raster. */
static void lay_coverage(const drawing *d, const zd_image *coverage, const float colour[4])
{
    float linear[4];
    zd_colour_to_linear(colour, linear);
    for (int y = 0; y < d->out.height; y++) {
        float *row = zd_view_row_f32(d->out, y);
        const float *from = zd_view_row_f32(zd_image_view(coverage), y);
        for (int x = 0; x < d->out.width; x++) {
            float keep = 1.0f - from[x] * linear[3];
            for (int c = 0; c < 4; c++) {
                row[4 * x + c] = from[x] * linear[c] + keep * row[4 * x + c];
            }
        }
    }
}

static zd_status lay_shadow(const drawing *d, const zd_image *letters, const zd_image *outline,
                            zd_error *err)
{
    const zd_title_params *params = &d->title->params;
    int dx = (int) lround((double) params->shadow_x * d->size_px);
    int dy = (int) lround((double) params->shadow_y * d->size_px);
    zd_image *shadow = NULL;
    ZD_TRY(zd_image_create(d->title->ctx, d->out.width, d->out.height, ZD_GRAY_F32, &shadow, err));
    for (int y = 0; y < d->out.height; y++) {
        float *row = zd_view_row_f32(zd_image_view(shadow), y);
        for (int x = 0; x < d->out.width; x++) {
            float a = coverage_at(letters, x - dx, y - dy);
            float b = coverage_at(outline, x - dx, y - dy);
            row[x] = a > b ? a : b;
        }
    }
    zd_status status = zd_coverage_blur(d->title->ctx, zd_image_view(shadow),
                                        (double) params->shadow_blur * d->size_px, err);
    if (status == ZD_OK) {
        lay_coverage(d, shadow, params->shadow_colour);
    }
    zd_image_unref(&shadow);
    return status;
}

/* Letters whose colours come from markup. */
static zd_status lay_coloured_letters(const drawing *d, zd_error *err)
{
    zd_image *colours = NULL;
    ZD_TRY(zd_image_create(d->title->ctx, d->out.width, d->out.height, ZD_RGBA_F32, &colours, err));
    cairo_surface_t *surface = draw_surface(d, CAIRO_FORMAT_ARGB32, draw_letters, err);
    if (surface == NULL) {
        zd_image_unref(&colours);
        return ZD_ERR_NO_MEMORY;
    }
    zd_coverage_colour_from_surface(surface, zd_image_view(colours));
    cairo_surface_destroy(surface);
    for (int y = 0; y < d->out.height; y++) {
        float *row = zd_view_row_f32(d->out, y);
        const float *from = zd_view_row_f32(zd_image_view(colours), y);
        for (int i = 0; i < 4 * d->out.width; i++) {
            row[i] = from[i] + (1.0f - from[i | 3]) * row[i];
        }
    }
    zd_image_unref(&colours);
    return ZD_OK;
}

static zd_status lay_all(const drawing *d, zd_error *err)
{
    const zd_title_params *params = &d->title->params;
    zd_image *outline = NULL;
    zd_image *letters = NULL;
    zd_status status = draw_coverage(d, draw_letters, &letters, err);
    if (status == ZD_OK && has_outline(params)) {
        status = draw_coverage(d, draw_outline, &outline, err);
    }
    if (status == ZD_OK && has_shadow(params)) {
        status = lay_shadow(d, letters, outline, err);
    }
    if (status == ZD_OK && outline != NULL) {
        lay_coverage(d, outline, params->outline_colour);
    }
    if (status == ZD_OK && params->markup) {
        status = lay_coloured_letters(d, err);
    } else if (status == ZD_OK) {
        lay_coverage(d, letters, params->colour);
    }
    zd_image_unref(&letters);
    zd_image_unref(&outline);
    return status;
}

/* Moves the raster so that all of it is in the frame, where it fits. */
static int inside(int at, int length, int limit)
{
    return length <= limit ? zd_int_clamp(at, 0, limit - length) : at;
}

zd_status zd_title_draw(zd_title *title, zd_title_text_layout *text, double size_px, zd_error *err)
{
    const zd_title_params *params = &title->params;
    PangoRectangle block;
    pango_layout_get_extents(text->layout, NULL, &block);
    zd_rect ink = zd_title_ink(params, text, size_px);
    int width = ink.x1 - ink.x0;
    int height = ink.y1 - ink.y0;
    if (width > RASTER_LIMIT || height > RASTER_LIMIT) {
        return zd_fail(err, ZD_ERR_LIMIT, "the title needs %dx%d pixels; at most %d are possible",
                       width, height, RASTER_LIMIT);
    }
    double centre_x = (block.x + 0.5 * block.width) / PANGO_SCALE;
    double centre_y = (block.y + 0.5 * block.height) / PANGO_SCALE;
    title->x = (int) lround((double) params->x * title->frame_width - centre_x) + ink.x0;
    title->y = (int) lround((double) params->y * title->frame_height - centre_y) + ink.y0;
    if (!params->may_be_cut) {
        title->x = inside(title->x, width, title->frame_width);
        title->y = inside(title->y, height, title->frame_height);
    }
    ZD_TRY(zd_image_create(title->ctx, width, height, ZD_RGBA_F32, &title->raster, err));
    zd_view_clear(zd_image_view(title->raster));
    drawing d = { title, text, size_px, -ink.x0, -ink.y0, zd_image_view(title->raster) };
    ZD_TRY(lay_all(&d, err));
    return zd_title_find_letters(title, text, d.origin_x, d.origin_y, err);
}
