/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The key hashes the identity of the files, not their contents, and every parameter that the
 * analysis looks at. */

#include "cache/cache_shots.h"

#include <string.h>

#include "cache/cache_digest.h"

enum { SHOTS_MAX_BYTES = 4 << 20, KEY_VERSION = 8 };

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
                      (desc->flags & ZD_PARAM_ANALYSIS) != 0;
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
    bool good = zd_hasher_add_file(&hasher, zd_params_text(&project->params, ZD_P_FOOTAGE)) &&
                (map == NULL || zd_hasher_add_file(&hasher, map)) &&
                (model_path == NULL || zd_hasher_add_file(&hasher, model_path));
    zd_hasher_finish(&hasher, out);
    return good;
}

zd_status zd_cache_shots_get(zd_cache_folder *cache, const zd_digest *key, zd_shot_list *out,
                             bool *found, zd_error *err)
{
    zd_cache_bytes entry;
    zd_error reason;
    *found = false;
    ZD_TRY(zd_cache_folder_read(cache, key, "shots", SHOTS_MAX_BYTES, &entry, err));
    if (entry.data == NULL) {
        return ZD_OK;
    }
    zd_status status = zd_shot_list_parse(out, (const char *) entry.data, &reason);
    zd_free(cache->ctx, entry.data);
    *found = status == ZD_OK;
    if (status == ZD_ERR_NO_MEMORY) {
        return zd_fail_memory(err, "the list of shots");
    }
    if (status != ZD_OK) {
        zd_cache_folder_forget(cache, key, "shots");
    }
    return ZD_OK;
}

void zd_cache_shots_put(zd_cache_folder *cache, const zd_digest *key, const zd_shot_list *list)
{
    zd_text text;
    zd_text_init(&text, cache->ctx);
    zd_shot_list_write(list, &text);
    if (zd_text_finish(&text, "the list of shots", NULL) == ZD_OK) {
        zd_cache_folder_write(cache, key, "shots", text.data, text.length);
    }
    zd_text_release(&text);
}
