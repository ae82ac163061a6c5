/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Keyframes. A curve holds its first and last value outside its keys. "smooth" is the monotone
 * cubic of Fritsch and Carlson (SIAM J. Numer. Anal. 17, 1980): it never overshoots a key. */

#include "scene/scene_internal.h"

#include <assert.h>
#include <math.h>

static double slope(const zd_scene_curve *curve, int i)
{
    assert(i >= 0 && i + 1 < curve->count);
    const zd_keyframe *a = &curve->keys[i];
    return (a[1].value - a[0].value) / (a[1].frame - a[0].frame);
}

/* The tangent at a key: the harmonic mean of the slopes beside it, 0 at extremes and at the ends. */
static double tangent(const zd_scene_curve *curve, int i)
{
    assert(i >= 0 && i < curve->count);
    if (i == 0 || i == curve->count - 1) {
        return 0.0;
    }
    double left = slope(curve, i - 1);
    double right = slope(curve, i);
    return left * right <= 0.0 ? 0.0 : 2.0 * left * right / (left + right);
}

static double smooth(const zd_scene_curve *curve, int i, double t)
{
    const zd_keyframe *a = &curve->keys[i];
    double width = a[1].frame - a[0].frame;
    double t2 = t * t;
    double t3 = t2 * t;
    return (2 * t3 - 3 * t2 + 1) * a[0].value + (t3 - 2 * t2 + t) * width * tangent(curve, i) +
           (3 * t2 - 2 * t3) * a[1].value + (t3 - t2) * width * tangent(curve, i + 1);
}

/* The last key that is not after a frame, which lies between the first and the last key. */
static int find_key(const zd_scene_curve *curve, double frame)
{
    int low = 0;
    int high = curve->count - 1;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (curve->keys[middle].frame <= frame) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

double zd_scene_curve_at(const zd_scene_curve *curve, double frame)
{
    assert(curve->count > 0);
    const zd_keyframe *keys = curve->keys;
    if (frame <= keys[0].frame) {
        return keys[0].value;
    }
    if (frame >= keys[curve->count - 1].frame) {
        return keys[curve->count - 1].value;
    }
    int i = find_key(curve, frame);
    double t = (frame - keys[i].frame) / (keys[i + 1].frame - keys[i].frame);
    switch (keys[i].interp) {
    case ZD_SCENE_INTERP_HOLD:
        return keys[i].value;
    case ZD_SCENE_INTERP_SMOOTH:
        return smooth(curve, i, t);
    case ZD_SCENE_INTERP_LINEAR:
        break;
    }
    return keys[i].value + t * (keys[i + 1].value - keys[i].value);
}

double zd_scene_node_number(const zd_scene_node *node, int key, int component, double frame)
{
    assert(component >= 0 && component < 4);
    const zd_scene_value *value = &node->values[key];
    if (value->curves != NULL && value->curves[component].count > 0) {
        return zd_scene_curve_at(&value->curves[component], frame);
    }
    return value->number[component];
}
