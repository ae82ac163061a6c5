/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Texts are parsed by the table's type alone; keys lie in order of time and are interpolated
 * when asked. */

#include "project/params.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/require.h"
#include "core/size.h"
#include "core/words.h"
#include "image/colour_parse.h"

void zd_params_init(zd_params *params, zd_context *ctx)
{
    *params = (zd_params){ .ctx = ctx };
}

void zd_params_unset(zd_params *params, zd_param_id id)
{
    assert(id < ZD_PARAM_COUNT);
    zd_param_value *slot = &params->slots[id];
    zd_free(params->ctx, slot->text);
    zd_free(params->ctx, slot->keys);
    *slot = (zd_param_value){ 0 };
}

void zd_params_finish(zd_params *params)
{
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        zd_params_unset(params, (zd_param_id) id);
    }
}

static bool holds_text(zd_param_type type)
{
    return type == ZD_PARAM_TEXT || type == ZD_PARAM_PATH || type == ZD_PARAM_COLOUR;
}

zd_status zd_params_set_number(zd_params *params, zd_param_id id, double value, zd_error *err)
{
    ZD_REQUIRE(err, id < ZD_PARAM_COUNT && !holds_text(zd_param_describe(id)->type));
    const zd_param_desc *desc = zd_param_describe(id);
    if (!(value >= desc->min && value <= desc->max)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s is %g; it must be %g to %g", desc->name,
                       value, desc->min, desc->max);
    }
    zd_params_unset(params, id);
    params->slots[id].number = value;
    params->slots[id].set = true;
    return ZD_OK;
}

zd_status zd_params_set_text(zd_params *params, zd_param_id id, const char *value, zd_error *err)
{
    ZD_REQUIRE(err, id < ZD_PARAM_COUNT && holds_text(zd_param_describe(id)->type));
    ZD_REQUIRE(err, value != NULL);
    char *copy = zd_strdup(params->ctx, value);
    if (copy == NULL) {
        return zd_fail_memory(err, "a parameter");
    }
    zd_params_unset(params, id);
    params->slots[id].text = copy;
    params->slots[id].set = true;
    return ZD_OK;
}

void zd_params_mark_typed(zd_params *params, zd_param_id id)
{
    params->slots[id].is_typed = true;
}

bool zd_params_is_set(const zd_params *params, zd_param_id id)
{
    assert(id < ZD_PARAM_COUNT);
    return params->slots[id].set;
}

bool zd_params_is_keyed(const zd_params *params, zd_param_id id)
{
    assert(id < ZD_PARAM_COUNT);
    return params->slots[id].key_count > 0;
}

double zd_params_number(const zd_params *params, zd_param_id id, double time_s)
{
    const zd_param_value *slot = &params->slots[id];
    if (!slot->set) {
        return zd_param_describe(id)->initial;
    }
    return slot->key_count > 0 ? zd_keys_at(slot->keys, slot->key_count, time_s) : slot->number;
}

bool zd_params_bool(const zd_params *params, zd_param_id id, double time_s)
{
    return zd_params_number(params, id, time_s) >= 0.5;
}

int zd_params_int(const zd_params *params, zd_param_id id)
{
    return (int) lround(zd_params_number(params, id, 0.0));
}

const char *zd_params_text(const zd_params *params, zd_param_id id)
{
    return params->slots[id].set ? params->slots[id].text : zd_param_describe(id)->initial_text;
}

/* ---- reading ---- */

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t");
}

static zd_status fail_choice(const zd_param_desc *desc, const char *text, zd_error *err)
{
    char list[200] = "";
    zd_nearest_word nearest = zd_nearest_word_begin(text);
    for (int i = 0; desc->choices[i] != NULL; i++) {
        size_t used = strlen(list);
        zd_nearest_word_try(&nearest, desc->choices[i]);
        snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", desc->choices[i]);
    }
    char meant[80];
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s is '%s'; it must be one of %s%s", desc->name,
                   text, list, zd_did_you_mean(&nearest, "", meant, sizeof meant));
}

static zd_status parse_choice(const zd_param_desc *desc, const char *text, double *value,
                              zd_error *err)
{
    for (int i = 0; desc->choices[i] != NULL; i++) {
        if (zd_word_same(desc->choices[i], text)) {
            *value = i;
            return ZD_OK;
        }
    }
    return fail_choice(desc, text, err);
}

static zd_status parse_bool(const zd_param_desc *desc, const char *text, double *value,
                            zd_error *err)
{
    static const char *const words[] = { "off", "on", "no", "yes", "false", "true", "0", "1" };
    for (int i = 0; i < 8; i++) {
        if (strcasecmp(words[i], text) == 0) {
            *value = i & 1;
            return ZD_OK;
        }
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s is '%s'; it must be on or off", desc->name,
                   text);
}

enum { PER_CENT = ZD_PARAM_FRACTION | ZD_PARAM_PERCENT };

static zd_status parse_plain_number(const zd_param_desc *desc, const char *text, double *value,
                                    zd_error *err)
{
    char *end;
    double number = strtod(text, &end);
    if (end != text && strcmp(end, "%") == 0 && (desc->flags & PER_CENT) != 0) {
        number = (desc->flags & ZD_PARAM_PERCENT) != 0 ? number : number / 100.0;
        end++;
    }
    if (end != text && desc->unit[0] != '\0' && strcmp(end, desc->unit) == 0) {
        end += strlen(end); /* "518px" of what is counted in pixels */
    }
    if (end == text || *end != '\0' || !isfinite(number)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "%s is '%s'; it must be a number from %g to %g", desc->name, text, desc->min,
                       desc->max);
    }
    if (desc->type == ZD_PARAM_INT && number != floor(number)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s is %s; it must be a whole number",
                       desc->name, text);
    }
    if (number < desc->min || number > desc->max) {
        bool is_percent = (desc->flags & ZD_PARAM_FRACTION) != 0 && strchr(text, '%') == NULL &&
                          number > 1.0 && number <= 100.0 * desc->max && number == floor(number);
        if (is_percent) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "%s is %s; it must be %g to %g, or per cent: %s%%", desc->name, text,
                           desc->min, desc->max, text);
        }
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s is %s; it must be %g to %g", desc->name,
                       text, desc->min, desc->max);
    }
    *value = number;
    return ZD_OK;
}

static zd_status parse_scalar(const zd_param_desc *desc, const char *text, double fps,
                              double *value, zd_error *err)
{
    switch (desc->type) {
    case ZD_PARAM_BOOL:
        return parse_bool(desc, text, value, err);
    case ZD_PARAM_CHOICE:
        return parse_choice(desc, text, value, err);
    case ZD_PARAM_TIME: {
        zd_status status = zd_time_parse(text, fps, value, err);
        return status == ZD_OK ? ZD_OK : zd_fail_context(err, status, "%s", desc->name);
    }
    case ZD_PARAM_INT:
    case ZD_PARAM_NUMBER:
    case ZD_PARAM_TEXT:
    case ZD_PARAM_PATH:
    case ZD_PARAM_COLOUR:
        break;
    }
    return parse_plain_number(desc, text, value, err);
}

/* Whose value a key's text is. */
typedef struct key_kind {
    const zd_param_desc *desc;
    double fps;
} key_kind;

static zd_status read_key_value(const void *user, const char *text, double *value, zd_error *err)
{
    const key_kind *kind = user;
    return parse_scalar(kind->desc, text, kind->fps, value, err);
}

static zd_status parse_keys(zd_params *params, zd_param_id id, const char *text, double fps,
                            zd_error *err)
{
    const zd_param_desc *desc = zd_param_describe(id);
    size_t count = 1;
    for (const char *at = text; *at != '\0'; at++) {
        count += *at == ',';
    }
    if ((desc->flags & ZD_PARAM_KEYED) == 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s cannot change over time", desc->name);
    }
    if (count > ZD_PARAM_MAX_KEYS) {
        return zd_fail(err, ZD_ERR_LIMIT, "%s has %zu keys; at most %d are possible", desc->name,
                       count, ZD_PARAM_MAX_KEYS);
    }
    zd_param_value slot = { .set = true };
    char *copy = zd_strdup(params->ctx, text);
    slot.keys = zd_alloc_zeroed(params->ctx, count, sizeof *slot.keys);
    zd_status status = copy == NULL || slot.keys == NULL ? zd_fail_memory(err, "keys") : ZD_OK;
    if (status == ZD_OK) {
        key_kind kind = { desc, fps };
        status = zd_keys_parse(copy, desc->name, fps, read_key_value, &kind, slot.keys, (int) count,
                               &slot.key_count, err);
    }
    zd_free(params->ctx, copy);
    if (status != ZD_OK) {
        zd_free(params->ctx, slot.keys);
        return status;
    }
    zd_params_unset(params, id);
    params->slots[id] = slot;
    return ZD_OK;
}

zd_status zd_params_parse(zd_params *params, zd_param_id id, const char *text, double fps,
                          zd_error *err)
{
    const zd_param_desc *desc = zd_param_describe(id);
    if (desc->type == ZD_PARAM_COLOUR) {
        float rgba[4];
        zd_status status = zd_colour_parse(text, rgba, err);
        if (status != ZD_OK) {
            return zd_fail_context(err, status, "%s", desc->name);
        }
    }
    if (holds_text(desc->type)) {
        return zd_params_set_text(params, id, text, err);
    }
    text = skip_space(text);
    if (strchr(text, '=') != NULL) {
        return parse_keys(params, id, text, fps, err);
    }
    double value;
    ZD_TRY(parse_scalar(desc, text, fps, &value, err));
    return zd_params_set_number(params, id, value, err);
}

/* ---- writing ---- */

static void write_scalar(const zd_param_desc *desc, double value, zd_text *out)
{
    if (desc->type == ZD_PARAM_BOOL) {
        zd_text_add(out, value >= 0.5 ? "on" : "off");
    } else if (desc->type == ZD_PARAM_CHOICE) {
        zd_text_add(out, desc->choices[(int) value]);
    } else {
        zd_text_json_number(out, value);
    }
}

void zd_params_write(const zd_params *params, zd_param_id id, zd_text *out)
{
    static const char *const eases[] = { "", ":hold", ":smooth" };
    const zd_param_desc *desc = zd_param_describe(id);
    const zd_param_value *slot = &params->slots[id];
    if (holds_text(desc->type)) {
        zd_text_add(out, slot->text);
        return;
    }
    if (slot->key_count == 0) {
        write_scalar(desc, slot->number, out);
        return;
    }
    for (int i = 0; i < slot->key_count; i++) {
        zd_text_add(out, i > 0 ? ", " : "");
        zd_text_json_number(out, slot->keys[i].time_s);
        zd_text_add(out, "s=");
        write_scalar(desc, slot->keys[i].value, out);
        zd_text_add(out, eases[slot->keys[i].ease]);
    }
}
