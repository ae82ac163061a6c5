/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CACHE_CACHE_NAMES_H
#define ZD_CACHE_CACHE_NAMES_H

/* Which names belong to a cache of ours, and the tag that says that a folder is one. */

#include <stdbool.h>

#include "core/context.h"

/** "00" to "ff". */
bool zd_cache_is_shelf(const char *name);

/** A file on a shelf: the key's other 62 digits and an extension of ours. */
bool zd_cache_is_entry(const char *name);

/** An entry that is or was being written. */
bool zd_cache_is_part(const char *name);

/** Opens a shelf, given by its name in the folder `root`; -1 when it is not there or no real folder
 *  but a link, and errno says why. */
int zd_cache_open_shelf(int root, const char *name);

/** Whether the open folder carries our tag. */
bool zd_cache_has_tag(int root);

/** Makes the open folder ours, when it is empty or holds nothing but a cache. `path` is for messages
 *  and for the tag. */
ZD_MUST_USE zd_status zd_cache_claim(zd_context *ctx, int root, const char *path, zd_error *err);

#endif
