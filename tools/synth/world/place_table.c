/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Still lifes: many overlapping things on a table or leaning planes, close, in front of a wall. */

#include "world/build.h"

static float uniform(sy_build *b, float lo, float hi)
{
    return sy_rng_float(b->rng, lo, hi);
}

static void cloth(sy_build *b, float size)
{
    enum { N = 28 };
    sy_mesh *m = sy_mesh_of(b);
    vec3 points[N * N];
    float uv[2 * N * N], height = size * uniform(b, 0.05f, 0.25f), rough = uniform(b, 2.0f, 5.0f);
    uint32_t seed = sy_rng_next(b->rng);
    for (int i = 0; i < N * N; i++) {
        float u = (float) (i % N) / (float) (N - 1), v = (float) (i / N) / (float) (N - 1);
        float n = sy_fbm2(u * rough, v * rough, seed, 3, 0),
              edge = smoothf(0, 0.2f, minf(minf(u, 1 - u), minf(v, 1 - v)));
        float wobble = 0.1f * (sy_noise2(u * 5, v * 5, seed + 7, 0) - 0.5f);
        points[i] = v3((u - 0.5f + wobble) * size, 0.004f + height * (0.1f + edge) * n * n * 1.8f,
                       (v - 0.5f + wobble) * size);
        uv[2 * i] = u * size;
        uv[2 * i + 1] = v * size;
    }
    sy_mesh_begin(m, sy_pick_fabric(b));
    sy_shape_grid(m, points, uv, N, N, false);
}

/* A board, book or picture leaning at a random slant. */
static void slanted(sy_build *b, float size)
{
    sy_mesh *m = sy_mesh_of(b);
    sy_mesh_turn(m, uniform(b, -1.0f, 1.0f));
    sy_mesh_tilt_x(m, uniform(b, 0.1f, 1.2f));
    sy_mesh_begin(m, sy_pick_object(b));
    float w = size * uniform(b, 0.6f, 1.5f), h = size * uniform(b, 0.6f, 1.5f);
    sy_shape_box(m, v3(-w / 2, 0, 0), v3(w / 2, h, size * 0.04f));
    sy_mesh_begin(m, sy_pick_picture(b, 0.0f));
    float z = -0.002f * size;
    sy_shape_picture(m, v3(-w / 2, 0, z), v3(w / 2, 0, z), v3(w / 2, h, z), v3(-w / 2, h, z));
}

static void backdrop(sy_build *b, float distance, float span)
{
    sy_mesh *m = sy_mesh_of(b);
    sy_mesh_push(m);
    sy_mesh_translate(m, 0, 0, distance);
    sy_mesh_turn(m, 0.25f * sy_rng_normal(b->rng));
    sy_mesh_begin(m, sy_pick_wall(b));
    sy_shape_quad(m, v3(-span, -span, 0), v3(span, -span, 0), v3(span, span, 0),
                  v3(-span, span, 0));
    int posters = sy_rng_int(b->rng, 5);
    for (int i = 0; i < posters; i++) {
        float w = uniform(b, 0.1f, 0.4f) * distance, h = w * uniform(b, 0.6f, 1.4f),
              x = uniform(b, -0.8f, 0.8f) * distance, y = uniform(b, 0.0f, 0.6f) * distance;
        float z = -0.004f * distance;
        sy_mesh_begin(m, sy_pick_picture(b, 0.0f));
        sy_shape_picture(m, v3(x, y, z), v3(x + w, y, z), v3(x + w, y + h, z), v3(x, y + h, z));
    }
    sy_mesh_pop(m);
}

static void arrange(sy_build *b, float near_m, float far_m, float slope)
{
    sy_mesh *m = sy_mesh_of(b);
    int count = 6 + sy_rng_int(b->rng, 26), front = sy_rng_int(b->rng, 3);
    for (int i = 0; i < count; i++) {
        float z = sy_rng_log(b->rng, near_m, far_m), size = far_m * uniform(b, 0.05f, 0.22f);
        float x = uniform(b, -1.0f, 1.0f) * slope * z;
        m->foreground = i < front || z < near_m * 1.35f ? 1 : 0;
        sy_mesh_push(m);
        sy_mesh_translate(m, x, 0, z);
        float kind = uniform(b, 0, 1);
        if (kind < 0.1f) {
            m->foreground = 0;
            cloth(b, size * 3);
        } else if (kind < 0.3f) {
            slanted(b, size * 1.3f);
        } else {
            sy_prop_small(b, size * 1.4f, size * uniform(b, 1.0f, 2.6f));
        }
        sy_mesh_pop(m);
    }
    m->foreground = 0;
}

/* One row of things side by side on a step, as wide as the view there. */
static void fill_row(sy_build *b, float z, float half_width, float size)
{
    sy_mesh *m = sy_mesh_of(b);
    for (float x = -half_width; x < half_width;) {
        float w = size * uniform(b, 0.5f, 1.6f), kind = uniform(b, 0, 1);
        sy_mesh_push(m);
        sy_mesh_translate(m, x + w / 2, 0, z + 0.3f * size * sy_rng_normal(b->rng));
        if (kind < 0.12f) {
            cloth(b, 2.0f * w);
        } else if (kind < 0.35f) {
            slanted(b, w);
        } else {
            sy_prop_small(b, w, w * uniform(b, 0.7f, 2.4f));
        }
        sy_mesh_pop(m);
        x += w * uniform(b, 0.7f, 2.2f);
    }
}

/* Rows that rise towards the back, each on a step of its own: crowded shelves, stalls, toys in a heap. */
static void rising_rows(sy_build *b, float near_m, float far_m, float slope)
{
    sy_mesh *m = sy_mesh_of(b);
    int rows = 3 + sy_rng_int(b->rng, 4);
    float rise = far_m * uniform(b, 0.0f, 0.13f), y = 0.0f;
    for (int i = 0; i < rows; i++) {
        float z = mixf(near_m, far_m, ((float) i + 0.5f) / (float) rows),
              half_depth = 0.5f * (far_m - near_m) / (float) rows, half_width = 1.1f * slope * z;
        m->foreground = i == 0 ? 1 : 0;
        sy_mesh_push(m);
        sy_mesh_translate(m, 0, y, 0);
        if (i > 0 && rise > 0.01f * far_m) {
            sy_mesh_begin(m, sy_rng_chance(b->rng, 0.5f) ? sy_pick_fabric(b) : sy_pick_object(b));
            sy_shape_box(m, v3(-2.0f * half_width, -rise, z - half_depth),
                         v3(2.0f * half_width, 0, far_m + half_depth));
        }
        fill_row(b, z, half_width, far_m * uniform(b, 0.06f, 0.2f));
        sy_mesh_pop(m);
        y += rise * uniform(b, 0.5f, 1.5f);
    }
    m->foreground = 0;
}

static void light_still_life(sy_build *b, float far_m)
{
    sy_light_room(b, 2.5f * far_m, far_m, 1.8f * far_m);
    for (int i = 0; i < b->scene->light_count; i++) {
        sy_light *l = &b->scene->lights[i];
        l->softness = far_m * uniform(b, 0.01f, 0.06f);
    }
    b->scene->ao_radius_m = 0.12f * far_m;
}

void sy_place_table(sy_build *b)
{
    sy_scene *s = b->scene;
    sy_mesh *m = sy_mesh_of(b);
    float far_m = sy_rng_log(b->rng, 0.7f, 3.0f), near_m = far_m * uniform(b, 0.35f, 0.6f);
    bool rows = sy_rng_chance(b->rng, 0.5f);
    float pitch = uniform(b, 0.05f, rows ? 0.45f : 1.0f),
          fov = uniform(b, rows ? 16.0f : 25.0f, rows ? 45.0f : 60.0f) * SY_PI / 180.0f;
    vec3 centre = v3(0, 0.08f * far_m, 0.5f * (near_m + far_m));
    float distance = centre.z * uniform(b, 0.9f, 1.15f);
    vec3 eye = v3(0, centre.y + distance * sinf(pitch), centre.z - distance * cosf(pitch));
    sy_camera_aim(&s->camera, eye, centre, 0.05f * sy_rng_normal(b->rng), fov);
    float slope = 0.9f * s->camera.tan_x;
    sy_mesh_begin(m, sy_rng_chance(b->rng, 0.6f) ? sy_pick_wood(b) : sy_pick_fabric(b));
    float edge = sy_rng_chance(b->rng, 0.4f) ? far_m * 1.15f : far_m * 4.0f;
    sy_shape_box(m, v3(-far_m * 4, -0.04f, -far_m * 2), v3(far_m * 4, 0, edge));
    backdrop(b, far_m * uniform(b, 1.15f, 2.0f), far_m * 8);
    if (rows) {
        rising_rows(b, near_m, far_m, slope);
    } else {
        arrange(b, near_m, far_m, slope);
    }
    light_still_life(b, far_m);
    if (sy_rng_chance(b->rng, 0.4f)) {
        b->post.focus = 1.0f / (distance * uniform(b, 0.8f, 1.2f));
        b->post.blur_px = uniform(b, 0.01f, 0.03f) * (float) s->camera.height;
    }
}
