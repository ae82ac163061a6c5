/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The verbs that tell about the tool itself. */

#include <string.h>

#include "cli/print.h"
#include "cli/verb_list.h"
#include "composite/effect_spec.h"
#include "config.h"

static zd_status help_effects(zd_cli *cli, zd_error *err)
{
    zd_text text;
    zd_text_init(&text, cli->ctx);
    zd_text_add(&text,
                "Built-in effects for zdepth filter --effect. They are written like FFmpeg's "
                "filters: numbers\nafter colons, effects after commas.\n\n"
                "  zdepth filter walk.mp4 --effect "
                "zblur=focus=0.9:radius=0.02,zgrade=saturation=0.5 \\\n"
                "      --preset background-as-mask -o out.mp4\n\n");
    zd_effect_describe(&text);
    zd_status status = zd_text_finish(&text, "the help", err);
    if (status == ZD_OK) {
        zd_say_text(stdout, text.data);
    }
    zd_text_release(&text);
    return status;
}

static zd_status run_help(zd_cli *cli, zd_args *args, zd_error *err)
{
    if (args->positional_count == 0) {
        zd_help_print(stdout);
        return ZD_OK;
    }
    if (strcmp(args->positional[0], "effects") == 0) {
        return help_effects(cli, err);
    }
    const zd_verb *verb = zd_verb_find(args->positional[0]);
    if (verb == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no verb '%s' (see zdepth help)",
                       args->positional[0]);
    }
    zd_help_print_verb(stdout, verb);
    return ZD_OK;
}

const zd_verb zd_verb_help = {
    .name = "help",
    .summary = "Tell about a verb or the built-in effects.",
    .synopsis = "[VERB | effects]",
    .text = "Prints the list of verbs, all about one of them, or the built-in effects with their "
            "numbers.",
    .max_positional = 1,
    .run = run_help,
};

static zd_status run_man(zd_cli *cli, zd_args *args, zd_error *err)
{
    (void) cli;
    (void) args;
    (void) err;
    zd_man_print(stdout);
    return ZD_OK;
}

const zd_verb zd_verb_man = {
    .name = "man",
    .summary = "Print the manual page.",
    .synopsis = "",
    .text = "Prints the manual page in roff, made from the same table as the flags.",
    .examples = "  zdepth man | man -l -\n",
    .run = run_man,
};

static zd_status run_completion(zd_cli *cli, zd_args *args, zd_error *err)
{
    (void) cli;
    if (!zd_completion_print(stdout, args->positional[0])) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "there is no completion for '%s'; there is for bash, zsh and fish",
                       args->positional[0]);
    }
    return ZD_OK;
}

const zd_verb zd_verb_completion = {
    .name = "completion",
    .summary = "Print completion for bash, zsh or fish.",
    .synopsis = "bash|zsh|fish",
    .text = "Prints a script that completes verbs, flags and choices.",
    .examples = "  source <(zdepth completion bash)\n",
    .min_positional = 1,
    .max_positional = 1,
    .run = run_completion,
};

static zd_status run_version(zd_cli *cli, zd_args *args, zd_error *err)
{
    (void) cli;
    (void) args;
    (void) err;
    zd_say(stdout, "zdepth %s", ZD_VERSION);
    return ZD_OK;
}

const zd_verb zd_verb_version = {
    .name = "version",
    .summary = "Print the version.",
    .synopsis = "",
    .text = "Prints the version of zdepth.",
    .run = run_version,
};
