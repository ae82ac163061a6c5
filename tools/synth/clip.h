/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The sample clip: a walk along a street at golden hour, and the writers it shares with fixtures. */

#ifndef ZD_SYNTH_CLIP_H
#define ZD_SYNTH_CLIP_H

#include "world/build.h"

typedef struct sy_clip_options {
    const char *out, *y4m, *depth, *alpha; /* each may be NULL; y4m "-" is the standard output */
    int width, height, first, frames, threads;
} sy_clip_options;

/** One finished picture of a clip; owned by the caller, freed with sy_picture_free(). */
typedef struct sy_picture {
    int width, height;
    uint8_t *rgb;     /* [h][w][3] */
    float *inv_depth; /* 1/m, 0 = sky */
    float *alpha;     /* foreground, 0..1 */
} sy_picture;

void sy_picture_free(sy_picture *picture);

/** Renders and develops the scene of a build. */
sy_picture sy_picture_render(sy_build *b, sy_renderer *renderer, const sy_render_options *options);

/** Fills a scene with what never moves: light, ground, houses, trees, cars. */
void sy_clip_still(sy_build *b);

/** Adds people, camera and post settings for a moment of the walk, which takes about 4 seconds. */
void sy_clip_moving(sy_build *b, float seconds);

void sy_clip_write(const sy_clip_options *options);

#endif
