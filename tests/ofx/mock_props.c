/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Property sets: any name, of one type, up to a fixed count of values. */

#include "mock_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

mock_prop *mock_props_find(ofx_props set, const char *name)
{
    for (int i = 0; i < set->count; i++) {
        if (strcmp(set->props[i].name, name) == 0) {
            return &set->props[i];
        }
    }
    return NULL;
}

static mock_prop *find_or_add(ofx_props set, const char *name, char type)
{
    mock_prop *found = mock_props_find(set, name);
    if (found != NULL) {
        return found;
    }
    if (set->count == set->capacity) {
        set->capacity = set->capacity > 0 ? set->capacity * 2 : 8;
        set->props = realloc(set->props, (size_t) set->capacity * sizeof *set->props);
    }
    mock_prop *prop = &set->props[set->count++];
    memset(prop, 0, sizeof *prop);
    snprintf(prop->name, sizeof prop->name, "%s", name);
    prop->type = type;
    return prop;
}

void mock_props_clear(ofx_props set)
{
    for (int i = 0; i < set->count; i++) {
        for (int v = 0; v < MOCK_VALUES; v++) {
            free(set->props[i].texts[v]);
        }
    }
    free(set->props);
    *set = (struct ofx_property_set_s){ 0 };
}

void mock_props_copy(ofx_props to, ofx_props from)
{
    to->capacity = from->count;
    to->count = from->count;
    to->props = malloc((size_t) (from->count + 1) * sizeof *to->props);
    for (int i = 0; i < from->count; i++) {
        to->props[i] = from->props[i];
        for (int v = 0; v < MOCK_VALUES; v++) {
            char *text = from->props[i].texts[v];
            to->props[i].texts[v] = text != NULL ? strdup(text) : NULL;
        }
    }
}

ofx_props mock_props_create(void)
{
    return calloc(1, sizeof(struct ofx_property_set_s));
}

void mock_props_free(ofx_props props)
{
    mock_props_clear(props);
    free(props);
}

/* Names that came after version 1.2 and that old hosts refuse. */
static bool is_refused(const char *name)
{
    static const char *const late[] = { "OfxPropPluginDescription",
                                        "OfxImageEffectPropCPURenderSupported",
                                        "OfxImageEffectPropOpenGLRenderSupported",
                                        "OfxImageEffectPluginPropOverlayInteractV2",
                                        "OfxParamPropScriptName",
                                        "OfxParamPropDefaultCoordinateSystem",
                                        "OfxImageEffectInstancePropSequentialRender",
                                        "OfxParamPropCanUndo",
                                        "OfxParamPropStringMode" };
    for (size_t i = 0; mock_how.refuse_setting && i < sizeof late / sizeof *late; i++) {
        if (strcmp(name, late[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Makes room for a value; NULL: the host refuses it. */
static mock_prop *writable(ofx_props set, const char *name, int index, char type)
{
    if (index < 0 || index >= MOCK_VALUES || is_refused(name)) {
        return NULL;
    }
    mock_prop *p = find_or_add(set, name, type);
    p->count = p->count > index ? p->count : index + 1;
    return p;
}

static ofx_status set_pointer(ofx_props set, const char *name, int index, void *value)
{
    mock_prop *p = writable(set, name, index, 'p');
    if (p != NULL) {
        p->pointers[index] = value;
    }
    return p != NULL ? OFX_OK : OFX_ERR_UNKNOWN;
}

static ofx_status set_string(ofx_props set, const char *name, int index, const char *value)
{
    mock_prop *p = writable(set, name, index, 's');
    if (p == NULL) {
        return index >= MOCK_VALUES ? OFX_ERR_BAD_INDEX : OFX_ERR_UNKNOWN;
    }
    free(p->texts[index]);
    p->texts[index] = strdup(value);
    return OFX_OK;
}

static ofx_status set_double(ofx_props set, const char *name, int index, double value)
{
    mock_prop *p = writable(set, name, index, 'd');
    if (p != NULL) {
        p->numbers[index] = value;
    }
    return p != NULL ? OFX_OK : OFX_ERR_UNKNOWN;
}

static ofx_status set_int(ofx_props set, const char *name, int index, int value)
{
    mock_prop *p = writable(set, name, index, 'i');
    if (p != NULL) {
        p->ints[index] = value;
    }
    return p != NULL ? OFX_OK : OFX_ERR_UNKNOWN;
}

static mock_prop *readable(ofx_props set, const char *name, int index, char type)
{
    mock_prop *p = set != NULL ? mock_props_find(set, name) : NULL;
    return p != NULL && p->type == type && index >= 0 && index < p->count ? p : NULL;
}

static ofx_status get_pointer(ofx_props set, const char *name, int index, void **value)
{
    mock_prop *p = readable(set, name, index, 'p');
    if (p != NULL) {
        *value = p->pointers[index];
    }
    return p != NULL ? OFX_OK : OFX_ERR_UNKNOWN;
}

static ofx_status get_string(ofx_props set, const char *name, int index, char **value)
{
    mock_prop *p = readable(set, name, index, 's');
    if (p != NULL) {
        *value = p->texts[index];
    }
    return p != NULL ? OFX_OK : OFX_ERR_UNKNOWN;
}

static ofx_status get_double(ofx_props set, const char *name, int index, double *value)
{
    mock_prop *p = readable(set, name, index, 'd');
    if (p != NULL) {
        *value = p->numbers[index];
    }
    return p != NULL ? OFX_OK : OFX_ERR_UNKNOWN;
}

static ofx_status get_int(ofx_props set, const char *name, int index, int *value)
{
    mock_prop *p = readable(set, name, index, 'i');
    if (p != NULL) {
        *value = p->ints[index];
    }
    return p != NULL ? OFX_OK : OFX_ERR_UNKNOWN;
}

static ofx_status get_dimension(ofx_props set, const char *name, int *count)
{
    mock_prop *p = mock_props_find(set, name);
    if (p == NULL || mock_how.fail_dimension) {
        return OFX_ERR_UNKNOWN;
    }
    *count = p->count;
    return OFX_OK;
}

void mock_props_int(ofx_props props, const char *name, int index, int value)
{
    set_int(props, name, index, value);
}

void mock_props_number(ofx_props props, const char *name, int index, double value)
{
    set_double(props, name, index, value);
}

void mock_props_text(ofx_props props, const char *name, const char *value)
{
    set_string(props, name, 0, value);
}

void mock_props_pointer(ofx_props props, const char *name, void *value)
{
    set_pointer(props, name, 0, value);
}

const ofx_property_suite mock_property_suite = {
    .set_pointer = set_pointer,
    .set_string = set_string,
    .set_double = set_double,
    .set_int = set_int,
    .get_pointer = get_pointer,
    .get_string = get_string,
    .get_double = get_double,
    .get_int = get_int,
    .get_dimension = get_dimension,
};
