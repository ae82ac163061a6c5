/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The pixels of one roi in a host's picture: views here; the two tasks in engine_filter.c and
 * engine_composite.c. */

#include <assert.h>

#include "engine/engine_between.h"
#include "engine/engine_internal.h"
#include "engine/engine_result.h"

zd_rect zd_engine_plane_rect(const zd_engine_request *r, zd_rect rect)
{
    int x = r->frame->footage.x;
    int y = r->frame->footage.y;
    return (zd_rect){ rect.x0 + x, rect.y0 + y, rect.x1 + x, rect.y1 + y };
}

zd_status zd_engine_roi_matte(zd_engine_request *r, zd_view *whole, zd_error *err)
{
    const zd_layered_frame *frame = &r->prepared->frame;
    ZD_TRY(zd_prepared_get_plane(r->ctx, r->prepared, ZD_PREPARED_MATTE, whole, err));
    return zd_engine_render_matte(frame->prepared, &frame->matte, r->roi, &r->task, *whole, err);
}

void zd_engine_put(const zd_engine_request *r, zd_rect rect, zd_view result,
                   const zd_pixels *source, zd_view was)
{
    assert(r->out != NULL);
    zd_pixels_store store = { r->out, zd_engine_plane_rect(r, rect), result, r->rows, source, was };
    zd_pixels_write(r->ctx, &store);
}

static zd_status render_view(zd_engine_request *r, zd_matte_view_kind kind, zd_error *err)
{
    zd_view whole;
    zd_view matte = { 0 };
    ZD_TRY(zd_prepared_get_plane(r->ctx, r->prepared, ZD_PREPARED_DRAWN, &whole, err));
    zd_view out = zd_view_crop(whole, r->roi);
    r->prepared->is_drawn = false;
    if (zd_matte_view_needs_matte(kind)) {
        ZD_TRY(zd_engine_roi_matte(r, &matte, err));
        matte = zd_view_crop(matte, r->roi);
    }
    zd_engine_view view = zd_engine_view_of(&r->prepared->frame, kind, r->roi, matte);
    zd_engine_draw_view(r->ctx, &r->prepared->frame, &view, out);
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
