/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CACHE_CACHE_EXR_H
#define ZD_CACHE_CACHE_EXR_H

/* Entries that earlier versions stored, as EXR. */

#include "cache/cache_codec.h"

/** Reads an entry. The caller owns the images of *out; there are none on failure. */
ZD_MUST_USE zd_status zd_cache_exr_read(zd_context *ctx, const char *path, zd_cache_depth *out,
                                        zd_error *err);

#endif
