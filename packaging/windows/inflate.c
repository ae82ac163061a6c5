/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Codes are read bit by bit against the counts of each length (RFC 1951, 3.2.2): short and slow, and fast
 * enough for stills. */

#include "inflate.h"

#include <string.h>

enum { LONGEST = 15, LITERALS = 288, DISTANCES = 30, LENGTH_CODES = 19 };

typedef struct stream {
    const uint8_t *in;
    size_t left;
    uint8_t *out;
    size_t at;
    size_t size;
    uint32_t bits;
    int count;
    bool is_bad;
} stream;

typedef struct code {
    uint16_t counts[LONGEST + 1]; /* of each length */
    uint16_t symbols[LITERALS];   /* in the order of their codes */
} code;

uint32_t zd_win_adler32(const uint8_t *data, size_t bytes)
{
    uint32_t a = 1;
    uint32_t b = 0;
    for (size_t i = 0; i < bytes; i++) {
        a = (a + data[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

static unsigned take(stream *s, int count)
{
    while (s->count < count) {
        if (s->left == 0) {
            s->is_bad = true;
            return 0;
        }
        s->bits |= (uint32_t) *s->in++ << s->count;
        s->left--;
        s->count += 8;
    }
    unsigned value = s->bits & ((1U << count) - 1);
    s->bits >>= count;
    s->count -= count;
    return value;
}

/* False when more codes are there than their lengths allow. */
static bool make_code(code *c, const uint8_t *lengths, int count)
{
    uint16_t places[LONGEST + 2] = { 0 };
    int left = 1;
    memset(c->counts, 0, sizeof c->counts);
    for (int i = 0; i < count; i++) {
        c->counts[lengths[i]]++;
    }
    c->counts[0] = 0;
    for (int length = 1; length <= LONGEST; length++) {
        left = 2 * left - c->counts[length];
        if (left < 0) {
            return false;
        }
        places[length + 1] = (uint16_t) (places[length] + c->counts[length]);
    }
    for (int i = 0; i < count; i++) {
        if (lengths[i] != 0) {
            c->symbols[places[lengths[i]]++] = (uint16_t) i;
        }
    }
    return true;
}

static int next_symbol(stream *s, const code *c)
{
    int value = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length <= LONGEST && !s->is_bad; length++) {
        value |= (int) take(s, 1);
        if (value - first < c->counts[length]) {
            return c->symbols[index + value - first];
        }
        index += c->counts[length];
        first = (first + c->counts[length]) << 1;
        value <<= 1;
    }
    s->is_bad = true;
    return 0;
}

static void copy_back(stream *s, size_t distance, size_t length)
{
    if (distance > s->at || length > s->size - s->at) {
        s->is_bad = true;
        return;
    }
    for (size_t i = 0; i < length; i++, s->at++) {
        s->out[s->at] = s->out[s->at - distance];
    }
}

static void read_match(stream *s, int symbol, const code *distances)
{
    static const uint16_t lengths[] = { 3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                        15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                        67, 83, 99, 115, 131, 163, 195, 227, 258 };
    static const uint8_t length_bits[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                           2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 };
    if (symbol >= 257 + (int) sizeof length_bits) {
        s->is_bad = true;
        return;
    }
    size_t length = lengths[symbol - 257] + take(s, length_bits[symbol - 257]);
    int d = next_symbol(s, distances);
    if (d >= DISTANCES) {
        s->is_bad = true;
        return;
    }
    int more = d < 4 ? 0 : d / 2 - 1;
    size_t least = d < 4 ? (size_t) d + 1 : ((size_t) (2 + d % 2) << more) + 1;
    copy_back(s, least + take(s, more), length);
}

static void read_codes(stream *s, const code *literals, const code *distances)
{
    for (int symbol = 0; symbol != 256 && !s->is_bad;) {
        symbol = next_symbol(s, literals);
        if (symbol > 256) {
            read_match(s, symbol, distances);
        } else if (symbol < 256 && !s->is_bad) {
            if (s->at == s->size) {
                s->is_bad = true;
                return;
            }
            s->out[s->at++] = (uint8_t) symbol;
        }
    }
}

static void read_stored(stream *s)
{
    s->bits = 0;
    s->count = 0;
    if (s->left < 4) {
        s->is_bad = true;
        return;
    }
    size_t length = s->in[0] | (size_t) s->in[1] << 8;
    size_t check = s->in[2] | (size_t) s->in[3] << 8;
    s->in += 4;
    s->left -= 4;
    if (length != (check ^ 0xFFFF) || length > s->left || length > s->size - s->at) {
        s->is_bad = true;
        return;
    }
    memcpy(s->out + s->at, s->in, length);
    s->at += length;
    s->in += length;
    s->left -= length;
}

static void read_fixed(stream *s)
{
    code literals;
    code distances;
    uint8_t lengths[LITERALS];
    for (int i = 0; i < LITERALS; i++) {
        lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    }
    (void) make_code(&literals, lengths, LITERALS);
    memset(lengths, 5, DISTANCES);
    (void) make_code(&distances, lengths, DISTANCES);
    read_codes(s, &literals, &distances);
}

/* The lengths of both codes, packed by a third one. */
static bool read_lengths(stream *s, const code *packed, uint8_t *lengths, int count)
{
    for (int i = 0; i < count && !s->is_bad;) {
        int symbol = next_symbol(s, packed);
        uint8_t value = 0;
        int times = 1;
        if (symbol < 16) {
            value = (uint8_t) symbol;
        } else if (symbol == 16) {
            s->is_bad = s->is_bad || i == 0;
            value = i > 0 ? lengths[i - 1] : 0;
            times = 3 + (int) take(s, 2);
        } else {
            times = symbol == 17 ? 3 + (int) take(s, 3) : 11 + (int) take(s, 7);
        }
        if (times > count - i) {
            s->is_bad = true;
            return false;
        }
        memset(lengths + i, value, (size_t) times);
        i += times;
    }
    return !s->is_bad;
}

static void read_dynamic(stream *s)
{
    static const uint8_t order[LENGTH_CODES] = { 16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                 11, 4,  12, 3, 13, 2, 14, 1, 15 };
    code packed;
    code literals;
    code distances;
    uint8_t lengths[LITERALS + 32] = { 0 };
    int literal_count = 257 + (int) take(s, 5);
    int distance_count = 1 + (int) take(s, 5);
    int packed_count = 4 + (int) take(s, 4);
    for (int i = 0; i < packed_count; i++) {
        lengths[order[i]] = (uint8_t) take(s, 3);
    }
    if (s->is_bad || literal_count > 286 || distance_count > DISTANCES ||
        !make_code(&packed, lengths, LENGTH_CODES) ||
        !read_lengths(s, &packed, lengths, literal_count + distance_count) ||
        !make_code(&literals, lengths, literal_count) ||
        !make_code(&distances, lengths + literal_count, distance_count))
    {
        s->is_bad = true;
        return;
    }
    read_codes(s, &literals, &distances);
}

zd_status zd_win_inflate(const uint8_t *in, size_t in_bytes, uint8_t *out, size_t out_bytes,
                         zd_error *err)
{
    stream s = { .in = in + 2, .left = in_bytes - 2, .out = out, .size = out_bytes };
    if (in_bytes < 6 || (in[0] & 15) != 8 || (in[0] * 256 + in[1]) % 31 != 0 || (in[1] & 32) != 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "its packed data has no zlib head");
    }
    for (bool is_last = false; !is_last && !s.is_bad;) {
        is_last = take(&s, 1) != 0;
        unsigned kind = take(&s, 2);
        if (kind == 0) {
            read_stored(&s);
        } else if (kind == 1) {
            read_fixed(&s);
        } else if (kind == 2) {
            read_dynamic(&s);
        } else {
            s.is_bad = true;
        }
    }
    if (s.is_bad || s.at != s.size || s.left < 4) {
        return zd_fail(err, ZD_ERR_CORRUPT, "its packed data is damaged");
    }
    uint32_t check =
        (uint32_t) s.in[0] << 24 | (uint32_t) s.in[1] << 16 | (uint32_t) s.in[2] << 8 | s.in[3];
    return check == zd_win_adler32(out, out_bytes)
               ? ZD_OK
               : zd_fail(err, ZD_ERR_CORRUPT, "its packed data is damaged: the check differs");
}
