/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_GRAPH_H
#define ZD_CLIP_CLIP_GRAPH_H

/* The project's FFmpeg graph fed with frames: the one place that knows what it is to see of each, the footage or
 * the clean plate of the layer that the effect is for, and depth, matte and background where it takes them. */

#include "engine/layered_frame.h"
#include "media/filter.h"
#include "project/project.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_clip_graph zd_clip_graph;

/** Builds the graph of the project's `effect` for frames like `like`; memory for what it is to see is taken when it
 *  is first needed. The project is borrowed. */
ZD_MUST_USE zd_status zd_clip_graph_open(zd_context *ctx, const zd_project *project,
                                         const zd_frame_info *like, zd_rational frame_rate,
                                         zd_clip_graph **out, zd_error *err);

/** Releases a graph and sets it to NULL. Accepts a pointer to NULL. */
void zd_clip_graph_close(zd_clip_graph **graph);

/** For what it gives, and whether it has a memory. */
zd_filter *zd_clip_graph_filter(zd_clip_graph *graph);

/** Whether a frame must be prepared before it is pushed. */
bool zd_clip_graph_needs_layers(const zd_clip_graph *graph);

/** Whether it takes depth, matte or plate by a label. */
bool zd_clip_graph_takes_more(const zd_clip_graph *graph);

/** A frame for the graph. */
typedef struct zd_clip_graph_frame {
    const zd_frame *media;         /* as decoded, or like it */
    const zd_layered_frame *frame; /* prepared; NULL: one that only the graph's memory needs */
    zd_view codes;  /* RGBA f32 of the frame, where they differ from those of `media`, or none */
    zd_view layer;  /* gray f32: the layer that the effect is for; without data: everything */
    bool is_hidden; /* it is what `layer` leaves over */
} zd_clip_graph_frame;

/** Gives the graph a frame; NULL: there are no more. */
ZD_MUST_USE zd_status zd_clip_graph_push(zd_clip_graph *graph, const zd_clip_graph_frame *frame,
                                         zd_error *err);

#endif
