/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A movie or a sequence behind one door; the plan is made before anything is opened. */

#include "media/writer.h"

#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/part.h"
#include "core/require.h"
#include "media/encoder_options.h"
#include "media/frame_store.h"
#include "media/sequence.h"
#include "media/writer_internal.h"

struct zd_writer {
    zd_context *ctx;
    char *path;
    zd_output_plan plan;
    zd_movie_out *movie; /* or else: */
    zd_still_out *still; /* or, of a movie that another process encodes: */
    zd_frame_store *store;
};

/* Nothing may be written over a file of the sequence that it is made from. */
static zd_status check_sequence(zd_context *ctx, const char *path, const char *input, zd_error *err)
{
    zd_sequence sequence;
    bool overlaps = false;
    int64_t number = 0;
    zd_status status = zd_sequence_is_path(input)
                           ? zd_sequence_init(&sequence, ctx, input, ZD_MISSING_HOLD, NULL)
                           : zd_sequence_init_single(&sequence, ctx, input, NULL);
    if (status == ZD_OK) {
        status = zd_sequence_overlaps(&sequence, path, &overlaps, &number, err);
    } else if (status == ZD_ERR_NO_MEMORY) {
        status = zd_fail_memory(err, path);
    } else {
        status = ZD_OK; /* it was there when it was opened, and is not now */
    }
    zd_sequence_finish(&sequence);
    if (status == ZD_OK && overlaps) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the output '%s' would write over frame %lld of the input '%s'; give it "
                       "another name or folder",
                       path, (long long) number, input);
    }
    return status;
}

zd_status zd_writer_check_output(zd_context *ctx, const char *path, const char *input,
                                 zd_error *err)
{
    if (input == NULL || zd_writer_is_stream(path)) {
        return ZD_OK;
    }
    if (strcmp(path, input) == 0 || zd_file_same(path, input)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the output '%s' is the input itself; give it another name", path);
    }
    return check_sequence(ctx, path, input, err);
}

zd_status zd_writer_check_count(const char *path, int64_t pictures, zd_error *err)
{
    size_t before;
    const char *after;
    int width;
    zd_output_kind kind = zd_writer_kind(path);
    bool is_picture = kind == ZD_OUTPUT_STILL || kind == ZD_OUTPUT_CHANNELS;
    return pictures <= 1 || !is_picture || zd_sequence_split(path, &before, &after, &width)
               ? ZD_OK
               : zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                         "'%s' holds one picture; give a name such as 'name.%%04d.%s' for a "
                         "sequence",
                         path, zd_path_extension(path));
}

static void release(zd_writer **writer)
{
    zd_writer *doomed = *writer;
    *writer = NULL;
    if (doomed != NULL) {
        zd_movie_out_close(&doomed->movie);
        zd_still_out_close(&doomed->still);
        zd_frame_store_close(&doomed->store);
        zd_output_plan_release(&doomed->plan);
        zd_free(doomed->ctx, doomed->path);
        zd_free(doomed->ctx, doomed);
    }
}

static zd_frame_form form_of(const zd_writer *writer)
{
    const zd_output_plan *plan = &writer->plan;
    return (zd_frame_form){ plan->format, plan->picture.width, plan->picture.height };
}

static zd_status open_output(zd_writer *writer, const zd_writer_params *params, zd_error *err)
{
    ZD_TRY(zd_output_plan_make(writer->path, params, &writer->plan, err));
    ZD_TRY(zd_writer_check_output(writer->ctx, writer->path, params->like->path, err));
    ZD_TRY(zd_writer_check_output(writer->ctx, writer->path, params->source_path, err));
    if (!zd_writer_is_stream(writer->path)) {
        if (zd_file_is_folder(writer->path)) {
            return zd_fail(err, ZD_ERR_IO, "cannot write '%s': it is a folder", writer->path);
        }
        zd_part_sweep(writer->ctx, writer->path);
    }
    if (params->store != NULL && writer->plan.ending->kind == ZD_OUTPUT_MOVIE) {
        zd_frame_form form = form_of(writer);
        return zd_frame_store_create(writer->ctx, params->store, &form, &writer->store, err);
    }
    zd_output_plan_warn(writer->ctx, writer->path, &writer->plan, params);
    return writer->plan.ending->kind == ZD_OUTPUT_MOVIE
               ? zd_movie_out_open(writer->ctx, writer->path, &writer->plan, params, &writer->movie,
                                   err)
               : zd_still_out_open(writer->ctx, writer->path, &writer->plan, params, &writer->still,
                                   err);
}

zd_status zd_writer_open(zd_context *ctx, const char *path, const zd_writer_params *params,
                         zd_writer **out, zd_error *err)
{
    ZD_REQUIRE(err, path != NULL && params != NULL);
    *out = NULL;
    if (params->options_trust != ZD_TRUST_FULL) {
        ZD_TRY(zd_encoder_options_check(params->options, err));
    }
    zd_writer *writer = zd_alloc_zeroed(ctx, 1, sizeof *writer);
    if (writer == NULL || (writer->path = zd_strdup(ctx, path)) == NULL) {
        zd_free(ctx, writer);
        return zd_fail_memory(err, path);
    }
    writer->ctx = ctx;
    zd_context *previous = zd_av_enter(ctx);
    zd_status status = open_output(writer, params, err);
    zd_av_leave(previous);
    if (status != ZD_OK) {
        release(&writer);
    }
    *out = writer;
    return status;
}

static zd_status put_picture(zd_writer *writer, AVFrame *picture, int64_t pts, int64_t duration,
                             zd_error *err)
{
    zd_context *previous = zd_av_enter(writer->ctx);
    if (writer->store != NULL) {
        zd_status kept = zd_frame_store_put(writer->store, picture, pts, duration, err);
        av_frame_free(&picture);
        zd_av_leave(previous);
        return kept;
    }
    zd_status status = writer->movie != NULL
                           ? zd_movie_out_put(writer->movie, picture, pts, duration, err)
                           : zd_still_out_put(writer->still, picture, err);
    zd_av_leave(previous);
    return status;
}

zd_status zd_writer_put(zd_writer *writer, const zd_frame *frame, zd_error *err)
{
    AVFrame *picture = NULL;
    const zd_frame_info *info = zd_frame_info_get(frame);
    AVRational from = zd_to_av(info->time_base);
    AVRational to = zd_to_av(writer->plan.picture.time_base);
    int64_t pts = info->pts;
    int64_t duration = info->duration;
    if (from.den > 0 && to.den > 0) {
        pts = av_rescale_q(pts, from, to);
        duration = av_rescale_q(duration, from, to);
    }
    ZD_TRY(zd_output_convert(writer->ctx, &writer->plan, frame, &picture, err));
    return put_picture(writer, picture, pts, duration, err);
}

zd_status zd_writer_put_view(zd_writer *writer, zd_view view, int64_t pts, int64_t duration,
                             zd_error *err)
{
    ZD_REQUIRE(err, view.data != NULL && view.format.sample == ZD_SAMPLE_F32);
    AVFrame *picture = NULL;
    ZD_TRY(zd_output_convert_view(writer->ctx, &writer->plan, view, &picture, err));
    return put_picture(writer, picture, pts, duration, err);
}

zd_status zd_writer_put_stored(zd_writer *writer, const char *path, int64_t *frames, zd_error *err)
{
    zd_frame_store *store = NULL;
    zd_frame_form form = form_of(writer);
    ZD_TRY(zd_frame_store_open(writer->ctx, path, &form, &store, err));
    zd_status status = ZD_OK;
    while (status == ZD_OK) {
        AVFrame *picture = NULL;
        int64_t pts;
        int64_t duration;
        status = zd_frame_store_next(store, &picture, &pts, &duration, err);
        if (status == ZD_OK) {
            status = put_picture(writer, picture, pts, duration, err);
            (*frames)++;
        }
    }
    zd_frame_store_close(&store);
    return status == ZD_ERR_END ? ZD_OK : status;
}

zd_status zd_writer_begin(const zd_writer *writer, zd_frame **out, zd_error *err)
{
    return zd_output_begin(writer->ctx, &writer->plan, out, err);
}

zd_status zd_writer_add_rows(const zd_writer *writer, zd_frame *picture, int y, zd_view rows,
                             zd_error *err)
{
    ZD_REQUIRE(err, y >= 0 && y % ZD_FRAME_ROWS == 0);
    return zd_output_add_rows(&writer->plan, picture, y, rows, err);
}

zd_status zd_writer_put_made(zd_writer *writer, const zd_frame *made, int64_t pts, int64_t duration,
                             zd_error *err)
{
    AVFrame *picture = NULL;
    ZD_TRY(zd_output_end(&writer->plan, made, &picture, err));
    return put_picture(writer, picture, pts, duration, err);
}

zd_status zd_writer_put_exr(zd_writer *writer, const zd_exr_file *file, zd_error *err)
{
    if (writer->still == NULL || writer->plan.codec != NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' cannot hold channels of its own; use EXR", writer->path);
    }
    return zd_still_out_put_exr(writer->still, file, err);
}

bool zd_writer_has(const zd_writer *writer, int64_t index)
{
    return writer->still != NULL && zd_still_out_has(writer->still, index);
}

zd_status zd_writer_skip(zd_writer *writer, zd_error *err)
{
    return writer->still != NULL
               ? zd_still_out_skip(writer->still, err)
               : zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%s' is a movie", writer->path);
}

bool zd_writer_is_resumable(const zd_writer *writer)
{
    return writer->still != NULL && zd_still_out_is_resumable(writer->still);
}

zd_status zd_writer_finish(zd_writer **writer, zd_error *err)
{
    zd_writer *done = *writer;
    zd_context *previous = zd_av_enter(done->ctx);
    zd_status status = done->store != NULL   ? zd_frame_store_finish(done->store, err)
                       : done->movie != NULL ? zd_movie_out_finish(done->movie, err)
                                             : zd_still_out_finish(done->still, err);
    zd_av_leave(previous);
    release(writer);
    return status;
}

void zd_writer_abort(zd_writer **writer)
{
    release(writer);
}

const char *zd_writer_pixel_format(const zd_writer *writer)
{
    return av_get_pix_fmt_name(writer->plan.format);
}
