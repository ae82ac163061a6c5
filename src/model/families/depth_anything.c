/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth Anything V2 (Yang et al. 2024), the network as released: DINOv2 without registers, blocks
 * x += ls1 attention(norm(x)); x += ls2 mlp(norm(x)), LayerScale folded into the layer before it;
 * a DPT head (Ranftl et al. 2021) whose 1x1 out_conv stands before the bilinear enlargement: the
 * two commute (weights of the enlargement sum to one), and there are four times fewer pixels. */

#include "model/families/depth_anything.h"

#include <stdio.h>
#include <string.h>

static int block_count(const zd_weights *weights)
{
    char name[64];
    int count = 0;
    do {
        snprintf(name, sizeof name, "pretrained.blocks.%d.norm1.weight", count);
    } while (count < 256 && zd_weights_has(weights, name) && ++count > 0);
    return count;
}

static zd_status read_shape(const zd_weights *weights, const char *name, int rank, zd_weight *out,
                            zd_error *err)
{
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

static zd_status read_encoder(const zd_weights *weights, zd_depth_anything *out, zd_error *err)
{
    zd_weight found;
    ZD_TRY(read_shape(weights, "pretrained.patch_embed.proj.weight", 4, &found, err));
    out->width = (int) found.shape[0];
    out->patch = (int) found.shape[2];
    if (found.shape[1] != 3 || found.shape[2] != found.shape[3] || out->patch > 16 ||
        out->patch < 2 || out->patch % 2 != 0)
    {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "patches of %zu x %zu x %zu are not supported",
                       found.shape[1], found.shape[2], found.shape[3]);
    }
    ZD_TRY(read_shape(weights, "pretrained.blocks.0.mlp.fc1.weight", 2, &found, err));
    out->hidden = (int) found.shape[0];
    out->blocks = block_count(weights);
    return ZD_OK;
}

static zd_status read_head(const zd_weights *weights, zd_depth_anything *out, zd_error *err)
{
    zd_weight found;
    for (int i = 0; i < 4; i++) {
        char name[64];
        snprintf(name, sizeof name, "depth_head.projects.%d.weight", i);
        ZD_TRY(read_shape(weights, name, 4, &found, err));
        out->stage_channels[i] = (int) found.shape[0];
    }
    ZD_TRY(read_shape(weights, "depth_head.scratch.layer1_rn.weight", 4, &found, err));
    out->features = (int) found.shape[0];
    return ZD_OK;
}

static zd_status choose_taps(zd_network_variant variant, zd_depth_anything *out, zd_error *err)
{
    int blocks = out->blocks;
    if (blocks < 4 || (variant != ZD_NETWORK_VARIANT_V1 && blocks != 12 && blocks != 24)) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "an encoder of %d blocks is not supported", blocks);
    }
    for (int i = 0; i < 4; i++) {
        static const int large[4] = { 4, 11, 17, 23 };
        out->taps[i] = variant == ZD_NETWORK_VARIANT_V1 ? blocks - 4 + i
                       : blocks == 24                   ? large[i]
                                                        : 2 + 3 * i;
    }
    return ZD_OK;
}

zd_status zd_depth_anything_read(const zd_weights *weights, int heads, zd_network_variant variant,
                                 zd_depth_anything *out, zd_error *err)
{
    *out = (zd_depth_anything){ 0 };
    ZD_TRY(read_encoder(weights, out, err));
    ZD_TRY(read_head(weights, out, err));
    out->heads = heads > 0 ? heads : out->width / 64;
    if (out->heads < 1 || out->heads > 256 || out->width % out->heads != 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "%d attention heads do not divide a width of %d; give num_heads in the "
                       "file's metadata or as an option",
                       out->heads, out->width);
    }
    return choose_taps(variant, out, err);
}

static int tap_of_block(const zd_depth_anything *shape, int block)
{
    for (int i = 0; i < 4; i++) {
        if (shape->taps[i] == block) {
            return i;
        }
    }
    return -1;
}

static void write_block(const zd_depth_anything *shape, int block, const char *from, zd_text *out)
{
    char n[16];
    char w[32];
    snprintf(n, sizeof n, "block%02d", block);
    snprintf(w, sizeof w, "pretrained.blocks.%d", block);
    zd_text_format(out, "norm %s.norm1 %s w=%s.norm1\n", n, from, w);
    zd_text_format(out, "conv %s.qkv %s.norm1 k=1 o=%d w=%s.attn.qkv\n", n, n, 3 * shape->width, w);
    zd_text_format(out, "attention %s.mix %s.qkv heads=%d\n", n, n, shape->heads);
    zd_text_format(out, "conv %s.attn %s.mix k=1 o=%d w=%s.attn.proj scale=%s.ls1.gamma\n", n, n,
                   shape->width, w, w);
    zd_text_format(out, "add %s.mid %s %s.attn\n", n, from, n);
    zd_text_format(out, "norm %s.norm2 %s.mid w=%s.norm2\n", n, n, w);
    zd_text_format(out, "conv %s.fc1 %s.norm2 k=1 o=%d act=gelu w=%s.mlp.fc1\n", n, n,
                   shape->hidden, w);
    zd_text_format(out, "conv %s.mlp %s.fc1 k=1 o=%d w=%s.mlp.fc2 scale=%s.ls2.gamma\n", n, n,
                   shape->width, w, w);
    zd_text_format(out, "add %s %s.mid %s.mlp\n", n, n, n);
    int tap = tap_of_block(shape, block);
    if (tap >= 0) {
        zd_text_format(out, "norm feat%d.norm %s w=pretrained.norm\n", tap, n);
    }
}

/** From a tap's tokens to dpt.layerN_rn: project, resize, bring to the common channels. */
static void write_reassemble(const zd_depth_anything *shape, int i, zd_text *out)
{
    int channels = shape->stage_channels[i];
    zd_text_format(out, "grid feat%d feat%d.norm like=patch_embed\n", i, i);
    zd_text_format(out, "conv dpt.project%d feat%d k=1 o=%d w=depth_head.projects.%d\n", i, i,
                   channels, i);
    if (i < 2) {
        zd_text_format(out, "convt dpt.resize%d dpt.project%d k=%d o=%d", i, i, i == 0 ? 4 : 2,
                       channels);
        zd_text_format(out, " w=depth_head.resize_layers.%d\n", i);
    } else if (i == 3) {
        zd_text_format(out, "conv dpt.resize3 dpt.project3 k=3 s=2 o=%d", channels);
        zd_text_format(out, " w=depth_head.resize_layers.3\n");
    }
    zd_text_format(out, "conv dpt.layer%d_rn dpt.%s%d k=3 o=%d bias=0", i + 1,
                   i == 2 ? "project" : "resize", i, shape->features);
    zd_text_format(out, " w=depth_head.scratch.layer%d_rn\n", i + 1);
}

/** A residual unit: NAME = FROM + conv2(relu(conv1(relu(FROM)))). */
static void write_unit(const zd_depth_anything *shape, int net, int unit, const char *from,
                       const char *name, zd_text *out)
{
    char w[64];
    snprintf(w, sizeof w, "depth_head.scratch.refinenet%d.resConfUnit%d", net, unit);
    zd_text_format(out, "conv r%d.%da %s k=3 o=%d pre=relu act=relu w=%s.conv1\n", net, unit, from,
                   shape->features, w);
    zd_text_format(out, "conv r%d.%db r%d.%da k=3 o=%d w=%s.conv2\n", net, unit, net, unit,
                   shape->features, w);
    zd_text_format(out, "add %s %s r%d.%db\n", name, from, net, unit);
}

static void write_refine(const zd_depth_anything *shape, int net, zd_text *out)
{
    char from[32];
    char name[32];
    snprintf(from, sizeof from, "dpt.layer%d_rn", net);
    if (net < 4) {
        snprintf(name, sizeof name, "r%d.skip", net);
        write_unit(shape, net, 1, from, name, out);
        zd_text_format(out, "add r%d.sum dpt.path%d %s\n", net, net + 1, name);
        snprintf(from, sizeof from, "r%d.sum", net);
    }
    snprintf(name, sizeof name, "dpt.path%d.rcu2", net);
    write_unit(shape, net, 2, from, name, out);
    zd_text_format(out, "conv r%d.out %s k=1 o=%d w=depth_head.scratch.refinenet%d.out_conv\n", net,
                   name, shape->features, net);
    if (net > 1) {
        zd_text_format(out, "resize dpt.path%d r%d.out like=dpt.layer%d_rn\n", net, net, net - 1);
    } else {
        zd_text_format(out, "resize dpt.path1 r1.out factor=2\n");
    }
}

void zd_depth_anything_write(const zd_depth_anything *shape, int max_depth_m, zd_text *out)
{
    char from[16] = "tokens";
    zd_text_format(out, "input image c=3\n");
    zd_text_format(out, "conv patch_embed image k=%d s=%d p=0 o=%d w=pretrained.patch_embed.proj\n",
                   shape->patch, shape->patch, shape->width);
    zd_text_format(out, "tokens tokens patch_embed w=pretrained\n");
    for (int block = 0; block < shape->blocks; block++) {
        write_block(shape, block, from, out);
        snprintf(from, sizeof from, "block%02d", block);
    }
    for (int i = 0; i < 4; i++) {
        write_reassemble(shape, i, out);
    }
    for (int net = 4; net > 0; net--) {
        write_refine(shape, net, out);
    }
    zd_text_format(out, "conv dpt.output_conv1 dpt.path1 k=3 o=%d", shape->features / 2);
    zd_text_format(out, " w=depth_head.scratch.output_conv1\n");
    zd_text_format(out, "resize dpt.full dpt.output_conv1 like=image\n");
    zd_text_format(out, "conv dpt.output_conv2.0 dpt.full k=3 o=32 act=relu");
    zd_text_format(out, " w=depth_head.scratch.output_conv2.0\n");
    zd_text_format(out, "conv dpt.output_conv2.2 dpt.output_conv2.0 k=1 o=1");
    zd_text_format(out, " w=depth_head.scratch.output_conv2.2\n");
    zd_text_format(out, "output depth dpt.output_conv2.2 channel=0 ");
    if (max_depth_m > 0) {
        zd_text_format(out, "act=sigmoid gain=%d\n", max_depth_m);
    } else {
        zd_text_format(out, "act=relu\n");
    }
}

const char *zd_depth_anything_name(const zd_depth_anything *shape)
{
    switch (shape->width) {
    case 384:
        return "depth-anything vits";
    case 768:
        return "depth-anything vitb";
    case 1024:
        return "depth-anything vitl";
    default:
        return "depth-anything";
    }
}
