/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_DEPTH_MAP_H
#define ZD_IMAGE_DEPTH_MAP_H

/* Depth with its type. A value never loses its type: thresholds in metres exist only for
 * ZD_DEPTH_METRES, and whoever needs one kind says which. */

#include <stdbool.h>

#include "image/image.h"

typedef enum zd_depth_kind {
    ZD_DEPTH_NEARNESS,   /* relative inverse depth, larger is nearer, no unit, any positive scale */
    ZD_DEPTH_NORMALISED, /* 0 furthest .. 1 nearest of a shot; larger is nearer */
    ZD_DEPTH_METRES,     /* planar distance along the optical axis in metres; larger is farther */
} zd_depth_kind;

/** From this much of the network's `sky` on a pixel is sky: infinitely far, a nearness of 0 or
 *  +infinity metres, outside every range and never foreground (Depth Anything 3's own threshold). */
#define ZD_DEPTH_SKY_FROM 0.3f

/** A depth map: one float32 channel, and what the network said beside it. NaN marks pixels without a
 *  depth. The map's holder owns one reference to each image. */
typedef struct zd_depth_map {
    zd_image *values; /* ZD_GRAY_F32 */
    zd_depth_kind kind;
    zd_image *sky;        /* ZD_GRAY_F32 of that size, 0 surely none, or NULL: not told */
    zd_image *confidence; /* ZD_GRAY_F32 of that size, from 1 (none) up, or NULL: not told */
    float focal_mm;       /* of the camera, on a picture 36 mm long; 0: not told */
} zd_depth_map;

/** The same map for another holder. */
zd_depth_map zd_depth_map_ref(const zd_depth_map *map);

/** A map that may be written. On failure *out holds what was copied. */
ZD_MUST_USE zd_status zd_depth_map_copy(zd_context *ctx, const zd_depth_map *map, zd_depth_map *out,
                                        zd_error *err);

void zd_depth_map_release(zd_depth_map *map); /* accepts a released one */

/** Makes what is sky infinitely far. Maps without `sky` stay as they are. */
void zd_depth_map_sink_sky(zd_depth_map *map);

/** Whether a pixel is sky; false where nothing is told. */
bool zd_depth_map_is_sky(const zd_depth_map *map, int x, int y);

/** "nearness", "normalised" or "metres". */
const char *zd_depth_kind_name(zd_depth_kind kind);

/** The furthest and nearest value of a shot, in the map's own kind turned into nearness order:
 *  for metres, `furthest` is the larger number. */
typedef struct zd_depth_range {
    float furthest;
    float nearest;
} zd_depth_range;

/** A depth of the map's own values as a normalised one, and back. A range of no extent counts as
 *  an extent of 1. */
float zd_depth_to_normalised(zd_depth_range range, float value);
float zd_depth_from_normalised(zd_depth_range range, float value);

/** The subject's weight where none is given: of .33, .66 and 1 the best on 400 pictures with known
 *  masks (docs/matte.md). */
#define ZD_SUBJECT_WEIGHT 0.66f

/** How far the foreground probability moves depths before they meet a threshold: a pixel that is
 *  surely the subject comes nearer by `subject`, one that surely is not goes away by `rest`. */
typedef struct zd_subject_shift {
    float subject;
    float rest;
} zd_subject_shift;

/** The shifts at Depth In, or at Depth Out (where the subject goes away from the threshold too, so
 *  that it stays foreground). `weight` is both, but at Depth In the subject comes nearer by
 *  min(weight / 2 + max(Depth In - .53, 0), weight): who is far away stays behind what is before him. They fade
 *  towards the ends of the range: a Depth In of 0 takes all there is, whatever it may be, and one of 1
 *  nothing but the nearest point. They change on the side where that keeps the law that widening never
 *  lowers a pixel. */
zd_subject_shift zd_subject_shift_in(float weight, float depth_in);
zd_subject_shift zd_subject_shift_out(float weight, float depth_out);

/** The way that a pixel of this probability is moved. */
static inline float zd_subject_shift_of(zd_subject_shift shift, float probability)
{
    float sure = 2.0f * probability - 1.0f;
    return sure * (sure > 0.0f ? shift.subject : shift.rest);
}

#endif
