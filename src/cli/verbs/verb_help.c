/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The verbs that tell about the tool itself. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help_topics.h"
#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/verb_list.h"
#include "composite/effect_spec.h"
#include "config.h"
#include "core/words.h"

static zd_status help_effects(zd_cli *cli, zd_error *err)
{
    zd_text text;
    zd_text_init(&text, cli->ctx);
    zd_text_add(
        &text,
        "Built-in effects for zdepth filter --effect. They are written like FFmpeg's "
        "filters: numbers\nafter colons, effects after commas.\n\n"
        "  zdepth filter walk.mp4 --effect "
        "zblur=focus=0.9:radius=0.02,zgrade=saturation=0.5 \\\n"
        "      --preset background-as-mask -o out.mp4\n\n"
        "A number that changes over time has keys in single quotes; this pulls the focus:\n\n"
        "  zdepth filter walk.mp4 --effect \"zblur=focus='0s=0.9, 2s=0.3:smooth'\" \\\n"
        "      --no-mask-effects -o out.mp4\n\n"
        "From what is here to what is there, both followed, is a rack focus:\n\n"
        "  zdepth filter walk.mp4 --effect zrack=x=0.3:y=0.6:to_x=0.8:to_y=0.5:start=2:length=1 \\\n"
        "      --no-mask-effects -o out.mp4\n\n");
    zd_effect_describe(&text);
    zd_status status = zd_text_finish(&text, "the help", err);
    if (status == ZD_OK) {
        zd_say_text(stdout, text.data);
    }
    zd_text_release(&text);
    return status;
}

static void put_flag(zd_json *json, const zd_flag *flag)
{
    char letter[2] = { zd_flag_letter(flag->name), '\0' };
    zd_json_open(json, NULL, '{');
    zd_json_text(json, "name", flag->name);
    zd_json_text(json, "letter", letter[0] != '\0' ? letter : NULL);
    zd_json_text(json, "value", flag->value);
    zd_json_text(json, "help", flag->help);
    zd_json_close(json, '}');
}

static void put_param(zd_json *json, const zd_verb *verb, zd_param_id id)
{
    assert(id < ZD_PARAM_COUNT);
    const zd_param_desc *desc = zd_param_describe(id);
    bool is_switch = desc->type == ZD_PARAM_BOOL;
    zd_json_open(json, NULL, '{');
    zd_json_text(json, "name", desc->name);
    zd_json_text(json, "label", desc->label);
    zd_json_text(json, "group", zd_param_group_name(desc->group));
    zd_json_text(json, "value", is_switch ? NULL : zd_help_value_name(desc));
    zd_json_bool(json, "keyed", (desc->flags & ZD_PARAM_KEYED) != 0);
    if (desc->type == ZD_PARAM_NUMBER || desc->type == ZD_PARAM_INT) {
        zd_json_number(json, "min", desc->min);
        zd_json_number(json, "max", desc->max);
    }
    bool has_default = strstr(desc->help, "Without it") == NULL;
    if (id == ZD_P_VIEW && verb->view != NULL) {
        zd_json_text(json, "default", verb->view);
    } else if (desc->type == ZD_PARAM_CHOICE) {
        zd_json_text(json, "default", desc->choices[(int) desc->initial]);
    } else if (is_switch) {
        zd_json_bool(json, "default", desc->initial >= 0.5);
    } else if (desc->initial_text != NULL || desc->type == ZD_PARAM_TEXT ||
               desc->type == ZD_PARAM_PATH || !has_default)
    {
        zd_json_text(json, "default", desc->initial_text);
    } else {
        zd_json_number(json, "default", desc->initial);
    }
    if (desc->type == ZD_PARAM_CHOICE) {
        zd_json_open(json, "choices", '[');
        for (int i = 0; desc->choices[i] != NULL; i++) {
            zd_json_text(json, NULL, desc->choices[i]);
        }
        zd_json_close(json, ']');
    }
    zd_json_text(json, "help", desc->help);
    zd_json_close(json, '}');
}

static void put_verb(zd_json *json, const zd_verb *verb)
{
    zd_json_open(json, NULL, '{');
    zd_json_text(json, "name", verb->name);
    zd_json_text(json, "summary", verb->summary);
    zd_json_text(json, "synopsis", verb->synopsis);
    zd_json_open(json, "flags", '[');
    for (int i = 0; verb->flags != NULL && verb->flags[i].name != NULL; i++) {
        put_flag(json, &verb->flags[i]);
    }
    for (int i = 0; zd_global_flags[i].name != NULL; i++) {
        if (zd_verb_takes_global(verb, i)) {
            put_flag(json, &zd_global_flags[i]);
        }
    }
    zd_json_close(json, ']');
    zd_json_open(json, "parameters", '[');
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        if (zd_verb_takes(verb, (zd_param_id) id)) {
            put_param(json, verb, (zd_param_id) id);
        }
    }
    zd_json_close(json, ']');
    zd_json_close(json, '}');
}

static zd_status fail_topic(const char *name, const char *before, zd_error *err)
{
    char meant[96];
    zd_nearest_word nearest = zd_nearest_word_begin(name);
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        zd_nearest_word_try(&nearest, zd_verbs[i]->name);
    }
    bool has_topics = strcmp(before, "zdepth help ") == 0;
    for (const zd_help_topic *topic = zd_help_topics; has_topics && topic->name != NULL; topic++) {
        zd_nearest_word_try(&nearest, topic->name);
    }
    if (has_topics) {
        zd_nearest_word_try(&nearest, "effects");
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no verb '%s'%s%s (see zdepth help)",
                   name, has_topics ? " and no topic" : "",
                   zd_did_you_mean(&nearest, before, meant, sizeof meant));
}

/* All that the verbs take, for programs that start this one. */
static zd_status help_json(zd_cli *cli, zd_error *err)
{
    zd_cli_line line;
    zd_cli_line_result(&line, cli->ctx, "help");
    zd_json_open(&line.json, "verbs", '[');
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        put_verb(&line.json, zd_verbs[i]);
    }
    zd_json_close(&line.json, ']');
    zd_json_open(&line.json, "topics", '[');
    for (const zd_help_topic *topic = zd_help_topics; topic->name != NULL; topic++) {
        zd_json_text(&line.json, NULL, topic->name);
    }
    zd_json_close(&line.json, ']');
    return zd_cli_line_print(&line, ZD_OK, err);
}

static zd_status run_help(zd_cli *cli, zd_args *args, zd_error *err)
{
    if (cli->json) {
        return help_json(cli, err);
    }
    if (args->positional_count == 0) {
        zd_help_print(stdout);
        return ZD_OK;
    }
    if (strcmp(args->positional[0], "effects") == 0) {
        return help_effects(cli, err);
    }
    const zd_verb *verb = zd_verb_find(args->positional[0]);
    if (verb == NULL && zd_help_print_topic(stdout, args->positional[0])) {
        return ZD_OK;
    }
    if (verb == NULL) {
        return fail_topic(args->positional[0], "zdepth help ", err);
    }
    zd_help_print_verb(stdout, verb);
    return ZD_OK;
}

const zd_verb zd_verb_help = {
    .name = "help",
    .summary = "Tell about a verb, the built-in effects, or how values are written.",
    .synopsis = "[VERB | effects | times | sizes | colours | keys | ...]",
    .text =
        "Prints the list of verbs and of topics, or all about one of them. With --json all verbs "
        "and what they take.",
    .examples = "  zdepth help composite\n  zdepth help times\n",
    .max_positional = 1,
    .run = run_help,
};

/* What is printed to a stream goes to the standard output, or into a line of JSON. */
typedef struct printed {
    FILE *stream;
    char *text;
    size_t bytes;
} printed;

static zd_status begin_text(const zd_cli *cli, printed *out, zd_error *err)
{
    *out = (printed){ .stream = stdout };
    if (cli->json && (out->stream = open_memstream(&out->text, &out->bytes)) == NULL) {
        return zd_fail_memory(err, "a text");
    }
    return ZD_OK;
}

static zd_status end_text(zd_cli *cli, printed *out, const char *verb, zd_error *err)
{
    zd_cli_line line;
    if (!cli->json) {
        return ZD_OK;
    }
    fclose(out->stream);
    zd_cli_line_result(&line, cli->ctx, verb);
    zd_json_text(&line.json, "text", out->text);
    free(out->text);
    return zd_cli_line_print(&line, ZD_OK, err);
}

static zd_status run_man(zd_cli *cli, zd_args *args, zd_error *err)
{
    zd_text effects;
    printed page;
    if (args->positional_count > 0) {
        const zd_verb *verb = zd_verb_find(args->positional[0]);
        if (verb == NULL) {
            return fail_topic(args->positional[0], "zdepth man ", err);
        }
        ZD_TRY(begin_text(cli, &page, err));
        zd_man_print_verb(page.stream, verb);
        return end_text(cli, &page, "man", err);
    }
    ZD_TRY(begin_text(cli, &page, err));
    zd_text_init(&effects, cli->ctx);
    zd_effect_describe(&effects);
    zd_status status = zd_text_finish(&effects, "the manual", err);
    if (status == ZD_OK) {
        zd_man_print(page.stream, effects.data);
    }
    zd_text_release(&effects);
    zd_status ended = end_text(cli, &page, "man", err);
    return status == ZD_OK ? ended : status;
}

const zd_verb zd_verb_man = {
    .name = "man",
    .summary = "Print the manual page, or that of a verb.",
    .synopsis = "[VERB]",
    .text =
        "Prints the manual page in roff, made from the same table as the flags: all of it, or what one "
        "verb does and takes.",
    .examples = "  zdepth man | man -l -\n  zdepth man composite | man -l -\n",
    .max_positional = 1,
    .run = run_man,
};

static zd_status run_completion(zd_cli *cli, zd_args *args, zd_error *err)
{
    printed script;
    ZD_TRY(begin_text(cli, &script, err));
    zd_completion_print(script.stream, args->positional[0]);
    return end_text(cli, &script, "completion", err);
}

const zd_verb zd_verb_completion = {
    .name = "completion",
    .summary = "Print completion for bash, zsh or fish.",
    .synopsis = "bash|zsh|fish",
    .words = "bash zsh fish",
    .text = "Prints a script that completes verbs, flags, choices, models and files.",
    .examples = "  source <(zdepth completion bash)\n"
                "  zdepth completion zsh > ~/.zfunc/_zdepth\n"
                "  zdepth completion fish > ~/.config/fish/completions/zdepth.fish\n",
    .min_positional = 1,
    .max_positional = 1,
    .run = run_completion,
};

static zd_status run_version(zd_cli *cli, zd_args *args, zd_error *err)
{
    zd_cli_line line;
    (void) args;
    if (cli->json) {
        zd_cli_line_result(&line, cli->ctx, "version");
        zd_json_text(&line.json, "version", ZD_VERSION);
        return zd_cli_line_print(&line, ZD_OK, err);
    }
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
