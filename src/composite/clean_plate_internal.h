/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_CLEAN_PLATE_INTERNAL_H
#define ZD_COMPOSITE_CLEAN_PLATE_INTERNAL_H

/* What a clean plate is made of: trust in the layer's pixels, and sums of them. */

#include "image/image.h"
#include "image/vec4.h"

/** How a tile of a frame stands to the layer. */
typedef enum zd_plate_trust {
    ZD_PLATE_SOME,
    ZD_PLATE_NONE, /* no pixel of it is trusted */
    ZD_PLATE_ALL,  /* each is, wholly */
} zd_plate_trust;

/** The layer whose pixels are trusted. */
typedef struct zd_plate_layer {
    zd_view matte;
    bool is_hidden;
    int reach; /* pixels by which trust is withdrawn */
} zd_plate_layer;

/** Pixels by which trust is withdrawn in a frame of that height. */
int zd_plate_reach(int height);

/** Floats of memory for the trust in a tile. */
size_t zd_plate_trust_room(int width, int height, int reach);

/** How a tile stands to the layer, by the matte alone. */
zd_plate_trust zd_plate_trust_look(const zd_plate_layer *layer, zd_rect tile);

/** The trust in the pixels of a tile of which that is known, 0..1, in rows of `stride` floats. */
void zd_plate_trust_make(const zd_plate_layer *layer, zd_rect tile, zd_plate_trust known,
                         float *room, float *trust, ptrdiff_t stride);

/** A picture of sums: each pixel times its trust, and the trust, which is at most 1. */
typedef struct zd_plate_sums {
    zd_vec4 *light;
    float *trust;
    float *near; /* or NULL */
    int width;
    int height;
    ptrdiff_t stride; /* pixels */
} zd_plate_sums;

/** The part inside a rectangle. */
zd_plate_sums zd_plate_sums_crop(const zd_plate_sums *sums, zd_rect rect);

/** No trust at all. */
void zd_plate_sums_clear(const zd_plate_sums *sums);

/** Light and nearness become sums: times the trust, which a pixel that is not finite loses. */
void zd_plate_sums_weigh(const zd_plate_sums *sums);

/** Wholly trusted, whatever the light. */
void zd_plate_sums_trust(const zd_plate_sums *sums);

/** Adds a row of sums to a row of larger pixels, so many columns to each; then zd_plate_sums_bound. */
void zd_plate_sums_gather(const zd_plate_sums *row, int columns, const zd_plate_sums *to);

/** Trust above 1 becomes 1, and light and nearness follow. */
void zd_plate_sums_bound(const zd_plate_sums *sums);

/** Four pixels as one, into sums of half the size, rounded up. */
void zd_plate_sums_push(const zd_plate_sums *from, const zd_plate_sums *to);

/** Fills rows y0..y1-1 to full trust from the next smaller sums; all of a level, both. */
void zd_plate_sums_pull(const zd_plate_sums *from, const zd_plate_sums *to, int y0, int y1);

/** One row of a frame from column x on: `sums` holds its own pixels with their trust, `from` is all of the
 *  next smaller level. What is not wholly trusted is filled in `made` and, if there is one, `near`. */
void zd_plate_sums_fill(const zd_plate_sums *from, const zd_plate_sums *sums, int x, int y,
                        float *made, float *near);

#endif
