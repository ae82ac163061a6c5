/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A clip opened for an application; what an analysis in another thread has found is taken over at
 * the next render. */

#include <string.h>

#include "cache/cache_shots.h"
#include "clip/clip_engine_internal.h"
#include "core/digest.h"
#include "core/require.h"

/* The engine works on the whole clip and draws the view it is asked for. */
static zd_status copy_project(const zd_project *from, zd_project *to, zd_error *err)
{
    static const zd_param_id of_one_run[] = { ZD_P_FRAMES, ZD_P_FROM, ZD_P_TO, ZD_P_VIEW };
    ZD_TRY(zd_project_copy(from, to, err));
    for (size_t i = 0; i < sizeof of_one_run / sizeof of_one_run[0]; i++) {
        zd_params_unset(&to->params, of_one_run[i]);
    }
    return ZD_OK;
}

static zd_status open_clip(zd_clip_engine *e, zd_error *err)
{
    ZD_TRY(zd_clip_open(e->ctx, &e->project, &e->options, &e->clip, err));
    return zd_clip_walk_create(&e->clip, &e->walk, err);
}

zd_status zd_clip_engine_open(zd_context *ctx, const zd_project *project,
                              const zd_clip_options *options, zd_clip_engine **out, zd_error *err)
{
    ZD_REQUIRE(err, project != NULL && options != NULL);
    zd_clip_engine *e = zd_alloc_zeroed(ctx, 1, sizeof *e);
    *out = e;
    if (e == NULL) {
        return zd_fail_memory(err, "the engine");
    }
    e->ctx = ctx;
    e->options = *options;
    e->ahead.at = -1;
    pthread_mutex_init(&e->lock, NULL);
    zd_prepared_pool_init(&e->pool, ZD_CLIP_FRAMES, ZD_CLIP_FRAMES);
    zd_project_init(&e->project, ctx);
    zd_status status = ZD_OK;
    if (options->cache_folder != NULL) {
        e->cache_path = zd_strdup(ctx, options->cache_folder);
        e->options.cache_folder = e->cache_path;
        status = e->cache_path != NULL ? ZD_OK : zd_fail_memory(err, "the engine");
    }
    if (status == ZD_OK) {
        status = copy_project(project, &e->project, err);
    }
    if (status == ZD_OK) {
        status = open_clip(e, err);
    }
    if (status != ZD_OK) {
        zd_clip_engine_close(out);
    }
    return status;
}

static void forget_frames(zd_clip_engine *e)
{
    zd_prepared_pool_release(&e->pool);
    e->last = NULL;
}

static void forget_inserts(zd_clip_engine *e)
{
    zd_compositor_destroy(&e->compositor);
    zd_clip_tracks_destroy(&e->tracks);
}

static void close_clip(zd_clip_engine *e)
{
    forget_frames(e);
    forget_inserts(e);
    zd_clip_walk_destroy(&e->walk);
    zd_clip_ahead_forget(&e->ahead);
    if (e->clip.ctx != NULL) {
        zd_clip_close(&e->clip);
    }
    e->is_analysed = false;
}

void zd_clip_engine_close(zd_clip_engine **engine)
{
    zd_clip_engine *e = *engine;
    if (e == NULL) {
        return;
    }
    close_clip(e);
    zd_engine_style_destroy(&e->style);
    zd_prepared_pool_finish(&e->pool);
    zd_shot_list_release(&e->found);
    zd_image_unref(&e->drawn);
    zd_image_unref(&e->gray);
    zd_image_unref(&e->scratch[0]);
    zd_image_unref(&e->scratch[1]);
    zd_project_finish(&e->project);
    pthread_mutex_destroy(&e->lock);
    zd_free(e->ctx, e->cache_path);
    zd_free(e->ctx, e);
    *engine = NULL;
}

const zd_reader_info *zd_clip_engine_info(const zd_clip_engine *e)
{
    return e->clip.info;
}

/* ---- another state of the project ---- */

/* Whether a parameter decides which depth a frame has. */
static bool is_same_group(const zd_project *a, const zd_project *b, zd_param_group group)
{
    zd_text one;
    zd_text other;
    bool same = true;
    for (int id = 0; same && id < ZD_PARAM_COUNT; id++) {
        if (zd_param_describe((zd_param_id) id)->group != group) {
            continue;
        }
        bool is_set = zd_params_is_set(&a->params, (zd_param_id) id);
        same = is_set == zd_params_is_set(&b->params, (zd_param_id) id);
        if (same && is_set) {
            zd_text_init(&one, a->ctx);
            zd_text_init(&other, a->ctx);
            zd_params_write(&a->params, (zd_param_id) id, &one);
            zd_params_write(&b->params, (zd_param_id) id, &other);
            same = one.data != NULL && other.data != NULL && strcmp(one.data, other.data) == 0;
            zd_text_release(&one);
            zd_text_release(&other);
        }
    }
    return same;
}

/* Whether what was found out about the shots holds: boxes and locked ranges take part. */
static bool is_same_analysis(const zd_project *a, const zd_project *b)
{
    static const zd_param_id locks[] = { ZD_P_FURTHEST, ZD_P_NEAREST };
    bool same = a->box_count == b->box_count;
    for (int i = 0; same && i < 2; i++) {
        same = zd_params_is_set(&a->params, locks[i]) == zd_params_is_set(&b->params, locks[i]) &&
               zd_params_number(&a->params, locks[i], 0.0) ==
                   zd_params_number(&b->params, locks[i], 0.0);
    }
    for (int i = 0; same && i < a->box_count; i++) {
        const zd_box *p = &a->boxes[i];
        const zd_box *q = &b->boxes[i];
        same = p->x == q->x && p->y == q->y && p->width == q->width && p->height == q->height &&
               p->time_s == q->time_s && p->subtract == q->subtract;
    }
    return same;
}

static void drop_analysis(zd_clip_engine *e)
{
    forget_frames(e);
    zd_clip_walk_reset(e->walk);
    zd_shot_list_release(&e->clip.shots);
    e->is_analysed = false;
    pthread_mutex_lock(&e->lock);
    zd_shot_list_release(&e->found);
    e->has_found = false;
    e->generation++;
    pthread_mutex_unlock(&e->lock);
}

/* Takes the project over, which is then empty. */
static void put_project(zd_clip_engine *e, zd_project *project)
{
    zd_project old = e->project;
    pthread_mutex_lock(&e->lock);
    e->project = *project;
    pthread_mutex_unlock(&e->lock);
    zd_project_finish(&old);
    zd_project_init(project, e->ctx);
}

/* Other footage or another source of depth. It is opened once beside the old one, which is kept when
 * that fails. Takes the project over. */
static zd_status open_anew(zd_clip_engine *e, zd_project *project, zd_error *err)
{
    zd_clip trial;
    zd_status status = zd_clip_open(e->ctx, project, &e->options, &trial, err);
    if (status != ZD_OK) {
        zd_project_finish(project);
        return status;
    }
    zd_clip_close(&trial);
    drop_analysis(e);
    close_clip(e);
    put_project(e, project);
    e->depth_until = 0;
    return open_clip(e, err);
}

zd_status zd_clip_engine_set_project(zd_clip_engine *e, const zd_project *project, zd_error *err)
{
    zd_project next;
    ZD_TRY(copy_project(project, &next, err));
    bool same_depth = is_same_group(&e->project, &next, ZD_GROUP_SOURCE) &&
                      is_same_group(&e->project, &next, ZD_GROUP_DEPTH);
    if (!same_depth) {
        return open_anew(e, &next, err);
    }
    bool keeps = is_same_analysis(&e->project, &next);
    bool tracked =
        zd_clip_follows(&e->project) || zd_clip_follows(&next); /* by thresholds, boxes */
    forget_inserts(e);
    put_project(e, &next);
    if (!keeps) {
        drop_analysis(e);
    } else if (tracked) {
        forget_frames(e);
        zd_clip_walk_reset(e->walk);
    }
    return ZD_OK;
}

/* ---- the analysis ---- */

typedef struct analysis_watch {
    zd_clip_engine *engine;
    const zd_task *task;
} analysis_watch;

static void watch(void *user, const char *stage, int64_t done, int64_t total)
{
    const analysis_watch *w = user;
    if (strcmp(stage, "depth") == 0) {
        pthread_mutex_lock(&w->engine->lock);
        w->engine->depth_until = done;
        pthread_mutex_unlock(&w->engine->lock);
    }
    zd_task_report(w->task, stage, done, total);
}

/* Hands over what was found, unless another project has been set meanwhile. */
static zd_status hand_over(zd_clip_engine *e, zd_clip *clip, int generation, zd_error *err)
{
    pthread_mutex_lock(&e->lock);
    bool is_current = e->generation == generation;
    if (is_current) {
        zd_shot_list_release(&e->found);
        e->found = clip->shots;
        e->has_found = true;
        e->depth_until = INT64_MAX;
        clip->shots = (zd_shot_list){ .ctx = e->ctx };
    }
    pthread_mutex_unlock(&e->lock);
    return is_current ? ZD_OK : zd_fail(err, ZD_ERR_CANCELLED, "the project has changed meanwhile");
}

static zd_status analyse_project(zd_clip_engine *e, const zd_project *project, int generation,
                                 const zd_task *task, zd_error *err)
{
    zd_clip clip;
    analysis_watch w = { e, task };
    zd_task inner = { .cancel = task != NULL ? task->cancel : NULL,
                      .progress = watch,
                      .progress_user = &w };
    ZD_TRY(zd_clip_open(e->ctx, project, &e->options, &clip, err));
    clip.keeps_steady = true;
    zd_status status = zd_clip_analyse(&clip, &inner, err);
    if (status == ZD_OK) {
        status = hand_over(e, &clip, generation, err);
    }
    zd_clip_close(&clip);
    return status;
}

zd_status zd_clip_engine_analyse(zd_clip_engine *e, const zd_task *task, zd_error *err)
{
    zd_project project; /* as it is now: it may change meanwhile */
    pthread_mutex_lock(&e->lock);
    int generation = e->generation;
    zd_status status = zd_project_copy(&e->project, &project, err);
    pthread_mutex_unlock(&e->lock);
    if (status == ZD_OK) {
        status = analyse_project(e, &project, generation, task, err);
        zd_project_finish(&project);
    }
    return status;
}

static void take_over(zd_clip_engine *e)
{
    pthread_mutex_lock(&e->lock);
    if (e->has_found) {
        zd_shot_list_release(&e->clip.shots);
        e->clip.shots = e->found;
        e->found = (zd_shot_list){ .ctx = e->ctx };
        e->has_found = false;
        e->is_analysed = true;
        zd_clip_walk_reset(e->walk);
        forget_inserts(e); /* other shots have other tracks */
        zd_prepared_pool_forget(&e->pool);
        e->last = NULL;
    }
    pthread_mutex_unlock(&e->lock);
}

const zd_shot_list *zd_clip_engine_shots(zd_clip_engine *e)
{
    take_over(e);
    return e->is_analysed ? &e->clip.shots : NULL;
}

int zd_clip_engine_generation(zd_clip_engine *e)
{
    pthread_mutex_lock(&e->lock);
    int generation = e->generation;
    pthread_mutex_unlock(&e->lock);
    return generation;
}

bool zd_clip_engine_is_analysed(zd_clip_engine *e)
{
    return zd_clip_engine_shots(e) != NULL;
}

bool zd_clip_engine_has_depth(zd_clip_engine *e, int64_t frame)
{
    pthread_mutex_lock(&e->lock);
    bool has = frame >= 0 && frame < e->depth_until;
    pthread_mutex_unlock(&e->lock);
    return has;
}

/* ---- a frame ---- */

zd_status zd_clip_engine_render(zd_clip_engine *e, const zd_clip_request *request,
                                zd_clip_picture *out, zd_error *err)
{
    zd_prepared *frame;
    zd_clip_request r = *request;
    *out = (zd_clip_picture){ 0 };
    if (e->clip.ctx == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "no clip is open");
    }
    take_over(e);
    r.width = r.width > 0 ? r.width : e->clip.info->width;
    r.height = r.height > 0 ? r.height : e->clip.info->height;
    if (r.frame < 0 || (e->is_analysed && r.frame >= e->clip.shots.frame_count)) {
        return r.frame < 0 ? zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no frame %lld",
                                     (long long) r.frame)
                           : ZD_ERR_END;
    }
    ZD_TRY(zd_clip_frame_take(e, &r, &frame, err));
    ZD_TRY(zd_task_check(r.task, err));
    ZD_TRY(zd_clip_render(e, &r, frame, out, err));
    e->last = frame;
    out->frame = &frame->frame;
    out->small_depth = zd_image_view(frame->sample.depth.values);
    out->is_analysed = frame->has_shot;
    return ZD_OK;
}

bool zd_clip_engine_keeps_last(const zd_clip_engine *e)
{
    return e->last != NULL && e->last->is_valid;
}

zd_status zd_clip_engine_matte_at(zd_clip_engine *e, int x, int y, float *out, zd_error *err)
{
    zd_prepared *frame = e->last;
    if (!zd_clip_engine_keeps_last(e)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "no frame was rendered yet");
    }
    ZD_TRY(zd_prepared_judge(e->ctx, frame, &e->project.params, NULL, &e->project, err));
    ZD_TRY(zd_prepared_matte(e->ctx, frame, err));
    zd_view one = { out, 1, 1, sizeof *out, ZD_GRAY_F32 };
    return zd_matte_render(frame->matte, &frame->frame.matte, (zd_rect){ x, y, x + 1, y + 1 }, one,
                           err);
}
