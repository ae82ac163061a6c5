/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Blocks and padding of SHA-256 (FIPS 180-4, section 5.1.1); files are read in pieces. */

#include "core/digest.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/os.h"
#include "core/sha256.h"

enum { BLOCK = 64 };

void zd_hasher_init(zd_hasher *hasher)
{
    *hasher = (zd_hasher){ .words = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                      0x9b05688c, 0x1f83d9ab, 0x5be0cd19 } };
}

void zd_hasher_update(zd_hasher *hasher, const void *data, size_t bytes)
{
    assert(data != NULL || bytes == 0);
    const uint8_t *at = data;
    size_t held = hasher->bytes % BLOCK;
    hasher->bytes += bytes;
    if (held > 0 && bytes >= BLOCK - held) {
        memcpy(hasher->block + held, at, BLOCK - held);
        zd_sha256_blocks(hasher->words, hasher->block, 1);
        at += BLOCK - held;
        bytes -= BLOCK - held;
        held = 0;
    }
    if (held == 0) {
        zd_sha256_blocks(hasher->words, at, bytes / BLOCK);
        at += bytes / BLOCK * BLOCK;
        bytes %= BLOCK;
    }
    if (bytes > 0) {
        memcpy(hasher->block + held, at, bytes);
    }
}

/* A bit of 1, zeros to the end of a block less eight bytes, and the number of bits. */
void zd_hasher_finish(zd_hasher *hasher, zd_digest *out)
{
    static const uint8_t padding[BLOCK] = { 0x80 };
    uint64_t bits = hasher->bytes * 8;
    uint8_t tail[8];
    for (int i = 0; i < 8; i++) {
        tail[i] = (uint8_t) (bits >> (56 - 8 * i));
    }
    zd_hasher_update(hasher, padding, 1 + (2 * BLOCK - 9 - hasher->bytes % BLOCK) % BLOCK);
    zd_hasher_update(hasher, tail, sizeof tail);
    for (int i = 0; i < ZD_DIGEST_BYTES; i++) {
        out->bytes[i] = (uint8_t) (hasher->words[i / 4] >> (24 - 8 * (i % 4)));
    }
    zd_hasher_init(hasher);
}

void zd_digest_text(const zd_digest *digest, char text[ZD_DIGEST_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < ZD_DIGEST_BYTES; i++) {
        text[2 * i] = digits[digest->bytes[i] >> 4];
        text[2 * i + 1] = digits[digest->bytes[i] & 15];
    }
    text[ZD_DIGEST_TEXT_SIZE - 1] = '\0';
}

zd_status zd_digest_file(const char *path, zd_digest *out, zd_error *err)
{
    int code;
    ZD_TRY(zd_file_check_regular(path, err));
    FILE *file = zd_os_open_stream(path, "rb", &code);
    if (file == NULL) {
        return zd_fail(err, ZD_ERR_IO, "cannot open '%s': %s", path, zd_os_reason(code));
    }
    zd_hasher hasher;
    zd_hasher_init(&hasher);
    unsigned char buffer[32768];
    size_t got;
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0) {
        zd_hasher_update(&hasher, buffer, got);
    }
    zd_status status = ZD_OK;
    if (ferror(file)) {
        status = zd_fail(err, ZD_ERR_IO, "cannot read '%s': %s", path, strerror(errno));
    }
    fclose(file);
    zd_hasher_finish(&hasher, out);
    return status;
}

bool zd_hasher_add_file(zd_hasher *hasher, const char *path)
{
    zd_os_facts found;
    char resolved[ZD_OS_PATH];
    if (zd_os_real_path(path, resolved) != 0 || zd_os_look_at(resolved, &found) != 0) {
        return false;
    }
    int64_t facts[3] = { found.bytes, found.changed_ns / ZD_OS_SECOND,
                         found.changed_ns % ZD_OS_SECOND };
    zd_hasher_update(hasher, resolved, strlen(resolved) + 1);
    zd_hasher_update(hasher, facts, sizeof facts);
    return true;
}
