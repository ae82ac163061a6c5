/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Begins, ends and prints the one line of a verb that was asked for --json. */

#include "cli/json_line.h"

#include <assert.h>
#include <string.h>

#include "cli/print.h"

static void begin(zd_cli_line *line, zd_context *ctx, const char *type)
{
    zd_text_init(&line->text, ctx);
    zd_json_begin(&line->json, &line->text);
    zd_json_open(&line->json, NULL, '{');
    zd_json_number(&line->json, "v", ZD_CLI_JSON_VERSION);
    zd_json_text(&line->json, "type", type);
}

void zd_cli_line_result(zd_cli_line *line, zd_context *ctx, const char *verb)
{
    begin(line, ctx, "result");
    zd_json_text(&line->json, "verb", verb);
}

zd_status zd_cli_line_print(zd_cli_line *line, zd_status status, zd_error *err)
{
    zd_json_close(&line->json, '}');
    if (status == ZD_OK) {
        status = zd_text_finish(&line->text, "a line of JSON", err);
    }
    if (status == ZD_OK) {
        zd_say(stdout, "%s", line->text.data);
    }
    zd_text_release(&line->text);
    return status;
}

void zd_cli_line_message(zd_context *ctx, const char *type, const char *kind, const char *message,
                         int exit_status)
{
    assert(type != NULL && message != NULL);
    zd_cli_line line;
    bool is_error = strcmp(type, "error") == 0;
    begin(&line, ctx, type);
    zd_json_text(&line.json, is_error ? "kind" : "from", kind);
    zd_json_text(&line.json, is_error ? "error" : "warning", message);
    if (is_error) {
        zd_json_number(&line.json, "exit", exit_status);
    }
    zd_json_close(&line.json, '}');
    if (!line.text.failed) {
        zd_say(stderr, "%s", line.text.data);
    }
    zd_text_release(&line.text);
}
