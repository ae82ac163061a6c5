/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What callers must keep: every ZD_REQUIRE is broken once, and names function and condition. */

#include "composite/clean_plate.h"
#include "composite/composite_codes.h"
#include "composite/effect_chain.h"
#include "composite/effect_spec.h"
#include "composite/effects/depth_shift.h"
#include "core/file.h"
#include "core/queue.h"
#include "depth/analyser.h"
#include "depth/shot_list.h"
#include "depth/stabilise.h"
#include "depth/supplied.h"
#include "engine/engine.h"
#include "engine/engine_between.h"
#include "engine/engine_steps.h"
#include "image/linear.h"
#include "matte/decontaminate.h"
#include "matte/object.h"
#include "project/project.h"
#include "refused.h"

static float numbers[64];
static zd_error err;

static zd_view gray(int width, int height)
{
    return (zd_view){ numbers, width, height, width * 4, ZD_GRAY_F32 };
}

static zd_view rgba(int width, int height)
{
    return (zd_view){ numbers, width, height, width * 16, ZD_RGBA_F32 };
}

static void nothing_to_put(void *user, zd_rect piece, zd_view result, zd_view display)
{
    (void) user;
    (void) piece;
    (void) result;
    (void) display;
}

static void matte_and_depth(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_matte *matte = NULL;
    zd_object_tracker *tracker = NULL;
    zd_decontaminator *cleaner = NULL;
    zd_stabiliser *stabiliser = NULL;
    zd_matte_size size = { 0, 4, 4, 4 };
    REFUSED(zd_matte_create(ctx, &size, &matte, &err), "size->frame_width > 0");
    size = (zd_matte_size){ 4, 4, 4, -1 };
    REFUSED(zd_matte_create(ctx, &size, &matte, &err), "size->map_width > 0");
    size = (zd_matte_size){ 4, 4, 4, 4 };
    REQUIRE_OK(zd_matte_create(ctx, &size, &matte, &err));
    REFUSED(zd_matte_prepare(matte, &(zd_matte_frame){ 0 }, &err), "matte != NULL");
    zd_matte_destroy(&matte);
    REFUSED(zd_object_tracker_create(ctx, 0, 1, &tracker, &err), "map_width > 0");
    REFUSED(zd_decontaminator_create(ctx, 4, 0, &cleaner, &err), "frame_width > 0");
    REFUSED(zd_stabiliser_create(ctx, 4, 0, &stabiliser, &err), "map_width > 0");
    REQUIRE_OK(zd_stabiliser_create(ctx, 2, 2, &stabiliser, &err));
    zd_view rgb = { numbers, 2, 2, 24, ZD_RGB_F32 };
    REFUSED(zd_stabiliser_process(stabiliser, rgb, rgb, 1.0f, rgb, &err), "depth.format");
    REFUSED(zd_stabiliser_process(stabiliser, gray(2, 2), rgb, 1.5f, gray(2, 2), &err),
            "strength >= 0.0f");
    zd_stabiliser_destroy(&stabiliser);
    REFUSED(zd_analyser_run(NULL, NULL, NULL, NULL, NULL, &err), "analyser != NULL");
    zd_shot_list shots = { 0 };
    REFUSED(zd_shot_list_add(&shots, (zd_shot){ .first_frame = 0 }, &err), "list->ctx != NULL");
    zd_context_destroy(&ctx);
}

static void pictures(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_rect one = { 0, 0, 1, 1 };
    zd_composite_codes codes = { .display = rgba(2, 2) };
    zd_effect_step step = { 0 };
    bool changed;
    REFUSED(zd_composite_codes_run(ctx, &codes, one, &changed, &err), "lay->display.format");
    codes.put = nothing_to_put;
    REFUSED(zd_composite_codes_run(ctx, &codes, (zd_rect){ -1, 0, 1, 1 }, &changed, &err),
            "roi.x0 >= 0");
    REFUSED(zd_composite_codes_run(ctx, &codes, (zd_rect){ 0, 0, 3, 1 }, &changed, &err),
            "roi.x1 <= lay->display.width");
    REFUSED(zd_effect_step_apply(ctx, &step, NULL, &err), "step->effect != NULL");
    REFUSED(zd_linear_decode_edges(ctx, ZD_TRANSFER_SRGB, rgba(2, 2), gray(2, 2), one, -1,
                                   rgba(2, 2), &err),
            "margin >= 0");
    REFUSED(zd_linear_decode_edges(ctx, ZD_TRANSFER_SRGB, rgba(2, 2), gray(2, 2), one, 0,
                                   rgba(2, 1), &err),
            "display.width == linear.width");
    zd_clean_plate *plate = NULL;
    REFUSED(zd_clean_plate_create(ctx, 4, 0, &plate, &err), "width > 0");
    REFUSED(zd_clean_plate_create_pieces(ctx, 0, 4, &plate, &err), "width > 0");
    zd_effect_chain chain = { 0 };
    zd_effect_io io = { .picture = rgba(2, 2), .out = rgba(2, 1) };
    REFUSED(zd_effect_chain_apply(ctx, &chain, 0.0, &io, &err),
            "io->out.width == io->picture.width");
    zd_shift_scene scene;
    REFUSED(zd_shift_scene_open(ctx, &io, &(zd_shift){ 0 }, &scene, &err),
            "io->nearness.width > 0");
    zd_context_destroy(&ctx);
}

static void engine_steps(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_params params;
    zd_depth_sample sample = { 0 };
    zd_engine_between between = { .ctx = ctx, .picture = rgba(2, 2), .matte = gray(2, 2) };
    zd_matte_params matte = { 0 };
    zd_rect one = { 0, 0, 1, 1 };
    zd_params_init(&params, ctx);
    REFUSED(zd_engine_steady(&params, NULL, &sample, &err), "sample->depth.values != NULL");
    REFUSED(zd_engine_supplied_sample(ctx, rgba(1, 1), 1, 1, 0, &sample, &err), "map.format");
    REFUSED(zd_engine_supplied_sample(ctx, gray(1, 1), 0, 1, 0, &sample, &err), "width > 0");
    REFUSED(zd_engine_supplied_sample(ctx, gray(1, 1), 1, 1, ZD_SUPPLIED_COUNT, &sample, &err),
            "type >= 0");
    REFUSED(zd_engine_between_make(&between, &matte, one, NULL, &err), "b->prepared != NULL");
    zd_rect outside = { -1, 0, 1, 1 };
    REFUSED(zd_engine_render_matte(NULL, &matte, outside, NULL, gray(2, 2), &err), "rect.x0 >= 0");
    outside = (zd_rect){ 0, 0, 1, 3 };
    REFUSED(zd_engine_render_matte(NULL, &matte, outside, NULL, gray(2, 2), &err),
            "rect.x1 <= whole.width");
    REFUSED(zd_engine_render(NULL, &(zd_engine_frame){ 0 }, NULL, one, ZD_PIXELS_ROWS_ALL, &err),
            "frame->params != NULL");
    zd_params_finish(&params);
    zd_context_destroy(&ctx);
}

static void core_and_project(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_queue *queue = NULL;
    zd_project project;
    zd_project_init(&project, ctx);
    REFUSED(zd_queue_create(ctx, 0, &queue, &err), "capacity > 0");
    REFUSED(zd_file_write(ctx, "/nowhere/x", NULL, 1, &err), "data != NULL");
    REFUSED(zd_params_set_number(&project.params, ZD_P_MODEL, 1, &err), "id < ZD_PARAM_COUNT");
    REFUSED(zd_params_set_text(&project.params, ZD_P_FEATHER, "1", &err), "id < ZD_PARAM_COUNT");
    REFUSED(zd_params_set_text(&project.params, ZD_P_MODEL, NULL, &err), "value != NULL");
    REFUSED(zd_project_apply_preset(&project, ZD_PRESET_COUNT, &err), "preset >= 0");
    zd_project_finish(&project);
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(matte_and_depth);
    RUN(pictures);
    RUN(engine_steps);
    RUN(core_and_project);
    return zd_test_finish();
}
