/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Small things for tables, shelves and floors. */

#include "world/build.h"

static float uniform(sy_build *b, float lo, float hi)
{
    return sy_rng_float(b->rng, lo, hi);
}

static float prop_box(sy_build *b, float radius, float height)
{
    sy_mesh *m = sy_mesh_of(b);
    float w = radius * uniform(b, 0.6f, 1.4f), d = radius * uniform(b, 0.3f, 1.4f),
          h = height * uniform(b, 0.3f, 1.0f);
    sy_mesh_begin(m, sy_pick_object(b));
    if (sy_rng_chance(b->rng, 0.4f)) {
        sy_mesh_translate(m, 0, h / 2, 0);
        sy_shape_soft_box(m, v3(w, h, d), 0.15f * minf(w, minf(h, d)), 3);
    } else {
        sy_shape_block(m, w, h, d);
    }
    return h;
}

static float prop_books(sy_build *b, float radius, float height)
{
    sy_mesh *m = sy_mesh_of(b);
    float y = 0.0f, limit = height * uniform(b, 0.2f, 0.8f);
    int paper = sy_scene_plain(b->scene, sy_rgb(0.88f, 0.85f, 0.78f));
    while (y < limit) {
        float w = radius * uniform(b, 0.9f, 1.4f), d = w * uniform(b, 0.65f, 0.8f),
              h = maxf(radius * uniform(b, 0.06f, 0.3f), 0.006f);
        sy_mesh_push(m);
        sy_mesh_translate(m, uniform(b, -0.1f, 0.1f) * radius, y, uniform(b, -0.1f, 0.1f) * radius);
        sy_mesh_turn(m, uniform(b, -0.4f, 0.4f));
        sy_mesh_begin(m, paper);
        sy_shape_box(m, v3(-w * 0.49f, h * 0.1f, -d * 0.48f), v3(w * 0.49f, h * 0.9f, d * 0.48f));
        sy_mesh_begin(m, sy_pick_object(b));
        sy_shape_box(m, v3(-w / 2, 0, -d / 2), v3(w / 2, h * 0.12f, d / 2));
        sy_shape_box(m, v3(-w / 2, h * 0.88f, -d / 2), v3(w / 2, h, d / 2));
        sy_shape_box(m, v3(-w / 2, 0, -d / 2), v3(-w * 0.49f, h, d / 2));
        sy_mesh_pop(m);
        y += h;
    }
    return y;
}

/* Turned things: bottles, vases, cups, bowls, cans, lamps; a random smooth outline. */
static float prop_turned(sy_build *b, float radius, float height)
{
    enum { POINTS = 22 };
    sy_mesh *m = sy_mesh_of(b);
    float profile[2 * POINTS], h = height * uniform(b, 0.3f, 1.0f),
                               wide = minf(radius * 0.5f, h) * uniform(b, 0.5f, 1.0f);
    float knots[6];
    for (int i = 0; i < 6; i++) {
        knots[i] = uniform(b, 0.35f, 1.0f);
    }
    bool can = sy_rng_chance(b->rng, 0.3f), open = sy_rng_chance(b->rng, 0.5f);
    for (int i = 0; i < POINTS; i++) {
        float t = (float) i / (float) (POINTS - 1), x = t * 4.999f;
        int k = (int) x;
        float f = x - (float) k, r = can ? 0.8f : mixf(knots[k], knots[k + 1], f * f * (3 - 2 * f));
        profile[2 * i] = r * wide;
        profile[2 * i + 1] = t * h;
    }
    profile[0] = can ? 0.0f : profile[2] * 0.9f;
    profile[1] = 0.0f;
    if (!open) {
        profile[2 * POINTS - 2] = 0.0f;
        profile[2 * POINTS - 1] = profile[2 * POINTS - 3] = h;
    }
    sy_mesh_begin(m, sy_pick_object(b));
    sy_shape_lathe(m, profile, POINTS, 24);
    if (sy_rng_chance(b->rng, 0.25f) && open) {
        vec3 path[9];
        float radii[9], grip = 0.25f * h;
        for (int i = 0; i < 9; i++) {
            float a = -1.3f + 2.6f * (float) i / 8.0f;
            path[i] = v3(wide * 0.7f + grip * 0.9f * cosf(a), h * 0.5f + grip * sinf(a), 0);
            radii[i] = 0.035f * h;
        }
        sy_shape_tube(m, path, radii, 9, 8);
    }
    return h;
}

static float prop_ball(sy_build *b, float radius, float height)
{
    sy_mesh *m = sy_mesh_of(b);
    float r = minf(radius * 0.5f, height * 0.5f) * uniform(b, 0.4f, 1.0f);
    sy_mesh_begin(m, sy_pick_object(b));
    sy_shape_ellipsoid(m, v3(0, r, 0), v3(r, r * uniform(b, 0.8f, 1.0f), r), 24);
    return 2 * r;
}

/* Soft toys and statues: a few blobs. */
static float prop_toy(sy_build *b, float radius, float height)
{
    sy_mesh *m = sy_mesh_of(b);
    float h = height * uniform(b, 0.5f, 1.0f), r = minf(radius * 0.5f, h * 0.3f);
    sy_mesh_begin(m, sy_rng_chance(b->rng, 0.6f) ? sy_pick_fabric(b) : sy_pick_object(b));
    sy_shape_ellipsoid(m, v3(0, h * 0.33f, 0), v3(r, h * 0.34f, r * 0.9f), 18);
    sy_shape_ellipsoid(m, v3(0, h * 0.78f, 0), v3(r * 0.8f, h * 0.22f, r * 0.8f), 18);
    for (int s = -1; s <= 1; s += 2) {
        float x = (float) s * r;
        sy_shape_ellipsoid(m, v3(x * 0.6f, h * 0.97f, 0), v3(r * 0.25f, h * 0.09f, r * 0.15f), 10);
        sy_shape_ellipsoid(m, v3(x * 1.05f, h * 0.42f, -r * 0.3f),
                           v3(r * 0.3f, h * 0.18f, r * 0.35f), 10);
        sy_shape_ellipsoid(m, v3(x * 0.6f, h * 0.08f, -r * 0.8f),
                           v3(r * 0.35f, h * 0.09f, r * 0.6f), 10);
    }
    return h;
}

static void leaf_fan(sy_build *b, float reach, int count)
{
    sy_mesh *m = sy_mesh_of(b);
    float wide = reach * uniform(b, 0.06f, 0.2f), droop = uniform(b, 0.2f, 1.2f);
    for (int i = 0; i < count; i++) {
        float a = uniform(b, 0, 2 * SY_PI), rise = uniform(b, 0.3f, 1.3f),
              len = reach * uniform(b, 0.6f, 1.0f);
        vec3 d = v3(cosf(a) * cosf(rise), sinf(rise), sinf(a) * cosf(rise)),
             side = v3(-sinf(a), 0, cosf(a)), p = v3(0, 0, 0);
        vec3 points[18];
        float uv[36];
        for (int k = 0; k < 9; k++) {
            float t = (float) k / 8.0f, w = wide * sinf(SY_PI * minf(0.08f + t, 1.0f));
            points[2 * k] = v3_madd(p, side, w);
            points[2 * k + 1] = v3_madd(p, side, -w);
            uv[4 * k] = 0, uv[4 * k + 1] = t, uv[4 * k + 2] = 2 * w, uv[4 * k + 3] = t;
            d = v3_normalize(v3_add(d, v3(0, -droop / 8.0f, 0)));
            p = v3_madd(p, d, len / 8.0f);
        }
        sy_shape_grid(m, points, uv, 9, 2, false);
    }
}

static float prop_plant(sy_build *b, float radius, float height)
{
    sy_mesh *m = sy_mesh_of(b);
    float pot = minf(radius * 0.4f, height * 0.3f), ph = pot * uniform(b, 1.0f, 1.8f);
    float profile[8] = { pot * 0.7f, 0, pot, ph, pot * 0.9f, ph, pot * 0.85f, ph * 0.9f };
    sy_mesh_begin(m, sy_pick_object(b));
    sy_shape_lathe(m, profile, 4, 20);
    sy_material leaf = sy_material_plain(
        sy_rgb(uniform(b, 0.2f, 0.5f), uniform(b, 0.35f, 0.65f), uniform(b, 0.1f, 0.35f)));
    leaf.translucency = 0.4f;
    leaf.specular = 0.15f;
    sy_mesh_begin(m, sy_scene_material(b->scene, &leaf));
    sy_mesh_translate(m, 0, ph * 0.9f, 0);
    leaf_fan(b, minf(height - ph * 0.5f, radius * 2.0f), 12 + sy_rng_int(b->rng, 30));
    return height;
}

/* Thin things: a wire rack, a jar of pencils, a picture stand. */
static float prop_thin(sy_build *b, float radius, float height)
{
    sy_mesh *m = sy_mesh_of(b);
    float r = radius * 0.35f, h = height * uniform(b, 0.5f, 1.0f),
          wire = uniform(b, 0.0015f, 0.004f) + 0.01f * radius;
    int count = 4 + sy_rng_int(b->rng, 9);
    sy_mesh_begin(m, sy_rng_chance(b->rng, 0.5f) ? sy_pick_metal(b) : sy_pick_paint(b));
    for (int i = 0; i < count; i++) {
        float a = 2 * SY_PI * (float) i / (float) count, lean = uniform(b, -0.3f, 0.3f) * r;
        sy_shape_rod(m, v3(r * cosf(a), 0, r * sinf(a)),
                     v3(r * cosf(a) + lean, h * uniform(b, 0.7f, 1.0f), r * sinf(a) - lean), wire,
                     6);
    }
    float rim[4] = { r, h * 0.35f, r, h * 0.40f };
    sy_shape_lathe(m, rim, 2, 24);
    return h;
}

static float prop_frame(sy_build *b, float radius, float height)
{
    sy_mesh *m = sy_mesh_of(b);
    float w = radius * uniform(b, 0.8f, 1.5f), h = minf(height, w * uniform(b, 0.6f, 1.4f)),
          t = 0.04f * w;
    sy_mesh_tilt_x(m, uniform(b, 0.05f, 0.35f));
    sy_mesh_begin(m, sy_rng_chance(b->rng, 0.5f) ? sy_pick_wood(b) : sy_pick_paint(b));
    sy_shape_block(m, w, h, t);
    sy_mesh_begin(m, sy_pick_picture(b, sy_rng_chance(b->rng, 0.3f) ? 0.5f : 0.0f));
    float e = w * 0.07f, z = -t * 0.5f - 0.001f;
    sy_shape_picture(m, v3(-w / 2 + e, e, z), v3(w / 2 - e, e, z), v3(w / 2 - e, h - e, z),
                     v3(-w / 2 + e, h - e, z));
    return h;
}

float sy_prop_small(sy_build *b, float radius, float height)
{
    typedef float (*maker)(sy_build * b, float radius, float height);
    static const maker makers[12] = { prop_box,    prop_box,    prop_books, prop_turned,
                                      prop_turned, prop_turned, prop_ball,  prop_toy,
                                      prop_plant,  prop_thin,   prop_frame, prop_box };
    sy_mesh *m = sy_mesh_of(b);
    sy_mesh_push(m);
    sy_mesh_turn(m, uniform(b, -0.8f, 0.8f));
    float h = makers[sy_rng_int(b->rng, 12)](b, radius, height);
    sy_mesh_pop(m);
    return h;
}
