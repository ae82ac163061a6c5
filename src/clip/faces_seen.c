/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Faces that were fitted are told apart as heads are; of the others, those that lie over each other in
 * frames that follow and lack the same are one. */

#include "clip/faces_seen.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const float most_overlap = 0.3f;
static const double degrees = 57.29577951308232;

static float overlap(const float a[4], const float b[4])
{
    float w = fmaxf(fminf(a[2], b[2]) - fmaxf(a[0], b[0]), 0.0f);
    float h = fmaxf(fminf(a[3], b[3]) - fmaxf(a[1], b[1]), 0.0f);
    float both = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h;
    return both > 0.0f ? w * h / both : 0.0f;
}

/** A new entry; NULL: there is no room. */
static zd_clip_face_seen *begin(zd_clip_faces_seen *seen, zd_face_verdict verdict, int id,
                                int64_t frame)
{
    if (seen->count == ZD_CLIP_FACES_SEEN_MAX) {
        seen->has_more = true;
        return NULL;
    }
    zd_clip_face_seen *face = &seen->faces[seen->count++];
    *face = (zd_clip_face_seen){ .verdict = verdict, .id = id, .first = frame };
    return face;
}

static double mean(double old, double now, int64_t count)
{
    return old + (now - old) / (double) count;
}

static void add_box(zd_clip_face_seen *face, int64_t frame, const float box[4], double score)
{
    face->last = frame;
    face->frames++;
    face->score = mean(face->score, score, face->frames);
    memcpy(face->now, box, sizeof face->now);
    for (int k = 0; k < 4; k++) {
        float edge = fminf(fmaxf(box[k], 0.0f), 1.0f);
        bool is_low = k < 2;
        face->box[k] = face->frames == 1 ? edge
                       : is_low          ? fminf(face->box[k], edge)
                                         : fmaxf(face->box[k], edge);
    }
}

static zd_clip_face_seen *of_head(zd_clip_faces_seen *seen, int id, int64_t frame)
{
    for (int i = 0; i < seen->count; i++) {
        if (seen->faces[i].id == id) {
            return &seen->faces[i];
        }
    }
    return begin(seen, ZD_FACE_FOUND, id, frame);
}

static void add_head(zd_clip_faces_seen *seen, int64_t frame, const zd_face *face,
                     const zd_head *head)
{
    static const double ahead[3] = { 0.0, 0.0, 1.0 };
    double way[3];
    float box[4];
    zd_clip_face_seen *to = of_head(seen, head->id, frame);
    if (to == NULL) {
        return;
    }
    zd_face_box_of(face->points, box);
    add_box(to, frame, box, (double) face->score);
    for (int k = 0; k < ZD_FACE_PARTS; k++) {
        to->shown[k] = mean(to->shown[k], (double) face->shown[k], to->frames);
    }
    zd_face_turn(head->pose.turn, ahead, way);
    to->yaw_deg = mean(to->yaw_deg, degrees * atan2(way[0], way[2]), to->frames);
    to->pitch_deg = mean(to->pitch_deg, degrees * atan2(way[1], hypot(way[0], way[2])), to->frames);
}

static void add_refusal(zd_clip_faces_seen *seen, int64_t frame, const zd_face_refusal *refusal)
{
    zd_clip_face_seen *to = NULL;
    for (int i = 0; i < seen->count && to == NULL; i++) {
        zd_clip_face_seen *old = &seen->faces[i];
        if (old->verdict == refusal->verdict && old->last < frame &&
            overlap(old->now, refusal->box) > most_overlap)
        {
            to = old;
        }
    }
    to = to != NULL ? to : begin(seen, refusal->verdict, -1, frame);
    if (to != NULL) {
        add_box(to, frame, refusal->box, (double) refusal->score);
    }
}

/* Heads of a shot may have the numbers of another's. */
static void close_shot(zd_clip_faces_seen *seen)
{
    for (int i = 0; i < seen->count; i++) {
        seen->faces[i].id = -1;
        memset(seen->faces[i].now, 0, sizeof seen->faces[i].now);
    }
}

void zd_clip_faces_seen_add(zd_clip_faces_seen *seen, int64_t frame, bool is_first,
                            const zd_face_list *faces, const zd_head_list *heads)
{
    assert(seen->count >= 0 && seen->count <= ZD_CLIP_FACES_SEEN_MAX);
    seen->is_asked = true;
    seen->frames++;
    seen->frames_with_face += faces->count > 0;
    if (is_first) {
        close_shot(seen);
    }
    for (int i = 0; i < heads->count; i++) {
        const zd_head *head = &heads->heads[i];
        if (head->face >= 0) {
            assert(head->face < faces->count);
            add_head(seen, frame, &faces->faces[head->face], head);
        }
    }
    for (int i = 0; i < faces->refused_count; i++) {
        add_refusal(seen, frame, &faces->refused[i]);
    }
}
