/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_WALK_H
#define ZD_CLIP_CLIP_WALK_H

/* The depth of a clip's frames as it is used: steadied in time, and the tracked object. Both have a
 * memory that starts anew at each shot's first frame, so frames are taken in order, and a frame in
 * the middle of a shot is reached by walking there from the shot's first. */

#include "clip/clip.h"
#include "face/face_track.h"
#include "matte/matte.h"
#include "matte/object.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_clip_walk zd_clip_walk;

/** A frame's depth. Valid until the next one is taken. */
typedef struct zd_clip_walked {
    const zd_shot *shot;  /* of the clip's list */
    double time_s;        /* from the clip's first frame on */
    zd_depth_map depth;   /* steadied, of the map's size */
    zd_image *foreground; /* probability of that size, or NULL */
    zd_image *object;     /* mask of that size with "nearest object only", else NULL */
    bool has_focus;       /* a lens of the project follows something: */
    float focus;          /* its normalised depth */
    const zd_face_list
        *faces; /* of the frame, by face analysis, and the heads made of them; or NULL */
    const zd_head_list *heads;
    bool is_first;         /* of a walk through a shot */
    zd_view surface;       /* where the map is one unbroken surface, by face analysis; or no data */
    zd_matte_params matte; /* the project's parameters at this moment */
} zd_clip_walked;

/** The clip is borrowed and must be analysed when the first frame is taken. */
ZD_MUST_USE zd_status zd_clip_walk_create(zd_clip *clip, zd_clip_walk **out, zd_error *err);
void zd_clip_walk_destroy(zd_clip_walk **walk);

/** Takes the next frame, `index` on the clip. The first one to be taken, and any that does not
 *  follow the one before, is the first of its shot. `next` is the frame after it where the walk looks
 *  ahead, else it may be NULL. */
ZD_MUST_USE zd_status zd_clip_walk_take(zd_clip_walk *walk, const zd_frame *frame, int64_t index,
                                        const zd_frame *next, const zd_task *task,
                                        zd_clip_walked *out, zd_error *err);

/** Whether a frame's depth depends on the frame after it: where edges are steadied, but for the last
 *  frame of a shot (and of a range alone). The clip is analysed. */
bool zd_clip_walk_looks_ahead(const zd_clip *clip, int64_t index);

/** The sample with the edges of a frame between the samples before and after it, steadied in any case; these
 *  may be without values: then it is as it is. What it holds is the walk's, until the next one. */
zd_depth_sample zd_clip_walk_edges(zd_clip_walk *walk, const zd_depth_sample *before,
                                   const zd_depth_sample *sample, const zd_depth_sample *after);

/** Forgets where the walk is: the shots or the project's parameters have changed. */
void zd_clip_walk_reset(zd_clip_walk *walk);

/** The frame at which a walk to `index` goes on: the one after the last that was taken when it lies
 *  in the same shot and not behind, else the shot's first. */
int64_t zd_clip_walk_start(const zd_clip_walk *walk, int64_t index);

#endif
