/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "image/depth_map.h"

const char *zd_depth_kind_name(zd_depth_kind kind)
{
    switch (kind) {
    case ZD_DEPTH_NEARNESS:
        return "nearness";
    case ZD_DEPTH_NORMALISED:
        return "normalised";
    case ZD_DEPTH_METRES:
        return "metres";
    }
    return "unknown";
}
