/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_PIXELS_H
#define ZD_ENGINE_PIXELS_H

/* Pictures as plug-in hosts hand them over: any sample type, order of channels, alpha state, place
 * and row order. The engine works on RGBA float32, display-referred and unpremultiplied. */

#include <stdbool.h>

#include "image/image.h"

/** A fast hash of codes, for caches in memory. */
typedef struct zd_pixels_hash {
    uint64_t low;
    uint64_t high;
} zd_pixels_hash;

typedef enum zd_pixels_alpha {
    ZD_PIXELS_STRAIGHT,
    ZD_PIXELS_PREMULTIPLIED,
    ZD_PIXELS_OPAQUE, /* what the alpha channel holds, if there is one, means nothing */
} zd_pixels_alpha;

/** Borrowed pixels in the host's plane. The plane's y goes down; hosts whose y goes up pass -y2 as
 *  `y`, their last row as the first and a negative stride. */
typedef struct zd_pixels {
    zd_view view; /* 1 (gray), 3 or 4 channels; data NULL: no such picture */
    int x;        /* where the top left pixel lies */
    int y;
    bool is_bgr; /* blue comes first */
    zd_pixels_alpha alpha;
    /* The host's word for which picture this is, which changes with its pixels; zeros: it has none. */
    zd_pixels_hash identity;
} zd_pixels;

static inline zd_rect zd_pixels_rect(const zd_pixels *picture)
{
    return (zd_rect){ picture->x, picture->y, picture->x + picture->view.width,
                      picture->y + picture->view.height };
}

/** Reads `rect` of the plane into an RGBA f32 view of its size, unpremultiplied. What lies outside
 *  the picture is 0. Integers become fractions of their largest value; gray becomes R = G = B; no
 *  alpha is 1. Says whether every number is within +-ZD_LINEAR_LIMIT. Runs on the pool. */
bool zd_pixels_read(zd_context *ctx, const zd_pixels *picture, zd_rect rect, zd_view out);

/** Which rows of the plane are written. */
typedef enum zd_pixels_rows {
    ZD_PIXELS_ROWS_ALL,
    ZD_PIXELS_ROWS_EVEN, /* those whose y is even in the plane */
    ZD_PIXELS_ROWS_ODD,
} zd_pixels_rows;

/** What to write and where. */
typedef struct zd_pixels_store {
    const zd_pixels *to;
    zd_rect rect;   /* of the plane, inside `to` */
    zd_view result; /* RGBA f32, unpremultiplied, of the rect's size */
    zd_pixels_rows rows;
    /* Where the result has the bits of `was`, the host's own pixel is copied: what is not changed
     * keeps its codes. One view for both: nothing is changed. data NULL: everything is converted. */
    const zd_pixels *source;
    zd_view was;
} zd_pixels_store;

/** Writes; integers are rounded and clamped. Runs on the pool. */
void zd_pixels_write(zd_context *ctx, const zd_pixels_store *store);

/** Sets the rows of `rect` (inside the picture) to zero. */
void zd_pixels_clear(const zd_pixels *picture, zd_rect rect, zd_pixels_rows rows);

/** The smallest rectangle inside `rect` that holds all pixels which are not wholly zero: where a
 *  picture that is laid over another can show. Empty when there is none. Runs on the pool. */
zd_rect zd_pixels_bounds(zd_context *ctx, const zd_pixels *picture, zd_rect rect);

/** The area average of an RGBA f32 picture: RGB f32, by the same sums in the same order as
 *  zd_frame_read_small, so that equal codes give equal bits. Runs on the pool. */
void zd_pixels_shrink(zd_context *ctx, zd_view picture, zd_view out);

static inline bool zd_pixels_hash_is_same(zd_pixels_hash a, zd_pixels_hash b)
{
    return a.low == b.low && a.high == b.high;
}

zd_pixels_hash zd_pixels_hash_bytes(zd_pixels_hash seed, const void *data, size_t bytes);
zd_pixels_hash zd_pixels_hash_view(zd_context *ctx, zd_pixels_hash seed,
                                   zd_view view); /* on the pool */

/** What tells a picture from others: all its codes where the host has no word for it; else that word
 *  with a sample of the codes, since hosts have been seen to say one word for all. */
zd_pixels_hash zd_pixels_key(zd_context *ctx, zd_pixels_hash seed, const zd_pixels *picture);

#endif
