/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_TRACKS_H
#define ZD_CLIP_CLIP_TRACKS_H

/* The tracks of a project's inserts, shot by shot: a walk of its own over the shot, before its first frame is
 * drawn, so that frames may be drawn in any order. */

#include "clip/clip.h"
#include "clip/inserts/insert_track.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_clip_tracks zd_clip_tracks;

/** How sure an insert's track was, over all frames that were walked. */
typedef struct zd_clip_track_report {
    bool is_tracked;     /* the insert follows the wall: */
    int64_t frames;      /* that it was looked for in */
    int64_t held;        /* of these, where it could not be made out */
    double agreement;    /* 0..1: the mean of the others, see zd_wall_fit */
    double least;        /* and the least of them */
    double error_px;     /* the largest expected error, pixels of the footage */
    zd_wall_model by;    /* what the texture of the shot walked last lets it follow */
    bool is_laid;        /* it lies on a plane: */
    zd_wall_plane plane; /* of the shot walked last */
    bool is_revealed;    /* it comes out from behind the subject: */
    double hidden;       /* the share of it that is hidden there at first */
} zd_clip_track_report;

/** For an open clip, which is borrowed, opened with these options. *out is NULL where no insert of the project
 *  wants a track. Destroy before the clip is closed. */
ZD_MUST_USE zd_status zd_clip_tracks_create(zd_clip *clip, const zd_clip_options *options,
                                            zd_clip_tracks **out, zd_error *err);
void zd_clip_tracks_destroy(zd_clip_tracks **tracks);

/** Tells which frame comes next, and finds the tracks of its shot when they are not there: that walks over the
 *  shot and reports progress in the stage "track", unless the cache remembers them. Before the analysis there are none. Accepts NULL. */
ZD_MUST_USE zd_status zd_clip_tracks_seek(zd_clip_tracks *tracks, int64_t frame,
                                          const zd_task *task, zd_error *err);

/** A zd_insert_track_source of tracks. */
const zd_insert_track *zd_clip_tracks_of(const void *tracks, int insert, double time_s,
                                         int64_t *frame);

/** What is known of an insert's tracks; accepts NULL. */
zd_clip_track_report zd_clip_tracks_report(const zd_clip_tracks *tracks, int insert);

#endif
