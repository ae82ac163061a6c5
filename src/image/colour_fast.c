/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Transfer functions on whole views: a vector kernel for the power curves, the scalar functions
 * for the rest and for values that no display has. */

#include "image/colour_fast.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define ZD_LANES 4
#include "image/curve_kernel.h"
#include "image/vec4.h"

enum { PIECE = 192 }; /* floats; a multiple of 16, and of 3 and 4 so that a piece begins a pixel */

void zd_curve_apply_c(const zd_curve *curve, float *values, int count, bool skip_fourth)
{
    assert(count >= 0);
    curve_apply(curve, values, count, skip_fourth);
}

/* Pure powers are cut off where their results no longer matter. */
static zd_curve pure_power(float power)
{
    return (
        zd_curve){ .linear_end = 0x1p-100f, .pre_scale = 1.0f, .power = power, .post_scale = 1.0f };
}

/* The constants are those of the scalar functions in colour.c. */
bool zd_curve_find(zd_transfer transfer, bool encode, zd_curve *out)
{
    const float alpha = 1.09929682680944f; /* BT.709 */
    const float beta = 0.018053968510807f;
    switch (transfer) {
    case ZD_TRANSFER_SRGB:
        *out = encode ? (zd_curve){ 0.0031308f, 12.92f, 1.0f, 0.0f, 1.0f / 2.4f, 1.055f, -0.055f }
                      : (zd_curve){ 0.04045f, 1.0f / 12.92f, 1.0f / 1.055f, 0.055f / 1.055f,
                                    2.4f,     1.0f,          0.0f };
        return true;
    case ZD_TRANSFER_BT709:
        *out = encode ? (zd_curve){ beta, 4.5f, 1.0f, 0.0f, 0.45f, alpha, 1.0f - alpha }
                      : (zd_curve){ 4.5f * beta,  1.0f / 4.5f, 1.0f / alpha, (alpha - 1.0f) / alpha,
                                    1.0f / 0.45f, 1.0f,        0.0f };
        return true;
    case ZD_TRANSFER_GAMMA22:
        *out = pure_power(encode ? 1.0f / 2.2f : 2.2f);
        return true;
    case ZD_TRANSFER_GAMMA28:
        *out = pure_power(encode ? 1.0f / 2.8f : 2.8f);
        return true;
    case ZD_TRANSFER_LINEAR:
    case ZD_TRANSFER_PQ:
    case ZD_TRANSFER_HLG:
        break;
    }
    return false;
}

static zd_curve_kernel best_kernel(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
        return zd_curve_apply_avx512;
    }
    if (__builtin_cpu_supports("avx2")) {
        return zd_curve_apply_avx2;
    }
#endif
    return zd_curve_apply_c;
}

static inline bool is_ordinary(float value)
{
    return zd_vec4_is_within(value, 65536.0f);
}

typedef float (*scalar_function)(zd_transfer transfer, float value);

typedef struct apply_job {
    zd_transfer transfer;
    scalar_function scalar;
    bool has_curve;
    zd_curve curve;
    zd_curve_kernel kernel;
    bool skip_fourth;
} apply_job;

static void apply_scalar(const apply_job *job, float *values, int count)
{
    for (int i = 0; i < count; i++) {
        if (!job->skip_fourth || i % 4 != 3) {
            values[i] = job->scalar(job->transfer, values[i]);
        }
    }
}

static void apply_kernel(const apply_job *job, float *values, int count)
{
    int even = count - count % 16;
    job->kernel(&job->curve, values, even, job->skip_fourth);
    if (even < count) {
        float last[16] = { 0.0f };
        size_t bytes = (size_t) (count - even) * sizeof(float);
        memcpy(last, values + even, bytes);
        job->kernel(&job->curve, last, 16, job->skip_fourth);
        memcpy(values + even, last, bytes);
    }
}

/* A value that the kernel cannot take costs its neighbours nothing, not even a bit: the result of a
 * pixel must not tell what lies beside it, or tiles would differ from the whole. */
static void apply_wild(const apply_job *job, float *values, int count)
{
    float tame[PIECE];
    for (int i = 0; i < count; i++) {
        tame[i] = is_ordinary(values[i]) ? values[i] : 0.0f;
    }
    apply_kernel(job, tame, count);
    for (int i = 0; i < count; i++) {
        bool is_alpha = job->skip_fourth && i % 4 == 3;
        if (is_ordinary(values[i])) {
            values[i] = tame[i];
        } else if (!is_alpha) {
            values[i] = job->scalar(job->transfer, values[i]);
        }
    }
}

static void apply_piece(const apply_job *job, float *values, int count)
{
    if (!job->has_curve) {
        apply_scalar(job, values, count);
    } else if (zd_floats_are_within(values, count, 65536.0f)) {
        apply_kernel(job, values, count);
    } else {
        apply_wild(job, values, count);
    }
}

static void apply_view(apply_job *job, bool encode, zd_view view)
{
    if (job->transfer == ZD_TRANSFER_LINEAR) {
        return;
    }
    job->has_curve = zd_curve_find(job->transfer, encode, &job->curve);
    job->kernel = best_kernel();
    job->skip_fourth = view.format.channels == 4;
    size_t count = (size_t) view.width * (size_t) view.format.channels;
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (size_t at = 0; at < count; at += PIECE) {
            apply_piece(job, row + at, (int) (count - at < PIECE ? count - at : PIECE));
        }
    }
}

void zd_transfer_decode_view(zd_transfer transfer, zd_view view)
{
    assert(view.format.sample == ZD_SAMPLE_F32);
    apply_job job = { .transfer = transfer, .scalar = zd_transfer_decode };
    apply_view(&job, false, view);
}

void zd_transfer_encode_view(zd_transfer transfer, zd_view view)
{
    assert(view.format.sample == ZD_SAMPLE_F32);
    apply_job job = { .transfer = transfer, .scalar = zd_transfer_encode };
    apply_view(&job, true, view);
}
