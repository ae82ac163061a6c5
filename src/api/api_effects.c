/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth: the effects there are. Built-in ones are counted first. */

#include <stdlib.h>
#include <string.h>

#include "api/api_internal.h"
#include "composite/effect_list.h"
#include "media/filter_info.h"
#include "media/filter_plugins.h"
#include "zdepth/effects.h"

#define ROW(effect) &zd_effect_##effect,
static const zd_effect_desc *const built_in[] = { ZD_EFFECTS(ROW) };
#undef ROW

enum { BUILT_IN = sizeof built_in / sizeof *built_in };

_Static_assert((int) ZDEPTH_EFFECT_POSITION == (int) ZD_FILTER_OPTION_POSITION,
               "types of parameters");

bool zdepth_effect_at(int index, zdepth_effect *out)
{
    *out = (zdepth_effect){ 0 };
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

static zdepth_effect_param outer_param(const zd_filter_option *option)
{
    return (zdepth_effect_param){ .name = option->name,
                                  .help = option->help,
                                  .type = (zdepth_effect_type) option->type,
                                  .min = option->min,
                                  .max = option->max,
                                  .initial = option->initial,
                                  .initial_text = option->initial_text };
}

static zdepth_effect_type type_of(const zd_effect_field *field)
{
    return field->names != NULL                ? ZDEPTH_EFFECT_CHOICE
           : field->place == ZD_EFFECT_PLACE_X ? ZDEPTH_EFFECT_PLACE_X
           : field->place == ZD_EFFECT_PLACE_Y ? ZDEPTH_EFFECT_PLACE_Y
                                               : ZDEPTH_EFFECT_NUMBER;
}

bool zdepth_effect_param_at(int effect, int index, zdepth_effect_param *out)
{
    *out = (zdepth_effect_param){ 0 };
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
                                      .type = type_of(field),
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
    *out = outer_param(&option);
    return true;
}

static const char *built_in_choice(const zd_effect_desc *desc, int param, int index)
{
    const char *const *names =
        param >= 0 && param < desc->field_count ? desc->fields[param].names : NULL;
    for (int i = 0; names != NULL && i < index && *names != NULL; i++) {
        names++;
    }
    return names != NULL && index >= 0 ? *names : NULL;
}

const char *zdepth_effect_choice(int effect, int param, int index, double *value)
{
    zd_filter_option option;
    if (effect >= 0 && effect < BUILT_IN) {
        const char *chosen = built_in_choice(built_in[effect], param, index);
        *value = index;
        return chosen;
    }
    const char *name = effect >= BUILT_IN ? zd_filter_info_name(effect - BUILT_IN) : NULL;
    return name != NULL && zd_filter_info_option(name, param, &option)
               ? zd_filter_info_choice(name, option.name, index, value)
               : NULL;
}

/* ---- frei0r ---- */

struct zdepth_plugins {
    zd_filter_plugins *list;
};

zdepth_status zdepth_plugins_create(zdepth_context *context, zdepth_plugins **out,
                                    zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && out != NULL);
    zd_error error = { 0 };
    *out = calloc(1, sizeof **out);
    if (*out == NULL) {
        return zd_api_refuse(err, ZDEPTH_ERR_NO_MEMORY, "not enough memory for plug-ins");
    }
    zd_status status = zd_filter_plugins_create(context->core, NULL, &(*out)->list, &error);
    if (status != ZD_OK) {
        zdepth_plugins_destroy(out);
    }
    return zd_api_answer(status, &error, err);
}

void zdepth_plugins_destroy(zdepth_plugins **plugins)
{
    if (*plugins != NULL) {
        zd_filter_plugins_destroy(&(*plugins)->list);
        free(*plugins);
        *plugins = NULL;
    }
}

int zdepth_plugins_count(const zdepth_plugins *plugins)
{
    return zd_filter_plugins_count(plugins->list);
}

const char *zdepth_plugins_name(const zdepth_plugins *plugins, int index)
{
    return zd_filter_plugins_name(plugins->list, index);
}

zdepth_status zdepth_plugins_ask(zdepth_plugins *plugins, int index, zdepth_effect *out,
                                 zdepth_error *err)
{
    ZD_API_REQUIRE(err, plugins != NULL && out != NULL);
    zd_error error = { 0 };
    const char *name = zd_filter_plugins_name(plugins->list, index);
    if (name == NULL) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT,
                             "there is no plug-in %d; there are %d", index,
                             zd_filter_plugins_count(plugins->list));
    }
    zd_status status = zd_filter_plugins_ask(plugins->list, index, &error);
    if (status == ZD_OK) {
        *out = (zdepth_effect){ name, zd_filter_plugins_help(plugins->list, index),
                                ZDEPTH_EFFECT_FREI0R,
                                zd_filter_plugins_param_count(plugins->list, index) };
    }
    return zd_api_answer(status, &error, err);
}

bool zdepth_plugins_param_at(const zdepth_plugins *plugins, int index, int param,
                             zdepth_effect_param *out)
{
    *out = (zdepth_effect_param){ 0 };
    zd_filter_option option;
    if (zd_filter_plugins_name(plugins->list, index) == NULL ||
        !zd_filter_plugins_param(plugins->list, index, param, &option))
    {
        return false;
    }
    *out = outer_param(&option);
    return true;
}
