/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_BETWEEN_H
#define ZD_ENGINE_ENGINE_BETWEEN_H

/* The place between two layers of a frame, as an insert needs it: the matte at its depth, and the
 * clean background where the matte is transparent. The same for clips and for pixels of a host. */

#include "composite/composite.h"
#include "core/task.h"
#include "image/colour.h"
#include "matte/decontaminate.h"
#include "matte/matte.h"

/** A prepared frame and places to work. All views have the frame's size; only what lies in and
 *  around the roi is written. */
typedef struct zd_engine_between {
    zd_context *ctx;
    zd_matte *prepared;
    zd_view picture; /* RGBA f32 codes, finite */
    zd_transfer transfer;
    const zd_task *task; /* may be NULL; looked at every 256 rows */
    zd_view matte;       /* gray f32 */
    /* NULL: the background is left as it is, and the two views may be without data. */
    zd_decontaminator *cleaner;
    zd_view linear;     /* RGBA f32; what it holds is kept from call to call */
    zd_view background; /* RGB f32 */
} zd_engine_between;

/** Makes the matte, and with a cleaner the background, inside `roi`; gives both to the layer. */
ZD_MUST_USE zd_status zd_engine_between_make(const zd_engine_between *between,
                                             const zd_matte_params *params, zd_rect roi,
                                             zd_composite_layer *layer, zd_error *err);

/** The matte inside `rect` of `whole`, a view of the frame's size, in bands with looks at the task;
 *  any bands give the same bits. */
ZD_MUST_USE zd_status zd_engine_render_matte(zd_matte *prepared, const zd_matte_params *params,
                                             zd_rect rect, const zd_task *task, zd_view whole,
                                             zd_error *err);

#endif
