/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See lens_tile.h. */

#include <assert.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effects/lens_tile.h"
#include "core/vector.h"

enum { MOST_SIDE = ZD_LENS_MOST_TILE + 2 * (ZD_LENS_MAX_RADIUS + 4 * ZD_LENS_MAX_SHRINK) };

/* The signed level position of a pixel. */
static float position_at(const zd_lens_job *job, float nearness, float strength)
{
    float ahead = nearness - job->blur->focus;
    float past = fabsf(ahead) - job->blur->range;
    if (past <= 0.0f || job->span <= 0.0f) {
        return 0.0f;
    }
    float part = past < job->span ? past / job->span : 1.0f;
    float position = zd_lens_levels_position(&job->levels, job->radius_px * part * strength);
    return copysignf(position, ahead);
}

/* The two levels that a position of 0 or more lies between. */
static inline uint32_t levels_of(float position)
{
    return position > 0.0f ? (uint32_t) 3 << (int) position : 0;
}

/* Nearness and position of every pixel; outside the frame its border goes on. */
void zd_lens_measure(zd_lens_tile *t)
{
    const zd_effect_io *io = t->job->io;
    memset(t->runs, 0, (size_t) t->side * (size_t) zd_lens_runs(t->side) * sizeof *t->runs);
    for (int y = 0; y < t->side; y++) {
        int frame_y = zd_int_clamp(t->y0 + y, 0, io->picture.height - 1);
        zd_lens_met *runs = t->runs + (ptrdiff_t) y * zd_lens_runs(t->side);
        for (int x = 0; x < t->side; x++) {
            int frame_x = zd_int_clamp(t->x0 + x, 0, io->picture.width - 1);
            int at = y * t->side + x;
            t->nearness[at] = zd_effect_nearness(io, frame_x, frame_y);
            float strength = zd_effect_strength(io, frame_x, frame_y);
            float position = position_at(t->job, t->nearness[at], strength);
            t->position[at] = position;
            runs[x / ZD_LENS_RUN].behind |= levels_of(-position);
            runs[x / ZD_LENS_RUN].front |= levels_of(position);
        }
        for (int i = 0; i < zd_lens_runs(t->side); i++) {
            t->met.behind |= runs[i].behind;
            t->met.front |= runs[i].front;
        }
    }
}

static inline void take_larger(float *to, const float *from, int count)
{
    for (int i = 0; i < count; i++) {
        to[i] = from[i] > to[i] ? from[i] : to[i];
    }
}

/* The largest of the values within `reach` columns, in the square. Windows that begin `reach` before are made
 * of two of half their length; the first few begin at the square's edge. */
ZD_VECTORISED static void spread_row(const float *from, float *to, int count, int reach)
{
    float windows[MOST_SIDE];
    int length = 1;
    float most = from[0];
    assert(count <= MOST_SIDE && reach < count);
    memcpy(windows, from, (size_t) count * sizeof *windows);
    for (; 2 * length <= 2 * reach + 1; length *= 2) {
        take_larger(windows, windows + length, count - length);
    }
    int rest = 2 * reach + 1 - length;
    take_larger(windows, windows + rest, count - rest);
    for (int x = 0; x < 2 * reach && x < count; x++) {
        most = from[x] > most ? from[x] : most;
        if (x >= reach) {
            to[x - reach] = most;
        }
    }
    memcpy(to + reach, windows, (size_t) (count - reach) * sizeof *to);
}

/* The same down the columns, row by row; `rows` is used up. */
ZD_VECTORISED static void spread_down(float *rows, float *to, int side, int reach)
{
    int length = 1;
    float *most = to + (ptrdiff_t) (side - 1) * side; /* written last */
    memcpy(most, rows, (size_t) side * sizeof *most);
    for (int y = 0; y < 2 * reach; y++) {
        take_larger(most, rows + (ptrdiff_t) y * side, side);
        if (y >= reach) {
            memcpy(to + (ptrdiff_t) (y - reach) * side, most, (size_t) side * sizeof *to);
        }
    }
    for (; 2 * length <= 2 * reach + 1; length *= 2) {
        take_larger(rows, rows + (ptrdiff_t) length * side, (side - length) * side);
    }
    int rest = 2 * reach + 1 - length;
    take_larger(rows, rows + (ptrdiff_t) rest * side, (side - rest) * side);
    memcpy(to + (ptrdiff_t) reach * side, rows,
           (size_t) (side - reach) * (size_t) side * sizeof *to);
}

ZD_VECTORISED static void purity_of(const float *nearness, float *purity, int count)
{
    const float least = 0.03f;
    const float most = 0.08f;
    for (int i = 0; i < count; i++) {
        float ahead = purity[i] - nearness[i];
        purity[i] = zd_float_clamp((most - ahead) / (most - least), 0.0f, 1.0f);
    }
}

/* Near something clearly nearer, a pixel's colour is partly that thing's. */
void zd_lens_find_purity(zd_lens_tile *t)
{
    int side = t->side;
    int reach = t->job->edge_px;
    assert(2 * reach < side);
    for (int y = 0; y < side; y++) {
        ptrdiff_t row = (ptrdiff_t) y * side;
        spread_row(t->nearness + row, t->spread + row, side, reach);
    }
    spread_down(t->spread, t->purity, side, reach);
    purity_of(t->nearness, t->purity, side * side);
}
