/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Which slot a render gets, and when slots are emptied. */

#include "core/os.h"

#include "engine/engine_internal.h"
#include <assert.h>

void zd_engine_slots_init(zd_engine_slots *slots)
{
    pthread_mutex_init(&slots->lock, NULL);
    zd_os_cond_init(&slots->idle);
}

static void empty_slot(zd_engine_slot *slot)
{
    zd_image_unref(&slot->picture);
    zd_image_unref(&slot->guide);
    zd_image_unref(&slot->object);
    zd_depth_sample_release(&slot->sample);
    zd_matte_destroy(&slot->matte);
    zd_object_tracker_destroy(&slot->tracker);
    zd_decontaminator_destroy(&slot->cleaner);
    for (int i = 0; i < ZD_ENGINE_PLANE_COUNT; i++) {
        zd_image_unref(&slot->planes[i]);
    }
    /* `busy` is guarded by the slots' lock, and is not written here. */
    slot->valid = false;
    slot->is_measured = false;
    slot->is_prepared = false;
    slot->width = 0;
    slot->height = 0;
}

void zd_engine_slots_finish(zd_engine_slots *slots)
{
    for (int i = 0; i < ZD_ENGINE_MAX_SLOTS; i++) {
        empty_slot(&slots->items[i]);
    }
    pthread_cond_destroy(&slots->idle);
    pthread_mutex_destroy(&slots->lock);
}

/* How well an idle slot suits, from worst to best. */
typedef enum fitness {
    OF_ANOTHER_SIZE,
    NEW_BEYOND_THOSE_KEPT,
    OF_THE_SIZE,
    NEW,
    OF_THE_FRAME,
} fitness;

enum { KEPT_OF_A_SIZE = 2 };

/* The idle slot that suits best: the same frame, else one of the same size, else the one used
 * longest ago. Two idle slots of a size are kept, so that going back a frame is free; more are made
 * only for renders at the same time. */
static zd_engine_slot *find_idle(zd_engine_slots *slots, zd_pixels_hash key, int width, int height)
{
    zd_engine_slot *best = NULL;
    fitness best_rank = OF_ANOTHER_SIZE;
    int kept = 0;
    for (int i = 0; i < ZD_ENGINE_MAX_SLOTS; i++) {
        const zd_engine_slot *slot = &slots->items[i];
        kept += !slot->busy && slot->width == width && slot->height == height;
    }
    for (int i = 0; i < ZD_ENGINE_MAX_SLOTS; i++) {
        zd_engine_slot *slot = &slots->items[i];
        if (slot->busy) {
            continue; /* all but `busy` belongs to the render that has it */
        }
        bool fits = slot->width == width && slot->height == height;
        fitness rank = OF_ANOTHER_SIZE;
        if (slot->valid && fits && zd_pixels_hash_is_same(slot->key, key)) {
            rank = OF_THE_FRAME;
        } else if (slot->width == 0) {
            rank = kept < KEPT_OF_A_SIZE ? NEW : NEW_BEYOND_THOSE_KEPT;
        } else if (fits) {
            rank = OF_THE_SIZE;
        }
        if (best == NULL || rank > best_rank || (rank == best_rank && slot->used < best->used)) {
            best = slot;
            best_rank = rank;
        }
    }
    return best;
}

zd_status zd_engine_slot_take(zd_engine_request *r, zd_pixels_hash key, int width, int height,
                              zd_error *err)
{
    zd_engine_slots *slots = &r->engine->slots;
    zd_status status = ZD_OK;
    pthread_mutex_lock(&slots->lock);
    for (;;) {
        r->slot = find_idle(slots, key, width, height);
        if (r->slot != NULL) {
            r->slot->busy = true;
            r->slot->used = ++slots->clock;
            break;
        }
        zd_os_cond_wait_ms(&slots->idle, &slots->lock, 5);
        pthread_mutex_unlock(&slots->lock);
        status = zd_task_check(&r->task, err);
        pthread_mutex_lock(&slots->lock);
        if (status != ZD_OK) {
            break;
        }
    }
    pthread_mutex_unlock(&slots->lock);
    zd_engine_slot *slot = r->slot;
    if (status == ZD_OK && (slot->width != width || slot->height != height)) {
        empty_slot(slot);
        slot->width = width;
        slot->height = height;
    }
    return status;
}

void zd_engine_slot_give(zd_engine_request *r)
{
    zd_engine_slots *slots = &r->engine->slots;
    if (r->slot == NULL) {
        return;
    }
    pthread_mutex_lock(&slots->lock);
    r->slot->busy = false;
    pthread_cond_signal(&slots->idle);
    pthread_mutex_unlock(&slots->lock);
    r->slot = NULL;
}

zd_status zd_engine_slot_plane(zd_context *ctx, zd_engine_slot *slot, zd_engine_plane plane,
                               zd_view *out, zd_error *err)
{
    assert(slot->busy && plane < ZD_ENGINE_PLANE_COUNT);
    zd_format format = plane == ZD_ENGINE_PLANE_MATTE        ? ZD_GRAY_F32
                       : plane == ZD_ENGINE_PLANE_BACKGROUND ? ZD_RGB_F32
                                                             : ZD_RGBA_F32;
    if (slot->planes[plane] == NULL) {
        ZD_TRY(zd_image_create(ctx, slot->width, slot->height, format, &slot->planes[plane], err));
    }
    *out = zd_image_view(slot->planes[plane]);
    return ZD_OK;
}
