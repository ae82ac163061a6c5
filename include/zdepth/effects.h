/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZDEPTH_EFFECTS_H
#define ZDEPTH_EFFECTS_H

/* The effects that a project's "effect" may name, with their parameters as the effects themselves tell
 * them: the built-in ones, and those of FFmpeg that lead to no other files. A chain is written as
 * "name=parameter=value:parameter=value,name"; built-in and FFmpeg's effects cannot stand in one.
 *
 * Thread-safety: safe. All texts are constant. */

#include <stdbool.h>

#include "zdepth/export.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum zdepth_effect_source {
    ZDEPTH_EFFECT_BUILT_IN,
    ZDEPTH_EFFECT_FFMPEG
} zdepth_effect_source;

typedef struct zdepth_effect {
    const char *name; /* as a chain has it */
    const char *help; /* a line; "" when it has none */
    zdepth_effect_source source;
    int param_count;
} zdepth_effect;

typedef enum zdepth_effect_type {
    ZDEPTH_EFFECT_NUMBER,
    ZDEPTH_EFFECT_INT,
    ZDEPTH_EFFECT_BOOL,   /* 0 or 1 */
    ZDEPTH_EFFECT_CHOICE, /* see zdepth_effect_choice */
    ZDEPTH_EFFECT_TEXT
} zdepth_effect_type;

typedef struct zdepth_effect_param {
    const char *name;
    const char *help;
    zdepth_effect_type type;
    double min; /* of numbers */
    double max;
    double initial;
    const char *initial_text; /* of texts; never NULL */
} zdepth_effect_param;

/** Fills in an effect, built-in ones first, counting from 0; false past the last. */
ZDEPTH_API bool zdepth_effect_at(int index, zdepth_effect *out);

/** The index of an effect by its name, or -1. */
ZDEPTH_API int zdepth_effect_find(const char *name);

ZDEPTH_API bool zdepth_effect_param_at(int effect, int index, zdepth_effect_param *out);

/** A word of a choice and the number that it stands for, counting from 0; NULL past the last. */
ZDEPTH_API const char *zdepth_effect_choice(int effect, int param, int index, double *value);

#ifdef __cplusplus
}
#endif

#endif
