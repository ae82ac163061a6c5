/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Scan-line triangle fill. Edges are evaluated from their upper end, so that two triangles sharing
 * an edge agree on it and leave no crack; span ends are inclusive and the z test settles ties. */

#include "render/raster.h"

#include "render/memory.h"

#include <stdlib.h>
#include <string.h>

enum { HOLE_BELOW = 115 }; /* alpha under 0.45 is a hole */

typedef struct corner {
    vec3 view;
    float u, v;
    float x, y, q, inv_w;
} corner;

/* A value that is linear over the screen. */
typedef struct plane {
    double at, dx, dy;
} plane;

typedef struct fill {
    sy_raster *raster;
    uint32_t id;
    bool ids;
    plane q;
    const sy_material *cutout;
    plane inv_w, u, v;    /* u and v in texture units, divided by w */
    const uint8_t *holes; /* RGBA texels of the cut-out at the level in use */
    int hole_size;
} fill;

void sy_raster_finish(sy_raster *raster)
{
    free(raster->q);
    free(raster->tri);
    free(raster->view);
    memset(raster, 0, sizeof *raster);
}

vec3 sy_project(const sy_projector *p, vec3 view)
{
    if (!p->perspective) {
        return v3(p->centre_x + p->focal_x * view.x, p->centre_y - p->focal_y * view.y, -view.z);
    }
    float inv = 1.0f / view.z;
    return v3(p->centre_x + p->focal_x * view.x * inv, p->centre_y - p->focal_y * view.y * inv,
              inv);
}

static plane plane_through(const corner *c, double a, double b, double d)
{
    double x1 = (double) c[1].x - (double) c[0].x, y1 = (double) c[1].y - (double) c[0].y;
    double x2 = (double) c[2].x - (double) c[0].x, y2 = (double) c[2].y - (double) c[0].y;
    double inv = 1.0 / (x1 * y2 - x2 * y1);
    plane p;
    p.dx = ((b - a) * y2 - (d - a) * y1) * inv;
    p.dy = ((d - a) * x1 - (b - a) * x2) * inv;
    p.at = a - p.dx * (double) c[0].x - p.dy * (double) c[0].y;
    return p;
}

static double plane_value(const plane *p, double x, double y)
{
    return p->at + p->dx * x + p->dy * y;
}

static void fill_span(const fill *f, int y, int x0, int x1)
{
    size_t row = (size_t) y * (size_t) f->raster->width;
    float *q_row = f->raster->q + row;
    uint32_t *id_row = f->ids ? f->raster->tri + row : NULL;
    double q_start = plane_value(&f->q, (double) x0 + 0.5, (double) y + 0.5);
    float base = (float) q_start, step = (float) f->q.dx;
    if (!f->ids) {
        for (int x = x0; x <= x1; x++) {
            float q = base + step * (float) (x - x0);
            q_row[x] = q > q_row[x] ? q : q_row[x];
        }
        return;
    }
    for (int x = x0; x <= x1; x++) {
        float q = base + step * (float) (x - x0);
        if (q > q_row[x]) {
            q_row[x] = q;
            id_row[x] = f->id;
        }
    }
}

static void fill_cutout_span(const fill *f, int y, int x0, int x1)
{
    size_t row = (size_t) y * (size_t) f->raster->width;
    float *q_row = f->raster->q + row;
    double sx = (double) x0 + 0.5, sy = (double) y + 0.5;
    float q0 = (float) plane_value(&f->q, sx, sy), dq = (float) f->q.dx;
    float w0 = (float) plane_value(&f->inv_w, sx, sy), dw = (float) f->inv_w.dx;
    float u0 = (float) plane_value(&f->u, sx, sy), du = (float) f->u.dx;
    float v0 = (float) plane_value(&f->v, sx, sy), dv = (float) f->v.dx;
    for (int x = x0; x <= x1; x++) {
        float t = (float) (x - x0), q = q0 + dq * t;
        if (q <= q_row[x]) {
            continue;
        }
        float size = (float) f->hole_size / (w0 + dw * t);
        int tx = floor_int((u0 + du * t) * size) & (f->hole_size - 1);
        int ty = floor_int((v0 + dv * t) * size) & (f->hole_size - 1);
        if (f->holes[4 * (ty * f->hole_size + tx) + 3] < HOLE_BELOW) {
            continue;
        }
        q_row[x] = q;
        if (f->ids) {
            f->raster->tri[row + (size_t) x] = f->id;
        }
    }
}

static float edge_x(const corner *upper, const corner *lower, float y)
{
    float dy = lower->y - upper->y;
    if (dy < 1e-9f) {
        return upper->x;
    }
    float x = upper->x + (y - upper->y) * ((lower->x - upper->x) / dy);
    return clampf(x, minf(upper->x, lower->x), maxf(upper->x, lower->x));
}

static void sort_by_y(const corner *c, const corner **out)
{
    const corner *a = &c[0], *b = &c[1], *d = &c[2], *t;
    if (b->y < a->y) {
        t = a, a = b, b = t;
    }
    if (d->y < b->y) {
        t = b, b = d, d = t;
    }
    if (b->y < a->y) {
        t = a, a = b, b = t;
    }
    out[0] = a, out[1] = b, out[2] = d;
}

static void fill_triangle(const fill *f, const corner *c)
{
    const corner *s[3];
    sort_by_y(c, s);
    const sy_raster *r = f->raster;
    int y0 = (int) ceilf(maxf(s[0]->y, 0.0f) - 0.5f);
    int y1 = (int) floorf(minf(s[2]->y, (float) r->height) - 0.5f);
    float limit = (float) r->width;
    for (int y = y0 < 0 ? 0 : y0; y <= y1; y++) {
        float row = (float) y + 0.5f;
        float xa = edge_x(s[0], s[2], row);
        float xb = row < s[1]->y ? edge_x(s[0], s[1], row) : edge_x(s[1], s[2], row);
        float lo = clampf(minf(xa, xb), -1.0f, limit), hi = clampf(maxf(xa, xb), -1.0f, limit);
        int x0 = (int) ceilf(lo - 0.5f), x1 = (int) floorf(hi - 0.5f);
        x0 = x0 < 0 ? 0 : x0;
        x1 = x1 >= r->width ? r->width - 1 : x1;
        if (x0 > x1) {
            continue;
        }
        if (f->cutout) {
            fill_cutout_span(f, y, x0, x1);
        } else {
            fill_span(f, y, x0, x1);
        }
    }
}

static int cutout_level(const corner *c, const sy_material *m)
{
    float ux = fabsf(c[1].u - c[0].u) + fabsf(c[2].u - c[0].u);
    float vx = fabsf(c[1].v - c[0].v) + fabsf(c[2].v - c[0].v);
    float px = fabsf(c[1].x - c[0].x) + fabsf(c[2].x - c[0].x) + fabsf(c[1].y - c[0].y) +
               fabsf(c[2].y - c[0].y);
    float texels = (ux * fabsf(m->scale_u) + vx * fabsf(m->scale_v)) * (float) m->texture->size;
    return texels > px && px > 0.0f ? (int) log2f(texels / px) : 0;
}

static void prepare_cutout(fill *f, const corner *c)
{
    const sy_material *m = f->cutout;
    int level = clampi(cutout_level(c, m), 0, m->texture->levels - 1);
    double u[3], v[3];
    for (int i = 0; i < 3; i++) {
        u[i] = (double) ((c[i].u * m->scale_u + m->offset_u) * c[i].inv_w);
        v[i] = (double) ((c[i].v * m->scale_v + m->offset_v) * c[i].inv_w);
    }
    f->u = plane_through(c, u[0], u[1], u[2]);
    f->v = plane_through(c, v[0], v[1], v[2]);
    f->holes = m->texture->data[level];
    f->hole_size = m->texture->size >> level;
}

static void draw_projected(fill *f, corner *c, const sy_projector *p)
{
    for (int i = 0; i < 3; i++) {
        vec3 s = sy_project(p, c[i].view);
        c[i].x = s.x;
        c[i].y = s.y;
        c[i].q = s.z;
        c[i].inv_w = p->perspective ? s.z : 1.0f;
    }
    float area = (c[1].x - c[0].x) * (c[2].y - c[0].y) - (c[2].x - c[0].x) * (c[1].y - c[0].y);
    if (fabsf(area) < 1e-8f) {
        return;
    }
    f->q = plane_through(c, (double) c[0].q, (double) c[1].q, (double) c[2].q);
    if (f->cutout) {
        f->inv_w = plane_through(c, (double) c[0].inv_w, (double) c[1].inv_w, (double) c[2].inv_w);
        prepare_cutout(f, c);
    }
    fill_triangle(f, c);
}

static corner corner_between(const corner *a, const corner *b, float near_m)
{
    float t = (near_m - a->view.z) / (b->view.z - a->view.z);
    corner c = { 0 };
    c.view = v3_lerp(a->view, b->view, t);
    c.view.z = near_m;
    c.u = mixf(a->u, b->u, t);
    c.v = mixf(a->v, b->v, t);
    return c;
}

/* Cuts a triangle at the near plane; gives 0, 3 or 4 corners. */
static int clip_near(const corner *in, corner *out, float near_m)
{
    int count = 0;
    for (int i = 0; i < 3; i++) {
        const corner *a = &in[i], *b = &in[(i + 1) % 3];
        if (a->view.z >= near_m) {
            out[count++] = *a;
        }
        if ((a->view.z >= near_m) != (b->view.z >= near_m)) {
            out[count++] = corner_between(a, b, near_m);
        }
    }
    return count;
}

static bool outside_frustum(const corner *c, const sy_projector *p)
{
    float kx = 1.02f * maxf(p->centre_x, (float) p->width - p->centre_x) / p->focal_x;
    float ky = 1.02f * maxf(p->centre_y, (float) p->height - p->centre_y) / p->focal_y;
    int out[5] = { 0 };
    for (int i = 0; i < 3; i++) {
        float z = p->perspective ? c[i].view.z : 1.0f;
        out[0] += c[i].view.x > kx * z;
        out[1] += c[i].view.x < -kx * z;
        out[2] += c[i].view.y > ky * z;
        out[3] += c[i].view.y < -ky * z;
        out[4] += p->perspective && c[i].view.z < p->near_m;
    }
    return out[0] == 3 || out[1] == 3 || out[2] == 3 || out[3] == 3 || out[4] == 3;
}

static void draw_triangle(fill *f, const sy_scene *scene, const sy_tri *tri, const sy_projector *p)
{
    corner c[3] = { 0 }, clipped[4];
    for (int i = 0; i < 3; i++) {
        const sy_vertex *v = &scene->mesh.verts[tri->v[i]];
        c[i].view = f->raster->view[tri->v[i]];
        c[i].u = v->u;
        c[i].v = v->v;
    }
    if (outside_frustum(c, p)) {
        return;
    }
    const sy_material *m = &scene->materials[tri->material];
    f->cutout = m->cutout ? m : NULL;
    if (!p->perspective) {
        draw_projected(f, c, p);
        return;
    }
    int count = clip_near(c, clipped, p->near_m);
    if (count >= 3) {
        corner last[3] = { clipped[0], clipped[2], clipped[count - 1] };
        draw_projected(f, clipped, p);
        if (count == 4) {
            draw_projected(f, last, p);
        }
    }
}

void sy_raster_begin(sy_raster *raster, const sy_scene *scene, const sy_projector *p, bool ids)
{
    size_t count = (size_t) p->width * (size_t) p->height;
    raster->width = p->width;
    raster->height = p->height;
    raster->ids = ids;
    raster->q = sy_grow(raster->q, &raster->q_capacity, count, sizeof *raster->q);
    for (size_t i = 0; i < count; i++) {
        raster->q[i] = -1e30f;
    }
    if (ids) {
        raster->tri = sy_grow(raster->tri, &raster->tri_capacity, count, sizeof *raster->tri);
        memset(raster->tri, 0xFF, count * sizeof *raster->tri);
    }
    size_t verts = scene->mesh.vert_count;
    raster->view = sy_grow(raster->view, &raster->view_capacity, verts, sizeof *raster->view);
    for (size_t i = 0; i < verts; i++) {
        raster->view[i] = sy_pose_inverse(&p->pose, scene->mesh.verts[i].pos);
    }
}

void sy_raster_draw(sy_raster *raster, const sy_scene *scene, const sy_projector *projector,
                    size_t first, size_t last)
{
    fill f = { .raster = raster, .ids = raster->ids };
    for (size_t i = first; i < last; i++) {
        const sy_tri *tri = &scene->mesh.tris[i];
        if (!raster->ids && tri->no_shadow) {
            continue;
        }
        f.id = (uint32_t) i;
        draw_triangle(&f, scene, tri, projector);
    }
}
