/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Taking over the very codes of another frame where a mask says so. A sample is taken when the mask
 * is 1 on every pixel that it serves, so that shared chroma is never mixed. */

#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "media/frame_internal.h"

typedef struct copy_job {
    const zd_frame *from;
    const zd_frame *to; /* writable */
    zd_view mask;
} copy_job;

/* The least mask value of the pixels that a sample serves. */
static bool covers(zd_view mask, const zd_frame_component *c, int sample_x, int sample_y)
{
    int x1 = zd_int_min((sample_x + 1) << c->log2_w, mask.width);
    int y1 = zd_int_min((sample_y + 1) << c->log2_h, mask.height);
    for (int y = sample_y << c->log2_h; y < y1; y++) {
        const float *row = zd_view_row_f32(mask, y);
        for (int x = sample_x << c->log2_w; x < x1; x++) {
            if (!(row[x] >= 1.0f)) {
                return false;
            }
        }
    }
    return true;
}

static void copy_component_row(const copy_job *job, const zd_frame_component *c, int sample_y)
{
    static const size_t sizes[] = { 1, 2, 4 };
    size_t bytes = sizes[job->to->layout.code];
    const uint8_t *from = zd_frame_component_row(job->from->av, c, sample_y);
    uint8_t *to = (uint8_t *) zd_frame_component_row(job->to->av, c, sample_y);
    int samples = zd_frame_ceil_shift(job->mask.width, c->log2_w);
    for (int x = 0; x < samples; x++) {
        if (covers(job->mask, c, x, sample_y)) {
            size_t at = (size_t) (c->offset + x * c->step) * bytes;
            memcpy(to + at, from + at, bytes);
        }
    }
}

static void copy_component_band(const copy_job *job, const zd_frame_component *c, int y0, int y1)
{
    for (int y = zd_frame_ceil_shift(y0, c->log2_h); y << c->log2_h < y1; y++) {
        copy_component_row(job, c, y);
    }
}

static void copy_band(void *user, int band)
{
    const copy_job *job = user;
    const zd_layout *layout = &job->to->layout;
    int y0 = band * ZD_FRAME_BAND;
    int y1 = zd_int_min(y0 + ZD_FRAME_BAND, job->mask.height);
    for (int i = 0; i < layout->colour_count; i++) {
        copy_component_band(job, &layout->colour[i], y0, y1);
    }
    if (layout->has_alpha) {
        copy_component_band(job, &layout->alpha, y0, y1);
    }
}

zd_status zd_frame_copy_where(zd_frame **to, const zd_frame *from, zd_view mask, zd_error *err)
{
    if ((*to)->av->format != from->av->format || (*to)->info.width != from->info.width ||
        (*to)->info.height != from->info.height || mask.width != from->info.width ||
        mask.height != from->info.height)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the frames differ in size or pixel format");
    }
    ZD_TRY(zd_frame_make_writable(to, err));
    copy_job job = { from, *to, mask };
    int bands = (mask.height + ZD_FRAME_BAND - 1) / ZD_FRAME_BAND;
    zd_pool_run(zd_context_pool(from->ctx), bands, copy_band, &job);
    return ZD_OK;
}
