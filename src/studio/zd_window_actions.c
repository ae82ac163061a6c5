/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Everything that menus and keys can do. One table gives the keys, the shortcuts window and the
 * documentation. */

#include <string.h>

#include "zd_layers_panel.h"
#include "zd_models_window.h"
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
    { "Edit", "Invert the matte", "win.invert", { "<Shift>i" } },
    { "View", "The result", "win.view('result')", { "1" } },
    { "View", "Depth", "win.view('depth')", { "2" } },
    { "View", "Thresholded depth", "win.view('thresholded')", { "3" } },
    { "View", "Opacity", "win.view('opacity')", { "4" } },
    { "View", "Matte", "win.view('matte')", { "5" } },
    { "View", "The footage", "win.view('source')", { "6", "grave" } },
    { "View", "Wipe with the view before", "win.wipe", { "w" } },
    { "View", "Fit the picture", "win.zoom-fit", { "<Shift>0", "0" } },
    { "View", "Pixel by pixel", "win.zoom-one", { "<Shift>1" } },
    { "View", "Full screen", "win.fullscreen", { "F11", "f" } },
    { "Play", "Play or pause", "win.play", { "space", "k" } },
    { "Play", "Frame back", "win.frame-back", { "Left", "comma" } },
    { "Play", "Frame on", "win.frame-on", { "Right", "period" } },
    { "Play", "A second back", "win.second-back", { "j", "<Shift>Left" } },
    { "Play", "A second on", "win.second-on", { "l", "<Shift>Right" } },
    { "Play", "First frame", "win.first-frame", { "Home" } },
    { "Play", "Last frame", "win.last-frame", { "End" } },
    { "Play", "In point", "win.in-point", { "i" } },
    { "Play", "Out point", "win.out-point", { "o" } },
    { "Play", "Loop", "win.loop", { "<Control>l" } },
    { "Help", "Shortcuts", "win.show-help-overlay", { "<Control>question" } },
    { "Help", "AI models", "win.models", { "<Control>m" } },
};

const ZdShortcut *zd_window_shortcut(int index)
{
    return index >= 0 && index < (int) G_N_ELEMENTS(shortcuts) ? &shortcuts[index] : NULL;
}

/* ---- files ---- */

static void choose(ZdWindow *self, const char *title, GtkFileChooserAction action, const char *name,
                   GCallback done)
{
    const char *accept = action == GTK_FILE_CHOOSER_ACTION_SAVE ? "_Save" : "_Open";
    g_clear_object(&self->chooser);
    self->chooser = gtk_file_chooser_native_new(title, GTK_WINDOW(self), action, accept, "_Cancel");
    if (name != NULL) {
        gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(self->chooser), name);
    }
    g_signal_connect(self->chooser, "response", done, self);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(self->chooser));
}

static char *chosen_path(GtkNativeDialog *dialog, int response)
{
    g_autoptr(GFile) file = response == GTK_RESPONSE_ACCEPT
                                ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog))
                                : NULL;
    return file != NULL ? g_file_get_path(file) : NULL;
}

static void opened_cb(GtkNativeDialog *dialog, int response, ZdWindow *self)
{
    g_autofree char *path = chosen_path(dialog, response);
    if (path != NULL) {
        zd_window_open(self, path);
    }
}

static void saved_cb(GtkNativeDialog *dialog, int response, ZdWindow *self)
{
    GError *error = NULL;
    g_autofree char *path = chosen_path(dialog, response);
    if (path != NULL && !zd_document_save(self->document, path, &error)) {
        zd_window_toast_error(self, error);
    }
}

static void insert_chosen_cb(GtkNativeDialog *dialog, int response, ZdWindow *self)
{
    GError *error = NULL;
    g_autofree char *path = chosen_path(dialog, response);
    if (path == NULL) {
        return;
    }
    int insert = zd_document_add_insert(self->document, "insert", path, &error);
    if (insert < 0) {
        zd_window_toast_error(self, error);
    } else {
        zd_layers_panel_choose(ZD_LAYERS_PANEL(self->layers), insert);
    }
}

/* The footage's name with another ending, beside it. */
static char *suggested_name(ZdWindow *self, const char *ending)
{
    g_autofree char *footage = zd_document_footage(self->document);
    g_autofree char *base = g_path_get_basename(footage != NULL ? footage : "zdepth");
    char *dot = strrchr(base, '.');
    if (dot != NULL) {
        *dot = '\0';
    }
    return g_strconcat(base, ending, NULL);
}

static void open_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    choose(user, "Open Footage or a Project", GTK_FILE_CHOOSER_ACTION_OPEN, NULL,
           G_CALLBACK(opened_cb));
}

static void open_sample_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    const char *folders[] = { g_getenv("ZD_SAMPLE_FOLDER"), ZD_SAMPLE_FOLDER, NULL };
    for (int i = 0; i < 2; i++) {
        g_autofree char *path =
            folders[i] != NULL ? g_build_filename(folders[i], "sample.mp4", NULL) : NULL;
        if (path != NULL && g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
            zd_window_open(user, path);
            return;
        }
    }
    zd_window_toast(user, "The sample clip is not installed");
}

static void save_as_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    g_autofree char *name = suggested_name(user, ".zdp");
    choose(user, "Save the Project", GTK_FILE_CHOOSER_ACTION_SAVE, name, G_CALLBACK(saved_cb));
}

static void save_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    GError *error = NULL;
    if (zd_document_path(self->document) == NULL) {
        save_as_cb(action, parameter, user);
    } else if (!zd_document_save(self->document, NULL, &error)) {
        zd_window_toast_error(self, error);
    }
}

/* ---- export ---- */

static void export_chosen_cb(GtkNativeDialog *dialog, int response, ZdWindow *self)
{
    GError *error = NULL;
    int preset = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(dialog), "preset"));
    g_autofree char *path = chosen_path(dialog, response);
    g_autofree char *frames =
        self->out >= self->in && self->in >= 0
            ? g_strdup_printf("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, self->in, self->out)
            : NULL;
    if (path != NULL && zd_export_add(self->queue, zd_document_project(self->document),
                                      zd_export_preset(preset), path, frames, &error) < 0)
    {
        zd_window_toast_error(self, error);
    } else if (path != NULL) {
        gtk_menu_button_popup(GTK_MENU_BUTTON(self->export_button));
    }
}

static void export_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    int preset = g_variant_get_int32(parameter);
    (void) action;
    if (zd_export_preset(preset) == NULL) {
        return;
    }
    g_autofree char *name = suggested_name(self, zd_export_preset(preset)->ending);
    gtk_menu_button_popdown(GTK_MENU_BUTTON(self->export_button));
    choose(self, "Export", GTK_FILE_CHOOSER_ACTION_SAVE, name, G_CALLBACK(export_chosen_cb));
    g_object_set_data(G_OBJECT(self->chooser), "preset", GINT_TO_POINTER(preset));
}

static void show_export_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    gtk_menu_button_popup(GTK_MENU_BUTTON(ZD_WINDOW(user)->export_button));
}

static char *item_text(const ZdExportItem *item)
{
    g_autofree char *base = g_path_get_basename(item->path);
    double left = item->rate > 0.0 ? (double) (item->total - item->done) / item->rate : 0.0;
    switch (item->state) {
    case ZD_EXPORT_WAITING:
        return g_strdup_printf("%s: waits", base);
    case ZD_EXPORT_RUNNING:
        return g_strdup_printf("%s: %s %d of %d, %.1f frames/s, %.0f s left", base, item->stage,
                               (int) item->done, (int) item->total, item->rate, left);
    case ZD_EXPORT_DONE:
        return g_strdup_printf("%s: done", base);
    case ZD_EXPORT_FAILED:
        return g_strdup_printf("%s: %s", base, item->message);
    case ZD_EXPORT_CANCELLED:
        return g_strdup_printf("%s: cancelled", base);
    }
    return NULL;
}

static void cancel_export_cb(GtkButton *button, ZdWindow *self)
{
    zd_export_cancel(self->queue, GPOINTER_TO_INT(g_object_get_data(G_OBJECT(button), "item")));
}

static GtkWidget *new_export_row(ZdWindow *self, int index)
{
    GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    GtkWidget *label = gtk_label_new("");
    GtkWidget *cancel = gtk_button_new_from_icon_name("process-stop-symbolic");
    gtk_label_set_xalign(GTK_LABEL(label), 0.0f);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 44);
    gtk_widget_set_hexpand(label, TRUE);
    gtk_widget_add_css_class(cancel, "flat");
    gtk_accessible_update_property(GTK_ACCESSIBLE(cancel), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   "Cancel export", -1);
    g_object_set_data(G_OBJECT(cancel), "item", GINT_TO_POINTER(index));
    g_signal_connect(cancel, "clicked", G_CALLBACK(cancel_export_cb), self);
    gtk_box_append(GTK_BOX(row), label);
    gtk_box_append(GTK_BOX(row), cancel);
    g_object_set_data(G_OBJECT(row), "label", label);
    g_object_set_data(G_OBJECT(row), "cancel", cancel);
    gtk_box_append(GTK_BOX(self->export_list), row);
    return row;
}

static void export_changed_cb(ZdExport *queue, int index, ZdWindow *self)
{
    const ZdExportItem *item = zd_export_item(queue, index);
    GtkWidget *row = gtk_widget_get_first_child(self->export_list);
    for (int i = 0; i < index && row != NULL; i++) {
        row = gtk_widget_get_next_sibling(row);
    }
    while (row == NULL) {
        row = new_export_row(self, index);
    }
    g_autofree char *text = item_text(item);
    gtk_label_set_text(GTK_LABEL(g_object_get_data(G_OBJECT(row), "label")), text);
    gtk_widget_set_visible(g_object_get_data(G_OBJECT(row), "cancel"),
                           item->state == ZD_EXPORT_RUNNING || item->state == ZD_EXPORT_WAITING);
    if (item->state == ZD_EXPORT_DONE || item->state == ZD_EXPORT_FAILED) {
        zd_window_toast(self, text);
    }
}

static void pause_cb(GSimpleAction *action, GVariant *value, gpointer user)
{
    zd_export_set_paused(ZD_WINDOW(user)->queue, g_variant_get_boolean(value));
    g_simple_action_set_state(action, value);
}

/* ---- edits ---- */

static void undo_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    zd_document_undo(ZD_WINDOW(user)->document);
}

static void redo_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    zd_document_redo(ZD_WINDOW(user)->document);
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
        zd_layers_panel_choose(ZD_LAYERS_PANEL(self->layers), insert);
    }
}

static void add_insert_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    choose(user, "Add a Picture or Movie", GTK_FILE_CHOOSER_ACTION_OPEN, NULL,
           G_CALLBACK(insert_chosen_cb));
}

static void delete_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    int box = zd_viewer_selected_box(ZD_VIEWER(self->viewer));
    (void) action;
    (void) parameter;
    if (box >= 0) {
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
};

static void view_cb(GSimpleAction *action, GVariant *value, gpointer user)
{
    ZdWindow *self = user;
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
        if (g_str_equal(g_variant_get_string(value, NULL), outputs[i].name)) {
            const ZdPicture *picture = zd_session_picture(self->session);
            if (self->wants_wipe && picture != NULL) {
                zd_viewer_set_wipe(ZD_VIEWER(self->viewer), picture->texture, -1.0);
            }
            g_simple_action_set_state(action, value);
            zd_window_set_output(self, outputs[i].output);
        }
    }
}

static void wipe_cb(GSimpleAction *action, GVariant *value, gpointer user)
{
    ZdWindow *self = user;
    const ZdPicture *picture = zd_session_picture(self->session);
    self->wants_wipe = g_variant_get_boolean(value);
    g_simple_action_set_state(action, value);
    zd_viewer_set_wipe(ZD_VIEWER(self->viewer),
                       self->wants_wipe && picture != NULL ? picture->texture : NULL, 0.5);
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

/* ---- playing ---- */

static void play_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    zd_window_set_playing(user, !ZD_WINDOW(user)->playing);
}

static void step_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
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

/* ---- all of them ---- */

static const GActionEntry entries[] = {
    { .name = "open", .activate = open_cb },
    { .name = "open-sample", .activate = open_sample_cb },
    { .name = "save", .activate = save_cb },
    { .name = "save-as", .activate = save_as_cb },
    { .name = "export", .activate = export_cb, .parameter_type = "i" },
    { .name = "show-export", .activate = show_export_cb },
    { .name = "pause-export", .state = "false", .change_state = pause_cb },
    { .name = "undo", .activate = undo_cb },
    { .name = "redo", .activate = redo_cb },
    { .name = "add-title", .activate = add_title_cb },
    { .name = "add-insert", .activate = add_insert_cb },
    { .name = "delete", .activate = delete_cb },
    { .name = "clear-boxes", .activate = clear_boxes_cb },
    { .name = "invert", .activate = invert_cb },
    { .name = "view", .parameter_type = "s", .state = "'result'", .change_state = view_cb },
    { .name = "wipe", .state = "false", .change_state = wipe_cb },
    { .name = "zoom-fit", .activate = zoom_fit_cb },
    { .name = "zoom-one", .activate = zoom_one_cb },
    { .name = "fullscreen", .activate = fullscreen_cb },
    { .name = "models", .activate = models_cb },
    { .name = "play", .activate = play_cb },
    { .name = "frame-back", .activate = step_cb },
    { .name = "frame-on", .activate = step_cb },
    { .name = "second-back", .activate = step_cb },
    { .name = "second-on", .activate = step_cb },
    { .name = "first-frame", .activate = step_cb },
    { .name = "last-frame", .activate = step_cb },
    { .name = "in-point", .activate = point_cb },
    { .name = "out-point", .activate = point_cb },
    { .name = "loop", .state = "false", .change_state = loop_cb },
};

static void set_enabled(ZdWindow *self, const char *name, gboolean enabled)
{
    GAction *action = g_action_map_lookup_action(G_ACTION_MAP(self), name);
    g_simple_action_set_enabled(G_SIMPLE_ACTION(action), enabled);
}

void zd_window_update_actions(ZdWindow *self)
{
    static const char *const of_clip[] = { "save",       "save-as",  "show-export", "add-title",
                                           "add-insert", "play",     "invert",      "frame-on",
                                           "frame-back", "in-point", "out-point" };
    g_autofree char *footage = zd_document_footage(self->document);
    set_enabled(self, "undo", zd_document_undo_label(self->document) != NULL);
    set_enabled(self, "redo", zd_document_redo_label(self->document) != NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(of_clip); i++) {
        set_enabled(self, of_clip[i], footage != NULL);
    }
    gtk_widget_set_sensitive(self->export_button, footage != NULL);
}

static GtkWidget *shortcuts_window(ZdWindow *self)
{
    GtkWidget *window =
        g_object_new(GTK_TYPE_SHORTCUTS_WINDOW, "modal", TRUE, "transient-for", self, NULL);
    GtkWidget *section =
        g_object_new(GTK_TYPE_SHORTCUTS_SECTION, "section-name", "all", "max-height", 12, NULL);
    GtkWidget *group = NULL;
    const char *name = "";
    for (size_t i = 0; i < G_N_ELEMENTS(shortcuts); i++) {
        const ZdShortcut *s = &shortcuts[i];
        if (!g_str_equal(s->group, name)) {
            name = s->group;
            group = g_object_new(GTK_TYPE_SHORTCUTS_GROUP, "title", name, NULL);
            gtk_box_append(GTK_BOX(section), group);
        }
        gtk_box_append(GTK_BOX(group), g_object_new(GTK_TYPE_SHORTCUTS_SHORTCUT, "title", s->title,
                                                    "accelerator", s->keys[0], NULL));
    }
    gtk_window_set_child(GTK_WINDOW(window), section);
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
    g_signal_connect(self->queue, "changed", G_CALLBACK(export_changed_cb), self);
}
