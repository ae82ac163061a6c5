/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Heads: a sphere-like grid shaped into a skull with nose, brow, lips and ears, and hair or hats
 * over it. Angle 0 is the front (+z); v runs from chin (0) to crown (1), as in the face textures. */

#include "people/figure.h"
#include "render/memory.h"
#include "render/shapes.h"

#include <stdlib.h>

static float bump(float x, float centre, float width)
{
    float d = (x - centre) / width;
    return expf(-d * d);
}

static vec3 skull_point(float a, float v, float grow)
{
    float lat = (v - 0.5f) * SY_PI, ring = cosf(lat);
    float front = cosf(a);
    float jaw = smoothf(0.55f, 0.08f, v);
    float rx = 0.075f * (1.0f - 0.16f * jaw),
          rz = front > 0 ? 0.088f * (1.0f - 0.04f * jaw) : 0.104f * (1.0f - 0.30f * jaw);
    /* Fuller than an ellipsoid, as skulls are. */
    float full = powf(maxf(ring, 0.0f), 0.80f);
    vec3 p = v3(sinf(a) * rx * full, sinf(lat) * 0.116f, front * rz * full);
    p.z += 0.010f * jaw * maxf(front, 0.0f);
    float nose = v > 0.385f ? smoothf(0.60f, 0.385f, v) : smoothf(0.345f, 0.385f, v);
    p.z += 0.024f * nose * bump(a, 0.0f, 0.13f + 0.10f * smoothf(0.5f, 0.38f, v));
    float side = fabsf(a);
    p.z -= 0.0075f * bump(side, 0.40f, 0.20f) * bump(v, 0.535f, 0.05f);
    p.z += 0.0045f * bump(v, 0.615f, 0.035f) * bump(side, 0.35f, 0.35f);
    p.z += 0.0055f * bump(v, 0.24f, 0.035f) * bump(a, 0.0f, 0.30f);
    p.z += 0.0050f * bump(v, 0.10f, 0.06f) * bump(a, 0.0f, 0.30f);
    p.x += copysignf(0.003f, a) * bump(v, 0.42f, 0.07f) * bump(side, 0.8f, 0.4f);
    return v3_madd(p, v3_normalize(p), grow);
}

static void emit_skull(sy_mesh *mesh, const sy_person *who)
{
    int rows = who->detail > 2 ? 64 : (who->detail > 1 ? 40 : 16),
        cols = who->detail > 2 ? 96 : (who->detail > 1 ? 56 : 20);
    vec3 *points = sy_alloc((size_t) (rows * cols), sizeof *points);
    float *uv = sy_alloc((size_t) (rows * (cols + 1)), 2 * sizeof *uv);
    for (int r = 0; r < rows; r++) {
        float v = (float) r / (float) (rows - 1);
        for (int c = 0; c <= cols; c++) {
            float u = (float) c / (float) cols, a = (u - 0.5f) * 2.0f * SY_PI;
            if (c < cols) {
                points[r * cols + c] = skull_point(a, v, 0.0f);
            }
            uv[2 * (r * (cols + 1) + c)] = u;
            uv[2 * (r * (cols + 1) + c) + 1] = v;
        }
    }
    sy_mesh_begin(mesh, who->face);
    sy_shape_grid(mesh, points, uv, rows, cols, true);
    free(points);
    free(uv);
    sy_mesh_begin(mesh, who->skin);
    for (int s = -1; s <= 1; s += 2) {
        sy_shape_ellipsoid(mesh, v3(0.077f * (float) s, 0.0f, -0.012f), v3(0.010f, 0.033f, 0.020f),
                           12);
    }
}

/* Lowest v that hair covers at an angle. */
static float hairline(const sy_person *who, float a)
{
    float side = fabsf(a) / SY_PI;
    float front = 0.80f + 0.03f * cosf(a * 5.0f + (float) (who->seed & 7u));
    float back = who->hair == SY_HAIR_SHORT || who->hair == SY_HAIR_BUN ? 0.22f : 0.15f;
    float v = mixf(front, 0.50f, smoothf(0.22f, 0.40f, side));
    return mixf(v, back, smoothf(0.45f, 0.65f, side));
}

static float hair_depth(const sy_person *who)
{
    static const float depth[SY_HAIR_COUNT] = { 0.0f, 0.013f, 0.020f, 0.018f, 0.050f, 0.010f };
    return depth[who->hair];
}

static void emit_cap_of_hair(sy_mesh *mesh, const sy_person *who)
{
    int rows = who->detail > 1 ? 22 : 10, cols = who->detail > 1 ? 64 : 20;
    vec3 *points = sy_alloc((size_t) (rows * cols), sizeof *points);
    float *uv = sy_alloc((size_t) (rows * (cols + 1)), 2 * sizeof *uv);
    float depth = hair_depth(who), curl = who->hair == SY_HAIR_CURLY ? 0.020f : 0.005f;
    float frequency = who->hair == SY_HAIR_CURLY ? 45.0f : 22.0f;
    for (int r = 0; r < rows; r++) {
        float k = (float) r / (float) (rows - 1);
        for (int c = 0; c <= cols; c++) {
            float u = (float) c / (float) cols, a = (u - 0.5f) * 2.0f * SY_PI;
            uv[2 * (r * (cols + 1) + c)] = u;
            uv[2 * (r * (cols + 1) + c) + 1] = k;
            if (c < cols) {
                float v = mixf(hairline(who, a), 1.0f, k);
                vec3 p = skull_point(a, v, 0.0f);
                float n = sy_noise3(p.x * frequency, p.y * frequency, p.z * frequency, who->seed);
                float grow =
                    depth * smoothf(-0.05f, 0.3f, k) + curl * (n - 0.3f) * smoothf(0.0f, 0.2f, k);
                points[r * cols + c] = skull_point(a, v, r == 0 ? -0.003f : grow);
            }
        }
    }
    sy_mesh_begin(mesh, who->hair_material);
    sy_shape_grid(mesh, points, uv, rows, cols, true);
    free(points);
    free(uv);
}

/* Hair falling from the head's sides and back. */
static void emit_curtain(sy_mesh *mesh, const sy_person *who)
{
    int rows = 14, cols = who->detail > 1 ? 48 : 16;
    vec3 *points = sy_alloc((size_t) (rows * cols), sizeof *points);
    float *uv = sy_alloc((size_t) (rows * cols), 2 * sizeof *uv);
    float length = who->hair == SY_HAIR_BOB ? 0.13f : who->hair_length;
    for (int r = 0; r < rows; r++) {
        float k = (float) r / (float) (rows - 1);
        for (int c = 0; c < cols; c++) {
            float u = (float) c / (float) (cols - 1), a = mixf(0.27f, 1.73f, u) * SY_PI;
            a = a > SY_PI ? a - 2.0f * SY_PI : a;
            vec3 p = skull_point(a, 0.68f, hair_depth(who) * 0.9f);
            float wave =
                sy_noise2(u * 9.0f, k * 2.5f + (float) (who->seed & 63u), who->seed, 0) - 0.5f;
            float flare = 1.0f + 0.10f * smoothf(0.0f, 0.3f, k) + 0.18f * wave * k;
            float strand = 0.03f * (sy_noise2(u * 40.0f, 0.0f, who->seed + 5, 0) - 0.5f) * k;
            float gust = k * k * (1.0f + 0.35f * sinf(who->blow_phase - 4.0f * k + 5.0f * u));
            points[r * cols + c] = v3(p.x * flare + who->blow_x * gust, p.y - k * (length + strand),
                                      p.z * flare + 0.006f + who->blow_z * gust);
            uv[2 * (r * cols + c)] = u;
            uv[2 * (r * cols + c) + 1] = 1.0f - k;
        }
    }
    sy_mesh_begin(mesh, who->hair_material);
    sy_shape_grid(mesh, points, uv, rows, cols, false);
    free(points);
    free(uv);
}

/* Loose hairs: ribbons that leave the hair's surface and bend down. */
static void emit_strands(sy_mesh *mesh, const sy_person *who)
{
    sy_rng rng = sy_rng_make(who->seed, 91);
    float thick = who->strand_width > 0.0f ? who->strand_width : 1.0f;
    float length =
        who->hair == SY_HAIR_LONG ? who->hair_length : (who->hair == SY_HAIR_CURLY ? 0.09f : 0.07f);
    for (int i = 0; i < who->strands; i++) {
        float a = SY_PI + sy_rng_float(&rng, -2.0f, 2.0f), v = sy_rng_float(&rng, 0.0f, 1.0f);
        a = a > SY_PI ? a - 2.0f * SY_PI : a;
        v = mixf(hairline(who, a) + 0.05f, 0.97f, v);
        vec3 p = skull_point(a, v, hair_depth(who) * 0.8f), d = v3_normalize(p);
        /* Mostly along the surface: away from the crown and down, with some that stand off. */
        vec3 down = v3_normalize(v3_madd(v3(d.x * 0.5f, -1.0f, d.z * 0.5f - 0.3f), d, d.y));
        d = v3_normalize(
            v3_add(v3_scale(down, 1.0f), v3_scale(d, sy_rng_float(&rng, 0.0f, 0.55f))));
        d = v3_add(d, v3(0.2f * sy_rng_normal(&rng), 0.15f * sy_rng_normal(&rng),
                         0.2f * sy_rng_normal(&rng)));
        float reach = length * sy_rng_float(&rng, 0.3f, 1.0f) / 6.0f,
              width = thick * sy_rng_float(&rng, 0.0003f, 0.0008f);
        vec3 side = v3_normalize(v3_cross(d, v3(sy_rng_normal(&rng), sy_rng_normal(&rng), 1.0f)));
        vec3 points[12];
        float uv[24], fall = who->hair == SY_HAIR_CURLY ? 0.1f : 0.35f;
        for (int k = 0; k < 6; k++) {
            float taper = width * (1.0f - 0.15f * (float) k);
            points[2 * k] = v3_madd(p, side, taper);
            points[2 * k + 1] = v3_madd(p, side, -taper);
            for (int e = 0; e < 2; e++) {
                uv[4 * k + 2 * e] = 0.5f;
                uv[4 * k + 2 * e + 1] = 0.2f * (float) k;
            }
            float gust = 1.0f + 0.6f * sinf(who->blow_phase + 0.7f * (float) i);
            d = v3_normalize(
                v3_add(d, v3(1.5f * who->blow_x * gust, -fall, 1.5f * who->blow_z * gust)));
            p = v3_madd(p, d, reach);
        }
        sy_mesh_begin(mesh, who->hair_material);
        sy_shape_grid(mesh, points, uv, 6, 2, false);
    }
}

static void emit_hat(sy_mesh *mesh, const sy_person *who)
{
    static const float cap[16] = { 0.088f, 0.045f, 0.090f, 0.07f,  0.086f, 0.095f, 0.076f, 0.118f,
                                   0.055f, 0.132f, 0.030f, 0.140f, 0.010f, 0.142f, 0.0f,   0.142f };
    static const float brim[12] = { 0.160f, 0.052f, 0.160f, 0.056f, 0.092f, 0.060f,
                                    0.088f, 0.11f,  0.075f, 0.145f, 0.0f,   0.148f };
    sy_mesh_begin(mesh, who->hat_material);
    sy_mesh_push(mesh);
    sy_mesh_translate(mesh, 0, 0, -0.008f);
    sy_mesh_scale(mesh, 1.0f, 1.0f, 1.18f);
    if (who->hat == SY_HAT_BRIM) {
        sy_shape_lathe(mesh, brim, 6, 32);
    } else {
        float drop = who->hat == SY_HAT_BEANIE ? -0.012f : 0.0f;
        sy_mesh_translate(mesh, 0, drop, 0);
        sy_shape_lathe(mesh, cap, 8, 32);
    }
    sy_mesh_pop(mesh);
    if (who->hat == SY_HAT_CAP) {
        sy_shape_ellipsoid(mesh, v3(0, 0.052f, 0.115f), v3(0.072f, 0.007f, 0.075f), 20);
    }
}

static void emit_glasses(sy_mesh *mesh, const sy_person *who)
{
    sy_mesh_begin(mesh, who->hat_material);
    for (int s = -1; s <= 1; s += 2) {
        vec3 path[15];
        float radii[15];
        for (int i = 0; i < 15; i++) {
            float a = 2.0f * SY_PI * (float) i / 14.0f;
            path[i] = v3(0.033f * (float) s + 0.024f * cosf(a), 0.012f + 0.018f * sinf(a), 0.098f);
            radii[i] = 0.0018f;
        }
        sy_shape_tube(mesh, path, radii, 15, 6);
        sy_shape_rod(mesh, v3(0.057f * (float) s, 0.015f, 0.096f),
                     v3(0.078f * (float) s, 0.012f, -0.01f), 0.0018f, 5);
    }
    sy_shape_rod(mesh, v3(-0.01f, 0.016f, 0.1f), v3(0.01f, 0.016f, 0.1f), 0.0018f, 5);
}

void sy_figure_head(sy_mesh *mesh, const sy_person *who)
{
    emit_skull(mesh, who);
    if (who->hair != SY_HAIR_NONE) {
        emit_cap_of_hair(mesh, who);
        if (who->hair == SY_HAIR_BOB || who->hair == SY_HAIR_LONG) {
            emit_curtain(mesh, who);
        }
        if (who->hair == SY_HAIR_BUN) {
            sy_shape_ellipsoid(mesh, v3(0, 0.05f, -0.125f), v3(0.042f, 0.042f, 0.038f), 18);
        }
        emit_strands(mesh, who);
    }
    if (who->hat != SY_HAT_NONE) {
        emit_hat(mesh, who);
    }
    if (who->glasses) {
        emit_glasses(mesh, who);
    }
}
