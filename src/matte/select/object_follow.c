/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* From one frame to the next, samples keep their owner: those that are still foreground at about the depth
 * that they had. What is new takes the owner that it is joined to over smooth depth, by the fewest steps,
 * then the one that it touches. So an object cannot jump, and what merges with another parts again. What
 * an occluder hides is remembered for a while. */

#include "matte/select/object_follow.h"

#include <math.h>
#include <string.h>

enum {
    FREE = -1,
    OUTSIDE,
    OBJECT,
    OTHER,
    TOUCH = 3,     /* samples over which a jump may be crossed */
    SETTLED = 25,  /* frames after which another object is one */
    REMEMBER = 25, /* frames for which a hidden sample is remembered */
};

#define SAME_DEPTH 0.07f /* of the range, from frame to frame */
#define SMOOTH     0.05f /* of the range, over two samples */
#define FOLLOW     0.3f  /* how fast a sample's depth is learnt */

/* Whether a sample lies on an object and not on the soft border between two. */
static bool is_flat(zd_plane field, int at)
{
    int x = at % field.width;
    int y = at / field.width;
    float left = field.data[x > 0 ? at - 1 : at];
    float right = field.data[x < field.width - 1 ? at + 1 : at];
    float above = field.data[y > 0 ? at - field.width : at];
    float below = field.data[y < field.height - 1 ? at + field.width : at];
    return fabsf(right - left) < SMOOTH && fabsf(below - above) < SMOOTH;
}

/* Only flat samples keep their owner by themselves; a border moves with what it belongs to. */
static void claim(const zd_follow *f, zd_plane field, zd_plane probability, zd_thresholds t)
{
    for (int at = 0; at < field.width * field.height; at++) {
        float p = probability.data != NULL ? probability.data[at] : 0.5f;
        float depth = field.data[at];
        int label = FREE;
        if (!zd_thresholds_hold(t, depth, p)) {
            label = OUTSIDE;
        } else if (!is_flat(field, at)) {
            label = FREE;
        } else if (f->is_object[at] && fabsf(depth - f->home[at]) < SAME_DEPTH) {
            label = OBJECT;
        } else if (f->is_other[at] >= SETTLED && fabsf(depth - f->last[at]) < SAME_DEPTH) {
            label = OTHER;
        }
        f->labels[at] = label;
    }
}

/* Gives the free neighbours of a sample its owner: flat ones, or borders. Queues them. */
static int hand_on(const zd_follow *f, zd_plane field, int at, bool flat, int *queue)
{
    int count = 0;
    int x = at % field.width;
    int y = at / field.width;
    const int beside[4] = { x > 0 ? at - 1 : at, x < field.width - 1 ? at + 1 : at,
                            y > 0 ? at - field.width : at,
                            y < field.height - 1 ? at + field.width : at };
    for (int i = 0; i < 4; i++) {
        int to = beside[i];
        if (f->labels[to] == FREE && is_flat(field, to) == flat) {
            f->labels[to] = f->labels[at];
            queue[count++] = to;
        }
    }
    return count;
}

/* From all owned samples at once, from flat ones to flat ones or from any to borders; `rounds` limits the
 * steps, 0: any number. */
static void spread(const zd_follow *f, zd_plane field, bool flat, int rounds)
{
    int tail = 0;
    for (int at = 0; at < field.width * field.height; at++) {
        if (f->labels[at] > OUTSIDE && (!flat || is_flat(field, at))) {
            f->queue[tail++] = at;
        }
    }
    int end = tail;
    for (int head = 0, round = 1; head < tail; head++) {
        if (head == end) {
            end = tail;
            if (++round > rounds && rounds > 0) {
                return;
            }
        }
        tail += hand_on(f, field, f->queue[head], flat, f->queue + tail);
    }
}

int zd_follow_step(const zd_follow *f, zd_plane field, zd_plane probability,
                   zd_thresholds thresholds)
{
    int area = 0;
    claim(f, field, probability, thresholds);
    spread(f, field, true, 0);
    spread(f, field, false, TOUCH);
    for (int at = 0; at < field.width * field.height; at++) {
        f->labels[at] = f->labels[at] == FREE ? OTHER : f->labels[at];
        area += f->labels[at] == OBJECT;
    }
    return area;
}

void zd_follow_accept(const zd_follow *f, zd_plane field, bool is_seen)
{
    for (int at = 0; at < field.width * field.height; at++) {
        bool is_object = f->labels[at] == OBJECT;
        float depth = field.data[at];
        if (is_object) {
            f->home[at] = f->is_object[at] ? f->home[at] + FOLLOW * (depth - f->home[at]) : depth;
            f->is_object[at] = 1;
            f->age[at] = 0;
        } else if (f->is_object[at] && is_seen && ++f->age[at] > REMEMBER) {
            f->is_object[at] = 0;
        }
        bool stays = is_flat(field, at) && fabsf(depth - f->last[at]) < SAME_DEPTH;
        int before = stays ? zd_int_min(f->is_other[at], SETTLED) : 0;
        f->is_other[at] = f->labels[at] == OTHER ? (unsigned char) (before + 1) : 0;
        f->last[at] = depth;
    }
}

void zd_follow_begin(const zd_follow *f, zd_plane field)
{
    size_t samples = (size_t) field.width * (size_t) field.height;
    memset(f->is_object, 0, samples);
    zd_follow_accept(f, field, true);
    for (size_t at = 0; at < samples; at++) { /* parted at first sight: others at once */
        f->is_other[at] = f->labels[at] == OTHER ? SETTLED : 0;
    }
}
