/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_EXPLAIN_H
#define ZD_JOBS_EXPLAIN_H

/* Why a shot's matte looks as it does, and which flag to try. Every advice rests on figures of the
 * shot's middle frame and of its analysis. */

#include "clip/clip.h"
#include "clip/inserts/clip_tracks.h"
#include "matte/facts.h"

/** One shot's findings. */
typedef struct zd_finding {
    const zd_shot *shot; /* borrowed from the clip */
    int64_t frame;       /* that was looked at */
    zd_matte_facts facts;
} zd_finding;

/** A sentence, with a name for programs. */
typedef struct zd_advice {
    const char *name;
    const char *text;
    bool (*applies)(const zd_finding *finding);
} zd_advice;

/** What mends the matte by hand. */
typedef struct zd_hand_finding {
    int garbage; /* shapes */
    int holdout;
    const char *supplied; /* path, or NULL; borrowed from the project */
    const char *mode;     /* how it meets the found matte */
} zd_hand_finding;

zd_hand_finding zd_explain_hand(const zd_clip *clip);

/** Looks at the middle frame of a shot of an analysed clip; the clip's reader is anywhere after. */
ZD_MUST_USE zd_status zd_explain_shot(zd_clip *clip, int shot, const zd_task *task, zd_finding *out,
                                      zd_error *err);

enum {
    ZD_EXPLAIN_LEAST_SHARE = 25
}; /* percent of an insert, below which it is told that it hardly shows */

/** What is found out about a title or an insert. */
typedef struct zd_explain_insert {
    double visible; /* 0..1, by its alpha and the matte before it; -1 where it is not on */
    zd_clip_track_report track;
} zd_explain_insert;

/** Looks at each of the project's titles and inserts in the middle frames of the range's shots, and at the tracks
 *  in these shots. The clip is analysed, opened with these options; its reader is anywhere after. */
ZD_MUST_USE zd_status zd_explain_inserts(zd_clip *clip, const zd_clip_options *options,
                                         const zd_task *task, zd_explain_insert *findings,
                                         zd_error *err);

/** The advices in the order of reading, `*count` of them; each says whether it applies. */
const zd_advice *zd_explain_advices(int *count);

/** Whether a subject was found that is worth a sentence. */
bool zd_explain_has_subject(const zd_finding *finding);

#endif
