/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Thresholds in their two scales, and what numbers are allowed. */

#include <math.h>

#include "matte/matte_internal.h"

void zd_matte_convert_mode(zd_matte_params *params, zd_depth_range range, zd_matte_mode mode)
{
    bool without_thresholds = params->depth_in == 0.0f && params->depth_out == 0.0f;
    if (params->mode != mode && !without_thresholds) {
        if (mode == ZD_MATTE_NORMALISED) {
            params->depth_in = zd_depth_to_normalised(range, params->depth_in);
            params->depth_out = zd_depth_to_normalised(range, params->depth_out);
        } else {
            params->depth_in = zd_depth_from_normalised(range, params->depth_in);
            params->depth_out = zd_depth_from_normalised(range, params->depth_out);
        }
    }
    params->mode = mode;
}

static zd_status check_number(const char *name, float value, float low, float high, zd_error *err)
{
    if (!(value >= low && value <= high)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s is %g; it must be %g to %g", name,
                       (double) value, (double) low, (double) high);
    }
    return ZD_OK;
}

zd_status zd_matte_params_check(const zd_matte_params *params, zd_error *err)
{
    if (isnan(params->depth_in) || isnan(params->depth_out)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "Depth In and Depth Out must be numbers");
    }
    ZD_TRY(check_number("feather", params->feather, 0.0f, 2.0f, err));
    ZD_TRY(check_number("choke", params->choke, -2.0f, 2.0f, err));
    ZD_TRY(check_number("level far", params->level_far, 0.0f, 1.0f, err));
    ZD_TRY(check_number("level near", params->level_near, 0.0f, 1.0f, err));
    if (params->level_gamma != 0.0f) {
        ZD_TRY(check_number("level gamma", params->level_gamma, 0.01f, 100.0f, err));
    }
    float level_near = params->level_near == 0.0f ? 1.0f : params->level_near;
    if (params->level_far >= level_near) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "level far is %g and level near %g; far must be below near",
                       (double) params->level_far, (double) level_near);
    }
    return check_number("probability", params->probability, -INFINITY, 1.0f, err);
}

/* Which normalised depth the levels turn into `value`; -INFINITY or INFINITY where all or none do.
 * With `low`, the smallest such depth is wanted. */
static float undo_levels(const zd_matte_params *params, float value, bool low)
{
    float far = params->level_far;
    float near = params->level_near == 0.0f ? 1.0f : params->level_near;
    float gamma = params->level_gamma == 0.0f ? 1.0f : params->level_gamma;
    if (far == 0.0f && near == 1.0f && gamma == 1.0f) {
        return value;
    }
    if (low ? value <= 0.0f : value < 0.0f) {
        return -INFINITY;
    }
    if (low ? value > 1.0f : value >= 1.0f) {
        return INFINITY;
    }
    return far + (near - far) * powf(value, gamma);
}

zd_thresholds zd_thresholds_resolve(const zd_matte_params *params, zd_depth_range range)
{
    zd_matte_params normalised = *params;
    zd_matte_convert_mode(&normalised, range, ZD_MATTE_NORMALISED);
    float low = undo_levels(&normalised, normalised.depth_in, true);
    float high = undo_levels(&normalised, normalised.depth_out, false);
    if (params->depth_in == 0.0f && params->depth_out == 0.0f) {
        low = -INFINITY;
        high = INFINITY;
    }
    float weight = params->probability == 0.0f ? ZD_SUBJECT_WEIGHT : params->probability;
    return (zd_thresholds){ zd_bound_depth(low), zd_bound_depth(high),
                            zd_subject_shift_in(weight, low), zd_subject_shift_out(weight, high) };
}
