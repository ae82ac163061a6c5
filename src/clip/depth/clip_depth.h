/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_DEPTH_H
#define ZD_CLIP_CLIP_DEPTH_H

/* Where depth comes from: a network, with the cache before it, or a supplied map. Either way a
 * frame gives a depth map and the small picture that goes with it. */

#include "cache/cache_depth.h"
#include "clip/depth/clip_video.h"
#include "core/task.h"
#include "depth/sample.h"
#include "media/reader.h"
#include "project/params.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_clip_depth zd_clip_depth;

/** Opens the source that the parameters name for footage: supplied maps belong to all of it, from
 *  its first frame on, and a sequence of them has its rate. `cache` may be NULL and is borrowed. */
ZD_MUST_USE zd_status zd_clip_depth_open(zd_context *ctx, const zd_params *params,
                                         zd_cache_folder *cache, const zd_reader_info *footage,
                                         zd_clip_depth **out, zd_error *err);
void zd_clip_depth_close(zd_clip_depth **source);

/** The size of the maps that come for the footage's frames. */
void zd_clip_depth_size(const zd_clip_depth *source, int *width, int *height);

/** A name for people, such as "embedded" or the map's path. */
const char *zd_clip_depth_name(const zd_clip_depth *source);

/** The file of the network; NULL with a supplied map. */
const char *zd_clip_depth_model(const zd_clip_depth *source);

/** Whether frames' depth may come with an output of the network, "sky" or "confidence". */
bool zd_clip_depth_may_tell(const zd_clip_depth *source, const char *output);

/** The network's arithmetic in use (zd_network_info.arithmetic); NULL with a supplied map. */
const char *zd_clip_depth_arithmetic(const zd_clip_depth *source);

/** Whether the network sees windows of frames of a shot, and so no frame alone. */
bool zd_clip_depth_sees_windows(const zd_clip_depth *source);

/** The network for video whose windows may be made apart; NULL: there is none, or frames need more than
 *  it. */
zd_clip_video *zd_clip_depth_windows(const zd_clip_depth *source);

/** After the frames of a clip: fails when face analysis found no face in any, and says why. */
ZD_MUST_USE zd_status zd_clip_depth_check(const zd_clip_depth *source, zd_error *err);

/** The small picture of a frame alone, as zd_clip_depth_get gives it. The caller owns *small. */
ZD_MUST_USE zd_status zd_clip_depth_look(zd_clip_depth *source, const zd_frame *frame,
                                         zd_image **small, zd_error *err);

/** The depth of a frame of the footage. *cached tells whether no network ran; may be NULL. The
 *  caller releases the sample. */
ZD_MUST_USE zd_status zd_clip_depth_get(zd_clip_depth *source, const zd_frame *frame,
                                        const zd_task *task, zd_depth_sample *out, bool *cached,
                                        zd_error *err);

#endif
