/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth steadied along a shot; see depth/stabilise.h and matte/object.h for what is done. */

#include "clip/clip_walk.h"

#include <assert.h>
#include <math.h>

#include "clip/clip_focus.h"
#include "clip/depth/clip_steady.h"
#include "core/require.h"
#include "depth/edge_median.h"
#include "depth/stabilise.h"
#include "engine/engine_faces.h"
#include "engine/engine_matte_params.h"
#include "engine/engine_steps.h"

struct zd_clip_walk {
    zd_clip *clip;
    zd_stabiliser *stabiliser;
    zd_face_depth *faces;       /* NULL without face analysis */
    zd_clip_steady kept;        /* where steadied depth is taken from, if it is */
    zd_object_tracker *tracker; /* NULL until an object is followed */
    zd_clip_focus *focus;
    zd_depth_sample before; /* of the frame before the one taken last, where edges are steadied */
    zd_depth_sample sample; /* of the frame taken last */
    zd_depth_sample after;  /* and of the one after it */
    zd_edge_median *edges;
    zd_image *edged[2]; /* depth and probability with their edges steadied */
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
    if (status == ZD_OK && clip->takes_steady) {
        status = zd_clip_steady_open(clip, &walk->kept, err);
    }
    if (status == ZD_OK) {
        status =
            zd_engine_faces_create(ctx, &clip->project->params, width, height, &walk->faces, err);
    }
    if (status == ZD_OK) {
        status = zd_clip_focus_create(ctx, width, height, &walk->focus, err);
    }
    if (status == ZD_OK) {
        status = zd_edge_median_create(ctx, width, height, &walk->edges, err);
    }
    zd_image **planes[3] = { &walk->object, &walk->edged[0], &walk->edged[1] };
    for (int i = 0; status == ZD_OK && i < 3; i++) {
        status = zd_image_create(ctx, width, height, ZD_GRAY_F32, planes[i], err);
    }
    if (status != ZD_OK) {
        zd_clip_walk_destroy(out);
    }
    return status;
}

static void release_samples(zd_clip_walk *walk)
{
    zd_depth_sample_release(&walk->before);
    zd_depth_sample_release(&walk->sample);
    zd_depth_sample_release(&walk->after);
}

void zd_clip_walk_destroy(zd_clip_walk **walk)
{
    zd_clip_walk *doomed = *walk;
    if (doomed == NULL) {
        return;
    }
    release_samples(doomed);
    for (int i = 0; i < 2; i++) {
        zd_image_unref(&doomed->edged[i]);
    }
    zd_edge_median_destroy(&doomed->edges);
    zd_image_unref(&doomed->object);
    zd_object_tracker_destroy(&doomed->tracker);
    zd_clip_focus_destroy(&doomed->focus);
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
    assert(index >= 0);
    const zd_shot_list *shots = &walk->clip->shots;
    int shot = zd_shot_list_find(shots, index);
    return shot == walk->shot && index >= walk->next ? walk->next : shots->shots[shot].first_frame;
}

/* The boxes that were drawn in this frame: later than the one before it, by the clip's rate. */
static int boxes_here(const zd_clip_walk *walk, int64_t index, double time_s,
                      zd_selection out[ZD_PROJECT_MAX_BOXES])
{
    int count = 0;
    const zd_project *project = walk->clip->project;
    double rate = zd_reader_info_rate(walk->clip->info);
    double before_s = index == 0 ? -(double) INFINITY : time_s - (rate > 0.0 ? 1.0 / rate : 0.0);
    for (int i = 0; i < project->box_count; i++) {
        const zd_box *box = &project->boxes[i];
        if (box->time_s > before_s && box->time_s <= time_s) {
            out[count++] = (zd_selection){ (float) box->x, (float) box->y, (float) box->width,
                                           (float) box->height, box->subtract };
        }
    }
    assert(count <= ZD_PROJECT_MAX_BOXES);
    return count;
}

static zd_status track_object(zd_clip_walk *walk, int64_t index, zd_clip_walked *out, zd_error *err)
{
    zd_view small = zd_image_view(walk->sample.small);
    zd_view map = zd_image_view(out->depth.values);
    zd_selection boxes[ZD_PROJECT_MAX_BOXES];
    if (walk->tracker == NULL) {
        ZD_TRY(
            zd_object_tracker_create(walk->clip->ctx, map.width, map.height, &walk->tracker, err));
    }
    out->object = walk->object;
    zd_object_frame frame = { .map = &out->depth,
                              .range = out->shot->range,
                              .foreground = out->foreground,
                              .rgb = &small,
                              .boxes = boxes,
                              .box_count = boxes_here(walk, index, out->time_s, boxes) };
    return zd_object_tracker_update(walk->tracker, &frame, &out->matte, zd_image_view(walk->object),
                                    err);
}

static zd_status follow_focus(zd_clip_walk *walk, bool is_first, zd_clip_walked *out, zd_error *err)
{
    zd_view small = { 0 }; /* kept depth of supplied maps has none, and follows nothing */
    double rate = zd_reader_info_rate(walk->clip->info);
    zd_clip_focus_frame frame = {
        .seen = { .map = &out->depth, .range = out->shot->range, .rgb = &small },
        .time_s = out->time_s,
        .before_s = out->time_s - (rate > 0.0 ? 1.0 / rate : 0.0),
        .is_first = is_first
    };
    if (walk->sample.small != NULL) {
        small = zd_image_view(walk->sample.small);
    }
    return zd_clip_focus_take(walk->focus, walk->clip, &frame, &out->focus, &out->has_focus, err);
}

bool zd_clip_walk_looks_ahead(const zd_clip *clip, int64_t index)
{
    const zd_shot_list *shots = &clip->shots;
    bool is_last = index + 1 >= zd_shot_list_end(shots, zd_shot_list_find(shots, index)) ||
                   (clip->is_alone && index + 1 >= clip->info->end_frame);
    return !is_last && zd_engine_steadies_edges(&clip->project->params, shots->kind);
}

static zd_edge_frame edge_frame(const zd_depth_sample *sample)
{
    zd_edge_frame frame = { .depth = zd_image_view(sample->depth.values),
                            .rgb = zd_image_view(sample->small) };
    if (sample->foreground != NULL) {
        frame.probability = zd_image_view(sample->foreground);
    }
    return frame;
}

zd_depth_sample zd_clip_walk_edges(zd_clip_walk *walk, const zd_depth_sample *before,
                                   const zd_depth_sample *sample, const zd_depth_sample *after)
{
    zd_depth_sample out = *sample;
    zd_view depth = zd_image_view(walk->edged[0]);
    zd_view probability = { 0 };
    out.depth.values = walk->edged[0];
    if (sample->foreground != NULL) {
        out.foreground = walk->edged[1];
        probability = zd_image_view(walk->edged[1]);
        zd_view_copy(zd_image_view(sample->foreground), probability);
    }
    zd_view_copy(zd_image_view(sample->depth.values), depth);
    if (before->depth.values != NULL && after->depth.values != NULL) {
        zd_edge_frame frames[3] = { edge_frame(before), edge_frame(sample), edge_frame(after) };
        zd_edge_median_apply(walk->edges, frames, depth, probability);
    }
    return out;
}

/* What the analysis has kept of a frame, and the small picture by which edges are steadied. */
static zd_status load_kept(zd_clip_walk *walk, const zd_frame *frame, int64_t index,
                           zd_depth_sample *out, zd_error *err)
{
    bool found = false;
    ZD_TRY(zd_clip_steady_get(&walk->kept, index, out, &found, err));
    if (!found) {
        return zd_fail(err, ZD_ERR_MISSING, "the cache has lost the steadied depth of frame %lld",
                       (long long) index);
    }
    return zd_engine_steadies_edges(&walk->clip->project->params, out->depth.kind)
               ? zd_clip_depth_look(walk->clip->depth, frame, &out->small, err)
               : ZD_OK;
}

/* The steadied depth of the frame that comes next. */
static zd_status load(zd_clip_walk *walk, const zd_frame *frame, int64_t index, const zd_task *task,
                      zd_depth_sample *out, zd_error *err)
{
    if (walk->clip->takes_steady) {
        return load_kept(walk, frame, index, out, err);
    }
    ZD_TRY(zd_clip_depth_get(walk->clip->depth, frame, task, out, NULL, err));
    return zd_engine_steady(&walk->clip->project->params, walk->stabiliser, out, err);
}

/* Loads what is not there of the frame and, where edges are steadied, of the one after it. */
static zd_status step(zd_clip_walk *walk, const zd_frame *frame, int64_t index,
                      const zd_frame *next, const zd_task *task, zd_error *err)
{
    int shot = zd_shot_list_find(&walk->clip->shots, index);
    bool follows = shot == walk->shot && index == walk->next;
    zd_clip_walk_reset(walk); /* until this frame is there */
    if (follows) {
        zd_depth_sample_release(&walk->before);
        walk->before = walk->sample;
        walk->sample = walk->after;
        walk->after = (zd_depth_sample){ 0 };
    } else {
        release_samples(walk);
        zd_stabiliser_reset(walk->stabiliser);
        zd_engine_faces_reset(walk->faces);
        if (walk->tracker != NULL) {
            zd_object_tracker_reset(walk->tracker);
        }
    }
    if (walk->sample.depth.values == NULL) {
        ZD_TRY(load(walk, frame, index, task, &walk->sample, err));
    }
    return next != NULL ? load(walk, next, index + 1, task, &walk->after, err) : ZD_OK;
}

zd_status zd_clip_walk_take(zd_clip_walk *walk, const zd_frame *frame, int64_t index,
                            const zd_frame *next, const zd_task *task, zd_clip_walked *out,
                            zd_error *err)
{
    ZD_REQUIRE(err, frame != NULL && index >= 0);
    zd_clip *clip = walk->clip;
    int shot = zd_shot_list_find(&clip->shots, index);
    bool is_first = shot != walk->shot || index != walk->next;
    next = zd_clip_walk_looks_ahead(clip, index) ? next : NULL;
    ZD_TRY(step(walk, frame, index, next, task, err));
    zd_depth_sample shown = walk->sample;
    if (zd_engine_steadies_edges(&clip->project->params, shown.depth.kind)) {
        shown = zd_clip_walk_edges(walk, &walk->before, &walk->sample, &walk->after);
    }
    zd_engine_faces_apply(walk->faces, &shown, zd_clip_time_s(clip, frame));
    *out = (zd_clip_walked){
        .shot = &clip->shots.shots[shot],
        .time_s = zd_clip_time_s(clip, frame),
        .depth = shown.depth,
        .foreground = shown.foreground,
        .is_first = is_first,
    };
    if (walk->faces != NULL && shown.faces != NULL) {
        out->faces = shown.faces;
        out->heads = zd_face_depth_heads(walk->faces);
    }
    zd_view surface;
    if (walk->faces != NULL && zd_face_depth_surface(walk->faces, &surface)) {
        out->surface = surface;
    }
    out->matte =
        zd_engine_matte_params(&clip->project->params, out->shot, out->depth.kind, out->time_s);
    if (out->matte.nearest_only) {
        ZD_TRY(track_object(walk, index, out, err));
    }
    ZD_TRY(follow_focus(walk, is_first, out, err));
    walk->shot = shot;
    walk->next = index + 1;
    return ZD_OK;
}
