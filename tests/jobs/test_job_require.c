/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What callers of jobs and of farms must keep: each ZD_REQUIRE is broken once, and each kind of invariant. */

#include "farm/farm.h"
#include "farm/farm_internal.h"
#include "jobs/estimate.h"
#include "jobs/explain.h"
#include "jobs/job.h"
#include "jobs/job_inside.h"
#include "jobs/job_look.h"
#include "jobs/job_loop.h"
#include "jobs/job_sheet.h"
#include "jobs/job_sink.h"
#include "jobs/measure/quality_matte.h"
#include "jobs/measure/quality_score.h"
#include "refused.h"

static zd_context *ctx;
static zd_error err;
static float numbers[64];

static zd_view gray(int width, int height)
{
    return (zd_view){ numbers, width, height, width * 4, ZD_GRAY_F32 };
}

static zd_view rgb(int width, int height)
{
    return (zd_view){ numbers, width, height, width * 12, ZD_RGB_F32 };
}

static void whole_jobs(void)
{
    const zd_job job = { 0 };
    zd_job_loop loop = { 0 };
    zd_job_report report;
    zd_job_estimate estimate;
    int64_t frames;
    REFUSED(zd_job_loop_open(ctx, NULL, &loop, &err), "job != NULL && job->project != NULL");
    REFUSED(zd_job_loop_open(ctx, &job, &loop, &err), "job != NULL && job->project != NULL");
    REFUSED(zd_job_loop_run(&loop, "x", NULL, NULL, NULL, &err), "worker != NULL");
    REFUSED(zd_job_view(ctx, &job, ZD_MATTE_VIEW_COUNT, &report, &err),
            "kind < ZD_MATTE_VIEW_COUNT");
    REFUSED(zd_job_look(ctx, &job, 0, &report, &err), "moments > 0");
    REFUSED(zd_job_join(ctx, &job, NULL, 1, &frames, &err),
            "count >= 0 && (stores != NULL || count == 0)");
    REFUSED(zd_job_estimate_make(ctx, &job, NULL, NULL, &estimate, &err), "runner != NULL");
}

static void parts(void)
{
    zd_clip clip = { 0 };
    zd_finding finding;
    zd_job_sink *sink = NULL;
    zd_frame *frame = NULL;
    bool changed;
    double iou;
    zd_params params;
    zd_quality_score score;
    zd_reader_info info = { 0 };
    zd_params_init(&params, ctx);
    REFUSED(zd_explain_shot(&clip, 0, NULL, &finding, &err),
            "index >= 0 && index < clip->shots.count");
    REFUSED(zd_job_sink_start(ctx, NULL, &sink, &err), "writer != NULL");
    REFUSED(zd_job_sink_put(NULL, NULL, &err), "frame != NULL");
    REFUSED(zd_job_sink_put_image(NULL, NULL, 0, 1, &err), "image != NULL");
    REFUSED(zd_job_sink_put_made(NULL, NULL, 0, 1, &err), "made != NULL");
    REFUSED(zd_job_inside(ctx, ZD_TRANSFER_SRGB, rgb(2, 2), NULL, &frame, &changed, &err),
            "matte.format.sample == ZD_SAMPLE_F32 && matte.format.channels == 1");
    REFUSED(zd_job_sheet_write_picture(ctx, "x.png", &info, rgb(2, 2), &err),
            "rgb.format.sample == ZD_SAMPLE_U8");
    REFUSED(zd_quality_matte(ctx, &params, "x", rgb(2, 2), NULL, &iou, &err),
            "mask.format.channels == 1");
    REFUSED(zd_quality_depth(ctx, gray(2, 2), gray(2, 1), 1, &score, &err),
            "nearness.width == truth.width && nearness.height == truth.height");
    zd_params_finish(&params);
}

static void a_sheet_without_cells(void)
{
    const zd_job job = { .sheet = "/tmp/zdepth-require-sheet.png" }; /* never begun */
    const zd_reader_info info = { .width = 4,
                                  .height = 4,
                                  .frame_rate = { 24, 1 },
                                  .time_base = { 1, 24 },
                                  .sample_aspect = { 1, 1 },
                                  .bit_depth = 8 };
    zd_clip clip = { .ctx = ctx, .info = &info };
    zd_job_sheet *sheet = NULL;
    REQUIRE_OK(zd_job_sheet_open(ctx, &job, &clip, &sheet, &err));
    REFUSED(zd_job_sheet_write(sheet, NULL, &err), "sheet->cells[CELLS - 1] != NULL");
    zd_job_sheet_close(&sheet);
}

static void farms(void)
{
    zd_farm *farm = NULL;
    zd_farm_wish wish = { .path = "x.zdp", .chunks = 2 };
    REFUSED(zd_farm_open(ctx, NULL, &farm, &err), "folder != NULL");
    REFUSED(zd_farm_plan(ctx, &wish, NULL, &err), "wish->path != NULL && wish->folder != NULL");
    wish.chunks = 0;
    REFUSED(zd_farm_plan(ctx, &wish, NULL, &err),
            "wish->chunks > 0 && wish->chunks <= ZD_FARM_CHUNKS");
}

static void invariants(void)
{
    static zd_farm farm = { .depth_count = 1, .picture_count = 1 };
    zd_farm_range pieces[2] = { { 4, 3 } };
    zd_test_need_asserts();
    DIES(zd_farm_phase_of(&farm, 3));
    DIES(zd_farm_phase_name(ZD_FARM_PICTURES + 1));
    DIES(zd_farm_cut(pieces[0], 1, 1, pieces));
    DIES(zd_quality_mask(gray(2, 2), gray(2, 1), 0.5f));
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(whole_jobs);
    RUN(parts);
    RUN(a_sheet_without_cells);
    RUN(farms);
    RUN(invariants);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
