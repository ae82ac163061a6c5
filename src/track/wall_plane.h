/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TRACK_WALL_PLANE_H
#define ZD_TRACK_WALL_PLANE_H

/* The plane behind a title, from depth, and how a picture lies on it.
 *
 * The inverse distance of a plane's points is linear in the picture: 1 / Z = a x + b y + c for the ray
 * (x, y, 1) of a camera that looks along z (Hartley and Zisserman, 2003, section 8.1). */

#include "image/homography.h"
#include "image/image.h"

typedef struct zd_wall_plane {
    double a; /* of c, which is 1 */
    double b;
    double c;
    double agreement; /* 0..1, the points whose distance is within an eighth of the plane's */
    bool is_found;
    double inverse; /* 1 / Z on the camera's axis, in the unit of the depth */
} zd_wall_plane;

/** What the camera is like. */
typedef struct zd_wall_camera {
    double aspect; /* the frame's width over its height, as it is shown */
    double focal;  /* in heights of the frame */
} zd_wall_camera;

/** The plane through the points of `inverse` (gray f32, 1 / Z in any unit; NAN: none) inside a part of it, by
 *  least squares from the best of many guesses, with less and less weight for what disagrees. */
zd_wall_plane zd_wall_plane_fit(zd_view inverse, zd_rect part, zd_wall_camera camera);

/** Lays a picture that faces the camera on the plane: in fractions of the frame, (x, y) stays where it is and
 *  keeps its size, level lines stay level in space. A plane that is turned by more than 70 degrees counts as one
 *  that is turned by so much. */
zd_homography zd_wall_plane_lay(const zd_wall_plane *plane, zd_wall_camera camera, double x,
                                double y);

/** How far along the camera's axis the plane is where (x, y) is seen, in the unit of the depth that it was found in;
 *  0: nowhere. */
double zd_wall_plane_distance(const zd_wall_plane *plane, zd_wall_camera camera, double x,
                              double y);

/** How far the plane is turned away from the camera, degrees: to the right, its left side being nearer, and up,
 *  its lower side being nearer. */
void zd_wall_plane_turn(const zd_wall_plane *plane, double *right, double *up);

#endif
