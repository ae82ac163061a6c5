/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The text form is a line a shot, read back with every number checked. */

#include "depth/shot_list.h"
#include "core/require.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void zd_shot_list_release(zd_shot_list *list)
{
    if (list->shots != NULL) {
        zd_free(list->ctx, list->shots);
    }
    *list = (zd_shot_list){ .ctx = list->ctx };
}

zd_status zd_shot_list_add(zd_shot_list *list, zd_shot shot, zd_error *err)
{
    ZD_REQUIRE(err, list->ctx != NULL && shot.first_frame >= 0);
    if (list->count == ZD_SHOT_LIST_MAX) {
        return zd_fail(err, ZD_ERR_LIMIT, "more than %d shots", ZD_SHOT_LIST_MAX);
    }
    if (list->count == list->capacity) {
        int capacity = list->capacity > 0 ? list->capacity * 2 : 16;
        zd_shot *shots = zd_alloc_zeroed(list->ctx, (size_t) capacity, sizeof *shots);
        if (shots == NULL) {
            return zd_fail_memory(err, "the list of shots");
        }
        if (list->count > 0) {
            memcpy(shots, list->shots, (size_t) list->count * sizeof *shots);
        }
        zd_free(list->ctx, list->shots);
        list->shots = shots;
        list->capacity = capacity;
    }
    list->shots[list->count++] = shot;
    return ZD_OK;
}

int zd_shot_list_find(const zd_shot_list *list, int64_t frame)
{
    assert(list->count > 0);
    int low = 0;
    int high = list->count;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (list->shots[middle].first_frame <= frame) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

int64_t zd_shot_list_end(const zd_shot_list *list, int shot)
{
    assert(shot >= 0 && shot < list->count);
    if (shot + 1 < list->count) {
        return list->shots[shot + 1].first_frame;
    }
    return list->is_partial ? INT64_MAX : list->frame_count;
}

/* Version 3 is for lists in which something is still open, 2 for the others. */
static bool is_open(const zd_shot_list *list)
{
    bool open = list->is_partial;
    for (int i = 0; i < list->count; i++) {
        open = open || list->shots[i].is_pending;
    }
    return open;
}

void zd_shot_list_write(const zd_shot_list *list, zd_text *out)
{
    bool open = is_open(list);
    zd_text_format(out, "zdepth shots %d\n%lld %d %d", open ? 3 : 2, (long long) list->frame_count,
                   (int) list->kind, list->count);
    zd_text_add(out, !open ? "\n" : list->is_partial ? " 1\n" : " 0\n");
    for (int i = 0; i < list->count; i++) {
        const zd_shot *s = &list->shots[i];
        zd_text_format(out, "%lld %a %a %a %a %a %a %d %a %a", (long long) s->first_frame,
                       (double) s->range.furthest, (double) s->range.nearest,
                       (double) s->suggested_in, (double) s->suggested_out,
                       (double) s->suggested_probability, (double) s->confidence,
                       s->selected ? s->selected_subject ? 2 : 1 : 0, (double) s->selected_in,
                       (double) s->selected_out);
        zd_text_add(out, !open ? "\n" : s->is_pending ? " 1\n" : " 0\n");
    }
    zd_text_add(out, "end\n");
}

/* A version's own last number of a line: 0 or 1, and nothing in version 2. */
static bool parse_flag(const char **text, int version, bool *out)
{
    int value = 0;
    int used = 0;
    if (version == 3 && (sscanf(*text, "%d\n%n", &value, &used) != 1 || used == 0)) {
        return false;
    }
    *out = value == 1;
    *text += used;
    return value == 0 || value == 1;
}

static bool parse_shot(const char **text, int version, zd_shot *out)
{
    long long first;
    int selected;
    int used = 0;
    zd_shot s = { 0 };
    int fields =
        sscanf(*text, "%lld %f %f %f %f %f %f %d %f %f\n%n", &first, &s.range.furthest,
               &s.range.nearest, &s.suggested_in, &s.suggested_out, &s.suggested_probability,
               &s.confidence, &selected, &s.selected_in, &s.selected_out, &used);
    if (fields != 10 || used == 0 || !isfinite(s.range.furthest) || !isfinite(s.range.nearest) ||
        isnan(s.suggested_in) || isnan(s.suggested_probability) || isnan(s.suggested_out) ||
        isnan(s.selected_in) || isnan(s.selected_out) || selected < 0 || selected > 2)
    {
        return false;
    }
    s.first_frame = first;
    s.selected = selected != 0;
    s.selected_subject = selected == 2;
    *out = s;
    *text += used;
    return parse_flag(text, version, &out->is_pending);
}

static zd_status parse_shots(zd_shot_list *list, const char *text, int version, int count,
                             zd_error *err)
{
    int64_t previous = -1;
    for (int i = 0; i < count; i++) {
        zd_shot shot;
        if (!parse_shot(&text, version, &shot) || shot.first_frame <= previous ||
            shot.first_frame >= list->frame_count || (i == 0 && shot.first_frame != 0))
        {
            return zd_fail(err, ZD_ERR_CORRUPT, "shot %d is damaged", i + 1);
        }
        previous = shot.first_frame;
        ZD_TRY(zd_shot_list_add(list, shot, err));
    }
    return strcmp(text, "end\n") == 0 ? ZD_OK : zd_fail(err, ZD_ERR_CORRUPT, "the list has no end");
}

zd_status zd_shot_list_parse(zd_shot_list *list, const char *text, zd_error *err)
{
    long long frames = 0;
    int version = 0;
    int kind = -1;
    int count = 0;
    int used = 0;
    bool is_partial = false;
    zd_shot_list_release(list);
    int fields =
        sscanf(text, "zdepth shots %d\n%lld %d %d\n%n", &version, &frames, &kind, &count, &used);
    text += used;
    if (fields != 4 || used == 0 || (version != 2 && version != 3) ||
        !parse_flag(&text, version, &is_partial) || kind < ZD_DEPTH_NEARNESS ||
        kind > ZD_DEPTH_METRES || frames < 1 || count < 1 || count > ZD_SHOT_LIST_MAX)
    {
        return zd_fail(err, ZD_ERR_CORRUPT, "not a list of shots");
    }
    list->frame_count = frames;
    list->is_partial = is_partial;
    list->kind = (zd_depth_kind) kind;
    zd_status status = parse_shots(list, text, version, count, err);
    if (status != ZD_OK) {
        zd_shot_list_release(list);
    }
    return status;
}
