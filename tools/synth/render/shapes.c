/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Basic shapes, see shapes.h. Curved ones all become a grid of points whose normals come from
 * finite differences. */

#include "render/shapes.h"

#include "render/memory.h"
#include "render/random.h"

#include <assert.h>
#include <stdlib.h>

static void flat_quad(sy_mesh *mesh, const vec3 *c, float u_max, float v_max)
{
    vec3 n = v3_normalize(v3_cross(v3_sub(c[1], c[0]), v3_sub(c[3], c[0])));
    uint32_t i0 = sy_mesh_vertex(mesh, c[0], n, 0, 0);
    uint32_t i1 = sy_mesh_vertex(mesh, c[1], n, u_max, 0);
    uint32_t i2 = sy_mesh_vertex(mesh, c[2], n, u_max, v_max);
    uint32_t i3 = sy_mesh_vertex(mesh, c[3], n, 0, v_max);
    sy_mesh_quad(mesh, i0, i1, i2, i3);
}

void sy_shape_quad(sy_mesh *mesh, vec3 a, vec3 b, vec3 c, vec3 d)
{
    vec3 corners[4] = { a, b, c, d };
    flat_quad(mesh, corners, v3_length(v3_sub(b, a)), v3_length(v3_sub(d, a)));
}

void sy_shape_picture(sy_mesh *mesh, vec3 a, vec3 b, vec3 c, vec3 d)
{
    vec3 corners[4] = { a, b, c, d };
    flat_quad(mesh, corners, 1.0f, 1.0f);
}

void sy_shape_box(sy_mesh *mesh, vec3 lo, vec3 hi)
{
    vec3 c[8];
    for (int i = 0; i < 8; i++) {
        c[i] = v3(i & 1 ? hi.x : lo.x, i & 2 ? hi.y : lo.y, i & 4 ? hi.z : lo.z);
    }
    static const int faces[6][4] = { { 0, 1, 3, 2 }, { 5, 4, 6, 7 }, { 4, 0, 2, 6 },
                                     { 1, 5, 7, 3 }, { 2, 3, 7, 6 }, { 4, 5, 1, 0 } };
    for (int f = 0; f < 6; f++) {
        const int *q = faces[f];
        sy_mesh_begin(mesh, mesh->material);
        sy_shape_quad(mesh, c[q[0]], c[q[1]], c[q[2]], c[q[3]]);
    }
}

void sy_shape_block(sy_mesh *mesh, float width, float height, float depth)
{
    sy_shape_box(mesh, v3(-width / 2, 0, -depth / 2), v3(width / 2, height, depth / 2));
}

/* The i-th of 2 * (segments + 1) coordinates over one edge: dense in the rounded ends. */
static float soft_coordinate(int i, int segments, float half, float radius)
{
    int k = segments + 1;
    float t = (float) (i % k) / (float) segments;
    float a = 0.25f * SY_PI * (i < k ? 1.0f - t : t);
    float r = radius * tanf(a);
    return i < k ? -(half - radius) - r : (half - radius) + r;
}

static vec3 soft_point(vec3 raw, vec3 half, float radius)
{
    vec3 core = v3(clampf(raw.x, radius - half.x, half.x - radius),
                   clampf(raw.y, radius - half.y, half.y - radius),
                   clampf(raw.z, radius - half.z, half.z - radius));
    return v3_madd(core, v3_normalize(v3_sub(raw, core)), radius);
}

void sy_shape_soft_box(sy_mesh *mesh, vec3 size, float radius, int segments)
{
    vec3 half = v3_scale(size, 0.5f);
    float limit = minf(half.x, minf(half.y, half.z)) * 0.98f;
    radius = minf(radius, limit);
    int n = 2 * (segments + 1);
    vec3 *points = sy_alloc((size_t) (n * n), sizeof *points);
    float *uv = sy_alloc((size_t) (n * n), 2 * sizeof *uv);
    for (int face = 0; face < 6; face++) {
        int axis = face >> 1;
        float side = face & 1 ? 1.0f : -1.0f;
        for (int i = 0; i < n * n; i++) {
            const float h[3] = { half.x, half.y, half.z };
            float c[3];
            int a1 = (axis + 1) % 3, a2 = (axis + 2) % 3;
            c[axis] = side * h[axis];
            c[a1] = soft_coordinate(i % n, segments, h[a1], radius);
            c[a2] = soft_coordinate(i / n, segments, h[a2], radius);
            points[i] = soft_point(v3(c[0], c[1], c[2]), half, radius);
            uv[2 * i] = axis == 0 ? c[2] : c[0];
            uv[2 * i + 1] = axis == 1 ? c[2] : c[1];
        }
        sy_shape_grid(mesh, points, uv, n, n, false);
    }
    free(points);
    free(uv);
}

static vec3 grid_normal(const vec3 *p, int rows, int cols, bool wrap, int r, int c)
{
    int c0 = c > 0 ? c - 1 : (wrap ? cols - 1 : 0);
    int c1 = c + 1 < cols ? c + 1 : (wrap ? 0 : cols - 1);
    int r0 = r > 0 ? r - 1 : 0, r1 = r + 1 < rows ? r + 1 : rows - 1;
    vec3 du = v3_sub(p[r * cols + c1], p[r * cols + c0]);
    vec3 dv = v3_sub(p[r1 * cols + c], p[r0 * cols + c]);
    vec3 n = v3_cross(du, dv);
    if (v3_dot(n, n) > 1e-8f * v3_dot(dv, dv) * v3_dot(dv, dv)) {
        return v3_normalize(n);
    }
    /* A pole: the row has shrunk to a point, so the axis through the next ring is the normal. */
    int other = r == 0 ? 1 : (r == rows - 1 ? rows - 2 : r);
    vec3 centre = v3(0, 0, 0);
    for (int i = 0; i < cols; i++) {
        centre = v3_madd(centre, p[other * cols + i], 1.0f / (float) cols);
    }
    vec3 out = v3_sub(p[r * cols + c], centre);
    return v3_dot(out, out) > 1e-14f ? v3_normalize(out) : v3(0, 1, 0);
}

void sy_shape_grid(sy_mesh *mesh, const vec3 *points, const float *uv, int rows, int cols,
                   bool wrap)
{
    assert(rows > 1 && cols > 1);
    sy_mesh_begin(mesh, mesh->material);
    int vcols = wrap ? cols + 1 : cols;
    uint32_t first = (uint32_t) mesh->vert_count;
    for (int r = 0; r < rows; r++) {
        for (int c = 0; c < vcols; c++) {
            int k = c == cols ? 0 : c;
            vec3 n = grid_normal(points, rows, cols, wrap, r, k);
            const float *t = &uv[2 * (r * vcols + c)];
            sy_mesh_vertex(mesh, points[r * cols + k], n, t[0], t[1]);
        }
    }
    for (int r = 0; r + 1 < rows; r++) {
        for (int c = 0; c + 1 < vcols; c++) {
            uint32_t a = first + (uint32_t) (r * vcols + c), b = a + (uint32_t) vcols;
            sy_mesh_quad(mesh, a, a + 1, b + 1, b);
        }
    }
}

void sy_shape_lathe(sy_mesh *mesh, const float *profile, int count, int segments)
{
    /* A sharp profile corner is split by the caller; here neighbours are smoothed. */
    vec3 *points = sy_alloc((size_t) (count * segments), sizeof *points);
    float *uv = sy_alloc((size_t) (count * (segments + 1)), 2 * sizeof *uv);
    float widest = 0.0f, along = 0.0f;
    for (int r = 0; r < count; r++) {
        widest = maxf(widest, profile[2 * r]);
    }
    for (int r = 0; r < count; r++) {
        float radius = profile[2 * r], y = profile[2 * r + 1];
        if (r > 0) {
            along += hypotf(radius - profile[2 * r - 2], y - profile[2 * r - 1]);
        }
        for (int s = 0; s <= segments; s++) {
            float a = 2.0f * SY_PI * (float) s / (float) segments;
            if (s < segments) {
                points[r * segments + s] = v3(radius * cosf(a), y, radius * sinf(a));
            }
            uv[2 * (r * (segments + 1) + s)] = a * widest;
            uv[2 * (r * (segments + 1) + s) + 1] = along;
        }
    }
    sy_shape_grid(mesh, points, uv, count, segments, true);
    free(points);
    free(uv);
}

static void disc(sy_mesh *mesh, float radius, float y, int segments, float up)
{
    sy_mesh_begin(mesh, mesh->material);
    uint32_t centre = sy_mesh_vertex(mesh, v3(0, y, 0), v3(0, up, 0), 0, 0);
    for (int s = 0; s < segments; s++) {
        float a = 2.0f * SY_PI * (float) s / (float) segments;
        float x = radius * cosf(a), z = radius * sinf(a);
        sy_mesh_vertex(mesh, v3(x, y, z), v3(0, up, 0), x, z);
    }
    for (int s = 0; s < segments; s++) {
        uint32_t next = (uint32_t) ((s + 1) % segments);
        sy_mesh_triangle(mesh, centre, centre + 1 + (uint32_t) s, centre + 1 + next);
    }
}

void sy_shape_cylinder(sy_mesh *mesh, float radius, float height, int segments)
{
    float profile[4] = { radius, 0, radius, height };
    sy_shape_lathe(mesh, profile, 2, segments);
    disc(mesh, radius, 0, segments, -1);
    disc(mesh, radius, height, segments, 1);
}

void sy_shape_ellipsoid(sy_mesh *mesh, vec3 centre, vec3 radii, int segments)
{
    int rows = segments / 2 + 1;
    float *profile = sy_alloc((size_t) rows, 2 * sizeof *profile);
    for (int r = 0; r < rows; r++) {
        float a = SY_PI * (float) r / (float) (rows - 1);
        profile[2 * r] = r == 0 || r == rows - 1 ? 0.0f : sinf(a);
        profile[2 * r + 1] = -cosf(a);
    }
    sy_mesh_push(mesh);
    sy_mesh_translate(mesh, centre.x, centre.y, centre.z);
    sy_mesh_scale(mesh, radii.x, radii.y, radii.z);
    sy_shape_lathe(mesh, profile, rows, segments);
    sy_mesh_pop(mesh);
    free(profile);
}

static vec3 ring_point(const sy_ring *ring, float angle)
{
    float c = cosf(angle), s = sinf(angle);
    if (ring->square > 2.01f) {
        float e = 2.0f / ring->square;
        c = copysignf(powf(fabsf(c), e), c);
        s = copysignf(powf(fabsf(s), e), s);
    }
    return v3_madd(v3_madd(ring->centre, ring->axis_u, c), ring->axis_v, s);
}

static vec3 fold_point(vec3 p, const sy_ring *ring, const sy_folds *folds, float along, float turn)
{
    vec3 out = v3_normalize(v3_sub(p, ring->centre));
    float skew = along * folds->along;
    float n = sy_noise3(cosf(turn) * folds->around + skew * 0.6f, sinf(turn) * folds->around, skew,
                        folds->seed);
    float ridge = 1.0f - fabsf(2.0f * n - 1.0f);
    return v3_madd(p, out, folds->height_m * (ridge * ridge - 0.4f));
}

void sy_shape_loft(sy_mesh *mesh, const sy_ring *rings, int count, int segments, sy_folds folds)
{
    vec3 *points = sy_alloc((size_t) (count * segments), sizeof *points);
    float *uv = sy_alloc((size_t) (count * (segments + 1)), 2 * sizeof *uv);
    float along = 0.0f, girth = 0.0f;
    for (int r = 0; r < count; r++) {
        girth = maxf(girth, v3_length(rings[r].axis_u) + v3_length(rings[r].axis_v));
    }
    for (int r = 0; r < count; r++) {
        if (r > 0) {
            along += v3_length(v3_sub(rings[r].centre, rings[r - 1].centre));
        }
        for (int s = 0; s <= segments; s++) {
            float a = 2.0f * SY_PI * (float) s / (float) segments;
            uv[2 * (r * (segments + 1) + s)] = a * girth * 0.5f;
            uv[2 * (r * (segments + 1) + s) + 1] = along;
            if (s < segments) {
                vec3 p = ring_point(&rings[r], a);
                points[r * segments + s] =
                    folds.height_m > 0.0f ? fold_point(p, &rings[r], &folds, along, a) : p;
            }
        }
    }
    sy_shape_grid(mesh, points, uv, count, segments, true);
    free(points);
    free(uv);
}

void sy_shape_tube(sy_mesh *mesh, const vec3 *path, const float *radii, int count, int segments)
{
    sy_ring *rings = sy_alloc((size_t) count, sizeof *rings);
    vec3 side = v3(0, 0, 0);
    for (int i = 0; i < count; i++) {
        vec3 d = v3_normalize(v3_sub(path[i + 1 < count ? i + 1 : i], path[i > 0 ? i - 1 : 0]));
        if (i == 0) {
            side = fabsf(d.y) < 0.9f ? v3(0, 1, 0) : v3(1, 0, 0);
        }
        side = v3_normalize(v3_madd(side, d, -v3_dot(side, d)));
        vec3 other = v3_cross(side, d);
        rings[i] = (sy_ring){ path[i], v3_scale(side, radii[i]), v3_scale(other, radii[i]), 2.0f };
    }
    sy_shape_loft(mesh, rings, count, segments, (sy_folds){ 0 });
    free(rings);
}

void sy_shape_rod(sy_mesh *mesh, vec3 from, vec3 to, float radius, int segments)
{
    vec3 path[2] = { from, to };
    float radii[2] = { radius, radius };
    sy_shape_tube(mesh, path, radii, 2, segments);
}
