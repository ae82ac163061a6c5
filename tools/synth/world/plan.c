/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Camera and people first: framings from a distant figure to a face that fills the frame. */

#include "world/build.h"

static float uniform(sy_build *b, float lo, float hi)
{
    return sy_rng_float(b->rng, lo, hi);
}

bool sy_area_claim(sy_build *b, sy_area a)
{
    for (int i = 0; i < b->taken_count; i++) {
        const sy_area *t = &b->taken[i];
        if (a.x0 < t->x1 && a.x1 > t->x0 && a.z0 < t->z1 && a.z1 > t->z0) {
            return false;
        }
    }
    if (b->taken_count < SY_BUILD_TAKEN) {
        b->taken[b->taken_count++] = a;
    }
    return true;
}

static void reserve(sy_build *b, vec3 spot, float radius)
{
    sy_area_claim(b,
                  (sy_area){ spot.x - radius, spot.z - radius, spot.x + radius, spot.z + radius });
}

/* More people around the first one, not in front of it by much. */
static void add_companions(sy_build *b, float distance, float half_view)
{
    sy_plan *p = &b->plan;
    int extra = sy_rng_chance(b->rng, 0.45f) ? 0 : 1 + sy_rng_int(b->rng, 3);
    if (sy_rng_chance(b->rng, 0.06f)) {
        extra = 5 + sy_rng_int(b->rng, 7);
    }
    for (int tries = 0; tries < 40 && extra > 0 && p->people < SY_PLAN_PEOPLE; tries++) {
        float z = distance * sy_rng_log(b->rng, 0.8f, 3.5f);
        float x = uniform(b, -1.0f, 1.0f) * half_view * z;
        vec3 spot = v3(x, 0, z);
        if (!sy_area_claim(b, (sy_area){ x - 0.3f, z - 0.3f, x + 0.3f, z + 0.3f })) {
            continue;
        }
        p->spot[p->people++] = spot;
        p->reach_m = maxf(p->reach_m, z);
        extra--;
    }
}

void sy_plan_people(sy_build *b)
{
    sy_plan *p = &b->plan;
    const sy_camera *cam = &b->scene->camera;
    float aspect = (float) cam->width / (float) cam->height;
    p->fov_y = uniform(b, 22.0f, 70.0f) * SY_PI / 180.0f;
    p->roll = 0.03f * sy_rng_normal(b->rng);
    float kind = uniform(b, 0, 1), visible, look_at;
    if (kind < 0.25f) { /* head and shoulders */
        visible = uniform(b, 0.35f, 0.7f);
        look_at = uniform(b, 1.45f, 1.58f);
    } else if (kind < 0.55f) { /* half */
        visible = uniform(b, 0.7f, 1.3f);
        look_at = uniform(b, 1.15f, 1.4f);
    } else if (kind < 0.85f) { /* whole */
        visible = uniform(b, 1.7f, 2.8f);
        look_at = uniform(b, 0.7f, 1.1f);
    } else { /* small */
        visible = uniform(b, 2.8f, 7.0f);
        look_at = uniform(b, 0.8f, 1.6f);
    }
    if (aspect < 0.8f) {
        visible *= 1.2f;
    }
    float distance = maxf(visible / (2.0f * tanf(0.5f * p->fov_y)), 0.55f);
    float half_view = tanf(0.5f * p->fov_y) * aspect;
    vec3 main = v3(uniform(b, -0.55f, 0.55f) * half_view * distance, 0, distance);
    if (sy_rng_chance(b->rng, 0.35f)) {
        main.x *= 0.2f;
    }
    p->seated[0] = kind > 0.25f && sy_rng_chance(b->rng, 0.12f);
    look_at -= p->seated[0] ? 0.4f : 0.0f;
    p->spot[0] = main;
    p->people = 1;
    p->reach_m = distance;
    float eye = kind < 0.55f ? look_at + 0.12f * sy_rng_normal(b->rng) : uniform(b, 0.5f, 2.1f);
    p->eye = v3(0, maxf(eye, 0.25f), 0);
    p->target = v3(0, look_at, distance);
    reserve(b, main, 0.4f);
    reserve(b, v3(main.x * 0.5f, 0, distance * 0.5f), 0.25f);
    reserve(b, v3(0, 0, 0), 0.4f);
    add_companions(b, distance, half_view);
    sy_plan_aim(b);
}

void sy_plan_place(sy_build *b, float eye_lo_m, float eye_hi_m, float pitch_down)
{
    sy_plan *p = &b->plan;
    p->fov_y = uniform(b, 28.0f, 75.0f) * SY_PI / 180.0f;
    p->roll = 0.03f * sy_rng_normal(b->rng);
    p->eye = v3(0, uniform(b, eye_lo_m, eye_hi_m), 0);
    float pitch = pitch_down + 0.12f * sy_rng_normal(b->rng);
    p->target = v3_add(p->eye, v3(0.1f * sy_rng_normal(b->rng), -sinf(pitch), cosf(pitch)));
    p->people = 0;
    p->reach_m = 0.0f;
    reserve(b, v3(0, 0, 0), 0.5f);
    sy_plan_aim(b);
}

void sy_plan_aim(sy_build *b)
{
    const sy_plan *p = &b->plan;
    sy_camera_aim(&b->scene->camera, p->eye, p->target, p->roll, p->fov_y);
}

static bool inside_any(const sy_build *b, float x, float z)
{
    for (int i = 1; i < b->taken_count; i++) {
        const sy_area *t = &b->taken[i];
        if (x > t->x0 - 0.15f && x < t->x1 + 0.15f && z > t->z0 - 0.15f && z < t->z1 + 0.15f) {
            return true;
        }
    }
    return false;
}

void sy_plan_look_closer(sy_build *b)
{
    sy_plan *p = &b->plan;
    if (b->taken_count < 2) {
        return;
    }
    const sy_area *t = &b->taken[1 + sy_rng_int(b->rng, b->taken_count - 1)];
    vec3 at = v3(0.5f * (t->x0 + t->x1), uniform(b, 0.2f, 1.1f), 0.5f * (t->z0 + t->z1));
    float distance = hypotf(at.x, at.z), wanted = uniform(b, 1.0f, 2.6f);
    if (distance > wanted) {
        float k = 1.0f - wanted / distance;
        if (!inside_any(b, at.x * k, at.z * k)) {
            p->eye.x = at.x * k;
            p->eye.z = at.z * k;
        }
    }
    at.x += 0.25f * sy_rng_normal(b->rng);
    p->target = at;
    sy_plan_aim(b);
}

void sy_plan_roam(sy_build *b, sy_area room, float height_m)
{
    sy_plan *p = &b->plan;
    float above = 1.8f; /* most furniture */
    for (int tries = 0; tries < 20; tries++) {
        vec3 eye = v3(uniform(b, room.x0, room.x1), uniform(b, 0.6f, height_m - 0.15f),
                      uniform(b, room.z0, room.z1));
        if (eye.y > above || !inside_any(b, eye.x, eye.z)) {
            p->eye = eye;
            break;
        }
    }
    float yaw = uniform(b, -SY_PI, SY_PI), down = 0.35f + 0.4f * sy_rng_normal(b->rng);
    down = clampf(down, -0.5f, 1.2f);
    p->target = v3_add(p->eye, v3(sinf(yaw) * cosf(down), -sinf(down), cosf(yaw) * cosf(down)));
    p->roll = 0.15f * sy_rng_normal(b->rng);
    sy_plan_aim(b);
}

/* Something in a hand, which belongs to the figure. */
static void hold_something(sy_build *b, const sy_person *who, const sy_pose *pose)
{
    sy_mesh *m = sy_mesh_of(b);
    sy_joints j = sy_figure_joints(who, pose);
    int hand = sy_rng_int(b->rng, 2);
    float scale = who->height_m / 1.75f, size = sy_rng_log(b->rng, 0.06f, 0.4f);
    vec3 along = v3_normalize(v3_sub(j.wrist[hand], j.elbow[hand]));
    vec3 at = v3_scale(v3_madd(j.wrist[hand], along, 0.1f), scale);
    sy_mesh_push(m);
    sy_mesh_turn(m, SY_PI);
    sy_mesh_translate(m, at.x, at.y - 0.3f * size, at.z + 0.03f);
    sy_mesh_turn(m, uniform(b, -SY_PI, SY_PI));
    sy_prop_small(b, size, size * uniform(b, 1.0f, 1.8f));
    sy_mesh_pop(m);
}

void sy_cast_person(sy_build *b, vec3 spot, bool seated, bool foreground, int detail)
{
    sy_mesh *m = sy_mesh_of(b);
    sy_person who = sy_person_random(b->scene, b->library, b->rng, detail);
    sy_pose pose;
    float kind = uniform(b, 0, 1);
    if (seated) {
        pose = sy_pose_sit(b->rng);
    } else if (kind < 0.35f) {
        pose = sy_pose_gesture(b->rng);
    } else if (kind < 0.6f) {
        pose = sy_pose_walk(uniform(b, 0, 6.28f), uniform(b, 0.6f, 1.2f));
    } else {
        pose = sy_pose_stand(b->rng);
    }
    float turn =
        sy_rng_chance(b->rng, 0.7f) ? 0.45f * sy_rng_normal(b->rng) : uniform(b, -SY_PI, SY_PI);
    bool desk = foreground && detail > 1 && sy_rng_chance(b->rng, seated ? 0.5f : 0.08f);
    m->foreground = foreground ? 1 : 0;
    sy_mesh_push(m);
    sy_mesh_translate(m, spot.x, spot.y, spot.z);
    sy_mesh_turn(m, desk ? 0.3f * turn : turn);
    sy_figure_emit(m, &who, &pose);
    if (detail > 1 && sy_rng_chance(b->rng, 0.3f)) {
        hold_something(b, &who, &pose);
    }
    m->foreground = 0;
    if (desk) {
        sy_furniture_presenter_desk(b);
    }
    if (seated) {
        sy_furniture chair = { .width = 0.46f, .depth = 0.46f, .height = 0.9f };
        sy_mesh_translate(m, 0, 0, 0.06f);
        sy_furniture_chair(b, &chair);
    }
    sy_mesh_pop(m);
}

void sy_cast_plan(sy_build *b)
{
    const sy_plan *p = &b->plan;
    for (int i = 0; i < p->people; i++) {
        float ground = p->spot[i].y, distance = p->spot[i].z;
        int detail = distance < 1.6f ? 3 : (distance < 7.0f ? 2 : 1);
        sy_cast_person(b, v3(p->spot[i].x, ground, p->spot[i].z), p->seated[i], true, detail);
    }
}
