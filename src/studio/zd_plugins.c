/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The list belongs to the thread that asks until it is done. The settings hold the permission, and another
 * word while plug-ins are asked: a run that finds that word was preceded by one that did not survive. */

#include "zd_plugins.h"

#include <string.h>

#include "zd_settings.h"

#define SETTING "plugins"

enum { NOT_ALLOWED, ALLOWED, BEING_ASKED };

struct _ZdPlugins {
    GObject parent_instance;
    zdepth_context *context;
    zdepth_plugins *list; /* NULL: it cannot be made */
    GArray *filters;      /* of int, in the list; empty before they answered */
    gboolean is_allowed;
};

G_DEFINE_FINAL_TYPE(ZdPlugins, zd_plugins, G_TYPE_OBJECT)

static guint changed_signal;

static void zd_plugins_finalize(GObject *object)
{
    ZdPlugins *self = ZD_PLUGINS(object);
    zdepth_plugins_destroy(&self->list);
    g_array_unref(self->filters);
    G_OBJECT_CLASS(zd_plugins_parent_class)->finalize(object);
}

static void zd_plugins_class_init(ZdPluginsClass *class)
{
    G_OBJECT_CLASS(class)->finalize = zd_plugins_finalize;
    changed_signal = g_signal_new("changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void zd_plugins_init(ZdPlugins *self)
{
    self->filters = g_array_new(FALSE, FALSE, sizeof(int));
}

/* ---- asking ---- */

static void ask_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    ZdPlugins *self = source;
    GArray *filters = g_array_new(FALSE, FALSE, sizeof(int));
    (void) data;
    (void) cancellable;
    for (int i = 0; i < zdepth_plugins_count(self->list); i++) {
        zdepth_effect effect;
        if (zdepth_plugins_ask(self->list, i, &effect, NULL) == ZDEPTH_OK) {
            g_array_append_val(filters, i);
        }
    }
    g_task_return_pointer(task, filters, (GDestroyNotify) g_array_unref);
}

static void asked_cb(GObject *source, GAsyncResult *result, gpointer user)
{
    ZdPlugins *self = ZD_PLUGINS(source);
    (void) user;
    g_array_unref(self->filters);
    self->filters = g_task_propagate_pointer(G_TASK(result), NULL);
    zd_settings_set_number(SETTING, ALLOWED);
    g_signal_emit(self, changed_signal, 0);
}

static void ask(ZdPlugins *self)
{
    GTask *task = g_task_new(self, NULL, asked_cb, NULL);
    self->is_allowed = TRUE;
    zd_settings_set_number(SETTING, BEING_ASKED);
    g_task_run_in_thread(task, ask_thread);
    g_object_unref(task);
}

ZdPlugins *zd_plugins_new(zdepth_context *context)
{
    ZdPlugins *self = g_object_new(ZD_TYPE_PLUGINS, NULL);
    self->context = context;
    if (zdepth_plugins_create(context, &self->list, NULL) == ZDEPTH_OK &&
        zd_settings_number(SETTING, NOT_ALLOWED) == ALLOWED)
    {
        ask(self);
    }
    return self;
}

gboolean zd_plugins_are_there(ZdPlugins *self)
{
    return self->list != NULL && zdepth_plugins_count(self->list) > 0;
}

gboolean zd_plugins_are_allowed(ZdPlugins *self)
{
    return self->is_allowed;
}

void zd_plugins_allow(ZdPlugins *self)
{
    if (!self->is_allowed && self->list != NULL) {
        ask(self);
        g_signal_emit(self, changed_signal, 0);
    }
}

gboolean zd_plugins_refuse(ZdPlugins *self, const zdepth_project *project)
{
    char *text = NULL;
    if (self->is_allowed ||
        zdepth_project_get(project, ZDEPTH_PROJECT_ITSELF, "effect", &text, NULL) != ZDEPTH_OK)
    {
        return FALSE;
    }
    /* Quotes and escapes may stand within the word. */
    g_autofree char *plain = g_strdup(text);
    char *to = plain;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from != '\'' && *from != '\\') {
            *to++ = *from;
        }
    }
    *to = '\0';
    gboolean found = strstr(plain, "frei0r") != NULL;
    zdepth_text_free(self->context, text);
    return found;
}

/* ---- what they are ---- */

static int in_list(ZdPlugins *self, int index)
{
    return index >= 0 && index < (int) self->filters->len ? g_array_index(self->filters, int, index)
                                                          : -1;
}

gboolean zd_plugins_at(ZdPlugins *self, int index, zdepth_effect *out)
{
    int at = in_list(self, index);
    return at >= 0 && zdepth_plugins_ask(self->list, at, out, NULL) == ZDEPTH_OK; /* it is known */
}

int zd_plugins_find(ZdPlugins *self, const char *name)
{
    for (int i = 0; i < (int) self->filters->len; i++) {
        if (g_str_equal(zdepth_plugins_name(self->list, in_list(self, i)), name)) {
            return i;
        }
    }
    return -1;
}

gboolean zd_plugins_param_at(ZdPlugins *self, int index, int param, zdepth_effect_param *out)
{
    int at = in_list(self, index);
    return at >= 0 && zdepth_plugins_param_at(self->list, at, param, out);
}

static char *initial_text(const zdepth_effect_param *param)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    if (param->type == ZDEPTH_EFFECT_BOOL) {
        return g_strdup(param->initial > 0.5 ? "y" : "n");
    }
    return g_strdup(param->type == ZDEPTH_EFFECT_NUMBER
                        ? g_ascii_formatd(digits, sizeof digits, "%.6g", param->initial)
                        : param->initial_text);
}

char **zd_plugins_values(ZdPlugins *self, int index, const char *text)
{
    zdepth_effect_param param;
    GPtrArray *values = g_ptr_array_new();
    g_auto(GStrv) given = g_strsplit(text != NULL ? text : "", "|", -1);
    guint count = g_strv_length(given);
    for (int i = 0; zd_plugins_param_at(self, index, i, &param); i++) {
        g_ptr_array_add(values, (guint) i < count ? g_strdup(given[i]) : initial_text(&param));
    }
    g_ptr_array_add(values, NULL);
    return (char **) g_ptr_array_free(values, FALSE);
}

char *zd_plugins_text(ZdPlugins *self, int index, char *const *values)
{
    zdepth_effect_param param;
    int last = -1;
    GString *text = g_string_new(NULL);
    for (int i = 0; zd_plugins_param_at(self, index, i, &param); i++) {
        g_autofree char *initial = initial_text(&param);
        last = g_str_equal(initial, values[i]) ? last : i;
    }
    for (int i = 0; i <= last; i++) {
        g_string_append_printf(text, "%s%s", i > 0 ? "|" : "", values[i]);
    }
    return g_string_free(text, last < 0);
}
