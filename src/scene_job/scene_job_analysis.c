/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "scene_job/scene_job_analysis.h"

#include "depth/analyser.h"
#include "depth/range.h"
#include "image/colour.h"
#include "image/resample.h"
#include "models/model_store.h"

struct zd_scene_job_analysis {
    zd_context *ctx;
    const char *model; /* borrowed */
    zd_analyser *analyser;
    const zd_task *task;
};

zd_status zd_scene_job_analysis_create(zd_context *ctx, const char *model,
                                       zd_scene_job_analysis **out, zd_error *err)
{
    *out = zd_alloc_zeroed(ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "a scene's analysis");
    }
    (*out)->ctx = ctx;
    (*out)->model = model != NULL ? model : "embedded";
    return ZD_OK;
}

void zd_scene_job_analysis_destroy(zd_scene_job_analysis **analysis)
{
    if (*analysis != NULL) {
        zd_analyser_close(&(*analysis)->analyser);
        zd_free((*analysis)->ctx, *analysis);
        *analysis = NULL;
    }
}

void zd_scene_job_analysis_set_task(zd_scene_job_analysis *analysis, const zd_task *task)
{
    analysis->task = task;
}

static zd_status open_network(zd_scene_job_analysis *a, zd_error *err)
{
    char *path = NULL;
    zd_analyser_params how = { 0 };
    if (a->analyser != NULL) {
        return ZD_OK;
    }
    ZD_TRY(zd_model_store_find(a->ctx, a->model, &path, err));
    zd_model_store_params(a->model, &how.network);
    how.model_path = path;
    zd_status status = zd_analyser_open(a->ctx, &how, &a->analyser, err);
    zd_free(a->ctx, path);
    return status;
}

/* The network sees display-referred colour. */
static zd_status measure(zd_scene_job_analysis *a, zd_view linear, zd_depth_map *depth,
                         zd_error *err)
{
    zd_image *display = NULL;
    zd_image *input = NULL;
    ZD_TRY(zd_image_create(a->ctx, linear.width, linear.height, linear.format, &display, err));
    zd_view_copy(linear, zd_image_view(display));
    zd_transfer_encode_view(ZD_TRANSFER_SRGB, zd_image_view(display));
    zd_status status = zd_analyser_prepare(a->analyser, zd_image_view(display), &input, err);
    if (status == ZD_OK) {
        status = zd_analyser_run(a->analyser, input, a->task, depth, NULL, err);
    }
    zd_image_unref(&input);
    zd_image_unref(&display);
    return status;
}

/* Metres become nearness by 1/m, which is what the scene interpolates anyway. */
static void to_nearness(zd_depth_map *depth)
{
    zd_view view = zd_image_view(depth->values);
    for (int y = 0; depth->kind == ZD_DEPTH_METRES && y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            row[x] = 1.0f / row[x];
        }
    }
    depth->kind = ZD_DEPTH_NEARNESS;
}

zd_status zd_scene_job_analysis_run(void *user, zd_view rgb, zd_rect roi, zd_image **values,
                                    zd_depth_range *range, zd_error *err)
{
    zd_scene_job_analysis *a = user;
    zd_depth_map depth = { 0 };
    ZD_TRY(open_network(a, err));
    ZD_TRY(measure(a, zd_view_crop(rgb, roi), &depth, err));
    to_nearness(&depth);
    zd_range_extent extent = zd_range_measure(&depth);
    *range =
        extent.valid ? (zd_depth_range){ extent.furthest, extent.nearest } : (zd_depth_range){ 0 };
    zd_status status = zd_image_create(a->ctx, rgb.width, rgb.height, ZD_GRAY_F32, values, err);
    if (status == ZD_OK) {
        zd_view_clear(zd_image_view(*values));
        status = zd_resample(a->ctx, ZD_RESAMPLE_LINEAR, zd_image_view(depth.values),
                             zd_view_crop(zd_image_view(*values), roi), err);
    }
    zd_image_unref(&depth.values);
    if (status != ZD_OK) {
        zd_image_unref(values);
    }
    return status;
}
