/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Arrays of a mesh that grow, and flat cards. */

#include "scene/mesh.h"

#include <assert.h>
#include <string.h>

#include "core/size.h"

/* What only some meshes have. */
static void release_own(zd_mesh *mesh)
{
    zd_free(mesh->ctx, mesh->normals);
    zd_free(mesh->ctx, mesh->holds);
    zd_free(mesh->ctx, mesh->even);
    zd_free(mesh->ctx, mesh->lit_like);
    mesh->normals = NULL;
    mesh->holds = NULL;
    mesh->even = NULL;
    mesh->lit_like = NULL;
    mesh->lit_capacity = 0;
    mesh->columns = 0;
    mesh->rows = 0;
    mesh->turned = NULL;
}

void zd_mesh_clear(zd_mesh *mesh)
{
    release_own(mesh);
    if (mesh->lies == NULL) { /* they grow together */
        zd_free(mesh->ctx, mesh->points);
        mesh->points = NULL;
        mesh->vertex_capacity = 0;
    }
    mesh->vertex_count = 0;
    mesh->index_count = 0;
    mesh->failed = false;
}

void zd_mesh_release_lies(zd_mesh *mesh)
{
    zd_free(mesh->ctx, mesh->lies);
    mesh->lies = NULL;
}

void zd_mesh_release(zd_mesh *mesh)
{
    release_own(mesh);
    zd_free(mesh->ctx, mesh->points);
    zd_free(mesh->ctx, mesh->lies);
    zd_free(mesh->ctx, mesh->indices);
    *mesh = (zd_mesh){ .ctx = mesh->ctx };
}

size_t zd_mesh_bytes(const zd_mesh *mesh)
{
    size_t grid = (size_t) mesh->columns * (size_t) mesh->rows;
    return mesh->vertex_capacity *
               (sizeof *mesh->points + (mesh->lies != NULL ? sizeof *mesh->lies : 0)) +
           mesh->index_capacity * sizeof *mesh->indices +
           (mesh->normals != NULL ? mesh->vertex_count * sizeof *mesh->normals : 0) + grid +
           (mesh->even != NULL ? grid * sizeof *mesh->even : 0) +
           mesh->lit_capacity * sizeof *mesh->lit_like;
}

bool zd_mesh_grow(zd_context *ctx, void *data, size_t size, size_t used, size_t needed,
                  size_t *capacity)
{
    void *old = NULL;
    if (needed <= *capacity) {
        return true;
    }
    size_t more = *capacity + *capacity / 2;
    size_t wanted = more > needed ? more : needed;
    void *memory = zd_alloc_zeroed(ctx, wanted, size);
    if (memory == NULL) {
        return false;
    }
    memcpy(&old, data, sizeof old); /* whatever it is a pointer to */
    if (used > 0) {
        memcpy(memory, old, used * size);
    }
    zd_free(ctx, old);
    memcpy(data, &memory, sizeof memory);
    *capacity = wanted;
    return true;
}

void zd_mesh_reserve(zd_mesh *mesh, size_t vertices, size_t indices)
{
    size_t lies = mesh->lies != NULL ? mesh->vertex_capacity : 0;
    bool good = zd_mesh_grow(mesh->ctx, &mesh->lies, sizeof *mesh->lies, mesh->vertex_count,
                             vertices, &lies) &&
                zd_mesh_grow(mesh->ctx, &mesh->points, sizeof *mesh->points, mesh->vertex_count,
                             vertices, &mesh->vertex_capacity) &&
                zd_mesh_grow(mesh->ctx, &mesh->indices, sizeof *mesh->indices, mesh->index_count,
                             indices, &mesh->index_capacity);
    mesh->failed = mesh->failed || !good;
}

uint32_t zd_mesh_add_vertex(zd_mesh *mesh, zd_vec3 point, const zd_mesh_lie *lie)
{
    if (mesh->vertex_count + 1 > mesh->vertex_capacity) {
        zd_mesh_reserve(mesh, mesh->vertex_count + 64, 0);
    }
    if (mesh->failed) {
        return 0;
    }
    mesh->points[mesh->vertex_count] = point;
    mesh->lies[mesh->vertex_count] = *lie;
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

void zd_mesh_card(zd_mesh *mesh, const zd_mat4 *object, double card_w, double card_h)
{
    zd_mat4 inverse;
    mesh->normal = (zd_vec3){ 0, 0, 1 };
    if (zd_mat4_invert(object, &inverse)) {
        mesh->normal = zd_vec3_unit(zd_mat4_normal(&inverse, mesh->normal));
    }
    for (int i = 0; i < 4; i++) {
        double u = i & 1;
        double v = i >> 1;
        zd_vec3 local = { card_w * (u - 0.5), card_h * (0.5 - v), 0.0 };
        const zd_mesh_lie lie = { { (float) u, (float) v }, { (float) u, (float) v, 1.0f } };
        zd_mesh_add_vertex(mesh, zd_mat4_point(object, local), &lie);
    }
    zd_mesh_add_triangle(mesh, 0, 2, 1);
    zd_mesh_add_triangle(mesh, 1, 2, 3);
}
