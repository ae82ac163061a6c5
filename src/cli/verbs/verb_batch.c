/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth batch: many clips by one preset; see cli/batch.h for what is kept where. */

#include <assert.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/batch.h"
#include "cli/front.h"
#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/targets.h"
#include "cli/verb_list.h"
#include "cli/verbs/batch_job.h"
#include "core/file.h"
#include "core/part.h"
#include "jobs/job_look.h"

enum { WAIT_MS = 500 };

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

static void sleep_ms(int ms)
{
    assert(ms >= 0);
    struct timespec time = { ms / 1000, (long) (ms % 1000) * 1000000 };
    nanosleep(&time, NULL);
}

static zd_status run_clip(zd_cli *cli, const zd_batch *batch, const zd_batch_clip *clip,
                          zd_job_report *done, zd_error *err)
{
    zd_batch_job work;
    ZD_TRY(zd_target_keep(cli, clip->output, err));
    zd_status status = zd_batch_job_begin(cli, batch, clip, &work, err);
    char *sheet = status == ZD_OK ? zd_batch_file(batch, clip->name, ".png") : NULL;
    if (status == ZD_OK) {
        zd_part_sweep(cli->ctx, clip->output);
        work.job.sheet = work.project.insert_count > 0 ? sheet : NULL;
        status = zd_job_render(cli->ctx, &work.job, done, err);
    }
    if (status == ZD_OK && work.job.sheet == NULL && sheet != NULL)
    { /* what has no contact sheet */
        zd_job_report looked;
        status = zd_params_set_text(&work.project.params, ZD_P_OUTPUT, sheet, err);
        status = status == ZD_OK ? zd_job_look(cli->ctx, &work.job, 1, &looked, err) : status;
    }
    zd_free(cli->ctx, sheet);
    zd_batch_job_end(&work);
    return status;
}

/* While the file is there no clip is begun. */
static zd_status wait_while_paused(zd_cli *cli, const zd_batch *batch, zd_error *err)
{
    bool is_told = false;
    char *pause = zd_batch_file(batch, "pause", "");
    while (pause != NULL && zd_file_exists(pause) && !zd_task_cancelled(&cli->task)) {
        if (!is_told && !cli->quiet && !cli->json) {
            zd_say(stderr, "paused; zdepth batch --resume -o %s goes on", batch->folder);
        }
        is_told = true;
        sleep_ms(WAIT_MS);
    }
    zd_free(cli->ctx, pause);
    return zd_task_cancelled(&cli->task) ? zd_fail(err, ZD_ERR_CANCELLED, "cancelled") : ZD_OK;
}

/* What is left takes as long a clip as what this run has done. */
static void say_done(const zd_batch *batch, const zd_batch_clip *clip)
{
    char left[32];
    double seconds = 0.0;
    int made = 0;
    int waiting = 0;
    for (int i = 0; i < batch->count; i++) {
        const zd_batch_clip *c = &batch->clips[i];
        bool is_made = c->state == ZD_BATCH_DONE && !c->is_from_before;
        made += is_made;
        seconds += is_made ? c->seconds : 0.0;
        waiting += c->state == ZD_BATCH_WAITING;
    }
    zd_clock_text(made > 0 ? seconds / made * waiting : 0.0, left, sizeof left);
    zd_say(stderr, "%s -> %s (clip %d of %d, %s left)", clip->path, clip->output,
           batch->count - waiting, batch->count, left);
}

static zd_status do_clip(zd_cli *cli, zd_batch *batch, zd_batch_clip *clip, zd_error *err)
{
    zd_error reason = { 0 };
    zd_job_report done = { 0 };
    double began = now_s();
    ZD_TRY(wait_while_paused(cli, batch, err));
    zd_status status = run_clip(cli, batch, clip, &done, &reason);
    zd_cli_progress_end(&cli->progress);
    if (status == ZD_ERR_CANCELLED) {
        return zd_fail(err, status, "the same command goes on with '%s'", clip->path);
    }
    clip->seconds = now_s() - began;
    clip->frames = (long long) done.frames;
    clip->state = status == ZD_OK ? ZD_BATCH_DONE : ZD_BATCH_FAILED;
    if (status == ZD_OK) {
        ZD_TRY(zd_batch_note(batch, clip, err));
        zd_batch_measure(clip);
    } else {
        memcpy(clip->message, reason.message, sizeof clip->message);
        zd_log_write(zd_context_log(cli->ctx), ZD_LOG_WARN, "batch", "%s: %s", clip->path,
                     reason.message);
    }
    if (!cli->quiet && !cli->json && status == ZD_OK) {
        say_done(batch, clip);
    }
    return zd_batch_report(batch, err);
}

static zd_status do_waiting(zd_cli *cli, zd_batch *batch, zd_error *err)
{
    for (int i = 0; i < batch->count; i++) {
        if (batch->clips[i].state == ZD_BATCH_WAITING) {
            ZD_TRY(do_clip(cli, batch, &batch->clips[i], err));
        }
    }
    return zd_batch_report(batch, err);
}

static zd_status work(zd_cli *cli, zd_batch *batch, zd_error *err)
{
    ZD_TRY(do_waiting(cli, batch, err));
    while (batch->is_watched) {
        sleep_ms(WAIT_MS);
        if (zd_task_cancelled(&cli->task)) {
            return zd_fail(err, ZD_ERR_CANCELLED, "the same command goes on watching");
        }
        int before = batch->count;
        ZD_TRY(zd_batch_scan(batch, err));
        if (batch->count > before) {
            ZD_TRY(do_waiting(cli, batch, err));
        }
    }
    return ZD_OK;
}

static zd_status tell(zd_cli *cli, const zd_batch *batch, zd_error *err)
{
    int done = 0;
    int before = 0;
    int failed = 0;
    for (int i = 0; i < batch->count; i++) {
        done += batch->clips[i].state == ZD_BATCH_DONE;
        before += batch->clips[i].is_from_before;
        failed += batch->clips[i].state == ZD_BATCH_FAILED;
    }
    if (failed > 0) {
        return zd_fail(err, ZD_ERR_IO, "%d of %d clips failed; '%s/report.html' says why", failed,
                       batch->count, batch->state_folder);
    }
    if (cli->json) {
        zd_cli_line line;
        zd_cli_line_result(&line, cli->ctx, "batch");
        zd_json_text(&line.json, "output", batch->folder);
        zd_json_number(&line.json, "clips", batch->count);
        zd_json_number(&line.json, "done", done);
        zd_json_number(&line.json, "done_before", before);
        return zd_cli_line_print(&line, ZD_OK, err);
    }
    if (!cli->quiet) {
        zd_say(stderr, "%d clips, %d of them done before; %s/report.html", batch->count, before,
               batch->state_folder);
    }
    return ZD_OK;
}

/* Sets or takes away the file that pauses. */
static zd_status set_pause(zd_cli *cli, const zd_args *args, const char *folder, zd_error *err)
{
    zd_text path;
    zd_text_init(&path, cli->ctx);
    zd_text_format(&path, "%s/batch/pause", folder);
    zd_status status = zd_text_finish(&path, "a name", err);
    if (status == ZD_OK && zd_args_flag(args, "pause") != NULL) {
        status = zd_file_write(cli->ctx, path.data, "paused\n", 7, err);
    } else if (status == ZD_OK) {
        unlink(path.data);
    }
    zd_text_release(&path);
    return status;
}

/* One that cannot be read is no fault of each clip. */
static zd_status check_preset(zd_cli *cli, const char *path, zd_error *err)
{
    zd_project project;
    zd_project_init(&project, cli->ctx);
    zd_status status = zd_project_load(&project, path, err);
    zd_project_finish(&project);
    return status;
}

static zd_status run_batch(zd_cli *cli, zd_args *args, zd_error *err)
{
    const char *folder = zd_args_flag(args, "output");
    bool is_pause = zd_args_flag(args, "pause") != NULL || zd_args_flag(args, "resume") != NULL;
    zd_batch batch = { .preset = zd_args_flag(args, "preset"), .ending = ".mp4" };
    folder = folder != NULL ? folder : "batch-out";
    if (cli->dry_run && (is_pause || zd_args_flag(args, "watch") != NULL)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--dry-run tells of the clips that are there; it does not go with --%s",
                       zd_args_flag(args, "pause") != NULL    ? "pause"
                       : zd_args_flag(args, "resume") != NULL ? "resume"
                                                              : "watch");
    }
    if (is_pause) {
        ZD_TRY(set_pause(cli, args, folder, err));
        if (args->positional_count == 0) {
            return ZD_OK;
        }
    }
    const char *ending = zd_args_flag(args, "ending");
    batch.source = args->positional[0];
    batch.folder = (char *) folder;
    batch.ending = ending != NULL ? ending : batch.ending;
    batch.is_trial = cli->dry_run;
    batch.is_watched = zd_args_flag(args, "watch") != NULL;
    ZD_TRY(check_preset(cli, batch.preset, err));
    zd_status status = zd_batch_open(cli->ctx, &batch, err);
    if (status == ZD_OK && cli->dry_run) {
        status = zd_batch_dry_run(cli, &batch, err);
    } else if (status == ZD_OK) {
        status = work(cli, &batch, err);
        status = status == ZD_OK ? tell(cli, &batch, err) : status;
    }
    zd_batch_close(&batch);
    return status;
}

static zd_status check(const zd_args *args, zd_error *err)
{
    bool is_pause = zd_args_flag(args, "pause") != NULL || zd_args_flag(args, "resume") != NULL;
    const char *ending = zd_args_flag(args, "ending");
    if (args->positional_count == 0 && !is_pause) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "usage: zdepth batch %s",
                       args->verb->synopsis);
    }
    if (args->positional_count > 0 && zd_args_flag(args, "preset") == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--preset names the project that every clip is worked on by; zdepth init "
                       "writes one");
    }
    if (ending != NULL && ending[0] != '.') {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--ending is '%s'; it begins with a point, as .mov does", ending);
    }
    return ZD_OK;
}

static const zd_flag flags[] = {
    { "preset", "PROJECT",
      "What is done with every clip: a project, whose footage and output are not "
      "used. {name} in a title is the clip's name." },
    { "output", "FOLDER", "Where results go; batch-out without it." },
    { "ending", "ENDING", "The ending, and so the format, of results; .mp4 without it." },
    { "watch", NULL, "Go on with clips that come into the folder, until it is interrupted." },
    { "pause", NULL, "Let the batch with this output folder begin no further clip." },
    { "resume", NULL, "Let it go on." },
    { NULL, NULL, NULL },
};

const zd_verb zd_verb_batch = {
    .name = "batch",
    .summary = "Work on many clips by one project.",
    .synopsis = "FOLDER|LIST --preset PROJECT [-o FOLDER] [--watch]",
    .text =
        "Renders a project with every movie of a folder, or every line of a list, as its footage. "
        "What is done is noted in the output folder: the same command skips it and goes on where a "
        "batch was interrupted or killed; a clip or a preset that changed is done again. "
        "batch/report.html in that folder shows every clip with a contact sheet, report.json says "
        "the same to programs. A clip that fails does not stop the others. A folder or a list without a clip is refused, but by --watch. --dry-run lists the clips, what "
        "is done already, and what the others would take in time and on the disk.",
    .examples = "  zdepth batch clips --preset look.zdp -o done --dry-run\n"
                "      what would be made, how long, how large?\n"
                "  zdepth batch clips --preset look.zdp -o done\n"
                "  zdepth batch --pause -o done\n"
                "  zdepth batch --resume -o done\n",
    .flags = flags,
    .max_positional = 1,
    .dry_run = true,
    .check = check,
    .run = ZD_CLI_RUN(run_batch),
};
