/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Writes the operator lines of the encoder and the head, block by block. */

#include "model/families/dpt.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static int block_count(const zd_weights *weights, const char *encoder)
{
    char name[96];
    int count = 0;
    do {
        snprintf(name, sizeof name, "%s.blocks.%d.norm1.weight", encoder, count);
    } while (count < 256 && zd_weights_has(weights, name) && ++count > 0);
    return count;
}

/** The shape of a tensor that must have a rank. */
static zd_status read_shape(const zd_weights *weights, const char *begin, const char *rest,
                            int rank, zd_weight *out, zd_error *err)
{
    char name[96];
    snprintf(name, sizeof name, "%s.%s", begin, rest);
    ZD_TRY(zd_weights_find(weights, name, out, err));
    if (out->rank != rank) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "tensor '%s' has rank %d, expected %d", name,
                       out->rank, rank);
    }
    for (int i = 0; i < rank; i++) {
        if (out->shape[i] > 16384) {
            return zd_fail(err, ZD_ERR_LIMIT, "tensor '%s' has a side of %zu", name, out->shape[i]);
        }
    }
    return ZD_OK;
}

static zd_status read_encoder(const zd_weights *weights, zd_dpt *out, zd_error *err)
{
    zd_weight found;
    ZD_TRY(read_shape(weights, out->encoder, "patch_embed.proj.weight", 4, &found, err));
    out->width = (int) found.shape[0];
    out->patch = (int) found.shape[2];
    if (found.shape[1] != 3 || found.shape[2] != found.shape[3] || out->patch > 16 ||
        out->patch < 2 || out->patch % 2 != 0)
    {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "patches of %zu x %zu x %zu are not supported",
                       found.shape[1], found.shape[2], found.shape[3]);
    }
    ZD_TRY(read_shape(weights, out->encoder, "blocks.0.mlp.fc1.weight", 2, &found, err));
    out->hidden = (int) found.shape[0];
    out->blocks = block_count(weights, out->encoder);
    return ZD_OK;
}

static zd_status read_head(const zd_weights *weights, zd_dpt *out, zd_error *err)
{
    zd_weight found;
    for (int i = 0; i < 4; i++) {
        char name[32];
        snprintf(name, sizeof name, "projects.%d.weight", i);
        ZD_TRY(read_shape(weights, out->head, name, 4, &found, err));
        out->stage_channels[i] = (int) found.shape[0];
    }
    ZD_TRY(read_shape(weights, out->head, "scratch.layer1_rn.weight", 4, &found, err));
    out->features = (int) found.shape[0];
    return ZD_OK;
}

zd_status zd_dpt_read(const zd_weights *weights, int heads, zd_dpt *out, zd_error *err)
{
    ZD_TRY(read_encoder(weights, out, err));
    ZD_TRY(read_head(weights, out, err));
    out->heads = heads > 0 ? heads : out->width / 64;
    if (out->heads < 1 || out->heads > 256 || out->width % out->heads != 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "%d attention heads do not divide a width of %d; give num_heads in the "
                       "file's metadata or as an option",
                       out->heads, out->width);
    }
    return ZD_OK;
}

/** Which tap a block is; -1: none. */
static int tap_of(const zd_dpt *shape, int block)
{
    for (int i = 0; i < 4; i++) {
        if (shape->taps[i] == block) {
            return i;
        }
    }
    return -1;
}

zd_status zd_dpt_usual_taps(zd_dpt *shape, zd_error *err)
{
    static const int large[4] = { 4, 11, 17, 23 };
    if (shape->blocks != 12 && shape->blocks != 24) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "an encoder of %d blocks is not supported",
                       shape->blocks);
    }
    for (int i = 0; i < 4; i++) {
        shape->taps[i] = shape->blocks == 24 ? large[i] : 2 + 3 * i;
    }
    return ZD_OK;
}

void zd_dpt_write_tokens(const zd_dpt *shape, zd_text *out)
{
    zd_text_format(out, "input image c=3\n");
    zd_text_format(out, "conv patch_embed image k=%d s=%d p=0 o=%d w=%s.patch_embed.proj\n",
                   shape->patch, shape->patch, shape->width, shape->encoder);
    zd_text_format(out, "tokens tokens patch_embed w=%s\n", shape->encoder);
}

void zd_dpt_write_block_start(const zd_dpt *shape, int block, const char *from, zd_text *out)
{
    char n[16];
    snprintf(n, sizeof n, "block%02d", block);
    zd_text_format(out, "norm %s.norm1 %s w=%s.blocks.%d.norm1\n", n, from, shape->encoder, block);
    zd_text_format(out, "conv %s.qkv %s.norm1 k=1 o=%d w=%s.blocks.%d.attn.qkv\n", n, n,
                   3 * shape->width, shape->encoder, block);
}

void zd_dpt_write_block_end(const zd_dpt *shape, int block, const char *from, zd_text *out)
{
    char n[16];
    char w[64];
    snprintf(n, sizeof n, "block%02d", block);
    snprintf(w, sizeof w, "%s.blocks.%d", shape->encoder, block);
    zd_text_format(out, "conv %s.attn %s.mix k=1 o=%d w=%s.attn.proj scale=%s.ls1.gamma\n", n, n,
                   shape->width, w, w);
    zd_text_format(out, "add %s.mid %s %s.attn\n", n, from, n);
    zd_text_format(out, "norm %s.norm2 %s.mid w=%s.norm2\n", n, n, w);
    zd_text_format(out, "conv %s.fc1 %s.norm2 k=1 o=%d act=gelu w=%s.mlp.fc1\n", n, n,
                   shape->hidden, w);
    zd_text_format(out, "conv %s.mlp %s.fc1 k=1 o=%d w=%s.mlp.fc2 scale=%s.ls2.gamma\n", n, n,
                   shape->width, w, w);
    zd_text_format(out, "add %s %s.mid %s.mlp\n", n, n, n);
}

void zd_dpt_write_encoder(const zd_dpt *shape, zd_text *out)
{
    char from[16] = "tokens";
    zd_dpt_write_tokens(shape, out);
    for (int block = 0; block < shape->blocks; block++) {
        int tap = tap_of(shape, block);
        zd_dpt_write_block_start(shape, block, from, out);
        zd_text_format(out, "attention block%02d.mix block%02d.qkv heads=%d\n", block, block,
                       shape->heads);
        zd_dpt_write_block_end(shape, block, from, out);
        snprintf(from, sizeof from, "block%02d", block);
        if (tap >= 0) {
            zd_text_format(out, "norm feat%d.norm %s w=%s.norm\n", tap, from, shape->encoder);
        }
    }
}

void zd_dpt_write_project(const zd_dpt *shape, int i, zd_text *out)
{
    zd_text_format(out, "conv dpt.project%d feat%d k=1 o=%d w=%s.projects.%d\n", i, i,
                   shape->stage_channels[i], shape->head, i);
}

void zd_dpt_write_resize(const zd_dpt *shape, int i, const char *from, zd_text *out)
{
    assert(i >= 0 && i < 4);
    if (i < 2) {
        zd_text_format(out, "convt dpt.resize%d %s k=%d o=%d", i, from, i == 0 ? 4 : 2,
                       shape->stage_channels[i]);
        zd_text_format(out, " w=%s.resize_layers.%d\n", shape->head, i);
    } else if (i == 3) {
        zd_text_format(out, "conv dpt.resize3 %s k=3 s=2 o=%d", from, shape->stage_channels[i]);
        zd_text_format(out, " w=%s.resize_layers.3\n", shape->head);
    }
}

void zd_dpt_write_layer(const zd_dpt *shape, int i, const char *from, zd_text *out)
{
    zd_text_format(out, "conv dpt.layer%d_rn %s k=3 o=%d bias=0", i + 1, from, shape->features);
    zd_text_format(out, " w=%s.scratch.layer%d_rn\n", shape->head, i + 1);
}

/** A residual unit: NAME = FROM + conv2(relu(conv1(relu(FROM)))). */
static void write_unit(const zd_dpt *shape, int net, int unit, const char *from, const char *name,
                       zd_text *out)
{
    char w[64];
    snprintf(w, sizeof w, "%s.scratch.refinenet%d.resConfUnit%d", shape->head, net, unit);
    zd_text_format(out, "conv r%d.%da %s k=3 o=%d pre=relu act=relu w=%s.conv1\n", net, unit, from,
                   shape->features, w);
    zd_text_format(out, "conv r%d.%db r%d.%da k=3 o=%d w=%s.conv2\n", net, unit, net, unit,
                   shape->features, w);
    zd_text_format(out, "add %s %s r%d.%db\n", name, from, net, unit);
}

void zd_dpt_write_skip(const zd_dpt *shape, int net, const char *ending, zd_text *out)
{
    char from[32];
    char name[32];
    snprintf(from, sizeof from, "dpt.layer%d_rn", net);
    snprintf(name, sizeof name, "r%d.skip%s", net, ending);
    write_unit(shape, net, 1, from, name, out);
}

void zd_dpt_write_refine(const zd_dpt *shape, int net, const char *ending, zd_text *out)
{
    assert(net >= 1 && net <= 4);
    char from[32];
    char name[32];
    snprintf(from, sizeof from, "dpt.layer%d_rn", net);
    if (net < 4) {
        zd_text_format(out, "add r%d.sum dpt.path%d r%d.skip\n", net, net + 1, net);
        snprintf(from, sizeof from, "r%d.sum", net);
    }
    snprintf(name, sizeof name, "dpt.path%d.rcu2", net);
    write_unit(shape, net, 2, from, name, out);
    zd_text_format(out, "conv r%d.out %s k=1 o=%d w=%s.scratch.refinenet%d.out_conv\n", net, name,
                   shape->features, shape->head, net);
    if (net > 1) {
        zd_text_format(out, "resize dpt.path%d%s r%d.out like=dpt.layer%d_rn\n", net, ending, net,
                       net - 1);
    } else {
        zd_text_format(out, "resize dpt.path1%s r1.out factor=2\n", ending);
    }
}

void zd_dpt_write_fusions(const zd_dpt *shape, zd_text *out)
{
    for (int net = 4; net > 0; net--) {
        if (net < 4) {
            zd_dpt_write_skip(shape, net, "", out);
        }
        zd_dpt_write_refine(shape, net, "", out);
    }
}

void zd_dpt_write_full(const zd_dpt *shape, zd_text *out)
{
    zd_text_format(out, "conv dpt.output_conv1 dpt.path1 k=3 o=%d w=%s.scratch.output_conv1\n",
                   shape->features / 2, shape->head);
    zd_text_format(out, "resize dpt.full dpt.output_conv1 like=image\n");
}

void zd_dpt_write_last(const zd_dpt *shape, const char *name, const char *from, int channels,
                       zd_text *out)
{
    zd_text_format(out, "conv dpt.%s.0 %s k=3 o=32 act=relu w=%s.scratch.%s.0\n", name, from,
                   shape->head, name);
    zd_text_format(out, "conv dpt.%s.2 dpt.%s.0 k=1 o=%d w=%s.scratch.%s.2\n", name, name, channels,
                   shape->head, name);
}

const char *zd_dpt_size(const zd_dpt *shape)
{
    switch (shape->width) {
    case 384:
        return "vits";
    case 768:
        return "vitb";
    case 1024:
        return "vitl";
    default:
        return "";
    }
}
