/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Arrays that grow; the planes are each triangle's 1/z over the picture, made on the pool. */

#include "scene/mesh.h"

#include <assert.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"

void zd_mesh_clear(zd_mesh *mesh)
{
    mesh->vertex_count = 0;
    mesh->index_count = 0;
    mesh->failed = false;
}

void zd_mesh_release(zd_mesh *mesh)
{
    zd_free(mesh->ctx, mesh->vertices);
    zd_free(mesh->ctx, mesh->indices);
    zd_free(mesh->ctx, mesh->planes);
    *mesh = (zd_mesh){ .ctx = mesh->ctx };
}

static bool grow(zd_mesh *mesh, void **data, size_t size, size_t used, size_t needed,
                 size_t *capacity)
{
    if (needed <= *capacity) {
        return true;
    }
    size_t wanted = *capacity * 2 > needed ? *capacity * 2 : needed;
    void *memory = zd_alloc_zeroed(mesh->ctx, wanted, size);
    if (memory == NULL) {
        mesh->failed = true;
        return false;
    }
    if (used > 0) {
        memcpy(memory, *data, used * size);
    }
    zd_free(mesh->ctx, *data);
    *data = memory;
    *capacity = wanted;
    return true;
}

void zd_mesh_reserve(zd_mesh *mesh, size_t vertices, size_t indices)
{
    void *v = mesh->vertices;
    void *i = mesh->indices;
    grow(mesh, &v, sizeof *mesh->vertices, mesh->vertex_count, vertices, &mesh->vertex_capacity);
    grow(mesh, &i, sizeof *mesh->indices, mesh->index_count, indices, &mesh->index_capacity);
    mesh->vertices = v;
    mesh->indices = i;
}

uint32_t zd_mesh_add_vertex(zd_mesh *mesh, const zd_vertex *vertex)
{
    if (mesh->vertex_count + 1 > mesh->vertex_capacity) {
        zd_mesh_reserve(mesh, mesh->vertex_count + 64, 0);
    }
    if (mesh->failed) {
        return 0;
    }
    mesh->vertices[mesh->vertex_count] = *vertex;
    return (uint32_t) mesh->vertex_count++;
}

void zd_mesh_add_triangle(zd_mesh *mesh, uint32_t a, uint32_t b, uint32_t c)
{
    assert(mesh->failed ||
           (a < mesh->vertex_count && b < mesh->vertex_count && c < mesh->vertex_count));
    if (mesh->index_count + 3 > mesh->index_capacity) {
        zd_mesh_reserve(mesh, 0, mesh->index_count + 192);
    }
    if (mesh->failed) {
        return;
    }
    uint32_t *to = mesh->indices + mesh->index_count;
    to[0] = a;
    to[1] = b;
    to[2] = c;
    mesh->index_count += 3;
}

void zd_mesh_card(zd_mesh *mesh, const zd_scene_view_camera *camera, const zd_mat4 *object,
                  double card_w, double card_h)
{
    zd_mat4 inverse;
    zd_vec3 normal = { 0, 0, 1 };
    if (zd_mat4_invert(object, &inverse)) {
        normal = zd_vec3_unit(zd_mat4_normal(&inverse, normal));
    }
    for (int i = 0; i < 4; i++) {
        double u = i & 1;
        double v = i >> 1;
        zd_vec3 local = { card_w * (u - 0.5), card_h * (0.5 - v), 0.0 };
        zd_vec3 p = zd_mat4_point(&camera->from_world, zd_mat4_point(object, local));
        zd_vertex vertex = { { (float) p.x, (float) p.y, (float) p.z },
                             { (float) normal.x, (float) normal.y, (float) normal.z },
                             { (float) u, (float) v },
                             { (float) u, (float) v, 1.0f } };
        zd_mesh_add_vertex(mesh, &vertex);
    }
    zd_mesh_add_triangle(mesh, 0, 2, 1);
    zd_mesh_add_triangle(mesh, 1, 2, 3);
}

enum { PLANE_BATCH = 4096 };

typedef struct plane_job {
    zd_mesh *mesh;
    const zd_scene_view_camera *camera;
} plane_job;

static zd_vec3 position_of(const zd_mesh *mesh, size_t index)
{
    assert(index < mesh->index_count);
    const float *p = mesh->vertices[mesh->indices[index]].position;
    return (zd_vec3){ (double) p[0], (double) p[1], (double) p[2] };
}

static double reference(double focal, double centre, double size, double at, double z)
{
    double pixel = z > 0.0 ? focal * at / z + centre : centre;
    return floor(fmin(fmax(pixel, 0.0), size - 1.0)) + 0.5;
}

static void make_plane(const zd_mesh *mesh, const zd_scene_view_camera *c, size_t triangle,
                       float *out)
{
    zd_vec3 a = position_of(mesh, triangle * 3);
    zd_vec3 ab = zd_vec3_sub(position_of(mesh, triangle * 3 + 1), a);
    zd_vec3 ac = zd_vec3_sub(position_of(mesh, triangle * 3 + 2), a);
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
    const plane_job *job = user;
    size_t first = (size_t) item * PLANE_BATCH;
    size_t count = job->mesh->index_count / 3;
    for (size_t i = first; i < first + PLANE_BATCH && i < count; i++) {
        make_plane(job->mesh, job->camera, i, job->mesh->planes + i * ZD_SCENE_PLANE_FLOATS);
    }
}

zd_status zd_mesh_planes(zd_mesh *mesh, const zd_scene_view_camera *camera, zd_error *err)
{
    assert(mesh->index_count % 3 == 0);
    void *planes = mesh->planes;
    size_t triangles = mesh->index_count / 3;
    plane_job job = { mesh, camera };
    if (!grow(mesh, &planes, sizeof *mesh->planes, 0, triangles * ZD_SCENE_PLANE_FLOATS,
              &mesh->plane_capacity))
    {
        return zd_fail_memory(err, "a mesh in the scene");
    }
    mesh->planes = planes;
    zd_pool_run(zd_context_pool(mesh->ctx), (int) ((triangles + PLANE_BATCH - 1) / PLANE_BATCH),
                plane_batch, &job);
    return ZD_OK;
}
