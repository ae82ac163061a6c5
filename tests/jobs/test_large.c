/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Of pictures of 64 MiB and more as few as can be are held at once, while a clip is read and while a movie is written. */

#include <stdatomic.h>
#include <time.h>

#include "clip/clip_feed.h"
#include "jobs/job_sink.h"
#include "media_test.h"

enum { SIDE = 2400, FRAMES = 6 };

static const size_t large = (size_t) 64 << 20;

static const zd_reader_info like = { .kind = ZD_MEDIA_MOVIE,
                                     .width = SIDE,
                                     .height = SIDE,
                                     .frame_rate = { 25, 1 },
                                     .time_base = { 1, 25 },
                                     .sample_aspect = { 1, 1 },
                                     .bit_depth = 8 };

/* ---- an allocator that knows how many large pieces there are ---- */

enum { MOST_PIECES = 64 };

typedef struct pieces {
    _Atomic(void *) at[MOST_PIECES];
    atomic_int alive;
    atomic_int most;
} pieces;

static void *take(void *user, size_t bytes, size_t alignment)
{
    pieces *p = user;
    void *piece = zd_os_allocate(bytes, alignment);
    if (piece == NULL || bytes < large) {
        return piece;
    }
    for (int i = 0; i < MOST_PIECES; i++) {
        void *nothing = NULL;
        if (atomic_compare_exchange_strong(&p->at[i], &nothing, piece)) {
            break;
        }
    }
    int alive = atomic_fetch_add(&p->alive, 1) + 1;
    for (int most = atomic_load(&p->most);
         most < alive && !atomic_compare_exchange_weak(&p->most, &most, alive);)
    {
    }
    return piece;
}

static void give(void *user, void *piece)
{
    pieces *p = user;
    for (int i = 0; i < MOST_PIECES; i++) {
        void *expected = piece;
        if (atomic_compare_exchange_strong(&p->at[i], &expected, NULL)) {
            atomic_fetch_sub(&p->alive, 1);
            break;
        }
    }
    zd_os_release(piece);
}

static zd_context *counting_context(pieces *p)
{
    zd_context *counting = NULL;
    zd_context_params params = { .allocator = { take, give, p }, .threads = 1 };
    REQUIRE_OK(zd_context_create(&params, &counting, &err));
    return counting;
}

/* ---- both ends of a job ---- */

/* One EXR under two names. */
static void make_sequence(void)
{
    zd_image *image;
    zd_writer *writer = NULL;
    zd_writer_params how = { .like = &like };
    zd_view_clear(new_picture(SIDE, SIDE, 3, &image));
    REQUIRE_OK(zd_writer_open(ctx, in_scratch("large.%s.exr", "%04d"), &how, &writer, &err));
    REQUIRE_OK(zd_writer_put_view(writer, zd_image_view(image), 0, 1, &err));
    REQUIRE_OK(zd_writer_finish(&writer, &err));
    zd_image_unref(&image);
    REQUIRE_INT(link(in_scratch("large.0000.exr"), in_scratch("large.0001.exr")), 0);
}

/* While the first waits to be taken the second is not read: it can still be removed. */
static void a_large_frame_is_read_when_none_waits(void)
{
    zd_reader *reader = NULL;
    zd_clip_feed *feed = NULL;
    zd_frame *frame = NULL;
    make_sequence();
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("large.%s.exr", "%04d"), NULL, &reader, &err));
    REQUIRE_OK(zd_clip_feed_start(ctx, reader, &feed, &err));
    nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL); /* for who does not wait */
    REQUIRE_INT(unlink(in_scratch("large.0001.exr")), 0);
    REQUIRE_OK(zd_clip_feed_next(feed, &frame, &err));
    zd_frame_unref(&frame);
    zd_status status = zd_clip_feed_next(feed, &frame, &err);
    zd_frame_unref(&frame);
    REQUIRE(status != ZD_OK && status != ZD_ERR_END);
    zd_clip_feed_stop(&feed);
    zd_reader_close(&reader);
}

/* One is written, one waits, and one is made. */
static void one_large_picture_waits_to_be_written(void)
{
    pieces p = { 0 };
    zd_job_sink *sink = NULL;
    zd_writer *writer = NULL;
    zd_writer_params how = { .like = &like, .codec = "ffv1", .pix_fmt = "bgr0" };
    zd_context *counting = counting_context(&p);
    REQUIRE_OK(zd_writer_open(counting, in_scratch("large.mkv"), &how, &writer, &err));
    REQUIRE_OK(zd_job_sink_start(counting, writer, &sink, &err));
    for (int i = 0; i < FRAMES; i++) {
        zd_image *image = NULL;
        REQUIRE_OK(zd_image_create(counting, SIDE, SIDE, ZD_RGB_F32, &image, &err));
        zd_view_clear(zd_image_view(image));
        REQUIRE_OK(zd_job_sink_put_image(sink, image, i, 1, &err));
    }
    REQUIRE_OK(zd_job_sink_finish(&sink, &err));
    zd_context_destroy(&counting);
    REQUIRE(atomic_load(&p.most) >= 2 && atomic_load(&p.most) <= 3);
}

int main(void)
{
    media_begin(1);
    RUN(a_large_frame_is_read_when_none_waits);
    RUN(one_large_picture_waits_to_be_written);
    return media_end();
}
