/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Flags may name frames ("f36") before the footage is opened for the job, so its rate is looked
 * up here. */

#include "cli/footage_rate.h"

#include "clip/clip.h"

zd_status zd_footage_rate(zd_context *ctx, const zd_params *params, double *fps, zd_error *err)
{
    zd_reader *reader = NULL;
    const char *path = zd_params_text(params, ZD_P_FOOTAGE);
    zd_reader_params how = { .sequence_rate = zd_clip_sequence_rate(params),
                             .missing = ZD_MISSING_HOLD }; /* whoever reads it complains */
    ZD_TRY(zd_reader_open(ctx, path, &how, &reader, err));
    zd_rational rate = zd_reader_info_get(reader)->frame_rate;
    zd_reader_close(&reader);
    if (rate.numerator <= 0 || rate.denominator <= 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "'%s' has no frame rate; give seconds", path);
    }
    *fps = (double) rate.numerator / rate.denominator;
    return ZD_OK;
}
