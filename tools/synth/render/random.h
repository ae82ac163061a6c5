/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Random numbers and noise. Everything is a pure function of a seed: PCG32 for sequences, an
 * integer hash for lattices. No state is shared, so results do not depend on threads. */

#ifndef ZD_SYNTH_RENDER_RANDOM_H
#define ZD_SYNTH_RENDER_RANDOM_H

#include "render/vec.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct sy_rng {
    uint64_t state;
} sy_rng;

/** A sequence that is independent for each pair of seed and stream. */
sy_rng sy_rng_make(uint64_t seed, uint64_t stream);

uint32_t sy_rng_next(sy_rng *rng);

/** Uniform in [lo, hi). */
float sy_rng_float(sy_rng *rng, float lo, float hi);

/** Uniform in 0..count-1; count is at least 1. */
int sy_rng_int(sy_rng *rng, int count);

bool sy_rng_chance(sy_rng *rng, float probability);

/** Uniform in log space between two positive numbers. */
float sy_rng_log(sy_rng *rng, float lo, float hi);

/** About normal, mean 0, standard deviation 1 (sum of four uniforms). */
float sy_rng_normal(sy_rng *rng);

/** A linear-light colour of any hue; saturation and brightness as people see them, 0..1. */
vec3 sy_rng_colour(sy_rng *rng, float saturation, float brightness);

uint32_t sy_hash(uint32_t x, uint32_t y, uint32_t z);

/** Hash of two integers as a float in [0, 1). */
float sy_hash_float(int x, int y, uint32_t seed);

/** Smooth value noise in [0, 1], period in lattice cells (0 = none). */
float sy_noise2(float x, float y, uint32_t seed, int period);
float sy_noise3(float x, float y, float z, uint32_t seed);

/** Fractal sum of sy_noise2 in [0, 1]. */
float sy_fbm2(float x, float y, uint32_t seed, int octaves, int period);

/** Cell noise: distances to the nearest and second-nearest feature point, and the cell's hash. */
typedef struct sy_cell {
    float nearest, second;
    float id;
} sy_cell;

sy_cell sy_cell_noise(float x, float y, uint32_t seed, int period);

#endif
