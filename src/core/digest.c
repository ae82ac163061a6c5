/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The state of nettle lies in the caller's hasher; files are read in pieces. */

#include "core/digest.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <nettle/sha2.h>

#include "core/file.h"

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(((zd_hasher *) 0)->state),
               "zd_hasher is too small for nettle's state");
_Static_assert(_Alignof(struct sha256_ctx) <= _Alignof(zd_hasher),
               "zd_hasher is not aligned for nettle's state");

static struct sha256_ctx *state_of(zd_hasher *hasher)
{
    return (struct sha256_ctx *) (void *) hasher->state;
}

void zd_hasher_init(zd_hasher *hasher)
{
    sha256_init(state_of(hasher));
}

void zd_hasher_update(zd_hasher *hasher, const void *data, size_t bytes)
{
    assert(data != NULL || bytes == 0);
    sha256_update(state_of(hasher), bytes, data);
}

void zd_hasher_finish(zd_hasher *hasher, zd_digest *out)
{
    sha256_digest(state_of(hasher), ZD_DIGEST_BYTES, out->bytes);
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
    ZD_TRY(zd_file_check_regular(path, err));
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return zd_fail(err, ZD_ERR_IO, "cannot open '%s': %s", path, strerror(errno));
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
    struct stat info;
    char resolved[PATH_MAX];
    if (realpath(path, resolved) == NULL || stat(resolved, &info) != 0 || !S_ISREG(info.st_mode)) {
        return false;
    }
    int64_t facts[3] = { info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec };
    zd_hasher_update(hasher, resolved, strlen(resolved) + 1);
    zd_hasher_update(hasher, facts, sizeof facts);
    return true;
}
