/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* For a person before a screen: the picture at another size and from beside the camera, where nodes
 * are in it, and what lies under a point. Nothing of it is stored in the scene. */

#include <assert.h>
#include <math.h>

#include "scene/render_internal.h"

void zd_scene_renderer_set_look(zd_scene_renderer *renderer, const zd_scene_look *look)
{
    renderer->look = *look;
}

/* How far what the camera looks at is: the first object that it sees from the front. */
static double look_distance(zd_scene_renderer *r)
{
    for (int i = 0; i < r->scene->node_count; i++) {
        zd_scene_kind kind = r->scene->nodes[i].kind;
        zd_mat4 world;
        if ((kind == ZD_SCENE_NODE_SURFACE || kind == ZD_SCENE_NODE_GEOMETRY) &&
            zd_pose_world(&r->pose, i, &world, NULL) == ZD_OK)
        {
            double depth = -zd_mat4_point(&r->camera.from_world, zd_mat4_column(&world, 3)).z;
            if (depth > r->camera.near_px) {
                return depth;
            }
        }
    }
    return r->camera.focal_y;
}

static void go_round(zd_scene_renderer *r, const zd_scene_look *look)
{
    double distance = look_distance(r);
    double scale = distance / r->camera.focal_y * r->camera.height;
    zd_mat4 to_pivot = zd_mat4_translation((zd_vec3){ 0.0, 0.0, -distance });
    zd_mat4 turn = zd_mat4_rotation((zd_vec3){ 0.0, look->yaw_deg, 0.0 });
    zd_mat4 tilt = zd_mat4_rotation((zd_vec3){ look->pitch_deg, 0.0, 0.0 });
    zd_mat4 back = zd_mat4_translation(
        (zd_vec3){ -look->pan_x * scale, -look->pan_y * scale, distance * (1.0 + look->zoom) });
    zd_mat4 move = zd_mat4_multiply(&to_pivot, &turn);
    move = zd_mat4_multiply(&move, &tilt);
    move = zd_mat4_multiply(&move, &back);
    r->camera.to_world = zd_mat4_multiply(&r->camera.to_world, &move);
    zd_mat4_invert(&r->camera.to_world, &r->camera.from_world);
}

void zd_scene_render_look(zd_scene_renderer *r)
{
    const zd_scene_look *look = &r->look;
    if (look->yaw_deg != 0.0 || look->pitch_deg != 0.0 || look->zoom != 0.0 || look->pan_x != 0.0 ||
        look->pan_y != 0.0)
    {
        go_round(r, look);
    }
    if (look->width > 0 && look->height > 0) {
        double across = (double) look->width / r->camera.width;
        double down = (double) look->height / r->camera.height;
        r->camera.focal_x *= across;
        r->camera.centre_x *= across;
        r->camera.focal_y *= down;
        r->camera.centre_y *= down;
        r->camera.width = look->width;
        r->camera.height = look->height;
    }
}

/* A world point in parts of the picture, and its distance. */
static bool project(const zd_scene_renderer *r, zd_vec3 point, double at[3])
{
    const zd_scene_view_camera *camera = &r->camera;
    zd_vec3 seen = zd_mat4_point(&camera->from_world, point);
    at[2] = -seen.z;
    if (!(at[2] > 1e-6)) {
        return false;
    }
    at[0] = (camera->centre_x - r->lens.left + camera->focal_x * seen.x / at[2]) / r->lens.width;
    at[1] = (camera->centre_y - r->lens.top - camera->focal_y * seen.y / at[2]) / r->lens.height;
    return true;
}

bool zd_scene_renderer_place(zd_scene_renderer *r, int node, zd_scene_place *out)
{
    assert(node >= 0 && node < r->scene->node_count);
    zd_mat4 world;
    zd_mat4 carrier = zd_mat4_identity();
    zd_scene_kind kind = r->scene->nodes[node].kind;
    int parent = zd_scene_parent(r->scene, node);
    *out = (zd_scene_place){ 0 };
    if (kind == ZD_SCENE_NODE_FRAME || kind == ZD_SCENE_NODE_MEDIA ||
        kind == ZD_SCENE_NODE_OUTPUT || kind == ZD_SCENE_NODE_NORMALMAP ||
        kind == ZD_SCENE_NODE_AOV || r->camera.width == 0 ||
        zd_pose_world(&r->pose, node, &world, NULL) != ZD_OK ||
        (parent >= 0 && zd_pose_world(&r->pose, parent, &carrier, NULL) != ZD_OK))
    {
        return false;
    }
    zd_vec3 origin = zd_mat4_column(&world, 3);
    double step = 1e-3 * r->camera.focal_y;
    if (!project(r, origin, out->at)) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        double moved[3] = { 0 };
        zd_vec3 by = zd_vec3_scale(zd_mat4_column(&carrier, i), step);
        if (project(r, zd_vec3_add(origin, by), moved)) {
            for (int c = 0; c < 3; c++) {
                out->by[i][c] = (moved[c] - out->at[c]) / step;
            }
        }
    }
    return true;
}

zd_status zd_scene_renderer_snap(zd_scene_renderer *r, int axis, const double at[2],
                                 double position[3], double world[3], int *map, zd_error *err)
{
    zd_status status = ZD_OK;
    double nearest = 0.0;
    *map = -1;
    for (int i = 0; i < r->scene->node_count; i++) {
        zd_vec3 local;
        zd_vec3 point;
        if (r->scene->nodes[i].kind != ZD_SCENE_NODE_ZDEPTH) {
            continue;
        }
        status = zd_zsnap_axis(&r->maps, axis, i, at, r->pose.frame, &local, &point, err);
        double depth = status == ZD_OK ? -zd_mat4_point(&r->camera.from_world, point).z : 0.0;
        if (status == ZD_OK && (*map < 0 || depth < nearest)) {
            *map = i;
            nearest = depth;
            position[0] = local.x;
            position[1] = local.y;
            position[2] = local.z;
            world[0] = point.x;
            world[1] = point.y;
            world[2] = point.z;
        }
    }
    if (*map >= 0) {
        return ZD_OK;
    }
    return status != ZD_OK ? status
                           : zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                                     "there is no Z-Depth Map in the scene to snap to");
}
