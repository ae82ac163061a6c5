/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CACHE_CACHE_SHOTS_H
#define ZD_CACHE_CACHE_SHOTS_H

/* Remembers a clip's shots between runs, so that a second run with other matte parameters goes
 * straight to the pictures. Kept in the cache folder under a key made of all that decides them: the
 * footage file (name, size, time of change) and every source and depth parameter but the range: shots
 * are numbered on the clip, and those of a range are joined by the others when these are asked for. */

#include "cache/cache_folder.h"
#include "depth/shot_list.h"
#include "project/project.h"

/** The key of a project's shots; false when they are not remembered: the footage, map or model is no
 *  plain file. `model_path` is the network's file and `arithmetic` what it computes in, not what was
 *  asked for (zd_network_info); both NULL with a supplied map. */
bool zd_cache_shots_key(const zd_project *project, const char *model_path, const char *arithmetic,
                        zd_digest *out);

/** Finds the shots; *found is false when they are not there or damaged. */
ZD_MUST_USE zd_status zd_cache_shots_get(zd_cache_folder *cache, const zd_digest *key,
                                         zd_shot_list *out, bool *found, zd_error *err);

/** Stores the shots. What cannot be stored is no failure: the log says so once. */
void zd_cache_shots_put(zd_cache_folder *cache, const zd_digest *key, const zd_shot_list *list);

#endif
