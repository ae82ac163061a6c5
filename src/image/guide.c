/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Numbers are bounded to what half floats hold and NaN is 0; linear light is then encoded as
 * sRGB. */

#include "image/guide.h"

#include <assert.h>
#include <math.h>

#include "core/pool.h"
#include "core/size.h"
#include "image/linear.h"

enum { BAND_ROWS = 16 };

typedef struct guide_job {
    zd_transfer transfer;
    zd_view picture;
    zd_view out;
} guide_job;

static void make_band(void *user, int band)
{
    const guide_job *job = user;
    const float limit = ZD_LINEAR_LIMIT;
    zd_rect rows = { 0, band * BAND_ROWS, job->out.width,
                     zd_int_min((band + 1) * BAND_ROWS, job->out.height) };
    zd_view from = zd_view_crop(job->picture, rows);
    zd_view to = zd_view_crop(job->out, rows);
    for (int y = 0; y < to.height; y++) {
        const float *in = zd_view_row_f32(from, y);
        float *out = zd_view_row_f32(to, y);
        for (int i = 0; i < 4 * to.width; i++) {
            out[i] = in[i] > -limit ? fminf(in[i], limit) : in[i] < 0.0f ? -limit : 0.0f;
        }
    }
    if (job->transfer == ZD_TRANSFER_LINEAR) {
        zd_transfer_encode_view(ZD_TRANSFER_SRGB, to);
    }
}

void zd_guide_make(zd_context *ctx, zd_transfer transfer, zd_view picture, zd_view out)
{
    assert(picture.width == out.width && picture.height == out.height);
    assert(picture.format.channels == 4 && out.format.channels == 4);
    guide_job job = { transfer, picture, out };
    zd_pool_run(zd_context_pool(ctx), (out.height + BAND_ROWS - 1) / BAND_ROWS, make_band, &job);
}
