/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Whether a scene makes sense, before anything is loaded or drawn. */

#include <math.h>

#include "scene/scene_pose.h"
#include "scene/zmap.h"

enum { MAX_FRAME_SIDE = 16384 };

#define FAIL(scene, node, err, ...) \
    zd_scene_fail(scene, (node)->line, (node)->column, err, __VA_ARGS__)

static zd_status need_ref(const zd_scene *scene, const zd_scene_node *node, int key, zd_error *err)
{
    int count = 0;
    const zd_scene_key *keys = zd_scene_node_keys(node->kind, &count);
    if (zd_scene_node_ref(node, key) >= 0) {
        return ZD_OK;
    }
    return FAIL(scene, node, err, "%s '%s' has no '%s'", zd_scene_node_kind_name(node->kind),
                node->name, keys[key].name);
}

/* One map of a kind for an object. */
static zd_status check_alone(const zd_scene *scene, int index, int key, zd_error *err)
{
    const zd_scene_node *node = &scene->nodes[index];
    int object = zd_scene_node_ref(node, key);
    for (int i = 0; i < index; i++) {
        if (scene->nodes[i].kind == node->kind &&
            zd_scene_node_ref(&scene->nodes[i], key) == object) {
            return FAIL(scene, node, err, "'%s' already has the %s '%s'", scene->nodes[object].name,
                        zd_scene_node_kind_name(node->kind), scene->nodes[i].name);
        }
    }
    return ZD_OK;
}

/* The map's axis must hang on the object, or moving the object would not move the map. */
static zd_status check_map_parent(const zd_scene *scene, const zd_scene_node *node, zd_error *err)
{
    int object = zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_ON);
    int at = zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_PARENT);
    for (int steps = 0; at >= 0 && at != object && steps <= ZD_POSE_MAX_DEPTH; steps++) {
        at = zd_scene_parent(scene, at);
    }
    if (zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_PARENT) >= 0 && at != object) {
        return FAIL(scene, node, err, "the parent of '%s' is not a child of '%s'", node->name,
                    scene->nodes[object].name);
    }
    return ZD_OK;
}

/* Two numbers that say from where to where, unless they are animated. */
static zd_status check_order(const zd_scene *scene, const zd_scene_node *node, int key, int from,
                             int to, zd_error *err)
{
    int count = 0;
    const zd_scene_value *value = zd_scene_node_value(node, key);
    const zd_scene_key *keys = zd_scene_node_keys(node->kind, &count);
    if (value->curves == NULL && value->number[to] < value->number[from]) {
        return zd_scene_fail(scene, value->line, value->column, err,
                             "%s of '%s' goes from %g to %g; the second must not be less",
                             keys[key].name, node->name, value->number[from], value->number[to]);
    }
    return ZD_OK;
}

static zd_status check_zdepth(zd_scene *scene, int index, zd_error *err)
{
    zd_scene_node *node = &scene->nodes[index];
    ZD_TRY(need_ref(scene, node, ZD_SCENE_ZDEPTH_ON, err));
    int object = zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_ON);
    int own = zd_scene_node_ref(&scene->nodes[object], ZD_SCENE_OBJECT_MEDIA);
    bool analysed = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_ANALYSIS) != ZD_SCENE_ANALYSIS_NONE;
    if (analysed && zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_MEDIA) < 0 && own >= 0) {
        ZD_TRY(zd_scene_set_ref(scene, node, ZD_SCENE_ZDEPTH_MEDIA, own, err));
    }
    ZD_TRY(need_ref(scene, node, ZD_SCENE_ZDEPTH_MEDIA, err));
    ZD_TRY(check_alone(scene, index, ZD_SCENE_ZDEPTH_ON, err));
    if (zd_scene_parent(scene, object) == index) {
        return FAIL(scene, node, err, "'%s' cannot carry '%s', which it lies on", node->name,
                    scene->nodes[object].name);
    }
    ZD_TRY(check_order(scene, node, ZD_SCENE_ZDEPTH_CROP, 0, 2, err));
    ZD_TRY(check_order(scene, node, ZD_SCENE_ZDEPTH_CROP, 1, 3, err));
    if (zd_scene_node_value(node, ZD_SCENE_ZDEPTH_CROP)->is_set &&
        zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_GEOMETRY) == ZD_SCENE_GEOMETRY_RADIAL)
    {
        return FAIL(scene, node, err,
                    "'%s' has cropped_size and geometry radial; the rays of a part are not known",
                    node->name);
    }
    ZD_TRY(check_order(scene, node, ZD_SCENE_ZDEPTH_ROI, 0, 2, err));
    ZD_TRY(check_order(scene, node, ZD_SCENE_ZDEPTH_ROI, 1, 3, err));
    const zd_scene_value *ends = zd_scene_node_value(node, ZD_SCENE_ZDEPTH_ANALYSIS_DEPTH);
    if (ends->number[1] > 0.0) {
        ZD_TRY(check_order(scene, node, ZD_SCENE_ZDEPTH_ANALYSIS_DEPTH, 0, 1, err));
    }
    return check_map_parent(scene, node, err);
}

static zd_status check_output(const zd_scene *scene, int index, zd_error *err)
{
    const zd_scene_node *node = &scene->nodes[index];
    int cameras = 0;
    if (zd_scene_output_camera(scene, index) < 0) {
        return FAIL(scene, node, err, "output '%s' has no camera, and the scene has none",
                    node->name);
    }
    for (int i = 0; i < scene->node_count; i++) {
        cameras += scene->nodes[i].kind == ZD_SCENE_NODE_CAMERA;
    }
    if (cameras > 1 && zd_scene_node_ref(node, ZD_SCENE_OUTPUT_CAMERA) < 0) {
        return FAIL(scene, node, err,
                    "output '%s' names no camera, and the scene has %d; say which one it is",
                    node->name, cameras);
    }
    if (zd_scene_node_text(node, ZD_SCENE_OUTPUT_VIEW)[0] != '\0' &&
        zd_scene_node_text(node, ZD_SCENE_OUTPUT_DISPLAY)[0] == '\0')
    {
        return FAIL(scene, node, err, "output '%s' has a view and no display that it is of",
                    node->name);
    }
    return ZD_OK;
}

static bool is_side(double size)
{
    return size <= MAX_FRAME_SIDE && size == floor(size);
}

/* A media's size is whole, or 0 for the frame's. */
static zd_status check_media(const zd_scene *scene, const zd_scene_node *node, zd_error *err)
{
    const zd_scene_value *size = zd_scene_node_value(node, ZD_SCENE_MEDIA_SIZE);
    if (!is_side(size->number[0]) || !is_side(size->number[1])) {
        return zd_scene_fail(scene, size->line, size->column, err,
                             "media '%s' has a size of %gx%g; sides are whole numbers up to %d",
                             node->name, size->number[0], size->number[1], MAX_FRAME_SIDE);
    }
    if (zd_scene_node_text(node, ZD_SCENE_MEDIA_SPACE)[0] != '\0' &&
        zd_scene_node_choice(node, ZD_SCENE_MEDIA_COLOURSPACE) != ZD_SCENE_COLOURSPACE_AUTO)
    {
        return FAIL(scene, node, err, "media '%s' has a colourspace and a space; give one of them",
                    node->name);
    }
    return ZD_OK;
}

static zd_status check_node(zd_scene *scene, int index, zd_error *err)
{
    const zd_scene_node *node = &scene->nodes[index];
    switch (node->kind) {
    case ZD_SCENE_NODE_ZDEPTH:
        return check_zdepth(scene, index, err);
    case ZD_SCENE_NODE_NORMALMAP:
        ZD_TRY(need_ref(scene, node, ZD_SCENE_NORMALMAP_ON, err));
        ZD_TRY(need_ref(scene, node, ZD_SCENE_NORMALMAP_MEDIA, err));
        return check_alone(scene, index, ZD_SCENE_NORMALMAP_ON, err);
    case ZD_SCENE_NODE_AOV:
        ZD_TRY(need_ref(scene, node, ZD_SCENE_AOV_ON, err));
        if (zd_scene_node_value(node, ZD_SCENE_AOV_BAND)->number[1] != 0.0) {
            ZD_TRY(check_order(scene, node, ZD_SCENE_AOV_BAND, 0, 1, err));
        }
        return check_alone(scene, index, ZD_SCENE_AOV_ON, err);
    case ZD_SCENE_NODE_MEDIA:
        return check_media(scene, node, err);
    case ZD_SCENE_NODE_GEOMETRY:
        return zd_scene_node_text(node, ZD_SCENE_GEOMETRY_FILE)[0] != '\0'
                   ? ZD_OK
                   : FAIL(scene, node, err, "geometry '%s' has no 'file'", node->name);
    case ZD_SCENE_NODE_OUTPUT:
        return check_output(scene, index, err);
    case ZD_SCENE_NODE_FRAME:
    case ZD_SCENE_NODE_AXIS:
    case ZD_SCENE_NODE_SURFACE:
    case ZD_SCENE_NODE_CAMERA:
    case ZD_SCENE_NODE_LIGHT:
    case ZD_SCENE_NODE_KINDS:
        break;
    }
    return ZD_OK;
}

static zd_status check_frame(const zd_scene *scene, zd_error *err)
{
    const zd_scene_node *frame = &scene->nodes[0];
    const double *size = frame->values[ZD_SCENE_FRAME_SIZE].number;
    const double *range = frame->values[ZD_SCENE_FRAME_RANGE].number;
    if (!is_side(size[0]) || !is_side(size[1])) {
        return FAIL(scene, frame, err, "a frame of %gx%g; sides are whole numbers up to %d",
                    size[0], size[1], MAX_FRAME_SIDE);
    }
    if (range[1] < range[0]) {
        return FAIL(scene, frame, err, "the range ends (%g) before it begins (%g)", range[1],
                    range[0]);
    }
    return ZD_OK;
}

/* On the timeline an effect has one clip and gives one picture. */
static zd_status check_timeline(const zd_scene *scene, zd_error *err)
{
    int media = -1;
    int output = -1;
    for (int i = 0; i < scene->node_count; i++) {
        const zd_scene_node *node = &scene->nodes[i];
        if (node->kind == ZD_SCENE_NODE_MEDIA && media >= 0) {
            return FAIL(scene, node, err,
                        "mode timeline allows one media; '%s' is the second after '%s'", node->name,
                        scene->nodes[media].name);
        }
        if (node->kind == ZD_SCENE_NODE_OUTPUT && output >= 0) {
            return FAIL(scene, node, err,
                        "mode timeline allows one output; '%s' is the second after '%s'",
                        node->name, scene->nodes[output].name);
        }
        media = node->kind == ZD_SCENE_NODE_MEDIA ? i : media;
        output = node->kind == ZD_SCENE_NODE_OUTPUT ? i : output;
        if (node->kind == ZD_SCENE_NODE_OUTPUT &&
            (zd_scene_node_choice(node, ZD_SCENE_OUTPUT_PASSES) &
             ~(ZD_SCENE_PASS_COMP | ZD_SCENE_PASS_MATTE)) != 0)
        {
            return FAIL(scene, node, err,
                        "mode timeline allows the passes comp and matte; '%s' has others",
                        node->name);
        }
    }
    return ZD_OK;
}

/* Stands in for the maps: a snapped axis depends on the map, its object and its camera. */
static zd_status visit_map(void *user, zd_pose *pose, int zdepth, const double at[2],
                           zd_vec3 *point, zd_error *err)
{
    zd_mat4 world;
    const zd_scene *scene = user;
    int camera = zd_zdepth_camera(scene, zdepth, pose->camera);
    (void) at;
    *point = (zd_vec3){ 0, 0, 0 };
    ZD_TRY(zd_pose_world(pose, zdepth, &world, err));
    ZD_TRY(zd_pose_world(pose, zd_scene_node_ref(&scene->nodes[zdepth], ZD_SCENE_ZDEPTH_ON), &world,
                         err));
    return camera >= 0 ? zd_pose_world(pose, camera, &world, err) : ZD_OK;
}

/* Cycles of parents are told by zd_pose_world; here they only end the walk, whether the node is one of
 * theirs or hangs on one. */
static zd_status check_chain(const zd_scene *scene, int index, zd_error *err)
{
    int at = index;
    int slow = index; /* half as fast: in a cycle the two meet */
    int steps = 0;
    while (at >= 0 && steps <= ZD_POSE_MAX_DEPTH) {
        at = zd_scene_parent(scene, at);
        slow = steps % 2 == 1 ? zd_scene_parent(scene, slow) : slow;
        steps++;
        if (at >= 0 && at == slow) {
            return ZD_OK;
        }
    }
    const zd_scene_node *node = &scene->nodes[index];
    return at < 0 ? ZD_OK
                  : FAIL(scene, node, err, "'%s' hangs in a chain of more than %d nodes",
                         node->name, ZD_POSE_MAX_DEPTH);
}

/* Every place, as one camera sees the maps. */
static zd_status check_places_for(zd_pose *pose, int camera_node, zd_error *err)
{
    zd_scene_view_camera camera;
    zd_mat4 world;
    const zd_scene *scene = pose->scene;
    pose->camera = camera_node;
    zd_pose_set_frame(pose, scene->nodes[0].values[ZD_SCENE_FRAME_RANGE].number[0]);
    for (int i = 0; i < scene->node_count; i++) {
        ZD_TRY(scene->nodes[i].kind == ZD_SCENE_NODE_CAMERA ? zd_pose_camera(pose, i, &camera, err)
                                                            : zd_pose_world(pose, i, &world, err));
    }
    return ZD_OK;
}

static zd_status check_places(zd_scene *scene, zd_error *err)
{
    zd_pose pose;
    zd_status status = ZD_OK;
    ZD_TRY(zd_pose_init(&pose, scene, err));
    pose.snap = visit_map;
    pose.snap_user = scene;
    for (int i = 0; i < scene->node_count && status == ZD_OK; i++) {
        status = check_chain(scene, i, err);
    }
    int seen = -1;
    for (int i = 0; i < scene->node_count && status == ZD_OK; i++) {
        bool is_output = scene->nodes[i].kind == ZD_SCENE_NODE_OUTPUT;
        int camera = is_output ? zd_scene_output_camera(scene, i) : seen;
        status = camera != seen ? check_places_for(&pose, camera, err) : ZD_OK;
        seen = camera;
    }
    zd_pose_finish(&pose);
    return status;
}

zd_status zd_scene_check(zd_scene *scene, zd_error *err)
{
    ZD_TRY(check_frame(scene, err));
    if (zd_scene_output_count(scene) == 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "%s: the scene has no output", scene->path);
    }
    for (int i = 0; i < scene->node_count; i++) {
        ZD_TRY(check_node(scene, i, err));
    }
    ZD_TRY(zd_scene_create_maps(scene, err));
    if (scene->is_timeline) {
        ZD_TRY(check_timeline(scene, err));
    }
    ZD_TRY(check_places(scene, err));
    scene->is_checked = true;
    return ZD_OK;
}
