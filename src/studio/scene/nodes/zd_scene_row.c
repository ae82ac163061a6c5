/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* While values come from the document the controls' own signals are blocked by `is_reading`. */

#include "zd_scene_row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "zd_number.h"

enum { MOST_NUMBERS = 4 };

struct _ZdSceneRow {
    GtkBox parent_instance;
    ZdSceneDocument *document;
    int node;
    double frame;
    zdepth_scene_key key;
    gboolean is_reading;
    gboolean is_scrubbing;
    GtkWidget *label;
    GtkWidget *reset;
    GtkWidget *numbers[MOST_NUMBERS];
    GtkWidget *diamonds[MOST_NUMBERS];
    GtkWidget *control; /* of what is not a number */
    char **words;       /* of a choice, of words, or nodes' names after "none" */
};

G_DEFINE_FINAL_TYPE(ZdSceneRow, zd_scene_row, GTK_TYPE_BOX)

enum { FAILED, DRAW_REGION, BROWSE, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

static void report(ZdSceneRow *self, gboolean good, GError *error)
{
    if (!good) {
        g_signal_emit(self, signals[FAILED], 0, error->message);
        g_error_free(error);
        zd_scene_row_read(self, self->node, self->frame);
    }
}

static void write_text(ZdSceneRow *self, const char *text)
{
    GError *error = NULL;
    gboolean good = zd_scene_document_set(self->document, self->node, self->key.name, text, &error);
    report(self, good, error);
}

/* ---- from the document ---- */

static void read_numbers(ZdSceneRow *self, const zdepth_scene *scene, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);
    for (int i = 0; i < self->key.count && self->numbers[i] != NULL; i++) {
        int keys = zdepth_scene_keyframe_count(scene, self->node, self->key.name, i);
        gboolean here = FALSE;
        double value = zdepth_scene_number(scene, self->node, self->key.name, i, self->frame);
        gboolean is_auto = (int) g_strv_length(parts) > i && g_str_equal(parts[i], "auto");
        if (!zd_number_is_scrubbed(ZD_NUMBER(self->numbers[i]))) {
            zd_number_set(ZD_NUMBER(self->numbers[i]), value, is_auto && keys == 0 ? "auto" : NULL);
        }
        for (int k = 0; k < keys; k++) {
            zdepth_scene_keyframe at;
            zdepth_scene_keyframe_at(scene, self->node, self->key.name, i, k, &at);
            here = here || at.frame == self->frame;
        }
        if (self->diamonds[i] != NULL) {
            gtk_button_set_label(GTK_BUTTON(self->diamonds[i]), here ? "◆" : keys > 0 ? "◈" : "◇");
        }
    }
}

static void read_drop_down(ZdSceneRow *self, const char *text)
{
    for (guint i = 0; self->words[i] != NULL; i++) {
        if (g_str_equal(self->words[i], text[0] != '\0' ? text : "none")) {
            gtk_drop_down_set_selected(GTK_DROP_DOWN(self->control), i);
        }
    }
}

/* The nodes that a link may name change with the scene. */
static void fill_nodes(ZdSceneRow *self, const zdepth_scene *scene)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_ptr_array_add(names, g_strdup("none"));
    for (int i = 1; i < zdepth_scene_node_count(scene); i++) {
        zdepth_scene_node node;
        zdepth_scene_node_at(scene, i, &node);
        if (i != self->node && (self->key.kinds >> node.kind & 1u) != 0) {
            g_ptr_array_add(names, g_strdup(node.name));
        }
    }
    g_ptr_array_add(names, NULL);
    char **words = (char **) g_ptr_array_steal(names, NULL);
    if (self->words == NULL ||
        !g_strv_equal((const char *const *) words, (const char *const *) self->words))
    {
        GtkStringList *list = gtk_string_list_new((const char *const *) words);
        gtk_drop_down_set_model(GTK_DROP_DOWN(self->control), G_LIST_MODEL(list));
        g_object_unref(list);
        g_strfreev(self->words);
        self->words = words;
    } else {
        g_strfreev(words);
    }
}

static void read_words(ZdSceneRow *self, const char *text)
{
    g_auto(GStrv) chosen = g_strsplit(text, " ", -1);
    GtkWidget *child = gtk_widget_get_first_child(self->control);
    for (int i = 0; child != NULL && self->words[i] != NULL; i++) {
        GtkWidget *check = GTK_IS_FLOW_BOX_CHILD(child)
                               ? gtk_flow_box_child_get_child(GTK_FLOW_BOX_CHILD(child))
                               : child;
        gtk_check_button_set_active(GTK_CHECK_BUTTON(check),
                                    g_strv_contains((const char *const *) chosen, self->words[i]));
        child = gtk_widget_get_next_sibling(child);
    }
}

static void read_control(ZdSceneRow *self, const zdepth_scene *scene, const char *text)
{
    switch (self->key.type) {
    case ZDEPTH_SCENE_NUMBERS:
        read_numbers(self, scene, text);
        break;
    case ZDEPTH_SCENE_CHOICE:
        if (GTK_IS_SWITCH(self->control)) {
            gtk_switch_set_active(GTK_SWITCH(self->control), g_str_equal(text, "yes"));
        } else {
            read_drop_down(self, text);
        }
        break;
    case ZDEPTH_SCENE_NODE: {
        int to = zdepth_scene_link(scene, self->node, self->key.name, 0);
        zdepth_scene_node node;
        gboolean is_linked = zdepth_scene_node_at(scene, to, &node);
        fill_nodes(self, scene);
        read_drop_down(self, is_linked ? node.name : "none");
        break;
    }
    case ZDEPTH_SCENE_WORDS:
        read_words(self, text);
        break;
    case ZDEPTH_SCENE_TEXT:
    case ZDEPTH_SCENE_NODES:
        gtk_editable_set_text(GTK_EDITABLE(self->control), text);
        break;
    }
}

void zd_scene_row_read(ZdSceneRow *self, int node, double frame)
{
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    self->node = node;
    self->frame = frame;
    g_autofree char *text = zd_scene_document_get(self->document, node, self->key.name);
    gboolean is_set = zdepth_scene_is_set(scene, node, self->key.name);
    self->is_reading = TRUE;
    read_control(self, scene, text);
    self->is_reading = FALSE;
    gtk_widget_set_sensitive(self->reset, is_set);
    if (is_set) {
        gtk_widget_add_css_class(self->label, "heading");
    } else {
        gtk_widget_remove_css_class(self->label, "heading");
    }
}

/* ---- to the document ---- */

static void number_cb(ZdNumber *number, double value, gboolean ended, ZdSceneRow *self)
{
    GError *error = NULL;
    int component = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(number), "component"));
    if (!ended && !self->is_scrubbing) {
        g_autofree char *label = zd_scene_key_label(self->key.name);
        self->is_scrubbing = TRUE;
        zd_scene_document_begin(self->document, label);
    }
    gboolean good = zd_scene_document_set_number(self->document, self->node, self->key.name,
                                                 component, value, self->frame, &error);
    if (ended && self->is_scrubbing) {
        self->is_scrubbing = FALSE;
        zd_scene_document_end(self->document);
    }
    report(self, good, error);
}

static void diamond_cb(GtkButton *button, ZdSceneRow *self)
{
    GError *error = NULL;
    int component = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(button), "component"));
    gboolean good = zd_scene_document_toggle_keyframe(self->document, self->node, self->key.name,
                                                      component, self->frame, &error);
    report(self, good, error);
}

static void reset_cb(GtkButton *button, ZdSceneRow *self)
{
    (void) button;
    write_text(self, NULL);
}

static void switch_cb(GtkSwitch *control, GParamSpec *spec, ZdSceneRow *self)
{
    (void) spec;
    if (!self->is_reading) {
        write_text(self, gtk_switch_get_active(control) ? "yes" : "no");
    }
}

static void chosen_cb(GtkDropDown *control, GParamSpec *spec, ZdSceneRow *self)
{
    (void) spec;
    guint at = gtk_drop_down_get_selected(control);
    if (!self->is_reading && at != GTK_INVALID_LIST_POSITION) {
        gboolean is_none = self->key.type == ZDEPTH_SCENE_NODE && at == 0;
        write_text(self, is_none ? NULL : self->words[at]);
    }
}

static void text_cb(GtkEditable *entry, ZdSceneRow *self)
{
    g_autofree char *now = zd_scene_document_get(self->document, self->node, self->key.name);
    const char *text = gtk_editable_get_text(entry);
    if (!self->is_reading && !g_str_equal(now, text)) {
        write_text(self, text[0] != '\0' ? text : NULL);
    }
}

static void text_left_cb(GtkEventControllerFocus *focus, ZdSceneRow *self)
{
    (void) focus;
    text_cb(GTK_EDITABLE(self->control), self);
}

static void word_cb(GtkCheckButton *check, ZdSceneRow *self)
{
    (void) check;
    if (self->is_reading) {
        return;
    }
    g_autoptr(GString) text = g_string_new("");
    GtkWidget *child = gtk_widget_get_first_child(self->control);
    for (int i = 0; child != NULL && self->words[i] != NULL; i++) {
        GtkWidget *inner = gtk_flow_box_child_get_child(GTK_FLOW_BOX_CHILD(child));
        if (gtk_check_button_get_active(GTK_CHECK_BUTTON(inner))) {
            g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", self->words[i]);
        }
        child = gtk_widget_get_next_sibling(child);
    }
    write_text(self, text->len > 0 ? text->str : NULL);
}

static void region_cb(GtkButton *button, ZdSceneRow *self)
{
    (void) button;
    g_signal_emit(self, signals[DRAW_REGION], 0);
}

static void browse_cb(GtkButton *button, ZdSceneRow *self)
{
    (void) button;
    g_signal_emit(self, signals[BROWSE], 0, self->key.name);
}

/* ---- building ---- */

static void name_control(GtkWidget *control, const char *name)
{
    gtk_accessible_update_property(GTK_ACCESSIBLE(control), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                   -1);
}

static GtkWidget *small_button(const char *label, const char *name, GCallback callback,
                               ZdSceneRow *self)
{
    GtkWidget *button = gtk_button_new_with_label(label);
    gtk_widget_add_css_class(button, "flat");
    gtk_widget_set_tooltip_text(button, name);
    name_control(button, name);
    g_signal_connect(button, "clicked", callback, self);
    return button;
}

static GtkWidget *build_numbers(ZdSceneRow *self, const char *label, zdepth_scene_kind kind)
{
    static const char *const places[] = { "x", "y", "z", "w" };
    static const char *const colours[] = { "r", "g", "b", "a" };
    static const char *const sides[] = { "←", "↑", "→", "↓" };
    gboolean is_colour =
        g_str_equal(self->key.name, "colour") || g_str_equal(self->key.name, "specular");
    const char *const *letters = is_colour                            ? colours
                                 : g_str_equal(self->key.name, "roi") ? sides
                                                                      : places;
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 2);
    gtk_widget_set_hexpand(box, TRUE);
    for (int i = 0; i < self->key.count && i < MOST_NUMBERS; i++) {
        const char *letter = self->key.count > 1 ? letters[i] : "↔";
        g_autofree char *name =
            self->key.count > 1 ? g_strdup_printf("%s %s", label, letter) : g_strdup(label);
        self->numbers[i] = zd_number_new(letter, name, self->key.min, self->key.max);
        g_object_set_data(G_OBJECT(self->numbers[i]), "component", GINT_TO_POINTER(i));
        g_signal_connect(self->numbers[i], "edited", G_CALLBACK(number_cb), self);
        gtk_box_append(GTK_BOX(box), self->numbers[i]);
        if (kind != ZDEPTH_SCENE_FRAME) {
            g_autofree char *key_name = g_strdup_printf("Key of %s at this frame", name);
            self->diamonds[i] = small_button("◇", key_name, G_CALLBACK(diamond_cb), self);
            gtk_widget_add_css_class(self->diamonds[i], "zd-diamond");
            g_object_set_data(G_OBJECT(self->diamonds[i]), "component", GINT_TO_POINTER(i));
            gtk_box_append(GTK_BOX(box), self->diamonds[i]);
        }
    }
    return box;
}

static GtkWidget *build_choice(ZdSceneRow *self)
{
    if (g_str_equal(self->key.choices, "no|yes")) {
        self->control = gtk_switch_new();
        gtk_widget_set_halign(self->control, GTK_ALIGN_END);
        g_signal_connect(self->control, "notify::active", G_CALLBACK(switch_cb), self);
    } else {
        self->words = g_strsplit(self->key.choices, "|", -1);
        self->control = gtk_drop_down_new_from_strings((const char *const *) self->words);
        g_signal_connect(self->control, "notify::selected", G_CALLBACK(chosen_cb), self);
    }
    return self->control;
}

static GtkWidget *build_words(ZdSceneRow *self)
{
    self->words = g_strsplit(self->key.choices, "|", -1);
    self->control = gtk_flow_box_new();
    gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(self->control), GTK_SELECTION_NONE);
    gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(self->control), 3);
    for (int i = 0; self->words[i] != NULL; i++) {
        GtkWidget *check = gtk_check_button_new_with_label(self->words[i]);
        g_signal_connect(check, "toggled", G_CALLBACK(word_cb), self);
        gtk_flow_box_append(GTK_FLOW_BOX(self->control), check);
    }
    return self->control;
}

static GtkWidget *build_text(ZdSceneRow *self)
{
    GtkEventController *focus = gtk_event_controller_focus_new();
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
    self->control = gtk_entry_new();
    gtk_widget_set_hexpand(self->control, TRUE);
    g_signal_connect(self->control, "activate", G_CALLBACK(text_cb), self);
    g_signal_connect(focus, "leave", G_CALLBACK(text_left_cb), self);
    gtk_widget_add_controller(self->control, focus);
    gtk_box_append(GTK_BOX(box), self->control);
    if (self->key.type == ZDEPTH_SCENE_TEXT) {
        gtk_box_append(GTK_BOX(box),
                       small_button("…", "Choose a file", G_CALLBACK(browse_cb), self));
    }
    return box;
}

static GtkWidget *build_control(ZdSceneRow *self, const char *label, zdepth_scene_kind kind)
{
    switch (self->key.type) {
    case ZDEPTH_SCENE_NUMBERS:
        return build_numbers(self, label, kind);
    case ZDEPTH_SCENE_CHOICE:
        return build_choice(self);
    case ZDEPTH_SCENE_NODE:
        self->control = gtk_drop_down_new(NULL, NULL);
        g_signal_connect(self->control, "notify::selected", G_CALLBACK(chosen_cb), self);
        return self->control;
    case ZDEPTH_SCENE_WORDS:
        return build_words(self);
    case ZDEPTH_SCENE_TEXT:
    case ZDEPTH_SCENE_NODES:
        break;
    }
    return build_text(self);
}

static void zd_scene_row_dispose(GObject *object)
{
    ZdSceneRow *self = ZD_SCENE_ROW(object);
    self->is_reading = TRUE;
    if (self->is_scrubbing && self->document != NULL) {
        self->is_scrubbing = FALSE;
        zd_scene_document_end(self->document);
    }
    g_clear_object(&self->document);
    g_clear_pointer(&self->words, g_strfreev);
    G_OBJECT_CLASS(zd_scene_row_parent_class)->dispose(object);
}

static void zd_scene_row_class_init(ZdSceneRowClass *class)
{
    GType type = G_TYPE_FROM_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = zd_scene_row_dispose;
    signals[FAILED] = g_signal_new("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
    signals[DRAW_REGION] =
        g_signal_new("draw-region", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[BROWSE] = g_signal_new("browse", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void zd_scene_row_init(ZdSceneRow *self)
{
    gtk_box_set_spacing(GTK_BOX(self), 2);
}

GtkWidget *zd_scene_row_new(ZdSceneDocument *document, int node, const zdepth_scene_key *key)
{
    g_return_val_if_fail(document != NULL && node >= 0 && key != NULL, NULL);
    ZdSceneRow *self = g_object_new(ZD_TYPE_SCENE_ROW, NULL);
    zdepth_scene_node of;
    g_autofree char *label = zd_scene_key_label(key->name);
    GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
    self->document = g_object_ref(document);
    self->key = *key;
    zdepth_scene_node_at(zd_scene_document_scene(document), node, &of);
    self->label = gtk_label_new(label);
    gtk_label_set_xalign(GTK_LABEL(self->label), 0.0f);
    gtk_widget_set_hexpand(self->label, TRUE);
    self->reset = gtk_button_new_from_icon_name("edit-clear-symbolic");
    gtk_widget_add_css_class(self->reset, "flat");
    gtk_widget_set_tooltip_text(self->reset, _("Back to what it is by itself"));
    g_autofree char *reset_name = g_strdup_printf("Reset %s", label);
    name_control(self->reset, reset_name);
    g_signal_connect(self->reset, "clicked", G_CALLBACK(reset_cb), self);
    GtkWidget *control = build_control(self, label, of.kind);
    gboolean is_beside = GTK_IS_SWITCH(control) || GTK_IS_DROP_DOWN(control);
    if (self->control != NULL) {
        name_control(self->control, label);
        gtk_widget_set_tooltip_text(self->control, key->help);
    }
    gtk_widget_set_tooltip_text(self->label, key->help);
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    gtk_box_append(GTK_BOX(head), self->label);
    if (is_beside) {
        gtk_widget_set_valign(control, GTK_ALIGN_CENTER);
        gtk_box_append(GTK_BOX(head), control);
    }
    if (g_str_equal(key->name, "roi")) {
        gtk_box_append(GTK_BOX(head), small_button("Draw", "Draw the region in the picture",
                                                   G_CALLBACK(region_cb), self));
    }
    gtk_box_append(GTK_BOX(head), self->reset);
    gtk_box_append(GTK_BOX(self), head);
    if (!is_beside) {
        gtk_box_append(GTK_BOX(self), control);
    }
    return GTK_WIDGET(self);
}
