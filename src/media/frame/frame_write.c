/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* From float32 back to codes, by difference: a code moves by the rounded, encoded change of its
 * pixels, so a pixel that did not change keeps its code whatever the rounding of the way there and
 * back. Making a whole frame is the same thing, starting from black. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "core/vector.h"
#include "media/frame_kernels.h"

enum { MARGIN = 1, ROW_SIZE = ZD_CHUNK + 2 * MARGIN };

typedef struct write_job {
    zd_frame *frame;
    zd_rect roi;
    zd_view before; /* data NULL: all zero */
    zd_view after;
    int group; /* luma rows that share a chroma row */
} write_job;

typedef struct delta_rows {
    float colour[3][ROW_SIZE];
    float alpha[ROW_SIZE];
} delta_rows;

static float channel_of(const float *pixel, int channels, int channel)
{
    assert(channel >= 0 && channel < 4);
    if (channel == 3) {
        return channels == 4 ? pixel[3] : 1.0f;
    }
    return channels == 1 ? pixel[0] : pixel[channel];
}

static const float *pixel_at(zd_view view, zd_rect roi, int x, int y)
{
    assert(x >= roi.x0 && x < roi.x1 && y >= roi.y0 && y < roi.y1);
    return zd_view_row_f32(view, y - roi.y0) + (ptrdiff_t) (x - roi.x0) * view.format.channels;
}

/* Whether columns x0 .. x1-1 of a row are the same bits before and after. */
static bool is_unchanged(const write_job *job, int x0, int x1, int y)
{
    if (job->before.data == NULL || job->before.format.channels != job->after.format.channels) {
        return false;
    }
    size_t bytes = sizeof(float) * (size_t) (x1 - x0) * (size_t) job->after.format.channels;
    return memcmp(pixel_at(job->before, job->roi, x0, y), pixel_at(job->after, job->roi, x0, y),
                  bytes) == 0;
}

/* The loop of all deltas that matter: equal channel counts on both sides, 3 or 4 of them. */
static void subtract_pixels(const float *restrict before, const float *restrict after, int channels,
                            int count, delta_rows *restrict out, int at)
{
    if (channels == 4) {
        for (int i = 0; i < count; i++) {
            out->colour[0][at + i] = after[4 * i + 0] - before[4 * i + 0];
            out->colour[1][at + i] = after[4 * i + 1] - before[4 * i + 1];
            out->colour[2][at + i] = after[4 * i + 2] - before[4 * i + 2];
            out->alpha[at + i] = after[4 * i + 3] - before[4 * i + 3];
        }
    } else {
        for (int i = 0; i < count; i++) {
            out->colour[0][at + i] = after[3 * i + 0] - before[3 * i + 0];
            out->colour[1][at + i] = after[3 * i + 1] - before[3 * i + 1];
            out->colour[2][at + i] = after[3 * i + 2] - before[3 * i + 2];
            out->alpha[at + i] = 0.0f;
        }
    }
}

/* Any mix of channels, premultiplied codes, and frames made from nothing. */
static void subtract_general(const write_job *job, int x0, int x1, int y, delta_rows *out, int at)
{
    static const float black[4] = { 0.0f, 0.0f, 0.0f, 0.0f };
    bool is_new = job->before.data == NULL;
    bool is_premultiplied = job->frame->info.is_premultiplied;
    int before_channels = is_new ? 4 : job->before.format.channels;
    int after_channels = job->after.format.channels;
    for (int x = x0; x < x1; x++, at++) {
        const float *before = is_new ? black : pixel_at(job->before, job->roi, x, y);
        const float *after = pixel_at(job->after, job->roi, x, y);
        float alpha_before = channel_of(before, before_channels, 3);
        float alpha_after = channel_of(after, after_channels, 3);
        bool is_alpha_known = is_new || (before_channels == 4 && after_channels == 4);
        float scale_before = is_premultiplied ? alpha_before : 1.0f;
        float scale_after = is_premultiplied ? alpha_after : 1.0f;
        for (int c = 0; c < 3; c++) {
            out->colour[c][at] = channel_of(after, after_channels, c) * scale_after -
                                 channel_of(before, before_channels, c) * scale_before;
        }
        out->alpha[at] = is_alpha_known ? alpha_after - alpha_before : 0.0f;
    }
}

static const float nothing[ROW_SIZE * 4]; /* what a new frame is made from */

/* Whether pixels can be subtracted as they lie. */
static bool is_plain(const write_job *job)
{
    int channels = job->after.format.channels;
    if (job->frame->info.is_premultiplied || channels < 3) {
        return false;
    }
    if (job->before.data == NULL) {
        return channels == 4 || !job->frame->layout.has_alpha;
    }
    return job->before.format.channels == channels;
}

/* Changes of columns x-1 .. x+count of a row, at index 0: zero outside the rectangle, and repeated
 * beyond the picture. False when nothing changes. */
static bool make_deltas(const write_job *job, int x, int count, int y, delta_rows *out)
{
    int x0 = zd_int_max(x - MARGIN, job->roi.x0);
    int x1 = zd_int_min(x + count + MARGIN, job->roi.x1);
    if (y < job->roi.y0 || y >= job->roi.y1 || x0 >= x1 || is_unchanged(job, x0, x1, y)) {
        return false;
    }
    int at = x0 - (x - MARGIN);
    if (x1 - x0 < count + 2 * MARGIN) {
        memset(out, 0, sizeof *out);
    }
    if (is_plain(job)) {
        bool is_new = job->before.data == NULL;
        subtract_pixels(is_new ? nothing : pixel_at(job->before, job->roi, x0, y),
                        pixel_at(job->after, job->roi, x0, y), job->after.format.channels, x1 - x0,
                        out, at);
    } else {
        subtract_general(job, x0, x1, y, out, at);
    }
    int beyond = job->frame->info.width - (x - MARGIN);
    for (int c = 0; c < 3; c++) {
        float *row = out->colour[c];
        row[0] = x == 0 ? row[1] : row[0];
        if (beyond < count + 2 * MARGIN) {
            row[beyond] = row[beyond - 1];
        }
    }
    return true;
}

/* out = row `index` of the matrix times the colour change. A change that is not a number counts as
 * none here, or it would spread through the chroma of its neighbours. */
static void mix(const zd_layout *layout, int index, const delta_rows *deltas, float *restrict out,
                int count)
{
    const float *restrict red = deltas->colour[0];
    const float *restrict green = deltas->colour[1];
    const float *restrict blue = deltas->colour[2];
    const float r = layout->from_rgb[index][0];
    const float g = layout->from_rgb[index][1];
    const float b = layout->from_rgb[index][2];
    for (int i = 0; i < count; i++) {
        float sum = r * red[i] + g * green[i] + b * blue[i];
        out[i] = sum - sum == 0.0f ? sum : 0.0f;
    }
}

static uint8_t *component_row(const write_job *job, const zd_frame_component *component, int y)
{
    return (uint8_t *) zd_frame_component_row(job->frame->av, component, y);
}

static void add_row(const write_job *job, const zd_frame_component *component, int x, int y,
                    int count, const float *delta)
{
    zd_frame_kernel_add(job->frame->layout.code, component, component_row(job, component, y), x,
                        count, delta);
}

/* Luma, gray, RGB and alpha: what every row has of its own. */
static void write_own(const write_job *job, const delta_rows *deltas, int x, int count, int y)
{
    const zd_layout *layout = &job->frame->layout;
    if (layout->is_yuv || layout->colour_count == 1) {
        float luma[ROW_SIZE];
        mix(layout, 0, deltas, luma, count + 2 * MARGIN);
        add_row(job, &layout->colour[0], x, y, count, luma + MARGIN);
    } else {
        for (int c = 0; c < 3; c++) {
            add_row(job, &layout->colour[c], x, y, count, deltas->colour[c] + MARGIN);
        }
    }
    if (layout->has_alpha) {
        add_row(job, &layout->alpha, x, y, count, deltas->alpha + MARGIN);
    }
}

/* Brings a row of changes, given from column x-1, to chroma resolution. */
static int reduce_row(const zd_layout *layout, const zd_frame_component *component,
                      const float *row, int count, float scale, float *restrict out)
{
    int shift = component->log2_w;
    int samples = zd_frame_ceil_shift(count, shift);
    if (shift == 1 && layout->is_site_left) {
        for (int i = 0; i < samples; i++) {
            const float *at = row + 2 * (ptrdiff_t) i;
            out[i] = (0.25f * (at[0] + at[2]) + 0.5f * at[1]) * scale;
        }
        return samples;
    }
    for (int i = 0; i < samples; i++) {
        int width = zd_int_min(1 << shift, count - (i << shift));
        float sum = 0.0f;
        for (int k = 0; k < width; k++) {
            sum += row[MARGIN + (i << shift) + k];
        }
        out[i] = sum * (scale / (float) width);
    }
    return samples;
}

static void write_chroma(const write_job *job, float sums[2][ROW_SIZE], int x, int count, int y)
{
    const zd_layout *layout = &job->frame->layout;
    int rows = zd_int_min(job->group, job->frame->info.height - y);
    for (int i = 0; i < 2; i++) {
        const zd_frame_component *component = &layout->colour[1 + i];
        float reduced[ROW_SIZE];
        int samples = reduce_row(layout, component, sums[i], count, 1.0f / (float) rows, reduced);
        add_row(job, component, x >> component->log2_w, y >> component->log2_h, samples, reduced);
    }
}

/* Columns x .. x+count-1 of the rows from y that share their chroma. */
static void write_group(const write_job *job, int x, int count, int y)
{
    const zd_layout *layout = &job->frame->layout;
    float sums[2][ROW_SIZE];
    bool is_changed = false;
    for (int row = y; row < zd_int_min(y + job->group, job->frame->info.height); row++) {
        delta_rows deltas;
        if (!make_deltas(job, x, count, row, &deltas)) {
            continue;
        }
        write_own(job, &deltas, x, count, row);
        for (int i = 0; i < 2 && layout->is_yuv; i++) {
            float change[ROW_SIZE];
            mix(layout, 1 + i, &deltas, change, count + 2 * MARGIN);
            for (int k = 0; k < count + 2 * MARGIN; k++) {
                sums[i][k] = is_changed ? sums[i][k] + change[k] : change[k];
            }
        }
        is_changed = true;
    }
    if (is_changed && layout->is_yuv) {
        write_chroma(job, sums, x, count, y);
    }
}

/* The columns, by whole chroma samples, and rows whose codes a change of the rectangle can reach. */
static zd_rect reach(const write_job *job)
{
    int width = job->frame->info.width;
    int unit = 1 << job->frame->layout.colour[1].log2_w;
    int x0 = zd_int_max(job->roi.x0 - MARGIN, 0) / unit * unit;
    int x1 = (job->roi.x1 + MARGIN + unit - 1) / unit * unit;
    return (zd_rect){ x0, job->roi.y0 / job->group * job->group, zd_int_min(x1, width),
                      job->roi.y1 };
}

static ZD_VECTORISED void write_band(void *user, int item)
{
    const write_job *job = user;
    zd_rect rect = reach(job);
    int first = rect.y0 + item * ZD_FRAME_BAND;
    int end = zd_int_min(first + ZD_FRAME_BAND, rect.y1);
    for (int y = first; y < end; y += job->group) {
        for (int x = rect.x0; x < rect.x1; x += ZD_CHUNK) {
            write_group(job, x, zd_int_min(ZD_CHUNK, rect.x1 - x), y);
        }
    }
}

/* Float codes are set, not moved: the difference of floats would not give `after` back. */
static void write_float_pixel(const write_job *job, int x, int y)
{
    const zd_layout *layout = &job->frame->layout;
    const float *after = pixel_at(job->after, job->roi, x, y);
    int channels = job->after.format.channels;
    float alpha = channel_of(after, channels, 3);
    float scale = job->frame->info.is_premultiplied && layout->has_alpha ? alpha : 1.0f;
    float luma = layout->from_rgb[0][0] * channel_of(after, channels, 0) +
                 layout->from_rgb[0][1] * channel_of(after, channels, 1) +
                 layout->from_rgb[0][2] * channel_of(after, channels, 2);
    if (channels == 1) {
        luma = after[0];
    }
    for (int c = 0; c < layout->colour_count; c++) {
        const zd_frame_component *component = &layout->colour[c];
        float *row = (float *) (void *) component_row(job, component, y);
        float value = layout->colour_count == 1 ? luma : channel_of(after, channels, c);
        row[component->offset + (ptrdiff_t) x * component->step] = value * scale;
    }
    if (layout->has_alpha && (channels == 4 || job->before.data == NULL)) {
        float *row = (float *) (void *) component_row(job, &layout->alpha, y);
        row[layout->alpha.offset + (ptrdiff_t) x * layout->alpha.step] = alpha;
    }
}

static void write_float_band(void *user, int item)
{
    const write_job *job = user;
    int first = job->roi.y0 + item * ZD_FRAME_BAND;
    int end = zd_int_min(first + ZD_FRAME_BAND, job->roi.y1);
    for (int y = first; y < end; y++) {
        if (is_unchanged(job, job->roi.x0, job->roi.x1, y)) {
            continue;
        }
        for (int x = job->roi.x0; x < job->roi.x1; x++) {
            if (!is_unchanged(job, x, x + 1, y)) {
                write_float_pixel(job, x, y);
            }
        }
    }
}

static void run_job(write_job *job)
{
    zd_pool *pool = zd_context_pool(job->frame->ctx);
    const zd_layout *layout = &job->frame->layout;
    job->group = layout->is_yuv ? 1 << layout->colour[1].log2_h : 1;
    if (layout->code == ZD_CODE_F32) {
        int rows = job->roi.y1 - job->roi.y0;
        zd_pool_run(pool, (rows + ZD_FRAME_BAND - 1) / ZD_FRAME_BAND, write_float_band, job);
    } else {
        zd_rect rect = reach(job);
        zd_pool_run(pool, (rect.y1 - rect.y0 + ZD_FRAME_BAND - 1) / ZD_FRAME_BAND, write_band, job);
    }
}

static bool is_view_fit(zd_view view, zd_rect roi, int channels_min)
{
    return view.width == roi.x1 - roi.x0 && view.height == roi.y1 - roi.y0 &&
           view.format.sample == ZD_SAMPLE_F32 && view.format.channels >= channels_min;
}

/* Gives a frame codes that no other picture shares. */
static zd_status own_codes(zd_frame *frame, zd_error *err)
{
    AVFrame *copy = NULL;
    AVFrame *av = frame->av;
    if (av_frame_is_writable(av) > 0) {
        return ZD_OK;
    }
    ZD_TRY(zd_frame_allocate_kept(frame->ctx, av->width, av->height, av->format, av, &copy, err));
    if (av_frame_copy(copy, av) < 0) {
        av_frame_free(&copy);
        return zd_fail_memory(err, "a frame");
    }
    av_frame_free(&frame->av);
    frame->av = copy;
    return ZD_OK;
}

/* Makes *frame one that only the caller holds. */
zd_status zd_frame_make_writable(zd_frame **frame, zd_error *err)
{
    zd_frame *old = *frame;
    if (atomic_load_explicit(&old->references, memory_order_acquire) == 1) {
        return own_codes(old, err);
    }
    zd_frame *copy = NULL;
    ZD_TRY(zd_frame_share(old, old->info.time_base, old->info.pts, &copy, err));
    copy->info.duration = old->info.duration;
    zd_status status = own_codes(copy, err);
    if (status != ZD_OK) {
        zd_frame_unref(&copy);
        return status;
    }
    zd_frame_unref(frame);
    *frame = copy;
    return ZD_OK;
}

zd_status zd_frame_write(zd_frame **frame, zd_rect roi, zd_view before, zd_view after,
                         zd_error *err)
{
    zd_rect inside = zd_rect_intersect(roi, zd_frame_whole(*frame));
    if (zd_rect_is_empty(roi) || memcmp(&inside, &roi, sizeof roi) != 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the rectangle %d,%d..%d,%d does not lie within a frame of %dx%d", roi.x0,
                       roi.y0, roi.x1, roi.y1, (*frame)->info.width, (*frame)->info.height);
    }
    if (before.data == NULL || !is_view_fit(before, roi, 3) || !is_view_fit(after, roi, 3)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "pictures of %dx%d and %dx%d cannot change a rectangle of %dx%d",
                       before.width, before.height, after.width, after.height, roi.x1 - roi.x0,
                       roi.y1 - roi.y0);
    }
    ZD_TRY(zd_frame_make_writable(frame, err));
    write_job job = { .frame = *frame, .roi = roi, .before = before, .after = after };
    run_job(&job);
    return ZD_OK;
}

void zd_frame_add_rows(zd_frame *frame, int y, zd_view rows)
{
    zd_rect roi = { 0, y, frame->info.width, y + rows.height };
    write_job job = { .frame = frame, .roi = roi, .after = rows };
    assert(y % ZD_FRAME_ROWS == 0 && rows.width == frame->info.width);
    run_job(&job);
}
