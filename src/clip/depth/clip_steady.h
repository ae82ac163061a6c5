/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_STEADY_H
#define ZD_CLIP_CLIP_STEADY_H

/* Steadied depth in the cache, so that any frame of a long shot is found without walking to it. The
 * key names the footage's file, what decides its depth, and the frame; selection boxes and locked
 * ranges, which do not change depth, are left out of it.
 *
 * Thread-safety: one thread at a time for each object. */

#include "clip/clip.h"
#include "engine/engine_kept.h"

typedef struct zd_clip_steady {
    zd_cache_folder *cache; /* NULL: nothing is kept */
    zd_digest base;
} zd_clip_steady;

/** Finds where the clip's steadied depth is kept: nowhere without a cache or for footage that is no
 *  plain file. The clip is borrowed. */
ZD_MUST_USE zd_status zd_clip_steady_open(zd_clip *clip, zd_clip_steady *out, zd_error *err);

/** The same for the text of an analysis; not known for a supplied map, which plug-ins take as it is. */
ZD_MUST_USE zd_status zd_clip_steady_kept(zd_clip *clip, zd_engine_kept *out, zd_error *err);

void zd_clip_steady_put(const zd_clip_steady *store, int64_t frame, const zd_depth_sample *sample);

/** The depth and probability of a frame; *found is false when they are not there. The caller releases
 *  *out, which has no small picture. */
ZD_MUST_USE zd_status zd_clip_steady_get(const zd_clip_steady *store, int64_t frame,
                                         zd_depth_sample *out, bool *found, zd_error *err);

#endif
