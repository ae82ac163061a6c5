/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TITLE_TITLE_H
#define ZD_TITLE_TITLE_H

/* Titles: text drawn by Pango and Cairo, animated, as a picture to be laid into footage.
 *
 * Lengths are fractions, never pixels: of the frame's height, or of the font size where said. A
 * title is drawn once, when it is created; at rest it lies on whole pixels.
 *
 * Thread-safety: a title does not change after its creation; safe. */

#include <stdbool.h>

#include "image/placed.h"

typedef struct zd_title zd_title;

typedef enum zd_title_align {
    ZD_TITLE_ALIGN_CENTRE,
    ZD_TITLE_ALIGN_LEFT,
    ZD_TITLE_ALIGN_RIGHT,
} zd_title_align;

typedef enum zd_title_motion {
    ZD_TITLE_MOTION_NONE,
    ZD_TITLE_MOTION_FADE,
    ZD_TITLE_MOTION_SLIDE_LEFT, /* moves to the left: enters from the right edge, leaves by the left */
    ZD_TITLE_MOTION_SLIDE_RIGHT,
    ZD_TITLE_MOTION_SLIDE_UP,
    ZD_TITLE_MOTION_SLIDE_DOWN,
    ZD_TITLE_MOTION_SCALE,      /* grows from nothing, shrinks to nothing, with a fade */
    ZD_TITLE_MOTION_TYPEWRITER, /* letter by letter, in reading order */
    ZD_TITLE_MOTION_COUNT,
} zd_title_motion;

typedef struct zd_title_params {
    const char *text; /* UTF-8, lines split by '\n'; must not be empty */
    bool markup;      /* the text holds Pango markup */
    const char *font; /* Pango description without size, such as "DejaVu Sans Bold" */
    float size;       /* font size (em), fraction of the frame's height, 0.001..4 */
    float colour[4];  /* RGBA, sRGB code values, not premultiplied (zd_colour_parse) */
    float outline_colour[4];
    float outline; /* width outside the letters, fraction of the font size, 0..1; 0 none */
    float shadow_colour[4];
    float shadow_x; /* offset, fraction of the font size, -4..4; right and down positive */
    float shadow_y;
    float shadow_blur;    /* radius, fraction of the font size, 0..4 */
    zd_title_align align; /* of the lines to each other */
    float x;              /* centre of the text block in the frame, 0 left .. 1 right */
    float y;              /* 0 top .. 1 bottom */
    float line_spacing;   /* factor on the font's own, 0.1..10 */
    float letter_spacing; /* added between letters, fraction of the font size, -1..4 */
    float max_width;      /* of the frame's width, above 0..1: longer lines are wrapped */
    bool may_be_cut;      /* false: shrunk and moved until all of it is inside the frame */
    zd_title_motion in;
    zd_title_motion out;
    double in_s; /* how long the motion takes, >= 0 */
    double out_s;
    double start_s; /* shown from start_s up to end_s; infinity: to the end */
    double end_s;
} zd_title_params;

/** White, bold sans, a quarter of the height, in the middle, soft shadow, no motion, for ever. */
zd_title_params zd_title_defaults(void);

/** Lays out and draws a title for frames of the given size. A font that is not installed is a
 *  warning in the log that names its substitute. The caller owns *out and releases it with
 *  zd_title_destroy; NULL on failure. The params live until return. */
ZD_MUST_USE zd_status zd_title_create(zd_context *ctx, const zd_title_params *params,
                                      int frame_width, int frame_height, zd_title **out,
                                      zd_error *err);

/** Sets it to NULL; accepts a pointer to NULL. */
void zd_title_destroy(zd_title **title);

/** The pixels of the frame that the title may touch at a time; empty when it is not shown. */
zd_rect zd_title_bounds(const zd_title *title, double time_s);

/** Draws the pixels of `roi` (frame coordinates) at a time into `out`, a view of roi's size: RGBA
 *  f32, linear, premultiplied, transparent where the title is not. A rectangle gives the same
 *  pixels as the whole frame. */
void zd_title_render(const zd_title *title, double time_s, zd_rect roi, zd_view out);

/** When the title stands still at a time (also while it fades): its pixels, ready as a layer
 *  without a copy, and their opacity. False while it moves or is not shown. The pixels live as
 *  long as the title. They may reach out of the frame only when may_be_cut. */
bool zd_title_still(const zd_title *title, double time_s, zd_placed_view *out, float *opacity);

#endif
