/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Views, pieces, and the ways between code values and linear light, pixel by pixel against the scalar
 * curves. */

#include "core/atomic.h"
#include "image/guide.h"
#include "image/linear.h"
#include "image/piece.h"
#include "image/placed.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;

enum { W = 61, H = 39 }; /* more than two bands of rows, and a part of one */

static zd_image *create(int width, int height, int channels)
{
    zd_image *image = NULL;
    REQUIRE_OK(
        zd_image_create(ctx, width, height, (zd_format){ ZD_SAMPLE_F32, channels }, &image, &err));
    zd_view_clear(zd_image_view(image));
    return image;
}

static zd_image *noise(unsigned long long seed, float low, float high)
{
    zd_image *image = create(W, H, 4);
    for (int y = 0; y < H; y++) {
        for (int i = 0; i < 4 * W; i++) {
            zd_view_row_f32(zd_image_view(image), y)[i] =
                low + (high - low) * zd_test_uniform(&seed);
        }
    }
    return image;
}

static float at(const zd_image *image, int x, int y, int c)
{
    zd_view view = zd_image_view(image);
    return zd_view_row_f32(view, y)[x * view.format.channels + c];
}

static void put(zd_image *image, int x, int y, int c, float value)
{
    zd_view view = zd_image_view(image);
    zd_view_row_f32(view, y)[x * view.format.channels + c] = value;
}

static void views_are_cut_copied_and_cleared(void)
{
    static const int channels[] = { 1, 3, 4 };
    static const zd_sample samples[] = { ZD_SAMPLE_U8, ZD_SAMPLE_U16, ZD_SAMPLE_F16,
                                         ZD_SAMPLE_F32 };
    static const size_t bytes[] = { 1, 2, 2, 4 };
    for (int s = 0; s < 4; s++) {
        for (int c = 0; c < 3; c++) {
            zd_format format = { samples[s], channels[c] };
            zd_image *image = NULL;
            size_t pixel = bytes[s] * (size_t) channels[c];
            REQUIRE_INT(zd_format_pixel_bytes(format), pixel);
            REQUIRE_OK(zd_image_create(ctx, 7, 5, format, &image, &err));
            zd_view view = zd_image_view(image);
            REQUIRE(view.width == 7 && view.height == 5 &&
                    view.stride_bytes == 64 * (pixel > 9 ? 2 : 1));
            for (int y = 0; y < 5; y++) {
                memset(zd_view_row_u8(view, y), 10 * y + 1, (size_t) view.stride_bytes);
            }
            zd_view inner = zd_view_crop(view, (zd_rect){ 2, 1, 6, 4 });
            REQUIRE(inner.width == 4 && inner.height == 3);
            REQUIRE(zd_view_row_u8(inner, 1) == zd_view_row_u8(view, 2) + 2 * pixel);
            zd_view_clear(inner);
            for (int y = 0; y < 5; y++) {
                for (size_t i = 0; i < 7 * pixel; i++) {
                    bool cleared = y >= 1 && y < 4 && i >= 2 * pixel && i < 6 * pixel;
                    REQUIRE_INT(zd_view_row_u8(view, y)[i], cleared ? 0 : 10 * y + 1);
                }
            }
            zd_view_copy(zd_view_crop(view, (zd_rect){ 0, 0, 2, 1 }), inner);
            REQUIRE_INT(zd_view_row_u8(inner, 0)[2 * pixel - 1], 1);
            REQUIRE_INT(zd_view_row_u8(inner, 0)[2 * pixel], 0);
            REQUIRE_INT(zd_view_row_u8(inner, 1)[0], 0);
            zd_image_unref(&image);
        }
    }
}

static void rectangles_meet(void)
{
    zd_rect a = { -3, 2, 10, 9 };
    zd_rect b = { 4, -1, 12, 5 };
    zd_rect c = zd_rect_intersect(a, b);
    REQUIRE(c.x0 == 4 && c.y0 == 2 && c.x1 == 10 && c.y1 == 5);
    REQUIRE(!zd_rect_is_empty(c));
    REQUIRE(zd_rect_is_empty((zd_rect){ 3, 0, 3, 5 }) && zd_rect_is_empty((zd_rect){ 0, 5, 3, 5 }));
    REQUIRE(zd_rect_is_empty((zd_rect){ 4, 0, 3, 5 }) &&
            !zd_rect_is_empty((zd_rect){ 0, 0, 1, 1 }));
    REQUIRE(zd_rect_contains(a, a) && zd_rect_contains(a, c));
    REQUIRE(!zd_rect_contains(a, (zd_rect){ -4, 2, 10, 9 }));
    REQUIRE(!zd_rect_contains(a, (zd_rect){ -3, 1, 10, 9 }));
    REQUIRE(!zd_rect_contains(a, (zd_rect){ -3, 2, 11, 9 }));
    REQUIRE(!zd_rect_contains(a, (zd_rect){ -3, 2, 10, 10 }));
    zd_image *image = create(5, 4, 3);
    zd_placed_view placed = { zd_image_view(image), -2, 30 };
    zd_rect r = zd_placed_rect(placed);
    REQUIRE(r.x0 == -2 && r.y0 == 30 && r.x1 == 3 && r.y1 == 34);
    REQUIRE(zd_placed_pixel_f32(placed, 1, 32) == zd_view_row_f32(placed.view, 2) + 9);
    placed.view.data = NULL;
    REQUIRE(zd_rect_is_empty(zd_placed_rect(placed)));
    zd_image_unref(&image);
}

typedef struct visits {
    zd_rect whole;
    atomic_int counts[30][700];
    atomic_bool is_bad;
} visits;

static void visit(void *user, zd_rect piece)
{
    visits *v = user;
    bool fits = piece.x1 - piece.x0 <= 256 && piece.y1 - piece.y0 <= 4 && !zd_rect_is_empty(piece);
    if (!fits || !zd_rect_contains(v->whole, piece)) {
        atomic_store(&v->is_bad, true);
        return;
    }
    for (int y = piece.y0; y < piece.y1; y++) {
        for (int x = piece.x0; x < piece.x1; x++) {
            atomic_fetch_add(&v->counts[y][x], 1);
        }
    }
}

static void pieces_cover_the_whole_once(void)
{
    static visits v;
    const zd_rect wholes[] = {
        { 3, 5, 643, 18 }, { 0, 0, 1, 1 }, { 7, 8, 263, 12 }, { 9, 9, 9, 9 }
    };
    for (int i = 0; i < 4; i++) {
        memset(&v, 0, sizeof v);
        v.whole = wholes[i];
        zd_pieces_run(ctx, wholes[i], visit, &v);
        REQUIRE(!atomic_load(&v.is_bad));
        for (int y = 0; y < 30; y++) {
            for (int x = 0; x < 700; x++) {
                zd_rect one = { x, y, x + 1, y + 1 };
                REQUIRE_INT(atomic_load(&v.counts[y][x]), zd_rect_contains(wholes[i], one));
            }
        }
    }
    float pixels[ZD_PIECE_FLOATS];
    zd_view view = zd_piece_view(pixels, (zd_rect){ 3, 5, 20, 8 });
    REQUIRE(view.data == pixels && view.width == 17 && view.height == 3);
    REQUIRE(view.stride_bytes == 17 * 16 && view.format.channels == 4);
}

static void decoding_is_the_curve_times_alpha(void)
{
    zd_image *display = noise(1, -0.2f, 1.3f);
    zd_image *linear = create(W, H, 4);
    zd_linear_decode(ctx, ZD_TRANSFER_SRGB, zd_image_view(display), zd_image_view(linear));
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float alpha = at(display, x, y, 3);
            for (int c = 0; c < 3; c++) {
                float light = zd_transfer_decode(ZD_TRANSFER_SRGB, at(display, x, y, c));
                REQUIRE_NEAR(at(linear, x, y, c), light * alpha, 2e-6);
            }
            REQUIRE(at(linear, x, y, 3) == alpha);
        }
    }
    zd_image_unref(&display);
    zd_image_unref(&linear);
}

static void colours_are_bounded_and_multiplied(void)
{
    zd_image *image = create(3, 2, 4);
    const float values[4] = { 1e9f, -1e9f, 65504.0f, 2.0f };
    for (int c = 0; c < 4; c++) {
        put(image, 2, 1, c, values[c]);
        put(image, 0, 0, c, c == 1 ? NAN : 3.0f);
    }
    zd_linear_bound(zd_image_view(image));
    REQUIRE(at(image, 2, 1, 0) == 65504.0f && at(image, 2, 1, 1) == -65504.0f);
    REQUIRE(at(image, 2, 1, 2) == 65504.0f && at(image, 2, 1, 3) == 2.0f);
    REQUIRE(isnan(at(image, 0, 0, 1)) && at(image, 0, 0, 3) == 3.0f);
    put(image, 1, 1, 3, 0.25f);
    put(image, 1, 1, 2, 8.0f);
    zd_linear_premultiply(zd_image_view(image));
    REQUIRE(at(image, 1, 1, 2) == 2.0f && at(image, 1, 1, 3) == 0.25f);
    REQUIRE(at(image, 0, 0, 0) == 9.0f && at(image, 2, 1, 0) == 131008.0f);
    zd_image_unref(&image);
}

/* What did not change keeps its codes, the rest is divided by alpha and encoded. */
static void only_what_changed_is_encoded(void)
{
    zd_image *was = noise(2, 0.0f, 1.0f);
    zd_image *now = create(W, H, 4);
    zd_image *display = noise(3, 0.0f, 1.0f);
    zd_image *out = create(W, H, 4);
    zd_view_copy(zd_image_view(was), zd_image_view(now));
    REQUIRE(!zd_linear_encode_changed(ctx, ZD_TRANSFER_SRGB, zd_image_view(was), zd_image_view(now),
                                      zd_image_view(display), zd_image_view(out)));
    for (int y = 0; y < H; y++) {
        REQUIRE_BYTES(zd_view_row_f32(zd_image_view(out), y),
                      zd_view_row_f32(zd_image_view(display), y), sizeof(float) * 4 * W);
    }
    const int places[5][2] = { { 0, 0 }, { 17, 20 }, { 18, 20 }, { W - 1, H - 1 }, { 5, 33 } };
    const float alphas[5] = { 1.0f, 0.5f, 0.25f, 0.0f, 1.0f };
    for (int i = 0; i < 5; i++) {
        for (int c = 0; c < 3; c++) {
            put(now, places[i][0], places[i][1], c, 0.1f * (float) (c + 1));
        }
        put(now, places[i][0], places[i][1], 3, alphas[i]);
    }
    REQUIRE(zd_linear_encode_changed(ctx, ZD_TRANSFER_SRGB, zd_image_view(was), zd_image_view(now),
                                     zd_image_view(display), zd_image_view(out)));
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            int place = -1;
            for (int i = 0; i < 5; i++) {
                place = places[i][0] == x && places[i][1] == y ? i : place;
            }
            for (int c = 0; c < 4; c++) {
                float expected = at(display, x, y, c);
                if (place >= 0 && c < 3) {
                    float a = alphas[place];
                    expected = zd_transfer_encode(ZD_TRANSFER_SRGB,
                                                  a > 0.0f ? at(now, x, y, c) / a : 0.0f);
                } else if (place >= 0) {
                    expected = alphas[place];
                }
                REQUIRE_NEAR(at(out, x, y, c), expected, place >= 0 ? 2e-6 : 0.0);
            }
        }
    }
    /* One bit of the last pixel's alpha is a change. */
    zd_view_copy(zd_image_view(was), zd_image_view(now));
    put(now, W - 1, H - 1, 3, nextafterf(at(was, W - 1, H - 1, 3), 2.0f));
    REQUIRE(zd_linear_encode_changed(ctx, ZD_TRANSFER_SRGB, zd_image_view(was), zd_image_view(now),
                                     zd_image_view(display), zd_image_view(now)));
    zd_image_unref(&was);
    zd_image_unref(&now);
    zd_image_unref(&display);
    zd_image_unref(&out);
}

static void mixing_keeps_both_ends(void)
{
    zd_image *was = noise(4, 0.0f, 1.0f);
    zd_image *processed = noise(5, 0.0f, 1.0f);
    zd_image *kept = create(W, H, 4);
    zd_image *matte = create(W, H, 1);
    const float weights[6] = { 0.0f, 1.0f, 0.25f, -0.5f, 1.5f, 0.75f };
    zd_view_copy(zd_image_view(processed), zd_image_view(kept));
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            put(matte, x, y, 0, weights[(x + 2 * y) % 6]);
        }
    }
    put(was, 0, 0, 0, INFINITY); /* which has no difference */
    put(kept, 1, 0, 0, INFINITY);
    put(processed, 1, 0, 0, INFINITY);
    zd_linear_mix(zd_image_view(was), zd_image_view(processed), zd_image_view(matte));
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            for (int c = 0; c < 4; c++) {
                float m = weights[(x + 2 * y) % 6];
                float a = at(was, x, y, c);
                float b = at(kept, x, y, c);
                float expected = m <= 0.0f ? a : m >= 1.0f ? b : (1.0f - m) * a + m * b;
                REQUIRE(at(processed, x, y, c) == expected ||
                        fabsf(at(processed, x, y, c) - expected) < 1e-6f);
            }
        }
    }
    zd_image_unref(&was);
    zd_image_unref(&processed);
    zd_image_unref(&kept);
    zd_image_unref(&matte);
}

/* All within the margin of an edge is decoded; what is a few tiles away keeps what it held. */
static void light_is_made_around_edges(void)
{
    enum { BIG = 400, TALL = 300 };
    zd_image *display = create(BIG, TALL, 4);
    zd_image *linear = create(BIG, TALL, 4);
    zd_image *matte = create(BIG, TALL, 1);
    const zd_rect rect = { 37, 21, 391, 290 };
    for (int y = 0; y < TALL; y++) {
        for (int x = 0; x < BIG; x++) {
            put(matte, x, y, 0, x > 200 ? 1.0f : 0.0f);
            put(display, x, y, 0, 0.5f);
            put(linear, x, y, 0, -7.0f);
        }
    }
    put(matte, 120, 100, 0, 0.5f);
    put(matte, 5, 100, 0, 0.5f); /* outside the rectangle nobody looks */
    REQUIRE_OK(zd_linear_decode_edges(ctx, ZD_TRANSFER_SRGB, zd_image_view(display),
                                      zd_image_view(matte), rect, 20, zd_image_view(linear), &err));
    double light = (double) zd_transfer_decode(ZD_TRANSFER_SRGB, 0.5f);
    int made = 0;
    for (int y = 0; y < TALL; y++) {
        for (int x = 0; x < BIG; x++) {
            float value = at(linear, x, y, 0);
            bool near = abs(x - 120) <= 20 && abs(y - 100) <= 20;
            REQUIRE(value == -7.0f || fabs((double) value - light) < 1e-6);
            REQUIRE(!near || value != -7.0f);
            made += value != -7.0f;
            if (abs(x - 120) > 120 || abs(y - 100) > 120) {
                REQUIRE(value == -7.0f);
            }
        }
    }
    REQUIRE(made >= 41 * 41 && made < 150 * 150);
    REQUIRE(zd_linear_decode_edges(ctx, ZD_TRANSFER_SRGB, zd_image_view(display),
                                   zd_image_view(matte), rect, -1, zd_image_view(linear),
                                   &err) == ZD_ERR_INVALID_ARGUMENT);
    zd_image_unref(&display);
    zd_image_unref(&linear);
    zd_image_unref(&matte);
}

static void guides_are_bounded_code_values(void)
{
    zd_image *picture = noise(6, -0.5f, 2.0f);
    zd_image *out = create(W, H, 4);
    put(picture, 3, 38, 0, NAN);
    put(picture, 3, 38, 1, INFINITY);
    put(picture, 3, 38, 2, -INFINITY);
    zd_guide_make(ctx, ZD_TRANSFER_SRGB, zd_image_view(picture), zd_image_view(out));
    for (int y = 0; y < H; y++) {
        for (int i = 0; i < 4 * W; i++) {
            bool is_wild = y == 38 && i >= 12 && i < 15;
            REQUIRE(is_wild || at(out, i / 4, y, i % 4) == at(picture, i / 4, y, i % 4));
        }
    }
    REQUIRE(at(out, 3, 38, 0) == 0.0f && at(out, 3, 38, 1) == 65504.0f);
    REQUIRE(at(out, 3, 38, 2) == -65504.0f);
    zd_guide_make(ctx, ZD_TRANSFER_LINEAR, zd_image_view(picture), zd_image_view(out));
    for (int y = 0; y < 38; y++) {
        for (int x = 0; x < W; x++) {
            for (int c = 0; c < 3; c++) {
                REQUIRE_NEAR(at(out, x, y, c),
                             zd_transfer_encode(ZD_TRANSFER_SRGB, at(picture, x, y, c)), 2e-6);
            }
            REQUIRE(at(out, x, y, 3) == at(picture, x, y, 3));
        }
    }
    zd_image_unref(&picture);
    zd_image_unref(&out);
}

int main(void)
{
    ctx = zd_test_context(3);
    RUN(views_are_cut_copied_and_cleared);
    RUN(rectangles_meet);
    RUN(pieces_cover_the_whole_once);
    RUN(decoding_is_the_curve_times_alpha);
    RUN(colours_are_bounded_and_multiplied);
    RUN(only_what_changed_is_encoded);
    RUN(mixing_keeps_both_ends);
    RUN(light_is_made_around_edges);
    RUN(guides_are_bounded_code_values);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
