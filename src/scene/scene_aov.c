/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Create Map: an AOV node keys an object's matte by distance, position or normal. The first two
 * need a Z-Depth map on the object, the last one normals from a map; what is missing is added,
 * with its own axis, as global analysis of the object's media. */

#include <assert.h>
#include <stdio.h>

#include "scene/zmap.h"

static bool has_normalmap(const zd_scene *scene, int object)
{
    for (int i = 0; i < scene->node_count; i++) {
        if (scene->nodes[i].kind == ZD_SCENE_NODE_NORMALMAP &&
            zd_scene_node_ref(&scene->nodes[i], ZD_SCENE_NORMALMAP_ON) == object)
        {
            return true;
        }
    }
    return false;
}

static zd_status add_node(zd_scene *scene, zd_scene_kind kind, int object, const char *ending,
                          int *index, zd_error *err)
{
    char name[ZD_SCENE_NAME_SIZE + 32];
    zd_scene_node *node = NULL;
    snprintf(name, sizeof name, "%.40s_%s", scene->nodes[object].name, ending);
    for (int n = 2; zd_scene_find(scene, name) >= 0; n++) {
        snprintf(name, sizeof name, "%.40s_%s%d", scene->nodes[object].name, ending, n);
    }
    if (scene->node_count >= ZD_SCENE_MAX_NODES) {
        return zd_fail(err, ZD_ERR_LIMIT, "%s: more than %d nodes", scene->path,
                       ZD_SCENE_MAX_NODES);
    }
    ZD_TRY(zd_scene_add_node(scene, kind, name, &node, err));
    node->line = scene->nodes[object].line;
    node->column = scene->nodes[object].column;
    node->is_generated = true;
    *index = scene->node_count - 1;
    return ZD_OK;
}

static void choose(zd_scene_node *node, int key, int choice)
{
    node->values[key].choice = choice;
    node->values[key].is_set = true;
}

static zd_status add_zdepth(zd_scene *scene, const zd_scene_node *aov, int object, int *zdepth,
                            zd_error *err)
{
    int axis = -1;
    int media = zd_scene_node_ref(&scene->nodes[object], ZD_SCENE_OBJECT_MEDIA);
    if (media < 0) {
        return zd_scene_fail(scene, aov->line, aov->column, err,
                             "aov '%s' needs a depth map on '%s', which has no media to analyse",
                             aov->name, scene->nodes[object].name);
    }
    ZD_TRY(add_node(scene, ZD_SCENE_NODE_AXIS, object, "zdepth_axis", &axis, err));
    ZD_TRY(zd_scene_set_ref(scene, &scene->nodes[axis], ZD_SCENE_AXIS_PARENT, object, err));
    ZD_TRY(add_node(scene, ZD_SCENE_NODE_ZDEPTH, object, "zdepth", zdepth, err));
    zd_scene_node *node = &scene->nodes[*zdepth];
    ZD_TRY(zd_scene_set_ref(scene, node, ZD_SCENE_ZDEPTH_PARENT, axis, err));
    ZD_TRY(zd_scene_set_ref(scene, node, ZD_SCENE_ZDEPTH_ON, object, err));
    ZD_TRY(zd_scene_set_ref(scene, node, ZD_SCENE_ZDEPTH_MEDIA, media, err));
    choose(node, ZD_SCENE_ZDEPTH_ANALYSIS, ZD_SCENE_ANALYSIS_GLOBAL);
    zd_log_write(zd_context_log(scene->ctx), ZD_LOG_INFO, "scene",
                 "create map: zdepth '%s' is added to '%s'", node->name, scene->nodes[object].name);
    return ZD_OK;
}

static zd_status complete(zd_scene *scene, int index, zd_error *err)
{
    assert(scene->nodes[index].kind == ZD_SCENE_NODE_AOV);
    zd_scene_node aov = scene->nodes[index];
    int object = zd_scene_node_ref(&aov, ZD_SCENE_AOV_ON);
    bool wants_normals = zd_scene_node_choice(&aov, ZD_SCENE_AOV_TYPE) == ZD_SCENE_AOV_NORMAL;
    if (wants_normals && has_normalmap(scene, object)) {
        return ZD_OK;
    }
    int zdepth = zd_scene_zdepth_on(scene, object);
    if (zdepth < 0) {
        ZD_TRY(add_zdepth(scene, &aov, object, &zdepth, err));
    }
    if (wants_normals &&
        zd_scene_node_choice(&scene->nodes[zdepth], ZD_SCENE_ZDEPTH_BUMP) != ZD_SCENE_YES)
    {
        choose(&scene->nodes[zdepth], ZD_SCENE_ZDEPTH_BUMP, ZD_SCENE_YES);
        zd_log_write(zd_context_log(scene->ctx), ZD_LOG_INFO, "scene",
                     "create map: '%s' bumps the normals of '%s'", scene->nodes[zdepth].name,
                     scene->nodes[object].name);
    }
    return ZD_OK;
}

zd_status zd_scene_create_map(zd_scene *scene, int aov, zd_error *err)
{
    return zd_scene_node_ref(&scene->nodes[aov], ZD_SCENE_AOV_ON) >= 0 ? complete(scene, aov, err)
                                                                       : ZD_OK;
}

zd_status zd_scene_create_maps(zd_scene *scene, zd_error *err)
{
    for (int i = 0; i < scene->node_count; i++) {
        if (scene->nodes[i].kind == ZD_SCENE_NODE_AOV) {
            ZD_TRY(zd_scene_create_map(scene, i, err));
        }
    }
    return ZD_OK;
}
