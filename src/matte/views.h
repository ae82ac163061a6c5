/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_VIEWS_H
#define ZD_MATTE_VIEWS_H

/* The pictures by which people judge depth and matte. Pure functions on views of one size; colours
 * are display-referred RGB 0..1, not premultiplied. Each may be called on any tile. */

#include <stdbool.h>

#include "image/depth_map.h"
#include "image/image.h"
#include "matte/view_list.h"

#define ZD_MATTE_VIEW_ENUM(id, view, word) ZD_MATTE_VIEW_##id,
#define ZD_MATTE_VIEW_WORD(id, view, word) word,

typedef enum zd_matte_view_kind {
    ZD_MATTE_VIEW_NONE, /* the result itself */
    ZD_MATTE_VIEWS(ZD_MATTE_VIEW_ENUM) ZD_MATTE_VIEW_COUNT,
} zd_matte_view_kind;

/** What a view is drawn from. `picture` (display-referred, any alpha) and `matte` (gray f32) have
 *  the roi's size. `depth` is gray f32 in the map's own values and of any size: it is enlarged
 *  bilinearly to a frame of frame_width x frame_height, of which `roi` is drawn. */
typedef struct zd_matte_view_source {
    zd_view picture;
    zd_view matte; /* may be without data for a view that needs none */
    zd_view depth;
    zd_view sky; /* as `depth`; without data where the map tells nothing */
    zd_view confidence;
    zd_depth_range range;
    int frame_width;
    int frame_height;
    zd_rect roi;
} zd_matte_view_source;

/** Whether a view looks at the matte. */
bool zd_matte_view_needs_matte(zd_matte_view_kind kind);

/** Draws any view; ZD_MATTE_VIEW_NONE copies the picture. `out` is RGB or RGBA float32 of the roi's
 *  size; alpha becomes 1 in every view. */
void zd_matte_view_draw(zd_matte_view_kind kind, const zd_matte_view_source *source, zd_view out);

/** The scale of the thresholded view: blue at 0, cyan, green, yellow, red at 1. */
void zd_matte_view_depth_colour(float normalised, float rgb[3]);

#endif
