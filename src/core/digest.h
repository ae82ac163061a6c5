/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_DIGEST_H
#define ZD_CORE_DIGEST_H

/* SHA-256: keys of the depth cache and checks of installed models. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

enum { ZD_DIGEST_BYTES = 32, ZD_DIGEST_TEXT_SIZE = 65 };

typedef struct zd_digest {
    uint8_t bytes[ZD_DIGEST_BYTES];
} zd_digest;

/** A running hash. Plain storage of the caller; nothing to release. */
typedef struct zd_hasher {
    uint32_t words[8];
    uint64_t bytes;
    uint8_t block[64]; /* what is no whole block yet */
} zd_hasher;

void zd_hasher_init(zd_hasher *hasher);
void zd_hasher_update(zd_hasher *hasher, const void *data, size_t bytes);
void zd_hasher_finish(zd_hasher *hasher, zd_digest *out);

/** Writes 64 lower-case hexadecimal digits and a terminating zero. */
void zd_digest_text(const zd_digest *digest, char text[ZD_DIGEST_TEXT_SIZE]);

/** Hashes a whole file in pieces. */
ZD_MUST_USE zd_status zd_digest_file(const char *path, zd_digest *out, zd_error *err);

/** Adds to a hash what tells a file from another and from itself before a change: where it really is,
 *  its size and the time of its last change. False, and nothing is added, when it is no plain file. */
bool zd_hasher_add_file(zd_hasher *hasher, const char *path);

#endif
