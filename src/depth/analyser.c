/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Sizes are planned once for each size of picture. With tiles the whole picture is measured
 * first and gives every tile its scale. */

#include "depth/analyser_internal.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/log.h"
#include "core/require.h"
#include "core/size.h"
#include "core/text.h"
#include "depth/preprocess.h"
#include "depth/tiles.h"
/* In a key, in place of a number of tiles; 100 merged the foreground otherwise, 101
 * saw no mirror image. */
enum { TWO_SCALES = 102 };

const zd_network_info *zd_analyser_network(const zd_analyser *analyser)
{
    return analyser->net != NULL ? zd_network_describe(analyser->net) : &analyser->known;
}

bool zd_analyser_has_region(const float roi[4])
{
    return roi[0] != 0.0f || roi[1] != 0.0f || roi[2] != 0.0f || roi[3] != 0.0f;
}

static zd_status check_params(const zd_analyser_params *params, zd_error *err)
{
    const float *roi = params->roi;
    if (params->fine && params->tiles > 1) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "two scales and %d tiles; choose one of the two ways to finer depth",
                       params->tiles);
    }
    if (params->tiles < ZD_ANALYSER_TILES_AUTO || params->tiles > ZD_ANALYSER_MAX_TILES) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%d tiles; 0 to %d are possible",
                       params->tiles, ZD_ANALYSER_MAX_TILES);
    }
    if (zd_analyser_has_region(roi) && !(roi[0] >= 0.0f && roi[1] >= 0.0f && roi[2] <= 1.0f &&
                                         roi[3] <= 1.0f && roi[0] < roi[2] && roi[1] < roi[3]))
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "a region of interest %g,%g,%g,%g; expected 0 <= x0 < x1 <= 1 and the same "
                       "for y",
                       (double) roi[0], (double) roi[1], (double) roi[2], (double) roi[3]);
    }
    return ZD_OK;
}

static int find_output(const zd_network_info *info, const char *first, const char *second)
{
    for (int i = 0; i < info->output_count; i++) {
        if (strcmp(info->output_names[i], first) == 0 || strcmp(info->output_names[i], second) == 0)
        {
            return i;
        }
    }
    return -1;
}

/* Resolves ZD_ANALYSER_TILES_AUTO. */
static void choose_tiles(zd_analyser *a)
{
    const zd_network_info *info = zd_analyser_network(a);
    int size = a->params.depth_size;
    int count = zd_int_min(size / info->default_short_side, ZD_ANALYSER_MAX_TILES);
    if (a->params.tiles != ZD_ANALYSER_TILES_AUTO) {
        return;
    }
    a->params.tiles = 0;
    if (info->compares_all && info->window == 1 && !a->params.fine && count > 1) {
        a->params.tiles = count;
        a->params.depth_size = size / count;
        zd_log_write(
            zd_context_log(a->ctx), ZD_LOG_INFO, "depth",
            "a depth size of %d is seen in %d x %d tiles of %d; --no-tiles sees it at once and "
            "takes longer",
            size, count, count, a->params.depth_size);
    }
}

/* The sky of the embedded networks helps their training; nobody has judged it as an answer. */
static zd_status check_network(zd_analyser *a, zd_error *err)
{
    const zd_network_info *info = zd_analyser_network(a);
    int width;
    int height;
    a->outputs[ZD_ANALYSER_PLANE_DEPTH] = find_output(info, "depth", "nearness");
    a->outputs[ZD_ANALYSER_PLANE_FOREGROUND] = find_output(info, "foreground", "foreground");
    bool is_distance = info->kind == ZD_NETWORK_KIND_DISTANCE || info->focal_unit_px > 0.0f;
    a->outputs[ZD_ANALYSER_PLANE_SKY] = is_distance ? find_output(info, "sky", "sky") : -1;
    a->outputs[ZD_ANALYSER_PLANE_CONFIDENCE] = find_output(info, "confidence", "confidence");
    if (a->outputs[ZD_ANALYSER_PLANE_DEPTH] < 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "model '%s' has no output for depth",
                       a->params.model_path);
    }
    return zd_working_size(info, a->params.depth_size, 100, 100, &width, &height, err);
}

zd_status zd_analyser_open_networks(zd_analyser *a, const char *path, zd_error *err)
{
    ZD_TRY(zd_network_open(a->ctx, path, &a->params.network, &a->net, err));
    if (a->has_weights) {
        zd_network_set_digest(a->net, &a->weights);
    }
    return a->params.fine ? zd_network_open(a->ctx, path, &a->params.network, &a->coarse, err)
                          : ZD_OK;
}

zd_status zd_analyser_open(zd_context *ctx, const zd_analyser_params *params, zd_analyser **out,
                           zd_error *err)
{
    *out = NULL;
    ZD_TRY(check_params(params, err));
    zd_analyser *a = zd_alloc_zeroed(ctx, 1, sizeof *a);
    if (a == NULL) {
        return zd_fail_memory(err, "an analyser");
    }
    a->ctx = ctx;
    a->params = *params;
    zd_status status = ZD_OK;
    if (params->known != NULL) {
        a->known = *params->known;
        a->path = zd_strdup(ctx, params->model_path);
        status = a->path != NULL ? ZD_OK : zd_fail_memory(err, "an analyser");
    } else {
        status = zd_analyser_open_networks(a, params->model_path, err);
    }
    if (status == ZD_OK) {
        choose_tiles(a);
        status = check_network(a, err);
    }
    a->params.model_path = NULL; /* borrowed only for the call, as is what is known */
    a->params.known = NULL;
    if (status != ZD_OK) {
        zd_analyser_close(&a);
        return status;
    }
    *out = a;
    return ZD_OK;
}

void zd_analyser_close(zd_analyser **analyser)
{
    if (analyser == NULL || *analyser == NULL) {
        return;
    }
    zd_analyser *doomed = *analyser;
    zd_analyser_release_workspace(doomed);
    zd_network_close(&doomed->net);
    zd_network_close(&doomed->coarse);
    zd_free(doomed->ctx, doomed->path);
    zd_free(doomed->ctx, doomed);
    *analyser = NULL;
}

zd_network *zd_analyser_borrow(zd_analyser *analyser)
{
    assert(analyser->net != NULL);
    return analyser->net;
}

void zd_analyser_region(const zd_analyser *analyser, float roi[4])
{
    static const float whole[4] = { 0.0f, 0.0f, 1.0f, 1.0f };
    memcpy(roi, zd_analyser_has_region(analyser->params.roi) ? analyser->params.roi : whole,
           sizeof whole);
}

/** The region of interest in pixels, at least one. */
static zd_rect region_of(const zd_analyser *analyser, int width, int height)
{
    float roi[4];
    zd_rect rect;
    zd_analyser_region(analyser, roi);
    rect.x0 = zd_int_clamp((int) floor((double) roi[0] * width), 0, width - 1);
    rect.y0 = zd_int_clamp((int) floor((double) roi[1] * height), 0, height - 1);
    rect.x1 = zd_int_clamp((int) ceil((double) roi[2] * width), rect.x0 + 1, width);
    rect.y1 = zd_int_clamp((int) ceil((double) roi[3] * height), rect.y0 + 1, height);
    return rect;
}

static zd_status layout_tiles(const zd_analyser *analyser, int frame_width, int frame_height,
                              zd_tiles *out, zd_error *err)
{
    const zd_network_info *info = zd_analyser_network(analyser);
    int width;
    int height;
    if (frame_width < 1 || frame_height < 1) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a frame of %d x %d", frame_width,
                       frame_height);
    }
    zd_rect rect = region_of(analyser, frame_width, frame_height);
    ZD_TRY(zd_working_size(info, analyser->params.depth_size, rect.x1 - rect.x0, rect.y1 - rect.y0,
                           &width, &height, err));
    if (analyser->params.fine) {
        width *= 2;
        height *= 2;
    }
    zd_tiles_layout(out, zd_int_max(1, analyser->params.tiles), width, height, info->multiple);
    return ZD_OK;
}

zd_status zd_analyser_input_size(const zd_analyser *analyser, int frame_width, int frame_height,
                                 int *width, int *height, zd_error *err)
{
    zd_tiles tiles = { 0 };
    ZD_TRY(layout_tiles(analyser, frame_width, frame_height, &tiles, err));
    *width = tiles.width;
    *height = tiles.height;
    return ZD_OK;
}

static zd_scaler scaler_of(const zd_analyser *analyser)
{
    const zd_network_info *info = zd_analyser_network(analyser);
    bool area = info->area_resize || info->scale == ZD_NETWORK_SCALE_LONG_SIDE;
    return area ? ZD_SCALER_AREA : ZD_SCALER_CUBIC;
}

zd_status zd_analyser_prepare(const zd_analyser *analyser, zd_view frame, zd_image **out,
                              zd_error *err)
{
    int width;
    int height;
    *out = NULL;
    if (frame.format.sample != ZD_SAMPLE_F32 || frame.format.channels < 3) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the frame is not RGB or RGBA float32");
    }
    ZD_TRY(zd_analyser_input_size(analyser, frame.width, frame.height, &width, &height, err));
    ZD_TRY(zd_image_create(analyser->ctx, width, height, ZD_RGB_F32, out, err));
    zd_view region = zd_view_crop(frame, region_of(analyser, frame.width, frame.height));
    zd_status status =
        zd_scale_picture(analyser->ctx, region, scaler_of(analyser), zd_image_view(*out), err);
    if (status != ZD_OK) {
        zd_image_unref(out);
    }
    return status;
}

void zd_analyser_set_digest(zd_analyser *analyser, const zd_digest *digest)
{
    analyser->weights = *digest;
    analyser->has_weights = true;
    if (analyser->net != NULL) {
        zd_network_set_digest(analyser->net, digest);
    }
}

zd_status zd_analyser_key(zd_analyser *analyser, const zd_image *input, zd_digest *out,
                          zd_error *err)
{
    const zd_network_info *info = zd_analyser_network(analyser);
    const zd_network_params *params = &analyser->params.network;
    zd_view view = zd_image_view(input);
    zd_digest weights;
    zd_hasher hasher;
    ZD_REQUIRE(err, analyser->net != NULL || analyser->has_weights);
    if (analyser->net == NULL) {
        weights = analyser->weights;
    } else {
        ZD_TRY(zd_network_digest(analyser->net, &weights, err));
    }
    int32_t settings[] = { 3, /* of this key */
                           (int32_t) info->kind,
                           (int32_t) lroundf(info->max_depth_m * 1000.0f),
                           (int32_t) params->variant,
                           params->heads,
                           params->pos_embed_by_size,
                           analyser->params.fine ? TWO_SCALES
                                                 : zd_int_max(1, analyser->params.tiles),
                           view.width,
                           view.height };
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, weights.bytes, sizeof weights.bytes);
    zd_hasher_update(&hasher, info->arithmetic, strlen(info->arithmetic) + 1);
    zd_hasher_update(&hasher, settings, sizeof settings);
    for (int y = 0; y < view.height; y++) {
        zd_hasher_update(&hasher, zd_view_row_f32(view, y),
                         (size_t) view.width * 3 * sizeof(float));
    }
    zd_hasher_finish(&hasher, out);
    return ZD_OK;
}
