/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_EXR_DEPTH_H
#define ZD_MEDIA_EXR_DEPTH_H

/* Finds the channel of an EXR that holds depth, as renderers and compositors name it. */

#include "media/exr.h"

typedef struct zd_exr_depth {
    int part;
    int channel;
    bool is_gray_rgb; /* it is R, and G and B must be equal to it */
} zd_exr_depth;

/** Finds the depth among all parts. `wanted` is a channel's name, or "PART.CHANNEL"; the exact name
 *  wins over one that differs in case. NULL: by the usual names in any case (Z, depth, depth.Z,
 *  ViewLayer.Depth.Z, Depth.V ...), an exported depth's own part first, then Y, the only channel, or R of a gray picture. False when
 *  there is none. Thread-safety: that of the file. */
bool zd_exr_find_depth(const zd_exr *exr, const char *wanted, zd_exr_depth *out);

#endif
