/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The reader that everybody uses: finds out what a path is, and cuts the range out of it. */

#include "media/reader.h"

#include <assert.h>
#include <libavutil/mathematics.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "media/av_support.h"
#include "media/deinterlace.h"
#include "media/frame_internal.h"
#include "media/movie.h"
#include "media/sequence.h"
#include "media/still.h"
#include "media/webp_anim.h"

struct zd_reader {
    zd_context *ctx;
    char *path;
    zd_reader_params params;
    char *layer;
    zd_reader_info info;
    zd_audio_info *audio;
    uint8_t *icc;            /* of the first picture */
    zd_movie *movie;         /* or else a sequence */
    zd_deinterlace *whole;   /* what makes whole pictures of the movie's fields, or NULL */
    zd_webp_anim *animation; /* or: */
    zd_sequence sequence;    /* files of stills, one of them for a still */
    zd_frame *held;          /* the still that was read last, and its file */
    const char *held_file;
    int64_t position; /* the frame that comes next, counted from the clip's first */
    int64_t first;    /* the selected range in such numbers */
    int64_t end;
};

void zd_reader_close(zd_reader **reader)
{
    zd_reader *doomed = *reader;
    *reader = NULL;
    if (doomed != NULL) {
        zd_deinterlace_close(&doomed->whole);
        zd_movie_close(&doomed->movie);
        zd_webp_anim_close(&doomed->animation);
        zd_frame_unref(&doomed->held);
        zd_sequence_finish(&doomed->sequence);
        zd_free(doomed->ctx, doomed->audio);
        zd_free(doomed->ctx, doomed->icc);
        zd_free(doomed->ctx, doomed->layer);
        zd_free(doomed->ctx, doomed->path);
        zd_free(doomed->ctx, doomed);
    }
}

const zd_reader_info *zd_reader_info_get(const zd_reader *reader)
{
    return &reader->info;
}

static zd_status load_still(zd_reader *reader, const char *file, zd_still *still, zd_error *err)
{
    ZD_TRY(zd_still_load(reader->ctx, file, &reader->params, still, err));
    zd_frame_unref(&reader->held);
    reader->held = zd_frame_ref(still->frame);
    reader->held_file = file;
    return ZD_OK;
}

static void fill_from_still(zd_reader *reader, const zd_still *still)
{
    const zd_frame_info *frame = zd_frame_info_get(still->frame);
    zd_rational rate = reader->params.sequence_rate;
    zd_reader_info *info = &reader->info;
    if (rate.numerator <= 0 || rate.denominator <= 0) {
        rate = (zd_rational){ 24, 1 };
    }
    *info = (zd_reader_info){ .damage = reader->params.damage,
                              .width = frame->width,
                              .height = frame->height,
                              .frame_rate = rate,
                              .time_base = { rate.denominator, rate.numerator },
                              .sample_aspect = frame->sample_aspect,
                              .frame_count = reader->sequence.frames,
                              .is_frame_count_exact = true,
                              .bit_depth = frame->bit_depth,
                              .is_float = frame->is_float,
                              .is_half = still->is_half,
                              .has_alpha = frame->has_alpha,
                              .colour = frame->colour };
    snprintf(info->codec, sizeof info->codec, "%s", still->codec);
    snprintf(info->container, sizeof info->container, "%s", still->codec);
    snprintf(info->pixel_format, sizeof info->pixel_format, "%s", frame->pixel_format);
}

/* Keeps the colour profile that came with the first picture. */
static zd_status keep_profile(zd_reader *reader, const AVFrame *first, zd_error *err)
{
    const AVFrameSideData *side = av_frame_get_side_data(first, AV_FRAME_DATA_ICC_PROFILE);
    if (side == NULL || side->size == 0 || side->size > ZD_STILL_ICC_MOST) {
        return ZD_OK;
    }
    reader->icc = zd_alloc(reader->ctx, side->size);
    if (reader->icc == NULL) {
        return zd_fail_memory(err, reader->path);
    }
    memcpy(reader->icc, side->data, side->size);
    reader->info.icc = (zd_icc){ reader->icc, side->size };
    return ZD_OK;
}

static zd_status open_sequence(zd_reader *reader, zd_error *err)
{
    zd_still still;
    ZD_TRY(zd_sequence_init(&reader->sequence, reader->ctx, reader->path, reader->params.missing,
                            err));
    zd_sequence_warn(&reader->sequence, reader->path);
    ZD_TRY(load_still(reader, zd_sequence_file(&reader->sequence, 0), &still, err));
    fill_from_still(reader, &still);
    zd_status status = keep_profile(reader, still.frame->av, err);
    zd_frame_unref(&still.frame);
    reader->info.kind = ZD_MEDIA_SEQUENCE;
    return status;
}

static zd_status open_single(zd_reader *reader, zd_error *err)
{
    zd_still still;
    zd_sequence *sequence = &reader->sequence;
    ZD_TRY(zd_sequence_init_single(sequence, reader->ctx, reader->path, err));
    ZD_TRY(load_still(reader, sequence->files[0], &still, err));
    fill_from_still(reader, &still);
    zd_status status = keep_profile(reader, still.frame->av, err);
    zd_frame_unref(&still.frame);
    reader->info.kind = ZD_MEDIA_STILL;
    return status;
}

static zd_status open_deinterlace(zd_reader *reader, zd_error *err)
{
    zd_reader_info *info = &reader->info;
    if (!reader->params.deinterlaces || info->kind != ZD_MEDIA_MOVIE) {
        return ZD_OK;
    }
    if (info->fields == ZD_FIELDS_NONE) {
        zd_log_write(zd_context_log(reader->ctx), ZD_LOG_WARN, "media",
                     "'%s' is not interlaced; --deinterlace changes nothing", reader->path);
        return ZD_OK;
    }
    info->path = reader->path;
    ZD_TRY(zd_deinterlace_open(reader->ctx, reader->movie, info, &reader->whole, err));
    info->fields = ZD_FIELDS_NONE;
    info->field_order_id = AV_FIELD_PROGRESSIVE;
    return ZD_OK;
}

static zd_status open_movie(zd_reader *reader, zd_error *err)
{
    ZD_TRY(zd_movie_open(reader->ctx, reader->path, &reader->params, &reader->movie, &reader->info,
                         err));
    int count = zd_movie_audio(reader->movie, NULL, 0);
    reader->audio = zd_alloc_zeroed(reader->ctx, (size_t) count + 1, sizeof *reader->audio);
    if (reader->audio == NULL) {
        return zd_fail_memory(err, reader->path);
    }
    zd_movie_audio(reader->movie, reader->audio, count);
    reader->info.audio = reader->audio;
    reader->info.audio_count = count;
    ZD_TRY(open_deinterlace(reader, err));
    return reader->info.kind == ZD_MEDIA_STILL
               ? keep_profile(reader, zd_movie_first(reader->movie), err)
               : ZD_OK;
}

static zd_status open_source(zd_reader *reader, zd_error *err)
{
    zd_still_type type;
    if (zd_sequence_is_path(reader->path)) {
        return open_sequence(reader, err);
    }
    ZD_TRY(zd_still_detect(reader->path, &type, err));
    if (zd_webp_anim_is(reader->path)) {
        ZD_TRY(
            zd_webp_anim_open(reader->ctx, reader->path, &reader->animation, &reader->info, err));
        reader->info.damage = reader->params.damage;
        return ZD_OK;
    }
    return type == ZD_STILL_OTHER ? open_movie(reader, err) : open_single(reader, err);
}

/* How coarsely a file rounds times: to its time base. One coarser than milliseconds counts frames and
 * rounds nothing. */
static int64_t rounding_us(const zd_reader_info *info)
{
    int64_t tick_us = av_rescale_q(1, zd_to_av(info->time_base), ZD_AV_MICROSECONDS);
    int64_t frame_us = av_rescale_q(1, av_inv_q(zd_to_av(info->frame_rate)), ZD_AV_MICROSECONDS);
    int64_t most_us = frame_us / 4 < 1000 ? frame_us / 4 : 1000;
    return tick_us < most_us ? tick_us : most_us;
}

double zd_reader_time_s(const zd_reader_info *info, int64_t time_us)
{
    assert(info->frame_rate.numerator > 0 && info->frame_rate.denominator > 0);
    double rate = (double) info->frame_rate.numerator / info->frame_rate.denominator;
    double time_s = (double) time_us / 1e6;
    double nearest_s = round(time_s * rate) / rate;
    /* Both ends of the time are rounded by a half, and microseconds as well. */
    bool is_rounded = fabs(nearest_s - time_s) * 1e6 <= (double) rounding_us(info) + 2.0;
    return is_rounded ? nearest_s : time_s;
}

/* Enough for a rounded time, and less than what lies between two that the file tells apart. */
static int64_t tolerance_us(const zd_reader *reader)
{
    return rounding_us(&reader->info) * 3 / 4 + 1;
}

/* The frame shown at a time. It counts from a little before its time, for that is rounded. */
static zd_status find_time(zd_reader *reader, int64_t time_us, int64_t *index, zd_error *err)
{
    *index = 0;
    if (time_us <= 0) {
        return ZD_OK;
    }
    time_us += tolerance_us(reader);
    if (reader->movie != NULL) {
        return zd_movie_find(reader->movie, time_us, index, err);
    }
    if (reader->animation != NULL) {
        *index = zd_webp_anim_find(reader->animation, time_us);
        return ZD_OK;
    }
    AVRational frame = av_inv_q(zd_to_av(reader->info.frame_rate));
    *index = av_rescale_q_rnd(time_us, ZD_AV_MICROSECONDS, frame, AV_ROUND_DOWN);
    return ZD_OK;
}

static zd_status fail_range(const zd_reader *reader, const char *what, zd_error *err)
{
    const zd_reader_info *info = &reader->info;
    if (info->frame_count > 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "%s lies outside '%s', which has %s%lld frames", what, reader->path,
                       info->is_frame_count_exact ? "" : "about ", (long long) info->frame_count);
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s lies outside '%s'", what, reader->path);
}

/* Turns the range of the parameters into frame numbers and checks it. */
static zd_status set_range(zd_reader *reader, zd_error *err)
{
    const zd_reader_params *params = &reader->params;
    zd_reader_info *info = &reader->info;
    char what[96];
    bool is_timed = params->first_frame == 0 && params->end_frame == 0 &&
                    (params->start_us != 0 || params->end_us != 0);
    reader->first = params->first_frame;
    reader->end = params->end_frame > 0 ? params->end_frame : INT64_MAX;
    if (is_timed) {
        ZD_TRY(find_time(reader, params->start_us, &reader->first, err));
        if (params->end_us > 0) {
            /* The frame shown just before the end is the last one; one that begins at the end is
             * not, even if its rounded time is a little earlier. */
            int64_t before_us = params->end_us - 2 * tolerance_us(reader) - 1;
            ZD_TRY(find_time(reader, before_us, &reader->end, err));
            reader->end++;
        }
        snprintf(what, sizeof what, "the time %.3f s", (double) params->start_us / 1e6);
    } else {
        snprintf(what, sizeof what, "frame %lld", (long long) params->first_frame);
    }
    if (params->first_frame < 0 || params->end_frame < 0 || params->start_us < 0 ||
        params->end_us < 0 || reader->end <= reader->first)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the range of '%s' is empty: it must begin before it ends", reader->path);
    }
    if (info->is_frame_count_exact && reader->first >= info->frame_count) {
        return fail_range(reader, what, err);
    }
    if (info->is_frame_count_exact && !is_timed && params->end_frame > info->frame_count) {
        snprintf(what, sizeof what, "frame %lld", (long long) params->end_frame - 1);
        return fail_range(reader, what, err);
    }
    return ZD_OK;
}

/* Frames keep their numbers, so that parts of a clip can be worked on one by one. */
static void number_range(zd_reader *reader)
{
    const zd_sequence *sequence = &reader->sequence;
    int64_t first = sequence->numbers != NULL ? sequence->numbers[0] : 0;
    reader->info.number_step = sequence->step > 0 ? sequence->step : 1;
    reader->info.first_number = first + reader->first * reader->info.number_step;
}

static void describe_range(zd_reader *reader)
{
    zd_reader_info *info = &reader->info;
    AVRational frame = av_inv_q(zd_to_av(info->frame_rate));
    bool is_whole = reader->first == 0 && reader->end == INT64_MAX;
    info->is_to_end = reader->end == INT64_MAX;
    info->first_frame = reader->first;
    info->end_frame = reader->end;
    info->clip_us = info->duration_us > 0
                        ? info->duration_us
                        : av_rescale_q(info->frame_count, frame, ZD_AV_MICROSECONDS);
    info->start_us = av_rescale_q(info->start_pts, zd_to_av(info->time_base), ZD_AV_MICROSECONDS);
    if (info->frame_count > 0) {
        int64_t end = reader->end < info->frame_count ? reader->end : info->frame_count;
        info->frame_count = end > reader->first ? end - reader->first : 0;
    } else if (reader->end != INT64_MAX) {
        info->frame_count = reader->end - reader->first;
    }
    if (!is_whole || info->duration_us == 0) {
        info->duration_us = av_rescale_q(info->frame_count, frame, ZD_AV_MICROSECONDS);
    }
}

static zd_status movie_next(zd_reader *reader, zd_frame **out, zd_error *err)
{
    return reader->whole != NULL ? zd_deinterlace_next(reader->whole, out, err)
                                 : zd_movie_next(reader->movie, out, err);
}

static zd_status movie_seek(zd_reader *reader, int64_t index, zd_error *err)
{
    return reader->whole != NULL ? zd_deinterlace_seek(reader->whole, index, err)
                                 : zd_movie_seek(reader->movie, index, err);
}

/* Goes to a frame of the clip; a movie must have it when it is the first of the range. */
static zd_status go_to(zd_reader *reader, int64_t position, zd_error *err)
{
    if (reader->movie != NULL) {
        ZD_TRY(movie_seek(reader, position, err));
    }
    if (reader->animation != NULL) {
        ZD_TRY(zd_webp_anim_seek(reader->animation, position, err));
    }
    reader->position = position;
    return ZD_OK;
}

static zd_status start_range(zd_reader *reader, zd_error *err)
{
    ZD_TRY(set_range(reader, err));
    ZD_TRY(go_to(reader, reader->first, err));
    if (reader->first > 0 && reader->movie != NULL) {
        /* Only decoding tells whether the frame is there, so it is done now. */
        zd_status status = movie_next(reader, &reader->held, err);
        if (status == ZD_ERR_END) {
            char what[64];
            snprintf(what, sizeof what, "frame %lld", (long long) reader->first);
            return fail_range(reader, what, err);
        }
        ZD_TRY(status);
    }
    describe_range(reader);
    number_range(reader);
    return ZD_OK;
}

zd_status zd_reader_open(zd_context *ctx, const char *path, const zd_reader_params *params,
                         zd_reader **out, zd_error *err)
{
    ZD_REQUIRE(err, path != NULL);
    *out = NULL;
    zd_reader *reader = zd_alloc_zeroed(ctx, 1, sizeof *reader);
    if (reader == NULL) {
        return zd_fail_memory(err, path);
    }
    reader->ctx = ctx;
    reader->sequence.ctx = ctx;
    reader->path = zd_strdup(ctx, path);
    reader->params = params != NULL ? *params : (zd_reader_params){ 0 };
    if (reader->params.layer != NULL) {
        reader->layer = zd_strdup(ctx, reader->params.layer);
        reader->params.layer = reader->layer;
    }
    zd_status status = reader->path != NULL ? open_source(reader, err) : zd_fail_memory(err, path);
    if (status == ZD_OK) {
        reader->info.path = reader->path;
        status = start_range(reader, err);
    }
    if (status != ZD_OK) {
        zd_reader_close(&reader);
    }
    *out = reader;
    return status;
}

zd_status zd_reader_count(zd_reader *reader, zd_error *err)
{
    zd_reader_info *info = &reader->info;
    bool is_whole = reader->first == 0 && reader->end == INT64_MAX;
    if (reader->movie == NULL || info->frame_count > 0 || !is_whole) {
        return ZD_OK;
    }
    zd_frame_unref(&reader->held);
    ZD_TRY(zd_movie_count(reader->movie, &info->frame_count, err));
    if (reader->whole != NULL) {
        zd_deinterlace_rewind(reader->whole);
    }
    reader->position = 0;
    info->is_frame_count_exact = info->frame_count > 0;
    if (info->duration_us == 0 && info->frame_count > 0) {
        int64_t last = info->frame_count - 1;
        AVRational frame = av_inv_q(zd_to_av(info->frame_rate));
        info->duration_us =
            zd_movie_time(reader->movie, last) + av_rescale_q(1, frame, ZD_AV_MICROSECONDS);
        info->clip_us = info->duration_us;
    }
    return ZD_OK;
}

static zd_status next_movie(zd_reader *reader, zd_frame **out, zd_error *err)
{
    if (reader->held != NULL) {
        *out = reader->held;
        reader->held = NULL;
        return ZD_OK;
    }
    return movie_next(reader, out, err);
}

static zd_status next_still(zd_reader *reader, zd_frame **out, zd_error *err)
{
    zd_still still = { 0 };
    const char *file = zd_sequence_file(&reader->sequence, reader->position);
    if (reader->held == NULL || reader->held_file != file) {
        ZD_TRY(load_still(reader, file, &still, err));
        zd_frame_unref(&still.frame);
    }
    const zd_frame_info *info = zd_frame_info_get(reader->held);
    if (info->width != reader->info.width || info->height != reader->info.height) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "'%s' is %dx%d and the sequence is %dx%d; all pictures must have one size",
                       file, info->width, info->height, reader->info.width, reader->info.height);
    }
    return zd_frame_share(reader->held, reader->info.time_base, reader->position, out, err);
}

zd_status zd_reader_next(zd_reader *reader, zd_frame **out, zd_error *err)
{
    *out = NULL;
    bool is_stills = reader->movie == NULL && reader->animation == NULL;
    bool is_past_stills = is_stills && reader->position >= reader->sequence.frames;
    if (reader->position >= reader->end || is_past_stills) {
        return zd_fail(err, ZD_ERR_END, "the end of '%s'", reader->path);
    }
    ZD_TRY(reader->movie != NULL       ? next_movie(reader, out, err)
           : reader->animation != NULL ? zd_webp_anim_next(reader->animation, out, err)
                                       : next_still(reader, out, err));
    zd_frame_set_index(*out, reader->position - reader->first);
    reader->position++;
    return ZD_OK;
}

zd_status zd_reader_seek_frame(zd_reader *reader, int64_t frame, zd_error *err)
{
    if (frame < 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "frame %lld of '%s' does not exist",
                       (long long) frame, reader->path);
    }
    if (reader->movie != NULL) {
        zd_frame_unref(&reader->held);
    }
    return go_to(reader, reader->first + frame, err);
}

zd_status zd_reader_select(zd_reader *reader, int64_t first, int64_t end, zd_error *err)
{
    if (first < 0 || end <= first) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the frames %lld to %lld of '%s' are none",
                       (long long) first, (long long) end - 1, reader->path);
    }
    reader->first = first;
    reader->end = end;
    return zd_reader_seek_frame(reader, 0, err);
}

zd_status zd_reader_seek_time(zd_reader *reader, int64_t time_us, zd_error *err)
{
    int64_t index = 0;
    int64_t first_us = 0;
    if (reader->movie != NULL) {
        first_us = zd_movie_time(reader->movie, reader->first);
    } else if (reader->animation != NULL) {
        first_us = zd_webp_anim_time_us(reader->animation, reader->first);
    } else {
        first_us = av_rescale_q(reader->first, av_inv_q(zd_to_av(reader->info.frame_rate)),
                                ZD_AV_MICROSECONDS);
    }
    ZD_TRY(find_time(reader, first_us + (time_us > 0 ? time_us : 0), &index, err));
    return zd_reader_seek_frame(reader, index > reader->first ? index - reader->first : 0, err);
}

void zd_reader_set_task(zd_reader *reader, const zd_task *task)
{
    if (reader->movie != NULL) {
        zd_movie_set_task(reader->movie, task);
    }
}
