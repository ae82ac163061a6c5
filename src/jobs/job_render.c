/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Which job a project asks for. */

#include "jobs/job.h"

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
