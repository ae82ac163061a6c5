/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A build without OpenEXR: what earlier versions stored is computed again. */

#include "cache/cache_exr.h"

zd_status zd_cache_exr_read(zd_context *ctx, const char *path, zd_cache_depth *out, zd_error *err)
{
    (void) ctx;
    *out = (zd_cache_depth){ 0 };
    return zd_fail(err, ZD_ERR_IO, "'%s' is an EXR, which this build cannot read", path);
}
