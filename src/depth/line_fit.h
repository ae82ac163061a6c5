/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_LINE_FIT_H
#define ZD_DEPTH_LINE_FIT_H

/* A straight line through points of which many may be wrong. */

/** y = scale * x + shift */
typedef struct zd_line {
    float scale;
    float shift;
} zd_line;

typedef struct zd_line_samples {
    const float *x;
    const float *y;
    const float *weight; /* >= 0 */
    int count;
    double least_weight; /* with less in all, the line is y = x */
} zd_line_samples;

/** Fits with errors in both variables, y's variance being 0.06 of x's, again and again with less
 *  weight for what disagrees. The scale is 0.5 to 2, and 1 where x and y hardly go together.
 *  `scratch` takes `count` floats. */
zd_line zd_line_fit(const zd_line_samples *samples, float *scratch);

#endif
