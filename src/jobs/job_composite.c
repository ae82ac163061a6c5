/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The compositor: titles and inserts between the layers. Only the pixels that an insert can touch
 * are turned into light and back; every other code of the footage goes through as it is. */

#include <string.h>

#include "clip/insert_source.h"
#include "composite/composite.h"
#include "composite/composite_codes.h"
#include "engine/engine_matte_params.h"
#include "image/linear.h"
#include "jobs/job_loop.h"
#include "jobs/job_sheet.h"

typedef struct compositor {
    zd_context *ctx;
    zd_insert_source *inserts[ZD_PROJECT_MAX_INSERTS];
    zd_image *mattes[ZD_PROJECT_MAX_INSERTS]; /* gray, of the frame's size; shared at one depth */
    zd_decontaminator *cleaner;
    zd_image *linear; /* the footage's light near edges, for the cleaner */
    zd_image *mixed;  /* the result's codes, of the frame's size */
    zd_image *backgrounds[ZD_PROJECT_MAX_INSERTS]; /* RGB, beside the mattes that they belong to */
    zd_job_sheet *sheet;
} compositor;

/* The layers shown at a moment, and which insert each comes from. */
typedef struct shown {
    zd_composite_layer layers[ZD_PROJECT_MAX_INSERTS];
    int owner[ZD_PROJECT_MAX_INSERTS];
    int count;
} shown;

static zd_status open_inserts(compositor *c, const zd_job_loop *loop, zd_error *err)
{
    const zd_project *project = loop->job->project;
    for (int i = 0; i < project->insert_count; i++) {
        ZD_TRY(zd_insert_source_open(c->ctx, &project->inserts[i], loop->clip.info, &c->inserts[i],
                                     err));
    }
    return ZD_OK;
}

static zd_status make_buffers(compositor *c, const zd_job_loop *loop, zd_error *err)
{
    int width = loop->clip.info->width;
    int height = loop->clip.info->height;
    ZD_TRY(zd_image_create(c->ctx, width, height, ZD_RGBA_F32, &c->mixed, err));
    if (zd_params_bool(&loop->job->project->params, ZD_P_DECONTAMINATE, 0.0) ||
        zd_params_is_keyed(&loop->job->project->params, ZD_P_DECONTAMINATE))
    {
        ZD_TRY(zd_image_create(c->ctx, width, height, ZD_RGBA_F32, &c->linear, err));
        ZD_TRY(zd_decontaminator_create(c->ctx, width, height, &c->cleaner, err));
    }
    return ZD_OK;
}

static void close_all(compositor *c)
{
    for (int i = 0; i < ZD_PROJECT_MAX_INSERTS; i++) {
        zd_insert_source_close(&c->inserts[i]);
        zd_image_unref(&c->mattes[i]);
        zd_image_unref(&c->backgrounds[i]);
    }
    zd_decontaminator_destroy(&c->cleaner);
    zd_image_unref(&c->linear);
    zd_image_unref(&c->mixed);
    zd_job_sheet_close(&c->sheet);
}

static zd_status find_shown(compositor *c, const zd_project *project, double time_s, shown *out,
                            zd_error *err)
{
    out->count = 0;
    for (int i = 0; i < project->insert_count; i++) {
        zd_composite_layer layer;
        ZD_TRY(zd_insert_source_at(c->inserts[i], time_s, &layer, err));
        if (layer.picture.view.data != NULL && layer.opacity > 0.0f) {
            out->owner[out->count] = i;
            out->layers[out->count++] = layer;
        }
    }
    return ZD_OK;
}

static zd_rect grow(zd_rect rect, int by, int width, int height)
{
    zd_rect wide = { rect.x0 - by, rect.y0 - by, rect.x1 + by, rect.y1 + by };
    return zd_rect_intersect(wide, (zd_rect){ 0, 0, width, height });
}

/* Chroma is shared by pairs of pixels and rows. */
static zd_rect even(zd_rect rect, int width, int height)
{
    zd_rect whole = { rect.x0 & ~1, rect.y0 & ~1, (rect.x1 + 1) & ~1, (rect.y1 + 1) & ~1 };
    return zd_rect_intersect(whole, (zd_rect){ 0, 0, width, height });
}

/* All inserts without a depth of their own share the first place. */
static int shelf_of(const zd_params *insert, int index)
{
    return zd_params_is_set(insert, ZD_P_AT_DEPTH) && index + 1 < ZD_PROJECT_MAX_INSERTS ? index + 1
                                                                                         : 0;
}

static zd_status ensure(compositor *c, const zd_layered_frame *frame, zd_format format,
                        zd_image **image, zd_error *err)
{
    return *image != NULL ? ZD_OK
                          : zd_image_create(c->ctx, frame->picture.width, frame->picture.height,
                                            format, image, err);
}

/* Makes the matte of an insert's depth, and the background behind it, unless a layer before it has
 * the same. */
static zd_status make_matte(compositor *c, zd_job_loop *loop, const zd_layered_frame *frame,
                            const zd_matte_params *params, int shelf, zd_rect roi, zd_error *err)
{
    bool clean = c->cleaner != NULL &&
                 zd_params_bool(&loop->job->project->params, ZD_P_DECONTAMINATE, frame->time_s);
    int margin = clean ? zd_decontaminator_margin(c->cleaner) : 0;
    zd_rect wide = grow(roi, margin, frame->picture.width, frame->picture.height);
    ZD_TRY(ensure(c, frame, ZD_GRAY_F32, &c->mattes[shelf], err));
    zd_view matte = zd_image_view(c->mattes[shelf]);
    ZD_TRY(zd_layers_matte(loop->layers, params, wide, zd_view_crop(matte, wide), err));
    if (!clean) {
        zd_image_unref(&c->backgrounds[shelf]);
        return ZD_OK;
    }
    ZD_TRY(ensure(c, frame, ZD_RGB_F32, &c->backgrounds[shelf], err));
    zd_view linear = zd_image_view(c->linear);
    zd_view background = zd_view_crop(zd_image_view(c->backgrounds[shelf]), roi);
    ZD_TRY(zd_linear_decode_edges(c->ctx, loop->clip.info->colour.transfer, frame->picture, matte,
                                  wide, margin, linear, err));
    return zd_matte_estimate_edges(c->cleaner, &linear, &matte, roi, &background, err);
}

static zd_status place_layer(compositor *c, zd_job_loop *loop, const zd_layered_frame *frame,
                             int insert, bool *made, zd_rect roi, zd_composite_layer *layer,
                             zd_error *err)
{
    const zd_params *p = &loop->job->project->inserts[insert];
    zd_matte_params params = frame->matte;
    int shelf = shelf_of(p, insert);
    if (shelf > 0) {
        params = zd_engine_matte_params_at(params, frame->depth.kind,
                                           zd_params_number(p, ZD_P_AT_DEPTH, frame->time_s));
    }
    if (!made[shelf]) {
        ZD_TRY(make_matte(c, loop, frame, &params, shelf, roi, err));
        made[shelf] = true;
    }
    layer->depth = params.depth_in;
    layer->matte = (zd_placed_view){ zd_image_view(c->mattes[shelf]), 0, 0 };
    if (c->backgrounds[shelf] != NULL) {
        layer->background = (zd_placed_view){ zd_image_view(c->backgrounds[shelf]), 0, 0 };
    }
    return ZD_OK;
}

static void put_piece(void *user, zd_rect piece, zd_view result, zd_view display)
{
    const compositor *c = user;
    (void) display;
    zd_view_copy(result, zd_view_crop(zd_image_view(c->mixed), piece));
}

static zd_status mix(compositor *c, zd_job_loop *loop, const zd_layered_frame *frame, shown *now,
                     zd_rect roi, zd_frame **target, zd_error *err)
{
    bool made[ZD_PROJECT_MAX_INSERTS] = { false };
    bool changed;
    for (int i = 0; i < now->count; i++) {
        ZD_TRY(place_layer(c, loop, frame, now->owner[i], made, roi, &now->layers[i], err));
    }
    zd_composite_codes lay = { .transfer = loop->clip.info->colour.transfer,
                               .display = frame->picture,
                               .layers = now->layers,
                               .count = now->count,
                               .put = put_piece,
                               .user = c };
    ZD_TRY(zd_composite_codes_run(c->ctx, &lay, roi, &changed, err));
    if (!changed) {
        loop->report.untouched++;
        return ZD_OK;
    }
    return zd_frame_write(target, roi, zd_view_crop(frame->picture, roi),
                          zd_view_crop(zd_image_view(c->mixed), roi), err);
}

static zd_status composite_frame(void *user, zd_job_loop *loop, zd_layered_frame *frame,
                                 zd_frame **target, zd_error *err)
{
    compositor *c = user;
    shown now;
    zd_rect whole = { 0, 0, frame->picture.width, frame->picture.height };
    bool on_sheet = zd_job_sheet_wants(c->sheet, frame);
    ZD_TRY(find_shown(c, loop->job->project, frame->time_s, &now, err));
    zd_rect roi = even(zd_composite_bounds(now.layers, now.count, whole), whole.x1, whole.y1);
    bool empty = now.count == 0 || zd_rect_is_empty(roi);
    if (!empty || on_sheet) {
        ZD_TRY(zd_layers_look(loop->layers, frame, err));
    }
    if (on_sheet) {
        ZD_TRY(zd_job_sheet_add(c->sheet, loop->layers, frame, err));
    }
    if (empty) {
        loop->report.untouched++;
    } else {
        ZD_TRY(mix(c, loop, frame, &now, roi, target, err));
    }
    if (on_sheet) {
        ZD_TRY(zd_job_sheet_write(c->sheet, *target, err));
    }
    zd_frame *done = *target;
    *target = NULL;
    return zd_job_sink_put(loop->sink, done, err);
}

zd_status zd_job_composite(zd_context *ctx, const zd_job *job, zd_job_report *report, zd_error *err)
{
    compositor c = { .ctx = ctx };
    zd_job_loop loop = { 0 };
    zd_status status = ZD_OK;
    if (job->project->insert_count == 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "there is nothing to composite; give --title TEXT or --insert FILE");
    }
    status = zd_job_loop_open(ctx, job, &loop, err);
    if (status == ZD_OK) {
        status = open_inserts(&c, &loop, err);
    }
    if (status == ZD_OK) {
        status = make_buffers(&c, &loop, err);
    }
    if (status == ZD_OK && job->sheet != NULL) {
        status = zd_job_sheet_open(ctx, job, &loop.clip, &c.sheet, err);
    }
    if (status == ZD_OK) {
        zd_sink_form form = { .footage_alpha = loop.clip.info->has_alpha };
        status = zd_job_loop_open_sink(&loop, &form, err);
    }
    if (status == ZD_OK) {
        status = zd_job_loop_run(&loop, "composite", composite_frame, NULL, &c, err);
    }
    *report = loop.report;
    close_all(&c);
    zd_job_loop_close(&loop);
    return status;
}
