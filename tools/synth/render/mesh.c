/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Growing triangle list with a transform stack, see mesh.h. */

#include "render/mesh.h"

#include "render/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void sy_mesh_init(sy_mesh *mesh)
{
    memset(mesh, 0, sizeof *mesh);
    sy_mesh_clear(mesh);
}

void sy_mesh_clear(sy_mesh *mesh)
{
    mesh->vert_count = mesh->tri_count = 0;
    mesh->depth = 0;
    mesh->stack[0] = sy_xform_identity();
    mesh->part = 0;
    mesh->material = 0;
    mesh->foreground = mesh->no_shadow = 0;
}

void sy_mesh_finish(sy_mesh *mesh)
{
    free(mesh->verts);
    free(mesh->tris);
    memset(mesh, 0, sizeof *mesh);
}

sy_mesh_mark sy_mesh_get_mark(const sy_mesh *mesh)
{
    return (sy_mesh_mark){ mesh->vert_count, mesh->tri_count, mesh->part };
}

void sy_mesh_rewind(sy_mesh *mesh, sy_mesh_mark mark)
{
    assert(mark.vert_count <= mesh->vert_count && mark.tri_count <= mesh->tri_count);
    mesh->vert_count = mark.vert_count;
    mesh->tri_count = mark.tri_count;
    mesh->part = mark.part;
}

void sy_mesh_push(sy_mesh *mesh)
{
    assert(mesh->depth + 1 < SY_MESH_STACK);
    mesh->stack[mesh->depth + 1] = mesh->stack[mesh->depth];
    mesh->depth++;
}

void sy_mesh_pop(sy_mesh *mesh)
{
    assert(mesh->depth > 0);
    mesh->depth--;
}

void sy_mesh_apply(sy_mesh *mesh, sy_xform local)
{
    mesh->stack[mesh->depth] = sy_xform_mul(&mesh->stack[mesh->depth], &local);
}

void sy_mesh_translate(sy_mesh *mesh, float x, float y, float z)
{
    sy_xform m = sy_xform_identity();
    m.origin = v3(x, y, z);
    sy_mesh_apply(mesh, m);
}

void sy_mesh_scale(sy_mesh *mesh, float x, float y, float z)
{
    sy_mesh_apply(mesh, (sy_xform){ { x, 0, 0 }, { 0, y, 0 }, { 0, 0, z }, { 0, 0, 0 } });
}

void sy_mesh_turn(sy_mesh *mesh, float yaw_rad)
{
    sy_mesh_apply(mesh, sy_xform_rotate_y(yaw_rad));
}

void sy_mesh_tilt_x(sy_mesh *mesh, float rad)
{
    sy_mesh_apply(mesh, sy_xform_rotate_x(rad));
}

void sy_mesh_tilt_z(sy_mesh *mesh, float rad)
{
    sy_mesh_apply(mesh, sy_xform_rotate_z(rad));
}

vec3 sy_mesh_world(const sy_mesh *mesh, vec3 local)
{
    return sy_xform_point(&mesh->stack[mesh->depth], local);
}

void sy_mesh_begin(sy_mesh *mesh, int material)
{
    mesh->part++;
    mesh->material = (uint16_t) material;
}

uint32_t sy_mesh_vertex(sy_mesh *mesh, vec3 pos, vec3 nrm, float u, float v)
{
    const sy_xform *m = &mesh->stack[mesh->depth];
    mesh->verts =
        sy_grow(mesh->verts, &mesh->vert_capacity, mesh->vert_count + 1, sizeof *mesh->verts);
    /* Normals go through the cofactor matrix, which is right under uneven scale. */
    vec3 n = v3_scale(v3_cross(m->ay, m->az), nrm.x);
    n = v3_madd(n, v3_cross(m->az, m->ax), nrm.y);
    n = v3_madd(n, v3_cross(m->ax, m->ay), nrm.z);
    mesh->verts[mesh->vert_count] = (sy_vertex){ sy_xform_point(m, pos), v3_normalize(n), u, v };
    return (uint32_t) mesh->vert_count++;
}

void sy_mesh_triangle(sy_mesh *mesh, uint32_t a, uint32_t b, uint32_t c)
{
    mesh->tris = sy_grow(mesh->tris, &mesh->tri_capacity, mesh->tri_count + 1, sizeof *mesh->tris);
    mesh->tris[mesh->tri_count++] =
        (sy_tri){ { a, b, c }, mesh->material, mesh->foreground, mesh->no_shadow, mesh->part };
}

void sy_mesh_quad(sy_mesh *mesh, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    sy_mesh_triangle(mesh, a, b, c);
    sy_mesh_triangle(mesh, a, c, d);
}
