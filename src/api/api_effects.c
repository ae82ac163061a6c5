/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth: the effects there are. Built-in ones are counted first. */

#include <string.h>

#include "api/api_internal.h"
#include "composite/effect_list.h"
#include "media/filter_info.h"
#include "zdepth/effects.h"

#define ROW(effect) &zd_effect_##effect,
static const zd_effect_desc *const built_in[] = { ZD_EFFECTS(ROW) };
#undef ROW

enum { BUILT_IN = sizeof built_in / sizeof *built_in };

_Static_assert((int) ZDEPTH_EFFECT_TEXT == (int) ZD_FILTER_OPTION_TEXT, "types of parameters");

bool zdepth_effect_at(int index, zdepth_effect *out)
{
    zd_filter_option option;
    if (index < 0) {
        return false;
    }
    if (index < BUILT_IN) {
        *out = (zdepth_effect){ built_in[index]->name, built_in[index]->summary,
                                ZDEPTH_EFFECT_BUILT_IN, built_in[index]->field_count };
        return true;
    }
    const char *name = zd_filter_info_name(index - BUILT_IN);
    if (name == NULL) {
        return false;
    }
    *out = (zdepth_effect){ name, zd_filter_info_help(name), ZDEPTH_EFFECT_FFMPEG, 0 };
    while (zd_filter_info_option(name, out->param_count, &option)) {
        out->param_count++;
    }
    return true;
}

int zdepth_effect_find(const char *name)
{
    for (int i = 0; i < BUILT_IN; i++) {
        if (strcmp(built_in[i]->name, name) == 0) {
            return i;
        }
    }
    const char *other;
    for (int i = 0; (other = zd_filter_info_name(i)) != NULL; i++) {
        if (strcmp(other, name) == 0) {
            return BUILT_IN + i;
        }
    }
    return -1;
}

bool zdepth_effect_param_at(int effect, int index, zdepth_effect_param *out)
{
    zd_filter_option option;
    if (effect < 0 || index < 0) {
        return false;
    }
    if (effect < BUILT_IN) {
        const zd_effect_desc *desc = built_in[effect];
        if (index >= desc->field_count) {
            return false;
        }
        const zd_effect_field *field = &desc->fields[index];
        *out = (zdepth_effect_param){ .name = field->name,
                                      .help = field->help,
                                      .type = ZDEPTH_EFFECT_NUMBER,
                                      .min = (double) field->min,
                                      .max = (double) field->max,
                                      .initial = (double) field->initial,
                                      .initial_text = "" };
        return true;
    }
    const char *name = zd_filter_info_name(effect - BUILT_IN);
    if (name == NULL || !zd_filter_info_option(name, index, &option)) {
        return false;
    }
    *out = (zdepth_effect_param){ .name = option.name,
                                  .help = option.help,
                                  .type = (zdepth_effect_type) option.type,
                                  .min = option.min,
                                  .max = option.max,
                                  .initial = option.initial,
                                  .initial_text = option.initial_text };
    return true;
}

const char *zdepth_effect_choice(int effect, int param, int index, double *value)
{
    zd_filter_option option;
    const char *name = effect >= BUILT_IN ? zd_filter_info_name(effect - BUILT_IN) : NULL;
    return name != NULL && zd_filter_info_option(name, param, &option)
               ? zd_filter_info_choice(name, option.name, index, value)
               : NULL;
}
