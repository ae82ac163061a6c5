/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Rows are made from the table alone; nothing here knows a parameter by name. */

#include "zd_params_panel.h"

#include <glib/gi18n.h>

#include "zd_param_row.h"

struct _ZdParamsPanel {
    GtkBox parent_instance;
    ZdDocument *document;
    GtkWidget *search;
    GtkWidget *list; /* of expanders */
    GPtrArray *rows; /* of ZdParamRow, borrowed from the list */
    int insert;
    double time_s;
};

G_DEFINE_FINAL_TYPE(ZdParamsPanel, zd_params_panel, GTK_TYPE_BOX)

/* Whether a parameter is one of those shown for an insert, or for the project. */
static gboolean is_shown(ZdParamsPanel *self, const zdepth_param *param)
{
    if ((param->group == ZDEPTH_GROUP_INSERT) != (self->insert >= 0)) {
        return FALSE;
    }
    if (self->insert < 0) {
        return (param->flags & ZDEPTH_PARAM_NOT_STORED) == 0;
    }
    gboolean is_title =
        zdepth_project_is_set(zd_document_project(self->document), self->insert, "title");
    unsigned other = is_title ? ZDEPTH_PARAM_FILE : ZDEPTH_PARAM_TITLE;
    return (param->flags & other) == 0;
}

static GtkWidget *add_group(ZdParamsPanel *self, zdepth_param_group group)
{
    GtkWidget *expander = gtk_expander_new(zdepth_param_group_label(group));
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
    gtk_widget_set_margin_start(box, 8);
    gtk_widget_set_margin_top(box, 6);
    gtk_widget_set_margin_bottom(box, 6);
    gtk_expander_set_child(GTK_EXPANDER(expander), box);
    gtk_accessible_update_property(GTK_ACCESSIBLE(expander), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   zdepth_param_group_label(group), -1);
    gtk_expander_set_expanded(GTK_EXPANDER(expander),
                              group == ZDEPTH_GROUP_MATTE || group == ZDEPTH_GROUP_INSERT);
    gtk_box_append(GTK_BOX(self->list), expander);
    return box;
}

static void fill(ZdParamsPanel *self)
{
    GtkWidget *groups[ZDEPTH_GROUP_OUTPUT + 1] = { NULL };
    static const zdepth_param_group order[] = { ZDEPTH_GROUP_MATTE,  ZDEPTH_GROUP_INSERT,
                                                ZDEPTH_GROUP_EFFECT, ZDEPTH_GROUP_DEPTH,
                                                ZDEPTH_GROUP_SOURCE, ZDEPTH_GROUP_OUTPUT };
    GtkWidget *child;
    g_ptr_array_set_size(self->rows, 0);
    while ((child = gtk_widget_get_first_child(self->list)) != NULL) {
        gtk_box_remove(GTK_BOX(self->list), child);
    }
    for (size_t g = 0; g < G_N_ELEMENTS(order); g++) {
        zdepth_param param;
        for (int i = 0; zdepth_param_at(i, &param); i++) {
            if (param.group != order[g] || !is_shown(self, &param)) {
                continue;
            }
            if (groups[param.group] == NULL) {
                groups[param.group] = add_group(self, param.group);
            }
            GtkWidget *row = zd_param_row_new(self->document, self->insert, &param);
            zd_param_row_set_time(ZD_PARAM_ROW(row), self->time_s);
            gtk_box_append(GTK_BOX(groups[param.group]), row);
            g_ptr_array_add(self->rows, row);
        }
    }
}

static void search_cb(GtkSearchEntry *entry, ZdParamsPanel *self)
{
    g_autofree char *wanted = g_utf8_casefold(gtk_editable_get_text(GTK_EDITABLE(entry)), -1);
    for (guint i = 0; i < self->rows->len; i++) {
        ZdParamRow *row = self->rows->pdata[i];
        zdepth_param param;
        zdepth_param_find(zd_param_row_name(row), &param);
        g_autofree char *label = g_utf8_casefold(param.label, -1);
        g_autofree char *help = g_utf8_casefold(param.help, -1);
        gboolean found = strstr(label, wanted) != NULL || strstr(help, wanted) != NULL;
        gtk_widget_set_visible(GTK_WIDGET(row), found);
        GtkWidget *expander = gtk_widget_get_ancestor(GTK_WIDGET(row), GTK_TYPE_EXPANDER);
        if (found && wanted[0] != '\0' && expander != NULL) {
            gtk_expander_set_expanded(GTK_EXPANDER(expander), TRUE);
        }
    }
}

static void zd_params_panel_dispose(GObject *object)
{
    ZdParamsPanel *self = ZD_PARAMS_PANEL(object);
    g_clear_object(&self->document);
    G_OBJECT_CLASS(zd_params_panel_parent_class)->dispose(object);
}

static void zd_params_panel_finalize(GObject *object)
{
    g_ptr_array_unref(ZD_PARAMS_PANEL(object)->rows);
    G_OBJECT_CLASS(zd_params_panel_parent_class)->finalize(object);
}

static void zd_params_panel_class_init(ZdParamsPanelClass *class)
{
    G_OBJECT_CLASS(class)->dispose = zd_params_panel_dispose;
    G_OBJECT_CLASS(class)->finalize = zd_params_panel_finalize;
}

static void zd_params_panel_init(ZdParamsPanel *self)
{
    GtkWidget *scroller = gtk_scrolled_window_new();
    self->rows = g_ptr_array_new();
    self->insert = ZDEPTH_PROJECT_ITSELF;
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    gtk_box_set_spacing(GTK_BOX(self), 6);
    self->search = gtk_search_entry_new();
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Search parameters"), -1);
    g_signal_connect(self->search, "search-changed", G_CALLBACK(search_cb), self);
    self->list = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
    gtk_widget_set_margin_end(self->list, 10);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->list);
    gtk_widget_set_vexpand(scroller, TRUE);
    gtk_box_append(GTK_BOX(self), self->search);
    gtk_box_append(GTK_BOX(self), scroller);
}

GtkWidget *zd_params_panel_new(ZdDocument *document)
{
    ZdParamsPanel *self = g_object_new(ZD_TYPE_PARAMS_PANEL, NULL);
    self->document = g_object_ref(document);
    fill(self);
    return GTK_WIDGET(self);
}

void zd_params_panel_show(ZdParamsPanel *self, int insert)
{
    self->insert = insert;
    fill(self);
}

void zd_params_panel_set_time(ZdParamsPanel *self, double time_s)
{
    self->time_s = time_s;
    for (guint i = 0; i < self->rows->len; i++) {
        zd_param_row_set_time(self->rows->pdata[i], time_s);
    }
}

void zd_params_panel_set_automatic(ZdParamsPanel *self, const char *name, double value,
                                   double slider_from, double slider_to)
{
    for (guint i = 0; i < self->rows->len; i++) {
        if (g_str_equal(zd_param_row_name(self->rows->pdata[i]), name)) {
            zd_param_row_set_automatic(self->rows->pdata[i], value, slider_from, slider_to);
        }
    }
}
