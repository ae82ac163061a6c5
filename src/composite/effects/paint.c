/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The brush looks at the four windows that meet in a pixel and takes the mean of the calmest: flat
 * where the picture is flat, sharp where it has an edge. All four are the same sum seen from four
 * corners, so one sum for each place serves four pixels. */

#include "composite/effects/paint.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"
#include "composite/tone.h"
#include "core/pool.h"
#include "core/scratch.h"

enum { TILE = 64 };

/* Sums over a window: colour; and tone, tone squared and the number of pixels. */
typedef struct sums {
    zd_vec4 colour;
    zd_vec4 tone;
} sums;

typedef struct paint_job {
    zd_context *ctx;
    const zd_paint *paint;
    const zd_effect_io *io;
    int reach; /* the window is reach + 1 pixels square */
    int tiles_x;
    zd_scratch scratch;
} paint_job;

/* One picture pixel as sums; nothing for a pixel that is not finite. Outside the frame the border
 * goes on. */
static sums pixel_sums(const zd_effect_io *io, int x, int y)
{
    x = zd_int_clamp(x, 0, io->picture.width - 1);
    y = zd_int_clamp(y, 0, io->picture.height - 1);
    zd_vec4 c = zd_vec4_load(zd_effect_in(io, x, y));
    zd_mask4 finite = zd_vec4_is_finite(c);
    c = zd_vec4_select(finite, c, zd_vec4_splat(0.0f));
    float tone_squared = fmaxf(zd_tone_luminance(c), 0.0f);
    zd_vec4 tone = { sqrtf(tone_squared), tone_squared, 1.0f, 0.0f };
    return (sums){ c, zd_vec4_select(finite, tone, zd_vec4_splat(0.0f)) };
}

static void add(sums *to, const sums *from)
{
    to->colour += from->colour;
    to->tone += from->tone;
}

/* Window sums for every place of the tile and `reach` before it. `pixels` and `windows`
 * hold side * side entries; side = TILE + 2 * reach. */
static void sum_windows(const paint_job *job, zd_rect tile, sums *pixels, sums *windows)
{
    int reach = job->reach;
    int side = TILE + 2 * reach;
    int places = TILE + reach;
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            pixels[y * side + x] = pixel_sums(job->io, tile.x0 - reach + x, tile.y0 - reach + y);
        }
    }
    for (int y = 0; y < side; y++) { /* along the rows, in place: a sum uses what follows it */
        for (int x = 0; x < places; x++) {
            for (int i = 1; i <= reach; i++) {
                add(&pixels[y * side + x], &pixels[y * side + x + i]);
            }
        }
    }
    for (int y = 0; y < places; y++) {
        for (int x = 0; x < places; x++) {
            sums total = pixels[y * side + x];
            for (int i = 1; i <= reach; i++) {
                add(&total, &pixels[(y + i) * side + x]);
            }
            windows[y * side + x] = total;
        }
    }
}

static float variance(const sums *s)
{
    float mean = s->tone[0] / s->tone[2];
    return fmaxf(s->tone[1] / s->tone[2] - mean * mean, 0.0f);
}

/* ratio^power for a ratio of 0..1, linear between whole powers. */
static float soft_power(float ratio, float power)
{
    float whole = floorf(power);
    float result = 1.0f + (power - whole) * (ratio - 1.0f);
    for (int i = 0; i < (int) whole; i++) {
        result *= ratio;
    }
    return result;
}

static zd_vec4 calmest_mean(const paint_job *job, const sums *const windows[4], zd_vec4 original)
{
    const float floor_variance = 1e-5f;
    float calm[4];
    float calmest = INFINITY;
    for (int i = 0; i < 4; i++) {
        calm[i] = windows[i]->tone[2] > 0.0f ? variance(windows[i]) + floor_variance : INFINITY;
        calmest = fminf(calmest, calm[i]);
    }
    if (!(calmest < INFINITY)) {
        return original;
    }
    zd_vec4 sum = zd_vec4_splat(0.0f);
    float total = 0.0f;
    for (int i = 0; i < 4; i++) {
        if (calm[i] < INFINITY) {
            float weight = soft_power(calmest / calm[i], 0.5f * job->paint->sharpness);
            sum += windows[i]->colour * zd_vec4_splat(weight / windows[i]->tone[2]);
            total += weight;
        }
    }
    return sum / zd_vec4_splat(total);
}

/* Draws the tone towards the levels. */
static zd_vec4 draw_to_levels(zd_vec4 colour, float levels)
{
    const float soft = 0.25f;
    float light = zd_tone_luminance(colour);
    if (levels < 2.0f || !(light > 0.0f)) {
        return colour;
    }
    return zd_tone_set(colour, zd_tone_step(sqrtf(light), levels, soft));
}

static void paint_pixel(const paint_job *job, int x, int y, const sums *place, int side)
{
    const zd_effect_io *io = job->io;
    int reach = job->reach;
    zd_vec4 original = zd_vec4_load(zd_effect_in(io, x, y));
    float strength = zd_effect_strength(io, x, y);
    float *out = zd_effect_out(io, x, y);
    if (strength <= 0.0f || !zd_vec4_is_finite(original)[0]) {
        zd_vec4_store(out, original);
        return;
    }
    const sums *const windows[4] = { place, place - reach, place - reach * side,
                                     place - reach * side - reach };
    zd_vec4 painted = calmest_mean(job, windows, original);
    painted = draw_to_levels(painted, job->paint->levels);
    zd_vec4_store(out, original + zd_vec4_splat(strength) * (painted - original));
}

static void paint_tile(void *user, int item)
{
    paint_job *job = user;
    const zd_rect roi = job->io->roi;
    int side = TILE + 2 * job->reach;
    int x0 = roi.x0 + item % job->tiles_x * TILE;
    int y0 = roi.y0 + item / job->tiles_x * TILE;
    zd_rect tile = { x0, y0, zd_int_min(x0 + TILE, roi.x1), zd_int_min(y0 + TILE, roi.y1) };
    size_t entries = (size_t) side * (size_t) side;
    sums *pixels = zd_scratch_take(&job->scratch);
    sums *windows = pixels + entries;
    sum_windows(job, tile, pixels, windows);
    for (int y = tile.y0; y < tile.y1; y++) {
        for (int x = tile.x0; x < tile.x1; x++) {
            int at = (y - y0 + job->reach) * side + x - x0 + job->reach;
            paint_pixel(job, x, y, windows + at, side);
        }
    }
    zd_scratch_give(&job->scratch, pixels);
}

zd_status zd_paint_apply(zd_context *ctx, const zd_paint *paint, const zd_effect_io *io,
                         zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_paint, paint, io, false, err));
    int width = io->roi.x1 - io->roi.x0;
    int height = io->roi.y1 - io->roi.y0;
    paint_job job = { .ctx = ctx, .paint = paint, .io = io };
    job.reach = (int) lroundf(0.5f * paint->brush * (float) io->picture.height);
    job.tiles_x = (width + TILE - 1) / TILE;
    if (job.reach == 0 && paint->levels < 2.0f) {
        zd_view_copy(zd_view_crop(io->picture, io->roi), io->out);
        return ZD_OK;
    }
    size_t side = TILE + 2 * (size_t) job.reach;
    ZD_TRY(zd_scratch_open(ctx, 2 * side * side * sizeof(sums), &job.scratch, "the paint effect",
                           err));
    zd_pool_run(zd_context_pool(ctx), job.tiles_x * ((height + TILE - 1) / TILE), paint_tile, &job);
    zd_scratch_close(&job.scratch);
    return ZD_OK;
}

static const zd_effect_field fields[] = {
    { .name = "brush",
      .offset = offsetof(zd_paint, brush),
      .count = 1,
      .min = 0,
      .max = 0.05f,
      .initial = 0.012f,
      .help = "side of the brush, fraction of the height" },
    { .name = "sharpness",
      .offset = offsetof(zd_paint, sharpness),
      .count = 1,
      .min = 1,
      .max = 16,
      .initial = 8,
      .help = "of the strokes" },
    { .name = "levels",
      .offset = offsetof(zd_paint, levels),
      .count = 1,
      .min = 0,
      .max = 64,
      .initial = 0,
      .help = "tones; 0 is any" },
};

ZD_EFFECT_DEFINE(paint, "zpaint", ZD_EFFECT_LOOKS_AROUND, "an oil painting's strokes");
