/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The analysis of a clip, and what is known about its shots. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ofx/ofx_effect.h"

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
    assert(part >= 0.0 && part <= 1.0);
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

void zd_ofx_store_analysis(zd_ofx_instance *i, const zd_shot_list *shots,
                           const zd_engine_kept *kept, double start)
{
    zd_text text;
    zd_text_init(&text, shots->ctx);
    zd_text_format(&text, "%.17g\n", start);
    zd_engine_kept_write(shots, kept, &text);
    if (!text.failed) {
        zd_ofx_set_extra_text(i, ZD_OFX_ANALYSIS, text.data);
    }
    zd_text_release(&text);
}

void zd_ofx_convert_scale(zd_depth_range range, int from, int to, double *depth_in,
                          double *depth_out)
{
    assert(depth_in != NULL && depth_out != NULL);
    double *numbers[2] = { depth_in, depth_out };
    for (int n = 0; n < 2 && from == ZD_OFX_SCALE_TEN; n++) {
        *numbers[n] /= ZD_OFX_TEN;
    }
    zd_engine_convert_mode(range, from == ZD_OFX_SCALE_TEN ? 1 : from,
                           to == ZD_OFX_SCALE_TEN ? 1 : to, depth_in, depth_out);
    for (int n = 0; n < 2 && to == ZD_OFX_SCALE_TEN; n++) {
        *numbers[n] *= ZD_OFX_TEN;
    }
}

/* The first version: the sliders follow. */
static void move_sliders(zd_ofx_instance *i, const zd_shot *shot, double in, double out)
{
    if (zd_ofx_extra_int(i, ZD_OFX_LOCK_RANGE, 0.0) == 0) {
        zd_ofx_set_value(i, ZD_P_FURTHEST, (double) shot->range.furthest);
        zd_ofx_set_value(i, ZD_P_NEAREST, (double) shot->range.nearest);
    }
    zd_ofx_set_value(i, ZD_P_DEPTH_IN, in);
    zd_ofx_set_value(i, ZD_P_DEPTH_OUT, out);
}

void zd_ofx_show_shot(zd_ofx_instance *i, const zd_shot *shot)
{
    char text[160];
    char nearest[32] = "none";
    int scale = zd_ofx_scale(i, 0.0);
    double in = (double) (shot->selected ? shot->selected_in : shot->suggested_in);
    double out = (double) (shot->selected ? shot->selected_out : shot->suggested_out);
    zd_ofx_convert_scale(shot->range, 0, scale, &in, &out);
    if (i->form.is_first) {
        move_sliders(i, shot, in, out);
        return;
    }
    if (isfinite(out)) {
        snprintf(nearest, sizeof nearest, "%.3g", out);
    }
    snprintf(text, sizeof text, "Depth In %.3g, Depth Out %s; range %.4g to %.4g", in, nearest,
             (double) shot->range.furthest, (double) shot->range.nearest);
    zd_ofx_set_extra_text(i, ZD_OFX_FOUND, text);
}

zd_status zd_ofx_shot_in_force(zd_ofx_instance *i, ofx_time time, zd_shot *out, zd_error *err)
{
    zd_ofx_frame f;
    zd_depth_kind kind;
    zd_engine *engine = zd_ofx_engine(err);
    if (engine == NULL) {
        return ZD_ERR_NO_MEMORY;
    }
    if (zd_ofx_find_shot(i, zd_engine_context(engine), time, out)) {
        return ZD_OK;
    }
    zd_status status = zd_ofx_frame_open(i, engine, time, &f, err);
    if (status == ZD_OK && f.frame.footage.view.data == NULL) {
        status = zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no picture at this time");
    }
    if (status == ZD_OK) {
        status = zd_engine_measure(engine, &f.frame, f.boxes, f.frame.box_count, out, &kind, err);
    }
    zd_ofx_frame_close(&f);
    return status;
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
        f.frame.kept = NULL; /* an earlier analysis's */
        f.frame.abort = (zd_engine_abort){ user_cancels, &at };
        f.frame.time_s = time; /* boxes are timed by the host's frames */
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

/* Depth is steadied where it is a network's and somebody has not forbidden it; maps are taken as they are,
 * as the command line takes them. */
static zd_status start_analysis(zd_ofx_instance *i, zd_engine *engine, ofx_time now,
                                zd_engine_analysis **out, zd_error *err)
{
    zd_params params;
    zd_box boxes[ZD_PROJECT_MAX_BOXES];
    bool has_map = i->map != NULL && zd_ofx_clip_connected(i->map);
    ZD_TRY(zd_engine_analysis_start(engine, boxes, zd_ofx_read_boxes(i, boxes), out, err));
    zd_status status = zd_ofx_read_params(i, zd_engine_context(engine), now, &params, err);
    has_map = has_map || zd_params_is_set(&params, ZD_P_DEPTH_MAP);
    if (status == ZD_OK && !i->form.is_first && !has_map) {
        status = zd_engine_analysis_keep(*out, &params, err);
    }
    zd_params_finish(&params);
    return status;
}

void zd_ofx_analyse(zd_ofx_instance *i, ofx_time now)
{
    zd_error err = { 0 };
    double first;
    double last;
    progress bar = { 0 };
    zd_shot_list shots = { 0 };
    zd_engine_analysis *analysis = NULL;
    zd_engine *engine = zd_ofx_engine(&err);
    if (engine == NULL) {
        return;
    }
    clip_frames(i, now, &first, &last);
    zd_status status = start_analysis(i, engine, now, &analysis, &err);
    progress_start(&bar, i->effect);
    if (status == ZD_OK) {
        status = analyse_frames(i, engine, analysis, first, last, &bar, &err);
    }
    progress_end(&bar);
    if (status == ZD_OK) {
        status = zd_engine_analysis_finish(analysis, &shots, &err);
    }
    if (status == ZD_OK) {
        zd_ofx_edit_begin(i, "Analyse");
        zd_engine_kept kept = zd_engine_analysis_kept(analysis);
        zd_ofx_store_analysis(i, &shots, &kept, first);
        double index = fmax(0.0, floor(now - first + 0.5));
        zd_ofx_show_shot(i, &shots.shots[zd_shot_list_find(&shots, (int64_t) index)]);
        zd_ofx_edit_end(i);
    }
    zd_shot_list_release(&shots);
    zd_engine_analysis_destroy(&analysis);
    zd_ofx_report(i, status, &err);
}

/* The host may render while a parameter is set, so the lock is not held then. */
zd_status zd_ofx_copy_shots(zd_ofx_instance *i, zd_shot_list *out, double *start, zd_error *err)
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
