/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_HAND_H
#define ZD_CLIP_CLIP_HAND_H

/* What a matte is mended with by hand: a supplied matte and shapes, as the parameters name them. */

#include "media/reader.h"
#include "project/params.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_clip_hand zd_clip_hand;

/** For a clip's footage; opens no file. The caller owns *out. */
ZD_MUST_USE zd_status zd_clip_hand_create(zd_context *ctx, const zd_reader_info *footage,
                                          zd_clip_hand **out, zd_error *err);
void zd_clip_hand_destroy(zd_clip_hand **hand);

/** Reads the parameters again where they have changed: refuses shapes that are none and files that
 *  cannot be read. */
ZD_MUST_USE zd_status zd_clip_hand_update(zd_clip_hand *hand, const zd_params *params,
                                          zd_error *err);

/** What the matte of a frame cannot go below and above, ZD_GRAY_F32 of the size, into *raise and *cap,
 *  whose references from before are given back; both NULL when there is nothing by hand.
 *
 *  time_s  from the clip's first frame on */
ZD_MUST_USE zd_status zd_clip_hand_make(zd_clip_hand *hand, const zd_params *params, int width,
                                        int height, double time_s, zd_image **raise, zd_image **cap,
                                        zd_error *err);

/** How many shapes of a kind there are. */
int zd_clip_hand_shapes(const zd_clip_hand *hand, bool holdout);

#endif
