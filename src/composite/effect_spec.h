/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_EFFECT_SPEC_H
#define ZD_COMPOSITE_EFFECT_SPEC_H

/* The built-in effects as text, written like FFmpeg's filters so that there is one way to write an
 * effect: "zblur=focus=0.8:radius=0.02,zgrade=saturation=0". Any other text is a filter graph. */

#include "composite/effect_list.h"
#include "core/status.h"
#include "core/text.h"

typedef struct zd_effect_step {
    const zd_effect_desc *effect;
    union { /* the effect's own parameters */
        unsigned char bytes[ZD_EFFECT_PARAMS_SIZE];
        double alignment;
    } params;
} zd_effect_step;

enum { ZD_EFFECT_MAX_STEPS = 16 };

typedef struct zd_effect_chain {
    int count; /* 0: the text is a filter graph for FFmpeg */
    zd_effect_step steps[ZD_EFFECT_MAX_STEPS];
} zd_effect_chain;

/** The built-in effects, in the order of effect_list.h. */
int zd_effect_count(void);
const zd_effect_desc *zd_effect_at(int index);

/** Parses an effect. Built-in and FFmpeg effects cannot stand in one chain. */
ZD_MUST_USE zd_status zd_effect_parse(const char *text, zd_effect_chain *out, zd_error *err);

/** Runs one step; see zd_effect_io. */
ZD_MUST_USE zd_status zd_effect_step_apply(zd_context *ctx, const zd_effect_step *step,
                                           const zd_effect_io *io, zd_error *err);

/** Adds what the built-in effects and their numbers are, one a line, for the help. */
void zd_effect_describe(zd_text *out);

#endif
