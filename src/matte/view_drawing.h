/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_VIEW_DRAWING_H
#define ZD_MATTE_VIEW_DRAWING_H

/* What a view is to the table, and what views draw with. */

#include "matte/views.h"

typedef struct zd_matte_view {
    void (*draw)(const zd_matte_view_source *source, zd_view out);
    bool needs_matte;
} zd_matte_view;

#define ZD_MATTE_VIEW_DECLARE(id, view, word) extern const zd_matte_view zd_matte_view_##view;
ZD_MATTE_VIEWS(ZD_MATTE_VIEW_DECLARE)
#undef ZD_MATTE_VIEW_DECLARE

/** Sets an RGB or RGBA pixel; alpha becomes 1. */
static inline void zd_matte_view_put(float *pixel, int channels, float red, float green, float blue)
{
    pixel[0] = red;
    pixel[1] = green;
    pixel[2] = blue;
    if (channels == 4) {
        pixel[3] = 1.0f;
    }
}

enum { ZD_MATTE_VIEW_PIECE = 512 }; /* columns at a time; a roi may be of any width */

/** Where columns of the frame lie in the map: after a sample, by a share of the way to the next. */
typedef struct zd_matte_view_columns {
    int count;
    int sample[ZD_MATTE_VIEW_PIECE];
    float share[ZD_MATTE_VIEW_PIECE];
} zd_matte_view_columns;

/** Finds up to ZD_MATTE_VIEW_PIECE columns of the frame from `x` on, as many as the roi has. */
void zd_matte_view_find_columns(const zd_matte_view_source *source, int x,
                                zd_matte_view_columns *out);

/** A plane of the source enlarged to its roi, each value through `shade`, in gray; black without data. */
void zd_matte_view_draw_plane(const zd_matte_view_source *source, zd_view plane,
                              float (*shade)(float value), zd_view out);

/** The source's depth at columns of a row of the frame, normalised to 0..1; NaN is 0. */
void zd_matte_view_depth_row(const zd_matte_view_source *source,
                             const zd_matte_view_columns *columns, int y, float *row);

#endif
