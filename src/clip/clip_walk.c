/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth steadied along a shot; see depth/stabilise.h and matte/object.h for what is done. */

#include "clip/clip_walk.h"

#include "depth/stabilise.h"
#include "engine/engine_faces.h"
#include "engine/engine_matte_params.h"
#include "engine/engine_steps.h"

struct zd_clip_walk {
    zd_clip *clip;
    zd_stabiliser *stabiliser;
    zd_face_depth *faces; /* NULL without face analysis */
    zd_object_tracker *tracker;
    zd_depth_sample sample; /* of the frame taken last */
    zd_image *object;
    int shot;     /* of the frame taken last; -1: none was */
    int64_t next; /* the frame after it */
};

zd_status zd_clip_walk_create(zd_clip *clip, zd_clip_walk **out, zd_error *err)
{
    int width;
    int height;
    zd_context *ctx = clip->ctx;
    zd_clip_walk *walk = zd_alloc_zeroed(ctx, 1, sizeof *walk);
    *out = walk;
    if (walk == NULL) {
        return zd_fail_memory(err, "the walk over depth");
    }
    walk->clip = clip;
    zd_clip_walk_reset(walk);
    zd_clip_depth_size(clip->depth, &width, &height);
    zd_status status = zd_stabiliser_create(ctx, width, height, &walk->stabiliser, err);
    if (status == ZD_OK) {
        status =
            zd_engine_faces_create(ctx, &clip->project->params, width, height, &walk->faces, err);
    }
    if (status == ZD_OK) {
        status = zd_object_tracker_create(ctx, width, height, &walk->tracker, err);
    }
    if (status == ZD_OK) {
        status = zd_image_create(ctx, width, height, ZD_GRAY_F32, &walk->object, err);
    }
    if (status != ZD_OK) {
        zd_clip_walk_destroy(out);
    }
    return status;
}

void zd_clip_walk_destroy(zd_clip_walk **walk)
{
    zd_clip_walk *doomed = *walk;
    if (doomed == NULL) {
        return;
    }
    zd_depth_sample_release(&doomed->sample);
    zd_image_unref(&doomed->object);
    zd_object_tracker_destroy(&doomed->tracker);
    zd_stabiliser_destroy(&doomed->stabiliser);
    zd_face_depth_destroy(&doomed->faces);
    zd_free(doomed->clip->ctx, doomed);
    *walk = NULL;
}

void zd_clip_walk_reset(zd_clip_walk *walk)
{
    walk->shot = -1;
    walk->next = -1;
}

int64_t zd_clip_walk_start(const zd_clip_walk *walk, int64_t index)
{
    const zd_shot_list *shots = &walk->clip->shots;
    int shot = zd_shot_list_find(shots, index);
    return shot == walk->shot && index >= walk->next ? walk->next : shots->shots[shot].first_frame;
}

static zd_status track_object(zd_clip_walk *walk, zd_clip_walked *out, zd_error *err)
{
    zd_view small = zd_image_view(walk->sample.small);
    out->object = walk->object;
    zd_object_frame frame = { &out->depth, out->shot->range, out->foreground, &small };
    return zd_object_tracker_update(walk->tracker, &frame, &out->matte, zd_image_view(walk->object),
                                    err);
}

zd_status zd_clip_walk_take(zd_clip_walk *walk, const zd_frame *frame, int64_t index,
                            const zd_task *task, zd_clip_walked *out, zd_error *err)
{
    zd_clip *clip = walk->clip;
    int shot = zd_shot_list_find(&clip->shots, index);
    bool follows = shot == walk->shot && index == walk->next;
    zd_depth_sample_release(&walk->sample);
    zd_clip_walk_reset(walk); /* until this frame is there */
    ZD_TRY(zd_clip_depth_get(clip->depth, frame, task, &walk->sample, NULL, err));
    if (!follows) {
        zd_stabiliser_reset(walk->stabiliser);
        zd_engine_faces_reset(walk->faces);
        zd_object_tracker_reset(walk->tracker);
    }
    ZD_TRY(zd_engine_steady(&clip->project->params, walk->stabiliser, &walk->sample, err));
    zd_engine_faces_apply(walk->faces, &walk->sample, zd_clip_time_s(clip, frame));
    *out = (zd_clip_walked){
        .shot = &clip->shots.shots[shot],
        .time_s = zd_clip_time_s(clip, frame),
        .depth = walk->sample.depth,
        .foreground = walk->sample.foreground,
    };
    out->matte =
        zd_engine_matte_params(&clip->project->params, out->shot, out->depth.kind, out->time_s);
    if (out->matte.nearest_only) {
        ZD_TRY(track_object(walk, out, err));
    }
    walk->shot = shot;
    walk->next = index + 1;
    return ZD_OK;
}
