/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A frame's depth and what goes with it. */

#include "depth/sample.h"

void zd_depth_sample_release(zd_depth_sample *sample)
{
    zd_depth_map_release(&sample->depth);
    zd_image_unref(&sample->foreground);
    zd_image_unref(&sample->small);
    if (sample->faces != NULL) {
        zd_free(sample->ctx, sample->faces);
        sample->faces = NULL;
    }
}
