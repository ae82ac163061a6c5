/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FACE_FACE_H
#define ZD_FACE_FACE_H

/* Finds faces in a picture and their 468 landmarks, by two small networks: a detector over the whole
 * picture, then landmarks on the square about each face, twice, so that the answer does not hang on
 * where the detector put its box. A face is where both agree; what is no face says why.
 *
 * Thread-safety: one finder is used by one thread at a time; it computes on the context's pool. */

#include <stdbool.h>

#include "core/digest.h"
#include "core/task.h"
#include "face/face_mesh.h"
#include "image/image.h"

enum { ZD_FACES_MAX = 8 };

/** What came of looking for faces, the more hopeful the later. */
typedef enum zd_face_verdict {
    ZD_FACE_NONE,   /* nothing looks like a face */
    ZD_FACE_SMALL,  /* something like a face of too few pixels */
    ZD_FACE_UNSURE, /* the landmarks are none of a face */
    ZD_FACE_EYES_HIDDEN,
    ZD_FACE_NOSE_HIDDEN,
    ZD_FACE_MOUTH_HIDDEN,
    ZD_FACE_TURNED, /* too far from the camera's direction */
    ZD_FACE_FOUND,
} zd_face_verdict;

/** What a face needs to be fitted. */
enum { ZD_FACE_EYES, ZD_FACE_NOSE, ZD_FACE_MOUTH, ZD_FACE_PARTS };

typedef struct zd_face {
    float score;    /* the detector's, 0..1 */
    float presence; /* the landmarks' logit that this is a face */
    float shown
        [ZD_FACE_PARTS]; /* probability that it is in view; below 0: the network does not say */
    /* x to the right and y down in fractions of the picture's width and height, z towards the
     * camera in fractions of its width. */
    float points[ZD_FACE_POINTS][3];
} zd_face;

/** A face that is there and cannot be fitted. */
typedef struct zd_face_refusal {
    zd_face_verdict verdict; /* EYES_HIDDEN to TURNED */
    float score;
    float box[4]; /* left, top, right, bottom of its landmarks, in fractions of the picture */
} zd_face_refusal;

/** The faces of a picture, the largest first. */
typedef struct zd_face_list {
    int count;
    zd_face_verdict verdict; /* FOUND, or the best of what was refused */
    zd_face faces[ZD_FACES_MAX];
    int refused_count;
    zd_face_refusal refused[ZD_FACES_MAX];
} zd_face_list;

typedef struct zd_face_finder zd_face_finder;

/** Opens a file with the networks `detector` and `landmarks` (models/EMBEDDED_FORMAT.md). The caller
 *  owns *out. */
ZD_MUST_USE zd_status zd_face_finder_open(zd_context *ctx, const char *path, zd_face_finder **out,
                                          zd_error *err);
void zd_face_finder_close(zd_face_finder **finder); /* sets it to NULL; accepts a pointer to NULL */

/** Finds the faces within a part of a picture: RGB or RGBA float32 (alpha is ignored), display-referred
 *  0..1, square pixels, any size. `list` belongs to the caller; coordinates are of the whole picture. */
ZD_MUST_USE zd_status zd_face_find(zd_face_finder *finder, zd_view picture, zd_rect part,
                                   zd_face_list *list, zd_error *err);

/** The content key of what zd_face_find would give: a hash of weights, part and pixels. */
ZD_MUST_USE zd_status zd_face_key(zd_face_finder *finder, zd_view picture, zd_rect part,
                                  zd_digest *out, zd_error *err);

/** Left, top, right and bottom of landmarks, in their own numbers. */
void zd_face_box_of(const float points[ZD_FACE_POINTS][3], float box[4]);

/** For people: "no face is found", "a face is there, but its eyes are hidden" ... */
const char *zd_face_verdict_text(zd_face_verdict verdict);

#endif
