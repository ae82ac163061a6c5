/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_STILL_PNG_TEXT_H
#define ZD_MEDIA_STILL_PNG_TEXT_H

/* Texts in PNG files (tEXt chunks: ISO/IEC 15948, 11.3.4.3), which FFmpeg's encoder does not write. */

#include <stdbool.h>
#include <stdint.h>

#include "core/context.h"
#include "core/status.h"

/** Puts texts behind the header of an encoded PNG. `pairs` is key, value, ..., NULL. The caller frees
 *  *out. What is no PNG is copied as it is. */
ZD_MUST_USE zd_status zd_png_text_insert(zd_context *ctx, const uint8_t *png, size_t bytes,
                                         const char *const *pairs, uint8_t **out, size_t *out_bytes,
                                         zd_error *err);

/** Reads a text of a PNG file by its key, cut to `size`; false when it is not there, or the file is
 *  none. Looks no further than the picture's data. */
bool zd_png_text_read(const char *path, const char *key, char *out, size_t size);

#endif
