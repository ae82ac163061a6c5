/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The list is made anew when a media's name, file or number changes. */

#include "zd_media_list.h"

#include <glib/gi18n.h>

struct _ZdMediaList {
    GtkBox parent_instance;
    ZdSceneDocument *document;
    gulong handler;
    GtkWidget *list;
    GtkWidget *apply;
    char *shown; /* what the rows say, to leave them when nothing changed */
    gboolean has_target;
};

G_DEFINE_FINAL_TYPE(ZdMediaList, zd_media_list, GTK_TYPE_BOX)

enum { APPLY, ADD, OPENED, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

int zd_media_list_chosen(ZdMediaList *self)
{
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(self->list));
    if (row == NULL || scene == NULL) {
        return -1;
    }
    return zdepth_scene_find(scene, g_object_get_data(G_OBJECT(row), "name"));
}

static void update_apply(ZdMediaList *self)
{
    gtk_widget_set_sensitive(self->apply, self->has_target && zd_media_list_chosen(self) >= 0);
}

static void add_row(ZdMediaList *self, const zdepth_scene_node *node, const char *file)
{
    GtkWidget *row = gtk_list_box_row_new();
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    g_autofree char *base = file[0] != '\0' ? g_path_get_basename(file) : g_strdup("no file");
    g_autofree char *name = g_strdup_printf("%d  %s", node->media_number, node->name);
    GtkWidget *label = gtk_label_new(name);
    GtkWidget *detail = gtk_label_new(base);
    gtk_label_set_xalign(GTK_LABEL(label), 0.0f);
    gtk_widget_set_hexpand(label, TRUE);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_label_set_ellipsize(GTK_LABEL(detail), PANGO_ELLIPSIZE_MIDDLE);
    gtk_widget_add_css_class(detail, "dim-label");
    gtk_box_append(GTK_BOX(box), label);
    gtk_box_append(GTK_BOX(box), detail);
    gtk_widget_set_margin_start(box, 6);
    gtk_widget_set_margin_end(box, 6);
    gtk_widget_set_size_request(box, -1, 26);
    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
    g_object_set_data_full(G_OBJECT(row), "name", g_strdup(node->name), g_free);
    gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    gtk_list_box_append(GTK_LIST_BOX(self->list), row);
}

static void fill_rows(ZdMediaList *self, const zdepth_scene *scene, const char *chosen)
{
    GtkWidget *child;
    int rows = 0;
    while ((child = gtk_widget_get_first_child(self->list)) != NULL) {
        gtk_list_box_remove(GTK_LIST_BOX(self->list), child);
    }
    for (int i = 0; scene != NULL && i < zdepth_scene_node_count(scene); i++) {
        zdepth_scene_node node;
        zdepth_scene_node_at(scene, i, &node);
        if (node.kind == ZDEPTH_SCENE_MEDIA) {
            g_autofree char *file = zd_scene_document_get(self->document, i, "front");
            add_row(self, &node, file);
            GtkListBoxRow *row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(self->list), rows++);
            if (chosen == NULL || g_str_equal(chosen, node.name)) {
                gtk_list_box_select_row(GTK_LIST_BOX(self->list), row);
                chosen = node.name;
            }
        }
    }
}

static void fill(ZdMediaList *self)
{
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(self->list));
    g_autofree char *chosen =
        row != NULL ? g_strdup(g_object_get_data(G_OBJECT(row), "name")) : NULL;
    g_autoptr(GString) says = g_string_new("");
    for (int i = 0; scene != NULL && i < zdepth_scene_node_count(scene); i++) {
        zdepth_scene_node node;
        zdepth_scene_node_at(scene, i, &node);
        if (node.kind == ZDEPTH_SCENE_MEDIA) {
            g_autofree char *file = zd_scene_document_get(self->document, i, "front");
            g_string_append_printf(says, "%s\n%s\n", node.name, file);
        }
    }
    if (self->shown == NULL || !g_str_equal(says->str, self->shown)) {
        g_free(self->shown);
        self->shown = g_strdup(says->str);
        fill_rows(self, scene, chosen);
    }
    update_apply(self);
}

static void changed_cb(ZdSceneDocument *document, ZdMediaList *self)
{
    (void) document;
    fill(self);
}

static void selected_cb(GtkListBox *list, GtkListBoxRow *row, ZdMediaList *self)
{
    (void) list;
    (void) row;
    update_apply(self);
}

static void activated_cb(GtkListBox *list, GtkListBoxRow *row, ZdMediaList *self)
{
    (void) list;
    (void) row;
    g_signal_emit(self, signals[OPENED], 0, zd_media_list_chosen(self));
}

static void apply_cb(GtkButton *button, ZdMediaList *self)
{
    (void) button;
    g_signal_emit(self, signals[APPLY], 0, zd_media_list_chosen(self));
}

static void add_cb(GtkButton *button, ZdMediaList *self)
{
    (void) button;
    g_signal_emit(self, signals[ADD], 0);
}

void zd_media_list_set_target(ZdMediaList *self, const char *name)
{
    g_autofree char *tip =
        name != NULL ? g_strdup_printf("Gives the chosen media to %s", name)
                     : g_strdup("Choose a surface, geometry or map in the schematic first");
    self->has_target = name != NULL;
    gtk_widget_set_tooltip_text(self->apply, tip);
    update_apply(self);
}

static void zd_media_list_dispose(GObject *object)
{
    ZdMediaList *self = ZD_MEDIA_LIST(object);
    if (self->document != NULL) {
        g_signal_handler_disconnect(self->document, self->handler);
    }
    g_clear_object(&self->document);
    g_clear_pointer(&self->shown, g_free);
    G_OBJECT_CLASS(zd_media_list_parent_class)->dispose(object);
}

static void zd_media_list_class_init(ZdMediaListClass *class)
{
    GType type = G_TYPE_FROM_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = zd_media_list_dispose;
    signals[APPLY] = g_signal_new("apply", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_INT);
    signals[ADD] =
        g_signal_new("add", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[OPENED] = g_signal_new("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_INT);
}

static void zd_media_list_init(ZdMediaList *self)
{
    GtkWidget *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    GtkWidget *add = gtk_button_new_with_label(_("Add Media…"));
    GtkWidget *scroller = gtk_scrolled_window_new();
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    gtk_box_set_spacing(GTK_BOX(self), 6);
    self->list = gtk_list_box_new();
    self->apply = gtk_button_new_with_label(_("Apply"));
    gtk_list_box_set_activate_on_single_click(GTK_LIST_BOX(self->list), FALSE);
    gtk_widget_add_css_class(self->list, "boxed-list");
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Media"), -1);
    g_signal_connect(self->list, "row-selected", G_CALLBACK(selected_cb), self);
    g_signal_connect(self->list, "row-activated", G_CALLBACK(activated_cb), self);
    g_signal_connect(self->apply, "clicked", G_CALLBACK(apply_cb), self);
    g_signal_connect(add, "clicked", G_CALLBACK(add_cb), self);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->list);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_widget_set_size_request(scroller, -1, 96);
    gtk_box_append(GTK_BOX(buttons), add);
    gtk_box_append(GTK_BOX(buttons), self->apply);
    gtk_box_append(GTK_BOX(self), scroller);
    gtk_box_append(GTK_BOX(self), buttons);
}

GtkWidget *zd_media_list_new(ZdSceneDocument *document)
{
    g_return_val_if_fail(document != NULL, NULL);
    ZdMediaList *self = g_object_new(ZD_TYPE_MEDIA_LIST, NULL);
    self->document = g_object_ref(document);
    self->handler = g_signal_connect(document, "changed", G_CALLBACK(changed_cb), self);
    zd_media_list_set_target(self, NULL);
    fill(self);
    return GTK_WIDGET(self);
}
