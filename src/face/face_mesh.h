/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FACE_FACE_MESH_H
#define ZD_FACE_FACE_MESH_H

/* The mean face, measured on labelled faces by training/face_mesh.py: centimetres, x to the picture's
 * right, y up, z towards the camera, the origin between the eyes, whose centres are 6.3 cm apart. */

enum { ZD_FACE_POINTS = 468, ZD_FACE_TRIANGLES = 898, ZD_FACE_OUTLINE = 36 };

extern const float zd_face_mean[ZD_FACE_POINTS * 3];

/** How much a point says of the head's pose: the inverse variance of faces there; the sum is 1. */
extern const float zd_face_weight[ZD_FACE_POINTS];

/** Which point each becomes in a mirror. */
extern const short zd_face_mirror[ZD_FACE_POINTS];

/** Counter-clockwise as the camera sees a face that looks at it. */
extern const short zd_face_triangles[ZD_FACE_TRIANGLES][3];

/** The rim of the mesh, brow to chin to brow. */
extern const short zd_face_outline[ZD_FACE_OUTLINE];

#endif
