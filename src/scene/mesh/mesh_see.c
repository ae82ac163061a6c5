/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A mesh as a camera sees it: places in the camera's space, the normals of extruded surfaces, and each
 * triangle's 1/z over the picture, all made on the pool. A normal is taken from the places that are drawn, which
 * are float: it is part of what is made for each camera. */

#include <assert.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "scene/mesh.h"

enum { BATCH = 4096 };

typedef struct bounds {
    double low[3];
    double high[3];
} bounds;

typedef struct look {
    const zd_mesh *mesh;
    const zd_scene_view_camera *camera;
    zd_mesh_seen *seen;
    bounds *bounds; /* of each batch of vertices */
} look;

static void to_floats(zd_vec3 v, float out[3])
{
    out[0] = (float) v.x;
    out[1] = (float) v.y;
    out[2] = (float) v.z;
}

static void widen(bounds *b, const float position[3])
{
    for (int c = 0; c < 3; c++) {
        double v = (double) position[c];
        b->low[c] = v < b->low[c] ? v : b->low[c];
        b->high[c] = v > b->high[c] ? v : b->high[c];
    }
}

static bounds nothing(void)
{
    return (bounds){ { HUGE_VAL, HUGE_VAL, HUGE_VAL }, { -HUGE_VAL, -HUGE_VAL, -HUGE_VAL } };
}

static void see_batch(void *user, int item)
{
    look *l = user;
    const zd_mesh *mesh = l->mesh;
    bounds b = nothing();
    size_t first = (size_t) item * BATCH;
    size_t last = first + BATCH < mesh->vertex_count ? first + BATCH : mesh->vertex_count;
    for (size_t i = first; i < last; i++) {
        zd_vertex *to = &l->seen->vertices[i];
        to_floats(zd_mat4_point(&l->camera->from_world, mesh->points[i]), to->position);
        widen(&b, to->position);
        if (mesh->normals != NULL) {
            memcpy(to->normal, mesh->normals[i], sizeof to->normal);
        } else {
            to_floats(mesh->normal, to->normal);
        }
        if (mesh->even != NULL && i < (size_t) mesh->columns * (size_t) mesh->rows) {
            to_floats(zd_mat4_point(&l->camera->from_world, mesh->even[i]), l->seen->even[i]);
        }
    }
    l->bounds[item] = b;
}

/* ---- the normals of a grid ---- */

/* The way from one point to a neighbour, unless the surface tears between them. */
static bool way(const look *l, size_t from, ptrdiff_t step, zd_vec3 *out)
{
    const zd_mesh *mesh = l->mesh;
    size_t to = (size_t) ((ptrdiff_t) from + step);
    bool is_level = step == 1 || step == -1;
    int holds = is_level ? ZD_MESH_HOLDS_RIGHT : ZD_MESH_HOLDS_DOWN;
    if ((mesh->holds[step > 0 ? from : to] & holds) == 0) {
        return false;
    }
    const float *p = mesh->even != NULL ? l->seen->even[from] : l->seen->vertices[from].position;
    const float *q = mesh->even != NULL ? l->seen->even[to] : l->seen->vertices[to].position;
    *out = (zd_vec3){ (double) q[0] - (double) p[0], (double) q[1] - (double) p[1],
                      (double) q[2] - (double) p[2] };
    return true;
}

/* The tangent along the rows or columns: from both sides where there are two. */
static bool tangent(const look *l, size_t at, ptrdiff_t step, bool has_forward, bool has_backward,
                    zd_vec3 *out)
{
    zd_vec3 forward;
    zd_vec3 backward;
    has_forward = has_forward && way(l, at, step, &forward);
    has_backward = has_backward && way(l, at, -step, &backward);
    *out = has_forward && has_backward ? zd_vec3_sub(forward, backward)
           : has_forward               ? forward
           : has_backward              ? zd_vec3_scale(backward, -1.0)
                                       : (zd_vec3){ 0, 0, 0 };
    return has_forward || has_backward;
}

/* The displaced surface's own normals. */
static void normal_row(void *user, int row)
{
    const look *l = user;
    const zd_mesh *mesh = l->mesh;
    ptrdiff_t columns = mesh->columns;
    for (int column = 0; column < mesh->columns; column++) {
        size_t at = (size_t) row * (size_t) columns + (size_t) column;
        zd_vec3 across;
        zd_vec3 upward;
        if (!tangent(l, at, 1, column + 1 < mesh->columns, column > 0, &across) ||
            !tangent(l, at, -columns, row > 0, row + 1 < mesh->rows, &upward))
        {
            continue;
        }
        zd_vec3 n = zd_vec3_unit(zd_vec3_cross(across, upward));
        n = zd_mat4_direction(&l->camera->to_world, n);
        if (zd_vec3_length(n) > 0.5) {
            to_floats(n, l->seen->vertices[at].normal);
        }
    }
}

static void light_grid(look *l)
{
    const zd_mesh *mesh = l->mesh;
    zd_vertex *vertices = l->seen->vertices;
    size_t count = (size_t) mesh->columns * (size_t) mesh->rows;
    zd_pool_run(zd_context_pool(mesh->ctx), mesh->rows, normal_row, l);
    for (size_t i = count; i < mesh->vertex_count; i++) {
        memcpy(vertices[i].normal, vertices[mesh->lit_like[i - count]].normal,
               sizeof vertices[i].normal);
    }
}

static int batches_of(size_t count)
{
    return (int) ((count + BATCH - 1) / BATCH);
}

static bool see(look *l)
{
    const zd_mesh *mesh = l->mesh;
    int batches = batches_of(mesh->vertex_count);
    bounds all = nothing();
    zd_pool_run(zd_context_pool(mesh->ctx), batches, see_batch, l);
    for (int i = 0; i < batches; i++) {
        for (int c = 0; c < 3; c++) {
            all.low[c] = fmin(all.low[c], l->bounds[i].low[c]);
            all.high[c] = fmax(all.high[c], l->bounds[i].high[c]);
        }
    }
    memcpy(l->seen->low, all.low, sizeof all.low);
    memcpy(l->seen->high, all.high, sizeof all.high);
    if (mesh->columns > 0) {
        light_grid(l);
    }
    return mesh->turned == NULL || zd_mesh_turn_normals(mesh, l->camera, l->seen->vertices);
}

zd_status zd_mesh_see(const zd_mesh *mesh, const zd_scene_view_camera *camera, zd_mesh_seen *seen,
                      zd_error *err)
{
    look l = { .mesh = mesh, .camera = camera, .seen = seen };
    size_t even = mesh->even != NULL ? (size_t) mesh->columns * (size_t) mesh->rows : 0;
    l.bounds =
        zd_alloc_zeroed(mesh->ctx, (size_t) batches_of(mesh->vertex_count) + 1, sizeof *l.bounds);
    bool good =
        l.bounds != NULL &&
        zd_mesh_grow(seen->ctx, &seen->vertices, sizeof *seen->vertices, 0, mesh->vertex_count,
                     &seen->vertex_capacity) &&
        zd_mesh_grow(seen->ctx, &seen->even, sizeof *seen->even, 0, even, &seen->even_capacity) &&
        see(&l);
    zd_free(mesh->ctx, l.bounds);
    return good ? ZD_OK : zd_fail_memory(err, "a mesh in the scene");
}

void zd_mesh_seen_release(zd_mesh_seen *seen)
{
    zd_free(seen->ctx, seen->vertices);
    zd_free(seen->ctx, seen->even);
    zd_free(seen->ctx, seen->planes);
    *seen = (zd_mesh_seen){ .ctx = seen->ctx };
}

/* ---- planes ---- */

static zd_vec3 position_of(const look *l, size_t index)
{
    assert(index < l->mesh->index_count);
    const float *p = l->seen->vertices[l->mesh->indices[index]].position;
    return (zd_vec3){ (double) p[0], (double) p[1], (double) p[2] };
}

static double reference(double focal, double centre, double size, double at, double z)
{
    double pixel = z > 0.0 ? focal * at / z + centre : centre;
    return floor(fmin(fmax(pixel, 0.0), size - 1.0)) + 0.5;
}

static void make_plane(const look *l, size_t triangle, float *out)
{
    const zd_scene_view_camera *c = l->camera;
    zd_vec3 a = position_of(l, triangle * 3);
    zd_vec3 ab = zd_vec3_sub(position_of(l, triangle * 3 + 1), a);
    zd_vec3 ac = zd_vec3_sub(position_of(l, triangle * 3 + 2), a);
    zd_vec3 n = zd_vec3_cross(ab, ac);
    double k = zd_vec3_dot(n, a);
    double up = c->height - c->centre_y; /* of the centre from the lowest row */
    double x = reference(c->focal_x, c->centre_x, c->width, a.x, -a.z);
    double y = reference(c->focal_y, up, c->height, a.y, -a.z);
    double rx = (x - c->centre_x) / c->focal_x;
    double ry = (y - up) / c->focal_y;
    bool is_edge_on = fabs(k) <= 1e-9 * zd_vec3_length(n) * zd_vec3_length(a);
    /* Bit 30 keeps the float that carries the bits from being a denormal, which may be flushed. */
    uint32_t pixel = 1u << 30 | (uint32_t) y << 15 | (uint32_t) x;
    out[0] = is_edge_on ? NAN : (float) ((n.x * rx + n.y * ry - n.z) / k);
    out[1] = (float) (n.x / (k * c->focal_x));
    out[2] = (float) (n.y / (k * c->focal_y));
    memcpy(&out[3], &pixel, sizeof pixel);
}

static void plane_batch(void *user, int item)
{
    const look *l = user;
    size_t first = (size_t) item * BATCH;
    size_t count = l->mesh->index_count / 3;
    for (size_t i = first; i < first + BATCH && i < count; i++) {
        make_plane(l, i, l->seen->planes + i * ZD_SCENE_PLANE_FLOATS);
    }
}

zd_status zd_mesh_planes(const zd_mesh *mesh, const zd_scene_view_camera *camera,
                         zd_mesh_seen *seen, zd_error *err)
{
    assert(mesh->index_count % 3 == 0);
    size_t triangles = mesh->index_count / 3;
    look l = { .mesh = mesh, .camera = camera, .seen = seen };
    if (!zd_mesh_grow(seen->ctx, &seen->planes, sizeof *seen->planes, 0,
                      triangles * ZD_SCENE_PLANE_FLOATS, &seen->plane_capacity))
    {
        return zd_fail_memory(err, "a mesh in the scene");
    }
    zd_pool_run(zd_context_pool(mesh->ctx), batches_of(triangles), plane_batch, &l);
    return ZD_OK;
}
