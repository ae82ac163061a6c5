/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_FACTS_H
#define ZD_MATTE_FACTS_H

/* What a frame's matte consists of, for those who wonder why it looks as it does. */

#include "image/depth_map.h"
#include "matte/matte.h"

/** Shares are of the map's samples, 0..1. */
typedef struct zd_matte_facts {
    float foreground; /* inside the thresholds */
    float subject;    /* where the network sees a subject: probability of a half and more */
    float in_subject; /* both */
    float floor;      /* foreground in the map's lower third that is no subject */
    float doubtful;   /* probability of a quarter to three quarters */
    int subjects;     /* connected parts of the subject of a two hundredth of the map and more */
    bool has_probability;
} zd_matte_facts;

/** Measures one map.
 *
 *  foreground  probability of the map's size, or NULL
 *  params      thresholds and the subject's weight; nothing else counts
 *
 *  Fails with ZD_ERR_NO_MEMORY, and with ZD_ERR_INVALID_ARGUMENT for views of different sizes. */
ZD_MUST_USE zd_status zd_matte_facts_measure(zd_context *ctx, const zd_depth_map *map,
                                             zd_depth_range range, const zd_view *foreground,
                                             const zd_matte_params *params, zd_matte_facts *out,
                                             zd_error *err);

#endif
