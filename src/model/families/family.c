/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "model/families/family.h"

static const zd_family *const families[] = {
    &zd_family_depth_anything,
    &zd_family_video_depth_anything,
    &zd_family_depth_anything_3,
};

const zd_family *zd_family_find(const zd_weights *weights)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        if (families[i]->recognises(weights)) {
            return families[i];
        }
    }
    return families[0];
}
