/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The rows are made from the document's text, and make it anew; they stay while only values change. A
 * plug-in's values are one text of the chain, "A|B|C", its parameters in order. */

#include "zd_chain_panel.h"

#include <assert.h>
#include <glib/gi18n.h>

#include "zd_chain.h"
#include "zd_effect_chooser.h"
#include "zd_effect_row.h"

enum { MOST_HEIGHT = 300 }; /* of the steps, before they scroll */

struct _ZdChainPanel {
    GtkBox parent_instance;
    ZdDocument *document;
    ZdPlugins *plugins;
    gulong handler;
    gulong plugins_handler;
    GtkWidget *side; /* a drop-down: on which side of the matte */
    GtkWidget *add;  /* the chooser of effects */
    GtkWidget *rows;
    gboolean is_picking; /* a click in the picture is a place for `picked` */
    guint picked_step;
    int picked_effect; /* and its parameters X and Y of a place */
    int picked_param;
    GPtrArray *steps; /* what the rows show; NULL: the text is no chain */
    char *shown;      /* the text that they show */
    gboolean is_reading;
    gboolean is_scrubbing;
};

G_DEFINE_FINAL_TYPE(ZdChainPanel, zd_chain_panel, GTK_TYPE_BOX)

static guint failed_signal;
static guint pick_signal;

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

/* Where a row's value belongs. */
typedef struct place {
    ZdChainPanel *panel;
    guint step;
    int plugin; /* the filter among the plug-ins; -1: none, the value has a name */
    int index;
    char *name;
} place;

static void free_place(gpointer data)
{
    g_free(((place *) data)->name);
    g_free(data);
}

static void set_plugin_value(ZdStep *step, const place *at, const char *value)
{
    ZdPlugins *plugins = at->panel->plugins;
    g_auto(GStrv) values =
        zd_plugins_values(plugins, at->plugin, zd_step_get(step, "filter_params"));
    zdepth_effect_param param;
    if (!zd_plugins_param_at(plugins, at->plugin, at->index, &param)) {
        return;
    }
    g_free(values[at->index]);
    values[at->index] =
        param.type == ZDEPTH_EFFECT_BOOL ? g_strdup(value[0] == '1' ? "y" : "n") : g_strdup(value);
    g_autofree char *text = zd_plugins_text(plugins, at->plugin, values);
    zd_step_set(step, "filter_params", text);
}

/* What would end a plug-in's value in the chain, or lead elsewhere. */
static gboolean is_plain(const char *value)
{
    return value != NULL && value[strcspn(value, "|:,;[]'\\=")] == '\0';
}

static void edited_cb(ZdEffectRow *row, const char *value, gboolean ended, place *at)
{
    ZdChainPanel *self = at->panel;
    (void) row;
    if (self->is_reading || self->steps == NULL || at->step >= self->steps->len) {
        return;
    }
    if (at->plugin >= 0 && !is_plain(value)) {
        g_signal_emit(self, failed_signal, 0,
                      _("A plug-in's text cannot have | : , ; = [ ] ' or \\ in it"));
        return;
    }
    if (!ended && !self->is_scrubbing) {
        self->is_scrubbing = TRUE;
        zd_document_begin(self->document, "Effect");
    }
    if (at->plugin >= 0) {
        set_plugin_value(self->steps->pdata[at->step], at, value);
    } else {
        zd_step_set(self->steps->pdata[at->step], at->name, value);
    }
    write_steps(self);
    if (ended && self->is_scrubbing) {
        self->is_scrubbing = FALSE;
        zd_document_end(self->document);
    }
}

static void add_row(GtkWidget *box, GtkWidget *row, const place *where)
{
    place *at = g_memdup2(where, sizeof *where);
    g_object_set_data_full(G_OBJECT(row), "place", at, free_place);
    g_signal_connect(row, "edited", G_CALLBACK(edited_cb), at);
    gtk_box_append(GTK_BOX(box), row);
}

/* ---- places in the picture ---- */

/* Whether a parameter and the next are X and Y of a place. */
static gboolean is_place(int effect, int index)
{
    zdepth_effect_param x;
    zdepth_effect_param y;
    return zdepth_effect_param_at(effect, index, &x) && x.type == ZDEPTH_EFFECT_PLACE_X &&
           zdepth_effect_param_at(effect, index + 1, &y) && y.type == ZDEPTH_EFFECT_PLACE_Y;
}

static void pick_cb(ZdEffectRow *row, const place *at)
{
    ZdChainPanel *self = at->panel;
    self->is_picking = TRUE;
    self->picked_step = at->step;
    self->picked_effect = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(row), "effect"));
    self->picked_param = at->index;
    g_signal_emit(self, pick_signal, 0);
}

static void set_place(ZdStep *step, int effect, int index, double value)
{
    zdepth_effect_param param;
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    zdepth_effect_param_at(effect, index, &param);
    g_ascii_formatd(digits, sizeof digits, "%.4g", CLAMP(value, param.min, param.max));
    zd_step_set(step, param.name, digits);
}

/* A row for a parameter of a built-in effect or one of FFmpeg. */
static void add_param(ZdChainPanel *self, GtkWidget *box, guint step, int effect, int index)
{
    zdepth_effect_param param;
    const char *word;
    double number;
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(double));
    zdepth_effect_param_at(effect, index, &param);
    for (int i = 0; (word = zdepth_effect_choice(effect, index, i, &number)) != NULL; i++) {
        g_ptr_array_add(words, (gpointer) word);
        g_array_append_val(numbers, number);
    }
    g_ptr_array_add(words, NULL);
    place at = { self, step, -1, index, g_strdup(param.name) };
    GtkWidget *row = zd_effect_row_new(&param, (const char *const *) words->pdata,
                                       (const double *) (gpointer) numbers->data,
                                       zd_step_get(self->steps->pdata[step], param.name));
    add_row(box, row, &at);
    if (is_place(effect, index)) {
        g_object_set_data(G_OBJECT(row), "effect", GINT_TO_POINTER(effect));
        g_signal_connect(row, "pick", G_CALLBACK(pick_cb),
                         g_object_get_data(G_OBJECT(row), "place"));
        zd_effect_row_offer_pick(ZD_EFFECT_ROW(row));
    }
}

static void add_effect_params(ZdChainPanel *self, GtkWidget *box, guint step, GtkWidget *label)
{
    assert(step < self->steps->len);
    const ZdStep *of = self->steps->pdata[step];
    zdepth_effect effect;
    int found = zdepth_effect_find(of->name);
    zdepth_effect_at(found, &effect);
    gtk_widget_set_tooltip_text(label, effect.help);
    for (int i = 0; i < effect.param_count; i++) {
        add_param(self, box, step, found, i);
    }
}

static void add_plugin_params(ZdChainPanel *self, GtkWidget *box, guint step, GtkWidget *label)
{
    assert(step < self->steps->len);
    const ZdStep *of = self->steps->pdata[step];
    const char *name = zd_step_get(of, "filter_name");
    zdepth_effect effect;
    int plugin = name != NULL ? zd_plugins_find(self->plugins, name) : -1;
    gtk_label_set_text(GTK_LABEL(label), name != NULL ? name : of->name);
    if (!zd_plugins_at(self->plugins, plugin, &effect)) {
        GtkWidget *allow = gtk_button_new_with_label(_("Allow Plug-ins…"));
        gtk_actionable_set_action_name(GTK_ACTIONABLE(allow), "win.allow-plugins");
        gtk_widget_set_visible(allow, !zd_plugins_are_allowed(self->plugins));
        gtk_widget_set_halign(allow, GTK_ALIGN_START);
        gtk_box_append(GTK_BOX(box), allow);
        return;
    }
    gtk_widget_set_tooltip_text(label, effect.help);
    g_auto(GStrv) values =
        zd_plugins_values(self->plugins, plugin, zd_step_get(of, "filter_params"));
    zdepth_effect_param param;
    for (int i = 0; zd_plugins_param_at(self->plugins, plugin, i, &param); i++) {
        place at = { self, step, plugin, i, NULL };
        add_row(box, zd_effect_row_new(&param, NULL, NULL, values[i]), &at);
    }
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
    assert(index < self->steps->len);
    const ZdStep *step = self->steps->pdata[index];
    GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 2);
    GtkWidget *body = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
    GtkWidget *label = gtk_label_new(step->name);
    gtk_widget_add_css_class(label, "heading");
    gtk_label_set_xalign(GTK_LABEL(label), 0.0f);
    gtk_widget_set_hexpand(label, TRUE);
    gtk_box_append(GTK_BOX(head), label);
    if (index > 0) {
        add_button(head, "go-up-symbolic", _("Apply earlier"), index, G_CALLBACK(up_cb), self);
    }
    add_button(head, "user-trash-symbolic", _("Remove effect"), index, G_CALLBACK(remove_cb), self);
    gtk_box_append(GTK_BOX(self->rows), head);
    if (g_str_equal(step->name, "frei0r")) {
        add_plugin_params(self, body, index, label);
    } else {
        add_effect_params(self, body, index, label);
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
    if (self->steps->len == 0) {
        GtkWidget *hint = gtk_label_new(_("No effect yet. What is added here is seen on the side "
                                          "of the matte that is chosen above."));
        gtk_label_set_wrap(GTK_LABEL(hint), TRUE);
        gtk_label_set_xalign(GTK_LABEL(hint), 0.0f);
        gtk_widget_add_css_class(hint, "dim-label");
        gtk_box_append(GTK_BOX(self->rows), hint);
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

/* The step that is offered at a place of the list; NULL: none is. */
static ZdStep *offered_step(ZdChainPanel *self, int index)
{
    assert(index >= 0);
    zdepth_effect effect;
    int count = 0;
    while (zdepth_effect_at(count, &effect)) {
        count++;
    }
    if (zdepth_effect_at(index, &effect)) {
        return zd_step_new(effect.name);
    }
    if (!zd_plugins_at(self->plugins, index - count, &effect)) {
        return NULL;
    }
    ZdStep *step = zd_step_new("frei0r");
    zd_step_set(step, "filter_name", effect.name);
    return step;
}

static void add_cb(ZdEffectChooser *chooser, int index, ZdChainPanel *self)
{
    (void) chooser;
    ZdStep *step = offered_step(self, index);
    if (step == NULL) {
        gtk_widget_activate_action(GTK_WIDGET(self), "win.allow-plugins", NULL);
        return;
    }
    if (self->steps == NULL) {
        self->steps = zd_chain_parse(""); /* the graph gives way; undo has it */
    }
    g_ptr_array_add(self->steps, step);
    rewrite(self);
}

/* ---- the widget ---- */

static void zd_chain_panel_dispose(GObject *object)
{
    ZdChainPanel *self = ZD_CHAIN_PANEL(object);
    self->is_reading = TRUE;
    if (self->document != NULL) {
        g_clear_signal_handler(&self->handler, self->document);
        g_clear_signal_handler(&self->plugins_handler, self->plugins);
        g_clear_object(&self->document);
        g_clear_object(&self->plugins);
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
    pick_signal = g_signal_new("pick", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
}

/* Built-in effects, FFmpeg's, and plug-ins, or the way to them: what the tables list, and no more. */
static void offer_effects(ZdChainPanel *self)
{
    zdepth_effect effect;
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; zdepth_effect_at(i, &effect); i++) {
        const char *from = effect.source == ZDEPTH_EFFECT_FFMPEG ? " (FFmpeg)" : "";
        g_ptr_array_add(texts, g_strdup_printf("%s%s\n%s", effect.name, from, effect.help));
    }
    for (int i = 0; zd_plugins_at(self->plugins, i, &effect); i++) {
        g_ptr_array_add(texts, g_strdup_printf("%s (frei0r)\n%s", effect.name, effect.help));
    }
    if (zd_plugins_are_there(self->plugins) && !zd_plugins_are_allowed(self->plugins)) {
        g_ptr_array_add(texts, g_strdup(_("Plug-ins (frei0r)…\nForeign code: asks you first")));
    }
    g_ptr_array_add(texts, NULL);
    zd_effect_chooser_offer(ZD_EFFECT_CHOOSER(self->add), (const char *const *) texts->pdata);
}

static void plugins_cb(ZdPlugins *plugins, ZdChainPanel *self)
{
    (void) plugins;
    offer_effects(self);
    self->is_reading = TRUE;
    show_steps(self);
    self->is_reading = FALSE;
}

static void zd_chain_panel_init(ZdChainPanel *self)
{
    GtkWidget *scroller = gtk_scrolled_window_new();
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    gtk_box_set_spacing(GTK_BOX(self), 6);
    self->side = gtk_drop_down_new_from_strings(sides);
    self->add = zd_effect_chooser_new();
    self->rows = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->side), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Side of the matte"), -1);
    g_signal_connect(self->side, "notify::selected", G_CALLBACK(side_cb), self);
    g_signal_connect(self->add, "chosen", G_CALLBACK(add_cb), self);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->rows);
    gtk_widget_set_margin_end(self->rows, 10);
    gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scroller), TRUE);
    gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scroller), MOST_HEIGHT);
    gtk_box_append(GTK_BOX(self), self->side);
    gtk_box_append(GTK_BOX(self), self->add);
    gtk_box_append(GTK_BOX(self), scroller);
}

GtkWidget *zd_chain_panel_new(ZdDocument *document, ZdPlugins *plugins)
{
    g_return_val_if_fail(document != NULL && plugins != NULL, NULL);
    ZdChainPanel *self = g_object_new(ZD_TYPE_CHAIN_PANEL, NULL);
    self->document = g_object_ref(document);
    self->plugins = g_object_ref(plugins);
    self->handler = g_signal_connect(document, "changed", G_CALLBACK(changed_cb), self);
    self->plugins_handler = g_signal_connect(plugins, "changed", G_CALLBACK(plugins_cb), self);
    offer_effects(self);
    read_document(self);
    return GTK_WIDGET(self);
}

void zd_chain_panel_pick(ZdChainPanel *self, double x, double y)
{
    zdepth_effect effect;
    if (!self->is_picking || self->steps == NULL || self->picked_step >= self->steps->len) {
        return;
    }
    ZdStep *step = self->steps->pdata[self->picked_step];
    self->is_picking = FALSE;
    if (!zdepth_effect_at(self->picked_effect, &effect) || !g_str_equal(step->name, effect.name)) {
        return; /* the chain has changed meanwhile */
    }
    zd_document_begin(self->document, "Pick Place");
    set_place(step, self->picked_effect, self->picked_param, x);
    set_place(step, self->picked_effect, self->picked_param + 1, y);
    rewrite(self);
    zd_document_end(self->document);
}
