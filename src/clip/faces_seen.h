/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_FACES_SEEN_H
#define ZD_CLIP_FACES_SEEN_H

/* Which faces face analysis has found in some frames of a clip, and which it had to leave out: what a report
 * tells of. A plain value; no function allocates. */

#include <stdbool.h>
#include <stdint.h>

#include "face/face_track.h"

enum { ZD_CLIP_FACES_SEEN_MAX = 32 };

/** A face over the frames of a shot; numbers are means of those in which it was seen. */
typedef struct zd_clip_face_seen {
    zd_face_verdict verdict; /* FOUND, or why it is left out */
    int id;                  /* of the head; -1 of what is left out */
    int64_t first;           /* number of a frame: in its file's name, else on the clip */
    int64_t last;
    int64_t frames;
    float box[4];                /* left, top, right, bottom about it in all frames, fractions */
    float now[4];                /* in the last one */
    double score;                /* of the detector, 0..1: how sure it is that this is a face */
    double shown[ZD_FACE_PARTS]; /* probabilities, below 0: unknown; of what is left out none */
    double yaw_deg;              /* looks to the picture's right */
    double pitch_deg;            /* looks up */
} zd_clip_face_seen;

typedef struct zd_clip_faces_seen {
    bool is_asked;  /* there was face analysis */
    int64_t frames; /* that were looked at */
    int64_t frames_with_face;
    int count;
    bool has_more; /* faces beyond the limit */
    zd_clip_face_seen faces[ZD_CLIP_FACES_SEEN_MAX];
} zd_clip_faces_seen;

/** Adds a frame: its faces, and the heads that were made of them. Frames come in order; `is_first` of a
 *  shot, whose heads are none of those before. */
void zd_clip_faces_seen_add(zd_clip_faces_seen *seen, int64_t frame, bool is_first,
                            const zd_face_list *faces, const zd_head_list *heads);

#endif
