/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See prepared.h. Guides are image/guide.c's, mattes matte/matte.c's. */

#include "engine/prepared.h"

#include <assert.h>
#include <string.h>

#include "composite/clean_plate.h"
#include "engine/compositor.h"
#include "engine/engine_matte_params.h"
#include "engine/engine_shots.h"
#include "engine/engine_steps.h"
#include "image/guide.h"

void zd_prepared_forget(zd_prepared *p)
{
    zd_depth_sample_release(&p->sample);
    p->sample = (zd_depth_sample){ 0 };
    zd_image_unref(&p->own_surface);
    zd_image_unref(&p->raise);
    zd_image_unref(&p->cap);
    p->surface = (zd_view){ 0 };
    if (p->is_tracked) {
        zd_image_unref(&p->object);
        p->is_tracked = false;
    }
    if (p->kept != NULL) {
        p->drop(p->kept);
        p->kept = NULL;
    }
    p->is_valid = false;
    p->has_shot = false;
    p->is_measured = false;
    p->is_prepared = false;
    p->is_drawn = false;
    p->frame = (zd_layered_frame){ 0 };
}

void zd_prepared_empty(zd_prepared *p)
{
    zd_prepared_forget(p);
    zd_image_unref(&p->picture);
    zd_image_unref(&p->guide);
    zd_image_unref(&p->object);
    zd_matte_destroy(&p->matte);
    zd_object_tracker_destroy(&p->tracker);
    zd_compositor_destroy(&p->compositor);
    zd_clean_plate_destroy(&p->plate);
    for (int i = 0; i < ZD_PREPARED_PLANE_COUNT; i++) {
        zd_image_unref(&p->planes[i]);
    }
    p->width = 0;
    p->height = 0;
}

zd_status zd_prepared_get_plate(zd_context *ctx, zd_prepared *p, zd_clean_plate **out,
                                zd_error *err)
{
    if (p->plate == NULL) {
        ZD_TRY(zd_clean_plate_create(ctx, p->width, p->height, &p->plate, err));
    }
    *out = p->plate;
    return ZD_OK;
}

/* Networks and mattes want finite, display-referred colours. */
static zd_status make_guide(zd_context *ctx, zd_prepared *p, zd_transfer transfer, bool is_bounded,
                            zd_error *err)
{
    if (is_bounded && transfer != ZD_TRANSFER_LINEAR) {
        zd_image_unref(&p->guide);
        p->guide = zd_image_ref(p->picture);
        return ZD_OK;
    }
    if (p->guide == p->picture) {
        zd_image_unref(&p->guide);
    }
    if (p->guide == NULL) {
        ZD_TRY(zd_image_create(ctx, p->width, p->height, ZD_RGBA_F32, &p->guide, err));
    }
    zd_guide_make(ctx, transfer, zd_image_view(p->picture), zd_image_view(p->guide));
    return ZD_OK;
}

zd_status zd_prepared_fill(zd_context *ctx, zd_prepared *p, const zd_prepared_source *source,
                           zd_error *err)
{
    bool is_bounded = true;
    assert(p->width > 0 && p->height > 0);
    zd_layered_frame place = p->frame; /* where it lies on the clip is the caller's */
    zd_prepared_forget(p);
    p->frame = (zd_layered_frame){ .index = place.index, .time_s = place.time_s };
    if (p->picture == NULL) {
        ZD_TRY(zd_image_create(ctx, p->width, p->height, ZD_RGBA_F32, &p->picture, err));
    }
    p->read_guide = source->read_guide;
    p->guide_user = source->user;
    if (source->read_guide == NULL) {
        ZD_TRY(source->read(source->user, p, zd_image_view(p->picture), &is_bounded, err));
        ZD_TRY(zd_task_check(source->task, err));
        ZD_TRY(make_guide(ctx, p, source->transfer, is_bounded, err));
    }
    ZD_TRY(source->find_depth(source->user, p, err));
    p->frame.transfer = source->transfer;
    p->frame.depth = p->sample.depth;
    p->frame.foreground = p->sample.foreground;
    p->frame.picture = zd_image_view(p->picture);
    p->frame.guide = source->read_guide == NULL ? zd_image_view(p->guide) : (zd_view){ 0 };
    p->frame.needs_bound = !is_bounded;
    p->is_valid = true;
    return ZD_OK;
}

/* ---- its shot ---- */

static zd_status copy_plane(zd_context *ctx, const zd_image *from, zd_image **to, zd_error *err)
{
    if (from == NULL) {
        return ZD_OK;
    }
    zd_view view = zd_image_view(from);
    ZD_TRY(zd_image_create(ctx, view.width, view.height, view.format, to, err));
    zd_view_copy(view, zd_image_view(*to));
    return ZD_OK;
}

/* The analysis writes into its samples. */
static zd_status copy_sample(zd_context *ctx, const zd_depth_sample *from, zd_depth_sample *to,
                             zd_error *err)
{
    *to = (zd_depth_sample){ 0 };
    ZD_TRY(zd_depth_map_copy(ctx, &from->depth, &to->depth, err));
    ZD_TRY(copy_plane(ctx, from->small, &to->small, err));
    return copy_plane(ctx, from->foreground, &to->foreground, err);
}

zd_status zd_prepared_measure(zd_context *ctx, const zd_project *project,
                              const zd_depth_sample *sample, double time_s, zd_shot *out,
                              zd_error *err)
{
    zd_engine_shots *shots = NULL;
    zd_shot_list found = { .ctx = ctx };
    zd_depth_sample copy;
    zd_view map = zd_image_view(sample->depth.values);
    zd_status status = copy_sample(ctx, sample, &copy, err);
    if (status == ZD_OK) {
        status = zd_engine_shots_create(ctx, project, map.width, map.height, &shots, err);
    }
    if (status == ZD_OK) {
        status = zd_engine_shots_push(shots, &copy, time_s, err);
    } else {
        zd_depth_sample_release(&copy);
    }
    if (status == ZD_OK) {
        status = zd_engine_shots_finish(shots, &found, err);
    }
    if (status == ZD_OK) {
        *out = found.shots[0];
    }
    zd_engine_shots_destroy(&shots);
    zd_shot_list_release(&found);
    return status;
}

/* Again only when the boxes are others. */
static zd_status measure_once(zd_context *ctx, zd_prepared *p, const zd_project *alone,
                              zd_error *err)
{
    zd_pixels_hash key = { (uint64_t) alone->box_count, 0 };
    for (int i = 0; i < alone->box_count; i++) {
        const zd_box *b = &alone->boxes[i];
        double values[] = { b->x, b->y, b->width, b->height, b->time_s, b->subtract };
        key = zd_pixels_hash_bytes(key, values, sizeof values);
    }
    if (p->is_measured && zd_pixels_hash_is_same(p->measured_with, key)) {
        return ZD_OK;
    }
    p->is_measured = false;
    ZD_TRY(zd_prepared_measure(ctx, alone, &p->sample, p->frame.time_s, &p->measured, err));
    p->is_measured = true;
    p->measured_with = key;
    return ZD_OK;
}

zd_status zd_prepared_judge(zd_context *ctx, zd_prepared *p, const zd_params *params,
                            const zd_shot *shot, const zd_project *alone, zd_error *err)
{
    zd_layered_frame *frame = &p->frame;
    assert(p->is_valid);
    if (shot == NULL && p->has_shot) {
        shot = &p->known;
    }
    if (shot == NULL) {
        ZD_TRY(measure_once(ctx, p, alone, err));
        shot = &p->measured;
    }
    p->shot = *shot;
    zd_engine_lock_range(params, &p->shot.range);
    frame->shot = &p->shot;
    frame->matte = zd_engine_matte_params(params, &p->shot, frame->depth.kind, frame->time_s);
    return zd_matte_params_check(&frame->matte, err);
}

/* ---- its matte ---- */

static zd_status fit_matte(zd_context *ctx, zd_prepared *p, zd_error *err)
{
    zd_view map = zd_image_view(p->sample.depth.values);
    zd_matte_size size = { p->width, p->height, map.width, map.height };
    if (p->matte != NULL && memcmp(&size, &p->matte_size, sizeof size) == 0) {
        return ZD_OK;
    }
    zd_matte_destroy(&p->matte);
    zd_object_tracker_destroy(&p->tracker);
    if (!p->is_tracked) {
        zd_image_unref(&p->object);
    }
    p->matte_size = size;
    p->is_prepared = false;
    return zd_matte_create(ctx, &size, &p->matte, err);
}

/* "Nearest object only" of a frame by itself. */
static zd_status find_object(zd_context *ctx, zd_prepared *p, zd_error *err)
{
    zd_view map = zd_image_view(p->sample.depth.values);
    zd_view small = zd_image_view(p->sample.small);
    if (p->tracker == NULL) {
        ZD_TRY(zd_object_tracker_create(ctx, map.width, map.height, &p->tracker, err));
    }
    if (p->object == NULL) {
        ZD_TRY(zd_image_create(ctx, map.width, map.height, ZD_GRAY_F32, &p->object, err));
    }
    zd_object_tracker_reset(p->tracker);
    zd_object_frame frame = { .map = &p->sample.depth,
                              .range = p->shot.range,
                              .foreground = p->sample.foreground,
                              .rgb = &small };
    return zd_object_tracker_update(p->tracker, &frame, &p->frame.matte, zd_image_view(p->object),
                                    err);
}

/* What a preparation depends on besides the frame: the range, and what chooses the object. */
static zd_pixels_hash preparation_key(const zd_prepared *p)
{
    const zd_matte_params *m = &p->frame.matte;
    zd_pixels_hash key =
        zd_pixels_hash_bytes((zd_pixels_hash){ 1, 2 }, &p->shot.range, sizeof p->shot.range);
    if (m->nearest_only) {
        float values[] = { (float) m->mode, m->depth_in,    m->depth_out,  m->level_far,
                           m->level_near,   m->level_gamma, m->probability };
        key = zd_pixels_hash_bytes(key, values, sizeof values);
    }
    return key;
}

zd_status zd_prepared_matte(zd_context *ctx, zd_prepared *p, zd_error *err)
{
    zd_pixels_hash key = preparation_key(p);
    bool nearest_only = p->frame.matte.nearest_only;
    ZD_TRY(fit_matte(ctx, p, err));
    p->frame.prepared = p->matte;
    zd_engine_mend(p->matte, p->raise, p->cap);
    if (p->is_prepared && zd_pixels_hash_is_same(p->prepared_for, key)) {
        return ZD_OK;
    }
    p->is_prepared = false;
    if (nearest_only && !p->is_tracked) {
        ZD_TRY(find_object(ctx, p, err));
    }
    zd_matte_set_surface(p->matte, p->surface.data != NULL ? &p->surface : NULL);
    zd_matte_set_guide_reader(p->matte, p->read_guide, p->guide_user);
    ZD_TRY(zd_engine_prepare(p->matte, &p->sample.depth, p->sample.foreground, p->shot.range,
                             p->frame.guide, nearest_only ? p->object : NULL, err));
    p->is_prepared = true;
    p->prepared_for = key;
    return ZD_OK;
}

zd_status zd_prepared_get_plane(zd_context *ctx, zd_prepared *p, zd_prepared_plane plane,
                                zd_view *out, zd_error *err)
{
    assert(plane < ZD_PREPARED_PLANE_COUNT);
    bool is_gray = plane == ZD_PREPARED_MATTE || plane == ZD_PREPARED_DEPTH;
    if (p->planes[plane] == NULL) {
        ZD_TRY(zd_image_create(ctx, p->width, p->height, is_gray ? ZD_GRAY_F32 : ZD_RGBA_F32,
                               &p->planes[plane], err));
    }
    *out = zd_image_view(p->planes[plane]);
    return ZD_OK;
}
