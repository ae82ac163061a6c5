/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The thing is followed by the object tracker, to which it seems to stay at the depth where it was picked: the
 * range goes along with it. What lies within a band around that depth, and is joined to it, is the thing; the
 * focus is the median of its depths, and while it is hidden, the last. */

#include "clip/clip_focus.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "composite/effect_spec.h"
#include "composite/effects/lens_blur.h"
#include "composite/effects/rack.h"
#include "core/require.h"
#include "core/size.h"

enum { BINS = 512 };

#define BAND 0.12f /* of the range, to either side */
#define SIDE 0.04f /* of the box around a place, fraction of the frame's height */

/* A thing that is followed. */
typedef struct followed {
    zd_object_tracker *tracker;
    float picked; /* its depth when it was picked */
    float seen;   /* and in the last frame */
} followed;

/* The first lens of a chain that follows. */
typedef struct lens_place {
    int step; /* -1: there is none */
    const zd_effect_desc *effect;
} lens_place;

struct zd_clip_focus {
    zd_context *ctx;
    int width;
    int height;
    char *text; /* the effect that the chain was read from; NULL: none yet */
    zd_effect_chain chain;
    lens_place lens;
    zd_image *mask;
    followed thing;
    followed other; /* where a rack goes to */
    bool has_other;
    float now;  /* the focus */
    float from; /* of the pull */
    double pulled_s;
};

static double rate_of(const zd_clip *clip)
{
    return zd_reader_info_rate(clip->info);
}

/* Whether a step is a lens that follows what is at a place. */
static bool step_follows(const zd_effect_step *step)
{
    zd_rack rack;
    zd_lens_blur lens;
    memcpy(&rack, step->params.bytes, sizeof rack);
    memcpy(&lens, step->params.bytes, sizeof lens);
    return step->effect == &zd_effect_rack
               ? rack.follow >= 0.5f
               : step->effect == &zd_effect_lens_blur && lens.follow >= 0.5f && lens.x > 0.0f &&
                     lens.y > 0.0f;
}

/* Reads an effect's text. */
static lens_place find_lens(const char *text, double rate, zd_effect_chain *chain)
{
    bool may = text != NULL && (strstr(text, "follow") != NULL || strstr(text, "zrack") != NULL);
    if (may && zd_effect_parse(text, rate, chain, NULL) == ZD_OK) {
        for (int i = 0; i < chain->count; i++) {
            zd_effect_step at = zd_effect_step_at(chain, i, 0.0);
            if (step_follows(&at)) {
                return (lens_place){ i, at.effect };
            }
        }
    }
    return (lens_place){ -1, NULL };
}

bool zd_clip_focus_is_wanted(const zd_project *project, double frame_rate)
{
    zd_effect_chain chain;
    return find_lens(zd_params_text(&project->params, ZD_P_EFFECT), frame_rate, &chain).step >= 0;
}

zd_status zd_clip_focus_create(zd_context *ctx, int map_width, int map_height, zd_clip_focus **out,
                               zd_error *err)
{
    ZD_REQUIRE(err, map_width > 0 && map_height > 0);
    zd_clip_focus *f = zd_alloc_zeroed(ctx, 1, sizeof *f);
    *out = f;
    if (f == NULL) {
        return zd_fail_memory(err, "the focus");
    }
    f->ctx = ctx;
    f->width = map_width;
    f->height = map_height;
    return ZD_OK;
}

void zd_clip_focus_destroy(zd_clip_focus **focus)
{
    zd_clip_focus *f = *focus;
    if (f != NULL) {
        zd_object_tracker_destroy(&f->thing.tracker);
        zd_object_tracker_destroy(&f->other.tracker);
        zd_image_unref(&f->mask);
        zd_free(f->ctx, f->text);
        zd_free(f->ctx, f);
        *focus = NULL;
    }
}

/* Reads the effect's text where it is another than before: an application edits it. */
static zd_status read_effect(zd_clip_focus *f, const zd_clip *clip, zd_error *err)
{
    const char *text = zd_params_text(&clip->project->params, ZD_P_EFFECT);
    text = text != NULL ? text : "";
    if (f->text != NULL && strcmp(f->text, text) == 0) {
        return ZD_OK;
    }
    char *copy = zd_strdup(f->ctx, text);
    if (copy == NULL) {
        return zd_fail_memory(err, "the focus");
    }
    zd_free(f->ctx, f->text);
    f->text = copy;
    f->lens = find_lens(text, rate_of(clip), &f->chain);
    return ZD_OK;
}

/* Whether a key of the lens's place lies in the time since the last frame. */
static bool has_key(const zd_effect_chain *chain, int step, const zd_clip_focus_frame *frame)
{
    assert(step >= 0 && step < chain->count);
    for (int i = 0; i < chain->track_count; i++) {
        const zd_effect_track *track = &chain->tracks[i];
        bool is_place =
            strcmp(track->field->name, "x") == 0 || strcmp(track->field->name, "y") == 0;
        for (int k = 0; track->step == step && is_place && k < track->count; k++) {
            double at = track->keys[k].time_s;
            if (at > frame->before_s + 1e-6 && at <= frame->time_s + 1e-6) {
                return true;
            }
        }
    }
    return false;
}

/* The median of the normalised depths of a box, or with a mask of what that holds; negative: of nothing. */
static float median_depth(const zd_object_frame *seen, zd_view mask, zd_rect box)
{
    int counts[BINS] = { 0 };
    int total = 0;
    zd_view values = zd_image_view(seen->map->values);
    for (int y = box.y0; y < box.y1; y++) {
        const float *row = zd_view_row_f32(values, y);
        for (int x = box.x0; x < box.x1; x++) {
            float depth = zd_depth_to_normalised(seen->range, row[x]);
            if ((mask.data == NULL || zd_view_row_f32(mask, y)[x] > 0.5f) && depth == depth) {
                counts[(int) (zd_float_clamp(depth, 0.0f, 1.0f) * (BINS - 1) + 0.5f)]++;
                total++;
            }
        }
    }
    int below = 0;
    for (int i = 0; i < BINS; i++) {
        if (2 * (below + counts[i]) >= total && counts[i] > 0) { /* within the bin, evenly */
            float part = (0.5f * (float) total - (float) below) / (float) counts[i];
            return zd_float_clamp(((float) i - 0.5f + part) / (BINS - 1), 0.0f, 1.0f);
        }
        below += counts[i];
    }
    return -1.0f;
}

static zd_selection box_around(const zd_clip *clip, float x, float y)
{
    float aspect = (float) clip->info->height / (float) clip->info->width;
    float width = SIDE * aspect;
    return (zd_selection){ zd_float_clamp(x - 0.5f * width, 0.0f, 1.0f - width),
                           zd_float_clamp(y - 0.5f * SIDE, 0.0f, 1.0f - SIDE), width, SIDE, false };
}

static zd_rect rect_of(const zd_clip_focus *f, zd_selection box)
{
    zd_rect rect = { (int) (box.x * (float) f->width), (int) (box.y * (float) f->height),
                     (int) ceilf((box.x + box.width) * (float) f->width),
                     (int) ceilf((box.y + box.height) * (float) f->height) };
    return zd_rect_intersect(rect, (zd_rect){ 0, 0, f->width, f->height });
}

/* Depth in a band around that where the thing was picked. */
static zd_matte_params band_around(float depth)
{
    return (zd_matte_params){ .mode = ZD_MATTE_NORMALISED,
                              .depth_in = zd_float_clamp(depth - BAND, 0.0f, 1.0f),
                              .depth_out = depth + BAND,
                              .level_near = 1.0f,
                              .level_gamma = 1.0f };
}

static zd_status follow(zd_clip_focus *f, followed *thing, const zd_object_frame *seen,
                        zd_error *err)
{
    if (thing->tracker == NULL) {
        ZD_TRY(zd_object_tracker_create(f->ctx, f->width, f->height, &thing->tracker, err));
    }
    if (f->mask == NULL) {
        ZD_TRY(zd_image_create(f->ctx, f->width, f->height, ZD_GRAY_F32, &f->mask, err));
    }
    zd_view mask = zd_image_view(f->mask);
    zd_object_frame moved = *seen;
    float gone = (thing->seen - thing->picked) * (seen->range.nearest - seen->range.furthest);
    zd_matte_params band = band_around(thing->picked);
    moved.range.furthest += gone;
    moved.range.nearest += gone;
    ZD_TRY(zd_object_tracker_update(thing->tracker, &moved, &band, mask, err));
    float depth = median_depth(seen, mask, (zd_rect){ 0, 0, f->width, f->height });
    thing->seen = depth >= 0.0f ? depth : thing->seen;
    return ZD_OK;
}

/* Begins with what is at a place. */
static void pick(const zd_clip_focus *f, followed *thing, const zd_object_frame *seen,
                 zd_selection box)
{
    float depth = median_depth(seen, (zd_view){ 0 }, rect_of(f, box));
    thing->seen = depth >= 0.0f ? depth : thing->seen;
    thing->picked = thing->seen;
    if (thing->tracker != NULL) {
        zd_object_tracker_reset(thing->tracker);
    }
}

/* Follows a thing into a frame; `box` not NULL: it is picked there. */
static zd_status go_on(zd_clip_focus *f, followed *thing, const zd_clip_focus_frame *frame,
                       const zd_selection *box, zd_error *err)
{
    zd_object_frame seen = frame->seen;
    if (box != NULL) {
        pick(f, thing, &seen, *box);
        seen.boxes = box;
        seen.box_count = 1;
    }
    return follow(f, thing, &seen, err);
}

static zd_status take_lens(zd_clip_focus *f, const zd_clip *clip, const zd_effect_step *step,
                           const zd_clip_focus_frame *frame, zd_error *err)
{
    zd_lens_blur lens;
    memcpy(&lens, step->params.bytes, sizeof lens);
    zd_selection box = box_around(clip, lens.x, lens.y);
    bool picks = frame->is_first || has_key(&f->chain, f->lens.step, frame);
    if (picks) {
        f->from = f->now;
        f->pulled_s = frame->is_first ? -(double) INFINITY : frame->time_s;
    }
    ZD_TRY(go_on(f, &f->thing, frame, picks ? &box : NULL, err));
    double part = lens.pull > 0.0f ? (frame->time_s - f->pulled_s) / (double) lens.pull : 1.0;
    float way = (float) fmin(fmax(part, 0.0), 1.0);
    way = way * way * (3.0f - 2.0f * way);
    f->now = way < 1.0f ? f->from + way * (f->thing.seen - f->from) : f->thing.seen;
    return ZD_OK;
}

/* Each thing only as long as it counts. */
static zd_status take_rack(zd_clip_focus *f, const zd_clip *clip, const zd_effect_step *step,
                           const zd_clip_focus_frame *frame, zd_error *err)
{
    zd_rack rack;
    memcpy(&rack, step->params.bytes, sizeof rack);
    zd_selection here = box_around(clip, rack.x, rack.y);
    zd_selection there = box_around(clip, rack.to_x, rack.to_y);
    float way = zd_rack_way(&rack, frame->time_s);
    f->has_other = f->has_other && !frame->is_first;
    if (way < 1.0f) {
        ZD_TRY(go_on(f, &f->thing, frame, frame->is_first ? &here : NULL, err));
        f->now = f->thing.seen;
    }
    if (way > 0.0f) {
        ZD_TRY(go_on(f, &f->other, frame, f->has_other ? NULL : &there, err));
        f->has_other = true;
        f->now = way < 1.0f ? f->now + way * (f->other.seen - f->now) : f->other.seen;
    }
    return ZD_OK;
}

zd_status zd_clip_focus_take(zd_clip_focus *f, const zd_clip *clip,
                             const zd_clip_focus_frame *frame, float *out, bool *has_focus,
                             zd_error *err)
{
    ZD_TRY(read_effect(f, clip, err));
    *has_focus = f->lens.step >= 0;
    if (!*has_focus) {
        return ZD_OK;
    }
    zd_effect_step at = zd_effect_step_at(&f->chain, f->lens.step, frame->time_s);
    ZD_TRY(f->lens.effect == &zd_effect_rack ? take_rack(f, clip, &at, frame, err)
                                             : take_lens(f, clip, &at, frame, err));
    *out = f->now;
    return ZD_OK;
}
