/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The face's triangles, of which the nearest is kept in each pixel. Drawn flat they are facets, which a
 * light shows; each is bent to a curved PN triangle (Vlachos, Peters, Boyd and Mitchell 2001). */

#include "face/face_surface.h"

#include <math.h>
#include <string.h>

#include "core/size.h"

enum { PARTS = 4 }; /* of a patch's edge, each drawn straight */

/** A corner on the grid: pixels, and centimetres of height. */
typedef struct corner {
    float x;
    float y;
    float z;
} corner;

static corner corner_of(const zd_face_grid *grid, const zd_face_pose *pose, const float p[3])
{
    return (corner){ p[0] * (float) grid->width, -p[1] / grid->aspect * (float) grid->height,
                     (p[2] - (float) pose->shift[2]) / (float) pose->scale };
}

/** Twice the signed area of a triangle. */
static float area(const corner *a, const corner *b, float x, float y)
{
    return (b->x - a->x) * (y - a->y) - (b->y - a->y) * (x - a->x);
}

/** The pixels whose middles may lie in a span. */
static void span(float a, float b, float c, int limit, int *low, int *high)
{
    float least = fminf(a, fminf(b, c));
    float most = fmaxf(a, fmaxf(b, c));
    *low = (int) fmaxf(ceilf(least - 0.5f), 0.0f);
    *high = (int) fminf(floorf(most - 0.5f), (float) (limit - 1));
}

static void draw_triangle(const zd_face_grid *grid, const corner c[3], float *z, zd_rect *touched)
{
    int x0;
    int x1;
    int y0;
    int y1;
    float whole = area(&c[0], &c[1], c[2].x, c[2].y);
    span(c[0].x, c[1].x, c[2].x, grid->width, &x0, &x1);
    span(c[0].y, c[1].y, c[2].y, grid->height, &y0, &y1);
    if (!(fabsf(whole) > 1e-9f)) {
        return;
    }
    for (int y = y0; y <= y1; y++) {
        for (int x = x0; x <= x1; x++) {
            float px = (float) x + 0.5f;
            float py = (float) y + 0.5f;
            float u = area(&c[1], &c[2], px, py) / whole;
            float v = area(&c[2], &c[0], px, py) / whole;
            float w = 1.0f - u - v;
            float *at = z + (size_t) y * (size_t) grid->width + (size_t) x;
            if (u < 0.0f || v < 0.0f || w < 0.0f) {
                continue;
            }
            float height = u * c[0].z + v * c[1].z + w * c[2].z;
            *at = *at > height ? *at : height; /* NaN gives way */
            touched->x0 = zd_int_min(touched->x0, x);
            touched->y0 = zd_int_min(touched->y0, y);
            touched->x1 = zd_int_max(touched->x1, x + 1);
            touched->y1 = zd_int_max(touched->y1, y + 1);
        }
    }
}

static float dot(const float a[3], const float b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** At each landmark the sum of its triangles' normals, each as long as its triangle is large; then of
 *  length 1. */
static void find_normals(const zd_head *head, float normals[ZD_FACE_POINTS][3])
{
    memset(normals, 0, sizeof(float[ZD_FACE_POINTS][3]));
    for (int t = 0; t < ZD_FACE_TRIANGLES; t++) {
        const short *corners = zd_face_triangles[t];
        float a[3];
        float b[3];
        for (int k = 0; k < 3; k++) {
            a[k] = head->points[corners[1]][k] - head->points[corners[0]][k];
            b[k] = head->points[corners[2]][k] - head->points[corners[0]][k];
        }
        for (int k = 0; k < 3; k++) {
            float across = a[(k + 1) % 3] * b[(k + 2) % 3] - a[(k + 2) % 3] * b[(k + 1) % 3];
            for (int i = 0; i < 3; i++) {
                normals[corners[i]][k] += across;
            }
        }
    }
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        float length = sqrtf(dot(normals[i], normals[i]));
        for (int k = 0; k < 3 && length > 0.0f; k++) {
            normals[i][k] /= length;
        }
    }
}

/** A triangle bent so that it stands on its corners' normals: a cubic Bezier triangle. Edge points
 *  [i][j] lie a third of the way from corner i to corner j. */
typedef struct patch {
    float corner[3][3];
    float edge[3][3][3];
    float middle[3];
} patch;

static void bend(const zd_head *head, float normals[ZD_FACE_POINTS][3], int triangle, patch *out)
{
    const short *corners = zd_face_triangles[triangle];
    memset(out->middle, 0, sizeof out->middle);
    for (int i = 0; i < 3; i++) {
        const float *p = head->points[corners[i]];
        const float *n = normals[corners[i]];
        memcpy(out->corner[i], p, sizeof out->corner[i]);
        for (int j = 0; j < 3; j++) {
            const float *q = head->points[corners[j]];
            float way[3] = { q[0] - p[0], q[1] - p[1], q[2] - p[2] };
            float above = dot(way, n);
            for (int k = 0; k < 3; k++) {
                out->edge[i][j][k] = p[k] + (way[k] - above * n[k]) / 3.0f;
                out->middle[k] += i == j ? -p[k] / 6.0f : out->edge[i][j][k] / 4.0f;
            }
        }
    }
}

/** A point of a patch; `at`: shares of its corners. */
static void patch_point(const patch *p, const float at[3], float out[3])
{
    for (int k = 0; k < 3; k++) {
        out[k] = 6.0f * at[0] * at[1] * at[2] * p->middle[k];
        for (int i = 0; i < 3; i++) {
            int j = (i + 1) % 3;
            out[k] += at[i] * at[i] * at[i] * p->corner[i][k] +
                      3.0f * at[i] * at[j] * (at[i] * p->edge[i][j][k] + at[j] * p->edge[j][i][k]);
        }
    }
}

static void draw_patch(const zd_face_grid *grid, const zd_face_pose *pose, const patch *p, float *z,
                       zd_rect *touched)
{
    corner row[2][PARTS + 1];
    for (int i = 0; i <= PARTS; i++) {
        corner *now = row[i % 2];
        const corner *last = row[(i + 1) % 2];
        for (int j = 0; j <= i; j++) {
            const float at[3] = { (float) (PARTS - i) / PARTS, (float) (i - j) / PARTS,
                                  (float) j / PARTS };
            float point[3];
            patch_point(p, at, point);
            now[j] = corner_of(grid, pose, point);
        }
        for (int j = 0; j < i; j++) {
            draw_triangle(grid, (corner[]){ last[j], now[j], now[j + 1] }, z, touched);
            if (j + 1 < i) {
                draw_triangle(grid, (corner[]){ last[j], now[j + 1], last[j + 1] }, z, touched);
            }
        }
    }
}

zd_rect zd_face_surface_draw(const zd_face_grid *grid, const zd_head *head, float *z)
{
    zd_rect touched = { grid->width, grid->height, 0, 0 };
    float normals[ZD_FACE_POINTS][3];
    find_normals(head, normals);
    for (int t = 0; t < ZD_FACE_TRIANGLES; t++) {
        patch bent;
        bend(head, normals, t, &bent);
        draw_patch(grid, &head->pose, &bent, z, &touched);
    }
    return touched;
}
