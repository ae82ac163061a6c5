/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The user's configuration is written like a project, with "zdepth config 1" as its first line. It
 * says how things are done, never what is worked on: no footage, range or output. */

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "core/file.h"

/* Where it should be; NULL with ZD_OK: nowhere. */
static zd_status find_path(zd_context *ctx, char **out, bool *is_named, zd_error *err)
{
    const char *named = getenv("ZD_CONFIG");
    const char *folder = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    bool has_folder = folder != NULL && folder[0] == '/';
    *out = NULL;
    *is_named = named != NULL;
    if (named != NULL && (named[0] == '\0' || strcmp(named, "none") == 0)) {
        return ZD_OK;
    }
    if (named != NULL) {
        *out = zd_strdup(ctx, named);
    } else if (has_folder) {
        *out = zd_path_join(ctx, folder, "zdepth/config");
    } else if (home != NULL && home[0] == '/') {
        *out = zd_path_join(ctx, home, ".config/zdepth/config");
    } else {
        return ZD_OK;
    }
    return *out != NULL ? ZD_OK : zd_fail_memory(err, "the configuration's name");
}

static zd_status check_project(const char *path, const zd_project *config, zd_error *err)
{
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        const zd_param_desc *desc = zd_param_describe(id);
        bool is_work = desc->group == ZD_GROUP_SOURCE || id == ZD_P_OUTPUT || id == ZD_P_EFFECT;
        if (is_work && zd_params_is_set(&config->params, id)) {
            return zd_fail(err, ZD_ERR_CORRUPT,
                           "%s: %s is part of the work, not of how it is done; a project holds it",
                           path, desc->name);
        }
    }
    if (config->box_count > 0 || config->insert_count > 1 ||
        (config->insert_count == 1 && (zd_params_is_set(&config->inserts[0], ZD_P_TITLE) ||
                                       zd_params_is_set(&config->inserts[0], ZD_P_INSERT))))
    {
        return zd_fail(
            err, ZD_ERR_CORRUPT,
            "%s: a configuration has no boxes and no titles, but one [title] that says what "
            "titles look like",
            path);
    }
    return ZD_OK;
}

/* Sets what `from` sets and `to` does not. */
static zd_status give(const zd_params *from, zd_params *to, zd_context *ctx, zd_error *err)
{
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        if (!zd_params_is_set(from, id) || zd_params_is_set(to, id)) {
            continue;
        }
        zd_text text;
        zd_text_init(&text, ctx);
        zd_params_write(from, id, &text);
        zd_status status = zd_text_finish(&text, "the configuration", err);
        if (status == ZD_OK) {
            status = zd_params_parse(to, id, text.data, 0.0, err);
        }
        zd_text_release(&text);
        ZD_TRY(status);
    }
    return ZD_OK;
}

zd_status zd_config_give_title(const zd_args *args, zd_params *title, zd_error *err)
{
    return give(&args->title_defaults, title, title->ctx, err);
}

zd_status zd_config_read(zd_cli *cli, zd_args *args, zd_error *err)
{
    char *path;
    bool is_named;
    zd_project config;
    if (cli->no_config) {
        return ZD_OK;
    }
    ZD_TRY(find_path(cli->ctx, &path, &is_named, err));
    if (path == NULL || (!is_named && !zd_file_exists(path))) {
        zd_free(cli->ctx, path);
        return ZD_OK;
    }
    cli->config_path = path;
    zd_project_init(&config, cli->ctx);
    zd_status status = zd_project_load_config(&config, path, err);
    if (status == ZD_OK) {
        status = check_project(path, &config, err);
    }
    if (status == ZD_OK) {
        status = give(&config.params, &args->project.params, cli->ctx, err);
    }
    if (status == ZD_OK && config.insert_count == 1) {
        status = give(&config.inserts[0], &args->title_defaults, cli->ctx, err);
    }
    args->is_project_bad = status != ZD_OK;
    zd_project_finish(&config);
    return status;
}
