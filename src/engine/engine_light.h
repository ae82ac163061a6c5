/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_LIGHT_H
#define ZD_ENGINE_ENGINE_LIGHT_H

/* Light wrap and contact shadows (composite/insert_light.h) for the compositor: their numbers from an insert's
 * parameters, and the pictures of one frame that they are made in. */

#include "composite/composite.h"
#include "composite/insert_light.h"
#include "engine/layered_frame.h"
#include "project/params.h"

/** The numbers at a moment; shadows of length 0 and no light where the project says nothing. */
zd_composite_light zd_engine_light_of(const zd_params *insert, double time_s);

/** Where an insert can touch the frame, with its light. */
zd_rect zd_engine_light_rect(const zd_composite_light *light, const zd_composite_layer *layer,
                             int frame_width, int frame_height);

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_engine_lights zd_engine_lights;

ZD_MUST_USE zd_status zd_engine_lights_create(zd_context *ctx, int width, int height,
                                              zd_engine_lights **out, zd_error *err);
void zd_engine_lights_destroy(zd_engine_lights **lights);

/** Takes in a frame, whose matte is prepared: its light, and its depth. `effect` is not NULL when it has an effect
 *  below the inserts: the layer that is laid first. */
ZD_MUST_USE zd_status zd_engine_lights_begin(zd_engine_lights *lights,
                                             const zd_layered_frame *frame,
                                             const zd_composite_layer *effect, zd_error *err);

/** Lights a layer inside `roi`; its matte covers the frame. `depth` is its depth in the scale of the frame's matte. The
 *  layer gets another picture, and *air becomes what is laid before it; both are valid until the insert of that number
 *  is lit again. */
ZD_MUST_USE zd_status zd_engine_lights_make(zd_engine_lights *lights, int number,
                                            const zd_composite_light *light, float depth,
                                            zd_rect roi, zd_composite_layer *layer,
                                            zd_composite_layer *air, zd_error *err);

/** Memory for the pixels of a layer that are to be fetched: RGBA f32 of the frame's size. */
ZD_MUST_USE zd_status zd_engine_lights_fetched(zd_engine_lights *lights, zd_view *out,
                                               zd_error *err);

#endif
