/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth bench: how good a model is. */

#include <stdlib.h>
#include <string.h>

#include "cli/front.h"
#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/verb_list.h"
#include "jobs/quality.h"

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
            "it; at automatic thresholds %.3f",
            report->mask_count, report->mask.best, report->mask_best_moved, report->mask.automatic);
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
    return zd_cli_line_print(&line, ZD_OK, err);
}

static zd_status run_bench(zd_cli *cli, zd_args *args, zd_error *err)
{
    zd_quality_report report;
    const char *limit = zd_args_flag(args, "limit");
    const char *prefix = zd_args_flag(args, "only");
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

static const zd_flag flags[] = {
    { "limit", "N", "At most this many pictures, spread evenly." },
    { "only", "PREFIX", "Only pictures whose id begins so." },
    { NULL, NULL, NULL },
};

/* Pictures have no time. */
static const zd_param_id unused[] = { ZD_P_STABILISE, ZD_P_STEADY_EDGES, ZD_P_CUTS,
                                      ZD_PARAM_COUNT };

const zd_verb zd_verb_bench = {
    .name = "bench",
    .summary = "Measure a model against true depth or masks in a folder.",
    .synopsis = "quality FOLDER [FLAGS]",
    .words = "quality",
    .text = "Runs a model over the pictures of a folder and prints, beside what a vertical ramp, a "
            "centre prior and the best mixture of both reach: the share of random point pairs in "
            "the right order; AbsRel and delta1 after the best scale and shift; and for masks the "
            "IoU at the best threshold and at the suggested one. The folder's layout is told in "
            "docs/formats.md.",
    .examples = "  zdepth bench quality eval/\n"
                "  zdepth bench quality eval/ --model v2-small --limit 50\n",
    .groups = 1U << ZD_GROUP_DEPTH,
    .without = unused,
    .flags = flags,
    .min_positional = 2,
    .max_positional = 2,
    .run = ZD_CLI_RUN(run_bench),
};
