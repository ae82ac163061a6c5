/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A step is as large as the last digit that matters: a hundredth of what is a fraction, else one. */

#include "zd_number.h"

#include <glib/gi18n.h>
#include <math.h>

struct _ZdNumber {
    GtkBox parent_instance;
    GtkWidget *entry;
    double value;
    double min;
    double max;
    double step;
    double from; /* of a scrub */
    gboolean is_scrubbed;
};

G_DEFINE_FINAL_TYPE(ZdNumber, zd_number, GTK_TYPE_BOX)

static guint edited_signal;

gboolean zd_number_is_scrubbed(ZdNumber *self)
{
    return self->is_scrubbed;
}

void zd_number_set(ZdNumber *self, double value, const char *text)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    self->value = value;
    if (!gtk_widget_has_focus(GTK_WIDGET(gtk_editable_get_delegate(GTK_EDITABLE(self->entry)))) ||
        self->is_scrubbed || text == NULL)
    {
        gtk_editable_set_text(GTK_EDITABLE(self->entry),
                              text != NULL ? text
                                           : g_ascii_formatd(digits, sizeof digits, "%.6g", value));
    }
}

static void give(ZdNumber *self, double value, gboolean ended)
{
    value = CLAMP(value, self->min, self->max);
    zd_number_set(self, value, NULL);
    g_signal_emit(self, edited_signal, 0, value, ended);
}

static void typed_cb(GtkEntry *entry, ZdNumber *self)
{
    char *end;
    const char *text = gtk_editable_get_text(GTK_EDITABLE(entry));
    double value = g_ascii_strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(value)) {
        gtk_widget_add_css_class(self->entry, "error");
        return;
    }
    gtk_widget_remove_css_class(self->entry, "error");
    if (value != self->value) {
        give(self, value, TRUE);
    }
}

static void left_cb(GtkEventControllerFocus *focus, ZdNumber *self)
{
    (void) focus;
    typed_cb(GTK_ENTRY(self->entry), self);
}

static gboolean key_cb(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state,
                       ZdNumber *self)
{
    double by = (state & GDK_SHIFT_MASK) != 0 ? 10.0 * self->step : self->step;
    (void) keys;
    (void) code;
    if (key != GDK_KEY_Up && key != GDK_KEY_Down) {
        return FALSE;
    }
    give(self, self->value + (key == GDK_KEY_Up ? by : -by), TRUE);
    return TRUE;
}

static gboolean scroll_cb(GtkEventControllerScroll *scroll, double dx, double dy, ZdNumber *self)
{
    (void) scroll;
    (void) dx;
    if (!gtk_widget_has_focus(GTK_WIDGET(gtk_editable_get_delegate(GTK_EDITABLE(self->entry))))) {
        return FALSE; /* the panel scrolls */
    }
    give(self, self->value - dy * self->step, TRUE);
    return TRUE;
}

static void scrub_begin_cb(GtkGestureDrag *drag, double x, double y, ZdNumber *self)
{
    (void) drag;
    (void) x;
    (void) y;
    self->from = self->value;
}

static void scrub_cb(GtkGestureDrag *drag, double dx, double dy, ZdNumber *self)
{
    (void) drag;
    (void) dy;
    if (self->is_scrubbed || fabs(dx) >= 2.0) {
        self->is_scrubbed = TRUE;
        give(self, self->from + round(dx / 2.0) * self->step, FALSE);
    }
}

static void scrub_end_cb(GtkGestureDrag *drag, double dx, double dy, ZdNumber *self)
{
    (void) drag;
    (void) dy;
    if (self->is_scrubbed) {
        give(self, self->from + round(dx / 2.0) * self->step, TRUE);
        self->is_scrubbed = FALSE;
    }
}

static void zd_number_class_init(ZdNumberClass *class)
{
    edited_signal = g_signal_new("edited", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
}

static void zd_number_init(ZdNumber *self)
{
    gtk_box_set_spacing(GTK_BOX(self), 3);
    self->entry = gtk_entry_new();
    gtk_editable_set_width_chars(GTK_EDITABLE(self->entry), 4);
    gtk_editable_set_max_width_chars(GTK_EDITABLE(self->entry), 7);
    gtk_widget_set_hexpand(self->entry, TRUE);
    gtk_widget_add_css_class(self->entry, "numeric");
    gtk_widget_add_css_class(self->entry, "zd-number");
}

static void add_scrub(ZdNumber *self, GtkWidget *letter)
{
    GtkGesture *drag = gtk_gesture_drag_new();
    gtk_widget_set_cursor_from_name(letter, "ew-resize");
    gtk_widget_set_tooltip_text(letter, _("Drag to change; arrow keys in the number do it too"));
    g_signal_connect(drag, "drag-begin", G_CALLBACK(scrub_begin_cb), self);
    g_signal_connect(drag, "drag-update", G_CALLBACK(scrub_cb), self);
    g_signal_connect(drag, "drag-end", G_CALLBACK(scrub_end_cb), self);
    gtk_widget_add_controller(letter, GTK_EVENT_CONTROLLER(drag));
}

GtkWidget *zd_number_new(const char *letter, const char *name, double min, double max)
{
    g_return_val_if_fail(min <= max, NULL);
    ZdNumber *self = g_object_new(ZD_TYPE_NUMBER, NULL);
    GtkWidget *label = gtk_label_new(letter);
    GtkEventController *keys = gtk_event_controller_key_new();
    GtkEventController *focus = gtk_event_controller_focus_new();
    GtkEventController *scroll =
        gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
    self->min = min;
    self->max = max;
    self->step = max - min <= 1.0 ? 0.01 : max - min <= 20.0 ? 0.1 : 1.0;
    gtk_widget_add_css_class(label, "dim-label");
    gtk_box_append(GTK_BOX(self), label);
    gtk_box_append(GTK_BOX(self), self->entry);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                   -1);
    g_signal_connect(self->entry, "activate", G_CALLBACK(typed_cb), self);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(key_cb), self);
    g_signal_connect(focus, "leave", G_CALLBACK(left_cb), self);
    g_signal_connect(scroll, "scroll", G_CALLBACK(scroll_cb), self);
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    gtk_widget_add_controller(self->entry, keys);
    gtk_widget_add_controller(self->entry, focus);
    gtk_widget_add_controller(self->entry, scroll);
    add_scrub(self, label);
    return GTK_WIDGET(self);
}
