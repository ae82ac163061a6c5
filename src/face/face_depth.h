/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FACE_FACE_DEPTH_H
#define ZD_FACE_FACE_DEPTH_H

/* Puts the shape of faces into depth maps, frame after frame of a shot: the landmarks' surface where
 * the face is, and around it the map, hair, neck and shoulders, moved along with its outline. docs/face.md has the steps and why.
 *
 * Thread-safety: one thread at a time for each object. */

#include "face/face.h"
#include "face/face_track.h"
#include "image/depth_map.h"

typedef struct zd_face_depth zd_face_depth;

/** `width` and `height`: of the depth maps; `aspect`: the picture's height in its widths. */
ZD_MUST_USE zd_status zd_face_depth_create(zd_context *ctx, int width, int height, float aspect,
                                           zd_face_depth **out, zd_error *err);
void zd_face_depth_destroy(zd_face_depth **stage);

/** A shot begins. */
void zd_face_depth_reset(zd_face_depth *stage);

/** Changes the map of the next frame in place. `foreground`: probability of the map's size, or NULL. A
 *  frame without faces keeps its map. Allocates nothing. */
void zd_face_depth_apply(zd_face_depth *stage, const zd_face_list *faces, double time_s,
                         const zd_depth_map *map, const zd_view *foreground);

/** The heads of the last frame, valid until the next call. */
const zd_head_list *zd_face_depth_heads(const zd_face_depth *stage);

/** Where the last frame's map is one unbroken surface, 0..1 (gray float32 of the map's size); false
 *  when it had no face. Valid until the next call. */
bool zd_face_depth_surface(const zd_face_depth *stage, zd_view *out);

#endif
