/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_MODEL_H
#define ZD_ENGINE_ENGINE_MODEL_H

/* A network of depth by its name: the one place where it is found, opened, looked for in the cache and
 * run. Jobs, plug-ins and scenes come here. */

#include "cache/cache_depth.h"
#include "core/task.h"
#include "depth/analyser.h"
#include "engine/network/engine_record.h"

/** Thread-safety: one thread at a time for each object, but for what zd_analyser_* allow. */
typedef struct zd_engine_model {
    zd_context *ctx;
    zd_analyser *analyser; /* NULL: not open */
    char *path;            /* its file */
    char *name;            /* as it was asked for */
    bool is_digest_told;
    bool has_key; /* under which the cache remembers it */
    zd_digest key;
    zd_engine_record
        *record; /* what the cache remembered: its file is opened at the first miss; or NULL */
} zd_engine_model;

/** Opens the model of this name or path; `how` says all but where its file lies. With a cache (NULL: there is
 *  none) that knows the network and packs_late, its file is not opened before it has to run, and may be away
 *  until then; no network that sees windows of frames is opened so. The caller closes it. */
ZD_MUST_USE zd_status zd_engine_model_open(zd_context *ctx, const char *name,
                                           zd_cache_folder *cache, const zd_analyser_params *how,
                                           zd_engine_model *out, zd_error *err);
void zd_engine_model_close(zd_engine_model *model); /* accepts one of zeros */

/** The depth of a prepared input, from the cache (NULL: there is none) or by running. *cached tells which;
 *  the caller releases *out. */
ZD_MUST_USE zd_status zd_engine_model_depth(zd_engine_model *model, zd_cache_folder *cache,
                                            const zd_image *input, const zd_task *task,
                                            zd_cache_depth *out, bool *cached, zd_error *err);

#endif
