/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Cuts are decided a few frames late, so samples wait in a short line until theirs is known. Then
 * they are steadied, measured and forgotten. */

#include "engine/engine_shots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "depth/range.h"
#include "depth/shots.h"
#include "depth/stabilise.h"
#include "depth/suggest.h"
#include "engine/engine_faces.h"
#include "engine/engine_steps.h"
#include "matte/select.h"

enum { LINE_LENGTH = ZD_SHOT_DELAY + 2 };

#define PROVISIONAL 2.0f /* a shot's range before it is known, in its first frame's */

typedef struct waiting {
    zd_depth_sample sample;
    double time_s;
} waiting;

struct zd_engine_shots {
    zd_context *ctx;
    const zd_project *project;
    zd_shot_detector *detector;
    zd_stabiliser *stabiliser;
    zd_face_depth *faces; /* NULL without face analysis */
    zd_range_estimator *range;
    zd_suggester suggester;
    zd_matte_params selection; /* of the running shot, absolute */
    bool selects_subject;      /* a box was drawn where the network sees a subject */
    bool selects_else;         /* and one elsewhere, or one that takes away */
    bool selects_part;         /* one that names an object elsewhere */
    float part_depth;          /* and the farthest depth that such boxes need, as it is moved */
    float subject_depth; /* the farthest depth that boxes on the subject need, as it is moved */
    zd_depth_range provisional; /* of the running shot, from its first frame */
    const zd_shot_list *known;  /* where shots begin, borrowed; NULL: they are looked for */
    zd_shot_list shots;
    waiting line[LINE_LENGTH];
    int64_t pushed;
    int64_t first; /* of the clip's frames, the one that was pushed first */
    int64_t processed;
    double previous_time_s;
    zd_engine_shots_witness witness; /* may be NULL */
    void *witness_user;
};

/* Reads a frame of a list of cuts, up to the comma or the end. */
static bool read_cut(const char **at, int64_t *frame)
{
    char *end;
    *frame = strtoll(*at, &end, 10);
    bool is_frame = end > *at && *frame >= 0;
    *at = end + strspn(end, " ");
    return is_frame && (**at == ',' || **at == '\0');
}

zd_status zd_engine_shots_check(const zd_params *params, zd_error *err)
{
    const char *cuts = zd_params_text(params, ZD_P_CUTS);
    bool is_good = strcmp(cuts, "auto") == 0 || strcmp(cuts, "none") == 0;
    int64_t frame;
    for (const char *at = cuts; !is_good && read_cut(&at, &frame); at++) {
        is_good = *at == '\0';
    }
    return is_good
               ? ZD_OK
               : zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                         "cuts is '%s'; write auto, none, or frame numbers such as 0,48,131", cuts);
}

zd_status zd_engine_shots_create(zd_context *ctx, const zd_project *project, int map_width,
                                 int map_height, zd_engine_shots **out, zd_error *err)
{
    zd_engine_shots *a = zd_alloc_zeroed(ctx, 1, sizeof *a);
    *out = a;
    if (a == NULL) {
        return zd_fail_memory(err, "the analysis of shots");
    }
    a->ctx = ctx;
    a->project = project;
    a->shots.ctx = ctx;
    a->previous_time_s = -(double) INFINITY;
    zd_status status = zd_shot_detector_create(ctx, &a->detector, err);
    if (status == ZD_OK) {
        status = zd_stabiliser_create(ctx, map_width, map_height, &a->stabiliser, err);
    }
    if (status == ZD_OK) {
        status =
            zd_engine_faces_create(ctx, &project->params, map_width, map_height, &a->faces, err);
    }
    if (status == ZD_OK) {
        status = zd_range_estimator_create(ctx, &a->range, err);
    }
    if (status != ZD_OK) {
        zd_engine_shots_destroy(out);
    }
    return status;
}

void zd_engine_shots_destroy(zd_engine_shots **analysis)
{
    zd_engine_shots *a = *analysis;
    if (a == NULL) {
        return;
    }
    for (int i = 0; i < LINE_LENGTH; i++) {
        zd_depth_sample_release(&a->line[i].sample);
    }
    zd_range_estimator_destroy(&a->range);
    zd_stabiliser_destroy(&a->stabiliser);
    zd_face_depth_destroy(&a->faces);
    zd_shot_detector_destroy(&a->detector);
    zd_shot_list_release(&a->shots);
    zd_free(a->ctx, a);
    *analysis = NULL;
}

void zd_engine_shots_begin(zd_engine_shots *a, int64_t first, double previous_time_s,
                           const zd_shot_list *known)
{
    a->first = first;
    a->previous_time_s = previous_time_s;
    a->known = known;
}

static int by_first_frame(const void *a, const void *b)
{
    int64_t one = ((const zd_shot *) a)->first_frame;
    int64_t other = ((const zd_shot *) b)->first_frame;
    return one < other ? -1 : one > other;
}

static void drop_doubles(zd_shot_list *list)
{
    int kept = 1;
    for (int i = 1; i < list->count; i++) {
        if (list->shots[i].first_frame > list->shots[kept - 1].first_frame) {
            list->shots[kept++] = list->shots[i];
        }
    }
    list->count = kept;
}

zd_status zd_engine_shots_listed(const zd_params *params, zd_shot_list *out, bool *listed,
                                 zd_error *err)
{
    const char *at = zd_params_text(params, ZD_P_CUTS);
    zd_shot shot = { .is_pending = true };
    *listed = strcmp(at, "auto") != 0;
    if (!*listed) {
        return ZD_OK;
    }
    ZD_TRY(zd_shot_list_add(out, shot, err));
    for (bool more = true; more && read_cut(&at, &shot.first_frame); at++) {
        more = *at != '\0';
        ZD_TRY(zd_shot_list_add(out, shot, err));
    }
    qsort(out->shots, (size_t) out->count, sizeof *out->shots, by_first_frame);
    drop_doubles(out);
    out->frame_count = out->shots[out->count - 1].first_frame + 1;
    out->is_partial = true;
    return ZD_OK;
}

/* A range that is sure to hold the whole shot: its first frame's, widened by half on either side. */
static zd_depth_range widened(const zd_depth_map *map)
{
    zd_range_extent extent = zd_range_measure(map);
    float span = extent.nearest - extent.furthest;
    if (!extent.valid || span == 0.0f) {
        span = map->kind == ZD_DEPTH_METRES ? -1.0f : 1.0f;
    }
    float more = 0.5f * (PROVISIONAL - 1.0f) * span;
    return (zd_depth_range){ extent.furthest - more, extent.nearest + more };
}

/* Boxes on the subject alone: what was found by itself stands, and is widened where it misses a box. So a
 * box on somebody never brings the chair, and never loses an arm. */
static void select_subject(const zd_engine_shots *a, zd_shot *shot)
{
    float least = zd_depth_to_normalised(shot->range, shot->suggested_in);
    float needed = zd_depth_to_normalised(shot->range, a->subject_depth);
    shot->selected_in = needed < least ? a->subject_depth : shot->suggested_in;
    shot->selected_out = shot->suggested_out;
}

/* Whether boxes that name an object lie in what the automatic matte shows anyway: then that is divided into
 * objects, and depth alone, which would bring the floor before it, is not asked. */
static bool shows_part(const zd_engine_shots *a, const zd_shot *shot)
{
    bool is_found = shot->suggested_probability >= 0.0f;
    return is_found && a->selects_part && !a->selects_subject && !a->selects_else &&
           zd_depth_to_normalised(shot->range, a->part_depth) >=
               zd_depth_to_normalised(shot->range, shot->suggested_in);
}

static void finish_shot(zd_engine_shots *a)
{
    zd_shot *shot = &a->shots.shots[a->shots.count - 1];
    shot->range = zd_range_estimator_result(a->range, a->shots.kind);
    zd_engine_lock_range(&a->project->params, &shot->range);
    zd_suggestion suggestion = zd_suggester_result(&a->suggester, a->provisional, shot->range);
    shot->suggested_in = suggestion.depth_in;
    shot->suggested_out = suggestion.depth_out;
    shot->suggested_probability = suggestion.probability;
    shot->confidence = suggestion.confidence;
    shot->selected = a->selection.depth_in != 0.0f || a->selection.depth_out != 0.0f;
    shot->selected_subject = shot->selected && a->selects_subject;
    shot->selected_in = a->selection.depth_in;
    shot->selected_out = a->selection.depth_out;
    if (shot->selected && shows_part(a, shot)) {
        shot->selected_subject = true;
        shot->selected_in = shot->suggested_in;
        shot->selected_out = shot->suggested_out;
    } else if (shot->selected_subject && !a->selects_else && !a->selects_part) {
        select_subject(a, shot);
    }
}

static zd_status start_shot(zd_engine_shots *a, const zd_depth_map *map, zd_error *err)
{
    if (a->shots.count > 0) {
        finish_shot(a);
    }
    a->shots.kind = map->kind;
    a->provisional = widened(map);
    a->suggester = (zd_suggester){ 0 };
    a->selects_subject = false;
    a->selects_else = false;
    a->selects_part = false;
    a->selection = (zd_matte_params){ .mode = ZD_MATTE_ABSOLUTE };
    zd_range_estimator_reset(a->range);
    zd_stabiliser_reset(a->stabiliser);
    zd_engine_faces_reset(a->faces);
    return zd_shot_list_add(&a->shots, (zd_shot){ .first_frame = a->first + a->processed }, err);
}

/* The farther of a depth and what was noted before, if anything was. */
static float farther(const waiting *item, bool is_noted, float noted, float depth)
{
    bool is_metres = item->sample.depth.kind == ZD_DEPTH_METRES;
    return !is_noted || (depth < noted) != is_metres ? depth : noted;
}

/* Whether a box lies on the subject, and the depth that takes most of the subject in it, or, where boxes name
 * objects, most of it. */
static void note_subject(zd_engine_shots *a, const waiting *item, zd_selection box)
{
    zd_view foreground = { 0 };
    if (item->sample.foreground != NULL) {
        foreground = zd_image_view(item->sample.foreground);
    }
    bool is_object = zd_params_bool(&a->project->params, ZD_P_NEAREST_ONLY, item->time_s);
    bool has_subject = foreground.data != NULL && zd_select_has_subject(foreground, box);
    if (!has_subject && (foreground.data == NULL || box.subtract || !is_object)) {
        a->selects_else = true;
        return;
    }
    float depth =
        zd_select_subject_depth(&item->sample.depth, a->provisional, foreground, box,
                                ZD_SUBJECT_WEIGHT / PROVISIONAL, has_subject ? 0.5f : 0.0f);
    if (has_subject) {
        a->subject_depth = farther(item, a->selects_subject, a->subject_depth, depth);
        a->selects_subject = true;
    } else {
        a->part_depth = farther(item, a->selects_part, a->part_depth, depth);
        a->selects_part = true;
    }
}

/* Boxes belong to the frame on screen at their time. */
static zd_status add_selections(zd_engine_shots *a, const waiting *item, zd_error *err)
{
    for (int i = 0; i < a->project->box_count; i++) {
        const zd_box *box = &a->project->boxes[i];
        if (!(box->time_s > a->previous_time_s && box->time_s <= item->time_s)) {
            continue;
        }
        zd_selection selection = { (float) box->x, (float) box->y, (float) box->width,
                                   (float) box->height, box->subtract };
        bool has_plane = item->sample.foreground != NULL;
        zd_view plane = has_plane ? zd_image_view(item->sample.foreground) : (zd_view){ 0 };
        zd_status status = zd_select_add(&item->sample.depth, a->provisional, selection,
                                         has_plane ? &plane : NULL, &a->selection, err);
        if (status != ZD_OK) {
            return zd_fail_context(err, status, "the selection box %d", i + 1);
        }
        note_subject(a, item, selection);
    }
    return ZD_OK;
}

/* A cut at this frame: as found, as listed, or none. */
static bool cut_here(const zd_engine_shots *a, bool detected)
{
    const char *cuts = zd_params_text(&a->project->params, ZD_P_CUTS);
    int64_t here = a->first + a->processed;
    int64_t frame;
    if (a->processed == 0) {
        return true;
    }
    if (a->known != NULL) {
        return a->known->shots[zd_shot_list_find(a->known, here)].first_frame == here;
    }
    if (strcmp(cuts, "auto") == 0) {
        return detected;
    }
    for (const char *at = cuts; read_cut(&at, &frame); at++) {
        if (frame == here || *at == '\0') {
            return frame == here;
        }
    }
    return false;
}

void zd_engine_shots_watch(zd_engine_shots *a, zd_engine_shots_witness witness, void *user)
{
    a->witness = witness;
    a->witness_user = user;
}

static zd_status process(zd_engine_shots *a, const zd_shot_decision *decision, zd_error *err)
{
    waiting *item = &a->line[decision->frame % LINE_LENGTH];
    zd_depth_sample *sample = &item->sample;
    zd_status status = ZD_OK;
    if (cut_here(a, decision->starts_shot)) {
        status = start_shot(a, &sample->depth, err);
    }
    if (status == ZD_OK) {
        status = zd_engine_steady(&a->project->params, a->stabiliser, sample, err);
    }
    if (status == ZD_OK) {
        zd_engine_faces_apply(a->faces, sample, item->time_s);
    }
    if (status == ZD_OK && a->witness != NULL) {
        a->witness(a->witness_user, a->first + decision->frame, sample);
    }
    if (status == ZD_OK) {
        status = zd_range_estimator_add(a->range, zd_range_measure(&sample->depth), err);
    }
    if (status == ZD_OK) {
        zd_view foreground = { 0 };
        if (sample->foreground != NULL) {
            foreground = zd_image_view(sample->foreground);
        }
        zd_suggester_add(&a->suggester, &sample->depth, a->provisional,
                         sample->foreground != NULL ? &foreground : NULL);
        status = add_selections(a, item, err);
    }
    a->previous_time_s = item->time_s;
    a->processed++;
    zd_depth_sample_release(sample);
    return status;
}

zd_status zd_engine_shots_push(zd_engine_shots *a, zd_depth_sample *sample, double time_s,
                               zd_error *err)
{
    zd_shot_decision decision;
    waiting *slot = &a->line[a->pushed % LINE_LENGTH];
    *slot = (waiting){ *sample, time_s };
    *sample = (zd_depth_sample){ 0 };
    a->pushed++;
    if (a->known != NULL) {
        return process(a, &(zd_shot_decision){ .frame = a->pushed - 1 }, err);
    }
    if (zd_shot_detector_push(a->detector, zd_image_view(slot->sample.small), &decision)) {
        return process(a, &decision, err);
    }
    return ZD_OK;
}

zd_status zd_engine_shots_finish(zd_engine_shots *a, zd_shot_list *out, zd_error *err)
{
    zd_shot_decision decision;
    while (zd_shot_detector_drain(a->detector, &decision)) {
        ZD_TRY(process(a, &decision, err));
    }
    if (a->shots.count == 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no frame in the range");
    }
    finish_shot(a);
    a->shots.frame_count = a->first + a->processed;
    *out = a->shots;
    a->shots = (zd_shot_list){ .ctx = a->ctx };
    return ZD_OK;
}
