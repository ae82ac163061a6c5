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

enum { ZD_GRAPH_MAX_INPUTS = 8, ZD_GRAPH_MAX_OPS = 4096, ZD_GRAPH_MAX_CHANNELS = 16384 };

typedef enum zd_op_kind {
    ZD_OP_INPUT,
    ZD_OP_CONV,  /* tokens too: a linear layer is a 1x1 convolution of tokens */
    ZD_OP_CONVT, /* transposed convolution whose stride is its kernel */
    ZD_OP_ADD,
    ZD_OP_MUL,
    ZD_OP_CAT,
    ZD_OP_UP2,    /* bilinear, half-pixel centres */
    ZD_OP_RESIZE, /* bilinear, corners aligned */
    ZD_OP_AVG2,
    ZD_OP_MAX2,
    ZD_OP_GAP,
    ZD_OP_TOKENS, /* picture to tokens: class token first, position embedding added */
    ZD_OP_GRID,   /* tokens to picture, without the class token */
    ZD_OP_SHAPE,  /* the same values as another picture, or as tokens without a class token */
    ZD_OP_HOLD,   /* the same values, kept for each frame of a window while it is worked on */
    ZD_OP_MARK,   /* tokens with another first one */
    ZD_OP_FIRST,  /* the first token */
    ZD_OP_NORM,
    ZD_OP_GROUP_NORM, /* over groups of channels of a whole picture */
    ZD_OP_HEAD_NORM,  /* over each head of queries and keys */
    ZD_OP_ROPE,       /* queries and keys turned by their cell's place */
    ZD_OP_PLACE,      /* picture plus a tenth of an embedding of each cell's place */
    ZD_OP_GEGLU,      /* first half times the GELU of the second */
    ZD_OP_TIME,       /* attention of each cell over the frames of a window */
    ZD_OP_PRELU,      /* max(0, x) + slope min(0, x), a slope for each channel */
    ZD_OP_ATTENTION,
    ZD_OP_OUTPUT, /* one plane of the picture's size */
    ZD_OP_RESULT, /* a whole tensor of any size, kept for zd_network_find_tensor */
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
    bool input_relu; /* the convolution sees max(0, input) */
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

/** Whether an operator only gives the memory of its input another shape. */
static inline bool zd_op_is_view(const zd_op *op)
{
    return op->kind == ZD_OP_GRID || op->kind == ZD_OP_SHAPE || op->kind == ZD_OP_HOLD;
}

const char *zd_op_kind_name(zd_op_kind kind);

#endif
