/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Parameters; setting one tells the plug-in at once, as hosts do. */

#include "mock_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ofx_param mock_param(ofx_effect effect, const char *name)
{
    for (int i = 0; i < effect->params.count; i++) {
        if (strcmp(effect->params.params[i]->name, name) == 0) {
            return effect->params.params[i];
        }
    }
    return NULL;
}

static ofx_status param_define(ofx_param_set set, const char *type, const char *name,
                               ofx_props *out)
{
    ofx_param param = calloc(1, sizeof *param);
    snprintf(param->name, sizeof param->name, "%s", name);
    snprintf(param->type, sizeof param->type, "%s", type);
    set->params[set->count++] = param;
    *out = &param->props;
    return OFX_OK;
}

static ofx_status param_handle(ofx_param_set set, const char *name, ofx_param *out,
                               ofx_props *props)
{
    for (int i = 0; i < set->count; i++) {
        if (strcmp(set->params[i]->name, name) == 0) {
            *out = set->params[i];
            if (props != NULL) {
                *props = &set->params[i]->props;
            }
            return OFX_OK;
        }
    }
    return OFX_ERR_BAD_HANDLE;
}

static bool has_type(ofx_param param, const char *type)
{
    return strcmp(param->type, type) == 0;
}

static ofx_status get_varied(ofx_param param, va_list list)
{
    if (has_type(param, "OfxParamTypeDouble")) {
        *va_arg(list, double *) = param->numbers[0];
    } else if (has_type(param, "OfxParamTypeDouble2D")) {
        *va_arg(list, double *) = param->numbers[0];
        *va_arg(list, double *) = param->numbers[1];
    } else if (has_type(param, "OfxParamTypeString")) {
        *va_arg(list, char **) = param->text;
    } else {
        *va_arg(list, int *) = param->whole;
    }
    return OFX_OK;
}

static ofx_status param_get(ofx_param param, ...)
{
    va_list list;
    va_start(list, param);
    ofx_status status = get_varied(param, list);
    va_end(list);
    return status;
}

static ofx_status param_get_at(ofx_param param, ofx_time time, ...)
{
    va_list list;
    va_start(list, time);
    ofx_status status = get_varied(param, list);
    va_end(list);
    return status;
}

static void send_changed(ofx_effect effect, const char *name, const char *reason)
{
    ofx_props in = mock_props_create();
    mock_props_text(in, "OfxPropType", "OfxTypeParameter");
    mock_props_text(in, "OfxPropName", name);
    mock_props_text(in, "OfxPropChangeReason", reason);
    mock_props_number(in, "OfxPropTime", 0, 0.0);
    mock_action(effect, "OfxActionInstanceChanged", in, NULL);
    mock_props_free(in);
}

/* Setting tells the plug-in at once, as hosts do. */
static ofx_status param_set(ofx_param param, ...)
{
    va_list list;
    va_start(list, param);
    if (has_type(param, "OfxParamTypeDouble")) {
        param->numbers[0] = va_arg(list, double);
    } else if (has_type(param, "OfxParamTypeDouble2D")) {
        param->numbers[0] = va_arg(list, double);
        param->numbers[1] = va_arg(list, double);
    } else if (has_type(param, "OfxParamTypeString")) {
        char *text = strdup(va_arg(list, char *));
        free(param->text);
        param->text = text;
    } else {
        param->whole = va_arg(list, int);
    }
    va_end(list);
    param->effect->params.sets++;
    send_changed(param->effect, param->name, "OfxChangePluginEdited");
    return OFX_OK;
}

static ofx_status edit_begin(ofx_param_set set, const char *label)
{
    if (set->edit_depth++ == 0) {
        set->edits++;
        snprintf(set->edit_label, sizeof set->edit_label, "%s", label);
    }
    return OFX_OK;
}

static ofx_status edit_end(ofx_param_set set)
{
    set->edit_depth--;
    return OFX_OK;
}

static ofx_status param_props(ofx_param param, ofx_props *out)
{
    *out = &param->props;
    return OFX_OK;
}

const ofx_param_suite mock_param_suite = {
    .define = param_define,
    .get_handle = param_handle,
    .get_property_set = param_props,
    .get_value = param_get,
    .get_value_at_time = param_get_at,
    .set_value = param_set,
    .edit_begin = edit_begin,
    .edit_end = edit_end,
};

static double first_number(ofx_param param, const char *name, int index)
{
    mock_prop *p = mock_props_find(&param->props, name);
    return p != NULL ? p->numbers[index] : 0.0;
}

void mock_param_reset(ofx_param param)
{
    mock_prop *p = mock_props_find(&param->props, "OfxParamPropDefault");
    param->whole = p != NULL ? p->ints[0] : 0;
    param->numbers[0] = first_number(param, "OfxParamPropDefault", 0);
    param->numbers[1] = first_number(param, "OfxParamPropDefault", 1);
    free(param->text);
    param->text = strdup(p != NULL && p->texts[0] != NULL ? p->texts[0] : "");
}

void mock_set_int(ofx_effect effect, const char *name, int value)
{
    mock_param(effect, name)->whole = value;
}

void mock_set_number(ofx_effect effect, const char *name, double value)
{
    mock_param(effect, name)->numbers[0] = value;
}

void mock_set_point(ofx_effect effect, const char *name, double x, double y)
{
    mock_param(effect, name)->numbers[0] = x;
    mock_param(effect, name)->numbers[1] = y;
}

void mock_set_text(ofx_effect effect, const char *name, const char *value)
{
    ofx_param param = mock_param(effect, name);
    free(param->text);
    param->text = strdup(value);
}

void mock_user_edit(ofx_effect effect, const char *name)
{
    ofx_props in = mock_props_create();
    mock_props_text(in, "OfxPropChangeReason", "OfxChangeUserEdited");
    mock_action(effect, "OfxActionBeginInstanceChanged", in, NULL);
    send_changed(effect, name, "OfxChangeUserEdited");
    mock_action(effect, "OfxActionEndInstanceChanged", in, NULL);
    mock_props_free(in);
}
