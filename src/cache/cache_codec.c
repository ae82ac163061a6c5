/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Lossless coding of float maps. The prediction is PNG's and FLIF's planar one without the choice
 * (left + above - above left); floats as ordered integers and their bytes in layers are after
 * P. Lindstrom, M. Isenburg, "Fast and Efficient Compression of Floating-Point Data", 2006, each layer
 * packed by cache_layer.c. docs/performance.md has what was measured and rejected. */

#include "cache/cache_codec.h"

#include <assert.h>
#include <string.h>

#include "cache/cache_layer.h"
#include "core/require.h"

enum {
    LAYERS = 4,
    HEAD = 16,
    MOST_PLANES = 4,
    HAS_FOCAL = 8,  /* a bit beside those of the planes */
    CHECKS = 8 + 4, /* of the layers and of the head */
};

static const char magic[] = "zdm2";
static const char older[] = "zdm1"; /* its layers were packed by zstd */

void zd_cache_depth_release(zd_cache_depth *entry)
{
    zd_depth_map_release(&entry->depth);
    zd_image_unref(&entry->foreground);
}

/* What coding works in. */
typedef struct bench {
    zd_context *ctx;
    int width;
    int height;
    size_t samples;
    uint32_t *rows;  /* two rows of ordered samples */
    uint8_t *layers; /* of one plane, one after the other */
} bench;

static zd_status bench_open(bench *b, zd_context *ctx, int width, int height, zd_error *err)
{
    *b = (bench){ .ctx = ctx, .width = width, .height = height };
    b->samples = (size_t) width * (size_t) height;
    b->rows = zd_alloc(ctx, 2 * (size_t) width * sizeof(uint32_t));
    b->layers = zd_alloc(ctx, LAYERS * b->samples);
    return b->rows != NULL && b->layers != NULL ? ZD_OK : zd_fail_memory(err, "a depth map's code");
}

static void bench_close(bench *b)
{
    zd_free(b->ctx, b->rows);
    zd_free(b->ctx, b->layers);
}

static void put_u32(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        to[i] = (uint8_t) (value >> (8 * i));
    }
}

static uint32_t get_u32(const uint8_t *from)
{
    return (uint32_t) from[0] | (uint32_t) from[1] << 8 | (uint32_t) from[2] << 16 |
           (uint32_t) from[3] << 24;
}

static uint32_t fnv1a(const uint8_t *data, size_t bytes)
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < bytes; i++) {
        hash = (hash ^ data[i]) * 16777619U;
    }
    return hash;
}

/* A last word that is not whole is filled up with zeros. */
static uint64_t check_of(const uint8_t *data, size_t bytes)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t at = 0; at < bytes; at += 8) {
        uint64_t word = 0;
        if (bytes - at >= 8) {
            word = (uint64_t) get_u32(data + at) | (uint64_t) get_u32(data + at + 4) << 32;
        } else {
            for (size_t i = at; i < bytes; i++) {
                word |= (uint64_t) data[i] << (8 * (i - at));
            }
        }
        hash = (hash ^ word) * UINT64_C(1099511628211);
    }
    return hash;
}

/* Bits of a float as a number of the same order, and back. */
static uint32_t order(uint32_t bits)
{
    return bits ^ ((uint32_t) - (int32_t) (bits >> 31) | 0x80000000U);
}

static uint32_t unorder(uint32_t ordered)
{
    return ordered ^ (((ordered >> 31) - 1U) | 0x80000000U);
}

/* The sign into the lowest bit, and back. */
static uint32_t fold(uint32_t difference)
{
    return (difference << 1) ^ (uint32_t) - (int32_t) (difference >> 31);
}

static uint32_t unfold(uint32_t folded)
{
    return (folded >> 1) ^ (uint32_t) - (int32_t) (folded & 1U);
}

static void put_layers(bench *b, size_t at, uint32_t residual)
{
    for (int i = 0; i < LAYERS; i++) {
        b->layers[(size_t) i * b->samples + at] = (uint8_t) (residual >> (8 * i));
    }
}

static uint32_t get_layers(const bench *b, size_t at)
{
    uint32_t residual = 0;
    for (int i = 0; i < LAYERS; i++) {
        residual |= (uint32_t) b->layers[(size_t) i * b->samples + at] << (8 * i);
    }
    return residual;
}

/* The slope of the first row goes on. */
static void take_first_row(bench *b, const uint32_t *row)
{
    uint32_t slope = 0;
    put_layers(b, 0, fold(row[0]));
    for (int x = 1; x < b->width; x++) {
        uint32_t step = row[x] - row[x - 1];
        put_layers(b, (size_t) x, fold(step - slope));
        slope = step;
    }
}

static void take_apart(bench *b, zd_view view)
{
    uint32_t *above = b->rows;
    uint32_t *row = b->rows + b->width;
    uint32_t slope = 0; /* of the first column */
    size_t at = (size_t) b->width;
    for (int y = 0; y < b->height; y++) {
        memcpy(row, zd_view_row_f32(view, y), (size_t) b->width * sizeof *row);
        for (int x = 0; x < b->width; x++) {
            row[x] = order(row[x]);
        }
        if (y == 0) {
            take_first_row(b, row);
        } else {
            uint32_t step = row[0] - above[0];
            put_layers(b, at++, fold(step - slope));
            slope = step;
            for (int x = 1; x < b->width; x++) {
                put_layers(b, at++, fold(row[x] - row[x - 1] - above[x] + above[x - 1]));
            }
        }
        uint32_t *swap = above;
        above = row;
        row = swap;
    }
}

static void put_first_row(const bench *b, uint32_t *row)
{
    uint32_t slope = 0;
    row[0] = unfold(get_layers(b, 0));
    for (int x = 1; x < b->width; x++) {
        slope += unfold(get_layers(b, (size_t) x));
        row[x] = row[x - 1] + slope;
    }
}

static void put_together(bench *b, zd_view view)
{
    uint32_t *above = b->rows;
    uint32_t *row = b->rows + b->width;
    uint32_t slope = 0;
    size_t at = (size_t) b->width;
    put_first_row(b, row);
    for (int y = 0; y < b->height; y++) {
        if (y > 0) {
            slope += unfold(get_layers(b, at++));
            uint32_t over = slope; /* how far the row is over the one above */
            row[0] = above[0] + over;
            for (int x = 1; x < b->width; x++) {
                over += unfold(get_layers(b, at++));
                row[x] = above[x] + over;
            }
        }
        float *out = zd_view_row_f32(view, y);
        for (int x = 0; x < b->width; x++) {
            uint32_t bits = unorder(row[x]);
            memcpy(out + x, &bits, sizeof bits);
        }
        uint32_t *swap = above;
        above = row;
        row = swap;
    }
}

/* The planes beside depth, in the order of their bits. */
static zd_image **plane_at(zd_cache_depth *entry, int bit)
{
    assert(bit >= 0 && bit < MOST_PLANES - 1);
    zd_image **planes[MOST_PLANES - 1] = { &entry->foreground, &entry->depth.sky,
                                           &entry->depth.confidence };
    return planes[bit];
}

static size_t head_size(int planes, unsigned what)
{
    return HEAD + (size_t) planes * LAYERS * 4 + ((what & HAS_FOCAL) != 0 ? 4 : 0) + CHECKS;
}

/* Which planes there are beside depth, and how many in all. */
static unsigned bits_of(const zd_cache_depth *entry, int *planes)
{
    zd_cache_depth borrowed = *entry;
    unsigned what = entry->depth.focal_mm > 0.0f ? HAS_FOCAL : 0;
    *planes = 1;
    for (int i = 0; i < MOST_PLANES - 1; i++) {
        if (*plane_at(&borrowed, i) != NULL) {
            what |= 1u << i;
            ++*planes;
        }
    }
    return what;
}

/* Appends a plane's layers and notes their sizes in the head. */
static size_t encode_plane(bench *b, zd_view view, uint8_t *sizes, uint8_t *to)
{
    assert(view.width == b->width && view.height == b->height);
    size_t used = 0;
    take_apart(b, view);
    for (int i = 0; i < LAYERS; i++) {
        size_t size =
            zd_cache_layer_pack(b->layers + (size_t) i * b->samples, b->samples, to + used);
        put_u32(sizes + i * 4, (uint32_t) size);
        used += size;
    }
    return used;
}

static size_t encode(bench *b, const zd_cache_depth *entry, uint8_t *to)
{
    zd_cache_depth borrowed = *entry;
    int planes;
    unsigned what = bits_of(entry, &planes);
    size_t head = head_size(planes, what);
    size_t bytes = head;
    memcpy(to, magic, 4);
    to[4] = (uint8_t) entry->depth.kind;
    to[5] = (uint8_t) planes;
    to[6] = what == 1 ? 0 : (uint8_t) what;
    to[7] = 0;
    put_u32(to + 8, (uint32_t) b->width);
    put_u32(to + 12, (uint32_t) b->height);
    uint8_t *sizes = to + HEAD;
    bytes += encode_plane(b, zd_image_view(entry->depth.values), sizes, to + bytes);
    for (int i = 0; i < MOST_PLANES - 1; i++) {
        if ((what & 1u << i) != 0) {
            sizes += LAYERS * 4;
            bytes += encode_plane(b, zd_image_view(*plane_at(&borrowed, i)), sizes, to + bytes);
        }
    }
    if ((what & HAS_FOCAL) != 0) {
        uint32_t focal;
        memcpy(&focal, &entry->depth.focal_mm, sizeof focal);
        put_u32(sizes + LAYERS * 4, focal);
    }
    uint64_t check = check_of(to + head, bytes - head);
    put_u32(to + head - CHECKS, (uint32_t) check);
    put_u32(to + head - CHECKS + 4, (uint32_t) (check >> 32));
    put_u32(to + head - 4, fnv1a(to, head - 4));
    return bytes;
}

static bool is_size_possible(int64_t width, int64_t height)
{
    return width >= 1 && height >= 1 && width <= ZD_CACHE_CODEC_MAX_SIDE &&
           height <= ZD_CACHE_CODEC_MAX_SIDE && width * height <= ZD_CACHE_CODEC_MAX_SAMPLES;
}

zd_status zd_cache_encode(zd_context *ctx, const zd_cache_depth *entry, uint8_t **out,
                          size_t *bytes, zd_error *err)
{
    bench b;
    *out = NULL;
    ZD_REQUIRE(err, entry->depth.values != NULL);
    zd_view view = zd_image_view(entry->depth.values);
    if (!is_size_possible(view.width, view.height)) {
        return zd_fail(err, ZD_ERR_LIMIT, "a depth map of %d x %d; each side may be 1 to %d",
                       view.width, view.height, ZD_CACHE_CODEC_MAX_SIDE);
    }
    zd_status status = bench_open(&b, ctx, view.width, view.height, err);
    size_t room =
        head_size(MOST_PLANES, HAS_FOCAL) + MOST_PLANES * LAYERS * zd_cache_layer_room(b.samples);
    if (status == ZD_OK) {
        *out = zd_alloc(ctx, room);
        status = *out != NULL ? ZD_OK : zd_fail_memory(err, "a depth map's code");
    }
    if (status == ZD_OK) {
        *bytes = encode(&b, entry, *out);
    }
    bench_close(&b);
    return status;
}

/* What a head says, checked against the number of bytes that there are. */
typedef struct head {
    zd_depth_kind kind;
    int planes;
    unsigned what; /* the planes' bits */
    float focal_mm;
    size_t bytes; /* of the head */
    int width;
    int height;
    uint32_t sizes[MOST_PLANES][LAYERS];
} head;

static bool read_sizes(const uint8_t *data, size_t bytes, head *h)
{
    size_t samples = (size_t) h->width * (size_t) h->height;
    size_t left = bytes - h->bytes;
    for (int i = 0; i < h->planes * LAYERS; i++) {
        uint32_t size = get_u32(data + HEAD + i * 4);
        if (size > left || samples / ZD_CACHE_LAYER_MOST > size) {
            return false;
        }
        h->sizes[i / LAYERS][i % LAYERS] = size;
        left -= size;
    }
    return left == 0;
}

/* Whether the planes' bits are as many as the planes. */
static bool read_planes(const uint8_t *data, head *h)
{
    int counted = 1;
    h->planes = data[5];
    h->what = data[6] == 0 && h->planes == 2 ? 1 : data[6];
    for (int i = 0; i < MOST_PLANES - 1; i++) {
        counted += (h->what & 1u << i) != 0;
    }
    h->bytes = head_size(h->planes, h->what);
    return h->what < 2 * HAS_FOCAL && counted == h->planes;
}

static bool read_head(const uint8_t *data, size_t bytes, head *h)
{
    *h = (head){ 0 };
    if (bytes < HEAD || memcmp(data, magic, 4) != 0 || data[4] > ZD_DEPTH_METRES || data[7] != 0 ||
        !read_planes(data, h) || bytes < h->bytes)
    {
        return false;
    }
    int64_t width = get_u32(data + 8);
    int64_t height = get_u32(data + 12);
    size_t end = h->bytes - 4;
    if (!is_size_possible(width, height) || fnv1a(data, end) != get_u32(data + end)) {
        return false;
    }
    h->kind = (zd_depth_kind) data[4];
    h->width = (int) width;
    h->height = (int) height;
    if ((h->what & HAS_FOCAL) != 0) {
        uint32_t focal = get_u32(data + h->bytes - CHECKS - 4);
        memcpy(&h->focal_mm, &focal, sizeof focal);
        if (!(h->focal_mm > 0.0f && h->focal_mm < 1e6f)) {
            return false;
        }
    }
    return read_sizes(data, bytes, h);
}

static zd_status decode_plane(bench *b, const uint8_t *data, const uint32_t sizes[LAYERS],
                              zd_image **out, zd_error *err)
{
    for (int i = 0; i < LAYERS; i++) {
        if (!zd_cache_layer_unpack(data, sizes[i], b->layers + (size_t) i * b->samples, b->samples))
        {
            return zd_fail(err, ZD_ERR_CORRUPT, "layer %d cannot be unpacked", i);
        }
        data += sizes[i];
    }
    ZD_TRY(zd_image_create(b->ctx, b->width, b->height, ZD_GRAY_F32, out, err));
    put_together(b, zd_image_view(*out));
    return ZD_OK;
}

zd_status zd_cache_decode(zd_context *ctx, const uint8_t *data, size_t bytes, zd_cache_depth *out,
                          zd_error *err)
{
    ZD_REQUIRE(err, data != NULL || bytes == 0);
    head h;
    bench b;
    *out = (zd_cache_depth){ 0 };
    if (bytes >= HEAD && memcmp(data, older, 4) == 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "it is of an earlier version");
    }
    if (!read_head(data, bytes, &h)) {
        return zd_fail(err, ZD_ERR_CORRUPT, "its head is wrong");
    }
    zd_image **images[MOST_PLANES] = { &out->depth.values };
    for (int i = 0, next = 1; i < MOST_PLANES - 1; i++) {
        if ((h.what & 1u << i) != 0) {
            images[next++] = plane_at(out, i);
        }
    }
    const uint8_t *at = data + h.bytes;
    uint64_t check = (uint64_t) get_u32(at - CHECKS) | (uint64_t) get_u32(at - CHECKS + 4) << 32;
    if (check_of(at, bytes - h.bytes) != check) {
        return zd_fail(err, ZD_ERR_CORRUPT, "its check is wrong");
    }
    zd_status status = bench_open(&b, ctx, h.width, h.height, err);
    for (int i = 0; i < h.planes && status == ZD_OK; i++) {
        status = decode_plane(&b, at, h.sizes[i], images[i], err);
        for (int k = 0; k < LAYERS; k++) {
            at += h.sizes[i][k];
        }
    }
    bench_close(&b);
    out->depth.kind = h.kind;
    out->depth.focal_mm = h.focal_mm;
    if (status != ZD_OK) {
        zd_cache_depth_release(out);
    }
    return status;
}
