/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZDEPTH_ENGINE_H
#define ZDEPTH_ENGINE_H

/* A project's footage at work: any frame, in any order, at any size, while the analysis of the whole
 * clip goes on in another thread.
 *
 * Frames are counted from the first of the clip; times are seconds from it. Once the clip is analysed
 * mattes, depth and views at full size have the bits of the command line's, and a result is what the
 * command line rounds to codes. Until then a frame is judged by itself, as zdepth_frame_state tells.
 * FFmpeg graphs that look at other frames are shown as they treat this frame alone.
 *
 * Depth convention: absolute depths are the network's nearness (larger is nearer) or metres (larger
 * is farther), see zdepth_depth_kind; normalised ones are 0 at the shot's furthest and 1 at its
 * nearest.
 *
 * Thread-safety: one thread at a time for each engine, but for zdepth_engine_analyse, which may run
 * in a second thread beside everything except close, and zdepth_engine_has_depth, which is safe. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zdepth/context.h"
#include "zdepth/project.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A clip with the depth of its frames. */
typedef struct zdepth_engine zdepth_engine;

/** How an engine is opened. */
typedef struct zdepth_engine_options {
    size_t size;              /* sizeof(zdepth_engine_options) */
    const char *cache_folder; /* NULL: $ZD_CACHE, else the user's cache folder */
    bool no_cache;            /* keep no depth on disk, and use none */
} zdepth_engine_options;

/** What an absolute depth is. */
typedef enum zdepth_depth_kind {
    ZDEPTH_DEPTH_NEARNESS,   /* relative inverse depth, larger is nearer */
    ZDEPTH_DEPTH_NORMALISED, /* 0 to 1, larger is nearer */
    ZDEPTH_DEPTH_METRES      /* larger is farther */
} zdepth_depth_kind;

/** What is known about footage. */
typedef struct zdepth_clip_info {
    int width; /* upright; pixels may be non-square */
    int height;
    int sample_aspect_num; /* 1/1 when square or unknown */
    int sample_aspect_den;
    int frame_rate_num;
    int frame_rate_den;
    int64_t frame_count; /* 0: not known yet */
    double duration_s;   /* 0: not known */
    int bit_depth;       /* of a colour code; 32 for float */
    bool is_still;
    bool has_alpha;
    int audio_count;
    char codec[32];
    char pixel_format[32];
} zdepth_clip_info;

/** Opens the footage that the project names and the source of its depth. The project is copied.
 *  `options` may be NULL. The caller owns *out; close it before the context. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_engine_open(zdepth_context *context,
                                                            const zdepth_project *project,
                                                            const zdepth_engine_options *options,
                                                            zdepth_engine **out, zdepth_error *err);

/** Closes it and sets it to NULL, when no analysis runs. Accepts a pointer to NULL. */
ZDEPTH_API void zdepth_engine_close(zdepth_engine **engine);

/** What is known about the footage. The counts of a clip that was not read to its end may be estimates. */
ZDEPTH_API void zdepth_engine_info(const zdepth_engine *engine, zdepth_clip_info *out);

/** Takes over another state of the project. Matte, inserts and effects take part from the next frame
 *  on; when the footage, its depth or the selection boxes have changed, what was analysed is
 *  forgotten, and wants zdepth_engine_analyse again (whose depth comes from the cache). On failure
 *  the engine keeps the old state. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_engine_set_project(zdepth_engine *engine,
                                                                   const zdepth_project *project,
                                                                   zdepth_error *err);

/** Analyses the whole clip: depth of every frame, into the cache; cuts, ranges, thresholds,
 *  selections. Recalled when it was done before. Long: reports the stage "depth" in frames. A
 *  cancelled analysis keeps the depth found so far, and the next goes on there. One whose project
 *  was changed meanwhile in what it depends on ends with ZDEPTH_ERR_CANCELLED. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_engine_analyse(zdepth_engine *engine,
                                                               const zdepth_task *task,
                                                               zdepth_error *err);

/** Counts what there was to analyse: the number grows whenever zdepth_engine_set_project forgets what was
 *  analysed. An analysis that began under another number ends with ZDEPTH_ERR_CANCELLED, or what it
 *  found is forgotten: a new one is wanted. */
ZDEPTH_API int zdepth_engine_generation(zdepth_engine *engine);

/** Whether the analysis is there. */
ZDEPTH_API bool zdepth_engine_is_analysed(zdepth_engine *engine);

/** Whether a frame's depth was found in this session or by an analysis: for a timeline. */
ZDEPTH_API bool zdepth_engine_has_depth(zdepth_engine *engine, int64_t frame);

/** What lies between two cuts, and what the analysis found of it. */
typedef struct zdepth_shot {
    int64_t first_frame;
    int64_t frame_count;
    zdepth_depth_kind kind;
    double furthest; /* absolute */
    double nearest;
    double depth_in;   /* in force by itself: by boxes, else as suggested; absolute */
    double depth_out;  /* may be infinite: nothing is too near */
    double confidence; /* of the suggestion, 0 to 1 */
    bool is_selected;  /* boxes decide */
} zdepth_shot;

/** The shots of an analysed clip; 0 before. */
ZDEPTH_API int zdepth_engine_shot_count(zdepth_engine *engine);

/** Fills in a shot, counting from 0 in the order of the clip; false outside, and before the analysis. */
ZDEPTH_API bool zdepth_engine_shot_at(zdepth_engine *engine, int index, zdepth_shot *out);

/** The frame on screen at a time, by the clip's rate; 0 before the first. */
ZDEPTH_API int64_t zdepth_engine_frame_at(const zdepth_engine *engine, double time_s);

/** The time at which a frame appears, by the clip's rate; 24 frames a second where it has none. */
ZDEPTH_API double zdepth_engine_time_of(const zdepth_engine *engine, int64_t frame);

/** What of a frame a picture shows. */
typedef enum zdepth_output {
    ZDEPTH_OUTPUT_RESULT,       /* inserts between the layers, or the effect inside the matte */
    ZDEPTH_OUTPUT_SOURCE,       /* the footage */
    ZDEPTH_OUTPUT_DEPTH,        /* view: near white, far black, deaf to all parameters */
    ZDEPTH_OUTPUT_THRESHOLDED,  /* view: foreground as filmed, background from blue to red */
    ZDEPTH_OUTPUT_OPACITY,      /* view: the background at 50 % */
    ZDEPTH_OUTPUT_MATTE,        /* view: 1 is foreground */
    ZDEPTH_OUTPUT_DEPTH_VALUES, /* normalised depth with the picture's edges; gray formats only */
    ZDEPTH_OUTPUT_SKY,          /* view: the sky, where the network tells it; else black */
    ZDEPTH_OUTPUT_CONFIDENCE    /* view: how sure the network is of its depth; the same */
} zdepth_output;

/** How the pixels of a picture are stored. */
typedef enum zdepth_format {
    ZDEPTH_RGBA_8,   /* display-referred, not premultiplied; rounded from float */
    ZDEPTH_RGBA_F32, /* the same, 0 to 1 and beyond where the footage is */
    ZDEPTH_GRAY_F32  /* matte and depth values only */
} zdepth_format;

/** One picture asked for. `pixels` is the first of the top row; with a negative stride the rows below lie
 *  before it. A pixel is red, green, blue, alpha. Codes have the footage's own primaries and transfer
 *  curve, in full range; alpha is straight, 1 where the footage has none, and in a result without inserts
 *  and effects times the matte. Gray is coverage, 1 in the foreground, or normalised depth. */
typedef struct zdepth_request {
    size_t size; /* sizeof(zdepth_request) */
    int64_t frame;
    zdepth_output output;
    int width; /* of the picture, to 65536; 0: both the footage's. Smaller pictures are rendered small */
    int height;
    zdepth_format format;
    void *pixels;           /* the caller's, height rows of stride_bytes */
    ptrdiff_t stride_bytes; /* may be negative; 0: packed */
    zdepth_cancel *cancel;  /* may be NULL; looked at often: a cancelled call ends soon */
} zdepth_request;

/** Renders a frame into the caller's pixels, which are not kept. ZDEPTH_ERR_END past the last frame,
 *  ZDEPTH_ERR_INVALID_ARGUMENT for requests that make no sense, else what reading the footage, its depth
 *  or an insert says. When it fails or is cancelled the pixels are undefined, and the engine goes on. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_engine_render(zdepth_engine *engine,
                                                              const zdepth_request *request,
                                                              zdepth_error *err);

/** What is known about a frame that was rendered last. */
typedef struct zdepth_frame_state {
    int64_t frame; /* -1: none yet */
    double time_s;
    bool is_analysed; /* false: judged by itself, since its shot was not analysed yet */
    int shot;         /* -1 when not analysed */
    zdepth_depth_kind kind;
    double furthest; /* in force, absolute */
    double nearest;
    double depth_in; /* in force, in the scale of the project's mode */
    double depth_out;
} zdepth_frame_state;

/** Fills in the state of the frame that was rendered last; `frame` is -1 where there is none. */
ZDEPTH_API void zdepth_engine_frame_state(const zdepth_engine *engine, zdepth_frame_state *out);

/** Whether the frame that was rendered last has what an output shows: false for sky and confidence where
 *  the network tells none, and for everything before the first frame. */
ZDEPTH_API bool zdepth_engine_has_output(const zdepth_engine *engine, zdepth_output output);

/** What lies under a pointer. */
typedef struct zdepth_probe {
    float rgba[4]; /* display-referred */
    double depth;  /* absolute; NaN: none */
    double normalised;
    float matte;
} zdepth_probe;

/** Reads the frame that was rendered last at a place in fractions of it, origin at the top left. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_engine_probe(zdepth_engine *engine, double x,
                                                             double y, zdepth_probe *out,
                                                             zdepth_error *err);

/** Counts the depths of the frame that was rendered last in `bins` equal parts of its normalised range,
 *  furthest first; depths outside count in the first and last. Of more than 256 bins the first 256 are
 *  used. Does nothing before the first frame but zero the counts. */
ZDEPTH_API void zdepth_engine_histogram(const zdepth_engine *engine, int bins, uint32_t *counts);

#ifdef __cplusplus
}
#endif

#endif
