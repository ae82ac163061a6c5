/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A still goes the way of every clip: analysed, then drawn by the one engine. */

#include "jobs/measure/quality_matte.h"

#include "clip/clip_engine.h"
#include "core/require.h"
#include "jobs/measure/quality_score.h"

static zd_status draw(zd_clip_engine *engine, zd_view mask, const zd_task *task, double *iou,
                      zd_error *err)
{
    zd_clip_picture picture;
    zd_clip_request request = { 0, ZD_CLIP_OUTPUT_MATTE, mask.width, mask.height, task };
    ZD_TRY(zd_clip_engine_analyse(engine, task, err));
    ZD_TRY(zd_clip_engine_render(engine, &request, &picture, err));
    *iou = zd_quality_mask(picture.gray, mask, 0.5f).automatic;
    return ZD_OK;
}

zd_status zd_quality_matte(zd_context *ctx, const zd_params *params, const char *path, zd_view mask,
                           const zd_task *task, double *iou, zd_error *err)
{
    ZD_REQUIRE(err, mask.format.channels == 1);
    zd_project project;
    zd_clip_engine *engine = NULL;
    const zd_clip_options options = { .no_cache = true };
    zd_project_init(&project, ctx);
    zd_params_finish(&project.params);
    zd_status status = zd_params_copy(params, &project.params, err);
    if (status == ZD_OK) {
        status = zd_params_set_text(&project.params, ZD_P_FOOTAGE, path, err);
    }
    if (status == ZD_OK) {
        status = zd_clip_engine_open(ctx, &project, &options, &engine, err);
    }
    if (status == ZD_OK) {
        status = draw(engine, mask, task, iou, err);
    }
    zd_clip_engine_close(&engine);
    zd_project_finish(&project);
    return status;
}
