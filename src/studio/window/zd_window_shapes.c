/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Garbage and holdout shapes: what the pen draws and the hand moves in the viewer becomes the text of the
 * parameter "shape". And what is picked by a click: an object, a place for an effect. */

#include <glib/gi18n.h>

#include "zd_chain_panel.h"
#include "zd_viewer.h"
#include "zd_window_private.h"

#define CLICK 0.04 /* of the frame's sides: the box around a click, as --select-object has it */

static GPtrArray *shapes_of(ZdWindow *self)
{
    char *text = NULL;
    const zdepth_project *project = zd_document_project(self->document);
    if (!zdepth_project_is_set(project, ZDEPTH_PROJECT_ITSELF, "shape") ||
        zdepth_project_get(project, ZDEPTH_PROJECT_ITSELF, "shape", &text, NULL) != ZDEPTH_OK)
    {
        return zd_shape_text_parse(NULL);
    }
    GPtrArray *shapes = zd_shape_text_parse(text);
    zdepth_text_free(zd_document_context(self->document), text);
    return shapes;
}

static void write_shapes(ZdWindow *self, GPtrArray *shapes)
{
    GError *error = NULL;
    g_autofree char *text = zd_shape_text_write(shapes);
    if (!zd_document_set(self->document, ZDEPTH_PROJECT_ITSELF, "shape",
                         text[0] != '\0' ? text : NULL, &error))
    {
        zd_window_toast_error(self, error);
    }
}

void zd_window_show_shapes(ZdWindow *self)
{
    g_autoptr(GPtrArray) shapes = shapes_of(self);
    g_autofree ZdOutline *outlines = g_new0(ZdOutline, MAX(shapes->len, 1));
    double time_s = zd_window_time(self);
    for (guint i = 0; i < shapes->len; i++) {
        const ZdShape *shape = shapes->pdata[i];
        outlines[i].is_holdout = shape->is_holdout;
        outlines[i].count = shape->point_count;
        outlines[i].points = g_new(ZdPoint, (gsize) shape->point_count);
        zd_shape_at(shape, time_s, outlines[i].points);
    }
    zd_viewer_set_outlines(ZD_VIEWER(self->viewer), outlines, (int) shapes->len);
    for (guint i = 0; i < shapes->len; i++) {
        g_free(outlines[i].points);
    }
}

/* ---- the hand ---- */

static void set_pen(ZdWindow *self, const char *word)
{
    GAction *action = g_action_map_lookup_action(G_ACTION_MAP(self), "pen");
    g_action_change_state(action, g_variant_new_string(word));
}

static void drawn_cb(ZdViewer *viewer, const ZdPoint *points, int count, gboolean is_holdout,
                     ZdWindow *self)
{
    g_autoptr(GPtrArray) shapes = shapes_of(self);
    (void) viewer;
    g_ptr_array_add(shapes, zd_shape_new(is_holdout, points, count));
    zd_document_begin(self->document, is_holdout ? _("Draw Holdout") : _("Draw Garbage Matte"));
    write_shapes(self, shapes);
    zd_document_end(self->document);
    set_pen(self, "none");
}

static void moved_cb(ZdViewer *viewer, int index, int point, double x, double y, gboolean ended,
                     ZdWindow *self)
{
    g_autoptr(GPtrArray) shapes = shapes_of(self);
    (void) viewer;
    if (index >= (int) shapes->len) {
        return;
    }
    zd_window_drag_step(self, _("Move Point"), ended, TRUE);
    zd_shape_move(shapes->pdata[index], zd_window_time(self), point, (ZdPoint){ x, y });
    write_shapes(self, shapes);
    zd_window_drag_step(self, NULL, ended, FALSE);
}

/* The object under a click is kept, all else is background; Alt takes it away. */
static void pick_object(ZdWindow *self, double x, double y, gboolean subtract)
{
    GError *error = NULL;
    zdepth_box box = { CLAMP(x - 0.5 * CLICK, 0.0, 1.0 - CLICK),
                       CLAMP(y - 0.5 * CLICK, 0.0, 1.0 - CLICK),
                       CLICK,
                       CLICK,
                       zd_window_time(self),
                       subtract };
    zd_document_begin(self->document, subtract ? _("Take Object Away") : _("Select Object"));
    gboolean good =
        zd_document_add_box(self->document, box, &error) &&
        zd_document_set(self->document, ZDEPTH_PROJECT_ITSELF, "nearest_only", "on", &error);
    zd_document_end(self->document);
    if (!good) {
        zd_window_toast_error(self, error);
    }
}

static void picked_cb(ZdViewer *viewer, int pen, double x, double y, gboolean subtract,
                      ZdWindow *self)
{
    (void) viewer;
    if (pen == ZD_PEN_OBJECT) {
        pick_object(self, x, y, subtract);
    } else {
        zd_chain_panel_pick(ZD_CHAIN_PANEL(self->chain), x, y);
    }
    set_pen(self, "none");
}

static void pick_cb(ZdChainPanel *panel, ZdWindow *self)
{
    (void) panel;
    set_pen(self, "place");
    zd_window_toast(self, _("Click the place in the picture; Escape leaves it as it is"));
}

gboolean zd_window_remove_shape(ZdWindow *self)
{
    int chosen = zd_viewer_chosen_shape(ZD_VIEWER(self->viewer));
    g_autoptr(GPtrArray) shapes = shapes_of(self);
    if (chosen < 0 || chosen >= (int) shapes->len) {
        return FALSE;
    }
    g_ptr_array_remove_index(shapes, (guint) chosen);
    zd_document_begin(self->document, _("Remove Shape"));
    write_shapes(self, shapes);
    zd_document_end(self->document);
    return TRUE;
}

/* ---- actions ---- */

static void pen_cb(GSimpleAction *action, GVariant *value, gpointer user)
{
    const char *word = g_variant_get_string(value, NULL);
    g_simple_action_set_state(action, value);
    zd_viewer_set_pen(ZD_VIEWER(ZD_WINDOW(user)->viewer),
                      g_str_equal(word, "garbage")   ? ZD_PEN_GARBAGE
                      : g_str_equal(word, "holdout") ? ZD_PEN_HOLDOUT
                      : g_str_equal(word, "object")  ? ZD_PEN_OBJECT
                      : g_str_equal(word, "place")   ? ZD_PEN_PLACE
                                                     : ZD_PEN_NONE);
}

/* The chosen shape, or the last, is held here: it may go elsewhere before and after. */
static void key_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    g_autoptr(GPtrArray) shapes = shapes_of(self);
    int chosen = zd_viewer_chosen_shape(ZD_VIEWER(self->viewer));
    (void) action;
    (void) parameter;
    chosen = chosen >= 0 ? chosen : (int) shapes->len - 1;
    if (chosen < 0) {
        zd_window_toast(self, _("Draw a shape first: P begins one"));
        return;
    }
    zd_shape_key(shapes->pdata[chosen], zd_window_time(self));
    zd_document_begin(self->document, _("Key Shape"));
    write_shapes(self, shapes);
    zd_document_end(self->document);
}

static const GActionEntry entries[] = {
    { .name = "pen", .parameter_type = "s", .state = "'none'", .change_state = pen_cb },
    { .name = "key-shape", .activate = key_cb },
};

void zd_window_add_shape_actions(ZdWindow *self)
{
    g_action_map_add_action_entries(G_ACTION_MAP(self), entries, G_N_ELEMENTS(entries), self);
    g_signal_connect(self->viewer, "shape-drawn", G_CALLBACK(drawn_cb), self);
    g_signal_connect(self->viewer, "shape-moved", G_CALLBACK(moved_cb), self);
    g_signal_connect(self->viewer, "picked", G_CALLBACK(picked_cb), self);
    g_signal_connect(self->chain, "pick", G_CALLBACK(pick_cb), self);
}
