/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Cairo's 8-bit surfaces as float; the blur is three box filters, as large as a Gaussian of that
 * size. */

#include "title/coverage.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/require.h"
#include "image/colour.h"

cairo_surface_t *zd_coverage_surface(cairo_format_t format, int width, int height, zd_error *err)
{
    cairo_surface_t *surface = cairo_image_surface_create(format, width, height);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        (void) zd_fail(err, ZD_ERR_NO_MEMORY, "cannot draw %dx%d pixels: %s", width, height,
                       cairo_status_to_string(cairo_surface_status(surface)));
        cairo_surface_destroy(surface);
        return NULL;
    }
    return surface;
}

void zd_coverage_from_surface(cairo_surface_t *surface, zd_view out)
{
    assert(cairo_image_surface_get_width(surface) >= out.width);
    assert(cairo_image_surface_get_format(surface) == CAIRO_FORMAT_A8);
    cairo_surface_flush(surface);
    const unsigned char *data = cairo_image_surface_get_data(surface);
    ptrdiff_t stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; y < out.height; y++) {
        float *row = zd_view_row_f32(out, y);
        for (int x = 0; x < out.width; x++) {
            row[x] = (float) data[y * stride + x] / 255.0f;
        }
    }
}

void zd_coverage_colour_from_surface(cairo_surface_t *surface, zd_view out)
{
    assert(cairo_image_surface_get_format(surface) == CAIRO_FORMAT_ARGB32);
    cairo_surface_flush(surface);
    const unsigned char *data = cairo_image_surface_get_data(surface);
    ptrdiff_t stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; y < out.height; y++) {
        float *row = zd_view_row_f32(out, y);
        for (int x = 0; x < out.width; x++) {
            uint32_t pixel;
            memcpy(&pixel, data + y * stride + 4 * (ptrdiff_t) x, sizeof pixel);
            float alpha = (float) (pixel >> 24);
            for (int c = 0; c < 3; c++) {
                float code = (float) ((pixel >> (16 - 8 * c)) & 255U);
                row[4 * x + c] =
                    alpha > 0.0f
                        ? alpha / 255.0f * zd_transfer_decode(ZD_TRANSFER_SRGB, code / alpha)
                        : 0.0f;
            }
            row[4 * x + 3] = alpha / 255.0f;
        }
    }
}

/* The half width of one of three equal boxes that together have the deviation radius / 2. */
static int box_half(double radius_px)
{
    double deviation = 0.5 * radius_px;
    return (int) lround(0.5 * (sqrt(4.0 * deviation * deviation + 1.0) - 1.0));
}

int zd_coverage_blur_reach(double radius_px)
{
    return 3 * box_half(radius_px);
}

/* One box along a line of `count` values `step` floats apart. */
static void box_line(float *line, ptrdiff_t step, int count, int half, float *scratch)
{
    double sum = 0.0;
    double scale = 1.0 / (2 * half + 1);
    for (int i = 0; i < half && i < count; i++) {
        sum += (double) line[i * step];
    }
    for (int i = 0; i < count; i++) {
        sum += i + half < count ? (double) line[(i + half) * step] : 0.0;
        scratch[i] = (float) (sum * scale);
        sum -= i - half >= 0 ? (double) line[(i - half) * step] : 0.0;
    }
    for (int i = 0; i < count; i++) {
        line[i * step] = scratch[i];
    }
}

zd_status zd_coverage_blur(zd_context *ctx, zd_view coverage, double radius_px, zd_error *err)
{
    ZD_REQUIRE(err, coverage.format.channels == 1 && radius_px >= 0.0);
    int half = box_half(radius_px);
    if (half < 1) {
        return ZD_OK;
    }
    int longest = coverage.width > coverage.height ? coverage.width : coverage.height;
    float *scratch = zd_alloc(ctx, (size_t) longest * sizeof(float));
    if (scratch == NULL) {
        return zd_fail_memory(err, "a title's shadow");
    }
    ptrdiff_t step = coverage.stride_bytes / (ptrdiff_t) sizeof(float);
    for (int pass = 0; pass < 3; pass++) {
        for (int y = 0; y < coverage.height; y++) {
            box_line(zd_view_row_f32(coverage, y), 1, coverage.width, half, scratch);
        }
        for (int x = 0; x < coverage.width; x++) {
            box_line(zd_view_row_f32(coverage, 0) + x, step, coverage.height, half, scratch);
        }
    }
    zd_free(ctx, scratch);
    return ZD_OK;
}
