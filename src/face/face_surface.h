/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FACE_FACE_SURFACE_H
#define ZD_FACE_FACE_SURFACE_H

/* A head as heights over a grid of pixels: centimetres towards the camera from between the eyes, seen
 * from far away. */

#include "face/face_track.h"
#include "image/image.h"

/** The grid that heads are drawn on. */
typedef struct zd_face_grid {
    int width;
    int height;
    float aspect; /* the picture's height in its widths */
} zd_face_grid;

/** Draws the face's triangles, bent to a smooth surface: at each pixel's middle the highest of those that cover it. Pixels that
 *  none covers stay as they are. `z`: [height][width]. Returns the rectangle that was touched. */
zd_rect zd_face_surface_draw(const zd_face_grid *grid, const zd_head *head, float *z);

#endif
