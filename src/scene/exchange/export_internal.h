/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_EXCHANGE_EXPORT_INTERNAL_H
#define ZD_SCENE_EXCHANGE_EXPORT_INTERNAL_H

/* What exporters are given: the scene's surfaces as points and triangles in the file's units, and its
 * cameras frame by frame. One exporter a file, export_NAME.c. */

#include "scene/scene_exchange.h"
#include "scene/scene_math.h"

/* A point of a mesh, in units of the file, world. */
typedef struct zd_export_point {
    float position[3];
    float normal[3];
    float uv[2];  /* v up */
    float rgb[3]; /* scene-linear */
} zd_export_point;

typedef struct zd_export_mesh {
    char name[ZD_SCENE_NAME_SIZE + 8];
    zd_export_point *points;
    size_t point_count;
    uint32_t *indices; /* of triangles */
    size_t index_count;
} zd_export_mesh;

/* A camera at one frame. */
typedef struct zd_export_view {
    double frame;
    zd_mat4 to_world; /* its place in units of the file */
    double fov;       /* vertical, radians */
} zd_export_view;

/* What is written. */
typedef struct zd_export {
    zd_context *ctx;
    const zd_scene_export_params *params;
    zd_export_mesh *meshes;
    int mesh_count;
    int mesh_capacity;
    const char *camera; /* NULL: none */
    zd_export_view *views;
    int view_count;
    double aspect;    /* of the picture: width over height as they are seen */
    double film_back; /* mm */
    double near_z;    /* units of the file */
    double far_z;
    double fps;
} zd_export;

zd_status zd_export_ply(const zd_export *job, zd_text *out, zd_error *err);
zd_status zd_export_obj(const zd_export *job, zd_text *out, zd_error *err);
zd_status zd_export_gltf(const zd_export *job, zd_text *out, zd_error *err);
zd_status zd_export_glb(const zd_export *job, zd_text *out, zd_error *err);
zd_status zd_export_chan(const zd_export *job, zd_text *out, zd_error *err);
zd_status zd_export_nuke(const zd_export *job, zd_text *out, zd_error *err);

/** Appends four bytes, least significant first. */
void zd_export_put_u32(zd_text *out, uint32_t value);
void zd_export_put_float(zd_text *out, float value);

/** One component of a scene-linear colour as a code of sRGB. */
int zd_export_code(float linear);

#endif
