/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_WIN_PNG_H
#define ZD_WIN_PNG_H

/* PNG without libraries, for the program that Windows has (PNG, 3rd edition, W3C). Colour profiles and gamma
 * are passed over: the numbers are taken as sRGB. */

#include "image/image.h"

enum { ZD_WIN_MAX_SIDE = 65536, ZD_WIN_MAX_PIXELS = 1 << 28 };

/** Reads a file in memory: 8 or 16 bits of gray, RGB, RGBA, and palettes of 8 bits. The picture is RGBA of u8
 *  or u16, straight alpha; the caller owns it. `name` is for messages. */
ZD_MUST_USE zd_status zd_win_png_read(zd_context *ctx, const char *name, const uint8_t *data,
                                      size_t bytes, zd_image **out, zd_error *err);

/** Writes u8 or u16, gray, RGB or RGBA, without packing. */
ZD_MUST_USE zd_status zd_win_png_write(zd_context *ctx, const char *path, zd_view picture,
                                       zd_error *err);

#endif
