/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Light only where edges are: small tiles are marked that hold a half-transparent pixel, and the
 * runs of tiles within the margin of a mark are decoded. */

#include <string.h>

#include "core/block.h"
#include "core/pool.h"
#include "core/require.h"
#include "core/size.h"
#include "image/linear.h"

enum { TILE = 16 };

typedef struct edge_job {
    zd_transfer transfer;
    zd_view display;
    zd_view matte;
    zd_view linear;
    zd_rect rect;
    int reach; /* in tiles */
    int tiles_w;
    int tiles_h;
    unsigned char *marks;
} edge_job;

static bool has_edge(const edge_job *job, zd_rect tile)
{
    for (int y = tile.y0; y < tile.y1; y++) {
        const float *row = zd_view_row_f32(job->matte, y);
        int mixed = 0;
        for (int x = tile.x0; x < tile.x1; x++) {
            mixed |= row[x] > 0.0f && row[x] < 1.0f;
        }
        if (mixed != 0) {
            return true;
        }
    }
    return false;
}

static zd_rect tiles_rect(const edge_job *job, int x0, int x1, int y)
{
    zd_rect r = { job->rect.x0 + x0 * TILE, job->rect.y0 + y * TILE, job->rect.x0 + x1 * TILE,
                  job->rect.y0 + (y + 1) * TILE };
    return zd_rect_intersect(r, job->rect);
}

static void mark_row(void *user, int y)
{
    const edge_job *job = user;
    unsigned char *row = job->marks + (size_t) y * (size_t) job->tiles_w;
    for (int x = 0; x < job->tiles_w; x++) {
        row[x] = has_edge(job, tiles_rect(job, x, x + 1, y));
    }
}

/* Sets what lies within reach of a mark in the tile rows around `y`. */
static void widen_row(const edge_job *job, int y, unsigned char *wanted)
{
    int last = zd_int_min(y + job->reach, job->tiles_h - 1);
    memset(wanted, 0, (size_t) job->tiles_w);
    for (int v = zd_int_max(y - job->reach, 0); v <= last; v++) {
        const unsigned char *marks = job->marks + (size_t) v * (size_t) job->tiles_w;
        for (int x = 0; x < job->tiles_w; x++) {
            if (marks[x] != 0) {
                int x0 = zd_int_max(x - job->reach, 0);
                int x1 = zd_int_min(x + job->reach + 1, job->tiles_w);
                memset(wanted + x0, 1, (size_t) (x1 - x0));
            }
        }
    }
}

static void decode_row(void *user, int y)
{
    const edge_job *job = user;
    unsigned char *wanted = job->marks + (size_t) (job->tiles_h + y) * (size_t) job->tiles_w;
    widen_row(job, y, wanted);
    for (int x = 0; x < job->tiles_w;) {
        int end = x;
        while (end < job->tiles_w && wanted[end] != 0) {
            end++;
        }
        if (end > x) {
            zd_rect part = tiles_rect(job, x, end, y);
            zd_view to = zd_view_crop(job->linear, part);
            zd_view_copy(zd_view_crop(job->display, part), to);
            zd_transfer_decode_view(job->transfer, to);
        }
        x = end + 1;
    }
}

zd_status zd_linear_decode_edges(zd_context *ctx, zd_transfer transfer, zd_view display,
                                 zd_view matte, zd_rect rect, int margin, zd_view linear,
                                 zd_error *err)
{
    ZD_REQUIRE(err, margin >= 0 && matte.format.channels == 1);
    ZD_REQUIRE(err, display.width == linear.width && display.height == linear.height);
    edge_job job = { .transfer = transfer,
                     .display = display,
                     .matte = matte,
                     .linear = linear,
                     .rect = rect,
                     .reach = (margin + TILE - 1) / TILE,
                     .tiles_w = (rect.x1 - rect.x0 + TILE - 1) / TILE,
                     .tiles_h = (rect.y1 - rect.y0 + TILE - 1) / TILE };
    size_t marks = 2 * (size_t) job.tiles_w * (size_t) job.tiles_h;
    job.marks = zd_block_take(ctx, marks);
    if (job.marks == NULL) {
        return zd_fail_memory(err, "the marks of edges");
    }
    int64_t pixels = (int64_t) (rect.x1 - rect.x0) * (rect.y1 - rect.y0);
    zd_pool_run_on(zd_context_pool(ctx), pixels, job.tiles_h, mark_row, &job);
    zd_pool_run_on(zd_context_pool(ctx), pixels, job.tiles_h, decode_row, &job);
    zd_block_give(ctx, job.marks, marks);
    return ZD_OK;
}
