/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What a real lens does. Distortion is that of camera solvers and OpenCV (Brown, Decentering Distortion
 * of Lenses, 1966, its radial part): a point at the radius r from the axis, in focal lengths, is seen at
 * r (1 + k1 r^2 + k2 r^4). The picture is rendered without it, with as much around it as the lens pulls
 * in, and bent when it is done. Depth of field and motion blur move each sample of a pixel, on the lens
 * and in time. */

#include <assert.h>
#include <math.h>

#include "core/size.h"
#include "scene/render_internal.h"

enum { EDGE_STEPS = 64, SOLVER_STEPS = 30 };

static const double max_scale = 4.0; /* of the picture's size with what is around it */

/* The radius without distortion; NaN where the lens sees nothing: it folds there. */
static double straight_radius(const zd_scene_lens *lens, double bent)
{
    double r = bent;
    for (int i = 0; i < SOLVER_STEPS; i++) {
        double s = r * r;
        double slope = 1.0 + s * (3.0 * lens->k1 + 5.0 * lens->k2 * s);
        double miss = r * (1.0 + s * (lens->k1 + lens->k2 * s)) - bent;
        if (!(slope > 1e-3)) {
            return NAN;
        }
        r -= miss / slope;
        if (fabs(miss) < 1e-12) {
            break;
        }
    }
    double s = r * r;
    bool is_right = fabs(r * (1.0 + s * (lens->k1 + lens->k2 * s)) - bent) < 1e-9;
    return is_right && r >= 0.0 ? r : (double) NAN;
}

/* Where a place of the bent picture lies in the straight one, both in pixels of the frame. */
static bool straighten(const zd_scene_renderer *r, const double at[2], double out[2])
{
    const zd_scene_view_camera *c = &r->camera;
    double centre[2] = { c->centre_x - r->lens.left, c->centre_y - r->lens.top };
    double x = (at[0] - centre[0]) / c->focal_x;
    double y = (at[1] - centre[1]) / c->focal_y;
    double bent = hypot(x, y);
    double scale = bent > 0.0 ? straight_radius(&r->lens, bent) / bent : 1.0;
    out[0] = centre[0] + x * scale * c->focal_x;
    out[1] = centre[1] + y * scale * c->focal_y;
    return isfinite(scale);
}

static zd_status fail_lens(const zd_scene_renderer *r, const char *what, zd_error *err)
{
    const zd_scene_node *node = &r->scene->nodes[r->camera_node];
    return zd_scene_fail(r->scene, node->line, node->column, err,
                         "camera '%s': distortion %g %g %s; smaller values keep it whole",
                         node->name, r->lens.k1, r->lens.k2, what);
}

/* Widens low and high over where the frame's border comes from. */
static zd_status measure_border(const zd_scene_renderer *r, double low[2], double high[2],
                                zd_error *err)
{
    for (int i = 0; i < 4 * EDGE_STEPS; i++) {
        int side = i / EDGE_STEPS;
        double t = (double) (i % EDGE_STEPS) / (EDGE_STEPS - 1);
        double across = side < 2 ? t : side - 2;
        double down = side < 2 ? side : t;
        double at[2] = { across * r->lens.width, down * r->lens.height };
        double from[2];
        if (!straighten(r, at, from)) {
            return fail_lens(r, "folds the picture over itself", err);
        }
        for (int c = 0; c < 2; c++) {
            low[c] = fmin(low[c], from[c]);
            high[c] = fmax(high[c], from[c]);
        }
    }
    return ZD_OK;
}

zd_status zd_scene_lens_measure(zd_scene_renderer *r, zd_error *err)
{
    const zd_scene_node *node = &r->scene->nodes[r->camera_node];
    const zd_scene_view_camera *c = &r->camera;
    double low[2] = { 0.0, 0.0 };
    double high[2] = { c->width, c->height };
    double frame = r->pose.frame;
    r->lens = (zd_scene_lens){
        .width = c->width,
        .height = c->height,
        .k1 = zd_scene_node_number(node, ZD_SCENE_CAMERA_DISTORTION, 0, frame),
        .k2 = zd_scene_node_number(node, ZD_SCENE_CAMERA_DISTORTION, 1, frame),
    };
    if (r->lens.k1 == 0.0 && r->lens.k2 == 0.0) {
        return ZD_OK;
    }
    ZD_TRY(measure_border(r, low, high, err));
    if (high[0] - low[0] > max_scale * c->width || high[1] - low[1] > max_scale * c->height) {
        return fail_lens(r, "sees more than four times the picture", err);
    }
    r->lens.bends = true;
    r->lens.left = 2 + (int) ceil(-low[0]);
    r->lens.top = 2 + (int) ceil(-low[1]);
    r->lens.right = 2 + (int) ceil(high[0] - c->width);
    r->lens.bottom = 2 + (int) ceil(high[1] - c->height);
    return ZD_OK;
}

void zd_scene_lens_widen(zd_scene_renderer *r)
{
    r->camera.width += r->lens.left + r->lens.right;
    r->camera.height += r->lens.top + r->lens.bottom;
    r->camera.centre_x += r->lens.left;
    r->camera.centre_y += r->lens.top;
}

/* ---- bending ---- */

static const float *pixel_at(zd_view view, int x, int y)
{
    x = zd_int_min(zd_int_max(x, 0), view.width - 1);
    y = zd_int_min(zd_int_max(y, 0), view.height - 1);
    return zd_view_row_f32(view, y) + (ptrdiff_t) x * view.format.channels;
}

static void take(zd_view from, double x, double y, bool is_averaged, float *out)
{
    int channels = from.format.channels;
    int x0 = (int) floor(x - 0.5);
    int y0 = (int) floor(y - 0.5);
    if (!is_averaged) {
        const float *nearest = pixel_at(from, (int) floor(x), (int) floor(y));
        for (int c = 0; c < channels; c++) {
            out[c] = nearest[c];
        }
        return;
    }
    float u = (float) (x - 0.5 - x0);
    float v = (float) (y - 0.5 - y0);
    const float *p[4] = { pixel_at(from, x0, y0), pixel_at(from, x0 + 1, y0),
                          pixel_at(from, x0, y0 + 1), pixel_at(from, x0 + 1, y0 + 1) };
    for (int c = 0; c < channels; c++) {
        float above = p[0][c] + u * (p[1][c] - p[0][c]);
        float below = p[2][c] + u * (p[3][c] - p[2][c]);
        out[c] = above + v * (below - above);
    }
}

static zd_status bend(const zd_scene_renderer *r, zd_scene_pass *pass, zd_error *err)
{
    zd_image *bent = NULL;
    zd_view from = zd_image_view(pass->image);
    ZD_TRY(zd_image_create(r->ctx, r->lens.width, r->lens.height, from.format, &bent, err));
    zd_view to = zd_image_view(bent);
    for (int y = 0; y < to.height; y++) {
        float *row = zd_view_row_f32(to, y);
        for (int x = 0; x < to.width; x++) {
            double at[2] = { x + 0.5, y + 0.5 };
            double straight[2];
            (void) straighten(r, at, straight); /* the border is seen, and so is what lies inside */
            take(from, straight[0] + r->lens.left, straight[1] + r->lens.top, pass->is_averaged,
                 row + (ptrdiff_t) x * to.format.channels);
        }
    }
    zd_image_unref(&pass->image);
    pass->image = bent;
    return ZD_OK;
}

zd_status zd_scene_lens_bend(const zd_scene_renderer *r, zd_scene_picture *out, zd_error *err)
{
    for (int i = 0; i < out->pass_count && r->lens.bends; i++) {
        ZD_TRY(bend(r, &out->passes[i], err));
    }
    out->width = r->lens.width;
    out->height = r->lens.height;
    return ZD_OK;
}

/* ---- samples ---- */

static double part(double value)
{
    return value - floor(value);
}

/* The additive sequence of the plastic number, whose first point is the lens's middle (Roberts, The
 * Unreasonable Effectiveness of Quasirandom Sequences, 2018). */
void zd_scene_lens_sample(zd_scene_renderer *r, int index)
{
    const zd_scene_node *node = &r->scene->nodes[r->camera_node];
    double frame = r->pose.frame;
    double width = zd_scene_node_number(node, ZD_SCENE_CAMERA_APERTURE, 0, frame);
    double focus = zd_scene_node_number(node, ZD_SCENE_CAMERA_FOCUS, 0, frame);
    double radius = 0.5 * width * sqrt(part(index * 0.7548776662466927));
    double turn = 6.283185307179586 * part(index * 0.5698402909980532);
    focus = focus > 0.0 ? focus : zd_pose_auto_distance(&r->pose, node);
    r->lens.is_wide = width > 0.0 && r->samples > 1;
    r->lens.offset[0] = radius * cos(turn);
    r->lens.offset[1] = radius * sin(turn);
    r->lens.refocus[0] = r->camera.focal_x * r->lens.offset[0] / focus;
    r->lens.refocus[1] = r->camera.focal_y * r->lens.offset[1] / focus;
}

double zd_scene_lens_time(const zd_scene_renderer *r, int index)
{
    assert(index >= 0 && index < r->samples);
    const zd_scene_node *output = &r->scene->nodes[r->output_node];
    double shutter = zd_scene_node_number(output, ZD_SCENE_OUTPUT_SHUTTER, 0, r->frame);
    return r->frame + shutter / 360.0 * (part(0.5 + index * 0.6180339887498949) - 0.5);
}
