/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_PLACED_H
#define ZD_IMAGE_PLACED_H

/* A view and where it lies in the frame. Everything that works on a part of a frame takes its
 * pictures this way, so that a tile, a crop and the whole frame are the same call. */

#include <stdbool.h>

#include "image/image.h"

/** Borrowed pixels whose top left pixel is pixel (x, y) of the frame; both may be negative. A
 *  view without data stands for "not given". */
typedef struct zd_placed_view {
    zd_view view;
    int x;
    int y;
} zd_placed_view;

/** The rectangle of the frame that the pixels cover; empty for a view that is not given. */
static inline zd_rect zd_placed_rect(zd_placed_view placed)
{
    if (placed.view.data == NULL) {
        return (zd_rect){ 0, 0, 0, 0 };
    }
    return (zd_rect){ placed.x, placed.y, placed.x + placed.view.width,
                      placed.y + placed.view.height };
}

static inline bool zd_rect_contains(zd_rect outer, zd_rect inner)
{
    return inner.x0 >= outer.x0 && inner.y0 >= outer.y0 && inner.x1 <= outer.x1 &&
           inner.y1 <= outer.y1;
}

/** The pixel (x, y) of the frame, which the view must cover. */
static inline float *zd_placed_pixel_f32(zd_placed_view placed, int x, int y)
{
    return zd_view_row_f32(placed.view, y - placed.y) +
           (ptrdiff_t) (x - placed.x) * placed.view.format.channels;
}

#endif
