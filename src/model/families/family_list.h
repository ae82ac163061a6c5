/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_FAMILIES_FAMILY_LIST_H
#define ZD_MODEL_FAMILIES_FAMILY_LIST_H

/* The families: one row each; its file defines zd_family_NAME. A file of weights is of the first that
 * recognises it, and of the first row when none does. */

#define ZD_FAMILIES(ROW)      \
    ROW(depth_anything)       \
    ROW(video_depth_anything) \
    ROW(depth_anything_3)

#endif
