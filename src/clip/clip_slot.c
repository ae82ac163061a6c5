/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A frame at a size: decoded, reduced to what is looked at, its depth found and its matte prepared.
 * The frame before and after, and the last size, are kept. */

#include <string.h>

#include "clip/clip_engine_internal.h"
#include "clip/clip_steady.h"
#include "engine/engine_matte_params.h"
#include "engine/engine_shots.h"
#include "engine/engine_steps.h"
#include "image/guide.h"
#include "image/resample.h"

zd_status zd_clip_check_cancel(const zd_task *task, zd_error *err)
{
    return zd_task_cancelled(task) ? zd_fail(err, ZD_ERR_CANCELLED, "cancelled") : ZD_OK;
}

static void forget_depth(zd_clip_slot *slot)
{
    zd_image_unref(&slot->depth.values);
    zd_image_unref(&slot->foreground);
    zd_image_unref(&slot->small);
    zd_image_unref(&slot->object);
    zd_image_unref(&slot->surface);
}

void zd_clip_slot_empty(zd_clip_slot *slot)
{
    forget_depth(slot);
    zd_frame_unref(&slot->media);
    zd_image_unref(&slot->picture);
    zd_image_unref(&slot->guide);
    zd_matte_destroy(&slot->matte);
    *slot = (zd_clip_slot){ 0 };
}

/* ---- which slot ---- */

static zd_clip_slot *find(zd_clip_engine *e, int64_t frame, int width, int height)
{
    for (int i = 0; i < ZD_CLIP_SLOTS; i++) {
        zd_clip_slot *slot = &e->slots[i];
        if (slot->is_valid && slot->frame.index == frame && slot->width == width &&
            slot->height == height) {
            return slot;
        }
    }
    return NULL;
}

/* The slot used longest ago; one of the right size keeps its memory. */
static zd_clip_slot *make_room(zd_clip_engine *e, int width, int height)
{
    zd_clip_slot *oldest = &e->slots[0];
    for (int i = 1; i < ZD_CLIP_SLOTS; i++) {
        oldest = e->slots[i].used < oldest->used ? &e->slots[i] : oldest;
    }
    if (oldest->width != width || oldest->height != height) {
        zd_clip_slot_empty(oldest);
        oldest->width = width;
        oldest->height = height;
    }
    forget_depth(oldest);
    zd_frame_unref(&oldest->media);
    oldest->is_valid = false;
    oldest->is_prepared = false;
    return oldest;
}

/* ---- its picture ---- */

static zd_status read_frame(zd_clip_engine *e, int64_t index, zd_frame **out, zd_error *err)
{
    if (e->at != index) {
        e->at = -1;
        ZD_TRY(zd_reader_select(e->clip.reader, index, INT64_MAX, err));
    }
    e->at = -1;
    ZD_TRY(zd_reader_next(e->clip.reader, out, err));
    e->at = index + 1;
    return ZD_OK;
}

/* RGB to RGBA. */
static void widen(zd_view rgb, zd_view rgba)
{
    for (int y = 0; y < rgb.height; y++) {
        const float *in = zd_view_row_f32(rgb, y);
        float *out = zd_view_row_f32(rgba, y);
        for (int x = 0; x < rgb.width; x++, in += 3, out += 4) {
            out[0] = in[0];
            out[1] = in[1];
            out[2] = in[2];
            out[3] = 1.0f;
        }
    }
}

static void multiply_alpha(zd_view view, bool divide)
{
    for (int y = 0; y < view.height; y++) {
        float *p = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++, p += 4) {
            float by = !divide ? p[3] : p[3] > 0.0f ? 1.0f / p[3] : 0.0f;
            p[0] *= by;
            p[1] *= by;
            p[2] *= by;
        }
    }
}

/* The whole picture smaller, with its alpha. */
static zd_status read_small_alpha(zd_clip_engine *e, const zd_frame *frame, zd_view out,
                                  zd_error *err)
{
    zd_image *full = NULL;
    int width = e->clip.info->width;
    int height = e->clip.info->height;
    ZD_TRY(zd_image_create(e->ctx, width, height, ZD_RGBA_F32, &full, err));
    zd_view view = zd_image_view(full);
    zd_status status = zd_frame_read(frame, (zd_rect){ 0, 0, width, height }, view, err);
    if (status == ZD_OK) {
        multiply_alpha(view, false);
        status = zd_resample(e->ctx, ZD_RESAMPLE_LINEAR, view, out, err);
        multiply_alpha(out, true);
    }
    zd_image_unref(&full);
    return status;
}

static zd_status read_small(zd_clip_engine *e, const zd_frame *frame, zd_view out, zd_error *err)
{
    zd_image *rgb = NULL;
    if (e->clip.info->has_alpha || out.width > e->clip.info->width ||
        out.height > e->clip.info->height) {
        return read_small_alpha(e, frame, out, err);
    }
    ZD_TRY(zd_image_create(e->ctx, out.width, out.height, ZD_RGB_F32, &rgb, err));
    zd_status status = zd_frame_read_small(frame, zd_image_view(rgb), err);
    if (status == ZD_OK) {
        widen(zd_image_view(rgb), out);
    }
    zd_image_unref(&rgb);
    return status;
}

static zd_status read_picture(zd_clip_engine *e, zd_clip_slot *slot, zd_error *err)
{
    zd_transfer transfer = e->clip.info->colour.transfer;
    if (slot->picture == NULL) {
        ZD_TRY(
            zd_image_create(e->ctx, slot->width, slot->height, ZD_RGBA_F32, &slot->picture, err));
    }
    zd_view picture = zd_image_view(slot->picture);
    bool is_full = slot->width == e->clip.info->width && slot->height == e->clip.info->height;
    if (is_full) {
        zd_rect whole = { 0, 0, slot->width, slot->height };
        ZD_TRY(zd_frame_read(slot->media, whole, picture, err));
    } else {
        ZD_TRY(read_small(e, slot->media, picture, err));
    }
    if (transfer != ZD_TRANSFER_LINEAR) {
        return ZD_OK;
    }
    if (slot->guide == NULL) {
        ZD_TRY(zd_image_create(e->ctx, slot->width, slot->height, ZD_RGBA_F32, &slot->guide, err));
    }
    zd_guide_make(e->ctx, transfer, picture, zd_image_view(slot->guide));
    return ZD_OK;
}

/* ---- its depth ---- */

static zd_status copy_view(zd_context *ctx, zd_view view, zd_image **to, zd_error *err)
{
    ZD_TRY(zd_image_create(ctx, view.width, view.height, view.format, to, err));
    zd_view_copy(view, zd_image_view(*to));
    return ZD_OK;
}

static zd_status copy_plane(zd_context *ctx, const zd_image *from, zd_image **to, zd_error *err)
{
    return copy_view(ctx, zd_image_view(from), to, err);
}

/* Walks to the frame from where the walk is, or from its shot's first frame. */
static zd_status walk_to(zd_clip_engine *e, int64_t index, const zd_task *task, zd_frame **media,
                         zd_clip_walked *walked, zd_error *err)
{
    for (int64_t at = zd_clip_walk_start(e->walk, index); at <= index; at++) {
        zd_frame_unref(media);
        ZD_TRY(zd_clip_check_cancel(task, err));
        ZD_TRY(read_frame(e, at, media, err));
        ZD_TRY(zd_clip_walk_take(e->walk, *media, at, task, walked, err));
    }
    return ZD_OK;
}

/* A frame in the middle of a shot from what the analysis has kept. Tracked objects and faces have a
 * memory of their own and want the walk. */
static zd_status kept_depth(zd_clip_engine *e, zd_clip_slot *slot, int64_t index, bool *found,
                            zd_error *err)
{
    zd_clip_steady store;
    zd_depth_sample sample;
    const zd_params *p = &e->project.params;
    *found = false;
    if (zd_params_bool(p, ZD_P_NEAREST_ONLY, 0.0) || zd_params_is_keyed(p, ZD_P_NEAREST_ONLY) ||
        zd_params_int(p, ZD_P_ANALYSIS) != 0 || zd_clip_walk_start(e->walk, index) == index)
    {
        return ZD_OK;
    }
    ZD_TRY(zd_clip_steady_open(&e->clip, &store, err));
    ZD_TRY(zd_clip_steady_get(&store, index, &sample, found, err));
    if (!*found) {
        return ZD_OK;
    }
    slot->depth = sample.depth;
    slot->foreground = sample.foreground;
    ZD_TRY(read_frame(e, index, &slot->media, err));
    slot->frame.time_s = zd_clip_time_s(&e->clip, slot->media);
    slot->shot = e->clip.shots.shots[zd_shot_list_find(&e->clip.shots, index)];
    return ZD_OK;
}

static zd_status analysed_depth(zd_clip_engine *e, zd_clip_slot *slot, int64_t index,
                                const zd_task *task, zd_error *err)
{
    zd_clip_walked walked;
    bool found;
    ZD_TRY(kept_depth(e, slot, index, &found, err));
    if (found) {
        return ZD_OK;
    }
    ZD_TRY(walk_to(e, index, task, &slot->media, &walked, err));
    slot->shot = *walked.shot;
    slot->frame.time_s = walked.time_s;
    slot->depth = (zd_depth_map){ .kind = walked.depth.kind };
    ZD_TRY(copy_plane(e->ctx, walked.depth.values, &slot->depth.values, err));
    if (walked.foreground != NULL) {
        ZD_TRY(copy_plane(e->ctx, walked.foreground, &slot->foreground, err));
    }
    if (walked.surface.data != NULL) {
        ZD_TRY(copy_view(e->ctx, walked.surface, &slot->surface, err));
    }
    return walked.object != NULL ? copy_plane(e->ctx, walked.object, &slot->object, err) : ZD_OK;
}

/* A frame whose shot is not known yet is judged as a still would be. */
static zd_status measure_alone(zd_clip_engine *e, zd_depth_sample *sample, double time_s,
                               zd_shot *out, zd_error *err)
{
    zd_engine_shots *analysis = NULL;
    zd_shot_list found = { .ctx = e->ctx };
    zd_view map = zd_image_view(sample->depth.values);
    zd_depth_sample copy = { .depth = { .kind = sample->depth.kind } };
    zd_status status =
        zd_engine_shots_create(e->ctx, &e->project, map.width, map.height, &analysis, err);
    if (status == ZD_OK) {
        status = copy_plane(e->ctx, sample->depth.values, &copy.depth.values, err);
    }
    if (status == ZD_OK) {
        status = copy_plane(e->ctx, sample->small, &copy.small, err);
    }
    if (status == ZD_OK && sample->foreground != NULL) {
        status = copy_plane(e->ctx, sample->foreground, &copy.foreground, err);
    }
    if (status == ZD_OK) {
        status = zd_engine_shots_push(analysis, &copy, time_s, err);
    } else {
        zd_depth_sample_release(&copy);
    }
    if (status == ZD_OK) {
        status = zd_engine_shots_finish(analysis, &found, err);
    }
    if (status == ZD_OK) {
        *out = found.shots[0];
    }
    zd_engine_shots_destroy(&analysis);
    zd_shot_list_release(&found);
    return status;
}

static zd_status lone_depth(zd_clip_engine *e, zd_clip_slot *slot, int64_t index,
                            const zd_task *task, zd_error *err)
{
    zd_depth_sample sample;
    ZD_TRY(read_frame(e, index, &slot->media, err));
    slot->frame.time_s = zd_clip_time_s(&e->clip, slot->media);
    ZD_TRY(zd_clip_depth_get(e->clip.depth, slot->media, task, &sample, NULL, err));
    slot->depth = sample.depth;
    slot->foreground = sample.foreground;
    slot->small = sample.small;
    return measure_alone(e, &sample, slot->frame.time_s, &slot->shot, err);
}

static zd_status fill(zd_clip_engine *e, zd_clip_slot *slot, const zd_clip_request *request,
                      zd_error *err)
{
    slot->frame = (zd_layered_frame){ .index = request->frame };
    slot->is_analysed = e->is_analysed;
    zd_reader_set_task(e->clip.reader, request->task);
    zd_status status = e->is_analysed ? analysed_depth(e, slot, request->frame, request->task, err)
                                      : lone_depth(e, slot, request->frame, request->task, err);
    zd_reader_set_task(e->clip.reader, NULL);
    ZD_TRY(status);
    ZD_TRY(zd_clip_check_cancel(request->task, err));
    ZD_TRY(read_picture(e, slot, err));
    slot->frame.shot = &slot->shot;
    slot->frame.depth = slot->depth;
    slot->frame.foreground = slot->foreground;
    slot->frame.picture = zd_image_view(slot->picture);
    slot->is_valid = true;
    return ZD_OK;
}

zd_status zd_clip_slot_take(zd_clip_engine *e, const zd_clip_request *request, zd_clip_slot **out,
                            zd_error *err)
{
    zd_clip_slot *slot = find(e, request->frame, request->width, request->height);
    if (slot == NULL) {
        slot = make_room(e, request->width, request->height);
        ZD_TRY(fill(e, slot, request, err));
    }
    slot->used = ++e->clock;
    *out = slot;
    return ZD_OK;
}

/* ---- its matte ---- */

/* "Nearest object only" of a frame by itself. */
static zd_status find_object(zd_clip_engine *e, zd_clip_slot *slot, zd_error *err)
{
    zd_object_tracker *tracker = NULL;
    zd_view map = zd_image_view(slot->depth.values);
    zd_image_unref(&slot->object);
    ZD_TRY(zd_image_create(e->ctx, map.width, map.height, ZD_GRAY_F32, &slot->object, err));
    zd_status status = zd_object_tracker_create(e->ctx, map.width, map.height, &tracker, err);
    if (status == ZD_OK) {
        zd_view small = zd_image_view(slot->small);
        zd_object_frame frame = { &slot->depth, slot->shot.range, slot->foreground, &small };
        status = zd_object_tracker_update(tracker, &frame, &slot->frame.matte,
                                          zd_image_view(slot->object), err);
    }
    zd_object_tracker_destroy(&tracker);
    return status;
}

static zd_status fit_matte(zd_clip_engine *e, zd_clip_slot *slot, zd_error *err)
{
    zd_view map = zd_image_view(slot->depth.values);
    zd_matte_size size = { slot->width, slot->height, map.width, map.height };
    return slot->matte != NULL ? ZD_OK : zd_matte_create(e->ctx, &size, &slot->matte, err);
}

zd_status zd_clip_slot_prepare(zd_clip_engine *e, zd_clip_slot *slot, bool needs_matte,
                               zd_error *err)
{
    zd_layered_frame *frame = &slot->frame;
    frame->matte =
        zd_engine_matte_params(&e->project.params, &slot->shot, slot->depth.kind, frame->time_s);
    if (!needs_matte) {
        return ZD_OK;
    }
    bool is_same = memcmp(&slot->prepared_range, &slot->shot.range, sizeof slot->shot.range) == 0;
    if (slot->is_prepared && is_same && !frame->matte.nearest_only) {
        return ZD_OK;
    }
    slot->is_prepared = false;
    ZD_TRY(fit_matte(e, slot, err));
    if (frame->matte.nearest_only && !slot->is_analysed) {
        ZD_TRY(find_object(e, slot, err));
    }
    zd_view guide = zd_image_view(slot->guide != NULL ? slot->guide : slot->picture);
    const zd_image *object = frame->matte.nearest_only ? slot->object : NULL;
    zd_view surface = { 0 };
    if (slot->surface != NULL) {
        surface = zd_image_view(slot->surface);
    }
    zd_matte_set_surface(slot->matte, slot->surface != NULL ? &surface : NULL);
    ZD_TRY(zd_engine_prepare(slot->matte, &slot->depth, slot->foreground, slot->shot.range, guide,
                             object, err));
    frame->prepared = slot->matte;
    slot->prepared_range = slot->shot.range;
    slot->is_prepared = !frame->matte.nearest_only;
    return ZD_OK;
}
