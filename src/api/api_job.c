/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth: from a project to files. */

#include <string.h>

#include "api/api_internal.h"
#include "jobs/job.h"

/* The inner view of a public output; ZD_MATTE_VIEW_NONE when it is none. */
static zd_matte_view_kind view_of(zdepth_output output)
{
    switch (output) {
    case ZDEPTH_OUTPUT_DEPTH:
        return ZD_MATTE_VIEW_DEPTH;
    case ZDEPTH_OUTPUT_THRESHOLDED:
        return ZD_MATTE_VIEW_THRESHOLDED;
    case ZDEPTH_OUTPUT_OPACITY:
        return ZD_MATTE_VIEW_OPACITY;
    case ZDEPTH_OUTPUT_MATTE:
        return ZD_MATTE_VIEW_MATTE;
    case ZDEPTH_OUTPUT_SKY:
        return ZD_MATTE_VIEW_SKY;
    case ZDEPTH_OUTPUT_CONFIDENCE:
        return ZD_MATTE_VIEW_CONFIDENCE;
    case ZDEPTH_OUTPUT_RESULT:
    case ZDEPTH_OUTPUT_SOURCE:
    case ZDEPTH_OUTPUT_DEPTH_VALUES:
        break;
    }
    return ZD_MATTE_VIEW_NONE;
}

static zd_status run(zd_context *ctx, const zd_job *job, zdepth_job_kind kind, zdepth_output view,
                     zd_job_report *report, zd_error *err)
{
    switch (kind) {
    case ZDEPTH_JOB_RENDER:
        return zd_job_render(ctx, job, report, err);
    case ZDEPTH_JOB_COMPOSITE:
        return zd_job_composite(ctx, job, report, err);
    case ZDEPTH_JOB_FILTER:
        return zd_job_filter(ctx, job, report, err);
    case ZDEPTH_JOB_DEPTH:
        return zd_job_depth(ctx, job, report, err);
    case ZDEPTH_JOB_MATTE:
        return zd_job_matte(ctx, job, report, err);
    case ZDEPTH_JOB_VIEW:
        if (view_of(view) == ZD_MATTE_VIEW_NONE) {
            return zd_fail(
                err, ZD_ERR_INVALID_ARGUMENT,
                "output %d is no view; there are depth, thresholded, opacity, matte, sky "
                "and confidence",
                (int) view);
        }
        return zd_job_view(ctx, job, view_of(view), report, err);
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no job %d", (int) kind);
}

zdepth_status zdepth_job_run(zdepth_context *context, const zdepth_project *project,
                             const zdepth_job_options *options, const zdepth_task *task,
                             zdepth_job_report *report, zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && project != NULL);
    zd_error error = { 0 };
    zd_job_report done = { 0 };
    zdepth_job_options with;
    zd_task inner = zd_api_task(task);
    ZD_API_TRY(zd_api_take(&with, sizeof with, options, "zdepth_job_options", err));
    zd_job job = { .project = &project->core,
                   .clip = { .no_cache = with.no_cache, .cache_folder = with.cache_folder },
                   .task = &inner,
                   .sheet_time_s = -1.0,
                   .raw = with.raw_depth };
    zd_status status = run(context->core, &job, with.kind, with.view, &done, &error);
    if (report != NULL) {
        *report = (zdepth_job_report){ done.frames, done.shots, done.untouched };
    }
    return zd_api_answer(status, &error, err);
}
