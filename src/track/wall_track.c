/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A frame's pose is guessed by the last one, by the last one and the background's motion, and by going on as
 * before; the best of these is refined on the key. Less is asked where less can be told: an occluder may leave so
 * little of a wall that only its place is sure. */

#include "track/wall_track.h"

#include <assert.h>
#include <math.h>

#include "core/require.h"
#include "core/size.h"
#include "track/flow_fit.h"

enum {
    WIDE =
        3, /* of all that is in the picture; the others: the first, the one in use, and room for the next */
    KEYS = 4,
    EVERY = 12, /* frames after which the wide key is taken anew */
};

#define SURE        0.5  /* expected error in pixels, up to which a model is trusted */
#define CERTAIN     0.05 /* error from which on a fit's halves are asked */
#define SEEN_AGAIN  0.35 /* of the contrast, below which a fit is an accident */
#define AS_BEFORE   0.5  /* and of what has been seen of the key until then */
#define LEAP        4.0  /* pixels that a fit may be away from what was expected */
#define LEAP_PART   0.03 /* and of the box's diagonal */
#define LEAST_SHOWN 0.6  /* of a key's points inside the picture, below which another is taken */
#define MOST_SCALE  1.5  /* and how much larger or smaller it may be */
#define BACK_SHOWN  0.8  /* from where on the first key is tried again */
#define BACK_SCALE  1.3
#define EASE        0.7   /* of a change is left after each frame */
#define WIDER       0.012 /* of the picture's width, that a matte is widened by */
#define LEAST_PART  0.12  /* of the picture: a box is made as large */

struct zd_wall_track {
    zd_context *ctx;
    int width;
    int height;
    zd_wall_box box; /* as given */
    zd_pyramid luma;
    zd_image *hidden[2]; /* what stands before the wall, a little wider; and scratch */
    zd_flow_fit flow;
    zd_wall_key keys[KEYS];
    zd_homography key_pose[KEYS]; /* from the first frame to the key's */
    double usual[KEYS];           /* agreement of a key in the frames before */
    int key;                      /* in use */
    int held;                     /* frames since a wall was made out */
    int found_by;                 /* key and model of the last find; 0: none */
    int seen_by;                  /* of the frame before */
    double ease;                  /* what is left of a change of these */
    zd_homography last;           /* poses of the frames before */
    zd_homography earlier;
    int64_t count; /* of frames */
    float *scratch;
    float *memory;
};

zd_status zd_wall_track_create(zd_context *ctx, int width, int height, zd_wall_box box,
                               zd_wall_track **out, zd_error *err)
{
    *out = NULL;
    ZD_REQUIRE(err, width > 0 && height > 0);
    zd_wall_track *t = zd_alloc_zeroed(ctx, 1, sizeof *t);
    if (t == NULL) {
        return zd_fail_memory(err, "the track of a wall");
    }
    t->ctx = ctx;
    t->width = width;
    t->height = height;
    t->box = box;
    size_t luma = zd_pyramid_floats(width, height);
    size_t all = luma + KEYS * zd_wall_key_floats() + zd_wall_scratch_floats();
    t->memory = zd_alloc_zeroed(ctx, all, sizeof *t->memory);
    zd_status status = t->memory != NULL ? zd_flow_fit_init(ctx, width, height, &t->flow, err)
                                         : zd_fail_memory(err, "the track of a wall");
    if (status != ZD_OK) {
        zd_wall_track_destroy(&t);
        return status;
    }
    float *memory = t->memory;
    zd_pyramid_init(&t->luma, memory, width, height);
    memory += luma;
    for (int i = 0; i < KEYS; i++) {
        zd_wall_key_init(&t->keys[i], memory);
        memory += zd_wall_key_floats();
    }
    t->scratch = memory;
    *out = t;
    return ZD_OK;
}

void zd_wall_track_destroy(zd_wall_track **track)
{
    zd_wall_track *t = *track;
    if (t != NULL) {
        zd_flow_fit_finish(t->ctx, &t->flow);
        zd_image_unref(&t->hidden[0]);
        zd_image_unref(&t->hidden[1]);
        zd_free(t->ctx, t->memory);
        zd_free(t->ctx, t);
        *track = NULL;
    }
}

zd_wall_model zd_wall_track_model(const zd_wall_track *track)
{
    return track->keys[0].model;
}

/* The largest number within a distance along a row or a column. */
static float highest_near(zd_view view, int x, int y, int reach, bool down)
{
    float most = 0.0f;
    int at = down ? y : x;
    int last = (down ? view.height : view.width) - 1;
    for (int i = zd_int_max(at - reach, 0); i <= zd_int_min(at + reach, last); i++) {
        most = fmaxf(most, zd_view_row_f32(view, down ? i : y)[down ? x : i]);
    }
    return most;
}

/* The edges of depth maps are off by a little, and hair reaches out of them. */
static zd_status widen(zd_wall_track *t, zd_view hidden, zd_view *out, zd_error *err)
{
    *out = (zd_view){ 0 };
    if (hidden.data == NULL) {
        return ZD_OK;
    }
    zd_view has = t->hidden[0] != NULL ? zd_image_view(t->hidden[0]) : (zd_view){ 0 };
    for (int i = 0; i < 2 && (has.width != hidden.width || has.height != hidden.height); i++) {
        zd_image_unref(&t->hidden[i]);
        ZD_TRY(
            zd_image_create(t->ctx, hidden.width, hidden.height, ZD_GRAY_F32, &t->hidden[i], err));
    }
    zd_view wide = zd_image_view(t->hidden[1]);
    *out = zd_image_view(t->hidden[0]);
    int reach = zd_int_max((int) lround(WIDER * hidden.width), 1);
    for (int y = 0; y < hidden.height; y++) {
        for (int x = 0; x < hidden.width; x++) {
            zd_view_row_f32(wide, y)[x] = highest_near(hidden, x, y, reach, false);
        }
    }
    for (int y = 0; y < hidden.height; y++) {
        for (int x = 0; x < hidden.width; x++) {
            zd_view_row_f32(*out, y)[x] = highest_near(wide, x, y, reach, true);
        }
    }
    return ZD_OK;
}

/* The box inside the picture, wider where little of it is in there. */
static zd_wall_box fit_box(const zd_wall_track *t, zd_wall_box box)
{
    double x = fmin(fmax(0.5 * (box.x0 + box.x1), 0.0), t->width);
    double y = fmin(fmax(0.5 * (box.y0 + box.y1), 0.0), t->height);
    double wide = sqrt(LEAST_PART) * t->width;
    double high = sqrt(LEAST_PART) * t->height;
    zd_wall_box out = { fmax(fmin(box.x0, x - 0.5 * wide), 0.0),
                        fmax(fmin(box.y0, y - 0.5 * high), 0.0),
                        fmin(fmax(box.x1, x + 0.5 * wide), t->width),
                        fmin(fmax(box.y1, y + 0.5 * high), t->height) };
    return out;
}

/* The box around a box that has moved. */
static zd_wall_box move_box(zd_wall_box box, const zd_homography *h, zd_wall_box otherwise)
{
    zd_wall_box out = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    for (int i = 0; i < 4; i++) {
        double p[2];
        if (!zd_homography_apply(h, i % 2 == 0 ? box.x0 : box.x1, i < 2 ? box.y0 : box.y1, p)) {
            return otherwise;
        }
        out.x0 = fmin(out.x0, p[0]);
        out.y0 = fmin(out.y0, p[1]);
        out.x1 = fmax(out.x1, p[0]);
        out.y1 = fmax(out.y1, p[1]);
    }
    return out;
}

static zd_wall_box all_of(const zd_wall_track *t)
{
    return (zd_wall_box){ 0.0, 0.0, t->width, t->height };
}

static zd_wall_box box_now(const zd_wall_track *t)
{
    return fit_box(t, move_box(t->box, &t->last, all_of(t)));
}

/* Takes a key of this frame, and finds out what it can tell by laying it on its own picture. */
static void take_key(zd_wall_track *t, int key, const zd_wall_picture *picture, zd_homography pose)
{
    assert(key >= 0 && key < KEYS);
    zd_wall_key *k = &t->keys[key];
    zd_wall_key_take(k, picture, box_now(t));
    t->key_pose[key] = pose;
    t->usual[key] = 1.0;
    k->model = ZD_WALL_PERSPECTIVE;
    for (; k->model != ZD_WALL_NONE; k->model--) {
        zd_wall_fit fit = { .pose = zd_homography_identity() };
        zd_wall_align(k, picture, k->model, t->scratch, &fit);
        if (fit.is_found && fit.error_px < SURE) {
            return;
        }
    }
}

/* The pose of a key's picture in this frame, by that of the first one. */
static zd_homography from_key(const zd_wall_track *t, int key, zd_homography pose)
{
    assert(key >= 0 && key < KEYS);
    zd_homography back;
    return zd_homography_invert(t->key_pose[key], &back)
               ? zd_homography_normal(zd_homography_chain(back, pose))
               : pose;
}

/* Whether a fit is where it can be, by what was expected; the longer nothing was seen, the more can be. */
static bool is_near(const zd_wall_track *t, int key, const zd_homography *expected,
                    const zd_homography *found)
{
    const zd_wall_box *b = &t->keys[key].box;
    double most = LEAP + LEAP_PART * hypot(b->x1 - b->x0, b->y1 - b->y0);
    most *= fmin(1.0 + 0.5 * t->held, 4.0);
    for (int i = 0; i < 4; i++) {
        double p[2];
        double q[2];
        double x = i % 2 == 0 ? b->x0 : b->x1;
        double y = i < 2 ? b->y0 : b->y1;
        if (!zd_homography_apply(expected, x, y, p) || !zd_homography_apply(found, x, y, q) ||
            hypot(p[0] - q[0], p[1] - q[1]) > most)
        {
            return false;
        }
    }
    return true;
}

/* Lays a key on the frame; what it finds is the pose of the first frame. */
static bool lay(zd_wall_track *t, int key, const zd_wall_picture *picture, zd_homography guess,
                zd_wall_fit *fit)
{
    const zd_wall_key *k = &t->keys[key];
    zd_wall_model model = k->model;
    zd_homography expected = from_key(t, key, guess);
    double least = fmax(SEEN_AGAIN, AS_BEFORE * t->usual[key]);
    *fit = (zd_wall_fit){ .error_px = INFINITY };
    for (; model != ZD_WALL_NONE; model--) {
        fit->pose = expected;
        zd_wall_align(k, picture, model, t->scratch, fit);
        if (fit->is_found && fit->error_px > CERTAIN) {
            double doubt = zd_wall_doubt(k, picture, model, t->scratch, fit);
            fit->error_px = fmax(fit->error_px, doubt);
        }
        if (fit->is_found && fit->error_px < SURE && fit->agreement >= least &&
            is_near(t, key, &expected, &fit->pose))
        {
            t->usual[key] += 0.1 * (fit->agreement - t->usual[key]);
            t->found_by = 8 * (key + 1) + (int) model;
            fit->pose = zd_homography_normal(zd_homography_chain(t->key_pose[key], fit->pose));
            return true;
        }
    }
    return false;
}

static double scale_in(const zd_wall_track *t, int key, const zd_homography *pose)
{
    double p[3][2];
    const zd_wall_box *b = &t->keys[key].box;
    double wide = b->x1 - b->x0;
    double high = b->y1 - b->y0;
    zd_homography h = from_key(t, key, *pose);
    if (!zd_homography_apply(&h, b->x0, b->y0, p[0]) ||
        !zd_homography_apply(&h, b->x1, b->y0, p[1]) ||
        !zd_homography_apply(&h, b->x0, b->y1, p[2]))
    {
        return 0.0;
    }
    double area =
        (p[1][0] - p[0][0]) * (p[2][1] - p[0][1]) - (p[1][1] - p[0][1]) * (p[2][0] - p[0][0]);
    return sqrt(fmax(area / (wide * high), 0.0));
}

static bool is_within(double scale, double most)
{
    return scale < most && scale > 1.0 / most;
}

/* The share of a key that lies inside the frame. */
static double shown(const zd_wall_track *t, int key, const zd_homography *pose)
{
    int inside = 0;
    const zd_wall_points *points = &t->keys[key].levels[0];
    zd_homography h = from_key(t, key, *pose);
    for (int i = 0; i < points->count; i++) {
        double p[2];
        inside += zd_homography_apply(&h, (double) points->x[i], (double) points->y[i], p) &&
                  p[0] > 1.0 && p[1] > 1.0 && p[0] < t->width - 1 && p[1] < t->height - 1;
    }
    return points->count > 0 ? (double) inside / points->count : 0.0;
}

static zd_homography guess(zd_wall_track *t, const zd_wall_picture *picture)
{
    zd_homography back;
    zd_homography moved = zd_flow_fit_find(t->ctx, &t->flow, picture, box_now(t));
    zd_homography guesses[3] = { t->last, zd_homography_chain(t->last, moved), t->last };
    if (t->held == 0 && zd_homography_invert(t->earlier, &back)) {
        guesses[2] = zd_homography_chain(zd_homography_chain(t->last, back), t->last);
    }
    int best = 1;
    double least = INFINITY;
    static const int order[3] = { 1, 0, 2 };
    for (int i = 0; i < 3; i++) {
        zd_homography from = from_key(t, t->key, guesses[order[i]]);
        double cost = zd_wall_cost(&t->keys[t->key], picture, &from);
        if (cost < least) {
            least = cost;
            best = order[i];
        }
    }
    return zd_homography_normal(guesses[best]);
}

/* Back to the first key where it can be seen again, so that nothing of the way there stays. */
static void return_to_first(zd_wall_track *t, const zd_wall_picture *picture, zd_wall_fit *fit)
{
    zd_wall_fit again;
    if (t->key != 0 && shown(t, 0, &fit->pose) > BACK_SHOWN &&
        is_within(scale_in(t, 0, &fit->pose), BACK_SCALE) && lay(t, 0, picture, fit->pose, &again))
    {
        t->key = 0;
        *fit = again;
    }
}

/* Another key where the one in use goes out of sight or changes its size. */
static void renew_key(zd_wall_track *t, const zd_wall_picture *picture, const zd_wall_fit *fit)
{
    bool serves =
        fit->visible > LEAST_SHOWN && is_within(scale_in(t, t->key, &fit->pose), MOST_SCALE);
    if (serves) {
        return;
    }
    int next = t->key == 1 ? 2 : 1;
    t->last = fit->pose;
    take_key(t, next, picture, fit->pose);
    t->key = t->keys[next].model != ZD_WALL_NONE ? next : t->key;
}

/* Where what a pose is known by changes, it does not jump: for some frames it goes a part of the way from what was
 * expected, number by number, since the two are close. */
static zd_homography eased(zd_wall_track *t, zd_homography expected, zd_homography found)
{
    t->ease = t->found_by != t->seen_by ? EASE : EASE * t->ease;
    t->ease = t->ease > 0.02 ? t->ease : 0.0;
    for (int i = 0; i < 9 && t->ease > 0.0; i++) {
        found.m[i] += t->ease * (expected.m[i] - found.m[i]);
    }
    return found;
}

/* What the whole background has done since the wall was seen: by its key of that time, so that nothing drifts while
 * someone stands there; else the last pose and the motion since. */
static zd_homography carried_on(zd_wall_track *t, const zd_wall_picture *picture)
{
    zd_wall_fit fit;
    zd_homography moved = zd_flow_fit_find(t->ctx, &t->flow, picture, all_of(t));
    zd_homography guess = zd_homography_normal(zd_homography_chain(t->last, moved));
    return lay(t, WIDE, picture, guess, &fit) ? eased(t, guess, fit.pose) : guess;
}

static void follow(zd_wall_track *t, const zd_wall_picture *picture, zd_wall_pose *out)
{
    zd_wall_fit fit;
    zd_homography from = guess(t, picture);
    t->seen_by = t->found_by;
    t->found_by = 0;
    bool is_found = lay(t, t->key, picture, from, &fit);
    if (!is_found && t->key != 0) {
        is_found = lay(t, 0, picture, from, &fit);
        t->key = is_found ? 0 : t->key;
    }
    t->earlier = t->last;
    t->held = is_found ? 0 : t->held + 1;
    if (is_found) {
        return_to_first(t, picture, &fit);
        renew_key(t, picture, &fit);
        if (t->count % EVERY == 0) {
            take_key(t, WIDE, picture, fit.pose);
        }
        *out = (zd_wall_pose){ .h = eased(t, from, fit.pose),
                               .agreement = (float) fit.agreement,
                               .error_px = (float) fit.error_px };
    } else {
        *out = (zd_wall_pose){ .h = carried_on(t, picture), .error_px = INFINITY, .is_held = true };
    }
    t->last = out->h;
}

zd_status zd_wall_track_push(zd_wall_track *t, zd_view picture, zd_view hidden, zd_wall_pose *out,
                             zd_error *err)
{
    zd_wall_picture p = { .luma = &t->luma };
    ZD_REQUIRE(err, picture.width == t->width && picture.height == t->height);
    *out = (zd_wall_pose){ .h = zd_homography_identity(), .agreement = 1.0f };
    ZD_TRY(widen(t, hidden, &p.hidden, err));
    zd_pyramid_load(&t->luma, picture);
    zd_flow_fit_load(t->ctx, &t->flow, &t->luma);
    if (t->count++ == 0) {
        t->last = t->earlier = zd_homography_identity();
        take_key(t, 0, &p, t->last);
        t->found_by = 8 + (int) t->keys[0].model;
        take_key(t, WIDE, &p, t->last);
    } else if (t->keys[0].model != ZD_WALL_NONE) {
        follow(t, &p, out);
    }
    out->has_texture = t->keys[0].model != ZD_WALL_NONE;
    out->is_held = out->is_held || !out->has_texture;
    return ZD_OK;
}
