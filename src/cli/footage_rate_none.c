/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The front opens no footage: none of its verbs takes a time. */

#include "cli/footage_rate.h"

zd_status zd_footage_rate(zd_context *ctx, const zd_params *params, double *fps, zd_error *err)
{
    (void) ctx;
    (void) params;
    *fps = 0.0;
    return zd_fail(err, ZD_ERR_UNSUPPORTED, "a time in frames needs footage");
}
