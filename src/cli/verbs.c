/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Finding verbs, and which parameters each takes. */

#include <assert.h>
#include <string.h>

#include "cli/verb_list.h"
#include "core/words.h"

const zd_verb *const zd_verbs[] = {
#define ROW(verb) &zd_verb_##verb,
    ZD_VERBS(ROW)
#undef ROW
        NULL,
};

const zd_verb *zd_verb_find(const char *name)
{
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        if (strcmp(zd_verbs[i]->name, name) == 0) {
            return zd_verbs[i];
        }
    }
    return NULL;
}

int zd_flag_index(const zd_flag *flags, const char *name)
{
    for (int i = 0; flags != NULL && flags[i].name != NULL; i++) {
        if (zd_word_same(flags[i].name, name)) {
            return i;
        }
    }
    return -1;
}

static bool is_listed(const zd_param_id *list, zd_param_id id)
{
    while (list != NULL && *list != ZD_PARAM_COUNT && *list != id) {
        list++;
    }
    return list != NULL && *list == id;
}

bool zd_verb_takes(const zd_verb *verb, zd_param_id id)
{
    if (id == ZD_PARAM_COUNT) {
        return false;
    }
    const zd_param_desc *desc = zd_param_describe(id);
    bool is_used = (verb->groups & (1U << desc->group)) != 0 && !is_listed(verb->without, id);
    return (is_used || is_listed(verb->also, id)) && zd_flag_index(verb->flags, desc->name) < 0;
}

bool zd_verb_takes_group(const zd_verb *verb, zd_param_group group)
{
    assert(group < ZD_GROUP_COUNT);
    bool takes = false;
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        takes = takes || (zd_param_describe(id)->group == group && zd_verb_takes(verb, id));
    }
    return takes;
}

bool zd_verb_takes_boxes(const zd_verb *verb)
{
    return verb->boxes || zd_verb_takes(verb, ZD_P_DEPTH_IN);
}

const char *zd_cli_flag_name(zd_param_id id, char *to)
{
    assert(id < ZD_PARAM_COUNT);
    snprintf(to, ZD_CLI_FLAG_SIZE, "--%s", zd_param_describe(id)->name);
    for (char *at = to; *at != '\0'; at++) {
        *at = *at == '_' ? '-' : *at;
    }
    return to;
}

static const struct {
    char letter;
    const char *name;
} letters[] = {
    { 'h', "help" },    { 'o', "output" },     { 'q', "quiet" },
    { 'v', "verbose" }, { 'n', "no-clobber" }, { 'y', "overwrite" },
};

char zd_flag_letter(const char *name)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if (strcmp(letters[i].name, name) == 0) {
            return letters[i].letter;
        }
    }
    return '\0';
}

const char *zd_flag_of_letter(char letter)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if (letters[i].letter == letter) {
            return letters[i].name;
        }
    }
    return NULL;
}

bool zd_verb_takes_global(const zd_verb *verb, int global)
{
    if (global < 0) {
        return false;
    }
    const char *name = zd_global_flags[global].name;
    bool makes = zd_verb_takes(verb, ZD_P_OUTPUT);
    if (strcmp(name, "project") == 0 || strcmp(name, "trust-project") == 0 ||
        strcmp(name, "no-config") == 0)
    {
        return verb->groups != 0;
    }
    if (strcmp(name, "dry-run") == 0) {
        return makes || verb->dry_run;
    }
    bool is_of_targets = strcmp(name, "no-clobber") == 0 || strcmp(name, "overwrite") == 0;
    return !is_of_targets || makes || zd_flag_index(verb->flags, "output") >= 0 ||
           zd_flag_index(verb->flags, "svg") >= 0;
}
