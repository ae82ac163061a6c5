/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What a camera adds: lens blur, motion blur, exposure, white balance, tone curve, vignette, noise. */

#ifndef ZD_SYNTH_RENDER_POST_H
#define ZD_SYNTH_RENDER_POST_H

#include "render/random.h"
#include "render/render.h"

typedef struct sy_post_options {
    float exposure;           /* 0 = automatic */
    float balance[3];         /* 0 = neutral (1) */
    float contrast;           /* 0 = usual (1) */
    float saturation;         /* 0 = usual (1) */
    float vignette;           /* 0..1 */
    float noise;              /* standard deviation in 8-bit steps */
    float blur_px;            /* lens blur radius of a point at infinity; 0 = all sharp */
    float focus;              /* inverse depth in focus */
    float streak_x, streak_y; /* motion blur over the whole picture, px */
    uint32_t seed;
} sy_post_options;

/** Develops a frame into 8-bit RGB [h][w][3]; alpha is blurred along with the picture. */
void sy_post_develop(const sy_frame *frame, const sy_post_options *options, uint8_t *rgb);

/** The encoded value (0..1, gamma 2-like curve) of linear light with neutral settings. */
float sy_post_curve(float linear);

#endif
