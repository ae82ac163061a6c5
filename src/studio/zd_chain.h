/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_CHAIN_H
#define ZD_STUDIO_ZD_CHAIN_H

/* An effect's text as a chain of steps with named values, "gblur=sigma=20,hue=s=0". A text that is a
 * whole graph, with labels and branches, or values without names, is no chain and is left alone. */

#include <glib.h>

G_BEGIN_DECLS

typedef struct ZdStep {
    char *name;
    GPtrArray *keys;   /* of char *, in the order of the text */
    GPtrArray *values; /* of char *, as written */
} ZdStep;

/** The steps of a text, of ZdStep *; NULL when it is no chain. "" has none. */
GPtrArray *zd_chain_parse(const char *text);

/** The text of steps. Release with g_free. */
char *zd_chain_format(GPtrArray *steps);

ZdStep *zd_step_new(const char *name);

/** The value of a key as written; NULL: it is not given. */
const char *zd_step_get(const ZdStep *step, const char *key);

/** Gives a value, or takes it out (NULL). */
void zd_step_set(ZdStep *step, const char *key, const char *value);

G_END_DECLS

#endif
