/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_NETWORK_H
#define ZD_MODEL_NETWORK_H

/* A neural network loaded from a safetensors file and run on the processor. The network is an
 * operator list: Depth Anything's is written from the shapes in its file, the embedded network's
 * is carried in its file. One executor runs both. Knows nothing of image files or colour.
 *
 * Thread-safety: one network is used by one thread at a time; it computes on the context's pool. */

#include <stdbool.h>
#include <stdint.h>

#include "core/context.h"
#include "core/digest.h"
#include "core/task.h"

typedef struct zd_network zd_network;

typedef enum zd_precision {
    ZD_PRECISION_AUTO,  /* exact for networks that carry their list, fast for others */
    ZD_PRECISION_EXACT, /* float32, relative L1 error <= 1e-4 of the reference; the same bits on
                           every x86-64 processor with AVX2 or more */
    ZD_PRECISION_FAST,  /* narrower arithmetic, relative L1 error <= 1e-2; exact where the processor
                           has none */
} zd_precision;

/** What the file alone does not tell apart. */
typedef enum zd_network_variant {
    ZD_NETWORK_VARIANT_AUTO, /* from the file's metadata, else V2 */
    ZD_NETWORK_VARIANT_V2,
    ZD_NETWORK_VARIANT_V1, /* taps the last four blocks */
} zd_network_variant;

typedef enum zd_network_kind {
    ZD_NETWORK_KIND_AUTO,     /* from the file's metadata, else relative */
    ZD_NETWORK_KIND_RELATIVE, /* nearness, larger is nearer, no unit */
    ZD_NETWORK_KIND_METRIC,   /* metres, larger is farther */
    ZD_NETWORK_KIND_DISTANCE, /* distance up to one factor, larger is farther */
} zd_network_kind;

/** How a network's working size follows from a picture's. */
typedef enum zd_network_scale {
    ZD_NETWORK_SCALE_SHORT_SIDE, /* the short side is given */
    ZD_NETWORK_SCALE_VIDEO,      /* the same, smaller for pictures wider than 16:9 */
    ZD_NETWORK_SCALE_LONG_SIDE,  /* the long side is given */
} zd_network_scale;

enum { ZD_NETWORK_VIEWS = 2 };

/** `{0}` gives the defaults. */
typedef struct zd_network_params {
    zd_precision precision;
    zd_network_variant variant;
    zd_network_kind kind;
    float max_depth_m; /* of a metric network; 0: from the metadata, else 20 */
    int heads;         /* attention heads; 0: from the metadata, else width / 64 */
    int views; /* pictures that a network of many views sees together, as a window; 0: one, at its best
                  speed; ZD_NETWORK_VIEWS at most */
    bool pos_embed_by_size; /* resize the position embedding as the transformers library does */
    bool keep_tensors;      /* keep every tensor for zd_network_tensor; slow, for tests */
    bool packs_late; /* pack the weights at the first plan: for callers who may need no run */
    const struct zd_backend *backend; /* model/backend.h; NULL: the processor's, the fastest */
    const char *part; /* a file of several networks: which; its metadata begin with "PART." */
} zd_network_params;

enum { ZD_NETWORK_MAX_OUTPUTS = 4, ZD_NETWORK_WINDOW = 32 };

typedef struct zd_network_info {
    const char *name;     /* "depth-anything vits" or what the metadata says */
    const char *licence;  /* from the metadata; "" when it does not say */
    const char *family;   /* "depth-anything", "video-depth-anything", "depth-anything-3",
                               "zdepth-embedded", "zdepth-face" or "zdepth-style" */
    const char *encoder;  /* "vits", "vitb" or "vitl"; "" of other sizes and of files with a list */
    zd_network_kind kind; /* relative or metric */
    float max_depth_m;    /* 0 for relative networks and where there is no limit */
    float focal_unit_px;  /* metres are the output times the focal length in pixels over this; 0:
                               the output is metres itself, or no metres */
    zd_precision precision; /* the one in use: exact or fast */
    const char
        *arithmetic; /* "exact", "exact, portable" or "fast, evened": equal texts, equal bits; part
                               of every key under which results are kept */
    int64_t parameters;
    int multiple;           /* both working sides are multiples of this */
    int min_side;           /* smallest working side */
    int default_short_side; /* of the working picture; its long side where `scale` says so */
    zd_network_scale scale;
    bool area_resize; /* the input is averaged down by area; else bicubic without antialiasing */
    float mean[3];
    float std[3];
    int window;        /* frames that a network for video sees at once; 1: it sees one */
    bool compares_all; /* all cells of a picture with all: cost grows faster than the picture */
    int output_count;
    const char *output_names
        [ZD_NETWORK_MAX_OUTPUTS]; /* "depth" or "nearness", "foreground", "sky", "confidence" */
} zd_network_info;

/** One run's pictures. All planes have the planned size. */
typedef struct zd_network_io {
    const float *rgb;                       /* [h][w][3], 0..1, display-referred */
    bool is_normalised;                     /* rgb is already (rgb - mean) / std */
    float *outputs[ZD_NETWORK_MAX_OUTPUTS]; /* [h][w] in info order; NULL: not wanted */
} zd_network_io;

/** Loads a network and packs its weights (unless `packs_late`). The caller owns *out. */
ZD_MUST_USE zd_status zd_network_open(zd_context *ctx, const char *path,
                                      const zd_network_params *params, zd_network **out,
                                      zd_error *err);
void zd_network_close(zd_network **net); /* sets it to NULL; accepts a pointer to NULL */

/** Valid until the network is closed. */
const zd_network_info *zd_network_describe(const zd_network *net);

/** SHA-256 of the whole file; read at the first call, remembered after it. */
ZD_MUST_USE zd_status zd_network_digest(zd_network *net, zd_digest *out, zd_error *err);

/** Tells it, where the caller knows it already. */
void zd_network_set_digest(zd_network *net, const zd_digest *digest);

/** Lays out the activations for a working size, multiples of info.multiple. The same size again
 *  costs nothing. */
ZD_MUST_USE zd_status zd_network_plan(zd_network *net, int width, int height, zd_error *err);

/** Runs the network at the planned size. Allocates nothing. `task` may be NULL; a cancelled run
 *  leaves the outputs unspecified. The result does not depend on the number of threads. */
ZD_MUST_USE zd_status zd_network_run(zd_network *net, const zd_network_io *io, const zd_task *task,
                                     zd_error *err);

/** The same for windows of up to `frames` frames, of a network whose info.window is above 1. */
ZD_MUST_USE zd_status zd_network_plan_window(zd_network *net, int width, int height, int frames,
                                             zd_error *err);

/** One window's pictures. */
typedef struct zd_network_window {
    int count; /* of frames: 1 to what was planned */
    bool is_normalised;
    const float *rgb[ZD_NETWORK_WINDOW]; /* NULL: what is held in this place is of its frame */
    /* NULL: not wanted; of a frame of which none is, what comes after the last sight of other frames is
     * not computed */
    float *outputs[ZD_NETWORK_WINDOW][ZD_NETWORK_MAX_OUTPUTS];
} zd_network_window;

/** Runs a window; as zd_network_run. What was made of each frame alone is held in its place until
 *  the next window. */
ZD_MUST_USE zd_status zd_network_run_window(zd_network *net, const zd_network_window *window,
                                            const zd_task *task, zd_error *err);

/** Runs for one place of a window only what is made of its frame alone. */
ZD_MUST_USE zd_status zd_network_encode(zd_network *net, int place, const zd_network_io *io,
                                        const zd_task *task, zd_error *err);

/** Takes what is held of a frame to another place, for the next window. */
void zd_network_move_held(zd_network *net, int from, int to);

/** Chooses the frame of the last window whose tensors zd_network_find_tensor finds. */
void zd_network_show_frame(zd_network *net, int frame);

/** Feeds one frame more to a network for video that is planned for one: it sees earlier frames as
 *  the network remembers them, and none after. The first call allocates. */
ZD_MUST_USE zd_status zd_network_stream(zd_network *net, const zd_network_io *io,
                                        const zd_task *task, zd_error *err);

/** Places of the remembered frames that the next frame will see, oldest first; returns how many. */
int zd_network_stream_list(const zd_network *net, int slots[ZD_NETWORK_WINDOW]);

/** Bytes held for packed weights and for activations, as planned. */
void zd_network_memory(const zd_network *net, size_t *weights, size_t *activations);

/** One tensor of the last run: a declared result, or any of a network opened with keep_tensors. */
typedef struct zd_network_tensor {
    const float *data; /* [height][width][channels]; tokens have width 1 */
    int height;
    int width;
    int channels;
} zd_network_tensor;

/** Finds a tensor by its name in the operator list; false when there is none, or no plan. Its values
 *  are valid until the next run or plan. */
bool zd_network_find_tensor(const zd_network *net, const char *name, zd_network_tensor *out);

/** What one operator cost, summed over the runs since zd_network_profile_start. */
typedef struct zd_network_cost {
    const char *name;   /* of the stage's last tensor */
    const char *kind;   /* "linear", "attention", "conv", ... */
    double seconds;     /* wall clock of the stage, per run */
    double cpu_seconds; /* of all threads of the process */
    double flop;        /* multiply-adds counted twice */
} zd_network_cost;

void zd_network_profile_start(zd_network *net);
int zd_network_stage_count(const zd_network *net);
zd_network_cost zd_network_stage_cost(const zd_network *net, int stage);

#endif
