/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TITLE_LABEL_H
#define ZD_TITLE_LABEL_H

/* One line of small text burnt into a picture: captions, frame numbers, depth read-outs. */

#include "image/image.h"

typedef struct zd_label {
    const char *text;    /* UTF-8, one line */
    const char *font;    /* Pango description without size; NULL: "DejaVu Sans" */
    float size_px;       /* font size in pixels, 4..400 */
    float colour[4];     /* RGBA, sRGB code values, not premultiplied */
    float box_colour[4]; /* drawn behind the text; alpha 0: none */
    float anchor_x;      /* where (x, y) is in the box: 0 left .. 1 right */
    float anchor_y;      /* 0 top .. 1 bottom */
} zd_label;

/** Draws the label with its anchor at (x, y) of a display-referred picture, RGB or RGBA, u8 or
 *  f32, alpha (where there is one) not premultiplied and left alone. What lies outside is cut. */
ZD_MUST_USE zd_status zd_label_draw(zd_context *ctx, const zd_label *label, float x, float y,
                                    zd_view picture, zd_error *err);

#endif
