/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Light on surfaces with depth, against geometry: normals of coarse maps, shadows, occlusion. */

#include "scene/depth_convert.h"
#include "scene_fixture.h"

enum { BALL_Z = 300, BALL_R = 120, WALL_Z = 480 };

static double ball(double x, double y)
{
    double rx = (x - 320.0) / T0_FOCAL;
    double ry = (180.0 - y) / T0_FOCAL;
    double d2 = rx * rx + ry * ry + 1.0;
    double disc = (double) BALL_Z * BALL_Z - d2 * ((double) BALL_Z * BALL_Z - BALL_R * BALL_R);
    return disc > 0.0 ? (BALL_Z - sqrt(disc)) / d2 : WALL_Z;
}

/* The ball, normalised over near 10 and far 510, in so many codes. */
static float coded(int x, int y, double codes)
{
    return (float) (floor((ball(x + 0.5, y + 0.5) - 10.0) / 500.0 * codes + 0.5) / codes);
}

static float ball_8(int x, int y, int c)
{
    (void) c;
    return coded(x, y, 255.0);
}

/* Ten bits of limited range. */
static float ball_10(int x, int y, int c)
{
    (void) c;
    return coded(x, y, 876.0);
}

static float ball_float(int x, int y, int c)
{
    (void) c;
    return (float) ball(x + 0.5, y + 0.5);
}

static float sloping_height(int x, int y, int c)
{
    (void) y, (void) c;
    return 0.5f * ((float) x + 0.5f);
}

/* A block of 100 x 100 world pixels that stands 100 before the wall at the card's distance. */
static float block(int x, int y, int c)
{
    (void) c;
    double z = T0_FOCAL - 100.0;
    double half = 50.0 / z * T0_FOCAL;
    bool inside = fabs(x + 0.5 - 320.0) < half && fabs(y + 0.5 - 180.0) < half;
    return (float) (inside ? z : T0_FOCAL);
}

static float level_height(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 60.0f;
}

/* A floor: 1/z is even down the picture, from the card's distance to half of it. */
static float falling(int x, int y, int c)
{
    (void) x, (void) c;
    return (float) (T0_FOCAL / (1.0 + (y + 0.5) / T0_H));
}

/* A normal that leans 50 degrees to the left. */
static float leaning(int x, int y, int c)
{
    (void) x, (void) y;
    return c == 0 ? 0.5f - 0.5f * 0.7660444f : c == 1 ? 0.5f : 0.5f + 0.5f * 0.6427876f;
}

static const t0_picture pictures[] = {
    { .name = "falling", .formula = falling, .channels = 1 },
    { .name = "leaning", .formula = leaning, .channels = 3 },
    { .name = "level", .formula = level_height, .channels = 1 },
    { .name = "block", .formula = block, .channels = 1 },
    { .name = "ball_8", .formula = ball_8, .channels = 1, .bit_depth = 8 },
    { .name = "ball_10", .formula = ball_10, .channels = 1, .bit_depth = 10 },
    { .name = "ball_float", .formula = ball_float, .channels = 1 },
    { .name = "slope", .formula = sloping_height, .channels = 1 },
};

static int by_size(const void *a, const void *b)
{
    double x = *(const double *) a;
    double y = *(const double *) b;
    return (x > y) - (x < y);
}

/* The median angle between the normals pass and the ball's own. */
static double median_error(void)
{
    static double angles[T0_W * T0_H];
    int count = 0;
    zd_view normals = t0_pass("normals");
    for (int y = 2; y < T0_H - 2; y++) {
        for (int x = 0; x < T0_W; x++) {
            double z = ball(x + 0.5, y + 0.5);
            if (z > 240.0) {
                continue;
            }
            double n[3] = { (x + 0.5 - 320.0) / T0_FOCAL * z / BALL_R,
                            (180.0 - y - 0.5) / T0_FOCAL * z / BALL_R, (BALL_Z - z) / BALL_R };
            double dot = 0.0;
            for (int c = 0; c < 3; c++) {
                dot += n[c] * (double) t0_at(normals, x, y, c);
            }
            angles[count++] = acos(fmin(fmax(dot, -1.0), 1.0)) / 0.017453292519943295;
        }
    }
    qsort(angles, (size_t) count, sizeof angles[0], by_size);
    return angles[count / 2];
}

/* "An option to also bump the normals", of maps of 8 and 10 bits. */
static void flame_bump_normals_of_coarse_maps(void)
{
    t0_render("media z { front \"ball_8\" }\nsurface card { }\n"
              "zdepth zd { on card media z bump yes }\noutput o { passes normals }");
    REQUIRE(median_error() <= 2.0);
    t0_render("media z { front \"ball_10\" }\nsurface card { }\n"
              "zdepth zd { on card media z bump yes }\noutput o { passes normals }");
    REQUIRE(median_error() <= 1.0);
}

/* In 3D a surface has the displaced surface's own normals, bumped or not. */
static void flame_3d_lights_a_real_3d_object(void)
{
    t0_render("media z { front \"ball_float\" }\nsurface card { cell_px 2 }\n"
              "zdepth zd { on card media z range absolute three_d yes cut_mode cut }\n"
              "output o { passes normals }");
    REQUIRE(median_error() <= 0.5);
    t0_render("media z { front \"ball_float\" }\nsurface card { cell_px 2 }\n"
              "zdepth zd { on card media z range absolute }\noutput o { passes normals }");
    REQUIRE_NEAR(t0_at(t0_pass("normals"), 250, 100, 2), 1.0, 1e-6);
}

/* Bump Normals of 3D geometry without the 3D mode: a height that gains 0.5 a pixel to the right. */
static void flame_bump_normals_of_geometry(void)
{
    const char *path = "test_scene_bump.obj";
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    fputs("v -320 -180 0\nv 320 -180 0\nv 320 180 0\nv -320 180 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\n"
          "vn 0 0 1\nf 1/1/1 2/2/1 3/3/1 4/4/1\n",
          file);
    fclose(file);
    t0_render("geometry g { file \"%s\" }\nmedia h { front \"slope\" }\n"
              "zdepth z { on g media h range height effect 50 bump yes }\n"
              "output o { passes normals }",
              path);
    double length = sqrt(1.0 + 0.25 * 0.25);
    for (int x = 20; x < 600; x += 50) {
        REQUIRE_NEAR(t0_at(t0_pass("normals"), x, 100, 0), -0.25 / length, 0.01);
        REQUIRE_NEAR(t0_at(t0_pass("normals"), x, 100, 2), 1.0 / length, 0.01);
    }
    remove(path);
}

/* In 3D a mesh has the normals of its displaced shape, bumped or not, smooth over seams of its texture
 * coordinates: two quads whose common edge has points, and coordinates, of its own for each. */
static void flame_3d_lights_displaced_geometry(void)
{
    static const char *const bumps[] = { "no", "yes" };
    const char *path = "test_scene_seam.obj";
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    fputs("v -200 -180 0\nv 0 -180 0\nv 200 -180 0\nv -200 180 0\nv 0 180 0\nv 200 180 0\n"
          "vt 0 0\nvt 0.5 0\nvt 0.5 1\nvt 0 1\nvt 1 0\nvt 1 1\nvn 0 0 1\n"
          "f 1/1/1 2/2/1 5/3/1 4/4/1\nf 2/5/1 3/2/1 6/3/1 5/6/1\n",
          file);
    fclose(file);
    for (int i = 0; i < 2; i++) {
        t0_render("geometry g { file \"%s\" }\nmedia h { front \"slope\" }\n"
                  "zdepth z { on g media h range height effect 50 three_d yes bump %s }\n"
                  "output o { passes normals position }",
                  path, bumps[i]);
        /* Heights 0 to 80 over the left half, and 160 to 80 over the right one: two slopes. */
        double length = sqrt(1.0 + 0.4 * 0.4);
        REQUIRE_NEAR(t0_at(t0_pass("normals"), 121, 180, 0), -0.4 / length, 0.02);
        REQUIRE_NEAR(t0_at(t0_pass("normals"), 121, 180, 2), 1.0 / length, 0.02);
        REQUIRE_NEAR(t0_at(t0_pass("normals"), 557, 180, 0), 0.4 / length, 0.02);
        int seam = 0;
        while (t0_at(t0_pass("position"), seam, 180, 0) < 0.0f) {
            seam++;
        }
        REQUIRE_NEAR(t0_at(t0_pass("normals"), seam - 1, 180, 0),
                     t0_at(t0_pass("normals"), seam, 180, 0), 0.02);
    }
    remove(path);
}

/* What a map does not turn keeps the file's normals, which may be rounder than the faces. */
static void flame_3d_keeps_the_normals_of_geometry(void)
{
    const char *path = "test_scene_round.obj";
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    fputs("v -200 -120 0\nv 200 -120 0\nv 200 120 0\nv -200 120 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\n"
          "vn -0.6 0 0.8\nvn 0.6 0 0.8\nf 1/1/1 2/2/2 3/3/2 4/4/1\n",
          file);
    fclose(file);
    t0_render("geometry g { file \"%s\" }\nmedia h { front \"level\" }\n"
              "zdepth z { on g media h range height three_d yes }\n"
              "output o { passes normals position }",
              path);
    for (int x = 100; x < 540; x += 40) {
        double along = (double) t0_at(t0_pass("position"), x, 180, 0) / (200.0 + 60.0 * 0.6);
        double length = hypot(0.6 * along, 0.8);
        REQUIRE_NEAR(t0_at(t0_pass("normals"), x, 180, 0), 0.6 * along / length, 1e-3);
        REQUIRE_NEAR(t0_at(t0_pass("position"), x, 180, 2), 60.0 * 0.8, 1e-3);
    }
    remove(path);
}

static double lit(int x, int y)
{
    return (double) t0_at(t0_pass("comp"), x, y, 0);
}

/* Where a row's or column's light passes half of what it is outside. */
static double edge_between(int x0, int y0, int x1, int y1, double whole)
{
    int steps = abs(x1 - x0) + abs(y1 - y0);
    for (int i = 0; i < steps; i++) {
        double a = lit(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps);
        double b = lit(x0 + (x1 - x0) * (i + 1) / steps, y0 + (y1 - y0) * (i + 1) / steps);
        if ((a - 0.5 * whole) * (b - 0.5 * whole) <= 0.0 && a != b) {
            return i + 1.0 + (a - 0.5 * whole) / (a - b) - 0.5;
        }
    }
    return -1.0;
}

#define CARD_AND_BLOCK \
    "surface wall { }\naxis up { position 0 0 100 }\nsurface plate { parent up size 100 100 }\n"

/* A light at 45 degrees from the right puts the plate's shadow 100 pixels to the left of it. */
static void require_slanted_shadow(void)
{
    double whole = sqrt(0.5);
    REQUIRE_NEAR(lit(60, 180), whole, 0.01);
    REQUIRE_NEAR(lit(200, 180), 0.0, 0.01);
    REQUIRE_NEAR(lit(500, 180), whole, 0.01);
    REQUIRE_NEAR(100.0 + edge_between(100, 180, 250, 180, whole), 320.0 - 150.0, 1.5);
    REQUIRE_NEAR(60.0 + edge_between(200, 60, 200, 170, whole), 180.0 - 50.0, 1.5);
    REQUIRE_NEAR(190.0 + edge_between(200, 190, 200, 300, whole), 180.0 + 50.0, 1.5);
}

/* "All the benefits of having a real 3D object in the scene in regard to lighting": shadows. */
static void flame_3d_casts_shadows(void)
{
    t0_render(CARD_AND_BLOCK "light sun { type directional rotation 0 45 0 shadow yes }\n"
                             "output o { }");
    require_slanted_shadow();
    t0_render("media z { front \"block\" }\nsurface card { cell_px 1 }\n"
              "zdepth zd { on card media z range absolute three_d yes cut_mode cut }\n"
              "light sun { type directional rotation 0 45 0 shadow yes }\noutput o { }");
    require_slanted_shadow();
    t0_render(CARD_AND_BLOCK "light sun { type directional rotation 0 45 0 shadow yes "
                             "shadow_density 60 }\noutput o { }");
    REQUIRE_NEAR(lit(200, 180), 0.4 * sqrt(0.5), 0.01);
}

/* The same from the depth alone: the default mode, in which the surface stays flat. */
static void flame_default_mode_casts_shadows_from_its_depth(void)
{
    t0_render("media z { front \"block\" }\nsurface card { cell_px 1 }\n"
              "zdepth zd { on card media z range absolute }\n"
              "light sun { type directional rotation 0 45 0 shadow yes }\noutput o { }");
    require_slanted_shadow();
}

/* Points and spots: the shadow of a plate halfway grows as rays do, and its edge is as wide as the light
 * makes it: twice the radius, by the distances. */
static void flame_shadows_of_points_and_spots(void)
{
    static const char *const lights[] = { "type point", "type spot spread 40 penumbra 0" };
    for (int i = 0; i < 2; i++) {
        char light[256];
        snprintf(light, sizeof light, "light lamp { %s position 0 0 300 shadow yes }\noutput o { }",
                 lights[i]);
        t0_render(CARD_AND_BLOCK "%s", light);
        double whole = lit(410, 180);
        REQUIRE_NEAR(whole, 300.0 / hypot(300.0, 90.5), 0.01);
        REQUIRE_NEAR(384.0 + edge_between(384, 180, 410, 180, whole), 320.0 + 75.0, 1.5);
        REQUIRE_NEAR(244.0 + edge_between(320, 244, 320, 270, whole), 180.0 + 75.0, 1.5);
        snprintf(light, sizeof light,
                 "light lamp { %s position 0 0 300 shadow yes shadow_softness 20 "
                 "shadow_size 2048 }\noutput o { }",
                 lights[i]);
        t0_render(CARD_AND_BLOCK "%s", light);
        /* A disc's share beyond a straight edge, of a penumbra 10 to each side. */
        for (int x = 384; x < 410; x += 3) {
            double t = fmin(fmax((x + 0.5 - 395.0) / 10.0, -1.0), 1.0);
            double seen = 0.5 + (t * sqrt(1.0 - t * t) + asin(t)) / 3.14159265358979;
            double full = 300.0 / hypot(300.0, x + 0.5 - 320.0);
            REQUIRE_NEAR(lit(x, 180), seen * full, 0.09);
        }
    }
    t0_render(CARD_AND_BLOCK "light lamp { type spot spread 20 penumbra 0 position 0 0 300 "
                             "shadow yes }\noutput o { }");
    REQUIRE_NEAR(lit(320 + 120, 180), 0.0, 1e-6); /* outside the cone */
    REQUIRE_NEAR(lit(320 + 90, 180), 300.0 / hypot(300.0, 90.5), 0.01);
}

/* A wall and a floor at a right angle: at a distance d from the crease the wall hides the part of the
 * half space, weighed by its cosine, that lies beyond d within the radius. */
static void flame_ambient_occlusion(void)
{
    t0_render("surface wall { }\naxis side { position -150 0 150 rotation 0 90 0 }\n"
              "surface floor { parent side size 300 360 two_sided yes }\n"
              "light around { type ambient occlusion 100 occlusion_radius 80 }\n"
              "output o { passes comp shadow }");
    for (int d = 4; d < 110; d += 8) {
        double c = fmin(d / 80.0, 1.0);
        double hidden = (acos(c) - c * sqrt(1.0 - c * c)) / 3.14159265358979;
        REQUIRE_NEAR(lit(320 - 150 + d, 180), 1.0 - hidden, 0.06);
        REQUIRE_NEAR(t0_at(t0_pass("shadow"), 320 - 150 + d, 180, 0), 1.0 - hidden, 0.06);
    }
    REQUIRE_NEAR(lit(500, 180), 1.0, 1e-6);
    t0_render("surface wall { }\nlight around { type ambient occlusion 100 }\noutput o { }");
    for (int x = 0; x < T0_W; x += 13) {
        REQUIRE_NEAR(lit(x, 90), 1.0, 1e-6); /* a plane does not hide itself */
    }
}

/* A quantised plane: within half a step of the codes, and a plane again. */
static void dequantised_planes_are_planes(void)
{
    zd_error err = { 0 };
    zd_image *raw = NULL;
    zd_image *out = NULL;
    double step = 0.0;
    double error = 0.0; /* of the slope, a share; the codes have 0 or four times the plane's */
    REQUIRE_OK(zd_image_create(t0.ctx, 301, 63, ZD_GRAY_F32, &raw, &err));
    REQUIRE_OK(zd_image_create(t0.ctx, 301, 63, ZD_GRAY_F32, &out, &err));
    for (int y = 0; y < 63; y++) {
        for (int x = 0; x < 301; x++) {
            double v = 0.1 + 0.0005 * x + (x > 200 ? 0.3 : 0.0);
            zd_view_row_f32(zd_image_view(raw), y)[x] =
                y == 5 ? NAN : (float) (floor(v * 255.0 + 0.5) / 255.0);
        }
    }
    REQUIRE_OK(
        zd_scene_depth_dequantise(t0.ctx, zd_image_view(raw), zd_image_view(out), &step, &err));
    REQUIRE_NEAR(step, 1.0 / 255.0, 1e-5);
    for (int x = 0; x < 301; x++) {
        double got = (double) zd_view_row_f32(zd_image_view(out), 30)[x];
        REQUIRE_NEAR(got, (double) zd_view_row_f32(zd_image_view(raw), 30)[x], 0.51 / 255.0);
        if (x >= 20 && x < 180) {
            const float *row = zd_view_row_f32(zd_image_view(out), 30);
            error += fabs(((double) row[x + 1] - (double) row[x - 1]) / 0.001 - 1.0) / 160.0;
        }
        REQUIRE(isnan(zd_view_row_f32(zd_image_view(out), 5)[x]));
    }
    REQUIRE_NEAR(error, 0.0, 0.35);
    zd_image_unref(&raw);
    zd_image_unref(&out);
}

/* What blocks a light is sought about a place in the plane of what is seen there: that of the depth in the
 * default mode, and not a normal map's. */
static void flame_nothing_flat_shades_itself(void)
{
    static const char *const objects[] = {
        "media z { front \"falling\" }\nsurface s { }\nzdepth d { on s media z range absolute }\n",
        "media m { front \"leaning\" }\nsurface s { }\nnormalmap d { on s media m }\n",
    };
    static const char *const lights[] = {
        "light l { type point position -100 150 600 shadow yes }\n",
        "light l { type point position -100 150 600 shadow yes shadow_softness 60 }\n",
        "light l { type spot position -100 150 600 spread 70 shadow yes shadow_softness 60 }\n",
        "light l { type directional rotation -30 -20 0 shadow yes shadow_softness 6 }\n",
        "light l { type area position -100 150 600 size 150 150 shadow yes }\n",
        "light l { type ambient occlusion 100 occlusion_radius 60 }\n",
    };
    for (size_t i = 0; i < 12; i++) {
        t0_render("%s%soutput o { passes comp shadow }", objects[i / 6], lights[i % 6]);
        for (int y = 20; y < T0_H - 20; y += 3) {
            for (int x = 20; x < T0_W - 20; x += 7) {
                REQUIRE_NEAR(t0_at(t0_pass("shadow"), x, y, 0), 1.0, 0.02);
            }
        }
    }
}

int main(void)
{
    t0_start(pictures, (int) (sizeof pictures / sizeof pictures[0]));
    RUN(flame_bump_normals_of_coarse_maps);
    RUN(flame_3d_lights_a_real_3d_object);
    RUN(flame_bump_normals_of_geometry);
    RUN(flame_3d_lights_displaced_geometry);
    RUN(flame_3d_keeps_the_normals_of_geometry);
    RUN(flame_3d_casts_shadows);
    RUN(flame_default_mode_casts_shadows_from_its_depth);
    RUN(flame_shadows_of_points_and_spots);
    RUN(flame_ambient_occlusion);
    RUN(flame_nothing_flat_shades_itself);
    RUN(dequantised_planes_are_planes);
    t0_stop();
    return zd_test_finish();
}
