/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Pairs are drawn by a generator with a fixed seed, so that a figure is the same on every
 * machine. */

#include "jobs/measure/quality_score.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "core/require.h"
#include "core/size.h"

enum { PAIRS = 20000, MIN_POINTS = 50, STEPS = 256 };

typedef struct points {
    float *near;  /* predicted */
    float *truth; /* inverse depth, > 0 or 0 for infinity */
    float *x;     /* in 0..1 of the width */
    float *y;
    int count;
} points;

static unsigned long long next_random(unsigned long long *state)
{
    unsigned long long z = (*state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

static zd_status gather(zd_context *ctx, zd_view nearness, zd_view truth, points *out,
                        zd_error *err)
{
    size_t most = (size_t) truth.width * (size_t) truth.height;
    float *memory = zd_alloc_zeroed(ctx, most * 4, sizeof *memory);
    if (memory == NULL) {
        return zd_fail_memory(err, "the points of a depth map");
    }
    *out = (points){ memory, memory + most, memory + 2 * most, memory + 3 * most, 0 };
    for (int y = 0; y < truth.height; y++) {
        const float *t = zd_view_row_f32(truth, y);
        const float *n = zd_view_row_f32(nearness, y);
        for (int x = 0; x < truth.width; x++) {
            if (!isnan(t[x]) && !isnan(n[x])) {
                out->near[out->count] = n[x];
                out->truth[out->count] = t[x];
                out->x[out->count] = ((float) x + 0.5f) / (float) truth.width;
                out->y[out->count] = ((float) y + 0.5f) / (float) truth.height;
                out->count++;
            }
        }
    }
    return ZD_OK;
}

/* A vertical ramp, a centre prior and mixtures of both: what needs no network. */
static float baseline(int which, float x, float y)
{
    assert(which >= 0 && which < ZD_QUALITY_BASELINES);
    static const float shares[] = { 0.1f, 0.25f, 0.5f, 0.75f, 1.0f, 1.5f, 2.5f };
    float centre = 1.0f - hypotf(x - 0.5f, y - 0.5f);
    return which == 0 ? y : which == 1 ? centre : y + shares[which - 2] * centre;
}

static double agreement(float a, float b, float true_difference)
{
    if (a == b) {
        return 0.5;
    }
    return (a > b) == (true_difference > 0.0f) ? 1.0 : 0.0;
}

static void score_pairs(const points *p, unsigned long long seed, zd_quality_score *out)
{
    long used = 0;
    for (int i = 0; i < PAIRS; i++) {
        int a = (int) (next_random(&seed) % (unsigned long long) p->count);
        int b = (int) (next_random(&seed) % (unsigned long long) p->count);
        float difference = p->truth[a] - p->truth[b];
        if (difference == 0.0f) {
            continue;
        }
        used++;
        out->pairs += agreement(p->near[a], p->near[b], difference);
        for (int k = 0; k < ZD_QUALITY_BASELINES; k++) {
            out->baselines[k] +=
                agreement(baseline(k, p->x[a], p->y[a]), baseline(k, p->x[b], p->y[b]), difference);
        }
    }
    double scale = used > 0 ? 1.0 / (double) used : 0.0;
    out->pairs *= scale;
    for (int k = 0; k < ZD_QUALITY_BASELINES; k++) {
        out->baselines[k] *= scale;
    }
}

static int compare_floats(const void *a, const void *b)
{
    float first = *(const float *) a;
    float second = *(const float *) b;
    return first < second ? -1 : first > second;
}

/* Least squares of truth on a straight line of the prediction. */
static void fit_line(const points *p, double *scale, double *shift)
{
    double n = 0;
    double sp = 0;
    double st = 0;
    double spp = 0;
    double spt = 0;
    for (int i = 0; i < p->count; i++) {
        if (p->truth[i] > 0.0f) {
            n += 1;
            sp += (double) p->near[i];
            st += (double) p->truth[i];
            spp += (double) p->near[i] * (double) p->near[i];
            spt += (double) p->near[i] * (double) p->truth[i];
        }
    }
    double determinant = n * spp - sp * sp;
    *scale = determinant > 1e-12 ? (n * spt - sp * st) / determinant : 0.0;
    *shift = n > 0 ? (st - *scale * sp) / n : 0.0;
}

static void score_metric(points *p, zd_quality_score *out)
{
    double scale;
    double shift;
    double n = 0;
    fit_line(p, &scale, &shift);
    /* Depths beyond twice the furthest half percent of the truth are cut there, so that a single
     * near-zero inverse does not decide the mean. p->x is free by now. */
    int finite = 0;
    for (int i = 0; i < p->count; i++) {
        if (p->truth[i] > 0.0f) {
            p->x[finite++] = p->truth[i];
        }
    }
    qsort(p->x, (size_t) finite, sizeof *p->x, compare_floats);
    double least = finite > 0 ? (double) p->x[finite / 200] * 0.5 : 0.0;
    for (int i = 0; i < p->count; i++) {
        if (p->truth[i] > 0.0f) {
            double fitted = fmax(scale * (double) p->near[i] + shift, least);
            double ratio = (double) p->truth[i] / fitted; /* depth over true depth */
            out->abs_rel += fabs(ratio - 1.0);
            out->delta1 += fmax(ratio, 1.0 / ratio) < 1.25 ? 1.0 : 0.0;
            n += 1;
        }
    }
    out->abs_rel = n > 0 ? out->abs_rel / n : 0.0;
    out->delta1 = n > 0 ? out->delta1 / n : 0.0;
}

zd_status zd_quality_depth(zd_context *ctx, zd_view nearness, zd_view truth,
                           unsigned long long seed, zd_quality_score *out, zd_error *err)
{
    ZD_REQUIRE(err, nearness.width == truth.width && nearness.height == truth.height);
    points p = { 0 };
    *out = (zd_quality_score){ 0 };
    ZD_TRY(gather(ctx, nearness, truth, &p, err));
    if (p.count >= MIN_POINTS) {
        out->valid = true;
        score_pairs(&p, seed, out);
        score_metric(&p, out);
    }
    zd_free(ctx, p.near);
    return ZD_OK;
}

static double iou_at(zd_view nearness, zd_view mask, float threshold)
{
    long both = 0;
    long either = 0;
    for (int y = 0; y < mask.height; y++) {
        const float *n = zd_view_row_f32(nearness, y);
        const float *m = zd_view_row_f32(mask, y);
        for (int x = 0; x < mask.width; x++) {
            int hit = n[x] >= threshold;
            int object = m[x] > 0.5f;
            both += hit & object;
            either += hit | object;
        }
    }
    return either > 0 ? (double) both / (double) either : 0.0;
}

zd_mask_score zd_quality_mask(zd_view nearness, zd_view mask, float threshold)
{
    assert(nearness.width == mask.width && nearness.height == mask.height);
    long object[STEPS + 1] = { 0 };
    long all[STEPS + 1] = { 0 };
    long total = 0;
    float low = INFINITY;
    float high = -INFINITY;
    zd_mask_score score = { 0 };
    for (int y = 0; y < mask.height; y++) {
        const float *n = zd_view_row_f32(nearness, y);
        for (int x = 0; x < mask.width; x++) {
            low = fminf(low, n[x]);
            high = fmaxf(high, n[x]);
        }
    }
    float scale = (float) STEPS / fmaxf(high - low, 1e-9f);
    for (int y = 0; y < mask.height; y++) {
        const float *n = zd_view_row_f32(nearness, y);
        const float *m = zd_view_row_f32(mask, y);
        for (int x = 0; x < mask.width; x++) {
            int bin = zd_int_clamp((int) ((n[x] - low) * scale), 0, STEPS - 1);
            all[bin]++;
            object[bin] += m[x] > 0.5f;
            total += m[x] > 0.5f;
        }
    }
    for (int bin = STEPS - 1; bin >= 0; bin--) {
        all[bin] += all[bin + 1];
        object[bin] += object[bin + 1];
        long either = all[bin] + total - object[bin];
        score.best = fmax(score.best, either > 0 ? (double) object[bin] / (double) either : 0.0);
    }
    score.automatic = iou_at(nearness, mask, threshold);
    return score;
}
