/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZDEPTH_PARAMS_H
#define ZDEPTH_PARAMS_H

/* The one table of parameters, to read: flags of the command line, lines of a project, sliders of an
 * application are made from it. Projects are set by these names.
 *
 * Thread-safety: safe; the table is constant. */

#include <stdbool.h>
#include <stddef.h>

#include "zdepth/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a parameter takes, as text. */
typedef enum zdepth_param_type {
    ZDEPTH_PARAM_BOOL,   /* "on" or "off" */
    ZDEPTH_PARAM_INT,    /* whole number in [min, max] */
    ZDEPTH_PARAM_NUMBER, /* number in [min, max] */
    ZDEPTH_PARAM_CHOICE, /* one of `choices` */
    ZDEPTH_PARAM_TEXT,   /* UTF-8 */
    ZDEPTH_PARAM_PATH,   /* name of a file */
    ZDEPTH_PARAM_COLOUR, /* a name such as "gold", or "#rrggbb" or "#rrggbbaa" */
    ZDEPTH_PARAM_TIME    /* seconds: "1.5", "1.5s", "1:02.5" or, with a frame rate, "f36" */
} zdepth_param_type;

/** What a parameter decides. */
typedef enum zdepth_param_group {
    ZDEPTH_GROUP_SOURCE, /* what is read */
    ZDEPTH_GROUP_DEPTH,  /* how depth is found; a change may run the network */
    ZDEPTH_GROUP_MATTE,  /* what is foreground; never runs the network */
    ZDEPTH_GROUP_INSERT, /* one of the pictures put between the layers */
    ZDEPTH_GROUP_EFFECT, /* what is done inside the matte */
    ZDEPTH_GROUP_OUTPUT  /* how the result is written */
} zdepth_param_group;

/** Flags of a parameter. */
enum {
    ZDEPTH_PARAM_KEYED = 1 << 0,      /* may change over time */
    ZDEPTH_PARAM_NOT_STORED = 1 << 1, /* of one run only: never in a project file */
    ZDEPTH_PARAM_TITLE = 1 << 2,      /* of titles only */
    ZDEPTH_PARAM_FILE = 1 << 3        /* of inserts from files only */
};

/** A row of the table. */
typedef struct zdepth_param {
    const char *name;  /* snake_case */
    const char *label; /* as an editor reads it */
    zdepth_param_group group;
    zdepth_param_type type;
    unsigned flags; /* ZDEPTH_PARAM_KEYED and so on */
    double min;
    double max;
    double slider_max;          /* where a slider ends; typed values may go up to max */
    double initial;             /* numbers, booleans, indices of choices */
    const char *initial_text;   /* texts, paths and colours; may be NULL: none */
    const char *unit;           /* "" when it has none */
    const char *const *choices; /* ends with NULL; NULL unless a choice */
    const char *help;           /* one or two sentences */
} zdepth_param;

/** How many parameters there are. */
ZDEPTH_API int zdepth_param_count(void);

/** Fills in the parameter `index` of 0..count-1; false outside. The texts are constant. */
ZDEPTH_API bool zdepth_param_at(int index, zdepth_param *out);

/** Finds a parameter by name, with '_' or '-'; false when there is none. */
ZDEPTH_API bool zdepth_param_find(const char *name, zdepth_param *out);

/** The heading of a group, "Matte". Never NULL for a group of the enum. */
ZDEPTH_API const char *zdepth_param_group_label(zdepth_param_group group);

#ifdef __cplusplus
}
#endif

#endif
