/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The matte of a slot's frame: its range and thresholds, the nearest object, and the preparation. */

#include <string.h>

#include "engine/engine_internal.h"
#include "engine/engine_matte_params.h"
#include "engine/engine_steps.h"

static zd_status find_shot(zd_engine_request *r, zd_error *err)
{
    zd_engine_slot *slot = r->slot;
    const zd_params *p = r->frame->params;
    if (r->frame->shot != NULL) {
        r->shot = *r->frame->shot;
    } else {
        if (!slot->is_measured) {
            ZD_TRY(zd_engine_measure_sample(r, NULL, 0, &slot->measured, err));
            slot->is_measured = true;
        }
        r->shot = slot->measured;
    }
    zd_engine_lock_range(p, &r->shot.range);
    return ZD_OK;
}

/* "Nearest object only": found in this frame alone, since frames come in any order. */
static zd_status find_object(zd_engine_request *r, zd_error *err)
{
    zd_engine_slot *slot = r->slot;
    zd_view map = zd_image_view(slot->sample.depth.values);
    zd_view small = zd_image_view(slot->sample.small);
    if (slot->tracker == NULL) {
        ZD_TRY(zd_object_tracker_create(r->ctx, map.width, map.height, &slot->tracker, err));
    }
    if (slot->object == NULL) {
        ZD_TRY(zd_image_create(r->ctx, map.width, map.height, ZD_GRAY_F32, &slot->object, err));
    }
    zd_object_tracker_reset(slot->tracker);
    zd_object_frame frame = { &slot->sample.depth, r->shot.range, slot->sample.foreground, &small };
    return zd_object_tracker_update(slot->tracker, &frame, &r->params, zd_image_view(slot->object),
                                    err);
}

static zd_status fit_matte(zd_engine_request *r, zd_error *err)
{
    zd_engine_slot *slot = r->slot;
    zd_view map = zd_image_view(slot->sample.depth.values);
    zd_matte_size size = { slot->width, slot->height, map.width, map.height };
    if (slot->matte != NULL && memcmp(&size, &slot->matte_size, sizeof size) == 0) {
        return ZD_OK;
    }
    zd_matte_destroy(&slot->matte);
    zd_object_tracker_destroy(&slot->tracker);
    zd_image_unref(&slot->object);
    slot->matte_size = size;
    slot->is_prepared = false;
    return zd_matte_create(r->ctx, &size, &slot->matte, err);
}

static zd_status prepare_matte(zd_engine_request *r, zd_error *err)
{
    zd_engine_slot *slot = r->slot;
    zd_pixels_hash key =
        zd_pixels_hash_bytes((zd_pixels_hash){ 1, 2 }, &r->shot.range, sizeof r->shot.range);
    if (r->params.nearest_only) {
        float values[] = { (float) r->params.mode, r->params.depth_in,   r->params.depth_out,
                           r->params.level_far,    r->params.level_near, r->params.level_gamma,
                           r->params.probability };
        key = zd_pixels_hash_bytes(key, values, sizeof values);
    }
    ZD_TRY(fit_matte(r, err));
    if (slot->is_prepared && zd_pixels_hash_is_same(slot->prepared, key)) {
        return ZD_OK;
    }
    slot->is_prepared = false;
    if (r->params.nearest_only) {
        ZD_TRY(find_object(r, err));
    }
    ZD_TRY(zd_engine_prepare(slot->matte, &slot->sample.depth, slot->sample.foreground,
                             r->shot.range, zd_image_view(slot->guide),
                             r->params.nearest_only ? slot->object : NULL, err));
    slot->is_prepared = true;
    slot->prepared = key;
    return ZD_OK;
}

zd_status zd_engine_matte_prepare(zd_engine_request *r, zd_error *err)
{
    ZD_TRY(find_shot(r, err));
    r->params = zd_engine_matte_params(r->frame->params, &r->shot, r->slot->sample.depth.kind,
                                       r->frame->time_s);
    ZD_TRY(zd_matte_params_check(&r->params, err));
    ZD_TRY(zd_task_check(&r->task, err));
    return prepare_matte(r, err);
}
