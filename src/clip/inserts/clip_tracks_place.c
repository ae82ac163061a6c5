/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The plane is track/wall_plane.c's, the place to hide track/hiding_place.c's; here they meet depth and matte. */

#include <math.h>

#include "clip/inserts/clip_compositor.h"
#include "clip/inserts/clip_tracks_internal.h"
#include "core/size.h"

#define AROUND       0.3  /* of the box's height, that is looked at around it */
#define FAR_AWAY     10.0 /* how many times further the furthest is taken to be than the nearest */
#define LIKE_A_PLANE 0.5  /* agreement below which there is no plane */

static void add_box(zd_hiding_box *box, zd_placed_view picture, const zd_reader_info *info)
{
    if (picture.view.data != NULL) {
        zd_rect r = zd_placed_rect(picture);
        box->x0 = fmin(box->x0, (double) r.x0 / info->width);
        box->y0 = fmin(box->y0, (double) r.y0 / info->height);
        box->x1 = fmax(box->x1, (double) r.x1 / info->width);
        box->y1 = fmax(box->y1, (double) r.y1 / info->height);
    }
}

/* What it covers at its first moment, and once it has come; all of the frame where that is nothing. */
static zd_status find_box(const zd_clip_tracks *t, zd_clip_one_track *one, double time_s,
                          zd_error *err)
{
    zd_compositor_insert insert;
    const zd_reader_info *info = t->clip->info;
    zd_rect all = { 0, 0, info->width, info->height };
    zd_hiding_box box = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    double moments[2] = { time_s,
                          time_s + zd_params_number(one->params, ZD_P_ANIMATE_TIME, time_s) };
    ZD_TRY(zd_clip_insert_open(t->clip->ctx, one->params, info, &insert, err));
    zd_status status = ZD_OK;
    for (int i = 0; status == ZD_OK && i < 2; i++) {
        zd_composite_layer layer = { 0 };
        status = insert.at(insert.user, moments[i], all, &layer, err);
        if (status == ZD_OK) {
            add_box(&box, layer.picture, info);
        }
    }
    insert.close(insert.user);
    one->track.box = box.x0 < box.x1 ? box : (zd_hiding_box){ 0.0, 0.0, 1.0, 1.0 };
    return status;
}

static zd_wall_camera camera_of(const zd_clip *clip)
{
    const zd_reader_info *info = clip->info;
    double aspect = (double) info->width / info->height;
    double focal_mm = zd_params_number(&clip->project->params, ZD_P_FOCAL, 0.0);
    return (zd_wall_camera){ aspect, focal_mm / 36.0 * fmax(aspect, 1.0) };
}

/* The inverse of a depth's distance, of what is not hidden. */
static float inverse_of(const zd_clip_walked *walked, float depth, float hidden)
{
    zd_depth_range range = walked->shot->range;
    if (!(hidden < 0.5f) || !isfinite(depth)) {
        return NAN;
    }
    if (walked->depth.kind == ZD_DEPTH_METRES) {
        return depth > 0.0f ? 1.0f / depth : NAN;
    }
    float near = zd_float_clamp(zd_depth_to_normalised(range, depth), 0.0f, 1.0f);
    return 1.0f + near * ((float) FAR_AWAY - 1.0f);
}

static zd_status lay(zd_clip_track_walk *w, zd_clip_one_track *one, const zd_clip_walked *walked,
                     zd_error *err)
{
    zd_image *inverse = NULL;
    zd_view depth = zd_image_view(walked->depth.values);
    zd_view hidden = zd_image_view(w->hidden);
    const zd_hiding_box *b = &one->track.box;
    zd_wall_camera camera = camera_of(&w->clip);
    ZD_TRY(zd_image_create(w->clip.ctx, depth.width, depth.height, ZD_GRAY_F32, &inverse, err));
    zd_view view = zd_image_view(inverse);
    for (int y = 0; y < depth.height; y++) {
        for (int x = 0; x < depth.width; x++) {
            zd_view_row_f32(view, y)[x] =
                inverse_of(walked, zd_view_row_f32(depth, y)[x], zd_view_row_f32(hidden, y)[x]);
        }
    }
    zd_rect part = { (int) floor(b->x0 * depth.width), (int) floor(b->y0 * depth.height),
                     (int) ceil(b->x1 * depth.width), (int) ceil(b->y1 * depth.height) };
    zd_wall_plane plane = zd_wall_plane_fit(view, part, camera);
    zd_image_unref(&inverse);
    one->report.is_laid = plane.is_found && plane.agreement >= LIKE_A_PLANE;
    one->report.plane = plane;
    if (one->report.is_laid) {
        one->track.lie =
            zd_wall_plane_lay(&plane, camera, 0.5 * (b->x0 + b->x1), 0.5 * (b->y0 + b->y1));
    } else if (!w->tracks->options.is_trial) {
        zd_log_write(
            zd_context_log(w->clip.ctx), ZD_LOG_WARN, "track",
            "behind the insert at %.2f,%.2f is no plane in frame %lld (its depth agrees by %.0f %%): it "
            "faces the camera there",
            0.5 * (b->x0 + b->x1), 0.5 * (b->y0 + b->y1), (long long) w->index,
            100.0 * plane.agreement);
    }
    return ZD_OK;
}

static void find_place(const zd_clip_track_walk *w, zd_clip_one_track *one, double time_s)
{
    zd_hiding kind = (zd_hiding) zd_params_int(one->params, ZD_P_REVEAL);
    double start_s = zd_params_number(one->params, ZD_P_START, time_s);
    double rate = zd_reader_info_rate(w->clip.info);
    double step_s = rate > 0.0 ? 1.0 / rate : 1.0;
    zd_insert_track *track = &one->track;
    /* In a later shot it is there already. */
    track->is_revealed = kind != ZD_HIDING_NONE && time_s < start_s + 1.5 * step_s;
    if (track->is_revealed) {
        track->start_s = time_s;
        track->time_s = zd_params_number(one->params, ZD_P_ANIMATE_TIME, time_s);
        track->place = zd_hiding_place_find(zd_image_view(w->hidden), track->box, kind,
                                            camera_of(&w->clip).aspect);
        one->report.is_revealed = true;
        one->report.hidden = track->place.hidden;
    }
}

static zd_wall_box box_to_follow(const zd_clip_track_walk *w, const zd_insert_track *track)
{
    const zd_hiding_box *b = &track->box;
    double more = AROUND * (b->y1 - b->y0) * w->height;
    return (zd_wall_box){ b->x0 * w->width - more, b->y0 * w->height - more,
                          b->x1 * w->width + more, b->y1 * w->height + more };
}

zd_status zd_clip_track_begin(zd_clip_track_walk *w, zd_clip_one_track *one,
                              const zd_clip_walked *walked, zd_error *err)
{
    zd_insert_track *track = &one->track;
    ZD_TRY(find_box(w->tracks, one, walked->time_s, err));
    track->lie = zd_homography_identity();
    track->first = w->index;
    track->is_known = true;
    one->is_begun = true;
    if (zd_params_int(one->params, ZD_P_PLANE) == ZD_LAY_WALL) {
        ZD_TRY(lay(w, one, walked, err));
    }
    find_place(w, one, walked->time_s);
    one->is_done = !one->report.is_tracked;
    return one->is_done ? ZD_OK
                        : zd_wall_track_create(w->clip.ctx, w->width, w->height,
                                               box_to_follow(w, track), &one->plane, err);
}
