/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Flags and projects, for every verb and every parameter of the table: a flag that a verb takes wins
 * over the project, wherever the project is named; any other is refused, and a verb that takes it is
 * named. A new row of the table is tested by being there. */

#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/file.h"
#include "zd_test.h"

enum { MOST_WORDS = 16, WORD = 256, LONG_WORD = 400 };

static char project_path[64];

/* Two values of a parameter that differ, as they are written. */
static void values_of(zd_param_id id, char stored[WORD], char typed[WORD])
{
    const zd_param_desc *desc = zd_param_describe(id);
    double one = desc->initial + 1.0 <= desc->max ? desc->initial + 1.0 : desc->max;
    double other = desc->min > -100.0 ? desc->min : -100.0;
    other = other == one ? desc->max : other;
    switch (desc->type) {
    case ZD_PARAM_BOOL:
        snprintf(stored, WORD, "%s", desc->initial >= 0.5 ? "on" : "off");
        snprintf(typed, WORD, "%s", desc->initial >= 0.5 ? "off" : "on");
        return;
    case ZD_PARAM_CHOICE:
        snprintf(stored, WORD, "%s", desc->choices[1]);
        snprintf(typed, WORD, "%s", desc->choices[0]);
        return;
    case ZD_PARAM_COLOUR:
        snprintf(stored, WORD, "red");
        snprintf(typed, WORD, "blue");
        return;
    case ZD_PARAM_TEXT:
    case ZD_PARAM_PATH:
        snprintf(stored, WORD, "the project's");
        snprintf(typed, WORD, "typed");
        return;
    case ZD_PARAM_INT:
    case ZD_PARAM_NUMBER:
    case ZD_PARAM_TIME:
        snprintf(stored, WORD, "%.17g", one);
        snprintf(typed, WORD, "%.17g", other);
        return;
    }
}

/* A project that sets this one parameter, and what it cannot be without. */
static void write_project(zd_context *ctx, zd_param_id id, const char *value)
{
    zd_error err;
    zd_project project;
    zd_params *params = &project.params;
    zd_project_init(&project, ctx);
    REQUIRE_INT(zd_params_set_text(params, ZD_P_FOOTAGE, "walk.mp4", &err), ZD_OK);
    if (id == ZD_P_DEPTH_MAP_TYPE || id == ZD_P_DEPTH_MAP_CHANNEL) {
        REQUIRE_INT(zd_params_set_text(params, ZD_P_DEPTH_MAP, "map.png", &err), ZD_OK);
    }
    if (zd_param_describe(id)->group == ZD_GROUP_INSERT) {
        REQUIRE_INT(zd_project_add_insert(&project, &params, &err), ZD_OK);
        bool is_title = (zd_param_describe(id)->flags & ZD_PARAM_FILE) == 0;
        REQUIRE_INT(zd_params_set_text(params, is_title ? ZD_P_TITLE : ZD_P_INSERT, "A", &err),
                    ZD_OK);
    }
    REQUIRE_INT(zd_params_parse(params, id, value, 0.0, &err), ZD_OK);
    REQUIRE_INT(zd_project_save(&project, project_path, &err), ZD_OK);
    zd_project_finish(&project);
}

typedef struct line {
    char words[MOST_WORDS][LONG_WORD];
    int count;
} line;

static void add(line *l, const char *word)
{
    snprintf(l->words[l->count++], LONG_WORD, "%s", word);
}

/* The flag and its value, behind a title or file of its own when it belongs to one. */
static void add_flag(line *l, zd_param_id id, const char *value)
{
    char flag[ZD_CLI_FLAG_SIZE];
    const zd_param_desc *desc = zd_param_describe(id);
    bool is_own = id == ZD_P_TITLE || id == ZD_P_INSERT;
    if (desc->group == ZD_GROUP_INSERT && !is_own) {
        add(l, (desc->flags & ZD_PARAM_FILE) != 0 ? "--insert" : "--title");
        add(l, "B");
    }
    zd_cli_flag_name(id, flag);
    snprintf(l->words[l->count++], LONG_WORD, "%s=%s", flag, value);
}

static zd_status parse(zd_context *ctx, const zd_verb *verb, const line *l, zd_args *args,
                       zd_error *err)
{
    static zd_cli cli;
    static char *argv[MOST_WORDS];
    cli = (zd_cli){ .ctx = ctx };
    for (int i = 0; i < l->count; i++) {
        argv[i] = (char *) l->words[i];
    }
    return zd_args_parse(&cli, verb, l->count, argv, args, err);
}

static void release(zd_context *ctx, zd_args *args)
{
    zd_cli cli = { .ctx = ctx };
    zd_args_finish(&cli, args);
}

/* What of the verb's own arguments must be there besides a project. */
static void add_arguments(line *l, const zd_verb *verb)
{
    char word[WORD];
    snprintf(word, sizeof word, "%s", verb->words != NULL ? verb->words : "x");
    word[strcspn(word, " ")] = '\0';
    for (int i = verb->footage || verb->project ? 1 : 0; i < verb->min_positional; i++) {
        add(l, i == 0 ? word : "x");
    }
}

static void require_wins(zd_context *ctx, const zd_verb *verb, zd_param_id id, bool project_first)
{
    char stored[WORD];
    char typed[WORD];
    line l = { .count = 0 };
    zd_args args;
    zd_error err = { 0 };
    zd_text now;
    values_of(id, stored, typed);
    if ((zd_param_describe(id)->flags & ZD_PARAM_NOT_STORED) != 0) {
        snprintf(stored, WORD, "%s", "");
    } else {
        write_project(ctx, id, stored);
    }
    if (!project_first) {
        add_flag(&l, id, typed);
    }
    if (!verb->project) {
        add(&l, "--project");
    }
    add(&l, project_path);
    if (project_first) {
        add_flag(&l, id, typed);
    }
    add_arguments(&l, verb);
    zd_status status = parse(ctx, verb, &l, &args, &err);
    if (status != ZD_OK) {
        ZD_TEST_FAIL("zdepth %s --%s: %s", verb->name, zd_param_describe(id)->name, err.message);
    }
    const zd_project *p = &args.project;
    bool is_insert = zd_param_describe(id)->group == ZD_GROUP_INSERT;
    const zd_params *params = is_insert ? &p->inserts[p->insert_count - 1] : &p->params;
    zd_text_init(&now, ctx);
    zd_params_write(params, id, &now);
    zd_params expected;
    zd_text should;
    zd_text_init(&should, ctx);
    zd_params_init(&expected, ctx);
    REQUIRE_INT(zd_params_parse(&expected, id, typed, 0.0, &err), ZD_OK);
    zd_params_write(&expected, id, &should);
    if (strcmp(now.data, should.data) != 0) {
        ZD_TEST_FAIL("zdepth %s --%s: '%s', not '%s'", verb->name, zd_param_describe(id)->name,
                     now.data, should.data);
    }
    zd_params_finish(&expected);
    zd_text_release(&should);
    zd_text_release(&now);
    release(ctx, &args);
}

static void require_refused(zd_context *ctx, const zd_verb *verb, zd_param_id id)
{
    char stored[WORD];
    char typed[WORD];
    char flag[ZD_CLI_FLAG_SIZE];
    char start[200];
    line l = { .count = 0 };
    zd_args args;
    zd_error err = { 0 };
    if (zd_flag_index(verb->flags, zd_param_describe(id)->name) >= 0) {
        return; /* a flag of the verb's own, which means something else */
    }
    values_of(id, stored, typed);
    snprintf(l.words[l.count++], LONG_WORD, "%s=%s", zd_cli_flag_name(id, flag), typed);
    for (int i = 0; i < verb->min_positional; i++) {
        add(&l, "x");
    }
    if (verb->project) {
        l.count = 1;
        write_project(ctx, ZD_P_FEATHER, "1");
        add(&l, project_path);
    }
    REQUIRE_INT(parse(ctx, verb, &l, &args, &err), ZD_ERR_INVALID_ARGUMENT);
    snprintf(start, sizeof start, "zdepth %s does not use %s; zdepth ", verb->name, flag);
    if (strncmp(err.message, start, strlen(start)) != 0) {
        ZD_TEST_FAIL("zdepth %s %s: %s", verb->name, flag, err.message);
    }
    char other[32];
    REQUIRE_INT(sscanf(err.message + strlen(start), "%31[a-z] does (see", other), 1);
    const zd_verb *user = zd_verb_find(other);
    REQUIRE(user != NULL && (zd_verb_takes(user, id) || zd_flag_index(user->flags, flag + 2) >= 0));
    release(ctx, &args);
}

/* Without its parameter's rivals; of one run only, those are set in no project. */
static void test_every_flag_wins_or_is_refused(void)
{
    zd_context *ctx = NULL;
    zd_error err;
    int won = 0;
    int refused = 0;
    REQUIRE_INT(zd_context_create(NULL, &ctx, &err), ZD_OK);
    for (int v = 0; zd_verbs[v] != NULL; v++) {
        for (int id = 0; id < ZD_PARAM_COUNT; id++) {
            bool takes = zd_verb_takes(zd_verbs[v], id);
            /* The footage is the first argument as well. */
            bool is_refusable = id != ZD_P_FOOTAGE || !zd_verbs[v]->footage;
            bool is_preset = id == ZD_P_PRESET;
            if (takes && !is_preset) {
                require_wins(ctx, zd_verbs[v], id, true);
                require_wins(ctx, zd_verbs[v], id, false);
                won++;
            } else if (!takes && is_refusable) {
                require_refused(ctx, zd_verbs[v], id);
                refused++;
            }
        }
    }
    printf("%d flags win, %d are refused\n", won, refused);
    REQUIRE(won > 300 && refused > 400);
    zd_context_destroy(&ctx);
}

static void require_says(zd_context *ctx, const char *verb, const char *text, const char *message)
{
    line l = { .count = 0 };
    zd_args args;
    zd_error err = { 0 };
    char copy[1000];
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        add(&l, word);
    }
    zd_status status = parse(ctx, zd_verb_find(verb), &l, &args, &err);
    REQUIRE_INT(status, message != NULL ? ZD_ERR_INVALID_ARGUMENT : ZD_OK);
    if (message != NULL) {
        REQUIRE_TEXT(err.message, message);
    }
    release(ctx, &args);
}

static void test_flags_that_do_nothing_beside_others(void)
{
    zd_context *ctx = NULL;
    zd_error err;
    REQUIRE_INT(zd_context_create(NULL, &ctx, &err), ZD_OK);
    require_says(ctx, "composite", "a.mp4 --insert b.png --font Serif",
                 "--font is for titles, and 'b.png' is a file");
    require_says(ctx, "composite", "a.mp4 --title B --fit fill",
                 "--fit is for inserted files, and 'B' is a title");
    require_says(ctx, "composite", "a.mp4 --title B --insert b.png --fit fill", NULL);
    require_says(ctx, "matte", "a.mp4 --depth-map m.png --tiles",
                 "--tiles is for the network, and the depth map 'm.png' takes its place");
    require_says(ctx, "matte", "a.mp4 --depth-map-type metres",
                 "--depth-map-type tells what a map is; give one with --depth-map FILE");
    require_says(
        ctx, "composite", "a.mp4 --title B --preset background-as-mask",
        "--preset background-as-mask tells where an effect is seen; give one with --effect "
        "(here --invert swaps the layers)");
    require_says(ctx, "composite", "a.mp4 --title B --effect zfog --preset background-as-mask",
                 NULL);
    require_says(
        ctx, "composite", "a.mp4 --title B --transparency",
        "zdepth composite does not use --transparency; zdepth filter does (see zdepth help "
        "composite)");
    require_says(ctx, "composite", "a.mp4 --title B --sheet-time 1",
                 "--sheet-time is the moment of a contact sheet; give --sheet FILE");
    require_says(ctx, "composite", "a.mp4 --title B --view matte --sheet s.png",
                 "--sheet is for titles and inserts; an effect or a view has no contact sheet");
    require_says(
        ctx, "depth", "a.mp4 --select 0,0,1,1",
        "zdepth depth does not use --select; zdepth composite does (see zdepth help depth)");
    require_says(
        ctx, "composite", "a.mp4 --raw",
        "zdepth composite does not use --raw; zdepth depth does (see zdepth help composite)");
    require_says(ctx, "matte", "a.mp4 --no-decontaminate",
                 "zdepth matte does not use --no-decontaminate; zdepth composite does (see zdepth "
                 "help matte)");
    require_says(ctx, "version", "--project p.zdp",
                 "zdepth version does not use --project; zdepth render does (see zdepth help "
                 "version)");
    zd_context_destroy(&ctx);
}

/* What contradicts a flag leaves the project, unless it was typed as well. */
static void test_a_flag_takes_its_rival_out(void)
{
    static const struct {
        zd_param_id stored;
        const char *value;
        const char *typed;
    } pairs[] = {
        { ZD_P_FRAMES, "1-2", "--from=3" },
        { ZD_P_FRAMES, "1-2", "--to=3" },
        { ZD_P_FROM, "1", "--frames=3-4" },
        { ZD_P_TO, "1", "--frames=3-4" },
        { ZD_P_EFFECT, "hflip", "--transparency" },
        { ZD_P_TRANSPARENCY, "on", "--effect=hflip" },
        { ZD_P_DEPTH_MAP, "m.png", "--model=v2-small" },
        { ZD_P_DEPTH_IN, "3", "--select=0,0,1,1" },
        { ZD_P_DEPTH_OUT, "3", "--deselect=0,0,1,1" },
    };
    zd_context *ctx = NULL;
    zd_error err;
    REQUIRE_INT(zd_context_create(NULL, &ctx, &err), ZD_OK);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        line l = { .count = 0 };
        zd_args args;
        write_project(ctx, pairs[i].stored, pairs[i].value);
        add(&l, pairs[i].typed);
        add(&l, "--project");
        add(&l, project_path);
        REQUIRE_INT(parse(ctx, zd_verb_find("filter"), &l, &args, &err), ZD_OK);
        REQUIRE(!zd_params_is_set(&args.project.params, pairs[i].stored));
        release(ctx, &args);
    }
    zd_context_destroy(&ctx);
}

int main(void)
{
    snprintf(project_path, sizeof project_path, "/tmp/zdepth-args-%ld.zdp", (long) getpid());
    RUN(test_every_flag_wins_or_is_refused);
    RUN(test_flags_that_do_nothing_beside_others);
    RUN(test_a_flag_takes_its_rival_out);
    unlink(project_path);
    return zd_test_finish();
}
