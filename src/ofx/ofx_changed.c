/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What happens when the user turns a control. These actions come on the host's main thread, where
 * parameters may be set and long work may show progress. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ofx/ofx_effect.h"

void zd_ofx_edit_begin(zd_ofx_instance *i, const char *label)
{
    const ofx_param_suite *suite = zd_ofx_host_get()->params;
    if (suite->edit_begin != NULL) {
        suite->edit_begin(i->set, label);
    }
}

void zd_ofx_edit_end(zd_ofx_instance *i)
{
    const ofx_param_suite *suite = zd_ofx_host_get()->params;
    if (suite->edit_end != NULL) {
        suite->edit_end(i->set);
    }
}

void zd_ofx_set_value(zd_ofx_instance *i, zd_param_id id, double value)
{
    const zd_param_desc *d = zd_param_describe(id);
    assert(!zd_ofx_is_text(d));
    const ofx_param_suite *suite = zd_ofx_host_get()->params;
    double low = !i->form.is_first && zd_ofx_is_automatic(id) ? ZD_OFX_AUTOMATIC : d->min;
    value = fmin(fmax(value, low), d->max);
    if (i->values[id] == NULL) {
        return;
    }
    i->seen[id] = value;
    if (zd_ofx_is_real(d)) {
        suite->set_value(i->values[id], value);
    } else {
        suite->set_value(i->values[id], (int) value);
    }
}

void zd_ofx_set_extra(zd_ofx_instance *i, zd_ofx_extra extra, int value)
{
    assert(extra < ZD_OFX_EXTRA_COUNT);
    if (i->extras[extra] != NULL) {
        i->seen_extras[extra] = value;
        zd_ofx_host_get()->params->set_value(i->extras[extra], value);
    }
}

void zd_ofx_set_extra_text(zd_ofx_instance *i, zd_ofx_extra extra, const char *text)
{
    assert(strcmp(zd_ofx_extra_describe(extra)->type, "OfxParamTypeString") == 0);
    if (i->extras[extra] != NULL) {
        zd_ofx_host_get()->params->set_value(i->extras[extra], text);
    }
}

void zd_ofx_report(zd_ofx_instance *i, zd_status status, const zd_error *err)
{
    if (status == ZD_OK) {
        zd_ofx_untell(i->effect);
    } else if (status != ZD_ERR_CANCELLED) {
        zd_ofx_tell(i->effect, false, err->message);
    }
}

/* ---- what is ignored is greyed out ---- */

static void enable(ofx_param param, bool enabled)
{
    ofx_props props = NULL;
    const ofx_param_suite *suite = zd_ofx_host_get()->params;
    if (param != NULL && suite->get_property_set != NULL &&
        suite->get_property_set(param, &props) == OFX_OK &&
        zd_ofx_int(props, "OfxParamPropEnabled", 0, 1) != enabled)
    {
        zd_ofx_set_int(props, "OfxParamPropEnabled", 0, enabled);
    }
}

static bool is_on(const zd_ofx_instance *i, zd_param_id id)
{
    return zd_ofx_value(i->values[id], 0.0, true, zd_param_describe(id)->initial) != 0.0;
}

static void enable_effects(const zd_ofx_instance *i)
{
    zd_ofx_field f;
    bool cuts = is_on(i, ZD_P_TRANSPARENCY);
    int chosen = zd_ofx_extra_int(i, ZD_OFX_BUILTIN, 0.0) - 1;
    bool by_text = zd_ofx_value_text(i, ZD_P_EFFECT)[0] != '\0';
    enable(i->values[ZD_P_MASK_EFFECTS], !cuts);
    enable(i->values[ZD_P_EFFECT], !cuts);
    enable(i->extras[ZD_OFX_BUILTIN], !cuts && !by_text);
    for (int n = 0; zd_ofx_field_at(n, &f); n++) {
        enable(i->fields[n], !cuts && !by_text && f.effect == chosen);
    }
}

static void enable_insert(const zd_ofx_instance *o)
{
    bool has_title = zd_ofx_value_text(o, ZD_P_TITLE)[0] != '\0';
    bool has_file = zd_ofx_value_text(o, ZD_P_INSERT)[0] != '\0';
    bool has_clip = o->insert != NULL && zd_ofx_clip_connected(o->insert);
    for (int i = 0; i < ZD_PARAM_COUNT; i++) {
        zd_param_id id = (zd_param_id) i;
        const zd_param_desc *d = zd_param_describe(id);
        bool is_what = id == ZD_P_TITLE || id == ZD_P_INSERT;
        bool of_clip = (d->flags & ZD_PARAM_OF_CLIP) != 0 && has_clip;
        bool of_title = (d->flags & ZD_PARAM_FILE) == 0 && has_title;
        bool of_file = (d->flags & ZD_PARAM_TITLE) == 0 && has_file;
        if (d->group == ZD_GROUP_INSERT && !is_what) {
            enable(o->values[id], of_clip || of_title || of_file);
        }
    }
}

void zd_ofx_update_enabled(zd_ofx_instance *i)
{
    if (i->form.is_first || zd_ofx_host_get()->kind == ZD_OFX_SILENT) {
        return;
    }
    bool has_map = (i->map != NULL && zd_ofx_clip_connected(i->map)) ||
                   zd_ofx_value_text(i, ZD_P_DEPTH_MAP)[0] != '\0';
    bool is_locked = zd_ofx_extra_int(i, ZD_OFX_LOCK_RANGE, 0.0) != 0;
    enable(i->values[ZD_P_MODEL], !has_map);
    enable(i->values[ZD_P_DEPTH_MAP_TYPE], has_map);
    enable(i->values[ZD_P_FURTHEST], is_locked);
    enable(i->values[ZD_P_NEAREST], is_locked);
    if (i->form.is_compositor) {
        enable_insert(i);
    } else {
        enable_effects(i);
    }
}

/* ---- several at once ---- */

/* The same values as zd_project_apply_preset. In the second version the choice goes back to none: it is
 * done. */
static void apply_preset(zd_ofx_instance *i, int preset)
{
    zd_project project;
    zd_error err;
    zd_engine *engine = zd_ofx_engine(&err);
    if (engine == NULL || preset < 1) {
        return;
    }
    zd_project_init(&project, zd_engine_context(engine));
    if (zd_project_apply_preset(&project, preset, &err) == ZD_OK) {
        zd_ofx_edit_begin(i, "Preset");
        for (int id = 0; id < ZD_PARAM_COUNT; id++) {
            if (zd_params_is_set(&project.params, (zd_param_id) id)) {
                zd_ofx_set_value(i, (zd_param_id) id,
                                 zd_params_number(&project.params, (zd_param_id) id, 0.0));
            }
        }
        if (!i->form.is_first) {
            zd_ofx_set_value(i, ZD_P_PRESET, ZD_PRESET_NONE);
        }
        zd_ofx_edit_end(i);
    }
    zd_project_finish(&project);
}

/* Another scale changes the numbers, never the picture. */
static void change_scale(zd_ofx_instance *i, int from, int to, ofx_time time)
{
    zd_error err;
    zd_shot shot;
    zd_engine *engine = zd_ofx_engine(&err);
    if (engine == NULL) {
        return;
    }
    double in = zd_ofx_value(i->values[ZD_P_DEPTH_IN], time, false, 5.0);
    double out = zd_ofx_value(i->values[ZD_P_DEPTH_OUT], time, false, 12.0);
    bool has_in = i->form.is_first || in >= ZD_OFX_AUTOMATIC_BELOW;
    bool has_out = i->form.is_first || out >= ZD_OFX_AUTOMATIC_BELOW;
    bool analysed = zd_ofx_find_shot(i, zd_engine_context(engine), time, &shot);
    if (!has_in && !has_out) {
        return;
    }
    if (!analysed && i->form.is_first) {
        shot.range.furthest = (float) zd_ofx_value(i->values[ZD_P_FURTHEST], time, false, 0.0);
        shot.range.nearest = (float) zd_ofx_value(i->values[ZD_P_NEAREST], time, false, 10.0);
    } else if (!analysed && zd_ofx_shot_in_force(i, time, &shot, &err) != ZD_OK) {
        return;
    }
    zd_ofx_convert_scale(shot.range, from, to, &in, &out);
    zd_ofx_edit_begin(i, i->form.is_first ? "Mode" : "Scale");
    if (has_in) {
        zd_ofx_set_value(i, ZD_P_DEPTH_IN, in);
    }
    if (has_out) {
        zd_ofx_set_value(i, ZD_P_DEPTH_OUT, out);
    }
    zd_ofx_edit_end(i);
}

/* ---- automatic, second version ---- */

/* Switched off, the numbers in force become values; switched on, the values become automatic. */
static void switch_automatic(zd_ofx_instance *i, bool is_on_now, ofx_time time)
{
    zd_shot shot;
    zd_error err;
    double in = ZD_OFX_AUTOMATIC;
    double out = ZD_OFX_AUTOMATIC;
    if (!is_on_now) {
        zd_status status = zd_ofx_shot_in_force(i, time, &shot, &err);
        if (status != ZD_OK) {
            zd_ofx_report(i, status, &err);
            return;
        }
        in = (double) (shot.selected ? shot.selected_in : shot.suggested_in);
        out = (double) (shot.selected ? shot.selected_out : shot.suggested_out);
        zd_ofx_convert_scale(shot.range, ZD_OFX_SCALE_ABSOLUTE, zd_ofx_scale(i, time), &in, &out);
        out = isfinite(out) ? out : ZD_OFX_AUTOMATIC; /* nothing is too near: as automatic says */
    }
    zd_ofx_edit_begin(i, "Automatic depth");
    zd_ofx_set_value(i, ZD_P_DEPTH_IN, in);
    zd_ofx_set_value(i, ZD_P_DEPTH_OUT, out);
    zd_ofx_edit_end(i);
}

static void switch_lock(zd_ofx_instance *i, bool is_on_now, ofx_time time)
{
    zd_shot shot;
    zd_error err;
    zd_depth_range range = { (float) ZD_OFX_AUTOMATIC, (float) ZD_OFX_AUTOMATIC };
    if (is_on_now) {
        zd_status status = zd_ofx_shot_in_force(i, time, &shot, &err);
        if (status != ZD_OK) {
            zd_ofx_report(i, status, &err);
            return;
        }
        range = shot.range;
    }
    zd_ofx_edit_begin(i, "Lock range");
    zd_ofx_set_value(i, ZD_P_FURTHEST, (double) range.furthest);
    zd_ofx_set_value(i, ZD_P_NEAREST, (double) range.nearest);
    zd_ofx_edit_end(i);
}

/* The switch follows the value. */
static void follow_value(zd_ofx_instance *i, zd_ofx_extra extra, bool is_on_now)
{
    if ((zd_ofx_extra_int(i, extra, 0.0) != 0) != is_on_now) {
        zd_ofx_set_extra(i, extra, is_on_now);
    }
}

static void value_moved(zd_ofx_instance *i, zd_param_id id, double value)
{
    bool typed = i->form.is_first || value >= ZD_OFX_AUTOMATIC_BELOW;
    if (id == ZD_P_DEPTH_IN || id == ZD_P_DEPTH_OUT) {
        if (i->form.is_first) {
            zd_ofx_set_extra(i, ZD_OFX_AUTO_DEPTH, 0);
        } else {
            bool other = i->seen[id == ZD_P_DEPTH_IN ? ZD_P_DEPTH_OUT : ZD_P_DEPTH_IN] >=
                         ZD_OFX_AUTOMATIC_BELOW;
            follow_value(i, ZD_OFX_AUTO_DEPTH, !typed && !other);
        }
    } else if (id == ZD_P_FURTHEST || id == ZD_P_NEAREST) {
        if (i->form.is_first) {
            zd_ofx_set_extra(i, ZD_OFX_LOCK_RANGE, 1);
        } else if (typed) {
            follow_value(i, ZD_OFX_LOCK_RANGE, true);
        }
    }
}

/* ---- the actions ---- */

static void press(zd_ofx_instance *i, zd_ofx_extra extra, ofx_time time)
{
    if (extra == ZD_OFX_ANALYSE) {
        zd_ofx_analyse(i, time);
    } else if (extra == ZD_OFX_CLEAR_ANALYSIS) {
        zd_ofx_set_extra_text(i, ZD_OFX_ANALYSIS, "");
        zd_ofx_set_extra_text(i, ZD_OFX_FOUND, "");
    } else if (extra == ZD_OFX_ADD_BOX || extra == ZD_OFX_SUBTRACT_BOX) {
        zd_ofx_add_from_corners(i, extra == ZD_OFX_SUBTRACT_BOX, time);
    } else if (extra == ZD_OFX_CLEAR_BOXES) {
        zd_ofx_clear_boxes(i);
    }
}

static void change_extra(zd_ofx_instance *i, zd_ofx_extra extra, ofx_time time)
{
    const char *type = zd_ofx_extra_describe(extra)->type;
    if (strcmp(type, "OfxParamTypePushButton") == 0) {
        press(i, extra, time);
        return;
    }
    if (i->form.is_first ||
        (strcmp(type, "OfxParamTypeBoolean") != 0 && strcmp(type, "OfxParamTypeChoice") != 0))
    {
        return;
    }
    double before = i->seen_extras[extra];
    double value = zd_ofx_extra_int(i, extra, time);
    if (value == before) {
        return; /* told, but not changed */
    }
    i->seen_extras[extra] = value;
    if (extra == ZD_OFX_AUTO_DEPTH) {
        switch_automatic(i, value != 0.0, time);
    } else if (extra == ZD_OFX_LOCK_RANGE) {
        switch_lock(i, value != 0.0, time);
    } else if (extra == ZD_OFX_SCALE) {
        change_scale(i, zd_ofx_scale_of_choice((int) before), zd_ofx_scale_of_choice((int) value),
                     time);
    }
}

/* Sets a place, y down, to where the handle was put, y up. */
static void pick(zd_ofx_instance *i, ofx_time time)
{
    ofx_point_d at = zd_ofx_picked(i, time);
    if (at.x == i->picked.x && at.y == i->picked.y) {
        return; /* told, but not changed */
    }
    i->picked = at;
    zd_ofx_edit_begin(i, "Pick a place");
    zd_ofx_set_value(i, ZD_P_X, at.x);
    zd_ofx_set_value(i, ZD_P_Y, 1.0 - at.y);
    zd_ofx_edit_end(i);
}

static void change_value(zd_ofx_instance *i, zd_param_id id, ofx_time time)
{
    const zd_param_desc *d = zd_param_describe(id);
    if (i->values[id] == NULL || zd_ofx_is_text(d)) {
        return;
    }
    double value = zd_ofx_value_of(i, id, time);
    if (value == i->seen[id]) {
        return; /* told, but not changed */
    }
    i->seen[id] = value;
    if (id == ZD_P_PRESET) {
        apply_preset(i, (int) value);
    } else if (id == ZD_P_MODE) {
        change_scale(i, 1 - (int) value, (int) value, time);
    } else {
        value_moved(i, id, value);
    }
}

/* A clip was connected, or taken away. */
static ofx_status clip_changed(zd_ofx_instance *i)
{
    zd_ofx_update_enabled(i);
    return OFX_OK;
}

static bool is_button(zd_ofx_extra extra)
{
    return strcmp(zd_ofx_extra_describe(extra)->type, "OfxParamTypePushButton") == 0;
}

ofx_status zd_ofx_changed(ofx_effect effect, ofx_props in)
{
    zd_ofx_instance *i = zd_ofx_instance_of(effect);
    const char *reason = zd_ofx_text(in, "OfxPropChangeReason", "");
    const char *type = zd_ofx_text(in, "OfxPropType", "");
    if (i != NULL && strcmp(type, "OfxTypeClip") == 0) {
        return clip_changed(i);
    }
    if (i == NULL || strcmp(type, "OfxTypeParameter") != 0 ||
        strcmp(reason, "OfxChangeUserEdited") != 0 || zd_ofx_host_get()->params->set_value == NULL)
    {
        return OFX_REPLY_DEFAULT;
    }
    char name[64];
    snprintf(name, sizeof name, "%s", zd_ofx_text(in, "OfxPropName", ""));
    ofx_time time = zd_ofx_number(in, "OfxPropTime", 0, 0.0);
    bool is_repeat = i->in_bracket && i->bracket_changes++ > 0;
    zd_param_id id = zd_param_find(name);
    if (id != ZD_PARAM_COUNT && zd_ofx_shows(i->form, id)) {
        change_value(i, id, time);
        zd_ofx_update_enabled(i);
        return OFX_OK;
    }
    for (int e = 0; e < ZD_OFX_EXTRA_COUNT; e++) {
        if (is_repeat && is_button((zd_ofx_extra) e)) {
            continue; /* nobody presses two buttons at once: the host tells of all it has */
        }
        if (strcmp(name, zd_ofx_extra_describe((zd_ofx_extra) e)->name) == 0) {
            if (e == ZD_OFX_PICK) {
                pick(i, time);
            }
            change_extra(i, (zd_ofx_extra) e, time);
            zd_ofx_update_enabled(i);
            return OFX_OK;
        }
    }
    return OFX_REPLY_DEFAULT;
}

ofx_status zd_ofx_changed_bracket(ofx_effect effect, bool begins)
{
    zd_ofx_instance *i = zd_ofx_instance_of(effect);
    if (i != NULL) {
        i->in_bracket = begins;
        i->bracket_changes = 0;
    }
    return OFX_OK;
}

/* A view is for looking while the controls are open. */
ofx_status zd_ofx_end_edit(ofx_effect effect)
{
    zd_ofx_instance *i = zd_ofx_instance_of(effect);
    if (i != NULL && zd_ofx_host_get()->params->set_value != NULL &&
        zd_ofx_value(i->values[ZD_P_VIEW], 0.0, true, 0.0) != 0.0)
    {
        zd_ofx_set_value(i, ZD_P_VIEW, 0.0);
    }
    return OFX_OK;
}
