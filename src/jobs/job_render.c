/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Which job a project asks for, and the end of one that was done in parts. */

#include "jobs/job_effect.h"

#include "core/require.h"

zd_status zd_job_render(zd_context *ctx, const zd_job *job, zd_job_report *report, zd_error *err)
{
    const zd_params *p = &job->project->params;
    bool cuts_out = zd_params_bool(p, ZD_P_TRANSPARENCY, 0.0);
    bool filtered = cuts_out || zd_params_is_set(p, ZD_P_EFFECT);
    if (cuts_out && job->project->insert_count > 0) {
        *report = (zd_job_report){ 0 };
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the project has both transparency and inserts; render one, then the other");
    }
    return filtered && job->project->insert_count == 0 ? zd_job_filter(ctx, job, report, err)
                                                       : zd_job_composite(ctx, job, report, err);
}

zd_status zd_job_join(zd_context *ctx, const zd_job *job, const char *const *stores, int count,
                      int64_t *frames, zd_error *err)
{
    zd_job_loop loop = { 0 };
    zd_writer *writer = NULL;
    *frames = 0;
    ZD_REQUIRE(err, count >= 0 && (stores != NULL || count == 0));
    zd_status status = zd_job_loop_open(ctx, job, &loop, err);
    if (status == ZD_OK) {
        zd_sink_form form = { .alpha =
                                  zd_params_bool(&job->project->params, ZD_P_TRANSPARENCY, 0.0),
                              .footage_alpha = loop.clip.info->has_alpha };
        status = zd_job_loop_open_writer(&loop, &form, &writer, err);
    }
    for (int i = 0; i < count && status == ZD_OK; i++) {
        status = zd_task_check(job->task, err);
        if (status == ZD_OK) {
            status = zd_writer_put_stored(writer, stores[i], frames, err);
        }
        if (status == ZD_OK) {
            zd_task_report(job->task, "join", i + 1, count);
        }
    }
    if (status == ZD_OK) {
        status = zd_writer_finish(&writer, err);
    }
    zd_writer_abort(&writer);
    zd_job_loop_close(&loop);
    return status;
}

zd_status zd_job_is_divisible(zd_context *ctx, const zd_job *job, bool *out, zd_error *err)
{
    zd_job_loop loop = { 0 };
    zd_effect_chain chain = { 0 };
    zd_clip_graph *graph = NULL;
    const char *effect = zd_params_text(&job->project->params, ZD_P_EFFECT);
    *out = true;
    if (effect == NULL) {
        return ZD_OK;
    }
    zd_status status = zd_job_loop_open(ctx, job, &loop, err);
    if (status == ZD_OK) {
        status = zd_effect_parse(effect, zd_reader_info_rate(loop.clip.info), &chain, err);
    }
    if (status == ZD_OK && chain.count == 0) {
        status = zd_job_graph_open(&loop, &graph, err);
        *out = status != ZD_OK || !zd_filter_has_memory(zd_clip_graph_filter(graph));
    }
    zd_clip_graph_close(&graph);
    zd_job_loop_close(&loop);
    return status;
}
