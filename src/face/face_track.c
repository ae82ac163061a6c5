/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A face belongs to the nearest track within half a head, whose filter steadies it. */

#include "face/face_track.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/require.h"

static const double pi = 3.14159265358979;

/* One-euro: the least cutoff (Hz), how much of the speed is added to it, and the speed's own cutoff.
 * Speeds are in head sizes a second, and centimetres a second for shapes. */
static const double pose_cutoff = 1.2;
static const double pose_beta = 6.0;
static const double shape_cutoff = 0.8;
static const double shape_beta = 0.5;
static const double speed_cutoff = 1.0;
static const double fade_s = 0.2;
static const double head_cm = 10.0;

typedef struct track {
    bool is_used;
    bool is_seen; /* in this frame, as the face of this number: */
    int face;
    int id;
    float weight;
    zd_face_pose pose;
    double log_scale_speed;
    double shift_speed;
    double turn_speed;
    float shape[ZD_FACE_POINTS][3]; /* departure from the mean face, cm */
    float shape_speed[ZD_FACE_POINTS][3];
} track;

struct zd_face_tracker {
    zd_context *ctx;
    float aspect;
    bool has_begun; /* a frame of the shot was seen */
    double time_s;
    int next_id;
    track tracks[ZD_FACES_MAX];
    float points[ZD_FACE_POINTS][3]; /* of the face at hand */
};

zd_status zd_face_tracker_create(zd_context *ctx, float aspect, zd_face_tracker **out,
                                 zd_error *err)
{
    ZD_REQUIRE(err, aspect > 0.0f);
    *out = zd_alloc_zeroed(ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "the faces of a shot");
    }
    (*out)->ctx = ctx;
    (*out)->aspect = aspect;
    return ZD_OK;
}

void zd_face_tracker_destroy(zd_face_tracker **tracker)
{
    if (tracker != NULL && *tracker != NULL) {
        zd_free((*tracker)->ctx, *tracker);
        *tracker = NULL;
    }
}

void zd_face_tracker_reset(zd_face_tracker *t)
{
    for (int i = 0; i < ZD_FACES_MAX; i++) {
        t->tracks[i].is_used = false;
    }
    t->has_begun = false;
}

/** How much of a new value is taken after `dt` seconds through a low-pass of a cutoff. */
static double share(double cutoff, double dt)
{
    assert(dt > 0.0);
    double r = 2.0 * pi * cutoff * dt;
    return r / (r + 1.0);
}

/** The share for a change, keeping the filtered speed of it. */
static double follow(double change, double dt, double cutoff, double beta, double *speed)
{
    *speed += share(speed_cutoff, dt) * (fabs(change) / dt - *speed);
    return share(cutoff + beta * *speed, dt);
}

/** Turns `from` by a share towards `to`; quaternions, the short way. */
static void turn_towards(double from[4], const double to[4], double part)
{
    double dot = 0.0;
    double length = 0.0;
    for (int i = 0; i < 4; i++) {
        dot += from[i] * to[i];
    }
    for (int i = 0; i < 4; i++) {
        from[i] += part * ((dot < 0.0 ? -to[i] : to[i]) - from[i]);
        length += from[i] * from[i];
    }
    for (int i = 0; i < 4; i++) {
        from[i] /= sqrt(length);
    }
}

static double angle_between(const double a[4], const double b[4])
{
    double dot = 0.0;
    for (int i = 0; i < 4; i++) {
        dot += a[i] * b[i];
    }
    return 2.0 * acos(fmin(fabs(dot), 1.0));
}

static void move_pose(track *t, const zd_face_pose *to, double dt)
{
    double size = t->pose.scale * head_cm;
    double distance = 0.0;
    for (int i = 0; i < 3; i++) {
        double d = to->shift[i] - t->pose.shift[i];
        distance += d * d;
    }
    double part = follow(sqrt(distance) / size, dt, pose_cutoff, pose_beta, &t->shift_speed);
    for (int i = 0; i < 3; i++) {
        t->pose.shift[i] += part * (to->shift[i] - t->pose.shift[i]);
    }
    double change = log(to->scale / t->pose.scale);
    part = follow(change, dt, pose_cutoff, pose_beta, &t->log_scale_speed);
    t->pose.scale *= exp(part * change);
    part =
        follow(angle_between(t->pose.turn, to->turn), dt, pose_cutoff, pose_beta, &t->turn_speed);
    turn_towards(t->pose.turn, to->turn, part);
}

/** What a face's points depart from the mean face in its own frame. */
static void shape_of(const zd_face_pose *pose, const float points[ZD_FACE_POINTS][3], int i,
                     float out[3])
{
    const double at[3] = { (double) points[i][0], (double) points[i][1], (double) points[i][2] };
    double cm[3];
    zd_face_pose_undo(pose, at, cm);
    for (int k = 0; k < 3; k++) {
        out[k] = (float) cm[k] - zd_face_mean[3 * i + k];
    }
}

static void move_shape(track *t, const zd_face_pose *pose, const float points[ZD_FACE_POINTS][3],
                       double dt)
{
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        float now[3];
        shape_of(pose, points, i, now);
        for (int k = 0; k < 3; k++) {
            double change = (double) (now[k] - t->shape[i][k]);
            double speed = (double) t->shape_speed[i][k];
            double part = follow(change, dt, shape_cutoff, shape_beta, &speed);
            t->shape_speed[i][k] = (float) speed;
            t->shape[i][k] += (float) (part * change);
        }
    }
}

static void begin_track(zd_face_tracker *tr, track *t, const zd_face_pose *pose)
{
    const zd_face_tracker *seen = tr;
    memset(t, 0, sizeof *t);
    t->is_used = true;
    t->id = tr->next_id++;
    t->pose = *pose;
    t->weight = tr->has_begun ? 0.0f : 1.0f;
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        shape_of(pose, seen->points, i, t->shape[i]);
    }
}

/** The unused track nearest to a pose, within half a head; else a free one; NULL: none is left. */
static track *find_track(zd_face_tracker *tr, const zd_face_pose *pose, bool *is_new)
{
    track *best = NULL;
    double nearest = 0.75 * head_cm * pose->scale;
    for (int i = 0; i < ZD_FACES_MAX; i++) {
        track *t = &tr->tracks[i];
        double x = t->pose.shift[0] - pose->shift[0];
        double y = t->pose.shift[1] - pose->shift[1];
        double distance = sqrt(x * x + y * y);
        if (t->is_used && !t->is_seen && distance < nearest) {
            nearest = distance;
            best = t;
        }
    }
    *is_new = best == NULL;
    for (int i = 0; i < ZD_FACES_MAX && best == NULL; i++) {
        best = tr->tracks[i].is_used ? NULL : &tr->tracks[i];
    }
    return best;
}

static void take_face(zd_face_tracker *tr, const zd_face_list *faces, int index, double dt)
{
    const zd_face_tracker *seen = tr;
    const zd_face *face = &faces->faces[index];
    bool is_new;
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        tr->points[i][0] = face->points[i][0];
        tr->points[i][1] = -face->points[i][1] * tr->aspect;
        tr->points[i][2] = face->points[i][2];
    }
    zd_face_pose pose = zd_face_pose_fit(seen->points);
    track *t = pose.scale > 0.0 ? find_track(tr, &pose, &is_new) : NULL;
    if (t == NULL) {
        return;
    }
    if (is_new) {
        begin_track(tr, t, &pose);
    } else {
        move_shape(t, &pose, seen->points, dt);
        move_pose(t, &pose, dt);
    }
    t->is_seen = true;
    t->face = index;
}

static void show(const track *t, zd_head *out)
{
    out->weight = t->weight;
    out->id = t->id;
    out->face = t->is_seen ? t->face : -1;
    out->pose = t->pose;
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        double cm[3];
        double at[3];
        for (int k = 0; k < 3; k++) {
            cm[k] = (double) (zd_face_mean[3 * i + k] + t->shape[i][k]);
        }
        zd_face_pose_apply(&t->pose, cm, at);
        for (int k = 0; k < 3; k++) {
            out->points[i][k] = (float) at[k];
        }
    }
}

static int compare_heads(const void *a, const void *b)
{
    const zd_head *x = a;
    const zd_head *y = b;
    if (x->pose.scale != y->pose.scale) {
        return x->pose.scale > y->pose.scale ? -1 : 1;
    }
    return x->id - y->id;
}

void zd_face_tracker_update(zd_face_tracker *tr, const zd_face_list *faces, double time_s,
                            zd_head_list *out)
{
    assert(faces->count >= 0 && faces->count <= ZD_FACES_MAX);
    double dt = tr->has_begun ? fmax(time_s - tr->time_s, 1e-3) : 1.0;
    for (int i = 0; i < ZD_FACES_MAX; i++) {
        tr->tracks[i].is_seen = false;
    }
    for (int i = 0; i < faces->count; i++) {
        take_face(tr, faces, i, dt);
    }
    out->count = 0;
    for (int i = 0; i < ZD_FACES_MAX; i++) {
        track *t = &tr->tracks[i];
        float step = (float) fmin(dt / fade_s, 1.0);
        t->weight = t->is_seen && tr->has_begun ? fminf(t->weight + step, 1.0f)
                    : t->is_seen                ? t->weight
                                                : t->weight - step;
        t->is_used = t->is_used && t->weight > 0.0f;
        if (t->is_used) {
            show(t, &out->heads[out->count++]);
        }
    }
    qsort(out->heads, (size_t) out->count, sizeof *out->heads, compare_heads);
    tr->has_begun = true;
    tr->time_s = time_s;
}
