/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The window's widgets, made and put together. */

#include "zd_chain_panel.h"

#include "zd_layers_panel.h"
#include "zd_params_panel.h"
#include "zd_ruler.h"
#include "zd_scene_page.h"
#include "zd_settings.h"
#include "zd_timeline.h"
#include "zd_viewer.h"
#include "zd_window_private.h"
#include <glib/gi18n.h>

enum { PANEL_WIDTH = 320 };

static GtkWidget *view_buttons(void)
{
    static const struct {
        const char *label;
        const char *target;
    } views[] = { { "Result", "result" },   { "Depth", "depth" }, { "Thresholded", "thresholded" },
                  { "Opacity", "opacity" }, { "Matte", "matte" }, { "Source", "source" } };
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    gtk_widget_add_css_class(box, "linked");
    for (size_t i = 0; i < G_N_ELEMENTS(views); i++) {
        GtkWidget *button = gtk_toggle_button_new_with_label(_(views[i].label));
        gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.view");
        gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", views[i].target);
        gtk_box_append(GTK_BOX(box), button);
    }
    return box;
}

static GtkWidget *action_button(const char *icon, const char *tooltip, const char *action)
{
    GtkWidget *button = gtk_button_new_from_icon_name(icon);
    gtk_widget_add_css_class(button, "flat");
    gtk_widget_set_tooltip_text(button, tooltip);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip,
                                   -1);
    gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
    return button;
}

static GtkWidget *dim_label(float align, gboolean expand)
{
    GtkWidget *label = gtk_label_new("");
    gtk_widget_add_css_class(label, "dim-label");
    gtk_widget_add_css_class(label, "numeric");
    gtk_label_set_xalign(GTK_LABEL(label), align);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_widget_set_hexpand(label, expand);
    return label;
}

static GtkWidget *padded(GtkWidget *widget, int margin)
{
    gtk_widget_set_margin_start(widget, margin);
    gtk_widget_set_margin_end(widget, margin);
    gtk_widget_set_margin_top(widget, margin / 2);
    gtk_widget_set_margin_bottom(widget, margin / 2);
    return widget;
}

static GtkWidget *build_transport(ZdWindow *self)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
    gtk_box_append(GTK_BOX(box), action_button("media-skip-backward-symbolic", _("First frame"),
                                               "win.first-frame"));
    gtk_box_append(GTK_BOX(box), action_button("media-seek-backward-symbolic", _("Frame back"),
                                               "win.frame-back"));
    self->play_button = action_button("media-playback-start-symbolic", _("Play"), "win.play");
    gtk_box_append(GTK_BOX(box), self->play_button);
    gtk_box_append(GTK_BOX(box),
                   action_button("media-seek-forward-symbolic", _("Frame on"), "win.frame-on"));
    gtk_box_append(GTK_BOX(box),
                   action_button("media-skip-forward-symbolic", _("Last frame"), "win.last-frame"));
    self->clock = dim_label(0.0f, TRUE);
    gtk_widget_set_margin_start(self->clock, 8);
    gtk_box_append(GTK_BOX(box), self->clock);
    self->status = dim_label(1.0f, FALSE);
    gtk_box_append(GTK_BOX(box), self->status);
    return padded(box, 8);
}

/* What the wipe shows on its other side. */
static GtkWidget *wipe_menu(void)
{
    static const char *const views[][2] = {
        { "View Before", "last" }, { "Result", "result" },
        { "Depth", "depth" },      { "Thresholded", "thresholded" },
        { "Opacity", "opacity" },  { "Matte", "matte" },
        { "Source", "source" }
    };
    g_autoptr(GMenu) menu = g_menu_new();
    GtkWidget *button = gtk_menu_button_new();
    for (size_t i = 0; i < G_N_ELEMENTS(views); i++) {
        g_autofree char *action = g_strdup_printf("win.wipe-view('%s')", views[i][1]);
        g_menu_append(menu, _(views[i][0]), action);
    }
    gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(button), G_MENU_MODEL(menu));
    gtk_widget_add_css_class(button, "flat");
    gtk_widget_set_tooltip_text(button, _("Wipe with…"));
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Wipe with"), -1);
    return button;
}

static GtkWidget *build_left(ZdWindow *self)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    GtkWidget *wipe = gtk_toggle_button_new_with_label(_("Wipe"));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(wipe), "win.wipe");
    gtk_widget_add_css_class(wipe, "flat");
    gtk_widget_set_tooltip_text(wipe, _("Two views side by side; drag the line"));
    gtk_box_append(GTK_BOX(bar), view_buttons());
    gtk_box_append(GTK_BOX(bar), wipe);
    gtk_box_append(GTK_BOX(bar), wipe_menu());
    GtkWidget *overlay = gtk_toggle_button_new_with_label(_("Overlay"));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(overlay), "win.overlay");
    gtk_widget_set_tooltip_text(overlay, _("Tints what is background"));
    gtk_widget_add_css_class(overlay, "flat");
    gtk_box_append(GTK_BOX(bar), overlay);
    self->viewer = zd_viewer_new();
    self->readout = dim_label(0.0f, TRUE);
    self->timeline = zd_timeline_new(self->document);
    gtk_box_append(GTK_BOX(box), padded(bar, 8));
    gtk_box_append(GTK_BOX(box), self->viewer);
    gtk_box_append(GTK_BOX(box), padded(self->readout, 8));
    self->time_place = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    gtk_box_append(GTK_BOX(self->time_place), self->timeline);
    gtk_box_append(GTK_BOX(box), self->time_place);
    gtk_box_append(GTK_BOX(box), build_transport(self));
    return box;
}

static GtkWidget *build_right(ZdWindow *self)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
    GtkWidget *adds = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    GtkWidget *title = gtk_button_new_with_label(_("Add Title"));
    GtkWidget *insert = gtk_button_new_with_label(_("Add Picture or Movie…"));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(title), "win.add-title");
    gtk_actionable_set_action_name(GTK_ACTIONABLE(insert), "win.add-insert");
    gtk_box_append(GTK_BOX(adds), title);
    gtk_box_append(GTK_BOX(adds), insert);
    self->layers = zd_layers_panel_new(self->document);
    self->chain = zd_chain_panel_new(self->document);
    gtk_widget_set_visible(self->chain, FALSE);
    self->adds = adds;
    self->ruler = zd_ruler_new();
    self->params = zd_params_panel_new(self->document);
    gtk_widget_set_size_request(box, PANEL_WIDTH, -1);
    gtk_box_append(GTK_BOX(box), self->layers);
    gtk_box_append(GTK_BOX(box), adds);
    gtk_box_append(GTK_BOX(box), self->chain);
    gtk_box_append(GTK_BOX(box), self->ruler);
    gtk_box_append(GTK_BOX(box), self->params);
    gtk_widget_set_vexpand(self->params, TRUE);
    return padded(box, 10);
}

static GtkWidget *build_work(ZdWindow *self)
{
    GtkWidget *paned = gtk_paned_new(GTK_ORIENTATION_HORIZONTAL);
    gtk_paned_set_start_child(GTK_PANED(paned), build_left(self));
    gtk_paned_set_end_child(GTK_PANED(paned), build_right(self));
    gtk_paned_set_resize_end_child(GTK_PANED(paned), FALSE);
    gtk_paned_set_shrink_end_child(GTK_PANED(paned), FALSE);
    gtk_paned_set_shrink_start_child(GTK_PANED(paned), FALSE);
    return paned;
}

/* What was opened last, to be opened again. */
static void add_recent(GtkWidget *box)
{
    g_auto(GStrv) paths = zd_settings_recent();
    if (paths[0] != NULL) {
        GtkWidget *label = gtk_label_new(_("Opened last"));
        gtk_widget_add_css_class(label, "dim-label");
        gtk_widget_set_margin_top(label, 12);
        gtk_box_append(GTK_BOX(box), label);
    }
    for (int i = 0; paths[i] != NULL && i < 5; i++) {
        g_autofree char *base = g_path_get_basename(paths[i]);
        GtkWidget *button = gtk_button_new_with_label(base);
        gtk_widget_add_css_class(button, "flat");
        gtk_widget_set_tooltip_text(button, paths[i]);
        gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.open-path");
        gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", paths[i]);
        gtk_box_append(GTK_BOX(box), button);
    }
}

static GtkWidget *build_empty(void)
{
    GtkWidget *page = adw_status_page_new();
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
    GtkWidget *open = gtk_button_new_with_label(_("Open Footage…"));
    GtkWidget *sample = gtk_button_new_with_label(_("Try the Sample"));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(open), "win.open");
    gtk_actionable_set_action_name(GTK_ACTIONABLE(sample), "win.open-sample");
    gtk_widget_add_css_class(open, "suggested-action");
    gtk_widget_add_css_class(open, "pill");
    gtk_widget_add_css_class(sample, "pill");
    gtk_box_append(GTK_BOX(box), open);
    gtk_box_append(GTK_BOX(box), sample);
    add_recent(box);
    gtk_widget_set_halign(box, GTK_ALIGN_CENTER);
    adw_status_page_set_title(ADW_STATUS_PAGE(page), _("Work between the layers"));
    adw_status_page_set_description(
        ADW_STATUS_PAGE(page),
        "Open a movie, a picture, a sequence, a project or a scene, or drop one here. Zdepth finds how far "
        "everything is from the camera; then put a title behind a person, or change only what "
        "is behind her.");
    adw_status_page_set_child(ADW_STATUS_PAGE(page), box);
    return page;
}

static GtkWidget *build_export_popover(ZdWindow *self)
{
    GtkWidget *popover = gtk_popover_new();
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
    GtkWidget *presets = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
    for (int i = 0; zd_export_preset(i) != NULL; i++) {
        GtkWidget *button = gtk_button_new_with_label(_(zd_export_preset(i)->label));
        gtk_widget_add_css_class(button, "flat");
        gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.export");
        gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "i", i);
        gtk_box_append(GTK_BOX(presets), button);
    }
    self->export_list = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    gtk_box_append(GTK_BOX(box), presets);
    gtk_box_append(GTK_BOX(box), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
    gtk_box_append(GTK_BOX(box), self->export_list);
    gtk_popover_set_child(GTK_POPOVER(popover), box);
    return popover;
}

static GtkWidget *build_workspaces(void)
{
    static const char *const labels[][2] = { { "Composite", "work" },
                                             { "Filter", "filter" },
                                             { "Scene", "scene" } };
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    gtk_widget_add_css_class(box, "linked");
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
        GtkWidget *button = gtk_toggle_button_new_with_label(_(labels[i][0]));
        gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.workspace");
        gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", labels[i][1]);
        gtk_box_append(GTK_BOX(box), button);
    }
    return box;
}

static GtkWidget *build_header(ZdWindow *self)
{
    GtkWidget *header = adw_header_bar_new();
    GtkWidget *open = gtk_button_new_with_label(_("Open"));
    GtkWidget *menu = gtk_menu_button_new();
    g_autoptr(GtkBuilder) builder = gtk_builder_new_from_resource("/org/zdepth/studio/menu.ui");
    self->title = adw_window_title_new("Zdepth", "");
    adw_header_bar_set_title_widget(ADW_HEADER_BAR(header), self->title);
    gtk_actionable_set_action_name(GTK_ACTIONABLE(open), "win.open");
    adw_header_bar_pack_start(ADW_HEADER_BAR(header), open);
    adw_header_bar_pack_start(ADW_HEADER_BAR(header),
                              action_button("edit-undo-symbolic", _("Undo"), "win.undo"));
    adw_header_bar_pack_start(ADW_HEADER_BAR(header),
                              action_button("edit-redo-symbolic", _("Redo"), "win.redo"));
    adw_header_bar_pack_start(ADW_HEADER_BAR(header), build_workspaces());
    gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(menu), "open-menu-symbolic");
    gtk_menu_button_set_primary(GTK_MENU_BUTTON(menu), TRUE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(menu), GTK_ACCESSIBLE_PROPERTY_LABEL, "Main menu",
                                   -1);
    gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(menu),
                                   G_MENU_MODEL(gtk_builder_get_object(builder, "menu")));
    adw_header_bar_pack_end(ADW_HEADER_BAR(header), menu);
    self->export_button = gtk_menu_button_new();
    gtk_menu_button_set_label(GTK_MENU_BUTTON(self->export_button), "Export");
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->export_button),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, _("Export"), -1);
    gtk_menu_button_set_popover(GTK_MENU_BUTTON(self->export_button), build_export_popover(self));
    adw_header_bar_pack_end(ADW_HEADER_BAR(header), self->export_button);
    self->render_button = gtk_button_new_with_label(_("Render…"));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(self->render_button), "win.show-export");
    gtk_widget_set_visible(self->render_button, FALSE);
    adw_header_bar_pack_end(ADW_HEADER_BAR(header), self->render_button);
    return header;
}

/* The few rules of style that GTK's own do not have. */
static void add_style(void)
{
    g_autoptr(GtkCssProvider) css = gtk_css_provider_new();
    gtk_css_provider_load_from_resource(css, "/org/zdepth/studio/style.css");
    gtk_style_context_add_provider_for_display(gdk_display_get_default(), GTK_STYLE_PROVIDER(css),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

GtkWidget *zd_window_build(ZdWindow *self)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    add_style();
    self->pages = gtk_stack_new();
    self->toasts = adw_toast_overlay_new();
    gtk_stack_add_named(GTK_STACK(self->pages), build_empty(), "empty");
    gtk_stack_add_named(GTK_STACK(self->pages), build_work(self), "work");
    self->scene = zd_scene_page_new(self->context);
    gtk_stack_add_named(GTK_STACK(self->pages), self->scene, "scene");
    adw_toast_overlay_set_child(ADW_TOAST_OVERLAY(self->toasts), self->pages);
    gtk_widget_set_vexpand(self->toasts, TRUE);
    gtk_box_append(GTK_BOX(box), build_header(self));
    gtk_box_append(GTK_BOX(box), self->toasts);
    return box;
}
