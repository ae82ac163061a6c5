/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The face's triangles, of which the nearest is kept in each pixel, and the ellipsoid of the skull. */

#include "face/face_surface.h"

#include <math.h>

#include "core/size.h"

/** A corner on the grid: pixels, and centimetres of height. */
typedef struct corner {
    float x;
    float y;
    float z;
} corner;

static corner corner_of(const zd_face_grid *grid, const zd_head *head, int point)
{
    const float *p = head->points[point];
    return (corner){ p[0] * (float) grid->width, -p[1] / grid->aspect * (float) grid->height,
                     (p[2] - (float) head->pose.shift[2]) / (float) head->pose.scale };
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

zd_rect zd_face_surface_draw(const zd_face_grid *grid, const zd_head *head, float *z)
{
    zd_rect touched = { grid->width, grid->height, 0, 0 };
    for (int t = 0; t < ZD_FACE_TRIANGLES; t++) {
        corner c[3];
        for (int i = 0; i < 3; i++) {
            c[i] = corner_of(grid, head, zd_face_triangles[t][i]);
        }
        draw_triangle(grid, c, z, &touched);
    }
    return touched;
}

float zd_face_head_height(const zd_face_grid *grid, const zd_face_pose *pose, int x, int y)
{
    const double at[3] = { ((double) x + 0.5) / grid->width,
                           -((double) y + 0.5) / grid->height * (double) grid->aspect,
                           pose->shift[2] };
    const double above[3] = { at[0], at[1], pose->shift[2] + pose->scale };
    double p[3];
    double q[3];
    zd_face_pose_undo(pose, at, p);
    zd_face_pose_undo(pose, above, q);
    /* |(p + h (q - p) - c) / r| = 1, the higher h. */
    double a = 0.0;
    double b = 0.0;
    double c = -1.0;
    for (int i = 0; i < 3; i++) {
        double r = (double) zd_head_radii[i];
        double from = (p[i] - (double) zd_head_centre[i]) / r;
        double step = (q[i] - p[i]) / r;
        a += step * step;
        b += step * from;
        c += from * from;
    }
    double under = b * b - a * c;
    return under >= 0.0 ? (float) ((sqrt(under) - b) / a) : NAN;
}
