/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth models: what networks there are, and bringing them here. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/front.h"
#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/verb_list.h"
#include "cli/verbs/models_found.h"
#include "core/file.h"
#include "core/words.h"
#include "models/model_install.h"
#include "models/model_table_file.h"

static const char licence_ending[] = ".licence.txt";
static const char model_ending[] = ".safetensors";

/* list */

/* 100 columns at most; models info tells the whole of a state. */
static void print_row(const zd_cli_model *model)
{
    char size[32];
    char state[80];
    const zd_model_entry *entry = model->entry;
    zd_cli_model_size(zd_cli_model_bytes(model), size, sizeof size);
    zd_say(stdout, "%-23s %10s  %-32s %s  %s", entry->name, size, entry->licence,
           entry->is_permissive ? "permissive    " : "not permissive",
           zd_cli_model_brief(model, state, sizeof state));
}

/* Whether a row is listed: all are, or those for one use. */
static bool is_listed(const zd_args *args, const zd_model_entry *entry)
{
    const char *use = zd_args_flag(args, "for");
    return use == NULL || strcmp(use, zd_cli_model_use(entry)) == 0;
}

static zd_status list_json(zd_cli *cli, const zd_args *args, zd_error *err)
{
    zd_cli_line line;
    zd_cli_line_result(&line, cli->ctx, "models");
    zd_json_text(&line.json, "action", "list");
    zd_json_open(&line.json, "models", '[');
    for (int i = 0; i < zd_model_table_size(); i++) {
        if (is_listed(args, zd_model_table_at(i))) {
            zd_cli_model model = zd_cli_model_find(cli->ctx, zd_model_table_at(i));
            zd_json_open(&line.json, NULL, '{');
            zd_cli_model_put(&line.json, &model);
            zd_json_close(&line.json, '}');
            zd_free(cli->ctx, model.path);
        }
    }
    zd_json_close(&line.json, ']');
    return zd_cli_line_print(&line, ZD_OK, err);
}

/* What the other actions tell. `path` and `state` may be NULL. */
static zd_status action_json(zd_cli *cli, const char *action, const char *name, const char *path,
                             const char *state, zd_error *err)
{
    zd_cli_line line;
    zd_cli_line_result(&line, cli->ctx, "models");
    zd_json_text(&line.json, "action", action);
    zd_json_text(&line.json, "name", name);
    zd_json_text(&line.json, "path", path);
    zd_json_text(&line.json, "state", state);
    return zd_cli_line_print(&line, ZD_OK, err);
}

static zd_status run_list(zd_cli *cli, zd_args *args, zd_error *err)
{
    if (cli->json) {
        return list_json(cli, args, err);
    }
    for (int i = 0; i < zd_model_table_size(); i++) {
        if (is_listed(args, zd_model_table_at(i))) {
            zd_cli_model model = zd_cli_model_find(cli->ctx, zd_model_table_at(i));
            print_row(&model);
            zd_free(cli->ctx, model.path);
        }
    }
    return ZD_OK;
}

/* install */

/** The name of the file that tells which licence was accepted. NULL without memory. */
static char *licence_path(zd_context *ctx, const zd_model_entry *entry)
{
    zd_model_state state;
    if (zd_model_state_of(ctx, entry, &state, NULL) != ZD_OK) {
        return NULL;
    }
    size_t stem = strlen(state.path) - (sizeof model_ending - 1);
    char *path = zd_alloc(ctx, stem + sizeof licence_ending);
    if (path != NULL) {
        memcpy(path, state.path, stem);
        memcpy(path + stem, licence_ending, sizeof licence_ending);
    }
    zd_free(ctx, state.path);
    return path;
}

/** Notes beside the model what was taken on whose word. */
static zd_status record_acceptance(zd_context *ctx, const zd_model_entry *entry, bool is_trusted,
                                   zd_error *err)
{
    char text[1024];
    char when[32] = "";
    struct tm now;
    time_t seconds = time(NULL);
    if (gmtime_r(&seconds, &now) != NULL) {
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &now);
    }
    int bytes = snprintf(text, sizeof text,
                         "model: %s (%s)\nsource: %s\nlicence: %s\n"
                         "%s: %s, by %s\n",
                         entry->name, entry->title, entry->repository, entry->licence,
                         is_trusted ? "trusted" : "accepted", when,
                         is_trusted ? "--trust-first-download" : "--accept-license");
    char *path = licence_path(ctx, entry);
    if (path == NULL) {
        return zd_fail_memory(err, "a licence's name");
    }
    zd_status status = zd_file_write(ctx, path, text, (size_t) bytes, err);
    zd_free(ctx, path);
    return status;
}

/** A number of the environment within limits, 0 when it is not set. */
static zd_status environment_number(const char *name, int high, int *out, zd_error *err)
{
    assert(high > 0);
    const char *text = getenv(name);
    char *end;
    *out = 0;
    if (text == NULL || text[0] == '\0') {
        return ZD_OK;
    }
    long value = strtol(text, &end, 10);
    if (*end != '\0' || value < 1 || value > high) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s is '%.40s'; it must be 1 to %d", name,
                       text, high);
    }
    *out = (int) value;
    return ZD_OK;
}

/** True when the model is here and in order, so that nothing needs to be fetched again. */
static bool is_in_order(zd_context *ctx, const zd_model_entry *entry)
{
    zd_model_state state;
    if (zd_model_state_of(ctx, entry, &state, NULL) != ZD_OK) {
        return false;
    }
    zd_free(ctx, state.path);
    return state.is_installed && zd_model_verify(ctx, entry, NULL) == ZD_OK;
}

static zd_status tell_installed(zd_cli *cli, const zd_model_entry *entry, const char *how,
                                zd_error *err)
{
    char *path;
    ZD_TRY(zd_model_store_find(cli->ctx, entry->name, &path, err));
    if (cli->json) {
        zd_status status = action_json(cli, "install", entry->name, path, how, err);
        zd_free(cli->ctx, path);
        return status;
    }
    if (!cli->quiet) {
        zd_say(stdout, "%s %s: %s", entry->name, how, path);
        zd_say(stdout, "use it with: %s%s", zd_cli_model_flag(entry),
               entry->finds_faces || entry->paints_styles ? "" : entry->name);
    }
    zd_free(cli->ctx, path);
    return ZD_OK;
}

/** Bytes are shown to people as MiB. */
static void report_mib(void *user, const char *stage, int64_t done, int64_t total)
{
    char named[64];
    int64_t mib = 1 << 20;
    snprintf(named, sizeof named, "%s, MiB", stage);
    zd_cli_progress_callback(user, named, (done + mib - 1) / mib, (total + mib - 1) / mib);
}

static zd_status run_install(zd_cli *cli, zd_args *args, zd_error *err)
{
    const zd_model_entry *entry = zd_cli_model_called(args->positional[1], err);
    zd_model_install_params params = { .from = zd_args_flag(args, "from"),
                                       .accept_license =
                                           zd_args_flag(args, "accept-license") != NULL,
                                       .trusts_first =
                                           zd_args_flag(args, "trust-first-download") != NULL };
    if (entry == NULL) {
        return ZD_ERR_INVALID_ARGUMENT;
    }
    ZD_TRY(environment_number("ZD_MODEL_ATTEMPTS", 100, &params.attempts, err));
    ZD_TRY(environment_number("ZD_MODEL_RETRY_MS", 60000, &params.retry_delay_ms, err));
    ZD_TRY(environment_number("ZD_MODEL_STALL_S", 3600, &params.stall_timeout_s, err));
    if (entry->source != ZD_MODEL_SHIPPED && params.from == NULL && is_in_order(cli->ctx, entry)) {
        return tell_installed(cli, entry, "is installed and in order", err);
    }
    zd_task task = cli->task;
    task.progress = cli->json ? task.progress : report_mib;
    ZD_TRY(zd_model_install(cli->ctx, entry, &params, &task, err));
    zd_cli_progress_end(&cli->progress);
    bool is_trusted = params.trusts_first && params.from == NULL;
    if (!entry->is_permissive || is_trusted) {
        ZD_TRY(record_acceptance(cli->ctx, entry, is_trusted, err));
    }
    return tell_installed(cli, entry, "is installed", err);
}

/* verify, remove, path */

static zd_status verify_one(zd_cli *cli, const zd_model_entry *entry, zd_error *err)
{
    zd_error reason = { 0 };
    zd_status status = zd_model_verify(cli->ctx, entry, &reason);
    if (status == ZD_OK && cli->json) {
        return action_json(cli, "verify", entry->name, NULL, "in order", err);
    }
    if (status == ZD_OK) {
        if (!cli->quiet) {
            zd_say(stdout, "%s: in order", entry->name);
        }
        return ZD_OK;
    }
    if (status == ZD_ERR_MISSING || entry->source == ZD_MODEL_SHIPPED) {
        return zd_fail(err, status, "%s", reason.message);
    }
    return zd_fail(err, status, "%s; install it again with: zdepth models install %s%s%s",
                   reason.message, entry->name,
                   entry->source == ZD_MODEL_CONVERSION || entry->source == ZD_MODEL_BY_HAND
                       ? " --from FILE"
                       : "",
                   entry->is_permissive ? "" : " --accept-license");
}

static zd_status run_verify(zd_cli *cli, zd_args *args, zd_error *err)
{
    zd_status result = ZD_OK;
    if (args->positional_count > 1) {
        const zd_model_entry *entry = zd_cli_model_called(args->positional[1], err);
        return entry != NULL ? verify_one(cli, entry, err) : ZD_ERR_INVALID_ARGUMENT;
    }
    for (int i = 0; i < zd_model_table_size(); i++) {
        zd_error reason = { 0 };
        zd_cli_model model = zd_cli_model_find(cli->ctx, zd_model_table_at(i));
        zd_status status = model.path != NULL ? verify_one(cli, model.entry, &reason) : ZD_OK;
        zd_free(cli->ctx, model.path);
        if (status != ZD_OK && result == ZD_OK) {
            result = zd_fail(err, status, "%s", reason.message);
        } else if (status != ZD_OK) {
            zd_say(stdout, "%s: %s", zd_model_table_at(i)->name, reason.message);
        }
    }
    return result;
}

static zd_status run_remove(zd_cli *cli, zd_args *args, zd_error *err)
{
    const zd_model_entry *entry = zd_cli_model_called(args->positional[1], err);
    if (entry == NULL) {
        return ZD_ERR_INVALID_ARGUMENT;
    }
    ZD_TRY(zd_model_remove(cli->ctx, entry, err));
    char *record = licence_path(cli->ctx, entry);
    if (record != NULL) {
        unlink(record);
        zd_free(cli->ctx, record);
    }
    if (cli->json) {
        return action_json(cli, "remove", entry->name, NULL, "removed", err);
    }
    if (!cli->quiet) {
        zd_say(stdout, "%s is removed", entry->name);
    }
    return ZD_OK;
}

static zd_status run_path(zd_cli *cli, zd_args *args, zd_error *err)
{
    char *path;
    if (args->positional_count < 2) {
        ZD_TRY(zd_model_store_folder(cli->ctx, &path, err));
    } else if (zd_cli_model_called(args->positional[1], err) == NULL) {
        return ZD_ERR_INVALID_ARGUMENT;
    } else {
        ZD_TRY(zd_model_store_find(cli->ctx, args->positional[1], &path, err));
    }
    zd_status status = ZD_OK;
    if (cli->json) {
        const char *name = args->positional_count > 1 ? args->positional[1] : NULL;
        status = action_json(cli, "path", name, path, NULL, err);
    } else {
        zd_say(stdout, "%s", path);
    }
    zd_free(cli->ctx, path);
    return status;
}

typedef struct models_action {
    const char *name;
    int min_names;
    int max_names;
    zd_status (*run)(zd_cli *cli, zd_args *args, zd_error *err);
} models_action;

static const models_action actions[] = {
    { "list", 0, 0, run_list },       { "info", 1, 1, zd_cli_models_info },
    { "install", 1, 1, run_install }, { "verify", 0, 1, run_verify },
    { "remove", 1, 1, run_remove },   { "path", 0, 1, run_path },
};

static zd_status check_use(const models_action *action, const char *use, zd_error *err)
{
    if (use != NULL && strcmp(action->name, "list") != 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "--for belongs to zdepth models list");
    }
    if (use != NULL && strcmp(use, "depth") != 0 && strcmp(use, "faces") != 0 &&
        strcmp(use, "styles") != 0)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--for is '%.40s'; models are for depth, faces or styles", use);
    }
    return ZD_OK;
}

static zd_status check_names(const models_action *action, const zd_args *args, zd_error *err)
{
    int names = args->positional_count > 0 ? args->positional_count - 1 : 0;
    if (names < action->min_names) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "zdepth models %s needs a model's name; 'zdepth models list' shows them",
                       action->name);
    }
    if (names > action->max_names) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "zdepth models list takes no name; did you mean: zdepth models info %.60s",
                       args->positional[1]);
    }
    if (strcmp(action->name, "install") != 0 &&
        (zd_args_flag(args, "from") != NULL || zd_args_flag(args, "accept-license") != NULL ||
         zd_args_flag(args, "trust-first-download") != NULL))
    {
        return zd_fail(
            err, ZD_ERR_INVALID_ARGUMENT,
            "--from, --accept-license and --trust-first-download belong to zdepth models "
            "install");
    }
    return check_use(action, zd_args_flag(args, "for"), err);
}

static zd_status run_models(zd_cli *cli, zd_args *args, zd_error *err)
{
    const char *what = args->positional_count > 0 ? args->positional[0] : "list";
    ZD_TRY(zd_model_table_file_check(err));
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(actions[i].name, what) == 0) {
            ZD_TRY(check_names(&actions[i], args, err));
            return actions[i].run(cli, args, err);
        }
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%.60s' is not known", what);
}

static const zd_flag flags[] = {
    { "for", "depth|faces|styles",
      "list: only the models for this, which --model, --face-model and the effect zstyle take." },
    { "from", "FILE", "install: take this file instead of a download." },
    { "accept-license", NULL,
      "install: accept a licence that is not permissive; what was accepted is noted beside the "
      "model." },
    { "trust-first-download", NULL,
      "install: download a model whose hash is not known here; the hash of what came is noted, and "
      "later downloads must have it." },
    { NULL, NULL, NULL },
};

const zd_verb zd_verb_models = {
    .name = "models",
    .summary = "List, install, check and remove larger networks.",
    .synopsis = "[list | info NAME | install NAME | verify [NAME] | remove NAME | path [NAME]]",
    .words = "list info install verify remove path",
    .text =
        "A model gets its name only when every byte of it is there, has the SHA-256 that is known "
        "for it, and loads. A download that broke off goes on where it stopped when the same "
        "command is given again. Models live in ~/.local/share/zdepth/models (ZD_MODELS for "
        "another folder) and come from huggingface.co (ZD_MODEL_MIRROR for another server with "
        "the same paths).\n\n"
        "Without --accept-license only permissive licences are installed. Files published as a "
        "pickle, a format that can run any program when it is opened, are never opened here: "
        "tools/convert_checkpoint.py converts them on your own machine.",
    .examples = "  zdepth models\n"
                "      what there is, how large, under which licence, and what is here\n"
                "  zdepth models install v2-small\n"
                "      the usual choice: 95 MiB, Apache-2.0; then use --model v2-small\n"
                "  zdepth models install v2-small --from model.safetensors\n"
                "      from a file, for machines without a network\n"
                "  zdepth models install v2-large --from large.safetensors --accept-license\n"
                "      a converted file whose licence forbids commercial use\n"
                "  zdepth models verify\n"
                "      reads every installed model again and compares its SHA-256\n",
    .flags = flags,
    .max_positional = 2,
    .run = ZD_CLI_RUN(run_models),
};
