/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Edges of depth against slow plain versions of the same rules (their headers): the median of three frames
 * along their motion, and the fusion of two networks. */

#include "depth/detail.h"
#include "depth/edge_median.h"
#include "depth_plain.h"

/* ---- the median of edges ---- */

static level luma[3][2];
static float around[2][DOWN][ACROSS][2]; /* motion to the frame before and after */

static float looks_different(int x, int y, float middle, int f, int dx, int dy)
{
    float sum = 0.0f;
    float total = 0.0f;
    for (int k = 0; k < 25; k++) {
        int u = x + k % 5 - 2;
        int v = y + k / 5 - 2;
        float weight = at(depths[2], u, v) >= middle ? 1.0f : 0.05f;
        sum += weight * fabsf(level_at(&luma[1][0], u, v) - level_at(&luma[f][0], u + dx, v + dy));
        total += weight;
    }
    return sum / total;
}

static float beside(float less, float here, float more)
{
    if (fmaxf(less, more) - here < 0.006f) {
        return 0.0f;
    }
    float share = fminf(here / (here + fminf(less, more)), 0.5f);
    return less < more ? -share : share;
}

static bool find_edge(int x, int y, float middle, int f, float place[2])
{
    int best[2] = { 0, 0 };
    place[0] = (float) x;
    place[1] = (float) y;
    float here = looks_different(x, y, middle, f, 0, 0);
    if (here < 0.006f) {
        return true;
    }
    float least = here;
    for (int k = 0; k < 9; k++) {
        int bx = zd_int_clamp(x / BLOCK + k % 3 - 1, 0, ACROSS - 1);
        int by = zd_int_clamp(y / BLOCK + k / 3 - 1, 0, DOWN - 1);
        int dx = (int) around[f / 2][by][bx][0];
        int dy = (int) around[f / 2][by][bx][1];
        float cost =
            looks_different(x, y, middle, f, dx, dy) + 0.0003f * (float) (abs(dx) + abs(dy));
        if (cost < least) {
            least = cost;
            best[0] = dx;
            best[1] = dy;
        }
    }
    here = looks_different(x, y, middle, f, best[0], best[1]);
    if (here > 0.1f) {
        return false;
    }
    place[0] +=
        (float) best[0] + beside(looks_different(x, y, middle, f, best[0] - 1, best[1]), here,
                                 looks_different(x, y, middle, f, best[0] + 1, best[1]));
    place[1] +=
        (float) best[1] + beside(looks_different(x, y, middle, f, best[0], best[1] - 1), here,
                                 looks_different(x, y, middle, f, best[0], best[1] + 1));
    return true;
}

static float middle_of(float a, float b, float c)
{
    if (!isfinite(a) || !isfinite(c)) {
        return b;
    }
    return fmaxf(fminf(a, c), fminf(b, fmaxf(a, c)));
}

static void plain_edges(float step, plane depth, plane probability)
{
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float ends[4] = { INFINITY, -INFINITY, INFINITY, -INFINITY };
            float place[2][2];
            for (int k = 0; k < 49; k++) {
                float d = at(depths[2], x + k % 7 - 3, y + k / 7 - 3);
                float p = at(probabilities[2], x + k % 7 - 3, y + k / 7 - 3);
                ends[0] = fminf(ends[0], d);
                ends[1] = fmaxf(ends[1], d);
                ends[2] = fminf(ends[2], p);
                ends[3] = fmaxf(ends[3], p);
            }
            depth[y][x] = depths[2][y][x];
            probability[y][x] = probabilities[2][y][x];
            if (!(ends[1] - ends[0] >= step) && !(ends[3] - ends[2] >= 0.25f)) {
                continue;
            }
            float middle = 0.5f * (ends[0] + ends[1]);
            if (find_edge(x, y, middle, 0, place[0]) && find_edge(x, y, middle, 2, place[1])) {
                depth[y][x] = middle_of(mixed(depths[1], place[0][0], place[0][1]), depth[y][x],
                                        mixed(depths[3], place[1][0], place[1][1]));
                probability[y][x] =
                    middle_of(mixed(probabilities[1], place[0][0], place[0][1]), probability[y][x],
                              mixed(probabilities[3], place[1][0], place[1][1]));
            }
        }
    }
}

static void edges_are_medians_by_the_rules(void)
{
    static plane made[2];
    static plane expected[2];
    float low = INFINITY;
    float high = -INFINITY;
    int changed = 0;
    zd_edge_median *m = NULL;
    ctx = zd_test_context(2);
    draw_film();
    for (int f = 1; f < 4; f++) {
        depths[f][50][40] = 0.3f; /* holes are a test of their own */
        probabilities[f][10][50] = 0.1f;
        make_levels(f, luma[f - 1]);
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) { /* an edge that crawls */
                depths[f][y][x] = f == 2 ? depths[f][y][x] : at(depths[f], x + (f == 1), y);
            }
        }
    }
    plain_motion(2, 1, around[0]);
    plain_motion(2, 3, around[1]);
    for (int i = 0; i < W * H; i++) {
        low = fminf(low, flat(depths[2])[i]);
        high = fmaxf(high, flat(depths[2])[i]);
    }
    zd_edge_frame frames[3];
    for (int i = 0; i < 3; i++) {
        frames[i] = (zd_edge_frame){ view_of(depths[i + 1], 1), view_of(probabilities[i + 1], 1),
                                     view_of(film[i + 1], 3) };
    }
    REQUIRE_OK(zd_edge_median_create(ctx, W, H, &m, &err));
    zd_edge_median_apply(m, frames, view_of(made[0], 1), view_of(made[1], 1));
    plain_edges(0.05f * (high - low), expected[0], expected[1]);
    require_plane("depth", 2, made[0], expected[0]);
    require_plane("the subject", 2, made[1], expected[1]);
    for (int i = 0; i < W * H; i++) {
        changed += flat(made[0])[i] != flat(depths[2])[i];
    }
    REQUIRE(changed > 100);
    zd_edge_median_destroy(&m);
    zd_context_destroy(&ctx);
}

/* ---- two networks ---- */

/* Three boxes of a radius along rows, then along columns; ends are repeated. */
static void boxes(plane p, int radius)
{
    static plane other;
    for (int pass = 0; pass < 6; pass++) {
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                double sum = 0.0;
                for (int k = -radius; k <= radius; k++) {
                    sum += (double) (pass < 3 ? at(p, x + k, y) : at(p, x, y + k));
                }
                other[y][x] = (float) (sum / (2 * radius + 1));
            }
        }
        memcpy(p, other, sizeof other);
    }
}

static double variance(plane p)
{
    double sum = 0.0;
    double squares = 0.0;
    for (int i = 0; i < W * H; i++) {
        sum += (double) flat(p)[i];
        squares += (double) flat(p)[i] * (double) flat(p)[i];
    }
    return squares / (W * H) - sum / (W * H) * (sum / (W * H));
}

/* A height of 85 has a sigma of 1.77, boxes of radius 1, and no smaller ones. */
static void fusion_is_by_the_formula(void)
{
    static plane steady;
    static plane fine;
    static plane means[5]; /* of the fine plane, the steady one, their squares and their product */
    static plane expected;
    ctx = zd_test_context(1);
    draw_film();
    for (int i = 0; i < W * H; i++) {
        flat(fine)[i] = 3.0f + 2.0f * flat(film[0])[3 * i + 0];
        flat(steady)[i] = 1.0f + flat(film[0])[3 * i + 0] + 0.2f * flat(film[0])[3 * i + 2];
    }
    fine[3][7] = fine[0][0];
    boxes(steady, 1);
    static plane soft;
    for (int i = 0; i < W * H; i++) {
        flat(soft)[i] = flat(fine)[i] - fine[0][0];
    }
    boxes(soft, 1);
    for (int i = 0; i < W * H; i++) {
        flat(means[0])[i] = flat(soft)[i];
        flat(means[1])[i] = flat(steady)[i];
        flat(means[2])[i] = flat(soft)[i] * flat(soft)[i];
        flat(means[3])[i] = flat(steady)[i] * flat(steady)[i];
        flat(means[4])[i] = flat(soft)[i] * flat(steady)[i];
    }
    for (int k = 0; k < 5; k++) {
        boxes(means[k], 1);
    }
    static plane stretch;
    static plane explained;
    static plane all;
    float least[2] = { 1e-3f * (float) variance(fine), 1e-3f * (float) variance(steady) };
    for (int i = 0; i < W * H; i++) {
        float a = flat(means[0])[i];
        float b = flat(means[1])[i];
        float of_fine = fmaxf(flat(means[2])[i] - a * a, 0.0f) + least[0];
        float of_steady = fmaxf(flat(means[3])[i] - b * b, 0.0f) + least[1];
        float shared = fmaxf(flat(means[4])[i] - a * b, 0.0f);
        flat(stretch)[i] = sqrtf(of_steady / of_fine);
        flat(explained)[i] = fminf(shared * shared / of_fine, of_steady);
        flat(all)[i] = of_steady;
    }
    boxes(stretch, 1);
    boxes(explained, 1);
    boxes(all, 1);
    for (int i = 0; i < W * H; i++) {
        float guided =
            flat(means[1])[i] + flat(stretch)[i] * (flat(fine)[i] - fine[0][0] - flat(means[0])[i]);
        float agreed = zd_float_clamp(flat(explained)[i] / flat(all)[i], 0.0f, 1.0f);
        flat(expected)[i] = fmaxf(flat(steady)[i] + agreed * (guided - flat(steady)[i]), 0.0f);
    }
    REQUIRE_OK(zd_detail_fuse(ctx, &steady[0][0], &fine[0][0], W, H, &err));
    require_plane("depth", 0, steady, expected);
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(edges_are_medians_by_the_rules);
    RUN(fusion_is_by_the_formula);
    return zd_test_finish();
}
