/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Movies: what is written is read back, times and tags and alpha and sound included. */

#include <libavformat/avformat.h>
#include <libavutil/display.h>

#include "media/frame_internal.h"
#include "media_test.h"

/* Frame i of the made-up clip, as read, differs from what was drawn by at most this much. */
static void require_pictures(const char *path, int width, int height, int frames, float colour,
                             float alpha)
{
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    zd_image *images[2] = { NULL };
    zd_view wanted = new_picture(width, height, 4, &images[0]);
    zd_view got = new_picture(width, height, 4, &images[1]);
    REQUIRE_OK(zd_reader_open(ctx, path, NULL, &reader, &err));
    const zd_reader_info *info = zd_reader_info_get(reader);
    REQUIRE_INT(info->width, width);
    REQUIRE_INT(info->height, height);
    REQUIRE_INT(info->has_alpha, alpha > 0.0f);
    for (int i = 0; i < frames; i++) {
        REQUIRE_OK(zd_reader_next(reader, &frame, &err));
        REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, width, height }, got, &err));
        fill_smooth(wanted, (float) i / (float) frames);
        for (int y = 0; y < height; y++) {
            const float *a = zd_view_row_f32(wanted, y);
            const float *b = zd_view_row_f32(got, y);
            for (int x = 0; x < 4 * width; x++) {
                if (x % 4 < 3) {
                    REQUIRE_NEAR(b[x], a[x], (double) colour);
                } else {
                    REQUIRE_NEAR(b[x], alpha > 0.0f ? a[x] : 1.0f, (double) alpha);
                }
            }
        }
        zd_frame_unref(&frame);
    }
    REQUIRE_INT(zd_reader_next(reader, &frame, &err), ZD_ERR_END);
    zd_reader_close(&reader);
    zd_image_unref(&images[0]);
    zd_image_unref(&images[1]);
}

static void test_default_movies(void)
{
    static const char *const endings[] = { "mp4", "m4v", "mov", "mkv", "webm" };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const char *path = in_scratch("default.%s", endings[i]);
        make_movie(path, (zd_writer_params){ 0 }, 64, 48, 6);
        require_pictures(path, 64, 48, 6, 0.03f, 0.0f);
    }
    REQUIRE_INT(count_files(".part"), 0);
}

static void test_alpha_movies(void)
{
    static const struct {
        const char *name;
        float colour;
        float alpha;
    } movies[] = { { "prores.mov", 0.01f, 0.003f },
                   { "vp9.webm", 0.03f, 0.03f },
                   { "ffv1.mkv", 0.005f, 0.002f } };
    for (size_t i = 0; i < sizeof movies / sizeof *movies; i++) {
        const char *path = in_scratch("%s", movies[i].name);
        make_movie(path, (zd_writer_params){ .alpha = ZD_ALPHA_STRAIGHT }, 64, 48, 5);
        require_pictures(path, 64, 48, 5, movies[i].colour, movies[i].alpha);
    }
}

static void test_odd_sizes(void)
{
    static const int sizes[][2] = { { 1, 1 }, { 33, 17 }, { 2, 2 }, { 16, 1 } };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *path = in_scratch("odd%zu.mkv", i);
        make_movie(path, (zd_writer_params){ .codec = "ffv1", .pix_fmt = "yuv444p" }, sizes[i][0],
                   sizes[i][1], 2);
        require_pictures(path, sizes[i][0], sizes[i][1], 2, 0.01f, 0.0f);
    }
    make_movie(in_scratch("odd.mp4"), (zd_writer_params){ 0 }, 33, 17, 3);
    require_pictures(in_scratch("odd.mp4"), 33, 17, 3, 0.03f, 0.0f);
}

/* A lossless copy of a movie has the very codes of it. */
static void test_frames_pass_untouched(void)
{
    const char *from = in_scratch("from.mp4");
    const char *to = in_scratch("to.mkv");
    zd_reader *readers[2] = { NULL };
    zd_writer *writer = NULL;
    zd_frame *frames[2] = { NULL };
    make_movie(from, (zd_writer_params){ 0 }, 64, 48, 8);
    REQUIRE_OK(zd_reader_open(ctx, from, NULL, &readers[0], &err));
    zd_writer_params params = { .like = zd_reader_info_get(readers[0]), .codec = "ffv1" };
    REQUIRE_OK(zd_writer_open(ctx, to, &params, &writer, &err));
    REQUIRE_TEXT(zd_writer_pixel_format(writer), "yuv420p");
    while (zd_reader_next(readers[0], &frames[0], &err) == ZD_OK) {
        REQUIRE_OK(zd_writer_put(writer, frames[0], &err));
        zd_frame_unref(&frames[0]);
    }
    REQUIRE_OK(zd_writer_finish(&writer, &err));
    REQUIRE_OK(zd_reader_seek_frame(readers[0], 0, &err));
    REQUIRE_OK(zd_reader_open(ctx, to, NULL, &readers[1], &err));
    for (int i = 0; i < 8; i++) {
        REQUIRE_OK(zd_reader_next(readers[0], &frames[0], &err));
        REQUIRE_OK(zd_reader_next(readers[1], &frames[1], &err));
        for (int p = 0; p < 3; p++) {
            for (int y = 0; y < (p == 0 ? 48 : 24); y++) {
                REQUIRE_BYTES(frames[0]->av->data[p] + y * frames[0]->av->linesize[p],
                              frames[1]->av->data[p] + y * frames[1]->av->linesize[p],
                              p == 0 ? 64 : 32);
            }
        }
        zd_frame_unref(&frames[0]);
        zd_frame_unref(&frames[1]);
    }
    zd_reader_close(&readers[0]);
    zd_reader_close(&readers[1]);
}

static void test_tags_are_kept(void)
{
    static const struct {
        const char *name;
        int primaries;
        int transfer;
        int matrix;
        bool is_full;
    } cases[] = { { "bt709.mp4", 1, 1, 1, false }, { "full.mp4", 1, 1, 1, true },
                  { "sd.mkv", 6, 6, 6, false },    { "pal.mp4", 5, 6, 5, false },
                  { "uhd.mkv", 9, 14, 9, false },  { "pq.mp4", 9, 16, 9, false },
                  { "full.mkv", 9, 14, 9, true } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_reader_info like = footage(64, 48);
        zd_reader *reader = NULL;
        like.sample_aspect = (zd_rational){ 16, 15 };
        like.colour = (zd_media_colour){ .primaries_id = cases[i].primaries,
                                         .transfer_id = cases[i].transfer,
                                         .matrix_id = cases[i].matrix,
                                         .is_full_range = cases[i].is_full };
        like.colour.transfer = zd_frame_transfer_of(cases[i].transfer, false);
        make_movie(in_scratch("%s", cases[i].name), (zd_writer_params){ .like = &like }, 64, 48, 2);
        REQUIRE_OK(zd_reader_open(ctx, in_scratch("%s", cases[i].name), NULL, &reader, &err));
        const zd_reader_info *info = zd_reader_info_get(reader);
        REQUIRE_INT(info->colour.primaries_id, cases[i].primaries);
        REQUIRE_INT(info->colour.transfer_id, cases[i].transfer);
        REQUIRE_INT(info->colour.matrix_id, cases[i].matrix);
        REQUIRE_INT(info->colour.is_full_range, cases[i].is_full);
        REQUIRE_INT(info->sample_aspect.numerator, 16);
        REQUIRE_INT(info->sample_aspect.denominator, 15);
        REQUIRE_INT(info->bit_depth, cases[i].transfer == 16 ? 10 : 8);
        zd_reader_close(&reader);
    }
}

static const int64_t uneven[] = { 0, 3, 4, 10, 11, 12, 40, 41, 90, 91, 200, 201, 202, 260, 300 };
enum { UNEVEN = sizeof uneven / sizeof *uneven };

static void make_uneven(const char *path, int64_t first)
{
    zd_reader_info like = footage(64, 48);
    zd_writer *writer = NULL;
    zd_image *image = NULL;
    zd_view view = new_picture(64, 48, 3, &image);
    like.time_base = (zd_rational){ 1, 1000 };
    like.start_pts = first;
    zd_writer_params params = { .like = &like, .options = "g=4" };
    REQUIRE_OK(zd_writer_open(ctx, path, &params, &writer, &err));
    for (int i = 0; i < UNEVEN; i++) {
        fill_smooth(view, (float) i / UNEVEN);
        REQUIRE_OK(zd_writer_put_view(writer, view, first + uneven[i], 1, &err));
    }
    REQUIRE_INT(zd_writer_put_view(writer, view, first + 300, 1, &err), ZD_ERR_INVALID_ARGUMENT);
    REQUIRE(strstr(err.message, "a frame at time 300 does not come after the one at 300") != NULL);
    zd_image_unref(&image);
    REQUIRE_OK(zd_writer_finish(&writer, &err));
}

static void test_uneven_times_are_kept(void)
{
    static const char *const names[] = { "uneven.mkv", "uneven.mp4" };
    for (int f = 0; f < 2; f++) {
        zd_reader *reader = NULL;
        zd_frame *frame = NULL;
        make_uneven(in_scratch("%s", names[f]), 0);
        REQUIRE_OK(zd_reader_open(ctx, in_scratch("%s", names[f]), NULL, &reader, &err));
        for (int i = 0; i < UNEVEN; i++) {
            REQUIRE_OK(zd_reader_next(reader, &frame, &err));
            REQUIRE_INT(zd_frame_time_us(frame), uneven[i] * 1000);
            zd_frame_unref(&frame);
        }
        zd_reader_close(&reader);
    }
}

/* Which of the made-up frames this is, by its level. */
static int identify(const zd_frame *frame, int frames)
{
    zd_image *image = NULL;
    zd_view view = new_picture(1, 1, 3, &image);
    REQUIRE_OK(zd_frame_read_small(frame, view, &err));
    float level = zd_view_row_f32(view, 0)[1];
    zd_image_unref(&image);
    return (int) lrintf((level - 0.05f) / 0.9f * (float) frames);
}

static void test_seeking_is_exact(void)
{
    static const char *const names[] = { "seek.mp4", "seek.mkv", "seek.webm", "seek.mov" };
    enum { FRAMES = 120 };
    for (size_t f = 0; f < sizeof names / sizeof *names; f++) {
        const char *path = in_scratch("%s", names[f]);
        zd_reader *reader = NULL;
        unsigned long long seed = 5;
        media_fill = fill_level;
        make_movie(path, (zd_writer_params){ .options = "g=25" }, 64, 48, FRAMES);
        media_fill = fill_smooth;
        REQUIRE_OK(zd_reader_open(ctx, path, NULL, &reader, &err));
        for (int i = 0; i < 40; i++) {
            int wanted = (int) (zd_test_random(&seed) % FRAMES);
            zd_frame *frame = NULL;
            REQUIRE_OK(zd_reader_seek_frame(reader, wanted, &err));
            REQUIRE_OK(zd_reader_next(reader, &frame, &err));
            REQUIRE_INT(zd_frame_info_get(frame)->index, wanted);
            REQUIRE_INT(identify(frame, FRAMES), wanted);
            REQUIRE(llabs(zd_frame_time_us(frame) - wanted * 1000000LL / 24) <= 1000);
            zd_frame_unref(&frame);
        }
        zd_frame *frame = NULL;
        REQUIRE_OK(zd_reader_seek_frame(reader, FRAMES, &err));
        REQUIRE_INT(zd_reader_next(reader, &frame, &err), ZD_ERR_END);
        zd_reader_close(&reader);
    }
}

static bool is_asked_enough(void *user)
{
    int *left = user;
    return (*left)-- <= 0;
}

/* Goes to a frame and reads it; the task ends that after some looks at it. */
static zd_status go_to(zd_reader *reader, int wanted, int looks, int frames)
{
    zd_frame *frame = NULL;
    const zd_task task = { .abort = is_asked_enough, .abort_user = &looks };
    zd_reader_set_task(reader, &task);
    zd_status status = zd_reader_seek_frame(reader, wanted, &err);
    if (status == ZD_OK) {
        status = zd_reader_next(reader, &frame, &err);
    }
    zd_reader_set_task(reader, NULL);
    if (status == ZD_OK) {
        REQUIRE_INT(identify(frame, frames), wanted);
    }
    zd_frame_unref(&frame);
    return status;
}

/* Wherever a seek is cancelled, the same one finds its frame afterwards. */
static void test_cancelled_seeks_leave_no_trace(void)
{
    static const char *const names[] = { "cancel.mp4", "cancel.mkv" };
    enum { FRAMES = 120, NEVER = 1 << 30 };
    for (size_t f = 0; f < sizeof names / sizeof *names; f++) {
        const char *path = in_scratch("%s", names[f]);
        zd_reader *reader = NULL;
        unsigned long long seed = 9;
        int cancelled = 0;
        media_fill = fill_level;
        make_movie(path, (zd_writer_params){ .options = "g=25" }, 64, 48, FRAMES);
        media_fill = fill_smooth;
        REQUIRE_OK(zd_reader_open(ctx, path, NULL, &reader, &err));
        for (int i = 0; i < 60; i++) {
            int wanted = (int) (zd_test_random(&seed) % FRAMES);
            zd_status status = go_to(reader, wanted, i % 20, FRAMES);
            REQUIRE(status == ZD_OK || status == ZD_ERR_CANCELLED);
            cancelled += status == ZD_ERR_CANCELLED;
            REQUIRE_OK(go_to(reader, wanted, NEVER, FRAMES));
        }
        REQUIRE(cancelled > 0);
        zd_reader_close(&reader);
    }
    /* What is on its way when the reader is closed is waited for. */
    zd_reader *reader = NULL;
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("cancel.mp4"), NULL, &reader, &err));
    (void) go_to(reader, 70, 3, FRAMES);
    zd_reader_close(&reader);
}

static void test_seeking_in_uneven_times(void)
{
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    make_uneven(in_scratch("seek-uneven.mkv"), 0);
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("seek-uneven.mkv"), NULL, &reader, &err));
    for (int i = UNEVEN - 1; i >= 0; i -= 2) {
        REQUIRE_OK(zd_reader_seek_time(reader, uneven[i] * 1000, &err));
        REQUIRE_OK(zd_reader_next(reader, &frame, &err));
        REQUIRE_INT(zd_frame_time_us(frame), uneven[i] * 1000);
        REQUIRE_INT(zd_frame_info_get(frame)->index, i);
        zd_frame_unref(&frame);
    }
    REQUIRE_OK(zd_reader_seek_time(reader, 150000, &err)); /* shown since 91 ms */
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    REQUIRE_INT(zd_frame_time_us(frame), 91000);
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
}

static double rate_of(const zd_reader_info *info)
{
    return (double) info->frame_rate.numerator / info->frame_rate.denominator;
}

/* Every frame is found by its true time, n / rate, though files round it: Matroska to milliseconds,
 * and all times here to microseconds. */
static void test_times_of_frames(void)
{
    static const zd_rational rates[] = {
        { 24, 1 }, { 30, 1 }, { 24000, 1001 }, { 25, 1 }, { 60000, 1001 }
    };
    static const char *const endings[] = { "mkv", "mp4", "%02d.png" };
    enum { FRAMES = 16 };
    media_fill = fill_level;
    for (int i = 0; i < 15; i++) {
        const char *path = in_scratch("times.%s", endings[i % 3]);
        zd_reader_info like = footage(32, 32);
        like.frame_rate = rates[i / 3];
        like.time_base = (zd_rational){ like.frame_rate.denominator, like.frame_rate.numerator };
        make_movie(path, (zd_writer_params){ .like = &like }, 32, 32, FRAMES);
        zd_reader_params how = { .sequence_rate = like.frame_rate };
        zd_reader *reader = NULL;
        REQUIRE_OK(zd_reader_open(ctx, path, &how, &reader, &err));
        double fps = rate_of(&like);
        double told = rate_of(zd_reader_info_get(reader)); /* Matroska's is a little off */
        for (int n = 0; n < FRAMES; n++) {
            zd_frame *frame = NULL;
            int64_t time_us = llround(n / fps * 1e6);
            REQUIRE_OK(zd_reader_next(reader, &frame, &err));
            double time_s = zd_reader_time_s(zd_reader_info_get(reader), zd_frame_time_us(frame));
            REQUIRE_NEAR(time_s, n / told, 0.0);
            zd_frame_unref(&frame);
            how.start_us = time_us;
            how.end_us = 0;
            REQUIRE_INT(count_frames(path, &how), FRAMES - n);
            how.start_us = 0;
            how.end_us = time_us;
            REQUIRE_INT(count_frames(path, &how), n > 0 ? n : FRAMES);
        }
        zd_reader_close(&reader);
    }
    media_fill = fill_smooth;
}

/* A time that is none of a constant rate's stays what it is. */
static void test_times_of_uneven_frames(void)
{
    zd_reader_info info = { .frame_rate = { 24, 1 }, .time_base = { 1, 1000 } };
    REQUIRE(zd_reader_time_s(&info, 83000) == 2.0 / 24);
    REQUIRE(zd_reader_time_s(&info, 85000) == 0.085);
    info.time_base.denominator = 90000;
    REQUIRE(zd_reader_time_s(&info, 83333) == 2.0 / 24);
    REQUIRE(zd_reader_time_s(&info, 83000) == 0.083);
}

static void test_ranges(void)
{
    const char *path = in_scratch("range.mp4");
    media_fill = fill_level;
    make_movie(path, (zd_writer_params){ .options = "g=30" }, 64, 48, 100);
    media_fill = fill_smooth;
    REQUIRE_INT(count_frames(path, &(zd_reader_params){ .first_frame = 90 }), 10);
    REQUIRE_INT(count_frames(path, &(zd_reader_params){ .end_frame = 1 }), 1);
    REQUIRE_INT(count_frames(path, &(zd_reader_params){ .first_frame = 60, .end_frame = 75 }), 15);
    REQUIRE_INT(count_frames(path, &(zd_reader_params){ .start_us = 1000000, .end_us = 2000000 }),
                24);
    REQUIRE_INT(count_frames(path, &(zd_reader_params){ .start_us = 4000000 }), 4);
    zd_reader *reader = NULL;
    zd_reader_params params = { .first_frame = 60, .end_frame = 75 };
    REQUIRE_OK(zd_reader_open(ctx, path, &params, &reader, &err));
    const zd_reader_info *info = zd_reader_info_get(reader);
    REQUIRE_INT(info->frame_count, 15);
    REQUIRE(info->is_frame_count_exact && !info->is_to_end);
    REQUIRE_INT(info->duration_us, 625000);
    zd_frame *frame = NULL;
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    REQUIRE_INT(identify(frame, 100), 60);
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
    params = (zd_reader_params){ .first_frame = 100 };
    REQUIRE_INT(zd_reader_open(ctx, path, &params, &reader, &err), ZD_ERR_INVALID_ARGUMENT);
    REQUIRE(strstr(err.message, "frame 100 lies outside") != NULL);
    REQUIRE(strstr(err.message, "which has 100 frames") != NULL);
    params = (zd_reader_params){ .first_frame = 5, .end_frame = 5 };
    REQUIRE_INT(zd_reader_open(ctx, path, &params, &reader, &err), ZD_ERR_INVALID_ARGUMENT);
    REQUIRE(strstr(err.message, "is empty: it must begin before it ends") != NULL);
}

/* Copies a movie packet by packet and gives its stream a display matrix. */
static void copy_rotated(const char *from, const char *to, double degrees)
{
    AVFormatContext *input = NULL;
    AVFormatContext *output = NULL;
    AVPacket *packet = av_packet_alloc();
    REQUIRE(avformat_open_input(&input, from, NULL, NULL) >= 0);
    REQUIRE(avformat_alloc_output_context2(&output, NULL, "mp4", to) >= 0);
    AVStream *stream = avformat_new_stream(output, NULL);
    avcodec_parameters_copy(stream->codecpar, input->streams[0]->codecpar);
    stream->time_base = input->streams[0]->time_base;
    REQUIRE(avio_open(&output->pb, to, AVIO_FLAG_WRITE) >= 0);
    int32_t matrix[9];
    av_display_rotation_set(matrix, degrees);
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    AVPacketSideData *data = av_packet_side_data_new(&stream->codecpar->coded_side_data,
                                                     &stream->codecpar->nb_coded_side_data,
                                                     AV_PKT_DATA_DISPLAYMATRIX, sizeof matrix, 0);
    memcpy(data->data, matrix, sizeof matrix);
#else
    memcpy(av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, sizeof matrix), matrix,
           sizeof matrix);
#endif
    REQUIRE(avformat_write_header(output, NULL) >= 0);
    while (av_read_frame(input, packet) >= 0) {
        av_packet_rescale_ts(packet, input->streams[0]->time_base, stream->time_base);
        REQUIRE(av_interleaved_write_frame(output, packet) >= 0);
    }
    av_write_trailer(output);
    avio_closep(&output->pb);
    avformat_free_context(output);
    avformat_close_input(&input);
    av_packet_free(&packet);
}

/* Red grows to the right and green downwards in the movie; turned, they grow along other sides. */
static void test_rotation_is_applied(void)
{
    const char *plain = in_scratch("plain.mp4");
    make_movie(plain, (zd_writer_params){ 0 }, 64, 48, 3);
    for (int quarter = 1; quarter < 4; quarter++) {
        const char *path = in_scratch("turned%d.mp4", quarter);
        zd_reader *reader = NULL;
        zd_frame *frame = NULL;
        zd_image *image = NULL;
        int32_t matrix[9];
        copy_rotated(plain, path, 90.0 * quarter);
        av_display_rotation_set(matrix, 90.0 * quarter);
        REQUIRE_OK(zd_reader_open(ctx, path, NULL, &reader, &err));
        const zd_reader_info *info = zd_reader_info_get(reader);
        bool is_sideways = quarter != 2;
        REQUIRE_INT(info->width, is_sideways ? 48 : 64);
        REQUIRE_INT(info->height, is_sideways ? 64 : 48);
        zd_view view = new_picture(info->width, info->height, 3, &image);
        REQUIRE_OK(zd_reader_next(reader, &frame, &err));
        REQUIRE_INT(zd_frame_info_get(frame)->width, info->width);
        REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, info->width, info->height }, view, &err));
        /* The matrix takes the source's x axis to (a, b): red must grow along it. */
        int a = matrix[0] > 0 ? 1 : matrix[0] < -1000 ? -1 : 0;
        int b = matrix[1] > 1000 ? 1 : matrix[1] < -1000 ? -1 : 0;
        int middle_x = info->width / 2;
        int middle_y = info->height / 2;
        const float *here = zd_view_row_f32(view, middle_y) + (ptrdiff_t) 3 * middle_x;
        const float *there =
            zd_view_row_f32(view, middle_y + 20 * b) + (ptrdiff_t) 3 * (middle_x + 20 * a);
        REQUIRE_NEAR(there[0] - here[0], 0.5 * 20 / 64, 0.02);
        REQUIRE_NEAR(there[1] - here[1], 0.0, 0.02);
        zd_frame_unref(&frame);
        zd_image_unref(&image);
        zd_reader_close(&reader);
    }
}

/* A photograph that says by EXIF that it lies on its side is set upright. */
static void test_photograph_is_set_upright(void)
{
    static const unsigned char exif[] = { 0xff, 0xe1, 0,    34,   'E', 'x', 'i', 'f', 0,
                                          0,    'M',  'M',  0,    42,  0,   0,   0,   8,
                                          0,    1,    0x01, 0x12, 0,   3,   0,   0,   0,
                                          1,    0,    6,    0,    0,   0,   0,   0,   0 };
    unsigned char data[20000];
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    zd_image *image = NULL;
    make_movie(in_scratch("plain.jpg"), (zd_writer_params){ 0 }, 64, 48, 1);
    FILE *file = fopen(in_scratch("plain.jpg"), "rb");
    REQUIRE(file != NULL);
    size_t bytes = fread(data, 1, sizeof data, file);
    fclose(file);
    memmove(data + 2 + sizeof exif, data + 2, bytes - 2);
    memcpy(data + 2, exif, sizeof exif);
    write_bytes(in_scratch("side.jpg"), data, bytes + sizeof exif);
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("side.jpg"), NULL, &reader, &err));
    const zd_reader_info *info = zd_reader_info_get(reader);
    REQUIRE_INT(info->width, 48);
    REQUIRE_INT(info->height, 64);
    REQUIRE_INT(info->rotation_deg, 90);
    zd_view view = new_picture(48, 64, 3, &image);
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, 48, 64 }, view, &err));
    /* Turned clockwise, the red that grew to the right grows downwards. */
    REQUIRE_NEAR(zd_view_row_f32(view, 2)[3 * 20], 0.25, 0.04);
    REQUIRE_NEAR(zd_view_row_f32(view, 61)[3 * 20], 0.75, 0.04);
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
    zd_image_unref(&image);
}

static void test_deep_movies(void)
{
    static const struct {
        const char *name;
        const char *codec;
        const char *format;
        float allowed;
    } cases[] = { { "p10.mov", "prores_ks", "yuv422p10le", 0.01f },
                  { "h10.mp4", "libx264", "yuv420p10le", 0.03f },
                  { "f12.mkv", "ffv1", "yuv422p12le", 0.009f },
                  { "f16.mkv", "ffv1", "yuv444p16le", 0.0001f },
                  { "r48.mkv", "ffv1", "gbrp16le", 0.0001f } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = in_scratch("%s", cases[i].name);
        make_movie(path, (zd_writer_params){ .codec = cases[i].codec, .pix_fmt = cases[i].format },
                   64, 48, 3);
        require_pictures(path, 64, 48, 3, cases[i].allowed, 0.0f);
    }
}

static void test_gray_movie_is_exact(void)
{
    const char *path = in_scratch("gray.mkv");
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    zd_image *images[2] = { NULL };
    make_movie(path, (zd_writer_params){ .is_gray = true }, 64, 48, 2);
    REQUIRE_OK(zd_reader_open(ctx, path, NULL, &reader, &err));
    REQUIRE_TEXT(zd_reader_info_get(reader)->pixel_format, "gray16le");
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    zd_view wanted = new_picture(64, 48, 1, &images[0]);
    zd_view got = new_picture(64, 48, 1, &images[1]);
    fill_smooth(wanted, 0.0f);
    REQUIRE_OK(zd_frame_read_gray(frame, got, &err));
    REQUIRE(largest_difference(wanted, got) <= 0.51f / 65535.0f);
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
    zd_image_unref(&images[0]);
    zd_image_unref(&images[1]);
}

/* What stands before the colon is no protocol, neither when the file is made nor at its end. */
static void test_names_with_a_colon(void)
{
    static const char *const names[] = { "take:1.mp4", "take:1.mov", "take:1.mkv" };
    char before[512];
    REQUIRE(getcwd(before, sizeof before) != NULL);
    REQUIRE_INT(chdir(scratch), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        make_movie(names[i], (zd_writer_params){ 0 }, 64, 48, 3);
        REQUIRE_INT(count_frames(names[i], NULL), 3);
    }
    REQUIRE_INT(chdir(before), 0);
    REQUIRE_INT(count_files(".part"), 0);
}

static void test_partial_output_never_shows(void)
{
    zd_reader_info like = footage(64, 48);
    zd_writer *writer = NULL;
    zd_image *image = NULL;
    zd_view view = new_picture(64, 48, 3, &image);
    zd_writer_params params = { .like = &like };
    fill_smooth(view, 0.0f);
    REQUIRE_OK(zd_writer_open(ctx, in_scratch("never.mp4"), &params, &writer, &err));
    REQUIRE_OK(zd_writer_put_view(writer, view, 0, 1, &err));
    REQUIRE(access(in_scratch("never.mp4"), F_OK) != 0);
    zd_writer_abort(&writer);
    REQUIRE(writer == NULL);
    REQUIRE_INT(count_files("never"), 0);
    REQUIRE_OK(zd_writer_open(ctx, in_scratch("never.mp4"), &params, &writer, &err));
    REQUIRE_INT(zd_writer_finish(&writer, &err), ZD_ERR_INVALID_ARGUMENT);
    REQUIRE(strstr(err.message, "never.mp4' would have no frames") != NULL);
    REQUIRE(writer == NULL);
    REQUIRE_INT(count_files("never"), 0);
    zd_image_unref(&image);
}

static void test_shared_clips(void)
{
    if (zd_test_shared() == NULL) {
        SKIP("ZD_SHARED is not set");
    }
    char path[512];
    snprintf(path, sizeof path, "%s/data/clips/sam2_01_dog.mp4", zd_test_shared());
    if (access(path, R_OK) != 0) {
        SKIP("%s is not there", path);
    }
    REQUIRE_INT(count_frames(path, NULL), 289);
    REQUIRE_INT(count_frames(path, &(zd_reader_params){ .first_frame = 200, .end_frame = 230 }),
                30);
}

int main(void)
{
    media_begin(2);
    RUN(test_default_movies);
    RUN(test_alpha_movies);
    RUN(test_odd_sizes);
    RUN(test_frames_pass_untouched);
    RUN(test_tags_are_kept);
    RUN(test_uneven_times_are_kept);
    RUN(test_seeking_is_exact);
    RUN(test_cancelled_seeks_leave_no_trace);
    RUN(test_seeking_in_uneven_times);
    RUN(test_times_of_frames);
    RUN(test_times_of_uneven_frames);
    RUN(test_ranges);
    RUN(test_rotation_is_applied);
    RUN(test_photograph_is_set_upright);
    RUN(test_deep_movies);
    RUN(test_gray_movie_is_exact);
    RUN(test_names_with_a_colon);
    RUN(test_partial_output_never_shows);
    RUN(test_shared_clips);
    return media_end();
}
