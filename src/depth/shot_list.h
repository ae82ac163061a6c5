/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_SHOT_LIST_H
#define ZD_DEPTH_SHOT_LIST_H

/* The shots of a clip with what was measured about them, and their text form for the cache. */

#include "core/text.h"
#include "image/depth_map.h"

/** One shot and its depths, in the values of the steadied maps. */
typedef struct zd_shot {
    int64_t first_frame;
    zd_depth_range range; /* measured, or locked by Furthest and Nearest */
    float suggested_in;   /* absolute; from the histogram and the foreground probability */
    float suggested_out;
    float suggested_probability; /* with the suggestion, zd_matte_params.probability */
    float confidence;            /* of the suggestion, 0..1 */
    bool selected;               /* boxes lie in this shot: */
    bool selected_subject; /* they were drawn on the network's subject, which keeps its weight */
    float selected_in;
    float selected_out;
    bool is_pending; /* only where it begins is known so far */
} zd_shot;

enum { ZD_SHOT_LIST_MAX = 1000000 };

typedef struct zd_shot_list {
    zd_context *ctx;
    zd_shot *shots;
    int count;
    int capacity;
    int64_t frame_count; /* the frames that were looked at for cuts */
    bool is_partial;     /* the clip goes on after them */
    zd_depth_kind kind;
} zd_shot_list;

ZD_MUST_USE zd_status zd_shot_list_add(zd_shot_list *list, zd_shot shot, zd_error *err);
void zd_shot_list_release(zd_shot_list *list);

/** The index of the shot that a frame lies in. */
int zd_shot_list_find(const zd_shot_list *list, int64_t frame);

/** The frame after a shot's last; INT64_MAX for the last shot of a partial list. */
int64_t zd_shot_list_end(const zd_shot_list *list, int shot);

/** Writes a list as text, and reads exactly that back: every number keeps its bits. Anything else
 *  is ZD_ERR_CORRUPT, and the list is then empty. */
void zd_shot_list_write(const zd_shot_list *list, zd_text *out);
ZD_MUST_USE zd_status zd_shot_list_parse(zd_shot_list *list, const char *text, zd_error *err);

#endif
