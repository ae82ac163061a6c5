/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* ui/first_page.ui, and a button for each file that was opened last. */

#include "zd_first_page.h"

#include "zd_settings.h"

enum { MOST_SHOWN = 5 };

struct _ZdFirstPage {
    AdwBin parent_instance;
    GtkWidget *box;
    GtkWidget *heading;
};

G_DEFINE_FINAL_TYPE(ZdFirstPage, zd_first_page, ADW_TYPE_BIN)

static void add_recent(ZdFirstPage *self, const char *path)
{
    g_autofree char *base = g_path_get_basename(path);
    GtkWidget *button = gtk_button_new_with_label(base);
    gtk_widget_add_css_class(button, "flat");
    gtk_widget_set_tooltip_text(button, path);
    gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.open-path");
    gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", path);
    gtk_box_append(GTK_BOX(self->box), button);
}

static void zd_first_page_class_init(ZdFirstPageClass *class)
{
    GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
    gtk_widget_class_set_template_from_resource(widget, "/org/zdepth/studio/ui/first_page.ui");
    gtk_widget_class_bind_template_child(widget, ZdFirstPage, box);
    gtk_widget_class_bind_template_child(widget, ZdFirstPage, heading);
}

static void zd_first_page_init(ZdFirstPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    g_auto(GStrv) paths = zd_settings_recent();
    gtk_widget_set_visible(self->heading, paths[0] != NULL);
    for (int i = 0; paths[i] != NULL && i < MOST_SHOWN; i++) {
        add_recent(self, paths[i]);
    }
}
