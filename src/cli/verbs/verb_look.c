/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth look: a sheet to read selection boxes off. */

#include <assert.h>
#include <stdlib.h>

#include "cli/front.h"
#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/targets.h"
#include "cli/verb_list.h"
#include "jobs/job_look.h"
#include "media/writer.h"

enum { MOMENTS = 3 };

static zd_status read_moments(const char *text, int *out, zd_error *err)
{
    char *end = NULL;
    long value = text != NULL ? strtol(text, &end, 10) : MOMENTS;
    if (text != NULL && (end == text || *end != '\0' || value < 1 || value > ZD_LOOK_MOST)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--moments is '%s'; it must be a whole number from 1 to %d", text,
                       ZD_LOOK_MOST);
    }
    *out = (int) value;
    return ZD_OK;
}

static zd_status report(zd_cli *cli, const char *path, int moments, zd_error *err)
{
    assert(moments > 0);
    zd_cli_line line;
    if (cli->json) {
        zd_cli_line_result(&line, cli->ctx, "look");
        zd_json_text(&line.json, "output", path);
        zd_json_number(&line.json, "moments", moments);
        return zd_cli_line_print(&line, ZD_OK, err);
    }
    if (!cli->quiet) {
        zd_cli_progress_end(&cli->progress);
        zd_say(stderr,
               "wrote %s; read a box off the grid and give it as --select X,Y,W,H@TIME (left, top, "
               "width, height)",
               path);
    }
    return ZD_OK;
}

static zd_status run_look(zd_cli *cli, zd_args *args, zd_error *err)
{
    const char *path = zd_args_flag(args, "output");
    zd_params *p = &args->project.params;
    zd_job_report done;
    int moments = 0;
    path = path != NULL ? path : "look.png";
    zd_output_kind kind = zd_writer_kind(path);
    if (kind == ZD_OUTPUT_MOVIE || kind == ZD_OUTPUT_UNKNOWN) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' is the name of %s; the sheet is a picture, such as look.png", path,
                       kind == ZD_OUTPUT_MOVIE ? "a movie" : "no picture");
    }
    ZD_TRY(read_moments(zd_args_flag(args, "moments"), &moments, err));
    ZD_TRY(zd_params_set_text(p, ZD_P_OUTPUT, path, err));
    ZD_TRY(zd_targets_differ(args, NULL, err));
    ZD_TRY(zd_target_keep(cli, path, err));
    zd_job job = {
        .project = &args->project,
        .clip = { .no_cache = cli->no_cache, .cache_folder = cli->cache_folder },
        .task = &cli->task,
    };
    ZD_TRY(zd_job_look(cli->ctx, &job, moments, &done, err));
    return report(cli, path, moments, err);
}

static const zd_flag flags[] = {
    { "output", "FILE", "The sheet, a picture; look.png without it." },
    { "moments", "N", "How many frames are shown, 1 to 8; 3 without it." },
    { NULL, NULL, NULL },
};

/* The matte's colours play no part in a view. */
static const zd_param_id unused[] = { ZD_P_DECONTAMINATE, ZD_PARAM_COUNT };

const zd_verb zd_verb_look = {
    .name = "look",
    .summary = "Write a sheet with a grid of fractions and times, to read boxes off.",
    .synopsis = "FOOTAGE [-o SHEET] [FLAGS]",
    .text =
        "Shows moments of the clip, each as filmed and with the background in colours, from blue "
        "(furthest) to red (closest), under a grid of tenths of the frame. What is coloured and "
        "should be foreground gets a box: left and top, width and height, and the time above the "
        "picture, as --select X,Y,W,H@TIME. With --select it shows what the box does.",
    .examples = "  zdepth look walk.mp4\n"
                "  zdepth look walk.mp4 --select 0.4,0.35,0.1,0.5@2s -o box.png\n",
    .groups = 1U << ZD_GROUP_SOURCE | 1U << ZD_GROUP_DEPTH | 1U << ZD_GROUP_MATTE,
    .without = unused,
    .flags = flags,
    .min_positional = 1,
    .max_positional = 1,
    .footage = true,
    .run = ZD_CLI_RUN(run_look),
};
