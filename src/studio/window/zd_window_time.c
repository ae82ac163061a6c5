/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The timeline's menus: how a key goes on to the next, copies of keys, and the cuts between shots. */

#include "zd_timeline.h"

#include "zd_window_private.h"
#include <glib/gi18n.h>

static void report(ZdWindow *self, gboolean good, GError *error)
{
    if (!good) {
        zd_window_toast_error(self, error);
    }
}

static gboolean menu_key(ZdWindow *self, zdepth_key *key)
{
    return self->menu_name != NULL &&
           zdepth_project_key_at(zd_document_project(self->document), self->menu_insert,
                                 self->menu_name, self->menu_index, key);
}

/* ---- keys ---- */

static void key_ease_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    GError *error = NULL;
    zdepth_key key;
    const char *word = g_variant_get_string(parameter, NULL);
    (void) action;
    if (!menu_key(self, &key)) {
        return;
    }
    key.ease = g_str_equal(word, "hold")     ? ZDEPTH_EASE_HOLD
               : g_str_equal(word, "smooth") ? ZDEPTH_EASE_SMOOTH
                                             : ZDEPTH_EASE_LINEAR;
    gboolean good =
        zd_document_set_key(self->document, self->menu_insert, self->menu_name, key, &error);
    report(self, good, error);
}

static void key_remove_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    zdepth_key key;
    (void) action;
    (void) parameter;
    if (menu_key(self, &key)) {
        zd_document_remove_key(self->document, self->menu_insert, self->menu_name,
                               self->menu_index);
    }
}

/* A copy of a key at the playhead. */
static void key_copy_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    GError *error = NULL;
    zdepth_key key;
    (void) action;
    (void) parameter;
    if (!menu_key(self, &key)) {
        return;
    }
    key.time_s = zd_window_time(self);
    gboolean good =
        zd_document_set_key(self->document, self->menu_insert, self->menu_name, key, &error);
    report(self, good, error);
}

/* ---- cuts ---- */

/* The first frames of the shots as they are, those of the list or those that were found. */
static GArray *cuts_of(ZdWindow *self)
{
    GArray *cuts = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (int i = 0; i < zd_session_shot_count(self->session); i++) {
        gint64 first = zd_session_shot(self->session, i)->first_frame;
        g_array_append_val(cuts, first);
    }
    return cuts;
}

static void write_cuts(ZdWindow *self, GArray *cuts)
{
    GError *error = NULL;
    g_autoptr(GString) text = g_string_new("");
    gint64 last = -1;
    for (guint i = 0; i < cuts->len; i++) {
        gint64 cut = g_array_index(cuts, gint64, i);
        if (cut > last) {
            g_string_append_printf(text, "%s%" G_GINT64_FORMAT, text->len > 0 ? "," : "", cut);
            last = cut;
        }
    }
    gboolean good = zd_document_set(self->document, ZDEPTH_PROJECT_ITSELF, "cuts",
                                    cuts->len > 1 ? text->str : "none", &error);
    report(self, good, error);
}

static int by_frame(gconstpointer a, gconstpointer b)
{
    gint64 one = *(const gint64 *) a;
    gint64 other = *(const gint64 *) b;
    return one < other ? -1 : one > other;
}

static void put_cut(ZdWindow *self, GArray *cuts, gint64 frame)
{
    g_array_append_val(cuts, frame);
    g_array_sort(cuts, by_frame);
    write_cuts(self, cuts);
}

static void cut_add_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    g_autoptr(GArray) cuts = cuts_of(self);
    (void) action;
    (void) parameter;
    if (self->frame > 0 && cuts->len > 0) {
        put_cut(self, cuts, self->frame);
    } else {
        zd_window_toast(self, cuts->len == 0 ? "The clip is not analysed yet"
                                             : "A shot begins at the first frame anyway");
    }
}

/* The cut that is nearest to the menu's frame, but not the clip's beginning; -1: none. */
static int nearest_cut(ZdWindow *self, GArray *cuts)
{
    int found = -1;
    gint64 away = G_MAXINT64;
    for (guint i = 1; i < cuts->len; i++) {
        gint64 off = ABS(g_array_index(cuts, gint64, i) - self->menu_frame);
        if (off < away) {
            away = off;
            found = (int) i;
        }
    }
    return found;
}

static void cut_remove_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    g_autoptr(GArray) cuts = cuts_of(self);
    int cut = nearest_cut(self, cuts);
    (void) action;
    (void) parameter;
    if (cut > 0) {
        g_array_remove_index(cuts, (guint) cut);
        write_cuts(self, cuts);
    }
}

static void cut_move_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    g_autoptr(GArray) cuts = cuts_of(self);
    int cut = nearest_cut(self, cuts);
    (void) action;
    (void) parameter;
    if (cut > 0 && self->frame > 0) {
        g_array_remove_index(cuts, (guint) cut);
        put_cut(self, cuts, self->frame);
    }
}

static void cut_auto_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    zd_document_set(ZD_WINDOW(user)->document, ZDEPTH_PROJECT_ITSELF, "cuts", NULL, NULL);
}

/* ---- menus ---- */

static GMenu *key_menu(void)
{
    GMenu *menu = g_menu_new();
    g_menu_append(menu, _("Linear"), "win.key-ease('linear')");
    g_menu_append(menu, _("Smooth"), "win.key-ease('smooth')");
    g_menu_append(menu, _("Hold"), "win.key-ease('hold')");
    g_menu_append(menu, _("Copy to Playhead"), "win.key-copy");
    g_menu_append(menu, _("Delete Key"), "win.key-remove");
    return menu;
}

static GMenu *cut_menu(ZdWindow *self)
{
    GMenu *menu = g_menu_new();
    g_menu_append(menu, _("Cut at Playhead"), "win.cut-add");
    if (zd_session_shot_count(self->session) > 1) {
        g_menu_append(menu, _("Move This Cut to Playhead"), "win.cut-move");
        g_menu_append(menu, _("Remove This Cut"), "win.cut-remove");
    }
    g_menu_append(menu, _("Find Cuts"), "win.cut-auto");
    return menu;
}

static void open_menu(ZdWindow *self, GMenu *model, double x, double y)
{
    GdkRectangle at = { (int) x, (int) y, 1, 1 };
    if (self->time_menu != NULL) {
        gtk_widget_unparent(self->time_menu);
    }
    self->time_menu = gtk_popover_menu_new_from_model(G_MENU_MODEL(model));
    gtk_widget_set_parent(self->time_menu, self->time_place);
    gtk_popover_set_has_arrow(GTK_POPOVER(self->time_menu), FALSE);
    gtk_popover_set_pointing_to(GTK_POPOVER(self->time_menu), &at);
    gtk_popover_popup(GTK_POPOVER(self->time_menu));
}

static void menu_cb(ZdTimeline *timeline, int insert, const char *name, int index, gint64 frame,
                    double x, double y, ZdWindow *self)
{
    (void) timeline;
    g_free(self->menu_name);
    self->menu_name = g_strdup(name[0] != '\0' ? name : NULL);
    self->menu_insert = insert;
    self->menu_index = index;
    self->menu_frame = frame;
    g_autoptr(GMenu) menu = self->menu_name != NULL ? key_menu() : cut_menu(self);
    open_menu(self, menu, x, y);
}

static const GActionEntry entries[] = {
    { .name = "key-ease", .parameter_type = "s", .activate = key_ease_cb },
    { .name = "key-remove", .activate = key_remove_cb },
    { .name = "key-copy", .activate = key_copy_cb },
    { .name = "cut-add", .activate = cut_add_cb },
    { .name = "cut-remove", .activate = cut_remove_cb },
    { .name = "cut-move", .activate = cut_move_cb },
    { .name = "cut-auto", .activate = cut_auto_cb },
};

void zd_window_add_time_actions(ZdWindow *self)
{
    g_action_map_add_action_entries(G_ACTION_MAP(self), entries, G_N_ELEMENTS(entries), self);
    g_signal_connect(self->timeline, "menu", G_CALLBACK(menu_cb), self);
}
