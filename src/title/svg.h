/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TITLE_SVG_H
#define ZD_TITLE_SVG_H

/* Pictures from SVG files, drawn by librsvg where the build has it. */

#include <stdbool.h>

#include "image/image.h"

/** Whether this build can draw SVG. */
bool zd_svg_is_available(void);

/** Draws a file at a height in pixels (0: its own); the width follows. Gives RGBA f32, linear,
 *  premultiplied; the caller owns one reference. ZD_ERR_UNSUPPORTED in a build without librsvg. */
ZD_MUST_USE zd_status zd_svg_load(zd_context *ctx, const char *path, int height, zd_image **out,
                                  zd_error *err);

#endif
