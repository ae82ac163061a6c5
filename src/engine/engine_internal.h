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
typedef enum zd_host_plane {
    ZD_HOST_PLANE_MATTE,      /* gray */
    ZD_HOST_PLANE_VIEW,       /* RGBA */
    ZD_HOST_PLANE_LINEAR,     /* RGBA, near edges only */
    ZD_HOST_PLANE_BACKGROUND, /* RGB, at edges only */
    ZD_HOST_PLANE_COUNT,
} zd_host_plane;

typedef struct zd_host_slot {
    bool busy;
    bool valid; /* picture, sample and measured belong to `key` */
    uint64_t used;
    zd_host_hash key;
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
    zd_host_hash prepared; /* with which range and object */
    zd_object_tracker *tracker;
    zd_image *object;
    zd_decontaminator *cleaner;
    zd_image *planes[ZD_HOST_PLANE_COUNT];
} zd_host_slot;

enum { ZD_HOST_MAX_SLOTS = 8 };

typedef struct zd_host_slots {
    pthread_mutex_t lock;
    pthread_cond_t idle;
    uint64_t clock;
    zd_host_slot items[ZD_HOST_MAX_SLOTS];
} zd_host_slots;

struct zd_host_engine {
    zd_context *ctx;
    zd_host_network *network;
    int references; /* guarded by the gate of engine.c */
    zd_host_slots slots;
};

/** A render at work. */
typedef struct zd_host_render {
    zd_host_engine *engine;
    zd_context *ctx;
    const zd_host_frame *frame;
    const zd_host_picture *out;
    zd_host_rows rows;
    zd_host_slot *slot;
    zd_shot shot;
    zd_matte_params params;
    zd_rect roi; /* in the frame */
} zd_host_render;

static inline bool zd_host_hash_is_same(zd_host_hash a, zd_host_hash b)
{
    return a.low == b.low && a.high == b.high;
}

void zd_host_slots_init(zd_host_slots *slots); /* of zeros */
void zd_host_slots_finish(zd_host_slots *slots);

/** Gives the render a slot of this size, the one that holds the frame `key` if there is one; waits
 *  while all are busy. Emptied when it was of another size. */
ZD_MUST_USE zd_status zd_host_slot_take(zd_host_render *render, zd_host_hash key, int width,
                                        int height, zd_error *err);

/** Gives the slot back, if the render has one. */
void zd_host_slot_give(zd_host_render *render);

/** Takes a slot with this frame's picture and depth. It is the render's also on failure, when there
 *  is one. */
ZD_MUST_USE zd_status zd_host_frame_open(zd_host_render *render, zd_error *err);

/** Finds the shot's range and thresholds and prepares the slot's matte for them. */
ZD_MUST_USE zd_status zd_host_matte_prepare(zd_host_render *render, zd_error *err);

/** Measures the slot's frame alone. */
ZD_MUST_USE zd_status zd_host_measure_sample(zd_host_render *render, const zd_box *boxes,
                                             int box_count, zd_shot *out, zd_error *err);

/** Makes a plane of the slot, or gives the one that is there. */
ZD_MUST_USE zd_status zd_host_slot_plane(zd_context *ctx, zd_host_slot *slot, zd_host_plane plane,
                                         zd_view *out, zd_error *err);

/** Renders the roi and writes it to the host's picture. */
ZD_MUST_USE zd_status zd_host_render_roi(zd_host_render *render, zd_error *err);

/* The steps of it. */
ZD_MUST_USE zd_status zd_host_render_filter(zd_host_render *render, zd_error *err);
ZD_MUST_USE zd_status zd_host_render_composite(zd_host_render *render, zd_error *err);

/** A part of the frame as a part of the host's plane. */
zd_rect zd_host_plane_rect(const zd_host_render *render, zd_rect rect);

/** The matte inside `rect`, in a view of the frame's size. */
ZD_MUST_USE zd_status zd_host_render_matte(zd_host_render *render, const zd_matte_params *params,
                                           zd_rect rect, zd_view *whole, zd_error *err);

/** Writes a part of the frame. Where `result` has the bits of `was`, which are those of `source`,
 *  the host's own codes stay. From any thread. */
void zd_host_put(const zd_host_render *render, zd_rect rect, zd_view result,
                 const zd_host_picture *source, zd_view was);

/** Calls `work` for each band of some rows of `rect`, and asks the host in between. */
typedef zd_status (*zd_host_band)(zd_host_render *render, void *user, zd_rect band, zd_error *err);
ZD_MUST_USE zd_status zd_host_for_bands(zd_host_render *render, zd_rect rect, zd_host_band work,
                                        void *user, zd_error *err);

ZD_MUST_USE zd_status zd_host_check_abort(const zd_host_render *render, zd_error *err);

#endif
