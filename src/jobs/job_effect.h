/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_JOB_EFFECT_H
#define ZD_JOBS_JOB_EFFECT_H

/* The project's effect in a job: a chain of built-in effects or FFmpeg's graph. */

#include "clip/clip_graph.h"
#include "composite/clean_plate.h"
#include "composite/effect_chain.h"
#include "engine/compositor.h"
#include "engine/engine_layers.h"
#include "engine/engine_style.h"
#include "jobs/job_loop.h"

/** Opens FFmpeg's graph of the project for frames of the loop's clip. */
ZD_MUST_USE zd_status zd_job_graph_open(zd_job_loop *loop, zd_clip_graph **out, zd_error *err);

/** What a chain's effects hold that move layers, checked; NULL where none does. Otherwise as below. */
ZD_MUST_USE zd_status zd_job_layers_open(zd_job_loop *loop, const zd_effect_chain *chain,
                                         zd_job_worker before, zd_engine_layers **out,
                                         zd_error *err);

/** The painter of a chain's styles, checked; NULL where none of its effects asks for it. `before` sees what
 *  the styles are to remember. The caller destroys *out, also on failure. */
ZD_MUST_USE zd_status zd_job_style_open(zd_job_loop *loop, const zd_effect_chain *chain,
                                        zd_job_worker before, zd_engine_style **out, zd_error *err);

/** An effect below inserts: each frame at once. */
typedef struct zd_job_effect {
    zd_job_loop *loop;
    zd_effect_chain chain; /* built-in effects; else */
    zd_clip_graph *graph;
    zd_engine_style *style; /* or NULL */
    zd_image *linear;       /* RGBA f32 of the frame's size */
    zd_image *nearness;     /* gray f32 of the frame's size */
    zd_clean_plate *plate;  /* or NULL */
    const zd_frame *frame;  /* at work, for the graph; borrowed */
    zd_frame *done;         /* what the graph made of it; or NULL */
    zd_transfer transfer;   /* of that */
} zd_job_effect;

/** Opens the project's effect; nothing when it has none. `before` as above. A graph that may look at several frames is
 *  refused, for titles cannot wait. Released by zd_job_effect_close, also on failure. */
ZD_MUST_USE zd_status zd_job_effect_open(zd_job_loop *loop, zd_job_worker before,
                                         zd_job_effect *out, zd_error *err);
void zd_job_effect_close(zd_job_effect *effect);

/** Lays the effect below the compositor's inserts. `effect` stays in its place. */
void zd_job_effect_use(zd_job_effect *effect, zd_compositor *compositor);

#endif
