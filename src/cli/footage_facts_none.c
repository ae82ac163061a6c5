/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The front opens no footage: none of its verbs takes a time or a length. */

#include "cli/footage_facts.h"

zd_status zd_footage_look(zd_context *ctx, const zd_params *params, zd_footage_facts *out,
                          zd_error *err)
{
    (void) ctx;
    (void) params;
    *out = (zd_footage_facts){ 0 };
    return zd_fail(err, ZD_ERR_UNSUPPORTED, "a time in frames needs footage");
}
