/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_RECORD_H
#define ZD_ENGINE_ENGINE_RECORD_H

/* What a cache remembers of a network, so that a run that finds all depth there opens no file of a network,
 * and needs none: it may be away. */

#include "cache/cache_folder.h"
#include "depth/analyser.h"

typedef struct zd_engine_record zd_engine_record;

/** The key of what was asked for: the name as it is looked up (a path from the root on), and all that
 *  makes another network of one file. False: nothing is remembered under this name. */
bool zd_engine_record_key(zd_context *ctx, const char *name, const zd_network_params *params,
                          zd_digest *out);

/** Recalls a record. *out is NULL where there is none, or where `path` (NULL: the file is away) is another
 *  file than it was then. Fails only without memory. The caller releases *out. */
ZD_MUST_USE zd_status zd_engine_record_read(zd_cache_folder *cache, const zd_digest *key,
                                            const char *path, zd_engine_record **out,
                                            zd_error *err);
void zd_engine_record_release(zd_context *ctx, zd_engine_record **record); /* accepts NULL inside */

/** Borrowed from the record. */
const zd_network_info *zd_engine_record_info(const zd_engine_record *record);
const zd_digest *zd_engine_record_weights(const zd_engine_record *record);
const char *zd_engine_record_path(const zd_engine_record *record);

/** Stores what is known of the file at `path`. Networks that see windows of frames run by another rule, and
 *  nothing is stored of them. */
void zd_engine_record_write(zd_cache_folder *cache, const zd_digest *key, const char *path,
                            const zd_network_info *info, const zd_digest *weights);

#endif
