/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What the fixtures show. Fixed seeds and fixed exposure; no lens blur, so that alpha and depth are
 * exactly those of the picture. */

#include "fixture.h"

static void reseed(sy_build *b, uint64_t stream)
{
    *b->rng = sy_rng_make(4711, stream);
}

static void look(sy_build *b, vec3 eye, vec3 at, float fov_y)
{
    sy_camera_aim(&b->scene->camera, eye, at, 0.0f, fov_y);
    b->post.exposure = 0.9f;
}

static void light(sy_build *b)
{
    sy_scene *s = b->scene;
    vec3 dir = v3_normalize(v3(0.5f, -0.7f, 0.5f));
    s->lights[s->light_count++] = (sy_light){ .kind = SY_LIGHT_SUN,
                                              .pos = v3_madd(v3(0, 1, 4), dir, -30.0f),
                                              .dir = dir,
                                              .colour = v3(1.5f, 1.4f, 1.25f),
                                              .reach_m = 8.0f,
                                              .softness = 0.02f,
                                              .shadow = true };
    s->ambient_up = v3(0.50f, 0.54f, 0.60f);
    s->ambient_down = v3(0.35f, 0.31f, 0.28f);
    s->sky.horizon = s->sky.zenith = v3(0.6f, 0.65f, 0.7f);
    s->sky.ground = v3(0.3f, 0.3f, 0.3f);
    s->sky.sun_dir = dir;
}

static void floor_and_wall(sy_build *b, float wall_m, sy_pattern wall, vec3 tint)
{
    sy_mesh *m = sy_mesh_of(b);
    reseed(b, 1);
    sy_mesh_begin(m, sy_pick_pattern(b, SY_PATTERN_PLANKS, v3(1, 1, 1), 1.5f));
    sy_shape_quad(m, v3(-20, 0, -3), v3(20, 0, -3), v3(20, 0, wall_m), v3(-20, 0, wall_m));
    sy_mesh_begin(m, sy_pick_pattern(b, wall, tint, 0.9f));
    sy_shape_quad(m, v3(-20, 0, wall_m), v3(20, 0, wall_m), v3(20, 12, wall_m),
                  v3(-20, 12, wall_m));
}

/* Three boxes whose fronts are 2, 4 and 8 m from the camera; the nearest is the foreground. */
static void blocks(sy_build *b, bool subject)
{
    static const float at[3][3] = { { -0.55f, 2.0f, 0.7f },
                                    { 0.5f, 4.0f, 1.4f },
                                    { -1.6f, 8.0f, 2.6f } };
    sy_mesh *m = sy_mesh_of(b);
    look(b, v3(0, 1.0f, 0), v3(0, 1.0f, 1), 0.7f);
    floor_and_wall(b, 12.0f, SY_PATTERN_WALLPAPER, v3(0.9f, 0.9f, 0.9f));
    for (int i = subject ? 0 : 1; i < 3; i++) {
        reseed(b, 10 + (uint64_t) i);
        float x = at[i][0], z = at[i][1], size = at[i][2];
        m->foreground = i == 0;
        sy_mesh_begin(m, sy_pick_pattern(b, SY_PATTERN_LABEL, v3(1, 1, 1), 0.5f * size));
        sy_shape_box(m, v3(x - size / 2, 0, z), v3(x + size / 2, size, z + size));
        m->foreground = 0;
    }
}

static void hair_head(sy_build *b)
{
    sy_mesh *m = sy_mesh_of(b);
    reseed(b, 20);
    sy_person who = sy_person_random(b->scene, b->library, b->rng, 3);
    who.hair = SY_HAIR_LONG;
    who.hat = SY_HAT_NONE;
    who.glasses = who.bag = false;
    who.top = SY_TOP_LONG_SLEEVE;
    who.strands = 2600;
    who.hair_length = 0.30f;
    who.height_m = 1.75f;
    who.blow_x = 0.05f;
    who.blow_z = -0.02f;
    b->scene->materials[who.hair_material].tint = sy_rgb(0.42f, 0.28f, 0.17f);
    sy_pose pose = { .head_yaw = 0.35f, .arm_out = { 0.1f, 0.1f }, .elbow = { 0.2f, 0.2f } };
    sy_mesh_push(m);
    sy_mesh_translate(m, 0, 0, 1.5f);
    sy_figure_emit(m, &who, &pose);
    sy_mesh_pop(m);
}

/* A furry ball: short bent ribbons all over a body. */
static void fur_ball(sy_build *b)
{
    enum { HAIRS = 9000 };
    sy_mesh *m = sy_mesh_of(b);
    reseed(b, 30);
    sy_material fur = sy_material_plain(sy_rgb(0.72f, 0.58f, 0.42f));
    fur.translucency = 0.3f;
    sy_mesh_begin(m, sy_scene_material(b->scene, &fur));
    vec3 centre = v3(0, 1.45f, 1.6f);
    sy_shape_ellipsoid(m, centre, v3(0.22f, 0.20f, 0.22f), 40);
    for (int i = 0; i < HAIRS; i++) {
        float z = 2.0f * ((float) i + 0.5f) / HAIRS - 1.0f, a = 2.39996f * (float) i;
        float r = sqrtf(1.0f - z * z), reach = 0.02f * sy_rng_float(b->rng, 0.5f, 1.3f);
        vec3 d = v3(r * cosf(a), z, r * sinf(a)),
             p = v3_add(centre, v3_mul(d, v3(0.22f, 0.20f, 0.22f)));
        d = v3_add(d, v3(0.35f * sy_rng_normal(b->rng), 0.0f, 0.0f));
        d.y -= 0.3f + 0.3f * sy_rng_float(b->rng, 0.0f, 1.0f);
        vec3 side = v3_scale(v3_normalize(v3_cross(d, v3(0.1f, 0.2f, 1.0f))), 0.0006f), points[8];
        float uv[16] = { 0 };
        for (int k = 0; k < 4; k++) {
            points[2 * k] = v3_madd(p, side, 1.0f - 0.3f * (float) k);
            points[2 * k + 1] = v3_madd(p, side, -1.0f + 0.3f * (float) k);
            p = v3_madd(p, v3_normalize(d), reach);
            d.y -= 0.25f;
        }
        sy_shape_grid(m, points, uv, 4, 2, false);
    }
}

void sy_fixture_still_scene(sy_build *b, sy_fixture_still still, bool subject)
{
    light(b);
    if (still == SY_STILL_BLOCKS) {
        blocks(b, subject);
        return;
    }
    look(b, v3(0, 1.55f, 0), v3(0, 1.50f, 1.5f), 0.48f);
    floor_and_wall(b, 4.0f, SY_PATTERN_PLAID, v3(0.9f, 0.85f, 0.8f));
    if (subject) {
        sy_mesh_of(b)->foreground = 1;
        if (still == SY_STILL_HAIR) {
            hair_head(b);
        } else {
            fur_ball(b);
        }
        sy_mesh_of(b)->foreground = 0;
    }
}

static void figure_at(sy_build *b, uint64_t stream, vec3 at, float turn, const sy_pose *pose,
                      bool foreground)
{
    sy_mesh *m = sy_mesh_of(b);
    reseed(b, stream);
    sy_person who = sy_person_random(b->scene, b->library, b->rng, 2);
    m->foreground = foreground;
    sy_mesh_push(m);
    sy_mesh_translate(m, at.x, at.y, at.z);
    sy_mesh_turn(m, turn);
    sy_figure_emit(m, &who, pose);
    sy_mesh_pop(m);
    m->foreground = 0;
}

static sy_pose talking(float seconds)
{
    sy_pose pose = { .arm_out = { 0.15f, 0.2f },
                     .arm_swing = { 0.3f, 0.1f },
                     .elbow = { 1.2f, 0.3f },
                     .elbow_in = { 0.4f, 0 } };
    pose.elbow[0] += 0.4f * sinf(3.0f * seconds);
    pose.head_yaw = 0.3f * sinf(0.9f * seconds);
    pose.lean = 0.03f * sinf(1.3f * seconds);
    return pose;
}

void sy_fixture_walkby_scene(sy_build *b, float t, float seconds)
{
    light(b);
    look(b, v3(0, 1.3f, 0), v3(0, 1.05f, 3.2f), 0.62f);
    floor_and_wall(b, 6.0f, SY_PATTERN_BRICK, v3(1, 1, 1));
    sy_pose pose = talking(seconds);
    figure_at(b, 41, v3(0, 0, 3.2f), 0.2f, &pose, true);
    float across = (t - 0.5f) / 0.3f * 2.4f;
    sy_pose walk = sy_pose_walk(2.0f * SY_PI * across / 1.45f, 1.0f);
    figure_at(b, 43, v3(across, 0, 1.9f), -0.5f * SY_PI, &walk, false);
}

void sy_fixture_shot_scene(sy_build *b, int shot, float seconds)
{
    sy_pose pose = talking(seconds);
    light(b);
    if (shot == 0) {
        look(b, v3(0, 1.4f, 0), v3(0.1f, 1.25f, 2.4f), 0.5f);
        floor_and_wall(b, 5.0f, SY_PATTERN_PLASTER, v3(0.8f, 0.75f, 0.6f));
        figure_at(b, 51, v3(0.2f, 0, 2.4f), 0.3f, &pose, true);
    } else {
        look(b, v3(-0.4f, 1.7f, 0), v3(0.0f, 0.9f, 4.5f), 0.7f);
        floor_and_wall(b, 9.0f, SY_PATTERN_TILES, v3(0.5f, 0.6f, 0.75f));
        figure_at(b, 52, v3(-0.7f, 0, 4.5f), -0.4f, &pose, true);
        figure_at(b, 53, v3(0.9f, 0, 5.5f), 0.5f, &pose, true);
    }
}
