/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_SHOTS_H
#define ZD_DEPTH_SHOTS_H

/* Finds the cuts of a movie while it is read. A cut is a frame that differs from the one before by
 * more than shots themselves move: in its colours (histograms) and in its layout (blocks, after
 * the best common shift). Flashes, where the picture comes back after a few frames, and fast pans
 * are not cuts.
 *
 * A decision needs the frames that follow, so it comes ZD_SHOT_DELAY frames later. */

#include <stdbool.h>
#include <stdint.h>

#include "image/image.h"

enum { ZD_SHOT_DELAY = 4 };

/** What was found out about one frame. */
typedef struct zd_shot_decision {
    int64_t frame;    /* counted from 0 in the order of pushing */
    bool starts_shot; /* always true for frame 0 */
    float strength;   /* 0..: how different it is from the frame before; above 1 is a cut */
} zd_shot_decision;

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_shot_detector zd_shot_detector;

ZD_MUST_USE zd_status zd_shot_detector_create(zd_context *ctx, zd_shot_detector **out,
                                              zd_error *err);
void zd_shot_detector_destroy(zd_shot_detector **detector);

/** Takes the next frame: RGB float32, display-referred, of any size that stays the same; the
 *  network's input will do. Returns true when *decision was filled. */
bool zd_shot_detector_push(zd_shot_detector *detector, zd_view rgb, zd_shot_decision *decision);

/** After the last frame: returns the decisions that are still due, then false. */
bool zd_shot_detector_drain(zd_shot_detector *detector, zd_shot_decision *decision);

#endif
