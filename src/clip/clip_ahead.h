/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_AHEAD_H
#define ZD_CLIP_CLIP_AHEAD_H

/* Frames of a clip in any order, each with a look at the one after it, which is decoded once.
 *
 * Thread-safety: one thread at a time for each object. */

#include "clip/clip.h"

/** `{ .at = -1 }` is valid. */
typedef struct zd_clip_ahead {
    int64_t at;      /* the frame that is given next without seeking; -1: unknown */
    zd_frame *frame; /* that one, when it was looked at before it was asked for */
} zd_clip_ahead;

/** Forgets where the reader is: it was moved, or is another one. */
void zd_clip_ahead_forget(zd_clip_ahead *ahead);

/** Gives the frame `index` of the clip; the caller owns *out. */
ZD_MUST_USE zd_status zd_clip_ahead_take(zd_clip_ahead *ahead, const zd_clip *clip, int64_t index,
                                         zd_frame **out, zd_error *err);

/** The frame after the one that was taken last, borrowed until the next call; NULL where the shot ends, or
 *  where the walk does not look ahead. */
ZD_MUST_USE zd_status zd_clip_ahead_look(zd_clip_ahead *ahead, const zd_clip *clip,
                                         const zd_frame **out, zd_error *err);

#endif
