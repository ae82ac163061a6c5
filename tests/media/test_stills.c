/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Stills and sequences: PNG, TIFF, JPEG, EXR, PFM; patterns, globs, folders; missing frames. */

#include "media/exr.h"
#include "media/pfm.h"
#include "media/sequence.h"
#include "media_test.h"

static void write_sequence(const char *path, zd_writer_params params, int width, int height,
                           int frames)
{
    make_movie(path, params, width, height, frames);
}

static void require_frame(zd_reader *reader, int width, int height, float phase, float colour,
                          float alpha)
{
    zd_frame *frame = NULL;
    zd_image *images[2] = { NULL };
    zd_view wanted = new_picture(width, height, 4, &images[0]);
    zd_view got = new_picture(width, height, 4, &images[1]);
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, width, height }, got, &err));
    fill_smooth(wanted, phase);
    for (int y = 0; y < height; y++) {
        const float *a = zd_view_row_f32(wanted, y);
        const float *b = zd_view_row_f32(got, y);
        for (int x = 0; x < width; x++, a += 4, b += 4) {
            /* Without coverage a premultiplied file cannot know its colour. */
            bool has_colour = alpha == 0.0f || a[3] > 0.02f;
            for (int c = 0; c < 3 && has_colour; c++) {
                REQUIRE_NEAR(b[c], a[c], (double) colour);
            }
            REQUIRE_NEAR(b[3], alpha > 0.0f ? a[3] : 1.0f, (double) alpha);
        }
    }
    zd_frame_unref(&frame);
    zd_image_unref(&images[0]);
    zd_image_unref(&images[1]);
}

static void test_sequences_of_every_kind(void)
{
    static const struct {
        const char *name;
        int bits; /* of the footage that it is like */
        zd_alpha_output alpha;
        bool is_half;
        float colour;
        float allowed_alpha;
    } cases[] = { { "p8.%04d.png", 8, ZD_ALPHA_NONE, false, 0.0021f, 0.0f },
                  { "p16.%04d.png", 10, ZD_ALPHA_NONE, false, 1e-5f, 0.0f },
                  { "pa.%04d.png", 8, ZD_ALPHA_STRAIGHT, false, 0.0021f, 0.0021f },
                  { "pa16.%04d.png", 16, ZD_ALPHA_STRAIGHT, false, 1e-5f, 1e-5f },
                  { "t8.%d.tif", 8, ZD_ALPHA_NONE, false, 0.0021f, 0.0f },
                  { "t16.%03d.tiff", 12, ZD_ALPHA_STRAIGHT, false, 1e-5f, 1e-5f },
                  { "j.%03d.jpg", 8, ZD_ALPHA_NONE, false, 0.02f, 0.0f } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_reader_info like = footage(48, 32);
        zd_reader *reader = NULL;
        const char *path = in_scratch("%s", cases[i].name);
        like.bit_depth = cases[i].bits;
        write_sequence(
            path, (zd_writer_params){ .like = &like, .alpha = cases[i].alpha, .first_number = 9 },
            48, 32, 3);
        REQUIRE_OK(zd_reader_open(ctx, path, NULL, &reader, &err));
        const zd_reader_info *info = zd_reader_info_get(reader);
        REQUIRE_INT(info->kind, ZD_MEDIA_SEQUENCE);
        REQUIRE_INT(info->frame_count, 3);
        REQUIRE_INT(info->first_number, 9);
        for (int f = 0; f < 3; f++) {
            require_frame(reader, 48, 32, (float) f / 3.0f, cases[i].colour,
                          cases[i].allowed_alpha);
        }
        zd_reader_close(&reader);
    }
    REQUIRE_INT(count_files(".part"), 0);
}

/* EXR is linear and premultiplied; read back it is neither for the caller to worry about. */
static void test_exr_sequences(void)
{
    for (int i = 0; i < 4; i++) {
        zd_reader_info like = footage(48, 32);
        zd_reader *reader = NULL;
        bool is_half = i % 2 != 0;
        bool has_alpha = i >= 2;
        const char *path = in_scratch("e%d.%%04d.exr", i);
        like.colour.transfer = ZD_TRANSFER_LINEAR;
        like.colour.transfer_id = 8;
        write_sequence(path,
                       (zd_writer_params){ .like = &like,
                                           .alpha = has_alpha ? ZD_ALPHA_STRAIGHT : ZD_ALPHA_NONE,
                                           .is_half = is_half },
                       48, 32, 2);
        REQUIRE_OK(zd_reader_open(ctx, path, NULL, &reader, &err));
        const zd_reader_info *info = zd_reader_info_get(reader);
        REQUIRE_INT(info->colour.transfer, ZD_TRANSFER_LINEAR);
        REQUIRE_INT(info->is_half, is_half);
        REQUIRE_INT(info->has_alpha, has_alpha);
        REQUIRE(info->is_float);
        for (int f = 0; f < 2; f++) {
            require_frame(reader, 48, 32, (float) f / 2.0f, is_half ? 2e-3f : 1e-5f,
                          has_alpha ? (is_half ? 1e-3f : 1e-6f) : 0.0f);
        }
        zd_reader_close(&reader);
    }
}

/* Video codes become linear light in an EXR and come back as they were in a PNG. */
static void test_transfer_changes_with_exr(void)
{
    zd_reader_info like = footage(48, 32);
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    zd_image *images[2] = { NULL };
    zd_view wanted = new_picture(48, 32, 3, &images[0]);
    zd_view got = new_picture(48, 32, 3, &images[1]);
    write_sequence(in_scratch("light.exr"), (zd_writer_params){ .like = &like }, 48, 32, 1);
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("light.exr"), NULL, &reader, &err));
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, 48, 32 }, got, &err));
    fill_smooth(wanted, 0.0f);
    zd_transfer_decode_view(ZD_TRANSFER_BT709, wanted);
    REQUIRE(largest_difference(wanted, got) <= 1e-5f);
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
    zd_image_unref(&images[0]);
    zd_image_unref(&images[1]);
}

static void test_globs_and_folders(void)
{
    char folder[600];
    snprintf(folder, sizeof folder, "%s", in_scratch("plates"));
    mkdir(folder, 0777);
    write_sequence(in_scratch("plates/shot_%%d.png"), (zd_writer_params){ .first_number = 8 }, 32,
                   16, 4);
    REQUIRE_INT(count_frames(in_scratch("plates/shot_*.png"), NULL), 4);
    REQUIRE_INT(count_frames(folder, NULL), 4);
    zd_sequence sequence;
    REQUIRE_OK(zd_sequence_init(&sequence, ctx, folder, ZD_MISSING_FAIL, &err));
    REQUIRE(strstr(zd_sequence_file(&sequence, 0), "shot_8.png") != NULL);
    REQUIRE(strstr(zd_sequence_file(&sequence, 2), "shot_10.png") != NULL);
    zd_sequence_finish(&sequence);
    write_sequence(in_scratch("plates/other_%%d.png"), (zd_writer_params){ 0 }, 32, 16, 2);
    zd_reader *reader = NULL;
    REQUIRE_INT(zd_reader_open(ctx, folder, NULL, &reader, &err), ZD_ERR_INVALID_ARGUMENT);
    REQUIRE(strstr(err.message, "holds more than one sequence ('other_0.png' and 'shot_8.png'); "
                                "give a pattern such as 'name.%04d.png'") != NULL);
}

static void require_numbers(const char *path, zd_reader_params params, int64_t first, int64_t step)
{
    zd_reader *reader = NULL;
    REQUIRE_OK(zd_reader_open(ctx, path, &params, &reader, &err));
    REQUIRE_INT(zd_reader_info_get(reader)->first_number, first);
    REQUIRE_INT(zd_reader_info_get(reader)->number_step, step);
    zd_reader_close(&reader);
}

static void test_frames_keep_their_numbers(void)
{
    const zd_reader_params range = { .first_frame = 3, .end_frame = 5 };
    const zd_reader_params timed = { .start_us = 125000, .missing = ZD_MISSING_HOLD };
    const char *path = in_scratch("twos.%%d.png");
    make_movie(path, (zd_writer_params){ .first_number = 1001, .number_step = 2 }, 32, 16, 6);
    require_numbers(path, (zd_reader_params){ 0 }, 1001, 2);
    require_numbers(path, range, 1007, 2);
    remove(in_scratch("twos.1005.png"));
    require_numbers(path, timed, 1007, 2);
    make_movie(in_scratch("movie.mkv"), (zd_writer_params){ .codec = "ffv1" }, 32, 16, 6);
    require_numbers(in_scratch("movie.mkv"), range, 3, 1);
    require_numbers(in_scratch("twos.1003.png"), (zd_reader_params){ 0 }, 0, 1);
}

static void test_missing_frames(void)
{
    zd_reader *reader = NULL;
    char wanted[900];
    const char *path = in_scratch("gap.%%04d.png");
    write_sequence(path, (zd_writer_params){ .first_number = 1001 }, 32, 16, 6);
    remove(in_scratch("gap.1003.png"));
    snprintf(wanted, sizeof wanted,
             "'%s' lacks frame 1003 ('gap.1003.png'); put it back, or hold the frame before it "
             "with --no-strict",
             in_scratch("gap.%%04d.png"));
    REQUIRE_FAILS(zd_reader_open(ctx, in_scratch("gap.%%04d.png"), NULL, &reader, &err), ZD_ERR_IO,
                  wanted);
    warnings = 0;
    zd_reader_params hold = { .missing = ZD_MISSING_HOLD };
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("gap.%%04d.png"), &hold, &reader, &err));
    REQUIRE_INT(warnings, 1);
    REQUIRE_INT(zd_reader_info_get(reader)->frame_count, 6);
    static const float phases[] = { 0, 1, 1, 3, 4, 5 };
    for (int i = 0; i < 6; i++) {
        require_frame(reader, 32, 16, phases[i] / 6.0f, 0.0021f, 0.0f);
    }
    zd_reader_close(&reader);
    remove(in_scratch("gap.1002.png"));
    remove(in_scratch("gap.1004.png"));
    remove(in_scratch("gap.1006.png"));
    write_sequence(in_scratch("gap.%%04d.png"), (zd_writer_params){ .first_number = 1003 }, 32, 16,
                   1);
    REQUIRE_INT(count_frames(in_scratch("gap.%%04d.png"), NULL), 3); /* every second one */
}

static void test_sequence_ranges_and_seeking(void)
{
    zd_reader *reader = NULL;
    const char *path = in_scratch("rng.%%02d.png");
    write_sequence(path, (zd_writer_params){ 0 }, 32, 16, 10);
    zd_reader_params params = { .first_frame = 3, .end_frame = 8, .sequence_rate = { 25, 1 } };
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("rng.%%02d.png"), &params, &reader, &err));
    REQUIRE_INT(zd_reader_info_get(reader)->frame_count, 5);
    REQUIRE_INT(zd_reader_info_get(reader)->duration_us, 200000);
    require_frame(reader, 32, 16, 0.3f, 0.0021f, 0.0f);
    REQUIRE_OK(zd_reader_seek_frame(reader, 4, &err));
    require_frame(reader, 32, 16, 0.7f, 0.0021f, 0.0f);
    zd_frame *frame = NULL;
    REQUIRE_INT(zd_reader_next(reader, &frame, &err), ZD_ERR_END);
    REQUIRE_OK(zd_reader_seek_time(reader, 80000, &err));
    require_frame(reader, 32, 16, 0.5f, 0.0021f, 0.0f);
    zd_reader_close(&reader);
    params.end_frame = 11;
    REQUIRE_INT(zd_reader_open(ctx, in_scratch("rng.%%02d.png"), &params, &reader, &err),
                ZD_ERR_INVALID_ARGUMENT);
    REQUIRE(strstr(err.message, "frame 10 lies outside") != NULL);
}

static void test_sizes_must_agree(void)
{
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    char wanted[900];
    write_sequence(in_scratch("size.%%d.png"), (zd_writer_params){ 0 }, 32, 16, 1);
    write_sequence(in_scratch("size.%%d.png"), (zd_writer_params){ .first_number = 1 }, 16, 16, 1);
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("size.%%d.png"), NULL, &reader, &err));
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    zd_frame_unref(&frame);
    snprintf(wanted, sizeof wanted,
             "'%s' is 16x16 and the sequence is 32x16; all pictures must have one size",
             in_scratch("size.1.png"));
    REQUIRE_FAILS(zd_reader_next(reader, &frame, &err), ZD_ERR_UNSUPPORTED, wanted);
    zd_reader_close(&reader);
}

static void test_one_still_takes_one_frame(void)
{
    zd_reader_info like = footage(32, 16);
    zd_writer *writer = NULL;
    zd_image *image = NULL;
    char wanted[900];
    zd_view view = new_picture(32, 16, 3, &image);
    zd_writer_params params = { .like = &like };
    fill_smooth(view, 0.0f);
    REQUIRE_OK(zd_writer_open(ctx, in_scratch("one.png"), &params, &writer, &err));
    REQUIRE_OK(zd_writer_put_view(writer, view, 0, 1, &err));
    snprintf(wanted, sizeof wanted,
             "'%s' holds one picture; give a name such as 'name.%%04d.png' for a sequence",
             in_scratch("one.png"));
    REQUIRE_FAILS(zd_writer_put_view(writer, view, 1, 1, &err), ZD_ERR_INVALID_ARGUMENT, wanted);
    REQUIRE_OK(zd_writer_finish(&writer, &err));
    zd_image_unref(&image);
    REQUIRE_INT(count_frames(in_scratch("one.png"), NULL), 1);
}

static void test_pfm(void)
{
    static const char gray[] = "Pf\n2 2\n-1.0\n\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40\0\0\x80\x40";
    static const char big[] = "PF 1 1 1.0\n\x3f\x80\0\0\x40\0\0\0\x40\x40\0\0";
    zd_image *image = NULL;
    REQUIRE_OK(zd_pfm_parse(ctx, "gray", (const uint8_t *) gray, sizeof gray - 1, &image, &err));
    zd_view view = zd_image_view(image);
    REQUIRE_INT(view.format.channels, 1);
    REQUIRE_NEAR(zd_view_row_f32(view, 0)[0], 3.0, 0.0); /* the last row comes first */
    REQUIRE_NEAR(zd_view_row_f32(view, 1)[1], 2.0, 0.0);
    zd_image_unref(&image);
    REQUIRE_OK(zd_pfm_parse(ctx, "big", (const uint8_t *) big, sizeof big - 1, &image, &err));
    REQUIRE_NEAR(zd_view_row_f32(zd_image_view(image), 0)[2], 3.0, 0.0);
    zd_image_unref(&image);
    REQUIRE_FAILS(zd_pfm_parse(ctx, "cut", (const uint8_t *) gray, sizeof gray - 2, &image, &err),
                  ZD_ERR_CORRUPT,
                  "'cut' is cut off: 2x2 needs more than the 15 bytes of pixels it has");
    REQUIRE_FAILS(zd_pfm_parse(ctx, "bad", (const uint8_t *) "Pf\n0 2\n1\n", 9, &image, &err),
                  ZD_ERR_CORRUPT, "'bad' has no valid PFM header");
    write_bytes(in_scratch("x.pfm"), big, sizeof big - 1);
    REQUIRE_INT(count_frames(in_scratch("x.pfm"), NULL), 1);
}

static void test_exr_channels_and_attributes(void)
{
    zd_image *images[2] = { NULL };
    zd_view view = new_picture(70, 40, 3, &images[0]);
    zd_view back = new_picture(70, 40, 3, &images[1]);
    zd_exr *exr = NULL;
    const char *path = in_scratch("channels.exr");
    const char *text = NULL;
    double number = 0.0;
    fill_noise(view, 3);
    zd_exr_source sources[] = { { "Z", view, 0, false },
                                { "diffuse.R", view, 1, true },
                                { "A1", view, 2, false } };
    zd_exr_attribute attributes[] = { { "zdepthKind", "metres", 0.0f },
                                      { "zdepthNearest", NULL, 1.5f } };
    zd_exr_file file = { .channels = sources,
                         .channel_count = 3,
                         .attributes = attributes,
                         .attribute_count = 2,
                         .pixel_aspect = 1.25f };
    REQUIRE_OK(zd_exr_write(ctx, path, &file, &err));
    REQUIRE_OK(zd_exr_open(ctx, path, &exr, &err));
    REQUIRE_INT(zd_exr_part_count(exr), 1);
    REQUIRE_INT(zd_exr_channel_count(exr, 0), 3);
    REQUIRE_NEAR(zd_exr_pixel_aspect(exr, 0), 1.25, 0.0);
    int z = zd_exr_find_channel(exr, 0, "Z");
    int red = zd_exr_find_channel(exr, 0, "diffuse.R");
    REQUIRE(z >= 0 && red >= 0 && zd_exr_find_channel(exr, 0, "B") == -1);
    REQUIRE(zd_exr_channel(exr, 0, red).is_half && !zd_exr_channel(exr, 0, z).is_half);
    REQUIRE(zd_exr_text(exr, 0, "zdepthKind", &text));
    REQUIRE_TEXT(text, "metres");
    REQUIRE(zd_exr_number(exr, 0, "zdepthNearest", &number));
    REQUIRE_NEAR(number, 1.5, 0.0);
    REQUIRE(!zd_exr_number(exr, 0, "zdepthKind", &number));
    zd_exr_wanted wanted[] = { { z, back, 0 },
                               { red, back, 1 },
                               { zd_exr_find_channel(exr, 0, "A1"), back, 2 } };
    int64_t bad = -1;
    REQUIRE_OK(zd_exr_read(exr, 0, wanted, 3, &bad, &err));
    REQUIRE_INT(bad, 0);
    for (int y = 0; y < 40; y++) {
        for (int x = 0; x < 210; x += 3) {
            const float *a = zd_view_row_f32(view, y) + x;
            const float *b = zd_view_row_f32(back, y) + x;
            REQUIRE(a[0] == b[0] && a[2] == b[2]);
            REQUIRE_NEAR(b[1], a[1], 0.0005);
        }
    }
    zd_exr_close(&exr);
    zd_reader *reader = NULL;
    REQUIRE_INT(zd_reader_open(ctx, path, NULL, &reader, &err), ZD_ERR_UNSUPPORTED);
    REQUIRE(strstr(err.message, "has no channels R, G and B; choose a layer among its channels A1, "
                                "Z, diffuse.R") != NULL);
    zd_reader_params layer = { .layer = "Z" };
    REQUIRE_OK(zd_reader_open(ctx, path, &layer, &reader, &err));
    zd_reader_close(&reader);
    zd_image_unref(&images[0]);
    zd_image_unref(&images[1]);
}

/* Channels of one's own go through the writer, with its names and its refusals. */
static void test_writer_takes_exr_channels(void)
{
    zd_reader_info like = footage(20, 10);
    zd_writer_params params = { .like = &like, .is_gray = true, .first_number = 7 };
    zd_writer *writer = NULL;
    zd_image *image = NULL;
    char wanted[900];
    zd_view view = new_picture(20, 10, 1, &image);
    fill_smooth(view, 0.0f);
    zd_exr_source source = { "Z", view, 0, false };
    zd_exr_file file = { .channels = &source, .channel_count = 1 };
    REQUIRE_OK(zd_writer_open(ctx, in_scratch("own.%%d.exr"), &params, &writer, &err));
    REQUIRE_OK(zd_writer_put_exr(writer, &file, &err));
    REQUIRE_OK(zd_writer_put_exr(writer, &file, &err));
    REQUIRE_OK(zd_writer_finish(&writer, &err));
    zd_exr *exr = NULL;
    REQUIRE_OK(zd_exr_open(ctx, in_scratch("own.8.exr"), &exr, &err));
    REQUIRE_INT(zd_exr_find_channel(exr, 0, "Z"), 0);
    zd_exr_close(&exr);
    REQUIRE_OK(zd_writer_open(ctx, in_scratch("own.exr"), &params, &writer, &err));
    REQUIRE_OK(zd_writer_put_exr(writer, &file, &err));
    snprintf(wanted, sizeof wanted,
             "'%s' holds one picture; give a name such as 'name.%%04d.exr' for a sequence",
             in_scratch("own.exr"));
    REQUIRE_FAILS(zd_writer_put_exr(writer, &file, &err), ZD_ERR_INVALID_ARGUMENT, wanted);
    zd_writer_abort(&writer);
    REQUIRE(access(in_scratch("own.exr"), F_OK) != 0);
    REQUIRE_OK(zd_writer_open(ctx, in_scratch("own.png"), &params, &writer, &err));
    snprintf(wanted, sizeof wanted, "'%s' cannot hold channels of its own; use EXR",
             in_scratch("own.png"));
    REQUIRE_FAILS(zd_writer_put_exr(writer, &file, &err), ZD_ERR_INVALID_ARGUMENT, wanted);
    zd_writer_abort(&writer);
    zd_image_unref(&image);
}

static void test_exr_with_nan(void)
{
    zd_image *image = NULL;
    zd_view view = new_picture(8, 4, 3, &image);
    fill_smooth(view, 0.0f);
    zd_view_row_f32(view, 1)[3] = NAN;
    zd_view_row_f32(view, 2)[4] = INFINITY;
    zd_exr_source sources[] = { { "R", view, 0, false },
                                { "G", view, 1, true },
                                { "B", view, 2, false } };
    zd_exr_file file = { .channels = sources, .channel_count = 3 };
    REQUIRE_OK(zd_exr_write(ctx, in_scratch("nan.exr"), &file, &err));
    warnings = 0;
    REQUIRE_INT(count_frames(in_scratch("nan.exr"), NULL), 1);
    REQUIRE(warnings >= 1);
    REQUIRE(strstr(last_warning, "nan.exr' has 2 samples that are NaN or infinite") != NULL);
    zd_image_unref(&image);
}

int main(void)
{
    media_begin(2);
    RUN(test_sequences_of_every_kind);
    RUN(test_exr_sequences);
    RUN(test_transfer_changes_with_exr);
    RUN(test_globs_and_folders);
    RUN(test_frames_keep_their_numbers);
    RUN(test_missing_frames);
    RUN(test_sequence_ranges_and_seeking);
    RUN(test_sizes_must_agree);
    RUN(test_one_still_takes_one_frame);
    RUN(test_pfm);
    RUN(test_exr_channels_and_attributes);
    RUN(test_writer_takes_exr_channels);
    RUN(test_exr_with_nan);
    return media_end();
}
