/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The object is followed sample by sample (object_follow.c). Beside that the tracker keeps what it was like:
 * place, motion, mean depth, colour and size. When nothing of it is left to follow, as behind an occluder,
 * the parts of the foreground are judged by these until one agrees. */

#include "matte/object.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/require.h"
#include "matte/components.h"
#include "matte/select/object_follow.h"

#define LEARNING      0.1f  /* how fast depth, colour and size follow */
#define DEPTH_SPREAD  0.12f /* of the range: a difference that makes another object likely */
#define COLOUR_SPREAD 0.15f /* the same in display-referred colour */
#define PLACE_SPREAD  0.12f /* of the map's width */
#define LEAST_SCORE   0.12f
#define DEPTH_STEP    0.06f /* of the range: a change at one place that makes another object likely */
#define PART_OVERLAP  0.5f /* of a part's area that lay on the object before */
#define PART_STEADY   0.4f
#define WHOLE_LEAST   0.92f /* of the area it had: less is a part of it, much more a mixture */
#define WHOLE_MOST    1.15f
#define KNOWN_OTHER   0.5f   /* of a part's area: it was another object in the frame before */
#define SMALL_PART    0.125f /* of the object's area: so small a part may cling to it */
#define PART_DEPTH    0.1f   /* of the range: at about the object's depth */
#define SURE_PART     0.8f   /* the mean probability of such a part */
#define LEAST_LEFT    0.08f  /* of the area it had, below which it is hidden */

enum {
    LONGEST_GUESS = 15, /* frames that a hidden object is taken to move on */
    LONGEST_PART = 75,  /* frames after which a part is all there is */
};

typedef struct appearance {
    float depth;
    float area;
    float x;
    float y;
    float rgb[3];
} appearance;

struct zd_object_tracker {
    zd_context *ctx;
    int width;
    int height;
    float *field;
    float *probability;
    int *labels;
    int *queue;
    zd_follow follow;
    bool has_object;
    bool has_colour;
    appearance object;
    float motion_x;
    float motion_y;
    int hidden;  /* frames since it was seen */
    int partial; /* frames since it was whole, among those in which it was seen */
};

/* One part of the new foreground, judged. */
typedef struct candidate {
    appearance is;
    float overlap;  /* part of its area that lay on the object */
    float steady;   /* how well its depths agree with those that the object had there */
    float covered;  /* part of the object's mask that it lies on */
    float likeness; /* of depth and colour */
    float other;    /* part of its area that was another object */
    float score;
} candidate;

zd_status zd_object_tracker_create(zd_context *ctx, int map_width, int map_height,
                                   zd_object_tracker **out, zd_error *err)
{
    ZD_REQUIRE(err, map_width > 0 && map_height > 0);
    *out = NULL;
    if (map_width < 1 || map_height < 1 || map_width > zd_context_max_dimension(ctx) ||
        map_height > zd_context_max_dimension(ctx))
    {
        return zd_fail(err, ZD_ERR_LIMIT, "a depth map of %dx%d; each side must be 1 to %d",
                       map_width, map_height, zd_context_max_dimension(ctx));
    }
    zd_object_tracker *t = zd_alloc_zeroed(ctx, 1, sizeof *t);
    if (t == NULL) {
        return zd_fail_memory(err, "the object tracker");
    }
    size_t samples = (size_t) map_width * (size_t) map_height;
    t->ctx = ctx;
    t->width = map_width;
    t->height = map_height;
    t->field = zd_alloc_zeroed(ctx, samples, sizeof *t->field);
    t->probability = zd_alloc_zeroed(ctx, samples, sizeof *t->probability);
    t->labels = zd_alloc_zeroed(ctx, samples, sizeof *t->labels);
    t->queue = zd_alloc_zeroed(ctx, samples, sizeof *t->queue);
    t->follow = (zd_follow){ .is_object = zd_alloc_zeroed(ctx, samples, 1),
                             .is_other = zd_alloc_zeroed(ctx, samples, 1),
                             .age = zd_alloc_zeroed(ctx, samples, 1),
                             .home = zd_alloc_zeroed(ctx, samples, sizeof(float)),
                             .last = zd_alloc_zeroed(ctx, samples, sizeof(float)),
                             .labels = t->labels,
                             .queue = t->queue };
    const zd_follow *f = &t->follow;
    if (t->field == NULL || t->probability == NULL || t->labels == NULL || t->queue == NULL ||
        f->is_object == NULL || f->is_other == NULL || f->age == NULL || f->home == NULL ||
        f->last == NULL)
    {
        zd_object_tracker_destroy(&t);
        return zd_fail_memory(err, "the object tracker");
    }
    *out = t;
    return ZD_OK;
}

void zd_object_tracker_destroy(zd_object_tracker **tracker)
{
    zd_object_tracker *t = *tracker;
    if (t != NULL) {
        zd_free(t->ctx, t->field);
        zd_free(t->ctx, t->probability);
        zd_free(t->ctx, t->labels);
        zd_free(t->ctx, t->queue);
        zd_free(t->ctx, t->follow.is_object);
        zd_free(t->ctx, t->follow.is_other);
        zd_free(t->ctx, t->follow.age);
        zd_free(t->ctx, t->follow.home);
        zd_free(t->ctx, t->follow.last);
        zd_free(t->ctx, t);
        *tracker = NULL;
    }
}

void zd_object_tracker_reset(zd_object_tracker *tracker)
{
    assert(tracker != NULL);
    tracker->has_object = false;
    tracker->hidden = 0;
    tracker->partial = 0;
}

static float closeness(float difference, float spread)
{
    float d = difference / spread;
    return expf(-0.5f * d * d);
}

/* Colour of each part, and how it lies on the object. */
static void measure(const zd_object_tracker *t, zd_plane field, const zd_component *components,
                    int count, const zd_view *rgb, candidate *out)
{
    int last_area = 1;
    for (int i = 0; i < count; i++) {
        const zd_component *c = &components[i];
        out[i] = (candidate){ .is = { c->depth, (float) c->area, c->x, c->y, { 0 } } };
    }
    for (int y = 0; y < field.height; y++) {
        const float *pixel = rgb != NULL ? zd_view_row_f32(*rgb, y) : NULL;
        for (int x = 0; x < field.width; x++) {
            int at = y * field.width + x;
            last_area += t->follow.is_object[at];
            if (t->labels[at] <= 0) {
                continue;
            }
            candidate *c = &out[t->labels[at] - 1];
            c->other += (t->follow.is_other[at] > 0 ? 1.0f : 0.0f) / c->is.area;
            c->overlap += (float) t->follow.is_object[at];
            c->steady +=
                (float) t->follow.is_object[at] * fabsf(field.data[at] - t->follow.home[at]);
            for (int k = 0; pixel != NULL && k < 3; k++) {
                float value = pixel[x * rgb->format.channels + k];
                c->is.rgb[k] += zd_float_clamp(value, 0.0f, 4.0f) / c->is.area;
            }
        }
    }
    for (int i = 0; i < count; i++) {
        out[i].covered = out[i].overlap / (float) last_area;
        out[i].steady =
            out[i].overlap > 0.0f ? closeness(out[i].steady / out[i].overlap, DEPTH_STEP) : 0.0f;
        out[i].overlap /= out[i].is.area;
    }
}

/* How well a part agrees with the object. */
static void judge(const zd_object_tracker *t, bool with_colour, candidate *c)
{
    float guess = (float) zd_int_min(t->hidden + t->partial + 1, LONGEST_GUESS);
    float dx = c->is.x - (t->object.x + guess * t->motion_x);
    float dy = c->is.y - (t->object.y + guess * t->motion_y);
    float spread = PLACE_SPREAD * (float) t->width * (1.0f + 0.1f * (float) t->hidden);
    float place = closeness(sqrtf(dx * dx + dy * dy), spread);
    float size = fminf(c->is.area, t->object.area) / fmaxf(c->is.area, t->object.area);
    c->likeness = closeness(c->is.depth - t->object.depth, DEPTH_SPREAD);
    if (with_colour && t->has_colour) {
        float square = 0.0f;
        for (int k = 0; k < 3; k++) {
            float d = c->is.rgb[k] - t->object.rgb[k];
            square += d * d;
        }
        c->likeness *= closeness(sqrtf(square), COLOUR_SPREAD);
    }
    bool fresh = t->hidden <= LONGEST_PART;
    float here = fresh ? c->steady * fmaxf(c->covered, 0.5f * c->overlap) : 0.0f;
    c->score = c->other < KNOWN_OTHER ? fmaxf(here, c->likeness * place * sqrtf(size)) : 0.0f;
}

/* Marks the parts that are the object; returns the best one, or -1. */
static int choose(const zd_object_tracker *t, const candidate *candidates, int count,
                  unsigned char chosen[ZD_MATTE_MAX_COMPONENTS])
{
    int best = -1;
    for (int i = 0; i < count; i++) {
        chosen[i] = 0;
        if (candidates[i].score >= LEAST_SCORE &&
            (best < 0 || candidates[i].score > candidates[best].score))
        {
            best = i;
        }
    }
    for (int i = 0; best >= 0 && i < count; i++) {
        bool fresh = t->hidden <= LONGEST_PART;
        bool part =
            fresh && candidates[i].overlap >= PART_OVERLAP && candidates[i].steady >= PART_STEADY;
        chosen[i] = i == best || part;
    }
    return best;
}

/* Takes over what was seen, when it was the whole object, or a part for so long that it is all there is. */
static void learn(zd_object_tracker *t, const appearance *seen, bool with_colour, bool first)
{
    appearance *o = &t->object;
    float rate = first ? 1.0f : LEARNING;
    float frames = (float) (t->hidden + t->partial + 1);
    bool whole = seen->area >= WHOLE_LEAST * o->area && seen->area <= WHOLE_MOST * o->area;
    t->hidden = 0;
    if (!first && !whole && ++t->partial <= LONGEST_PART) {
        return;
    }
    t->partial = 0;
    t->motion_x = first ? 0.0f : t->motion_x + 0.2f * ((seen->x - o->x) / frames - t->motion_x);
    t->motion_y = first ? 0.0f : t->motion_y + 0.2f * ((seen->y - o->y) / frames - t->motion_y);
    o->x = seen->x;
    o->y = seen->y;
    o->depth += rate * (seen->depth - o->depth);
    o->area += (whole ? rate : 1.0f) * (seen->area - o->area);
    for (int k = 0; with_colour && k < 3; k++) {
        o->rgb[k] += rate * (seen->rgb[k] - o->rgb[k]);
    }
    t->has_colour = first ? with_colour : t->has_colour;
    t->has_object = true;
}

/* What the chosen parts are like together. */
static appearance unite(const candidate *candidates, int count,
                        const unsigned char chosen[ZD_MATTE_MAX_COMPONENTS])
{
    assert(count >= 0 && count <= ZD_MATTE_MAX_COMPONENTS);
    appearance all = { 0 };
    for (int i = 0; i < count; i++) {
        all.area += chosen[i] == 1 ? candidates[i].is.area : 0.0f;
    }
    for (int i = 0; i < count; i++) {
        const appearance *is = &candidates[i].is;
        float share = chosen[i] == 1 ? is->area / all.area : 0.0f;
        all.depth += share * is->depth;
        all.x += share * is->x;
        all.y += share * is->y;
        for (int k = 0; k < 3; k++) {
            all.rgb[k] += share * is->rgb[k];
        }
    }
    return all;
}

/* Labels of parts become those of the object and of others. */
static void divide(zd_object_tracker *t, const unsigned char chosen[ZD_MATTE_MAX_COMPONENTS])
{
    for (int at = 0; at < t->width * t->height; at++) {
        int part = t->labels[at];
        t->labels[at] = part <= 0 ? 0 : chosen[part - 1] == 1 ? 1 : 2;
    }
}

/* What the followed object is like now. */
static appearance look_at(const zd_object_tracker *t, zd_plane field, const zd_view *rgb, int area)
{
    appearance seen = { .area = (float) area };
    for (int at = 0; at < t->width * t->height; at++) {
        float share = t->labels[at] == 1 ? 1.0f / seen.area : 0.0f;
        int x = at % t->width;
        int y = at / t->width;
        if (share == 0.0f) {
            continue;
        }
        seen.depth += share * field.data[at];
        seen.x += share * (float) x;
        seen.y += share * (float) y;
        for (int k = 0; rgb != NULL && k < 3; k++) {
            float value = zd_view_row_f32(*rgb, y)[x * rgb->format.channels + k];
            seen.rgb[k] += share * zd_float_clamp(value, 0.0f, 4.0f);
        }
    }
    return seen;
}

static void write_mask(const zd_object_tracker *t, zd_view mask)
{
    for (int y = 0; y < mask.height; y++) {
        float *row = zd_view_row_f32(mask, y);
        for (int x = 0; x < mask.width; x++) {
            row[x] = t->labels[y * mask.width + x] == 1 ? 1.0f : 0.0f;
        }
    }
}

/* The part that a box holds most of, or -1. */
static int part_in(const zd_object_tracker *t, zd_selection box)
{
    int counts[ZD_MATTE_MAX_COMPONENTS] = { 0 };
    int best = -1;
    int x1 = zd_int_min((int) ceilf((box.x + box.width) * (float) t->width), t->width);
    int y1 = zd_int_min((int) ceilf((box.y + box.height) * (float) t->height), t->height);
    for (int y = zd_int_max((int) (box.y * (float) t->height), 0); y < y1; y++) {
        for (int x = zd_int_max((int) (box.x * (float) t->width), 0); x < x1; x++) {
            int part = t->labels[y * t->width + x] - 1;
            if (part >= 0) {
                counts[part]++;
                best = best < 0 || counts[part] > counts[best] ? part : best;
            }
        }
    }
    return best;
}

/* How a part lies beside the others. */
typedef struct contact {
    int object;        /* pairs of neighbouring samples, one of them the object's */
    int others;        /* one of them another part's */
    float probability; /* the sum over its samples */
    int samples;
} contact;

static void touch(contact *part, bool is_object)
{
    part->object += is_object;
    part->others += !is_object;
}

static void find_contacts(const zd_object_tracker *t,
                          const unsigned char chosen[ZD_MATTE_MAX_COMPONENTS],
                          contact contacts[ZD_MATTE_MAX_COMPONENTS])
{
    for (int at = 0; at < t->width * t->height; at++) {
        int part = t->labels[at] - 1;
        int beside[2] = { at % t->width + 1 < t->width ? t->labels[at + 1] - 1 : -1,
                          at / t->width + 1 < t->height ? t->labels[at + t->width] - 1 : -1 };
        if (part < 0) {
            continue;
        }
        contacts[part].probability += t->probability[at];
        contacts[part].samples++;
        for (int k = 0; k < 2; k++) {
            if (beside[k] >= 0 && beside[k] != part) {
                touch(&contacts[part], chosen[beside[k]] == 1);
                touch(&contacts[beside[k]], chosen[part] == 1);
            }
        }
    }
}

/* A small part that depth alone parts from the object, as a monitor's foot, comes along: it touches the object
 * more than anything else, and lies at its depth or the network is sure of it. What a box took away (`chosen` 2) stays away. */
static void take_along(const zd_object_tracker *t, const candidate *candidates, int count,
                       const appearance *object, unsigned char chosen[ZD_MATTE_MAX_COMPONENTS])
{
    contact contacts[ZD_MATTE_MAX_COMPONENTS] = { { 0 } };
    find_contacts(t, chosen, contacts);
    for (int i = 0; i < count; i++) {
        const contact *c = &contacts[i];
        bool is_level = fabsf(candidates[i].is.depth - object->depth) < PART_DEPTH;
        if (chosen[i] == 0 && (float) c->samples <= SMALL_PART * object->area &&
            c->object > c->others && (is_level || c->probability >= SURE_PART * (float) c->samples))
        {
            chosen[i] = 1;
        }
    }
}

/* Marks what the boxes hold, 1, or take away, 2; returns one of what they hold, or -1. */
static int choose_in_boxes(const zd_object_tracker *t, const zd_object_frame *frame,
                           unsigned char chosen[ZD_MATTE_MAX_COMPONENTS])
{
    int one = -1;
    for (int i = 0; i < frame->box_count; i++) {
        int part = part_in(t, frame->boxes[i]);
        if (part >= 0) {
            chosen[part] = frame->boxes[i].subtract ? 2 : 1;
        }
    }
    for (int i = 0; i < ZD_MATTE_MAX_COMPONENTS; i++) {
        one = chosen[i] == 1 ? i : one;
    }
    return one;
}

/* Looks for the object among all parts: the first one, or the one that was hidden. */
static void search(zd_object_tracker *t, const zd_object_frame *frame, zd_plane field,
                   zd_plane probability, zd_thresholds thresholds)
{
    const zd_view *rgb = frame->rgb;
    zd_component components[ZD_MATTE_MAX_COMPONENTS];
    candidate candidates[ZD_MATTE_MAX_COMPONENTS];
    unsigned char chosen[ZD_MATTE_MAX_COMPONENTS] = { 0 };
    bool first = !t->has_object;
    int count = zd_components_find(field, probability, thresholds, t->labels, t->queue, components);
    int best = first ? choose_in_boxes(t, frame, chosen) : -1;
    bool has_boxes = best >= 0;
    if (first && best < 0) {
        best = zd_components_nearest(components, count);
    }
    measure(t, field, components, count, rgb, candidates);
    for (int i = 0; !first && i < count; i++) {
        judge(t, rgb != NULL, &candidates[i]);
    }
    if (!first) {
        best = choose(t, candidates, count, chosen);
    } else if (best >= 0) {
        chosen[best] = 1;
    }
    zd_components_grow(field, probability, thresholds, t->labels, t->queue);
    if (best >= 0) {
        appearance seen = unite(candidates, count, chosen);
        if (has_boxes) {
            take_along(t, candidates, count, &seen, chosen);
            seen = unite(candidates, count, chosen);
        }
        learn(t, &seen, rgb != NULL, first);
        divide(t, chosen);
        zd_follow_begin(&t->follow, field);
    } else {
        t->hidden += t->has_object;
        divide(t, chosen);
        zd_follow_accept(&t->follow, field, false);
    }
}

static bool has_adding_box(const zd_object_frame *frame)
{
    for (int i = 0; i < frame->box_count; i++) {
        if (!frame->boxes[i].subtract) {
            return true;
        }
    }
    return false;
}

static bool fits(const zd_object_tracker *t, const zd_view *view)
{
    return view == NULL || (view->width == t->width && view->height == t->height);
}

zd_status zd_object_tracker_update(zd_object_tracker *tracker, const zd_object_frame *frame,
                                   const zd_matte_params *params, zd_view mask, zd_error *err)
{
    zd_object_tracker *t = tracker;
    const zd_view *rgb = frame->rgb;
    zd_view values = zd_image_view(frame->map->values);
    zd_view seen_as = frame->foreground != NULL ? zd_image_view(frame->foreground) : values;
    if (!fits(t, &values) || !fits(t, &mask) || !fits(t, &seen_as) || !fits(t, rgb)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the depth map is %dx%d; the object tracker was made for %dx%d",
                       values.width, values.height, t->width, t->height);
    }
    zd_thresholds thresholds = zd_thresholds_resolve(params, frame->range);
    zd_plane field = zd_field_load(t->ctx, frame->map, frame->range, t->field);
    zd_plane probability;
    zd_field_load_plane(&probability, t->probability, frame->foreground != NULL ? &seen_as : NULL);
    if (has_adding_box(frame)) {
        zd_object_tracker_reset(t);
    }
    int area = t->has_object ? zd_follow_step(&t->follow, field, probability, thresholds) : 0;
    if (area > 0 && (float) area >= LEAST_LEFT * t->object.area) {
        appearance seen = look_at(t, field, rgb, area);
        learn(t, &seen, rgb != NULL, false);
        zd_follow_accept(&t->follow, field, true);
    } else {
        search(t, frame, field, probability, thresholds);
    }
    write_mask(t, mask);
    return ZD_OK;
}
