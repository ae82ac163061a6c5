/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Rooms: walls with windows, doors and pictures, furniture along the walls and in the middle. Also
 * the studio backdrop. */

#include "world/build.h"

typedef struct room {
    float half_width, depth, height, back; /* x in +-half_width, z in back..depth */
    int wall, trim;
} room;

static float uniform(sy_build *b, float lo, float hi)
{
    return sy_rng_float(b->rng, lo, hi);
}

/* Walls are drawn in a frame where x runs along the wall, y up and -z into the room. */
static void wall_rect(sy_mesh *m, float x0, float y0, float x1, float y1)
{
    if (x1 - x0 < 1e-4f || y1 - y0 < 1e-4f) {
        return;
    }
    sy_shape_box(m, v3(x0, y0, 0), v3(x1, y1, 0.12f));
}

static void window_pane(sy_build *b, const room *r, float x0, float y0, float x1, float y1)
{
    sy_mesh *m = sy_mesh_of(b);
    float t = uniform(b, 0.03f, 0.07f), glow = uniform(b, 0.5f, 2.5f);
    sy_mesh_begin(m, r->trim);
    sy_shape_box(m, v3(x0 - t, y0 - t, -0.03f), v3(x1 + t, y0, 0.05f));
    sy_shape_box(m, v3(x0 - t, y1, -0.03f), v3(x1 + t, y1 + t, 0.05f));
    sy_shape_box(m, v3(x0 - t, y0, -0.03f), v3(x0, y1, 0.05f));
    sy_shape_box(m, v3(x1, y0, -0.03f), v3(x1 + t, y1, 0.05f));
    sy_shape_box(m, v3((x0 + x1) / 2 - t / 3, y0, 0.01f), v3((x0 + x1) / 2 + t / 3, y1, 0.04f));
    if (sy_rng_chance(b->rng, 0.5f)) {
        sy_shape_box(m, v3(x0, (y0 + y1) / 2 - t / 3, 0.01f), v3(x1, (y0 + y1) / 2 + t / 3, 0.04f));
    }
    if (sy_rng_chance(b->rng, 0.5f)) {
        return; /* open to the sky */
    }
    sy_material outside = sy_material_plain(v3(0.9f, 0.95f, 1.0f));
    outside.texture = sy_library_pick(b->library, SY_PATTERN_CLOUDY, b->rng);
    outside.texture_gain = 0.5f;
    outside.glow = v3(glow, glow, glow);
    sy_mesh_begin(m, sy_scene_material(b->scene, &outside));
    sy_shape_picture(m, v3(x0 - 8, y0 - 6, 9), v3(x1 + 8, y0 - 6, 9), v3(x1 + 8, y1 + 6, 9),
                     v3(x0 - 8, y1 + 6, 9));
}

static void curtain(sy_build *b, float x0, float x1, float y0, float y1)
{
    enum { COLS = 40, ROWS = 6 };
    sy_mesh *m = sy_mesh_of(b);
    vec3 points[ROWS * COLS];
    float uv[2 * ROWS * COLS], waves = uniform(b, 15.0f, 35.0f), phase = uniform(b, 0, 6);
    for (int r = 0; r < ROWS; r++) {
        for (int c = 0; c < COLS; c++) {
            float u = (float) c / (float) (COLS - 1), v = (float) r / (float) (ROWS - 1);
            float bend = sinf(u * (x1 - x0) * waves + phase + 0.4f * sinf(v * 3.0f)) +
                         0.5f * sinf(u * 11.0f + v);
            points[r * COLS + c] = v3(mixf(x0, x1, u), mixf(y0, y1, v), -0.10f - 0.035f * bend);
            uv[2 * (r * COLS + c)] = u * (x1 - x0) * 1.5f;
            uv[2 * (r * COLS + c) + 1] = v * (y1 - y0);
        }
    }
    sy_shape_grid(m, points, uv, ROWS, COLS, false);
}

static void make_window(sy_build *b, const room *r, float length)
{
    sy_mesh *m = sy_mesh_of(b);
    float w = minf(uniform(b, 0.8f, 2.2f), length * 0.7f),
          cx = uniform(b, -0.5f, 0.5f) * (length - w - 0.3f);
    float y0 = uniform(b, 0.3f, 1.1f), y1 = minf(r->height - 0.2f, y0 + uniform(b, 0.9f, 1.6f));
    float x0 = cx - w / 2, x1 = cx + w / 2;
    sy_mesh_begin(m, r->wall);
    wall_rect(m, -length / 2, 0, x0, r->height);
    wall_rect(m, x1, 0, length / 2, r->height);
    wall_rect(m, x0, 0, x1, y0);
    wall_rect(m, x0, y1, x1, r->height);
    window_pane(b, r, x0, y0, x1, y1);
    if (sy_rng_chance(b->rng, 0.5f)) {
        float drop = sy_rng_chance(b->rng, 0.5f) ? 0.03f : y0 - 0.1f;
        sy_mesh_begin(m, sy_pick_fabric(b));
        curtain(b, x0 - 0.35f, x0 + w * uniform(b, 0.05f, 0.3f), drop, y1 + 0.15f);
        curtain(b, x1 - w * uniform(b, 0.05f, 0.3f), x1 + 0.35f, drop, y1 + 0.15f);
    }
}

static void make_door(sy_build *b, const room *r, float x)
{
    sy_mesh *m = sy_mesh_of(b);
    float w = uniform(b, 0.75f, 0.95f), h = minf(uniform(b, 1.95f, 2.1f), r->height - 0.05f);
    sy_mesh_begin(m, r->trim);
    sy_shape_box(m, v3(x - w / 2 - 0.07f, 0, -0.025f), v3(x - w / 2, h + 0.07f, 0));
    sy_shape_box(m, v3(x + w / 2, 0, -0.025f), v3(x + w / 2 + 0.07f, h + 0.07f, 0));
    sy_shape_box(m, v3(x - w / 2, h, -0.025f), v3(x + w / 2, h + 0.07f, 0));
    sy_mesh_begin(m, sy_rng_chance(b->rng, 0.5f) ? sy_pick_wood(b) : sy_pick_paint(b));
    sy_shape_box(m, v3(x - w / 2, 0, -0.008f), v3(x + w / 2, h, 0));
    for (int i = 0; i < 2; i++) {
        float y0 = i ? h * 0.5f : 0.15f, y1 = i ? h - 0.15f : h * 0.44f;
        sy_shape_box(m, v3(x - w * 0.36f, y0, -0.02f), v3(x + w * 0.36f, y1, -0.008f));
    }
    sy_mesh_begin(m, sy_pick_metal(b));
    sy_shape_ellipsoid(m, v3(x + w * 0.4f, 1.0f, -0.05f), v3(0.03f, 0.03f, 0.03f), 12);
}

static void make_pictures(sy_build *b, const room *r, float length)
{
    sy_mesh *m = sy_mesh_of(b);
    int count = sy_rng_int(b->rng, 5);
    for (int i = 0; i < count; i++) {
        float w = uniform(b, 0.2f, 1.0f), h = w * uniform(b, 0.6f, 1.4f),
              x = uniform(b, -0.5f, 0.5f) * (length - w);
        float y = minf(uniform(b, 1.1f, 1.7f), r->height - h - 0.1f), e = uniform(b, 0.015f, 0.06f),
              t = uniform(b, 0.01f, 0.04f);
        sy_mesh_begin(m, sy_rng_chance(b->rng, 0.5f) ? sy_pick_wood(b) : sy_pick_paint(b));
        sy_shape_box(m, v3(x - w / 2 - e, y - e, -t), v3(x + w / 2 + e, y + h + e, -0.001f));
        sy_mesh_begin(m, sy_pick_picture(b, 0.0f));
        t += 0.002f;
        sy_shape_picture(m, v3(x - w / 2, y, -t), v3(x + w / 2, y, -t), v3(x + w / 2, y + h, -t),
                         v3(x - w / 2, y + h, -t));
    }
}

/* Boards on the wall with things on them. */
static void make_boards(sy_build *b, const room *r, float length)
{
    sy_mesh *m = sy_mesh_of(b);
    float w = minf(uniform(b, 0.5f, 1.8f), length * 0.8f),
          x = uniform(b, -0.5f, 0.5f) * (length - w);
    float d = uniform(b, 0.15f, 0.3f), y = uniform(b, 0.9f, 1.5f), gap = uniform(b, 0.28f, 0.5f);
    int board = sy_pick_wood(b), count = 1 + sy_rng_int(b->rng, 3);
    for (int i = 0; i < count && y < r->height - 0.2f; i++) {
        sy_mesh_push(m);
        sy_mesh_translate(m, x, y, -d / 2);
        sy_mesh_begin(m, board);
        sy_shape_box(m, v3(-w / 2, -0.025f, -d / 2), v3(w / 2, 0, d / 2));
        sy_clutter(b, w, d, 0, 2 + sy_rng_int(b->rng, 7), 0.8f);
        sy_mesh_pop(m);
        y += gap;
    }
}

static void make_wall(sy_build *b, const room *r, float length)
{
    sy_mesh *m = sy_mesh_of(b);
    if (sy_rng_chance(b->rng, 0.4f)) {
        make_window(b, r, length);
    } else {
        sy_mesh_begin(m, r->wall);
        wall_rect(m, -length / 2, 0, length / 2, r->height);
        make_pictures(b, r, length);
        if (sy_rng_chance(b->rng, 0.3f)) {
            make_boards(b, r, length);
        }
        if (sy_rng_chance(b->rng, 0.4f)) {
            make_door(b, r, uniform(b, -0.4f, 0.4f) * (length - 1.0f));
        }
    }
    sy_mesh_begin(m, r->trim);
    sy_shape_box(m, v3(-length / 2, 0, -0.015f), v3(length / 2, 0.09f, 0));
}

static void make_shell(sy_build *b, const room *r)
{
    sy_mesh *m = sy_mesh_of(b);
    float mid = 0.5f * (r->back + r->depth), length = r->depth - r->back;
    for (int i = 0; i < 4; i++) {
        sy_mesh_push(m);
        float along = i == 0 || i == 3 ? 2 * r->half_width : length;
        if (i == 0) {
            sy_mesh_translate(m, 0, 0, r->depth);
        } else if (i == 3) {
            sy_mesh_translate(m, 0, 0, r->back);
            sy_mesh_turn(m, SY_PI);
        } else {
            sy_mesh_translate(m, i == 1 ? -r->half_width : r->half_width, 0, mid);
            sy_mesh_turn(m, i == 1 ? -0.5f * SY_PI : 0.5f * SY_PI);
        }
        make_wall(b, r, along);
        sy_mesh_pop(m);
    }
    float w = r->half_width, e = 0.0f;
    sy_mesh_begin(m, sy_pick_floor(b));
    sy_shape_quad(m, v3(-w, e, r->back), v3(w, e, r->back), v3(w, e, r->depth),
                  v3(-w, e, r->depth));
    sy_mesh_begin(m, sy_pick_ceiling(b));
    sy_shape_quad(m, v3(-w, r->height, r->back), v3(w, r->height, r->back),
                  v3(w, r->height, r->depth), v3(-w, r->height, r->depth));
    if (sy_rng_chance(b->rng, 0.35f)) {
        float rw = uniform(b, 0.8f, 1.5f), z = uniform(b, 1.0f, maxf(r->depth - 1.0f, 1.1f));
        sy_mesh_begin(m, sy_pick_fabric(b));
        sy_mesh_push(m);
        sy_mesh_translate(m, uniform(b, -0.5f, 0.5f) * w, 0.0f, z);
        sy_mesh_turn(m, uniform(b, -0.3f, 0.3f));
        sy_shape_block(m, 2 * rw, 0.008f, rw * 1.4f);
        sy_mesh_pop(m);
    }
}

/* Puts a piece against a wall: 0 the far one, 1 left, 2 right. */
static bool try_wall(sy_build *b, const room *r, const sy_furniture *f, int side)
{
    sy_mesh *m = sy_mesh_of(b);
    float gap = 0.02f + f->depth / 2 + uniform(b, 0.0f, 0.08f), x, z, turn;
    sy_area area;
    if (side == 0) {
        float span = r->half_width - f->width / 2;
        x = uniform(b, -1.0f, 1.0f) * span, z = r->depth - gap, turn = 0.0f;
        area = (sy_area){ x - f->width / 2, z - f->depth / 2, x + f->width / 2, z + f->depth / 2 };
    } else {
        x = (side == 1 ? -1.0f : 1.0f) * (r->half_width - gap);
        z = uniform(b, 0.5f, maxf(r->depth - f->width / 2 - 0.1f, 0.6f));
        turn = side == 1 ? -0.5f * SY_PI : 0.5f * SY_PI;
        area = (sy_area){ x - f->depth / 2, z - f->width / 2, x + f->depth / 2, z + f->width / 2 };
    }
    if (!sy_area_claim(b, area)) {
        return false;
    }
    sy_mesh_push(m);
    sy_mesh_translate(m, x, 0, z);
    sy_mesh_turn(m, turn + (sy_rng_chance(b->rng, 0.2f) ? uniform(b, -0.06f, 0.06f) : 0.0f));
    f->make(b, f);
    sy_mesh_pop(m);
    return true;
}

static bool try_middle(sy_build *b, const room *r, const sy_furniture *f)
{
    sy_mesh *m = sy_mesh_of(b);
    float turn = uniform(b, -SY_PI, SY_PI), reach = 0.55f * hypotf(f->width, f->depth);
    float x = uniform(b, -1.0f, 1.0f) * (r->half_width - reach),
          z = uniform(b, 1.2f, maxf(r->depth - reach, 1.3f));
    if (!sy_area_claim(b, (sy_area){ x - reach, z - reach, x + reach, z + reach })) {
        return false;
    }
    sy_mesh_push(m);
    sy_mesh_translate(m, x, 0, z);
    sy_mesh_turn(m, sy_rng_chance(b->rng, 0.5f) ? 0.1f * turn : turn);
    f->make(b, f);
    sy_mesh_pop(m);
    return true;
}

static void furnish(sy_build *b, const room *r)
{
    float floor_area = 2 * r->half_width * (r->depth - 0.5f);
    int wanted = 5 + (int) (floor_area * uniform(b, 0.3f, 0.9f));
    for (int tries = 0; tries < 90 && wanted > 0; tries++) {
        sy_furniture f = sy_furniture_random(b);
        if (f.height > r->height - 0.1f) {
            continue;
        }
        bool done = f.wall ? try_wall(b, r, &f, sy_rng_int(b->rng, 3)) : try_middle(b, r, &f);
        wanted -= done ? 1 : 0;
    }
    sy_mesh *m = sy_mesh_of(b);
    int litter = sy_rng_int(b->rng, 12);
    for (int i = 0; i < litter; i++) {
        float x = uniform(b, -0.9f, 0.9f) * r->half_width, z = uniform(b, 1.0f, r->depth - 0.3f),
              size = uniform(b, 0.1f, 0.35f);
        if (!sy_area_claim(b, (sy_area){ x - size / 2, z - size / 2, x + size / 2, z + size / 2 }))
        {
            continue;
        }
        sy_mesh_push(m);
        sy_mesh_translate(m, x, 0, z);
        sy_prop_small(b, size, size * 1.5f);
        sy_mesh_pop(m);
    }
}

/* Whiteboards, screens and partitions: large flat things that stand in a room at any angle. */
static void add_boards_about(sy_build *b, const room *r)
{
    sy_mesh *m = sy_mesh_of(b);
    for (int count = sy_rng_int(b->rng, 4); count > 0; count--) {
        float w = uniform(b, 0.7f, 2.2f), h = uniform(b, 0.7f, minf(1.6f, r->height - 0.6f)),
              x = uniform(b, -0.9f, 0.9f) * r->half_width, z = uniform(b, r->back, r->depth);
        float foot = uniform(b, 0.0f, 0.6f), reach = 0.35f * w;
        if (!sy_area_claim(b, (sy_area){ x - reach, z - reach, x + reach, z + reach })) {
            continue;
        }
        sy_mesh_push(m);
        sy_mesh_translate(m, x, foot, z);
        sy_mesh_turn(m, uniform(b, -SY_PI, SY_PI));
        sy_mesh_begin(m, sy_pick_metal(b));
        sy_shape_box(m, v3(-w / 2 - 0.03f, -foot, -0.01f), v3(-w / 2, h + 0.03f, 0.03f));
        sy_shape_box(m, v3(w / 2, -foot, -0.01f), v3(w / 2 + 0.03f, h + 0.03f, 0.03f));
        float kind = uniform(b, 0, 1);
        sy_mesh_begin(m, kind < 0.5f   ? sy_scene_plain(b->scene, sy_rgb(0.88f, 0.88f, 0.9f))
                         : kind < 0.8f ? sy_pick_picture(b, 0.0f)
                                       : sy_pick_paint(b));
        sy_shape_box(m, v3(-w / 2, 0, 0), v3(w / 2, h, 0.02f));
        sy_mesh_pop(m);
    }
}

static room build_room(sy_build *b)
{
    room r = { .back = -uniform(b, 0.6f, 2.0f), .height = uniform(b, 2.2f, 3.2f) };
    float widest = 0.0f;
    for (int i = 0; i < b->plan.people; i++) {
        widest = maxf(widest, fabsf(b->plan.spot[i].x));
    }
    r.half_width = maxf(sy_rng_log(b->rng, 1.2f, 3.6f), widest + 0.5f);
    r.depth = maxf(sy_rng_log(b->rng, 2.4f, 7.5f), b->plan.reach_m + uniform(b, 0.4f, 2.5f));
    r.height = maxf(r.height, b->plan.eye.y + 0.4f);
    r.wall = sy_pick_wall(b);
    r.trim = sy_rng_chance(b->rng, 0.6f) ? sy_scene_plain(b->scene, sy_rgb(0.9f, 0.89f, 0.86f))
                                         : sy_pick_wood(b);
    make_shell(b, &r);
    furnish(b, &r);
    sy_light_room(b, 2 * r.half_width, r.depth, r.height);
    return r;
}

void sy_place_room(sy_build *b)
{
    build_room(b);
}

void sy_place_room_to_roam(sy_build *b)
{
    room r = build_room(b);
    add_boards_about(b, &r);
    float wall = 0.3f;
    sy_area inside = { wall - r.half_width, r.back + wall, r.half_width - wall, r.depth - wall };
    sy_plan_roam(b, inside, r.height);
}

void sy_place_studio(sy_build *b)
{
    enum { ROWS = 24 };
    sy_mesh *m = sy_mesh_of(b);
    float wide = 14.0f, wall = b->plan.reach_m + uniform(b, 0.5f, 2.5f),
          bend = uniform(b, 0.1f, 0.8f);
    vec3 points[ROWS * 2];
    float uv[4 * ROWS];
    for (int r = 0; r < ROWS; r++) {
        float t = (float) r / (float) (ROWS - 1),
              a = 0.5f * SY_PI * clampf((t - 0.3f) / 0.4f, 0, 1);
        float z = t < 0.3f ? mixf(-2.0f, wall - bend, t / 0.3f) : wall - bend + bend * sinf(a);
        float y =
            t < 0.3f ? 0.0f : bend * (1.0f - cosf(a)) + (t > 0.7f ? (t - 0.7f) * 20.0f : 0.0f);
        points[2 * r] = v3(-wide, y, z);
        points[2 * r + 1] = v3(wide, y, z);
        uv[4 * r] = 0, uv[4 * r + 1] = t * 12.0f, uv[4 * r + 2] = 2 * wide,
               uv[4 * r + 3] = t * 12.0f;
    }
    sy_mesh_begin(m, sy_rng_chance(b->rng, 0.5f)
                         ? sy_pick_wall(b)
                         : sy_pick_pattern(b, SY_PATTERN_CLOUDY, v3(0.9f, 0.9f, 0.9f), 3.0f));
    sy_shape_grid(m, points, uv, ROWS, 2, false);
    if (sy_rng_chance(b->rng, 0.5f)) {
        room r = { .half_width = 3.0f, .depth = wall - bend, .height = 4.0f, .back = -1.0f };
        furnish(b, &r);
    }
    sy_light_room(b, 6.0f, wall, 3.5f);
}
