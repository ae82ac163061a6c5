/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Scene bookkeeping, camera pose and the sky. */

#include "render/scene.h"

#include <string.h>

void sy_scene_reset(sy_scene *scene, const sy_texture *noise)
{
    sy_mesh mesh = scene->mesh;
    memset(scene, 0, sizeof *scene);
    scene->mesh = mesh;
    sy_mesh_clear(&scene->mesh);
    scene->noise = noise;
    scene->ao_radius_m = 0.5f;
    scene->ao_strength = 1.0f;
}

sy_material sy_material_plain(vec3 tint)
{
    return (sy_material){ .tint = tint, .scale_u = 1, .scale_v = 1, .gloss = 20, .dirt_scale = 1 };
}

int sy_scene_material(sy_scene *scene, const sy_material *material)
{
    if (scene->material_count == SY_SCENE_MATERIALS) {
        return SY_SCENE_MATERIALS - 1;
    }
    scene->materials[scene->material_count] = *material;
    return scene->material_count++;
}

int sy_scene_plain(sy_scene *scene, vec3 tint)
{
    sy_material material = sy_material_plain(tint);
    return sy_scene_material(scene, &material);
}

void sy_camera_aim(sy_camera *camera, vec3 from, vec3 at, float roll_rad, float fov_y_rad)
{
    vec3 forward = v3_normalize(v3_sub(at, from));
    vec3 up = fabsf(forward.y) > 0.999f ? v3(0, 0, 1) : v3(0, 1, 0);
    vec3 right = v3_normalize(v3_cross(up, forward));
    up = v3_cross(forward, right);
    float c = cosf(roll_rad), s = sinf(roll_rad);
    camera->pose.ax = v3_add(v3_scale(right, c), v3_scale(up, s));
    camera->pose.ay = v3_sub(v3_scale(up, c), v3_scale(right, s));
    camera->pose.az = forward;
    camera->pose.origin = from;
    camera->tan_y = tanf(0.5f * fov_y_rad);
    camera->tan_x = camera->tan_y * (float) camera->width / (float) camera->height;
}

vec3 sy_pose_inverse(const sy_xform *pose, vec3 world)
{
    vec3 d = v3_sub(world, pose->origin);
    return v3(v3_dot(d, pose->ax), v3_dot(d, pose->ay), v3_dot(d, pose->az));
}

static float cloud_cover(const sy_scene *scene, vec3 dir)
{
    const sy_sky *sky = &scene->sky;
    float k = sky->cloud_scale / (dir.y + 0.08f);
    float u = dir.x * k + sky->cloud_offset, v = dir.z * k;
    float level = clampf(log2f(k * 2.0f), 0.0f, 4.0f);
    float a = sy_texture_sample(scene->noise, u * 0.13f, v * 0.13f, level).colour.x;
    float b = sy_texture_sample(scene->noise, u * 0.41f + 0.3f, v * 0.41f, level + 1).colour.x;
    float n = sqrtf(a) * 0.7f + sqrtf(b) * 0.3f;
    return smoothf(0.62f - 0.3f * sky->clouds, 0.85f - 0.3f * sky->clouds, n) *
           smoothf(0.0f, 0.15f, dir.y);
}

vec3 sy_sky_colour(const sy_scene *scene, vec3 dir)
{
    const sy_sky *sky = &scene->sky;
    if (dir.y < 0.0f) {
        return v3_lerp(sky->horizon, sky->ground, smoothf(0.0f, 0.25f, -dir.y));
    }
    vec3 c = v3_lerp(sky->horizon, sky->zenith, 1.0f - powf(1.0f - dir.y, 3.0f));
    float sun = maxf(v3_dot(dir, v3_scale(sky->sun_dir, -1.0f)), 0.0f);
    c = v3_madd(c, sky->sun_colour, 0.25f * powf(sun, 6.0f) + 2.0f * powf(sun, 400.0f));
    if (sky->clouds > 0.0f) {
        vec3 lit = v3_madd(sky->cloud_colour, sky->sun_colour, 0.15f * powf(sun, 4.0f));
        c = v3_lerp(c, lit, 0.85f * cloud_cover(scene, dir));
    }
    return c;
}
