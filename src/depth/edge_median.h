/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_EDGE_MEDIAN_H
#define ZD_DEPTH_EDGE_MEDIAN_H

/* Steadies the edges of moving things. What moves cannot be averaged over many frames
 * (depth/stabilise.h renews it), so each edge of a map becomes the median of three frames along the
 * motion of what is near there: the one before, itself, the one after. A window that is the same on both
 * sides has no lag, and no memory: the result depends on three frames only, whatever was asked for before. */

#include "image/depth_map.h"
#include "image/image.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_edge_median zd_edge_median;

/** A frame of a shot; all images of one size. */
typedef struct zd_edge_frame {
    zd_view depth;       /* ZD_GRAY_F32, nearness or normalised, steadied; NaN stays NaN */
    zd_view probability; /* ZD_GRAY_F32, or data NULL in all three */
    zd_view rgb;         /* RGB float32, display-referred */
} zd_edge_frame;

/** Plans memory for maps of exactly this size. */
ZD_MUST_USE zd_status zd_edge_median_create(zd_context *ctx, int map_width, int map_height,
                                            zd_edge_median **out, zd_error *err);
void zd_edge_median_destroy(zd_edge_median **median);

/** Writes the middle one of three frames that follow each other into `depth` and `probability` (data NULL
 *  where the frames have none), with its edges steadied. */
void zd_edge_median_apply(zd_edge_median *median, const zd_edge_frame frames[3], zd_view depth,
                          zd_view probability);

#endif
