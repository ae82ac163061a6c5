/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_INTERNAL_H
#define ZD_ENGINE_ENGINE_INTERNAL_H

/* A slot is a place for one frame at work: its pixels as float, its depth, its prepared matte and
 * the pictures in between. Finished slots keep their frame, so that another tile, or the same frame
 * after a slider moved, finds it prepared. */

#include <pthread.h>

#include "engine/engine.h"
#include "matte/decontaminate.h"
#include "matte/object.h"

/** Pictures of the frame's size that a slot makes when they are first needed. */
typedef enum zd_engine_plane {
    ZD_ENGINE_PLANE_MATTE,      /* gray */
    ZD_ENGINE_PLANE_VIEW,       /* RGBA */
    ZD_ENGINE_PLANE_LINEAR,     /* RGBA, near edges only */
    ZD_ENGINE_PLANE_BACKGROUND, /* RGB, at edges only */
    ZD_ENGINE_PLANE_COUNT,
} zd_engine_plane;

typedef struct zd_engine_slot {
    bool busy;
    bool valid; /* picture, sample and measured belong to `key` */
    uint64_t used;
    zd_pixels_hash key;
    int width;
    int height;
    zd_image *picture; /* RGBA f32, display-referred, straight */
    zd_image *guide;   /* the same, finite and display-referred for certain; may be `picture` */
    zd_depth_sample sample;
    bool is_measured;
    zd_shot measured;
    zd_matte *matte;
    zd_matte_size matte_size;
    bool is_prepared;
    zd_pixels_hash prepared; /* with which range and object */
    zd_object_tracker *tracker;
    zd_image *object;
    zd_decontaminator *cleaner;
    zd_image *planes[ZD_ENGINE_PLANE_COUNT];
} zd_engine_slot;

enum { ZD_ENGINE_MAX_SLOTS = 8 };

typedef struct zd_engine_slots {
    pthread_mutex_t lock;
    pthread_cond_t idle;
    uint64_t clock;
    zd_engine_slot items[ZD_ENGINE_MAX_SLOTS];
} zd_engine_slots;

struct zd_engine {
    zd_context *ctx;
    zd_engine_network *network;
    int references; /* guarded by the gate of engine.c */
    zd_engine_slots slots;
};

/** A render at work. */
typedef struct zd_engine_request {
    zd_engine *engine;
    zd_context *ctx;
    const zd_engine_frame *frame;
    zd_task task; /* the host's wish to end */
    const zd_pixels *out;
    zd_pixels_rows rows;
    zd_engine_slot *slot;
    zd_shot shot;
    zd_matte_params params;
    zd_rect roi; /* in the frame */
} zd_engine_request;

void zd_engine_slots_init(zd_engine_slots *slots); /* of zeros */
void zd_engine_slots_finish(zd_engine_slots *slots);

/** Gives the render a slot of this size, the one that holds the frame `key` if there is one; waits
 *  while all are busy. Emptied when it was of another size. */
ZD_MUST_USE zd_status zd_engine_slot_take(zd_engine_request *render, zd_pixels_hash key, int width,
                                          int height, zd_error *err);

/** Gives the slot back, if the render has one. */
void zd_engine_slot_give(zd_engine_request *render);

/** Takes a slot with this frame's picture and depth. It is the render's also on failure, when there
 *  is one. */
ZD_MUST_USE zd_status zd_engine_frame_open(zd_engine_request *render, zd_error *err);

/** Finds the shot's range and thresholds and prepares the slot's matte for them. */
ZD_MUST_USE zd_status zd_engine_matte_prepare(zd_engine_request *render, zd_error *err);

/** Measures the slot's frame alone. */
ZD_MUST_USE zd_status zd_engine_measure_sample(zd_engine_request *render, const zd_box *boxes,
                                               int box_count, zd_shot *out, zd_error *err);

/** Makes a plane of the slot, or gives the one that is there. */
ZD_MUST_USE zd_status zd_engine_slot_plane(zd_context *ctx, zd_engine_slot *slot,
                                           zd_engine_plane plane, zd_view *out, zd_error *err);

/** Renders the roi and writes it to the host's picture. */
ZD_MUST_USE zd_status zd_engine_render_roi(zd_engine_request *render, zd_error *err);

/* The steps of it. */
ZD_MUST_USE zd_status zd_engine_render_filter(zd_engine_request *render, zd_error *err);
ZD_MUST_USE zd_status zd_engine_render_composite(zd_engine_request *render, zd_error *err);

/** A part of the frame as a part of the host's plane. */
zd_rect zd_engine_plane_rect(const zd_engine_request *render, zd_rect rect);

/** The matte inside `rect`, in the slot's view of the frame's size. */
ZD_MUST_USE zd_status zd_engine_slot_matte(zd_engine_request *request,
                                           const zd_matte_params *params, zd_rect rect,
                                           zd_view *whole, zd_error *err);

/** Writes a part of the frame. Where `result` has the bits of `was`, which are those of `source`,
 *  the host's own codes stay. From any thread. */
void zd_engine_put(const zd_engine_request *render, zd_rect rect, zd_view result,
                   const zd_pixels *source, zd_view was);

/** Calls `work` for each band of some rows of `rect`, and asks the host in between. */
typedef zd_status (*zd_engine_band)(zd_engine_request *render, void *user, zd_rect band,
                                    zd_error *err);
ZD_MUST_USE zd_status zd_engine_for_bands(zd_engine_request *render, zd_rect rect,
                                          zd_engine_band work, void *user, zd_error *err);

#endif
