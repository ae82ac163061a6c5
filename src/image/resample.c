/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Weights of an axis are computed once; rows first, then columns, in float32. */

#include "image/resample.h"

#include <math.h>

#include "core/pool.h"
#include "core/size.h"

/* The weights of one axis: output i takes `taps` inputs from first[i] on. */
typedef struct axis {
    int *first;
    float *weights; /* [outputs][taps], each row sums to 1 */
    int taps;       /* inputs with a weight: the span, or all there are */
    int span;       /* inputs under the filter, some of them past the border */
} axis;

static double filter_value(zd_resample_filter filter, double x)
{
    x = fabs(x);
    if (filter == ZD_RESAMPLE_LINEAR) {
        return x < 1.0 ? 1.0 - x : 0.0;
    }
    if (x < 1.0) {
        return (1.5 * x - 2.5) * x * x + 1.0;
    }
    return x < 2.0 ? ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0 : 0.0;
}

static void fill_output(zd_resample_filter filter, const axis *a, int output, double ratio,
                        double widen, int inputs)
{
    double centre = (output + 0.5) * ratio - 0.5;
    double support = (filter == ZD_RESAMPLE_CUBIC ? 2.0 : 1.0) * widen;
    int start = (int) floor(centre - support) + 1;
    int first = zd_int_clamp(start, 0, zd_int_max(inputs - a->taps, 0));
    float *weights = a->weights + (size_t) output * (size_t) a->taps;
    double sum = 0.0;
    for (int k = 0; k < a->span; k++) {
        sum += filter_value(filter, (start + k - centre) / widen);
    }
    /* Taps past the border count for the border pixel. */
    for (int k = 0; k < a->span; k++) {
        double weight = filter_value(filter, (start + k - centre) / widen) / sum;
        int input = zd_int_clamp(start + k, 0, inputs - 1);
        weights[zd_int_clamp(input - first, 0, a->taps - 1)] += (float) weight;
    }
    a->first[output] = first;
}

static zd_status make_axis(zd_context *ctx, zd_resample_filter filter, int inputs, int outputs,
                           axis *out, zd_error *err)
{
    double ratio = (double) inputs / outputs;
    double widen = ratio > 1.0 ? ratio : 1.0;
    double support = (filter == ZD_RESAMPLE_CUBIC ? 2.0 : 1.0) * widen;
    out->span = (int) ceil(2.0 * support) + 1;
    out->taps = zd_int_min(out->span, inputs);
    out->first = zd_alloc_zeroed(ctx, (size_t) outputs, sizeof *out->first);
    out->weights = zd_alloc_zeroed(ctx, (size_t) outputs * (size_t) out->taps, sizeof(float));
    if (out->first == NULL || out->weights == NULL) {
        return zd_fail_memory(err, "a resize filter");
    }
    for (int i = 0; i < outputs; i++) {
        fill_output(filter, out, i, ratio, widen, inputs);
    }
    return ZD_OK;
}

typedef struct job {
    zd_view from;
    zd_view to;
    zd_view middle; /* from's height, to's width */
    axis x;
    axis y;
} job;

static void resize_row(void *user, int row)
{
    const job *j = user;
    int channels = j->from.format.channels;
    const float *in = zd_view_row_f32(j->from, row);
    float *out = zd_view_row_f32(j->middle, row);
    for (int x = 0; x < j->to.width; x++) {
        const float *weights = j->x.weights + (size_t) x * (size_t) j->x.taps;
        const float *at = in + (ptrdiff_t) j->x.first[x] * channels;
        for (int c = 0; c < channels; c++) {
            float sum = 0.0f;
            for (int k = 0; k < j->x.taps; k++) {
                sum += weights[k] * at[k * channels + c];
            }
            out[x * channels + c] = sum;
        }
    }
}

static void blend_rows(void *user, int row)
{
    const job *j = user;
    int samples = j->to.width * j->from.format.channels;
    const float *weights = j->y.weights + (size_t) row * (size_t) j->y.taps;
    float *out = zd_view_row_f32(j->to, row);
    for (int i = 0; i < samples; i++) {
        out[i] = 0.0f;
    }
    for (int k = 0; k < j->y.taps; k++) {
        const float *in = zd_view_row_f32(j->middle, j->y.first[row] + k);
        float weight = weights[k];
        for (int i = 0; i < samples; i++) {
            out[i] += weight * in[i];
        }
    }
}

zd_status zd_resample(zd_context *ctx, zd_resample_filter filter, zd_view from, zd_view to,
                      zd_error *err)
{
    zd_image *middle = NULL;
    job j = { .from = from, .to = to };
    zd_status status = make_axis(ctx, filter, from.width, to.width, &j.x, err);
    if (status == ZD_OK) {
        status = make_axis(ctx, filter, from.height, to.height, &j.y, err);
    }
    if (status == ZD_OK) {
        status = zd_image_create(ctx, to.width, from.height, from.format, &middle, err);
    }
    if (status == ZD_OK) {
        j.middle = zd_image_view(middle);
        zd_pool_run(zd_context_pool(ctx), from.height, resize_row, &j);
        zd_pool_run(zd_context_pool(ctx), to.height, blend_rows, &j);
    }
    zd_image_unref(&middle);
    zd_free(ctx, j.x.first);
    zd_free(ctx, j.x.weights);
    zd_free(ctx, j.y.first);
    zd_free(ctx, j.y.weights);
    return status;
}
