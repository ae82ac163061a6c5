/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Parsed from memory, every size checked against the bytes that are there. */

#include "media/pfm.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/require.h"
#include "core/size.h"

typedef struct pfm_cursor {
    const uint8_t *at;
    const uint8_t *end;
} pfm_cursor;

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next word of the header, and the one space that ends it. */
static bool next_word(pfm_cursor *cursor, char *word, size_t size)
{
    size_t length = 0;
    while (cursor->at < cursor->end && is_space(*cursor->at)) {
        cursor->at++;
    }
    while (cursor->at < cursor->end && !is_space(*cursor->at)) {
        if (length + 1 >= size) {
            return false;
        }
        word[length++] = (char) *cursor->at++;
    }
    word[length] = '\0';
    if (length == 0 || cursor->at == cursor->end) {
        return false;
    }
    cursor->at++;
    return true;
}

static bool parse_side(const char *word, int *out)
{
    if (word[0] == '\0' || strspn(word, "0123456789") != strlen(word) || strlen(word) > 8) {
        return false;
    }
    *out = atoi(word);
    return *out > 0;
}

static bool parse_header(pfm_cursor *cursor, int *channels, int *width, int *height, double *scale)
{
    char word[32];
    char *rest;
    if (!next_word(cursor, word, sizeof word)) {
        return false;
    }
    *channels = strcmp(word, "PF") == 0 ? 3 : strcmp(word, "Pf") == 0 ? 1 : 0;
    if (*channels == 0 || !next_word(cursor, word, sizeof word) || !parse_side(word, width) ||
        !next_word(cursor, word, sizeof word) || !parse_side(word, height) ||
        !next_word(cursor, word, sizeof word))
    {
        return false;
    }
    *scale = strtod(word, &rest);
    return *rest == '\0' && isfinite(*scale) && *scale != 0.0;
}

static void read_rows(const uint8_t *data, bool is_big_endian, zd_view view)
{
    size_t samples = (size_t) view.width * (size_t) view.format.channels;
    for (int y = 0; y < view.height; y++) {
        float *out = zd_view_row_f32(view, view.height - 1 - y);
        memcpy(out, data, samples * sizeof(float));
        data += samples * sizeof(float);
        for (size_t i = 0; is_big_endian && i < samples; i++) {
            uint32_t bits;
            memcpy(&bits, &out[i], sizeof bits);
            bits = __builtin_bswap32(bits);
            memcpy(&out[i], &bits, sizeof bits);
        }
    }
}

zd_status zd_pfm_parse(zd_context *ctx, const char *name, const uint8_t *data, size_t bytes,
                       zd_image **out, zd_error *err)
{
    ZD_REQUIRE(err, data != NULL || bytes == 0);
    pfm_cursor cursor = { data, data + bytes };
    int channels;
    int width;
    int height;
    double scale;
    size_t needed;
    *out = NULL;
    if (bytes == 0 || !parse_header(&cursor, &channels, &width, &height, &scale)) {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' has no valid PFM header", name);
    }
    size_t left = (size_t) (cursor.end - cursor.at);
    if (!zd_size_mul3((size_t) width, (size_t) height, (size_t) channels * sizeof(float),
                      &needed) ||
        left < needed)
    {
        return zd_fail(err, ZD_ERR_CORRUPT,
                       "'%s' is cut off: %dx%d needs more than the %zu bytes of pixels it has",
                       name, width, height, left);
    }
    zd_status status =
        zd_image_create(ctx, width, height, (zd_format){ ZD_SAMPLE_F32, channels }, out, err);
    if (status != ZD_OK) {
        return zd_fail_context(err, status, "'%s'", name);
    }
    read_rows(cursor.at, scale > 0.0, zd_image_view(*out));
    return ZD_OK;
}

zd_status zd_pfm_read(zd_context *ctx, const char *path, zd_image **out, zd_error *err)
{
    zd_mapping mapping;
    *out = NULL;
    ZD_TRY(zd_file_map(path, &mapping, err));
    zd_status status = zd_pfm_parse(ctx, path, mapping.data, mapping.bytes, out, err);
    zd_file_unmap(&mapping);
    return status;
}
