/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Chunks are a length, a type, data and a CRC. Lengths come from a file: none is trusted beyond what
 * a text may have. */

#include "media/still/png_text.h"

#include <libavutil/crc.h>
#include <libavutil/intreadwrite.h>
#include <stdio.h>
#include <string.h>

enum { SIGNATURE = 8, HEADER_END = 33, MAX_TEXT = 1024, MAX_CHUNKS = 256 };

static const uint8_t signature[SIGNATURE] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

/* The CRC-32 of PNG, most significant byte first. */
static uint32_t crc_of(const uint8_t *data, size_t bytes)
{
    return ~av_crc(av_crc_get_table(AV_CRC_32_IEEE_LE), UINT32_MAX, data, bytes);
}

static size_t put_text(uint8_t *to, const char *key, const char *value)
{
    size_t key_bytes = strlen(key) + 1;
    size_t bytes = key_bytes + strlen(value);
    AV_WB32(to, (uint32_t) bytes);
    memcpy(to + 4, "tEXt", 4); /* NOLINT: four bytes, no text */
    memcpy(to + 8, key, key_bytes);
    memcpy(to + 8 + key_bytes, value, bytes - key_bytes);
    AV_WB32(to + 8 + bytes, crc_of(to + 4, bytes + 4));
    return bytes + 12;
}

zd_status zd_png_text_insert(zd_context *ctx, const uint8_t *png, size_t bytes,
                             const char *const *pairs, uint8_t **out, size_t *out_bytes,
                             zd_error *err)
{
    size_t room = bytes;
    bool is_png = bytes > HEADER_END && memcmp(png, signature, SIGNATURE) == 0;
    for (int i = 0; is_png && pairs != NULL && pairs[i] != NULL; i += 2) {
        room += strlen(pairs[i]) + strlen(pairs[i + 1]) + 13;
    }
    *out = zd_alloc(ctx, room);
    if (*out == NULL) {
        return zd_fail_memory(err, "a picture");
    }
    size_t head = is_png ? HEADER_END : bytes;
    size_t at = head;
    memcpy(*out, png, head);
    for (int i = 0; is_png && pairs != NULL && pairs[i] != NULL; i += 2) {
        at += put_text(*out + at, pairs[i], pairs[i + 1]);
    }
    memcpy(*out + at, png + head, bytes - head);
    *out_bytes = at + bytes - head;
    return ZD_OK;
}

/* Whether the text chunk that the file stands in has the key. */
static bool read_text(FILE *file, uint32_t length, const char *key, char *out, size_t size)
{
    char text[MAX_TEXT + 1];
    size_t key_bytes = strlen(key) + 1;
    if (length > MAX_TEXT || fread(text, 1, length, file) != length || length < key_bytes ||
        memcmp(text, key, key_bytes) != 0)
    {
        return false;
    }
    text[length] = '\0';
    snprintf(out, size, "%s", text + key_bytes);
    return true;
}

bool zd_png_text_read(const char *path, const char *key, char *out, size_t size)
{
    uint8_t head[SIGNATURE];
    bool found = false;
    FILE *file = fopen(path, "rb");
    bool good = file != NULL && fread(head, 1, SIGNATURE, file) == SIGNATURE &&
                memcmp(head, signature, SIGNATURE) == 0;
    for (int i = 0; good && !found && i < MAX_CHUNKS; i++) {
        good = fread(head, 1, SIGNATURE, file) == SIGNATURE && memcmp(head + 4, "IDAT", 4) != 0;
        long start = good ? ftell(file) : -1;
        if (good && memcmp(head + 4, "tEXt", 4) == 0) {
            found = read_text(file, AV_RB32(head), key, out, size);
        }
        good = good && start >= 0 && AV_RB32(head) <= INT32_MAX &&
               fseek(file, start + (long) AV_RB32(head) + 4, SEEK_SET) == 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}
