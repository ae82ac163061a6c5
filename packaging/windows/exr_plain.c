/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Everything is little-endian, as the processor is. Every offset is checked against the bytes that are there. */

#include "exr_plain.h"

#include <math.h>
#include <string.h>

#include "core/file.h"
#include "core/size.h"
#include "inflate.h"
#include "png.h"
#include "sink.h"

enum {
    MAX_CHANNELS = 16,
    COMPRESSION_NONE = 0,
    COMPRESSION_ZIPS = 2,
    COMPRESSION_ZIP = 3,
    HALF = 1
};

typedef struct exr {
    const char *name;
    const uint8_t *data;
    size_t bytes;
    int width;
    int height;
    int first_row;
    const uint8_t *windows[2]; /* of data and of display */
    int compression;
    int count;
    int is_half[MAX_CHANNELS];
    int goes_to[MAX_CHANNELS]; /* 0..3; 4: to R, G and B; -1: nowhere */
    size_t row_bytes;
    size_t offsets;
} exr;

static zd_status damaged(const exr *e, zd_error *err)
{
    return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is a damaged EXR", e->name);
}

static zd_status refuse(const exr *e, const char *what, zd_error *err)
{
    return zd_fail(err, ZD_ERR_UNSUPPORTED,
                   "'%s' has %s, which is not read here; save it as scan lines of RGBA in half or "
                   "float, packed by ZIP or not",
                   e->name, what);
}

static int32_t int_at(const uint8_t *p)
{
    int32_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

/* The length of a text with its zero, or 0. */
static size_t text_length(const exr *e, size_t at, size_t end)
{
    const uint8_t *zero = at < end ? memchr(e->data + at, 0, end - at) : NULL;
    return zero != NULL ? (size_t) (zero - (e->data + at)) + 1 : 0;
}

static int target_of(const char *name)
{
    static const char letters[] = "RGBA";
    const char *found = name[0] != '\0' && name[1] == '\0' ? strchr(letters, name[0]) : NULL;
    return found != NULL                                      ? (int) (found - letters)
           : strcmp(name, "Y") == 0 || strcmp(name, "Z") == 0 ? 4
                                                              : -1;
}

static zd_status parse_channels(exr *e, size_t at, size_t end, zd_error *err)
{
    while (at < end && e->data[at] != 0) {
        size_t length = text_length(e, at, end);
        if (length == 0 || end - at - length < 16 || e->count == MAX_CHANNELS) {
            return e->count == MAX_CHANNELS ? refuse(e, "too many channels", err) : damaged(e, err);
        }
        const uint8_t *form = e->data + at + length;
        int kind = int_at(form);
        if (kind < 0 || kind > 2 || int_at(form + 8) != 1 || int_at(form + 12) != 1) {
            return refuse(e, "channels of another size", err);
        }
        int target = target_of((const char *) e->data + at);
        e->goes_to[e->count] = kind == 0 ? -1 : target;
        e->is_half[e->count++] = kind == HALF;
        e->row_bytes += kind == HALF ? 2 : 4; /* of one pixel until the width is known */
        at += length + 16;
    }
    return ZD_OK;
}

static zd_status parse_window(exr *e, const uint8_t *box, zd_error *err)
{
    int64_t width = (int64_t) int_at(box + 8) - int_at(box) + 1;
    int64_t height = (int64_t) int_at(box + 12) - int_at(box + 4) + 1;
    if (width < 1 || height < 1 || width > ZD_WIN_MAX_SIDE || height > ZD_WIN_MAX_SIDE ||
        width * height > ZD_WIN_MAX_PIXELS)
    {
        return damaged(e, err);
    }
    e->width = (int) width;
    e->height = (int) height;
    e->first_row = int_at(box + 4);
    return ZD_OK;
}

static zd_status parse_attribute(exr *e, const char *name, size_t at, size_t size, zd_error *err)
{
    if (strcmp(name, "channels") == 0 && e->count == 0) {
        return parse_channels(e, at, at + size, err);
    }
    if (strcmp(name, "dataWindow") == 0 && size == 16) {
        e->windows[0] = e->data + at;
        return parse_window(e, e->data + at, err);
    }
    if (strcmp(name, "displayWindow") == 0 && size == 16) {
        e->windows[1] = e->data + at;
    }
    if (strcmp(name, "compression") == 0 && size == 1) {
        e->compression = e->data[at];
    }
    return ZD_OK;
}

static zd_status parse_head(exr *e, zd_error *err)
{
    size_t at = 8;
    if (e->bytes < 9 || int_at(e->data) != 20000630 || (int_at(e->data + 4) & 0xFF) != 2) {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is no EXR", e->name);
    }
    if ((int_at(e->data + 4) & 0x1A00) != 0) {
        return refuse(e, "tiles, several parts or deep pixels", err);
    }
    while (at < e->bytes && e->data[at] != 0) {
        const char *name = (const char *) e->data + at;
        size_t length = text_length(e, at, e->bytes);
        size_t kind = length > 0 ? text_length(e, at + length, e->bytes) : 0;
        at += length + kind;
        if (kind == 0 || e->bytes - at < 4) {
            return damaged(e, err);
        }
        int32_t size = int_at(e->data + at);
        at += 4;
        if (size < 0 || (size_t) size > e->bytes - at) {
            return damaged(e, err);
        }
        ZD_TRY(parse_attribute(e, name, at, (size_t) size, err));
        at += (size_t) size;
    }
    e->offsets = at + 1;
    e->row_bytes *= (size_t) e->width;
    if (at >= e->bytes || e->width == 0 || e->row_bytes == 0) {
        return damaged(e, err);
    }
    if (e->windows[1] != NULL && memcmp(e->windows[0], e->windows[1], 16) != 0) {
        return refuse(e, "a data window that is not its display window", err);
    }
    bool is_known = e->compression == COMPRESSION_NONE || e->compression == COMPRESSION_ZIPS ||
                    e->compression == COMPRESSION_ZIP;
    return is_known ? ZD_OK : refuse(e, "another compression", err);
}

static float half_at(const uint8_t *p)
{
    uint16_t h = (uint16_t) (p[0] | p[1] << 8);
    int exponent = h >> 10 & 31;
    float fraction = (float) (h & 1023);
    float value = exponent == 0    ? ldexpf(fraction, -24)
                  : exponent == 31 ? (fraction > 0.0f ? NAN : INFINITY)
                                   : ldexpf(fraction + 1024.0f, exponent - 25);
    return (h & 0x8000) != 0 ? -value : value;
}

/* One row, its channels one after the other. */
static void spread_row(const exr *e, const uint8_t *row, float *out)
{
    for (int c = 0; c < e->count; c++) {
        int bytes = e->is_half[c] ? 2 : 4;
        int first = e->goes_to[c] == 4 ? 0 : e->goes_to[c];
        int last = e->goes_to[c] == 4 ? 2 : e->goes_to[c];
        for (int x = 0; x < e->width && first >= 0; x++) {
            float value;
            if (e->is_half[c]) {
                value = half_at(row + 2 * (ptrdiff_t) x);
            } else {
                memcpy(&value, row + 4 * (ptrdiff_t) x, sizeof value);
            }
            for (int k = first; k <= last; k++) {
                out[4 * x + k] = value;
            }
        }
        row += (ptrdiff_t) bytes * e->width;
    }
}

/* ZIP's own order: first the differences of bytes, then the even bytes before the odd ones. */
static void undo_order(uint8_t *data, size_t bytes, uint8_t *out)
{
    size_t half = (bytes + 1) / 2;
    for (size_t i = 1; i < bytes; i++) {
        data[i] = (uint8_t) (data[i - 1] + data[i] - 128);
    }
    for (size_t i = 0; i < bytes; i++) {
        out[i] = data[i % 2 == 0 ? i / 2 : half + i / 2];
    }
}

/* The rows of a chunk, unpacked into `room`, which holds two chunks. */
static zd_status unpack(const exr *e, const uint8_t *packed, size_t size, size_t bytes,
                        uint8_t *room, const uint8_t **rows, zd_error *err)
{
    if (size == bytes) { /* what does not shrink stays as it is */
        *rows = packed;
        return ZD_OK;
    }
    if (e->compression == COMPRESSION_NONE || size > bytes) {
        return damaged(e, err);
    }
    zd_status status = zd_win_inflate(packed, size, room + bytes, bytes, err);
    if (status != ZD_OK) {
        return zd_fail_context(err, status, "'%s'", e->name);
    }
    undo_order(room + bytes, bytes, room);
    *rows = room;
    return ZD_OK;
}

static zd_status read_chunk(const exr *e, int first, int rows, uint8_t *room, zd_view out,
                            int chunk, zd_error *err)
{
    uint64_t at;
    const uint8_t *unpacked = NULL;
    memcpy(&at, e->data + e->offsets + 8 * (size_t) chunk, sizeof at);
    if (at > e->bytes || e->bytes - at < 8) {
        return damaged(e, err);
    }
    int32_t size = int_at(e->data + at + 4);
    if (int_at(e->data + at) != e->first_row + first || size < 0 ||
        (size_t) size > e->bytes - at - 8) {
        return damaged(e, err);
    }
    ZD_TRY(unpack(e, e->data + at + 8, (size_t) size, e->row_bytes * (size_t) rows, room, &unpacked,
                  err));
    for (int y = 0; y < rows; y++) {
        spread_row(e, unpacked + e->row_bytes * (size_t) y, zd_view_row_f32(out, first + y));
    }
    return ZD_OK;
}

static zd_status read_rows(zd_context *ctx, const exr *e, zd_view out, zd_error *err)
{
    int step = e->compression == COMPRESSION_ZIP ? 16 : 1;
    int chunks = (e->height + step - 1) / step;
    if ((e->bytes - e->offsets) / 8 < (size_t) chunks) {
        return damaged(e, err);
    }
    uint8_t *room = zd_alloc(ctx, 2 * e->row_bytes * (size_t) step);
    zd_status status = room == NULL ? zd_fail_memory(err, e->name) : ZD_OK;
    for (int chunk = 0; chunk < chunks && status == ZD_OK; chunk++) {
        int first = chunk * step;
        int rows = zd_int_min(step, e->height - first);
        status = read_chunk(e, first, rows, room, out, chunk, err);
    }
    zd_free(ctx, room);
    return status;
}

zd_status zd_win_exr_read(zd_context *ctx, const char *name, const uint8_t *data, size_t bytes,
                          zd_image **out, zd_error *err)
{
    exr e = { .name = name, .data = data, .bytes = bytes };
    *out = NULL;
    ZD_TRY(parse_head(&e, err));
    bool has_colour = false;
    for (int c = 0; c < e.count; c++) {
        has_colour = has_colour || (e.goes_to[c] >= 0 && e.goes_to[c] != 3);
    }
    if (!has_colour) {
        return refuse(&e, "none of the channels R, G, B, Y and Z", err);
    }
    if (e.row_bytes * (size_t) e.height / 1032 > bytes) {
        return damaged(&e, err); /* so few bytes hold no such picture */
    }
    ZD_TRY(zd_image_create(ctx, e.width, e.height, ZD_RGBA_F32, out, err));
    zd_view view = zd_image_view(*out);
    for (int y = 0; y < e.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < e.width; x++) {
            memcpy(row + 4 * x, (float[4]){ 0.0f, 0.0f, 0.0f, 1.0f }, 4 * sizeof *row);
        }
    }
    zd_status status = read_rows(ctx, &e, view, err);
    if (status != ZD_OK) {
        zd_image_unref(out);
    }
    return status;
}

/* ---- writing ---- */

static void put_int(zd_win_sink *s, int32_t value)
{
    zd_win_put(s, &value, sizeof value);
}

static void put_attribute(zd_win_sink *s, const char *name, const char *kind, const void *value,
                          int bytes)
{
    zd_win_put(s, name, strlen(name) + 1);
    zd_win_put(s, kind, strlen(kind) + 1);
    put_int(s, bytes);
    zd_win_put(s, value, (size_t) bytes);
}

/* In the order of their names, as the format wants them. */
static const char *channel_names(int channels)
{
    return channels == 1 ? "Z" : "ABGR";
}

static void put_head(zd_win_sink *s, zd_view picture)
{
    uint8_t list[128];
    zd_win_sink channels = { list, 0 };
    const int32_t window[4] = { 0, 0, picture.width - 1, picture.height - 1 };
    const float one = 1.0f;
    const float centre[2] = { 0.0f, 0.0f };
    const uint8_t zero = 0;
    for (const char *name = channel_names(picture.format.channels); *name != '\0'; name++) {
        zd_win_put(&channels, name, 1);
        zd_win_put(&channels, &zero, 1);
        put_int(&channels, 2); /* float */
        put_int(&channels, 0);
        put_int(&channels, 1);
        put_int(&channels, 1);
    }
    zd_win_put(&channels, &zero, 1);
    put_int(s, 20000630);
    put_int(s, 2);
    put_attribute(s, "channels", "chlist", list, (int) channels.at);
    put_attribute(s, "compression", "compression", &zero, 1);
    put_attribute(s, "dataWindow", "box2i", window, 16);
    put_attribute(s, "displayWindow", "box2i", window, 16);
    put_attribute(s, "lineOrder", "lineOrder", &zero, 1);
    put_attribute(s, "pixelAspectRatio", "float", &one, 4);
    put_attribute(s, "screenWindowCenter", "v2f", centre, 8);
    put_attribute(s, "screenWindowWidth", "float", &one, 4);
    zd_win_put(s, &zero, 1);
}

static void put_row(zd_win_sink *s, zd_view picture, int y)
{
    int channels = picture.format.channels;
    const float *row = zd_view_row_f32(picture, y);
    put_int(s, y);
    put_int(s, channels * picture.width * 4);
    for (int c = channels - 1; c >= 0; c--) {
        for (int x = 0; x < picture.width; x++) {
            zd_win_put(s, &row[x * channels + c], sizeof *row);
        }
    }
}

zd_status zd_win_exr_write(zd_context *ctx, const char *path, zd_view picture, zd_error *err)
{
    size_t chunk = 8 + (size_t) picture.width * (size_t) picture.format.channels * 4;
    zd_win_sink s = { .data = zd_alloc(ctx, 1024 + (chunk + 8) * (size_t) picture.height) };
    if (s.data == NULL) {
        return zd_fail_memory(err, path);
    }
    put_head(&s, picture);
    size_t rows = s.at + 8 * (size_t) picture.height;
    for (int y = 0; y < picture.height; y++) {
        uint64_t at = rows + chunk * (size_t) y;
        zd_win_put(&s, &at, sizeof at);
    }
    for (int y = 0; y < picture.height; y++) {
        put_row(&s, picture, y);
    }
    zd_status status = zd_file_write(ctx, path, s.data, s.at, err);
    zd_free(ctx, s.data);
    return status;
}
