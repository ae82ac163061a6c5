/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_SELECT_H
#define ZD_MATTE_SELECT_H

/* Depth In and Depth Out from boxes dragged in the picture. */

#include <stdbool.h>

#include "image/depth_map.h"
#include "matte/matte.h"

/** A box in fractions of the frame, origin at the top left. */
typedef struct zd_selection {
    float x;
    float y;
    float width;
    float height;
    bool subtract; /* its depths are taken away */
} zd_selection;

/** Finds the depths of the object in each box and unites them, in the order given.
 *
 *  The object is the dominant depth inside the box; its range is widened to the valleys of the
 *  histogram on both sides, so that a box over a part of the object takes the whole of it. A box
 *  that subtracts cuts its depths off the side where it overlaps.
 *
 *  map     the depths of the moment at which the boxes were drawn
 *  range   of the shot
 *  params  `mode` says in which scale depth_in and depth_out are written; nothing else is used
 *
 *  Fails with ZD_ERR_INVALID_ARGUMENT when a box lies outside the frame or the first one
 *  subtracts, and with ZD_ERR_UNSUPPORTED when there are no depths inside. */
ZD_MUST_USE zd_status zd_select_range(const zd_depth_map *map, zd_depth_range range,
                                      const zd_selection *boxes, int count, zd_matte_params *params,
                                      zd_error *err);

/** One box, further, for boxes drawn at several moments: start from a range with
 *  params->depth_in == params->depth_out == 0. `plane`, gray float32 of any size, is the network's
 *  probability of the subject, or NULL: where a box that adds has some of it, its object is that. */
ZD_MUST_USE zd_status zd_select_add(const zd_depth_map *map, zd_depth_range range, zd_selection box,
                                    const zd_view *plane, zd_matte_params *params, zd_error *err);

/** Whether a box that adds was drawn round the subject: a tenth of it is surely of that. */
bool zd_select_has_subject(zd_view plane, zd_selection box);

/** The depth from which on nine tenths of a box's subject lie, in the map's own values, with the subject
 *  moved by `weight` of the range as in the matte. Samples of a probability of `least` on are the subject: .5,
 *  or 0 for all that the box holds. The nearest depth there is when it holds none. `foreground` is of the map's size. */
float zd_select_subject_depth(const zd_depth_map *map, zd_depth_range range, zd_view foreground,
                              zd_selection box, float weight, float least);

#endif
