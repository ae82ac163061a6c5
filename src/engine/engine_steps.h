/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_STEPS_H
#define ZD_ENGINE_ENGINE_STEPS_H

/* The steps that every driver takes with a frame, written once: jobs and applications walk over
 * clips, plug-ins get pixels, and both show the same. */

#include "depth/sample.h"
#include "depth/stabilise.h"
#include "matte/matte.h"
#include "project/params.h"

/** How much depth of this kind is steadied in time: as asked for, and by default what networks give
 *  but not supplied maps, which are taken as they are. */
float zd_engine_steadiness(const zd_params *params, zd_depth_kind kind);

/** Whether the edges of steadied depth are steadied too, which needs the frames before and after. */
bool zd_engine_steadies_edges(const zd_params *params, zd_depth_kind kind);

/** Steadies the next frame's sample in place, probability and depth. */
ZD_MUST_USE zd_status zd_engine_steady(const zd_params *params, zd_stabiliser *stabiliser,
                                       zd_depth_sample *sample, zd_error *err);

/** Puts the ends of the range that the parameters lock into it. */
void zd_engine_lock_range(const zd_params *params, zd_depth_range *range);

/** The sample of a supplied map: `map` is gray f32 of any size, the sample gets a depth of
 *  width x height in the order of nearness and no small picture. On failure it is unchanged. */
ZD_MUST_USE zd_status zd_engine_supplied_sample(zd_context *ctx, zd_view map, int width, int height,
                                                int type, zd_depth_sample *out, zd_error *err);

/** Prepares a matte for a frame. `guide` is the picture, finite and display-referred, or without data where
 *  the matte has a reader; `object` the mask of the tracked object or NULL. */
ZD_MUST_USE zd_status zd_engine_prepare(zd_matte *matte, const zd_depth_map *depth,
                                        const zd_image *foreground, zd_depth_range range,
                                        zd_view guide, const zd_image *object, zd_error *err);

/** Mends the matte by hand from now on: what it cannot go below and above, of the frame's size, which
 *  must outlive its renders; both NULL: not at all. */
void zd_engine_mend(zd_matte *matte, const zd_image *raise, const zd_image *cap);

#endif
