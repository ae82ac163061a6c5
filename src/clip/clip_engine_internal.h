/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_ENGINE_INTERNAL_H
#define ZD_CLIP_CLIP_ENGINE_INTERNAL_H

/* The engine's rooms: clip_engine.c opens, analyses and changes; clip_source.c reads frames and
 * finds their depth; clip_render.c draws them. Prepared frames are engine/prepared.h's. */

#include <pthread.h>

#include "clip/clip_ahead.h"
#include "clip/clip_engine.h"
#include "clip/clip_walk.h"
#include "clip/inserts/clip_compositor.h"
#include "engine/engine_style.h"
#include "engine/prepared_pool.h"
#include "media/filter.h"

enum { ZD_CLIP_FRAMES = 4 }; /* kept: the one before and after, and those of another size */

struct zd_clip_engine {
    zd_context *ctx;
    zd_clip_options options;
    char *cache_path; /* options.cache_folder, owned */
    zd_project project;
    zd_clip clip; /* of `project`, for rendering */
    bool is_analysed;
    zd_clip_walk *walk;
    zd_clip_ahead ahead; /* where the reader is */
    zd_prepared_pool pool;
    zd_prepared *last;         /* rendered last; NULL: none */
    zd_clip_tracks *tracks;    /* of the project's inserts; NULL: none, or not asked for yet */
    zd_compositor *compositor; /* for the project's inserts at a size */
    int compositor_width;
    int compositor_height;
    zd_engine_style *style; /* when an effect has asked for it */
    zd_image *drawn;        /* RGBA of the size rendered last */
    zd_image *gray;
    zd_image *scratch[2];

    pthread_mutex_t lock; /* guards what follows, which the analysis hands over, and `project` */
    int generation;       /* of what the analysis is of */
    bool has_found;
    zd_shot_list found;
    int64_t depth_until; /* frames before it have depth */
};

/** Gives the frame at the size, with its picture, depth and matte's parameters, read when it is not
 *  kept. It stays the engine's, until another is taken. */
ZD_MUST_USE zd_status zd_clip_frame_take(zd_clip_engine *engine, const zd_clip_request *request,
                                         zd_prepared **out, zd_error *err);

/** The frame as it was decoded; borrowed. */
zd_frame *zd_clip_frame_media(const zd_prepared *frame);

/** Draws what the request wants of a frame that was taken. */
ZD_MUST_USE zd_status zd_clip_render(zd_clip_engine *engine, const zd_clip_request *request,
                                     zd_prepared *frame, zd_clip_picture *out, zd_error *err);

#endif
