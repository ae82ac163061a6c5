/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See engine_steps.h. What is known about steadying is in depth/stabilise.h, about the matte in
 * matte/matte.h. */

#include "engine/engine_steps.h"

#include <assert.h>

#include "core/require.h"
#include "depth/supplied.h"

float zd_engine_steadiness(const zd_params *params, zd_depth_kind kind)
{
    bool supplied = zd_params_is_set(params, ZD_P_DEPTH_MAP);
    if (kind == ZD_DEPTH_METRES || (supplied && !zd_params_is_set(params, ZD_P_STABILISE))) {
        return 0.0f;
    }
    return (float) zd_params_number(params, ZD_P_STABILISE, 0.0);
}

bool zd_engine_steadies_edges(const zd_params *params, zd_depth_kind kind)
{
    return zd_params_bool(params, ZD_P_STEADY_EDGES, 0.0) &&
           zd_engine_steadiness(params, kind) > 0.0f;
}

zd_status zd_engine_steady(const zd_params *params, zd_stabiliser *stabiliser,
                           zd_depth_sample *sample, zd_error *err)
{
    ZD_REQUIRE(err, sample->depth.values != NULL);
    float strength = zd_engine_steadiness(params, sample->depth.kind);
    if (!(strength > 0.0f)) {
        return ZD_OK;
    }
    zd_view depth = zd_image_view(sample->depth.values);
    ZD_TRY(zd_stabiliser_process(stabiliser, depth, zd_image_view(sample->small), strength, depth,
                                 err));
    if (sample->foreground != NULL) {
        zd_view foreground = zd_image_view(sample->foreground);
        zd_stabiliser_follow(stabiliser, ZD_FOLLOWER_FOREGROUND, foreground, foreground);
    }
    if (sample->depth.sky != NULL) {
        zd_view sky = zd_image_view(sample->depth.sky);
        zd_stabiliser_follow(stabiliser, ZD_FOLLOWER_SKY, sky, sky);
        zd_depth_map_sink_sky(&sample->depth);
    }
    return ZD_OK;
}

void zd_engine_lock_range(const zd_params *params, zd_depth_range *range)
{
    assert(params != NULL && range != NULL);
    if (zd_params_is_set(params, ZD_P_FURTHEST)) {
        range->furthest = (float) zd_params_number(params, ZD_P_FURTHEST, 0.0);
    }
    if (zd_params_is_set(params, ZD_P_NEAREST)) {
        range->nearest = (float) zd_params_number(params, ZD_P_NEAREST, 0.0);
    }
}

zd_status zd_engine_supplied_sample(zd_context *ctx, zd_view map, int width, int height, int type,
                                    zd_depth_sample *out, zd_error *err)
{
    ZD_REQUIRE(err, map.format.channels == 1 && map.format.sample == ZD_SAMPLE_F32);
    ZD_REQUIRE(err, width > 0 && height > 0);
    ZD_REQUIRE(err, type >= 0 && type < ZD_SUPPLIED_COUNT);
    ZD_TRY(zd_image_create(ctx, width, height, ZD_GRAY_F32, &out->depth.values, err));
    zd_view values = zd_image_view(out->depth.values);
    zd_supplied_pick(map, values);
    out->depth.kind = zd_supplied_convert((zd_supplied_type) type, values);
    return ZD_OK;
}

zd_status zd_engine_prepare(zd_matte *matte, const zd_depth_map *depth, const zd_image *foreground,
                            zd_depth_range range, zd_view guide, const zd_image *object,
                            zd_error *err)
{
    zd_view probability = { 0 };
    zd_view mask = { 0 };
    if (foreground != NULL) {
        probability = zd_image_view(foreground);
    }
    if (object != NULL) {
        mask = zd_image_view(object);
    }
    zd_matte_frame input = {
        .map = depth,
        .range = range,
        .guide = guide.data != NULL ? &guide : NULL,
        .foreground = foreground != NULL ? &probability : NULL,
        .object = object != NULL ? &mask : NULL,
    };
    return zd_matte_prepare(matte, &input, err);
}

void zd_engine_mend(zd_matte *matte, const zd_image *raise, const zd_image *cap)
{
    if (raise == NULL) {
        zd_matte_set_hand(matte, NULL, NULL);
        return;
    }
    zd_view least = zd_image_view(raise);
    zd_view most = zd_image_view(cap);
    zd_matte_set_hand(matte, &least, &most);
}
