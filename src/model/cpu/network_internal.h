/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_CPU_NETWORK_INTERNAL_H
#define ZD_MODEL_CPU_NETWORK_INTERNAL_H

/* Shared by the files of src/model that load, plan and run a network.
 *
 * An operator list is cut into stages. A stage begins with any operator and goes on with those
 * that need only the same rows (1x1 convolutions, norms, sums, ...), so what lies between them
 * never leaves the processor's cache: one item of a stage is a band of rows, its intermediate
 * values live in a slot of scratch memory that belongs to the thread while the item runs. Bands
 * are cut by the shape alone, never by the number of threads. */

#include "core/atomic.h"
#include "model/cpu/kernels.h"
#include "model/graph.h"
#include "model/network.h"
#include "model/weights.h"

/** Weights of one convolution in panels, with their bias; see kernels.h. */
typedef struct zd_packed {
    bool is_i16;
    int groups;  /* rows of the kernel of a transposed convolution; else 1 */
    int columns; /* of one group */
    int panels;  /* of one group */
    int depth;   /* values summed for one result */
    float *f32;  /* [groups][panels][depth][ZD_PANEL] */
    int16_t *i16;
    float *bias;         /* [groups][panels][ZD_PANEL], or NULL */
    float *column_scale; /* the same, of 16-bit panels */
} zd_packed;

/** The constant side of one operator's result: weights, and where the values are. */
typedef struct zd_value {
    int height;
    int width;
    size_t row; /* values in a row: width * channels */
    bool is_global;
    bool is_virtual; /* an enlargement that its one consumer computes while loading */
    int consumers;
    int first_stage;
    int last_stage;
    size_t offset;     /* in floats, in the arena or in the slot */
    size_t frame_step; /* of a window's frames in the arena; 0: one for all */
    bool is_of_window; /* one for each frame */
    bool is_held;      /* to the end of the run, and until the window moves on */
    zd_packed packed;
    float *gain;     /* norm; tokens: the class token; prelu: the slopes */
    float *bias;     /* norm; tokens: the stored position embedding */
    float *position; /* tokens: the position embedding for the planned size */
    size_t position_count;
    zd_axis across; /* resize, up2 */
    zd_axis down;
    size_t pack_offset; /* attention: keys and values in panels, in the arena */
    int pack_for;       /* the first attention that reads this value, or -1 ... */
    int pack_next;      /* ... and, of an attention, the next with the same input */
    int sum;            /* convolution: the sum that it makes in one go, or -1 */
    bool is_made;       /* a sum that a convolution makes */
} zd_value;

typedef struct zd_stage {
    int first;
    int last;
    int rows;
    int rows_per_item;
    int items;
    int group; /* stages of a group run frame by frame; groups run one after the other */
    bool is_after_hold;
    bool is_across;     /* its one operator sees all frames at once: a group of its own */
    size_t peak_offset; /* floats of the slot that hold values; peaks, temporary memory follow */
    size_t temp_offset;
    double seconds;
    double cpu_seconds;
    double flop;
} zd_stage;

/** A block of the arena and the stages during which it is needed. */
typedef struct zd_lease {
    size_t floats;
    int first;
    int last;
    size_t *offset;
} zd_lease;

/** What a stream remembers of earlier frames; model/cpu/window.c. */
typedef struct zd_stream zd_stream;

struct zd_network {
    zd_context *ctx;
    const zd_kernels *kernels;
    char *path;
    zd_safetensors *file;
    zd_weights weights;
    zd_graph graph;
    zd_value *values; /* one for each operator */
    zd_stage *stages;
    int stage_count;
    zd_lease *leases;
    int lease_count;
    zd_network_info info;
    zd_network_params params;
    char *licence;
    char *name;
    int width; /* planned; 0 before */
    int height;
    float *arena;
    size_t arena_floats;
    float *slots;
    size_t slot_floats;
    int slot_count;
    atomic_flag *slot_taken;
    size_t weight_bytes;
    bool is_packed;
    bool has_digest;
    zd_digest digest;
    int runs;
    const zd_network_io *io; /* of the run in progress */
    const zd_task *task;
    int frames; /* planned */
    int frame;  /* that is being worked on, whose tensors are found */
    int window; /* frames of the run in progress */
    int group_count;
    bool *group_is_across;
    bool is_streaming;
    zd_stream *stream;                   /* of a network that is fed frame by frame; or NULL */
    int outputs[ZD_NETWORK_MAX_OUTPUTS]; /* operator indices */
};

/** Largest magnitudes of each row of one operator's result, where they came for nothing. */
typedef struct zd_peaks {
    int op; /* -1: none */
    float *rows;
} zd_peaks;

/** One operator's share of one item. */
typedef struct zd_band {
    zd_network *net;
    int op;
    int y0; /* rows of the result */
    int y1;
    int stage_y0;
    float *slot;
    float *temp; /* the slot's temporary memory */
    zd_peaks *peaks;
} zd_band;

/* pack.c */
ZD_MUST_USE zd_status zd_network_pack(zd_network *net, zd_error *err);
void zd_network_unpack(zd_network *net);

/* plan.c, stages.c */
ZD_MUST_USE zd_status zd_network_shape(zd_network *net, int width, int height, zd_error *err);
void zd_network_stages(zd_network *net);
ZD_MUST_USE zd_status zd_network_place(zd_network *net, zd_error *err);
ZD_MUST_USE zd_status zd_network_prepare_resize(zd_network *net, zd_error *err);
ZD_MUST_USE zd_status zd_network_prepare_position(zd_network *net, zd_error *err);
void zd_network_unplan(zd_network *net);

/** Temporary floats that an operator needs for a band of `rows` rows. */
size_t zd_op_temp_floats(const zd_network *net, int op, int rows);
size_t zd_conv_temp_floats(const zd_network *net, int op, int rows);
size_t zd_attention_temp_floats(const zd_network *net, int op);
size_t zd_attention_pack_floats(const zd_network *net, int op);

/* Operators. */
void zd_run_conv(const zd_band *band);
void zd_run_convt(const zd_band *band);
void zd_run_depthwise(const zd_band *band);
void zd_run_attention(const zd_band *band);
void zd_run_transformer(const zd_band *band); /* op_transformer.c: those of model/families only */
void zd_run_time(const zd_band *band);

/** Runs all stages of a group for the frame that is set. */
ZD_MUST_USE zd_status zd_network_run_group(zd_network *net, int group, const zd_network_io *io,
                                           const zd_task *task, zd_error *err);

/* op_transformer.c, op_time.c: constants of the weights and of the planned size. */
ZD_MUST_USE zd_status zd_network_prepare_places(zd_network *net, zd_error *err);
ZD_MUST_USE zd_status zd_across_pack(zd_network *net, int op, zd_error *err);
size_t zd_across_temp_floats(const zd_network *net, int op);

/* window.c */
void zd_stream_destroy(zd_network *net);

/** Where the keys of a TIME operator are, each followed by its values. */
typedef struct zd_across_rows {
    const float *keys[ZD_NETWORK_WINDOW]; /* of the first cell */
    size_t step[ZD_NETWORK_WINDOW];       /* from a cell to the next */
    int count;
    int queries; /* so many of the last are asked for */
} zd_across_rows;

void zd_stream_rows(const zd_network *net, int op, zd_across_rows *out);
void zd_stream_keep(const zd_network *net, int op);

/** Reads a whole small tensor into new memory. */
ZD_MUST_USE zd_status zd_network_read_vector(zd_network *net, const char *name, size_t count,
                                             float **out, zd_error *err);

/** Packs keys and values of rows y0..y1 of an attention's input; y0 is even. */
void zd_attention_pack(zd_network *net, int op, int y0, int y1);
void zd_run_resize(const zd_band *band);
void zd_run_simple(const zd_band *band);

/** Rows of the input that `rows` rows of a windowed convolution's result see. */
static inline int zd_window_rows(const zd_op *op, int rows)
{
    return (rows - 1) * op->stride + op->kernel;
}

/** Loads the rows that a band of a windowed convolution sees, with their border of zeros; `temp`
 *  holds one source row. */
void zd_conv_load_band(const zd_band *band, float *out, float *temp);

/** Computes row y of an enlargement. `temp` holds one source row. */
void zd_resize_row(const zd_network *net, int op, int y, float *temp, float *out);

/** The first value of an operator's result in the arena, of the frame that is being worked on. */
static inline float *zd_value_data(const zd_network *net, int op)
{
    const zd_value *value = &net->values[op];
    return net->arena + value->offset + (size_t) net->frame * value->frame_step;
}

/** Row y of an operator's result. */
static inline float *zd_value_row(const zd_band *band, int op, int y)
{
    const zd_network *net = band->net;
    const zd_value *value = &net->values[op];
    return value->is_global
               ? zd_value_data(net, op) + (size_t) y * value->row
               : band->slot + value->offset + (size_t) (y - band->stage_y0) * value->row;
}

static inline float zd_op_epsilon(const zd_op *op)
{
    float inverse = 1.0f;
    for (int i = 0; i < op->epsilon; i++) {
        inverse *= 10.0f;
    }
    return 1.0f / inverse;
}

/** Applies an operator's activation to what a band made. */
void zd_finish_band(const zd_band *band);

/** Applies an activation in place. */
void zd_apply_act(const zd_kernels *kernels, zd_act act, float *x, size_t count);

/** Whether an operator's weights are used in 16-bit form. */
bool zd_op_is_narrow(const zd_network *net, int op);

static inline size_t zd_round_floats(size_t floats)
{
    return (floats + 15) / 16 * 16;
}

static inline int zd_panel_count(int columns)
{
    return (columns + ZD_PANEL - 1) / ZD_PANEL;
}

#endif
