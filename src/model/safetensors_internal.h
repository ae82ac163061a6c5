/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_SAFETENSORS_INTERNAL_H
#define ZD_MODEL_SAFETENSORS_INTERNAL_H

/* Shared by safetensors.c and safetensors_header.c only. */

#include "model/safetensors.h"

enum {
    ZD_HEADER_MAX_BYTES = 16 << 20,
    ZD_HEADER_MAX_TENSORS = 1 << 16,
    ZD_HEADER_MAX_PAIRS = 1 << 12,
    ZD_HEADER_MAX_NAME = 256,
};

typedef struct zd_header_pair {
    const char *key;
    const char *value;
} zd_header_pair;

struct zd_safetensors {
    zd_context *ctx;
    zd_mapping mapping; /* empty when the bytes are borrowed */
    const uint8_t *data;
    size_t bytes;
    size_t data_start;
    char *text; /* the header, its strings decoded in place; names point into it */
    zd_stored_tensor *tensors;
    int tensor_count;
    int tensor_capacity;
    zd_header_pair *pairs;
    int pair_count;
    int pair_capacity;
};

/** Reads the header into file->tensors and file->pairs, checking each entry by itself. */
ZD_MUST_USE zd_status zd_safetensors_read_header(zd_safetensors *file, zd_error *err);

#endif
