/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The layout is set anew for each size that is tried; a font that was substituted is reported. */

#include "title/text_layout.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/words.h"

static const char *const generic_families[] = { "sans", "sans-serif", "serif",   "monospace",
                                                "mono", "cursive",    "fantasy", "system-ui" };

static bool is_generic(const char *family)
{
    for (size_t i = 0; i < sizeof generic_families / sizeof generic_families[0]; i++) {
        if (g_ascii_strcasecmp(family, generic_families[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether one of the families of a comma-separated list is the given one, or a generic name that
 * stands for whatever is installed. */
static bool family_is_wanted(const char *list, const char *family)
{
    gchar **wanted = g_strsplit(list, ",", -1);
    bool found = false;
    for (int i = 0; wanted[i] != NULL && !found; i++) {
        g_strstrip(wanted[i]);
        found = is_generic(wanted[i]) || g_ascii_strcasecmp(wanted[i], family) == 0;
    }
    g_strfreev(wanted);
    return found;
}

/* "; did you mean FAMILY?" where one that is installed is spelt nearly so. */
static void suggest(PangoContext *context, const char *asked, char *to, size_t size)
{
    PangoFontFamily **families = NULL;
    int count = 0;
    zd_nearest_word search = zd_nearest_word_begin(asked);
    pango_font_map_list_families(pango_context_get_font_map(context), &families, &count);
    for (int i = 0; i < count; i++) {
        zd_nearest_word_try(&search, pango_font_family_get_name(families[i]));
    }
    zd_did_you_mean(&search, "", to, size);
    g_free((void *) families);
}

static void report_substitute(zd_context *ctx, PangoContext *context,
                              const PangoFontDescription *wanted)
{
    PangoFont *font = pango_context_load_font(context, wanted);
    if (font == NULL) {
        return;
    }
    PangoFontDescription *got = pango_font_describe(font);
    const char *asked = pango_font_description_get_family(wanted);
    const char *family = pango_font_description_get_family(got);
    if (family != NULL && !family_is_wanted(asked, family)) {
        char meant[128];
        suggest(context, asked, meant, sizeof meant);
        zd_log_write(zd_context_log(ctx), ZD_LOG_WARN, "title",
                     "the font '%s' is not installed; '%s' is used instead%s", asked, family,
                     meant);
    }
    pango_font_description_free(got);
    g_object_unref(font);
}

/* The characters that no installed font has, each once and quoted; how many there are. */
static int list_missing(PangoLayout *layout, char *names, size_t size)
{
    enum { MOST = 8 };
    gunichar found[MOST];
    int count = 0;
    size_t used = 0;
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    do {
        const PangoLayoutRun *run = pango_layout_iter_get_run_readonly(iter);
        for (int i = 0; run != NULL && i < run->glyphs->num_glyphs; i++) {
            PangoGlyph glyph = run->glyphs->glyphs[i].glyph;
            gunichar character = glyph & ~(PangoGlyph) PANGO_GLYPH_UNKNOWN_FLAG;
            bool is_unknown = glyph != PANGO_GLYPH_EMPTY && (glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0;
            for (int k = 0; k < count && k < MOST; k++) {
                is_unknown = is_unknown && found[k] != character;
            }
            if (is_unknown && count < MOST && used + 16 < size) {
                char text[8] = "";
                text[g_unichar_to_utf8(character, text)] = '\0';
                found[count] = character;
                used += (size_t) snprintf(names + used, size - used, "%s'%s'",
                                          count > 0 ? ", " : "", text);
            }
            count += is_unknown;
        }
    } while (pango_layout_iter_next_run(iter));
    pango_layout_iter_free(iter);
    return count;
}

/* Pango takes what a font lacks from others; what none has it draws as boxes. */
static void report_missing(zd_context *ctx, PangoLayout *layout)
{
    char names[128] = "";
    if (pango_layout_get_unknown_glyphs_count(layout) == 0 ||
        list_missing(layout, names, sizeof names) == 0)
    {
        return;
    }
    zd_log_write(zd_context_log(ctx), ZD_LOG_WARN, "title",
                 "no installed font has %s, which will be boxes; install a font for this script, "
                 "such as one of the Noto family",
                 names);
}

static PangoFontDescription *describe(const zd_title_text_style *style)
{
    PangoFontDescription *font = pango_font_description_from_string(style->font);
    if (pango_font_description_get_family(font) == NULL) {
        pango_font_description_set_family_static(font, "Sans");
    }
    pango_font_description_set_absolute_size(font, style->size_px * PANGO_SCALE);
    return font;
}

/* Letter spacing goes under the attributes that the markup brought. */
static void set_letter_spacing(PangoLayout *layout, const zd_title_text_style *style)
{
    PangoAttrList *attributes = pango_layout_get_attributes(layout);
    attributes = attributes != NULL ? pango_attr_list_copy(attributes) : pango_attr_list_new();
    double spacing = style->letter_spacing * style->size_px * PANGO_SCALE;
    PangoAttribute *attribute = pango_attr_letter_spacing_new((int) spacing);
    attribute->start_index = 0;
    attribute->end_index = G_MAXUINT;
    pango_attr_list_change(attributes, attribute);
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
}

static zd_status check_text(const zd_title_text_style *style, zd_error *err)
{
    enum { TEXT_LIMIT = 65536 };
    if (style->text == NULL || style->text[0] == '\0') {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the title has no text");
    }
    if (strlen(style->text) > TEXT_LIMIT) {
        return zd_fail(err, ZD_ERR_LIMIT, "the title's text has %zu bytes; at most %d are possible",
                       strlen(style->text), TEXT_LIMIT);
    }
    if (!g_utf8_validate(style->text, -1, NULL)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the title's text is not valid UTF-8");
    }
    GError *problem = NULL;
    if (style->markup && !pango_parse_markup(style->text, -1, 0, NULL, NULL, NULL, &problem)) {
        zd_status status =
            zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the title's markup: %s", problem->message);
        g_error_free(problem);
        return status;
    }
    return ZD_OK;
}

static void set_rendering(PangoContext *context)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    pango_cairo_context_set_resolution(context, 72.0);
    pango_context_set_round_glyph_positions(context, FALSE);
    cairo_font_options_destroy(options);
}

void zd_title_text_layout_resize(zd_title_text_layout *text, const zd_title_text_style *style)
{
    assert(style->size_px > 0.0);
    PangoFontDescription *font = describe(style);
    PangoLayout *layout = text->layout;
    if (style->markup) {
        pango_layout_set_markup(layout, style->text, -1);
    } else {
        pango_layout_set_text(layout, style->text, -1);
        pango_layout_set_attributes(layout, NULL);
    }
    pango_layout_set_font_description(layout, font);
    set_letter_spacing(layout, style);
    pango_layout_set_width(layout,
                           style->width_px > 0.0 ? (int) (style->width_px * PANGO_SCALE) : -1);
    pango_font_description_free(font);
}

zd_status zd_title_text_layout_open(zd_context *ctx, const zd_title_text_style *style, bool report,
                                    zd_title_text_layout *out, zd_error *err)
{
    *out = (zd_title_text_layout){ 0 };
    ZD_TRY(check_text(style, err));
    out->fonts = pango_cairo_font_map_new();
    out->context = pango_font_map_create_context(out->fonts);
    set_rendering(out->context);
    out->layout = pango_layout_new(out->context);
    pango_layout_set_wrap(out->layout, PANGO_WRAP_WORD);
    pango_layout_set_alignment(out->layout, style->align);
    pango_layout_set_line_spacing(out->layout, (float) style->line_spacing);
    if (report) {
        PangoFontDescription *font = describe(style);
        report_substitute(ctx, out->context, font);
        pango_font_description_free(font);
    }
    zd_title_text_layout_resize(out, style);
    if (report) {
        report_missing(ctx, out->layout);
    }
    return ZD_OK;
}

void zd_title_text_layout_close(zd_title_text_layout *text)
{
    g_clear_object(&text->layout);
    g_clear_object(&text->context);
    g_clear_object(&text->fonts);
}
