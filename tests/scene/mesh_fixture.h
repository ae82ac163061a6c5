/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TESTS_MESH_FIXTURE_H
#define ZD_TESTS_MESH_FIXTURE_H

/* A camera, points of meshes and an octahedron, for tests of meshes without a graphics card. */

#include "core/file.h"
#include "scene/mesh.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;

/* A camera that nobody would draw: pixels that are not square, an axis beside the middle. */
static inline zd_scene_view_camera camera_at(zd_vec3 position, zd_vec3 rotation)
{
    zd_scene_view_camera c = { .focal_x = 50.0,
                               .focal_y = 55.0,
                               .centre_x = 30.0,
                               .centre_y = 20.0,
                               .near_px = 1.0,
                               .far_px = 1000.0,
                               .width = 64,
                               .height = 36 };
    zd_mat4 offset = zd_mat4_translation(position);
    zd_mat4 turned = zd_mat4_rotation(rotation);
    c.to_world = zd_mat4_multiply(&offset, &turned);
    REQUIRE(zd_mat4_invert(&c.to_world, &c.from_world));
    return c;
}

static inline double random_at(unsigned long long *state, double low, double high)
{
    return low + (high - low) * (double) (zd_test_random(state) >> 11) * 0x1p-53;
}

static inline zd_vec3 position_of(const zd_mesh_seen *seen, size_t vertex)
{
    const float *p = seen->vertices[vertex].position;
    return (zd_vec3){ (double) p[0], (double) p[1], (double) p[2] };
}

static inline void require_point(zd_vec3 got, zd_vec3 expected, double tolerance)
{
    REQUIRE_NEAR(got.x, expected.x, tolerance);
    REQUIRE_NEAR(got.y, expected.y, tolerance);
    REQUIRE_NEAR(got.z, expected.z, tolerance);
}

static inline zd_geometry octahedron(void)
{
    static const double points[6][3] = { { 2, 0, 0 },  { -2, 0, 0 }, { 0, 2, 0 },
                                         { 0, -2, 0 }, { 0, 0, 2 },  { 0, 0, -2 } };
    static const uint32_t faces[24] = { 0, 2, 4, 2, 1, 4, 1, 3, 4, 3, 0, 4,
                                        2, 0, 5, 1, 2, 5, 3, 1, 5, 0, 3, 5 };
    zd_geometry g = { .point_count = 6, .index_count = 24, .has_uv = true };
    g.points = zd_alloc_zeroed(ctx, 6, sizeof *g.points);
    g.normals = zd_alloc_zeroed(ctx, 6, sizeof *g.normals);
    g.uv = zd_alloc_zeroed(ctx, 12, sizeof *g.uv);
    g.indices = zd_alloc_zeroed(ctx, 24, sizeof *g.indices);
    memcpy(g.indices, faces, sizeof faces);
    for (int i = 0; i < 6; i++) {
        g.points[i] = (zd_vec3){ points[i][0], points[i][1], points[i][2] };
        g.normals[i] = zd_vec3_unit(g.points[i]);
        g.uv[i * 2] = (float) (0.5 + 0.1 * points[i][0] + 0.05 * points[i][2]);
        g.uv[i * 2 + 1] = (float) (0.4 - 0.1 * points[i][1]);
    }
    return g;
}

static inline zd_vec3 face_of(const zd_geometry *g, size_t t)
{
    zd_vec3 a = g->points[g->indices[t * 3]];
    return zd_vec3_cross(zd_vec3_sub(g->points[g->indices[t * 3 + 1]], a),
                         zd_vec3_sub(g->points[g->indices[t * 3 + 2]], a));
}

#endif
