/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Open country: rolling ground, trees, bushes, rocks, a path or fence, hills and fog. */

#include "render/memory.h"
#include "world/build.h"

#include <stdlib.h>

typedef struct land {
    uint32_t seed;
    float rough, hill, scale;
} land;

static float uniform(sy_build *b, float lo, float hi)
{
    return sy_rng_float(b->rng, lo, hi);
}

/* Flat around the camera and the people, hilly beyond. */
static float land_height(const land *l, float x, float z, float flat)
{
    float r = hypotf(x, z), near = smoothf(flat, flat * 2.0f + 10.0f, r),
          far = smoothf(40.0f, 260.0f, r);
    float small = sy_fbm2(x * 0.11f, z * 0.11f, l->seed, 4, 0) - 0.45f;
    float big = sy_fbm2(x * l->scale, z * l->scale, l->seed + 9, 5, 0) - 0.25f;
    return near * l->rough * small + far * l->hill * maxf(big, 0.0f);
}

/* A fan of rings round the camera, finer when near. */
static void terrain(sy_build *b, const land *l, float flat, int material)
{
    enum { RINGS = 70, SPOKES = 80 };
    sy_mesh *m = sy_mesh_of(b);
    vec3 *points = sy_alloc(RINGS * SPOKES, sizeof *points);
    float *uv = sy_alloc(RINGS * SPOKES, 2 * sizeof *uv);
    for (int r = 0; r < RINGS; r++) {
        float radius = 0.3f * expf((float) r * 0.108f);
        for (int s = 0; s < SPOKES; s++) {
            float a = -1.9f + 3.8f * (float) s / (float) (SPOKES - 1), x = radius * sinf(a),
                  z = radius * cosf(a) - 1.0f;
            points[r * SPOKES + s] = v3(x, land_height(l, x, z, flat), z);
            uv[2 * (r * SPOKES + s)] = x;
            uv[2 * (r * SPOKES + s) + 1] = z;
        }
    }
    sy_mesh_begin(m, material);
    sy_shape_grid(m, points, uv, RINGS, SPOKES, false);
    free(points);
    free(uv);
}

static void rock(sy_build *b, float size)
{
    enum { ROWS = 9, COLS = 12 };
    sy_mesh *m = sy_mesh_of(b);
    vec3 points[ROWS * COLS];
    float uv[2 * ROWS * (COLS + 1)];
    uint32_t seed = sy_rng_next(b->rng);
    for (int r = 0; r < ROWS; r++) {
        float lat = SY_PI * ((float) r / (float) (ROWS - 1) - 0.5f);
        for (int c = 0; c <= COLS; c++) {
            float a = 2 * SY_PI * (float) c / (float) COLS;
            vec3 d = v3(cosf(lat) * cosf(a), sinf(lat), cosf(lat) * sinf(a));
            float k =
                size * (0.55f + 0.6f * sy_noise3(d.x * 1.7f + 5, d.y * 1.7f, d.z * 1.7f, seed));
            if (c < COLS) {
                points[r * COLS + c] = v3_scale(v3(d.x, d.y * 0.7f + 0.3f, d.z), k);
            }
            uv[2 * (r * (COLS + 1) + c)] = a * size;
            uv[2 * (r * (COLS + 1) + c) + 1] = lat * size;
        }
    }
    sy_mesh_begin(m, sy_pick_pattern(b, SY_PATTERN_CONCRETE, v3(0.9f, 0.87f, 0.8f), 2.0f));
    sy_shape_grid(m, points, uv, ROWS, COLS, true);
}

static void fence(sy_build *b, const land *l, float flat)
{
    sy_mesh *m = sy_mesh_of(b);
    float z = uniform(b, 3.0f, 14.0f) + b->plan.reach_m, slant = uniform(b, -0.5f, 0.5f),
          h = uniform(b, 0.8f, 1.3f);
    int wood = sy_pick_wood(b), rails = 2 + sy_rng_int(b->rng, 2);
    for (float x = -22; x < 22; x += 2.0f) {
        float x1 = x + 2.0f, z0 = z + slant * x, z1 = z + slant * x1;
        if (z0 < 2.0f || z1 < 2.0f) {
            continue;
        }
        float y0 = land_height(l, x, z0, flat), y1 = land_height(l, x1, z1, flat);
        sy_mesh_begin(m, wood);
        sy_shape_rod(m, v3(x, y0 - 0.1f, z0), v3(x, y0 + h, z0), 0.06f, 7);
        for (int i = 0; i < rails; i++) {
            float y = h * ((float) i + 0.7f) / (float) rails;
            sy_shape_rod(m, v3(x, y0 + y, z0), v3(x1, y1 + y, z1), 0.035f, 6);
        }
    }
}

static void tufts(sy_build *b, const land *l, float flat)
{
    sy_mesh *m = sy_mesh_of(b);
    sy_material grass =
        sy_material_plain(sy_rgb(uniform(b, 0.35f, 0.75f), uniform(b, 0.5f, 0.8f), 0.3f));
    grass.texture = sy_library_pick(b->library, SY_PATTERN_BLADES, b->rng);
    grass.texture_gain = 1.0f;
    grass.cutout = true;
    grass.translucency = 0.5f;
    int material = sy_scene_material(b->scene, &grass), count = 150 + sy_rng_int(b->rng, 500);
    float size = uniform(b, 0.1f, 0.45f);
    m->no_shadow = 1;
    for (int i = 0; i < count; i++) {
        float z = sy_rng_log(b->rng, 0.8f, 14.0f), x = uniform(b, -1.2f, 1.2f) * z,
              y = land_height(l, x, z, flat);
        float a = uniform(b, 0, SY_PI), w = size * uniform(b, 0.6f, 1.2f);
        vec3 d = v3(w * cosf(a), 0, w * sinf(a));
        sy_mesh_begin(m, material);
        sy_shape_picture(m, v3(x - d.x, y, z - d.z), v3(x + d.x, y, z + d.z),
                         v3(x + d.x, y + w, z + d.z), v3(x - d.x, y + w, z - d.z));
    }
    m->no_shadow = 0;
}

static void scatter(sy_build *b, const land *l, float flat)
{
    sy_mesh *m = sy_mesh_of(b);
    int count = 6 + sy_rng_int(b->rng, 28);
    for (int i = 0; i < count; i++) {
        float z = sy_rng_log(b->rng, 3.5f, 120.0f), x = uniform(b, -1.1f, 1.1f) * z,
              kind = uniform(b, 0, 1);
        float room = kind < 0.65f ? 0.6f : 0.9f;
        if (!sy_area_claim(b, (sy_area){ x - room, z - room, x + room, z + room })) {
            continue;
        }
        sy_mesh_push(m);
        sy_mesh_translate(m, x, land_height(l, x, z, flat), z);
        sy_mesh_turn(m, uniform(b, -3, 3));
        if (kind < 0.65f) {
            sy_tree_emit(b, uniform(b, 2.5f, 12.0f), z < 12.0f ? 900 : (z < 40.0f ? 350 : 150));
        } else if (kind < 0.85f) {
            sy_bush_emit(b, uniform(b, 0.6f, 2.5f), uniform(b, 0.4f, 1.8f));
        } else if (kind < 0.97f) {
            rock(b, uniform(b, 0.2f, 1.3f));
        } else {
            sy_building_emit(b, uniform(b, 6, 14), 8, uniform(b, 3, 7));
        }
        sy_mesh_pop(m);
    }
}

void sy_place_nature(sy_build *b)
{
    land l = { sy_rng_next(b->rng), uniform(b, 0.0f, 5.0f),
               sy_rng_chance(b->rng, 0.6f) ? uniform(b, 10.0f, 120.0f) : 3.0f,
               uniform(b, 0.003f, 0.012f) };
    float flat = maxf(b->plan.reach_m + 1.5f, 3.0f);
    static const sy_pattern kinds[4] = { SY_PATTERN_GRASS, SY_PATTERN_GRASS, SY_PATTERN_SOIL,
                                         SY_PATTERN_PAVING };
    int surface =
        sy_pick_pattern(b, kinds[sy_rng_int(b->rng, 4)], v3(1, 1, 1), uniform(b, 1.5f, 5.0f));
    sy_light_day(b, 26.0f, v3(0, 0, 14.0f));
    terrain(b, &l, flat, surface);
    scatter(b, &l, flat);
    if (sy_rng_chance(b->rng, 0.3f)) {
        fence(b, &l, flat);
    }
    if (sy_rng_chance(b->rng, 0.6f)) {
        tufts(b, &l, flat);
    }
}
