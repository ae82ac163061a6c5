/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_FAMILIES_DPT_H
#define ZD_MODEL_FAMILIES_DPT_H

/* What the families of Depth Anything share: a DINOv2 encoder without registers, blocks
 * x += ls1 attention(norm(x)); x += ls2 mlp(norm(x)), and a DPT head (Ranftl et al. 2021) whose 1x1
 * out_conv stands before the bilinear enlargement: the two commute (weights of the enlargement sum
 * to one), and there are four times fewer pixels. */

#include "core/text.h"
#include "model/network.h"
#include "model/weights.h"

/** Shapes, and the beginnings of tensor names. */
typedef struct zd_dpt {
    const char *encoder; /* "pretrained" */
    const char *head;    /* "depth_head" */
    int width;           /* channels of a token */
    int blocks;
    int heads;
    int hidden; /* channels inside the MLP */
    int patch;
    int features;
    int stage_channels[4];
    int taps[4]; /* blocks after which the head listens */
} zd_dpt;

/** Reads the shapes; `out` has encoder and head, `heads` 0 means width / 64. The taps are not set. */
ZD_MUST_USE zd_status zd_dpt_read(const zd_weights *weights, int heads, zd_dpt *out, zd_error *err);

/** Sets the taps that V2 has and most have since: of 12 or of 24 blocks, no others. */
ZD_MUST_USE zd_status zd_dpt_usual_taps(zd_dpt *shape, zd_error *err);

/** From the picture through all blocks as V2 has them, to "featN.norm" of each tap. */
void zd_dpt_write_encoder(const zd_dpt *shape, zd_text *out);

/** From the picture to the first block's tokens. */
void zd_dpt_write_tokens(const zd_dpt *shape, zd_text *out);

/** A block up to its qkv, and from its attention's mix on; `from` is what it begins with. */
void zd_dpt_write_block_start(const zd_dpt *shape, int block, const char *from, zd_text *out);
void zd_dpt_write_block_end(const zd_dpt *shape, int block, const char *from, zd_text *out);

/** Lines of one tap, from its grid "featN" on: to the stage's channels, and to its size. */
void zd_dpt_write_project(const zd_dpt *shape, int i, zd_text *out);
void zd_dpt_write_resize(const zd_dpt *shape, int i, const char *from, zd_text *out);

/** To the common channels: "dpt.layerN_rn" of a tensor. */
void zd_dpt_write_layer(const zd_dpt *shape, int i, const char *from, zd_text *out);

/** The first residual unit of fusion 3 to 1, of "dpt.layerN_rn". `ending` goes to the name, "rN.skip". */
void zd_dpt_write_skip(const zd_dpt *shape, int net, const char *ending, zd_text *out);

/** Fusion 4 to 1: "dpt.pathN" of "dpt.path(N + 1)" and "rN.skip", the fourth of "dpt.layer4_rn".
 *  `ending` goes to the name. */
void zd_dpt_write_refine(const zd_dpt *shape, int net, const char *ending, zd_text *out);

/** All of them, one after the other. */
void zd_dpt_write_fusions(const zd_dpt *shape, zd_text *out);

/** From "dpt.path1" to "dpt.full", of the picture's size. */
void zd_dpt_write_full(const zd_dpt *shape, zd_text *out);

/** A 3x3 layer to 32 channels with ReLU, and a 1x1 to `channels`: "dpt.NAME.2". */
void zd_dpt_write_last(const zd_dpt *shape, const char *name, const char *from, int channels,
                       zd_text *out);

/** "FAMILY vits" and the like, by the width. */
const char *zd_dpt_size(const zd_dpt *shape);

#endif
