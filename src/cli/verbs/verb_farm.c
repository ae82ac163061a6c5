/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth farm: one job in chunks, on any number of machines (docs/farm.md). */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/front.h"
#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/verb_list.h"
#include "farm/farm.h"

static zd_status read_number(const char *flag, const char *text, int least, int most, int *out,
                             zd_error *err)
{
    assert(least <= most);
    char *end = NULL;
    long value = text != NULL ? strtol(text, &end, 10) : 0;
    if (text == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "give %s, a whole number from %d to %d", flag,
                       least, most);
    }
    if (end == text || *end != '\0' || value < least || value > most) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "%s is '%s'; it must be a whole number from %d to %d", flag, text, least,
                       most);
    }
    *out = (int) value;
    return ZD_OK;
}

static void begin_line(zd_cli *cli, zd_cli_line *line, const char *action, const char *folder)
{
    zd_cli_line_result(line, cli->ctx, "farm");
    zd_json_text(&line->json, "action", action);
    zd_json_text(&line->json, "farm", folder);
}

static zd_status tell_plan(zd_cli *cli, const zd_farm *farm, zd_error *err)
{
    if (cli->json) {
        zd_cli_line line;
        begin_line(cli, &line, "plan", farm->folder);
        zd_json_number(&line.json, "chunks", zd_farm_task_count(farm));
        zd_json_number(&line.json, "depth_chunks", farm->depth_count);
        zd_json_number(&line.json, "picture_chunks", farm->picture_count);
        return zd_cli_line_print(&line, ZD_OK, err);
    }
    if (!cli->quiet) {
        int fit = farm->depth_count;
        zd_cli_progress_end(&cli->progress);
        if (fit > 0) {
            zd_say(stdout, "chunks 0 to %d find depth", fit - 1);
        }
        zd_say(stdout, "chunk %d fits ranges and steadies depth", fit);
        zd_say(stdout, "chunks %d to %d make pictures", fit + 1, fit + farm->picture_count);
        zd_say(stdout, "Slurm: %s/slurm.sh   one machine: make -C %s   by hand: zdepth farm run %s",
               farm->folder, farm->folder, farm->folder);
    }
    return ZD_OK;
}

static zd_status plan(zd_cli *cli, zd_args *args, zd_error *err)
{
    zd_farm_wish wish = { .path = args->positional[1], .folder = zd_args_flag(args, "output") };
    zd_farm *farm = NULL;
    ZD_TRY(read_number("--chunks", zd_args_flag(args, "chunks"), 1, ZD_FARM_CHUNKS, &wish.chunks,
                       err));
    if (wish.folder == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "give -o FOLDER, a new folder that all machines see");
    }
    ZD_TRY(zd_farm_plan(cli->ctx, &wish, &cli->task, err));
    zd_status status = zd_farm_open(cli->ctx, wish.folder, &farm, err);
    if (status == ZD_OK) {
        status = tell_plan(cli, farm, err);
    }
    zd_farm_close(&farm);
    return status;
}

static zd_status tell_chunk(zd_cli *cli, const zd_farm *farm, int chunk, const zd_farm_news *news,
                            zd_error *err)
{
    if (cli->json) {
        zd_cli_line line;
        begin_line(cli, &line, "run", farm->folder);
        zd_json_number(&line.json, "chunk", chunk);
        zd_json_text(&line.json, "phase", zd_farm_phase_name(zd_farm_phase_of(farm, chunk)));
        zd_json_text(&line.json, "state", zd_farm_state_name(news->state));
        zd_json_number(&line.json, "frames", (double) news->frames);
        zd_json_number(&line.json, "seconds", news->seconds);
        return zd_cli_line_print(&line, ZD_OK, err);
    }
    if (!cli->quiet) {
        zd_cli_progress_end(&cli->progress);
        zd_say(stderr, "chunk %d (%s) is done: %lld frames in %.1f s", chunk,
               zd_farm_phase_name(zd_farm_phase_of(farm, chunk)), (long long) news->frames,
               news->seconds);
    }
    return ZD_OK;
}

static zd_status tell_join(zd_cli *cli, const zd_farm *farm, int64_t frames, zd_error *err)
{
    const char *output =
        farm->scene != NULL ? NULL : zd_params_text(&farm->project.params, ZD_P_OUTPUT);
    if (cli->json) {
        zd_cli_line line;
        begin_line(cli, &line, "join", farm->folder);
        zd_json_text(&line.json, "output", output);
        zd_json_number(&line.json, "frames", (double) frames);
        return zd_cli_line_print(&line, ZD_OK, err);
    }
    if (!cli->quiet) {
        zd_cli_progress_end(&cli->progress);
        zd_say(stderr, "wrote %s: %lld frames", output != NULL ? output : farm->scene,
               (long long) frames);
    }
    return ZD_OK;
}

static zd_status join(zd_cli *cli, zd_args *args, zd_farm *farm, zd_error *err)
{
    int64_t frames = 0;
    (void) args;
    ZD_TRY(zd_farm_join(farm, &cli->task, &frames, err));
    return tell_join(cli, farm, frames, err);
}

static zd_status run_chunk(zd_cli *cli, zd_farm *farm, int chunk, bool is_told, zd_error *err)
{
    zd_farm_news news;
    zd_status status = zd_farm_run(farm, chunk, &cli->task, &news, err);
    if (status == ZD_ERR_CANCELLED) {
        return zd_fail(err, status, "the same command does chunk %d again%s", chunk,
                       zd_farm_phase_of(farm, chunk) == ZD_FARM_DEPTH
                           ? "; depth found so far is in the farm's cache"
                           : "");
    }
    return status == ZD_OK && is_told ? tell_chunk(cli, farm, chunk, &news, err) : status;
}

/* One chunk, or all that are left and the join. */
static zd_status run(zd_cli *cli, zd_args *args, zd_farm *farm, zd_error *err)
{
    int chunk = 0;
    const char *asked = zd_args_flag(args, "chunk");
    if (asked != NULL) {
        ZD_TRY(read_number("--chunk", asked, 0, zd_farm_task_count(farm) - 1, &chunk, err));
        return run_chunk(cli, farm, chunk, true, err);
    }
    for (; chunk < zd_farm_task_count(farm); chunk++) {
        zd_farm_news news;
        zd_farm_look(farm, chunk, &news);
        if (news.state != ZD_FARM_DONE) {
            ZD_TRY(run_chunk(cli, farm, chunk, !cli->json, err));
        }
    }
    return join(cli, args, farm, err);
}

typedef struct tally {
    int counts[ZD_FARM_DONE + 1];
} tally;

static zd_status print_status(zd_cli *cli, const zd_farm *farm, const tally phases[3],
                              zd_error *err)
{
    zd_cli_line line;
    begin_line(cli, &line, "status", farm->folder);
    zd_json_open(&line.json, "phases", '[');
    for (int phase = 0; phase < 3; phase++) {
        zd_json_open(&line.json, NULL, '{');
        zd_json_text(&line.json, "phase", zd_farm_phase_name((zd_farm_phase) phase));
        for (int state = 0; state <= ZD_FARM_DONE; state++) {
            zd_json_number(&line.json, zd_farm_state_name((zd_farm_state) state),
                           phases[phase].counts[state]);
        }
        zd_json_close(&line.json, '}');
    }
    zd_json_close(&line.json, ']');
    zd_json_open(&line.json, "chunks", '[');
    for (int i = 0; i < zd_farm_task_count(farm); i++) {
        zd_farm_news news;
        zd_farm_look(farm, i, &news);
        zd_json_open(&line.json, NULL, '{');
        zd_json_number(&line.json, "chunk", i);
        zd_json_text(&line.json, "state", zd_farm_state_name(news.state));
        zd_json_text(&line.json, "error", news.message[0] != '\0' ? news.message : NULL);
        zd_json_close(&line.json, '}');
    }
    zd_json_close(&line.json, ']');
    return zd_cli_line_print(&line, ZD_OK, err);
}

static zd_status status(zd_cli *cli, zd_args *args, zd_farm *farm, zd_error *err)
{
    tally phases[3] = { 0 };
    (void) args;
    for (int i = 0; i < zd_farm_task_count(farm); i++) {
        zd_farm_news news;
        zd_farm_look(farm, i, &news);
        phases[zd_farm_phase_of(farm, i)].counts[news.state]++;
        if (!cli->json && news.state == ZD_FARM_FAILED) {
            zd_say(stdout, "chunk %d failed: %s", i, news.message);
        }
    }
    if (cli->json) {
        return print_status(cli, farm, phases, err);
    }
    for (int phase = 0; phase < 3; phase++) {
        const int *n = phases[phase].counts;
        zd_say(stdout, "%-9s %4d done, %d running, %d failed, %d missing",
               zd_farm_phase_name((zd_farm_phase) phase), n[ZD_FARM_DONE], n[ZD_FARM_RUNNING],
               n[ZD_FARM_FAILED], n[ZD_FARM_MISSING]);
    }
    return ZD_OK;
}

static const struct {
    const char *name;
    zd_status (*run)(zd_cli *cli, zd_args *args, zd_farm *farm, zd_error *err);
} actions[] = { { "run", ZD_CLI_RUN(run) },
                { "status", ZD_CLI_RUN(status) },
                { "join", ZD_CLI_RUN(join) } };

static zd_status run_farm(zd_cli *cli, zd_args *args, zd_error *err)
{
    if (strcmp(args->positional[0], "plan") == 0) {
        return plan(cli, args, err);
    }
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(actions[i].name, args->positional[0]) == 0) {
            zd_farm *farm = NULL;
            ZD_TRY(zd_farm_open(cli->ctx, args->positional[1], &farm, err));
            zd_status done = actions[i].run(cli, args, farm, err);
            zd_farm_close(&farm);
            return done;
        }
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%s' is not known", args->positional[0]);
}

static const zd_flag flags[] = {
    { "output", "FOLDER", "plan: the farm's folder, a new one that all machines see." },
    { "chunks", "N", "plan: into how many chunks depth and pictures are cut, 1 to 1000." },
    { "chunk", "K", "run: which chunk; without it all that are left, and the join." },
    { NULL, NULL, NULL },
};

/* Which of the actions use a flag, in the order of `flags`. */
static const char *const users[] = { "plan", "plan", "run" };

static zd_status check_flags(const zd_args *args, zd_error *err)
{
    const char *action = args->positional[0];
    for (int i = 0; flags[i].name != NULL; i++) {
        if (args->flag_values[i] != NULL && strcmp(users[i], action) != 0) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "zdepth farm %s does not use --%s; zdepth farm %s does", action,
                           flags[i].name, users[i]);
        }
    }
    return ZD_OK;
}

const zd_verb zd_verb_farm = {
    .name = "farm",
    .summary = "Do one job in chunks, on any number of machines.",
    .synopsis = "plan PROJECT|SCENE --chunks N -o FOLDER | run|status|join FOLDER",
    .words = "plan run status join",
    .text =
        "'plan' cuts a project, or a scene that renders sequences, into chunks of three phases: "
        "depth, each frame alone; a fit, one chunk that measures ranges and steadies depth; and "
        "pictures. 'run' does a chunk: it may be killed at any time and run again, does nothing "
        "when the chunk is done, and succeeds only when it is. 'join' makes the result, with the "
        "bits of one plain run, and 'status' tells how far all is. The folder holds what Slurm, "
        "Open Job Description and make need for it.",
    .examples = "  zdepth init walk.mp4 --title HELLO -o walk.zdp --result out.mp4\n"
                "  zdepth farm plan walk.zdp --chunks 4 -o walk.farm\n"
                "  zdepth farm run walk.farm --chunk 0\n"
                "  zdepth farm run walk.farm\n"
                "      all that is left, and the join\n"
                "  zdepth farm status walk.farm\n",
    .flags = flags,
    .min_positional = 2,
    .max_positional = 2,
    .check = check_flags,
    .run = ZD_CLI_RUN(run_farm),
};
