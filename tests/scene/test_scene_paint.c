/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What is behind a person, painted, against the drawn background that is there: a lit lawn, a path with kerbs and a
 * wall of bricks, a dark figure with soft edges before them whose depth is cut two samples inside or outside its
 * outline, as measured depth is; and a blue one whose hue spreads, as that of footage does. */

#include "core/size.h"
#include "scene/depth_layers.h"
#include "zd_test.h"

enum { WIDE = 256, HIGH = 160, REACH = 24 };

static zd_error err;
static zd_context *ctx;

static double noise(int x, int y)
{
    unsigned h = (unsigned) x * 374761393u + (unsigned) y * 668265263u;
    h = (h ^ (h >> 13)) * 1274126177u;
    return (double) ((h ^ (h >> 16)) & 0xffff) / 65535.0 - 0.5;
}

/* Square roots of light. */
static void background(int x, int y, double out[3])
{
    double light = 0.75 + 0.2 * x / WIDE;
    double grain = 0.06 * noise(x / 2, y / 2);
    if (y < 60) { /* bricks */
        bool is_mortar = y % 12 < 2 || (x + (y / 12 % 2) * 12) % 24 < 2;
        double v = is_mortar ? 0.85 : 0.55 + 0.5 * grain;
        out[0] = v, out[1] = 0.8 * v, out[2] = 0.7 * v;
    } else if (fabs(y - 90.0 - 0.15 * x) < 12.0) { /* a path */
        bool is_kerb = fabs(y - 90.0 - 0.15 * x) > 9.0;
        out[0] = out[1] = out[2] = (is_kerb ? 0.9 : 0.65) + 0.3 * grain;
    } else {
        out[0] = 0.35 + grain, out[1] = 0.6 + grain, out[2] = 0.25 + grain;
    }
    for (int c = 0; c < 3; c++) {
        out[c] *= light;
    }
}

/* How far inside the figure's outline a place is, in samples. */
static double inside(double x, double y)
{
    double head = 16.0 - hypot(x - 128.0, y - 38.0);
    double body = 30.0 - hypot(x - 128.0, (y - 100.0) * 0.6);
    return fmax(head, body);
}

typedef struct scores {
    double error;    /* root mean square of what is hidden, square roots of light */
    double darkness; /* how much darker than the truth it is, mean */
    double
        edge; /* the same error of the far side's six samples beside the cut, as another camera sees them */
    double blue; /* how much too blue the first two of those are before the wall, mean */
} scores;

typedef struct figure {
    double off;  /* its depth is cut so many samples inside its outline */
    double soft; /* its edge is so many samples wide */
    double light[3];
    int hue; /* the picture's hue is the mean of so many samples each way, as that of footage is */
} figure;

static void draw(const figure *drawn, zd_view out)
{
    static double roots[WIDE * HIGH][4];
    for (int k = 0; k < WIDE * HIGH; k++) {
        double deep = inside(k % WIDE + 0.5, k / WIDE + 0.5);
        double cover = fmin(fmax(0.5 + deep / drawn->soft, 0.0), 1.0);
        double *to = roots[k];
        background(k % WIDE, k / WIDE, to);
        for (int c = 0; c < 3; c++) {
            to[c] = sqrt(cover * drawn->light[c] + (1.0 - cover) * to[c] * to[c]);
        }
        to[3] = (to[0] + to[1] + to[2]) / 3.0;
    }
    for (int k = 0; k < WIDE * HIGH; k++) {
        float *to = zd_view_row_f32(out, k / WIDE) + (ptrdiff_t) (k % WIDE) * 4;
        double hue[3] = { 0 };
        int count = drawn->hue * drawn->hue;
        for (int n = 0; n < count; n++) {
            int x = zd_int_clamp(k % WIDE + n % drawn->hue - drawn->hue / 2, 0, WIDE - 1);
            int y = zd_int_clamp(k / WIDE + n / drawn->hue - drawn->hue / 2, 0, HIGH - 1);
            for (int c = 0; c < 3; c++) {
                hue[c] += (roots[y * WIDE + x][c] - roots[y * WIDE + x][3]) / count;
            }
        }
        for (int c = 0; c < 3; c++) {
            double v = fmax(roots[k][3] + hue[c], 0.0);
            to[c] = (float) (v * v);
        }
        to[3] = 1.0f;
    }
}

static double blueness(const double root[3])
{
    return root[2] - 0.5 * (root[0] + root[1]);
}

static scores score(const figure *drawn)
{
    const zd_scene_steps steps = { .tangent = 11.43, .pixel = 1.0 / 400.0 };
    zd_image *z = NULL;
    zd_image *picture = NULL;
    zd_scene_filling filling;
    scores out = { 0 };
    double counts[2] = { 0 };
    double beside = 0.0;
    REQUIRE_OK(zd_image_create(ctx, WIDE, HIGH, ZD_GRAY_F32, &z, &err));
    REQUIRE_OK(zd_image_create(ctx, WIDE, HIGH, ZD_RGBA_F32, &picture, &err));
    draw(drawn, zd_image_view(picture));
    for (int k = 0; k < WIDE * HIGH; k++) {
        int x = k % WIDE;
        int y = k / WIDE;
        zd_view_row_f32(zd_image_view(z), y)[x] =
            inside(x + 0.5, y + 0.5) > drawn->off ? 300.0f : 500.0f;
    }
    REQUIRE_OK(zd_scene_depth_fill(ctx, &steps, zd_image_view(z), zd_image_view(picture), REACH,
                                   0.0, &filling, &err));
    for (int k = 0; k < WIDE * HIGH; k++) {
        int x = k % WIDE;
        int y = k / WIDE;
        double behind[3];
        double deep = inside(x + 0.5, y + 0.5) - drawn->off;
        bool is_hidden = !isnan(zd_view_row_f32(zd_image_view(filling.z), y)[x]);
        zd_image *seen = is_hidden ? filling.colour : filling.clean;
        const float *got = zd_view_row_f32(zd_image_view(seen), y) + (ptrdiff_t) x * 4;
        background(x, y, behind);
        if (!is_hidden && y < 60 && deep <= 0.0 && deep > -2.0) {
            const double seen_root[3] = { sqrt((double) got[0]), sqrt((double) got[1]),
                                          sqrt((double) got[2]) };
            out.blue += blueness(seen_root) - blueness(behind);
            beside += 1.0;
        }
        for (int c = 0; c < 3 && (is_hidden || (deep <= 0.0 && deep > -6.0)); c++) {
            double less = behind[c] - sqrt((double) got[c]);
            *(is_hidden ? &out.error : &out.edge) += less * less;
            out.darkness += is_hidden ? less : 0.0;
            counts[is_hidden ? 0 : 1] += 1.0;
        }
    }
    out.error = sqrt(out.error / counts[0]);
    out.darkness /= counts[0];
    out.edge = sqrt(out.edge / counts[1]);
    out.blue /= beside;
    printf(
        "cut %g inside, edge %g wide: error %.4f, darker by %.4f, beside the cut %.4f, bluer by %.4f\n",
        drawn->off, drawn->soft, out.error, out.darkness, out.edge, out.blue);
    zd_scene_filling_release(&filling);
    zd_image_unref(&z);
    zd_image_unref(&picture);
    return out;
}

/* What is painted is what is there, within these errors, which only a change of the painting moves: no dark patches
 * about a dark figure, whether depth cuts it inside its outline or outside. */
static void hidden_background_is_that_which_is_there(void)
{
    static const struct {
        figure drawn;
        scores most;
    } cases[] = {
        { { 0.0, 3.0, { 0.01, 0.01, 0.01 }, 1 }, { 0.0552, -0.0008, 0.0218, 0.0 } },
        { { 2.0, 4.0, { 0.01, 0.01, 0.01 }, 1 }, { 0.0639, 0.0061, 0.0407, 0.007 } },
        { { -2.0, 4.0, { 0.01, 0.01, 0.01 }, 1 }, { 0.0492, -0.0011, 0.0179, 0.0 } },
        { { 0.0, 2.0, { 0.0, 0.0, 0.05 }, 4 }, { 0.0522, -0.0003, 0.0247, 0.004 } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scores got = score(&cases[i].drawn);
        REQUIRE_NEAR(got.error, cases[i].most.error, 0.1 * cases[i].most.error);
        REQUIRE_NEAR(got.darkness, cases[i].most.darkness, 0.005);
        REQUIRE_NEAR(got.edge, cases[i].most.edge, 0.1 * cases[i].most.edge);
        REQUIRE_NEAR(got.blue, cases[i].most.blue, 0.002);
    }
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(hidden_background_is_that_which_is_there);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
