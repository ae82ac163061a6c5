/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The area average of a picture, straight from its planes: rows are summed with their weights
 * first, chroma at its own resolution, then columns; the matrix comes last, on the few pixels that
 * are left. All of it is linear, so the order does not matter but for rounding. */

#include <assert.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "core/vector.h"
#include "image/area.h"
#include "media/frame_kernels.h"

typedef struct small_job {
    const zd_frame *frame;
    zd_view out;
} small_job;

enum { SMALL_BAND = 8 };

/* Adds weight * the rows of box `row`, columns x .. x+count-1, for one component at full width. */
static void sum_rows(const small_job *job, int row, int component_index, int x, int count,
                     float *restrict sum)
{
    const zd_frame *frame = job->frame;
    const zd_layout *layout = &frame->layout;
    const zd_frame_component *component = &layout->colour[component_index];
    int height = frame->info.height;
    int end = zd_area_end(row, job->out.height, height);
    float values[ZD_CHUNK];
    memset(sum, 0, sizeof(float) * (size_t) count);
    for (int y = zd_area_first(row, job->out.height, height); y < end; y++) {
        float weight = zd_area_weight(y, row, job->out.height, height);
        zd_frame_kernel_fetch(layout->code, component,
                              zd_frame_component_row(frame->av, component, y), x, count, values);
        for (int i = 0; i < count; i++) {
            sum[i] += weight * values[i];
        }
    }
}

/* Adds weight * one chroma row, its number clamped to the plane. */
static void add_chroma_row(const zd_frame *frame, const zd_frame_component *component, int row,
                           float weight, int first, int samples, float *restrict sum)
{
    float values[ZD_CHUNK + 4];
    int width = zd_frame_ceil_shift(frame->info.width, component->log2_w);
    int height = zd_frame_ceil_shift(frame->info.height, component->log2_h);
    int left = zd_int_clamp(-first, 0, samples);
    int right = zd_int_clamp(first + samples - width, 0, samples - left);
    row = zd_int_clamp(row, 0, height - 1);
    zd_frame_kernel_fetch(frame->layout.code, component,
                          zd_frame_component_row(frame->av, component, row), first + left,
                          samples - left - right, values + left);
    for (int i = 0; i < left; i++) {
        values[i] = values[left];
    }
    for (int i = samples - right; i < samples; i++) {
        values[i] = values[samples - right - 1];
    }
    for (int i = 0; i < samples; i++) {
        sum[i] += weight * values[i];
    }
}

/* The same as sum_rows for subsampled chroma: each chroma row once, with the weight of all the
 * luma rows that it reaches. */
static void sum_chroma(const small_job *job, int row, int component_index, int x, int count,
                       float *sum)
{
    const zd_frame *frame = job->frame;
    const zd_layout *layout = &frame->layout;
    const zd_frame_component *component = &layout->colour[component_index];
    float upper[ZD_CHUNK + 4];
    int first;
    int samples;
    int height = frame->info.height;
    int end = zd_area_end(row, job->out.height, height);
    int at = 0; /* the chroma row whose weight is being gathered, and that of the next one */
    float here = 0.0f;
    float next = 0.0f;
    zd_frame_kernel_span(component, layout->is_site_left, x, count, &first, &samples);
    memset(upper, 0, sizeof upper);
    for (int y = zd_area_first(row, job->out.height, height); y < end; y++) {
        float weight = zd_area_weight(y, row, job->out.height, height);
        int low = y;
        float towards = 0.0f;
        if (component->log2_h > 0) {
            zd_frame_kernel_site(y, component->log2_h, layout->is_site_top, &low, &towards);
        }
        while (here + next > 0.0f && at < low) {
            add_chroma_row(frame, component, at, here, first, samples, upper);
            here = next;
            next = 0.0f;
            at++;
        }
        at = low;
        here += (1.0f - towards) * weight;
        next += towards * weight;
    }
    add_chroma_row(frame, component, at, here, first, samples, upper);
    if (next > 0.0f) {
        add_chroma_row(frame, component, at + 1, next, first, samples, upper);
    }
    if (component->log2_w > 0) {
        zd_frame_kernel_expand(component, layout->is_site_left, upper, first, x, count, sum);
    } else {
        memcpy(sum, upper, sizeof(float) * (size_t) count);
    }
}

/* What one box takes from a chunk of columns: all of those between its edges. */
typedef struct box_taps {
    int first; /* columns of the chunk */
    int last;
    float first_weight;
    float last_weight; /* 0 when it is the first one */
} box_taps;

/* The boxes that columns x .. x+count-1 reach; count of them at most ZD_CHUNK + 2 when the picture
 * is not enlarged. Returns their number and that of the first. */
static int find_taps(const small_job *job, int x, int count, int from, int room, box_taps *taps)
{
    int boxes = job->out.width;
    int width = job->frame->info.width;
    int last = (int) (((int64_t) (x + count) * boxes - 1) / width);
    int found = 0;
    for (int box = from; box <= last && found < room; box++, found++) {
        int first = zd_int_max(zd_area_first(box, boxes, width), x);
        int end = zd_int_min(zd_area_end(box, boxes, width), x + count);
        assert(first < end);
        taps[found] =
            (box_taps){ first - x, end - 1 - x, zd_area_weight(first, box, boxes, width),
                        end - 1 > first ? zd_area_weight(end - 1, box, boxes, width) : 0.0f };
    }
    return found;
}

/* Adds a chunk of columns to the boxes that they lie in. */
static void sum_columns(const box_taps *taps, int count, const float *sum, float *out)
{
    for (int i = 0; i < count; i++) {
        const box_taps *tap = &taps[i];
        float total = tap->first_weight * sum[tap->first] + tap->last_weight * sum[tap->last];
        for (int k = tap->first + 1; k < tap->last; k++) {
            total += sum[k];
        }
        out[3 * (ptrdiff_t) i] += total;
    }
}

static void finish_row(const small_job *job, float *out)
{
    const zd_layout *layout = &job->frame->layout;
    double area = (double) job->frame->info.width / job->out.width *
                  ((double) job->frame->info.height / job->out.height);
    float scale = (float) (1.0 / area);
    for (int i = 0; i < job->out.width; i++) {
        float *pixel = out + 3 * (ptrdiff_t) i;
        float a = pixel[0] * scale;
        float b = pixel[1] * scale;
        float c = pixel[2] * scale;
        if (layout->colour_count == 1) {
            pixel[0] = pixel[1] = pixel[2] = a;
        } else {
            float *rows[3] = { &a, &b, &c };
            if (layout->is_yuv) {
                zd_frame_kernel_to_rgb(layout, rows, 1);
            }
            pixel[0] = a;
            pixel[1] = b;
            pixel[2] = c;
        }
    }
}

enum { TAPS = ZD_CHUNK + 2 };

/* Sums a chunk of columns of one row of boxes into the boxes from number `box`. */
static void small_chunk(const small_job *job, int row, int x, int count, const box_taps *taps,
                        int boxes, int box)
{
    const zd_layout *layout = &job->frame->layout;
    float *out = zd_view_row_f32(job->out, row) + 3 * (ptrdiff_t) box;
    for (int c = 0; c < layout->colour_count; c++) {
        float sum[ZD_CHUNK];
        if (layout->is_yuv && c > 0) {
            sum_chroma(job, row, c, x, count, sum);
        } else {
            sum_rows(job, row, c, x, count, sum);
        }
        sum_columns(taps, boxes, sum, out + c);
    }
}

static ZD_VECTORISED void small_band(void *user, int item)
{
    const small_job *job = user;
    int width = job->frame->info.width;
    int first = item * SMALL_BAND;
    int last = zd_int_min(first + SMALL_BAND, job->out.height);
    for (int row = first; row < last; row++) {
        memset(zd_view_row_f32(job->out, row), 0, sizeof(float) * 3 * (size_t) job->out.width);
    }
    for (int x = 0; x < width; x += ZD_CHUNK) {
        int count = zd_int_min(ZD_CHUNK, width - x);
        int box = (int) ((int64_t) x * job->out.width / width);
        box_taps taps[TAPS];
        int boxes;
        for (; (boxes = find_taps(job, x, count, box, TAPS, taps)) > 0; box += boxes) {
            for (int row = first; row < last; row++) {
                small_chunk(job, row, x, count, taps, boxes, box);
            }
        }
    }
    for (int row = first; row < last; row++) {
        finish_row(job, zd_view_row_f32(job->out, row));
    }
}

/* Premultiplied codes must be divided before they are averaged: reads row by row. */
static zd_status small_premultiplied(const zd_frame *frame, zd_view out, zd_error *err)
{
    zd_image *row = NULL;
    int width = frame->info.width;
    ZD_TRY(zd_image_create(frame->ctx, width, 1, ZD_RGB_F32, &row, err));
    zd_view view = zd_image_view(row);
    const float *values = zd_view_row_f32(view, 0);
    float scale = (float) ((double) out.width / width * out.height / frame->info.height);
    zd_view_clear(out);
    zd_status status = ZD_OK;
    for (int j = 0; j < out.height && status == ZD_OK; j++) {
        float *to = zd_view_row_f32(out, j);
        int end = zd_area_end(j, out.height, frame->info.height);
        for (int y = zd_area_first(j, out.height, frame->info.height); y < end; y++) {
            float down = zd_area_weight(y, j, out.height, frame->info.height) * scale;
            status = zd_frame_read(frame, (zd_rect){ 0, y, width, y + 1 }, view, err);
            for (int i = 0; i < out.width && status == ZD_OK; i++) {
                for (int x = zd_area_first(i, out.width, width);
                     x < zd_area_end(i, out.width, width); x++) {
                    float weight = down * zd_area_weight(x, i, out.width, width);
                    to[3 * i + 0] += weight * values[3 * x + 0];
                    to[3 * i + 1] += weight * values[3 * x + 1];
                    to[3 * i + 2] += weight * values[3 * x + 2];
                }
            }
        }
    }
    zd_image_unref(&row);
    return status;
}

zd_status zd_frame_read_small(const zd_frame *frame, zd_view out, zd_error *err)
{
    if (out.width < 1 || out.height < 1 || out.format.sample != ZD_SAMPLE_F32 ||
        out.format.channels != 3)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "a reduced frame needs an RGB float32 picture, not %dx%d with %d channels",
                       out.width, out.height, out.format.channels);
    }
    if (frame->info.is_premultiplied && frame->layout.has_alpha) {
        return small_premultiplied(frame, out, err);
    }
    small_job job = { frame, out };
    zd_pool_run(zd_context_pool(frame->ctx), (out.height + SMALL_BAND - 1) / SMALL_BAND, small_band,
                &job);
    return ZD_OK;
}
