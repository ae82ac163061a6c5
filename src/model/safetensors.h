/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_SAFETENSORS_H
#define ZD_MODEL_SAFETENSORS_H

/* Reader of safetensors files, written for hostile ones: 8 bytes little-endian header length, a
 * JSON header, tensor bytes. Everything is checked when the file is opened: strict JSON without
 * unknown or repeated keys, shapes against byte counts, and tensors that cover the data exactly,
 * without gaps or overlaps. What was opened can be read without further checks.
 *
 * Thread-safety: an open file is read-only and safe to read from many threads. */

#include "core/context.h"
#include "core/file.h"
#include "core/status.h"

enum { ZD_TENSOR_MAX_RANK = 8 };

typedef enum zd_dtype {
    ZD_DTYPE_F32,
    ZD_DTYPE_F16,
    ZD_DTYPE_BF16,
    ZD_DTYPE_OTHER, /* listed, and cannot be read */
} zd_dtype;

typedef struct zd_stored_tensor {
    const char *name;
    zd_dtype dtype;
    int rank;
    size_t shape[ZD_TENSOR_MAX_RANK];
    size_t count;  /* of values */
    size_t offset; /* from the start of the file */
    size_t bytes;
} zd_stored_tensor;

typedef struct zd_safetensors zd_safetensors;

/** Maps and checks a file. The caller owns *out. */
ZD_MUST_USE zd_status zd_safetensors_open(zd_context *ctx, const char *path, zd_safetensors **out,
                                          zd_error *err);

/** Checks bytes in memory, which must outlive *out. */
ZD_MUST_USE zd_status zd_safetensors_parse(zd_context *ctx, const uint8_t *data, size_t bytes,
                                           zd_safetensors **out, zd_error *err);

void zd_safetensors_close(zd_safetensors **file); /* accepts a pointer to NULL */

int zd_safetensors_count(const zd_safetensors *file);
const zd_stored_tensor *zd_safetensors_at(const zd_safetensors *file, int index); /* by name */

/** NULL when there is no such tensor, or no such metadata key. */
const zd_stored_tensor *zd_safetensors_find(const zd_safetensors *file, const char *name);
const char *zd_safetensors_metadata(const zd_safetensors *file, const char *key);

/** Reads `count` values from `first` on as float32. The range must lie in the tensor, and its type
 *  must not be ZD_DTYPE_OTHER. */
void zd_safetensors_read(const zd_safetensors *file, const zd_stored_tensor *tensor, size_t first,
                         size_t count, float *out);

/** Tells the system that a tensor's pages of the mapped file are not needed any more. */
void zd_safetensors_drop(const zd_safetensors *file, const zd_stored_tensor *tensor);

#endif
