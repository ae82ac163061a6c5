/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Bands of rows that no chroma is shared across are the items of the pool. In each, columns are marked where
 * the matte is neither 0 nor 1 or changes from pixel to pixel; runs of marks, a few pixels wider, since
 * chroma reaches to its neighbours, are mixed. */

#include "jobs/job_inside.h"

#include <assert.h>
#include <stdatomic.h>

#include "core/pool.h"
#include "core/require.h"
#include "core/scratch.h"
#include "core/size.h"
#include "core/vector.h"
#include "engine/engine_result.h"

enum { ROWS = 8, TILE = 16, AROUND = 4, MOST_TILES = 65536 / TILE + 1 };

typedef struct inside_job {
    zd_context *ctx;
    zd_transfer transfer;
    zd_view matte;
    const zd_frame *was; /* the footage's, whose codes stay while the other's change */
    const zd_frame *done;
    zd_frame *out; /* writable */
    zd_scratch scratch;
    atomic_bool changed;
    atomic_int failed; /* a zd_status */
} inside_job;

/* Whether columns x0 .. x1-1 of a row differ from `all` anywhere. */
static inline bool differs(const float *row, int x0, int x1, float all)
{
    int others = 0;
    for (int x = x0; x < x1; x++) {
        others |= row[x] != all;
    }
    return others != 0;
}

/* Marks the tiles of a band that do not hold one value, 0 or 1, up to the pixel before them. */
static ZD_VECTORISED void mark_band(zd_view matte, int y0, int y1, unsigned char *marks)
{
    assert(matte.width > 0 && matte.width <= MOST_TILES * TILE);
    for (int x = 0; x < matte.width; x += TILE) {
        int end = zd_int_min(x + TILE, matte.width);
        float all = zd_view_row_f32(matte, y0)[x];
        bool is_mixed = all != 0.0f && all != 1.0f;
        for (int y = y0; y < y1 && !is_mixed; y++) {
            is_mixed = differs(zd_view_row_f32(matte, y), zd_int_max(x - 1, 0), end, all);
        }
        marks[x / TILE] = is_mixed;
    }
}

static zd_status mix_rect(inside_job *job, float *memory, zd_rect rect, bool *changed)
{
    assert(rect.x0 >= 0 && rect.x1 <= job->matte.width && rect.y0 < rect.y1);
    int width = rect.x1 - rect.x0;
    int height = rect.y1 - rect.y0;
    zd_frame *out = job->out;
    zd_view views[3];
    for (int i = 0; i < 3; i++) {
        views[i] = (zd_view){ memory + 4 * (ptrdiff_t) i * width * height, width, height,
                              (ptrdiff_t) width * 16, ZD_RGBA_F32 };
    }
    zd_layered_frame like = { .transfer = job->transfer };
    ZD_TRY(zd_frame_read(job->was, rect, views[0], NULL));
    ZD_TRY(zd_frame_read(job->done, rect, views[1], NULL));
    if (!zd_engine_mix_codes(job->ctx, &like, views[0], zd_view_crop(job->matte, rect), views[2],
                             views[1]))
    {
        return ZD_OK;
    }
    *changed = true;
    return zd_frame_write(&out, rect, views[0], views[1], NULL);
}

static zd_status mix_runs(inside_job *job, float *memory, const unsigned char *marks, int y0,
                          int y1, bool *changed)
{
    int width = job->matte.width;
    int tiles = (width + TILE - 1) / TILE;
    for (int tile = 0; tile < tiles; tile++) {
        int first = tile;
        while (tile < tiles && marks[tile] != 0) {
            tile++;
        }
        if (tile > first) {
            zd_rect rect = { zd_int_max(first * TILE - AROUND, 0), y0,
                             zd_int_min(tile * TILE + AROUND, width), y1 };
            ZD_TRY(mix_rect(job, memory, rect, changed));
        }
    }
    return ZD_OK;
}

static void mix_band(void *user, int item)
{
    inside_job *job = user;
    unsigned char marks[MOST_TILES];
    bool changed = false;
    int y0 = item * ROWS;
    int y1 = zd_int_min(y0 + ROWS, job->matte.height);
    mark_band(job->matte, y0, y1, marks);
    float *memory = zd_scratch_take(&job->scratch);
    zd_status status = mix_runs(job, memory, marks, y0, y1, &changed);
    zd_scratch_give(&job->scratch, memory);
    if (status != ZD_OK) {
        atomic_store(&job->failed, (int) status);
    }
    if (changed) {
        atomic_store(&job->changed, true);
    }
}

/* Mixes what is between; `was` holds the frame as it came. */
static zd_status mix_between(inside_job *job, zd_error *err)
{
    size_t bytes = (size_t) job->matte.width * ROWS * 3 * 4 * sizeof(float);
    ZD_TRY(zd_scratch_open(job->ctx, bytes, &job->scratch, "an effect inside the matte", err));
    zd_pool_run(zd_context_pool(job->ctx), (job->matte.height + ROWS - 1) / ROWS, mix_band, job);
    zd_scratch_close(&job->scratch);
    zd_status status = (zd_status) atomic_load(&job->failed);
    return status == ZD_OK ? ZD_OK : zd_fail(err, status, "an effect inside the matte failed");
}

zd_status zd_job_inside(zd_context *ctx, zd_transfer transfer, zd_view matte, const zd_frame *done,
                        zd_frame **frame, bool *changed, zd_error *err)
{
    ZD_REQUIRE(err, matte.format.sample == ZD_SAMPLE_F32 && matte.format.channels == 1);
    zd_frame *was = zd_frame_ref(*frame);
    inside_job job = { .ctx = ctx, .transfer = transfer, .matte = matte, .was = was, .done = done };
    *changed = false;
    zd_status status = zd_frame_make_writable(frame, err);
    if (status == ZD_OK) {
        job.out = *frame;
        status = mix_between(&job, err);
    }
    if (status == ZD_OK) { /* last: chroma that is all inside was counted as mixed beside an edge */
        status = zd_frame_copy_where(frame, done, matte, changed, err);
    }
    zd_frame_unref(&was);
    *changed = *changed || atomic_load(&job.changed);
    return status;
}
