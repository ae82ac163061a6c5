/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "session/host_engine.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "core/size.h"
#include "session/host_engine_internal.h"
#include "session/host_lock.h"
#include "session/layer_params.h"
#include "session/light.h"
#include "session/map_values.h"
#include "session/shot_analysis.h"

enum { MAX_SLOTS = 8 };

static const float colour_limit = ZD_LIGHT_LIMIT;

struct zd_host_engine {
    zd_context *ctx;
    zd_host_network *network;
    int references; /* guarded by `gate` */
    pthread_mutex_t lock;
    pthread_cond_t idle;
    uint64_t clock;
    zd_host_slot slots[MAX_SLOTS];
};

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static zd_host_engine *the_engine;

static zd_status make_engine(zd_host_engine **out, zd_error *err)
{
    zd_context *ctx = NULL;
    zd_context_params params = { 0 };
    ZD_TRY(zd_context_create(&params, &ctx, err));
    zd_host_engine *engine = zd_alloc_zeroed(ctx, 1, sizeof *engine);
    zd_status status = engine == NULL ? zd_fail_memory(err, "the engine")
                                      : zd_host_network_create(ctx, &engine->network, err);
    if (status != ZD_OK) {
        zd_free(ctx, engine);
        zd_context_destroy(&ctx);
        return status;
    }
    engine->ctx = ctx;
    pthread_mutex_init(&engine->lock, NULL);
    zd_host_cond_init(&engine->idle);
    *out = engine;
    return ZD_OK;
}

zd_status zd_host_engine_acquire(zd_host_engine **out, zd_error *err)
{
    zd_status status = ZD_OK;
    pthread_mutex_lock(&gate);
    if (the_engine == NULL) {
        status = make_engine(&the_engine, err);
    }
    *out = the_engine;
    if (status == ZD_OK) {
        the_engine->references++;
    }
    pthread_mutex_unlock(&gate);
    return status;
}

static void empty_slot(zd_context *ctx, zd_host_slot *slot)
{
    (void) ctx;
    zd_image_unref(&slot->picture);
    zd_image_unref(&slot->guide);
    zd_image_unref(&slot->object);
    zd_depth_sample_release(&slot->sample);
    zd_matte_destroy(&slot->matte);
    zd_object_tracker_destroy(&slot->tracker);
    zd_decontaminator_destroy(&slot->cleaner);
    for (int i = 0; i < ZD_HOST_PLANE_COUNT; i++) {
        zd_image_unref(&slot->planes[i]);
    }
    /* `busy` is the engine's, under its lock, and is not written here. */
    slot->valid = false;
    slot->is_measured = false;
    slot->is_prepared = false;
    slot->width = 0;
    slot->height = 0;
}

void zd_host_engine_release(zd_host_engine **engine)
{
    zd_host_engine *doomed = NULL;
    if (*engine == NULL) {
        return;
    }
    pthread_mutex_lock(&gate);
    if (--(*engine)->references == 0) {
        doomed = *engine;
        the_engine = NULL;
    }
    pthread_mutex_unlock(&gate);
    *engine = NULL;
    if (doomed == NULL) {
        return;
    }
    zd_context *ctx = doomed->ctx;
    for (int i = 0; i < MAX_SLOTS; i++) {
        empty_slot(ctx, &doomed->slots[i]);
    }
    zd_host_network_destroy(&doomed->network);
    pthread_cond_destroy(&doomed->idle);
    pthread_mutex_destroy(&doomed->lock);
    zd_free(ctx, doomed);
    zd_context_destroy(&ctx);
}

zd_context *zd_host_engine_context(zd_host_engine *engine)
{
    return engine->ctx;
}

zd_host_network *zd_host_engine_network(zd_host_engine *engine)
{
    return engine->network;
}

/* Slots. */

static bool is_same(zd_host_hash a, zd_host_hash b)
{
    return a.low == b.low && a.high == b.high;
}

/* The idle slot that suits best: the same frame, else one of the same size, else the one used
 * longest ago. Two idle slots of a size are kept, so that going back a frame is free; more are made
 * only for renders at the same time. */
static zd_host_slot *find_idle(zd_host_engine *engine, zd_host_hash key, int width, int height)
{
    zd_host_slot *best = NULL;
    int best_rank = -1;
    int kept = 0;
    for (int i = 0; i < MAX_SLOTS; i++) {
        const zd_host_slot *slot = &engine->slots[i];
        kept += !slot->busy && slot->width == width && slot->height == height;
    }
    for (int i = 0; i < MAX_SLOTS; i++) {
        zd_host_slot *slot = &engine->slots[i];
        if (slot->busy) {
            continue; /* all but `busy` belongs to the render that has it */
        }
        bool fits = slot->width == width && slot->height == height;
        int rank = slot->valid && fits && is_same(slot->key, key) ? 4
                   : slot->width == 0                             ? (kept < 2 ? 3 : 1)
                   : fits                                         ? 2
                                                                  : 0;
        if (rank > best_rank || (rank == best_rank && slot->used < best->used)) {
            best = slot;
            best_rank = rank;
        }
    }
    return best;
}

static zd_status take_slot(zd_host_render *r, zd_host_hash key, int width, int height,
                           zd_error *err)
{
    zd_host_engine *engine = r->engine;
    zd_status status = ZD_OK;
    pthread_mutex_lock(&engine->lock);
    for (;;) {
        r->slot = find_idle(engine, key, width, height);
        if (r->slot != NULL) {
            r->slot->busy = true;
            r->slot->used = ++engine->clock;
            break;
        }
        zd_host_cond_wait_ms(&engine->idle, &engine->lock, 5);
        pthread_mutex_unlock(&engine->lock);
        status = zd_host_check_abort(r, err);
        pthread_mutex_lock(&engine->lock);
        if (status != ZD_OK) {
            break;
        }
    }
    pthread_mutex_unlock(&engine->lock);
    zd_host_slot *slot = r->slot;
    if (status == ZD_OK && (slot->width != width || slot->height != height)) {
        empty_slot(engine->ctx, slot);
        slot->width = width;
        slot->height = height;
    }
    return status;
}

static void give_slot(zd_host_engine *engine, zd_host_slot *slot)
{
    pthread_mutex_lock(&engine->lock);
    slot->busy = false;
    pthread_cond_signal(&engine->idle);
    pthread_mutex_unlock(&engine->lock);
}

zd_status zd_host_slot_plane(zd_context *ctx, zd_host_slot *slot, zd_host_plane plane, zd_view *out,
                             zd_error *err)
{
    zd_format format = plane == ZD_HOST_PLANE_MATTE        ? ZD_GRAY_F32
                       : plane == ZD_HOST_PLANE_BACKGROUND ? ZD_RGB_F32
                                                           : ZD_RGBA_F32;
    if (slot->planes[plane] == NULL) {
        ZD_TRY(zd_image_create(ctx, slot->width, slot->height, format, &slot->planes[plane], err));
    }
    *out = zd_image_view(slot->planes[plane]);
    return ZD_OK;
}

/* Preparing a frame. */

/* As zd_light_bound, and NaN becomes 0. */
static void tame_view(zd_view view)
{
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int i = 0; i < 4 * view.width; i++) {
            row[i] = row[i] > -colour_limit ? fminf(row[i], colour_limit)
                     : row[i] < 0.0f        ? -colour_limit
                                            : 0.0f;
        }
    }
}

/* Networks and mattes want finite, display-referred colours. */
static zd_status make_guide(zd_host_render *r, bool tame, zd_error *err)
{
    zd_host_slot *slot = r->slot;
    zd_view picture = zd_image_view(slot->picture);
    zd_image_unref(&slot->guide);
    if (tame && r->frame->transfer != ZD_TRANSFER_LINEAR) {
        slot->guide = zd_image_ref(slot->picture);
        return ZD_OK;
    }
    ZD_TRY(zd_image_create(r->ctx, slot->width, slot->height, ZD_RGBA_F32, &slot->guide, err));
    zd_view guide = zd_image_view(slot->guide);
    zd_view_copy(picture, guide);
    tame_view(guide);
    if (r->frame->transfer == ZD_TRANSFER_LINEAR) {
        zd_transfer_encode_view(ZD_TRANSFER_SRGB, guide);
    }
    return ZD_OK;
}

/* A supplied map's first channel, as session/depth_source.c takes it. */
static zd_status map_sample(zd_host_render *r, zd_error *err)
{
    const zd_host_picture *map = &r->frame->map;
    zd_depth_sample *sample = &r->slot->sample;
    zd_host_picture plain = *map;
    zd_image *rgba = NULL;
    zd_image *gray = NULL;
    int width;
    int height;
    int full_width = map->view.width;
    int full_height = map->view.height;
    zd_map_size(full_width, full_height, &width, &height);
    plain.alpha = ZD_HOST_OPAQUE; /* a depth is no colour: nothing is divided */
    ZD_TRY(zd_image_create(r->ctx, full_width, full_height, ZD_RGBA_F32, &rgba, err));
    zd_status status = zd_image_create(r->ctx, full_width, full_height, ZD_GRAY_F32, &gray, err);
    if (status == ZD_OK) {
        status = zd_image_create(r->ctx, width, height, ZD_GRAY_F32, &sample->depth.values, err);
    }
    if (status == ZD_OK) {
        status = zd_image_create(r->ctx, width, height, ZD_RGB_F32, &sample->small, err);
    }
    if (status == ZD_OK) {
        zd_view from = zd_image_view(rgba);
        zd_view to = zd_image_view(gray);
        zd_host_picture_read(r->ctx, &plain, zd_host_picture_rect(&plain), from);
        for (int y = 0; y < to.height; y++) {
            const float *in = zd_view_row_f32(from, y);
            float *out = zd_view_row_f32(to, y);
            for (int x = 0; x < to.width; x++) {
                out[x] = in[4 * x];
            }
        }
        zd_view values = zd_image_view(sample->depth.values);
        zd_map_pick(to, values);
        sample->depth.kind = zd_map_convert(
            (zd_map_type) zd_params_int(r->frame->params, ZD_P_DEPTH_MAP_TYPE), values);
        zd_host_picture_shrink(r->ctx, zd_image_view(r->slot->guide), zd_image_view(sample->small));
    }
    zd_image_unref(&rgba);
    zd_image_unref(&gray);
    return status;
}

static zd_status fill_slot(zd_host_render *r, zd_error *err)
{
    zd_host_slot *slot = r->slot;
    slot->valid = false;
    slot->is_measured = false;
    slot->is_prepared = false;
    zd_depth_sample_release(&slot->sample);
    if (slot->picture == NULL) {
        ZD_TRY(
            zd_image_create(r->ctx, slot->width, slot->height, ZD_RGBA_F32, &slot->picture, err));
    }
    bool tame =
        zd_host_picture_read(r->ctx, &r->frame->footage, zd_host_picture_rect(&r->frame->footage),
                             zd_image_view(slot->picture));
    ZD_TRY(zd_host_check_abort(r, err));
    ZD_TRY(make_guide(r, tame, err));
    if (r->frame->map.view.data != NULL) {
        return map_sample(r, err);
    }
    return zd_host_network_depth(r->engine->network, zd_params_text(r->frame->params, ZD_P_MODEL),
                                 zd_image_view(slot->guide), &r->frame->abort, &slot->sample, err);
}

static zd_host_hash frame_key(const zd_host_render *r)
{
    const zd_host_frame *f = r->frame;
    zd_host_hash key = { 0, 0 };
    int form[4] = { f->footage.is_bgr, (int) f->footage.alpha, (int) f->transfer,
                    zd_params_int(f->params, ZD_P_DEPTH_MAP_TYPE) };
    key = zd_host_hash_bytes(key, form, sizeof form);
    key = zd_host_hash_view(r->ctx, key, f->footage.view);
    if (f->map.view.data != NULL) {
        return zd_host_hash_view(r->ctx, key, f->map.view);
    }
    const char *model = zd_params_text(f->params, ZD_P_MODEL);
    return zd_host_hash_bytes(key, model, strlen(model));
}

static zd_depth_sample borrowed(const zd_depth_sample *sample)
{
    return (zd_depth_sample){
        .depth = { zd_image_ref(sample->depth.values), sample->depth.kind },
        .foreground = zd_image_ref(sample->foreground),
        .small = zd_image_ref(sample->small),
    };
}

/* The analysis of many frames, or of one. */

struct zd_host_analysis {
    zd_host_engine *engine;
    zd_project project;
    zd_shot_analysis *shots;
    int width;
    int height;
};

static zd_status start_analysis(zd_host_engine *engine, const zd_box *boxes, int box_count,
                                zd_host_analysis *out, zd_error *err)
{
    *out = (zd_host_analysis){ .engine = engine };
    zd_project_init(&out->project, engine->ctx);
    zd_status status = zd_params_set_number(&out->project.params, ZD_P_STABILISE, 0.0, err);
    for (int i = 0; i < box_count && status == ZD_OK; i++) {
        status = zd_project_add_box(&out->project, boxes[i], err);
    }
    if (status != ZD_OK) {
        zd_project_finish(&out->project);
    }
    return status;
}

static void finish_analysis(zd_host_analysis *analysis)
{
    zd_shot_analysis_destroy(&analysis->shots);
    zd_project_finish(&analysis->project);
}

static zd_status push_sample(zd_host_analysis *analysis, const zd_depth_sample *sample,
                             double time_s, zd_error *err)
{
    zd_view view = zd_image_view(sample->depth.values);
    if (analysis->shots == NULL) {
        ZD_TRY(zd_shot_analysis_create(analysis->engine->ctx, &analysis->project, view.width,
                                       view.height, &analysis->shots, err));
        analysis->width = view.width;
        analysis->height = view.height;
    }
    if (view.width != analysis->width || view.height != analysis->height) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "the frames of the clip differ in size");
    }
    zd_depth_sample mine = borrowed(sample);
    return zd_shot_analysis_push(analysis->shots, &mine, time_s, err);
}

static zd_status measure_sample(zd_host_engine *engine, const zd_depth_sample *sample,
                                const zd_box *boxes, int box_count, zd_shot *out, zd_error *err)
{
    zd_host_analysis one;
    zd_shot_list list = { 0 };
    ZD_TRY(start_analysis(engine, boxes, box_count, &one, err));
    zd_status status = push_sample(&one, sample, 0.0, err);
    if (status == ZD_OK) {
        status = zd_shot_analysis_finish(one.shots, &list, err);
    }
    if (status == ZD_OK) {
        *out = list.shots[0];
    }
    zd_shot_list_release(&list);
    finish_analysis(&one);
    return status;
}

static zd_status find_shot(zd_host_render *r, zd_error *err)
{
    zd_host_slot *slot = r->slot;
    const zd_params *p = r->frame->params;
    if (r->frame->shot != NULL) {
        r->shot = *r->frame->shot;
    } else {
        if (!slot->is_measured) {
            ZD_TRY(measure_sample(r->engine, &slot->sample, NULL, 0, &slot->measured, err));
            slot->is_measured = true;
        }
        r->shot = slot->measured;
    }
    if (zd_params_is_set(p, ZD_P_FURTHEST)) {
        r->shot.range.furthest = (float) zd_params_number(p, ZD_P_FURTHEST, 0.0);
    }
    if (zd_params_is_set(p, ZD_P_NEAREST)) {
        r->shot.range.nearest = (float) zd_params_number(p, ZD_P_NEAREST, 0.0);
    }
    return ZD_OK;
}

/* "Nearest object only": found in this frame alone, since frames come in any order. */
static zd_status find_object(zd_host_render *r, zd_error *err)
{
    zd_host_slot *slot = r->slot;
    zd_view map = zd_image_view(slot->sample.depth.values);
    zd_view small = zd_image_view(slot->sample.small);
    if (slot->tracker == NULL) {
        ZD_TRY(zd_object_tracker_create(r->ctx, map.width, map.height, &slot->tracker, err));
    }
    if (slot->object == NULL) {
        ZD_TRY(zd_image_create(r->ctx, map.width, map.height, ZD_GRAY_F32, &slot->object, err));
    }
    zd_object_tracker_reset(slot->tracker);
    return zd_object_tracker_update(slot->tracker, &slot->sample.depth, r->shot.range, &r->params,
                                    &small, zd_image_view(slot->object), err);
}

static zd_status fit_matte(zd_host_render *r, zd_error *err)
{
    zd_host_slot *slot = r->slot;
    zd_view map = zd_image_view(slot->sample.depth.values);
    zd_matte_size size = { slot->width, slot->height, map.width, map.height };
    if (slot->matte != NULL && memcmp(&size, &slot->matte_size, sizeof size) == 0) {
        return ZD_OK;
    }
    zd_matte_destroy(&slot->matte);
    zd_object_tracker_destroy(&slot->tracker);
    zd_image_unref(&slot->object);
    slot->matte_size = size;
    slot->is_prepared = false;
    return zd_matte_create(r->ctx, &size, &slot->matte, err);
}

static zd_status prepare_matte(zd_host_render *r, zd_error *err)
{
    zd_host_slot *slot = r->slot;
    zd_view guide = zd_image_view(slot->guide);
    zd_view foreground = { 0 };
    zd_view object = { 0 };
    zd_host_hash key =
        zd_host_hash_bytes((zd_host_hash){ 1, 2 }, &r->shot.range, sizeof r->shot.range);
    if (r->params.nearest_only) {
        float values[] = { (float) r->params.mode, r->params.depth_in,   r->params.depth_out,
                           r->params.level_far,    r->params.level_near, r->params.level_gamma };
        key = zd_host_hash_bytes(key, values, sizeof values);
    }
    ZD_TRY(fit_matte(r, err));
    if (slot->is_prepared && is_same(slot->prepared, key)) {
        return ZD_OK;
    }
    slot->is_prepared = false;
    if (r->params.nearest_only) {
        ZD_TRY(find_object(r, err));
        object = zd_image_view(slot->object);
    }
    if (slot->sample.foreground != NULL) {
        foreground = zd_image_view(slot->sample.foreground);
    }
    zd_matte_frame input = {
        .map = &slot->sample.depth,
        .range = r->shot.range,
        .guide = &guide,
        .foreground = slot->sample.foreground != NULL ? &foreground : NULL,
        .object = r->params.nearest_only ? &object : NULL,
    };
    ZD_TRY(zd_matte_prepare(slot->matte, &input, err));
    slot->is_prepared = true;
    slot->prepared = key;
    return ZD_OK;
}

/* Takes a slot with this frame's picture and depth. It is the caller's also on failure, when there
 * is one. */
static zd_status open_frame(zd_host_render *r, zd_error *err)
{
    zd_view footage = r->frame->footage.view;
    zd_host_hash key = frame_key(r);
    ZD_TRY(take_slot(r, key, footage.width, footage.height, err));
    if (r->slot->valid && is_same(r->slot->key, key)) {
        return ZD_OK;
    }
    ZD_TRY(fill_slot(r, err));
    r->slot->key = key;
    r->slot->valid = true;
    return ZD_OK;
}

static zd_status work(zd_host_render *r, zd_error *err)
{
    ZD_TRY(zd_host_check_abort(r, err));
    ZD_TRY(open_frame(r, err));
    ZD_TRY(find_shot(r, err));
    r->params =
        zd_layer_params(r->frame->params, &r->shot, r->slot->sample.depth.kind, r->frame->time_s);
    ZD_TRY(zd_matte_params_check(&r->params, err));
    ZD_TRY(zd_host_check_abort(r, err));
    ZD_TRY(prepare_matte(r, err));
    ZD_TRY(zd_host_check_abort(r, err));
    return zd_host_render_roi(r, err);
}

/* What lies outside the footage is nothing. */
static void clear_around(const zd_host_picture *out, zd_rect window, zd_rect inside,
                         zd_host_rows rows)
{
    if (zd_rect_is_empty(inside)) {
        zd_host_picture_clear(out, window, rows);
        return;
    }
    zd_rect top = { window.x0, window.y0, window.x1, inside.y0 };
    zd_rect bottom = { window.x0, inside.y1, window.x1, window.y1 };
    zd_rect left = { window.x0, inside.y0, inside.x0, inside.y1 };
    zd_rect right = { inside.x1, inside.y0, window.x1, inside.y1 };
    zd_host_picture_clear(out, top, rows);
    zd_host_picture_clear(out, bottom, rows);
    zd_host_picture_clear(out, left, rows);
    zd_host_picture_clear(out, right, rows);
}

zd_status zd_host_engine_render(zd_host_engine *engine, const zd_host_frame *frame,
                                const zd_host_picture *out, zd_rect window, zd_host_rows rows,
                                zd_error *err)
{
    zd_host_render r = {
        .engine = engine, .ctx = engine->ctx, .frame = frame, .out = out, .rows = rows
    };
    zd_status status = ZD_OK;
    window = zd_rect_intersect(window, zd_host_picture_rect(out));
    if (zd_rect_is_empty(window)) {
        return ZD_OK;
    }
    zd_rect inside = zd_rect_intersect(window, zd_host_picture_rect(&frame->footage));
    if (!zd_rect_is_empty(inside)) {
        int x = frame->footage.x;
        int y = frame->footage.y;
        r.roi = (zd_rect){ inside.x0 - x, inside.y0 - y, inside.x1 - x, inside.y1 - y };
        status = work(&r, err);
    }
    if (status == ZD_OK) {
        clear_around(out, window, inside, rows);
    }
    if (r.slot != NULL) {
        give_slot(engine, r.slot);
    }
    return status;
}

zd_status zd_host_engine_pass(zd_host_engine *engine, const zd_host_picture *from,
                              const zd_host_picture *out, zd_rect window, zd_host_rows rows,
                              zd_error *err)
{
    zd_image *image = NULL;
    window = zd_rect_intersect(window, zd_host_picture_rect(out));
    if (zd_rect_is_empty(window)) {
        return ZD_OK;
    }
    zd_rect inside = { 0, 0, 0, 0 };
    if (from->view.data != NULL) {
        inside = zd_rect_intersect(window, zd_host_picture_rect(from));
    }
    clear_around(out, window, inside, rows);
    if (zd_rect_is_empty(inside)) {
        return ZD_OK;
    }
    ZD_TRY(zd_image_create(engine->ctx, inside.x1 - inside.x0, inside.y1 - inside.y0, ZD_RGBA_F32,
                           &image, err));
    zd_view view = zd_image_view(image);
    zd_host_picture_read(engine->ctx, from, inside, view);
    zd_host_store store = { out, inside, view, rows, from, view };
    zd_host_picture_write(engine->ctx, &store);
    zd_image_unref(&image);
    return ZD_OK;
}

bool zd_host_frame_is_identity(const zd_host_frame *frame)
{
    const zd_params *p = frame->params;
    if (zd_params_int(p, ZD_P_VIEW) != 0) {
        return false;
    }
    if (frame->task == ZD_HOST_COMPOSITE) {
        return frame->insert.view.data == NULL ||
               !(zd_params_number(p, ZD_P_OPACITY, frame->time_s) > 0.0);
    }
    return !zd_params_bool(p, ZD_P_MASK_EFFECTS, 0.0) && !zd_params_bool(p, ZD_P_TRANSPARENCY, 0.0);
}

void zd_host_convert_mode(zd_depth_range range, int from, int to, double *depth_in,
                          double *depth_out)
{
    zd_matte_params m = { .mode = (zd_matte_mode) from,
                          .depth_in = (float) *depth_in,
                          .depth_out = (float) *depth_out };
    zd_matte_convert_mode(&m, range, (zd_matte_mode) to);
    *depth_in = (double) m.depth_in;
    *depth_out = (double) m.depth_out;
}

zd_status zd_host_engine_measure(zd_host_engine *engine, const zd_host_frame *frame,
                                 const zd_box *boxes, int box_count, zd_shot *shot,
                                 zd_depth_kind *kind, zd_error *err)
{
    zd_host_render r = { .engine = engine, .ctx = engine->ctx, .frame = frame };
    zd_status status = open_frame(&r, err);
    if (status == ZD_OK) {
        *kind = r.slot->sample.depth.kind;
        status = measure_sample(engine, &r.slot->sample, boxes, box_count, shot, err);
    }
    if (r.slot != NULL) {
        give_slot(engine, r.slot);
    }
    return status;
}

zd_status zd_host_analysis_start(zd_host_engine *engine, const zd_box *boxes, int box_count,
                                 zd_host_analysis **out, zd_error *err)
{
    *out = zd_alloc_zeroed(engine->ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "the analysis");
    }
    zd_status status = start_analysis(engine, boxes, box_count, *out, err);
    if (status != ZD_OK) {
        zd_free(engine->ctx, *out);
        *out = NULL;
    }
    return status;
}

zd_status zd_host_analysis_add(zd_host_analysis *analysis, const zd_host_frame *frame,
                               zd_error *err)
{
    zd_host_engine *engine = analysis->engine;
    zd_host_render r = { .engine = engine, .ctx = engine->ctx, .frame = frame };
    zd_status status = open_frame(&r, err);
    if (status == ZD_OK) {
        status = push_sample(analysis, &r.slot->sample, frame->time_s, err);
    }
    if (r.slot != NULL) {
        give_slot(engine, r.slot);
    }
    return status;
}

zd_status zd_host_analysis_finish(zd_host_analysis *analysis, zd_shot_list *out, zd_error *err)
{
    if (analysis->shots == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no frame to analyse");
    }
    return zd_shot_analysis_finish(analysis->shots, out, err);
}

void zd_host_analysis_destroy(zd_host_analysis **analysis)
{
    if (*analysis != NULL) {
        zd_context *ctx = (*analysis)->engine->ctx;
        finish_analysis(*analysis);
        zd_free(ctx, *analysis);
        *analysis = NULL;
    }
}
