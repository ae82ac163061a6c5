/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Each step looks at the whole picture that the one before it has made. */

#include "composite/effect_chain.h"

#include "core/require.h"

zd_status zd_effect_chain_apply(zd_context *ctx, const zd_effect_chain *chain, double time_s,
                                const zd_effect_io *io, zd_error *err)
{
    ZD_REQUIRE(err, io->out.width == io->picture.width && io->out.height == io->picture.height);
    zd_image *from = NULL;
    ZD_TRY(zd_image_create(ctx, io->out.width, io->out.height, ZD_RGBA_F32, &from, err));
    zd_view_copy(io->picture, io->out);
    zd_status status = ZD_OK;
    for (int i = 0; status == ZD_OK && i < chain->count; i++) {
        zd_effect_io at = *io;
        zd_effect_step step = zd_effect_step_at(chain, i, time_s);
        at.time_s = time_s;
        at.picture = zd_image_view(from);
        zd_view_copy(io->out, at.picture);
        status = zd_effect_step_apply(ctx, &step, &at, err);
    }
    zd_image_unref(&from);
    return status;
}
