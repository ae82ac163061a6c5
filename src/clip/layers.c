/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See layers.h. A frame is prepared as everywhere (engine/prepared.h), from a source that walks. */

#include "clip/layers.h"

#include <string.h>

#include "clip/clip_walk.h"
#include "core/require.h"
#include "engine/prepared.h"
#include "image/guide.h"

struct zd_layers {
    zd_clip *clip;
    zd_clip_walk *walk;
    zd_clip_walked walked; /* of the frame taken last */
    zd_prepared prepared;
    const zd_frame *frame; /* borrowed while its layers are asked for */
    zd_rect seen;          /* where the prepared picture holds its codes */
};

zd_status zd_layers_create(zd_clip *clip, zd_layers **out, zd_error *err)
{
    zd_layers *layers = zd_alloc_zeroed(clip->ctx, 1, sizeof *layers);
    *out = layers;
    if (layers == NULL) {
        return zd_fail_memory(err, "layers");
    }
    layers->clip = clip;
    layers->prepared.width = clip->info->width;
    layers->prepared.height = clip->info->height;
    zd_status status = zd_clip_walk_create(clip, &layers->walk, err);
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
    zd_prepared_empty(&doomed->prepared);
    zd_clip_walk_destroy(&doomed->walk);
    zd_free(doomed->clip->ctx, doomed);
    *layers = NULL;
}

zd_status zd_layers_take(zd_layers *layers, const zd_frame *frame, int64_t index,
                         const zd_frame *next, const zd_task *task, zd_layered_frame *out,
                         zd_error *err)
{
    ZD_REQUIRE(err, frame != NULL && index >= 0);
    zd_clip_walked *walked = &layers->walked;
    zd_prepared_forget(&layers->prepared); /* the walk writes into what it borrows */
    ZD_TRY(zd_clip_walk_take(layers->walk, frame, index, next, task, walked, err));
    layers->frame = frame;
    *out = (zd_layered_frame){
        .index = index,
        .time_s = walked->time_s,
        .shot = walked->shot,
        .depth = walked->depth,
        .foreground = walked->foreground,
        .transfer = layers->clip->info->colour.transfer,
        .picture = { .width = layers->prepared.width, .height = layers->prepared.height },
        .matte = walked->matte,
    };
    return ZD_OK;
}

void zd_layers_note_faces(const zd_layers *layers, int64_t number, zd_clip_faces_seen *seen)
{
    const zd_clip_walked *walked = &layers->walked;
    if (walked->faces != NULL) {
        zd_clip_faces_seen_add(seen, number, walked->is_first, walked->faces, walked->heads);
    }
}

/* The guide of a footage's frame inside a rectangle that lies in it; what was read before is copied. */
static void read_guide(void *user, zd_rect rect, zd_view out)
{
    const zd_layers *layers = user;
    zd_transfer transfer = layers->clip->info->colour.transfer;
    zd_rect both = zd_rect_intersect(rect, layers->seen);
    if (transfer != ZD_TRANSFER_LINEAR && memcmp(&both, &rect, sizeof both) == 0) {
        zd_view_copy(zd_view_crop(layers->prepared.frame.picture, rect), out);
    } else if (zd_frame_read(layers->frame, rect, out, NULL) != ZD_OK) {
        zd_view_clear(out);
    } else if (transfer == ZD_TRANSFER_LINEAR) {
        zd_guide_make(layers->clip->ctx, transfer, out, out);
    }
}

static zd_status find_depth(void *user, zd_prepared *p, zd_error *err)
{
    const zd_clip_walked *walked = &((const zd_layers *) user)->walked;
    (void) err;
    p->sample.depth = zd_depth_map_ref(&walked->depth);
    p->sample.foreground = zd_image_ref(walked->foreground);
    p->has_shot = true;
    p->known = *walked->shot;
    p->surface = walked->surface;
    p->frame.has_focus = walked->has_focus;
    p->frame.focus = walked->focus;
    if (walked->object != NULL) {
        zd_image_unref(&p->object);
        p->object = zd_image_ref(walked->object);
        p->is_tracked = true;
    }
    return ZD_OK;
}

zd_status zd_layers_look(zd_layers *layers, zd_layered_frame *frame, zd_rect wanted, zd_error *err)
{
    zd_context *ctx = layers->clip->ctx;
    zd_prepared *p = &layers->prepared;
    const zd_project *project = layers->clip->project;
    zd_prepared_source source = { .read_guide = read_guide,
                                  .find_depth = find_depth,
                                  .transfer = frame->transfer,
                                  .user = layers };
    p->frame.index = frame->index;
    p->frame.time_s = frame->time_s;
    ZD_TRY(zd_prepared_fill(ctx, p, &source, err));
    layers->seen = (zd_rect){ 0 };
    if (!zd_rect_is_empty(wanted)) {
        ZD_TRY(zd_frame_read(layers->frame, wanted, zd_view_crop(p->frame.picture, wanted), err));
        layers->seen = wanted;
    }
    ZD_TRY(zd_prepared_judge(ctx, p, &project->params, NULL, project, err));
    ZD_TRY(zd_clip_hand_make(layers->clip->hand, &project->params, p->width, p->height,
                             frame->time_s, &p->raise, &p->cap, err));
    ZD_TRY(zd_prepared_matte(ctx, p, err));
    *frame = p->frame;
    return ZD_OK;
}

zd_status zd_layers_read(zd_layers *layers, zd_rect roi, zd_view out, zd_error *err)
{
    return zd_frame_read(layers->frame, roi, out, err);
}

void zd_layers_expect_all(zd_layers *layers)
{
    zd_matte_expect(layers->prepared.matte,
                    (zd_rect){ 0, 0, layers->prepared.width, layers->prepared.height });
}

zd_status zd_layers_matte(zd_layers *layers, const zd_matte_params *params, zd_rect roi,
                          zd_view out, zd_error *err)
{
    return zd_matte_render(layers->prepared.matte, params, roi, out, err);
}

zd_status zd_layers_full_depth(zd_layers *layers, zd_rect roi, zd_view out, zd_error *err)
{
    return zd_matte_render_depth(layers->prepared.matte, roi, out, err);
}
