/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Imported meshes in the scene. A map lies on a mesh by its texture coordinates, is projected onto it
 * from the map's camera, or along the mesh's own axes: along z, or along the one that a face looks
 * along most. Points of a mesh that is moved by three planes are moved by a blend of the three, so that
 * none comes apart. */

#include "scene/mesh.h"

#include <assert.h>
#include <string.h>

/* Where the map is looked up: u, v and a divisor, so that projections stay exact inside
 * triangles. */
static void set_lookup(const zd_geometry_place *place, zd_vec3 world, zd_mesh_lie *lie)
{
    lie->lookup[0] = lie->uv[0];
    lie->lookup[1] = lie->uv[1];
    lie->lookup[2] = 1.0f;
    if (place->map == NULL || place->mapping != ZD_SCENE_MAPPING_CAMERA) {
        return;
    }
    const zd_scene_view_camera *camera = &place->map->relief.camera;
    zd_vec3 seen = zd_mat4_point(&camera->from_world, world);
    double z = -seen.z;
    lie->lookup[0] =
        (float) (seen.x * camera->focal_x + camera->centre_x * z) / (float) camera->width;
    lie->lookup[1] =
        (float) (-seen.y * camera->focal_y + camera->centre_y * z) / (float) camera->height;
    lie->lookup[2] = (float) z;
}

/* A mesh's box, which plane mappings cover. */
typedef struct box {
    double low[3];
    double size[3];
} box;

static double part_of(zd_vec3 v, int axis)
{
    assert(axis >= 0 && axis < 3);
    return axis == 0 ? v.x : axis == 1 ? v.y : v.z;
}

static box find_box(const zd_geometry *geometry)
{
    box b = { { HUGE_VAL, HUGE_VAL, HUGE_VAL }, { 1.0, 1.0, 1.0 } };
    for (int axis = 0; axis < 3; axis++) {
        double high = -HUGE_VAL;
        for (size_t i = 0; i < geometry->point_count; i++) {
            double v = part_of(geometry->points[i], axis);
            b.low[axis] = fmin(b.low[axis], v);
            high = fmax(high, v);
        }
        b.size[axis] = fmax(high - b.low[axis], 1e-9);
    }
    return b;
}

/* The map's coordinates of a point, seen along an axis: the picture upright, its left at the lower. */
static void plane_uv(const box *b, zd_vec3 point, int along, double uv[2])
{
    int across = along == 0 ? 2 : 0;
    int upward = along == 1 ? 2 : 1;
    uv[0] = (part_of(point, across) - b->low[across]) / b->size[across];
    uv[1] = 1.0 - (part_of(point, upward) - b->low[upward]) / b->size[upward];
}

static double value_at(const zd_zmap *map, double u, double v)
{
    if (!(u >= 0.0 && u <= 1.0 && v >= 0.0 && v <= 1.0)) {
        u = fmin(fmax(u, 0.0), 1.0);
        v = fmin(fmax(v, 0.0), 1.0);
    }
    return (double) zd_zmap_sample(map, zd_zmap_surface(map), (u - 0.5) * map->card_w,
                                   (0.5 - v) * map->card_h, false);
}

/* What the map says at a point: by its lookup, or by all three planes, weighed by the normal. */
static double map_value(const zd_geometry_place *place, const box *b, const zd_mesh_lie *lie,
                        zd_vec3 point, zd_vec3 normal)
{
    double sum = 0.0;
    double total = 0.0;
    if (place->mapping != ZD_SCENE_MAPPING_TRIPLANAR) {
        return value_at(place->map, (double) lie->lookup[0] / (double) lie->lookup[2],
                        (double) lie->lookup[1] / (double) lie->lookup[2]);
    }
    for (int along = 0; along < 3; along++) {
        double uv[2];
        double weight = pow(fabs(part_of(normal, along)), 4.0);
        plane_uv(b, point, along, uv);
        if (weight > 1e-6) {
            sum += weight * value_at(place->map, uv[0], uv[1]);
            total += weight;
        }
    }
    return total > 0.0 ? sum / total : (double) NAN;
}

static zd_vec3 displaced(const zd_geometry_place *place, double value, zd_vec3 world,
                         zd_vec3 normal)
{
    zd_vec3 moved = world;
    return zd_scene_relief_move(&place->map->relief, world, normal, value, &moved) ? moved : world;
}

/* The normals of a point's faces, weighted by area: as the file has them, and displaced. */
typedef struct facing {
    zd_vec3 flat;
    zd_vec3 moved;
} facing;

static void add_face_normals(const zd_mesh *mesh, const zd_scene_view_camera *camera,
                             const zd_vertex *vertices, const uint32_t *v, facing *sums)
{
    zd_vec3 flat[3];
    zd_vec3 moved[3];
    for (int k = 0; k < 3; k++) {
        const float *q = vertices[v[k]].position;
        flat[k] = zd_mat4_point(&mesh->object, mesh->turned->points[v[k]]);
        moved[k] = (zd_vec3){ (double) q[0], (double) q[1], (double) q[2] };
    }
    zd_vec3 a = zd_vec3_cross(zd_vec3_sub(flat[1], flat[0]), zd_vec3_sub(flat[2], flat[0]));
    zd_vec3 b = zd_vec3_cross(zd_vec3_sub(moved[1], moved[0]), zd_vec3_sub(moved[2], moved[0]));
    b = zd_mat4_direction(&camera->to_world, b);
    for (int k = 0; k < 3; k++) {
        facing *to = &sums[mesh->turned->joins[v[k]]];
        to->flat = zd_vec3_add(to->flat, a);
        to->moved = zd_vec3_add(to->moved, b);
    }
}

/* The displaced mesh's own normals: the file's, turned as the faces about each point turn, over seams of
 * texture coordinates too. */
bool zd_mesh_turn_normals(const zd_mesh *mesh, const zd_scene_view_camera *camera,
                          zd_vertex *vertices)
{
    facing *sums = zd_alloc_zeroed(mesh->ctx, mesh->vertex_count + 1, sizeof *sums);
    bool good = sums != NULL;
    for (size_t i = 0; good && i + 2 < mesh->index_count; i += 3) {
        add_face_normals(mesh, camera, vertices, mesh->indices + i, sums);
    }
    for (size_t i = 0; good && i < mesh->vertex_count; i++) {
        float *n = vertices[i].normal;
        const facing *s = &sums[mesh->turned->joins[i]];
        zd_vec3 file = { (double) n[0], (double) n[1], (double) n[2] };
        zd_vec3 flat = zd_vec3_unit(s->flat);
        zd_vec3 turn = zd_vec3_sub(zd_vec3_unit(s->moved), flat);
        double side = zd_vec3_dot(file, flat) < 0.0 ? -1.0 : 1.0; /* mirrored, or wound backwards */
        zd_vec3 out = zd_vec3_unit(zd_vec3_add(file, zd_vec3_scale(turn, side)));
        n[0] = (float) out.x;
        n[1] = (float) out.y;
        n[2] = (float) out.z;
    }
    zd_free(mesh->ctx, sums);
    return good;
}

/* Seen along z, or for three planes along the axis that the normal has most of. */
static void set_plane(const box *b, zd_vec3 point, zd_vec3 normal, int mapping, zd_mesh_lie *lie)
{
    double uv[2];
    int along = 2;
    if (mapping == ZD_SCENE_MAPPING_TRIPLANAR) {
        zd_vec3 n = { fabs(normal.x), fabs(normal.y), fabs(normal.z) };
        along = n.x > n.y && n.x > n.z ? 0 : n.y > n.z ? 1 : 2;
    }
    plane_uv(b, point, along, uv);
    lie->lookup[0] = (float) uv[0];
    lie->lookup[1] = (float) uv[1];
    lie->lookup[2] = 1.0f;
}

static bool is_plane(const zd_geometry_place *place)
{
    return place->map != NULL && (place->mapping == ZD_SCENE_MAPPING_PLANE ||
                                  place->mapping == ZD_SCENE_MAPPING_TRIPLANAR);
}

static void add_vertex(zd_mesh *mesh, const zd_geometry *geometry, const zd_geometry_place *place,
                       const zd_mat4 *inverse, const box *b, size_t i)
{
    assert(i < geometry->point_count);
    zd_vec3 point = geometry->points[i];
    zd_vec3 world = zd_mat4_point(&place->object, point);
    zd_vec3 normal = zd_vec3_unit(zd_mat4_normal(inverse, geometry->normals[i]));
    zd_mesh_lie lie = { .uv = { geometry->uv[i * 2], geometry->uv[i * 2 + 1] } };
    set_lookup(place, world, &lie);
    if (is_plane(place)) {
        set_plane(b, point, geometry->normals[i], place->mapping, &lie);
    }
    if (place->displaces) {
        double value = map_value(place, b, &lie, point, geometry->normals[i]);
        world = displaced(place, value, world, normal);
    }
    float *n = mesh->normals[zd_mesh_add_vertex(mesh, world, &lie)];
    n[0] = (float) normal.x;
    n[1] = (float) normal.y;
    n[2] = (float) normal.z;
}

/* A triangle of three planes looks the map up along the one axis of its face, so its corners are its
 * own. */
static void add_face(zd_mesh *mesh, const zd_geometry *geometry, const box *b, const uint32_t *v)
{
    zd_vec3 ab = zd_vec3_sub(geometry->points[v[1]], geometry->points[v[0]]);
    zd_vec3 ac = zd_vec3_sub(geometry->points[v[2]], geometry->points[v[0]]);
    zd_vec3 face = zd_vec3_cross(ab, ac);
    uint32_t corner[3];
    for (int k = 0; k < 3; k++) {
        zd_mesh_lie lie = mesh->lies[v[k]];
        set_plane(b, geometry->points[v[k]], face, ZD_SCENE_MAPPING_TRIPLANAR, &lie);
        corner[k] = zd_mesh_add_vertex(mesh, mesh->points[v[k]], &lie);
        memcpy(mesh->normals[corner[k]], mesh->normals[v[k]], sizeof *mesh->normals);
    }
    zd_mesh_add_triangle(mesh, corner[0], corner[1], corner[2]);
}

zd_status zd_mesh_geometry(zd_mesh *mesh, const zd_geometry *geometry,
                           const zd_geometry_place *place, zd_error *err)
{
    zd_mat4 inverse;
    if (!zd_mat4_invert(&place->object, &inverse)) {
        return ZD_OK; /* flattened to nothing */
    }
    box b = find_box(geometry);
    bool is_split =
        is_plane(place) && place->mapping == ZD_SCENE_MAPPING_TRIPLANAR && !place->displaces;
    size_t count = geometry->point_count + (is_split ? geometry->index_count : 0);
    zd_mesh_reserve(mesh, count, geometry->index_count);
    mesh->normals = zd_alloc_zeroed(mesh->ctx, count + 1, sizeof *mesh->normals);
    mesh->failed = mesh->failed || mesh->normals == NULL;
    for (size_t i = 0; i < geometry->point_count && !mesh->failed; i++) {
        add_vertex(mesh, geometry, place, &inverse, &b, i);
    }
    for (size_t i = 0; i + 2 < geometry->index_count && !mesh->failed; i += 3) {
        const uint32_t *v = geometry->indices + i;
        if (is_split) {
            add_face(mesh, geometry, &b, v);
        } else {
            zd_mesh_add_triangle(mesh, v[0], v[1], v[2]);
        }
    }
    mesh->turned = place->displaces ? geometry : NULL;
    mesh->object = place->object;
    return mesh->failed ? zd_fail_memory(err, "a mesh in the scene") : ZD_OK;
}
