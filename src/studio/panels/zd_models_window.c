/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One row a model. An install runs in a GTask's thread; its progress comes back to the row. */

#include "zd_models_window.h"

#include <glib/gi18n.h>
#include <string.h>

struct _ZdModelsWindow {
    AdwPreferencesWindow parent_instance;
    zdepth_context *context;
    GtkWidget *group;
    GPtrArray *rows;
};

G_DEFINE_FINAL_TYPE(ZdModelsWindow, zd_models_window, ADW_TYPE_PREFERENCES_WINDOW)

/* An install at work; shared by the row and its thread. */
typedef struct install {
    ZdModelsWindow *window; /* a reference */
    char *name;
    gboolean accept;
    zdepth_cancel *cancel;
    gint64 told_us;
} install;

static void fill(ZdModelsWindow *self);

static void free_install(gpointer data)
{
    install *i = data;
    zdepth_cancel_destroy(&i->cancel);
    g_object_unref(i->window);
    g_free(i->name);
    g_free(i);
}

/* ---- progress ---- */

typedef struct progress {
    ZdModelsWindow *window;
    char *name;
    char text[96];
} progress;

static void free_progress(gpointer data)
{
    progress *p = data;
    g_object_unref(p->window);
    g_free(p->name);
    g_free(p);
}

static gboolean show_progress(gpointer data)
{
    progress *p = data;
    for (guint i = 0; i < p->window->rows->len; i++) {
        GtkWidget *row = p->window->rows->pdata[i];
        if (g_strcmp0(g_object_get_data(G_OBJECT(row), "model"), p->name) == 0) {
            adw_action_row_set_subtitle(ADW_ACTION_ROW(row), p->text);
        }
    }
    return G_SOURCE_REMOVE;
}

static void hear(void *user, const char *stage, int64_t done, int64_t total)
{
    install *i = user;
    gint64 now = g_get_monotonic_time();
    if (now - i->told_us < 100000 && done != total) {
        return;
    }
    i->told_us = now;
    progress *p = g_new0(progress, 1);
    p->window = g_object_ref(i->window);
    p->name = g_strdup(i->name);
    g_snprintf(p->text, sizeof p->text, "%s: %.1f of %.1f MiB", stage, (double) done / 1048576.0,
               (double) total / 1048576.0);
    g_idle_add_full(G_PRIORITY_DEFAULT, show_progress, p, free_progress);
}

/* ---- the verbs ---- */

static void toast(ZdModelsWindow *self, const char *text)
{
    g_autofree char *title = g_markup_escape_text(text, -1);
    adw_preferences_window_add_toast(ADW_PREFERENCES_WINDOW(self), adw_toast_new(title));
}

static void install_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    install *i = data;
    zdepth_error error;
    zdepth_task what = { .cancel = i->cancel, .progress = hear, .progress_user = i };
    zdepth_install_options options = { .size = sizeof options, .accept_license = i->accept };
    (void) source;
    (void) cancellable;
    if (zdepth_model_install(i->window->context, i->name, &options, &what, &error) == ZDEPTH_OK) {
        g_task_return_boolean(task, TRUE);
    } else {
        g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", error.message);
    }
}

static void installed_cb(GObject *source, GAsyncResult *result, gpointer user)
{
    ZdModelsWindow *self = ZD_MODELS_WINDOW(source);
    g_autoptr(GError) error = NULL;
    (void) user;
    if (g_task_propagate_boolean(G_TASK(result), &error)) {
        toast(self, "The model is installed");
    } else {
        toast(self, error->message);
    }
    fill(self);
}

static void start_install(ZdModelsWindow *self, const char *name, gboolean accept)
{
    install *i = g_new0(install, 1);
    GTask *task = g_task_new(self, NULL, installed_cb, NULL);
    i->window = g_object_ref(self);
    i->name = g_strdup(name);
    i->accept = accept;
    i->cancel = zdepth_cancel_create();
    g_task_set_task_data(task, i, free_install);
    g_task_run_in_thread(task, install_thread);
    g_object_unref(task);
}

static void accepted_cb(AdwMessageDialog *dialog, const char *response, ZdModelsWindow *self)
{
    if (g_str_equal(response, "accept")) {
        start_install(self, g_object_get_data(G_OBJECT(dialog), "model"), TRUE);
    }
}

static void ask_licence(ZdModelsWindow *self, const char *name, const char *licence)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/zdepth/studio/ui/licence.ui");
    AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG(gtk_builder_get_object(builder, "dialog"));
    gtk_window_set_transient_for(GTK_WINDOW(dialog), GTK_WINDOW(self));
    adw_message_dialog_format_body(dialog,
                                   _("“%s” comes under %s, which does not allow every use. "
                                     "Install it only if you accept its terms."),
                                   name, licence);
    g_object_set_data_full(G_OBJECT(dialog), "model", g_strdup(name), g_free);
    g_signal_connect(dialog, "response", G_CALLBACK(accepted_cb), self);
    gtk_window_present(GTK_WINDOW(dialog));
}

static gboolean find(ZdModelsWindow *self, const char *name, zdepth_model *out)
{
    for (int i = 0; i < zdepth_model_count(); i++) {
        if (zdepth_model_at(self->context, i, out, NULL) == ZDEPTH_OK &&
            g_str_equal(out->name, name)) {
            return TRUE;
        }
    }
    return FALSE;
}

static void install_cb(GtkButton *button, ZdModelsWindow *self)
{
    zdepth_model model;
    const char *name = g_object_get_data(G_OBJECT(button), "model");
    if (!find(self, name, &model)) {
        return;
    }
    if (model.is_permissive) {
        start_install(self, name, FALSE);
    } else {
        ask_licence(self, name, model.licence);
    }
}

static void remove_cb(GtkButton *button, ZdModelsWindow *self)
{
    zdepth_error error;
    const char *name = g_object_get_data(G_OBJECT(button), "model");
    zdepth_status status = zdepth_model_remove(self->context, name, &error);
    toast(self, status == ZDEPTH_OK ? "The model is removed" : error.message);
    fill(self);
}

static void verify_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    zdepth_error error;
    (void) cancellable;
    if (zdepth_model_verify(ZD_MODELS_WINDOW(source)->context, data, &error) == ZDEPTH_OK) {
        g_task_return_boolean(task, TRUE);
    } else {
        g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", error.message);
    }
}

static void verified_cb(GObject *source, GAsyncResult *result, gpointer user)
{
    g_autoptr(GError) error = NULL;
    gboolean good = g_task_propagate_boolean(G_TASK(result), &error);
    (void) user;
    toast(ZD_MODELS_WINDOW(source),
          good ? "The model is what it was installed as" : error->message);
}

static void verify_cb(GtkButton *button, ZdModelsWindow *self)
{
    GTask *task = g_task_new(self, NULL, verified_cb, NULL);
    g_task_set_task_data(task, g_strdup(g_object_get_data(G_OBJECT(button), "model")), g_free);
    g_task_run_in_thread(task, verify_thread);
    g_object_unref(task);
}

/* ---- rows ---- */

static void add_button(ZdModelsWindow *self, GtkWidget *row, const char *label, const char *model,
                       GCallback callback)
{
    GtkWidget *button = gtk_button_new_with_label(label);
    g_autofree char *name = g_strdup_printf("%s %s", label, model);
    gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    g_object_set_data_full(G_OBJECT(button), "model", g_strdup(model), g_free);
    g_signal_connect(button, "clicked", callback, self);
    adw_action_row_add_suffix(ADW_ACTION_ROW(row), button);
}

static void add_row(ZdModelsWindow *self, const zdepth_model *model)
{
    GtkWidget *row = adw_action_row_new();
    g_autofree char *size = model->bytes > 0
                                ? g_strdup_printf("%.0f MiB", (double) model->bytes / 1048576.0)
                                : g_strdup("size not known");
    g_autofree char *state =
        model->is_installed ? g_strdup(model->is_shipped ? "comes with Zdepth" : "installed")
        : model->bytes_present > 0
            ? g_strdup_printf("%.0f MiB downloaded", (double) model->bytes_present / 1048576.0)
            : g_strdup("not installed");
    g_autofree char *subtitle =
        g_strdup_printf("%s · %s · %s · %s", model->name, size, model->licence, state);
    adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), model->title);
    adw_action_row_set_subtitle(ADW_ACTION_ROW(row), subtitle);
    g_object_set_data_full(G_OBJECT(row), "model", g_strdup(model->name), g_free);
    if (!model->is_installed && model->is_download) {
        add_button(self, row, model->bytes_present > 0 ? "Continue" : "Install", model->name,
                   G_CALLBACK(install_cb));
    } else if (model->is_installed && !model->is_shipped) {
        add_button(self, row, "Verify", model->name, G_CALLBACK(verify_cb));
        add_button(self, row, "Remove", model->name, G_CALLBACK(remove_cb));
    }
    adw_preferences_group_add(ADW_PREFERENCES_GROUP(self->group), row);
    g_ptr_array_add(self->rows, row);
}

static void fill(ZdModelsWindow *self)
{
    for (guint i = 0; i < self->rows->len; i++) {
        adw_preferences_group_remove(ADW_PREFERENCES_GROUP(self->group), self->rows->pdata[i]);
    }
    g_ptr_array_set_size(self->rows, 0);
    for (int i = 0; i < zdepth_model_count(); i++) {
        zdepth_model model;
        if (zdepth_model_at(self->context, i, &model, NULL) == ZDEPTH_OK) {
            add_row(self, &model);
        }
    }
}

static void zd_models_window_finalize(GObject *object)
{
    g_ptr_array_unref(ZD_MODELS_WINDOW(object)->rows);
    G_OBJECT_CLASS(zd_models_window_parent_class)->finalize(object);
}

static void zd_models_window_class_init(ZdModelsWindowClass *class)
{
    GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
    G_OBJECT_CLASS(class)->finalize = zd_models_window_finalize;
    gtk_widget_class_set_template_from_resource(widget, "/org/zdepth/studio/ui/models_window.ui");
    gtk_widget_class_bind_template_child(widget, ZdModelsWindow, group);
}

static void zd_models_window_init(ZdModelsWindow *self)
{
    self->rows = g_ptr_array_new();
    gtk_widget_init_template(GTK_WIDGET(self));
}

GtkWidget *zd_models_window_new(GtkWindow *parent, zdepth_context *context)
{
    ZdModelsWindow *self = g_object_new(ZD_TYPE_MODELS_WINDOW, "transient-for", parent, NULL);
    self->context = context;
    fill(self);
    return GTK_WIDGET(self);
}
