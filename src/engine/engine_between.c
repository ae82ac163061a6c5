/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See engine_between.h; the estimate itself is matte/decontaminate.c. */

#include "engine/engine_between.h"

#include "core/require.h"
#include "core/size.h"
#include "image/linear.h"

/* Rows between two looks at the task; the matte's own tiles are high. */
enum { BAND = 256 };

zd_status zd_engine_render_matte(zd_matte *prepared, const zd_matte_params *params, zd_rect rect,
                                 const zd_task *task, zd_view whole, zd_error *err)
{
    ZD_REQUIRE(err, rect.x0 >= 0 && rect.y0 >= 0);
    ZD_REQUIRE(err, rect.x1 <= whole.width && rect.y1 <= whole.height);
    zd_matte_expect(prepared, rect);
    for (int y = rect.y0; y < rect.y1; y += BAND) {
        zd_rect band = { rect.x0, y, rect.x1, zd_int_min(y + BAND, rect.y1) };
        ZD_TRY(zd_task_check(task, err));
        ZD_TRY(zd_matte_render(prepared, params, band, zd_view_crop(whole, band), err));
    }
    return ZD_OK;
}

zd_status zd_engine_between_make(const zd_engine_between *b, const zd_matte_params *params,
                                 zd_rect roi, zd_composite_layer *layer, zd_error *err)
{
    ZD_REQUIRE(err, b->prepared != NULL && layer != NULL);
    ZD_REQUIRE(err, b->matte.width == b->picture.width && b->matte.height == b->picture.height);
    int margin = b->cleaner != NULL ? zd_decontaminator_margin(b->cleaner) : 0;
    zd_rect frame = { 0, 0, b->picture.width, b->picture.height };
    zd_rect wide = { roi.x0 - margin, roi.y0 - margin, roi.x1 + margin, roi.y1 + margin };
    wide = zd_rect_intersect(wide, frame);
    ZD_TRY(zd_engine_render_matte(b->prepared, params, wide, b->task, b->matte, err));
    layer->matte = (zd_placed_view){ b->matte, 0, 0 };
    layer->background = (zd_placed_view){ 0 };
    if (b->cleaner == NULL) {
        return ZD_OK;
    }
    zd_view background = zd_view_crop(b->background, roi);
    layer->background = (zd_placed_view){ b->background, 0, 0 };
    ZD_TRY(zd_linear_decode_edges(b->ctx, b->transfer, b->picture, b->matte, wide, margin,
                                  b->linear, err));
    return zd_matte_estimate_edges(b->cleaner, &b->linear, &b->matte, roi, &background, err);
}
