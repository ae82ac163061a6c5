/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The first twelve of the fifteen analytic checks of the 3D surface on fixture T0: depth, effect, bumps,
 * light and cuts. The others are in test_scene_axes.c. */

#include "scene/scene_pose.h"
#include "t0_pictures.h"

static void check_01_normalised(void)
{
    static const double z[4] = { 10, 135, 260, 510 };
    static const double d[4] = { 0, 0.25, 0.5, 1 };
    t0_render(CARD "zdepth zd { parent za on card media z }\n" OUT, "bands", "");
    zd_view pass = t0_pass("zdepth");
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            if (y % 90 > 0 && y % 90 < 89) {
                REQUIRE_NEAR(t0_at(pass, x, y, 0), z[y / 90], 1e-4);
            }
        }
    }
    t0_render(CARD "zdepth zd { parent za on card media z }\n" OUT, "bands",
              "zdepth_range normalized");
    pass = t0_pass("zdepth");
    for (int y = 0; y < T0_H; y++) {
        if (y % 90 > 0 && y % 90 < 89) {
            REQUIRE_NEAR(t0_at(pass, 7, y, 0), d[y / 90], 1e-6);
        }
    }
    t0_render("camera other { near 10 far 1010 }\n" CARD
              "zdepth zd { parent za on card media z camera other }\n"
              "output o { camera other passes zdepth }",
              "bands");
    REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 100, 200, 0), 510.0, 1e-4);
}

static void check_02_absolute(void)
{
    t0_render(CARD "zdepth zd { parent za on card media z range absolute }\n" OUT, "c260", "");
    REQUIRE(z_error_flat(260.0) <= 1e-4);
    zd_image *comp = t0_keep("comp");
    t0_render(CARD "zdepth zd { parent za on card media z range absolute scale 10 }\n" OUT, "c26",
              "");
    REQUIRE(z_error_flat(260.0) <= 1e-4);
    REQUIRE(t0_same(zd_image_view(comp), t0_pass("comp")));
    zd_image_unref(&comp);
    REQUIRE_NEAR(radial_260(0, 0, 0), 323.6051, 1e-4);
    t0_render(CARD "zdepth zd { parent za on card media z range absolute geometry radial }\n" OUT,
              "radial", "");
    REQUIRE(z_error_flat(260.0) <= 1e-4);
}

static void check_03_zdepth_pass(void)
{
    t0_render(CARD "zdepth zd { parent za on card media z range absolute zpass no }\n" OUT, "c260",
              "");
    REQUIRE(z_error_flat(494.545936) <= 1e-4);
    zd_image *comp = t0_keep("comp");
    t0_render(CARD "zdepth zd { parent za on card media z range absolute zpass yes }\n" OUT, "c260",
              "");
    REQUIRE(z_error_flat(260.0) <= 1e-4);
    REQUIRE(t0_same(zd_image_view(comp), t0_pass("comp")));
    zd_image_unref(&comp);
}

static void check_04_picture_untouched(void)
{
    t0_render(CARD "zdepth zd { parent za on card media z range absolute displace no }\n" OUT,
              "ramp", "");
    zd_image *comp = t0_keep("comp");
    zd_image *matte = t0_keep("matte");
    t0_render(CARD "zdepth zd { parent za on card media z range absolute }\n" OUT, "ramp", "");
    REQUIRE(t0_same(zd_image_view(comp), t0_pass("comp")));
    REQUIRE(t0_same(zd_image_view(matte), t0_pass("matte")));
    t0_render(CARD OUT, "ramp", "");
    REQUIRE(t0_same(zd_image_view(comp), t0_pass("comp")));
    zd_image_unref(&comp);
    zd_image_unref(&matte);
    zd_view pass = t0_pass("comp");
    REQUIRE_NEAR(t0_at(pass, 200, 100, 1), texture(200, 100, 1), 1e-4);
}

#define RED                                                   \
    "axis ra { position 0 0 194.545936 scale 200 200 100 }\n" \
    "media none { }\nsurface red { parent ra media none colour 1 0 0 }\n"

static double ramp_or_plane(int x, int y)
{
    (void) y;
    return fmin(100.0 + 400.0 * (x + 0.5) / 640.0, 300.0);
}

static void check_05_occlusion(void)
{
    t0_render(CARD RED "zdepth zd { parent za on card media z range absolute }\n" OUT, "ramp", "");
    zd_view id = t0_pass("object_id");
    int wrong = 0;
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            wrong += t0_at(id, x, y, 0) != (x <= 319 ? 1.0f : 2.0f);
        }
    }
    REQUIRE_INT(wrong, 0);
    REQUIRE(z_error(t0_pass("zdepth"), ramp_or_plane) <= 1e-4);
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 320, 10, 0), 1.0, 0);
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 320, 10, 1), 0.0, 0);
    /* Without Displace Vertices the card is flat again, behind the whole of the plane. */
    t0_render(CARD RED "zdepth zd { parent za on card media z range absolute displace no }\n" OUT,
              "ramp", "");
    for (int x = 0; x < T0_W; x++) {
        REQUIRE_NEAR(t0_at(t0_pass("object_id"), x, 180, 0), 2.0, 0);
        REQUIRE_NEAR(t0_at(t0_pass("zdepth"), x, 180, 0), 300.0, 1e-4);
    }
}

/* Where the card begins, from the sum of alpha left of the middle. */
static double left_edge(zd_view comp, int y)
{
    double covered = 0.0;
    for (int x = 0; x < 320; x++) {
        covered += (double) t0_at(comp, x, y, 3);
    }
    return 320.0 - covered;
}

static void check_06_constant_3d(void)
{
    t0_render(CARD OUT, "c250", "");
    zd_image *flat = t0_keep("comp");
    t0_render(CARD "zdepth zd { parent za on card media z range absolute three_d yes }\n" OUT,
              "c250", "");
    double sum = 0.0;
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W * 4; x++) {
            sum += fabs((double) zd_view_row_f32(zd_image_view(flat), y)[x] -
                        (double) zd_view_row_f32(t0_pass("comp"), y)[x]);
        }
    }
    zd_image_unref(&flat);
    REQUIRE(sum / (T0_W * T0_H * 4) <= 1e-3);
    REQUIRE(z_error_flat(250.0) <= 1e-4);
    t0_render(CARD "camera moved { position -20 0 auto near 10 far 510 }\n"
                   "zdepth zd { parent za on card media z range absolute three_d yes camera cam }\n"
                   "output o { camera moved samples 64 }",
              "c250");
    REQUIRE_NEAR(left_edge(t0_pass("comp"), 180), 39.5637, 0.05);
}

static void check_07_effect(void)
{
    static const double effect[4] = { 0, 25, 50, 100 };
    static const double z[4] = { 494.5459, 433.4095, 372.2730, 250.0 };
    for (int mode = 0; mode < 2; mode++) {
        for (int i = 0; i < 4; i++) {
            t0_render(CARD "zdepth zd { parent za on card media z range absolute effect %g "
                           "three_d %s }\n" OUT,
                      "c250", effect[i], mode == 1 ? "yes" : "no", "");
            REQUIRE(z_error_flat(z[i]) <= 1.5e-4);
        }
        t0_render(CARD "zdepth zd { parent za on card media z range height direction normal "
                       "three_d %s }\n" OUT,
                  "c26", mode == 1 ? "yes" : "no", "");
        REQUIRE(z_error_flat(T0_FOCAL - 26.0) <= 1e-4);
    }
}

static double plane_z(int x, int y)
{
    (void) y;
    return 1.0 / (1.0 / 100.0 + (1.0 / 500.0 - 1.0 / 100.0) * (x + 0.5) / 640.0);
}

static void check_08_resolution(void)
{
    static const int cells[4] = { 64, 32, 16, 8 };
    static const double limit[4] = { 3.34, 0.91, 0.239, 0.0611 };
    double before = 0.0;
    for (int i = 0; i < 4; i++) {
        static const char card[] =
            "media z { front \"%s\" }\nsurface card { cell_px %d }\n"
            "axis za { parent card }\nzdepth zd { parent za on card media z range "
            "absolute three_d yes }\noutput o { passes zdepth }";
        t0_render(card, "ramp", cells[i]);
        double worst = z_error(t0_pass("zdepth"), ramp_z);
        /* The formula behind the limits is the error in the middle of the first cell, from 100 to
         * 100 + dz. A little beyond the middle it is (sqrt(100 + dz) - sqrt(100))^2, 0.7 % more. */
        double dz = 400.0 * cells[i] / 640.0;
        double middle = fmax(fabs((double) t0_at(t0_pass("zdepth"), cells[i] / 2 - 1, 180, 0) -
                                  ramp_z(cells[i] / 2 - 1, 0)),
                             fabs((double) t0_at(t0_pass("zdepth"), cells[i] / 2, 180, 0) -
                                  ramp_z(cells[i] / 2, 0)));
        double most = (sqrt(100.0 + dz) - 10.0) * (sqrt(100.0 + dz) - 10.0);
        REQUIRE(middle <= limit[i] && worst <= most + 1e-3);
        if (i > 0) {
            REQUIRE_NEAR(before / worst, 3.95, 0.55);
        }
        before = worst;
        t0_render(card, "plane", cells[i]);
        REQUIRE(z_error(t0_pass("zdepth"), plane_z) <= 1e-4);
    }
}

#define LAMP "light lamp { type directional rotation 0 0 0 }\n"

static double worst_angle(zd_view normals, double nx, double ny, double nz)
{
    double worst = 0.0;
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            double a[3] = { (double) t0_at(normals, x, y, 0), (double) t0_at(normals, x, y, 1),
                            (double) t0_at(normals, x, y, 2) };
            double cx = a[1] * nz - a[2] * ny;
            double cy = a[2] * nx - a[0] * nz;
            double cz = a[0] * ny - a[1] * nx;
            double dot = a[0] * nx + a[1] * ny + a[2] * nz;
            worst = fmax(worst, atan2(sqrt(cx * cx + cy * cy + cz * cz), dot));
        }
    }
    return worst / 0.017453292519943295;
}

static void require_diffuse(double expected, double tolerance)
{
    zd_view comp = t0_pass("comp");
    for (int y = 0; y < T0_H; y += 7) {
        for (int x = 0; x < T0_W; x += 7) {
            REQUIRE_NEAR(t0_at(comp, x, y, 0), expected, tolerance);
        }
    }
}

/* The usual picture filter on depth, in pixel units, for comparison. */
static double worst_sobel(void)
{
    double worst = 0.0;
    double scale = 300.0 / T0_FOCAL; /* one pixel at the centre */
    for (int x = 1; x < T0_W - 1; x++) {
        double slope = ((double) tilted(x + 1, 0, 0) - (double) tilted(x - 1, 0, 0)) / 2.0 / scale;
        double angle = atan(fabs(slope)) / 0.017453292519943295;
        worst = fmax(worst, fabs(angle - 45.0));
    }
    return worst;
}

#define BUMPED(extra)                                                                      \
    "media z { front \"tilted\" }\nmedia n { front \"up\" }\nsurface card { " extra " }\n" \
    "axis za { parent card }\n" LAMP                                                       \
    "zdepth zd { parent za on card media z range absolute bump yes }\n"

static void check_09_bump(void)
{
    REQUIRE_NEAR(tilted(0, 0, 0), 182.2548, 1e-3);
    REQUIRE_NEAR(tilted(639, 0, 0), 847.5706, 1e-3);
    t0_render(BUMPED("") OUT, "");
    REQUIRE(worst_angle(t0_pass("normals"), sqrt(0.5), 0, sqrt(0.5)) <= 0.05);
    require_diffuse(sqrt(0.5), 1e-3);
    REQUIRE(worst_sobel() > 10.0);
}

static void check_10_normal_map(void)
{
    t0_render(BUMPED("") "normalmap nm { on card media n encoding signed }\n" OUT, "");
    REQUIRE(worst_angle(t0_pass("normals"), 0, 0, 1) <= 1e-3);
    require_diffuse(1.0, 1e-3);
    t0_render(BUMPED("flip_normals yes") OUT, "");
    require_diffuse(0.0, 0.0);
    t0_render(BUMPED("flip_normals yes two_sided yes") OUT, "");
    require_diffuse(sqrt(0.5), 1e-3);
}

static double centre_of_lit(const char *zdepth)
{
    t0_render("media z { front \"c250\" }\nsurface card { }\naxis za { parent card }\n"
              "light lamp { parent cam decay quadratic reach 494.545936 }\n%s\n" OUT,
              zdepth, "");
    zd_view comp = t0_pass("comp");
    return 0.25 * ((double) t0_at(comp, 319, 179, 0) + (double) t0_at(comp, 320, 179, 0) +
                   (double) t0_at(comp, 319, 180, 0) + (double) t0_at(comp, 320, 180, 0));
}

static void check_11_light(void)
{
#define LIT_MAP "zdepth zd { parent za on card media z range absolute "
    double flat = centre_of_lit("");
    REQUIRE_NEAR(flat, 1.0, 1e-3);
    REQUIRE_NEAR(centre_of_lit(LIT_MAP "three_d yes }") / flat, 3.9132, 0.005);
    REQUIRE_NEAR(centre_of_lit(LIT_MAP "}") / flat, 1.0, 0.0005);
    REQUIRE_NEAR(centre_of_lit(LIT_MAP "light_at depth }") / flat, 3.9132, 0.005);
}

static void check_12_cut(void)
{
    static const char scene[] =
        "camera moved { position 20 0 auto near 10 far 510 }\n"
        "media z { front \"%s\" }\nsurface card { cell_px 1 }\n"
        "axis za { parent card }\nzdepth zd { parent za on card media z camera cam "
        "range absolute three_d yes cut_mode %s cut_angle 85 }\n"
        "output o { camera %s passes comp zdepth }";
    t0_render(scene, "step", "cut", "moved");
    zd_view z = t0_pass("zdepth");
    zd_view comp = t0_pass("comp");
    int between = 0;
    int gap = 0;
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            float v = t0_at(z, x, y, 0);
            between += v > 200.01f && v < 399.99f;
        }
    }
    for (int x = 100; x < 500; x++) {
        gap += t0_at(comp, x, 180, 3) == 0.0f;
    }
    REQUIRE_INT(between, 0);
    REQUIRE_NEAR(gap, 24.727, 1.0);
    t0_render(scene, "step", "keep", "moved");
    z = t0_pass("zdepth");
    comp = t0_pass("comp");
    between = 0;
    for (int x = 100; x < 500; x++) {
        float v = t0_at(z, x, 180, 0);
        between += v > 200.01f && v < 399.99f;
        REQUIRE(t0_at(comp, x, 180, 3) == 1.0f);
    }
    REQUIRE(between > 10);
    t0_render(scene, "step", "skirt", "moved");
    comp = t0_pass("comp");
    int holes = 0;
    for (int x = 100; x < 500; x++) {
        holes += t0_at(comp, x, 180, 3) == 0.0f;
    }
    REQUIRE_NEAR(holes, 24.727 - 16.0 * T0_FOCAL / T0_FOCAL, 1.5);
    /* From the map's own camera nothing is missing. */
    t0_render(scene, "step", "cut", "cam");
    comp = t0_pass("comp");
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            REQUIRE(t0_at(comp, x, y, 3) == 1.0f);
        }
    }
    /* A plane of 80 degrees holds. */
    t0_render(scene, "steep", "cut", "moved");
    zd_image *cut = t0_keep("zdepth");
    t0_render(scene, "steep", "keep", "moved");
    REQUIRE(t0_same(zd_image_view(cut), t0_pass("zdepth")));
    zd_image_unref(&cut);
}

/* How many pixels of a row are empty when steps above `most` tear, and slopes below 89.9 degrees do not. */
static int torn_by_length(double most)
{
    t0_render("camera moved { position 20 0 auto near 10 far 510 }\n"
              "media z { front \"step\" }\nsurface card { cell_px 1 }\n"
              "axis za { parent card }\nzdepth zd { parent za on card media z camera cam "
              "range absolute three_d yes cut_mode cut cut_angle 89.9 max_edge %g }\n"
              "output o { camera moved passes comp zdepth }",
              most);
    zd_view comp = t0_pass("comp");
    int gap = 0;
    for (int x = 100; x < 500; x++) {
        gap += t0_at(comp, x, 180, 3) == 0.0f;
    }
    return gap;
}

/* The step is 200 pixels of Z. */
static void check_12_longest_edge(void)
{
    REQUIRE_NEAR(torn_by_length(150.0), 24.727, 1.0);
    REQUIRE_INT(torn_by_length(250.0), 0);
    REQUIRE_INT(torn_by_length(0.0), 0); /* any length */
}

int main(void)
{
    t0_start(pictures, (int) (sizeof pictures / sizeof pictures[0]));
    RUN(check_01_normalised);
    RUN(check_02_absolute);
    RUN(check_03_zdepth_pass);
    RUN(check_04_picture_untouched);
    RUN(check_05_occlusion);
    RUN(check_06_constant_3d);
    RUN(check_07_effect);
    RUN(check_08_resolution);
    RUN(check_09_bump);
    RUN(check_10_normal_map);
    RUN(check_11_light);
    RUN(check_12_cut);
    RUN(check_12_longest_edge);
    t0_stop();
    return zd_test_finish();
}
