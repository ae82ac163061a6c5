/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Checks that all effects make, and the walk over pixels of those that are pointwise. */

#include "composite/effect.h"

#include <assert.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"
#include "core/pool.h"

static bool is_f32(zd_view view, int channels)
{
    return view.data != NULL && view.format.sample == ZD_SAMPLE_F32 &&
           view.format.channels == channels;
}

static bool same_size(zd_view a, zd_view b)
{
    return a.width == b.width && a.height == b.height;
}

static zd_status check_number(const zd_effect_desc *effect, const zd_effect_field *field,
                              float value, zd_error *err)
{
    if (value >= field->min && value <= field->max) {
        return ZD_OK;
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: %s is %g; it must be %g to %g", effect->name,
                   field->name, (double) value, (double) field->min, (double) field->max);
}

static zd_status check_numbers(const zd_effect_desc *effect, const void *params, zd_error *err)
{
    for (int i = 0; i < effect->field_count; i++) {
        const zd_effect_field *field = &effect->fields[i];
        for (int n = 0; n < field->count; n++) {
            float value;
            memcpy(&value, (const char *) params + field->offset + (size_t) n * sizeof value,
                   sizeof value);
            ZD_TRY(check_number(effect, field, value, err));
        }
    }
    return ZD_OK;
}

zd_status zd_effect_check(const zd_effect_desc *effect, const void *params, const zd_effect_io *io,
                          bool needs_nearness, zd_error *err)
{
    ZD_TRY(check_numbers(effect, params, err));
    zd_rect frame = { 0, 0, io->picture.width, io->picture.height };
    if (!is_f32(io->picture, 4) || !is_f32(io->out, 4)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: the pictures must be RGBA in float",
                       effect->name);
    }
    if (needs_nearness && (!is_f32(io->nearness, 1) || !same_size(io->nearness, io->picture))) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "%s: the depth must be gray in float and as large as the picture",
                       effect->name);
    }
    if (io->matte.data != NULL && (!is_f32(io->matte, 1) || !same_size(io->matte, io->picture))) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "%s: the matte must be gray in float and as large as the picture",
                       effect->name);
    }
    if (zd_rect_is_empty(io->roi) || !zd_rect_contains(frame, io->roi) ||
        io->out.width != io->roi.x1 - io->roi.x0 || io->out.height != io->roi.y1 - io->roi.y0)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "%s: the rectangle %d,%d to %d,%d does not fit the pictures", effect->name,
                       io->roi.x0, io->roi.y0, io->roi.x1, io->roi.y1);
    }
    return ZD_OK;
}

typedef struct pixel_job {
    const zd_effect_io *io;
    zd_effect_pixel pixel;
    const void *params;
} pixel_job;

static void run_band(void *user, int item)
{
    const pixel_job *job = user;
    const zd_effect_io *io = job->io;
    int y0 = io->roi.y0 + item * ZD_EFFECT_BAND;
    int y1 = zd_int_min(y0 + ZD_EFFECT_BAND, io->roi.y1);
    for (int y = y0; y < y1; y++) {
        for (int x = io->roi.x0; x < io->roi.x1; x++) {
            zd_vec4 colour = zd_vec4_load(zd_effect_in(io, x, y));
            float strength = zd_effect_strength(io, x, y);
            if (strength > 0.0f) {
                colour = job->pixel(job->params, io, x, y, colour, strength);
            }
            zd_vec4_store(zd_effect_out(io, x, y), colour);
        }
    }
}

void zd_effect_run_pixels(zd_context *ctx, const zd_effect_io *io, zd_effect_pixel pixel,
                          const void *params)
{
    assert(pixel != NULL);
    assert(io->out.width == io->roi.x1 - io->roi.x0);
    pixel_job job = { io, pixel, params };
    int rows = io->roi.y1 - io->roi.y0;
    zd_pool_run(zd_context_pool(ctx), (rows + ZD_EFFECT_BAND - 1) / ZD_EFFECT_BAND, run_band, &job);
}
