/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Feed, worker and sink are three threads; the worker is the caller's. A range begins at its
 * first shot's first frame, and what lies before the range is walked without being written. */

#include "jobs/job_loop.h"

#include <assert.h>
#include <math.h>

#include "clip/clip_feed.h"
#include "clip/clip_walk.h"
#include "core/require.h"
#include "depth/suggest.h"
#include "engine/engine_steps.h"
#include "jobs/job_digest.h"

static zd_status check_output(zd_context *ctx, const zd_project *project, zd_error *err)
{
    const zd_params *p = &project->params;
    const char *output = zd_params_text(p, ZD_P_OUTPUT);
    if (output == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "no output is named; give one with -o");
    }
    ZD_TRY(zd_writer_check_output(ctx, output, zd_params_text(p, ZD_P_FOOTAGE), err));
    ZD_TRY(zd_writer_check_output(ctx, output, zd_params_text(p, ZD_P_DEPTH_MAP), err));
    for (int i = 0; i < project->insert_count; i++) {
        const char *insert = zd_params_text(&project->inserts[i], ZD_P_INSERT);
        ZD_TRY(zd_writer_check_output(ctx, output, insert, err));
    }
    return ZD_OK;
}

zd_status zd_job_loop_open(zd_context *ctx, const zd_job *job, zd_job_loop *out, zd_error *err)
{
    *out = (zd_job_loop){ .ctx = ctx, .job = job };
    ZD_REQUIRE(err, job != NULL && job->project != NULL);
    ZD_TRY(check_output(ctx, job->project, err));
    return zd_clip_open(ctx, job->project, &job->clip, &out->clip, err);
}

/** The footage's own alpha goes where the output can hold it; what was asked for must be held. */
static bool wants_alpha(const zd_job_loop *loop, const zd_sink_form *form)
{
    const zd_params *p = &loop->job->project->params;
    const char *output = zd_params_text(p, ZD_P_OUTPUT);
    bool is_asked = form->alpha || zd_params_bool(p, ZD_P_ALPHA, 0.0);
    bool is_held = zd_params_text(p, ZD_P_CODEC) != NULL || zd_writer_holds_alpha(output);
    if (form->footage_alpha && !is_asked && !is_held) {
        zd_log_write(zd_context_log(loop->ctx), ZD_LOG_WARN, "output",
                     "'%s' cannot hold the footage's alpha; it is left out", output);
    }
    return is_asked || (form->footage_alpha && is_held);
}

zd_status zd_job_loop_open_writer(zd_job_loop *loop, const zd_sink_form *form, zd_writer **out,
                                  zd_error *err)
{
    const zd_params *p = &loop->job->project->params;
    bool sound = zd_params_bool(p, ZD_P_AUDIO, 0.0) && loop->clip.info->audio_count > 0;
    bool alpha = wants_alpha(loop, form);
    const char *output = zd_params_text(p, ZD_P_OUTPUT);
    if (!zd_params_is_set(p, ZD_P_EFFECT)) { /* a graph may leave frames out */
        ZD_TRY(zd_writer_check_count(output, loop->clip.info->frame_count, err));
    }
    zd_digest digest;
    bool is_known = form->what != NULL && loop->job->sheet == NULL &&
                    zd_job_digest(&loop->clip, form->what, &digest);
    zd_writer_params how = {
        .like = loop->clip.info,
        .width = form->width,
        .height = form->height,
        .is_gray = form->is_gray,
        .codec = zd_params_text(p, ZD_P_CODEC),
        .like_source = zd_params_bool(p, ZD_P_LIKE_SOURCE, 0.0),
        .pix_fmt = zd_params_text(p, ZD_P_PIXEL_FORMAT),
        .has_quality = zd_params_is_set(p, ZD_P_QUALITY),
        .quality = zd_params_int(p, ZD_P_QUALITY),
        .options = zd_params_text(p, ZD_P_ENCODER_OPTIONS),
        .options_trust = zd_project_trusts(loop->job->project, ZD_P_ENCODER_OPTIONS)
                             ? ZD_TRUST_FULL
                             : ZD_TRUST_NONE,
        .alpha = alpha ? ZD_ALPHA_STRAIGHT : ZD_ALPHA_NONE,
        .source_path =
            loop->clip.info->kind == ZD_MEDIA_MOVIE ? zd_params_text(p, ZD_P_FOOTAGE) : NULL,
        .copies_sound = sound,
        .encodes_sound = zd_params_bool(p, ZD_P_ENCODE_AUDIO, 0.0),
        .copies_tags = true,
        .first_number = loop->clip.info->first_number,
        .number_step = loop->clip.info->number_step,
        .metadata = form->metadata,
        .job = is_known ? &digest : NULL,
        .store = loop->job->store,
    };
    ZD_TRY(zd_writer_open(loop->ctx, output, &how, out, err));
    loop->writer = *out;
    loop->report.is_resumable = zd_writer_is_resumable(*out);
    return ZD_OK;
}

zd_status zd_job_loop_open_sink(zd_job_loop *loop, const zd_sink_form *form, zd_error *err)
{
    zd_writer *writer = NULL;
    ZD_TRY(zd_job_loop_open_writer(loop, form, &writer, err));
    return zd_job_sink_start(loop->ctx, writer, &loop->sink, err);
}

/* A walk over the frames that the range needs. */
typedef struct loop_walk {
    int64_t first;  /* the frame that is read first */
    int64_t layers; /* the first frame whose layers are taken */
    int64_t index;  /* of the next frame */
    int64_t total;  /* frames of the range, for the progress; 0: unknown */
    const char *stage;
    zd_job_worker worker;
    void *user;
    bool is_enough;
} loop_walk;

/* What was steadied or followed before the range, in its first shot, has a memory. */
static bool has_memory(const zd_clip *clip)
{
    const zd_params *p = &clip->project->params;
    return !clip->takes_steady &&
           (zd_engine_steadiness(p, clip->shots.kind) > 0.0f ||
            zd_params_is_set(p, ZD_P_NEAREST_ONLY) || zd_clip_follows(clip->project));
}

/* The frame whose depth is needed first. Edges are steadied by the frame before. */
static int64_t first_layers(const zd_job_loop *loop, int64_t shot_start)
{
    const zd_clip *clip = &loop->clip;
    int64_t first = clip->info->first_frame;
    if (clip->is_alone || first == shot_start) {
        return first;
    }
    if (has_memory(clip) || loop->before != NULL) {
        return shot_start;
    }
    bool by_edges = zd_engine_steadies_edges(&clip->project->params, clip->shots.kind);
    return by_edges ? first - 1 : first;
}

static loop_walk plan_walk(zd_job_loop *loop)
{
    const zd_clip *clip = &loop->clip;
    const zd_reader_info *info = clip->info;
    int first;
    int end;
    zd_clip_shots_in_range(clip, &first, &end);
    loop->report.shots = end - first;
    loop->pass = clip->is_alone ? NULL : loop->pass;
    loop_walk walk = { .layers = first_layers(loop, clip->shots.shots[first].first_frame) };
    walk.first = loop->pass != NULL ? 0 : walk.layers;
    walk.index = walk.first;
    int64_t last = zd_shot_list_end(&clip->shots, end - 1);
    last = info->end_frame < last ? info->end_frame : last;
    walk.total = last == INT64_MAX ? info->frame_count : last - info->first_frame;
    return walk;
}

/* Leaves a picture that an earlier run has finished. */
static zd_status keep(zd_job_loop *loop, zd_error *err)
{
    assert(loop->sink != NULL || loop->direct != NULL);
    loop->report.kept++;
    return loop->sink != NULL ? zd_job_sink_skip(loop->sink, err)
                              : zd_writer_skip(loop->direct, err);
}

static zd_status work(zd_job_loop *loop, loop_walk *walk, zd_frame **frame, const zd_frame *next,
                      zd_error *err)
{
    const zd_reader_info *info = loop->clip.info;
    zd_layered_frame layered;
    int64_t index = walk->index++;
    bool in_range = index >= info->first_frame && index < info->end_frame;
    if (index >= walk->layers && index < info->end_frame) {
        ZD_TRY(zd_layers_take(loop->layers, *frame, index, next, loop->job->task, &layered, err));
    }
    if (in_range) {
        int64_t number = info->first_number + (index - info->first_frame) * info->number_step;
        zd_layers_note_faces(loop->layers, number, &loop->report.faces);
        bool is_there =
            loop->writer != NULL && zd_writer_has(loop->writer, index - info->first_frame);
        if (is_there && loop->before != NULL) {
            ZD_TRY(loop->before(walk->user, loop, &layered, frame, err));
        }
        ZD_TRY(is_there ? keep(loop, err) : walk->worker(walk->user, loop, &layered, frame, err));
        zd_task_report(loop->job->task, walk->stage, ++loop->report.frames, walk->total);
        return ZD_OK;
    }
    if (loop->before != NULL && index >= walk->layers && index < info->first_frame) {
        ZD_TRY(loop->before(walk->user, loop, &layered, frame, err));
    }
    return loop->pass != NULL ? loop->pass(walk->user, loop, frame, &walk->is_enough, err) : ZD_OK;
}

/* ZD_ERR_END after the last frame, ZD_OK when there was enough before. Each frame is worked on when the one
 * after it is there. */
static zd_status run_frames(zd_job_loop *loop, zd_clip_feed *feed, loop_walk *walk, zd_error *err)
{
    zd_frame *frame = NULL;
    zd_status ending = zd_clip_feed_next(feed, &frame, err);
    zd_status status = ending;
    while (frame != NULL && status == ZD_OK && !walk->is_enough) {
        zd_frame *next = NULL;
        ending = zd_clip_feed_next(feed, &next, err);
        status = zd_task_cancelled(loop->job->task) ? zd_fail(err, ZD_ERR_CANCELLED, "cancelled")
                                                    : work(loop, walk, &frame, next, err);
        zd_frame_unref(&frame);
        frame = next;
    }
    zd_frame_unref(&frame);
    return status == ZD_OK && !walk->is_enough ? ending : status;
}

static zd_status walk_frames(zd_job_loop *loop, loop_walk *walk, zd_job_flusher flush,
                             zd_error *err)
{
    zd_clip_feed *feed = NULL;
    const zd_clip *clip = &loop->clip;
    int64_t end = loop->pass != NULL ? INT64_MAX : clip->info->end_frame;
    if (end != INT64_MAX && zd_clip_walk_looks_ahead(clip, end - 1)) {
        end++; /* to be looked at only */
    }
    ZD_TRY(zd_reader_select(clip->reader, walk->first, end, err));
    ZD_TRY(zd_clip_feed_start(loop->ctx, clip->reader, &feed, err));
    zd_status status = run_frames(loop, feed, walk, err);
    zd_clip_feed_stop(&feed);
    if (status != ZD_ERR_END) {
        return status;
    }
    return flush != NULL ? flush(walk->user, loop, err) : ZD_OK;
}

/* A number that the mode has no meaning for is one of the other mode, or a slip. From 0 to 1 lie
 * all normalised depths; up to as much again outside means all or nothing. */
static zd_status check_number(const zd_job_loop *loop, zd_param_id id, double value, zd_error *err)
{
    const char *name = zd_param_describe(id)->name;
    bool is_normalised =
        zd_params_int(&loop->job->project->params, ZD_P_MODE) == ZD_MATTE_NORMALISED;
    if (is_normalised && (value < -1.0 || value > 2.0)) {
        return zd_fail(
            err, ZD_ERR_INVALID_ARGUMENT,
            "%s is %g, and normalised depths go from 0, the furthest, to 1, the nearest; "
            "for the depth's own numbers use --mode absolute",
            name, value);
    }
    if (!is_normalised && loop->clip.shots.kind == ZD_DEPTH_METRES && value < 0.0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "%s is %g, and depths here are distances in metres, above 0", name, value);
    }
    return ZD_OK;
}

static zd_status check_depth(const zd_job_loop *loop, const zd_params *params, zd_param_id id,
                             zd_error *err)
{
    if (!zd_params_is_set(params, id) || params->slots[id].scale != 0) {
        return ZD_OK;
    }
    for (int i = 0; i < zd_params_key_count(params, id); i++) {
        ZD_TRY(check_number(loop, id, zd_params_key_at(params, id, i)->value, err));
    }
    return zd_params_is_keyed(params, id)
               ? ZD_OK
               : check_number(loop, id, zd_params_number(params, id, 0.0), err);
}

static zd_status check_depths(const zd_job_loop *loop, zd_error *err)
{
    const zd_project *project = loop->job->project;
    ZD_TRY(check_depth(loop, &project->params, ZD_P_DEPTH_IN, err));
    ZD_TRY(check_depth(loop, &project->params, ZD_P_DEPTH_OUT, err));
    for (int i = 0; i < project->insert_count; i++) {
        ZD_TRY(check_depth(loop, &project->inserts[i], ZD_P_AT_DEPTH, err));
    }
    return ZD_OK;
}

/* Whether a depth lies outside those of every shot of the range; how far these go is told. */
static bool is_outside(const zd_clip *clip, double depth, double found[2])
{
    bool is_normalised = zd_params_int(&clip->project->params, ZD_P_MODE) == ZD_MATTE_NORMALISED;
    int first;
    int end;
    zd_clip_shots_in_range(clip, &first, &end);
    found[0] = is_normalised ? 0.0 : HUGE_VAL;
    found[1] = is_normalised ? 1.0 : -HUGE_VAL;
    for (int i = first; i < end && !is_normalised; i++) {
        const zd_depth_range *range = &clip->shots.shots[i].range;
        found[0] = fmin(found[0], fmin((double) range->furthest, (double) range->nearest));
        found[1] = fmax(found[1], fmax((double) range->furthest, (double) range->nearest));
    }
    return depth < found[0] || depth > found[1];
}

/* A depth that is set for all of the clip. */
static bool is_plain(const zd_params *params, zd_param_id id)
{
    return zd_params_is_set(params, id) && !zd_params_is_keyed(params, id) &&
           params->slots[id].scale == 0;
}

static void tell_outside(const zd_job_loop *loop, const zd_params *params, zd_param_id id)
{
    double found[2];
    if (!is_plain(params, id)) {
        return;
    }
    double depth = zd_params_number(params, id, 0.0);
    if (is_outside(&loop->clip, depth, found)) {
        zd_log_write(zd_context_log(loop->ctx), ZD_LOG_WARN, "depth",
                     "%s is %g, and all depths here are %.4g to %.4g", zd_param_describe(id)->name,
                     depth, fabs(found[0]) < 1e-9 ? 0.0 : found[0], found[1]);
    }
}

/* The furthest foreground nearer than the nearest leaves none. */
static void tell_crossed(const zd_job_loop *loop)
{
    const zd_params *params = &loop->job->project->params;
    bool is_distance = loop->clip.shots.kind == ZD_DEPTH_METRES &&
                       zd_params_int(params, ZD_P_MODE) != ZD_MATTE_NORMALISED;
    if (!is_plain(params, ZD_P_DEPTH_IN) || !is_plain(params, ZD_P_DEPTH_OUT)) {
        return;
    }
    double furthest = zd_params_number(params, ZD_P_DEPTH_IN, 0.0);
    double nearest = zd_params_number(params, ZD_P_DEPTH_OUT, 0.0);
    if (is_distance ? furthest < nearest : furthest > nearest) {
        zd_log_write(zd_context_log(loop->ctx), ZD_LOG_WARN, "depth",
                     "depth_in, %g, is nearer than depth_out, %g, so that nothing is foreground; "
                     "they may be meant the other way round",
                     furthest, nearest);
    }
}

/* Depths that no picture element has cut nothing; that is hardly meant. */
static void tell_depths(const zd_job_loop *loop)
{
    const zd_project *project = loop->job->project;
    tell_crossed(loop);
    tell_outside(loop, &project->params, ZD_P_DEPTH_IN);
    for (int i = 0; i < project->insert_count; i++) {
        if (zd_project_shows(project, i)) {
            tell_outside(loop, &project->inserts[i], ZD_P_AT_DEPTH);
        }
    }
}

/* An empty matte is what an editor expects where nobody is, and has to be told of. */
static void tell_nobody(const zd_job_loop *loop)
{
    int first;
    int end;
    int empty = 0;
    const zd_clip *clip = &loop->clip;
    zd_clip_shots_in_range(clip, &first, &end);
    for (int i = first; i < end; i++) {
        const zd_shot *shot = &clip->shots.shots[i];
        empty += !shot->selected && zd_suggestion_is_empty(shot->range, shot->suggested_in);
    }
    if (empty > 0 && !zd_params_is_set(&clip->project->params, ZD_P_DEPTH_IN)) {
        zd_log_write(zd_context_log(loop->ctx), ZD_LOG_WARN, "depth",
                     "no person or clear object was found in %d of %d shots, and nothing is "
                     "foreground there: give depth_in, or a box (--select)",
                     empty, end - first);
    }
}

zd_status zd_job_loop_run(zd_job_loop *loop, const char *stage, zd_job_worker worker,
                          zd_job_flusher flush, void *user, zd_error *err)
{
    ZD_REQUIRE(err, worker != NULL && loop->job != NULL);
    loop->report.keeps_depth =
        loop->clip.cache.path != NULL && zd_clip_depth_model(loop->clip.depth) != NULL;
    ZD_TRY(check_depths(loop, err));
    ZD_TRY(zd_clip_analyse(&loop->clip, loop->job->task, err));
    ZD_TRY(check_depths(loop, err)); /* whether they are metres is known now */
    if (!loop->job->is_chunk) {
        tell_depths(loop);
        tell_nobody(loop);
    }
    loop_walk walk = plan_walk(loop);
    walk.stage = stage;
    walk.worker = worker;
    walk.user = user;
    ZD_TRY(zd_layers_create(&loop->clip, &loop->layers, err));
    zd_status status = walk_frames(loop, &walk, flush, err);
    if (status == ZD_OK && loop->sink != NULL) {
        status = zd_job_sink_finish(&loop->sink, err);
    }
    return status;
}

void zd_job_loop_close(zd_job_loop *loop)
{
    zd_job_sink_abort(&loop->sink);
    zd_layers_destroy(&loop->layers);
    if (loop->clip.ctx != NULL) {
        zd_clip_close(&loop->clip);
    }
}
