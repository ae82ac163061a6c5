/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The analysis of a clip: a thread decodes ahead while depth is found and shots are measured.
 *
 * A range is analysed by whole shots, so that its frames come out as they do in the whole clip: the
 * cuts are looked for from the clip's first frame until the range's last shot has ended, then the
 * shots that the range touches are measured. What was found is remembered shot by shot. */

#include <assert.h>
#include <math.h>

#include "cache/cache_shots.h"
#include "clip/clip.h"
#include "clip/clip_feed.h"
#include "clip/depth/clip_steady.h"
#include "core/require.h"
#include "depth/shots.h"
#include "engine/engine_shots.h"

/* A walk over frames of the clip. */
typedef struct walk {
    zd_clip *clip;
    const zd_task *task;
    const char *stage;
    int64_t total; /* frames, for the progress; 0: unknown */
    bool is_enough;
    bool has_ended; /* with the clip's last frame */
    int64_t next;   /* the frame after the one that came last */
    zd_shot_detector *detector;
    zd_engine_shots *analysis;
    int64_t measured_first;
    double previous_time_s;
} walk;

typedef zd_status (*walk_step)(walk *w, const zd_frame *frame, int64_t index, zd_error *err);

static zd_status step_frame(walk *w, walk_step step, zd_clip_feed *feed, zd_error *err)
{
    zd_frame *frame = NULL;
    ZD_TRY(zd_clip_feed_next(feed, &frame, err));
    zd_status status = zd_task_cancelled(w->task) ? zd_fail(err, ZD_ERR_CANCELLED, "cancelled")
                                                  : step(w, frame, w->next, err);
    if (status != ZD_OK && status != ZD_ERR_CANCELLED) {
        status = zd_fail_context(err, status, "frame %lld", (long long) w->next);
    }
    zd_frame_unref(&frame);
    w->next++;
    return status;
}

/* Steps from frame to frame until `end`, the clip's last, or enough. */
static zd_status run_walk(walk *w, int64_t first, int64_t end, walk_step step, zd_error *err)
{
    zd_clip_feed *feed = NULL;
    ZD_TRY(zd_reader_select(w->clip->reader, first, end, err));
    zd_status status = zd_clip_feed_start(w->clip->ctx, w->clip->reader, &feed, err);
    w->next = first;
    while (status == ZD_OK && !w->is_enough) {
        status = step_frame(w, step, feed, err);
        if (status == ZD_OK) {
            zd_task_report(w->task, w->stage, w->next - first, w->total);
        }
    }
    zd_clip_feed_stop(&feed);
    w->has_ended = status == ZD_ERR_END && w->next < end;
    return status == ZD_ERR_END ? ZD_OK : status;
}

/* The frames that a walk to `end` takes, as far as the container tells. */
static int64_t expected(const zd_clip *clip, int64_t first, int64_t end)
{
    const zd_reader_info *info = clip->info;
    int64_t last = info->first_frame + info->frame_count;
    if (end != INT64_MAX) {
        return end - first;
    }
    return info->is_to_end && info->frame_count > 0 ? last - first : 0;
}

/* ---- where shots begin ---- */

static zd_status take_decision(walk *w, const zd_shot_decision *decision, zd_error *err)
{
    zd_shot_list *shots = &w->clip->shots;
    shots->frame_count = decision->frame + 1;
    if (!decision->starts_shot) {
        return ZD_OK;
    }
    w->is_enough = decision->frame >= w->clip->info->end_frame;
    zd_shot shot = { .first_frame = decision->frame, .is_pending = true };
    return zd_shot_list_add(shots, shot, err);
}

static zd_status look_for_cut(walk *w, const zd_frame *frame, int64_t index, zd_error *err)
{
    zd_image *small = NULL;
    zd_shot_decision decision;
    (void) index;
    ZD_TRY(zd_clip_depth_look(w->clip->depth, frame, &small, err));
    bool decided = zd_shot_detector_push(w->detector, zd_image_view(small), &decision);
    zd_image_unref(&small);
    return decided ? take_decision(w, &decision, err) : ZD_OK;
}

static zd_status search_cuts(zd_clip *clip, const zd_task *task, zd_error *err)
{
    walk w = { .clip = clip, .task = task, .stage = "cuts" };
    zd_shot_decision decision;
    w.total = expected(clip, 0, clip->info->end_frame);
    ZD_TRY(zd_shot_detector_create(clip->ctx, &w.detector, err));
    zd_status status = run_walk(&w, 0, INT64_MAX, look_for_cut, err);
    while (status == ZD_OK && !w.is_enough && zd_shot_detector_drain(w.detector, &decision)) {
        status = take_decision(&w, &decision, err);
    }
    clip->shots.is_partial = !w.has_ended;
    zd_shot_detector_destroy(&w.detector);
    return status;
}

/* The list tells of every shot that the range touches. */
static bool covers_range(const zd_clip *clip)
{
    const zd_shot_list *shots = &clip->shots;
    return shots->count > 0 && (!shots->is_partial || shots->shots[shots->count - 1].first_frame >=
                                                          clip->info->end_frame);
}

static zd_status find_cuts(zd_clip *clip, const zd_task *task, zd_error *err)
{
    bool listed = false;
    if (covers_range(clip)) {
        return ZD_OK;
    }
    zd_shot_list_release(&clip->shots);
    ZD_TRY(zd_engine_shots_listed(&clip->project->params, &clip->shots, &listed, err));
    return listed ? ZD_OK : search_cuts(clip, task, err);
}

zd_status zd_clip_find_cuts(zd_clip *clip, const zd_task *task, zd_error *err)
{
    ZD_REQUIRE(err, clip->reader != NULL);
    return find_cuts(clip, task, err);
}

/* ---- what shots are like ---- */

static zd_status measure(walk *w, const zd_frame *frame, int64_t index, zd_error *err)
{
    zd_depth_sample sample;
    double time_s = zd_clip_time_s(w->clip, frame);
    if (index < w->measured_first) {
        w->previous_time_s = time_s;
        return ZD_OK;
    }
    if (index == w->measured_first && w->previous_time_s > -(double) INFINITY) {
        zd_engine_shots_begin(w->analysis, index, w->previous_time_s, &w->clip->shots);
    }
    ZD_TRY(zd_clip_depth_get(w->clip->depth, frame, w->task, &sample, NULL, err));
    return zd_engine_shots_push(w->analysis, &sample, time_s, err);
}

static void keep_steady(void *user, int64_t frame, const zd_depth_sample *sample)
{
    zd_clip_steady_put(user, frame, sample);
}

/* Measures the shots of some frames. `known` tells where they begin; NULL: that is found out, and
 * `first` begins one. */
static zd_status measure_shots(walk *w, int64_t first, int64_t end, const zd_shot_list *known,
                               zd_shot_list *out, zd_error *err)
{
    int width;
    int height;
    zd_clip *clip = w->clip;
    zd_clip_steady store;
    /* The frame before tells which boxes are earlier ones'. */
    int64_t from = known != NULL && first > 0 ? first - 1 : first;
    w->measured_first = first;
    w->previous_time_s = -(double) INFINITY;
    w->total = expected(clip, from, end);
    zd_clip_depth_size(clip->depth, &width, &height);
    ZD_TRY(zd_clip_steady_open(clip, &store, err));
    ZD_TRY(zd_engine_shots_create(clip->ctx, clip->project, width, height, &w->analysis, err));
    zd_engine_shots_begin(w->analysis, first, -(double) INFINITY, known);
    if (clip->keeps_steady) {
        zd_engine_shots_watch(w->analysis, keep_steady, &store);
    }
    zd_status status = run_walk(w, from, end, measure, err);
    if (status == ZD_OK) {
        status = zd_engine_shots_finish(w->analysis, out, err);
    }
    zd_engine_shots_destroy(&w->analysis);
    return status;
}

/* The clip has turned out to have so many frames. */
static void end_list(zd_shot_list *list, int64_t frames)
{
    list->is_partial = false;
    list->frame_count = frames;
    while (list->count > 1 && list->shots[list->count - 1].first_frame >= frames) {
        list->count--;
    }
}

static zd_status measure_pending(zd_clip *clip, const zd_task *task, zd_error *err)
{
    walk w = { .clip = clip, .task = task, .stage = "depth" };
    zd_shot_list found = { .ctx = clip->ctx };
    zd_shot_list *shots = &clip->shots;
    int first;
    int end;
    zd_clip_shots_in_range(clip, &first, &end);
    while (first + 1 < end && !shots->shots[first].is_pending) {
        first++;
    }
    ZD_TRY(measure_shots(&w, shots->shots[first].first_frame, zd_shot_list_end(shots, end - 1),
                         shots, &found, err));
    if (w.has_ended) {
        end_list(shots, w.next);
    }
    for (int i = 0; i < found.count; i++) {
        shots->shots[zd_shot_list_find(shots, found.shots[i].first_frame)] = found.shots[i];
    }
    shots->kind = found.kind;
    zd_shot_list_release(&found);
    return ZD_OK;
}

static bool is_measured(const zd_clip *clip)
{
    int first;
    int end;
    bool measured = covers_range(clip);
    zd_clip_shots_in_range(clip, &first, &end);
    for (int i = first; i < end; i++) {
        measured = measured && !clip->shots.shots[i].is_pending;
    }
    return measured;
}

/* The range as it is, or the whole clip, in one walk. */
static zd_status analyse_at_once(zd_clip *clip, const zd_task *task, zd_error *err)
{
    walk w = { .clip = clip, .task = task, .stage = "depth" };
    const zd_reader_info *info = clip->info;
    zd_shot_list_release(&clip->shots);
    return measure_shots(&w, info->first_frame, info->end_frame, NULL, &clip->shots, err);
}

static zd_status analyse(zd_clip *clip, const zd_task *task, zd_error *err)
{
    if (clip->is_alone || (clip->info->first_frame == 0 && clip->info->is_to_end)) {
        return analyse_at_once(clip, task, err);
    }
    ZD_TRY(find_cuts(clip, task, err));
    return is_measured(clip) ? ZD_OK : measure_pending(clip, task, err);
}

/* Whether the steadied depth that the clip keeps is there, judged by its last frame. */
static zd_status has_steady(zd_clip *clip, bool *has, zd_error *err)
{
    zd_clip_steady store;
    zd_depth_sample sample;
    *has = true;
    if (!clip->keeps_steady) {
        return ZD_OK;
    }
    ZD_TRY(zd_clip_steady_open(clip, &store, err));
    if (store.cache != NULL) {
        ZD_TRY(zd_clip_steady_get(&store, clip->shots.frame_count - 1, &sample, has, err));
        zd_depth_sample_release(&sample);
    }
    return ZD_OK;
}

zd_status zd_clip_analyse(zd_clip *clip, const zd_task *task, zd_error *err)
{
    ZD_REQUIRE(err, clip->depth != NULL);
    zd_digest key;
    bool found = false;
    bool remembered = clip->cache.path != NULL && !clip->is_alone &&
                      zd_cache_shots_key(clip->project, zd_clip_depth_model(clip->depth),
                                         zd_clip_depth_arithmetic(clip->depth), &key);
    if (remembered) {
        ZD_TRY(zd_cache_shots_get(&clip->cache, &key, &clip->shots, &found, err));
    }
    if (found && is_measured(clip)) {
        ZD_TRY(has_steady(clip, &found, err));
        if (found) {
            return ZD_OK;
        }
    }
    ZD_TRY(analyse(clip, task, err));
    ZD_TRY(zd_clip_depth_check(clip->depth, err));
    if (remembered) {
        zd_cache_shots_put(&clip->cache, &key, &clip->shots);
    }
    return ZD_OK;
}

void zd_clip_shots_in_range(const zd_clip *clip, int *first, int *end)
{
    assert(clip->shots.count > 0);
    const zd_reader_info *info = clip->info;
    *first = zd_shot_list_find(&clip->shots, info->first_frame);
    *end = clip->shots.count > 0 ? zd_shot_list_find(&clip->shots, info->end_frame - 1) + 1 : 0;
}
