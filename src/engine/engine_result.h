/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_RESULT_H
#define ZD_ENGINE_ENGINE_RESULT_H

/* What is drawn of a frame, written once for jobs, applications and plug-ins: views, the cut-out, an
 * effect inside the matte, the chain of built-in effects. Inserts are engine/compositor.h's. */

#include "composite/clean_plate.h"
#include "composite/effect_chain.h"
#include "core/context.h"
#include "engine/engine_layers.h"
#include "engine/engine_style.h"
#include "engine/layered_frame.h"
#include "matte/views.h"
#include "project/params.h"

/** What a view of the pixels of `roi` is drawn of: the frame's picture and matte (gray f32), of the roi's
 *  size, each without data for a view that needs none. */
typedef struct zd_engine_view {
    zd_matte_view_kind kind;
    zd_rect roi;
    zd_view picture;
    zd_view matte;
} zd_engine_view;

/** Draws a view; `out` is RGB or RGBA f32 of the roi's size. Of the frame only depth, shot and size count.
 *  Runs on the pool. */
void zd_engine_draw_view(zd_context *ctx, const zd_layered_frame *frame, const zd_engine_view *view,
                         zd_view out);

/** The view of pixels that lie in the frame's own picture. */
static inline zd_engine_view zd_engine_view_of(const zd_layered_frame *frame,
                                               zd_matte_view_kind kind, zd_rect roi, zd_view matte)
{
    return (zd_engine_view){ kind, roi, zd_view_crop(frame->picture, roi), matte };
}

/** The picture with the matte as its alpha; all of one size. */
void zd_engine_cut_out(zd_view picture, zd_view matte, zd_view out);

/** The light of a frame's codes, premultiplied; both RGBA f32 of one size. */
void zd_engine_frame_light(zd_context *ctx, const zd_layered_frame *frame, zd_view display,
                           zd_view linear);

/** An effect's picture inside the matte, the frame's elsewhere, mixed in linear light: code values in
 *  and out. `now` holds the effect's codes and gets the result, with the very codes of `display` where
 *  nothing changed; `was` is memory. All RGBA f32 of one size, matte gray f32. Says whether any pixel
 *  differs from `display`. */
bool zd_engine_mix_codes(zd_context *ctx, const zd_layered_frame *frame, zd_view display,
                         zd_view matte, zd_view was, zd_view now);

/** Memory of the frame's size for zd_engine_run_chain. */
typedef struct zd_engine_chain_room {
    zd_view nearness; /* gray f32 */
    zd_view linear;   /* RGBA f32 */
    /* NULL: effects look at the frame. Else at the clean plate of the layer that `layer` (gray f32)
     * selects, or with is_hidden what it leaves over. */
    zd_clean_plate *plate;
    zd_view layer;
    bool is_hidden;
    zd_engine_style *style; /* paints with style_model; NULL: no effect of the chain asks for it */
    const char *style_model;
    zd_engine_layers
        *layers; /* what effects that move layers hold; NULL: nothing, and they leave the frame */
} zd_engine_chain_room;

/** Whether an effect inside the matte is to see a clean plate: the project wants it, and one of the
 *  effects looks around; `chain` NULL or empty: FFmpeg's graph, which may. */
bool zd_engine_wants_plate(const zd_params *params, const zd_effect_chain *chain);

/** Built-in effects on the whole frame as light: `out` is linear and premultiplied. As below else. */
ZD_MUST_USE zd_status zd_engine_chain_light(zd_context *ctx, const zd_effect_chain *chain,
                                            const zd_layered_frame *frame, zd_view matte,
                                            const zd_engine_chain_room *room, zd_view out,
                                            zd_error *err);

/** Built-in effects on the whole frame, whose matte is prepared: code values in `out`, RGBA f32, with the
 *  frame's very codes where nothing changed. `matte` keeps them inside it; without data they are
 *  everywhere. *changed may be NULL. */
ZD_MUST_USE zd_status zd_engine_run_chain(zd_context *ctx, const zd_effect_chain *chain,
                                          const zd_layered_frame *frame, zd_view matte,
                                          const zd_engine_chain_room *room, zd_view out,
                                          bool *changed, zd_error *err);

#endif
