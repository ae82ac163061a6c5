/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TITLE_TITLE_INTERNAL_H
#define ZD_TITLE_TITLE_INTERNAL_H

/* The inside of a title: its raster, drawn once, and where a typewriter's lines and letters end in it. */

#include "title/text_layout.h"
#include "title/title.h"

/** One line of a typewriter: where it ends after each letter. */
typedef struct zd_title_line {
    int bottom;       /* first raster row below the line; INT_MAX for the last */
    int first_letter; /* into zd_title.letter_ends */
    int letter_count;
    bool right_to_left;
} zd_title_line;

struct zd_title {
    zd_context *ctx;
    zd_title_params params; /* text and font are NULL here */
    int frame_width;
    int frame_height;
    zd_image *raster; /* RGBA f32 linear premultiplied */
    int x;            /* where the raster's top left pixel rests in the frame */
    int y;
    zd_title_line *lines;
    int line_count;
    float *letter_ends; /* raster x where a letter ends in its direction */
    int letter_count;
};

/** Draws the set text, with outline and shadow, into title->raster and places it. */
ZD_MUST_USE zd_status zd_title_draw(zd_title *title, zd_title_text_layout *text, double size_px,
                                    zd_error *err);

/** The pixels that ink, outline and shadow need around the layout's origin. */
zd_rect zd_title_ink(const zd_title_params *params, zd_title_text_layout *text, double size_px);

/** Finds the lines and letters for the typewriter. `origin_x/y` is the layout's origin in the
 *  raster. */
ZD_MUST_USE zd_status zd_title_find_letters(zd_title *title, zd_title_text_layout *text,
                                            int origin_x, int origin_y, zd_error *err);

#endif
