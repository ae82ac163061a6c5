/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TITLE_SHEET_H
#define ZD_TITLE_SHEET_H

/* Contact sheets: labelled pictures side by side in one picture. */

#include "image/image.h"

typedef struct zd_sheet_cell {
    zd_view picture;     /* gray, RGB or RGBA; u8, u16 or f32; display-referred code values, 0..1 in
                            float; alpha not premultiplied, shown over a checkerboard */
    const char *caption; /* UTF-8; NULL: none */
} zd_sheet_cell;

typedef struct zd_sheet_params {
    int columns;       /* 0: two up to four cells, else about square */
    int cell_width_px; /* width of every cell; 0: 640 */
} zd_sheet_params;

/** The size of the sheet that zd_sheet_render makes of these cells, 1 to 64 with any format; only the
 *  sizes of their pictures are looked at. */
void zd_sheet_size(const zd_sheet_params *params, const zd_sheet_cell *cells, int count, int *width,
                   int *height);

/** Lays out the cells row by row, each scaled to the cell's width with its own aspect. Gives RGB
 *  u8, display-referred; the caller owns one reference. `params` may be NULL. */
ZD_MUST_USE zd_status zd_sheet_render(zd_context *ctx, const zd_sheet_params *params,
                                      const zd_sheet_cell *cells, int count, zd_image **out,
                                      zd_error *err);

#endif
