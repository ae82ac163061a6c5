/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* How depth is treated over time: as the parameters say, the same for every door. */

#include "engine/depth_policy.h"

float zd_engine_steadiness(const zd_params *params, zd_depth_kind kind)
{
    bool supplied = zd_params_is_set(params, ZD_P_DEPTH_MAP);
    if (kind == ZD_DEPTH_METRES || (supplied && !zd_params_is_set(params, ZD_P_STABILISE))) {
        return 0.0f;
    }
    return (float) zd_params_number(params, ZD_P_STABILISE, 0.0);
}
