/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What zdepth batch --dry-run tells. Each clip is estimated as a job of its own is; but of clips of one size and
 * frame rate only the first few are tried, and the others are taken to cost what those cost a frame. */

#include <string.h>

#include "cli/dry_run.h"
#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/targets.h"
#include "cli/verbs/batch_job.h"

enum { TRIED_OF_A_KIND = 2 };

typedef struct plan {
    zd_batch *batch;
    zd_job_estimate *each; /* one a clip; of those that are done, nothing */
    zd_job_estimate sum;
    int before;
    int failing;
    int unknown; /* how many clips do not tell how long they are */
    double room;
} plan;

static bool is_alike(const zd_job_estimate *a, const zd_job_estimate *b)
{
    return a->width == b->width && a->height == b->height && a->frame_rate - b->frame_rate < 1e-6 &&
           b->frame_rate - a->frame_rate < 1e-6;
}

static zd_status try_clip(void *user, zd_context *ctx, const zd_job *job, zd_job_report *report,
                          zd_error *err)
{
    (void) user;
    return zd_job_render(ctx, job, report, err);
}

/* From the clips before that were tried and are like it. False: there are too few. */
static bool foretell(const plan *p, int clip)
{
    zd_job_estimate *e = &p->each[clip];
    zd_job_estimate seen = { .frames = 0 };
    int count = 0;
    for (int i = 0; i < clip; i++) {
        const zd_job_estimate *other = &p->each[i];
        if (other->tried > 0 && other->frames > 0 && is_alike(other, e)) {
            seen.frames += other->frames;
            seen.start_s += other->start_s;
            seen.total_s += other->total_s;
            seen.processor_s += other->processor_s;
            seen.bytes += other->bytes;
            count++;
        }
    }
    if (count < TRIED_OF_A_KIND || e->frames < 0) {
        return false;
    }
    double part = (double) e->frames / (double) seen.frames;
    e->start_s = seen.start_s / count;
    e->total_s = e->start_s + part * (seen.total_s - seen.start_s);
    e->processor_s = part * seen.processor_s;
    e->bytes = part * seen.bytes;
    return true;
}

static zd_status estimate(zd_cli *cli, const plan *p, int clip, zd_error *err)
{
    zd_batch_job work;
    zd_job_estimate *e = &p->each[clip];
    zd_status status = zd_batch_job_begin(cli, p->batch, &p->batch->clips[clip], &work, err);
    if (status == ZD_OK) {
        status = zd_job_estimate_measure(cli->ctx, &work.job, e, err);
    }
    if (status == ZD_OK && !foretell(p, clip)) {
        status = zd_job_estimate_make(cli->ctx, &work.job, try_clip, NULL, e, err);
    }
    zd_batch_job_end(&work);
    zd_cli_progress_end(&cli->progress);
    return status;
}

static void add(plan *p, const zd_job_estimate *e)
{
    p->sum.tried += e->tried;
    if (e->frames < 0) {
        p->unknown++;
        return;
    }
    p->sum.frames += e->frames;
    p->sum.total_s += e->total_s;
    p->sum.processor_s += e->processor_s;
    p->sum.bytes += e->bytes;
}

static zd_status look_at(zd_cli *cli, plan *p, int at, zd_error *err)
{
    zd_batch_clip *clip = &p->batch->clips[at];
    zd_error reason = { 0 };
    if (clip->state == ZD_BATCH_DONE) {
        p->before++;
        return ZD_OK;
    }
    zd_status status = zd_target_keep(cli, clip->output, &reason);
    status = status == ZD_OK ? estimate(cli, p, at, &reason) : status;
    if (status == ZD_ERR_CANCELLED) {
        return zd_fail(err, status, "nothing was written");
    }
    if (status != ZD_OK) {
        clip->state = ZD_BATCH_FAILED;
        memcpy(clip->message, reason.message, sizeof clip->message);
        p->each[at] = (zd_job_estimate){ .frames = 0 };
        p->failing++;
        return ZD_OK;
    }
    add(p, &p->each[at]);
    return ZD_OK;
}

static void say_cost(const zd_job_estimate *e)
{
    char time[32];
    char size[32];
    zd_clock_text(e->total_s, time, sizeof time);
    zd_dry_run_size(e->bytes, size, sizeof size);
    zd_print(stdout, "%lld frame%s, about %s, about %s", (long long) e->frames,
             e->frames == 1 ? "" : "s", time, size);
}

static void say_clip(const zd_batch_clip *clip, const zd_job_estimate *e)
{
    zd_print(stdout, "  %s -> %s: ", clip->path, clip->output);
    if (clip->state == ZD_BATCH_DONE) {
        zd_say(stdout, "done before");
    } else if (clip->state == ZD_BATCH_FAILED) {
        zd_say(stdout, "would fail: %s", clip->message);
    } else if (e->frames < 0) {
        zd_say(stdout, "does not tell how long it is");
    } else {
        say_cost(e);
        zd_say(stdout, "%s", e->tried == 0 ? ", as those before" : "");
    }
}

static void say_plan(const plan *p)
{
    int count = p->batch->count;
    zd_say(stdout, "zdepth batch would work on %d of %d clip%s:", count - p->before - p->failing,
           count, count == 1 ? "" : "s");
    for (int i = 0; i < count; i++) {
        say_clip(&p->batch->clips[i], &p->each[i]);
    }
    if (count == p->before + p->failing) {
        zd_say(stdout, "Nothing is left to do, and nothing was written.");
        return;
    }
    zd_print(stdout, "  in all: ");
    say_cost(&p->sum);
    if (p->unknown > 0) {
        zd_print(stdout, ", without %d that do%s not tell", p->unknown,
                 p->unknown == 1 ? "es" : "");
    }
    zd_dry_run_say_room(p->room);
    zd_say(stdout, "%s", "");
    zd_say(stdout, "Nothing was written; %lld frames were tried.", (long long) p->sum.tried);
}

static const char *state_word(const zd_batch_clip *clip)
{
    return clip->state == ZD_BATCH_DONE     ? "done before"
           : clip->state == ZD_BATCH_FAILED ? "would fail"
                                            : "waiting";
}

static zd_status print_json(zd_cli *cli, const plan *p, zd_error *err)
{
    zd_cli_line line;
    zd_cli_line_result(&line, cli->ctx, "batch");
    zd_json *json = &line.json;
    zd_json_bool(json, "dry_run", true);
    zd_json_text(json, "output", p->batch->folder);
    zd_json_number(json, "clips", p->batch->count);
    zd_json_number(json, "done_before", p->before);
    zd_json_number(json, "failing", p->failing);
    zd_json_number(json, "unknown", p->unknown);
    zd_json_number(json, "frames", (double) p->sum.frames);
    zd_json_number(json, "tried_frames", (double) p->sum.tried);
    zd_json_number(json, "estimated_s", p->sum.total_s);
    zd_json_number(json, "estimated_processor_s", p->sum.processor_s);
    zd_json_number(json, "estimated_bytes", p->sum.bytes);
    zd_json_number(json, "free_bytes", p->room);
    zd_json_open(json, "each", '[');
    for (int i = 0; i < p->batch->count; i++) {
        const zd_batch_clip *clip = &p->batch->clips[i];
        zd_json_open(json, NULL, '{');
        zd_json_text(json, "clip", clip->path);
        zd_json_text(json, "output", clip->output);
        zd_json_text(json, "state", state_word(clip));
        if (clip->state == ZD_BATCH_WAITING) {
            zd_json_number(json, "frames", (double) p->each[i].frames);
            zd_json_number(json, "estimated_s", p->each[i].total_s);
            zd_json_number(json, "estimated_bytes", p->each[i].bytes);
        }
        zd_json_text(json, "error", clip->state == ZD_BATCH_FAILED ? clip->message : NULL);
        zd_json_close(json, '}');
    }
    zd_json_close(json, ']');
    return zd_cli_line_print(&line, ZD_OK, err);
}

zd_status zd_batch_dry_run(zd_cli *cli, zd_batch *batch, zd_error *err)
{
    plan p = { .batch = batch };
    p.each = zd_alloc_zeroed(cli->ctx, (size_t) batch->count + 1, sizeof *p.each);
    if (p.each == NULL) {
        return zd_fail_memory(err, "what the clips would take");
    }
    zd_status status = ZD_OK;
    for (int i = 0; i < batch->count && status == ZD_OK; i++) {
        status = look_at(cli, &p, i, err);
    }
    p.room = zd_dry_run_room(cli->ctx, batch->state_folder);
    if (status == ZD_OK && cli->json) {
        status = print_json(cli, &p, err);
    } else if (status == ZD_OK) {
        say_plan(&p);
    }
    zd_free(cli->ctx, p.each);
    return status;
}
