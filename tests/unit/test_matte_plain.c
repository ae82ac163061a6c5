/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The matte's steps one by one against slow plain versions of what docs/matte.md says, in double precision: cells
 * of the picture, layers where depth jumps, the cover that cells agree on, the band, the pixels, what counts.
 * Each step begins with what the one before it left, so that errors do not add up. The frame is higher than
 * 270 rows, so that cells are uneven, and nothing is square. */

#include "matte/matte_internal.h"
#include "zd_test.h"

enum { W = 263, H = 331, MAP_W = 57, MAP_H = 83, ROWS = 270 };

static zd_error err;
static zd_context *ctx;
static zd_image *guide;
static zd_image *foreground;
static zd_image *surface;
static zd_image *out;
static zd_depth_map map;
static zd_matte *m;

static float *pixel(zd_image *image, int x, int y)
{
    zd_view view = zd_image_view(image);
    return zd_view_row_f32(view, y) + view.format.channels * (ptrdiff_t) x;
}

static zd_image *image_of(int width, int height, zd_format format)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, width, height, format, &image, &err));
    zd_view_clear(zd_image_view(image));
    return image;
}

/* How far outside a leaning ellipse, in fractions of the height. */
static float outside(float u, float v)
{
    float x = u - 0.38f - 0.1f * v;
    float y = v - 0.55f;
    return sqrtf(2.2f * x * x + y * y) - 0.24f;
}

/* A near thing of its own colours before a slope, a plain wall at its right whose colours are alike, and an
 * edge that is soft and displaced in the map; part of the map is doubted. */
static void open_all(void)
{
    unsigned long long seed = 21;
    ctx = zd_test_context(2);
    guide = image_of(W, H, ZD_RGBA_F32);
    out = image_of(W, H, ZD_GRAY_F32);
    map.values = image_of(MAP_W, MAP_H, ZD_GRAY_F32);
    map.confidence = image_of(MAP_W, MAP_H, ZD_GRAY_F32);
    foreground = image_of(MAP_W, MAP_H, ZD_GRAY_F32);
    surface = image_of(MAP_W + 3, MAP_H - 7, ZD_GRAY_F32);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float *p = pixel(guide, x, y);
            float u = ((float) x + 0.5f) / H;
            float v = ((float) y + 0.5f) / H;
            bool inside = outside(u, v) < 0.0f;
            bool alike = x > W / 2;
            for (int c = 0; c < 3; c++) {
                float near = alike ? 0.4f : 0.7f - 0.2f * (float) c;
                float far =
                    alike ? 0.4f
                          : 0.2f + 0.1f * (float) c + ((x / 3 + y / 4) % 3 == 0 ? 0.2f : 0.0f);
                p[c] = (inside ? near : far) + 0.08f * (zd_test_uniform(&seed) - 0.5f);
            }
            p[3] = 1.0f;
        }
    }
    pixel(guide, 20, 30)[1] = 1000.0f; /* a damaged pixel is tamed */
    pixel(guide, 21, 70)[0] = NAN;
    for (int y = 0; y < MAP_H; y++) {
        for (int x = 0; x < MAP_W; x++) {
            float u = ((float) x + 0.5f) / MAP_W * W / H;
            float v = ((float) y + 0.5f) / MAP_H;
            float share = zd_float_clamp(0.5f - outside(u + 0.008f, v) / 0.04f, 0.0f, 1.0f);
            *pixel(map.values, x, y) =
                0.15f + 0.2f * v + (0.75f - 0.15f - 0.2f * v + 0.1f * u) * share;
            *pixel(foreground, x, y) = 0.1f + 0.8f * share + 0.05f * zd_test_uniform(&seed);
            *pixel(map.confidence, x, y) = y > 50 && y < 60 ? 1.01f : 2.0f + 0.01f * (float) x;
        }
    }
    zd_view s = zd_image_view(surface);
    for (int y = 0; y < s.height; y++) {
        for (int x = 0; x < s.width; x++) {
            *pixel(surface, x, y) = x < 30 && y > 60 ? 1.0f : 0.2f * zd_test_uniform(&seed);
        }
    }
    zd_matte_size size = { W, H, MAP_W, MAP_H };
    REQUIRE_OK(zd_matte_create(ctx, &size, &m, &err));
}

static void close_all(void)
{
    zd_image_unref(&guide);
    zd_image_unref(&out);
    zd_image_unref(&foreground);
    zd_image_unref(&surface);
    zd_depth_map_release(&map);
    map = (zd_depth_map){ 0 };
    zd_matte_destroy(&m);
    zd_context_destroy(&ctx);
}

static void prepare(bool guided, bool told)
{
    zd_view picture = zd_image_view(guide);
    zd_view probability = zd_image_view(foreground);
    zd_depth_map plain = map;
    plain.confidence = told ? map.confidence : NULL;
    zd_matte_frame frame = { .map = &plain, .range = { 0.1f, 0.95f } };
    frame.guide = guided ? &picture : NULL;
    frame.foreground = told ? &probability : NULL;
    zd_view s = zd_image_view(surface);
    zd_matte_set_surface(m, told ? &s : NULL);
    REQUIRE_OK(zd_matte_prepare(m, &frame, &err));
}

static void render(const zd_matte_params *params)
{
    REQUIRE_OK(zd_matte_render(m, params, (zd_rect){ 0, 0, W, H }, zd_image_view(out), &err));
}

static zd_matte_params auto_params(void)
{
    return (zd_matte_params){
        .mode = ZD_MATTE_NORMALISED, .depth_in = 0.45f, .depth_out = 0.97f, .auto_feather = true
    };
}

/* ---- small things ---- */

static double clamp(double value, double low, double high)
{
    return value > low ? (value < high ? value : high) : low;
}

static double rise(double value, double low, double high)
{
    return clamp((value - low) / (high - low), 0.0, 1.0);
}

/* A plane whose border goes on. */
static double cell(int plane, int x, int y)
{
    zd_plane p = m->cells[plane];
    return (double) zd_plane_row(p,
                                 zd_int_clamp(y, 0, p.height - 1))[zd_int_clamp(x, 0, p.width - 1)];
}

static double node(int plane, int x, int y)
{
    zd_plane p = m->nodes[plane];
    return (double) zd_plane_row(p,
                                 zd_int_clamp(y, 0, p.height - 1))[zd_int_clamp(x, 0, p.width - 1)];
}

static double mixed_by(double (*at)(int plane, int x, int y), int plane, double x, double y)
{
    int x0 = (int) floor(x);
    int y0 = (int) floor(y);
    double top = at(plane, x0, y0) + (at(plane, x0 + 1, y0) - at(plane, x0, y0)) * (x - x0);
    double low =
        at(plane, x0, y0 + 1) + (at(plane, x0 + 1, y0 + 1) - at(plane, x0, y0 + 1)) * (x - x0);
    return top + (low - top) * (y - y0);
}

static double field_at(zd_plane p, double x,
                       double y) /* of the map's samples, centres at 0, 1 .. */
{
    x = clamp(x, 0.0, p.width - 1);
    y = clamp(y, 0.0, p.height - 1);
    int x0 = (int) x;
    int y0 = (int) y;
    int x1 = zd_int_min(x0 + 1, p.width - 1);
    const float *top = zd_plane_row(p, y0);
    const float *low = zd_plane_row(p, zd_int_min(y0 + 1, p.height - 1));
    double a = (double) top[x0] + ((double) top[x1] - (double) top[x0]) * (x - x0);
    double b = (double) low[x0] + ((double) low[x1] - (double) low[x0]) * (x - x0);
    return a + (b - a) * (y - y0);
}

#define REQUIRE_AT(actual, expected, tolerance, x, y)                              \
    do {                                                                           \
        double a_ = (double) (actual);                                             \
        double e_ = (double) (expected);                                           \
        if (!(fabs(a_ - e_) <= (tolerance))) {                                     \
            ZD_TEST_FAIL("%s at %d,%d is %g, expected %g", #actual, x, y, a_, e_); \
        }                                                                          \
    } while (0)

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
    double sum = 0.012 * 0.012 * (w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);
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
            s[i / 3][i % 3] = i % 4 == 0 ? fmax(sum, 0.0) + 0.012 * 0.012 : sum;
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
    double apart = rise(q, 2.0, 8.0);
    double between =
        scatter(&far, direction) + (scatter(&near, direction) - scatter(&far, direction)) * cover;
    double sure = apart > 0.0 ? apart * q * q / fmax(between, 0.25 * q) : 0.0;
    double say = sure / (sure + 1.0 / (deviation * deviation));
    cover += (rise(cover, 0.42, 0.58) - cover) * (1.0 - apart);
    double noise = q > 0.0 ? 1.0 / sqrt(q) : 0.0;
    double gain = 1.0 / (1.0 - 2.0 * fmin(0.5 * noise, 0.25));
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

/* ---- pixels ---- */

static double node_at(int plane, int x, int y) /* at a pixel's middle */
{
    return mixed_by(node, plane, ((x + 0.5) * ROWS / H - 1.0) / 2.0,
                    ((y + 0.5) * ROWS / H - 1.0) / 2.0);
}

static double limit_at(int plane, int x, int y)
{
    return mixed_by(cell, plane, (x + 0.5) * ROWS / H - 0.5, (y + 0.5) * ROWS / H - 0.5);
}

static double of_field(zd_plane p, int x, int y)
{
    return field_at(p, (x + 0.5) * p.width / W - 0.5, (y + 0.5) * p.height / H - 0.5);
}

static double cover_at(int x, int y)
{
    if (!m->layers_with_guide) {
        double near = node_at(ZD_MATTE_NODE_NEAR, x, y);
        double far = node_at(ZD_MATTE_NODE_FAR, x, y);
        return clamp((of_field(m->field, x, y) - far) / (near > far ? near - far : 1.0), 0.0, 1.0);
    }
    double sum = node_at(ZD_MATTE_NODE_OFFSET, x, y);
    for (int c = 0; c < 3; c++) {
        sum += node_at(ZD_MATTE_NODE_RED + c, x, y) * (double) pixel(guide, x, y)[c];
    }
    sum = fmin(sum, limit_at(ZD_CELL_COVER_MOST, x, y));
    return clamp(fmax(sum, limit_at(ZD_CELL_COVER_LEAST, x, y)), 0.0, 1.0);
}

static double moved(zd_subject_shift shift, double probability)
{
    return (double) zd_subject_shift_of(shift, (float) probability);
}

static double inside_softly(zd_thresholds t, double depth, double probability, double slope)
{
    slope = fmax(slope, 1e-6);
    double low = (depth + moved(t.at_low, probability) - (double) t.low + 1e-6) / slope + 0.5;
    double high = ((double) t.high - depth + moved(t.at_high, probability) + 1e-6) / slope + 0.5;
    return clamp(fmin(low, high), 0.0, 1.0);
}

/* How far a number is from where a hard matte goes over. */
static double soft_pixel(zd_thresholds t, int x, int y)
{
    bool known = m->probability.data != NULL;
    double slope = node_at(ZD_MATTE_NODE_SLOPE, x, y);
    double say = node_at(ZD_MATTE_NODE_JUMP, x, y);
    double plain = inside_softly(t, of_field(m->field, x, y),
                                 known ? of_field(m->probability, x, y) : 0.5, slope);
    double near = inside_softly(t, node_at(ZD_MATTE_NODE_NEAR, x, y),
                                known ? node_at(ZD_MATTE_NODE_NEAR_PROBABILITY, x, y) : 0.5, slope);
    double far = inside_softly(t, node_at(ZD_MATTE_NODE_FAR, x, y),
                               known ? node_at(ZD_MATTE_NODE_FAR_PROBABILITY, x, y) : 0.5, slope);
    double cover = cover_at(x, y);
    double layered = cover * near + (1.0 - cover) * far;
    layered = fmin(layered, node_at(ZD_MATTE_NODE_MOST, x, y));
    layered = fmax(layered, node_at(ZD_MATTE_NODE_LEAST, x, y));
    return (1.0 - say) * plain + say * layered;
}

static void soft_pixels_are_mixed(void)
{
    for (int i = 0; i < 2; i++) {
        zd_matte_params params = auto_params();
        int between = 0;
        int off = 0;
        params.probability = i == 0 ? 0.15f : -1.0f; /* below the weight that tells crumbs */
        open_all();
        prepare(i == 0, i == 0);
        render(&params);
        zd_thresholds t = zd_thresholds_resolve(&params, m->range);
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                double expected = soft_pixel(t, x, y);
                float found = *pixel(out, x, y);
                between += found > 0.01f && found < 0.99f;
                off += !(fabs((double) found - expected) <=
                         3e-3); /* a node's step, a slope that is none */
            }
        }
        REQUIRE(between > 1000);
        REQUIRE(off < 20);
        close_all();
    }
}

/* Near and far, whichever the pixel's cover says; and depth itself likewise. */
static void hard_pixels_are_one_layers(void)
{
    zd_matte_params params = auto_params();
    int off = 0;
    int layered = 0;
    params.auto_feather = false;
    params.probability = 0.15f;
    open_all();
    prepare(true, true);
    render(&params);
    zd_thresholds t = zd_thresholds_resolve(&params, m->range);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            bool jumps = node_at(ZD_MATTE_NODE_JUMP, x, y) > 0.5;
            int which = cover_at(x, y) >= 0.5 ? 0 : 1;
            double depth =
                jumps ? node_at(ZD_MATTE_NODE_NEAR + which, x, y) : of_field(m->field, x, y);
            double p = jumps ? node_at(ZD_MATTE_NODE_NEAR_PROBABILITY + which, x, y)
                             : of_field(m->probability, x, y);
            double hold = zd_thresholds_hold(t, (float) depth, (float) p);
            if (jumps) {
                hold = fmax(fmin(hold, node_at(ZD_MATTE_NODE_MOST, x, y)),
                            node_at(ZD_MATTE_NODE_LEAST, x, y));
                layered++;
            }
            off += (*pixel(out, x, y) == 1.0f) != (hold >= 0.5);
            REQUIRE(*pixel(out, x, y) == 0.0f || *pixel(out, x, y) == 1.0f);
        }
    }
    REQUIRE(layered > 1000);
    REQUIRE(off < 40); /* just on a threshold */
    off = 0;
    REQUIRE_OK(zd_matte_render_depth(m, (zd_rect){ 0, 0, W, H }, zd_image_view(out), &err));
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            bool jumps = node_at(ZD_MATTE_NODE_JUMP, x, y) > 0.5;
            int which = cover_at(x, y) >= 0.5 ? 0 : 1;
            double depth =
                jumps ? node_at(ZD_MATTE_NODE_NEAR + which, x, y) : of_field(m->field, x, y);
            off += !(fabs((double) *pixel(out, x, y) - (double) zd_unbound_depth((float) depth)) <
                     1e-4);
        }
    }
    REQUIRE(off < 40);
    close_all();
}

/* ---- what counts ---- */

/* Parts that are small, unlike the subject and far from all that counts are dropped. */
static void crumbs_are_told_by_size_likeness_and_distance(void)
{
    static const struct {
        int x;
        int y;
        int side;
        float probability;
        bool stays;
    } parts[] = { { 40, 4, 2, 0.2f, false },
                  { 40, 70, 2, 0.65f, true },
                  { 4, 78, 3, 0.2f, true },
                  { 50, 55, 1, 0.59f, false } };
    zd_matte_params params = {
        .mode = ZD_MATTE_NORMALISED, .depth_in = 0.5f, .depth_out = 1.0f, .probability = 0.3f
    };
    open_all();
    int reach = (int) ceil(0.045 * MAP_H);
    for (int y = 0; y < MAP_H; y++) {
        for (int x = 0; x < MAP_W; x++) {
            bool body = x >= 10 && x < 30 && y >= 20 && y < 60;
            *pixel(map.values, x, y) = body ? 0.9f : 0.1f;
            *pixel(foreground, x, y) = body ? 0.4f : 0.5f;
        }
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        for (int k = 0; k < parts[i].side * parts[i].side; k++) {
            int x = parts[i].x + k % parts[i].side;
            int y = parts[i].y + k / parts[i].side;
            *pixel(map.values, x, y) = 0.95f;
            *pixel(foreground, x, y) = parts[i].probability;
        }
    }
    *pixel(map.values, 30 + reach - 1, 30) = 0.95f; /* just near enough to the body */
    *pixel(map.values, 30 + reach, 40) = 0.95f;     /* and just not */
    zd_view probability = zd_image_view(foreground);
    zd_depth_map plain = { .values = map.values };
    zd_matte_frame frame = { .map = &plain, .range = { 0.0f, 1.0f }, .foreground = &probability };
    REQUIRE_OK(zd_matte_prepare(m, &frame, &err));
    render(&params);
    REQUIRE(m->settled_ready);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        float kept = zd_plane_row(m->keep, parts[i].y)[parts[i].x];
        REQUIRE_INT((int) kept, parts[i].stays);
    }
    REQUIRE(zd_plane_row(m->keep, 30)[30 + reach - 1] == 1.0f);
    REQUIRE(zd_plane_row(m->keep, 40)[30 + reach] == 0.0f);
    for (int i = 0; i < MAP_W * MAP_H; i++)
    { /* a square around all that counts, and nothing else */
        int x = i % MAP_W;
        int y = i / MAP_W;
        bool near = false;
        for (int v = zd_int_max(y - reach, 0); v <= zd_int_min(y + reach, MAP_H - 1); v++) {
            for (int u = zd_int_max(x - reach, 0); u <= zd_int_min(x + reach, MAP_W - 1); u++) {
                near = near || (m->labels[v * MAP_W + u] == 1);
            }
        }
        REQUIRE_INT((int) m->keep.data[i], near);
    }
    close_all();
}

/* With a mask of the object, what belongs to neither goes to whichever is nearer by steps. */
static void the_object_keeps_its_soft_edge(void)
{
    zd_matte_params params = { .mode = ZD_MATTE_NORMALISED,
                               .depth_in = 0.5f,
                               .depth_out = 1.0f,
                               .nearest_only = true,
                               .probability = -1.0f };
    open_all();
    zd_image *object = image_of(MAP_W, MAP_H, ZD_GRAY_F32);
    for (int i = 0; i < MAP_W * MAP_H; i++) {
        int x = i % MAP_W;
        int y = i / MAP_W;
        bool left = x >= 6 && x < 20 && y >= 10 && y < 50;
        bool right = x >= 33 && x < 50 && y >= 25 && y < 70;
        *pixel(map.values, x, y) = left || right ? 0.8f : 0.1f;
        *pixel(object, x, y) = left ? 0.5f : right ? 0.49f : 0.0f;
    }
    zd_view mask = zd_image_view(object);
    zd_depth_map plain = { .values = map.values };
    zd_matte_frame frame = { .map = &plain, .range = { 0.0f, 1.0f }, .object = &mask };
    REQUIRE_OK(zd_matte_prepare(m, &frame, &err));
    render(&params);
    for (int i = 0; i < MAP_W * MAP_H; i++) {
        int x = i % MAP_W;
        int y = i / MAP_W;
        int left =
            zd_int_max(zd_int_max(6 - x, x - 19), 0) + zd_int_max(zd_int_max(10 - y, y - 49), 0);
        int right =
            zd_int_max(zd_int_max(33 - x, x - 49), 0) + zd_int_max(zd_int_max(25 - y, y - 69), 0);
        if (left != right) {
            REQUIRE_INT((int) m->keep.data[i], left < right);
        }
    }
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            double depth = of_field(m->field, x, y);
            double kept = of_field(m->keep, x, y);
            if (fabs(depth - 0.5) > 1e-4 && fabs(kept - 0.5) > 1e-4) {
                REQUIRE_INT((int) *pixel(out, x, y), depth >= 0.5 && kept >= 0.5);
            }
        }
    }
    zd_image_unref(&object);
    close_all();
}

int main(void)
{
    RUN(cells_are_means);
    RUN(layers_are_what_the_window_holds);
    RUN(cover_is_what_cells_agree_on);
    RUN(the_band_is_as_wide_as_the_error);
    RUN(soft_pixels_are_mixed);
    RUN(hard_pixels_are_one_layers);
    RUN(crumbs_are_told_by_size_likeness_and_distance);
    RUN(the_object_keeps_its_soft_edge);
    return zd_test_finish();
}
