/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_CANVAS_H
#define ZD_SCENE_CANVAS_H

/* Colours for samples that have none, out of those that have. For the hidden layer of torn surfaces. */

#include <stdbool.h>

#include "core/context.h"

enum {
    ZD_SCENE_CANVAS_NONE = 0,  /* takes no part */
    ZD_SCENE_CANVAS_KNOWN = 1, /* has its colour, and lends it */
    ZD_SCENE_CANVAS_PAINT = 2  /* wants one */
};

/** A picture of `width` x `height` samples, rows one after another. */
typedef struct zd_scene_canvas {
    int width;
    int height;
    float *rgba;               /* 4 a sample, premultiplied linear light */
    const unsigned char *role; /* ZD_SCENE_CANVAS_ */
    const float *depth; /* of each sample that takes part, 1/z: like goes to like; NULL: all are */
    double reach;       /* how far a sample to be painted is from known ones, about */
} zd_scene_canvas;

/** Smooth colours: `rgba` where `weight` is 1, less of it where that is less, and elsewhere what the samples about
 *  say (push-pull). Detail finer than 8 samples is left out everywhere. False: no memory. */
bool zd_scene_canvas_smooth(zd_context *ctx, int width, int height, float *rgba, float *weight);

/** Gives the samples to be painted colours whose surroundings of 7 x 7 all look like known ones, near ones by
 *  preference. `rgba` holds a first guess there, which stays where too little is known. The same picture gives the
 *  same result. */
zd_status zd_scene_canvas_paint(zd_context *ctx, const zd_scene_canvas *canvas, zd_error *err);

#endif
