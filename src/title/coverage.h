/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TITLE_COVERAGE_H
#define ZD_TITLE_COVERAGE_H

/* Shapes drawn by Cairo, as float: coverage 0..1 in a gray picture, or colour. */

#include <cairo.h>

#include "image/image.h"

/** Makes a Cairo surface and checks it; NULL with an error. Release with cairo_surface_destroy. */
cairo_surface_t *zd_coverage_surface(cairo_format_t format, int width, int height, zd_error *err);

/** Turns an A8 surface into coverage; `out` is gray f32 of the same size. */
void zd_coverage_from_surface(cairo_surface_t *surface, zd_view out);

/** Turns an ARGB32 surface (sRGB, premultiplied in code values, as Cairo has it) into RGBA f32,
 *  linear, premultiplied; `out` has the same size. */
void zd_coverage_colour_from_surface(cairo_surface_t *surface, zd_view out);

/** How far three box filters of zd_coverage_blur reach. */
int zd_coverage_blur_reach(double radius_px);

/** Blurs coverage by three box filters, near a Gaussian with a deviation of half the radius. The
 *  shape must keep its reach from the borders, where coverage is taken as 0. */
ZD_MUST_USE zd_status zd_coverage_blur(zd_context *ctx, zd_view coverage, double radius_px,
                                       zd_error *err);

#endif
