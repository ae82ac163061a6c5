/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_SHA256_H
#define ZD_CORE_SHA256_H

/* The compression function of SHA-256 (FIPS 180-4, section 6.2). core/digest.h is what others use. */

#include <stddef.h>
#include <stdint.h>

/** The 64 constants of the rounds. */
extern const uint32_t zd_sha256_constants[64];

/** Takes whole blocks of 64 bytes into the eight words of the hash, as fast as the processor can. */
void zd_sha256_blocks(uint32_t words[8], const uint8_t *data, size_t blocks);

/** The same in plain C, and with the SHA instructions of x86, where zd_sha256_blocks finds them. */
void zd_sha256_blocks_plain(uint32_t words[8], const uint8_t *data, size_t blocks);
void zd_sha256_blocks_ni(uint32_t words[8], const uint8_t *data, size_t blocks);

#endif
