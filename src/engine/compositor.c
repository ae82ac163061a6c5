/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Which inserts are shown, at which depth each stands, and what is behind it where the matte is
 * transparent; the mixing itself is composite/composite_codes.c. */

#include "engine/compositor.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "engine/engine_between.h"
#include "engine/engine_light.h"
#include "engine/engine_matte_params.h"
#include "project/project.h"

enum {
    MAX_INSERTS = ZD_PROJECT_MAX_INSERTS + 1, /* a project's, and a host's own */
    MAX_LAYERS = MAX_INSERTS + 1,             /* and the effect */
    MAX_LAID = 2 * MAX_INSERTS + 1,           /* and the air before each insert */
    OF_EFFECT = MAX_INSERTS + 1,              /* its matte, after those of the inserts */
    NOT_FETCHED = -1,
    COUNT_STEP = 4, /* pixels from one that is counted to the next */
};

struct zd_compositor {
    zd_context *ctx;
    int width;
    int height;
    zd_compositor_insert inserts[MAX_INSERTS];
    int insert_count;
    zd_composite_layer layers[MAX_LAYERS]; /* shown at the moment asked for last */
    int owner[MAX_LAYERS];                 /* the insert that each comes from */
    zd_composite_light lights[MAX_LAYERS]; /* of each layer at that moment */
    int count;
    int fetched; /* the layer whose pixels are fetched, or NOT_FETCHED */
    zd_image
        *mattes[OF_EFFECT + 1]; /* gray, of the frame's size; the first for all without depth */
    zd_image *backgrounds[OF_EFFECT + 1]; /* RGB, beside the mattes that they belong to */
    zd_compositor_effect effect;
    zd_image *light; /* the footage with the effect */
    zd_engine_lights *lighting;
    zd_decontaminator *cleaner;
    zd_image *linear;                   /* the footage's light near edges, for the cleaner */
    const zd_compositor_target *target; /* of the render at work */
    double seen[MAX_INSERTS];           /* sums of alpha that showed, and of all of it */
    double drawn[MAX_INSERTS];
    zd_pixels_hash kept_for[OF_EFFECT + 1]; /* whole mattes that are there; zeros: none */
    zd_composite_layer kept[OF_EFFECT + 1];
};

zd_status zd_compositor_create(zd_context *ctx, int width, int height, zd_compositor **out,
                               zd_error *err)
{
    zd_compositor *c = zd_alloc_zeroed(ctx, 1, sizeof *c);
    *out = c;
    if (c == NULL) {
        return zd_fail_memory(err, "the compositor");
    }
    c->ctx = ctx;
    c->width = width;
    c->height = height;
    return ZD_OK;
}

static void close_insert(const zd_compositor_insert *insert)
{
    if (insert->close != NULL) {
        insert->close(insert->user);
    }
}

void zd_compositor_clear(zd_compositor *c)
{
    for (int i = 0; i < c->insert_count; i++) {
        close_insert(&c->inserts[i]);
    }
    c->insert_count = 0;
    c->count = 0;
    memset(c->seen, 0, sizeof c->seen);
    memset(c->drawn, 0, sizeof c->drawn);
}

void zd_compositor_destroy(zd_compositor **compositor)
{
    zd_compositor *c = *compositor;
    if (c == NULL) {
        return;
    }
    zd_compositor_clear(c);
    for (int i = 0; i <= OF_EFFECT; i++) {
        zd_image_unref(&c->mattes[i]);
        zd_image_unref(&c->backgrounds[i]);
    }
    zd_decontaminator_destroy(&c->cleaner);
    zd_image_unref(&c->linear);
    zd_image_unref(&c->light);
    zd_engine_lights_destroy(&c->lighting);
    zd_free(c->ctx, c);
    *compositor = NULL;
}

zd_status zd_compositor_add(zd_compositor *c, const zd_compositor_insert *insert, zd_error *err)
{
    if (c->insert_count == MAX_INSERTS) {
        close_insert(insert);
        return zd_fail(err, ZD_ERR_LIMIT, "more than %d inserts", MAX_INSERTS);
    }
    c->inserts[c->insert_count++] = *insert;
    return ZD_OK;
}

void zd_compositor_set_effect(zd_compositor *c, const zd_compositor_effect *effect)
{
    c->effect = effect != NULL ? *effect : (zd_compositor_effect){ 0 };
}

void zd_compositor_replace(zd_compositor *c, int index, const zd_compositor_insert *insert)
{
    assert(index >= 0 && index < c->insert_count);
    close_insert(&c->inserts[index]);
    c->inserts[index] = *insert;
    c->count = 0;
}

static zd_rect even(const zd_compositor *c, zd_rect rect)
{
    zd_rect whole = { rect.x0 & ~1, rect.y0 & ~1, (rect.x1 + 1) & ~1, (rect.y1 + 1) & ~1 };
    return zd_rect_intersect(whole, (zd_rect){ 0, 0, c->width, c->height });
}

/* Where the layers can touch the frame. */
static zd_rect bounds(const zd_compositor *c, zd_rect within)
{
    zd_composite_layer wide[MAX_LAYERS];
    memcpy(wide, c->layers, (size_t) c->count * sizeof *wide);
    for (int i = 0; i < c->count; i++) {
        if (zd_composite_light_is_on(&c->lights[i])) {
            zd_rect rect = zd_engine_light_rect(&c->lights[i], &wide[i], c->width, c->height);
            wide[i].picture.x = rect.x0; /* of the picture only the rectangle counts */
            wide[i].picture.y = rect.y0;
            wide[i].picture.view.width = rect.x1 - rect.x0;
            wide[i].picture.view.height = rect.y1 - rect.y0;
        }
    }
    return even(c, zd_composite_bounds(wide, c->count, within));
}

zd_status zd_compositor_at(zd_compositor *c, double time_s, zd_rect within, zd_rect *roi,
                           zd_error *err)
{
    const zd_rect whole = { 0, 0, c->width, c->height };
    *roi = (zd_rect){ 0 };
    c->count = 0;
    c->fetched = NOT_FETCHED;
    for (int i = 0; i < c->insert_count; i++) {
        zd_composite_layer layer = { 0 };
        const zd_compositor_insert *insert = &c->inserts[i];
        zd_composite_light light = zd_engine_light_of(insert->params, time_s);
        bool is_lit = zd_composite_light_is_on(&light);
        ZD_TRY(insert->at(insert->user, time_s, is_lit ? whole : within, &layer, err));
        if (layer.picture.view.data == NULL || !(layer.opacity > 0.0f)) {
            continue;
        }
        if (insert->fetch != NULL) {
            ZD_REQUIRE(err, c->fetched == NOT_FETCHED);
            c->fetched = c->count;
        }
        c->owner[c->count] = i;
        c->lights[c->count] = light;
        c->layers[c->count++] = layer;
    }
    if (c->effect.make != NULL) {
        *roi = within;
    } else if (c->count > 0) {
        *roi = bounds(c, within);
    }
    return ZD_OK;
}

static bool any_is_lit(const zd_compositor *c)
{
    for (int i = 0; i < c->count; i++) {
        if (zd_composite_light_is_on(&c->lights[i])) {
            return true;
        }
    }
    return false;
}

zd_rect zd_compositor_reach(const zd_compositor *c, const zd_params *params, double time_s,
                            zd_rect roi)
{
    if (any_is_lit(c)) { /* blurs are of the whole frame */
        return (zd_rect){ 0, 0, c->width, c->height };
    }
    bool cleans = zd_params_bool(params, ZD_P_DECONTAMINATE, time_s);
    int margin = cleans && !zd_rect_is_empty(roi) ? zd_decontaminator_margin_of(c->height) : 0;
    zd_rect wide = { roi.x0 - margin, roi.y0 - margin, roi.x1 + margin, roi.y1 + margin };
    return zd_rect_intersect(wide, (zd_rect){ 0, 0, c->width, c->height });
}

static zd_status ensure(const zd_compositor *c, zd_format format, zd_image **image, zd_error *err)
{
    return *image != NULL ? ZD_OK
                          : zd_image_create(c->ctx, c->width, c->height, format, image, err);
}

static zd_status add_cleaner(zd_compositor *c, int at, zd_engine_between *between, zd_error *err)
{
    if (c->cleaner == NULL) {
        ZD_TRY(zd_decontaminator_create(c->ctx, c->width, c->height, &c->cleaner, err));
    }
    ZD_TRY(ensure(c, ZD_RGBA_F32, &c->linear, err));
    ZD_TRY(ensure(c, ZD_RGB_F32, &c->backgrounds[at], err));
    between->cleaner = c->cleaner;
    between->linear = zd_image_view(c->linear);
    between->background = zd_image_view(c->backgrounds[at]);
    return ZD_OK;
}

/* What one render knows. */
typedef struct render {
    const zd_params *params;
    const zd_layered_frame *frame;
    zd_rect roi;
    const zd_task *task;
    bool is_lit;                            /* an insert's light wants whole mattes */
    zd_composite_layer made[OF_EFFECT + 1]; /* matte and background of each depth */
    int inserts;                            /* layers without the effect */
    bool fetches_effect;                    /* its pixels are asked for piece by piece */
    zd_composite_layer laid[MAX_LAID];
    int count;
    int fetched;
} render;

/* What a whole matte is of; zeros: only this roi is wanted. */
static zd_pixels_hash whole_key(const zd_compositor *c, const render *r, const zd_matte_params *m,
                                bool cleans)
{
    zd_pixels_hash none = { 0, 0 };
    float values[] = { (float) m->mode,  m->depth_in,     m->depth_out,   m->feather,
                       m->choke,         m->auto_feather, m->invert,      m->nearest_only,
                       m->level_far,     m->level_near,   m->level_gamma, m->probability,
                       (float) m->edges, cleans };
    return zd_pixels_hash_is_same(c->target->tiles_of, none)
               ? none
               : zd_pixels_hash_bytes(zd_pixels_hash_bytes(c->target->tiles_of, &r->frame->transfer,
                                                           sizeof r->frame->transfer),
                                      values, sizeof values);
}

/* Makes the matte of an insert's depth, and the background behind it. */
static zd_status make_matte(zd_compositor *c, render *r, const zd_matte_params *params, int at,
                            zd_error *err)
{
    const zd_layered_frame *frame = r->frame;
    zd_pixels_hash none = { 0, 0 };
    zd_rect whole = { 0, 0, c->width, c->height };
    bool is_picture = frame->transfer == ZD_TRANSFER_LINEAR || frame->guide.data == NULL;
    zd_engine_between between = { .ctx = c->ctx,
                                  .prepared = frame->prepared,
                                  .picture = is_picture ? frame->picture : frame->guide,
                                  .transfer = frame->transfer,
                                  .task = r->task };
    bool is_straight =
        at != OF_EFFECT || !params->invert; /* else there is a foreground behind it */
    bool cleans = is_straight && zd_params_bool(r->params, ZD_P_DECONTAMINATE, frame->time_s);
    zd_pixels_hash key = whole_key(c, r, params, cleans);
    bool keeps = !zd_pixels_hash_is_same(key, none);
    if (keeps && zd_pixels_hash_is_same(key, c->kept_for[at])) {
        r->made[at] = c->kept[at];
        return ZD_OK;
    }
    c->kept_for[at] = none;
    ZD_TRY(ensure(c, ZD_GRAY_F32, &c->mattes[at], err));
    between.matte = zd_image_view(c->mattes[at]);
    if (cleans) {
        ZD_TRY(add_cleaner(c, at, &between, err));
    }
    ZD_TRY(zd_engine_between_make(&between, params, keeps || r->is_lit ? whole : r->roi,
                                  &r->made[at], err));
    c->kept_for[at] = key;
    c->kept[at] = r->made[at];
    return ZD_OK;
}

/* Gives a layer its matte and background; those of one depth are made once a frame. All inserts
 * without a depth of their own share the first. */
static zd_status place_layer(zd_compositor *c, render *r, int index, zd_error *err)
{
    zd_composite_layer *layer = &c->layers[index];
    const zd_params *p = c->inserts[c->owner[index]].params;
    zd_matte_params params = r->frame->matte;
    int at = 0;
    params.invert = params.invert && c->effect.make == NULL;
    if (zd_params_is_set(p, ZD_P_AT_DEPTH)) {
        at = c->owner[index] + 1;
        double depth = zd_engine_threshold(p, ZD_P_AT_DEPTH, r->frame->shot->range, params.mode,
                                           r->frame->time_s);
        params = zd_engine_matte_params_at(params, r->frame->depth.kind, depth);
    }
    if (r->made[at].matte.view.data == NULL) {
        ZD_TRY(make_matte(c, r, &params, at, err));
    }
    layer->depth = params.depth_in;
    layer->matte = r->made[at].matte;
    layer->background = r->made[at].background;
    return ZD_OK;
}

/* The effect's pixels: fetched where they are laid, unless a light on them or a layer that is fetched too
 * wants a picture of them. */
static zd_status make_effect(zd_compositor *c, render *r, zd_view hidden, zd_view *light,
                             zd_error *err)
{
    const zd_compositor_effect *effect = &c->effect;
    const zd_rect whole = { 0, 0, c->width, c->height };
    r->fetches_effect = effect->fetch != NULL && !r->is_lit && c->fetched == NOT_FETCHED;
    *light = (zd_view){ .width = c->width, .height = c->height, .format = ZD_RGBA_F32 };
    if (!r->fetches_effect) {
        ZD_TRY(ensure(c, ZD_RGBA_F32, &c->light, err));
        *light = zd_image_view(c->light);
    }
    ZD_TRY(effect->make(effect->user, r->frame, hidden,
                        effect->fetch != NULL ? (zd_view){ 0 } : *light, err));
    if (effect->fetch != NULL && !r->fetches_effect) {
        effect->fetch(effect->user, whole, *light);
    }
    return ZD_OK;
}

/* The effect as a layer below all others: what is in front of it is where it is not to be seen. */
static zd_status lay_effect(zd_compositor *c, render *r, zd_error *err)
{
    zd_composite_layer layer = { .opacity = 1.0f, .blend = ZD_BLEND_NORMAL, .depth = -INFINITY };
    if (zd_params_bool(r->params, ZD_P_MASK_EFFECTS, r->frame->time_s)) {
        zd_matte_params before = r->frame->matte;
        before.invert = !before.invert;
        ZD_TRY(make_matte(c, r, &before, OF_EFFECT, err));
        layer.matte = r->made[OF_EFFECT].matte;
        layer.background = r->made[OF_EFFECT].background;
    }
    ZD_TRY(make_effect(c, r, layer.matte.view, &layer.picture.view, err));
    c->layers[c->count++] = layer;
    return ZD_OK;
}

static void put_piece(void *user, zd_rect piece, zd_view result, zd_view display)
{
    const zd_compositor *c = user;
    const zd_compositor_target *target = c->target;
    if (target->put != NULL) {
        target->put(target->user, piece, result, display);
    } else {
        zd_view_copy(result, zd_view_crop(target->out, piece));
    }
}

static void fetch_piece(void *user, zd_rect piece, zd_view out)
{
    const zd_compositor *c = user;
    const zd_compositor_insert *insert = &c->inserts[c->owner[c->fetched]];
    insert->fetch(insert->user, piece, out);
}

static void fetch_effect(void *user, zd_rect piece, zd_view out)
{
    const zd_compositor *c = user;
    c->effect.fetch(c->effect.user, piece, out);
}

/* Sums what shows of a layer, by one pixel of every square. */
static void count_visible(zd_compositor *c, int index, zd_rect roi)
{
    const zd_composite_layer *layer = &c->layers[index];
    zd_rect rect = zd_rect_intersect(zd_placed_rect(layer->picture), roi);
    double seen = 0.0;
    double drawn = 0.0;
    if (index == c->fetched) {
        return;
    }
    for (int y = rect.y0; y < rect.y1; y += COUNT_STEP) {
        for (int x = rect.x0; x < rect.x1; x += COUNT_STEP) {
            float alpha = zd_placed_pixel_f32(layer->picture, x, y)[3];
            float hidden = zd_placed_pixel_f32(layer->matte, x, y)[0];
            drawn += (double) alpha;
            seen += (double) (alpha * (1.0f - hidden));
        }
    }
    c->drawn[c->owner[index]] += drawn;
    c->seen[c->owner[index]] += seen;
}

double zd_compositor_visible(const zd_compositor *compositor, int insert)
{
    double drawn = compositor->drawn[insert];
    return drawn > 0.0 ? compositor->seen[insert] / drawn : -1.0;
}

/* ---- light ---- */

/* The pixels of the layer that is fetched, all of them. */
static zd_status fetch_whole(zd_compositor *c, zd_composite_layer *layer, zd_error *err)
{
    zd_view all;
    zd_rect rect =
        zd_rect_intersect(zd_placed_rect(layer->picture), (zd_rect){ 0, 0, c->width, c->height });
    ZD_TRY(zd_engine_lights_fetched(c->lighting, &all, err));
    layer->picture = (zd_placed_view){ zd_view_crop(all, rect), rect.x0, rect.y0 };
    fetch_piece(c, rect, layer->picture.view);
    return ZD_OK;
}

/* A layer with its light, and the air before it. */
static zd_status light_layer(zd_compositor *c, render *r, int index, zd_error *err)
{
    zd_composite_layer *air = &r->laid[r->count];
    zd_composite_layer *layer = &r->laid[r->count + 1];
    *layer = c->layers[index];
    if (index == c->fetched) {
        ZD_TRY(fetch_whole(c, layer, err));
    }
    ZD_TRY(zd_engine_lights_make(c->lighting, c->owner[index], &c->lights[index], layer->depth,
                                 r->roi, layer, air, err));
    r->count += 2;
    return ZD_OK;
}

/* All layers as they are laid. */
static zd_status light_layers(zd_compositor *c, render *r, zd_error *err)
{
    r->fetched = NOT_FETCHED;
    if (r->is_lit) {
        const zd_composite_layer *effect = r->inserts < c->count ? &c->layers[r->inserts] : NULL;
        if (c->lighting == NULL) {
            ZD_TRY(zd_engine_lights_create(c->ctx, c->width, c->height, &c->lighting, err));
        }
        ZD_TRY(zd_engine_lights_begin(c->lighting, r->frame, effect, err));
    }
    for (int i = 0; i < c->count; i++) {
        if (i < r->inserts && zd_composite_light_is_on(&c->lights[i])) {
            ZD_TRY(light_layer(c, r, i, err));
            continue;
        }
        bool is_effect = r->fetches_effect && i == r->inserts;
        r->fetched = i == c->fetched || is_effect ? r->count : r->fetched;
        r->laid[r->count++] = c->layers[i];
    }
    return ZD_OK;
}

static zd_status lay_bands(zd_compositor *c, const zd_composite_codes *lay, const render *r,
                           bool *changed, zd_error *err)
{
    const zd_compositor_target *target = c->target;
    zd_rect band = { r->roi.x0, r->roi.y0, r->roi.x1, r->roi.y0 };
    for (; band.y0 < r->roi.y1; band.y0 = band.y1) {
        bool now = false;
        int next = band.y0 - band.y0 % ZD_COMPOSITOR_BAND + ZD_COMPOSITOR_BAND;
        band.y1 = zd_int_min(next, r->roi.y1);
        ZD_TRY(zd_task_check(r->task, err));
        ZD_TRY(zd_composite_codes_run(c->ctx, lay, band, &now, err));
        if (target->finish_band != NULL) {
            ZD_TRY(target->finish_band(target->user, band, now, err));
        }
        *changed = *changed || now;
    }
    return ZD_OK;
}

static zd_status lay(zd_compositor *c, render *r, bool *changed, zd_error *err)
{
    zd_composite_codes_fetch fetch = r->fetches_effect ? fetch_effect : fetch_piece;
    zd_composite_codes codes = { .transfer = r->frame->transfer,
                                 .display = r->frame->picture,
                                 .needs_bound = r->frame->needs_bound,
                                 .layers = r->laid,
                                 .count = r->count,
                                 .fetch = r->fetched != NOT_FETCHED ? fetch : NULL,
                                 .fetched = r->fetched,
                                 .put = put_piece,
                                 .user = c };
    return lay_bands(c, &codes, r, changed, err);
}

zd_status zd_compositor_render(zd_compositor *c, const zd_params *params,
                               const zd_layered_frame *frame, zd_rect roi, const zd_task *task,
                               const zd_compositor_target *target, bool *changed, zd_error *err)
{
    render r = { .params = params, .frame = frame, .roi = roi, .task = task };
    *changed = false;
    c->target = target;
    r.is_lit = any_is_lit(c);
    for (int i = 0; i < c->count; i++) {
        ZD_TRY(place_layer(c, &r, i, err));
        count_visible(c, i, roi);
    }
    r.inserts = c->count;
    if (c->effect.make != NULL) {
        ZD_TRY(lay_effect(c, &r, err));
    }
    zd_status status = light_layers(c, &r, err);
    c->count = r.inserts;
    return status == ZD_OK ? lay(c, &r, changed, err) : status;
}
