/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Chains of effects as text: parsed and described by the descriptors alone. */

#include "composite/effect_spec.h"
#include "core/require.h"
#include "core/words.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const zd_effect_desc *const effects[] = {
#define ROW(effect) &zd_effect_##effect,
    ZD_EFFECTS(ROW)
#undef ROW
};

enum { EFFECT_COUNT = sizeof effects / sizeof *effects };

int zd_effect_count(void)
{
    return EFFECT_COUNT;
}

const zd_effect_desc *zd_effect_at(int index)
{
    assert(index >= 0 && index < EFFECT_COUNT);
    return effects[index];
}

static void set_field(zd_effect_step *step, const zd_effect_field *field, float value)
{
    for (int i = 0; i < field->count; i++) {
        memcpy(step->params.bytes + field->offset + (size_t) i * sizeof value, &value,
               sizeof value);
    }
}

static zd_effect_step initial_step(const zd_effect_desc *effect)
{
    zd_effect_step step = { .effect = effect };
    for (int i = 0; i < effect->field_count; i++) {
        set_field(&step, &effect->fields[i], effect->fields[i].initial);
    }
    return step;
}

static zd_status set_argument(zd_effect_step *step, const char *name, const char *value,
                              zd_error *err)
{
    for (int i = 0; i < step->effect->field_count; i++) {
        const zd_effect_field *f = &step->effect->fields[i];
        if (strcmp(f->name, name) != 0) {
            continue;
        }
        char *end;
        float number = strtof(value, &end);
        if (end == value || *end != '\0' || !(number >= f->min && number <= f->max)) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: %s is '%s'; it must be %g to %g",
                           step->effect->name, name, value, (double) f->min, (double) f->max);
        }
        set_field(step, f, number);
        return ZD_OK;
    }
    char meant[80];
    zd_nearest_word nearest = zd_nearest_word_begin(name);
    for (int i = 0; i < step->effect->field_count; i++) {
        zd_nearest_word_try(&nearest, step->effect->fields[i].name);
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s has no '%s'%s (see zdepth help effects)",
                   step->effect->name, name, zd_did_you_mean(&nearest, "", meant, sizeof meant));
}

static zd_status parse_arguments(zd_effect_step *step, char *text, zd_error *err)
{
    char *rest = NULL;
    for (char *part = strtok_r(text, ":", &rest); part != NULL; part = strtok_r(NULL, ":", &rest)) {
        char *equals = strchr(part, '=');
        if (equals == NULL) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: '%s' is not NAME=VALUE",
                           step->effect->name, part);
        }
        *equals = '\0';
        ZD_TRY(set_argument(step, part, equals + 1, err));
    }
    return ZD_OK;
}

static const zd_effect_desc *find_effect(const char *text, size_t length)
{
    for (int i = 0; i < EFFECT_COUNT; i++) {
        if (strlen(effects[i]->name) == length && strncmp(effects[i]->name, text, length) == 0) {
            return effects[i];
        }
    }
    return NULL;
}

static zd_status parse_step(zd_effect_chain *chain, char *text, zd_error *err)
{
    size_t length = strcspn(text, "=");
    const zd_effect_desc *effect = find_effect(text, length);
    if (effect == NULL) {
        return zd_fail(
            err, ZD_ERR_INVALID_ARGUMENT,
            "'%.*s' cannot follow a built-in effect; run FFmpeg filters in a second pass",
            (int) length, text);
    }
    if (chain->count == ZD_EFFECT_MAX_STEPS) {
        return zd_fail(err, ZD_ERR_LIMIT, "more than %d effects in a chain", ZD_EFFECT_MAX_STEPS);
    }
    zd_effect_step *step = &chain->steps[chain->count++];
    *step = initial_step(effect);
    return text[length] == '=' ? parse_arguments(step, text + length + 1, err) : ZD_OK;
}

/* A text whose first effect is none of ours goes to FFmpeg, unless one of ours is meant: mistyped, or
 * behind a filter, where there is no picture with depth any more. */
static zd_status check_foreign(const char *text, zd_error *err)
{
    char name[64];
    char meant[80];
    size_t length = strcspn(text, "=,");
    for (const char *at = strchr(text, ','); at != NULL; at = strchr(at + 1, ',')) {
        size_t after = strcspn(at + 1, "=,");
        if (find_effect(at + 1, after) != NULL) {
            return zd_fail(
                err, ZD_ERR_INVALID_ARGUMENT,
                "'%.*s' is a built-in effect, and these cannot be mixed with FFmpeg's; run "
                "it in a second pass",
                (int) after, at + 1);
        }
    }
    snprintf(name, sizeof name, "%.*s", (int) (length < 60 ? length : 60), text);
    zd_nearest_word nearest = zd_nearest_word_begin(name);
    for (int i = 0; i < EFFECT_COUNT; i++) {
        zd_nearest_word_try(&nearest, effects[i]->name);
    }
    if (name[0] == 'z' && zd_nearest_word_best(&nearest) != NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no effect '%s'%s", name,
                       zd_did_you_mean(&nearest, "", meant, sizeof meant));
    }
    return ZD_OK;
}

zd_status zd_effect_parse(const char *text, zd_effect_chain *out, zd_error *err)
{
    char copy[1024];
    *out = (zd_effect_chain){ 0 };
    if (find_effect(text, strcspn(text, "=,")) == NULL) {
        return check_foreign(text, err);
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

zd_status zd_effect_step_apply(zd_context *ctx, const zd_effect_step *step, const zd_effect_io *io,
                               zd_error *err)
{
    ZD_REQUIRE(err, step->effect != NULL);
    return step->effect->apply(ctx, &step->params, io, err);
}

void zd_effect_describe(zd_text *out)
{
    for (int e = 0; e < EFFECT_COUNT; e++) {
        zd_text_format(out, "%s%s: %s\n", e > 0 ? "\n" : "", effects[e]->name, effects[e]->summary);
        for (int i = 0; i < effects[e]->field_count; i++) {
            const zd_effect_field *f = &effects[e]->fields[i];
            zd_text_format(out, "  %-12s%g to %g, default %g: %s\n", f->name, (double) f->min,
                           (double) f->max, (double) f->initial, f->help);
        }
    }
}
