/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The median of edges: steadier where a network's edge crawls, never behind what moves, and nothing but
 * a function of three frames. */

#include "depth/edge_median.h"
#include "zd_test.h"

enum { W = 91, H = 61, RADIUS = 14, FRAMES = 9 };

static zd_error err;

typedef struct stage {
    zd_context *ctx;
    zd_edge_median *median;
    zd_image *depth[FRAMES];
    zd_image *probability[FRAMES];
    zd_image *rgb[FRAMES];
    zd_image *truth[FRAMES];
    zd_image *out;
    zd_image *out_probability;
} stage;

static stage open_stage(int threads)
{
    stage s = { .ctx = zd_test_context(threads) };
    REQUIRE_OK(zd_edge_median_create(s.ctx, W, H, &s.median, &err));
    for (int i = 0; i < FRAMES; i++) {
        REQUIRE_OK(zd_image_create(s.ctx, W, H, ZD_GRAY_F32, &s.depth[i], &err));
        REQUIRE_OK(zd_image_create(s.ctx, W, H, ZD_GRAY_F32, &s.probability[i], &err));
        REQUIRE_OK(zd_image_create(s.ctx, W, H, ZD_RGB_F32, &s.rgb[i], &err));
        REQUIRE_OK(zd_image_create(s.ctx, W, H, ZD_GRAY_F32, &s.truth[i], &err));
    }
    REQUIRE_OK(zd_image_create(s.ctx, W, H, ZD_GRAY_F32, &s.out, &err));
    REQUIRE_OK(zd_image_create(s.ctx, W, H, ZD_GRAY_F32, &s.out_probability, &err));
    return s;
}

static void close_stage(stage *s)
{
    for (int i = 0; i < FRAMES; i++) {
        zd_image_unref(&s->depth[i]);
        zd_image_unref(&s->probability[i]);
        zd_image_unref(&s->rgb[i]);
        zd_image_unref(&s->truth[i]);
    }
    zd_image_unref(&s->out);
    zd_image_unref(&s->out_probability);
    zd_edge_median_destroy(&s->median);
    zd_context_destroy(&s->ctx);
}

static float *at(zd_image *image, int x, int y)
{
    zd_view view = zd_image_view(image);
    return zd_view_row_f32(view, y) + (ptrdiff_t) x * view.format.channels;
}

static float grain(int x, int y, int c)
{
    unsigned long long seed = (unsigned) (x + 4096) * 73856093u ^ (unsigned) (y + 4096) * 19349663u;
    seed += (unsigned) c * 83492791u;
    return zd_test_uniform(&seed);
}

/* A smooth texture: grains three pixels apart. */
static float texture(float x, float y, int c)
{
    float u = floorf(x / 3.0f);
    float v = floorf(y / 3.0f);
    float fx = x / 3.0f - u;
    float fy = y / 3.0f - v;
    float top = grain((int) u, (int) v, c) * (1.0f - fx) + grain((int) u + 1, (int) v, c) * fx;
    float low =
        grain((int) u, (int) v + 1, c) * (1.0f - fx) + grain((int) u + 1, (int) v + 1, c) * fx;
    return top * (1.0f - fy) + low * fy;
}

/* The nearness of a disc of a radius, two pixels soft, before a ramp. */
static float disc_depth(float dx, float dy, float radius, int y)
{
    float share = 0.5f + (radius - sqrtf(dx * dx + dy * dy)) * 0.25f;
    share = share < 0.0f ? 0.0f : share > 1.0f ? 1.0f : share;
    return 0.1f + 0.002f * (float) y + share * 0.7f;
}

/* A textured disc that moves before a still wall; what a network makes of its edge grows and shrinks by
 * `crawl` pixels from frame to frame. */
static void draw(stage *s, float speed, float crawl)
{
    static const float sway[FRAMES] = { 0.0f, 1.0f, -0.6f, 0.3f, -1.0f, 0.8f, -0.2f, 0.6f, -0.9f };
    for (int i = 0; i < FRAMES * W * H; i++) {
        int f = i / (W * H);
        int x = i % W;
        int y = i / W % H;
        float dx = (float) x - 28.0f - speed * (float) f;
        float dy = (float) y - 31.0f;
        bool inside = dx * dx + dy * dy < RADIUS * RADIUS;
        *at(s->truth[f], x, y) = disc_depth(dx, dy, RADIUS, y);
        *at(s->depth[f], x, y) = disc_depth(dx, dy, RADIUS + crawl * sway[f], y);
        *at(s->probability[f], x, y) = (*at(s->depth[f], x, y) - 0.1f) / 0.9f;
        for (int c = 0; c < 3; c++) {
            at(s->rgb[f], x, y)[c] = inside ? 0.5f + 0.5f * texture(dx, dy, c)
                                            : 0.4f * texture((float) x, (float) y, c + 3);
        }
    }
}

static zd_edge_frame frame_of(const stage *s, int i)
{
    return (zd_edge_frame){ zd_image_view(s->depth[i]), zd_image_view(s->probability[i]),
                            zd_image_view(s->rgb[i]) };
}

static void apply(stage *s, int i)
{
    zd_edge_frame frames[3] = { frame_of(s, i - 1), frame_of(s, i), frame_of(s, i + 1) };
    zd_edge_median_apply(s->median, frames, zd_image_view(s->out),
                         zd_image_view(s->out_probability));
}

/* The mean difference of two maps around the disc's outline. */
static double outline_error(zd_image *a, zd_image *b, float centre)
{
    double sum = 0.0;
    int count = 0;
    for (int i = 0; i < W * H; i++) {
        float dx = (float) (i % W) - centre;
        float dy = (float) (i / W) - 31.0f;
        if (fabsf(sqrtf(dx * dx + dy * dy) - RADIUS) < 4.0f) {
            sum += fabs((double) (*at(a, i % W, i / W) - *at(b, i % W, i / W)));
            count++;
        }
    }
    return sum / count;
}

/* An edge that crawls is nearer to the truth afterwards, at rest and in motion. */
static void a_crawling_edge_is_steadied(void)
{
    static const float speeds[] = { 0.0f, 1.0f, 2.5f, 4.0f };
    for (int k = 0; k < 4; k++) {
        stage s = open_stage(2);
        double before = 0.0;
        double after = 0.0;
        draw(&s, speeds[k], 1.5f);
        for (int i = 1; i < FRAMES - 1; i++) {
            float centre = 28.0f + speeds[k] * (float) i;
            apply(&s, i);
            before += outline_error(s.depth[i], s.truth[i], centre);
            after += outline_error(s.out, s.truth[i], centre);
        }
        printf("speed %g: error along the outline %.4f, with the median %.4f\n", (double) speeds[k],
               before / (FRAMES - 2), after / (FRAMES - 2));
        REQUIRE(after < 0.7 * before);
        close_stage(&s);
    }
}

/* A clean edge that moves stays where it is: nothing is drawn behind it or left in its place. */
static void a_moving_edge_does_not_lag(void)
{
    static const float speeds[] = { 1.0f, 1.5f, 3.0f, 5.0f };
    for (int k = 0; k < 4; k++) {
        stage s = open_stage(2);
        double most = 0.0;
        draw(&s, speeds[k], 0.0f);
        for (int i = 1; i < FRAMES - 1; i++) {
            float centre = 28.0f + speeds[k] * (float) i;
            apply(&s, i);
            double moved = outline_error(s.out, s.depth[i], centre);
            most = moved > most ? moved : most;
        }
        /* An outline d pixels off differs by 0.7 d over the eight pixels that are looked at. */
        printf("speed %g: moved by %.2f pixels at most\n", (double) speeds[k], most * 8.0 / 0.7);
        REQUIRE(most * 8.0 / 0.7 < 0.3);
        close_stage(&s);
    }
}

/* What is found nowhere in the neighbours stays to the bit, as does what is no edge, and a hole. */
static void what_is_not_found_stays(void)
{
    stage s = open_stage(1);
    draw(&s, 2.0f, 1.0f);
    for (int i = 0; i < W * H; i++) { /* another place, brighter than anything here */
        for (int c = 0; c < 3; c++) {
            at(s.rgb[3], i % W, i / W)[c] =
                1.5f + 0.5f * texture((float) (i % W), (float) (i / W), c);
        }
    }
    apply(&s, 4);
    for (int y = 0; y < H; y++) {
        REQUIRE_BYTES(at(s.out, 0, y), at(s.depth[4], 0, y), W * sizeof(float));
    }
    *at(s.depth[6], 40, 31) = NAN;
    *at(s.depth[5], 54, 31) = NAN;
    apply(&s, 6);
    REQUIRE(isnan(*at(s.out, 40, 31)));
    for (int i = 0; i < W * H; i++) {
        bool is_hole = i % W == 40 && i / W == 31;
        REQUIRE(is_hole || isfinite(*at(s.out, i % W, i / W)));
    }
    for (int y = 0; y < 8; y++) { /* the wall above */
        REQUIRE_BYTES(at(s.out, 0, y), at(s.depth[6], 0, y), W * sizeof(float));
    }
    close_stage(&s);
}

/* Three frames give one result, whatever was asked for before and by however many threads. */
static void only_the_three_frames_count(void)
{
    stage one = open_stage(1);
    stage many = open_stage(3);
    draw(&one, 2.0f, 1.5f);
    draw(&many, 2.0f, 1.5f);
    apply(&one, 2);
    for (int i = FRAMES - 2; i >= 2; i--) {
        apply(&many, i);
    }
    for (int y = 0; y < H; y++) {
        REQUIRE_BYTES(at(one.out, 0, y), at(many.out, 0, y), W * sizeof(float));
        REQUIRE_BYTES(at(one.out_probability, 0, y), at(many.out_probability, 0, y),
                      W * sizeof(float));
    }
    close_stage(&one);
    close_stage(&many);
}

/* Time runs the same way in both directions. */
static void the_window_is_symmetric(void)
{
    stage s = open_stage(1);
    zd_image *forward = NULL;
    REQUIRE_OK(zd_image_create(s.ctx, W, H, ZD_GRAY_F32, &forward, &err));
    draw(&s, 2.0f, 1.5f);
    apply(&s, 4);
    zd_view_copy(zd_image_view(s.out), zd_image_view(forward));
    zd_edge_frame frames[3] = { frame_of(&s, 5), frame_of(&s, 4), frame_of(&s, 3) };
    zd_edge_median_apply(s.median, frames, zd_image_view(s.out), zd_image_view(s.out_probability));
    for (int y = 0; y < H; y++) {
        REQUIRE_BYTES(at(s.out, 0, y), at(forward, 0, y), W * sizeof(float));
    }
    zd_image_unref(&forward);
    close_stage(&s);
}

static void sizes_are_checked(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_edge_median *median = NULL;
    REQUIRE_FAILS(zd_edge_median_create(ctx, 100000000, 2, &median, &err), ZD_ERR_LIMIT,
                  "a depth map of 100000000x2; each side must be 1 to 65536");
    REQUIRE(median == NULL);
    zd_edge_median_destroy(&median);
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(a_crawling_edge_is_steadied);
    RUN(a_moving_edge_does_not_lag);
    RUN(what_is_not_found_stays);
    RUN(only_the_three_frames_count);
    RUN(the_window_is_symmetric);
    RUN(sizes_are_checked);
    return zd_test_finish();
}
