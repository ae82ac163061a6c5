/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What boxes on the subject, beside it and off it make of a shot's thresholds: a wall at 1, a floor at 6, before
 * it somebody at 7 whom the network sees, and a bag beside her at 8 that it half sees. */

#include "engine/engine_shots.h"
#include "project/project.h"
#include "zd_test.h"

enum { W = 80, H = 60 };

static zd_error err;
static zd_context *ctx;

static zd_depth_sample scene(void)
{
    zd_depth_sample sample = { .ctx = ctx };
    sample.depth.kind = ZD_DEPTH_NEARNESS;
    REQUIRE_OK(zd_image_create(ctx, W, H, ZD_GRAY_F32, &sample.depth.values, &err));
    REQUIRE_OK(zd_image_create(ctx, W, H, ZD_GRAY_F32, &sample.foreground, &err));
    REQUIRE_OK(zd_image_create(ctx, W, H, ZD_RGB_F32, &sample.small, &err));
    for (int i = 0; i < W * H; i++) {
        int x = i % W;
        int y = i / W;
        bool is_body = x >= 20 && x < 45 && y >= 10;
        bool is_bag = x >= 45 && x < 58 && y >= 30 && y < 50;
        float depth = is_body ? 7.0f : is_bag ? 8.0f : y >= 50 ? 6.0f : 1.0f;
        zd_view_row_f32(zd_image_view(sample.depth.values), y)[x] = depth;
        zd_view_row_f32(zd_image_view(sample.foreground), y)[x] = is_body  ? 0.98f
                                                                  : is_bag ? 0.45f
                                                                           : 0.01f;
        for (int c = 0; c < 3; c++) {
            zd_view_row_f32(zd_image_view(sample.small), y)[3 * x + c] = depth / 8.0f;
        }
    }
    return sample;
}

static zd_shot shot_with(zd_box box, bool is_object)
{
    zd_project project;
    zd_engine_shots *shots = NULL;
    zd_shot_list list = { 0 };
    zd_depth_sample sample = scene();
    zd_project_init(&project, ctx);
    REQUIRE_OK(zd_project_add_box(&project, box, &err));
    REQUIRE_OK(zd_params_set_number(&project.params, ZD_P_NEAREST_ONLY, is_object, &err));
    REQUIRE_OK(zd_engine_shots_create(ctx, &project, W, H, &shots, &err));
    zd_engine_shots_begin(shots, 0, -1.0, NULL);
    REQUIRE_OK(zd_engine_shots_push(shots, &sample, 0.0, &err));
    REQUIRE_OK(zd_engine_shots_finish(shots, &list, &err));
    REQUIRE_INT(list.count, 1);
    zd_shot shot = list.shots[0];
    REQUIRE(shot.selected);
    zd_shot_list_release(&list);
    zd_engine_shots_destroy(&shots);
    zd_project_finish(&project);
    return shot;
}

static const zd_box body = { 0.3, 0.3, 0.1, 0.1, 0.0, false };
static const zd_box bag = { 0.6, 0.55, 0.05, 0.1, 0.0, false };
static const zd_box wall = { 0.85, 0.2, 0.05, 0.1, 0.0, false };

/* A click on what the automatic matte shows keeps its thresholds, so that the floor stays out. */
static void what_is_shown_is_divided(void)
{
    zd_shot shot = shot_with(bag, true);
    REQUIRE(shot.selected_subject && shot.selected_in == shot.suggested_in);
    REQUIRE(shot.suggested_probability >= 0.0f);
}

/* A box there means depth alone, as does a click on what the automatic matte does not show. */
static void elsewhere_depth_decides(void)
{
    zd_shot shot = shot_with(bag, false);
    REQUIRE(!shot.selected_subject && shot.selected_in > 6.5f && shot.selected_in < 8.0f);
    shot = shot_with(wall, true);
    REQUIRE(!shot.selected_subject && shot.selected_in < 1.0f && shot.selected_out > 1.0f);
}

static void the_subject_keeps_its_thresholds(void)
{
    for (int is_object = 0; is_object < 2; is_object++) {
        zd_shot shot = shot_with(body, is_object == 1);
        REQUIRE(shot.selected_subject && shot.selected_in == shot.suggested_in);
    }
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(what_is_shown_is_divided);
    RUN(elsewhere_depth_decides);
    RUN(the_subject_keeps_its_thresholds);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
