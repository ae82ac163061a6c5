/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth: the table of networks and the installer. */

#include <string.h>

#include "api/api_internal.h"
#include "models/model_install.h"
#include "models/model_store.h"

int zdepth_model_count(void)
{
    return zd_model_table_size();
}

zdepth_status zdepth_model_at(zdepth_context *context, int index, zdepth_model *out,
                              zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && out != NULL);
    zd_error error = { 0 };
    zd_model_state state = { 0 };
    *out = (zdepth_model){ 0 };
    if (index < 0 || index >= zd_model_table_size()) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "there is no model %d", index);
    }
    const zd_model_entry *entry = zd_model_table_at(index);
    zd_status status = zd_model_state_of(context->core, entry, &state, &error);
    if (status != ZD_OK) {
        return zd_api_answer(status, &error, err);
    }
    *out = (zdepth_model){ .name = entry->name,
                           .title = entry->title,
                           .licence = entry->licence,
                           .repository = entry->repository != NULL ? entry->repository : "",
                           .bytes = entry->bytes,
                           .is_permissive = entry->is_permissive,
                           .is_shipped = entry->source == ZD_MODEL_SHIPPED,
                           .is_download = entry->source == ZD_MODEL_DOWNLOAD,
                           .is_installed = state.is_installed || entry->source == ZD_MODEL_SHIPPED,
                           .bytes_present = state.bytes };
    zd_free(context->core, state.path);
    return ZDEPTH_OK;
}

static const zd_model_entry *find(const char *name, zdepth_error *err)
{
    const zd_model_entry *entry = zd_model_table_find(name);
    if (entry == NULL) {
        zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "there is no model '%s'", name);
    }
    return entry;
}

zdepth_status zdepth_model_install(zdepth_context *context, const char *name,
                                   const zdepth_install_options *options, const zdepth_task *task,
                                   zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && name != NULL);
    zd_error error = { 0 };
    zdepth_install_options with;
    zd_task inner = zd_api_task(task);
    const zd_model_entry *entry = find(name, err);
    if (entry == NULL) {
        return ZDEPTH_ERR_INVALID_ARGUMENT;
    }
    ZD_API_TRY(zd_api_take(&with, sizeof with, options, "zdepth_install_options", err));
    zd_model_install_params params = { .from = with.from,
                                       .accept_license = with.accept_license,
                                       .mirror = with.mirror };
    zd_status status = zd_model_install(context->core, entry, &params, &inner, &error);
    return zd_api_answer(status, &error, err);
}

zdepth_status zdepth_model_verify(zdepth_context *context, const char *name, zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && name != NULL);
    zd_error error = { 0 };
    const zd_model_entry *entry = find(name, err);
    return entry == NULL
               ? ZDEPTH_ERR_INVALID_ARGUMENT
               : zd_api_answer(zd_model_verify(context->core, entry, &error), &error, err);
}

zdepth_status zdepth_model_remove(zdepth_context *context, const char *name, zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && name != NULL);
    zd_error error = { 0 };
    const zd_model_entry *entry = find(name, err);
    return entry == NULL
               ? ZDEPTH_ERR_INVALID_ARGUMENT
               : zd_api_answer(zd_model_remove(context->core, entry, &error), &error, err);
}
