/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Reads the command line, makes the context, runs a verb, reports. */

#include "cli/command.h"

#include <assert.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/front.h"
#include "cli/habits.h"
#include "cli/json_line.h"
#include "cli/pipes.h"
#include "cli/print.h"
#include "cli/signals.h"
#include "core/file.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, PATIENCE_S = 15 };

/* A verb may open the cache many times, for each clip or trial, and it gives the same trouble each time. */
static bool is_told_again(zd_cli *cli, const char *domain, const char *message)
{
    bool is_again = strcmp(domain, "cache") == 0 && strcmp(message, cli->cache_told) == 0;
    if (strcmp(domain, "cache") == 0) {
        snprintf(cli->cache_told, sizeof cli->cache_told, "%s", message);
    }
    return is_again;
}

static void print_log(void *user, zd_log_level level, const char *domain, const char *message)
{
    zd_cli *cli = user;
    if ((cli->quiet && level >= ZD_LOG_WARN) || is_told_again(cli, domain, message)) {
        return;
    }
    char text[ZD_ERROR_MESSAGE_SIZE];
    snprintf(text, sizeof text, "%s", message);
    zd_pipe_name_input(cli, text);
    message = text;
    zd_cli_progress_interrupt(&cli->progress);
    if (cli->json && cli->ctx != NULL) {
        zd_cli_line_message(cli->ctx, level <= ZD_LOG_WARN ? "warning" : "log", domain, message, 0);
    } else {
        zd_say(stderr, "zdepth: %s: %s", domain, message);
    }
}

/* Flags that are needed before the verb's arguments are parsed: they decide how the context is made and
 * how errors are told. */
typedef struct early {
    zd_context_params context;
    bool help;
} early;

/* The value of "NAME VALUE" or "NAME=VALUE"; NULL: it is another flag. */
static const char *value_of(const char *name, int argc, char **argv, int i)
{
    assert(i >= 0 && i < argc);
    size_t length = strlen(name);
    if (strncmp(argv[i], name, length) != 0 || (argv[i][length] != '\0' && argv[i][length] != '='))
    {
        return NULL;
    }
    return argv[i][length] == '=' ? argv[i] + length + 1 : i + 1 < argc ? argv[i + 1] : "";
}

static zd_status read_number(const char *flag, const char *text, long least, long most, long *out,
                             zd_error *err)
{
    assert(least <= most);
    char *end = NULL;
    errno = 0;
    *out = strtol(text, &end, least > 0 ? 10 : 0);
    if (end == text || *end != '\0' || errno != 0 || *out < least || *out > most) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "%s is '%s'; it must be a whole number from %ld to %ld", flag, text, least,
                       most);
    }
    return ZD_OK;
}

static bool is_one_of(const char *word, const char *letter, const char *name)
{
    return strcmp(word, letter) == 0 || strcmp(word, name) == 0;
}

/* How things are told, wherever these flags stand. */
static void read_manner(zd_cli *cli, int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        cli->json = cli->json || strcmp(argv[i], "--json") == 0;
        cli->quiet = cli->quiet || is_one_of(argv[i], "-q", "--quiet");
        cli->no_config = cli->no_config || strcmp(argv[i], "--no-config") == 0;
    }
}

static zd_status read_early(int argc, char **argv, early *out, zd_error *err)
{
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++) {
        long number = 0;
        const char *value = value_of("--threads", argc, argv, i);
        if (value != NULL) {
            ZD_TRY(read_number("--threads", value, 1, 256, &number, err));
            out->context.threads = (int) number;
        }
        value = value_of("--cpu-mask", argc, argv, i);
        if (value != NULL) {
            ZD_TRY(read_number("--cpu-mask", value, 0, UINT32_MAX, &number, err));
            out->context.cpu_mask = (uint32_t) number;
        }
        if (is_one_of(argv[i], "-v", "--verbose")) {
            out->context.log.level = ZD_LOG_DEBUG;
        }
        out->help = out->help || is_one_of(argv[i], "-h", "--help");
    }
    return ZD_OK;
}

/* A context for what goes wrong before there is one; the texts of JSON need it. */
static void need_context(zd_cli *cli)
{
    zd_context_params params = { .threads = 1 };
    if (cli->ctx == NULL && zd_context_create(&params, &cli->ctx, NULL) != ZD_OK) {
        cli->json = false;
    }
}

/* Wrong usage is what the caller asked for and cannot be; a project's own faults are none. */
static int report(zd_cli *cli, zd_status status, zd_error *err, bool usage)
{
    if (status == ZD_OK) {
        return EXIT_DONE;
    }
    if (status == ZD_ERR_CANCELLED) {
        /* Those who know what is kept say so. */
        bool is_plain = err->message[0] == '\0' || strcmp(err->message, "cancelled") == 0;
        char message[ZD_ERROR_MESSAGE_SIZE + 32];
        int code = zd_signals_exit_status();
        snprintf(message, sizeof message, "interrupted%s%s", is_plain ? "" : "; ",
                 is_plain ? "" : err->message);
        if (cli->json) {
            zd_cli_line_message(cli->ctx, "error", zd_status_name(status), message, code);
        } else {
            zd_say(stderr, "zdepth: %s", message);
        }
        return code;
    }
    int code = usage ? EXIT_USAGE : EXIT_FAILED;
    zd_cli_name_flag(err);
    zd_pipe_name_input(cli, err->message);
    need_context(cli);
    if (cli->json) {
        zd_cli_line_message(cli->ctx, "error", zd_status_name(status), err->message, code);
    } else {
        zd_say(stderr, "zdepth: %s", err->message);
    }
    return code;
}

/* Flags may open the footage, and what is wrong with that is no wrong usage. */
static bool is_of_files(zd_status status)
{
    return status == ZD_ERR_IO || status == ZD_ERR_CORRUPT || status == ZD_ERR_MISSING ||
           status == ZD_ERR_NO_MEMORY;
}

static int run_verb(zd_cli *cli, const zd_verb *verb, int argc, char **argv)
{
    zd_args args;
    zd_error err = { 0 };
    zd_status status = zd_args_parse(cli, verb, argc - 2, argv + 2, &args, &err);
    bool usage = !args.is_project_bad && !is_of_files(status);
    if (status == ZD_OK) {
        zd_cli_progress_begin(&cli->progress, stderr, cli->json, cli->quiet);
        cli->task.progress = zd_cli_progress_callback;
        cli->task.progress_user = &cli->progress;
        status = verb->run(cli, &args, &err);
        zd_cli_progress_end(&cli->progress);
        usage = status == ZD_ERR_INVALID_ARGUMENT && args.project_count == 0;
    }
    int code = report(cli, status, &err, usage);
    zd_args_finish(cli, &args);
    return code;
}

static zd_status fail_verb(const char *name, zd_error *err)
{
    char meant[96];
    if (zd_habit_of_verb(name) != NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no verb '%s'; %s", name,
                       zd_habit_of_verb(name));
    }
    zd_meant_verb(name, meant, sizeof meant);
    if (meant[0] == '\0' && (zd_file_exists(name) || zd_path_extension(name)[0] != '\0')) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' is no verb; say what to do with it, such as: zdepth info %s", name,
                       name);
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no verb '%s'%s (see zdepth help)", name,
                   meant);
}

/* Where the verb is: flags for every verb may stand before it. -1: there is none. */
static int find_verb(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int global =
            strncmp(argv[i], "--", 2) == 0 ? zd_flag_index(zd_global_flags, argv[i] + 2) : -1;
        if (argv[i][0] != '-' || argv[i][1] == '\0') {
            return i;
        }
        if (global >= 0 && zd_global_flags[global].value != NULL) {
            i++;
        }
    }
    return -1;
}

/* Puts the verb first; what stood before it follows. */
static void move_verb(char **argv, int at)
{
    assert(at >= 1);
    char *verb = argv[at];
    memmove(argv + 2, argv + 1, (size_t) (at - 1) * sizeof *argv);
    argv[1] = verb;
}

/* A reader that wants no more, as `head` does, is no failure of ours. */
static int end_output(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return code;
    }
    if (errno == EPIPE) {
        return code;
    }
    zd_say(stderr, "zdepth: cannot write the output: %s", strerror(errno));
    return code == EXIT_DONE ? EXIT_FAILED : code;
}

/* Without a verb there are only these. */
static int run_bare(zd_cli *cli, int argc, char **argv)
{
    zd_error err;
    for (int i = 1; i < argc; i++) {
        if (is_one_of(argv[i], "-h", "--help")) {
            zd_help_print(stdout);
            return end_output(EXIT_DONE);
        }
    }
    if (argc < 2) {
        zd_help_print(stderr);
        return EXIT_USAGE;
    }
    return report(cli,
                  zd_fail(&err, ZD_ERR_INVALID_ARGUMENT,
                          "there is no verb behind '%s' (see zdepth help)", argv[argc - 1]),
                  &err, true);
}

/* What -V and the habits of other programs are here. */
static void translate(int argc, char **argv)
{
    static char version[] = "version";
    static char help[] = "--help";
    int verb = find_verb(argc, argv);
    for (int i = 1; i < (verb < 0 ? argc : verb); i++) {
        if (is_one_of(argv[i], "-V", "--version") || strcmp(argv[i], "-version") == 0) {
            argv[i] = version;
        } else if (strcmp(argv[i], "-help") == 0 || strcmp(argv[i], "-?") == 0) {
            argv[i] = help;
        }
    }
}

static int run(zd_cli *cli, int argc, char **argv)
{
    zd_error err = { 0 };
    early before = { .context = { .log = { print_log, cli, ZD_LOG_WARN } } };
    read_manner(cli, argc, argv);
    translate(argc, argv);
    int at = find_verb(argc, argv);
    if (at < 0) {
        return run_bare(cli, argc, argv);
    }
    move_verb(argv, at);
    const zd_verb *verb = zd_verb_find(argv[1]);
    if (verb == NULL) {
        return report(cli, fail_verb(argv[1], &err), &err, true);
    }
    zd_status status = read_early(argc, argv, &before, &err);
    if (before.help) {
        zd_help_print_verb(stdout, verb);
        return end_output(EXIT_DONE);
    }
    if (status != ZD_OK) {
        return report(cli, status, &err, true);
    }
    if (verb->run == NULL) {
        return zd_cli_run_whole(argv);
    }
    status = zd_context_create(&before.context, &cli->ctx, &err);
    if (status != ZD_OK) {
        return report(cli, status, &err, false);
    }
    cli->task.cancel = zd_signals_watch(PATIENCE_S);
    return end_output(run_verb(cli, verb, argc, argv));
}

int zd_cli_run(int argc, char **argv)
{
    zd_cli cli = { 0 };
    zd_heap_for_pictures();
    setlocale(LC_CTYPE, ""); /* names of fonts and files; numbers keep their point */
    int code = run(&cli, argc, argv);
    zd_pipe_finish(&cli);
    zd_context_destroy(&cli.ctx);
    return code;
}
