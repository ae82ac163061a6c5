/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_CPU_RUNNER_INTERNAL_H
#define ZD_MODEL_CPU_RUNNER_INTERNAL_H

/* The backend that the product uses; shared by the files of src/model/cpu.
 *
 * An operator list is cut into stages. A stage begins with any operator and goes on with those
 * that need only the same rows (1x1 convolutions, norms, sums, ...), so what lies between them
 * never leaves the processor's cache: one item of a stage is a band of rows, its intermediate
 * values live in a slot of scratch memory that belongs to the thread while the item runs. Bands
 * are cut by the shape alone, never by the number of threads. */

#include "core/atomic.h"
#include "model/cpu/kernels.h"
#include "model/operator.h"

/** Weights of one convolution in panels, with their bias; see kernels.h. */
typedef struct zd_packed {
    bool is_i16;
    bool is_winograd; /* of points: f32 is [panels][points][inputs][ZD_PANEL] */
    int groups;       /* rows of the kernel of a transposed convolution; else 1 */
    int columns;      /* of one group */
    int panels;       /* of one group */
    int depth;        /* values summed for one result */
    float *f32;       /* [groups][panels][depth][ZD_PANEL] */
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
    size_t slot;       /* in the slot of a fused stage, also of what is in the arena */
    size_t frame_step; /* of a window's frames in the arena; 0: one for all */
    bool is_of_window; /* one for each frame */
    bool is_held;      /* to the end of the run, and until the window moves on */
    zd_packed packed;
    zd_op_data data; /* of operators that have no panels */
    zd_axis across;  /* resize, up2 */
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
    int group;          /* as the plan has it */
    bool is_across;     /* sees all frames at once */
    bool is_fused;      /* operators along time and those around them: an item is some cells of all
                           frames, [frame][cell] as rows of one picture */
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

typedef struct zd_runner {
    zd_context *ctx;
    zd_network_model *model;
    const zd_graph *graph;
    const zd_kernels *kernels;
    zd_value *values; /* one for each operator */
    zd_stage *stages; /* room for as many */
    int stage_count;
    zd_lease *leases;
    int lease_count;
    const zd_plan *plan; /* NULL: nothing is planned */
    float *arena;
    size_t arena_floats;
    float *slots;
    size_t slot_floats;
    int slot_count;
    atomic_flag *slot_taken;
    size_t weight_bytes;
    const zd_run *run;   /* in progress */
    zd_op_frames frames; /* of the operator that sees all of them, where it is a stage of its own */
} zd_runner;

/** The runner of a network whose backend this is: for benches and fuzzing. */
zd_runner *zd_runner_of(const zd_network *net);

/** Largest magnitudes of each row of one operator's result, where they came for nothing. */
typedef struct zd_peaks {
    int op; /* -1: none */
    float *rows;
} zd_peaks;

/** One operator's share of one item. */
typedef struct zd_band {
    zd_runner *cpu;
    int op;
    int y0; /* rows of the result */
    int y1;
    int stage_y0;
    float *slot;
    float *temp;                /* the slot's temporary memory */
    const zd_op_frames *frames; /* of an operator that sees all of them */
    bool is_fused;
    zd_peaks *peaks;
} zd_band;

/** What this backend computes in its own way: one row of cpu_ops.c. All NULL: the plain way. */
typedef struct zd_runner_own {
    void (*run)(const zd_band *band);                       /* with the activation */
    size_t (*temp)(const zd_runner *cpu, int op, int rows); /* floats for a band */
    zd_status (*pack)(zd_runner *cpu, int op, zd_error *err);
} zd_runner_own;

const zd_runner_own *zd_runner_op(const zd_op *op);

/* pack.c, plan.c, stages.c */
ZD_MUST_USE zd_status zd_runner_pack(zd_runner *cpu, zd_error *err);
void zd_runner_unpack(zd_runner *cpu);
void zd_runner_stages(zd_runner *cpu);
ZD_MUST_USE zd_status zd_runner_place(zd_runner *cpu, zd_error *err);
ZD_MUST_USE zd_status zd_runner_prepare_resize(zd_runner *cpu, zd_error *err);

/* Operators. */
void zd_run_conv(const zd_band *band);
void zd_run_convt(const zd_band *band);
void zd_run_depthwise(const zd_band *band);
void zd_run_attention(const zd_band *band);
void zd_run_time(const zd_band *band);
void zd_run_views(const zd_band *band);
void zd_run_resize(const zd_band *band);
void zd_run_norm(const zd_band *band);
void zd_run_groupnorm(const zd_band *band);
void zd_run_headnorm(const zd_band *band);
void zd_run_geglu(const zd_band *band);
void zd_run_pair(const zd_band *band);
void zd_run_output(const zd_band *band);
size_t zd_conv_temp_floats(const zd_runner *cpu, int op, int rows);
size_t zd_attention_temp_floats(const zd_runner *cpu, int op, int rows);
size_t zd_attention_pack_floats(const zd_runner *cpu, int op);
size_t zd_views_temp_floats(const zd_runner *cpu, int op, int rows);
size_t zd_across_temp_floats(const zd_runner *cpu, int op, int rows);
size_t zd_groupnorm_temp_floats(const zd_runner *cpu, int op, int rows);
size_t zd_resize_temp_floats(const zd_runner *cpu, int op, int rows);
ZD_MUST_USE zd_status zd_conv_pack(zd_runner *cpu, int op, zd_error *err);

/** Packs keys and values of rows y0..y1 of an attention's input; y0 is even. */
void zd_attention_pack(zd_runner *cpu, int op, int y0, int y1);

/** Rows of the input that `rows` rows of a windowed convolution's result see. */
static inline int zd_window_rows(const zd_op *op, int rows)
{
    return (rows - 1) * op->stride + op->kernel;
}

/** Loads `rows` rows from the first that a band of a windowed convolution sees, with their border, and
 *  zeros beyond the picture and up to `pitch` values of each; `temp` holds one source row. */
void zd_conv_load_band(const zd_band *band, int rows, size_t pitch, float *out, float *temp);

/** Where a convolution's result goes: to its own rows, or with what is added to it to a sum's. */
typedef struct zd_conv_aim {
    float *c;
    const float *add; /* or NULL */
} zd_conv_aim;

zd_conv_aim zd_conv_aim_of(const zd_band *band);

/** Whether a convolution is worked out in tiles; see cpu_winograd.c. */
bool zd_conv_is_winograd(const zd_runner *cpu, int op);
/** Weights of `columns` columns, each [3][3][inputs], as a panel of points. */
void zd_winograd_pack_panel(const float *rows, int inputs, int columns, float *out);
size_t zd_winograd_temp_floats(const zd_runner *cpu, int op, int rows);
void zd_run_winograd(const zd_band *band);

/** Computes row y of an enlargement. `temp` holds one source row. */
void zd_resize_row(const zd_runner *cpu, int op, int y, float *temp, float *out);

/** The first value of an operator's result in the arena, of the frame that is being worked on. */
static inline float *zd_value_data(const zd_runner *cpu, int op)
{
    const zd_value *value = &cpu->values[op];
    return cpu->arena + value->offset + (size_t) cpu->run->frame * value->frame_step;
}

/** Row y of an operator's result. */
static inline float *zd_value_row(const zd_band *band, int op, int y)
{
    const zd_runner *cpu = band->cpu;
    const zd_value *value = &cpu->values[op];
    if (band->is_fused) {
        return band->slot + value->slot + (size_t) y * value->row;
    }
    return value->is_global
               ? zd_value_data(cpu, op) + (size_t) y * value->row
               : band->slot + value->offset + (size_t) (y - band->stage_y0) * value->row;
}

/** Applies an operator's activation to what a band made. */
void zd_finish_band(const zd_band *band);

/** Applies an activation in place. */
void zd_apply_act(const zd_kernels *kernels, zd_act act, float *x, size_t count);

/** Whether an operator's weights are used in 16-bit form. */
bool zd_runner_is_narrow(const zd_runner *cpu, int op);

static inline size_t zd_round_floats(size_t floats)
{
    return (floats + 15) / 16 * 16;
}

static inline int zd_panel_count(int columns)
{
    return (columns + ZD_PANEL - 1) / ZD_PANEL;
}

#endif
