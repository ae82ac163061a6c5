/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The colours of both sides of an edge, where they are known: two plain colours that are mixed by a
 * matte; and what is promised of parts of a frame. */

#include "matte/decontaminate.h"
#include "zd_test.h"

enum { W = 161, H = 701 };

static zd_error err;

static const float front[] = { 0.9f, 0.2f, 0.05f };
static const float back[] = { 0.1f, 0.3f, 0.7f };

typedef struct bench {
    zd_context *ctx;
    zd_decontaminator *decontaminator;
    zd_image *picture;
    zd_image *matte;
    zd_image *background;
    zd_image *foreground;
} bench;

static zd_image *make(zd_context *ctx, int channels)
{
    zd_image *image = NULL;
    zd_format format = { ZD_SAMPLE_F32, channels };
    REQUIRE_OK(zd_image_create(ctx, W, H, format, &image, &err));
    zd_view_clear(zd_image_view(image));
    return image;
}

/* Soft on the left of the disc, harder on its right; a slow gradient over both colours. */
static float cover_at(int x, int y)
{
    float dx = (float) (x - 80);
    float dy = (float) (y - 333) * 0.4f;
    float soft = dx < 0.0f ? 9.0f : 2.5f;
    float cover = (70.0f - sqrtf(dx * dx + dy * dy)) / soft;
    return fminf(fmaxf(cover, 0.0f), 1.0f);
}

static float light_at(int x, int y)
{
    return 1.0f + 0.0006f * (float) x - 0.0002f * (float) y;
}

static bench open_bench(int threads)
{
    bench b = { .ctx = zd_test_context(threads) };
    REQUIRE_OK(zd_decontaminator_create(b.ctx, W, H, &b.decontaminator, &err));
    b.picture = make(b.ctx, 4);
    b.matte = make(b.ctx, 1);
    b.background = make(b.ctx, 3);
    b.foreground = make(b.ctx, 3);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float m = cover_at(x, y);
            float *pixel = zd_view_row_f32(zd_image_view(b.picture), y) + 4 * (ptrdiff_t) x;
            zd_view_row_f32(zd_image_view(b.matte), y)[x] = m;
            for (int c = 0; c < 3; c++) {
                pixel[c] = light_at(x, y) * (m * front[c] + (1.0f - m) * back[c]);
            }
            pixel[3] = 1.0f;
        }
    }
    return b;
}

static void close_bench(bench *b)
{
    zd_image_unref(&b->picture);
    zd_image_unref(&b->matte);
    zd_image_unref(&b->background);
    zd_image_unref(&b->foreground);
    zd_decontaminator_destroy(&b->decontaminator);
    zd_context_destroy(&b->ctx);
}

static void estimate(bench *b, zd_rect roi)
{
    zd_view picture = zd_image_view(b->picture);
    zd_view matte = zd_image_view(b->matte);
    zd_view background = zd_view_crop(zd_image_view(b->background), roi);
    zd_view foreground = zd_view_crop(zd_image_view(b->foreground), roi);
    REQUIRE_OK(zd_matte_estimate_colours(b->decontaminator, &picture, &matte, roi, &background,
                                         &foreground, &err));
}

static const zd_rect whole = { 0, 0, W, H };

/* What is wrong on average at mixed pixels, of the two colours. */
static void mean_errors(bench *b, double errors[2])
{
    int count = 0;
    errors[0] = errors[1] = 0.0;
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float m = cover_at(x, y);
            if (m <= 0.0f || m >= 1.0f) {
                continue;
            }
            for (int c = 0; c < 3; c++) {
                const float *far = zd_view_row_f32(zd_image_view(b->background), y);
                const float *near = zd_view_row_f32(zd_image_view(b->foreground), y);
                errors[0] += (double) fabsf(far[3 * x + c] - light_at(x, y) * back[c]);
                errors[1] += (double) fabsf(near[3 * x + c] - light_at(x, y) * front[c]);
                count++;
            }
        }
    }
    errors[0] /= count;
    errors[1] /= count;
}

/* In the middle of an edge of nine pixels no colour is pure. The bars are 5 % above what was measured:
 * background 0.1042, foreground 0.1067. */
static void test_both_colours_are_found(void)
{
    double errors[2];
    bench b = open_bench(2);
    estimate(&b, whole);
    mean_errors(&b, errors);
    if (getenv("ZD_SHOW") != NULL) {
        printf("background %g, foreground %g\n", errors[0], errors[1]);
    }
    REQUIRE(errors[0] < 0.1094 && errors[1] < 0.1121);
    /* The mixture of what was found is the picture again. */
    for (int y = 0; y < H; y += 3) {
        for (int x = 0; x < W; x++) {
            float m = cover_at(x, y);
            for (int c = 0; c < 3 && m > 0.0f && m < 1.0f; c++) {
                float far = zd_view_row_f32(zd_image_view(b.background), y)[3 * x + c];
                float near = zd_view_row_f32(zd_image_view(b.foreground), y)[3 * x + c];
                float mixed = zd_view_row_f32(zd_image_view(b.picture), y)[4 * x + c];
                REQUIRE_NEAR(m * near + (1.0f - m) * far, mixed, 0.02);
            }
        }
    }
    close_bench(&b);
}

static void require_same(const bench *a, const bench *b, zd_rect roi)
{
    for (int y = roi.y0; y < roi.y1; y++) {
        size_t at = 3 * (size_t) roi.x0;
        size_t bytes = 3 * sizeof(float) * (size_t) (roi.x1 - roi.x0);
        REQUIRE_BYTES(zd_view_row_f32(zd_image_view(a->background), y) + at,
                      zd_view_row_f32(zd_image_view(b->background), y) + at, bytes);
        REQUIRE_BYTES(zd_view_row_f32(zd_image_view(a->foreground), y) + at,
                      zd_view_row_f32(zd_image_view(b->foreground), y) + at, bytes);
    }
}

/* Cells are a 240th of the height, of a pixel at least; the window is 3 % of it, 2 to 7 cells; and three
 * more cells are for pixels that look at their neighbours and for parts that begin within a cell. */
static void test_the_margin_by_hand(void)
{
    REQUIRE_INT(zd_decontaminator_margin_of(1080), (7 + 3) * 9 / 2);
    REQUIRE_INT(zd_decontaminator_margin_of(2160), (7 + 3) * 9);
    REQUIRE_INT(zd_decontaminator_margin_of(720), (7 + 3) * 3);
    REQUIRE_INT(zd_decontaminator_margin_of(100), (3 + 3) * 1);
    REQUIRE_INT(zd_decontaminator_margin_of(30), (2 + 3) * 1);
    REQUIRE_INT(zd_decontaminator_margin_of(404), 17); /* 10 cells of 1.683 */
    REQUIRE_INT(zd_decontaminator_margin_of(405), 17);
}

/* No height has a wider window than a greater one: what a picture costs grew with the fourth power between
 * heights at which cells became a pixel larger. */
static void test_the_margin_grows_with_the_height(void)
{
    for (int height = 1; height < 4400; height++) {
        REQUIRE(zd_decontaminator_margin_of(height) <= zd_decontaminator_margin_of(height + 1));
    }
}

/* Only the margin around a part is read: what lies beyond may be anything. */
static void test_only_the_margin_is_read(void)
{
    static const zd_rect parts[] = { { 1, 301, 18, 340 },  { 12, 207, 31, 229 },
                                     { 61, 155, 77, 172 }, { 140, 330, 152, 391 },
                                     { 0, 0, 40, 277 },    { 71, 490, 161, 503 } };
    bench all = open_bench(1);
    estimate(&all, whole);
    for (int i = 0; i < (int) (sizeof parts / sizeof *parts); i++) {
        bench part = open_bench(3);
        int margin = zd_decontaminator_margin(part.decontaminator);
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                if (x >= parts[i].x0 - margin && x < parts[i].x1 + margin &&
                    y >= parts[i].y0 - margin && y < parts[i].y1 + margin)
                {
                    continue;
                }
                zd_view_row_f32(zd_image_view(part.matte), y)[x] = (float) ((x ^ y) & 1);
                float *pixel = zd_view_row_f32(zd_image_view(part.picture), y) + 4 * (ptrdiff_t) x;
                pixel[0] = pixel[1] = pixel[2] = 30.0f;
            }
        }
        estimate(&part, parts[i]);
        require_same(&all, &part, parts[i]);
        close_bench(&part);
    }
    close_bench(&all);
}

/* At mixed pixels the edges alone are the same bits; all others keep what they hold. */
static void test_edges_alone(void)
{
    bench all = open_bench(1);
    bench edges = open_bench(2);
    zd_view picture = zd_image_view(edges.picture);
    zd_view matte = zd_image_view(edges.matte);
    zd_view background = zd_image_view(edges.background);
    estimate(&all, whole);
    for (int i = 0; i < 3 * W * H; i++) {
        zd_view_row_f32(background, i / (3 * W))[i % (3 * W)] = -7.0f;
    }
    REQUIRE_OK(
        zd_matte_estimate_edges(edges.decontaminator, &picture, &matte, whole, &background, &err));
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float m = cover_at(x, y);
            const float *a = zd_view_row_f32(zd_image_view(all.background), y) + 3 * (ptrdiff_t) x;
            const float *b = zd_view_row_f32(background, y) + 3 * (ptrdiff_t) x;
            if (m > 0.0f && m < 1.0f) {
                REQUIRE_BYTES(a, b, 3 * sizeof *a);
            } else {
                REQUIRE(b[0] == -7.0f && b[1] == -7.0f && b[2] == -7.0f);
            }
        }
    }
    close_bench(&all);
    close_bench(&edges);
}

int main(void)
{
    RUN(test_both_colours_are_found);
    RUN(test_the_margin_by_hand);
    RUN(test_the_margin_grows_with_the_height);
    RUN(test_only_the_margin_is_read);
    RUN(test_edges_alone);
    return zd_test_finish();
}
