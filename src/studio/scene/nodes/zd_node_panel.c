/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A node is remembered by its name: its index changes when others come and go. The rows of each kind are
 * made once, a few in every turn of the main loop, since dozens of widgets take longer than a frame. */

#include "zd_node_panel.h"

#include <assert.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "zd_scene_row.h"

struct _ZdNodePanel {
    GtkBox parent_instance;
    ZdSceneDocument *document;
    gulong handler;
    GtkWidget *kind;
    GtkWidget *name;
    GtkWidget *scroller;
    GHashTable *boxes; /* of rows, by kind */
    GtkWidget *rows;   /* the box that is shown */
    guint building;    /* the idle source; 0: none */
    char *shown;       /* the node's name; "" is the frame; NULL: none yet */
    zdepth_scene_kind shown_kind;
    double frame;
    gboolean is_renaming;
};

G_DEFINE_FINAL_TYPE(ZdNodePanel, zd_node_panel, GTK_TYPE_BOX)

enum { BUILD_US = 4000 }; /* of a turn */

enum { FAILED, DRAW_REGION, BROWSE, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

int zd_node_panel_shown(ZdNodePanel *self)
{
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    int node = scene != NULL && self->shown != NULL && self->shown[0] != '\0'
                   ? zdepth_scene_find(scene, self->shown)
                   : 0;
    return MAX(node, 0);
}

static void row_failed_cb(ZdSceneRow *row, const char *message, ZdNodePanel *self)
{
    (void) row;
    g_signal_emit(self, signals[FAILED], 0, message);
}

static void region_cb(ZdSceneRow *row, ZdNodePanel *self)
{
    (void) row;
    g_signal_emit(self, signals[DRAW_REGION], 0, zd_node_panel_shown(self));
}

static void browse_cb(ZdSceneRow *row, const char *key, ZdNodePanel *self)
{
    (void) row;
    g_signal_emit(self, signals[BROWSE], 0, zd_node_panel_shown(self), key);
}

static void build_row(ZdNodePanel *self, int node, const zdepth_scene_key *key)
{
    assert(node >= 0);
    GtkWidget *row = zd_scene_row_new(self->document, node, key);
    g_signal_connect(row, "failed", G_CALLBACK(row_failed_cb), self);
    g_signal_connect(row, "draw-region", G_CALLBACK(region_cb), self);
    g_signal_connect(row, "browse", G_CALLBACK(browse_cb), self);
    gtk_box_append(GTK_BOX(self->rows), row);
    zd_scene_row_read(ZD_SCENE_ROW(row), node, self->frame);
}

static int built_count(GtkWidget *rows)
{
    return GPOINTER_TO_INT(g_object_get_data(G_OBJECT(rows), "built"));
}

/* Makes the rows that are missing, as many as a turn has time for. */
static gboolean build_cb(gpointer user)
{
    ZdNodePanel *self = user;
    zdepth_scene_key key;
    gint64 until = g_get_monotonic_time() + BUILD_US;
    int node = zd_node_panel_shown(self);
    int built = built_count(self->rows);
    gboolean is_missing = zdepth_scene_key_at(self->shown_kind, built, &key);
    while (is_missing && g_get_monotonic_time() < until) {
        build_row(self, node, &key);
        is_missing = zdepth_scene_key_at(self->shown_kind, ++built, &key);
    }
    g_object_set_data(G_OBJECT(self->rows), "built", GINT_TO_POINTER(built));
    if (!is_missing) {
        self->building = 0;
    }
    return is_missing;
}

/* Shows the rows of the shown node's kind. */
static void show_rows(ZdNodePanel *self)
{
    gpointer kind = GINT_TO_POINTER((int) self->shown_kind);
    self->rows = g_hash_table_lookup(self->boxes, kind);
    if (self->rows == NULL) {
        self->rows = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
        gtk_widget_set_margin_end(self->rows, 10);
        g_hash_table_insert(self->boxes, kind, g_object_ref_sink(self->rows));
    }
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->scroller), self->rows);
    if (self->building == 0) {
        self->building = g_idle_add_full(G_PRIORITY_HIGH_IDLE + 30, build_cb, self, NULL);
    }
}

static void read_rows(ZdNodePanel *self)
{
    int node = zd_node_panel_shown(self);
    GtkWidget *first = self->rows != NULL ? gtk_widget_get_first_child(self->rows) : NULL;
    for (GtkWidget *row = first; row != NULL; row = gtk_widget_get_next_sibling(row)) {
        zd_scene_row_read(ZD_SCENE_ROW(row), node, self->frame);
    }
}

void zd_node_panel_show(ZdNodePanel *self, int index)
{
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    zdepth_scene_node node;
    if (scene == NULL || !zdepth_scene_node_at(scene, index, &node)) {
        return;
    }
    gboolean is_frame = node.kind == ZDEPTH_SCENE_FRAME;
    gboolean is_new = self->shown == NULL || self->shown_kind != node.kind;
    char *name = g_strdup(is_frame ? "" : node.name);
    g_free(self->shown);
    self->shown = name;
    self->shown_kind = node.kind;
    gtk_label_set_text(GTK_LABEL(self->kind), zd_scene_kind_label(node.kind));
    gtk_editable_set_text(GTK_EDITABLE(self->name), name);
    gtk_widget_set_visible(self->name, !is_frame);
    if (is_new) {
        show_rows(self);
    }
    read_rows(self);
}

static void changed_cb(ZdSceneDocument *document, ZdNodePanel *self)
{
    const zdepth_scene *scene = zd_scene_document_scene(document);
    zdepth_scene_node node;
    if (scene == NULL || self->is_renaming) {
        return;
    }
    int shown = zd_node_panel_shown(self);
    zdepth_scene_node_at(scene, shown, &node);
    if (self->shown == NULL || node.kind != self->shown_kind) {
        zd_node_panel_show(self, 0); /* the node has gone */
    } else {
        read_rows(self);
    }
}

static void rename_cb(GtkEditable *entry, ZdNodePanel *self)
{
    GError *error = NULL;
    const char *name = gtk_editable_get_text(entry);
    int node = zd_node_panel_shown(self);
    if (node == 0 || g_str_equal(name, self->shown)) {
        return;
    }
    self->is_renaming = TRUE;
    gboolean good = zd_scene_document_rename(self->document, node, name, &error);
    self->is_renaming = FALSE;
    if (good) {
        zd_node_panel_show(self, zdepth_scene_find(zd_scene_document_scene(self->document), name));
    } else {
        gtk_editable_set_text(entry, self->shown);
        g_signal_emit(self, signals[FAILED], 0, error->message);
        g_error_free(error);
    }
}

static void name_left_cb(GtkEventControllerFocus *focus, ZdNodePanel *self)
{
    (void) focus;
    rename_cb(GTK_EDITABLE(self->name), self);
}

void zd_node_panel_set_frame(ZdNodePanel *self, double frame)
{
    g_return_if_fail(isfinite(frame));
    self->frame = frame;
    if (zd_scene_document_scene(self->document) != NULL) {
        read_rows(self);
    }
}

static void zd_node_panel_dispose(GObject *object)
{
    ZdNodePanel *self = ZD_NODE_PANEL(object);
    if (self->document != NULL) {
        g_signal_handler_disconnect(self->document, self->handler);
    }
    g_clear_handle_id(&self->building, g_source_remove);
    g_clear_object(&self->document);
    g_clear_pointer(&self->boxes, g_hash_table_unref);
    g_clear_pointer(&self->shown, g_free);
    G_OBJECT_CLASS(zd_node_panel_parent_class)->dispose(object);
}

static void zd_node_panel_class_init(ZdNodePanelClass *class)
{
    GType type = G_TYPE_FROM_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = zd_node_panel_dispose;
    signals[FAILED] = g_signal_new("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
    signals[DRAW_REGION] = g_signal_new("draw-region", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_INT);
    signals[BROWSE] = g_signal_new("browse", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);
}

static void zd_node_panel_init(ZdNodePanel *self)
{
    GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    GtkEventController *focus = gtk_event_controller_focus_new();
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    gtk_box_set_spacing(GTK_BOX(self), 6);
    self->frame = 1.0;
    self->kind = gtk_label_new("");
    self->name = gtk_entry_new();
    self->scroller = gtk_scrolled_window_new();
    self->boxes = g_hash_table_new_full(NULL, NULL, NULL, g_object_unref);
    gtk_widget_add_css_class(self->kind, "heading");
    gtk_widget_set_hexpand(self->name, TRUE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->name), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Name of the node"), -1);
    g_signal_connect(self->name, "activate", G_CALLBACK(rename_cb), self);
    g_signal_connect(focus, "leave", G_CALLBACK(name_left_cb), self);
    gtk_widget_add_controller(self->name, focus);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(self->scroller), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_widget_set_vexpand(self->scroller, TRUE);
    gtk_box_append(GTK_BOX(head), self->kind);
    gtk_box_append(GTK_BOX(head), self->name);
    gtk_box_append(GTK_BOX(self), head);
    gtk_box_append(GTK_BOX(self), self->scroller);
}

GtkWidget *zd_node_panel_new(ZdSceneDocument *document)
{
    g_return_val_if_fail(document != NULL, NULL);
    ZdNodePanel *self = g_object_new(ZD_TYPE_NODE_PANEL, NULL);
    self->document = g_object_ref(document);
    self->handler = g_signal_connect(document, "changed", G_CALLBACK(changed_cb), self);
    return GTK_WIDGET(self);
}
