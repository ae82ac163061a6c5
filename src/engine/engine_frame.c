/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A frame comes in: its pixels as the engine wants them, and its depth, from a map or the network. */

#include <string.h>

#include "depth/supplied.h"
#include "engine/engine_internal.h"
#include "engine/engine_steps.h"
#include "image/guide.h"

/* Networks and mattes want finite, display-referred colours. */
static zd_status make_guide(zd_engine_request *r, bool is_bounded, zd_error *err)
{
    zd_engine_slot *slot = r->slot;
    zd_image_unref(&slot->guide);
    if (is_bounded && r->frame->transfer != ZD_TRANSFER_LINEAR) {
        slot->guide = zd_image_ref(slot->picture);
        return ZD_OK;
    }
    ZD_TRY(zd_image_create(r->ctx, slot->width, slot->height, ZD_RGBA_F32, &slot->guide, err));
    zd_guide_make(r->ctx, r->frame->transfer, zd_image_view(slot->picture),
                  zd_image_view(slot->guide));
    return ZD_OK;
}

/* A supplied map's first channel, as jobs/depth_source.c takes it. */
static zd_status map_sample(zd_engine_request *r, zd_error *err)
{
    const zd_pixels *map = &r->frame->map;
    zd_depth_sample *sample = &r->slot->sample;
    zd_pixels plain = *map;
    zd_image *rgba = NULL;
    zd_image *gray = NULL;
    int width;
    int height;
    int full_width = map->view.width;
    int full_height = map->view.height;
    zd_supplied_size(full_width, full_height, &width, &height);
    plain.alpha = ZD_PIXELS_OPAQUE; /* a depth is no colour: nothing is divided */
    ZD_TRY(zd_image_create(r->ctx, full_width, full_height, ZD_RGBA_F32, &rgba, err));
    zd_status status = zd_image_create(r->ctx, full_width, full_height, ZD_GRAY_F32, &gray, err);
    if (status == ZD_OK) {
        status = zd_image_create(r->ctx, width, height, ZD_RGB_F32, &sample->small, err);
    }
    if (status == ZD_OK) {
        zd_view from = zd_image_view(rgba);
        zd_view to = zd_image_view(gray);
        zd_pixels_read(r->ctx, &plain, zd_pixels_rect(&plain), from);
        for (int y = 0; y < to.height; y++) {
            const float *in = zd_view_row_f32(from, y);
            float *out = zd_view_row_f32(to, y);
            for (int x = 0; x < to.width; x++) {
                out[x] = in[4 * x];
            }
        }
        zd_pixels_shrink(r->ctx, zd_image_view(r->slot->guide), zd_image_view(sample->small));
        status = zd_engine_supplied_sample(r->ctx, to, width, height,
                                           zd_params_int(r->frame->params, ZD_P_DEPTH_MAP_TYPE),
                                           sample, err);
    }
    zd_image_unref(&rgba);
    zd_image_unref(&gray);
    return status;
}

static zd_status fill_slot(zd_engine_request *r, zd_error *err)
{
    zd_engine_slot *slot = r->slot;
    slot->valid = false;
    slot->is_measured = false;
    slot->is_prepared = false;
    zd_depth_sample_release(&slot->sample);
    if (slot->picture == NULL) {
        ZD_TRY(
            zd_image_create(r->ctx, slot->width, slot->height, ZD_RGBA_F32, &slot->picture, err));
    }
    bool is_bounded = zd_pixels_read(r->ctx, &r->frame->footage, zd_pixels_rect(&r->frame->footage),
                                     zd_image_view(slot->picture));
    ZD_TRY(zd_task_check(&r->task, err));
    ZD_TRY(make_guide(r, is_bounded, err));
    if (r->frame->map.view.data != NULL) {
        return map_sample(r, err);
    }
    return zd_engine_network_depth(r->engine->network, zd_params_text(r->frame->params, ZD_P_MODEL),
                                   zd_image_view(slot->guide), &r->frame->abort, &slot->sample,
                                   err);
}

static zd_pixels_hash frame_key(const zd_engine_request *r)
{
    const zd_engine_frame *f = r->frame;
    zd_pixels_hash key = { 0, 0 };
    int form[4] = { f->footage.is_bgr, (int) f->footage.alpha, (int) f->transfer,
                    zd_params_int(f->params, ZD_P_DEPTH_MAP_TYPE) };
    key = zd_pixels_hash_bytes(key, form, sizeof form);
    key = zd_pixels_hash_view(r->ctx, key, f->footage.view);
    if (f->map.view.data != NULL) {
        return zd_pixels_hash_view(r->ctx, key, f->map.view);
    }
    const char *model = zd_params_text(f->params, ZD_P_MODEL);
    return zd_pixels_hash_bytes(key, model, strlen(model));
}

zd_status zd_engine_frame_open(zd_engine_request *r, zd_error *err)
{
    zd_view footage = r->frame->footage.view;
    zd_pixels_hash key = frame_key(r);
    ZD_TRY(zd_engine_slot_take(r, key, footage.width, footage.height, err));
    if (r->slot->valid && zd_pixels_hash_is_same(r->slot->key, key)) {
        return ZD_OK;
    }
    ZD_TRY(fill_slot(r, err));
    r->slot->key = key;
    r->slot->valid = true;
    return ZD_OK;
}
