/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* How good mattes are on drawn scenes with known alpha. Each test prints its figures. */

#include "figures.h"
#include "matte/matte.h"
#include "scene.h"

static zd_error err;

static zd_image *render(const scene *s, const zd_matte_params *params, bool guided)
{
    zd_matte *matte = NULL;
    zd_view map = zd_image_view(s->map.values);
    zd_view guide = zd_image_view(s->display);
    zd_matte_size size = { s->width, s->height, map.width, map.height };
    zd_matte_frame frame = { .map = &s->map, .range = scene_range() };
    frame.guide = guided ? &guide : NULL;
    zd_image *out = scene_image(s->ctx, s->width, s->height, 1);
    REQUIRE_OK(zd_matte_create(s->ctx, &size, &matte, &err));
    REQUIRE_OK(zd_matte_prepare(matte, &frame, &err));
    REQUIRE_OK(zd_matte_render(matte, params, (zd_rect){ 0, 0, s->width, s->height },
                               zd_image_view(out), &err));
    zd_matte_destroy(&matte);
    return out;
}

static double iou(zd_image *matte, zd_image *alpha)
{
    zd_view m = zd_image_view(matte);
    zd_view a = zd_image_view(alpha);
    long both = 0;
    long either = 0;
    for (int y = 0; y < m.height; y++) {
        for (int x = 0; x < m.width; x++) {
            int p = zd_view_row_f32(m, y)[x] >= 0.5f;
            int q = zd_view_row_f32(a, y)[x] >= 0.5f;
            both += p && q;
            either += p || q;
        }
    }
    return either > 0 ? (double) both / (double) either : 1.0;
}

static double sad(zd_image *matte, zd_image *alpha)
{
    zd_view m = zd_image_view(matte);
    zd_view a = zd_image_view(alpha);
    double sum = 0.0;
    for (int y = 0; y < m.height; y++) {
        for (int x = 0; x < m.width; x++) {
            sum += fabs((double) zd_view_row_f32(m, y)[x] - (double) zd_view_row_f32(a, y)[x]);
        }
    }
    return sum;
}

static void measure(scene_kind kind, int width, int height, double *hard_iou, double *gain)
{
    char name[64];
    zd_context *ctx = zd_test_context(0);
    scene s = scene_create(ctx, kind, width, height);
    zd_matte_params params = { .depth_in = 4.7f, .depth_out = INFINITY };
    zd_image *bilinear = render(&s, &params, false);
    zd_image *hard = render(&s, &params, true);
    params.auto_feather = true;
    zd_image *soft = render(&s, &params, true);
    *hard_iou = iou(hard, s.alpha);
    *gain = 1.0 - sad(soft, s.alpha) / sad(bilinear, s.alpha);
    figures("%s %dx%d: IoU %.4f (bilinear %.4f), SAD hard %.0f soft %.0f bilinear %.0f: %.1f %% "
            "less\n",
            scene_names[kind], width, height, *hard_iou, iou(bilinear, s.alpha), sad(hard, s.alpha),
            sad(soft, s.alpha), sad(bilinear, s.alpha), 100.0 * *gain);
    snprintf(name, sizeof name, "%s_%d", scene_names[kind], height);
    scene_dump(s.display, name);
    snprintf(name, sizeof name, "%s_%d_alpha", scene_names[kind], height);
    scene_dump(s.alpha, name);
    snprintf(name, sizeof name, "%s_%d_bilinear", scene_names[kind], height);
    scene_dump(bilinear, name);
    snprintf(name, sizeof name, "%s_%d_hard", scene_names[kind], height);
    scene_dump(hard, name);
    snprintf(name, sizeof name, "%s_%d_soft", scene_names[kind], height);
    scene_dump(soft, name);
    zd_image_unref(&bilinear);
    zd_image_unref(&hard);
    zd_image_unref(&soft);
    scene_destroy(&s);
    zd_context_destroy(&ctx);
}

static void hard_threshold_follows_the_picture(void)
{
    double overlap;
    double gain;
    measure(SCENE_BLOCKS, 1920, 1080, &overlap, &gain);
    REQUIRE(overlap >= 0.97);
    measure(SCENE_BLOCKS, 960, 540, &overlap, &gain);
    REQUIRE(overlap >= 0.97);
}

static void hair_has_real_alpha(void)
{
    double overlap;
    double gain;
    for (int kind = SCENE_HAIR; kind <= SCENE_FUR; kind++) {
        measure(kind, 1920, 1080, &overlap, &gain);
        REQUIRE(gain >= 0.30);
        measure(kind, 960, 540, &overlap, &gain);
        REQUIRE(gain >= 0.30);
    }
}

/* Where colour tells nothing, the edge stays where depth has it, and nothing else is torn open. */
static void layers_of_one_colour_keep_the_edge_of_depth(void)
{
    double overlap;
    double gain;
    measure(SCENE_ALIKE, 1920, 1080, &overlap, &gain);
    REQUIRE(overlap >= 0.97);
    REQUIRE(gain >= -0.8);
    measure(SCENE_ALIKE, 960, 540, &overlap, &gain);
    REQUIRE(overlap >= 0.97);
    REQUIRE(gain >= -0.8);
}

int main(void)
{
    RUN(hard_threshold_follows_the_picture);
    RUN(hair_has_real_alpha);
    RUN(layers_of_one_colour_keep_the_edge_of_depth);
    FIGURES_RUN("matte.txt");
    return zd_test_finish();
}
