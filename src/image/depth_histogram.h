/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_DEPTH_HISTOGRAM_H
#define ZD_IMAGE_DEPTH_HISTOGRAM_H

/* Counts of a frame's depths, for a ruler beside the picture. */

#include "image/depth_map.h"

enum { ZD_DEPTH_BINS_MAX = 256 };

/** Counts the samples of a gray map in `bins` (1 to ZD_DEPTH_BINS_MAX) equal parts of the range, furthest
 *  first. Samples outside of it count in the first and the last, those that are no number not at all.
 *  The counts are set, not added to. Thread-safety: safe. */
void zd_depth_histogram(zd_view map, zd_depth_range range, int bins, uint32_t *counts);

#endif
