/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Parameters: made from the one table, the effects' own lists, and what only plug-ins have. Their
 * values are read in ofx_values.c. */

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "ofx/ofx_effect.h"

static const char *const transfers[] = { "auto", "video (BT.709)", "sRGB", "linear", NULL };
static const char *const scales[] = { "0 to 10", "absolute", "normalised", NULL };

#define BOOLEAN "OfxParamTypeBoolean"
#define BUTTON  "OfxParamTypePushButton"
#define CHOICE  "OfxParamTypeChoice"
#define POINT   "OfxParamTypeDouble2D"
#define STRING  "OfxParamTypeString"

static const zd_ofx_extra_desc extras[ZD_OFX_EXTRA_COUNT] = {
    [ZD_OFX_SCALE] = { .name = "scale",
                       .type = CHOICE,
                       .label = "Scale",
                       .hint =
                           "What Depth In and Depth Out count in. 0 to 10: 0 is the furthest of the "
                           "shot, 10 the nearest; absolute: the values as the network or map gives "
                           "them; normalised: 0 to 1. Changing it keeps the picture.",
                       .group = ZD_GROUP_MATTE,
                       .who = ZD_OFX_IN_SECOND,
                       .before = ZD_P_FURTHEST,
                       .choices = scales },
    [ZD_OFX_AUTO_DEPTH] = { .name = "auto_depth",
                            .type = BOOLEAN,
                            .label = "Automatic depth",
                            .hint =
                                "Depth In and Depth Out are found: from the selection boxes, else "
                                "from the shot. Moving Depth In or Depth Out turns this off.",
                            .group = ZD_GROUP_MATTE,
                            .before = ZD_P_DEPTH_IN,
                            .initial = true,
                            .who = ZD_OFX_IN_BOTH | ZD_OFX_NEEDS_CHANGES | ZD_OFX_HELPS },
    [ZD_OFX_LOCK_RANGE] = { .name = "lock_range",
                            .type = BOOLEAN,
                            .label = "Lock range",
                            .hint = "Furthest and Nearest count as typed. Off: they are measured.",
                            .group = ZD_GROUP_MATTE,
                            .before = ZD_P_FURTHEST,
                            .who = ZD_OFX_IN_BOTH | ZD_OFX_NEEDS_CHANGES | ZD_OFX_HELPS },
    [ZD_OFX_FOUND] = { .name = "found",
                       .type = STRING,
                       .label = "Found",
                       .hint = "What the analysis or the boxes have found at this time.",
                       .group = ZD_GROUP_MATTE,
                       .before = ZD_P_DEPTH_IN,
                       .who = ZD_OFX_IN_SECOND | ZD_OFX_NEEDS_CHANGES | ZD_OFX_HELPS },
    [ZD_OFX_ANALYSE] = { .name = "analyse",
                         .type = BUTTON,
                         .label = "Analyse",
                         .hint =
                             "Looks at every frame of the clip: finds its shots, and for each one the "
                             "range of its depths, so that nothing flickers.",
                         .group = ZD_GROUP_DEPTH,
                         .who = ZD_OFX_IN_BOTH,
                         .before = ZD_P_PRESET },
    [ZD_OFX_CLEAR_ANALYSIS] = { .name = "clear_analysis",
                                .type = BUTTON,
                                .label = "Forget analysis",
                                .hint = "Each frame is measured by itself again.",
                                .group = ZD_GROUP_DEPTH,
                                .who = ZD_OFX_IN_BOTH,
                                .before = ZD_P_PRESET },
    [ZD_OFX_ANALYSIS_FILE] = { .name = "analysis_file",
                               .type = STRING,
                               .label = "Analysis file",
                               .hint =
                                   "Ranges and thresholds of the clip's shots as zdepth info --shots "
                                   "writes them, with the steadied depth that it has kept in the "
                                   "depth cache; for hosts without buttons. An analysis made here "
                                   "comes first.",
                               .group = ZD_GROUP_DEPTH,
                               .who = ZD_OFX_IN_SECOND,
                               .before = ZD_P_PRESET },
    [ZD_OFX_BOX_A] = { .name = "box_a",
                       .type = POINT,
                       .label = "Box corner A",
                       .hint = "A corner of a selection box, from 0, 0 (bottom left) to 1, 1.",
                       .group = ZD_GROUP_MATTE,
                       .before = ZD_P_AUTO_FEATHER,
                       .who = ZD_OFX_IN_BOTH | ZD_OFX_NEEDS_CHANGES },
    [ZD_OFX_BOX_B] = { .name = "box_b",
                       .type = POINT,
                       .label = "Box corner B",
                       .hint = "The opposite corner of the selection box.",
                       .group = ZD_GROUP_MATTE,
                       .before = ZD_P_AUTO_FEATHER,
                       .who = ZD_OFX_IN_BOTH | ZD_OFX_NEEDS_CHANGES },
    [ZD_OFX_ADD_BOX] = { .name = "add_box",
                         .type = BUTTON,
                         .label = "Add box",
                         .hint = "Takes the depths inside the box into the foreground.",
                         .group = ZD_GROUP_MATTE,
                         .before = ZD_P_AUTO_FEATHER,
                         .who = ZD_OFX_IN_BOTH | ZD_OFX_NEEDS_CHANGES },
    [ZD_OFX_SUBTRACT_BOX] = { .name = "subtract_box",
                              .type = BUTTON,
                              .label = "Subtract box",
                              .hint = "Takes the depths inside the box out of the foreground.",
                              .group = ZD_GROUP_MATTE,
                              .before = ZD_P_AUTO_FEATHER,
                              .who = ZD_OFX_IN_BOTH | ZD_OFX_NEEDS_CHANGES },
    [ZD_OFX_CLEAR_BOXES] = { .name = "clear_boxes",
                             .type = BUTTON,
                             .label = "Clear boxes",
                             .hint = "Forgets all selection boxes.",
                             .group = ZD_GROUP_MATTE,
                             .before = ZD_P_AUTO_FEATHER,
                             .who = ZD_OFX_IN_BOTH | ZD_OFX_NEEDS_CHANGES },
    [ZD_OFX_TRANSFER] = { .name = "transfer",
                          .type = CHOICE,
                          .label = "Light",
                          .hint =
                              "What the picture's numbers mean. auto: linear in Nuke and Natron, "
                              "video elsewhere.",
                          .group = ZD_GROUP_SOURCE,
                          .who = ZD_OFX_IN_BOTH,
                          .before = ZD_P_DEPTH_MAP_TYPE,
                          .choices = transfers },
    [ZD_OFX_SWAP_INPUTS] = { .name = "swap_inputs",
                             .type = BOOLEAN,
                             .label = "Swap inputs",
                             .hint = "Exchanges the footage and what is put between its layers.",
                             .group = ZD_GROUP_INSERT,
                             .before = ZD_P_AT_DEPTH,
                             .who = ZD_OFX_IN_BOTH | ZD_OFX_OF_COMPOSITOR },
    [ZD_OFX_OWN_DEPTH] = { .name = "own_depth",
                           .type = BOOLEAN,
                           .label = "Own depth",
                           .hint = "The insert stands at its own depth: what is nearer hides it.",
                           .group = ZD_GROUP_INSERT,
                           .before = ZD_P_AT_DEPTH,
                           .who = ZD_OFX_IN_FIRST | ZD_OFX_OF_COMPOSITOR },
    [ZD_OFX_PICK] = { .name = "pick",
                      .type = POINT,
                      .label = "Pick a place",
                      .hint =
                          "A point that the host draws in the picture. Moving it sets X and Y of the "
                          "title and the file.",
                      .group = ZD_GROUP_INSERT,
                      .before = ZD_P_X,
                      .who = ZD_OFX_IN_SECOND | ZD_OFX_NEEDS_CHANGES | ZD_OFX_OF_COMPOSITOR },
    [ZD_OFX_MORE] = { .name = "more_inserts",
                      .type = STRING,
                      .label = "More inserts",
                      .hint =
                          "Any number of titles and files as a project writes them: a line "
                          "[insert] for each, then lines such as title = HELLO, at_depth = 0.6.",
                      .group = ZD_GROUP_INSERT,
                      .before = ZD_P_AT_DEPTH,
                      .who = ZD_OFX_IN_SECOND | ZD_OFX_OF_COMPOSITOR },
    [ZD_OFX_BUILTIN] = { .name = "builtin_effect",
                         .type = CHOICE,
                         .label = "Built-in effect",
                         .hint =
                             "Done where Mask Effects lets it: inside the matte, else everywhere. "
                             "Its numbers are below; Effect says several as text.",
                         .group = ZD_GROUP_EFFECT,
                         .before = ZD_P_EFFECT,
                         .who = ZD_OFX_IN_SECOND | ZD_OFX_OF_FILTER },
    [ZD_OFX_BOXES] = { .name = "boxes",
                       .type = STRING,
                       .label = "Boxes",
                       .hint =
                           "Selection boxes as x,y,width,height in fractions of the frame from the "
                           "upper left, parted by semicolons; a minus sign before one that "
                           "subtracts.",
                       .group = ZD_GROUP_MATTE,
                       .who = ZD_OFX_IN_BOTH,
                       .before = ZD_P_AUTO_FEATHER },
    [ZD_OFX_ANALYSIS] = { .name = "analysis",
                          .type = STRING,
                          .label = "Analysis",
                          .hint = "",
                          .group = ZD_GROUP_DEPTH,
                          .who = ZD_OFX_IN_BOTH,
                          .before = ZD_P_PRESET },
};

const zd_ofx_extra_desc *zd_ofx_extra_describe(zd_ofx_extra extra)
{
    assert(extra < ZD_OFX_EXTRA_COUNT);
    return &extras[extra];
}

bool zd_ofx_has_extra(zd_ofx_form form, zd_ofx_extra extra)
{
    unsigned who = extras[extra].who;
    bool needs_changes = !form.is_first && (who & ZD_OFX_NEEDS_CHANGES) != 0;
    return (who & (form.is_first ? ZD_OFX_IN_FIRST : ZD_OFX_IN_SECOND)) != 0 &&
           !((who & ZD_OFX_OF_FILTER) != 0 && form.is_compositor) &&
           !((who & ZD_OFX_OF_COMPOSITOR) != 0 && !form.is_compositor) &&
           !(needs_changes && zd_ofx_host_get()->kind == ZD_OFX_SILENT);
}

bool zd_ofx_is_automatic(zd_param_id id)
{
    return id == ZD_P_FURTHEST || id == ZD_P_NEAREST || id == ZD_P_DEPTH_IN ||
           id == ZD_P_DEPTH_OUT || id == ZD_P_AT_DEPTH || id == ZD_P_SUBJECT ||
           id == ZD_P_TRACK_DISTANCE || id == ZD_P_TRACK_TIME;
}

bool zd_ofx_is_text(const zd_param_desc *d)
{
    return d->type == ZD_PARAM_TEXT || d->type == ZD_PARAM_PATH || d->type == ZD_PARAM_COLOUR;
}

bool zd_ofx_shows(zd_ofx_form form, zd_param_id id)
{
    const zd_param_desc *d = zd_param_describe(id);
    bool is_idle = id == ZD_P_STABILISE && zd_ofx_host_get()->kind == ZD_OFX_SILENT;
    bool is_other =
        form.is_compositor ? (d->flags & ZD_PARAM_OF_FILTER) != 0 : d->group == ZD_GROUP_INSERT;
    return (d->flags & (form.is_first ? ZD_PARAM_HOST_1 : ZD_PARAM_HOST_2)) != 0 && !is_idle &&
           !is_other;
}

bool zd_ofx_is_real(const zd_param_desc *d)
{
    return d->type == ZD_PARAM_NUMBER || d->type == ZD_PARAM_TIME;
}

bool zd_ofx_field_at(int index, zd_ofx_field *out)
{
    assert(index >= 0);
    for (int e = 0; e < zd_effect_count() && index < ZD_OFX_MAX_FIELDS; e++) {
        const zd_effect_desc *effect = zd_effect_at(e);
        if (effect->sight == ZD_EFFECT_MOVES_LAYERS)
        { /* chosen, it says that it cannot be had here */
            continue;
        }
        if (index < effect->field_count) {
            const zd_effect_field *field = &effect->fields[index];
            *out = (zd_ofx_field){ .effect = e, .field = field };
            snprintf(out->name, sizeof out->name, "%s_%s", effect->name, field->name);
            return true;
        }
        index -= effect->field_count;
    }
    return false;
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
    assert(group < ZD_GROUP_COUNT);
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

/* A number of the second version that may be automatic: the slider begins there. */
static void set_automatic_limits(ofx_props props, zd_param_id id)
{
    bool is_scaled = id == ZD_P_DEPTH_IN || id == ZD_P_DEPTH_OUT || id == ZD_P_AT_DEPTH;
    const zd_param_desc *d = zd_param_describe(id);
    zd_ofx_set_number(props, "OfxParamPropMin", 0, ZD_OFX_AUTOMATIC);
    zd_ofx_set_number(props, "OfxParamPropDisplayMin", 0, ZD_OFX_AUTOMATIC);
    zd_ofx_set_number(props, "OfxParamPropDisplayMax", 0, is_scaled ? ZD_OFX_TEN : d->soft_max);
    zd_ofx_set_number(props, "OfxParamPropDefault", 0, ZD_OFX_AUTOMATIC);
}

static void set_hint(ofx_props props, const char *help, const char *more)
{
    char hint[400];
    snprintf(hint, sizeof hint, "%s %s", help, more);
    zd_ofx_set_text(props, "OfxParamPropHint", 0, hint);
}

static void set_string(ofx_props props, const zd_param_desc *d)
{
    zd_ofx_set_text(props, "OfxParamPropDefault", 0,
                    d->initial_text != NULL ? d->initial_text : "");
    zd_ofx_set_text(props, "OfxParamPropStringMode", 0, "OfxParamStringIsSingleLine");
}

static void define_value(ofx_param_set set, zd_ofx_form form, zd_param_id id)
{
    const zd_param_desc *d = zd_param_describe(id);
    ofx_props props = define(set, type_of(d), d->name, d->label, d->help);
    if (props == NULL) {
        return;
    }
    zd_ofx_set_text(props, "OfxParamPropParent", 0, group_of(d->group));
    if (zd_ofx_is_real(d)) {
        set_limits(props, d);
        if (!form.is_first && zd_ofx_is_automatic(id)) {
            set_automatic_limits(props, id);
            set_hint(props, d->help, "Below 0: automatic.");
        } else if (id == ZD_P_STABILISE) {
            set_hint(props, d->help, "It is Analyse that does it.");
        }
    } else if (zd_ofx_is_text(d)) {
        set_string(props, d);
    } else {
        if (d->choices != NULL) {
            set_choices(props, d->choices);
        }
        zd_ofx_set_int(props, "OfxParamPropDefault", 0, (int) d->initial);
    }
    if (d->needs_clip != NULL) {
        char more[200];
        snprintf(more, sizeof more, ZD_PARAM_NEEDS_CLIP, d->needs_clip);
        set_hint(props, d->help, more);
    }
    if ((d->flags & ZD_PARAM_KEYED) == 0) {
        zd_ofx_set_int(props, "OfxParamPropAnimates", 0, 0);
    }
    bool acts =
        id == ZD_P_PRESET && !form.is_first; /* it is a value like others: hosts may be silent */
    if ((d->flags & ZD_PARAM_NOT_STORED) != 0 && !acts) {
        zd_ofx_set_int(props, "OfxParamPropPersistant", 0, 0);
    }
    if (id == ZD_P_PRESET && form.is_first) {
        zd_ofx_set_int(props, "OfxParamPropEvaluateOnChange", 0, 0);
        zd_ofx_set_int(props, "OfxParamPropCanUndo", 0, 0);
    }
}

/* A closed group for each effect. */
static void define_effect_group(ofx_param_set set, const char *name, const zd_effect_desc *effect)
{
    ofx_props props = define(set, "OfxParamTypeGroup", name, effect->name, effect->summary);
    if (props != NULL) {
        zd_ofx_set_text(props, "OfxParamPropParent", 0, group_of(ZD_GROUP_EFFECT));
        zd_ofx_set_int(props, "OfxParamPropGroupOpen", 0, 0);
    }
}

/* The values of a field that have names, then the numbers of the others. */
static void set_field_choices(ofx_props props, const zd_effect_field *field)
{
    assert(field->names != NULL);
    char number[16];
    bool has_name = true;
    for (int i = 0; i <= (int) field->max; i++) {
        has_name = has_name && field->names[i] != NULL;
        snprintf(number, sizeof number, "%d", i);
        zd_ofx_set_text(props, "OfxParamPropChoiceOption", i, has_name ? field->names[i] : number);
    }
    zd_ofx_set_int(props, "OfxParamPropDefault", 0, (int) field->initial);
}

static void define_field(ofx_param_set set, const char *group, const zd_ofx_field *f)
{
    char label[64];
    bool is_choice = f->field->names != NULL;
    const zd_effect_desc *effect = zd_effect_at(f->effect);
    snprintf(label, sizeof label, "%s %s", effect->name, f->field->name);
    ofx_props props = define(set, is_choice ? "OfxParamTypeChoice" : "OfxParamTypeDouble", f->name,
                             label, f->field->help);
    if (props == NULL) {
        return;
    }
    zd_ofx_set_text(props, "OfxParamPropParent", 0, group);
    if (is_choice) {
        set_field_choices(props, f->field);
        return;
    }
    zd_ofx_set_number(props, "OfxParamPropMin", 0, (double) f->field->min);
    zd_ofx_set_number(props, "OfxParamPropMax", 0, (double) f->field->max);
    zd_ofx_set_number(props, "OfxParamPropDisplayMin", 0, (double) f->field->min);
    zd_ofx_set_number(props, "OfxParamPropDisplayMax", 0, (double) f->field->max);
    zd_ofx_set_number(props, "OfxParamPropDefault", 0, (double) f->field->initial);
    zd_ofx_set_text(props, "OfxParamPropDoubleType", 0, "OfxParamDoubleTypePlain");
}

static void define_fields(ofx_param_set set)
{
    zd_ofx_field f;
    char group[48] = "";
    int effect = -1;
    for (int n = 0; zd_ofx_field_at(n, &f); n++) {
        if (f.effect != effect) {
            effect = f.effect;
            snprintf(group, sizeof group, "group_%s", zd_effect_at(effect)->name);
            define_effect_group(set, group, zd_effect_at(effect));
        }
        define_field(set, group, &f);
    }
}

static void set_builtin(ofx_props props)
{
    zd_ofx_set_text(props, "OfxParamPropChoiceOption", 0, "none");
    for (int e = 0; e < zd_effect_count(); e++) {
        zd_ofx_set_text(props, "OfxParamPropChoiceOption", e + 1, zd_effect_at(e)->name);
    }
}

/* `has_handle`: the host draws the point, in fractions of the frame. */
static void set_corner(ofx_props props, double value, bool has_handle)
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
    if (has_handle) {
        zd_ofx_set_text(props, "OfxParamPropDoubleType", 0,
                        "OfxParamDoubleTypeNormalisedXYAbsolute");
        zd_ofx_set_int(props, "kOfxParamPropUseHostOverlayHandle", 0, 1);
    } else {
        zd_ofx_set_text(props, "OfxParamPropDoubleType", 0, "OfxParamDoubleTypePlain");
    }
    zd_ofx_set_int(props, "OfxParamPropEvaluateOnChange", 0, 0);
    zd_ofx_set_int(props, "OfxParamPropAnimates", 0, 0);
}

static void set_text_extra(ofx_props props, zd_ofx_form form, zd_ofx_extra extra)
{
    bool is_file = extra == ZD_OFX_ANALYSIS_FILE;
    bool is_label = extra == ZD_OFX_FOUND;
    bool is_shown =
        is_file || is_label || extra == ZD_OFX_MORE || (extra == ZD_OFX_BOXES && !form.is_first);
    zd_ofx_set_text(props, "OfxParamPropDefault", 0, "");
    zd_ofx_set_text(props, "OfxParamPropStringMode", 0,
                    is_label  ? "OfxParamStringIsLabel"
                    : is_file ? "OfxParamStringIsSingleLine"
                              : "OfxParamStringIsMultiLine");
    if (!is_shown) {
        zd_ofx_set_int(props, "OfxParamPropSecret", 0, 1);
    }
    zd_ofx_set_int(props, "OfxParamPropAnimates", 0, 0);
}

static void define_extra(ofx_param_set set, zd_ofx_form form, zd_ofx_extra extra)
{
    const zd_ofx_extra_desc *d = &extras[extra];
    bool is_plain = form.is_first && extra == ZD_OFX_BOXES;
    ofx_props props = define(set, d->type, d->name, d->label, is_plain ? "" : d->hint);
    if (props == NULL) {
        return;
    }
    zd_ofx_set_text(props, "OfxParamPropParent", 0, group_of(d->group));
    if (strcmp(d->type, POINT) == 0) {
        /* VEGAS has no overlays, in which we draw boxes ourselves. */
        set_corner(props,
                   extra == ZD_OFX_PICK    ? 0.5
                   : extra == ZD_OFX_BOX_A ? 0.4
                                           : 0.6,
                   extra == ZD_OFX_PICK || zd_ofx_host_get()->kind == ZD_OFX_VEGAS);
    } else if (strcmp(d->type, STRING) == 0) {
        set_text_extra(props, form, extra);
    } else if (strcmp(d->type, BUTTON) != 0) {
        if (d->choices != NULL) {
            set_choices(props, d->choices);
        } else if (extra == ZD_OFX_BUILTIN) {
            set_builtin(props);
        }
        zd_ofx_set_int(props, "OfxParamPropDefault", 0, d->initial);
        zd_ofx_set_int(props, "OfxParamPropAnimates", 0, 0);
    }
    if (!form.is_first && (d->who & ZD_OFX_HELPS) != 0) {
        zd_ofx_set_int(props, "OfxParamPropEvaluateOnChange", 0, 0);
    }
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

/* The page's children, as they are defined. */
typedef struct children {
    const char *names[ZD_PARAM_COUNT + ZD_OFX_EXTRA_COUNT];
    int count;
} children;

static void define_before(ofx_param_set set, zd_ofx_form form, zd_param_id id, children *page)
{
    for (int e = 0; e < ZD_OFX_EXTRA_COUNT; e++) {
        if (extras[e].before == id && zd_ofx_has_extra(form, (zd_ofx_extra) e)) {
            define_extra(set, form, (zd_ofx_extra) e);
            page->names[page->count++] = extras[e].name;
        }
    }
}

void zd_ofx_define_params(ofx_effect descriptor, zd_ofx_form form)
{
    ofx_param_set set = NULL;
    children all = { .count = 0 };
    if (zd_ofx_host_get()->effect->get_param_set(descriptor, &set) != OFX_OK) {
        return;
    }
    define_groups(set, form.is_compositor);
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        define_before(set, form, (zd_param_id) id, &all);
        if (zd_ofx_shows(form, (zd_param_id) id)) {
            define_value(set, form, (zd_param_id) id);
            all.names[all.count++] = zd_param_describe((zd_param_id) id)->name;
        }
        if (id == ZD_P_EFFECT && zd_ofx_has_extra(form, ZD_OFX_BUILTIN)) {
            define_fields(set);
        }
    }
    ofx_props page = define(set, "OfxParamTypePage", "page", "Z-Depth", "");
    for (int i = 0; page != NULL && i < all.count; i++) {
        zd_ofx_set_text(page, "OfxParamPropPageChild", i, all.names[i]);
    }
    assert(all.count <= ZD_PARAM_COUNT + ZD_OFX_EXTRA_COUNT);
}
