/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_DEPTH_CONVERT_H
#define ZD_SCENE_DEPTH_CONVERT_H

/* From a depth map's values to z: the positive planar distance from a camera, in pixels, as float32
 * with NaN where there is none. */

#include "image/image.h"
#include "scene/scene_internal.h"

typedef struct zd_scene_depth_rule {
    zd_zrange range; /* not ZD_SCENE_ZRANGE_AUTO or _NEARNESS */
    bool is_radial;
    double scale;
    double near_px;
    double far_px;
    double focal_x; /* of the camera whose picture the map is, over the map's own width ... */
    double focal_y; /* ... in pixels of the map */
    double shift_x; /* of where its axis meets the map from the map's middle, right and down */
    double shift_y;
} zd_scene_depth_rule;

/** Converts gray float32 to z (heights stay heights: see zd_zrange). Values that cannot be a
 *  distance (NaN, infinite, not positive, 1e9 and beyond) become NaN. Returns how many are valid.
 *  `in` and `out` may be the same. */
int64_t zd_scene_depth_convert(const zd_scene_depth_rule *rule, zd_view in, zd_view out);

typedef enum zd_scene_depth_confidence {
    ZD_SCENE_GUESS_DECLARED,
    ZD_SCENE_GUESS_LIKELY,
    ZD_SCENE_GUESS_UNSURE
} zd_scene_depth_confidence;

typedef struct zd_scene_depth_guess {
    zd_zrange range;
    bool is_radial;
    zd_scene_depth_confidence confidence;
    double near_px; /* declared with it; 0: not */
    double far_px;
    char reason[96];
    const char *other; /* the range that it may be as well; NULL when sure */
} zd_scene_depth_guess;

/** Names the convention of a map from what its file says (`declared`, "" for nothing) or else from
 *  its values. */
zd_scene_depth_guess zd_scene_depth_guess_range(const char *declared, zd_view values);

/** The smallest step that a map of `bits` integer bits, or of half float, can express at the depth
 *  z, in pixels; 0 for float32. */
double zd_scene_depth_step(const zd_scene_depth_rule *rule, int bits, bool is_half, double z);

/** Takes the steps of a quantised map (8 or 10 bits, half floats) out again: `out` lies within half a
 *  step of `raw` and has its slopes. Both are gray float32 of one size, NaN stays. *step is 0 when the map
 *  has none, and `out` a copy. */
zd_status zd_scene_depth_dequantise(zd_context *ctx, zd_view raw, zd_view out, double *step,
                                    zd_error *err);

/** Blurs z by Gaussians of sigma softness/2 pixels, in x and y. Pixels without z neither give nor
 *  take. Edge-aware: neighbours count less the more their z differs, relative to it. */
zd_status zd_scene_depth_soften(zd_context *ctx, zd_view z, double softness_x, double softness_y,
                                bool edge_aware, zd_error *err);

/** Evens depth out that was measured on a picture, for normals to be read off it: about its edges it is soft,
 *  between them rough, which light would show as rims and facets. Edges stay; like edge-aware softness of a
 *  fiftieth of the shorter side. */
zd_status zd_scene_depth_even(zd_context *ctx, zd_view z, zd_error *err);

/** How a map lies on an object's picture of `card_w` x `card_h` pixels. */
typedef struct zd_scene_depth_placing {
    double card_w;
    double card_h;
    double inverse[2][3]; /* from the object's pixels (centre origin, y up) to the map's */
    int fit;
    int repeat;
    bool nearest;
    bool is_height;
    bool keeps_aspect; /* of fit and crop */
} zd_scene_depth_placing;

/** Whether the map covers the object exactly, so that placing it changes nothing. */
bool zd_scene_depth_placing_is_plain(const zd_scene_depth_placing *placing);

/** Samples a map at a position in its pixels (0.5 is the first one's centre); outside as the
 *  placing's `repeat` says. */
float zd_scene_depth_sample(const zd_scene_depth_placing *placing, zd_view map, double u, double v);

/** Samples a map onto a grid that covers the object's picture. */
void zd_scene_depth_place(const zd_scene_depth_placing *placing, zd_view map, zd_view grid);

#endif
