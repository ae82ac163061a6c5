/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The fit of one frame's depths to those before, against Deming's formula and Geman and McClure's
 * weights written down plainly in double. */

#include "depth/line_fit.h"
#include "zd_test.h"

enum { MOST = 200 };

typedef struct data {
    float x[MOST];
    float y[MOST];
    float weight[MOST];
    float scratch[MOST];
    int count;
    double least;
} data;

static zd_line fit(data *d)
{
    zd_line_samples samples = { d->x, d->y, d->weight, d->count, d->least };
    return zd_line_fit(&samples, d->scratch);
}

static void make_line(data *d, int count, double scale, double shift)
{
    d->count = count;
    d->least = 0.0;
    for (int i = 0; i < count; i++) {
        d->x[i] = 1.0f + 0.05f * (float) i;
        d->y[i] = (float) (scale * (double) d->x[i] + shift);
        d->weight[i] = 1.0f + (float) (i % 3);
    }
}

/* Four rounds, each by the weights of the one before. */
static void reference(const data *d, double *scale, double *shift)
{
    double weights[MOST];
    const double delta = 0.06;
    for (int i = 0; i < d->count; i++) {
        weights[i] = (double) d->weight[i];
    }
    for (int round = 0; round < 4; round++) {
        double w = 0.0;
        double mean[2] = { 0.0, 0.0 };
        double s[3] = { 0.0, 0.0, 0.0 };
        for (int i = 0; i < d->count; i++) {
            w += weights[i];
            mean[0] += weights[i] * (double) d->x[i];
            mean[1] += weights[i] * (double) d->y[i];
        }
        mean[0] /= w;
        mean[1] /= w;
        for (int i = 0; i < d->count; i++) {
            double dx = (double) d->x[i] - mean[0];
            double dy = (double) d->y[i] - mean[1];
            s[0] += weights[i] * dx * dx;
            s[1] += weights[i] * dx * dy;
            s[2] += weights[i] * dy * dy;
        }
        double e = s[2] - delta * s[0];
        *scale = s[1] > 0.5 * sqrt(s[0] * s[2])
                     ? (e + sqrt(e * e + 4.0 * delta * s[1] * s[1])) / (2.0 * s[1])
                     : 1.0;
        *scale = *scale < 0.5 ? 0.5 : *scale > 2.0 ? 2.0 : *scale;
        *shift = mean[1] - *scale * mean[0];
        double sum = 0.0;
        for (int i = 0; i < d->count; i++) {
            sum += weights[i] * fabs(*scale * (double) d->x[i] + *shift - (double) d->y[i]);
        }
        double width = 2.0 * sum / w + 1e-9;
        for (int i = 0; i < d->count; i++) {
            double r = (*scale * (double) d->x[i] + *shift - (double) d->y[i]) / width;
            weights[i] = (double) d->weight[i] / ((1.0 + r * r) * (1.0 + r * r));
        }
    }
}

static void lines_are_found(void)
{
    static data d;
    make_line(&d, 100, 1.3, -0.4);
    zd_line line = fit(&d);
    REQUIRE_NEAR(line.scale, 1.3, 1e-4);
    REQUIRE_NEAR(line.shift, -0.4, 4e-4);
    for (int i = 0; i < 100; i += 7) {
        d.y[i] += 3.0f; /* a visitor before some of it */
    }
    line = fit(&d);
    REQUIRE_NEAR(line.scale, 1.3, 0.03);
    REQUIRE_NEAR(line.shift, -0.4, 0.1);
    make_line(&d, 50, 3.0, 0.0); /* no more than a factor of two */
    REQUIRE_NEAR(fit(&d).scale, 2.0, 1e-6);
    make_line(&d, 50, 0.2, 0.0);
    REQUIRE_NEAR(fit(&d).scale, 0.5, 1e-6);
    make_line(&d, 50, -1.0, 9.0); /* and never turned round */
    REQUIRE_NEAR(fit(&d).scale, 1.0, 1e-6);
}

static void noisy_lines_are_as_by_the_formula(void)
{
    static data d;
    unsigned long long seed = 3;
    for (int trial = 0; trial < 20; trial++) {
        double scale;
        double shift;
        make_line(&d, 60 + trial, 0.7 + 0.05 * trial, 0.3 - 0.1 * trial);
        for (int i = 0; i < d.count; i++) {
            d.x[i] += 0.3f * (zd_test_uniform(&seed) - 0.5f);
            d.y[i] += 0.8f * (zd_test_uniform(&seed) - 0.5f) + (i % 11 == 3 ? 2.0f : 0.0f);
            d.weight[i] = zd_test_uniform(&seed);
        }
        reference(&d, &scale, &shift);
        zd_line line = fit(&d);
        REQUIRE_NEAR(line.scale, scale, 2e-4);
        REQUIRE_NEAR(line.shift, shift, 6e-4);
    }
}

static void what_has_no_weight_is_left_as_it_is(void)
{
    static data d;
    make_line(&d, 40, 1.5, 1.0);
    d.least = 78.9; /* 14 ones, 13 twos and threes are 79 */
    REQUIRE(fit(&d).scale > 1.4f);
    d.least = 79.1;
    zd_line line = fit(&d);
    REQUIRE(line.scale == 1.0f && line.shift == 0.0f);
    d.least = 0.0;
    for (int i = 0; i < d.count; i++) {
        d.weight[i] = i == 5 ? 1.0f : 0.0f; /* one sample is a shift */
    }
    line = fit(&d);
    REQUIRE(line.scale == 1.0f);
    REQUIRE_NEAR(line.shift, d.y[5] - d.x[5], 1e-6);
    d.weight[5] = 0.0f;
    line = fit(&d);
    REQUIRE(line.scale == 1.0f && line.shift == 0.0f);
}

int main(void)
{
    RUN(lines_are_found);
    RUN(noisy_lines_are_as_by_the_formula);
    RUN(what_has_no_weight_is_left_as_it_is);
    return zd_test_finish();
}
