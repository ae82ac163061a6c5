/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What goes with a depth: the same mean along the same motion. And the subject is recalled: a network loses
 * a part of it for some frames, such as the middle of a white shirt, much more often than it adds one. How
 * surely and how long each pixel was the subject moves along with it; the network's odds are multiplied in
 * proportion, as a prior's are (the forward step of a hidden Markov model), by so little that what it is sure
 * to be background stays so. Where the picture has changed, as at what a subject uncovers, nothing is
 * recalled. */

#include <assert.h>
#include <math.h>

#include "depth/stabilise_internal.h"

#define NEW_SURE    0.6f  /* of the probability: what is new has to prove itself */
#define RISE        0.35f /* of a frame in a memory, when it is surer */
#define FALL        0.07f /* and when it is not */
#define FALL_STILL  0.004f
#define MOVED_LEAST 0.5f /* sureness from which what moves counts */
#define MOVED_SURE  0.75f
#define STILL_LEAST 0.6f /* and what is still */
#define STILL_SURE  0.85f
#define SAME_LEAST  0.03f /* change of colour along the motion, up to which a place is the same */
#define SAME_MOST   0.06f
#define PARTS_LEAST 1.0f /* shear of the motion in pixels: beside what moves nothing is recalled */
#define PARTS_MOST  3.0f
#define MORE_MOVED  7.0f /* the most that is added to the factor of odds */
#define MORE_STILL  23.0f

/* A memory after another frame. */
static float learn(float sure, float seen, float fall)
{
    return sure + (seen > sure ? RISE : fall) * (seen - sure);
}

/* The probability of a pixel as the past sees it. */
static float recall(zd_stabiliser *s, ptrdiff_t at, float seen, float mixed)
{
    float change = s->change[at];
    float noise = s->picture_noise;
    float is_new = zd_stabiliser_ramp(change, SAME_LEAST, SAME_MOST);
    float has_moved =
        zd_stabiliser_ramp(change, ZD_PICTURE_STILL * noise, ZD_PICTURE_CHANGED * noise);
    has_moved = has_moved > is_new ? has_moved : is_new;
    float moved = s->warped_sure[ZD_MEMORY_MOVED][at];
    float still = (1.0f - has_moved) * s->warped_sure[ZD_MEMORY_STILL][at];
    moved += is_new * (NEW_SURE * seen - moved);
    float by_moved = MORE_MOVED * zd_stabiliser_ramp(moved, MOVED_LEAST, MOVED_SURE);
    by_moved *=
        (1.0f - is_new) * (1.0f - zd_stabiliser_ramp(s->shear[at], PARTS_LEAST, PARTS_MOST));
    float by_still = MORE_STILL * zd_stabiliser_ramp(still, STILL_LEAST, STILL_SURE);
    float factor = 1.0f + s->strength * (by_moved > by_still ? by_moved : by_still);
    float *sure = zd_stabiliser_past(s, at) + ZD_PAST_SURE;
    sure[ZD_MEMORY_MOVED] = learn(moved, seen, FALL);
    sure[ZD_MEMORY_STILL] = learn(still, seen, FALL_STILL);
    return mixed * factor / (1.0f - mixed + mixed * factor);
}

static void forget(zd_stabiliser *s, zd_view plane)
{
    for (int y = 0; y < s->height; y++) {
        const float *from = zd_view_row_f32(plane, y);
        for (int x = 0; x < s->width; x++) {
            float seen = from[x] > 0.0f ? fminf(from[x], 1.0f) : 0.0f;
            for (int i = 0; i < ZD_MEMORY_COUNT; i++) {
                zd_stabiliser_past(s, (ptrdiff_t) y * s->width + x)[ZD_PAST_SURE + i] =
                    NEW_SURE * seen;
            }
        }
    }
}

void zd_stabiliser_follow(zd_stabiliser *s, zd_follower which, zd_view plane, zd_view out)
{
    assert(plane.format.channels == 1 && out.format.channels == 1);
    assert(plane.width == out.width && plane.height == out.height);
    bool knows = s->follows[which] && !s->fresh;
    bool recalls = which == ZD_FOLLOWER_FOREGROUND;
    if (recalls && !knows) {
        forget(s, plane);
    }
    for (int y = 0; y < s->height; y++) {
        const float *from = zd_view_row_f32(plane, y);
        float *to = zd_view_row_f32(out, y);
        for (int x = 0; x < s->width; x++) {
            ptrdiff_t at = (ptrdiff_t) y * s->width + x;
            float past = s->warped_followed[which][at];
            float seen = from[x];
            bool mixes = knows && isfinite(past) && isfinite(seen);
            float mixed = mixes ? past + s->gain[at] * (seen - past) : seen;
            zd_stabiliser_past(s, at)[ZD_PAST_FOLLOWED + which] = mixed;
            to[x] = mixes && recalls ? recall(s, at, seen, mixed) : mixed;
        }
    }
    s->follows[which] = true;
}
