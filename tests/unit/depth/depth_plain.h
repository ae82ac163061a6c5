/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TESTS_DEPTH_PLAIN_H
#define ZD_TESTS_DEPTH_PLAIN_H

/* A film with its depths, and block motion by trying every vector: what slow plain versions of depth over
 * time begin with (their headers). Maps are taller than wide and no multiple of a block. */

#include "core/size.h"
#include "image/image.h"
#include "zd_test.h"

enum { W = 61, H = 85, BLOCK = 8, ACROSS = (W + 7) / 8, DOWN = (H + 7) / 8, FRAMES = 6 };

static zd_error err;
static zd_context *ctx;

typedef float plane[H][W];

static inline float ramp(float value, float low, float high)
{
    return zd_float_clamp((value - low) / (high - low), 0.0f, 1.0f);
}

/* A plane's numbers in a row. */
static inline float *flat(void *p)
{
    return p;
}

static inline float at(plane p, int x, int y)
{
    return p[zd_int_clamp(y, 0, H - 1)][zd_int_clamp(x, 0, W - 1)];
}

static inline float mixed(plane p, float x, float y)
{
    x = zd_float_clamp(x, 0.0f, W - 1);
    y = zd_float_clamp(y, 0.0f, H - 1);
    int x0 = (int) x;
    int y0 = (int) y;
    float fx = x - (float) x0;
    float fy = y - (float) y0;
    int x1 = fx > 0.0f ? x0 + 1 : x0; /* what has no weight may be a hole */
    int y1 = fy > 0.0f ? y0 + 1 : y0;
    float top = p[y0][x0] + (p[y0][x1] - p[y0][x0]) * fx;
    float low = p[y1][x0] + (p[y1][x1] - p[y1][x0]) * fx;
    return top + (low - top) * fy;
}

/* ---- a film ---- */

static float film[FRAMES][H][W][3];
static plane depths[FRAMES];
static plane probabilities[FRAMES];

static inline float grain(int x, int y, int c)
{
    unsigned long long seed = (unsigned) (x + 512) * 73856093u ^ (unsigned) (y + 512) * 19349663u;
    seed += (unsigned) c * 83492791u;
    return zd_test_uniform(&seed);
}

static inline float texture(float x, float y, int c)
{
    float u = floorf(x / 3.0f);
    float v = floorf(y / 3.0f);
    float fx = x / 3.0f - u;
    float fy = y / 3.0f - v;
    float top = grain((int) u, (int) v, c) +
                (grain((int) u + 1, (int) v, c) - grain((int) u, (int) v, c)) * fx;
    float low = grain((int) u, (int) v + 1, c) +
                (grain((int) u + 1, (int) v + 1, c) - grain((int) u, (int) v + 1, c)) * fx;
    return top + (low - top) * fy;
}

/* A wall that drifts, a square that goes its own way before it, depth that flickers and has a hole. */
static inline void draw_film(void)
{
    unsigned long long seed = 77;
    for (int f = 0; f < FRAMES; f++) {
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                float u = (float) x - 20.0f - 3.0f * (float) f;
                float v = (float) y - 30.0f - 2.0f * (float) f;
                bool inside = fabsf(u) < 13.0f && fabsf(v) < 17.0f;
                float near = inside ? 0.8f + 0.002f * v : 0.1f + 0.003f * (float) y;
                float flicker = 1.0f + 0.05f * (float) (f % 3 - 1);
                depths[f][y][x] =
                    near * flicker + 0.01f * (float) f + 0.01f * zd_test_uniform(&seed);
                probabilities[f][y][x] =
                    inside && !(f == 3 && v > 0.0f) ? 0.95f : 0.05f + 0.1f * zd_test_uniform(&seed);
                for (int c = 0; c < 3; c++) {
                    film[f][y][x][c] =
                        inside ? 0.4f + 0.6f * texture(u, v, c)
                               : 0.5f * texture((float) x + (float) f, (float) y, c + 3);
                    film[f][y][x][c] += 0.004f * zd_test_uniform(&seed);
                }
            }
        }
        depths[f][50][40] = NAN;
        probabilities[f][10][50] = f == 2 ? NAN : 0.1f;
        film[f][3][7][1] = f == 1 ? 9.0f : NAN; /* 4 and 0 */
    }
}

static inline zd_view view_of(void *data, int channels)
{
    return (zd_view){ data, W, H, (ptrdiff_t) (sizeof(float) * W) * channels,
                      channels == 1 ? ZD_GRAY_F32 : ZD_RGB_F32 };
}

/* ---- motion ---- */

typedef struct level {
    int width;
    int height;
    float at[H][W];
} level;

static inline float level_at(const level *l, int x, int y)
{
    return l->at[zd_int_clamp(y, 0, l->height - 1)][zd_int_clamp(x, 0, l->width - 1)];
}

static inline void make_levels(int f, level levels[2])
{
    levels[0].width = W;
    levels[0].height = H;
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            const float *p = film[f][y][x];
            float luma = 0.25f * p[0] + 0.5f * p[1] + 0.25f * p[2];
            levels[0].at[y][x] = luma > -1.0f ? fminf(luma, 4.0f) : 0.0f;
        }
    }
    levels[1].width = (W + 1) / 2;
    levels[1].height = (H + 1) / 2;
    for (int y = 0; y < levels[1].height; y++) {
        for (int x = 0; x < levels[1].width; x++) {
            float sum = 0.0f;
            for (int i = 0; i < 4; i++) {
                sum += level_at(&levels[0], 2 * x + i % 2, 2 * y + i / 2);
            }
            levels[1].at[y][x] = 0.25f * sum;
        }
    }
}

static inline double difference(const level *now, const level *before, int x, int y, int dx, int dy)
{
    double sum = 0.0;
    for (int v = 0; v < BLOCK; v++) {
        for (int u = 0; u < BLOCK; u++) {
            sum += (double) fabsf(level_at(now, x + u, y + v) -
                                  level_at(before, x + u + dx, y + v + dy));
        }
    }
    return sum / (BLOCK * BLOCK);
}

static inline void try_all(const level *now, const level *before, int x, int y, int reach,
                           double unit, int best[2])
{
    int middle[2] = { best[0], best[1] };
    double least = INFINITY;
    for (int v = middle[1] - reach; v <= middle[1] + reach; v++) {
        for (int u = middle[0] - reach; u <= middle[0] + reach; u++) {
            double cost = difference(now, before, x, y, u, v) + unit * fmax(abs(u), abs(v));
            if (cost < least) {
                least = cost;
                best[0] = u;
                best[1] = v;
            }
        }
    }
}

static inline int ascending(const void *a, const void *b)
{
    return *(const int *) a - *(const int *) b;
}

/* The upper median over the neighbours that there are. */
static inline float median_around(int found[DOWN][ACROSS][2], int x, int y, int c)
{
    int values[9];
    int count = 0;
    for (int v = zd_int_max(y - 1, 0); v <= zd_int_min(y + 1, DOWN - 1); v++) {
        for (int u = zd_int_max(x - 1, 0); u <= zd_int_min(x + 1, ACROSS - 1); u++) {
            values[count++] = found[v][u][c];
        }
    }
    qsort(values, (size_t) count, sizeof *values, ascending);
    return (float) values[count / 2];
}

static inline void plain_motion(int from, int to, float vectors[DOWN][ACROSS][2])
{
    static level now[2];
    static level before[2];
    static int found[DOWN][ACROSS][2];
    make_levels(from, now);
    make_levels(to, before);
    for (int y = 0; y < DOWN; y++) {
        for (int x = 0; x < ACROSS; x++) {
            int best[2] = { 0, 0 };
            if (difference(&now[0], &before[0], x * BLOCK, y * BLOCK, 0, 0) > 0.01) {
                try_all(&now[1], &before[1], x * BLOCK / 2 - 2, y * BLOCK / 2 - 2, 7, 0.0016, best);
                best[0] *= 2;
                best[1] *= 2;
                try_all(&now[0], &before[0], x * BLOCK, y * BLOCK, 1, 0.0008, best);
            }
            found[y][x][0] = best[0];
            found[y][x][1] = best[1];
        }
    }
    for (int y = 0; y < DOWN; y++) {
        for (int x = 0; x < ACROSS; x++) {
            vectors[y][x][0] = median_around(found, x, y, 0);
            vectors[y][x][1] = median_around(found, x, y, 1);
        }
    }
}

static inline void require_plane(const char *what, int f, plane made, plane expected)
{
    for (int i = 0; i < W * H; i++) {
        float a = flat(made)[i];
        float b = flat(expected)[i];
        if (!(fabsf(a - b) <= 2e-4f) && !(isnan(a) && isnan(b))) {
            ZD_TEST_FAIL("%s of frame %d at %d,%d: %g, expected %g", what, f, i % W, i / W,
                         (double) a, (double) b);
        }
    }
}

#endif
