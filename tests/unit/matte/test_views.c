/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The views against their formulas, pixel by pixel, on a part of a frame that lies off its corner. */

#include "matte/views.h"
#include "zd_test.h"

enum { FRAME_W = 41, FRAME_H = 29, MAP_W = 11, MAP_H = 6, W = 23, H = 17 };

static const zd_rect roi = { 9, 7, 9 + W, 7 + H };

static float map_values[MAP_H][MAP_W];
static float picture[H][W][4];
static float matte[H][W];
static float drawn[H][W][4];

static zd_view view_of(void *data, int width, int height, int channels)
{
    return (zd_view){ data,
                      width,
                      height,
                      (ptrdiff_t) sizeof(float) * width * channels,
                      { ZD_SAMPLE_F32, channels } };
}

static void fill(zd_depth_range range)
{
    unsigned long long seed = 11;
    for (int y = 0; y < MAP_H; y++) {
        for (int x = 0; x < MAP_W; x++) {
            /* Some depths lie beyond the range. */
            map_values[y][x] = range.furthest + (range.nearest - range.furthest) *
                                                    (1.4f * zd_test_uniform(&seed) - 0.2f);
        }
    }
    for (int i = 0; i < W * H; i++) {
        matte[i / W][i % W] = i % 5 == 0 ? 0.0f : i % 7 == 0 ? 1.0f : zd_test_uniform(&seed);
        for (int c = 0; c < 4; c++) {
            picture[i / W][i % W][c] = zd_test_uniform(&seed);
        }
    }
}

/* The depth at a pixel of the frame: bilinear between the centres of the map's cells, the border's
 * cells going on; then 0 furthest, 1 nearest. */
static double depth_at(zd_depth_range range, int x, int y)
{
    double u = (x + 0.5) * MAP_W / FRAME_W - 0.5;
    double v = (y + 0.5) * MAP_H / FRAME_H - 0.5;
    double sum = 0.0;
    for (int j = -1; j <= MAP_H; j++) {
        for (int i = -1; i <= MAP_W; i++) {
            double share = fmax(1.0 - fabs(u - i), 0.0) * fmax(1.0 - fabs(v - j), 0.0);
            int column = i < 0 ? 0 : i >= MAP_W ? MAP_W - 1 : i;
            int row = j < 0 ? 0 : j >= MAP_H ? MAP_H - 1 : j;
            sum += share > 0.0 ? share * (double) map_values[row][column] : 0.0;
        }
    }
    double depth = (sum - (double) range.furthest) / (double) (range.nearest - range.furthest);
    return fmin(fmax(depth, 0.0), 1.0);
}

/* Blue, cyan, green, yellow, red, a quarter apart. */
static void colour_at(double depth, double rgb[3])
{
    static const double stops[5][3] = {
        { 0, 0, 1 }, { 0, 1, 1 }, { 0, 1, 0 }, { 1, 1, 0 }, { 1, 0, 0 }
    };
    int i = depth >= 1.0 ? 3 : (int) (4.0 * depth);
    double t = 4.0 * depth - i;
    for (int c = 0; c < 3; c++) {
        rgb[c] = stops[i][c] + t * (stops[i + 1][c] - stops[i][c]);
    }
}

static void expected_at(zd_matte_view_kind kind, zd_depth_range range, int x, int y, double rgb[3])
{
    double m = (double) matte[y][x];
    double depth = depth_at(range, x + roi.x0, y + roi.y0);
    double scale[3];
    colour_at(depth, scale);
    for (int c = 0; c < 3; c++) {
        double p = (double) picture[y][x][c];
        rgb[c] = kind == ZD_MATTE_VIEW_NONE          ? p
                 : kind == ZD_MATTE_VIEW_DEPTH       ? depth
                 : kind == ZD_MATTE_VIEW_THRESHOLDED ? m * p + (1.0 - m) * scale[c]
                 : kind == ZD_MATTE_VIEW_OPACITY     ? m * p + (1.0 - m) * 0.5 * p
                                                     : m;
    }
}

static void draw(zd_matte_view_kind kind, zd_depth_range range, int channels)
{
    zd_matte_view_source source = { .picture = view_of(picture, W, H, 4),
                                    .matte = view_of(matte, W, H, 1),
                                    .depth = view_of(map_values, MAP_W, MAP_H, 1),
                                    .range = range,
                                    .frame_width = FRAME_W,
                                    .frame_height = FRAME_H,
                                    .roi = roi };
    memset(drawn, 0, sizeof drawn);
    if (!zd_matte_view_needs_matte(kind)) {
        source.matte = (zd_view){ 0 };
    }
    zd_matte_view_draw(kind, &source, view_of(drawn, W, H, channels));
}

static void test_each_view(void)
{
    static const zd_depth_range ranges[] = { { 2.0f, 9.0f }, { 30.0f, 3.0f } };
    for (int r = 0; r < 2; r++) {
        fill(ranges[r]);
        for (int kind = ZD_MATTE_VIEW_NONE; kind <= ZD_MATTE_VIEW_MATTE; kind++) {
            draw((zd_matte_view_kind) kind, ranges[r], 4);
            for (int i = 0; i < W * H; i++) {
                double rgb[3];
                expected_at((zd_matte_view_kind) kind, ranges[r], i % W, i / W, rgb);
                for (int c = 0; c < 3; c++) {
                    REQUIRE_NEAR(drawn[i / W][i % W][c], rgb[c], 2e-5);
                }
                REQUIRE(kind == ZD_MATTE_VIEW_NONE || drawn[i / W][i % W][3] == 1.0f);
            }
        }
    }
}

static void test_three_channels(void)
{
    zd_depth_range range = { 2.0f, 9.0f };
    fill(range);
    for (int kind = ZD_MATTE_VIEW_DEPTH; kind <= ZD_MATTE_VIEW_MATTE; kind++) {
        draw((zd_matte_view_kind) kind, range, 3);
        const float *flat = &drawn[0][0][0];
        for (int i = 0; i < W * H; i++) {
            double rgb[3];
            expected_at((zd_matte_view_kind) kind, range, i % W, i / W, rgb);
            for (int c = 0; c < 3; c++) {
                REQUIRE_NEAR(flat[3 * i + c], rgb[c], 2e-5);
            }
        }
    }
}

static void test_which_views_need_the_matte(void)
{
    REQUIRE(!zd_matte_view_needs_matte(ZD_MATTE_VIEW_NONE));
    REQUIRE(!zd_matte_view_needs_matte(ZD_MATTE_VIEW_DEPTH));
    REQUIRE(zd_matte_view_needs_matte(ZD_MATTE_VIEW_THRESHOLDED));
    REQUIRE(zd_matte_view_needs_matte(ZD_MATTE_VIEW_OPACITY));
    REQUIRE(zd_matte_view_needs_matte(ZD_MATTE_VIEW_MATTE));
    REQUIRE(!zd_matte_view_needs_matte(ZD_MATTE_VIEW_SKY));
    REQUIRE(!zd_matte_view_needs_matte(ZD_MATTE_VIEW_CONFIDENCE));
}

/* Planes of the map's size with one value everywhere; without them the views are black. */
static void test_what_the_network_told(void)
{
    static float plane[MAP_H][MAP_W];
    static const struct {
        zd_matte_view_kind kind;
        float told;
        float shown;
    } cases[] = {
        { ZD_MATTE_VIEW_SKY, 0.25f, 0.25f },      { ZD_MATTE_VIEW_SKY, 7.0f, 1.0f },
        { ZD_MATTE_VIEW_SKY, -1.0f, 0.0f },       { ZD_MATTE_VIEW_CONFIDENCE, 4.0f, 0.75f },
        { ZD_MATTE_VIEW_CONFIDENCE, 1.0f, 0.0f }, { ZD_MATTE_VIEW_CONFIDENCE, 0.0f, 0.0f },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int p = 0; p < MAP_W * MAP_H; p++) {
            plane[p / MAP_W][p % MAP_W] = cases[i].told;
        }
        zd_view view = view_of(plane, MAP_W, MAP_H, 1);
        zd_matte_view_source source = { .frame_width = FRAME_W,
                                        .frame_height = FRAME_H,
                                        .roi = roi };
        zd_matte_view_draw(cases[i].kind, &source, view_of(drawn, W, H, 4));
        REQUIRE(drawn[H - 1][W - 1][0] == 0.0f && drawn[0][0][3] == 1.0f);
        *(cases[i].kind == ZD_MATTE_VIEW_SKY ? &source.sky : &source.confidence) = view;
        zd_matte_view_draw(cases[i].kind, &source, view_of(drawn, W, H, 4));
        for (int p = 0; p < W * H; p++) {
            REQUIRE_NEAR(drawn[p / W][p % W][p % 3], cases[i].shown, 1e-6);
        }
    }
}

/* Planes lie over the frame as depth does, wherever the part of it lies that is drawn. */
static void test_planes_lie_over_the_frame(void)
{
    static float plane[MAP_H][MAP_W];
    zd_depth_range unit = { 0.0f, 1.0f };
    zd_matte_view_source source = { .frame_width = FRAME_W, .frame_height = FRAME_H, .roi = roi };
    fill(unit);
    for (int kind = 0; kind < 2; kind++) {
        for (int i = 0; i < MAP_W * MAP_H; i++) {
            float value = map_values[i / MAP_W][i % MAP_W] * (kind == 0 ? 1.0f : 3.0f);
            plane[i / MAP_W][i % MAP_W] = fmaxf(value, 0.0f);
            map_values[i / MAP_W][i % MAP_W] = fmaxf(value, 0.0f) / 10.0f; /* so that none is cut */
        }
        *(kind == 0 ? &source.sky : &source.confidence) = view_of(plane, MAP_W, MAP_H, 1);
        zd_matte_view_draw(kind == 0 ? ZD_MATTE_VIEW_SKY : ZD_MATTE_VIEW_CONFIDENCE, &source,
                           view_of(drawn, W, H, 4));
        for (int i = 0; i < W * H; i++) {
            double value = 10.0 * depth_at(unit, i % W + roi.x0, i / W + roi.y0);
            double shown = kind == 0 ? fmin(value, 1.0) : value > 1.0 ? 1.0 - 1.0 / value : 0.0;
            REQUIRE_NEAR(drawn[i / W][i % W][1], shown, 2e-5);
        }
        fill(unit);
    }
}

static void test_holes_are_black(void)
{
    zd_depth_range range = { 2.0f, 9.0f };
    fill(range);
    for (int i = 0; i < MAP_W * MAP_H; i++) {
        map_values[i / MAP_W][i % MAP_W] = NAN;
    }
    draw(ZD_MATTE_VIEW_DEPTH, range, 4);
    REQUIRE(drawn[3][4][0] == 0.0f && drawn[3][4][1] == 0.0f && drawn[3][4][3] == 1.0f);
    memset(matte, 0, sizeof matte);
    draw(ZD_MATTE_VIEW_THRESHOLDED, range, 4);
    REQUIRE(drawn[3][4][0] == 0.0f && drawn[3][4][2] == 1.0f); /* as what is furthest */
}

static void test_the_scale_of_colours(void)
{
    float rgb[3];
    for (int i = -2; i <= 34; i++) {
        double expected[3];
        zd_matte_view_depth_colour((float) i / 32.0f, rgb);
        colour_at(fmin(fmax(i / 32.0, 0.0), 1.0), expected);
        for (int c = 0; c < 3; c++) {
            REQUIRE_NEAR(rgb[c], expected[c], 1e-6);
        }
    }
}

int main(void)
{
    RUN(test_each_view);
    RUN(test_three_channels);
    RUN(test_which_views_need_the_matte);
    RUN(test_what_the_network_told);
    RUN(test_planes_lie_over_the_frame);
    RUN(test_holes_are_black);
    RUN(test_the_scale_of_colours);
    return zd_test_finish();
}
