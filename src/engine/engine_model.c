/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See engine_model.h; the running is depth/analyser.c's. */

#include "engine/engine_model.h"

#include <assert.h>

#include "cache/cache_digest.h"
#include "models/model_store.h"

zd_status zd_engine_model_open(zd_context *ctx, const char *name, const zd_analyser_params *how,
                               zd_engine_model *out, zd_error *err)
{
    zd_analyser_params mine = *how;
    *out = (zd_engine_model){ .ctx = ctx };
    ZD_TRY(zd_model_store_find(ctx, name, &out->path, err));
    zd_model_store_params(name, &mine.network);
    mine.model_path = out->path;
    zd_status status = zd_analyser_open(ctx, &mine, &out->analyser, err);
    if (status != ZD_OK) {
        zd_engine_model_close(out);
    }
    return status;
}

void zd_engine_model_close(zd_engine_model *model)
{
    zd_analyser_close(&model->analyser);
    if (model->ctx != NULL) {
        zd_free(model->ctx, model->path);
    }
    *model = (zd_engine_model){ 0 };
}

/* The network's file is read once in its life, and not in every run. */
static zd_status tell_digest(zd_engine_model *model, zd_cache_folder *cache, zd_error *err)
{
    zd_digest digest;
    if (!model->is_digest_told) {
        ZD_TRY(zd_cache_file_digest(cache, model->path, &digest, err));
        zd_analyser_set_digest(model->analyser, &digest);
        model->is_digest_told = true;
    }
    return ZD_OK;
}

zd_status zd_engine_model_depth(zd_engine_model *model, zd_cache_folder *cache,
                                const zd_image *input, const zd_task *task, zd_cache_depth *out,
                                bool *cached, zd_error *err)
{
    zd_digest key;
    *cached = false;
    assert(model->analyser != NULL);
    if (cache != NULL) {
        ZD_TRY(tell_digest(model, cache, err));
        ZD_TRY(zd_analyser_key(model->analyser, input, &key, err));
        ZD_TRY(zd_cache_depth_get(cache, &key, out, cached, err));
    }
    if (!*cached) {
        ZD_TRY(zd_analyser_run(model->analyser, input, task, &out->depth, &out->foreground, err));
        if (cache != NULL) {
            zd_cache_depth_put(cache, &key, out);
        }
    }
    zd_analyser_scale(model->analyser, input, &out->depth);
    return ZD_OK;
}
