/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Choke and feather on a tile with its halo. Both are monotone and have fractional lengths, so that
 * a matte looks alike at any size of the frame. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "matte/matte_internal.h"

#include "core/vector.h"

/* A raised cosine of the full width `width_px`: its edge response rises over just that width. The
 * taps are its integrals over the pixels, so that the width need not be a whole number. */
void zd_soften_kernel_init(zd_soften_kernel *kernel, float width_px)
{
    const double pi = 3.14159265358979323846;
    double half = 0.5 * (double) width_px;
    int reach = half <= 0.5 ? 0 : (int) ceil(half - 0.5);
    double sum = 0.0;
    double integrals[ZD_SOFTEN_KERNEL_REACH + 1] = { 1.0 };
    kernel->reach = zd_int_min(reach, ZD_SOFTEN_KERNEL_REACH);
    for (int i = 0; i <= kernel->reach && reach > 0; i++) {
        double from = fmax(-half, i - 0.5);
        double to = fmin(half, i + 0.5);
        integrals[i] =
            (to + half / pi * sin(pi * to / half)) - (from + half / pi * sin(pi * from / half));
    }
    for (int i = -kernel->reach; i <= kernel->reach; i++) {
        sum += integrals[i < 0 ? -i : i];
    }
    for (int i = -kernel->reach; i <= kernel->reach; i++) {
        kernel->taps[i + kernel->reach] = (float) (integrals[i < 0 ? -i : i] / sum);
    }
}

static void blur_row(const zd_soften_kernel *kernel, const float *padded, float *out, int width)
{
    memset(out, 0, (size_t) width * sizeof *out);
    for (int k = 0; k <= 2 * kernel->reach; k++) {
        float tap = kernel->taps[k];
        const float *from = padded + k;
        for (int x = 0; x < width; x++) {
            out[x] += tap * from[x];
        }
    }
}

static void blur_column(const zd_soften_kernel *kernel, const float *plane, float *out, int y,
                        int width, int height, int stride)
{
    memset(out, 0, (size_t) width * sizeof *out);
    for (int k = -kernel->reach; k <= kernel->reach; k++) {
        float tap = kernel->taps[k + kernel->reach];
        const float *from = plane + (ptrdiff_t) zd_int_clamp(y + k, 0, height - 1) * stride;
        for (int x = 0; x < width; x++) {
            out[x] += tap * from[x];
        }
    }
}

ZD_VECTORISED void zd_soften_blur(const zd_soften_kernel *kernel, float *plane, float *scratch,
                                  int width, int height, int stride)
{
    assert(width > 0 && height > 0 && stride >= width);
    float *padded = scratch + (ptrdiff_t) height * stride;
    int reach = kernel->reach;
    for (int y = 0; y < height; y++) {
        const float *row = plane + (ptrdiff_t) y * stride;
        memcpy(padded + reach, row, (size_t) width * sizeof *row);
        for (int i = 0; i < reach; i++) {
            padded[i] = row[0];
            padded[reach + width + i] = row[width - 1];
        }
        blur_row(kernel, padded, scratch + (ptrdiff_t) y * stride, width);
    }
    for (int y = 0; y < height; y++) {
        blur_column(kernel, scratch, plane + (ptrdiff_t) y * stride, y, width, height, stride);
    }
}

static inline float lesser(float a, float b)
{
    return a < b ? a : b;
}

/* One step of erosion by the four neighbours (and the corners when `square`), by the share `part`
 * of a pixel. `sign` -1 turns it into a dilation. */
static void erode_step(const float *from, float *to, int width, int height, int stride, bool square,
                       float sign, float part)
{
    for (int y = 0; y < height; y++) {
        const float *a = from + (ptrdiff_t) zd_int_max(y - 1, 0) * stride;
        const float *b = from + (ptrdiff_t) y * stride;
        const float *c = from + (ptrdiff_t) zd_int_min(y + 1, height - 1) * stride;
        float *out = to + (ptrdiff_t) y * stride;
        for (int x = 0; x < width; x++) {
            int left = x > 0 ? x - 1 : 0;
            int right = x < width - 1 ? x + 1 : x;
            float least = lesser(lesser(sign * b[left], sign * b[right]), sign * b[x]);
            least = lesser(least, lesser(sign * a[x], sign * c[x]));
            if (square) {
                least = lesser(least, lesser(sign * a[left], sign * a[right]));
                least = lesser(least, lesser(sign * c[left], sign * c[right]));
            }
            out[x] = b[x] + part * (sign * least - b[x]);
        }
    }
}

ZD_VECTORISED void zd_soften_choke(float *plane, float *scratch, int width, int height, int stride,
                                   float radius_px)
{
    assert(width > 0 && height > 0 && stride >= width);
    float sign = radius_px > 0.0f ? 1.0f : -1.0f;
    float radius = fabsf(radius_px);
    float *from = plane;
    float *to = scratch;
    float squares = 0.0f;
    for (float left = radius; left > 0.0f; left -= 1.0f) {
        /* A regular octagon has 0.414 of its steps square, the others diamond. */
        squares += 0.414f;
        bool square = squares >= 0.5f;
        squares -= square ? 1.0f : 0.0f;
        erode_step(from, to, width, height, stride, square, sign, left < 1.0f ? left : 1.0f);
        float *swap = from;
        from = to;
        to = swap;
    }
    if (from != plane) {
        memcpy(plane, from, (size_t) height * stride * sizeof *plane);
    }
}
