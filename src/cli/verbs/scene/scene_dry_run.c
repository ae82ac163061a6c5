/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth scene render --dry-run. Of the middle of the range one frame is rendered, which pays for the start, the same
 * one again, and three from it on: what the last two differ by is what two frames cost. */

#include <math.h>
#include <string.h>

#include "cli/dry_run.h"
#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/verbs/scene/scene_edits.h"
#include "core/file.h"
#include "jobs/estimate_range.h"

enum { TRIED = 3 };

typedef struct guess {
    zd_scene_job_report seen; /* of the largest trial */
    int first;
    int last;
    int frames; /* of all outputs */
    int tried;
    zd_job_cost cost;
    double bytes;
} guess;

static zd_status try_frames(zd_cli *cli, zd_scene_job *session, zd_scene_job_params params,
                            guess *out, zd_job_cost *took, zd_error *err)
{
    char folder[ZD_TRIAL_FOLDER_SIZE];
    ZD_TRY(zd_job_trial_begin(folder, err));
    zd_job_cost began = zd_job_cost_now();
    params.trial_folder = folder;
    zd_status status = zd_scene_job_render(session, &params, &cli->task, &out->seen, err);
    zd_cli_progress_end(&cli->progress);
    *took = zd_job_cost_less(zd_job_cost_now(), began);
    out->bytes = zd_job_trial_end(cli->ctx, folder);
    out->tried += out->seen.frames;
    return status;
}

static zd_status make_guess(zd_cli *cli, zd_scene_job *session, zd_scene_job_params params,
                            guess *out, zd_error *err)
{
    zd_job_cost start;
    zd_job_cost one;
    zd_job_cost all;
    if (params.all) {
        zd_scene_range(zd_scene_job_scene(session), &params.first, &params.last);
    }
    params.all = false;
    out->first = params.first;
    out->last = params.last;
    int64_t count = (int64_t) params.last - params.first + 1;
    int tried = count < TRIED ? (int) count : TRIED;
    params.trial_first = params.first + (int) ((count - tried) / 2);
    params.trial_last = params.trial_first;
    ZD_TRY(try_frames(cli, session, params, out, &start, err));
    out->frames = (int) count * out->seen.frames;
    if (tried == 1) {
        out->cost = start;
        return ZD_OK;
    }
    ZD_TRY(try_frames(cli, session, params, out, &one, err));
    params.trial_last = params.trial_first + tried - 1;
    ZD_TRY(try_frames(cli, session, params, out, &all, err));
    zd_job_cost more = zd_job_cost_less(all, one);
    double part = (double) (count - 1) / (tried - 1);
    out->cost = (zd_job_cost){ start.clock_s + part * fmax(more.clock_s, 0.0),
                               start.processor_s + part * fmax(more.processor_s, 0.0) };
    out->bytes *= (double) count / tried;
    return ZD_OK;
}

/* "FILE", or the outputs' own, one after the other. */
static void name_outputs(const zd_args *args, const zd_scene *scene, zd_text *out)
{
    const char *file = zd_args_flag(args, "output");
    const char *node = zd_args_flag(args, "node");
    zd_text_add(out, file != NULL ? file : "");
    for (int i = 0; file == NULL && i < zd_scene_output_count(scene); i++) {
        const char *name = zd_scene_node_name(scene, zd_scene_output_node(scene, i));
        if (node == NULL || strcmp(node, name) == 0) {
            zd_text_format(out, "%s%s", out->length > 0 ? ", " : "",
                           zd_scene_output_file(scene, i));
        }
    }
}

static void say(const guess *g, const char *scene, const char *output, double room)
{
    char time[32];
    zd_clock_text(g->cost.clock_s, time, sizeof time);
    zd_say(stdout, "zdepth scene render would work on:");
    zd_say(stdout, "  scene:   %s, %dx%d, frames %d to %d, %d picture%s", scene, g->seen.width,
           g->seen.height, g->first, g->last, g->frames, g->frames == 1 ? "" : "s");
    zd_dry_run_say_result(output, g->bytes, room);
    zd_say(stdout, "  time:    about %s", time);
    zd_say(stdout, "Nothing was written; %d frame%s tried.", g->tried,
           g->tried == 1 ? " was" : "s were");
}

static zd_status print_json(zd_cli *cli, const guess *g, const char *output, double room,
                            zd_error *err)
{
    zd_cli_line line;
    zd_cli_line_result(&line, cli->ctx, "scene");
    zd_json *json = &line.json;
    zd_json_text(json, "action", "render");
    zd_json_bool(json, "dry_run", true);
    zd_json_text(json, "output", output);
    zd_json_bool(json, "replaces", zd_file_exists(output));
    zd_json_number(json, "first_frame", g->first);
    zd_json_number(json, "last_frame", g->last);
    zd_json_number(json, "frames", g->frames);
    zd_json_number(json, "tried_frames", g->tried);
    zd_json_number(json, "estimated_s", g->cost.clock_s);
    zd_json_number(json, "estimated_processor_s", g->cost.processor_s);
    zd_json_number(json, "estimated_bytes", g->bytes);
    zd_json_number(json, "free_bytes", room);
    return zd_cli_line_print(&line, ZD_OK, err);
}

zd_status zd_cli_scene_dry_run(zd_cli *cli, zd_args *args, zd_scene_job *session, zd_error *err)
{
    guess g = { .frames = 0 };
    zd_text output;
    zd_scene_job_params params = { .file = zd_args_flag(args, "output"),
                                   .output = zd_args_flag(args, "node") };
    ZD_TRY(zd_cli_scene_frames(zd_args_flag(args, "frames"), &params, err));
    ZD_TRY(make_guess(cli, session, params, &g, err));
    const zd_scene *scene = zd_scene_job_scene(session);
    zd_text_init(&output, cli->ctx);
    name_outputs(args, scene, &output);
    zd_status status = zd_text_finish(&output, "the outputs' names", err);
    if (status == ZD_OK) {
        double room = zd_dry_run_room(cli->ctx, output.data);
        if (cli->json) {
            status = print_json(cli, &g, output.data, room, err);
        } else {
            say(&g, zd_scene_path(scene), output.data, room);
        }
    }
    zd_text_release(&output);
    return status;
}
