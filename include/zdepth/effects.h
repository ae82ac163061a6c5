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

#include "zdepth/context.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Whose an effect is. */
typedef enum zdepth_effect_source {
    ZDEPTH_EFFECT_BUILT_IN,
    ZDEPTH_EFFECT_FFMPEG,
    ZDEPTH_EFFECT_FREI0R /* see zdepth_plugins */
} zdepth_effect_source;

/** What is known about an effect. */
typedef struct zdepth_effect {
    const char *name; /* as a chain has it */
    const char *help; /* a line; "" when it has none */
    zdepth_effect_source source;
    int param_count;
} zdepth_effect;

/** What a parameter of an effect takes. */
typedef enum zdepth_effect_type {
    ZDEPTH_EFFECT_NUMBER,
    ZDEPTH_EFFECT_INT,
    ZDEPTH_EFFECT_BOOL,   /* 0 or 1 */
    ZDEPTH_EFFECT_CHOICE, /* see zdepth_effect_choice */
    ZDEPTH_EFFECT_TEXT,
    ZDEPTH_EFFECT_COLOUR,   /* of plug-ins: "R/G/B", each 0 to 1 */
    ZDEPTH_EFFECT_POSITION, /* of plug-ins: "X/Y" in parts of the picture */
    ZDEPTH_EFFECT_PLACE_X, /* a number: of a place in fractions of the picture's width; Y comes next */
    ZDEPTH_EFFECT_PLACE_Y /* a number: in fractions of its height */
} zdepth_effect_type;

/** What is known about a parameter of an effect. */
typedef struct zdepth_effect_param {
    const char *name;
    const char *help;
    zdepth_effect_type type;
    double min; /* of numbers */
    double max;
    double initial;
    const char *initial_text; /* of texts, colours and positions; never NULL */
} zdepth_effect_param;

/** Fills in an effect, built-in ones first, counting from 0; false past the last. */
ZDEPTH_API bool zdepth_effect_at(int index, zdepth_effect *out);

/** The index of an effect by its name, or -1. */
ZDEPTH_API int zdepth_effect_find(const char *name);

/** Fills in a parameter of an effect, counting from 0; false past the last. */
ZDEPTH_API bool zdepth_effect_param_at(int effect, int index, zdepth_effect_param *out);

/** A word of a choice and the number that it stands for, counting from 0; NULL past the last. */
ZDEPTH_API const char *zdepth_effect_choice(int effect, int param, int index, double *value);

/* ---- frei0r ---- */

/** The frei0r plug-ins in the system's own folders. They are foreign code: listing them runs none of it,
 *  to ask one loads it into the process. In a chain one is written "frei0r=filter_name=NAME", its
 *  parameters in order as "filter_params=A|B|C": numbers from 0 to 1, "y" or "n", and texts as their
 *  initial ones are. One thread at a time uses a list, whose texts live as long as it. */
typedef struct zdepth_plugins zdepth_plugins;

/** Lists them by name. The caller owns *out. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_plugins_create(zdepth_context *context,
                                                               zdepth_plugins **out,
                                                               zdepth_error *err);

/** Destroys the list with its texts and sets it to NULL. Accepts a pointer to NULL. */
ZDEPTH_API void zdepth_plugins_destroy(zdepth_plugins **plugins);

/** How many there are. */
ZDEPTH_API int zdepth_plugins_count(const zdepth_plugins *plugins);

/** The name that a chain has; NULL outside of 0..count-1. */
ZDEPTH_API const char *zdepth_plugins_name(const zdepth_plugins *plugins, int index);

/** Loads a plug-in and asks for what it is. ZDEPTH_ERR_UNSUPPORTED: it is no filter of one picture. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_plugins_ask(zdepth_plugins *plugins, int index,
                                                            zdepth_effect *out, zdepth_error *err);

/** Fills in a parameter of a plug-in that was asked; false past the last. */
ZDEPTH_API bool zdepth_plugins_param_at(const zdepth_plugins *plugins, int index, int param,
                                        zdepth_effect_param *out);

#ifdef __cplusplus
}
#endif

#endif
