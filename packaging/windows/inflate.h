/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_WIN_INFLATE_H
#define ZD_WIN_INFLATE_H

/* Unpacks what PNG and EXR files hold: RFC 1950, "ZLIB Compressed Data Format", and RFC 1951, "DEFLATE". Any
 * bytes may come; nothing is written past what was asked for. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

/** Unpacks a zlib stream of exactly `out_bytes`. Its check at the end is looked at. ZD_ERR_CORRUPT else. */
ZD_MUST_USE zd_status zd_win_inflate(const uint8_t *in, size_t in_bytes, uint8_t *out,
                                     size_t out_bytes, zd_error *err);

/** Adler-32 of RFC 1950. */
uint32_t zd_win_adler32(const uint8_t *data, size_t bytes);

#endif
