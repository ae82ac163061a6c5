/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The filter sees one frame on either side; after a seek it begins one frame early, and what it makes of
 * that one is dropped. */

#include "media/deinterlace.h"

#include <stdio.h>

#include "media/filter.h"
#include "media/frame_internal.h"

enum { MOST_WAITING = 8 };

struct zd_deinterlace {
    zd_context *ctx;
    zd_movie *movie;
    zd_filter *filter; /* NULL until there is a frame */
    zd_fields fields;
    zd_rational frame_rate;
    int64_t next_index;
    int64_t waiting[MOST_WAITING]; /* the durations of the frames in the filter */
    int first;
    int count;
    bool is_ended;
};

zd_status zd_deinterlace_open(zd_context *ctx, zd_movie *movie, const zd_reader_info *info,
                              zd_deinterlace **out, zd_error *err)
{
    *out = NULL;
    if (info->rotation_deg != 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "'%s' is interlaced and turned by %d degrees, so its fields are no lines; "
                       "deinterlace it with another tool first, or leave out --deinterlace",
                       info->path, info->rotation_deg);
    }
    zd_deinterlace *d = zd_alloc_zeroed(ctx, 1, sizeof *d);
    if (d == NULL) {
        return zd_fail_memory(err, "deinterlacing");
    }
    d->ctx = ctx;
    d->movie = movie;
    d->fields = info->fields;
    d->frame_rate = info->frame_rate;
    *out = d;
    return ZD_OK;
}

void zd_deinterlace_close(zd_deinterlace **deinterlace)
{
    zd_deinterlace *doomed = *deinterlace;
    *deinterlace = NULL;
    if (doomed != NULL) {
        zd_filter_close(&doomed->filter);
        zd_free(doomed->ctx, doomed);
    }
}

void zd_deinterlace_rewind(zd_deinterlace *deinterlace)
{
    zd_filter_close(&deinterlace->filter);
    deinterlace->next_index = 0;
    deinterlace->count = 0;
    deinterlace->is_ended = false;
}

static zd_status need_filter(zd_deinterlace *d, const zd_frame *frame, zd_error *err)
{
    char graph[128];
    const zd_frame_info *info = zd_frame_info_get(frame);
    if (d->filter != NULL) {
        return ZD_OK;
    }
    snprintf(graph, sizeof graph, "bwdif=mode=send_frame:parity=%s:deint=all,format=%s",
             d->fields == ZD_FIELDS_TOP_FIRST ? "tff" : "bff", info->pixel_format);
    return zd_filter_open(d->ctx, graph, ZD_TRUST_FULL, info, d->frame_rate, &d->filter, err);
}

/* Gives the filter the movie's next frame, or its end. */
static zd_status feed(zd_deinterlace *d, zd_error *err)
{
    zd_frame *frame = NULL;
    zd_status status = zd_movie_next(d->movie, &frame, err);
    if (status == ZD_ERR_END && d->filter != NULL && !d->is_ended) {
        d->is_ended = true;
        return zd_filter_push(d->filter, NULL, err);
    }
    if (status == ZD_OK && d->count == MOST_WAITING) {
        status = zd_fail(err, ZD_ERR_UNSUPPORTED, "deinterlacing holds back more than %d frames",
                         MOST_WAITING);
    }
    if (status == ZD_OK) {
        status = need_filter(d, frame, err);
    }
    if (status == ZD_OK) {
        d->waiting[(d->first + d->count++) % MOST_WAITING] = zd_frame_info_get(frame)->duration;
        status = zd_filter_push(d->filter, frame, err);
    }
    zd_frame_unref(&frame);
    return status;
}

zd_status zd_deinterlace_next(zd_deinterlace *deinterlace, zd_frame **out, zd_error *err)
{
    zd_deinterlace *d = deinterlace;
    *out = NULL;
    while (*out == NULL) {
        if (d->filter != NULL) {
            ZD_TRY(zd_filter_pull(d->filter, out, err));
        }
        if (*out == NULL) {
            ZD_TRY(feed(d, err));
        }
    }
    (*out)->info.index = d->next_index++;
    if (d->count > 0) {
        (*out)->info.duration = d->waiting[d->first];
        d->first = (d->first + 1) % MOST_WAITING;
        d->count--;
    }
    return ZD_OK;
}

zd_status zd_deinterlace_seek(zd_deinterlace *deinterlace, int64_t index, zd_error *err)
{
    zd_deinterlace *d = deinterlace;
    if (index == d->next_index) {
        return ZD_OK;
    }
    int64_t first = index > 0 ? index - 1 : 0;
    zd_deinterlace_rewind(d);
    d->next_index = -1; /* unknown, should the seek be cancelled */
    ZD_TRY(zd_movie_seek(d->movie, first, err));
    d->next_index = first;
    while (d->next_index < index) {
        zd_frame *early = NULL;
        zd_status status = zd_deinterlace_next(d, &early, err);
        zd_frame_unref(&early);
        if (status == ZD_ERR_END) {
            return ZD_OK; /* and so is the next one */
        }
        ZD_TRY(status);
    }
    return ZD_OK;
}
