/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_FACES_H
#define ZD_CLIP_CLIP_FACES_H

/* The faces of a clip's frames, with the cache before the networks, and what to say when there are
 * none. Thread-safety: one thread at a time for each object. */

#include "cache/cache_folder.h"
#include "face/face.h"
#include "project/params.h"

typedef struct zd_clip_faces zd_clip_faces;

/** Opens the face networks that the parameters name. `cache` may be NULL and is borrowed. */
ZD_MUST_USE zd_status zd_clip_faces_open(zd_context *ctx, const zd_params *params,
                                         zd_cache_folder *cache, zd_clip_faces **out,
                                         zd_error *err);
void zd_clip_faces_close(zd_clip_faces **faces);

/** The size of the picture in which the faces of a frame are looked for. */
void zd_clip_faces_size(int frame_width, int frame_height, int *width, int *height);

/** The faces of a frame's picture (RGB float32, display-referred, of that size), within the region
 *  of interest `roi` (x0, y0, x1, y1 in 0..1). The caller releases *out with zd_free. */
ZD_MUST_USE zd_status zd_clip_faces_find(zd_clip_faces *faces, zd_view picture, const float roi[4],
                                         zd_face_list **out, zd_error *err);

/** After the frames of a clip: fails when none of them had a face, with the best reason, and tells
 *  of those without. */
ZD_MUST_USE zd_status zd_clip_faces_check(const zd_clip_faces *faces, const char *footage,
                                          zd_error *err);

#endif
