/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* FFV1 keeps every code of odd sizes, whatever grid of slices the library would take by itself. */

#include "media/ffv1_slices.h"
#include "media/frame_internal.h"
#include "media_test.h"

#include <libavutil/pixdesc.h>

static void fill_with_noise(zd_view view, float phase)
{
    fill_noise(view, 7 + (unsigned long long) (phase * 100.0f));
}

static void require_codes(const AVFrame *a, const AVFrame *b)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat) a->format);
    REQUIRE_INT(a->format, b->format);
    for (int plane = 0; plane < 3; plane++) {
        int shift_x = plane > 0 ? format->log2_chroma_w : 0;
        int shift_y = plane > 0 ? format->log2_chroma_h : 0;
        int width = (a->width + (1 << shift_x) - 1) >> shift_x;
        int height = (a->height + (1 << shift_y) - 1) >> shift_y;
        for (int y = 0; y < height; y++) {
            REQUIRE_BYTES(a->data[plane] + (ptrdiff_t) y * a->linesize[plane],
                          b->data[plane] + (ptrdiff_t) y * b->linesize[plane],
                          (size_t) width * (format->comp[0].depth > 8 ? 2 : 1));
        }
    }
}

/* From plain rows into FFV1 and back. */
static void require_copy(int width, int height, const char *format, const char *options)
{
    const char *from = in_scratch("from.nut");
    const char *to = in_scratch("to.mkv");
    zd_reader *readers[2] = { NULL };
    zd_writer *writer = NULL;
    zd_frame *frames[2] = { NULL };
    make_movie(from, (zd_writer_params){ .codec = "rawvideo", .pix_fmt = format }, width, height,
               1);
    REQUIRE_OK(zd_reader_open(ctx, from, NULL, &readers[0], &err));
    zd_writer_params params = { .like = zd_reader_info_get(readers[0]),
                                .codec = "ffv1",
                                .pix_fmt = format,
                                .options = options };
    REQUIRE_OK(zd_writer_open(ctx, to, &params, &writer, &err));
    REQUIRE_OK(zd_reader_next(readers[0], &frames[0], &err));
    REQUIRE_OK(zd_writer_put(writer, frames[0], &err));
    REQUIRE_OK(zd_writer_finish(&writer, &err));
    REQUIRE_OK(zd_reader_open(ctx, to, NULL, &readers[1], &err));
    REQUIRE_OK(zd_reader_next(readers[1], &frames[1], &err));
    require_codes(frames[0]->av, frames[1]->av);
    for (int i = 0; i < 2; i++) {
        zd_frame_unref(&frames[i]);
        zd_reader_close(&readers[i]);
    }
}

static void odd_sizes_keep_every_code(void)
{
    static const int sizes[][2] = { { 187, 133 }, { 187, 132 }, { 188, 131 }, { 185, 135 },
                                    { 149, 79 },  { 47, 79 },   { 355, 291 } };
    static const char *const formats[] = { "yuv420p", "yuv422p", "yuv411p", "yuv420p10le" };
    media_fill = fill_with_noise;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
            require_copy(sizes[s][0], sizes[s][1], formats[f], NULL);
        }
    }
    require_copy(187, 133, "yuv420p", "slices=6");
    require_copy(187, 133, "yuv420p", "level=1");
    require_copy(187, 133, "yuv444p", "slices=4");
}

static void a_number_that_loses_is_refused(void)
{
    zd_reader_info like = footage(187, 133);
    zd_writer *writer = NULL;
    zd_writer_params params = { .like = &like, .codec = "ffv1", .options = "slices=4" };
    REQUIRE_FAILS(zd_writer_open(ctx, in_scratch("cut.mkv"), &params, &writer, &err),
                  ZD_ERR_INVALID_ARGUMENT,
                  "FFV1 in 4 slices would lose chroma at the edge of 187x133 yuv420p; leave the "
                  "encoder option 'slices' out");
    REQUIRE(writer == NULL);
}

/* Marks what each slice of a row of `parts` holds, as RFC 9043 has it. */
static bool is_covered(int size, int parts, int shift)
{
    bool held[512] = { false };
    int unit = 1 << shift;
    for (int i = 0; i < parts; i++) {
        int begin = size * i / parts;
        int end = size * (i + 1) / parts;
        for (int k = 0; k * unit < end - begin; k++) {
            held[begin / unit + k] = true;
        }
    }
    for (int x = 0; x * unit < size; x++) {
        if (!held[x]) {
            return false;
        }
    }
    return true;
}

/* FFmpeg's own search, from the fewest rows on. */
static void grid_of(int slices, int *columns, int *rows)
{
    for (*rows = 1; *rows < 32; ++*rows) {
        for (*columns = *rows; *columns < 2 * *rows; ++*columns) {
            if (*columns * *rows == slices) {
                return;
            }
        }
    }
    REQUIRE(!"a grid");
}

static void every_size_is_covered(void)
{
    static const enum AVPixelFormat formats[] = { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P,
                                                  AV_PIX_FMT_YUV411P, AV_PIX_FMT_YUV410P,
                                                  AV_PIX_FMT_YUV444P };
    int plain = 0;
    int chosen = 0;
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(formats[f]);
        for (int i = 0; i < 160 * 160; i++) {
            int width = 16 + i % 160;
            int height = 16 + i / 160;
            AVDictionary *options = NULL;
            int columns = 2;
            int rows = 2;
            av_dict_set(&options, "level", "3", 0);
            REQUIRE_OK(zd_ffv1_choose_slices(width, height, formats[f], &options, &err));
            const AVDictionaryEntry *slices = av_dict_get(options, "slices", NULL, 0);
            const AVDictionaryEntry *level = av_dict_get(options, "level", NULL, 0);
            if (slices != NULL) {
                grid_of(atoi(slices->value), &columns, &rows);
            } else if (atoi(level->value) == 1) {
                columns = rows = 1;
            }
            plain += slices == NULL;
            chosen += slices != NULL;
            REQUIRE(is_covered(width, columns, format->log2_chroma_w) &&
                    is_covered(height, rows, format->log2_chroma_h));
            REQUIRE((slices == NULL && columns == 2) ||
                    !is_covered(width, 2, format->log2_chroma_w) ||
                    !is_covered(height, 2, format->log2_chroma_h));
            av_dict_free(&options);
        }
    }
    REQUIRE(plain > 0 && chosen > 0);
}

int main(void)
{
    media_begin(2);
    RUN(odd_sizes_keep_every_code);
    RUN(a_number_that_loses_is_refused);
    RUN(every_size_is_covered);
    return media_end();
}
