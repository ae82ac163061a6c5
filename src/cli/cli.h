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

enum {
    ZD_CLI_MAX_POSITIONAL = 4096,
    ZD_CLI_MAX_FLAGS = 24,
    ZD_CLI_FLAG_SIZE = 64,
    ZD_CLI_MAX_PROJECTS = 8
};

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
    const char
        *words; /* what may stand first behind the verb, with blanks between; NULL: anything */
    const char *view; /* what --view is without being given; NULL: none */
    bool boxes;       /* takes selection boxes, though no other parameter of the matte */
    bool dry_run;     /* takes --dry-run, though it has no one output */
    bool project;     /* the first positional argument is a project, which flags change */
    zd_status (*check)(const struct zd_args *args, zd_error *err); /* of flags; NULL: no more */
    zd_status (*run)(struct zd_cli *cli, struct zd_args *args,
                     zd_error *err); /* NULL: the whole program does it; see cli/front.h */
} zd_verb;

/** What was given on the command line, parsed. */
typedef struct zd_args {
    const zd_verb *verb;
    zd_project project;
    zd_params title_defaults; /* of the user's configuration, for titles that flags add */
    const char *projects[ZD_CLI_MAX_PROJECTS]; /* what was read into it; borrowed */
    int project_count;
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
    double started_s;     /* the stage's first report, */
    int64_t started_done; /* and what was done then */
    double printed_s;
} zd_cli_progress_line;

typedef struct zd_cli {
    zd_context *ctx;
    zd_task task;
    zd_cli_progress_line progress;
    bool json;
    bool quiet;
    bool no_cache;
    bool keeps_existing; /* -n */
    bool may_overwrite;  /* -y */
    bool dry_run;
    bool no_config;
    const char *cache_folder; /* NULL: the default one */
    char piped[512]; /* where the standard input is kept; "": it was not read. See cli/pipes.h */
    int piped_file;  /* 0: it has a name */
    char cache_told[ZD_ERROR_MESSAGE_SIZE]; /* the cache's last message, which is told once */
    char *config_path; /* what was read as the user's configuration; NULL: none */
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

/** Whether a verb has a use for a flag of zd_global_flags: a project, and what is done with an output
 *  that is there, are for verbs that have them. */
bool zd_verb_takes_global(const zd_verb *verb, int global);

/** The letter that stands for a flag, as 'o' for "output"; 0: none. And the flag of a letter, or NULL. */
char zd_flag_letter(const char *name);
const char *zd_flag_of_letter(char letter);

/** The index of a flag in a list that ends with a NULL name; -1: it is not there. */
int zd_flag_index(const zd_flag *flags, const char *name);

/** Parses what follows the verb. Projects are read first, wherever they are named, so that every flag
 *  wins over them; a flag that the verb does nothing with is refused. */
ZD_MUST_USE zd_status zd_args_parse(zd_cli *cli, const zd_verb *verb, int argc, char **argv,
                                    zd_args *out, zd_error *err);
void zd_args_finish(zd_cli *cli, zd_args *args);

/** Whether what follows an argument is its value: "--title" but not "--title=X" or "--invert". */
bool zd_args_takes_value(const zd_verb *verb, const char *argument);

/* Rules between flags, in cli/args_rules.c. */

/** Takes out of the project what contradicts a parameter that was typed and was not typed itself. */
void zd_args_prefer(zd_project *project, zd_param_id id);

/** After --mode was typed: the thresholds of a project stay what they are, in the scale of the mode
 *  before. */
void zd_args_keep_scale(zd_project *project, int before);

/** Whether a threshold is in another scale than that of Mode. */
bool zd_args_has_kept_scale(const zd_project *project);
void zd_args_prefer_boxes(zd_project *project); /* the same for a box */

/** Reads the user's configuration, $ZD_CONFIG or ~/.config/zdepth/config, into a new project: defaults
 *  that a project and flags win over. No such file is no error. In cli/config_file.c. */
ZD_MUST_USE zd_status zd_config_read(zd_cli *cli, zd_args *args, zd_error *err);

/** Gives a title that a flag has added what the configuration says of titles. */
ZD_MUST_USE zd_status zd_config_give_title(const zd_args *args, zd_params *title, zd_error *err);

/** After all flags: refuses those that do nothing beside the others, and what the verb refuses. */
ZD_MUST_USE zd_status zd_args_check(const zd_args *args, zd_error *err);

/** Fails for a flag that a verb does not take, and names a verb that does. */
zd_status zd_args_fail_flag(const zd_verb *verb, const char *name, zd_error *err);

/** The value of a verb's own flag, NULL when it was not given. */
const char *zd_args_flag(const zd_args *args, const char *name);

/** Puts dashes before a parameter's name where a message begins with it: on a command line it is a
 *  flag. */
void zd_cli_name_flag(zd_error *err);

/* Help, in cli/help.c, man.c and completion.c. */
void zd_help_print(FILE *out);
bool zd_help_print_topic(FILE *out, const char *name); /* false: unknown topic */
/** "NUMBER", "WHICH" and so on; and " Default: 0.2." or what else is so without a flag. */
const char *zd_help_value_name(const zd_param_desc *desc);
void zd_help_default(const zd_verb *verb, zd_param_id id, char *to, size_t size);

/** A flag that draws a selection box; a row of the table in args_rules.c. */
typedef struct zd_cli_box_flag {
    const char *name;
    const char *value;
    const char *help;
    bool subtracts;
    bool is_object; /* keeps the connected object in the box alone; X,Y is a click on it */
} zd_cli_box_flag;

extern const zd_cli_box_flag zd_cli_box_flags[]; /* ends with a NULL name */

/** The flag of this name, where the verb takes boxes; else NULL. */
const zd_cli_box_flag *zd_cli_box_flag_find(const zd_verb *verb, const char *name);

/** "X,Y" or "X,Y@TIME" as a small box around the point; any other text as it is. */
void zd_cli_box_from_click(const char *value, zd_text *out);

void zd_help_print_verb(FILE *out, const zd_verb *verb);
void zd_man_print(FILE *out, const char *effects);      /* the text of zd_effect_describe */
void zd_man_print_verb(FILE *out, const zd_verb *verb); /* the page of one verb */
void zd_completion_print(FILE *out, const char *shell); /* bash, zsh or fish */

/** The global flags, in the help's order; ends with a NULL name. */
extern const zd_flag zd_global_flags[];

/* Progress, in cli/progress.c. */
void zd_clock_text(double seconds, char *to, size_t size); /* "0:07", "1:02:03" */
void zd_cli_progress_begin(zd_cli_progress_line *line, FILE *stream, bool json, bool quiet);
void zd_cli_progress_callback(void *user, const char *stage, int64_t done, int64_t total);
void zd_cli_progress_end(zd_cli_progress_line *line);
void zd_cli_progress_interrupt(zd_cli_progress_line *line); /* before another line is printed */

#endif
