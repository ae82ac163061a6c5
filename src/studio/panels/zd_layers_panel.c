/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The list is made anew from the document after each change of its structure: it is short. */

#include "zd_layers_panel.h"

#include <assert.h>
#include <glib/gi18n.h>

struct _ZdLayersPanel {
    GtkBox parent_instance;
    ZdDocument *document;
    gulong handlers[2];
    GtkWidget *list;
    int chosen;
    gboolean is_filling;
};

G_DEFINE_FINAL_TYPE(ZdLayersPanel, zd_layers_panel, GTK_TYPE_BOX)

static guint chosen_signal;

static char *get(ZdLayersPanel *self, int insert, const char *name)
{
    char *text;
    char *copy = NULL;
    const zdepth_project *project = zd_document_project(self->document);
    if (zdepth_project_is_set(project, insert, name) &&
        zdepth_project_get(project, insert, name, &text, NULL) == ZDEPTH_OK)
    {
        copy = g_strdup(text);
        zdepth_text_free(zd_document_context(self->document), text);
    }
    return copy;
}

/* "HELLO", "logo.svg" */
static char *name_of(ZdLayersPanel *self, int insert)
{
    g_autofree char *title = get(self, insert, "title");
    g_autofree char *file = get(self, insert, "insert");
    return title != NULL  ? g_strdup_printf("“%s”", title)
           : file != NULL ? g_path_get_basename(file)
                          : g_strdup("empty");
}

static void move_up_cb(GtkButton *button, ZdLayersPanel *self)
{
    int index = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(button), "insert"));
    self->chosen = index + 1;
    zd_document_move_insert(self->document, index, index + 1);
}

static void remove_cb(GtkButton *button, ZdLayersPanel *self)
{
    int index = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(button), "insert"));
    self->chosen = ZDEPTH_PROJECT_ITSELF;
    zd_document_remove_insert(self->document, index);
}

/* Whether a switch of an insert is on. */
static gboolean is_on(ZdLayersPanel *self, int insert, const char *name)
{
    return zdepth_project_number(zd_document_project(self->document), insert, name, 0.0) >= 0.5;
}

static void switch_cb(GtkToggleButton *button, ZdLayersPanel *self)
{
    int index = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(button), "insert"));
    const char *name = g_object_get_data(G_OBJECT(button), "param");
    gboolean now = is_on(self, index, name);
    zd_document_set(self->document, index, name, now ? NULL : "on", NULL);
}

/* A switch that is a parameter of the insert, as text on it. */
static void add_switch(ZdLayersPanel *self, GtkWidget *row, int insert, const char *text,
                       const char *name, const char *label)
{
    GtkWidget *button = gtk_toggle_button_new_with_label(text);
    gtk_widget_add_css_class(button, "flat");
    gtk_widget_set_tooltip_text(button, label);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                   -1);
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(button), is_on(self, insert, name));
    g_object_set_data(G_OBJECT(button), "insert", GINT_TO_POINTER(insert));
    g_object_set_data(G_OBJECT(button), "param", (gpointer) name);
    g_signal_connect(button, "toggled", G_CALLBACK(switch_cb), self);
    gtk_box_append(GTK_BOX(row), button);
}

/* Hidden ones, and those beside a solo, are dim. */
static gboolean is_seen(ZdLayersPanel *self, int insert)
{
    int count = zdepth_project_insert_count(zd_document_project(self->document));
    gboolean seen = !is_on(self, insert, "hide");
    for (int i = 0; seen && i < count; i++) {
        seen = !is_on(self, i, "solo") || is_on(self, insert, "solo");
    }
    return seen;
}

static void add_button(GtkWidget *row, const char *icon, const char *label, int insert,
                       GCallback callback, ZdLayersPanel *self)
{
    GtkWidget *button = gtk_button_new_from_icon_name(icon);
    gtk_widget_add_css_class(button, "flat");
    gtk_widget_set_tooltip_text(button, label);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                   -1);
    g_object_set_data(G_OBJECT(button), "insert", GINT_TO_POINTER(insert));
    g_signal_connect(button, "clicked", callback, self);
    gtk_box_append(GTK_BOX(row), button);
}

static void add_row(ZdLayersPanel *self, int insert, const char *name, const char *detail)
{
    assert(insert >= ZDEPTH_PROJECT_ITSELF);
    GtkWidget *row = gtk_list_box_row_new();
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    GtkWidget *label = gtk_label_new(name);
    gtk_label_set_xalign(GTK_LABEL(label), 0.0f);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_widget_set_hexpand(label, TRUE);
    gtk_box_append(GTK_BOX(box), label);
    if (detail != NULL) {
        GtkWidget *dim = gtk_label_new(detail);
        gtk_widget_add_css_class(dim, "dim-label");
        gtk_box_append(GTK_BOX(box), dim);
    }
    if (insert >= 0) {
        int count = zdepth_project_insert_count(zd_document_project(self->document));
        if (!is_seen(self, insert)) {
            gtk_widget_add_css_class(label, "dim-label");
        }
        add_switch(self, box, insert, "H", "hide", _("Hide"));
        add_switch(self, box, insert, "S", "solo", _("Solo"));
        if (insert + 1 < count) {
            add_button(box, "go-up-symbolic", "Move up", insert, G_CALLBACK(move_up_cb), self);
        }
        add_button(box, "user-trash-symbolic", "Remove", insert, G_CALLBACK(remove_cb), self);
    }
    gtk_widget_set_margin_start(box, 6);
    gtk_widget_set_margin_end(box, insert >= 0 ? 2 : 10);
    gtk_widget_set_size_request(box, -1, 34);
    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
    g_object_set_data(G_OBJECT(row), "insert", GINT_TO_POINTER(insert));
    gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    gtk_list_box_append(GTK_LIST_BOX(self->list), row);
    if (insert == self->chosen && gtk_list_box_get_selected_row(GTK_LIST_BOX(self->list)) == NULL) {
        gtk_list_box_select_row(GTK_LIST_BOX(self->list), GTK_LIST_BOX_ROW(row));
    }
}

/* Where an insert stands, from its depth as written: NULL: by itself, "0.4", or keys ("0s=0.4; 2s=0.7"). */
static char *place_of(const char *depth)
{
    if (depth == NULL) {
        return g_strdup("behind it");
    }
    return strchr(depth, '=') != NULL ? g_strdup("keyed") : g_strdup_printf("at %.5s", depth);
}

static void fill(ZdLayersPanel *self)
{
    const zdepth_project *project = zd_document_project(self->document);
    int count = zdepth_project_insert_count(project);
    GtkWidget *child;
    g_autofree char *footage = zd_document_footage(self->document);
    self->is_filling = TRUE;
    self->chosen = self->chosen < count ? self->chosen : ZDEPTH_PROJECT_ITSELF;
    while ((child = gtk_widget_get_first_child(self->list)) != NULL) {
        gtk_list_box_remove(GTK_LIST_BOX(self->list), child);
    }
    if (footage != NULL) {
        g_autofree char *base = g_path_get_basename(footage);
        add_row(self, ZDEPTH_PROJECT_ITSELF, "Subject", "in front");
        for (int i = count - 1; i >= 0; i--) {
            g_autofree char *name = name_of(self, i);
            g_autofree char *depth = get(self, i, "at_depth");
            g_autofree char *detail = place_of(depth);
            add_row(self, i, name, detail);
        }
        add_row(self, ZDEPTH_PROJECT_ITSELF, base, "footage");
    }
    self->is_filling = FALSE;
    g_signal_emit(self, chosen_signal, 0, self->chosen);
}

static void structure_cb(ZdDocument *document, ZdLayersPanel *self)
{
    (void) document;
    fill(self);
}

static void changed_cb(ZdDocument *document, int insert, const char *name, ZdLayersPanel *self)
{
    (void) document;
    static const char *const shown[] = { "title", "at_depth", "hide", "solo", NULL };
    gboolean is_name = g_strv_contains(shown, name);
    if (insert >= 0 && is_name &&
        insert < zdepth_project_insert_count(zd_document_project(self->document)))
    {
        fill(self);
    }
}

static void selected_cb(GtkListBox *list, GtkListBoxRow *row, ZdLayersPanel *self)
{
    (void) list;
    if (row == NULL || self->is_filling) {
        return;
    }
    self->chosen = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(row), "insert"));
    g_signal_emit(self, chosen_signal, 0, self->chosen);
}

static void zd_layers_panel_dispose(GObject *object)
{
    ZdLayersPanel *self = ZD_LAYERS_PANEL(object);
    if (self->document != NULL) {
        g_clear_signal_handler(&self->handlers[0], self->document);
        g_clear_signal_handler(&self->handlers[1], self->document);
        g_clear_object(&self->document);
    }
    G_OBJECT_CLASS(zd_layers_panel_parent_class)->dispose(object);
}

static void zd_layers_panel_class_init(ZdLayersPanelClass *class)
{
    G_OBJECT_CLASS(class)->dispose = zd_layers_panel_dispose;
    chosen_signal = g_signal_new("chosen", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void zd_layers_panel_init(ZdLayersPanel *self)
{
    self->chosen = ZDEPTH_PROJECT_ITSELF;
    self->list = gtk_list_box_new();
    gtk_widget_add_css_class(self->list, "boxed-list");
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Layers"), -1);
    g_signal_connect(self->list, "row-selected", G_CALLBACK(selected_cb), self);
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    gtk_box_append(GTK_BOX(self), self->list);
}

GtkWidget *zd_layers_panel_new(ZdDocument *document)
{
    g_return_val_if_fail(document != NULL, NULL);
    ZdLayersPanel *self = g_object_new(ZD_TYPE_LAYERS_PANEL, NULL);
    self->document = g_object_ref(document);
    self->handlers[0] = g_signal_connect(document, "structure", G_CALLBACK(structure_cb), self);
    self->handlers[1] = g_signal_connect(document, "changed", G_CALLBACK(changed_cb), self);
    fill(self);
    return GTK_WIDGET(self);
}

void zd_layers_panel_choose(ZdLayersPanel *self, int insert)
{
    g_return_if_fail(insert >= ZDEPTH_PROJECT_ITSELF);
    self->chosen = insert;
    fill(self);
}
