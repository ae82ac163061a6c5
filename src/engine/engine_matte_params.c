/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The order of who decides the thresholds is in the header; everything else is copied by name. */

#include "engine/engine_matte_params.h"

#include <assert.h>
#include <math.h>

#define BY_DEPTH 0.05f /* the subject's weight where depth is meant: in doubtful places only */

double zd_engine_threshold(const zd_params *p, zd_param_id id, zd_depth_range range,
                           zd_matte_mode mode, double time_s)
{
    double value = zd_params_number(p, id, time_s);
    int scale = p->slots[id].scale;
    if (scale == 0 || scale - 1 == (int) mode) {
        return value;
    }
    return (double) (mode == ZD_MATTE_NORMALISED ? zd_depth_to_normalised(range, (float) value)
                                                 : zd_depth_from_normalised(range, (float) value));
}

/* Depth In and Depth Out: typed values where given, else the boxes', else the suggested ones. */
static void set_thresholds(const zd_params *p, const zd_shot *shot, zd_depth_kind kind,
                           double time_s, zd_matte_params *m)
{
    float nothing_too_near = kind == ZD_DEPTH_METRES ? -INFINITY : INFINITY;
    zd_matte_mode mode = (zd_matte_mode) zd_params_int(p, ZD_P_MODE);
    m->mode = ZD_MATTE_ABSOLUTE;
    m->depth_in = shot->selected ? shot->selected_in : shot->suggested_in;
    m->depth_out = shot->selected ? shot->selected_out : shot->suggested_out;
    if (zd_params_is_set(p, ZD_P_DEPTH_IN)) {
        m->depth_out = nothing_too_near;
    }
    zd_matte_convert_mode(m, shot->range, mode);
    if (zd_params_is_set(p, ZD_P_DEPTH_IN)) {
        m->depth_in = (float) zd_engine_threshold(p, ZD_P_DEPTH_IN, shot->range, mode, time_s);
    }
    if (zd_params_is_set(p, ZD_P_DEPTH_OUT)) {
        m->depth_out = (float) zd_engine_threshold(p, ZD_P_DEPTH_OUT, shot->range, mode, time_s);
    }
}

/* The subject's weight, whoever made the thresholds: as given, else as the analysis found it. */
static float subject_of(const zd_params *p, const zd_shot *shot, double time_s)
{
    if (!zd_params_is_set(p, ZD_P_SUBJECT)) {
        bool on_object = shot->selected && !shot->selected_subject;
        return on_object ? BY_DEPTH : shot->suggested_probability;
    }
    double share = zd_params_number(p, ZD_P_SUBJECT, time_s);
    return share > 0.0 ? (float) share : -1.0f;
}

zd_matte_params zd_engine_matte_params(const zd_params *p, const zd_shot *shot, zd_depth_kind kind,
                                       double time_s)
{
    assert(shot != NULL);
    zd_matte_params m = { 0 };
    set_thresholds(p, shot, kind, time_s, &m);
    m.feather = (float) zd_params_number(p, ZD_P_FEATHER, time_s);
    m.choke = (float) zd_params_number(p, ZD_P_CHOKE, time_s);
    m.auto_feather = zd_params_bool(p, ZD_P_AUTO_FEATHER, time_s);
    m.invert = zd_params_bool(p, ZD_P_INVERT, time_s);
    m.nearest_only = zd_params_bool(p, ZD_P_NEAREST_ONLY, time_s);
    m.probability = subject_of(p, shot, time_s);
    m.level_far = (float) zd_params_number(p, ZD_P_LEVEL_FAR, time_s);
    m.level_near = (float) zd_params_number(p, ZD_P_LEVEL_NEAR, time_s);
    m.level_gamma = (float) zd_params_number(p, ZD_P_LEVEL_GAMMA, time_s);
    return m;
}

zd_matte_params zd_engine_matte_params_at(zd_matte_params params, zd_depth_kind kind, double depth)
{
    bool metres = kind == ZD_DEPTH_METRES && params.mode == ZD_MATTE_ABSOLUTE;
    params.depth_in = (float) depth;
    params.probability = BY_DEPTH;
    params.depth_out = metres ? -INFINITY : INFINITY;
    return params;
}
