/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Where the letters of a title end, for the typewriter. A letter is what a cursor steps over. */

#include <assert.h>
#include <limits.h>
#include <math.h>

#include "core/size.h"
#include "title/title_internal.h"

typedef struct finder {
    zd_title *title;
    PangoLayout *layout;
    const char *text;
    const PangoLogAttr *attributes; /* one for each character and one at the end */
    int attribute_count;
    int character; /* index of the next character not yet passed */
} finder;

/* Adds the letters of one line; x is where the line begins in the raster. */
static void add_line(finder *f, PangoLayoutLine *line, double x, int bottom)
{
    zd_title *title = f->title;
    zd_title_line *into = &title->lines[title->line_count++];
    int end = line->start_index + line->length;
    into->bottom = bottom;
    into->first_letter = title->letter_count;
    into->right_to_left = pango_layout_line_get_resolved_direction(line) == PANGO_DIRECTION_RTL;
    const char *at = g_utf8_offset_to_pointer(f->text, f->character);
    while (f->character + 1 < f->attribute_count && at - f->text < end) {
        at = g_utf8_next_char(at);
        f->character++;
        if (!f->attributes[f->character].is_cursor_position) {
            continue;
        }
        int position = 0;
        int index = zd_int_min((int) (at - f->text), end);
        pango_layout_line_index_to_x(line, index, 0, &position);
        title->letter_ends[title->letter_count++] = (float) (x + position / (double) PANGO_SCALE);
    }
    into->letter_count = title->letter_count - into->first_letter;
    if (into->letter_count > 0) {
        title->letter_ends[title->letter_count - 1] = into->right_to_left ? -INFINITY : INFINITY;
    }
}

/* The line's separator, or a space that a wrap swallowed, belongs to no line. */
static void pass_gap(finder *f, PangoLayoutLine *line)
{
    const char *at = g_utf8_offset_to_pointer(f->text, f->character);
    while (*at != '\0' && at - f->text < line->start_index) {
        at = g_utf8_next_char(at);
        f->character++;
    }
}

zd_status zd_title_find_letters(zd_title *title, zd_title_text_layout *text, int origin_x,
                                int origin_y, zd_error *err)
{
    finder f = { .title = title,
                 .layout = text->layout,
                 .text = pango_layout_get_text(text->layout) };
    f.attributes = pango_layout_get_log_attrs_readonly(text->layout, &f.attribute_count);
    int lines = pango_layout_get_line_count(text->layout);
    title->lines = zd_alloc_zeroed(title->ctx, (size_t) lines, sizeof *title->lines);
    title->letter_ends = zd_alloc_zeroed(title->ctx, (size_t) f.attribute_count + 1, sizeof(float));
    if (title->lines == NULL || title->letter_ends == NULL) {
        return zd_fail_memory(err, "a title's letters");
    }
    PangoLayoutIter *iter = pango_layout_get_iter(text->layout);
    do {
        PangoRectangle ink;
        PangoRectangle logical;
        PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
        pango_layout_iter_get_line_extents(iter, &ink, &logical);
        pass_gap(&f, line);
        double x = origin_x + logical.x / (double) PANGO_SCALE;
        int lowest = zd_int_max(logical.y + logical.height, ink.y + ink.height);
        int bottom = origin_y + lowest / PANGO_SCALE;
        add_line(&f, line, x, bottom);
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
    title->lines[title->line_count - 1].bottom = INT_MAX;
    assert(title->line_count == lines && title->letter_count <= f.attribute_count);
    return ZD_OK;
}
