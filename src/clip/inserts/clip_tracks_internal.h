/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_TRACKS_INTERNAL_H
#define ZD_CLIP_CLIP_TRACKS_INTERNAL_H

/* What the files of the tracks share: clip_tracks.c walks over shots and remembers, clip_tracks_place.c finds out how an
 * insert lies in its first frame. */

#include "clip/clip_feed.h"
#include "clip/clip_walk.h"
#include "clip/inserts/clip_tracks.h"

/* One insert. */
typedef struct zd_clip_one_track {
    const zd_params *params;
    bool is_wanted;
    zd_insert_track track;
    int capacity;
    zd_wall_track *plane; /* while a shot is walked */
    zd_camera *camera;    /* of its file, or NULL */
    bool is_on;           /* it has been seen in the shot: */
    int64_t on_frame;
    double on_s;
    bool is_begun;
    bool is_done;
    bool has_texture;
    int64_t held;
    int64_t first_held;
    zd_clip_track_report report; /* of the shot */
    zd_clip_track_report all;    /* of all shots */
} zd_clip_one_track;

struct zd_clip_tracks {
    zd_clip *clip;
    zd_clip_options options;
    int shot;      /* walked; -1: none */
    int64_t end;   /* frames before it are known */
    int64_t frame; /* that comes next */
    double from_s; /* of the shot that is walked */
    double to_s;
    int count;
    zd_clip_one_track inserts[ZD_PROJECT_MAX_INSERTS];
};

/* A walk over a shot. */
typedef struct zd_clip_track_walk {
    zd_clip_tracks *tracks;
    zd_clip clip; /* opened for it */
    zd_clip_walk *walk;
    zd_clip_feed *feed;
    zd_matte *matte; /* at the map's size */
    zd_image *raise;
    zd_image *cap;
    zd_image *hidden;
    zd_image *small;
    int width; /* of what is looked at */
    int height;
    int64_t index;
    int64_t end;
    const zd_task *task;
} zd_clip_track_walk;

/** Finds how an insert lies in the frame at work, whose matte is in `hidden`: its box, its plane, where it comes out from;
 *  and begins its track where it has one. */
ZD_MUST_USE zd_status zd_clip_track_begin(zd_clip_track_walk *walk, zd_clip_one_track *one,
                                          const zd_clip_walked *walked, zd_error *err);

#endif
