/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Frames that are handed on: their codes copied under a mask, their times and sizes at a writer, what a still
 * tells of itself, and maps whose every row differs at an effect. */

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

#include "media/encode.h"
#include "media/filter.h"
#include "media/frame_internal.h"
#include "media_test.h"

enum { WIDTH = 21, HEIGHT = 13 };

static zd_frame *noise_frame(const char *format, unsigned long long seed)
{
    zd_image *image = NULL;
    zd_frame *frame = NULL;
    zd_view view = new_picture(WIDTH, HEIGHT, 4, &image);
    zd_frame_info info = info_like(format, 1, false);
    fill_noise(view, seed);
    REQUIRE_OK(zd_frame_create_from_rgba(ctx, &info, view, &frame, &err));
    zd_image_unref(&image);
    return frame;
}

/* ---- copies ---- */

/* One sample's bytes, by FFmpeg's own description of the format. */
static const uint8_t *sample_bytes(const zd_frame *frame, int c, int x, int y, int *bytes)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat) frame->av->format);
    const AVComponentDescriptor *of = &format->comp[c];
    *bytes = (of->depth + 7) / 8;
    return frame->av->data[of->plane] + (ptrdiff_t) y * frame->av->linesize[of->plane] +
           x * of->step + of->offset;
}

/* Whether all pixels that a sample stands for lie within the mask, which is the right part of the rows from 3 on. */
static bool is_taken(int x, int y, int log2_w, int log2_h)
{
    return (x << log2_w) >= 8 && (y << log2_h) >= 4;
}

/* A sample is taken where the whole of what it stands for is within the mask, in planes and in packed formats. */
static void copies_take_what_the_mask_holds(void)
{
    static const char *const formats[] = { "yuv420p",  "yuv422p10le", "yuva444p12le", "rgb24",
                                           "rgba64le", "gray16le",    "gbrpf32le",    "nv12" };
    zd_image *image = NULL;
    zd_view mask = new_picture(WIDTH, HEIGHT, 1, &image);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            zd_view_row_f32(mask, y)[x] = x >= 8 && y >= 4 ? 1.0f : x % 2 ? 0.99f : NAN;
        }
    }
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        zd_frame *from = noise_frame(formats[f], 1);
        zd_frame *to = noise_frame(formats[f], 2);
        zd_frame *was = noise_frame(formats[f], 2);
        const AVPixFmtDescriptor *format =
            av_pix_fmt_desc_get((enum AVPixelFormat) from->av->format);
        bool is_changed = false;
        REQUIRE_OK(zd_frame_copy_where(&to, from, mask, &is_changed, &err));
        REQUIRE(is_changed);
        for (int c = 0; c < format->nb_components; c++) {
            bool is_chroma = (c == 1 || c == 2) && (format->flags & AV_PIX_FMT_FLAG_RGB) == 0;
            int log2_w = is_chroma ? format->log2_chroma_w : 0;
            int log2_h = is_chroma ? format->log2_chroma_h : 0;
            for (int y = 0; y < AV_CEIL_RSHIFT(HEIGHT, log2_h); y++) {
                for (int x = 0; x < AV_CEIL_RSHIFT(WIDTH, log2_w); x++) {
                    int bytes;
                    const zd_frame *wanted = is_taken(x, y, log2_w, log2_h) ? from : was;
                    const uint8_t *got = sample_bytes(to, c, x, y, &bytes);
                    REQUIRE_BYTES(got, sample_bytes(wanted, c, x, y, &bytes), (size_t) bytes);
                }
            }
        }
        is_changed = false;
        REQUIRE_OK(zd_frame_copy_where(&to, from, mask, &is_changed, &err));
        REQUIRE(!is_changed); /* it has them already */
        zd_frame_unref(&from);
        zd_frame_unref(&to);
        zd_frame_unref(&was);
    }
    zd_image_unref(&image);
}

/* Without a mask all codes are taken; times stay the frame's own. */
static void a_whole_copy_keeps_its_times(void)
{
    zd_frame *from = noise_frame("yuv420p", 1);
    zd_frame *to = noise_frame("yuv420p", 2);
    zd_frame *odd = noise_frame("yuv422p", 2);
    bool is_changed = false;
    int bytes;
    to->info.pts = to->av->pts = 77;
    from->info.pts = from->av->pts = 5;
    REQUIRE_OK(zd_frame_copy_where(&to, from, (zd_view){ 0 }, &is_changed, &err));
    REQUIRE(is_changed);
    REQUIRE_INT(zd_frame_info_get(to)->pts, 77);
    REQUIRE_BYTES(sample_bytes(to, 0, 3, 12, &bytes), sample_bytes(from, 0, 3, 12, &bytes), 18);
    REQUIRE_BYTES(sample_bytes(to, 2, 0, 6, &bytes), sample_bytes(from, 2, 0, 6, &bytes), 11);
    is_changed = false;
    REQUIRE_OK(zd_frame_copy_where(&to, from, (zd_view){ 0 }, &is_changed, &err));
    REQUIRE(!is_changed);
    REQUIRE_FAILS(zd_frame_copy_where(&to, odd, (zd_view){ 0 }, &is_changed, &err),
                  ZD_ERR_INVALID_ARGUMENT, "the frames differ in size or pixel format");
    zd_frame_unref(&from);
    zd_frame_unref(&to);
    zd_frame_unref(&odd);
}

/* ---- writers ---- */

/* Light becomes codes on both ways to an output: of a frame, and of its values. */
static void a_frame_and_its_values_become_one_picture(void)
{
    zd_reader_info like = footage(WIDTH, HEIGHT);
    zd_writer_params params = { .like = &like };
    zd_output_plan plan;
    zd_image *values = NULL;
    AVFrame *made[3] = { NULL };
    int differences[3] = { 0 };
    like.is_float = true;
    like.colour.transfer = ZD_TRANSFER_LINEAR;
    snprintf(like.pixel_format, sizeof like.pixel_format, "gbrpf32le");
    REQUIRE_OK(zd_output_plan_make(in_scratch("law.png"), &params, &plan, &err));
    REQUIRE(plan.is_converted);
    zd_frame *frame = noise_frame("gbrpf32le", 9);
    REQUIRE_OK(zd_image_create(ctx, WIDTH, HEIGHT, ZD_RGBA_F32, &values, &err));
    REQUIRE_OK(zd_frame_read(frame, zd_frame_whole(frame), zd_image_view(values), &err));
    REQUIRE_OK(zd_output_convert(ctx, &plan, frame, &made[0], &err));
    REQUIRE_OK(zd_output_convert_view(ctx, &plan, zd_image_view(values), &made[1], &err));
    plan.is_converted = false;
    REQUIRE_OK(zd_output_convert_view(ctx, &plan, zd_image_view(values), &made[2], &err));
    for (int i = 1; i < 3; i++) {
        REQUIRE_INT(made[i]->format, made[0]->format);
        for (int y = 0; y < HEIGHT; y++) {
            differences[i] += memcmp(made[i]->data[0] + y * made[i]->linesize[0],
                                     made[0]->data[0] + y * made[0]->linesize[0], 2 * WIDTH) != 0;
        }
    }
    REQUIRE_INT(differences[1], 0);
    REQUIRE_INT(differences[2], HEIGHT);
    for (int i = 0; i < 3; i++) {
        av_frame_free(&made[i]);
    }
    zd_image_unref(&values);
    zd_frame_unref(&frame);
    zd_output_plan_release(&plan);
}

/* Milliseconds become the output's twenty-fourths of a second; another size is refused. */
static void times_become_those_of_the_output(void)
{
    static const int64_t times_ms[] = { 0, 125, 250, 625 };
    zd_reader_info like = footage(WIDTH, HEIGHT);
    zd_writer *writer = NULL;
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    zd_writer_params params = { .like = &like, .codec = "ffv1" };
    REQUIRE_OK(zd_writer_open(ctx, in_scratch("put.mov"), &params, &writer, &err));
    for (int i = 0; i < 4; i++) {
        frame = noise_frame("yuv420p", (unsigned long long) i);
        frame->info.time_base = (zd_rational){ 1, 1000 };
        frame->info.pts = times_ms[i];
        frame->info.duration = 125;
        REQUIRE_OK(zd_writer_put(writer, frame, &err));
        zd_frame_unref(&frame);
    }
    make_movie(in_scratch("other.mkv"), (zd_writer_params){ .codec = "ffv1" }, 32, 18, 1);
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("other.mkv"), NULL, &reader, &err));
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    REQUIRE_FAILS(zd_writer_put(writer, frame, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a frame of 32x18 cannot go into an output of 21x13");
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
    REQUIRE_OK(zd_writer_finish(&writer, &err));
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("put.mov"), NULL, &reader, &err));
    for (int i = 0; i < 4; i++) {
        REQUIRE_OK(zd_reader_next(reader, &frame, &err));
        REQUIRE_INT(zd_frame_time_us(frame), times_ms[i] * 1000);
        zd_frame_unref(&frame);
    }
    zd_reader_close(&reader);
}

/* One frame of a twenty-fourth of a second, whatever it is stored as. */
static void a_still_is_one_frame(void)
{
    static const char *const names[] = { "one.png", "one.exr", "one.tif" };
    for (int i = 0; i < 3; i++) {
        zd_reader *reader = NULL;
        make_movie(in_scratch("%s", names[i]), (zd_writer_params){ 0 }, WIDTH, HEIGHT, 1);
        REQUIRE_OK(zd_reader_open(ctx, in_scratch("%s", names[i]), NULL, &reader, &err));
        const zd_reader_info *info = zd_reader_info_get(reader);
        REQUIRE_INT(info->kind, ZD_MEDIA_STILL);
        REQUIRE_INT(info->frame_rate.numerator, 24);
        REQUIRE_INT(info->frame_rate.denominator, 1);
        REQUIRE_INT(info->time_base.numerator, 1);
        REQUIRE_INT(info->time_base.denominator, 24);
        REQUIRE_INT(info->frame_count, 1);
        REQUIRE_INT(info->is_frame_count_exact, 1);
        REQUIRE_INT(info->is_variable_rate, 0);
        zd_reader_close(&reader);
    }
}

/* ---- effects ---- */

/* A map goes in row by row: 16 bits for the depth, 8 or 16 for the matte as the graph likes. */
static void every_row_of_a_map_goes_in(void)
{
    zd_filter *filter = NULL;
    zd_frame *picture = noise_frame("gray16le", 3);
    zd_frame *out = NULL;
    zd_image *image = NULL;
    zd_filter_more more = { 0 };
    more.depth = new_picture(WIDTH, HEIGHT, 1, &image);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            zd_view_row_f32(more.depth, y)[x] = (float) (y * WIDTH + x - 5) / (WIDTH * HEIGHT - 11);
        }
    }
    REQUIRE_OK(zd_filter_open(ctx, "[depth]format=gray16le", ZD_TRUST_NONE,
                              zd_frame_info_get(picture), (zd_rational){ 24, 1 }, &filter, &err));
    REQUIRE(zd_filter_takes(filter, ZD_FILTER_DEPTH));
    REQUIRE_OK(zd_filter_push_more(filter, picture, &more, &err));
    REQUIRE_OK(zd_filter_pull(filter, &out, &err));
    REQUIRE(out != NULL);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            int bytes;
            const uint8_t *code = sample_bytes(out, 0, x, y, &bytes);
            double wanted = fmin(fmax(zd_view_row_f32(more.depth, y)[x], 0.0), 1.0) * 65535.0;
            REQUIRE_NEAR(code[0] + 256 * code[1], wanted, 0.51);
        }
    }
    zd_filter_close(&filter);
    zd_frame_unref(&out);
    zd_frame_unref(&picture);
    zd_image_unref(&image);
}

int main(void)
{
    media_begin(2);
    RUN(a_frame_and_its_values_become_one_picture);
    RUN(copies_take_what_the_mask_holds);
    RUN(a_whole_copy_keeps_its_times);
    RUN(times_become_those_of_the_output);
    RUN(a_still_is_one_frame);
    RUN(every_row_of_a_map_goes_in);
    return media_end();
}
