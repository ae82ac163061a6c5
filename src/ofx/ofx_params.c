/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Parameters: made from the one table, and read back into it. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ofx/ofx_effect.h"

static const char *const transfers[] = { "auto", "video (BT.709)", "sRGB", "linear", NULL };

static const zd_ofx_extra_desc extras[ZD_OFX_EXTRA_COUNT] = {
    [ZD_OFX_AUTO_DEPTH] = { "auto_depth", "OfxParamTypeBoolean", "Automatic depth",
                            "Depth In and Depth Out are found: from the selection boxes, else from "
                            "the shot. Moving Depth In or Depth Out turns this off.",
                            ZD_GROUP_MATTE, true, false, NULL },
    [ZD_OFX_LOCK_RANGE] = { "lock_range", "OfxParamTypeBoolean", "Lock range",
                            "Furthest and Nearest count as typed. Off: they are measured.",
                            ZD_GROUP_MATTE, false, false, NULL },
    [ZD_OFX_ANALYSE] = { "analyse", "OfxParamTypePushButton", "Analyse",
                         "Looks at every frame of the clip: finds its shots, and for each one the "
                         "range of its depths, so that nothing flickers.",
                         ZD_GROUP_DEPTH, false, false, NULL },
    [ZD_OFX_CLEAR_ANALYSIS] = { "clear_analysis", "OfxParamTypePushButton", "Forget analysis",
                                "Each frame is measured by itself again.", ZD_GROUP_DEPTH, false,
                                false, NULL },
    [ZD_OFX_BOX_A] = { "box_a", "OfxParamTypeDouble2D", "Box corner A",
                       "A corner of a selection box, from 0, 0 (bottom left) to 1, 1.",
                       ZD_GROUP_MATTE, false, false, NULL },
    [ZD_OFX_BOX_B] = { "box_b", "OfxParamTypeDouble2D", "Box corner B",
                       "The opposite corner of the selection box.", ZD_GROUP_MATTE, false, false,
                       NULL },
    [ZD_OFX_ADD_BOX] = { "add_box", "OfxParamTypePushButton", "Add box",
                         "Takes the depths inside the box into the foreground.", ZD_GROUP_MATTE,
                         false, false, NULL },
    [ZD_OFX_SUBTRACT_BOX] = { "subtract_box", "OfxParamTypePushButton", "Subtract box",
                              "Takes the depths inside the box out of the foreground.",
                              ZD_GROUP_MATTE, false, false, NULL },
    [ZD_OFX_CLEAR_BOXES] = { "clear_boxes", "OfxParamTypePushButton", "Clear boxes",
                             "Forgets all selection boxes.", ZD_GROUP_MATTE, false, false, NULL },
    [ZD_OFX_TRANSFER] = { "transfer", "OfxParamTypeChoice", "Light",
                          "What the picture's numbers mean. auto: linear in Nuke and Natron, video "
                          "elsewhere.",
                          ZD_GROUP_SOURCE, false, false, transfers },
    [ZD_OFX_SWAP_INPUTS] = { "swap_inputs", "OfxParamTypeBoolean", "Swap inputs",
                             "Exchanges the footage and what is put between its layers.",
                             ZD_GROUP_INSERT, false, true, NULL },
    [ZD_OFX_OWN_DEPTH] = { "own_depth", "OfxParamTypeBoolean", "Own depth",
                           "The insert stands at its own depth: what is nearer hides it.",
                           ZD_GROUP_INSERT, false, true, NULL },
    [ZD_OFX_BOXES] = { "boxes", "OfxParamTypeString", "Boxes", "", ZD_GROUP_MATTE, false, false,
                       NULL },
    [ZD_OFX_ANALYSIS] = { "analysis", "OfxParamTypeString", "Analysis", "", ZD_GROUP_DEPTH, false,
                          false, NULL },
};

const zd_ofx_extra_desc *zd_ofx_extra_describe(zd_ofx_extra extra)
{
    return &extras[extra];
}

bool zd_ofx_shows(bool is_compositor, zd_param_id id)
{
    const zd_param_desc *d = zd_param_describe(id);
    bool filter_only = id == ZD_P_MASK_EFFECTS || id == ZD_P_TRANSPARENCY;
    bool compositor_only = d->group == ZD_GROUP_INSERT;
    return (d->flags & ZD_PARAM_HOST) != 0 && !(filter_only && is_compositor) &&
           !(compositor_only && !is_compositor);
}

static const char *type_of(const zd_param_desc *d)
{
    switch (d->type) {
    case ZD_PARAM_BOOL:
        return "OfxParamTypeBoolean";
    case ZD_PARAM_INT:
        return "OfxParamTypeInteger";
    case ZD_PARAM_NUMBER:
    case ZD_PARAM_TIME:
        return "OfxParamTypeDouble";
    case ZD_PARAM_CHOICE:
        return "OfxParamTypeChoice";
    case ZD_PARAM_TEXT:
    case ZD_PARAM_PATH:
    case ZD_PARAM_COLOUR:
        break;
    }
    return "OfxParamTypeString";
}

static const char *group_of(zd_param_group group)
{
    static const char *const names[ZD_GROUP_COUNT] = { "group_source", "group_depth",
                                                       "group_matte",  "group_insert",
                                                       "group_effect", "group_output" };
    return names[group];
}

static ofx_props define(ofx_param_set set, const char *type, const char *name, const char *label,
                        const char *hint)
{
    ofx_props props = NULL;
    if (zd_ofx_host_get()->params->define(set, type, name, &props) != OFX_OK) {
        return NULL;
    }
    zd_ofx_set_text(props, "OfxPropLabel", 0, label);
    zd_ofx_set_text(props, "OfxPropShortLabel", 0, label);
    zd_ofx_set_text(props, "OfxPropLongLabel", 0, label);
    zd_ofx_set_text(props, "OfxParamPropScriptName", 0, name);
    if (hint[0] != '\0') {
        zd_ofx_set_text(props, "OfxParamPropHint", 0, hint);
    }
    return props;
}

static void set_choices(ofx_props props, const char *const *choices)
{
    for (int i = 0; choices[i] != NULL; i++) {
        zd_ofx_set_text(props, "OfxParamPropChoiceOption", i, choices[i]);
    }
}

static void set_limits(ofx_props props, const zd_param_desc *d)
{
    double low = d->min < -1e5 ? 0.0 : d->min;
    zd_ofx_set_number(props, "OfxParamPropMin", 0, d->min);
    zd_ofx_set_number(props, "OfxParamPropMax", 0, d->max);
    zd_ofx_set_number(props, "OfxParamPropDisplayMin", 0, low);
    zd_ofx_set_number(props, "OfxParamPropDisplayMax", 0, d->soft_max);
    zd_ofx_set_number(props, "OfxParamPropDefault", 0, d->initial);
    zd_ofx_set_number(props, "OfxParamPropIncrement", 0, 0.01);
    zd_ofx_set_int(props, "OfxParamPropDigits", 0, 3);
    zd_ofx_set_text(props, "OfxParamPropDoubleType", 0, "OfxParamDoubleTypePlain");
}

static void define_value(ofx_param_set set, zd_param_id id)
{
    const zd_param_desc *d = zd_param_describe(id);
    ofx_props props = define(set, type_of(d), d->name, d->label, d->help);
    if (props == NULL) {
        return;
    }
    zd_ofx_set_text(props, "OfxParamPropParent", 0, group_of(d->group));
    if (d->type == ZD_PARAM_NUMBER) {
        set_limits(props, d);
    } else if (d->type == ZD_PARAM_TEXT) {
        zd_ofx_set_text(props, "OfxParamPropDefault", 0, d->initial_text);
        zd_ofx_set_text(props, "OfxParamPropStringMode", 0, "OfxParamStringIsSingleLine");
    } else {
        if (d->choices != NULL) {
            set_choices(props, d->choices);
        }
        zd_ofx_set_int(props, "OfxParamPropDefault", 0, (int) d->initial);
    }
    if ((d->flags & ZD_PARAM_KEYED) == 0) {
        zd_ofx_set_int(props, "OfxParamPropAnimates", 0, 0);
    }
    if ((d->flags & ZD_PARAM_NOT_STORED) != 0) {
        zd_ofx_set_int(props, "OfxParamPropPersistant", 0, 0);
    }
    if (id == ZD_P_PRESET) {
        zd_ofx_set_int(props, "OfxParamPropEvaluateOnChange", 0, 0);
        zd_ofx_set_int(props, "OfxParamPropCanUndo", 0, 0);
    }
}

static void set_corner(ofx_props props, double value)
{
    for (int i = 0; i < 2; i++) {
        zd_ofx_set_number(props, "OfxParamPropDefault", i, value);
        zd_ofx_set_number(props, "OfxParamPropMin", i, -10.0);
        zd_ofx_set_number(props, "OfxParamPropMax", i, 10.0);
        zd_ofx_set_number(props, "OfxParamPropDisplayMin", i, 0.0);
        zd_ofx_set_number(props, "OfxParamPropDisplayMax", i, 1.0);
        zd_ofx_set_number(props, "OfxParamPropIncrement", i, 0.01);
    }
    zd_ofx_set_int(props, "OfxParamPropDigits", 0, 4);
    if (zd_ofx_host_get()->kind == ZD_OFX_VEGAS) {
        /* VEGAS draws its own handle for a point and has no overlays. */
        zd_ofx_set_text(props, "OfxParamPropDoubleType", 0,
                        "OfxParamDoubleTypeNormalisedXYAbsolute");
        zd_ofx_set_int(props, "kOfxParamPropUseHostOverlayHandle", 0, 1);
    } else {
        zd_ofx_set_text(props, "OfxParamPropDoubleType", 0, "OfxParamDoubleTypePlain");
    }
    zd_ofx_set_int(props, "OfxParamPropEvaluateOnChange", 0, 0);
    zd_ofx_set_int(props, "OfxParamPropAnimates", 0, 0);
}

static void define_extra(ofx_param_set set, zd_ofx_extra extra)
{
    const zd_ofx_extra_desc *d = &extras[extra];
    ofx_props props = define(set, d->type, d->name, d->label, d->hint);
    if (props == NULL) {
        return;
    }
    zd_ofx_set_text(props, "OfxParamPropParent", 0, group_of(d->group));
    if (extra == ZD_OFX_BOX_A || extra == ZD_OFX_BOX_B) {
        set_corner(props, extra == ZD_OFX_BOX_A ? 0.4 : 0.6);
    } else if (extra == ZD_OFX_BOXES || extra == ZD_OFX_ANALYSIS) {
        zd_ofx_set_text(props, "OfxParamPropDefault", 0, "");
        zd_ofx_set_text(props, "OfxParamPropStringMode", 0, "OfxParamStringIsMultiLine");
        zd_ofx_set_int(props, "OfxParamPropSecret", 0, 1);
        zd_ofx_set_int(props, "OfxParamPropAnimates", 0, 0);
    } else if (strcmp(d->type, "OfxParamTypePushButton") != 0) {
        if (d->choices != NULL) {
            set_choices(props, d->choices);
        }
        zd_ofx_set_int(props, "OfxParamPropDefault", 0, d->initial);
        zd_ofx_set_int(props, "OfxParamPropAnimates", 0, 0);
    }
}

/* Where an extra stands among the table's parameters: before this one. */
static zd_param_id place_of(zd_ofx_extra extra)
{
    switch (extra) {
    case ZD_OFX_TRANSFER:
        return ZD_P_DEPTH_MAP_TYPE;
    case ZD_OFX_ANALYSE:
    case ZD_OFX_CLEAR_ANALYSIS:
    case ZD_OFX_ANALYSIS:
        return ZD_P_PRESET;
    case ZD_OFX_LOCK_RANGE:
        return ZD_P_FURTHEST;
    case ZD_OFX_AUTO_DEPTH:
        return ZD_P_DEPTH_IN;
    case ZD_OFX_BOX_A:
    case ZD_OFX_BOX_B:
    case ZD_OFX_ADD_BOX:
    case ZD_OFX_SUBTRACT_BOX:
    case ZD_OFX_CLEAR_BOXES:
    case ZD_OFX_BOXES:
        return ZD_P_AUTO_FEATHER;
    case ZD_OFX_SWAP_INPUTS:
    case ZD_OFX_OWN_DEPTH:
        return ZD_P_AT_DEPTH;
    case ZD_OFX_EXTRA_COUNT:
        break;
    }
    return ZD_PARAM_COUNT;
}

static void define_groups(ofx_param_set set, bool is_compositor)
{
    for (int group = 0; group < ZD_GROUP_OUTPUT; group++) {
        if (group == ZD_GROUP_INSERT && !is_compositor) {
            continue;
        }
        const char *label =
            group == ZD_GROUP_INSERT ? "Insert" : zd_param_group_label((zd_param_group) group);
        ofx_props props =
            define(set, "OfxParamTypeGroup", group_of((zd_param_group) group), label, "");
        if (props != NULL) {
            zd_ofx_set_int(props, "OfxParamPropGroupOpen", 0, group != ZD_GROUP_SOURCE);
        }
    }
}

void zd_ofx_define_params(ofx_effect descriptor, bool is_compositor)
{
    ofx_param_set set = NULL;
    if (zd_ofx_host_get()->effect->get_param_set(descriptor, &set) != OFX_OK) {
        return;
    }
    const char *children[ZD_PARAM_COUNT + ZD_OFX_EXTRA_COUNT];
    int count = 0;
    define_groups(set, is_compositor);
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        for (int e = 0; e < ZD_OFX_EXTRA_COUNT; e++) {
            if (place_of((zd_ofx_extra) e) == (zd_param_id) id &&
                (is_compositor || !extras[e].compositor_only)) {
                define_extra(set, (zd_ofx_extra) e);
                children[count++] = extras[e].name;
            }
        }
        if (zd_ofx_shows(is_compositor, (zd_param_id) id)) {
            define_value(set, (zd_param_id) id);
            children[count++] = zd_param_describe((zd_param_id) id)->name;
        }
    }
    ofx_props page = define(set, "OfxParamTypePage", "page", "Z-Depth", "");
    for (int i = 0; page != NULL && i < count; i++) {
        zd_ofx_set_text(page, "OfxParamPropPageChild", i, children[i]);
    }
}

/* Reading. */

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

int zd_ofx_extra_int(const zd_ofx_instance *instance, zd_ofx_extra extra, ofx_time time)
{
    return (int) zd_ofx_value(instance->extras[extra], time, true, extras[extra].initial);
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

static bool is_left_to_the_engine(const zd_ofx_instance *instance, zd_param_id id, ofx_time time)
{
    bool range = id == ZD_P_FURTHEST || id == ZD_P_NEAREST;
    bool depth = id == ZD_P_DEPTH_IN || id == ZD_P_DEPTH_OUT;
    return (range && zd_ofx_extra_int(instance, ZD_OFX_LOCK_RANGE, time) == 0) ||
           (depth && zd_ofx_extra_int(instance, ZD_OFX_AUTO_DEPTH, time) != 0) ||
           (id == ZD_P_AT_DEPTH && zd_ofx_extra_int(instance, ZD_OFX_OWN_DEPTH, time) == 0) ||
           id == ZD_P_PRESET;
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

zd_status zd_ofx_read_params(zd_ofx_instance *instance, zd_context *ctx, ofx_time time,
                             zd_params *out, zd_error *err)
{
    zd_params_init(out, ctx);
    for (int i = 0; i < ZD_PARAM_COUNT; i++) {
        zd_param_id id = (zd_param_id) i;
        const zd_param_desc *d = zd_param_describe(id);
        if (!zd_ofx_shows(instance->is_compositor, id) || is_left_to_the_engine(instance, id, time))
        {
            continue;
        }
        if (d->type == ZD_PARAM_TEXT) {
            ZD_TRY(read_text(instance, id, time, out, err));
            continue;
        }
        double value =
            zd_ofx_value(instance->values[id], time, d->type != ZD_PARAM_NUMBER, d->initial);
        value = value < d->min ? d->min : value > d->max ? d->max : value;
        ZD_TRY(zd_params_set_number(out, id, value, err));
    }
    return ZD_OK;
}
