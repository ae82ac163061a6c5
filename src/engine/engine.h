/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_H
#define ZD_ENGINE_ENGINE_H

/* The engine for doors that get pixels, not files: plug-ins. There is one in a process; models, the
 * depth cache and prepared frames are shared by all instances, which hosts make, copy and drop as
 * they like. It prints nothing and never ends the process.
 *
 * Frames come in any order and in any tiles, so depth is that of each frame by itself. What belongs
 * to a shot (range, suggested thresholds, selection boxes) comes with the frame when the host has
 * analysed it; else it is measured from the frame at hand, as the command line does for a still.
 * For the same frame, depth and parameters the pixels are those of the command line.
 *
 * Thread-safety: safe. */

#include "composite/effect_spec.h"
#include "depth/shot_list.h"
#include "engine/engine_files.h"
#include "engine/engine_kept.h"
#include "engine/network/engine_network.h"
#include "engine/pixels/pixels.h"
#include "image/colour.h"
#include "project/params.h"
#include "project/project.h"

typedef struct zd_engine zd_engine;

/** Gives the process's engine, making it at first. Every acquire needs one release; the last one
 *  ends the engine and its threads. */
ZD_MUST_USE zd_status zd_engine_acquire(zd_engine **out, zd_error *err);
void zd_engine_release(zd_engine **engine); /* sets it to NULL; accepts a pointer to NULL */

zd_context *zd_engine_context(zd_engine *engine);
zd_engine_network *zd_engine_get_network(zd_engine *engine);

/** Gives the engine what reads files, once; a table of another version is none. */
void zd_engine_set_files(zd_engine *engine, const zd_engine_files *files);

/** The depth map of a file at a time, for zd_engine_frame.map; a sequence has `fps` pictures a second. The
 *  caller owns *out, gray f32. ZD_ERR_MISSING without files. */
ZD_MUST_USE zd_status zd_engine_map_at(zd_engine *engine, const char *path, double fps,
                                       double time_s, zd_image **out, zd_error *err);

struct zd_engine_frame;

/** Other frames of the clip, for inserts that are placed in one and seen in others. */
typedef struct zd_engine_clip {
    /** Gives a frame, counted from the clip's first, as the one at work is described; it is valid until the
     *  render ends. NULL in *out: there is none. */
    zd_status (*at)(void *user, int64_t frame, const struct zd_engine_frame **out, zd_error *err);
    void *user;
    double fps; /* frames a second; 0: not known */
} zd_engine_clip;

typedef enum zd_engine_task {
    ZD_ENGINE_FILTER,    /* view, transparency or mask effects */
    ZD_ENGINE_COMPOSITE, /* the insert between the layers */
} zd_engine_task;

/** One frame and all that decides its pixels. Pictures are borrowed for the call. */
typedef struct zd_engine_frame {
    zd_engine_task task;
    zd_pixels footage;   /* the whole frame; depth and matte are of this */
    zd_pixels processed; /* filter: the footage after other effects; not given: the footage */
    zd_pixels insert;    /* composite: display-referred; not given: nothing is inserted */
    zd_pixels map;       /* a supplied depth map, stretched over the frame; not given: network */
    const zd_project *inserts; /* composite: more inserts, above it; NULL: none */
    const zd_params *params;   /* opacity, blend and at_depth are those of the insert */
    const zd_shot *shot;       /* as analysed; NULL: measured from this frame */
    const zd_engine_kept
        *kept; /* the analysis's steadied depth; NULL: the frame's own. A map comes first */
    int64_t kept_frame; /* which of its frames this is */
    bool *
        kept_missing; /* set to true when it is not in the cache, so that the frame's own counts; or NULL */
    const zd_box *boxes; /* selection boxes of a frame that is measured by itself */
    int box_count;
    const zd_effect_chain *chain; /* filter: built-in effects on the footage; NULL: none */
    double time_s;                /* for keyed parameters */
    zd_transfer transfer;         /* of the footage's and the insert's codes */
    zd_engine_abort abort;
    zd_engine_clip clip; /* without `at` inserts are placed in the frame at hand */
} zd_engine_frame;

/** Renders the pixels of `window` (in the plane) that lie inside `out`. Outside the footage they
 *  become 0. On failure `out` is left as it was, or partly written when cancelled. */
ZD_MUST_USE zd_status zd_engine_render(zd_engine *engine, const zd_engine_frame *frame,
                                       const zd_pixels *out, zd_rect window, zd_pixels_rows rows,
                                       zd_error *err);

/** Which frames of the clip a render looks at beside its own, for inserts that are placed there: of `frame`
 *  parameters, inserts, shot and clip.fps count. Returns how many are in `out`. */
int zd_engine_frames_needed(const zd_engine_frame *frame, int64_t *out, int most);

/** Copies a picture, changed only in its form: what is shown when nothing else can be. */
ZD_MUST_USE zd_status zd_engine_pass(zd_engine *engine, const zd_pixels *from, const zd_pixels *out,
                                     zd_rect window, zd_pixels_rows rows, zd_error *err);

/** Whether the result is the footage (or, for the filter, the processed picture) itself. */
bool zd_engine_frame_is_identity(const zd_engine_frame *frame);

/** Rewrites Depth In and Depth Out from one choice of ZD_P_MODE to another: the picture stays. */
void zd_engine_convert_mode(zd_depth_range range, int from, int to, double *depth_in,
                            double *depth_out);

/** Reads boxes as hosts keep them: "x,y,w,h@time" in fractions of the frame, y down, with a minus sign
 *  before those that subtract, parted by semicolons; without "@time" it is 0. Returns how many; what is
 *  no box ends the list. */
int zd_engine_read_boxes(const char *text, zd_box boxes[ZD_PROJECT_MAX_BOXES]);

/** Adds the inserts that a host keeps as text, sections of a project whose first line may be left out; `name` is
 *  for messages. */
ZD_MUST_USE zd_status zd_engine_read_inserts(const char *name, const char *text, zd_project *out,
                                             zd_error *err);

/** Measures this frame alone: range, suggested thresholds, and those of `boxes`. */
ZD_MUST_USE zd_status zd_engine_measure(zd_engine *engine, const zd_engine_frame *frame,
                                        const zd_box *boxes, int box_count, zd_shot *shot,
                                        zd_depth_kind *kind, zd_error *err);

/** Measures many frames in order: cuts, and for each shot what zd_engine_measure gives. */
typedef struct zd_engine_analysis zd_engine_analysis;

ZD_MUST_USE zd_status zd_engine_analysis_start(zd_engine *engine, const zd_box *boxes,
                                               int box_count, zd_engine_analysis **out,
                                               zd_error *err);

/** Before the first frame: depth is steadied as `params` say and kept, for frames of `params`' model. The
 *  shots are measured on it. Nothing is kept where params say not to steady; zd_engine_analysis_kept tells. */
ZD_MUST_USE zd_status zd_engine_analysis_keep(zd_engine_analysis *analysis, const zd_params *params,
                                              zd_error *err);
zd_engine_kept zd_engine_analysis_kept(const zd_engine_analysis *analysis);

ZD_MUST_USE zd_status zd_engine_analysis_add(zd_engine_analysis *analysis,
                                             const zd_engine_frame *frame, zd_error *err);
ZD_MUST_USE zd_status zd_engine_analysis_finish(zd_engine_analysis *analysis, zd_shot_list *out,
                                                zd_error *err);
void zd_engine_analysis_destroy(zd_engine_analysis **analysis);

#endif
