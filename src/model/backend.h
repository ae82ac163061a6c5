/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_BACKEND_H
#define ZD_MODEL_BACKEND_H

/* The seam under the networks. Above it: families, which write operator lists, and the network
 * (network.c, frames.c), which knows sizes, windows of frames and streams. Below it: backends, which
 * keep a network's constants and memory and run its operators. Two are there: cpu/, which is what the
 * product uses, and reference/, plain C against which it is tested. */

#include "core/task.h"
#include "model/graph.h"
#include "model/network.h"
#include "model/weights.h"

typedef struct zd_op_size {
    int height;
    int width;
} zd_op_size;

/** A network, without anything of how it is computed. */
typedef struct zd_network_model {
    zd_context *ctx;
    zd_graph graph;
    zd_weights weights;
    zd_network_info info;
    zd_network_params params;
    int outputs[ZD_NETWORK_MAX_OUTPUTS]; /* operator indices */
} zd_network_model;

/** The plane that an output goes to; NULL: not wanted. */
float *zd_network_plane(const zd_network_model *model, const zd_network_io *io, int op);

/** A working size. Operators fall into groups: those of a group run frame by frame, an operator that
 *  sees all frames is a group of its own, and what is held ends one. */
typedef struct zd_plan {
    int width; /* 0: nothing is planned */
    int height;
    int frames;
    zd_op_size *sizes; /* of every operator's result */
    int *groups;       /* of every operator */
    bool *sees_frames; /* of every group */
    int group_count;
} zd_plan;

/** What a stream remembers of earlier frames; frames.c. */
typedef struct zd_stream zd_stream;

/** One group's run. */
typedef struct zd_run {
    int frame;               /* that is worked on; 0 for a group that sees all */
    int window;              /* frames of the window */
    const zd_network_io *io; /* of the frame */
    const zd_task *task;     /* or NULL */
    zd_stream *stream;       /* of a network that is fed frame by frame; or NULL */
} zd_run;

/** Where an operator that sees all frames finds them: queries, keys and values of a cell one after the
 *  other. */
typedef struct zd_op_frames {
    int count;                            /* of keys */
    int queries;                          /* the last so many of them are asked for */
    const float *keys[ZD_NETWORK_WINDOW]; /* of the first cell; its values follow */
    size_t step[ZD_NETWORK_WINDOW];       /* from a cell to the next */
    const float *asked[ZD_NETWORK_WINDOW];
    size_t asked_step;
    float *made[ZD_NETWORK_WINDOW];
} zd_op_frames;

/** The frames that operator `op` sees. `first` is its input for the window's first frame,
 *  [cells][3 channels], and `frame_step` floats lie between frames; `made` and `made_step` are the
 *  same of its result. Of a stream, first keeps the frame's keys and values. */
void zd_run_frames(const zd_run *run, int op, zd_op_size size, int channels, const float *first,
                   size_t frame_step, float *made, size_t made_step, zd_op_frames *out);

/** A backend's own state is `state`. Results may not depend on the number of threads. */
typedef struct zd_backend {
    const char *name;

    /** Makes an empty state for a model, which stays where it is, and says in its info which
     *  precision and arithmetic of those asked for it has. */
    zd_status (*open)(zd_network_model *model, void **state, zd_error *err);
    void (*close)(void *state); /* accepts NULL */

    zd_status (*load)(void *state, zd_error *err); /* the constants */
    /** Lays out memory for a plan, which stays where it is until `unplan`. */
    zd_status (*plan)(void *state, const zd_plan *plan, zd_error *err);
    void (*unplan)(void *state);

    /** Runs a group. Allocates nothing. A cancelled run leaves its results unspecified. */
    void (*run)(void *state, int group, const zd_run *run);

    /** Takes what `hold` keeps of a frame to another place of the window. */
    void (*move_held)(void *state, int from, int to);

    /** The values of an operator's result for a frame; NULL where they were not kept. */
    const float *(*find)(const void *state, int op, int frame);
    void (*memory)(const void *state, size_t *weights, size_t *activations);

    /* What the stages cost, see zd_network_cost; `stages` may be NULL: nothing is measured. */
    int (*stages)(const void *state);
    zd_network_cost (*cost)(const void *state, int stage, int runs);
    void (*forget_costs)(void *state);
} zd_backend;

extern const zd_backend zd_backend_cpu;
extern const zd_backend zd_backend_reference;

#endif
