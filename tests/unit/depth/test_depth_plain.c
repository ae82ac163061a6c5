/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth over time against slow plain versions of the same rules (their headers): block motion by trying every
 * vector, and the steadied mean and what follows it a pixel at a time. Edges: test_depth_edges.c. */

#include "depth/line_fit.h"
#include "depth/motion.h"
#include "depth/stabilise.h"
#include "depth_plain.h"

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

int main(void)
{
    RUN(motion_is_the_best_of_all);
    RUN(the_mean_is_by_the_rules);
    return zd_test_finish();
}
