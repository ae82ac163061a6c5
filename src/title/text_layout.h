/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TITLE_TEXT_LAYOUT_H
#define ZD_TITLE_TEXT_LAYOUT_H

/* Lines of text set by Pango, without hinting, so that the same text has the same shape at any
 * place. Only for files of this folder: nothing of Pango leaves it. */

#include <pango/pangocairo.h>
#include <stdbool.h>

#include "core/context.h"

typedef struct zd_title_text_style {
    const char *text; /* UTF-8 */
    bool markup;
    const char *font; /* Pango description; its size is not used */
    PangoAlignment align;
    double size_px;
    double width_px;       /* where lines are wrapped; <= 0: nowhere */
    double line_spacing;   /* factor */
    double letter_spacing; /* fraction of the size */
} zd_title_text_style;

typedef struct zd_title_text_layout {
    PangoFontMap *fonts;
    PangoContext *context;
    PangoLayout *layout;
} zd_title_text_layout;

/** Checks the text and sets it. Release with zd_title_text_layout_close, also after a failure. With
 *  `report`, a missing font is told to the log with its substitute. */
ZD_MUST_USE zd_status zd_title_text_layout_open(zd_context *ctx, const zd_title_text_style *style,
                                                bool report, zd_title_text_layout *out,
                                                zd_error *err);
void zd_title_text_layout_close(zd_title_text_layout *text);

/** Sets the same text at another size and width. */
void zd_title_text_layout_resize(zd_title_text_layout *text, const zd_title_text_style *style);

#endif
