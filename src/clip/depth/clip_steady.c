/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* An entry is one of the depth cache: lossless, checked, trimmed with the others. */

#include "clip/depth/clip_steady.h"

#include "cache/cache_shots.h"

zd_status zd_clip_steady_open(zd_clip *clip, zd_clip_steady *out, zd_error *err)
{
    zd_project plain;
    *out = (zd_clip_steady){ 0 };
    if (clip->cache.path == NULL) {
        return ZD_OK;
    }
    ZD_TRY(zd_project_copy(clip->project, &plain, err));
    while (plain.box_count > 0) {
        zd_project_remove_box(&plain, plain.box_count - 1);
    }
    zd_params_unset(&plain.params, ZD_P_FURTHEST);
    zd_params_unset(&plain.params, ZD_P_NEAREST);
    if (zd_cache_shots_key(&plain, zd_clip_depth_model(clip->depth),
                           zd_clip_depth_arithmetic(clip->depth), &out->base))
    {
        out->cache = &clip->cache;
    }
    zd_project_finish(&plain);
    return ZD_OK;
}

zd_status zd_clip_steady_kept(zd_clip *clip, zd_engine_kept *out, zd_error *err)
{
    zd_clip_steady store;
    const zd_params *params = &clip->project->params;
    *out = (zd_engine_kept){ 0 };
    ZD_TRY(zd_clip_steady_open(clip, &store, err));
    if (store.cache != NULL && !zd_params_is_set(params, ZD_P_DEPTH_MAP)) {
        out->is_known = true;
        out->base = store.base;
        out->model = zd_engine_kept_model(zd_params_text(params, ZD_P_MODEL));
    }
    return ZD_OK;
}

void zd_clip_steady_put(const zd_clip_steady *store, int64_t frame, const zd_depth_sample *sample)
{
    if (store->cache != NULL) {
        zd_digest key = zd_engine_kept_key(&store->base, frame);
        zd_cache_depth entry = { sample->depth, sample->foreground };
        zd_cache_depth_put(store->cache, &key, &entry);
    }
}

zd_status zd_clip_steady_get(const zd_clip_steady *store, int64_t frame, zd_depth_sample *out,
                             bool *found, zd_error *err)
{
    zd_cache_depth entry = { 0 };
    *found = false;
    *out = (zd_depth_sample){ 0 };
    if (store->cache == NULL) {
        return ZD_OK;
    }
    zd_digest key = zd_engine_kept_key(&store->base, frame);
    ZD_TRY(zd_cache_depth_get(store->cache, &key, &entry, found, err));
    if (*found) {
        out->depth = entry.depth;
        out->foreground = entry.foreground;
    }
    return ZD_OK;
}
