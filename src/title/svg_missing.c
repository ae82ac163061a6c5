/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zd_svg_load in a build without librsvg. */

#include "title/svg.h"

bool zd_svg_is_available(void)
{
    return false;
}

zd_status zd_svg_load(zd_context *ctx, const char *path, int height, zd_image **out, zd_error *err)
{
    (void) ctx;
    (void) height;
    *out = NULL;
    return zd_fail(err, ZD_ERR_UNSUPPORTED, "'%s': this build cannot draw SVG (it has no librsvg)",
                   path);
}
