/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_CLI_H
#define ZD_CLI_CLI_H

/* The command line tool: what every verb gets and how a verb is described. Verbs are listed in
 * cli/verbs.c; help, manual and completion are made from that list and from the parameter table. */

#include <stdbool.h>
#include <stdio.h>

#include "core/context.h"
#include "core/task.h"
#include "project/project.h"

/** A flag that belongs to some verbs only and is no parameter of a project. */
typedef struct zd_flag {
    const char *name;  /* without the dashes */
    const char *value; /* what its value is called in the help; NULL for a switch */
    const char *help;
} zd_flag;

enum { ZD_CLI_MAX_POSITIONAL = 4096, ZD_CLI_MAX_FLAGS = 24, ZD_CLI_FLAG_SIZE = 64 };

struct zd_cli;
struct zd_args;

typedef struct zd_verb {
    const char *name;
    const char *summary;        /* one line for the list of verbs */
    const char *synopsis;       /* what follows the verb's name */
    const char *text;           /* what it does, one paragraph or more */
    const char *examples;       /* lines "command\n    what it does\n" */
    unsigned groups;            /* bits 1 << ZD_GROUP_...: parameters that it takes, */
    const zd_param_id *without; /* but for these; ends with ZD_PARAM_COUNT; NULL for none */
    const zd_param_id *also;    /* and these of other groups; likewise */
    const zd_flag *flags; /* ends with a NULL name; NULL for none; hides a parameter of that name */
    int min_positional;
    int max_positional;
    bool footage; /* the first positional argument is the footage, the insert group's flags attach
                     to the --title or --insert before them */
    bool boxes;   /* takes selection boxes, though no other parameter of the matte */
    bool project; /* the first positional argument is a project, which flags change */
    zd_status (*check)(const struct zd_args *args, zd_error *err); /* of flags; NULL: no more */
    zd_status (*run)(struct zd_cli *cli, struct zd_args *args,
                     zd_error *err); /* NULL: the whole program does it; see cli/front.h */
} zd_verb;

/** What was given on the command line, parsed. */
typedef struct zd_args {
    const zd_verb *verb;
    zd_project project;
    bool is_project_bad;     /* a project could not be read: no fault of the flags */
    const char **positional; /* borrowed from argv */
    int positional_count;
    const char *flag_values[ZD_CLI_MAX_FLAGS]; /* by index into verb->flags; "" for a switch */
} zd_args;

/** How far the job is, shown on a terminal, as plain lines in a log, or as JSON lines. */
typedef struct zd_cli_progress_line {
    FILE *stream;
    bool terminal;
    bool json;
    bool quiet;
    bool drawn;
    char stage[64];
    double started_s;
    double printed_s;
} zd_cli_progress_line;

typedef struct zd_cli {
    zd_context *ctx;
    zd_task task;
    zd_cli_progress_line progress;
    bool json;
    bool quiet;
    bool no_cache;
    const char *cache_folder; /* NULL: the default one */
} zd_cli;

/** The verbs in the order of the help; ends with NULL. */
extern const zd_verb *const zd_verbs[];

const zd_verb *zd_verb_find(const char *name);

/** Whether a verb takes a parameter: it does something with it, and no flag of its own hides it. */
bool zd_verb_takes(const zd_verb *verb, zd_param_id id);

/** Whether it takes any of a group; and selection boxes, which stand for Depth In and Depth Out. */
bool zd_verb_takes_group(const zd_verb *verb, zd_param_group group);
bool zd_verb_takes_boxes(const zd_verb *verb);

/** "--depth-map" for a parameter, written to `to` of ZD_CLI_FLAG_SIZE bytes. Returns `to`. */
const char *zd_cli_flag_name(zd_param_id id, char *to);

/** The index of a flag in a list that ends with a NULL name; -1: it is not there. */
int zd_flag_index(const zd_flag *flags, const char *name);

/** Parses what follows the verb. Projects are read first, wherever they are named, so that every flag
 *  wins over them; a flag that the verb does nothing with is refused. */
ZD_MUST_USE zd_status zd_args_parse(zd_cli *cli, const zd_verb *verb, int argc, char **argv,
                                    zd_args *out, zd_error *err);
void zd_args_finish(zd_cli *cli, zd_args *args);

/* Rules between flags, in cli/args_rules.c. */

/** Takes out of the project what contradicts a parameter that was typed and was not typed itself. */
void zd_args_prefer(zd_project *project, zd_param_id id);
void zd_args_prefer_boxes(zd_project *project); /* the same for a box */

/** After all flags: refuses those that do nothing beside the others, and what the verb refuses. */
ZD_MUST_USE zd_status zd_args_check(const zd_args *args, zd_error *err);

/** Fails for a flag that a verb does not take, and names a verb that does. */
zd_status zd_args_fail_flag(const zd_verb *verb, const char *name, zd_error *err);

/** The value of a verb's own flag, NULL when it was not given. */
const char *zd_args_flag(const zd_args *args, const char *name);

/* Help, in cli/help.c, man.c and completion.c. */
void zd_help_print(FILE *out);
void zd_help_print_verb(FILE *out, const zd_verb *verb);
void zd_man_print(FILE *out);
bool zd_completion_print(FILE *out, const char *shell); /* false: unknown shell */

/** The global flags, in the help's order; ends with a NULL name. */
extern const zd_flag zd_global_flags[];

/* Progress, in cli/progress.c. */
void zd_cli_progress_begin(zd_cli_progress_line *line, FILE *stream, bool json, bool quiet);
void zd_cli_progress_callback(void *user, const char *stage, int64_t done, int64_t total);
void zd_cli_progress_end(zd_cli_progress_line *line);

#endif
