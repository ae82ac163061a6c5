/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Where inserts lie that belong to the scene. A host's frames come in any order, but an insert is placed in one
 * of them, as jobs do (clip/inserts/clip_tracks.c): where it is first seen in the shot, or where its camera's
 * moment is. That frame is asked for, and what was found in it is kept for all others. */

#include <math.h>
#include <string.h>

#include "engine/engine_internal.h"
#include "engine/engine_matte_params.h"
#include "engine/engine_steps.h"

/* ---- what is kept ---- */

static const void *take(zd_engine *engine, zd_pixels_hash key)
{
    const void *found = NULL;
    pthread_mutex_lock(&engine->maps_lock);
    for (int i = 0; i < ZD_ENGINE_PLACES && found == NULL; i++) {
        zd_engine_place *p = &engine->places[i];
        if (p->place != NULL && zd_pixels_hash_is_same(p->key, key)) {
            found = p->place;
            p->users++;
            p->used = ++engine->maps_clock;
        }
    }
    pthread_mutex_unlock(&engine->maps_lock);
    return found;
}

void zd_engine_place_use(zd_engine *engine, const void *place)
{
    pthread_mutex_lock(&engine->maps_lock);
    for (int i = 0; i < ZD_ENGINE_PLACES && place != NULL; i++) {
        engine->places[i].users += engine->places[i].place == place;
    }
    pthread_mutex_unlock(&engine->maps_lock);
}

void zd_engine_place_give(zd_engine *engine, const void *place)
{
    pthread_mutex_lock(&engine->maps_lock);
    for (int i = 0; i < ZD_ENGINE_PLACES && place != NULL; i++) {
        engine->places[i].users -= engine->places[i].place == place;
    }
    pthread_mutex_unlock(&engine->maps_lock);
}

void zd_engine_places_finish(zd_engine *engine)
{
    for (int i = 0; i < ZD_ENGINE_PLACES; i++) {
        if (engine->places[i].place != NULL) {
            engine->files->free_place(engine->places[i].place);
        }
        engine->places[i] = (zd_engine_place){ 0 };
    }
}

/* Keeps a place, with a user, instead of the one that was used longest ago; false: all are in use. */
static bool keep(zd_engine *engine, zd_pixels_hash key, void *place)
{
    zd_engine_place *best = NULL;
    pthread_mutex_lock(&engine->maps_lock);
    for (int i = 0; i < ZD_ENGINE_PLACES; i++) {
        zd_engine_place *p = &engine->places[i];
        if (p->users == 0 && (best == NULL || p->used < best->used)) {
            best = p;
        }
    }
    if (best != NULL) {
        if (best->place != NULL) {
            engine->files->free_place(best->place);
        }
        *best = (zd_engine_place){
            .key = key, .place = place, .users = 1, .used = ++engine->maps_clock
        };
    }
    pthread_mutex_unlock(&engine->maps_lock);
    return best != NULL;
}

/* ---- the frame ---- */

/* When an insert is first seen in the shot at work. */
static double first_seen(const zd_engine_frame *f, const zd_params *insert)
{
    double start = zd_params_number(insert, ZD_P_START, 0.0);
    double shot =
        f->shot != NULL && f->clip.fps > 0.0 ? (double) f->shot->first_frame / f->clip.fps : 0.0;
    return fmax(fmax(start, shot), 0.0);
}

/* The frame in which an insert is placed. */
static int64_t frame_of(const zd_engine_frame *f, const zd_params *insert)
{
    double moment = first_seen(f, insert);
    bool has_moment = zd_params_int(insert, ZD_P_TRACK) == ZD_STICK_CAMERA &&
                      zd_params_is_set(insert, ZD_P_TRACK_TIME);
    if (has_moment) {
        return llround(zd_params_number(insert, ZD_P_TRACK_TIME, 0.0) * f->clip.fps);
    }
    return (int64_t) ceil(moment * f->clip.fps - 1e-6);
}

/* The matte before an insert at its depth, of the map's size and without its softness. */
static zd_status find_hidden(zd_engine_request *r, const zd_params *insert, zd_image **out,
                             zd_error *err)
{
    zd_matte *matte = NULL;
    const zd_layered_frame *f = &r->prepared->frame;
    zd_view depth = zd_image_view(f->depth.values);
    zd_matte_size size = { depth.width, depth.height, depth.width, depth.height };
    zd_matte_params m = f->matte;
    m.invert = false;
    if (zd_params_is_set(insert, ZD_P_AT_DEPTH)) {
        double at = zd_engine_threshold(insert, ZD_P_AT_DEPTH, f->shot->range, m.mode, f->time_s);
        m = zd_engine_matte_params_at(m, f->depth.kind, at);
    }
    ZD_TRY(zd_image_create(r->ctx, depth.width, depth.height, ZD_GRAY_F32, out, err));
    zd_status status = zd_matte_create(r->ctx, &size, &matte, err);
    if (status == ZD_OK) {
        status = zd_engine_prepare(matte, &f->depth, f->foreground, f->shot->range, (zd_view){ 0 },
                                   r->prepared->object, err);
    }
    if (status == ZD_OK) {
        status = zd_matte_render(matte, &m, (zd_rect){ 0, 0, depth.width, depth.height },
                                 zd_image_view(*out), err);
    }
    zd_matte_destroy(&matte);
    return status;
}

static zd_status place_in(zd_engine_request *r, const zd_params *insert, int64_t number,
                          double on_s, void **out, zd_error *err)
{
    zd_image *hidden = NULL;
    ZD_TRY(zd_engine_frame_open(r, err));
    ZD_TRY(zd_engine_frame_judge(r, err));
    const zd_layered_frame *f = &r->prepared->frame;
    zd_status status = find_hidden(r, insert, &hidden, err);
    if (status == ZD_OK) {
        zd_engine_scene scene = { .width = r->prepared->width,
                                  .height = r->prepared->height,
                                  .fps = r->frame->clip.fps,
                                  .focal_mm = zd_params_number(r->frame->params, ZD_P_FOCAL, 0.0),
                                  .depth = &f->depth,
                                  .range = f->shot->range,
                                  .hidden = zd_image_view(hidden),
                                  .frame = number,
                                  .time_s = f->time_s,
                                  .on_s = on_s };
        status = r->engine->files->place(r->ctx, insert, &scene, out, err);
    }
    zd_image_unref(&hidden);
    return status;
}

/* All that decides a place: the frame with its depth, the shot, what the user says. */
static zd_status key_of(const zd_engine_request *r, const zd_params *insert, double on_s,
                        zd_pixels_hash *out, zd_error *err)
{
    zd_text text;
    const zd_engine_frame *f = r->frame;
    double numbers[] = { on_s, f->time_s, f->clip.fps, (double) f->footage.view.width,
                         (double) f->footage.view.height };
    zd_pixels_hash key = zd_pixels_hash_bytes(zd_engine_frame_key(r), numbers, sizeof numbers);
    key = zd_pixels_hash_bytes(key, f->boxes, (size_t) f->box_count * sizeof *f->boxes);
    if (f->shot != NULL) {
        const zd_shot *s = f->shot;
        double found[] = { (double) s->first_frame,
                           (double) s->range.furthest,
                           (double) s->range.nearest,
                           (double) s->suggested_in,
                           (double) s->suggested_out,
                           (double) s->suggested_probability,
                           s->selected,
                           s->selected_subject,
                           (double) s->selected_in,
                           (double) s->selected_out };
        key = zd_pixels_hash_bytes(key, found, sizeof found);
    }
    zd_text_init(&text, r->ctx);
    for (int i = 0; i < ZD_PARAM_COUNT; i++) {
        zd_param_group group = zd_param_describe((zd_param_id) i)->group;
        const zd_params *from = group == ZD_GROUP_INSERT ? insert : f->params;
        if (group <= ZD_GROUP_INSERT && zd_params_is_set(from, (zd_param_id) i)) {
            zd_text_format(&text, "%d ", i);
            zd_params_write(from, (zd_param_id) i, &text);
        }
    }
    zd_status status = zd_text_finish(&text, "the inserts", err);
    if (status == ZD_OK) {
        *out = zd_pixels_hash_bytes(key, text.data, text.length);
    }
    zd_text_release(&text);
    return status;
}

/* Whether an insert belongs to the scene in a way that needs no walk over the shot. */
static bool wants_place(const zd_params *insert)
{
    return zd_params_int(insert, ZD_P_TRACK) == ZD_STICK_CAMERA ||
           zd_params_int(insert, ZD_P_PLANE) != ZD_LAY_SCREEN ||
           zd_params_int(insert, ZD_P_REVEAL) != 0;
}

int zd_engine_frames_needed(const zd_engine_frame *frame, int64_t *out, int most)
{
    int count = 0;
    for (int i = 0; frame->inserts != NULL && i < frame->inserts->insert_count; i++) {
        const zd_params *insert = &frame->inserts->inserts[i];
        if (zd_project_shows(frame->inserts, i) && wants_place(insert) && count < most) {
            out[count++] = frame_of(frame, insert);
        }
    }
    return count;
}

static zd_status find_place(zd_engine_request *own, int index, zd_error *err)
{
    void *place = NULL;
    zd_pixels_hash key;
    const zd_params *insert = &own->frame->inserts->inserts[index];
    const zd_engine_frame *f = own->frame;
    double on_s = first_seen(f, insert);
    int64_t number = frame_of(f, insert);
    const zd_engine_frame *other = NULL;
    if (f->clip.at != NULL) {
        ZD_TRY(f->clip.at(f->clip.user, number, &other, err));
    }
    zd_engine_request r = { .engine = own->engine,
                            .ctx = own->ctx,
                            .frame = other != NULL ? other : f,
                            .task = own->task };
    ZD_TRY(key_of(&r, insert, on_s, &key, err));
    own->places[index] = take(own->engine, key);
    if (own->places[index] != NULL) {
        return ZD_OK;
    }
    zd_status status = place_in(&r, insert, number, on_s, &place, err);
    zd_engine_frame_close(&r);
    if (status == ZD_OK && !keep(own->engine, key, place)) {
        own->engine->files->free_place(place);
        return zd_fail(err, ZD_ERR_LIMIT, "more than %d inserts in the scene at a time",
                       ZD_ENGINE_PLACES);
    }
    own->places[index] = place;
    return status;
}

void zd_engine_places_give(zd_engine_request *r)
{
    for (int i = 0; i < ZD_PROJECT_MAX_INSERTS; i++) {
        zd_engine_place_give(r->engine, r->places[i]);
        r->places[i] = NULL;
    }
}

zd_status zd_engine_places_find(zd_engine_request *r, zd_error *err)
{
    const zd_project *inserts = r->frame->inserts;
    const zd_engine_files *files = r->engine->files;
    for (int i = 0; inserts != NULL && files != NULL && i < inserts->insert_count; i++) {
        if (zd_project_shows(inserts, i) && wants_place(&inserts->inserts[i])) {
            ZD_TRY(find_place(r, i, err));
        }
    }
    return ZD_OK;
}
