/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Tiles with a halo for the effects, and the few things they do with planes. */

#include "composite/effect_tile.h"

#include <assert.h>

#include "composite/tone.h"
#include "core/pool.h"
#include "core/scratch.h"

enum { LEAST_TILE = 96, MOST_TILE = 256 };

typedef struct tile_job {
    const zd_effect_io *io;
    zd_effect_tile_make make;
    const void *params;
    int halo;
    int side; /* of a tile: larger where the halo is, or most work would be in halos */
    int tiles_x;
    zd_scratch scratch;
} tile_job;

typedef float (*sample)(const zd_effect_io *io, int x, int y);

static float tone_at(const zd_effect_io *io, int x, int y)
{
    return zd_tone_of(zd_vec4_load(zd_effect_in(io, x, y)));
}

static void fill(const zd_effect_tile *tile, int plane, sample value)
{
    const zd_effect_io *io = tile->io;
    for (int y = 0; y < tile->height; y++) {
        int from_y = zd_int_clamp(tile->area.y0 - tile->halo + y, 0, io->picture.height - 1);
        float *row = tile->planes[plane] + (ptrdiff_t) y * tile->width;
        for (int x = 0; x < tile->width; x++) {
            int from_x = zd_int_clamp(tile->area.x0 - tile->halo + x, 0, io->picture.width - 1);
            row[x] = value(io, from_x, from_y);
        }
    }
}

void zd_effect_tile_tone(const zd_effect_tile *tile, int plane)
{
    fill(tile, plane, tone_at);
}

void zd_effect_tile_nearness(const zd_effect_tile *tile, int plane)
{
    fill(tile, plane, zd_effect_nearness);
}

int zd_effect_reach(float sigma)
{
    return zd_int_clamp((int) ceilf(2.5f * sigma), 1, ZD_EFFECT_REACH);
}

/* One half of a symmetric kernel that sums to 1: weights[0] is its middle. */
static void make_kernel(float sigma, int reach, float weights[ZD_EFFECT_REACH + 1])
{
    assert(sigma > 0.0f && reach >= 1 && reach <= ZD_EFFECT_REACH);
    float total = 0.0f;
    for (int i = 0; i <= reach; i++) {
        float at = (float) i / fmaxf(sigma, 1e-3f);
        weights[i] = expf(-0.5f * at * at);
        total += i == 0 ? weights[i] : 2.0f * weights[i];
    }
    for (int i = 0; i <= reach; i++) {
        weights[i] /= total;
    }
}

void zd_effect_tile_blur(const zd_effect_tile *tile, int from, int between, int to, float sigma)
{
    assert(from != between && between != to && from != to);
    float weights[ZD_EFFECT_REACH + 1];
    int reach = zd_effect_reach(sigma);
    make_kernel(sigma, reach, weights);
    for (int y = 0; y < tile->height; y++) {
        const float *in = tile->planes[from] + (ptrdiff_t) y * tile->width;
        float *out = tile->planes[between] + (ptrdiff_t) y * tile->width;
        for (int x = reach; x < tile->width - reach; x++) {
            float sum = weights[0] * in[x];
            for (int i = 1; i <= reach; i++) {
                sum += weights[i] * (in[x - i] + in[x + i]);
            }
            out[x] = sum;
        }
    }
    for (int y = reach; y < tile->height - reach; y++) {
        const float *in = tile->planes[between] + (ptrdiff_t) y * tile->width;
        float *out = tile->planes[to] + (ptrdiff_t) y * tile->width;
        for (int x = reach; x < tile->width - reach; x++) {
            out[x] = weights[0] * in[x];
        }
        for (int i = 1; i <= reach; i++) {
            const float *above = in - (ptrdiff_t) i * tile->width;
            const float *below = in + (ptrdiff_t) i * tile->width;
            for (int x = reach; x < tile->width - reach; x++) {
                out[x] += weights[i] * (above[x] + below[x]);
            }
        }
    }
}

static void run_tile(void *user, int item)
{
    tile_job *job = user;
    const zd_rect roi = job->io->roi;
    int x0 = roi.x0 + item % job->tiles_x * job->side;
    int y0 = roi.y0 + item / job->tiles_x * job->side;
    float *block = zd_scratch_take(&job->scratch);
    zd_effect_tile tile = {
        .io = job->io,
        .area = { x0, y0, zd_int_min(x0 + job->side, roi.x1), zd_int_min(y0 + job->side, roi.y1) },
        .halo = job->halo,
    };
    tile.width = tile.area.x1 - x0 + 2 * job->halo;
    tile.height = tile.area.y1 - y0 + 2 * job->halo;
    for (int i = 0; i < ZD_EFFECT_PLANES; i++) {
        tile.planes[i] = block + (size_t) i * (size_t) tile.width * (size_t) tile.height;
    }
    job->make(job->params, &tile);
    zd_scratch_give(&job->scratch, block);
}

zd_status zd_effect_run_tiles(zd_context *ctx, const zd_effect_io *io, int halo,
                              zd_effect_tile_make make, const void *params, const char *what,
                              zd_error *err)
{
    assert(halo >= 0 && halo <= 2 * ZD_EFFECT_REACH);
    tile_job job = { .io = io, .make = make, .params = params, .halo = halo };
    job.side = zd_int_clamp(2 * halo, LEAST_TILE, MOST_TILE);
    size_t side = (size_t) job.side + 2 * (size_t) halo;
    job.tiles_x = (io->out.width + job.side - 1) / job.side;
    int tiles = job.tiles_x * ((io->out.height + job.side - 1) / job.side);
    ZD_TRY(zd_scratch_open(ctx, ZD_EFFECT_PLANES * side * side * sizeof(float), &job.scratch, what,
                           err));
    zd_pool_run(zd_context_pool(ctx), tiles, run_tile, &job);
    zd_scratch_close(&job.scratch);
    return ZD_OK;
}
