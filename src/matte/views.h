/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_VIEWS_H
#define ZD_MATTE_VIEWS_H

/* The pictures by which people judge depth and matte. Pure functions on views of one size; colours
 * are display-referred RGB 0..1, not premultiplied. Each may be called on any tile. */

#include <stdbool.h>

#include "image/depth_map.h"
#include "image/image.h"

typedef enum zd_matte_view_kind {
    ZD_MATTE_VIEW_NONE,  /* the result itself */
    ZD_MATTE_VIEW_DEPTH, /* the raw map, near white, far black, deaf to all parameters */
    ZD_MATTE_VIEW_THRESHOLDED, /* foreground as filmed, background from blue (furthest) to red (closest) */
    ZD_MATTE_VIEW_OPACITY, /* the background at 50 % over black */
    ZD_MATTE_VIEW_MATTE,   /* the matte in gray */
} zd_matte_view_kind;

/** The depth view. `depth` is ZD_GRAY_F32 in the map's own values and of any size: it is enlarged
 *  bilinearly to a frame of frame_width x frame_height, of which `roi` is drawn. NaN is black.
 *  `out` is RGB or RGBA float32 of the roi's size; alpha becomes 1. */
void zd_matte_view_draw_depth(zd_view depth, zd_depth_range range, int frame_width,
                              int frame_height, zd_rect roi, zd_view out);

/** The thresholded view. picture, matte and out have one size; depth and roi are as above. */
void zd_matte_view_draw_thresholded(zd_view picture, zd_view matte, zd_view depth,
                                    zd_depth_range range, int frame_width, int frame_height,
                                    zd_rect roi, zd_view out);

/** The opacity view: picture * (0.5 + 0.5 matte). */
void zd_matte_view_draw_opacity(zd_view picture, zd_view matte, zd_view out);

/** The matte as a gray picture. */
void zd_matte_view_draw_matte(zd_view matte, zd_view out);

/** What a view is drawn from. `picture` (display-referred, any alpha) and `matte` (gray f32) have the
 *  roi's size; depth is as above. */
typedef struct zd_matte_view_source {
    zd_view picture;
    zd_view matte; /* may be without data for a view that needs none */
    zd_view depth;
    zd_depth_range range;
    int frame_width;
    int frame_height;
    zd_rect roi;
} zd_matte_view_source;

/** Whether a view looks at the matte. */
bool zd_matte_view_needs_matte(zd_matte_view_kind kind);

/** Draws any view; ZD_MATTE_VIEW_NONE copies the picture. `out` is RGB or RGBA float32 of the roi's size;
 *  alpha becomes 1 in every view. */
void zd_matte_view_draw(zd_matte_view_kind kind, const zd_matte_view_source *source, zd_view out);

/** The scale of the thresholded view: blue at 0, cyan, green, yellow, red at 1. */
void zd_matte_view_depth_colour(float normalised, float rgb[3]);

#endif
