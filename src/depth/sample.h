/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_SAMPLE_H
#define ZD_DEPTH_SAMPLE_H

#include "image/depth_map.h"
#include "image/image.h"

/** The raw depth of one frame, before it is steadied in time. */
typedef struct zd_depth_sample {
    zd_depth_map depth;
    zd_image *foreground; /* gray f32 probability of the depth's size, or NULL */
    zd_image *small;      /* RGB f32, display-referred, of the depth's size */
} zd_depth_sample;

void zd_depth_sample_release(zd_depth_sample *sample);

#endif
