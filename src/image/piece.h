/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_PIECE_H
#define ZD_IMAGE_PIECE_H

/* A picture worked on piece by piece, each going through all its steps while it is in the cache. */

#include "core/context.h"
#include "image/image.h"

/* Three pictures of a piece fit into the second-level cache, and onto any thread's stack. */
enum {
    ZD_PIECE_WIDTH = 256,
    ZD_PIECE_ROWS = 4,
    ZD_PIECE_FLOATS = ZD_PIECE_WIDTH * ZD_PIECE_ROWS * 4
};

typedef void (*zd_piece_worker)(void *user, zd_rect piece);

/** Calls the worker for pieces that do not overlap and cover `whole`, on the pool. */
void zd_pieces_run(zd_context *ctx, zd_rect whole, zd_piece_worker worker, void *user);

/** ZD_PIECE_FLOATS of memory as an RGBA picture of the piece's size. */
static inline zd_view zd_piece_view(float *pixels, zd_rect piece)
{
    int width = piece.x1 - piece.x0;
    return (zd_view){ pixels, width, piece.y1 - piece.y0, (ptrdiff_t) width * 16, ZD_RGBA_F32 };
}

#endif
