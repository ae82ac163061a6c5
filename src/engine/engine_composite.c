/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The compositor in a host's pixels: the picture that the host hands over is an insert like any other,
 * read piece by piece. */

#include "engine/compositor.h"
#include "engine/engine_internal.h"
#include "image/linear.h"

/* The insert's pixels in a piece, in linear light. */
static void fetch_piece(void *user, zd_rect piece, zd_view out)
{
    const zd_engine_request *r = user;
    if (!zd_pixels_read(r->ctx, &r->frame->insert, zd_engine_plane_rect(r, piece), out)) {
        zd_linear_bound(out);
    }
    zd_linear_decode(r->ctx, r->frame->transfer, out, out, true);
}

/* Where the insert can show. Its pixels are fetched: only the rectangle is looked at. */
static zd_status insert_at(void *user, double time_s, zd_rect roi, zd_composite_layer *layer,
                           zd_error *err)
{
    static float none;
    const zd_engine_request *r = user;
    const zd_params *p = r->frame->params;
    (void) err;
    zd_rect found = zd_pixels_bounds(r->ctx, &r->frame->insert, zd_engine_plane_rect(r, roi));
    layer->opacity = (float) zd_params_number(p, ZD_P_OPACITY, time_s);
    layer->blend = (zd_blend) zd_params_int(p, ZD_P_BLEND);
    if (!zd_rect_is_empty(found)) {
        zd_view view = { &none, found.x1 - found.x0, found.y1 - found.y0, 0, ZD_RGBA_F32 };
        layer->picture = (zd_placed_view){ view, found.x0 - r->frame->footage.x,
                                           found.y0 - r->frame->footage.y };
    }
    return ZD_OK;
}

static void put_piece(void *user, zd_rect piece, zd_view result, zd_view display)
{
    const zd_engine_request *r = user;
    zd_engine_put(r, piece, result, &r->frame->footage, display);
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
            zd_view view = zd_view_crop(r->prepared->frame.picture, parts[i]);
            zd_engine_put(r, parts[i], view, &r->frame->footage, view);
        }
    }
}

static zd_status add_inserts(zd_engine_request *r, zd_error *err)
{
    zd_prepared *p = r->prepared;
    if (p->compositor == NULL) {
        ZD_TRY(zd_compositor_create(r->ctx, p->width, p->height, &p->compositor, err));
    }
    zd_compositor_clear(p->compositor);
    if (r->frame->insert.view.data == NULL) {
        return ZD_OK;
    }
    zd_compositor_insert own = {
        .params = r->frame->params, .at = insert_at, .fetch = fetch_piece, .user = r
    };
    return zd_compositor_add(p->compositor, &own, err);
}

zd_status zd_engine_render_composite(zd_engine_request *r, zd_error *err)
{
    bool changed;
    zd_rect touched;
    zd_prepared *p = r->prepared;
    zd_compositor_target target = { .put = put_piece, .user = r };
    ZD_TRY(add_inserts(r, err));
    zd_status status = zd_compositor_at(p->compositor, r->frame->time_s, r->roi, &touched, err);
    touched = zd_rect_intersect(touched, r->roi);
    if (status == ZD_OK && !zd_rect_is_empty(touched)) {
        status = zd_compositor_render(p->compositor, r->frame->params, &p->frame, touched, &r->task,
                                      &target, &changed, err);
    }
    zd_compositor_clear(p->compositor);
    ZD_TRY(status);
    put_around(r, touched);
    return ZD_OK;
}
