/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_ENGINE_INTERNAL_H
#define ZD_CLIP_CLIP_ENGINE_INTERNAL_H

/* The engine's rooms: clip_engine.c opens, analyses and changes; clip_slot.c prepares frames;
 * clip_render.c draws them. */

#include <pthread.h>

#include "clip/clip_engine.h"
#include "clip/clip_walk.h"
#include "clip/compositor.h"
#include "composite/effect_spec.h"
#include "media/filter.h"

enum { ZD_CLIP_SLOTS = 4 };

/** A place for one frame at one size: its picture, its depth, its prepared matte. */
typedef struct zd_clip_slot {
    bool is_valid; /* picture and depth are those of `frame.index` */
    bool is_analysed;
    uint64_t used;
    int width;
    int height;
    zd_frame *media; /* as decoded */
    zd_image *picture;
    zd_image *guide;    /* the same for the matte, where the footage is linear light */
    zd_depth_map depth; /* own copies, of the map's size */
    zd_image *foreground;
    zd_image *small;
    zd_image *object;
    zd_image *surface; /* where face analysis says that the map is one unbroken surface */
    zd_shot shot;
    zd_matte *matte;
    bool is_prepared;
    zd_depth_range prepared_range;
    zd_layered_frame frame;
} zd_clip_slot;

struct zd_clip_engine {
    zd_context *ctx;
    zd_clip_options options;
    char *cache_path; /* options.cache_folder, owned */
    zd_project project;
    zd_clip clip; /* of `project`, for rendering */
    bool is_analysed;
    zd_clip_walk *walk;
    int64_t at; /* the frame that the reader gives next; -1: unknown */
    uint64_t clock;
    zd_clip_slot slots[ZD_CLIP_SLOTS];
    zd_clip_slot *last;        /* rendered last; NULL: none */
    zd_compositor *compositor; /* for the project's inserts at a size */
    int compositor_width;
    int compositor_height;
    zd_image *drawn; /* RGBA of the size rendered last */
    zd_image *gray;
    zd_image *scratch[2];

    pthread_mutex_t lock; /* guards what follows, which the analysis hands over, and `project` */
    int generation;       /* of what the analysis is of */
    bool has_found;
    zd_shot_list found;
    int64_t depth_until; /* frames before it have depth */
};

/** Whether a task was asked to stop. */
ZD_MUST_USE zd_status zd_clip_check_cancel(const zd_task *task, zd_error *err);

/** Gives the slot that holds the frame at the size, with all that needs no parameters but those of
 *  its depth, filling it when there is none. */
ZD_MUST_USE zd_status zd_clip_slot_take(zd_clip_engine *engine, const zd_clip_request *request,
                                        zd_clip_slot **out, zd_error *err);

/** Finds the matte's parameters, and prepares the slot's matte for them when `needs_matte`. */
ZD_MUST_USE zd_status zd_clip_slot_prepare(zd_clip_engine *engine, zd_clip_slot *slot,
                                           bool needs_matte, zd_error *err);

void zd_clip_slot_empty(zd_clip_slot *slot);

/** Draws what the request wants of a slot that was taken. */
ZD_MUST_USE zd_status zd_clip_render_slot(zd_clip_engine *engine, const zd_clip_request *request,
                                          zd_clip_slot *slot, zd_clip_picture *out, zd_error *err);

#endif
