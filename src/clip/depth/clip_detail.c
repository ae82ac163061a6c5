/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See clip_detail.h. Metres are fused as nearness, in which outlines of near things count. */

#include "clip/depth/clip_detail.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "depth/detail.h"
#include "engine/network/engine_model.h"
#include "image/resample.h"
#include "models/model_store.h"

struct zd_clip_detail {
    zd_context *ctx;
    zd_cache_folder *cache;
    zd_engine_model model;
    char name[256];
};

zd_status zd_clip_detail_open(zd_context *ctx, const zd_params *params, const float roi[4],
                              int width, int height, zd_cache_folder *cache, zd_clip_detail **out,
                              zd_error *err)
{
    ZD_REQUIRE(err, width > 0 && height > 0);
    const char *still = zd_model_store_choose(ctx, "auto", false);
    zd_analyser_params how = {
        .network = { .precision = (zd_precision) zd_params_int(params, ZD_P_PRECISION),
                     .packs_late = true },
        .depth_size = ZD_CLIP_DETAIL_SCALE * zd_int_min(width, height),
    };
    zd_clip_detail *detail = zd_alloc_zeroed(ctx, 1, sizeof *detail);
    *out = detail;
    if (detail == NULL) {
        return zd_fail_memory(err, "the detail of a clip");
    }
    bool is_part = roi[0] > 0.0f || roi[1] > 0.0f || roi[2] < 1.0f || roi[3] < 1.0f;
    memcpy(how.roi, roi, is_part ? sizeof how.roi : 0);
    detail->ctx = ctx;
    detail->cache = cache;
    zd_status status = zd_engine_model_open(ctx, still, cache, &how, &detail->model, err);
    if (status != ZD_OK) {
        zd_clip_detail_close(out);
        return status;
    }
    snprintf(detail->name, sizeof detail->name, "detail by %s, %s", still,
             zd_analyser_network(detail->model.analyser)->arithmetic);
    zd_log_write(zd_context_log(ctx), ZD_LOG_INFO, "depth",
                 "outlines come from '%s' at a short side of %d", still, how.depth_size);
    return ZD_OK;
}

void zd_clip_detail_close(zd_clip_detail **detail)
{
    if (*detail != NULL) {
        zd_engine_model_close(&(*detail)->model);
        zd_free((*detail)->ctx, *detail);
        *detail = NULL;
    }
}

const char *zd_clip_detail_name(const zd_clip_detail *detail)
{
    return detail->name;
}

/* Metres to nearness and back: each is the other's inverse. */
static void invert(zd_view view)
{
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            row[x] = row[x] > 0.0f ? 1.0f / row[x] : 0.0f;
        }
    }
}

static zd_status find_outlines(zd_clip_detail *d, zd_view frame, const zd_task *task,
                               zd_cache_depth *out, zd_error *err)
{
    zd_image *input = NULL;
    bool cached;
    ZD_TRY(zd_analyser_prepare(d->model.analyser, frame, &input, err));
    zd_status status = zd_engine_model_depth(&d->model, d->cache, input, task, out, &cached, err);
    zd_image_unref(&input);
    if (status == ZD_OK && out->depth.kind == ZD_DEPTH_METRES) {
        invert(zd_image_view(out->depth.values));
    }
    return status;
}

/* A plane of floats without gaps between its rows. */
static zd_status enlarged(zd_clip_detail *d, const zd_image *from, int width, int height,
                          zd_image **image, float **plane, zd_error *err)
{
    ZD_TRY(zd_image_create(d->ctx, width, height, ZD_GRAY_F32, image, err));
    zd_view view = zd_image_view(*image);
    ZD_TRY(zd_resample(d->ctx, ZD_RESAMPLE_LINEAR, zd_image_view(from), view, err));
    *plane = zd_alloc(d->ctx, (size_t) width * (size_t) height * sizeof **plane);
    if (*plane == NULL) {
        return zd_fail_memory(err, "the detail of a clip");
    }
    for (int y = 0; y < height; y++) {
        memcpy(*plane + (size_t) y * (size_t) width, zd_view_row_f32(view, y),
               (size_t) width * sizeof **plane);
    }
    return ZD_OK;
}

static void put_back(const float *plane, zd_view to)
{
    for (int y = 0; y < to.height; y++) {
        memcpy(zd_view_row_f32(to, y), plane + (size_t) y * (size_t) to.width,
               (size_t) to.width * sizeof *plane);
    }
}

/* The steady map enlarged, with the outlines of the other. */
static zd_status fuse(zd_clip_detail *d, const zd_image *steady, const zd_image *fine,
                      zd_image **out, zd_error *err)
{
    zd_view small = zd_image_view(steady);
    int width = ZD_CLIP_DETAIL_SCALE * small.width;
    int height = ZD_CLIP_DETAIL_SCALE * small.height;
    zd_image *outlines = NULL;
    float *planes[2] = { NULL, NULL };
    zd_status status = enlarged(d, steady, width, height, out, &planes[0], err);
    if (status == ZD_OK) {
        status = enlarged(d, fine, width, height, &outlines, &planes[1], err);
    }
    if (status == ZD_OK) {
        status = zd_detail_fuse(d->ctx, planes[0], planes[1], width, height, err);
    }
    if (status == ZD_OK) {
        put_back(planes[0], zd_image_view(*out));
    } else {
        zd_image_unref(out);
    }
    zd_free(d->ctx, planes[0]);
    zd_free(d->ctx, planes[1]);
    zd_image_unref(&outlines);
    return status;
}

zd_status zd_clip_detail_add(zd_clip_detail *d, zd_view frame, const zd_task *task,
                             zd_depth_map *depth, zd_error *err)
{
    zd_cache_depth seen = { 0 };
    zd_image *fused = NULL;
    bool is_metric = depth->kind == ZD_DEPTH_METRES;
    zd_status status = find_outlines(d, frame, task, &seen, err);
    if (status == ZD_OK && is_metric) {
        invert(zd_image_view(depth->values));
    }
    if (status == ZD_OK) {
        status = fuse(d, depth->values, seen.depth.values, &fused, err);
        if (is_metric) {
            invert(zd_image_view(status == ZD_OK ? fused : depth->values));
        }
    }
    zd_cache_depth_release(&seen);
    if (status == ZD_OK) {
        zd_image_unref(&depth->values);
        depth->values = fused;
    }
    return status;
}
