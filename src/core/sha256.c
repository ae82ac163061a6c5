/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* SHA-256 after FIPS 180-4. The names of the sums and of the working words are the standard's. */

#include "core/sha256.h"

#include <assert.h>
#include <string.h>

#include "core/cpu.h"

const uint32_t zd_sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

/* What the message's words are mixed to, 16 of them and the 48 that come of them. */
static void schedule(uint32_t w[64], const uint8_t *data)
{
    for (int i = 0; i < 16; i++) {
        const uint8_t *at = data + 4 * i;
        w[i] = (uint32_t) at[0] << 24 | (uint32_t) at[1] << 16 | (uint32_t) at[2] << 8 | at[3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15];
        uint32_t b = w[i - 2];
        uint32_t sigma_0 = rotate(a, 7) ^ rotate(a, 18) ^ a >> 3;
        uint32_t sigma_1 = rotate(b, 17) ^ rotate(b, 19) ^ b >> 10;
        w[i] = w[i - 16] + sigma_0 + w[i - 7] + sigma_1;
    }
}

static void take_block(uint32_t words[8], const uint8_t *data)
{
    enum { A, B, C, D, E, F, G, H };
    uint32_t w[64];
    uint32_t s[8];
    schedule(w, data);
    memcpy(s, words, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t sum_1 = rotate(s[E], 6) ^ rotate(s[E], 11) ^ rotate(s[E], 25);
        uint32_t choice = (s[E] & s[F]) ^ (~s[E] & s[G]);
        uint32_t t_1 = s[H] + sum_1 + choice + zd_sha256_constants[i] + w[i];
        uint32_t sum_0 = rotate(s[A], 2) ^ rotate(s[A], 13) ^ rotate(s[A], 22);
        uint32_t majority = (s[A] & s[B]) ^ (s[A] & s[C]) ^ (s[B] & s[C]);
        memmove(s + 1, s, 7 * sizeof *s);
        s[E] += t_1;
        s[A] = t_1 + sum_0 + majority;
    }
    for (int i = 0; i < 8; i++) {
        words[i] += s[i];
    }
}

void zd_sha256_blocks_plain(uint32_t words[8], const uint8_t *data, size_t blocks)
{
    assert(data != NULL || blocks == 0);
    for (size_t i = 0; i < blocks; i++) {
        take_block(words, data + 64 * i);
    }
}

void zd_sha256_blocks(uint32_t words[8], const uint8_t *data, size_t blocks)
{
#if defined(__x86_64__)
    if (zd_cpu_has_sha()) {
        zd_sha256_blocks_ni(words, data, blocks);
        return;
    }
#endif
    zd_sha256_blocks_plain(words, data, blocks);
}
