/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_SAMPLE_H
#define ZD_DEPTH_SAMPLE_H

/* One frame's measured depth on its way from the network through the cache to the stabiliser. */

#include "image/depth_map.h"
#include "image/image.h"

/** What is looked for in a picture. */
typedef enum zd_analyse {
    ZD_ANALYSE_GLOBAL, /* the depth of all of it */
    ZD_ANALYSE_FACE,   /* and the shape of faces */
} zd_analyse;

/** The raw depth of one frame, before it is steadied in time. */
typedef struct zd_depth_sample {
    zd_depth_map depth;
    zd_image *foreground;       /* gray f32 probability of the depth's size, or NULL */
    zd_image *small;            /* RGB f32, display-referred, of the depth's size */
    struct zd_face_list *faces; /* of the frame, from the context below; NULL: not asked for */
    zd_context *ctx;
} zd_depth_sample;

void zd_depth_sample_release(zd_depth_sample *sample);

#endif
