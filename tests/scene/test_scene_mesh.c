/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Meshes without a graphics card: planes of triangles, cards, subdivision and files of meshes, against the
 * formulas of rays and planes. Surfaces that maps move: test_scene_relief.c. */

#include "mesh_fixture.h"

/* ---- arrays ---- */

static void meshes_keep_what_is_added(void)
{
    zd_mesh mesh = { .ctx = ctx };
    for (uint32_t i = 0; i < 1000; i++) {
        const zd_mesh_lie lie = { .uv = { 0.5f, (float) i } };
        REQUIRE_INT(zd_mesh_add_vertex(&mesh, (zd_vec3){ i, -2, 3 }, &lie), i);
        zd_mesh_add_triangle(&mesh, i, i / 2, i / 7);
    }
    REQUIRE_INT(mesh.vertex_count, 1000);
    REQUIRE_INT(mesh.index_count, 3000);
    REQUIRE(!mesh.failed && mesh.vertex_capacity >= 1000 && mesh.index_capacity >= 3000);
    for (uint32_t i = 0; i < 1000; i++) {
        const uint32_t *t = mesh.indices + (size_t) i * 3;
        REQUIRE(mesh.points[i].x == i && mesh.lies[i].uv[1] == (float) i);
        REQUIRE(t[0] == i && t[1] == i / 2 && t[2] == i / 7);
    }
    REQUIRE(zd_mesh_bytes(&mesh) >= 1000 * (sizeof(zd_vec3) + sizeof(zd_mesh_lie) + 12));
    const zd_vec3 *memory = mesh.points;
    zd_mesh_clear(&mesh);
    REQUIRE(mesh.vertex_count == 0 && mesh.index_count == 0 && mesh.points == memory);
    zd_mesh_release(&mesh);
    REQUIRE(mesh.points == NULL && mesh.vertex_capacity == 0 && mesh.ctx == ctx);
}

/* What only the graphics card needs may go; the next mesh has it again. */
static void lies_go_and_come_back(void)
{
    static const zd_mesh_lie lie = { { 0.25f, 0.5f }, { 1.0f, 2.0f, 3.0f } };
    zd_mesh mesh = { .ctx = ctx };
    for (int round = 0; round < 3; round++) {
        size_t count = (size_t[]){ 500, 100, 900 }[round];
        zd_mesh_clear(&mesh);
        for (size_t i = 0; i < count; i++) {
            zd_mesh_add_vertex(&mesh, (zd_vec3){ (double) i, 0, 0 }, &lie);
        }
        REQUIRE(!mesh.failed && mesh.vertex_count == count);
        REQUIRE(mesh.points[count - 1].x == (double) (count - 1));
        REQUIRE_BYTES(&mesh.lies[count - 1], &lie, sizeof lie);
        zd_mesh_release_lies(&mesh);
        REQUIRE(mesh.lies == NULL && mesh.points != NULL);
    }
    zd_mesh_release(&mesh);
}

/* Without memory a mesh says so, and stays what it was. */
static void meshes_without_memory_say_so(void)
{
    static const zd_mesh_lie lie = { .uv = { 0 } };
    bool has_failed[4] = { false, false, false, false };
    for (long n = 1; n < 24; n++) {
        zd_test_memory memory = { .fail_at = 0 };
        zd_context *weak = zd_test_context_failing(&memory);
        const zd_scene_view_camera camera = camera_at((zd_vec3){ 0, 0, 0 }, (zd_vec3){ 0, 0, 0 });
        zd_mesh mesh = { .ctx = weak };
        memory.fail_at = memory.calls + n;
        for (uint32_t i = 0; i < 300 && !mesh.failed; i++) {
            uint32_t index = zd_mesh_add_vertex(&mesh, (zd_vec3){ i, 0, -1 }, &lie);
            REQUIRE(mesh.failed ? index == 0 && mesh.vertex_count == i : index == i);
            size_t before = mesh.index_count;
            bool was_fine = !mesh.failed;
            zd_mesh_add_triangle(&mesh, i, i, i);
            REQUIRE_INT(mesh.index_count, before + (mesh.failed ? 0 : 3));
            has_failed[0] = has_failed[0] || !was_fine;
            has_failed[1] = has_failed[1] || (was_fine && mesh.failed);
        }
        zd_mesh_seen seen = { .ctx = weak };
        bool is_seen = !mesh.failed && zd_mesh_see(&mesh, &camera, &seen, &err) == ZD_OK;
        has_failed[2] = has_failed[2] || (!mesh.failed && !is_seen);
        has_failed[3] =
            has_failed[3] || (is_seen && zd_mesh_planes(&mesh, &camera, &seen, &err) != ZD_OK);
        zd_mesh_seen_release(&seen);
        zd_mesh_clear(&mesh);
        REQUIRE(!mesh.failed);
        zd_mesh_release(&mesh);
        zd_context_destroy(&weak);
        REQUIRE_INT(memory.alive, 0);
    }
    REQUIRE(has_failed[0] && has_failed[1] && has_failed[2] && has_failed[3]);
}

/* ---- the planes of triangles ---- */

static double plane_at(const float plane[4], double px, double py, double height)
{
    uint32_t bits;
    memcpy(&bits, &plane[3], sizeof bits);
    REQUIRE((bits >> 30) == 1);
    double x = (bits & 32767) + 0.5;
    double up = (bits >> 15 & 32767) + 0.5;
    return (double) plane[0] + (double) plane[1] * (px - x) +
           (double) plane[2] * (height - py - up);
}

static const zd_mesh_lie nowhere = { .uv = { 0 } };

static void see(const zd_mesh *mesh, const zd_scene_view_camera *c, zd_mesh_seen *seen)
{
    seen->ctx = ctx;
    REQUIRE_OK(zd_mesh_see(mesh, c, seen, &err));
    REQUIRE_OK(zd_mesh_planes(mesh, c, seen, &err));
}

/* 1/z at a pixel is that of the ray through it. */
static void planes_are_where_rays_meet_triangles(void)
{
    enum { TRIANGLES = 200 };
    unsigned long long state = 5;
    const zd_scene_view_camera c = camera_at((zd_vec3){ 0, 0, 0 }, (zd_vec3){ 0, 0, 0 });
    zd_mesh mesh = { .ctx = ctx };
    zd_mesh_seen seen = { .ctx = ctx };
    for (uint32_t i = 0; i < 3 * TRIANGLES; i++) {
        double z = random_at(&state, 5.0, 90.0);
        zd_vec3 point = { .z = -z };
        point.x = z * random_at(&state, -0.8, 0.8);
        point.y = z * random_at(&state, -0.5, 0.5);
        zd_mesh_add_vertex(&mesh, point, &nowhere);
        if (i % 3 == 2) {
            zd_mesh_add_triangle(&mesh, i - 2, i - 1, i);
        }
    }
    see(&mesh, &c, &seen);
    for (size_t i = 0; i < TRIANGLES; i++) {
        const float *plane = seen.planes + i * ZD_SCENE_PLANE_FLOATS;
        zd_vec3 a = position_of(&seen, i * 3);
        zd_vec3 n = zd_vec3_cross(zd_vec3_sub(position_of(&seen, i * 3 + 1), a),
                                  zd_vec3_sub(position_of(&seen, i * 3 + 2), a));
        if (fabs(zd_vec3_dot(n, a)) < 0.02 * zd_vec3_length(n) * zd_vec3_length(a)) {
            continue; /* seen at too flat an angle for a comparison */
        }
        for (int k = 0; k < 4; k++) {
            double px = random_at(&state, 0.0, c.width);
            double py = random_at(&state, 0.0, c.height);
            zd_vec3 ray = { (px - c.centre_x) / c.focal_x, (c.centre_y - py) / c.focal_y, -1.0 };
            double expected = zd_vec3_dot(n, ray) / zd_vec3_dot(n, a); /* z of the ray is 1 */
            REQUIRE_NEAR(plane_at(plane, px, py, c.height), expected, 2e-5 + 1e-5 * fabs(expected));
        }
        uint32_t bits;
        memcpy(&bits, &plane[3], sizeof bits);
        double x = c.centre_x + c.focal_x * a.x / -a.z;
        double up = c.height - c.centre_y + c.focal_y * a.y / -a.z;
        REQUIRE_INT(bits & 32767, (int) fmin(fmax(floor(x), 0.0), c.width - 1.0));
        REQUIRE_INT(bits >> 15 & 32767, (int) fmin(fmax(floor(up), 0.0), c.height - 1.0));
    }
    zd_mesh_clear(&mesh);
    static const zd_vec3 edge_on[3] = { { 0, 0, -10 }, { 0, 0, -20 }, { 3, 0, -20 } };
    for (int i = 0; i < 3; i++) {
        zd_mesh_add_vertex(&mesh, edge_on[i], &nowhere);
    }
    zd_mesh_add_triangle(&mesh, 0, 1, 2);
    see(&mesh, &c, &seen);
    REQUIRE(isnan(seen.planes[0]));
    zd_mesh_seen_release(&seen);
    zd_mesh_release(&mesh);
}

/* More triangles than a batch: each has its own plane. */
static void planes_of_many_triangles(void)
{
    const zd_scene_view_camera c = camera_at((zd_vec3){ 0, 0, 0 }, (zd_vec3){ 0, 0, 0 });
    zd_mesh mesh = { .ctx = ctx };
    zd_mesh_seen seen = { .ctx = ctx };
    for (uint32_t i = 0; i < 9000; i++) {
        double z = -10.0 - i;
        const zd_vec3 v[3] = { { 0, 0, z }, { 1, 0, z }, { 0, 1, z } };
        for (int k = 0; k < 3; k++) {
            zd_mesh_add_vertex(&mesh, v[k], &nowhere);
        }
        zd_mesh_add_triangle(&mesh, i * 3, i * 3 + 1, i * 3 + 2);
    }
    see(&mesh, &c, &seen);
    for (size_t i = 0; i < 9000; i++) {
        REQUIRE_NEAR(seen.planes[i * 4] * (10.0f + (float) i), 1.0, 1e-6);
    }
    zd_mesh_seen_release(&seen);
    zd_mesh_release(&mesh);
}

static void cards_are_two_triangles(void)
{
    const zd_scene_view_camera c = camera_at((zd_vec3){ 1, 2, 50 }, (zd_vec3){ 0, 0, 0 });
    zd_mat4 moved = zd_mat4_translation((zd_vec3){ 5, 0, 0 });
    zd_mat4 turned = zd_mat4_rotation((zd_vec3){ 0, 30, 0 });
    zd_mat4 object = zd_mat4_multiply(&moved, &turned);
    zd_mesh mesh = { .ctx = ctx };
    zd_mesh_seen seen = { .ctx = ctx };
    zd_mesh_card(&mesh, &object, 40.0, 10.0);
    see(&mesh, &c, &seen);
    REQUIRE_INT(mesh.vertex_count, 4);
    REQUIRE_INT(mesh.index_count, 6);
    const double cosine = cos(M_PI / 6.0);
    for (int i = 0; i < 4; i++) {
        const zd_vertex *v = &seen.vertices[i];
        const zd_mesh_lie *lie = &mesh.lies[i];
        double x = (i & 1) != 0 ? 20.0 : -20.0;
        double y = i < 2 ? 5.0 : -5.0;
        require_point(position_of(&seen, (size_t) i),
                      (zd_vec3){ 5.0 + x * cosine - 1.0, y - 2.0, -x * 0.5 - 50.0 }, 1e-5);
        REQUIRE_NEAR(v->normal[0], 0.5, 1e-6);
        REQUIRE_NEAR(v->normal[1], 0.0, 1e-6);
        REQUIRE_NEAR(v->normal[2], cosine, 1e-6);
        REQUIRE(lie->uv[0] == (float) (i & 1) && lie->uv[1] == (float) (i / 2));
        REQUIRE(lie->lookup[0] == lie->uv[0] && lie->lookup[1] == lie->uv[1] &&
                lie->lookup[2] == 1.0f);
        for (int k = 0; k < 3; k++) { /* it spans its corners */
            REQUIRE((double) v->position[k] >= seen.low[k] &&
                    (double) v->position[k] <= seen.high[k]);
        }
    }
    REQUIRE_NEAR(seen.high[0] - seen.low[0], 40.0 * cosine, 1e-5);
    REQUIRE_NEAR(seen.high[1] - seen.low[1], 10.0, 1e-5);
    REQUIRE_NEAR(seen.high[2] - seen.low[2], 20.0, 1e-5);
    for (size_t i = 0; i < 2; i++) { /* seen from the front both turn to the left */
        zd_vec3 a = position_of(&seen, mesh.indices[i * 3]);
        zd_vec3 b = position_of(&seen, mesh.indices[i * 3 + 1]);
        zd_vec3 d = position_of(&seen, mesh.indices[i * 3 + 2]);
        zd_vec3 n = zd_vec3_cross(zd_vec3_sub(b, a), zd_vec3_sub(d, a));
        REQUIRE_NEAR(zd_vec3_length(n), 400.0, 1e-3);
        REQUIRE(n.z > 0.0);
    }
    zd_mesh_seen_release(&seen);
    zd_mesh_release(&mesh);
}

/* Every triangle becomes four of its plane; edges are shared, and what is affine stays so. */
static void subdivision_keeps_the_shape(void)
{
    static const size_t points[] = { 6, 18, 66, 258 };
    for (int times = 0; times < 4; times++) {
        zd_geometry g = octahedron();
        double area = 0.0;
        REQUIRE_OK(zd_geometry_subdivide(ctx, &g, times, &err));
        REQUIRE_INT(g.point_count, points[times]);
        REQUIRE_INT(g.index_count, 24 << (2 * times));
        REQUIRE(g.has_uv);
        for (size_t i = 0; i < g.point_count; i++) {
            zd_vec3 p = g.points[i];
            REQUIRE_NEAR(fabs(p.x) + fabs(p.y) + fabs(p.z), 2.0, 1e-12);
            REQUIRE_NEAR(zd_vec3_length(g.normals[i]), 1.0, 1e-12);
            REQUIRE_NEAR(g.uv[i * 2], 0.5 + 0.1 * p.x + 0.05 * p.z, 1e-6);
            REQUIRE_NEAR(g.uv[i * 2 + 1], 0.4 - 0.1 * p.y, 1e-6);
            for (size_t k = 0; k < i; k++) {
                REQUIRE(zd_vec3_length(zd_vec3_sub(p, g.points[k])) > 1e-9);
            }
            if (times == 1 && i >= 6) { /* half way between two directions */
                REQUIRE_NEAR(zd_vec3_dot(g.normals[i], zd_vec3_unit(p)), 1.0, 1e-12);
            }
        }
        for (size_t t = 0; t < g.index_count / 3; t++) {
            zd_vec3 n = face_of(&g, t);
            REQUIRE(zd_vec3_dot(n, g.points[g.indices[t * 3]]) > 0.0);
            area += 0.5 * zd_vec3_length(n);
        }
        REQUIRE_NEAR(area, 8.0 * sqrt(3.0) * 2.0, 1e-9);
        zd_geometry_release(ctx, &g);
        REQUIRE(g.points == NULL && g.point_count == 0);
    }
    zd_geometry many = octahedron();
    REQUIRE_FAILS(zd_geometry_subdivide(ctx, &many, 12, &err), ZD_ERR_LIMIT,
                  "a mesh subdivided beyond 16777216 points");
    zd_geometry_release(ctx, &many);
}

/* Points that only their texture coordinates part are one; those that face elsewhere are not. */
static void joins_are_places_with_their_normals(void)
{
    zd_geometry g = octahedron();
    g.points[3] = g.points[0];
    g.normals[3] = g.normals[0];
    g.points[5] = g.points[2];   /* not its normal */
    g.normals[4] = g.normals[1]; /* not its place */
    REQUIRE_OK(zd_geometry_join(ctx, &g, &err));
    static const uint32_t expected[6] = { 0, 1, 2, 0, 4, 5 };
    REQUIRE_BYTES(g.joins, expected, sizeof expected);
    zd_geometry_release(ctx, &g);
}

static void require_written(const char *path, const char *text)
{
    REQUIRE_OK(zd_file_write(ctx, path, text, strlen(text), &err));
}

static void require_parts(const char *part, size_t points, size_t indices, double left)
{
    zd_geometry g;
    double low = HUGE_VAL;
    REQUIRE_OK(zd_geometry_read(ctx, "test_scene_mesh.obj", part, &g, &err));
    REQUIRE_INT(g.point_count, points);
    REQUIRE_INT(g.index_count, indices);
    for (size_t i = 0; i < g.point_count; i++) {
        low = fmin(low, g.points[i].x);
        require_point(g.normals[i], (zd_vec3){ 0, 0, 1 }, 1e-6);
        if (g.has_uv) { /* of the file's v, which goes up */
            REQUIRE_NEAR(g.uv[i * 2], g.points[i].x * 0.1, 1e-6);
            REQUIRE_NEAR(g.uv[i * 2 + 1], 1.0 - g.points[i].y * 0.25, 1e-6);
        }
    }
    for (size_t t = 0; t < g.index_count / 3; t++) {
        REQUIRE(face_of(&g, t).z > 0.0);
    }
    REQUIRE_NEAR(low, left, 0.0);
    REQUIRE_INT(g.has_uv, strcmp(part, "bare") != 0 && part[0] != '\0');
    zd_geometry_release(ctx, &g);
}

static void parts_of_files_are_read(void)
{
    zd_geometry g;
    const char *path = "test_scene_mesh.obj";
    require_written(path, "o left\nv 0 0 0\nv 1 0 0\nv 0 2 0\nvt 0 0\nvt 0.1 0\nvt 0 0.5\n"
                          "f 1/1 2/2 3/3\no right\nv 5 0 0\nv 7 0 0\nv 7 2 0\nv 5 2 0\n"
                          "vt 0.5 0\nvt 0.7 0\nvt 0.7 0.5\nvt 0.5 0.5\nf 4/4 5/5 6/6 7/7\n"
                          "o bare\nv 9 0 0\nv 10 0 0\nv 9 2 0\nf 8 9 10\n");
    require_parts("left", 3, 3, 0.0);
    require_parts("right", 4, 6, 5.0);
    require_parts("right:1", 4, 6, 5.0);
    require_parts("bare", 3, 3, 9.0);
    require_parts("", 10, 12, 0.0);
    static const char *const none[] = { "lef", "lefts", "right:2", "right:0", "nobody:1", ":1" };
    for (int i = 0; i < 6; i++) {
        char message[160];
        snprintf(message, sizeof message, "'%s' has no part '%s'", path, none[i]);
        REQUIRE_FAILS(zd_geometry_read(ctx, path, none[i], &g, &err), ZD_ERR_CORRUPT, message);
    }
    remove(path);
}

static void broken_files_are_told(void)
{
    static const struct {
        const char *path;
        const char *text;
        const char *message; /* what it begins with */
    } files[] = {
        { "test_scene_bad.ply", "no ply", "'test_scene_bad.ply' is not a mesh: " },
        { "test_scene_bad.gltf",
          "{\"asset\":{\"version\":\"2.0\"},\"scene\":0,\"scenes\":[{\"nodes\":[0]}],"
          "\"nodes\":[{\"mesh\":0}],\"meshes\":[{\"primitives\":[{\"attributes\":{\"POSITION\":0}}]"
          "}],\"accessors\":[{\"bufferView\":0,\"componentType\":5126,\"count\":3,\"type\":\"VEC3\"}"
          "],\"bufferViews\":[{\"buffer\":0,\"byteLength\":36}],\"buffers\":[{\"byteLength\":36,"
          "\"uri\":\"../../../../../../../../etc/passwd\"}]}",
          "'test_scene_bad.gltf' wants '" },
    };
    zd_geometry g;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        require_written(files[i].path, files[i].text);
        zd_status status = zd_geometry_read(ctx, files[i].path, "", &g, &err);
        if (status != ZD_ERR_CORRUPT ||
            strncmp(err.message, files[i].message, strlen(files[i].message)) != 0)
        {
            ZD_TEST_FAIL("%s: %d '%s'", files[i].path, (int) status, err.message);
        }
        remove(files[i].path);
    }
    static const unsigned char nan_ply[] =
        "ply\nformat binary_little_endian 1.0\nelement vertex 3\nproperty float x\n"
        "property float y\nproperty float z\nelement face 1\n"
        "property list uchar int vertex_indices\nend_header\n"
        "\0\0\0\0\0\0\0\0\0\0\0\0"
        "\0\0\x80?\0\0\0\0\0\0\0\0"
        "\0\0\xc0\x7f\0\0\x80?\0\0\0\0"
        "\3\0\0\0\0\1\0\0\0\2\0\0";
    REQUIRE(strstr(err.message, "which is not in its folder; copy it there") != NULL);
    REQUIRE_OK(zd_file_write(ctx, "test_scene_nan.ply", nan_ply, sizeof nan_ply, &err));
    REQUIRE_FAILS(zd_geometry_read(ctx, "test_scene_nan.ply", "", &g, &err), ZD_ERR_CORRUPT,
                  "'test_scene_nan.ply' is damaged: its point 3 is not a place (NaN or infinite); "
                  "export it again");
    remove("test_scene_nan.ply");
    REQUIRE_FAILS(zd_geometry_read(ctx, "gone.obj", "", &g, &err), ZD_ERR_IO,
                  "'gone.obj': there is no such file");
}

int main(void)
{
    ctx = zd_test_context(2);
    RUN(meshes_keep_what_is_added);
    RUN(lies_go_and_come_back);
    RUN(meshes_without_memory_say_so);
    RUN(planes_are_where_rays_meet_triangles);
    RUN(planes_of_many_triangles);
    RUN(cards_are_two_triangles);
    RUN(subdivision_keeps_the_shape);
    RUN(joins_are_places_with_their_normals);
    RUN(parts_of_files_are_read);
    RUN(broken_files_are_told);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
