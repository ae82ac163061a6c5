/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_STYLE_H
#define ZD_ENGINE_ENGINE_STYLE_H

/* The painter of the effects that ask for one: the network of the parameter style_model, opened when it is
 * first asked, and the memory of each such effect in a chain.
 *
 * Thread-safety: safe; one frame is painted at a time. */

#include "composite/effect_chain.h"
#include "engine/layered_frame.h"

typedef struct zd_engine_style zd_engine_style;

/** With `remembers`, frames that follow each other within a
 *  shot are steadied; without, each is by itself, whatever the order. */
ZD_MUST_USE zd_status zd_engine_style_create(zd_context *ctx, bool remembers, zd_engine_style **out,
                                             zd_error *err);
void zd_engine_style_destroy(zd_engine_style **style); /* accepts NULL inside */

/** Whether a chain has an effect that asks for the painter. */
bool zd_engine_style_is_wanted(const zd_effect_chain *chain);

/** Whether one of them remembers the frames before. */
bool zd_engine_style_remembers(const zd_effect_chain *chain);

/** Fails where `model`, a name or a path, is no style file or has not the styles that the chain names. */
ZD_MUST_USE zd_status zd_engine_style_check(zd_engine_style *style, const char *model,
                                            const zd_effect_chain *chain, zd_error *err);

/** Applies a chain to a frame with the painter of that model; see zd_effect_chain_apply. */
ZD_MUST_USE zd_status zd_engine_style_apply(zd_engine_style *style, const char *model,
                                            const zd_effect_chain *chain,
                                            const zd_layered_frame *frame, const zd_effect_io *io,
                                            zd_error *err);

#endif
