/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FACE_FACE_TRACK_H
#define ZD_FACE_FACE_TRACK_H

/* Faces over time: which face of a frame is which of the frame before, steadied by a one-euro filter
 * (Casiez, Roussel and Vogel 2012) on the head's pose and, slower, on what the face's own shape
 * departs from the mean. A face that comes or goes within a shot does so over a few frames. */

#include "face/face.h"
#include "face/face_pose.h"

/** A head as it is shown in one frame. Units are widths of the picture, x right, y up, z towards the
 *  camera; the origin is the picture's upper left corner. */
typedef struct zd_head {
    float weight; /* 0..1, below 1 while it comes or goes */
    int id;       /* the same over a shot */
    int face;     /* the frame's face that it is; -1: it is going */
    zd_face_pose pose;
    float points[ZD_FACE_POINTS][3];
} zd_head;

typedef struct zd_head_list {
    int count;
    zd_head heads[ZD_FACES_MAX]; /* the largest first */
} zd_head_list;

typedef struct zd_face_tracker zd_face_tracker;

/** `aspect`: the picture's height in its widths. */
ZD_MUST_USE zd_status zd_face_tracker_create(zd_context *ctx, float aspect, zd_face_tracker **out,
                                             zd_error *err);
void zd_face_tracker_destroy(zd_face_tracker **tracker);

/** Forgets everything: a shot begins. */
void zd_face_tracker_reset(zd_face_tracker *tracker);

/** Takes the faces of the next frame; times must not go back. */
void zd_face_tracker_update(zd_face_tracker *tracker, const zd_face_list *faces, double time_s,
                            zd_head_list *out);

#endif
