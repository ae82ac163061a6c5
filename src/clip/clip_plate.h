/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_PLATE_H
#define ZD_CLIP_CLIP_PLATE_H

/* The clean plate of a frame in the footage's own codes, for what works on these. */

#include "composite/clean_plate.h"
#include "engine/layered_frame.h"
#include "media/frame.h"

/** The layer that a plate is of. */
typedef struct zd_clip_plate_layer {
    zd_view matte;  /* gray f32 of the frame's size */
    bool is_hidden; /* it is what the matte leaves over */
} zd_clip_plate_layer;

/** Makes *media, which is the frame or stands for it, the clean plate: codes differ from the frame's where the
 *  plate's light does. `codes` (RGBA f32): the frame's, read where they are at hand; without data they are
 *  read from *media. Changed as by zd_frame_write. `plate` is one for pieces. */
ZD_MUST_USE zd_status zd_clip_plate_make(zd_context *ctx, zd_clean_plate *plate,
                                         const zd_layered_frame *frame, zd_view codes,
                                         const zd_clip_plate_layer *layer, zd_frame **media,
                                         zd_error *err);

#endif
