/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Effect graphs and depth maps. */

#include "media/filter.h"
#include "media/map_reader.h"
#include "media/probe.h"
#include "media_test.h"

static zd_frame *new_frame(const char *format, float phase, int64_t pts)
{
    zd_image *image = NULL;
    zd_frame *frame = NULL;
    zd_frame_info info = info_like(format, 1, false);
    zd_view view = new_picture(32, 24, 4, &image);
    fill_smooth(view, phase);
    info.pts = pts;
    info.duration = 1;
    info.colour.transfer = ZD_TRANSFER_BT709;
    REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, view, &frame, &err));
    zd_image_unref(&image);
    return frame;
}

static void read_whole(const zd_frame *frame, zd_view view)
{
    REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, 32, 24 }, view, &err));
}

static void test_filter_keeps_format_and_time(void)
{
    zd_filter *filter = NULL;
    zd_frame *in = new_frame("yuv420p", 0.2f, 7);
    zd_frame *out = NULL;
    REQUIRE_OK(zd_filter_open(ctx, "hflip", ZD_TRUST_NONE, zd_frame_info_get(in),
                              (zd_rational){ 24, 1 }, &filter, &err));
    REQUIRE_OK(zd_filter_push(filter, in, &err));
    REQUIRE_OK(zd_filter_pull(filter, &out, &err));
    REQUIRE(out != NULL);
    const zd_frame_info *info = zd_frame_info_get(out);
    REQUIRE_TEXT(info->pixel_format, "yuv420p");
    REQUIRE_INT(info->pts, 7);
    REQUIRE_INT(info->colour.matrix_id, 1);
    REQUIRE_INT(info->colour.transfer, ZD_TRANSFER_BT709);
    zd_image *images[2] = { NULL };
    zd_view a = new_picture(32, 24, 3, &images[0]);
    zd_view b = new_picture(32, 24, 3, &images[1]);
    read_whole(in, a);
    read_whole(out, b);
    for (int x = 4; x < 28; x++) {
        REQUIRE_NEAR(zd_view_row_f32(b, 9)[3 * x], zd_view_row_f32(a, 9)[3 * (31 - x)], 0.02);
    }
    zd_image_unref(&images[0]);
    zd_image_unref(&images[1]);
    zd_frame_unref(&out);
    zd_frame_unref(&in);
    zd_filter_close(&filter);
}

/* A frame keeps its time in the footage's own units, whatever those of the graph are; without one it gets none. */
static void test_times_in_other_units(void)
{
    static const struct {
        const char *graph;
        int64_t pts;
    } rows[] = { { "settb=1/90000,hflip", 219219 }, { "hflip", 219219 }, { "hflip", INT64_MIN } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        zd_filter *filter = NULL;
        zd_frame *in = new_frame("yuv420p", 0.2f, 0);
        zd_frame *out = NULL;
        zd_frame_info like = *zd_frame_info_get(in);
        like.time_base = (zd_rational){ 1, 30000 };
        zd_frame_set_time(in, rows[i].pts, 1001);
        REQUIRE_OK(zd_filter_open(ctx, rows[i].graph, ZD_TRUST_FULL, &like,
                                  (zd_rational){ 30000, 1001 }, &filter, &err));
        REQUIRE_OK(zd_filter_push(filter, in, &err));
        REQUIRE_OK(zd_filter_pull(filter, &out, &err));
        REQUIRE_INT(zd_frame_info_get(out)->pts, rows[i].pts);
        zd_frame_unref(&out);
        zd_frame_unref(&in);
        zd_filter_close(&filter);
    }
}

/* Either side alone is enough to be another size. */
static void test_graphs_that_change_the_size(void)
{
    static const char *const rows[][2] = {
        { "crop=30:24",
          "the effect 'crop=out_w=30:out_h=24' changes the size from 32x24 to 30x24; it must keep it" },
        { "crop=32:22",
          "the effect 'crop=out_w=32:out_h=22' changes the size from 32x24 to 32x22; it must keep it" }
    };
    zd_frame *in = new_frame("yuv420p", 0.2f, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        zd_filter *filter = NULL;
        REQUIRE_FAILS(zd_filter_open(ctx, rows[i][0], ZD_TRUST_NONE, zd_frame_info_get(in),
                                     (zd_rational){ 24, 1 }, &filter, &err),
                      ZD_ERR_INVALID_ARGUMENT, rows[i][1]);
        REQUIRE(filter == NULL);
    }
    zd_frame_unref(&in);
}

/* An EXR's codes are premultiplied, and stay so in whatever format the graph brings them. */
static void test_premultiplied_footage(void)
{
    zd_filter *filter = NULL;
    zd_frame *in = NULL;
    zd_frame *out = NULL;
    zd_image *images[2] = { NULL };
    zd_view a = new_picture(32, 24, 4, &images[0]);
    zd_view b = new_picture(32, 24, 4, &images[1]);
    zd_frame_info info = info_like("gbrapf32le", 0, true);
    fill_smooth(a, 0.5f);
    info.is_premultiplied = true;
    REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, a, &in, &err));
    zd_frame_info like = *zd_frame_info_get(in);
    REQUIRE(like.is_premultiplied);
    like.is_premultiplied = false;
    REQUIRE_OK(zd_filter_open(ctx, "format=rgba64le", ZD_TRUST_FULL, &like, (zd_rational){ 24, 1 },
                              &filter, &err));
    REQUIRE_OK(zd_filter_push(filter, in, &err));
    REQUIRE_OK(zd_filter_pull(filter, &out, &err));
    REQUIRE(zd_frame_info_get(out)->is_premultiplied);
    read_whole(in, a);
    read_whole(out, b);
    for (int x = 4 * 16; x < 4 * 32; x++) {
        REQUIRE_NEAR(zd_view_row_f32(b, 12)[x], zd_view_row_f32(a, 12)[x], 1e-3);
    }
    zd_image_unref(&images[0]);
    zd_image_unref(&images[1]);
    zd_frame_unref(&out);
    zd_frame_unref(&in);
    zd_filter_close(&filter);
}

/* Filters that look ahead hold frames back; the flush brings them all. */
static void test_filter_with_latency(void)
{
    zd_filter *filter = NULL;
    zd_frame *first = new_frame("yuv420p", 0.0f, 0);
    int given = 0;
    REQUIRE_OK(zd_filter_open(ctx, "tmix=frames=3,tblend=all_mode=average", ZD_TRUST_NONE,
                              zd_frame_info_get(first), (zd_rational){ 24, 1 }, &filter, &err));
    zd_status status = ZD_OK;
    for (int i = 0; i <= 8; i++) {
        zd_frame *in = i < 8 ? new_frame("yuv420p", (float) i / 8.0f, i) : NULL;
        REQUIRE_OK(zd_filter_push(filter, in, &err));
        zd_frame_unref(&in);
        for (;;) {
            zd_frame *out = NULL;
            status = zd_filter_pull(filter, &out, &err);
            if (status != ZD_OK || out == NULL) {
                break;
            }
            given++;
            zd_frame_unref(&out);
        }
    }
    REQUIRE_INT(status, ZD_ERR_END);
    REQUIRE(given >= 7);
    zd_frame_unref(&first);
    zd_filter_close(&filter);
}

static void test_filters_of_all_depths(void)
{
    static const char *const formats[] = { "yuv420p",     "yuv422p10le", "yuva444p10le", "rgb24",
                                           "rgba64le",    "gray16le",    "gbrapf32le",   "p010le",
                                           "yuv444p16le", "ya8" };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        zd_filter *filter = NULL;
        zd_frame *in = new_frame(formats[i], 0.5f, 1);
        zd_frame *out = NULL;
        REQUIRE_OK(zd_filter_open(ctx, "null", ZD_TRUST_NONE, zd_frame_info_get(in),
                                  (zd_rational){ 0, 0 }, &filter, &err));
        REQUIRE_OK(zd_filter_push(filter, in, &err));
        REQUIRE_OK(zd_filter_pull(filter, &out, &err));
        zd_image *images[2] = { NULL };
        zd_view a = new_picture(32, 24, 4, &images[0]);
        zd_view b = new_picture(32, 24, 4, &images[1]);
        read_whole(in, a);
        read_whole(out, b);
        REQUIRE(is_same_bits(a, b));
        zd_image_unref(&images[0]);
        zd_image_unref(&images[1]);
        zd_frame_unref(&in);
        zd_frame_unref(&out);
        zd_filter_close(&filter);
    }
}

/* Depth, matte and plate come in by their labels: where the matte is 1 the plate, else the footage. */
static void test_labels(void)
{
    zd_filter *filter = NULL;
    zd_frame *footage = new_frame("gbrp", 0.2f, 0);
    zd_frame *plate = new_frame("gbrp", 0.9f, 0);
    zd_frame *out = NULL;
    zd_image *images[4] = { NULL };
    zd_filter_more more = { .plate = plate };
    zd_view views[4];
    for (int i = 0; i < 4; i++) {
        views[i] = new_picture(32, 24, i == 0 ? 1 : 3, &images[i]);
    }
    more.matte = views[0];
    for (int y = 0; y < 24; y++) {
        for (int x = 0; x < 32; x++) {
            zd_view_row_f32(more.matte, y)[x] = x < 9 ? NAN : 2.0f;
        }
    }
    REQUIRE_OK(zd_filter_open(ctx, "[matte]format=gbrp[m];[footage][plate][m]maskedmerge",
                              ZD_TRUST_NONE, zd_frame_info_get(footage), (zd_rational){ 24, 1 },
                              &filter, &err));
    REQUIRE(zd_filter_takes(filter, ZD_FILTER_MATTE) && zd_filter_takes(filter, ZD_FILTER_PLATE));
    REQUIRE(!zd_filter_takes(filter, ZD_FILTER_DEPTH) && !zd_filter_has_memory(filter));
    REQUIRE_OK(zd_filter_push_more(filter, footage, &more, &err));
    REQUIRE_OK(zd_filter_pull(filter, &out, &err));
    REQUIRE(out != NULL); /* at once */
    read_whole(footage, views[1]);
    read_whole(plate, views[2]);
    read_whole(out, views[3]);
    for (int y = 0; y < 24; y++) {
        for (int x = 0; x < 32; x++) {
            const float *expected = zd_view_row_f32(views[x < 9 ? 1 : 2], y);
            REQUIRE_NEAR(zd_view_row_f32(views[3], y)[3 * x + 1], expected[3 * x + 1], 1e-6);
        }
    }
    more.matte.data = NULL;
    REQUIRE_FAILS(
        zd_filter_push_more(filter, footage, &more, &err), ZD_ERR_INVALID_ARGUMENT,
        "the effect '[matte]format=pix_fmts=gbrp[m];[footage][plate][m]maskedmerge' takes "
        "depth or matte, which this frame does not have");
    zd_filter_close(&filter);
    zd_frame_unref(&out);
    zd_frame_unref(&footage);
    zd_frame_unref(&plate);
    for (int i = 0; i < 4; i++) {
        zd_image_unref(&images[i]);
    }
}

static void test_pointwise(void)
{
    static const struct {
        const char *graph;
        bool is_pointwise;
    } cases[] = {
        { "hue=s=0", true },        { "eq=contrast=1.2,lutyuv=y=negval", true },
        { "format=rgb24", true },   { "curves=preset=vintage,negate", true },
        { "gblur=sigma=2", false }, { "scale=16:12,scale=32:24", false },
        { "hflip", false },         { "hue=s=0,unsharp", false },
    };
    zd_frame *frame = new_frame("yuv420p", 0.0f, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_filter *filter = NULL;
        REQUIRE_OK(zd_filter_open(ctx, cases[i].graph, ZD_TRUST_NONE, zd_frame_info_get(frame),
                                  (zd_rational){ 24, 1 }, &filter, &err));
        REQUIRE_INT(zd_filter_is_pointwise(filter), cases[i].is_pointwise);
        zd_filter_close(&filter);
    }
    zd_frame_unref(&frame);
}

/* Options that count frames, whose pictures depend on where a range begins, and those that look at a time alone. */
static void test_memory(void)
{
    static const struct {
        const char *graph;
        bool has_memory;
    } cases[] = {
        { "hue=s=0.5", false },
        { "hue=h=t*10", false },
        { "hue=h=n*10", true },
        { "hue=H=n/9", true },
        { "hue=s=1+n/99", true },
        { "hue=b=n/30", true },
        { "hue=b=t", false },
        { "eq=contrast=1.2", false },
        { "eq=eval=frame:contrast=1+t/9", true },
        { "hflip,gblur=sigma=2", false },
        { "hflip=enable='lt(t,1)',vflip", false },
        { "vflip,negate=enable='gt(n,3)'", true },
        { "hflip,tmix=frames=3", true },
        { "drawbox=color=red", true }, /* not among those that are known: it may */
    };
    zd_frame *frame = new_frame("yuv420p", 0.0f, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_filter *filter = NULL;
        REQUIRE_OK(zd_filter_open(ctx, cases[i].graph, ZD_TRUST_FULL, zd_frame_info_get(frame),
                                  (zd_rational){ 24, 1 }, &filter, &err));
        if (zd_filter_has_memory(filter) != cases[i].has_memory) {
            ZD_TEST_FAIL("'%s' has %s memory", cases[i].graph, cases[i].has_memory ? "no" : "a");
        }
        zd_filter_close(&filter);
    }
    zd_frame_unref(&frame);
}

static void test_bad_graphs(void)
{
    static const char *const cases[][2] = {
        { "warpdrive=9", "the effect 'warpdrive=9' cannot be used: No such filter: 'warpdrive'" },
        { "gblur=sigma=lots", "the effect 'gblur=sigma=lots' cannot be used: " },
        { "gblur=stigma=2", "the effect 'gblur=stigma=2' cannot be used: " },
        { "scale=64:48", "the effect 'scale=64:48' changes the size from 32x24 to 64x48; it must "
                         "keep it" },
        { "split", "the effect 'split' must have one picture in and one out" },
        { "overlay", "the effect 'overlay' must have one picture in and one out" },
        { "[depth]hflip[a];[fog]null[b];[a][b]overlay",
          "the effect '[depth]hflip[a];[fog]null[b];[a][b]overlay' has the input [fog]; those it can "
          "have are [footage], [depth], [matte] and [plate]" },
        { "[depth][depth]overlay",
          "the effect '[depth][depth]overlay' has one input twice; split it" },
        { "", "the effect '' " },
        { "[a", "the effect '[a' cannot be used: " },
    };
    zd_frame *frame = new_frame("yuv420p", 0.0f, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_filter *filter = NULL;
        zd_status status = zd_filter_open(ctx, cases[i][0], ZD_TRUST_FULL, zd_frame_info_get(frame),
                                          (zd_rational){ 24, 1 }, &filter, &err);
        REQUIRE_INT(status, ZD_ERR_INVALID_ARGUMENT);
        REQUIRE(filter == NULL);
        err.message[strlen(cases[i][1])] = '\0';
        REQUIRE_TEXT(err.message, cases[i][1]);
    }
    zd_frame_unref(&frame);
}

static void require_map(zd_map_reader *reader, int64_t time_us, float phase, float allowed)
{
    zd_image *image = NULL;
    zd_image *wanted_image = NULL;
    zd_view wanted = new_picture(32, 24, 1, &wanted_image);
    REQUIRE_OK(zd_map_reader_at(reader, time_us, &image, &err));
    fill_level(wanted, phase);
    REQUIRE(largest_difference(zd_image_view(image), wanted) <= allowed);
    zd_image_unref(&image);
    zd_image_unref(&wanted_image);
}

static void test_map_movies_and_sequences(void)
{
    static const char *const names[] = { "map.mkv", "map.%04d.png", "map.%04d.exr", "map.mp4" };
    media_fill = fill_level;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        zd_map_reader *reader = NULL;
        float allowed = i == 3 ? 0.012f : 1e-5f;
        const char *path = in_scratch("%s", names[i]);
        make_movie(path, (zd_writer_params){ .is_gray = true }, 32, 24, 12);
        REQUIRE_OK(zd_map_reader_open(ctx, path, NULL, &reader, &err));
        const zd_map_info *info = zd_map_reader_info_get(reader);
        REQUIRE_INT(info->frame_count, 12);
        REQUIRE_INT(info->width, 32);
        for (int f = 0; f < 12; f++) {
            require_map(reader, f * 1000000LL / 24, (float) f / 12.0f, allowed);
        }
        require_map(reader, 99000000, 11.0f / 12.0f, allowed); /* the last one holds */
        require_map(reader, 125000, 3.0f / 12.0f, allowed);    /* and back */
        require_map(reader, 130000, 3.0f / 12.0f, allowed);
        require_map(reader, 0, 0.0f, allowed);
        zd_map_reader_close(&reader);
    }
    media_fill = fill_smooth;
}

/* A range that begins late does not read the maps before it: one of them is no picture here. */
static void test_maps_far_ahead(void)
{
    static const char *const names[] = { "far.%04d.exr", "far.%04d.png", "far.mkv" };
    media_fill = fill_level;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        zd_map_reader *reader = NULL;
        const char *path = in_scratch("%s", names[i]);
        make_movie(path, (zd_writer_params){ .is_gray = true }, 32, 24, 100);
        if (i < 2) {
            write_bytes(in_scratch("far.0010.%s", i == 0 ? "exr" : "png"), "none", 4);
        }
        REQUIRE_OK(zd_map_reader_open(ctx, path, NULL, &reader, &err));
        require_map(reader, 0, 0.0f, 1e-5f);
        for (int f = 70; f < 73; f++) {
            require_map(reader, f * 1000000LL / 24, (float) f / 100.0f, 1e-5f);
        }
        require_map(reader, 12 * 1000000LL / 24, 0.12f, 1e-5f);
        if (i == 2) {
            require_map(reader, 99000000, 0.99f, 1e-5f);
        }
        zd_map_reader_close(&reader);
    }
    media_fill = fill_smooth;
}

static void test_map_still_holds_for_ever(void)
{
    zd_map_reader *reader = NULL;
    media_fill = fill_level;
    make_movie(in_scratch("still.tif"), (zd_writer_params){ .is_gray = true }, 32, 24, 1);
    media_fill = fill_smooth;
    REQUIRE_OK(zd_map_reader_open(ctx, in_scratch("still.tif"), NULL, &reader, &err));
    REQUIRE_INT(zd_map_reader_info_get(reader)->bit_depth, 16);
    require_map(reader, 0, 0.0f, 1e-5f);
    require_map(reader, 5000000, 0.0f, 1e-5f);
    require_map(reader, 0, 0.0f, 1e-5f);
    zd_map_reader_close(&reader);
}

static void test_map_declares_itself(void)
{
    zd_image *image = NULL;
    zd_map_reader *reader = NULL;
    zd_view view = new_picture(16, 8, 1, &image);
    zd_map_declared declared = {
        .has_kind = true, .kind = "metres", .has_range = true, .furthest = 40.0f, .nearest = 1.25f
    };
    fill_noise(view, 9);
    zd_view_row_f32(view, 3)[3] = NAN;
    zd_view_row_f32(view, 0)[0] = 1234.5f;
    REQUIRE_OK(zd_map_write_exr(ctx, in_scratch("z.exr"), view, &declared, &err));
    REQUIRE_OK(zd_map_reader_open(ctx, in_scratch("z.exr"), NULL, &reader, &err));
    const zd_map_info *info = zd_map_reader_info_get(reader);
    REQUIRE_TEXT(info->channel, "Z");
    REQUIRE(info->is_float && info->declared.has_kind && info->declared.has_range);
    REQUIRE_TEXT(info->declared.kind, "metres");
    REQUIRE_NEAR(info->declared.furthest, 40.0, 0.0);
    REQUIRE_NEAR(info->declared.nearest, 1.25, 0.0);
    zd_image *back = NULL;
    REQUIRE_OK(zd_map_reader_next(reader, &back, NULL, &err));
    REQUIRE(is_same_bits(view, zd_image_view(back)));
    zd_image_unref(&back);
    REQUIRE_INT(zd_map_reader_next(reader, &back, NULL, &err), ZD_ERR_END);
    zd_map_reader_close(&reader);
    zd_map_params params = { .channel = "Q" };
    REQUIRE_INT(zd_map_reader_open(ctx, in_scratch("z.exr"), &params, &reader, &err),
                ZD_ERR_INVALID_ARGUMENT);
    REQUIRE(strstr(err.message, "has no depth channel 'Q'; name one of its channels with "
                                "--depth-map-channel: Z") != NULL);
    zd_image_unref(&image);
}

static void test_probe(void)
{
    zd_probe_item item;
    int count = 0;
    int available = 0;
    while (zd_probe_get(count, &item)) {
        REQUIRE(item.name[0] != '\0' && item.purpose[0] != '\0');
        REQUIRE(item.kind != ZD_PROBE_LIBRARY || item.detail[0] != '\0');
        available += item.is_available;
        count++;
    }
    REQUIRE(count >= 20);
    REQUIRE(available >= 15);
    REQUIRE(!zd_probe_get(-1, &item));
}

/* The mean of a frame's first rows and its time: another frame has others. */
static double mark_of(zd_reader *reader, int64_t index)
{
    zd_frame *frame = NULL;
    zd_image *image = NULL;
    double sum = 0.0;
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    const zd_frame_info *info = zd_frame_info_get(frame);
    REQUIRE_INT(info->index, index);
    REQUIRE_INT(zd_frame_time_us(frame) * 25 / 1000000, index);
    zd_view view = new_picture(info->width, info->height, 4, &image);
    REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, info->width, info->height }, view, &err));
    for (int y = 0; y < view.height; y++) {
        const float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width * 4; x++) {
            sum += (double) row[x] * (1.0 + 0.01 * y + 0.001 * x);
        }
    }
    zd_image_unref(&image);
    zd_frame_unref(&frame);
    return sum;
}

/* A deinterlaced frame is made of those around it, and is the same however one comes to it. */
static void test_deinterlaced_frames_are_found(void)
{
    static const int64_t order[] = { 7, 3, 4, 60, 59, 0, 1, 69, 30 };
    enum { COUNT = 70 };
    double marks[COUNT];
    zd_reader *reader = NULL;
    zd_reader_info like = footage(48, 32);
    zd_reader_params whole = { .deinterlaces = true };
    const char *path = in_scratch("fields.mkv");
    like.fields = ZD_FIELDS_TOP_FIRST;
    like.frame_rate = (zd_rational){ 25, 1 };
    like.time_base = (zd_rational){ 1, 25 };
    make_movie(path, (zd_writer_params){ .like = &like, .codec = "ffv1" }, 48, 32, COUNT);
    int before = warnings;
    REQUIRE_OK(zd_reader_open(ctx, path, &whole, &reader, &err));
    REQUIRE_INT(warnings, before);
    REQUIRE_INT(zd_reader_info_get(reader)->fields, ZD_FIELDS_NONE);
    for (int i = 0; i < COUNT; i++) {
        marks[i] = mark_of(reader, i);
        REQUIRE(i == 0 || marks[i] != marks[i - 1]);
    }
    zd_frame *none = NULL;
    REQUIRE(zd_reader_next(reader, &none, &err) == ZD_ERR_END);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        REQUIRE_OK(zd_reader_seek_frame(reader, order[i], &err));
        REQUIRE(mark_of(reader, order[i]) == marks[order[i]]);
    }
    zd_reader_close(&reader);
    whole.deinterlaces = false; /* and it is another picture than the two fields */
    REQUIRE_OK(zd_reader_open(ctx, path, &whole, &reader, &err));
    REQUIRE(strstr(last_warning, "--deinterlace makes one") != NULL);
    REQUIRE_OK(zd_reader_seek_frame(reader, 5, &err));
    REQUIRE(mark_of(reader, 5) != marks[5]);
    zd_reader_close(&reader);
}

int main(void)
{
    media_begin(2);
    RUN(test_filter_keeps_format_and_time);
    RUN(test_times_in_other_units);
    RUN(test_graphs_that_change_the_size);
    RUN(test_premultiplied_footage);
    RUN(test_filter_with_latency);
    RUN(test_filters_of_all_depths);
    RUN(test_labels);
    RUN(test_pointwise);
    RUN(test_memory);
    RUN(test_bad_graphs);
    RUN(test_map_movies_and_sequences);
    RUN(test_maps_far_ahead);
    RUN(test_map_still_holds_for_ever);
    RUN(test_map_declares_itself);
    RUN(test_deinterlaced_frames_are_found);
    RUN(test_probe);
    return media_end();
}
