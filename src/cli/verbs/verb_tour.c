/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth tour: five small pictures of one frame that teach what there is, each with its command. */

#include <assert.h>
#include <string.h>

#include "cli/front.h"
#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/targets.h"
#include "cli/verb_list.h"
#include "core/file.h"
#include "core/own_place.h"
#include "jobs/job_look.h"

#define SAMPLE_FRAME "48-48" /* she walks in the middle */

enum { MOMENTS = 1, VALUES = 2 };

/** What the pictures share: the frame, and where they go. */
typedef struct tour {
    zd_cli *cli;
    const char *folder;
    char *clip; /* the bundled sample, or the user's */
    bool is_sample;
    char *frame; /* its picture, the footage of all stops */
} tour;

/** A stop of the tour: names and values of parameters. */
typedef struct stop {
    const char *file;
    const char *verb;
    const char *lesson;
    const char *values[VALUES][2];
    const char *box;
} stop;

static const stop stops[] = {
    { .file = "1_views.png",
      .verb = "composite",
      .lesson =
          "The frame, its depth (near is white), the thresholded view (what is behind the border "
          "is blue to red), and a title between the layers.",
      .values = { { "title", "HELLO" } } },
    { .file = "2_thresholds.png",
      .verb = "view",
      .lesson = "Depth In is the border: with a higher one more is background, in colours.",
      .values = { { "depth_in", "0.85" }, { "mode", "normalised" } } },
    { .file = "3_boxes.png",
      .verb = "look",
      .lesson = "A box on a person makes her the foreground; the grid tells its numbers.",
      .box = "0.455,0.35,0.07,0.35" },
    { .file = "4_filter.png",
      .verb = "filter",
      .lesson = "An effect inside the matte only: the background loses its colours.",
      .values = { { "effect", "hue=s=0" }, { "preset", "background-as-mask" } } },
};

static const char scene_lesson[] =
    "A scene: the picture on a surface that its depth extrudes, turned, with a lamp on it.";

static zd_status set_value(zd_project *project, const char *name, const char *value, zd_error *err)
{
    zd_param_id id = zd_param_find(name);
    assert(id < ZD_PARAM_COUNT);
    if (zd_param_describe(id)->group != ZD_GROUP_INSERT) {
        ZD_TRY(zd_params_parse(&project->params, id, value, 0.0, err));
        zd_params_mark_typed(&project->params, id);
        return ZD_OK;
    }
    zd_params *title = NULL;
    ZD_TRY(zd_project_add_insert(project, &title, err));
    return zd_params_parse(title, id, value, 0.0, err);
}

static zd_status fill(const tour *t, const stop *s, const char *path, zd_project *project,
                      zd_error *err)
{
    ZD_TRY(zd_params_set_text(&project->params, ZD_P_FOOTAGE, t->frame, err));
    ZD_TRY(zd_params_set_text(&project->params, ZD_P_OUTPUT, path, err));
    for (int i = 0; i < VALUES && s->values[i][0] != NULL; i++) {
        ZD_TRY(set_value(project, s->values[i][0], s->values[i][1], err));
    }
    int preset = zd_params_int(&project->params, ZD_P_PRESET);
    ZD_TRY(zd_project_apply_preset(project, preset, err));
    if (s->box != NULL) {
        zd_box box;
        ZD_TRY(zd_box_parse(s->box, 0.0, false, &box, err));
        ZD_TRY(zd_project_add_box(project, box, err));
    }
    return ZD_OK;
}

static zd_status draw(const tour *t, const stop *s, const zd_project *project, zd_error *err)
{
    zd_job_report done = { 0 };
    zd_context *ctx = t->cli->ctx;
    zd_job job = { .project = project,
                   .clip = { .no_cache = t->cli->no_cache, .cache_folder = t->cli->cache_folder },
                   .task = &t->cli->task,
                   .sheet_time_s = -1.0 };
    if (strcmp(s->verb, "view") == 0) {
        return zd_job_view(ctx, &job, ZD_MATTE_VIEW_THRESHOLDED, &done, err);
    }
    if (strcmp(s->verb, "look") == 0) {
        return zd_job_look(ctx, &job, MOMENTS, &done, err);
    }
    if (strcmp(s->verb, "filter") == 0) {
        return zd_job_filter(ctx, &job, &done, err);
    }
    zd_text result;
    zd_project titled;
    zd_text_init(&result, ctx);
    zd_text_format(&result, "%s/1_title.png", t->folder);
    ZD_TRY(zd_project_copy(project, &titled, err));
    zd_status status = zd_text_finish(&result, "a name", err);
    if (status == ZD_OK) {
        status = zd_params_set_text(&titled.params, ZD_P_OUTPUT, result.data, err);
    }
    if (status == ZD_OK) {
        job.project = &titled;
        job.sheet = zd_params_text(&project->params, ZD_P_OUTPUT);
        status = zd_job_composite(ctx, &job, &done, err);
    }
    zd_project_finish(&titled);
    zd_text_release(&result);
    return status;
}

/* The command that makes a stop's picture. */
static void say_command(const tour *t, const stop *s, const char *path)
{
    bool is_sheet = strcmp(s->verb, "composite") == 0;
    zd_print(stdout, "  zdepth %s %s", s->verb, t->frame);
    for (int i = 0; i < VALUES && s->values[i][0] != NULL; i++) {
        char flag[ZD_CLI_FLAG_SIZE];
        zd_print(stdout, " %s %s", zd_cli_flag_name(zd_param_find(s->values[i][0]), flag),
                 s->values[i][1]);
    }
    if (s->box != NULL) {
        zd_print(stdout, " --select %s --moments %d", s->box, MOMENTS);
    }
    if (is_sheet) {
        zd_print(stdout, " -o %s/1_title.png --sheet", t->folder);
    } else {
        zd_print(stdout, " -o");
    }
    zd_say(stdout, " %s", path);
}

static zd_status visit(const tour *t, const stop *s, zd_error *err)
{
    zd_project project;
    char *path = zd_path_join(t->cli->ctx, t->folder, s->file);
    if (path == NULL) {
        return zd_fail_memory(err, "the tour");
    }
    zd_project_init(&project, t->cli->ctx);
    zd_status status = zd_target_keep(t->cli, path, err);
    if (status == ZD_OK) {
        status = fill(t, s, path, &project, err);
    }
    if (status == ZD_OK) {
        status = draw(t, s, &project, err);
    }
    if (status == ZD_OK && !t->cli->json && !t->cli->quiet) {
        zd_cli_progress_end(&t->cli->progress);
        zd_say(stdout, "%s: %s", path, s->lesson);
        say_command(t, s, path);
    }
    zd_project_finish(&project);
    zd_free(t->cli->ctx, path);
    return status;
}

/* An effect that changes nothing makes a picture of the frame. */
static zd_status choose_frame(const tour *t, zd_project *project, zd_error *err)
{
    zd_params *p = &project->params;
    ZD_TRY(zd_params_set_text(p, ZD_P_FOOTAGE, t->clip, err));
    ZD_TRY(zd_params_set_text(p, ZD_P_OUTPUT, t->frame, err));
    ZD_TRY(zd_params_set_text(p, ZD_P_FRAMES, t->is_sample ? SAMPLE_FRAME : "0-0", err));
    ZD_TRY(zd_params_set_number(p, ZD_P_ALONE, 1.0, err));
    ZD_TRY(zd_params_set_number(p, ZD_P_MASK_EFFECTS, 0.0, err));
    return set_value(project, "effect", "hue=s=1", err);
}

/* One frame of the clip as a picture, which the stops share, and so its depth. */
static zd_status take_frame(const tour *t, zd_error *err)
{
    zd_project project;
    zd_job_report done = { 0 };
    zd_job job = { .project = &project,
                   .clip = { .no_cache = true, .is_trial = true },
                   .task = &t->cli->task };
    zd_project_init(&project, t->cli->ctx);
    zd_status status = choose_frame(t, &project, err);
    if (status == ZD_OK) {
        status = zd_job_filter(t->cli->ctx, &job, &done, err);
    }
    zd_project_finish(&project);
    return status;
}

static zd_status visit_scene(const tour *t, zd_error *err)
{
    char reason[256] = "";
    char *path = zd_path_join(t->cli->ctx, t->folder, "5_scene.png");
    if (path == NULL) {
        return zd_fail_memory(err, "the tour");
    }
    zd_status status = zd_target_keep(t->cli, path, err);
    bool is_made = false;
    if (status == ZD_OK && zd_cli_describe_gl(t->cli->ctx, reason, sizeof reason)) {
        status = zd_cli_tour_scene(t->cli, t->folder, path, err);
        is_made = true;
    }
    if (status == ZD_OK && !t->cli->json && !t->cli->quiet) {
        zd_cli_progress_end(&t->cli->progress);
        if (is_made) {
            zd_say(stdout, "%s: %s", path, scene_lesson);
            zd_say(stdout, "  zdepth scene render %s/5_scene.zscene -o %s", t->folder, path);
        } else {
            zd_say(stdout, "%s is left out, without OpenGL: %s", path, reason);
        }
    }
    zd_free(t->cli->ctx, path);
    return status;
}

static zd_status walk(const tour *t, zd_error *err)
{
    ZD_TRY(zd_file_make_folder(t->cli->ctx, t->folder, err));
    ZD_TRY(zd_target_keep(t->cli, t->frame, err));
    ZD_TRY(take_frame(t, err));
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        ZD_TRY(visit(t, &stops[i], err));
    }
    ZD_TRY(visit_scene(t, err));
    if (!t->cli->json) {
        return ZD_OK;
    }
    zd_cli_line line;
    zd_cli_line_result(&line, t->cli->ctx, "tour");
    zd_json_text(&line.json, "output", t->folder);
    return zd_cli_line_print(&line, ZD_OK, err);
}

static zd_status run_tour(zd_cli *cli, zd_args *args, zd_error *err)
{
    static const char *const folders[] = { "../share/zdepth", "../../../assets", NULL };
    const char *folder = zd_args_flag(args, "output");
    tour t = { .cli = cli,
               .folder = folder != NULL ? folder : "tour",
               .is_sample = args->positional_count == 0 };
    t.clip = args->positional_count > 0 ? zd_strdup(cli->ctx, args->positional[0])
                                        : zd_own_place_find(cli->ctx, folders, "sample.mp4");
    t.frame = zd_path_join(cli->ctx, t.folder, "0_frame.png");
    zd_status status = t.clip != NULL && t.frame != NULL
                           ? walk(&t, err)
                           : zd_fail(err, ZD_ERR_MISSING,
                                     "the bundled sample is not beside the program; name a clip of "
                                     "yours: zdepth tour CLIP");
    zd_free(cli->ctx, t.frame);
    zd_free(cli->ctx, t.clip);
    return status;
}

static const zd_flag flags[] = {
    { "output", "FOLDER", "Where the pictures go; tour without it." },
    { NULL, NULL, NULL },
};

const zd_verb zd_verb_tour = {
    .name = "tour",
    .summary = "Make five small pictures that teach what there is.",
    .synopsis = "[CLIP] [-o FOLDER]",
    .text =
        "Takes one frame of the bundled sample, or of a clip of yours, and makes five pictures "
        "of it: views, thresholds, a box, an effect on the background, a scene. Prints for each "
        "what it shows and the command that makes it.",
    .examples = "  zdepth tour\n  zdepth tour walk.mp4 -o walk.tour\n",
    .flags = flags,
    .max_positional = 1,
    .run = ZD_CLI_RUN(run_tour),
};
