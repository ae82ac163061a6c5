/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_MESH_H
#define ZD_SCENE_MESH_H

/* Triangles for the graphics card, in two steps: a mesh in the world, which stays what it is while only the
 * camera moves, and what a camera sees of it. Places are double in the world; in the camera's space they are
 * float, so that the shader only projects them. */

#include <stdint.h>

#include "scene/zmap.h"

/** Where a point lies on pictures. */
typedef struct zd_mesh_lie {
    float uv[2];     /* of the media, v down */
    float lookup[3]; /* of the depth field: u, v and a divisor */
} zd_mesh_lie;

struct zd_geometry;

/** A surface or a file's mesh in the world. */
typedef struct zd_mesh {
    zd_context *ctx;
    zd_vec3 *points;
    zd_mesh_lie *lies;
    size_t vertex_count;
    size_t vertex_capacity;
    uint32_t *indices;
    size_t index_count;
    size_t index_capacity;
    zd_vec3 normal;      /* of all points, unit */
    float (*normals)[3]; /* of each one; NULL: that one */
    /* The first points of an extruded surface are a grid, which has its own normals. */
    int columns; /* 0: it is none */
    int rows;
    uint8_t *holds;     /* of each point of the grid: ZD_MESH_HOLDS_ of its ways to the next */
    zd_vec3 *even;      /* of each: where light sees it; NULL: where it is */
    uint32_t *lit_like; /* of each point behind the grid: the one whose normal it has */
    size_t lit_capacity;
    const struct zd_geometry *turned; /* whose normals turn as its faces do; NULL: none */
    zd_mat4 object;                   /* of that */
    bool failed;                      /* out of memory */
} zd_mesh;

enum { ZD_MESH_HOLDS_RIGHT = 1, ZD_MESH_HOLDS_DOWN = 2 };

/** A point as a camera sees it. */
typedef struct zd_vertex {
    float position[3]; /* camera space, looking down -z */
    float normal[3];   /* world, unit */
} zd_vertex;

/** A mesh as a camera sees it: memory that serves one mesh after the other. */
typedef struct zd_mesh_seen {
    zd_context *ctx;
    zd_vertex *vertices;
    size_t vertex_capacity;
    float (*even)[3]; /* camera space */
    size_t even_capacity;
    float *planes; /* ZD_SCENE_PLANE_FLOATS for each triangle */
    size_t plane_capacity;
    double low[3]; /* what it spans, in the camera's space */
    double high[3];
} zd_mesh_seen;

enum { ZD_SCENE_PLANE_FLOATS = 4 };

/* mesh_see.c */

/** Makes vertices, low and high. */
zd_status zd_mesh_see(const zd_mesh *mesh, const zd_scene_view_camera *camera, zd_mesh_seen *seen,
                      zd_error *err);

/** Computes each triangle's 1/z as a function of the pixel, of a mesh that is seen: 1/z at a reference pixel,
 *  its steps in x and y (y up), and the bits of the pixel's x + 32768 y. The rasteriser's own interpolation
 *  starts from the picture's corner and loses up to 3e-4 pixels of z at 500; this one starts beside
 *  the triangle. Triangles seen edge-on get NaN. */
zd_status zd_mesh_planes(const zd_mesh *mesh, const zd_scene_view_camera *camera,
                         zd_mesh_seen *seen, zd_error *err);
void zd_mesh_seen_release(zd_mesh_seen *seen);

void zd_mesh_clear(zd_mesh *mesh); /* keeps the memory of points, lies and indices */
void zd_mesh_release(zd_mesh *mesh);

/** Frees what only the graphics card needs from then on. */
void zd_mesh_release_lies(zd_mesh *mesh);
size_t zd_mesh_bytes(const zd_mesh *mesh);
uint32_t zd_mesh_add_vertex(zd_mesh *mesh, zd_vec3 point, const zd_mesh_lie *lie);
void zd_mesh_add_triangle(zd_mesh *mesh, uint32_t a, uint32_t b, uint32_t c);
void zd_mesh_reserve(zd_mesh *mesh, size_t vertices, size_t indices);

/** Like zd_array: memory for `needed` things where `*capacity` is less; the first `used` stay. */
bool zd_mesh_grow(zd_context *ctx, void *data, size_t size, size_t used, size_t needed,
                  size_t *capacity);

/** A surface as two triangles. */
void zd_mesh_card(zd_mesh *mesh, const zd_mat4 *object, double card_w, double card_h);

typedef struct zd_scene_tear {
    int mode;        /* ZD_CUT_ */
    double tangent;  /* of the steepest angle that holds */
    double max_edge; /* pixels; 0: any */
} zd_scene_tear;

/** A surface extruded by its map, in cells of `cell` pixels. */
zd_status zd_mesh_grid(zd_mesh *mesh, const zd_mat4 *object, const zd_zmap *map, double cell,
                       const zd_scene_tear *tear, zd_error *err);

/** What a torn surface hides, from the map's filling. */
zd_status zd_mesh_hidden(zd_mesh *mesh, const zd_mat4 *object, const zd_zmap *map, zd_error *err);

/** A mesh as its file has it. */
typedef struct zd_geometry {
    zd_vec3 *points;
    zd_vec3 *normals;
    float *uv; /* 2 for each point */
    size_t point_count;
    uint32_t *indices;
    size_t index_count;
    bool has_uv;     /* every part of the file has texture coordinates */
    uint32_t *joins; /* for each point the first one with its place and normal; NULL: not found */
} zd_geometry;

/** Reads a whole file in its root's space, or the meshes of the node called `part` in that node's own
 *  space; "NAME:2" is its second mesh. */
zd_status zd_geometry_read(zd_context *ctx, const char *path, const char *part, zd_geometry *out,
                           zd_error *err);
zd_status zd_geometry_subdivide(zd_context *ctx, zd_geometry *geometry, int times, zd_error *err);

/** Finds the points that seams of texture coordinates part, so that the displaced mesh is smooth over
 *  them. */
zd_status zd_geometry_join(zd_context *ctx, zd_geometry *geometry, zd_error *err);
void zd_geometry_release(zd_context *ctx, zd_geometry *geometry);

typedef struct zd_geometry_place {
    zd_mat4 object;     /* the unit is part of it */
    const zd_zmap *map; /* NULL: none */
    bool displaces;     /* 3D mode: with the normals of the displaced mesh */
    int mapping;        /* ZD_SCENE_MAPPING_: how the map lies on the mesh */
} zd_geometry_place;

/** A mesh in the scene, displaced in 3D mode; the geometry then outlives it. */
zd_status zd_mesh_geometry(zd_mesh *mesh, const zd_geometry *geometry,
                           const zd_geometry_place *place, zd_error *err);

/** Turns the normals of a displaced mesh as the camera sees its faces turned; part of zd_mesh_see. */
bool zd_mesh_turn_normals(const zd_mesh *mesh, const zd_scene_view_camera *camera,
                          zd_vertex *vertices);

#endif
