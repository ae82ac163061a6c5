/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Percentiles of one frame by counting float keys twice, coarse and then fine, which no outlier can
 * upset; and a robust upper quantile of them over the frames of a shot. */

#include "depth/range.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/size.h"

enum { COARSE_BITS = 12, BINS = 1 << COARSE_BITS, FIRST_CAPACITY = 256 };

#define OUTER_SHARE     0.005 /* of a frame's depths lie beyond each end */
#define SURE_QUANTILE   0.75f /* of the frames vouch for what is normal */
#define TOLERANCE       0.1f  /* of the extent: what lies farther beyond is short-lived */
#define RESULT_QUANTILE 0.95f

struct zd_range_estimator {
    zd_context *ctx;
    size_t count;
    size_t capacity;
    float *furthest;
    float *nearest;
    float *scratch; /* capacity floats, for sorting */
};

/* A number that grows with the float. */
static uint32_t key_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
}

static float value_of(uint32_t key)
{
    uint32_t bits = (key & 0x80000000u) != 0 ? key & 0x7FFFFFFFu : ~key;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t count_coarse(const zd_depth_map *map, zd_view values, uint32_t bins[BINS])
{
    uint64_t total = 0;
    for (int y = 0; y < values.height; y++) {
        const float *row = zd_view_row_f32(values, y);
        for (int x = 0; x < values.width; x++) {
            if (isfinite(row[x]) && !zd_depth_map_is_sky(map, x, y)) {
                bins[key_of(row[x]) >> (32 - COARSE_BITS)]++;
                total++;
            }
        }
    }
    return total;
}

/* The bin that holds the value of this rank, and the rank inside it. */
static uint32_t find_bin(const uint32_t bins[BINS], uint64_t *rank)
{
    uint32_t bin = 0;
    while (bin < BINS - 1 && *rank >= bins[bin]) {
        *rank -= bins[bin];
        bin++;
    }
    return bin;
}

static void count_fine(const zd_depth_map *map, zd_view values, const uint32_t coarse[2],
                       uint32_t fine[2][BINS])
{
    for (int y = 0; y < values.height; y++) {
        const float *row = zd_view_row_f32(values, y);
        for (int x = 0; x < values.width; x++) {
            uint32_t key = key_of(row[x]);
            for (int i = 0; i < 2; i++) {
                if (key >> (32 - COARSE_BITS) == coarse[i] && isfinite(row[x]) &&
                    !zd_depth_map_is_sky(map, x, y)) {
                    fine[i][(key >> (32 - 2 * COARSE_BITS)) & (BINS - 1)]++;
                }
            }
        }
    }
}

zd_range_extent zd_range_measure(const zd_depth_map *map)
{
    assert(map->values != NULL);
    zd_view values = zd_image_view(map->values);
    uint32_t bins[BINS] = { 0 };
    uint32_t fine[2][BINS] = { { 0 } };
    uint64_t total = count_coarse(map, values, bins);
    if (total == 0) {
        return (zd_range_extent){ 0.0f, 0.0f, false };
    }
    uint64_t outer = (uint64_t) (OUTER_SHARE * (double) total);
    uint64_t ranks[2] = { outer, total - 1 - outer };
    uint32_t coarse[2];
    float ends[2];
    for (int i = 0; i < 2; i++) {
        coarse[i] = find_bin(bins, &ranks[i]);
    }
    count_fine(map, values, coarse, fine);
    for (int i = 0; i < 2; i++) {
        uint32_t bin = find_bin(fine[i], &ranks[i]);
        uint32_t key = coarse[i] << (32 - COARSE_BITS) | bin << (32 - 2 * COARSE_BITS);
        ends[i] = value_of(key | 1u << (31 - 2 * COARSE_BITS)); /* the middle of the bin */
    }
    bool swapped = map->kind == ZD_DEPTH_METRES;
    return (zd_range_extent){ ends[swapped ? 1 : 0], ends[swapped ? 0 : 1], true };
}

zd_status zd_range_estimator_create(zd_context *ctx, zd_range_estimator **out, zd_error *err)
{
    *out = zd_alloc_zeroed(ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "the depth range");
    }
    (*out)->ctx = ctx;
    return ZD_OK;
}

void zd_range_estimator_destroy(zd_range_estimator **estimator)
{
    if (*estimator != NULL) {
        zd_free((*estimator)->ctx, (*estimator)->furthest);
        zd_free((*estimator)->ctx, *estimator);
        *estimator = NULL;
    }
}

void zd_range_estimator_reset(zd_range_estimator *estimator)
{
    estimator->count = 0;
}

static zd_status reserve(zd_range_estimator *estimator, size_t count, zd_error *err)
{
    size_t floats;
    size_t capacity = zd_int_max(FIRST_CAPACITY, 0);
    while (capacity < count) {
        if (!zd_size_mul(capacity, 2, &capacity)) {
            return zd_fail_memory(err, "the depth range");
        }
    }
    if (capacity <= estimator->capacity) {
        return ZD_OK;
    }
    float *memory = zd_size_mul(capacity, 3 * sizeof *memory, &floats)
                        ? zd_alloc(estimator->ctx, floats)
                        : NULL;
    if (memory == NULL) {
        return zd_fail_memory(err, "the depth range");
    }
    if (estimator->count > 0) {
        memcpy(memory, estimator->furthest, estimator->count * sizeof *memory);
        memcpy(memory + capacity, estimator->nearest, estimator->count * sizeof *memory);
    }
    zd_free(estimator->ctx, estimator->furthest);
    estimator->furthest = memory;
    estimator->nearest = memory + capacity;
    estimator->scratch = memory + 2 * capacity;
    estimator->capacity = capacity;
    return ZD_OK;
}

zd_status zd_range_estimator_add(zd_range_estimator *estimator, zd_range_extent extent,
                                 zd_error *err)
{
    if (!extent.valid) {
        return ZD_OK;
    }
    ZD_TRY(reserve(estimator, estimator->count + 1, err));
    estimator->furthest[estimator->count] = extent.furthest;
    estimator->nearest[estimator->count] = extent.nearest;
    estimator->count++;
    return ZD_OK;
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *) a;
    float y = *(const float *) b;
    return (x > y) - (x < y);
}

/* Copies values, times `sign`, into the scratch and sorts them. */
static const float *sort_values(const zd_range_estimator *estimator, const float *values,
                                float sign)
{
    for (size_t i = 0; i < estimator->count; i++) {
        estimator->scratch[i] = sign * values[i];
    }
    qsort(estimator->scratch, estimator->count, sizeof *values, compare_floats);
    return estimator->scratch;
}

static float quantile(const float *sorted, size_t count, float share)
{
    float at = share * (float) (count - 1);
    size_t low = (size_t) at;
    size_t high = low + 1 < count ? low + 1 : low;
    return sorted[low] + (sorted[high] - sorted[low]) * (at - (float) low);
}

/* The outer end of sorted values whose short-lived outer ones do not count. */
static float robust_end(const float *sorted, size_t count, float extent)
{
    float limit = quantile(sorted, count, SURE_QUANTILE) + TOLERANCE * extent;
    size_t kept = count;
    while (kept > 1 && sorted[kept - 1] > limit) {
        kept--;
    }
    return quantile(sorted, kept, RESULT_QUANTILE);
}

zd_depth_range zd_range_estimator_result(const zd_range_estimator *estimator, zd_depth_kind kind)
{
    float sign = kind == ZD_DEPTH_METRES ? -1.0f : 1.0f; /* into nearness order */
    if (estimator->count == 0) {
        return kind == ZD_DEPTH_METRES ? (zd_depth_range){ 1.0f, 0.0f }
                                       : (zd_depth_range){ 0.0f, 1.0f };
    }
    size_t count = estimator->count;
    float middle_near = quantile(sort_values(estimator, estimator->nearest, sign), count, 0.5f);
    float middle_far = quantile(sort_values(estimator, estimator->furthest, sign), count, 0.5f);
    float extent = fmaxf(middle_near - middle_far, 0.0f);
    float nearest =
        sign * robust_end(sort_values(estimator, estimator->nearest, sign), count, extent);
    float furthest =
        -sign * robust_end(sort_values(estimator, estimator->furthest, -sign), count, extent);
    if (!(sign * (nearest - furthest) > 0.0f)) {
        nearest = furthest + sign * fmaxf(fabsf(furthest) * 1e-3f, 1e-6f);
    }
    return (zd_depth_range){ furthest, nearest };
}
