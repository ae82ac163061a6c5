/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Memory: a long clip takes no more of it than a short one, and running out of it at any place is
 * an ordinary error that leaves nothing behind. */

#include <sys/resource.h>
#include <sys/wait.h>

#include "media/map_reader.h"
#include "media_test.h"

/* Reads a movie into another one and tells the most memory that it took, in kB. */
static long peak_of_copy(const char *from, const char *to)
{
    int ends[2];
    long peak = 0;
    REQUIRE(pipe(ends) == 0);
    fflush(stdout);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        zd_context *own = zd_test_context(2);
        zd_reader *reader = NULL;
        zd_writer *writer = NULL;
        zd_frame *frame = NULL;
        struct rusage usage;
        bool ok = zd_reader_open(own, from, NULL, &reader, &err) == ZD_OK;
        zd_writer_params params = { .like = ok ? zd_reader_info_get(reader) : NULL };
        ok = ok && zd_writer_open(own, to, &params, &writer, &err) == ZD_OK;
        while (ok && zd_reader_next(reader, &frame, &err) == ZD_OK) {
            ok = zd_writer_put(writer, frame, &err) == ZD_OK;
            zd_frame_unref(&frame);
        }
        ok = ok && zd_writer_finish(&writer, &err) == ZD_OK;
        getrusage(RUSAGE_SELF, &usage);
        long result = ok ? usage.ru_maxrss : -1;
        ssize_t written = write(ends[1], &result, sizeof result);
        _exit(written == (ssize_t) sizeof result ? 0 : 1);
    }
    REQUIRE_INT(read(ends[0], &peak, sizeof peak), sizeof peak);
    close(ends[0]);
    close(ends[1]);
    waitpid(child, NULL, 0);
    return peak;
}

static void test_memory_does_not_grow_with_the_clip(void)
{
    if (IS_SANITIZED) {
        SKIP("a sanitizer keeps freed memory");
    }
    make_movie(in_scratch("short.mp4"), (zd_writer_params){ 0 }, 320, 180, 150);
    make_movie(in_scratch("long.mp4"), (zd_writer_params){ 0 }, 320, 180, 1500);
    long short_kb = peak_of_copy(in_scratch("short.mp4"), in_scratch("short_out.mp4"));
    long long_kb = peak_of_copy(in_scratch("long.mp4"), in_scratch("long_out.mp4"));
    printf("150 frames: %ld kB, 1500 frames: %ld kB\n", short_kb, long_kb);
    REQUIRE(short_kb > 0 && long_kb > 0);
    REQUIRE((double) long_kb <= 1.05 * (double) short_kb + 1024.0);
}

/* One whole job; false when memory ran out, which must be said. */
static bool run_job(zd_context *own, const char *from, const char *to, zd_alpha_output alpha)
{
    zd_reader *reader = NULL;
    zd_writer *writer = NULL;
    zd_frame *frame = NULL;
    zd_image *image = NULL;
    zd_status status = zd_reader_open(own, from, NULL, &reader, &err);
    if (status == ZD_OK) {
        zd_writer_params params = { .like = zd_reader_info_get(reader), .alpha = alpha };
        status = zd_writer_open(own, to, &params, &writer, &err);
    }
    if (status == ZD_OK) {
        status = zd_reader_next(reader, &frame, &err);
    }
    if (status == ZD_OK) {
        const zd_frame_info *info = zd_frame_info_get(frame);
        status = zd_image_create(own, info->width, info->height, ZD_RGBA_F32, &image, &err);
    }
    if (status == ZD_OK) {
        zd_view view = zd_image_view(image);
        zd_rect whole = { 0, 0, view.width, view.height };
        zd_frame *other = zd_frame_ref(frame);
        status = zd_frame_read(frame, whole, view, &err);
        if (status == ZD_OK) {
            status = zd_frame_write(&other, whole, view, view, &err);
        }
        if (status == ZD_OK) {
            status = zd_writer_put(writer, other, &err);
        }
        zd_frame_unref(&other);
    }
    if (status == ZD_OK) {
        status = zd_writer_finish(&writer, &err);
    }
    zd_writer_abort(&writer);
    zd_frame_unref(&frame);
    zd_image_unref(&image);
    zd_reader_close(&reader);
    REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
    return status == ZD_OK;
}

static void fail_everywhere(const char *from, const char *to, zd_alpha_output alpha)
{
    bool is_done = false;
    for (long n = 1; !is_done && n < 500; n++) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *own = zd_test_context_failing(&memory);
        if (own == NULL) {
            continue;
        }
        is_done = run_job(own, from, to, alpha) && memory.calls < n;
        zd_context_destroy(&own);
        REQUIRE_INT(memory.alive, 0);
        REQUIRE_INT(count_files(".part"), 0);
    }
    REQUIRE(is_done);
}

static void test_running_out_of_memory(void)
{
    make_movie(in_scratch("m.mkv"), (zd_writer_params){ .codec = "ffv1" }, 32, 24, 2);
    make_movie(in_scratch("m.%%02d.exr"), (zd_writer_params){ .alpha = ZD_ALPHA_STRAIGHT }, 32, 24,
               2);
    fail_everywhere(in_scratch("m.mkv"), in_scratch("o.mov"), ZD_ALPHA_STRAIGHT);
    fail_everywhere(in_scratch("m.mkv"), in_scratch("o.png"), ZD_ALPHA_NONE);
    fail_everywhere(in_scratch("m.%%02d.exr"), in_scratch("o.exr"), ZD_ALPHA_STRAIGHT);
}

static void test_map_running_out_of_memory(void)
{
    bool is_done = false;
    make_movie(in_scratch("z.%%02d.exr"), (zd_writer_params){ .is_gray = true }, 32, 24, 3);
    for (long n = 1; !is_done && n < 300; n++) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *own = zd_test_context_failing(&memory);
        zd_map_reader *reader = NULL;
        zd_image *image = NULL;
        if (own == NULL) {
            continue;
        }
        zd_status status = zd_map_reader_open(own, in_scratch("z.%%02d.exr"), NULL, &reader, &err);
        if (status == ZD_OK) {
            status = zd_map_reader_at(reader, 50000, &image, &err);
        }
        REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
        is_done = status == ZD_OK && memory.calls < n;
        zd_image_unref(&image);
        zd_map_reader_close(&reader);
        zd_context_destroy(&own);
        REQUIRE_INT(memory.alive, 0);
    }
    REQUIRE(is_done);
}

int main(void)
{
    media_begin(2);
    RUN(test_memory_does_not_grow_with_the_clip);
    RUN(test_running_out_of_memory);
    RUN(test_map_running_out_of_memory);
    return media_end();
}
