/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CACHE_CACHE_NAMES_H
#define ZD_CACHE_CACHE_NAMES_H

/* Which names belong to a cache of ours, the tag that says that a folder is one, and what the files of
 * this module share. */

#include <stdbool.h>
#include <stdint.h>

#include "core/context.h"
#include "core/digest.h"
#include "core/os.h"

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

/** Removes an entry or part, when the name is that of one and its shelf is a real folder. */
bool zd_cache_remove_file(zd_os_folder root, const zd_cache_name *name);

/** Whether the open folder carries our tag. */
bool zd_cache_has_tag(zd_os_folder root);

/** Refuses an open folder that holds anything but a cache of ours; an empty one holds nothing else. */
ZD_MUST_USE zd_status zd_cache_check(zd_os_folder root, const char *path, zd_error *err);

/** Makes the open folder ours, when it is empty or holds nothing but a cache. `path` is for messages
 *  and for the tag. */
ZD_MUST_USE zd_status zd_cache_claim(zd_context *ctx, zd_os_folder root, const char *path,
                                     zd_error *err);

#endif
