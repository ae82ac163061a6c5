/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Windows of frames are made as the job would make them. A short and a long one begin with the same frame: what they
 * differ by is what frames cost, without opening, seeking, the first frames, and what decoders and encoders hold back
 * until the end. The short one is longer than what these hold, so that both end alike. Before them the job itself is
 * begun and ended with its first frame: that tells what starting costs, and whether its analysis is remembered. */

#include "jobs/estimate.h"

#include <assert.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/require.h"
#include "jobs/estimate_range.h"

enum { SHORT = 12, LONG = 28, LONG_RANGE = 240, CACHE_DEPTH = 2 };

typedef struct stage_clock {
    char name[32];
    zd_job_cost first; /* when its first report came */
    zd_job_cost last;
    int64_t first_done;
    int64_t last_done;
} stage_clock;

typedef struct probe {
    const zd_task *outer;
    bool is_opening; /* ends with the first report */
    stage_clock stages[ZD_ESTIMATE_STAGES];
    int stage_count;
} probe;

static void note(void *user, const char *stage, int64_t done, int64_t total)
{
    probe *p = user;
    stage_clock *clock = NULL;
    (void) total;
    for (int i = 0; i < p->stage_count; i++) {
        clock = strcmp(p->stages[i].name, stage) == 0 ? &p->stages[i] : clock;
    }
    if (clock == NULL && p->stage_count < ZD_ESTIMATE_STAGES) {
        clock = &p->stages[p->stage_count++];
        *clock = (stage_clock){ .first = zd_job_cost_now(), .first_done = done };
        snprintf(clock->name, sizeof clock->name, "%s", stage);
    }
    if (clock != NULL) {
        clock->last = zd_job_cost_now();
        clock->last_done = done;
    }
}

/* The bytes of all files in a folder of ours, which go, and the folder with them; below it lies a trial's cache. */
static double remove_folder(zd_context *ctx, const char *folder, int depth)
{
    double bytes = 0.0;
    DIR *list = opendir(folder);
    for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;) {
        struct stat about;
        char *path = zd_path_join(ctx, folder, entry->d_name);
        if (path != NULL && lstat(path, &about) == 0 && S_ISREG(about.st_mode)) {
            bytes += entry->d_name[0] != '.' ? (double) about.st_size : 0.0;
            unlink(path);
        } else if (path != NULL && S_ISDIR(about.st_mode) && depth > 0 && entry->d_name[0] != '.') {
            remove_folder(ctx, path, depth - 1);
        }
        zd_free(ctx, path);
    }
    if (list != NULL) {
        closedir(list);
    }
    rmdir(folder);
    return bytes;
}

static zd_status put_into(zd_project *project, const char *folder, zd_error *err)
{
    zd_params *p = &project->params;
    const char *output = zd_params_text(p, ZD_P_OUTPUT);
    const char *name = strcmp(output, "-") == 0 ? "pipe.nut" : zd_path_base(output);
    char *path = zd_path_join(project->ctx, folder, name);
    zd_status status = path != NULL ? zd_params_set_text(p, ZD_P_OUTPUT, path, err)
                                    : zd_fail_memory(err, "a name");
    zd_free(project->ctx, path);
    return status;
}

/* The project over one window, alone. */
static zd_status narrow(zd_project *project, const int64_t range[2], zd_error *err)
{
    char frames[64];
    zd_params *p = &project->params;
    snprintf(frames, sizeof frames, "%lld-%lld", (long long) range[0], (long long) range[1] - 1);
    zd_params_unset(p, ZD_P_FROM);
    zd_params_unset(p, ZD_P_TO);
    ZD_TRY(zd_params_set_text(p, ZD_P_FRAMES, frames, err));
    return zd_params_set_number(p, ZD_P_ALONE, 1, err);
}

/* The slopes between a stage's reports, which only say how the stages share a frame's time. */
static void add_stages(const probe *p, zd_job_estimate *out)
{
    assert(p->stage_count <= ZD_ESTIMATE_STAGES);
    for (int i = 0; i < p->stage_count; i++) {
        const stage_clock *clock = &p->stages[i];
        int64_t frames = clock->last_done - clock->first_done;
        if (i >= out->stage_count) {
            out->stages[out->stage_count] = (zd_job_stage){ .frame_s = 0.0 };
            memcpy(out->stages[out->stage_count++].name, clock->name, sizeof clock->name);
        }
        zd_job_cost took = zd_job_cost_less(clock->last, clock->first);
        out->stages[i].frame_s += frames > 0 ? took.clock_s / (double) frames : 0.0;
        out->stages[i].frame_processor_s += frames > 0 ? took.processor_s / (double) frames : 0.0;
    }
}

/* What a window took and how large it became. */
typedef struct trial {
    zd_job_cost took;
    double bytes;
    probe probe;
} trial;

static bool is_enough(void *user)
{
    const probe *p = user;
    return (p->is_opening && p->stage_count > 0) || zd_task_cancelled(p->outer);
}

/* Runs the job into the folder. `range` NULL: it is only begun. */
static zd_status run_in(zd_context *ctx, const zd_job *job, zd_job_runner runner, void *user,
                        const int64_t *range, const char *folder, trial *out, zd_error *err)
{
    zd_project project;
    zd_job tried = *job;
    zd_job_report report = { 0 };
    *out = (trial){ .probe = { .outer = job->task, .is_opening = range == NULL } };
    zd_task task = { .progress = note,
                     .progress_user = &out->probe,
                     .abort = is_enough,
                     .abort_user = &out->probe };
    char *cache = zd_path_join(ctx, folder, "cache");
    zd_job_cost began = zd_job_cost_now();
    tried.project = &project;
    tried.task = &task;
    tried.sheet = NULL;
    tried.clip.is_trial = true;
    tried.clip.scratch_folder = cache;
    zd_status status = zd_project_copy(job->project, &project, err);
    if (status != ZD_OK) {
        zd_free(ctx, cache);
        return status;
    }
    status = put_into(&project, folder, err);
    status = status == ZD_OK && range != NULL ? narrow(&project, range, err) : status;
    status = status == ZD_OK ? runner(user, ctx, &tried, &report, err) : status;
    out->took = zd_job_cost_less(zd_job_cost_now(), began);
    if (status == ZD_ERR_CANCELLED && range == NULL && !zd_task_cancelled(job->task)) {
        out->took = zd_job_cost_less(out->probe.stages[0].first, began);
        status = ZD_OK;
    }
    zd_project_finish(&project);
    zd_free(ctx, cache);
    return status;
}

zd_status zd_job_trial_begin(char folder[ZD_TRIAL_FOLDER_SIZE], zd_error *err)
{
    const char *temporary = getenv("TMPDIR");
    ZD_REQUIRE(err, folder != NULL);
    snprintf(folder, ZD_TRIAL_FOLDER_SIZE, "%s/zdepth-try.XXXXXX",
             temporary != NULL && temporary[0] == '/' ? temporary : "/tmp");
    return mkdtemp(folder) != NULL
               ? ZD_OK
               : zd_fail(err, ZD_ERR_IO, "cannot make a folder such as '%s' to try frames in",
                         folder);
}

double zd_job_trial_end(zd_context *ctx, const char *folder)
{
    assert(folder != NULL);
    return remove_folder(ctx, folder, CACHE_DEPTH);
}

static zd_status try_window(zd_context *ctx, const zd_job *job, zd_job_runner runner, void *user,
                            const int64_t *range, trial *out, zd_error *err)
{
    char folder[ZD_TRIAL_FOLDER_SIZE];
    ZD_TRY(zd_job_trial_begin(folder, err));
    zd_status status = run_in(ctx, job, runner, user, range, folder, out, err);
    out->bytes = zd_job_trial_end(ctx, folder);
    return status;
}

/* The job's range, and what its footage is. */
static zd_status measure(zd_context *ctx, const zd_job *job, int64_t range[2], zd_job_estimate *out,
                         zd_error *err)
{
    zd_reader *reader = NULL;
    ZD_TRY(zd_clip_open_reader(ctx, &job->project->params, &reader, err));
    const zd_reader_info *info = zd_reader_info_get(reader);
    range[0] = info->first_frame;
    range[1] = info->frame_count > 0 ? info->first_frame + info->frame_count : info->end_frame;
    range[1] = info->end_frame < range[1] ? info->end_frame : range[1];
    out->width = info->width;
    out->height = info->height;
    out->frame_rate = zd_reader_info_rate(info);
    out->frames = range[1] == INT64_MAX ? -1 : range[1] - range[0];
    zd_reader_close(&reader);
    return ZD_OK;
}

/* Where no stage lasted, the last one had it all. */
static double part_of(double value, double sum, bool is_last)
{
    return sum > 0.0 ? value / sum : is_last ? 1.0 : 0.0;
}

/* A frame's whole cost is shared by the stages. Those before `first`, which the job does not come to since the cache
 * remembers what they find, then go. */
static void share_out(zd_job_estimate *out, const char *first, zd_job_cost frame)
{
    zd_job_cost sum = { 0.0, 0.0 };
    int skipped = 0;
    for (int i = 0; i < out->stage_count; i++) {
        sum.clock_s += out->stages[i].frame_s;
        sum.processor_s += out->stages[i].frame_processor_s;
        skipped = strcmp(out->stages[i].name, first) == 0 ? i : skipped;
    }
    for (int i = 0; i < out->stage_count; i++) {
        zd_job_stage *stage = &out->stages[i];
        bool is_last = i + 1 == out->stage_count;
        stage->frame_s = part_of(stage->frame_s, sum.clock_s, is_last) * frame.clock_s;
        stage->frame_processor_s =
            part_of(stage->frame_processor_s, sum.processor_s, is_last) * frame.processor_s;
    }
    out->stage_count -= skipped;
    memmove(out->stages, out->stages + skipped, (size_t) out->stage_count * sizeof out->stages[0]);
}

/* A frame's seconds and bytes: in the middle, or where there are many frames at a quarter and at three quarters,
 * where titles come and go least. */
static zd_status try_places(zd_context *ctx, const zd_job *job, zd_job_runner runner, void *user,
                            const int64_t range[2], zd_job_estimate *out, zd_job_cost *frame,
                            zd_error *err)
{
    zd_job_cost sum = { 0.0, 0.0 };
    double bytes = 0.0;
    int64_t frames = range[1] - range[0];
    int places = frames < LONG_RANGE ? 1 : 2;
    int64_t length = frames < LONG ? frames : LONG;
    int64_t begun = length > SHORT ? SHORT : length / 2;
    for (int i = 0; i < places; i++) {
        trial small = { 0 };
        trial large = { 0 };
        int64_t first = range[0] + frames * (1 + 2 * i) / (2 * places) - length / 2;
        first = first + length > range[1] ? range[1] - length : first;
        first = first < range[0] ? range[0] : first;
        if (begun > 0) {
            ZD_TRY(try_window(ctx, job, runner, user, (int64_t[]){ first, first + begun }, &small,
                              err));
        }
        ZD_TRY(
            try_window(ctx, job, runner, user, (int64_t[]){ first, first + length }, &large, err));
        add_stages(&large.probe, out);
        zd_job_cost more = zd_job_cost_less(large.took, small.took);
        sum = (zd_job_cost){ sum.clock_s + more.clock_s, sum.processor_s + more.processor_s };
        bytes += large.bytes;
        out->tried += begun + length;
        zd_task_report(job->task, "trial", out->tried, 1 + places * (begun + length));
    }
    double frames_more = (double) (places * (length - begun));
    *frame = (zd_job_cost){ fmax(sum.clock_s, 0.0) / frames_more,
                            fmax(sum.processor_s, 0.0) / frames_more };
    out->bytes = bytes * (double) out->frames / (double) (places * length);
    return ZD_OK;
}

/* What all frames take, stage by stage: all but the last one are of the analysis. */
static zd_job_cost add_up(const zd_job_estimate *e, int64_t analysed)
{
    zd_job_cost sum = { 0.0, 0.0 };
    for (int i = 0; i < e->stage_count; i++) {
        double frames = (double) (i + 1 < e->stage_count ? analysed : e->frames);
        sum.clock_s += frames * e->stages[i].frame_s;
        sum.processor_s += frames * e->stages[i].frame_processor_s;
    }
    return sum;
}

zd_status zd_job_estimate_measure(zd_context *ctx, const zd_job *job, zd_job_estimate *out,
                                  zd_error *err)
{
    int64_t range[2];
    ZD_REQUIRE(err, job != NULL && out != NULL);
    *out = (zd_job_estimate){ .frames = 0 };
    return measure(ctx, job, range, out, err);
}

zd_status zd_job_estimate_make(zd_context *ctx, const zd_job *job, zd_job_runner runner, void *user,
                               zd_job_estimate *out, zd_error *err)
{
    ZD_REQUIRE(err, runner != NULL);
    int64_t range[2];
    trial opening;
    zd_job_cost frame = { 0.0, 0.0 };
    zd_job_range around = { .analysed = 0 };
    *out = (zd_job_estimate){ .frames = 0 };
    if (zd_params_text(&job->project->params, ZD_P_OUTPUT) == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "no output is named; give one with -o");
    }
    ZD_TRY(measure(ctx, job, range, out, err));
    range[1] = out->frames < 0 ? range[0] + LONG : range[1];
    ZD_TRY(try_window(ctx, job, runner, user, NULL, &opening, err));
    const char *begins = opening.probe.stage_count > 0 ? opening.probe.stages[0].name : "";
    around.analysed = out->frames;
    if (strcmp(begins, "cuts") == 0) {
        ZD_TRY(zd_job_range_measure(ctx, job, range, &around, err));
    }
    out->tried = 1;
    ZD_TRY(try_places(ctx, job, runner, user, range, out, &frame, err));
    if (out->frames == 1) { /* there was no shorter window to begin it */
        frame = zd_job_cost_less(frame, opening.took);
        frame = (zd_job_cost){ fmax(frame.clock_s, 0.0), fmax(frame.processor_s, 0.0) };
    }
    share_out(out, begins, frame);
    zd_job_cost sum = add_up(out, around.analysed);
    bool is_known = out->frames >= 0;
    zd_job_cost start = { opening.took.clock_s + around.search.clock_s + around.walk.clock_s,
                          opening.took.processor_s + around.search.processor_s +
                              around.walk.processor_s };
    out->start_s = start.clock_s;
    out->total_s = is_known ? start.clock_s + sum.clock_s : -1.0;
    out->processor_s = is_known ? start.processor_s + sum.processor_s : -1.0;
    out->bytes = is_known ? out->bytes : -1.0;
    return ZD_OK;
}
