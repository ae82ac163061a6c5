/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Opens effects as the clip's frames need them, and gives each frame's light with the effect. */

#include "jobs/job_effect.h"

#include <string.h>

#include "engine/engine_result.h"
#include "image/linear.h"

zd_status zd_job_graph_open(zd_job_loop *loop, zd_clip_graph **out, zd_error *err)
{
    const zd_project *project = loop->job->project;
    const zd_reader_info *info = loop->clip.info;
    zd_frame_info like = { .width = info->width,
                           .height = info->height,
                           .time_base = info->time_base,
                           .sample_aspect = info->sample_aspect,
                           .bit_depth = info->bit_depth,
                           .is_float = info->is_float,
                           .has_alpha = info->has_alpha,
                           .colour = info->colour };
    memcpy(like.pixel_format, info->pixel_format, sizeof like.pixel_format);
    return zd_clip_graph_open(loop->ctx, project, &like, info->frame_rate, out, err);
}

zd_status zd_job_style_open(zd_job_loop *loop, const zd_effect_chain *chain, zd_job_worker before,
                            zd_engine_style **out, zd_error *err)
{
    const char *model = zd_params_text(&loop->job->project->params, ZD_P_STYLE_MODEL);
    *out = NULL;
    if (!zd_engine_style_is_wanted(chain)) {
        return ZD_OK;
    }
    ZD_TRY(zd_engine_style_create(loop->ctx, true, out, err));
    loop->before = zd_engine_style_remembers(chain) ? before : NULL;
    return zd_engine_style_check(*out, model, chain, err);
}

zd_status zd_job_layers_open(zd_job_loop *loop, const zd_effect_chain *chain, zd_job_worker before,
                             zd_engine_layers **out, zd_error *err)
{
    *out = NULL;
    ZD_TRY(zd_engine_layers_check(chain, zd_engine_wants_plate(&loop->job->project->params, chain),
                                  err));
    if (!zd_engine_layers_are_moved(chain)) {
        return ZD_OK;
    }
    loop->before = before;
    return zd_engine_layers_create(loop->ctx, out, err);
}

static zd_status open_graph(zd_job_effect *effect, const char *text, zd_error *err)
{
    ZD_TRY(zd_job_graph_open(effect->loop, &effect->graph, err));
    if (zd_filter_has_memory(zd_clip_graph_filter(effect->graph))) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "the effect '%s' may look at several frames at once; render it first with "
                       "zdepth filter, then the titles",
                       text);
    }
    return ZD_OK;
}

zd_status zd_job_effect_open(zd_job_loop *loop, zd_job_worker before, zd_job_effect *out,
                             zd_error *err)
{
    const zd_reader_info *info = loop->clip.info;
    const char *text = zd_params_text(&loop->job->project->params, ZD_P_EFFECT);
    *out = (zd_job_effect){ .loop = loop };
    if (text == NULL) {
        return ZD_OK;
    }
    ZD_TRY(zd_effect_parse(text, zd_reader_info_rate(info), &out->chain, err));
    if (out->chain.count == 0) {
        return open_graph(out, text, err);
    }
    ZD_TRY(zd_job_style_open(loop, &out->chain, before, &out->style, err));
    if (zd_engine_layers_are_moved(&out->chain)) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "%s moves a layer that titles would stand behind; render it first with "
                       "zdepth filter, then the titles",
                       out->chain.steps[0].effect->name);
    }
    if (zd_engine_wants_plate(&loop->job->project->params, &out->chain)) {
        ZD_TRY(zd_clean_plate_create(loop->ctx, info->width, info->height, &out->plate, err));
    }
    ZD_TRY(zd_image_create(loop->ctx, info->width, info->height, ZD_RGBA_F32, &out->linear, err));
    return zd_image_create(loop->ctx, info->width, info->height, ZD_GRAY_F32, &out->nearness, err);
}

void zd_job_effect_close(zd_job_effect *effect)
{
    zd_clip_graph_close(&effect->graph);
    zd_frame_unref(&effect->done);
    zd_engine_style_destroy(&effect->style);
    zd_image_unref(&effect->linear);
    zd_image_unref(&effect->nearness);
    zd_clean_plate_destroy(&effect->plate);
}

static zd_engine_chain_room room_of(const zd_job_effect *effect, zd_view hidden)
{
    const zd_params *params = &effect->loop->job->project->params;
    return (zd_engine_chain_room){ .nearness = zd_image_view(effect->nearness),
                                   .linear = zd_image_view(effect->linear),
                                   .plate = hidden.data != NULL ? effect->plate : NULL,
                                   .layer = hidden,
                                   .is_hidden = true,
                                   .style = effect->style,
                                   .style_model = zd_params_text(params, ZD_P_STYLE_MODEL) };
}

static zd_status chain_light(void *user, const zd_layered_frame *frame, zd_view hidden,
                             zd_view light, zd_error *err)
{
    const zd_job_effect *effect = user;
    zd_engine_chain_room room = room_of(effect, hidden);
    return zd_engine_chain_light(effect->loop->ctx, &effect->chain, frame, (zd_view){ 0 }, &room,
                                 light, err);
}

/* Runs the graph and keeps what it gave. */
static zd_status graph_make(void *user, const zd_layered_frame *frame, zd_view hidden,
                            zd_view light, zd_error *err)
{
    zd_job_effect *effect = user;
    (void) light;
    zd_frame_unref(&effect->done);
    zd_clip_graph_frame one = {
        .media = effect->frame, .frame = frame, .layer = hidden, .is_hidden = true
    };
    ZD_TRY(zd_clip_graph_push(effect->graph, &one, err));
    ZD_TRY(zd_filter_pull(zd_clip_graph_filter(effect->graph), &effect->done, err));
    if (effect->done == NULL) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "the effect gives no picture for one frame");
    }
    effect->transfer = frame->transfer;
    return ZD_OK;
}

static void graph_fetch(void *user, zd_rect piece, zd_view out)
{
    const zd_job_effect *effect = user;
    if (zd_frame_read(effect->done, piece, out, NULL) != ZD_OK) {
        zd_view_clear(out);
        return;
    }
    zd_linear_decode(effect->loop->ctx, effect->transfer, out, out);
}

void zd_job_effect_use(zd_job_effect *effect, zd_compositor *compositor)
{
    bool is_chain = effect->chain.count > 0;
    zd_compositor_effect made = { .make = is_chain ? chain_light : graph_make,
                                  .fetch = is_chain ? NULL : graph_fetch,
                                  .user = effect };
    bool has_effect = is_chain || effect->graph != NULL;
    zd_compositor_set_effect(compositor, has_effect ? &made : NULL);
}
