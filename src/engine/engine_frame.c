/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The source of frames that a host hands over: its pixels as the engine wants them, and their depth,
 * from a map or the network. Frames come in any order, so each is judged by itself unless the host knows
 * its shot. */

#include <string.h>

#include "depth/supplied.h"
#include "engine/engine_internal.h"
#include "engine/engine_steps.h"

static zd_status read_pixels(void *user, zd_prepared *p, zd_view out, bool *is_bounded,
                             zd_error *err)
{
    const zd_engine_request *r = user;
    const zd_pixels *footage = &r->frame->footage;
    (void) p;
    (void) err;
    *is_bounded = zd_pixels_read(r->ctx, footage, zd_pixels_rect(footage), out);
    return ZD_OK;
}

/* The map's first channel as gray. */
static zd_status read_map(zd_context *ctx, const zd_pixels *map, zd_image **gray, zd_error *err)
{
    zd_pixels plain = *map;
    zd_image *rgba = NULL;
    plain.alpha = ZD_PIXELS_OPAQUE; /* a depth is no colour: nothing is divided */
    ZD_TRY(zd_image_create(ctx, map->view.width, map->view.height, ZD_RGBA_F32, &rgba, err));
    zd_status status =
        zd_image_create(ctx, map->view.width, map->view.height, ZD_GRAY_F32, gray, err);
    if (status == ZD_OK) {
        zd_view from = zd_image_view(rgba);
        zd_view to = zd_image_view(*gray);
        zd_pixels_read(ctx, &plain, zd_pixels_rect(&plain), from);
        for (int y = 0; y < to.height; y++) {
            const float *in = zd_view_row_f32(from, y);
            float *out = zd_view_row_f32(to, y);
            for (int x = 0; x < to.width; x++) {
                out[x] = in[4 * x];
            }
        }
    }
    zd_image_unref(&rgba);
    return status;
}

/* A supplied map, as clip/depth/clip_depth.c takes it. */
static zd_status map_sample(const zd_engine_request *r, zd_prepared *p, zd_error *err)
{
    const zd_pixels *map = &r->frame->map;
    zd_depth_sample *sample = &p->sample;
    zd_image *gray = NULL;
    int width;
    int height;
    zd_supplied_size(map->view.width, map->view.height, &width, &height);
    ZD_TRY(read_map(r->ctx, map, &gray, err));
    zd_status status = zd_image_create(r->ctx, width, height, ZD_RGB_F32, &sample->small, err);
    if (status == ZD_OK) {
        zd_pixels_shrink(r->ctx, zd_image_view(p->guide), zd_image_view(sample->small));
        status = zd_engine_supplied_sample(r->ctx, zd_image_view(gray), width, height,
                                           zd_params_int(r->frame->params, ZD_P_DEPTH_MAP_TYPE),
                                           sample, err);
    }
    zd_image_unref(&gray);
    return status;
}

/* Whether the analysis has depth for this frame: of its model, and no map is there. */
static bool has_kept(const zd_engine_frame *f)
{
    if (f->kept == NULL || !f->kept->is_known || f->map.view.data != NULL || f->kept_frame < 0 ||
        f->kept_frame >= f->kept->frame_count)
    {
        return false;
    }
    zd_digest model = zd_engine_kept_model(zd_params_text(f->params, ZD_P_MODEL));
    return memcmp(&model, &f->kept->model, sizeof model) == 0;
}

static zd_status find_kept(const zd_engine_request *r, zd_prepared *p, bool *found, zd_error *err)
{
    zd_cache_depth entry = { 0 };
    const zd_engine_frame *f = r->frame;
    zd_depth_sample *sample = &p->sample;
    ZD_TRY(zd_engine_kept_get(r->engine, &f->kept->base, f->kept_frame, &entry, found, err));
    if (!*found) {
        if (f->kept_missing != NULL) {
            *f->kept_missing = true;
        }
        return ZD_OK;
    }
    sample->depth = entry.depth;
    sample->foreground = entry.foreground;
    zd_view depth = zd_image_view(entry.depth.values);
    ZD_TRY(zd_image_create(r->ctx, depth.width, depth.height, ZD_RGB_F32, &sample->small, err));
    zd_pixels_shrink(r->ctx, zd_image_view(p->guide), zd_image_view(sample->small));
    return ZD_OK;
}

static zd_status find_depth(void *user, zd_prepared *p, zd_error *err)
{
    const zd_engine_request *r = user;
    if (r->frame->map.view.data != NULL) {
        return map_sample(r, p, err);
    }
    if (has_kept(r->frame)) {
        bool found;
        ZD_TRY(find_kept(r, p, &found, err));
        if (found) {
            return ZD_OK;
        }
    }
    return zd_engine_network_depth(r->engine->network, zd_params_text(r->frame->params, ZD_P_MODEL),
                                   zd_image_view(p->guide), &r->frame->abort, &p->sample, err);
}

zd_pixels_hash zd_engine_frame_key(const zd_engine_request *r)
{
    const zd_engine_frame *f = r->frame;
    zd_pixels_hash key = { 0, 0 };
    int form[4] = { f->footage.is_bgr, (int) f->footage.alpha, (int) f->transfer,
                    zd_params_int(f->params, ZD_P_DEPTH_MAP_TYPE) };
    key = zd_pixels_hash_bytes(key, form, sizeof form);
    key = zd_pixels_key(r->ctx, key, &f->footage);
    if (f->map.view.data != NULL) {
        return zd_pixels_key(r->ctx, key, &f->map);
    }
    if (has_kept(f)) {
        key = zd_pixels_hash_bytes(key, &f->kept->base, sizeof f->kept->base);
        key = zd_pixels_hash_bytes(key, &f->kept_frame, sizeof f->kept_frame);
    }
    const char *model = zd_params_text(f->params, ZD_P_MODEL);
    return zd_pixels_hash_bytes(key, model, strlen(model));
}

zd_status zd_engine_frame_open(zd_engine_request *r, zd_error *err)
{
    zd_view footage = r->frame->footage.view;
    ZD_TRY(zd_prepared_pool_take(&r->engine->pool, zd_engine_frame_key(r), footage.width,
                                 footage.height, &r->task, &r->prepared, err));
    r->prepared->frame.time_s = r->frame->time_s;
    if (r->prepared->is_valid) {
        return ZD_OK;
    }
    zd_prepared_source source = { .read = read_pixels,
                                  .find_depth = find_depth,
                                  .transfer = r->frame->transfer,
                                  .task = &r->task,
                                  .user = r };
    return zd_prepared_fill(r->ctx, r->prepared, &source, err);
}

static zd_status judge_alone(zd_engine_request *r, zd_error *err)
{
    zd_project project;
    const zd_engine_frame *f = r->frame;
    ZD_TRY(zd_engine_make_project(r->engine, f->boxes, f->box_count, &project, err));
    zd_status status = zd_prepared_judge(r->ctx, r->prepared, f->params, NULL, &project, err);
    zd_project_finish(&project);
    return status;
}

zd_status zd_engine_frame_judge(zd_engine_request *r, zd_error *err)
{
    const zd_engine_frame *f = r->frame;
    ZD_TRY(
        f->shot == NULL && f->box_count > 0
            ? judge_alone(r, err)
            : zd_prepared_judge(r->ctx, r->prepared, f->params, f->shot, &r->engine->alone, err));
    ZD_TRY(zd_task_check(&r->task, err));
    return zd_prepared_matte(r->ctx, r->prepared, err);
}

void zd_engine_frame_close(zd_engine_request *r)
{
    zd_prepared_pool_give(&r->engine->pool, &r->prepared);
}
