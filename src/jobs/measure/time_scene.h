/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_TIME_SCENE_H
#define ZD_JOBS_TIME_SCENE_H

/* Clips that are drawn, so that depth and camera of each frame are known: a furnished room, by ray
 * casting. Nothing moves but the camera. All depths are below 10 m. */

#include "image/image.h"
#include "jobs/measure/time_score.h"

enum {
    ZD_TEMPORAL_SCENE_WIDTH = 320,
    ZD_TEMPORAL_SCENE_HEIGHT = 180,
    ZD_TEMPORAL_SCENE_FRAMES = 24
};

/** How the camera goes. */
typedef enum zd_temporal_scene {
    ZD_TEMPORAL_SCENE_WALK, /* aside and forward */
    ZD_TEMPORAL_SCENE_PAN,  /* turns, and sways as in a hand */
    ZD_TEMPORAL_SCENE_COUNT,
} zd_temporal_scene;

const char *zd_temporal_scene_name(zd_temporal_scene scene);

/** The camera of a frame over a map of any size that covers the picture. */
zd_temporal_camera zd_temporal_scene_camera(zd_temporal_scene scene, int frame, int width,
                                            int height);

/** Draws a frame's picture: RGB f32, display-referred, of any size. */
void zd_temporal_scene_draw(zd_context *ctx, zd_temporal_scene scene, int frame, zd_view rgb);

/** A frame's depth in metres along the axis, gray f32, of any size. */
void zd_temporal_scene_depth(zd_context *ctx, zd_temporal_scene scene, int frame, zd_view metres);

#endif
