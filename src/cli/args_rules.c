/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What flags mean to each other and to the project: those typed win, and none is taken that would do
 * nothing. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/habits.h"
#include "core/words.h"

#define CLICK 0.04 /* of the frame's sides: the box around a click */

static bool is_typed(const zd_params *params, zd_param_id id)
{
    return params->slots[id].set && params->slots[id].is_typed;
}

static void drop_stored(zd_project *project, zd_param_id id)
{
    if (!is_typed(&project->params, id)) {
        zd_params_unset(&project->params, id);
    }
}

void zd_args_prefer(zd_project *project, zd_param_id id)
{
    assert(id < ZD_PARAM_COUNT);
    static const struct {
        zd_param_id typed;
        zd_param_id stored;
    } rivals[] = {
        { ZD_P_FRAMES, ZD_P_FROM },
        { ZD_P_FRAMES, ZD_P_TO },
        { ZD_P_FROM, ZD_P_FRAMES },
        { ZD_P_TO, ZD_P_FRAMES },
        { ZD_P_TRANSPARENCY, ZD_P_EFFECT },
        { ZD_P_EFFECT, ZD_P_TRANSPARENCY },
        { ZD_P_MODEL, ZD_P_DEPTH_MAP },
        { ZD_P_MODEL, ZD_P_DEPTH_MAP_TYPE },
        { ZD_P_MODEL, ZD_P_DEPTH_MAP_CHANNEL },
        { ZD_P_DEPTH_MAP, ZD_P_MODEL },
    };
    bool is_off =
        zd_param_describe(id)->type == ZD_PARAM_BOOL && !zd_params_bool(&project->params, id, 0.0);
    for (size_t i = 0; i < sizeof rivals / sizeof rivals[0] && !is_off; i++) {
        if (rivals[i].typed == id) {
            drop_stored(project, rivals[i].stored);
        }
    }
}

static void keep_scale(zd_params *params, zd_param_id id, int mode)
{
    assert(mode >= 0);
    if (params->slots[id].set && !is_typed(params, id) && params->slots[id].scale == 0) {
        params->slots[id].scale = 1 + mode;
    }
}

void zd_args_keep_scale(zd_project *project, int before)
{
    if (zd_params_int(&project->params, ZD_P_MODE) == before) {
        return;
    }
    keep_scale(&project->params, ZD_P_DEPTH_IN, before);
    keep_scale(&project->params, ZD_P_DEPTH_OUT, before);
    for (int i = 0; i < project->insert_count; i++) {
        keep_scale(&project->inserts[i], ZD_P_AT_DEPTH, before);
    }
}

bool zd_args_has_kept_scale(const zd_project *project)
{
    int own = 1 + zd_params_int(&project->params, ZD_P_MODE);
    bool is_kept = false;
    for (int i = 0; i < 2; i++) {
        int scale = project->params.slots[i == 0 ? ZD_P_DEPTH_IN : ZD_P_DEPTH_OUT].scale;
        is_kept = is_kept || (scale != 0 && scale != own);
    }
    for (int i = 0; i < project->insert_count; i++) {
        int scale = project->inserts[i].slots[ZD_P_AT_DEPTH].scale;
        is_kept = is_kept || (scale != 0 && scale != own);
    }
    return is_kept;
}

void zd_args_prefer_boxes(zd_project *project)
{
    drop_stored(project, ZD_P_DEPTH_IN);
    drop_stored(project, ZD_P_DEPTH_OUT);
}

/* Flags of the network beside a map, and of a map without one. */
static zd_status check_depth(const zd_params *params, zd_error *err)
{
    static const zd_param_id of_network[] = { ZD_P_MODEL,  ZD_P_PRECISION, ZD_P_DEPTH_SIZE,
                                              ZD_P_DETAIL, ZD_P_TILES,     ZD_P_REGION };
    static const zd_param_id of_map[] = { ZD_P_DEPTH_MAP_TYPE, ZD_P_DEPTH_MAP_CHANNEL };
    char flag[ZD_CLI_FLAG_SIZE];
    bool has_map = zd_params_is_set(params, ZD_P_DEPTH_MAP);
    for (size_t i = 0; i < sizeof of_network / sizeof of_network[0] && has_map; i++) {
        if (is_typed(params, of_network[i])) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "%s is for the network, and the depth map '%s' takes its place",
                           zd_cli_flag_name(of_network[i], flag),
                           zd_params_text(params, ZD_P_DEPTH_MAP));
        }
    }
    for (size_t i = 0; i < sizeof of_map / sizeof of_map[0] && !has_map; i++) {
        if (is_typed(params, of_map[i])) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "%s tells what a map is; give one with --depth-map FILE",
                           zd_cli_flag_name(of_map[i], flag));
        }
    }
    return ZD_OK;
}

/* What is for titles has no meaning for a file's picture, and the other way round. */
static zd_status check_insert(const zd_params *insert, zd_error *err)
{
    char flag[ZD_CLI_FLAG_SIZE];
    bool is_title = zd_params_is_set(insert, ZD_P_TITLE);
    unsigned foreign = is_title ? ZD_PARAM_FILE : ZD_PARAM_TITLE;
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        if (is_typed(insert, id) && (zd_param_describe(id)->flags & foreign) != 0) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s is for %s, and '%s' is %s",
                           zd_cli_flag_name(id, flag), is_title ? "inserted files" : "titles",
                           zd_params_text(insert, is_title ? ZD_P_TITLE : ZD_P_INSERT),
                           is_title ? "a title" : "a file");
        }
    }
    return ZD_OK;
}

/* "there are list, clear and path", and the one that was meant. */
static zd_status fail_first_word(const zd_verb *verb, const char *word, zd_error *err)
{
    assert(verb->words != NULL);
    enum { MOST = 16 };
    char words[MOST][24];
    char list[240] = "";
    char meant[64];
    int count = 0;
    zd_nearest_word nearest = zd_nearest_word_begin(word);
    for (const char *at = verb->words; *at != '\0' && count < MOST; at += at[0] == ' ') {
        size_t length = strcspn(at, " ");
        snprintf(words[count], sizeof words[count], "%.*s", (int) length, at);
        zd_nearest_word_try(&nearest, words[count++]);
        at += length;
    }
    for (int i = 0; i < count; i++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%.23s",
                 i == 0           ? ""
                 : i == count - 1 ? " and "
                                  : ", ",
                 words[i]);
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%.60s' is not known; there %s %s%s", word,
                   count == 1 ? "is" : "are", list,
                   zd_did_you_mean(&nearest, "", meant, sizeof meant));
}

static zd_status check_first_word(const zd_args *args, zd_error *err)
{
    const char *at = args->verb->words;
    if (at == NULL || args->positional_count == 0) {
        return ZD_OK;
    }
    while (*at != '\0') {
        size_t length = strcspn(at, " ");
        if (strlen(args->positional[0]) == length && strncmp(at, args->positional[0], length) == 0)
        {
            return ZD_OK;
        }
        at += length + (at[length] == ' ');
    }
    return fail_first_word(args->verb, args->positional[0], err);
}

zd_status zd_args_check(const zd_args *args, zd_error *err)
{
    ZD_TRY(check_depth(&args->project.params, err));
    for (int i = 0; i < args->project.insert_count; i++) {
        ZD_TRY(check_insert(&args->project.inserts[i], err));
    }
    ZD_TRY(check_first_word(args, err));
    return args->verb->check != NULL ? args->verb->check(args, err) : ZD_OK;
}

const zd_cli_box_flag zd_cli_box_flags[] = {
    { "select", "X,Y,W,H",
      "A box on the object: its depths become Depth In and Depth Out. More boxes widen the range.",
      false, false },
    { "deselect", "X,Y,W,H", "Takes the depths in this box out again.", true, false },
    { "select-object", "X,Y[,W,H]",
      "A click or a box on one object, in the shot's first frame: that object alone is kept and followed, "
      "and the rest is background. More of them add objects, --deselect takes one away. The same as "
      "--select with --nearest-only.",
      false, true },
    { NULL, NULL, NULL, false, false },
};

const zd_cli_box_flag *zd_cli_box_flag_find(const zd_verb *verb, const char *name)
{
    const zd_cli_box_flag *flag = zd_cli_box_flags;
    while (flag->name != NULL && strcmp(flag->name, name) != 0) {
        flag++;
    }
    return flag->name != NULL && zd_verb_takes_boxes(verb) ? flag : NULL;
}

void zd_cli_box_from_click(const char *value, zd_text *out)
{
    double at[2];
    char *rest;
    at[0] = strtod(value, &rest);
    if (*rest == ',') {
        at[1] = strtod(rest + 1, &rest);
        if ((*rest == '\0' || *rest == '@') && at[0] >= 0.0 && at[0] <= 1.0 && at[1] >= 0.0 &&
            at[1] <= 1.0) {
            double x = fmin(fmax(at[0] - 0.5 * CLICK, 0.0), 1.0 - CLICK);
            double y = fmin(fmax(at[1] - 0.5 * CLICK, 0.0), 1.0 - CLICK);
            char box[96];
            snprintf(box, sizeof box, "%.9g,%.9g,%g,%g", x, y, CLICK, CLICK);
            zd_text_add(out, box);
            zd_text_add(out, rest);
            return;
        }
    }
    zd_text_add(out, value);
}

/* A verb that does something with a flag; NULL: none. */
static const zd_verb *user_of(const char *name)
{
    zd_param_id id = zd_param_find(name);
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        const zd_verb *verb = zd_verbs[i];
        if (zd_verb_takes(verb, id) || zd_flag_index(verb->flags, name) >= 0 ||
            zd_cli_box_flag_find(verb, name) != NULL)
        {
            return verb;
        }
    }
    return NULL;
}

static zd_status fail_unknown(const zd_verb *verb, const char *name, zd_error *err)
{
    char dashed[ZD_CLI_FLAG_SIZE + 2];
    char meant[96];
    snprintf(dashed, sizeof dashed, "--%s", name);
    if (zd_habit_of_flag(dashed) != NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no flag %s; %s", dashed,
                       zd_habit_of_flag(dashed));
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no flag --%s%s (see zdepth help %s)",
                   name, zd_meant_flag(verb, name, meant, sizeof meant), verb->name);
}

zd_status zd_args_fail_flag(const zd_verb *verb, const char *name, zd_error *err)
{
    const zd_verb *user = user_of(name);
    const char *plain = strncmp(name, "no-", 3) == 0 ? name + 3 : name;
    if (user == NULL && plain != name && zd_param_find(plain) != ZD_PARAM_COUNT &&
        zd_param_describe(zd_param_find(plain))->type == ZD_PARAM_BOOL)
    {
        user = user_of(plain);
    }
    int global = zd_flag_index(zd_global_flags, name);
    if (user == NULL && global < 0) {
        return fail_unknown(verb, name, err);
    }
    bool is_project = strcmp(name, "project") == 0;
    const char *other = user != NULL ? user->name : is_project ? "render" : "composite";
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                   "zdepth %s does not use --%s; zdepth %s does (see zdepth help %s)", verb->name,
                   name, other, verb->name);
}

void zd_cli_name_flag(zd_error *err)
{
    static const char *const behind[] = { " is ", ": ", " has two keys", " has no value",
                                          " cannot change over time" };
    char flag[ZD_CLI_FLAG_SIZE];
    char message[ZD_ERROR_MESSAGE_SIZE];
    size_t length = strcspn(err->message, " :");
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        const char *name = zd_param_describe(id)->name;
        for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
            if (strlen(name) == length && strncmp(err->message, name, length) == 0 &&
                strncmp(err->message + length, behind[i], strlen(behind[i])) == 0)
            {
                snprintf(message, sizeof message, "%s%.*s", zd_cli_flag_name(id, flag),
                         (int) (sizeof message - ZD_CLI_FLAG_SIZE), err->message + length);
                snprintf(err->message, sizeof err->message, "%s", message);
                return;
            }
        }
    }
}
