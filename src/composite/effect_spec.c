/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "composite/effect_spec.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/size.h"

/* One number of an effect: where it lies in the step and what it may be. */
typedef struct field {
    zd_effect_kind kind;
    const char *name;
    size_t offset;
    int count; /* 1, or 3 for values that hold for red, green and blue alike */
    float min;
    float max;
    float initial;
    const char *help;
} field;

#define AT(member) offsetof(zd_effect_step, as.member)

static const field fields[] = {
    { ZD_EFFECT_LENS_BLUR, "focus", AT(blur.focus), 1, 0, 1, 1, "normalised depth that is sharp" },
    { ZD_EFFECT_LENS_BLUR, "range", AT(blur.range), 1, 0, 1, 0.1f, "depth around it still sharp" },
    { ZD_EFFECT_LENS_BLUR, "radius", AT(blur.radius), 1, 0, 0.1f, 0.015f,
      "largest blur, fraction of the height" },
    { ZD_EFFECT_FOG, "density", AT(fog.density), 1, 0, 20, 1, "1 hides 63 % of the furthest" },
    { ZD_EFFECT_FOG, "near", AT(fog.near), 1, 0.001f, 1, 1, "normalised depth where it begins" },
    { ZD_EFFECT_FOG, "falloff", AT(fog.falloff), 1, 0.1f, 10, 1, "gathers it in the distance" },
    { ZD_EFFECT_FOG, "red", AT(fog.colour[0]), 1, 0, 10, 0.6f, "its colour in linear light: red" },
    { ZD_EFFECT_FOG, "green", AT(fog.colour[1]), 1, 0, 10, 0.65f, "green" },
    { ZD_EFFECT_FOG, "blue", AT(fog.colour[2]), 1, 0, 10, 0.7f, "blue" },
    { ZD_EFFECT_GRADE, "exposure", AT(grade.exposure), 1, -10, 10, 0, "stops" },
    { ZD_EFFECT_GRADE, "lift", AT(grade.lift), 3, -1, 1, 0, "raises black" },
    { ZD_EFFECT_GRADE, "gamma", AT(grade.gamma), 3, 0.1f, 10, 1, "above 1 lifts the middle" },
    { ZD_EFFECT_GRADE, "gain", AT(grade.gain), 3, 0, 10, 1, "factor" },
    { ZD_EFFECT_GRADE, "saturation", AT(grade.saturation), 1, 0, 4, 1, "0 is gray" },
    { ZD_EFFECT_PAINT, "brush", AT(paint.brush), 1, 0, 0.05f, 0.012f,
      "side of the brush, fraction of the height" },
    { ZD_EFFECT_PAINT, "sharpness", AT(paint.sharpness), 1, 1, 16, 8, "of the strokes" },
    { ZD_EFFECT_PAINT, "levels", AT(paint.levels), 1, 0, 64, 0, "tones; 0 is any" },
};

enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

static const char *const kind_names[] = { "zblur", "zfog", "zgrade", "zpaint" };
enum { KIND_COUNT = 4 };

static void set_field(zd_effect_step *step, const field *f, float value)
{
    float *at = (float *) (void *) ((char *) step + f->offset);
    for (int i = 0; i < f->count; i++) {
        at[i] = value;
    }
}

static zd_effect_step initial_step(zd_effect_kind kind)
{
    zd_effect_step step = { .kind = kind };
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (fields[i].kind == kind) {
            set_field(&step, &fields[i], fields[i].initial);
        }
    }
    return step;
}

static zd_status set_argument(zd_effect_step *step, const char *name, const char *value,
                              zd_error *err)
{
    for (int i = 0; i < FIELD_COUNT; i++) {
        const field *f = &fields[i];
        if (f->kind != step->kind || strcmp(f->name, name) != 0) {
            continue;
        }
        char *end;
        float number = strtof(value, &end);
        if (end == value || *end != '\0' || !(number >= f->min && number <= f->max)) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: %s is '%s'; it must be %g to %g",
                           kind_names[step->kind], name, value, (double) f->min, (double) f->max);
        }
        set_field(step, f, number);
        return ZD_OK;
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s has no '%s' (see zdepth help effects)",
                   kind_names[step->kind], name);
}

static zd_status parse_arguments(zd_effect_step *step, char *text, zd_error *err)
{
    char *rest = NULL;
    for (char *part = strtok_r(text, ":", &rest); part != NULL; part = strtok_r(NULL, ":", &rest)) {
        char *equals = strchr(part, '=');
        if (equals == NULL) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: '%s' is not NAME=VALUE",
                           kind_names[step->kind], part);
        }
        *equals = '\0';
        ZD_TRY(set_argument(step, part, equals + 1, err));
    }
    return ZD_OK;
}

static int find_kind(const char *text, size_t length)
{
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (strlen(kind_names[kind]) == length && strncmp(kind_names[kind], text, length) == 0) {
            return kind;
        }
    }
    return -1;
}

static zd_status parse_step(zd_effect_chain *chain, char *text, zd_error *err)
{
    size_t length = strcspn(text, "=");
    int kind = find_kind(text, length);
    if (kind < 0) {
        return zd_fail(
            err, ZD_ERR_INVALID_ARGUMENT,
            "'%.*s' cannot follow a built-in effect; run FFmpeg filters in a second pass",
            (int) length, text);
    }
    if (chain->count == ZD_EFFECT_MAX_STEPS) {
        return zd_fail(err, ZD_ERR_LIMIT, "more than %d effects in a chain", ZD_EFFECT_MAX_STEPS);
    }
    zd_effect_step *step = &chain->steps[chain->count++];
    *step = initial_step((zd_effect_kind) kind);
    return text[length] == '=' ? parse_arguments(step, text + length + 1, err) : ZD_OK;
}

zd_status zd_effect_parse(const char *text, zd_effect_chain *out, zd_error *err)
{
    char copy[1024];
    *out = (zd_effect_chain){ 0 };
    if (find_kind(text, strcspn(text, "=,")) < 0) {
        return ZD_OK;
    }
    if (strlen(text) >= sizeof copy) {
        return zd_fail(err, ZD_ERR_LIMIT, "the effect is longer than %zu characters",
                       sizeof copy - 1);
    }
    snprintf(copy, sizeof copy, "%s", text);
    char *rest = NULL;
    for (char *part = strtok_r(copy, ",", &rest); part != NULL; part = strtok_r(NULL, ",", &rest)) {
        ZD_TRY(parse_step(out, part, err));
    }
    return ZD_OK;
}

void zd_effect_describe(zd_text *out)
{
    static const char *const summaries[] = { "depth of field by the depth map",
                                             "fog that thickens with the distance",
                                             "exposure, tones and saturation, in linear light",
                                             "an oil painting's strokes" };
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        zd_text_format(out, "%s%s: %s\n", kind > 0 ? "\n" : "", kind_names[kind], summaries[kind]);
        for (int i = 0; i < FIELD_COUNT; i++) {
            const field *f = &fields[i];
            if (f->kind == (zd_effect_kind) kind) {
                zd_text_format(out, "  %-12s%g to %g, default %g: %s\n", f->name, (double) f->min,
                               (double) f->max, (double) f->initial, f->help);
            }
        }
    }
}
