/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_FACES_H
#define ZD_ENGINE_ENGINE_FACES_H

/* Face analysis where depth is steadied: the shape of a sample's faces goes into its map. */

#include "depth/sample.h"
#include "face/face_depth.h"
#include "project/params.h"

/** *out is NULL when the parameters ask for global analysis. */
ZD_MUST_USE zd_status zd_engine_faces_create(zd_context *ctx, const zd_params *params, int width,
                                             int height, zd_face_depth **out, zd_error *err);

/** A shot begins. Accepts NULL, as does zd_engine_faces_apply. */
void zd_engine_faces_reset(zd_face_depth *faces);

/** Lays a frame's faces, where its sample has any, into its depth. */
void zd_engine_faces_apply(zd_face_depth *faces, zd_depth_sample *sample, double time_s);

#endif
