/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See layers.h; what plug-ins do as well is in engine/engine_steps.c. */

#include "clip/layers.h"

#include "clip/clip_walk.h"
#include "engine/engine_steps.h"
#include "image/guide.h"

struct zd_layers {
    zd_clip *clip;
    zd_clip_walk *walk;
    zd_clip_walked walked; /* of the frame taken last */
    zd_matte *matte;
    const zd_frame *frame; /* borrowed while its layers are asked for */
    zd_image *picture;
    zd_image *guide; /* the same for the matte, where the footage is linear light */
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
    zd_clip_depth_size(clip->depth, &width, &height);
    zd_matte_size size = { clip->info->width, clip->info->height, width, height };
    zd_status status = zd_clip_walk_create(clip, &layers->walk, err);
    if (status == ZD_OK) {
        status = zd_matte_create(ctx, &size, &layers->matte, err);
    }
    if (status == ZD_OK) {
        status = zd_image_create(ctx, size.frame_width, size.frame_height, ZD_RGBA_F32,
                                 &layers->picture, err);
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
    zd_image_unref(&doomed->picture);
    zd_image_unref(&doomed->guide);
    zd_matte_destroy(&doomed->matte);
    zd_clip_walk_destroy(&doomed->walk);
    zd_free(doomed->clip->ctx, doomed);
    *layers = NULL;
}

zd_status zd_layers_take(zd_layers *layers, const zd_frame *frame, int64_t index,
                         const zd_task *task, zd_layered_frame *out, zd_error *err)
{
    zd_clip_walked *walked = &layers->walked;
    ZD_TRY(zd_clip_walk_take(layers->walk, frame, index, task, walked, err));
    layers->frame = frame;
    *out = (zd_layered_frame){
        .index = index,
        .time_s = walked->time_s,
        .shot = walked->shot,
        .depth = walked->depth,
        .foreground = walked->foreground,
        .picture = zd_image_view(layers->picture),
        .matte = walked->matte,
        .prepared = layers->matte,
    };
    return ZD_OK;
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
    bool has_surface = layers->walked.surface.data != NULL;
    zd_matte_set_surface(layers->matte, has_surface ? &layers->walked.surface : NULL);
    return zd_engine_prepare(layers->matte, &frame->depth, frame->foreground, frame->shot->range,
                             guide, layers->walked.object, err);
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
