/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Deep parts become flat. The samples of a pixel are sorted by Z and laid over one another, front to
 * back; colours are premultiplied (OpenEXR, Interpreting OpenEXR Deep Pixels, 2013; samples with a
 * thickness are taken at their front). Z is that of the sample with which half of the pixel's opacity
 * is reached: a faint rim in front does not pull the pixel forward. Without alpha the nearest sample
 * is all there is. */

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/half.h"
#include "core/size.h"
#include "media/still/exr_internal.h"

enum { MOST_PACKED = 2048, SMALL = 1 << 20 };

typedef struct sample {
    float z;
    int32_t index; /* among the pixel's */
} sample;

typedef struct deep_job {
    zd_exr *file;
    int part;
    const zd_exr_wanted *wanted;
    int count;
    int z; /* channels of the part; -1: not there */
    int alpha;
    exr_decode_pipeline_t decode;
    bool has_pipeline;
    sample *sorted; /* the samples of one pixel */
    size_t room;
    double most_bytes; /* that a chunk of this file can hold */
} deep_job;

bool zd_exr_is_deep(const zd_exr *exr, int part)
{
    exr_storage_t storage = EXR_STORAGE_SCANLINE;
    exr_get_storage(exr->exr, part, &storage);
    return storage == EXR_STORAGE_DEEP_SCANLINE || storage == EXR_STORAGE_DEEP_TILED;
}

/* One line of samples: for each channel those of all its pixels. */
typedef struct deep_line {
    const uint8_t *data;
    const int32_t *ends; /* of each pixel: how many samples it and those before have */
    int width;
    size_t total;
} deep_line;

static size_t bytes_of(const exr_coding_channel_info_t *channel)
{
    return channel->data_type == EXR_PIXEL_HALF ? 2 : 4;
}

static float value_at(const deep_job *job, const deep_line *line, int channel, size_t at)
{
    const uint8_t *from = line->data;
    for (int i = 0; i < channel; i++) {
        from += bytes_of(&job->decode.channels[i]) * line->total;
    }
    uint32_t whole = 0;
    uint16_t half = 0;
    float value;
    switch (job->decode.channels[channel].data_type) {
    case EXR_PIXEL_HALF:
        memcpy(&half, from + at * sizeof half, sizeof half);
        return zd_half_to_float(half);
    case EXR_PIXEL_UINT:
        memcpy(&whole, from + at * sizeof whole, sizeof whole);
        return (float) whole;
    default:
        memcpy(&value, from + at * sizeof value, sizeof value);
        return value;
    }
}

static int compare_samples(const void *a, const void *b)
{
    const sample *one = a;
    const sample *other = b;
    return one->z < other->z   ? -1
           : one->z > other->z ? 1
                               : (one->index > other->index) - (one->index < other->index);
}

/* Insertion: pixels have few samples, and renderers write them in order. */
static void sort_samples(sample *samples, size_t count)
{
    assert(count > 0);
    enum { FEW = 32 };
    if (count > FEW) {
        qsort(samples, count, sizeof *samples, compare_samples);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        sample taken = samples[i];
        size_t at = i;
        for (; at > 0 && samples[at - 1].z > taken.z; at--) {
            samples[at] = samples[at - 1];
        }
        samples[at] = taken;
    }
}

static float clamped(float alpha)
{
    return alpha > 0.0f ? fminf(alpha, 1.0f) : 0.0f;
}

static float alpha_at(const deep_job *job, const deep_line *line, size_t at)
{
    return job->alpha >= 0 ? clamped(value_at(job, line, job->alpha, at)) : 1.0f;
}

/* What is opaque of a pixel. */
static float opacity_of(const deep_job *job, const deep_line *line, size_t first, size_t count)
{
    float clear = 1.0f;
    for (size_t i = 0; i < count; i++) {
        clear *= 1.0f - alpha_at(job, line, first + (size_t) job->sorted[i].index);
    }
    return 1.0f - clear;
}

/* The sample with which half of the pixel's opacity is reached, counted in order. */
static size_t middle_of(const deep_job *job, const deep_line *line, size_t first, size_t count)
{
    assert(count > 0);
    float half = 0.5f * opacity_of(job, line, first, count);
    float clear = 1.0f;
    for (size_t i = 0; i < count; i++) {
        clear *= 1.0f - alpha_at(job, line, first + (size_t) job->sorted[i].index);
        if (1.0f - clear >= half) {
            return i;
        }
    }
    return 0;
}

static float flatten(const deep_job *job, const deep_line *line, int channel, size_t first,
                     size_t count)
{
    assert(count > 0);
    const char *name = job->decode.channels[channel].channel_name;
    bool is_depth = channel == job->z || strcmp(name, "ZBack") == 0;
    bool is_id = job->decode.channels[channel].data_type == EXR_PIXEL_UINT;
    if (channel == job->alpha) {
        return opacity_of(job, line, first, count);
    }
    if (is_depth || is_id) {
        size_t at = (size_t) job->sorted[middle_of(job, line, first, count)].index;
        return value_at(job, line, channel, first + at);
    }
    float sum = 0.0f;
    float clear = 1.0f;
    for (size_t i = 0; i < count && clear > 0.0f; i++) {
        size_t at = first + (size_t) job->sorted[i].index;
        sum += clear * value_at(job, line, channel, at);
        clear *= 1.0f - alpha_at(job, line, at);
    }
    return sum;
}

static zd_status fail_damaged(const deep_job *job, zd_error *err)
{
    return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is damaged: its deep samples do not add up",
                   job->file->path);
}

static zd_status need_room(deep_job *job, size_t count, zd_error *err)
{
    if (count > job->room) {
        zd_free(job->file->ctx, job->sorted);
        job->room = 0;
        job->sorted = zd_alloc_zeroed(job->file->ctx, count * 2, sizeof *job->sorted);
        if (job->sorted == NULL) {
            return zd_fail_memory(err, job->file->path);
        }
        job->room = count * 2;
    }
    return ZD_OK;
}

static int find_coded(const deep_job *job, const char *name)
{
    for (int i = 0; i < job->decode.channel_count; i++) {
        if (strcmp(job->decode.channels[i].channel_name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* Puts one line at (x, y) of the views. */
static zd_status place_line(deep_job *job, const deep_line *line, int x, int y, zd_error *err)
{
    for (int column = 0; column < line->width; column++) {
        size_t first = column > 0 ? (size_t) line->ends[column - 1] : 0;
        size_t count = (size_t) line->ends[column] - first;
        if (count == 0) {
            continue;
        }
        ZD_TRY(need_room(job, count, err));
        for (size_t i = 0; i < count; i++) {
            float z = job->z >= 0 ? value_at(job, line, job->z, first + i) : 0.0f;
            job->sorted[i] = (sample){ isnan(z) ? INFINITY : z, (int32_t) i };
        }
        sort_samples(job->sorted, count);
        for (int i = 0; i < job->count; i++) {
            const zd_exr_wanted *to = &job->wanted[i];
            int channel = find_coded(job, zd_exr_channel(job->file, job->part, to->channel).name);
            if (channel >= 0 && x + column >= 0 && x + column < to->view.width && y >= 0 &&
                y < to->view.height) {
                float *row = zd_view_row_f32(to->view, y) + to->component;
                row[(ptrdiff_t) (x + column) * to->view.format.channels] =
                    flatten(job, line, channel, first, count);
            }
        }
    }
    return ZD_OK;
}

/* The counts must rise along each line and agree with the bytes that follow. */
static zd_status place_chunk(deep_job *job, const exr_chunk_info_t *chunk, int x, int y,
                             zd_error *err)
{
    const uint8_t *at = job->decode.unpacked_buffer;
    const int32_t *ends = job->decode.sample_count_table;
    size_t left = (size_t) chunk->unpacked_size;
    size_t bytes_a_sample = 0;
    for (int i = 0; i < job->decode.channel_count; i++) {
        bytes_a_sample += bytes_of(&job->decode.channels[i]);
    }
    if (ends == NULL || (at == NULL && left > 0)) {
        return fail_damaged(job, err);
    }
    for (int row = 0; row < chunk->height; row++, ends += chunk->width) {
        int32_t before = 0;
        for (int column = 0; column < chunk->width; column++) {
            if (ends[column] < before) {
                return fail_damaged(job, err);
            }
            before = ends[column];
        }
        size_t total = (size_t) before;
        if (total > left / bytes_a_sample) {
            return fail_damaged(job, err);
        }
        deep_line line = { at, ends, chunk->width, total };
        if (total > 0) {
            ZD_TRY(place_line(job, &line, x, y + row, err));
            at += total * bytes_a_sample;
            left -= total * bytes_a_sample;
        }
    }
    return ZD_OK;
}

static zd_status read_chunk(deep_job *job, const exr_chunk_info_t *chunk, int x, int y,
                            zd_error *err)
{
    exr_context_t exr = job->file->exr;
    if ((double) chunk->unpacked_size > job->most_bytes ||
        (double) chunk->sample_count_table_size > job->most_bytes)
    {
        return fail_damaged(job, err);
    }
    bool is_new = !job->has_pipeline;
    exr_result_t code = is_new ? exr_decoding_initialize(exr, job->part, chunk, &job->decode)
                               : exr_decoding_update(exr, job->part, chunk, &job->decode);
    if (code == EXR_ERR_SUCCESS && is_new) {
        job->has_pipeline = true;
        job->z = find_coded(job, "Z");
        job->alpha = find_coded(job, "A");
        code = exr_decoding_choose_default_routines(exr, job->part, &job->decode);
        job->decode.unpack_and_convert_fn = NULL; /* the samples are taken as they lie */
    }
    if (code == EXR_ERR_SUCCESS) {
        code = exr_decoding_run(exr, job->part, &job->decode);
    }
    return code == EXR_ERR_SUCCESS ? place_chunk(job, chunk, x, y, err)
                                   : zd_exr_fail(job->file, code, err);
}

zd_status zd_exr_deep_read(zd_exr *exr, int part, const zd_exr_wanted *wanted, int count, int x,
                           int y, zd_error *err)
{
    struct stat info;
    zd_exr_chunks chunks;
    deep_job job = { .file = exr, .part = part, .wanted = wanted, .count = count };
    job.most_bytes =
        stat(exr->path, &info) == 0 ? (double) info.st_size * MOST_PACKED + SMALL : HUGE_VAL;
    zd_status status = zd_exr_list_chunks(exr, part, &chunks, err);
    for (int64_t row = 0; status == ZD_OK && row < chunks.rows; row++) {
        for (int64_t column = 0; status == ZD_OK && column < chunks.columns; column++) {
            exr_chunk_info_t chunk;
            status = zd_exr_find_chunk(exr, part, &chunks, column, row, &chunk, err);
            if (status == ZD_OK) {
                status = read_chunk(&job, &chunk, x + (int) (column * chunks.chunk_width),
                                    y + (int) (row * chunks.chunk_height), err);
            }
        }
    }
    if (job.has_pipeline) {
        exr_decoding_destroy(exr->exr, &job.decode);
    }
    zd_free(exr->ctx, job.sorted);
    return status;
}
