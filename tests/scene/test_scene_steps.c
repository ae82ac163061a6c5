/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Soft steps made sharp, and what lies behind them: on small maps whose two layers are known, turned every
 * way. */

#include "scene/depth_layers.h"
#include "zd_test.h"

enum { WIDE = 44, HIGH = 36 };

static zd_error err;
static zd_context *ctx;
static zd_scene_steps steps = { .tangent = 11.43, .pixel = 0.01 };

static zd_image *image(int width, int height, zd_format format)
{
    zd_image *out = NULL;
    REQUIRE_OK(zd_image_create(ctx, width, height, format, &out, &err));
    zd_view_clear(zd_image_view(out));
    return out;
}

static float *at(zd_image *of, int x, int y)
{
    zd_view view = zd_image_view(of);
    return zd_view_row_f32(view, y) + (ptrdiff_t) x * view.format.channels;
}

/* ---- turning ---- */

/* The eight ways to lay a picture: bit 0 mirrors, bit 1 stands on its head, bit 2 is on its side. */
static zd_image *turned(zd_image *from, int way)
{
    zd_view view = zd_image_view(from);
    bool lies = (way & 4) != 0;
    zd_image *out =
        image(lies ? view.height : view.width, lies ? view.width : view.height, view.format);
    for (int y = 0; y < view.height; y++) {
        for (int x = 0; x < view.width; x++) {
            int tx = (way & 1) != 0 ? view.width - 1 - x : x;
            int ty = (way & 2) != 0 ? view.height - 1 - y : y;
            memcpy(at(out, lies ? ty : tx, lies ? tx : ty), at(from, x, y),
                   (size_t) view.format.channels * sizeof(float));
        }
    }
    return out;
}

/* ---- soft steps ---- */

typedef struct soft_step {
    double near_z;
    double near_slope; /* of 1/z, a sample */
    double far_z;
    double far_slope;
    double where; /* of the step, in row 0 */
    double slant; /* of it, a row */
    int blur;     /* samples a side; 0: sharp */
} soft_step;

static double layer_at(const soft_step *s, bool is_near, int x)
{
    double inverse = 1.0 / (is_near ? s->near_z : s->far_z) +
                     (is_near ? s->near_slope : s->far_slope) * (x - WIDE / 2);
    return steps.is_height ? 1000.0 * inverse : 1.0 / inverse;
}

static bool is_near_at(const soft_step *s, int x, int y)
{
    return x + 0.5 < s->where + s->slant * y;
}

static zd_image *map_of(const soft_step *s)
{
    zd_image *map = image(WIDE, HIGH, ZD_GRAY_F32);
    for (int y = 0; y < HIGH; y++) {
        for (int x = 0; x < WIDE; x++) {
            double sum = 0.0;
            for (int k = -s->blur; k <= s->blur; k++) {
                double z = layer_at(s, is_near_at(s, x + k, y), x + k);
                sum += steps.is_height ? z : 1.0 / z;
            }
            sum /= 2 * s->blur + 1;
            *at(map, x, y) = (float) (steps.is_height ? sum : 1.0 / sum);
        }
    }
    return map;
}

/* Every sample belongs to one of two layers, the near one before `edge`. */
static void require_two_layers(const soft_step *s, zd_image *out, double edge, const char *what)
{
    for (int y = 0; y < HIGH; y++) {
        for (int x = 0; x < WIDE; x++) {
            double expected = layer_at(s, x + 0.5 < edge + s->slant * y, x);
            double got = (double) *at(out, x, y);
            if (!(fabs(got - expected) < 0.02 * expected)) {
                ZD_TEST_FAIL("%s: %g at %d,%d, not %g", what, got, x, y, expected);
            }
        }
    }
}

static void require_snapped(const soft_step *s, zd_image *picture, double edge, const char *what)
{
    zd_image *map = map_of(s);
    zd_image *first = NULL;
    for (int way = 0; way < 8; way++) {
        zd_image *z = turned(map, way);
        zd_image *seen = picture != NULL ? turned(picture, way) : NULL;
        zd_view none = { 0 };
        zd_image *out = image(zd_image_view(z).width, zd_image_view(z).height, ZD_GRAY_F32);
        REQUIRE_OK(zd_scene_depth_snap(ctx, &steps, zd_image_view(z),
                                       seen != NULL ? zd_image_view(seen) : none,
                                       zd_image_view(out), &err));
        /* Back again: mirrored sides change places where the picture lies. */
        zd_image *back = turned(out, (way & 4) == 0 ? way : 4 | (way & 1) << 1 | (way & 2) >> 1);
        if (way == 0) {
            require_two_layers(s, back, edge, what);
            first = zd_image_ref(back);
        }
        for (int i = 0; i < WIDE * HIGH; i++) {
            double a = (double) *at(first, i % WIDE, i / WIDE);
            double b = (double) *at(back, i % WIDE, i / WIDE);
            if (!(fabs(a - b) < 1e-3 * a)) {
                ZD_TEST_FAIL("%s: turned by %d it is %g at %d,%d, not %g", what, way, b, i % WIDE,
                             i / WIDE, a);
            }
        }
        zd_image_unref(&z);
        zd_image_unref(&seen);
        zd_image_unref(&out);
        zd_image_unref(&back);
    }
    zd_image_unref(&first);
    zd_image_unref(&map);
}

static zd_image *picture_of(double edge, double slant, int scale)
{
    zd_image *picture = image(WIDE * scale, HIGH * scale, ZD_RGB_F32);
    for (int y = 0; y < HIGH * scale; y++) {
        for (int x = 0; x < WIDE * scale; x++) {
            float *to = at(picture, x, y);
            bool is_left = (x + 0.5) / scale < edge + slant * (y / scale);
            to[0] = is_left ? 0.8f : 0.1f;
            to[1] = 0.3f;
            to[2] = is_left ? 0.2f : 0.5f;
        }
    }
    return picture;
}

static void ramps_become_steps(void)
{
    static const soft_step cases[] = {
        { 100.0, 0.0, 300.0, 0.0, 22.0, 0.0, 2 },    { 100.0, 0.0, 300.0, 0.0, 20.0, 0.0, 5 },
        { 100.0, 2e-5, 300.0, -1e-5, 22.0, 0.0, 3 }, { 300.0, 0.0, 100.0, 0.0, 22.0, 0.0, 4 },
        { 100.0, 0.0, 300.0, 0.0, 22.0, 0.0, 0 },
    };
    for (int heights = 0; heights < 2; heights++) {
        steps.is_height = heights == 1;
        steps.pixel = heights == 1 ? 0.04 : 0.01;
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            char what[40];
            snprintf(what, sizeof what, "%s %zu", heights == 1 ? "heights" : "depths", i);
            require_snapped(&cases[i], NULL, cases[i].where, what);
        }
    }
    steps = (zd_scene_steps){ .tangent = 11.43, .pixel = 0.01 };
}

/* The step goes to the picture's edge, at any size of the picture, slanted ones too. */
static void steps_go_to_the_edge_of_the_picture(void)
{
    for (int i = 0; i < 6; i++) {
        const soft_step s = { 100.0, 0.0, 300.0, 0.0, 22.0, i == 5 ? 0.2 : 0.0, 5 };
        double edge = i == 5 ? 22.0 : 20.0 + i;
        zd_image *picture = picture_of(edge, s.slant, 1 + i % 3);
        char what[40];
        snprintf(what, sizeof what, "edge %g", edge);
        if (i < 5) {
            require_snapped(&s, picture, edge, what);
        } else {
            zd_image *map = map_of(&s);
            zd_image *out = image(WIDE, HIGH, ZD_GRAY_F32);
            REQUIRE_OK(zd_scene_depth_snap(ctx, &steps, zd_image_view(map), zd_image_view(picture),
                                           zd_image_view(out), &err));
            for (int y = 0; y < HIGH; y++) { /* within one sample of the line, and one cut a row */
                int cuts = 0;
                for (int x = 0; x < WIDE; x++) {
                    float z = *at(out, x, y);
                    double away = x + 0.5 - (edge + s.slant * y);
                    REQUIRE(fabs((double) z - 100.0) < 2.0 || fabs((double) z - 300.0) < 6.0);
                    REQUIRE(fabs(away) < 1.0 || (z < 200.0f) == (away < 0.0));
                    cuts += x > 0 && (z < 200.0f) != (*at(out, x - 1, y) < 200.0f);
                }
                REQUIRE_INT(cuts, 1);
            }
            zd_image_unref(&map);
            zd_image_unref(&out);
        }
        zd_image_unref(&picture);
    }
}

/* ---- what is hidden ---- */

static void require_filled(zd_image *map, zd_image *picture, double reach, int way,
                           zd_scene_filling *out)
{
    zd_image *z = turned(map, way);
    zd_image *seen = turned(picture, way);
    REQUIRE_OK(zd_scene_depth_fill(ctx, &steps, zd_image_view(z), zd_image_view(seen), reach, 0.0,
                                   out, &err));
    zd_image_unref(&z);
    zd_image_unref(&seen);
}

/* A near square before a far plane: a ring of it is filled with the plane and with the plane's colour, which
 * goes on as it runs; what is not hidden keeps its own. Turned it is the same. */
static void what_is_hidden_is_the_far_layer(void)
{
    const double reach = 7.0;
    zd_image *map = image(WIDE, HIGH, ZD_GRAY_F32);
    zd_image *picture = image(WIDE, HIGH, ZD_RGBA_F32);
    for (int y = 0; y < HIGH; y++) {
        for (int x = 0; x < WIDE; x++) {
            bool is_near = x >= 12 && x < 32 && y >= 8 && y < 27;
            float *to = at(picture, x, y);
            *at(map, x, y) = is_near ? 100.0f : 400.0f;
            to[0] = is_near ? 0.9f : 0.2f + 0.005f * (float) x;
            to[1] = is_near ? 0.1f : 0.4f;
            to[2] = is_near ? 0.1f : 0.6f - 0.004f * (float) y;
            to[3] = is_near ? 1.0f : 0.8f;
        }
    }
    for (int way = 0; way < 8; way++) {
        zd_scene_filling filling;
        require_filled(map, picture, reach, way, &filling);
        int back = (way & 4) == 0 ? way : 4 | (way & 1) << 1 | (way & 2) >> 1;
        zd_image *z = turned(filling.z, back);
        zd_image *colour = turned(filling.colour, back);
        for (int y = 0; y < HIGH; y++) {
            for (int x = 0; x < WIDE; x++) {
                bool is_near = x >= 12 && x < 32 && y >= 8 && y < 27;
                int in_x = x < 22 ? x - 11 : 32 - x; /* how deep in the square */
                int in_y = y < 17 ? y - 7 : 27 - y;
                bool is_hidden = is_near && (in_x <= 7 || in_y <= 7);
                const float *c = at(colour, x, y);
                if (isnan(*at(z, x, y)) == is_hidden) {
                    ZD_TEST_FAIL("way %d: %g is hidden at %d,%d", way, (double) *at(z, x, y), x, y);
                }
                if (is_hidden) {
                    REQUIRE_NEAR(*at(z, x, y), 400.0, 1.0);
                    REQUIRE_NEAR(c[0], 0.2 + 0.005 * x, 0.07);
                    REQUIRE_NEAR(c[1], 0.4, 0.03);
                    REQUIRE_NEAR(c[2], 0.6 - 0.004 * y, 0.05);
                    REQUIRE_NEAR(c[3], 0.8, 0.03);
                } else if (in_x < -1 || in_y < -1) { /* not beside the cut */
                    REQUIRE_BYTES(c, at(picture, x, y), 4 * sizeof(float));
                } else {
                    REQUIRE_NEAR(c[0], *at(picture, x, y), 0.03);
                }
            }
        }
        zd_image_unref(&z);
        zd_image_unref(&colour);
        zd_scene_filling_release(&filling);
        REQUIRE(filling.z == NULL && filling.colour == NULL);
    }
    zd_image_unref(&map);
    zd_image_unref(&picture);
}

/* A step that holds hides nothing, nor does a hole; one is told from the other by angle and by length. */
static void what_hangs_together_hides_nothing(void)
{
    static const struct {
        double tangent;
        double max_edge;
        bool hides;
    } cases[] = { { 11.43, 0.0, true },
                  { 290.0, 0.0, true },
                  { 310.0, 0.0, false },
                  { 310.0, 299.0, true },
                  { 310.0, 301.0, false } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const zd_scene_steps how = { .tangent = cases[i].tangent,
                                     .pixel = 0.01,
                                     .max_edge = cases[i].max_edge };
        zd_image *map = image(WIDE, HIGH, ZD_GRAY_F32);
        zd_scene_filling filling;
        int hidden = 0;
        for (int k = 0; k < WIDE * HIGH; k++) {
            *at(map, k % WIDE, k / WIDE) = k % WIDE < 20 ? 100.0f : k % WIDE < 30 ? 400.0f : NAN;
        }
        REQUIRE_OK(zd_scene_depth_fill(ctx, &how, zd_image_view(map), (zd_view){ 0 }, 5.0, 0.0,
                                       &filling, &err));
        for (int k = 0; k < WIDE * HIGH; k++) {
            float z = *at(filling.z, k % WIDE, k / WIDE);
            hidden += !isnan(z);
            REQUIRE(isnan(z) || (k % WIDE >= 15 && k % WIDE < 20 && fabsf(z - 400.0f) < 1.0f));
            REQUIRE_NEAR(*at(filling.colour, k % WIDE, k / WIDE), 1.0,
                         1e-6); /* no picture is white */
        }
        REQUIRE_INT(hidden, cases[i].hides ? 5 * HIGH : 0);
        zd_scene_filling_release(&filling);
        zd_image_unref(&map);
    }
}

/* Beside a cut the far side's pixels hold some of the near thing: another camera sees the far layer's own colour
 * there, and all else as it is. A picture that is finer than its map is left alone. */
static void mixed_pixels_are_cleaned_for_other_cameras(void)
{
    for (int finer = 0; finer < 2; finer++) {
        int by = finer + 1;
        zd_image *map = image(WIDE, HIGH, ZD_GRAY_F32);
        zd_image *picture = image(by * WIDE, by * HIGH, ZD_RGBA_F32);
        zd_scene_filling filling;
        for (int k = 0; k < WIDE * HIGH; k++) {
            *at(map, k % WIDE, k / WIDE) = k % WIDE < 20 ? 100.0f : 400.0f;
        }
        for (int k = 0; k < by * WIDE * by * HIGH; k++) {
            int x = k % (by * WIDE) / by;
            float *to = at(picture, k % (by * WIDE), k / (by * WIDE));
            float near_part = x < 20 ? 1.0f : x == 20 ? 0.6f : x == 21 ? 0.2f : 0.0f;
            to[0] = near_part;
            to[1] = (1.0f - near_part) * (0.3f + 0.01f * (float) x);
            to[3] = 1.0f;
        }
        REQUIRE_OK(zd_scene_depth_fill(ctx, &steps, zd_image_view(map), zd_image_view(picture), 6.0,
                                       0.0, &filling, &err));
        REQUIRE((filling.clean == NULL) == (finer == 1));
        for (int k = 0; k < (finer ? 0 : WIDE * HIGH); k++) {
            int x = k % WIDE;
            for (int c = 0; c < 4; c++) {
                bool is_mixed = x == 20 || x == 21;
                REQUIRE_NEAR(at(filling.clean, x, k / WIDE)[c],
                             at(picture, is_mixed ? 22 : x, k / WIDE)[c], is_mixed ? 0.03 : 0.0);
            }
        }
        zd_scene_filling_release(&filling);
        REQUIRE(filling.clean == NULL);
        zd_image_unref(&map);
        zd_image_unref(&picture);
    }
}

/* What repeats on the far side repeats behind the near one. */
static void hidden_detail_goes_on(void)
{
    zd_image *map = image(WIDE, HIGH, ZD_GRAY_F32);
    zd_image *picture = image(2 * WIDE, 2 * HIGH, ZD_RGBA_F32);
    zd_scene_filling filling;
    double with = 0.0;
    double size = 0.0;
    for (int y = 0; y < 2 * HIGH; y++) {
        for (int x = 0; x < 2 * WIDE; x++) {
            float *to = at(picture, x, y);
            float stripe = y / 2 % 4 < 2 ? 0.7f : 0.3f;
            *at(map, x / 2, y / 2) = x / 2 < 20 ? 100.0f : 400.0f;
            to[0] = to[1] = to[2] = x / 2 < 20 ? 0.05f : stripe;
            to[3] = 1.0f;
        }
    }
    REQUIRE_OK(zd_scene_depth_fill(ctx, &steps, zd_image_view(map), zd_image_view(picture), 6.0,
                                   0.0, &filling, &err));
    for (int y = 0; y < HIGH; y++) {
        for (int x = 14; x < 20; x++) {
            double stripe = y % 4 < 2 ? 0.2 : -0.2;
            double got = (double) at(filling.colour, x, y)[1] - 0.5;
            REQUIRE(fabs(got) < 0.35); /* nothing of the near thing's dark */
            with += got * stripe;
            size += stripe * stripe;
        }
    }
    REQUIRE_NEAR(with / size, 1.0, 0.25);
    zd_scene_filling_release(&filling);
    zd_image_unref(&map);
    zd_image_unref(&picture);
}

int main(void)
{
    ctx = zd_test_context(2);
    RUN(ramps_become_steps);
    RUN(steps_go_to_the_edge_of_the_picture);
    RUN(what_is_hidden_is_the_far_layer);
    RUN(what_hangs_together_hides_nothing);
    RUN(mixed_pixels_are_cleaned_for_other_cameras);
    RUN(hidden_detail_goes_on);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
