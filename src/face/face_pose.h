/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FACE_FACE_POSE_H
#define ZD_FACE_FACE_POSE_H

/* How a head stands: the similarity that brings the mean face (centimetres) to landmarks. Frames of
 * coordinates have x to the right, y up and z towards the camera. */

#include "face/face_mesh.h"

typedef struct zd_face_pose {
    double scale;   /* units for a centimetre */
    double turn[4]; /* unit quaternion w, x, y, z */
    double shift[3];
} zd_face_pose;

/** Fits by least squares, each point with the weight of zd_face_weight (Umeyama 1991; the rotation by
 *  the quaternion of Horn 1987). Points that are all in one place give a scale of 0. */
zd_face_pose zd_face_pose_fit(const float points[ZD_FACE_POINTS][3]);

/** Turns a vector by a unit quaternion. */
void zd_face_turn(const double turn[4], const double v[3], double out[3]);

/** From centimetres to the landmarks' units, and back. */
void zd_face_pose_apply(const zd_face_pose *pose, const double cm[3], double out[3]);
void zd_face_pose_undo(const zd_face_pose *pose, const double at[3], double cm[3]);

#endif
