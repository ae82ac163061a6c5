/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Stills being written, one file a frame, each under a hidden name until it is complete. */

#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/part.h"
#include "media/exr.h"
#include "media/float_write.h"
#include "media/ledger.h"
#include "media/overscan.h"
#include "media/sequence.h"
#include "media/still/png_text.h"
#include "media/writer_internal.h"

enum { ZD_STILL_ATTRIBUTES = 32 };

typedef zd_status (*still_maker)(zd_context *ctx, const zd_exr_file *file, uint8_t **bytes,
                                 size_t *count, zd_error *err);

struct zd_still_out {
    zd_context *ctx;
    char *pattern;
    char *path; /* of the next picture */
    size_t path_size;
    bool is_sequence;
    zd_part part; /* of a single picture, until the end: a later one may fail */
    int64_t first_number;
    int64_t number_step;
    int64_t taken;         /* pictures, put or skipped */
    int64_t files;         /* that were written */
    zd_ledger *ledger;     /* or NULL */
    AVCodecContext *codec; /* NULL: EXR */
    AVPacket *packet;
    bool is_half;
    still_maker make;      /* of plain floats; NULL: EXR */
    char *attribute_texts; /* copies of the metadata */
    zd_exr_attribute attributes[ZD_STILL_ATTRIBUTES];
    int attribute_count;
};

void zd_still_out_close(zd_still_out **still)
{
    zd_still_out *doomed = *still;
    *still = NULL;
    if (doomed != NULL) {
        zd_part_discard(doomed->ctx, &doomed->part);
        zd_ledger_close(&doomed->ledger);
        av_packet_free(&doomed->packet);
        avcodec_free_context(&doomed->codec);
        zd_free(doomed->ctx, doomed->attribute_texts);
        zd_free(doomed->ctx, doomed->path);
        zd_free(doomed->ctx, doomed->pattern);
        zd_free(doomed->ctx, doomed);
    }
}

static int64_t number_of(const zd_still_out *still, int64_t index)
{
    return still->first_number + index * still->number_step;
}

/* Makes the picture that comes `index`-th the current one. */
static void name_picture(zd_still_out *still, int64_t index)
{
    if (!zd_sequence_expand(still->pattern, number_of(still, index), still->path, still->path_size))
    {
        snprintf(still->path, still->path_size, "%s", still->pattern);
    }
}

/* The current picture, which comes `index`-th, has its name. */
static void note_file(zd_still_out *still, int64_t index)
{
    still->files++;
    zd_ledger_add(still->ledger, number_of(still, index), still->path);
    name_picture(still, still->taken);
}

bool zd_still_out_is_resumable(const zd_still_out *still)
{
    return still->ledger != NULL;
}

bool zd_still_out_has(const zd_still_out *still, int64_t index)
{
    if (still->ledger == NULL) {
        return false;
    }
    char *path = zd_alloc(still->ctx, still->path_size);
    bool has =
        path != NULL &&
        zd_sequence_expand(still->pattern, number_of(still, index), path, still->path_size) &&
        zd_ledger_has(still->ledger, number_of(still, index), path);
    zd_free(still->ctx, path);
    return has;
}

static zd_status keep_metadata(zd_still_out *still, const char *const *metadata, zd_error *err)
{
    size_t total = 1;
    int count = 0;
    for (const char *const *at = metadata; at != NULL && *at != NULL; at++) {
        total += strlen(*at) + 1;
    }
    char *to = zd_alloc(still->ctx, total);
    still->attribute_texts = to;
    if (to == NULL) {
        return zd_fail_memory(err, still->pattern);
    }
    for (const char *const *at = metadata;
         at != NULL && at[0] != NULL && count < ZD_STILL_ATTRIBUTES; at += 2)
    {
        size_t key = strlen(at[0]) + 1;
        size_t value = strlen(at[1]) + 1;
        memcpy(to, at[0], key);
        memcpy(to + key, at[1], value);
        still->attributes[count++] = (zd_exr_attribute){ .name = to, .text = to + key };
        to += key + value;
    }
    still->attribute_count = count;
    return ZD_OK;
}

static zd_status open_codec(zd_still_out *still, const zd_output_plan *plan,
                            const zd_writer_params *params, zd_error *err)
{
    AVDictionary *left = NULL;
    still->packet = av_packet_alloc();
    if (still->packet == NULL) {
        return zd_fail_memory(err, still->pattern);
    }
    zd_status status = zd_encoder_open(plan, params, false, &still->codec, &left, err);
    const AVDictionaryEntry *unknown = av_dict_get(left, "", NULL, AV_DICT_IGNORE_SUFFIX);
    if (status == ZD_OK && unknown != NULL) {
        status = zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the encoder %s knows no option '%s'",
                         plan->codec_name, unknown->key);
    }
    av_dict_free(&left);
    return status;
}

/* A name that cannot be written is found out before the work, not after the first frame. */
static zd_status check_writable(zd_still_out *still, zd_error *err)
{
    zd_part part;
    if (!still->is_sequence) {
        return zd_part_create(still->ctx, still->path, &still->part, err);
    }
    ZD_TRY(zd_part_create(still->ctx, still->path, &part, err));
    zd_part_discard(still->ctx, &part);
    return ZD_OK;
}

static zd_status open_all(zd_still_out *still, const zd_output_plan *plan,
                          const zd_writer_params *params, zd_error *err)
{
    size_t before;
    const char *after;
    int width;
    still->is_sequence = zd_sequence_split(still->pattern, &before, &after, &width);
    still->first_number = still->is_sequence ? params->first_number : 0;
    still->number_step = params->number_step > 0 ? params->number_step : 1;
    still->is_half = params->is_half;
    still->make = strcmp(plan->codec_name, "pfm") == 0                   ? zd_pfm_make
                  : strcmp(plan->codec_name, ZD_ENCODER_FLOAT_TIFF) == 0 ? zd_tiff_make
                                                                         : NULL;
    still->path_size = strlen(still->pattern) + 128;
    still->path = zd_alloc(still->ctx, still->path_size);
    if (still->path == NULL) {
        return zd_fail_memory(err, still->pattern);
    }
    name_picture(still, 0);
    ZD_TRY(check_writable(still, err));
    if (still->is_sequence && params->job != NULL) {
        still->ledger = zd_ledger_open(still->ctx, still->pattern, params->job);
    }
    ZD_TRY(keep_metadata(still, params->metadata, err));
    return plan->codec != NULL ? open_codec(still, plan, params, err) : ZD_OK;
}

zd_status zd_still_out_open(zd_context *ctx, const char *path, const zd_output_plan *plan,
                            const zd_writer_params *params, zd_still_out **out, zd_error *err)
{
    *out = NULL;
    zd_still_out *still = zd_alloc_zeroed(ctx, 1, sizeof *still);
    if (still == NULL || (still->pattern = zd_strdup(ctx, path)) == NULL) {
        zd_free(ctx, still);
        return zd_fail_memory(err, path);
    }
    still->ctx = ctx;
    zd_status status = open_all(still, plan, params, err);
    if (status != ZD_OK) {
        zd_still_out_close(&still);
    }
    *out = still;
    return status;
}

static zd_status count_up(zd_still_out *still, zd_error *err)
{
    ZD_TRY(zd_writer_check_count(still->pattern, still->taken + 1, err));
    still->taken++;
    return ZD_OK;
}

zd_status zd_still_out_skip(zd_still_out *still, zd_error *err)
{
    return count_up(still, err);
}

static zd_status write_bytes(const zd_still_out *still, const void *data, size_t bytes,
                             zd_error *err)
{
    return still->is_sequence ? zd_file_write(still->ctx, still->path, data, bytes, err)
                              : zd_part_write(&still->part, still->path, data, bytes, err);
}

/* Writes one encoded picture; a PNG gets the metadata as texts. */
static zd_status write_packet(zd_still_out *still, zd_error *err)
{
    const char *pairs[2 * ZD_STILL_ATTRIBUTES + 1] = { NULL };
    uint8_t *bytes = NULL;
    size_t count = 0;
    if (still->attribute_count == 0) {
        return write_bytes(still, still->packet->data, (size_t) still->packet->size, err);
    }
    for (int i = 0; i < still->attribute_count; i++) {
        pairs[2 * i] = still->attributes[i].name;
        pairs[2 * i + 1] = still->attributes[i].text;
    }
    ZD_TRY(zd_png_text_insert(still->ctx, still->packet->data, (size_t) still->packet->size, pairs,
                              &bytes, &count, err));
    zd_status status = write_bytes(still, bytes, count, err);
    zd_free(still->ctx, bytes);
    return status;
}

/* Writes every packet that is ready: each is one picture. */
static zd_status drain(zd_still_out *still, zd_error *err)
{
    for (;;) {
        int code = avcodec_receive_packet(still->codec, still->packet);
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) {
            return ZD_OK;
        }
        if (code < 0) {
            return zd_av_fail(err, code, "the encoder of '%s' failed", still->path);
        }
        int64_t index = still->packet->pts;
        name_picture(still, index);
        zd_status status = write_packet(still, err);
        av_packet_unref(still->packet);
        ZD_TRY(status);
        note_file(still, index);
    }
}

static zd_status write_floats(const zd_still_out *still, const zd_exr_file *file, zd_error *err)
{
    uint8_t *bytes = NULL;
    size_t count = 0;
    ZD_TRY(still->make(still->ctx, file, &bytes, &count, err));
    zd_status status = write_bytes(still, bytes, count, err);
    zd_free(still->ctx, bytes);
    return status;
}

static zd_status write_exr(zd_still_out *still, const zd_exr_file *file, zd_error *err)
{
    name_picture(still, still->taken - 1);
    ZD_TRY(still->make != NULL ? write_floats(still, file, err)
           : still->is_sequence
               ? zd_exr_write(still->ctx, still->path, file, err)
               : zd_exr_write_part(still->ctx, &still->part, still->path, file, err));
    note_file(still, still->taken - 1);
    return ZD_OK;
}

/* One channel of the picture with what lies around it. A channel that the footage has not is 0 there,
 * alpha 1. */
static void surround(const zd_overscan *overscan, int plane, zd_view picture, zd_view to)
{
    int planes = av_pix_fmt_count_planes((enum AVPixelFormat) overscan->whole->format);
    bool is_missing = plane >= planes && plane == 3;
    int from = planes == 1 ? 0 : plane;
    for (int y = 0; y < to.height; y++) {
        float *row = zd_view_row_f32(to, y);
        for (int x = 0; x < to.width && is_missing; x++) {
            row[x] = 1.0f;
        }
        if (!is_missing) {
            memcpy(row,
                   overscan->whole->data[from] + (ptrdiff_t) y * overscan->whole->linesize[from],
                   (size_t) to.width * sizeof *row);
        }
    }
    zd_rect middle = { -overscan->x, -overscan->y, picture.width - overscan->x,
                       picture.height - overscan->y };
    zd_view_copy(picture, zd_view_crop(to, middle));
}

/* Puts the overscan around the channels of a file; the images are for the caller to release. */
static zd_status add_overscan(const zd_still_out *still, const zd_overscan *overscan,
                              const int *planes, zd_exr_source *sources, zd_exr_file *file,
                              zd_image *images[4], zd_error *err)
{
    file->place = (zd_exr_place){ overscan->x, overscan->y };
    file->display_width = sources[0].view.width;
    file->display_height = sources[0].view.height;
    for (int i = 0; i < file->channel_count; i++) {
        ZD_TRY(zd_image_create(still->ctx, overscan->whole->width, overscan->whole->height,
                               ZD_GRAY_F32, &images[i], err));
        zd_view all = zd_image_view(images[i]);
        surround(overscan, file->channel_count == 1 ? 0 : planes[i], sources[i].view, all);
        sources[i].view = all;
    }
    return ZD_OK;
}

static zd_status write_picture(zd_still_out *still, const AVFrame *picture, zd_error *err)
{
    static const char *const names[] = { "R", "G", "B", "A" };
    static const int planes[] = { 2, 0, 1, 3 };
    zd_exr_source sources[4];
    int count = picture->format == AV_PIX_FMT_GRAYF32LE   ? 1
                : picture->format == AV_PIX_FMT_GBRPF32LE ? 3
                                                          : 4;
    for (int i = 0; i < count; i++) {
        int plane = count == 1 ? 0 : planes[i];
        zd_view view = { picture->data[plane], picture->width, picture->height,
                         picture->linesize[plane], ZD_GRAY_F32 };
        sources[i] = (zd_exr_source){ .name = count == 1 ? "Y" : names[i],
                                      .view = view,
                                      .as_half = still->is_half };
    }
    AVRational aspect = picture->sample_aspect_ratio;
    zd_exr_file file = { .channels = sources,
                         .channel_count = count,
                         .attributes = still->attributes,
                         .attribute_count = still->attribute_count,
                         .pixel_aspect = aspect.num > 0 ? (float) av_q2d(aspect) : 1.0f };
    zd_image *images[4] = { NULL };
    const zd_overscan *overscan = still->make == NULL ? zd_overscan_of(picture) : NULL;
    zd_status status = overscan != NULL
                           ? add_overscan(still, overscan, planes, sources, &file, images, err)
                           : ZD_OK;
    if (status == ZD_OK) {
        status = write_exr(still, &file, err);
    }
    for (int i = 0; i < 4; i++) {
        zd_image_unref(&images[i]);
    }
    return status;
}

zd_status zd_still_out_put_exr(zd_still_out *still, const zd_exr_file *file, zd_error *err)
{
    ZD_TRY(count_up(still, err));
    return write_exr(still, file, err);
}

zd_status zd_still_out_put(zd_still_out *still, AVFrame *picture, zd_error *err)
{
    zd_status status = count_up(still, err);
    if (status == ZD_OK && still->codec == NULL) {
        status = write_picture(still, picture, err);
    } else if (status == ZD_OK) {
        picture->pts = still->taken - 1;
        int code = avcodec_send_frame(still->codec, picture);
        status = code < 0 ? zd_av_fail(err, code, "the encoder of '%s' failed", still->path)
                          : drain(still, err);
    }
    av_frame_free(&picture);
    return status;
}

zd_status zd_still_out_finish(zd_still_out *still, zd_error *err)
{
    if (still->taken == 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%s' would have no frames", still->pattern);
    }
    if (still->codec != NULL) {
        avcodec_send_frame(still->codec, NULL);
        ZD_TRY(drain(still, err));
    }
    zd_ledger_finish(&still->ledger);
    return still->is_sequence
               ? ZD_OK
               : zd_part_commit(still->ctx, &still->part, still->pattern, false, err);
}
