/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth values in their kinds and scales. */

#include "image/depth_map.h"

#include <assert.h>
#include <math.h>

#include "image/depth_histogram.h"

#define SUBJECT_FADE 2.0f /* how fast the weight fades: full from a third of the range */
/* Below this Depth In the subject comes nearer by half of its weight alone: who is far away stays behind
 * what is before him. */
#define SUBJECT_HALF_UNTIL 0.53f

const char *zd_depth_kind_name(zd_depth_kind kind)
{
    switch (kind) {
    case ZD_DEPTH_NEARNESS:
        return "nearness";
    case ZD_DEPTH_NORMALISED:
        return "normalised";
    case ZD_DEPTH_METRES:
        return "metres";
    }
    return "unknown";
}

zd_depth_map zd_depth_map_ref(const zd_depth_map *map)
{
    zd_depth_map other = *map;
    other.values = zd_image_ref(map->values);
    other.sky = zd_image_ref(map->sky);
    other.confidence = zd_image_ref(map->confidence);
    return other;
}

static zd_status copy_plane(zd_context *ctx, const zd_image *from, zd_image **to, zd_error *err)
{
    if (from == NULL) {
        return ZD_OK;
    }
    zd_view view = zd_image_view(from);
    ZD_TRY(zd_image_create(ctx, view.width, view.height, view.format, to, err));
    zd_view_copy(view, zd_image_view(*to));
    return ZD_OK;
}

zd_status zd_depth_map_copy(zd_context *ctx, const zd_depth_map *map, zd_depth_map *out,
                            zd_error *err)
{
    *out = (zd_depth_map){ .kind = map->kind, .focal_mm = map->focal_mm };
    ZD_TRY(copy_plane(ctx, map->values, &out->values, err));
    ZD_TRY(copy_plane(ctx, map->sky, &out->sky, err));
    return copy_plane(ctx, map->confidence, &out->confidence, err);
}

void zd_depth_map_release(zd_depth_map *map)
{
    zd_image_unref(&map->values);
    zd_image_unref(&map->sky);
    zd_image_unref(&map->confidence);
    map->focal_mm = 0.0f;
}

bool zd_depth_map_is_sky(const zd_depth_map *map, int x, int y)
{
    return map->sky != NULL && zd_view_row_f32(zd_image_view(map->sky), y)[x] >= ZD_DEPTH_SKY_FROM;
}

void zd_depth_map_sink_sky(zd_depth_map *map)
{
    float infinite = map->kind == ZD_DEPTH_METRES ? INFINITY : 0.0f;
    zd_view values = zd_image_view(map->values);
    for (int y = 0; map->sky != NULL && y < values.height; y++) {
        const float *sky = zd_view_row_f32(zd_image_view(map->sky), y);
        float *row = zd_view_row_f32(values, y);
        for (int x = 0; x < values.width; x++) {
            row[x] = sky[x] >= ZD_DEPTH_SKY_FROM ? infinite : row[x];
        }
    }
}

/* The signed extent of a range; negative for metres, where nearer is smaller. */
static float extent_of(zd_depth_range range)
{
    float extent = range.nearest - range.furthest;
    return extent != 0.0f && isfinite(extent) ? extent : 1.0f;
}

float zd_depth_to_normalised(zd_depth_range range, float value)
{
    return (value - range.furthest) / extent_of(range);
}

float zd_depth_from_normalised(zd_depth_range range, float value)
{
    return range.furthest + value * extent_of(range);
}

/* The weight, faded over the last part of the range before an end. */
static float faded(float weight, float room)
{
    return fmaxf(fminf(weight, SUBJECT_FADE * room), 0.0f);
}

zd_subject_shift zd_subject_shift_in(float weight, float depth_in)
{
    /* It grows no faster than Depth In: else widening would lower pixels. */
    float nearer = fminf(0.5f * weight + fmaxf(depth_in - SUBJECT_HALF_UNTIL, 0.0f), weight);
    return (zd_subject_shift){ faded(nearer, 1.0f - depth_in), faded(weight, depth_in) };
}

zd_subject_shift zd_subject_shift_out(float weight, float depth_out)
{
    return (zd_subject_shift){ faded(weight, depth_out), faded(weight, 1.0f - depth_out) };
}

/* ---- histogram ---- */

/* The bins of some samples, `bins` for one that is no number; the compiler does it in lanes. */
static void find_bins(const float *samples, int count, zd_depth_range range, int bins, int *out)
{
    float extent = extent_of(range);
    float last = (float) bins - 1.0f;
    for (int i = 0; i < count; i++) {
        float normalised = (samples[i] - range.furthest) / extent;
        float at = (normalised < 0.0f ? 0.0f : normalised) * (float) bins;
        at = at > last ? last : at;
        out[i] = (int) (normalised == normalised ? at : (float) bins);
    }
}

/* Neighbours are mostly of one bin: four tables, so that a count does not wait for the one before. */
void zd_depth_histogram(zd_view map, zd_depth_range range, int bins, uint32_t *counts)
{
    enum { STRETCH = 256, TABLES = 4 };
    uint32_t tables[TABLES][ZD_DEPTH_BINS_MAX + 1] = { 0 };
    int at[STRETCH];
    assert(bins >= 1 && bins <= ZD_DEPTH_BINS_MAX);
    for (int y = 0; y < map.height; y++) {
        const float *row = zd_view_row_f32(map, y);
        for (int x = 0; x < map.width; x += STRETCH) {
            int count = map.width - x < STRETCH ? map.width - x : STRETCH;
            find_bins(row + x, count, range, bins, at);
            for (int i = 0; i < count; i++) {
                tables[i % TABLES][at[i]]++;
            }
        }
    }
    for (int i = 0; i < bins; i++) {
        counts[i] = tables[0][i] + tables[1][i] + tables[2][i] + tables[3][i];
    }
}
