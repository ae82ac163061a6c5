/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The grammar is that of `zdepth help composite` on --shape: kind, "feather N", then "@T" and points for
 * each key; shapes are parted by semicolons. */

#include "zd_shapes.h"

#include <assert.h>
#include <string.h>

#define SAME_S 1e-6 /* texts round times */

static void clear_key(gpointer data)
{
    g_free(((ZdShapeKey *) data)->points);
}

static void free_shape(gpointer data)
{
    ZdShape *shape = data;
    g_array_unref(shape->keys);
    g_free(shape);
}

static ZdShape *empty_shape(gboolean is_holdout)
{
    ZdShape *shape = g_new0(ZdShape, 1);
    shape->is_holdout = is_holdout;
    shape->keys = g_array_new(FALSE, FALSE, sizeof(ZdShapeKey));
    g_array_set_clear_func(shape->keys, clear_key);
    return shape;
}

static void insert_key(ZdShape *shape, int index, double time_s, const ZdPoint *points)
{
    assert(index >= 0 && index <= (int) shape->keys->len);
    ZdShapeKey key = { time_s, g_memdup2(points, sizeof *points * (gsize) shape->point_count) };
    g_array_insert_val(shape->keys, (guint) index, key);
}

static ZdShapeKey *key_at(const ZdShape *shape, int index)
{
    assert(index >= 0 && index < (int) shape->keys->len);
    return &g_array_index(shape->keys, ZdShapeKey, index);
}

ZdShape *zd_shape_new(gboolean is_holdout, const ZdPoint *points, int count)
{
    g_return_val_if_fail(points != NULL && count > 0, NULL);
    ZdShape *shape = empty_shape(is_holdout);
    shape->point_count = count;
    insert_key(shape, 0, 0.0, points);
    return shape;
}

/* ---- text ---- */

static gboolean parse_point(const char *word, ZdPoint *out)
{
    char *end;
    out->x = g_ascii_strtod(word, &end);
    if (end == word || *end != ',') {
        return FALSE;
    }
    const char *second = end + 1;
    out->y = g_ascii_strtod(second, &end);
    return end != second && *end == '\0';
}

/* Ends a key; they have as many points each, and rising times. */
static gboolean end_key(ZdShape *shape, double time_s, GArray *points)
{
    guint count = shape->keys->len;
    gboolean good = points->len >= 3 && (count == 0 || (int) points->len == shape->point_count) &&
                    (count == 0 || time_s > key_at(shape, (int) count - 1)->time_s);
    if (good) {
        shape->point_count = (int) points->len;
        insert_key(shape, (int) count, time_s, (const ZdPoint *) (gpointer) points->data);
    }
    g_array_set_size(points, 0);
    return good;
}

/* The words of one shape after its kind. */
static gboolean parse_keys(ZdShape *shape, char **words)
{
    g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(ZdPoint));
    double time_s = 0.0;
    if (g_strcmp0(words[0], "feather") == 0 && words[1] != NULL) {
        shape->feather = g_ascii_strtod(words[1], NULL);
        words += 2;
    }
    for (; *words != NULL; words++) {
        ZdPoint point;
        if (**words == '@') {
            if (points->len > 0 && !end_key(shape, time_s, points)) {
                return FALSE;
            }
            time_s = g_ascii_strtod(*words + 1, NULL);
        } else if (parse_point(*words, &point)) {
            g_array_append_val(points, point);
        } else {
            return FALSE;
        }
    }
    return end_key(shape, time_s, points);
}

/* The words of a text, without the empty ones. */
static GStrv words_of(const char *text)
{
    char **words = g_strsplit_set(text, " \t\n\r", -1);
    int kept = 0;
    for (int i = 0; words[i] != NULL; i++) {
        if (words[i][0] == '\0') {
            g_free(words[i]);
        } else {
            words[kept++] = words[i];
        }
    }
    words[kept] = NULL;
    return words;
}

GPtrArray *zd_shape_text_parse(const char *text)
{
    GPtrArray *shapes = g_ptr_array_new_with_free_func(free_shape);
    g_auto(GStrv) parts = g_strsplit(text != NULL ? text : "", ";", -1);
    for (int i = 0; parts[i] != NULL; i++) {
        g_auto(GStrv) words = words_of(parts[i]);
        gboolean is_holdout = g_strcmp0(words[0], "holdout") == 0;
        if (!is_holdout && g_strcmp0(words[0], "garbage") != 0) {
            break;
        }
        ZdShape *shape = empty_shape(is_holdout);
        if (!parse_keys(shape, words + 1)) {
            free_shape(shape);
            break;
        }
        g_ptr_array_add(shapes, shape);
    }
    return shapes;
}

static void add_number(GString *text, const char *format, double value)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append(text, g_ascii_formatd(digits, sizeof digits, format, value));
}

static void add_shape(GString *text, const ZdShape *shape)
{
    g_string_append(text, shape->is_holdout ? "holdout" : "garbage");
    if (shape->feather > 0.0) {
        g_string_append(text, " feather ");
        add_number(text, "%.6g", shape->feather);
    }
    for (guint k = 0; k < shape->keys->len; k++) {
        const ZdShapeKey *key = key_at(shape, (int) k);
        if (shape->keys->len > 1 || key->time_s > 0.0) {
            g_string_append(text, " @");
            add_number(text, "%.9g", key->time_s);
        }
        for (int i = 0; i < shape->point_count; i++) {
            g_string_append_c(text, ' ');
            add_number(text, "%.5g", key->points[i].x);
            g_string_append_c(text, ',');
            add_number(text, "%.5g", key->points[i].y);
        }
    }
}

char *zd_shape_text_write(GPtrArray *shapes)
{
    GString *text = g_string_new("");
    for (guint i = 0; i < shapes->len; i++) {
        g_string_append(text, i > 0 ? "; " : "");
        add_shape(text, shapes->pdata[i]);
    }
    return g_string_free(text, FALSE);
}

/* ---- time ---- */

void zd_shape_at(const ZdShape *shape, double time_s, ZdPoint *out)
{
    int last = (int) shape->keys->len - 1;
    int next = 0;
    while (next <= last && key_at(shape, next)->time_s <= time_s) {
        next++;
    }
    const ZdShapeKey *from = key_at(shape, MAX(next - 1, 0));
    const ZdShapeKey *to = key_at(shape, MIN(next, last));
    double span = to->time_s - from->time_s;
    double at = span > 0.0 ? CLAMP((time_s - from->time_s) / span, 0.0, 1.0) : 0.0;
    for (int i = 0; i < shape->point_count; i++) {
        out[i].x = from->points[i].x + at * (to->points[i].x - from->points[i].x);
        out[i].y = from->points[i].y + at * (to->points[i].y - from->points[i].y);
    }
}

int zd_shape_key(ZdShape *shape, double time_s)
{
    g_autofree ZdPoint *points = g_new(ZdPoint, (gsize) shape->point_count);
    int index = 0;
    while (index < (int) shape->keys->len && key_at(shape, index)->time_s < time_s - SAME_S) {
        index++;
    }
    if (index == (int) shape->keys->len || key_at(shape, index)->time_s > time_s + SAME_S) {
        zd_shape_at(shape, time_s, points);
        insert_key(shape, index, time_s, points);
    }
    return index;
}

void zd_shape_move(ZdShape *shape, double time_s, int point, ZdPoint to)
{
    int key = shape->keys->len > 1 ? zd_shape_key(shape, time_s) : 0;
    g_return_if_fail(point >= 0 && point < shape->point_count);
    key_at(shape, key)->points[point] = to;
}
