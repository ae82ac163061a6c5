/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TRACK_CAMERA_WALL_H
#define ZD_TRACK_CAMERA_WALL_H

/* How a known camera sees a plane that stands still, from frame to frame: the homography that a plane induces
 * (Hartley and Zisserman, 2003, section 13.1). */

#include "camera/camera.h"
#include "track/wall_plane.h"

/** A plane before a camera: n . X = 1, in the camera's axes and units. */
typedef struct zd_camera_wall {
    double n[3];
} zd_camera_wall;

/** The plane at a distance from a camera, along its axis: one that faces the camera, or (not NULL) a plane
 *  found in depth, moved to that distance where (x, y), in fractions of the frame, is seen. */
zd_camera_wall zd_camera_wall_at(const zd_wall_plane *plane, zd_wall_camera camera, double x,
                                 double y, double distance);

/** Where what is seen on the plane by one camera is seen by the other, in fractions of the frame; the plane is
 *  of the first. */
zd_homography zd_camera_wall_seen(const zd_camera_wall *wall, const zd_camera_pose *from,
                                  const zd_camera_pose *to, double aspect);

#endif
