/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What is written for other programs, number by number. What is read of theirs: test_scene_import_c.c. */

#include "core/file.h"
#include "scene/scene_exchange.h"
#include "scene/scene_pose.h"
#include "scene_fixture.h"

static zd_error err;

/* Four colours in four quarters, of a picture that is not square. */
static float quarters(int x, int y, int c)
{
    static const float linear[4][3] = {
        { 1, 0.5f, 0.25f }, { 0, 1, 0 }, { 0.25f, 0.25f, 1 }, { 0.5f, 0.5f, 0.5f }
    };
    return linear[(x >= 3) + 2 * (y >= 2)][c];
}

static float half_matte(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 0.5f;
}

static const t0_picture pictures[] = {
    { .name = "quarters", .formula = quarters, .channels = 3, .width = 6, .height = 4 },
    { .name = "half", .formula = half_matte, .channels = 1, .width = 6, .height = 4 },
};

#define CARDS                                                                \
    "zscene 1\nframe { size 64 36 fps 25 range 3 9 }\n"                      \
    "camera cam { position 3 4 50 rotation 0 90 0 fov 40 near 2 far 900 }\n" \
    "media tex { front \"quarters\" matte \"half\" }\n"                      \
    "axis p { position 100 20 -8 rotation 0 0 90 }\n"                        \
    "surface one { media tex size 20 12 colour 1 1 0.5 }\n"                  \
    "surface two { parent p size 4 6 colour 0.5 0 1 }\n"                     \
    "output o { camera cam passes comp }\n"

static char *exported_of(const char *scene, const zd_scene_export_params *params, size_t *bytes)
{
    t0_render_text(3.0, scene);
    REQUIRE_OK(zd_scene_export(t0.renderer, params, &err));
    FILE *file = fopen(params->path, "rb");
    char *text = zd_alloc_zeroed(t0.ctx, 1 << 16, 1);
    REQUIRE(file != NULL && text != NULL);
    *bytes = fread(text, 1, (1 << 16) - 1, file);
    fclose(file);
    remove(params->path);
    return text;
}

static void require_export(const char *scene, zd_scene_export_params params, const char *expected)
{
    size_t bytes = 0;
    params.unit = params.unit > 0.0 ? params.unit : 1.0;
    params.first = params.first > 0 ? params.first : 3;
    params.last = params.last > 0 ? params.last : params.first;
    char *text = exported_of(scene, &params, &bytes);
    REQUIRE_TEXT(text, expected);
    zd_free(t0.ctx, text);
}

/* ---- meshes ---- */

/* Points in the order in which triangles first use them; sRGB codes over 255; v up; faces from 1 on. */
static const char obj_one[] = "o one\n"
                              "v -5 3 0 1 0.7373 0.3882\nvt 0 1\nvn 0 0 1\n"
                              "v -5 -3 0 0.5373 0.5373 0.7373\nvt 0 0\nvn 0 0 1\n"
                              "v 5 3 0 0 1 0\nvt 1 1\nvn 0 0 1\n"
                              "v 5 -3 0 0.7373 0.7373 0.5373\nvt 1 0\nvn 0 0 1\n";
static const char obj_two[] = "o two\n"
                              "v 48.5 9 -4 0.7373 0 1\nvt 0 1\nvn 0 0 1\n"
                              "v 51.5 9 -4 0.7373 0 1\nvt 0 0\nvn 0 0 1\n"
                              "v 48.5 11 -4 0.7373 0 1\nvt 1 1\nvn 0 0 1\n"
                              "v 51.5 11 -4 0.7373 0 1\nvt 1 0\nvn 0 0 1\n";

static void obj_holds_every_object(void)
{
    char expected[4096];
    snprintf(expected, sizeof expected,
             "# made by zdepth\n%sf 1/1/1 2/2/2 3/3/3\nf 3/3/3 2/2/2 4/4/4\n"
             "%sf 5/5/5 6/6/6 7/7/7\nf 7/7/7 6/6/6 8/8/8\n",
             obj_one, obj_two);
    require_export(CARDS, (zd_scene_export_params){ .path = "t_x.obj", .unit = 2.0 }, expected);
    snprintf(expected, sizeof expected, "# made by zdepth\n%s%s", obj_one, obj_two);
    require_export(CARDS,
                   (zd_scene_export_params){ .path = "t_x.obj", .unit = 2.0, .points = true },
                   expected);
    snprintf(expected, sizeof expected,
             "# made by zdepth\n%sf 1/1/1 2/2/2 3/3/3\nf 3/3/3 2/2/2 4/4/4\n", obj_two);
    require_export(CARDS, (zd_scene_export_params){ .path = "t_x.OBJ", .unit = 2.0, .node = "two" },
                   expected);
}

static float float_at(const char *bytes)
{
    const unsigned char *b = (const unsigned char *) bytes;
    uint32_t bits =
        (uint32_t) b[0] | (uint32_t) b[1] << 8 | (uint32_t) b[2] << 16 | (uint32_t) b[3] << 24;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint32_t whole_at(const char *bytes)
{
    float value = float_at(bytes);
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

#define PLY_HEAD                                                                       \
    "ply\nformat binary_little_endian 1.0\ncomment made by zdepth\nelement vertex 8\n" \
    "property uchar alpha\n"                                                           \
    "property float x\nproperty float y\nproperty float z\nproperty float nx\n"        \
    "property float ny\nproperty float nz\nproperty float s\nproperty float t\n"       \
    "property uchar red\nproperty uchar green\nproperty uchar blue\n"
#define PLY_FACES "element face 4\nproperty list uchar int vertex_indices\n"

static void ply_holds_the_same_points(void)
{
    static const float points[8][11] = {
        { -10, 6, 0, 0, 0, 1, 0, 1, 255, 188, 99 }, { -10, -6, 0, 0, 0, 1, 0, 0, 137, 137, 188 },
        { 10, 6, 0, 0, 0, 1, 1, 1, 0, 255, 0 },     { 10, -6, 0, 0, 0, 1, 1, 0, 188, 188, 137 },
        { 97, 18, -8, 0, 0, 1, 0, 1, 188, 0, 255 }, { 103, 18, -8, 0, 0, 1, 0, 0, 188, 0, 255 },
        { 97, 22, -8, 0, 0, 1, 1, 1, 188, 0, 255 }, { 103, 22, -8, 0, 0, 1, 1, 0, 188, 0, 255 },
    };
    static const uint32_t faces[12] = { 0, 1, 2, 2, 1, 3, 4, 5, 6, 6, 5, 7 };
    for (int cloud = 0; cloud < 2; cloud++) {
        size_t bytes = 0;
        const char *head = cloud ? PLY_HEAD "end_header\n" : PLY_HEAD PLY_FACES "end_header\n";
        const zd_scene_export_params params = {
            .path = "t_x.ply", .first = 3, .last = 3, .unit = 1.0, .points = cloud == 1
        };
        char *text = exported_of(CARDS, &params, &bytes);
        REQUIRE_BYTES(text, head, strlen(head));
        REQUIRE_INT(bytes, strlen(head) + 8 * 36 + (cloud ? 0 : 4 * 13));
        for (size_t i = 0; i < 8; i++) {
            const char *at = text + strlen(head) + i * 36 + 1;
            REQUIRE_INT((unsigned char) at[-1], 255);
            for (size_t k = 0; k < 8; k++) {
                REQUIRE_NEAR(float_at(at + 4 * k), points[i][k], 2e-5);
            }
            for (size_t k = 0; k < 3; k++) {
                REQUIRE_INT((unsigned char) at[32 + k], points[i][8 + k]);
            }
        }
        for (size_t i = 0; i < (cloud ? 0 : 12); i++) {
            const char *at = text + strlen(head) + 8 * 36 + i / 3 * 13;
            REQUIRE_INT(at[0], 3);
            REQUIRE_INT(whole_at(at + 1 + i % 3 * 4), faces[i]);
        }
        zd_free(t0.ctx, text);
    }
}

/* ---- glTF ---- */

static size_t decoded(const char *text, char *out)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    int held = 0;
    size_t count = 0;
    for (; *text != '"' && *text != '='; text++) {
        const char *at = strchr(letters, *text);
        REQUIRE(at != NULL && *text != '\0');
        bits = bits << 6 | (uint32_t) (at - letters);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[count++] = (char) (bits >> held & 255);
        }
    }
    return count;
}

static const char gltf_head[] =
    "{\"asset\":{\"version\":\"2.0\",\"generator\":\"zdepth\"},\"scene\":0,\"scenes\":[{\"nodes\":"
    "[0,1,2]}],\"nodes\":[{\"name\":\"one\",\"mesh\":0},{\"name\":\"two\",\"mesh\":1},"
    "{\"name\":\"cam\",\"camera\":0,\"translation\":[3,4,50],\"rotation\":[0,0.707106781187,0,"
    "0.707106781187]}],\"meshes\":[{\"name\":\"one\",\"primitives\":[{\"attributes\":{\"POSITION\":0"
    ",\"NORMAL\":1,\"TEXCOORD_0\":2,\"COLOR_0\":3},\"material\":0,\"indices\":4}]},{\"name\":"
    "\"two\",\"primitives\":[{\"attributes\":{\"POSITION\":5,\"NORMAL\":6,\"TEXCOORD_0\":7,"
    "\"COLOR_0\":8},\"material\":0,\"indices\":9}]}],\"materials\":[{\"pbrMetallicRoughness\":{"
    "\"metallicFactor\":0,\"roughnessFactor\":1},\"doubleSided\":true}],\"cameras\":[{\"name\":"
    "\"cam\",\"type\":\"perspective\",\"perspective\":{\"yfov\":0.698131700798,\"aspectRatio\":"
    "1.77777777778,\"znear\":2,\"zfar\":900}}],\"bufferViews\":[{\"buffer\":0,\"byteOffset\":0,"
    "\"byteLength\":48,\"target\":34962},{\"buffer\":0,\"byteOffset\":48,\"byteLength\":48,"
    "\"target\":34962},{\"buffer\":0,\"byteOffset\":96,\"byteLength\":32,\"target\":34962},"
    "{\"buffer\":0,\"byteOffset\":128,\"byteLength\":48,\"target\":34962},{\"buffer\":0,"
    "\"byteOffset\":176,\"byteLength\":24,\"target\":34963},";
static const char gltf_accessors[] =
    "\"accessors\":[{\"bufferView\":0,\"componentType\":5126,\"count\":4,\"type\":\"VEC3\",\"min\":"
    "[-10,-6,0],\"max\":[10,6,0]},{\"bufferView\":1,\"componentType\":5126,\"count\":4,\"type\":"
    "\"VEC3\"},{\"bufferView\":2,\"componentType\":5126,\"count\":4,\"type\":\"VEC2\"},"
    "{\"bufferView\":3,\"componentType\":5126,\"count\":4,\"type\":\"VEC3\"},{\"bufferView\":4,"
    "\"componentType\":5125,\"count\":6,\"type\":\"SCALAR\"},";

static void gltf_holds_meshes_and_the_camera(void)
{
    static const float rgb[12] = {
        1, 0.5f, 0.125f, 0.25f, 0.25f, 0.5f, 0, 1, 0, 0.5f, 0.5f, 0.25f
    };
    static const float uv[8] = { 0, 0, 0, 1, 1, 0, 1, 1 }; /* v down */
    static const float places[12] = { -10, 6, 0, -10, -6, 0, 10, 6, 0, 10, -6, 0 };
    static const uint32_t faces[6] = { 0, 1, 2, 2, 1, 3 };
    static char data[4096];
    size_t bytes = 0;
    const zd_scene_export_params as_text = { .path = "t_x.gltf", .first = 3, .last = 3, .unit = 1 };
    char *text = exported_of(CARDS, &as_text, &bytes);
    REQUIRE_BYTES(text, gltf_head, sizeof gltf_head - 1);
    REQUIRE(strstr(text, gltf_accessors) != NULL);
    const char *buffer = strstr(text, "\"buffers\":[{\"byteLength\":400,\"uri\":\"data:application/"
                                      "octet-stream;base64,");
    REQUIRE(buffer != NULL && strcmp(text + bytes - 5, "\"}]}\n") == 0);
    REQUIRE_INT(decoded(strstr(buffer, "base64,") + 7, data), 400);
    for (size_t i = 0; i < 12; i++) {
        REQUIRE_NEAR(float_at(data + i * 4), places[i], 1e-6);
        REQUIRE_NEAR(float_at(data + 48 + i * 4), i % 3 == 2 ? 1.0 : 0.0, 1e-6);
        REQUIRE_NEAR(float_at(data + 128 + i * 4), rgb[i], 1e-6);
        REQUIRE_NEAR(float_at(data + 96 + i % 8 * 4), uv[i % 8], 0.0);
        REQUIRE_INT(whole_at(data + 176 + i % 6 * 4), faces[i % 6]);
        REQUIRE_INT(whole_at(data + 376 + i % 6 * 4), faces[i % 6]);
    }
    /* The same as one binary file. */
    const zd_scene_export_params as_bytes = { .path = "t_x.glb", .first = 3, .last = 3, .unit = 1 };
    size_t whole = 0;
    char *binary = exported_of(CARDS, &as_bytes, &whole);
    size_t json = whole_at(binary + 12);
    REQUIRE_BYTES(binary, "glTF", 4);
    REQUIRE_INT(whole_at(binary + 4), 2);
    REQUIRE_INT(whole_at(binary + 8), whole);
    REQUIRE_BYTES(binary + 16, "JSON", 4);
    REQUIRE(json % 4 == 0);
    REQUIRE_BYTES(binary + 20, text, (size_t) (buffer - text));
    REQUIRE_INT(whole_at(binary + 20 + json), 400);
    REQUIRE_BYTES(binary + 24 + json, "BIN\0", 4);
    REQUIRE_BYTES(binary + 28 + json, data, 400);
    REQUIRE_INT(whole, 28 + json + 400);
    zd_free(t0.ctx, binary);
    zd_free(t0.ctx, text);
}

#define MOVING                                                                 \
    "zscene 1\nframe { size 64 36 aspect 2 fps 25 range 3 9 }\n"               \
    "camera cam { position 0 0 40 focal 20 film_back 32 near 4 far 800 }\n"    \
    "anim cam.position.x { 3 10 5 30 }\nanim cam.rotation.y { 3 170 5 190 }\n" \
    "anim cam.focal { 3 20 5 40 }\noutput o { camera cam }\n"

/* A camera alone that moves: frame F at F / 25 seconds, quaternions without a jump. */
static void gltf_holds_motion(void)
{
    static char data[4096];
    size_t bytes = 0;
    const zd_scene_export_params params = {
        .path = "t_x.gltf", .node = "cam", .first = 3, .last = 5, .unit = 2
    };
    char *text = exported_of(MOVING, &params, &bytes);
    REQUIRE(strstr(text,
                   "\"nodes\":[0]}],\"nodes\":[{\"name\":\"cam\",\"camera\":0,\"translation\":"
                   "[5,0,20],\"rotation\":[0,0.996194698092,0,0.0871557427477]}]") != NULL);
    REQUIRE(strstr(text,
                   ",\"animations\":[{\"channels\":[{\"sampler\":0,\"target\":{\"node\":0,"
                   "\"path\":\"translation\"}},{\"sampler\":1,\"target\":{\"node\":0,\"path\":"
                   "\"rotation\"}}],\"samplers\":[{\"input\":0,\"output\":1},{\"input\":0,"
                   "\"output\":2}]}]") != NULL);
    REQUIRE(strstr(text, "\"accessors\":[{\"bufferView\":0,\"componentType\":5126,\"count\":3,"
                         "\"type\":\"SCALAR\",\"min\":[0.119999997],\"max\":[0.200000003]},"
                         "{\"bufferView\":1,\"componentType\":5126,\"count\":3,\"type\":\"VEC3\"},"
                         "{\"bufferView\":2,\"componentType\":5126,\"count\":3,\"type\":\"VEC4\"}]"
                         ",\"buffers\":[{\"byteLength\":96,") != NULL);
    /* 32 mm of film over 20 mm of lens; the picture is twice as wide as its pixels are many. */
    double height = 32.0 * 36.0 / 128.0;
    char camera[160];
    snprintf(camera, sizeof camera,
             "\"yfov\":%.12g,\"aspectRatio\":3.55555555556,\"znear\":2,\"zfar\":400}",
             2.0 * atan(0.5 * height / 20.0));
    REQUIRE(strstr(text, camera) != NULL);
    REQUIRE_INT(decoded(strstr(text, "base64,") + 7, data), 96);
    for (size_t i = 0; i < 3; i++) {
        double half = (170.0 + 10.0 * (double) i) * M_PI / 360.0;
        REQUIRE_NEAR(float_at(data + i * 4), (3.0 + (double) i) / 25.0, 1e-7);
        REQUIRE_NEAR(float_at(data + 12 + i * 12), 5.0 + 5.0 * (double) i, 1e-6);
        REQUIRE_NEAR(float_at(data + 20 + i * 12), 20.0, 1e-6);
        REQUIRE_NEAR(float_at(data + 48 + i * 16 + 4), sin(half), 1e-6);
        REQUIRE_NEAR(float_at(data + 48 + i * 16 + 12), cos(half), 1e-6);
    }
    zd_free(t0.ctx, text);
}

/* Every way of finding a quaternion gives the same turn. */
static void gltf_quaternions_are_turns(void)
{
    static const double turns[][3] = { { 0, 0, 0 },    { 10, 20, 30 }, { 170, 10, 5 },
                                       { 5, 170, 10 }, { 10, 5, 170 }, { -100, 60, 140 } };
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        char scene[400];
        double q[4];
        size_t bytes = 0;
        snprintf(
            scene, sizeof scene,
            "zscene 1\nframe { size 64 36 range 3 3 }\ncamera cam { position 0 0 9 rotation %g "
            "%g %g }\noutput o { camera cam }\n",
            turns[i][0], turns[i][1], turns[i][2]);
        const zd_scene_export_params params = {
            .path = "t_x.gltf", .node = "cam", .first = 3, .last = 3, .unit = 1
        };
        char *text = exported_of(scene, &params, &bytes);
        REQUIRE(sscanf(strstr(text, "\"rotation\":"), "\"rotation\":[%lf,%lf,%lf,%lf]", &q[0],
                       &q[1], &q[2], &q[3]) == 4);
        zd_mat4 m = zd_mat4_rotation((zd_vec3){ turns[i][0], turns[i][1], turns[i][2] });
        const double rows[3][3] = {
            { 1 - 2 * (q[1] * q[1] + q[2] * q[2]), 2 * (q[0] * q[1] - q[3] * q[2]),
              2 * (q[0] * q[2] + q[3] * q[1]) },
            { 2 * (q[0] * q[1] + q[3] * q[2]), 1 - 2 * (q[0] * q[0] + q[2] * q[2]),
              2 * (q[1] * q[2] - q[3] * q[0]) },
            { 2 * (q[0] * q[2] - q[3] * q[1]), 2 * (q[1] * q[2] + q[3] * q[0]),
              1 - 2 * (q[0] * q[0] + q[1] * q[1]) },
        };
        for (int k = 0; k < 9; k++) {
            REQUIRE_NEAR(rows[k / 3][k % 3], m.m[k / 3][k % 3], 1e-9);
        }
        zd_free(t0.ctx, text);
    }
}

/* ---- cameras for Nuke ---- */

static void cameras_for_nuke(void)
{
    char chan[512];
    double fov = 2.0 * atan(4.5 / 20.0) * 180.0 / M_PI;
    double middle = 2.0 * atan(4.5 / 30.0) * 180.0 / M_PI;
    double last = 2.0 * atan(4.5 / 40.0) * 180.0 / M_PI;
    snprintf(chan, sizeof chan,
             "3\t5\t0\t20\t0\t170\t0\t%.12g\n4\t10\t0\t20\t0\t180\t0\t%.12g\n"
             "5\t15\t0\t20\t0\t190\t0\t%.12g\n",
             fov, middle, last);
    require_export(MOVING, (zd_scene_export_params){ .path = "t_x.chan", .last = 5, .unit = 2 },
                   chan);
    require_export(
        MOVING, (zd_scene_export_params){ .path = "t_x.nk", .last = 5, .unit = 2 },
        "Camera3 {\n inputs 0\n rot_order ZXY\n"
        " translate {{curve x3 5 x4 10 x5 15} {curve x3 0 x4 0 x5 0} {curve x3 20 x4 20 "
        "x5 20}}\n"
        " rotate {{curve x3 0 x4 0 x5 0} {curve x3 170 x4 180 x5 190} {curve x3 0 x4 0 x5 "
        "0}}\n"
        " focal {{curve x3 20 x4 30 x5 40}}\n"
        " haperture 32\n vaperture 9\n near 2\n far 400\n name cam\n}\n");
    /* Straight up there is no telling y from z; the turn stays the same. */
    require_export(
        "zscene 1\nframe { size 64 36 range 3 3 }\ncamera cam { position 0 0 9 rotation 90 "
        "30 0 fov 60 }\noutput o { camera cam }\n",
        (zd_scene_export_params){ .path = "t_x.chan" }, "3\t0\t0\t9\t90\t30\t0\t60\n");
}

static void what_cannot_be_written_is_told(void)
{
    static const struct {
        zd_scene_export_params params;
        const char *message;
    } cases[] = {
        { { .path = "t_x.abc" },
          "'t_x.abc' cannot be written; there are writers for ply obj gltf "
          "glb chan nk" },
        { { .path = "t_x.ply", .node = "cam" },
          "t0.zscene: there is no surface or geometry 'cam'" },
        { { .path = "t_x.nk", .node = "one" }, "t0.zscene: there is no camera 'one'" },
        { { .path = "t_x.glb", .node = "tex" }, "t0.zscene: there is no object or camera 'tex'" },
        { { .path = "t_x.chan", .first = 1, .last = 100001 },
          "more than 100000 frames of a camera" },
    };
    t0_render_text(3.0, CARDS);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_scene_export_params params = cases[i].params;
        params.unit = 1.0;
        zd_status status = zd_scene_export(t0.renderer, &params, &err);
        REQUIRE(status != ZD_OK);
        REQUIRE_TEXT(err.message, cases[i].message);
        REQUIRE(!zd_file_exists(cases[i].params.path));
    }
    t0_render_text(3.0, "zscene 1\nframe { size 64 36 range 3 3 }\ncamera cam { shift 0.1 0 }\n"
                        "output o { camera cam }\n");
    const zd_scene_export_params mesh = { .path = "t_x.ply", .first = 3, .last = 3, .unit = 1 };
    REQUIRE_FAILS(zd_scene_export(t0.renderer, &mesh, &err), ZD_ERR_INVALID_ARGUMENT,
                  "t0.zscene: the first output shows no object");
    const zd_scene_export_params shifted = { .path = "t_x.chan", .first = 3, .last = 4, .unit = 1 };
    t0.log[0] = '\0';
    REQUIRE_OK(zd_scene_export(t0.renderer, &shifted, &err));
    REQUIRE_TEXT(t0.log, "'cam' has a shift or distortion, which 't_x.chan' does not hold\n");
    remove("t_x.chan");
}

int main(void)
{
    t0_start(pictures, (int) (sizeof pictures / sizeof pictures[0]));
    RUN(obj_holds_every_object);
    RUN(ply_holds_the_same_points);
    RUN(gltf_holds_meshes_and_the_camera);
    RUN(gltf_holds_motion);
    RUN(gltf_quaternions_are_turns);
    RUN(cameras_for_nuke);
    RUN(what_cannot_be_written_is_told);
    t0_stop();
    return zd_test_finish();
}
