/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Lookup and reading of tensors; the header's parser is safetensors_header.c. */

#include "model/safetensors.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/half.h"
#include "core/os.h"
#include "core/require.h"
#include "model/safetensors_internal.h"

static int compare_tensors(const void *a, const void *b)
{
    return strcmp(((const zd_stored_tensor *) a)->name, ((const zd_stored_tensor *) b)->name);
}

static int compare_pairs(const void *a, const void *b)
{
    return strcmp(((const zd_header_pair *) a)->key, ((const zd_header_pair *) b)->key);
}

static int compare_offsets(const void *a, const void *b)
{
    const zd_stored_tensor *first = *(const zd_stored_tensor *const *) a;
    const zd_stored_tensor *second = *(const zd_stored_tensor *const *) b;
    if (first->offset != second->offset) {
        return first->offset < second->offset ? -1 : 1;
    }
    return first->bytes < second->bytes ? -1 : first->bytes > second->bytes;
}

/** Sorts by name and refuses names that occur twice. */
static zd_status sort_names(zd_safetensors *file, zd_error *err)
{
    if (file->tensor_count > 0) {
        qsort(file->tensors, (size_t) file->tensor_count, sizeof *file->tensors, compare_tensors);
    }
    if (file->pair_count > 0) {
        qsort(file->pairs, (size_t) file->pair_count, sizeof *file->pairs, compare_pairs);
    }
    for (int i = 1; i < file->tensor_count; i++) {
        if (strcmp(file->tensors[i - 1].name, file->tensors[i].name) == 0) {
            return zd_fail(err, ZD_ERR_CORRUPT, "tensor '%s' is listed twice",
                           file->tensors[i].name);
        }
    }
    for (int i = 1; i < file->pair_count; i++) {
        if (strcmp(file->pairs[i - 1].key, file->pairs[i].key) == 0) {
            return zd_fail(err, ZD_ERR_CORRUPT, "metadata key '%s' is listed twice",
                           file->pairs[i].key);
        }
    }
    return ZD_OK;
}

/** Requires that the tensors cover the data exactly. */
static zd_status check_cover(zd_safetensors *file, zd_error *err)
{
    size_t end = file->data_start;
    const zd_stored_tensor **order =
        zd_alloc_zeroed(file->ctx, (size_t) file->tensor_count + 1, sizeof(*order));
    if (order == NULL) {
        return zd_fail_memory(err, "the tensor list");
    }
    for (int i = 0; i < file->tensor_count; i++) {
        order[i] = &file->tensors[i];
    }
    qsort(order, (size_t) file->tensor_count, sizeof(*order), compare_offsets);
    zd_status status = ZD_OK;
    for (int i = 0; status == ZD_OK && i < file->tensor_count; i++) {
        if (order[i]->offset != end) {
            status = zd_fail(err, ZD_ERR_CORRUPT, "tensor '%s' begins at byte %zu, expected %zu",
                             order[i]->name, order[i]->offset, end);
        }
        end = order[i]->offset + order[i]->bytes;
    }
    zd_free(file->ctx, order);
    if (status == ZD_OK && end != file->bytes) {
        status =
            zd_fail(err, ZD_ERR_CORRUPT, "the tensors end at byte %zu of %zu", end, file->bytes);
    }
    return status;
}

static zd_status parse_bytes(zd_safetensors *file, zd_error *err)
{
    ZD_TRY(zd_safetensors_read_header(file, err));
    ZD_TRY(sort_names(file, err));
    return check_cover(file, err);
}

zd_status zd_safetensors_parse(zd_context *ctx, const uint8_t *data, size_t bytes,
                               zd_safetensors **out, zd_error *err)
{
    *out = NULL;
    ZD_REQUIRE(err, data != NULL || bytes == 0);
    zd_safetensors *file = zd_alloc_zeroed(ctx, 1, sizeof *file);
    if (file == NULL) {
        return zd_fail_memory(err, "a weights file");
    }
    file->ctx = ctx;
    file->data = data;
    file->bytes = bytes;
    zd_status status = parse_bytes(file, err);
    if (status != ZD_OK) {
        zd_safetensors_close(&file);
        return status;
    }
    *out = file;
    return ZD_OK;
}

zd_status zd_safetensors_open(zd_context *ctx, const char *path, zd_safetensors **out,
                              zd_error *err)
{
    zd_mapping mapping;
    *out = NULL;
    ZD_REQUIRE(err, path != NULL);
    ZD_TRY(zd_file_map(path, &mapping, err));
    zd_status status = zd_safetensors_parse(ctx, mapping.data, mapping.bytes, out, err);
    if (status != ZD_OK) {
        zd_file_unmap(&mapping);
        return zd_fail_context(err, status, "weights '%s'", path);
    }
    (*out)->mapping = mapping;
    return ZD_OK;
}

void zd_safetensors_close(zd_safetensors **file)
{
    if (file == NULL || *file == NULL) {
        return;
    }
    zd_safetensors *doomed = *file;
    zd_file_unmap(&doomed->mapping);
    zd_free(doomed->ctx, doomed->tensors);
    zd_free(doomed->ctx, doomed->pairs);
    zd_free(doomed->ctx, doomed->text);
    zd_free(doomed->ctx, doomed);
    *file = NULL;
}

int zd_safetensors_count(const zd_safetensors *file)
{
    return file->tensor_count;
}

const zd_stored_tensor *zd_safetensors_at(const zd_safetensors *file, int index)
{
    assert(index >= 0 && index < file->tensor_count);
    return &file->tensors[index];
}

const zd_stored_tensor *zd_safetensors_find(const zd_safetensors *file, const char *name)
{
    zd_stored_tensor wanted = { .name = name };
    return file->tensor_count == 0 ? NULL
                                   : bsearch(&wanted, file->tensors, (size_t) file->tensor_count,
                                             sizeof *file->tensors, compare_tensors);
}

const char *zd_safetensors_metadata(const zd_safetensors *file, const char *key)
{
    zd_header_pair wanted = { .key = key };
    const zd_header_pair *found = file->pair_count == 0
                                      ? NULL
                                      : bsearch(&wanted, file->pairs, (size_t) file->pair_count,
                                                sizeof *file->pairs, compare_pairs);
    return found != NULL ? found->value : NULL;
}

void zd_safetensors_read(const zd_safetensors *file, const zd_stored_tensor *tensor, size_t first,
                         size_t count, float *out)
{
    assert(first <= tensor->count && count <= tensor->count - first);
    assert(tensor->dtype != ZD_DTYPE_OTHER);
    const uint8_t *data = file->data + tensor->offset;
    if (tensor->dtype == ZD_DTYPE_F32) {
        memcpy(out, data + first * sizeof(float), count * sizeof(float));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const uint8_t *at = data + (first + i) * 2;
        uint16_t bits = (uint16_t) (at[0] | at[1] << 8);
        out[i] = tensor->dtype == ZD_DTYPE_F16 ? zd_half_to_float(bits) : zd_bfloat_to_float(bits);
    }
}

void zd_safetensors_drop(const zd_safetensors *file, const zd_stored_tensor *tensor)
{
    assert(tensor->offset <= file->bytes && tensor->bytes <= file->bytes - tensor->offset);
    if (file->mapping.data != NULL) {
        zd_os_drop_pages(file->mapping.data + tensor->offset, tensor->bytes);
    }
}
