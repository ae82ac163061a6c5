/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A list of hundreds, of which only what is seen is made. A drop-down of GTK 4.8 finds a text by its first
 * letters only, and shows one line. */

#include "zd_effect_chooser.h"

#include <glib/gi18n.h>

enum { LIST_WIDTH = 300, LIST_HEIGHT = 380 };

struct _ZdEffectChooser {
    GtkBox parent_instance;
    GtkWidget *button;
    GtkWidget *popover;
    GtkWidget *search;
    GtkWidget *list;
    GtkStringList *texts;
    GtkStringFilter *filter;
    GListModel *found; /* of the texts; owned by the list */
};

G_DEFINE_FINAL_TYPE(ZdEffectChooser, zd_effect_chooser, GTK_TYPE_BOX)

static guint chosen_signal;

static void zd_effect_chooser_class_init(ZdEffectChooserClass *class)
{
    chosen_signal = g_signal_new("chosen", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

/* ---- rows ---- */

static void setup_cb(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    (void) factory;
    for (int i = 0; i < 2; i++) {
        GtkWidget *label = gtk_label_new(NULL);
        gtk_label_set_xalign(GTK_LABEL(label), 0.0f);
        gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
        gtk_widget_add_css_class(label, i == 0 ? "heading" : "dim-label");
        gtk_box_append(GTK_BOX(box), label);
    }
    gtk_list_item_set_child(item, box);
}

static void bind_cb(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkWidget *name = gtk_widget_get_first_child(gtk_list_item_get_child(item));
    GtkWidget *help = gtk_widget_get_next_sibling(name);
    const char *text = gtk_string_object_get_string(gtk_list_item_get_item(item));
    g_auto(GStrv) parts = g_strsplit(text, "\n", 2);
    (void) factory;
    gtk_label_set_text(GTK_LABEL(name), parts[0]);
    gtk_label_set_text(GTK_LABEL(help), parts[1] != NULL ? parts[1] : "");
    gtk_widget_set_visible(help, parts[1] != NULL && parts[1][0] != '\0');
    gtk_widget_set_tooltip_text(gtk_list_item_get_child(item), parts[1]);
}

/* ---- choosing ---- */

static int index_of(ZdEffectChooser *self, GObject *wanted)
{
    guint count = g_list_model_get_n_items(G_LIST_MODEL(self->texts));
    for (guint i = 0; i < count; i++) {
        g_autoptr(GObject) item = g_list_model_get_item(G_LIST_MODEL(self->texts), i);
        if (item == wanted) {
            return (int) i;
        }
    }
    return -1;
}

static void choose(ZdEffectChooser *self, guint position)
{
    g_autoptr(GObject) item = g_list_model_get_item(self->found, position);
    int index = item != NULL ? index_of(self, item) : -1;
    if (index >= 0) {
        gtk_popover_popdown(GTK_POPOVER(self->popover));
        g_signal_emit(self, chosen_signal, 0, index);
    }
}

static void activate_cb(GtkListView *list, guint position, ZdEffectChooser *self)
{
    (void) list;
    choose(self, position);
}

/* Return takes the first that was found. */
static void first_cb(GtkSearchEntry *entry, ZdEffectChooser *self)
{
    (void) entry;
    choose(self, 0);
}

static void search_cb(GtkSearchEntry *entry, ZdEffectChooser *self)
{
    gtk_string_filter_set_search(self->filter, gtk_editable_get_text(GTK_EDITABLE(entry)));
}

static void shown_cb(GtkPopover *popover, ZdEffectChooser *self)
{
    (void) popover;
    gtk_editable_set_text(GTK_EDITABLE(self->search), "");
    gtk_widget_grab_focus(self->search);
}

/* ---- the widget ---- */

static GtkWidget *effect_list(ZdEffectChooser *self)
{
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    g_signal_connect(factory, "setup", G_CALLBACK(setup_cb), NULL);
    g_signal_connect(factory, "bind", G_CALLBACK(bind_cb), NULL);
    self->texts = gtk_string_list_new(NULL);
    self->filter =
        gtk_string_filter_new(gtk_property_expression_new(GTK_TYPE_STRING_OBJECT, NULL, "string"));
    GtkFilterListModel *found =
        gtk_filter_list_model_new(G_LIST_MODEL(self->texts), GTK_FILTER(self->filter));
    self->found = G_LIST_MODEL(found);
    GtkWidget *list =
        gtk_list_view_new(GTK_SELECTION_MODEL(gtk_no_selection_new(G_LIST_MODEL(found))), factory);
    gtk_list_view_set_single_click_activate(GTK_LIST_VIEW(list), TRUE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Effects"), -1);
    g_signal_connect(list, "activate", G_CALLBACK(activate_cb), self);
    return list;
}

static GtkWidget *popover_box(ZdEffectChooser *self)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    GtkWidget *scroller = gtk_scrolled_window_new();
    self->search = g_object_new(GTK_TYPE_SEARCH_ENTRY, "placeholder-text",
                                _("Search effects: blur, fog, colour…"), NULL);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Search effects"), -1);
    g_signal_connect(self->search, "changed", G_CALLBACK(search_cb), self);
    g_signal_connect(self->search, "activate", G_CALLBACK(first_cb), self);
    self->list = effect_list(self);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->list);
    gtk_widget_set_size_request(scroller, LIST_WIDTH, LIST_HEIGHT);
    gtk_box_append(GTK_BOX(box), self->search);
    gtk_box_append(GTK_BOX(box), scroller);
    return box;
}

static void zd_effect_chooser_init(ZdEffectChooser *self)
{
    self->button = gtk_menu_button_new();
    self->popover = gtk_popover_new();
    gtk_popover_set_child(GTK_POPOVER(self->popover), popover_box(self));
    gtk_menu_button_set_label(GTK_MENU_BUTTON(self->button), _("Add an Effect…"));
    gtk_menu_button_set_popover(GTK_MENU_BUTTON(self->button), self->popover);
    gtk_widget_set_hexpand(self->button, TRUE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Add an effect"), -1);
    g_signal_connect(self->popover, "show", G_CALLBACK(shown_cb), self);
    gtk_box_append(GTK_BOX(self), self->button);
}

GtkWidget *zd_effect_chooser_new(void)
{
    return g_object_new(ZD_TYPE_EFFECT_CHOOSER, NULL);
}

void zd_effect_chooser_offer(ZdEffectChooser *self, const char *const *texts)
{
    g_return_if_fail(texts != NULL);
    gtk_string_list_splice(self->texts, 0, g_list_model_get_n_items(G_LIST_MODEL(self->texts)),
                           texts);
}
