/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Flags may name frames ("36f") and pixels ("120px") before the footage is opened for the job, so its
 * rate and size are looked up here. */

#include "cli/footage_facts.h"

#include "clip/clip.h"

zd_status zd_footage_look(zd_context *ctx, const zd_params *params, zd_footage_facts *out,
                          zd_error *err)
{
    zd_reader *reader = NULL;
    zd_reader_params how = { .sequence_rate = zd_clip_sequence_rate(params) };
    ZD_TRY(zd_reader_open(ctx, zd_params_text(params, ZD_P_FOOTAGE), &how, &reader, err));
    const zd_reader_info *info = zd_reader_info_get(reader);
    *out = (zd_footage_facts){
        .fps = zd_reader_info_rate(info),
        .width = info->width,
        .height = info->height,
    };
    zd_reader_close(&reader);
    return ZD_OK;
}
