/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_EFFECT_SPEC_H
#define ZD_COMPOSITE_EFFECT_SPEC_H

/* The built-in effects as text, written like FFmpeg's filters so that there is one way to write an
 * effect: "zblur=focus=0.8:radius=0.02,zgrade=saturation=0". Any other text is a filter graph. */

#include "composite/fog.h"
#include "composite/grade.h"
#include "composite/lens_blur.h"
#include "composite/paint.h"
#include "core/status.h"
#include "core/text.h"

typedef enum zd_effect_kind {
    ZD_EFFECT_LENS_BLUR,
    ZD_EFFECT_FOG,
    ZD_EFFECT_GRADE,
    ZD_EFFECT_PAINT,
} zd_effect_kind;

typedef struct zd_effect_step {
    zd_effect_kind kind;
    union {
        zd_lens_blur blur;
        zd_fog fog;
        zd_grade grade;
        zd_paint paint;
    } as;
} zd_effect_step;

enum { ZD_EFFECT_MAX_STEPS = 16 };

typedef struct zd_effect_chain {
    int count; /* 0: the text is a filter graph for FFmpeg */
    zd_effect_step steps[ZD_EFFECT_MAX_STEPS];
} zd_effect_chain;

/** Parses an effect. Built-in and FFmpeg effects cannot stand in one chain. */
ZD_MUST_USE zd_status zd_effect_parse(const char *text, zd_effect_chain *out, zd_error *err);

/** Adds what the built-in effects and their numbers are, one a line, for the help. */
void zd_effect_describe(zd_text *out);

#endif
