/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Command line flags to a project. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "camera/camera.h"
#include "cli/cli.h"
#include "cli/footage_facts.h"
#include "cli/habits.h"
#include "cli/lengths.h"
#include "cli/pipes.h"
#include "core/require.h"

typedef struct parser {
    zd_cli *cli;
    zd_args *args;
    zd_params *insert; /* the last --title or --insert */
    zd_footage_facts facts;
    bool has_facts;
    bool is_given[ZD_CLI_MAX_FLAGS]; /* the verb's own flags, in the second pass */
    bool is_loading; /* the first pass, which reads projects and does nothing else */
    zd_error *err;
} parser;

/* Frames and pixels need the footage's rate and size, which are looked up at the first one. */
static zd_status look_at_footage(parser *p, const char *text)
{
    const zd_params *params = &p->args->project.params;
    bool is_frame = zd_time_names_frame(text);
    if (!is_frame && !zd_lengths_in_pixels(text)) {
        return ZD_OK;
    }
    if (zd_params_text(params, ZD_P_FOOTAGE) == NULL) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' needs footage to count %s; name it, or give %s", text,
                       is_frame ? "frames in" : "pixels of", is_frame ? "seconds" : "fractions");
    }
    if (!p->has_facts) {
        p->has_facts = true;
        ZD_TRY(zd_footage_look(p->cli->ctx, params, &p->facts, p->err));
    }
    if (is_frame && !(p->facts.fps > 0.0)) {
        return zd_fail(p->err, ZD_ERR_UNSUPPORTED, "'%s' has no frame rate; give seconds",
                       zd_params_text(params, ZD_P_FOOTAGE));
    }
    return ZD_OK;
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

/* The value as a project would have it, without pixels. Text that was made is in `resolved`. */
static zd_status resolve_lengths(parser *p, const zd_param_desc *desc, const char **value,
                                 zd_text *resolved)
{
    double width = p->facts.width;
    double height = p->facts.height;
    bool is_box = desc == NULL || desc == zd_param_describe(ZD_P_REGION);
    unsigned flags = is_box ? ZD_PARAM_FRACTION | ZD_PARAM_OF_WIDTH : desc->flags;
    double unit = (flags & ZD_PARAM_PERCENT) != 0 ? 0.01 : 1.0;
    double side = ((flags & ZD_PARAM_OF_WIDTH) != 0 ? width : height) * unit;
    double box[4] = { width, height, width, height };
    bool is_pixels = zd_lengths_in_pixels(*value);
    bool is_percent = is_box && strchr(*value, '%') != NULL;
    if ((flags & (ZD_PARAM_OF_WIDTH | ZD_PARAM_OF_HEIGHT)) == 0 || !(is_pixels || is_percent)) {
        return ZD_OK;
    }
    zd_lengths_resolve(resolved, *value, is_box ? box : &side, is_box ? 4 : 1, is_box);
    ZD_TRY(zd_text_finish(resolved, "a length", p->err));
    *value = resolved->data;
    return ZD_OK;
}

/* After a parameter was set: what contradicts it goes, and what it stands for is set. */
static zd_status settle(parser *p, zd_params *params, zd_param_id id)
{
    zd_params_mark_typed(params, id);
    if (params == &p->args->project.params) {
        zd_args_prefer(&p->args->project, id);
    }
    if (id == ZD_P_TITLE) {
        unescape_lines(params->slots[id].text);
        return zd_config_give_title(p->args, params, p->err);
    }
    if (id == ZD_P_TRACK_CAMERA) {
        ZD_TRY(zd_params_set_number(params, ZD_P_TRACK, ZD_STICK_CAMERA, p->err));
        zd_params_mark_typed(params, ZD_P_TRACK);
    }
    if (id == ZD_P_PRESET) {
        return zd_project_apply_preset(&p->args->project, zd_params_int(params, id), p->err);
    }
    return ZD_OK;
}

static zd_status check_order(parser *p, zd_param_id id, const zd_params *params)
{
    const zd_param_desc *desc = zd_param_describe(id);
    if (params == NULL && p->args->project.insert_count > 1) {
        return zd_fail(
            p->err, ZD_ERR_INVALID_ARGUMENT,
            "--%s belongs to one of the project's %d titles and inserts, and nothing tells "
            "which; change it in the file",
            desc->name, p->args->project.insert_count);
    }
    if (params == NULL) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT,
                       "--%s belongs to a title or an insert; give --title or --insert before it",
                       desc->name);
    }
    if (id == ZD_P_FPS && p->has_facts) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT,
                       "--fps comes too late; give it before the first time that is a frame");
    }
    if (id == ZD_P_OUTPUT && params->slots[id].is_typed) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT,
                       "--output is given twice, '%s' before; there is one output",
                       zd_params_text(params, id));
    }
    return ZD_OK;
}

static zd_status set_param(parser *p, zd_param_id id, const char *value)
{
    assert(id < ZD_PARAM_COUNT);
    const zd_param_desc *desc = zd_param_describe(id);
    zd_text resolved;
    if (p->is_loading) {
        return ZD_OK;
    }
    if (id == ZD_P_TRACK && zd_camera_is_file(value)) {
        return set_param(p, ZD_P_TRACK_CAMERA, value);
    }
    if (id == ZD_P_TITLE || id == ZD_P_INSERT) {
        ZD_TRY(zd_project_add_insert(&p->args->project, &p->insert, p->err));
    }
    zd_params *params = params_for(p, id);
    ZD_TRY(check_order(p, id, params));
    bool is_text = desc->type == ZD_PARAM_TEXT || desc->type == ZD_PARAM_PATH;
    if (!is_text || id == ZD_P_REGION) {
        ZD_TRY(look_at_footage(p, value));
    }
    zd_text_init(&resolved, p->cli->ctx);
    zd_status status =
        is_text && id != ZD_P_REGION ? ZD_OK : resolve_lengths(p, desc, &value, &resolved);
    int mode = zd_params_int(&p->args->project.params, ZD_P_MODE);
    if (status == ZD_OK) {
        status = zd_params_parse(params, id, value, p->facts.fps, p->err);
    }
    zd_text_release(&resolved);
    if (status == ZD_OK && id == ZD_P_MODE) {
        zd_args_keep_scale(&p->args->project, mode);
    }
    return status == ZD_OK ? settle(p, params, id) : status;
}

/* What is kept of an object flag's box is the connected object alone. */
static zd_status keep_object(parser *p)
{
    zd_params *params = &p->args->project.params;
    ZD_TRY(zd_params_set_number(params, ZD_P_NEAREST_ONLY, 1, p->err));
    return settle(p, params, ZD_P_NEAREST_ONLY);
}

static zd_status add_box(parser *p, const char *value, const zd_cli_box_flag *flag)
{
    zd_box box;
    zd_text clicked;
    zd_text resolved;
    if (p->is_loading) {
        return ZD_OK;
    }
    zd_args_prefer_boxes(&p->args->project);
    ZD_TRY(look_at_footage(p, value));
    zd_text_init(&resolved, p->cli->ctx);
    zd_status status = resolve_lengths(p, NULL, &value, &resolved);
    if (status == ZD_OK) {
        zd_text_init(&clicked, p->cli->ctx);
        if (flag->is_object) {
            zd_cli_box_from_click(value, &clicked);
            status = zd_text_finish(&clicked, "a click", p->err);
        }
        if (status == ZD_OK) {
            status = zd_box_parse(flag->is_object ? clicked.data : value, p->facts.fps,
                                  flag->subtracts, &box, p->err);
        }
        zd_text_release(&clicked);
    }
    zd_text_release(&resolved);
    if (status == ZD_OK && flag->is_object) {
        status = keep_object(p);
    }
    return status == ZD_OK ? zd_project_add_box(&p->args->project, box, p->err) : status;
}

/* Read before the context was made, see run.c. */
static zd_status ignore(parser *p, const char *value)
{
    (void) p;
    (void) value;
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

static zd_status set_policy(parser *p, bool keeps, bool overwrites)
{
    p->cli->keeps_existing = p->cli->keeps_existing || keeps;
    p->cli->may_overwrite = p->cli->may_overwrite || overwrites;
    if (p->cli->keeps_existing && p->cli->may_overwrite) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT,
                       "-n keeps what is there and -y replaces it; give one of them");
    }
    return ZD_OK;
}

static zd_status set_keep(parser *p, const char *value)
{
    (void) value;
    return set_policy(p, true, false);
}

static zd_status set_overwrite(parser *p, const char *value)
{
    (void) value;
    return set_policy(p, false, true);
}

static zd_status set_dry_run(parser *p, const char *value)
{
    (void) value;
    p->cli->dry_run = true;
    return ZD_OK;
}

static zd_status load_project(parser *p, const char *value)
{
    zd_args *args = p->args;
    if (args->project_count == ZD_CLI_MAX_PROJECTS) {
        return zd_fail(p->err, ZD_ERR_LIMIT, "more than %d projects", ZD_CLI_MAX_PROJECTS);
    }
    args->projects[args->project_count++] = value;
    zd_status status = zd_project_load(&args->project, value, p->err);
    args->is_project_bad = status != ZD_OK;
    return status;
}

const zd_flag zd_global_flags[] = {
    { "help", NULL, "Show this help." },
    { "project", "FILE", "Start from a project file; flags change it, wherever they stand." },
    { "trust-project", NULL,
      "Hand a project's effect and encoder options to FFmpeg unchecked; only for projects whose maker "
      "you trust: they can then read and write any file and run plug-ins." },
    { "no-clobber", NULL, "Fail when the output is there already, before anything is computed." },
    { "overwrite", NULL, "Replace also a project that is there; results are replaced without it." },
    { "dry-run", NULL,
      "Try a few frames, write nothing, and tell what the job would do, how long it would take and "
      "how large the result would be." },
    { "json", NULL, "Print results, progress, warnings and errors as JSON lines." },
    { "quiet", NULL, "No progress and no warnings; only errors." },
    { "verbose", NULL, "Tell more about what is done." },
    { "threads", "N", "Threads to use; the result has the same bits for any number." },
    { "cache", "FOLDER", "Keep depth in this folder instead of ~/.cache/zdepth/depth." },
    { "no-cache", NULL, "Neither read nor write the depth cache." },
    { "no-config", NULL, "Do not read the configuration file (zdepth help config)." },
    { "cpu-mask", "BITS", "Leave processor features unused (zdepth doctor lists them)." },
    { NULL, NULL, NULL },
};

/* In the order of zd_global_flags. */
static zd_status (*const global_actions[])(parser *, const char *) = {
    ignore, load_project, set_trust, set_keep,         set_overwrite, set_dry_run, ignore,
    ignore, ignore,       ignore,    set_cache_folder, set_no_cache,  ignore,      ignore,
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

/* Whether a word is a flag of the verb, and so hardly the value of another one. */
static bool is_flag(const zd_verb *verb, const char *word)
{
    option opt;
    if (word[0] != '-' || word[1] == '\0') {
        return false;
    }
    if (word[1] != '-') {
        return word[2] == '\0' && zd_flag_of_letter(word[1]) != NULL;
    }
    split_option(word + 2, &opt);
    return find_param(verb, &opt) != ZD_PARAM_COUNT ||
           zd_verb_takes_global(verb, zd_flag_index(zd_global_flags, opt.name)) ||
           zd_flag_index(verb->flags, opt.name) >= 0;
}

static zd_status next_value(parser *p, const option *opt, int argc, char **argv, int *index,
                            const char **value)
{
    assert(*index >= 0 && *index < argc);
    if (opt->value != NULL) {
        *value = opt->value;
        return ZD_OK;
    }
    if (*index + 1 >= argc) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT, "--%s needs a value", opt->name);
    }
    const char *next = argv[*index + 1];
    if (is_flag(p->args->verb, next)) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT,
                       "--%s needs a value, and '%s' is a flag; write --%s=%s if it is meant",
                       opt->name, next, opt->name, next);
    }
    *value = argv[++*index];
    return ZD_OK;
}

static zd_status parse_param(parser *p, zd_param_id id, const option *opt, int argc, char **argv,
                             int *index)
{
    assert(id < ZD_PARAM_COUNT);
    const char *value = NULL;
    if (opt->negated && opt->value != NULL) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT,
                       "--%s takes no value; --%s or --%s=off turns it off", opt->name, opt->name,
                       opt->name + 3);
    }
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
    assert(global >= 0 && global < (int) (sizeof global_actions / sizeof *global_actions));
    zd_status (*action)(parser *, const char *) = global_actions[global];
    bool is_now = p->is_loading == (action == load_project);
    return is_now ? action(p, value) : ZD_OK;
}

/* `given`: the value that stood with a letter; NULL: as the text says. */
static bool flag_takes_value(const zd_flag *flags, int index)
{
    return index >= 0 && flags[index].value != NULL;
}

bool zd_args_takes_value(const zd_verb *verb, const char *argument)
{
    option opt;
    if (strcmp(argument, "-o") == 0) {
        return true;
    }
    if (strncmp(argument, "--", 2) != 0 || argument[2] == '\0' || strchr(argument, '=') != NULL) {
        return false;
    }
    split_option(argument + 2, &opt);
    zd_param_id id = find_param(verb, &opt);
    if (id != ZD_PARAM_COUNT) {
        return zd_param_describe(id)->type != ZD_PARAM_BOOL;
    }
    return flag_takes_value(zd_global_flags, zd_flag_index(zd_global_flags, opt.name)) ||
           flag_takes_value(verb->flags, zd_flag_index(verb->flags, opt.name)) ||
           zd_cli_box_flag_find(verb, opt.name) != NULL;
}

static zd_status parse_option(parser *p, const char *text, const char *given, int argc, char **argv,
                              int *index)
{
    option opt;
    const char *value = "";
    const zd_verb *verb = p->args->verb;
    split_option(text, &opt);
    opt.value = given != NULL ? given : opt.value;
    zd_param_id id = find_param(verb, &opt);
    if (id != ZD_PARAM_COUNT) {
        return parse_param(p, id, &opt, argc, argv, index);
    }
    int global = zd_flag_index(zd_global_flags, opt.name);
    if (zd_verb_takes_global(verb, global)) {
        ZD_TRY(parse_flag(p, &zd_global_flags[global], &opt, argc, argv, index, &value));
        return act(p, global, value);
    }
    int own = zd_flag_index(verb->flags, opt.name);
    if (own >= 0) {
        ZD_TRY(parse_flag(p, &verb->flags[own], &opt, argc, argv, index, &value));
        const char *before = p->args->flag_values[own];
        if (!p->is_loading && before != NULL && before != value && strcmp(before, value) != 0 &&
            p->is_given[own])
        {
            return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT, "--%s is given twice, '%s' before",
                           opt.name, before);
        }
        p->is_given[own] = !p->is_loading;
        p->args->flag_values[own] = value;
        return ZD_OK;
    }
    const zd_cli_box_flag *box = zd_cli_box_flag_find(verb, opt.name);
    if (box != NULL) {
        ZD_TRY(next_value(p, &opt, argc, argv, index, &value));
        return add_box(p, value, box);
    }
    return zd_args_fail_flag(verb, opt.name, p->err);
}

/* "-" is what is piped in. */
static zd_status set_footage(parser *p, const char *text)
{
    const char *path = text;
    if (strcmp(text, "-") == 0 && strcmp(p->args->verb->name, "init") == 0) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT,
                       "a project names its footage, and '-' is a pipe; give a file");
    }
    if (strcmp(text, "-") == 0) {
        ZD_TRY(zd_pipe_take_input(p->cli, &path, p->err));
    }
    return zd_params_set_text(&p->args->project.params, ZD_P_FOOTAGE, path, p->err);
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
        ZD_TRY(set_footage(p, text));
    }
    args->positional[args->positional_count++] = text;
    return ZD_OK;
}

/* "-o FILE", "-oFILE", "-o=FILE", "-q". */
static zd_status parse_letter(parser *p, const char *text, int argc, char **argv, int *index)
{
    char meant[96];
    const zd_verb *verb = p->args->verb;
    const char *name = zd_flag_of_letter(text[1]);
    bool has_value = text[1] == 'o' && text[2] != '\0';
    if (zd_habit_of_flag(text) != NULL) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT, "there is no flag %s; %s", text,
                       zd_habit_of_flag(text));
    }
    if (text[2] != '\0' && zd_meant_flag(verb, text + 1, meant, sizeof meant)[0] != '\0') {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT, "there is no flag %s%s", text, meant);
    }
    if (name == NULL || (text[2] != '\0' && !has_value)) {
        return zd_fail(p->err, ZD_ERR_INVALID_ARGUMENT, "there is no flag %s (see zdepth help %s)",
                       text, verb->name);
    }
    if (!has_value) {
        return parse_option(p, name, NULL, argc, argv, index);
    }
    return parse_option(p, name, text + 2 + (text[2] == '='), argc, argv, index);
}

static zd_status parse_all(parser *p, int argc, char **argv)
{
    bool only_positional = false;
    for (int i = 0; i < argc; i++) {
        const char *text = argv[i];
        if (!only_positional && strcmp(text, "--") == 0) {
            only_positional = true;
        } else if (!only_positional && strncmp(text, "--", 2) == 0) {
            ZD_TRY(parse_option(p, text + 2, NULL, argc, argv, &i));
        } else if (!only_positional && text[0] == '-' && text[1] != '\0') {
            ZD_TRY(parse_letter(p, text, argc, argv, &i));
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
    ZD_REQUIRE(err, verb != NULL && argc >= 0);
    *out = (zd_args){ .verb = verb };
    zd_project_init(&out->project, cli->ctx);
    zd_params_init(&out->title_defaults, cli->ctx);
    out->positional = zd_alloc_zeroed(cli->ctx, (size_t) argc + 1, sizeof *out->positional);
    if (out->positional == NULL) {
        return zd_fail_memory(err, "the arguments");
    }
    parser p = { .cli = cli, .args = out, .is_loading = true, .err = err };
    if (verb->groups != 0) {
        ZD_TRY(zd_config_read(cli, out, err));
    }
    ZD_TRY(parse_all(&p, argc, argv));
    p.is_loading = false;
    if (verb->footage && out->positional_count > 0) { /* frames and pixels may be named before it */
        ZD_TRY(set_footage(&p, out->positional[0]));
    }
    if (out->project.insert_count == 1) { /* a look has one title, which flags change */
        p.insert = &out->project.inserts[0];
    }
    out->positional_count = 0;
    ZD_TRY(parse_all(&p, argc, argv));
    ZD_TRY(check_count(out, err));
    return zd_args_check(out, err);
}

void zd_args_finish(zd_cli *cli, zd_args *args)
{
    zd_project_finish(&args->project);
    zd_params_finish(&args->title_defaults);
    zd_free(cli->ctx, cli->config_path);
    cli->config_path = NULL;
    zd_free(cli->ctx, (void *) args->positional);
    args->positional = NULL;
}

const char *zd_args_flag(const zd_args *args, const char *name)
{
    int index = zd_flag_index(args->verb->flags, name);
    return index >= 0 ? args->flag_values[index] : NULL;
}
