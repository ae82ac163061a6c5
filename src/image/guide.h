/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_GUIDE_H
#define ZD_IMAGE_GUIDE_H

/* What networks and mattes look at: finite, display-referred colours. Footage in linear light, as
 * EXR files and compositing hosts have it, is far too dark for networks that were trained on
 * display-referred pictures, and its shadows hold no edges for a matte. */

#include "image/colour.h"

/** Makes RGBA f32 pixels finite, within +-ZD_LINEAR_LIMIT and, from linear light, sRGB. `out` may be
 *  `picture`. Runs on the pool. */
void zd_guide_make(zd_context *ctx, zd_transfer transfer, zd_view picture, zd_view out);

#endif
