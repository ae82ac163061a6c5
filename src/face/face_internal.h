/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FACE_FACE_INTERNAL_H
#define ZD_FACE_FACE_INTERNAL_H

/* Shared by the files that find faces. */

#include "face/face.h"
#include "model/network.h"

/** A square of a picture, turned: from its own pixels to the picture's. */
typedef struct zd_face_crop {
    float x; /* its middle, in pixels of the picture (edges at integers) */
    float y;
    float side;
    float angle; /* radians, clockwise as seen (y is down) */
} zd_face_crop;

/** Something that the detector takes for a face, in fractions of the square it saw. */
typedef struct zd_face_box {
    float score;
    float x; /* middle */
    float y;
    float size;         /* of the longer side */
    float points[6][2]; /* right eye, left eye, nose, mouth, by the right ear, by the left */
} zd_face_box;

enum { ZD_FACE_BOXES_MAX = 64, ZD_FACE_CANDIDATES_MAX = 1024 };

typedef struct zd_face_boxes {
    int count;
    zd_face_box boxes[ZD_FACE_BOXES_MAX]; /* the best first */
} zd_face_boxes;

/** How a detector's numbers are meant. */
typedef enum zd_face_decoder {
    ZD_FACE_ANCHORS, /* MediaPipe's: results boxes0, boxes1, scores0, scores1 */
    ZD_FACE_CELLS,   /* ours: the result faces */
} zd_face_decoder;

/** Samples a crop of a picture (RGB or RGBA float32) into side x side pixels, averaging where it shrinks; what
 *  is outside `part` is black. `rgb`: [side][side][3]. */
void zd_face_crop_sample(zd_context *ctx, zd_view picture, zd_rect part, const zd_face_crop *crop,
                         int side, float *rgb);

/** A crop's own place, in fractions of its side, in pixels of the picture. */
void zd_face_crop_point(const zd_face_crop *crop, float u, float v, float out[2]);

/** Where the crop for landmarks (x and y in pixels) lies: the square about them, turned by the eyes'
 *  line, 1.5 times as large as they are. */
zd_face_crop zd_face_crop_of(const float points[ZD_FACE_POINTS][3]);

/** Reads the boxes above a score of one half out of a run network's results, the best first, less
 *  those that cover a better one (intersection over union above 0.3). `room`:
 *  [ZD_FACE_CANDIDATES_MAX]. */
ZD_MUST_USE zd_status zd_face_decode(const zd_network *net, zd_face_decoder decoder,
                                     zd_face_box *room, zd_face_boxes *out, zd_error *err);

/** A picture, and the landmark network that looks at squares of it. */
typedef struct zd_face_sight {
    zd_context *ctx;
    zd_network *landmarks;
    zd_face_decoder decoder;
    float *rgb; /* room for what a network sees */
    zd_view picture;
    zd_rect part;
} zd_face_sight;

/** What the landmark network says of a square; points in pixels of the picture, z as x. */
typedef struct zd_face_answer {
    float presence;
    float shown[ZD_FACE_PARTS]; /* logits that it is in view, where the network says so */
    bool says_parts;
    float points[ZD_FACE_POINTS][3];
} zd_face_answer;

/** Runs a network of squares on one. */
ZD_MUST_USE zd_status zd_face_run_on(const zd_face_sight *sight, zd_network *net,
                                     const zd_face_crop *crop, bool is_mirrored, zd_error *err);

/** Looks at a square once. */
ZD_MUST_USE zd_status zd_face_look(const zd_face_sight *sight, const zd_face_crop *crop,
                                   zd_face_answer *out, zd_error *err);

/** Looks at an answer's own square from elsewhere, and takes the mean of all. */
ZD_MUST_USE zd_status zd_face_look_aside(const zd_face_sight *sight, zd_face_answer *answer,
                                         zd_error *err);

zd_face_verdict zd_face_judge(const zd_face_answer *answer);

#endif
