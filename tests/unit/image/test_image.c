/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "image/colour.h"
#include "image/colour_fast.h"
#include "image/colour_parse.h"
#include "image/depth_map.h"
#include "image/image.h"
#include "zd_test.h"

static void image_rejects_bad_sides(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *image = NULL;
    zd_error err;
    REQUIRE_FAILS(zd_image_create(ctx, 0, 5, ZD_GRAY_F32, &image, &err), ZD_ERR_LIMIT,
                  "a picture of 0x5; each side must be 1 to 65536");
    REQUIRE_INT(zd_image_create(ctx, 100000, 5, ZD_GRAY_F32, &image, &err), ZD_ERR_LIMIT);
    REQUIRE(image == NULL);
    zd_context_destroy(&ctx);
}

static void image_is_counted_and_aligned(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *image = NULL;
    zd_error err;
    REQUIRE_OK(zd_image_create(ctx, 33, 7, ZD_RGBA_F32, &image, &err));
    zd_view view = zd_image_view(image);
    REQUIRE_INT((size_t) view.data % 64, 0);
    REQUIRE_INT(view.stride_bytes % 64, 0);
    zd_image *second = zd_image_ref(image);
    zd_image_unref(&image);
    REQUIRE(image == NULL);
    zd_view_clear(zd_image_view(second));
    zd_view part = zd_view_crop(zd_image_view(second), (zd_rect){ 3, 2, 9, 5 });
    zd_view_row_f32(part, 1)[0] = 4.0f;
    REQUIRE_NEAR(zd_view_row_f32(zd_image_view(second), 3)[12], 4.0f, 0);
    zd_image_unref(&second);
    zd_context_destroy(&ctx);
}

static void transfers_round_trip(void)
{
    for (int t = ZD_TRANSFER_SRGB; t <= ZD_TRANSFER_HLG; t++) {
        float previous = -1.0f;
        for (int i = 0; i <= 1000; i++) {
            float code = (float) i / 1000.0f;
            float linear = zd_transfer_decode((zd_transfer) t, code);
            REQUIRE(isfinite(linear) && linear >= previous);
            REQUIRE_NEAR(zd_transfer_encode((zd_transfer) t, linear), code, 2e-4);
            previous = linear;
        }
        REQUIRE_NEAR(zd_transfer_decode((zd_transfer) t, 0.0f), 0.0f, 1e-6);
        REQUIRE_NEAR(zd_transfer_decode((zd_transfer) t, -0.25f),
                     -zd_transfer_decode((zd_transfer) t, 0.25f), 0);
    }
}

enum { SWEEP = 3 * 64 * 1024 };

/* Every 16-bit code, then highlights and values around the ends, both signs. */
static zd_image *make_sweep(zd_context *ctx, zd_error *err)
{
    zd_image *image = NULL;
    if (zd_image_create(ctx, SWEEP / 3, 1, ZD_RGB_F32, &image, err) != ZD_OK) {
        return NULL;
    }
    float *row = zd_view_row_f32(zd_image_view(image), 0);
    unsigned long long seed = 5;
    for (int i = 0; i < SWEEP; i++) {
        float tail = ldexpf(zd_test_uniform(&seed) - 0.5f, (int) (zd_test_random(&seed) % 50) - 40);
        row[i] = i < 65536 ? (float) i / 65535.0f : tail;
    }
    return image;
}

static void fast_transfers_are_near_the_scalar_ones(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_error err;
    for (int which = 0; which < 2 * (ZD_TRANSFER_HLG + 1); which++) {
        zd_transfer transfer = (zd_transfer) (which / 2);
        zd_image *image = make_sweep(ctx, &err);
        zd_image *again = make_sweep(ctx, &err);
        REQUIRE(image != NULL && again != NULL);
        const float *before = zd_view_row_f32(zd_image_view(again), 0);
        const float *after = zd_view_row_f32(zd_image_view(image), 0);
        (which % 2 == 0 ? zd_transfer_decode_view : zd_transfer_encode_view)(transfer,
                                                                             zd_image_view(image));
        for (int i = 0; i < SWEEP; i++) {
            float expected = which % 2 == 0 ? zd_transfer_decode(transfer, before[i])
                                            : zd_transfer_encode(transfer, before[i]);
            float scale = fmaxf(1.0f, fabsf(expected));
            if (!isfinite(expected)) {
                REQUIRE(!isfinite(after[i]));
                continue;
            }
            REQUIRE_NEAR(after[i] / scale, expected / scale, 2e-6);
            bool is_code = i > 0 && i < 65536 && transfer != ZD_TRANSFER_PQ;
            REQUIRE(!is_code || after[i] >= after[i - 1]);
        }
        zd_image_unref(&image);
        zd_image_unref(&again);
    }
    zd_context_destroy(&ctx);
}

static void fast_transfers_leave_alpha_and_wild_values(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *image = NULL;
    zd_error err;
    REQUIRE_OK(zd_image_create(ctx, 101, 1, ZD_RGBA_F32, &image, &err));
    float *row = zd_view_row_f32(zd_image_view(image), 0);
    for (int i = 0; i < 404; i++) {
        row[i] = (float) i / 404.0f;
    }
    row[40] = NAN;
    row[41] = INFINITY;
    row[42] = 1e30f;
    row[43] = NAN; /* alpha */
    zd_transfer_decode_view(ZD_TRANSFER_SRGB, zd_image_view(image));
    REQUIRE(isnan(row[40]) && isinf(row[41]) && isnan(row[43]));
    for (int i = 0; i < 404; i++) {
        float value = (float) i / 404.0f;
        if (i < 40 || i > 43) {
            REQUIRE_NEAR(row[i], i % 4 == 3 ? value : zd_transfer_decode(ZD_TRANSFER_SRGB, value),
                         i % 4 == 3 ? 0.0 : 2e-6);
        }
    }
    zd_image_unref(&image);
    zd_context_destroy(&ctx);
}

/* Whatever lies beside a value, and however a row is cut, its result has the same bits. */
static void wild_values_leave_their_neighbours_alone(void)
{
    static const float wild[] = { NAN, INFINITY, -INFINITY, 3e38f, -70000.0f };
    for (int t = ZD_TRANSFER_SRGB; t <= ZD_TRANSFER_HLG; t++) {
        float clean[64];
        float mixed[64];
        for (int i = 0; i < 64; i++) {
            clean[i] = (float) i / 63.0f;
            mixed[i] = i % 7 == 3 ? wild[i / 7 % 5] : clean[i];
        }
        zd_view a = { clean, 16, 1, 0, ZD_RGBA_F32 };
        zd_view b = { mixed, 16, 1, 0, ZD_RGBA_F32 };
        zd_transfer_encode_view((zd_transfer) t, a);
        zd_transfer_encode_view((zd_transfer) t, b);
        for (int i = 0; i < 64; i++) {
            if (i % 7 != 3) {
                REQUIRE_BYTES(mixed + i, clean + i, sizeof *clean);
            } else if (i % 4 == 3) {
                REQUIRE_BYTES(mixed + i, wild + i / 7 % 5, sizeof *mixed);
            }
        }
    }
}

static void curve_kernels_give_the_same_bits(void)
{
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2")) {
        SKIP("no AVX2 here");
    }
    for (int which = 0; which < 2 * (ZD_TRANSFER_HLG + 1); which++) {
        zd_curve curve;
        float a[4096];
        float b[4096];
        float original[4096];
        unsigned long long seed = 9;
        for (int i = 0; i < 4096; i++) {
            a[i] = b[i] = original[i] = ldexpf(zd_test_uniform(&seed) - 0.3f, i % 40 - 20);
        }
        if (zd_curve_find((zd_transfer) (which / 2), which % 2 == 0, &curve)) {
            zd_curve_apply_c(&curve, a, 4096, which % 3 == 0);
            zd_curve_apply_avx2(&curve, b, 4096, which % 3 == 0);
            REQUIRE_BYTES(a, b, sizeof a);
            if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
                memcpy(b, original, sizeof b);
                zd_curve_apply_avx512(&curve, b, 4096, which % 3 == 0);
                REQUIRE_BYTES(a, b, sizeof a);
            }
        }
    }
#endif
}

static void require_colour(const char *text, int r, int g, int b, double alpha)
{
    float rgba[4];
    zd_error err;
    REQUIRE_OK(zd_colour_parse(text, rgba, &err));
    REQUIRE_NEAR(rgba[0] * 255.0f, r, 1e-3);
    REQUIRE_NEAR(rgba[1] * 255.0f, g, 1e-3);
    REQUIRE_NEAR(rgba[2] * 255.0f, b, 1e-3);
    REQUIRE_NEAR(rgba[3], alpha, 1e-6);
}

static void colours_are_read_as_people_write_them(void)
{
    require_colour("#fff", 255, 255, 255, 1);
    require_colour("#1a2", 0x11, 0xAA, 0x22, 1);
    require_colour("#1a28", 0x11, 0xAA, 0x22, 0x88 / 255.0);
    require_colour("#FF8000", 255, 128, 0, 1);
    require_colour("#FF800080", 255, 128, 0, 128 / 255.0);
    require_colour("rgb(255, 128,0)", 255, 128, 0, 1);
    require_colour("rgb(100%, 0%, 20%)", 255, 0, 51, 1);
    require_colour("RGBA( 1 , 2 , 300 , 25% )", 1, 2, 255, 0.25);
    require_colour("aliceblue", 0xF0, 0xF8, 0xFF, 1);
    require_colour("Orange", 255, 165, 0, 1);
    require_colour("yellowgreen", 0x9A, 0xCD, 0x32, 1);
    require_colour("transparent", 0, 0, 0, 0);
    require_colour("1a2B3c", 0x1A, 0x2B, 0x3C, 1); /* as FFmpeg writes them */
    require_colour("1a2B3c40", 0x1A, 0x2B, 0x3C, 0x40 / 255.0);
    require_colour("0xFF8001", 255, 128, 1, 1);
    require_colour("0XFF800140", 255, 128, 1, 0x40 / 255.0);
    require_colour("orange@0.25", 255, 165, 0, 0.25);
    require_colour("#1a28@0x40", 0x11, 0xAA, 0x22, 0x40 / 255.0);
    require_colour("red@1", 255, 0, 0, 1);
    require_colour("red@0", 255, 0, 0, 0);
}

static void wrong_colours_are_named(void)
{
    const char *wrong[] = { "",
                            "#",
                            "#12",
                            "#12345",
                            "#1234567",
                            "#12345g",
                            "#123456789",
                            "rgb(1,2)",
                            "rgb(1,2,3",
                            "rgb(1,2,3,4,5)",
                            "rgb(-1,2,3)",
                            "rgb(nan,2,3)",
                            "redd",
                            "rgb(1,2,3) x",
                            "# fffff",
                            "0x12345",
                            "12345",
                            "1234567",
                            "0x123456789",
                            "red@",
                            "red@1.01",
                            "red@-0.1",
                            "red@0x101",
                            "red@0.5x",
                            "redd@0.5",
                            "rgb(1;2;3)",
                            "rgb1,2,3)" };
    zd_error err;
    float rgba[4];
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        REQUIRE_INT(zd_colour_parse(wrong[i], rgba, &err), ZD_ERR_INVALID_ARGUMENT);
    }
    REQUIRE_FAILS(zd_colour_parse("gren", rgba, &err), ZD_ERR_INVALID_ARGUMENT,
                  "'gren' is not a colour; use #RRGGBB, #RRGGBBAA, rgb(255, 128, 0) or a name such "
                  "as orange; did you mean gray?");
}

int main(void)
{
    RUN(image_rejects_bad_sides);
    RUN(image_is_counted_and_aligned);
    RUN(transfers_round_trip);
    RUN(fast_transfers_are_near_the_scalar_ones);
    RUN(fast_transfers_leave_alpha_and_wild_values);
    RUN(wild_values_leave_their_neighbours_alone);
    RUN(curve_kernels_give_the_same_bits);
    RUN(colours_are_read_as_people_write_them);
    RUN(wrong_colours_are_named);
    return zd_test_finish();
}
