/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One model and where it is, in words and in JSON. */

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cli/verbs/models_found.h"
#include "core/file.h"
#include "core/words.h"

zd_cli_model zd_cli_model_find(zd_context *ctx, const zd_model_entry *entry)
{
    assert(entry != NULL);
    zd_cli_model found = { .entry = entry };
    zd_model_state state;
    if (zd_model_store_find(ctx, entry->name, &found.path, NULL) == ZD_OK) {
        return found;
    }
    found.path = NULL;
    if (zd_model_state_of(ctx, entry, &state, NULL) == ZD_OK) {
        found.part = state.is_installed ? 0 : state.bytes;
        zd_free(ctx, state.path);
    }
    return found;
}

static int64_t file_bytes(const char *path)
{
    zd_mapping mapping;
    int64_t bytes = 0;
    if (zd_file_map(path, &mapping, NULL) == ZD_OK) {
        bytes = (int64_t) mapping.bytes;
        zd_file_unmap(&mapping);
    }
    return bytes;
}

int64_t zd_cli_model_bytes(const zd_cli_model *model)
{
    return model->path != NULL ? file_bytes(model->path) : model->entry->bytes;
}

void zd_cli_model_size(int64_t bytes, char *to, size_t size)
{
    assert(size > 0);
    if (bytes > 0) {
        snprintf(to, size, "%.1f MiB", (double) bytes / 1048576.0);
    } else {
        snprintf(to, size, "unknown");
    }
}

static const char *source_name(zd_model_source source)
{
    switch (source) {
    case ZD_MODEL_SHIPPED:
        return "shipped";
    case ZD_MODEL_DOWNLOAD:
        return "download";
    case ZD_MODEL_BY_HAND:
        return "by hand";
    case ZD_MODEL_CONVERSION:
    default:
        return "conversion";
    }
}

void zd_cli_model_state(const zd_cli_model *model, char *to, size_t size)
{
    const zd_model_entry *entry = model->entry;
    if (model->path != NULL) {
        snprintf(to, size, "installed%s",
                 entry->source == ZD_MODEL_SHIPPED ? ", comes with the program" : "");
    } else if (model->part > 0 && entry->bytes > 0) {
        snprintf(to, size, "%d %% downloaded", (int) (100 * model->part / entry->bytes));
    } else {
        snprintf(to, size, "not installed%s",
                 entry->source == ZD_MODEL_CONVERSION ? ", needs conversion"
                 : entry->source == ZD_MODEL_BY_HAND  ? ", hash not known"
                                                      : "");
    }
}

const char *zd_cli_model_brief(const zd_cli_model *model, char *to, size_t size)
{
    const zd_model_entry *entry = model->entry;
    bool is_begun = model->part > 0 && entry->bytes > 0;
    if (model->path != NULL && entry->source == ZD_MODEL_SHIPPED) {
        return "comes along";
    }
    if (model->path == NULL && !is_begun && entry->source == ZD_MODEL_CONVERSION) {
        return "to be converted";
    }
    zd_cli_model_state(model, to, size);
    to[strcspn(to, ",")] = '\0';
    return to;
}

const zd_model_entry *zd_cli_model_called(const char *name, zd_error *err)
{
    const zd_model_entry *entry = zd_model_table_find(name);
    if (entry == NULL) {
        char meant[96];
        zd_nearest_word nearest = zd_nearest_word_begin(name);
        for (int i = 0; i < zd_model_table_size(); i++) {
            zd_nearest_word_try(&nearest, zd_model_table_at(i)->name);
        }
        zd_did_you_mean(&nearest, "", meant, sizeof meant);
        (void) zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "no model is called '%.60s'%s%s'zdepth models list' shows them", name, meant,
                       meant[0] != '\0' ? " " : "; ");
    }
    return entry;
}

void zd_cli_model_put(zd_json *json, const zd_cli_model *model)
{
    const zd_model_entry *entry = model->entry;
    zd_json_text(json, "name", entry->name);
    zd_json_text(json, "title", entry->title);
    zd_json_text(json, "for", zd_cli_model_use(entry));
    zd_json_number(json, "bytes", (double) zd_cli_model_bytes(model));
    zd_json_text(json, "licence", entry->licence);
    zd_json_bool(json, "permissive", entry->is_permissive);
    zd_json_text(json, "source", source_name(entry->source));
    zd_json_bool(json, "installed", model->path != NULL);
    zd_json_text(json, "path", model->path);
    zd_json_number(json, "partial_bytes", (double) model->part);
}

const char *zd_cli_model_use(const zd_model_entry *entry)
{
    return entry->finds_faces ? "faces" : entry->paints_styles ? "styles" : "depth";
}

const char *zd_cli_model_flag(const zd_model_entry *entry)
{
    return entry->finds_faces     ? "--analysis face"
           : entry->paints_styles ? "--effect zstyle"
                                  : "--model ";
}
