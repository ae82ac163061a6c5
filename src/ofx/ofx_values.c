/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What the parameters say at a time, as the engine takes it. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ofx/ofx_effect.h"

double zd_ofx_value(ofx_param param, ofx_time time, bool is_whole, double otherwise)
{
    const ofx_param_suite *suite = zd_ofx_host_get()->params;
    double number = otherwise;
    int whole = (int) otherwise;
    if (param == NULL) {
        return otherwise;
    }
    if (is_whole) {
        return suite->get_value_at_time(param, time, &whole) == OFX_OK ? whole : otherwise;
    }
    return suite->get_value_at_time(param, time, &number) == OFX_OK && !isnan(number) ? number
                                                                                      : otherwise;
}

double zd_ofx_value_of(const zd_ofx_instance *instance, zd_param_id id, ofx_time time)
{
    const zd_param_desc *d = zd_param_describe(id);
    assert(!zd_ofx_is_text(d));
    return zd_ofx_value(instance->values[id], time, !zd_ofx_is_real(d), d->initial);
}

ofx_point_d zd_ofx_picked(const zd_ofx_instance *instance, ofx_time time)
{
    ofx_point_d at = { 0.5, 0.5 };
    ofx_param param = instance->extras[ZD_OFX_PICK];
    return param != NULL &&
                   zd_ofx_host_get()->params->get_value_at_time(param, time, &at.x, &at.y) == OFX_OK
               ? at
               : (ofx_point_d){ 0.5, 0.5 };
}

int zd_ofx_extra_int(const zd_ofx_instance *instance, zd_ofx_extra extra, ofx_time time)
{
    return (int) zd_ofx_value(instance->extras[extra], time, true,
                              zd_ofx_extra_describe(extra)->initial);
}

const char *zd_ofx_extra_text(const zd_ofx_instance *instance, zd_ofx_extra extra)
{
    char *text = NULL;
    ofx_param param = instance->extras[extra];
    if (param == NULL ||
        zd_ofx_host_get()->params->get_value_at_time(param, 0.0, &text) != OFX_OK || text == NULL)
    {
        return "";
    }
    return text;
}

const char *zd_ofx_value_text(const zd_ofx_instance *instance, zd_param_id id)
{
    char *text = NULL;
    ofx_param param = instance->values[id];
    return param != NULL &&
                   zd_ofx_host_get()->params->get_value_at_time(param, 0.0, &text) == OFX_OK &&
                   text != NULL
               ? text
               : "";
}

int zd_ofx_scale_of_choice(int choice)
{
    static const int of[] = { ZD_OFX_SCALE_TEN, ZD_OFX_SCALE_ABSOLUTE, ZD_OFX_SCALE_NORMALISED };
    return of[choice < 0 || choice > 2 ? 0 : choice];
}

int zd_ofx_scale(const zd_ofx_instance *instance, ofx_time time)
{
    return instance->form.is_first
               ? (int) zd_ofx_value(instance->values[ZD_P_MODE], time, true, 0.0)
               : zd_ofx_scale_of_choice(zd_ofx_extra_int(instance, ZD_OFX_SCALE, time));
}

/* The first version: switches. */
static bool is_switched_off(const zd_ofx_instance *instance, zd_param_id id, ofx_time time)
{
    bool range = id == ZD_P_FURTHEST || id == ZD_P_NEAREST;
    bool depth = id == ZD_P_DEPTH_IN || id == ZD_P_DEPTH_OUT;
    return (range && zd_ofx_extra_int(instance, ZD_OFX_LOCK_RANGE, time) == 0) ||
           (depth && zd_ofx_extra_int(instance, ZD_OFX_AUTO_DEPTH, time) != 0) ||
           (id == ZD_P_AT_DEPTH && zd_ofx_extra_int(instance, ZD_OFX_OWN_DEPTH, time) == 0);
}

/* The second: the value itself. */
static bool is_left_to_the_engine(const zd_ofx_instance *instance, zd_param_id id, double value,
                                  ofx_time time)
{
    return instance->form.is_first ? is_switched_off(instance, id, time)
                                   : zd_ofx_is_automatic(id) && value < ZD_OFX_AUTOMATIC_BELOW;
}

static double scaled(const zd_ofx_instance *instance, zd_param_id id, double value, ofx_time time)
{
    bool is_depth = id == ZD_P_DEPTH_IN || id == ZD_P_DEPTH_OUT || id == ZD_P_AT_DEPTH;
    if (instance->form.is_first || !zd_ofx_is_automatic(id)) {
        return value;
    }
    value = fmax(value, 0.0); /* a hand that slipped below the slider's 0 */
    return is_depth && zd_ofx_scale(instance, time) == ZD_OFX_SCALE_TEN ? value / ZD_OFX_TEN
                                                                        : value;
}

static zd_status read_text(const zd_ofx_instance *instance, zd_param_id id, ofx_time time,
                           zd_params *out, zd_error *err)
{
    char *text = NULL;
    ofx_param param = instance->values[id];
    if (param == NULL ||
        zd_ofx_host_get()->params->get_value_at_time(param, time, &text) != OFX_OK ||
        text == NULL || text[0] == '\0')
    {
        return ZD_OK;
    }
    return zd_params_set_text(out, id, text, err);
}

static zd_status read_value(const zd_ofx_instance *instance, zd_param_id id, ofx_time time,
                            zd_params *out, zd_error *err)
{
    const zd_param_desc *d = zd_param_describe(id);
    double value = zd_ofx_value_of(instance, id, time);
    if (is_left_to_the_engine(instance, id, value, time)) {
        return ZD_OK;
    }
    value = scaled(instance, id, value, time);
    value = value < d->min ? d->min : value > d->max ? d->max : value;
    return zd_params_set_number(out, id, value, err);
}

/* The preset counts as long as it is chosen. */
static zd_status put_preset(const zd_ofx_instance *instance, ofx_time time, zd_params *out,
                            zd_error *err)
{
    zd_project project;
    int preset = (int) zd_ofx_value(instance->values[ZD_P_PRESET], time, true, ZD_PRESET_NONE);
    if (preset <= ZD_PRESET_NONE || preset >= ZD_PRESET_COUNT) {
        return ZD_OK;
    }
    zd_project_init(&project, out->ctx);
    zd_status status = zd_project_apply_preset(&project, preset, err);
    for (int id = 0; id < ZD_PARAM_COUNT && status == ZD_OK; id++) {
        if (zd_params_is_set(&project.params, (zd_param_id) id)) {
            status =
                zd_params_set_number(out, (zd_param_id) id,
                                     zd_params_number(&project.params, (zd_param_id) id, 0.0), err);
        }
    }
    zd_project_finish(&project);
    return status;
}

zd_status zd_ofx_read_params(zd_ofx_instance *instance, zd_context *ctx, ofx_time time,
                             zd_params *out, zd_error *err)
{
    zd_params_init(out, ctx);
    for (int i = 0; i < ZD_PARAM_COUNT; i++) {
        zd_param_id id = (zd_param_id) i;
        if (!zd_ofx_shows(instance->form, id) || id == ZD_P_PRESET) {
            continue;
        }
        ZD_TRY(zd_ofx_is_text(zd_param_describe(id)) ? read_text(instance, id, time, out, err)
                                                     : read_value(instance, id, time, out, err));
    }
    if (instance->form.is_first) {
        return ZD_OK;
    }
    if (zd_ofx_scale(instance, time) != ZD_OFX_SCALE_ABSOLUTE) {
        ZD_TRY(zd_params_set_number(out, ZD_P_MODE, 1.0, err));
    }
    return put_preset(instance, time, out, err);
}

/* ---- built-in effects ---- */

/* "zblur=focus=0.8:radius=0.02" of the choice and its numbers. */
static void write_chain(const zd_ofx_instance *instance, int chosen, ofx_time time, zd_text *out)
{
    assert(chosen >= 0 && chosen < zd_effect_count());
    zd_ofx_field f;
    int count = 0;
    zd_text_format(out, "%s", zd_effect_at(chosen)->name);
    for (int n = 0; zd_ofx_field_at(n, &f); n++) {
        if (f.effect == chosen) {
            double initial = (double) f.field->initial;
            double value = zd_ofx_value(instance->fields[n], time, f.field->names != NULL, initial);
            value = fmin(fmax(value, (double) f.field->min), (double) f.field->max);
            zd_text_format(out, "%c%s=%.9g", count++ == 0 ? '=' : ':', f.field->name, value);
        }
    }
}

zd_status zd_ofx_read_chain(const zd_ofx_instance *instance, const zd_params *params, ofx_time time,
                            zd_effect_chain *out, zd_error *err)
{
    assert(params != NULL);
    zd_text text;
    zd_status status = ZD_OK;
    const char *typed = zd_params_text(params, ZD_P_EFFECT);
    int chosen = zd_ofx_extra_int(instance, ZD_OFX_BUILTIN, time) - 1;
    *out = (zd_effect_chain){ 0 };
    if (typed != NULL) {
        ZD_TRY(zd_effect_parse(typed, 0.0, out, err));
        return out->count > 0 ? ZD_OK
                              : zd_fail(err, ZD_ERR_UNSUPPORTED,
                                        "the effect '%s' is none of the built-in ones; put other "
                                        "effects before Z-Depth",
                                        typed);
    }
    if (chosen < 0 || chosen >= zd_effect_count()) {
        return ZD_OK;
    }
    zd_text_init(&text, params->ctx);
    write_chain(instance, chosen, time, &text);
    status =
        text.failed ? zd_fail_memory(err, "an effect") : zd_effect_parse(text.data, 0.0, out, err);
    zd_text_release(&text);
    return status;
}

/* ---- inserts ---- */

bool zd_ofx_has_inserts(const zd_ofx_instance *instance)
{
    return zd_ofx_value_text(instance, ZD_P_TITLE)[0] != '\0' ||
           zd_ofx_value_text(instance, ZD_P_INSERT)[0] != '\0' ||
           zd_ofx_extra_text(instance, ZD_OFX_MORE)[0] != '\0';
}

static zd_status copy_value(const zd_params *from, zd_param_id id, zd_params *to, zd_error *err)
{
    if (!zd_params_is_set(from, id)) {
        return ZD_OK;
    }
    return zd_ofx_is_text(zd_param_describe(id))
               ? zd_params_set_text(to, id, zd_params_text(from, id), err)
               : zd_params_set_number(to, id, zd_params_number(from, id, 0.0), err);
}

/* The insert of a title or a file, with what it has of the numbers that both share. */
static zd_status add_insert(const zd_params *params, zd_param_id what, zd_project *out,
                            zd_error *err)
{
    zd_params *insert;
    if (!zd_params_is_set(params, what)) {
        return ZD_OK;
    }
    ZD_TRY(zd_project_add_insert(out, &insert, err));
    for (int i = 0; i < ZD_PARAM_COUNT; i++) {
        const zd_param_desc *d = zd_param_describe((zd_param_id) i);
        unsigned other = what == ZD_P_TITLE ? ZD_PARAM_FILE : ZD_PARAM_TITLE;
        if (d->group == ZD_GROUP_INSERT && (d->flags & other) == 0) {
            ZD_TRY(copy_value(params, (zd_param_id) i, insert, err));
        }
    }
    return ZD_OK;
}

/* The file lies below the title; what is typed, above both. */
zd_status zd_ofx_read_inserts(const zd_ofx_instance *instance, const zd_params *params,
                              zd_project *out, zd_error *err)
{
    ZD_TRY(
        zd_engine_read_inserts("More inserts", zd_ofx_extra_text(instance, ZD_OFX_MORE), out, err));
    int typed = out->insert_count;
    ZD_TRY(add_insert(params, ZD_P_INSERT, out, err));
    ZD_TRY(add_insert(params, ZD_P_TITLE, out, err));
    for (int i = typed; i < out->insert_count; i++) {
        zd_project_move_insert(out, i, i - typed);
    }
    return ZD_OK;
}
