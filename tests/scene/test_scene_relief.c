/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Surfaces and meshes that maps move, without a graphics card, against the formulas of rays and planes. */

#include "mesh_fixture.h"

/* ---- surfaces extruded by a map ---- */

typedef struct relief_case {
    zd_zmap map;
    zd_scene_tear tear;
    zd_scene_view_camera camera; /* that renders */
    zd_mat4 object;
    zd_mesh mesh;
    zd_mesh_seen seen;
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
    r->seen.ctx = ctx;
}

static void end_relief(relief_case *r)
{
    zd_mesh_seen_release(&r->seen);
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
    REQUIRE_OK(zd_mesh_grid(&r->mesh, &r->object, &r->map, cell, &r->tear, &err));
    REQUIRE_OK(zd_mesh_see(&r->mesh, &r->camera, &r->seen, &err));
}

static zd_vec3 world_of(const relief_case *r, size_t vertex)
{
    return zd_mat4_point(&r->camera.to_world, position_of(&r->seen, vertex));
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
        const zd_mesh_lie *v = &r->mesh.lies[i];
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
            const float *m = r->seen.vertices[i].normal;
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
    zd_status status = zd_mesh_grid(&r.mesh, &r.object, &r.map, 0.001, &r.tear, &err);
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
    REQUIRE_OK(zd_mesh_geometry(&r->mesh, g, place, &err));
    REQUIRE_OK(zd_mesh_see(&r->mesh, &r->camera, &r->seen, &err));
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
            const zd_mesh_lie *v = &r.mesh.lies[i];
            const float *n = r.seen.vertices[i].normal;
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
            require_point((zd_vec3){ (double) n[0], (double) n[1], (double) n[2] }, g.normals[i],
                          1e-6);
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
            const zd_mesh_lie *v = &r.mesh.lies[r.mesh.indices[i]];
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
    RUN(extruded_planes_are_planes);
    RUN(heights_move_along_their_way);
    RUN(cuts_leave_no_hole);
    RUN(angle_and_length_tear);
    RUN(mappings_are_their_definitions);
    RUN(three_planes_are_by_faces);
    RUN(displaced_meshes_follow_their_map);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
