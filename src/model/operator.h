/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_OPERATOR_H
#define ZD_MODEL_OPERATOR_H

/* What an operator is, whatever computes it: how its line looks, the channels and size of its result,
 * its constants, and the plain computation. Each is one file in ops/ and one row of op_list.h. The
 * plain computation is what the others are tested against, so it is written for reading and, where a
 * sum is long, in float64; a backend uses it for every operator that it has nothing better for. */

#include "model/backend.h"

/** Fields of a line, as bits: what an operator needs and what it allows. */
typedef enum zd_op_field {
    ZD_OP_FIELD_C,
    ZD_OP_FIELD_K,
    ZD_OP_FIELD_S,
    ZD_OP_FIELD_P,
    ZD_OP_FIELD_O,
    ZD_OP_FIELD_G,
    ZD_OP_FIELD_HEADS,
    ZD_OP_FIELD_CHANNEL,
    ZD_OP_FIELD_FACTOR,
    ZD_OP_FIELD_BIAS,
    ZD_OP_FIELD_GAIN,
    ZD_OP_FIELD_EPS,
    ZD_OP_FIELD_FLAT,
    ZD_OP_FIELD_NUMBERS, /* so many of them are numbers */
    ZD_OP_FIELD_ACT = ZD_OP_FIELD_NUMBERS,
    ZD_OP_FIELD_PRE,
    ZD_OP_FIELD_LIKE,
    ZD_OP_FIELD_W,
    ZD_OP_FIELD_SCALE,
    ZD_OP_FIELD_PAD,
} zd_op_field;

#define ZD_OP_FIELD(field) (1U << ZD_OP_FIELD_##field)

/** Which rows of its inputs a row of a result needs. */
typedef enum zd_op_rows {
    ZD_ROWS_SAME, /* the same */
    ZD_ROWS_ANY,
    ZD_ROWS_ALL, /* all, and all rows of the result are made at once */
} zd_op_rows;

/** Sizes that a result's size follows from. */
typedef struct zd_op_sizes {
    zd_op_size from[ZD_GRAPH_MAX_INPUTS];
    zd_op_size like;    /* of the operator's `like`; of the first input where it has none */
    zd_op_size picture; /* the network's working size */
} zd_op_sizes;

/** Constants of one operator. Owned by whoever reads them; see zd_op_data_release. */
typedef struct zd_op_data {
    float *gain; /* what each file of ops/ says */
    float *bias;
    float *table; /* of the planned size */
    size_t count; /* of values in `bias`, where that is not given by the shapes */
    size_t bytes; /* of gain and bias */
} zd_op_data;

/** Rows of a result or an input: [height][width][channels], rows from `first` on. */
typedef struct zd_op_tensor {
    float *data; /* of row `first`; of an output that nobody wants NULL */
    int first;
    zd_op_size size;
    int channels;
    size_t row; /* values in a row */
} zd_op_tensor;

static inline float *zd_op_row(const zd_op_tensor *tensor, int y)
{
    return tensor->data + (size_t) (y - tensor->first) * tensor->row;
}

/** Rows y0..y1 of a result are wanted. */
typedef struct zd_op_call {
    const zd_network_model *model;
    const zd_op *op;
    const zd_op_data *data;
    zd_op_tensor in[ZD_GRAPH_MAX_INPUTS];
    zd_op_tensor out;
    zd_op_size like;
    const zd_network_io *io;    /* of an input: its pictures */
    const zd_op_frames *frames; /* of an operator that sees all frames */
    int frame;                  /* that is worked on, as zd_run has it */
    int y0;
    int y1;
} zd_op_call;

/** Reads an operator's constants from the file. */
typedef struct zd_op_reader {
    zd_network_model *model;
    const zd_op *op;
    int from; /* channels of the first input */
    zd_op_data *out;
} zd_op_reader;

/** Reads tensor "W.SUFFIX", or "W" where the suffix is empty, of `count` values into new memory. */
ZD_MUST_USE zd_status zd_op_read(const zd_op_reader *in, const char *suffix, size_t count,
                                 float **out, zd_error *err);

/** How many values tensor "W.SUFFIX" has. */
ZD_MUST_USE zd_status zd_op_count(const zd_op_reader *in, const char *suffix, size_t *count,
                                  zd_error *err);

typedef struct zd_op_type {
    const char *name;
    int low_inputs;
    int high_inputs;
    unsigned needs; /* fields; `act` is always allowed */
    unsigned allows;
    zd_op_rows rows;
    unsigned needs_all; /* of ZD_ROWS_SAME, and of what sees frames: inputs, as bits, of which it
                           needs all rows */
    bool is_end;        /* nothing can read its result */
    bool is_view;       /* only gives the memory of its input another shape, ... */
    int skipped_rows;   /* ... without so many first rows */
    bool sees_frames;   /* all of a window at once: attention along time */

    /** Sets the channels of the result, which are the first input's before. Returns NULL, or what is
     *  wrong, to be followed by the operator's name. NULL: nothing to do, as with all below. */
    const char *(*complete)(zd_op *op, const zd_op *ops);
    /** The size of the result, which is the first input's before. */
    void (*shape)(const zd_op *op, const zd_op_sizes *sizes, long long *height, long long *width);
    /** Whether the inputs' sizes fit each other. */
    bool (*fits)(const zd_op *op, const zd_op_sizes *sizes, zd_op_size made);
    double (*flop)(const zd_op *op, int from, zd_op_size made); /* multiply-adds counted twice */
    zd_status (*read)(const zd_op_reader *in, zd_error *err);
    zd_status (*prepare)(const zd_network_model *model, const zd_op *op, const zd_op_sizes *sizes,
                         zd_op_data *data, zd_error *err); /* the table */
    void (*run)(const zd_op_call *call);                   /* without the activation */
} zd_op_type;

#define ZD_OP_DECLARE(kind, name) extern const zd_op_type zd_op_type_##name;
ZD_OPERATORS(ZD_OP_DECLARE)
#undef ZD_OP_DECLARE

const zd_op_type *zd_op_type_of(const zd_op *op);

/** The operator called so in lists; ZD_OP_KINDS: none. */
zd_op_kind zd_op_find(const char *name);

static inline bool zd_op_is_view(const zd_op *op)
{
    return zd_op_type_of(op)->is_view;
}

void zd_op_data_release(zd_context *ctx, zd_op_data *data);

/** The cell of a side of `count` that a mirror on its first and last shows at `at`, less than a side
 *  beyond. */
static inline int zd_op_mirrored(int at, int count)
{
    at = at < 0 ? -at : at;
    return at >= count ? 2 * (count - 1) - at : at;
}

/** Attention: query, key and value of all heads lie beside one another, so the result has a third of the
 *  channels. Returns as zd_op_type.complete. */
const char *zd_op_split_heads(zd_op *op);

/** How much a query looks at a key of `size` values, before the softmax. */
double zd_op_score(const float *query, const float *key, int size);

/** 10^-epsilon. */
float zd_op_epsilon(const zd_op *op);

/** Where sample `i` of an enlarged side lies between those of `from`, in float32 as PyTorch has it. */
typedef struct zd_op_sample {
    int index; /* of the first of two samples; the second is index + step */
    int step;  /* 0 or 1 */
    float t;
} zd_op_sample;

zd_op_sample zd_op_sample_at(const zd_op *op, int i, int from, int to);

/** An activation, the plain way. */
float zd_op_activate(zd_act act, float x);

/** Sizes that operator `index` sees, of those of all results. */
zd_op_sizes zd_op_sizes_of(const zd_graph *graph, const zd_op_size *sizes, int index,
                           zd_op_size picture);

#endif
