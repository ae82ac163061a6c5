/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Which inserts are shown, at which depth each stands, and what is behind it where the matte is
 * transparent; the mixing itself is composite/composite_codes.c. */

#include "clip/compositor.h"

#include "clip/insert_source.h"
#include "composite/composite_codes.h"
#include "core/size.h"
#include "engine/engine_between.h"
#include "engine/engine_matte_params.h"

/* Rows between two looks at a request to stop. */
enum { BAND = 64 };

struct zd_compositor {
    zd_context *ctx;
    const zd_project *project;
    zd_transfer transfer;
    int width;
    int height;
    zd_insert_source *inserts[ZD_PROJECT_MAX_INSERTS];
    zd_composite_layer layers[ZD_PROJECT_MAX_INSERTS]; /* shown at the moment asked for last */
    int owner[ZD_PROJECT_MAX_INSERTS];                 /* the insert that each comes from */
    int count;
    zd_image *mattes[ZD_PROJECT_MAX_INSERTS]; /* gray, of the frame's size; shared at one depth */
    zd_decontaminator *cleaner;
    zd_image *linear; /* the footage's light near edges, for the cleaner */
    zd_image *backgrounds[ZD_PROJECT_MAX_INSERTS]; /* RGB, beside the mattes that they belong to */
    zd_view out;
};

static zd_status make_cleaner(zd_compositor *c, zd_error *err)
{
    const zd_params *p = &c->project->params;
    if (!zd_params_bool(p, ZD_P_DECONTAMINATE, 0.0) && !zd_params_is_keyed(p, ZD_P_DECONTAMINATE)) {
        return ZD_OK;
    }
    ZD_TRY(zd_image_create(c->ctx, c->width, c->height, ZD_RGBA_F32, &c->linear, err));
    return zd_decontaminator_create(c->ctx, c->width, c->height, &c->cleaner, err);
}

zd_status zd_compositor_open(zd_context *ctx, const zd_project *project,
                             const zd_reader_info *footage, zd_compositor **out, zd_error *err)
{
    zd_compositor *c = zd_alloc_zeroed(ctx, 1, sizeof *c);
    *out = c;
    if (c == NULL) {
        return zd_fail_memory(err, "the compositor");
    }
    c->ctx = ctx;
    c->project = project;
    c->transfer = footage->colour.transfer;
    c->width = footage->width;
    c->height = footage->height;
    zd_status status = ZD_OK;
    for (int i = 0; status == ZD_OK && i < project->insert_count; i++) {
        status = zd_insert_source_open(ctx, &project->inserts[i], footage, &c->inserts[i], err);
    }
    if (status == ZD_OK) {
        status = make_cleaner(c, err);
    }
    if (status != ZD_OK) {
        zd_compositor_close(out);
    }
    return status;
}

void zd_compositor_close(zd_compositor **compositor)
{
    zd_compositor *c = *compositor;
    if (c == NULL) {
        return;
    }
    for (int i = 0; i < ZD_PROJECT_MAX_INSERTS; i++) {
        zd_insert_source_close(&c->inserts[i]);
        zd_image_unref(&c->mattes[i]);
        zd_image_unref(&c->backgrounds[i]);
    }
    zd_decontaminator_destroy(&c->cleaner);
    zd_image_unref(&c->linear);
    zd_free(c->ctx, c);
    *compositor = NULL;
}

static zd_rect even(const zd_compositor *c, zd_rect rect)
{
    zd_rect whole = { rect.x0 & ~1, rect.y0 & ~1, (rect.x1 + 1) & ~1, (rect.y1 + 1) & ~1 };
    return zd_rect_intersect(whole, (zd_rect){ 0, 0, c->width, c->height });
}

zd_status zd_compositor_at(zd_compositor *c, double time_s, zd_rect *roi, zd_error *err)
{
    zd_rect whole = { 0, 0, c->width, c->height };
    *roi = (zd_rect){ 0 };
    c->count = 0;
    for (int i = 0; i < c->project->insert_count; i++) {
        zd_composite_layer layer;
        ZD_TRY(zd_insert_source_at(c->inserts[i], time_s, &layer, err));
        if (layer.picture.view.data != NULL && layer.opacity > 0.0f) {
            c->owner[c->count] = i;
            c->layers[c->count++] = layer;
        }
    }
    if (c->count > 0) {
        *roi = even(c, zd_composite_bounds(c->layers, c->count, whole));
    }
    return ZD_OK;
}

static zd_status ensure(const zd_compositor *c, zd_format format, zd_image **image, zd_error *err)
{
    return *image != NULL ? ZD_OK
                          : zd_image_create(c->ctx, c->width, c->height, format, image, err);
}

/* All inserts without a depth of their own share the first matte. */
static int matte_of(const zd_params *insert, int index)
{
    return zd_params_is_set(insert, ZD_P_AT_DEPTH) && index + 1 < ZD_PROJECT_MAX_INSERTS ? index + 1
                                                                                         : 0;
}

/* Makes the matte of an insert's depth, and the background behind it. */
static zd_status make_matte(zd_compositor *c, const zd_layered_frame *frame,
                            const zd_matte_params *params, int at, zd_rect roi, const zd_task *task,
                            zd_composite_layer *layer, zd_error *err)
{
    zd_engine_between between = { .ctx = c->ctx,
                                  .prepared = frame->prepared,
                                  .picture = frame->picture,
                                  .transfer = c->transfer,
                                  .task = task };
    ZD_TRY(ensure(c, ZD_GRAY_F32, &c->mattes[at], err));
    between.matte = zd_image_view(c->mattes[at]);
    if (c->cleaner != NULL &&
        zd_params_bool(&c->project->params, ZD_P_DECONTAMINATE, frame->time_s)) {
        ZD_TRY(ensure(c, ZD_RGB_F32, &c->backgrounds[at], err));
        between.cleaner = c->cleaner;
        between.linear = zd_image_view(c->linear);
        between.background = zd_image_view(c->backgrounds[at]);
    }
    return zd_engine_between_make(&between, params, roi, layer, err);
}

/* Gives a layer its matte and background; those of one depth are made once a frame, in `made`. */
static zd_status place_layer(zd_compositor *c, const zd_layered_frame *frame, int index,
                             zd_composite_layer *made, zd_rect roi, const zd_task *task,
                             zd_error *err)
{
    zd_composite_layer *layer = &c->layers[index];
    const zd_params *p = &c->project->inserts[c->owner[index]];
    zd_matte_params params = frame->matte;
    int at = matte_of(p, c->owner[index]);
    if (at > 0) {
        params = zd_engine_matte_params_at(params, frame->depth.kind,
                                           zd_params_number(p, ZD_P_AT_DEPTH, frame->time_s));
    }
    if (made[at].matte.view.data == NULL) {
        ZD_TRY(make_matte(c, frame, &params, at, roi, task, &made[at], err));
    }
    layer->depth = params.depth_in;
    layer->matte = made[at].matte;
    layer->background = made[at].background;
    return ZD_OK;
}

static void put_piece(void *user, zd_rect piece, zd_view result, zd_view display)
{
    const zd_compositor *c = user;
    (void) display;
    zd_view_copy(result, zd_view_crop(c->out, piece));
}

zd_status zd_compositor_render(zd_compositor *c, const zd_layered_frame *frame, zd_rect roi,
                               const zd_task *task, zd_view out, bool *changed, zd_error *err)
{
    zd_composite_layer made[ZD_PROJECT_MAX_INSERTS] = { 0 };
    *changed = false;
    for (int i = 0; i < c->count; i++) {
        ZD_TRY(place_layer(c, frame, i, made, roi, task, err));
    }
    c->out = out;
    zd_composite_codes lay = { .transfer = c->transfer,
                               .display = frame->picture,
                               .layers = c->layers,
                               .count = c->count,
                               .put = put_piece,
                               .user = c };
    for (int y = roi.y0; y < roi.y1; y += BAND) {
        zd_rect band = { roi.x0, y, roi.x1, zd_int_min(y + BAND, roi.y1) };
        bool now;
        ZD_TRY(zd_task_check(task, err));
        ZD_TRY(zd_composite_codes_run(c->ctx, &lay, band, &now, err));
        *changed = *changed || now;
    }
    return ZD_OK;
}
