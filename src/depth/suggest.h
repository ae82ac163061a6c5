/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_SUGGEST_H
#define ZD_DEPTH_SUGGEST_H

/* Thresholds for people who gave none: Depth In between the person, or the nearest object, and
 * what lies behind. Collected over the frames of a shot, so that they hold for all of it. */

#include <stdbool.h>
#include <stdint.h>

#include "image/depth_map.h"
#include "image/image.h"

enum { ZD_SUGGEST_BINS = 256, ZD_SUGGEST_LEVELS = 8 };

/** What a shot looks like in depth. Plain storage of the caller; `{0}` is empty, and the sums of
 *  two shots' parts are the sums of their counts. */
typedef struct zd_suggester {
    /* pixels by normalised depth and by foreground probability, the last level being 1 */
    double counts[ZD_SUGGEST_BINS][ZD_SUGGEST_LEVELS];
    int64_t frames;
    int64_t frames_with_probability;
} zd_suggester;

/** A threshold pair in the map's own values, and how sure it is. */
typedef struct zd_suggestion {
    float depth_in;
    float depth_out;   /* of infinite nearness: nothing is too near */
    float confidence;  /* 0 a guess .. 1 two layers clearly apart */
    float probability; /* for zd_matte_params; below 0: nothing was found, depth decides */
} zd_suggestion;

/** Whether a Depth In was suggested because nobody is there: beyond all that is near. */
bool zd_suggestion_is_empty(zd_depth_range range, float depth_in);

/** Adds a frame. `range` must be the same for all of a shot; call after it is known, or with any
 *  fixed range that holds the depths. `foreground` has the map's size; NULL: unknown. */
void zd_suggester_add(zd_suggester *suggester, const zd_depth_map *map, zd_depth_range range,
                      const zd_view *foreground);

/** The thresholds. When the probability is known and finds something: those whose matte, with the
 *  subject's weight ZD_SUBJECT_WEIGHT, overlaps the foreground most by what the probabilities let
 *  expect; `confidence` is that overlap. Else where the histogram has its deepest valley between
 *  two layers. When the probability is known of every frame and sure nowhere, nobody is there: then only
 *  two layers clearly apart are parted, and else nothing is foreground.
 *
 *  measured  the range that was given to zd_suggester_add
 *  range     the shot's */
zd_suggestion zd_suggester_result(const zd_suggester *suggester, zd_depth_range measured,
                                  zd_depth_range range);

#endif
