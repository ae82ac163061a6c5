/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Reading OpenEXR by its C core: chunks are unpacked one at a time into rows of a scratch buffer
 * and placed in the display window from there, so odd data windows and samplings cost nothing. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/require.h"
#include "core/size.h"
#include "media/still/exr_internal.h"

static void keep_message(exr_const_context_t exr, exr_result_t code, const char *message)
{
    zd_exr *file = NULL;
    (void) code;
    if (exr_get_user_data(exr, (void **) &file) == EXR_ERR_SUCCESS && file != NULL) {
        snprintf(file->reason, sizeof file->reason, "%.190s", message);
        file->reason[strcspn(file->reason, "\r\n")] = '\0';
    }
}

zd_status zd_exr_fail(const zd_exr *file, exr_result_t code, zd_error *err)
{
    if (code == EXR_ERR_OUT_OF_MEMORY) {
        return zd_fail_memory(err, file->path);
    }
    return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is damaged: %s", file->path,
                   file->reason[0] != '\0' ? file->reason : exr_get_default_error_message(code));
}

static zd_status check_part(const zd_exr *file, int part, zd_error *err)
{
    exr_storage_t storage;
    exr_compression_t compression;
    int width;
    int height;
    exr_attr_box2i_t data;
    int limit = zd_context_max_dimension(file->ctx);
    if (exr_get_storage(file->exr, part, &storage) != EXR_ERR_SUCCESS ||
        exr_get_compression(file->exr, part, &compression) != EXR_ERR_SUCCESS ||
        exr_get_data_window(file->exr, part, &data) != EXR_ERR_SUCCESS)
    {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is damaged: part %d has no proper header",
                       file->path, part);
    }
    zd_exr_size(file, part, &width, &height);
    int64_t data_width = (int64_t) data.max.x - data.min.x + 1;
    int64_t data_height = (int64_t) data.max.y - data.min.y + 1;
    if (width < 1 || height < 1 || width > limit || height > limit || data_width < 1 ||
        data_height < 1 || data_width > limit || data_height > limit)
    {
        return zd_fail(
            err, ZD_ERR_LIMIT, "'%s' is %dx%d with data of %lldx%lld; each side must be 1 to %d",
            file->path, width, height, (long long) data_width, (long long) data_height, limit);
    }
    return ZD_OK;
}

/* What a part's pixels come to, in bytes. */
static double unpacked_bytes(const zd_exr *file, int part)
{
    exr_attr_box2i_t data = { 0 };
    bool is_deep = zd_exr_is_deep(file, part); /* its table alone is sure to be there */
    double bytes_a_pixel = is_deep ? 4.0 : 0.0;
    exr_get_data_window(file->exr, part, &data);
    for (int i = 0; i < zd_exr_channel_count(file, part) && !is_deep; i++) {
        zd_exr_channel_info c = zd_exr_channel(file, part, i);
        double samples = (double) zd_int_max(c.x_sampling, 1) * zd_int_max(c.y_sampling, 1);
        bytes_a_pixel += (c.is_half ? 2.0 : 4.0) / samples;
    }
    return ((double) data.max.x - data.min.x + 1) * ((double) data.max.y - data.min.y + 1) *
           bytes_a_pixel;
}

/* Whether the chunk that begins at a line (or the first tile) is in the file. */
static bool has_chunk(const zd_exr *file, int part, int y)
{
    exr_chunk_info_t chunk;
    exr_storage_t storage = EXR_STORAGE_SCANLINE;
    exr_get_storage(file->exr, part, &storage);
    exr_result_t code = storage == EXR_STORAGE_TILED || storage == EXR_STORAGE_DEEP_TILED
                            ? exr_read_tile_chunk_info(file->exr, part, 0, 0, 0, 0, &chunk)
                            : exr_read_scanline_chunk_info(file->exr, part, y, &chunk);
    return code == EXR_ERR_SUCCESS;
}

/* A header may claim any size: before memory is made for it, the table of chunks must be there, and
 * the file must be large enough for the pixels. No compression of EXR packs more than some 1400 to
 * one (PXR24's three bytes of four, by zlib's 1032). */
static zd_status check_chunks(const zd_exr *file, int part, zd_error *err)
{
    enum { MOST_PACKED = 2048, SMALL = 1 << 20 };
    struct stat info;
    exr_attr_box2i_t data = { 0 };
    double unpacked = unpacked_bytes(file, part);
    exr_get_data_window(file->exr, part, &data);
    bool is_known = stat(file->path, &info) == 0;
    bool is_small = is_known && unpacked > (double) info.st_size * MOST_PACKED + SMALL;
    if (is_small || !has_chunk(file, part, data.min.y) || !has_chunk(file, part, data.max.y)) {
        return zd_fail(err, ZD_ERR_CORRUPT,
                       "'%s' is damaged: its header claims %lldx%lld pixels, and the file of %lld "
                       "bytes does not hold them; copy it again",
                       file->path, (long long) data.max.x - data.min.x + 1,
                       (long long) data.max.y - data.min.y + 1,
                       is_known ? (long long) info.st_size : 0LL);
    }
    return ZD_OK;
}

zd_status zd_exr_open(zd_context *ctx, const char *path, zd_exr **out, zd_error *err)
{
    exr_context_initializer_t init = EXR_DEFAULT_CONTEXT_INITIALIZER;
    *out = NULL;
    ZD_TRY(zd_file_check_regular(path, err));
    zd_exr *file = zd_alloc_zeroed(ctx, 1, sizeof *file);
    if (file == NULL || (file->path = zd_strdup(ctx, path)) == NULL) {
        zd_free(ctx, file);
        return zd_fail_memory(err, path);
    }
    file->ctx = ctx;
    init.user_data = file;
    init.error_handler_fn = keep_message;
    init.max_image_width = zd_context_max_dimension(ctx);
    init.max_image_height = zd_context_max_dimension(ctx);
    exr_result_t code = exr_start_read(&file->exr, path, &init);
    zd_status status = ZD_OK;
    if (code != EXR_ERR_SUCCESS) {
        status = code == EXR_ERR_FILE_ACCESS ? zd_fail(err, ZD_ERR_IO, "cannot open '%s'", path)
                                             : zd_exr_fail(file, code, err);
    }
    for (int part = 0; status == ZD_OK && part < zd_exr_part_count(file); part++) {
        status = check_part(file, part, err);
        if (status == ZD_OK) {
            status = check_chunks(file, part, err);
        }
    }
    if (status != ZD_OK) {
        zd_exr_close(&file);
    }
    *out = file;
    return status;
}

void zd_exr_close(zd_exr **exr)
{
    zd_exr *doomed = *exr;
    *exr = NULL;
    if (doomed != NULL) {
        exr_finish(&doomed->exr);
        zd_free(doomed->ctx, doomed->path);
        zd_free(doomed->ctx, doomed);
    }
}

int zd_exr_part_count(const zd_exr *exr)
{
    int count = 0;
    exr_get_count(exr->exr, &count);
    return count;
}

const char *zd_exr_part_name(const zd_exr *exr, int part)
{
    const char *name = NULL;
    return exr_get_name(exr->exr, part, &name) == EXR_ERR_SUCCESS && name != NULL ? name : "";
}

void zd_exr_size(const zd_exr *exr, int part, int *width, int *height)
{
    exr_attr_box2i_t window;
    *width = 0;
    *height = 0;
    if (exr_get_display_window(exr->exr, part, &window) == EXR_ERR_SUCCESS) {
        int64_t wide = (int64_t) window.max.x - window.min.x + 1;
        int64_t high = (int64_t) window.max.y - window.min.y + 1;
        *width = wide > 0 && wide <= INT32_MAX ? (int) wide : 0;
        *height = high > 0 && high <= INT32_MAX ? (int) high : 0;
    }
}

void zd_exr_data_size(const zd_exr *exr, int part, int *width, int *height)
{
    exr_attr_box2i_t data = { 0 };
    exr_get_data_window(exr->exr, part, &data); /* its size was checked on opening */
    *width = data.max.x - data.min.x + 1;
    *height = data.max.y - data.min.y + 1;
}

float zd_exr_pixel_aspect(const zd_exr *exr, int part)
{
    float aspect = 1.0f;
    bool ok = exr_get_pixel_aspect_ratio(exr->exr, part, &aspect) == EXR_ERR_SUCCESS;
    return ok && aspect > 0.0f && isfinite(aspect) ? aspect : 1.0f;
}

static const exr_attr_chlist_t *channels_of(const zd_exr *exr, int part)
{
    const exr_attr_chlist_t *channels = NULL;
    exr_get_channels(exr->exr, part, &channels);
    return channels;
}

int zd_exr_channel_count(const zd_exr *exr, int part)
{
    const exr_attr_chlist_t *channels = channels_of(exr, part);
    return channels != NULL ? channels->num_channels : 0;
}

zd_exr_channel_info zd_exr_channel(const zd_exr *exr, int part, int index)
{
    assert(index >= 0 && index < zd_exr_channel_count(exr, part));
    const exr_attr_chlist_entry_t *entry = &channels_of(exr, part)->entries[index];
    return (zd_exr_channel_info){ .name = entry->name.str,
                                  .is_half = entry->pixel_type == EXR_PIXEL_HALF,
                                  .is_uint = entry->pixel_type == EXR_PIXEL_UINT,
                                  .x_sampling = entry->x_sampling,
                                  .y_sampling = entry->y_sampling };
}

int zd_exr_find_channel(const zd_exr *exr, int part, const char *name)
{
    for (int i = 0; i < zd_exr_channel_count(exr, part); i++) {
        if (strcmp(zd_exr_channel(exr, part, i).name, name) == 0) {
            return i;
        }
    }
    return -1;
}

bool zd_exr_text(const zd_exr *exr, int part, const char *name, const char **value)
{
    int32_t length = 0;
    return exr_attr_get_string(exr->exr, part, name, &length, value) == EXR_ERR_SUCCESS;
}

bool zd_exr_number(const zd_exr *exr, int part, const char *name, double *value)
{
    const exr_attribute_t *attribute = NULL;
    if (exr_get_attribute_by_name(exr->exr, part, name, &attribute) != EXR_ERR_SUCCESS) {
        return false;
    }
    switch ((int) attribute->type) {
    case EXR_ATTR_FLOAT:
        *value = (double) attribute->f;
        return true;
    case EXR_ATTR_DOUBLE:
        *value = attribute->d;
        return true;
    case EXR_ATTR_INT:
        *value = attribute->i;
        return true;
    default:
        return false;
    }
}

/* Reading one part: the windows, and what goes where. */
typedef struct exr_job {
    zd_exr *file;
    int part;
    const zd_exr_wanted *wanted;
    int count;
    int window_x; /* of the views in the display window */
    int window_y;
    int origin_x; /* of the data window in the views */
    int origin_y;
    int64_t bad;
    exr_decode_pipeline_t decode;
    bool has_pipeline;
    float *pixels; /* all wanted channels of one chunk, one after the other */
    size_t room;
} exr_job;

static int channel_position(const exr_job *job, const char *name)
{
    for (int i = 0; i < job->count; i++) {
        if (strcmp(zd_exr_channel(job->file, job->part, job->wanted[i].channel).name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* OpenEXR's routines for three and four channels of half floats write to all of them, asked for or
 * not (3.1.5): of few channels none is left out. */
static bool is_decoded(const exr_job *job, const exr_coding_channel_info_t *channel)
{
    enum { FEW = 4 };
    bool is_there = channel->width > 0 && channel->height > 0;
    return is_there &&
           (job->decode.channel_count <= FEW || channel_position(job, channel->channel_name) >= 0);
}

/* Points the decoder's channels into the scratch buffer, which grows to the chunk's size. */
static zd_status aim(exr_job *job, zd_error *err)
{
    size_t total = 0;
    for (int i = 0; i < job->decode.channel_count; i++) {
        const exr_coding_channel_info_t *channel = &job->decode.channels[i];
        total += (size_t) channel->width * (size_t) channel->height;
    }
    if (total > job->room) {
        zd_free(job->file->ctx, job->pixels);
        job->pixels = zd_alloc_zeroed(job->file->ctx, total, sizeof(float));
        job->room = job->pixels != NULL ? total : 0;
        if (job->pixels == NULL) {
            return zd_fail_memory(err, job->file->path);
        }
    }
    float *at = job->pixels;
    for (int i = 0; i < job->decode.channel_count; i++) {
        exr_coding_channel_info_t *channel = &job->decode.channels[i];
        channel->decode_to_ptr = NULL;
        if (is_decoded(job, channel)) {
            channel->decode_to_ptr = (uint8_t *) at;
            channel->user_bytes_per_element = 4;
            channel->user_data_type =
                channel->data_type == EXR_PIXEL_UINT ? EXR_PIXEL_UINT : EXR_PIXEL_FLOAT;
            channel->user_pixel_stride = 4;
            channel->user_line_stride = channel->width * 4;
            at += (size_t) channel->width * (size_t) channel->height;
        }
    }
    return ZD_OK;
}

static float sample_of(const exr_coding_channel_info_t *channel, int row, int column)
{
    assert(row >= 0 && row < channel->height && column >= 0 && column < channel->width);
    const uint8_t *at =
        channel->decode_to_ptr + ((size_t) row * (size_t) channel->width + (size_t) column) * 4;
    if (channel->data_type == EXR_PIXEL_UINT) {
        uint32_t value;
        memcpy(&value, at, sizeof value);
        return (float) value;
    }
    float value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* Copies one decoded channel into its view; subsampled channels repeat. (x, y) is where the chunk
 * begins in the display window. */
static void place(exr_job *job, const exr_coding_channel_info_t *channel, int x, int y, int width,
                  int height)
{
    const zd_exr_wanted *to = &job->wanted[channel_position(job, channel->channel_name)];
    for (int row = 0; row < height; row++) {
        int target_y = y + row;
        int from_row = zd_int_min(row / channel->y_samples, channel->height - 1);
        if (target_y < 0 || target_y >= to->view.height) {
            continue;
        }
        float *out = zd_view_row_f32(to->view, target_y) + to->component;
        int first = zd_int_max(0, -x);
        int end = zd_int_min(width, to->view.width - x);
        for (int column = first; column < end; column++) {
            int from_column = zd_int_min(column / channel->x_samples, channel->width - 1);
            float value = sample_of(channel, from_row, from_column);
            job->bad += isfinite(value) ? 0 : 1;
            out[(ptrdiff_t) (x + column) * to->view.format.channels] = value;
        }
    }
}

static zd_status decode_chunk(exr_job *job, const exr_chunk_info_t *chunk, int x, int y,
                              zd_error *err)
{
    exr_context_t exr = job->file->exr;
    exr_result_t code = job->has_pipeline
                            ? exr_decoding_update(exr, job->part, chunk, &job->decode)
                            : exr_decoding_initialize(exr, job->part, chunk, &job->decode);
    if (code == EXR_ERR_SUCCESS) {
        bool is_new = !job->has_pipeline;
        job->has_pipeline = true;
        ZD_TRY(aim(job, err));
        code = is_new ? exr_decoding_choose_default_routines(exr, job->part, &job->decode) : code;
    }
    if (code == EXR_ERR_SUCCESS) {
        code = exr_decoding_run(exr, job->part, &job->decode);
    }
    if (code != EXR_ERR_SUCCESS) {
        return zd_exr_fail(job->file, code, err);
    }
    for (int i = 0; i < job->decode.channel_count; i++) {
        const exr_coding_channel_info_t *channel = &job->decode.channels[i];
        if (channel->decode_to_ptr != NULL && channel_position(job, channel->channel_name) >= 0) {
            place(job, channel, x, y, chunk->width, chunk->height);
        }
    }
    return ZD_OK;
}

static zd_status list_tiles(zd_exr *exr, int part, exr_attr_box2i_t data, zd_exr_chunks *out,
                            zd_error *err)
{
    uint32_t width = 0;
    uint32_t height = 0;
    exr_tile_level_mode_t levels;
    exr_tile_round_mode_t rounding;
    exr_result_t code =
        exr_get_tile_descriptor(exr->exr, part, &width, &height, &levels, &rounding);
    if (code != EXR_ERR_SUCCESS || width == 0 || height == 0) {
        return zd_exr_fail(exr, code, err);
    }
    out->chunk_width = width;
    out->chunk_height = height;
    out->columns = ((int64_t) data.max.x - data.min.x + width) / width;
    out->rows = ((int64_t) data.max.y - data.min.y + height) / height;
    return ZD_OK;
}

zd_status zd_exr_list_chunks(zd_exr *exr, int part, zd_exr_chunks *out, zd_error *err)
{
    exr_storage_t storage = EXR_STORAGE_SCANLINE;
    exr_attr_box2i_t data;
    int32_t lines = 1;
    *out = (zd_exr_chunks){ 0 };
    exr_get_storage(exr->exr, part, &storage);
    exr_get_data_window(exr->exr, part, &data);
    out->first_y = data.min.y;
    out->is_tiled = storage == EXR_STORAGE_TILED || storage == EXR_STORAGE_DEEP_TILED;
    if (out->is_tiled) {
        return list_tiles(exr, part, data, out, err);
    }
    exr_result_t code = exr_get_scanlines_per_chunk(exr->exr, part, &lines);
    if (code != EXR_ERR_SUCCESS || lines < 1) {
        return zd_exr_fail(exr, code, err);
    }
    out->chunk_height = lines;
    out->columns = 1;
    out->rows = ((int64_t) data.max.y - data.min.y + lines) / lines;
    return ZD_OK;
}

zd_status zd_exr_find_chunk(zd_exr *exr, int part, const zd_exr_chunks *chunks, int64_t column,
                            int64_t row, exr_chunk_info_t *out, zd_error *err)
{
    int y = (int) (chunks->first_y + row * chunks->chunk_height);
    exr_result_t code = chunks->is_tiled ? exr_read_tile_chunk_info(exr->exr, part, (int) column,
                                                                    (int) row, 0, 0, out)
                                         : exr_read_scanline_chunk_info(exr->exr, part, y, out);
    return code == EXR_ERR_SUCCESS ? ZD_OK : zd_exr_fail(exr, code, err);
}

static zd_status read_chunks(exr_job *job, zd_error *err)
{
    zd_exr_chunks chunks;
    ZD_TRY(zd_exr_list_chunks(job->file, job->part, &chunks, err));
    for (int64_t row = 0; row < chunks.rows; row++) {
        for (int64_t column = 0; column < chunks.columns; column++) {
            exr_chunk_info_t chunk;
            ZD_TRY(zd_exr_find_chunk(job->file, job->part, &chunks, column, row, &chunk, err));
            ZD_TRY(decode_chunk(job, &chunk, job->origin_x + (int) (column * chunks.chunk_width),
                                job->origin_y + (int) (row * chunks.chunk_height), err));
        }
    }
    return ZD_OK;
}

static void clear_component(const zd_exr_wanted *wanted, float value)
{
    for (int y = 0; y < wanted->view.height; y++) {
        float *row = zd_view_row_f32(wanted->view, y) + wanted->component;
        for (int x = 0; x < wanted->view.width; x++) {
            row[(ptrdiff_t) x * wanted->view.format.channels] = value;
        }
    }
}

static zd_status read_part(zd_exr *exr, exr_job *job, float outside, zd_error *err)
{
    if (zd_exr_is_dwa(exr, job->part)) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "'%s' has DWA compression, which is not read here; save it with ZIP or PIZ",
                       exr->path);
    }
    exr_attr_box2i_t data;
    exr_attr_box2i_t display;
    int part = job->part;
    exr->reason[0] = '\0';
    exr_get_data_window(exr->exr, part, &data);
    exr_get_display_window(exr->exr, part, &display);
    int64_t origin_x = (int64_t) data.min.x - display.min.x - job->window_x;
    int64_t origin_y = (int64_t) data.min.y - display.min.y - job->window_y;
    if (llabs(origin_x) > INT32_MAX / 4 || llabs(origin_y) > INT32_MAX / 4) {
        return zd_fail(err, ZD_ERR_LIMIT, "'%s' has its data too far from its display window",
                       exr->path);
    }
    job->origin_x = (int) origin_x;
    job->origin_y = (int) origin_y;
    for (int i = 0; i < job->count; i++) {
        clear_component(&job->wanted[i], outside);
    }
    if (zd_exr_is_deep(exr, part)) {
        return zd_exr_deep_read(exr, part, job->wanted, job->count, job->origin_x, job->origin_y,
                                err);
    }
    zd_status status = read_chunks(job, err);
    if (job->has_pipeline) {
        exr_decoding_destroy(exr->exr, &job->decode);
    }
    zd_free(exr->ctx, job->pixels);
    return status;
}

bool zd_exr_is_dwa(const zd_exr *exr, int part)
{
    exr_compression_t compression = EXR_COMPRESSION_NONE;
    exr_get_compression(exr->exr, part, &compression);
    return compression > EXR_COMPRESSION_B44A;
}

void zd_exr_data_window(const zd_exr *exr, int part, int *x, int *y, int *width, int *height)
{
    exr_attr_box2i_t data = { 0 };
    exr_attr_box2i_t display = { 0 };
    exr_get_data_window(exr->exr, part, &data);
    exr_get_display_window(exr->exr, part, &display);
    *x = data.min.x - display.min.x;
    *y = data.min.y - display.min.y;
    *width = data.max.x - data.min.x + 1;
    *height = data.max.y - data.min.y + 1;
}

zd_context *zd_exr_context(const zd_exr *exr)
{
    return exr->ctx;
}

const char *zd_exr_path(const zd_exr *exr)
{
    return exr->path;
}

zd_status zd_exr_read(zd_exr *exr, int part, const zd_exr_wanted *wanted, int count, int64_t *bad,
                      zd_error *err)
{
    return zd_exr_read_window(exr, part, (zd_exr_place){ 0, 0 }, wanted, count, bad, err);
}

zd_status zd_exr_read_window(zd_exr *exr, int part, zd_exr_place from, const zd_exr_wanted *wanted,
                             int count, int64_t *bad, zd_error *err)
{
    ZD_REQUIRE(err, part >= 0 && part < zd_exr_part_count(exr) && count > 0);
    exr_job job = { .file = exr,
                    .part = part,
                    .wanted = wanted,
                    .count = count,
                    .window_x = from.x,
                    .window_y = from.y };
    zd_status status = read_part(exr, &job, 0.0f, err);
    if (bad != NULL) {
        *bad = job.bad;
    }
    return status;
}

zd_status zd_exr_read_one(zd_exr *exr, int part, const zd_exr_wanted *wanted, float outside,
                          zd_error *err)
{
    ZD_REQUIRE(err, wanted->component < wanted->view.format.channels);
    exr_job job = { .file = exr, .part = part, .wanted = wanted, .count = 1 };
    return read_part(exr, &job, outside, err);
}
