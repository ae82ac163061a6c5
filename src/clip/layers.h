/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_LAYERS_H
#define ZD_CLIP_LAYERS_H

/* The layers of a clip's frames, one frame after the other: the steadied depth, the picture as
 * float, and mattes for any thresholds. Everything that has a memory (steadying, the tracked
 * object) starts anew at each shot's first frame, so frames must come in order. */

#include "clip/clip.h"
#include "clip/faces_seen.h"
#include "engine/layered_frame.h"

typedef struct zd_layers zd_layers;

/** The clip is borrowed and must be open. */
ZD_MUST_USE zd_status zd_layers_create(zd_clip *clip, zd_layers **out, zd_error *err);
void zd_layers_destroy(zd_layers **layers);

/** Takes the next frame, `index` on the clip. The first one to be taken is the first of its shot. `next` is
 *  the frame after it; NULL where the walk does not look ahead (zd_clip_walk_looks_ahead). What *out borrows
 *  is valid until the next one. */
ZD_MUST_USE zd_status zd_layers_take(zd_layers *layers, const zd_frame *frame, int64_t index,
                                     const zd_frame *next, const zd_task *task,
                                     zd_layered_frame *out, zd_error *err);

/** Adds the faces of the taken frame, under a number, to those seen; nothing without face analysis. */
void zd_layers_note_faces(const zd_layers *layers, int64_t number, zd_clip_faces_seen *seen);

/** Reads what lies inside `wanted` (may be empty) of the taken frame's picture and prepares the frame for
 *  mattes, which read what they need themselves. Call before the mattes and before `picture` is used, of
 *  which the rest is undefined; a frame that needs neither is spared the work. */
ZD_MUST_USE zd_status zd_layers_look(zd_layers *layers, zd_layered_frame *frame, zd_rect wanted,
                                     zd_error *err);

/** The whole of the taken frame. */
static inline zd_rect zd_layers_whole(const zd_layered_frame *frame)
{
    return (zd_rect){ 0, 0, frame->picture.width, frame->picture.height };
}

/** What lies inside `roi` of the taken frame's picture: RGB or RGBA f32 of the roi's size. */
ZD_MUST_USE zd_status zd_layers_read(zd_layers *layers, zd_rect roi, zd_view out, zd_error *err);

/** Tells that mattes or depth of the whole frame follow, part by part. */
void zd_layers_expect_all(zd_layers *layers);

/** The matte inside `roi`, gray f32 of the roi's size. */
ZD_MUST_USE zd_status zd_layers_matte(zd_layers *layers, const zd_matte_params *params, zd_rect roi,
                                      zd_view out, zd_error *err);

/** The depth at the frame's size with the picture's edges, normalised to the shot's range. */
ZD_MUST_USE zd_status zd_layers_full_depth(zd_layers *layers, zd_rect roi, zd_view out,
                                           zd_error *err);

#endif
