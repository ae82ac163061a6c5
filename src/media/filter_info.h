/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_FILTER_INFO_H
#define ZD_MEDIA_FILTER_INFO_H

/* Which filters of FFmpeg a project may use, and their options, as FFmpeg's own tables tell them.
 * All texts are constant. Thread-safety: safe. */

#include <stdbool.h>

typedef enum zd_filter_option_type {
    ZD_FILTER_OPTION_NUMBER,
    ZD_FILTER_OPTION_INT,
    ZD_FILTER_OPTION_BOOL,
    ZD_FILTER_OPTION_CHOICE,
    ZD_FILTER_OPTION_TEXT,     /* an expression, a colour, a size */
    ZD_FILTER_OPTION_COLOUR,   /* of plug-ins: "R/G/B", each 0 to 1 */
    ZD_FILTER_OPTION_POSITION, /* of plug-ins: "X/Y" in parts of the picture */
} zd_filter_option_type;

typedef struct zd_filter_option {
    const char *name;
    const char *help; /* "" when there is none */
    zd_filter_option_type type;
    double min;
    double max;
    double initial;
    const char *initial_text; /* of texts; "" when there is none */
} zd_filter_option;

/** The name of an allowed filter that is there and turns one picture into one, counting from 0; NULL
 *  past the last. Plug-ins are not among them, see media/filter_plugins.h. */
const char *zd_filter_info_name(int index);
const char *zd_filter_info_help(const char *filter);

/** Fills in an option that may be given, counting from 0, each under its longest name; false past the
 *  last. */
bool zd_filter_info_option(const char *filter, int index, zd_filter_option *out);

/** A word of an option of type CHOICE, and its number, counting from 0; NULL past the last. */
const char *zd_filter_info_choice(const char *filter, const char *option, int index, double *value);

#endif
