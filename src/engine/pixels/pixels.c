/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One reader and one writer for all forms; rows are done on the pool in bands. A part that did
 * not change is copied, not converted. */

#include "engine/pixels/pixels.h"

#include <assert.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "core/half.h"
#include "core/pool.h"
#include "core/size.h"
#include "image/linear.h"
#include "image/vec4.h"

enum { BAND_ROWS = 16, CHUNK = 512 };

static int bands_of(int height)
{
    return (height + BAND_ROWS - 1) / BAND_ROWS;
}

/* Samples to floats in the host's own order of channels. */
static void fetch(zd_sample sample, const void *from, int count, float *restrict out)
{
    const uint8_t *bytes = from;
    const uint16_t *words = from;
    switch (sample) {
    case ZD_SAMPLE_U8:
        for (int i = 0; i < count; i++) {
            out[i] = (float) bytes[i] * (1.0f / 255.0f);
        }
        break;
    case ZD_SAMPLE_U16:
        for (int i = 0; i < count; i++) {
            out[i] = (float) words[i] * (1.0f / 65535.0f);
        }
        break;
    case ZD_SAMPLE_F16:
        for (int i = 0; i < count; i++) {
            out[i] = zd_half_to_float(words[i]);
        }
        break;
    case ZD_SAMPLE_F32:
        memcpy(out, from, (size_t) count * sizeof *out);
        break;
    }
}

static int code(float value, float top)
{
    return !(value > 0.0f) ? 0 : value >= 1.0f ? (int) top : (int) (value * top + 0.5f);
}

/* A finite colour stays finite: what half cannot hold becomes its largest number. */
static uint16_t half_code(float value)
{
    const float largest = 65504.0f;
    bool is_beyond = fabsf(value) > largest && fabsf(value) < INFINITY;
    return zd_half_from_float(is_beyond ? copysignf(largest, value) : value);
}

static void store(zd_sample sample, const float *restrict from, int count, void *out)
{
    uint8_t *bytes = out;
    uint16_t *words = out;
    switch (sample) {
    case ZD_SAMPLE_U8:
        for (int i = 0; i < count; i++) {
            bytes[i] = (uint8_t) code(from[i], 255.0f);
        }
        break;
    case ZD_SAMPLE_U16:
        for (int i = 0; i < count; i++) {
            words[i] = (uint16_t) code(from[i], 65535.0f);
        }
        break;
    case ZD_SAMPLE_F16:
        for (int i = 0; i < count; i++) {
            words[i] = half_code(from[i]);
        }
        break;
    case ZD_SAMPLE_F32:
        memcpy(out, from, (size_t) count * sizeof *from);
        break;
    }
}

/* One pixel of the host's channels becomes RGBA, unpremultiplied. */
static void arrange(const zd_pixels *picture, const float *restrict from, int count,
                    float *restrict out)
{
    int channels = picture->view.format.channels;
    int red = channels < 3 ? 0 : picture->is_bgr ? 2 : 0;
    int green = channels < 3 ? 0 : 1;
    int blue = channels < 3 ? 0 : 2 - red;
    bool has_alpha = channels == 4 && picture->alpha != ZD_PIXELS_OPAQUE;
    bool divide = has_alpha && picture->alpha == ZD_PIXELS_PREMULTIPLIED;
    for (int i = 0; i < count; i++, from += channels, out += 4) {
        float alpha = has_alpha ? from[3] : 1.0f;
        out[0] = from[red];
        out[1] = from[green];
        out[2] = from[blue];
        out[3] = alpha;
        if (divide && alpha > 0.0f && alpha != 1.0f) {
            out[0] /= alpha;
            out[1] /= alpha;
            out[2] /= alpha;
        }
    }
}

static void rearrange(const zd_pixels *picture, const float *restrict from, int count,
                      float *restrict out)
{
    int channels = picture->view.format.channels;
    int red = picture->is_bgr ? 2 : 0;
    bool multiply = channels == 4 && picture->alpha == ZD_PIXELS_PREMULTIPLIED;
    for (int i = 0; i < count; i++, from += 4, out += channels) {
        float scale = multiply ? from[3] : 1.0f;
        if (channels == 1) {
            out[0] = from[3];
            continue;
        }
        out[red] = multiply ? from[0] * scale : from[0];
        out[1] = multiply ? from[1] * scale : from[1];
        out[2 - red] = multiply ? from[2] * scale : from[2];
        if (channels == 4) {
            out[3] = picture->alpha == ZD_PIXELS_OPAQUE ? 1.0f : from[3];
        }
    }
}

/* Its samples are the engine's own. */
static bool is_plain(const zd_pixels *picture)
{
    zd_format format = picture->view.format;
    return format.sample == ZD_SAMPLE_F32 && format.channels == 4 && !picture->is_bgr &&
           picture->alpha == ZD_PIXELS_STRAIGHT;
}

typedef struct read_job {
    const zd_pixels *picture;
    zd_rect rect;
    zd_rect inside;
    zd_view out;
    bool may_be_wild;
    atomic_bool wild;
} read_job;

static const char *pixel_at(const zd_pixels *picture, int x, int y)
{
    return (const char *) picture->view.data +
           (ptrdiff_t) (y - picture->y) * picture->view.stride_bytes +
           (ptrdiff_t) (x - picture->x) * (ptrdiff_t) zd_format_pixel_bytes(picture->view.format);
}

static void read_row(const read_job *job, int y, float *out)
{
    const zd_pixels *picture = job->picture;
    zd_format format = picture->view.format;
    size_t pixel = zd_format_pixel_bytes(format);
    const char *from = pixel_at(picture, job->inside.x0, y);
    int width = job->inside.x1 - job->inside.x0;
    out += 4 * (ptrdiff_t) (job->inside.x0 - job->rect.x0);
    if (is_plain(picture)) {
        memcpy(out, from, (size_t) width * pixel);
        return;
    }
    for (int x = 0; x < width; x += CHUNK) {
        float raw[CHUNK * 4];
        int count = zd_int_min(CHUNK, width - x);
        fetch(format.sample, from + (size_t) x * pixel, count * format.channels, raw);
        arrange(picture, raw, count, out + 4 * (ptrdiff_t) x);
    }
}

static void read_band(void *user, int band)
{
    read_job *job = user;
    int last = zd_int_min((band + 1) * BAND_ROWS, job->out.height);
    bool is_part = job->inside.x0 != job->rect.x0 || job->inside.x1 != job->rect.x1;
    for (int row = band * BAND_ROWS; row < last; row++) {
        int y = job->rect.y0 + row;
        float *out = zd_view_row_f32(job->out, row);
        bool has_row = y >= job->inside.y0 && y < job->inside.y1;
        if (!has_row || is_part) {
            memset(out, 0, (size_t) job->out.width * 4 * sizeof *out);
        }
        if (has_row && job->inside.x0 < job->inside.x1) {
            read_row(job, y, out);
        }
        if (job->may_be_wild && !zd_floats_are_within(out, 4 * job->out.width, ZD_LINEAR_LIMIT)) {
            atomic_store_explicit(&job->wild, true, memory_order_relaxed);
        }
    }
}

bool zd_pixels_read(zd_context *ctx, const zd_pixels *picture, zd_rect rect, zd_view out)
{
    assert(out.width == rect.x1 - rect.x0 && out.height == rect.y1 - rect.y0);
    assert(out.format.channels == 4);
    zd_sample sample = picture->view.format.sample;
    read_job job = { .picture = picture,
                     .rect = rect,
                     .inside = zd_rect_intersect(rect, zd_pixels_rect(picture)),
                     .out = out,
                     /* A small alpha makes large colours of small codes. */
                     .may_be_wild = sample == ZD_SAMPLE_F32 || sample == ZD_SAMPLE_F16 ||
                                    picture->alpha == ZD_PIXELS_PREMULTIPLIED };
    if (zd_rect_is_empty(job.inside)) {
        job.inside = (zd_rect){ rect.x0, rect.y0, rect.x0, rect.y0 };
    }
    zd_pool_run_on(zd_context_pool(ctx), (int64_t) out.width * out.height, bands_of(out.height),
                   read_band, &job);
    return !atomic_load(&job.wild);
}

/* The same codes mean the same in both. */
static bool is_alike(const zd_pixels *a, const zd_pixels *b)
{
    return a->view.format.sample == b->view.format.sample &&
           a->view.format.channels == b->view.format.channels && a->is_bgr == b->is_bgr &&
           a->alpha == b->alpha;
}

static bool wants_row(zd_pixels_rows rows, int y)
{
    return rows == ZD_PIXELS_ROWS_ALL || ((y & 1) != 0) == (rows == ZD_PIXELS_ROWS_ODD);
}

/* Pixels x0 to x1 of a row, from the result. */
static void convert_part(const zd_pixels_store *s, int y, int x0, int x1)
{
    zd_format format = s->to->view.format;
    size_t pixel = zd_format_pixel_bytes(format);
    const float *from = zd_view_row_f32(s->result, y - s->rect.y0) + 4 * (x0 - s->rect.x0);
    char *to = (char *) pixel_at(s->to, x0, y);
    if (x0 < x1 && is_plain(s->to)) {
        memcpy(to, from, (size_t) (x1 - x0) * pixel);
        return;
    }
    for (int x = 0; x < x1 - x0; x += CHUNK) {
        float raw[CHUNK * 4];
        int count = zd_int_min(CHUNK, x1 - x0 - x);
        rearrange(s->to, from + 4 * (ptrdiff_t) x, count, raw);
        store(format.sample, raw, count * format.channels, to + (size_t) x * pixel);
    }
}

/* The same, where `source` has codes of the same meaning. */
static void keep_part(const zd_pixels_store *s, int y, int x0, int x1)
{
    size_t pixel = zd_format_pixel_bytes(s->to->view.format);
    const float *now = zd_view_row_f32(s->result, y - s->rect.y0) + 4 * (x0 - s->rect.x0);
    const float *was = zd_view_row_f32(s->was, y - s->rect.y0) + 4 * (x0 - s->rect.x0);
    const char *from = pixel_at(s->source, x0, y);
    char *to = (char *) pixel_at(s->to, x0, y);
    if (now == was) {
        memcpy(to, from, (size_t) (x1 - x0) * pixel);
        return;
    }
    convert_part(s, y, x0, x1);
    for (int i = 0; i < x1 - x0 && !is_plain(s->to); i++) {
        if (memcmp(now + 4 * i, was + 4 * i, 4 * sizeof *now) == 0) {
            memcpy(to + (size_t) i * pixel, from + (size_t) i * pixel, pixel);
        }
    }
}

static void write_band(void *user, int band)
{
    const zd_pixels_store *s = user;
    zd_rect kept = { 0, 0, 0, 0 };
    if (s->was.data != NULL && is_alike(s->to, s->source)) {
        kept = zd_rect_intersect(s->rect, zd_pixels_rect(s->source));
    }
    int last = zd_int_min(s->rect.y0 + (band + 1) * BAND_ROWS, s->rect.y1);
    for (int y = s->rect.y0 + band * BAND_ROWS; y < last; y++) {
        if (!wants_row(s->rows, y)) {
            continue;
        }
        if (y < kept.y0 || y >= kept.y1 || kept.x0 >= kept.x1) {
            convert_part(s, y, s->rect.x0, s->rect.x1);
            continue;
        }
        convert_part(s, y, s->rect.x0, kept.x0);
        keep_part(s, y, kept.x0, kept.x1);
        convert_part(s, y, kept.x1, s->rect.x1);
    }
}

void zd_pixels_write(zd_context *ctx, const zd_pixels_store *s)
{
    assert(s->result.width == s->rect.x1 - s->rect.x0);
    assert(s->result.height == s->rect.y1 - s->rect.y0);
    zd_pixels_store job = *s;
    zd_pool_run_on(zd_context_pool(ctx), (int64_t) s->result.width * s->result.height,
                   bands_of(s->rect.y1 - s->rect.y0), write_band, &job);
}

void zd_pixels_clear(const zd_pixels *picture, zd_rect rect, zd_pixels_rows rows)
{
    size_t pixel = zd_format_pixel_bytes(picture->view.format);
    for (int y = rect.y0; y < rect.y1 && rect.x0 < rect.x1; y++) {
        if (wants_row(rows, y)) {
            memset((char *) pixel_at(picture, rect.x0, y), 0, (size_t) (rect.x1 - rect.x0) * pixel);
        }
    }
}
