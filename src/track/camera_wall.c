/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* H = P' (R'^T R + R'^T (c - c') n^T) P^-1: P takes a point before a camera to the frame, R turns its axes to
 * the world's, c is its place. */

#include "track/camera_wall.h"

#include <assert.h>

zd_camera_wall zd_camera_wall_at(const zd_wall_plane *plane, zd_wall_camera camera, double x,
                                 double y, double distance)
{
    assert(distance > 0.0);
    double was = plane != NULL ? zd_wall_plane_distance(plane, camera, x, y) : 0.0;
    if (plane == NULL || !(was > 0.0)) {
        return (zd_camera_wall){ { 0.0, 0.0, -1.0 / distance } };
    }
    double s = plane->inverse * was / distance;
    return (zd_camera_wall){ { s * plane->a, -s * plane->b, -s * plane->c } };
}

static zd_homography of_rays(double focal, double aspect)
{
    return (zd_homography){ { aspect / focal, 0.0, -0.5 * aspect / focal, 0.0, -1.0 / focal,
                              0.5 / focal, 0.0, 0.0, -1.0 } };
}

static zd_homography to_frame(double focal, double aspect)
{
    return (zd_homography){ { focal / aspect, 0.0, -0.5, 0.0, -focal, -0.5, 0.0, 0.0, -1.0 } };
}

zd_homography zd_camera_wall_seen(const zd_camera_wall *wall, const zd_camera_pose *from,
                                  const zd_camera_pose *to, double aspect)
{
    zd_homography between;
    for (int r = 0; r < 3; r++) {
        double way = 0.0;
        for (int k = 0; k < 3; k++) {
            way += to->turn[3 * k + r] * (from->place[k] - to->place[k]);
        }
        for (int c = 0; c < 3; c++) {
            double turned = way * wall->n[c];
            for (int k = 0; k < 3; k++) {
                turned += to->turn[3 * k + r] * from->turn[3 * k + c];
            }
            between.m[3 * r + c] = turned;
        }
    }
    zd_homography h = zd_homography_chain(of_rays(zd_camera_focal(from, aspect), aspect), between);
    return zd_homography_chain(h, to_frame(zd_camera_focal(to, aspect), aspect));
}
