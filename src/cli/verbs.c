/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Finding verbs, and which parameters each takes. */

#include <string.h>

#include "cli/verb_list.h"

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
        if (strcmp(flags[i].name, name) == 0) {
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
    snprintf(to, ZD_CLI_FLAG_SIZE, "--%s", zd_param_describe(id)->name);
    for (char *at = to; *at != '\0'; at++) {
        *at = *at == '_' ? '-' : *at;
    }
    return to;
}
