/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_FLOAT_WRITE_H
#define ZD_MEDIA_FLOAT_WRITE_H

/* Pictures of float32 without compression: PFM, and TIFF of floats. Inside the media module only. */

#include "media/exr.h"

/** A picture as a file's bytes. It has the channels R, G and B of `file`, or else one: Z, Y or the
 *  first. The caller owns *bytes and releases it with zd_free. */
ZD_MUST_USE zd_status zd_pfm_make(zd_context *ctx, const zd_exr_file *file, uint8_t **bytes,
                                  size_t *count, zd_error *err);
ZD_MUST_USE zd_status zd_tiff_make(zd_context *ctx, const zd_exr_file *file, uint8_t **bytes,
                                   size_t *count, zd_error *err);

#endif
