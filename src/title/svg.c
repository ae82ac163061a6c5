/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Its own size, in pixels or by its view box, gives the shape; the rows asked for give the size. */

#include "title/svg.h"

#include <librsvg/rsvg.h>
#include <math.h>

#include "core/file.h"
#include "title/coverage.h"

bool zd_svg_is_available(void)
{
    return true;
}

static zd_status fail_svg(zd_error *err, const char *path, GError *problem)
{
    zd_status status =
        zd_fail(err, ZD_ERR_CORRUPT, "'%s' is not an SVG picture that can be drawn: %s", path,
                problem != NULL ? problem->message : "unknown reason");
    g_clear_error(&problem);
    return status;
}

/* The file's own size in pixels; a picture without one is as large as its view box. */
static void own_size(RsvgHandle *svg, double *width, double *height)
{
    gboolean has_width = FALSE;
    gboolean has_height = FALSE;
    gboolean has_box = FALSE;
    RsvgLength w;
    RsvgLength h;
    RsvgRectangle box = { 0.0, 0.0, 0.0, 0.0 };
    if (rsvg_handle_get_intrinsic_size_in_pixels(svg, width, height) && *width > 0.0 &&
        *height > 0.0) {
        return;
    }
    rsvg_handle_get_intrinsic_dimensions(svg, &has_width, &w, &has_height, &h, &has_box, &box);
    *width = has_box ? box.width : 512.0;
    *height = has_box ? box.height : 512.0;
}

static zd_status draw(zd_context *ctx, RsvgHandle *svg, const char *path, int height,
                      zd_image **out, zd_error *err)
{
    double own_width = 0.0;
    double own_height = 0.0;
    own_size(svg, &own_width, &own_height);
    if (!(own_width > 0.0) || !(own_height > 0.0)) {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' has no size", path);
    }
    double rows = height > 0 ? height : ceil(own_height);
    double columns = fmax(1.0, ceil(rows * own_width / own_height - 1e-6));
    int limit = zd_context_max_dimension(ctx);
    if (rows > limit || columns > limit || rows > 32767.0 || columns > 32767.0) {
        return zd_fail(err, ZD_ERR_LIMIT,
                       "'%s' would be %.0fx%.0f pixels; each side must be 1 to %d", path, columns,
                       rows, limit < 32767 ? limit : 32767);
    }
    ZD_TRY(zd_image_create(ctx, (int) columns, (int) rows, ZD_RGBA_F32, out, err));
    cairo_surface_t *surface =
        zd_coverage_surface(CAIRO_FORMAT_ARGB32, (int) columns, (int) rows, err);
    if (surface == NULL) {
        zd_image_unref(out);
        return ZD_ERR_NO_MEMORY;
    }
    cairo_t *cairo = cairo_create(surface);
    RsvgRectangle place = { 0.0, 0.0, columns, rows };
    GError *problem = NULL;
    gboolean drawn = rsvg_handle_render_document(svg, cairo, &place, &problem);
    cairo_destroy(cairo);
    if (drawn) {
        zd_coverage_colour_from_surface(surface, zd_image_view(*out));
    }
    cairo_surface_destroy(surface);
    if (!drawn) {
        zd_image_unref(out);
        return fail_svg(err, path, problem);
    }
    return ZD_OK;
}

zd_status zd_svg_load(zd_context *ctx, const char *path, int height, zd_image **out, zd_error *err)
{
    *out = NULL;
    if (height < 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%s' cannot be %d pixels high", path, height);
    }
    zd_mapping file; /* to tell a missing file from a bad one, in the words of all other readers */
    ZD_TRY(zd_file_map(path, &file, err));
    zd_file_unmap(&file);
    GError *problem = NULL;
    RsvgHandle *svg = rsvg_handle_new_from_file(path, &problem);
    if (svg == NULL) {
        return fail_svg(err, path, problem);
    }
    zd_status status = draw(ctx, svg, path, height, out, err);
    g_object_unref(svg);
    return status;
}
