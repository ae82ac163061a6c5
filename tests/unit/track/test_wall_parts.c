/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The normal equations of a wall's change against the change itself: what a number moves and brightens is told by
 * differences of its homography, and every sum is added up from that. */

#include "track/wall_internal.h"
#include "zd_test.h"

#include <math.h>

enum { POINTS = 90, MODELS = 3 };

static const zd_wall_model models[MODELS] = { ZD_WALL_SHIFT, ZD_WALL_SIMILAR, ZD_WALL_PERSPECTIVE };

/* A wide box away from the corner of its picture, and points in it. */
typedef struct stage {
    zd_wall_key key;
    zd_wall_points points;
    zd_wall_look look;
    zd_homography expected;
    float memory[6][POINTS];
} stage;

static void open_stage(stage *s)
{
    unsigned long long seed = 41;
    *s = (stage){ .key.box = { 31.0, 12.0, 131.0, 52.0 },
                  .expected = { { 1.02, 0.03, 4.0, -0.04, 0.97, -7.0, 3e-4, -2e-4, 1.0 } } };
    float(*m)[POINTS] = s->memory;
    for (int i = 0; i < POINTS; i++) {
        m[0][i] = 31.0f + 100.0f * zd_test_uniform(&seed);
        m[1][i] = 12.0f + 40.0f * zd_test_uniform(&seed);
        for (int k = 2; k < 5; k++) {
            m[k][i] = zd_test_uniform(&seed) - 0.4f;
        }
        m[5][i] = i % 13 == 5 ? NAN : 0.1f * (zd_test_uniform(&seed) - 0.4f);
    }
    s->points = (zd_wall_points){ POINTS, m[0], m[1], m[2], m[3], m[4] };
    s->look = (zd_wall_look){ .key = &s->key,
                              .points = &s->points,
                              .expected = &s->expected,
                              .middle = { 81.0, 32.0 },
                              .half = 50.0,
                              .noise = 0.03,
                              .grain = 0.05,
                              .difference = m[5] };
}

/* How far a point of the key moves for each number, in pixels for 1. */
static void moves_of(const stage *s, zd_wall_model model, double x, double y,
                     double out[ZD_WALL_NUMBERS][2])
{
    const double step = 1e-5;
    for (int number = 0; number < zd_wall_numbers(model); number++) {
        double p[2][2];
        for (int k = 0; k < 2; k++) {
            double n[ZD_WALL_NUMBERS] = { 0.0 };
            n[number] = k == 0 ? -step : step;
            zd_homography h = zd_wall_change(&s->look, model, n);
            REQUIRE(zd_homography_apply(&h, x, y, p[k]));
        }
        for (int axis = 0; axis < 2; axis++) {
            out[number][axis] = (p[1][axis] - p[0][axis]) / (2.0 * step);
        }
    }
}

static void corner_of(const stage *s, int i, double *x, double *y)
{
    *x = i % 2 == 0 ? s->key.box.x0 : s->key.box.x1;
    *y = i / 2 == 0 ? s->key.box.y0 : s->key.box.y1;
}

static void require_sums(const zd_wall_sums *found, const zd_wall_sums *expected)
{
    REQUIRE_INT(found->count, expected->count);
    REQUIRE_INT(found->points, expected->points);
    for (int a = 0; a < expected->count; a++) {
        for (int b = 0; b <= a; b++) {
            double most = sqrt(expected->square[a][a] * expected->square[b][b]);
            REQUIRE_NEAR(found->square[a][b], expected->square[a][b], 1e-6 * most);
        }
        REQUIRE_NEAR(found->right[a], expected->right[a], 1e-6 * sqrt(expected->square[a][a]));
    }
}

/* In halves of the box's longer side from its middle, (u, v) goes to ((1 + c) u - d v + a, d u + (1 + c) v + b) where all is
 * similar, and to fractions of linear forms where it is a plane. */
static void a_change_is_the_map_of_its_numbers(void)
{
    static const double n[ZD_WALL_NUMBERS] = { 0.02, -0.05, 0.11, 0.07, -0.13, 0.04, 0.06, -0.09 };
    stage s;
    open_stage(&s);
    for (int i = 0; i < POINTS; i++) {
        double u = ((double) s.points.x[i] - 81.0) / 50.0;
        double v = ((double) s.points.y[i] - 32.0) / 50.0;
        double below = n[6] * u + n[7] * v + 1.0;
        double expected[MODELS][2] = {
            { u + n[0], v + n[1] },
            { (1.0 + n[2]) * u - n[3] * v + n[0], n[3] * u + (1.0 + n[2]) * v + n[1] },
            { ((1.0 + n[2]) * u + n[3] * v + n[0]) / below,
              (n[4] * u + (1.0 + n[5]) * v + n[1]) / below },
        };
        for (int k = 0; k < MODELS; k++) {
            double p[2];
            zd_homography h = zd_wall_change(&s.look, models[k], n);
            REQUIRE(zd_homography_apply(&h, (double) s.points.x[i], (double) s.points.y[i], p));
            REQUIRE_NEAR(p[0], 81.0 + 50.0 * expected[k][0], 1e-9);
            REQUIRE_NEAR(p[1], 32.0 + 50.0 * expected[k][1], 1e-9);
        }
    }
}

/* The sums of points whose slope is at least `least`, from how each brightens. */
static zd_wall_sums gather_plainly(const stage *s, zd_wall_model model, double least)
{
    int n = zd_wall_numbers(model);
    zd_wall_sums out = { .count = n + 2 };
    for (int i = 0; i < POINTS; i++) {
        double e = (double) s->look.difference[i];
        double gx = (double) s->points.slope_x[i];
        double gy = (double) s->points.slope_y[i];
        if (isnan(e) || hypot(gx, gy) < least) {
            continue;
        }
        double moves[ZD_WALL_NUMBERS][2];
        double row[ZD_WALL_ALL];
        moves_of(s, model, (double) s->points.x[i], (double) s->points.y[i], moves);
        for (int a = 0; a < n; a++) {
            row[a] = gx * moves[a][0] + gy * moves[a][1];
        }
        row[n] = (double) s->points.value[i];
        row[n + 1] = 1.0;
        double weight = pow(1.0 + pow(e / (2.5 * s->look.noise), 2.0), -2.0); /* Geman, McClure */
        for (int a = 0; a < n + 2; a++) {
            for (int b = 0; b <= a; b++) {
                out.square[a][b] += weight * row[a] * row[b];
            }
            out.right[a] += weight * row[a] * e;
        }
        out.points++;
    }
    return out;
}

static void points_are_gathered_by_how_they_brighten(void)
{
    stage s;
    open_stage(&s);
    for (int k = 0; k < MODELS; k++) {
        for (int i = 0; i < 2; i++) {
            double least = i == 0 ? 0.0 : 0.35;
            zd_wall_sums found;
            zd_wall_sums expected = gather_plainly(&s, models[k], least);
            REQUIRE(expected.points > ZD_WALL_LEAST_POINTS && expected.points < POINTS);
            zd_wall_gather(&s.look, models[k], least * least, &found);
            require_sums(&found, &expected);
        }
    }
}

/* Corners half a pixel off weigh as much as three points that differ by the noise. */
static void what_was_expected_pulls_at_the_corners(void)
{
    static const double off[ZD_WALL_NUMBERS] = { 0.02, -0.03, 0.01, 0.02, -0.01, 0.03, 0.01, 0.02 };
    stage s;
    open_stage(&s);
    for (int k = 0; k < MODELS; k++) {
        zd_homography change = zd_wall_change(&s.look, ZD_WALL_PERSPECTIVE, off);
        zd_homography pose = zd_homography_chain(change, s.expected);
        zd_wall_sums found = { .count = zd_wall_numbers(models[k]) };
        zd_wall_sums expected = found;
        double weight = 3.0 * s.look.noise * s.look.noise / (0.5 * 0.5);
        for (int i = 0; i < 4; i++) {
            double x;
            double y;
            double to[2];
            double moves[ZD_WALL_NUMBERS][2];
            corner_of(&s, i, &x, &y);
            moves_of(&s, models[k], x, y, moves);
            REQUIRE(zd_homography_apply(&change, x, y, to));
            for (int a = 0; a < found.count; a++) {
                for (int b = 0; b <= a; b++) {
                    expected.square[a][b] +=
                        weight * (moves[a][0] * moves[b][0] + moves[a][1] * moves[b][1]);
                }
                expected.right[a] +=
                    weight * (moves[a][0] * (to[0] - x) + moves[a][1] * (to[1] - y));
            }
        }
        zd_wall_add_expected(&s.look, models[k], &pose, &found);
        require_sums(&found, &expected);
    }
}

static void nothing_expected_pulls_at_nothing(void)
{
    stage s;
    open_stage(&s);
    zd_homography pose = s.expected;
    zd_wall_sums none = { .count = 2 };
    zd_wall_sums found = none;
    s.look.expected = NULL;
    zd_wall_add_expected(&s.look, ZD_WALL_SHIFT, &pose, &found);
    require_sums(&found, &none);
    zd_homography flat = { { 1.0, 2.0, 3.0, 2.0, 4.0, 6.0, 0.0, 0.0, 1.0 } };
    s.look.expected = &flat; /* a plane seen from its edge */
    zd_wall_add_expected(&s.look, ZD_WALL_SHIFT, &pose, &found);
    require_sums(&found, &none);
}

static void an_answer_solves_its_equations(void)
{
    stage s;
    open_stage(&s);
    for (int k = 0; k < MODELS; k++) {
        double x[ZD_WALL_ALL];
        zd_wall_sums sums;
        zd_wall_gather(&s.look, models[k], 0.0, &sums);
        zd_wall_sums before = sums;
        memcpy(x, sums.right, sizeof x);
        REQUIRE(zd_wall_factor(&sums));
        zd_wall_solve(&sums, x);
        for (int a = 0; a < before.count; a++) {
            double sum = 0.0;
            for (int b = 0; b < before.count; b++) {
                sum += (b <= a ? before.square[a][b] : before.square[b][a]) * x[b];
            }
            REQUIRE_NEAR(sum, before.right[a], 1e-6 * sqrt(before.square[a][a]));
        }
        /* Where brightness has no slope, no change can be told. */
        memset(s.memory[3], 0, sizeof s.memory[3]);
        memset(s.memory[4], 0, sizeof s.memory[4]);
        zd_wall_gather(&s.look, models[k], 0.0, &sums);
        REQUIRE(!zd_wall_factor(&sums));
        open_stage(&s);
    }
}

/* The noise carried through the equations to the corners, of the points that are no grain. */
static void the_error_is_that_of_the_corners(void)
{
    stage s;
    open_stage(&s);
    for (int k = 0; k < MODELS; k++) {
        double total = 0.0;
        zd_wall_sums sums = gather_plainly(&s, models[k], 1.83 * s.look.grain);
        REQUIRE(zd_wall_factor(&sums));
        for (int i = 0; i < 8; i++) {
            double x;
            double y;
            double moves[ZD_WALL_NUMBERS][2];
            double at[ZD_WALL_ALL] = { 0.0 };
            corner_of(&s, i / 2, &x, &y);
            moves_of(&s, models[k], x, y, moves);
            for (int a = 0; a < zd_wall_numbers(models[k]); a++) {
                at[a] = moves[a][i % 2];
            }
            zd_wall_solve(&sums, at);
            for (int a = 0; a < zd_wall_numbers(models[k]); a++) {
                total += at[a] * moves[a][i % 2];
            }
        }
        double expected = s.look.noise * sqrt(3.0 * total / 4.0);
        REQUIRE_NEAR(zd_wall_expected_error(&s.look, models[k]), expected, 1e-5 * expected);
    }
    s.look.grain = 0.35; /* and nothing is left */
    REQUIRE(isinf(zd_wall_expected_error(&s.look, ZD_WALL_SHIFT)));
}

int main(void)
{
    RUN(a_change_is_the_map_of_its_numbers);
    RUN(points_are_gathered_by_how_they_brighten);
    RUN(what_was_expected_pulls_at_the_corners);
    RUN(nothing_expected_pulls_at_nothing);
    RUN(an_answer_solves_its_equations);
    RUN(the_error_is_that_of_the_corners);
    return zd_test_finish();
}
