/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Basic shapes, emitted into a mesh through its current transform and material. Texture
 * coordinates are in local metres unless said otherwise. */

#ifndef ZD_SYNTH_RENDER_SHAPES_H
#define ZD_SYNTH_RENDER_SHAPES_H

#include "render/mesh.h"

/** One cross-section of a loft: centre, two half axes, and squareness (2 = ellipse, 4 = boxy). */
typedef struct sy_ring {
    vec3 centre, axis_u, axis_v;
    float square;
} sy_ring;

/** Fold-like displacement of lofts, in metres; {0} is smooth. */
typedef struct sy_folds {
    float height_m, along, around; /* cycles per metre along, cycles around */
    uint32_t seed;
} sy_folds;

/** Box between two corners, each face its own part. */
void sy_shape_box(sy_mesh *mesh, vec3 lo, vec3 hi);

/** Box of this size centred on x and z, standing on y = 0. */
void sy_shape_block(sy_mesh *mesh, float width, float height, float depth);

/** Box centred at the origin with rounded edges, one part. */
void sy_shape_soft_box(sy_mesh *mesh, vec3 size, float radius, int segments);

/** Quad from four corners in order, with u along a-b and v along a-d in metres. */
void sy_shape_quad(sy_mesh *mesh, vec3 a, vec3 b, vec3 c, vec3 d);

/** Quad with texture coordinates 0..1 (pictures, screens, cards). */
void sy_shape_picture(sy_mesh *mesh, vec3 a, vec3 b, vec3 c, vec3 d);

/** Surface over a rows x cols grid of points; normals are computed. wrap joins last to first col. */
void sy_shape_grid(sy_mesh *mesh, const vec3 *points, const float *uv, int rows, int cols,
                   bool wrap);

/** Surface of revolution about y; profile is count pairs (radius, height). */
void sy_shape_lathe(sy_mesh *mesh, const float *profile, int count, int segments);

void sy_shape_cylinder(sy_mesh *mesh, float radius, float height, int segments);
void sy_shape_ellipsoid(sy_mesh *mesh, vec3 centre, vec3 radii, int segments);

/** Skin over cross-sections; closed pulls both ends shut. */
void sy_shape_loft(sy_mesh *mesh, const sy_ring *rings, int count, int segments, sy_folds folds);

/** Round tube along a path with a radius at each point. */
void sy_shape_tube(sy_mesh *mesh, const vec3 *path, const float *radii, int count, int segments);

/** Straight round rod between two points. */
void sy_shape_rod(sy_mesh *mesh, vec3 from, vec3 to, float radius, int segments);

#endif
