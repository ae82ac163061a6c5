/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Lights as the shader takes them: six vectors each. */

#include <assert.h>
#include <string.h>

#include "scene/render_internal.h"

static void set(float to[4], zd_vec3 v, double w)
{
    to[0] = (float) v.x;
    to[1] = (float) v.y;
    to[2] = (float) v.z;
    to[3] = (float) w;
}

/* The last vector: shadow or occlusion. Its map is chosen when the objects are known. */
static void pack_shadow(const zd_scene_node *node, double frame, float to[4])
{
    const double radians = 0.017453292519943295;
    int type = zd_scene_node_choice(node, ZD_SCENE_LIGHT_TYPE);
    double soft = zd_scene_node_number(node, ZD_SCENE_LIGHT_SHADOW_SOFTNESS, 0, frame);
    double density = 0.01 * zd_scene_node_number(node, ZD_SCENE_LIGHT_SHADOW_DENSITY, 0, frame);
    if (type == ZD_SCENE_LIGHT_AMBIENT) {
        soft = zd_scene_node_number(node, ZD_SCENE_LIGHT_OCCLUSION_RADIUS, 0, frame);
        density = 0.01 * zd_scene_node_number(node, ZD_SCENE_LIGHT_OCCLUSION, 0, frame);
    } else if (type == ZD_SCENE_LIGHT_DIRECTIONAL) {
        soft = tan(fmin(soft, 45.0) * radians);
    } else if (type == ZD_SCENE_LIGHT_AREA && soft == 0.0) { /* a disc of the light's area */
        soft = sqrt(zd_scene_node_number(node, ZD_SCENE_LIGHT_SIZE, 0, frame) *
                    zd_scene_node_number(node, ZD_SCENE_LIGHT_SIZE, 1, frame) / 3.14159265358979);
    }
    to[0] = 0.0f;
    to[1] = 0.0f; /* no maps */
    to[2] = (float) soft;
    to[3] = (float) density;
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
    lights->casts = false;
    lights->occludes = false;
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
        pack(node, &world, r->pose.frame, &lights->values[lights->count * ZD_GL_LIGHT_VECTORS]);
        float *last = lights->values[lights->count * ZD_GL_LIGHT_VECTORS + 5];
        pack_shadow(node, r->pose.frame, last);
        bool is_ambient = zd_scene_node_choice(node, ZD_SCENE_LIGHT_TYPE) == ZD_SCENE_LIGHT_AMBIENT;
        lights->casts =
            lights->casts ||
            (!is_ambient && zd_scene_node_choice(node, ZD_SCENE_LIGHT_SHADOW) == ZD_SCENE_YES);
        lights->occludes = lights->occludes || (is_ambient && last[3] > 0.0f);
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
            memcpy(values[count * ZD_GL_LIGHT_VECTORS], r->lights.values[i * ZD_GL_LIGHT_VECTORS],
                   ZD_GL_LIGHT_VECTORS * sizeof values[0]);
            count++;
        }
    }
    assert(count <= r->lights.count);
    return count;
}
