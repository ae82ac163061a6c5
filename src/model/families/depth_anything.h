/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_FAMILIES_DEPTH_ANYTHING_H
#define ZD_MODEL_FAMILIES_DEPTH_ANYTHING_H

/* Writes the operator list of a Depth Anything checkpoint (DINOv2 encoder, DPT head) from the
 * shapes in its file. */

#include "core/text.h"
#include "model/network.h"
#include "model/weights.h"

typedef struct zd_depth_anything {
    int width; /* channels of a token */
    int blocks;
    int heads;
    int hidden; /* channels inside the MLP */
    int patch;
    int features;
    int stage_channels[4];
    int taps[4]; /* blocks after which the head listens */
} zd_depth_anything;

/** Reads the shapes. `heads` 0: width / 64. */
ZD_MUST_USE zd_status zd_depth_anything_read(const zd_weights *weights, int heads,
                                             zd_network_variant variant, zd_depth_anything *out,
                                             zd_error *err);

/** Writes the list. max_depth_m 0: relative, the output is cut at 0; else sigmoid times it. */
void zd_depth_anything_write(const zd_depth_anything *shape, int max_depth_m, zd_text *out);

/** "depth-anything vits" and the like, by the width. */
const char *zd_depth_anything_name(const zd_depth_anything *shape);

#endif
