/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Keys before they become shortcuts: a text that is typed in has those without Ctrl or Alt first, or no
 * title could have a k in it, and a click beside it ends it; K held makes steps of J and L; a held J or L is one press. */

#include "zd_window_private.h"

static gboolean is_typed_in(GtkWidget *widget)
{
    return widget != NULL && (GTK_IS_TEXT(widget) || GTK_IS_TEXT_VIEW(widget)) &&
           gtk_widget_get_mapped(widget);
}

static gboolean is_shuttle(guint key)
{
    return key == GDK_KEY_j || key == GDK_KEY_l;
}

/* The text's own keys. Escape leaves it, for the picture. */
static gboolean type(ZdWindow *self, GtkEventControllerKey *keys, GtkWidget *text, guint key)
{
    if (key == GDK_KEY_Escape && !zd_window_in_scene(self)) {
        gtk_widget_grab_focus(self->viewer);
        return TRUE;
    }
    return gtk_event_controller_key_forward(keys, text);
}

static gboolean pressed_cb(GtkEventControllerKey *keys, guint key, guint code,
                           GdkModifierType state, ZdWindow *self)
{
    GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(self));
    (void) code;
    if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0) {
        return FALSE;
    }
    if (is_typed_in(focus)) {
        return type(self, keys, focus, key);
    }
    if (key == GDK_KEY_k) {
        self->holds_k = TRUE;
    }
    if (is_shuttle(key)) {
        gboolean repeats = self->holds_shuttle && !self->holds_k;
        self->holds_shuttle = TRUE;
        return repeats;
    }
    return FALSE;
}

static void released_cb(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state,
                        ZdWindow *self)
{
    (void) keys;
    (void) code;
    (void) state;
    if (key == GDK_KEY_k) {
        self->holds_k = FALSE;
    } else if (is_shuttle(key)) {
        self->holds_shuttle = FALSE;
    }
}

/* A click beside a text ends it, so that the keys are shortcuts again. */
static void clicked_cb(GtkGestureClick *gesture, int count, double x, double y, ZdWindow *self)
{
    GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(self));
    (void) gesture;
    (void) count;
    if (!is_typed_in(focus) || gtk_widget_get_native(focus) != GTK_NATIVE(self)) {
        return;
    }
    GtkWidget *entry = gtk_widget_get_parent(focus);
    GtkWidget *under = gtk_widget_pick(GTK_WIDGET(self), x, y, GTK_PICK_DEFAULT);
    if (under == NULL || under == entry || gtk_widget_is_ancestor(under, entry)) {
        return;
    }
    gtk_window_set_focus(GTK_WINDOW(self), zd_window_in_scene(self) ? NULL : self->viewer);
}

/* Keys that are let go elsewhere are not seen here. */
static void active_cb(GtkWindow *window, GParamSpec *spec, ZdWindow *self)
{
    (void) spec;
    if (!gtk_window_is_active(window)) {
        self->holds_k = FALSE;
        self->holds_shuttle = FALSE;
    }
}

void zd_window_watch_keys(ZdWindow *self)
{
    GtkEventController *keys = gtk_event_controller_key_new();
    GtkGesture *click = gtk_gesture_click_new();
    gtk_event_controller_set_propagation_phase(GTK_EVENT_CONTROLLER(click), GTK_PHASE_CAPTURE);
    g_signal_connect(click, "pressed", G_CALLBACK(clicked_cb), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(pressed_cb), self);
    g_signal_connect(keys, "key-released", G_CALLBACK(released_cb), self);
    gtk_widget_add_controller(GTK_WIDGET(self), keys);
    g_signal_connect(self, "notify::is-active", G_CALLBACK(active_cb), self);
}
