/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fitted rows: kitchens with counters, wall cupboards, cooker, sink and fridge; office rows of desks
 * seen from the side; and what a presenter sits behind. */

#include "world/build.h"

static float uniform(sy_build *b, float lo, float hi)
{
    return sy_rng_float(b->rng, lo, hi);
}

static void unit_front(sy_build *b, vec3 lo, vec3 hi, int front, int knob)
{
    sy_mesh *m = sy_mesh_of(b);
    int drawers = sy_rng_chance(b->rng, 0.35f) ? 3 : 1;
    for (int i = 0; i < drawers; i++) {
        float y0 = mixf(lo.y, hi.y, (float) i / (float) drawers) + 0.006f;
        float y1 = mixf(lo.y, hi.y, (float) (i + 1) / (float) drawers) - 0.006f,
              x = 0.5f * (lo.x + hi.x);
        sy_mesh_begin(m, front);
        sy_shape_box(m, v3(lo.x + 0.006f, y0, lo.z - 0.02f), v3(hi.x - 0.006f, y1, lo.z));
        sy_mesh_begin(m, knob);
        float y = hi.y > 1.2f ? y0 + 0.06f : y1 - 0.06f;
        sy_shape_rod(m, v3(x - 0.07f, y, lo.z - 0.045f), v3(x + 0.07f, y, lo.z - 0.045f), 0.006f,
                     6);
    }
}

static void cooker(sy_build *b, float x, float w, float z, float counter)
{
    sy_mesh *m = sy_mesh_of(b);
    sy_mesh_begin(m, sy_scene_plain(b->scene, sy_rgb(0.08f, 0.08f, 0.09f)));
    sy_shape_box(m, v3(x, 0.12f, z - 0.022f), v3(x + w, counter - 0.12f, z));
    sy_shape_box(m, v3(x, counter, z + 0.03f), v3(x + w, counter + 0.012f, z + 0.55f));
    sy_mesh_begin(m, sy_pick_metal(b));
    for (int i = 0; i < 4; i++) {
        sy_mesh_push(m);
        sy_mesh_translate(m, x + w * (0.15f + 0.23f * (float) i), counter - 0.06f, z - 0.03f);
        sy_shape_ellipsoid(m, v3(0, 0, 0), v3(0.02f, 0.02f, 0.02f), 10);
        sy_mesh_pop(m);
    }
    float hood[10] = { 0.34f, 0.0f, 0.34f, 0.06f, 0.16f, 0.25f, 0.14f, 0.6f, 0.14f, 0.9f };
    sy_mesh_push(m);
    sy_mesh_translate(m, x + w / 2, counter + 0.7f, z + 0.3f);
    sy_mesh_turn(m, 0.25f * SY_PI);
    sy_shape_lathe(m, hood, 5, 4);
    sy_mesh_pop(m);
}

static void fridge(sy_build *b, float x, float w, float z, float depth)
{
    sy_mesh *m = sy_mesh_of(b);
    float h = uniform(b, 1.5f, 1.95f);
    sy_mesh_begin(m, sy_rng_chance(b->rng, 0.5f)
                         ? sy_pick_metal(b)
                         : sy_scene_plain(b->scene, sy_rgb(0.9f, 0.9f, 0.88f)));
    sy_shape_box(m, v3(x, 0, z - 0.05f), v3(x + w, h * 0.36f, z + depth));
    sy_shape_box(m, v3(x, h * 0.37f, z - 0.05f), v3(x + w, h, z + depth));
    sy_mesh_begin(m, sy_pick_metal(b));
    sy_shape_rod(m, v3(x + 0.05f, h * 0.45f, z - 0.09f), v3(x + 0.05f, h * 0.7f, z - 0.09f), 0.01f,
                 6);
}

static void make_kitchen(sy_build *b, const sy_furniture *f)
{
    sy_mesh *m = sy_mesh_of(b);
    float w = f->width, d = f->depth, counter = uniform(b, 0.86f, 0.94f), z = -d / 2, x = -w / 2;
    int body = sy_rng_chance(b->rng, 0.5f) ? sy_pick_wood(b) : sy_pick_paint(b);
    int front = sy_rng_chance(b->rng, 0.5f) ? body : sy_pick_paint(b), knob = sy_pick_metal(b);
    int stove = sy_rng_int(b->rng, 6), cold = sy_rng_chance(b->rng, 0.5f) ? 0 : -1, n = 0;
    bool upper = sy_rng_chance(b->rng, 0.75f);
    int top = sy_pick_pattern(b, sy_rng_chance(b->rng, 0.5f) ? SY_PATTERN_MARBLE : SY_PATTERN_WOOD,
                              v3(1, 1, 1), 0.8f);
    for (; x < w / 2 - 0.3f; n++) {
        float unit = minf(uniform(b, 0.45f, 0.7f), w / 2 - x);
        if (n == cold) {
            fridge(b, x, unit, z, d);
            x += unit;
            continue;
        }
        sy_mesh_begin(m, body);
        sy_shape_box(m, v3(x, 0.1f, z), v3(x + unit, counter - 0.03f, d / 2));
        sy_mesh_begin(m, top);
        sy_shape_box(m, v3(x, counter - 0.03f, z - 0.03f), v3(x + unit, counter, d / 2));
        if (n == stove) {
            cooker(b, x, unit, z, counter);
        } else {
            unit_front(b, v3(x, 0.1f, z), v3(x + unit, counter - 0.04f, z), front, knob);
            if (upper) {
                sy_mesh_begin(m, body);
                sy_shape_box(m, v3(x, 1.45f, d / 2 - 0.34f), v3(x + unit, 2.1f, d / 2));
                unit_front(b, v3(x, 1.45f, d / 2 - 0.34f), v3(x + unit, 2.1f, 0), front, knob);
            }
            sy_mesh_push(m);
            sy_mesh_translate(m, x + unit / 2, 0, 0);
            sy_clutter(b, unit, d * 0.8f, counter, sy_rng_int(b->rng, 4), 0.9f);
            sy_mesh_pop(m);
        }
        x += unit;
    }
}

sy_furniture sy_furniture_kitchen(sy_build *b)
{
    return (sy_furniture){ uniform(b, 1.4f, 3.6f), 0.6f, 2.12f, make_kitchen, true };
}

/* A desk, counter or table between the camera and a person at the origin, who faces -z. */
void sy_furniture_presenter_desk(sy_build *b)
{
    sy_mesh *m = sy_mesh_of(b);
    float w = uniform(b, 0.9f, 2.2f), d = uniform(b, 0.4f, 0.7f), h = uniform(b, 0.70f, 0.80f),
          t = 0.035f;
    sy_mesh_push(m);
    sy_mesh_translate(m, uniform(b, -0.2f, 0.2f), 0, -0.34f - d / 2);
    sy_mesh_begin(m, sy_pick_wood(b));
    sy_shape_box(m, v3(-w / 2, h - t, -d / 2), v3(w / 2, h, d / 2));
    if (sy_rng_chance(b->rng, 0.5f)) {
        sy_mesh_begin(m, sy_pick_paint(b));
        sy_shape_box(m, v3(-w / 2 + 0.05f, 0, -d / 2 + 0.06f),
                     v3(w / 2 - 0.05f, h - t, -d / 2 + 0.09f));
    } else {
        for (int i = 0; i < 4; i++) {
            float x = (i & 1 ? 0.45f : -0.45f) * w, z = (i & 2 ? 0.42f : -0.42f) * d;
            sy_shape_rod(m, v3(x, 0, z), v3(x, h, z), 0.025f, 7);
        }
    }
    sy_clutter(b, w, d, h, 1 + sy_rng_int(b->rng, 6), 0.8f);
    sy_mesh_pop(m);
}
