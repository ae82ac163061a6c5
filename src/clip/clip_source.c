/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The source of frames that come from files: decoded, reduced to what is looked at, with the depth that
 * the policy in force gives: steadied once the clip is analysed, each frame's own before. */

#include <string.h>

#include "clip/clip_engine_internal.h"
#include "clip/depth/clip_steady.h"
#include "engine/engine_steps.h"
#include "image/resample.h"

/* One frame on its way. */
typedef struct source {
    zd_clip_engine *engine;
    const zd_clip_request *request;
    zd_depth_sample sample; /* found on the way to the picture; without values: not yet */
} source;

zd_frame *zd_clip_frame_media(const zd_prepared *frame)
{
    return frame->kept;
}

static void drop_media(void *kept)
{
    zd_frame *media = kept;
    zd_frame_unref(&media);
}

/* ---- its picture ---- */

static zd_status read_frame(zd_clip_engine *e, int64_t index, zd_frame **out, zd_error *err)
{
    return zd_clip_ahead_take(&e->ahead, &e->clip, index, out, err);
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

static zd_status read_picture(zd_clip_engine *e, const zd_frame *media, zd_view out, zd_error *err)
{
    zd_rect whole = { 0, 0, out.width, out.height };
    bool is_full = out.width == e->clip.info->width && out.height == e->clip.info->height;
    return is_full ? zd_frame_read(media, whole, out, err) : read_small(e, media, out, err);
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
        const zd_frame *next;
        zd_frame_unref(media);
        ZD_TRY(zd_task_check(task, err));
        ZD_TRY(read_frame(e, at, media, err));
        ZD_TRY(zd_clip_ahead_look(&e->ahead, &e->clip, &next, err));
        ZD_TRY(zd_clip_walk_take(e->walk, *media, at, next, task, walked, err));
    }
    return ZD_OK;
}

/* The sample of a frame that the analysis has kept, with its small picture; else *is_kept is false then. */
static zd_status find_kept(zd_clip_engine *e, const zd_clip_steady *store, int64_t index,
                           const zd_frame *frame, zd_depth_sample *out, bool *is_kept,
                           zd_error *err)
{
    bool found = false;
    ZD_TRY(zd_clip_steady_get(store, index, out, &found, err));
    *is_kept = *is_kept && found;
    return found ? zd_clip_depth_look(e->clip.depth, frame, &out->small, err) : ZD_OK;
}

/* Steadies the edges of a kept sample, which becomes one of its own. */
static zd_status edge_kept(source *s, const zd_depth_sample *before, const zd_depth_sample *after,
                           zd_error *err)
{
    zd_clip_engine *e = s->engine;
    zd_depth_sample own = { .depth = { .kind = s->sample.depth.kind } };
    zd_depth_sample edged = zd_clip_walk_edges(e->walk, before, &s->sample, after);
    zd_status status = copy_plane(e->ctx, edged.depth.values, &own.depth.values, err);
    if (status == ZD_OK && edged.foreground != NULL) {
        status = copy_plane(e->ctx, edged.foreground, &own.foreground, err);
    }
    zd_depth_sample_release(&s->sample);
    s->sample = own;
    return status;
}

/* A frame between its neighbours, which its edges depend on. Without values where these are not kept. */
static zd_status kept_between(source *s, const zd_clip_steady *store, zd_frame **media,
                              zd_error *err)
{
    const zd_frame *next = NULL;
    zd_frame *frame = NULL;
    zd_depth_sample before = { 0 };
    zd_depth_sample after = { 0 };
    bool is_kept = true;
    zd_clip_engine *e = s->engine;
    int64_t index = s->request->frame;
    zd_status status = ZD_OK;
    if (index > e->clip.shots.shots[zd_shot_list_find(&e->clip.shots, index)].first_frame) {
        status = read_frame(e, index - 1, &frame, err);
        if (status == ZD_OK) {
            status = find_kept(e, store, index - 1, frame, &before, &is_kept, err);
        }
        zd_frame_unref(&frame);
    }
    if (status == ZD_OK) {
        status = read_frame(e, index, media, err);
    }
    if (status == ZD_OK) {
        status = zd_clip_depth_look(e->clip.depth, *media, &s->sample.small, err);
    }
    if (status == ZD_OK) {
        status = zd_clip_ahead_look(&e->ahead, &e->clip, &next, err);
    }
    if (status == ZD_OK && next != NULL) {
        status = find_kept(e, store, index + 1, next, &after, &is_kept, err);
    }
    if (status == ZD_OK && is_kept) {
        status = edge_kept(s, &before, &after, err);
    } else {
        zd_depth_sample_release(&s->sample);
        s->sample = (zd_depth_sample){ 0 };
    }
    zd_depth_sample_release(&before);
    zd_depth_sample_release(&after);
    return status;
}

/* A frame in the middle of a shot from what the analysis has kept. Tracked objects and faces have a
 * memory of their own and want the walk. */
static zd_status kept_depth(source *s, zd_prepared *p, zd_frame **media, zd_error *err)
{
    zd_clip_steady store;
    bool found = false;
    zd_clip_engine *e = s->engine;
    int64_t index = s->request->frame;
    if (!zd_clip_can_keep_steady(&e->project) || zd_clip_walk_start(e->walk, index) == index) {
        return ZD_OK;
    }
    ZD_TRY(zd_clip_steady_open(&e->clip, &store, err));
    ZD_TRY(zd_clip_steady_get(&store, index, &s->sample, &found, err));
    if (!found) {
        return ZD_OK;
    }
    ZD_TRY(zd_engine_steadies_edges(&e->project.params, s->sample.depth.kind)
               ? kept_between(s, &store, media, err)
               : read_frame(e, index, media, err));
    p->frame.time_s = zd_clip_time_s(&e->clip, *media);
    p->known = e->clip.shots.shots[zd_shot_list_find(&e->clip.shots, index)];
    return ZD_OK;
}

static zd_status walked_depth(source *s, zd_prepared *p, zd_frame **media, zd_error *err)
{
    zd_clip_walked walked;
    zd_clip_engine *e = s->engine;
    ZD_TRY(walk_to(e, s->request->frame, s->request->task, media, &walked, err));
    p->known = *walked.shot;
    p->frame.time_s = walked.time_s;
    p->frame.has_focus = walked.has_focus;
    p->frame.focus = walked.focus;
    ZD_TRY(zd_depth_map_copy(e->ctx, &walked.depth, &s->sample.depth, err));
    if (walked.foreground != NULL) {
        ZD_TRY(copy_plane(e->ctx, walked.foreground, &s->sample.foreground, err));
    }
    if (walked.surface.data != NULL) {
        ZD_TRY(copy_view(e->ctx, walked.surface, &p->own_surface, err));
        p->surface = zd_image_view(p->own_surface);
    }
    if (walked.object != NULL) {
        zd_image_unref(&p->object);
        ZD_TRY(copy_plane(e->ctx, walked.object, &p->object, err));
        p->is_tracked = true;
    }
    return ZD_OK;
}

/* Steadied depth is found on the way to the picture. */
static zd_status find_media(source *s, zd_prepared *p, zd_frame **media, zd_error *err)
{
    zd_clip_engine *e = s->engine;
    if (!e->is_analysed) {
        ZD_TRY(read_frame(e, s->request->frame, media, err));
        p->frame.time_s = zd_clip_time_s(&e->clip, *media);
        return ZD_OK;
    }
    ZD_TRY(kept_depth(s, p, media, err));
    if (s->sample.depth.values == NULL) {
        ZD_TRY(walked_depth(s, p, media, err));
    }
    p->has_shot = true;
    return ZD_OK;
}

static zd_status read_source(void *user, zd_prepared *p, zd_view out, bool *is_bounded,
                             zd_error *err)
{
    source *s = user;
    zd_frame *media = NULL;
    *is_bounded = true;
    zd_status status = find_media(s, p, &media, err);
    p->kept = media;
    p->drop = drop_media;
    ZD_TRY(status);
    ZD_TRY(zd_task_check(s->request->task, err));
    return read_picture(s->engine, media, out, err);
}

static zd_status find_depth(void *user, zd_prepared *p, zd_error *err)
{
    source *s = user;
    if (s->sample.depth.values != NULL) {
        p->sample = s->sample;
        s->sample = (zd_depth_sample){ 0 };
        return ZD_OK;
    }
    return zd_clip_depth_get(s->engine->clip.depth, zd_clip_frame_media(p), s->request->task,
                             &p->sample, NULL, err);
}

static zd_status fill(zd_clip_engine *e, const zd_clip_request *request, zd_prepared *p,
                      zd_error *err)
{
    source s = { .engine = e, .request = request };
    zd_prepared_source how = { .read = read_source,
                               .find_depth = find_depth,
                               .transfer = e->clip.info->colour.transfer,
                               .task = request->task,
                               .user = &s };
    p->frame.index = request->frame;
    zd_reader_set_task(e->clip.reader, request->task);
    zd_status status = zd_prepared_fill(e->ctx, p, &how, err);
    zd_reader_set_task(e->clip.reader, NULL);
    zd_depth_sample_release(&s.sample);
    return status;
}

zd_status zd_clip_frame_take(zd_clip_engine *e, const zd_clip_request *request, zd_prepared **out,
                             zd_error *err)
{
    zd_pixels_hash key = { (uint64_t) request->frame, e->is_analysed };
    zd_prepared *p;
    ZD_TRY(zd_prepared_pool_take(&e->pool, key, request->width, request->height, NULL, &p, err));
    zd_status status = p->is_valid ? ZD_OK : fill(e, request, p, err);
    if (status == ZD_OK) {
        status = zd_prepared_judge(e->ctx, p, &e->project.params, NULL, &e->project, err);
    }
    if (status == ZD_OK) {
        status = zd_clip_hand_make(e->clip.hand, &e->project.params, p->width, p->height,
                                   p->frame.time_s, &p->raise, &p->cap, err);
    }
    *out = p;
    zd_prepared_pool_give(&e->pool, &p); /* one thread renders: nobody else takes it */
    return status;
}
