/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One training sample: a random family, people or none, lights and a camera's faults. */

#include "build.h"

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

void sy_sample_build(sy_build *b)
{
    b->photo_share = b->library->photo_count ? uniform(b, 0.0f, 0.6f) : 0.0f;
    float kind = uniform(b, 0, 1);
    if (kind < 0.46f) {
        people_sample(b);
    } else if (kind < 0.66f) {
        sy_plan_place(b, 0.7f, 1.9f, uniform(b, 0.0f, 0.5f));
        sy_place_room(b);
        if (sy_rng_chance(b->rng, 0.6f)) {
            sy_plan_look_closer(b);
        }
    } else if (kind < 0.82f) {
        sy_place_table(b);
    } else if (kind < 0.94f) {
        sy_plan_place(b, 1.2f, 2.2f, uniform(b, -0.05f, 0.1f));
        sy_place_street(b);
    } else {
        sy_plan_place(b, 1.2f, 3.0f, uniform(b, -0.05f, 0.2f));
        sy_place_nature(b);
    }
    random_camera_faults(b);
}
