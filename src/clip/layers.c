/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "clip/layers.h"

#include "depth/stabilise.h"
#include "engine/engine_faces.h"
#include "engine/engine_matte_params.h"
#include "engine/engine_steps.h"
#include "image/guide.h"

struct zd_layers {
    zd_clip *clip;
    zd_stabiliser *stabiliser;
    zd_face_depth *faces; /* NULL without face analysis */
    zd_object_tracker *tracker;
    zd_matte *matte;
    zd_depth_sample sample; /* of the frame taken last */
    const zd_frame *frame;  /* borrowed while its layers are asked for */
    zd_image *picture;
    zd_image *guide;  /* the same for the matte, where the footage is linear light */
    zd_image *object; /* mask of the tracked object, of the map's size */
    int shot;
};

zd_status zd_layers_create(zd_clip *clip, zd_layers **out, zd_error *err)
{
    int width;
    int height;
    zd_context *ctx = clip->ctx;
    zd_layers *layers = zd_alloc_zeroed(ctx, 1, sizeof *layers);
    *out = layers;
    if (layers == NULL) {
        return zd_fail_memory(err, "layers");
    }
    layers->clip = clip;
    layers->shot = -1;
    zd_clip_depth_size(clip->depth, &width, &height);
    zd_matte_size size = { clip->info->width, clip->info->height, width, height };
    zd_status status = zd_stabiliser_create(ctx, width, height, &layers->stabiliser, err);
    if (status == ZD_OK) {
        status =
            zd_engine_faces_create(ctx, &clip->project->params, width, height, &layers->faces, err);
    }
    if (status == ZD_OK) {
        status = zd_object_tracker_create(ctx, width, height, &layers->tracker, err);
    }
    if (status == ZD_OK) {
        status = zd_matte_create(ctx, &size, &layers->matte, err);
    }
    if (status == ZD_OK) {
        status = zd_image_create(ctx, size.frame_width, size.frame_height, ZD_RGBA_F32,
                                 &layers->picture, err);
    }
    if (status == ZD_OK) {
        status = zd_image_create(ctx, width, height, ZD_GRAY_F32, &layers->object, err);
    }
    if (status != ZD_OK) {
        zd_layers_destroy(out);
    }
    return status;
}

void zd_layers_destroy(zd_layers **layers)
{
    zd_layers *doomed = *layers;
    if (doomed == NULL) {
        return;
    }
    zd_depth_sample_release(&doomed->sample);
    zd_image_unref(&doomed->object);
    zd_image_unref(&doomed->picture);
    zd_image_unref(&doomed->guide);
    zd_matte_destroy(&doomed->matte);
    zd_object_tracker_destroy(&doomed->tracker);
    zd_stabiliser_destroy(&doomed->stabiliser);
    zd_face_depth_destroy(&doomed->faces);
    zd_free(doomed->clip->ctx, doomed);
    *layers = NULL;
}

static zd_status track_object(zd_layers *layers, const zd_layered_frame *frame, zd_error *err)
{
    zd_view small = zd_image_view(layers->sample.small);
    return zd_object_tracker_update(layers->tracker, &frame->depth, frame->shot->range,
                                    &frame->matte, &small, zd_image_view(layers->object), err);
}

zd_status zd_layers_take(zd_layers *layers, const zd_frame *frame, int64_t index,
                         const zd_task *task, zd_layered_frame *out, zd_error *err)
{
    zd_clip *clip = layers->clip;
    const zd_params *params = &clip->project->params;
    zd_depth_sample_release(&layers->sample);
    ZD_TRY(zd_clip_depth_get(clip->depth, frame, task, &layers->sample, NULL, err));
    int shot = zd_shot_list_find(&clip->shots, index);
    if (shot != layers->shot) {
        zd_stabiliser_reset(layers->stabiliser);
        zd_engine_faces_reset(layers->faces);
        zd_object_tracker_reset(layers->tracker);
        layers->shot = shot;
    }
    ZD_TRY(zd_engine_steady(params, layers->stabiliser, &layers->sample, err));
    zd_engine_faces_apply(layers->faces, &layers->sample, zd_clip_time_s(clip, frame));
    layers->frame = frame;
    *out = (zd_layered_frame){
        .index = index,
        .time_s = zd_clip_time_s(clip, frame),
        .shot = &clip->shots.shots[shot],
        .depth = layers->sample.depth,
        .foreground = layers->sample.foreground,
        .picture = zd_image_view(layers->picture),
        .prepared = layers->matte,
    };
    out->matte = zd_engine_matte_params(params, out->shot, out->depth.kind, out->time_s);
    return out->matte.nearest_only ? track_object(layers, out, err) : ZD_OK;
}

static zd_status make_guide(zd_layers *layers, zd_view picture, zd_view *guide, zd_error *err)
{
    zd_context *ctx = layers->clip->ctx;
    zd_transfer transfer = layers->clip->info->colour.transfer;
    *guide = picture;
    if (transfer != ZD_TRANSFER_LINEAR) {
        return ZD_OK;
    }
    if (layers->guide == NULL) {
        ZD_TRY(
            zd_image_create(ctx, picture.width, picture.height, ZD_RGBA_F32, &layers->guide, err));
    }
    *guide = zd_image_view(layers->guide);
    zd_guide_make(ctx, transfer, picture, *guide);
    return ZD_OK;
}

zd_status zd_layers_look(zd_layers *layers, zd_layered_frame *frame, zd_error *err)
{
    zd_view picture = zd_image_view(layers->picture);
    zd_rect whole = { 0, 0, picture.width, picture.height };
    zd_view guide;
    ZD_TRY(zd_frame_read(layers->frame, whole, picture, err));
    ZD_TRY(make_guide(layers, picture, &guide, err));
    zd_view surface;
    bool has_surface = layers->faces != NULL && zd_face_depth_surface(layers->faces, &surface);
    zd_matte_set_surface(layers->matte, has_surface ? &surface : NULL);
    return zd_engine_prepare(layers->matte, &frame->depth, frame->foreground, frame->shot->range,
                             guide, frame->matte.nearest_only ? layers->object : NULL, err);
}

zd_status zd_layers_matte(zd_layers *layers, const zd_matte_params *params, zd_rect roi,
                          zd_view out, zd_error *err)
{
    return zd_matte_render(layers->matte, params, roi, out, err);
}

zd_status zd_layers_full_depth(zd_layers *layers, zd_rect roi, zd_view out, zd_error *err)
{
    return zd_matte_render_depth(layers->matte, roi, out, err);
}
