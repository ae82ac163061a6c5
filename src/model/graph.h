/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_GRAPH_H
#define ZD_MODEL_GRAPH_H

/* A network as an operator list, in the text form of models/EMBEDDED_FORMAT.md and the operators
 * that docs/engine.md adds for transformers. Each line makes one tensor; lines are sorted so that
 * an input is always an earlier line. The text comes from files: everything is checked here. */

#include <stdbool.h>

#include "core/context.h"
#include "core/status.h"
#include "model/op_list.h"

enum { ZD_GRAPH_MAX_INPUTS = 8, ZD_GRAPH_MAX_OPS = 4096, ZD_GRAPH_MAX_CHANNELS = 16384 };

typedef enum zd_op_kind {
#define ZD_OP_ENUM(kind, name) ZD_OP_##kind,
    ZD_OPERATORS(ZD_OP_ENUM)
#undef ZD_OP_ENUM
        ZD_OP_KINDS,
} zd_op_kind;

typedef enum zd_act {
    ZD_ACT_NONE,
    ZD_ACT_RELU,
    ZD_ACT_SIGMOID,
    ZD_ACT_GELU,
    ZD_ACT_RELU6, /* between 0 and 6 */
    ZD_ACT_EXP,
    ZD_ACT_EXP1, /* exp(x) + 1 */
    ZD_ACT_COUNT,
} zd_act;

typedef struct zd_op {
    zd_op_kind kind;
    const char *name;
    int inputs[ZD_GRAPH_MAX_INPUTS]; /* indices of earlier operators */
    int input_count;
    int channels; /* of the result */
    int kernel;
    int stride;
    int padding;
    int groups; /* convolution: 1, or as many as channels: each channel by itself */
    int heads;
    int channel;  /* output: which one */
    int epsilon;  /* norms: 10^-epsilon */
    bool is_flat; /* rope: every cell has the same place */
    int factor;   /* resize: times the input's size; 0: as large as `like` */
    int like;     /* resize, grid: the operator whose picture size is taken */
    bool has_bias;
    bool input_relu;   /* the convolution sees max(0, input) */
    bool is_mirrored;  /* its border is the picture in a mirror, not zeros */
    bool is_row_local; /* a row of its result needs the same rows of its inputs and no others */
    zd_act act;
    float gain;         /* output: factor after the activation */
    const char *weight; /* tensor names begin with this */
    const char *scale;  /* tensor of factors for each channel, folded into the weights; or NULL */
} zd_op;

typedef struct zd_graph {
    zd_context *ctx;
    char *text; /* names point into it */
    zd_op *ops;
    int count;
} zd_graph;

/** Reads an operator list. On failure the graph is empty. */
ZD_MUST_USE zd_status zd_graph_parse(zd_context *ctx, const char *text, zd_graph *out,
                                     zd_error *err);
void zd_graph_finish(zd_graph *graph);

#endif
