/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Selection boxes: as text, by their corners, and what is found in them. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ofx/ofx_effect.h"

int zd_ofx_read_boxes(const zd_ofx_instance *i, zd_box boxes[ZD_PROJECT_MAX_BOXES])
{
    return zd_engine_read_boxes(zd_ofx_extra_text(i, ZD_OFX_BOXES), boxes);
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

/* The boxes decide from now on. */
static void make_automatic(zd_ofx_instance *i)
{
    if (!i->form.is_first) {
        zd_ofx_set_value(i, ZD_P_DEPTH_IN, ZD_OFX_AUTOMATIC);
        zd_ofx_set_value(i, ZD_P_DEPTH_OUT, ZD_OFX_AUTOMATIC);
    }
    zd_ofx_set_extra(i, ZD_OFX_AUTO_DEPTH, 1);
}

static zd_status select_box(zd_ofx_instance *i, zd_engine *engine, const zd_box *box, ofx_time time,
                            zd_error *err)
{
    zd_shot shot;
    zd_shot_list list = { 0 };
    double start = time;
    zd_depth_kind kind;
    int64_t frame;
    zd_box boxes[ZD_PROJECT_MAX_BOXES];
    int count = zd_ofx_read_boxes(i, boxes);
    if (count == ZD_PROJECT_MAX_BOXES) {
        return zd_fail(err, ZD_ERR_LIMIT, "more than %d selection boxes", ZD_PROJECT_MAX_BOXES);
    }
    boxes[count++] = *box;
    for (int b = 0; b < count; b++) {
        boxes[b].time_s = 0.0;
    }
    ZD_TRY(measure_boxes(i, engine, boxes, count, time, &shot, &kind, err));
    zd_status status = zd_ofx_copy_shots(i, &list, &start, err);
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
        zd_engine_kept kept = zd_ofx_find_kept(i, time, &frame);
        zd_ofx_store_analysis(i, &list, &kept, start);
        zd_ofx_show_shot(i, &shot);
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
        zd_ofx_set_extra_text(i, ZD_OFX_BOXES, all);
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
    assert(box.width >= 0.0 && box.height >= 0.0);
    if (engine == NULL) {
        return OFX_ERR_MEMORY;
    }
    if (!(box.width > 0.0 && box.height > 0.0)) {
        zd_ofx_tell(i->effect, false, "the selection box is empty or lies outside the picture");
        return OFX_OK;
    }
    zd_ofx_edit_begin(i, subtract ? "Subtract box" : "Add box");
    zd_status status = select_box(i, engine, &box, time, &err);
    if (status == ZD_OK) {
        store_box(i, &box, time);
        make_automatic(i);
    }
    zd_ofx_edit_end(i);
    zd_ofx_report(i, status, &err);
    return OFX_OK;
}

void zd_ofx_add_from_corners(zd_ofx_instance *i, bool subtract, ofx_time time)
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

void zd_ofx_clear_boxes(zd_ofx_instance *i)
{
    zd_error err = { 0 };
    zd_shot shot;
    double start;
    int64_t frame;
    zd_shot_list list = { 0 };
    zd_engine *engine = zd_ofx_engine(&err);
    bool analysed = engine != NULL && zd_ofx_find_shot(i, zd_engine_context(engine), 0.0, &shot) &&
                    zd_ofx_copy_shots(i, &list, &start, &err) == ZD_OK && list.count > 0;
    zd_ofx_edit_begin(i, "Clear boxes");
    zd_ofx_set_extra_text(i, ZD_OFX_BOXES, "");
    for (int s = 0; analysed && s < list.count; s++) {
        list.shots[s].selected = false;
        list.shots[s].selected_subject = false;
        list.shots[s].selected_in = 0.0f;
        list.shots[s].selected_out = 0.0f;
    }
    if (analysed) {
        zd_engine_kept kept = zd_ofx_find_kept(i, 0.0, &frame);
        zd_ofx_store_analysis(i, &list, &kept, start);
    }
    zd_ofx_edit_end(i);
    zd_shot_list_release(&list);
}
