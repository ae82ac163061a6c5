/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One thread, one bounded queue; the reader's end or failure is told after the frames before it. */

#include "clip/clip_feed.h"

#include <pthread.h>

#include "core/queue.h"
#include "core/require.h"

enum { FEED_FRAMES = 1 }; /* the worker holds two more, and the thread one; of large frames none */

struct zd_clip_feed {
    zd_context *ctx;
    zd_reader *reader;
    zd_queue *frames;
    bool is_large; /* a frame is read when none waits */
    pthread_t thread;
    zd_status ending; /* why the thread ended; read after the queue is empty */
    zd_error reason;
};

static void *feed_main(void *argument)
{
    zd_clip_feed *feed = argument;
    while (!feed->is_large || zd_queue_await_empty(feed->frames)) {
        zd_frame *frame = NULL;
        feed->ending = zd_reader_next(feed->reader, &frame, &feed->reason);
        if (feed->ending != ZD_OK || !zd_queue_push(feed->frames, frame)) {
            zd_frame_unref(&frame);
            break;
        }
    }
    zd_queue_close(feed->frames);
    return NULL;
}

zd_status zd_clip_feed_start(zd_context *ctx, zd_reader *reader, zd_clip_feed **out, zd_error *err)
{
    ZD_REQUIRE(err, reader != NULL);
    zd_clip_feed *feed = zd_alloc_zeroed(ctx, 1, sizeof *feed);
    *out = NULL;
    if (feed == NULL) {
        return zd_fail_memory(err, "reading ahead");
    }
    feed->ctx = ctx;
    feed->reader = reader;
    const zd_reader_info *info = zd_reader_info_get(reader);
    feed->is_large = zd_frame_is_large(info->width, info->height, info->bit_depth, info->has_alpha);
    zd_status status = zd_queue_create(ctx, FEED_FRAMES, &feed->frames, err);
    if (status == ZD_OK && pthread_create(&feed->thread, NULL, feed_main, feed) != 0) {
        status = zd_fail(err, ZD_ERR_NO_MEMORY, "could not start the reading thread");
    }
    if (status != ZD_OK) {
        zd_queue_destroy(ctx, &feed->frames);
        zd_free(ctx, feed);
        return status;
    }
    *out = feed;
    return ZD_OK;
}

zd_status zd_clip_feed_next(zd_clip_feed *feed, zd_frame **out, zd_error *err)
{
    *out = zd_queue_pop(feed->frames);
    if (*out != NULL) {
        return ZD_OK;
    }
    /* Closing the queue happens after `ending` was written, under the same lock. */
    return feed->ending == ZD_OK || feed->ending == ZD_ERR_END
               ? ZD_ERR_END
               : zd_fail(err, feed->ending, "%s", feed->reason.message);
}

void zd_clip_feed_stop(zd_clip_feed **feed)
{
    zd_clip_feed *doomed = *feed;
    if (doomed == NULL) {
        return;
    }
    zd_queue_close(doomed->frames);
    for (zd_frame *frame; (frame = zd_queue_pop(doomed->frames)) != NULL;) {
        zd_frame_unref(&frame);
    }
    pthread_join(doomed->thread, NULL);
    zd_queue_destroy(doomed->ctx, &doomed->frames);
    zd_free(doomed->ctx, doomed);
    *feed = NULL;
}
