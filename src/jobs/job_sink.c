/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The first failure stops the writing and is told to the next caller. */

#include "jobs/job_sink.h"

#include <pthread.h>
#include <stdatomic.h>

#include "core/queue.h"
#include "core/require.h"

enum { SINK_FRAMES = 2 };

typedef struct item {
    zd_frame *frame; /* or */
    zd_image *image; /* or, neither, a picture that is finished */
    bool is_made;    /* the frame is one of zd_writer_begin */
    int64_t pts;
    int64_t duration;
} item;

struct zd_job_sink {
    zd_context *ctx;
    zd_writer *writer;
    zd_queue *items;
    pthread_t thread;
    zd_status ending; /* the first failure; read after the queue was closed */
    zd_error reason;
    atomic_bool discard; /* what still waits is not wanted */
};

static void release_item(zd_context *ctx, item *it)
{
    zd_frame_unref(&it->frame);
    zd_image_unref(&it->image);
    zd_free(ctx, it);
}

static zd_status write_item(zd_job_sink *sink, const item *it)
{
    if (it->is_made) {
        return zd_writer_put_made(sink->writer, it->frame, it->pts, it->duration, &sink->reason);
    }
    if (it->frame != NULL) {
        return zd_writer_put(sink->writer, it->frame, &sink->reason);
    }
    if (it->image == NULL) {
        return zd_writer_skip(sink->writer, &sink->reason);
    }
    return zd_writer_put_view(sink->writer, zd_image_view(it->image), it->pts, it->duration,
                              &sink->reason);
}

static void *sink_main(void *argument)
{
    zd_job_sink *sink = argument;
    for (item *it; (it = zd_queue_pop(sink->items)) != NULL;) {
        if (sink->ending == ZD_OK && !atomic_load(&sink->discard)) {
            sink->ending = write_item(sink, it);
            if (sink->ending != ZD_OK) {
                zd_queue_close(sink->items);
            }
        }
        release_item(sink->ctx, it);
    }
    return NULL;
}

zd_status zd_job_sink_start(zd_context *ctx, zd_writer *writer, zd_job_sink **out, zd_error *err)
{
    ZD_REQUIRE(err, writer != NULL);
    zd_job_sink *sink = zd_alloc_zeroed(ctx, 1, sizeof *sink);
    zd_status status = sink != NULL ? ZD_OK : zd_fail_memory(err, "writing");
    *out = NULL;
    if (status == ZD_OK) {
        sink->ctx = ctx;
        sink->writer = writer;
        status = zd_queue_create(ctx, SINK_FRAMES, &sink->items, err);
    }
    if (status == ZD_OK && pthread_create(&sink->thread, NULL, sink_main, sink) != 0) {
        status = zd_fail(err, ZD_ERR_NO_MEMORY, "could not start the writing thread");
    }
    if (status != ZD_OK) {
        zd_writer_abort(&writer);
        if (sink != NULL) {
            zd_queue_destroy(ctx, &sink->items);
            zd_free(ctx, sink);
        }
        return status;
    }
    *out = sink;
    return ZD_OK;
}

static bool is_large(const item *it)
{
    if (it->frame != NULL) {
        const zd_frame_info *info = zd_frame_info_get(it->frame);
        return zd_frame_is_large(info->width, info->height, info->bit_depth, info->has_alpha);
    }
    if (it->image != NULL) {
        zd_view view = zd_image_view(it->image);
        return zd_frame_is_large(view.width, view.height, 32, view.format.channels == 4);
    }
    return false;
}

/* A large picture is handed over when none waits, so that two are there at a time. */
static zd_status put(zd_job_sink *sink, item content, zd_error *err)
{
    item *it = zd_alloc(sink->ctx, sizeof *it);
    if (it == NULL) {
        zd_frame_unref(&content.frame);
        zd_image_unref(&content.image);
        return zd_fail_memory(err, "a frame to write");
    }
    *it = content;
    if ((!is_large(it) || zd_queue_await_empty(sink->items)) && zd_queue_push(sink->items, it)) {
        return ZD_OK;
    }
    release_item(sink->ctx, it);
    return zd_fail(err, sink->ending, "%s", sink->reason.message);
}

zd_status zd_job_sink_put(zd_job_sink *sink, zd_frame *frame, zd_error *err)
{
    ZD_REQUIRE(err, frame != NULL);
    return put(sink, (item){ .frame = frame }, err);
}

zd_status zd_job_sink_put_image(zd_job_sink *sink, zd_image *image, int64_t pts, int64_t duration,
                                zd_error *err)
{
    ZD_REQUIRE(err, image != NULL);
    return put(sink, (item){ .image = image, .pts = pts, .duration = duration }, err);
}

zd_status zd_job_sink_put_made(zd_job_sink *sink, zd_frame *made, int64_t pts, int64_t duration,
                               zd_error *err)
{
    ZD_REQUIRE(err, made != NULL);
    return put(sink, (item){ .frame = made, .is_made = true, .pts = pts, .duration = duration },
               err);
}

zd_status zd_job_sink_skip(zd_job_sink *sink, zd_error *err)
{
    return put(sink, (item){ 0 }, err);
}

static void stop(zd_job_sink *sink)
{
    zd_queue_close(sink->items);
    pthread_join(sink->thread, NULL);
    zd_queue_destroy(sink->ctx, &sink->items);
}

zd_status zd_job_sink_finish(zd_job_sink **sink, zd_error *err)
{
    zd_job_sink *done = *sink;
    *sink = NULL;
    stop(done);
    zd_status status = done->ending;
    if (status == ZD_OK) {
        status = zd_writer_finish(&done->writer, err);
    } else {
        zd_fail(err, status, "%s", done->reason.message);
        zd_writer_abort(&done->writer);
    }
    zd_free(done->ctx, done);
    return status;
}

void zd_job_sink_abort(zd_job_sink **sink)
{
    zd_job_sink *doomed = *sink;
    if (doomed == NULL) {
        return;
    }
    *sink = NULL;
    atomic_store(&doomed->discard, true);
    stop(doomed);
    zd_writer_abort(&doomed->writer);
    zd_free(doomed->ctx, doomed);
}
