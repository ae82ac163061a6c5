/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Z-snap: the world point that a map shows at a pixel of its camera. The pixel's ray meets the
 * card; the map's value there, after softness and effect, moves the card's point. */

#include "core/require.h"
#include "scene/render.h"
#include "scene/zmap.h"

/* Where a ray from the camera meets the plane z = 0 of an object, in the object's pixels. */
static bool hit_card(const zd_scene_view_camera *camera, const zd_mat4 *object, double px,
                     double py, zd_vec3 *local)
{
    zd_mat4 inverse;
    if (!zd_mat4_invert(object, &inverse)) {
        return false;
    }
    zd_vec3 way = zd_mat4_direction(&camera->to_world, zd_camera_ray(camera, px, py));
    zd_vec3 from = zd_mat4_point(&inverse, zd_mat4_column(&camera->to_world, 3));
    way = zd_mat4_direction(&inverse, way);
    double t = -from.z / way.z;
    if (!isfinite(t) || t <= 0.0) {
        return false;
    }
    *local = zd_vec3_add(from, zd_vec3_scale(way, t));
    return true;
}

zd_status zd_zsnap_point(void *user, zd_pose *pose, int zdepth, const double at[2], zd_vec3 *point,
                         zd_error *err)
{
    zd_zmap_store *store = user;
    const zd_scene *scene = store->scene;
    const zd_scene_node *node = &scene->nodes[zdepth];
    int object = zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_ON);
    int camera = zd_zdepth_camera(scene, zdepth, pose->camera);
    zd_zmap *map = NULL;
    zd_mat4 world;
    zd_vec3 local;
    if (scene->nodes[object].kind != ZD_SCENE_NODE_SURFACE) {
        return zd_scene_fail(scene, node->line, node->column, err,
                             "'%s' lies on geometry; an axis can be snapped to a surface's map",
                             node->name);
    }
    ZD_TRY(zd_zmap_prepare(store, pose, zdepth, camera, &map, err));
    ZD_TRY(zd_pose_world(pose, object, &world, err));
    bool hit = hit_card(&map->relief.camera, &world, at[0] + 0.5, at[1] + 0.5, &local);
    if (!hit || fabs(local.x) > 0.5 * map->card_w || fabs(local.y) > 0.5 * map->card_h) {
        return zd_scene_fail(scene, node->line, node->column, err, "pixel %g,%g does not show '%s'",
                             at[0], at[1], scene->nodes[object].name);
    }
    bool nearest = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_FILTER) == ZD_SCENE_FILTER_NEAREST;
    float z = zd_zmap_sample(map, zd_image_view(map->field), local.x, local.y, nearest);
    local.z = 0.0;
    if (!zd_scene_relief_move(&map->relief, zd_mat4_point(&world, local), map->normal, (double) z,
                              point))
    {
        return zd_scene_fail(scene, node->line, node->column, err,
                             "the map puts pixel %g,%g behind the camera", at[0], at[1]);
    }
    return ZD_OK;
}

/* The camera that sees a map: its own, or the one that all outputs use. */
static zd_status find_camera(const zd_scene *scene, int zdepth, int *camera, zd_error *err)
{
    const zd_scene_node *node = &scene->nodes[zdepth];
    *camera = zd_zdepth_camera(scene, zdepth, -1);
    bool has_own = *camera >= 0;
    for (int i = 0; i < scene->node_count && !has_own; i++) {
        if (scene->nodes[i].kind != ZD_SCENE_NODE_OUTPUT) {
            continue;
        }
        int other = zd_scene_output_camera(scene, i);
        if (*camera >= 0 && other != *camera) {
            return zd_scene_fail(scene, node->line, node->column, err,
                                 "'%s' has no camera, and the outputs have several; give it the "
                                 "one to snap by",
                                 node->name);
        }
        *camera = other;
    }
    return ZD_OK;
}

/* Keyframes would win over the position that is written. */
static zd_status check_still(const zd_scene *scene, const zd_scene_node *axis, zd_error *err)
{
    const zd_scene_value *position = zd_scene_node_value(axis, ZD_SCENE_AXIS_POSITION);
    for (int c = 0; position->curves != NULL && c < 3; c++) {
        if (position->curves[c].count > 0) {
            return zd_scene_fail(scene, axis->line, axis->column, err,
                                 "the position of '%s' is animated; remove its 'anim %s.position' "
                                 "statements, or snap it live with zsnap and zsnap_at",
                                 axis->name, axis->name);
        }
    }
    return ZD_OK;
}

zd_status zd_zsnap_axis(zd_zmap_store *maps, int axis, int zdepth, const double at[2], double frame,
                        zd_vec3 *local, zd_vec3 *world, zd_error *err)
{
    zd_pose pose;
    const zd_scene *scene = maps->scene;
    const zd_scene_node *node = &scene->nodes[axis];
    int parent = zd_scene_parent(scene, axis);
    zd_mat4 carrier = zd_mat4_identity();
    zd_mat4 inverse = carrier;
    int camera = -1;
    ZD_TRY(check_still(scene, node, err));
    ZD_TRY(find_camera(scene, zdepth, &camera, err));
    ZD_TRY(zd_pose_init(&pose, scene, err));
    pose.camera = camera;
    zd_pose_set_frame(&pose, frame);
    pose.snap = zd_zsnap_point;
    pose.snap_user = maps;
    /* The axis must not carry the map that it is laid on. */
    pose.state[axis] = 1;
    zd_status status = zd_zsnap_point(maps, &pose, zdepth, at, world, err);
    if (status == ZD_OK && parent >= 0) {
        status = zd_pose_world(&pose, parent, &carrier, err);
    }
    zd_vec3 offset = zd_pose_axis_offset(&pose, axis);
    zd_pose_finish(&pose);
    ZD_TRY(status);
    if (!zd_mat4_invert(&carrier, &inverse)) {
        return zd_scene_fail(scene, node->line, node->column, err,
                             "axis '%s' hangs on an axis with a scale of 0", node->name);
    }
    *local = zd_vec3_sub(zd_mat4_point(&inverse, *world), offset);
    return ZD_OK;
}

static zd_status snap_axis(zd_scene *scene, zd_zmap_store *maps, int axis, int zdepth,
                           const double at[2], double frame, zd_vec3 *world, zd_error *err)
{
    zd_scene_node *node = &scene->nodes[axis];
    zd_vec3 local = { 0 };
    ZD_TRY(zd_zsnap_axis(maps, axis, zdepth, at, frame, &local, world, err));
    zd_scene_value *position = &node->values[ZD_SCENE_AXIS_POSITION];
    *position = (zd_scene_value){ .is_set = true,
                                  .line = node->line,
                                  .number = { local.x, local.y, local.z } };
    node->values[ZD_SCENE_AXIS_ZSNAP] = (zd_scene_value){ 0 };
    node->values[ZD_SCENE_AXIS_ZSNAP_AT] = (zd_scene_value){ 0 };
    return ZD_OK;
}

zd_status zd_scene_zsnap(zd_scene *scene, const zd_scene_services *services, int axis, int zdepth,
                         const double at[2], double frame, double world[3], zd_error *err)
{
    ZD_REQUIRE(err, zdepth >= 0 && zdepth < scene->node_count);
    ZD_REQUIRE(err, axis >= 0 && axis < scene->node_count);
    zd_scene_media_store media;
    zd_zmap_store maps = { 0 };
    zd_vec3 point = { 0 };
    if (scene->nodes[axis].kind != ZD_SCENE_NODE_AXIS ||
        scene->nodes[zdepth].kind != ZD_SCENE_NODE_ZDEPTH)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: zsnap takes an axis and a zdepth map",
                       scene->path);
    }
    zd_status status = zd_scene_media_store_init(&media, scene, services, err);
    if (status == ZD_OK) {
        status = zd_zmap_store_init(&maps, scene, &media, err);
    }
    if (status == ZD_OK) {
        status = snap_axis(scene, &maps, axis, zdepth, at, frame, &point, err);
    }
    zd_zmap_store_finish(&maps);
    zd_scene_media_store_finish(&media);
    world[0] = point.x;
    world[1] = point.y;
    world[2] = point.z;
    return status;
}
