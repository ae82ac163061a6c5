/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What an application sees of a prepared frame: views, the result, the matte, depth. The result is
 * made by the renderers of the jobs: the compositor, the chain of built-in effects, FFmpeg's graph. */

#include <string.h>

#include "clip/clip_engine_internal.h"
#include "clip/clip_graph.h"
#include "composite/effect_chain.h"
#include "engine/engine_between.h"
#include "engine/engine_result.h"
#include "image/linear.h"

static zd_rect whole_of(const zd_prepared *p)
{
    return (zd_rect){ 0, 0, p->width, p->height };
}

/* Makes `image` of the slot's size and that format, unless it is. */
static zd_status fit(zd_clip_engine *e, const zd_prepared *p, zd_format format, zd_image **image,
                     zd_view *out, zd_error *err)
{
    if (*image != NULL) {
        zd_view view = zd_image_view(*image);
        if (view.width != p->width || view.height != p->height) {
            zd_image_unref(image);
        }
    }
    if (*image == NULL) {
        ZD_TRY(zd_image_create(e->ctx, p->width, p->height, format, image, err));
    }
    *out = zd_image_view(*image);
    return ZD_OK;
}

static zd_status render_matte(zd_clip_engine *e, zd_prepared *p, const zd_task *task, zd_view *out,
                              zd_error *err)
{
    ZD_TRY(zd_prepared_matte(e->ctx, p, err));
    ZD_TRY(fit(e, p, ZD_GRAY_F32, &e->gray, out, err));
    return zd_engine_render_matte(p->frame.prepared, &p->frame.matte, whole_of(p), task, *out, err);
}

/* ---- the result ---- */

static zd_status draw_cut_out(zd_clip_engine *e, zd_prepared *p, const zd_task *task, zd_view out,
                              zd_error *err)
{
    zd_view matte;
    ZD_TRY(render_matte(e, p, task, &matte, err));
    zd_engine_cut_out(p->frame.picture, matte, out);
    return ZD_OK;
}

/* Memory for effects, and the plate of the layer that `layer` gives where they want one; without data:
 * none. */
static zd_status make_room(zd_clip_engine *e, zd_prepared *p, const zd_effect_chain *chain,
                           zd_view layer, zd_engine_chain_room *room, zd_error *err)
{
    *room = (zd_engine_chain_room){ .layer = layer };
    ZD_TRY(fit(e, p, ZD_RGBA_F32, &e->scratch[0], &room->linear, err));
    ZD_TRY(zd_prepared_get_plane(e->ctx, p, ZD_PREPARED_DEPTH, &room->nearness, err));
    if (chain != NULL && zd_engine_style_is_wanted(chain)) {
        ZD_TRY(e->style != NULL ? ZD_OK : zd_engine_style_create(e->ctx, false, &e->style, err));
        room->style = e->style;
        room->style_model = zd_params_text(&e->project.params, ZD_P_STYLE_MODEL);
    }
    return layer.data == NULL || !zd_engine_wants_plate(&e->project.params, chain)
               ? ZD_OK
               : zd_prepared_get_plate(e->ctx, p, &room->plate, err);
}

/* The built-in effects, in linear light, where the matte lets them. */
static zd_status draw_chain(zd_clip_engine *e, zd_prepared *p, const zd_task *task,
                            const zd_effect_chain *chain, zd_view out, zd_error *err)
{
    zd_engine_chain_room room;
    zd_view matte = { 0 };
    ZD_TRY(zd_prepared_matte(e->ctx, p, err));
    if (zd_params_bool(&e->project.params, ZD_P_MASK_EFFECTS, 0.0)) {
        ZD_TRY(render_matte(e, p, task, &matte, err));
    }
    ZD_TRY(make_room(e, p, chain, matte, &room, err));
    return zd_engine_run_chain(e->ctx, chain, &p->frame, matte, &room, out, NULL, err);
}

/* The frame as FFmpeg's graph is to see it: as decoded, or made of the smaller picture. */
static zd_status graph_input(zd_clip_engine *e, const zd_prepared *p, zd_frame **out, zd_error *err)
{
    zd_frame *media = zd_clip_frame_media(p);
    zd_frame_info info = *zd_frame_info_get(media);
    if (info.width == p->width && info.height == p->height) {
        *out = zd_frame_ref(media);
        return ZD_OK;
    }
    info.width = p->width;
    info.height = p->height;
    strcpy(info.pixel_format, "rgba");
    info.bit_depth = 8;
    info.is_float = false;
    info.has_alpha = true;
    info.colour.matrix_id = 0;
    info.colour.is_full_range = true;
    return zd_frame_create_from_rgba(e->ctx, &info, p->frame.picture, out, err);
}

static zd_status filter_frame(zd_clip_graph *graph, const zd_clip_graph_frame *frame,
                              zd_frame **out, zd_error *err)
{
    zd_filter *filter = zd_clip_graph_filter(graph);
    ZD_TRY(zd_clip_graph_push(graph, frame, err));
    zd_status status = zd_filter_pull(filter, out, err);
    if (status == ZD_OK && *out == NULL) { /* it looks ahead: the frame stands for what follows */
        status = zd_clip_graph_push(graph, NULL, err);
        if (status == ZD_OK) {
            status = zd_filter_pull(filter, out, err);
        }
    }
    if (status == ZD_ERR_END || (status == ZD_OK && *out == NULL)) {
        status = zd_fail(err, ZD_ERR_UNSUPPORTED, "the effect gives no picture for one frame");
    }
    return status;
}

/* The frame's codes after FFmpeg's graph, for the layer that `layer` is, or with is_hidden leaves over. */
static zd_status draw_graph_codes(zd_clip_engine *e, zd_prepared *p, zd_view layer, bool is_hidden,
                                  zd_view codes, zd_error *err)
{
    zd_clip_graph *graph = NULL;
    zd_frame *input = NULL;
    zd_frame *done = NULL;
    zd_status status = graph_input(e, p, &input, err);
    if (status == ZD_OK) {
        status = zd_clip_graph_open(e->ctx, &e->project, zd_frame_info_get(input),
                                    e->clip.info->frame_rate, &graph, err);
    }
    if (status == ZD_OK && zd_clip_graph_needs_layers(graph)) {
        status = zd_prepared_matte(e->ctx, p, err);
    }
    if (status == ZD_OK) {
        zd_clip_graph_frame frame = { input, &p->frame, p->frame.picture, layer, is_hidden };
        status = filter_frame(graph, &frame, &done, err);
    }
    if (status == ZD_OK) {
        status = zd_frame_read(done, whole_of(p), codes, err);
    }
    zd_clip_graph_close(&graph);
    zd_frame_unref(&done);
    zd_frame_unref(&input);
    return status;
}

static zd_status draw_graph(zd_clip_engine *e, zd_prepared *p, const zd_task *task, zd_view out,
                            zd_error *err)
{
    zd_view now;
    zd_view matte;
    zd_view linear;
    if (!zd_params_bool(&e->project.params, ZD_P_MASK_EFFECTS, 0.0)) {
        return draw_graph_codes(e, p, (zd_view){ 0 }, false, out, err);
    }
    ZD_TRY(fit(e, p, ZD_RGBA_F32, &e->scratch[0], &linear, err));
    ZD_TRY(fit(e, p, ZD_RGBA_F32, &e->scratch[1], &now, err));
    ZD_TRY(render_matte(e, p, task, &matte, err));
    ZD_TRY(draw_graph_codes(e, p, matte, false, now, err));
    zd_engine_mix_codes(e->ctx, &p->frame, p->frame.picture, matte, linear, now);
    zd_view_copy(now, out);
    return ZD_OK;
}

/* The inserts for frames of the slot's size. */
static zd_status fit_compositor(zd_clip_engine *e, const zd_prepared *p, zd_error *err)
{
    if (e->compositor != NULL && e->compositor_width == p->width &&
        e->compositor_height == p->height) {
        return ZD_OK;
    }
    zd_reader_info like = *e->clip.info;
    like.width = p->width;
    like.height = p->height;
    zd_compositor_destroy(&e->compositor);
    e->compositor_width = p->width;
    e->compositor_height = p->height;
    if (e->tracks == NULL) {
        ZD_TRY(zd_clip_tracks_create(&e->clip, &e->options, &e->tracks, err));
    }
    return zd_clip_compositor_open(e->ctx, &e->project, &like, e->tracks, &e->compositor, err);
}

/* The effect below the inserts, for the frame at work. */
typedef struct below {
    zd_clip_engine *engine;
    zd_prepared *frame;
    const zd_effect_chain *chain;
} below;

static zd_status effect_light(void *user, const zd_layered_frame *frame, zd_view hidden,
                              zd_view light, zd_error *err)
{
    const below *b = user;
    zd_engine_chain_room room;
    if (b->chain->count == 0) {
        ZD_TRY(draw_graph_codes(b->engine, b->frame, hidden, true, light, err));
        zd_linear_decode(b->engine->ctx, frame->transfer, light, light);
        return ZD_OK;
    }
    ZD_TRY(make_room(b->engine, b->frame, b->chain, hidden, &room, err));
    room.is_hidden = true;
    return zd_engine_chain_light(b->engine->ctx, b->chain, frame, (zd_view){ 0 }, &room, light,
                                 err);
}

static zd_status draw_composite(zd_clip_engine *e, zd_prepared *p, const zd_task *task, zd_view out,
                                zd_error *err)
{
    zd_rect roi;
    bool changed;
    zd_effect_chain chain;
    zd_compositor_target target = { .out = out };
    const char *effect = zd_params_text(&e->project.params, ZD_P_EFFECT);
    below user = { e, p, &chain };
    zd_compositor_effect made = { .make = effect_light, .user = &user };
    if (effect != NULL) {
        ZD_TRY(zd_effect_parse(effect, zd_reader_info_rate(e->clip.info), &chain, err));
    }
    ZD_TRY(fit_compositor(e, p, err));
    zd_compositor_set_effect(e->compositor, effect != NULL ? &made : NULL);
    ZD_TRY(zd_clip_tracks_seek(e->tracks, p->frame.index, task, err));
    ZD_TRY(zd_compositor_at(e->compositor, p->frame.time_s, whole_of(p), &roi, err));
    zd_view_copy(p->frame.picture, out);
    if (zd_rect_is_empty(roi)) {
        return ZD_OK;
    }
    ZD_TRY(zd_prepared_matte(e->ctx, p, err));
    return zd_compositor_render(e->compositor, &e->project.params, &p->frame, roi, task, &target,
                                &changed, err);
}

static zd_status draw_result(zd_clip_engine *e, zd_prepared *p, const zd_task *task, zd_view out,
                             zd_error *err)
{
    const zd_params *params = &e->project.params;
    const char *effect = zd_params_text(params, ZD_P_EFFECT);
    zd_effect_chain chain;
    if (e->project.insert_count > 0) {
        return draw_composite(e, p, task, out, err);
    }
    if (zd_params_bool(params, ZD_P_TRANSPARENCY, 0.0)) {
        return draw_cut_out(e, p, task, out, err);
    }
    if (effect == NULL) {
        zd_view_copy(p->frame.picture, out);
        return ZD_OK;
    }
    ZD_TRY(zd_effect_parse(effect, zd_reader_info_rate(e->clip.info), &chain, err));
    return chain.count > 0 ? draw_chain(e, p, task, &chain, out, err)
                           : draw_graph(e, p, task, out, err);
}

/* ---- what was asked for ---- */

static zd_status draw_view(zd_clip_engine *e, zd_prepared *p, const zd_task *task,
                           zd_matte_view_kind kind, zd_view out, zd_error *err)
{
    zd_view matte = { 0 };
    if (zd_matte_view_needs_matte(kind)) {
        ZD_TRY(render_matte(e, p, task, &matte, err));
    }
    zd_engine_view view = zd_engine_view_of(&p->frame, kind, whole_of(p), matte);
    zd_engine_draw_view(e->ctx, &p->frame, &view, out);
    return ZD_OK;
}

zd_status zd_clip_render(zd_clip_engine *e, const zd_clip_request *request, zd_prepared *p,
                         zd_clip_picture *out, zd_error *err)
{
    static const zd_matte_view_kind kinds[ZD_CLIP_OUTPUT_COUNT] = {
        [ZD_CLIP_OUTPUT_DEPTH] = ZD_MATTE_VIEW_DEPTH,
        [ZD_CLIP_OUTPUT_THRESHOLDED] = ZD_MATTE_VIEW_THRESHOLDED,
        [ZD_CLIP_OUTPUT_OPACITY] = ZD_MATTE_VIEW_OPACITY,
        [ZD_CLIP_OUTPUT_MATTE] = ZD_MATTE_VIEW_MATTE,
        [ZD_CLIP_OUTPUT_SKY] = ZD_MATTE_VIEW_SKY,
        [ZD_CLIP_OUTPUT_CONFIDENCE] = ZD_MATTE_VIEW_CONFIDENCE,
    };
    const zd_task *task = request->task;
    if (request->output == ZD_CLIP_OUTPUT_DEPTH_VALUES) {
        ZD_TRY(zd_prepared_matte(e->ctx, p, err));
        ZD_TRY(fit(e, p, ZD_GRAY_F32, &e->gray, &out->gray, err));
        return zd_matte_render_depth(p->matte, whole_of(p), out->gray, err);
    }
    if (request->output == ZD_CLIP_OUTPUT_SOURCE) {
        out->rgba = p->frame.picture;
        return ZD_OK;
    }
    ZD_TRY(fit(e, p, ZD_RGBA_F32, &e->drawn, &out->rgba, err));
    if (request->output == ZD_CLIP_OUTPUT_RESULT) {
        return draw_result(e, p, task, out->rgba, err);
    }
    ZD_TRY(draw_view(e, p, task, kinds[request->output], out->rgba, err));
    if (request->output == ZD_CLIP_OUTPUT_MATTE) {
        out->gray = zd_image_view(e->gray);
    }
    return ZD_OK;
}
