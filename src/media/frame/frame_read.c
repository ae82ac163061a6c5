/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* From codes to float32 RGB, RGBA and gray. A band of rows is one item of the pool; a row is done
 * in chunks whose working values stay in the first level cache. */

#include <assert.h>

#include "core/pool.h"
#include "core/size.h"
#include "core/vector.h"
#include "media/frame_kernels.h"

typedef struct read_job {
    const zd_frame *frame;
    zd_rect roi;
    zd_view out;
} read_job;

typedef struct read_rows {
    float storage[4][ZD_CHUNK];
} read_rows;

static void read_colour(const zd_frame *frame, int x, int y, int count, float *rows[3])
{
    const zd_layout *layout = &frame->layout;
    const zd_frame_component *first = &layout->colour[0];
    zd_frame_kernel_fetch(layout->code, first, zd_frame_component_row(frame->av, first, y), x,
                          count, rows[0]);
    for (int i = 1; i < layout->colour_count; i++) {
        const zd_frame_component *component = &layout->colour[i];
        if (layout->is_yuv) {
            zd_frame_kernel_chroma(layout, component, frame->av, x, y, count, rows[i]);
        } else {
            zd_frame_kernel_fetch(layout->code, component,
                                  zd_frame_component_row(frame->av, component, y), x, count,
                                  rows[i]);
        }
    }
    if (layout->is_yuv) {
        zd_frame_kernel_to_rgb(layout, rows, count);
    }
}

static void unpremultiply(float *rows[3], int colours, const float *restrict alpha, int count)
{
    for (int c = 0; c < colours; c++) {
        float *restrict row = rows[c];
        for (int i = 0; i < count; i++) {
            /* Light without coverage keeps its value: there is nothing to divide by. */
            row[i] = alpha[i] > 0.0f ? row[i] / alpha[i] : row[i];
        }
    }
}

/* Gives where R, G, B lie: gray has them all in one row. */
static void read_chunk(const zd_frame *frame, int x, int y, int count, read_rows *rows,
                       const float *rgba[4])
{
    assert(count > 0 && count <= ZD_CHUNK);
    const zd_layout *layout = &frame->layout;
    float *colour[3] = { rows->storage[0], rows->storage[1], rows->storage[2] };
    float *alpha = rows->storage[3];
    read_colour(frame, x, y, count, colour);
    if (layout->has_alpha) {
        zd_frame_kernel_fetch(layout->code, &layout->alpha,
                              zd_frame_component_row(frame->av, &layout->alpha, y), x, count,
                              alpha);
        if (frame->info.is_premultiplied) {
            unpremultiply(colour, layout->colour_count, alpha, count);
        }
    } else {
        for (int i = 0; i < count; i++) {
            alpha[i] = 1.0f;
        }
    }
    bool is_gray = layout->colour_count == 1;
    rgba[0] = colour[0];
    rgba[1] = is_gray ? colour[0] : colour[1];
    rgba[2] = is_gray ? colour[0] : colour[2];
    rgba[3] = alpha;
}

static void interleave(const float *const rgba[4], int channels, int count, float *restrict out)
{
    const float *red = rgba[0];
    const float *green = rgba[1];
    const float *blue = rgba[2];
    const float *alpha = rgba[3];
    if (channels == 3) {
        for (int i = 0; i < count; i++) {
            out[3 * i + 0] = red[i];
            out[3 * i + 1] = green[i];
            out[3 * i + 2] = blue[i];
        }
    } else {
        for (int i = 0; i < count; i++) {
            out[4 * i + 0] = red[i];
            out[4 * i + 1] = green[i];
            out[4 * i + 2] = blue[i];
            out[4 * i + 3] = alpha[i];
        }
    }
}

static ZD_VECTORISED void read_band(void *user, int item)
{
    const read_job *job = user;
    int channels = job->out.format.channels;
    int first = item * ZD_FRAME_BAND;
    int last = zd_int_min(first + ZD_FRAME_BAND, job->out.height);
    for (int row = first; row < last; row++) {
        float *out = zd_view_row_f32(job->out, row);
        for (int x = 0; x < job->out.width; x += ZD_CHUNK) {
            read_rows rows;
            const float *rgba[4];
            int count = zd_int_min(ZD_CHUNK, job->out.width - x);
            read_chunk(job->frame, job->roi.x0 + x, job->roi.y0 + row, count, &rows, rgba);
            interleave(rgba, channels, count, out + (ptrdiff_t) x * channels);
        }
    }
}

zd_status zd_frame_read(const zd_frame *frame, zd_rect roi, zd_view out, zd_error *err)
{
    zd_rect inside = zd_rect_intersect(roi, zd_frame_whole(frame));
    if (zd_rect_is_empty(roi) || inside.x0 != roi.x0 || inside.y0 != roi.y0 ||
        inside.x1 != roi.x1 || inside.y1 != roi.y1)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the rectangle %d,%d..%d,%d does not lie within a frame of %dx%d", roi.x0,
                       roi.y0, roi.x1, roi.y1, frame->info.width, frame->info.height);
    }
    if (out.width != roi.x1 - roi.x0 || out.height != roi.y1 - roi.y0 ||
        out.format.sample != ZD_SAMPLE_F32 || out.format.channels < 3)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "a rectangle of %dx%d cannot be read into a picture of %dx%d with %d "
                       "channels",
                       roi.x1 - roi.x0, roi.y1 - roi.y0, out.width, out.height,
                       out.format.channels);
    }
    read_job job = { frame, roi, out };
    zd_pool_run(zd_context_pool(frame->ctx), (out.height + ZD_FRAME_BAND - 1) / ZD_FRAME_BAND,
                read_band, &job);
    return ZD_OK;
}

static void read_gray_band(void *user, int item)
{
    const read_job *job = user;
    const zd_layout *layout = &job->frame->layout;
    const zd_frame_component *component = &layout->colour[0];
    int first = item * ZD_FRAME_BAND;
    int last = zd_int_min(first + ZD_FRAME_BAND, job->out.height);
    for (int y = first; y < last; y++) {
        zd_frame_kernel_fetch(layout->code, component,
                              zd_frame_component_row(job->frame->av, component, y), 0,
                              job->out.width, zd_view_row_f32(job->out, y));
    }
}

zd_status zd_frame_read_gray(const zd_frame *frame, zd_view out, zd_error *err)
{
    if (out.width != frame->info.width || out.height != frame->info.height ||
        out.format.sample != ZD_SAMPLE_F32 || out.format.channels != 1)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "a frame of %dx%d cannot be read as gray into a picture of %dx%d",
                       frame->info.width, frame->info.height, out.width, out.height);
    }
    read_job job = { frame, zd_frame_whole(frame), out };
    zd_pool_run(zd_context_pool(frame->ctx), (out.height + ZD_FRAME_BAND - 1) / ZD_FRAME_BAND,
                read_gray_band, &job);
    return ZD_OK;
}
