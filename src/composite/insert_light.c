/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Blurs of the whole frame (soft.h), each only when it is asked for, and one walk over the roi for each. Shadows come
 * in four layers by the depth between thrower and receiver, k = 0..3 quarters of the reach: the kth falls k quarters
 * of the length aside, is the softer the larger k is, and the more a thing belongs to it the nearer its depth. */

#include "composite/insert_light.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "composite/soft.h"
#include "core/pool.h"
#include "core/size.h"

enum { BAND = 16, LAYERS = 4 };

typedef struct light_job {
    const zd_composite_light *light;
    const zd_composite_light_scene *scene;
    zd_rect roi;
    zd_view lit;
    zd_view air;
    zd_soft soft;
    float step_x; /* how far aside the next layer of shadow falls, in pixels */
    float step_y;
} light_job;

bool zd_composite_light_is_on(const zd_composite_light *light)
{
    return light->wrap > 0.0f || light->wrap_front > 0.0f || light->shadow > 0.0f ||
           light->shadow_front > 0.0f;
}

int zd_composite_light_margin(const zd_composite_light *light, int frame_height)
{
    assert(frame_height > 0);
    float wraps = light->wrap_front > 0.0f ? 4.0f * light->wrap_width : 0.0f;
    float falls =
        light->shadow > 0.0f ? light->shadow_length + 4.0f * light->shadow_softness : 0.0f;
    return (int) ceilf(fmaxf(wraps, falls) * (float) frame_height) + 4;
}

static zd_vec4 load_finite(const float *pixel)
{
    zd_vec4 c = zd_vec4_load(pixel);
    return zd_vec4_select(zd_vec4_is_finite(c), c, zd_vec4_splat(0.0f));
}

/* The insert's pixel as it is laid; nothing outside it. */
static zd_vec4 insert_at(const zd_composite_light_scene *s, int x, int y)
{
    zd_rect rect = zd_placed_rect(s->insert);
    if (x < rect.x0 || x >= rect.x1 || y < rect.y0 || y >= rect.y1) {
        return zd_vec4_splat(0.0f);
    }
    return load_finite(zd_placed_pixel_f32(s->insert, x, y)) * zd_vec4_splat(s->opacity);
}

static zd_vec4 picture_at(const zd_composite_light_scene *s, int x, int y)
{
    return load_finite(zd_view_row_f32(s->picture, y) + 4 * (ptrdiff_t) x);
}

/* A part of a pixel, 0..1; 0 where it is not a number. */
static float part_at(zd_view view, int x, int y)
{
    float part = zd_view_row_f32(view, y)[x];
    return part - part == 0.0f ? zd_float_clamp(part, 0.0f, 1.0f) : 0.0f;
}

static float alpha_of(zd_vec4 colour)
{
    return zd_float_clamp(colour[3], 0.0f, 1.0f);
}

/* ---- what is blurred ---- */

/* The light that the insert does not cover, as far as it is behind. */
static void light_behind(const void *user, const zd_soft *soft, int y, float part, zd_vec4 *row)
{
    const zd_composite_light_scene *s = ((const light_job *) user)->scene;
    for (int x = 0; x < soft->frame_width; x++) {
        float open = (1.0f - alpha_of(insert_at(s, x, y))) * (1.0f - part_at(s->matte, x, y));
        row[x / soft->shrink] += zd_vec4_splat(part * open) * picture_at(s, x, y);
    }
}

static zd_vec4 blended(const zd_composite_light_scene *s, zd_vec4 insert, zd_vec4 behind)
{
    float source[4];
    float out[4];
    zd_vec4_store(source, insert);
    zd_vec4_store(out, behind);
    zd_blend_pixel(s->blend, source, out, out);
    return zd_vec4_load(out);
}

/* What the insert adds to the light behind. */
static void light_of_insert(const void *user, const zd_soft *soft, int y, float part, zd_vec4 *row)
{
    const zd_composite_light_scene *s = ((const light_job *) user)->scene;
    zd_rect rect = zd_placed_rect(s->insert);
    if (y < rect.y0 || y >= rect.y1) {
        return;
    }
    for (int x = zd_int_max(rect.x0, 0); x < zd_int_min(rect.x1, soft->frame_width); x++) {
        zd_vec4 behind = picture_at(s, x, y);
        zd_vec4 laid = blended(s, insert_at(s, x, y), behind);
        float open = part * (1.0f - part_at(s->matte, x, y));
        row[x / soft->shrink] += zd_vec4_splat(open) * (laid - behind);
    }
}

static void shape_of_insert(const void *user, const zd_soft *soft, int y, float part, zd_vec4 *row)
{
    const zd_composite_light_scene *s = ((const light_job *) user)->scene;
    zd_rect rect = zd_placed_rect(s->insert);
    if (y < rect.y0 || y >= rect.y1) {
        return;
    }
    for (int x = zd_int_max(rect.x0, 0); x < zd_int_min(rect.x1, soft->frame_width); x++) {
        row[x / soft->shrink] += zd_vec4_splat(part * alpha_of(insert_at(s, x, y)));
    }
}

/* How much something at a distance, as a part of the reach, belongs to each layer: linear between them, nothing at
 * the reach. What is on the other side belongs to the first alone. */
static zd_vec4 layers_of(float distance)
{
    zd_vec4 shares = zd_vec4_splat(0.0f);
    for (int k = 0; k < LAYERS; k++) {
        shares[k] = fmaxf(1.0f - fabsf((float) LAYERS * distance - (float) k), 0.0f);
    }
    return shares;
}

static void things_before(const void *user, const zd_soft *soft, int y, float part, zd_vec4 *row)
{
    const light_job *job = user;
    const zd_composite_light_scene *s = job->scene;
    for (int x = 0; x < soft->frame_width; x++) {
        float before = part_at(s->matte, x, y);
        float ahead = part_at(s->nearness, x, y) - s->depth;
        if (before > 0.0f && ahead > 0.0f) {
            row[x / soft->shrink] +=
                zd_vec4_splat(part * before) * layers_of(ahead / job->light->shadow_reach);
        }
    }
}

/* ---- what is made of it ---- */

typedef void (*pixel_maker)(const light_job *job, int x, int y);

static float *lit_pixel(const light_job *job, int x, int y)
{
    return zd_view_row_f32(job->lit, y) + 4 * (ptrdiff_t) x;
}

static float *air_pixel(const light_job *job, int x, int y)
{
    return zd_view_row_f32(job->air, y) + 4 * (ptrdiff_t) x;
}

static zd_vec4 soft_at(const light_job *job, int x, int y)
{
    return zd_soft_at(&job->soft, (float) x + 0.5f, (float) y + 0.5f);
}

/* The layers of shadow that fall on a pixel. */
static zd_vec4 fallen(const light_job *job, int x, int y)
{
    zd_vec4 layers = zd_vec4_splat(0.0f);
    for (int k = 0; k < LAYERS; k++) {
        float from_x = (float) x + 0.5f - (float) k * job->step_x;
        float from_y = (float) y + 0.5f - (float) k * job->step_y;
        layers[k] = zd_soft_at(&job->soft, from_x, from_y)[k];
    }
    return layers;
}

/* What is left of a layer's shadow over its distance. */
static const zd_vec4 remains = { 1.0f, 0.75f, 0.5f, 0.25f };

static void shade_footage(const light_job *job, int x, int y)
{
    float behind = job->scene->depth - part_at(job->scene->nearness, x, y);
    zd_vec4 shares = layers_of(behind / job->light->shadow_reach) * remains;
    if (shares[0] + shares[1] + shares[2] + shares[3] > 0.0f) {
        zd_vec4 layers = shares * fallen(job, x, y);
        float dark = layers[0] + layers[1] + layers[2] + layers[3];
        air_pixel(job, x, y)[3] = job->light->shadow * fminf(dark, 1.0f);
    }
}

static void shade_insert(const light_job *job, int x, int y)
{
    float left = 1.0f;
    zd_vec4 layers = remains * fallen(job, x, y);
    for (int k = 0; k < LAYERS; k++) {
        left *= 1.0f - zd_float_clamp(layers[k], 0.0f, 1.0f);
    }
    zd_vec4 colour = zd_vec4_load(lit_pixel(job, x, y));
    float dark = job->light->shadow_front * (1.0f - left);
    if (dark > 0.0f && zd_vec4_is_finite(colour)[0]) {
        zd_vec4_store(lit_pixel(job, x, y),
                      zd_vec4_with_alpha(colour * zd_vec4_splat(1.0f - dark), colour));
    }
}

static void wrap_insert(const light_job *job, int x, int y)
{
    zd_vec4 colour = zd_vec4_load(lit_pixel(job, x, y));
    if (colour[3] > 0.0f && zd_vec4_is_finite(colour)[0]) {
        zd_vec4 spill = zd_vec4_max(soft_at(job, x, y), zd_vec4_splat(0.0f));
        spill *= zd_vec4_splat(job->light->wrap * alpha_of(colour));
        zd_vec4_store(lit_pixel(job, x, y), zd_vec4_with_alpha(colour + spill, colour));
    }
}

static void wrap_front(const light_job *job, int x, int y)
{
    float before = part_at(job->scene->matte, x, y);
    if (before > 0.0f) {
        zd_vec4 spill = zd_vec4_max(soft_at(job, x, y), zd_vec4_splat(0.0f));
        spill *= zd_vec4_splat(job->light->wrap_front * before);
        zd_vec4_store(air_pixel(job, x, y),
                      zd_vec4_with_alpha(spill, zd_vec4_load(air_pixel(job, x, y))));
    }
}

typedef struct walk {
    const light_job *job;
    zd_rect area;
    pixel_maker make;
} walk;

static void walk_band(void *user, int item)
{
    const walk *w = user;
    int first = w->area.y0 + item * BAND;
    for (int y = first; y < zd_int_min(first + BAND, w->area.y1); y++) {
        for (int x = w->area.x0; x < w->area.x1; x++) {
            w->make(w->job, x, y);
        }
    }
}

/* One light: blurred, and made of. */
static zd_status run(zd_context *ctx, light_job *job, zd_vec4 sigma, zd_soft_row row, zd_rect area,
                     pixel_maker make, zd_error *err)
{
    const zd_composite_light_scene *s = job->scene;
    sigma = zd_vec4_max(sigma * zd_vec4_splat((float) s->picture.height), zd_vec4_splat(0.3f));
    if (zd_rect_is_empty(area)) {
        return ZD_OK;
    }
    ZD_TRY(zd_soft_open(ctx, s->picture.width, s->picture.height, sigma, "the insert's light",
                        &job->soft, err));
    zd_soft_fill(&job->soft, row, job);
    walk w = { job, area, make };
    zd_pool_run(zd_context_pool(ctx), (area.y1 - area.y0 + BAND - 1) / BAND, walk_band, &w);
    zd_soft_close(&job->soft);
    return ZD_OK;
}

zd_status zd_composite_light_make(zd_context *ctx, const zd_composite_light *light,
                                  const zd_composite_light_scene *scene, zd_rect roi, zd_view lit,
                                  zd_view air, zd_error *err)
{
    light_job job = { .light = light, .scene = scene, .roi = roi, .lit = lit, .air = air };
    zd_rect own = zd_rect_intersect(zd_placed_rect(scene->insert), roi);
    float step = 0.25f * light->shadow_length * (float) scene->picture.height;
    float turn = light->shadow_direction * (float) (3.14159265358979 / 180.0);
    zd_vec4 wide = zd_vec4_splat(light->wrap_width);
    zd_vec4 softer = { 0.3f, 0.5f, 0.75f, 1.0f };
    softer *= zd_vec4_splat(light->shadow_softness);
    job.step_x = step * cosf(turn);
    job.step_y = step * sinf(turn);
    zd_view_clear(zd_view_crop(air, roi));
    if (!zd_rect_is_empty(own)) {
        zd_rect inside = { own.x0 - scene->insert.x, own.y0 - scene->insert.y,
                           own.x1 - scene->insert.x, own.y1 - scene->insert.y };
        zd_view_copy(zd_view_crop(scene->insert.view, inside), zd_view_crop(lit, own));
    }
    if (light->shadow > 0.0f) {
        ZD_TRY(run(ctx, &job, softer, shape_of_insert, roi, shade_footage, err));
    }
    if (light->wrap_front > 0.0f) {
        ZD_TRY(run(ctx, &job, wide, light_of_insert, roi, wrap_front, err));
    }
    if (light->shadow_front > 0.0f) {
        ZD_TRY(run(ctx, &job, softer, things_before, own, shade_insert, err));
    }
    if (light->wrap > 0.0f) {
        ZD_TRY(run(ctx, &job, wide, light_behind, own, wrap_insert, err));
    }
    return ZD_OK;
}
