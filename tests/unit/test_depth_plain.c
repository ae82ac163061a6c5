/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth over time against slow plain versions of the same rules (their headers): block motion by trying every
 * vector, the steadied mean and what follows it a pixel at a time, the median of edges, and the fusion of two
 * networks. Maps are taller than wide and no multiple of a block. */

#include "core/size.h"
#include "depth/detail.h"
#include "depth/edge_median.h"
#include "depth/line_fit.h"
#include "depth/motion.h"
#include "depth/stabilise.h"
#include "zd_test.h"

enum { W = 61, H = 85, BLOCK = 8, ACROSS = (W + 7) / 8, DOWN = (H + 7) / 8, FRAMES = 6 };

static zd_error err;
static zd_context *ctx;

typedef float plane[H][W];

static float ramp(float value, float low, float high)
{
    return zd_float_clamp((value - low) / (high - low), 0.0f, 1.0f);
}

/* A plane's numbers in a row. */
static float *flat(void *p)
{
    return p;
}

static float at(plane p, int x, int y)
{
    return p[zd_int_clamp(y, 0, H - 1)][zd_int_clamp(x, 0, W - 1)];
}

static float mixed(plane p, float x, float y)
{
    x = zd_float_clamp(x, 0.0f, W - 1);
    y = zd_float_clamp(y, 0.0f, H - 1);
    int x0 = (int) x;
    int y0 = (int) y;
    float fx = x - (float) x0;
    float fy = y - (float) y0;
    int x1 = fx > 0.0f ? x0 + 1 : x0; /* what has no weight may be a hole */
    int y1 = fy > 0.0f ? y0 + 1 : y0;
    float top = p[y0][x0] + (p[y0][x1] - p[y0][x0]) * fx;
    float low = p[y1][x0] + (p[y1][x1] - p[y1][x0]) * fx;
    return top + (low - top) * fy;
}

/* ---- a film ---- */

static float film[FRAMES][H][W][3];
static plane depths[FRAMES];
static plane probabilities[FRAMES];

static float grain(int x, int y, int c)
{
    unsigned long long seed = (unsigned) (x + 512) * 73856093u ^ (unsigned) (y + 512) * 19349663u;
    seed += (unsigned) c * 83492791u;
    return zd_test_uniform(&seed);
}

static float texture(float x, float y, int c)
{
    float u = floorf(x / 3.0f);
    float v = floorf(y / 3.0f);
    float fx = x / 3.0f - u;
    float fy = y / 3.0f - v;
    float top = grain((int) u, (int) v, c) +
                (grain((int) u + 1, (int) v, c) - grain((int) u, (int) v, c)) * fx;
    float low = grain((int) u, (int) v + 1, c) +
                (grain((int) u + 1, (int) v + 1, c) - grain((int) u, (int) v + 1, c)) * fx;
    return top + (low - top) * fy;
}

/* A wall that drifts, a square that goes its own way before it, depth that flickers and has a hole. */
static void draw_film(void)
{
    unsigned long long seed = 77;
    for (int f = 0; f < FRAMES; f++) {
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                float u = (float) x - 20.0f - 3.0f * (float) f;
                float v = (float) y - 30.0f - 2.0f * (float) f;
                bool inside = fabsf(u) < 13.0f && fabsf(v) < 17.0f;
                float near = inside ? 0.8f + 0.002f * v : 0.1f + 0.003f * (float) y;
                float flicker = 1.0f + 0.05f * (float) (f % 3 - 1);
                depths[f][y][x] =
                    near * flicker + 0.01f * (float) f + 0.01f * zd_test_uniform(&seed);
                probabilities[f][y][x] =
                    inside && !(f == 3 && v > 0.0f) ? 0.95f : 0.05f + 0.1f * zd_test_uniform(&seed);
                for (int c = 0; c < 3; c++) {
                    film[f][y][x][c] =
                        inside ? 0.4f + 0.6f * texture(u, v, c)
                               : 0.5f * texture((float) x + (float) f, (float) y, c + 3);
                    film[f][y][x][c] += 0.004f * zd_test_uniform(&seed);
                }
            }
        }
        depths[f][50][40] = NAN;
        probabilities[f][10][50] = f == 2 ? NAN : 0.1f;
        film[f][3][7][1] = f == 1 ? 9.0f : NAN; /* 4 and 0 */
    }
}

static zd_view view_of(void *data, int channels)
{
    return (zd_view){ data, W, H, (ptrdiff_t) (sizeof(float) * W) * channels,
                      channels == 1 ? ZD_GRAY_F32 : ZD_RGB_F32 };
}

/* ---- motion ---- */

typedef struct level {
    int width;
    int height;
    float at[H][W];
} level;

static float level_at(const level *l, int x, int y)
{
    return l->at[zd_int_clamp(y, 0, l->height - 1)][zd_int_clamp(x, 0, l->width - 1)];
}

static void make_levels(int f, level levels[2])
{
    levels[0].width = W;
    levels[0].height = H;
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            const float *p = film[f][y][x];
            float luma = 0.25f * p[0] + 0.5f * p[1] + 0.25f * p[2];
            levels[0].at[y][x] = luma > -1.0f ? fminf(luma, 4.0f) : 0.0f;
        }
    }
    levels[1].width = (W + 1) / 2;
    levels[1].height = (H + 1) / 2;
    for (int y = 0; y < levels[1].height; y++) {
        for (int x = 0; x < levels[1].width; x++) {
            float sum = 0.0f;
            for (int i = 0; i < 4; i++) {
                sum += level_at(&levels[0], 2 * x + i % 2, 2 * y + i / 2);
            }
            levels[1].at[y][x] = 0.25f * sum;
        }
    }
}

static double difference(const level *now, const level *before, int x, int y, int dx, int dy)
{
    double sum = 0.0;
    for (int v = 0; v < BLOCK; v++) {
        for (int u = 0; u < BLOCK; u++) {
            sum += (double) fabsf(level_at(now, x + u, y + v) -
                                  level_at(before, x + u + dx, y + v + dy));
        }
    }
    return sum / (BLOCK * BLOCK);
}

static void try_all(const level *now, const level *before, int x, int y, int reach, double unit,
                    int best[2])
{
    int middle[2] = { best[0], best[1] };
    double least = INFINITY;
    for (int v = middle[1] - reach; v <= middle[1] + reach; v++) {
        for (int u = middle[0] - reach; u <= middle[0] + reach; u++) {
            double cost = difference(now, before, x, y, u, v) + unit * fmax(abs(u), abs(v));
            if (cost < least) {
                least = cost;
                best[0] = u;
                best[1] = v;
            }
        }
    }
}

static int ascending(const void *a, const void *b)
{
    return *(const int *) a - *(const int *) b;
}

/* The upper median over the neighbours that there are. */
static float median_around(int found[DOWN][ACROSS][2], int x, int y, int c)
{
    int values[9];
    int count = 0;
    for (int v = zd_int_max(y - 1, 0); v <= zd_int_min(y + 1, DOWN - 1); v++) {
        for (int u = zd_int_max(x - 1, 0); u <= zd_int_min(x + 1, ACROSS - 1); u++) {
            values[count++] = found[v][u][c];
        }
    }
    qsort(values, (size_t) count, sizeof *values, ascending);
    return (float) values[count / 2];
}

static void plain_motion(int from, int to, float vectors[DOWN][ACROSS][2])
{
    static level now[2];
    static level before[2];
    static int found[DOWN][ACROSS][2];
    make_levels(from, now);
    make_levels(to, before);
    for (int y = 0; y < DOWN; y++) {
        for (int x = 0; x < ACROSS; x++) {
            int best[2] = { 0, 0 };
            if (difference(&now[0], &before[0], x * BLOCK, y * BLOCK, 0, 0) > 0.01) {
                try_all(&now[1], &before[1], x * BLOCK / 2 - 2, y * BLOCK / 2 - 2, 7, 0.0016, best);
                best[0] *= 2;
                best[1] *= 2;
                try_all(&now[0], &before[0], x * BLOCK, y * BLOCK, 1, 0.0008, best);
            }
            found[y][x][0] = best[0];
            found[y][x][1] = best[1];
        }
    }
    for (int y = 0; y < DOWN; y++) {
        for (int x = 0; x < ACROSS; x++) {
            vectors[y][x][0] = median_around(found, x, y, 0);
            vectors[y][x][1] = median_around(found, x, y, 1);
        }
    }
}

static void motion_is_the_best_of_all(void)
{
    static float plain[DOWN][ACROSS][2];
    static float made[DOWN][ACROSS][2];
    static float scratch[DOWN][ACROSS][2];
    ctx = zd_test_context(2);
    draw_film();
    float *memory[2];
    zd_luma lumas[2];
    for (int i = 0; i < 2; i++) {
        memory[i] = malloc(zd_luma_floats(W, H) * sizeof(float));
        zd_luma_init(&lumas[i], memory[i], W, H);
    }
    int moved = 0;
    for (int f = 1; f < FRAMES; f++) {
        zd_luma_load(&lumas[0], view_of(film[f], 3));
        zd_luma_load(&lumas[1], view_of(film[f - 1], 3));
        zd_motion_find(ctx, &lumas[0], &lumas[1], &made[0][0][0], &scratch[0][0][0]);
        plain_motion(f, f - 1, plain);
        for (int i = 0; i < DOWN * ACROSS; i++) {
            REQUIRE(flat(made)[2 * i + 0] == flat(plain)[2 * i + 0] &&
                    flat(made)[2 * i + 1] == flat(plain)[2 * i + 1]);
            moved += flat(made)[2 * i + 1] == -2.0f;
        }
    }
    REQUIRE(moved > 20);
    free(memory[0]);
    free(memory[1]);
    zd_context_destroy(&ctx);
}

/* ---- the steadied mean ---- */

typedef struct past {
    plane estimate;
    plane age;
    plane anchor;
    plane anchor_age;
    plane followed[2]; /* the subject, and another plane */
    plane moved;       /* how surely the subject was here */
    plane still;
} past;

static past before;
static past warped;
static plane change;
static plane gains;
static plane shears;
static float vectors[DOWN][ACROSS][2];
static float block_shear[DOWN][ACROSS];

/* Bilinear between the blocks' middles. */
static float between_blocks(float grid[DOWN][ACROSS], int x, int y)
{
    float bx = zd_float_clamp(((float) x + 0.5f) / BLOCK - 0.5f, 0.0f, ACROSS - 1);
    float by = zd_float_clamp(((float) y + 0.5f) / BLOCK - 0.5f, 0.0f, DOWN - 1);
    int x0 = (int) bx;
    int y0 = (int) by;
    int x1 = zd_int_min(x0 + 1, ACROSS - 1);
    int y1 = zd_int_min(y0 + 1, DOWN - 1);
    float top = grid[y0][x0] + (grid[y0][x1] - grid[y0][x0]) * (bx - (float) x0);
    float low = grid[y1][x0] + (grid[y1][x1] - grid[y1][x0]) * (bx - (float) x0);
    return top + (low - top) * (by - (float) y0);
}

static float tame(float value)
{
    return value > -1.0f ? fminf(value, 4.0f) : 0.0f;
}

/* Everything of the past, moved to where it is now; and how much the picture differs from it. */
static void move_on(int f)
{
    static plane raw;
    static plane colours[3];
    static float grids[2][DOWN][ACROSS];
    for (int i = 0; i < DOWN * ACROSS; i++) {
        float most = 0.0f;
        for (int k = 0; k < 9; k++) {
            int x = i % ACROSS + k % 3 - 1;
            int y = i / ACROSS + k / 3 - 1;
            for (int c = 0; c < 2 && x >= 0 && x < ACROSS && y >= 0 && y < DOWN; c++) {
                most = fmaxf(most, fabsf(vectors[y][x][c] - flat(vectors)[2 * i + c]));
            }
        }
        flat(block_shear)[i] = most;
        flat(grids[0])[i] = flat(vectors)[2 * i + 0];
        flat(grids[1])[i] = flat(vectors)[2 * i + 1];
    }
    for (int c = 0; c < 3; c++) {
        for (int i = 0; i < W * H; i++) {
            flat(colours[c])[i] = tame(flat(film[f - 1])[3 * i + c]);
        }
    }
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float u = (float) x + between_blocks(grids[0], x, y);
            float v = (float) y + between_blocks(grids[1], x, y);
            plane *from = (plane *) &before;
            plane *to = (plane *) &warped;
            for (size_t i = 0; i < sizeof before / sizeof(plane); i++) {
                to[i][y][x] = mixed(from[i], u, v);
            }
            raw[y][x] = 0.0f;
            for (int c = 0; c < 3; c++) {
                raw[y][x] =
                    fmaxf(raw[y][x], fabsf(tame(film[f][y][x][c]) - mixed(colours[c], u, v)));
            }
            shears[y][x] = between_blocks(block_shear, x, y);
        }
    }
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float sum = 0.0f;
            for (int k = 0; k < 9; k++) {
                sum += at(raw, x + k % 3 - 1, y + k / 3 - 1);
            }
            change[y][x] = sum / 9.0f;
        }
    }
}

/* The middle of the bin, of 512 up to `most`, in which half of the values that are none below 0 lie. */
static float median(plane values, float most)
{
    int bins[512] = { 0 };
    int valid = 0;
    for (int i = 0; i < W * H; i++) {
        if (flat(values)[i] >= 0.0f) {
            bins[zd_int_min((int) (flat(values)[i] * (512.0f / most)), 511)]++;
            valid++;
        }
    }
    int bin = 0;
    for (int below = bins[0]; 2 * below < valid && bin < 511; below += bins[bin]) {
        bin++;
    }
    return ((float) bin + 0.5f) * most / 512.0f;
}

static zd_line fit_scale(int f, float picture_noise, float strength)
{
    static float x[DOWN * ACROSS];
    static float y[DOWN * ACROSS];
    static float weights[DOWN * ACROSS];
    static float scratch[DOWN * ACROSS];
    for (int i = 0; i < DOWN * ACROSS; i++) {
        float sums[3] = { 0.0f, 0.0f, 0.0f };
        float count = 0.0f;
        for (int k = 0; k < BLOCK * BLOCK; k++) {
            int u = i % ACROSS * BLOCK + k % BLOCK;
            int v = i / ACROSS * BLOCK + k / BLOCK;
            if (u < W && v < H && isfinite(depths[f][v][u] + warped.anchor[v][u]) &&
                change[v][u] < 1.8f * picture_noise)
            {
                sums[0] += depths[f][v][u];
                sums[1] += warped.anchor[v][u];
                sums[2] += warped.anchor_age[v][u];
                count += 1.0f;
            }
        }
        x[i] = count > 0.0f ? sums[0] / count : 0.0f;
        y[i] = count > 0.0f ? sums[1] / count : 0.0f;
        weights[i] = count > 0.0f ? count * ramp(sums[2] / count, 0.9f, 6.0f) : 0.0f;
    }
    zd_line_samples samples = { x, y, weights, DOWN * ACROSS, 0.05 * W * H };
    zd_line fit = zd_line_fit(&samples, scratch);
    return (zd_line){ 1.0f + strength * (fit.scale - 1.0f), strength * fit.shift };
}

static float picture_noise_of(void)
{
    return 0.008f + median(change, 0.25f);
}

static void plain_mean(int f, float strength, plane out)
{
    static plane residual;
    float noise = picture_noise_of();
    zd_line fit = fit_scale(f, noise, strength);
    float low = 0.0f;
    float high = 0.0f;
    for (int i = 0; i < W * H; i++) {
        float off = fabsf(fit.scale * flat(depths[f])[i] + fit.shift - flat(warped.estimate)[i]);
        flat(residual)[i] = isfinite(off) ? off : -1.0f;
        low = isfinite(flat(warped.estimate)[i]) ? fminf(low, flat(warped.estimate)[i]) : low;
        high = isfinite(flat(warped.estimate)[i]) ? fmaxf(high, flat(warped.estimate)[i]) : high;
    }
    float depth_noise = 1.48f * median(residual, 0.1f * (high - low)) + 0.002f * (high - low);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float here = fit.scale * depths[f][y][x] + fit.shift;
            float was = warped.estimate[y][x];
            float gain = 1.0f;
            before.anchor[y][x] = here;
            before.anchor_age[y][x] = 1.0f;
            if (isfinite(here) && isfinite(was)) {
                float across = fabsf(at(warped.estimate, x + 1, y) - at(warped.estimate, x - 1, y));
                float down = fabsf(at(warped.estimate, x, y + 1) - at(warped.estimate, x, y - 1));
                float steep = across > down || isnan(down) ? across : down;
                float tolerance = depth_noise + 0.4f * 0.5f * steep;
                float by_depth = 0.5f * ramp(fabsf(here - was) / tolerance, 3.0f, 7.0f);
                float by_picture = ramp(change[y][x] / noise, 1.8f, 3.5f);
                float by_motion = 0.75f * ramp(shears[y][x], 0.5f, 2.0f);
                float changed = fmaxf(by_depth, fmaxf(by_picture, by_motion));
                gain = fmaxf(changed, fmaxf(0.08f, 1.0f / (warped.age[y][x] + 1.0f)));
                float of_anchor =
                    fmaxf(changed, fmaxf(1e-4f, 1.0f / (warped.anchor_age[y][x] + 1.0f)));
                of_anchor = isfinite(warped.anchor[y][x]) ? of_anchor : 1.0f;
                before.anchor[y][x] =
                    of_anchor < 1.0f
                        ? warped.anchor[y][x] + of_anchor * (here - warped.anchor[y][x])
                        : here;
                before.anchor_age[y][x] = 1.0f / of_anchor;
                gain = 1.0f - strength * (1.0f - gain);
                here = was + gain * (here - was);
            }
            gains[y][x] = gain;
            before.age[y][x] = 1.0f / gain;
            before.estimate[y][x] = here;
            out[y][x] = here;
        }
    }
}

/* The mean of what follows; and of the subject what a memory of it adds to the odds. */
static void plain_follow(int which, plane seen, float strength, plane out)
{
    float noise = picture_noise_of();
    for (int i = 0; i < W * H; i++) {
        float p = flat(seen)[i];
        float was = flat(warped.followed[which])[i];
        bool mixes = isfinite(p) && isfinite(was);
        float mean = mixes ? was + flat(gains)[i] * (p - was) : p;
        flat(before.followed[which])[i] = mean;
        flat(out)[i] = mean;
        if (!mixes || which != 0) {
            continue;
        }
        float is_new = ramp(flat(change)[i], 0.03f, 0.06f);
        float has_moved = fmaxf(is_new, ramp(flat(change)[i], 1.8f * noise, 3.5f * noise));
        float moved = flat(warped.moved)[i] + is_new * (0.6f * p - flat(warped.moved)[i]);
        float still = (1.0f - has_moved) * flat(warped.still)[i];
        float by_moved = 7.0f * ramp(moved, 0.5f, 0.75f) * (1.0f - is_new) *
                         (1.0f - ramp(flat(shears)[i], 1.0f, 3.0f));
        float by_still = 23.0f * ramp(still, 0.6f, 0.85f);
        float factor = 1.0f + strength * fmaxf(by_moved, by_still);
        flat(before.moved)[i] = moved + (p > moved ? 0.35f : 0.07f) * (p - moved);
        flat(before.still)[i] = still + (p > still ? 0.35f : 0.004f) * (p - still);
        flat(out)[i] = mean * factor / (1.0f - mean + mean * factor);
    }
}

static void require_plane(const char *what, int f, plane made, plane expected)
{
    for (int i = 0; i < W * H; i++) {
        float a = flat(made)[i];
        float b = flat(expected)[i];
        if (!(fabsf(a - b) <= 2e-4f) && !(isnan(a) && isnan(b))) {
            ZD_TEST_FAIL("%s of frame %d at %d,%d: %g, expected %g", what, f, i % W, i / W,
                         (double) a, (double) b);
        }
    }
}

static void the_mean_is_by_the_rules(void)
{
    static plane made[3];
    static plane expected[3];
    const float strength = 0.8f;
    zd_stabiliser *s = NULL;
    ctx = zd_test_context(2);
    draw_film();
    REQUIRE_OK(zd_stabiliser_create(ctx, W, H, &s, &err));
    for (int f = 0; f < FRAMES; f++) {
        REQUIRE_OK(zd_stabiliser_process(s, view_of(depths[f], 1), view_of(film[f], 3), strength,
                                         view_of(made[0], 1), &err));
        zd_stabiliser_follow(s, ZD_FOLLOWER_FOREGROUND, view_of(probabilities[f], 1),
                             view_of(made[1], 1));
        zd_stabiliser_follow(s, ZD_FOLLOWER_SKY, view_of(depths[f], 1), view_of(made[2], 1));
        if (f == 0) {
            memcpy(before.estimate, depths[0], sizeof(plane));
            memcpy(before.anchor, depths[0], sizeof(plane));
            memcpy(before.followed[0], probabilities[0], sizeof(plane));
            memcpy(before.followed[1], depths[0], sizeof(plane));
            for (int i = 0; i < W * H; i++) {
                flat(before.age)[i] = flat(before.anchor_age)[i] = 1.0f;
                flat(before.moved)[i] = flat(before.still)[i] = 0.6f * flat(probabilities[0])[i];
            }
            require_plane("depth", 0, made[0], depths[0]);
            require_plane("the subject", 0, made[1], probabilities[0]);
            continue;
        }
        plain_motion(f, f - 1, vectors);
        move_on(f);
        plain_mean(f, strength, expected[0]);
        plain_follow(0, probabilities[f], strength, expected[1]);
        plain_follow(1, depths[f], strength, expected[2]);
        require_plane("depth", f, made[0], expected[0]);
        require_plane("the subject", f, made[1], expected[1]);
        require_plane("another plane", f, made[2], expected[2]);
    }
    zd_stabiliser_destroy(&s);
    zd_context_destroy(&ctx);
}

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
    RUN(motion_is_the_best_of_all);
    RUN(the_mean_is_by_the_rules);
    RUN(edges_are_medians_by_the_rules);
    RUN(fusion_is_by_the_formula);
    return zd_test_finish();
}
