/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The bridge from chains of effects to src/style. */

#include "engine/engine_style.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "composite/effects/stylise.h"
#include "models/model_store.h"
#include "style/style.h"

struct zd_engine_style {
    zd_context *ctx;
    bool remembers;
    pthread_mutex_t lock; /* guards what follows */
    char *model;          /* that is open, or NULL */
    zd_style *style;
    zd_style_memory *memories[ZD_EFFECT_MAX_STEPS]; /* of the effects that ask, in their order */
    int64_t last;                                   /* the frame that was painted last; -1: none */
    int next;                                       /* the memory of the effect that asks next */
};

zd_status zd_engine_style_create(zd_context *ctx, bool remembers, zd_engine_style **out,
                                 zd_error *err)
{
    zd_engine_style *s = zd_alloc_zeroed(ctx, 1, sizeof *s);
    *out = s;
    if (s == NULL) {
        return zd_fail_memory(err, "the styles");
    }
    s->ctx = ctx;
    s->remembers = remembers;
    s->last = -1;
    pthread_mutex_init(&s->lock, NULL);
    return ZD_OK;
}

static void forget(zd_engine_style *s)
{
    for (int i = 0; i < ZD_EFFECT_MAX_STEPS; i++) {
        if (s->memories[i] != NULL) {
            zd_style_memory_forget(s->memories[i]);
        }
    }
    s->last = -1;
}

static void close_model(zd_engine_style *s)
{
    zd_style_close(&s->style);
    zd_free(s->ctx, s->model);
    s->model = NULL;
    forget(s);
}

void zd_engine_style_destroy(zd_engine_style **style)
{
    zd_engine_style *s = *style;
    if (s == NULL) {
        return;
    }
    close_model(s);
    for (int i = 0; i < ZD_EFFECT_MAX_STEPS; i++) {
        zd_style_memory_destroy(&s->memories[i]);
    }
    pthread_mutex_destroy(&s->lock);
    zd_free(s->ctx, s);
    *style = NULL;
}

/* The numbers of a step that asks for the painter; false for another. */
static bool read_step(const zd_effect_step *step, zd_stylise *out)
{
    if (step->effect != &zd_effect_stylise) {
        return false;
    }
    memcpy(out, &step->params, sizeof *out);
    return true;
}

bool zd_engine_style_is_wanted(const zd_effect_chain *chain)
{
    zd_stylise numbers;
    for (int i = 0; i < chain->count; i++) {
        if (read_step(&chain->steps[i], &numbers)) {
            return true;
        }
    }
    return false;
}

/* Whether a number of a step has keys. */
static bool is_keyed(const zd_effect_chain *chain, int step, const char *field)
{
    for (int i = 0; i < chain->track_count; i++) {
        if (chain->tracks[i].step == step && strcmp(chain->tracks[i].field->name, field) == 0) {
            return true;
        }
    }
    return false;
}

bool zd_engine_style_remembers(const zd_effect_chain *chain)
{
    zd_stylise numbers;
    for (int i = 0; i < chain->count; i++) {
        if (read_step(&chain->steps[i], &numbers) &&
            (numbers.steady > 0.0f || is_keyed(chain, i, "steady")))
        {
            return true;
        }
    }
    return false;
}

/* Opens the model, unless it is open. */
static zd_status use(zd_engine_style *s, const char *model, zd_error *err)
{
    char *path = NULL;
    if (s->style != NULL && strcmp(s->model, model) == 0) {
        return ZD_OK;
    }
    close_model(s);
    ZD_TRY(zd_model_store_find(s->ctx, model, &path, err));
    zd_status status = zd_style_open(s->ctx, path, &s->style, err);
    zd_free(s->ctx, path);
    if (status == ZD_OK) {
        s->model = zd_strdup(s->ctx, model);
        status = s->model != NULL ? ZD_OK : zd_fail_memory(err, "the styles");
    }
    if (status != ZD_OK) {
        close_model(s);
    }
    return status;
}

static zd_status check_number(const zd_engine_style *s, double number, zd_error *err)
{
    int count = zd_style_count(s->style);
    if (lround(number) < count) {
        return ZD_OK;
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                   "style %ld is not in style_model '%s'; its last is %d, '%s'", lround(number),
                   s->model, count - 1, zd_style_name(s->style, count - 1));
}

static zd_status check_chain(const zd_engine_style *s, const zd_effect_chain *chain, zd_error *err)
{
    zd_stylise numbers;
    for (int i = 0; i < chain->count; i++) {
        if (read_step(&chain->steps[i], &numbers)) {
            ZD_TRY(check_number(s, (double) numbers.style, err));
        }
    }
    for (int i = 0; i < chain->track_count; i++) {
        const zd_effect_track *track = &chain->tracks[i];
        bool is_style = read_step(&chain->steps[track->step], &numbers) &&
                        strcmp(track->field->name, "style") == 0;
        for (int k = 0; is_style && k < track->count; k++) {
            ZD_TRY(check_number(s, track->keys[k].value, err));
        }
    }
    return ZD_OK;
}

zd_status zd_engine_style_check(zd_engine_style *s, const char *model, const zd_effect_chain *chain,
                                zd_error *err)
{
    pthread_mutex_lock(&s->lock);
    zd_status status = use(s, model, err);
    if (status == ZD_OK) {
        status = check_chain(s, chain, err);
    }
    pthread_mutex_unlock(&s->lock);
    return status;
}

/* Called by effects while the lock is held. */
static zd_status paint(void *user, const zd_effect_painting *how, zd_view picture, zd_error *err)
{
    zd_engine_style *s = user;
    zd_style_look look = { how->style, how->size, how->steady };
    zd_style_memory **memory = &s->memories[s->next++];
    ZD_TRY(check_number(s, (double) how->style, err));
    if (s->remembers && *memory == NULL) {
        ZD_TRY(zd_style_memory_create(s->ctx, memory, err));
    }
    return zd_style_paint(s->style, &look, *memory, picture, NULL, err);
}

static bool follows(const zd_engine_style *s, const zd_layered_frame *frame)
{
    return s->last >= 0 && frame->index == s->last + 1 && frame->shot != NULL &&
           frame->shot->first_frame <= s->last;
}

zd_status zd_engine_style_apply(zd_engine_style *s, const char *model, const zd_effect_chain *chain,
                                const zd_layered_frame *frame, const zd_effect_io *io,
                                zd_error *err)
{
    zd_effect_io with = *io;
    zd_effect_painter painter = { paint, s };
    with.painter = &painter;
    pthread_mutex_lock(&s->lock);
    zd_status status = use(s, model, err);
    if (!follows(s, frame)) {
        forget(s);
    }
    s->next = 0;
    if (status == ZD_OK) {
        status = zd_effect_chain_apply(s->ctx, chain, frame->time_s, &with, err);
    }
    s->last = status == ZD_OK ? frame->index : -1;
    pthread_mutex_unlock(&s->lock);
    return status;
}
