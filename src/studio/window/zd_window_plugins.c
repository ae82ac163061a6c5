/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Plug-ins are asked for once. Until then a project that names one is shown, but without its effect. */

#include <glib/gi18n.h>

#include "zd_window_private.h"

static void answered_cb(AdwMessageDialog *dialog, const char *response, ZdWindow *self)
{
    (void) dialog;
    if (g_str_equal(response, "allow")) {
        zd_plugins_allow(self->plugins);
    }
}

static void allow_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    (void) action;
    (void) parameter;
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/zdepth/studio/ui/allow_plugins.ui");
    GtkWindow *dialog = GTK_WINDOW(gtk_builder_get_object(builder, "dialog"));
    gtk_window_set_transient_for(dialog, GTK_WINDOW(self));
    g_signal_connect(dialog, "response", G_CALLBACK(answered_cb), self);
    gtk_window_present(dialog);
}

/* An effect that was left out is there now. */
static void plugins_cb(ZdPlugins *plugins, ZdWindow *self)
{
    GAction *action = g_action_map_lookup_action(G_ACTION_MAP(self), "allow-plugins");
    g_simple_action_set_enabled(G_SIMPLE_ACTION(action), !zd_plugins_are_allowed(plugins));
    if (zd_session_info(self->session) != NULL) {
        zd_window_give_project(self);
        zd_window_request(self);
    }
}

static void tell_left_out(ZdWindow *self)
{
    AdwToast *toast = adw_toast_new(_("The effect is left out: it runs plug-ins of frei0r"));
    adw_toast_set_timeout(toast, 0);
    adw_toast_set_button_label(toast, _("Allow…"));
    adw_toast_set_action_name(toast, "win.allow-plugins");
    adw_toast_overlay_add_toast(zd_window_toasts(self), toast);
}

void zd_window_give_project(ZdWindow *self)
{
    zdepth_project *copy = NULL;
    const zdepth_project *project = zd_document_project(self->document);
    if (!zd_plugins_refuse(self->plugins, project)) {
        self->told_plugins = FALSE;
        zd_session_set_project(self->session, project);
        return;
    }
    if (zdepth_project_copy(project, &copy, NULL) != ZDEPTH_OK) {
        return;
    }
    zdepth_project_unset(copy, ZDEPTH_PROJECT_ITSELF, "effect");
    zd_session_set_project(self->session, copy);
    zdepth_project_destroy(&copy);
    if (!self->told_plugins) {
        self->told_plugins = TRUE;
        tell_left_out(self);
    }
}

gboolean zd_window_may_render(ZdWindow *self)
{
    if (!zd_plugins_refuse(self->plugins, zd_document_project(self->document))) {
        return TRUE;
    }
    tell_left_out(self);
    return FALSE;
}

void zd_window_add_plugin_actions(ZdWindow *self)
{
    static const GActionEntry entries[] = { { .name = "allow-plugins", .activate = allow_cb } };
    g_action_map_add_action_entries(G_ACTION_MAP(self), entries, G_N_ELEMENTS(entries), self);
    GAction *action = g_action_map_lookup_action(G_ACTION_MAP(self), "allow-plugins");
    g_simple_action_set_enabled(G_SIMPLE_ACTION(action),
                                zd_plugins_are_there(self->plugins) &&
                                    !zd_plugins_are_allowed(self->plugins));
    g_signal_connect(self->plugins, "changed", G_CALLBACK(plugins_cb), self);
}
