/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The fifteen analytic checks of the 3D surface on fixture T0. Values are the pixels of Z that
 * geometry demands, not what an earlier version rendered. */

#include "scene/scene_draft.h"
#include "scene/scene_pose.h"
#include "scene_fixture.h"

#define CARD                                                      \
    "media z { front \"%s\" }\nmedia tex { front \"texture\" }\n" \
    "surface card { media tex }\naxis za { parent card }\n"
#define OUT "output o { passes comp matte zdepth normals position object_id %s }\n"

static float bands(int x, int y, int c)
{
    static const float d[4] = { 0.0f, 0.25f, 0.5f, 1.0f };
    (void) x;
    (void) c;
    return d[y / 90];
}

static float constant_26(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 26.0f;
}

static float constant_250(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 250.0f;
}

static float constant_260(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 260.0f;
}

static float radial_260(int x, int y, int c)
{
    (void) c;
    double rx = (x + 0.5 - 320) / T0_FOCAL;
    double ry = (180 - y - 0.5) / T0_FOCAL;
    return (float) (260.0 * sqrt(1.0 + rx * rx + ry * ry));
}

static float texture(int x, int y, int c)
{
    return (float) ((x * 7 + y * 13 + c * 50) % 97) / 97.0f;
}

static float ramp(int x, int y, int c)
{
    (void) y, (void) c;
    return (float) (100.0 + 400.0 * (x + 0.5) / 640.0);
}

/* z affine in 1/z: a plane. */
static float plane(int x, int y, int c)
{
    (void) y, (void) c;
    return (float) (1.0 / (1.0 / 100.0 + (1.0 / 500.0 - 1.0 / 100.0) * (x + 0.5) / 640.0));
}

/* Normal (0.7071, 0, 0.7071): x + z is constant, so the distance grows to the right. */
static float tilted(int x, int y, int c)
{
    (void) y, (void) c;
    return (float) (300.0 / (1.0 - (x + 0.5 - 320.0) / T0_FOCAL));
}

static float step(int x, int y, int c)
{
    (void) y, (void) c;
    return x < 320 ? 200.0f : 400.0f;
}

/* 80 degrees steep on the left half, seen at up to 80 degrees; flat beyond. */
static float steep(int x, int y, int c)
{
    (void) y, (void) c;
    double rx = (x + 0.5 - 320.0) / T0_FOCAL;
    return (float) (400.0 / (1.0 - tan(80.0 * 0.017453292519943295) * fmin(rx, 0.0)));
}

static float up_normal(int x, int y, int c)
{
    (void) x, (void) y;
    return c == 2 ? 1.0f : 0.0f;
}

static float one(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 1.0f;
}

static float dirty(int x, int y, int c)
{
    (void) c;
    if (x >= 300 && x < 340 && y >= 160 && y < 200) {
        return (x + y) % 3 == 0 ? NAN : (x + y) % 3 == 1 ? INFINITY : 1e10f;
    }
    return 260.0f;
}

static float half_normalised(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 0.14829f;
}

static const t0_picture pictures[] = {
    { .name = "bands", .formula = bands, .channels = 1 },
    { .name = "c26", .formula = constant_26, .channels = 1 },
    { .name = "c250", .formula = constant_250, .channels = 1 },
    { .name = "c260", .formula = constant_260, .channels = 1 },
    { .name = "radial", .formula = radial_260, .channels = 1 },
    { .name = "texture", .formula = texture, .channels = 3 },
    { .name = "ramp", .formula = ramp, .channels = 1 },
    { .name = "plane", .formula = plane, .channels = 1 },
    { .name = "tilted", .formula = tilted, .channels = 1 },
    { .name = "step", .formula = step, .channels = 1 },
    { .name = "steep", .formula = steep, .channels = 1 },
    { .name = "up", .formula = up_normal, .channels = 3 },
    { .name = "white", .formula = one, .channels = 3 },
    { .name = "dirty", .formula = dirty, .channels = 1 },
    { .name = "half", .formula = half_normalised, .channels = 1, .is_half = true },
    { .name = "eight", .formula = half_normalised, .channels = 1, .bit_depth = 8 },
};

/* The largest difference of Z from a value or formula. */
static double z_error(zd_view z, double (*expected)(int x, int y))
{
    double worst = 0.0;
    for (int y = 1; y < z.height - 1; y++) {
        for (int x = 1; x < z.width - 1; x++) {
            worst = fmax(worst, fabs((double) t0_at(z, x, y, 0) - expected(x, y)));
        }
    }
    return worst;
}

static double flat_value;

static double is_flat(int x, int y)
{
    (void) x, (void) y;
    return flat_value;
}

static double z_error_flat(double value)
{
    flat_value = value;
    return z_error(t0_pass("zdepth"), is_flat);
}

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

static double ramp_z(int x, int y)
{
    (void) y;
    return 100.0 + 400.0 * (x + 0.5) / 640.0;
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

static void check_13_zsnap(void)
{
    static const double effects[2] = { 100, 50 };
    static const double depth[2] = { 260.0, 377.27297 };
    for (int i = 0; i < 2; i++) {
        zd_error err = { 0 };
        char text[2048];
        double world[3];
        const double at[2] = { 480, 90 };
        snprintf(text, sizeof text,
                 T0_HEAD "media z { front \"c260\" }\nsurface card { }\naxis za { parent card }\n"
                         "zdepth zd { parent za on card media z range absolute effect %g }\n"
                         "axis lifted { position 5 6 7 rotation 0 30 0 scale 50 50 50 }\n"
                         "axis ball { parent lifted scale 20 20 20 }\n"
                         "axis live { parent lifted zsnap zd zsnap_at 480 90 }\n"
                         "output o { }",
                 effects[i]);
        t0_clear();
        REQUIRE_OK(zd_scene_parse(t0.ctx, "t0.zscene", text, strlen(text), &t0.scene, &err));
        REQUIRE_OK(zd_scene_check(t0.scene, &err));
        REQUIRE_OK(zd_scene_zsnap(t0.scene, &t0.services, zd_scene_find(t0.scene, "ball"),
                                  zd_scene_find(t0.scene, "zd"), at, 1.0, world, &err));
        if (i == 0) {
            REQUIRE_NEAR(world[0], 84.38043, 1e-3);
            REQUIRE_NEAR(world[1], 47.05326, 1e-3);
            REQUIRE_NEAR(world[2], 234.54594, 1e-3);
        }
        double z = T0_FOCAL - world[2];
        REQUIRE_NEAR(z, depth[i], 1e-4);
        REQUIRE_NEAR(320.0 + T0_FOCAL * world[0] / z, 480.5, 0.01);
        REQUIRE_NEAR(180.0 - T0_FOCAL * world[1] / z, 90.5, 0.01);
        /* Written, read back and rendered, it is where the live relation is. */
        zd_scene_draft again;
        int ball = zd_scene_find(t0.scene, "ball");
        REQUIRE_OK(zd_scene_draft_open(t0.ctx, "again", text, strlen(text), &again, &err));
        REQUIRE_OK(zd_scene_draft_snap(&again, ball, t0.scene, &err));
        REQUIRE_INT(zd_scene_node_count(again.parsed), zd_scene_node_count(t0.scene));
        REQUIRE_NEAR(
            zd_scene_node_number(&again.parsed->nodes[ball], ZD_SCENE_AXIS_POSITION, 2, 1.0),
            zd_scene_node_number(&t0.scene->nodes[ball], ZD_SCENE_AXIS_POSITION, 2, 1.0), 1e-12);
        zd_scene_draft_close(&again);
    }
}

static void require_ball(const char *map)
{
    t0_render(
        "camera two { position 20 0 auto near 10 far 510 }\nmedia z { front \"c260\" }\n"
        "surface card { }\naxis live { zsnap zd zsnap_at 480 90 }\n"
        "surface ball { parent live size 5 5 }\nzdepth zd { on card media z range absolute %s }\n"
        "output o { camera two exclude card passes comp object_id }",
        map);
    zd_view ids = t0_pass("object_id");
    double sum[3] = { 0 };
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            double on = t0_at(ids, x, y, 0) == 2.0f ? 1.0 : 0.0;
            sum[0] += on * x;
            sum[1] += on * y;
            sum[2] += on;
        }
    }
    bool by_two = map[0] == '\0';
    REQUIRE_NEAR(sum[0] / sum[2], by_two ? 480.0 : 480.0 - 20.0 * T0_FOCAL / 260.0, 0.6);
    REQUIRE_NEAR(sum[1] / sum[2], 90.0, 0.6);
}

/* A map without a camera is seen by the output's, not by the first in the file. */
static void check_13_zsnap_camera(void)
{
    require_ball("camera cam");
    require_ball("");
}

static void require_snap_fails(const char *rest, const char *message)
{
    zd_error err = { 0 };
    char text[2048];
    double world[3];
    const double at[2] = { 480, 90 };
    snprintf(text, sizeof text,
             T0_HEAD "media z { front \"c260\" }\nsurface card { }\naxis ball { }\n"
                     "zdepth zd { on card media z range absolute }\n%s",
             rest);
    t0_clear();
    REQUIRE_OK(zd_scene_parse(t0.ctx, "t0.zscene", text, strlen(text), &t0.scene, &err));
    REQUIRE_OK(zd_scene_check(t0.scene, &err));
    REQUIRE_FAILS(zd_scene_zsnap(t0.scene, &t0.services, zd_scene_find(t0.scene, "ball"),
                                 zd_scene_find(t0.scene, "zd"), at, 1.0, world, &err),
                  ZD_ERR_CORRUPT, message);
}

static void check_13_zsnap_refuses(void)
{
    require_snap_fails("anim ball.position.y { 1 0 9 5 }\noutput o { }",
                       "t0.zscene:6:1: the position of 'ball' is animated; remove its 'anim "
                       "ball.position' statements, or snap it live with zsnap and zsnap_at");
    require_snap_fails("camera two { }\noutput o { camera cam }\noutput p { camera two }",
                       "t0.zscene:7:1: 'zd' has no camera, and the outputs have several; give it "
                       "the one to snap by");
}

/* The axis's own centre, rotation, scale and shear move its origin away from its position. */
static void check_13_zsnap_centre(void)
{
    zd_error err = { 0 };
    zd_pose pose;
    zd_mat4 placed;
    double world[3];
    const double at[2] = { 480, 90 };
    static const char text[] = T0_HEAD
        "media z { front \"c260\" }\nsurface card { }\naxis up { position 1 2 3 rotation 9 8 7 }\n"
        "axis ball { parent up rotation 0 20 90 centre 100 30 0 scale 50 20 70 shear 10 0 5 }\n"
        "zdepth zd { on card media z range absolute }\noutput o { }";
    t0_clear();
    REQUIRE_OK(zd_scene_parse(t0.ctx, "t0.zscene", text, strlen(text), &t0.scene, &err));
    REQUIRE_OK(zd_scene_check(t0.scene, &err));
    int ball = zd_scene_find(t0.scene, "ball");
    REQUIRE_OK(zd_scene_zsnap(t0.scene, &t0.services, ball, zd_scene_find(t0.scene, "zd"), at, 1.0,
                              world, &err));
    REQUIRE_OK(zd_pose_init(&pose, t0.scene, &err));
    zd_pose_set_frame(&pose, 1.0);
    REQUIRE_OK(zd_pose_world(&pose, ball, &placed, &err));
    zd_pose_finish(&pose);
    REQUIRE_NEAR(world[2], T0_FOCAL - 260.0, 1e-3);
    for (int i = 0; i < 3; i++) {
        REQUIRE_NEAR(placed.m[i][3], world[i], 1e-9);
    }
}

static int edge_column(zd_view z, int y)
{
    for (int x = 1; x < z.width; x++) {
        if (t0_at(z, x - 1, y, 0) < 300.0f && t0_at(z, x, y, 0) > 300.0f) {
            return x;
        }
    }
    return -1;
}

#define STEPPED                                                           \
    "media z { front \"step\" }\nmedia tex { front \"texture\" }\n"       \
    "axis ca { position %g 0 0 }\nsurface card { parent ca media tex }\n" \
    "axis za { parent card position %g 0 0 scale %g %g 100 }\n"           \
    "zdepth zd { parent za on card media z range absolute filter nearest %s }\n"

static void check_14_axes(void)
{
    t0_render(STEPPED OUT, 0.0, 0.0, 100.0, 100.0, "", "");
    zd_image *comp = t0_keep("comp");
    zd_image *plain_z = t0_keep("zdepth");
    REQUIRE_INT(edge_column(t0_pass("zdepth"), 100), 320);
    t0_render(STEPPED OUT, 0.0, 64.0, 100.0, 100.0, "", "");
    REQUIRE_INT(edge_column(t0_pass("zdepth"), 100), 384);
    REQUIRE(t0_same(zd_image_view(comp), t0_pass("comp")));
    t0_render(STEPPED OUT, 64.0, 0.0, 100.0, 100.0, "", "");
    REQUIRE_INT(edge_column(t0_pass("zdepth"), 100), 384);
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 264, 50, 0), t0_at(zd_image_view(comp), 200, 50, 0), 1e-3);
    zd_image_unref(&comp);
    t0_render(STEPPED OUT, 0.0, 0.0, 100.0, 100.0, "softness 0 0", "");
    REQUIRE(t0_same(zd_image_view(plain_z), t0_pass("zdepth")));
    t0_render(STEPPED OUT, 0.0, 0.0, 100.0, 100.0, "softness 8 0", "");
    zd_view z = t0_pass("zdepth");
    double mean = 0.0;
    for (int x = 0; x < T0_W; x++) {
        mean += (double) t0_at(z, x, 100, 0) / T0_W;
        REQUIRE(t0_at(z, x, 10, 0) == t0_at(z, x, 300, 0));
    }
    REQUIRE_NEAR(mean, 300.0, 1e-3);
    REQUIRE(t0_at(z, 318, 100, 0) > 210.0f);
    t0_render(STEPPED OUT, 0.0, 0.0, 100.0, 100.0, "softness 8 8 soft_mode edge_aware", "");
    REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 319, 100, 0), 200.0, 1e-3);
    zd_image_unref(&plain_z);
    /* At half size the map covers columns 160 to 480, its edge at 320; clamp goes on, mirror turns
     * round at 160 and 480, tile begins again. */
    static const char *const repeat[4] = { "clamp", "mirror", "tile", "none" };
    for (int mode = 0; mode < 4; mode++) {
        char extra[64];
        snprintf(extra, sizeof extra, "repeat %s", repeat[mode]);
        t0_render(STEPPED OUT, 0.0, 0.0, 50.0, 50.0, extra, "");
        z = t0_pass("zdepth");
        for (int x = 0; x < T0_W; x++) {
            int u = x < 160 ? 0 : x >= 480 ? 2 : 1;
            double expected = x < 320 ? 200.0 : 400.0;
            if (mode == 2 && u != 1) {
                expected = u == 0 ? 400.0 : 200.0;
            }
            if (mode == 3 && u != 1) {
                expected = T0_FOCAL;
            }
            REQUIRE_NEAR(t0_at(z, x, 180, 0), expected, 1e-4);
        }
    }
}

static const zd_image *as_memory(zd_image *image)
{
    t0_memory = image;
    return image;
}

static void check_15_round_trip(void)
{
    zd_error err = { 0 };
    static const char back[] =
        "media z { front \"memory\" %s }\nsurface card { }\naxis za { parent card }\n"
        "zdepth zd { parent za on card media z %s }\noutput o { passes zdepth }";
    t0_render(CARD "zdepth zd { parent za on card media z range absolute }\n" OUT, "ramp", "");
    zd_image *z = t0_keep("zdepth");
    as_memory(z);
    t0_render(back, "", "range absolute");
    REQUIRE(z_error(t0_pass("zdepth"), ramp_z) <= 1e-4);
    zd_image_unref(&z);
    t0_render(CARD "zdepth zd { parent za on card media z range absolute }\n" OUT, "ramp",
              "zdepth_range normalized");
    z = t0_keep("zdepth");
    as_memory(z);
    t0_render(back, "", "range normalized");
    REQUIRE(z_error(t0_pass("zdepth"), ramp_z) <= 1e-4);
    zd_image_unref(&z);
    /* HQ: two halves give back what one cannot. The camera of the pair is the wide one. */
    const char *wide =
        "camera wide { near 1 far 10000 }\nmedia z { front \"ramp\" }\n"
        "surface card { }\nzdepth zd { on card media z range absolute camera wide }\n"
        "output o { camera wide passes zdepth_hq }";
    t0_render("%s", wide);
    zd_view high = t0_pass("zdepth_hq");
    zd_view low = t0_pass("zdepth_hq_low");
    double worst_pair = 0.0;
    double worst_half = 0.0;
    for (int x = 1; x < T0_W - 1; x++) {
        double d = (double) t0_at(high, x, 100, 0) + (double) t0_at(low, x, 100, 0);
        worst_pair = fmax(worst_pair, fabs(1.0 + d * 9999.0 - ramp_z(x, 0)));
        worst_half =
            fmax(worst_half, fabs(1.0 + (double) t0_at(high, x, 100, 0) * 9999.0 - ramp_z(x, 0)));
    }
    REQUIRE(worst_pair <= 6e-4);
    REQUIRE(worst_half > 0.1 && worst_half < 0.7);
    /* Beyond the largest half the low part takes the rest, and beyond two it stays finite. */
    const char *beyond = "camera wide { near 1 far 100 }\nmedia z { front \"c250\" }\n"
                         "surface card { }\n"
                         "zdepth zd { on card media z range absolute scale %g camera wide }\n"
                         "output o { camera wide passes zdepth_hq }";
    t0_render(beyond, 32000.0);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth_hq"), 100, 100, 0), 65504.0, 0);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth_hq_low"), 100, 100, 0), 7999999.0 / 99.0 - 65504.0, 4.0);
    t0_render(beyond, 2e6);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth_hq"), 100, 100, 0), 65504.0, 0);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth_hq_low"), 100, 100, 0), 65504.0, 0);
    t0_render("camera wide { near 1 far 10000 }\nmedia z { front \"half\" }\nsurface card { }\n"
              "zdepth zd { on card media z camera wide }\noutput o { camera wide }");
    REQUIRE(strstr(t0.log, "half float map has steps of 1.22 pixels") != NULL);
    t0_render("camera wide { near 1 far 10000 }\nmedia z { front \"eight\" }\nsurface card { }\n"
              "zdepth zd { on card media z camera wide }\noutput o { camera wide }");
    REQUIRE(strstr(t0.log, "8-bit map has steps of 39.2 pixels") != NULL);
    /* Pixels that are no depth stay on the card and do not bleed. */
    t0_render(CARD "zdepth zd { parent za on card media z range absolute softness 8 8 }\n" OUT,
              "dirty", "");
    zd_view pass = t0_pass("zdepth");
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            bool bad = x >= 300 && x < 340 && y >= 160 && y < 200;
            REQUIRE_NEAR(t0_at(pass, x, y, 0), bad ? T0_FOCAL : 260.0, 1e-4);
        }
    }
    t0_clear();
    const char *line = T0_HEAD "mode timeline\nmedia a { }\nmedia b { }\nsurface s { media a }\n"
                               "output o { }";
    REQUIRE_OK(zd_scene_parse(t0.ctx, "t.zscene", line, strlen(line), &t0.scene, &err));
    REQUIRE_FAILS(zd_scene_check(t0.scene, &err), ZD_ERR_CORRUPT,
                  "t.zscene:6:1: mode timeline allows one media; 'b' is the second after 'a'");
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
    RUN(check_13_zsnap);
    RUN(check_13_zsnap_camera);
    RUN(check_13_zsnap_refuses);
    RUN(check_13_zsnap_centre);
    RUN(check_14_axes);
    RUN(check_15_round_trip);
    t0_stop();
    return zd_test_finish();
}
