/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Visibility by z-buffer: for every sample the nearest triangle. Serves the camera (perspective,
 * q = 1 / distance) and shadow maps (also parallel, q = -distance): the larger q is nearer. */

#ifndef ZD_SYNTH_RENDER_RASTER_H
#define ZD_SYNTH_RENDER_RASTER_H

#include "render/scene.h"

#define SY_NO_TRIANGLE 0xFFFFFFFFu

typedef struct sy_projector {
    sy_xform pose;
    bool perspective;
    float focal_x, focal_y; /* samples per unit slope, or per metre when parallel */
    float centre_x, centre_y;
    int width, height;
    float near_m;
} sy_projector;

typedef struct sy_raster {
    int width, height;
    bool ids;
    float *q;
    uint32_t *tri; /* NULL where only distance is wanted */
    size_t q_capacity, tri_capacity;
    vec3 *view; /* every vertex in the projector's frame */
    size_t view_capacity;
} sy_raster;

void sy_raster_finish(sy_raster *raster);

/** Clears the raster and moves the scene's vertices into the projector's frame. */
void sy_raster_begin(sy_raster *raster, const sy_scene *scene, const sy_projector *projector,
                     bool ids);

/** Draws triangles first to last - 1; without ids (shadow maps) those that cast no shadow are left out. */
void sy_raster_draw(sy_raster *raster, const sy_scene *scene, const sy_projector *projector,
                    size_t first, size_t last);

/** Projects a view-space point: x, y in samples, z = q. */
vec3 sy_project(const sy_projector *projector, vec3 view);

#endif
