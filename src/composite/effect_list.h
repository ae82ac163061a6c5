/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_EFFECT_LIST_H
#define ZD_COMPOSITE_EFFECT_LIST_H

/* The built-in effects. An effect is one file, which ends with its zd_effect_desc (name, numbers,
 * help, the function), and a row here. New ones come last: plug-ins store which it is in the list. */

#include "composite/effect.h"

#define ZD_EFFECTS(ROW) \
    ROW(lens_blur)      \
    ROW(fog)            \
    ROW(grade)          \
    ROW(paint)          \
    ROW(posterise)      \
    ROW(comic)          \
    ROW(pencil)         \
    ROW(watercolour)    \
    ROW(relight)        \
    ROW(reveal)         \
    ROW(haze)           \
    ROW(glow)           \
    ROW(grade_by_depth) \
    ROW(parallax)       \
    ROW(stereo)         \
    ROW(displace)       \
    ROW(stylise)        \
    ROW(rack)           \
    ROW(freeze)         \
    ROW(clone)

/** What a number of an effect is in the picture. */
typedef enum zd_effect_place {
    ZD_EFFECT_NO_PLACE,
    ZD_EFFECT_PLACE_X, /* of a place, in fractions of the width; the next field is its Y */
    ZD_EFFECT_PLACE_Y  /* in fractions of the height */
} zd_effect_place;

/** One number of an effect: where it lies in the effect's parameters and what it may be. */
typedef struct zd_effect_field {
    const char *name;
    size_t offset; /* of a float, or of the first of `count` that are set to the same value */
    int count;
    float min;
    float max;
    float initial;
    const char *const *names; /* of the values from 0 on, ended by NULL; or NULL: plain numbers */
    const char *help;
    zd_effect_place place;
} zd_effect_field;

/* What the parameters of any effect fit into. */
enum { ZD_EFFECT_PARAMS_SIZE = 64 };

/** Whether an effect's pixel is made of that pixel alone. */
typedef enum zd_effect_sight {
    ZD_EFFECT_POINTWISE,
    ZD_EFFECT_LOOKS_AROUND, /* it gets the clean plate of the layer that it is applied to */
    ZD_EFFECT_MOVES_LAYERS, /* it gets that layer, now and as it was, and the clean plate without it: it needs
                               frames in order, which plug-ins do not get */
} zd_effect_sight;

typedef struct zd_effect_desc {
    const char *name; /* as it is written in a chain */
    zd_effect_sight sight;
    const char *summary;
    const zd_effect_field *fields;
    int field_count;
    size_t size; /* of the parameters; fields that are no field here are zero */
    zd_status (*apply)(zd_context *ctx, const void *params, const zd_effect_io *io, zd_error *err);
} zd_effect_desc;

#define ZD_EFFECT_DECLARE(effect) extern const zd_effect_desc zd_effect_##effect;
ZD_EFFECTS(ZD_EFFECT_DECLARE)
#undef ZD_EFFECT_DECLARE

/** Defines the descriptor of effect NAME with `fields` and zd_NAME_apply, at the end of its file. */
#define ZD_EFFECT_DEFINE(effect, written, sees, text)                                          \
    static zd_status apply_params(zd_context *ctx, const void *params, const zd_effect_io *io, \
                                  zd_error *err)                                               \
    {                                                                                          \
        zd_##effect typed;                                                                     \
        memcpy(&typed, params, sizeof typed);                                                  \
        return zd_##effect##_apply(ctx, &typed, io, err);                                      \
    }                                                                                          \
    const zd_effect_desc zd_effect_##effect = {                                                \
        .name = (written),                                                                     \
        .sight = (sees),                                                                       \
        .summary = (text),                                                                     \
        .fields = fields,                                                                      \
        .field_count = sizeof fields / sizeof *fields,                                         \
        .size = sizeof(zd_##effect),                                                           \
        .apply = apply_params,                                                                 \
    };                                                                                         \
    _Static_assert(sizeof(zd_##effect) <= ZD_EFFECT_PARAMS_SIZE, "too many parameters")

#endif
