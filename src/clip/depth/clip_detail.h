/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_DETAIL_H
#define ZD_CLIP_CLIP_DETAIL_H

/* The outlines of a clip whose depth is found by a network for video: a network for stills sees each
 * frame at twice the size, and its outlines are fused into the steady map (depth/detail.h). What the still
 * network gives is kept in the cache under a key of its own, like any still's. */

#include "cache/cache_folder.h"
#include "core/task.h"
#include "image/depth_map.h"
#include "project/params.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_clip_detail zd_clip_detail;

enum { ZD_CLIP_DETAIL_SCALE = 2 };

/** Opens the best network for stills that is installed, for steady maps of this size; `roi` is the part
 *  of the frame that they cover (x0, y0, x1, y1 in 0..1). `cache` may be NULL and is borrowed, as are the
 *  parameters. */
ZD_MUST_USE zd_status zd_clip_detail_open(zd_context *ctx, const zd_params *params,
                                          const float roi[4], int width, int height,
                                          zd_cache_folder *cache, zd_clip_detail **out,
                                          zd_error *err);
void zd_clip_detail_close(zd_clip_detail **detail); /* accepts a pointer to NULL */

/** What decides its maps beside the picture, for keys and people: model, file, arithmetic. */
const char *zd_clip_detail_name(const zd_clip_detail *detail);

/** Makes a frame's steady map ZD_CLIP_DETAIL_SCALE times as large, with the outlines of `frame`: the
 *  whole frame as RGBA f32, display-referred. On failure the map is as it was. */
ZD_MUST_USE zd_status zd_clip_detail_add(zd_clip_detail *detail, zd_view frame, const zd_task *task,
                                         zd_depth_map *depth, zd_error *err);

#endif
