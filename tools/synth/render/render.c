/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The picture: visibility with several samples per pixel, then shading once per pixel and part
 * (multi-sampling), so that edges are smooth while shading costs about one evaluation a pixel. */

#include "render/render.h"

#include "render/memory.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_GROUPS = 64 };

/* The samples of one pixel that lie on one part. */
typedef struct group {
    uint32_t tri, part;
    int count, fg;
    float x, y, centre_distance;
} group;

void sy_renderer_finish(sy_renderer *r)
{
    sy_raster_finish(&r->raster);
    for (int i = 0; i < SY_SCENE_LIGHTS; i++) {
        sy_raster_finish(&r->shadows[i].map);
        free(r->shadows[i].still);
    }
    free(r->frame.colour);
    free(r->frame.fg_colour);
    free(r->frame.inv_depth);
    free(r->frame.nearest);
    free(r->frame.alpha);
    free(r->ao);
    free(r->ao_scratch);
    free(r->normal);
    memset(r, 0, sizeof *r);
}

static void prepare(sy_renderer *r, const sy_scene *scene, const sy_render_options *options)
{
    const sy_camera *cam = &scene->camera;
    int n = options->samples < 1 ? 1 : clampi(options->samples, 1, 8);
    size_t count = (size_t) cam->width * (size_t) cam->height;
    r->options = *options;
    r->options.samples = n;
    r->frame.width = cam->width;
    r->frame.height = cam->height;
    r->frame.colour = sy_grow(r->frame.colour, &r->colour_capacity, count, sizeof(vec3));
    r->frame.inv_depth = sy_grow(r->frame.inv_depth, &r->depth_capacity, count, sizeof(float));
    r->frame.nearest = sy_grow(r->frame.nearest, &r->nearest_capacity, count, sizeof(float));
    r->frame.alpha = sy_grow(r->frame.alpha, &r->alpha_capacity, count, sizeof(float));
    if (options->fg_colour) {
        r->frame.fg_colour = sy_grow(r->frame.fg_colour, &r->fg_capacity, count, sizeof(vec3));
    }
    r->ao = sy_grow(r->ao, &r->ao_capacity, count, sizeof(float));
    r->ao_scratch = sy_grow(r->ao_scratch, &r->scratch_capacity, count, sizeof(float));
    r->normal = sy_grow(r->normal, &r->normal_capacity, count, sizeof(vec3));
    int w = cam->width * n, h = cam->height * n;
    r->projector = (sy_projector){ .pose = cam->pose,
                                   .perspective = true,
                                   .focal_x = 0.5f * (float) w / cam->tan_x,
                                   .focal_y = 0.5f * (float) h / cam->tan_y,
                                   .centre_x = 0.5f * (float) w,
                                   .centre_y = 0.5f * (float) h,
                                   .width = w,
                                   .height = h,
                                   .near_m = 0.03f };
}

sy_hit sy_render_hit(const sy_renderer *r, const sy_scene *scene, uint32_t tri, float x, float y)
{
    const sy_projector *p = &r->projector;
    const sy_tri *t = &scene->mesh.tris[tri];
    const sy_vertex *verts = scene->mesh.verts;
    const vec3 *view = r->raster.view;
    vec3 a = view[t->v[0]], e1 = v3_sub(view[t->v[1]], a), e2 = v3_sub(view[t->v[2]], a);
    vec3 n = v3_cross(e1, e2);
    vec3 ray = v3((x - p->centre_x) / p->focal_x, (p->centre_y - y) / p->focal_y, 1.0f);
    float facing = v3_dot(n, ray), nn = v3_dot(n, n);
    float z = fabsf(facing) > 1e-20f ? v3_dot(n, a) / facing : a.z;
    z = z > p->near_m ? z : p->near_m;
    vec3 rel = v3_sub(v3_scale(ray, z), a);
    float b1 = clampf(v3_dot(v3_cross(rel, e2), n) / nn, 0.0f, 1.0f);
    float b2 = clampf(v3_dot(v3_cross(e1, rel), n) / nn, 0.0f, 1.0f - b1);
    float b0 = 1.0f - b1 - b2;
    const sy_vertex *v0 = &verts[t->v[0]], *v1 = &verts[t->v[1]], *v2 = &verts[t->v[2]];
    sy_hit hit = { .tri = tri, .inv_depth = 1.0f / z, .px = x, .py = y, .ao = 1.0f };
    hit.u = b0 * v0->u + b1 * v1->u + b2 * v2->u;
    hit.v = b0 * v0->v + b1 * v1->v + b2 * v2->v;
    hit.world = sy_xform_point(&p->pose, v3_scale(ray, z));
    hit.to_eye = v3_normalize(v3_sub(p->pose.origin, hit.world));
    hit.normal =
        v3_add(v3_add(v3_scale(v0->nrm, b0), v3_scale(v1->nrm, b1)), v3_scale(v2->nrm, b2));
    hit.normal = v3_normalize(hit.normal);
    hit.geometric = v3_normalize(sy_xform_dir(&p->pose, n));
    if (v3_dot(hit.geometric, hit.to_eye) < 0.0f) {
        hit.geometric = v3_scale(hit.geometric, -1.0f);
    }
    if (v3_dot(hit.normal, hit.geometric) < 0.0f) {
        hit.normal = v3_scale(hit.normal, -1.0f);
    }
    float slope = maxf(v3_dot(hit.geometric, hit.to_eye), 0.06f);
    hit.footprint_m = z * (float) r->options.samples / (p->focal_y * sqrtf(slope));
    return hit;
}

/* Depth and normal for the middle sample of every pixel; occlusion works on these. */
static void resolve_centres(sy_renderer *r, const sy_scene *scene)
{
    int n = r->options.samples;
    for (int y = 0; y < r->frame.height; y++) {
        for (int x = 0; x < r->frame.width; x++) {
            size_t i = (size_t) y * (size_t) r->frame.width + (size_t) x;
            int sx = x * n + n / 2, sy = y * n + n / 2;
            uint32_t tri = r->raster.tri[(size_t) sy * (size_t) r->raster.width + (size_t) sx];
            if (tri == SY_NO_TRIANGLE) {
                r->frame.inv_depth[i] = 0.0f;
                r->normal[i] = v3(0, 0, -1);
                continue;
            }
            sy_hit hit = sy_render_hit(r, scene, tri, (float) sx + 0.5f, (float) sy + 0.5f);
            r->frame.inv_depth[i] = hit.inv_depth;
            const sy_xform *pose = &r->projector.pose;
            r->normal[i] = v3(v3_dot(hit.geometric, pose->ax), v3_dot(hit.geometric, pose->ay),
                              v3_dot(hit.geometric, pose->az));
        }
    }
}

static void add_sample(group *groups, int *count, const sy_scene *scene, uint32_t tri, float x,
                       float y, float distance)
{
    const sy_tri *t = tri == SY_NO_TRIANGLE ? NULL : &scene->mesh.tris[tri];
    uint32_t part = t ? t->part : SY_NO_TRIANGLE;
    for (int i = 0; i < *count; i++) {
        if (groups[i].part == part) {
            groups[i].count++;
            if (distance < groups[i].centre_distance) {
                groups[i].tri = tri, groups[i].x = x, groups[i].y = y;
                groups[i].centre_distance = distance;
            }
            return;
        }
    }
    groups[(*count)++] = (group){ tri, part, 1, t ? t->foreground : 0, x, y, distance };
}

static int gather_groups(const sy_renderer *r, const sy_scene *scene, int px, int py, group *groups)
{
    int n = r->options.samples, count = 0;
    float cx = ((float) px + 0.5f) * (float) n, cy = ((float) py + 0.5f) * (float) n;
    for (int j = 0; j < n; j++) {
        const uint32_t *row =
            r->raster.tri + (size_t) (py * n + j) * (size_t) r->raster.width + px * n;
        for (int i = 0; i < n; i++) {
            float x = (float) (px * n + i) + 0.5f, y = (float) (py * n + j) + 0.5f;
            float d = (x - cx) * (x - cx) + (y - cy) * (y - cy);
            add_sample(groups, &count, scene, row[i], x, y, d);
        }
    }
    if (count == 1) {
        groups[0].x = cx;
        groups[0].y = cy;
    }
    return count;
}

static vec3 sky_at(const sy_renderer *r, const sy_scene *scene, float x, float y)
{
    const sy_projector *p = &r->projector;
    vec3 ray = v3((x - p->centre_x) / p->focal_x, (p->centre_y - y) / p->focal_y, 1.0f);
    return sy_sky_colour(scene, v3_normalize(sy_xform_dir(&p->pose, ray)));
}

static vec3 clamp_light(vec3 c)
{
    return v3(minf(c.x, 6.0f), minf(c.y, 6.0f), minf(c.z, 6.0f));
}

static void shade_pixel(sy_renderer *r, const sy_scene *scene, int x, int y)
{
    group groups[MAX_GROUPS];
    int count = gather_groups(r, scene, x, y, groups), best = -1, fg = 0;
    float nearest = 0.0f;
    size_t i = (size_t) y * (size_t) r->frame.width + (size_t) x;
    float total = (float) (r->options.samples * r->options.samples);
    vec3 sum = v3(0, 0, 0), fg_sum = v3(0, 0, 0);
    for (int g = 0; g < count; g++) {
        vec3 c;
        float inv_depth = 0.0f;
        if (groups[g].tri == SY_NO_TRIANGLE) {
            c = sky_at(r, scene, groups[g].x, groups[g].y);
        } else {
            sy_hit hit = sy_render_hit(r, scene, groups[g].tri, groups[g].x, groups[g].y);
            hit.ao = r->ao[i];
            inv_depth = hit.inv_depth;
            c = sy_shade(r, scene, &hit);
        }
        nearest = maxf(nearest, inv_depth);
        c = clamp_light(c);
        sum = v3_madd(sum, c, (float) groups[g].count / total);
        if (groups[g].fg) {
            fg += groups[g].count;
            fg_sum = v3_madd(fg_sum, c, (float) groups[g].count);
        }
        if (groups[g].count > best) {
            best = groups[g].count;
            r->frame.inv_depth[i] = inv_depth;
        }
    }
    r->frame.colour[i] = sum;
    r->frame.nearest[i] = nearest;
    r->frame.alpha[i] = (float) fg / total;
    if (r->options.fg_colour) {
        r->frame.fg_colour[i] = fg ? v3_scale(fg_sum, 1.0f / (float) fg) : v3(0, 0, 0);
    }
}

const sy_frame *sy_render(sy_renderer *r, const sy_scene *scene, const sy_render_options *options)
{
    prepare(r, scene, options);
    sy_render_shadows(r, scene);
    sy_raster_begin(&r->raster, scene, &r->projector, true);
    sy_raster_draw(&r->raster, scene, &r->projector, 0, scene->mesh.tri_count);
    resolve_centres(r, scene);
    sy_render_occlusion(r, scene);
    for (int y = 0; y < r->frame.height; y++) {
        for (int x = 0; x < r->frame.width; x++) {
            shade_pixel(r, scene, x, y);
        }
    }
    return &r->frame;
}
