/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The small picture that networks see, and hashes of pictures. The sums run in the order of
 * media/frame/frame_small.c: rows with their weights, then columns chunk by chunk, the scale last. */

#include <assert.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "engine/pixels/pixels.h"
#include "image/area.h"

enum { CHUNK = 512, SHRINK_BAND = 8, HASH_BAND = 64 };

typedef struct shrink_job {
    zd_view from;
    zd_view out;
} shrink_job;

static void sum_rows(const shrink_job *job, int row, int x, int count, float sums[3][CHUNK])
{
    int height = job->from.height;
    int end = zd_area_end(row, job->out.height, height);
    memset(sums, 0, 3 * CHUNK * sizeof(float));
    for (int y = zd_area_first(row, job->out.height, height); y < end; y++) {
        float weight = zd_area_weight(y, row, job->out.height, height);
        const float *from = zd_view_row_f32(job->from, y) + 4 * (ptrdiff_t) x;
        for (int i = 0; i < count; i++) {
            sums[0][i] += weight * from[4 * i + 0];
            sums[1][i] += weight * from[4 * i + 1];
            sums[2][i] += weight * from[4 * i + 2];
        }
    }
}

static void sum_columns(const shrink_job *job, const float *sum, int component, int x, int count,
                        float *out)
{
    int boxes = job->out.width;
    int width = job->from.width;
    int first = (int) ((int64_t) x * boxes / width);
    int last = (int) (((int64_t) (x + count) * boxes - 1) / width);
    for (int box = first; box <= last; box++) {
        int from = zd_int_max(zd_area_first(box, boxes, width), x);
        int to = zd_int_min(zd_area_end(box, boxes, width), x + count);
        float last_weight = to - 1 > from ? zd_area_weight(to - 1, box, boxes, width) : 0.0f;
        float total =
            zd_area_weight(from, box, boxes, width) * sum[from - x] + last_weight * sum[to - 1 - x];
        for (int k = from + 1; k < to - 1; k++) {
            total += sum[k - x];
        }
        out[3 * box + component] += total;
    }
}

static void shrink_band(void *user, int item)
{
    const shrink_job *job = user;
    double area =
        (double) job->from.width / job->out.width * ((double) job->from.height / job->out.height);
    float scale = (float) (1.0 / area);
    int last = zd_int_min((item + 1) * SHRINK_BAND, job->out.height);
    for (int row = item * SHRINK_BAND; row < last; row++) {
        float *out = zd_view_row_f32(job->out, row);
        memset(out, 0, sizeof(float) * 3 * (size_t) job->out.width);
        for (int x = 0; x < job->from.width; x += CHUNK) {
            float sums[3][CHUNK];
            int count = zd_int_min(CHUNK, job->from.width - x);
            sum_rows(job, row, x, count, sums);
            for (int c = 0; c < 3; c++) {
                sum_columns(job, sums[c], c, x, count, out);
            }
        }
        for (int i = 0; i < 3 * job->out.width; i++) {
            out[i] *= scale;
        }
    }
}

void zd_pixels_shrink(zd_context *ctx, zd_view picture, zd_view out)
{
    assert(picture.format.channels == 4 && out.format.channels == 3);
    assert(out.width <= picture.width || out.width > 0);
    shrink_job job = { picture, out };
    zd_pool_run(zd_context_pool(ctx), (out.height + SHRINK_BAND - 1) / SHRINK_BAND, shrink_band,
                &job);
}

static uint64_t mixed(uint64_t value)
{
    value ^= value >> 32;
    value *= 0x9FB21C651E98DF25ULL;
    value ^= value >> 29;
    value *= 0xD6E8FEB86659FD93ULL;
    return value ^ value >> 32;
}

static const uint64_t factors[4] = { 0x9E3779B185EBCA87ULL, 0xC2B2AE3D27D4EB4FULL,
                                     0x165667B19E3779F9ULL, 0x85EBCA77C2B2AE63ULL };

static inline void absorb(uint64_t lanes[4], const uint64_t words[4])
{
    for (int i = 0; i < 4; i++) {
        uint64_t lane = (lanes[i] ^ words[i]) * factors[i];
        lanes[i] = lane ^ lane >> 31;
    }
}

/* Four independent lanes keep the multiplier busy; every input bit reaches both halves. */
zd_pixels_hash zd_pixels_hash_bytes(zd_pixels_hash seed, const void *data, size_t bytes)
{
    uint64_t lanes[4] = { seed.low ^ factors[0], seed.high ^ factors[1], seed.low + factors[2],
                          seed.high + bytes * factors[3] };
    uint64_t words[4];
    const char *at = data;
    size_t left = bytes;
    for (; left >= sizeof words; at += sizeof words, left -= sizeof words) {
        memcpy(words, at, sizeof words); /* of a size known here: no call */
        absorb(lanes, words);
    }
    if (left > 0) {
        memset(words, 0, sizeof words);
        memcpy(words, at, left);
        absorb(lanes, words);
    }
    uint64_t first = mixed(lanes[0] + mixed(lanes[1]));
    uint64_t second = mixed(lanes[2] + mixed(lanes[3]));
    return (zd_pixels_hash){ mixed(first + second * factors[0]),
                             mixed(second ^ first * factors[1]) };
}

typedef struct hash_job {
    zd_view view;
    zd_pixels_hash *bands;
} hash_job;

static void hash_band(void *user, int band)
{
    const hash_job *job = user;
    size_t bytes = (size_t) job->view.width * zd_format_pixel_bytes(job->view.format);
    int last = zd_int_min((band + 1) * HASH_BAND, job->view.height);
    zd_pixels_hash hash = { (uint64_t) band, 0 };
    for (int y = band * HASH_BAND; y < last; y++) {
        hash = zd_pixels_hash_bytes(hash, zd_view_row_u8(job->view, y), bytes);
    }
    job->bands[band] = hash;
}

zd_pixels_hash zd_pixels_hash_view(zd_context *ctx, zd_pixels_hash seed, zd_view view)
{
    int count = (view.height + HASH_BAND - 1) / HASH_BAND;
    int64_t form[4] = { view.width, view.height, view.format.sample, view.format.channels };
    hash_job job = { view, zd_alloc_zeroed(ctx, (size_t) count, sizeof *job.bands) };
    seed = zd_pixels_hash_bytes(seed, form, sizeof form);
    if (job.bands == NULL) { /* slower, and the same kind of answer: never equal by chance */
        for (int y = 0; y < view.height; y++) {
            seed = zd_pixels_hash_bytes(seed, zd_view_row_u8(view, y),
                                        (size_t) view.width * zd_format_pixel_bytes(view.format));
        }
        return seed;
    }
    zd_pool_run(zd_context_pool(ctx), count, hash_band, &job);
    seed = zd_pixels_hash_bytes(seed, job.bands, (size_t) count * sizeof *job.bands);
    zd_free(ctx, job.bands);
    return seed;
}

/* Some pixels of some rows: a picture that moves or is graded differs in them. */
static zd_pixels_hash hash_sample(zd_pixels_hash seed, zd_view view)
{
    enum { ROWS = 40, RUN = 64, RUNS = 4 };
    int step = view.height > ROWS ? view.height / ROWS : 1;
    size_t bytes = (size_t) view.width * zd_format_pixel_bytes(view.format);
    size_t run = bytes < RUN ? bytes : RUN;
    for (int y = 0; y < view.height; y += step) {
        const uint8_t *row = zd_view_row_u8(view, y);
        for (size_t i = 0; i < RUNS; i++) {
            size_t at = (bytes - run) * i / (RUNS - 1);
            seed = zd_pixels_hash_bytes(seed, row + at, run);
        }
    }
    return seed;
}

zd_pixels_hash zd_pixels_key(zd_context *ctx, zd_pixels_hash seed, const zd_pixels *picture)
{
    zd_view view = picture->view;
    if (zd_pixels_hash_is_same(picture->identity, (zd_pixels_hash){ 0, 0 })) {
        return zd_pixels_hash_view(ctx, seed, view);
    }
    int64_t form[4] = { view.width, view.height, view.format.sample, view.format.channels };
    seed = zd_pixels_hash_bytes(seed, form, sizeof form);
    seed = zd_pixels_hash_bytes(seed, &picture->identity, sizeof picture->identity);
    return hash_sample(seed, view);
}
