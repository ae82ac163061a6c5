/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The process's engine and its renders. */

#include "engine/engine.h"

#include "core/require.h"
#include "engine/engine_internal.h"

/* So that going back a frame is free. */
enum { KEPT_OF_A_SIZE = 2 };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static zd_engine *the_engine;

static zd_status make_engine(zd_engine **out, zd_error *err)
{
    zd_context *ctx = NULL;
    zd_context_params params = { 0 };
    ZD_TRY(zd_context_create(&params, &ctx, err));
    zd_engine *engine = zd_alloc_zeroed(ctx, 1, sizeof *engine);
    zd_status status = engine == NULL ? zd_fail_memory(err, "the engine")
                                      : zd_engine_network_create(ctx, &engine->network, err);
    if (status == ZD_OK) {
        status = zd_engine_style_create(ctx, false, &engine->style, err);
    }
    if (status == ZD_OK) {
        zd_project_init(&engine->alone, ctx);
        status = zd_params_set_number(&engine->alone.params, ZD_P_STABILISE, 0.0, err);
    }
    if (status != ZD_OK) {
        if (engine != NULL) {
            zd_engine_network_destroy(&engine->network);
            zd_engine_style_destroy(&engine->style);
        }
        zd_free(ctx, engine);
        zd_context_destroy(&ctx);
        return status;
    }
    engine->ctx = ctx;
    zd_prepared_pool_init(&engine->pool, ZD_PREPARED_POOL_MAX, KEPT_OF_A_SIZE);
    pthread_mutex_init(&engine->maps_lock, NULL);
    pthread_mutex_init(&engine->kept_lock, NULL);
    *out = engine;
    return ZD_OK;
}

zd_status zd_engine_acquire(zd_engine **out, zd_error *err)
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

void zd_engine_release(zd_engine **engine)
{
    zd_engine *doomed = NULL;
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
    zd_prepared_pool_finish(&doomed->pool);
    zd_engine_places_finish(doomed);
    zd_engine_maps_finish(doomed);
    pthread_mutex_destroy(&doomed->maps_lock);
    zd_cache_folder_close(&doomed->kept);
    pthread_mutex_destroy(&doomed->kept_lock);
    zd_project_finish(&doomed->alone);
    zd_engine_network_destroy(&doomed->network);
    zd_engine_style_destroy(&doomed->style);
    zd_free(ctx, doomed);
    zd_context_destroy(&ctx);
}

zd_context *zd_engine_context(zd_engine *engine)
{
    return engine->ctx;
}

/* The caller holds the lock. */
static void open_kept(zd_engine *engine)
{
    if (!engine->has_kept) {
        zd_cache_folder_try(engine->ctx, NULL, 0, &engine->kept);
        engine->has_kept = true;
    }
}

zd_status zd_engine_kept_get(zd_engine *engine, const zd_digest *base, int64_t frame,
                             zd_cache_depth *out, bool *found, zd_error *err)
{
    zd_status status = ZD_OK;
    zd_digest key = zd_engine_kept_key(base, frame);
    *found = false;
    pthread_mutex_lock(&engine->kept_lock);
    open_kept(engine);
    if (engine->kept.path != NULL) {
        status = zd_cache_depth_get(&engine->kept, &key, out, found, err);
    }
    pthread_mutex_unlock(&engine->kept_lock);
    return status;
}

void zd_engine_kept_put(zd_engine *engine, const zd_digest *base, int64_t frame,
                        const zd_cache_depth *entry)
{
    zd_digest key = zd_engine_kept_key(base, frame);
    pthread_mutex_lock(&engine->kept_lock);
    open_kept(engine);
    if (engine->kept.path != NULL) {
        zd_cache_depth_put(&engine->kept, &key, entry);
    }
    pthread_mutex_unlock(&engine->kept_lock);
}

zd_engine_network *zd_engine_get_network(zd_engine *engine)
{
    return engine->network;
}

static zd_status work(zd_engine_request *r, zd_error *err)
{
    ZD_TRY(zd_task_check(&r->task, err));
    ZD_TRY(zd_engine_places_find(r, err));
    ZD_TRY(zd_engine_frame_open(r, err));
    ZD_TRY(zd_engine_frame_judge(r, err));
    ZD_TRY(zd_task_check(&r->task, err));
    return zd_engine_render_roi(r, err);
}

/* What lies outside the footage is nothing. */
static void clear_around(const zd_pixels *out, zd_rect window, zd_rect inside, zd_pixels_rows rows)
{
    if (zd_rect_is_empty(inside)) {
        zd_pixels_clear(out, window, rows);
        return;
    }
    zd_rect top = { window.x0, window.y0, window.x1, inside.y0 };
    zd_rect bottom = { window.x0, inside.y1, window.x1, window.y1 };
    zd_rect left = { window.x0, inside.y0, inside.x0, inside.y1 };
    zd_rect right = { inside.x1, inside.y0, window.x1, inside.y1 };
    zd_pixels_clear(out, top, rows);
    zd_pixels_clear(out, bottom, rows);
    zd_pixels_clear(out, left, rows);
    zd_pixels_clear(out, right, rows);
}

zd_status zd_engine_render(zd_engine *engine, const zd_engine_frame *frame, const zd_pixels *out,
                           zd_rect window, zd_pixels_rows rows, zd_error *err)
{
    ZD_REQUIRE(err, frame->params != NULL && frame->footage.view.data != NULL);
    zd_engine_request r = {
        .engine = engine,
        .ctx = engine->ctx,
        .frame = frame,
        .task = zd_engine_task_of(&frame->abort),
        .out = out,
        .rows = rows,
    };
    zd_status status = ZD_OK;
    window = zd_rect_intersect(window, zd_pixels_rect(out));
    if (zd_rect_is_empty(window)) {
        return ZD_OK;
    }
    zd_rect inside = zd_rect_intersect(window, zd_pixels_rect(&frame->footage));
    if (!zd_rect_is_empty(inside)) {
        int x = frame->footage.x;
        int y = frame->footage.y;
        r.roi = (zd_rect){ inside.x0 - x, inside.y0 - y, inside.x1 - x, inside.y1 - y };
        status = work(&r, err);
    }
    if (status == ZD_OK) {
        clear_around(out, window, inside, rows);
    }
    zd_engine_frame_close(&r);
    zd_engine_places_give(&r);
    return status;
}

zd_status zd_engine_pass(zd_engine *engine, const zd_pixels *from, const zd_pixels *out,
                         zd_rect window, zd_pixels_rows rows, zd_error *err)
{
    zd_image *image = NULL;
    window = zd_rect_intersect(window, zd_pixels_rect(out));
    if (zd_rect_is_empty(window)) {
        return ZD_OK;
    }
    zd_rect inside = { 0, 0, 0, 0 };
    if (from->view.data != NULL) {
        inside = zd_rect_intersect(window, zd_pixels_rect(from));
    }
    clear_around(out, window, inside, rows);
    if (zd_rect_is_empty(inside)) {
        return ZD_OK;
    }
    ZD_TRY(zd_image_create(engine->ctx, inside.x1 - inside.x0, inside.y1 - inside.y0, ZD_RGBA_F32,
                           &image, err));
    zd_view view = zd_image_view(image);
    zd_pixels_read(engine->ctx, from, inside, view);
    zd_pixels_store store = { out, inside, view, rows, from, view };
    zd_pixels_write(engine->ctx, &store);
    zd_image_unref(&image);
    return ZD_OK;
}

bool zd_engine_frame_is_identity(const zd_engine_frame *frame)
{
    const zd_params *p = frame->params;
    if (zd_params_int(p, ZD_P_VIEW) != 0) {
        return false;
    }
    if (frame->task == ZD_ENGINE_COMPOSITE) {
        bool has_more = frame->inserts != NULL && frame->inserts->insert_count > 0;
        return !has_more && (frame->insert.view.data == NULL ||
                             !(zd_params_number(p, ZD_P_OPACITY, frame->time_s) > 0.0));
    }
    bool has_chain = frame->chain != NULL && frame->chain->count > 0;
    return !has_chain && !zd_params_bool(p, ZD_P_MASK_EFFECTS, 0.0) &&
           !zd_params_bool(p, ZD_P_TRANSPARENCY, 0.0);
}

void zd_engine_convert_mode(zd_depth_range range, int from, int to, double *depth_in,
                            double *depth_out)
{
    zd_matte_params m = { .mode = (zd_matte_mode) from,
                          .depth_in = (float) *depth_in,
                          .depth_out = (float) *depth_out };
    zd_matte_convert_mode(&m, range, (zd_matte_mode) to);
    *depth_in = (double) m.depth_in;
    *depth_out = (double) m.depth_out;
}
