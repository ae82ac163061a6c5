/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Cameras of files, and how they see planes: against points carried through space one by one. */

#include <math.h>
#include <unistd.h>

#include "core/file.h"
#include "refused.h"
#include "track/camera_wall.h"
#include "zd_test.h"

static zd_error err;

#define ASPECT 1.5

static zd_camera_pose pose_of(double x, double y, double z, double turned_y, double rolled)
{
    zd_camera_pose p = { .place = { x, y, z }, .fov = 50.0 };
    double c = cos(turned_y);
    double s = sin(turned_y);
    double d = cos(rolled);
    double r = sin(rolled);
    const double turn[9] = { c * d, -c * r, s, r, d, 0.0, -s * d, s * r, c };
    memcpy(p.turn, turn, sizeof turn);
    return p;
}

/* The point of a plane that is seen at (u, v), in the world. */
static void point_at(const zd_camera_wall *wall, const zd_camera_pose *p, double u, double v,
                     double out[3])
{
    double focal = zd_camera_focal(p, ASPECT);
    double ray[3] = { (u - 0.5) * ASPECT / focal, (0.5 - v) / focal, -1.0 };
    double far = 1.0 / (wall->n[0] * ray[0] + wall->n[1] * ray[1] + wall->n[2] * ray[2]);
    for (int r = 0; r < 3; r++) {
        out[r] = p->place[r];
        for (int k = 0; k < 3; k++) {
            out[r] += far * p->turn[3 * r + k] * ray[k];
        }
    }
}

static void see(const zd_camera_pose *p, const double point[3], double out[2])
{
    double at[3] = { 0.0, 0.0, 0.0 };
    double focal = zd_camera_focal(p, ASPECT);
    for (int r = 0; r < 3; r++) {
        for (int k = 0; k < 3; k++) {
            at[r] += p->turn[3 * k + r] * (point[k] - p->place[k]);
        }
    }
    out[0] = 0.5 + focal * at[0] / -at[2] / ASPECT;
    out[1] = 0.5 - focal * at[1] / -at[2];
}

static void test_planes_are_seen_where_their_points_are(void)
{
    zd_wall_plane slope = { .a = 0.3, .b = -0.2, .c = 1.0, .inverse = 0.25, .is_found = true };
    zd_camera_pose from = pose_of(1.0, 2.0, 3.0, 0.2, -0.1);
    zd_camera_pose to = pose_of(1.7, 1.5, 2.0, -0.1, 0.3);
    zd_wall_camera camera = { ASPECT, zd_camera_focal(&from, ASPECT) };
    for (int laid = 0; laid < 2; laid++) {
        zd_camera_wall wall = zd_camera_wall_at(laid ? &slope : NULL, camera, 0.4, 0.7, 7.0);
        zd_homography h = zd_camera_wall_seen(&wall, &from, &to, ASPECT);
        for (int i = 0; i < 25; i++) {
            double u = 0.2 * (i % 5) + 0.1;
            double v = 0.2 * (i / 5) + 0.1;
            double point[3];
            double want[2];
            double found[2];
            point_at(&wall, &from, u, v, point);
            see(&to, point, want);
            REQUIRE(zd_homography_apply(&h, u, v, found));
            REQUIRE_NEAR(found[0], want[0], 1e-9);
            REQUIRE_NEAR(found[1], want[1], 1e-9);
        }
    }
}

/* The distance is along the axis, there where the insert is. */
static void test_the_distance_counts_at_the_place(void)
{
    zd_wall_plane slope = { .a = 0.3, .b = -0.2, .c = 1.0, .inverse = 0.25, .is_found = true };
    zd_camera_pose from = pose_of(0.0, 0.0, 0.0, 0.0, 0.0);
    zd_wall_camera camera = { ASPECT, zd_camera_focal(&from, ASPECT) };
    for (int laid = 0; laid < 2; laid++) {
        double point[3];
        zd_camera_wall wall = zd_camera_wall_at(laid ? &slope : NULL, camera, 0.4, 0.7, 7.0);
        point_at(&wall, &from, 0.4, 0.7, point);
        REQUIRE_NEAR(point[2], -7.0, 1e-9);
    }
    double z = zd_wall_plane_distance(&slope, camera, 0.5, 0.5);
    REQUIRE_NEAR(z, 4.0, 1e-12);
}

static void write_file(zd_context *ctx, const char *path, const char *text)
{
    REQUIRE_OK(zd_file_write(ctx, path, text, strlen(text), &err));
}

static void test_between_frames(void)
{
    char path[] = "/tmp/zdepth-camera.chan";
    zd_camera *camera;
    zd_context *ctx = zd_test_context(1);
    write_file(ctx, path, "10 1 2 3 0 10 0 40\n14 3 2 1 0 30 0 60 # the end\n");
    REQUIRE_OK(zd_camera_open(ctx, path, &camera, &err));
    REQUIRE(zd_camera_goes(camera));
    zd_camera_pose middle = zd_camera_at(camera, 12.0);
    REQUIRE_NEAR(middle.place[0], 2.0, 1e-12);
    REQUIRE_NEAR(middle.fov, 50.0, 1e-12);
    REQUIRE_NEAR(middle.turn[0], cos(20.0 * 0.017453292519943295), 1e-12); /* half way round */
    REQUIRE_NEAR(middle.turn[2], sin(20.0 * 0.017453292519943295), 1e-12);
    REQUIRE_NEAR(zd_camera_at(camera, -5.0).place[0], 1.0, 0);
    REQUIRE_NEAR(zd_camera_at(camera, 99.0).place[2], 1.0, 0);
    REQUIRE_NEAR(zd_camera_at(camera, NAN).place[0], 1.0, 0);
    zd_camera_close(&camera);
    zd_camera_close(&camera);
    write_file(ctx, path, "1 5 5 5 0 0 0\n2 5 5 5 0 9 0\n");
    REQUIRE_OK(zd_camera_open(ctx, path, &camera, &err));
    REQUIRE(!zd_camera_goes(camera));
    REQUIRE_NEAR(zd_camera_focal(&camera->poses[0], 2.0), 0.5 / tan(20.0 * 0.017453292519943295),
                 1e-12);
    zd_camera_close(&camera);
    unlink(path);
    zd_context_destroy(&ctx);
}

static void test_of_several_the_first(void)
{
    char path[] = "/tmp/zdepth-cameras.nk";
    zd_camera *camera;
    zd_context *ctx = zd_test_context(1);
    write_file(
        ctx, path,
        "Camera {\n translate {1 {curve x5 2 x9 4} 3}\n focal 36\n haperture 24\n name A\n}\n"
        "Camera2 {\n name B\n}\n");
    REQUIRE_OK(zd_camera_open(ctx, path, &camera, &err));
    REQUIRE_TEXT(camera->name, "A");
    REQUIRE_INT(camera->count, 5);
    REQUIRE_NEAR(zd_camera_at(camera, 7.0).place[1], 3.0, 1e-12);
    REQUIRE_NEAR(zd_camera_focal(&camera->poses[0], 2.0), 3.0, 1e-12);
    zd_camera_close(&camera);
    unlink(path);
    zd_context_destroy(&ctx);
    REQUIRE(zd_camera_is_file("a/b.CHAN") && zd_camera_is_file("b.nk") &&
            !zd_camera_is_file("chan"));
}

static zd_status take_none(void *user, const zd_camera *camera, zd_error *e)
{
    (void) user;
    (void) camera;
    (void) e;
    return ZD_OK;
}

static void test_broken_contracts(void)
{
    zd_camera *camera = NULL;
    zd_context *ctx = zd_test_context(1);
    REFUSED(zd_camera_open(ctx, NULL, &camera, &err), "ctx != NULL && path != NULL && out != NULL");
    REFUSED(zd_camera_open(NULL, "a.chan", &camera, &err),
            "ctx != NULL && path != NULL && out != NULL");
    REFUSED(zd_camera_read(ctx, NULL, 1, take_none, NULL, &err),
            "ctx != NULL && path != NULL && visit != NULL");
    REFUSED(zd_camera_read(ctx, "a.chan", 1, NULL, NULL, &err),
            "ctx != NULL && path != NULL && visit != NULL");
    zd_context_destroy(&ctx);
}

static void test_broken_invariants(void)
{
    zd_camera_pose pose = { .fov = 50.0 };
    zd_camera none = { .poses = &pose };
    zd_test_need_asserts();
    DIES(zd_camera_at(&none, 1.0));
    DIES(zd_camera_focal(&pose, 0.0));
}

int main(void)
{
    RUN(test_planes_are_seen_where_their_points_are);
    RUN(test_the_distance_counts_at_the_place);
    RUN(test_between_frames);
    RUN(test_of_several_the_first);
    RUN(test_broken_contracts);
    RUN(test_broken_invariants);
    return zd_test_finish();
}
