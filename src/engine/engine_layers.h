/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_LAYERS_H
#define ZD_ENGINE_ENGINE_LAYERS_H

/* What effects that move layers (ZD_EFFECT_MOVES_LAYERS) hold of the frames before: the layer that the effect is for, cut to
 * where it is. A cut, or a jump, forgets all. Thread-safety: one thread at a time for each object. */

#include "composite/effect_chain.h"
#include "engine/layered_frame.h"

typedef struct zd_engine_layers zd_engine_layers;

ZD_MUST_USE zd_status zd_engine_layers_create(zd_context *ctx, zd_engine_layers **out,
                                              zd_error *err);
void zd_engine_layers_destroy(zd_engine_layers **layers); /* accepts NULL inside */

/** Whether a chain has such an effect; there is one at most, and it comes first. */
bool zd_engine_layers_are_moved(const zd_effect_chain *chain);

/** Fails where such an effect stands elsewhere in a chain, or `is_of_layer` is false: nothing says which layer. */
ZD_MUST_USE zd_status zd_engine_layers_check(const zd_effect_chain *chain, bool is_of_layer,
                                             zd_error *err);

/** What the chain's effect is to get in a frame. Views hold until the next call. */
typedef struct zd_engine_moved {
    zd_effect_layer held;
    zd_view own; /* the layer's matte now, gray f32 */
    zd_view
        grown; /* the same with its rim, for the plate behind it; without data: none is wanted */
} zd_engine_moved;

/** Sees a frame's light (RGBA f32) and the layer's matte (gray f32; `is_hidden`: it is what that leaves over), of the frame's
 *  size. */
ZD_MUST_USE zd_status zd_engine_layers_take(zd_engine_layers *layers, const zd_effect_chain *chain,
                                            const zd_layered_frame *frame, zd_view light,
                                            zd_view matte, bool is_hidden, zd_engine_moved *out,
                                            zd_error *err);

#endif
