/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_MATTE_PARAMS_H
#define ZD_ENGINE_ENGINE_MATTE_PARAMS_H

/* From the parameters of a project to those of the matte, the same through every door. */

#include "depth/shot_list.h"
#include "matte/matte.h"
#include "project/params.h"

/** The matte's parameters at a moment. Depth In and Depth Out are the typed values where given,
 *  else those of the shot's selection boxes, else the suggested ones. */
zd_matte_params zd_engine_matte_params(const zd_params *p, const zd_shot *shot, zd_depth_kind kind,
                                       double time_s);

/** A threshold or an insert's depth in the scale of `mode`, whichever its number is written in. */
double zd_engine_threshold(const zd_params *p, zd_param_id id, zd_depth_range range,
                           zd_matte_mode mode, double time_s);

/** The same for an insert at its own depth: what is nearer hides it. */
zd_matte_params zd_engine_matte_params_at(zd_matte_params params, zd_depth_kind kind, double depth);

#endif
