/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_SCENE_POSE_H
#define ZD_SCENE_SCENE_POSE_H

/* Where everything is at one frame: the world matrix of each node, resolved when asked for, so
 * that an axis may be snapped to a map that itself hangs on other axes. */

#include "scene/scene_internal.h"
#include "scene/scene_math.h"

typedef struct zd_pose zd_pose;

/** How many nodes may carry, face or snap to one another in a row. */
enum { ZD_POSE_MAX_DEPTH = 256 };

/** Gives the world point of a map at a pixel of its camera. */
typedef zd_status (*zd_scene_snap_source)(void *user, zd_pose *pose, int zdepth, const double at[2],
                                          zd_vec3 *point, zd_error *err);

struct zd_pose {
    const zd_scene *scene;
    double frame;
    int camera;                /* the output's, which sees maps without their own; -1: none */
    zd_scene_snap_source snap; /* NULL: snapped axes stay where their position says */
    void *snap_user;
    zd_mat4 *world;       /* for each node */
    unsigned char *state; /* 0 unknown, 1 being resolved, 2 known */
    int depth;            /* of nodes being resolved */
};

/** The camera is the first in the file until it is set. */
zd_status zd_pose_init(zd_pose *pose, const zd_scene *scene, zd_error *err);
void zd_pose_finish(zd_pose *pose);

/** Starts over at another frame, or for another camera. */
void zd_pose_set_frame(zd_pose *pose, double frame);

/** The world matrix of a node. Fails with the names of a cycle. */
zd_status zd_pose_world(zd_pose *pose, int node, zd_mat4 *out, zd_error *err);

/** Where an axis's origin lies in its carrier, seen from its position: what turns, shears and
 *  scales about another centre moves it. */
zd_vec3 zd_pose_axis_offset(const zd_pose *pose, int axis);

/** A camera at one frame. */
typedef struct zd_scene_view_camera {
    zd_mat4 to_world;
    zd_mat4 from_world;
    double focal_x; /* pixels */
    double focal_y;
    double centre_x; /* where the axis meets the picture, pixels from its left ... */
    double centre_y; /* ... and its top */
    double near_px;
    double far_px;
    int width;
    int height;
} zd_scene_view_camera;

/** The distance at which a surface of the frame's size fills a camera's picture, pixels. */
double zd_pose_auto_distance(const zd_pose *pose, const zd_scene_node *camera);

zd_status zd_pose_camera(zd_pose *pose, int node, zd_scene_view_camera *out, zd_error *err);

/** The direction of a pixel position (0.5 is the first pixel's centre), with z = -1. */
static inline zd_vec3 zd_camera_ray(const zd_scene_view_camera *camera, double px, double py)
{
    return (zd_vec3){ (px - camera->centre_x) / camera->focal_x,
                      (camera->centre_y - py) / camera->focal_y, -1.0 };
}

/** The camera that a map's depth belongs to: its own, else `otherwise`. */
int zd_zdepth_camera(const zd_scene *scene, int zdepth, int otherwise);

/** The camera of an output: its own, else the first in the file; -1 without any. */
int zd_scene_output_camera(const zd_scene *scene, int output_node);

#endif
