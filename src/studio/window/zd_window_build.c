/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The window's template, ui/window.ui, and what is put into it: the panels that follow a document, and the
 * list of export presets. */

#include <glib/gi18n.h>

#include "zd_chain_panel.h"
#include "zd_first_page.h"
#include "zd_layers_panel.h"
#include "zd_params_panel.h"
#include "zd_ruler.h"
#include "zd_scene_page.h"
#include "zd_timeline.h"
#include "zd_viewer.h"
#include "zd_window_private.h"

void zd_window_bind_template(GtkWidgetClass *class)
{
    g_type_ensure(ZD_TYPE_FIRST_PAGE);
    g_type_ensure(ZD_TYPE_RULER);
    g_type_ensure(ZD_TYPE_VIEWER);
    gtk_widget_class_set_template_from_resource(class, "/org/zdepth/studio/ui/window.ui");
    gtk_widget_class_bind_template_child(class, ZdWindow, adds);
    gtk_widget_class_bind_template_child(class, ZdWindow, clock);
    gtk_widget_class_bind_template_child(class, ZdWindow, empty_toasts);
    gtk_widget_class_bind_template_child(class, ZdWindow, export_button);
    gtk_widget_class_bind_template_child(class, ZdWindow, export_line);
    gtk_widget_class_bind_template_child(class, ZdWindow, export_list);
    gtk_widget_class_bind_template_child(class, ZdWindow, export_presets);
    gtk_widget_class_bind_template_child(class, ZdWindow, main_menu);
    gtk_widget_class_bind_template_child(class, ZdWindow, more_views);
    gtk_widget_class_bind_template_child(class, ZdWindow, pages);
    gtk_widget_class_bind_template_child(class, ZdWindow, play_button);
    gtk_widget_class_bind_template_child(class, ZdWindow, readout);
    gtk_widget_class_bind_template_child(class, ZdWindow, redo_button);
    gtk_widget_class_bind_template_child(class, ZdWindow, render_button);
    gtk_widget_class_bind_template_child(class, ZdWindow, right);
    gtk_widget_class_bind_template_child(class, ZdWindow, ruler);
    gtk_widget_class_bind_template_child(class, ZdWindow, status);
    gtk_widget_class_bind_template_child(class, ZdWindow, time_place);
    gtk_widget_class_bind_template_child(class, ZdWindow, title);
    gtk_widget_class_bind_template_child(class, ZdWindow, undo_button);
    gtk_widget_class_bind_template_child(class, ZdWindow, viewer);
    gtk_widget_class_bind_template_child(class, ZdWindow, work_toasts);
}

static void add_presets(ZdWindow *self)
{
    for (int i = 0; zd_export_preset(i) != NULL; i++) {
        GtkWidget *button = gtk_button_new_with_label(_(zd_export_preset(i)->label));
        gtk_widget_add_css_class(button, "flat");
        gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.export");
        gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "i", i);
        gtk_box_append(GTK_BOX(self->export_presets), button);
    }
}

/* The menu, whose steps of the history have names of their own. */
static void add_menu(ZdWindow *self)
{
    g_autoptr(GtkBuilder) builder = gtk_builder_new_from_resource("/org/zdepth/studio/ui/menu.ui");
    GMenuModel *menu = G_MENU_MODEL(gtk_builder_get_object(builder, "menu"));
    self->history_menu = g_object_ref(G_MENU(gtk_builder_get_object(builder, "history")));
    gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(self->main_menu), menu);
}

/* The few rules of style that GTK's own do not have. */
static void add_style(void)
{
    g_autoptr(GtkCssProvider) css = gtk_css_provider_new();
    gtk_css_provider_load_from_resource(css, "/org/zdepth/studio/style.css");
    gtk_style_context_add_provider_for_display(gdk_display_get_default(), GTK_STYLE_PROVIDER(css),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

void zd_window_fill(ZdWindow *self)
{
    GtkBox *right = GTK_BOX(self->right);
    add_style();
    add_menu(self);
    add_presets(self);
    self->timeline = zd_timeline_new(self->document);
    gtk_box_append(GTK_BOX(self->time_place), self->timeline);
    self->layers = zd_layers_panel_new(self->document);
    self->chain = zd_chain_panel_new(self->document, self->plugins);
    self->params = zd_params_panel_new(self->document);
    gtk_widget_set_visible(self->chain, FALSE);
    gtk_widget_set_vexpand(self->params, TRUE);
    gtk_box_prepend(right, self->layers);
    gtk_box_insert_child_after(right, self->chain, self->adds);
    gtk_box_append(right, self->params);
    self->scene = zd_scene_page_new(self->context);
    gtk_stack_add_named(GTK_STACK(self->pages), self->scene, "scene");
}
