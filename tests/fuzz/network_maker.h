/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_NETWORK_MAKER_H
#define ZD_TEST_NETWORK_MAKER_H

/* Makes weights files out of decisions. Any bytes are a valid operator list with weights that fit it,
 * which some decisions then bend: what comes out reaches the planner, the packer and the operators
 * instead of ending in the parsers. */

#include <stddef.h>
#include <stdint.h>

enum { MAKER_MOST_OPS = 48, MAKER_MOST_TENSORS = 320, MAKER_FILE_BYTES = 8 << 20 };

/** A tensor of the list, at the size that the list was made for. */
typedef struct made_value {
    char name[24];
    int channels;
    int height;
    int width;
    int is_output;
} made_value;

typedef struct network_maker {
    const uint8_t *at; /* decisions that are left */
    const uint8_t *end;
    unsigned bend; /* one decision of so many is bent; 0: none */
    int width;     /* of the picture */
    int height;
    int multiple;
    int fast;
    int keep;
    made_value values[MAKER_MOST_OPS];
    int count;
    char list[16384];
    size_t list_length;
    char header[65536];
    size_t header_length;
    uint8_t *data; /* of the tensors */
    size_t data_bytes;
    int tensors;
    uint32_t noise;
} network_maker;

/** Makes a file's bytes in `out`, of MAKER_FILE_BYTES, from decisions; returns how many, 0 when they
 *  are too many. The maker then tells the picture's size and how to run it. */
size_t network_maker_make(network_maker *m, const uint8_t *decisions, size_t count, uint8_t *out);

#endif
