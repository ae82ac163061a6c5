/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Suggested thresholds on drawn histograms whose valleys are known, and the line through points. */

#include "depth/line_fit.h"
#include "depth/suggest.h"
#include "zd_test.h"

enum { W = 200, H = 10 };

static zd_error err;

typedef struct layers {
    zd_context *ctx;
    zd_depth_map map;
    zd_image *foreground;
    zd_suggester suggester;
} layers;

static void open_layers(layers *l, zd_depth_kind kind)
{
    *l = (layers){ .ctx = zd_test_context(1), .map = { .kind = kind } };
    REQUIRE_OK(zd_image_create(l->ctx, W, H, ZD_GRAY_F32, &l->map.values, &err));
    REQUIRE_OK(zd_image_create(l->ctx, W, H, ZD_GRAY_F32, &l->foreground, &err));
}

static void close_layers(layers *l)
{
    zd_image_unref(&l->map.values);
    zd_image_unref(&l->foreground);
    zd_context_destroy(&l->ctx);
}

/* Columns from..to have depths spread evenly over [low, high], and one probability. */
static void draw(layers *l, int from, int to, float low, float high, float probability)
{
    for (int y = 0; y < H; y++) {
        for (int x = from; x < to; x++) {
            float u = ((float) (x - from) + (float) y / H) / (float) (to - from);
            zd_view_row_f32(zd_image_view(l->map.values), y)[x] = low + (high - low) * u;
            zd_view_row_f32(zd_image_view(l->foreground), y)[x] = probability;
        }
    }
}

/* The suggestion, its Depth In normalised. */
static zd_suggestion suggest(layers *l, zd_depth_range range, bool with_foreground)
{
    zd_view foreground = zd_image_view(l->foreground);
    l->suggester = (zd_suggester){ 0 };
    zd_suggester_add(&l->suggester, &l->map, range, with_foreground ? &foreground : NULL);
    zd_suggestion s = zd_suggester_result(&l->suggester, range, range);
    s.depth_in = zd_depth_to_normalised(range, s.depth_in);
    return s;
}

static void test_the_valley_between_two_layers(void)
{
    layers l;
    open_layers(&l, ZD_DEPTH_NEARNESS);
    draw(&l, 0, 150, 12.0f, 14.0f, 0.0f); /* normalised 0.1 to 0.2 */
    draw(&l, 150, W, 26.0f, 28.0f, 0.0f); /* 0.8 to 0.9 */
    zd_suggestion s = suggest(&l, (zd_depth_range){ 10.0f, 30.0f }, false);
    REQUIRE_NEAR(s.depth_in, 0.5, 0.02);
    REQUIRE(s.depth_out == INFINITY && s.probability == -1.0f);
    REQUIRE_NEAR(s.confidence, 1.0, 0.03);
    REQUIRE_INT(l.suggester.frames, 1);
    REQUIRE_INT(l.suggester.frames_with_probability, 0);
    close_layers(&l);
}

/* In metres what is near is small: the same picture, the same threshold. */
static void test_metres(void)
{
    layers l;
    open_layers(&l, ZD_DEPTH_METRES);
    draw(&l, 0, 150, 28.0f, 26.0f, 0.0f); /* 0.1 to 0.2 of 30 to 10 m */
    draw(&l, 150, W, 18.0f, 16.0f, 0.0f); /* 0.6 to 0.7 */
    zd_suggestion s = suggest(&l, (zd_depth_range){ 30.0f, 10.0f }, false);
    REQUIRE_NEAR(s.depth_in, 0.4, 0.02);
    REQUIRE(s.depth_out == -INFINITY);
    close_layers(&l);
}

/* What has no depth does not count, and depths beyond the range count at its ends. */
static void test_holes_and_what_is_beyond(void)
{
    layers l;
    open_layers(&l, ZD_DEPTH_NEARNESS);
    draw(&l, 0, 60, NAN, NAN, 0.0f);
    draw(&l, 60, 120, -3.0f, -2.0f, 0.0f);
    draw(&l, 120, W, 5.0f, 6.0f, 0.0f);
    suggest(&l, (zd_depth_range){ 0.0f, 1.0f }, false);
    REQUIRE_NEAR(l.suggester.counts[0][0], 60 * H, 0);
    REQUIRE_NEAR(l.suggester.counts[ZD_SUGGEST_BINS - 1][0], (W - 120) * H, 0);
    close_layers(&l);
}

/* Probability counts in eighths, rounded: soft ones too. */
static void test_soft_probabilities_count(void)
{
    static const float given[] = { 0.0f, 0.06f, 0.08f, 0.5f, 0.94f, 1.0f, 7.0f, -1.0f, NAN };
    static const int level[] = { 0, 0, 1, 4, 7, 7, 7, 0, 0 };
    layers l;
    open_layers(&l, ZD_DEPTH_NEARNESS);
    for (int i = 0; i < 9; i++) {
        draw(&l, 0, W, 0.3f, 0.3f, given[i]);
        suggest(&l, (zd_depth_range){ 0.0f, 1.0f }, true);
        REQUIRE_NEAR(l.suggester.counts[(int) (0.3 * ZD_SUGGEST_BINS)][level[i]], W * H, 0);
        REQUIRE_INT(l.suggester.frames_with_probability, 1);
    }
    close_layers(&l);
}

/* A person at the depth of the wall stands out by her probability. */
static void test_a_person_at_the_walls_depth(void)
{
    layers l;
    open_layers(&l, ZD_DEPTH_NEARNESS);
    draw(&l, 0, 160, 0.0f, 1.0f, 0.0f);
    draw(&l, 160, W, 0.45f, 0.55f, 1.0f);
    zd_suggestion s = suggest(&l, (zd_depth_range){ 0.0f, 1.0f }, true);
    REQUIRE(s.probability == ZD_SUBJECT_WEIGHT);
    /* Above 0.34 the wall, 0.66 farther, is out; up to 0.81 the person, nearer by twice what is left
     * to 1, is in. All is as good in between, and the middle is taken. */
    REQUIRE_NEAR(s.depth_in, 0.57, 0.06);
    REQUIRE(s.confidence > 0.98f);
    /* Half as sure of her: her mask is expected to be right in three quarters of it. */
    draw(&l, 160, W, 0.45f, 0.55f, 0.75f);
    zd_suggestion half = suggest(&l, (zd_depth_range){ 0.0f, 1.0f }, true);
    REQUIRE_NEAR(half.confidence, 5.0 / 7.0, 0.03); /* 0.75 counts as five sevenths */
    close_layers(&l);
}

/* Less than 0.4 % of foreground is no object. */
static void test_too_little_foreground_is_none(void)
{
    layers l;
    open_layers(&l, ZD_DEPTH_NEARNESS);
    draw(&l, 0, 199, 0.1f, 0.2f, 0.0f);
    draw(&l, 199, W, 0.8f, 0.9f, 0.7f);
    REQUIRE(suggest(&l, (zd_depth_range){ 0.0f, 1.0f }, true).probability == -1.0f);
    draw(&l, 199, W, 0.8f, 0.9f, 0.9f);
    REQUIRE(suggest(&l, (zd_depth_range){ 0.0f, 1.0f }, true).probability > 0.0f);
    close_layers(&l);
}

/* Nobody is there and nothing stands apart: nothing is foreground. A little of somebody, two clear layers,
 * or a network that was not asked: the threshold is where it was. */
static void test_nobody_is_no_foreground(void)
{
    layers l;
    zd_depth_range range = { 10.0f, 30.0f };
    open_layers(&l, ZD_DEPTH_NEARNESS);
    draw(&l, 0, W, 10.0f, 30.0f, 0.05f); /* a floor */
    zd_suggestion s = suggest(&l, range, true);
    REQUIRE_NEAR(s.depth_in, 1.25, 1e-5);
    REQUIRE(s.probability == -1.0f && s.confidence < 0.5f);
    REQUIRE(zd_suggestion_is_empty(range, zd_depth_from_normalised(range, s.depth_in)));
    REQUIRE(suggest(&l, range, false).depth_in < 1.0f);
    draw(&l, 0, 1, 10.0f, 10.1f, 0.95f); /* half a per cent of somebody */
    s = suggest(&l, range, true);
    REQUIRE(s.depth_in < 1.0f && s.probability == ZD_SUBJECT_WEIGHT);
    draw(&l, 0, 150, 12.0f, 14.0f, 0.05f);
    draw(&l, 150, W, 26.0f, 28.0f, 0.05f);
    s = suggest(&l, range, true);
    REQUIRE_NEAR(s.depth_in, 0.5, 0.02);
    REQUIRE(!zd_suggestion_is_empty(range, 20.0f));
    zd_depth_range metres = { 30.0f, 10.0f };
    REQUIRE(zd_suggestion_is_empty(metres, 5.0f) && !zd_suggestion_is_empty(metres, 12.0f));
    close_layers(&l);
}

static void test_nothing_gives_a_guess(void)
{
    zd_suggester none = { 0 };
    zd_depth_range range = { 0.0f, 1.0f };
    zd_suggestion s = zd_suggester_result(&none, range, range);
    REQUIRE_NEAR(s.depth_in, 0.5, 0);
    REQUIRE(s.confidence == 0.0f && s.probability == -1.0f && s.depth_out == INFINITY);
}

enum { POINTS = 240 };

/* Points on a line, some of them moved off it. */
static zd_line fit(double scale, double shift, int wrong_every, double least_weight)
{
    static float x[POINTS];
    static float y[POINTS];
    static float weight[POINTS];
    static float scratch[POINTS];
    for (int i = 0; i < POINTS; i++) {
        x[i] = (float) (i * 7 % POINTS) / POINTS;
        y[i] = (float) (scale * (double) x[i] + shift);
        weight[i] = i % 5 == 0 ? 0.0f : 1.0f + 0.5f * (float) (i % 2);
        y[i] += wrong_every > 0 && i % wrong_every == 1 ? 0.9f - x[i] : 0.0f;
        y[i] += i % 5 == 0 ? 100.0f : 0.0f; /* has no weight */
    }
    zd_line_samples samples = { x, y, weight, POINTS, least_weight };
    return zd_line_fit(&samples, scratch);
}

static void test_a_line_is_found(void)
{
    static const double lines[][2] = { { 1.3, -0.2 }, { 0.7, 0.45 }, { 1.0, 0.0 }, { 1.9, 3.0 } };
    for (int i = 0; i < 4; i++) {
        zd_line exact = fit(lines[i][0], lines[i][1], 0, 1.0);
        REQUIRE_NEAR(exact.scale, lines[i][0], 1e-4);
        REQUIRE_NEAR(exact.shift, lines[i][1], 1e-4);
    }
    /* A seventh of the points are wrong: least squares would be off by a tenth. */
    zd_line robust = fit(1.3, -0.2, 7, 1.0);
    REQUIRE_NEAR(robust.scale, 1.3, 0.02);
    REQUIRE_NEAR(robust.shift, -0.2, 0.02);
}

static void test_a_line_has_its_limits(void)
{
    REQUIRE_NEAR(fit(3.0, 0.0, 0, 1.0).scale, 2.0, 1e-6);
    REQUIRE_NEAR(fit(0.2, 0.0, 0, 1.0).scale, 0.5, 1e-6);
    REQUIRE_NEAR(fit(-1.0, 2.0, 0, 1.0).scale, 1.0, 1e-6); /* they do not go together */
    REQUIRE_NEAR(fit(-1.0, 2.0, 0, 1.0).shift, 1.0, 0.02); /* the means still agree */
    zd_line too_little = fit(1.5, 2.0, 0, 1e6);
    REQUIRE(too_little.scale == 1.0f && too_little.shift == 0.0f);
}

/* Deming's slope from centred, weighted sums, and Geman and McClure's weights, in double. */
static void slow_fit(const float *x, const float *y, const float *weight, int count,
                     double result[2])
{
    double w[8];
    double line[2] = { 1.0, 0.0 };
    for (int i = 0; i < count; i++) {
        w[i] = (double) weight[i];
    }
    for (int round = 0; round < 4; round++) {
        double n = 0.0;
        double s[5] = { 0.0 };
        for (int i = 0; i < count; i++) {
            double p = (double) x[i];
            double q = (double) y[i];
            n += w[i];
            s[0] += w[i] * p;
            s[1] += w[i] * q;
            s[2] += w[i] * p * p;
            s[3] += w[i] * q * q;
            s[4] += w[i] * p * q;
        }
        double xx = s[2] - s[0] * s[0] / n;
        double yy = s[3] - s[1] * s[1] / n;
        double xy = s[4] - s[0] * s[1] / n;
        double d = yy - 0.06 * xx;
        line[0] = (d + sqrt(d * d + 4.0 * 0.06 * xy * xy)) / (2.0 * xy);
        line[1] = s[1] / n - line[0] * s[0] / n;
        double spread = 0.0;
        for (int i = 0; i < count; i++) {
            spread += w[i] / n * fabs(line[0] * (double) x[i] + line[1] - (double) y[i]);
        }
        for (int i = 0; i < count; i++) {
            double r = (line[0] * (double) x[i] + line[1] - (double) y[i]) / (2.0 * spread);
            w[i] = (double) weight[i] / ((1.0 + r * r) * (1.0 + r * r));
        }
    }
    result[0] = line[0];
    result[1] = line[1];
}

static void test_the_slope_has_errors_in_both(void)
{
    static const float x[] = { 0.0f, 0.3f, 1.1f, 2.0f, 2.7f, 3.1f, 4.4f, 5.2f };
    static const float y[] = { 0.5f, -0.2f, 1.9f, 1.7f, 3.6f, 2.9f, 5.6f, 4.8f };
    static const float weight[] = { 0.2f, 1.0f, 0.4f, 1.0f, 0.7f, 1.0f, 0.3f, 0.9f };
    float scratch[8];
    double expected[2];
    zd_line_samples samples = { x, y, weight, 8, 0.1 };
    zd_line line = zd_line_fit(&samples, scratch);
    slow_fit(x, y, weight, 8, expected);
    REQUIRE_NEAR(line.scale, expected[0], 1e-5);
    REQUIRE_NEAR(line.shift, expected[1], 1e-5);
    REQUIRE(line.scale > 0.9f && line.scale < 1.3f);
}

int main(void)
{
    RUN(test_the_valley_between_two_layers);
    RUN(test_metres);
    RUN(test_holes_and_what_is_beyond);
    RUN(test_soft_probabilities_count);
    RUN(test_a_person_at_the_walls_depth);
    RUN(test_too_little_foreground_is_none);
    RUN(test_nobody_is_no_foreground);
    RUN(test_nothing_gives_a_guess);
    RUN(test_a_line_is_found);
    RUN(test_a_line_has_its_limits);
    RUN(test_the_slope_has_errors_in_both);
    return zd_test_finish();
}
