/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Where things are: places of nodes by their keys, how a picture is looked at, what lies under a point of
 * it, and the files that a scene names. */

#include "scene/scene_draft.h"
#include "scene/scene_pose.h"
#include "scene_fixture.h"

static zd_error err;

static float ramp(int x, int y, int c)
{
    (void) c;
    return (float) (300.0 + 0.25 * x - 0.125 * y);
}

static float near_wall(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 200.0f;
}

static const t0_picture pictures[] = {
    { .name = "ramp", .formula = ramp, .channels = 1 },
    { .name = "near", .formula = near_wall, .channels = 1 },
};

/* ---- places ---- */

static void parse(const char *text)
{
    t0_clear();
    REQUIRE_OK(zd_scene_parse(t0.ctx, "t0.zscene", text, strlen(text), &t0.scene, &err));
}

static zd_mat4 world_of(const char *name, double frame)
{
    zd_pose pose;
    zd_mat4 world;
    REQUIRE_OK(zd_pose_init(&pose, t0.scene, &err));
    zd_pose_set_frame(&pose, frame);
    REQUIRE_OK(zd_pose_world(&pose, zd_scene_find(t0.scene, name), &world, &err));
    zd_pose_finish(&pose);
    return world;
}

static void require_vector(zd_vec3 got, double x, double y, double z, double tolerance)
{
    REQUIRE_NEAR(got.x, x, tolerance);
    REQUIRE_NEAR(got.y, y, tolerance);
    REQUIRE_NEAR(got.z, z, tolerance);
}

/* A point goes: less centre, scale, shear, rotation about x, y, z, centre and position. */
static void axes_do_one_thing_after_the_other(void)
{
    parse(
        "zscene 1\naxis a { position 10 20 30 centre 1 -2 3 rotation 30 40 50 scale 200 50 150 shear 20 "
        "-10 35 }\naxis b { parent a position 1 2 3 }\n");
    const zd_mat4 a = world_of("a", 1.0);
    const zd_mat4 b = world_of("b", 1.0);
    const double d = M_PI / 180.0;
    for (int i = 0; i < 4; i++) {
        const double p[3] = { 2.0 * i, 5.0 - i, i == 3 ? 7.0 : -1.0 };
        double s[3] = { 2.0 * (p[0] - 1.0), 0.5 * (p[1] + 2.0), 1.5 * (p[2] - 3.0) };
        s[0] += tan(20.0 * d) * s[1] + tan(-10.0 * d) * s[2];
        s[1] += tan(35.0 * d) * s[2];
        double y = s[1] * cos(30 * d) - s[2] * sin(30 * d);
        double z = s[1] * sin(30 * d) + s[2] * cos(30 * d);
        double x = s[0] * cos(40 * d) + z * sin(40 * d);
        z = -s[0] * sin(40 * d) + z * cos(40 * d);
        double across = x * cos(50 * d) - y * sin(50 * d) + 11.0;
        double up = x * sin(50 * d) + y * cos(50 * d) + 18.0;
        require_vector(zd_mat4_point(&a, (zd_vec3){ p[0], p[1], p[2] }), across, up, z + 33.0,
                       1e-9);
        require_vector(zd_mat4_point(&b, (zd_vec3){ p[0] - 1.0, p[1] - 2.0, p[2] - 3.0 }), across,
                       up, z + 33.0, 1e-9);
    }
}

/* What looks at another turns its -z there, upright, and keeps its size. */
static void looking_turns_to_the_other(void)
{
    static const double targets[][3] = {
        { 30, 40, -5 }, { 0, 500, 0 }, { 0, -500, 0 }, { -7, 0, 0 }
    };
    for (int i = 0; i < 4; i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "zscene 1\naxis t { position %g %g %g }\naxis a { scale 200 300 50 rotation 5 6 7 "
                 "look_at t }\ncamera c { position 0 0 0 look_at t }\nlight l { look_at t }\n",
                 targets[i][0], targets[i][1], targets[i][2]);
        parse(text);
        zd_vec3 way = zd_vec3_unit((zd_vec3){ targets[i][0], targets[i][1], targets[i][2] });
        static const char *const names[] = { "a", "c", "l" };
        for (int n = 0; n < 3; n++) {
            zd_mat4 m = world_of(names[n], 1.0);
            zd_vec3 x = zd_mat4_column(&m, 0);
            zd_vec3 y = zd_mat4_column(&m, 1);
            zd_vec3 z = zd_mat4_column(&m, 2);
            REQUIRE_NEAR(zd_vec3_length(x), n == 0 ? 2.0 : 1.0, 1e-9);
            REQUIRE_NEAR(zd_vec3_length(y), n == 0 ? 3.0 : 1.0, 1e-9);
            REQUIRE_NEAR(zd_vec3_length(z), n == 0 ? 0.5 : 1.0, 1e-9);
            require_vector(zd_vec3_unit(z), -way.x, -way.y, -way.z, 1e-9);
            REQUIRE_NEAR(x.y, 0.0, 1e-9);
            REQUIRE_NEAR(zd_vec3_dot(x, z), 0.0, 1e-9);
            REQUIRE_NEAR(zd_vec3_dot(y, zd_vec3_cross(z, x)) /
                             (zd_vec3_length(x) * zd_vec3_length(y) * zd_vec3_length(z)),
                         1.0, 1e-9);
            REQUIRE(y.y >= 0.0);
        }
    }
}

static void cameras_are_their_keys(void)
{
    zd_pose pose;
    zd_scene_view_camera c;
    parse(
        "zscene 1\nframe { size 200 100 aspect 2 }\naxis a { scale 300 200 100 position 5 0 0 }\n"
        "camera one { parent a position 1 2 auto fov 90 shift 0.1 0.2 near 3 far 70 }\n"
        "camera two { position 0 0 auto focal 50 film_back 25 }\n"
        "camera flat { near 5 far 5 }\naxis none { scale 0 100 100 }\ncamera lost { parent none }\n");
    REQUIRE_OK(zd_pose_init(&pose, t0.scene, &err));
    zd_pose_set_frame(&pose, 1.0);
    REQUIRE_OK(zd_pose_camera(&pose, zd_scene_find(t0.scene, "one"), &c, &err));
    REQUIRE_NEAR(c.focal_y, 50.0, 1e-9);
    REQUIRE_NEAR(c.focal_x, 25.0, 1e-9);
    REQUIRE_NEAR(c.centre_x, 80.0, 1e-9);
    REQUIRE_NEAR(c.centre_y, 70.0, 1e-9);
    REQUIRE(c.width == 200 && c.height == 100 && c.near_px == 3.0 && c.far_px == 70.0);
    /* It moves with what carries it and keeps its own size. */
    require_vector(zd_mat4_column(&c.to_world, 3), 8, 4, 50, 1e-9);
    require_vector(zd_mat4_column(&c.to_world, 0), 1, 0, 0, 1e-12);
    require_vector(zd_mat4_point(&c.from_world, (zd_vec3){ 9, 6, 40 }), 1, 2, -10, 1e-9);
    REQUIRE_OK(zd_pose_camera(&pose, zd_scene_find(t0.scene, "two"), &c, &err));
    REQUIRE_NEAR(c.focal_y, 800.0, 1e-9); /* 50 / 25 of 200 pixels that are twice as wide as high */
    REQUIRE_NEAR(c.focal_x, 400.0, 1e-9);
    require_vector(zd_mat4_column(&c.to_world, 3), 0, 0, 800, 1e-9);
    REQUIRE_FAILS(zd_pose_camera(&pose, zd_scene_find(t0.scene, "flat"), &c, &err), ZD_ERR_CORRUPT,
                  "t0.zscene:6:1: camera 'flat' has far 5, which must be beyond near 5");
    REQUIRE_FAILS(zd_pose_camera(&pose, zd_scene_find(t0.scene, "lost"), &c, &err), ZD_ERR_CORRUPT,
                  "t0.zscene:8:1: camera 'lost' is flattened by the axes that carry it");
    zd_pose_finish(&pose);
}

static void matrices_are_inverted(void)
{
    unsigned long long state = 9;
    for (int i = 0; i < 50; i++) {
        zd_mat4 m = zd_mat4_identity();
        zd_mat4 inverse;
        for (int k = 0; k < 12; k++) {
            m.m[k / 4][k % 4] = (double) (zd_test_random(&state) >> 11) * 0x1p-52 - 1.0;
        }
        REQUIRE(zd_mat4_invert(&m, &inverse));
        zd_mat4 both = zd_mat4_multiply(&m, &inverse);
        double worst = 0.0;
        for (int k = 0; k < 16; k++) {
            worst = fmax(worst, fabs(both.m[k / 4][k % 4] - (k % 5 == 0)));
        }
        REQUIRE(worst < 1e-8);
        /* A normal stays upright on what lies in its plane. */
        zd_vec3 a = { 1, 2, 3 };
        zd_vec3 b = { -2, 0.5, 1 };
        zd_vec3 n = zd_mat4_normal(&inverse, zd_vec3_cross(a, b));
        REQUIRE_NEAR(zd_vec3_dot(n, zd_mat4_direction(&m, a)) / zd_vec3_length(n), 0.0, 1e-8);
        REQUIRE_NEAR(zd_vec3_dot(n, zd_mat4_direction(&m, b)) / zd_vec3_length(n), 0.0, 1e-8);
    }
    zd_mat4 flat = zd_mat4_scaling((zd_vec3){ 1, 0, 1 });
    zd_mat4 out;
    REQUIRE(!zd_mat4_invert(&flat, &out));
}

/* ---- looking ---- */

#define LOOKED                                                                                   \
    "zscene 1\nframe { size 64 36 range 1 1 }\ncamera cam { position 0 0 100 near 1 far 900 }\n" \
    "axis p { position 6 3 -20 }\nsurface card { parent p size 30 20 }\n"                        \
    "axis back { position 0 0 300 }\nmedia m { size 8 8 }\n"                                     \
    "output o { camera cam passes zdepth }\n"

/* The frame's height is seen from this far at 40 degrees. */
static double focal(void)
{
    return 18.0 / tan(20.0 * M_PI / 180.0);
}

static void look(zd_scene_look how)
{
    zd_scene_picture picture = { 0 };
    zd_scene_renderer_set_look(t0.renderer, &how);
    REQUIRE_OK(zd_scene_render(t0.renderer, 0, 1.0, &picture, &err));
    zd_scene_picture_release(&t0.picture);
    t0.picture = picture;
}

static zd_scene_place place_of(const char *name)
{
    zd_scene_place place;
    REQUIRE(zd_scene_renderer_place(t0.renderer, zd_scene_find(t0.scene, name), &place));
    return place;
}

static void require_place(const char *name, double x, double y, double z)
{
    zd_scene_place place = place_of(name);
    REQUIRE_NEAR(place.at[0], x, 1e-9);
    REQUIRE_NEAR(place.at[1], y, 1e-9);
    REQUIRE_NEAR(place.at[2], z, 1e-9);
}

static void nodes_have_places(void)
{
    zd_scene_place place;
    t0_render_text(1.0, LOOKED);
    const double f = focal();
    const double x = 0.5 + f * 6.0 / 120.0 / 64.0;
    const double y = 0.5 - f * 3.0 / 120.0 / 36.0;
    require_place("card", x, y, 120.0);
    require_place("p", x, y, 120.0);
    place = place_of("p");
    REQUIRE_NEAR(place.by[0][0], f / 120.0 / 64.0, 1e-9);
    REQUIRE_NEAR(place.by[0][1], 0.0, 1e-12);
    REQUIRE_NEAR(place.by[1][1], -f / 120.0 / 36.0, 1e-9);
    REQUIRE_NEAR(place.by[1][0], 0.0, 1e-12);
    REQUIRE_NEAR(place.by[2][2], -1.0, 1e-9);
    REQUIRE_NEAR(place.by[2][0], f * 6.0 / 120.0 / 120.0 / 64.0, 1e-6);
    static const char *const none[] = { "back", "m", "o", "cam" }; /* behind it, or nowhere */
    for (int i = 0; i < 4; i++) {
        REQUIRE(!zd_scene_renderer_place(t0.renderer, zd_scene_find(t0.scene, none[i]), &place));
        REQUIRE(place.at[2] == 0.0 || i == 0 || i == 3);
    }
}

/* The camera goes round what it looks at, nearer and aside; nothing of the scene moves. */
static void looks_go_round(void)
{
    t0_render_text(1.0, LOOKED);
    const double f = focal();
    /* The pivot lies before the camera, as far as the first object. */
    look((zd_scene_look){ .zoom = -0.5 });
    require_place("card", 0.5 + f * 6.0 / 60.0 / 64.0, 0.5 - f * 3.0 / 60.0 / 36.0, 60.0);
    look((zd_scene_look){ .zoom = 0.25 });
    REQUIRE_NEAR(place_of("card").at[2], 150.0, 1e-9);
    look((zd_scene_look){ .yaw_deg = 90.0 }); /* from the right: what was right of it is near */
    require_place("card", 0.5, 0.5 - f * 3.0 / 114.0 / 36.0, 114.0);
    look((zd_scene_look){ .pitch_deg = 90.0 }); /* from below */
    require_place("card", 0.5 + f * 6.0 / 123.0 / 64.0, 0.5, 123.0);
    look((zd_scene_look){ .pitch_deg = -90.0 });
    require_place("card", 0.5 + f * 6.0 / 117.0 / 64.0, 0.5, 117.0);
    look((zd_scene_look){ .pan_x = 0.1, .pan_y = 0.2 });
    require_place("card", 0.5 + f * 6.0 / 120.0 / 64.0 + 0.1 * 36.0 / 64.0,
                  0.5 - f * 3.0 / 120.0 / 36.0 - 0.2, 120.0);
    look((zd_scene_look){ .width = 32, .height = 9 });
    REQUIRE(t0.picture.width == 32 && t0.picture.height == 9);
    require_place("card", 0.5 + f * 6.0 / 120.0 / 64.0, 0.5 - f * 3.0 / 120.0 / 36.0, 120.0);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 18, 4, 0), 120.0, 1e-3);
    look((zd_scene_look){ .passes = ZD_SCENE_PASS_COMP | ZD_SCENE_PASS_MATTE });
    REQUIRE(t0.picture.width == 64 && zd_scene_picture_pass(&t0.picture, "zdepth") == NULL);
    REQUIRE(zd_scene_picture_pass(&t0.picture, "matte") != NULL);
    look((zd_scene_look){ 0 });
    REQUIRE_INT(t0.picture.pass_count, 1);
}

/* Without an object before it, a camera goes round where a frame's surface would stand. */
static void without_objects_looks_go_round_the_middle(void)
{
    t0_render_text(
        1.0, "zscene 1\nframe { size 64 36 range 1 1 }\ncamera cam { near 1 far 900 }\n"
             "axis p { position 5 0 0 }\naxis b { position 0 0 500 }\nsurface behind { parent b }\n"
             "output o { camera cam passes zdepth }\n");
    look((zd_scene_look){ .yaw_deg = 90.0 });
    REQUIRE_NEAR(place_of("p").at[2], focal() - 5.0, 1e-9);
}

/* A map that is the moving camera's own shows it no depth, which is told; others are not spoken of. */
static void maps_of_the_moving_camera_are_told(void)
{
    static const struct {
        const char *camera;
        const char *map;
        bool is_told;
    } cases[] = {
        { "camera cam { }", "", false },
        { "camera cam { position 0 0 700 }", "", false },
        { "camera cam { position 0 5 auto }", "", true },
        { "camera cam { rotation 0 3 0 }", "", true },
        { "camera cam { }\nanim cam.position.z { 1 600 9 500 }", "", true },
        { "axis a { }\ncamera cam { parent a }", "direction ray", true },
        { "axis a { }\ncamera cam { look_at a }", "", true },
        { "axis a { }\ncamera cam { parent a }", "direction normal", false },
        { "axis a { }\ncamera cam { parent a }\ncamera own { }", "camera own", false },
        { "axis a { }\ncamera cam { parent a }", "three_d no", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[600];
        const char *mode = strstr(cases[i].map, "three_d") == NULL ? "three_d yes" : "";
        snprintf(text, sizeof text,
                 "zscene 1\nframe { size 64 36 }\n%s\nmedia z { front \"near\" }\n"
                 "surface s { }\nzdepth m { on s media z range absolute %s %s }\n"
                 "output o { camera cam }\n",
                 cases[i].camera, mode, cases[i].map);
        t0_render_text(1.0, text);
        bool is_told = strstr(t0.log, "'m' has no camera and is extruded along the rays of 'cam', "
                                      "which renders: to it the surface looks flat wherever it "
                                      "goes; add 'camera filmed { }', which stays, and 'camera "
                                      "filmed' to 'm'\n") != NULL;
        if (is_told != cases[i].is_told) {
            ZD_TEST_FAIL("%s %s: '%s'", cases[i].camera, cases[i].map, t0.log);
        }
    }
}

/* ---- what lies under a point ---- */

static void snapping_takes_the_nearest_map(void)
{
    double position[3];
    double world[3];
    int map = -1;
    const double at[2] = { 400.0, 90.0 };
    t0_render(
        "media ramp { front \"ramp\" }\nmedia near { front \"near\" }\n"
        "surface far_card { media ramp }\nzdepth far_map { on far_card media ramp range absolute }\n"
        "surface card { media near }\nzdepth near_map { on card media near range absolute }\n"
        "axis carrier { position 10 0 0 scale 200 200 200 }\n"
        "axis a { parent carrier position 1 2 3 }\naxis still { }\n"
        "anim still.position.x { 1 0 2 5 }\noutput o { passes zdepth }\n");
    int axis = zd_scene_find(t0.scene, "a");
    REQUIRE_OK(zd_scene_renderer_snap(t0.renderer, axis, at, position, world, &map, &err));
    REQUIRE_INT(map, zd_scene_find(t0.scene, "near_map"));
    const double x = (400.5 - 320.0) / T0_FOCAL * 200.0;
    const double y = (180.0 - 90.5) / T0_FOCAL * 200.0;
    const double expected[3] = { x, y, T0_FOCAL - 200.0 };
    for (int c = 0; c < 3; c++) {
        REQUIRE_NEAR(world[c], expected[c], 1e-3);
        REQUIRE_NEAR(position[c], (expected[c] - (c == 0 ? 10.0 : 0.0)) / 2.0, 1e-3);
    }
    const double outside[2] = { -5.0, 90.0 };
    REQUIRE(zd_scene_renderer_snap(t0.renderer, axis, outside, position, world, &map, &err) !=
            ZD_OK);
    REQUIRE(map == -1 && strstr(err.message, "pixel -5,90 does not show '") != NULL);
    REQUIRE(zd_scene_renderer_snap(t0.renderer, zd_scene_find(t0.scene, "still"), at, position,
                                   world, &map, &err) != ZD_OK);
    REQUIRE_TEXT(err.message,
                 "t0.zscene:12:1: the position of 'still' is animated; remove its 'anim "
                 "still.position' statements, or snap it live with zsnap and zsnap_at");
    t0_render("axis a { }\noutput o { passes zdepth }\n");
    REQUIRE_FAILS(zd_scene_renderer_snap(t0.renderer, zd_scene_find(t0.scene, "a"), at, position,
                                         world, &map, &err),
                  ZD_ERR_INVALID_ARGUMENT, "there is no Z-Depth Map in the scene to snap to");
}

/* ---- files ---- */

static zd_status note(void *user, const char *path, zd_error *unused)
{
    char *all = user;
    (void) unused;
    strcat(all, path);
    strcat(all, "\n");
    return strstr(path, "stop") != NULL ? ZD_ERR_IO : ZD_OK;
}

static void files_start_from_the_scene(void)
{
    char all[1000] = "";
    static const char text[] =
        "zscene 1\nframe { ocio \"c/config.ocio\" }\nmedia a { front \"a.%04d.exr:depth.Z\" matte "
        "\"sub/b.png\" }\nmedia none { }\nmedia w { front \"x%d:1.png\" matte \"/abs/m.exr:A\" }\n"
        "geometry g { file \"g:1.obj\" }\nmedia s { front \"stop\" }\nmedia later { front \"l\" }\n";
    t0_clear();
    REQUIRE_OK(zd_scene_parse(t0.ctx, "some/shot.zscene", text, strlen(text), &t0.scene, &err));
    REQUIRE_INT(zd_scene_visit_files(t0.scene, note, all, &err), ZD_ERR_IO);
    REQUIRE_TEXT(all, "some/c/config.ocio\nsome/a.%04d.exr\nsome/sub/b.png\nsome/x%d\n/abs/m.exr\n"
                      "some/g:1.obj\nsome/stop\n");
    parse("zscene 1\nmedia a { front \"b:c/d\" matte \":z\" }\n");
    all[0] = '\0';
    REQUIRE_OK(zd_scene_visit_files(t0.scene, note, all, &err));
    REQUIRE_TEXT(all, "b:c/d\n:z\n");
}

int main(void)
{
    t0_start(pictures, (int) (sizeof pictures / sizeof pictures[0]));
    RUN(axes_do_one_thing_after_the_other);
    RUN(looking_turns_to_the_other);
    RUN(cameras_are_their_keys);
    RUN(matrices_are_inverted);
    RUN(nodes_have_places);
    RUN(looks_go_round);
    RUN(without_objects_looks_go_round_the_middle);
    RUN(maps_of_the_moving_camera_are_told);
    RUN(snapping_takes_the_nearest_map);
    RUN(files_start_from_the_scene);
    t0_stop();
    return zd_test_finish();
}
