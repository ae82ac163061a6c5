/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What --dry-run tells: some frames are made for trial, and their time and size carried on to all. */

#include "cli/dry_run.h"

#include <assert.h>
#include <string.h>
#include <sys/statvfs.h>

#include "cli/json_line.h"
#include "cli/pipes.h"
#include "cli/print.h"
#include "core/file.h"
#include "core/require.h"

double zd_dry_run_room(zd_context *ctx, const char *path)
{
    struct statvfs disk;
    char *folder = zd_strdup(ctx, path);
    double bytes = -1.0;
    while (folder != NULL && bytes < 0.0 && folder[0] != '\0') {
        size_t base = (size_t) (zd_path_base(folder) - folder);
        folder[base] = '\0';
        if (statvfs(base > 0 ? folder : ".", &disk) == 0) {
            bytes = (double) disk.f_bavail * (double) disk.f_frsize;
        }
        while (base > 0 && folder[base - 1] == '/') { /* its own folder is next */
            folder[--base] = '\0';
        }
    }
    zd_free(ctx, folder);
    return bytes;
}

void zd_dry_run_size(double bytes, char *to, size_t size)
{
    bool is_large = bytes >= 1048576.0;
    assert(size > 0);
    snprintf(to, size, "%.1f %s", bytes / (is_large ? 1048576.0 : 1024.0),
             is_large ? "MiB" : "KiB");
}

static void say_time(const zd_job_estimate *e)
{
    char text[32];
    if (e->total_s < 0.0) {
        zd_say(stdout, "  time:    unknown, since the footage does not tell how long it is");
        return;
    }
    zd_clock_text(e->total_s, text, sizeof text);
    zd_print(stdout, "  time:    about %s", text);
    for (int i = 0; i < e->stage_count; i++) {
        zd_print(stdout, "%s%s %.0f ms a frame", i == 0 ? " (" : ", ", e->stages[i].name,
                 e->stages[i].frame_s * 1e3);
    }
    zd_say(stdout, "%s", e->stage_count > 0 ? ")" : "");
}

void zd_dry_run_say_room(double room)
{
    if (room >= 0.0) {
        zd_print(stdout, "; %.0f MiB are free", room / 1048576.0);
    }
}

void zd_dry_run_say_result(const char *output, double bytes, double room)
{
    zd_print(stdout, "  result:  %s", output);
    if (bytes >= 0.0) {
        char size[32];
        zd_dry_run_size(bytes, size, sizeof size);
        zd_print(stdout, ", about %s", size);
    }
    zd_dry_run_say_room(room);
    zd_say(stdout, "%s", zd_file_exists(output) ? "; what is there would be replaced" : "");
}

static zd_status print_json(zd_cli *cli, const zd_args *args, const zd_job_estimate *e, double room,
                            zd_error *err)
{
    const char *output = zd_params_text(&args->project.params, ZD_P_OUTPUT);
    zd_cli_line line;
    zd_cli_line_result(&line, cli->ctx, args->verb->name);
    zd_json *json = &line.json;
    zd_json_bool(json, "dry_run", true);
    zd_json_text(json, "output", output);
    zd_json_bool(json, "replaces", zd_file_exists(output));
    zd_json_number(json, "frames", (double) e->frames);
    zd_json_number(json, "tried_frames", (double) e->tried);
    zd_json_number(json, "estimated_s", e->total_s);
    zd_json_number(json, "estimated_processor_s", e->processor_s);
    zd_json_number(json, "estimated_bytes", e->bytes);
    zd_json_number(json, "free_bytes", room);
    zd_json_open(json, "stages", '[');
    for (int i = 0; i < e->stage_count; i++) {
        zd_json_open(json, NULL, '{');
        zd_json_text(json, "stage", e->stages[i].name);
        zd_json_number(json, "frame_s", e->stages[i].frame_s);
        zd_json_close(json, '}');
    }
    zd_json_close(json, ']');
    return zd_cli_line_print(&line, ZD_OK, err);
}

zd_status zd_dry_run(zd_cli *cli, const zd_args *args, const zd_job *job, zd_job_runner runner,
                     void *user, zd_error *err)
{
    ZD_REQUIRE(err, job != NULL && runner != NULL);
    const zd_params *p = &args->project.params;
    const char *output = zd_params_text(p, ZD_P_OUTPUT);
    zd_job_estimate e;
    zd_status status = zd_job_estimate_make(cli->ctx, job, runner, user, &e, err);
    zd_cli_progress_end(&cli->progress);
    ZD_TRY(status);
    double room = zd_dry_run_room(cli->ctx, output);
    if (cli->json) {
        return print_json(cli, args, &e, room, err);
    }
    zd_say(stdout, "zdepth %s would work on:", args->verb->name);
    zd_say(stdout, "  footage: %s, %dx%d, %lld frames at %.6g a second",
           zd_pipe_shown(zd_params_text(p, ZD_P_FOOTAGE)), e.width, e.height, (long long) e.frames,
           e.frame_rate);
    zd_say(stdout, "  depth:   %s",
           zd_params_is_set(p, ZD_P_DEPTH_MAP) ? zd_params_text(p, ZD_P_DEPTH_MAP)
                                               : zd_params_text(p, ZD_P_MODEL));
    zd_dry_run_say_result(output, e.bytes, room);
    say_time(&e);
    zd_say(stdout, "Nothing was written; %lld frames were tried.", (long long) e.tried);
    return ZD_OK;
}
