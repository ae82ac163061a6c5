/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_ENGINE_H
#define ZD_CLIP_CLIP_ENGINE_H

/* A project's footage at work for an application: any frame, in any order, at any size, while the
 * analysis runs in a second thread. At full size the pixels are those of the jobs.
 *
 * Prepared frames are kept: a moved threshold renders one again without decoding or preparing.
 *
 * Thread-safety: one thread at a time, but for zd_clip_engine_analyse, which may run in a second
 * thread beside everything except close, and zd_clip_engine_has_depth. */

#include "clip/clip.h"
#include "clip/layers.h"
#include "matte/views.h"

typedef struct zd_clip_engine zd_clip_engine;

/** Opens the footage that the project names; the project is copied, its range and view are left
 *  out. The caller owns *out. */
ZD_MUST_USE zd_status zd_clip_engine_open(zd_context *ctx, const zd_project *project,
                                          const zd_clip_options *options, zd_clip_engine **out,
                                          zd_error *err);
void zd_clip_engine_close(zd_clip_engine **engine);

const zd_reader_info *zd_clip_engine_info(const zd_clip_engine *engine);

/** Takes over other values. What was analysed stays when nothing that decides it has changed. On
 *  failure the engine keeps the old ones. */
ZD_MUST_USE zd_status zd_clip_engine_set_project(zd_clip_engine *engine, const zd_project *project,
                                                 zd_error *err);

/** Analyses the clip, or recalls it. Its shots count from the next render on. ZD_ERR_CANCELLED when
 *  another project was set meanwhile that needs another analysis. */
ZD_MUST_USE zd_status zd_clip_engine_analyse(zd_clip_engine *engine, const zd_task *task,
                                             zd_error *err);

/** Grows whenever what was analysed is forgotten. */
int zd_clip_engine_generation(zd_clip_engine *engine);

/** Whether the analysis is there. */
bool zd_clip_engine_is_analysed(zd_clip_engine *engine);

/** The shots, when they are analysed; else NULL. Valid until the next call. */
const zd_shot_list *zd_clip_engine_shots(zd_clip_engine *engine);

/** Whether a frame's depth is there: for a timeline. Thread-safety: safe. */
bool zd_clip_engine_has_depth(zd_clip_engine *engine, int64_t frame);

/** What is drawn: a view, the result, the footage itself, or normalised depth. */
typedef enum zd_clip_output {
    ZD_CLIP_OUTPUT_RESULT,
    ZD_CLIP_OUTPUT_SOURCE,
    ZD_CLIP_OUTPUT_DEPTH,
    ZD_CLIP_OUTPUT_THRESHOLDED,
    ZD_CLIP_OUTPUT_OPACITY,
    ZD_CLIP_OUTPUT_MATTE,
    ZD_CLIP_OUTPUT_DEPTH_VALUES,
    ZD_CLIP_OUTPUT_SKY,
    ZD_CLIP_OUTPUT_CONFIDENCE,
    ZD_CLIP_OUTPUT_COUNT,
} zd_clip_output;

typedef struct zd_clip_request {
    int64_t frame;
    zd_clip_output output;
    int width; /* of the picture; 0: the footage's */
    int height;
    const zd_task *task; /* may be NULL; its cancel is looked at often */
} zd_clip_request;

/** A rendered picture and the frame it is of. Views are valid until the next call. */
typedef struct zd_clip_picture {
    zd_view rgba; /* RGBA f32, display-referred, not premultiplied; without data where gray is */
    zd_view gray; /* gray f32: the matte, depth values */
    const zd_layered_frame *frame;
    zd_view small_depth; /* the depth map itself */
    bool is_analysed;    /* false: the frame was judged by itself */
} zd_clip_picture;

/** Renders a frame. ZD_ERR_END past the last one. */
ZD_MUST_USE zd_status zd_clip_engine_render(zd_clip_engine *engine, const zd_clip_request *request,
                                            zd_clip_picture *out, zd_error *err);

/** Whether what was rendered last is still there: what an analysis found since takes it away. */
bool zd_clip_engine_keeps_last(const zd_clip_engine *engine);

/** The matte of a pixel of the frame that was rendered last, at that render's size. */
ZD_MUST_USE zd_status zd_clip_engine_matte_at(zd_clip_engine *engine, int x, int y, float *out,
                                              zd_error *err);

#endif
