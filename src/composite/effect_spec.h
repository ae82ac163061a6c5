/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_EFFECT_SPEC_H
#define ZD_COMPOSITE_EFFECT_SPEC_H

/* The built-in effects as text, written like FFmpeg's filters so that there is one way to write an
 * effect: "zblur=focus=0.8:radius=0.02,zgrade=saturation=0". Any other text is a filter graph. A number
 * may change over time; its keys, as parameters have them, stand in single quotes:
 * "zblur=focus='0s=0.9, 2s=0.3:smooth'". */

#include "composite/effect_list.h"
#include "core/keys.h"
#include "core/status.h"
#include "core/text.h"

typedef struct zd_effect_step {
    const zd_effect_desc *effect;
    union { /* the effect's own parameters */
        unsigned char bytes[ZD_EFFECT_PARAMS_SIZE];
        double alignment;
    } params;
} zd_effect_step;

enum { ZD_EFFECT_MAX_STEPS = 16, ZD_EFFECT_MAX_TRACKS = 16, ZD_EFFECT_MAX_KEYS = 32 };

/** A number that changes over time. */
typedef struct zd_effect_track {
    int step;
    const zd_effect_field *field;
    int count;
    zd_key keys[ZD_EFFECT_MAX_KEYS];
} zd_effect_track;

typedef struct zd_effect_chain {
    int count; /* 0: the text is a filter graph for FFmpeg */
    zd_effect_step steps[ZD_EFFECT_MAX_STEPS];
    int track_count;
    zd_effect_track tracks[ZD_EFFECT_MAX_TRACKS];
} zd_effect_chain;

/** The built-in effects, in the order of effect_list.h. */
int zd_effect_count(void);
const zd_effect_desc *zd_effect_at(int index);

/** Parses an effect. Built-in and FFmpeg effects cannot stand in one chain. Times given in frames need
 *  `fps` > 0; 0: unknown. */
ZD_MUST_USE zd_status zd_effect_parse(const char *text, double fps, zd_effect_chain *out,
                                      zd_error *err);

/** The built-in effect that is meant by a text whose first word lacks its z, as "blur=radius=0.02" does, or NULL. */
const char *zd_effect_meant(const char *text);

/** A step with its numbers as they are at a moment. */
zd_effect_step zd_effect_step_at(const zd_effect_chain *chain, int step, double time_s);

/** Whether what a chain makes of a frame depends on the moment. */
bool zd_effect_chain_moves(const zd_effect_chain *chain);

/** Runs one step; see zd_effect_io. */
ZD_MUST_USE zd_status zd_effect_step_apply(zd_context *ctx, const zd_effect_step *step,
                                           const zd_effect_io *io, zd_error *err);

/** Adds what the built-in effects and their numbers are, one a line, for the help. */
void zd_effect_describe(zd_text *out);

#endif
