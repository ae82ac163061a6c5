/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Lights as the shader takes them: five vectors each. */

#include <string.h>

#include "scene/render_internal.h"

static void set(float to[4], zd_vec3 v, double w)
{
    to[0] = (float) v.x;
    to[1] = (float) v.y;
    to[2] = (float) v.z;
    to[3] = (float) w;
}

static void pack(const zd_scene_node *node, const zd_mat4 *world, double frame, float (*to)[4])
{
    const double radians = 0.017453292519943295;
    int type = zd_scene_node_choice(node, ZD_SCENE_LIGHT_TYPE);
    double intensity = 0.01 * zd_scene_node_number(node, ZD_SCENE_LIGHT_INTENSITY, 0, frame);
    zd_vec3 colour = { zd_scene_node_number(node, ZD_SCENE_LIGHT_COLOUR, 0, frame),
                       zd_scene_node_number(node, ZD_SCENE_LIGHT_COLOUR, 1, frame),
                       zd_scene_node_number(node, ZD_SCENE_LIGHT_COLOUR, 2, frame) };
    double spread = zd_scene_node_number(node, ZD_SCENE_LIGHT_SPREAD, 0, frame) * radians;
    double inside =
        spread - zd_scene_node_number(node, ZD_SCENE_LIGHT_PENUMBRA, 0, frame) * radians;
    double half_w = 0.5 * zd_scene_node_number(node, ZD_SCENE_LIGHT_SIZE, 0, frame);
    double half_h = 0.5 * zd_scene_node_number(node, ZD_SCENE_LIGHT_SIZE, 1, frame);
    zd_vec3 across = zd_vec3_unit(zd_mat4_column(world, 0));
    zd_vec3 upward = zd_vec3_unit(zd_mat4_column(world, 1));
    zd_vec3 way = zd_vec3_scale(zd_vec3_unit(zd_mat4_column(world, 2)), -1.0);
    set(to[0], zd_mat4_column(world, 3), type);
    set(to[1], way, spread);
    set(to[2], zd_vec3_scale(colour, intensity), zd_scene_node_choice(node, ZD_SCENE_LIGHT_DECAY));
    set(to[3], zd_vec3_scale(across, half_w),
        zd_scene_node_number(node, ZD_SCENE_LIGHT_REACH, 0, frame));
    set(to[4], zd_vec3_scale(upward, half_h),
        type == ZD_SCENE_LIGHT_AREA ? zd_scene_node_choice(node, ZD_SCENE_LIGHT_SHAPE)
                                    : fmin(fmax(inside, 0.0), spread - 1e-4));
}

zd_status zd_scene_render_lights(zd_scene_renderer *r, zd_error *err)
{
    zd_scene_lights *lights = &r->lights;
    lights->count = 0;
    for (int i = 0; i < r->scene->node_count; i++) {
        const zd_scene_node *node = &r->scene->nodes[i];
        zd_mat4 world;
        if (node->kind != ZD_SCENE_NODE_LIGHT) {
            continue;
        }
        if (lights->count == ZD_GL_MAX_LIGHTS) {
            return zd_scene_fail(r->scene, node->line, node->column, err, "more than %d lights",
                                 ZD_GL_MAX_LIGHTS);
        }
        ZD_TRY(zd_pose_world(&r->pose, i, &world, err));
        pack(node, &world, r->pose.frame, &lights->values[lights->count * 5]);
        lights->nodes[lights->count++] = i;
    }
    lights->is_shading = lights->count > 0;
    return ZD_OK;
}

int zd_scene_render_object_lights(const zd_scene_renderer *r, int object, float (*values)[4])
{
    int count = 0;
    for (int i = 0; i < r->lights.count; i++) {
        const zd_scene_node *light = &r->scene->nodes[r->lights.nodes[i]];
        if (zd_scene_node_lists(light, ZD_SCENE_LIGHT_AFFECTS, object, true) &&
            !zd_scene_node_lists(light, ZD_SCENE_LIGHT_EXCLUDE, object, false))
        {
            memcpy(values[count * 5], r->lights.values[i * 5], 5 * sizeof values[0]);
            count++;
        }
    }
    return count;
}
