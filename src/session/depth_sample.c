/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Apart from the source itself, which needs readers of media: the plug-ins do without them. */

#include "session/clip.h"

void zd_depth_sample_release(zd_depth_sample *sample)
{
    zd_image_unref(&sample->depth.values);
    zd_image_unref(&sample->foreground);
    zd_image_unref(&sample->small);
}

float zd_clip_steadiness(const zd_params *params, zd_depth_kind kind)
{
    bool supplied = zd_params_is_set(params, ZD_P_DEPTH_MAP);
    if (kind == ZD_DEPTH_METRES || (supplied && !zd_params_is_set(params, ZD_P_STABILISE))) {
        return 0.0f;
    }
    return (float) zd_params_number(params, ZD_P_STABILISE, 0.0);
}
