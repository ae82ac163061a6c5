/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CACHE_CACHE_FOLDER_H
#define ZD_CACHE_CACHE_FOLDER_H

/* The folder of a content-addressed cache: where an entry lives, how much there is, and keeping it
 * below a limit. Files appear by rename, so two processes and a kill at any moment leave whole
 * entries or none. Least recently used entries go first. */

#include <stdbool.h>
#include <stdint.h>

#include "core/context.h"
#include "core/digest.h"

typedef struct zd_cache_folder {
    zd_context *ctx;
    char *path;
    int64_t limit_bytes;
} zd_cache_folder;

typedef struct zd_cache_usage {
    int64_t entries;
    int64_t bytes;
} zd_cache_usage;

/** Opens the folder, making it. `path` NULL: $ZD_CACHE, else $XDG_CACHE_HOME/zdepth/depth, else
 *  ~/.cache/zdepth/depth. `limit_bytes` 0: $ZD_CACHE_LIMIT in GiB, else 20 GiB. */
ZD_MUST_USE zd_status zd_cache_folder_open(zd_context *ctx, const char *path, int64_t limit_bytes,
                                           zd_cache_folder *out, zd_error *err);
void zd_cache_folder_close(zd_cache_folder *folder);

/** The name of an entry's file; its folder exists afterwards. Release with zd_free. */
ZD_MUST_USE zd_status zd_cache_folder_entry(const zd_cache_folder *folder, const zd_digest *key,
                                            const char *extension, char **out, zd_error *err);

/** Marks an entry as used now. */
void zd_cache_folder_touch(const char *entry);

ZD_MUST_USE zd_status zd_cache_folder_measure(const zd_cache_folder *folder, zd_cache_usage *out,
                                              zd_error *err);

/** Removes the entries used longest ago until at most `keep_bytes` are left, and partial files that
 *  are older than a day (all of them when keep_bytes is 0). Reports what was removed. */
ZD_MUST_USE zd_status zd_cache_folder_prune(const zd_cache_folder *folder, int64_t keep_bytes,
                                            zd_cache_usage *removed, zd_error *err);

/** Prunes the folder to its limit, for those who have put something in. A cache that cannot be
 *  trimmed is no reason to fail. */
void zd_cache_folder_trim(const zd_cache_folder *folder);

#endif
