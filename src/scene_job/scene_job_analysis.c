/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The network is opened when the first picture is to be measured. */

#include "scene_job/scene_job_analysis.h"

#include "core/size.h"
#include "depth/analyser.h"
#include "depth/range.h"
#include "face/face_depth.h"
#include "image/colour.h"
#include "image/resample.h"
#include "media/identity.h"
#include "models/model_store.h"

enum { FACE_LONG_SIDE = 960 };

static const char face_model[] = "face-landmarks";

struct zd_scene_job_analysis {
    zd_context *ctx;
    const char *model; /* borrowed */
    zd_analyser *analyser;
    zd_face_finder *finder; /* of face analysis, once it is asked for */
    zd_face_list *faces;
    bool has_face; /* some frame had one */
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
        zd_face_finder_close(&(*analysis)->finder);
        zd_free((*analysis)->ctx, (*analysis)->faces);
        zd_free((*analysis)->ctx, *analysis);
        *analysis = NULL;
    }
}

void zd_scene_job_analysis_set_task(zd_scene_job_analysis *analysis, const zd_task *task)
{
    analysis->task = task;
}

bool zd_scene_job_analysis_identify(const zd_scene_job_analysis *analysis, zd_hasher *hasher)
{
    char *path = NULL;
    if (zd_model_store_find(analysis->ctx, analysis->model, &path, NULL) != ZD_OK) {
        path = NULL; /* scenes without analysis need none */
    }
    bool is_known = zd_media_identify(analysis->ctx, path, hasher);
    zd_free(analysis->ctx, path);
    return is_known;
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

static zd_status open_faces(zd_scene_job_analysis *a, zd_error *err)
{
    char *path = NULL;
    if (a->finder != NULL) {
        return ZD_OK;
    }
    zd_status status = zd_model_store_find(a->ctx, face_model, &path, err);
    if (status == ZD_OK) {
        status = zd_face_finder_open(a->ctx, path, &a->finder, err);
    }
    if (status == ZD_OK && a->faces == NULL) {
        a->faces = zd_alloc_zeroed(a->ctx, 1, sizeof *a->faces);
        status = a->faces != NULL ? ZD_OK : zd_fail_memory(err, "a scene's faces");
    }
    zd_free(a->ctx, path);
    return status == ZD_OK ? ZD_OK : zd_fail_context(err, status, "face analysis");
}

/* Faces are looked for in a picture of bounded size. A scene's first frame must have one; a later one
 * without keeps the depth of its whole picture. */
static zd_status find_faces(zd_scene_job_analysis *a, zd_view display, zd_error *err)
{
    zd_image *small = NULL;
    zd_view picture = display;
    int longest = zd_int_max(display.width, display.height);
    ZD_TRY(open_faces(a, err));
    if (longest > FACE_LONG_SIDE) {
        ZD_TRY(zd_image_create(a->ctx, zd_int_max(1, display.width * FACE_LONG_SIDE / longest),
                               zd_int_max(1, display.height * FACE_LONG_SIDE / longest),
                               display.format, &small, err));
        picture = zd_image_view(small);
    }
    zd_rect whole = { 0, 0, picture.width, picture.height };
    zd_status status =
        small == NULL ? ZD_OK : zd_resample(a->ctx, ZD_RESAMPLE_LINEAR, display, picture, err);
    if (status == ZD_OK) {
        status = zd_face_find(a->finder, picture, whole, a->faces, err);
    }
    zd_image_unref(&small);
    if (status == ZD_OK && a->faces->count == 0 && !a->has_face) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "%s; face analysis needs eyes, nose and mouth in view, frontal and close: "
                       "set another roi, or analysis global",
                       zd_face_verdict_text(a->faces->verdict));
    }
    a->has_face = a->has_face || (status == ZD_OK && a->faces->count > 0);
    return status;
}

/* Each picture by itself: frames of a scene are rendered in any order, and must not depend on it. */
static zd_status lay_faces_in(zd_scene_job_analysis *a, zd_view input, const zd_depth_map *depth,
                              const zd_image *foreground, zd_error *err)
{
    zd_face_depth *stage = NULL;
    zd_view person = { 0 };
    zd_view view = zd_image_view(depth->values);
    if (view.width != input.width || view.height != input.height) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "the depth is not of its picture's size");
    }
    ZD_TRY(zd_face_depth_create(a->ctx, view.width, view.height,
                                (float) view.height / (float) view.width, &stage, err));
    if (foreground != NULL) {
        person = zd_image_view(foreground);
    }
    zd_face_depth_apply(stage, a->faces, 0.0, depth, input, foreground != NULL ? &person : NULL);
    zd_face_depth_destroy(&stage);
    return ZD_OK;
}

static zd_status measure_display(zd_scene_job_analysis *a, zd_scene_measure what, zd_view display,
                                 zd_depth_map *depth, zd_error *err)
{
    zd_image *input = NULL;
    zd_image *foreground = NULL;
    bool is_face = what == ZD_SCENE_MEASURE_FACE;
    ZD_TRY(is_face ? find_faces(a, display, err) : ZD_OK);
    ZD_TRY(zd_analyser_prepare(a->analyser, display, &input, err));
    zd_status status =
        zd_analyser_run(a->analyser, input, a->task, depth, is_face ? &foreground : NULL, err);
    if (status == ZD_OK && is_face) {
        status = lay_faces_in(a, zd_image_view(input), depth, foreground, err);
    }
    zd_image_unref(&foreground);
    zd_image_unref(&input);
    return status;
}

/* The networks see display-referred colour. */
static zd_status measure(zd_scene_job_analysis *a, zd_scene_measure what, zd_view linear,
                         zd_depth_map *depth, zd_error *err)
{
    zd_image *display = NULL;
    ZD_TRY(zd_image_create(a->ctx, linear.width, linear.height, linear.format, &display, err));
    zd_view_copy(linear, zd_image_view(display));
    zd_transfer_encode_view(ZD_TRANSFER_SRGB, zd_image_view(display));
    zd_status status = measure_display(a, what, zd_image_view(display), depth, err);
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

zd_status zd_scene_job_analysis_run(void *user, zd_scene_measure what, zd_view rgb, zd_rect roi,
                                    zd_image **values, zd_depth_range *range, zd_error *err)
{
    zd_scene_job_analysis *a = user;
    zd_depth_map depth = { 0 };
    ZD_TRY(open_network(a, err));
    zd_status status = measure(a, what, zd_view_crop(rgb, roi), &depth, err);
    if (status != ZD_OK) {
        zd_image_unref(&depth.values);
        return status;
    }
    to_nearness(&depth);
    zd_range_extent extent = zd_range_measure(&depth);
    *range =
        extent.valid ? (zd_depth_range){ extent.furthest, extent.nearest } : (zd_depth_range){ 0 };
    status = zd_image_create(a->ctx, rgb.width, rgb.height, ZD_GRAY_F32, values, err);
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
