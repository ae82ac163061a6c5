/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "jobs/job_loop.h"

#include "clip/clip_feed.h"

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
    zd_writer_params how = {
        .like = loop->clip.info,
        .width = form->width,
        .height = form->height,
        .is_gray = form->is_gray,
        .codec = zd_params_text(p, ZD_P_CODEC),
        .pix_fmt = zd_params_text(p, ZD_P_PIXEL_FORMAT),
        .has_quality = zd_params_is_set(p, ZD_P_QUALITY),
        .quality = zd_params_int(p, ZD_P_QUALITY),
        .options = zd_params_text(p, ZD_P_ENCODER_OPTIONS),
        .options_trust = zd_project_trusts(loop->job->project, ZD_P_ENCODER_OPTIONS)
                             ? ZD_TRUST_FULL
                             : ZD_TRUST_NONE,
        .alpha = alpha ? ZD_ALPHA_STRAIGHT : ZD_ALPHA_NONE,
        .audio_path = sound ? zd_params_text(p, ZD_P_FOOTAGE) : NULL,
        .first_number = loop->clip.info->first_number,
        .number_step = loop->clip.info->number_step,
    };
    return zd_writer_open(loop->ctx, zd_params_text(p, ZD_P_OUTPUT), &how, out, err);
}

zd_status zd_job_loop_open_sink(zd_job_loop *loop, const zd_sink_form *form, zd_error *err)
{
    zd_writer *writer = NULL;
    ZD_TRY(zd_job_loop_open_writer(loop, form, &writer, err));
    return zd_job_sink_start(loop->ctx, writer, &loop->sink, err);
}

static zd_status work(zd_job_loop *loop, zd_frame **frame, zd_job_worker worker, void *user,
                      zd_error *err)
{
    zd_layered_frame layered;
    zd_status status = zd_layers_take(loop->layers, *frame, loop->job->task, &layered, err);
    if (status == ZD_OK) {
        status = worker(user, loop, &layered, frame, err);
    }
    return status;
}

static zd_status run_frames(zd_job_loop *loop, zd_clip_feed *feed, const char *stage,
                            zd_job_worker worker, void *user, zd_error *err)
{
    int64_t total = loop->clip.shots.frame_count;
    for (;;) {
        zd_frame *frame = NULL;
        zd_status status = zd_clip_feed_next(feed, &frame, err);
        if (status == ZD_ERR_END) {
            return ZD_OK;
        }
        if (status == ZD_OK && zd_task_cancelled(loop->job->task)) {
            status = zd_fail(err, ZD_ERR_CANCELLED, "cancelled");
        }
        if (status == ZD_OK) {
            status = work(loop, &frame, worker, user, err);
        }
        zd_frame_unref(&frame);
        if (status != ZD_OK) {
            return status;
        }
        zd_task_report(loop->job->task, stage, ++loop->report.frames, total);
    }
}

zd_status zd_job_loop_run(zd_job_loop *loop, const char *stage, zd_job_worker worker,
                          zd_job_flusher flush, void *user, zd_error *err)
{
    zd_clip_feed *feed = NULL;
    ZD_TRY(zd_clip_analyse(&loop->clip, loop->job->task, err));
    loop->report.shots = loop->clip.shots.count;
    ZD_TRY(zd_layers_create(&loop->clip, &loop->layers, err));
    zd_status status = zd_clip_feed_start(loop->ctx, loop->clip.reader, &feed, err);
    if (status == ZD_OK) {
        status = run_frames(loop, feed, stage, worker, user, err);
    }
    zd_clip_feed_stop(&feed);
    if (status == ZD_OK && flush != NULL) {
        status = flush(user, loop, err);
    }
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
