/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* FFmpeg's own rules: ',' ends a step, ':' a value, '=' a name; '\\' and quotes keep them. A quoted or
 * escaped text is kept as it is written. */

#include "zd_chain.h"

#include <assert.h>
#include <string.h>

static void free_step(gpointer data)
{
    ZdStep *step = data;
    g_free(step->name);
    g_ptr_array_unref(step->keys);
    g_ptr_array_unref(step->values);
    g_free(step);
}

ZdStep *zd_step_new(const char *name)
{
    g_return_val_if_fail(name != NULL, NULL);
    ZdStep *step = g_new0(ZdStep, 1);
    step->name = g_strdup(name);
    step->keys = g_ptr_array_new_with_free_func(g_free);
    step->values = g_ptr_array_new_with_free_func(g_free);
    return step;
}

static int find(const ZdStep *step, const char *key)
{
    assert(step->keys->len == step->values->len);
    for (guint i = 0; i < step->keys->len; i++) {
        if (g_str_equal(step->keys->pdata[i], key)) {
            return (int) i;
        }
    }
    return -1;
}

const char *zd_step_get(const ZdStep *step, const char *key)
{
    int at = find(step, key);
    return at >= 0 ? step->values->pdata[at] : NULL;
}

void zd_step_set(ZdStep *step, const char *key, const char *value)
{
    g_return_if_fail(key != NULL);
    int at = find(step, key);
    if (at >= 0) {
        g_ptr_array_remove_index(step->keys, (guint) at);
        g_ptr_array_remove_index(step->values, (guint) at);
    }
    if (value != NULL) {
        g_ptr_array_insert(step->keys, at, g_strdup(key));
        g_ptr_array_insert(step->values, at, g_strdup(value));
    }
}

/* The length of a part that ends at one of the stops, which quotes and backslashes hide. */
static size_t part_length(const char *text, const char *stops)
{
    const char *at = text;
    gboolean quoted = FALSE;
    while (*at != '\0' && (quoted || strchr(stops, *at) == NULL)) {
        if (*at == '\\' && at[1] != '\0') {
            at++;
        } else if (*at == '\'') {
            quoted = !quoted;
        }
        at++;
    }
    return (size_t) (at - text);
}

static gboolean is_name(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (!g_ascii_isalnum(*c) && *c != '_') {
            return FALSE;
        }
    }
    return text[0] != '\0';
}

/* "name=key=value:key=value" */
static ZdStep *parse_step(const char *text)
{
    size_t length = part_length(text, "=");
    g_autofree char *name = g_strstrip(g_strndup(text, length));
    if (!is_name(name)) {
        return NULL;
    }
    ZdStep *step = zd_step_new(name);
    const char *at = text + length;
    while (*at != '\0') {
        at++; /* past '=' or ':' */
        length = part_length(at, "=:");
        g_autofree char *key = g_strstrip(g_strndup(at, length));
        if (at[length] != '=' || !is_name(key) || find(step, key) >= 0) {
            free_step(step);
            return NULL;
        }
        at += length + 1;
        length = part_length(at, ":");
        g_autofree char *value = g_strndup(at, length);
        zd_step_set(step, key, value);
        at += length;
    }
    return step;
}

GPtrArray *zd_chain_parse(const char *text)
{
    g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(free_step);
    if (strpbrk(text, ";[]@") != NULL) {
        return NULL;
    }
    while (*text != '\0') {
        size_t length = part_length(text, ",");
        g_autofree char *part = g_strndup(text, length);
        ZdStep *step = parse_step(part);
        if (step == NULL) {
            return NULL;
        }
        g_ptr_array_add(steps, step);
        text += length + (text[length] == ',' ? 1 : 0);
    }
    return g_steal_pointer(&steps);
}

char *zd_chain_format(GPtrArray *steps)
{
    GString *text = g_string_new("");
    for (guint i = 0; i < steps->len; i++) {
        const ZdStep *step = steps->pdata[i];
        g_string_append_printf(text, "%s%s", i > 0 ? "," : "", step->name);
        for (guint k = 0; k < step->keys->len; k++) {
            g_string_append_printf(text, "%s%s=%s", k > 0 ? ":" : "=",
                                   (const char *) step->keys->pdata[k],
                                   (const char *) step->values->pdata[k]);
        }
    }
    return g_string_free(text, FALSE);
}
