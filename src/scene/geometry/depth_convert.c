/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The conventions: normalised is linear between the camera's near and far, as Action writes it;
 * absolute is in units from the camera; inverse is 1/z, as Nuke and RenderMan write it. */

#include "scene/depth_convert.h"

#include <assert.h>
#include <math.h>

/* Renderers mark "nothing here" by 1e10, 1e30, FLT_MAX or infinity. */
#define SENTINEL 1e9

static double to_z(const zd_scene_depth_rule *rule, double v)
{
    switch (rule->range) {
    case ZD_SCENE_ZRANGE_NORMALIZED:
        return fabs(v) < 1e6 ? rule->near_px + v * (rule->far_px - rule->near_px) : (double) NAN;
    case ZD_SCENE_ZRANGE_INVERSE:
        return v > 1.0 / SENTINEL && v < SENTINEL ? rule->scale / v : (double) NAN;
    case ZD_SCENE_ZRANGE_INVERSE_NORMALIZED: {
        double far_inverse = 1.0 / rule->far_px;
        return 1.0 / (v * (1.0 / rule->near_px - far_inverse) + far_inverse);
    }
    case ZD_SCENE_ZRANGE_ABSOLUTE:
    case ZD_SCENE_ZRANGE_HEIGHT:
    case ZD_SCENE_ZRANGE_NEARNESS:
    case ZD_SCENE_ZRANGE_AUTO:
        break;
    }
    return fabs(v) < SENTINEL ? v * rule->scale : (double) NAN;
}

static double ray_length(const zd_scene_depth_rule *rule, zd_view view, int x, int y)
{
    double rx = (x + 0.5 - 0.5 * view.width - rule->shift_x) / rule->focal_x;
    double ry = (0.5 * view.height + rule->shift_y - y - 0.5) / rule->focal_y;
    return sqrt(1.0 + rx * rx + ry * ry);
}

int64_t zd_scene_depth_convert(const zd_scene_depth_rule *rule, zd_view in, zd_view out)
{
    assert(in.width == out.width && in.height == out.height);
    bool is_height = rule->range == ZD_SCENE_ZRANGE_HEIGHT;
    int64_t valid = 0;
    for (int y = 0; y < in.height; y++) {
        const float *from = zd_view_row_f32(in, y);
        float *to = zd_view_row_f32(out, y);
        for (int x = 0; x < in.width; x++) {
            double z = isfinite(from[x]) ? to_z(rule, (double) from[x]) : (double) NAN;
            if (rule->is_radial && !is_height) {
                z /= ray_length(rule, in, x, y);
            }
            bool good = isfinite(z) && (is_height || (z > 0.0 && z < SENTINEL));
            to[x] = good ? (float) z : NAN;
            valid += good;
        }
    }
    return valid;
}

double zd_scene_depth_step(const zd_scene_depth_rule *rule, int bits, bool is_half, double z)
{
    assert(bits >= 0);
    if (!is_half && bits == 0) {
        return 0.0;
    }
    double value = z / rule->scale;
    double slope = rule->scale; /* of z over the value */
    double span = rule->far_px - rule->near_px;
    if (rule->range == ZD_SCENE_ZRANGE_NORMALIZED) {
        value = (z - rule->near_px) / span;
        slope = span;
    } else if (rule->range == ZD_SCENE_ZRANGE_INVERSE) {
        value = rule->scale / z;
        slope = z * z / rule->scale;
    } else if (rule->range == ZD_SCENE_ZRANGE_INVERSE_NORMALIZED) {
        double inverse_span = 1.0 / rule->near_px - 1.0 / rule->far_px;
        value = (1.0 / z - 1.0 / rule->far_px) / inverse_span;
        slope = z * z * inverse_span;
    }
    double step = is_half ? ldexp(1.0, (int) floor(log2(fmax(fabs(value), 6.2e-5))) - 10)
                          : 1.0 / (ldexp(1.0, bits) - 1.0);
    return fabs(step * slope);
}
