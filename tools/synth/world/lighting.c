/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Light set-ups: a day with sun or cloud, and a room with windows and lamps. */

#include "world/build.h"

static float uniform(sy_build *b, float lo, float hi)
{
    return sy_rng_float(b->rng, lo, hi);
}

void sy_light_day(sy_build *b, float reach_m, vec3 around)
{
    sy_scene *s = b->scene;
    float elevation = uniform(b, 0.12f, 1.3f), azimuth = uniform(b, 0.0f, 2.0f * SY_PI);
    bool overcast = sy_rng_chance(b->rng, 0.3f);
    float low = smoothf(0.6f, 0.1f, elevation);
    vec3 dir =
        v3(-cosf(elevation) * sinf(azimuth), -sinf(elevation), -cosf(elevation) * cosf(azimuth));
    s->sky.sun_dir = dir;
    s->sky.sun_colour = overcast ? v3(0.05f, 0.05f, 0.05f)
                                 : v3_lerp(v3(1.0f, 0.95f, 0.85f), v3(1.0f, 0.6f, 0.3f), low);
    vec3 grey = sy_rgb(0.75f, 0.78f, 0.82f);
    s->sky.zenith = v3_lerp(sy_rgb(0.28f, uniform(b, 0.42f, 0.55f), 0.85f), grey,
                            overcast ? 0.9f : uniform(b, 0.0f, 0.4f));
    s->sky.horizon = v3_lerp(v3_lerp(sy_rgb(0.75f, 0.85f, 0.95f), sy_rgb(0.98f, 0.75f, 0.5f), low),
                             grey, overcast ? 0.9f : 0.1f);
    s->sky.ground = sy_rgb(0.4f, 0.38f, 0.34f);
    s->sky.cloud_colour =
        v3_scale(v3_lerp(v3(1, 1, 1), v3(1.0f, 0.8f, 0.65f), low), overcast ? 0.7f : 0.95f);
    s->sky.clouds = sy_rng_chance(b->rng, 0.75f) ? uniform(b, 0.0f, 1.0f) : 0.0f;
    s->sky.cloud_scale = uniform(b, 0.4f, 1.6f);
    s->sky.cloud_offset = uniform(b, 0.0f, 40.0f);
    float sun = overcast ? uniform(b, 0.0f, 0.2f) : uniform(b, 0.9f, 2.2f);
    vec3 warm = v3_lerp(v3(1.0f, 0.95f, 0.87f), v3(1.0f, 0.68f, 0.42f), low);
    s->lights[s->light_count++] =
        (sy_light){ .kind = SY_LIGHT_SUN,
                    .pos = v3_madd(around, dir, -150.0f),
                    .dir = dir,
                    .colour = v3_scale(warm, sun),
                    .reach_m = reach_m,
                    .softness = overcast ? 0.3f : uniform(b, 0.01f, 0.06f),
                    .shadow = true };
    float ambient = overcast ? uniform(b, 0.6f, 0.9f) : uniform(b, 0.3f, 0.6f);
    s->ambient_up = v3_scale(v3_lerp(s->sky.zenith, v3(0.8f, 0.8f, 0.8f), 0.5f), ambient * 1.3f);
    s->ambient_down = v3_scale(v3(0.42f, 0.39f, 0.34f), ambient * 0.8f);
    s->fog_colour = v3_scale(s->sky.horizon, 0.9f);
    s->fog_density = sy_rng_chance(b->rng, 0.35f) ? sy_rng_log(b->rng, 0.001f, 0.03f) : 0.0008f;
}

void sy_light_room(sy_build *b, float width, float depth, float height)
{
    sy_scene *s = b->scene;
    float warmth = uniform(b, 0.0f, 1.0f);
    vec3 lamp = v3_lerp(v3(1.0f, 0.97f, 0.92f), v3(1.0f, 0.78f, 0.52f), warmth);
    float power = uniform(b, 0.5f, 1.3f) * height * height;
    s->lights[s->light_count++] = (sy_light){
        .kind = SY_LIGHT_SPOT,
        .pos = v3(uniform(b, -0.3f, 0.3f) * width, height - 0.12f, uniform(b, 0.2f, 0.8f) * depth),
        .dir = v3_normalize(v3(uniform(b, -0.15f, 0.15f), -1, uniform(b, -0.15f, 0.15f))),
        .colour = v3_scale(lamp, power),
        .cone_cos = 0.08f,
        .softness = uniform(b, 0.02f, 0.12f),
        .shadow = true
    };
    if (sy_rng_chance(b->rng, 0.6f)) {
        vec3 dir = v3_normalize(
            v3(uniform(b, -1.5f, 1.5f), uniform(b, -1.2f, -0.5f), uniform(b, -0.4f, 0.9f)));
        float side = dir.x > 0.0f ? -1.0f : 1.0f;
        s->lights[s->light_count++] =
            (sy_light){ .kind = SY_LIGHT_SPOT,
                        .pos = v3(side * (0.5f * width - 0.15f), height * 0.7f,
                                  uniform(b, 0.1f, 0.9f) * depth),
                        .dir = dir,
                        .colour = v3_scale(v3(0.95f, 0.98f, 1.0f), uniform(b, 0.5f, 2.5f) * width),
                        .cone_cos = 0.3f,
                        .softness = uniform(b, 0.03f, 0.15f),
                        .shadow = true };
    }
    if (sy_rng_chance(b->rng, 0.5f)) {
        s->lights[s->light_count++] =
            (sy_light){ .kind = SY_LIGHT_POINT,
                        .pos = v3(uniform(b, -0.4f, 0.4f) * width, uniform(b, 0.4f, 0.8f) * height,
                                  uniform(b, -0.1f, 0.5f) * depth),
                        .colour = v3_scale(lamp, uniform(b, 0.1f, 0.6f)) };
    }
    float ambient = uniform(b, 0.25f, 0.6f);
    s->ambient_up = v3_scale(v3_lerp(v3(0.9f, 0.93f, 1.0f), lamp, 0.5f), ambient);
    s->ambient_down = v3_scale(v3(0.75f, 0.70f, 0.64f), ambient);
    s->sky.horizon = v3(0.75f, 0.78f, 0.82f);
    s->sky.zenith = v3(0.55f, 0.60f, 0.70f);
    s->sky.ground = v3(0.30f, 0.28f, 0.26f);
    s->sky.sun_dir = v3(0, -1, 0);
    s->ao_radius_m = uniform(b, 0.25f, 0.6f);
    s->ao_strength = uniform(b, 0.7f, 1.0f);
}
