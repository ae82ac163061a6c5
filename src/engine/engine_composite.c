/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The compositor with one insert, in the host's pixels. */

#include "composite/composite_codes.h"
#include "engine/engine_between.h"
#include "engine/engine_internal.h"
#include "engine/engine_matte_params.h"
#include "image/linear.h"

static zd_view picture_of(const zd_engine_request *r)
{
    return zd_image_view(r->slot->picture);
}

/* The insert's pixels in a piece, in linear light. */
static void fetch_piece(void *user, zd_rect piece, zd_view out)
{
    const zd_engine_request *r = user;
    if (!zd_pixels_read(r->ctx, &r->frame->insert, zd_engine_plane_rect(r, piece), out)) {
        zd_linear_bound(out);
    }
    zd_linear_decode(r->ctx, r->frame->transfer, out, out, true);
}

static void put_piece(void *user, zd_rect piece, zd_view result, zd_view display)
{
    const zd_engine_request *r = user;
    zd_engine_put(r, piece, result, &r->frame->footage, display);
}

static zd_status lay_band(zd_engine_request *r, void *user, zd_rect band, zd_error *err)
{
    bool changed;
    return zd_composite_codes_run(r->ctx, user, band, &changed, err);
}

/* The footage's own codes in the roi, except inside `hole`. */
static void put_around(const zd_engine_request *r, zd_rect hole)
{
    zd_rect roi = r->roi;
    if (zd_rect_is_empty(hole)) {
        hole = (zd_rect){ roi.x1, roi.y1, roi.x1, roi.y1 };
    }
    const zd_rect parts[] = { { roi.x0, roi.y0, roi.x1, hole.y0 },
                              { roi.x0, hole.y1, roi.x1, roi.y1 },
                              { roi.x0, hole.y0, hole.x0, hole.y1 },
                              { hole.x1, hole.y0, roi.x1, hole.y1 } };
    for (int i = 0; i < 4; i++) {
        if (!zd_rect_is_empty(parts[i])) {
            zd_view view = zd_view_crop(picture_of(r), parts[i]);
            zd_engine_put(r, parts[i], view, &r->frame->footage, view);
        }
    }
}

/* Where the insert can show. */
static zd_rect insert_bounds(const zd_engine_request *r)
{
    zd_rect found = { 0, 0, 0, 0 };
    if (r->frame->insert.view.data != NULL) {
        int x = r->frame->footage.x;
        int y = r->frame->footage.y;
        found = zd_pixels_bounds(r->ctx, &r->frame->insert, zd_engine_plane_rect(r, r->roi));
        found = (zd_rect){ found.x0 - x, found.y0 - y, found.x1 - x, found.y1 - y };
    }
    return found;
}

static zd_status clean_planes(zd_engine_request *r, zd_engine_between *between, zd_error *err)
{
    zd_engine_slot *slot = r->slot;
    if (slot->cleaner == NULL) {
        ZD_TRY(zd_decontaminator_create(r->ctx, slot->width, slot->height, &slot->cleaner, err));
    }
    between->cleaner = slot->cleaner;
    ZD_TRY(zd_engine_slot_plane(r->ctx, slot, ZD_ENGINE_PLANE_LINEAR, &between->linear, err));
    return zd_engine_slot_plane(r->ctx, slot, ZD_ENGINE_PLANE_BACKGROUND, &between->background,
                                err);
}

/* The matte of the insert's depth, and what is behind the insert at the matte's edges. */
static zd_status make_matte(zd_engine_request *r, zd_rect bounds, zd_composite_layer *layer,
                            zd_error *err)
{
    const zd_params *p = r->frame->params;
    zd_engine_slot *slot = r->slot;
    bool is_linear = r->frame->transfer == ZD_TRANSFER_LINEAR;
    zd_engine_between between = { .ctx = r->ctx,
                                  .prepared = slot->matte,
                                  .picture = is_linear ? picture_of(r) : zd_image_view(slot->guide),
                                  .transfer = r->frame->transfer,
                                  .task = &r->task };
    zd_matte_params params = r->params;
    if (zd_params_is_set(p, ZD_P_AT_DEPTH)) {
        params = zd_engine_matte_params_at(params, slot->sample.depth.kind,
                                           zd_params_number(p, ZD_P_AT_DEPTH, r->frame->time_s));
    }
    ZD_TRY(zd_engine_slot_plane(r->ctx, slot, ZD_ENGINE_PLANE_MATTE, &between.matte, err));
    if (zd_params_bool(p, ZD_P_DECONTAMINATE, r->frame->time_s)) {
        ZD_TRY(clean_planes(r, &between, err));
    }
    return zd_engine_between_make(&between, &params, bounds, layer, err);
}

zd_status zd_engine_render_composite(zd_engine_request *r, zd_error *err)
{
    const zd_params *p = r->frame->params;
    zd_rect bounds = insert_bounds(r);
    zd_composite_layer layer = { .opacity =
                                     (float) zd_params_number(p, ZD_P_OPACITY, r->frame->time_s),
                                 .blend = (zd_blend) zd_params_int(p, ZD_P_BLEND) };
    zd_composite_codes lay = { .transfer = r->frame->transfer,
                               .display = picture_of(r),
                               .needs_bound = r->slot->guide != r->slot->picture,
                               .layers = &layer,
                               .count = 1,
                               .fetch = fetch_piece,
                               .put = put_piece,
                               .user = r };
    if (!zd_rect_is_empty(bounds)) {
        ZD_TRY(make_matte(r, bounds, &layer, err));
        ZD_TRY(zd_engine_for_bands(r, bounds, lay_band, &lay, err));
    }
    put_around(r, bounds);
    return ZD_OK;
}
