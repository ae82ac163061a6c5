/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The thread that writes: all that was handed over arrives in order; the first failure is told by whoever comes
 * next, and nothing stays of what was not finished. */

#include "jobs/job_sink.h"
#include "media_test.h"

enum { SIDE = 32, FRAMES = 9 };

static const zd_reader_info like = { .kind = ZD_MEDIA_MOVIE,
                                     .width = SIDE,
                                     .height = SIDE,
                                     .frame_rate = { 25, 1 },
                                     .time_base = { 1, 25 },
                                     .sample_aspect = { 1, 1 },
                                     .bit_depth = 8 };

static zd_image *gray(float value)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, SIDE, SIDE, ZD_RGB_F32, &image, &err));
    for (int y = 0; y < SIDE; y++) {
        for (int i = 0; i < 3 * SIDE; i++) {
            zd_view_row_f32(zd_image_view(image), y)[i] = value;
        }
    }
    return image;
}

static zd_writer *open_writer(const char *name, char *path, size_t size)
{
    zd_writer *writer = NULL;
    zd_writer_params how = { .like = &like, .codec = "ffv1", .pix_fmt = "bgr0" };
    snprintf(path, size, "%s/%s", scratch, name);
    REQUIRE_OK(zd_writer_open(ctx, path, &how, &writer, &err));
    return writer;
}

static int files_in_scratch(void)
{
    int count = 0;
    DIR *list = opendir(scratch);
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(list);
    return count;
}

static void frames_arrive_in_order(void)
{
    char path[300];
    zd_job_sink *sink = NULL;
    zd_reader *reader = NULL;
    REQUIRE_OK(zd_job_sink_start(ctx, open_writer("order.mkv", path, sizeof path), &sink, &err));
    for (int i = 0; i < FRAMES; i++) {
        REQUIRE_OK(zd_job_sink_put_image(sink, gray(0.1f * (float) i), 2 * i, 2, &err));
    }
    REQUIRE_OK(zd_job_sink_finish(&sink, &err));
    REQUIRE(sink == NULL);
    REQUIRE_OK(zd_reader_open(ctx, path, NULL, &reader, &err));
    for (int i = 0; i < FRAMES; i++) {
        zd_frame *frame = NULL;
        float first[4 * SIDE * SIDE];
        zd_view view = { first, SIDE, SIDE, (ptrdiff_t) 16 * SIDE, ZD_RGBA_F32 };
        REQUIRE_OK(zd_reader_next(reader, &frame, &err));
        REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, SIDE, SIDE }, view, &err));
        REQUIRE_NEAR(first[0], 0.1 * i, 0.51 / 255.0);
        REQUIRE_NEAR((double) zd_frame_time_us(frame) * 1e-6, 0.08 * i, 0.001);
        zd_frame_unref(&frame);
    }
    zd_reader_close(&reader);
    REQUIRE_INT(unlink(path), 0);
}

static void what_is_given_up_leaves_nothing(void)
{
    char path[300];
    zd_job_sink *sink = NULL;
    REQUIRE_OK(zd_job_sink_start(ctx, open_writer("doomed.mkv", path, sizeof path), &sink, &err));
    for (int i = 0; i < 5; i++) {
        REQUIRE_OK(zd_job_sink_put_image(sink, gray(0.5f), i, 1, &err));
    }
    zd_job_sink_abort(&sink);
    REQUIRE(sink == NULL);
    zd_job_sink_abort(&sink);
    REQUIRE_INT(files_in_scratch(), 0);
}

/* A picture of another size cannot be written; the queue holds two, so it is told soon. */
static void a_failure_is_told_to_the_next(void)
{
    char path[300];
    zd_job_sink *sink = NULL;
    zd_image *wrong = NULL;
    zd_status status = ZD_OK;
    REQUIRE_OK(zd_image_create(ctx, 7, 7, ZD_RGB_F32, &wrong, &err));
    REQUIRE_OK(zd_job_sink_start(ctx, open_writer("wrong.mkv", path, sizeof path), &sink, &err));
    REQUIRE_OK(zd_job_sink_put_image(sink, gray(0.5f), 0, 1, &err));
    REQUIRE_OK(zd_job_sink_put_image(sink, wrong, 1, 1, &err));
    for (int i = 2; status == ZD_OK && i < 1000; i++) {
        status = zd_job_sink_put_image(sink, gray(0.5f), i, 1, &err);
    }
    REQUIRE(status != ZD_OK);
    zd_error again = { 0 };
    REQUIRE(zd_job_sink_finish(&sink, &again) == status);
    REQUIRE_TEXT(again.message, err.message);
    REQUIRE(strlen(err.message) > 10);
    REQUIRE_INT(files_in_scratch(), 0);
}

static void a_failure_at_the_end_is_told_by_the_end(void)
{
    char path[300];
    zd_job_sink *sink = NULL;
    zd_image *wrong = NULL;
    REQUIRE_OK(zd_image_create(ctx, 7, 7, ZD_RGB_F32, &wrong, &err));
    REQUIRE_OK(zd_job_sink_start(ctx, open_writer("late.mkv", path, sizeof path), &sink, &err));
    REQUIRE_OK(zd_job_sink_put_image(sink, gray(0.5f), 0, 1, &err));
    REQUIRE_OK(zd_job_sink_put_image(sink, wrong, 1, 1, &err));
    REQUIRE(zd_job_sink_finish(&sink, &err) != ZD_OK);
    REQUIRE_INT(files_in_scratch(), 0);
}

int main(void)
{
    media_begin(1);
    RUN(frames_arrive_in_order);
    RUN(what_is_given_up_leaves_nothing);
    RUN(a_failure_is_told_to_the_next);
    RUN(a_failure_at_the_end_is_told_by_the_end);
    return media_end();
}
