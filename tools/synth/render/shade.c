/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Surface colour: diffuse and Blinn-Phong light with shadows, sky-like ambient light, a simple
 * mirror term, bump from the texture's brightness, and fog. */

#include "render/random.h"
#include "render/render.h"

/* Texels per metre of a triangle's texture mapping, for the mip level. */
static float texture_level(const sy_hit *hit, const sy_material *m, float uv_per_m)
{
    float scale = maxf(fabsf(m->scale_u), fabsf(m->scale_v));
    float texels = hit->footprint_m * uv_per_m * scale * (float) m->texture->size;
    return texels > 1.0f ? log2f(texels) : 0.0f;
}

static float uv_density(const sy_scene *scene, const sy_tri *t)
{
    const sy_vertex *a = &scene->mesh.verts[t->v[0]], *b = &scene->mesh.verts[t->v[1]];
    const sy_vertex *c = &scene->mesh.verts[t->v[2]];
    vec3 n = v3_cross(v3_sub(b->pos, a->pos), v3_sub(c->pos, a->pos));
    float area = v3_length(n);
    float uv = fabsf((b->u - a->u) * (c->v - a->v) - (c->u - a->u) * (b->v - a->v));
    return area > 1e-12f ? sqrtf(uv / area) : 1.0f;
}

static void apply_bump(const sy_scene *scene, sy_hit *hit, const sy_material *m, float u, float v,
                       float level)
{
    const sy_tri *t = &scene->mesh.tris[hit->tri];
    const sy_vertex *a = &scene->mesh.verts[t->v[0]], *b = &scene->mesh.verts[t->v[1]];
    const sy_vertex *c = &scene->mesh.verts[t->v[2]];
    float du1 = b->u - a->u, dv1 = b->v - a->v, du2 = c->u - a->u, dv2 = c->v - a->v;
    float det = du1 * dv2 - du2 * dv1;
    if (fabsf(det) < 1e-12f) {
        return;
    }
    vec3 e1 = v3_sub(b->pos, a->pos), e2 = v3_sub(c->pos, a->pos);
    vec3 tu = v3_normalize(v3_scale(v3_sub(v3_scale(e1, dv2), v3_scale(e2, dv1)), 1.0f / det));
    vec3 tv = v3_normalize(v3_scale(v3_sub(v3_scale(e2, du1), v3_scale(e1, du2)), 1.0f / det));
    float step = exp2f(maxf(level, 0.0f)) * 1.5f / (float) m->texture->size;
    float h = sy_texture_sample(m->texture, u, v, level).colour.y;
    float hu = sy_texture_sample(m->texture, u + step, v, level).colour.y - h;
    float hv = sy_texture_sample(m->texture, u, v + step, level).colour.y - h;
    vec3 n = v3_madd(v3_madd(hit->normal, tu, -m->bump * hu), tv, -m->bump * hv);
    hit->normal = v3_normalize(n);
}

static vec3 surface_colour(const sy_scene *scene, sy_hit *hit, const sy_material *m)
{
    vec3 colour = m->tint;
    const sy_tri *t = &scene->mesh.tris[hit->tri];
    float density = m->texture || m->dirt > 0.0f ? uv_density(scene, t) : 1.0f;
    if (m->texture) {
        float level = texture_level(hit, m, density);
        float u = hit->u * m->scale_u + m->offset_u, v = hit->v * m->scale_v + m->offset_v;
        vec3 texel = sy_texture_sample(m->texture, u, v, level).colour;
        colour = v3_mul(colour, v3_lerp(v3(1, 1, 1), texel, m->texture_gain));
        if (m->bump > 0.0f) {
            apply_bump(scene, hit, m, u, v, level);
        }
    }
    if (m->dirt > 0.0f && scene->noise) {
        float k = m->dirt_scale;
        float level =
            log2f(maxf(hit->footprint_m * density * k * (float) scene->noise->size, 1.0f));
        float n = sy_texture_sample(scene->noise, hit->u * k, hit->v * k + 0.37f, level).colour.x;
        colour = v3_scale(colour, 1.0f - m->dirt * (1.0f - sqrtf(n)));
    }
    return colour;
}

static float light_reaching(const sy_light *light, const sy_hit *hit, vec3 *to_light)
{
    if (light->kind == SY_LIGHT_SUN) {
        *to_light = v3_scale(light->dir, -1.0f);
        return 1.0f;
    }
    vec3 d = v3_sub(light->pos, hit->world);
    float dist2 = v3_dot(d, d);
    *to_light = v3_scale(d, 1.0f / sqrtf(dist2 + 1e-8f));
    float power = 1.0f / (dist2 + 0.05f);
    if (light->kind == SY_LIGHT_SPOT) {
        float c = -v3_dot(*to_light, light->dir);
        power *= smoothf(light->cone_cos, mixf(light->cone_cos, 1.0f, 0.4f), c);
    }
    return power;
}

static void add_light(const sy_renderer *r, const sy_scene *scene, int index, const sy_hit *hit,
                      const sy_material *m, vec3 *diffuse, vec3 *specular)
{
    const sy_light *light = &scene->lights[index];
    vec3 l;
    float power = light_reaching(light, hit, &l);
    float cosine = v3_dot(hit->normal, l);
    float front = maxf(cosine, 0.0f);
    if (m->translucency > 0.0f) {
        front = mixf(front, fabsf(cosine) * 0.6f + 0.2f, m->translucency);
    }
    if (power * front <= 1e-5f) {
        return;
    }
    float lit = light->shadow ? sy_shadow_light(r, scene, index, hit) : 1.0f;
    if (lit <= 0.0f) {
        return;
    }
    *diffuse = v3_madd(*diffuse, light->colour, power * front * lit);
    if (m->specular > 0.0f && cosine > 0.0f) {
        vec3 half = v3_normalize(v3_add(l, hit->to_eye));
        float s = powf(maxf(v3_dot(half, hit->normal), 0.0f), m->gloss) * (m->gloss + 8.0f) * 0.04f;
        *specular = v3_madd(*specular, light->colour, power * cosine * lit * s * m->specular);
    }
}

static vec3 mirrored(const sy_scene *scene, const sy_hit *hit, const sy_material *m)
{
    float facing = maxf(v3_dot(hit->normal, hit->to_eye), 0.0f);
    float fresnel = m->reflect * (0.25f + 0.75f * powf(1.0f - facing, 4.0f));
    vec3 back = v3_sub(v3_scale(hit->normal, 2.0f * v3_dot(hit->normal, hit->to_eye)), hit->to_eye);
    return v3_scale(sy_sky_colour(scene, back), fresnel);
}

static vec3 with_fog(const sy_scene *scene, const sy_hit *hit, vec3 colour)
{
    if (scene->fog_density <= 0.0f) {
        return colour;
    }
    float distance = v3_length(v3_sub(hit->world, scene->camera.pose.origin));
    return v3_lerp(scene->fog_colour, colour, expf(-scene->fog_density * distance));
}

vec3 sy_shade(const sy_renderer *r, const sy_scene *scene, sy_hit *hit)
{
    const sy_material *m = &scene->materials[scene->mesh.tris[hit->tri].material];
    vec3 albedo = surface_colour(scene, hit, m);
    vec3 ambient = v3_lerp(scene->ambient_down, scene->ambient_up, hit->normal.y * 0.5f + 0.5f);
    vec3 diffuse = v3_scale(ambient, hit->ao), specular = v3(0, 0, 0);
    for (int i = 0; i < scene->light_count; i++) {
        add_light(r, scene, i, hit, m, &diffuse, &specular);
    }
    /* Corners stay a little darker under direct light too, as bounced light is missing there. */
    diffuse = v3_scale(diffuse, 0.55f + 0.45f * hit->ao);
    vec3 colour = v3_add(v3_add(v3_mul(albedo, diffuse), specular), m->glow);
    if (m->glow.x + m->glow.y + m->glow.z > 0.0f && m->texture) {
        colour = v3_mul(albedo, v3_add(diffuse, m->glow));
    }
    if (m->reflect > 0.0f) {
        colour = v3_madd(colour, mirrored(scene, hit, m), 0.3f + 0.7f * hit->ao);
    }
    return with_fog(scene, hit, colour);
}
