/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The pixels of one roi: views here, as jobs/job_view.c makes them; the two tasks in
 * engine_filter.c and engine_composite.c. */

#include "engine/engine_between.h"

#include "engine/engine_internal.h"
#include "matte/views.h"
#include <assert.h>

/* Rows between two looks at the host's abort. */
enum { BAND = 64 };

zd_rect zd_engine_plane_rect(const zd_engine_request *r, zd_rect rect)
{
    int x = r->frame->footage.x;
    int y = r->frame->footage.y;
    return (zd_rect){ rect.x0 + x, rect.y0 + y, rect.x1 + x, rect.y1 + y };
}

static zd_rect band_of(zd_rect rect, int y, int rows)
{
    return (zd_rect){ rect.x0, y, rect.x1, y + rows < rect.y1 ? y + rows : rect.y1 };
}

zd_status zd_engine_for_bands(zd_engine_request *r, zd_rect rect, zd_engine_band work, void *user,
                              zd_error *err)
{
    for (int y = rect.y0; y < rect.y1; y += BAND) {
        ZD_TRY(zd_task_check(&r->task, err));
        ZD_TRY(work(r, user, band_of(rect, y, BAND), err));
    }
    return ZD_OK;
}

zd_status zd_engine_slot_matte(zd_engine_request *r, const zd_matte_params *params, zd_rect rect,
                               zd_view *whole, zd_error *err)
{
    ZD_TRY(zd_engine_slot_plane(r->ctx, r->slot, ZD_ENGINE_PLANE_MATTE, whole, err));
    return zd_engine_render_matte(r->slot->matte, params, rect, &r->task, *whole, err);
}

void zd_engine_put(const zd_engine_request *r, zd_rect rect, zd_view result,
                   const zd_pixels *source, zd_view was)
{
    assert(r->out != NULL);
    zd_pixels_store store = { r->out, zd_engine_plane_rect(r, rect), result, r->rows, source, was };
    zd_pixels_write(r->ctx, &store);
}

static zd_status draw_view(zd_engine_request *r, zd_matte_view_kind kind, zd_view out,
                           zd_error *err)
{
    zd_matte_view_source source = { .picture =
                                        zd_view_crop(zd_image_view(r->slot->picture), r->roi),
                                    .depth = zd_image_view(r->slot->sample.depth.values),
                                    .range = r->shot.range,
                                    .frame_width = r->slot->width,
                                    .frame_height = r->slot->height,
                                    .roi = r->roi };
    if (zd_matte_view_needs_matte(kind)) {
        zd_view whole;
        ZD_TRY(zd_engine_slot_matte(r, &r->params, r->roi, &whole, err));
        source.matte = zd_view_crop(whole, r->roi);
    }
    zd_matte_view_draw(kind, &source, out);
    return ZD_OK;
}

static zd_status render_view(zd_engine_request *r, zd_matte_view_kind kind, zd_error *err)
{
    zd_view whole;
    ZD_TRY(zd_engine_slot_plane(r->ctx, r->slot, ZD_ENGINE_PLANE_VIEW, &whole, err));
    zd_view out = zd_view_crop(whole, r->roi);
    ZD_TRY(draw_view(r, kind, out, err));
    zd_engine_put(r, r->roi, out, &r->frame->footage, (zd_view){ 0 });
    return ZD_OK;
}

zd_status zd_engine_render_roi(zd_engine_request *r, zd_error *err)
{
    zd_matte_view_kind kind = (zd_matte_view_kind) zd_params_int(r->frame->params, ZD_P_VIEW);
    if (kind != ZD_MATTE_VIEW_NONE) {
        return render_view(r, kind, err);
    }
    return r->frame->task == ZD_ENGINE_FILTER ? zd_engine_render_filter(r, err)
                                              : zd_engine_render_composite(r, err);
}
