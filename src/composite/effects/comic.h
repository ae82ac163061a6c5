/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_COMIC_H
#define ZD_COMPOSITE_COMIC_H

/* Comic: flat tones, and lines in ink where tones meet and where the depth steps, so that what stands
 * in front gets an outline even before a background of its own colour. */

#include "composite/effect.h"

typedef struct zd_comic {
    float line;       /* width of the lines, fraction of the height, 0.0005..0.01 */
    float ink;        /* 0..1: how black the lines are */
    float outline;    /* 0..1: the same for outlines where the depth steps */
    float levels;     /* 2..64: how many tones there are */
    float saturation; /* 0..4 */
} zd_comic;

ZD_MUST_USE zd_status zd_comic_apply(zd_context *ctx, const zd_comic *comic, const zd_effect_io *io,
                                     zd_error *err);

#endif
