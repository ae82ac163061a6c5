/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_EFFECT_TILE_H
#define ZD_COMPOSITE_EFFECT_TILE_H

/* Effects that look at a pixel's surroundings: tiles with a halo, and planes of floats to work in.
 * Every value of a plane is made from the frame alone, by the same operations wherever the tile
 * begins; that is what keeps a rectangle and the whole frame equal to the last bit. */

#include "composite/effect_internal.h"

enum { ZD_EFFECT_PLANES = 5, ZD_EFFECT_REACH = 128 };

typedef struct zd_effect_tile {
    const zd_effect_io *io;
    zd_rect area; /* the pixels to make */
    int halo;     /* the planes reach this far beyond the area, also outside the frame */
    int width;    /* of the planes */
    int height;
    float *planes[ZD_EFFECT_PLANES];
} zd_effect_tile;

/** Makes the pixels of one tile. */
typedef void (*zd_effect_tile_make)(const void *params, const zd_effect_tile *tile);

/** A value of a plane; (x, y) is a frame pixel within the halo. */
static inline float zd_effect_tile_at(const zd_effect_tile *tile, int plane, int x, int y)
{
    int row = y - tile->area.y0 + tile->halo;
    int column = x - tile->area.x0 + tile->halo;
    return tile->planes[plane][(ptrdiff_t) row * tile->width + column];
}

static inline zd_vec4 zd_effect_tile_colour(const zd_effect_tile *tile, int x, int y)
{
    return zd_vec4_load(zd_effect_in(tile->io, x, y));
}

/** Stores what an effect made of a pixel, by the matte's strength; a colour that is not finite, and one
 *  where the matte is 0, keep their bits. */
static inline void zd_effect_tile_mix(const zd_effect_tile *tile, int x, int y, zd_vec4 colour,
                                      zd_vec4 made)
{
    float strength = zd_effect_strength(tile->io, x, y);
    bool keeps = !(strength > 0.0f) || !zd_vec4_is_finite(colour)[0];
    zd_vec4 mixed = colour + zd_vec4_splat(strength) * (made - colour);
    zd_vec4_store(zd_effect_out(tile->io, x, y), keeps ? colour : mixed);
}

/** Fills a plane with the picture's tone, its border going on outside the frame. */
void zd_effect_tile_tone(const zd_effect_tile *tile, int plane);

/** The same with nearness. */
void zd_effect_tile_nearness(const zd_effect_tile *tile, int plane);

/** How far a Gaussian of `sigma` pixels reaches: what a caller adds up for its halo. */
int zd_effect_reach(float sigma);

/** Blurs a plane by a Gaussian of `sigma` pixels into another, by way of `between`; all three differ.
 *  Values nearer to the plane's border than its reach are not to be used. */
void zd_effect_tile_blur(const zd_effect_tile *tile, int from, int between, int to, float sigma);

/** Runs `make` over the roi in tiles with `halo`, on all threads. `what` names the effect. */
ZD_MUST_USE zd_status zd_effect_run_tiles(zd_context *ctx, const zd_effect_io *io, int halo,
                                          zd_effect_tile_make make, const void *params,
                                          const char *what, zd_error *err);

#endif
