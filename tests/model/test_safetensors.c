/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The safetensors reader on right, wrong and hostile bytes. */

#include "zd_test.h"

#include <ctype.h>

#include "model/safetensors.h"

static zd_error err;
static zd_context *ctx;

/** A file of a header and `data_bytes` zero bytes. */
static size_t compose(unsigned char *out, const char *header, size_t data_bytes)
{
    size_t length = strlen(header);
    for (int i = 0; i < 8; i++) {
        out[i] = (unsigned char) (length >> (8 * i));
    }
    memcpy(out + 8, header, length);
    memset(out + 8 + length, 0, data_bytes);
    return 8 + length + data_bytes;
}

static const char small[] =
    "{\"__metadata__\":{\"format\":\"pt\",\"name\":\"a \\u00e4\\u00CF\\ud83d\\ude00\\n\"},"
    "\"b\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
    "\"a\":{\"data_offsets\":[24,28],\"dtype\":\"F16\",\"shape\":[2]},"
    "\"c\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[28,30]},"
    "\"d\":{\"dtype\":\"I64\",\"shape\":[0],\"data_offsets\":[30,30]}}  ";

static void a_right_file(void)
{
    unsigned char bytes[1024];
    zd_safetensors *file;
    size_t count = compose(bytes, small, 30);
    float one = 1.5f;
    float values[6];
    memcpy(bytes + count - 30 + 4, &one, 4);
    bytes[count - 6 + 2] = 0x00; /* half -2 in the second value of a */
    bytes[count - 6 + 3] = 0xC0;
    bytes[count - 2] = 0x40; /* bfloat 3 */
    bytes[count - 1] = 0x40;
    REQUIRE_OK(zd_safetensors_parse(ctx, bytes, count, &file, &err));
    REQUIRE_INT(zd_safetensors_count(file), 4);
    REQUIRE_TEXT(zd_safetensors_metadata(file, "name"), "a \xC3\xA4\xC3\x8F\xF0\x9F\x98\x80\n");
    REQUIRE(zd_safetensors_metadata(file, "none") == NULL);
    const zd_stored_tensor *b = zd_safetensors_find(file, "b");
    REQUIRE(b != NULL && b->rank == 2 && b->shape[1] == 3 && b->count == 6);
    zd_safetensors_read(file, b, 1, 1, values);
    REQUIRE_NEAR(values[0], 1.5, 0.0);
    zd_safetensors_read(file, zd_safetensors_find(file, "a"), 0, 2, values);
    REQUIRE_NEAR(values[0], 0.0, 0.0);
    REQUIRE_NEAR(values[1], -2.0, 0.0);
    const zd_stored_tensor *c = zd_safetensors_find(file, "c");
    REQUIRE_INT(c->count, 1);
    zd_safetensors_read(file, c, 0, 1, values);
    REQUIRE_NEAR(values[0], 3.0, 0.0);
    REQUIRE_INT(zd_safetensors_find(file, "d")->dtype, ZD_DTYPE_OTHER);
    zd_safetensors_close(&file);
    zd_safetensors_close(&file);
}

static void halves_are_exact(void)
{
    unsigned char bytes[256];
    zd_safetensors *file;
    size_t count =
        compose(bytes, "{\"h\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}}", 8);
    static const unsigned char halves[8] = { 0x01, 0x00, 0xFF, 0x7B, 0x00, 0xFC, 0xFF, 0x03 };
    float values[4];
    memcpy(bytes + count - 8, halves, 8);
    REQUIRE_OK(zd_safetensors_parse(ctx, bytes, count, &file, &err));
    zd_safetensors_read(file, zd_safetensors_find(file, "h"), 0, 4, values);
    REQUIRE_NEAR(values[0], ldexp(1.0, -24), 0.0); /* the smallest */
    REQUIRE_NEAR(values[1], 65504.0, 0.0);         /* the largest */
    REQUIRE(isinf(values[2]) && values[2] < 0);
    REQUIRE_NEAR(values[3], 1023.0 * ldexp(1.0, -24), 0.0);
    zd_safetensors_close(&file);
}

static void check_refused(const char *header, size_t data, zd_status status, const char *message)
{
    unsigned char bytes[2048];
    zd_safetensors *file;
    size_t count = compose(bytes, header, data);
    REQUIRE_FAILS(zd_safetensors_parse(ctx, bytes, count, &file, &err), status, message);
    REQUIRE(file == NULL);
}

#define T(name, shape, from, to) \
    "\"" name "\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":[" from "," to "]}"

static void hostile_headers(void)
{
    check_refused("{" T("a", "[2]", "0", "8") "," T("b", "[2]", "4", "12") "}", 12, ZD_ERR_CORRUPT,
                  "tensor 'b' begins at byte 120, expected 124");
    check_refused("{" T("a", "[2]", "0", "8") "}", 9, ZD_ERR_CORRUPT,
                  "the tensors end at byte 70 of 71");
    check_refused("{" T("a", "[2]", "8", "16") "}", 16, ZD_ERR_CORRUPT,
                  "tensor 'a' begins at byte 71, expected 63");
    check_refused("{" T("a", "[3]", "0", "8") "}", 8, ZD_ERR_CORRUPT,
                  "tensor 'a' is 8 bytes, its shape needs 12");
    check_refused("{" T("a", "[2]", "0", "8") "}", 7, ZD_ERR_CORRUPT,
                  "tensor 'a' lies at bytes 0 to 8 of 7; the file is truncated or damaged");
    check_refused("{" T("a", "[4294967296,4294967296]", "0", "8") "}", 8, ZD_ERR_CORRUPT,
                  "tensor 'a' is too large");
    check_refused("{" T("a", "[2]", "8", "0") "}", 8, ZD_ERR_CORRUPT,
                  "tensor 'a' lies at bytes 8 to 0 of 8; the file is truncated or damaged");
    check_refused("{" T("a", "[1]", "0", "4") "," T("a", "[1]", "4", "8") "}", 8, ZD_ERR_CORRUPT,
                  "tensor 'a' is listed twice");
    check_refused("{" T("a", "[-1]", "0", "4") "}", 4, ZD_ERR_CORRUPT,
                  "the header is damaged at byte 37: expected a whole number");
    check_refused("{" T("a", "[01]", "0", "4") "}", 4, ZD_ERR_CORRUPT,
                  "the header is damaged at byte 39: expected a whole number");
    check_refused("{\"a\":{\"dtype\":\"F31\",\"shape\":[],\"data_offsets\":[0,4]}}", 4,
                  ZD_ERR_UNSUPPORTED, "tensor 'a' holds 'F31' values, which are not known");
    check_refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", 4, ZD_ERR_CORRUPT,
                  "the header is damaged at byte 39: expected dtype, shape and two data_offsets");
    check_refused("{\"__metadata__\":{\"a\":\"\\ud800\"}}", 0, ZD_ERR_CORRUPT,
                  "the header is damaged at byte 36: expected a valid escape");
    check_refused("[]", 0, ZD_ERR_CORRUPT, "the header is damaged at byte 8: expected '{'");
    check_refused("{} x", 0, ZD_ERR_CORRUPT,
                  "the header is damaged at byte 11: expected the end of the header");
}

/** The text of an escape; NULL: it is refused, as an escape. */
static const char *escaped(const char *digits)
{
    static char text[16];
    unsigned char bytes[256];
    char header[96];
    zd_safetensors *file;
    snprintf(header, sizeof header, "{\"__metadata__\":{\"a\":\"\\u%s\"}}", digits);
    size_t count = compose(bytes, header, 0);
    if (zd_safetensors_parse(ctx, bytes, count, &file, &err) != ZD_OK) {
        REQUIRE(strstr(err.message, "expected a valid escape") != NULL);
        return NULL;
    }
    snprintf(text, sizeof text, "%s", zd_safetensors_metadata(file, "a"));
    zd_safetensors_close(&file);
    return text;
}

/* Every character at every place of an escape; and where one more byte of UTF-8 is needed. */
static void escapes_are_of_four_digits(void)
{
    for (int place = 0; place < 4; place++) {
        for (int c = ' '; c < 127; c++) {
            char digits[5] = "1111";
            digits[place] = (char) c;
            if (c != '"' && c != '\\') {
                REQUIRE((escaped(digits) != NULL) == (isxdigit(c) != 0));
            }
        }
    }
    REQUIRE_TEXT(escaped("007f"), "\x7f");
    REQUIRE_TEXT(escaped("0080"), "\xc2\x80");
    REQUIRE_TEXT(escaped("07fF"), "\xdf\xbf");
    REQUIRE_TEXT(escaped("0800"), "\xe0\xa0\x80");
    REQUIRE_TEXT(escaped("D7ff"), "\xed\x9f\xbf");
    REQUIRE_TEXT(escaped("e000"), "\xee\x80\x80");
    REQUIRE_TEXT(escaped("d800\\udc00"), "\xf0\x90\x80\x80");
    REQUIRE_TEXT(escaped("dbff\\udfff"), "\xf4\x8f\xbf\xbf");
    REQUIRE(escaped("0000") == NULL && escaped("dc00") == NULL && escaped("dfff") == NULL);
    REQUIRE(escaped("dbff") == NULL && escaped("d800\\udbff") == NULL);
    REQUIRE(escaped("d800\\ue000") == NULL && escaped("d800\\ndc00") == NULL);
}

/** Whatever parses must be readable to its last byte. */
static void use(const unsigned char *bytes, size_t count)
{
    zd_safetensors *file = NULL;
    if (zd_safetensors_parse(ctx, bytes, count, &file, &err) == ZD_OK) {
        for (int i = 0; i < zd_safetensors_count(file); i++) {
            const zd_stored_tensor *tensor = zd_safetensors_at(file, i);
            float value;
            if (tensor->count > 0 && tensor->dtype != ZD_DTYPE_OTHER) {
                zd_safetensors_read(file, tensor, tensor->count - 1, 1, &value);
            }
            REQUIRE(zd_safetensors_find(file, tensor->name) == tensor);
        }
    }
    zd_safetensors_close(&file);
}

static void truncation_at_every_byte(void)
{
    unsigned char bytes[1024];
    size_t count = compose(bytes, small, 30);
    for (size_t n = 0; n < count; n++) {
        unsigned char *exact = malloc(n > 0 ? n : 1); /* so that a reader past the end is seen */
        zd_safetensors *file;
        memcpy(exact, bytes, n);
        REQUIRE(zd_safetensors_parse(ctx, exact, n, &file, &err) != ZD_OK);
        free(exact);
    }
}

static void flips_of_every_header_byte(void)
{
    unsigned char bytes[1024];
    size_t count = compose(bytes, small, 30);
    unsigned char *changed = malloc(count);
    for (size_t n = 0; n < count - 30; n++) {
        for (int flip = 1; flip < 256; flip++) {
            memcpy(changed, bytes, count);
            changed[n] = (unsigned char) (changed[n] ^ flip);
            use(changed, count);
        }
    }
    free(changed);
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(a_right_file);
    RUN(halves_are_exact);
    RUN(hostile_headers);
    RUN(escapes_are_of_four_digits);
    RUN(truncation_at_every_byte);
    RUN(flips_of_every_header_byte);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
