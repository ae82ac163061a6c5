/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth maps as bytes: the same bits come back, whatever they are, and what is no code is refused. */

#include <stdint.h>

#include "cache/cache_codec.h"
#include "cache/cache_layer.h"
#include "zd_test.h"

static zd_context *ctx;
static zd_error err;

static zd_image *plane(int width, int height, unsigned long long seed, bool is_smooth)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, width, height, ZD_GRAY_F32, &image, &err));
    zd_view view = zd_image_view(image);
    for (int y = 0; y < height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < width; x++) {
            uint32_t bits = (uint32_t) zd_test_random(&seed);
            memcpy(row + x, &bits, sizeof bits); /* NaN, infinities and denormals among them */
            if (is_smooth) {
                row[x] = 0.3f + 0.01f * (float) x - 0.002f * (float) (y * y) +
                         1e-6f * zd_test_uniform(&seed);
            }
        }
    }
    return image;
}

static bool same_bits(const zd_image *a, const zd_image *b)
{
    zd_view one = zd_image_view(a);
    zd_view two = zd_image_view(b);
    bool same = one.width == two.width && one.height == two.height;
    for (int y = 0; same && y < one.height; y++) {
        same = memcmp(zd_view_row_u8(one, y), zd_view_row_u8(two, y),
                      (size_t) one.width * sizeof(float)) == 0;
    }
    return same;
}

/** Codes and decodes; returns how many bytes the code has. */
static size_t require_same(zd_cache_depth *entry)
{
    zd_cache_depth back;
    uint8_t *code = NULL;
    size_t bytes = 0;
    REQUIRE_OK(zd_cache_encode(ctx, entry, &code, &bytes, &err));
    REQUIRE_OK(zd_cache_decode(ctx, code, bytes, &back, &err));
    REQUIRE_INT(back.depth.kind, entry->depth.kind);
    REQUIRE(same_bits(back.depth.values, entry->depth.values));
    REQUIRE((back.foreground == NULL) == (entry->foreground == NULL));
    REQUIRE(entry->foreground == NULL || same_bits(back.foreground, entry->foreground));
    REQUIRE((back.depth.sky == NULL) == (entry->depth.sky == NULL));
    REQUIRE(entry->depth.sky == NULL || same_bits(back.depth.sky, entry->depth.sky));
    REQUIRE((back.depth.confidence == NULL) == (entry->depth.confidence == NULL));
    REQUIRE(entry->depth.confidence == NULL ||
            same_bits(back.depth.confidence, entry->depth.confidence));
    REQUIRE(back.depth.focal_mm == entry->depth.focal_mm);
    zd_cache_depth_release(&back);
    zd_cache_depth_release(entry);
    zd_free(ctx, code);
    return bytes;
}

static void every_bit_comes_back(void)
{
    static const int sizes[][2] = {
        { 1, 1 }, { 1, 7 }, { 7, 1 }, { 2, 2 }, { 33, 17 }, { 352, 192 }
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int kind = 0; kind < 6; kind++) {
            bool is_smooth = kind >= 3;
            zd_cache_depth entry = { .depth.kind = (zd_depth_kind) (kind % 3) };
            entry.depth.values = plane(sizes[i][0], sizes[i][1], i * 10, is_smooth);
            entry.foreground = kind % 2 ? plane(sizes[i][0], sizes[i][1], i * 7, is_smooth) : NULL;
            require_same(&entry);
        }
    }
}

/* Whatever a network told beside depth, in any mixture. */
static void what_is_told_comes_back(void)
{
    for (int told = 0; told < 16; told++) {
        zd_cache_depth entry = { .depth = { .values = plane(33, 17, 1, true), .kind = told % 3 } };
        entry.foreground = (told & 1) != 0 ? plane(33, 17, 2, true) : NULL;
        entry.depth.sky = (told & 2) != 0 ? plane(33, 17, 3, false) : NULL;
        entry.depth.confidence = (told & 4) != 0 ? plane(33, 17, 4, true) : NULL;
        entry.depth.focal_mm = (told & 8) != 0 ? 31.25f : 0.0f;
        require_same(&entry);
    }
}

static void extremes_come_back(void)
{
    static const float values[] = {
        0.0f, -0.0f, INFINITY, -INFINITY, NAN, 1e-45f, -1e-45f, 3.4e38f
    };
    zd_cache_depth entry = { 0 };
    REQUIRE_OK(zd_image_create(ctx, 8, 3, ZD_GRAY_F32, &entry.depth.values, &err));
    zd_view view = zd_image_view(entry.depth.values);
    for (int i = 0; i < 24; i++) {
        zd_view_row_f32(view, i / 8)[i % 8] = values[(i * 5 + i / 8) % 8];
    }
    require_same(&entry);
}

/* A plane costs next to nothing: its residual is 0 but for rounding. */
static void planes_are_cheap(void)
{
    zd_cache_depth entry = { 0 };
    REQUIRE_OK(zd_image_create(ctx, 320, 200, ZD_GRAY_F32, &entry.depth.values, &err));
    zd_view view = zd_image_view(entry.depth.values);
    for (int y = 0; y < 200; y++) {
        for (int x = 0; x < 320; x++) {
            zd_view_row_f32(view, y)[x] = 0.5f + (float) (x + y) / 1024.0f / 2.0f;
        }
    }
    REQUIRE(require_same(&entry) < 320 * 200 / 100);
}

/* By hand: 1 x 2 samples, 1.0 over 1.5. In order they are 0xBF800000 and 0xBFC00000, so the residuals are
 * 0xBF800000, folded 0x80FFFFFF, and 0x00400000, folded 0x00800000. */
static void the_format_is_what_it_says(void)
{
    zd_cache_depth entry = { .depth.kind = ZD_DEPTH_METRES };
    uint8_t *code = NULL;
    size_t bytes = 0;
    REQUIRE_OK(zd_image_create(ctx, 1, 2, ZD_GRAY_F32, &entry.depth.values, &err));
    zd_view_row_f32(zd_image_view(entry.depth.values), 0)[0] = 1.0f;
    zd_view_row_f32(zd_image_view(entry.depth.values), 1)[0] = 1.5f;
    REQUIRE_OK(zd_cache_encode(ctx, &entry, &code, &bytes, &err));
    REQUIRE_BYTES(code, "zdm2\2\1\0\0\1\0\0\0\2\0\0\0", 16);
    /* Sizes, the check of the layers and FNV-1a of the head; two stored bytes each, and two zeros. */
    REQUIRE_INT(bytes, 16 + 16 + 8 + 4 + 3 + 3 + 3 + 3);
    REQUIRE_BYTES(code + 16, "\3\0\0\0\3\0\0\0\3\0\0\0\3\0\0\0", 16);
    REQUIRE_BYTES(code + 44, "\0\xFF\x00\0\xFF\x00\0\xFF\x80\0\x80\x00", 12);
    zd_free(ctx, code);
    zd_cache_depth_release(&entry);
}

/* ---- one layer ---- */

enum { MOST = 200000 };

static uint8_t layer[MOST];
static uint8_t back_again[MOST];
static uint8_t packed[MOST + 1];

static size_t require_same_layer(size_t samples)
{
    size_t bytes = zd_cache_layer_pack(layer, samples, packed);
    REQUIRE(bytes <= zd_cache_layer_room(samples));
    memset(back_again, 0xA5, samples);
    REQUIRE(zd_cache_layer_unpack(packed, bytes, back_again, samples));
    REQUIRE(memcmp(layer, back_again, samples) == 0);
    return bytes;
}

/* Values by a share that halves from one to the next: `depth` bits at most. */
static void fill_halving(size_t samples, int depth, unsigned long long seed)
{
    for (size_t i = 0; i < samples; i++) {
        int value = 0;
        while (value < depth && zd_test_random(&seed) % 2 == 0) {
            value++;
        }
        layer[i] = (uint8_t) value;
    }
}

/* The code comes near to what Shannon's entropy allows: 2 - 2^(1-depth) bits for halving shares. */
static void layers_come_back_small(void)
{
    static const size_t sizes[] = { 1, 2, 528, 529, 530, 531, 532, 533, 4096, 65537, MOST };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int depth = 0; depth <= 8; depth++) {
            fill_halving(sizes[i], depth, i * 9 + (size_t) depth);
            double bytes = (double) require_same_layer(sizes[i]);
            double bits = 2.0 - pow(2.0, 1 - depth);
            if (sizes[i] > 60000 && depth > 0) {
                REQUIRE_NEAR(bytes / (bits / 8.0 * (double) sizes[i]), 1.0, 0.02);
            }
        }
    }
}

/* One other value in many, all values, and noise. */
static void odd_layers_come_back(void)
{
    unsigned long long seed = 3;
    memset(layer, 7, MOST);
    REQUIRE_INT(require_same_layer(MOST), 1 + 7); /* 200000 / 32768, rounded up */
    layer[MOST / 2] = 8;
    REQUIRE(require_same_layer(MOST) < 100);
    REQUIRE(require_same_layer(MOST / 2) < 10);
    for (int i = 0; i < MOST; i++) {
        layer[i] = i < 256 ? (uint8_t) i : (uint8_t) (i % 2); /* more values than shares for them */
    }
    REQUIRE(require_same_layer(MOST) < MOST / 7);
    for (int i = 0; i < MOST; i++) {
        layer[i] = (uint8_t) zd_test_random(&seed);
    }
    REQUIRE_INT(require_same_layer(MOST), MOST + 1);
}

/* Cut short, too long, of another number of samples, with shares that are no whole, of no kind. */
static void wrong_layers_are_refused(void)
{
    static const uint8_t no_sum[] = { 2, 1, 1, 0, 253, 0, 0, 1, 0 };
    static const uint8_t too_many[] = { 2, 1, 1, 0, 254, 0, 0, 1, 0 };
    memset(layer, 0, MOST);
    fill_halving(4096, 3, 1);
    size_t bytes = zd_cache_layer_pack(layer, 4096, packed);
    REQUIRE_INT(packed[0], 2);
    for (size_t i = 0; i < bytes; i++) {
        REQUIRE(!zd_cache_layer_unpack(packed, i, back_again, 4096));
    }
    packed[bytes] = 0;
    REQUIRE(!zd_cache_layer_unpack(packed, bytes + 1, back_again, 4096));
    REQUIRE(!zd_cache_layer_unpack(packed, bytes, back_again, 4095));
    REQUIRE(!zd_cache_layer_unpack(packed, bytes, back_again, 4097));
    REQUIRE(!zd_cache_layer_unpack(no_sum, sizeof no_sum, back_again, 4));
    REQUIRE(!zd_cache_layer_unpack(too_many, sizeof too_many, back_again, 4));
    REQUIRE(!zd_cache_layer_unpack((const uint8_t *) "\3\0", 2, back_again, 1));
    REQUIRE(!zd_cache_layer_unpack((const uint8_t *) "\0\0", 2, back_again, 2));
    REQUIRE(!zd_cache_layer_unpack((const uint8_t *) "\1\0\1", 3, back_again, 40000));
    REQUIRE(zd_cache_layer_unpack((const uint8_t *) "\1\1\1", 3, back_again, 40000));
}

/* Not one byte may change, and not one may be missing. */
static void damage_is_noticed(void)
{
    zd_cache_depth entry = { .depth = { .values = plane(21, 13, 5, true),
                                        .sky = plane(21, 13, 7, true),
                                        .focal_mm = 28.0f },
                             .foreground = plane(21, 13, 6, true) };
    zd_cache_depth back;
    uint8_t *code = NULL;
    size_t bytes = 0;
    REQUIRE_OK(zd_cache_encode(ctx, &entry, &code, &bytes, &err));
    for (size_t i = 0; i < bytes; i++) {
        code[i] ^= 1;
        zd_status status = zd_cache_decode(ctx, code, bytes, &back, &err);
        code[i] ^= 1;
        REQUIRE_INT(status, ZD_ERR_CORRUPT);
        REQUIRE_INT(zd_cache_decode(ctx, code, i, &back, &err), ZD_ERR_CORRUPT);
        REQUIRE(back.depth.values == NULL && back.foreground == NULL);
    }
    zd_free(ctx, code);
    zd_cache_depth_release(&entry);
}

/* A small file that claims to be large gets no memory. */
static void claims_get_no_memory(void)
{
    uint8_t code[200] = "zdm2\0\1\0\0";
    zd_cache_depth back;
    static const uint32_t sides[][2] = {
        { 65536, 65536 }, { 16384, 16384 }, { 4096, 4096 }, { 0, 5 }
    };
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        uint32_t hash = 2166136261U;
        for (int k = 0; k < 4; k++) {
            code[8 + k] = (uint8_t) (sides[i][0] >> (8 * k));
            code[12 + k] = (uint8_t) (sides[i][1] >> (8 * k));
            code[16 + 4 * k] = 39; /* sizes of the layers */
        }
        for (int k = 0; k < 40; k++) {
            hash = (hash ^ code[k]) * 16777619U;
        }
        for (int k = 0; k < 4; k++) {
            code[40 + k] = (uint8_t) (hash >> (8 * k));
        }
        REQUIRE_FAILS(zd_cache_decode(ctx, code, sizeof code, &back, &err), ZD_ERR_CORRUPT,
                      "its head is wrong");
    }
}

static void earlier_versions_are_told_from_damage(void)
{
    static const uint8_t code[16] = "zdm1";
    zd_cache_depth back;
    REQUIRE_FAILS(zd_cache_decode(ctx, code, sizeof code, &back, &err), ZD_ERR_UNSUPPORTED,
                  "it is of an earlier version");
    REQUIRE_FAILS(zd_cache_decode(ctx, code, 4, &back, &err), ZD_ERR_CORRUPT, "its head is wrong");
}

static void too_large_is_told(void)
{
    zd_cache_depth entry = { 0 };
    uint8_t *code = NULL;
    size_t bytes = 0;
    REQUIRE_OK(zd_image_create(ctx, 16385, 1, ZD_GRAY_F32, &entry.depth.values, &err));
    REQUIRE_FAILS(zd_cache_encode(ctx, &entry, &code, &bytes, &err), ZD_ERR_LIMIT,
                  "a depth map of 16385 x 1; each side may be 1 to 16384");
    zd_cache_depth_release(&entry);
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(every_bit_comes_back);
    RUN(what_is_told_comes_back);
    RUN(extremes_come_back);
    RUN(planes_are_cheap);
    RUN(the_format_is_what_it_says);
    RUN(layers_come_back_small);
    RUN(odd_layers_come_back);
    RUN(wrong_layers_are_refused);
    RUN(damage_is_noticed);
    RUN(claims_get_no_memory);
    RUN(earlier_versions_are_told_from_damage);
    RUN(too_large_is_told);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
