/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One training sample: a random family, people or none, lights and a camera's faults. */

#include "world/build.h"

#include <stdio.h>
#include <string.h>

static float uniform(sy_build *b, float lo, float hi)
{
    return sy_rng_float(b->rng, lo, hi);
}

static void random_camera_faults(sy_build *b)
{
    sy_post_options *p = &b->post;
    float k = 0.22f * sy_rng_normal(b->rng);
    for (int c = 0; c < 3; c++) {
        p->balance[c] = 1.0f + 0.05f * sy_rng_normal(b->rng);
    }
    p->balance[0] *= 1.0f + 0.4f * k;
    p->balance[2] *= 1.0f - 0.4f * k;
    p->contrast = uniform(b, 0.8f, 1.25f);
    p->saturation = uniform(b, 0.4f, 1.25f);
    p->vignette = sy_rng_chance(b->rng, 0.4f) ? uniform(b, 0.2f, 1.2f) : 0.0f;
    p->noise = sy_rng_chance(b->rng, 0.6f) ? sy_rng_log(b->rng, 0.5f, 10.0f) : 0.0f;
    p->seed = sy_rng_next(b->rng);
    if (sy_rng_chance(b->rng, 0.08f)) {
        float reach = uniform(b, 1.5f, 6.0f), a = uniform(b, 0, 2 * SY_PI);
        p->streak_x = reach * cosf(a);
        p->streak_y = reach * sinf(a);
    }
}

static void focus_on_people(sy_build *b)
{
    if (b->plan.people && sy_rng_chance(b->rng, 0.4f)) {
        b->post.focus = 1.0f / b->plan.spot[0].z;
        b->post.blur_px = uniform(b, 0.003f, 0.018f) * (float) b->scene->camera.height;
    }
}

static void people_sample(sy_build *b)
{
    sy_plan_people(b);
    float kind = uniform(b, 0, 1);
    if (kind < 0.40f) {
        sy_place_room(b);
    } else if (kind < 0.70f) {
        sy_place_street(b);
    } else if (kind < 0.88f) {
        sy_place_nature(b);
    } else {
        sy_place_studio(b);
    }
    sy_cast_plan(b);
    focus_on_people(b);
}

static void room_sample(sy_build *b)
{
    sy_plan_place(b, 0.7f, 2.1f, uniform(b, 0.0f, 0.8f));
    if (sy_rng_chance(b->rng, 0.5f)) {
        float yaw = uniform(b, -0.9f, 0.9f);
        vec3 forward = v3_sub(b->plan.target, b->plan.eye);
        b->plan.target =
            v3_add(b->plan.eye, v3(forward.x * cosf(yaw) + forward.z * sinf(yaw), forward.y,
                                   forward.z * cosf(yaw) - forward.x * sinf(yaw)));
        sy_plan_aim(b);
    }
    sy_place_room(b);
    if (sy_rng_chance(b->rng, 0.4f)) {
        sy_plan_look_closer(b);
    }
}

static void corner_sample(sy_build *b)
{
    sy_plan_place(b, 0.6f, 2.0f, 0.0f);
    sy_place_room_to_roam(b);
}

static void street_sample(sy_build *b)
{
    sy_plan_place(b, 1.2f, 2.2f, uniform(b, -0.05f, 0.1f));
    sy_place_street(b);
}

static void nature_sample(sy_build *b)
{
    sy_plan_place(b, 1.2f, 3.0f, uniform(b, -0.05f, 0.2f));
    sy_place_nature(b);
}

typedef struct subject {
    const char *name;
    float share;
    void (*build)(sy_build *b);
} subject;

static const subject subjects[] = {
    { "people", 0.46f, people_sample }, { "room", 0.13f, room_sample },
    { "corner", 0.07f, corner_sample }, { "table", 0.16f, sy_place_table },
    { "street", 0.12f, street_sample }, { "nature", 0.06f, nature_sample },
};
enum { SUBJECTS = sizeof subjects / sizeof *subjects };

int sy_sample_subject(const char *name)
{
    for (int i = 0; i < SUBJECTS; i++) {
        if (strcmp(subjects[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *sy_sample_subjects(char *text, size_t size)
{
    size_t used = 0;
    for (int i = 0; i < SUBJECTS && used < size; i++) {
        used +=
            (size_t) snprintf(text + used, size - used, "%s%s", i ? ", " : "", subjects[i].name);
    }
    return text;
}

static int draw_subject(sy_build *b)
{
    float place = uniform(b, 0, 1);
    int i = 0;
    while (i < SUBJECTS - 1 && place >= subjects[i].share) {
        place -= subjects[i++].share;
    }
    return i;
}

void sy_sample_build(sy_build *b, int only)
{
    b->photo_share = b->library->photo_count ? uniform(b, 0.0f, 0.6f) : 0.0f;
    subjects[only < 0 ? draw_subject(b) : only].build(b);
    random_camera_faults(b);
}
