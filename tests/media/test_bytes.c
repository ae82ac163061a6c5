/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Files that are written without FFmpeg, byte by byte: texts in PNG, PFM, and TIFF of floats. */

#include "media/float_write.h"
#include "media/still/png_text.h"
#include "media_test.h"

/* ---- texts in PNG ---- */

enum { HEAD = 33, ROOM = 16384 };

typedef struct bytes {
    uint8_t at[ROOM];
    size_t count;
} bytes;

static void put(bytes *to, const void *from, size_t count)
{
    REQUIRE(to->count + count <= ROOM);
    memcpy(to->at + to->count, from, count);
    to->count += count;
}

static void put_u32(bytes *to, uint32_t value)
{
    uint8_t big[4] = { (uint8_t) (value >> 24), (uint8_t) (value >> 16), (uint8_t) (value >> 8),
                       (uint8_t) value };
    put(to, big, 4);
}

/* CRC-32 as ISO/IEC 15948 defines it, bit by bit. */
static uint32_t crc(const uint8_t *at, size_t count)
{
    uint32_t left = 0xFFFFFFFFU;
    for (size_t i = 0; i < 8 * count; i++) {
        uint32_t bit = (left ^ (uint32_t) (at[i / 8] >> (i % 8))) & 1;
        left = left >> 1 ^ (bit ? 0xEDB88320U : 0);
    }
    return ~left;
}

static void put_chunk(bytes *to, const char *type, const void *data, size_t count)
{
    put_u32(to, (uint32_t) count);
    put(to, type, 4);
    put(to, data, count);
    put_u32(to, crc(to->at + to->count - count - 4, count + 4));
}

static void begin_png(bytes *to)
{
    static const uint8_t header[13] = { 0, 0, 0, 5, 0, 0, 0, 3, 8, 2 };
    to->count = 0;
    put(to, "\x89PNG\r\n\x1a\n", 8);
    put_chunk(to, "IHDR", header, 13);
    REQUIRE_INT(to->count, HEAD);
}

static void end_png(bytes *to)
{
    put_chunk(to, "IDAT", "xyz", 3);
    put_chunk(to, "tEXt", "After\0it", 8);
    put_chunk(to, "IEND", "", 0);
}

static void save(const bytes *from, const char *name)
{
    FILE *file = fopen(in_scratch("%s", name), "wb");
    REQUIRE(file != NULL);
    REQUIRE_INT(fwrite(from->at, 1, from->count, file), from->count);
    fclose(file);
}

static void texts_stand_behind_the_header(void)
{
    static bytes plain;
    static bytes wanted;
    static const char *const pairs[] = { "a", "bc", "Key", "a longer value", "None", "", NULL };
    uint8_t *out = NULL;
    size_t count = 0;
    begin_png(&plain);
    end_png(&plain);
    begin_png(&wanted);
    put_chunk(&wanted, "tEXt", "a\0bc", 4);
    put_chunk(&wanted, "tEXt", "Key\0a longer value", 18);
    put_chunk(&wanted, "tEXt", "None\0", 5);
    end_png(&wanted);
    REQUIRE_OK(zd_png_text_insert(ctx, plain.at, plain.count, pairs, &out, &count, &err));
    REQUIRE_INT(count, wanted.count);
    REQUIRE_BYTES(out, wanted.at, count);
    zd_free(ctx, out);
    REQUIRE_OK(zd_png_text_insert(ctx, plain.at, plain.count, NULL, &out, &count, &err));
    REQUIRE_INT(count, plain.count);
    REQUIRE_BYTES(out, plain.at, count);
    zd_free(ctx, out);
    /* What is no PNG, or ends with its header, stays as it is. */
    REQUIRE_OK(zd_png_text_insert(ctx, plain.at, HEAD, pairs, &out, &count, &err));
    REQUIRE_INT(count, HEAD);
    zd_free(ctx, out);
    plain.at[1] = 'Q';
    REQUIRE_OK(zd_png_text_insert(ctx, plain.at, plain.count, pairs, &out, &count, &err));
    REQUIRE_INT(count, plain.count);
    REQUIRE_BYTES(out, plain.at, count);
    zd_free(ctx, out);
    save(&plain, "q.png");
    save(&wanted, "texts.png");
}

static void texts_are_read_by_their_key(void)
{
    char text[32];
    const char *path = in_scratch("texts.png");
    REQUIRE(zd_png_text_read(path, "a", text, sizeof text));
    REQUIRE_TEXT(text, "bc");
    REQUIRE(zd_png_text_read(path, "Key", text, sizeof text));
    REQUIRE_TEXT(text, "a longer value");
    REQUIRE(zd_png_text_read(path, "Key", text, 4));
    REQUIRE_TEXT(text, "a l");
    REQUIRE(zd_png_text_read(path, "None", text, sizeof text));
    REQUIRE_TEXT(text, "");
    REQUIRE(!zd_png_text_read(path, "K", text, sizeof text));
    REQUIRE(!zd_png_text_read(path, "After", text, sizeof text)); /* behind the pixels */
    REQUIRE(!zd_png_text_read(in_scratch("q.png"), "a", text, sizeof text));
    REQUIRE(!zd_png_text_read(in_scratch("nothing.png"), "a", text, sizeof text));
}

/* A text of 1024 bytes is read and a longer one passed over; of 256 chunks the last counts, no further one. */
static void texts_have_limits(void)
{
    static bytes png;
    static char longest[1025] = "long";
    char text[8];
    memset(longest + 5, 'x', sizeof longest - 5);
    begin_png(&png);
    put_chunk(&png, "tEXt", longest, 1025);
    put_chunk(&png, "tEXt", "a\0b", 3);
    save(&png, "longer.png");
    REQUIRE(!zd_png_text_read(in_scratch("longer.png"), "long", text, sizeof text));
    REQUIRE(zd_png_text_read(in_scratch("longer.png"), "a", text, sizeof text));
    begin_png(&png);
    put_chunk(&png, "tEXt", longest, 1024);
    save(&png, "long.png");
    REQUIRE(zd_png_text_read(in_scratch("long.png"), "long", text, sizeof text));
    REQUIRE_TEXT(text, "xxxxxxx");
    png.count -= 5; /* cut off within the text */
    save(&png, "cut.png");
    REQUIRE(!zd_png_text_read(in_scratch("cut.png"), "long", text, sizeof text));
    for (int before = 254; before <= 255; before++) { /* beside the header */
        begin_png(&png);
        for (int i = 0; i < before; i++) {
            put_chunk(&png, "tIME", "1234567", 7);
        }
        put_chunk(&png, "tEXt", "a\0b", 3);
        save(&png, "many.png");
        REQUIRE_INT(zd_png_text_read(in_scratch("many.png"), "a", text, sizeof text),
                    before == 254);
    }
}

/* ---- floats ---- */

enum { WIDTH = 3, HEIGHT = 2 };

/* Component c of the pixel x, y is c + 10 x + 100 y. */
static float pixels[HEIGHT * WIDTH * 4];

static zd_view draw(int channels)
{
    for (int i = 0; i < HEIGHT * WIDTH * channels; i++) {
        int x = i / channels % WIDTH;
        pixels[i] = (float) (i % channels + 10 * x + 100 * (i / channels / WIDTH));
    }
    return (zd_view){ pixels, WIDTH, HEIGHT, WIDTH * channels * 4, { ZD_SAMPLE_F32, channels } };
}

static float float_at(const uint8_t *at)
{
    uint32_t bits = at[0] | (uint32_t) at[1] << 8 | (uint32_t) at[2] << 16 | (uint32_t) at[3] << 24;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* B, G and R by their names, whatever their order is; alpha has no place. */
static const char *const coloured[] = { "A", "B", "G", "R" };

static void coloured_file(zd_exr_source *sources, zd_exr_file *file)
{
    zd_view view = draw(4);
    for (int i = 0; i < 4; i++) {
        sources[i] = (zd_exr_source){ .name = coloured[i], .view = view, .component = 3 - i };
    }
    *file = (zd_exr_file){ .channels = sources, .channel_count = 4 };
}

static void pfm_begins_at_the_bottom(void)
{
    zd_exr_source sources[4];
    zd_exr_file file;
    uint8_t *out = NULL;
    size_t count = 0;
    coloured_file(sources, &file);
    REQUIRE_OK(zd_pfm_make(ctx, &file, &out, &count, &err));
    static const char head[] = "PF\n3 2\n-1.0\n";
    REQUIRE_INT(count, sizeof head - 1 + WIDTH * HEIGHT * 12);
    REQUIRE_BYTES(out, head, sizeof head - 1);
    for (int i = 0; i < WIDTH * HEIGHT * 3; i++) {
        int y = HEIGHT - 1 - i / (3 * WIDTH);
        REQUIRE_NEAR(float_at(out + sizeof head - 1 + 4 * i),
                     i % 3 + 10 * (i / 3 % WIDTH) + 100 * y, 0);
    }
    zd_free(ctx, out);
}

/* Of channels that are no colours the depth is taken, or else the brightness, or else the first. */
static void one_channel_is_chosen(void)
{
    static const struct {
        const char *names[3];
        int taken;
    } cases[] = { { { "Y", "A", "Z" }, 2 }, { { "A", "Y", "B" }, 1 }, { { "G", "R", "A" }, 0 } };
    for (int i = 0; i < 3; i++) {
        zd_exr_source sources[3];
        uint8_t *out = NULL;
        size_t count = 0;
        zd_view view = draw(3);
        for (int c = 0; c < 3; c++) {
            sources[c] = (zd_exr_source){ .name = cases[i].names[c], .view = view, .component = c };
        }
        zd_exr_file file = { .channels = sources, .channel_count = 3 };
        REQUIRE_OK(zd_pfm_make(ctx, &file, &out, &count, &err));
        static const char head[] = "Pf\n3 2\n-1.0\n";
        REQUIRE_INT(count, sizeof head - 1 + WIDTH * HEIGHT * 4);
        REQUIRE_BYTES(out, head, sizeof head - 1);
        REQUIRE_NEAR(float_at(out + sizeof head - 1), cases[i].taken + 100, 0);
        zd_free(ctx, out);
    }
}

static uint32_t number(const uint8_t *at, int count)
{
    uint32_t value = 0;
    for (int i = count - 1; i >= 0; i--) {
        value = value << 8 | at[i];
    }
    return value;
}

/* TIFF 6.0, sections 2 to 6 and 19: tags in order, each with its type (3 a short, 4 a long) and count. */
static void require_tiff(const zd_exr_file *file, int samples)
{
    const uint32_t lists = 8 + WIDTH * HEIGHT * 4 * (uint32_t) samples;
    const bool is_rgb = samples == 3;
    const uint32_t tags[][4] = {
        { 256, 4, 1, WIDTH },
        { 257, 4, 1, HEIGHT },
        { 258, 3, (uint32_t) samples, is_rgb ? lists : 32 },
        { 259, 3, 1, 1 },
        { 262, 3, 1, is_rgb ? 2 : 1 },
        { 273, 4, 1, 8 },
        { 277, 3, 1, (uint32_t) samples },
        { 278, 4, 1, HEIGHT },
        { 279, 4, 1, lists - 8 },
        { 284, 3, 1, 1 },
        { 339, 3, (uint32_t) samples, is_rgb ? lists + 6 : 3 },
    };
    uint8_t *out = NULL;
    size_t count = 0;
    REQUIRE_OK(zd_tiff_make(ctx, file, &out, &count, &err));
    REQUIRE_BYTES(out, "II*\0", 4);
    uint32_t at = number(out + 4, 4);
    REQUIRE_INT(at, lists + 12);
    REQUIRE_INT(count, at + 2 + 11 * 12 + 4);
    REQUIRE_INT(number(out + at, 2), 11);
    for (int i = 0; i < 11; i++) {
        const uint8_t *tag = out + at + 2 + 12 * i;
        REQUIRE_INT(number(tag, 2), tags[i][0]);
        REQUIRE_INT(number(tag + 2, 2), tags[i][1]);
        REQUIRE_INT(number(tag + 4, 4), tags[i][2]);
        REQUIRE_INT(number(tag + 8, 4), tags[i][3]);
    }
    REQUIRE_INT(number(out + at + 2 + 11 * 12, 4), 0); /* no other picture */
    for (int i = 0; i < 3; i++) {
        REQUIRE_INT(number(out + lists + 2 * i, 2), 32);
        REQUIRE_INT(number(out + lists + 6 + 2 * i, 2), 3); /* IEEE floats */
    }
    for (int i = 0; i < WIDTH * HEIGHT * samples; i++) {
        int pixel = i / samples;
        REQUIRE_NEAR(float_at(out + 8 + 4 * i),
                     i % samples + 10 * (pixel % WIDTH) + 100 * (pixel / WIDTH), 0);
    }
    zd_free(ctx, out);
}

static void tiff_is_one_strip_of_floats(void)
{
    zd_exr_source sources[4];
    zd_exr_file file;
    coloured_file(sources, &file);
    require_tiff(&file, 3);
    zd_exr_source depth = { .name = "Z", .view = draw(1) };
    require_tiff(&(zd_exr_file){ .channels = &depth, .channel_count = 1 }, 1);
}

int main(void)
{
    media_begin(1);
    RUN(texts_stand_behind_the_header);
    RUN(texts_are_read_by_their_key);
    RUN(texts_have_limits);
    RUN(pfm_begins_at_the_bottom);
    RUN(one_channel_is_chosen);
    RUN(tiff_is_one_strip_of_floats);
    return media_end();
}
