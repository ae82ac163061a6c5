/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Meshes without a graphics card: surfaces extruded by maps, planes of triangles, files of meshes, against
 * the formulas of rays and planes. */

#include "core/file.h"
#include "scene/mesh.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;

/* A camera that nobody would draw: pixels that are not square, an axis beside the middle. */
static zd_scene_view_camera camera_at(zd_vec3 position, zd_vec3 rotation)
{
    zd_scene_view_camera c = { .focal_x = 50.0,
                               .focal_y = 55.0,
                               .centre_x = 30.0,
                               .centre_y = 20.0,
                               .near_px = 1.0,
                               .far_px = 1000.0,
                               .width = 64,
                               .height = 36 };
    zd_mat4 offset = zd_mat4_translation(position);
    zd_mat4 turned = zd_mat4_rotation(rotation);
    c.to_world = zd_mat4_multiply(&offset, &turned);
    REQUIRE(zd_mat4_invert(&c.to_world, &c.from_world));
    return c;
}

static double random_at(unsigned long long *state, double low, double high)
{
    return low + (high - low) * (double) (zd_test_random(state) >> 11) * 0x1p-53;
}

static zd_vec3 position_of(const zd_mesh *mesh, size_t vertex)
{
    const float *p = mesh->vertices[vertex].position;
    return (zd_vec3){ (double) p[0], (double) p[1], (double) p[2] };
}

static void require_point(zd_vec3 got, zd_vec3 expected, double tolerance)
{
    REQUIRE_NEAR(got.x, expected.x, tolerance);
    REQUIRE_NEAR(got.y, expected.y, tolerance);
    REQUIRE_NEAR(got.z, expected.z, tolerance);
}

/* ---- arrays ---- */

static void meshes_keep_what_is_added(void)
{
    zd_mesh mesh = { .ctx = ctx };
    for (uint32_t i = 0; i < 1000; i++) {
        zd_vertex v = { .position = { (float) i, -2.0f, 3.0f }, .uv = { 0.5f, (float) i } };
        REQUIRE_INT(zd_mesh_add_vertex(&mesh, &v), i);
        zd_mesh_add_triangle(&mesh, i, i / 2, i / 7);
    }
    REQUIRE_INT(mesh.vertex_count, 1000);
    REQUIRE_INT(mesh.index_count, 3000);
    REQUIRE(!mesh.failed && mesh.vertex_capacity >= 1000 && mesh.index_capacity >= 3000);
    for (uint32_t i = 0; i < 1000; i++) {
        const uint32_t *t = mesh.indices + (size_t) i * 3;
        REQUIRE(mesh.vertices[i].position[0] == (float) i && mesh.vertices[i].uv[1] == (float) i);
        REQUIRE(t[0] == i && t[1] == i / 2 && t[2] == i / 7);
    }
    const zd_vertex *memory = mesh.vertices;
    zd_mesh_clear(&mesh);
    REQUIRE(mesh.vertex_count == 0 && mesh.index_count == 0 && mesh.vertices == memory);
    zd_mesh_release(&mesh);
    REQUIRE(mesh.vertices == NULL && mesh.vertex_capacity == 0 && mesh.ctx == ctx);
}

/* Without memory a mesh says so, and stays what it was. */
static void meshes_without_memory_say_so(void)
{
    bool has_failed[3] = { false, false, false };
    for (long n = 1; n < 12; n++) {
        zd_test_memory memory = { .fail_at = 0 };
        zd_context *weak = zd_test_context_failing(&memory);
        const zd_scene_view_camera camera = camera_at((zd_vec3){ 0, 0, 0 }, (zd_vec3){ 0, 0, 0 });
        zd_mesh mesh = { .ctx = weak };
        memory.fail_at = memory.calls + n;
        for (uint32_t i = 0; i < 300 && !mesh.failed; i++) {
            zd_vertex v = { .position = { (float) i, 0.0f, -1.0f } };
            uint32_t index = zd_mesh_add_vertex(&mesh, &v);
            REQUIRE(mesh.failed ? index == 0 && mesh.vertex_count == i : index == i);
            size_t before = mesh.index_count;
            bool was_fine = !mesh.failed;
            zd_mesh_add_triangle(&mesh, i, i, i);
            REQUIRE_INT(mesh.index_count, before + (mesh.failed ? 0 : 3));
            has_failed[0] = has_failed[0] || !was_fine;
            has_failed[1] = has_failed[1] || (was_fine && mesh.failed);
        }
        if (!mesh.failed && zd_mesh_planes(&mesh, &camera, &err) != ZD_OK) {
            REQUIRE(mesh.failed);
            has_failed[2] = true;
        }
        zd_mesh_clear(&mesh);
        REQUIRE(!mesh.failed);
        zd_mesh_release(&mesh);
        zd_context_destroy(&weak);
        REQUIRE_INT(memory.alive, 0);
    }
    REQUIRE(has_failed[0] && has_failed[1] && has_failed[2]);
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

/* 1/z at a pixel is that of the ray through it. */
static void planes_are_where_rays_meet_triangles(void)
{
    enum { TRIANGLES = 200 };
    unsigned long long state = 5;
    const zd_scene_view_camera c = camera_at((zd_vec3){ 0, 0, 0 }, (zd_vec3){ 0, 0, 0 });
    zd_mesh mesh = { .ctx = ctx };
    for (uint32_t i = 0; i < 3 * TRIANGLES; i++) {
        double z = random_at(&state, 5.0, 90.0);
        zd_vertex v = { .position = { (float) (z * random_at(&state, -0.8, 0.8)),
                                      (float) (z * random_at(&state, -0.5, 0.5)), (float) -z } };
        zd_mesh_add_vertex(&mesh, &v);
        if (i % 3 == 2) {
            zd_mesh_add_triangle(&mesh, i - 2, i - 1, i);
        }
    }
    REQUIRE_OK(zd_mesh_planes(&mesh, &c, &err));
    for (size_t i = 0; i < TRIANGLES; i++) {
        const float *plane = mesh.planes + i * ZD_SCENE_PLANE_FLOATS;
        zd_vec3 a = position_of(&mesh, i * 3);
        zd_vec3 n = zd_vec3_cross(zd_vec3_sub(position_of(&mesh, i * 3 + 1), a),
                                  zd_vec3_sub(position_of(&mesh, i * 3 + 2), a));
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
    const zd_vertex edge_on[3] = { { .position = { 0, 0, -10 } },
                                   { .position = { 0, 0, -20 } },
                                   { .position = { 3, 0, -20 } } };
    for (int i = 0; i < 3; i++) {
        zd_mesh_add_vertex(&mesh, &edge_on[i]);
    }
    zd_mesh_add_triangle(&mesh, 0, 1, 2);
    REQUIRE_OK(zd_mesh_planes(&mesh, &c, &err));
    REQUIRE(isnan(mesh.planes[0]));
    zd_mesh_release(&mesh);
}

/* More triangles than a batch: each has its own plane. */
static void planes_of_many_triangles(void)
{
    const zd_scene_view_camera c = camera_at((zd_vec3){ 0, 0, 0 }, (zd_vec3){ 0, 0, 0 });
    zd_mesh mesh = { .ctx = ctx };
    for (uint32_t i = 0; i < 9000; i++) {
        float z = -10.0f - (float) i;
        const zd_vertex v[3] = { { .position = { 0, 0, z } },
                                 { .position = { 1, 0, z } },
                                 { .position = { 0, 1, z } } };
        for (int k = 0; k < 3; k++) {
            zd_mesh_add_vertex(&mesh, &v[k]);
        }
        zd_mesh_add_triangle(&mesh, i * 3, i * 3 + 1, i * 3 + 2);
    }
    REQUIRE_OK(zd_mesh_planes(&mesh, &c, &err));
    for (size_t i = 0; i < 9000; i++) {
        REQUIRE_NEAR(mesh.planes[i * 4] * (10.0f + (float) i), 1.0, 1e-6);
    }
    zd_mesh_release(&mesh);
}

static void cards_are_two_triangles(void)
{
    const zd_scene_view_camera c = camera_at((zd_vec3){ 1, 2, 50 }, (zd_vec3){ 0, 0, 0 });
    zd_mat4 moved = zd_mat4_translation((zd_vec3){ 5, 0, 0 });
    zd_mat4 turned = zd_mat4_rotation((zd_vec3){ 0, 30, 0 });
    zd_mat4 object = zd_mat4_multiply(&moved, &turned);
    zd_mesh mesh = { .ctx = ctx };
    zd_mesh_card(&mesh, &c, &object, 40.0, 10.0);
    REQUIRE_INT(mesh.vertex_count, 4);
    REQUIRE_INT(mesh.index_count, 6);
    const double cosine = cos(M_PI / 6.0);
    for (int i = 0; i < 4; i++) {
        const zd_vertex *v = &mesh.vertices[i];
        double x = (i & 1) != 0 ? 20.0 : -20.0;
        double y = i < 2 ? 5.0 : -5.0;
        require_point(position_of(&mesh, (size_t) i),
                      (zd_vec3){ 5.0 + x * cosine - 1.0, y - 2.0, -x * 0.5 - 50.0 }, 1e-5);
        REQUIRE_NEAR(v->normal[0], 0.5, 1e-6);
        REQUIRE_NEAR(v->normal[1], 0.0, 1e-6);
        REQUIRE_NEAR(v->normal[2], cosine, 1e-6);
        REQUIRE(v->uv[0] == (float) (i & 1) && v->uv[1] == (float) (i / 2));
        REQUIRE(v->lookup[0] == v->uv[0] && v->lookup[1] == v->uv[1] && v->lookup[2] == 1.0f);
    }
    for (size_t i = 0; i < 2; i++) { /* seen from the front both turn to the left */
        zd_vec3 a = position_of(&mesh, mesh.indices[i * 3]);
        zd_vec3 b = position_of(&mesh, mesh.indices[i * 3 + 1]);
        zd_vec3 d = position_of(&mesh, mesh.indices[i * 3 + 2]);
        zd_vec3 n = zd_vec3_cross(zd_vec3_sub(b, a), zd_vec3_sub(d, a));
        REQUIRE_NEAR(zd_vec3_length(n), 400.0, 1e-3);
        REQUIRE(n.z > 0.0);
    }
    zd_mesh_release(&mesh);
}

/* ---- surfaces extruded by a map ---- */

typedef struct relief_case {
    zd_zmap map;
    zd_scene_tear tear;
    zd_scene_view_camera camera; /* that renders */
    zd_mat4 object;
    zd_mesh mesh;
} relief_case;

static void begin_relief(relief_case *r, int width, int height, double card_w, double card_h)
{
    *r = (relief_case){ .tear = { ZD_SCENE_CUT_KEEP, 11.43, 0.0 } };
    REQUIRE_OK(zd_image_create(ctx, width, height, ZD_GRAY_F32, &r->map.field, &err));
    r->map.relief =
        (zd_scene_relief){ .camera = camera_at((zd_vec3){ 3, -1, 40 }, (zd_vec3){ 0, 0, 0 }),
                           .direction = ZD_SCENE_DIRECTION_RAY,
                           .effect = 1.0,
                           .axis = { 0, 0, 1 } };
    r->map.normal = (zd_vec3){ 0, 0, 1 };
    r->map.card_w = card_w;
    r->map.card_h = card_h;
    r->camera = camera_at((zd_vec3){ -4, 6, 70 }, (zd_vec3){ -5, 8, 3 });
    r->object = zd_mat4_translation((zd_vec3){ 1, 2, 0 });
    r->mesh.ctx = ctx;
}

static void end_relief(relief_case *r)
{
    zd_mesh_release(&r->mesh);
    zd_image_unref(&r->map.field);
}

static float *sample(relief_case *r, int x, int y)
{
    return &zd_view_row_f32(zd_image_view(r->map.field), y)[x];
}

static void make_grid(relief_case *r, double cell)
{
    zd_mesh_clear(&r->mesh);
    REQUIRE_OK(zd_mesh_grid(&r->mesh, &r->camera, &r->object, &r->map, cell, &r->tear, &err));
}

static zd_vec3 world_of(const relief_case *r, size_t vertex)
{
    return zd_mat4_point(&r->camera.to_world, position_of(&r->mesh, vertex));
}

static double inverse_z(double u, double v)
{
    return 0.02 + 0.012 * u - 0.005 * v;
}

/* A plane is a plane at any resolution: each point lies on the ray of its place on the card. */
static void require_plane(relief_case *r, double cell, const double *xs, int columns,
                          const double *ys, int rows)
{
    zd_vec3 first = { 0, 0, 0 };
    make_grid(r, cell);
    REQUIRE_INT(r->mesh.vertex_count, columns * rows);
    REQUIRE_INT(r->mesh.index_count, (columns - 1) * (rows - 1) * 6);
    for (int i = 0; i < columns * rows; i++) {
        double x = xs[i % columns];
        double y = ys[i / columns];
        zd_vec3 card = { x - 0.5 * r->map.card_w + 1.0, 0.5 * r->map.card_h - y + 2.0, 0.0 };
        zd_vec3 eye = zd_mat4_column(&r->map.relief.camera.to_world, 3);
        double z = 1.0 / inverse_z(x / r->map.card_w, y / r->map.card_h);
        z = 40.0 + r->map.relief.effect * (z - 40.0);
        zd_vec3 expected = zd_vec3_add(eye, zd_vec3_scale(zd_vec3_sub(card, eye), z / 40.0));
        require_point(world_of(r, (size_t) i), expected, 1e-3);
        const zd_vertex *v = &r->mesh.vertices[i];
        REQUIRE_NEAR(v->uv[0], x / r->map.card_w, 1e-6);
        REQUIRE_NEAR(v->uv[1], y / r->map.card_h, 1e-6);
        REQUIRE(v->lookup[0] == v->uv[0] && v->lookup[1] == v->uv[1] && v->lookup[2] == 1.0f);
        if (i == 0) {
            first = expected;
        }
    }
    if (r->map.relief.effect == 1.0) { /* whole, it is one plane, and every normal is its */
        zd_vec3 across = zd_vec3_sub(world_of(r, (size_t) columns - 1), first);
        zd_vec3 down = zd_vec3_sub(world_of(r, (size_t) columns * (size_t) (rows - 1)), first);
        zd_vec3 n = zd_vec3_unit(zd_vec3_cross(down, across));
        for (size_t i = 0; i < r->mesh.vertex_count; i++) {
            const float *m = r->mesh.vertices[i].normal;
            require_point((zd_vec3){ (double) m[0], (double) m[1], (double) m[2] }, n, 1e-3);
        }
    }
}

static void extruded_planes_are_planes(void)
{
    static const double xs[] = { 0, 5, 10, 12 };
    static const double ys[] = { 0, 5, 8 };
    double centres_x[14] = { 0 };
    double centres_y[10] = { 0 };
    relief_case r;
    begin_relief(&r, 6, 4, 12.0, 8.0);
    for (int i = 0; i < 24; i++) {
        *sample(&r, i % 6, i / 6) =
            (float) (1.0 / inverse_z((i % 6 + 0.5) / 6.0, (i / 6 + 0.5) / 4.0));
    }
    require_plane(&r, 5.0, xs, 4, ys, 3);
    for (int i = 0; i < 14; i++) { /* cells of one pixel lie on the pixels' centres */
        centres_x[i] = fmin(fmax(i - 0.5, 0.0), 12.0);
        centres_y[i % 10] = fmin(fmax(i % 10 - 0.5, 0.0), 8.0);
    }
    require_plane(&r, 1.0, centres_x, 14, centres_y, 10);
    r.map.relief.effect = 0.5;
    require_plane(&r, 5.0, xs, 4, ys, 3);
    zd_status status = zd_mesh_grid(&r.mesh, &r.camera, &r.object, &r.map, 0.001, &r.tear, &err);
    REQUIRE_INT(status, ZD_ERR_LIMIT);
    REQUIRE_TEXT(err.message, "a surface of 12x8 pixels in cells of 0.001 has more than 16777216 "
                              "of them; raise cell_px");
    end_relief(&r);
}

/* Heights move points along the normal, or along the map's axis, and are linear between samples. */
static void heights_move_along_their_way(void)
{
    static const zd_vec3 ways[] = { { 0, 0, 1 }, { 0.6, 0, 0.8 } };
    relief_case r;
    begin_relief(&r, 4, 3, 8.0, 6.0);
    r.map.relief.is_height = true;
    r.map.relief.effect = 1.5;
    r.map.relief.axis = ways[1];
    for (int i = 0; i < 12; i++) {
        *sample(&r, i % 4, i / 4) = (float) (2 * (i % 4) - i / 4);
    }
    for (int k = 0; k < 2; k++) {
        r.map.relief.direction = k == 0 ? ZD_SCENE_DIRECTION_NORMAL : ZD_SCENE_DIRECTION_AXIS;
        make_grid(&r, 4.0);
        REQUIRE_INT(r.mesh.vertex_count, 9);
        for (int i = 0; i < 9; i++) {
            double x = i % 3 * 4.0;
            double y = i / 3 < 2 ? i / 3 * 4.0 : 6.0;
            double height = 2.0 * (x / 2.0 - 0.5) - (y / 2.0 - 0.5);
            zd_vec3 card = { x - 4.0 + 1.0, 3.0 - y + 2.0, 0.0 };
            require_point(world_of(&r, (size_t) i),
                          zd_vec3_add(card, zd_vec3_scale(ways[k], 1.5 * height)), 1e-4);
        }
    }
    end_relief(&r);
}

/* What of the picture a mesh covers, seen by the map's camera, on either side of a distance. */
static void cover(const relief_case *r, double limit, double area[2])
{
    area[0] = area[1] = 0.0;
    for (size_t t = 0; t + 2 < r->mesh.index_count; t += 3) {
        double p[3][2];
        double z[3];
        for (size_t k = 0; k < 3; k++) {
            zd_vec3 seen = zd_mat4_point(&r->map.relief.camera.from_world,
                                         world_of(r, r->mesh.indices[t + k]));
            z[k] = -seen.z;
            p[k][0] = seen.x / z[k];
            p[k][1] = seen.y / z[k];
        }
        double twice =
            (p[1][0] - p[0][0]) * (p[2][1] - p[0][1]) - (p[1][1] - p[0][1]) * (p[2][0] - p[0][0]);
        REQUIRE(twice > -1e-9); /* seen from the front all turn to the left */
        bool is_near = z[0] < limit;
        for (int k = 1; k < 3; k++) {
            REQUIRE(r->tear.mode == ZD_SCENE_CUT_KEEP || (z[k] < limit) == is_near);
        }
        area[is_near ? 0 : 1] += 0.5 * twice * 40.0 * 40.0; /* pixels of the card */
    }
}

static void fill_step(relief_case *r, int first_far)
{
    zd_view view = zd_image_view(r->map.field);
    for (int i = 0; i < view.width * view.height; i++) {
        *sample(r, i % view.width, i / view.width) = i % view.width < first_far ? 30.0f : 60.0f;
    }
}

/* A torn surface leaves no hole and nothing between the two sides, and is cut where the step is. */
static void cuts_leave_no_hole(void)
{
    double area[2];
    relief_case r;
    begin_relief(&r, 24, 16, 12.0, 8.0);
    r.tear = (zd_scene_tear){ ZD_SCENE_CUT_CUT, 1.0, 0.0 };
    static const double cells[] = { 0.5, 1.0, 3.0, 5.0, 12.0 };
    for (int i = 0; i < 5; i++) {
        for (int step = 7; step < 19; step += 5) {
            fill_step(&r, step);
            make_grid(&r, cells[i]);
            cover(&r, 45.0, area);
            REQUIRE_NEAR(area[0] + area[1], 96.0, 1e-2);
            REQUIRE_NEAR(area[0], 4.0 * step, 8.0 * 0.26); /* within half a sample */
        }
    }
    for (int i = 0; i < 24 * 16; i++) { /* upright and level steps: a near corner */
        *sample(&r, i % 24, i / 24) = i % 24 >= 9 && i / 24 >= 6 ? 30.0f : 60.0f;
    }
    make_grid(&r, 2.0);
    cover(&r, 45.0, area);
    REQUIRE_NEAR(area[0] + area[1], 96.0, 1e-2);
    REQUIRE_NEAR(area[0], 7.5 * 5.0, 2.5);
    *sample(&r, 3, 3) = NAN; /* a hole of the map is a hole */
    make_grid(&r, 0.5);
    cover(&r, 45.0, area);
    REQUIRE(area[0] + area[1] < 95.9995 && area[0] + area[1] > 95.7);
    fill_step(&r, 12);
    r.tear.mode = ZD_SCENE_CUT_KEEP; /* and one that is kept hangs together */
    make_grid(&r, 1.0);
    REQUIRE_INT(r.mesh.vertex_count, 14 * 10);
    cover(&r, 45.0, area);
    REQUIRE_NEAR(area[0] + area[1], 96.0, 1e-2);
    end_relief(&r);
}

/* What tears: too steep an angle, or too long an edge. */
static void angle_and_length_tear(void)
{
    static const struct {
        double tangent;
        double max_edge;
        bool tears;
    } cases[] = {
        { 11.43, 0.0, true },
        { 1000.0, 0.0, false },
        { 1000.0, 29.0, true },
        { 1000.0, 31.0, false },
    };
    relief_case r;
    begin_relief(&r, 24, 16, 12.0, 8.0);
    fill_step(&r, 12);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        r.tear = (zd_scene_tear){ ZD_SCENE_CUT_CUT, cases[i].tangent, cases[i].max_edge };
        make_grid(&r, 1.0);
        REQUIRE_INT(r.mesh.vertex_count > 14 * 10, cases[i].tears);
    }
    end_relief(&r);
}

/* ---- meshes of files ---- */

static zd_geometry octahedron(void)
{
    static const double points[6][3] = { { 2, 0, 0 },  { -2, 0, 0 }, { 0, 2, 0 },
                                         { 0, -2, 0 }, { 0, 0, 2 },  { 0, 0, -2 } };
    static const uint32_t faces[24] = { 0, 2, 4, 2, 1, 4, 1, 3, 4, 3, 0, 4,
                                        2, 0, 5, 1, 2, 5, 3, 1, 5, 0, 3, 5 };
    zd_geometry g = { .point_count = 6, .index_count = 24, .has_uv = true };
    g.points = zd_alloc_zeroed(ctx, 6, sizeof *g.points);
    g.normals = zd_alloc_zeroed(ctx, 6, sizeof *g.normals);
    g.uv = zd_alloc_zeroed(ctx, 12, sizeof *g.uv);
    g.indices = zd_alloc_zeroed(ctx, 24, sizeof *g.indices);
    memcpy(g.indices, faces, sizeof faces);
    for (int i = 0; i < 6; i++) {
        g.points[i] = (zd_vec3){ points[i][0], points[i][1], points[i][2] };
        g.normals[i] = zd_vec3_unit(g.points[i]);
        g.uv[i * 2] = (float) (0.5 + 0.1 * points[i][0] + 0.05 * points[i][2]);
        g.uv[i * 2 + 1] = (float) (0.4 - 0.1 * points[i][1]);
    }
    return g;
}

static zd_vec3 face_of(const zd_geometry *g, size_t t)
{
    zd_vec3 a = g->points[g->indices[t * 3]];
    return zd_vec3_cross(zd_vec3_sub(g->points[g->indices[t * 3 + 1]], a),
                         zd_vec3_sub(g->points[g->indices[t * 3 + 2]], a));
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

/* ---- meshes in the scene ---- */

static zd_geometry_place place_of(const relief_case *r, int mapping, bool displaces)
{
    zd_mat4 moved = zd_mat4_translation((zd_vec3){ 3, 1, -2 });
    zd_mat4 scaled = zd_mat4_scaling((zd_vec3){ 2, 2, 2 });
    return (zd_geometry_place){ .object = zd_mat4_multiply(&moved, &scaled),
                                .map = &r->map,
                                .displaces = displaces,
                                .mapping = mapping };
}

static void make_geometry(relief_case *r, const zd_geometry *g, const zd_geometry_place *place)
{
    zd_mesh_clear(&r->mesh);
    REQUIRE_OK(zd_mesh_geometry(&r->mesh, &r->camera, g, place, &err));
}

/* How a map lies on a mesh: u, v of each mapping by its definition. */
static void mappings_are_their_definitions(void)
{
    relief_case r;
    zd_geometry g = octahedron();
    begin_relief(&r, 2, 2, 8.0, 6.0);
    const zd_scene_view_camera *c = &r.map.relief.camera;
    static const int mappings[] = { ZD_SCENE_MAPPING_UV, ZD_SCENE_MAPPING_CAMERA,
                                    ZD_SCENE_MAPPING_PLANE };
    for (int m = 0; m < 3; m++) {
        zd_geometry_place place = place_of(&r, mappings[m], false);
        make_geometry(&r, &g, &place);
        REQUIRE_INT(r.mesh.vertex_count, 6);
        REQUIRE_INT(r.mesh.index_count, 24);
        REQUIRE_BYTES(r.mesh.indices, g.indices, 24 * sizeof(uint32_t));
        for (size_t i = 0; i < 6; i++) {
            const zd_vertex *v = &r.mesh.vertices[i];
            zd_vec3 p = g.points[i];
            zd_vec3 world = { 2.0 * p.x + 3.0, 2.0 * p.y + 1.0, 2.0 * p.z - 2.0 };
            zd_vec3 seen = zd_mat4_point(&c->from_world, world);
            const double expected[3][2] = {
                { (double) g.uv[i * 2], (double) g.uv[i * 2 + 1] },
                { (c->centre_x + c->focal_x * seen.x / -seen.z) / c->width,
                  (c->centre_y - c->focal_y * seen.y / -seen.z) / c->height },
                { (p.x + 2.0) / 4.0, 1.0 - (p.y + 2.0) / 4.0 },
            };
            require_point(world_of(&r, i), world, 1e-5);
            REQUIRE_NEAR(v->lookup[0] / v->lookup[2], expected[m][0], 1e-6);
            REQUIRE_NEAR(v->lookup[1] / v->lookup[2], expected[m][1], 1e-6);
            REQUIRE_NEAR(v->lookup[2], m == 1 ? -seen.z : 1.0, 1e-5);
            REQUIRE(v->uv[0] == g.uv[i * 2] && v->uv[1] == g.uv[i * 2 + 1]);
            require_point(
                (zd_vec3){ (double) v->normal[0], (double) v->normal[1], (double) v->normal[2] },
                g.normals[i], 1e-6);
        }
    }
    zd_geometry_release(ctx, &g);
    end_relief(&r);
}

/* Three planes: each face is seen along the axis that it looks along most. */
static void three_planes_are_by_faces(void)
{
    relief_case r;
    zd_geometry g = octahedron();
    begin_relief(&r, 2, 2, 8.0, 6.0);
    static const double stretch[3][3] = { { 0.2, 1, 1 }, { 1, 0.2, 1 }, { 1, 1, 0.2 } };
    for (int along = 0; along < 3; along++) { /* flattened, all faces look along one axis */
        zd_geometry_place place = place_of(&r, ZD_SCENE_MAPPING_TRIPLANAR, false);
        zd_geometry flat = octahedron();
        for (size_t i = 0; i < 6; i++) {
            flat.points[i].x *= stretch[along][0];
            flat.points[i].y *= stretch[along][1];
            flat.points[i].z *= stretch[along][2];
        }
        make_geometry(&r, &flat, &place);
        REQUIRE_INT(r.mesh.vertex_count, 6 + 24);
        REQUIRE_INT(r.mesh.index_count, 24);
        for (size_t i = 0; i < 24; i++) {
            const zd_vertex *v = &r.mesh.vertices[r.mesh.indices[i]];
            zd_vec3 p = g.points[g.indices[i]]; /* of the box of 4 in each direction */
            REQUIRE(r.mesh.indices[i] >= 6);
            REQUIRE_NEAR(v->lookup[0], ((along == 0 ? p.z : p.x) + 2.0) / 4.0, 1e-6);
            REQUIRE_NEAR(v->lookup[1], 1.0 - ((along == 1 ? p.z : p.y) + 2.0) / 4.0, 1e-6);
        }
        zd_geometry_release(ctx, &flat);
    }
    zd_geometry_release(ctx, &g);
    end_relief(&r);
}

/* A displaced mesh: each point goes along its normal by what the map says there. */
static void displaced_meshes_follow_their_map(void)
{
    relief_case r;
    begin_relief(&r, 2, 1, 8.0, 6.0);
    r.map.relief.is_height = true;
    r.map.relief.direction = ZD_SCENE_DIRECTION_NORMAL;
    r.map.relief.effect = 0.5;
    *sample(&r, 0, 0) = 0.0f;
    *sample(&r, 1, 0) = 10.0f; /* 0 up to u 0.25, 10 from 0.75 on */
    for (int m = 0; m < 2; m++) {
        zd_geometry g = octahedron();
        zd_geometry_place place =
            place_of(&r, m == 0 ? ZD_SCENE_MAPPING_PLANE : ZD_SCENE_MAPPING_TRIPLANAR, true);
        g.normals[4] = (zd_vec3){ 0.6, 0.0, 0.8 }; /* between two planes */
        REQUIRE_OK(zd_geometry_join(ctx, &g, &err));
        make_geometry(&r, &g, &place);
        REQUIRE_INT(r.mesh.vertex_count, 6);
        for (size_t i = 0; i < 6; i++) {
            zd_vec3 p = g.points[i];
            double by_x = p.x > 0.0 ? 10.0 : p.x < 0.0 ? 0.0 : 5.0; /* seen along y or z */
            double by_z = p.z > 0.0 ? 10.0 : p.z < 0.0 ? 0.0 : 5.0; /* along x */
            double weight[3] = { pow(g.normals[i].x, 4.0), pow(g.normals[i].y, 4.0),
                                 pow(g.normals[i].z, 4.0) };
            double height = m == 0 ? by_x
                                   : (weight[0] * by_z + (weight[1] + weight[2]) * by_x) /
                                         (weight[0] + weight[1] + weight[2]);
            zd_vec3 world = { 2.0 * p.x + 3.0, 2.0 * p.y + 1.0, 2.0 * p.z - 2.0 };
            require_point(world_of(&r, i),
                          zd_vec3_add(world, zd_vec3_scale(g.normals[i], 0.5 * height)), 1e-4);
        }
        zd_geometry_release(ctx, &g);
    }
    end_relief(&r);
}

int main(void)
{
    ctx = zd_test_context(2);
    RUN(meshes_keep_what_is_added);
    RUN(meshes_without_memory_say_so);
    RUN(planes_are_where_rays_meet_triangles);
    RUN(planes_of_many_triangles);
    RUN(cards_are_two_triangles);
    RUN(extruded_planes_are_planes);
    RUN(heights_move_along_their_way);
    RUN(cuts_leave_no_hole);
    RUN(angle_and_length_tear);
    RUN(subdivision_keeps_the_shape);
    RUN(joins_are_places_with_their_normals);
    RUN(parts_of_files_are_read);
    RUN(broken_files_are_told);
    RUN(mappings_are_their_definitions);
    RUN(three_planes_are_by_faces);
    RUN(displaced_meshes_follow_their_map);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
