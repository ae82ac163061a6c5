/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Rows of pieces are the items of the pool, so the cut does not depend on the number of threads. */

#include "image/piece.h"

#include <assert.h>

#include "core/pool.h"
#include "core/size.h"

typedef struct pieces {
    zd_rect whole;
    zd_piece_worker worker;
    void *user;
} pieces;

static void run_rows(void *user, int item)
{
    const pieces *of = user;
    zd_rect piece = of->whole;
    piece.y0 += item * ZD_PIECE_ROWS;
    piece.y1 = zd_int_min(piece.y0 + ZD_PIECE_ROWS, of->whole.y1);
    for (; piece.x0 < of->whole.x1; piece.x0 = piece.x1) {
        piece.x1 = zd_int_min(piece.x0 + ZD_PIECE_WIDTH, of->whole.x1);
        of->worker(of->user, piece);
    }
}

void zd_pieces_run(zd_context *ctx, zd_rect whole, zd_piece_worker worker, void *user)
{
    assert(worker != NULL);
    pieces of = { whole, worker, user };
    int items = (whole.y1 - whole.y0 + ZD_PIECE_ROWS - 1) / ZD_PIECE_ROWS;
    int64_t pixels = (int64_t) (whole.x1 - whole.x0) * (whole.y1 - whole.y0);
    zd_pool_run_on(zd_context_pool(ctx), pixels, items, run_rows, &of);
}
