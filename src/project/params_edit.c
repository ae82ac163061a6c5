/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Editing values in place, as applications do: copies, and single keys. */

#include <assert.h>
#include <string.h>

#include "project/params.h"

static zd_status copy_slot(zd_context *ctx, const zd_param_value *from, zd_param_value *to,
                           zd_error *err)
{
    *to = *from;
    to->text = NULL;
    to->keys = NULL;
    if (from->text != NULL) {
        to->text = zd_strdup(ctx, from->text);
    }
    if (from->key_count > 0) {
        to->keys = zd_alloc_zeroed(ctx, (size_t) from->key_count, sizeof *to->keys);
    }
    if ((from->text != NULL && to->text == NULL) || (from->key_count > 0 && to->keys == NULL)) {
        return zd_fail_memory(err, "a copy of parameters");
    }
    if (to->keys != NULL) {
        memcpy(to->keys, from->keys, (size_t) from->key_count * sizeof *to->keys);
    }
    return ZD_OK;
}

zd_status zd_params_copy(const zd_params *from, zd_params *to, zd_error *err)
{
    zd_params_init(to, from->ctx);
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        zd_status status = copy_slot(to->ctx, &from->slots[id], &to->slots[id], err);
        if (status != ZD_OK) {
            zd_params_finish(to);
            return status;
        }
    }
    return ZD_OK;
}

int zd_params_key_count(const zd_params *params, zd_param_id id)
{
    return params->slots[id].key_count;
}

const zd_key *zd_params_key_at(const zd_params *params, zd_param_id id, int index)
{
    assert(id < ZD_PARAM_COUNT);
    const zd_param_value *slot = &params->slots[id];
    return index >= 0 && index < slot->key_count ? &slot->keys[index] : NULL;
}

static zd_status check_key(const zd_param_desc *desc, const zd_key *key, zd_error *err)
{
    if ((desc->flags & ZD_PARAM_KEYED) == 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s cannot change over time", desc->name);
    }
    if (!(key->time_s >= 0.0 && key->time_s < 1e9)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a key of %s lies at %g s; times begin at 0",
                       desc->name, key->time_s);
    }
    if ((int) key->ease < 0 || key->ease > ZD_EASE_SMOOTH) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a key of %s has no ease %d", desc->name,
                       (int) key->ease);
    }
    if (!(key->value >= desc->min && key->value <= desc->max)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s is %g; it must be %g to %g", desc->name,
                       key->value, desc->min, desc->max);
    }
    return ZD_OK;
}

zd_status zd_params_set_key(zd_params *params, zd_param_id id, zd_key key, zd_error *err)
{
    const zd_param_desc *desc = zd_param_describe(id);
    zd_param_value *slot = &params->slots[id];
    int at = 0;
    ZD_TRY(check_key(desc, &key, err));
    while (at < slot->key_count && slot->keys[at].time_s < key.time_s) {
        at++;
    }
    if (at < slot->key_count && slot->keys[at].time_s == key.time_s) {
        slot->keys[at] = key;
        return ZD_OK;
    }
    if (slot->key_count == ZD_PARAM_MAX_KEYS) {
        return zd_fail(err, ZD_ERR_LIMIT, "%s has more than %d keys", desc->name,
                       ZD_PARAM_MAX_KEYS);
    }
    zd_key *keys = zd_alloc_zeroed(params->ctx, (size_t) slot->key_count + 1, sizeof *keys);
    if (keys == NULL) {
        return zd_fail_memory(err, "a key");
    }
    if (slot->key_count > 0) {
        memcpy(keys, slot->keys, (size_t) at * sizeof *keys);
        memcpy(keys + at + 1, slot->keys + at, (size_t) (slot->key_count - at) * sizeof *keys);
    }
    keys[at] = key;
    zd_free(params->ctx, slot->keys);
    slot->keys = keys;
    slot->key_count++;
    slot->set = true;
    return ZD_OK;
}

void zd_params_remove_key(zd_params *params, zd_param_id id, int index)
{
    assert(id < ZD_PARAM_COUNT);
    zd_param_value *slot = &params->slots[id];
    if (index < 0 || index >= slot->key_count) {
        return;
    }
    if (slot->key_count == 1) {
        slot->number = slot->keys[0].value;
        zd_free(params->ctx, slot->keys);
        slot->keys = NULL;
        slot->key_count = 0;
        return;
    }
    slot->key_count--;
    memmove(slot->keys + index, slot->keys + index + 1,
            (size_t) (slot->key_count - index) * sizeof *slot->keys);
}
