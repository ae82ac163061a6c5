/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CACHE_CACHE_DEPTH_H
#define ZD_CACHE_CACHE_DEPTH_H

/* Depth maps on disk, by the content they were computed from: the key says which network with which
 * weights saw which picture, so the same frame finds its depth whatever the file is called and
 * whichever door asks. Entries are lossless (cache/cache_codec.h). */

#include "cache/cache_codec.h"
#include "cache/cache_folder.h"
#include "core/digest.h"

/** Looks an entry up. *found is false when it is not there or damaged; a damaged one is removed
 *  with a warning, and of one that cannot be opened the log tells once. Fails only without memory. The
 *  caller owns the images of *out. */
ZD_MUST_USE zd_status zd_cache_depth_get(zd_cache_folder *cache, const zd_digest *key,
                                         zd_cache_depth *out, bool *found, zd_error *err);

/** Stores an entry. It appears whole or not at all. What cannot be stored is no failure: the log
 *  says so once. */
void zd_cache_depth_put(zd_cache_folder *cache, const zd_digest *key, const zd_cache_depth *entry);

#endif
