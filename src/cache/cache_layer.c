/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Range coding by asymmetric numeral systems (J. Duda, "Asymmetric numeral systems: entropy coding
 * combining speed of Huffman coding with compression rate of arithmetic coding", 2013), with a table for
 * the whole layer and four states in turn, so that they do not wait for each other. The coder goes from
 * the last sample to the first and fills its room from the end. */

#include "cache/cache_layer.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    STORED,
    SAME,
    CODED,
    VALUES = 256,
    BITS = 12,
    WHOLE = 1 << BITS, /* the sum of all shares */
    STATES = 4,
    LOW = 1 << 15, /* states are from here to 2^31 */
    RUN = 32768,
    MOST_TABLE = 2 * VALUES,
};

static void put_u16(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t) value;
    to[1] = (uint8_t) (value >> 8);
}

static uint32_t get_u16(const uint8_t *from)
{
    return (uint32_t) from[0] | (uint32_t) from[1] << 8;
}

size_t zd_cache_layer_room(size_t samples)
{
    return samples + 1;
}

/* ---- packing ---- */

static void count_values(const uint8_t *layer, size_t samples, uint32_t counts[VALUES])
{
    uint32_t lanes[4][VALUES] = { 0 }; /* equal values one after the other do not wait */
    for (size_t i = 0; i < samples; i++) {
        lanes[i % 4][layer[i]]++;
    }
    for (int v = 0; v < VALUES; v++) {
        counts[v] = lanes[0][v] + lanes[1][v] + lanes[2][v] + lanes[3][v];
    }
}

static int largest_of(const uint32_t shares[VALUES])
{
    int largest = 0;
    for (int v = 1; v < VALUES; v++) {
        largest = shares[v] > shares[largest] ? v : largest;
    }
    return largest;
}

/* Shares of 4096 from counts of which two are not 0: at least 1 for each of those. */
static void find_shares(const uint32_t counts[VALUES], size_t samples, uint32_t shares[VALUES])
{
    int sum = 0;
    for (int v = 0; v < VALUES; v++) {
        uint32_t share = (uint32_t) ((uint64_t) counts[v] * WHOLE / samples);
        shares[v] = counts[v] > 0 && share == 0 ? 1 : share;
        sum += (int) shares[v];
    }
    if (sum < WHOLE) {
        shares[largest_of(shares)] += (uint32_t) (WHOLE - sum);
    }
    for (; sum > WHOLE; sum--) {
        shares[largest_of(shares)]--;
    }
}

static double coded_bytes(const uint32_t counts[VALUES], const uint32_t shares[VALUES])
{
    double bits = 0.0;
    for (int v = 0; v < VALUES; v++) {
        bits += counts[v] > 0 ? counts[v] * (BITS - log2((double) shares[v])) : 0.0;
    }
    return bits / 8.0;
}

static size_t put_shares(const uint32_t shares[VALUES], uint8_t *to)
{
    size_t used = 0;
    for (int v = 0; v < VALUES; v++) {
        int zeros = 0;
        while (v + zeros < VALUES && shares[v + zeros] == 0) {
            zeros++;
        }
        if (zeros > 0) {
            to[used++] = 0;
            to[used++] = (uint8_t) (zeros - 1);
            v += zeros - 1;
        } else if (shares[v] < 128) {
            to[used++] = (uint8_t) shares[v];
        } else {
            to[used++] = (uint8_t) (128 + (shares[v] >> 8));
            to[used++] = (uint8_t) shares[v];
        }
    }
    return used;
}

/* A value's share and the sum of those below it, and what dividing by the share is done with: a
 * multiplication by (2^(31 + shift) + share - 1) / share, which is exact for states (T. Granlund,
 * P. Montgomery, "Division by Invariant Integers using Multiplication", 1994). */
typedef struct coder {
    uint32_t share;
    uint32_t below;
    uint32_t factor;
    uint32_t shift;
} coder;

static void find_coders(const uint32_t shares[VALUES], coder coders[VALUES])
{
    uint32_t sum = 0;
    for (int v = 0; v < VALUES; v++) {
        uint32_t shift = 0;
        while (shares[v] > 1U << shift) {
            shift++;
        }
        uint64_t rounded = (UINT64_C(1) << (31 + shift)) + shares[v] - 1;
        coders[v] = (coder){ .share = shares[v], .below = sum, .shift = 31 + shift };
        coders[v].factor = shares[v] > 0 ? (uint32_t) (rounded / shares[v]) : 0;
        sum += shares[v];
    }
    assert(sum == WHOLE);
}

/* Takes a value into a state, which may give a word before. */
static inline uint32_t take(uint32_t x, const coder *c, uint8_t **end)
{
    if (x >> (31 - BITS) >= c->share) {
        *end -= 2;
        put_u16(*end, x);
        x >>= 16;
    }
    uint32_t quotient = (uint32_t) ((uint64_t) x * c->factor >> c->shift);
    return (quotient << BITS) + (x - quotient * c->share) + c->below;
}

/* The words of a layer, from the end of the room; where they begin, or NULL when they do not fit. */
static uint8_t *put_words(const uint8_t *layer, size_t samples, const uint32_t shares[VALUES],
                          uint8_t *room, uint8_t *end)
{
    coder coders[VALUES];
    uint32_t s[STATES] = { LOW, LOW, LOW, LOW };
    size_t i = samples;
    find_coders(shares, coders);
    for (; i % STATES != 0 && end - room >= 2; i--) {
        s[(i - 1) % STATES] = take(s[(i - 1) % STATES], &coders[layer[i - 1]], &end);
    }
    for (; i >= STATES && end - room >= 2 * STATES; i -= STATES) {
        s[3] = take(s[3], &coders[layer[i - 1]], &end);
        s[2] = take(s[2], &coders[layer[i - 2]], &end);
        s[1] = take(s[1], &coders[layer[i - 3]], &end);
        s[0] = take(s[0], &coders[layer[i - 4]], &end);
    }
    if (i > 0 || end - room < 4 * STATES) {
        return NULL;
    }
    for (int k = STATES; k-- > 0;) {
        end -= 4;
        put_u16(end, s[k]);
        put_u16(end + 2, s[k] >> 16);
    }
    return end;
}

static size_t pack_coded(const uint8_t *layer, size_t samples, const uint32_t shares[VALUES],
                         uint8_t *to, size_t room)
{
    size_t used = 1 + put_shares(shares, to + 1);
    uint8_t *words = put_words(layer, samples, shares, to + used, to + room);
    if (words == NULL) {
        return 0;
    }
    size_t bytes = (size_t) (to + room - words);
    memmove(to + used, words, bytes);
    to[0] = CODED;
    return used + bytes;
}

static size_t pack_same(uint8_t value, size_t samples, uint8_t *to)
{
    size_t times = (samples - 1) / RUN + 1;
    to[0] = SAME;
    memset(to + 1, value, times);
    return 1 + times;
}

size_t zd_cache_layer_pack(const uint8_t *layer, size_t samples, uint8_t *to)
{
    assert(samples > 0);
    uint32_t counts[VALUES];
    uint32_t shares[VALUES];
    count_values(layer, samples, counts);
    if (counts[layer[0]] == samples) {
        return pack_same(layer[0], samples, to);
    }
    find_shares(counts, samples, shares);
    size_t used = 0;
    /* Noise is worth no work. */
    if (samples > MOST_TABLE + 4 * STATES && coded_bytes(counts, shares) < (double) samples * 0.98)
    {
        used = pack_coded(layer, samples, shares, to, zd_cache_layer_room(samples));
    }
    if (used == 0) {
        to[0] = STORED;
        memcpy(to + 1, layer, samples);
        used = 1 + samples;
    }
    assert(used <= zd_cache_layer_room(samples));
    return used;
}

/* ---- unpacking ---- */

static bool get_shares(const uint8_t **at, const uint8_t *end, uint32_t shares[VALUES])
{
    uint32_t sum = 0;
    for (int v = 0; v < VALUES; v++) {
        if (end - *at < 2) {
            return false;
        }
        uint32_t first = *(*at)++;
        if (first == 0) {
            int zeros = 1 + *(*at)++;
            if (zeros > VALUES - v) {
                return false;
            }
            memset(shares + v, 0, (size_t) zeros * sizeof *shares);
            v += zeros - 1;
            continue;
        }
        shares[v] = first < 128 ? first : (first - 128) << 8 | *(*at)++;
        if (shares[v] == 0 || shares[v] >= WHOLE) {
            return false;
        }
        sum += shares[v];
    }
    return sum == WHOLE;
}

/* What a state holds, by its lowest bits: the value, its share and how far it is into that. */
static void fill_slots(const uint32_t shares[VALUES], uint32_t slots[WHOLE])
{
    uint32_t at = 0;
    for (uint32_t v = 0; v < VALUES; v++) {
        for (uint32_t k = 0; k < shares[v]; k++) {
            slots[at++] = v | shares[v] << 8 | k << 20;
        }
    }
    assert(at == WHOLE);
}

/* Gives a state's value, and fills it up where there are words. */
static inline uint32_t give(uint32_t x, const uint32_t slots[WHOLE], const uint8_t **at,
                            uint8_t *value)
{
    uint32_t slot = slots[x % WHOLE];
    *value = (uint8_t) slot;
    x = (slot >> 8 & (WHOLE - 1)) * (x >> BITS) + (slot >> 20);
    if (x < LOW) {
        x = x << 16 | get_u16(*at);
        *at += 2;
    }
    return x;
}

static bool get_words(const uint8_t *at, const uint8_t *end, const uint32_t slots[WHOLE],
                      uint8_t *layer, size_t samples)
{
    static const uint8_t nothing[2] = { 0 };
    uint32_t s[STATES];
    size_t i = 0;
    for (int k = 0; k < STATES; k++, at += 4) {
        s[k] = get_u16(at) | get_u16(at + 2) << 16;
    }
    for (; samples - i >= STATES && end - at >= 2 * STATES; i += STATES) {
        s[0] = give(s[0], slots, &at, layer + i);
        s[1] = give(s[1], slots, &at, layer + i + 1);
        s[2] = give(s[2], slots, &at, layer + i + 2);
        s[3] = give(s[3], slots, &at, layer + i + 3);
    }
    for (; i < samples; i++) {
        const uint8_t *next = end - at >= 2 ? at : nothing;
        const uint8_t *before = next;
        s[i % STATES] = give(s[i % STATES], slots, &next, layer + i);
        if (next != before && before == nothing) {
            return false;
        }
        at += next - before;
    }
    return at == end && s[0] == LOW && s[1] == LOW && s[2] == LOW && s[3] == LOW;
}

static bool unpack_coded(const uint8_t *at, const uint8_t *end, uint8_t *layer, size_t samples)
{
    uint32_t shares[VALUES];
    uint32_t slots[WHOLE];
    if (!get_shares(&at, end, shares) || end - at < 4 * STATES) {
        return false;
    }
    fill_slots(shares, slots);
    return get_words(at, end, slots, layer, samples);
}

static bool unpack_same(const uint8_t *at, const uint8_t *end, uint8_t *layer, size_t samples)
{
    size_t times = (samples - 1) / RUN + 1;
    bool is_good = (size_t) (end - at) == times;
    for (size_t i = 1; is_good && i < times; i++) {
        is_good = at[i] == at[0];
    }
    if (is_good) {
        memset(layer, at[0], samples);
    }
    return is_good;
}

bool zd_cache_layer_unpack(const uint8_t *data, size_t bytes, uint8_t *layer, size_t samples)
{
    assert(samples > 0);
    const uint8_t *end = data + bytes;
    if (bytes == 0) {
        return false;
    }
    switch (data[0]) {
    case STORED:
        if (bytes - 1 != samples) {
            return false;
        }
        memcpy(layer, data + 1, samples);
        return true;
    case SAME:
        return unpack_same(data + 1, end, layer, samples);
    case CODED:
        return unpack_coded(data + 1, end, layer, samples);
    default:
        return false;
    }
}
