/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The clip is opened a second time for the walk, with the same depth out of the cache and the same shots, and
 * walked from the shot's first frame, since steadied depth has a memory. The matte, at the size of the depth map,
 * says what stands before the wall. */

#include "clip/inserts/clip_tracks.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "clip/inserts/clip_tracks_internal.h"
#include "clip/inserts/clip_tracks_store.h"
#include "clip/inserts/insert_place.h"
#include "core/size.h"
#include "engine/engine_matte_params.h"
#include "engine/engine_steps.h"

enum { MOST_SIDE = 960 }; /* of the picture that is looked at */

zd_status zd_clip_tracks_create(zd_clip *clip, const zd_clip_options *options, zd_clip_tracks **out,
                                zd_error *err)
{
    bool is_wanted = false;
    const zd_project *project = clip->project;
    *out = NULL;
    for (int i = 0; i < project->insert_count; i++) {
        is_wanted |=
            zd_project_shows(project, i) && zd_insert_track_is_wanted(&project->inserts[i]);
    }
    if (!is_wanted) {
        return ZD_OK;
    }
    zd_clip_tracks *t = zd_alloc_zeroed(clip->ctx, 1, sizeof *t);
    if (t == NULL) {
        return zd_fail_memory(err, "the tracks of inserts");
    }
    t->clip = clip;
    t->options = *options;
    t->shot = -1;
    t->count = project->insert_count;
    for (int i = 0; i < t->count; i++) {
        const zd_params *p = &project->inserts[i];
        t->inserts[i].params = p;
        t->inserts[i].is_wanted = zd_project_shows(project, i) && zd_insert_track_is_wanted(p);
        t->inserts[i].all.least = 1.0;
    }
    zd_status status = ZD_OK;
    for (int i = 0; status == ZD_OK && i < t->count; i++) {
        if (t->inserts[i].is_wanted) {
            status =
                zd_insert_camera_open(clip->ctx, t->inserts[i].params, &t->inserts[i].camera, err);
        }
    }
    if (status != ZD_OK) {
        zd_clip_tracks_destroy(&t);
    }
    *out = t;
    return status;
}

void zd_clip_tracks_destroy(zd_clip_tracks **tracks)
{
    zd_clip_tracks *t = *tracks;
    if (t != NULL) {
        for (int i = 0; i < t->count; i++) {
            zd_free(t->clip->ctx, t->inserts[i].track.poses);
            zd_wall_track_destroy(&t->inserts[i].plane);
            zd_camera_close(&t->inserts[i].camera);
        }
        zd_free(t->clip->ctx, t);
        *tracks = NULL;
    }
}

const zd_insert_track *zd_clip_tracks_of(const void *tracks, int insert, double time_s,
                                         int64_t *frame)
{
    (void) time_s;
    const zd_clip_tracks *t = tracks;
    *frame = t->frame;
    return t->shot >= 0 && t->frame < t->end ? &t->inserts[insert].track : NULL;
}

zd_clip_track_report zd_clip_tracks_report(const zd_clip_tracks *tracks, int insert)
{
    return tracks != NULL ? tracks->inserts[insert].all : (zd_clip_track_report){ 0 };
}

static bool is_on(const zd_params *p, double time_s)
{
    return time_s >= zd_params_number(p, ZD_P_START, time_s) &&
           !(zd_params_is_set(p, ZD_P_END) && time_s >= zd_params_number(p, ZD_P_END, time_s));
}

static void note(zd_clip_one_track *one, const zd_wall_pose *pose, int64_t index, double size)
{
    zd_clip_track_report *r = &one->report;
    r->frames++;
    one->has_texture = pose->has_texture;
    if (pose->is_held) {
        r->held++;
        one->first_held = one->held++ == 0 ? index : one->first_held;
        return;
    }
    double found = (double) (r->frames - r->held);
    r->agreement += ((double) pose->agreement - r->agreement) / found;
    r->least = fmin(r->least, (double) pose->agreement);
    r->error_px = fmax(r->error_px, (double) pose->error_px * size);
}

static zd_status push(zd_clip_track_walk *w, zd_clip_one_track *one, zd_error *err)
{
    zd_wall_pose pose;
    zd_insert_track *track = &one->track;
    if (track->count == one->capacity) {
        size_t capacity = one->capacity > 0 ? 2 * (size_t) one->capacity : 64;
        zd_homography *more = zd_alloc_zeroed(w->clip.ctx, capacity, sizeof *more);
        if (more == NULL || capacity > INT32_MAX) {
            zd_free(w->clip.ctx, more);
            return zd_fail_memory(err, "the track of an insert");
        }
        if (track->count > 0) {
            memcpy(more, track->poses, (size_t) track->count * sizeof *more);
        }
        zd_free(w->clip.ctx, track->poses);
        track->poses = more;
        one->capacity = (int) capacity;
    }
    ZD_TRY(zd_wall_track_push(one->plane, zd_image_view(w->small), zd_image_view(w->hidden), &pose,
                              err));
    note(one, &pose, w->index, (double) w->clip.info->width / w->width);
    track->poses[track->count++] = zd_homography_resize(pose.h, 1.0 / w->width, 1.0 / w->height);
    one->report.by = zd_wall_track_model(one->plane);
    one->is_done = !pose.has_texture;
    return ZD_OK;
}

/* The matte before an insert at its depth, without its softness. */
static zd_status find_hidden(zd_clip_track_walk *w, const zd_clip_one_track *one,
                             const zd_clip_walked *walked, zd_error *err)
{
    zd_view out = zd_image_view(w->hidden);
    zd_matte_params m = walked->matte;
    m.invert = false;
    if (zd_params_is_set(one->params, ZD_P_AT_DEPTH)) {
        double depth = zd_engine_threshold(one->params, ZD_P_AT_DEPTH, walked->shot->range, m.mode,
                                           walked->time_s);
        m = zd_engine_matte_params_at(m, walked->depth.kind, depth);
    }
    return zd_matte_render(w->matte, &m, (zd_rect){ 0, 0, out.width, out.height }, out, err);
}

/* Codes of linear footage are too dark to be compared. */
static void brighten(zd_transfer transfer, zd_view view)
{
    for (int y = 0; transfer == ZD_TRANSFER_LINEAR && y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < 3 * view.width; x++) {
            row[x] = zd_transfer_encode(ZD_TRANSFER_SRGB, zd_float_clamp(row[x], 0.0f, 16.0f));
        }
    }
}

static zd_status look(zd_clip_track_walk *w, const zd_frame *frame, const zd_clip_walked *walked,
                      zd_error *err)
{
    zd_view out = zd_image_view(w->hidden);
    ZD_TRY(zd_frame_read_small(frame, zd_image_view(w->small), err));
    brighten(w->clip.info->colour.transfer, zd_image_view(w->small));
    ZD_TRY(zd_clip_hand_make(w->clip.hand, &w->clip.project->params, out.width, out.height,
                             walked->time_s, &w->raise, &w->cap, err));
    zd_engine_mend(w->matte, w->raise, w->cap);
    return zd_engine_prepare(w->matte, &walked->depth, walked->foreground, walked->shot->range,
                             (zd_view){ 0 }, walked->object, err);
}

static double half_step(const zd_clip_tracks *t)
{
    double rate = zd_reader_info_rate(t->clip->info);
    return rate > 0.0 ? 0.5 / rate : 0.0;
}

/* Whether a moment of the shot is named in which an insert is placed, and not where it is first seen. */
static bool has_moment(const zd_clip_tracks *t, const zd_clip_one_track *one)
{
    double moment = zd_params_number(one->params, ZD_P_TRACK_TIME, 0.0);
    return one->camera != NULL && zd_params_is_set(one->params, ZD_P_TRACK_TIME) &&
           moment > t->from_s - half_step(t) && moment < t->to_s - half_step(t);
}

static bool is_due(const zd_clip_tracks *t, const zd_clip_one_track *one, double time_s)
{
    return has_moment(t, one)
               ? time_s + half_step(t) > zd_params_number(one->params, ZD_P_TRACK_TIME, time_s)
               : one->is_on;
}

/* Remembers when an insert is first seen in the shot. */
static bool look_for(const zd_clip_track_walk *w, zd_clip_one_track *one, double time_s)
{
    bool on = is_on(one->params, time_s);
    if (!one->is_on) {
        one->is_on = on;
        one->on_frame = w->index;
        one->on_s = on ? time_s : zd_params_number(one->params, ZD_P_START, time_s);
    }
    return on;
}

static zd_status step(zd_clip_track_walk *w, const zd_frame *frame, const zd_clip_walked *walked,
                      zd_error *err)
{
    bool has_looked = false;
    zd_clip_tracks *t = w->tracks;
    for (int i = 0; i < t->count; i++) {
        zd_clip_one_track *one = &t->inserts[i];
        if (!one->is_wanted || one->is_done) {
            continue;
        }
        bool on = look_for(w, one, walked->time_s);
        if (one->is_begun ? !on : !is_due(t, one, walked->time_s)) {
            one->is_done = one->is_begun;
            continue;
        }
        if (!has_looked) {
            ZD_TRY(look(w, frame, walked, err));
            has_looked = true;
        }
        ZD_TRY(find_hidden(w, one, walked, err));
        if (!one->is_begun) {
            ZD_TRY(zd_clip_track_begin(w, one, walked, err));
        }
        if (!one->is_done) {
            ZD_TRY(push(w, one, err));
        }
    }
    return ZD_OK;
}

/* Whether no later frame of the shot is needed. */
static bool is_enough(const zd_clip_tracks *t, double time_s)
{
    for (int i = 0; i < t->count; i++) {
        const zd_clip_one_track *one = &t->inserts[i];
        const zd_params *p = one->params;
        bool is_over =
            zd_params_is_set(p, ZD_P_END) && time_s >= zd_params_number(p, ZD_P_END, time_s);
        if (one->is_wanted && !one->is_done && !(is_over && !one->is_begun && !has_moment(t, one)))
        {
            return false;
        }
    }
    return true;
}

static zd_status walk_frames(zd_clip_track_walk *w, zd_error *err)
{
    zd_frame *frame = NULL;
    bool done = false;
    int64_t first = w->index;
    zd_status status = zd_clip_feed_next(w->feed, &frame, err);
    while (status == ZD_OK && frame != NULL && w->index < w->end && !done) {
        zd_frame *next = NULL;
        zd_clip_walked walked;
        zd_status ending = zd_clip_feed_next(w->feed, &next, err);
        status = ending == ZD_ERR_END ? ZD_OK : ending;
        status = status == ZD_OK ? zd_task_check(w->task, err) : status;
        if (status == ZD_OK) {
            status = zd_clip_walk_take(w->walk, frame, w->index, next, w->task, &walked, err);
        }
        if (status == ZD_OK) {
            status = step(w, frame, &walked, err);
        }
        if (status == ZD_OK) {
            done = is_enough(w->tracks, walked.time_s);
            w->index++;
            zd_task_report(w->task, "track", w->index - first,
                           w->end != INT64_MAX ? w->end - first : 0);
        }
        zd_frame_unref(&frame);
        frame = next;
    }
    zd_frame_unref(&frame);
    return status == ZD_ERR_END ? ZD_OK : status;
}

static zd_status copy_shots(const zd_shot_list *from, zd_shot_list *to, zd_error *err)
{
    for (int i = 0; i < from->count; i++) {
        ZD_TRY(zd_shot_list_add(to, from->shots[i], err));
    }
    to->frame_count = from->frame_count;
    to->is_partial = from->is_partial;
    to->kind = from->kind;
    return ZD_OK;
}

static zd_status open_memory(zd_clip_track_walk *w, zd_error *err)
{
    int width;
    int height;
    const zd_reader_info *info = w->clip.info;
    double down = fmin(1.0, (double) MOST_SIDE / zd_int_max(info->width, info->height));
    zd_context *ctx = w->clip.ctx;
    w->width = zd_int_max((int) lround(info->width * down), 1);
    w->height = zd_int_max((int) lround(info->height * down), 1);
    zd_clip_depth_size(w->clip.depth, &width, &height);
    zd_matte_size size = { width, height, width, height };
    ZD_TRY(zd_matte_create(ctx, &size, &w->matte, err));
    ZD_TRY(zd_image_create(ctx, width, height, ZD_GRAY_F32, &w->hidden, err));
    return zd_image_create(ctx, w->width, w->height, ZD_RGB_F32, &w->small, err);
}

static zd_status open_walk(zd_clip_track_walk *w, int64_t first, zd_error *err)
{
    const zd_clip *like = w->tracks->clip;
    zd_clip_options options = w->tracks->options;
    options.is_trial = true; /* what there was to tell has been told */
    ZD_TRY(zd_clip_open(like->ctx, like->project, &options, &w->clip, err));
    ZD_TRY(copy_shots(&like->shots, &w->clip.shots, err));
    w->clip.is_alone = like->is_alone;
    w->clip.takes_steady = like->takes_steady;
    ZD_TRY(open_memory(w, err));
    ZD_TRY(zd_clip_walk_create(&w->clip, &w->walk, err));
    int64_t end = w->end;
    if (end != INT64_MAX && zd_clip_walk_looks_ahead(&w->clip, end - 1)) {
        end++;
    }
    ZD_TRY(zd_reader_select(w->clip.reader, first, end, err));
    return zd_clip_feed_start(like->ctx, w->clip.reader, &w->feed, err);
}

static void close_walk(zd_clip_track_walk *w)
{
    zd_clip_feed_stop(&w->feed);
    zd_clip_walk_destroy(&w->walk);
    zd_matte_destroy(&w->matte);
    zd_image_unref(&w->raise);
    zd_image_unref(&w->cap);
    zd_image_unref(&w->hidden);
    zd_image_unref(&w->small);
    if (w->clip.ctx != NULL) {
        zd_clip_close(&w->clip);
    }
}

/* What nobody should have to find out by watching. */
static void tell(const zd_clip_tracks *t, const zd_clip_one_track *one)
{
    const zd_log *log = zd_context_log(t->clip->ctx);
    bool is_title = zd_params_is_set(one->params, ZD_P_TITLE);
    const char *kind = is_title ? "title" : "insert";
    const char *name = zd_params_text(one->params, is_title ? ZD_P_TITLE : ZD_P_INSERT);
    if (t->options.is_trial || !one->report.is_tracked || !one->track.is_known) {
        return;
    }
    if (!one->has_texture) {
        zd_log_write(
            log, ZD_LOG_WARN, "track",
            "behind the %s '%s' is nothing to follow in frame %lld: no texture that is not hidden; it "
            "stays where it is. Place it (x, y) where the wall shows something",
            kind, name, (long long) one->track.first);
    } else if (one->held > 0) {
        zd_log_write(
            log, ZD_LOG_WARN, "track",
            "the wall behind the %s '%s' could not be made out in %lld of %d frames, first in frame %lld: "
            "the background's motion carried it on there",
            kind, name, (long long) one->held, one->track.count, (long long) one->first_held);
    }
}

static void forget(zd_clip_tracks *t)
{
    t->shot = -1;
    for (int i = 0; i < t->count; i++) {
        zd_clip_one_track *one = &t->inserts[i];
        zd_wall_track_destroy(&one->plane);
        one->track = (zd_insert_track){ .poses = one->track.poses, .camera = one->camera };
        one->report = (zd_clip_track_report){
            .is_tracked = zd_params_int(one->params, ZD_P_TRACK) == ZD_STICK_WALL, .least = 1.0
        };
        one->is_on = false;
        one->is_begun = false;
        one->is_done = false;
        one->held = 0;
    }
}

static zd_status walk_shot(zd_clip_tracks *t, int shot, int64_t end, const zd_task *task,
                           zd_error *err)
{
    assert(shot >= 0 && shot < t->clip->shots.count);
    zd_clip_track_walk w = { .tracks = t, .task = task, .end = end };
    w.index =
        t->clip->is_alone ? t->clip->info->first_frame : t->clip->shots.shots[shot].first_frame;
    double rate = zd_reader_info_rate(t->clip->info);
    t->from_s = rate > 0.0 ? (double) w.index / rate : 0.0;
    t->to_s = rate > 0.0 && end != INT64_MAX ? (double) end / rate : HUGE_VAL;
    forget(t);
    zd_status status = open_walk(&w, w.index, err);
    if (status == ZD_OK) {
        status = walk_frames(&w, err);
    }
    close_walk(&w);
    for (int i = 0; i < t->count; i++) {
        zd_wall_track_destroy(&t->inserts[i].plane);
    }
    return status;
}

/* Takes what an earlier run has found, of all inserts or of none. */
static zd_status recall(zd_clip_tracks *t, const zd_digest *key, bool *found, zd_error *err)
{
    *found = true;
    forget(t);
    for (int i = 0; i < t->count && *found; i++) {
        zd_clip_one_track *one = &t->inserts[i];
        zd_clip_track_entry entry;
        if (!one->is_wanted) {
            continue;
        }
        ZD_TRY(zd_clip_tracks_get(&t->clip->cache, key, i, &entry, found, err));
        if (*found) {
            zd_free(t->clip->ctx, one->track.poses);
            one->track = entry.track;
            zd_insert_track_join(&one->track, one->camera, t->clip->info);
            one->capacity = entry.track.count;
            one->report = entry.report;
            one->has_texture = entry.has_texture;
            one->first_held = entry.first_held;
            one->held = entry.report.held;
        }
    }
    return ZD_OK;
}

static void keep(zd_clip_tracks *t, const zd_digest *key)
{
    for (int i = 0; i < t->count; i++) {
        const zd_clip_one_track *one = &t->inserts[i];
        zd_clip_track_entry entry = { .track = one->track,
                                      .report = one->report,
                                      .first_held = one->first_held,
                                      .has_texture = one->has_texture };
        if (one->is_wanted) {
            zd_clip_tracks_put(&t->clip->cache, key, i, &entry);
        }
    }
}

/* Adds what was found about a shot to what is known of all. */
static void sum_up(zd_clip_one_track *one)
{
    const zd_clip_track_report *r = &one->report;
    zd_clip_track_report sum = *r;
    double before = (double) (one->all.frames - one->all.held);
    double now = (double) (r->frames - r->held);
    sum.frames += one->all.frames;
    sum.held += one->all.held;
    if (before + now > 0.0) {
        sum.agreement = (before * one->all.agreement + now * r->agreement) / (before + now);
    }
    sum.least = fmin(r->least, one->all.least);
    sum.error_px = fmax(r->error_px, one->all.error_px);
    sum.is_revealed = r->is_revealed || one->all.is_revealed;
    sum.hidden = r->is_revealed ? r->hidden : one->all.hidden;
    one->all = sum;
}

static zd_status find_tracks(zd_clip_tracks *t, int shot, int64_t end, const zd_task *task,
                             zd_error *err)
{
    bool known;
    bool found = false;
    zd_digest key;
    ZD_TRY(zd_clip_tracks_key(t->clip, shot, end, &known, &key, err));
    if (known) {
        ZD_TRY(recall(t, &key, &found, err));
    }
    if (!found) {
        ZD_TRY(walk_shot(t, shot, end, task, err));
    }
    if (known && !found) {
        keep(t, &key);
    }
    for (int i = 0; i < t->count; i++) {
        sum_up(&t->inserts[i]);
        tell(t, &t->inserts[i]);
    }
    t->shot = shot;
    t->end = end;
    return ZD_OK;
}

/* An insert may be placed behind the range. */
static bool any_has_moment(const zd_clip_tracks *t)
{
    for (int i = 0; i < t->count; i++) {
        if (t->inserts[i].camera != NULL && zd_params_is_set(t->inserts[i].params, ZD_P_TRACK_TIME))
        {
            return true;
        }
    }
    return false;
}

zd_status zd_clip_tracks_seek(zd_clip_tracks *t, int64_t frame, const zd_task *task, zd_error *err)
{
    if (t == NULL) {
        return ZD_OK;
    }
    t->frame = frame;
    const zd_shot_list *shots = &t->clip->shots;
    if (shots->count == 0) {
        forget(t);
        return ZD_OK;
    }
    int shot = zd_shot_list_find(shots, frame);
    if (shot == t->shot && frame < t->end) {
        return ZD_OK;
    }
    int64_t end = zd_shot_list_end(shots, shot);
    if (frame < t->clip->info->end_frame && t->clip->info->end_frame < end && !any_has_moment(t)) {
        end = t->clip->info->end_frame;
    }
    return find_tracks(t, shot, end, task, err);
}
