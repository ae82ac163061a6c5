/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Shadow maps with a turned disc of taps, and ambient occlusion in screen space. */

#include "render/memory.h"
#include "render/random.h"
#include "render/render.h"

#include <string.h>

static sy_projector sun_projector(const sy_light *light, int size)
{
    sy_camera cam = { .width = 1, .height = 1 };
    sy_camera_aim(&cam, light->pos, v3_add(light->pos, light->dir), 0.0f, 1.0f);
    sy_projector p = { .pose = cam.pose, .perspective = false, .width = size, .height = size };
    p.focal_x = p.focal_y = 0.5f * (float) size / light->reach_m;
    p.centre_x = p.centre_y = 0.5f * (float) size;
    return p;
}

static sy_projector spot_projector(const sy_light *light, int size)
{
    sy_camera cam = { .width = 1, .height = 1 };
    sy_camera_aim(&cam, light->pos, v3_add(light->pos, light->dir), 0.0f, 1.0f);
    float slope = tanf(minf(acosf(light->cone_cos), 1.25f));
    sy_projector p = { .pose = cam.pose, .perspective = true, .width = size, .height = size };
    p.focal_x = p.focal_y = 0.5f * (float) size / slope;
    p.centre_x = p.centre_y = 0.5f * (float) size;
    p.near_m = 0.08f;
    return p;
}

/* Still triangles are drawn once and their map is kept. */
static void draw_shadow(sy_shadow *s, const sy_scene *scene, size_t still_tris)
{
    size_t count = (size_t) s->projector.width * (size_t) s->projector.height;
    sy_raster_begin(&s->map, scene, &s->projector, false);
    if (still_tris > 0) {
        s->still = sy_grow(s->still, &s->still_capacity, count, sizeof *s->still);
        if (s->still_tris == still_tris) {
            memcpy(s->map.q, s->still, count * sizeof *s->still);
        } else {
            sy_raster_draw(&s->map, scene, &s->projector, 0, still_tris);
            memcpy(s->still, s->map.q, count * sizeof *s->still);
        }
    }
    s->still_tris = still_tris;
    sy_raster_draw(&s->map, scene, &s->projector, still_tris, scene->mesh.tri_count);
}

void sy_render_shadows(sy_renderer *r, const sy_scene *scene)
{
    int scale = r->options.shadow_scale > 0 ? r->options.shadow_scale : 1;
    for (int i = 0; i < scene->light_count; i++) {
        const sy_light *light = &scene->lights[i];
        if (!light->shadow) {
            continue;
        }
        bool sun = light->kind == SY_LIGHT_SUN;
        r->shadows[i].projector = sun ? sun_projector(light, SY_SHADOW_SUN_SIZE * scale)
                                      : spot_projector(light, SY_SHADOW_SPOT_SIZE * scale);
        draw_shadow(&r->shadows[i], scene, r->options.still_tris);
    }
}

static float shadow_tap(const sy_shadow *s, float x, float y, float q)
{
    int ix = floor_int(x), iy = floor_int(y);
    if (ix < 0 || iy < 0 || ix >= s->map.width || iy >= s->map.height) {
        return 1.0f;
    }
    return s->map.q[(size_t) iy * (size_t) s->map.width + (size_t) ix] > q ? 0.0f : 1.0f;
}

float sy_shadow_light(const sy_renderer *r, const sy_scene *scene, int light, const sy_hit *hit)
{
    const sy_shadow *s = &r->shadows[light];
    const sy_projector *p = &s->projector;
    vec3 view = sy_pose_inverse(&p->pose, hit->world);
    float texel = p->perspective ? maxf(view.z, 0.1f) / p->focal_x : 1.0f / p->focal_x;
    float soft = scene->lights[light].softness / texel;
    float offset = texel * (1.2f + minf(soft, 4.0f));
    view = sy_pose_inverse(&p->pose, v3_madd(hit->world, hit->geometric, offset));
    if (p->perspective && view.z < p->near_m) {
        return 1.0f;
    }
    vec3 at = sy_project(p, view);
    float bias = p->perspective ? at.z * at.z * texel : texel;
    int taps = r->options.shadow_taps > 0 ? r->options.shadow_taps : 6;
    float turn = sy_hash_float((int) hit->px, (int) hit->py, r->options.seed + 17u) * 2.0f * SY_PI;
    float sum = 0.0f, c = cosf(turn), sn = sinf(turn);
    for (int i = 0; i < taps; i++) {
        float radius = (0.7f + soft) * sqrtf(((float) i + 0.5f) / (float) taps), t = c;
        sum += shadow_tap(s, at.x + radius * c, at.y + radius * sn, at.z + bias);
        /* Turns by the golden angle. */
        c = -0.737369f * c - 0.675490f * sn;
        sn = -0.737369f * sn + 0.675490f * t;
    }
    return sum / (float) taps;
}

typedef struct occlusion {
    const sy_renderer *r;
    float slope_x, slope_y; /* view slope per pixel */
    float radius_m, radius_limit_px;
    float taps[16][2];
    int tap_count;
} occlusion;

static vec3 view_point(const occlusion *o, float x, float y, float inv_depth)
{
    const sy_frame *f = &o->r->frame;
    float z = 1.0f / inv_depth;
    return v3((x - 0.5f * (float) f->width) * o->slope_x * z,
              (0.5f * (float) f->height - y) * o->slope_y * z, z);
}

static float occlusion_at(const occlusion *o, int x, int y, float turn)
{
    const sy_frame *f = &o->r->frame;
    size_t i = (size_t) y * (size_t) f->width + (size_t) x;
    float inv = f->inv_depth[i];
    if (inv <= 0.0f) {
        return 1.0f;
    }
    vec3 p = view_point(o, (float) x + 0.5f, (float) y + 0.5f, inv), n = o->r->normal[i];
    float radius = clampf(o->radius_m * inv / o->slope_y, 2.0f, o->radius_limit_px);
    float c = cosf(turn), s = sinf(turn), sum = 0.0f, reach2 = o->radius_m * o->radius_m;
    for (int k = 0; k < o->tap_count; k++) {
        float dx = (o->taps[k][0] * c - o->taps[k][1] * s) * radius;
        float dy = (o->taps[k][0] * s + o->taps[k][1] * c) * radius;
        int tx = x + (int) lrintf(dx), ty = y + (int) lrintf(dy);
        if (tx < 0 || ty < 0 || tx >= f->width || ty >= f->height) {
            continue;
        }
        float tap = f->inv_depth[(size_t) ty * (size_t) f->width + (size_t) tx];
        if (tap <= 0.0f) {
            continue;
        }
        vec3 d = v3_sub(view_point(o, (float) tx + 0.5f, (float) ty + 0.5f, tap), p);
        float dd = v3_dot(d, d) + 1e-8f;
        float up = v3_dot(d, n) / sqrtf(dd) - 0.12f;
        sum += maxf(up, 0.0f) / (1.0f + 2.0f * dd / reach2);
    }
    return clampf(1.0f - 2.6f * sum / (float) o->tap_count, 0.0f, 1.0f);
}

/* Averages over 4x4 pixels, the period of the sampling pattern, within one surface. */
static void blur_occlusion(sy_renderer *r)
{
    const sy_frame *f = &r->frame;
    for (int y = 0; y < f->height; y++) {
        for (int x = 0; x < f->width; x++) {
            size_t i = (size_t) y * (size_t) f->width + (size_t) x;
            float centre = f->inv_depth[i], sum = r->ao_scratch[i], weight = 1.0f;
            for (int k = 0; k < 16; k++) {
                int tx = clampi(x + (k & 3) - 2, 0, f->width - 1);
                int ty = clampi(y + (k >> 2) - 2, 0, f->height - 1);
                size_t j = (size_t) ty * (size_t) f->width + (size_t) tx;
                if (fabsf(f->inv_depth[j] - centre) < 0.04f * centre) {
                    sum += r->ao_scratch[j];
                    weight += 1.0f;
                }
            }
            r->ao[i] = sum / weight;
        }
    }
}

void sy_render_occlusion(sy_renderer *r, const sy_scene *scene)
{
    const sy_frame *f = &r->frame;
    occlusion o = { .r = r, .radius_m = scene->ao_radius_m, .tap_count = 10 };
    o.slope_x = 2.0f * scene->camera.tan_x / (float) f->width;
    o.slope_y = 2.0f * scene->camera.tan_y / (float) f->height;
    o.radius_limit_px = (float) f->height * 0.16f;
    for (int k = 0; k < o.tap_count; k++) {
        float radius = powf(((float) k + 0.7f) / (float) o.tap_count, 0.8f);
        o.taps[k][0] = radius * cosf(2.39996f * (float) k);
        o.taps[k][1] = radius * sinf(2.39996f * (float) k);
    }
    for (int y = 0; y < f->height; y++) {
        for (int x = 0; x < f->width; x++) {
            int cell = (x & 3) + 4 * (y & 3);
            float turn = (float) ((cell * 7) & 15) * (2.0f * SY_PI / 16.0f);
            size_t i = (size_t) y * (size_t) f->width + (size_t) x;
            float ao = occlusion_at(&o, x, y, turn);
            r->ao_scratch[i] = 1.0f - scene->ao_strength * (1.0f - ao);
        }
    }
    blur_occlusion(r);
}
