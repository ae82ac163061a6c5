/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Pictures in the forms of hosts against a plain reader and writer, one pixel at a time in double precision: each
 * sample, order of channels and state of alpha, off the plane's corner, with rows that go up or down. */

#include "engine/pixels/pixels.h"

#include "core/half.h"
#include "core/size.h"
#include "image/linear.h"
#include "zd_test.h"

enum { WIDTH = 531, HEIGHT = 19, LEFT = -7, TOP = 12, MOST_BYTES = WIDTH * HEIGHT * 16 };

static zd_context *ctx;
static float read_out[4 * WIDTH * HEIGHT];
static float result[4 * WIDTH * HEIGHT];
static float was[4 * WIDTH * HEIGHT];
static unsigned char codes[MOST_BYTES];
static unsigned char before[MOST_BYTES];
static unsigned char other_codes[MOST_BYTES];

static size_t bytes_of(zd_sample sample)
{
    return sample == ZD_SAMPLE_U8 ? 1 : sample == ZD_SAMPLE_F32 ? 4 : 2;
}

/* Rows that go up begin with the last one. */
static zd_pixels host_of(unsigned char *memory, zd_format format, bool goes_up)
{
    ptrdiff_t stride = (ptrdiff_t) (WIDTH * bytes_of(format.sample)) * format.channels;
    unsigned char *first = goes_up ? memory + (HEIGHT - 1) * stride : memory;
    return (zd_pixels){ .view = { first, WIDTH, HEIGHT, goes_up ? -stride : stride, format },
                        .x = LEFT,
                        .y = TOP };
}

static unsigned char *code_at(const zd_pixels *p, int x, int y, int channel)
{
    size_t sample = bytes_of(p->view.format.sample);
    return (unsigned char *) p->view.data + (y - p->y) * p->view.stride_bytes +
           (ptrdiff_t) sample * ((x - p->x) * p->view.format.channels + channel);
}

static double number_at(const zd_pixels *p, int x, int y, int channel)
{
    const unsigned char *at = code_at(p, x, y, channel);
    uint16_t word;
    float number;
    memcpy(&word, at, bytes_of(p->view.format.sample) == 1 ? 1 : 2);
    switch (p->view.format.sample) {
    case ZD_SAMPLE_U8:
        return *at / 255.0;
    case ZD_SAMPLE_U16:
        return word / 65535.0;
    case ZD_SAMPLE_F16:
        return (double) zd_half_to_float(word);
    case ZD_SAMPLE_F32:
        break;
    }
    memcpy(&number, at, sizeof number);
    return (double) number;
}

static void put_number(const zd_pixels *p, int x, int y, int channel, float value)
{
    unsigned char *at = code_at(p, x, y, channel);
    uint16_t word = p->view.format.sample == ZD_SAMPLE_F16 ? zd_half_from_float(value)
                                                           : (uint16_t) lrintf(value * 65535.0f);
    if (p->view.format.sample == ZD_SAMPLE_U8) {
        *at = (unsigned char) lrintf(value * 255.0f);
    } else if (p->view.format.sample == ZD_SAMPLE_F32) {
        memcpy(at, &value, sizeof value);
    } else {
        memcpy(at, &word, sizeof word);
    }
}

/* Codes at random, with alphas of 0 and 1 among them. */
static void fill(const zd_pixels *p, unsigned long long seed)
{
    for (int y = p->y; y < p->y + HEIGHT; y++) {
        for (int x = p->x; x < p->x + WIDTH; x++) {
            for (int c = 0; c < p->view.format.channels; c++) {
                float value = zd_test_uniform(&seed);
                bool is_end = c == 3 && (x + y) % 5 < 2;
                put_number(p, x, y, c, is_end ? (float) ((x + y) % 5) : value);
            }
        }
    }
}

static zd_view rgba(float *values, zd_rect rect)
{
    int width = rect.x1 - rect.x0;
    return (zd_view){ values, width, rect.y1 - rect.y0, (ptrdiff_t) 16 * width, ZD_RGBA_F32 };
}

/* Calls `check` with each form that a host may have. */
static void each_form(void (*check)(zd_pixels *host, unsigned long long seed))
{
    static const int channels[3] = { 1, 3, 4 };
    unsigned long long seed = 1;
    for (int form = 0; form < 4 * 3 * 2 * 3 * 2; form++) {
        zd_format format = { (zd_sample) (form % 4), channels[form / 4 % 3] };
        zd_pixels host = host_of(codes, format, form / 72 == 1);
        host.is_bgr = form / 12 % 2 == 1;
        host.alpha = (zd_pixels_alpha) (form / 24 % 3);
        fill(&host, ++seed);
        check(&host, seed);
    }
}

/* ---- reading ---- */

static void expected_colour(const zd_pixels *p, int x, int y, double out[4])
{
    int channels = p->view.format.channels;
    bool inside = x >= LEFT && x < LEFT + WIDTH && y >= TOP && y < TOP + HEIGHT;
    bool has_alpha = channels == 4 && p->alpha != ZD_PIXELS_OPAQUE;
    for (int c = 0; c < 4; c++) {
        out[c] = 0.0;
    }
    if (!inside) {
        return;
    }
    out[3] = has_alpha ? number_at(p, x, y, 3) : 1.0;
    for (int c = 0; c < 3; c++) {
        double value = number_at(p, x, y, channels == 1 ? 0 : p->is_bgr ? 2 - c : c);
        bool divides = has_alpha && p->alpha == ZD_PIXELS_PREMULTIPLIED && out[3] > 0.0;
        out[c] = divides ? value / out[3] : value;
    }
}

static void check_reading(zd_pixels *host, unsigned long long seed)
{
    static const zd_rect rects[2] = { { LEFT, TOP, LEFT + WIDTH, TOP + HEIGHT },
                                      { LEFT - 5, TOP + 3, LEFT + 40, TOP + HEIGHT + 2 } };
    zd_rect rect = rects[seed % 2];
    memset(read_out, 77, sizeof read_out);
    zd_pixels_read(ctx, host, rect, rgba(read_out, rect));
    const float *at = read_out;
    for (int y = rect.y0; y < rect.y1; y++) {
        for (int x = rect.x0; x < rect.x1; x++, at += 4) {
            double expected[4];
            expected_colour(host, x, y, expected);
            for (int c = 0; c < 4; c++) {
                REQUIRE_NEAR(at[c], expected[c], 1e-6 * (1.0 + expected[c]));
            }
        }
    }
}

static void each_form_is_read(void)
{
    each_form(check_reading);
}

static void what_lies_apart_is_nothing(void)
{
    zd_rect apart = { LEFT + WIDTH, TOP, LEFT + WIDTH + 9, TOP + 4 };
    zd_pixels host = host_of(codes, (zd_format){ ZD_SAMPLE_U8, 4 }, false);
    memset(codes, 200, sizeof codes);
    memset(read_out, 77, sizeof read_out);
    REQUIRE(zd_pixels_read(ctx, &host, apart, rgba(read_out, apart)));
    for (int i = 0; i < 9 * 4 * 4; i++) {
        REQUIRE(read_out[i] == 0.0f);
    }
}

/* One number beyond the limit is told, wherever it is; small alphas make large colours. */
static void wild_numbers_are_told(void)
{
    zd_rect whole = { LEFT, TOP, LEFT + WIDTH, TOP + HEIGHT };
    const float wild[] = { 1.01f * ZD_LINEAR_LIMIT, -1.01f * ZD_LINEAR_LIMIT, NAN, INFINITY };
    zd_pixels host = host_of(codes, ZD_RGBA_F32, false);
    fill(&host, 5);
    REQUIRE(zd_pixels_read(ctx, &host, whole, rgba(read_out, whole)));
    put_number(&host, LEFT + WIDTH - 1, TOP + HEIGHT - 1, 2, ZD_LINEAR_LIMIT);
    REQUIRE(zd_pixels_read(ctx, &host, whole, rgba(read_out, whole)));
    for (int i = 0; i < 4; i++) {
        put_number(&host, LEFT + WIDTH - 1, TOP + HEIGHT - 1, 2, wild[i]);
        REQUIRE(!zd_pixels_read(ctx, &host, whole, rgba(read_out, whole)));
        zd_rect without = { LEFT, TOP, LEFT + WIDTH - 1, TOP + HEIGHT };
        REQUIRE(zd_pixels_read(ctx, &host, without, rgba(read_out, without)));
    }
    put_number(&host, LEFT + WIDTH - 1, TOP + HEIGHT - 1, 2, 0.9f * ZD_LINEAR_LIMIT);
    put_number(&host, LEFT + WIDTH - 1, TOP + HEIGHT - 1, 3, 0.5f);
    host.alpha = ZD_PIXELS_PREMULTIPLIED;
    REQUIRE(!zd_pixels_read(ctx, &host, whole, rgba(read_out, whole)));
}

/* ---- writing ---- */

/* What a channel of the host is to hold, as a number. */
static double expected_number(const zd_pixels *p, const float *from, int channel)
{
    int channels = p->view.format.channels;
    int colour = p->is_bgr ? 2 - channel : channel;
    bool is_integer =
        p->view.format.sample == ZD_SAMPLE_U8 || p->view.format.sample == ZD_SAMPLE_U16;
    double value = channels == 1  ? (double) from[3]
                   : channel == 3 ? p->alpha == ZD_PIXELS_OPAQUE ? 1.0 : (double) from[3]
                   : channels == 4 && p->alpha == ZD_PIXELS_PREMULTIPLIED
                       ? (double) from[colour] * (double) from[3]
                       : (double) from[colour];
    return is_integer ? fmin(fmax(value, 0.0), 1.0) : value;
}

static double step_of(zd_sample sample, double value)
{
    return sample == ZD_SAMPLE_U8    ? 0.5001 / 255.0
           : sample == ZD_SAMPLE_U16 ? 0.51 / 65535.0
           : sample == ZD_SAMPLE_F16 ? 0.0006 * fabs(value) + 1e-7
                                     : 1e-7 * fabs(value);
}

static void fill_result(float *values, unsigned long long seed)
{
    for (int i = 0; i < 4 * WIDTH * HEIGHT; i++) {
        float random = zd_test_uniform(&seed);
        values[i] = i % 4 == 3 ? random : 1.4f * random - 0.2f;
    }
}

static bool is_wanted(zd_pixels_rows rows, int y)
{
    return rows == ZD_PIXELS_ROWS_ALL || (rows == ZD_PIXELS_ROWS_EVEN) == (y % 2 == 0);
}

static void require_pixel(const zd_pixels *host, int x, int y, const float *from)
{
    for (int c = 0; c < host->view.format.channels; c++) {
        double expected = expected_number(host, from, c);
        REQUIRE_NEAR(number_at(host, x, y, c), expected,
                     step_of(host->view.format.sample, expected));
    }
}

static const zd_rect part = { LEFT + 3, TOP + 1, LEFT + 3 + 521, TOP + HEIGHT - 1 };

static bool is_in_part(int x, int y)
{
    return x >= part.x0 && x < part.x1 && y >= part.y0 && y < part.y1;
}

static void check_writing(zd_pixels *host, unsigned long long seed)
{
    zd_pixels_store store = {
        .to = host, .rect = part, .result = rgba(result, part), .rows = (zd_pixels_rows) (seed % 3)
    };
    memcpy(before, codes, sizeof codes);
    fill_result(result, seed);
    zd_pixels_write(ctx, &store);
    size_t pixel = bytes_of(host->view.format.sample) * (size_t) host->view.format.channels;
    for (int y = TOP; y < TOP + HEIGHT; y++) {
        for (int x = LEFT; x < LEFT + WIDTH; x++) {
            const unsigned char *code = code_at(host, x, y, 0);
            if (is_in_part(x, y) && is_wanted(store.rows, y)) {
                require_pixel(host, x, y,
                              result + 4 * ((y - part.y0) * (part.x1 - part.x0) + x - part.x0));
            } else {
                REQUIRE_BYTES(code, before + (code - codes), pixel);
            }
        }
    }
}

static void each_form_is_written(void)
{
    each_form(check_writing);
}

/* Where the result is what was read the source's own code stays, as far as the source reaches; elsewhere, and
 * where codes of the two mean other things, the result is converted. */
static void check_keeping(zd_pixels *host, unsigned long long seed)
{
    int width = part.x1 - part.x0;
    bool is_alike = seed % 4 != 0;
    zd_pixels source = host_of(other_codes, host->view.format, seed % 2 == 0);
    source.is_bgr = host->is_bgr;
    source.alpha = is_alike ? host->alpha : (zd_pixels_alpha) ((host->alpha + 1) % 3);
    source.x += 20;
    source.y += 4;
    fill(&source, seed + 1000);
    fill_result(result, seed);
    memcpy(was, result, sizeof was);
    for (int i = 0; i < 4 * width * (part.y1 - part.y0); i += 12) {
        was[i + 4 * (int) (seed % 3)] += 0.25f;
    }
    zd_pixels_store store = {
        .to = host, .rect = part, .result = rgba(result, part), .source = &source
    };
    store.was = seed % 3 == 0 ? store.result : rgba(was, part);
    zd_pixels_write(ctx, &store);
    size_t pixel = bytes_of(host->view.format.sample) * (size_t) host->view.format.channels;
    for (int y = part.y0; y < part.y1; y++) {
        for (int x = part.x0; x < part.x1; x++) {
            int at = 4 * ((y - part.y0) * width + x - part.x0);
            bool has_source = x >= source.x && y >= source.y && x < source.x + WIDTH;
            bool is_same = seed % 3 == 0 || memcmp(result + at, was + at, 16) == 0;
            bool is_plain = host->view.format.sample == ZD_SAMPLE_F32 &&
                            host->view.format.channels == 4 && !host->is_bgr &&
                            host->alpha == ZD_PIXELS_STRAIGHT; /* its numbers are the result's */
            if (is_alike && has_source && is_same && (!is_plain || seed % 3 == 0)) {
                REQUIRE_BYTES(code_at(host, x, y, 0), code_at(&source, x, y, 0), pixel);
            } else {
                require_pixel(host, x, y, result + at);
            }
        }
    }
}

static void what_did_not_change_keeps_its_codes(void)
{
    each_form(check_keeping);
}

/* A number that half cannot hold is its largest; what is none stays none. */
static void halves_stay_finite(void)
{
    static const float given[] = { 70000.0f, -1e9f, INFINITY, 65504.0f };
    static const double stored[] = { 65504.0, -65504.0, (double) INFINITY, 65504.0 };
    zd_rect one = { LEFT, TOP, LEFT + 1, TOP + 1 };
    zd_pixels host = host_of(codes, (zd_format){ ZD_SAMPLE_F16, 4 }, false);
    zd_pixels_store store = { .to = &host, .rect = one, .result = rgba(result, one) };
    for (int i = 0; i < 4; i++) {
        result[0] = given[i];
        zd_pixels_write(ctx, &store);
        REQUIRE(number_at(&host, LEFT, TOP, 0) == stored[i]);
    }
    result[0] = NAN;
    zd_pixels_write(ctx, &store);
    REQUIRE(isnan(number_at(&host, LEFT, TOP, 0)));
}

static void check_clearing(zd_pixels *host, unsigned long long seed)
{
    zd_pixels_rows rows = (zd_pixels_rows) (seed % 3);
    size_t pixel = bytes_of(host->view.format.sample) * (size_t) host->view.format.channels;
    memset(codes, 9, sizeof codes);
    zd_pixels_clear(host, part, rows);
    for (int y = TOP; y < TOP + HEIGHT; y++) {
        for (int x = LEFT; x < LEFT + WIDTH; x++) {
            for (size_t i = 0; i < pixel; i++) {
                bool is_cleared = is_in_part(x, y) && is_wanted(rows, y);
                REQUIRE_INT(code_at(host, x, y, 0)[i], is_cleared ? 0 : 9);
            }
        }
    }
}

static void a_part_is_cleared(void)
{
    each_form(check_clearing);
}

/* ---- where something is, and the small picture ---- */

static void require_bounds(const zd_pixels *host, zd_rect in, zd_rect expected)
{
    zd_rect found = zd_pixels_bounds(ctx, host, in);
    REQUIRE(zd_rect_is_empty(found) == zd_rect_is_empty(expected));
    if (!zd_rect_is_empty(expected)) {
        REQUIRE_INT(found.x0, expected.x0);
        REQUIRE_INT(found.y0, expected.y0);
        REQUIRE_INT(found.x1, expected.x1);
        REQUIRE_INT(found.y1, expected.y1);
    }
}

static void bounds_hold_what_is_something(void)
{
    for (int up = 0; up < 2; up++) {
        zd_pixels host = host_of(codes, (zd_format){ ZD_SAMPLE_U16, 4 }, up == 1);
        zd_rect whole = zd_pixels_rect(&host);
        memset(codes, 0, sizeof codes);
        require_bounds(&host, whole, (zd_rect){ 0 });
        *code_at(&host, 100, TOP + 2, 1) = 1;
        require_bounds(&host, whole, (zd_rect){ 100, TOP + 2, 101, TOP + 3 });
        *code_at(&host, 61, TOP + 17, 3) = 1;
        *code_at(&host, LEFT + WIDTH - 1, TOP + 9, 0) = 1;
        require_bounds(&host, whole, (zd_rect){ 61, TOP + 2, LEFT + WIDTH, TOP + 18 });
        zd_rect inner = { 62, TOP + 1, LEFT + WIDTH - 1, TOP + 17 };
        require_bounds(&host, inner, (zd_rect){ 100, TOP + 2, 101, TOP + 3 });
        zd_rect empty = { LEFT, TOP, 60, TOP + HEIGHT };
        require_bounds(&host, empty, (zd_rect){ 0 });
        memset(codes, 1, sizeof codes);
        require_bounds(&host, whole, whole);
        require_bounds(&host, inner, inner);
    }
}

/* Each small pixel is the mean of what it covers, parts of pixels by their share. */
static double mean_at(int x, int y, int channel, int width, int height)
{
    double sum = 0.0;
    double across = (double) WIDTH / width;
    double down = (double) HEIGHT / height;
    for (int v = 0; v < HEIGHT; v++) {
        double high = fmin(v + 1, (y + 1) * down) - fmax(v, y * down);
        for (int u = 0; u < WIDTH && high > 0.0; u++) {
            double wide = fmin(u + 1, (x + 1) * across) - fmax(u, x * across);
            sum += wide > 0.0 ? wide * high * (double) result[4 * (v * WIDTH + u) + channel] : 0.0;
        }
    }
    return sum / (across * down);
}

static void the_small_picture_is_the_mean(void)
{
    enum { W = 37, H = 8 };
    static float small[3 * W * H];
    zd_rect whole = { 0, 0, WIDTH, HEIGHT };
    zd_view out = { small, W, H, 12 * W, ZD_RGB_F32 };
    fill_result(result, 8);
    zd_pixels_shrink(ctx, rgba(result, whole), out);
    for (int i = 0; i < 3 * W * H; i++) {
        REQUIRE_NEAR(small[i], mean_at(i / 3 % W, i / 3 / W, i % 3, W, H), 2e-6);
    }
}

int main(void)
{
    ctx = zd_test_context(3);
    RUN(each_form_is_read);
    RUN(what_lies_apart_is_nothing);
    RUN(wild_numbers_are_told);
    RUN(each_form_is_written);
    RUN(what_did_not_change_keeps_its_codes);
    RUN(halves_stay_finite);
    RUN(a_part_is_cleared);
    RUN(bounds_hold_what_is_something);
    RUN(the_small_picture_is_the_mean);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
