/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The compositor's outside: checks what it is given, sorts the layers and cuts the work into bands
 * of rows whose size does not depend on the number of threads. */

#include "composite/composite.h"

#include <assert.h>
#include <math.h>

#include "composite/composite_internal.h"
#include "core/pool.h"
#include "core/size.h"

enum { BAND_ROWS = 16 };

static bool is_visible(const zd_composite_layer *layer)
{
    return layer->picture.view.data != NULL && layer->opacity > 0.0f;
}

zd_rect zd_composite_bounds(const zd_composite_layer *layers, int count, zd_rect frame)
{
    assert(count >= 0);
    zd_rect all = { 0, 0, 0, 0 };
    for (int i = 0; i < count; i++) {
        zd_rect rect = zd_rect_intersect(zd_placed_rect(layers[i].picture), frame);
        if (!is_visible(&layers[i]) || zd_rect_is_empty(rect)) {
            continue;
        }
        if (zd_rect_is_empty(all)) {
            all = rect;
            continue;
        }
        all = (zd_rect){ zd_int_min(all.x0, rect.x0), zd_int_min(all.y0, rect.y0),
                         zd_int_max(all.x1, rect.x1), zd_int_max(all.y1, rect.y1) };
    }
    return all;
}

static bool is_f32(zd_placed_view placed, int channels)
{
    return placed.view.format.sample == ZD_SAMPLE_F32 && placed.view.format.channels == channels;
}

/* A view that may be left out must have its format and cover what it is needed for. */
static zd_status check_part(zd_placed_view part, bool format_is_right, zd_rect needed, int layer,
                            const char *what, zd_error *err)
{
    if (part.view.data == NULL) {
        return ZD_OK;
    }
    if (!format_is_right) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "layer %d: the %s has a wrong pixel format",
                       layer, what);
    }
    zd_rect has = zd_placed_rect(part);
    if (!zd_rect_contains(has, needed)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "layer %d: the %s covers %d,%d to %d,%d and must cover %d,%d to %d,%d",
                       layer, what, has.x0, has.y0, has.x1, has.y1, needed.x0, needed.y0, needed.x1,
                       needed.y1);
    }
    return ZD_OK;
}

static zd_status check_depth(const zd_composite *composite, const zd_composite_layer *layer,
                             zd_rect needed, int index, zd_error *err)
{
    if (layer->z.view.data == NULL) {
        return ZD_OK;
    }
    if (composite->depth.view.data == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "layer %d has its own depth and the footage has none to compare it with",
                       index);
    }
    if (!(layer->z_softness >= 0.0f)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "layer %d: a depth softness of %g; it must be 0 or more", index,
                       (double) layer->z_softness);
    }
    ZD_TRY(check_part(layer->z, is_f32(layer->z, 1), zd_placed_rect(layer->picture), index,
                      "own depth", err));
    return check_part(composite->depth, is_f32(composite->depth, 1), needed, index,
                      "footage's depth", err);
}

static zd_status check_layer(const zd_composite *composite, int index, zd_rect roi, zd_error *err)
{
    const zd_composite_layer *layer = &composite->layers[index];
    if (!(layer->opacity >= 0.0f && layer->opacity <= 1.0f)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "layer %d: an opacity of %g; it is 0 to 1",
                       index, (double) layer->opacity);
    }
    if (zd_blend_name((int) layer->blend) == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "layer %d: there is no blend mode %d", index,
                       (int) layer->blend);
    }
    if (isnan(layer->depth)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "layer %d: its depth is not a number", index);
    }
    zd_rect needed = zd_rect_intersect(zd_placed_rect(layer->picture), roi);
    if (!is_visible(layer) || zd_rect_is_empty(needed)) {
        return ZD_OK;
    }
    ZD_TRY(check_part(layer->picture, is_f32(layer->picture, 4), needed, index, "picture", err));
    ZD_TRY(check_part(layer->matte, is_f32(layer->matte, 1), needed, index, "matte", err));
    bool colour = is_f32(layer->background, 3) || is_f32(layer->background, 4);
    ZD_TRY(check_part(layer->background, colour, needed, index, "background", err));
    return check_depth(composite, layer, needed, index, err);
}

static zd_status check_all(const zd_composite *composite, zd_rect roi, zd_error *err)
{
    if (!is_f32(composite->picture, 4) ||
        !zd_rect_contains(zd_placed_rect(composite->picture), roi)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the picture must be RGBA in float and cover %d,%d to %d,%d", roi.x0, roi.y0,
                       roi.x1, roi.y1);
    }
    if (composite->count < 0 || composite->count > ZD_COMPOSITE_MAX_LAYERS) {
        return zd_fail(err, ZD_ERR_LIMIT, "%d inserts; at most %d are possible", composite->count,
                       ZD_COMPOSITE_MAX_LAYERS);
    }
    for (int i = 0; i < composite->count; i++) {
        ZD_TRY(check_layer(composite, i, roi, err));
    }
    return ZD_OK;
}

typedef struct band_job {
    const zd_composite *composite;
    zd_rect roi;
    int order[ZD_COMPOSITE_MAX_LAYERS];
    int order_count;
    bool keep_original;
} band_job;

/* Visible layers far to near; insertion keeps equal depths in the order given. */
static void sort_layers(band_job *job)
{
    assert(job->composite->count <= ZD_COMPOSITE_MAX_LAYERS);
    const zd_composite_layer *layers = job->composite->layers;
    job->order_count = 0;
    job->keep_original = false;
    for (int i = 0; i < job->composite->count; i++) {
        if (!is_visible(&layers[i])) {
            continue;
        }
        int at = job->order_count++;
        for (; at > 0 && layers[job->order[at - 1]].depth > layers[i].depth; at--) {
            job->order[at] = job->order[at - 1];
        }
        job->order[at] = i;
        job->keep_original |= layers[i].background.view.data != NULL;
    }
}

static void render_band(void *user, int item)
{
    const band_job *job = user;
    zd_span span = { .composite = job->composite,
                     .order = job->order,
                     .order_count = job->order_count,
                     .keep_original = job->keep_original };
    int y0 = job->roi.y0 + item * BAND_ROWS;
    int y1 = zd_int_min(y0 + BAND_ROWS, job->roi.y1);
    for (span.y = y0; span.y < y1; span.y++) {
        for (span.x0 = job->roi.x0; span.x0 < job->roi.x1; span.x0 = span.x1) {
            span.x1 = zd_int_min(span.x0 + ZD_SPAN_MAX, job->roi.x1);
            zd_span_render(&span);
        }
    }
}

zd_status zd_composite_render(zd_context *ctx, const zd_composite *composite, zd_rect roi,
                              zd_error *err)
{
    if (zd_rect_is_empty(roi)) {
        return ZD_OK;
    }
    ZD_TRY(check_all(composite, roi, err));
    band_job job = { .composite = composite };
    sort_layers(&job);
    /* Rows and columns that no layer reaches need no visit. */
    job.roi = zd_composite_bounds(composite->layers, composite->count, roi);
    if (!zd_rect_is_empty(job.roi)) {
        int bands = (job.roi.y1 - job.roi.y0 + BAND_ROWS - 1) / BAND_ROWS;
        zd_pool_run(zd_context_pool(ctx), bands, render_band, &job);
    }
    return ZD_OK;
}
