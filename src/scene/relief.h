/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_RELIEF_H
#define ZD_SCENE_RELIEF_H

/* How a depth map moves the points of an object: along the rays of the map's camera, along the
 * normal, or along the map's axis, by Effect. */

#include "scene/scene_pose.h"

typedef struct zd_scene_relief {
    zd_scene_view_camera camera; /* the map's */
    int direction;               /* ZD_DIRECTION_, not auto */
    bool is_height;              /* the field holds heights, not z */
    double effect;               /* 1: all of it */
    zd_vec3 axis;                /* unit, world: where ZD_SCENE_DIRECTION_AXIS moves points */
} zd_scene_relief;

/** Moves a world point with a unit normal to where the map's value `z` has it; NaN leaves it. False
 *  when it would land behind the camera. */
static inline bool zd_scene_relief_move(const zd_scene_relief *relief, zd_vec3 point,
                                        zd_vec3 normal, double z, zd_vec3 *out)
{
    zd_vec3 seen = zd_mat4_point(&relief->camera.from_world, point);
    double card = -seen.z;
    *out = point;
    if (isnan(z)) {
        return card > 0.0;
    }
    if (relief->direction == ZD_SCENE_DIRECTION_RAY) {
        double target = relief->is_height ? card - z : z;
        double moved = card + relief->effect * (target - card);
        if (!(moved > 0.0) || !(card > 0.0)) {
            return false;
        }
        *out = zd_mat4_point(&relief->camera.to_world, zd_vec3_scale(seen, moved / card));
        return true;
    }
    double height = relief->is_height ? z : card - z;
    zd_vec3 way = relief->direction == ZD_SCENE_DIRECTION_AXIS ? relief->axis : normal;
    *out = zd_vec3_add(point, zd_vec3_scale(way, relief->effect * height));
    return true;
}

/** The distance of a world point along a camera's axis. */
static inline double zd_camera_depth(const zd_scene_view_camera *camera, zd_vec3 point)
{
    return -zd_mat4_point(&camera->from_world, point).z;
}

#endif
