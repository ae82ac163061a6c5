/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_DEPTH_LAYERS_H
#define ZD_SCENE_DEPTH_LAYERS_H

/* A depth field as layers: soft steps are made sharp where the picture has its edge, and what a near
 * thing hides goes on behind it. For torn surfaces in 3D. */

#include <stdbool.h>

#include "image/image.h"

/** The steps of a quantised map, of which nobody can tell whether they are slopes. */
typedef struct zd_scene_coarse {
    double step;     /* 0: none */
    bool is_inverse; /* a step of 1/z; else of the values */
} zd_scene_coarse;

/** Whether two values are as near to each other as neighbouring codes of their map. */
static inline bool zd_scene_coarse_hides(const zd_scene_coarse *coarse, double a, double b)
{
    double step = coarse->is_inverse ? 1.0 / a - 1.0 / b : a - b;
    return step < 1.2 * coarse->step && -step < 1.2 * coarse->step;
}

/** When neighbouring samples belong to different things. */
typedef struct zd_scene_steps {
    bool is_height;  /* values are heights; else z */
    double tangent;  /* of the steepest surface that holds, seen by the map's camera */
    double pixel;    /* size of a sample: over z for rays, in the heights' unit for heights */
    double max_edge; /* longer steps tear whatever their angle; 0: none */
    zd_scene_coarse coarse; /* of the map that the values come from */
} zd_scene_steps;

/** Whether the surface tears between neighbours of these values. */
static inline bool zd_scene_steps_apart(const zd_scene_steps *steps, double a, double b)
{
    double step = a > b ? a - b : b - a;
    double size = steps->is_height ? steps->pixel : steps->pixel * (a < b ? a : b);
    bool is_steep = step > steps->tangent * size && !zd_scene_coarse_hides(&steps->coarse, a, b);
    return is_steep || (steps->max_edge > 0.0 && step > steps->max_edge);
}

/** Whether values of z, the last one of a surface first, are those of one that turns away, as the limb of a ball: its
 *  steps grow as those of a root do, faster and faster up to root 2 + 1 times. Those of a blurred step grow less and
 *  less. */
static inline bool zd_scene_turns_away(double last, double second, double third, double fourth)
{
    double grows = (last - second) / (second - third);
    double grew = (second - third) / (third - fourth);
    return last > second && grew > 1.02 && grows - 1.0 > 1.25 * (grew - 1.0) && grows < 2.6;
}

/** Makes steps that are spread over up to 32 samples a side sharp. The two layers go on straight
 *  (in 1/z) up to the picture's edge, or to the middle of the ramp where the picture shows none.
 *  `z` is gray float32 with NaN for none; `picture` has colour or no data, of any size; `out` is
 *  like `z`, not the same. */
zd_status zd_scene_depth_snap(zd_context *ctx, const zd_scene_steps *steps, zd_view z,
                              zd_view picture, zd_view out, zd_error *err);

/** What is behind near things: beside every step the far layer's depth and colour go on for up to
 *  `reach` samples. */
typedef struct zd_scene_filling {
    zd_image *z;      /* gray float32: z, or height, where there is a hidden layer; else NaN */
    zd_image *colour; /* like the picture, of z's size: filled where z is, the picture elsewhere */
    zd_image *
        clean; /* the picture without what mixes near and far on the far side of steps: what another
                       * camera sees of the far layer. NULL: no picture, or one finer than z. */
} zd_scene_filling;

/** `z` has sharp steps; `picture` is RGBA float32 premultiplied of any size. With `nearest` the reach is that behind
 *  a thing at that z with nothing beyond, and behind others it is as much shorter as their parallax against the far
 *  layer is; 0: it is the same behind all. */
zd_status zd_scene_depth_fill(zd_context *ctx, const zd_scene_steps *steps, zd_view z,
                              zd_view picture, double reach, double nearest, zd_scene_filling *out,
                              zd_error *err);
void zd_scene_filling_release(zd_scene_filling *filling);

#endif
