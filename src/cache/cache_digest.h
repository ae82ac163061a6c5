/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CACHE_CACHE_DIGEST_H
#define ZD_CACHE_CACHE_DIGEST_H

/* Remembers the digests of large files, so that a run that finds all depth in the cache does not read
 * its network. */

#include "cache/cache_folder.h"

/** SHA-256 of a file: recalled while it is the same file with the same size and times of change, else
 *  read and remembered. */
ZD_MUST_USE zd_status zd_cache_file_digest(zd_cache_folder *cache, const char *path, zd_digest *out,
                                           zd_error *err);

/** The same file with the same size and times of change has the same identity, another one another. False
 *  when there is none. */
bool zd_cache_file_identity(const char *path, zd_digest *out);

#endif
