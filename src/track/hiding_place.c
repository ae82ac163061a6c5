/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Slides try even steps; growing looks for the sample that is furthest from the subject's edge, by rings. */

#include "track/hiding_place.h"

#include <assert.h>
#include <math.h>

#include "core/size.h"

enum { STEPS = 96, SAMPLES = 24 };

#define ENOUGH   0.97 /* hidden: nothing further is tried */
#define BETTER   0.03 /* of the box, that a step further must hide more */
#define COMES_IN 0.35 /* of the way, over which what is not hidden comes in */

static bool is_covered(zd_view cover, double x, double y)
{
    if (!(x >= 0.0 && y >= 0.0 && x < 1.0 && y < 1.0)) {
        return true;
    }
    int column = zd_int_min((int) (x * cover.width), cover.width - 1);
    int row = zd_int_min((int) (y * cover.height), cover.height - 1);
    return zd_view_row_f32(cover, row)[column] > 0.5f;
}

static double hidden_at(zd_view cover, zd_hiding_box box, double dx, double dy)
{
    assert(cover.width > 0 && cover.height > 0);
    int hidden = 0;
    for (int i = 0; i < SAMPLES * SAMPLES; i++) {
        double x = box.x0 + (box.x1 - box.x0) * (i % SAMPLES + 0.5) / SAMPLES;
        double y = box.y0 + (box.y1 - box.y0) * (i / SAMPLES + 0.5) / SAMPLES;
        hidden += is_covered(cover, x + dx, y + dy);
    }
    return (double) hidden / (SAMPLES * SAMPLES);
}

static zd_hiding_place slide(zd_view cover, zd_hiding_box box, double dx, double dy)
{
    zd_hiding_place best = { 0.0, 0.0, 1.0, hidden_at(cover, box, 0.0, 0.0) };
    for (int i = 1; i <= STEPS && best.hidden < ENOUGH; i++) {
        double far = 1.5 * i / STEPS;
        double hidden = hidden_at(cover, box, far * dx, far * dy);
        if (hidden > best.hidden + BETTER || hidden >= ENOUGH) {
            best = (zd_hiding_place){ far * dx, far * dy, 1.0, hidden };
        }
    }
    return best;
}

/* The distance, in heights of the frame, from a sample of the cover to what is none of it, at most `most`. */
static double room_at(zd_view cover, int x, int y, double most, double aspect)
{
    double across = aspect / cover.width;
    double down = 1.0 / cover.height;
    int reach_x = (int) ceil(most / across);
    int reach_y = (int) ceil(most / down);
    double room = most;
    for (int j = -reach_y; j <= reach_y; j++) {
        for (int i = -reach_x; i <= reach_x; i++) {
            double far = hypot(i * across, j * down);
            bool is_in = x + i >= 0 && y + j >= 0 && x + i < cover.width && y + j < cover.height;
            if (far < room && (!is_in || zd_view_row_f32(cover, y + j)[x + i] <= 0.5f)) {
                room = far;
            }
        }
    }
    return room;
}

static zd_hiding_place grow(zd_view cover, zd_hiding_box box, double aspect)
{
    double x = 0.5 * (box.x0 + box.x1);
    double y = 0.5 * (box.y0 + box.y1);
    double best = 0.0;
    double most = 0.25; /* heights: large enough for any title */
    zd_hiding_place out = { .scale = 0.0, .hidden = 0.0 };
    int step = zd_int_max(cover.height / 48, 1);
    for (int j = step / 2; j < cover.height; j += step) {
        for (int i = step / 2; i < cover.width; i += step) {
            if (zd_view_row_f32(cover, j)[i] <= 0.5f) {
                continue;
            }
            double far =
                hypot(((i + 0.5) / cover.width - x) * aspect, (j + 0.5) / cover.height - y);
            double room = room_at(cover, i, j, most, aspect) - 0.02 * far; /* nearer ones first */
            if (room > best) {
                best = room;
                out.x = (i + 0.5) / cover.width - x;
                out.y = (j + 0.5) / cover.height - y;
            }
        }
    }
    double half = 0.5 * hypot((box.x1 - box.x0) * aspect, box.y1 - box.y0);
    out.hidden = best > 0.0 ? 1.0 : 0.0;
    out.scale = half > 0.0 ? fmin(best / half, 1.0) : 0.0;
    return out;
}

zd_hiding_place zd_hiding_place_find(zd_view cover, zd_hiding_box box, zd_hiding kind,
                                     double aspect)
{
    switch (kind) {
    case ZD_HIDING_RISE:
        return slide(cover, box, 0.0, 1.0);
    case ZD_HIDING_SLIDE_LEFT:
        return slide(cover, box, 1.0, 0.0);
    case ZD_HIDING_SLIDE_RIGHT:
        return slide(cover, box, -1.0, 0.0);
    case ZD_HIDING_GROW:
        return grow(cover, box, aspect);
    case ZD_HIDING_NONE:
    case ZD_HIDING_COUNT:
    default:
        return (zd_hiding_place){ 0.0, 0.0, 1.0, 1.0 };
    }
}

zd_homography zd_hiding_place_way(const zd_hiding_place *place, zd_hiding_box box, double part)
{
    double left = 1.0 - fmin(fmax(part, 0.0), 1.0);
    left = left * left * left;
    double scale = 1.0 + left * (place->scale - 1.0);
    double x = 0.5 * (box.x0 + box.x1);
    double y = 0.5 * (box.y0 + box.y1);
    scale = fmax(scale, 1e-3);
    return zd_homography_scaled(scale, scale, x + left * place->x - scale * x,
                                y + left * place->y - scale * y);
}

double zd_hiding_place_opacity(const zd_hiding_place *place, double part)
{
    double way = fmin(fmax(part / COMES_IN, 0.0), 1.0);
    way = way * way * (3.0 - 2.0 * way);
    return place->hidden >= ENOUGH ? 1.0 : way;
}
