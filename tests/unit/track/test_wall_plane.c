/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Planes by their own equation: found in depth of which much is wrong, and pictures laid on them, against points
 * put into space by hand. */

#include "track/wall_plane.h"
#include "zd_test.h"

enum { W = 60, H = 34 };

static zd_error err;
static const zd_wall_camera camera = { 16.0 / 9.0, 1.6 };

static double plane_at(double a, double b, double c, double fx, double fy)
{
    return a * (fx - 0.5) * camera.aspect / camera.focal + b * (fy - 0.5) / camera.focal + c;
}

/* The plane's inverse distance, with noise, one part in four in front of it, and holes. */
static zd_image *draw(zd_context *ctx, double a, double b, double c, double noise, bool spoilt)
{
    zd_image *image = NULL;
    unsigned long long seed = 5;
    REQUIRE_OK(zd_image_create(ctx, W, H, ZD_GRAY_F32, &image, &err));
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            double value = plane_at(a, b, c, (x + 0.5) / W, (y + 0.5) / H);
            value *= 1.0 + noise * ((double) zd_test_uniform(&seed) - 0.5);
            value = spoilt && x < W / 4 ? 3.0 * c : value;
            zd_view_row_f32(zd_image_view(image), y)[x] =
                spoilt && (x * 7 + y) % 11 == 0 ? NAN : (float) value;
        }
    }
    return image;
}

static void finds_planes_among_what_is_wrong(void)
{
    zd_context *ctx = zd_test_context(1);
    static const double planes[][3] = {
        { 0.0, 0.0, 2.0 }, { 0.9, 0.0, 2.0 }, { -0.4, 1.2, 1.0 }, { 0.0, -3.0, 4.0 }
    };
    for (int i = 0; i < 4; i++) {
        const double *p = planes[i];
        zd_image *image = draw(ctx, p[0], p[1], p[2], 0.02, true);
        zd_wall_plane plane =
            zd_wall_plane_fit(zd_image_view(image), (zd_rect){ 0, 0, W, H }, camera);
        REQUIRE(plane.is_found);
        REQUIRE_NEAR(plane.a, p[0] / p[2], 0.03);
        REQUIRE_NEAR(plane.b, p[1] / p[2], 0.03);
        REQUIRE_NEAR(plane.agreement, 0.75, 0.04);
        zd_image_unref(&image);
    }
    zd_context_destroy(&ctx);
}

/* Whatever a map counts in, the same plane is found, and what is wrong moves it by nothing. */
static void units_do_not_matter(void)
{
    static const double units[] = { 1e-5, 1.0, 1e5 };
    zd_context *ctx = zd_test_context(1);
    for (int i = 0; i < 3; i++) {
        zd_image *image = draw(ctx, 0.5 * units[i], -0.3 * units[i], 2.0 * units[i], 0.0, true);
        zd_wall_plane plane =
            zd_wall_plane_fit(zd_image_view(image), (zd_rect){ 2, 1, W, H - 3 }, camera);
        REQUIRE(plane.is_found);
        REQUIRE_NEAR(plane.a, 0.25, 1e-5);
        REQUIRE_NEAR(plane.b, -0.15, 1e-5);
        REQUIRE_NEAR(plane.inverse, 2.0 * units[i], 1e-5 * units[i]);
        zd_image_unref(&image);
    }
    zd_context_destroy(&ctx);
}

static void what_is_no_plane_is_told(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *image = draw(ctx, 0.0, 0.0, 1.0, 0.0, false);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            zd_view_row_f32(zd_image_view(image), y)[x] = (x / 4 + y / 4) % 2 == 0 ? 1.0f : 2.5f;
        }
    }
    zd_rect all = { 0, 0, W, H };
    REQUIRE(zd_wall_plane_fit(zd_image_view(image), all, camera).agreement < 0.75);
    REQUIRE(!zd_wall_plane_fit(zd_image_view(image), (zd_rect){ 3, 3, 7, 7 }, camera).is_found);
    REQUIRE(!zd_wall_plane_fit(zd_image_view(image), (zd_rect){ 90, 0, 99, 9 }, camera).is_found);
    zd_image_unref(&image);
    zd_context_destroy(&ctx);
}

static void on_a_wall_that_faces_the_camera_nothing_changes(void)
{
    zd_wall_plane plane = { .c = 1.0, .is_found = true, .inverse = 1.0 };
    zd_homography h = zd_wall_plane_lay(&plane, camera, 0.3, 0.8);
    zd_homography same = zd_homography_identity();
    for (int i = 0; i < 9; i++) {
        REQUIRE_NEAR(h.m[i], same.m[i], 1e-12);
    }
}

/* All corners of what lies on the plane must be points of the plane, a level edge must be level in space, and both
 * edges as long as they say. */
static void lies_on_the_plane(void)
{
    static const double planes[][2] = { { 0.7, 0.0 }, { -0.5, 0.3 }, { 0.1, 1.9 }, { -1.1, -0.8 } };
    for (int i = 0; i < 4; i++) {
        zd_wall_plane plane = { planes[i][0], planes[i][1], 1.0, 1.0, true, 1.0 };
        double x = 0.35;
        double y = 0.6;
        double at[3][3];
        static const double steps[3][2] = { { 0.0, 0.0 }, { 0.05, 0.0 }, { 0.0, 0.05 } };
        zd_homography h = zd_wall_plane_lay(&plane, camera, x, y);
        for (int k = 0; k < 3; k++) {
            double p[2];
            REQUIRE(zd_homography_apply(&h, x + steps[k][0], y + steps[k][1], p));
            double z = 1.0 / plane_at(plane.a, plane.b, plane.c, p[0], p[1]);
            at[k][0] = (p[0] - 0.5) * camera.aspect / camera.focal * z;
            at[k][1] = (p[1] - 0.5) / camera.focal * z;
            at[k][2] = z;
            REQUIRE(k > 0 || (fabs(p[0] - x) < 1e-12 && fabs(p[1] - y) < 1e-12));
        }
        double level = at[1][1] - at[0][1];
        double lengths[2];
        double angle = 0.0;
        for (int k = 0; k < 2; k++) {
            double sum = 0.0;
            for (int c = 0; c < 3; c++) {
                double d = at[k + 1][c] - at[0][c];
                sum += d * d;
                angle += k == 0 ? d * (at[2][c] - at[0][c]) : 0.0;
            }
            lengths[k] = sqrt(sum) / (k == 0 ? steps[1][0] * camera.aspect : steps[2][1]);
        }
        double normal = plane.a * plane.b / (1.0 + plane.a * plane.a + plane.b * plane.b);
        REQUIRE_NEAR(lengths[0] / lengths[1], 1.0, 1e-9);
        REQUIRE_NEAR(lengths[0], at[0][2] / camera.focal, 1e-9);
        REQUIRE_NEAR(angle, 0.0, 1e-12);
        /* The level edge has no part of the camera's own upright beyond what the plane forces on it. */
        REQUIRE(fabs(level) <= fabs(normal) * 0.2 + 1e-12);
    }
}

static void steep_planes_are_turned_back(void)
{
    double right;
    double up;
    zd_wall_plane plane = { 0.0, 500.0, 1.0, 1.0, true, 1.0 };
    zd_wall_plane_turn(&plane, &right, &up);
    REQUIRE_NEAR(right, 0.0, 1e-9);
    REQUIRE_NEAR(up, 70.0, 1e-9);
    plane = (zd_wall_plane){ tan(0.5), 0.0, 1.0, 1.0, true, 1.0 };
    zd_wall_plane_turn(&plane, &right, &up);
    REQUIRE_NEAR(right, -0.5 * 180.0 / 3.14159265358979, 1e-9); /* its right side is nearer */
    REQUIRE_NEAR(up, 0.0, 1e-9);
}

int main(void)
{
    RUN(finds_planes_among_what_is_wrong);
    RUN(units_do_not_matter);
    RUN(what_is_no_plane_is_told);
    RUN(on_a_wall_that_faces_the_camera_nothing_changes);
    RUN(lies_on_the_plane);
    RUN(steep_planes_are_turned_back);
    return zd_test_finish();
}
