/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Within its outline the face replaces the map. Outside, the map keeps its own shape and is moved: each
 * pixel by what its nearest pixel of the outline was moved by, less with the distance (the chamfer
 * transform of Borgefors 1986), where it is the same person's. So there is no step at the outline, and none
 * where the blend ends. */

#include "face/face_blend.h"

#include <math.h>

#include "core/size.h"

enum { SMOOTHINGS = 12, SPAN = 2 /* pixels to both sides, for slopes */ };

static const float diagonal = 1.41421356f;
static const float reach_cm = 7.0f;     /* of the move around the outline */
static const float told_cm = 10.0f;     /* of what is told to be one surface */
static const float inner_cm = 2.0f;     /* of the blend within the outline */
static const float rim_cm = 0.7f;       /* that is smoothed within the outline */
static const float falls_on = 1.0f;     /* centimetres a centimetre, of the head beside the face */
static const float grain_cm = 0.7f;     /* less is no step of the map */
static const float step_slope = 10.0f;  /* centimetres a centimetre, of a step in the map */
static const float behind_share = 0.3f; /* at the outline, where hair may lie before the face */

float zd_face_fit_value(const zd_face_fit *fit, float z)
{
    return fit->is_metres ? fit->shift - z * 0.01f
                          : fit->scale / fmaxf(fit->distance_cm - z, 1.0f) + fit->shift;
}

static size_t cell(const zd_face_frame *f, int x, int y)
{
    return (size_t) y * (size_t) f->grid.width + (size_t) x;
}

/** Pixels for a centimetre of the head. */
static float pixels_per_cm(const zd_face_frame *f)
{
    return (float) f->head->pose.scale * (float) f->grid.width;
}

/** What a centimetre of height makes in the map, about the eyes. */
static float value_per_cm(const zd_face_frame *f)
{
    return fabsf(zd_face_fit_value(&f->fit, 0.5f) - zd_face_fit_value(&f->fit, -0.5f));
}

static float smoothstep(float low, float high, float x)
{
    float t = fminf(fmaxf((x - low) / (high - low), 0.0f), 1.0f);
    return t * t * (3.0f - 2.0f * t);
}

/** Lets a pixel take a shorter way through one of its neighbours. */
static void relax(const zd_face_frame *f, int x, int y, int dx, int dy)
{
    const zd_face_planes *p = &f->planes;
    int from_x = x + dx;
    int from_y = y + dy;
    if (from_x < f->area.x0 || from_y < f->area.y0 || from_x >= f->area.x1 || from_y >= f->area.y1)
    {
        return;
    }
    size_t to = cell(f, x, y);
    size_t from = cell(f, from_x, from_y);
    float length = p->length[from] + (dx != 0 && dy != 0 ? diagonal : 1.0f);
    if (length < p->length[to]) {
        p->length[to] = length;
        p->nearest[to] = p->nearest[from];
    }
}

/** How far it is to the face, and to which pixel of it. */
static void find_ways(const zd_face_frame *f)
{
    const zd_face_planes *p = &f->planes;
    for (int y = f->area.y0; y < f->area.y1; y++) {
        for (int x = f->area.x0; x < f->area.x1; x++) {
            size_t at = cell(f, x, y);
            p->length[at] = isnan(p->height[at]) ? INFINITY : 0.0f;
            p->nearest[at] = (int) at;
            relax(f, x, y, -1, 0);
            relax(f, x, y, -1, -1);
            relax(f, x, y, 0, -1);
            relax(f, x, y, 1, -1);
        }
    }
    for (int y = f->area.y1 - 1; y >= f->area.y0; y--) {
        for (int x = f->area.x1 - 1; x >= f->area.x0; x--) {
            relax(f, x, y, 1, 0);
            relax(f, x, y, 1, 1);
            relax(f, x, y, 0, 1);
            relax(f, x, y, -1, 1);
        }
    }
}

/** How far it is to the outline from within: two passes over straight and diagonal steps. The rim of
 *  the area is never within, but where the picture ends. */
static void find_inside(const zd_face_frame *f)
{
    const zd_face_planes *p = &f->planes;
    ptrdiff_t row = f->grid.width;
    for (int y = f->area.y0; y < f->area.y1; y++) {
        for (int x = f->area.x0; x < f->area.x1; x++) {
            size_t at = cell(f, x, y);
            bool is_rim = x == f->area.x0 || y == f->area.y0 || x == f->area.x1 - 1;
            float *to = p->inside + at;
            *to = 0.0f;
            if (!isnan(p->height[at]) && !is_rim) {
                *to = fminf(fminf(to[-1], to[-row]) + 1.0f,
                            fminf(to[-row - 1], to[-row + 1]) + diagonal);
            }
        }
    }
    for (int y = f->area.y1 - 2; y > f->area.y0; y--) {
        for (int x = f->area.x1 - 2; x > f->area.x0; x--) {
            float *to = p->inside + cell(f, x, y);
            float nearest =
                fminf(fminf(to[1], to[row]) + 1.0f, fminf(to[row - 1], to[row + 1]) + diagonal);
            *to = fminf(*to, nearest);
        }
    }
}

static float sureness_of(const zd_face_frame *f)
{
    float sum = 0.0f;
    float count = 0.0f;
    for (int y = f->face.y0; y < f->face.y1 && f->foreground != NULL; y++) {
        const float *row = zd_view_row_f32(*f->foreground, y);
        for (int x = f->face.x0; x < f->face.x1; x++) {
            bool is_face = !isnan(f->planes.height[cell(f, x, y)]);
            sum += is_face ? row[x] : 0.0f;
            count += is_face ? 1.0f : 0.0f;
        }
    }
    return count > 0.0f ? fmaxf(sum / count, 0.05f) : 1.0f;
}

/** How much a pixel is a person's, by the foreground and how sure that is of the face. */
static float before_background(const zd_face_frame *f, int x, int y)
{
    return f->foreground == NULL
               ? 1.0f
               : smoothstep(0.2f, 0.6f, zd_view_row_f32(*f->foreground, y)[x] / f->sureness);
}

/** How much a pixel beside the face belongs to the same person, by the map and the foreground. */
static float belonging(const zd_face_frame *f, float value, int x, int y)
{
    float face_value = zd_face_fit_value(&f->fit, 0.0f);
    float share = 1.0f;
    if (!f->fit.is_metres) {
        float span = face_value - f->furthest;
        share = span > 0.0f ? smoothstep(0.3f, 0.7f, (value - f->furthest) / span) : 0.0f;
    } else {
        share = smoothstep(1.0f, 0.4f, fabsf(value - face_value));
    }
    return share * before_background(f, x, y);
}

/** How much of the face counts at its outline where the map is nearer. Beside and below, hair, collars
 *  and hands lie before it; above the brow there is but the head itself. */
static float behind_share_at(const zd_face_frame *f, int x, int y, float z)
{
    const zd_face_pose *pose = &f->head->pose;
    const double at[3] = { ((double) x + 0.5) / f->grid.width,
                           -((double) y + 0.5) / f->grid.height * (double) f->grid.aspect,
                           pose->shift[2] + (double) z * pose->scale };
    double cm[3];
    zd_face_pose_undo(pose, at, cm);
    return behind_share + (1.0f - behind_share) * smoothstep(0.0f, 4.0f, (float) cm[1]);
}

/** Lays the face itself in. Near the outline the map mostly stays where it is nearer, and where the face
 *  reaches over what is behind the person. */
static void lay_in(const zd_face_frame *f)
{
    const zd_face_planes *p = &f->planes;
    float deep = inner_cm * pixels_per_cm(f);
    for (int y = f->face.y0; y < f->face.y1; y++) {
        float *row = zd_view_row_f32(f->map, y);
        for (int x = f->face.x0; x < f->face.x1; x++) {
            size_t at = cell(f, x, y);
            if (isnan(p->height[at])) {
                continue;
            }
            float value = zd_face_fit_value(&f->fit, p->height[at]);
            float old = isfinite(row[x]) ? row[x] : value;
            bool is_behind = f->fit.is_metres ? value > old : value < old;
            float share =
                is_behind ? behind_share_at(f, x, y, p->height[at]) : before_background(f, x, y);
            share += (1.0f - share) * smoothstep(0.0f, deep, p->inside[at]);
            row[x] = old + f->head->weight * share * (value - old);
            p->moved[at] = row[x] - old;
            p->surface[at] = fmaxf(p->surface[at], f->head->weight);
        }
    }
}

/** The map as it was before the face was laid in. */
static float before(const zd_face_frame *f, int x, int y)
{
    size_t at = cell(f, x, y);
    float laid = isnan(f->planes.height[at]) ? 0.0f : f->planes.moved[at];
    return zd_view_row_f32(f->map, y)[x] - laid;
}

/** How steep the map was, in centimetres a centimetre; at the map's rim 0. */
static float slope_before(const zd_face_frame *f, int x, int y)
{
    if (x < SPAN || y < SPAN || x >= f->grid.width - SPAN || y >= f->grid.height - SPAN) {
        return 0.0f;
    }
    float along = fabsf(before(f, x + SPAN, y) - before(f, x - SPAN, y));
    float down = fabsf(before(f, x, y + SPAN) - before(f, x, y - SPAN));
    return fmaxf(along, down) * pixels_per_cm(f) / (2.0f * SPAN * value_per_cm(f));
}

/** How far the move reaches, and the surface that is told: the person's, but where the map itself has a step. */
static void find_shares(const zd_face_frame *f)
{
    const zd_face_planes *p = &f->planes;
    float px = pixels_per_cm(f);
    for (int y = f->area.y0; y < f->area.y1; y++) {
        const float *row = zd_view_row_f32(f->map, y);
        for (int x = f->area.x0; x < f->area.x1; x++) {
            size_t at = cell(f, x, y);
            if (!isnan(p->height[at])) {
                p->share[at] = smoothstep(rim_cm * px, 0.0f, p->inside[at]);
                continue;
            }
            float same = isfinite(row[x]) ? belonging(f, row[x], x, y) : 0.0f;
            p->share[at] = same * smoothstep(reach_cm * px, 0.0f, p->length[at]);
            float told =
                fminf(2.0f * same, 1.0f) * smoothstep(told_cm * px, reach_cm * px, p->length[at]);
            if (told > 0.0f) {
                told *= smoothstep(step_slope, 0.5f * step_slope, slope_before(f, x, y));
                p->surface[at] = fmaxf(p->surface[at], f->head->weight * told);
            }
        }
    }
}

/** A value beside the face, no farther from that of its outline than a head goes on. */
static float near_outline(const zd_face_frame *f, size_t at, float value)
{
    int from = f->planes.nearest[at];
    float there = zd_view_row_f32(f->map, from / f->grid.width)[from % f->grid.width];
    float room = (1.0f + falls_on * f->planes.length[at] / pixels_per_cm(f)) * value_per_cm(f);
    return fminf(fmaxf(value, there - room), there + room);
}

/** Moves what is around the face. Neighbours follow different pixels of the outline; a few steps of
 *  diffusion take the streaks away that come of it. */
static void move_around(const zd_face_frame *f)
{
    const zd_face_planes *p = &f->planes;
    for (int y = f->area.y0; y < f->area.y1; y++) {
        for (int x = f->area.x0; x < f->area.x1; x++) {
            size_t at = cell(f, x, y);
            p->moved[at] = p->moved[p->nearest[at]];
        }
    }
    ptrdiff_t row = f->grid.width;
    for (int pass = 0; pass < SMOOTHINGS; pass++) {
        for (int y = f->area.y0 + 1; y < f->area.y1 - 1; y++) {
            for (int x = f->area.x0 + 1; x < f->area.x1 - 1; x++) {
                float *at = p->moved + cell(f, x, y);
                if (isnan(p->height[cell(f, x, y)])) {
                    *at = 0.2f * (at[0] + at[-1] + at[1] + at[-row] + at[row]);
                }
            }
        }
    }
    for (int y = f->area.y0; y < f->area.y1; y++) {
        float *values = zd_view_row_f32(f->map, y);
        for (int x = f->area.x0; x < f->area.x1; x++) {
            size_t at = cell(f, x, y);
            if (isnan(p->height[at]) && p->share[at] > 0.0f) {
                float moved = values[x] + p->share[at] * p->moved[at];
                float kept = near_outline(f, at, moved);
                values[x] = moved + p->share[at] * (kept - moved);
            }
        }
    }
}

/** Takes the map's grain away about the outline, which would show it; steps stay. */
static void smooth_about(const zd_face_frame *f)
{
    float step = grain_cm * value_per_cm(f);
    for (int pass = 0; pass < SMOOTHINGS; pass++) {
        for (int y = f->area.y0 + 1; y < f->area.y1 - 1; y++) {
            float *row = zd_view_row_f32(f->map, y);
            const float *above = zd_view_row_f32(f->map, y - 1);
            const float *below = zd_view_row_f32(f->map, y + 1);
            for (int x = f->area.x0 + 1; x < f->area.x1 - 1; x++) {
                float share = f->planes.share[cell(f, x, y)];
                const float beside[4] = { row[x - 1], row[x + 1], above[x], below[x] };
                float pull = 0.0f;
                for (int i = 0; share > 0.0f && i < 4; i++) {
                    float change = beside[i] - row[x];
                    pull += fabsf(change) < step ? change : 0.0f;
                }
                row[x] += 0.2f * share * pull;
            }
        }
    }
}

void zd_face_blend(zd_face_frame *f)
{
    int margin = (int) (told_cm * pixels_per_cm(f)) + 2;
    f->area = zd_rect_intersect((zd_rect){ f->face.x0 - margin, f->face.y0 - margin,
                                           f->face.x1 + margin, f->face.y1 + margin },
                                (zd_rect){ 0, 0, f->grid.width, f->grid.height });
    f->sureness = sureness_of(f);
    find_ways(f);
    find_inside(f);
    lay_in(f);
    find_shares(f);
    move_around(f);
    smooth_about(f);
}
