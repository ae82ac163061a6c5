/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_WEIGHTS_H
#define ZD_MODEL_WEIGHTS_H

/* Tensors by the names that the original Depth Anything checkpoints give them, whichever key
 * scheme a file uses. In the Hugging Face scheme query, key and value are three tensors; here they
 * are one, stacked. */

#include "model/safetensors.h"

typedef struct zd_weights {
    const zd_safetensors *file;
    bool is_huggingface;
} zd_weights;

/** One tensor, or up to three stacked along their first dimension. */
typedef struct zd_weight {
    const zd_safetensors *file;
    const zd_stored_tensor *parts[3];
    int part_count;
    int rank;
    size_t shape[ZD_TENSOR_MAX_RANK];
    size_t row; /* values for each step of the first dimension */
} zd_weight;

/** Finds out which key scheme a file uses. */
void zd_weights_init(zd_weights *weights, const zd_safetensors *file);

/** Finds a tensor; ZD_ERR_CORRUPT names it when it is not there. */
ZD_MUST_USE zd_status zd_weights_find(const zd_weights *weights, const char *name, zd_weight *out,
                                      zd_error *err);

/** Finds a tensor that must have `count` values in rows of `row`. */
ZD_MUST_USE zd_status zd_weights_expect(const zd_weights *weights, const char *name, size_t count,
                                        size_t row, zd_weight *out, zd_error *err);

bool zd_weights_has(const zd_weights *weights, const char *name);

/** Reads whole rows as float32. */
void zd_weight_read(const zd_weight *weight, size_t first_row, size_t rows, float *out);

/** Gives the file's pages back. */
void zd_weight_drop(const zd_weight *weight);

#endif
