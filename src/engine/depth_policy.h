/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_DEPTH_POLICY_H
#define ZD_ENGINE_DEPTH_POLICY_H

/* How depth is treated over time. */

#include "image/depth_map.h"
#include "project/params.h"

/** How much depth of this kind is steadied in time: as asked for, and by default what networks give
 *  but not supplied maps, which are taken as they are. */
float zd_engine_steadiness(const zd_params *params, zd_depth_kind kind);

#endif
