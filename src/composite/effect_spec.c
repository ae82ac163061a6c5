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

/* What is being read. */
typedef struct reading {
    zd_effect_chain *chain;
    double fps;
} reading;

/* A number and whose it is, for messages. */
typedef struct number_kind {
    const zd_effect_desc *effect;
    const zd_effect_field *field;
} number_kind;

/* Which of a field's names a text is; -1: none. */
static int name_index(const zd_effect_field *field, const char *text)
{
    for (int i = 0; field->names != NULL && field->names[i] != NULL; i++) {
        if (strcmp(field->names[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

/* "oil, ink or " for a message; "" for plain numbers. */
static const char *list_names(const zd_effect_field *field, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (int i = 0; field->names != NULL && field->names[i] != NULL && length < size; i++) {
        const char *after = field->names[i + 1] != NULL ? ", " : " or ";
        length += (size_t) snprintf(out + length, size - length, "%s%s", field->names[i], after);
    }
    return out;
}

static zd_status read_number(const void *user, const char *text, double *value, zd_error *err)
{
    const number_kind *kind = user;
    const zd_effect_field *f = kind->field;
    char *end;
    int named = name_index(f, text);
    if (named >= 0) {
        *value = named;
        return ZD_OK;
    }
    float number = strtof(text, &end);
    if (end == text || *end != '\0' || !(number >= f->min && number <= f->max)) {
        char known[96];
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: %s is '%s'; it must be %s%g to %g",
                       kind->effect->name, f->name, text, list_names(f, known, sizeof known),
                       (double) f->min, (double) f->max);
    }
    *value = (double) number;
    return ZD_OK;
}

static zd_status add_track(const reading *r, const number_kind *kind, char *keys, zd_error *err)
{
    zd_effect_chain *chain = r->chain;
    char what[64];
    if (chain->track_count == ZD_EFFECT_MAX_TRACKS) {
        return zd_fail(err, ZD_ERR_LIMIT, "more than %d numbers of the effects have keys",
                       ZD_EFFECT_MAX_TRACKS);
    }
    zd_effect_track *track = &chain->tracks[chain->track_count];
    track->step = chain->count - 1;
    track->field = kind->field;
    snprintf(what, sizeof what, "%s: %s", kind->effect->name, kind->field->name);
    ZD_TRY(zd_keys_parse(keys, what, r->fps, read_number, kind, track->keys, ZD_EFFECT_MAX_KEYS,
                         &track->count, err));
    chain->track_count += track->count > 0;
    return ZD_OK;
}

/* `value` is a number, or keys in single quotes. */
static zd_status set_value(const reading *r, const zd_effect_field *field, char *value,
                           zd_error *err)
{
    zd_effect_step *step = &r->chain->steps[r->chain->count - 1];
    number_kind kind = { step->effect, field };
    size_t length = strlen(value);
    double number = 0.0;
    if (length >= 2 && value[0] == '\'' && value[length - 1] == '\'') {
        value[length - 1] = '\0';
        value++;
        if (strchr(value, '=') != NULL) {
            return add_track(r, &kind, value, err);
        }
    }
    ZD_TRY(read_number(&kind, value, &number, err));
    set_field(step, field, (float) number);
    return ZD_OK;
}

static zd_status set_argument(const reading *r, const char *name, char *value, zd_error *err)
{
    const zd_effect_desc *effect = r->chain->steps[r->chain->count - 1].effect;
    char meant[80];
    zd_nearest_word nearest = zd_nearest_word_begin(name);
    for (int i = 0; i < effect->field_count; i++) {
        if (strcmp(effect->fields[i].name, name) == 0) {
            return set_value(r, &effect->fields[i], value, err);
        }
        zd_nearest_word_try(&nearest, effect->fields[i].name);
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s has no '%s'%s (see zdepth help effects)",
                   effect->name, name, zd_did_you_mean(&nearest, "", meant, sizeof meant));
}

/* The part of *rest up to `mark` outside quotes, cut off; NULL after the last. */
static char *cut(char **rest, char mark)
{
    char *part = *rest;
    bool quoted = false;
    if (part == NULL) {
        return NULL;
    }
    char *at = part;
    for (; *at != '\0' && (quoted || *at != mark); at++) {
        quoted ^= *at == '\'';
    }
    *rest = *at != '\0' ? at + 1 : NULL;
    *at = '\0';
    return part;
}

static zd_status parse_arguments(const reading *r, char *text, zd_error *err)
{
    char *rest = text;
    for (char *part = cut(&rest, ':'); part != NULL; part = cut(&rest, ':')) {
        char *equals = strchr(part, '=');
        if (*part == '\0') {
            continue;
        }
        if (equals == NULL) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: '%s' is not NAME=VALUE",
                           r->chain->steps[r->chain->count - 1].effect->name, part);
        }
        *equals = '\0';
        ZD_TRY(set_argument(r, part, equals + 1, err));
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

static zd_status parse_step(const reading *r, char *text, zd_error *err)
{
    zd_effect_chain *chain = r->chain;
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
    chain->steps[chain->count++] = initial_step(effect);
    return text[length] == '=' ? parse_arguments(r, text + length + 1, err) : ZD_OK;
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

zd_status zd_effect_parse(const char *text, double fps, zd_effect_chain *out, zd_error *err)
{
    char copy[4096];
    *out = (zd_effect_chain){ 0 };
    if (find_effect(text, strcspn(text, "=,")) == NULL) {
        return check_foreign(text, err);
    }
    if (strlen(text) >= sizeof copy) {
        return zd_fail(err, ZD_ERR_LIMIT, "the effect is longer than %zu characters",
                       sizeof copy - 1);
    }
    snprintf(copy, sizeof copy, "%s", text);
    reading r = { out, fps };
    char *rest = copy;
    for (char *part = cut(&rest, ','); part != NULL; part = cut(&rest, ',')) {
        if (*part != '\0') {
            ZD_TRY(parse_step(&r, part, err));
        }
    }
    return ZD_OK;
}

const char *zd_effect_meant(const char *text)
{
    size_t length = strcspn(text, "=,");
    for (int i = 0; i < EFFECT_COUNT; i++) {
        const char *name = effects[i]->name;
        if (strlen(name + 1) == length && strncmp(name + 1, text, length) == 0) {
            return name;
        }
    }
    return NULL;
}

zd_effect_step zd_effect_step_at(const zd_effect_chain *chain, int step, double time_s)
{
    assert(step >= 0 && step < chain->count);
    zd_effect_step now = chain->steps[step];
    for (int i = 0; i < chain->track_count; i++) {
        const zd_effect_track *track = &chain->tracks[i];
        if (track->step == step) {
            set_field(&now, track->field, (float) zd_keys_at(track->keys, track->count, time_s));
        }
    }
    return now;
}

bool zd_effect_chain_moves(const zd_effect_chain *chain)
{
    bool moves = chain->track_count > 0;
    for (int i = 0; i < chain->count; i++) {
        moves |= chain->steps[i].effect == &zd_effect_rack;
    }
    return moves;
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
            zd_text_format(out, "  %-15s %g to %g, default %g: %s", f->name, (double) f->min,
                           (double) f->max, (double) f->initial, f->help);
            for (int n = 0; f->names != NULL && f->names[n] != NULL; n++) {
                zd_text_format(out, "%s%d %s", n > 0 ? ", " : "; ", n, f->names[n]);
            }
            zd_text_add(out, "\n");
        }
    }
}
