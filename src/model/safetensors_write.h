/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_SAFETENSORS_WRITE_H
#define ZD_MODEL_SAFETENSORS_WRITE_H

/* Writes safetensors files: what the converters of published networks make. All tensors are F16 or
 * F32; names and metadata may hold any text. */

#include "model/safetensors.h"

/** A tensor to write. The data are borrowed until the file is written. */
typedef struct zd_tensor_source {
    const char *name;
    zd_dtype dtype; /* F32 or F16 */
    int rank;
    size_t shape[ZD_TENSOR_MAX_RANK];
    const void *data; /* count values of the type, in native order */
} zd_tensor_source;

/** What is written: tensors in their order, pairs of key and value. */
typedef struct zd_tensor_file {
    const zd_tensor_source *tensors;
    int tensor_count;
    const char *const (*metadata)[2];
    int metadata_count;
} zd_tensor_file;

/** Writes the file; it appears under its name only when it is whole. */
ZD_MUST_USE zd_status zd_safetensors_write(zd_context *ctx, const char *path,
                                           const zd_tensor_file *file, zd_error *err);

#endif
