/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What is read of other programs: cameras, lights and objects at places worked out by hand. What is written
 * for them: test_scene_exchange_c.c. */

#include "core/file.h"
#include "scene/scene_exchange.h"
#include "scene/scene_pose.h"
#include "scene_fixture.h"

static zd_error err;

#define BEFORE "zscene 1\nframe { size 64 36 aspect 2 fps 25 range 3 9 }\naxis lamp { }"

static zd_scene_draft doc;

static zd_status import(const char *path, const char *text, double unit)
{
    const zd_scene_import_params params = { .path = path, .written = path, .unit = unit };
    REQUIRE_OK(zd_scene_draft_open(t0.ctx, "s", BEFORE, strlen(BEFORE), &doc, &err));
    REQUIRE_OK(zd_file_write(t0.ctx, path, text, strlen(text), &err));
    zd_status status = zd_scene_import(&doc, &params, NULL, &err);
    remove(path);
    return status;
}

static const zd_scene_node *imported(const char *name)
{
    int node = zd_scene_find(doc.parsed, name);
    if (node < 0) {
        ZD_TEST_FAIL("there is no '%s' in\n%s", name, doc.text);
    }
    return &doc.parsed->nodes[node];
}

static void require_three(const char *name, int key, double frame, zd_vec3 expected)
{
    const double numbers[3] = { expected.x, expected.y, expected.z };
    for (int c = 0; c < 3; c++) {
        double got = zd_scene_node_number(imported(name), key, c, frame);
        if (!(fabs(got - numbers[c]) < 2e-4)) {
            ZD_TEST_FAIL("%s: number %d of key %d is %.9g at %g, expected %.9g\n%s", name, c, key,
                         got, frame, numbers[c], doc.text);
        }
    }
}

static void require_number(const char *name, int key, double frame, double expected)
{
    REQUIRE_NEAR(zd_scene_node_number(imported(name), key, 0, frame), expected, 2e-4);
}

/* Where the axes of a node go: columns of its matrix. */
static void require_matrix(const char *name, double frame, const zd_mat4 *expected)
{
    zd_pose pose;
    zd_mat4 world;
    REQUIRE_OK(zd_pose_init(&pose, doc.parsed, &err));
    zd_pose_set_frame(&pose, frame);
    REQUIRE_OK(zd_pose_world(&pose, zd_scene_find(doc.parsed, name), &world, &err));
    for (int k = 0; k < 12; k++) {
        REQUIRE_NEAR(world.m[k / 4][k % 4], expected->m[k / 4][k % 4], 2e-4);
    }
    zd_pose_finish(&pose);
}

static zd_mat4 turned(char axis, double degrees)
{
    return zd_mat4_rotation((zd_vec3){ axis == 'X' ? degrees : 0, axis == 'Y' ? degrees : 0,
                                       axis == 'Z' ? degrees : 0 });
}

/* The first letter turns first. */
static zd_mat4 turned_by(const char *order, const double degrees[3], zd_vec3 place)
{
    zd_mat4 all = zd_mat4_identity();
    for (int i = 0; i < 3; i++) {
        zd_mat4 one = turned(order[i], degrees[order[i] - 'X']);
        all = zd_mat4_multiply(&one, &all);
    }
    zd_mat4 moved = zd_mat4_translation(place);
    return zd_mat4_multiply(&moved, &all);
}

static void chan_is_read(void)
{
    static const double angles[3] = { 10, 20, 30 };
    REQUIRE_OK(import("my cam.v2.chan",
                      "# solved\r\n\n3 1 2 30 10 20 30 25 # more\n"
                      "4.5,\t1.5 2 30 370 20 30\n",
                      4.0));
    REQUIRE_BYTES(doc.text, BEFORE "\n", strlen(BEFORE) + 1);
    zd_mat4 first = turned_by("ZXY", angles, (zd_vec3){ 4, 8, 120 });
    zd_mat4 last = turned_by("ZXY", angles, (zd_vec3){ 6, 8, 120 });
    require_matrix("my_cam", 3.0, &first);
    require_matrix("my_cam", 4.5, &last);
    require_number("my_cam", ZD_SCENE_CAMERA_FOV, 3.0, 25.0);
    require_number("my_cam", ZD_SCENE_CAMERA_FOV, 4.5, 40.0);
    double x = zd_scene_node_number(imported("my_cam"), ZD_SCENE_CAMERA_ROTATION, 0, 4.5);
    double before = zd_scene_node_number(imported("my_cam"), ZD_SCENE_CAMERA_ROTATION, 0, 3.0);
    REQUIRE(fabs(x - before) < 1.0); /* no whole turn between two frames */
    require_number("my_cam", ZD_SCENE_CAMERA_NEAR, 3.0, 1.0);
    zd_scene_draft_close(&doc);
}

static void nuke_is_read(void)
{
    static const char *const orders[] = { "ZXY", "XYZ", "YZX", "ZYX", "XZY", "YXZ" };
    static const double angles[3] = { 10, 20, 30 };
    for (int i = 0; i < 6; i++) {
        char text[600];
        snprintf(text, sizeof text,
                 "Root {\n inputs 0\n}\nBlur {\n size 3\n}\nCamera2 {\n inputs 0\n rot_order %s\n"
                 " translate {1 {curve x4 2 x8 6} -3}\n rotate {10 20 30}\n focal {{curve x4 20 30 "
                 "x8 50}}\n haperture 32\n near 0.5\n far 70\n useMatrix false\n name Solved%d\n}\n"
                 "Camera3 {\n}\n",
                 orders[i], i);
        char name[16];
        REQUIRE_OK(import("t_x.nk", text, 4.0));
        snprintf(name, sizeof name, "Solved%d", i);
        zd_mat4 at_five = turned_by(orders[i], angles, (zd_vec3){ 4, 12, -12 });
        require_matrix(name, 5.0, &at_five);
        for (double frame = 4.0; frame <= 8.0; frame += 1.0) {
            double focal = frame < 5.0 ? 20.0 : 30.0 + 20.0 * (frame - 5.0) / 3.0;
            double height = 32.0 * 36.0 / 128.0;
            require_number(name, ZD_SCENE_CAMERA_FOV, frame,
                           2.0 * atan(0.5 * height / focal) * 180.0 / M_PI);
        }
        require_number(name, ZD_SCENE_CAMERA_NEAR, 5.0, 2.0);
        require_number(name, ZD_SCENE_CAMERA_FAR, 5.0, 280.0);
        require_three("camera", ZD_SCENE_CAMERA_POSITION, 5.0, (zd_vec3){ 0, 0, 0 });
        require_number("camera", ZD_SCENE_CAMERA_FOV, 5.0,
                       2.0 * atan(0.5 * 24.576 * 36.0 / 128.0 / 50.0) * 180.0 / M_PI);
        zd_scene_draft_close(&doc);
    }
    REQUIRE_OK(import("t_x.nk",
                      "Camera {\n translate {{curve x2 1 x3 5 x9 5}}\n win_translate {0 "
                      "0.1}\n name a{b\n}\n",
                      1.0));
    require_three("a_b", ZD_SCENE_CAMERA_POSITION, 2.5, (zd_vec3){ 3, 0, 0 });
    require_three("a_b", ZD_SCENE_CAMERA_POSITION, 8.0, (zd_vec3){ 5, 0, 0 });
    REQUIRE(strstr(t0.log, "'t_x.nk': win_translate of 'a{b' is left out") != NULL);
    zd_scene_draft_close(&doc);
}

static void nuke_tells_what_it_cannot_read(void)
{
    static const char *const cases[][2] = {
        { "Camera3 {\n translate {{curve x3 1 x3 2} 0 0}\n}\n",
          "'t_x.nk': the keys of a curve are not in order" },
        { "Camera3 {\n translate {{parent.a} 0 0}\n}\n",
          "'t_x.nk': 'parent.a' is an expression or a file's camera; bake it in Nuke and save again" },
        { "Camera3 {\n translate {{curve} 0 0}\n}\n",
          "'t_x.nk': 'curve' is an expression or a file's camera; bake it in Nuke and save again" },
        { "Camera3 {\n focal 5mm\n}\n",
          "'t_x.nk': '5mm' is an expression or a file's camera; bake it in Nuke and save again" },
        { "Camera3 {\n useMatrix true\n}\n",
          "'t_x.nk': 'useMatrix' is an expression or a file's camera; bake it in Nuke and save "
          "again" },
        { "Camera3 {\n rot_order ZZY\n}\n", "'t_x.nk': rot_order ZZY is none" },
        { "Camera3 {\n focal 0\n}\n",
          "'t_x.nk': at frame 3 the field of view is 0 degrees; 0.01 to 170 can be read" },
        { "Camera3 {\n translate {{curve x0 1 x200000 2} 0 0}\n}\n",
          "an animation of 2147483647 frames; 1 to 100000 can be read" },
        { "Camera3 {\n translate {1e30 0 0}\n}\n",
          "'t_x.nk' is damaged: at frame 3 a number is 1e+30, which is no place or angle; export it "
          "again" },
        { "Camera5 {\n}\n", "'t_x.nk' holds no camera, light or object that can be read" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        REQUIRE(import("t_x.nk", cases[i][0], 1.0) != ZD_OK);
        REQUIRE_TEXT(err.message, cases[i][1]);
        REQUIRE_TEXT(doc.text, BEFORE);
        zd_scene_draft_close(&doc);
    }
}

/* Every allocation fails once: the scene stays what it was, and nothing is lost. */
static void imports_survive_want_of_memory(void)
{
    static const char text[] = "3 1 2 30 10 20 30 25\n4 1.5 2 30 10 20 30 26\n";
    const zd_scene_import_params params = { .path = "t_m.chan",
                                            .written = "t_m.chan",
                                            .unit = 2.0 };
    REQUIRE_OK(zd_file_write(t0.ctx, params.path, text, strlen(text), &err));
    for (long n = 1;; n++) {
        zd_scene_draft weak = { 0 };
        zd_test_memory memory = { .fail_at = 0 };
        zd_context *ctx = zd_test_context_failing(&memory);
        REQUIRE_OK(zd_scene_draft_open(ctx, "s", BEFORE, strlen(BEFORE), &weak, &err));
        memory.fail_at = memory.calls + n;
        zd_status status = zd_scene_import(&weak, &params, NULL, &err);
        REQUIRE((strcmp(weak.text, BEFORE) == 0) == (status != ZD_OK));
        zd_scene_draft_close(&weak);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
        if (memory.calls < memory.fail_at) {
            REQUIRE_OK(status);
            break;
        }
        REQUIRE_INT(status, ZD_ERR_NO_MEMORY);
    }
    remove(params.path);
}

/* ---- glTF that is read ---- */

/* One buffer in a file beside it: times, places, turns about y, points, triangles. */
static const float buffer[] = {
    3 / 25.0f, 7 / 25.0f,                                          /* 0: two times */
    0,         0,         8, 4, 0, 8,                              /* 8: two places */
    0,         0,         0, 1, 0, 0.70710678f, 0, 0.70710678f,    /* 32: from 0 to 90 degrees */
    0,         0,         0, 1, 0, 0,           0, 1,           0, /* 64: a triangle */
    1,         1,         1, 2, 4, 8,                              /* 100: two scales */
};

#define GLTF_HEAD                                                                                   \
    "{\"asset\":{\"version\":\"2.0\"},\"scene\":0,\"scenes\":[{\"nodes\":[0,1,2,3]}],"              \
    "\"extensionsUsed\":[\"KHR_lights_punctual\"],\"buffers\":[{\"byteLength\":124,"                \
    "\"uri\":\"t_x.bin\"}],\"bufferViews\":[{\"buffer\":0,\"byteLength\":8},"                       \
    "{\"buffer\":0,\"byteOffset\":8,\"byteLength\":24},{\"buffer\":0,\"byteOffset\":32,"            \
    "\"byteLength\":32},{\"buffer\":0,\"byteOffset\":64,\"byteLength\":36},"                        \
    "{\"buffer\":0,\"byteOffset\":100,\"byteLength\":24}],"                                         \
    "\"accessors\":[{\"bufferView\":0,\"componentType\":5126,\"count\":2,\"type\":\"SCALAR\","      \
    "\"min\":[0.12],\"max\":[0.28]},{\"bufferView\":1,\"componentType\":5126,\"count\":2,\"type\":" \
    "\"VEC3\"},{\"bufferView\":2,\"componentType\":5126,\"count\":2,\"type\":\"VEC4\"},"            \
    "{\"bufferView\":3,\"componentType\":5126,\"count\":3,\"type\":\"VEC3\",\"min\":[0,0,0],"       \
    "\"max\":[1,1,0]},{\"bufferView\":4,\"componentType\":5126,\"count\":2,\"type\":\"VEC3\"}],"

#define GLTF_THINGS                                                                           \
    "\"cameras\":[{\"type\":\"perspective\",\"perspective\":{\"aspectRatio\":2,\"yfov\":0.5," \
    "\"znear\":0.25,\"zfar\":50}}],\"extensions\":{\"KHR_lights_punctual\":{\"lights\":["     \
    "{\"type\":\"spot\",\"color\":[1,0.5,0.25],\"intensity\":2,\"spot\":{\"innerConeAngle\":" \
    "0.2,\"outerConeAngle\":0.5}},{\"type\":\"directional\",\"intensity\":1}]}},"             \
    "\"materials\":[{\"pbrMetallicRoughness\":{\"baseColorFactor\":[0.25,0.5,1,1]}}],"        \
    "\"meshes\":[{\"primitives\":[{\"attributes\":{\"POSITION\":3},\"material\":0},"          \
    "{\"attributes\":{\"POSITION\":3},\"material\":0}]}],"                                    \
    "\"nodes\":[{\"name\":\"Shot\",\"camera\":0},{\"name\":\"lamp\",\"translation\":[1,2,3]," \
    "\"extensions\":{\"KHR_lights_punctual\":{\"light\":0}}},{\"name\":\"sun\",\"rotation\":" \
    "[-0.70710678,0,0,0.70710678],\"extensions\":{\"KHR_lights_punctual\":{\"light\":1}}},"   \
    "{\"name\":\"Arm\",\"translation\":[1,0,0],\"scale\":[2,1,1],\"children\":[4]},"          \
    "{\"name\":\"Hand\",\"translation\":[0,3,0],\"rotation\":[0,0,0.25881905,0.96592583],"    \
    "\"mesh\":0}]"

#define GLTF_MOTION                                                                           \
    ",\"animations\":[{\"channels\":[{\"sampler\":0,\"target\":{\"node\":0,\"path\":"         \
    "\"translation\"}},{\"sampler\":1,\"target\":{\"node\":0,\"path\":\"rotation\"}},"        \
    "{\"sampler\":2,\"target\":{\"node\":3,\"path\":\"scale\"}}],\"samplers\":[{\"input\":0," \
    "\"output\":1},{\"input\":0,\"output\":2},{\"input\":0,\"output\":4}]}]"

static zd_status import_gltf(const char *text, double unit)
{
    REQUIRE_OK(zd_file_write(t0.ctx, "t_x.bin", buffer, sizeof buffer, &err));
    zd_status status = import("t_x.gltf", text, unit);
    remove("t_x.bin");
    return status;
}

static zd_mat4 hand_at(double scale_x, double scale_y, double scale_z)
{
    zd_mat4 arm = zd_mat4_translation((zd_vec3){ 1, 0, 0 });
    zd_mat4 scaled = zd_mat4_scaling((zd_vec3){ scale_x, scale_y, scale_z });
    zd_mat4 moved = zd_mat4_translation((zd_vec3){ 0, 3, 0 });
    zd_mat4 turn = turned('Z', 30.0);
    zd_mat4 all = zd_mat4_multiply(&arm, &scaled);
    all = zd_mat4_multiply(&all, &moved);
    all = zd_mat4_multiply(&all, &turn);
    for (int k = 0; k < 3; k++) {
        all.m[k][3] *= 10.0; /* the unit: places alone */
    }
    return all;
}

static void gltf_things_are_where_they_were(void)
{
    REQUIRE_OK(import_gltf(GLTF_HEAD GLTF_THINGS "}", 10.0));
    require_number("Shot", ZD_SCENE_CAMERA_FOV, 3.0, 0.5 * 180.0 / M_PI);
    require_number("Shot", ZD_SCENE_CAMERA_NEAR, 3.0, 2.5);
    require_number("Shot", ZD_SCENE_CAMERA_FAR, 3.0, 500.0);
    require_three("Shot", ZD_SCENE_CAMERA_POSITION, 3.0, (zd_vec3){ 0, 0, 0 });
    require_three("Shot", ZD_SCENE_CAMERA_ROTATION, 3.0, (zd_vec3){ 0, 0, 0 });
    REQUIRE_INT(zd_scene_node_choice(imported("lamp_2"), ZD_SCENE_LIGHT_TYPE), ZD_SCENE_LIGHT_SPOT);
    require_three("lamp_2", ZD_SCENE_LIGHT_POSITION, 3.0, (zd_vec3){ 10, 20, 30 });
    require_three("lamp_2", ZD_SCENE_LIGHT_COLOUR, 3.0, (zd_vec3){ 1, 0.5, 0.25 });
    require_number("lamp_2", ZD_SCENE_LIGHT_INTENSITY, 3.0, 200.0);
    REQUIRE_INT(zd_scene_node_choice(imported("lamp_2"), ZD_SCENE_LIGHT_DECAY),
                ZD_SCENE_DECAY_QUADRATIC);
    require_number("lamp_2", ZD_SCENE_LIGHT_REACH, 3.0, 10.0);
    require_number("lamp_2", ZD_SCENE_LIGHT_SPREAD, 3.0, 0.5 * 180.0 / M_PI);
    require_number("lamp_2", ZD_SCENE_LIGHT_PENUMBRA, 3.0, 0.3 * 180.0 / M_PI);
    REQUIRE_INT(zd_scene_node_choice(imported("sun"), ZD_SCENE_LIGHT_TYPE),
                ZD_SCENE_LIGHT_DIRECTIONAL);
    zd_mat4 down = turned('X', -90.0); /* light goes down -z, which is down then */
    require_matrix("sun", 3.0, &down);
    REQUIRE_INT(zd_scene_node_choice(imported("sun"), ZD_SCENE_LIGHT_DECAY), ZD_SCENE_DECAY_NONE);
    zd_mat4 hand = hand_at(2, 1, 1);
    require_matrix("Hand_axis", 3.0, &hand); /* a turn under an uneven scale is a shear */
    static const char *const parts[] = { "Hand:1", "Hand:2" };
    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? "Hand" : "Hand_2";
        REQUIRE_TEXT(zd_scene_node_text(imported(name), ZD_SCENE_GEOMETRY_PART), parts[i]);
        REQUIRE_TEXT(zd_scene_node_text(imported(name), ZD_SCENE_GEOMETRY_FILE), "t_x.gltf");
        require_number(name, ZD_SCENE_GEOMETRY_UNIT, 3.0, 10.0);
        require_three(name, ZD_SCENE_OBJECT_COLOUR, 3.0, (zd_vec3){ 0.25, 0.5, 1 });
        REQUIRE_INT(zd_scene_parent(doc.parsed, zd_scene_find(doc.parsed, name)),
                    zd_scene_find(doc.parsed, "Hand_axis"));
        REQUIRE_INT(zd_scene_node_choice(imported(name), ZD_SCENE_OBJECT_TWO_SIDED), ZD_SCENE_NO);
    }
    REQUIRE(strstr(doc.text, "anim ") == NULL);
    zd_scene_draft_close(&doc);
}

/* Places go straight, turns at an even speed, and frame F is at F / 25 seconds. */
static void gltf_motion_is_baked(void)
{
    REQUIRE_OK(import_gltf(GLTF_HEAD GLTF_THINGS GLTF_MOTION "}", 10.0));
    for (double frame = 3.0; frame <= 7.0; frame += 1.0) {
        double part = (frame - 3.0) / 4.0;
        zd_mat4 shot = zd_mat4_translation((zd_vec3){ 40.0 * part, 0, 80 });
        zd_mat4 turn = turned('Y', 90.0 * part);
        shot = zd_mat4_multiply(&shot, &turn);
        require_matrix("Shot", frame, &shot);
        zd_mat4 hand = hand_at(1.0 + part, 1.0 + 3.0 * part, 1.0 + 7.0 * part);
        require_matrix("Hand_axis", frame, &hand);
        require_three("lamp_2", ZD_SCENE_LIGHT_POSITION, frame, (zd_vec3){ 10, 20, 30 });
    }
    for (int c = 0; c < 3; c++) { /* what is none is 0, not nearly so */
        REQUIRE(zd_scene_node_number(imported("Hand_axis"), ZD_SCENE_AXIS_SHEAR, c, 3.0) == 0.0);
    }
    REQUIRE(strstr(doc.text, "anim Shot.rotation.y { 3 0 7 90") != NULL ||
            strstr(doc.text, "anim Shot.rotation.y { 3 0 ") != NULL);
    REQUIRE(strstr(doc.text, "anim lamp") == NULL);
    zd_scene_draft_close(&doc);
}

int main(void)
{
    t0_start(NULL, 0);
    RUN(chan_is_read);
    RUN(nuke_is_read);
    RUN(nuke_tells_what_it_cannot_read);
    RUN(imports_survive_want_of_memory);
    RUN(gltf_things_are_where_they_were);
    RUN(gltf_motion_is_baked);
    t0_stop();
    return zd_test_finish();
}
