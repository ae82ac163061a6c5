/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth bench: how good a model is, on pictures and over time. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/front.h"
#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/verb_list.h"
#include "jobs/measure/quality.h"
#include "jobs/measure/time_quality.h"

static void print_table(const zd_quality_report *report)
{
    double pairs = 0;
    double baseline = 0;
    zd_say(stdout, "%-12s %5s %8s %10s %8s %8s", "source", "n", "pairs", "baseline", "AbsRel",
           "delta1");
    for (int i = 0; i < report->row_count; i++) {
        const zd_quality_row *row = &report->rows[i];
        zd_say(stdout, "%-12s %5d %7.1f%% %9.1f%% %8.3f %8.3f%s", row->source, row->depth_count,
               100 * row->depth.pairs, 100 * row->best_baseline, row->depth.abs_rel,
               row->depth.delta1,
               row->depth.pairs > row->best_baseline ? "" : "   below the baseline");
        pairs += row->depth.pairs / report->row_count;
        baseline += row->best_baseline / report->row_count;
    }
    if (report->row_count > 0) {
        zd_say(stdout, "%-12s %5s %7.1f%% %9.1f%%", "average", "", 100 * pairs, 100 * baseline);
    }
    if (report->mask_count > 0) {
        zd_say(
            stdout,
            "masks: %d, IoU at the best threshold %.3f by nearness alone, %.3f as the matte sees "
            "it; at automatic thresholds %.3f, the finished matte %.3f",
            report->mask_count, report->mask.best, report->mask_best_moved, report->mask.automatic,
            report->mask_matte);
    }
    if (report->skipped > 0) {
        zd_say(stdout, "%d pictures were left out", report->skipped);
    }
}

static void put_row(zd_json *json, const zd_quality_row *row)
{
    zd_json_open(json, NULL, '{');
    zd_json_text(json, "source", row->source);
    zd_json_number(json, "n", row->depth_count);
    zd_json_number(json, "pairs", row->depth.pairs);
    zd_json_number(json, "baseline", row->best_baseline);
    zd_json_number(json, "abs_rel", row->depth.abs_rel);
    zd_json_number(json, "delta1", row->depth.delta1);
    zd_json_close(json, '}');
}

static zd_status print_json(zd_context *ctx, const zd_quality_report *report, zd_error *err)
{
    zd_cli_line line;
    zd_cli_line_result(&line, ctx, "bench");
    zd_json_open(&line.json, "sources", '[');
    for (int i = 0; i < report->row_count; i++) {
        put_row(&line.json, &report->rows[i]);
    }
    zd_json_close(&line.json, ']');
    zd_json_number(&line.json, "masks", report->mask_count);
    zd_json_number(&line.json, "iou_best", report->mask.best);
    zd_json_number(&line.json, "iou_best_matte", report->mask_best_moved);
    zd_json_number(&line.json, "iou_automatic", report->mask.automatic);
    zd_json_number(&line.json, "iou_matte", report->mask_matte);
    return zd_cli_line_print(&line, ZD_OK, err);
}

static zd_status run_quality(zd_cli *cli, zd_args *args, zd_error *err)
{
    zd_quality_report report;
    const char *limit = zd_args_flag(args, "limit");
    const char *prefix = zd_args_flag(args, "only");
    if (args->positional_count < 2) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "no folder is given: zdepth bench quality FOLDER");
    }
    ZD_TRY(zd_quality_run(cli->ctx, &args->project.params, args->positional[1],
                          prefix != NULL ? prefix : "", limit != NULL ? atoi(limit) : 0, &cli->task,
                          &report, err));
    zd_cli_progress_end(&cli->progress);
    if (cli->json) {
        return print_json(cli->ctx, &report, err);
    }
    print_table(&report);
    return ZD_OK;
}

/* ---- over time ---- */

static void print_figures(const char *name, const char *what, const zd_temporal_figures *f)
{
    char tae[24] = "-";
    if (f->tae >= 0.0) {
        snprintf(tae, sizeof tae, "%.3f", f->tae);
    }
    zd_say(stdout, "%-24.24s %-11s %7.3f %7s %7.3f", name, what, f->opw, tae, f->wander);
}

static void print_time_table(const zd_temporal_report *report)
{
    zd_say(stdout, "%-24s %-11s %7s %7s %7s", "clip, in percent", "", "OPW", "TAE", "wander");
    for (int i = 0; i < report->count; i++) {
        const zd_temporal_row *row = &report->rows[i];
        print_figures(row->clip, "as given", &row->figures[0]);
        if (row->is_steadied) {
            print_figures("", "stabilised", &row->figures[1]);
        }
    }
}

static void put_figures(zd_json *json, const char *name, const zd_temporal_figures *f)
{
    zd_json_open(json, name, '{');
    zd_json_number(json, "opw", f->opw);
    if (f->tae >= 0.0) {
        zd_json_number(json, "tae", f->tae);
    }
    zd_json_number(json, "wander", f->wander);
    zd_json_close(json, '}');
}

static zd_status print_time_json(zd_context *ctx, const zd_temporal_report *report, zd_error *err)
{
    zd_cli_line line;
    zd_cli_line_result(&line, ctx, "bench");
    zd_json_open(&line.json, "clips", '[');
    for (int i = 0; i < report->count; i++) {
        const zd_temporal_row *row = &report->rows[i];
        zd_json_open(&line.json, NULL, '{');
        zd_json_text(&line.json, "clip", row->clip);
        zd_json_number(&line.json, "frames", (double) row->frames);
        put_figures(&line.json, "as_given", &row->figures[0]);
        if (row->is_steadied) {
            put_figures(&line.json, "stabilised", &row->figures[1]);
        }
        zd_json_close(&line.json, '}');
    }
    zd_json_close(&line.json, ']');
    return zd_cli_line_print(&line, ZD_OK, err);
}

static zd_status run_time(zd_cli *cli, zd_args *args, zd_error *err)
{
    zd_temporal_report report;
    if (args->positional_count > 1) {
        ZD_TRY(zd_params_set_text(&args->project.params, ZD_P_FOOTAGE, args->positional[1], err));
    }
    ZD_TRY(zd_temporal_quality_run(cli->ctx, &args->project, &cli->task, &report, err));
    zd_cli_progress_end(&cli->progress);
    if (cli->json) {
        return print_time_json(cli->ctx, &report, err);
    }
    print_time_table(&report);
    return ZD_OK;
}

static zd_status run_bench(zd_cli *cli, zd_args *args, zd_error *err)
{
    return strcmp(args->positional[0], "time") == 0 ? run_time(cli, args, err)
                                                    : run_quality(cli, args, err);
}

static const zd_flag flags[] = {
    { "limit", "N", "quality: at most this many pictures, spread evenly." },
    { "only", "PREFIX", "quality: only pictures whose id begins so." },
    { NULL, NULL, NULL },
};

/* Pictures have no time, and over time both are measured: stabilised and not. */
static const zd_param_id unused[] = { ZD_P_STABILISE, ZD_P_STEADY_EDGES, ZD_P_CUTS,
                                      ZD_PARAM_COUNT };

const zd_verb zd_verb_bench = {
    .name = "bench",
    .summary = "Measure a model: against true depth or masks, and how steady it is.",
    .synopsis = "quality FOLDER | time [CLIP] [FLAGS]",
    .words = "quality time",
    .text =
        "quality runs a model over the pictures of a folder and prints, beside what a vertical "
        "ramp, a centre prior and the best mixture of both reach: the share of random point "
        "pairs in the right order; AbsRel and delta1 after the best scale and shift; and for "
        "masks the IoU at the best threshold and at the suggested one. The folder's layout is "
        "told in docs/formats.md. time measures how much depth changes where it should not, as "
        "the model gives it and stabilised, in percent, less is better: OPW along the picture's "
        "own motion; wander, how the ends of each frame's range shake; and, on clips that are "
        "drawn with known cameras when none is given, TAE, how well neighbouring frames' points "
        "fall on each other. docs/models.md tells more.",
    .examples = "  zdepth bench quality eval/\n"
                "  zdepth bench quality eval/ --model v2-small --limit 50\n"
                "  zdepth bench time --model vda-small\n"
                "  zdepth bench time walk.mp4\n",
    .groups = 1U << ZD_GROUP_DEPTH,
    .without = unused,
    .flags = flags,
    .min_positional = 1,
    .max_positional = 2,
    .run = ZD_CLI_RUN(run_bench),
};
