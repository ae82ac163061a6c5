/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What cells agree on about the cover of the near layer. One pixel's colour can deceive: a line of a
 * grid, a blade of grass is as bright as the subject. Its neighbours then say otherwise. So cover is
 * averaged over a few cells and sharpened, a few times over, which moves a network's edge to where most
 * of the picture has it and drops what is thin; single pixels may then differ from what the cells
 * around them say, but not from all of them. */

#include <math.h>
#include <string.h>

#include "matte/matte_internal.h"

#include "core/vector.h"

enum { ROUNDS = 3, REACH = 2, SIDE = 2 * REACH + 1 };
_Static_assert(ZD_COVER_REACH == ROUNDS * REACH + 1, "the rounds and the cells beside");

#define SHARPEN    2.0f  /* of the mean's distance from a half */
#define OWN        0.3f  /* the say that a cell's own colour keeps in each round */
#define SEEN_LEAST 0.08f /* share of the near layer by depth from which thin things may stand out */
#define SEEN_SURE  0.3f

static float clamp01(float value)
{
    return value > 0.0f ? (value < 1.0f ? value : 1.0f) : 0.0f;
}

static float larger(float a, float b)
{
    return a > b ? a : b;
}

/* The node before a cell's centre, and the share of the one after it. */
static int node_of(int cell, float *share)
{
    *share = cell % 2 == 0 ? 0.75f : 0.25f;
    return cell % 2 == 0 ? cell / 2 - 1 : cell / 2;
}

static float node_value(const zd_matte *matte, int plane, int cell_x, int cell_y)
{
    float sx;
    float sy;
    int x = node_of(cell_x, &sx);
    int y = node_of(cell_y, &sy);
    const float *top = zd_plane_row(matte->nodes[plane], y) + x;
    const float *bottom = zd_plane_row(matte->nodes[plane], y + 1) + x;
    float a = top[0] + (top[1] - top[0]) * sx;
    float b = bottom[0] + (bottom[1] - bottom[0]) * sx;
    return a + (b - a) * sy;
}

/* The cells at work. Those at its border that are not the frame's get values that nobody looks at. */
typedef struct cover_job {
    const zd_matte *matte;
    zd_rect area;
} cover_job;

/* Cover by each cell's mean colour, and how much it counts. */
static ZD_VECTORISED void look_at_row(void *user, int item)
{
    const cover_job *job = user;
    const zd_matte *matte = job->matte;
    int y = job->area.y0 + item;
    float *cover = zd_plane_row(matte->cells[ZD_CELL_COVER], y);
    float *weight = zd_plane_row(matte->cells[ZD_CELL_COVER_WEIGHT], y);
    for (int x = job->area.x0; x < job->area.x1; x++) {
        weight[x] = node_value(matte, ZD_MATTE_NODE_JUMP, x, y);
        float sum = 0.0f;
        if (weight[x] > 0.0f) {
            sum = node_value(matte, ZD_MATTE_NODE_OFFSET, x, y);
            for (int c = 0; c < 3; c++) {
                sum += node_value(matte, ZD_MATTE_NODE_RED + c, x, y) *
                       zd_plane_row(matte->cells[ZD_CELL_RED + c], y)[x];
            }
        }
        cover[x] = clamp01(sum);
        zd_plane_row(matte->cells[ZD_CELL_COVER_MEAN], y)[x] = cover[x];
    }
}

static const float taps[SIDE] = { 1.0f, 2.0f, 3.0f, 2.0f, 1.0f };

/* Sums a row and its neighbours, weighted; the sums are padded by REACH to either side. */
static void sum_column(const cover_job *job, int y, float *sums, float *totals)
{
    const zd_matte *matte = job->matte;
    zd_plane from = matte->cells[ZD_CELL_COVER_MEAN];
    int x0 = job->area.x0;
    int x1 = job->area.x1;
    memset(sums + x0, 0, (size_t) (x1 - x0) * sizeof *sums);
    memset(totals + x0, 0, (size_t) (x1 - x0) * sizeof *totals);
    for (int i = 0; i < SIDE; i++) {
        int row = zd_int_clamp(y + i - REACH, 0, from.height - 1);
        const float *w = zd_plane_row(matte->cells[ZD_CELL_COVER_WEIGHT], row);
        const float *c = zd_plane_row(from, row);
        for (int x = x0; x < x1; x++) {
            totals[x] += taps[i] * w[x];
            sums[x] += taps[i] * w[x] * c[x];
        }
    }
    for (int i = 1; i <= REACH; i++) {
        sums[x0 - i] = sums[x0];
        totals[x0 - i] = totals[x0];
        sums[x1 - 1 + i] = sums[x1 - 1];
        totals[x1 - 1 + i] = totals[x1 - 1];
    }
}

/* One round of a row: into the plane of the least, which is free until the limits are made. */
static ZD_VECTORISED void average_row(void *user, int item)
{
    const cover_job *job = user;
    const zd_matte *matte = job->matte;
    int y = job->area.y0 + item;
    float *out = zd_plane_row(matte->cells[ZD_CELL_COVER_LEAST], y);
    float *sums = zd_plane_row(matte->cells[ZD_CELL_COVER_MOST], y);
    float *totals = zd_plane_row(matte->cells[ZD_CELL_COVER_TOTAL], y);
    const float *own = zd_plane_row(matte->cells[ZD_CELL_COVER], y);
    sum_column(job, y, sums, totals);
    for (int x = job->area.x0; x < job->area.x1; x++) {
        float sum = 0.0f;
        float total = 0.0f;
        for (int i = 0; i < SIDE; i++) {
            sum += taps[i] * sums[x + i - REACH];
            total += taps[i] * totals[x + i - REACH];
        }
        float mean = sum / (total > 0.0f ? total : 1.0f);
        mean += OWN * (own[x] - mean);
        out[x] = clamp01(0.5f + SHARPEN * (mean - 0.5f));
    }
}

static void take_row(void *user, int item)
{
    const cover_job *job = user;
    const zd_matte *matte = job->matte;
    int y = job->area.y0 + item;
    const float *from = zd_plane_row(matte->cells[ZD_CELL_COVER_LEAST], y);
    float *to = zd_plane_row(matte->cells[ZD_CELL_COVER_MEAN], y);
    for (int x = job->area.x0; x < job->area.x1; x++) {
        to[x] = from[x];
    }
}

/* Where depth sees something of the near layer, as it does in hair, thin things may stand out. */
static float allowed_by_depth(const zd_matte *matte, int x, int y)
{
    float near = node_value(matte, ZD_MATTE_NODE_NEAR, x, y);
    float far = node_value(matte, ZD_MATTE_NODE_FAR, x, y);
    float depth = zd_plane_row(matte->cells[ZD_CELL_DEPTH], y)[x];
    float share = (depth - far) / (near > far ? near - far : 1.0f);
    return clamp01((share - SEEN_LEAST) / (SEEN_SURE - SEEN_LEAST));
}

/* The extremes of the cells around. */
static ZD_VECTORISED void limit_row(void *user, int item)
{
    const cover_job *job = user;
    const zd_matte *matte = job->matte;
    int y = job->area.y0 + item;
    zd_plane mean = matte->cells[ZD_CELL_COVER_MEAN];
    float *least = zd_plane_row(matte->cells[ZD_CELL_COVER_LEAST], y);
    float *most = zd_plane_row(matte->cells[ZD_CELL_COVER_MOST], y);
    const float *weight = zd_plane_row(matte->cells[ZD_CELL_COVER_WEIGHT], y);
    for (int x = job->area.x0; x < job->area.x1; x++) {
        float low = 1.0f;
        float high = 0.0f;
        if (weight[x] <= 0.0f) {
            least[x] = 0.0f;
            most[x] = 1.0f;
            continue;
        }
        for (int i = -1; i <= 1; i++) {
            const float *row = zd_plane_row(mean, zd_int_clamp(y + i, 0, mean.height - 1));
            for (int k = -1; k <= 1; k++) {
                float value = row[zd_int_clamp(x + k, 0, mean.width - 1)];
                low = value < low ? value : low;
                high = value > high ? value : high;
            }
        }
        least[x] = low;
        most[x] = larger(high, allowed_by_depth(matte, x, y));
    }
}

void zd_matte_cover_build(zd_matte *matte, zd_rect cells)
{
    zd_plane plane = matte->cells[0];
    zd_pool *pool = zd_context_pool(matte->ctx);
    zd_rect wide = { cells.x0 - ZD_COVER_REACH, cells.y0 - ZD_COVER_REACH,
                     cells.x1 + ZD_COVER_REACH, cells.y1 + ZD_COVER_REACH };
    cover_job job = { matte,
                      zd_rect_intersect(wide, (zd_rect){ 0, 0, plane.width, plane.height }) };
    int rows = job.area.y1 - job.area.y0;
    zd_pool_run(pool, rows, look_at_row, &job);
    for (int i = 0; i < ROUNDS; i++) {
        zd_pool_run(pool, rows, average_row, &job);
        zd_pool_run(pool, rows, take_row, &job);
    }
    zd_pool_run(pool, rows, limit_row, &job);
    zd_cells_pad(matte->cells[ZD_CELL_COVER_LEAST]);
    zd_cells_pad(matte->cells[ZD_CELL_COVER_MOST]);
}
