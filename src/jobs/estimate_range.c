/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The search for cuts is made as the job makes it, and stopped when it lasts. What a walk to a range's first frame
 * takes is what the search takes for a frame: both decode it and look at it small. */

#include "jobs/estimate_range.h"

#include <time.h>

static const double search_s = 3.0;

static double read_clock(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

zd_job_cost zd_job_cost_now(void)
{
    return (zd_job_cost){ read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_PROCESS_CPUTIME_ID) };
}

zd_job_cost zd_job_cost_less(zd_job_cost a, zd_job_cost b)
{
    return (zd_job_cost){ a.clock_s - b.clock_s, a.processor_s - b.processor_s };
}

typedef struct search {
    const zd_task *outer;
    double until_s;
    int64_t done;
} search;

static void note(void *user, const char *stage, int64_t done, int64_t total)
{
    (void) stage;
    (void) total;
    ((search *) user)->done = done;
}

static bool is_enough(void *user)
{
    const search *s = user;
    return read_clock(CLOCK_MONOTONIC) > s->until_s || zd_task_cancelled(s->outer);
}

/* The shots that were found tell what is analysed, and what is walked through before the range. */
static void take_shots(const zd_clip *clip, const int64_t range[2], zd_job_cost frame,
                       zd_job_range *out)
{
    int first;
    int end;
    zd_clip_shots_in_range(clip, &first, &end);
    int64_t begin = clip->shots.shots[first].first_frame;
    int64_t last = zd_shot_list_end(&clip->shots, end - 1);
    double before = (double) (range[0] - begin);
    out->analysed = (last == INT64_MAX ? range[1] : last) - begin;
    out->walk = (zd_job_cost){ frame.clock_s * before, frame.processor_s * before };
}

zd_status zd_job_range_measure(zd_context *ctx, const zd_job *job, const int64_t range[2],
                               zd_job_range *out, zd_error *err)
{
    zd_clip clip;
    zd_clip_options options = job->clip;
    options.is_trial = true;
    *out = (zd_job_range){ .analysed = range[1] - range[0] };
    ZD_TRY(zd_clip_open(ctx, job->project, &options, &clip, err));
    zd_job_cost began = zd_job_cost_now();
    search s = { .outer = job->task, .until_s = began.clock_s + search_s };
    zd_task task = { .progress = note, .progress_user = &s, .abort = is_enough, .abort_user = &s };
    zd_status status = zd_clip_find_cuts(&clip, &task, err);
    zd_job_cost took = zd_job_cost_less(zd_job_cost_now(), began);
    double done = s.done > 0 ? (double) s.done : 1.0;
    zd_job_cost frame = { took.clock_s / done, took.processor_s / done };
    out->search = took;
    if (status == ZD_OK) {
        take_shots(&clip, range, frame, out);
    } else if (status == ZD_ERR_CANCELLED && !zd_task_cancelled(job->task)) {
        double all = (double) (range[1] > s.done ? range[1] : s.done);
        out->search = (zd_job_cost){ frame.clock_s * all, frame.processor_s * all };
        status = ZD_OK;
    }
    zd_clip_close(&clip);
    return status;
}
