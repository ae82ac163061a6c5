/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A title in time: where it is, how large, how opaque and how much of it is written, and the
 * resampling of its raster while it moves. */

#include <assert.h>
#include <limits.h>
#include <math.h>

#include "core/size.h"
#include "image/vec4.h"
#include "title/title_internal.h"

typedef struct pose {
    bool shown;
    double opacity;
    double dx; /* pixels from its rest */
    double dy;
    double scale; /* about the raster's centre, 0..1 */
    int letters;  /* how many are written */
} pose;

/* Fast at first, still at the end. */
static double ease(double progress)
{
    double rest = 1.0 - progress;
    return 1.0 - rest * rest * rest;
}

/* One motion of one end of the title; `progress` is 1 when the title is fully there. */
static void apply_motion(const zd_title *title, zd_title_motion motion, double progress,
                         bool entering, pose *p)
{
    zd_view raster = zd_image_view(title->raster);
    double away = 1.0 - ease(progress);
    double to_left = title->x + raster.width;
    double to_right = title->frame_width - title->x;
    double to_top = title->y + raster.height;
    double to_bottom = title->frame_height - title->y;
    switch (motion) {
    case ZD_TITLE_MOTION_FADE:
        p->opacity *= progress;
        break;
    case ZD_TITLE_MOTION_SLIDE_LEFT:
        p->dx += away * (entering ? to_right : -to_left);
        break;
    case ZD_TITLE_MOTION_SLIDE_RIGHT:
        p->dx += away * (entering ? -to_left : to_right);
        break;
    case ZD_TITLE_MOTION_SLIDE_UP:
        p->dy += away * (entering ? to_bottom : -to_top);
        break;
    case ZD_TITLE_MOTION_SLIDE_DOWN:
        p->dy += away * (entering ? -to_top : to_bottom);
        break;
    case ZD_TITLE_MOTION_SCALE:
        p->scale *= ease(progress);
        p->opacity *= progress;
        break;
    case ZD_TITLE_MOTION_TYPEWRITER:
        p->letters = zd_int_min(p->letters, (int) floor(progress * title->letter_count + 1e-6));
        break;
    case ZD_TITLE_MOTION_NONE:
    case ZD_TITLE_MOTION_COUNT:
        break;
    }
}

static pose pose_at(const zd_title *title, double time_s)
{
    const zd_title_params *params = &title->params;
    pose p = { .opacity = 1.0, .scale = 1.0, .letters = title->letter_count };
    p.shown = time_s >= params->start_s && time_s < params->end_s;
    if (!p.shown) {
        return p;
    }
    if (time_s - params->start_s < params->in_s) {
        apply_motion(title, params->in, (time_s - params->start_s) / params->in_s, true, &p);
    }
    if (params->end_s - time_s < params->out_s) {
        apply_motion(title, params->out, (params->end_s - time_s) / params->out_s, false, &p);
    }
    p.shown = p.opacity > 0.0 && p.scale > 1e-3;
    return p;
}

zd_rect zd_title_bounds(const zd_title *title, double time_s)
{
    pose p = pose_at(title, time_s);
    zd_view raster = zd_image_view(title->raster);
    if (!p.shown) {
        return (zd_rect){ 0, 0, 0, 0 };
    }
    double centre_x = title->x + 0.5 * raster.width + p.dx;
    double centre_y = title->y + 0.5 * raster.height + p.dy;
    double half_x = 0.5 * raster.width * p.scale + 1.0;
    double half_y = 0.5 * raster.height * p.scale + 1.0;
    zd_rect rect = { (int) floor(centre_x - half_x), (int) floor(centre_y - half_y),
                     (int) ceil(centre_x + half_x), (int) ceil(centre_y + half_y) };
    if (p.dx == 0.0 && p.dy == 0.0 && p.scale == 1.0) {
        rect = (zd_rect){ title->x, title->y, title->x + raster.width, title->y + raster.height };
    }
    return zd_rect_intersect(rect, (zd_rect){ 0, 0, title->frame_width, title->frame_height });
}

bool zd_title_still(const zd_title *title, double time_s, zd_placed_view *out, float *opacity)
{
    pose p = pose_at(title, time_s);
    if (!p.shown || p.dx != 0.0 || p.dy != 0.0 || p.scale != 1.0 ||
        p.letters != title->letter_count) {
        return false;
    }
    *out = (zd_placed_view){ zd_image_view(title->raster), title->x, title->y };
    *opacity = (float) p.opacity;
    return true;
}

/* The part of a raster row that is written, as a half-open range. */
static void written_range(const zd_title *title, int letters, int row, float *from, float *to)
{
    assert(title->line_count > 0);
    int line = 0;
    while (line + 1 < title->line_count && row >= title->lines[line].bottom) {
        line++;
    }
    const zd_title_line *l = &title->lines[line];
    int written = letters - l->first_letter;
    *from = -INFINITY;
    *to = INFINITY;
    if (written >= l->letter_count) {
        return;
    }
    if (written <= 0) {
        *to = -INFINITY;
        return;
    }
    float end = title->letter_ends[l->first_letter + written - 1];
    *from = l->right_to_left ? end : *from;
    *to = l->right_to_left ? *to : end;
}

typedef struct sampler {
    const zd_title *title;
    zd_view raster;
    pose p;
} sampler;

static zd_vec4 texel(const sampler *s, int x, int y)
{
    if (x < 0 || y < 0 || x >= s->raster.width || y >= s->raster.height) {
        return zd_vec4_splat(0.0f);
    }
    return zd_vec4_load(zd_view_row_f32(s->raster, y) + 4 * (ptrdiff_t) x);
}

/* Bilinear; (u, v) in raster pixels, centres at halves. */
static zd_vec4 sample(const sampler *s, double u, double v)
{
    double left = floor(u - 0.5);
    double top = floor(v - 0.5);
    zd_vec4 fx = zd_vec4_splat((float) (u - 0.5 - left));
    zd_vec4 fy = zd_vec4_splat((float) (v - 0.5 - top));
    int x = (int) left;
    int y = (int) top;
    zd_vec4 upper = texel(s, x, y) + fx * (texel(s, x + 1, y) - texel(s, x, y));
    zd_vec4 lower = texel(s, x, y + 1) + fx * (texel(s, x + 1, y + 1) - texel(s, x, y + 1));
    return upper + fy * (lower - upper);
}

/* One frame pixel. A shrunk title is averaged over as many samples as raster pixels meet. */
static zd_vec4 frame_pixel(const sampler *s, int x, int y)
{
    double centre_u = 0.5 * s->raster.width;
    double centre_v = 0.5 * s->raster.height;
    int taps = zd_int_clamp((int) ceil(1.0 / s->p.scale), 1, 16);
    zd_vec4 sum = zd_vec4_splat(0.0f);
    for (int j = 0; j < taps; j++) {
        double fy = y + (j + 0.5) / taps - s->title->y - s->p.dy - centre_v;
        for (int i = 0; i < taps; i++) {
            double fx = x + (i + 0.5) / taps - s->title->x - s->p.dx - centre_u;
            sum += sample(s, fx / s->p.scale + centre_u, fy / s->p.scale + centre_v);
        }
    }
    return sum / zd_vec4_splat((float) (taps * taps));
}

/* A row of a title that lies on whole pixels. */
static void render_row_at_rest(const sampler *s, zd_rect area, int y, float *row)
{
    float from = -INFINITY;
    float to = INFINITY;
    int v = y - s->title->y;
    assert(v >= 0 && v < s->raster.height);
    if (s->p.letters != s->title->letter_count) {
        written_range(s->title, s->p.letters, v, &from, &to);
    }
    const zd_vec4 opacity = zd_vec4_splat((float) s->p.opacity);
    const float *raster = zd_view_row_f32(s->raster, v);
    for (int x = area.x0; x < area.x1; x++) {
        int u = x - s->title->x;
        float centre = (float) u + 0.5f;
        if (centre >= from && centre < to) {
            zd_vec4_store(row + 4 * (ptrdiff_t) (x - area.x0),
                          opacity * zd_vec4_load(raster + 4 * (ptrdiff_t) u));
        }
    }
}

void zd_title_render(const zd_title *title, double time_s, zd_rect roi, zd_view out)
{
    assert(out.width == roi.x1 - roi.x0 && out.height == roi.y1 - roi.y0);
    sampler s = { title, zd_image_view(title->raster), pose_at(title, time_s) };
    zd_rect area = zd_rect_intersect(zd_title_bounds(title, time_s), roi);
    zd_view_clear(out);
    if (zd_rect_is_empty(area)) {
        return;
    }
    bool at_rest = s.p.dx == 0.0 && s.p.dy == 0.0 && s.p.scale == 1.0;
    const zd_vec4 opacity = zd_vec4_splat((float) s.p.opacity);
    for (int y = area.y0; y < area.y1; y++) {
        float *row = zd_view_row_f32(out, y - roi.y0) + 4 * (ptrdiff_t) (area.x0 - roi.x0);
        if (at_rest) {
            render_row_at_rest(&s, area, y, row);
            continue;
        }
        for (int x = area.x0; x < area.x1; x++) {
            zd_vec4_store(row + 4 * (ptrdiff_t) (x - area.x0), opacity * frame_pixel(&s, x, y));
        }
    }
}
