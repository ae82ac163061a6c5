/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_COMPONENTS_H
#define ZD_MATTE_COMPONENTS_H

/* The connected objects of a field's foreground. */

#include "matte/matte_internal.h"

enum { ZD_MATTE_MAX_COMPONENTS = 64 };

typedef struct zd_component {
    int area;      /* in samples */
    float nearest; /* the 95th percentile of its depths */
    float depth;   /* mean */
    float x;       /* centre, in samples */
    float y;
} zd_component;

/** Finds the objects that cover at least a thousandth of the field. `probability` is of the field's
 *  size, its `data` NULL when it is not known: what is foreground is so by both, as in the matte. `labels` (of the field's size)
 *  becomes 1 + index on an object and 0 elsewhere; `queue` is scratch of the same size. Depth that
 *  changes fast parts objects. Returns their number. */
int zd_components_find(zd_plane field, zd_plane probability, zd_thresholds thresholds, int *labels,
                       int *queue, zd_component components[ZD_MATTE_MAX_COMPONENTS]);

/** Gives every sample without a label that of the nearest one that has (by steps). */
void zd_components_spread(int width, int height, int *labels, int *queue);

/** The same as above, only to foreground samples: the soft borders of objects. */
void zd_components_grow(zd_plane field, zd_plane probability, zd_thresholds thresholds, int *labels,
                        int *queue);

/** The object with the nearest depth; -1 when there is none. */
int zd_components_nearest(const zd_component *components, int count);

#endif
