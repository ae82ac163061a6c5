/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A file is read whole: chunks are checked and joined, unpacked, unfiltered row by row, spread to RGBA. */

#include "png.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/size.h"
#include "inflate.h"
#include "sink.h"

static const uint8_t signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n' };

typedef struct header {
    int width;
    int height;
    int bits;
    int kind; /* 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA */
    int channels;
    size_t row_bytes;
    size_t bytes; /* unpacked, with a filter's number before each row */
} header;

typedef struct palette {
    uint8_t rgba[256][4];
    int count;
} palette;

static uint32_t get_32(const uint8_t *p)
{
    return (uint32_t) p[0] << 24 | (uint32_t) p[1] << 16 | (uint32_t) p[2] << 8 | p[3];
}

static uint32_t crc32(uint32_t crc, const uint8_t *data, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (0xEDB88320U & (0U - (crc & 1)));
        }
    }
    return crc;
}

static zd_status parse_header(const char *name, const uint8_t *at, header *out, zd_error *err)
{
    static const int channels[] = { 1, 0, 3, 1, 2, 0, 4 };
    uint32_t width = get_32(at);
    uint32_t height = get_32(at + 4);
    header h = { .bits = at[8], .kind = at[9] };
    h.channels = h.kind <= 6 ? channels[h.kind] : 0;
    if (width < 1 || height < 1 || width > ZD_WIN_MAX_SIDE || height > ZD_WIN_MAX_SIDE ||
        (uint64_t) width * height > ZD_WIN_MAX_PIXELS || h.channels == 0)
    {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is no PNG of at most %d x %d pixels", name,
                       ZD_WIN_MAX_SIDE, ZD_WIN_MAX_SIDE);
    }
    if ((h.bits != 8 && !(h.bits == 16 && h.kind != 3)) || at[12] != 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "'%s' has %d bits%s, which is not read here; save it with 8 or 16 bits, not "
                       "interlaced",
                       name, h.bits, at[12] != 0 ? " interlaced" : "");
    }
    h.width = (int) width;
    h.height = (int) height;
    h.row_bytes = (size_t) width * (size_t) h.channels * (size_t) h.bits / 8;
    h.bytes = (h.row_bytes + 1) * height;
    *out = h;
    return ZD_OK;
}

static void take_palette(palette *p, const uint8_t *at, size_t bytes, bool is_alpha)
{
    for (size_t i = 0; i < bytes && i < (is_alpha ? 256 : 768); i++) {
        if (is_alpha) {
            p->rgba[i][3] = at[i];
        } else {
            p->rgba[i / 3][i % 3] = at[i];
        }
    }
    p->count = is_alpha ? p->count : (int) (bytes / 3);
}

/* Joins the packed data in `packed`, which has room for the whole file. */
static zd_status read_chunks(const char *name, const uint8_t *data, size_t bytes, header *h,
                             palette *p, uint8_t *packed, size_t *packed_bytes, zd_error *err)
{
    size_t at = sizeof signature;
    bool has_header = false;
    for (bool is_end = false; !is_end;) {
        if (bytes - at < 12 || get_32(data + at) > bytes - at - 12) {
            return zd_fail(err, ZD_ERR_CORRUPT, "'%s' ends too early", name);
        }
        size_t length = get_32(data + at);
        const uint8_t *kind = data + at + 4;
        const uint8_t *body = kind + 4;
        if ((crc32(0xFFFFFFFFU, kind, length + 4) ^ 0xFFFFFFFFU) != get_32(body + length)) {
            return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is damaged: a check differs", name);
        }
        if (memcmp(kind, "IHDR", 4) == 0 && length == 13) {
            ZD_TRY(parse_header(name, body, h, err));
            has_header = true;
        } else if (memcmp(kind, "PLTE", 4) == 0 || memcmp(kind, "tRNS", 4) == 0) {
            take_palette(p, body, length, kind[0] == 't');
        } else if (memcmp(kind, "IDAT", 4) == 0) {
            memcpy(packed + *packed_bytes, body, length);
            *packed_bytes += length;
        }
        is_end = memcmp(kind, "IEND", 4) == 0;
        at += length + 12;
    }
    return has_header ? ZD_OK : zd_fail(err, ZD_ERR_CORRUPT, "'%s' has no header", name);
}

static uint8_t paeth(int a, int b, int c)
{
    int p = a + b - c;
    int pa = abs(p - a);
    int pb = abs(p - b);
    int pc = abs(p - c);
    return (uint8_t) (pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

static bool unfilter(const header *h, uint8_t *rows)
{
    size_t step = (size_t) h->channels * (size_t) h->bits / 8;
    for (int y = 0; y < h->height; y++) {
        uint8_t *row = rows + (h->row_bytes + 1) * (size_t) y;
        const uint8_t *above = y > 0 ? row - h->row_bytes : NULL;
        int filter = *row++;
        for (size_t i = 0; i < h->row_bytes; i++) {
            int a = i >= step ? row[i - step] : 0;
            int b = above != NULL ? above[i] : 0;
            int c = above != NULL && i >= step ? above[i - step] : 0;
            int guess = filter == 1   ? a
                        : filter == 2 ? b
                        : filter == 3 ? (a + b) / 2
                        : filter == 4 ? paeth(a, b, c)
                                      : 0;
            row[i] = (uint8_t) (row[i] + guess);
        }
        if (filter > 4) {
            return false;
        }
    }
    return true;
}

/* A sample as it is stored; those of 16 bits have their high byte first. */
static unsigned sample_at(const header *h, const uint8_t *row, int index)
{
    return h->bits == 16 ? (unsigned) row[2 * index] << 8 | row[2 * index + 1] : row[index];
}

static void spread_row(const header *h, const palette *p, const uint8_t *row, void *out)
{
    unsigned most = h->bits == 16 ? 65535 : 255;
    bool is_gray = h->kind == 0 || h->kind == 4;
    for (int x = 0; x < h->width; x++) {
        for (int c = 0; c < 4; c++) {
            unsigned value;
            if (h->kind == 3) {
                value = p->rgba[row[x]][c];
            } else if (c == 3) {
                value = h->kind >= 4 ? sample_at(h, row, x * h->channels + h->channels - 1) : most;
            } else {
                value = sample_at(h, row, x * h->channels + (is_gray ? 0 : c));
            }
            if (h->bits == 16) {
                ((uint16_t *) out)[4 * x + c] = (uint16_t) value;
            } else {
                ((uint8_t *) out)[4 * x + c] = (uint8_t) value;
            }
        }
    }
}

static zd_status make_picture(zd_context *ctx, const header *h, const palette *p,
                              const uint8_t *rows, zd_image **out, zd_error *err)
{
    zd_format format = { h->bits == 16 ? ZD_SAMPLE_U16 : ZD_SAMPLE_U8, 4 };
    ZD_TRY(zd_image_create(ctx, h->width, h->height, format, out, err));
    zd_view view = zd_image_view(*out);
    for (int y = 0; y < h->height; y++) {
        spread_row(h, p, rows + (h->row_bytes + 1) * (size_t) y + 1,
                   (char *) view.data + y * view.stride_bytes);
    }
    return ZD_OK;
}

zd_status zd_win_png_read(zd_context *ctx, const char *name, const uint8_t *data, size_t bytes,
                          zd_image **out, zd_error *err)
{
    header h = { 0 };
    palette p = { 0 };
    size_t packed_bytes = 0;
    uint8_t *rows = NULL;
    *out = NULL;
    for (int i = 0; i < 256; i++) {
        p.rgba[i][3] = 255;
    }
    if (bytes < sizeof signature || memcmp(data, signature, sizeof signature) != 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is no PNG", name);
    }
    uint8_t *packed = zd_alloc(ctx, bytes);
    if (packed == NULL) {
        return zd_fail_memory(err, name);
    }
    zd_status status = read_chunks(name, data, bytes, &h, &p, packed, &packed_bytes, err);
    /* No memory is made that so few bytes could not fill: deflate packs 1032 to 1 at most. */
    if (status == ZD_OK && h.bytes / 1032 > packed_bytes) {
        status = zd_fail(err, ZD_ERR_CORRUPT, "'%s' ends too early", name);
    }
    if (status == ZD_OK) {
        rows = zd_alloc(ctx, h.bytes);
        status = rows == NULL ? zd_fail_memory(err, name)
                              : zd_win_inflate(packed, packed_bytes, rows, h.bytes, err);
        status = status == ZD_ERR_CORRUPT ? zd_fail_context(err, status, "'%s'", name) : status;
    }
    if (status == ZD_OK && !unfilter(&h, rows)) {
        status = zd_fail(err, ZD_ERR_CORRUPT, "'%s' has a row of no known filter", name);
    }
    if (status == ZD_OK) {
        status = make_picture(ctx, &h, &p, rows, out, err);
    }
    zd_free(ctx, rows);
    zd_free(ctx, packed);
    return status;
}

/* ---- writing ---- */

static void put_32(zd_win_sink *s, uint32_t value)
{
    const uint8_t bytes[4] = { (uint8_t) (value >> 24), (uint8_t) (value >> 16),
                               (uint8_t) (value >> 8), (uint8_t) value };
    zd_win_put(s, bytes, 4);
}

/* The body is in place, after the kind's four letters. */
static void end_chunk(zd_win_sink *s, size_t start)
{
    size_t length = s->at - start - 8;
    zd_win_sink head = { s->data, start };
    put_32(&head, (uint32_t) length);
    put_32(s, crc32(0xFFFFFFFFU, s->data + start + 4, length + 4) ^ 0xFFFFFFFFU);
}

static size_t begin_chunk(zd_win_sink *s, const char *kind)
{
    size_t start = s->at;
    put_32(s, 0);
    zd_win_put(s, kind, 4);
    return start;
}

static void put_rows(uint8_t *to, zd_view picture, size_t row_bytes)
{
    bool is_wide = picture.format.sample == ZD_SAMPLE_U16;
    for (int y = 0; y < picture.height; y++) {
        const char *row = (const char *) picture.data + y * picture.stride_bytes;
        *to++ = 0; /* no filter */
        memcpy(to, row, row_bytes);
        for (size_t i = 0; i < row_bytes / 2 && is_wide; i++) {
            uint16_t value;
            memcpy(&value, row + 2 * i, 2);
            to[2 * i] = (uint8_t) (value >> 8);
            to[2 * i + 1] = (uint8_t) value;
        }
        to += row_bytes;
    }
}

/* RFC 1951, 3.2.4: blocks that are not packed. */
static void put_stored(zd_win_sink *s, const uint8_t *data, size_t bytes)
{
    enum { MOST = 65535 };
    const uint8_t head[2] = { 0x78, 0x01 };
    zd_win_put(s, head, 2);
    for (size_t at = 0; at < bytes; at += MOST) {
        size_t length = bytes - at < MOST ? bytes - at : MOST;
        const uint8_t block[5] = { at + length == bytes, (uint8_t) length, (uint8_t) (length >> 8),
                                   (uint8_t) ~length, (uint8_t) (~length >> 8) };
        zd_win_put(s, block, 5);
        zd_win_put(s, data + at, length);
    }
    put_32(s, zd_win_adler32(data, bytes));
}

zd_status zd_win_png_write(zd_context *ctx, const char *path, zd_view picture, zd_error *err)
{
    static const uint8_t kinds[] = { 0, 0, 4, 2, 6 };
    bool is_wide = picture.format.sample == ZD_SAMPLE_U16;
    size_t row_bytes = (size_t) picture.width * zd_format_pixel_bytes(picture.format);
    size_t bytes = (row_bytes + 1) * (size_t) picture.height;
    uint8_t *rows = zd_alloc(ctx, bytes);
    zd_win_sink s = { .data = zd_alloc(ctx, bytes + bytes / 1024 + 256) };
    if (rows == NULL || s.data == NULL) {
        zd_free(ctx, rows);
        zd_free(ctx, s.data);
        return zd_fail_memory(err, path);
    }
    put_rows(rows, picture, row_bytes);
    zd_win_put(&s, signature, sizeof signature);
    size_t chunk = begin_chunk(&s, "IHDR");
    put_32(&s, (uint32_t) picture.width);
    put_32(&s, (uint32_t) picture.height);
    const uint8_t how[5] = { is_wide ? 16 : 8, kinds[picture.format.channels], 0, 0, 0 };
    zd_win_put(&s, how, sizeof how);
    end_chunk(&s, chunk);
    chunk = begin_chunk(&s, "IDAT");
    put_stored(&s, rows, bytes);
    end_chunk(&s, chunk);
    end_chunk(&s, begin_chunk(&s, "IEND"));
    zd_status status = zd_file_write(ctx, path, s.data, s.at, err);
    zd_free(ctx, s.data);
    zd_free(ctx, rows);
    return status;
}
