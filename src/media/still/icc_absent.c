/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Built without Little CMS. */

#include "media/icc.h"

zd_status zd_icc_to_srgb(zd_icc icc, zd_view view, zd_error *err)
{
    (void) icc;
    (void) view;
    return zd_fail(err, ZD_ERR_UNSUPPORTED,
                   "its colour profile is not used: this build lacks Little CMS (Debian: "
                   "liblcms2-dev)");
}
