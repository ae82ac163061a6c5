/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Sizes and the cubic filter follow Depth Anything V2's published transform (OpenCV's
 * INTER_CUBIC, "lower_bound" sizes); the area filter follows models/EMBEDDED_FORMAT.md. */

#include "depth/preprocess.h"

#include <math.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"

enum { BANDS = 16, LONGEST_ASPECT = 8 };

/** A side of Depth Anything's input: to the nearest multiple, half to even, not below the short
 *  side. */
static int bounded_side(double side, int multiple, int least)
{
    int nearest = (int) nearbyint(side / multiple) * multiple;
    return nearest < least ? (int) ceil(side / multiple) * multiple : nearest;
}

/** The side that a network's own size stands for, of a picture. Video Depth Anything takes wide
 *  pictures smaller; Depth Anything 3 has a long side. */
static double default_scale(const zd_network_info *network, int width, int height, int *least)
{
    double ratio = (double) zd_int_max(width, height) / zd_int_min(width, height);
    int wanted = network->default_short_side;
    if (network->scale == ZD_NETWORK_SCALE_LONG_SIDE) {
        *least = network->multiple;
        return (double) wanted / zd_int_max(width, height);
    }
    if (network->scale == ZD_NETWORK_SCALE_VIDEO && ratio > 1.78) {
        int smaller = (int) (wanted * 1.777 / ratio);
        wanted = zd_int_max((int) nearbyint((double) smaller / network->multiple), 2) *
                 network->multiple;
    }
    *least = wanted;
    return (double) wanted / zd_int_min(width, height);
}

zd_status zd_working_size(const zd_network_info *network, int short_side, int width, int height,
                          int *out_width, int *out_height, zd_error *err)
{
    int wanted = short_side > 0 ? short_side : network->default_short_side;
    int multiple = network->multiple;
    if (width < 1 || height < 1) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a picture of %d x %d", width, height);
    }
    if (wanted < network->min_side || wanted > 8192) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "a depth size of %d; this model works at %d to 8192", wanted,
                       network->min_side);
    }
    int least = wanted;
    double scale = short_side > 0 ? (double) wanted / zd_int_min(width, height)
                                  : default_scale(network, width, height, &least);
    double longest = (double) wanted * LONGEST_ASPECT;
    double w = fmin(width * scale, longest);
    double h = fmin(height * scale, longest);
    if (network->area_resize) {
        *out_width = zd_int_max(multiple, multiple * (int) floor(w / multiple + 0.5));
        *out_height = zd_int_max(multiple, multiple * (int) floor(h / multiple + 0.5));
    } else {
        *out_width = zd_int_max(bounded_side(w, multiple, least), network->min_side);
        *out_height = zd_int_max(bounded_side(h, multiple, least), network->min_side);
    }
    return ZD_OK;
}

/** One axis of a scaling: sample i of the result is sum_j weights[i][j] from[first[i] + j], with
 *  positions limited to the picture. */
typedef struct taps {
    int count; /* of weights for each sample */
    int *first;
    float *weights;
} taps;

static void cubic_taps(taps *axis, int i, int from, int to)
{
    const double a = -0.75;
    double at = (i + 0.5) * from / to - 0.5;
    double whole = floor(at);
    axis->first[i] = (int) whole - 1;
    for (int j = 0; j < 4; j++) {
        double d = fabs(at - whole - (j - 1));
        axis->weights[i * 4 + j] =
            (float) (d <= 1.0 ? ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0
                              : ((a * d - 5.0 * a) * d + 8.0 * a) * d - 4.0 * a);
    }
}

static void linear_taps(taps *axis, int i, int from, int to)
{
    double at = fmax((i + 0.5) * from / to - 0.5, 0.0);
    double whole = floor(at);
    axis->first[i] = (int) whole;
    axis->weights[i * axis->count] = (float) (1.0 - (at - whole));
    axis->weights[i * axis->count + 1] = (float) (at - whole);
}

static void area_taps(taps *axis, int i, int from, int to)
{
    double begin = (double) i * from / to;
    double end = (double) (i + 1) * from / to;
    axis->first[i] = (int) floor(begin);
    for (int j = 0; j < axis->count; j++) {
        double low = fmax(begin, axis->first[i] + j);
        double high = fmin(end, axis->first[i] + j + 1);
        axis->weights[i * axis->count + j] = (float) (fmax(high - low, 0.0) / (end - begin));
    }
}

static zd_status make_taps(zd_context *ctx, zd_scaler scaler, int from, int to, taps *axis,
                           zd_error *err)
{
    bool shrinks = from >= to;
    axis->count = scaler == ZD_SCALER_CUBIC ? 4 : shrinks ? (from + to - 1) / to + 1 : 2;
    axis->first = zd_alloc(ctx, (size_t) to * sizeof(int));
    axis->weights = zd_alloc_zeroed(ctx, (size_t) to * (size_t) axis->count, sizeof(float));
    if (axis->first == NULL || axis->weights == NULL) {
        return zd_fail_memory(err, "scaling a picture");
    }
    for (int i = 0; i < to; i++) {
        if (scaler == ZD_SCALER_CUBIC) {
            cubic_taps(axis, i, from, to);
        } else if (shrinks) {
            area_taps(axis, i, from, to);
        } else {
            linear_taps(axis, i, from, to);
        }
    }
    return ZD_OK;
}

typedef struct scaling {
    zd_view from;
    zd_view to;
    taps across;
    taps down;
    float *rows; /* one row of `from` for each band */
} scaling;

static void add_row(float *sum, const float *row, float weight, int count)
{
    for (int i = 0; i < count; i++) {
        float x = row[i] > 0.0f ? row[i] : 0.0f;
        sum[i] += weight * (x < 1.0f ? x : 1.0f);
    }
}

static void scale_row(const scaling *s, const float *row, float *out)
{
    int channels = s->from.format.channels;
    int last = s->from.width - 1;
    for (int x = 0; x < s->to.width; x++, out += 3) {
        const float *weights = s->across.weights + (ptrdiff_t) x * s->across.count;
        float sum[3] = { 0.0f, 0.0f, 0.0f };
        for (int j = 0; j < s->across.count; j++) {
            const float *at =
                row + (ptrdiff_t) zd_int_clamp(s->across.first[x] + j, 0, last) * channels;
            sum[0] += weights[j] * at[0];
            sum[1] += weights[j] * at[1];
            sum[2] += weights[j] * at[2];
        }
        memcpy(out, sum, sizeof sum);
    }
}

static void scale_band(void *user, int band)
{
    const scaling *s = user;
    int count = s->from.width * s->from.format.channels;
    float *row = s->rows + (ptrdiff_t) band * count;
    int first = (int) ((long) s->to.height * band / BANDS);
    int end = (int) ((long) s->to.height * (band + 1) / BANDS);
    for (int y = first; y < end; y++) {
        memset(row, 0, (size_t) count * sizeof *row);
        for (int j = 0; j < s->down.count; j++) {
            float weight = s->down.weights[(ptrdiff_t) y * s->down.count + j];
            int source = zd_int_clamp(s->down.first[y] + j, 0, s->from.height - 1);
            if (weight != 0.0f) {
                add_row(row, zd_view_row_f32(s->from, source), weight, count);
            }
        }
        scale_row(s, row, zd_view_row_f32(s->to, y));
    }
}

zd_status zd_scale_picture(zd_context *ctx, zd_view from, zd_scaler scaler, zd_view to,
                           zd_error *err)
{
    scaling s = { .from = from, .to = to };
    size_t floats;
    zd_status status = make_taps(ctx, scaler, from.width, to.width, &s.across, err);
    if (status == ZD_OK) {
        status = make_taps(ctx, scaler, from.height, to.height, &s.down, err);
    }
    if (status == ZD_OK) {
        bool fits = zd_size_mul3((size_t) from.width, (size_t) from.format.channels,
                                 BANDS * sizeof(float), &floats);
        s.rows = fits ? zd_alloc(ctx, floats) : NULL;
        status = s.rows != NULL ? ZD_OK : zd_fail_memory(err, "scaling a picture");
    }
    if (status == ZD_OK) {
        zd_pool_run(zd_context_pool(ctx), BANDS, scale_band, &s);
    }
    zd_free(ctx, s.rows);
    zd_free(ctx, s.across.first);
    zd_free(ctx, s.across.weights);
    zd_free(ctx, s.down.first);
    zd_free(ctx, s.down.weights);
    return status;
}
