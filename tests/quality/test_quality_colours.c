/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* How well the colours of mixed edges are parted, and that tiles and threads agree. */

#include "figures.h"
#include "matte/decontaminate.h"
#include "scene.h"

static zd_error err;

static zd_rect whole(const scene *s)
{
    return (zd_rect){ 0, 0, s->width, s->height };
}

/* Mean absolute error of a colour image against the truth where the alpha is mixed. */
static double edge_error(const scene *s, zd_image *estimate, zd_image *truth, int channels,
                         bool front)
{
    double sum = 0.0;
    double weights = 0.0;
    for (int y = 0; y < s->height; y++) {
        const float *a = scene_row(s->alpha, y);
        const float *e = scene_row(estimate, y);
        const float *t = scene_row(truth, y);
        for (int x = 0; x < s->width; x++) {
            if (a[x] <= 0.02f || a[x] >= 0.98f) {
                continue;
            }
            double weight = front ? (double) a[x] : 1.0 - (double) a[x]; /* as it is seen */
            for (int c = 0; c < 3; c++) {
                sum += weight * fabs((double) e[x * channels + c] - (double) t[x * 3 + c]);
            }
            weights += 3.0 * weight;
        }
    }
    return sum / weights;
}

static void edges_lose_the_other_colour(void)
{
    zd_context *ctx = zd_test_context(0);
    for (int kind = 0; kind < SCENE_COUNT; kind++) {
        scene s = scene_create(ctx, kind, 1280, 720);
        zd_decontaminator *d = NULL;
        zd_image *back = scene_image(ctx, s.width, s.height, 3);
        zd_image *front = scene_image(ctx, s.width, s.height, 3);
        zd_view picture = zd_image_view(s.picture);
        zd_view alpha = zd_image_view(s.alpha);
        zd_view views[2] = { zd_image_view(back), zd_image_view(front) };
        REQUIRE_OK(zd_decontaminator_create(ctx, s.width, s.height, &d, &err));
        REQUIRE_OK(
            zd_matte_estimate_colours(d, &picture, &alpha, whole(&s), &views[0], &views[1], &err));
        double f = edge_error(&s, front, s.foreground, 3, true);
        double f0 = edge_error(&s, s.picture, s.foreground, 4, true);
        double b = edge_error(&s, back, s.background, 3, false);
        double b0 = edge_error(&s, s.picture, s.background, 4, false);
        figures("%s: foreground error %.4f of %.4f (%.0f %%), background %.4f of %.4f (%.0f %%)\n",
                scene_names[kind], f, f0, 100.0 * f / f0, b, b0, 100.0 * b / b0);
        REQUIRE(f <= 0.5 * f0);
        REQUIRE(b <= 0.5 * b0);
        zd_decontaminator_destroy(&d);
        zd_image_unref(&back);
        zd_image_unref(&front);
        scene_destroy(&s);
    }
    zd_context_destroy(&ctx);
}

/* What a compositor does with it: a layer between the two shows no rim. */
static void a_layer_between_has_no_rim(void)
{
    zd_context *ctx = zd_test_context(0);
    scene s = scene_create(ctx, SCENE_HAIR, 1280, 720);
    zd_decontaminator *d = NULL;
    zd_image *back = scene_image(ctx, s.width, s.height, 3);
    zd_view picture = zd_image_view(s.picture);
    zd_view alpha = zd_image_view(s.alpha);
    zd_view view = zd_image_view(back);
    double clean = 0.0;
    double naive = 0.0;
    static const float layer[3] = { 0.9f, 0.7f, 0.05f };
    REQUIRE_OK(zd_decontaminator_create(ctx, s.width, s.height, &d, &err));
    REQUIRE_OK(zd_matte_estimate_colours(d, &picture, &alpha, whole(&s), &view, NULL, &err));
    for (int y = 0; y < s.height; y++) {
        const float *a = scene_row(s.alpha, y);
        const float *b = scene_row(back, y);
        const float *c = scene_row(s.picture, y);
        const float *f = scene_row(s.foreground, y);
        for (int x = 0; x < s.width; x++) {
            for (int k = 0; k < 3; k++) {
                float truth = a[x] * f[3 * x + k] + (1.0f - a[x]) * layer[k];
                float out = c[4 * x + k] + (1.0f - a[x]) * (layer[k] - b[3 * x + k]);
                float old = a[x] * c[4 * x + k] + (1.0f - a[x]) * layer[k];
                REQUIRE(out >= -1e-6f);
                clean += fabs((double) (out - truth));
                naive += fabs((double) (old - truth));
            }
        }
    }
    figures("layer between: rim %.1f %% of that of plain mixing\n", 100.0 * clean / naive);
    REQUIRE(clean < 0.5 * naive);
    zd_decontaminator_destroy(&d);
    zd_image_unref(&back);
    scene_destroy(&s);
    zd_context_destroy(&ctx);
}

/* The compositor's shorter way: the same bits at mixed pixels, and no other pixel is written. */
static void edges_alone_are_the_same(void)
{
    zd_context *ctx = zd_test_context(2);
    scene s = scene_create(ctx, SCENE_HAIR, 320, 180);
    zd_decontaminator *d = NULL;
    zd_image *all = scene_image(ctx, s.width, s.height, 3);
    zd_image *edges = scene_image(ctx, s.width, s.height, 3);
    zd_view picture = zd_image_view(s.picture);
    zd_view alpha = zd_image_view(s.alpha);
    zd_view views[2] = { zd_image_view(all), zd_image_view(edges) };
    zd_view_clear(views[1]);
    REQUIRE_OK(zd_decontaminator_create(ctx, s.width, s.height, &d, &err));
    REQUIRE_OK(zd_matte_estimate_colours(d, &picture, &alpha, whole(&s), &views[0], NULL, &err));
    REQUIRE_OK(zd_matte_estimate_edges(d, &picture, &alpha, whole(&s), &views[1], &err));
    for (int y = 0; y < s.height; y++) {
        for (int x = 0; x < s.width; x++) {
            static const float nothing[3] = { 0.0f, 0.0f, 0.0f };
            float a = scene_row(s.alpha, y)[x];
            const float *expected = a > 0.0f && a < 1.0f ? scene_row(all, y) + 3 * x : nothing;
            REQUIRE_BYTES(scene_row(edges, y) + 3 * x, expected, sizeof nothing);
        }
    }
    zd_decontaminator_destroy(&d);
    zd_image_unref(&all);
    zd_image_unref(&edges);
    scene_destroy(&s);
    zd_context_destroy(&ctx);
}

static void tiles_and_threads_agree(void)
{
    static const zd_rect tiles[] = { { 0, 0, 50, 50 },
                                     { 100, 80, 290, 170 },
                                     { 319, 0, 320, 180 } };
    zd_context *one = zd_test_context(1);
    zd_context *four = zd_test_context(4);
    scene s = scene_create(one, SCENE_HAIR, 320, 180);
    zd_decontaminator *d[2] = { NULL, NULL };
    zd_image *all = scene_image(one, s.width, s.height, 3);
    zd_view picture = zd_image_view(s.picture);
    zd_view alpha = zd_image_view(s.alpha);
    zd_view view = zd_image_view(all);
    zd_view_row_f32(picture, 90)[4 * 160] = NAN;
    REQUIRE_OK(zd_decontaminator_create(one, s.width, s.height, &d[0], &err));
    REQUIRE_OK(zd_decontaminator_create(four, s.width, s.height, &d[1], &err));
    REQUIRE_OK(zd_matte_estimate_colours(d[0], &picture, &alpha, whole(&s), &view, NULL, &err));
    for (size_t t = 0; t < sizeof tiles / sizeof *tiles; t++) {
        int width = tiles[t].x1 - tiles[t].x0;
        zd_image *part = scene_image(one, width, tiles[t].y1 - tiles[t].y0, 3);
        zd_view out = zd_image_view(part);
        REQUIRE_OK(zd_matte_estimate_colours(d[1], &picture, &alpha, tiles[t], &out, NULL, &err));
        for (int y = tiles[t].y0; y < tiles[t].y1; y++) {
            REQUIRE_BYTES(scene_row(part, y - tiles[t].y0), scene_row(all, y) + 3 * tiles[t].x0,
                          3 * (size_t) width * sizeof(float));
        }
        zd_image_unref(&part);
    }
    for (int y = 0; y < s.height; y++) {
        for (int x = 0; x < s.width; x++) {
            if (scene_row(s.alpha, y)[x] == 0.0f && !(y == 90 && x == 160)) {
                REQUIRE_BYTES(&scene_row(all, y)[3 * x], &scene_row(s.picture, y)[4 * x],
                              3 * sizeof(float));
            }
        }
    }
    zd_decontaminator_destroy(&d[0]);
    zd_decontaminator_destroy(&d[1]);
    zd_image_unref(&all);
    scene_destroy(&s);
    zd_context_destroy(&one);
    zd_context_destroy(&four);
}

int main(void)
{
    RUN(edges_lose_the_other_colour);
    RUN(a_layer_between_has_no_rim);
    RUN(edges_alone_are_the_same);
    RUN(tiles_and_threads_agree);
    FIGURES_RUN("colours.txt");
    return zd_test_finish();
}
