/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_FILTER_H
#define ZD_MEDIA_FILTER_H

/* Runs footage through any filter graph of FFmpeg (frei0r included): one picture in, one picture
 * out, of the same size. The graph is FFmpeg's own text: "gblur=sigma=20,hue=s=0". It may take depth, matte and
 * background plate of the same frame by labels: "[footage]format=gbrp[a];[depth]format=gbrp[b];[a][b]varblur".
 *
 * Thread-safety: one thread at a time uses a filter. */

#include "media/frame.h"
#include "media/trust.h"

typedef struct zd_filter zd_filter;

/** What a graph's open inputs may be labelled. One without a label is the footage. */
typedef enum zd_filter_input {
    ZD_FILTER_FOOTAGE, /* [footage], [in] */
    ZD_FILTER_DEPTH,   /* [depth]: gray, full range; white is near */
    ZD_FILTER_MATTE,   /* [matte]: gray, full range; white is foreground */
    ZD_FILTER_PLATE,   /* [plate]: the footage's background, carried on beneath the foreground */
    ZD_FILTER_INPUT_COUNT,
} zd_filter_input;

/** Builds a graph for frames like `info`; whether their codes are premultiplied, each frame says for
 *  itself and the graph's frames alike. Without full trust only filters that lead to no other files
 *  are built, see media/filter_graph.h. `frame_rate` may be 0/0. The caller owns *out. Errors
 *  name the filter or option that is wrong. */
ZD_MUST_USE zd_status zd_filter_open(zd_context *ctx, const char *graph, zd_trust trust,
                                     const zd_frame_info *info, zd_rational frame_rate,
                                     zd_filter **out, zd_error *err);

/** Whether the graph may look at other frames than the one it works on, or count them. False is
 *  certain: every filter in it makes each picture of that picture and its time alone. */
bool zd_filter_has_memory(const zd_filter *filter);

/** Whether each pixel is made of that pixel alone. True is certain. */
bool zd_filter_is_pointwise(const zd_filter *filter);

/** Whether the graph has an input of that kind. */
bool zd_filter_takes(const zd_filter *filter, zd_filter_input input);

/** Releases a filter and sets it to NULL. Accepts a pointer to NULL. */
void zd_filter_close(zd_filter **filter);

/** Gives the graph the next frame (borrowed), or NULL after the last one: what the graph holds back
 *  then comes out. */
ZD_MUST_USE zd_status zd_filter_push(zd_filter *filter, const zd_frame *frame, zd_error *err);

/** What is pushed with a frame into a graph that takes more; what it does not take is not looked at. */
typedef struct zd_filter_more {
    zd_view depth;         /* gray f32 of the frame's size, 0..1; NaN counts as 0 */
    zd_view matte;         /* likewise */
    const zd_frame *plate; /* like the frame */
} zd_filter_more;

/** The same for a graph that takes more than the footage. */
ZD_MUST_USE zd_status zd_filter_push_more(zd_filter *filter, const zd_frame *frame,
                                          const zd_filter_more *more, zd_error *err);

/** Takes a finished frame: *out is NULL with ZD_OK when the graph wants more input first, and
 *  ZD_ERR_END comes after the last frame of a flushed graph. The caller owns one reference. The
 *  pixel format is the input's where the graph allows, and the colour tags are the input's. */
ZD_MUST_USE zd_status zd_filter_pull(zd_filter *filter, zd_frame **out, zd_error *err);

#endif
