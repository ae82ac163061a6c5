/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CACHE_CACHE_LAYER_H
#define ZD_CACHE_CACHE_LAYER_H

/* One layer of a coded depth map (cache/cache_codec.h): bytes packed by how often each value comes. The
 * first byte of the code says how:
 *
 *     0  stored: the bytes as they are
 *     1  all bytes are the same: that byte, once for every 32768 of them
 *     2  coded: how often each value comes in 4096, from 0 on: 1 to 127 as they are; 128 to 4095 with
 *        128 added to the upper of two bytes; 0 and a byte for one more values than it says that never
 *        come. Then four states of 32 bits, and words of 16 bits, little-endian, from which the states
 *        are filled up again: sample i is in state i modulo 4
 *
 * A state x holds the value v whose share of 0..4095 has x modulo 4096 in it; what is left of it is
 * share(v) * (x / 4096) + x modulo 4096 - (the shares of all values below v), and below 32768 it takes a
 * word in from below. All four end at 32768. No code is shorter than its samples by more than
 * ZD_CACHE_LAYER_MOST to one. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ZD_CACHE_LAYER_MOST = 40000 };

/** How many bytes the code of a layer has at most. */
size_t zd_cache_layer_room(size_t samples);

/** Packs a layer of at least one sample into zd_cache_layer_room bytes, and returns how many were used. */
size_t zd_cache_layer_pack(const uint8_t *layer, size_t samples, uint8_t *to);

/** Unpacks any bytes; false when they are no code of so many samples. */
bool zd_cache_layer_unpack(const uint8_t *data, size_t bytes, uint8_t *layer, size_t samples);

#endif
