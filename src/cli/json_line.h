/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_JSON_LINE_H
#define ZD_CLI_JSON_LINE_H

/* What --json prints: one object a line, which begins with the version of the contract and the kind of
 * the line. docs/json.md is the contract. */

#include "cli/cli.h"
#include "core/text.h"

enum { ZD_CLI_JSON_VERSION = 1 };

typedef struct zd_cli_line {
    zd_text text;
    zd_json json;
} zd_cli_line;

/** Begins {"v": 1, "type": "result", "verb": ...: what a verb found or made. Members are added to
 *  line->json; ends with zd_cli_line_print. */
void zd_cli_line_result(zd_cli_line *line, zd_context *ctx, const char *verb);

/** Closes the object, prints it to the standard output and releases it; after a failed `status` it only
 *  releases it and returns that. */
ZD_MUST_USE zd_status zd_cli_line_print(zd_cli_line *line, zd_status status, zd_error *err);

/** Prints a line of type "warning" or "error" to the standard error. `kind` says where a warning is from,
 *  or names an error's status. */
void zd_cli_line_message(zd_context *ctx, const char *type, const char *kind, const char *message,
                         int exit_status);

#endif
