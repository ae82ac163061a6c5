/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "cache/cache_shots.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"

enum { SHOTS_MAX_BYTES = 4 << 20, KEY_VERSION = 4 };

static bool hash_file_identity(zd_hasher *hasher, const char *path)
{
    struct stat info;
    char resolved[PATH_MAX];
    if (realpath(path, resolved) == NULL || stat(resolved, &info) != 0 || !S_ISREG(info.st_mode)) {
        return false;
    }
    int64_t facts[3] = { info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec };
    zd_hasher_update(hasher, resolved, strlen(resolved) + 1);
    zd_hasher_update(hasher, facts, sizeof facts);
    return true;
}

static void hash_text(zd_hasher *hasher, const char *text)
{
    zd_hasher_update(hasher, text != NULL ? text : "", text != NULL ? strlen(text) + 1 : 1);
}

/* Shots are numbered on the clip, whatever range of it is asked for. */
static bool is_of_range(int id)
{
    return id == ZD_P_FRAMES || id == ZD_P_FROM || id == ZD_P_TO || id == ZD_P_ALONE;
}

/* Every parameter that the analysis may look at and that is set. Of the precision it is not the word
 * that counts, but what became of it. */
static void hash_params(zd_hasher *hasher, const zd_params *params)
{
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        const zd_param_desc *desc = zd_param_describe((zd_param_id) id);
        const zd_param_value *slot = &params->slots[id];
        bool counts = desc->group == ZD_GROUP_SOURCE || desc->group == ZD_GROUP_DEPTH ||
                      id == ZD_P_FURTHEST || id == ZD_P_NEAREST;
        if (counts && slot->set && id != ZD_P_PRECISION && !is_of_range(id)) {
            hash_text(hasher, desc->name);
            hash_text(hasher, slot->text);
            zd_hasher_update(hasher, &slot->number, sizeof slot->number);
        }
    }
}

bool zd_cache_shots_key(const zd_project *project, const char *model_path, const char *arithmetic,
                        zd_digest *out)
{
    zd_hasher hasher;
    int version = KEY_VERSION;
    const char *map = zd_params_text(&project->params, ZD_P_DEPTH_MAP);
    zd_hasher_init(&hasher);
    hash_text(&hasher, "zdepth shots");
    zd_hasher_update(&hasher, &version, sizeof version);
    hash_text(&hasher, arithmetic);
    hash_params(&hasher, &project->params);
    for (int i = 0; i < project->box_count; i++) {
        const zd_box *box = &project->boxes[i];
        double numbers[6] = { box->x,      box->y,      box->width,
                              box->height, box->time_s, box->subtract ? 1.0 : 0.0 };
        zd_hasher_update(&hasher, numbers, sizeof numbers);
    }
    bool good = hash_file_identity(&hasher, zd_params_text(&project->params, ZD_P_FOOTAGE)) &&
                (map == NULL || hash_file_identity(&hasher, map)) &&
                (model_path == NULL || hash_file_identity(&hasher, model_path));
    zd_hasher_finish(&hasher, out);
    return good;
}

zd_status zd_cache_shots_get(zd_cache_folder *cache, const zd_digest *key, zd_shot_list *out,
                             bool *found, zd_error *err)
{
    char *path = NULL;
    char *text = NULL;
    size_t bytes;
    zd_error reason;
    bool is_there;
    *found = false;
    ZD_TRY(zd_cache_folder_find(cache, key, "shots", &path, &is_there, err));
    zd_status status =
        is_there ? zd_file_read_text(cache->ctx, path, SHOTS_MAX_BYTES, &text, &bytes, &reason)
                 : ZD_ERR_MISSING;
    if (status == ZD_OK) {
        status = zd_shot_list_parse(out, text, &reason);
        *found = status == ZD_OK;
        if (*found) {
            zd_cache_folder_touch(path);
        } else {
            zd_cache_folder_forget(cache, key, "shots");
        }
    } else if (status == ZD_ERR_IO && zd_file_exists(path)) {
        zd_fail_context(&reason, status, "the depth cache");
        zd_cache_folder_trouble(cache, &reason);
    }
    zd_free(cache->ctx, text);
    zd_free(cache->ctx, path);
    return status == ZD_ERR_NO_MEMORY ? zd_fail_memory(err, "the list of shots") : ZD_OK;
}

static zd_status write_shots(const zd_cache_folder *cache, const zd_digest *key,
                             const zd_shot_list *list, zd_error *err)
{
    char *path = NULL;
    zd_text text;
    ZD_TRY(zd_cache_folder_entry(cache, key, "shots", &path, err));
    zd_text_init(&text, cache->ctx);
    zd_shot_list_write(list, &text);
    zd_status status = zd_text_finish(&text, "the list of shots", err);
    if (status == ZD_OK) {
        status = zd_file_write(cache->ctx, path, text.data, text.length, err);
    }
    zd_text_release(&text);
    zd_free(cache->ctx, path);
    return status == ZD_OK ? ZD_OK : zd_fail_context(err, status, "the depth cache");
}

void zd_cache_shots_put(zd_cache_folder *cache, const zd_digest *key, const zd_shot_list *list)
{
    zd_error reason;
    if (!cache->is_stopped && write_shots(cache, key, list, &reason) != ZD_OK) {
        zd_cache_folder_trouble(cache, &reason);
    }
}
