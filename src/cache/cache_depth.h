/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CACHE_CACHE_DEPTH_H
#define ZD_CACHE_CACHE_DEPTH_H

/* Depth maps on disk, by the content they were computed from: the key says which network with which
 * weights saw which picture, so the same frame finds its depth whatever the file is called and
 * whichever door asks. An entry is an EXR with the channels Z and, where the network gives it,
 * foreground; it opens in ordinary tools, is lossless, and carries a checksum of its samples. */

#include "cache/cache_folder.h"
#include "core/digest.h"
#include "image/depth_map.h"

typedef struct zd_cache_depth {
    zd_depth_map depth;
    zd_image *foreground; /* gray f32 0..1 of the depth's size, or NULL */
} zd_cache_depth;

void zd_cache_depth_release(zd_cache_depth *entry);

/** Looks an entry up. *found is false when it is not there or damaged; a damaged one is removed
 *  with a warning, and of one that cannot be opened the log says so once. Fails only without memory. The caller owns the images of *out. */
ZD_MUST_USE zd_status zd_cache_depth_get(zd_cache_folder *cache, const zd_digest *key,
                                         zd_cache_depth *out, bool *found, zd_error *err);

/** Stores an entry. It appears whole or not at all. What cannot be stored is no failure: the log
 *  says so once. */
void zd_cache_depth_put(zd_cache_folder *cache, const zd_digest *key, const zd_cache_depth *entry);

#endif
