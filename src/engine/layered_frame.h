/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_LAYERED_FRAME_H
#define ZD_ENGINE_LAYERED_FRAME_H

/* What renderers see of a frame, wherever it comes from. */

#include "depth/shot_list.h"
#include "image/colour.h"
#include "image/depth_map.h"
#include "image/image.h"
#include "matte/matte.h"

/** A frame with its depth. Everything is borrowed from who made it. */
typedef struct zd_layered_frame {
    int64_t index; /* on the clip */
    double time_s; /* from the clip's first frame on; a host's own time */
    const zd_shot *shot;
    zd_depth_map depth;         /* steadied where it has been, of the map's size */
    const zd_image *foreground; /* probability, or NULL */
    zd_transfer transfer;
    zd_view picture;  /* RGBA f32 codes, unpremultiplied, of the frame's size */
    zd_view guide;    /* the same, finite and display-referred; may be `picture` */
    bool needs_bound; /* the picture may hold colours that are to be bounded (zd_linear_bound) */
    zd_matte_params matte; /* the project's parameters at this moment */
    bool has_focus;        /* a lens follows something, whose normalised depth is */
    float focus;
    zd_matte *prepared; /* for any thresholds, once it was prepared */
} zd_layered_frame;

#endif
