/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What an application sees of a prepared frame: views, the result, the matte, depth. The result is
 * made by the renderers of the jobs: the compositor, the chain of built-in effects, FFmpeg's graph. */

#include <string.h>

#include "clip/clip_engine_internal.h"
#include "composite/effect_chain.h"
#include "image/linear.h"

/* Rows between two looks at a request to stop: the matte's own tiles are high. */
enum { MATTE_BAND = 128 };

static zd_rect whole_of(const zd_clip_slot *slot)
{
    return (zd_rect){ 0, 0, slot->width, slot->height };
}

/* Makes `image` of the slot's size and that format, unless it is. */
static zd_status fit(zd_clip_engine *e, const zd_clip_slot *slot, zd_format format,
                     zd_image **image, zd_view *out, zd_error *err)
{
    if (*image != NULL) {
        zd_view view = zd_image_view(*image);
        if (view.width != slot->width || view.height != slot->height) {
            zd_image_unref(image);
        }
    }
    if (*image == NULL) {
        ZD_TRY(zd_image_create(e->ctx, slot->width, slot->height, format, image, err));
    }
    *out = zd_image_view(*image);
    return ZD_OK;
}

static zd_status render_matte(zd_clip_engine *e, const zd_clip_slot *slot, const zd_task *task,
                              zd_view *out, zd_error *err)
{
    zd_rect whole = whole_of(slot);
    ZD_TRY(fit(e, slot, ZD_GRAY_F32, &e->gray, out, err));
    for (int y = 0; y < whole.y1; y += MATTE_BAND) {
        zd_rect band = { 0, y, whole.x1, y + MATTE_BAND < whole.y1 ? y + MATTE_BAND : whole.y1 };
        ZD_TRY(zd_clip_check_cancel(task, err));
        ZD_TRY(zd_matte_render(slot->frame.prepared, &slot->frame.matte, band,
                               zd_view_crop(*out, band), err));
    }
    return ZD_OK;
}

/* ---- the result ---- */

/* The inserts for frames of the slot's size. */
static zd_status fit_compositor(zd_clip_engine *e, const zd_clip_slot *slot, zd_error *err)
{
    if (e->compositor != NULL && e->compositor_width == slot->width &&
        e->compositor_height == slot->height)
    {
        return ZD_OK;
    }
    zd_reader_info like = *e->clip.info;
    like.width = slot->width;
    like.height = slot->height;
    zd_compositor_close(&e->compositor);
    e->compositor_width = slot->width;
    e->compositor_height = slot->height;
    return zd_compositor_open(e->ctx, &e->project, &like, &e->compositor, err);
}

static zd_status draw_composite(zd_clip_engine *e, zd_clip_slot *slot, const zd_task *task,
                                zd_view out, zd_error *err)
{
    zd_rect roi;
    bool changed;
    ZD_TRY(fit_compositor(e, slot, err));
    ZD_TRY(zd_compositor_at(e->compositor, slot->frame.time_s, &roi, err));
    zd_view_copy(slot->frame.picture, out);
    if (zd_rect_is_empty(roi)) {
        return ZD_OK;
    }
    ZD_TRY(zd_clip_slot_prepare(e, slot, true, err));
    return zd_compositor_render(e->compositor, &slot->frame, roi, task, out, &changed, err);
}

static zd_status draw_cut_out(zd_clip_engine *e, zd_clip_slot *slot, const zd_task *task,
                              zd_view out, zd_error *err)
{
    zd_view matte;
    ZD_TRY(zd_clip_slot_prepare(e, slot, true, err));
    ZD_TRY(render_matte(e, slot, task, &matte, err));
    zd_view_copy(slot->frame.picture, out);
    for (int y = 0; y < out.height; y++) {
        float *row = zd_view_row_f32(out, y);
        const float *m = zd_view_row_f32(matte, y);
        for (int x = 0; x < out.width; x++) {
            row[4 * x + 3] *= m[x];
        }
    }
    return ZD_OK;
}

/* The built-in effects, in linear light, where the matte lets them. */
static zd_status draw_chain(zd_clip_engine *e, zd_clip_slot *slot, const zd_task *task,
                            const zd_effect_chain *chain, zd_view out, zd_error *err)
{
    zd_view was;
    zd_view now;
    zd_view matte = { 0 };
    zd_transfer transfer = e->clip.info->colour.transfer;
    zd_image *depth = NULL;
    ZD_TRY(zd_clip_slot_prepare(e, slot, true, err));
    if (zd_params_bool(&e->project.params, ZD_P_MASK_EFFECTS, 0.0)) {
        ZD_TRY(render_matte(e, slot, task, &matte, err));
    }
    ZD_TRY(fit(e, slot, ZD_RGBA_F32, &e->scratch[0], &was, err));
    ZD_TRY(fit(e, slot, ZD_RGBA_F32, &e->scratch[1], &now, err));
    ZD_TRY(zd_image_create(e->ctx, slot->width, slot->height, ZD_GRAY_F32, &depth, err));
    zd_view nearness = zd_image_view(depth);
    zd_status status = zd_matte_render_depth(slot->matte, whole_of(slot), nearness, err);
    if (status == ZD_OK) {
        zd_linear_decode(e->ctx, transfer, slot->frame.picture, was, true);
        zd_effect_io io = {
            .picture = was, .nearness = nearness, .matte = matte, .roi = whole_of(slot), .out = now
        };
        status = zd_effect_chain_apply(e->ctx, chain, &io, err);
    }
    if (status == ZD_OK) {
        zd_linear_encode_changed(e->ctx, transfer, was, now, slot->frame.picture, out);
    }
    zd_image_unref(&depth);
    return status;
}

/* The frame as FFmpeg's graph is to see it: as decoded, or made of the smaller picture. */
static zd_status graph_input(zd_clip_engine *e, const zd_clip_slot *slot, zd_frame **out,
                             zd_error *err)
{
    zd_frame_info info = *zd_frame_info_get(slot->media);
    if (info.width == slot->width && info.height == slot->height) {
        *out = zd_frame_ref(slot->media);
        return ZD_OK;
    }
    info.width = slot->width;
    info.height = slot->height;
    strcpy(info.pixel_format, "rgba");
    info.bit_depth = 8;
    info.is_float = false;
    info.has_alpha = true;
    info.colour.matrix_id = 0;
    info.colour.is_full_range = true;
    return zd_frame_create_from_rgba(e->ctx, &info, slot->frame.picture, out, err);
}

static zd_status run_graph(zd_clip_engine *e, const zd_frame *input, zd_frame **out, zd_error *err)
{
    zd_filter *filter = NULL;
    const zd_params *p = &e->project.params;
    zd_trust trust = zd_project_trusts(&e->project, ZD_P_EFFECT) ? ZD_TRUST_FULL : ZD_TRUST_NONE;
    ZD_TRY(zd_filter_open(e->ctx, zd_params_text(p, ZD_P_EFFECT), trust, zd_frame_info_get(input),
                          e->clip.info->frame_rate, &filter, err));
    zd_status status = zd_filter_push(filter, input, err);
    if (status == ZD_OK) {
        status = zd_filter_pull(filter, out, err);
    }
    if (status == ZD_OK && *out == NULL) { /* it looks ahead: the frame stands for what follows */
        status = zd_filter_push(filter, NULL, err);
        if (status == ZD_OK) {
            status = zd_filter_pull(filter, out, err);
        }
    }
    if (status == ZD_ERR_END || (status == ZD_OK && *out == NULL)) {
        status = zd_fail(err, ZD_ERR_UNSUPPORTED, "the effect gives no picture for one frame");
    }
    zd_filter_close(&filter);
    return status;
}

static zd_status draw_graph(zd_clip_engine *e, zd_clip_slot *slot, const zd_task *task, zd_view out,
                            zd_error *err)
{
    zd_frame *input = NULL;
    zd_frame *done = NULL;
    zd_view was;
    zd_view now;
    zd_view matte;
    zd_transfer transfer = e->clip.info->colour.transfer;
    bool masks = zd_params_bool(&e->project.params, ZD_P_MASK_EFFECTS, 0.0);
    ZD_TRY(fit(e, slot, ZD_RGBA_F32, &e->scratch[0], &was, err));
    ZD_TRY(fit(e, slot, ZD_RGBA_F32, &e->scratch[1], &now, err));
    zd_status status = graph_input(e, slot, &input, err);
    if (status == ZD_OK) {
        status = run_graph(e, input, &done, err);
    }
    if (status == ZD_OK) {
        status = zd_frame_read(done, whole_of(slot), now, err);
    }
    zd_frame_unref(&done);
    zd_frame_unref(&input);
    if (status != ZD_OK || !masks) {
        zd_view_copy(now, out);
        return status;
    }
    ZD_TRY(zd_clip_slot_prepare(e, slot, true, err));
    ZD_TRY(render_matte(e, slot, task, &matte, err));
    zd_linear_decode(e->ctx, transfer, now, now, true);
    zd_linear_decode(e->ctx, transfer, slot->frame.picture, was, true);
    zd_linear_mix(was, now, matte);
    zd_linear_encode_changed(e->ctx, transfer, was, now, slot->frame.picture, out);
    return ZD_OK;
}

static zd_status draw_result(zd_clip_engine *e, zd_clip_slot *slot, const zd_task *task,
                             zd_view out, zd_error *err)
{
    const zd_params *p = &e->project.params;
    const char *effect = zd_params_text(p, ZD_P_EFFECT);
    zd_effect_chain chain;
    if (e->project.insert_count > 0) {
        return draw_composite(e, slot, task, out, err);
    }
    if (zd_params_bool(p, ZD_P_TRANSPARENCY, 0.0)) {
        return draw_cut_out(e, slot, task, out, err);
    }
    if (effect == NULL) {
        zd_view_copy(slot->frame.picture, out);
        return ZD_OK;
    }
    ZD_TRY(zd_effect_parse(effect, &chain, err));
    return chain.count > 0 ? draw_chain(e, slot, task, &chain, out, err)
                           : draw_graph(e, slot, task, out, err);
}

/* ---- what was asked for ---- */

static zd_status draw_view(zd_clip_engine *e, zd_clip_slot *slot, const zd_task *task,
                           zd_matte_view_kind kind, zd_view out, zd_error *err)
{
    zd_matte_view_source source = { .picture = slot->frame.picture,
                                    .depth = zd_image_view(slot->depth.values),
                                    .range = slot->shot.range,
                                    .frame_width = slot->width,
                                    .frame_height = slot->height,
                                    .roi = whole_of(slot) };
    if (zd_matte_view_needs_matte(kind)) {
        ZD_TRY(zd_clip_slot_prepare(e, slot, true, err));
        ZD_TRY(render_matte(e, slot, task, &source.matte, err));
    }
    zd_matte_view_draw(kind, &source, out);
    return ZD_OK;
}

zd_status zd_clip_render_slot(zd_clip_engine *e, const zd_clip_request *request, zd_clip_slot *slot,
                              zd_clip_picture *out, zd_error *err)
{
    static const zd_matte_view_kind kinds[ZD_CLIP_OUTPUT_COUNT] = {
        [ZD_CLIP_OUTPUT_DEPTH] = ZD_MATTE_VIEW_DEPTH,
        [ZD_CLIP_OUTPUT_THRESHOLDED] = ZD_MATTE_VIEW_THRESHOLDED,
        [ZD_CLIP_OUTPUT_OPACITY] = ZD_MATTE_VIEW_OPACITY,
        [ZD_CLIP_OUTPUT_MATTE] = ZD_MATTE_VIEW_MATTE,
    };
    const zd_task *task = request->task;
    if (request->output == ZD_CLIP_OUTPUT_DEPTH_VALUES) {
        ZD_TRY(zd_clip_slot_prepare(e, slot, true, err));
        ZD_TRY(fit(e, slot, ZD_GRAY_F32, &e->gray, &out->gray, err));
        return zd_matte_render_depth(slot->matte, whole_of(slot), out->gray, err);
    }
    if (request->output == ZD_CLIP_OUTPUT_SOURCE) {
        out->rgba = slot->frame.picture;
        return ZD_OK;
    }
    ZD_TRY(fit(e, slot, ZD_RGBA_F32, &e->drawn, &out->rgba, err));
    if (request->output == ZD_CLIP_OUTPUT_RESULT) {
        return draw_result(e, slot, task, out->rgba, err);
    }
    ZD_TRY(draw_view(e, slot, task, kinds[request->output], out->rgba, err));
    if (request->output == ZD_CLIP_OUTPUT_MATTE) {
        out->gray = zd_image_view(e->gray);
    }
    return ZD_OK;
}
