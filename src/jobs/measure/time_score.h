/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_TIME_SCORE_H
#define ZD_JOBS_TIME_SCORE_H

/* The figures by which depth over time is judged. Maps are gray f32 in nearness (inverse depth of any
 * scale and shift); all figures are in percent, and less is better.
 *
 * OPW   optical-flow warping error (Wang et al., "Neural Video Depth Stabilizer", ICCV 2023): the mean of
 *       exp(-50 |difference of colour|^2) |d(t) - d(t - 1) moved along the flow| over the range. The flow
 *       is our own, by blocks (depth/motion.h), so figures compare only with each other.
 * wander  how the ends of a frame's own range shake: the mean of |e(t - 1) - 2 e(t) + e(t + 1)| / 2 of both
 *       ends, over the range. A steady change, as of a camera that moves on, is none.
 * TAE   temporal alignment error (Yang et al., "Depth Any Video", ICLR 2025; as Video Depth Anything
 *       measures it): after one scale and shift of the whole clip's nearness to the truth's, each frame's
 *       points are carried by the known cameras into the next and back, and mean |d - z| / d is taken. */

#include "image/depth_map.h"

/** Collects OPW and wander of one clip, shot by shot. */
typedef struct zd_temporal_meter zd_temporal_meter;

typedef struct zd_temporal_figures {
    double opw;
    double wander;
    double tae;    /* below 0: the cameras are not known */
    int64_t pairs; /* neighbouring frames that were compared */
} zd_temporal_figures;

/** Thread-safety: one thread at a time for each object. Maps and pictures have this size. */
ZD_MUST_USE zd_status zd_temporal_meter_create(zd_context *ctx, int width, int height,
                                               zd_temporal_meter **out, zd_error *err);
void zd_temporal_meter_destroy(zd_temporal_meter **meter); /* accepts a pointer to NULL */

/** Takes the next frame: its nearness, and its picture (RGB f32, display-referred). */
ZD_MUST_USE zd_status zd_temporal_meter_add(zd_temporal_meter *meter, const zd_depth_map *nearness,
                                            zd_view picture, zd_error *err);

/** The next frame begins a shot. */
void zd_temporal_meter_cut(zd_temporal_meter *meter);

/** OPW and wander of what was added; 0 of fewer than two and three frames. `tae` is set to -1. */
zd_temporal_figures zd_temporal_meter_result(const zd_temporal_meter *meter);

/** A pinhole camera over a map: x = focal[0] X / Z + centre[0] for the centre of pixel x, y alike, with
 *  X = turn * (a point of the world) + place; turn is row by row. */
typedef struct zd_temporal_camera {
    double focal[2];
    double centre[2];
    double turn[9];
    double place[3];
} zd_temporal_camera;

/** Frames of one clip with known cameras, all of one size. */
typedef struct zd_temporal_clip {
    int count;
    const zd_view *maps;   /* nearness, larger is nearer */
    const zd_view *truths; /* metres along the axis; what is not in .001 .. 10 is not known */
    const zd_temporal_camera *cameras;
} zd_temporal_clip;

/** TAE in percent. Needs two frames and a known truth: ZD_ERR_INVALID_ARGUMENT else. */
ZD_MUST_USE zd_status zd_temporal_tae(zd_context *ctx, const zd_temporal_clip *clip, double *out,
                                      zd_error *err);

#endif
