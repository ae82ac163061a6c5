/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
/* Tensors by name: published checkpoints come under two schemes of names, and some join query, key and value
 * in one tensor. Rows are read in parts, so that no second copy of the file is ever in memory. */

#include "model/weights.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 320 };

/* Beginnings of original names and what the transformers library calls them. '#' stands for one
 * number, carried over in order; '@' for query, key and value. The first match counts. Source: the
 * library's public conversion script. */
static const char *const renames[][2] = {
    { "pretrained.cls_token", "backbone.embeddings.cls_token" },
    { "pretrained.mask_token", "backbone.embeddings.mask_token" },
    { "pretrained.pos_embed", "backbone.embeddings.position_embeddings" },
    { "pretrained.patch_embed.proj.", "backbone.embeddings.patch_embeddings.projection." },
    { "pretrained.blocks.#.attn.qkv.", "backbone.encoder.layer.#.attention.attention.@." },
    { "pretrained.blocks.#.attn.proj.", "backbone.encoder.layer.#.attention.output.dense." },
    { "pretrained.blocks.#.ls#.gamma", "backbone.encoder.layer.#.layer_scale#.lambda1" },
    { "pretrained.blocks.#.", "backbone.encoder.layer.#." },
    { "pretrained.norm.", "backbone.layernorm." },
    { "depth_head.projects.#.", "neck.reassemble_stage.layers.#.projection." },
    { "depth_head.resize_layers.#.", "neck.reassemble_stage.layers.#.resize." },
    { "depth_head.scratch.layer1_rn.", "neck.convs.0." },
    { "depth_head.scratch.layer2_rn.", "neck.convs.1." },
    { "depth_head.scratch.layer3_rn.", "neck.convs.2." },
    { "depth_head.scratch.layer4_rn.", "neck.convs.3." },
    { "depth_head.scratch.refinenet1.out_conv.", "neck.fusion_stage.layers.3.projection." },
    { "depth_head.scratch.refinenet2.out_conv.", "neck.fusion_stage.layers.2.projection." },
    { "depth_head.scratch.refinenet3.out_conv.", "neck.fusion_stage.layers.1.projection." },
    { "depth_head.scratch.refinenet4.out_conv.", "neck.fusion_stage.layers.0.projection." },
    { "depth_head.scratch.refinenet1.resConfUnit#.conv#.",
      "neck.fusion_stage.layers.3.residual_layer#.convolution#." },
    { "depth_head.scratch.refinenet2.resConfUnit#.conv#.",
      "neck.fusion_stage.layers.2.residual_layer#.convolution#." },
    { "depth_head.scratch.refinenet3.resConfUnit#.conv#.",
      "neck.fusion_stage.layers.1.residual_layer#.convolution#." },
    { "depth_head.scratch.refinenet4.resConfUnit#.conv#.",
      "neck.fusion_stage.layers.0.residual_layer#.convolution#." },
    { "depth_head.scratch.output_conv1.", "head.conv1." },
    { "depth_head.scratch.output_conv2.0.", "head.conv2." },
    { "depth_head.scratch.output_conv2.2.", "head.conv3." },
};

/** Matches the beginning of `name`; notes where the numbers are. Returns the rest, or NULL. */
static const char *match(const char *pattern, const char *name, const char *numbers[2])
{
    int count = 0;
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '#') {
            size_t digits = strspn(name, "0123456789");
            if (digits == 0 || digits > 3 || count == 2) {
                return NULL;
            }
            numbers[count++] = name;
            name += digits;
        } else if (*name++ != *pattern) {
            return NULL;
        }
    }
    return name;
}

/** Writes the Hugging Face name. `part` is what '@' becomes. Returns whether there was an '@'. */
static bool rename_tensor(const char *name, const char *part, char out[NAME_SIZE])
{
    for (size_t i = 0; i < sizeof renames / sizeof renames[0]; i++) {
        const char *numbers[2] = { "", "" };
        const char *rest = match(renames[i][0], name, numbers);
        if (rest == NULL) {
            continue;
        }
        size_t at = 0;
        int number = 0;
        bool stacked = false;
        for (const char *to = renames[i][1]; *to != '\0' && at < 200; to++) {
            if (*to == '#') {
                size_t digits = strspn(numbers[number], "0123456789");
                memcpy(out + at, numbers[number++], digits);
                at += digits;
            } else if (*to == '@') {
                at += (size_t) snprintf(out + at, NAME_SIZE - at, "%s", part);
                stacked = true;
            } else {
                out[at++] = *to;
            }
        }
        snprintf(out + at, NAME_SIZE - at, "%s", rest);
        return stacked;
    }
    snprintf(out, NAME_SIZE, "%s", name);
    return false;
}

void zd_weights_init(zd_weights *weights, const zd_safetensors *file)
{
    *weights = (zd_weights){
        .file = file,
        .is_huggingface =
            zd_safetensors_find(file, "backbone.embeddings.patch_embeddings.projection.weight") !=
            NULL,
    };
}

static int find_parts(const zd_weights *weights, const char *name, zd_weight *out)
{
    static const char *const parts[] = { "query", "key", "value" };
    char renamed[NAME_SIZE];
    const char *stack = strstr(name, ".to_qkv.");
    if (stack != NULL) {
        for (int i = 0; i < 3; i++) {
            snprintf(renamed, sizeof renamed, "%.*s.to_%c.%s", (int) (stack - name), name, "qkv"[i],
                     stack + strlen(".to_qkv."));
            out->parts[i] = zd_safetensors_find(weights->file, renamed);
        }
        return 3;
    }
    if (!weights->is_huggingface) {
        out->parts[0] = zd_safetensors_find(weights->file, name);
        return 1;
    }
    if (!rename_tensor(name, parts[0], renamed)) {
        out->parts[0] = zd_safetensors_find(weights->file, renamed);
        return 1;
    }
    for (int i = 0; i < 3; i++) {
        rename_tensor(name, parts[i], renamed);
        out->parts[i] = zd_safetensors_find(weights->file, renamed);
    }
    return 3;
}

zd_status zd_weights_find(const zd_weights *weights, const char *name, zd_weight *out,
                          zd_error *err)
{
    *out = (zd_weight){ .file = weights->file };
    out->part_count = find_parts(weights, name, out);
    for (int i = 0; i < out->part_count; i++) {
        const zd_stored_tensor *part = out->parts[i];
        if (part == NULL) {
            return zd_fail(err, ZD_ERR_CORRUPT, "tensor '%.120s' is missing", name);
        }
        if (part->rank < 1 || part->count == 0 ||
            (i > 0 && (part->rank != out->rank ||
                       memcmp(part->shape, out->parts[0]->shape, sizeof part->shape) != 0)))
        {
            return zd_fail(err, ZD_ERR_CORRUPT, "tensor '%.120s' has an unexpected shape", name);
        }
        if (part->dtype == ZD_DTYPE_OTHER) {
            return zd_fail(err, ZD_ERR_UNSUPPORTED,
                           "tensor '%.120s' is neither F32 nor F16 nor BF16", name);
        }
        out->rank = part->rank;
    }
    memcpy(out->shape, out->parts[0]->shape, sizeof out->shape);
    out->row = out->parts[0]->count / out->shape[0];
    out->shape[0] *= (size_t) out->part_count;
    return ZD_OK;
}

zd_status zd_weights_expect(const zd_weights *weights, const char *name, size_t count, size_t row,
                            zd_weight *out, zd_error *err)
{
    ZD_TRY(zd_weights_find(weights, name, out, err));
    size_t found = out->shape[0] * out->row;
    if (found != count || out->row != row) {
        return zd_fail(err, ZD_ERR_CORRUPT,
                       "tensor '%.120s' has %zu values in rows of %zu, expected %zu in rows of %zu",
                       name, found, out->row, count, row);
    }
    return ZD_OK;
}

bool zd_weights_has(const zd_weights *weights, const char *name)
{
    zd_weight found;
    return zd_weights_find(weights, name, &found, NULL) == ZD_OK;
}

void zd_weight_read(const zd_weight *weight, size_t first_row, size_t rows, float *out)
{
    assert(first_row <= weight->shape[0] && rows <= weight->shape[0] - first_row);
    assert(weight->part_count >= 1 && weight->part_count <= 3);
    size_t part_rows = weight->shape[0] / (size_t) weight->part_count;
    while (rows > 0) {
        size_t part = first_row / part_rows;
        size_t within = first_row % part_rows;
        size_t take = part_rows - within < rows ? part_rows - within : rows;
        zd_safetensors_read(weight->file, weight->parts[part], within * weight->row,
                            take * weight->row, out);
        out += take * weight->row;
        first_row += take;
        rows -= take;
    }
}

void zd_weight_drop(const zd_weight *weight)
{
    for (int i = 0; i < weight->part_count; i++) {
        zd_safetensors_drop(weight->file, weight->parts[i]);
    }
}
