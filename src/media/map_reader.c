/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A still holds for ever; a sequence or movie is read ahead by one, so that the map of a time is
 * known. */

#include "media/map_reader.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/require.h"
#include "media/exr.h"
#include "media/exr_depth.h"
#include "media/sequence.h"
#include "media/still.h"

/* How far ahead a map must lie for a seek to be less work than reading up to it. */
enum { FAR_US = 2000000 };

struct zd_map_reader {
    zd_context *ctx;
    zd_map_info info;
    char *channel;
    zd_reader *footage;   /* whatever FFmpeg or our own readers decode; or else EXR: */
    zd_sequence sequence; /* one file for a still */
    int64_t first;        /* the range within the sequence */
    int64_t end;
    int64_t position;
    zd_image *read_seen[ZD_SEEN_COUNT]; /* of the file read last, of `current` and of `following` */
    zd_image *current_seen[ZD_SEEN_COUNT];
    zd_image *following_seen[ZD_SEEN_COUNT];
    zd_image *current; /* what zd_map_reader_at shows, its time, and what follows */
    int64_t current_us;
    zd_image *following;
    int64_t following_us;
    bool is_started;
    bool is_at_end; /* nothing follows */
    int64_t origin_us;
    bool has_origin;
    int turn_deg; /* what every map is turned by, after it is mirrored */
    bool is_mirrored;
};

/* The planes become those of another file; NULL: none. */
static void take_seen(zd_image **planes, zd_image *const *from)
{
    for (int i = 0; i < ZD_SEEN_COUNT; i++) {
        zd_image_unref(&planes[i]);
        planes[i] = from != NULL ? zd_image_ref(from[i]) : NULL;
    }
}

static void forget(zd_map_reader *reader)
{
    zd_image_unref(&reader->current);
    zd_image_unref(&reader->following);
    take_seen(reader->current_seen, NULL);
    take_seen(reader->following_seen, NULL);
    take_seen(reader->read_seen, NULL);
    reader->is_started = false;
    reader->is_at_end = false;
}

void zd_map_reader_close(zd_map_reader **reader)
{
    zd_map_reader *doomed = *reader;
    *reader = NULL;
    if (doomed != NULL) {
        forget(doomed);
        zd_reader_close(&doomed->footage);
        zd_sequence_finish(&doomed->sequence);
        zd_free(doomed->ctx, doomed->channel);
        zd_free(doomed->ctx, doomed);
    }
}

const zd_map_info *zd_map_reader_info_get(const zd_map_reader *reader)
{
    return &reader->info;
}

static void read_declared(const zd_exr *exr, int part, zd_map_declared *out)
{
    const char *kind = NULL;
    double furthest;
    double nearest;
    *out = (zd_map_declared){ 0 };
    if (zd_exr_text(exr, part, ZD_EXR_DEPTH_KIND, &kind)) {
        out->has_kind = true;
        snprintf(out->kind, sizeof out->kind, "%s", kind);
    }
    if (zd_exr_number(exr, part, ZD_EXR_DEPTH_FURTHEST, &furthest) &&
        zd_exr_number(exr, part, ZD_EXR_DEPTH_NEAREST, &nearest))
    {
        out->has_range = true;
        out->furthest = (float) furthest;
        out->nearest = (float) nearest;
    }
}

static zd_status fail_channel(const zd_exr *exr, const char *path, const char *wanted,
                              zd_error *err)
{
    char names[200] = "";
    size_t used = 0;
    int parts = zd_exr_part_count(exr);
    for (int part = 0; part < parts; part++) {
        const char *name = parts > 1 ? zd_exr_part_name(exr, part) : "";
        for (int i = 0; i < zd_exr_channel_count(exr, part) && used + 2 < sizeof names; i++) {
            int count =
                snprintf(names + used, sizeof names - used, "%s%s%s%s", used > 0 ? ", " : "", name,
                         name[0] != '\0' ? "." : "", zd_exr_channel(exr, part, i).name);
            used += count > 0 ? (size_t) count : 0;
        }
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                   "'%s' has no depth channel%s%s%s; name one of its channels with "
                   "--depth-map-channel: %s",
                   path, wanted != NULL ? " '" : "", wanted != NULL ? wanted : "",
                   wanted != NULL ? "'" : "", names);
}

/* Depth written as a gray picture has three equal channels; a picture has not. */
static zd_status check_gray(zd_map_reader *reader, zd_exr *exr, const char *path,
                            const zd_exr_depth *depth, zd_view red, zd_error *err)
{
    static const char *const others[] = { "G", "B" };
    zd_image *image = NULL;
    zd_status status = ZD_OK;
    bool is_gray = true;
    if (!depth->is_gray_rgb) {
        return ZD_OK;
    }
    ZD_TRY(zd_image_create(reader->ctx, red.width, red.height, ZD_GRAY_F32, &image, err));
    for (int i = 0; i < 2 && status == ZD_OK && is_gray; i++) {
        zd_view other = zd_image_view(image);
        zd_exr_wanted wanted = { zd_exr_find_channel(exr, depth->part, others[i]), other, 0 };
        status = zd_exr_read_one(exr, depth->part, &wanted, NAN, err);
        for (int y = 0; status == ZD_OK && y < red.height && is_gray; y++) {
            is_gray = memcmp(zd_view_row_f32(red, y), zd_view_row_f32(other, y),
                             (size_t) red.width * sizeof(float)) == 0;
        }
    }
    zd_image_unref(&image);
    return status == ZD_OK && !is_gray ? fail_channel(exr, path, NULL, err) : status;
}

/* What the network saw beside depth, where the file tells. */
static zd_status read_seen(zd_map_reader *reader, zd_exr *exr, int part, zd_error *err)
{
    static const char *const names[ZD_SEEN_COUNT] = { [ZD_SEEN_SUBJECT] = ZD_EXR_SUBJECT,
                                                      [ZD_SEEN_SKY] = ZD_EXR_SKY,
                                                      [ZD_SEEN_CONFIDENCE] = ZD_EXR_CONFIDENCE };
    bool is_seen = strcmp(zd_exr_part_name(exr, part), ZD_EXR_SEEN) == 0;
    int width;
    int height;
    take_seen(reader->read_seen, NULL);
    zd_exr_data_size(exr, part, &width, &height);
    for (int i = 0; is_seen && i < ZD_SEEN_COUNT; i++) {
        int channel = zd_exr_find_channel(exr, part, names[i]);
        if (channel >= 0) {
            zd_image **plane = &reader->read_seen[i];
            ZD_TRY(zd_image_create(reader->ctx, width, height, ZD_GRAY_F32, plane, err));
            zd_exr_wanted wanted = { channel, zd_image_view(*plane), 0 };
            ZD_TRY(zd_exr_read_one(exr, part, &wanted, 0.0f, err));
        }
    }
    return ZD_OK;
}

static zd_status read_channel(zd_map_reader *reader, zd_exr *exr, const char *path, zd_image **out,
                              zd_error *err)
{
    zd_exr_depth depth;
    int width;
    int height;
    if (!zd_exr_find_depth(exr, reader->channel, &depth)) {
        return fail_channel(exr, path, reader->channel, err);
    }
    if (strcmp(zd_exr_part_name(exr, depth.part), ZD_EXR_SEEN) == 0) {
        zd_exr_data_size(exr, depth.part, &width, &height); /* what the network saw is smaller */
    } else {
        zd_exr_size(exr, depth.part, &width, &height);
    }
    ZD_TRY(zd_image_create(reader->ctx, width, height, ZD_GRAY_F32, out, err));
    zd_exr_wanted wanted = { depth.channel, zd_image_view(*out), 0 };
    zd_exr_channel_info info = zd_exr_channel(exr, depth.part, depth.channel);
    reader->info.bit_depth = info.is_half ? 16 : 32;
    snprintf(reader->info.channel, sizeof reader->info.channel, "%s", info.name);
    read_declared(exr, depth.part, &reader->info.declared);
    /* What lies outside the data window has no depth. */
    ZD_TRY(zd_exr_read_one(exr, depth.part, &wanted, NAN, err));
    ZD_TRY(read_seen(reader, exr, depth.part, err));
    return check_gray(reader, exr, path, &depth, wanted.view, err);
}

static zd_status read_exr(zd_map_reader *reader, const char *path, zd_image **out, zd_error *err)
{
    zd_exr *exr = NULL;
    *out = NULL;
    ZD_TRY(zd_exr_open(reader->ctx, path, &exr, err));
    zd_status status = read_channel(reader, exr, path, out, err);
    zd_exr_close(&exr);
    if (status != ZD_OK) {
        zd_image_unref(out);
    }
    return status;
}

/* Finds out whether the path leads to EXR, and lists the files if so. */
static zd_status list_exr(zd_map_reader *reader, const char *path, const zd_map_params *params,
                          bool *is_exr, zd_error *err)
{
    zd_still_type type;
    bool is_series = zd_sequence_is_path(path);
    *is_exr = false;
    if (is_series) {
        ZD_TRY(zd_sequence_init(&reader->sequence, reader->ctx, path, params->media.missing, err));
    } else {
        ZD_TRY(zd_sequence_init_single(&reader->sequence, reader->ctx, path, err));
    }
    ZD_TRY(zd_still_detect(zd_sequence_file(&reader->sequence, 0), &type, err));
    *is_exr = type == ZD_STILL_EXR;
    reader->info.kind = is_series ? ZD_MEDIA_SEQUENCE : ZD_MEDIA_STILL;
    return ZD_OK;
}

static zd_status open_exr(zd_map_reader *reader, const char *path, const zd_map_params *params,
                          zd_error *err)
{
    zd_rational rate = params->media.sequence_rate;
    zd_image *first = NULL;
    if (rate.numerator <= 0 || rate.denominator <= 0) {
        rate = (zd_rational){ 24, 1 };
    }
    zd_sequence_warn(&reader->sequence, path);
    reader->first = params->media.first_frame;
    reader->end = params->media.end_frame > 0 ? params->media.end_frame : reader->sequence.frames;
    if (reader->first < 0 || reader->first >= reader->end || reader->end > reader->sequence.frames)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "frames %lld to %lld lie outside '%s', which has %lld frames",
                       (long long) reader->first, (long long) reader->end - 1, path,
                       (long long) reader->sequence.frames);
    }
    ZD_TRY(read_exr(reader, zd_sequence_file(&reader->sequence, reader->first), &first, err));
    zd_view view = zd_image_view(first);
    reader->info.width = view.width;
    reader->info.height = view.height;
    reader->info.frame_rate = rate;
    reader->info.frame_count = reader->end - reader->first;
    reader->info.is_float = true;
    zd_image_unref(&first);
    return ZD_OK;
}

static zd_status open_footage(zd_map_reader *reader, const char *path, const zd_map_params *params,
                              zd_error *err)
{
    zd_sequence_finish(&reader->sequence);
    ZD_TRY(zd_reader_open(reader->ctx, path, &params->media, &reader->footage, err));
    const zd_reader_info *from = zd_reader_info_get(reader->footage);
    reader->info = (zd_map_info){ .kind = from->kind,
                                  .width = from->width,
                                  .height = from->height,
                                  .frame_rate = from->frame_rate,
                                  .frame_count = from->frame_count,
                                  .bit_depth = from->bit_depth,
                                  .is_float = from->is_float };
    return ZD_OK;
}

zd_status zd_map_reader_open(zd_context *ctx, const char *path, const zd_map_params *params,
                             zd_map_reader **out, zd_error *err)
{
    ZD_REQUIRE(err, path != NULL);
    static const zd_map_params defaults = { 0 };
    bool is_exr = false;
    params = params != NULL ? params : &defaults;
    *out = NULL;
    zd_map_reader *reader = zd_alloc_zeroed(ctx, 1, sizeof *reader);
    if (reader == NULL) {
        return zd_fail_memory(err, path);
    }
    reader->ctx = ctx;
    reader->sequence.ctx = ctx;
    zd_status status = ZD_OK;
    if (params->channel != NULL && (reader->channel = zd_strdup(ctx, params->channel)) == NULL) {
        status = zd_fail_memory(err, path);
    }
    if (status == ZD_OK) {
        status = list_exr(reader, path, params, &is_exr, err);
    }
    if (status == ZD_OK) {
        status =
            is_exr ? open_exr(reader, path, params, err) : open_footage(reader, path, params, err);
    }
    if (status != ZD_OK) {
        zd_map_reader_close(&reader);
    }
    *out = reader;
    return status;
}

static int64_t frame_us(const zd_map_reader *reader, int64_t frames)
{
    const zd_rational rate = reader->info.frame_rate;
    return rate.numerator > 0 ? frames * 1000000 * rate.denominator / rate.numerator : 0;
}

static zd_status next_footage(zd_map_reader *reader, zd_image **out, int64_t *time_us,
                              zd_error *err)
{
    zd_frame *frame = NULL;
    ZD_TRY(zd_reader_next(reader->footage, &frame, err));
    const zd_frame_info *info = zd_frame_info_get(frame);
    int64_t time = zd_frame_time_us(frame);
    if (!reader->has_origin) {
        reader->has_origin = true;
        reader->origin_us = time;
    }
    *time_us = time - reader->origin_us;
    zd_status status =
        zd_image_create(reader->ctx, info->width, info->height, ZD_GRAY_F32, out, err);
    if (status == ZD_OK) {
        status = zd_frame_read_gray(frame, zd_image_view(*out), err);
    }
    if (status != ZD_OK) {
        zd_image_unref(out);
    }
    zd_frame_unref(&frame);
    return status;
}

static zd_status next_exr(zd_map_reader *reader, zd_image **out, int64_t *time_us, zd_error *err)
{
    int64_t frame = reader->first + reader->position;
    if (frame >= reader->end) {
        return zd_fail(err, ZD_ERR_END, "the end of the depth map");
    }
    const char *file = zd_sequence_file(&reader->sequence, frame);
    ZD_TRY(read_exr(reader, file, out, err));
    zd_view view = zd_image_view(*out);
    bool is_turned = reader->turn_deg != 0;
    if (view.width != (is_turned ? reader->info.height : reader->info.width) ||
        view.height != (is_turned ? reader->info.width : reader->info.height))
    {
        zd_image_unref(out);
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "'%s' is %dx%d and the sequence is %dx%d; all maps must have one size", file,
                       view.width, view.height, reader->info.width, reader->info.height);
    }
    *time_us = frame_us(reader, reader->position);
    reader->position++;
    return ZD_OK;
}

static void turn_view(const zd_map_reader *reader, zd_view from, zd_view to)
{
    for (int y = 0; y < from.height; y++) {
        const float *row = zd_view_row_f32(from, y);
        for (int x = 0; x < from.width; x++) {
            int across = reader->is_mirrored ? from.width - 1 - x : x;
            int to_x = reader->turn_deg == 90 ? from.height - 1 - y : y;
            int to_y = reader->turn_deg == 90 ? across : from.width - 1 - across;
            zd_view_row_f32(to, to_y)[to_x] = row[x];
        }
    }
}

static zd_status turn_map(const zd_map_reader *reader, zd_image **image, zd_error *err)
{
    zd_image *turned = NULL;
    zd_view from = zd_image_view(*image);
    if (reader->turn_deg == 0) {
        return ZD_OK;
    }
    zd_status status =
        zd_image_create(reader->ctx, from.height, from.width, ZD_GRAY_F32, &turned, err);
    if (status == ZD_OK) {
        turn_view(reader, from, zd_image_view(turned));
    }
    zd_image_unref(image);
    *image = turned;
    return status;
}

void zd_map_reader_turn(zd_map_reader *reader, int degrees, bool is_mirrored)
{
    bool is_sideways = degrees == 90 || degrees == 270;
    int width = reader->info.width;
    assert(is_sideways && reader->turn_deg == 0 && !reader->is_started);
    reader->turn_deg = is_sideways ? degrees : 0;
    reader->is_mirrored = is_mirrored;
    reader->info.width = reader->info.height;
    reader->info.height = width;
}

zd_status zd_map_reader_next(zd_map_reader *reader, zd_image **out, int64_t *time_us, zd_error *err)
{
    int64_t ignored;
    int64_t *time = time_us != NULL ? time_us : &ignored;
    *out = NULL;
    ZD_TRY(reader->footage != NULL ? next_footage(reader, out, time, err)
                                   : next_exr(reader, out, time, err));
    return turn_map(reader, out, err);
}

/* Makes the map of a time the next one. */
static zd_status seek_to(zd_map_reader *reader, int64_t time_us, zd_error *err)
{
    forget(reader);
    if (reader->footage != NULL) {
        return zd_reader_seek_time(reader->footage, time_us, err);
    }
    int64_t one = frame_us(reader, 1);
    reader->position = one > 0 && time_us > 0 ? time_us / one : 0;
    if (reader->position >= reader->end - reader->first) {
        reader->position = reader->end - reader->first - 1;
    }
    return ZD_OK;
}

static zd_status take_following(zd_map_reader *reader, zd_error *err)
{
    zd_status status = zd_map_reader_next(reader, &reader->following, &reader->following_us, err);
    take_seen(reader->following_seen, status == ZD_OK ? reader->read_seen : NULL);
    reader->is_at_end = status == ZD_ERR_END;
    return reader->is_at_end ? ZD_OK : status;
}

static zd_status start(zd_map_reader *reader, zd_error *err)
{
    ZD_TRY(zd_map_reader_next(reader, &reader->current, &reader->current_us, err));
    take_seen(reader->current_seen, reader->read_seen);
    reader->is_started = true;
    if (reader->info.kind == ZD_MEDIA_STILL) {
        reader->is_at_end = true;
        return ZD_OK;
    }
    return take_following(reader, err);
}

static zd_status start_at(zd_map_reader *reader, int64_t time_us, zd_error *err)
{
    ZD_TRY(seek_to(reader, time_us, err));
    zd_status status = start(reader, err);
    if (status == ZD_ERR_END) { /* past the last map: only reading on finds it */
        ZD_TRY(seek_to(reader, 0, err));
        status = start(reader, err);
    }
    return status;
}

zd_status zd_map_reader_at(zd_map_reader *reader, int64_t time_us, zd_image **out, zd_error *err)
{
    const int64_t latest_us = time_us + ZD_READER_ROUNDING_US;
    *out = NULL;
    if (!reader->is_started) {
        ZD_TRY(start(reader, err)); /* also what times are counted from */
    }
    if (latest_us < reader->current_us ||
        (!reader->is_at_end && time_us > reader->following_us + FAR_US))
    {
        ZD_TRY(start_at(reader, time_us, err));
    }
    while (!reader->is_at_end && reader->following_us <= latest_us) {
        zd_image_unref(&reader->current);
        reader->current = reader->following;
        take_seen(reader->current_seen, reader->following_seen);
        reader->current_us = reader->following_us;
        reader->following = NULL;
        ZD_TRY(take_following(reader, err));
    }
    *out = zd_image_ref(reader->current);
    return ZD_OK;
}

zd_image *zd_map_reader_seen(const zd_map_reader *reader, zd_seen what)
{
    assert(what >= 0 && what < ZD_SEEN_COUNT);
    return reader->turn_deg == 0 ? reader->current_seen[what] : NULL;
}

bool zd_map_reader_is_held(const zd_map_reader *reader, int64_t time_us)
{
    int64_t end_us = reader->current_us + frame_us(reader, 1) - ZD_READER_ROUNDING_US;
    return reader->info.kind != ZD_MEDIA_STILL && reader->is_at_end && time_us >= end_us;
}

zd_status zd_map_write_exr(zd_context *ctx, const char *path, zd_view values,
                           const zd_map_declared *declared, zd_error *err)
{
    ZD_REQUIRE(err, values.format.sample == ZD_SAMPLE_F32 && values.format.channels == 1);
    zd_exr_source source = { .name = "Z", .view = values };
    zd_exr_attribute attributes[3];
    int count = 0;
    if (declared->has_kind) {
        attributes[count++] =
            (zd_exr_attribute){ .name = ZD_EXR_DEPTH_KIND, .text = declared->kind };
    }
    if (declared->has_range) {
        attributes[count++] =
            (zd_exr_attribute){ .name = ZD_EXR_DEPTH_FURTHEST, .number = declared->furthest };
        attributes[count++] =
            (zd_exr_attribute){ .name = ZD_EXR_DEPTH_NEAREST, .number = declared->nearest };
    }
    zd_exr_file file = {
        .channels = &source, .channel_count = 1, .attributes = attributes, .attribute_count = count
    };
    return zd_exr_write(ctx, path, &file, err);
}
