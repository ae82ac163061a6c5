/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_FOCUS_H
#define ZD_CLIP_CLIP_FOCUS_H

/* The focus of a lens that follows what stands at a place in the frame (zblur's x, y and follow): the depth of
 * that thing from frame to frame. It is picked at a shot's first frame and at every key of x or y, and goes
 * from the one to the next in the seconds of pull. A rack focus (zrack) has two things: the one at its first
 * place in the shot's first frame, the other at its second place when the focus leaves. */

#include "clip/clip.h"
#include "matte/matte.h"
#include "matte/object.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_clip_focus zd_clip_focus;

/** Whether an effect of the project has such a lens. */
bool zd_clip_focus_is_wanted(const zd_project *project, double frame_rate);

/** Memory for maps of that size is taken when it is first needed. */
ZD_MUST_USE zd_status zd_clip_focus_create(zd_context *ctx, int map_width, int map_height,
                                           zd_clip_focus **out, zd_error *err);
void zd_clip_focus_destroy(zd_clip_focus **focus);

/** A frame that is walked to, with what the object tracker wants of it but boxes. */
typedef struct zd_clip_focus_frame {
    zd_object_frame seen;
    double time_s;
    double before_s; /* the time of the frame before */
    bool is_first;   /* of its shot */
} zd_clip_focus_frame;

/** Finds the focus, normalised depth in the shot's range; *has_focus is false where the project wants none.
 *  Frames of a shot are given one after the other from its first. */
ZD_MUST_USE zd_status zd_clip_focus_take(zd_clip_focus *focus, const zd_clip *clip,
                                         const zd_clip_focus_frame *frame, float *out,
                                         bool *has_focus, zd_error *err);

#endif
