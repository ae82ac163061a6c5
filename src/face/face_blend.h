/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FACE_FACE_BLEND_H
#define ZD_FACE_FACE_BLEND_H

/* Lays one head into a depth map: the face where it is, and around it the map moved along, less and
 * less. docs/face.md has the steps and why. */

#include "face/face_surface.h"
#include "image/image.h"

/** How heights in centimetres become the map's numbers: `scale` / (distance_cm - z) + shift, or for
 *  metres shift - z / 100. */
typedef struct zd_face_fit {
    int id; /* the head's */
    bool is_metres;
    float distance_cm;
    float scale;
    float shift;
} zd_face_fit;

float zd_face_fit_value(const zd_face_fit *fit, float z);

/** Planes of the map's size; the caller's. All but `surface` hold one head's. */
typedef struct zd_face_planes {
    float *surface; /* how much a pixel is one unbroken surface with a face, over all heads */
    float *height;  /* of the face in centimetres, NaN outside it */
    float *moved;   /* by how much the map is moved, in its own numbers */
    float *inside;  /* how deep in the face a pixel is, in pixels */
    float *length;  /* from the face, in pixels */
    float *share;   /* how much of the move around it is taken */
    int *nearest;   /* the pixel of the face that `length` is measured from */
} zd_face_planes;

/** A map and a head to be laid into it. */
typedef struct zd_face_frame {
    zd_face_grid grid;
    zd_face_planes planes;
    zd_view map;               /* gray float32, changed in place */
    const zd_view *foreground; /* probability, or NULL */
    float furthest;            /* of the map; unused for metres */
    const zd_head *head;
    zd_rect face; /* pixels that `height` has */
    zd_face_fit fit;
    zd_rect area;   /* that the blend reaches; zd_face_blend sets it */
    float sureness; /* of the foreground, its mean over the face; zd_face_blend sets it */
} zd_face_frame;

void zd_face_blend(zd_face_frame *frame);

#endif
