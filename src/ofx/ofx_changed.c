/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What happens when the user turns a control: presets, buttons, the analysis. These actions come on
 * the host's main thread, where parameters may be set and long work may show progress. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ofx/ofx_effect.h"

static void edit_begin(zd_ofx_instance *i, const char *label)
{
    const ofx_param_suite *suite = zd_ofx_host_get()->params;
    if (suite->edit_begin != NULL) {
        suite->edit_begin(i->set, label);
    }
}

static void edit_end(zd_ofx_instance *i)
{
    const ofx_param_suite *suite = zd_ofx_host_get()->params;
    if (suite->edit_end != NULL) {
        suite->edit_end(i->set);
    }
}

static void set_whole(ofx_param param, int value)
{
    if (param != NULL) {
        zd_ofx_host_get()->params->set_value(param, value);
    }
}

static void set_number(zd_ofx_instance *i, zd_param_id id, double value)
{
    const zd_param_desc *d = zd_param_describe(id);
    value = fmin(fmax(value, d->min), d->max);
    if (i->values[id] != NULL) {
        zd_ofx_host_get()->params->set_value(i->values[id], value);
        i->seen[id] = value;
    }
}

static void set_text(ofx_param param, const char *text)
{
    if (param != NULL) {
        zd_ofx_host_get()->params->set_value(param, text);
    }
}

/* The progress bar, where the host has one. */
typedef struct progress {
    ofx_effect effect;
    bool shown;
} progress;

static void progress_start(progress *p, ofx_effect effect)
{
    const zd_ofx_host *host = zd_ofx_host_get();
    p->effect = effect;
    if (host->progress_2 != NULL && host->progress_2->start != NULL) {
        p->shown =
            host->progress_2->start(effect, "Z-Depth analyses the clip", "analyse") == OFX_OK;
    } else if (host->progress != NULL && host->progress->start != NULL) {
        p->shown = host->progress->start(effect, "Z-Depth analyses the clip") == OFX_OK;
    }
}

/* False when the user pressed Cancel. */
static bool progress_update(const progress *p, double part)
{
    const zd_ofx_host *host = zd_ofx_host_get();
    if (!p->shown) {
        return true;
    }
    ofx_status status = host->progress_2 != NULL ? host->progress_2->update(p->effect, part)
                                                 : host->progress->update(p->effect, part);
    return status != OFX_REPLY_NO;
}

/* One frame at work. A large network takes seconds for it, so the user is asked in between too,
 * though not as often as the engine would like to know. */
typedef struct frame_progress {
    const progress *bar;
    double part;
    int64_t asked_ns;
} frame_progress;

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t) t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool user_cancels(void *user)
{
    frame_progress *p = user;
    const int64_t pause_ns = 10000000;
    int64_t now = now_ns();
    if (now - p->asked_ns < pause_ns) {
        return false;
    }
    bool goes_on = progress_update(p->bar, p->part);
    p->asked_ns = now_ns();
    return !goes_on;
}

static void progress_end(const progress *p)
{
    const zd_ofx_host *host = zd_ofx_host_get();
    if (p->shown) {
        if (host->progress_2 != NULL) {
            host->progress_2->end(p->effect);
        } else {
            host->progress->end(p->effect);
        }
    }
}

static void store_analysis(zd_ofx_instance *i, zd_context *ctx, const zd_shot_list *shots,
                           double start)
{
    zd_text text;
    zd_text_init(&text, ctx);
    zd_text_format(&text, "%.17g\n", start);
    zd_shot_list_write(shots, &text);
    if (!text.failed) {
        set_text(i->extras[ZD_OFX_ANALYSIS], text.data);
    }
    zd_text_release(&text);
}

/* Shows what a shot was found to be; the sliders follow. */
static void show_shot(zd_ofx_instance *i, const zd_shot *shot)
{
    int mode = (int) zd_ofx_value(i->values[ZD_P_MODE], 0.0, true, 0.0);
    double in = (double) (shot->selected ? shot->selected_in : shot->suggested_in);
    double out = (double) (shot->selected ? shot->selected_out : shot->suggested_out);
    zd_engine_convert_mode(shot->range, 0, mode, &in, &out);
    if (zd_ofx_extra_int(i, ZD_OFX_LOCK_RANGE, 0.0) == 0) {
        set_number(i, ZD_P_FURTHEST, (double) shot->range.furthest);
        set_number(i, ZD_P_NEAREST, (double) shot->range.nearest);
    }
    set_number(i, ZD_P_DEPTH_IN, in);
    set_number(i, ZD_P_DEPTH_OUT, out);
}

static void report(zd_ofx_instance *i, zd_status status, const zd_error *err)
{
    if (status == ZD_OK) {
        zd_ofx_untell(i->effect);
    } else if (status != ZD_ERR_CANCELLED) {
        zd_ofx_tell(i->effect, false, err->message);
    }
}

static void clip_frames(const zd_ofx_instance *i, ofx_time now, double *first, double *last)
{
    ofx_props props = NULL;
    const zd_ofx_host *host = zd_ofx_host_get();
    *first = now;
    *last = now;
    if (i->source == NULL || host->effect->clip_get_property_set == NULL ||
        host->effect->clip_get_property_set(i->source, &props) != OFX_OK)
    {
        return;
    }
    double low = zd_ofx_number(props, "OfxImageEffectPropFrameRange", 0, now);
    double high = zd_ofx_number(props, "OfxImageEffectPropFrameRange", 1, now);
    if (isfinite(low) && isfinite(high) && high >= low && high - low < 1e6) {
        *first = low;
        *last = high;
    }
}

/* Boxes as they are kept: "x,y,w,h[@time]" with a minus sign before those that subtract. */
static int read_boxes(const zd_ofx_instance *i, zd_box boxes[ZD_PROJECT_MAX_BOXES])
{
    int count = 0;
    const char *at = zd_ofx_extra_text(i, ZD_OFX_BOXES);
    while (*at != '\0' && count < ZD_PROJECT_MAX_BOXES) {
        zd_box *b = &boxes[count];
        int used = 0;
        *b = (zd_box){ .subtract = *at == '-' };
        at += b->subtract;
        if (sscanf(at, "%lf,%lf,%lf,%lf@%lf%n", &b->x, &b->y, &b->width, &b->height, &b->time_s,
                   &used) != 5)
        {
            break;
        }
        count++;
        at += used;
        at += *at == ';';
    }
    return count;
}

static zd_status analyse_frames(zd_ofx_instance *i, zd_engine *engine, zd_engine_analysis *analysis,
                                double first, double last, const progress *bar, zd_error *err)
{
    for (double time = first; time <= last; time += 1.0) {
        zd_ofx_frame f;
        frame_progress at = { bar, (time - first) / (last - first + 1.0), 0 };
        if (user_cancels(&at)) {
            return zd_fail(err, ZD_ERR_CANCELLED, "cancelled");
        }
        zd_status status = zd_ofx_frame_open(i, engine, time, &f, err);
        f.frame.abort = (zd_engine_abort){ user_cancels, &at };
        if (status == ZD_OK && f.frame.footage.view.data != NULL) {
            status = zd_engine_analysis_add(analysis, &f.frame, err);
        }
        zd_ofx_frame_close(&f);
        if (status != ZD_OK) {
            return status;
        }
    }
    return ZD_OK;
}

static void analyse(zd_ofx_instance *i, ofx_time now)
{
    zd_error err = { 0 };
    double first;
    double last;
    zd_box boxes[ZD_PROJECT_MAX_BOXES];
    progress bar = { 0 };
    zd_shot_list shots = { 0 };
    zd_engine_analysis *analysis = NULL;
    zd_engine *engine = zd_ofx_engine(&err);
    if (engine == NULL) {
        return;
    }
    clip_frames(i, now, &first, &last);
    zd_status status =
        zd_engine_analysis_start(engine, boxes, read_boxes(i, boxes), &analysis, &err);
    progress_start(&bar, i->effect);
    if (status == ZD_OK) {
        status = analyse_frames(i, engine, analysis, first, last, &bar, &err);
    }
    progress_end(&bar);
    if (status == ZD_OK) {
        status = zd_engine_analysis_finish(analysis, &shots, &err);
    }
    if (status == ZD_OK) {
        edit_begin(i, "Analyse");
        store_analysis(i, zd_engine_context(engine), &shots, first);
        double index = fmax(0.0, floor(now - first + 0.5));
        show_shot(i, &shots.shots[zd_shot_list_find(&shots, (int64_t) index)]);
        edit_end(i);
    }
    zd_shot_list_release(&shots);
    zd_engine_analysis_destroy(&analysis);
    report(i, status, &err);
}

/* The analysed shots, to be changed and stored: the host may render while a parameter is set, so
 * the lock is not held then. Empty when the clip was not analysed. */
static zd_status copy_shots(zd_ofx_instance *i, zd_shot_list *out, double *start, zd_error *err)
{
    zd_status status = ZD_OK;
    pthread_mutex_lock(&i->lock);
    *out = (zd_shot_list){ .ctx = i->shots.ctx,
                           .frame_count = i->shots.frame_count,
                           .kind = i->shots.kind };
    *start = i->start;
    for (int s = 0; s < i->shots.count && status == ZD_OK; s++) {
        status = zd_shot_list_add(out, i->shots.shots[s], err);
    }
    pthread_mutex_unlock(&i->lock);
    return status;
}

/* Measures all boxes in this frame; the selection belongs to the shot that it lies in. */
static zd_status measure_boxes(zd_ofx_instance *i, zd_engine *engine, const zd_box *boxes,
                               int count, ofx_time time, zd_shot *out, zd_depth_kind *kind,
                               zd_error *err)
{
    zd_ofx_frame f;
    zd_status status = zd_ofx_frame_open(i, engine, time, &f, err);
    f.frame.abort = (zd_engine_abort){ NULL, NULL };
    if (status == ZD_OK && f.frame.footage.view.data == NULL) {
        status = zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no picture at this time");
    }
    if (status == ZD_OK) {
        status = zd_engine_measure(engine, &f.frame, boxes, count, out, kind, err);
    }
    if (status == ZD_OK && f.frame.shot != NULL) {
        zd_shot shot = *f.frame.shot;
        shot.selected = out->selected;
        shot.selected_subject = out->selected_subject;
        shot.selected_in = out->selected_in;
        shot.selected_out = out->selected_out;
        *out = shot;
    }
    zd_ofx_frame_close(&f);
    return status;
}

static zd_status select_box(zd_ofx_instance *i, zd_engine *engine, const zd_box *box, ofx_time time,
                            zd_error *err)
{
    zd_shot shot;
    zd_shot_list list = { 0 };
    double start = time;
    zd_depth_kind kind;
    zd_box boxes[ZD_PROJECT_MAX_BOXES];
    int count = read_boxes(i, boxes);
    if (count == ZD_PROJECT_MAX_BOXES) {
        return zd_fail(err, ZD_ERR_LIMIT, "more than %d selection boxes", ZD_PROJECT_MAX_BOXES);
    }
    boxes[count++] = *box;
    for (int b = 0; b < count; b++) {
        boxes[b].time_s = 0.0;
    }
    ZD_TRY(measure_boxes(i, engine, boxes, count, time, &shot, &kind, err));
    zd_status status = copy_shots(i, &list, &start, err);
    if (status == ZD_OK && list.count > 0) {
        double index = fmax(0.0, floor(time - start + 0.5));
        zd_shot *at = &list.shots[zd_shot_list_find(&list, (int64_t) index)];
        shot.first_frame = at->first_frame;
        *at = shot;
    } else if (status == ZD_OK) {
        list = (zd_shot_list){ .ctx = zd_engine_context(engine), .frame_count = 1, .kind = kind };
        start = time;
        shot.first_frame = 0;
        status = zd_shot_list_add(&list, shot, err);
    }
    if (status == ZD_OK) {
        store_analysis(i, zd_engine_context(engine), &list, start);
        show_shot(i, &shot);
    }
    zd_shot_list_release(&list);
    return status;
}

static void store_box(zd_ofx_instance *i, const zd_box *box, ofx_time time)
{
    char text[200];
    const char *old = zd_ofx_extra_text(i, ZD_OFX_BOXES);
    size_t size = strlen(old) + sizeof text;
    char *all = malloc(size);
    if (all != NULL) {
        snprintf(text, sizeof text, "%s%.9g,%.9g,%.9g,%.9g@%.9g", box->subtract ? "-" : "", box->x,
                 box->y, box->width, box->height, time);
        snprintf(all, size, "%s%s%s", old, old[0] != '\0' ? ";" : "", text);
        set_text(i->extras[ZD_OFX_BOXES], all);
        free(all);
    }
}

ofx_status zd_ofx_add_box(zd_ofx_instance *i, ofx_point_d a, ofx_point_d b, bool subtract,
                          ofx_time time)
{
    zd_error err = { 0 };
    zd_engine *engine = zd_ofx_engine(&err);
    double left = zd_ofx_within(fmin(a.x, b.x));
    double right = zd_ofx_within(fmax(a.x, b.x));
    double low = zd_ofx_within(fmin(a.y, b.y));
    double high = zd_ofx_within(fmax(a.y, b.y));
    zd_box box = { left, 1.0 - high, right - left, high - low, 0.0, subtract };
    if (engine == NULL) {
        return OFX_ERR_MEMORY;
    }
    if (!(box.width > 0.0 && box.height > 0.0)) {
        zd_ofx_tell(i->effect, false, "the selection box is empty or lies outside the picture");
        return OFX_OK;
    }
    edit_begin(i, subtract ? "Subtract box" : "Add box");
    zd_status status = select_box(i, engine, &box, time, &err);
    if (status == ZD_OK) {
        store_box(i, &box, time);
        set_whole(i->extras[ZD_OFX_AUTO_DEPTH], 1);
    }
    edit_end(i);
    report(i, status, &err);
    return OFX_OK;
}

static void add_from_corners(zd_ofx_instance *i, bool subtract, ofx_time time)
{
    ofx_point_d corners[2] = { { 0.0, 0.0 }, { 1.0, 1.0 } };
    const ofx_param_suite *suite = zd_ofx_host_get()->params;
    for (int c = 0; c < 2; c++) {
        ofx_param param = i->extras[c == 0 ? ZD_OFX_BOX_A : ZD_OFX_BOX_B];
        if (param == NULL ||
            suite->get_value_at_time(param, time, &corners[c].x, &corners[c].y) != OFX_OK) {
            return;
        }
    }
    zd_ofx_add_box(i, corners[0], corners[1], subtract, time);
}

static void clear_boxes(zd_ofx_instance *i)
{
    zd_error err = { 0 };
    zd_shot shot;
    double start;
    zd_shot_list list = { 0 };
    zd_engine *engine = zd_ofx_engine(&err);
    bool analysed = engine != NULL && zd_ofx_find_shot(i, zd_engine_context(engine), 0.0, &shot) &&
                    copy_shots(i, &list, &start, &err) == ZD_OK && list.count > 0;
    edit_begin(i, "Clear boxes");
    set_text(i->extras[ZD_OFX_BOXES], "");
    for (int s = 0; analysed && s < list.count; s++) {
        list.shots[s].selected = false;
        list.shots[s].selected_subject = false;
        list.shots[s].selected_in = 0.0f;
        list.shots[s].selected_out = 0.0f;
    }
    if (analysed) {
        store_analysis(i, zd_engine_context(engine), &list, start);
    }
    edit_end(i);
    zd_shot_list_release(&list);
}

/* The same values as zd_project_apply_preset. */
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
        edit_begin(i, "Preset");
        for (int id = 0; id < ZD_PARAM_COUNT; id++) {
            if (i->values[id] != NULL && zd_params_is_set(&project.params, (zd_param_id) id)) {
                int value = (int) zd_params_number(&project.params, (zd_param_id) id, 0.0);
                set_whole(i->values[id], value);
                i->seen[id] = value;
            }
        }
        edit_end(i);
    }
    zd_project_finish(&project);
}

/* Another mode changes the numbers, never the picture. */
static void change_mode(zd_ofx_instance *i, int mode, ofx_time time)
{
    zd_error err;
    zd_shot shot;
    zd_engine *engine = zd_ofx_engine(&err);
    if (engine == NULL) {
        return;
    }
    if (!zd_ofx_find_shot(i, zd_engine_context(engine), time, &shot)) {
        shot.range.furthest = (float) zd_ofx_value(i->values[ZD_P_FURTHEST], time, false, 0.0);
        shot.range.nearest = (float) zd_ofx_value(i->values[ZD_P_NEAREST], time, false, 10.0);
    }
    double in = zd_ofx_value(i->values[ZD_P_DEPTH_IN], time, false, 5.0);
    double out = zd_ofx_value(i->values[ZD_P_DEPTH_OUT], time, false, 12.0);
    zd_engine_convert_mode(shot.range, 1 - mode, mode, &in, &out);
    edit_begin(i, "Mode");
    set_number(i, ZD_P_DEPTH_IN, in);
    set_number(i, ZD_P_DEPTH_OUT, out);
    edit_end(i);
}

static void press(zd_ofx_instance *i, zd_ofx_extra extra, ofx_time time)
{
    if (extra == ZD_OFX_ANALYSE) {
        analyse(i, time);
    } else if (extra == ZD_OFX_CLEAR_ANALYSIS) {
        set_text(i->extras[ZD_OFX_ANALYSIS], "");
    } else if (extra == ZD_OFX_ADD_BOX || extra == ZD_OFX_SUBTRACT_BOX) {
        add_from_corners(i, extra == ZD_OFX_SUBTRACT_BOX, time);
    } else if (extra == ZD_OFX_CLEAR_BOXES) {
        clear_boxes(i);
    }
}

static void change_value(zd_ofx_instance *i, zd_param_id id, ofx_time time)
{
    const zd_param_desc *d = zd_param_describe(id);
    if (i->values[id] == NULL || d->type == ZD_PARAM_TEXT) {
        return;
    }
    double value = zd_ofx_value(i->values[id], time, d->type != ZD_PARAM_NUMBER, d->initial);
    if (value == i->seen[id]) {
        return; /* told, but not changed */
    }
    i->seen[id] = value;
    if (id == ZD_P_PRESET) {
        apply_preset(i, (int) value);
    } else if (id == ZD_P_MODE) {
        change_mode(i, (int) value, time);
    } else if (id == ZD_P_DEPTH_IN || id == ZD_P_DEPTH_OUT) {
        set_whole(i->extras[ZD_OFX_AUTO_DEPTH], 0);
    } else if (id == ZD_P_FURTHEST || id == ZD_P_NEAREST) {
        set_whole(i->extras[ZD_OFX_LOCK_RANGE], 1);
    }
}

ofx_status zd_ofx_changed(ofx_effect effect, ofx_props in)
{
    zd_ofx_instance *i = zd_ofx_instance_of(effect);
    const char *reason = zd_ofx_text(in, "OfxPropChangeReason", "");
    bool is_param = strcmp(zd_ofx_text(in, "OfxPropType", ""), "OfxTypeParameter") == 0;
    if (i == NULL || !is_param || strcmp(reason, "OfxChangeUserEdited") != 0 ||
        zd_ofx_host_get()->params->set_value == NULL)
    {
        return OFX_REPLY_DEFAULT;
    }
    char name[64];
    snprintf(name, sizeof name, "%s", zd_ofx_text(in, "OfxPropName", ""));
    ofx_time time = zd_ofx_number(in, "OfxPropTime", 0, 0.0);
    bool is_repeat = i->in_bracket && i->bracket_changes++ > 0;
    for (int e = 0; e < ZD_OFX_EXTRA_COUNT; e++) {
        if (is_repeat &&
            strcmp(zd_ofx_extra_describe((zd_ofx_extra) e)->type, "OfxParamTypePushButton") == 0)
        {
            continue; /* nobody presses two buttons at once: the host tells of all it has */
        }
        if (strcmp(name, zd_ofx_extra_describe((zd_ofx_extra) e)->name) == 0) {
            press(i, (zd_ofx_extra) e, time);
            return OFX_OK;
        }
    }
    zd_param_id id = zd_param_find(name);
    if (id == ZD_PARAM_COUNT) {
        return OFX_REPLY_DEFAULT;
    }
    change_value(i, id, time);
    return OFX_OK;
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
        set_whole(i->values[ZD_P_VIEW], 0);
        i->seen[ZD_P_VIEW] = 0.0;
    }
    return OFX_OK;
}
