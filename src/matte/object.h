/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_OBJECT_H
#define ZD_MATTE_OBJECT_H

/* One object of a depth map, and the same one from frame to frame: "nearest object only".
 *
 * Objects are the connected parts of the foreground; a jump of depth parts two neighbours. In the
 * first frame of a shot the tracker takes the object with the nearest depth that is not a spark
 * (too small to be an object). From then on it takes the object that agrees best with the last one
 * in place, depth and colour, and waits when none agrees, as behind an occluder. Boxes drawn in a frame
 * choose another: the parts that those that add hold most of, less those of boxes that take away. */

#include "image/depth_map.h"
#include "image/image.h"
#include "matte/matte.h"
#include "matte/select.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_object_tracker zd_object_tracker;

/** Plans memory for maps of up to this size. */
ZD_MUST_USE zd_status zd_object_tracker_create(zd_context *ctx, int map_width, int map_height,
                                               zd_object_tracker **out, zd_error *err);
void zd_object_tracker_destroy(zd_object_tracker **tracker);

/** Forgets the object; call at every cut. */
void zd_object_tracker_reset(zd_object_tracker *tracker);

/** What a frame is found in. Everything is of the tracker's size and borrowed for the call. */
typedef struct zd_object_frame {
    const zd_depth_map *map;
    zd_depth_range range;       /* of the shot */
    const zd_image *foreground; /* float32 probability of the subject, or NULL */
    const zd_view *rgb;         /* small picture, RGB float32; NULL: no colour */
    const zd_selection *boxes;  /* drawn in this frame: the object is what they hold; may be NULL */
    int box_count;
} zd_object_frame;

/** Finds the object in the next frame of the shot.
 *
 *  params  its thresholds, levels and the subject's weight say what is foreground, as in the matte
 *  mask    ZD_GRAY_F32 of the map's size: 1 on the object, 0 elsewhere; all 0 when it is hidden */
ZD_MUST_USE zd_status zd_object_tracker_update(zd_object_tracker *tracker,
                                               const zd_object_frame *frame,
                                               const zd_matte_params *params, zd_view mask,
                                               zd_error *err);

#endif
