/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One control a type; what it is set to before its signals are connected tells nothing. */

#include "zd_effect_row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "zd_number.h"

enum { CONTROL_WIDTH = 150 };

struct _ZdEffectRow {
    GtkBox parent_instance;
    zdepth_effect_type type;
    GtkWidget *control;
    GtkWidget *second; /* y of a position */
    double place[2];
};

G_DEFINE_FINAL_TYPE(ZdEffectRow, zd_effect_row, GTK_TYPE_BOX)

static guint edited_signal;
static guint pick_signal;

static void zd_effect_row_class_init(ZdEffectRowClass *class)
{
    edited_signal = g_signal_new("edited", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
    pick_signal = g_signal_new("pick", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
}

static void zd_effect_row_init(ZdEffectRow *self)
{
    gtk_box_set_spacing(GTK_BOX(self), 6);
}

static void tell(ZdEffectRow *self, const char *text, gboolean ended)
{
    g_signal_emit(self, edited_signal, 0, text, ended);
}

/* ---- what the controls say ---- */

static void number_cb(ZdNumber *number, double value, gboolean ended, ZdEffectRow *self)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    (void) number;
    g_ascii_formatd(digits, sizeof digits, self->type == ZDEPTH_EFFECT_INT ? "%.0f" : "%.6g",
                    self->type == ZDEPTH_EFFECT_INT ? (double) (gint64) value : value);
    tell(self, digits, ended);
}

static void place_cb(ZdNumber *number, double value, gboolean ended, ZdEffectRow *self)
{
    char x[G_ASCII_DTOSTR_BUF_SIZE];
    char y[G_ASCII_DTOSTR_BUF_SIZE];
    self->place[GTK_WIDGET(number) == self->second] = value;
    g_autofree char *text =
        g_strdup_printf("%s/%s", g_ascii_formatd(x, sizeof x, "%.4g", self->place[0]),
                        g_ascii_formatd(y, sizeof y, "%.4g", self->place[1]));
    tell(self, text, ended);
}

static void switch_cb(GtkSwitch *control, GParamSpec *spec, ZdEffectRow *self)
{
    (void) spec;
    tell(self, gtk_switch_get_active(control) ? "1" : "0", TRUE);
}

static void choice_cb(GtkDropDown *control, GParamSpec *spec, ZdEffectRow *self)
{
    GtkStringObject *chosen = gtk_drop_down_get_selected_item(control);
    (void) spec;
    if (chosen != NULL) {
        tell(self, gtk_string_object_get_string(chosen), TRUE);
    }
}

static void text_cb(GtkEntry *entry, ZdEffectRow *self)
{
    const char *text = gtk_editable_get_text(GTK_EDITABLE(entry));
    tell(self, text[0] != '\0' ? text : NULL, TRUE);
}

static void colour_cb(GtkColorButton *button, ZdEffectRow *self)
{
    GdkRGBA rgba;
    char digits[3][G_ASCII_DTOSTR_BUF_SIZE];
    gtk_color_chooser_get_rgba(GTK_COLOR_CHOOSER(button), &rgba);
    g_autofree char *text =
        g_strdup_printf("%s/%s/%s", g_ascii_formatd(digits[0], sizeof *digits, "%.4g", rgba.red),
                        g_ascii_formatd(digits[1], sizeof *digits, "%.4g", rgba.green),
                        g_ascii_formatd(digits[2], sizeof *digits, "%.4g", rgba.blue));
    tell(self, text, TRUE);
}

/* ---- the controls ---- */

static GtkWidget *number_control(ZdEffectRow *self, const char *letter,
                                 const zdepth_effect_param *param, double value, GCallback callback)
{
    GtkWidget *control = zd_number_new(letter, param->name, param->min, param->max);
    zd_number_set(ZD_NUMBER(control), value, NULL);
    gtk_widget_set_hexpand(control, FALSE); /* one column, however long the names are */
    g_signal_connect(control, "edited", callback, self);
    return control;
}

static GtkWidget *choice_control(ZdEffectRow *self, const zdepth_effect_param *param,
                                 const char *const *words, const double *numbers, const char *value)
{
    guint selected = 0;
    double wanted = value != NULL ? g_ascii_strtod(value, NULL) : param->initial;
    gboolean is_word = value != NULL && g_strv_contains(words, value);
    for (guint i = 0; words[i] != NULL && selected == 0; i++) {
        gboolean is_it = is_word ? g_str_equal(value, words[i]) : numbers[i] == wanted;
        selected = is_it ? i : selected;
    }
    GtkWidget *control = gtk_drop_down_new_from_strings(words);
    gtk_drop_down_set_selected(GTK_DROP_DOWN(control), selected);
    g_signal_connect(control, "notify::selected", G_CALLBACK(choice_cb), self);
    return control;
}

static GtkWidget *switch_control(ZdEffectRow *self, const zdepth_effect_param *param,
                                 const char *value)
{
    GtkWidget *control = gtk_switch_new();
    gboolean is_on = value == NULL ? param->initial > 0.5
                                   : g_str_equal(value, "y") || g_str_equal(value, "true") ||
                                         g_ascii_strtod(value, NULL) > 0.5;
    gtk_switch_set_active(GTK_SWITCH(control), is_on);
    gtk_widget_set_valign(control, GTK_ALIGN_CENTER);
    g_signal_connect(control, "notify::active", G_CALLBACK(switch_cb), self);
    return control;
}

static GtkWidget *text_control(ZdEffectRow *self, const char *value)
{
    GtkWidget *control = gtk_entry_new();
    gtk_editable_set_text(GTK_EDITABLE(control), value);
    gtk_editable_set_width_chars(GTK_EDITABLE(control), 10);
    g_signal_connect(control, "activate", G_CALLBACK(text_cb), self);
    return control;
}

static GtkWidget *colour_control(ZdEffectRow *self, const char *value)
{
    GtkWidget *control = gtk_color_button_new();
    GdkRGBA rgba = { 0.0f, 0.0f, 0.0f, 1.0f };
    g_auto(GStrv) parts = g_strsplit(value, "/", 3);
    if (g_strv_length(parts) == 3) {
        rgba.red = (float) g_ascii_strtod(parts[0], NULL);
        rgba.green = (float) g_ascii_strtod(parts[1], NULL);
        rgba.blue = (float) g_ascii_strtod(parts[2], NULL);
    }
    gtk_color_chooser_set_rgba(GTK_COLOR_CHOOSER(control), &rgba);
    g_signal_connect(control, "color-set", G_CALLBACK(colour_cb), self);
    return control;
}

static GtkWidget *place_control(ZdEffectRow *self, const zdepth_effect_param *param,
                                const char *value)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
    const char *second = strchr(value, '/');
    self->place[0] = g_ascii_strtod(value, NULL);
    self->place[1] = second != NULL ? g_ascii_strtod(second + 1, NULL) : 0.0;
    self->control = number_control(self, "x", param, self->place[0], G_CALLBACK(place_cb));
    self->second = number_control(self, "y", param, self->place[1], G_CALLBACK(place_cb));
    gtk_box_append(GTK_BOX(box), self->control);
    gtk_box_append(GTK_BOX(box), self->second);
    return box;
}

static GtkWidget *make_control(ZdEffectRow *self, const zdepth_effect_param *param,
                               const char *const *words, const double *numbers, const char *value)
{
    const char *text = value != NULL ? value : param->initial_text;
    switch (param->type) {
    case ZDEPTH_EFFECT_BOOL:
        return switch_control(self, param, value);
    case ZDEPTH_EFFECT_CHOICE:
        return choice_control(self, param, words, numbers, value);
    case ZDEPTH_EFFECT_TEXT:
        return text_control(self, text);
    case ZDEPTH_EFFECT_COLOUR:
        return colour_control(self, text);
    case ZDEPTH_EFFECT_POSITION:
        return place_control(self, param, text);
    case ZDEPTH_EFFECT_NUMBER:
    case ZDEPTH_EFFECT_INT:
    case ZDEPTH_EFFECT_PLACE_X:
    case ZDEPTH_EFFECT_PLACE_Y:
        break;
    }
    if (value != NULL && value[0] == '\'') { /* keys over time */
        return text_control(self, value);
    }
    return number_control(self, "↔", param,
                          value != NULL ? g_ascii_strtod(value, NULL) : param->initial,
                          G_CALLBACK(number_cb));
}

GtkWidget *zd_effect_row_new(const zdepth_effect_param *param, const char *const *words,
                             const double *numbers, const char *value)
{
    g_return_val_if_fail(param != NULL, NULL);
    ZdEffectRow *self = g_object_new(ZD_TYPE_EFFECT_ROW, NULL);
    GtkWidget *label = gtk_label_new(param->name);
    self->type = param->type;
    GtkWidget *control = make_control(self, param, words, numbers, value);
    gtk_label_set_xalign(GTK_LABEL(label), 0.0f);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_widget_set_hexpand(label, TRUE);
    gtk_widget_set_tooltip_text(label, param->help[0] != '\0' ? param->help : param->name);
    gtk_widget_set_tooltip_text(control, param->help[0] != '\0' ? param->help : NULL);
    if (param->type != ZDEPTH_EFFECT_BOOL) {
        gtk_widget_set_size_request(control, CONTROL_WIDTH, -1);
    }
    if (!ZD_IS_NUMBER(control) && self->second == NULL) {
        gtk_accessible_update_property(GTK_ACCESSIBLE(control), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       param->name, -1);
    }
    gtk_box_append(GTK_BOX(self), label);
    gtk_box_append(GTK_BOX(self), control);
    return GTK_WIDGET(self);
}

static void pick_cb(GtkButton *button, ZdEffectRow *self)
{
    (void) button;
    g_signal_emit(self, pick_signal, 0);
}

void zd_effect_row_offer_pick(ZdEffectRow *self)
{
    GtkWidget *button = gtk_button_new_from_icon_name("find-location-symbolic");
    const char *name = _("Pick in the picture");
    gtk_widget_add_css_class(button, "flat");
    gtk_widget_set_tooltip_text(button, name);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    g_signal_connect(button, "clicked", G_CALLBACK(pick_cb), self);
    gtk_box_insert_child_after(GTK_BOX(self), button, gtk_widget_get_first_child(GTK_WIDGET(self)));
}
