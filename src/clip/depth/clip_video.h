/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_VIDEO_H
#define ZD_CLIP_CLIP_VIDEO_H

/* Depth of a clip by a network for video. Such a network sees a window of frames at once, so a reader
 * of its own goes ahead of those who ask; shots begin anew. Frames may be asked for in any order: what
 * is not just ahead is found by walking to its shot's first frame, whose windows come from the cache
 * where they are there. */

#include "cache/cache_depth.h"
#include "core/task.h"
#include "depth/video_depth.h"
#include "media/reader.h"
#include "project/params.h"

typedef struct zd_clip_video zd_clip_video;

/** What a clip's depth source lends. */
typedef struct zd_clip_video_params {
    zd_network *network;
    const zd_params *params; /* of the project: footage and cuts */
    bool is_alone;           /* the range given is a clip of its own */
    zd_cache_folder *cache;  /* or NULL */
    int width;               /* of the network's picture, and of the maps */
    int height;

    /** A frame's small picture, in which cuts are looked for, and the network's: both RGB f32. */
    zd_status (*look)(void *user, const zd_frame *frame, zd_image **small, zd_image **input,
                      zd_error *err);
    void *user;
} zd_clip_video_params;

/** Everything in `params` is borrowed. The caller owns *out. */
ZD_MUST_USE zd_status zd_clip_video_open(zd_context *ctx, const zd_clip_video_params *params,
                                         zd_clip_video **out, zd_error *err);
void zd_clip_video_close(zd_clip_video **video); /* accepts a pointer to NULL */

/** From now on windows that were made apart are taken, and those that are made are kept so. */
void zd_clip_video_keep_windows(zd_clip_video *video);

/** Makes apart the windows that begin in the frames first .. end of the clip (INT64_MAX: to its end), for
 *  whoever gets their maps later; *frames counts the frames of that range. There must be a cache, and the
 *  project must tell its cuts. */
ZD_MUST_USE zd_status zd_clip_video_make_windows(zd_clip_video *video, int64_t first, int64_t end,
                                                 const zd_task *task, int64_t *frames,
                                                 zd_error *err);

/** The map of a frame that is shown at a time of the footage. The caller owns depth->values. */
ZD_MUST_USE zd_status zd_clip_video_get(zd_clip_video *video, int64_t time_us, const zd_task *task,
                                        zd_depth_map *depth, zd_error *err);

#endif
