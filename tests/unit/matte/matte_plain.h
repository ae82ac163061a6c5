/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TESTS_MATTE_PLAIN_H
#define ZD_TESTS_MATTE_PLAIN_H

/* A frame with depth, probability and colours for the matte's steps, prepared and drawn. */

#include "matte/matte_internal.h"
#include "zd_test.h"

enum { W = 263, H = 331, MAP_W = 57, MAP_H = 83, ROWS = 270 };

static zd_error err;
static zd_context *ctx;
static zd_image *guide;
static zd_image *foreground;
static zd_image *surface;
static zd_image *out;
static zd_depth_map map;
static zd_matte *m;

static inline float *pixel(zd_image *image, int x, int y)
{
    zd_view view = zd_image_view(image);
    return zd_view_row_f32(view, y) + view.format.channels * (ptrdiff_t) x;
}

static inline zd_image *image_of(int width, int height, zd_format format)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, width, height, format, &image, &err));
    zd_view_clear(zd_image_view(image));
    return image;
}

/* How far outside a leaning ellipse, in fractions of the height. */
static inline float outside(float u, float v)
{
    float x = u - 0.38f - 0.1f * v;
    float y = v - 0.55f;
    return sqrtf(2.2f * x * x + y * y) - 0.24f;
}

/* A near thing of its own colours before a slope, a plain wall at its right whose colours are alike, and an
 * edge that is soft and displaced in the map; part of the map is doubted. */
static inline void open_all(void)
{
    unsigned long long seed = 21;
    ctx = zd_test_context(2);
    guide = image_of(W, H, ZD_RGBA_F32);
    out = image_of(W, H, ZD_GRAY_F32);
    map.values = image_of(MAP_W, MAP_H, ZD_GRAY_F32);
    map.confidence = image_of(MAP_W, MAP_H, ZD_GRAY_F32);
    foreground = image_of(MAP_W, MAP_H, ZD_GRAY_F32);
    surface = image_of(MAP_W + 3, MAP_H - 7, ZD_GRAY_F32);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float *p = pixel(guide, x, y);
            float u = ((float) x + 0.5f) / H;
            float v = ((float) y + 0.5f) / H;
            bool inside = outside(u, v) < 0.0f;
            bool alike = x > W / 2;
            for (int c = 0; c < 3; c++) {
                float near = alike ? 0.4f : 0.7f - 0.2f * (float) c;
                float far =
                    alike ? 0.4f
                          : 0.2f + 0.1f * (float) c + ((x / 3 + y / 4) % 3 == 0 ? 0.2f : 0.0f);
                p[c] = (inside ? near : far) + 0.08f * (zd_test_uniform(&seed) - 0.5f);
            }
            p[3] = 1.0f;
        }
    }
    pixel(guide, 20, 30)[1] = 1000.0f; /* a damaged pixel is tamed */
    pixel(guide, 21, 70)[0] = NAN;
    for (int y = 0; y < MAP_H; y++) {
        for (int x = 0; x < MAP_W; x++) {
            float u = ((float) x + 0.5f) / MAP_W * W / H;
            float v = ((float) y + 0.5f) / MAP_H;
            float share = zd_float_clamp(0.5f - outside(u + 0.008f, v) / 0.04f, 0.0f, 1.0f);
            *pixel(map.values, x, y) =
                0.15f + 0.2f * v + (0.75f - 0.15f - 0.2f * v + 0.1f * u) * share;
            *pixel(foreground, x, y) = 0.1f + 0.8f * share + 0.05f * zd_test_uniform(&seed);
            *pixel(map.confidence, x, y) = y > 50 && y < 60 ? 1.01f : 2.0f + 0.01f * (float) x;
        }
    }
    zd_view s = zd_image_view(surface);
    for (int y = 0; y < s.height; y++) {
        for (int x = 0; x < s.width; x++) {
            *pixel(surface, x, y) = x < 30 && y > 60 ? 1.0f : 0.2f * zd_test_uniform(&seed);
        }
    }
    zd_matte_size size = { W, H, MAP_W, MAP_H };
    REQUIRE_OK(zd_matte_create(ctx, &size, &m, &err));
}

static inline void close_all(void)
{
    zd_image_unref(&guide);
    zd_image_unref(&out);
    zd_image_unref(&foreground);
    zd_image_unref(&surface);
    zd_depth_map_release(&map);
    map = (zd_depth_map){ 0 };
    zd_matte_destroy(&m);
    zd_context_destroy(&ctx);
}

static inline void prepare(bool guided, bool told)
{
    zd_view picture = zd_image_view(guide);
    zd_view probability = zd_image_view(foreground);
    zd_depth_map plain = map;
    plain.confidence = told ? map.confidence : NULL;
    zd_matte_frame frame = { .map = &plain, .range = { 0.1f, 0.95f } };
    frame.guide = guided ? &picture : NULL;
    frame.foreground = told ? &probability : NULL;
    zd_view s = zd_image_view(surface);
    zd_matte_set_surface(m, told ? &s : NULL);
    REQUIRE_OK(zd_matte_prepare(m, &frame, &err));
}

static inline void render(const zd_matte_params *params)
{
    REQUIRE_OK(zd_matte_render(m, params, (zd_rect){ 0, 0, W, H }, zd_image_view(out), &err));
}

static inline zd_matte_params auto_params(void)
{
    return (zd_matte_params){
        .mode = ZD_MATTE_NORMALISED, .depth_in = 0.45f, .depth_out = 0.97f, .auto_feather = true
    };
}

/* ---- small things ---- */

static inline double clamp(double value, double low, double high)
{
    return value > low ? (value < high ? value : high) : low;
}

static inline double rise(double value, double low, double high)
{
    return clamp((value - low) / (high - low), 0.0, 1.0);
}

/* A plane whose border goes on. */
static inline double cell(int plane, int x, int y)
{
    zd_plane p = m->cells[plane];
    return (double) zd_plane_row(p,
                                 zd_int_clamp(y, 0, p.height - 1))[zd_int_clamp(x, 0, p.width - 1)];
}

static inline double node(int plane, int x, int y)
{
    zd_plane p = m->nodes[plane];
    return (double) zd_plane_row(p,
                                 zd_int_clamp(y, 0, p.height - 1))[zd_int_clamp(x, 0, p.width - 1)];
}

static inline double mixed_by(double (*at)(int plane, int x, int y), int plane, double x, double y)
{
    int x0 = (int) floor(x);
    int y0 = (int) floor(y);
    double top = at(plane, x0, y0) + (at(plane, x0 + 1, y0) - at(plane, x0, y0)) * (x - x0);
    double low =
        at(plane, x0, y0 + 1) + (at(plane, x0 + 1, y0 + 1) - at(plane, x0, y0 + 1)) * (x - x0);
    return top + (low - top) * (y - y0);
}

static inline double field_at(zd_plane p, double x,
                              double y) /* of the map's samples, centres at 0, 1 .. */
{
    x = clamp(x, 0.0, p.width - 1);
    y = clamp(y, 0.0, p.height - 1);
    int x0 = (int) x;
    int y0 = (int) y;
    int x1 = zd_int_min(x0 + 1, p.width - 1);
    const float *top = zd_plane_row(p, y0);
    const float *low = zd_plane_row(p, zd_int_min(y0 + 1, p.height - 1));
    double a = (double) top[x0] + ((double) top[x1] - (double) top[x0]) * (x - x0);
    double b = (double) low[x0] + ((double) low[x1] - (double) low[x0]) * (x - x0);
    return a + (b - a) * (y - y0);
}

#define REQUIRE_AT(actual, expected, tolerance, x, y)                              \
    do {                                                                           \
        double a_ = (double) (actual);                                             \
        double e_ = (double) (expected);                                           \
        if (!(fabs(a_ - e_) <= (tolerance))) {                                     \
            ZD_TEST_FAIL("%s at %d,%d is %g, expected %g", #actual, x, y, a_, e_); \
        }                                                                          \
    } while (0)

#endif
