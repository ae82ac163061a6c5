/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Built without libtiff. */

#include "media/still.h"

zd_status zd_still_load_tiff(zd_context *ctx, const char *path, const zd_reader_params *params,
                             zd_still *out, zd_error *err)
{
    (void) params;
    (void) ctx;
    (void) out;
    return zd_fail(err, ZD_ERR_UNSUPPORTED,
                   "'%s' is a TIFF of float samples, and this build reads none; convert it to EXR, "
                   "or build with libtiff (Debian: libtiff-dev)",
                   path);
}
