/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The scene's triangles. One growing list in world space; shapes are emitted through a stack of
 * transforms, with a current material and current marks. */

#ifndef ZD_SYNTH_RENDER_MESH_H
#define ZD_SYNTH_RENDER_MESH_H

#include "render/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SY_MESH_STACK = 24 };

typedef struct sy_vertex {
    vec3 pos, nrm;
    float u, v; /* usually metres on the surface */
} sy_vertex;

typedef struct sy_tri {
    uint32_t v[3];
    uint16_t material;
    uint8_t foreground; /* counts into the foreground alpha */
    uint8_t no_shadow;  /* casts no shadow */
    uint32_t part;      /* samples of one part in a pixel are shaded once */
} sy_tri;

typedef struct sy_mesh {
    sy_vertex *verts;
    sy_tri *tris;
    size_t vert_count, vert_capacity, tri_count, tri_capacity;
    sy_xform stack[SY_MESH_STACK];
    int depth;
    uint32_t part;
    uint16_t material;
    uint8_t foreground, no_shadow;
} sy_mesh;

void sy_mesh_init(sy_mesh *mesh);
void sy_mesh_clear(sy_mesh *mesh);
void sy_mesh_finish(sy_mesh *mesh);

/** A state of the mesh to come back to: what was emitted since is dropped by sy_mesh_rewind(). */
typedef struct sy_mesh_mark {
    size_t vert_count, tri_count;
    uint32_t part;
} sy_mesh_mark;

sy_mesh_mark sy_mesh_get_mark(const sy_mesh *mesh);
void sy_mesh_rewind(sy_mesh *mesh, sy_mesh_mark mark);

void sy_mesh_push(sy_mesh *mesh);
void sy_mesh_pop(sy_mesh *mesh);
void sy_mesh_apply(sy_mesh *mesh, sy_xform local);
void sy_mesh_translate(sy_mesh *mesh, float x, float y, float z);
void sy_mesh_scale(sy_mesh *mesh, float x, float y, float z);
void sy_mesh_turn(sy_mesh *mesh, float yaw_rad);
void sy_mesh_tilt_x(sy_mesh *mesh, float rad);
void sy_mesh_tilt_z(sy_mesh *mesh, float rad);

/** Local point as it will lie in the world. */
vec3 sy_mesh_world(const sy_mesh *mesh, vec3 local);

/** Begins a new part with this material. */
void sy_mesh_begin(sy_mesh *mesh, int material);

uint32_t sy_mesh_vertex(sy_mesh *mesh, vec3 pos, vec3 nrm, float u, float v);
void sy_mesh_triangle(sy_mesh *mesh, uint32_t a, uint32_t b, uint32_t c);
void sy_mesh_quad(sy_mesh *mesh, uint32_t a, uint32_t b, uint32_t c, uint32_t d);

#endif
