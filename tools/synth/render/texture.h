/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Small tiled pictures with mip levels. Stored as 8-bit RGBA, colour with gamma 2 (the linear
 * value is the square), which makes decoding one multiplication. */

#ifndef ZD_SYNTH_RENDER_TEXTURE_H
#define ZD_SYNTH_RENDER_TEXTURE_H

#include "render/vec.h"

#include <stdint.h>

enum { SY_TEXTURE_LEVELS = 10 };

typedef struct sy_texture {
    int size; /* square, a power of two */
    int levels;
    int mirror; /* repeat by mirroring, for photographs */
    uint8_t *data[SY_TEXTURE_LEVELS];
} sy_texture;

typedef struct sy_texel {
    vec3 colour; /* linear light */
    float alpha;
} sy_texel;

void sy_texture_create(sy_texture *texture, int size);
void sy_texture_destroy(sy_texture *texture);

/** Sets one texel of the finest level from a gamma-encoded colour, 0..1. */
void sy_texture_set(sy_texture *texture, int x, int y, vec3 encoded, float alpha);

/** Fills the coarser levels from the finest one. */
void sy_texture_build_mips(sy_texture *texture);

/** Bilinear sample at a mip level; repeats outside 0..1. */
sy_texel sy_texture_sample(const sy_texture *texture, float u, float v, float level);

#endif
