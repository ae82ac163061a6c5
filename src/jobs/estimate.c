/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Two windows of frames are made as the job would make them. What a frame costs is the slope between
 * the progress reports of a stage; the rest of the time is what starting costs, and counts once. */

#include "jobs/estimate.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"

enum { WINDOWS = 2, WINDOW_FRAMES = 12 };

typedef struct stage_clock {
    char name[32];
    double first_s; /* when its first report came */
    double last_s;
    int64_t first_done;
    int64_t last_done;
} stage_clock;

typedef struct probe {
    const zd_task *outer;
    stage_clock stages[ZD_ESTIMATE_STAGES];
    int stage_count;
} probe;

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

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
        *clock = (stage_clock){ .first_s = now_s(), .first_done = done };
        snprintf(clock->name, sizeof clock->name, "%s", stage);
    }
    if (clock != NULL) {
        clock->last_s = now_s();
        clock->last_done = done;
    }
}

/* The bytes of all files in a folder, which go, and the folder with them. */
static double remove_folder(zd_context *ctx, const char *folder)
{
    double bytes = 0.0;
    DIR *list = opendir(folder);
    for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;) {
        struct stat about;
        char *path = zd_path_join(ctx, folder, entry->d_name);
        if (path != NULL && lstat(path, &about) == 0 && S_ISREG(about.st_mode)) {
            bytes += entry->d_name[0] != '.' ? (double) about.st_size : 0.0;
            unlink(path);
        }
        zd_free(ctx, path);
    }
    if (list != NULL) {
        closedir(list);
    }
    rmdir(folder);
    return bytes;
}

/* The project over one window, alone, into the folder. */
static zd_status narrow(zd_project *project, const char *folder, int64_t first, int64_t end,
                        zd_error *err)
{
    char frames[64];
    zd_params *p = &project->params;
    const char *output = zd_params_text(p, ZD_P_OUTPUT);
    const char *name = strcmp(output, "-") == 0 ? "pipe.nut" : zd_path_base(output);
    char *path = zd_path_join(project->ctx, folder, name);
    if (path == NULL) {
        return zd_fail_memory(err, "a name");
    }
    snprintf(frames, sizeof frames, "%lld-%lld", (long long) first, (long long) end - 1);
    zd_params_unset(p, ZD_P_FROM);
    zd_params_unset(p, ZD_P_TO);
    zd_status status = zd_params_set_text(p, ZD_P_OUTPUT, path, err);
    zd_free(project->ctx, path);
    ZD_TRY(status);
    ZD_TRY(zd_params_set_text(p, ZD_P_FRAMES, frames, err));
    return zd_params_set_number(p, ZD_P_ALONE, 1, err);
}

static void add_stages(const probe *p, zd_job_estimate *out, double *in_stages)
{
    for (int i = 0; i < p->stage_count; i++) {
        const stage_clock *clock = &p->stages[i];
        int64_t frames = clock->last_done - clock->first_done;
        double spent = clock->last_s - clock->first_s;
        double slope = frames > 0 ? spent / (double) frames : 0.0;
        if (i >= out->stage_count) {
            out->stages[out->stage_count] = (zd_job_stage){ .frame_s = 0.0 };
            memcpy(out->stages[out->stage_count++].name, clock->name, sizeof clock->name);
        }
        out->stages[i].frame_s += slope / WINDOWS;
        *in_stages += spent;
    }
}

static zd_status try_window(zd_context *ctx, const zd_job *job, zd_job_runner runner, void *user,
                            const int64_t range[2], zd_job_estimate *out, zd_error *err)
{
    const char *temporary = getenv("TMPDIR");
    char folder[4096];
    zd_project project;
    zd_job_report report = { 0 };
    probe p = { .outer = job->task };
    zd_task task = { .progress = note, .progress_user = &p };
    task.cancel = job->task != NULL ? job->task->cancel : NULL;
    snprintf(folder, sizeof folder, "%s/zdepth-try.XXXXXX",
             temporary != NULL && temporary[0] == '/' ? temporary : "/tmp");
    if (mkdtemp(folder) == NULL) {
        return zd_fail(err, ZD_ERR_IO, "cannot make a folder such as '%s' to try frames in",
                       folder);
    }
    zd_status status = zd_project_copy(job->project, &project, err);
    if (status == ZD_OK) {
        zd_job tried = *job;
        double began = now_s();
        double in_stages = 0.0;
        tried.project = &project;
        tried.task = &task;
        tried.sheet = NULL;
        tried.clip.is_trial = true;
        status = narrow(&project, folder, range[0], range[1], err);
        status = status == ZD_OK ? runner(user, ctx, &tried, &report, err) : status;
        add_stages(&p, out, &in_stages);
        out->start_s += (now_s() - began - in_stages) / WINDOWS;
        out->tried += range[1] - range[0];
        zd_project_finish(&project);
    }
    out->bytes += remove_folder(ctx, folder);
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

static void conclude(zd_job_estimate *out)
{
    out->total_s = out->start_s;
    for (int i = 0; i < out->stage_count; i++) {
        out->total_s += out->stages[i].frame_s * (double) (out->frames - 1);
    }
    out->bytes *= (double) out->frames / (double) out->tried;
    if (out->frames < 0) {
        out->total_s = -1.0;
        out->bytes = -1.0;
    }
}

zd_status zd_job_estimate_make(zd_context *ctx, const zd_job *job, zd_job_runner runner, void *user,
                               zd_job_estimate *out, zd_error *err)
{
    int64_t range[2];
    *out = (zd_job_estimate){ .frames = 0 };
    if (zd_params_text(&job->project->params, ZD_P_OUTPUT) == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "no output is named; give one with -o");
    }
    ZD_TRY(measure(ctx, job, range, out, err));
    int64_t frames = out->frames < 0 ? WINDOW_FRAMES : out->frames;
    int64_t window = frames < WINDOW_FRAMES ? frames : WINDOW_FRAMES;
    for (int i = 0; i < WINDOWS; i++) {
        /* At a quarter and at three quarters, where titles come and go least. */
        int64_t middle = range[0] + frames * (1 + 2 * i) / (2 * WINDOWS);
        int64_t first = middle - window / 2;
        first = first + window > range[0] + frames ? range[0] + frames - window : first;
        first = first < range[0] ? range[0] : first;
        int64_t tried[2] = { first, first + window };
        ZD_TRY(try_window(ctx, job, runner, user, tried, out, err));
    }
    conclude(out);
    return ZD_OK;
}
