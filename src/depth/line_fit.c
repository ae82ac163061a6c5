/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Deming regression inside iterated reweighting (Geman-McClure). Plain least squares would shrink
 * depth a little in every frame, which is a lot after ten thousand. */

#include "depth/line_fit.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { ROUNDS = 4 };

#define NOISE_RATIO 0.06 /* variance of y's error over that of x's */

/* One weighted fit. Returns false when there is too little to fit to. */
static bool fit_once(const zd_line_samples *samples, const float *weights, zd_line *out)
{
    double w = 0.0;
    double x = 0.0;
    double y = 0.0;
    for (int i = 0; i < samples->count; i++) {
        w += (double) weights[i];
        x += (double) weights[i] * (double) samples->x[i];
        y += (double) weights[i] * (double) samples->y[i];
    }
    if (!(w >= samples->least_weight) || !(w > 0.0)) {
        return false;
    }
    x /= w;
    y /= w;
    double xx = 0.0;
    double yy = 0.0;
    double xy = 0.0;
    for (int i = 0; i < samples->count; i++) {
        double dx = (double) samples->x[i] - x;
        double dy = (double) samples->y[i] - y;
        xx += (double) weights[i] * dx * dx;
        yy += (double) weights[i] * dy * dy;
        xy += (double) weights[i] * dx * dy;
    }
    double scale = 1.0;
    double d = yy - NOISE_RATIO * xx;
    if (xy > 0.5 * sqrt(xx * yy) && xy > 0.0) {
        scale = (d + sqrt(d * d + 4.0 * NOISE_RATIO * xy * xy)) / (2.0 * xy);
        scale = fmin(fmax(scale, 0.5), 2.0);
    }
    *out = (zd_line){ (float) scale, (float) (y - scale * x) };
    return true;
}

zd_line zd_line_fit(const zd_line_samples *samples, float *scratch)
{
    zd_line fit = { 1.0f, 0.0f };
    float *weights = scratch;
    memcpy(weights, samples->weight, (size_t) samples->count * sizeof *weights);
    for (int round = 0; round < ROUNDS; round++) {
        if (!fit_once(samples, weights, &fit)) {
            break;
        }
        double sum = 0.0;
        double total = 1e-9;
        for (int i = 0; i < samples->count; i++) {
            float residual = fit.scale * samples->x[i] + fit.shift - samples->y[i];
            sum += (double) (weights[i] * fabsf(residual));
            total += (double) weights[i];
        }
        float width = 2.0f * (float) (sum / total) + 1e-9f;
        for (int i = 0; i < samples->count; i++) {
            float residual = fit.scale * samples->x[i] + fit.shift - samples->y[i];
            float r = residual / width;
            weights[i] = samples->weight[i] / ((1.0f + r * r) * (1.0f + r * r));
        }
    }
    return fit;
}
