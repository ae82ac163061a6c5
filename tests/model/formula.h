/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_FORMULA_H
#define ZD_TEST_FORMULA_H

/* Weights, inputs and frames of the reference vectors, which come from a formula: of a name's stream
 * z[i] = splitmix64's end of FNV-1a-64(name) + (i + 1) 0x9E3779B97F4A7C15, a value is c + s r with r
 * in -1..1 of the upper 24 bits and c, s by the name. No trained weights are involved. */

#include <stdint.h>

#include "model/safetensors.h"

/** The upper bits of a stream's values. */
uint64_t formula_bits(const char *name, size_t i);

/** r of a stream, in -1..1. */
double formula_unit(const char *name, size_t i);

typedef enum formula_network {
    FORMULA_STILL, /* Depth Anything V2 */
    FORMULA_VIDEO, /* Video Depth Anything, 64 channels, one head */
    FORMULA_MONO,  /* Depth Anything 3, one view, with sky */
    FORMULA_VIEWS, /* Depth Anything 3, any view */
    FORMULA_VIDEO_SMALL, /* the shapes of Video Depth Anything Small, all zeros: for what shapes alone decide */
} formula_network;

/** Writes the tiny network's weights; returns a name in a temporary folder, which the caller removes
 *  and releases with free. */
char *formula_write(zd_context *ctx, formula_network which);

/** The same of another width of the encoder than 64. */
char *formula_write_wide(zd_context *ctx, formula_network which, int width);

/** Removes such a file with its folder, and releases the name. */
void formula_remove(char *path);

/** Frame t of a window as the vectors of Video Depth Anything have it: [h][w][3], normalised. */
void formula_window_frame(int t, int height, int width, float *rgb);

/** Frame t of the film of the vectors, 0..1: [h][w][3]. */
void formula_film_frame(int t, int height, int width, float *rgb);

#endif
