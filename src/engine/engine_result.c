/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See engine_result.h; effects are composite/, views matte/views.c. */

#include "engine/engine_result.h"

#include <assert.h>

#include "image/linear.h"
#include "project/param.h"

void zd_engine_draw_view(const zd_layered_frame *frame, zd_matte_view_kind kind, zd_rect roi,
                         zd_view matte, zd_view out)
{
    zd_matte_view_source source = { .picture = zd_view_crop(frame->picture, roi),
                                    .matte = matte,
                                    .depth = zd_image_view(frame->depth.values),
                                    .range = frame->shot->range,
                                    .frame_width = frame->picture.width,
                                    .frame_height = frame->picture.height,
                                    .roi = roi };
    assert(matte.data != NULL || !zd_matte_view_needs_matte(kind));
    zd_matte_view_draw(kind, &source, out);
}

void zd_engine_cut_out(zd_view picture, zd_view matte, zd_view out)
{
    zd_view_copy(picture, out);
    for (int y = 0; y < out.height; y++) {
        float *row = zd_view_row_f32(out, y);
        const float *m = zd_view_row_f32(matte, y);
        for (int x = 0; x < out.width; x++) {
            row[4 * x + 3] *= m[x];
        }
    }
}

/* The frame's light. */
static void decode(zd_context *ctx, const zd_layered_frame *frame, zd_view display, zd_view linear)
{
    zd_view from = display;
    if (frame->needs_bound) {
        zd_view_copy(display, linear);
        zd_linear_bound(linear);
        from = linear;
    }
    zd_linear_decode(ctx, frame->transfer, from, linear, true);
}

bool zd_engine_mix_codes(zd_context *ctx, const zd_layered_frame *frame, zd_view display,
                         zd_view matte, zd_view was, zd_view now)
{
    decode(ctx, frame, display, was);
    zd_linear_decode(ctx, frame->transfer, now, now, true);
    zd_linear_mix(was, now, matte);
    return zd_linear_encode_changed(ctx, frame->transfer, was, now, display, now);
}

bool zd_engine_wants_plate(const zd_params *params, const zd_effect_chain *chain)
{
    bool looks_around = chain == NULL || chain->count == 0;
    for (int i = 0; chain != NULL && i < chain->count; i++) {
        looks_around |= chain->steps[i].effect->sight == ZD_EFFECT_LOOKS_AROUND;
    }
    return looks_around && zd_params_bool(params, ZD_P_MASK_EFFECTS, 0.0) &&
           zd_params_bool(params, ZD_P_CLEAN_PLATE, 0.0);
}

/* The frame's light and nearness, and what effects are to look at: the plate, or the frame. */
static zd_status begin_light(zd_context *ctx, const zd_layered_frame *frame,
                             const zd_engine_chain_room *room, zd_view *seen, zd_error *err)
{
    zd_rect whole = { 0, 0, room->linear.width, room->linear.height };
    ZD_TRY(zd_matte_render_depth(frame->prepared, whole, room->nearness, err));
    decode(ctx, frame, frame->picture, room->linear);
    *seen = room->linear;
    if (room->plate != NULL) {
        *seen = zd_clean_plate_make(room->plate, room->linear, room->nearness, room->layer,
                                    room->is_hidden);
    }
    return ZD_OK;
}

zd_status zd_engine_plate_codes(zd_context *ctx, const zd_layered_frame *frame,
                                const zd_engine_chain_room *room, zd_view out, zd_error *err)
{
    zd_view seen;
    ZD_TRY(begin_light(ctx, frame, room, &seen, err));
    zd_linear_encode_changed(ctx, frame->transfer, room->linear, seen, frame->picture, out);
    return ZD_OK;
}

zd_status zd_engine_chain_light(zd_context *ctx, const zd_effect_chain *chain,
                                const zd_layered_frame *frame, zd_view matte,
                                const zd_engine_chain_room *room, zd_view out, zd_error *err)
{
    zd_view seen;
    zd_rect whole = { 0, 0, out.width, out.height };
    ZD_TRY(begin_light(ctx, frame, room, &seen, err));
    zd_effect_io io = { .picture = seen,
                        .nearness = room->nearness,
                        .matte = room->plate == NULL ? matte : (zd_view){ 0 },
                        .roi = whole,
                        .out = out };
    ZD_TRY(zd_effect_chain_apply(ctx, chain, frame->time_s, &io, err));
    if (room->plate != NULL && matte.data != NULL) {
        zd_linear_mix(room->linear, out, matte);
    }
    return ZD_OK;
}

zd_status zd_engine_run_chain(zd_context *ctx, const zd_effect_chain *chain,
                              const zd_layered_frame *frame, zd_view matte,
                              const zd_engine_chain_room *room, zd_view out, bool *changed,
                              zd_error *err)
{
    ZD_TRY(zd_engine_chain_light(ctx, chain, frame, matte, room, out, err));
    bool differs =
        zd_linear_encode_changed(ctx, frame->transfer, room->linear, out, frame->picture, out);
    if (changed != NULL) {
        *changed = differs;
    }
    return ZD_OK;
}
