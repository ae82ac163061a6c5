/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What the window does with files: open, save, inserts, journals, exports. */

#include <glib/gi18n.h>
#include <string.h>

#include "zd_layers_panel.h"
#include "zd_scene_page.h"
#include "zd_window_private.h"

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

/* Saves what is shown: the scene or the project. */
static gboolean save(ZdWindow *self, const char *path, GError **error)
{
    return zd_window_in_scene(self)
               ? zd_scene_document_save(zd_window_scene_document(self), path, error)
               : zd_document_save(self->document, path, error);
}

static void saved_cb(GtkNativeDialog *dialog, int response, ZdWindow *self)
{
    GError *error = NULL;
    g_autofree char *path = chosen_path(dialog, response);
    if (path != NULL && !save(self, path, &error)) {
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

static void open_path_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    zd_window_open(user, g_variant_get_string(parameter, NULL));
}

/* The assets of the source folder where the program was built there, and not installed; else NULL. */
static char *source_assets(void)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = program != NULL ? g_path_get_dirname(program) : NULL;
    return folder != NULL ? g_canonicalize_filename("../../../assets", folder) : NULL;
}

static void open_sample_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    g_autofree char *assets = source_assets();
    const char *folders[] = { g_getenv("ZD_SAMPLE_FOLDER"), ZD_SAMPLE_FOLDER, assets };
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path =
            folders[i] != NULL ? g_build_filename(folders[i], "sample.mp4", NULL) : NULL;
        if (path != NULL && g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
            zd_window_open(user, path);
            return;
        }
    }
    zd_window_toast(user, _("There is no " ZD_SAMPLE_FOLDER
                            "/sample.mp4; open a clip of your own, or install zdepth again"));
}

static void save_as_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    gboolean in_scene = zd_window_in_scene(user);
    g_autofree char *name = suggested_name(user, in_scene ? ".zscene" : ".zdp");
    choose(user, in_scene ? "Save the Scene" : "Save the Project", GTK_FILE_CHOOSER_ACTION_SAVE,
           name, G_CALLBACK(saved_cb));
}

static void save_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    GError *error = NULL;
    const char *path = zd_window_in_scene(self)
                           ? zd_scene_document_path(zd_window_scene_document(self))
                           : zd_document_path(self->document);
    if (path == NULL) {
        save_as_cb(action, parameter, user);
    } else if (!save(self, NULL, &error)) {
        zd_window_toast_error(self, error);
    }
}

/* ---- after a crash ---- */

static void recover_cb(AdwToast *toast, ZdWindow *self)
{
    GError *error = NULL;
    const char *journal = g_object_get_data(G_OBJECT(toast), "journal");
    g_ptr_array_remove(self->offers, toast); /* the page may change now; it is answered */
    gboolean is_scene = g_str_has_suffix(journal, ".zscene");
    gboolean good;
    if (is_scene) {
        good = zd_scene_page_recover(ZD_SCENE_PAGE(self->scene), journal, &error);
    } else {
        zd_session_close(self->session);
        good = zd_document_recover(self->document, journal, &error);
    }
    if (!good) {
        zd_window_toast_error(self, error);
    } else if (is_scene) {
        zd_window_show_page(self, "scene");
    }
}

static void answered_cb(AdwToast *toast, ZdWindow *self)
{
    if (self->offers != NULL) { /* NULL: the window closes */
        g_ptr_array_remove(self->offers, toast);
    }
}

static void show_offer(ZdWindow *self, const char *journal, const char *text)
{
    AdwToast *toast = adw_toast_new(text);
    adw_toast_set_button_label(toast, _("Recover"));
    adw_toast_set_timeout(toast, 0);
    g_object_set_data_full(G_OBJECT(toast), "journal", g_strdup(journal), g_free);
    g_signal_connect(toast, "button-clicked", G_CALLBACK(recover_cb), self);
    g_signal_connect(toast, "dismissed", G_CALLBACK(answered_cb), self);
    g_object_set_data(G_OBJECT(toast), "overlay", zd_window_toasts(self));
    g_ptr_array_add(self->offers, g_object_ref(toast));
    adw_toast_overlay_add_toast(zd_window_toasts(self), toast);
}

void zd_window_move_offers(ZdWindow *self)
{
    g_autoptr(GPtrArray) old = self->offers;
    self->offers = g_ptr_array_new_with_free_func(g_object_unref);
    for (guint i = 0; i < old->len; i++) {
        AdwToast *toast = old->pdata[i];
        if (g_object_get_data(G_OBJECT(toast), "overlay") == (gpointer) zd_window_toasts(self)) {
            g_ptr_array_add(self->offers, g_object_ref(toast));
            continue;
        }
        g_signal_handlers_disconnect_by_data(toast, self);
        adw_toast_dismiss(toast);
        show_offer(self, g_object_get_data(G_OBJECT(toast), "journal"), adw_toast_get_title(toast));
    }
}

static void offer(ZdWindow *self, char *journal, const char *text)
{
    if (journal != NULL) {
        show_offer(self, journal, text);
        g_free(journal);
    }
}

void zd_window_offer_journal(ZdWindow *self)
{
    offer(self, zd_document_find_journal(), "Work that was not saved is still there");
    offer(self, zd_scene_document_find_journal(), "A scene that was not saved is still there");
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
    if (zd_export_preset(preset) == NULL || zd_window_in_scene(self) || !zd_window_may_render(self))
    {
        return;
    }
    g_autofree char *name = suggested_name(self, zd_export_preset(preset)->ending);
    gtk_menu_button_popdown(GTK_MENU_BUTTON(self->export_button));
    choose(self, "Export", GTK_FILE_CHOOSER_ACTION_SAVE, name, G_CALLBACK(export_chosen_cb));
    g_object_set_data(G_OBJECT(self->chooser), "preset", GINT_TO_POINTER(preset));
}

static void scene_export_cb(GtkNativeDialog *dialog, int response, ZdWindow *self)
{
    g_autofree char *path = chosen_path(dialog, response);
    if (path != NULL) {
        zd_scene_page_export(ZD_SCENE_PAGE(self->scene), path);
    }
}

static void show_export_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    if (zd_window_in_scene(user)) {
        choose(user, "Render the Scene", GTK_FILE_CHOOSER_ACTION_SAVE, "scene.%04d.exr",
               G_CALLBACK(scene_export_cb));
        return;
    }
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
                                   _("Cancel export"), -1);
    g_object_set_data(G_OBJECT(cancel), "item", GINT_TO_POINTER(index));
    g_signal_connect(cancel, "clicked", G_CALLBACK(cancel_export_cb), self);
    gtk_box_append(GTK_BOX(row), label);
    gtk_box_append(GTK_BOX(row), cancel);
    g_object_set_data(G_OBJECT(row), "label", label);
    g_object_set_data(G_OBJECT(row), "cancel", cancel);
    gtk_box_append(GTK_BOX(self->export_list), row);
    gtk_widget_set_visible(self->export_line, TRUE);
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

static void add_insert_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    choose(user, "Add a Picture or Movie", GTK_FILE_CHOOSER_ACTION_OPEN, NULL,
           G_CALLBACK(insert_chosen_cb));
}

static const GActionEntry entries[] = {
    { .name = "open", .activate = open_cb },
    { .name = "open-path", .parameter_type = "s", .activate = open_path_cb },
    { .name = "open-sample", .activate = open_sample_cb },
    { .name = "save", .activate = save_cb },
    { .name = "save-as", .activate = save_as_cb },
    { .name = "export", .activate = export_cb, .parameter_type = "i" },
    { .name = "show-export", .activate = show_export_cb },
    { .name = "pause-export", .state = "false", .change_state = pause_cb },
    { .name = "add-insert", .activate = add_insert_cb },
};

void zd_window_add_file_actions(ZdWindow *self)
{
    g_action_map_add_action_entries(G_ACTION_MAP(self), entries, G_N_ELEMENTS(entries), self);
    g_signal_connect(self->queue, "changed", G_CALLBACK(export_changed_cb), self);
}
