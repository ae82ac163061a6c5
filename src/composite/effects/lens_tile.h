/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_LENS_TILE_H
#define ZD_COMPOSITE_LENS_TILE_H

/* A tile of the lens blur with its surroundings, and what is measured of it. */

#include "composite/effect.h"
#include "composite/effects/lens_kernel.h"
#include "core/scratch.h"

enum {
    ZD_LENS_MOST_TILE = 320,
    ZD_LENS_RUN = 32, /* columns whose levels are kept together */
};

/* A bit for each level that pixels behind the focus belong to; and in front. */
typedef struct zd_lens_met {
    uint32_t behind;
    uint32_t front;
} zd_lens_met;

typedef struct zd_lens_job {
    zd_context *ctx;
    const zd_lens_blur *blur;
    const zd_effect_io *io;
    zd_lens_levels levels;
    float radius_px;
    float span;  /* nearness from the sharp range to the far or near end, the longer one */
    int halo;    /* how far a pixel outside the tile can reach into it */
    int tile;    /* side of a tile: larger where the halo is, or most work would be in halos */
    int edge_px; /* pixels this near to something nearer are taken for mixed ones */
    int tile_x0; /* first tile column and row that the roi meets */
    int tile_y0;
    int tiles_x;
    int side; /* of a tile with its halo */
    zd_scratch scratch;
} zd_lens_job;

/* One tile with its surroundings. Squares are side * side; (0, 0) is frame pixel (x0, y0). */
typedef struct zd_lens_tile {
    const zd_lens_job *job;
    int x0;
    int y0;
    int side;
    float *nearness;
    float *position; /* among the levels: negative behind the focus, 0 sharp, else in front */
    float *purity;   /* how surely a pixel shows only what is at its own depth */
    float *spread;
    zd_lens_square square;
    zd_lens_sum *behind; /* tile * tile: what is behind the focus, over each other */
    zd_lens_sum *front;
    zd_lens_sum *fill;
    zd_lens_met met;
    zd_lens_met *runs;  /* the same of every run of columns, in rows of zd_lens_runs(side) */
    zd_lens_sum *lines; /* two rows of shrunk sums */
} zd_lens_tile;

static inline int zd_lens_runs(int side)
{
    return (side + ZD_LENS_RUN - 1) / ZD_LENS_RUN;
}

/** Finds nearness and position of every pixel, and the levels that are met. */
void zd_lens_measure(zd_lens_tile *tile);

/** Finds the purity of every pixel that is measured. */
void zd_lens_find_purity(zd_lens_tile *tile);

#endif
