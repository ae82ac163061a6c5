/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_VERBS_MODELS_FOUND_H
#define ZD_CLI_VERBS_MODELS_FOUND_H

/* What `zdepth models` and its actions know of one model: its row, and what of it is here. */

#include <stdint.h>

#include "cli/cli.h"
#include "core/text.h"
#include "models/model_install.h"

/** One model and where it is. */
typedef struct zd_cli_model {
    const zd_model_entry *entry;
    char *path;   /* NULL: it is not here */
    int64_t part; /* bytes of a download that broke off */
} zd_cli_model;

/** The row called `name`, NULL with a message that names the nearest one. */
const zd_model_entry *zd_cli_model_called(const char *name, zd_error *err);

/** Looks for a model in the store; the caller frees `path`. Never fails: what cannot be found is
 *  not here. */
zd_cli_model zd_cli_model_find(zd_context *ctx, const zd_model_entry *entry);

/** Bytes of the file that is here, else of the published one; 0 where that is not known. */
int64_t zd_cli_model_bytes(const zd_cli_model *model);

/** "installed", "40 % downloaded", "not installed, ..." */
void zd_cli_model_state(const zd_cli_model *model, char *to, size_t size);

/** The same in 15 columns at most, for a list. Written to `to` or a constant. */
const char *zd_cli_model_brief(const zd_cli_model *model, char *to, size_t size);

/** "4.0 MiB", or "unknown" for 0. */
void zd_cli_model_size(int64_t bytes, char *to, size_t size);

/** "depth", "faces" or "styles". */
const char *zd_cli_model_use(const zd_model_entry *entry);

/** How a model is asked for: by its name after "--model ", or by what it is for. */
const char *zd_cli_model_flag(const zd_model_entry *entry);

/** The model's members in a JSON object that is open. */
void zd_cli_model_put(zd_json *json, const zd_cli_model *model);

/** `zdepth models info NAME`: the row, and what the file says about itself. */
zd_status zd_cli_models_info(zd_cli *cli, zd_args *args, zd_error *err);

#endif
