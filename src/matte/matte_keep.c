/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Nearest object only: which part of the field belongs to the object and which to others. Samples
 * of neither go to whichever is nearer, so that the object's own soft edge is kept whole. */

#include "matte/components.h"
#include "matte/matte_internal.h"

enum { OBJECT = 1, OTHER = 2 };

/* From the object's mask: everything else that is foreground belongs to others. */
static void label_by_mask(zd_matte *matte, zd_thresholds thresholds)
{
    zd_plane field = matte->field;
    for (int i = 0; i < field.width * field.height; i++) {
        float probability = matte->probability.data != NULL ? matte->probability.data[i] : 0.5f;
        bool inside = zd_thresholds_hold(thresholds, field.data[i], probability);
        matte->labels[i] = matte->object.data[i] >= 0.5f ? OBJECT : inside ? OTHER : 0;
    }
}

static void label_nearest(zd_matte *matte, zd_thresholds thresholds)
{
    zd_component components[ZD_MATTE_MAX_COMPONENTS];
    zd_plane field = matte->field;
    int count = zd_components_find(field, matte->probability, thresholds, matte->labels,
                                   matte->queue, components);
    int object = zd_components_nearest(components, count) + 1;
    for (int i = 0; i < field.width * field.height; i++) {
        int label = matte->labels[i];
        matte->labels[i] = label == 0 ? 0 : label == object ? OBJECT : OTHER;
    }
}

void zd_keep_build(zd_matte *matte, zd_thresholds thresholds)
{
    zd_plane field = matte->field;
    if (matte->object.data != NULL) {
        label_by_mask(matte, thresholds);
    } else {
        label_nearest(matte, thresholds);
    }
    zd_components_spread(field.width, field.height, matte->labels, matte->queue);
    matte->keep = (zd_plane){ matte->keep.data, field.width, field.height, field.width };
    for (int i = 0; i < field.width * field.height; i++) {
        matte->keep.data[i] = matte->labels[i] == OBJECT ? 1.0f : 0.0f;
    }
}
