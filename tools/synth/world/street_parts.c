/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Things of the street: cars, buildings with windows, lamps. */

#include "world/build.h"

static float uniform(sy_build *b, float lo, float hi)
{
    return sy_rng_float(b->rng, lo, hi);
}

/* The side outline of a car: height of bonnet, cabin and boot over the length, as lofted sections. */
static void car_body(sy_build *b, float length, float width, float height, float hood, int paint,
                     int glass)
{
    enum { N = 15 };
    sy_mesh *m = sy_mesh_of(b);
    sy_ring low[N], cabin[9];
    float belt = height * uniform(b, 0.55f, 0.62f), van = uniform(b, 0, 1);
    for (int i = 0; i < N; i++) {
        float t = (float) i / (float) (N - 1), end = smoothf(0, 0.07f, minf(t, 1 - t)),
              x = (t - 0.5f) * length;
        float top = belt * mixf(0.80f, 1.0f, smoothf(0.0f, hood, t)) *
                    mixf(0.92f, 1.0f, smoothf(1.0f, 0.8f, t));
        top = mixf(top * 0.7f, top, end);
        float base = height * 0.16f, half = 0.5f * (top - base),
              wide = width * 0.5f * mixf(0.86f, 1.0f, smoothf(0, 0.15f, minf(t, 1 - t)));
        low[i] = (sy_ring){ v3(x, base + half, 0), v3(0, half, 0), v3(0, 0, wide), 4.5f };
        if (i == 0 || i == N - 1) {
            low[i].axis_u.y *= 0.8f;
            low[i].axis_v.z *= 0.9f;
        }
    }
    sy_mesh_begin(m, paint);
    sy_shape_loft(m, low, N, 24, (sy_folds){ 0 });
    sy_shape_ellipsoid(m, low[0].centre,
                       v3(0.03f, low[0].axis_u.y * 0.95f, low[0].axis_v.z * 0.95f), 16);
    sy_shape_ellipsoid(m, low[N - 1].centre,
                       v3(0.03f, low[N - 1].axis_u.y * 0.95f, low[N - 1].axis_v.z * 0.95f), 16);
    float c0 = hood * 0.85f, c1 = van < 0.4f ? 0.97f : uniform(b, 0.78f, 0.9f);
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < 9; i++) {
            float k = (float) i / 8.0f, x = (mixf(c0, c1, k) - 0.5f) * length;
            float rise = smoothf(0.0f, 0.35f, k) * smoothf(1.0f, van < 0.4f ? 0.93f : 0.7f, k);
            float top = mixf(belt * 0.98f, height, rise) - (pass ? 0.0f : 0.02f),
                  base = pass ? top - 0.05f : belt * 0.9f;
            float wide = width * 0.5f * mixf(0.90f, 0.78f, rise) * (pass ? 1.01f : 1.0f);
            cabin[i] = (sy_ring){ v3(x, 0.5f * (top + base), 0), v3(0, 0.5f * (top - base), 0),
                                  v3(0, 0, wide), 4.0f };
        }
        sy_mesh_begin(m, pass ? paint : glass);
        sy_shape_loft(m, pass ? cabin + 3 : cabin, pass ? 4 : 9, 20, (sy_folds){ 0 });
    }
}

static void car_lights(sy_build *b, float length, float width, float height)
{
    sy_mesh *m = sy_mesh_of(b);
    for (int end = -1; end <= 1; end += 2) {
        sy_material lamp =
            sy_material_plain(end < 0 ? sy_rgb(0.9f, 0.9f, 0.85f) : sy_rgb(0.7f, 0.05f, 0.05f));
        lamp.specular = 0.6f;
        lamp.reflect = 0.3f;
        if (sy_rng_chance(b->rng, 0.3f)) {
            lamp.glow = v3_scale(lamp.tint, 1.5f);
        }
        int index = sy_scene_material(b->scene, &lamp);
        for (int s = -1; s <= 1; s += 2) {
            sy_mesh_begin(m, index);
            sy_shape_ellipsoid(
                m, v3((float) end * length * 0.485f, height * 0.44f, (float) s * width * 0.36f),
                v3(0.06f, 0.08f, 0.16f), 12);
        }
        sy_mesh_begin(m, sy_scene_plain(b->scene, sy_rgb(0.85f, 0.85f, 0.8f)));
        float x = (float) end * (length * 0.5f + 0.035f);
        sy_shape_box(m, v3(x - 0.01f, height * 0.28f, -0.25f),
                     v3(x + 0.01f, height * 0.28f + 0.11f, 0.25f));
    }
}

/* Along x, front at -x. */
void sy_car_emit(sy_build *b)
{
    sy_mesh *m = sy_mesh_of(b);
    float length = uniform(b, 3.6f, 5.0f), width = uniform(b, 1.65f, 1.95f),
          height = uniform(b, 1.4f, 1.85f);
    sy_material paint = sy_material_plain(
        sy_rng_colour(b->rng, sy_rng_chance(b->rng, 0.5f) ? 0.05f : uniform(b, 0.4f, 0.9f),
                      uniform(b, 0.08f, 0.95f)));
    paint.specular = 0.6f;
    paint.gloss = 80.0f;
    paint.reflect = uniform(b, 0.2f, 0.45f);
    int body = sy_scene_material(b->scene, &paint), glass = sy_pick_glass(b);
    car_body(b, length, width, height, uniform(b, 0.2f, 0.3f), body, glass);
    car_lights(b, length, width, height);
    int tyre = sy_scene_plain(b->scene, sy_rgb(0.13f, 0.13f, 0.13f)), rim = sy_pick_metal(b);
    float r = height * 0.21f;
    for (int i = 0; i < 4; i++) {
        float x = (i & 1 ? 0.31f : -0.31f) * length,
              z = (i & 2 ? 1.0f : -1.0f) * (width * 0.5f - 0.08f);
        sy_mesh_push(m);
        sy_mesh_translate(m, x, r, z);
        sy_mesh_tilt_x(m, 0.5f * SY_PI);
        sy_mesh_translate(m, 0, -0.1f, 0);
        sy_mesh_begin(m, tyre);
        sy_shape_cylinder(m, r, 0.2f, 22);
        sy_mesh_begin(m, rim);
        sy_mesh_translate(m, 0, -0.005f, 0);
        sy_shape_cylinder(m, r * 0.62f, 0.21f, 18);
        sy_mesh_pop(m);
    }
}

typedef struct facade {
    int wall, frame, glass, floors, columns;
    float bay, storey, window_w, window_h, sill, recess;
    bool balconies, shop;
} facade;

static void facade_window(sy_build *b, const facade *f, float x, float y)
{
    sy_mesh *m = sy_mesh_of(b);
    float w = f->window_w / 2, y0 = y + f->sill, y1 = y0 + f->window_h, t = 0.07f;
    sy_mesh_begin(m, f->glass);
    sy_shape_quad(m, v3(x - w, y0, f->recess), v3(x + w, y0, f->recess), v3(x + w, y1, f->recess),
                  v3(x - w, y1, f->recess));
    sy_mesh_begin(m, f->frame);
    sy_shape_box(m, v3(x - w - t, y0 - t, -t), v3(x + w + t, y0, f->recess));
    sy_shape_box(m, v3(x - 0.03f, y0, f->recess - 0.05f), v3(x + 0.03f, y1, f->recess));
    sy_shape_box(m, v3(x - w, (y0 + y1) / 2 - 0.03f, f->recess - 0.05f),
                 v3(x + w, (y0 + y1) / 2 + 0.03f, f->recess));
    if (f->balconies) {
        sy_shape_box(m, v3(x - w - 0.3f, y0 - 0.25f, -0.9f), v3(x + w + 0.3f, y0 - 0.12f, 0));
        for (float k = -w - 0.28f; k <= w + 0.3f; k += 0.16f) {
            sy_shape_box(m, v3(x + k - 0.012f, y0 - 0.12f, -0.88f),
                         v3(x + k + 0.012f, y0 + 0.8f, -0.86f));
        }
        sy_shape_box(m, v3(x - w - 0.3f, y0 + 0.78f, -0.9f), v3(x + w + 0.3f, y0 + 0.83f, -0.84f));
    }
}

/* Wall of one storey with holes for its windows, in front of z = 0 .. recess. */
static void facade_storey(sy_build *b, const facade *f, float y)
{
    sy_mesh *m = sy_mesh_of(b);
    float width = f->bay * (float) f->columns, half = f->window_w / 2, y0 = y + f->sill,
          y1 = y0 + f->window_h;
    sy_mesh_begin(m, f->wall);
    sy_shape_box(m, v3(-width / 2, y, 0), v3(width / 2, y0, f->recess));
    sy_shape_box(m, v3(-width / 2, y1, 0), v3(width / 2, y + f->storey, f->recess));
    for (int c = 0; c <= f->columns; c++) {
        float x0 = -width / 2 + f->bay * ((float) c - 0.5f) + half, x1 = x0 + f->bay - 2 * half;
        sy_mesh_begin(m, f->wall);
        sy_shape_box(m, v3(maxf(x0, -width / 2), y0, 0), v3(minf(x1, width / 2), y1, f->recess));
    }
    for (int c = 0; c < f->columns; c++) {
        facade_window(b, f, -width / 2 + f->bay * ((float) c + 0.5f), y);
    }
}

static void facade_shop(sy_build *b, const facade *f)
{
    sy_mesh *m = sy_mesh_of(b);
    float width = f->bay * (float) f->columns, x = -width / 2;
    while (x < width / 2 - 0.5f) {
        float w = minf(uniform(b, 2.0f, 5.0f), width / 2 - x), h = f->storey * 0.78f;
        sy_mesh_begin(m, sy_rng_chance(b->rng, 0.4f) ? sy_pick_picture(b, 0.3f) : f->glass);
        sy_shape_picture(m, v3(x + 0.2f, 0.4f, 0.15f), v3(x + w - 0.2f, 0.4f, 0.15f),
                         v3(x + w - 0.2f, h, 0.15f), v3(x + 0.2f, h, 0.15f));
        sy_mesh_begin(m, f->wall);
        sy_shape_box(m, v3(x, 0, 0), v3(x + w, 0.4f, 0.2f));
        sy_shape_box(m, v3(x, 0.4f, 0), v3(x + 0.2f, h, 0.2f));
        sy_shape_box(m, v3(x + w - 0.2f, 0.4f, 0), v3(x + w, h, 0.2f));
        sy_mesh_begin(m, sy_pick_pattern(b, SY_PATTERN_LABEL, v3(1, 1, 1), uniform(b, 1.0f, 3.0f)));
        sy_shape_box(m, v3(x, h, -0.08f), v3(x + w, f->storey, 0.2f));
        if (sy_rng_chance(b->rng, 0.35f)) {
            sy_mesh_begin(m, sy_pick_fabric(b));
            sy_shape_quad(m, v3(x + 0.1f, h - 0.45f, -1.3f), v3(x + w - 0.1f, h - 0.45f, -1.3f),
                          v3(x + w - 0.1f, h + 0.1f, 0), v3(x + 0.1f, h + 0.1f, 0));
        }
        x += w;
    }
}

/* A saddle roof with its ridge along x. */
static void roof(sy_mesh *m, float half, float eaves, float peak, float back)
{
    float mid = 0.5f * (back - 0.4f);
    vec3 left = v3(-half, peak, mid), right = v3(half, peak, mid);
    sy_shape_quad(m, v3(-half, eaves, -0.4f), v3(half, eaves, -0.4f), right, left);
    sy_mesh_begin(m, m->material);
    sy_shape_quad(m, v3(half, eaves, back), v3(-half, eaves, back), left, right);
    for (int side = -1; side <= 1; side += 2) {
        float x = (float) side * (half - 0.3f);
        sy_mesh_begin(m, m->material);
        sy_shape_quad(m, v3(x, eaves, -0.1f), v3(x, eaves, back), v3(x, peak, mid),
                      v3(x, peak, mid));
    }
}

/* Front at z = 0 facing -z, centred on x. */
void sy_building_emit(sy_build *b, float width, float depth, float height)
{
    sy_mesh *m = sy_mesh_of(b);
    facade f = { .storey = uniform(b, 2.9f, 3.8f), .recess = uniform(b, 0.08f, 0.3f) };
    f.floors = clampi((int) (height / f.storey), 1, 9);
    f.columns = clampi((int) (width / uniform(b, 2.2f, 4.0f)), 1, 12);
    f.bay = width / (float) f.columns;
    f.window_w = f.bay * uniform(b, 0.3f, 0.75f);
    f.window_h = f.storey * uniform(b, 0.4f, 0.65f);
    f.sill = f.storey * uniform(b, 0.2f, 0.3f);
    f.wall = sy_pick_wall(b);
    f.frame = sy_rng_chance(b->rng, 0.6f) ? sy_scene_plain(b->scene, sy_rgb(0.85f, 0.84f, 0.8f))
                                          : sy_pick_paint(b);
    f.glass = sy_pick_glass(b);
    f.balconies = sy_rng_chance(b->rng, 0.2f);
    f.shop = sy_rng_chance(b->rng, 0.5f);
    for (int i = 0; i < f.floors; i++) {
        if (i == 0 && f.shop) {
            facade_shop(b, &f);
        } else {
            facade_storey(b, &f, f.storey * (float) i);
        }
    }
    float top = f.storey * (float) f.floors;
    sy_mesh_begin(m, f.wall);
    sy_shape_box(m, v3(-width / 2, 0, f.recess + 0.02f), v3(width / 2, top, depth));
    sy_mesh_begin(m, f.frame);
    sy_shape_box(m, v3(-width / 2 - 0.2f, top, -0.25f), v3(width / 2 + 0.2f, top + 0.35f, depth));
    if (sy_rng_chance(b->rng, 0.4f)) {
        float peak = top + uniform(b, 1.5f, 4.0f);
        sy_mesh_begin(m, sy_pick_pattern(b, SY_PATTERN_BRICK, sy_rgb(0.6f, 0.45f, 0.4f), 1.5f));
        roof(m, width / 2 + 0.3f, top + 0.3f, peak, depth + 0.4f);
    }
}

void sy_street_lamp_emit(sy_build *b, float height)
{
    sy_mesh *m = sy_mesh_of(b);
    sy_mesh_begin(m, sy_pick_metal(b));
    float arm = uniform(b, 0.4f, 1.6f);
    vec3 path[5] = { v3(0, 0, 0), v3(0, height * 0.9f, 0), v3(arm * 0.1f, height * 0.97f, 0),
                     v3(arm * 0.4f, height, 0), v3(arm, height, 0) };
    float radii[5] = { 0.09f, 0.055f, 0.05f, 0.045f, 0.04f };
    sy_shape_tube(m, path, radii, 5, 8);
    sy_shape_ellipsoid(m, v3(arm, height - 0.05f, 0), v3(0.3f, 0.08f, 0.14f), 12);
    if (sy_rng_chance(b->rng, 0.5f)) {
        sy_mesh_begin(m, sy_pick_picture(b, 0.0f));
        float y = uniform(b, 2.0f, 3.0f), w = uniform(b, 0.25f, 0.5f);
        sy_shape_picture(m, v3(-w, y, -0.08f), v3(w, y, -0.08f), v3(w, y + 2 * w, -0.08f),
                         v3(-w, y + 2 * w, -0.08f));
    }
}
