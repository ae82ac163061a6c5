/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Furniture from boxes, rods and cushions, with clutter on it. */

#include "world/build.h"

static float uniform(sy_build *b, float lo, float hi)
{
    return sy_rng_float(b->rng, lo, hi);
}

void sy_clutter(sy_build *b, float width, float depth, float y, int count, float scale)
{
    sy_mesh *m = sy_mesh_of(b);
    for (int i = 0; i < count; i++) {
        float radius = uniform(b, 0.06f, 0.2f) * scale;
        if (width < radius || depth < radius) {
            continue;
        }
        sy_mesh_push(m);
        sy_mesh_translate(m, uniform(b, -0.5f, 0.5f) * (width - radius), y,
                          uniform(b, -0.5f, 0.5f) * (depth - radius));
        sy_prop_small(b, radius, radius * uniform(b, 1.0f, 2.5f));
        sy_mesh_pop(m);
    }
}

static void legs(sy_build *b, float w, float d, float h, float thick)
{
    sy_mesh *m = sy_mesh_of(b);
    bool round = sy_rng_chance(b->rng, 0.4f);
    for (int i = 0; i < 4; i++) {
        float x = (i & 1 ? 0.5f : -0.5f) * (w - thick), z = (i & 2 ? 0.5f : -0.5f) * (d - thick);
        if (round) {
            sy_shape_rod(m, v3(x, 0, z), v3(x * 0.92f, h, z * 0.92f), thick * 0.5f, 8);
        } else {
            sy_shape_box(m, v3(x - thick / 2, 0, z - thick / 2),
                         v3(x + thick / 2, h, z + thick / 2));
        }
    }
}

static void make_table(sy_build *b, const sy_furniture *f)
{
    sy_mesh *m = sy_mesh_of(b);
    float top = uniform(b, 0.02f, 0.05f);
    sy_mesh_begin(m, sy_pick_wood(b));
    sy_shape_box(m, v3(-f->width / 2, f->height - top, -f->depth / 2),
                 v3(f->width / 2, f->height, f->depth / 2));
    legs(b, f->width, f->depth, f->height - top, uniform(b, 0.03f, 0.08f));
    sy_clutter(b, f->width, f->depth, f->height, sy_rng_int(b->rng, 14), 1.0f);
}

void sy_furniture_chair(sy_build *b, const sy_furniture *f)
{
    sy_mesh *m = sy_mesh_of(b);
    float seat = 0.45f, w = f->width, d = f->depth;
    int frame = sy_rng_chance(b->rng, 0.6f) ? sy_pick_wood(b) : sy_pick_metal(b);
    sy_mesh_begin(m, frame);
    legs(b, w, d, seat - 0.03f, 0.04f);
    sy_mesh_begin(m, sy_rng_chance(b->rng, 0.5f) ? frame : sy_pick_fabric(b));
    sy_mesh_push(m);
    sy_mesh_translate(m, 0, seat - 0.01f, 0);
    sy_shape_soft_box(m, v3(w, 0.05f, d), 0.02f, 2);
    sy_mesh_pop(m);
    int slats = sy_rng_int(b->rng, 5);
    float lean = 0.06f, back = f->height;
    sy_shape_rod(m, v3(-w / 2 + 0.02f, seat, d / 2 - 0.02f), v3(-w / 2 + 0.02f, back, d / 2 + lean),
                 0.018f, 8);
    sy_shape_rod(m, v3(w / 2 - 0.02f, seat, d / 2 - 0.02f), v3(w / 2 - 0.02f, back, d / 2 + lean),
                 0.018f, 8);
    sy_shape_box(m, v3(-w / 2, back - (slats ? 0.1f : 0.32f), d / 2 + lean - 0.02f),
                 v3(w / 2, back, d / 2 + lean + 0.015f));
    for (int i = 0; i < slats; i++) {
        float x = w * (((float) i + 1.0f) / ((float) slats + 1.0f) - 0.5f);
        sy_shape_rod(m, v3(x, seat, d / 2 - 0.02f), v3(x, back - 0.05f, d / 2 + lean - 0.01f),
                     0.01f, 6);
    }
}

static void make_dining(sy_build *b, const sy_furniture *f)
{
    sy_mesh *m = sy_mesh_of(b);
    sy_furniture table = *f,
                 chair = { .width = 0.44f, .depth = 0.44f, .height = uniform(b, 0.8f, 1.05f) };
    table.width = f->width * 0.75f;
    table.depth = f->depth * 0.5f;
    make_table(b, &table);
    sy_rng same = *b->rng;
    for (int i = 0; i < 4; i++) {
        sy_rng keep = same;
        sy_rng *outer = b->rng;
        b->rng = &keep;
        sy_mesh_push(m);
        sy_mesh_translate(m, (i & 1 ? 0.22f : -0.22f) * f->width, 0,
                          (i & 2 ? 0.33f : -0.33f) * f->depth);
        sy_mesh_turn(m, (i & 2 ? 0.0f : SY_PI) + 0.2f * sinf((float) i * 3.7f + f->width * 9.0f));
        sy_furniture_chair(b, &chair);
        sy_mesh_pop(m);
        b->rng = outer;
    }
}

static void cushion(sy_mesh *m, vec3 at, vec3 size, float round)
{
    sy_mesh_push(m);
    sy_mesh_translate(m, at.x, at.y, at.z);
    sy_shape_soft_box(m, size, round, 4);
    sy_mesh_pop(m);
}

static void make_sofa(sy_build *b, const sy_furniture *f)
{
    sy_mesh *m = sy_mesh_of(b);
    float w = f->width, d = f->depth, h = f->height, arm = uniform(b, 0.12f, 0.22f), seat = 0.42f;
    int seats = (int) maxf(1.0f, roundf((w - 2 * arm) / 0.7f));
    sy_mesh_begin(m, sy_pick_fabric(b));
    cushion(m, v3(0, 0.17f, 0), v3(w, 0.22f, d), 0.04f);
    cushion(m, v3(0, h / 2 + 0.06f, d / 2 - 0.1f), v3(w, h - 0.1f, 0.2f), 0.07f);
    cushion(m, v3(-w / 2 + arm / 2, 0.33f, 0), v3(arm, 0.5f, d), 0.06f);
    cushion(m, v3(w / 2 - arm / 2, 0.33f, 0), v3(arm, 0.5f, d), 0.06f);
    float each = (w - 2 * arm) / (float) seats;
    for (int i = 0; i < seats; i++) {
        float x = -w / 2 + arm + each * ((float) i + 0.5f);
        cushion(m, v3(x, seat - 0.06f, -0.06f), v3(each * 0.98f, 0.16f, d - 0.2f), 0.06f);
        cushion(m, v3(x, seat + 0.22f, d / 2 - 0.25f), v3(each * 0.95f, 0.4f, 0.16f), 0.07f);
    }
    for (int i = 0; i < sy_rng_int(b->rng, 4); i++) {
        sy_mesh_begin(m, sy_pick_fabric(b));
        sy_mesh_push(m);
        sy_mesh_translate(m, uniform(b, -0.4f, 0.4f) * (w - 2 * arm), seat + 0.2f, d / 2 - 0.42f);
        sy_mesh_tilt_x(m, 0.35f);
        sy_mesh_tilt_z(m, uniform(b, -0.4f, 0.4f));
        sy_shape_ellipsoid(m, v3(0, 0, 0), v3(0.22f, 0.2f, 0.08f), 18);
        sy_mesh_pop(m);
    }
}

static void shelf_books(sy_build *b, float width, float depth, float y, float height)
{
    sy_mesh *m = sy_mesh_of(b);
    float x = -width / 2, end = width * uniform(b, 0.0f, 0.5f);
    int materials[4];
    for (int i = 0; i < 4; i++) {
        materials[i] = sy_pick_object(b);
    }
    while (x < end) {
        float t = uniform(b, 0.012f, 0.05f), h = height * uniform(b, 0.55f, 0.92f),
              d = depth * uniform(b, 0.5f, 0.85f);
        sy_mesh_begin(m, materials[sy_rng_int(b->rng, 4)]);
        sy_shape_box(m, v3(x, y, depth / 2 - 0.02f - d), v3(x + t, y + h, depth / 2 - 0.02f));
        x += t + 0.001f;
    }
}

static void make_shelf(sy_build *b, const sy_furniture *f)
{
    sy_mesh *m = sy_mesh_of(b);
    float w = f->width, d = f->depth, h = f->height, t = 0.025f;
    int rows = 2 + (int) (h / uniform(b, 0.35f, 0.6f));
    sy_mesh_begin(m, sy_rng_chance(b->rng, 0.6f) ? sy_pick_wood(b) : sy_pick_paint(b));
    int body = m->material;
    sy_shape_box(m, v3(-w / 2, 0, -d / 2), v3(-w / 2 + t, h, d / 2));
    sy_shape_box(m, v3(w / 2 - t, 0, -d / 2), v3(w / 2, h, d / 2));
    if (sy_rng_chance(b->rng, 0.7f)) {
        sy_shape_box(m, v3(-w / 2, 0, d / 2 - 0.01f), v3(w / 2, h, d / 2));
    }
    for (int i = 0; i < rows; i++) {
        float y = h * (float) i / (float) (rows - 1);
        sy_mesh_begin(m, body);
        sy_shape_box(m, v3(-w / 2, y - t, -d / 2), v3(w / 2, y, d / 2));
        if (i + 1 < rows && sy_rng_chance(b->rng, 0.85f)) {
            float gap = h / (float) (rows - 1) - t;
            if (sy_rng_chance(b->rng, 0.55f)) {
                shelf_books(b, w - 2 * t, d, y, gap);
            } else {
                sy_clutter(b, w - 2 * t, d, y, 1 + sy_rng_int(b->rng, 6), minf(gap / 0.35f, 1.2f));
            }
        }
    }
}

static void make_cabinet(sy_build *b, const sy_furniture *f)
{
    sy_mesh *m = sy_mesh_of(b);
    float w = f->width, d = f->depth, h = f->height;
    int cols = (int) maxf(1.0f, roundf(w / uniform(b, 0.4f, 0.7f))),
        rows = sy_rng_chance(b->rng, 0.5f) ? 1 : 2 + sy_rng_int(b->rng, 3);
    int body = sy_rng_chance(b->rng, 0.5f) ? sy_pick_wood(b) : sy_pick_paint(b);
    int front = sy_rng_chance(b->rng, 0.7f) ? body : sy_pick_wood(b), knob = sy_pick_metal(b);
    sy_mesh_begin(m, body);
    sy_shape_block(m, w, h, d);
    for (int c = 0; c < cols; c++) {
        for (int r = 0; r < rows; r++) {
            float x0 = -w / 2 + w * (float) c / (float) cols + 0.012f,
                  x1 = -w / 2 + w * (float) (c + 1) / (float) cols - 0.012f;
            float y0 = 0.06f + (h - 0.08f) * (float) r / (float) rows + 0.008f,
                  y1 = 0.06f + (h - 0.08f) * (float) (r + 1) / (float) rows - 0.008f;
            sy_mesh_begin(m, front);
            sy_shape_box(m, v3(x0, y0, -d / 2 - 0.018f), v3(x1, y1, -d / 2));
            sy_mesh_begin(m, knob);
            sy_shape_rod(m, v3((x0 + x1) / 2 - 0.04f, (y0 + y1) / 2, -d / 2 - 0.035f),
                         v3((x0 + x1) / 2 + 0.04f, (y0 + y1) / 2, -d / 2 - 0.035f), 0.007f, 6);
        }
    }
    sy_clutter(b, w, d, h, sy_rng_int(b->rng, 9), 1.0f);
}

static void make_bed(sy_build *b, const sy_furniture *f)
{
    sy_mesh *m = sy_mesh_of(b);
    float w = f->width, d = f->depth;
    sy_mesh_begin(m, sy_pick_wood(b));
    sy_shape_box(m, v3(-w / 2, 0.1f, -d / 2), v3(w / 2, 0.32f, d / 2));
    sy_shape_box(m, v3(-w / 2, 0, d / 2 - 0.06f), v3(w / 2, f->height, d / 2));
    sy_mesh_begin(m, sy_pick_fabric(b));
    cushion(m, v3(0, 0.42f, -0.03f), v3(w * 0.98f, 0.24f, d * 0.97f), 0.07f);
    sy_mesh_begin(m, sy_pick_fabric(b));
    cushion(m, v3(0, 0.45f, -0.22f * d), v3(w * 1.04f, 0.24f, d * 0.6f), 0.09f);
    sy_mesh_begin(m, sy_pick_fabric(b));
    for (int s = -1; s <= 1; s += 2) {
        sy_shape_ellipsoid(m, v3((float) s * w * 0.24f, 0.6f, d / 2 - 0.3f),
                           v3(w * 0.2f, 0.09f, 0.2f), 20);
    }
}

static void make_desk(sy_build *b, const sy_furniture *f)
{
    sy_mesh *m = sy_mesh_of(b);
    sy_furniture table = *f;
    make_table(b, &table);
    float w = uniform(b, 0.4f, 0.7f), h = w * 0.58f, y = f->height, z = f->depth * 0.2f;
    sy_mesh_begin(m, sy_scene_plain(b->scene, sy_rgb(0.12f, 0.12f, 0.13f)));
    sy_shape_box(m, v3(-w / 2, y + 0.1f, z), v3(w / 2, y + 0.1f + h, z + 0.035f));
    sy_shape_rod(m, v3(0, y, z + 0.06f), v3(0, y + 0.25f, z + 0.04f), 0.025f, 8);
    sy_shape_box(m, v3(-0.12f, y, z - 0.06f), v3(0.12f, y + 0.012f, z + 0.12f));
    sy_shape_box(m, v3(-0.22f, y, -f->depth * 0.3f),
                 v3(0.22f, y + 0.02f, -f->depth * 0.3f + 0.14f));
    sy_mesh_begin(m, sy_pick_picture(b, uniform(b, 0.4f, 1.2f)));
    sy_shape_picture(m, v3(-w / 2 + 0.012f, y + 0.115f, z - 0.001f),
                     v3(w / 2 - 0.012f, y + 0.115f, z - 0.001f),
                     v3(w / 2 - 0.012f, y + 0.088f + h, z - 0.001f),
                     v3(-w / 2 + 0.012f, y + 0.088f + h, z - 0.001f));
}

static void make_lamp(sy_build *b, const sy_furniture *f)
{
    sy_mesh *m = sy_mesh_of(b);
    float h = f->height, r = f->width / 2;
    sy_mesh_begin(m, sy_pick_metal(b));
    sy_shape_cylinder(m, r * 0.7f, 0.03f, 20);
    sy_shape_rod(m, v3(0, 0, 0), v3(0, h * 0.85f, 0), 0.012f, 8);
    sy_material shade = sy_material_plain(sy_rgb(0.92f, 0.85f, 0.7f));
    shade.translucency = 0.8f;
    float glow = sy_rng_chance(b->rng, 0.5f) ? uniform(b, 0.5f, 1.5f) : 0.0f;
    shade.glow = v3(glow, glow * 0.8f, glow * 0.55f);
    sy_mesh_begin(m, sy_scene_material(b->scene, &shade));
    float profile[4] = { r, h * 0.78f, r * uniform(b, 0.5f, 0.95f), h };
    m->no_shadow = 1;
    sy_shape_lathe(m, profile, 2, 24);
    m->no_shadow = 0;
}

static void make_pot(sy_build *b, const sy_furniture *f)
{
    sy_mesh *m = sy_mesh_of(b);
    float h = f->height, r = f->width * 0.35f;
    float pot[10] = { r * 0.7f,  0,        r,         h * 0.28f, r * 0.92f,
                      h * 0.28f, r * 0.9f, h * 0.24f, 0,         h * 0.24f };
    sy_mesh_begin(m, sy_pick_object(b));
    sy_shape_lathe(m, pot, 5, 24);
    sy_mesh_push(m);
    sy_mesh_translate(m, 0, h * 0.24f, 0);
    sy_tree_emit(b, h * 0.76f, 60);
    sy_mesh_pop(m);
}

static void make_boxes(sy_build *b, const sy_furniture *f)
{
    sy_mesh *m = sy_mesh_of(b);
    float y = 0.0f;
    while (y < f->height * 0.7f) {
        float h = uniform(b, 0.15f, 0.45f), w = f->width * uniform(b, 0.6f, 1.0f),
              d = f->depth * uniform(b, 0.6f, 1.0f);
        sy_mesh_push(m);
        sy_mesh_translate(m, 0, y, 0);
        sy_mesh_turn(m, uniform(b, -0.2f, 0.2f));
        sy_mesh_begin(m, sy_pick_object(b));
        sy_shape_block(m, w, h, d);
        sy_mesh_pop(m);
        y += h;
    }
}

sy_furniture sy_furniture_random(sy_build *b)
{
    switch (sy_rng_int(b->rng, 16)) {
    case 0:
        return (sy_furniture){ uniform(b, 0.6f, 1.4f), uniform(b, 0.45f, 0.8f),
                               uniform(b, 0.35f, 0.55f), make_table, false };
    case 1:
        return (sy_furniture){ uniform(b, 1.6f, 2.4f), uniform(b, 1.6f, 2.0f),
                               uniform(b, 0.70f, 0.78f), make_dining, false };
    case 2:
    case 3:
        return (sy_furniture){ uniform(b, 0.9f, 2.3f), uniform(b, 0.8f, 1.0f),
                               uniform(b, 0.75f, 0.95f), make_sofa, true };
    case 4:
    case 5:
        return (sy_furniture){ uniform(b, 0.6f, 1.8f), uniform(b, 0.25f, 0.4f),
                               uniform(b, 0.8f, 2.2f), make_shelf, true };
    case 6:
    case 7:
        return (sy_furniture){ uniform(b, 0.5f, 2.2f), uniform(b, 0.4f, 0.65f),
                               uniform(b, 0.5f, 2.0f), make_cabinet, true };
    case 8:
        return (sy_furniture){ uniform(b, 0.9f, 1.8f), 2.0f, uniform(b, 0.7f, 1.2f), make_bed,
                               true };
    case 9:
        return (sy_furniture){ uniform(b, 1.0f, 1.6f), uniform(b, 0.6f, 0.8f),
                               uniform(b, 0.70f, 0.76f), make_desk, true };
    case 10:
        return (sy_furniture){ uniform(b, 0.3f, 0.5f), 0.45f, uniform(b, 1.3f, 1.8f), make_lamp,
                               true };
    case 11:
        return (sy_furniture){ uniform(b, 0.4f, 0.7f), 0.6f, uniform(b, 0.6f, 1.8f), make_pot,
                               true };
    case 13:
    case 14:
        return sy_furniture_kitchen(b);
    case 12:
        return (sy_furniture){ 0.46f, 0.46f, uniform(b, 0.8f, 1.1f), sy_furniture_chair, false };
    default:
        return (sy_furniture){ uniform(b, 0.4f, 0.7f), uniform(b, 0.4f, 0.6f),
                               uniform(b, 0.3f, 1.2f), make_boxes, true };
    }
}
