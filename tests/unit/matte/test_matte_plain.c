/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The matte's steps one by one against slow plain versions of what docs/matte.md says, in double precision: cells
 * of the picture, layers where depth jumps, the cover that cells agree on, the band. What pixels become of them is in
 * test_matte_drawn.c. Each step begins with what the one before it left, so that errors do not add up. The frame is
 * higher than 270 rows, so that cells are uneven, and nothing is square. */

#include "matte_plain.h"

/* ---- cells ---- */

static double tame(double value)
{
    return value > -1.0 ? fmin(value, 8.0) : value <= -1.0 ? -1.0 : 0.0;
}

static void check_cell(int x, int y)
{
    int x0 = x * H / ROWS;
    int x1 = zd_int_min((x + 1) * H / ROWS, W);
    int y0 = y * H / ROWS;
    int y1 = (y + 1) * H / ROWS;
    double sums[5] = { 0.0, 0.0, 0.0, 0.0, 0.0 };
    int all = (x1 - x0) * (y1 - y0);
    int looked = (x1 - x0) * ((y1 - y0 + 1) / 2);
    for (int v = y0; v < y1; v++) {
        for (int u = x0; u < x1; u++) {
            const float *p = pixel(guide, u, v);
            double light = tame(((double) p[0] + (double) p[1] + (double) p[2]) / 3.0);
            for (int c = 0; c < 3; c++) {
                sums[c] += (double) p[c] / all;
            }
            sums[3] += (v - y0) % 2 == 0 ? light / looked : 0.0;
            sums[4] += (v - y0) % 2 == 0 ? light * light / looked : 0.0;
        }
    }
    for (int c = 0; c < 3; c++) {
        REQUIRE_AT(cell(ZD_CELL_RED + c, x, y), tame(sums[c]), 2e-5, x, y);
    }
    REQUIRE_AT(cell(ZD_CELL_TEXTURE, x, y), fmax(sums[4] - sums[3] * sums[3], 0.0), 2e-5, x, y);
}

static void cells_are_means(void)
{
    zd_matte_params params = auto_params();
    open_all();
    prepare(true, true);
    render(&params);
    int width = m->cells[0].width;
    REQUIRE_INT(width, (W * ROWS + H - 1) / H);
    REQUIRE_INT(m->cells[0].height, ROWS);
    for (int y = 0; y < ROWS; y++) {
        for (int x = 0; x < width; x++) {
            double u = (x + 0.5) * H / ROWS * MAP_W / W - 0.5;
            double v = (y + 0.5) * MAP_H / ROWS - 0.5;
            double smooth = 0.0;
            check_cell(x, y);
            REQUIRE_AT(cell(ZD_CELL_DEPTH, x, y), field_at(m->field, u, v), 2e-5, x, y);
            REQUIRE_AT(cell(ZD_CELL_PROBABILITY, x, y), field_at(m->probability, u, v), 2e-5, x, y);
            for (int k = 0; k < 9; k++) {
                smooth += cell(ZD_CELL_DEPTH, x + k % 3 - 1, y + k / 3 - 1) / 9.0;
            }
            REQUIRE_AT(cell(ZD_CELL_SMOOTH, x, y), smooth, 1e-6, x, y);
            double across = cell(ZD_CELL_SMOOTH, x + 2, y) - cell(ZD_CELL_SMOOTH, x - 2, y);
            double down = cell(ZD_CELL_SMOOTH, x, y + 2) - cell(ZD_CELL_SMOOTH, x, y - 2);
            REQUIRE_AT(cell(ZD_CELL_GRADIENT, x, y), fmax(fabs(across), fabs(down)), 1e-6, x, y);
        }
    }
    close_all();
}

/* ---- layers ---- */

enum { RADIUS = 16 }; /* 6 % of 270 rows */

typedef struct window {
    double low;
    double high;
    double change;
} window;

static window window_of(int x, int y)
{
    window w = { INFINITY, -INFINITY, 0.0 };
    for (int v = 2 * y + 1 - RADIUS; v < 2 * y + 1 + RADIUS; v++) {
        for (int u = 2 * x + 1 - RADIUS; u < 2 * x + 1 + RADIUS; u++) {
            w.low = fmin(w.low, cell(ZD_CELL_SMOOTH, u, v));
            w.high = fmax(w.high, cell(ZD_CELL_SMOOTH, u, v));
            w.change = fmax(w.change, cell(ZD_CELL_GRADIENT, u, v));
        }
    }
    return w;
}

/* 1 less the least of the surface, at the window's middle, sides and corners. */
static double may_jump(int x, int y)
{
    double least = 1.0;
    zd_plane cells = m->cells[0];
    for (int k = 0; k < 9 && m->surface.data != NULL; k++) {
        int u = zd_int_clamp(2 * x + (k % 3 - 1) * RADIUS, 0, cells.width - 1) * m->surface.width /
                cells.width;
        int v = zd_int_clamp(2 * y + (k / 3 - 1) * RADIUS, 0, cells.height - 1) *
                m->surface.height / cells.height;
        least = fmin(least, (double) zd_view_row_f32(m->surface, v)[u]);
    }
    return m->surface.data != NULL ? 1.0 - least : 1.0;
}

static double jump_of(int x, int y)
{
    window w = window_of(x, y);
    double height = w.high - w.low;
    return height > 0.0
               ? rise(height, 0.03, 0.08) * rise(w.change / height, 0.28, 0.42) * may_jump(x, y)
               : 0.0;
}

typedef struct group {
    double weight;
    double depth;
    double probability;
    double mean[3];
    double covariance[3][3];
} group;

/* The cells of a window that belong to its near (0) or far (1) layer, in every fourth row. */
static group group_of(int x, int y, window w, int far)
{
    group g = { 0 };
    double texture = 0.0;
    for (int v = x % 4; v < 2 * RADIUS; v += 4) {
        for (int u = 0; u < 2 * RADIUS; u++) {
            int cx = 2 * x + 1 - RADIUS + u;
            int cy = 2 * y + 1 - RADIUS + v;
            double dx = u + 0.5 - RADIUS;
            double dy = v + 0.5 - RADIUS;
            double share = (cell(ZD_CELL_DEPTH, cx, cy) - w.low) / (w.high - w.low);
            double weight =
                fmax(1.0 - (dx * dx + dy * dy) / ((RADIUS + 0.5) * (RADIUS + 0.5)), 0.0);
            weight *= clamp(((far ? 1.0 - share : share) - 0.65) / 0.2, 0.0, 1.0);
            weight *=
                clamp((0.3 - cell(ZD_CELL_GRADIENT, cx, cy) / (w.high - w.low)) / 0.2, 0.0, 1.0);
            g.weight += weight;
            g.depth += weight * cell(ZD_CELL_DEPTH, cx, cy);
            g.probability += weight * cell(ZD_CELL_PROBABILITY, cx, cy);
            texture += weight * cell(ZD_CELL_TEXTURE, cx, cy);
            for (int i = 0; i < 3; i++) {
                g.mean[i] += weight * cell(ZD_CELL_RED + i, cx, cy);
                for (int k = 0; k < 3; k++) {
                    g.covariance[i][k] +=
                        weight * cell(ZD_CELL_RED + i, cx, cy) * cell(ZD_CELL_RED + k, cx, cy);
                }
            }
        }
    }
    double scale = g.weight > 0.0 ? 1.0 / g.weight : 0.0;
    g.depth *= scale;
    g.probability *= scale;
    for (int i = 0; i < 3; i++) {
        g.mean[i] *= scale;
    }
    for (int i = 0; i < 9; i++) {
        double *c = &g.covariance[i / 3][i % 3];
        *c = (*c + texture) * scale - g.mean[i / 3] * g.mean[i % 3];
    }
    return g;
}

/* S w = d by Cramer's rule. */
static void solve(double s[3][3], const double d[3], double w[3])
{
    double determinant[4];
    for (int k = 0; k < 4; k++) {
        double a[3][3];
        for (int i = 0; i < 9; i++) {
            a[i / 3][i % 3] = k < 3 && i % 3 == k ? d[i / 3] : s[i / 3][i % 3];
        }
        determinant[k] = a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1]) -
                         a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0]) +
                         a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0]);
    }
    for (int k = 0; k < 3; k++) {
        w[k] = determinant[3] > 0.0 ? determinant[k] / determinant[3] : 0.0;
    }
}

static double scatter(const group *g, const double w[3])
{
    double sum = 0.02 * 0.02 * (w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);
    for (int i = 0; i < 9; i++) {
        sum += g->covariance[i / 3][i % 3] * w[i / 3] * w[i % 3];
    }
    return sum;
}

static double prior(const group *near, const group *far, int x, int y)
{
    double depth = 0.0;
    double probability = 0.0;
    for (int k = 0; k < 4; k++) {
        depth += 0.25 * cell(ZD_CELL_DEPTH, 2 * x + k % 2, 2 * y + k / 2);
        probability += 0.25 * cell(ZD_CELL_PROBABILITY, 2 * x + k % 2, 2 * y + k / 2);
    }
    double cover = rise(depth, far->depth, near->depth);
    double apart = near->probability - far->probability;
    if (m->probability.data != NULL && apart > 0.3) {
        double other = rise(probability, far->probability, near->probability);
        cover += (other - cover) * 0.5 * rise(apart, 0.3, 0.8);
    }
    return cover;
}

/* Three and a half samples of the map, in cells; twice as far where it is doubted. */
static double spread_of(int x, int y, window w)
{
    int reach = zd_int_clamp((int) lround(3.5 * ROWS / MAP_H), 3, 9);
    reach = zd_matte_is_doubtful(m, x, y) ? zd_int_min(2 * reach, RADIUS) : reach;
    double low = INFINITY;
    double high = -INFINITY;
    for (int v = 2 * y + 1 - reach; v <= 2 * y + reach; v += 2) {
        for (int u = 2 * x + 1 - reach; u <= 2 * x + reach; u += 2) {
            low = fmin(low, cell(ZD_CELL_SMOOTH, u, v));
            high = fmax(high, cell(ZD_CELL_SMOOTH, u, v));
        }
    }
    return rise(high - low, 0.1 * (w.high - w.low), 0.6 * (w.high - w.low));
}

static void check_layers(int x, int y, double jump)
{
    window w = window_of(x, y);
    group near = group_of(x, y, w, 0);
    group far = group_of(x, y, w, 1);
    double direction[3] = { 0.0, 0.0, 0.0 };
    double q = 0.0;
    if (near.weight <= 0.0 || far.weight <= 0.0) {
        near.depth = w.high;
        far.depth = w.low;
    } else if (m->layers_with_guide) {
        double s[3][3];
        double d[3];
        for (int i = 0; i < 9; i++) {
            double sum = 0.5 * (near.covariance[i / 3][i % 3] + far.covariance[i / 3][i % 3]);
            s[i / 3][i % 3] = i % 4 == 0 ? fmax(sum, 0.0) + 0.02 * 0.02 : sum;
        }
        for (int i = 0; i < 3; i++) {
            d[i] = near.mean[i] - far.mean[i];
        }
        solve(s, d, direction);
        q = fmax(direction[0] * d[0] + direction[1] * d[1] + direction[2] * d[2], 0.0);
    }
    double cover = prior(&near, &far, x, y);
    double whole = m->window_sum;
    double expected_jump = jump * rise(fmin(near.weight, far.weight) / whole, 0.01, 0.06);
    double deviation = (0.03 + 0.6 * spread_of(x, y, w)) * (1.0 - 0.85 * rise(cover, 0.5, 1.0));
    double apart = rise(q, 2.0, 16.0);
    double between =
        scatter(&far, direction) + (scatter(&near, direction) - scatter(&far, direction)) * cover;
    double sure = apart > 0.0 ? apart * q * q / fmax(between, 0.25 * q) : 0.0;
    double say = sure / (sure + 1.0 / (deviation * deviation));
    cover += (rise(cover, 0.42, 0.58) - cover) * (1.0 - apart);
    double noise = q > 0.0 ? 1.0 / sqrt(q) : 0.0;
    double gain = 1.0 / (1.0 - 2.0 * fmin(noise, 0.25));
    double offset = (1.0 - say) * cover + say * 0.5 * (1.0 - gain);
    REQUIRE_AT(node(ZD_MATTE_NODE_JUMP, x, y), expected_jump, 2e-3, x, y);
    REQUIRE_AT(node(ZD_MATTE_NODE_NEAR, x, y), near.depth, 1e-4, x, y);
    REQUIRE_AT(node(ZD_MATTE_NODE_FAR, x, y), far.depth, 1e-4, x, y);
    REQUIRE_AT(node(ZD_MATTE_NODE_NEAR_PROBABILITY, x, y), near.probability, 1e-4, x, y);
    REQUIRE_AT(node(ZD_MATTE_NODE_FAR_PROBABILITY, x, y), far.probability, 1e-4, x, y);
    for (int c = 0; c < 3; c++) {
        double scale = q > 0.0 ? say * gain / q : 0.0;
        REQUIRE_AT(node(ZD_MATTE_NODE_RED + c, x, y), direction[c] * scale,
                   2e-2 + 5e-3 * fabs(direction[c] * scale), x, y);
        offset -= direction[c] * scale * far.mean[c];
    }
    REQUIRE_AT(node(ZD_MATTE_NODE_OFFSET, x, y), offset, 2e-2, x, y);
}

static double candidates[ROWS / 2][ROWS];

static void check_nodes(void)
{
    zd_plane nodes = m->nodes[0];
    int analysed = 0;
    REQUIRE_INT(m->radius, RADIUS);
    for (int y = 0; y < nodes.height; y++) {
        for (int x = 0; x < nodes.width; x++) {
            candidates[y][x] = jump_of(x, y);
            double soft = fmin(cell(ZD_CELL_GRADIENT, 2 * x, 2 * y) * 2.5, 0.1);
            REQUIRE_AT(node(ZD_MATTE_NODE_SLOPE, x, y), soft * (1.0 - candidates[y][x]), 1e-4, x,
                       y);
        }
    }
    for (int y = 0; y < nodes.height; y++) {
        for (int x = 0; x < nodes.width; x++) {
            double most = 0.0;
            for (int k = 0; k < 9; k++) {
                int u = zd_int_clamp(x + k % 3 - 1, 0, nodes.width - 1);
                int v = zd_int_clamp(y + k / 3 - 1, 0, nodes.height - 1);
                most = fmax(most, candidates[v][u]);
            }
            if (most > 1e-3) {
                check_layers(x, y, candidates[y][x]);
                analysed++;
            } else if (most == 0.0) {
                REQUIRE(node(ZD_MATTE_NODE_JUMP, x, y) == 0.0 &&
                        node(ZD_MATTE_NODE_OFFSET, x, y) == 0.0);
            }
        }
    }
    REQUIRE(analysed > 500);
}

static void layers_are_what_the_window_holds(void)
{
    zd_matte_params params = auto_params();
    open_all();
    prepare(true, true);
    render(&params);
    check_nodes();
    prepare(false, false);
    render(&params);
    check_nodes();
    close_all();
}

/* ---- cover ---- */

typedef double sheet[ROWS][ROWS];

static sheet own;
static sheet weight;
static sheet mean;
static sheet next;

static double of_nodes(int plane, int x, int y) /* at a cell's middle */
{
    return mixed_by(node, plane, (x - 0.5) / 2.0, (y - 0.5) / 2.0);
}

static void cover_is_what_cells_agree_on(void)
{
    static const double taps[5] = { 1.0, 2.0, 3.0, 2.0, 1.0 };
    zd_matte_params params = auto_params();
    open_all();
    prepare(true, true);
    render(&params);
    int width = m->cells[0].width;
    for (int y = 0; y < ROWS; y++) {
        for (int x = 0; x < width; x++) {
            double sum = of_nodes(ZD_MATTE_NODE_OFFSET, x, y);
            for (int c = 0; c < 3; c++) {
                sum += of_nodes(ZD_MATTE_NODE_RED + c, x, y) * cell(ZD_CELL_RED + c, x, y);
            }
            weight[y][x] = of_nodes(ZD_MATTE_NODE_JUMP, x, y);
            own[y][x] = mean[y][x] = weight[y][x] > 0.0 ? clamp(sum, 0.0, 1.0) : 0.0;
        }
    }
    for (int round = 0; round < 3; round++) {
        for (int y = 0; y < ROWS; y++) {
            for (int x = 0; x < width; x++) {
                double sum = 0.0;
                double total = 0.0;
                for (int k = 0; k < 25; k++) {
                    int u = zd_int_clamp(x + k % 5 - 2, 0, width - 1);
                    int v = zd_int_clamp(y + k / 5 - 2, 0, ROWS - 1);
                    sum += taps[k % 5] * taps[k / 5] * weight[v][u] * mean[v][u];
                    total += taps[k % 5] * taps[k / 5] * weight[v][u];
                }
                double agreed = total > 0.0 ? sum / total : sum;
                agreed += 0.3 * (own[y][x] - agreed);
                next[y][x] = clamp(0.5 + 2.0 * (agreed - 0.5), 0.0, 1.0);
            }
        }
        memcpy(mean, next, sizeof mean);
    }
    for (int y = 0; y < ROWS; y++) {
        for (int x = 0; x < width; x++) {
            double least = 1.0;
            double most = 0.0;
            for (int k = 0; k < 9; k++) {
                double value = mean[zd_int_clamp(y + k / 3 - 1, 0, ROWS - 1)]
                                   [zd_int_clamp(x + k % 3 - 1, 0, width - 1)];
                least = fmin(least, value);
                most = fmax(most, value);
            }
            double near = of_nodes(ZD_MATTE_NODE_NEAR, x, y);
            double far = of_nodes(ZD_MATTE_NODE_FAR, x, y);
            double seen = (cell(ZD_CELL_DEPTH, x, y) - far) / (near > far ? near - far : 1.0);
            most = fmax(most, rise(seen, 0.08, 0.3));
            if (weight[y][x] <= 0.0) {
                least = 0.0;
                most = 1.0;
            }
            REQUIRE_AT(cell(ZD_CELL_COVER_LEAST, x, y), least, 2e-3, x, y);
            REQUIRE_AT(cell(ZD_CELL_COVER_MOST, x, y), most, 2e-3, x, y);
        }
    }
    close_all();
}

/* ---- the band ---- */

static double extreme_around(sheet from, int width, int height, int x, int y, int reach, bool least)
{
    double found = least ? 1.0 : 0.0;
    for (int v = zd_int_max(y - reach, 0); v <= zd_int_min(y + reach, height - 1); v++) {
        for (int u = zd_int_max(x - reach, 0); u <= zd_int_min(x + reach, width - 1); u++) {
            found = least ? fmin(found, from[v][u]) : fmax(found, from[v][u]);
        }
    }
    return found;
}

/* All four cells inside, or any; open where the network doubts. Then the extremes as far as an edge may be off,
 * and their means over three by three nodes. */
static void the_band_is_as_wide_as_the_error(void)
{
    static sheet marks[2];
    zd_matte_params params = auto_params();
    open_all();
    prepare(true, true);
    render(&params);
    zd_thresholds t = zd_thresholds_resolve(&params, m->range);
    int width = m->nodes[0].width;
    int height = m->nodes[0].height;
    int reach = (zd_int_clamp((int) lround(3.5 * ROWS / MAP_H), 3, 9) + 1) / 2;
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            int inside = 0;
            for (int k = 0; k < 4; k++) {
                inside += zd_thresholds_hold(
                    t, (float) cell(ZD_CELL_DEPTH, 2 * x + k % 2, 2 * y + k / 2),
                    (float) cell(ZD_CELL_PROBABILITY, 2 * x + k % 2, 2 * y + k / 2));
            }
            bool is_open = zd_matte_is_doubtful(m, x, y);
            marks[0][y][x] = inside == 4 && !is_open;
            marks[1][y][x] = inside > 0 || is_open;
        }
    }
    for (int i = 0; i < 2; i++) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                next[y][x] = extreme_around(marks[i], width, height, x, y, reach, i == 0);
            }
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double sum = 0.0;
                for (int k = 0; k < 9; k++) {
                    sum += next[zd_int_clamp(y + k / 3 - 1, 0, height - 1)]
                               [zd_int_clamp(x + k % 3 - 1, 0, width - 1)] /
                           9.0;
                }
                REQUIRE_AT(node(ZD_MATTE_NODE_LEAST + i, x, y), sum, 1e-5, x, y);
            }
        }
    }
    close_all();
}

int main(void)
{
    RUN(cells_are_means);
    RUN(layers_are_what_the_window_holds);
    RUN(cover_is_what_cells_agree_on);
    RUN(the_band_is_as_wide_as_the_error);
    return zd_test_finish();
}
