/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth: reads the command line, makes the context, runs a verb, reports. */

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/front.h"
#include "cli/print.h"
#include "cli/signals.h"
#include "core/text.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, PATIENCE_S = 15 };

static void print_log(void *user, zd_log_level level, const char *domain, const char *message)
{
    zd_cli *cli = user;
    (void) level;
    if (cli->progress.drawn) {
        fputc('\n', stderr);
        cli->progress.drawn = false;
    }
    zd_say(stderr, "zdepth: %s: %s", domain, message);
}

/* Flags that decide how the context is made are needed before the verb's arguments are parsed. */
static zd_status early_flags(int argc, char **argv, zd_context_params *params, bool *help,
                             zd_error *err)
{
    for (int i = 2; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        char *end = NULL;
        if (strcmp(argv[i], "--") == 0) {
            break;
        }
        if (strncmp(argv[i], "--threads=", 10) == 0) {
            value = argv[i] + 10;
        }
        if (strncmp(argv[i], "--threads", 9) == 0 && (argv[i][9] == '\0' || argv[i][9] == '=')) {
            long threads = strtol(value, &end, 10);
            if (end == value || *end != '\0' || threads < 1 || threads > 256) {
                return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                               "--threads is '%s'; it must be a whole number from 1 to 256", value);
            }
            params->threads = (int) threads;
        } else if (strcmp(argv[i], "--cpu-mask") == 0) {
            params->cpu_mask = (uint32_t) strtoul(value, NULL, 0);
        } else if (strcmp(argv[i], "--verbose") == 0) {
            params->log.level = ZD_LOG_DEBUG;
        } else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            *help = true;
        }
    }
    return ZD_OK;
}

static int report(const zd_cli *cli, zd_status status, const zd_error *err, bool usage)
{
    if (status == ZD_OK) {
        return EXIT_DONE;
    }
    if (status == ZD_ERR_CANCELLED) {
        /* Those who know what is kept say so. */
        bool is_plain = err->message[0] == '\0' || strcmp(err->message, "cancelled") == 0;
        zd_say(stderr, "zdepth: interrupted%s%s", is_plain ? "" : "; ",
               is_plain ? "" : err->message);
        return zd_signals_exit_status();
    }
    if (cli->json && cli->ctx != NULL) {
        zd_text text;
        zd_json json;
        zd_text_init(&text, cli->ctx);
        zd_json_begin(&json, &text);
        zd_json_open(&json, NULL, '{');
        zd_json_text(&json, "error", err->message);
        zd_json_text(&json, "kind", zd_status_name(status));
        zd_json_close(&json, '}');
        zd_say(stderr, "%s", text.data != NULL ? text.data : "{}");
        zd_text_release(&text);
    } else {
        zd_say(stderr, "zdepth: %s", err->message);
    }
    return usage ? EXIT_USAGE : EXIT_FAILED;
}

static int run_verb(zd_cli *cli, const zd_verb *verb, int argc, char **argv)
{
    zd_args args;
    zd_error err = { 0 };
    zd_status status = zd_args_parse(cli, verb, argc - 2, argv + 2, &args, &err);
    bool usage = status != ZD_OK && !args.is_project_bad;
    if (status == ZD_OK) {
        zd_cli_progress_begin(&cli->progress, stderr, cli->json, cli->quiet);
        cli->task.progress = zd_cli_progress_callback;
        cli->task.progress_user = &cli->progress;
        status = verb->run(cli, &args, &err);
        zd_cli_progress_end(&cli->progress);
    }
    int code = report(cli, status, &err, usage);
    zd_args_finish(cli, &args);
    return code;
}

static int unknown_verb(const char *name)
{
    zd_say(stderr, "zdepth: there is no verb '%s' (see zdepth help)", name);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    zd_cli cli = { 0 };
    zd_error err = { 0 };
    bool help = false;
    zd_heap_for_pictures();
    setlocale(LC_CTYPE, ""); /* names of fonts and files; numbers keep their point */
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        zd_help_print(argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_USAGE : EXIT_DONE;
    }
    const zd_verb *verb = zd_verb_find(strcmp(argv[1], "--version") == 0 ? "version" : argv[1]);
    if (verb == NULL) {
        return unknown_verb(argv[1]);
    }
    zd_context_params params = { .log = { print_log, &cli, ZD_LOG_WARN } };
    zd_status status = early_flags(argc, argv, &params, &help, &err);
    if (help) {
        zd_help_print_verb(stdout, verb);
        return EXIT_DONE;
    }
    if (status != ZD_OK) {
        return report(&cli, status, &err, true);
    }
    if (verb->run == NULL) {
        return zd_cli_run_whole(argv);
    }
    status = zd_context_create(&params, &cli.ctx, &err);
    if (status != ZD_OK) {
        return report(&cli, status, &err, false);
    }
    cli.task.cancel = zd_signals_watch(PATIENCE_S);
    int code = run_verb(&cli, verb, argc, argv);
    zd_context_destroy(&cli.ctx);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        zd_say(stderr, "zdepth: cannot write the output: %s", strerror(errno));
        code = code == EXIT_DONE ? EXIT_FAILED : code;
    }
    return code;
}
