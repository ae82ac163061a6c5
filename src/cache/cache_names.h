/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CACHE_CACHE_NAMES_H
#define ZD_CACHE_CACHE_NAMES_H

/* Which names belong to a cache of ours, the tag that says that a folder is one, and what the files of
 * this module share. */

#include <stdbool.h>

#include <stdint.h>
#include <sys/stat.h>

#include "core/context.h"
#include "core/digest.h"

/** The file in the folder that holds how many bytes there are; see cache_prune.c. */
#define ZD_CACHE_USAGE_NAME "usage"

/** Up to so many bytes an entry is small, and makes room for itself in any case. */
enum { ZD_CACHE_SMALL = 65536 };

/** An entry's shelf and name. */
typedef struct zd_cache_name {
    char shelf[3];
    char file[112];
} zd_cache_name;

zd_cache_name zd_cache_name_of(const zd_digest *key, const char *extension);

/** "00" to "ff". */
bool zd_cache_is_shelf(const char *name);

/** A file on a shelf: the key's other 62 digits and an extension of ours. */
bool zd_cache_is_entry(const char *name);

/** An entry that is a depth map, and no list of shots or digest. */
bool zd_cache_is_depth(const char *name);

/** An entry that is or was being written. */
bool zd_cache_is_part(const char *name);

/** Opens a shelf, given by its name in the folder `root`; -1 when it is not there or no real folder
 *  but a link, and errno says why. */
int zd_cache_open_shelf(int root, const char *name);

/** Removes an entry or part, when the name is that of one and its shelf is real. */
bool zd_cache_remove_file(int root, const zd_cache_name *name);

/** When a file was last used, in nanoseconds. */
int64_t zd_cache_time_ns(const struct stat *info);

/** Whether the open folder carries our tag. */
bool zd_cache_has_tag(int root);

/** Makes the open folder ours, when it is empty or holds nothing but a cache. `path` is for messages
 *  and for the tag. */
ZD_MUST_USE zd_status zd_cache_claim(zd_context *ctx, int root, const char *path, zd_error *err);

#endif
