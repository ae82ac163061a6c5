/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What --dry-run estimates, by a job that is made up: how often it is run, over which frames, into which
 * folder, and what is made of the bytes it writes. */

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "jobs/estimate.h"
#include "jobs/estimate_range.h"
#include "media_test.h"

enum { MOST_RUNS = 8 };

typedef struct fake {
    int runs;
    char frames[MOST_RUNS][32]; /* --frames of each; "": none */
    bool alone[MOST_RUNS];
    char output[512]; /* of the last */
    char folder[512];
    long long bytes_a_frame;
    const char *stages[2];
    int frame_ms;
    int fail_at; /* the run that fails; 0: none */
    bool was_trial;
    bool had_sheet;
} fake;

static void write_some(const char *path, long long bytes)
{
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    for (long long i = 0; i < bytes; i++) {
        fputc('x', file);
    }
    fclose(file);
}

static void wait_ms(int ms)
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000L };
    while (nanosleep(&t, &t) != 0) {
    }
}

static zd_status run_fake(void *user, zd_context *c, const zd_job *job, zd_job_report *report,
                          zd_error *e)
{
    fake *f = user;
    const zd_params *p = &job->project->params;
    const char *frames = zd_params_text(p, ZD_P_FRAMES);
    int first = 0;
    int last = 0;
    (void) c;
    (void) report;
    REQUIRE(f->runs < MOST_RUNS);
    snprintf(f->frames[f->runs], sizeof f->frames[0], "%s", frames != NULL ? frames : "");
    f->alone[f->runs] = zd_params_bool(p, ZD_P_ALONE, 0.0);
    f->was_trial = job->clip.is_trial;
    f->had_sheet = job->sheet != NULL;
    snprintf(f->output, sizeof f->output, "%s", zd_params_text(p, ZD_P_OUTPUT));
    snprintf(f->folder, sizeof f->folder, "%s", job->clip.scratch_folder);
    if (++f->runs == f->fail_at) {
        return zd_fail(e, ZD_ERR_UNSUPPORTED, "no such thing");
    }
    for (int i = 0; i < 2 && f->stages[i] != NULL; i++) {
        zd_task_report(job->task, f->stages[i], 1, 10);
        ZD_TRY(zd_task_check(job->task, e));
    }
    if (frames != NULL && sscanf(frames, "%d-%d", &first, &last) == 2) {
        write_some(f->output, f->bytes_a_frame * (last - first + 1));
        for (int i = first; f->frame_ms > 0 && i <= last; i++) {
            wait_ms(f->frame_ms);
            zd_task_report(job->task, f->stages[0], i - first + 1, last - first + 1);
        }
    }
    return ZD_OK;
}

static char clip[300];

/* Grays of 2x2. */
static void write_clip(int frames)
{
    snprintf(clip, sizeof clip, "%s/clip%d.y4m", scratch, frames);
    FILE *file = fopen(clip, "wb");
    REQUIRE(file != NULL);
    fprintf(file, "YUV4MPEG2 W2 H2 F25:1 Ip A1:1 Cmono\n");
    for (int i = 0; i < frames; i++) {
        fputs("FRAME\nabcd", file);
    }
    fclose(file);
}

static char told[200]; /* of the progress */

static void note(void *user, const char *stage, int64_t done, int64_t total)
{
    char *to = user;
    snprintf(to + strlen(to), sizeof told - strlen(to), "%s %d of %d; ", stage, (int) done,
             (int) total);
}

static zd_status estimate(fake *f, const char *range, const char *output, zd_job_estimate *out)
{
    zd_project project;
    zd_project_init(&project, ctx);
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_FOOTAGE, clip, &err));
    if (output != NULL) {
        REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_OUTPUT, output, &err));
    }
    if (range != NULL) {
        REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_FRAMES, range, &err));
    }
    zd_task task = { .progress = note, .progress_user = told };
    zd_job job = { .project = &project, .sheet = "sheet.png", .task = &task };
    told[0] = '\0';
    f->bytes_a_frame = f->bytes_a_frame > 0 ? f->bytes_a_frame : 100;
    f->stages[0] = f->stages[0] != NULL ? f->stages[0] : "view";
    zd_status status = zd_job_estimate_make(ctx, &job, run_fake, f, out, &err);
    zd_project_finish(&project);
    return status;
}

static void require_runs(const fake *f, const char *const *ranges, int count)
{
    REQUIRE_INT(f->runs, count);
    for (int i = 0; i < count; i++) {
        REQUIRE_TEXT(f->frames[i], ranges[i]);
        REQUIRE_INT(f->alone[i], i > 0); /* the first is begun as it is */
    }
}

/* A short and a long window begin with the same frame, in the middle. */
static void a_clip_is_tried_in_its_middle(void)
{
    fake f = { 0 };
    zd_job_estimate e;
    write_clip(100);
    REQUIRE_OK(estimate(&f, NULL, "out.mkv", &e));
    require_runs(&f, (const char *const[]){ "", "36-47", "36-63" }, 3);
    REQUIRE_INT(e.frames, 100);
    REQUIRE_INT(e.tried, 1 + 12 + 28);
    REQUIRE_NEAR(e.bytes, 100.0 * 100.0, 1e-9);
    REQUIRE_INT(e.width, 2);
    REQUIRE_INT(e.height, 2);
    REQUIRE_NEAR(e.frame_rate, 25.0, 1e-9);
    REQUIRE_INT(e.stage_count, 1);
    REQUIRE_TEXT(e.stages[0].name, "view");
    REQUIRE(f.was_trial && !f.had_sheet && e.start_s >= 0.0 && e.total_s >= e.start_s);
    REQUIRE_TEXT(told, "trial 41 of 41; ");
}

/* Sixteen frames more cost so much more: a machine that is busy makes it no less. */
static void frames_are_timed_by_the_difference(void)
{
    fake f = { .frame_ms = 3, .stages = { "view" } };
    zd_job_estimate e;
    write_clip(100);
    REQUIRE_OK(estimate(&f, NULL, "out.mkv", &e));
    REQUIRE(e.total_s > 0.15 && e.total_s < 30.0);
    REQUIRE(e.start_s < 10.0);
    REQUIRE_NEAR(e.stages[0].frame_s, (e.total_s - e.start_s) / 100.0, 1e-6);
    f = (fake){ .frame_ms = 60 }; /* one frame has no difference, and costs what it costs */
    write_clip(1);
    REQUIRE_OK(estimate(&f, NULL, "out.mkv", &e));
    REQUIRE(e.total_s > 0.059 && e.total_s < 30.0);
}

static void long_clips_are_tried_at_two_places(void)
{
    fake f = { .bytes_a_frame = 7 };
    zd_job_estimate e;
    write_clip(400);
    REQUIRE_OK(estimate(&f, NULL, "out.mkv", &e));
    require_runs(&f, (const char *const[]){ "", "86-97", "86-113", "286-297", "286-313" }, 5);
    REQUIRE_NEAR(e.bytes, 7.0 * 400.0, 1e-9);
    REQUIRE_INT(e.tried, 1 + 2 * (12 + 28));
    REQUIRE_TEXT(told, "trial 41 of 81; trial 81 of 81; ");
    f = (fake){ 0 };
    write_clip(239);
    REQUIRE_OK(estimate(&f, NULL, "out.mkv", &e));
    REQUIRE_INT(f.runs, 3);
    f = (fake){ 0 };
    write_clip(240);
    REQUIRE_OK(estimate(&f, NULL, "out.mkv", &e));
    REQUIRE_INT(f.runs, 5);
}

static void short_clips_are_tried_whole(void)
{
    fake f = { 0 };
    zd_job_estimate e;
    write_clip(6);
    REQUIRE_OK(estimate(&f, NULL, "out.mkv", &e));
    require_runs(&f, (const char *const[]){ "", "0-2", "0-5" }, 3);
    REQUIRE_NEAR(e.bytes, 600.0, 1e-9);
    f = (fake){ 0 };
    write_clip(1);
    REQUIRE_OK(estimate(&f, NULL, "out.mkv", &e));
    require_runs(&f, (const char *const[]){ "", "0-0" }, 2); /* no half of one frame */
    REQUIRE_INT(e.tried, 2);
    f = (fake){ 0 };
    write_clip(12 * 2 + 1);
    REQUIRE_OK(estimate(&f, NULL, "out.mkv", &e));
    require_runs(&f, (const char *const[]){ "", "0-11", "0-24" }, 3);
}

static void a_range_is_tried_within_itself(void)
{
    fake f = { 0 };
    zd_job_estimate e;
    write_clip(100);
    REQUIRE_OK(estimate(&f, "90-99", "out.mkv", &e));
    require_runs(&f, (const char *const[]){ "90-99", "90-94", "90-99" }, 3);
    REQUIRE_INT(e.frames, 10);
    REQUIRE_NEAR(e.bytes, 1000.0, 1e-9);
}

/* All goes into a folder of its own, which is gone, with a name of the same ending. */
static void nothing_stays(void)
{
    static const struct {
        const char *output, *name;
    } names[] = { { "some/where/out.%d.png", "/out.%d.png" },
                  { "-", "/pipe.nut" },
                  { "-.mkv", "/-.mkv" } };
    struct stat about;
    write_clip(6);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        fake f = { 0 };
        zd_job_estimate e;
        REQUIRE_OK(estimate(&f, NULL, names[i].output, &e));
        const char *slash = strrchr(f.output, '/');
        REQUIRE(slash != NULL && strncmp(f.output, scratch, strlen(scratch)) == 0);
        REQUIRE_TEXT(slash, names[i].name);
        REQUIRE(strncmp(f.folder, f.output, (size_t) (slash - f.output)) == 0);
        REQUIRE_TEXT(f.folder + (slash - f.output), "/cache");
        f.output[slash - f.output] = '\0';
        REQUIRE(stat(f.output, &about) != 0);
    }
}

static void what_the_job_refuses_is_refused(void)
{
    zd_job_estimate e;
    fake f = { 0 };
    write_clip(6);
    REQUIRE_FAILS(estimate(&f, NULL, NULL, &e), ZD_ERR_INVALID_ARGUMENT,
                  "no output is named; give one with -o");
    REQUIRE_INT(f.runs, 0);
    for (int at = 1; at <= 3; at++) {
        f = (fake){ .fail_at = at };
        REQUIRE_FAILS(estimate(&f, NULL, "out.mkv", &e), ZD_ERR_UNSUPPORTED, "no such thing");
        REQUIRE_INT(f.runs, at);
    }
    setenv("TMPDIR", "/nowhere", 1);
    f = (fake){ 0 };
    REQUIRE(estimate(&f, NULL, "out.mkv", &e) == ZD_ERR_IO);
    REQUIRE(strncmp(err.message, "cannot make a folder such as '/nowhere/zdepth-try.", 50) == 0);
    setenv("TMPDIR", scratch, 1);
}

/* The first report ends the opening: its stage is where the work begins, and those before it are remembered. */
static void stages_before_the_first_are_left_out(void)
{
    fake f = { .stages = { "depth", "view" } };
    zd_job_estimate e;
    write_clip(6);
    REQUIRE_OK(estimate(&f, NULL, "out.mkv", &e));
    REQUIRE_INT(e.stage_count, 2);
    REQUIRE_TEXT(e.stages[0].name, "depth");
    REQUIRE_TEXT(e.stages[1].name, "view");
}

/* Gray frames of 64x48 whose left half is at one end of the scale, and from `cut` on at the other. */
static void write_cut(const char *path, int frames, int cut)
{
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    fprintf(file, "YUV4MPEG2 W64 H48 F25:1 Ip A1:1 Cmono\n");
    for (int i = 0; i < frames; i++) {
        fputs("FRAME\n", file);
        for (int j = 0; j < 64 * 48; j++) {
            fputc(j % 64 < 32 ? (i < cut ? 20 : 230) : (i < cut ? 120 : 60), file);
        }
    }
    fclose(file);
}

static bool always(void *user)
{
    (void) user;
    return true;
}

/* A range is analysed by whole shots, and walked to from its first shot's first frame. */
static void a_range_costs_what_is_around_it(void)
{
    char path[300];
    zd_project project;
    zd_job_range cost;
    zd_job job = { .project = &project };
    snprintf(path, sizeof path, "%s/cut.y4m", scratch);
    write_cut(path, 60, 20);
    zd_project_init(&project, ctx);
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_FOOTAGE, path, &err));
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_DEPTH_MAP, path, &err)); /* no network */
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_FRAMES, "30-39", &err));
    REQUIRE_OK(zd_job_range_measure(ctx, &job, (int64_t[]){ 30, 40 }, &cost, &err));
    REQUIRE_INT(cost.analysed, 40);
    REQUIRE(cost.search.clock_s > 0.0 && cost.search.processor_s > 0.0);
    REQUIRE_NEAR(cost.walk.clock_s, cost.search.clock_s * 10.0 / 60.0, 1e-9);
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_FRAMES, "0-9", &err));
    REQUIRE_OK(zd_job_range_measure(ctx, &job, (int64_t[]){ 0, 10 }, &cost, &err));
    REQUIRE_INT(cost.analysed, 20);
    REQUIRE_NEAR(cost.walk.clock_s, 0.0, 1e-12);
    zd_task task = { .abort = always };
    job.task = &task;
    REQUIRE(zd_job_range_measure(ctx, &job, (int64_t[]){ 0, 10 }, &cost, &err) == ZD_ERR_CANCELLED);
    zd_project_finish(&project);
}

int main(void)
{
    media_begin(1);
    setenv("TMPDIR", scratch, 1);
    RUN(a_clip_is_tried_in_its_middle);
    RUN(frames_are_timed_by_the_difference);
    RUN(long_clips_are_tried_at_two_places);
    RUN(short_clips_are_tried_whole);
    RUN(a_range_is_tried_within_itself);
    RUN(nothing_stays);
    RUN(what_the_job_refuses_is_refused);
    RUN(stages_before_the_first_are_left_out);
    RUN(a_range_costs_what_is_around_it);
    return media_end();
}
