/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_WIN_EXR_PLAIN_H
#define ZD_WIN_EXR_PLAIN_H

/* The plain kind of OpenEXR files without its library ("OpenEXR File Layout", openexr.com): one part, scan
 * lines, R G B A or Y or Z of half or float, not packed or packed by ZIP or ZIPS. Others are refused with what
 * to do. Light is linear, alpha premultiplied. */

#include "image/image.h"

/** Reads a file in memory into RGBA f32, which the caller owns; a lacking alpha is 1, one channel is gray. */
ZD_MUST_USE zd_status zd_win_exr_read(zd_context *ctx, const char *name, const uint8_t *data,
                                      size_t bytes, zd_image **out, zd_error *err);

/** Writes RGBA f32, or gray f32 as the channel Z, as floats, not packed. */
ZD_MUST_USE zd_status zd_win_exr_write(zd_context *ctx, const char *path, zd_view picture,
                                       zd_error *err);

#endif
