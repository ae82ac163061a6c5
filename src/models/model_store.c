/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Names are looked up in the order that the header gives; a path is taken as it is. */

#include "models/model_store.h"

#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/os.h"
#include "core/own_place.h"
#include "core/require.h"
#include "core/words.h"

/* Given by the build; empty where programs have no fixed folder for their data. */
#ifndef ZD_DATA_FOLDER
#    define ZD_DATA_FOLDER "/usr/share/zdepth"
#endif

static const char suffix[] = ".safetensors";

static bool is_path(const char *text)
{
    size_t length = strlen(text);
    return zd_path_base(text) != text || (length >= sizeof suffix - 1 &&
                                          strcmp(text + length - (sizeof suffix - 1), suffix) == 0);
}

zd_status zd_model_store_folder(zd_context *ctx, char **out, zd_error *err)
{
    char folder[ZD_OS_PATH];
    *out = NULL;
    if (zd_os_environment("ZD_MODELS", folder)) {
        *out = zd_strdup(ctx, folder);
    } else if (zd_os_user_folder(ZD_OS_DATA, folder)) {
        *out = zd_path_join(ctx, folder, "zdepth/models");
    } else {
        return zd_fail(err, ZD_ERR_IO, "no folder for models: neither $ZD_MODELS, %s is set",
                       zd_os_place_names(ZD_OS_DATA));
    }
    return *out != NULL ? ZD_OK : zd_fail_memory(err, "a folder's name");
}

/** The file of a model in a folder, when it is there. NULL: it is not, or there is no memory. */
static char *look_in(zd_context *ctx, const char *folder, const zd_model_entry *entry)
{
    char installed[96];
    if (folder == NULL || folder[0] == '\0') {
        return NULL;
    }
    snprintf(installed, sizeof installed, "%s%s", entry->name, suffix);
    bool is_shipped = entry->source == ZD_MODEL_SHIPPED;
    char *path = zd_path_join(ctx, folder, is_shipped ? entry->file : installed);
    if (path != NULL && !zd_file_exists(path)) {
        zd_free(ctx, path);
        path = NULL;
    }
    return path;
}

/** What comes with the program: beside it, in a plug-in's bundle, where `meson install` puts it from
 *  the folders of programs and frei0r plug-ins, and in the build tree. */
static char *look_beside(zd_context *ctx, const zd_model_entry *entry)
{
    static const char *const folders[] = { "models",
                                           "../Resources/models",
                                           "../share/zdepth/models",
                                           "../../share/zdepth/models",
                                           "../../../share/zdepth/models",
                                           "../models",
                                           "../src/models",
                                           "../../src/models",
                                           NULL };
    return entry->source == ZD_MODEL_SHIPPED ? zd_own_place_find(ctx, folders, entry->file) : NULL;
}

/** Without a home there is no folder of the user's: an error only for who must have it. */
static zd_status find_entry(zd_context *ctx, const zd_model_entry *entry, char **path,
                            zd_error *err)
{
    char *folder = NULL;
    *path = look_beside(ctx, entry);
    if (*path == NULL) {
        *path = look_in(ctx, sizeof ZD_DATA_FOLDER > 1 ? ZD_DATA_FOLDER "/models" : NULL, entry);
    }
    if (*path != NULL) {
        return ZD_OK;
    }
    zd_status status = zd_model_store_folder(ctx, &folder, err);
    *path = look_in(ctx, folder, entry);
    zd_free(ctx, folder);
    return entry->source == ZD_MODEL_SHIPPED ? ZD_OK : status;
}

static zd_status fail_missing(const zd_model_entry *entry, zd_error *err)
{
    switch (entry->source) {
    case ZD_MODEL_DOWNLOAD:
        return zd_fail(err, ZD_ERR_MISSING,
                       "model '%s' is not installed; install it with: zdepth models install %s%s",
                       entry->name, entry->name, entry->is_permissive ? "" : " --accept-license");
    case ZD_MODEL_CONVERSION:
        return zd_fail(err, ZD_ERR_MISSING,
                       "model '%s' is not installed; it is published as a pickle, which is not "
                       "executed here: convert it with tools/convert_checkpoint.py, then: zdepth "
                       "models install %s --from FILE",
                       entry->name, entry->name);
    case ZD_MODEL_BY_HAND:
        return zd_fail(err, ZD_ERR_MISSING,
                       "model '%s' is not installed; its hash is not known here: fetch %s of %s "
                       "from a source that you trust, then: zdepth models install %s --from FILE%s",
                       entry->name, entry->file, entry->repository, entry->name,
                       entry->is_permissive ? "" : " --accept-license");
    case ZD_MODEL_SHIPPED:
    default:
        return zd_fail(err, ZD_ERR_MISSING,
                       "model '%s' comes with the program and is not where it should be; name its "
                       "folder in $ZD_MODELS",
                       entry->name);
    }
}

const char *zd_model_store_choose(zd_context *ctx, const char *name, bool is_movie)
{
    static const char *const movies[] = { "vda-large", "vda-base", "vda-small", NULL };
    static const char *const stills[] = { "da3-mono-large", "v2-large", "v2-base", "v2-small",
                                          NULL };
    if (strcmp(name, "auto") != 0) {
        return name;
    }
    for (const char *const *at = is_movie ? movies : stills; *at != NULL; at++) {
        char *path = NULL;
        zd_error unused;
        bool found = zd_model_store_find(ctx, *at, &path, &unused) == ZD_OK;
        zd_free(ctx, path);
        if (found) {
            return *at;
        }
    }
    return is_movie ? zd_model_store_choose(ctx, name, false) : "embedded";
}

static zd_status fail_name(const char *name, zd_error *err)
{
    char meant[96];
    zd_nearest_word nearest = zd_nearest_word_begin(name);
    for (int i = 0; i < zd_model_table_size(); i++) {
        zd_nearest_word_try(&nearest, zd_model_table_at(i)->name);
    }
    zd_did_you_mean(&nearest, "", meant, sizeof meant);
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                   "no model is called '%.60s'%s%s'zdepth models list' shows them, and a path "
                   "holds a '/' or ends in %s",
                   name, meant, meant[0] != '\0' ? " " : "; ", suffix);
}

zd_status zd_model_store_find(zd_context *ctx, const char *asked, char **path, zd_error *err)
{
    ZD_REQUIRE(err, asked != NULL);
    const char *name_or_path = zd_model_store_choose(ctx, asked, false);
    *path = NULL;
    if (is_path(name_or_path)) {
        if (!zd_file_exists(name_or_path)) {
            return zd_fail(err, ZD_ERR_IO, "model file '%s' does not exist", name_or_path);
        }
        *path = zd_strdup(ctx, name_or_path);
        return *path != NULL ? ZD_OK : zd_fail_memory(err, "a model's name");
    }
    const zd_model_entry *entry = zd_model_table_find(name_or_path);
    if (entry == NULL) {
        return fail_name(name_or_path, err);
    }
    ZD_TRY(find_entry(ctx, entry, path, err));
    return *path != NULL ? ZD_OK : fail_missing(entry, err);
}

void zd_model_store_params(const char *name_or_path, zd_network_params *params)
{
    const zd_model_entry *entry = is_path(name_or_path) ? NULL : zd_model_table_find(name_or_path);
    if (entry == NULL) {
        return;
    }
    if (params->variant == ZD_NETWORK_VARIANT_AUTO) {
        params->variant = entry->variant;
    }
    if (params->kind == ZD_NETWORK_KIND_AUTO) {
        params->kind = entry->kind;
    }
    if (!(params->max_depth_m > 0.0f)) {
        params->max_depth_m = entry->max_depth_m;
    }
}
