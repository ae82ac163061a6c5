/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A ring of layers, the last ones of the shot, as long as the effect's delay; or the one that is frozen. */

#include "engine/engine_layers.h"

#include <math.h>
#include <string.h>

#include "composite/effects/clone.h"
#include "composite/effects/freeze.h"
#include "core/pool.h"
#include "core/require.h"
#include "core/size.h"

enum { MOST_HELD = 49 }; /* zclone's longest delay, and the frame itself */

typedef struct held_layer {
    zd_image *picture; /* NULL: the layer was nowhere */
    zd_image *matte;
    zd_rect rect;
} held_layer;

struct zd_engine_layers {
    zd_context *ctx;
    zd_image *own;    /* the layer's matte of the frame at hand */
    zd_image *grown;  /* and with its rim */
    zd_image *across; /* memory for that */
    held_layer held[MOST_HELD];
    int64_t count; /* frames seen of the shot without a gap */
    int64_t last;  /* the last one, -1: none */
    bool is_frozen;
    double frozen_at; /* what the effect asked for */
};

zd_status zd_engine_layers_create(zd_context *ctx, zd_engine_layers **out, zd_error *err)
{
    zd_engine_layers *l = zd_alloc_zeroed(ctx, 1, sizeof *l);
    *out = l;
    if (l == NULL) {
        return zd_fail_memory(err, "the layers held");
    }
    l->ctx = ctx;
    l->last = -1;
    return ZD_OK;
}

static void drop(held_layer *held)
{
    zd_image_unref(&held->picture);
    zd_image_unref(&held->matte);
    held->rect = (zd_rect){ 0 };
}

static void forget(zd_engine_layers *l)
{
    for (int i = 0; i < MOST_HELD; i++) {
        drop(&l->held[i]);
    }
    l->count = 0;
    l->is_frozen = false;
}

void zd_engine_layers_destroy(zd_engine_layers **layers)
{
    zd_engine_layers *l = *layers;
    if (l != NULL) {
        forget(l);
        zd_image_unref(&l->own);
        zd_image_unref(&l->grown);
        zd_image_unref(&l->across);
        zd_free(l->ctx, l);
        *layers = NULL;
    }
}

static bool moves(const zd_effect_step *step)
{
    return step->effect->sight == ZD_EFFECT_MOVES_LAYERS;
}

bool zd_engine_layers_are_moved(const zd_effect_chain *chain)
{
    return chain != NULL && chain->count > 0 && moves(&chain->steps[0]);
}

zd_status zd_engine_layers_check(const zd_effect_chain *chain, bool is_of_layer, zd_error *err)
{
    for (int i = 0; i < chain->count; i++) {
        const char *name = chain->steps[i].effect->name;
        if (moves(&chain->steps[i]) && i > 0) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "%s moves a layer of the footage and comes first in a chain, once",
                           name);
        }
        if (moves(&chain->steps[i]) && !is_of_layer) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "%s moves the layer inside the matte: it needs mask_effects and "
                           "clean_plate, which are on without --no-mask-effects and "
                           "--no-clean-plate",
                           name);
        }
    }
    return ZD_OK;
}

/* The layer's matte, finite; *rect is where it is not 0. */
static void find_own(zd_view matte, bool is_hidden, zd_view out, zd_rect *rect)
{
    *rect = (zd_rect){ matte.width, matte.height, 0, 0 };
    for (int y = 0; y < matte.height; y++) {
        const float *from = zd_view_row_f32(matte, y);
        float *to = zd_view_row_f32(out, y);
        for (int x = 0; x < matte.width; x++) {
            float m = from[x] > 0.0f ? fminf(from[x], 1.0f) : 0.0f;
            to[x] = is_hidden ? 1.0f - m : m;
            if (to[x] > 0.0f) {
                rect->x0 = zd_int_min(rect->x0, x);
                rect->x1 = zd_int_max(rect->x1, x + 1);
                rect->y0 = zd_int_min(rect->y0, y);
                rect->y1 = y + 1;
            }
        }
    }
}

/* The rim of a subject holds some of its colour where its matte is small. */
typedef struct growth {
    zd_view from;
    zd_view across;
    zd_view out;
    int reach;
} growth;

enum { BAND = 16 };

static void grow_across(void *user, int item)
{
    const growth *g = user;
    int width = g->from.width;
    for (int y = item * BAND; y < zd_int_min((item + 1) * BAND, g->from.height); y++) {
        int left = 0; /* pixels that are still in reach */
        const float *from = zd_view_row_f32(g->from, y);
        float *to = zd_view_row_f32(g->across, y);
        for (int ahead = 0; ahead < width + g->reach; ahead++) {
            left = ahead < width && from[ahead] > 0.02f ? 2 * g->reach + 1 : left - 1;
            if (ahead >= g->reach) {
                to[ahead - g->reach] = left > 0 ? 1.0f : 0.0f;
            }
        }
    }
}

static void grow_down(void *user, int item)
{
    const growth *g = user;
    int height = g->from.height;
    for (int y = item * BAND; y < zd_int_min((item + 1) * BAND, height); y++) {
        float *to = zd_view_row_f32(g->out, y);
        int last = zd_int_min(y + g->reach, height - 1);
        memset(to, 0, (size_t) g->out.width * sizeof *to);
        for (int k = zd_int_max(y - g->reach, 0); k <= last; k++) {
            const float *from = zd_view_row_f32(g->across, k);
            for (int x = 0; x < g->out.width; x++) {
                to[x] = from[x] > to[x] ? from[x] : to[x];
            }
        }
    }
}

static zd_status grow(zd_engine_layers *l, zd_view *out, zd_error *err)
{
    zd_view own = zd_image_view(l->own);
    if (l->grown == NULL) {
        ZD_TRY(zd_image_create(l->ctx, own.width, own.height, ZD_GRAY_F32, &l->across, err));
        ZD_TRY(zd_image_create(l->ctx, own.width, own.height, ZD_GRAY_F32, &l->grown, err));
    }
    growth g = { own, zd_image_view(l->across), zd_image_view(l->grown),
                 zd_int_clamp((int) lround(0.008 * own.height), 2, 32) };
    int bands = (own.height + BAND - 1) / BAND;
    zd_pool_run(zd_context_pool(l->ctx), bands, grow_across, &g);
    zd_pool_run(zd_context_pool(l->ctx), bands, grow_down, &g);
    *out = g.out;
    return ZD_OK;
}

static zd_status hold(zd_engine_layers *l, zd_view light, zd_rect rect, held_layer *out,
                      zd_error *err)
{
    drop(out);
    if (rect.x0 >= rect.x1) {
        return ZD_OK;
    }
    int width = rect.x1 - rect.x0;
    int height = rect.y1 - rect.y0;
    ZD_TRY(zd_image_create(l->ctx, width, height, ZD_RGBA_F32, &out->picture, err));
    ZD_TRY(zd_image_create(l->ctx, width, height, ZD_GRAY_F32, &out->matte, err));
    zd_view_copy(zd_view_crop(light, rect), zd_image_view(out->picture));
    zd_view_copy(zd_view_crop(zd_image_view(l->own), rect), zd_image_view(out->matte));
    out->rect = rect;
    return ZD_OK;
}

static zd_effect_layer shown(const held_layer *held)
{
    zd_effect_layer out = { 0 };
    if (held->picture != NULL) {
        out.picture =
            (zd_placed_view){ zd_image_view(held->picture), held->rect.x0, held->rect.y0 };
        out.matte = (zd_placed_view){ zd_image_view(held->matte), held->rect.x0, held->rect.y0 };
    }
    return out;
}

/* The first frame from the moment on is held until another moment is asked for. */
static zd_status freeze(zd_engine_layers *l, const zd_effect_step *step, double time_s,
                        zd_view light, zd_rect rect, zd_effect_layer *out, zd_error *err)
{
    zd_freeze numbers;
    memcpy(&numbers, step->params.bytes, sizeof numbers);
    double at = (double) numbers.at;
    if (l->is_frozen && l->frozen_at != at) {
        l->is_frozen = false;
    }
    if (!l->is_frozen && time_s >= at - 1e-4) {
        ZD_TRY(hold(l, light, rect, &l->held[0], err));
        l->is_frozen = true;
        l->frozen_at = at;
    }
    *out = l->is_frozen ? shown(&l->held[0]) : (zd_effect_layer){ 0 };
    return ZD_OK;
}

static zd_status delay(zd_engine_layers *l, const zd_effect_step *step, zd_view light, zd_rect rect,
                       zd_effect_layer *out, zd_error *err)
{
    zd_clone numbers;
    memcpy(&numbers, step->params.bytes, sizeof numbers);
    int late = zd_int_clamp((int) lroundf(numbers.delay), 0, MOST_HELD - 1);
    ZD_TRY(hold(l, light, rect, &l->held[l->count % MOST_HELD], err));
    *out =
        l->count >= late ? shown(&l->held[(l->count - late) % MOST_HELD]) : (zd_effect_layer){ 0 };
    l->count++;
    drop(&l->held[l->count % MOST_HELD]);
    return ZD_OK;
}

zd_status zd_engine_layers_take(zd_engine_layers *l, const zd_effect_chain *chain,
                                const zd_layered_frame *frame, zd_view light, zd_view matte,
                                bool is_hidden, zd_engine_moved *out, zd_error *err)
{
    ZD_REQUIRE(err, zd_engine_layers_are_moved(chain) && matte.width == light.width &&
                        matte.height == light.height);
    zd_rect rect;
    bool follows = l->last >= 0 && frame->index == l->last + 1 && frame->shot != NULL &&
                   frame->shot->first_frame <= l->last;
    zd_effect_step step = zd_effect_step_at(chain, 0, frame->time_s);
    if (!follows) {
        forget(l);
    }
    l->last = frame->index;
    if (l->own == NULL) {
        ZD_TRY(zd_image_create(l->ctx, matte.width, matte.height, ZD_GRAY_F32, &l->own, err));
    }
    *out = (zd_engine_moved){ .own = zd_image_view(l->own) };
    find_own(matte, is_hidden, out->own, &rect);
    if (step.effect != &zd_effect_freeze) {
        return delay(l, &step, light, rect, &out->held, err);
    }
    ZD_TRY(freeze(l, &step, frame->time_s, light, rect, &out->held, err));
    return out->held.picture.view.data != NULL ? grow(l, &out->grown, err) : ZD_OK;
}
