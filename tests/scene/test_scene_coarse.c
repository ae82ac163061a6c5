/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Torn surfaces of maps with few codes (8 bits of which a scene uses some dozens, whole disparities of a stereo
 * pair): a step between two codes is no tear, an object's outline is. Against the plane and the ball that the codes
 * were made of. */

#include "scene_fixture.h"

enum { CODED_W = 601, CODED_H = 337, PLANE_CODES = 48, BALL_CODES = 55 };

#define COARSE_NEAR 300.0 /* z of the codes' ends */
#define COARSE_FAR  700.0

/* A slanted plane is straight in 1/z: 27 codes over the picture. */
static double plane_inverse(double x, double y)
{
    double u = (x + 0.5) / CODED_W;
    double v = (y + 0.5) / CODED_H;
    return 1.0 / 690.0 + (0.75 * u + 0.2 * v) * (1.0 / 450.0 - 1.0 / 690.0) / 0.95;
}

/* Before a slanted plane a ball. */
static double ball_inverse(double x, double y, bool *is_ball)
{
    double rx = (x + 0.5 - 0.45 * CODED_W) / (CODED_W / (double) T0_W * T0_FOCAL);
    double ry = (y + 0.5 - 0.55 * CODED_H) / (CODED_W / (double) T0_W * T0_FOCAL);
    double d2 = rx * rx + ry * ry + 1.0;
    double disc = 420.0 * 420.0 - d2 * (420.0 * 420.0 - 100.0 * 100.0);
    *is_ball = disc > 0.0;
    return disc > 0.0 ? d2 / (420.0 - sqrt(disc)) : 1.0 / (690.0 - 0.05 * x);
}

/* Of a 1/z the share of the way from the far to the near end. */
static double nearness(double inverse)
{
    return (inverse - 1.0 / COARSE_FAR) / (1.0 / COARSE_NEAR - 1.0 / COARSE_FAR);
}

/* So many codes of a file's 256: some are four apart, some five. */
static float coded(double value, int codes)
{
    return (float) (floor(floor(value * codes + 0.5) / codes * 255.0 + 0.5) / 255.0);
}

/* Nearness: white is near. */
static float plane_white(int x, int y, int c)
{
    (void) c;
    return coded(nearness(plane_inverse(x, y)), PLANE_CODES);
}

static float ball_white(int x, int y, int c)
{
    bool is_ball;
    (void) c;
    return coded(nearness(ball_inverse(x, y, &is_ball)), BALL_CODES);
}

/* Disparity in whole pixels, kept in a file of 16 bits. */
static float ball_disparity(int x, int y, int c)
{
    bool is_ball;
    (void) c;
    return (float) (64.0 * floor(30000.0 * ball_inverse(x, y, &is_ball) + 0.5) / 65535.0);
}

/* Normalised z of the plane: not straight, and in codes of z. */
static float plane_black(int x, int y, int c)
{
    (void) c;
    return coded((1.0 / plane_inverse(x, y) - 10.0) / 1000.0, 150);
}

static const t0_picture pictures[] = {
    { "plane_white", plane_white, 1, CODED_W, CODED_H, .bit_depth = 8 },
    { "plane_black", plane_black, 1, CODED_W, CODED_H, .bit_depth = 8 },
    { "ball_white", ball_white, 1, CODED_W, CODED_H, .bit_depth = 8 },
    { "ball_disparity", ball_disparity, 1, CODED_W, CODED_H, .bit_depth = 16 },
};

#define WHITE     "range nearness analysis_depth 300 700"
#define BLACK     "range normalized"
#define DISPARITY "range inverse scale 29.2973"

#define SCENE                                                                         \
    "camera own { near 10 far 1010 }\n"                                               \
    "axis way { position 25 -9 0 }\ncamera moved { parent way near 10 far 1010 }\n"   \
    "media z { front \"%s\" }\nsurface card { cell_px %g }\n"                         \
    "zdepth zd { on card media z %s three_d yes camera own cut_mode %s cut_angle %g " \
    "skirt_px 40 }\noutput o { camera %s passes comp zdepth normals object_id }"

/* Pixels without anything, but for a frame about the picture. */
static int count_holes(void)
{
    int holes = 0;
    for (int y = 40; y < T0_H - 40; y++) {
        for (int x = 70; x < T0_W - 70; x++) {
            holes += t0_at(t0_pass("object_id"), x, y, 0) == 0.0f;
        }
    }
    return holes;
}

/* "A 3D mode where the Surface is extruded": a plane does not tear at its codes, whichever way they count and
 * however fine the surface; where a tenth of the angle would do, every step of the codes is steeper. */
static void flame_3d_codes_of_a_plane_are_no_tears(void)
{
    static const struct {
        const char *map;
        const char *range;
    } maps[] = { { "plane_white", WHITE }, { "plane_black", BLACK } };
    static const char *const modes[] = { "cut", "skirt", "fill" };
    for (int m = 0; m < 2; m++) {
        for (int i = 0; i < 6; i++) {
            double cell = i < 3 ? 1.0 : 2.5;
            t0_render(SCENE, maps[m].map, cell, maps[m].range, modes[i % 3], 75.0, "moved");
            REQUIRE_INT(count_holes(), 0);
        }
    }
}

/* The plane itself comes back from its codes, to a part of their step, with its one normal. */
static void flame_3d_a_plane_of_codes_is_plane(void)
{
    static const char *const modes[] = { "keep", "cut", "fill" };
    double step = (1.0 / COARSE_NEAR - 1.0 / COARSE_FAR) / PLANE_CODES;
    for (int i = 0; i < 3; i++) {
        double worst = 0.0;
        double sum = 0.0;
        double least = 1.0;
        int count = 0;
        t0_render(SCENE, "plane_white", 1.0, WHITE, modes[i], 75.0, "own");
        for (int y = 60; y < T0_H - 60; y += 3) {
            for (int x = 80; x < T0_W - 80; x += 3) {
                double map_x = (x + 0.5) / T0_W * CODED_W - 0.5;
                double map_y = (y + 0.5) / T0_H * CODED_H - 0.5;
                double off =
                    1.0 / (double) t0_at(t0_pass("zdepth"), x, y, 0) - plane_inverse(map_x, map_y);
                worst = fmax(worst, fabs(off) / step);
                sum += fabs(off) / step;
                count++;
                double dot = 0.0;
                for (int c = 0; c < 3; c++) {
                    dot += (double) t0_at(t0_pass("normals"), x, y, c) *
                           (double) t0_at(t0_pass("normals"), T0_W / 2, T0_H / 2, c);
                }
                least = fmin(least, dot);
            }
        }
        REQUIRE(worst < 0.5);        /* 1.0 with what the codes say */
        REQUIRE(sum / count < 0.06); /* 0.25 */
        REQUIRE(least > 0.94);
    }
}

/* Of a ball before a plane nothing tears but its outline: every hole lies beside it, where the plane was hidden. */
static void flame_3d_codes_of_a_ball_tear_at_its_outline(void)
{
    static const struct {
        const char *map;
        const char *range;
    } maps[] = { { "ball_white", WHITE }, { "ball_disparity", DISPARITY } };
    for (int m = 0; m < 2; m++) {
        double middle[2] = { 0.45 * T0_W, 0.55 * T0_H };
        double limb = T0_FOCAL * 100.0 / sqrt(420.0 * 420.0 - 100.0 * 100.0);
        double edge = sqrt(420.0 * 420.0 - 100.0 * 100.0); /* of the outline, from the camera */
        double back = 660.0;
        int holes = 0;
        t0_render(SCENE, maps[m].map, 1.0, maps[m].range, "cut", 85.0, "moved");
        for (int y = 40; y < T0_H - 40; y++) {
            for (int x = 70; x < T0_W - 70; x++) {
                if (t0_at(t0_pass("object_id"), x, y, 0) != 0.0f) {
                    continue;
                }
                /* A hole lies between where the outline is seen at its own depth and at the plane's. */
                double most = hypot(x + 0.5 + 25.0 * T0_FOCAL / edge - middle[0],
                                    y + 0.5 + 9.0 * T0_FOCAL / edge - middle[1]);
                double least = hypot(x + 0.5 + 25.0 * T0_FOCAL / back - middle[0],
                                     y + 0.5 + 9.0 * T0_FOCAL / back - middle[1]);
                if (!(most > limb - 4.0 && least < limb + 4.0)) {
                    ZD_TEST_FAIL(
                        "%s: a hole at %d,%d, %g and %g from the middle; the outline is at %g",
                        maps[m].map, x, y, most, least, limb);
                }
                holes++;
            }
        }
        double apart = hypot(25.0, 9.0) * T0_FOCAL * (1.0 / edge - 1.0 / back);
        REQUIRE_NEAR(holes, 2.0 * limb * apart, 0.25 * 2.0 * limb * apart); /* a crescent */
        t0_render(SCENE, maps[m].map, 1.0, maps[m].range, "fill", 85.0, "moved");
        REQUIRE_INT(count_holes(), 0);
    }
}

/* In the default mode lights see the depth: a plane of codes throws no shadow on itself. */
static void flame_shadows_of_codes_are_none(void)
{
    t0_render("media z { front \"plane_white\" }\nsurface card { }\n"
              "light l { type directional rotation -20 -60 0 shadow yes }\n"
              "zdepth zd { on card media z " WHITE " light_at depth cut_angle 75 }\n"
              "output o { passes comp shadow }");
    int dark = 0;
    for (int y = 40; y < T0_H - 40; y++) {
        for (int x = 70; x < T0_W - 70; x++) {
            dark += t0_at(t0_pass("shadow"), x, y, 0) < 0.99f;
        }
    }
    REQUIRE_INT(dark, 0);
}

int main(void)
{
    t0_start(pictures, (int) (sizeof pictures / sizeof pictures[0]));
    RUN(flame_3d_codes_of_a_plane_are_no_tears);
    RUN(flame_3d_a_plane_of_codes_is_plane);
    RUN(flame_3d_codes_of_a_ball_tear_at_its_outline);
    RUN(flame_shadows_of_codes_are_none);
    t0_stop();
    return zd_test_finish();
}
