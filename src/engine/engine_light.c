/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See engine_light.h. Pictures are taken when the first insert asks for light. */

#include "engine/engine_light.h"

#include "core/size.h"
#include "engine/engine_result.h"
#include "image/vec4.h"
#include "project/project.h"

enum { MOST = ZD_PROJECT_MAX_INSERTS + 1 };

struct zd_engine_lights {
    zd_context *ctx;
    int width;
    int height;
    const zd_layered_frame *frame;
    zd_image *picture;
    zd_image *nearness;
    zd_image *fetched;
    zd_image *lit[MOST];
    zd_image *air[MOST];
};

zd_composite_light zd_engine_light_of(const zd_params *insert, double time_s)
{
    return (zd_composite_light){
        .wrap = (float) zd_params_number(insert, ZD_P_LIGHT_WRAP, time_s),
        .wrap_front = (float) zd_params_number(insert, ZD_P_LIGHT_WRAP_FRONT, time_s),
        .wrap_width = (float) zd_params_number(insert, ZD_P_LIGHT_WRAP_WIDTH, time_s),
        .shadow = (float) zd_params_number(insert, ZD_P_CONTACT_SHADOW, time_s),
        .shadow_front = (float) zd_params_number(insert, ZD_P_CONTACT_FRONT, time_s),
        .shadow_softness = (float) zd_params_number(insert, ZD_P_CONTACT_SOFTNESS, time_s),
        .shadow_direction = (float) zd_params_number(insert, ZD_P_CONTACT_DIRECTION, time_s),
        .shadow_length = (float) zd_params_number(insert, ZD_P_CONTACT_LENGTH, time_s),
        .shadow_reach = (float) zd_params_number(insert, ZD_P_CONTACT_REACH, time_s),
    };
}

zd_rect zd_engine_light_rect(const zd_composite_light *light, const zd_composite_layer *layer,
                             int frame_width, int frame_height)
{
    zd_rect rect = zd_placed_rect(layer->picture);
    int margin = zd_composite_light_margin(light, frame_height);
    zd_rect wide = { rect.x0 - margin, rect.y0 - margin, rect.x1 + margin, rect.y1 + margin };
    return zd_rect_intersect(wide, (zd_rect){ 0, 0, frame_width, frame_height });
}

zd_status zd_engine_lights_create(zd_context *ctx, int width, int height, zd_engine_lights **out,
                                  zd_error *err)
{
    zd_engine_lights *l = zd_alloc_zeroed(ctx, 1, sizeof *l);
    *out = l;
    if (l == NULL) {
        return zd_fail_memory(err, "the lights");
    }
    l->ctx = ctx;
    l->width = width;
    l->height = height;
    return ZD_OK;
}

void zd_engine_lights_destroy(zd_engine_lights **lights)
{
    zd_engine_lights *l = *lights;
    if (l == NULL) {
        return;
    }
    for (int i = 0; i < MOST; i++) {
        zd_image_unref(&l->lit[i]);
        zd_image_unref(&l->air[i]);
    }
    zd_image_unref(&l->picture);
    zd_image_unref(&l->nearness);
    zd_image_unref(&l->fetched);
    zd_free(l->ctx, l);
    *lights = NULL;
}

static zd_status ensure(const zd_engine_lights *l, zd_format format, zd_image **image, zd_view *out,
                        zd_error *err)
{
    if (*image == NULL) {
        ZD_TRY(zd_image_create(l->ctx, l->width, l->height, format, image, err));
    }
    *out = zd_image_view(*image);
    return ZD_OK;
}

/* Lays an effect's light, which is hidden where its matte says so, on the frame's. */
static void lay_effect(zd_view picture, const zd_composite_layer *effect)
{
    for (int y = 0; y < picture.height; y++) {
        float *row = zd_view_row_f32(picture, y);
        const float *with = zd_view_row_f32(effect->picture.view, y);
        const float *hidden =
            effect->matte.view.data != NULL ? zd_view_row_f32(effect->matte.view, y) : NULL;
        for (int x = 0; x < picture.width; x++) {
            zd_vec4 was = zd_vec4_load(row + 4 * x);
            zd_vec4 seen = zd_vec4_splat(hidden != NULL ? 1.0f - hidden[x] : 1.0f);
            zd_vec4_store(row + 4 * x, was + seen * (zd_vec4_load(with + 4 * x) - was));
        }
    }
}

zd_status zd_engine_lights_begin(zd_engine_lights *l, const zd_layered_frame *frame,
                                 const zd_composite_layer *effect, zd_error *err)
{
    zd_view picture;
    zd_view nearness;
    zd_rect whole = { 0, 0, l->width, l->height };
    l->frame = frame;
    ZD_TRY(ensure(l, ZD_RGBA_F32, &l->picture, &picture, err));
    ZD_TRY(ensure(l, ZD_GRAY_F32, &l->nearness, &nearness, err));
    ZD_TRY(zd_matte_render_depth(frame->prepared, whole, nearness, err));
    zd_engine_frame_light(l->ctx, frame, frame->picture, picture);
    if (effect != NULL) {
        lay_effect(picture, effect);
    }
    return ZD_OK;
}

static float normalised(const zd_layered_frame *frame, float depth)
{
    if (frame->matte.mode != ZD_MATTE_NORMALISED) {
        depth = zd_depth_to_normalised(frame->shot->range, depth);
    }
    return depth == depth ? zd_float_clamp(depth, -10.0f, 10.0f) : -10.0f;
}

zd_status zd_engine_lights_make(zd_engine_lights *l, int number, const zd_composite_light *light,
                                float depth, zd_rect roi, zd_composite_layer *layer,
                                zd_composite_layer *air, zd_error *err)
{
    zd_view lit;
    zd_view before;
    ZD_TRY(ensure(l, ZD_RGBA_F32, &l->lit[number], &lit, err));
    ZD_TRY(ensure(l, ZD_RGBA_F32, &l->air[number], &before, err));
    zd_composite_light_scene scene = { .picture = zd_image_view(l->picture),
                                       .nearness = zd_image_view(l->nearness),
                                       .matte = layer->matte.view,
                                       .insert = layer->picture,
                                       .opacity = layer->opacity,
                                       .blend = layer->blend,
                                       .depth = normalised(l->frame, depth) };
    ZD_TRY(zd_composite_light_make(l->ctx, light, &scene, roi, lit, before, err));
    zd_rect own = zd_rect_intersect(zd_placed_rect(layer->picture), roi);
    *air = (zd_composite_layer){ .picture = { zd_view_crop(before, roi), roi.x0, roi.y0 },
                                 .opacity = 1.0f,
                                 .blend = ZD_BLEND_NORMAL,
                                 .depth = layer->depth };
    layer->picture = zd_rect_is_empty(own)
                         ? (zd_placed_view){ 0 }
                         : (zd_placed_view){ zd_view_crop(lit, own), own.x0, own.y0 };
    return ZD_OK;
}

zd_status zd_engine_lights_fetched(zd_engine_lights *l, zd_view *out, zd_error *err)
{
    return ensure(l, ZD_RGBA_F32, &l->fetched, out, err);
}
