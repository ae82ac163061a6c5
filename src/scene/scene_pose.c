/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Matrices are resolved on demand, parents first, and kept for the frame. */

#include "scene/scene_pose.h"

#include <assert.h>
#include <string.h>

zd_status zd_pose_init(zd_pose *pose, const zd_scene *scene, zd_error *err)
{
    size_t count = (size_t) scene->node_count;
    *pose = (zd_pose){ .scene = scene, .camera = zd_scene_output_camera(scene, -1) };
    pose->world = zd_alloc_zeroed(scene->ctx, count, sizeof *pose->world);
    pose->state = zd_alloc_zeroed(scene->ctx, count, 1);
    if (pose->world == NULL || pose->state == NULL) {
        zd_pose_finish(pose);
        return zd_fail_memory(err, "the places of a scene's nodes");
    }
    return ZD_OK;
}

void zd_pose_finish(zd_pose *pose)
{
    if (pose->scene != NULL) {
        zd_free(pose->scene->ctx, pose->world);
        zd_free(pose->scene->ctx, pose->state);
    }
    *pose = (zd_pose){ 0 };
}

void zd_pose_set_frame(zd_pose *pose, double frame)
{
    pose->frame = frame;
    memset(pose->state, 0, (size_t) pose->scene->node_count);
}

static zd_vec3 triple(const zd_pose *pose, const zd_scene_node *node, int key)
{
    return (zd_vec3){ zd_scene_node_number(node, key, 0, pose->frame),
                      zd_scene_node_number(node, key, 1, pose->frame),
                      zd_scene_node_number(node, key, 2, pose->frame) };
}

/* Position, then centre, rotation, shear and scale about the centre. */
static zd_mat4 axis_local(const zd_pose *pose, const zd_scene_node *node)
{
    zd_vec3 centre = triple(pose, node, ZD_SCENE_AXIS_CENTRE);
    zd_vec3 shear = triple(pose, node, ZD_SCENE_AXIS_SHEAR);
    zd_vec3 scale = zd_vec3_scale(triple(pose, node, ZD_SCENE_AXIS_SCALE), 0.01);
    zd_mat4 sheared = zd_mat4_identity();
    sheared.m[0][1] = tan(shear.x * 0.017453292519943295);
    sheared.m[0][2] = tan(shear.y * 0.017453292519943295);
    sheared.m[1][2] = tan(shear.z * 0.017453292519943295);
    zd_mat4 steps[] = {
        zd_mat4_translation(zd_vec3_add(triple(pose, node, ZD_SCENE_AXIS_POSITION), centre)),
        zd_mat4_rotation(triple(pose, node, ZD_SCENE_AXIS_ROTATION)),
        sheared,
        zd_mat4_scaling(scale),
        zd_mat4_translation(zd_vec3_scale(centre, -1.0)),
    };
    zd_mat4 local = steps[0];
    for (int i = 1; i < 5; i++) {
        local = zd_mat4_multiply(&local, &steps[i]);
    }
    return local;
}

zd_vec3 zd_pose_axis_offset(const zd_pose *pose, int axis)
{
    const zd_scene_node *node = &pose->scene->nodes[axis];
    zd_mat4 local = axis_local(pose, node);
    return zd_vec3_sub(zd_mat4_column(&local, 3), triple(pose, node, ZD_SCENE_AXIS_POSITION));
}

/* The focal length in heights of pixels: where a surface of the frame's size fills it. */
double zd_pose_auto_distance(const zd_pose *pose, const zd_scene_node *camera)
{
    const zd_scene_value *frame = pose->scene->nodes[0].values;
    double height = frame[ZD_SCENE_FRAME_SIZE].number[1];
    double focal = zd_scene_node_number(camera, ZD_SCENE_CAMERA_FOCAL, 0, pose->frame);
    if (focal > 0.0) {
        double film = zd_scene_node_number(camera, ZD_SCENE_CAMERA_FILM_BACK, 0, pose->frame);
        return focal / film * frame[ZD_SCENE_FRAME_SIZE].number[0] *
               frame[ZD_SCENE_FRAME_ASPECT].number[0];
    }
    double fov = zd_scene_node_number(camera, ZD_SCENE_CAMERA_FOV, 0, pose->frame);
    return 0.5 * height / tan(0.5 * fov * 0.017453292519943295);
}

static zd_mat4 placed(zd_vec3 position, zd_vec3 rotation)
{
    zd_mat4 offset = zd_mat4_translation(position);
    zd_mat4 turned = zd_mat4_rotation(rotation);
    return zd_mat4_multiply(&offset, &turned);
}

static zd_mat4 node_local(const zd_pose *pose, const zd_scene_node *node, int *look_at)
{
    switch (node->kind) {
    case ZD_SCENE_NODE_AXIS:
        *look_at = zd_scene_node_ref(node, ZD_SCENE_AXIS_LOOK_AT);
        return axis_local(pose, node);
    case ZD_SCENE_NODE_CAMERA: {
        zd_vec3 position = triple(pose, node, ZD_SCENE_CAMERA_POSITION);
        const zd_scene_value *value = zd_scene_node_value(node, ZD_SCENE_CAMERA_POSITION);
        if (value->is_auto && (value->curves == NULL || value->curves[2].count == 0)) {
            position.z = zd_pose_auto_distance(pose, node);
        }
        *look_at = zd_scene_node_ref(node, ZD_SCENE_CAMERA_LOOK_AT);
        return placed(position, triple(pose, node, ZD_SCENE_CAMERA_ROTATION));
    }
    case ZD_SCENE_NODE_LIGHT:
        *look_at = zd_scene_node_ref(node, ZD_SCENE_LIGHT_LOOK_AT);
        return placed(triple(pose, node, ZD_SCENE_LIGHT_POSITION),
                      triple(pose, node, ZD_SCENE_LIGHT_ROTATION));
    case ZD_SCENE_NODE_FRAME:
    case ZD_SCENE_NODE_MEDIA:
    case ZD_SCENE_NODE_SURFACE:
    case ZD_SCENE_NODE_GEOMETRY:
    case ZD_SCENE_NODE_ZDEPTH:
    case ZD_SCENE_NODE_NORMALMAP:
    case ZD_SCENE_NODE_AOV:
    case ZD_SCENE_NODE_OUTPUT:
    case ZD_SCENE_NODE_KINDS:
        break;
    }
    return zd_mat4_identity();
}

static zd_status turn_to(zd_pose *pose, int target, zd_mat4 *world, zd_error *err)
{
    zd_mat4 other;
    ZD_TRY(zd_pose_world(pose, target, &other, err));
    zd_mat4 looking = zd_mat4_looking(zd_mat4_column(world, 3), zd_mat4_column(&other, 3));
    zd_vec3 size = { zd_vec3_length(zd_mat4_column(world, 0)),
                     zd_vec3_length(zd_mat4_column(world, 1)),
                     zd_vec3_length(zd_mat4_column(world, 2)) };
    zd_mat4 scaled = zd_mat4_scaling(size);
    *world = zd_mat4_multiply(&looking, &scaled);
    return ZD_OK;
}

static zd_status snap_to(zd_pose *pose, const zd_scene_node *node, zd_mat4 *world, zd_error *err)
{
    int map = zd_scene_node_ref(node, ZD_SCENE_AXIS_ZSNAP);
    if (map < 0 || pose->snap == NULL) {
        return ZD_OK;
    }
    double at[2] = { zd_scene_node_number(node, ZD_SCENE_AXIS_ZSNAP_AT, 0, pose->frame),
                     zd_scene_node_number(node, ZD_SCENE_AXIS_ZSNAP_AT, 1, pose->frame) };
    zd_vec3 point = { 0 };
    zd_status status = pose->snap(pose->snap_user, pose, map, at, &point, err);
    if (status != ZD_OK) {
        return zd_fail_context(err, status, "axis '%s' is snapped to '%s'", node->name,
                               pose->scene->nodes[map].name);
    }
    world->m[0][3] = point.x;
    world->m[1][3] = point.y;
    world->m[2][3] = point.z;
    return ZD_OK;
}

static zd_status resolve(zd_pose *pose, int index, zd_error *err)
{
    const zd_scene_node *node = &pose->scene->nodes[index];
    int parent = zd_scene_parent(pose->scene, index);
    int look_at = -1;
    zd_mat4 world = node_local(pose, node, &look_at);
    if (parent >= 0) {
        zd_mat4 carrier;
        ZD_TRY(zd_pose_world(pose, parent, &carrier, err));
        world = zd_mat4_multiply(&carrier, &world);
    }
    if (node->kind == ZD_SCENE_NODE_AXIS) {
        ZD_TRY(snap_to(pose, node, &world, err));
    }
    if (look_at >= 0) {
        ZD_TRY(turn_to(pose, look_at, &world, err));
    }
    pose->world[index] = world;
    return ZD_OK;
}

zd_status zd_pose_world(zd_pose *pose, int node, zd_mat4 *out, zd_error *err)
{
    assert(node >= 0 && node < pose->scene->node_count);
    const zd_scene_node *wanted = &pose->scene->nodes[node];
    if (pose->state[node] == 1) {
        return zd_scene_fail(pose->scene, wanted->line, wanted->column, err,
                             "the place of '%s' depends on itself", wanted->name);
    }
    if (pose->state[node] == 0) {
        if (pose->depth == ZD_POSE_MAX_DEPTH) {
            return zd_scene_fail(pose->scene, wanted->line, wanted->column, err,
                                 "'%s' hangs in a chain of more than %d nodes", wanted->name,
                                 ZD_POSE_MAX_DEPTH);
        }
        pose->state[node] = 1;
        pose->depth++;
        zd_status status = resolve(pose, node, err);
        pose->depth--;
        pose->state[node] = status == ZD_OK ? 2 : 0;
        ZD_TRY(status);
    }
    *out = pose->world[node];
    return ZD_OK;
}

zd_status zd_pose_camera(zd_pose *pose, int index, zd_scene_view_camera *out, zd_error *err)
{
    const zd_scene_node *node = &pose->scene->nodes[index];
    assert(node->kind == ZD_SCENE_NODE_CAMERA);
    const zd_scene_node *frame = &pose->scene->nodes[0];
    *out = (zd_scene_view_camera){ 0 };
    ZD_TRY(zd_pose_world(pose, index, &out->to_world, err));
    /* A camera that a scaled axis carries moves with it and keeps its own size. */
    for (int c = 0; c < 3; c++) {
        zd_vec3 unit = zd_vec3_unit(zd_mat4_column(&out->to_world, c));
        out->to_world.m[0][c] = unit.x;
        out->to_world.m[1][c] = unit.y;
        out->to_world.m[2][c] = unit.z;
    }
    if (!zd_mat4_invert(&out->to_world, &out->from_world)) {
        return zd_scene_fail(pose->scene, node->line, node->column, err,
                             "camera '%s' is flattened by the axes that carry it", node->name);
    }
    out->width = (int) frame->values[ZD_SCENE_FRAME_SIZE].number[0];
    out->height = (int) frame->values[ZD_SCENE_FRAME_SIZE].number[1];
    out->focal_y = zd_pose_auto_distance(pose, node);
    out->focal_x = out->focal_y / frame->values[ZD_SCENE_FRAME_ASPECT].number[0];
    out->centre_x =
        out->width * (0.5 - zd_scene_node_number(node, ZD_SCENE_CAMERA_SHIFT, 0, pose->frame));
    out->centre_y =
        out->height * (0.5 + zd_scene_node_number(node, ZD_SCENE_CAMERA_SHIFT, 1, pose->frame));
    out->near_px = zd_scene_node_number(node, ZD_SCENE_CAMERA_NEAR, 0, pose->frame);
    out->far_px = zd_scene_node_number(node, ZD_SCENE_CAMERA_FAR, 0, pose->frame);
    if (!(out->far_px > out->near_px)) {
        return zd_scene_fail(pose->scene, node->line, node->column, err,
                             "camera '%s' has far %g, which must be beyond near %g", node->name,
                             out->far_px, out->near_px);
    }
    return ZD_OK;
}

int zd_scene_output_camera(const zd_scene *scene, int output_node)
{
    int camera = output_node >= 0
                     ? zd_scene_node_ref(&scene->nodes[output_node], ZD_SCENE_OUTPUT_CAMERA)
                     : -1;
    for (int i = 0; camera < 0 && i < scene->node_count; i++) {
        if (scene->nodes[i].kind == ZD_SCENE_NODE_CAMERA) {
            camera = i;
        }
    }
    return camera;
}

int zd_zdepth_camera(const zd_scene *scene, int zdepth, int otherwise)
{
    assert(scene->nodes[zdepth].kind == ZD_SCENE_NODE_ZDEPTH);
    int camera = zd_scene_node_ref(&scene->nodes[zdepth], ZD_SCENE_ZDEPTH_CAMERA);
    return camera >= 0 ? camera : otherwise;
}
