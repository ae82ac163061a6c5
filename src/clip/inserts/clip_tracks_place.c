/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* An insert is placed in the walk's frame, and what its track is to follow begins there. */

#include "clip/inserts/clip_tracks_internal.h"
#include "clip/inserts/insert_place.h"

#define AROUND 0.3 /* of the box's height, that is looked at around it */

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
    zd_insert_found found;
    zd_insert_track *track = &one->track;
    const zd_insert_scene scene = {
        .ctx = w->clip.ctx,
        .footage = w->tracks->clip->info,
        .focal_mm = zd_params_number(&w->clip.project->params, ZD_P_FOCAL, 0.0),
        .depth = &walked->depth,
        .range = walked->shot->range,
        .hidden = zd_image_view(w->hidden),
        .frame = w->index,
        .time_s = walked->time_s,
        .on_s = one->on_s,
        .is_quiet = w->tracks->options.is_trial,
    };
    ZD_TRY(zd_insert_place(&scene, one->params, track, &found, err));
    track->first = one->on_frame;
    one->is_begun = true;
    one->report.is_laid = found.is_laid;
    one->report.plane = found.plane;
    one->report.is_revealed = track->is_revealed;
    one->report.hidden = track->is_revealed ? track->place.hidden : one->report.hidden;
    one->is_done = zd_params_int(one->params, ZD_P_TRACK) != ZD_STICK_WALL;
    return one->is_done ? ZD_OK
                        : zd_wall_track_create(w->clip.ctx, w->width, w->height,
                                               box_to_follow(w, track), &one->plane, err);
}
