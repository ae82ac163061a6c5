/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Rows are made from the table alone; nothing here knows a parameter by name. A few are made in every
 * turn of the main loop, since dozens of widgets take longer than a frame. */

#include "zd_params_panel.h"

#include <glib/gi18n.h>
#include <math.h>

#include "zd_param_row.h"

enum { BUILD_US = 4000 }; /* of a turn */

/* What the analysis found for a row that nobody has set. */
typedef struct Automatic {
    double value;
    double from;
    double to;
} Automatic;

static const zdepth_param_group order[] = { ZDEPTH_GROUP_MATTE,  ZDEPTH_GROUP_INSERT,
                                            ZDEPTH_GROUP_EFFECT, ZDEPTH_GROUP_DEPTH,
                                            ZDEPTH_GROUP_SOURCE, ZDEPTH_GROUP_OUTPUT };

struct _ZdParamsPanel {
    GtkBox parent_instance;
    ZdDocument *document;
    GtkWidget *search;
    GtkWidget *list;       /* of expanders */
    GPtrArray *rows;       /* of ZdParamRow, borrowed from the list */
    GHashTable *automatic; /* of Automatic, by the parameter's name */
    guint building;        /* the idle source; 0: all rows are there */
    size_t next_group;     /* in `order`; what is built next */
    int next_param;
    char *edited;     /* the row that is to be typed in; NULL: none */
    GtkWidget *group; /* the box of the group that is being built; NULL: none yet */
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

/* Whether the search's words are in a row's name or help. */
static void filter_row(ZdParamRow *row, const char *wanted)
{
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

static char *search_words(ZdParamsPanel *self)
{
    return g_utf8_casefold(gtk_editable_get_text(GTK_EDITABLE(self->search)), -1);
}

static void search_cb(GtkSearchEntry *entry, ZdParamsPanel *self)
{
    g_autofree char *wanted = search_words(self);
    (void) entry;
    for (guint i = 0; i < self->rows->len; i++) {
        filter_row(self->rows->pdata[i], wanted);
    }
}

static void edit_if_wanted(ZdParamsPanel *self, ZdParamRow *row)
{
    if (g_strcmp0(self->edited, zd_param_row_name(row)) == 0) {
        g_clear_pointer(&self->edited, g_free);
        zd_param_row_edit(row);
    }
}

static void build_row(ZdParamsPanel *self, const zdepth_param *param, const char *wanted)
{
    if (self->group == NULL) {
        self->group = add_group(self, param->group);
    }
    GtkWidget *row = zd_param_row_new(self->document, self->insert, param);
    const Automatic *found = g_hash_table_lookup(self->automatic, param->name);
    zd_param_row_set_time(ZD_PARAM_ROW(row), self->time_s);
    if (found != NULL) {
        zd_param_row_set_automatic(ZD_PARAM_ROW(row), found->value, found->from, found->to);
    }
    gtk_box_append(GTK_BOX(self->group), row);
    g_ptr_array_add(self->rows, row);
    if (wanted[0] != '\0') {
        filter_row(ZD_PARAM_ROW(row), wanted);
    }
    edit_if_wanted(self, ZD_PARAM_ROW(row));
}

/* Makes the rows that are missing, as many as a turn has time for. */
static gboolean build_cb(gpointer user)
{
    ZdParamsPanel *self = user;
    zdepth_param param;
    g_autofree char *wanted = search_words(self);
    gint64 until = g_get_monotonic_time() + BUILD_US;
    while (self->next_group < G_N_ELEMENTS(order) && g_get_monotonic_time() < until) {
        if (!zdepth_param_at(self->next_param++, &param)) {
            self->next_group++;
            self->next_param = 0;
            self->group = NULL;
        } else if (param.group == order[self->next_group] && is_shown(self, &param)) {
            build_row(self, &param, wanted);
        }
    }
    gboolean is_missing = self->next_group < G_N_ELEMENTS(order);
    if (!is_missing) {
        self->building = 0;
    }
    return is_missing;
}

static void fill(ZdParamsPanel *self)
{
    GtkWidget *child;
    g_ptr_array_set_size(self->rows, 0);
    while ((child = gtk_widget_get_first_child(self->list)) != NULL) {
        gtk_box_remove(GTK_BOX(self->list), child);
    }
    self->next_group = 0;
    self->next_param = 0;
    self->group = NULL;
    if (self->building == 0) {
        self->building = g_idle_add_full(G_PRIORITY_HIGH_IDLE + 30, build_cb, self, NULL);
    }
}

static void zd_params_panel_dispose(GObject *object)
{
    ZdParamsPanel *self = ZD_PARAMS_PANEL(object);
    g_clear_handle_id(&self->building, g_source_remove);
    g_clear_object(&self->document);
    G_OBJECT_CLASS(zd_params_panel_parent_class)->dispose(object);
}

static void zd_params_panel_finalize(GObject *object)
{
    g_free(ZD_PARAMS_PANEL(object)->edited);
    g_ptr_array_unref(ZD_PARAMS_PANEL(object)->rows);
    g_hash_table_unref(ZD_PARAMS_PANEL(object)->automatic);
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
    self->automatic = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->insert = ZDEPTH_PROJECT_ITSELF;
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    gtk_box_set_spacing(GTK_BOX(self), 6);
    self->search =
        g_object_new(GTK_TYPE_SEARCH_ENTRY, "placeholder-text", _("Search parameters"), NULL);
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
    g_return_val_if_fail(document != NULL, NULL);
    ZdParamsPanel *self = g_object_new(ZD_TYPE_PARAMS_PANEL, NULL);
    self->document = g_object_ref(document);
    fill(self);
    return GTK_WIDGET(self);
}

void zd_params_panel_edit(ZdParamsPanel *self, const char *name)
{
    g_free(self->edited);
    self->edited = g_strdup(name);
    for (guint i = 0; i < self->rows->len; i++) {
        edit_if_wanted(self, self->rows->pdata[i]);
    }
}

void zd_params_panel_show(ZdParamsPanel *self, int insert)
{
    g_return_if_fail(insert >= ZDEPTH_PROJECT_ITSELF);
    g_clear_pointer(&self->edited, g_free);
    self->insert = insert;
    fill(self);
}

void zd_params_panel_set_time(ZdParamsPanel *self, double time_s)
{
    g_return_if_fail(isfinite(time_s));
    self->time_s = time_s;
    for (guint i = 0; i < self->rows->len; i++) {
        zd_param_row_set_time(self->rows->pdata[i], time_s);
    }
}

void zd_params_panel_set_automatic(ZdParamsPanel *self, const char *name, double value,
                                   double slider_from, double slider_to)
{
    g_return_if_fail(name != NULL);
    Automatic *found = g_new(Automatic, 1);
    *found = (Automatic){ value, slider_from, slider_to };
    g_hash_table_replace(self->automatic, g_strdup(name), found);
    for (guint i = 0; i < self->rows->len; i++) {
        if (g_str_equal(zd_param_row_name(self->rows->pdata[i]), name)) {
            zd_param_row_set_automatic(self->rows->pdata[i], value, slider_from, slider_to);
        }
    }
}
