/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The page's actions and its context menus. */

#include <assert.h>
#include <glib/gi18n.h>
#include <string.h>

#include "zd_scene_page_private.h"
#include "zd_schematic.h"

static const char *const pass_names[ZDEPTH_SCENE_PASSES] = { "comp",    "matte",    "zdepth",
                                                             "normals", "position", "object_id" };

static int kind_of(const char *name)
{
    for (int kind = 1; kind < ZDEPTH_SCENE_KINDS; kind++) {
        if (strcmp(zdepth_scene_kind_name((zdepth_scene_kind) kind), name) == 0) {
            return kind;
        }
    }
    return -1;
}

static void pass_cb(GSimpleAction *action, GVariant *value, gpointer user)
{
    ZdScenePage *self = user;
    for (int i = 0; i < ZDEPTH_SCENE_PASSES; i++) {
        if (g_str_equal(g_variant_get_string(value, NULL), pass_names[i])) {
            self->pass = (zdepth_scene_pass) i;
            g_simple_action_set_state(action, value);
            zd_scene_page_request(self);
        }
    }
}

static void look_reset_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdScenePage *self = user;
    (void) action;
    (void) parameter;
    self->yaw = self->pitch = self->zoom = self->pan_x = self->pan_y = 0.0;
    zd_scene_page_request(self);
}

static void region_cb(GSimpleAction *action, GVariant *value, gpointer user)
{
    ZdScenePage *self = user;
    self->draws_region = g_variant_get_boolean(value);
    g_simple_action_set_state(action, value);
    zd_scene_page_show_marks(self);
}

static void add_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdScenePage *self = user;
    int kind = kind_of(g_variant_get_string(parameter, NULL));
    (void) action;
    if (kind > 0) {
        zd_scene_page_add(self, (zdepth_scene_kind) kind, zd_scene_page_chosen(self));
    }
}

static void create_map_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdScenePage *self = user;
    GError *error = NULL;
    gboolean made = FALSE;
    int node = zd_scene_page_chosen(self);
    (void) action;
    (void) parameter;
    if (node < 0) {
        return;
    }
    if (!zd_scene_document_create_map(self->document, node, &made, &error)) {
        zd_scene_page_report(self, FALSE, error);
    } else {
        zd_scene_page_tell(self, made ? "The map that this AOV needs is created"
                                      : "This AOV has the map that it needs");
    }
}

static void analysis_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdScenePage *self = user;
    GError *error = NULL;
    int node = zd_scene_page_chosen(self);
    (void) action;
    if (node > 0) {
        gboolean good = zd_scene_document_set(self->document, node, "analysis",
                                              g_variant_get_string(parameter, NULL), &error);
        zd_scene_page_report(self, good, error);
    }
}

static void remove_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    zd_scene_page_remove_chosen(user);
}

static void arrange_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    zd_schematic_arrange(ZD_SCHEMATIC(ZD_SCENE_PAGE(user)->schematic));
}

static const GActionEntry entries[] = {
    { .name = "pass", .parameter_type = "s", .state = "'comp'", .change_state = pass_cb },
    { .name = "region", .state = "false", .change_state = region_cb },
    { .name = "look-reset", .activate = look_reset_cb },
    { .name = "add", .parameter_type = "s", .activate = add_cb },
    { .name = "create-map", .activate = create_map_cb },
    { .name = "analysis", .parameter_type = "s", .activate = analysis_cb },
    { .name = "remove", .activate = remove_cb },
    { .name = "arrange", .activate = arrange_cb },
};

void zd_scene_page_add_actions(ZdScenePage *self)
{
    g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new();
    g_action_map_add_action_entries(G_ACTION_MAP(group), entries, G_N_ELEMENTS(entries), self);
    gtk_widget_insert_action_group(GTK_WIDGET(self), "scene", G_ACTION_GROUP(group));
    self->actions = G_ACTION_GROUP(g_object_ref(group));
}

/* ---- menus ---- */

static void add_kinds(GMenu *menu, const zdepth_scene_kind *kinds, int count)
{
    assert(count > 0);
    for (int i = 0; i < count; i++) {
        g_autofree char *action =
            g_strdup_printf("scene.add('%s')", zdepth_scene_kind_name(kinds[i]));
        g_menu_append(menu, zd_scene_kind_label(kinds[i]), action);
    }
}

static void add_submenu(GMenu *menu, const char *label, const zdepth_scene_kind *kinds, int count)
{
    g_autoptr(GMenu) sub = g_menu_new();
    add_kinds(sub, kinds, count);
    g_menu_append_submenu(menu, label, G_MENU_MODEL(sub));
}

static GMenu *make_menu(ZdScenePage *self, int index)
{
    static const zdepth_scene_kind maps[] = { ZDEPTH_SCENE_ZDEPTH, ZDEPTH_SCENE_NORMALMAP,
                                              ZDEPTH_SCENE_AOV };
    static const zdepth_scene_kind nodes[] = { ZDEPTH_SCENE_AXIS,     ZDEPTH_SCENE_SURFACE,
                                               ZDEPTH_SCENE_GEOMETRY, ZDEPTH_SCENE_CAMERA,
                                               ZDEPTH_SCENE_LIGHT,    ZDEPTH_SCENE_OUTPUT };
    GMenu *menu = g_menu_new();
    zdepth_scene_node node = { .kind = ZDEPTH_SCENE_FRAME };
    gboolean is_node =
        index > 0 && zdepth_scene_node_at(zd_scene_document_scene(self->document), index, &node);
    if (node.kind == ZDEPTH_SCENE_SURFACE || node.kind == ZDEPTH_SCENE_GEOMETRY) {
        add_submenu(menu, "Add Map", maps, G_N_ELEMENTS(maps));
    } else if (node.kind == ZDEPTH_SCENE_AOV) {
        g_menu_append(menu, _("Create Map"), "scene.create-map");
    } else if (node.kind == ZDEPTH_SCENE_ZDEPTH) {
        g_autoptr(GMenu) sub = g_menu_new();
        g_menu_append(sub, _("None (Media)"), "scene.analysis('none')");
        g_menu_append(sub, _("Face Analysis"), "scene.analysis('face')");
        g_menu_append(sub, _("Global Analysis"), "scene.analysis('global')");
        g_menu_append_submenu(menu, "Analysis Type", G_MENU_MODEL(sub));
        g_menu_append(menu, _("Draw Region of Interest"), "scene.region");
    }
    add_submenu(menu, "Add Node", nodes, G_N_ELEMENTS(nodes));
    if (is_node) {
        g_menu_append(menu, _("Remove"), "scene.remove");
    }
    g_menu_append(menu, _("Arrange Schematic"), "scene.arrange");
    return menu;
}

void zd_scene_page_open_menu(ZdScenePage *self, GtkWidget *over, int node, double x, double y)
{
    graphene_point_t point;
    if (zd_scene_document_scene(self->document) == NULL ||
        !gtk_widget_compute_point(over, GTK_WIDGET(self),
                                  &GRAPHENE_POINT_INIT((float) x, (float) y), &point))
    {
        return;
    }
    g_autoptr(GMenu) model = make_menu(self, node);
    GdkRectangle at = { (int) point.x, (int) point.y, 1, 1 };
    if (self->menu != NULL) {
        gtk_widget_unparent(self->menu);
    }
    self->menu = gtk_popover_menu_new_from_model_full(G_MENU_MODEL(model), GTK_POPOVER_MENU_NESTED);
    gtk_widget_set_parent(self->menu, GTK_WIDGET(self));
    gtk_popover_set_has_arrow(GTK_POPOVER(self->menu), FALSE);
    gtk_widget_set_halign(self->menu, GTK_ALIGN_START);
    gtk_popover_set_pointing_to(GTK_POPOVER(self->menu), &at);
    gtk_popover_popup(GTK_POPOVER(self->menu));
}

/* ---- files of media ---- */

static void give_file(ZdScenePage *self, const char *path)
{
    GError *error = NULL;
    g_autofree char *key = g_strdup(self->browse_key != NULL ? self->browse_key : "front");
    gboolean is_new = self->browse_key == NULL;
    zd_scene_document_begin(self->document, is_new ? "Add Media" : "Change File");
    int node = is_new ? zd_scene_document_add(self->document, ZDEPTH_SCENE_MEDIA, &error)
                      : zd_scene_page_chosen(self);
    gboolean good = node > 0 && zd_scene_document_set(self->document, node, key, path, &error);
    zd_scene_document_end(self->document);
    if (!good && error == NULL) {
        return; /* the node has gone meanwhile */
    }
    zd_scene_page_report(self, good, error);
}

static void file_chosen_cb(GtkNativeDialog *dialog, int response, ZdScenePage *self)
{
    g_autoptr(GFile) file = response == GTK_RESPONSE_ACCEPT
                                ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog))
                                : NULL;
    g_autofree char *path = file != NULL ? g_file_get_path(file) : NULL;
    if (path != NULL && zd_scene_document_scene(self->document) != NULL) {
        give_file(self, path);
    }
}

void zd_scene_page_browse(ZdScenePage *self, int node, const char *key)
{
    g_return_if_fail(node >= 0 && key != NULL);
    char *kept = g_strdup(key);
    g_free(self->browse_key);
    self->browse_key = kept;
    if (key != NULL) {
        zd_scene_page_choose(self, node);
    }
    g_clear_object(&self->chooser);
    self->chooser = gtk_file_chooser_native_new(key != NULL ? "Choose a File" : "Add Media",
                                                GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(self))),
                                                GTK_FILE_CHOOSER_ACTION_OPEN, "_Open", "_Cancel");
    g_signal_connect(self->chooser, "response", G_CALLBACK(file_chosen_cb), self);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(self->chooser));
}
