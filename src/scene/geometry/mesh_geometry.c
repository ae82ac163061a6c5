/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Imported meshes in the scene. A map lies on a mesh by its texture coordinates, or is projected
 * onto it from the map's camera. */

#include "scene/mesh.h"

/* Where the map is looked up: u, v and a divisor, so that projections stay exact inside
 * triangles. */
static void set_lookup(const zd_geometry_place *place, zd_vec3 world, zd_vertex *vertex)
{
    vertex->lookup[0] = vertex->uv[0];
    vertex->lookup[1] = vertex->uv[1];
    vertex->lookup[2] = 1.0f;
    if (place->map == NULL || !place->projects) {
        return;
    }
    const zd_scene_view_camera *camera = &place->map->relief.camera;
    zd_vec3 seen = zd_mat4_point(&camera->from_world, world);
    double z = -seen.z;
    vertex->lookup[0] = (float) (seen.x * camera->focal_x / camera->width + 0.5 * z);
    vertex->lookup[1] = (float) (-seen.y * camera->focal_y / camera->height + 0.5 * z);
    vertex->lookup[2] = (float) z;
}

static zd_vec3 displaced(const zd_geometry_place *place, const zd_vertex *vertex, zd_vec3 world,
                         zd_vec3 normal)
{
    zd_vec3 moved = world;
    double u = (double) vertex->lookup[0] / (double) vertex->lookup[2];
    double v = (double) vertex->lookup[1] / (double) vertex->lookup[2];
    if (!(u >= 0.0 && u <= 1.0 && v >= 0.0 && v <= 1.0)) {
        u = fmin(fmax(u, 0.0), 1.0);
        v = fmin(fmax(v, 0.0), 1.0);
    }
    float z = zd_zmap_sample(place->map, (u - 0.5) * place->map->card_w,
                             (0.5 - v) * place->map->card_h, false);
    return zd_scene_relief_move(&place->map->relief, world, normal, (double) z, &moved) ? moved
                                                                                        : world;
}

/* Smooth normals of the displaced mesh, weighted by area. */
static void recompute(zd_mesh *mesh, const zd_scene_view_camera *camera)
{
    for (size_t i = 0; i < mesh->vertex_count; i++) {
        mesh->vertices[i].normal[0] = 0.0f;
        mesh->vertices[i].normal[1] = 0.0f;
        mesh->vertices[i].normal[2] = 0.0f;
    }
    for (size_t i = 0; i + 2 < mesh->index_count; i += 3) {
        zd_vec3 p[3];
        for (size_t k = 0; k < 3; k++) {
            const float *q = mesh->vertices[mesh->indices[i + k]].position;
            p[k] = (zd_vec3){ (double) q[0], (double) q[1], (double) q[2] };
        }
        zd_vec3 n = zd_vec3_cross(zd_vec3_sub(p[1], p[0]), zd_vec3_sub(p[2], p[0]));
        n = zd_mat4_direction(&camera->to_world, n);
        for (size_t k = 0; k < 3; k++) {
            float *to = mesh->vertices[mesh->indices[i + k]].normal;
            to[0] += (float) n.x;
            to[1] += (float) n.y;
            to[2] += (float) n.z;
        }
    }
}

zd_status zd_mesh_geometry(zd_mesh *mesh, const zd_scene_view_camera *camera,
                           const zd_geometry *geometry, const zd_geometry_place *place,
                           zd_error *err)
{
    zd_mat4 inverse;
    if (!zd_mat4_invert(&place->object, &inverse)) {
        return ZD_OK; /* flattened to nothing */
    }
    zd_mesh_reserve(mesh, geometry->point_count, geometry->index_count);
    for (size_t i = 0; i < geometry->point_count && !mesh->failed; i++) {
        zd_vec3 world = zd_mat4_point(&place->object, geometry->points[i]);
        zd_vec3 normal = zd_vec3_unit(zd_mat4_normal(&inverse, geometry->normals[i]));
        zd_vertex vertex = { .normal = { (float) normal.x, (float) normal.y, (float) normal.z },
                             .uv = { geometry->uv[i * 2], geometry->uv[i * 2 + 1] } };
        set_lookup(place, world, &vertex);
        if (place->displaces) {
            world = displaced(place, &vertex, world, normal);
        }
        zd_vec3 p = zd_mat4_point(&camera->from_world, world);
        vertex.position[0] = (float) p.x;
        vertex.position[1] = (float) p.y;
        vertex.position[2] = (float) p.z;
        zd_mesh_add_vertex(mesh, &vertex);
    }
    for (size_t i = 0; i + 2 < geometry->index_count; i += 3) {
        const uint32_t *v = geometry->indices + i;
        zd_mesh_add_triangle(mesh, v[0], v[1], v[2]);
    }
    if (place->displaces && place->recompute_normals && !mesh->failed) {
        recompute(mesh, camera);
    }
    return mesh->failed ? zd_fail_memory(err, "a mesh in the scene") : ZD_OK;
}
