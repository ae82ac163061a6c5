/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Everything that menus and keys can do. One table gives the keys, the shortcuts window and the
 * documentation. */

#include <glib/gi18n.h>

#include "zd_models_window.h"
#include "zd_scene_page.h"
#include "zd_timeline.h"
#include "zd_viewer.h"
#include "zd_window_private.h"

static const ZdShortcut shortcuts[] = {
    { "File", "Open footage or a project", "win.open", { "<Control>o" } },
    { "File", "Save", "win.save", { "<Control>s" } },
    { "File", "Save as", "win.save-as", { "<Shift><Control>s" } },
    { "File", "Export", "win.show-export", { "<Control>e" } },
    { "Edit", "Undo", "win.undo", { "<Control>z" } },
    { "Edit", "Redo", "win.redo", { "<Shift><Control>z", "<Control>y" } },
    { "Edit", "Add a title", "win.add-title", { "<Control>t" } },
    { "Edit", "Add a picture or movie", "win.add-insert", { "<Control>i" } },
    { "Edit", "Remove the chosen box", "win.delete", { "Delete" } },
    { "Edit", "Forget all boxes", "win.clear-boxes", { "<Shift>Delete" } },
    { "Edit", "Draw a garbage matte", "win.pen('garbage')", { "p" } },
    { "Edit", "Draw a holdout", "win.pen('holdout')", { "<Shift>p" } },
    { "Edit", "Select the object of a click", "win.pen('object')", { "s" } },
    { "Edit", "Put the pen away", "win.pen('none')", { "Escape" } },
    { "Edit", "Key the shape here", "win.key-shape", { "<Control>k" } },
    { "Edit", "Invert the matte", "win.invert", { "<Shift>i" } },
    { "View", "Composite", "win.workspace('work')", { "<Control>1" } },
    { "View", "Filter", "win.workspace('filter')", { "<Control>2" } },
    { "View", "Scene", "win.workspace('scene')", { "<Control>3" } },
    { "View", "The result", "win.view('result')", { "1" } },
    { "View", "Depth", "win.view('depth')", { "2" } },
    { "View", "Thresholded depth", "win.view('thresholded')", { "3" } },
    { "View", "Opacity", "win.view('opacity')", { "4" } },
    { "View", "Matte", "win.view('matte')", { "5" } },
    { "View", "The footage", "win.view('source')", { "6", "grave" } },
    { "View", "Sky, where the network tells it", "win.view('sky')", { "7" } },
    { "View", "Confidence, where the network tells it", "win.view('confidence')", { "8" } },
    { "View", "Wipe with the view before", "win.wipe", { "w" } },
    { "View", "Tint the background", "win.overlay", { "m" } },
    { "View", "Fit the picture", "win.zoom-fit", { "<Shift>0", "0", "<Shift>parenright" } },
    { "View", "Pixel by pixel", "win.zoom-one", { "<Shift>1", "<Shift>exclam" } },
    { "View", "Full screen", "win.fullscreen", { "F11", "f" } },
    { "Play", "Play or pause", "win.play", { "space" } },
    { "Play",
      "Backwards, twice as fast each time; a step while K is held",
      "win.shuttle-back",
      { "j" } },
    { "Play", "Stop", "win.stop", { "k" } },
    { "Play",
      "Forwards, twice as fast each time; a step while K is held",
      "win.shuttle-on",
      { "l" } },
    { "Play", "Frame back", "win.frame-back", { "Left", "comma" } },
    { "Play", "Frame on", "win.frame-on", { "Right", "period" } },
    { "Play", "A second back", "win.second-back", { "<Shift>Left" } },
    { "Play", "A second on", "win.second-on", { "<Shift>Right" } },
    { "Play", "First frame", "win.first-frame", { "Home" } },
    { "Play", "Last frame", "win.last-frame", { "End" } },
    { "Play", "In point", "win.in-point", { "i" } },
    { "Play", "Out point", "win.out-point", { "o" } },
    { "Play", "Mute", "win.mute", { "<Shift>m" } },
    { "Play", "Loop", "win.loop", { "<Control>l" } },
    { "Help", "Shortcuts", "win.show-help-overlay", { "<Control>question" } },
    { "Help", "AI models", "win.models", { "<Control>m" } },
};

/* ---- edits ---- */

static void undo_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    if (zd_window_in_scene(user)) {
        zd_scene_document_undo(zd_window_scene_document(user));
    } else {
        zd_document_undo(ZD_WINDOW(user)->document);
    }
}

static void redo_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    if (zd_window_in_scene(user)) {
        zd_scene_document_redo(zd_window_scene_document(user));
    } else {
        zd_document_redo(ZD_WINDOW(user)->document);
    }
}

static void add_title_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    GError *error = NULL;
    (void) action;
    (void) parameter;
    int insert = zd_document_add_insert(self->document, "title", "TITLE", &error);
    if (insert < 0) {
        zd_window_toast_error(self, error);
    } else {
        zd_window_type_title(self, insert);
    }
}

static void delete_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    int box = zd_viewer_selected_box(ZD_VIEWER(self->viewer));
    (void) action;
    (void) parameter;
    if (zd_window_in_scene(self)) {
        zd_scene_page_remove_chosen(ZD_SCENE_PAGE(self->scene));
    } else if (zd_window_remove_shape(self)) {
        return;
    } else if (box >= 0) {
        zd_document_remove_box(self->document, box);
    } else if (self->chosen >= 0) {
        zd_document_remove_insert(self->document, self->chosen);
    }
}

static void clear_boxes_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    (void) action;
    (void) parameter;
    if (zdepth_project_box_count(zd_document_project(self->document)) > 0) {
        zd_document_clear_boxes(self->document);
    }
}

static void invert_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    const zdepth_project *project = zd_document_project(self->document);
    gboolean on = zdepth_project_number(project, ZDEPTH_PROJECT_ITSELF, "invert",
                                        zd_window_time(self)) >= 0.5;
    (void) action;
    (void) parameter;
    zd_document_set(self->document, ZDEPTH_PROJECT_ITSELF, "invert", on ? "off" : "on", NULL);
}

/* ---- views ---- */

static const struct {
    const char *name;
    zdepth_output output;
} outputs[] = {
    { "result", ZDEPTH_OUTPUT_RESULT },   { "source", ZDEPTH_OUTPUT_SOURCE },
    { "depth", ZDEPTH_OUTPUT_DEPTH },     { "thresholded", ZDEPTH_OUTPUT_THRESHOLDED },
    { "opacity", ZDEPTH_OUTPUT_OPACITY }, { "matte", ZDEPTH_OUTPUT_MATTE },
    { "sky", ZDEPTH_OUTPUT_SKY },         { "confidence", ZDEPTH_OUTPUT_CONFIDENCE },
};

/* Whether the network tells what a view shows; the other views are always there. */
static gboolean is_told(ZdWindow *self, zdepth_output output)
{
    const ZdPicture *picture = zd_session_picture(self->session);
    return (output != ZDEPTH_OUTPUT_SKY || (picture != NULL && picture->has_sky)) &&
           (output != ZDEPTH_OUTPUT_CONFIDENCE || (picture != NULL && picture->has_confidence));
}

static void view_cb(GSimpleAction *action, GVariant *value, gpointer user)
{
    ZdWindow *self = user;
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
        if (!g_str_equal(g_variant_get_string(value, NULL), outputs[i].name)) {
            continue;
        }
        if (!is_told(self, outputs[i].output)) {
            zd_window_toast(self, _("This network does not tell that; choose another under Depth, "
                                    "Model"));
            return;
        }
        g_simple_action_set_state(action, value);
        zd_window_set_output(self, outputs[i].output);
    }
}

static void wipe_cb(GSimpleAction *action, GVariant *value, gpointer user)
{
    ZdWindow *self = user;
    self->wants_wipe = g_variant_get_boolean(value);
    g_simple_action_set_state(action, value);
    zd_viewer_set_wipe(ZD_VIEWER(self->viewer), NULL, 0.5);
    zd_window_update_wipe(self);
    zd_window_request(self);
}

/* What is on the other side of the wipe: 'last' is the view before. */
static void wipe_view_cb(GSimpleAction *action, GVariant *value, gpointer user)
{
    ZdWindow *self = user;
    self->wipe_output = -1;
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
        if (g_str_equal(g_variant_get_string(value, NULL), outputs[i].name)) {
            self->wipe_output = (int) outputs[i].output;
        }
    }
    g_simple_action_set_state(action, value);
    g_action_group_change_action_state(G_ACTION_GROUP(self), "wipe", g_variant_new_boolean(TRUE));
}

static void overlay_cb(GSimpleAction *action, GVariant *value, gpointer user)
{
    ZdWindow *self = user;
    g_simple_action_set_state(action, value);
    zd_session_set_overlay(self->session, g_variant_get_boolean(value));
    zd_window_request(self);
}

static void zoom_fit_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    zd_viewer_set_zoom(ZD_VIEWER(ZD_WINDOW(user)->viewer), 0.0);
}

static void zoom_one_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    zd_viewer_set_zoom(ZD_VIEWER(ZD_WINDOW(user)->viewer), 1.0);
}

static void fullscreen_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    if (gtk_window_is_fullscreen(GTK_WINDOW(user))) {
        gtk_window_unfullscreen(GTK_WINDOW(user));
    } else {
        gtk_window_fullscreen(GTK_WINDOW(user));
    }
}

static void models_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    gtk_window_present(
        GTK_WINDOW(zd_models_window_new(GTK_WINDOW(user), ZD_WINDOW(user)->context)));
}

static void workspace_cb(GSimpleAction *action, GVariant *value, gpointer user)
{
    (void) action;
    zd_window_show_page(user, g_variant_get_string(value, NULL));
}

/* ---- time ---- */

static void step_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    if (zd_window_in_scene(self)) {
        zd_scene_page_step(ZD_SCENE_PAGE(self->scene),
                           g_str_equal(g_action_get_name(G_ACTION(action)), "frame-on")     ? 1
                           : g_str_equal(g_action_get_name(G_ACTION(action)), "frame-back") ? -1
                                                                                            : 0);
        return;
    }
    const char *name = g_action_get_name(G_ACTION(action));
    gint64 second = (gint64) (zd_window_rate(self) + 0.5);
    gint64 by = g_str_equal(name, "frame-on")      ? 1
                : g_str_equal(name, "frame-back")  ? -1
                : g_str_equal(name, "second-on")   ? second
                : g_str_equal(name, "second-back") ? -second
                : g_str_equal(name, "last-frame")  ? G_MAXINT32
                                                   : -G_MAXINT32;
    (void) parameter;
    zd_window_set_playing(self, FALSE);
    zd_window_seek(self, self->frame + by);
}

static void point_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    gboolean is_in = g_str_equal(g_action_get_name(G_ACTION(action)), "in-point");
    (void) parameter;
    if (self->out < self->in) { /* none yet: the other end is the clip's */
        self->in = 0;
        self->out = zd_window_frames(self) - 1;
    }
    *(is_in ? &self->in : &self->out) = self->frame;
    if (self->out < self->in) {
        *(is_in ? &self->out : &self->in) = self->frame;
    }
    zd_timeline_set_range(ZD_TIMELINE(self->timeline), self->in, self->out);
}

static void loop_cb(GSimpleAction *action, GVariant *value, gpointer user)
{
    ZD_WINDOW(user)->loops = g_variant_get_boolean(value);
    g_simple_action_set_state(action, value);
}

static void mute_cb(GSimpleAction *action, GVariant *value, gpointer user)
{
    zd_sound_set_muted(ZD_WINDOW(user)->sound, g_variant_get_boolean(value));
    g_simple_action_set_state(action, value);
}

/* ---- all of them ---- */

static const GActionEntry entries[] = {
    { .name = "undo", .activate = undo_cb },
    { .name = "redo", .activate = redo_cb },
    { .name = "add-title", .activate = add_title_cb },
    { .name = "delete", .activate = delete_cb },
    { .name = "clear-boxes", .activate = clear_boxes_cb },
    { .name = "invert", .activate = invert_cb },
    { .name = "view", .parameter_type = "s", .state = "'result'", .change_state = view_cb },
    { .name = "workspace", .parameter_type = "s", .state = "'work'", .change_state = workspace_cb },
    { .name = "wipe", .state = "false", .change_state = wipe_cb },
    { .name = "wipe-view", .parameter_type = "s", .state = "'last'", .change_state = wipe_view_cb },
    { .name = "overlay", .state = "false", .change_state = overlay_cb },
    { .name = "zoom-fit", .activate = zoom_fit_cb },
    { .name = "zoom-one", .activate = zoom_one_cb },
    { .name = "fullscreen", .activate = fullscreen_cb },
    { .name = "models", .activate = models_cb },
    { .name = "frame-back", .activate = step_cb },
    { .name = "frame-on", .activate = step_cb },
    { .name = "second-back", .activate = step_cb },
    { .name = "second-on", .activate = step_cb },
    { .name = "first-frame", .activate = step_cb },
    { .name = "last-frame", .activate = step_cb },
    { .name = "in-point", .activate = point_cb },
    { .name = "out-point", .activate = point_cb },
    { .name = "mute", .state = "false", .change_state = mute_cb },
    { .name = "loop", .state = "false", .change_state = loop_cb },
};

static void set_enabled(ZdWindow *self, const char *name, gboolean enabled)
{
    GAction *action = g_action_map_lookup_action(G_ACTION_MAP(self), name);
    g_simple_action_set_enabled(G_SIMPLE_ACTION(action), enabled);
}

/* "Undo Depth In" in the menu and on the button; without a step, just the word. */
static void name_step(ZdWindow *self, GtkWidget *button, const char *word, const char *action,
                      const char *label)
{
    g_autofree char *text = label != NULL ? g_strdup_printf("%s %s", word, label) : g_strdup(word);
    g_autofree char *plain = g_strdelimit(g_strdup(text), "_", ' ');
    g_autofree char *item = g_strconcat("_", plain, NULL);
    g_menu_append(self->history_menu, item, action);
    gtk_widget_set_tooltip_text(button, text);
}

void zd_window_update_actions(ZdWindow *self)
{
    static const char *const of_clip[] = {
        "save",      "save-as",    "show-export", "add-title",  "add-insert", "play",
        "stop",      "invert",     "frame-on",    "frame-back", "in-point",   "shuttle-back",
        "out-point", "shuttle-on", "pen",         "key-shape",
    };
    g_autofree char *footage = zd_document_footage(self->document);
    gboolean in_scene = zd_window_in_scene(self);
    const char *undo = in_scene ? zd_scene_document_undo_label(zd_window_scene_document(self))
                                : zd_document_undo_label(self->document);
    const char *redo = in_scene ? zd_scene_document_redo_label(zd_window_scene_document(self))
                                : zd_document_redo_label(self->document);
    set_enabled(self, "undo", undo != NULL);
    set_enabled(self, "redo", redo != NULL);
    g_menu_remove_all(self->history_menu);
    name_step(self, self->undo_button, _("Undo"), "win.undo", undo);
    name_step(self, self->redo_button, _("Redo"), "win.redo", redo);
    for (size_t i = 0; i < G_N_ELEMENTS(of_clip); i++) {
        gboolean is_general = i < 3 || g_str_has_prefix(of_clip[i], "frame-");
        set_enabled(self, of_clip[i], in_scene ? is_general : footage != NULL);
    }
    gboolean is_open =
        footage != NULL || zd_scene_document_scene(zd_window_scene_document(self)) != NULL;
    set_enabled(self, "workspace", is_open);
    gtk_widget_set_visible(self->export_button, !in_scene);
    gtk_widget_set_visible(self->render_button, in_scene);
    gtk_widget_set_sensitive(self->export_button, footage != NULL);
}

/* The groups are made from the table, which gives the keys too. */
static GtkWidget *shortcuts_window(ZdWindow *self)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/zdepth/studio/ui/shortcuts.ui");
    GtkWidget *window = GTK_WIDGET(gtk_builder_get_object(builder, "window"));
    GtkBox *section = GTK_BOX(gtk_builder_get_object(builder, "section"));
    GtkWidget *group = NULL;
    const char *name = "";
    for (size_t i = 0; i < G_N_ELEMENTS(shortcuts); i++) {
        const ZdShortcut *s = &shortcuts[i];
        if (!g_str_equal(s->group, name)) {
            name = s->group;
            group = g_object_new(GTK_TYPE_SHORTCUTS_GROUP, "title", _(name), NULL);
            gtk_box_append(section, group);
        }
        gtk_box_append(GTK_BOX(group), g_object_new(GTK_TYPE_SHORTCUTS_SHORTCUT, "title",
                                                    _(s->title), "accelerator", s->keys[0], NULL));
    }
    gtk_window_set_transient_for(GTK_WINDOW(window), GTK_WINDOW(self));
    return window;
}

void zd_window_add_actions(ZdWindow *self)
{
    GtkApplication *application = gtk_window_get_application(GTK_WINDOW(self));
    g_action_map_add_action_entries(G_ACTION_MAP(self), entries, G_N_ELEMENTS(entries), self);
    gtk_application_window_set_help_overlay(GTK_APPLICATION_WINDOW(self),
                                            GTK_SHORTCUTS_WINDOW(shortcuts_window(self)));
    for (size_t i = 0; i < G_N_ELEMENTS(shortcuts); i++) {
        const char *keys[4] = { shortcuts[i].keys[0], shortcuts[i].keys[1], shortcuts[i].keys[2],
                                NULL };
        gtk_application_set_accels_for_action(application, shortcuts[i].action, keys);
    }
    zd_window_add_file_actions(self);
    zd_window_add_play_actions(self);
    zd_window_add_time_actions(self);
    zd_window_add_shape_actions(self);
    zd_window_add_plugin_actions(self);
}
