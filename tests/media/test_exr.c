/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* EXR files that others write: every compression, tiles, several parts, windows that do not agree,
 * sampled and integer channels. */

#include <openexr.h>

#include "media/exr.h"
#include "media_test.h"

enum { WIDTH = 75, HEIGHT = 50, TILE = 32 };

typedef struct file_form {
    exr_compression_t compression;
    bool is_tiled;
    int parts;
    int data_x; /* of the data window's corner in the display window */
    int data_y;
    exr_pixel_type_t type;
} file_form;

static float value_at(int part, int channel, int x, int y)
{
    return (float) (part * 7 + channel * 3 + (x / 4) * 2 + y / 4) * 0.125f;
}

/* Fills the encoder's channels of one chunk from value_at. */
static void fill_chunk(exr_encode_pipeline_t *encode, const exr_chunk_info_t *chunk, int part,
                       exr_pixel_type_t type, int left, int top, float *values)
{
    for (int c = 0; c < encode->channel_count; c++) {
        exr_coding_channel_info_t *channel = &encode->channels[c];
        channel->encode_from_ptr = (const uint8_t *) values;
        channel->user_bytes_per_element = 4;
        channel->user_data_type =
            (uint16_t) (type == EXR_PIXEL_UINT ? EXR_PIXEL_UINT : EXR_PIXEL_FLOAT);
        channel->user_pixel_stride = 4;
        channel->user_line_stride = chunk->width * 4;
        for (int y = 0; y < chunk->height; y++) {
            for (int x = 0; x < chunk->width; x++) {
                float value = value_at(part, c, left + x, top + y);
                if (type == EXR_PIXEL_UINT) {
                    uint32_t whole = (uint32_t) (value * 8.0f);
                    memcpy(values++, &whole, sizeof whole);
                } else {
                    *values++ = value;
                }
            }
        }
    }
}

static void encode_chunk(exr_context_t exr, const exr_chunk_info_t *chunk, int part,
                         exr_pixel_type_t type, int left, int top)
{
    static float values[3 * WIDTH * HEIGHT];
    exr_encode_pipeline_t encode;
    REQUIRE_INT(exr_encoding_initialize(exr, part, chunk, &encode), EXR_ERR_SUCCESS);
    fill_chunk(&encode, chunk, part, type, left, top, values);
    REQUIRE_INT(exr_encoding_choose_default_routines(exr, part, &encode), EXR_ERR_SUCCESS);
    REQUIRE_INT(exr_encoding_run(exr, part, &encode), EXR_ERR_SUCCESS);
    exr_encoding_destroy(exr, &encode);
}

static void add_part(exr_context_t exr, const file_form *form, int number)
{
    static const char *const names[] = { "B", "G", "R" };
    char name[16];
    int part = 0;
    exr_attr_box2i_t display;
    exr_attr_v2f_t centre;
    memset(&centre, 0, sizeof centre);
    memset(&display, 0, sizeof display);
    display.max.x = WIDTH - 1;
    display.max.y = HEIGHT - 1;
    exr_attr_box2i_t data = display;
    data.min.x += form->data_x;
    data.max.x += form->data_x;
    data.min.y += form->data_y;
    data.max.y += form->data_y;
    snprintf(name, sizeof name, "part%d", number);
    REQUIRE_INT(exr_add_part(exr, form->parts > 1 ? name : NULL,
                             form->is_tiled ? EXR_STORAGE_TILED : EXR_STORAGE_SCANLINE, &part),
                EXR_ERR_SUCCESS);
    REQUIRE_INT(exr_initialize_required_attr(exr, part, &display, &data, 1.0f, &centre, 1.0f,
                                             EXR_LINEORDER_INCREASING_Y, form->compression),
                EXR_ERR_SUCCESS);
    if (form->is_tiled) {
        REQUIRE_INT(
            exr_set_tile_descriptor(exr, part, TILE, TILE, EXR_TILE_ONE_LEVEL, EXR_TILE_ROUND_DOWN),
            EXR_ERR_SUCCESS);
    }
    for (int c = 0; c < 3; c++) {
        REQUIRE_INT(
            exr_add_channel(exr, part, names[c], form->type, EXR_PERCEPTUALLY_LOGARITHMIC, 1, 1),
            EXR_ERR_SUCCESS);
    }
}

static void write_part(exr_context_t exr, const file_form *form, int part)
{
    exr_chunk_info_t chunk;
    if (form->is_tiled) {
        for (int y = 0; y * TILE < HEIGHT; y++) {
            for (int x = 0; x * TILE < WIDTH; x++) {
                REQUIRE_INT(exr_write_tile_chunk_info(exr, part, x, y, 0, 0, &chunk),
                            EXR_ERR_SUCCESS);
                encode_chunk(exr, &chunk, part, form->type, x * TILE, y * TILE);
            }
        }
        return;
    }
    int32_t lines = 1;
    exr_get_scanlines_per_chunk(exr, part, &lines);
    for (int y = form->data_y; y < form->data_y + HEIGHT; y += lines) {
        REQUIRE_INT(exr_write_scanline_chunk_info(exr, part, y, &chunk), EXR_ERR_SUCCESS);
        encode_chunk(exr, &chunk, part, form->type, form->data_x, y);
    }
}

static void write_file(const char *path, const file_form *form)
{
    exr_context_t exr;
    exr_context_initializer_t init = EXR_DEFAULT_CONTEXT_INITIALIZER;
    REQUIRE_INT(exr_start_write(&exr, path, EXR_WRITE_FILE_DIRECTLY, &init), EXR_ERR_SUCCESS);
    for (int part = 0; part < form->parts; part++) {
        add_part(exr, form, part);
    }
    REQUIRE_INT(exr_write_header(exr), EXR_ERR_SUCCESS);
    for (int part = 0; part < form->parts; part++) {
        write_part(exr, form, part);
    }
    REQUIRE_INT(exr_finish(&exr), EXR_ERR_SUCCESS);
}

/* Reads a part by the footage reader and compares it with the formula. */
static void require_picture(const char *path, const file_form *form, int part, double allowed)
{
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    zd_image *image = NULL;
    zd_view view = new_picture(WIDTH, HEIGHT, 3, &image);
    zd_reader_params params = { .part = part };
    REQUIRE_OK(zd_reader_open(ctx, path, &params, &reader, &err));
    REQUIRE_INT(zd_reader_info_get(reader)->width, WIDTH);
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, WIDTH, HEIGHT }, view, &err));
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            bool is_inside = x >= form->data_x && y >= form->data_y && x < form->data_x + WIDTH &&
                             y < form->data_y + HEIGHT;
            for (int c = 0; c < 3; c++) {
                float wanted = value_at(part, 2 - c, x, y);
                wanted = form->type == EXR_PIXEL_UINT ? floorf(wanted * 8.0f) : wanted;
                REQUIRE_NEAR(zd_view_row_f32(view, y)[3 * x + c], is_inside ? wanted : 0.0f,
                             allowed);
            }
        }
    }
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
    zd_image_unref(&image);
}

static void test_every_compression(void)
{
    for (int compression = EXR_COMPRESSION_NONE; compression <= EXR_COMPRESSION_B44A; compression++)
    {
        for (int is_half = 0; is_half < 2; is_half++) {
            file_form form = { .compression = (exr_compression_t) compression,
                               .parts = 1,
                               .type = is_half ? EXR_PIXEL_HALF : EXR_PIXEL_FLOAT };
            bool is_lossy = compression >= EXR_COMPRESSION_PXR24;
            write_file(in_scratch("c%d%d.exr", compression, is_half), &form);
            require_picture(in_scratch("c%d%d.exr", compression, is_half), &form, 0,
                            is_lossy ? 0.1 : 0.0);
        }
    }
}

static void test_integer_channels(void)
{
    file_form form = { .compression = EXR_COMPRESSION_ZIP, .parts = 1, .type = EXR_PIXEL_UINT };
    write_file(in_scratch("uint.exr"), &form);
    require_picture(in_scratch("uint.exr"), &form, 0, 0.0);
}

static void test_several_parts(void)
{
    file_form form = { .compression = EXR_COMPRESSION_PIZ, .parts = 3, .type = EXR_PIXEL_FLOAT };
    write_file(in_scratch("parts.exr"), &form);
    for (int part = 0; part < 3; part++) {
        require_picture(in_scratch("parts.exr"), &form, part, 0.0);
    }
    zd_reader *reader = NULL;
    zd_reader_params params = { .part = 3 };
    char wanted[600];
    snprintf(wanted, sizeof wanted, "'%s' has no part 3; its parts are 0 to 2",
             in_scratch("parts.exr"));
    REQUIRE_FAILS(zd_reader_open(ctx, in_scratch("parts.exr"), &params, &reader, &err),
                  ZD_ERR_INVALID_ARGUMENT, wanted);
}

static void test_windows_that_do_not_agree(void)
{
    static const int corners[][2] = { { 10, 5 }, { -20, -7 }, { 74, 49 }, { -74, 0 } };
    for (size_t i = 0; i < sizeof corners / sizeof *corners; i++) {
        file_form form = { .compression = EXR_COMPRESSION_ZIPS,
                           .parts = 1,
                           .type = EXR_PIXEL_HALF,
                           .data_x = corners[i][0],
                           .data_y = corners[i][1] };
        write_file(in_scratch("window%zu.exr", i), &form);
        require_picture(in_scratch("window%zu.exr", i), &form, 0, 0.0);
    }
}

static void test_tiles(void)
{
    static const exr_compression_t compressions[] = { EXR_COMPRESSION_NONE, EXR_COMPRESSION_ZIP,
                                                      EXR_COMPRESSION_PIZ };
    for (size_t i = 0; i < sizeof compressions / sizeof *compressions; i++) {
        file_form form = {
            .compression = compressions[i], .parts = 1, .is_tiled = true, .type = EXR_PIXEL_FLOAT
        };
        write_file(in_scratch("tiles%zu.exr", i), &form);
        require_picture(in_scratch("tiles%zu.exr", i), &form, 0, 0.0);
    }
}

int main(void)
{
    media_begin(1);
    RUN(test_every_compression);
    RUN(test_integer_channels);
    RUN(test_several_parts);
    RUN(test_windows_that_do_not_agree);
    RUN(test_tiles);
    return media_end();
}
