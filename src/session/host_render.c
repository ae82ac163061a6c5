/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The pixels of one roi: the same steps as session/job_view.c, job_filter.c and job_composite.c. */

#include <math.h>

#include "composite/composite.h"
#include "matte/views.h"
#include "session/host_engine_internal.h"
#include "session/layer_params.h"
#include "session/light.h"

enum { MATTE_BAND = 256 }; /* rows between two looks at the host's abort */

static zd_rect plane_rect(const zd_host_render *r, zd_rect rect)
{
    int x = r->frame->footage.x;
    int y = r->frame->footage.y;
    return (zd_rect){ rect.x0 + x, rect.y0 + y, rect.x1 + x, rect.y1 + y };
}

zd_status zd_host_check_abort(const zd_host_render *r, zd_error *err)
{
    return zd_host_aborted(&r->frame->abort) ? zd_fail(err, ZD_ERR_CANCELLED, "cancelled") : ZD_OK;
}

static zd_status render_matte(zd_host_render *r, const zd_matte_params *params, zd_rect rect,
                              zd_view *whole, zd_error *err)
{
    ZD_TRY(zd_host_slot_plane(r->ctx, r->slot, ZD_HOST_PLANE_MATTE, whole, err));
    for (int y = rect.y0; y < rect.y1; y += MATTE_BAND) {
        zd_rect band = { rect.x0, y, rect.x1, y + MATTE_BAND < rect.y1 ? y + MATTE_BAND : rect.y1 };
        ZD_TRY(zd_host_check_abort(r, err));
        ZD_TRY(zd_matte_render(r->slot->matte, params, band, zd_view_crop(*whole, band), err));
    }
    return ZD_OK;
}

static zd_status draw_view(zd_host_render *r, zd_view_kind kind, zd_view out, zd_error *err)
{
    zd_view whole;
    zd_view depth = zd_image_view(r->slot->sample.depth.values);
    zd_view picture = zd_view_crop(zd_image_view(r->slot->picture), r->roi);
    int width = r->slot->width;
    int height = r->slot->height;
    if (kind == ZD_VIEW_DEPTH) {
        zd_view_draw_depth(depth, r->shot.range, width, height, r->roi, out);
        return ZD_OK;
    }
    ZD_TRY(render_matte(r, &r->params, r->roi, &whole, err));
    zd_view matte = zd_view_crop(whole, r->roi);
    if (kind == ZD_VIEW_THRESHOLDED) {
        zd_view_draw_thresholded(picture, matte, depth, r->shot.range, width, height, r->roi, out);
    } else if (kind == ZD_VIEW_OPACITY) {
        zd_view_draw_opacity(picture, matte, out);
    } else {
        zd_view_draw_matte(matte, out);
    }
    for (int y = 0; y < out.height; y++) {
        float *row = zd_view_row_f32(out, y);
        for (int x = 0; x < out.width; x++) {
            row[4 * x + 3] = 1.0f;
        }
    }
    return ZD_OK;
}

static zd_status read_processed(zd_host_render *r, zd_view *out, zd_error *err)
{
    if (r->frame->processed.view.data == NULL) {
        *out = zd_view_crop(zd_image_view(r->slot->picture), r->roi);
        return ZD_OK;
    }
    zd_view whole;
    ZD_TRY(zd_host_slot_plane(r->ctx, r->slot, ZD_HOST_PLANE_PROCESSED, &whole, err));
    *out = zd_view_crop(whole, r->roi);
    zd_host_picture_read(r->ctx, &r->frame->processed, plane_rect(r, r->roi), *out);
    return ZD_OK;
}

/* Linear premultiplied light; colours beyond any footage are bounded, so that they stay finite. */
static void decode_bounded(zd_host_render *r, zd_view display, zd_view linear)
{
    if (r->slot->guide == r->slot->picture) {
        zd_light_decode(r->ctx, r->frame->transfer, display, linear, true);
        return;
    }
    zd_view_copy(display, linear);
    zd_host_bound_view(linear);
    zd_light_decode(r->ctx, r->frame->transfer, linear, linear, true);
}

/* The picture with the matte as its alpha. */
static zd_status cut_out(zd_host_render *r, zd_view picture, zd_view out, zd_error *err)
{
    zd_view whole;
    ZD_TRY(render_matte(r, &r->params, r->roi, &whole, err));
    zd_view matte = zd_view_crop(whole, r->roi);
    zd_view_copy(picture, out);
    for (int y = 0; y < out.height; y++) {
        float *row = zd_view_row_f32(out, y);
        const float *m = zd_view_row_f32(matte, y);
        for (int x = 0; x < out.width; x++) {
            row[4 * x + 3] *= m[x];
        }
    }
    return ZD_OK;
}

/* The processed picture inside the matte, the footage elsewhere. */
static zd_status mask_effects(zd_host_render *r, zd_view processed, zd_view out, zd_error *err)
{
    zd_view whole;
    zd_view linear;
    zd_view mixed;
    zd_view display = zd_view_crop(zd_image_view(r->slot->picture), r->roi);
    zd_transfer transfer = r->frame->transfer;
    ZD_TRY(render_matte(r, &r->params, r->roi, &whole, err));
    ZD_TRY(zd_host_slot_plane(r->ctx, r->slot, ZD_HOST_PLANE_LINEAR, &linear, err));
    ZD_TRY(zd_host_slot_plane(r->ctx, r->slot, ZD_HOST_PLANE_MIXED, &mixed, err));
    linear = zd_view_crop(linear, r->roi);
    mixed = zd_view_crop(mixed, r->roi);
    decode_bounded(r, display, linear);
    zd_light_decode(r->ctx, transfer, processed, mixed, true);
    zd_light_mix(linear, mixed, zd_view_crop(whole, r->roi));
    zd_light_encode_changed(r->ctx, transfer, linear, mixed, display, out);
    return ZD_OK;
}

static zd_status filter(zd_host_render *r, zd_view out, zd_view *was, zd_error *err)
{
    const zd_params *p = r->frame->params;
    zd_view picture;
    bool masks = zd_params_bool(p, ZD_P_MASK_EFFECTS, 0.0);
    bool cuts = zd_params_bool(p, ZD_P_TRANSPARENCY, 0.0);
    ZD_TRY(read_processed(r, &picture, err));
    if (!cuts && masks && r->frame->processed.view.data != NULL) {
        *was = zd_view_crop(zd_image_view(r->slot->picture), r->roi);
        return mask_effects(r, picture, out, err);
    }
    *was = picture;
    if (cuts || masks) {
        return cut_out(r, picture, out, err);
    }
    zd_view_copy(picture, out);
    return ZD_OK;
}

static zd_rect grown(zd_rect rect, int by, zd_rect limit)
{
    zd_rect wide = { rect.x0 - by, rect.y0 - by, rect.x1 + by, rect.y1 + by };
    return zd_rect_intersect(wide, limit);
}

/* The insert's pixels inside the roi, in linear light. */
static zd_status read_insert(zd_host_render *r, zd_view *out, zd_error *err)
{
    zd_view whole;
    ZD_TRY(zd_host_slot_plane(r->ctx, r->slot, ZD_HOST_PLANE_PROCESSED, &whole, err));
    *out = zd_view_crop(whole, r->roi);
    zd_host_picture_read(r->ctx, &r->frame->insert, plane_rect(r, r->roi), *out);
    zd_host_bound_view(*out);
    zd_light_decode(r->ctx, r->frame->transfer, *out, *out, true);
    return ZD_OK;
}

static zd_status background_layer(zd_host_render *r, zd_layer *layer, zd_view linear, zd_error *err)
{
    zd_view whole;
    zd_host_slot *slot = r->slot;
    zd_view matte = layer->matte.view;
    if (slot->cleaner == NULL) {
        ZD_TRY(zd_decontaminator_create(r->ctx, slot->width, slot->height, &slot->cleaner, err));
    }
    ZD_TRY(zd_host_slot_plane(r->ctx, slot, ZD_HOST_PLANE_BACKGROUND, &whole, err));
    zd_view background = zd_view_crop(whole, r->roi);
    ZD_TRY(
        zd_matte_estimate_colours(slot->cleaner, &linear, &matte, r->roi, &background, NULL, err));
    layer->background = (zd_placed_view){ background, r->roi.x0, r->roi.y0 };
    return ZD_OK;
}

static zd_status composite(zd_host_render *r, zd_view out, zd_view *was, zd_error *err)
{
    const zd_params *p = r->frame->params;
    double time_s = r->frame->time_s;
    zd_transfer transfer = r->frame->transfer;
    zd_rect limit = { 0, 0, r->slot->width, r->slot->height };
    zd_view display = zd_view_crop(zd_image_view(r->slot->picture), r->roi);
    zd_view linear;
    zd_view mixed;
    zd_view whole;
    zd_matte_params params = r->params;
    zd_layer layer = { .opacity = (float) zd_params_number(p, ZD_P_OPACITY, time_s),
                       .blend = (zd_blend) zd_params_int(p, ZD_P_BLEND) };
    *was = display;
    if (r->frame->insert.view.data == NULL) {
        zd_view_copy(display, out);
        return ZD_OK;
    }
    if (zd_params_is_set(p, ZD_P_AT_DEPTH)) {
        params = zd_layer_params_at(params, r->slot->sample.depth.kind,
                                    zd_params_number(p, ZD_P_AT_DEPTH, time_s));
    }
    bool clean = zd_params_bool(p, ZD_P_DECONTAMINATE, time_s);
    if (clean && r->slot->cleaner == NULL) {
        ZD_TRY(zd_decontaminator_create(r->ctx, limit.x1, limit.y1, &r->slot->cleaner, err));
    }
    zd_rect wide = grown(r->roi, clean ? zd_decontaminator_margin(r->slot->cleaner) : 0, limit);
    zd_view guide =
        zd_image_view(r->frame->transfer == ZD_TRANSFER_LINEAR ? r->slot->picture : r->slot->guide);
    ZD_TRY(zd_host_slot_plane(r->ctx, r->slot, ZD_HOST_PLANE_LINEAR, &linear, err));
    ZD_TRY(zd_host_slot_plane(r->ctx, r->slot, ZD_HOST_PLANE_MIXED, &mixed, err));
    zd_light_decode(r->ctx, transfer, zd_view_crop(guide, wide), zd_view_crop(linear, wide), false);
    decode_bounded(r, display, zd_view_crop(mixed, r->roi));
    ZD_TRY(render_matte(r, &params, wide, &whole, err));
    layer.matte = (zd_placed_view){ whole, 0, 0 };
    ZD_TRY(read_insert(r, &layer.picture.view, err));
    layer.picture.x = r->roi.x0;
    layer.picture.y = r->roi.y0;
    if (clean) {
        ZD_TRY(background_layer(r, &layer, linear, err));
    }
    ZD_TRY(zd_host_check_abort(r, err));
    zd_composite job = { .picture = { mixed, 0, 0 }, .layers = &layer, .count = 1 };
    ZD_TRY(zd_composite_render(r->ctx, &job, r->roi, err));
    zd_view before = zd_view_crop(linear, r->roi);
    decode_bounded(r, display, before);
    zd_light_encode_changed(r->ctx, transfer, before, zd_view_crop(mixed, r->roi), display, out);
    return ZD_OK;
}

zd_status zd_host_render_roi(zd_host_render *r, zd_view *result, zd_view *was, zd_error *err)
{
    zd_view whole;
    zd_view_kind kind = (zd_view_kind) zd_params_int(r->frame->params, ZD_P_VIEW);
    ZD_TRY(zd_host_slot_plane(r->ctx, r->slot, ZD_HOST_PLANE_RESULT, &whole, err));
    *result = zd_view_crop(whole, r->roi);
    *was = (zd_view){ 0 };
    if (kind != ZD_VIEW_NONE) {
        return draw_view(r, kind, *result, err);
    }
    return r->frame->task == ZD_HOST_FILTER ? filter(r, *result, was, err)
                                            : composite(r, *result, was, err);
}
