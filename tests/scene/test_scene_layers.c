/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Torn surfaces in 3D: soft steps, the line of the cut, what is hidden, against geometry. */

#include "sanitized.h"
#include "scene/depth_layers.h"
#include "scene_fixture.h"

static double softness; /* of the step: a logistic function's scale, pixels */

static float soft_step(int x, int y, int c)
{
    (void) y, (void) c;
    return (float) (200.0 + 200.0 / (1.0 + exp(-(x + 0.5 - 320.0) / fmax(softness, 1e-3))));
}

/* The picture's edge lies 5 pixels beside the middle of the step. */
static float edge_at_325(int x, int y, int c)
{
    (void) y, (void) c;
    return x < 325 ? 0.8f : 0.1f;
}

/* A slanted edge, 12 degrees off the upright. */
static float slanted(int x, int y, int c)
{
    (void) c;
    return x + 0.5 + 0.2126 * (y + 0.5 - 180.0) < 320.0 ? 200.0f : 400.0f;
}

enum { BALL_Z = 300, BALL_R = 120, WALL_Z = 480 };

static double ball(double x, double y)
{
    double rx = (x - 320.0) / T0_FOCAL;
    double ry = (180.0 - y) / T0_FOCAL;
    double d2 = rx * rx + ry * ry + 1.0;
    double disc = (double) BALL_Z * BALL_Z - d2 * ((double) BALL_Z * BALL_Z - BALL_R * BALL_R);
    return disc > 0.0 ? (BALL_Z - sqrt(disc)) / d2 : WALL_Z;
}

static float sharp_ball(int x, int y, int c)
{
    (void) c;
    return (float) ball(x + 0.5, y + 0.5);
}

static float blurred_ball(int x, int y, int c)
{
    double sum = 0.0;
    (void) c;
    for (int i = -4; i <= 4; i++) {
        sum += ball(x + i + 0.5, y + 0.5);
    }
    return (float) (sum / 9.0);
}

static float ball_picture(int x, int y, int c)
{
    (void) c;
    return ball(x + 0.5, y + 0.5) < WALL_Z ? 0.9f : 0.05f;
}

/* A slope of 84 degrees, which holds, beside a wall. */
static float tilted(int x, int y, int c)
{
    (void) y, (void) c;
    return (float) (300.0 / (1.0 - 2.0 * fmin((x + 0.5 - 320.0) / T0_FOCAL, 0.1)));
}

static float checks(int x, int y, int c)
{
    return (x / 20 + y / 20 + c) % 2 == 0 ? 0.7f : 0.2f;
}

static const t0_picture pictures[] = {
    { .name = "soft", .formula = soft_step, .channels = 1 },
    { .name = "edge", .formula = edge_at_325, .channels = 3 },
    { .name = "slanted", .formula = slanted, .channels = 1 },
    { .name = "sharp_ball", .formula = sharp_ball, .channels = 1 },
    { .name = "ball", .formula = blurred_ball, .channels = 1 },
    { .name = "ball_picture", .formula = ball_picture, .channels = 3 },
    { .name = "tilted", .formula = tilted, .channels = 1 },
    { .name = "checks", .formula = checks, .channels = 3 },
};

#define SCENE                                                                           \
    "camera moved { position %g %g auto near 10 far 5100 }\nmedia z { front \"%s\" }\n" \
    "media tex { front \"%s\" }\nsurface card { media tex cell_px %d }\n"               \
    "zdepth zd { on card media z range absolute three_d yes camera cam cut_mode %s }\n" \
    "output o { camera %s passes comp zdepth object_id }"

/* Pixels of a row, well inside the card, that lie between the two layers, and that are empty. */
static void count_row(int y, int *between, int *holes)
{
    *between = 0;
    *holes = 0;
    for (int x = 40; x < 520; x++) {
        float z = t0_at(t0_pass("zdepth"), x, y, 0);
        bool empty = t0_at(t0_pass("object_id"), x, y, 0) == 0.0f;
        *holes += empty;
        *between += !empty && z > 202.0f && z < 398.0f;
    }
}

/* "A 3D mode where the Surface is extruded": soft steps leave nothing floating, and with fill no hole
 * opens for a camera that moves 5 % of the distance, whatever the surface's resolution. */
static void flame_3d_soft_steps_leave_nothing_floating(void)
{
    static const double scales[] = { 0.0, 0.25, 0.5, 1.0, 2.0, 4.0 }; /* ramps of 0 to 16 pixels */
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i += ZD_TEST_IS_SANITIZED ? 4 : 1) {
        int between = 0;
        int holes = 0;
        softness = scales[i];
        t0_render(SCENE, 25.0, 0.0, "soft", "checks", 1, "cut", "moved");
        count_row(180, &between, &holes);
        REQUIRE_INT(between, 0);
        REQUIRE_NEAR(holes, 25.0 * T0_FOCAL * (1.0 / 200.0 - 1.0 / 400.0), 1.5);
        for (int cell = 1; cell <= 6; cell += 5) {
            t0_render(SCENE, 25.0, 0.0, "soft", "checks", cell, "fill", "moved");
            for (int y = 20; y < 340; y += 32) {
                count_row(y, &between, &holes);
                REQUIRE_INT(between, 0);
                REQUIRE_INT(holes, 0);
            }
        }
    }
}

/* From the map's own camera the picture stays as it is, filled or not. */
static void flame_3d_own_camera_sees_the_picture(void)
{
    softness = 2.0;
    t0_render(SCENE, 0.0, 0.0, "soft", "checks", 1, "keep", "cam");
    zd_image *kept = t0_keep("comp");
    static const char *const modes[] = { "cut", "skirt", "fill" };
    for (int i = 0; i < 3; i++) {
        t0_render(SCENE, 0.0, 0.0, "soft", "checks", 1, modes[i], "cam");
        for (int y = 0; y < T0_H; y++) {
            for (int x = 0; x < 4 * T0_W; x++) {
                REQUIRE_NEAR(zd_view_row_f32(t0_pass("comp"), y)[x],
                             zd_view_row_f32(zd_image_view(kept), y)[x], 2e-3);
            }
        }
    }
    zd_image_unref(&kept);
}

/* Where a surface tears it has no slope: its bumped normals are those of the two planes that the step lies
 * between, which face the camera. Kept together, the ramp's own are left. */
static void flame_3d_bump_of_torn_steps(void)
{
    static const char *const modes[] = { "cut", "fill", "keep" };
    softness = 2.0;
    for (int i = 0; i < 3; i++) {
        int tilted_away = 0;
        t0_render(
            "camera moved { position 25 0 auto near 10 far 5100 }\nmedia z { front \"soft\" }\n"
            "surface card { cell_px 1 }\nzdepth zd { on card media z range absolute bump yes "
            "three_d yes camera cam cut_mode %s }\noutput o { camera moved passes normals }",
            modes[i]);
        for (int x = 40; x < 520; x++) {
            float z = t0_at(t0_pass("normals"), x, 180, 2);
            tilted_away += z != 0.0f && z < 0.9f; /* 0 is where there is nothing */
        }
        REQUIRE(i < 2 ? tilted_away == 0 : tilted_away > 4);
    }
}

static int step_column(int y)
{
    for (int x = 1; x < T0_W; x++) {
        if (t0_at(t0_pass("zdepth"), x, y, 0) > 300.0f) {
            return x;
        }
    }
    return -1;
}

/* A soft step goes to the edge of the picture that lies in it; without one it stays in its middle,
 * which in 1/z lies at z = 267. */
static void flame_3d_steps_go_to_the_picture_s_edge(void)
{
    softness = 3.0;
    t0_render(SCENE, 0.0, 0.0, "soft", "edge", 1, "cut", "cam");
    REQUIRE_NEAR(step_column(100), 325, 1);
    t0_render("media z { front \"soft\" }\nsurface card { cell_px 1 }\n"
              "zdepth zd { on card media z range absolute three_d yes cut_mode cut }\n"
              "output o { passes zdepth }");
    double half = 320.0 - 3.0 * log(200.0 / (1.0 / (0.5 / 200.0 + 0.5 / 400.0) - 200.0) - 1.0);
    REQUIRE_NEAR(step_column(100), half, 1.0);
}

/* The cut of a slanted edge is a line: from the side its place is within half a pixel of it. */
static void flame_3d_cuts_are_lines(void)
{
    t0_render(SCENE, 25.0, 0.0, "slanted", "checks", 1, "cut", "moved");
    double shift = 25.0 * T0_FOCAL / 200.0;
    for (int y = 30; y < 330; y++) {
        int end = 0;
        for (int x = 100; x < 400; x++) {
            float z = t0_at(t0_pass("zdepth"), x, y, 0);
            end = z > 199.0f && z < 201.0f ? x : end;
        }
        double line = 320.0 - 0.2126 * (y + 0.5 - 180.0) - shift;
        REQUIRE_NEAR(end + 1.0, line, 0.75);
    }
}

/* A blurred sphere's limb lies where the sphere ends, and a sharp one is not touched. */
static void flame_3d_sphere_limb(void)
{
    double limb = T0_FOCAL * BALL_R / sqrt((double) BALL_Z * BALL_Z - BALL_R * BALL_R);
    static const char *const maps[] = { "ball", "sharp_ball" };
    for (int i = 0; i < 2; i++) {
        t0_render(SCENE, 0.0, 0.0, maps[i], "ball_picture", 1, "cut", "cam");
        for (int y = 60; y < 300; y += 20) {
            double across = sqrt(limb * limb - (y + 0.5 - 180.0) * (y + 0.5 - 180.0));
            int first = 0;
            int last = 0;
            for (int x = 1; x < T0_W - 1; x++) {
                bool near_side = t0_at(t0_pass("zdepth"), x, y, 0) < 440.0f;
                first = near_side && first == 0 ? x : first;
                last = near_side ? x : last;
            }
            REQUIRE_NEAR(first, 320.0 - across, 1.0);
            REQUIRE_NEAR(last + 1, 320.0 + across, 1.0);
        }
    }
    double worst = 0.0;
    for (int y = 1; y < T0_H - 1; y++) {
        for (int x = 1; x < T0_W - 1; x++) {
            double z = ball(x + 0.5, y + 0.5);
            double off = fabs((double) t0_at(t0_pass("zdepth"), x, y, 0) - z);
            worst = z < 235.0 || z >= WALL_Z ? fmax(worst, off) : worst;
        }
    }
    REQUIRE(worst <= 1e-3);
}

/* Whether a ray from the moved camera meets the ball where the map's camera saw it. */
static bool meets_seen_ball(double way, double x, double y)
{
    double d[3] = { (x - 320.0) / T0_FOCAL, (180.0 - y) / T0_FOCAL, -1.0 };
    double from[3] = { way, 20.0, (double) BALL_Z }; /* the ball's middle is the origin */
    double a = d[0] * d[0] + d[1] * d[1] + 1.0;
    double b = d[0] * from[0] + d[1] * from[1] + d[2] * from[2];
    double c = from[0] * from[0] + from[1] * from[1] + from[2] * from[2] - BALL_R * BALL_R;
    double disc = b * b - a * c;
    double t = (-b - sqrt(fmax(disc, 0.0))) / a;
    double at[3] = { from[0] + t * d[0], from[1] + t * d[1], from[2] + t * d[2] };
    return disc > 0.0 && at[0] * at[0] + at[1] * at[1] + at[2] * (at[2] - BALL_Z) < 0.0;
}

/* The ball's limb from 80 pixels aside, where the map's camera has not seen behind it: one smooth line, within
 * half a pixel of the ball's own, row by row. */
static void flame_3d_sphere_limb_from_aside(void)
{
    for (int side = -1; side <= (ZD_TEST_IS_SANITIZED ? -1 : 1); side += 2) {
        t0_render(
            "camera moved { position %d 20 auto near 10 far 5100 }\nmedia z { front \"sharp_ball\" }\n"
            "surface card { cell_px 1 lighting ambient }\n"
            "zdepth zd { on card media z range absolute three_d yes camera cam cut_mode cut }\n"
            "output o { camera moved samples 16 }",
            80 * side);
        double total = 0.0;
        for (int y = 70; y < 330; y++) {
            double exact = 0.0;
            double got = 0.0;
            double before = 1.0;
            int soft = 0;
            int edge = side > 0 ? 0 : T0_W;
            for (int x = 0; x < T0_W; x++) {
                bool meets = meets_seen_ball(80.0 * side, x + 0.5, y + 0.5);
                edge = meets && (side > 0 ? x > edge : x < edge) ? x : edge;
            }
            for (int x = edge - 6 * side; x != edge + 7 * side; x += side) {
                double alpha = (double) t0_at(t0_pass("comp"), x, y, 3);
                for (int k = 0; k < 64; k++) {
                    exact += meets_seen_ball(80.0 * side, x + (k % 8 + 0.5) / 8.0,
                                             y + (k / 8 + 0.5) / 8.0) /
                             64.0;
                }
                REQUIRE(alpha <= before + 1e-3);
                soft += alpha > 1e-3 && alpha < 1.0 - 1e-3;
                got += alpha;
                before = alpha;
            }
            REQUIRE(soft <= 5);
            REQUIRE_NEAR(got, exact, 0.45);

            total += (got - exact) / 260.0;
        }
        REQUIRE_NEAR(total, 0.0, 0.2);
    }
}

/* Surfaces that hold are not touched: planes keep their bits. */
static void snap_leaves_surfaces_alone(void)
{
    zd_error err = { 0 };
    zd_image *map = NULL;
    zd_image *out = NULL;
    zd_scene_steps steps = { .tangent = 11.43, .pixel = 1.0 / T0_FOCAL };
    REQUIRE_OK(zd_image_create(t0.ctx, T0_W, T0_H, ZD_GRAY_F32, &map, &err));
    REQUIRE_OK(zd_image_create(t0.ctx, T0_W, T0_H, ZD_GRAY_F32, &out, &err));
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            zd_view_row_f32(zd_image_view(map), y)[x] = (x + y) % 50 == 0 ? NAN : tilted(x, y, 0);
        }
    }
    REQUIRE_OK(zd_scene_depth_snap(t0.ctx, &steps, zd_image_view(map), (zd_view){ 0 },
                                   zd_image_view(out), &err));
    for (int y = 0; y < T0_H; y++) {
        REQUIRE(memcmp(zd_view_row_f32(zd_image_view(map), y),
                       zd_view_row_f32(zd_image_view(out), y), T0_W * sizeof(float)) == 0);
    }
    zd_image_unref(&map);
    zd_image_unref(&out);
}

/* What is hidden goes on where the far side was: a plane stays that plane, and is never in front. */
static void fill_goes_on_with_the_far_plane(void)
{
    zd_error err = { 0 };
    zd_image *map = NULL;
    zd_scene_filling filling;
    zd_scene_steps steps = { .tangent = 11.43, .pixel = 1.0 / T0_FOCAL };
    REQUIRE_OK(zd_image_create(t0.ctx, 64, 48, ZD_GRAY_F32, &map, &err));
    for (int y = 0; y < 48; y++) {
        for (int x = 0; x < 64; x++) {
            double plane = 1.0 / (1.0 / 500.0 + 4e-6 * x - 2e-6 * y);
            zd_view_row_f32(zd_image_view(map), y)[x] = x < 30 ? 100.0f : (float) plane;
        }
    }
    REQUIRE_OK(zd_scene_depth_fill(t0.ctx, &steps, zd_image_view(map), (zd_view){ 0 }, 12.0, 0.0,
                                   &filling, &err));
    for (int y = 2; y < 46; y++) {
        const float *row = zd_view_row_f32(zd_image_view(filling.z), y);
        for (int x = 0; x < 64; x++) {
            double plane = 1.0 / (1.0 / 500.0 + 4e-6 * x - 2e-6 * y);
            bool hides = x >= 18 && x < 30;
            REQUIRE(isnan(row[x]) == !hides);
            if (hides) {
                REQUIRE_NEAR(row[x], plane, 0.01 * plane);
            }
        }
    }
    zd_scene_filling_release(&filling);
    zd_image_unref(&map);
}

/* Every allocation fails once; nothing leaks. */
static void layers_survive_want_of_memory(void)
{
    zd_scene_steps steps = { .tangent = 11.43, .pixel = 0.01 };
    for (long n = 3;; n++) {
        zd_error err = { 0 };
        zd_test_memory memory = { .fail_at = n };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_image *map = NULL;
        zd_image *out = NULL;
        zd_image *picture = NULL;
        zd_scene_filling filling = { 0 };
        if (ctx == NULL) {
            continue;
        }
        zd_status status = zd_image_create(ctx, 40, 9, ZD_GRAY_F32, &map, &err);
        if (status == ZD_OK) {
            status = zd_image_create(ctx, 40, 9, ZD_GRAY_F32, &out, &err);
        }
        for (int i = 0; status == ZD_OK && i < 360; i++) {
            zd_view_row_f32(zd_image_view(map), i / 40)[i % 40] =
                i % 40 < 18   ? 100.0f
                : i % 40 < 22 ? 100.0f + 50.0f * (float) (i % 40 - 17)
                              : 300.0f;
        }
        if (status == ZD_OK) {
            status = zd_scene_depth_snap(ctx, &steps, zd_image_view(map), (zd_view){ 0 },
                                         zd_image_view(out), &err);
        }
        if (status == ZD_OK) {
            status = zd_image_create(ctx, 40, 9, ZD_RGBA_F32, &picture, &err);
        }
        if (status == ZD_OK) {
            zd_view_clear(zd_image_view(picture));
            status = zd_scene_depth_fill(ctx, &steps, zd_image_view(out), zd_image_view(picture),
                                         5.0, 0.0, &filling, &err);
        }
        zd_scene_filling_release(&filling);
        zd_image_unref(&map);
        zd_image_unref(&out);
        zd_image_unref(&picture);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
        if (memory.calls < n) {
            REQUIRE_OK(status);
            return;
        }
        REQUIRE_INT(status, ZD_ERR_NO_MEMORY);
    }
}

int main(void)
{
    t0_start(pictures, (int) (sizeof pictures / sizeof pictures[0]));
    RUN(flame_3d_soft_steps_leave_nothing_floating);
    RUN(flame_3d_own_camera_sees_the_picture);
    RUN(flame_3d_bump_of_torn_steps);
    RUN(flame_3d_steps_go_to_the_picture_s_edge);
    RUN(flame_3d_cuts_are_lines);
    RUN(flame_3d_sphere_limb);
    RUN(flame_3d_sphere_limb_from_aside);
    RUN(snap_leaves_surfaces_alone);
    RUN(fill_goes_on_with_the_far_plane);
    RUN(layers_survive_want_of_memory);
    t0_stop();
    return zd_test_finish();
}
