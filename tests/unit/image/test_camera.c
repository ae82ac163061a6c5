/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Cameras from files: lines of .chan against rotations multiplied here, a camera between its frames, and what no
 * camera can be. Nuke's scripts are read in tests/scene/test_scene_exchange_c.c too. */

#include <math.h>
#include <unistd.h>

#include "camera/camera.h"
#include "zd_test.h"

#define RADIANS 0.017453292519943295

static zd_context *ctx;
static zd_error err;
static char folder[] = "/tmp/zdepth-camera-XXXXXX";
static char warnings[1000];

static void take_log(void *user, zd_log_level level, const char *domain, const char *message)
{
    (void) user;
    (void) level;
    size_t used = strlen(warnings);
    snprintf(warnings + used, sizeof warnings - used, "%s: %s\n", domain, message);
}

static const char *write_text(const char *name, const char *text)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    fputs(text, file);
    fclose(file);
    return path;
}

static zd_camera *opened(const char *name, const char *text)
{
    zd_camera *camera = NULL;
    REQUIRE_OK(zd_camera_open(ctx, write_text(name, text), &camera, &err));
    unlink(write_text(name, ""));
    return camera;
}

/* Turns a point about an axis, 0 to 2, counterclockwise as seen from its end. */
static void turned(double p[3], int axis, double degrees)
{
    int a = (axis + 1) % 3;
    int b = (axis + 2) % 3;
    double c = cos(degrees * RADIANS);
    double s = sin(degrees * RADIANS);
    double first = c * p[a] - s * p[b];
    p[b] = s * p[a] + c * p[b];
    p[a] = first;
}

/* Where the camera's axis k points: about z first, then x, then y. */
static void require_turn(const double turn[9], double x, double y, double z)
{
    for (int k = 0; k < 3; k++) {
        double p[3] = { k == 0, k == 1, k == 2 };
        turned(p, 2, z);
        turned(p, 0, x);
        turned(p, 1, y);
        for (int row = 0; row < 3; row++) {
            REQUIRE_NEAR(turn[3 * row + k], p[row], 1e-12);
        }
    }
}

static void lines_are_frames(void)
{
    zd_camera *camera = opened("shot.v2.CHAN", "# a comment\r\n"
                                               "7.5 1 -2 3.5 10 20 40 30\r\n"
                                               "\n"
                                               "\t9,4,5,6,-70,15,5 # the lens is not told\n"
                                               "20 7 8 9 0 0 -90 60");
    REQUIRE_TEXT(camera->name, "shot");
    REQUIRE_INT(camera->count, 3);
    const zd_camera_pose *p = camera->poses;
    REQUIRE(p[0].frame == 7.5 && p[1].frame == 9.0 && p[2].frame == 20.0);
    REQUIRE(p[0].place[0] == 1.0 && p[0].place[1] == -2.0 && p[0].place[2] == 3.5);
    REQUIRE(p[1].place[0] == 4.0 && p[1].place[1] == 5.0 && p[1].place[2] == 6.0);
    REQUIRE(p[0].fov == 30.0 && p[1].fov == 40.0 && p[2].fov == 60.0 && p[0].focal == 0.0);
    require_turn(p[0].turn, 10.0, 20.0, 40.0);
    require_turn(p[1].turn, -70.0, 15.0, 5.0);
    require_turn(p[2].turn, 0.0, 0.0, -90.0);
    REQUIRE(camera->near == 0.0 && camera->far == 0.0 && !camera->is_shifted);
    zd_camera_close(&camera);
    zd_camera_close(&camera);
}

static void wrong_lines_are_refused(void)
{
    static const struct {
        const char *text;
        int line;
    } rows[] = { { "1 0 0 0 0 0\n", 1 },
                 { "# six\n\n1 0 0 0 0 0 0 40 1\n", 3 },
                 { "1 0 0 0 0 0 0\n2 0 0 0 0 x 0\n", 2 },
                 { "1 0 0 0 0 0 0\n1 0 0 0 0 0 0\n", 2 },
                 { "5 0 0 0 0 0 0\n4 0 0 0 0 0 0\n", 2 },
                 { "nan 0 0 0 0 0 0\n", 1 },
                 { "inf 0 0 0 0 0 0\n", 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char said[400];
        zd_camera *camera = NULL;
        const char *path = write_text("bad.chan", rows[i].text);
        snprintf(said, sizeof said,
                 "%s:%d: a line of a .chan file is FRAME TX TY TZ RX RY RZ [VFOV], frames in order",
                 path, rows[i].line);
        REQUIRE_FAILS(zd_camera_open(ctx, path, &camera, &err), ZD_ERR_CORRUPT, said);
        REQUIRE(camera == NULL);
    }
}

static void refuse(const char *name, const char *text, zd_status code, const char *ending)
{
    char said[400];
    zd_camera *camera = NULL;
    const char *path = write_text(name, text);
    snprintf(said, sizeof said, "'%s' %s", path, ending);
    REQUIRE_FAILS(zd_camera_open(ctx, path, &camera, &err), code, said);
    REQUIRE(camera == NULL);
    unlink(path);
}

static void what_is_no_camera_is_refused(void)
{
#define DAMAGED \
    "is damaged: at frame 2 its place, its angles or its lens are those of no camera; export it again"
    refuse("a.chan", "# nothing\n\n", ZD_ERR_CORRUPT, "holds no frame");
    refuse("a.nk", "Root {\n inputs 0\n}\n", ZD_ERR_CORRUPT, "holds no camera that can be read");
    refuse("a.fbx", "", ZD_ERR_UNSUPPORTED,
           "cannot be read as a camera; save it as Nuke's .chan or .nk");
    refuse("b.chan", "1 0 0 0 0 0 0\n2 0 0 -1e9 0 0 0\n", ZD_ERR_CORRUPT, DAMAGED);
    refuse("b.chan", "1 0 0 0 0 0 0\n2 nan 0 0 0 0 0\n", ZD_ERR_CORRUPT, DAMAGED);
    refuse("b.chan", "1 0 0 0 0 0 0\n2 0 0 0 0 inf 0\n", ZD_ERR_CORRUPT, DAMAGED);
    refuse("b.chan", "1 0 0 0 0 0 0 40\n2 0 0 0 0 0 0 180\n", ZD_ERR_CORRUPT, DAMAGED);
    refuse("b.chan", "1 0 0 0 0 0 0 40\n2 0 0 0 0 0 0 0\n", ZD_ERR_CORRUPT, DAMAGED);
    refuse("b.chan", "1 0 0 0 0 0 0 40\n2 0 0 0 0 0 0 -40\n", ZD_ERR_CORRUPT, DAMAGED);
}

static void frames_have_a_limit(void)
{
    zd_camera *camera =
        opened("long.nk", "Camera2 {\n translate {{curve x1 0 x100000 9} 0 0}\n}\n");
    REQUIRE_INT(camera->count, ZD_CAMERA_MAX_FRAMES);
    REQUIRE(camera->poses[99999].place[0] == 9.0);
    zd_camera_close(&camera);
    REQUIRE_INT(zd_camera_open(
                    ctx,
                    write_text("l.nk", "Camera2 {\n translate {{curve x1 0 x100001 9} 0 0}\n}\n"),
                    &camera, &err),
                ZD_ERR_LIMIT);
}

/* The first is taken, and what is left out is told. */
static void the_first_of_a_script_is_taken(void)
{
    warnings[0] = '\0';
    zd_camera *camera = opened(
        "two.nk", "Camera2 {\n translate {1 2 3}\n focal 35\n haperture 20\n near 0.5\n far 70\n"
                  " win_translate {0 0.1}\n name One\n}\n"
                  "Camera3 {\n translate {4 5 6}\n name Two\n}\n");
    REQUIRE_TEXT(camera->name, "One");
    REQUIRE(camera->count == 1 && camera->poses[0].frame == 1.0 &&
            camera->poses[0].place[2] == 3.0);
    REQUIRE(camera->poses[0].focal == 35.0 / 20.0 && camera->near == 0.5 && camera->far == 70.0);
    char said[700];
    snprintf(said, sizeof said,
             "camera: '%s/two.nk': the shift of 'One' (win_translate) is left out\n"
             "camera: '%s/two.nk' holds 2 cameras; the first, 'One', is taken\n",
             folder, folder);
    REQUIRE_TEXT(warnings, said);
    zd_camera_close(&camera);
}

static void names_tell_what_can_be_read(void)
{
    REQUIRE(zd_camera_is_file("a/b.chan") && zd_camera_is_file("B.NK"));
    REQUIRE(!zd_camera_is_file("chan") && !zd_camera_is_file("a.chan.txt") &&
            !zd_camera_is_file("a.nkx"));
}

/* In straight lines between the frames around it, as at the ends outside; a turn is a turn everywhere. */
static void between_frames_it_goes_straight(void)
{
    static const double frames[] = { 3.0, 4.0, 8.0, 9.5, 20.0, 21.0 };
    char text[1000];
    int used = 0;
    for (int i = 0; i < 6; i++) {
        used += snprintf(text + used, sizeof text - (size_t) used, "%g %d %d %d 0 %d 0 %d\n",
                         frames[i], i * i, -3 * i, 7 - i, 10 + 25 * i, 20 + 5 * i);
    }
    zd_camera *camera = opened("way.chan", text);
    for (int step = 0; step < 100; step++) {
        double frame = 2.0 + 0.2 * step;
        zd_camera_pose pose = zd_camera_at(camera, frame);
        double kept = frame < 3.0 ? 3.0 : frame > 21.0 ? 21.0 : frame;
        int i = 0;
        while (i < 4 && frames[i + 1] <= kept) {
            i++;
        }
        double t = (kept - frames[i]) / (frames[i + 1] - frames[i]);
        REQUIRE_NEAR(pose.frame, kept, 1e-12);
        REQUIRE_NEAR(pose.place[0], (1.0 - t) * i * i + t * (i + 1) * (i + 1), 1e-9);
        REQUIRE_NEAR(pose.place[1], -3.0 * (i + t), 1e-9);
        REQUIRE_NEAR(pose.place[2], 7.0 - (i + t), 1e-9);
        REQUIRE_NEAR(pose.fov, 20.0 + 5.0 * (i + t), 1e-9);
        double from =
            (10 + 25 * i) * RADIANS; /* the chord between both, which is 25 degrees long */
        double to = (35 + 25 * i) * RADIANS;
        double angle =
            atan2((1.0 - t) * sin(from) + t * sin(to), (1.0 - t) * cos(from) + t * cos(to));
        require_turn(pose.turn, 0.0, angle / RADIANS, 0.0);
    }
    zd_camera_close(&camera);
}

/* Turns about several axes stay rotations: rows of length 1, upright on each other, not mirrored. */
static void mixed_turns_are_rotations(void)
{
    zd_camera *camera = opened("turns.chan", "0 0 0 0 10 70 -20\n1 0 0 0 -50 20 85\n");
    for (int step = 1; step < 10; step++) {
        double t = step / 10.0;
        zd_camera_pose pose = zd_camera_at(camera, t);
        const double *m = pose.turn;
        double first[3];  /* the mixed first row */
        double second[3]; /* what is left of the second, upright on it */
        double lengths[2] = { 0.0, 0.0 };
        double along = 0.0;
        for (int k = 0; k < 3; k++) {
            first[k] = (1.0 - t) * camera->poses[0].turn[k] + t * camera->poses[1].turn[k];
            second[k] = (1.0 - t) * camera->poses[0].turn[3 + k] + t * camera->poses[1].turn[3 + k];
            lengths[0] += first[k] * first[k];
            along += first[k] * second[k];
        }
        for (int k = 0; k < 3; k++) {
            second[k] -= along / lengths[0] * first[k];
            lengths[1] += second[k] * second[k];
        }
        for (int k = 0; k < 3; k++) {
            REQUIRE_NEAR(m[k], first[k] / sqrt(lengths[0]), 1e-12);
            REQUIRE_NEAR(m[3 + k], second[k] / sqrt(lengths[1]), 1e-12);
        }
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                double product =
                    m[3 * a] * m[3 * b] + m[3 * a + 1] * m[3 * b + 1] + m[3 * a + 2] * m[3 * b + 2];
                REQUIRE_NEAR(product, a == b, 1e-12);
            }
        }
        REQUIRE_NEAR(m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
                         m[2] * (m[3] * m[7] - m[4] * m[6]),
                     1.0, 1e-12);
    }
    zd_camera_close(&camera);
}

/* A script's camera: the lens goes along, axes turn in the order that is named. */
static void scripts_have_lenses_and_orders(void)
{
    zd_camera *camera =
        opened("zoom.nk", "Camera2 {\n translate {{curve x3 1 x7 9} 2 3}\n rotate {10 20 40}\n"
                          " focal {{curve x3 20 x7 60}}\n haperture 25\n rot_order YZX\n}\n");
    REQUIRE_INT(camera->count, 5);
    for (int i = 0; i < 9; i++) {
        double frame = 3.0 + 0.5 * i;
        zd_camera_pose pose = zd_camera_at(camera, frame);
        REQUIRE_NEAR(pose.focal, (20.0 + 10.0 * (frame - 3.0)) / 25.0, 1e-12);
        REQUIRE_NEAR(pose.place[0], 1.0 + 2.0 * (frame - 3.0), 1e-12);
        REQUIRE(pose.fov == 0.0);
        for (int k = 0; k < 3; k++) {
            double p[3] = { k == 0, k == 1, k == 2 };
            turned(p, 1, 20.0);
            turned(p, 2, 40.0);
            turned(p, 0, 10.0);
            for (int row = 0; row < 3; row++) {
                REQUIRE_NEAR(pose.turn[3 * row + k], p[row], 1e-12);
            }
        }
    }
    zd_camera_close(&camera);
}

static void a_turn_is_no_way(void)
{
    static const struct {
        const char *text;
        bool goes;
    } rows[] = { { "1 5 6 7 0 0 0\n", false },
                 { "1 5 6 7 0 0 0\n2 5 6 7 30 40 50\n3 5 6 7 0 9 0 70\n", false },
                 { "1 5 6 7 0 0 0\n2 5 6 7 0 0 0\n3 5.1 6 7 0 0 0\n", true },
                 { "1 5 6 7 0 0 0\n2 5 6.1 7 0 0 0\n3 5 6 7 0 0 0\n", true },
                 { "1 5 6 7 0 0 0\n2 5 6 7.1 0 0 0\n", true } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        zd_camera *camera = opened("goes.chan", rows[i].text);
        REQUIRE_INT(zd_camera_goes(camera), rows[i].goes);
        zd_camera_close(&camera);
    }
}

static void lenses_are_in_heights(void)
{
    REQUIRE_NEAR(zd_camera_focal(&(zd_camera_pose){ .focal = 0.75, .fov = 10.0 }, 2.0), 1.5, 1e-12);
    REQUIRE_NEAR(zd_camera_focal(&(zd_camera_pose){ .fov = 90.0 }, 2.0), 0.5, 1e-12);
    REQUIRE_NEAR(zd_camera_focal(&(zd_camera_pose){ .fov = 2.0 * atan(0.5) / RADIANS }, 3.0), 1.0,
                 1e-12);
}

/* Without memory nothing is left behind. */
static void every_allocation_may_fail(void)
{
    const char *path = write_text(
        "memory.nk", "Camera2 {\n translate {{curve x1 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17}"
                     " 0 0}\n}\n");
    for (long n = 1; n < 100; n++) {
        zd_test_memory memory = { .fail_at = n };
        zd_camera *camera = NULL;
        zd_context *failing = zd_test_context_failing(&memory);
        zd_status status =
            failing != NULL ? zd_camera_open(failing, path, &camera, &err) : ZD_ERR_NO_MEMORY;
        REQUIRE(status == ZD_OK || (status == ZD_ERR_NO_MEMORY && camera == NULL));
        REQUIRE(status != ZD_OK || (camera->count == 18 && camera->poses[17].place[0] == 17.0));
        zd_camera_close(&camera);
        zd_context_destroy(&failing);
        REQUIRE_INT(memory.alive, 0);
        if (status == ZD_OK) {
            REQUIRE(n > 4);
            return;
        }
    }
    REQUIRE(false);
}

int main(void)
{
    zd_context_params params = { .allocator = { zd_test_allocate, zd_test_release, &zd_test_held },
                                 .threads = 1,
                                 .log = { take_log, NULL, ZD_LOG_WARN } };
    if (zd_context_create(&params, &ctx, &err) != ZD_OK || mkdtemp(folder) == NULL) {
        printf("no context or scratch folder\n");
        return 1;
    }
    RUN(lines_are_frames);
    RUN(wrong_lines_are_refused);
    RUN(what_is_no_camera_is_refused);
    RUN(frames_have_a_limit);
    RUN(the_first_of_a_script_is_taken);
    RUN(names_tell_what_can_be_read);
    RUN(between_frames_it_goes_straight);
    RUN(mixed_turns_are_rotations);
    RUN(scripts_have_lenses_and_orders);
    RUN(a_turn_is_no_way);
    RUN(lenses_are_in_heights);
    RUN(every_allocation_may_fail);
    char command[200];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    REQUIRE_INT(system(command), 0);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
