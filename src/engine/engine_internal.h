/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_INTERNAL_H
#define ZD_ENGINE_ENGINE_INTERNAL_H

/* What the files of the plug-ins' engine share. */

#include <pthread.h>

#include "cache/cache_depth.h"
#include "engine/engine.h"
#include "engine/engine_style.h"
#include "engine/prepared_pool.h"

enum { ZD_ENGINE_MAPS = 4, ZD_ENGINE_PLACES = 16 };

/* How an insert lies in the scene, found once for all tiles and frames. */
typedef struct zd_engine_place {
    zd_pixels_hash key; /* zeros: free */
    void *place;        /* of engine_files.h */
    int users;
    uint64_t used;
} zd_engine_place;

typedef struct zd_engine_open_map {
    char *path; /* NULL: free */
    double fps;
    void *reader;
    uint64_t used;
} zd_engine_open_map;

struct zd_engine {
    zd_context *ctx;
    zd_engine_network *network;
    zd_engine_style *style;
    int references; /* guarded by the gate of engine.c */
    zd_prepared_pool pool;
    pthread_mutex_t maps_lock;    /* guards what follows */
    const zd_engine_files *files; /* NULL: there are none */
    zd_engine_open_map maps[ZD_ENGINE_MAPS];
    uint64_t maps_clock;
    zd_engine_place places[ZD_ENGINE_PLACES];
    pthread_mutex_t kept_lock; /* guards what follows */
    zd_cache_folder kept;      /* its path is NULL without */
    bool has_kept;             /* opened, or tried to */
    zd_project alone;          /* of frames that are measured by themselves; read only */
};

/** A render at work. */
typedef struct zd_engine_request {
    zd_engine *engine;
    zd_context *ctx;
    const zd_engine_frame *frame;
    zd_task task; /* the host's wish to end */
    const zd_pixels *out;
    zd_pixels_rows rows;
    zd_prepared *prepared;
    zd_rect roi; /* in the frame */
    const void
        *places[ZD_PROJECT_MAX_INSERTS]; /* of the inserts that have one, in use; else NULL */
} zd_engine_request;

void zd_engine_maps_finish(zd_engine *engine);

/** Before the frame is opened: finds where inserts lie that belong to the scene, for request->places. */
ZD_MUST_USE zd_status zd_engine_places_find(zd_engine_request *request, zd_error *err);

void zd_engine_places_give(zd_engine_request *request);

/** One more user of a place that is in use, and one less. They accept NULL. */
void zd_engine_place_use(zd_engine *engine, const void *place);
void zd_engine_place_give(zd_engine *engine, const void *place);
void zd_engine_places_finish(zd_engine *engine);

/** What decides a frame's picture and depth. */
zd_pixels_hash zd_engine_frame_key(const zd_engine_request *request);

/** Entries of steadied depth, from any thread. *found is false without one; the caller owns *out. */
ZD_MUST_USE zd_status zd_engine_kept_get(zd_engine *engine, const zd_digest *base, int64_t frame,
                                         zd_cache_depth *out, bool *found, zd_error *err);
void zd_engine_kept_put(zd_engine *engine, const zd_digest *base, int64_t frame,
                        const zd_cache_depth *entry);

/** Takes a place with this frame's picture and depth. It is the request's also on failure, when there
 *  is one. */
ZD_MUST_USE zd_status zd_engine_frame_open(zd_engine_request *render, zd_error *err);

/** Finds the shot's range and thresholds and prepares the frame's matte for them. */
ZD_MUST_USE zd_status zd_engine_frame_judge(zd_engine_request *render, zd_error *err);

/** A project whose single frames are measured with these boxes. The caller finishes it. */
ZD_MUST_USE zd_status zd_engine_make_project(zd_engine *engine, const zd_box *boxes, int box_count,
                                             zd_project *out, zd_error *err);

/** Gives the place back, if the request has one. */
void zd_engine_frame_close(zd_engine_request *render);

/** Renders the roi and writes it to the host's picture. */
ZD_MUST_USE zd_status zd_engine_render_roi(zd_engine_request *render, zd_error *err);

/* The steps of it. */
ZD_MUST_USE zd_status zd_engine_render_filter(zd_engine_request *render, zd_error *err);
ZD_MUST_USE zd_status zd_engine_render_composite(zd_engine_request *render, zd_error *err);

/** A part of the frame as a part of the host's plane. */
zd_rect zd_engine_plane_rect(const zd_engine_request *render, zd_rect rect);

/** The matte inside the roi, in the frame's plane of its size. */
ZD_MUST_USE zd_status zd_engine_roi_matte(zd_engine_request *request, zd_view *whole,
                                          zd_error *err);

/** Writes a part of the frame. Where `result` has the bits of `was`, which are those of `source`,
 *  the host's own codes stay. From any thread. */
void zd_engine_put(const zd_engine_request *render, zd_rect rect, zd_view result,
                   const zd_pixels *source, zd_view was);

#endif
