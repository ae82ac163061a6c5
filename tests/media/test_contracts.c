/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What callers of the media module must keep: every ZD_REQUIRE is broken once, and names function and
 * condition. */

#include "media/encode.h"
#include "media/filter.h"
#include "media/frame_store.h"
#include "media/map_reader.h"
#include "media/movie_internal.h"
#include "media/pfm.h"
#include "media/sequence.h"
#include "media_test.h"
#include "refused.h"

static float numbers[64];

static zd_view gray(int width, int height)
{
    return (zd_view){ numbers, width, height, width * 4, ZD_GRAY_F32 };
}

static void readers(void)
{
    zd_reader *reader = NULL;
    zd_map_reader *map = NULL;
    zd_sequence sequence = { .ctx = ctx };
    zd_image *image = NULL;
    bool overlaps;
    int64_t number;
    REFUSED(zd_reader_open(ctx, NULL, NULL, &reader, &err), "path != NULL");
    make_movie(in_scratch("r.mkv"), (zd_writer_params){ .codec = "ffv1" }, 32, 16, 2);
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("r.mkv"), NULL, &reader, &err));
    char said[600];
    snprintf(said, sizeof said, "frame -1 of '%s' does not exist", in_scratch("r.mkv"));
    REQUIRE_FAILS(zd_reader_seek_frame(reader, -1, &err), ZD_ERR_INVALID_ARGUMENT, said);
    snprintf(said, sizeof said, "the frames 2 to 1 of '%s' are none", in_scratch("r.mkv"));
    REQUIRE_FAILS(zd_reader_select(reader, 2, 2, &err), ZD_ERR_INVALID_ARGUMENT, said);
    snprintf(said, sizeof said, "the frames -1 to 1 of '%s' are none", in_scratch("r.mkv"));
    REQUIRE_FAILS(zd_reader_select(reader, -1, 2, &err), ZD_ERR_INVALID_ARGUMENT, said);
    zd_reader_close(&reader);
    REFUSED(zd_map_reader_open(ctx, NULL, NULL, &map, &err), "path != NULL");
    REFUSED(zd_sequence_init(&sequence, ctx, "", ZD_MISSING_FAIL, &err), "path != NULL && path[0]");
    REFUSED(zd_sequence_name("x.%04d.png", 1, NULL, 0, &err), "pattern != NULL && out != NULL");
    REFUSED(zd_sequence_overlaps(&sequence, "x", &overlaps, &number, &err), "sequence->count > 0");
    REFUSED(zd_pfm_parse(ctx, "x", NULL, 1, &image, &err), "data != NULL");
}

static void movies(void)
{
    zd_movie *movie = NULL;
    zd_reader_info info;
    zd_reader_params params = { 0 };
    zd_frame *frame = NULL;
    int64_t index;
    REQUIRE_OK(zd_movie_open(ctx, in_scratch("r.mkv"), &params, &movie, &info, &err));
    REFUSED(zd_movie_seek(movie, -1, &err), "index >= 0");
    REFUSED(zd_movie_find(movie, -1, &index, &err), "time_us >= 0");
    avcodec_free_context(&movie->codec);
    REFUSED(zd_movie_next(movie, &frame, &err), "movie->codec != NULL");
    zd_movie_close(&movie);
}

static void writers(void)
{
    zd_writer *writer = NULL;
    zd_reader_info like = footage(32, 16);
    zd_writer_params params = { .like = &like, .codec = "ffv1" };
    zd_output_plan plan;
    zd_frame *frame = NULL;
    AVFrame *av = NULL;
    zd_map_declared declared = { 0 };
    zd_view none = { NULL, 32, 16, 512, ZD_RGBA_F32 };
    zd_view five = { numbers, 1, 1, 20, { ZD_SAMPLE_F32, 5 } };
    REFUSED(zd_writer_open(ctx, NULL, &params, &writer, &err), "path != NULL");
    REFUSED(zd_writer_open(ctx, "x", NULL, &writer, &err), "path != NULL && params != NULL");
    REFUSED(zd_output_plan_make(NULL, &params, &plan, &err), "path != NULL");
    REQUIRE_OK(zd_writer_open(ctx, in_scratch("w.mkv"), &params, &writer, &err));
    REFUSED(zd_writer_put_view(writer, none, 0, 1, &err), "view.data != NULL");
    REQUIRE_OK(zd_writer_begin(writer, &frame, &err));
    REFUSED(zd_writer_add_rows(writer, frame, 3, none, &err), "y >= 0");
    zd_frame_unref(&frame);
    zd_writer_abort(&writer);
    REQUIRE_OK(zd_output_plan_make("x.mkv", &params, &plan, &err));
    REFUSED(zd_output_convert_view(ctx, &plan, five, &av, &err), "view.format.channels >= 1");
    zd_output_plan_release(&plan);
    REFUSED(zd_map_write_exr(ctx, "x.exr", none, &declared, &err), "values.format.sample");
    zd_exr_file file = { 0 };
    zd_part part = { 0 };
    REFUSED(zd_exr_write_part(ctx, &part, "x.exr", &file, &err), "file != NULL");
}

static void frames(void)
{
    AVFrame *av = NULL;
    zd_frame *frame = NULL;
    zd_frame *shared = NULL;
    zd_filter *filter = NULL;
    zd_frame_info info = info_like("yuv420p", 1, false);
    REFUSED(zd_frame_allocate(0, 4, AV_PIX_FMT_GRAY8, NULL, &av, &err), "width > 0");
    REFUSED(zd_frame_allocate(4, 0, AV_PIX_FMT_GRAY8, NULL, &av, &err), "width > 0 && height > 0");
    REFUSED(zd_frame_wrap(ctx, NULL, NULL, false, &frame, &err), "av != NULL");
    REQUIRE_OK(zd_frame_allocate(4, 4, AV_PIX_FMT_GRAY8, NULL, &av, &err));
    REFUSED(zd_frame_rotate(&av, 45, false, &err), "degrees >= 0");
    REFUSED(zd_frame_rotate(&av, 360, false, &err), "degrees >= 0 && degrees < 360");
    REQUIRE_OK(zd_frame_wrap(ctx, av, NULL, false, &frame, &err));
    REFUSED(zd_frame_share(frame, (zd_rational){ 0, 1 }, 0, &shared, &err),
            "time_base.numerator > 0");
    zd_frame_unref(&frame);
    REFUSED(zd_filter_open(ctx, NULL, ZD_TRUST_FULL, &info, (zd_rational){ 24, 1 }, &filter, &err),
            "graph != NULL");
}

static void stores_and_channels(void)
{
    const zd_frame_form form = { AV_PIX_FMT_GRAY8, 4, 4 };
    zd_frame_store *store = NULL;
    AVFrame *av = NULL;
    int64_t time;
    REQUIRE_OK(zd_frame_store_create(ctx, in_scratch("s"), &form, &store, &err));
    REFUSED(zd_frame_store_next(store, &av, &time, &time, &err), "store->file.data != NULL");
    REQUIRE_OK(zd_frame_allocate(4, 5, AV_PIX_FMT_GRAY8, NULL, &av, &err));
    REFUSED(zd_frame_store_put(store, av, 0, 1, &err), "picture->width == store->form.width");
    av->height = 4;
    av->format = AV_PIX_FMT_GRAY16LE;
    REFUSED(zd_frame_store_put(store, av, 0, 1, &err),
            "picture->format == (int) store->form.format");
    av_frame_free(&av);
    zd_frame_store_close(&store);
    zd_exr_source source = { "Z", gray(4, 4), 0, false };
    zd_exr_file file = { .channels = &source, .channel_count = 1 };
    zd_exr *exr = NULL;
    zd_exr_wanted wanted = { 0, gray(4, 4), 1 };
    int64_t bad;
    REQUIRE_OK(zd_exr_write(ctx, in_scratch("c.exr"), &file, &err));
    REQUIRE_OK(zd_exr_open(ctx, in_scratch("c.exr"), &exr, &err));
    REFUSED(zd_exr_read_one(exr, 0, &wanted, 0.0f, &err), "wanted->component");
    zd_exr_place corner = { 0, 0 };
    REFUSED(zd_exr_read_window(exr, 1, corner, &wanted, 1, &bad, &err), "part >= 0");
    REFUSED(zd_exr_read_window(exr, 0, corner, &wanted, 0, &bad, &err),
            "part >= 0 && part < zd_exr_part_count(exr) && count > 0");
    zd_exr_close(&exr);
}

int main(void)
{
    media_begin(1);
    RUN(readers);
    RUN(movies);
    RUN(writers);
    RUN(frames);
    RUN(stores_and_channels);
    return media_end();
}
