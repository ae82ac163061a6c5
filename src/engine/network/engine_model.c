/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See engine_model.h; the running is depth/analyser.c's. */

#include "engine/network/engine_model.h"

#include <assert.h>

#include "cache/cache_digest.h"
#include "models/model_store.h"

/* Finds the file, or what the cache knows of one that is away. */
static zd_status find(zd_engine_model *model, zd_cache_folder *cache,
                      const zd_network_params *params, zd_error *err)
{
    zd_context *ctx = model->ctx;
    zd_status found = zd_model_store_find(ctx, model->name, &model->path, err);
    model->has_key = cache != NULL && cache->path != NULL && params->packs_late &&
                     zd_engine_record_key(ctx, model->name, params, &model->key);
    if (model->has_key && found != ZD_ERR_NO_MEMORY) {
        ZD_TRY(zd_engine_record_read(cache, &model->key, model->path, &model->record, err));
    }
    if (found == ZD_OK || model->record == NULL) {
        return found;
    }
    model->path = zd_strdup(ctx, zd_engine_record_path(model->record));
    return model->path != NULL ? ZD_OK : zd_fail_memory(err, "a model's name");
}

zd_status zd_engine_model_open(zd_context *ctx, const char *name, zd_cache_folder *cache,
                               const zd_analyser_params *how, zd_engine_model *out, zd_error *err)
{
    zd_analyser_params mine = *how;
    *out = (zd_engine_model){ .ctx = ctx };
    out->name = zd_strdup(ctx, zd_model_store_choose(ctx, name, false));
    if (out->name == NULL) {
        return zd_fail_memory(err, "a model's name");
    }
    zd_model_store_params(out->name, &mine.network);
    zd_status status = find(out, cache, &mine.network, err);
    if (status == ZD_OK) {
        mine.model_path = out->path;
        mine.known = out->record != NULL ? zd_engine_record_info(out->record) : NULL;
        status = zd_analyser_open(ctx, &mine, &out->analyser, err);
    }
    if (status == ZD_OK && out->record != NULL) {
        zd_analyser_set_digest(out->analyser, zd_engine_record_weights(out->record));
        out->is_digest_told = true;
    }
    if (status != ZD_OK) {
        zd_engine_model_close(out);
    }
    return status;
}

void zd_engine_model_close(zd_engine_model *model)
{
    zd_analyser_close(&model->analyser);
    if (model->ctx != NULL) {
        zd_engine_record_release(model->ctx, &model->record);
        zd_free(model->ctx, model->path);
        zd_free(model->ctx, model->name);
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
        if (model->has_key) {
            zd_engine_record_write(cache, &model->key, model->path,
                                   zd_analyser_network(model->analyser), &digest);
        }
    }
    return ZD_OK;
}

/* A file that was away says now how to get it. */
static zd_status need_file(const zd_engine_model *model, zd_error *err)
{
    char *path = NULL;
    ZD_TRY(model->record != NULL ? zd_model_store_find(model->ctx, model->name, &path, err)
                                 : ZD_OK);
    zd_free(model->ctx, path);
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
        ZD_TRY(need_file(model, err));
        ZD_TRY(zd_analyser_run(model->analyser, input, task, &out->depth, &out->foreground, err));
        if (cache != NULL) {
            zd_cache_depth_put(cache, &key, out);
        }
    }
    zd_analyser_scale(model->analyser, input, &out->depth);
    return ZD_OK;
}
