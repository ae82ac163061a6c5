/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The format: 8 bytes little-endian length, a JSON header, the tensors' bytes one after another. */

#include "model/safetensors_write.h"

#include <assert.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "core/text.h"

static zd_status tensor_bytes(const zd_tensor_source *tensor, size_t *out, zd_error *err)
{
    assert(tensor->rank >= 0 && tensor->rank <= ZD_TENSOR_MAX_RANK);
    assert(tensor->dtype == ZD_DTYPE_F32 || tensor->dtype == ZD_DTYPE_F16);
    *out = tensor->dtype == ZD_DTYPE_F32 ? 4 : 2;
    for (int i = 0; i < tensor->rank; i++) {
        if (!zd_size_mul(*out, tensor->shape[i], out)) {
            return zd_fail(err, ZD_ERR_LIMIT, "tensor '%.80s' is too large", tensor->name);
        }
    }
    return ZD_OK;
}

static void write_metadata(const zd_tensor_file *file, zd_text *text)
{
    zd_text_add(text, "{\"__metadata__\":{");
    for (int i = 0; i < file->metadata_count; i++) {
        zd_text_add(text, i > 0 ? "," : "");
        zd_text_json_string(text, file->metadata[i][0]);
        zd_text_add(text, ":");
        zd_text_json_string(text, file->metadata[i][1]);
    }
    zd_text_add(text, "}");
}

static zd_status write_header(const zd_tensor_file *file, zd_text *text, zd_error *err)
{
    size_t offset = 0;
    write_metadata(file, text);
    for (int i = 0; i < file->tensor_count; i++) {
        const zd_tensor_source *tensor = &file->tensors[i];
        size_t bytes;
        ZD_TRY(tensor_bytes(tensor, &bytes, err));
        zd_text_add(text, ",");
        zd_text_json_string(text, tensor->name);
        zd_text_format(text, ":{\"dtype\":\"%s\",\"shape\":[",
                       tensor->dtype == ZD_DTYPE_F32 ? "F32" : "F16");
        for (int d = 0; d < tensor->rank; d++) {
            zd_text_format(text, d > 0 ? ",%zu" : "%zu", tensor->shape[d]);
        }
        zd_text_format(text, "],\"data_offsets\":[%zu,%zu]}", offset, offset + bytes);
        offset += bytes;
    }
    zd_text_add(text, "}");
    while (!text->failed && text->length % 8 != 0) {
        zd_text_add(text, " ");
    }
    return ZD_OK;
}

zd_status zd_safetensors_write(zd_context *ctx, const char *path, const zd_tensor_file *file,
                               zd_error *err)
{
    ZD_REQUIRE(err, file->tensors != NULL || file->tensor_count == 0);
    zd_text header;
    zd_text whole;
    zd_text_init(&header, ctx);
    zd_text_init(&whole, ctx);
    zd_status status = write_header(file, &header, err);
    if (status == ZD_OK) {
        status = zd_text_finish(&header, path, err);
    }
    if (status == ZD_OK) {
        char length[8];
        for (int i = 0; i < 8; i++) {
            length[i] = (char) (header.length >> (8 * i));
        }
        zd_text_add_bytes(&whole, length, sizeof length);
        zd_text_add_bytes(&whole, header.data, header.length);
    }
    for (int i = 0; status == ZD_OK && i < file->tensor_count; i++) {
        size_t bytes;
        status = tensor_bytes(&file->tensors[i], &bytes, err);
        if (status == ZD_OK) {
            zd_text_add_bytes(&whole, file->tensors[i].data, bytes);
        }
    }
    if (status == ZD_OK) {
        status = zd_text_finish(&whole, path, err);
    }
    if (status == ZD_OK) {
        status = zd_file_write(ctx, path, whole.data, whole.length, err);
    }
    zd_text_release(&header);
    zd_text_release(&whole);
    return status;
}
