/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The band in which colour may say where the edge is. A network's edge is a few samples of its map off,
 * never more; so what is outside by depth for that far all around is outside, whatever its colour, and
 * what is inside for that far is inside. Where the network itself doubts its depth nothing is certain. Clutter beyond the band cannot print, and a third layer in a
 * window cannot cut slits into a solid. Every step is monotone in the thresholds. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "matte/matte_internal.h"

enum { FADE = 1 }; /* nodes whose mean is taken, to either side: the band ends softly */

typedef struct band_job {
    zd_matte *matte;
    zd_thresholds thresholds;
    int reach; /* in nodes */
} band_job;

/* Whether any and whether all of a node's cells are inside. */
static void mark_row(void *user, int y)
{
    const band_job *job = user;
    const zd_matte *matte = job->matte;
    zd_plane depth = matte->cells[ZD_CELL_DEPTH];
    zd_plane probability = matte->cells[ZD_CELL_PROBABILITY];
    bool known = matte->probability.data != NULL;
    float *least = zd_plane_row(matte->nodes[ZD_MATTE_NODE_LEAST], y);
    float *most = zd_plane_row(matte->nodes[ZD_MATTE_NODE_MOST], y);
    for (int x = 0; x < matte->nodes[0].width; x++) {
        int inside = 0;
        for (int i = 0; i < 4; i++) {
            int cell = 2 * x + i % 2;
            float p = known ? zd_plane_row(probability, 2 * y + i / 2)[cell] : 0.5f;
            float d = zd_plane_row(depth, 2 * y + i / 2)[cell];
            inside += zd_thresholds_hold(job->thresholds, d, p);
        }
        bool is_open = zd_matte_is_doubtful(matte, x, y);
        least[x] = inside == 4 && !is_open ? 1.0f : 0.0f;
        most[x] = inside > 0 || is_open ? 1.0f : 0.0f;
    }
}

/* Least (sign 1) or greatest (sign -1) of two lines, into the first. */
static void take_extreme(float *line, const float *other, int count, float sign)
{
    if (sign > 0.0f) {
        for (int x = 0; x < count; x++) {
            line[x] = other[x] < line[x] ? other[x] : line[x];
        }
        return;
    }
    for (int x = 0; x < count; x++) {
        line[x] = other[x] > line[x] ? other[x] : line[x];
    }
}

/* The extremes within `reach` columns, then their means. `from` has room for reach + 1 before and after
 * its `width` samples, `to` for one. */
static void spread_row(float *row, int width, int reach, float sign, float *from, float *to)
{
    assert(reach + FADE <= ZD_MATTE_BAND_PAD);
    memcpy(from, row, (size_t) width * sizeof *from);
    for (int i = 1; i <= reach + FADE; i++) {
        from[-i] = row[0];
        from[width - 1 + i] = row[width - 1];
    }
    memcpy(to - FADE, from - FADE, (size_t) (width + 2 * FADE) * sizeof *to);
    for (int k = -reach; k <= reach; k++) {
        take_extreme(to - FADE, from - FADE + k, width + 2 * FADE, sign);
    }
    for (int x = 0; x < width; x++) {
        row[x] = (to[x - 1] + to[x] + to[x + 1]) * (1.0f / 3.0f);
    }
}

/* The same down the columns; `scratch` is a plane of the same size. */
static void spread_columns(zd_plane plane, int reach, float sign, zd_plane scratch)
{
    size_t bytes = (size_t) plane.width * sizeof(float);
    for (int y = 0; y < plane.height; y++) {
        float *to = zd_plane_row(scratch, y);
        memcpy(to, zd_plane_row(plane, y), bytes);
        for (int k = -reach; k <= reach; k++) {
            const float *other = zd_plane_row(plane, zd_int_clamp(y + k, 0, plane.height - 1));
            take_extreme(to, other, plane.width, sign);
        }
    }
    for (int y = 0; y < plane.height; y++) {
        const float *above = zd_plane_row(scratch, zd_int_max(y - 1, 0));
        const float *here = zd_plane_row(scratch, y);
        const float *below = zd_plane_row(scratch, zd_int_min(y + 1, plane.height - 1));
        float *to = zd_plane_row(plane, y);
        for (int x = 0; x < plane.width; x++) {
            to[x] = (above[x] + here[x] + below[x]) * (1.0f / 3.0f);
        }
    }
}

static void spread_one(void *user, int item)
{
    const band_job *job = user;
    zd_matte *matte = job->matte;
    zd_plane plane = matte->nodes[ZD_MATTE_NODE_LEAST + item];
    float sign = item == 0 ? 1.0f : -1.0f;
    float *from = matte->band_lines[item] + ZD_MATTE_BAND_PAD;
    float *to = from + plane.width + 2 * ZD_MATTE_BAND_PAD;
    for (int y = 0; y < plane.height; y++) {
        spread_row(zd_plane_row(plane, y), plane.width, job->reach, sign, from, to);
    }
    spread_columns(plane, job->reach, sign, matte->band_scratch[item]);
    zd_nodes_pad(plane);
}

void zd_matte_band_build(zd_matte *matte, zd_thresholds thresholds)
{
    band_job job = { matte, thresholds, (matte->error_reach + 1) / 2 };
    zd_pool *pool = zd_context_pool(matte->ctx);
    if (matte->band_ready && memcmp(&matte->band_thresholds, &thresholds, sizeof thresholds) == 0) {
        return;
    }
    zd_pool_run(pool, matte->nodes[0].height, mark_row, &job);
    zd_pool_run(pool, 2, spread_one, &job);
    matte->band_thresholds = thresholds;
    matte->band_ready = true;
}
