/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What belongs to a shot, from many frames or from one. */

#include <string.h>

#include "core/require.h"
#include "engine/engine_internal.h"
#include "engine/engine_shots.h"

struct zd_engine_analysis {
    zd_engine *engine;
    zd_project project;
    zd_engine_shots *shots;
    int width;
    int height;
    zd_engine_kept kept;
};

zd_status zd_engine_make_project(zd_engine *engine, const zd_box *boxes, int box_count,
                                 zd_project *out, zd_error *err)
{
    zd_project_init(out, engine->ctx);
    zd_status status = zd_params_set_number(&out->params, ZD_P_STABILISE, 0.0, err);
    for (int i = 0; i < box_count && status == ZD_OK; i++) {
        status = zd_project_add_box(out, boxes[i], err);
    }
    if (status != ZD_OK) {
        zd_project_finish(out);
    }
    return status;
}

static zd_status copy_plane(zd_context *ctx, const zd_image *plane, zd_image **out, zd_error *err)
{
    if (plane == NULL) {
        return ZD_OK;
    }
    zd_view from = zd_image_view(plane);
    ZD_TRY(zd_image_create(ctx, from.width, from.height, ZD_GRAY_F32, out, err));
    zd_view to = zd_image_view(*out);
    for (int y = 0; y < from.height; y++) {
        memcpy(zd_view_row_f32(to, y), zd_view_row_f32(from, y),
               (size_t) from.width * sizeof(float));
    }
    return ZD_OK;
}

/* Steadying writes into depth and foreground, which others may see. */
static zd_status copied(zd_context *ctx, const zd_depth_sample *sample, zd_depth_sample *out,
                        zd_error *err)
{
    *out =
        (zd_depth_sample){ .depth.kind = sample->depth.kind, .small = zd_image_ref(sample->small) };
    zd_status status = copy_plane(ctx, sample->depth.values, &out->depth.values, err);
    if (status == ZD_OK) {
        status = copy_plane(ctx, sample->foreground, &out->foreground, err);
    }
    if (status != ZD_OK) {
        zd_depth_sample_release(out);
    }
    return status;
}

static zd_depth_sample borrowed(const zd_depth_sample *sample)
{
    return (zd_depth_sample){
        .depth = zd_depth_map_ref(&sample->depth),
        .foreground = zd_image_ref(sample->foreground),
        .small = zd_image_ref(sample->small),
    };
}

static void keep_steadied(void *user, int64_t frame, const zd_depth_sample *sample)
{
    const zd_engine_analysis *analysis = user;
    zd_cache_depth entry = { sample->depth, sample->foreground };
    zd_engine_kept_put(analysis->engine, &analysis->kept.base, frame, &entry);
}

static zd_status push_sample(zd_engine_analysis *analysis, const zd_depth_sample *sample,
                             double time_s, zd_error *err)
{
    zd_view view = zd_image_view(sample->depth.values);
    if (analysis->shots == NULL) {
        ZD_TRY(zd_engine_shots_create(analysis->engine->ctx, &analysis->project, view.width,
                                      view.height, &analysis->shots, err));
        analysis->width = view.width;
        analysis->height = view.height;
        if (analysis->kept.is_known) {
            zd_engine_shots_watch(analysis->shots, keep_steadied, analysis);
        }
    }
    if (view.width != analysis->width || view.height != analysis->height) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "the frames of the clip differ in size");
    }
    zd_depth_sample mine = borrowed(sample);
    if (analysis->kept.is_known) {
        zd_depth_sample_release(&mine);
        ZD_TRY(copied(analysis->engine->ctx, sample, &mine, err));
    }
    return zd_engine_shots_push(analysis->shots, &mine, time_s, err);
}

zd_status zd_engine_measure(zd_engine *engine, const zd_engine_frame *frame, const zd_box *boxes,
                            int box_count, zd_shot *shot, zd_depth_kind *kind, zd_error *err)
{
    zd_project project;
    zd_engine_request r = { .engine = engine,
                            .ctx = engine->ctx,
                            .frame = frame,
                            .task = zd_engine_task_of(&frame->abort) };
    ZD_TRY(zd_engine_make_project(engine, boxes, box_count, &project, err));
    zd_status status = zd_engine_frame_open(&r, err);
    if (status == ZD_OK) {
        *kind = r.prepared->sample.depth.kind;
        status = zd_prepared_measure(r.ctx, &project, &r.prepared->sample, 0.0, shot, err);
    }
    zd_engine_frame_close(&r);
    zd_project_finish(&project);
    return status;
}

zd_status zd_engine_analysis_start(zd_engine *engine, const zd_box *boxes, int box_count,
                                   zd_engine_analysis **out, zd_error *err)
{
    *out = zd_alloc_zeroed(engine->ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "the analysis");
    }
    (*out)->engine = engine;
    zd_status status = zd_engine_make_project(engine, boxes, box_count, &(*out)->project, err);
    if (status != ZD_OK) {
        zd_free(engine->ctx, *out);
        *out = NULL;
    }
    return status;
}

zd_status zd_engine_analysis_keep(zd_engine_analysis *analysis, const zd_params *params,
                                  zd_error *err)
{
    double steadiness = zd_params_number(params, ZD_P_STABILISE, 0.0);
    ZD_REQUIRE(err, analysis->shots == NULL);
    ZD_TRY(zd_params_set_number(&analysis->project.params, ZD_P_STABILISE, steadiness, err));
    if (steadiness > 0.0) {
        zd_engine_kept_begin(&analysis->kept, zd_params_text(params, ZD_P_MODEL));
    }
    return ZD_OK;
}

zd_engine_kept zd_engine_analysis_kept(const zd_engine_analysis *analysis)
{
    return analysis->kept;
}

zd_status zd_engine_analysis_add(zd_engine_analysis *analysis, const zd_engine_frame *frame,
                                 zd_error *err)
{
    zd_engine *engine = analysis->engine;
    zd_engine_request r = { .engine = engine,
                            .ctx = engine->ctx,
                            .frame = frame,
                            .task = zd_engine_task_of(&frame->abort) };
    zd_status status = zd_engine_frame_open(&r, err);
    if (status == ZD_OK) {
        status = push_sample(analysis, &r.prepared->sample, frame->time_s, err);
    }
    zd_engine_frame_close(&r);
    return status;
}

zd_status zd_engine_analysis_finish(zd_engine_analysis *analysis, zd_shot_list *out, zd_error *err)
{
    if (analysis->shots == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no frame to analyse");
    }
    return zd_engine_shots_finish(analysis->shots, out, err);
}

void zd_engine_analysis_destroy(zd_engine_analysis **analysis)
{
    if (*analysis != NULL) {
        zd_context *ctx = (*analysis)->engine->ctx;
        zd_engine_shots_destroy(&(*analysis)->shots);
        zd_project_finish(&(*analysis)->project);
        zd_free(ctx, *analysis);
        *analysis = NULL;
    }
}
