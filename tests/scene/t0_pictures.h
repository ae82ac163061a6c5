/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_T0_PICTURES_H
#define ZD_TEST_T0_PICTURES_H

/* The pictures and maps of fixture T0, each a formula. Values are the pixels of Z that geometry demands,
 * not what an earlier version rendered. */

#include "scene_fixture.h"

#define CARD                                                      \
    "media z { front \"%s\" }\nmedia tex { front \"texture\" }\n" \
    "surface card { media tex }\naxis za { parent card }\n"
#define OUT "output o { passes comp matte zdepth normals position object_id %s }\n"

static inline float bands(int x, int y, int c)
{
    static const float d[4] = { 0.0f, 0.25f, 0.5f, 1.0f };
    (void) x;
    (void) c;
    return d[y / 90];
}

static inline float constant_26(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 26.0f;
}

static inline float constant_250(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 250.0f;
}

static inline float constant_260(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 260.0f;
}

static inline float radial_260(int x, int y, int c)
{
    (void) c;
    double rx = (x + 0.5 - 320) / T0_FOCAL;
    double ry = (180 - y - 0.5) / T0_FOCAL;
    return (float) (260.0 * sqrt(1.0 + rx * rx + ry * ry));
}

static inline float texture(int x, int y, int c)
{
    return (float) ((x * 7 + y * 13 + c * 50) % 97) / 97.0f;
}

static inline float ramp(int x, int y, int c)
{
    (void) y, (void) c;
    return (float) (100.0 + 400.0 * (x + 0.5) / 640.0);
}

/* z affine in 1/z: a plane. */
static inline float plane(int x, int y, int c)
{
    (void) y, (void) c;
    return (float) (1.0 / (1.0 / 100.0 + (1.0 / 500.0 - 1.0 / 100.0) * (x + 0.5) / 640.0));
}

/* Normal (0.7071, 0, 0.7071): x + z is constant, so the distance grows to the right. */
static inline float tilted(int x, int y, int c)
{
    (void) y, (void) c;
    return (float) (300.0 / (1.0 - (x + 0.5 - 320.0) / T0_FOCAL));
}

static inline float step(int x, int y, int c)
{
    (void) y, (void) c;
    return x < 320 ? 200.0f : 400.0f;
}

/* 80 degrees steep on the left half, seen at up to 80 degrees; flat beyond. */
static inline float steep(int x, int y, int c)
{
    (void) y, (void) c;
    double rx = (x + 0.5 - 320.0) / T0_FOCAL;
    return (float) (400.0 / (1.0 - tan(80.0 * 0.017453292519943295) * fmin(rx, 0.0)));
}

static inline float up_normal(int x, int y, int c)
{
    (void) x, (void) y;
    return c == 2 ? 1.0f : 0.0f;
}

static inline float one(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 1.0f;
}

static inline float dirty(int x, int y, int c)
{
    (void) c;
    if (x >= 300 && x < 340 && y >= 160 && y < 200) {
        return (x + y) % 3 == 0 ? NAN : (x + y) % 3 == 1 ? INFINITY : 1e10f;
    }
    return 260.0f;
}

static inline float half_normalised(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 0.14829f;
}

static const t0_picture pictures[] = {
    { .name = "bands", .formula = bands, .channels = 1 },
    { .name = "c26", .formula = constant_26, .channels = 1 },
    { .name = "c250", .formula = constant_250, .channels = 1 },
    { .name = "c260", .formula = constant_260, .channels = 1 },
    { .name = "radial", .formula = radial_260, .channels = 1 },
    { .name = "texture", .formula = texture, .channels = 3 },
    { .name = "ramp", .formula = ramp, .channels = 1 },
    { .name = "plane", .formula = plane, .channels = 1 },
    { .name = "tilted", .formula = tilted, .channels = 1 },
    { .name = "step", .formula = step, .channels = 1 },
    { .name = "steep", .formula = steep, .channels = 1 },
    { .name = "up", .formula = up_normal, .channels = 3 },
    { .name = "white", .formula = one, .channels = 3 },
    { .name = "dirty", .formula = dirty, .channels = 1 },
    { .name = "half", .formula = half_normalised, .channels = 1, .is_half = true },
    { .name = "eight", .formula = half_normalised, .channels = 1, .bit_depth = 8 },
};

/* The largest difference of Z from a value or formula. */
static inline double z_error(zd_view z, double (*expected)(int x, int y))
{
    double worst = 0.0;
    for (int y = 1; y < z.height - 1; y++) {
        for (int x = 1; x < z.width - 1; x++) {
            worst = fmax(worst, fabs((double) t0_at(z, x, y, 0) - expected(x, y)));
        }
    }
    return worst;
}

static double flat_value;

static inline double is_flat(int x, int y)
{
    (void) x, (void) y;
    return flat_value;
}

static inline double z_error_flat(double value)
{
    flat_value = value;
    return z_error(t0_pass("zdepth"), is_flat);
}

static inline double ramp_z(int x, int y)
{
    (void) y;
    return 100.0 + 400.0 * (x + 0.5) / 640.0;
}

#endif
