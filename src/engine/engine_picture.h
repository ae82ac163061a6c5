/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_PICTURE_H
#define ZD_ENGINE_ENGINE_PICTURE_H

/* Pictures as plug-in hosts hand them over: any sample type, order of channels, alpha state, place
 * and row order. The engine works on RGBA float32, display-referred and unpremultiplied. */

#include <stdbool.h>

#include "image/image.h"

typedef enum zd_host_alpha {
    ZD_HOST_STRAIGHT,
    ZD_HOST_PREMULTIPLIED,
    ZD_HOST_OPAQUE, /* what the alpha channel holds, if there is one, means nothing */
} zd_host_alpha;

/** Borrowed pixels in the host's plane. The plane's y goes down; hosts whose y goes up pass -y2 as
 *  `y`, their last row as the first and a negative stride. */
typedef struct zd_host_picture {
    zd_view view; /* 1 (gray), 3 or 4 channels; data NULL: no such picture */
    int x;        /* where the top left pixel lies */
    int y;
    bool is_bgr; /* blue comes first */
    zd_host_alpha alpha;
} zd_host_picture;

static inline zd_rect zd_host_picture_rect(const zd_host_picture *picture)
{
    return (zd_rect){ picture->x, picture->y, picture->x + picture->view.width,
                      picture->y + picture->view.height };
}

/** Reads `rect` of the plane into an RGBA f32 view of its size, unpremultiplied. What lies outside
 *  the picture is 0. Integers become fractions of their largest value; gray becomes R = G = B; no
 *  alpha is 1. Says whether every number is within +-ZD_LIGHT_LIMIT. Runs on the pool. */
bool zd_host_picture_read(zd_context *ctx, const zd_host_picture *picture, zd_rect rect,
                          zd_view out);

/** Which rows of the plane are written. */
typedef enum zd_host_rows {
    ZD_HOST_ROWS_ALL,
    ZD_HOST_ROWS_EVEN, /* those whose y is even in the plane */
    ZD_HOST_ROWS_ODD,
} zd_host_rows;

/** What to write and where. */
typedef struct zd_host_store {
    const zd_host_picture *to;
    zd_rect rect;   /* of the plane, inside `to` */
    zd_view result; /* RGBA f32, unpremultiplied, of the rect's size */
    zd_host_rows rows;
    /* Where the result has the bits of `was`, the host's own pixel is copied: what is not changed
     * keeps its codes. One view for both: nothing is changed. data NULL: everything is converted. */
    const zd_host_picture *source;
    zd_view was;
} zd_host_store;

/** Writes; integers are rounded and clamped. Runs on the pool. */
void zd_host_picture_write(zd_context *ctx, const zd_host_store *store);

/** Sets the rows of `rect` (inside the picture) to zero. */
void zd_host_picture_clear(const zd_host_picture *picture, zd_rect rect, zd_host_rows rows);

/** The smallest rectangle inside `rect` that holds all pixels which are not wholly zero: where a
 *  picture that is laid over another can show. Empty when there is none. Runs on the pool. */
zd_rect zd_host_picture_bounds(zd_context *ctx, const zd_host_picture *picture, zd_rect rect);

/** The area average of an RGBA f32 picture: RGB f32, by the same sums in the same order as
 *  zd_frame_read_small, so that equal codes give equal bits. Runs on the pool. */
void zd_host_picture_shrink(zd_context *ctx, zd_view picture, zd_view out);

/** A fast hash of the picture's codes, for caches in memory. Runs on the pool. */
typedef struct zd_host_hash {
    uint64_t low;
    uint64_t high;
} zd_host_hash;

zd_host_hash zd_host_hash_bytes(zd_host_hash seed, const void *data, size_t bytes);
zd_host_hash zd_host_hash_view(zd_context *ctx, zd_host_hash seed, zd_view view);

#endif
