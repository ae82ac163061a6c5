/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The reader that goes ahead, and the walk back to a shot's first frame. */

#include "clip/depth/clip_video.h"

#include <assert.h>
#include <string.h>

#include "clip/clip.h"
#include "core/require.h"
#include "core/size.h"
#include "depth/shots.h"
#include "engine/engine_shots.h"

enum {
    MOST_READY = 2 * ZD_VIDEO_WINDOW,
    MOST_WAITING = ZD_SHOT_DELAY + 2,
    MOST_TIMES = 2 * ZD_VIDEO_WINDOW
};

/* A frame for which it is not known yet whether a shot begins with it. */
typedef struct waiting {
    int64_t time_us;
    int64_t index; /* in the clip */
    zd_image *input;
} waiting;

typedef struct ready {
    int64_t time_us;
    zd_image *map;
} ready;

struct zd_clip_video {
    zd_context *ctx;
    zd_clip_video_params params;
    zd_reader *reader;
    zd_video_depth *depth;
    zd_shot_detector *detector;
    zd_shot_list listed; /* cuts that were given */
    bool is_listed;
    int64_t next;     /* frame that the reader gives next, in the clip */
    int64_t base;     /* frame that the detector counts from */
    int64_t start_us; /* of the walk's first frame */
    int64_t last_us;  /* of the last frame that was read; below start_us: none */
    bool has_ended;
    bool is_cleared; /* the shot's end was asked for */
    waiting waiting[MOST_WAITING];
    int waiting_count;
    int64_t times[MOST_TIMES]; /* of frames that were pushed and have no map yet */
    int time_count;
    ready ready[MOST_READY];
    int ready_count;
    float *packed; /* a picture without gaps between its rows */
};

static bool get_map(void *user, const zd_digest *key, float *map)
{
    zd_clip_video *v = user;
    zd_cache_depth entry = { 0 };
    zd_error err;
    bool found = false;
    size_t row = (size_t) v->params.width;
    if (zd_cache_depth_get(v->params.cache, key, &entry, &found, &err) != ZD_OK || !found) {
        return false;
    }
    zd_view view = zd_image_view(entry.depth.values);
    found = view.width == v->params.width && view.height == v->params.height;
    for (int y = 0; found && y < view.height; y++) {
        memcpy(map + (size_t) y * row, zd_view_row_f32(view, y), row * sizeof *map);
    }
    zd_cache_depth_release(&entry);
    return found;
}

static zd_depth_kind kind_of(const zd_clip_video *v)
{
    return zd_network_describe(v->params.network)->kind == ZD_NETWORK_KIND_METRIC
               ? ZD_DEPTH_METRES
               : ZD_DEPTH_NEARNESS;
}

static zd_status make_image(zd_clip_video *v, const float *map, zd_image **out, zd_error *err)
{
    size_t row = (size_t) v->params.width;
    ZD_TRY(zd_image_create(v->ctx, v->params.width, v->params.height, ZD_GRAY_F32, out, err));
    for (int y = 0; y < v->params.height; y++) {
        memcpy(zd_view_row_f32(zd_image_view(*out), y), map + (size_t) y * row, row * sizeof *map);
    }
    return ZD_OK;
}

static void put_map(void *user, const zd_digest *key, const float *map)
{
    zd_clip_video *v = user;
    zd_cache_depth entry = { .depth = { .kind = kind_of(v) } };
    zd_error err;
    if (make_image(v, map, &entry.depth.values, &err) == ZD_OK) {
        zd_cache_depth_put(v->params.cache, key, &entry);
    }
    zd_cache_depth_release(&entry);
}

zd_status zd_clip_video_open(zd_context *ctx, const zd_clip_video_params *params,
                             zd_clip_video **out, zd_error *err)
{
    zd_clip_video *v = zd_alloc_zeroed(ctx, 1, sizeof *v);
    *out = v;
    if (v == NULL) {
        return zd_fail_memory(err, "depth of video");
    }
    v->ctx = ctx;
    v->params = *params;
    v->listed.ctx = ctx;
    v->last_us = INT64_MIN;
    v->has_ended = true; /* nothing is walked yet */
    zd_video_params how = { .network = params->network,
                            .width = params->width,
                            .height = params->height };
    if (params->cache != NULL) {
        how.store = (zd_video_store){ get_map, put_map, v };
    }
    size_t floats = 0;
    if (!zd_size_mul3((size_t) params->width, (size_t) params->height, 3, &floats)) {
        return zd_fail(err, ZD_ERR_LIMIT, "%d x %d is too large", params->width, params->height);
    }
    v->packed = zd_alloc_zeroed(ctx, floats, sizeof *v->packed);
    zd_status status = v->packed != NULL ? ZD_OK : zd_fail_memory(err, "depth of video");
    if (status == ZD_OK) {
        status = zd_engine_shots_listed(params->params, &v->listed, &v->is_listed, err);
    }
    if (status == ZD_OK) {
        status = zd_clip_open_reader(ctx, params->params, &v->reader, err);
    }
    if (status == ZD_OK) {
        status = zd_video_depth_create(ctx, &how, &v->depth, err);
    }
    if (status != ZD_OK) {
        zd_clip_video_close(out);
        return status;
    }
    zd_log_write(zd_context_log(ctx), ZD_LOG_INFO, "depth",
                 "'%s' sees windows of %d frames at %d x %d and holds %zu MiB for one",
                 zd_network_describe(params->network)->name, ZD_VIDEO_WINDOW, params->width,
                 params->height, zd_video_depth_memory(v->depth) >> 20);
    return ZD_OK;
}

static void drop_waiting(zd_clip_video *v)
{
    for (int i = 0; i < v->waiting_count; i++) {
        zd_image_unref(&v->waiting[i].input);
    }
    v->waiting_count = 0;
}

static void drop_ready(zd_clip_video *v, int count)
{
    assert(count >= 0 && count <= v->ready_count);
    for (int i = 0; i < count; i++) {
        zd_image_unref(&v->ready[i].map);
    }
    v->ready_count -= count;
    memmove(v->ready, v->ready + count, (size_t) v->ready_count * sizeof v->ready[0]);
}

void zd_clip_video_close(zd_clip_video **video)
{
    zd_clip_video *v = *video;
    if (v == NULL) {
        return;
    }
    drop_waiting(v);
    drop_ready(v, v->ready_count);
    zd_shot_detector_destroy(&v->detector);
    zd_video_depth_destroy(&v->depth);
    zd_reader_close(&v->reader);
    zd_shot_list_release(&v->listed);
    zd_free(v->ctx, v->packed);
    zd_free(v->ctx, v);
    *video = NULL;
}

/* ---- from frames to maps ---- */

static zd_status collect(zd_clip_video *v, zd_error *err)
{
    for (const float *map; (map = zd_video_depth_pop(v->depth)) != NULL;) {
        if (v->ready_count == MOST_READY) {
            drop_ready(v, 1);
        }
        ready *r = &v->ready[v->ready_count];
        ZD_TRY(make_image(v, map, &r->map, err));
        r->time_us = v->times[0];
        v->ready_count++;
        v->time_count--;
        memmove(v->times, v->times + 1, (size_t) v->time_count * sizeof v->times[0]);
    }
    return ZD_OK;
}

static zd_status end_shot(zd_clip_video *v, const zd_task *task, zd_error *err)
{
    for (bool more = true; more;) {
        ZD_TRY(zd_video_depth_end(v->depth, task, &more, err));
        ZD_TRY(collect(v, err));
    }
    zd_video_depth_begin(v->depth);
    v->time_count = 0;
    return ZD_OK;
}

static zd_status push(zd_clip_video *v, const zd_image *input, const zd_task *task, zd_error *err)
{
    size_t row = (size_t) v->params.width * 3;
    for (int y = 0; y < v->params.height; y++) {
        memcpy(v->packed + (size_t) y * row, zd_view_row_f32(zd_image_view(input), y),
               row * sizeof *v->packed);
    }
    return zd_video_depth_push(v->depth, v->packed, task, err);
}

/* The first that waits goes to its shot. */
static zd_status settle(zd_clip_video *v, bool starts_shot, const zd_task *task, zd_error *err)
{
    waiting first = v->waiting[0];
    v->waiting_count--;
    memmove(v->waiting, v->waiting + 1, (size_t) v->waiting_count * sizeof v->waiting[0]);
    zd_status status = starts_shot ? end_shot(v, task, err) : ZD_OK;
    if (status == ZD_OK) {
        v->times[v->time_count++] = first.time_us;
        status = push(v, first.input, task, err);
    }
    zd_image_unref(&first.input);
    return status == ZD_OK ? collect(v, err) : status;
}

static bool starts_listed(const zd_clip_video *v, int64_t index)
{
    return v->listed.count > 0 &&
           v->listed.shots[zd_shot_list_find(&v->listed, index)].first_frame == index;
}

static zd_status drain(zd_clip_video *v, const zd_task *task, zd_error *err)
{
    zd_shot_decision decision;
    v->has_ended = true;
    while (v->waiting_count > 0) {
        bool starts = false;
        if (!v->is_listed && zd_shot_detector_drain(v->detector, &decision)) {
            starts = decision.starts_shot;
        }
        ZD_TRY(settle(v, starts, task, err));
    }
    return end_shot(v, task, err);
}

static zd_status take(zd_clip_video *v, const zd_frame *frame, const zd_task *task, zd_error *err)
{
    zd_image *small = NULL;
    waiting *w = &v->waiting[v->waiting_count];
    zd_shot_decision decision;
    ZD_TRY(v->params.look(v->params.user, frame, &small, &w->input, err));
    w->time_us = zd_frame_time_us(frame);
    w->index = v->next++;
    v->last_us = w->time_us;
    v->waiting_count++;
    bool decided = v->is_listed;
    bool starts = v->is_listed && starts_listed(v, w->index);
    if (!v->is_listed && zd_shot_detector_push(v->detector, zd_image_view(small), &decision)) {
        decided = true;
        starts = decision.starts_shot;
    }
    zd_image_unref(&small);
    return decided ? settle(v, starts, task, err) : ZD_OK;
}

/* One frame more. */
static zd_status step(zd_clip_video *v, const zd_task *task, zd_error *err)
{
    zd_frame *frame = NULL;
    if (zd_task_cancelled(task)) {
        return zd_fail(err, ZD_ERR_CANCELLED, "cancelled");
    }
    zd_status status = zd_reader_next(v->reader, &frame, err);
    if (status == ZD_ERR_END) {
        return drain(v, task, err);
    }
    if (status == ZD_OK) {
        status = take(v, frame, task, err);
    }
    zd_frame_unref(&frame);
    return status;
}

/* ---- finding a frame's shot ---- */

/* Begins a walk at a frame that begins a shot. */
static zd_status begin_walk(zd_clip_video *v, int64_t first, zd_error *err)
{
    const zd_reader_info *info = zd_reader_info_get(v->reader);
    int64_t end = v->params.is_alone ? info->end_frame : INT64_MAX;
    drop_waiting(v);
    drop_ready(v, v->ready_count);
    v->time_count = 0;
    v->next = first;
    v->has_ended = false;
    zd_video_depth_begin(v->depth);
    zd_shot_detector_destroy(&v->detector);
    ZD_TRY(zd_reader_select(v->reader, first, end, err));
    return zd_shot_detector_create(v->ctx, &v->detector, err);
}

/* The first frame of the shot that a time is in, found by looking at all frames before. */
static zd_status find_start(zd_clip_video *v, int64_t time_us, const zd_task *task, int64_t *start,
                            zd_error *err)
{
    const zd_reader_info *info = zd_reader_info_get(v->reader);
    int64_t first = v->params.is_alone ? info->first_frame : 0;
    int64_t target = INT64_MAX;
    zd_status status = begin_walk(v, first, err);
    *start = first;
    for (int64_t index = first; status == ZD_OK && index < target + ZD_SHOT_DELAY + 1; index++) {
        zd_frame *frame = NULL;
        zd_image *small = NULL;
        zd_shot_decision decision;
        if (zd_task_cancelled(task)) {
            return zd_fail(err, ZD_ERR_CANCELLED, "cancelled");
        }
        status = zd_reader_next(v->reader, &frame, err);
        if (status == ZD_OK) {
            target = target == INT64_MAX && zd_frame_time_us(frame) >= time_us ? index : target;
            status =
                v->is_listed ? ZD_OK : v->params.look(v->params.user, frame, &small, NULL, err);
        }
        if (status == ZD_OK && v->is_listed) {
            *start = index <= target && starts_listed(v, index) ? index : *start;
        } else if (status == ZD_OK &&
                   zd_shot_detector_push(v->detector, zd_image_view(small), &decision)) {
            int64_t at = first + decision.frame;
            *start = decision.starts_shot && at <= target ? at : *start;
        }
        zd_image_unref(&small);
        zd_frame_unref(&frame);
    }
    for (zd_shot_decision d; !v->is_listed && zd_shot_detector_drain(v->detector, &d);) {
        *start = d.starts_shot && first + d.frame <= target ? first + d.frame : *start;
    }
    return status == ZD_ERR_END ? ZD_OK : status;
}

/* Whether a time is just ahead, so that walking on finds it. */
static bool is_ahead(const zd_clip_video *v, int64_t time_us)
{
    int64_t oldest = v->ready_count > 0     ? v->ready[0].time_us
                     : v->time_count > 0    ? v->times[0]
                     : v->waiting_count > 0 ? v->waiting[0].time_us
                                            : INT64_MAX;
    const int64_t near_us = 4000000;
    return !v->has_ended && time_us >= (oldest == INT64_MAX ? v->last_us : oldest) &&
           time_us <= v->last_us + near_us;
}

static zd_image *find_ready(zd_clip_video *v, int64_t time_us)
{
    for (int i = 0; i < v->ready_count; i++) {
        if (v->ready[i].time_us == time_us) {
            return v->ready[i].map;
        }
    }
    return NULL;
}

zd_status zd_clip_video_get(zd_clip_video *v, int64_t time_us, const zd_task *task,
                            zd_depth_map *depth, zd_error *err)
{
    zd_image *found = find_ready(v, time_us);
    if (found == NULL && !is_ahead(v, time_us)) {
        int64_t start = 0;
        ZD_TRY(find_start(v, time_us, task, &start, err));
        ZD_TRY(begin_walk(v, start, err));
        v->last_us = INT64_MIN;
    }
    while (found == NULL && !v->has_ended) {
        ZD_TRY(step(v, task, err));
        found = find_ready(v, time_us);
    }
    if (found == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the footage has no frame at %.3f s",
                       (double) time_us * 1e-6);
    }
    /* A copy: maps belong to whoever asked, who may change them. */
    depth->kind = kind_of(v);
    ZD_TRY(zd_image_create(v->ctx, v->params.width, v->params.height, ZD_GRAY_F32, &depth->values,
                           err));
    zd_view_copy(zd_image_view(found), zd_image_view(depth->values));
    return ZD_OK;
}

/* ---- windows apart ---- */

void zd_clip_video_keep_windows(zd_clip_video *v)
{
    zd_video_depth_keep_windows(v->depth);
}

/* Some windows of a shot that are made apart. */
typedef struct apart {
    int64_t shot_first; /* frames of the clip */
    int64_t shot_end;
    int64_t window; /* of the shot, the next one */
    int64_t end;    /* the window after the last */
    int64_t from;   /* whose frames are counted, of the clip */
    int64_t to;
    int64_t *frames;
} apart;

/* The next frame of the reader, which is a picture of the window or only on the way to one. */
static zd_status take_apart(zd_clip_video *v, apart *a, bool is_picture, const zd_task *task,
                            zd_error *err)
{
    zd_frame *frame = NULL;
    zd_image *small = NULL;
    zd_image *input = NULL;
    ZD_TRY(zd_task_check(task, err));
    ZD_TRY(zd_reader_next(v->reader, &frame, err));
    zd_status status =
        is_picture ? v->params.look(v->params.user, frame, &small, &input, err) : ZD_OK;
    if (status == ZD_OK && is_picture) {
        status = push(v, input, task, err);
    }
    if (status == ZD_OK && v->next >= a->from && v->next < a->to) {
        zd_task_report(task, "depth", ++*a->frames, a->to == INT64_MAX ? 0 : a->to - a->from);
    }
    v->next++;
    zd_image_unref(&small);
    zd_image_unref(&input);
    zd_frame_unref(&frame);
    return status;
}

/* The pictures that a window has of the ones before it: the shot's first, and one between. */
static zd_status take_keys(zd_clip_video *v, apart *a, const zd_task *task, zd_error *err)
{
    int64_t keys[] = { a->shot_first, a->shot_first + zd_video_depth_frame(a->window, 1) };
    int64_t first = a->shot_first + zd_video_depth_frame(a->window, 2);
    for (int i = 0; i < 2; i++) {
        ZD_TRY(zd_reader_select(v->reader, keys[i], INT64_MAX, err));
        v->next = keys[i];
        ZD_TRY(take_apart(v, a, true, task, err));
    }
    zd_status status = ZD_OK;
    while (v->next < first && status == ZD_OK) {
        status = take_apart(v, a, false, task, err);
    }
    return status;
}

/* Windows up to the shot's end, or to the last that was asked for. */
static zd_status make_apart(zd_clip_video *v, apart *a, const zd_task *task, zd_error *err)
{
    zd_video_depth_begin_apart(v->depth, a->window);
    zd_status status = ZD_OK;
    if (a->window > 0) {
        status = take_keys(v, a, task, err);
    } else {
        status = zd_reader_select(v->reader, a->shot_first, INT64_MAX, err);
        v->next = a->shot_first;
    }
    int64_t first = v->next;
    while (status == ZD_OK && a->window < a->end && v->next < a->shot_end) {
        int64_t last = a->shot_first + zd_video_depth_frame(a->window, ZD_VIDEO_WINDOW - 1);
        status = take_apart(v, a, true, task, err);
        a->window += status == ZD_OK && v->next > last;
    }
    v->has_ended = status == ZD_ERR_END;
    if (status != ZD_OK && status != ZD_ERR_END) {
        return status;
    }
    for (bool more = v->next > first; more && a->window < a->end; a->window++) {
        ZD_TRY(zd_video_depth_end(v->depth, task, &more, err));
    }
    return ZD_OK;
}

/* The first window that begins at a frame of its shot or after it. */
static int64_t window_from(int64_t frame)
{
    return frame == INT64_MAX ? INT64_MAX : (frame + ZD_VIDEO_STEP - 1) / ZD_VIDEO_STEP;
}

zd_status zd_clip_video_make_windows(zd_clip_video *v, int64_t first, int64_t end,
                                     const zd_task *task, int64_t *frames, zd_error *err)
{
    ZD_REQUIRE(err, first >= 0 && end > first);
    zd_status status = ZD_OK;
    assert(v->is_listed && v->params.cache != NULL);
    zd_clip_video_keep_windows(v);
    v->has_ended = false;
    for (int64_t at = first; at < end && !v->has_ended && status == ZD_OK;) {
        int shot = zd_shot_list_find(&v->listed, at);
        apart a = { .shot_first = v->listed.shots[shot].first_frame,
                    .shot_end = zd_shot_list_end(&v->listed, shot),
                    .from = at,
                    .frames = frames };
        a.to = end < a.shot_end ? end : a.shot_end;
        a.window = window_from(at - a.shot_first);
        a.end = a.to == INT64_MAX ? INT64_MAX : window_from(a.to - a.shot_first);
        status = make_apart(v, &a, task, err);
        at = a.to;
    }
    v->has_ended = true; /* whoever asks for a frame walks anew */
    return status;
}
