/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The rows are made from the document's text, and make it anew; they stay while only values change. */

#include "zd_chain_panel.h"

#include <glib/gi18n.h>

#include "zd_chain.h"
#include "zd_number.h"

struct _ZdChainPanel {
    GtkBox parent_instance;
    ZdDocument *document;
    gulong handler;
    GtkWidget *side; /* a drop-down: on which side of the matte */
    GtkWidget *add;  /* a drop-down of effects */
    GtkWidget *rows;
    GPtrArray *steps; /* what the rows show; NULL: the text is no chain */
    char *shown;      /* the text that they show */
    gboolean is_reading;
    gboolean is_scrubbing;
};

G_DEFINE_FINAL_TYPE(ZdChainPanel, zd_chain_panel, GTK_TYPE_BOX)

static guint failed_signal;

static const char *const sides[] = { "Effect on the foreground", "Effect on the background",
                                     "Effect everywhere", NULL };

static void report(ZdChainPanel *self, gboolean good, GError *error)
{
    if (!good) {
        g_signal_emit(self, failed_signal, 0, error->message);
        g_error_free(error);
    }
}

static char *effect_of(ZdChainPanel *self)
{
    char *text = NULL;
    char *copy = NULL;
    if (zdepth_project_get(zd_document_project(self->document), ZDEPTH_PROJECT_ITSELF, "effect",
                           &text, NULL) == ZDEPTH_OK)
    {
        copy = g_strdup(text);
        zdepth_text_free(zd_document_context(self->document), text);
    }
    return copy != NULL ? copy : g_strdup("");
}

/* Gives the document the text of the steps. */
static void write_steps(ZdChainPanel *self)
{
    GError *error = NULL;
    char *text = zd_chain_format(self->steps);
    g_free(self->shown);
    self->shown = text;
    gboolean good = zd_document_set(self->document, ZDEPTH_PROJECT_ITSELF, "effect",
                                    text[0] != '\0' ? text : NULL, &error);
    report(self, good, error);
}

/* ---- a step's parameters ---- */

typedef struct place {
    ZdChainPanel *panel;
    guint step;
    zdepth_effect_param param;
    int effect;
    int index;
} place;

static ZdStep *step_of(const place *at)
{
    return at->panel->steps != NULL && at->step < at->panel->steps->len
               ? at->panel->steps->pdata[at->step]
               : NULL;
}

static void set_value(const place *at, const char *value)
{
    ZdStep *step = step_of(at);
    if (step != NULL && !at->panel->is_reading) {
        zd_step_set(step, at->param.name, value);
        write_steps(at->panel);
    }
}

static void number_cb(ZdNumber *number, double value, gboolean ended, place *at)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    (void) number;
    if (!ended && !at->panel->is_scrubbing) {
        at->panel->is_scrubbing = TRUE;
        zd_document_begin(at->panel->document, "Effect");
    }
    if (at->param.type == ZDEPTH_EFFECT_INT) {
        g_snprintf(digits, sizeof digits, "%d", (int) value);
    } else {
        g_ascii_formatd(digits, sizeof digits, "%.6g", value);
    }
    set_value(at, digits);
    if (ended && at->panel->is_scrubbing) {
        at->panel->is_scrubbing = FALSE;
        zd_document_end(at->panel->document);
    }
}

static void switch_cb(GtkSwitch *control, GParamSpec *spec, place *at)
{
    (void) spec;
    set_value(at, gtk_switch_get_active(control) ? "1" : "0");
}

static void choice_cb(GtkDropDown *control, GParamSpec *spec, place *at)
{
    double value;
    guint chosen = gtk_drop_down_get_selected(control);
    (void) spec;
    const char *word = zdepth_effect_choice(at->effect, at->index, (int) chosen, &value);
    if (word != NULL) {
        set_value(at, word);
    }
}

static void text_cb(GtkEntry *entry, place *at)
{
    const char *text = gtk_editable_get_text(GTK_EDITABLE(entry));
    set_value(at, text[0] != '\0' ? text : NULL);
}

static GtkWidget *choice_control(place *at, const char *value)
{
    double number;
    const char *word;
    guint selected = 0;
    double wanted = value != NULL ? g_ascii_strtod(value, NULL) : at->param.initial;
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (int i = 0; (word = zdepth_effect_choice(at->effect, at->index, i, &number)) != NULL; i++) {
        gboolean is_it =
            value != NULL && g_str_equal(value, word) ? TRUE : number == wanted && selected == 0;
        selected = is_it ? (guint) i : selected;
        g_ptr_array_add(words, (gpointer) word);
    }
    g_ptr_array_add(words, NULL);
    GtkWidget *control = gtk_drop_down_new_from_strings((const char *const *) words->pdata);
    gtk_drop_down_set_selected(GTK_DROP_DOWN(control), selected);
    g_signal_connect(control, "notify::selected", G_CALLBACK(choice_cb), at);
    return control;
}

static GtkWidget *make_control(place *at, const char *value)
{
    GtkWidget *control;
    double number = value != NULL ? g_ascii_strtod(value, NULL) : at->param.initial;
    switch (at->param.type) {
    case ZDEPTH_EFFECT_BOOL:
        control = gtk_switch_new();
        gtk_switch_set_active(GTK_SWITCH(control), number > 0.5);
        gtk_widget_set_valign(control, GTK_ALIGN_CENTER);
        g_signal_connect(control, "notify::active", G_CALLBACK(switch_cb), at);
        return control;
    case ZDEPTH_EFFECT_CHOICE:
        return choice_control(at, value);
    case ZDEPTH_EFFECT_TEXT:
        control = gtk_entry_new();
        gtk_editable_set_text(GTK_EDITABLE(control),
                              value != NULL ? value : at->param.initial_text);
        gtk_editable_set_width_chars(GTK_EDITABLE(control), 10);
        g_signal_connect(control, "activate", G_CALLBACK(text_cb), at);
        return control;
    case ZDEPTH_EFFECT_NUMBER:
    case ZDEPTH_EFFECT_INT:
        break;
    }
    control = zd_number_new("↔", at->param.name, at->param.min, at->param.max);
    zd_number_set(ZD_NUMBER(control), number, NULL);
    gtk_widget_set_size_request(control, 150, -1);
    gtk_widget_set_hexpand(control, FALSE); /* one column, however long the names are */
    g_signal_connect(control, "edited", G_CALLBACK(number_cb), at);
    return control;
}

static void add_param(ZdChainPanel *self, GtkWidget *box, guint step, int effect, int index)
{
    place *at = g_new0(place, 1);
    GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    at->panel = self;
    at->step = step;
    at->effect = effect;
    at->index = index;
    zdepth_effect_param_at(effect, index, &at->param);
    GtkWidget *label = gtk_label_new(at->param.name);
    GtkWidget *control = make_control(at, zd_step_get(self->steps->pdata[step], at->param.name));
    gtk_label_set_xalign(GTK_LABEL(label), 0.0f);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_widget_set_hexpand(label, TRUE);
    gtk_widget_set_tooltip_text(label, at->param.help);
    gtk_widget_set_tooltip_text(control, at->param.help);
    if (!ZD_IS_NUMBER(control)) {
        gtk_accessible_update_property(GTK_ACCESSIBLE(control), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       at->param.name, -1);
    }
    g_object_set_data_full(G_OBJECT(row), "place", at, g_free);
    gtk_box_append(GTK_BOX(row), label);
    gtk_box_append(GTK_BOX(row), control);
    gtk_box_append(GTK_BOX(box), row);
}

/* ---- steps ---- */

static void read_document(ZdChainPanel *self);

static guint index_of(gpointer button)
{
    return GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(button), "step"));
}

static void rewrite(ZdChainPanel *self)
{
    write_steps(self);
    g_clear_pointer(&self->shown, g_free);
    read_document(self);
}

static void remove_cb(GtkButton *button, ZdChainPanel *self)
{
    guint step = index_of(button);
    if (self->steps != NULL && step < self->steps->len) {
        g_ptr_array_remove_index(self->steps, step);
        rewrite(self);
    }
}

static void up_cb(GtkButton *button, ZdChainPanel *self)
{
    guint step = index_of(button);
    if (self->steps != NULL && step > 0 && step < self->steps->len) {
        gpointer moved = g_ptr_array_steal_index(self->steps, step);
        g_ptr_array_insert(self->steps, (int) step - 1, moved);
        rewrite(self);
    }
}

static void add_button(GtkWidget *box, const char *icon, const char *name, guint step,
                       GCallback callback, ZdChainPanel *self)
{
    GtkWidget *button = gtk_button_new_from_icon_name(icon);
    gtk_widget_add_css_class(button, "flat");
    gtk_widget_set_tooltip_text(button, name);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    g_object_set_data(G_OBJECT(button), "step", GUINT_TO_POINTER(step));
    g_signal_connect(button, "clicked", callback, self);
    gtk_box_append(GTK_BOX(box), button);
}

static void add_step(ZdChainPanel *self, guint index)
{
    const ZdStep *step = self->steps->pdata[index];
    zdepth_effect effect = { .help = "" };
    int found = zdepth_effect_find(step->name);
    GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 2);
    GtkWidget *body = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
    GtkWidget *label = gtk_label_new(step->name);
    gtk_widget_add_css_class(label, "heading");
    gtk_label_set_xalign(GTK_LABEL(label), 0.0f);
    gtk_widget_set_hexpand(label, TRUE);
    gtk_box_append(GTK_BOX(head), label);
    if (index > 0) {
        add_button(head, "go-up-symbolic", "Apply earlier", index, G_CALLBACK(up_cb), self);
    }
    add_button(head, "user-trash-symbolic", "Remove effect", index, G_CALLBACK(remove_cb), self);
    gtk_box_append(GTK_BOX(self->rows), head);
    zdepth_effect_at(found, &effect);
    gtk_widget_set_tooltip_text(label, effect.help);
    for (int i = 0; i < effect.param_count; i++) {
        add_param(self, body, index, found, i);
    }
    gtk_widget_set_margin_start(body, 8);
    gtk_box_append(GTK_BOX(self->rows), body);
}

static void show_steps(ZdChainPanel *self)
{
    GtkWidget *child;
    while ((child = gtk_widget_get_first_child(self->rows)) != NULL) {
        gtk_box_remove(GTK_BOX(self->rows), child);
    }
    if (self->steps == NULL) {
        GtkWidget *label =
            gtk_label_new(_("The effect is a graph of its own; edit its text below."));
        gtk_label_set_wrap(GTK_LABEL(label), TRUE);
        gtk_box_append(GTK_BOX(self->rows), label);
        return;
    }
    for (guint i = 0; i < self->steps->len; i++) {
        add_step(self, i);
    }
}

static void read_side(ZdChainPanel *self)
{
    const zdepth_project *project = zd_document_project(self->document);
    gboolean masks =
        zdepth_project_number(project, ZDEPTH_PROJECT_ITSELF, "mask_effects", 0.0) >= 0.5;
    gboolean inverts = zdepth_project_number(project, ZDEPTH_PROJECT_ITSELF, "invert", 0.0) >= 0.5;
    gtk_drop_down_set_selected(GTK_DROP_DOWN(self->side), !masks ? 2 : inverts ? 1 : 0);
}

static void read_document(ZdChainPanel *self)
{
    char *text = effect_of(self);
    self->is_reading = TRUE;
    read_side(self);
    if (g_strcmp0(text, self->shown) != 0) {
        g_free(self->shown);
        self->shown = g_strdup(text);
        g_clear_pointer(&self->steps, g_ptr_array_unref);
        self->steps = zd_chain_parse(text);
        show_steps(self);
    }
    self->is_reading = FALSE;
    g_free(text);
}

static void changed_cb(ZdDocument *document, int insert, const char *name, ZdChainPanel *self)
{
    (void) document;
    if (insert == ZDEPTH_PROJECT_ITSELF &&
        (name[0] == '\0' || g_str_equal(name, "effect") || g_str_equal(name, "invert") ||
         g_str_equal(name, "mask_effects")))
    {
        read_document(self);
    }
}

static void side_cb(GtkDropDown *control, GParamSpec *spec, ZdChainPanel *self)
{
    GError *error = NULL;
    guint side = gtk_drop_down_get_selected(control);
    (void) spec;
    if (self->is_reading || side > 2) {
        return;
    }
    zd_document_begin(self->document, sides[side]);
    gboolean good = zd_document_set(self->document, ZDEPTH_PROJECT_ITSELF, "mask_effects",
                                    side == 2 ? "off" : "on", &error);
    if (good && side < 2) {
        good = zd_document_set(self->document, ZDEPTH_PROJECT_ITSELF, "invert",
                               side == 1 ? "on" : "off", &error);
    }
    zd_document_end(self->document);
    report(self, good, error);
}

static void add_cb(GtkDropDown *control, GParamSpec *spec, ZdChainPanel *self)
{
    zdepth_effect effect;
    guint chosen = gtk_drop_down_get_selected(control);
    (void) spec;
    if (self->is_reading || chosen == 0 || !zdepth_effect_at((int) chosen - 1, &effect)) {
        return;
    }
    if (self->steps == NULL) {
        self->steps = zd_chain_parse(""); /* the graph gives way; undo has it */
    }
    self->is_reading = TRUE;
    gtk_drop_down_set_selected(control, 0);
    self->is_reading = FALSE;
    g_ptr_array_add(self->steps, zd_step_new(effect.name));
    rewrite(self);
}

/* ---- the widget ---- */

static void zd_chain_panel_dispose(GObject *object)
{
    ZdChainPanel *self = ZD_CHAIN_PANEL(object);
    self->is_reading = TRUE;
    if (self->document != NULL) {
        g_clear_signal_handler(&self->handler, self->document);
        g_clear_object(&self->document);
    }
    g_clear_pointer(&self->steps, g_ptr_array_unref);
    g_clear_pointer(&self->shown, g_free);
    G_OBJECT_CLASS(zd_chain_panel_parent_class)->dispose(object);
}

static void zd_chain_panel_class_init(ZdChainPanelClass *class)
{
    G_OBJECT_CLASS(class)->dispose = zd_chain_panel_dispose;
    failed_signal = g_signal_new("failed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static GtkWidget *effect_list(void)
{
    zdepth_effect effect;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_ptr_array_add(names, (gpointer) "Add an effect…");
    for (int i = 0; zdepth_effect_at(i, &effect); i++) {
        g_ptr_array_add(names, (gpointer) effect.name);
    }
    g_ptr_array_add(names, NULL);
    GtkWidget *list = gtk_drop_down_new_from_strings((const char *const *) names->pdata);
    GtkExpression *text = gtk_property_expression_new(GTK_TYPE_STRING_OBJECT, NULL, "string");
    gtk_drop_down_set_expression(GTK_DROP_DOWN(list), text);
    gtk_expression_unref(text);
    gtk_drop_down_set_enable_search(GTK_DROP_DOWN(list), TRUE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Add an effect"), -1);
    return list;
}

static void zd_chain_panel_init(ZdChainPanel *self)
{
    GtkWidget *scroller = gtk_scrolled_window_new();
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    gtk_box_set_spacing(GTK_BOX(self), 6);
    self->side = gtk_drop_down_new_from_strings(sides);
    self->add = effect_list();
    self->rows = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->side), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Side of the matte"), -1);
    g_signal_connect(self->side, "notify::selected", G_CALLBACK(side_cb), self);
    g_signal_connect(self->add, "notify::selected", G_CALLBACK(add_cb), self);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->rows);
    gtk_widget_set_margin_end(self->rows, 10);
    gtk_widget_set_size_request(scroller, -1, 200);
    gtk_box_append(GTK_BOX(self), self->side);
    gtk_box_append(GTK_BOX(self), self->add);
    gtk_box_append(GTK_BOX(self), scroller);
}

GtkWidget *zd_chain_panel_new(ZdDocument *document)
{
    ZdChainPanel *self = g_object_new(ZD_TYPE_CHAIN_PANEL, NULL);
    self->document = g_object_ref(document);
    self->handler = g_signal_connect(document, "changed", G_CALLBACK(changed_cb), self);
    read_document(self);
    return GTK_WIDGET(self);
}
