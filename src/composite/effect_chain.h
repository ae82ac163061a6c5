/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_EFFECT_CHAIN_H
#define ZD_COMPOSITE_EFFECT_CHAIN_H

/* Built-in effects one after the other. */

#include "composite/effect_spec.h"

/** Applies the steps of a chain, with their numbers at that moment of the clip: io->out gets io->picture after the last one. `roi` must be the whole
 *  frame, and `out` must not overlap the picture. */
ZD_MUST_USE zd_status zd_effect_chain_apply(zd_context *ctx, const zd_effect_chain *chain,
                                            double time_s, const zd_effect_io *io, zd_error *err);

#endif
