/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_CLEAN_PLATE_H
#define ZD_COMPOSITE_CLEAN_PLATE_H

/* The clean plate of a layer: its own pixels, and where another layer stands its nearest colours
 * carried on beneath that one. What blurs or paints a background looks at this instead of the footage,
 * so that nothing of the subject runs into it.
 * Where the matte goes over gently (a wide feather) there is no other layer, and pixels stay.
 *
 * Push and pull: colours weighted by the trust in each pixel are summed into ever smaller pictures, then
 * the gaps of each size are filled from the next smaller one (Gortler, Grzeszczuk, Szeliski, Cohen: The
 * Lumigraph, SIGGRAPH 1996, section 3.4). The same pixels for any number of threads. */

#include <stdbool.h>

#include "core/context.h"
#include "image/image.h"

typedef struct zd_clean_plate zd_clean_plate;

/** Memory for frames of one size: about 2.4 times an RGBA f32 frame. */
ZD_MUST_USE zd_status zd_clean_plate_create(zd_context *ctx, int width, int height,
                                            zd_clean_plate **out, zd_error *err);
void zd_clean_plate_destroy(zd_clean_plate **plate); /* accepts NULL inside */

/** Makes the plate of the layer that `matte` (gray f32, 0..1) selects, or with `is_hidden` of what it
 *  leaves over. `light`: RGBA f32, linear premultiplied; `nearness` (gray f32), changed in place, is
 *  carried on in the same way. All of the plate's size. Pixels well inside the layer keep their bits; a
 *  frame without any stays as it is. Returns the plate's light, which is the plate's own and holds until
 *  the next call. One frame at a time. */
zd_view zd_clean_plate_make(zd_clean_plate *plate, zd_view light, zd_view nearness, zd_view matte,
                            bool is_hidden);

#endif
