/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Command line flags to a project. */

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/footage_rate.h"

typedef struct parser {
    zd_cli *cli;
    zd_args *args;
    zd_params *insert; /* the last --title or --insert */
    double fps;
    bool fps_known;
    bool is_loading; /* the first pass, which reads projects and does nothing else */
    zd_error *err;
} parser;

static bool mentions_frame(const char *text)
{
    for (const char *at = strchr(text, 'f'); at != NULL; at = strchr(at + 1, 'f')) {
        bool starts = at == text || at[-1] == '@' || at[-1] == ',' || at[-1] == ' ';
        if (starts && at[1] >= '0' && at[1] <= '9') {
            return true;
        }
    }
    return false;
}

/* Frame times need the footage's rate, which is looked up at the first one. */
static zd_status rate_for(parser *p, const char *text)
{
    if (p->fps_known || !mentions_frame(text)) {
        return ZD_OK;
    }
    const zd_params *params = &p->args->project.params;
    if (zd_params_text(params, ZD_P_FOOTAGE) == NULL) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' is a frame; name the footage before it, or give seconds", text);
    }
    p->fps_known = true;
    return zd_footage_rate(p->cli->ctx, params, &p->fps, p->err);
}

static zd_params *params_for(parser *p, zd_param_id id)
{
    return zd_param_describe(id)->group == ZD_GROUP_INSERT ? p->insert : &p->args->project.params;
}

/* On a command line a title's line break is written \n. */
static void unescape_lines(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (from[0] == '\\' && from[1] == 'n') {
            *to++ = '\n';
            from++;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

static zd_status set_param(parser *p, zd_param_id id, const char *value)
{
    const zd_param_desc *desc = zd_param_describe(id);
    if (p->is_loading) {
        return ZD_OK;
    }
    if (id == ZD_P_TITLE || id == ZD_P_INSERT) {
        ZD_TRY(zd_project_add_insert(&p->args->project, &p->insert, p->err));
    }
    zd_params *params = params_for(p, id);
    if (params == NULL) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT,
                       "--%s belongs to a title or an insert; give --title or --insert before it",
                       desc->name);
    }
    if (id == ZD_P_FPS && p->fps_known) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT,
                       "--fps comes too late; give it before the first time that is a frame");
    }
    if (desc->type == ZD_PARAM_TIME || (desc->flags & ZD_PARAM_KEYED) != 0) {
        ZD_TRY(rate_for(p, value));
    }
    ZD_TRY(zd_params_parse(params, id, value, p->fps, p->err));
    zd_params_mark_typed(params, id);
    if (params == &p->args->project.params) {
        zd_args_prefer(&p->args->project, id);
    }
    if (id == ZD_P_TITLE) {
        unescape_lines(params->slots[id].text);
    }
    if (id == ZD_P_PRESET) {
        return zd_project_apply_preset(&p->args->project, zd_params_int(params, id), p->err);
    }
    return ZD_OK;
}

static zd_status add_box(parser *p, const char *value, bool subtract)
{
    zd_box box;
    if (p->is_loading) {
        return ZD_OK;
    }
    zd_args_prefer_boxes(&p->args->project);
    ZD_TRY(rate_for(p, value));
    ZD_TRY(zd_box_parse(value, p->fps, subtract, &box, p->err));
    return zd_project_add_box(&p->args->project, box, p->err);
}

static zd_status set_threads(parser *p, const char *value)
{
    (void) p; /* read before the context was made, see main.c */
    (void) value;
    return ZD_OK;
}

static zd_status set_json(parser *p, const char *value)
{
    (void) value;
    p->cli->json = true;
    return ZD_OK;
}

static zd_status set_quiet(parser *p, const char *value)
{
    (void) value;
    p->cli->quiet = true;
    return ZD_OK;
}

static zd_status set_cache_folder(parser *p, const char *value)
{
    p->cli->cache_folder = value;
    return ZD_OK;
}

static zd_status set_no_cache(parser *p, const char *value)
{
    (void) value;
    p->cli->no_cache = true;
    return ZD_OK;
}

static zd_status set_trust(parser *p, const char *value)
{
    (void) value;
    p->args->project.is_trusted = true;
    return ZD_OK;
}

static zd_status load_project(parser *p, const char *value)
{
    zd_status status = zd_project_load(&p->args->project, value, p->err);
    p->args->is_project_bad = status != ZD_OK;
    return status;
}

const zd_flag zd_global_flags[] = {
    { "help", NULL, "Show this help." },
    { "project", "FILE", "Start from a project file; flags change it, wherever they stand." },
    { "trust-project", NULL,
      "Hand a project's effect and encoder options to FFmpeg unchecked; only for projects whose maker "
      "you trust: they can then read and write any file and run plug-ins." },
    { "json", NULL, "Print results and progress as JSON lines." },
    { "quiet", NULL, "No progress; only errors." },
    { "verbose", NULL, "Tell more about what is done." },
    { "threads", "N", "Threads to use; the result has the same bits for any number." },
    { "cache", "FOLDER", "Keep depth in this folder instead of ~/.cache/zdepth/depth." },
    { "no-cache", NULL, "Neither read nor write the depth cache." },
    { "cpu-mask", "BITS", "Leave processor features unused (zdepth doctor lists them)." },
    { NULL, NULL, NULL },
};

/* In the order of zd_global_flags; NULL for those that main.c has dealt with. */
static zd_status (*const global_actions[])(parser *, const char *) = {
    NULL, load_project, set_trust,        set_json,     set_quiet,
    NULL, set_threads,  set_cache_folder, set_no_cache, NULL,
};

typedef struct option {
    char name[64];
    const char *value; /* after '=', or NULL */
    bool negated;      /* --no-NAME */
} option;

static void split_option(const char *text, option *out)
{
    size_t length = strcspn(text, "=");
    snprintf(out->name, sizeof out->name, "%.*s", (int) length, text);
    out->value = text[length] == '=' ? text + length + 1 : NULL;
    out->negated = false;
}

/* Resolves --no-NAME for booleans. */
static zd_param_id find_param(const zd_verb *verb, option *opt)
{
    zd_param_id id = zd_param_find(opt->name);
    if (zd_verb_takes(verb, id)) {
        return id;
    }
    if (strncmp(opt->name, "no-", 3) == 0) {
        id = zd_param_find(opt->name + 3);
        if (zd_verb_takes(verb, id) && zd_param_describe(id)->type == ZD_PARAM_BOOL) {
            opt->negated = true;
            return id;
        }
    }
    return ZD_PARAM_COUNT;
}

static zd_status next_value(parser *p, const option *opt, int argc, char **argv, int *index,
                            const char **value)
{
    if (opt->value != NULL) {
        *value = opt->value;
        return ZD_OK;
    }
    if (*index + 1 >= argc) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT, "--%s needs a value", opt->name);
    }
    *value = argv[++*index];
    return ZD_OK;
}

static zd_status parse_param(parser *p, zd_param_id id, const option *opt, int argc, char **argv,
                             int *index)
{
    const char *value = NULL;
    if (zd_param_describe(id)->type == ZD_PARAM_BOOL && opt->value == NULL) {
        return set_param(p, id, opt->negated ? "off" : "on");
    }
    ZD_TRY(next_value(p, opt, argc, argv, index, &value));
    return set_param(p, id, value);
}

static zd_status parse_flag(parser *p, const zd_flag *flag, const option *opt, int argc,
                            char **argv, int *index, const char **value)
{
    if (flag->value == NULL) {
        if (opt->value != NULL) {
            return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT, "--%s takes no value", opt->name);
        }
        *value = "";
        return ZD_OK;
    }
    return next_value(p, opt, argc, argv, index, value);
}

/* Projects are read in the first pass and everything else is done in the second. */
static zd_status act(parser *p, int global, const char *value)
{
    zd_status (*action)(parser *, const char *) = global_actions[global];
    bool is_now = p->is_loading == (action == load_project);
    return action != NULL && is_now ? action(p, value) : ZD_OK;
}

/* Verbs without parameters have nothing to do with a project. */
static bool is_global(const zd_verb *verb, int global)
{
    return global >= 0 && (global_actions[global] != load_project || verb->groups != 0);
}

static zd_status parse_option(parser *p, const char *text, int argc, char **argv, int *index)
{
    option opt;
    const char *value = "";
    const zd_verb *verb = p->args->verb;
    split_option(text, &opt);
    zd_param_id id = find_param(verb, &opt);
    if (id != ZD_PARAM_COUNT) {
        return parse_param(p, id, &opt, argc, argv, index);
    }
    int global = zd_flag_index(zd_global_flags, opt.name);
    if (is_global(verb, global)) {
        ZD_TRY(parse_flag(p, &zd_global_flags[global], &opt, argc, argv, index, &value));
        return act(p, global, value);
    }
    int own = zd_flag_index(verb->flags, opt.name);
    if (own >= 0) {
        ZD_TRY(parse_flag(p, &verb->flags[own], &opt, argc, argv, index, &value));
        p->args->flag_values[own] = value;
        return ZD_OK;
    }
    bool deselect = strcmp(opt.name, "deselect") == 0;
    if (zd_verb_takes_boxes(verb) && (deselect || strcmp(opt.name, "select") == 0)) {
        ZD_TRY(next_value(p, &opt, argc, argv, index, &value));
        return add_box(p, value, deselect);
    }
    return zd_args_fail_flag(verb, opt.name, p->err);
}

static zd_status add_positional(parser *p, const char *text)
{
    zd_args *args = p->args;
    if (args->positional_count >= args->verb->max_positional) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' is one argument too many (see zdepth help %s)", text,
                       args->verb->name);
    }
    if (args->verb->project && args->positional_count == 0 && p->is_loading) {
        ZD_TRY(load_project(p, text));
    }
    if (args->verb->footage && args->positional_count == 0 && !p->is_loading) {
        ZD_TRY(zd_params_set_text(&args->project.params, ZD_P_FOOTAGE, text, p->err));
    }
    args->positional[args->positional_count++] = text;
    return ZD_OK;
}

static zd_status parse_all(parser *p, int argc, char **argv)
{
    bool only_positional = false;
    for (int i = 0; i < argc; i++) {
        const char *text = argv[i];
        if (!only_positional && strcmp(text, "--") == 0) {
            only_positional = true;
        } else if (!only_positional && strncmp(text, "--", 2) == 0) {
            ZD_TRY(parse_option(p, text + 2, argc, argv, &i));
        } else if (!only_positional && strcmp(text, "-o") == 0) {
            ZD_TRY(parse_option(p, "output", argc, argv, &i));
        } else if (!only_positional && text[0] == '-' && text[1] != '\0') {
            return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT,
                           "there is no flag %s (see zdepth help %s)", text, p->args->verb->name);
        } else {
            ZD_TRY(add_positional(p, text));
        }
    }
    return ZD_OK;
}

static zd_status check_count(const zd_args *args, zd_error *err)
{
    bool from_project =
        args->verb->footage && zd_params_text(&args->project.params, ZD_P_FOOTAGE) != NULL;
    if (args->positional_count < args->verb->min_positional && !from_project) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "usage: zdepth %s %s", args->verb->name,
                       args->verb->synopsis);
    }
    return ZD_OK;
}

zd_status zd_args_parse(zd_cli *cli, const zd_verb *verb, int argc, char **argv, zd_args *out,
                        zd_error *err)
{
    *out = (zd_args){ .verb = verb };
    zd_project_init(&out->project, cli->ctx);
    out->positional = zd_alloc_zeroed(cli->ctx, (size_t) argc + 1, sizeof *out->positional);
    if (out->positional == NULL) {
        return zd_fail_memory(err, "the arguments");
    }
    parser p = { .cli = cli, .args = out, .is_loading = true, .err = err };
    ZD_TRY(parse_all(&p, argc, argv));
    p.is_loading = false;
    out->positional_count = 0;
    ZD_TRY(parse_all(&p, argc, argv));
    ZD_TRY(check_count(out, err));
    return zd_args_check(out, err);
}

void zd_args_finish(zd_cli *cli, zd_args *args)
{
    zd_project_finish(&args->project);
    zd_free(cli->ctx, (void *) args->positional);
    args->positional = NULL;
}

const char *zd_args_flag(const zd_args *args, const char *name)
{
    int index = zd_flag_index(args->verb->flags, name);
    return index >= 0 ? args->flag_values[index] : NULL;
}
