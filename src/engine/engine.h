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

#include "depth/shot_list.h"
#include "engine/engine_network.h"
#include "engine/engine_picture.h"
#include "image/colour.h"
#include "project/params.h"
#include "project/project.h"

typedef struct zd_host_engine zd_host_engine;

/** Gives the process's engine, making it at first. Every acquire needs one release; the last one
 *  ends the engine and its threads. */
ZD_MUST_USE zd_status zd_host_engine_acquire(zd_host_engine **out, zd_error *err);
void zd_host_engine_release(
    zd_host_engine **engine); /* sets it to NULL; accepts a pointer to NULL */

zd_context *zd_host_engine_context(zd_host_engine *engine);
zd_host_network *zd_host_engine_network(zd_host_engine *engine);

typedef enum zd_host_task {
    ZD_HOST_FILTER,    /* view, transparency or mask effects */
    ZD_HOST_COMPOSITE, /* the insert between the layers */
} zd_host_task;

/** One frame and all that decides its pixels. Pictures are borrowed for the call. */
typedef struct zd_host_frame {
    zd_host_task task;
    zd_host_picture footage;   /* the whole frame; depth and matte are of this */
    zd_host_picture processed; /* filter: the footage after other effects; not given: the footage */
    zd_host_picture insert;    /* composite: display-referred; not given: nothing is inserted */
    zd_host_picture map; /* a supplied depth map, stretched over the frame; not given: network */
    const zd_params *params; /* opacity, blend and at_depth are those of the insert */
    const zd_shot *shot;     /* as analysed; NULL: measured from this frame */
    double time_s;           /* for keyed parameters */
    zd_transfer transfer;    /* of the footage's and the insert's codes */
    zd_host_abort abort;
} zd_host_frame;

/** Renders the pixels of `window` (in the plane) that lie inside `out`. Outside the footage they
 *  become 0. On failure `out` is left as it was, or partly written when cancelled. */
ZD_MUST_USE zd_status zd_host_engine_render(zd_host_engine *engine, const zd_host_frame *frame,
                                            const zd_host_picture *out, zd_rect window,
                                            zd_host_rows rows, zd_error *err);

/** Copies a picture, changed only in its form: what is shown when nothing else can be. */
ZD_MUST_USE zd_status zd_host_engine_pass(zd_host_engine *engine, const zd_host_picture *from,
                                          const zd_host_picture *out, zd_rect window,
                                          zd_host_rows rows, zd_error *err);

/** Whether the result is the footage (or, for the filter, the processed picture) itself. */
bool zd_host_frame_is_identity(const zd_host_frame *frame);

/** Rewrites Depth In and Depth Out from one choice of ZD_P_MODE to another: the picture stays. */
void zd_host_convert_mode(zd_depth_range range, int from, int to, double *depth_in,
                          double *depth_out);

/** Measures this frame alone: range, suggested thresholds, and those of `boxes`. */
ZD_MUST_USE zd_status zd_host_engine_measure(zd_host_engine *engine, const zd_host_frame *frame,
                                             const zd_box *boxes, int box_count, zd_shot *shot,
                                             zd_depth_kind *kind, zd_error *err);

/** Measures many frames in order: cuts, and for each shot what zd_host_engine_measure gives. */
typedef struct zd_host_analysis zd_host_analysis;

ZD_MUST_USE zd_status zd_host_analysis_start(zd_host_engine *engine, const zd_box *boxes,
                                             int box_count, zd_host_analysis **out, zd_error *err);
ZD_MUST_USE zd_status zd_host_analysis_add(zd_host_analysis *analysis, const zd_host_frame *frame,
                                           zd_error *err);
ZD_MUST_USE zd_status zd_host_analysis_finish(zd_host_analysis *analysis, zd_shot_list *out,
                                              zd_error *err);
void zd_host_analysis_destroy(zd_host_analysis **analysis);

#endif
