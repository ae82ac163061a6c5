/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Streets seen along the road or across it: carriageway, pavements, facades, cars, trees, poles. */

#include "world/build.h"

typedef struct street {
    float road, walk, length; /* half width of the road, width of a pavement, length ahead */
    float turn, shift;        /* the street's direction and offset against the camera */
} street;

static float uniform(sy_build *b, float lo, float hi)
{
    return sy_rng_float(b->rng, lo, hi);
}

/* In the street's frame x is across, z along. */
static void ground(sy_build *b, const street *s)
{
    sy_mesh *m = sy_mesh_of(b);
    float e = 60.0f, z0 = -25.0f, z1 = s->length, r = s->road, kerb = 0.12f;
    sy_mesh_begin(m, sy_pick_pattern(b, SY_PATTERN_ASPHALT, v3(1, 1, 1), uniform(b, 2.0f, 4.0f)));
    sy_shape_quad(m, v3(-r, 0, z0), v3(r, 0, z0), v3(r, 0, z1), v3(-r, 0, z1));
    sy_pattern walks[3] = { SY_PATTERN_TILES, SY_PATTERN_PAVING, SY_PATTERN_CONCRETE };
    int walk = sy_pick_pattern(b, walks[sy_rng_int(b->rng, 3)], v3(0.8f, 0.78f, 0.74f),
                               uniform(b, 1.5f, 3.0f));
    int stone = sy_pick_pattern(b, SY_PATTERN_CONCRETE, v3(1, 1, 1), 1.0f);
    for (int side = -1; side <= 1; side += 2) {
        float x0 = (float) side * r, x1 = (float) side * e, x2 = (float) side * (r + 0.15f);
        sy_mesh_begin(m, walk);
        sy_shape_quad(m, v3(minf(x1, x2), kerb, z0), v3(maxf(x1, x2), kerb, z0),
                      v3(maxf(x1, x2), kerb, z1), v3(minf(x1, x2), kerb, z1));
        sy_mesh_begin(m, stone);
        sy_shape_box(m, v3(minf(x0, x2), -0.05f, z0), v3(maxf(x0, x2), kerb, z1));
    }
    sy_mesh_begin(m, sy_scene_plain(b->scene, sy_rgb(0.82f, 0.82f, 0.78f)));
    float dash = uniform(b, 1.5f, 4.0f);
    for (float z = z0; z < minf(z1, 90.0f); z += 2.2f * dash) {
        sy_shape_quad(m, v3(-0.07f, 0.006f, z), v3(0.07f, 0.006f, z), v3(0.07f, 0.006f, z + dash),
                      v3(-0.07f, 0.006f, z + dash));
    }
    if (sy_rng_chance(b->rng, 0.3f)) {
        float z = uniform(b, 4.0f, 15.0f);
        for (float x = -r + 0.3f; x < r - 0.3f; x += 0.9f) {
            sy_shape_quad(m, v3(x, 0.008f, z), v3(x + 0.5f, 0.008f, z), v3(x + 0.5f, 0.008f, z + 3),
                          v3(x, 0.008f, z + 3));
        }
    }
}

static void houses(sy_build *b, const street *s, int side)
{
    sy_mesh *m = sy_mesh_of(b);
    float z = -15.0f, front = s->road + s->walk, wild = sy_rng_chance(b->rng, 0.25f) ? 0.7f : 0.1f;
    while (z < minf(s->length, 75.0f)) {
        float width = uniform(b, 7.0f, 20.0f), height = uniform(b, 4.0f, 18.0f);
        sy_mesh_push(m);
        sy_mesh_translate(m, (float) side * front, 0.12f, z + width / 2);
        sy_mesh_turn(m, (float) side * 0.5f * SY_PI);
        if (sy_rng_chance(b->rng, wild)) {
            for (int i = 0; i < 4; i++) {
                sy_mesh_push(m);
                sy_mesh_translate(m, uniform(b, -0.5f, 0.5f) * width, 0, uniform(b, 0.0f, 6.0f));
                sy_tree_emit(b, uniform(b, 3.0f, 10.0f), 220);
                sy_mesh_pop(m);
            }
            sy_bush_emit(b, width * 0.5f, uniform(b, 0.8f, 2.5f));
        } else {
            sy_building_emit(b, width, 10.0f, height);
        }
        sy_mesh_pop(m);
        z += width + (sy_rng_chance(b->rng, 0.3f) ? uniform(b, 0.5f, 5.0f) : 0.0f);
    }
}

/* Whether a car of this place would hide the camera or stand on a person. */
static bool car_fits(sy_build *b, const street *s, float x, float z, bool across)
{
    float c = cosf(s->turn), sn = sinf(s->turn), wx = s->shift + c * x + sn * z,
          wz = -sn * x + c * z;
    float half = across ? 2.7f : 1.3f, deep = across ? 1.3f : 2.7f;
    half += 2.0f * fabsf(sn);
    if (wz - deep < 1.5f && wz + deep > -2.0f && fabsf(wx) < half + 0.5f) {
        return false;
    }
    return sy_area_claim(b, (sy_area){ wx - half, wz - deep, wx + half, wz + deep });
}

static void cars(sy_build *b, const street *s)
{
    sy_mesh *m = sy_mesh_of(b);
    int count = sy_rng_int(b->rng, 12);
    for (int i = 0; i < count; i++) {
        float side = sy_rng_chance(b->rng, 0.5f) ? 1.0f : -1.0f,
              z = uniform(b, 1.0f, 1.0f) * sy_rng_log(b->rng, 3.0f, 60.0f);
        float x = side * (sy_rng_chance(b->rng, 0.7f) ? s->road - 1.15f : s->road * 0.45f);
        if (!car_fits(b, s, x, z, false)) {
            continue;
        }
        sy_mesh_push(m);
        sy_mesh_translate(m, x, 0, z);
        sy_mesh_turn(m, (side > 0 ? 0.5f : -0.5f) * SY_PI + 0.04f * sy_rng_normal(b->rng));
        sy_car_emit(b);
        sy_mesh_pop(m);
    }
}

static void roadside(sy_build *b, const street *s)
{
    sy_mesh *m = sy_mesh_of(b);
    float step = uniform(b, 6.0f, 14.0f), trees = uniform(b, 0, 1);
    for (int side = -1; side <= 1; side += 2) {
        for (float z = uniform(b, 2.0f, 8.0f); z < 70.0f; z += step * uniform(b, 0.8f, 1.2f)) {
            float x = (float) side * (s->road + 0.5f);
            float wx = s->shift + cosf(s->turn) * x + sinf(s->turn) * z,
                  wz = -sinf(s->turn) * x + cosf(s->turn) * z;
            if (!sy_area_claim(b, (sy_area){ wx - 0.25f, wz - 0.25f, wx + 0.25f, wz + 0.25f })) {
                continue;
            }
            sy_mesh_push(m);
            sy_mesh_translate(m, x, 0.12f, z);
            sy_mesh_turn(m, side > 0 ? SY_PI : 0.0f);
            float kind = uniform(b, 0, 1);
            if (kind < 0.55f * trees + 0.1f) {
                sy_tree_emit(b, uniform(b, 3.5f, 8.0f), z < 15.0f ? 700 : 250);
            } else if (kind < 0.75f) {
                sy_street_lamp_emit(b, uniform(b, 3.0f, 7.0f));
            } else if (kind < 0.9f) {
                sy_mesh_begin(m, sy_pick_paint(b));
                sy_shape_cylinder(m, uniform(b, 0.05f, 0.35f), uniform(b, 0.7f, 1.1f), 14);
            }
            sy_mesh_pop(m);
        }
    }
}

static void passers(sy_build *b, const street *s)
{
    int count = sy_rng_chance(b->rng, 0.5f) ? sy_rng_int(b->rng, 8) : 0;
    for (int i = 0; i < count; i++) {
        float side = sy_rng_chance(b->rng, 0.5f) ? 1.0f : -1.0f,
              z = sy_rng_log(b->rng, 5.0f, 40.0f);
        float x = side * (s->road + uniform(b, 0.6f, maxf(s->walk - 0.4f, 0.7f)));
        float wx = s->shift + cosf(s->turn) * x + sinf(s->turn) * z,
              wz = -sinf(s->turn) * x + cosf(s->turn) * z;
        if (wz > 3.0f && sy_area_claim(b, (sy_area){ wx - 0.3f, wz - 0.3f, wx + 0.3f, wz + 0.3f }))
        {
            sy_cast_person(b, v3(wx, 0.12f, wz), false, wz < 12.0f, wz < 8.0f ? 2 : 1);
        }
    }
}

void sy_place_street(sy_build *b)
{
    sy_mesh *m = sy_mesh_of(b);
    street s = { .road = uniform(b, 2.8f, 6.0f), .walk = uniform(b, 1.8f, 5.0f), .length = 160.0f };
    bool across = b->plan.people > 0 && sy_rng_chance(b->rng, 0.4f);
    s.turn = across ? uniform(b, 0.9f, 1.6f) * (sy_rng_chance(b->rng, 0.5f) ? 1.0f : -1.0f)
                    : 0.12f * sy_rng_normal(b->rng);
    if (across) {
        s.shift = 0.0f;
    } else {
        s.shift = uniform(b, -0.8f, 0.8f) * s.road;
    }
    /* People and camera stand on the level of the pavement, when they are off the road. */
    sy_light_day(b, 32.0f, v3(0, 0, 18.0f));
    sy_mesh_push(m);
    sy_mesh_translate(m, s.shift, 0, 0);
    sy_mesh_turn(m, s.turn);
    if (across) {
        /* Looking across: the far side's houses are behind the people. */
        float far = b->plan.reach_m + uniform(b, 1.0f, 12.0f);
        sy_mesh_translate(m, (s.turn > 0 ? -1.0f : 1.0f) * 0.0f, 0, 0);
        s.road = far * 0.5f + 1.0f;
        s.walk = maxf(far - s.road + 1.0f, 1.5f);
    }
    ground(b, &s);
    houses(b, &s, -1);
    houses(b, &s, 1);
    cars(b, &s);
    roadside(b, &s);
    sy_mesh_pop(m);
    float kerb = 0.12f, c = cosf(s.turn), sn = sinf(s.turn);
    for (int i = 0; i < b->plan.people; i++) {
        vec3 *p = &b->plan.spot[i];
        float local = c * (p->x - s.shift) - sn * p->z;
        p->y = fabsf(local) > s.road ? kerb : 0.0f;
    }
    passers(b, &s);
}
