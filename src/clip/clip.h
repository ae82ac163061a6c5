/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_H
#define ZD_CLIP_CLIP_H

/* A clip with its depth: footage, depth source, cache, and what the analysis found out about its
 * shots. Mattes are made from it frame after frame; see clip/layers.h. */

#include "cache/cache_folder.h"
#include "clip/clip_hand.h"
#include "clip/depth/clip_depth.h"
#include "core/task.h"
#include "depth/shot_list.h"
#include "media/reader.h"
#include "project/project.h"

typedef struct zd_clip {
    zd_context *ctx;
    const zd_project *project; /* borrowed */
    zd_reader *reader;         /* at the first frame after opening */
    const zd_reader_info *info;
    zd_cache_folder cache;   /* path NULL when caching is off or impossible */
    zd_cache_folder scratch; /* of a trial */
    zd_clip_depth *depth;
    zd_clip_hand *hand; /* shapes and a supplied matte */
    zd_shot_list shots; /* numbered on the clip; those outside the range may be pending */
    bool is_alone;      /* the range is taken for a clip of its own, but for its times */
    bool
        keeps_steady; /* the analysis keeps steadied depth in the cache; see clip/depth/clip_steady.h */
    bool takes_steady; /* walks take it from there, and frames need no walk to them */
} zd_clip;

typedef struct zd_clip_options {
    bool no_cache;
    bool is_trial; /* some frames are tried out: nothing is stored, nor told about their range */
    const char *cache_folder; /* NULL: the default */
    const char
        *scratch_folder; /* of a trial: what the job would store in the cache; NULL: nowhere */
    int64_t cache_limit; /* in bytes; 0: the default */
    bool takes_steady;   /* an analysis that has kept steadied depth is over; see zd_clip */
} zd_clip_options;

/** Opens footage, cache and depth source. */
ZD_MUST_USE zd_status zd_clip_open(zd_context *ctx, const zd_project *project,
                                   const zd_clip_options *options, zd_clip *out, zd_error *err);

/** Analyses every shot that the range touches, all of it (alone: the range): depth (from the cache
 *  where it is there), cuts, ranges, suggested thresholds, selections; or recalls what an earlier run
 *  has found. Long: reports progress in the stages "cuts" and "depth" and may be cancelled; what was
 *  computed until then stays in the cache. The reader is anywhere afterwards. */
ZD_MUST_USE zd_status zd_clip_analyse(zd_clip *clip, const zd_task *task, zd_error *err);

/** The first half of the analysis alone: where the shots of the range begin, all of them pending.
 *  Decodes, and runs no network. */
ZD_MUST_USE zd_status zd_clip_find_cuts(zd_clip *clip, const zd_task *task, zd_error *err);

/** Whether something is followed from frame to frame: the nearest object, or what a lens is focused on. */
bool zd_clip_follows(const zd_project *project);

/** Whether a frame's depth is known from what the analysis keeps of it alone. Tracked objects and faces
 *  have a memory of their own. */
bool zd_clip_can_keep_steady(const zd_project *project);

/** After the analysis: the indices of the first shot of the range and of the one after its last. */
void zd_clip_shots_in_range(const zd_clip *clip, int *first, int *end);

/** A frame's time in seconds from the clip's first frame on, whatever the range. */
double zd_clip_time_s(const zd_clip *clip, const zd_frame *frame);

void zd_clip_close(zd_clip *clip);

/** Opens the footage alone, with the range and rate of the parameters. */
ZD_MUST_USE zd_status zd_clip_open_reader(zd_context *ctx, const zd_params *params, zd_reader **out,
                                          zd_error *err);

/** What the parameters say about damage. */
zd_damage zd_clip_damage(const zd_params *params);

/** The rate that the parameters give a sequence of pictures; 0/0: none, the reader's. */
zd_rational zd_clip_sequence_rate(const zd_params *params);

#endif
