/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What the hand does on the picture, the ruler and the timeline becomes a change of the document. A
 * drag is one step of the history. */

#include <math.h>

#include "zd_layers_panel.h"
#include "zd_params_panel.h"
#include "zd_ruler.h"
#include "zd_timeline.h"
#include "zd_viewer.h"
#include "zd_window_private.h"

void zd_window_drag_step(ZdWindow *self, const char *label, gboolean ended, gboolean before)
{
    if (before && !self->in_drag) {
        self->in_drag = TRUE;
        zd_document_begin(self->document, label);
    } else if (!before && ended && self->in_drag) {
        self->in_drag = FALSE;
        zd_document_end(self->document);
    }
}

/* Takes the error's place, not the error: arguments are evaluated in any order. */
static void report(ZdWindow *self, gboolean good, GError **error)
{
    if (!good) {
        zd_window_toast_error(self, *error);
    }
}

/* ---- the picture ---- */

static void box_cb(ZdViewer *viewer, double x, double y, double width, double height,
                   gboolean subtract, ZdWindow *self)
{
    GError *error = NULL;
    zdepth_box box = { x, y, width, height, zd_window_time(self), subtract };
    (void) viewer;
    report(self, zd_document_add_box(self->document, box, &error), &error);
}

static void box_moved_cb(ZdViewer *viewer, int index, double x, double y, double width,
                         double height, gboolean ended, ZdWindow *self)
{
    GError *error = NULL;
    zdepth_box box;
    (void) viewer;
    if (!zdepth_project_box_at(zd_document_project(self->document), index, &box)) {
        return;
    }
    zd_window_drag_step(self, "Change Selection", ended, TRUE);
    box.x = x;
    box.y = y;
    box.width = width;
    box.height = height;
    report(self, zd_document_set_box(self->document, index, box, &error), &error);
    zd_window_drag_step(self, NULL, ended, FALSE);
}

/* Moves a coordinate of an insert, in its key at this moment when it has keys. */
static void move_coordinate(ZdWindow *self, int insert, const char *name, double value)
{
    GError *error = NULL;
    zdepth_param param;
    zdepth_param_find(name, &param);
    value = CLAMP(value, param.min, param.max);
    if (zdepth_project_key_count(zd_document_project(self->document), insert, name) > 0) {
        zdepth_key key = { zd_window_time(self), value, ZDEPTH_EASE_LINEAR };
        report(self, zd_document_set_key(self->document, insert, name, key, &error), &error);
    } else {
        report(self, zd_document_set_number(self->document, insert, name, value, &error), &error);
    }
}

static void title_moved_cb(ZdViewer *viewer, int insert, double x, double y, gboolean ended,
                           ZdWindow *self)
{
    (void) viewer;
    if (insert >= zdepth_project_insert_count(zd_document_project(self->document))) {
        return;
    }
    zd_window_drag_step(self, "Move Insert", ended, TRUE);
    move_coordinate(self, insert, "x", x);
    move_coordinate(self, insert, "y", y);
    zd_window_drag_step(self, NULL, ended, FALSE);
}

static void pointer_cb(ZdViewer *viewer, double x, double y, ZdWindow *self)
{
    (void) viewer;
    if (x >= 0.0 && x <= 1.0 && y >= 0.0 && y <= 1.0 && zd_session_picture(self->session) != NULL) {
        zd_session_ask_probe(self->session, x, y);
    }
}

static void view_size_cb(ZdViewer *viewer, ZdWindow *self)
{
    (void) viewer;
    zd_window_request(self);
}

void zd_window_type_title(ZdWindow *self, int insert)
{
    zd_layers_panel_choose(ZD_LAYERS_PANEL(self->layers), insert);
    zd_params_panel_edit(ZD_PARAMS_PANEL(self->params), "title");
}

/* A double click makes a title there. */
static void activate_cb(ZdViewer *viewer, double x, double y, ZdWindow *self)
{
    GError *error = NULL;
    (void) viewer;
    zd_document_begin(self->document, "Add Title");
    int insert = zd_document_add_insert(self->document, "title", "TITLE", &error);
    if (insert >= 0) {
        move_coordinate(self, insert, "x", x);
        move_coordinate(self, insert, "y", y);
    }
    zd_document_end(self->document);
    if (insert >= 0) {
        zd_window_type_title(self, insert);
    } else {
        zd_window_toast_error(self, error);
    }
}

/* ---- the ruler ---- */

/* A place on the ruler as a depth in the project's mode. */
static double depth_of(ZdWindow *self, double place)
{
    const ZdPicture *picture = zd_session_picture(self->session);
    const zdepth_project *project = zd_document_project(self->document);
    gboolean normalised = zdepth_project_number(project, ZDEPTH_PROJECT_ITSELF, "mode", 0.0) >= 0.5;
    if (normalised || picture == NULL) {
        return place;
    }
    return picture->state.furthest + place * (picture->state.nearest - picture->state.furthest);
}

static void threshold_cb(ZdRuler *ruler, gboolean is_out, double place, gboolean ended,
                         ZdWindow *self)
{
    GError *error = NULL;
    const char *name = is_out ? "depth_out" : "depth_in";
    (void) ruler;
    zd_window_drag_step(self, is_out ? "Depth Out" : "Depth In", ended, TRUE);
    /* At the near end nothing is too near. */
    gboolean good = is_out && place >= 0.999
                        ? zd_document_set(self->document, ZDEPTH_PROJECT_ITSELF, name, NULL, &error)
                        : zd_document_set_number(self->document, ZDEPTH_PROJECT_ITSELF, name,
                                                 depth_of(self, place), &error);
    report(self, good, &error);
    zd_window_drag_step(self, NULL, ended, FALSE);
}

static void flag_cb(ZdRuler *ruler, int insert, double place, gboolean ended, ZdWindow *self)
{
    GError *error = NULL;
    (void) ruler;
    zd_window_drag_step(self, "Depth of Insert", ended, TRUE);
    report(
        self,
        zd_document_set_number(self->document, insert, "at_depth", depth_of(self, place), &error),
        &error);
    zd_window_drag_step(self, NULL, ended, FALSE);
}

/* ---- the timeline ---- */

static void sought_cb(ZdTimeline *timeline, gint64 frame, ZdWindow *self)
{
    (void) timeline;
    zd_window_set_playing(self, FALSE);
    zd_window_seek(self, frame);
}

static void bar_cb(ZdTimeline *timeline, int insert, double start_s, double end_s, gboolean ended,
                   ZdWindow *self)
{
    GError *error = NULL;
    (void) timeline;
    double whole = (double) zd_window_frames(self) / zd_window_rate(self);
    zd_window_drag_step(self, "Time of Insert", ended, TRUE);
    gboolean good = zd_document_set_number(self->document, insert, "start", start_s, &error);
    if (good && end_s < whole - 1e-6) {
        good = zd_document_set_number(self->document, insert, "end", end_s, &error);
    } else if (good) {
        good = zd_document_set(self->document, insert, "end", NULL, &error);
    }
    report(self, good, &error);
    zd_window_drag_step(self, NULL, ended, FALSE);
}

static void key_cb(ZdTimeline *timeline, int insert, const char *name, int index, double time_s,
                   gboolean ended, ZdWindow *self)
{
    GError *error = NULL;
    zdepth_key key;
    zdepth_key other;
    const zdepth_project *project = zd_document_project(self->document);
    (void) timeline;
    if (!zdepth_project_key_at(project, insert, name, index, &key)) {
        return;
    }
    /* A key stays between its neighbours. */
    if ((zdepth_project_key_at(project, insert, name, index - 1, &other) &&
         time_s <= other.time_s) ||
        (zdepth_project_key_at(project, insert, name, index + 1, &other) && time_s >= other.time_s))
    {
        zd_window_drag_step(self, NULL, ended, FALSE);
        return;
    }
    zd_window_drag_step(self, "Move Key", ended, TRUE);
    if (time_s != key.time_s) {
        key.time_s = time_s;
        if (zd_document_set_key(self->document, insert, name, key, &error)) {
            zdepth_project_key_at(zd_document_project(self->document), insert, name, index, &other);
            zd_document_remove_key(self->document, insert, name,
                                   other.time_s == time_s ? index + 1 : index);
        } else {
            zd_window_toast_error(self, error);
        }
    }
    zd_window_drag_step(self, NULL, ended, FALSE);
}

void zd_window_connect_hands(ZdWindow *self)
{
    g_signal_connect(self->viewer, "box", G_CALLBACK(box_cb), self);
    g_signal_connect(self->viewer, "box-moved", G_CALLBACK(box_moved_cb), self);
    g_signal_connect(self->viewer, "title-moved", G_CALLBACK(title_moved_cb), self);
    g_signal_connect(self->viewer, "pointer", G_CALLBACK(pointer_cb), self);
    g_signal_connect(self->viewer, "view-size", G_CALLBACK(view_size_cb), self);
    g_signal_connect(self->viewer, "activate-at", G_CALLBACK(activate_cb), self);
    g_signal_connect(self->ruler, "threshold", G_CALLBACK(threshold_cb), self);
    g_signal_connect(self->ruler, "flag", G_CALLBACK(flag_cb), self);
    g_signal_connect(self->timeline, "sought", G_CALLBACK(sought_cb), self);
    g_signal_connect(self->timeline, "bar", G_CALLBACK(bar_cb), self);
    g_signal_connect(self->timeline, "key", G_CALLBACK(key_cb), self);
}

/* ---- marks ---- */

static void show_boxes(ZdWindow *self, const zdepth_project *project)
{
    int count = zdepth_project_box_count(project);
    g_autofree zdepth_box *boxes = g_new0(zdepth_box, MAX(count, 1));
    for (int i = 0; i < count; i++) {
        zdepth_project_box_at(project, i, &boxes[i]);
    }
    zd_viewer_set_boxes(ZD_VIEWER(self->viewer), boxes, count,
                        zd_viewer_selected_box(ZD_VIEWER(self->viewer)));
}

/* Flags of inserts with a depth of their own; the others stand where the subject begins. */
static void show_flags(ZdWindow *self, const zdepth_project *project)
{
    int count = zdepth_project_insert_count(project);
    const ZdPicture *picture = zd_session_picture(self->session);
    g_autofree ZdFlag *flags = g_new0(ZdFlag, MAX(count, 1));
    gboolean normalised = zdepth_project_number(project, ZDEPTH_PROJECT_ITSELF, "mode", 0.0) >= 0.5;
    for (int i = 0; picture != NULL && i < count; i++) {
        const zdepth_frame_state *state = &picture->state;
        double depth = zdepth_project_is_set(project, i, "at_depth")
                           ? zdepth_project_number(project, i, "at_depth", state->time_s)
                           : state->depth_in;
        double span = state->nearest - state->furthest;
        flags[i].insert = i;
        flags[i].place = normalised ? depth : (depth - state->furthest) / span;
    }
    zd_ruler_set_flags(ZD_RULER(self->ruler), flags, picture != NULL ? count : 0);
}

void zd_window_show_marks(ZdWindow *self)
{
    const zdepth_project *project = zd_document_project(self->document);
    if (self->viewer == NULL || self->timeline == NULL) {
        return;
    }
    show_boxes(self, project);
    zd_window_show_shapes(self);
    show_flags(self, project);
    gboolean has_handle = self->chosen >= 0 && self->chosen < zdepth_project_insert_count(project);
    double time_s = zd_window_time(self);
    zd_viewer_set_handle(
        ZD_VIEWER(self->viewer), has_handle ? self->chosen : -1,
        has_handle ? zdepth_project_number(project, self->chosen, "x", time_s) : 0.0,
        has_handle ? zdepth_project_number(project, self->chosen, "y", time_s) : 0.0);
}
