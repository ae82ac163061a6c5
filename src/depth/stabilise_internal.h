/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_STABILISE_INTERNAL_H
#define ZD_DEPTH_STABILISE_INTERNAL_H

/* What the stabiliser of depth and the planes that follow it share. */

#include "core/size.h"
#include "depth/motion.h"
#include "depth/stabilise.h"

#define ZD_PICTURE_STILL   1.8f /* times the noise: the picture has not changed */
#define ZD_PICTURE_CHANGED 3.5f

/** What is remembered of the subject: a short while along its motion, and long where it does not move. */
enum { ZD_MEMORY_MOVED, ZD_MEMORY_STILL, ZD_MEMORY_COUNT };

/** Numbers of a pixel, side by side, since they move together. */
enum {
    ZD_PAST_ESTIMATE,
    ZD_PAST_AGE,
    ZD_PAST_ANCHOR, /* a mean with a long memory, which new frames are aligned to */
    ZD_PAST_ANCHOR_AGE,
    ZD_PAST_FOLLOWED,
    ZD_PAST_SURE =
        ZD_PAST_FOLLOWED + ZD_FOLLOWER_COUNT, /* how surely and how long it was the subject */
    ZD_PAST_COUNT = ZD_PAST_SURE + ZD_MEMORY_COUNT,
};

struct zd_stabiliser {
    zd_context *ctx;
    int width;
    int height;
    int across; /* blocks */
    int down;
    float *memory;
    bool started;
    bool follows[ZD_FOLLOWER_COUNT]; /* `followed` holds the estimate of the other plane */
    bool fresh;                      /* the last frame was the first: followers copy */
    zd_luma lumas[2];
    float *pictures[2]; /* interleaved RGB and a zero */
    int now;            /* index of the last frame's luma and picture */
    float *past;        /* what is known of each pixel of the last frame: ZD_PAST_COUNT numbers */
    float *warped;      /* the estimate moved to the new frame */
    float *warped_age;
    float *change; /* of the picture along the motion, smoothed */
    float *gain;
    float *warped_anchor;
    float *warped_anchor_age;
    float *warped_followed[ZD_FOLLOWER_COUNT];
    float *warped_sure[ZD_MEMORY_COUNT];
    float *shear;        /* of the motion at a pixel, in pixels */
    float picture_noise; /* of the last frame: how much the picture changes where it does not */
    float strength;
    float *vectors;
    float *vector_scratch;
    float *block_depth; /* means over blocks, for the fit */
    float *block_estimate;
    float *block_weight;
    float *block_shear; /* how much the motion of neighbours differs, in pixels */
};

static inline float *zd_stabiliser_past(const zd_stabiliser *s, ptrdiff_t at)
{
    return s->past + ZD_PAST_COUNT * at;
}

/** 0 up to `low`, 1 from `high` on. */
static inline float zd_stabiliser_ramp(float value, float low, float high)
{
    return zd_float_clamp((value - low) / (high - low), 0.0f, 1.0f);
}

#endif
