/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See engine_result.h; effects are composite/, views matte/views.c. */

#include "engine/engine_result.h"

#include <assert.h>

#include "core/pool.h"
#include "core/size.h"
#include "image/linear.h"
#include "project/param.h"

enum { VIEW_ROWS = 16, MIX_ROWS = 16 };

typedef struct view_job {
    const zd_layered_frame *frame;
    const zd_engine_view *view;
    zd_view out;
} view_job;

static zd_view part_of(zd_view whole, zd_rect piece)
{
    return whole.data != NULL ? zd_view_crop(whole, piece) : whole;
}

/* Rows of the roi, counted from its first. */
static void draw_rows(void *user, int item)
{
    const view_job *job = user;
    zd_rect roi = job->view->roi;
    zd_rect rows = { 0, item * VIEW_ROWS, roi.x1 - roi.x0,
                     zd_int_min((item + 1) * VIEW_ROWS, roi.y1 - roi.y0) };
    zd_matte_view_source source = {
        .picture = part_of(job->view->picture, rows),
        .matte = part_of(job->view->matte, rows),
        .depth = zd_image_view(job->frame->depth.values),
        .range = job->frame->shot->range,
        .frame_width = job->frame->picture.width,
        .frame_height = job->frame->picture.height,
        .roi = { roi.x0, roi.y0 + rows.y0, roi.x1, roi.y0 + rows.y1 },
    };
    if (job->frame->depth.sky != NULL) {
        source.sky = zd_image_view(job->frame->depth.sky);
    }
    if (job->frame->depth.confidence != NULL) {
        source.confidence = zd_image_view(job->frame->depth.confidence);
    }
    zd_matte_view_draw(job->view->kind, &source, zd_view_crop(job->out, rows));
}

void zd_engine_draw_view(zd_context *ctx, const zd_layered_frame *frame, const zd_engine_view *view,
                         zd_view out)
{
    view_job job = { frame, view, out };
    int64_t pixels = (int64_t) out.width * out.height;
    assert(view->matte.data != NULL || !zd_matte_view_needs_matte(view->kind));
    zd_pool_run_on(zd_context_pool(ctx), pixels, (out.height + VIEW_ROWS - 1) / VIEW_ROWS,
                   draw_rows, &job);
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

void zd_engine_frame_light(zd_context *ctx, const zd_layered_frame *frame, zd_view display,
                           zd_view linear)
{
    zd_view from = display;
    if (frame->needs_bound) {
        zd_view_copy(display, linear);
        zd_linear_bound(linear);
        from = linear;
    }
    zd_linear_decode(ctx, frame->transfer, from, linear);
}

typedef struct mix_job {
    zd_view was;
    zd_view now;
    zd_view matte;
} mix_job;

static void mix_rows(void *user, int item)
{
    const mix_job *job = user;
    zd_rect rows = { 0, item * MIX_ROWS, job->now.width,
                     zd_int_min((item + 1) * MIX_ROWS, job->now.height) };
    zd_linear_mix(zd_view_crop(job->was, rows), zd_view_crop(job->now, rows),
                  zd_view_crop(job->matte, rows));
}

bool zd_engine_mix_codes(zd_context *ctx, const zd_layered_frame *frame, zd_view display,
                         zd_view matte, zd_view was, zd_view now)
{
    zd_engine_frame_light(ctx, frame, display, was);
    zd_linear_decode(ctx, frame->transfer, now, now);
    mix_job job = { was, now, matte };
    zd_pool_run(zd_context_pool(ctx), (now.height + MIX_ROWS - 1) / MIX_ROWS, mix_rows, &job);
    return zd_linear_encode_changed(ctx, frame->transfer, was, now, display, now);
}

bool zd_engine_wants_plate(const zd_params *params, const zd_effect_chain *chain)
{
    bool looks_around = chain == NULL || chain->count == 0;
    for (int i = 0; chain != NULL && i < chain->count; i++) {
        looks_around |= chain->steps[i].effect->sight != ZD_EFFECT_POINTWISE;
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
    zd_engine_frame_light(ctx, frame, frame->picture, room->linear);
    *seen = room->linear;
    if (room->plate != NULL) {
        *seen = zd_clean_plate_make(room->plate, room->linear, room->nearness, room->layer,
                                    room->is_hidden);
    }
    return ZD_OK;
}

/* Effects that move layers see the frame, what is behind the layer, and what is held of it. */
static zd_status move_layers(zd_context *ctx, const zd_effect_chain *chain,
                             const zd_layered_frame *frame, const zd_engine_chain_room *room,
                             zd_view out, zd_error *err)
{
    zd_rect whole = { 0, 0, out.width, out.height };
    ZD_TRY(zd_matte_render_depth(frame->prepared, whole, room->nearness, err));
    zd_engine_frame_light(ctx, frame, frame->picture, room->linear);
    zd_effect_io io = { .picture = room->linear,
                        .nearness = room->nearness,
                        .has_focus = frame->has_focus,
                        .focus = frame->focus,
                        .roi = whole,
                        .out = out };
    if (room->plate != NULL && room->layers != NULL && room->layer.data != NULL) {
        zd_engine_moved moved;
        ZD_TRY(zd_engine_layers_take(room->layers, chain, frame, room->linear, room->layer,
                                     room->is_hidden, &moved, err));
        io.held = moved.held;
        io.layer = moved.own;
        if (moved.grown.data != NULL) {
            io.plate =
                zd_clean_plate_make(room->plate, room->linear, room->nearness, moved.grown, true);
        }
    }
    return room->style != NULL
               ? zd_engine_style_apply(room->style, room->style_model, chain, frame, &io, err)
               : zd_effect_chain_apply(ctx, chain, frame->time_s, &io, err);
}

zd_status zd_engine_chain_light(zd_context *ctx, const zd_effect_chain *chain,
                                const zd_layered_frame *frame, zd_view matte,
                                const zd_engine_chain_room *room, zd_view out, zd_error *err)
{
    zd_view seen;
    zd_rect whole = { 0, 0, out.width, out.height };
    if (zd_engine_layers_are_moved(chain)) {
        return move_layers(ctx, chain, frame, room, out, err);
    }
    ZD_TRY(begin_light(ctx, frame, room, &seen, err));
    zd_effect_io io = { .picture = seen,
                        .nearness = room->nearness,
                        .matte = room->plate == NULL ? matte : (zd_view){ 0 },
                        .has_focus = frame->has_focus,
                        .focus = frame->focus,
                        .roi = whole,
                        .out = out };
    ZD_TRY(room->style != NULL
               ? zd_engine_style_apply(room->style, room->style_model, chain, frame, &io, err)
               : zd_effect_chain_apply(ctx, chain, frame->time_s, &io, err));
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
