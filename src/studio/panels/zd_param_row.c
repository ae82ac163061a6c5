/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A drag on a slider is one step of the history: it begins with the press and ends with the release.
 * While a value comes from the document the controls' own signals are blocked by `is_reading`. */

#include "zd_param_row.h"

#include <math.h>

struct _ZdParamRow {
    GtkBox parent_instance;
    ZdDocument *document;
    gulong handler;
    int insert;
    zdepth_param param;
    double time_s;
    gboolean is_reading;
    gboolean is_dragging;
    GtkWidget *label;
    GtkWidget *control; /* switch, drop-down, entry or colour button */
    GtkAdjustment *adjustment;
    GtkAdjustment *slider; /* its range is where values are useful; NULL: no slider */
    gboolean has_automatic;
    double automatic; /* what counts while the parameter is not set */
    GtkWidget *diamond;
    GtkWidget *reset;
};

G_DEFINE_FINAL_TYPE(ZdParamRow, zd_param_row, GTK_TYPE_BOX)

const char *zd_param_row_name(ZdParamRow *self)
{
    return self->param.name;
}

/* Whether the parameter is what the insert is: a title without a text is nothing, its layer is removed
 * instead. */
static gboolean is_essential(ZdParamRow *self)
{
    return self->insert >= 0 &&
           (g_str_equal(self->param.name, "title") || g_str_equal(self->param.name, "insert"));
}

static int key_here(ZdParamRow *self)
{
    const zdepth_project *project = zd_document_project(self->document);
    int count = zdepth_project_key_count(project, self->insert, self->param.name);
    for (int i = 0; i < count; i++) {
        zdepth_key key;
        zdepth_project_key_at(project, self->insert, self->param.name, i, &key);
        if (fabs(key.time_s - self->time_s) < 1e-4) {
            return i;
        }
    }
    return -1;
}

/* ---- from the document ---- */

static char *text_of(ZdParamRow *self)
{
    char *text = NULL;
    char *copy;
    if (zdepth_project_get(zd_document_project(self->document), self->insert, self->param.name,
                           &text, NULL) != ZDEPTH_OK)
    {
        return g_strdup("");
    }
    copy = g_strdup(text);
    zdepth_text_free(zd_document_context(self->document), text);
    return copy;
}

/* A text that is set takes the cursor to its front. GTK 4.18 tells of a typed letter behind its moving of the
 * cursor, 4.8 before it. */
static void read_text(ZdParamRow *self)
{
    GtkEditable *entry = GTK_EDITABLE(self->control);
    g_autofree char *text = text_of(self);
    if (!g_str_equal(text, gtk_editable_get_text(entry))) {
        int place = gtk_editable_get_position(entry);
        gtk_editable_set_text(entry, text);
        gtk_editable_set_position(entry, place);
    }
}

static void read_control(ZdParamRow *self, double number)
{
    if (self->adjustment != NULL) {
        gtk_adjustment_set_value(self->adjustment, number);
    } else if (GTK_IS_SWITCH(self->control)) {
        gtk_switch_set_active(GTK_SWITCH(self->control), number >= 0.5);
    } else if (GTK_IS_DROP_DOWN(self->control)) {
        gtk_drop_down_set_selected(GTK_DROP_DOWN(self->control), (guint) number);
    } else if (GTK_IS_COLOR_BUTTON(self->control)) {
        g_autofree char *text = text_of(self);
        GdkRGBA colour;
        if (gdk_rgba_parse(&colour, text)) {
            gtk_color_chooser_set_rgba(GTK_COLOR_CHOOSER(self->control), &colour);
        }
    } else {
        read_text(self);
    }
}

static void read_document(ZdParamRow *self)
{
    const zdepth_project *project = zd_document_project(self->document);
    if (self->insert >= zdepth_project_insert_count(project)) {
        return; /* the insert has gone, and soon the row */
    }
    gboolean set = zdepth_project_is_set(project, self->insert, self->param.name);
    self->is_reading = TRUE;
    if (!self->is_dragging) {
        read_control(self, !set && self->has_automatic
                               ? self->automatic
                               : zdepth_project_number(project, self->insert, self->param.name,
                                                       self->time_s));
    }
    self->is_reading = FALSE;
    gtk_widget_set_sensitive(self->reset, set && !is_essential(self));
    if (set) {
        gtk_widget_add_css_class(self->label, "heading");
    } else {
        gtk_widget_remove_css_class(self->label, "heading");
    }
    if (self->diamond != NULL) {
        gtk_button_set_label(GTK_BUTTON(self->diamond), key_here(self) >= 0 ? "◆" : "◇");
    }
}

static void changed_cb(ZdDocument *document, int insert, const char *name, ZdParamRow *self)
{
    (void) document;
    if (name[0] == '\0' || (insert == self->insert && g_str_equal(name, self->param.name))) {
        read_document(self);
    }
}

/* ---- to the document ---- */

static void refuse(ZdParamRow *self, GError *error)
{
    gtk_widget_add_css_class(self->control, "error");
    gtk_widget_set_tooltip_text(self->control, error->message);
    g_error_free(error);
}

static void accept(ZdParamRow *self)
{
    gtk_widget_remove_css_class(self->control, "error");
    gtk_widget_set_tooltip_text(self->control, self->param.help);
}

static void write_text(ZdParamRow *self, const char *text)
{
    GError *error = NULL;
    if (zd_document_set(self->document, self->insert, self->param.name, text, &error)) {
        accept(self);
    } else {
        refuse(self, error);
    }
}

/* A number goes into the key at this moment when the parameter has keys. */
static void write_number(ZdParamRow *self, double value)
{
    GError *error = NULL;
    gboolean done;
    const zdepth_project *project = zd_document_project(self->document);
    if (zdepth_project_key_count(project, self->insert, self->param.name) > 0) {
        zdepth_key key = { self->time_s, value, ZDEPTH_EASE_LINEAR };
        done = zd_document_set_key(self->document, self->insert, self->param.name, key, &error);
    } else {
        done =
            zd_document_set_number(self->document, self->insert, self->param.name, value, &error);
    }
    if (done) {
        accept(self);
    } else {
        refuse(self, error);
    }
}

static void value_cb(GtkAdjustment *adjustment, ZdParamRow *self)
{
    if (!self->is_reading) {
        write_number(self, gtk_adjustment_get_value(adjustment));
    }
}

static void switch_cb(GtkSwitch *control, GParamSpec *spec, ZdParamRow *self)
{
    (void) spec;
    if (!self->is_reading) {
        write_text(self, gtk_switch_get_active(control) ? "on" : "off");
    }
}

static void choice_cb(GtkDropDown *control, GParamSpec *spec, ZdParamRow *self)
{
    (void) spec;
    if (!self->is_reading) {
        write_text(self, self->param.choices[gtk_drop_down_get_selected(control)]);
    }
}

static void entry_cb(GtkEditable *control, ZdParamRow *self)
{
    const char *text = gtk_editable_get_text(control);
    if (!self->is_reading && (text[0] != '\0' || !is_essential(self))) {
        zd_document_begin_typing(self->document, self->param.label);
        write_text(self, text[0] != '\0' ? text : NULL);
        zd_document_end(self->document);
    }
}

static void colour_cb(GtkColorButton *control, ZdParamRow *self)
{
    GdkRGBA colour;
    gtk_color_chooser_get_rgba(GTK_COLOR_CHOOSER(control), &colour);
    g_autofree char *text =
        g_strdup_printf("#%02x%02x%02x%02x", (int) lroundf(colour.red * 255.0f),
                        (int) lroundf(colour.green * 255.0f), (int) lroundf(colour.blue * 255.0f),
                        (int) lroundf(colour.alpha * 255.0f));
    write_text(self, text);
}

static void reset_cb(GtkButton *button, ZdParamRow *self)
{
    (void) button;
    write_text(self, NULL);
}

static void diamond_cb(GtkButton *button, ZdParamRow *self)
{
    const zdepth_project *project = zd_document_project(self->document);
    int index = key_here(self);
    (void) button;
    if (index >= 0) {
        zd_document_remove_key(self->document, self->insert, self->param.name, index);
        return;
    }
    zdepth_key key = { self->time_s,
                       zdepth_project_number(project, self->insert, self->param.name, self->time_s),
                       ZDEPTH_EASE_LINEAR };
    GError *error = NULL;
    if (!zd_document_set_key(self->document, self->insert, self->param.name, key, &error)) {
        refuse(self, error);
    }
}

/* ---- the controls ---- */

static void press_cb(GtkGestureClick *gesture, int count, double x, double y, ZdParamRow *self)
{
    (void) gesture;
    (void) count;
    (void) x;
    (void) y;
    if (!self->is_dragging) {
        self->is_dragging = TRUE;
        zd_document_begin(self->document, self->param.label);
    }
}

static void release(ZdParamRow *self)
{
    if (self->is_dragging) {
        self->is_dragging = FALSE;
        zd_document_end(self->document);
        read_document(self);
    }
}

static void event_cb(GtkEventControllerLegacy *controller, GdkEvent *event, ZdParamRow *self)
{
    (void) controller;
    if (gdk_event_get_event_type(event) == GDK_BUTTON_RELEASE) {
        release(self);
    }
}

/* The slider follows the number and the number the slider, but for values outside its range. */
static void slid_cb(GtkAdjustment *slider, ZdParamRow *self)
{
    if (!self->is_reading) {
        gtk_adjustment_set_value(self->adjustment, gtk_adjustment_get_value(slider));
    }
}

static void typed_cb(GtkAdjustment *adjustment, ZdParamRow *self)
{
    gboolean was_reading = self->is_reading;
    self->is_reading = TRUE;
    gtk_adjustment_set_value(self->slider, gtk_adjustment_get_value(adjustment));
    self->is_reading = was_reading;
}

static GtkWidget *make_scale(ZdParamRow *self, double from, double to, double step)
{
    self->slider = gtk_adjustment_new(self->param.initial, from, to, step, 10.0 * step, 0.0);
    GtkWidget *scale = gtk_scale_new(GTK_ORIENTATION_HORIZONTAL, self->slider);
    GtkGesture *click = gtk_gesture_click_new();
    GtkEventController *legacy = gtk_event_controller_legacy_new();
    gtk_scale_set_draw_value(GTK_SCALE(scale), FALSE);
    gtk_widget_set_hexpand(scale, TRUE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(scale), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   self->param.label, -1);
    gtk_event_controller_set_propagation_phase(GTK_EVENT_CONTROLLER(click), GTK_PHASE_CAPTURE);
    gtk_event_controller_set_propagation_phase(legacy, GTK_PHASE_CAPTURE);
    g_signal_connect(click, "pressed", G_CALLBACK(press_cb), self);
    g_signal_connect(legacy, "event", G_CALLBACK(event_cb), self);
    gtk_widget_add_controller(scale, GTK_EVENT_CONTROLLER(click));
    gtk_widget_add_controller(scale, legacy);
    g_signal_connect(self->slider, "value-changed", G_CALLBACK(slid_cb), self);
    g_signal_connect(self->adjustment, "value-changed", G_CALLBACK(typed_cb), self);
    return scale;
}

static GtkWidget *make_slider(ZdParamRow *self)
{
    const zdepth_param *p = &self->param;
    double from = p->min < -1000.0 ? 0.0 : p->min;
    double to = p->slider_max > from ? p->slider_max : p->max;
    double step = p->type == ZDEPTH_PARAM_INT ? 1.0 : (to - from) / 200.0;
    int digits = p->type == ZDEPTH_PARAM_INT ? 0 : to <= 20.0 ? 3 : 2;
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    gboolean has_slider = isfinite(to) && to - from <= 1000.0;
    self->adjustment = gtk_adjustment_new(p->initial, p->min, p->max, step, 10.0 * step, 0.0);
    if (has_slider) {
        gtk_box_append(GTK_BOX(box), make_scale(self, from, to, step));
    }
    GtkWidget *spin = gtk_spin_button_new(self->adjustment, step, (guint) digits);
    gtk_editable_set_width_chars(GTK_EDITABLE(spin), 6);
    gtk_editable_set_max_width_chars(GTK_EDITABLE(spin), 7);
    gtk_widget_set_hexpand(spin, !has_slider);
    gtk_accessible_update_property(GTK_ACCESSIBLE(spin), GTK_ACCESSIBLE_PROPERTY_LABEL, p->label,
                                   -1);
    gtk_box_append(GTK_BOX(box), spin);
    g_signal_connect(self->adjustment, "value-changed", G_CALLBACK(value_cb), self);
    return box;
}

static GtkWidget *make_control(ZdParamRow *self)
{
    GtkWidget *control;
    switch (self->param.type) {
    case ZDEPTH_PARAM_BOOL:
        control = gtk_switch_new();
        gtk_widget_set_halign(control, GTK_ALIGN_START);
        g_signal_connect(control, "notify::active", G_CALLBACK(switch_cb), self);
        return control;
    case ZDEPTH_PARAM_CHOICE:
        control = gtk_drop_down_new_from_strings((const char *const *) self->param.choices);
        gtk_widget_set_valign(control, GTK_ALIGN_CENTER);
        g_signal_connect(control, "notify::selected", G_CALLBACK(choice_cb), self);
        return control;
    case ZDEPTH_PARAM_COLOUR:
        control = gtk_color_button_new();
        gtk_color_chooser_set_use_alpha(GTK_COLOR_CHOOSER(control), TRUE);
        g_signal_connect(control, "color-set", G_CALLBACK(colour_cb), self);
        return control;
    case ZDEPTH_PARAM_TEXT:
    case ZDEPTH_PARAM_PATH:
        control = gtk_entry_new();
        gtk_widget_set_hexpand(control, TRUE);
        g_signal_connect(control, "changed", G_CALLBACK(entry_cb), self);
        return control;
    case ZDEPTH_PARAM_INT:
    case ZDEPTH_PARAM_NUMBER:
    case ZDEPTH_PARAM_TIME:
        break;
    }
    return make_slider(self);
}

static GtkWidget *flat_button(const char *icon, const char *tooltip, const char *name)
{
    GtkWidget *button =
        icon != NULL ? gtk_button_new_from_icon_name(icon) : gtk_button_new_with_label("◇");
    gtk_widget_add_css_class(button, "flat");
    gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
    gtk_widget_set_tooltip_text(button, tooltip);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    return button;
}

static void build(ZdParamRow *self)
{
    const zdepth_param *p = &self->param;
    GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
    gtk_widget_add_css_class(GTK_WIDGET(self), "zd-param");
    const char *unit = p->type == ZDEPTH_PARAM_TIME ? "s" : p->unit;
    gboolean has_unit =
        unit[0] != '\0' && (p->type == ZDEPTH_PARAM_NUMBER || p->type == ZDEPTH_PARAM_TIME);
    g_autofree char *title =
        has_unit ? g_strdup_printf("%s (%s)", p->label, unit) : g_strdup(p->label);
    g_autofree char *reset_name = g_strdup_printf("Reset %s", p->label);
    g_autofree char *key_name = g_strdup_printf("Key %s", p->label);
    self->label = gtk_label_new(title);
    gtk_label_set_xalign(GTK_LABEL(self->label), 0.0f);
    gtk_label_set_ellipsize(GTK_LABEL(self->label), PANGO_ELLIPSIZE_END);
    gtk_widget_set_hexpand(self->label, TRUE);
    gtk_widget_set_tooltip_text(self->label, p->help);
    gtk_box_append(GTK_BOX(head), self->label);
    if ((p->flags & ZDEPTH_PARAM_KEYED) != 0) {
        self->diamond = flat_button(NULL, "Set or remove a key here", key_name);
        g_signal_connect(self->diamond, "clicked", G_CALLBACK(diamond_cb), self);
        gtk_box_append(GTK_BOX(head), self->diamond);
    }
    self->reset = flat_button("edit-clear-symbolic", "Back to the initial value", reset_name);
    g_signal_connect(self->reset, "clicked", G_CALLBACK(reset_cb), self);
    gtk_box_append(GTK_BOX(head), self->reset);
    self->control = make_control(self);
    gtk_widget_set_tooltip_text(self->control, p->help);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->control), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   p->label, -1);
    gtk_box_append(GTK_BOX(self), head);
    gboolean is_short = p->type == ZDEPTH_PARAM_BOOL || p->type == ZDEPTH_PARAM_COLOUR ||
                        p->type == ZDEPTH_PARAM_CHOICE;
    if (is_short) { /* one line is enough */
        gtk_box_insert_child_after(GTK_BOX(head), self->control, self->label);
    } else {
        gtk_box_append(GTK_BOX(self), self->control);
    }
}

static void zd_param_row_dispose(GObject *object)
{
    ZdParamRow *self = ZD_PARAM_ROW(object);
    if (self->document != NULL) {
        release(self);
        g_clear_signal_handler(&self->handler, self->document);
        g_clear_object(&self->document);
    }
    G_OBJECT_CLASS(zd_param_row_parent_class)->dispose(object);
}

static void zd_param_row_class_init(ZdParamRowClass *class)
{
    G_OBJECT_CLASS(class)->dispose = zd_param_row_dispose;
}

static void zd_param_row_init(ZdParamRow *self)
{
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    gtk_box_set_spacing(GTK_BOX(self), 2);
}

GtkWidget *zd_param_row_new(ZdDocument *document, int insert, const zdepth_param *param)
{
    g_return_val_if_fail(document != NULL && param != NULL, NULL);
    ZdParamRow *self = g_object_new(ZD_TYPE_PARAM_ROW, NULL);
    self->document = g_object_ref(document);
    self->insert = insert;
    self->param = *param;
    build(self);
    self->handler = g_signal_connect(document, "changed", G_CALLBACK(changed_cb), self);
    read_document(self);
    return GTK_WIDGET(self);
}

void zd_param_row_edit(ZdParamRow *self)
{
    gtk_widget_grab_focus(self->control); /* which selects all of its text */
}

void zd_param_row_set_time(ZdParamRow *self, double time_s)
{
    g_return_if_fail(isfinite(time_s));
    self->time_s = time_s;
    read_document(self);
}

void zd_param_row_set_automatic(ZdParamRow *self, double value, double slider_from,
                                double slider_to)
{
    self->has_automatic = TRUE;
    self->automatic = value;
    if (self->slider != NULL && slider_to > slider_from && !self->is_dragging) {
        double step = (slider_to - slider_from) / 200.0;
        self->is_reading = TRUE;
        gtk_adjustment_configure(self->slider, gtk_adjustment_get_value(self->adjustment),
                                 slider_from, slider_to, step, 10.0 * step, 0.0);
        self->is_reading = FALSE;
    }
    read_document(self);
}
