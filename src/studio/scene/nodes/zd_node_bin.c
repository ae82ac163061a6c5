/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A node travels as the text "zdepth-node:KIND". */

#include "zd_node_bin.h"

#include <assert.h>
#include <string.h>

#include "zd_scene_document.h"

#define PREFIX "zdepth-node:"

struct _ZdNodeBin {
    GtkBox parent_instance;
};

G_DEFINE_FINAL_TYPE(ZdNodeBin, zd_node_bin, GTK_TYPE_BOX)

static guint activated_signal;

static int kind_of(gpointer object)
{
    return GPOINTER_TO_INT(g_object_get_data(G_OBJECT(object), "kind"));
}

static GdkContentProvider *prepare_cb(GtkDragSource *source, double x, double y, gpointer user)
{
    (void) x;
    (void) y;
    (void) user;
    g_autofree char *text =
        g_strdup_printf(PREFIX "%s", zdepth_scene_kind_name((zdepth_scene_kind) kind_of(source)));
    return gdk_content_provider_new_typed(G_TYPE_STRING, text);
}

int zd_node_bin_dropped(const GValue *value)
{
    const char *text = G_VALUE_HOLDS_STRING(value) ? g_value_get_string(value) : NULL;
    if (text == NULL || !g_str_has_prefix(text, PREFIX)) {
        return -1;
    }
    for (int kind = ZDEPTH_SCENE_MEDIA; kind < ZDEPTH_SCENE_KINDS; kind++) {
        if (strcmp(text + strlen(PREFIX), zdepth_scene_kind_name((zdepth_scene_kind) kind)) == 0) {
            return kind;
        }
    }
    return -1;
}

static void pressed_cb(GtkGestureClick *click, int count, double x, double y, ZdNodeBin *self)
{
    (void) x;
    (void) y;
    if (count == 2) {
        g_signal_emit(self, activated_signal, 0, kind_of(click));
    }
}

static gboolean key_cb(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state,
                       ZdNodeBin *self)
{
    (void) code;
    (void) state;
    if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) {
        return FALSE;
    }
    g_signal_emit(self, activated_signal, 0, kind_of(keys));
    return TRUE;
}

static void add_controller(GtkWidget *widget, gpointer controller, int kind)
{
    g_object_set_data(G_OBJECT(controller), "kind", GINT_TO_POINTER(kind));
    gtk_event_controller_set_propagation_phase(GTK_EVENT_CONTROLLER(controller), GTK_PHASE_CAPTURE);
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(controller));
}

static void add_kind(ZdNodeBin *self, int kind)
{
    assert(kind >= 0 && kind < ZDEPTH_SCENE_KINDS);
    const char *label = zd_scene_kind_label((zdepth_scene_kind) kind);
    GtkWidget *button = gtk_button_new_with_label(label);
    g_autofree char *tip = g_strdup_printf(
        "%s: drag it into the schematic or the Result view, or double-click", label);
    GtkDragSource *source = gtk_drag_source_new();
    GtkGesture *click = gtk_gesture_click_new();
    GtkEventController *keys = gtk_event_controller_key_new();
    gtk_widget_set_tooltip_text(button, tip);
    gtk_widget_add_css_class(button, "flat");
    g_signal_connect(source, "prepare", G_CALLBACK(prepare_cb), NULL);
    g_signal_connect(click, "pressed", G_CALLBACK(pressed_cb), self);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(key_cb), self);
    add_controller(button, source, kind);
    add_controller(button, click, kind);
    add_controller(button, keys, kind);
    gtk_box_append(GTK_BOX(self), button);
}

static void zd_node_bin_class_init(ZdNodeBinClass *class)
{
    activated_signal = g_signal_new("activated", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void zd_node_bin_init(ZdNodeBin *self)
{
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_HORIZONTAL);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, "Node bin",
                                   -1);
    for (int kind = ZDEPTH_SCENE_AXIS; kind < ZDEPTH_SCENE_KINDS; kind++) {
        add_kind(self, kind);
    }
}

GtkWidget *zd_node_bin_new(void)
{
    return g_object_new(ZD_TYPE_NODE_BIN, NULL);
}
