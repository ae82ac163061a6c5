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

static const t0_picture pictures[] = {
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

int main(void)
{
    t0_start(pictures, (int) (sizeof pictures / sizeof pictures[0]));
    RUN(flame_bump_normals_of_coarse_maps);
    RUN(flame_3d_lights_a_real_3d_object);
    RUN(flame_bump_normals_of_geometry);
    RUN(dequantised_planes_are_planes);
    t0_stop();
    return zd_test_finish();
}
