/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TESTS_COMPOSITE_PLAIN_H
#define ZD_TESTS_COMPOSITE_PLAIN_H

/* A picture with depth and a matte for the drawing effects, and what their formulas are held against. */

#include "composite/effect_chain.h"
#include "composite/effects/depth_shift.h"
#include "composite/effects/grade.h"
#include "composite_pictures.h"

enum { W = 211, H = 197, M = 70, GRID_W = W + 2 * M, GRID_H = H + 2 * M };

static zd_error err;
static const zd_rect roi = { 13, 7, 207, 190 };

static pictures canvas;

typedef struct rgba {
    double c[4];
} rgba;

typedef struct plane {
    double at[GRID_H][GRID_W]; /* (0, 0) of the frame lies at (M, M) */
} plane;

static plane tones;
static plane nears;
static plane between;
static plane soft_a;

static inline double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

static inline rgba colour_at(int x, int y)
{
    const float *p =
        pictures_at(canvas.picture, zd_int_clamp(x, 0, W - 1), zd_int_clamp(y, 0, H - 1));
    return (rgba){ { (double) p[0], (double) p[1], (double) p[2], (double) p[3] } };
}

static inline double near_at(int x, int y)
{
    return clamp((double) *pictures_at(canvas.nearness, zd_int_clamp(x, 0, W - 1),
                                       zd_int_clamp(y, 0, H - 1)),
                 0.0, 1.0);
}

static inline double luminance(rgba p)
{
    return 0.2126 * p.c[0] + 0.7152 * p.c[1] + 0.0722 * p.c[2];
}

static inline double tone_of(rgba p)
{
    return sqrt(fmax(luminance(p), 0.0));
}

/* Light and shade at several scales, alpha of 0.35 to 1, depth with slopes and a step. */
static inline void open_all(void)
{
    unsigned long long seed = 5;
    pictures_open(&canvas, 2, W, H);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float *p = pictures_at(canvas.picture, x, y);
            float wave = 0.5f + 0.5f * sinf(0.11f * (float) x + 0.07f * (float) y);
            p[3] = x < 60 ? 0.35f + 0.01f * (float) x : 1.0f;
            p[0] = p[3] * (0.05f + 0.9f * wave + 0.1f * zd_test_uniform(&seed));
            p[1] = p[3] * (x + 2 * y > 300 ? 0.1f : 0.8f) * (0.8f + 0.4f * zd_test_uniform(&seed));
            p[2] = p[3] * (float) y / H;
            *pictures_at(canvas.nearness, x, y) =
                (x > 90 && y < 120 ? 0.35f : 0.0f) + 0.003f * (float) x + 0.05f * wave - 0.05f;
            *pictures_at(canvas.matte, x, y) = (float) clamp(1.3 - 0.004 * (x + y), 0.0, 1.0);
        }
    }
    for (int y = 0; y < GRID_H; y++) {
        for (int x = 0; x < GRID_W; x++) {
            tones.at[y][x] = tone_of(colour_at(x - M, y - M));
            nears.at[y][x] = near_at(x - M, y - M);
        }
    }
}

static inline zd_effect_io io_of(void)
{
    return pictures_io(&canvas, roi);
}

static inline void apply(const char *text)
{
    zd_effect_chain chain;
    zd_effect_io io = io_of();
    zd_view_clear(zd_image_view(canvas.out));
    REQUIRE_OK(zd_effect_parse(text, 0.0, &chain, &err));
    REQUIRE_INT(chain.count, 1);
    REQUIRE_OK(zd_effect_step_apply(canvas.ctx, &chain.steps[0], &io, &err));
}

/* The pixels of the rectangle are what `made` says, mixed in by the matte; all others are untouched. */
static inline void require_made(rgba (*made)(int x, int y), double tolerance)
{
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            bool inside = x >= roi.x0 && x < roi.x1 && y >= roi.y0 && y < roi.y1;
            rgba was = colour_at(x, y);
            rgba now = inside ? made(x, y) : (rgba){ { 0.0, 0.0, 0.0, 0.0 } };
            double strength = inside ? (double) *pictures_at(canvas.matte, x, y) : 1.0;
            for (int c = 0; c < 4; c++) {
                double mixed = was.c[c] + strength * (now.c[c] - was.c[c]);
                double error = fabs((double) pictures_at(canvas.out, x, y)[c] - mixed);
                if (!(error <= tolerance)) {
                    ZD_TEST_FAIL("at %d,%d channel %d: %g, expected %g", x, y, c,
                                 (double) pictures_at(canvas.out, x, y)[c], mixed);
                }
            }
        }
    }
}

/* A Gaussian of 2.5 sigma to either side, at least one pixel. */
static inline void blur(const plane *from, double sigma, plane *to)
{
    double weights[129] = { 0.0 };
    double total = 0.0;
    int reach = zd_int_clamp((int) ceil(2.5 * sigma), 1, 128);
    for (int i = -reach; i <= reach; i++) {
        weights[i < 0 ? -i : i] = exp(-0.5 * i * i / (sigma * sigma));
        total += weights[i < 0 ? -i : i];
    }
    for (int y = 0; y < GRID_H; y++) {
        for (int x = reach; x < GRID_W - reach; x++) {
            double sum = 0.0;
            for (int i = -reach; i <= reach; i++) {
                sum += weights[i < 0 ? -i : i] * from->at[y][x + i];
            }
            between.at[y][x] = sum / total;
        }
    }
    for (int y = reach; y < GRID_H - reach; y++) {
        for (int x = reach; x < GRID_W - reach; x++) {
            double sum = 0.0;
            for (int i = -reach; i <= reach; i++) {
                sum += weights[i < 0 ? -i : i] * between.at[y + i][x];
            }
            to->at[y][x] = sum / total;
        }
    }
}

static inline double of(const plane *p, int x, int y)
{
    return p->at[y + M][x + M];
}

#endif
