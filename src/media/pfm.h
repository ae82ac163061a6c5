/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_PFM_H
#define ZD_MEDIA_PFM_H

/* Portable float maps, the plain format of depth from research: "PF" (RGB) or "Pf" (gray), width
 * and height, a scale whose sign tells the byte order (negative: little endian), then float32 rows
 * from the bottom up. Values are given as stored; the scale's size has no agreed meaning. */

#include "image/image.h"

/** Reads a file. The caller owns one reference to *out, gray or RGB float32. */
ZD_MUST_USE zd_status zd_pfm_read(zd_context *ctx, const char *path, zd_image **out, zd_error *err);

/** The same from memory; `name` is for messages. */
ZD_MUST_USE zd_status zd_pfm_parse(zd_context *ctx, const char *name, const uint8_t *data,
                                   size_t bytes, zd_image **out, zd_error *err);

#endif
