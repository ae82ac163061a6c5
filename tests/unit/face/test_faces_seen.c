/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What is told of the faces of a job, from frames made by hand. */

#include <math.h>
#include <string.h>

#include "clip/faces_seen.h"
#include "zd_test.h"

static zd_face_list list;
static zd_head_list heads;
static zd_clip_faces_seen seen;

static void begin(void)
{
    memset(&list, 0, sizeof list);
    memset(&heads, 0, sizeof heads);
    memset(&seen, 0, sizeof seen);
}

/** A face whose landmarks fill a box, with a head that is turned about the upright axis. */
static void add(int id, float left, float top, float right, float bottom, double yaw)
{
    zd_face *face = &list.faces[list.count];
    zd_head *head = &heads.heads[heads.count++];
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        face->points[i][0] = i % 2 == 0 ? left : right;
        face->points[i][1] = i % 3 == 0 ? top : bottom;
    }
    face->score = 0.8f;
    face->shown[ZD_FACE_EYES] = 0.5f;
    face->shown[ZD_FACE_NOSE] = -1.0f;
    head->id = id;
    head->face = list.count++;
    memset(head->pose.turn, 0, sizeof head->pose.turn);
    head->pose.turn[0] = cos(yaw / 2.0);
    head->pose.turn[2] = sin(yaw / 2.0);
}

static void refuse(zd_face_verdict verdict, float left, float score)
{
    zd_face_refusal *refusal = &list.refused[list.refused_count++];
    *refusal = (zd_face_refusal){ verdict, score, { left, 0.5f, left + 0.2f, 0.75f } };
}

static void take(int64_t frame, bool is_first)
{
    zd_clip_faces_seen_add(&seen, frame, is_first, &list, &heads);
    memset(&list, 0, sizeof list);
    memset(&heads, 0, sizeof heads);
}

static void test_a_face_over_frames(void)
{
    begin();
    REQUIRE(!seen.is_asked);
    add(7, 0.25f, 0.125f, 0.5f, 0.5f, 0.2);
    take(10, true);
    add(7, -0.5f, 0.25f, 0.75f, 0.375f, -0.6);
    list.faces[0].score = 0.6f;
    take(12, false);
    take(14, false);
    REQUIRE(seen.is_asked);
    REQUIRE_INT(seen.frames, 3);
    REQUIRE_INT(seen.frames_with_face, 2);
    REQUIRE_INT(seen.count, 1);
    const zd_clip_face_seen *face = &seen.faces[0];
    REQUIRE_INT(face->verdict, ZD_FACE_FOUND);
    REQUIRE_INT(face->first, 10);
    REQUIRE_INT(face->last, 12);
    REQUIRE_INT(face->frames, 2);
    REQUIRE_NEAR(face->score, 0.7, 1e-6);
    REQUIRE_NEAR(face->shown[ZD_FACE_EYES], 0.5, 1e-6);
    REQUIRE(face->shown[ZD_FACE_NOSE] < 0.0);
}

static void test_where_it_is_and_looks(void)
{
    begin();
    add(7, 0.25f, 0.125f, 0.5f, 0.5f, 0.2);
    take(10, true);
    add(7, -0.5f, 0.25f, 0.75f, 0.375f, -0.6);
    take(12, false);
    const zd_clip_face_seen *face = &seen.faces[0];
    REQUIRE_NEAR(face->box[0], 0.0, 0.0); /* what lies outside the picture is cut off */
    REQUIRE_NEAR(face->box[1], 0.125, 0.0);
    REQUIRE_NEAR(face->box[2], 0.75, 0.0);
    REQUIRE_NEAR(face->box[3], 0.5, 0.0);
    REQUIRE_NEAR(face->yaw_deg, -0.2 * 180.0 / 3.14159265358979, 1e-4);
    REQUIRE_NEAR(face->pitch_deg, 0.0, 1e-6);
}

/* A head that goes, of which the frame has no face, is not counted; heads of another shot are others. */
static void test_heads_of_shots(void)
{
    begin();
    add(0, 0.1f, 0.1f, 0.3f, 0.3f, 0.0);
    take(0, true);
    add(0, 0.1f, 0.1f, 0.3f, 0.3f, 0.0);
    list.count = 0;
    heads.heads[0].face = -1;
    take(1, false);
    REQUIRE_INT(seen.faces[0].frames, 1);
    add(0, 0.1f, 0.1f, 0.3f, 0.3f, 0.0);
    take(2, true);
    REQUIRE_INT(seen.count, 2);
    REQUIRE_INT(seen.faces[1].first, 2);
}

/* Those left out are one where they lie over each other and lack the same; two in one frame are two. */
static void test_refusals(void)
{
    begin();
    refuse(ZD_FACE_MOUTH_HIDDEN, 0.1f, 0.6f);
    refuse(ZD_FACE_MOUTH_HIDDEN, 0.12f, 0.6f);
    take(0, true);
    REQUIRE_INT(seen.count, 2);
    refuse(ZD_FACE_MOUTH_HIDDEN, 0.1f, 0.8f);
    refuse(ZD_FACE_EYES_HIDDEN, 0.1f, 0.9f);
    refuse(ZD_FACE_MOUTH_HIDDEN, 0.7f, 0.9f);
    take(1, false);
    REQUIRE_INT(seen.count, 4);
    REQUIRE_INT(seen.frames_with_face, 0);
    REQUIRE_INT(seen.faces[0].frames, 2);
    REQUIRE_NEAR(seen.faces[0].score, 0.7, 1e-6);
    REQUIRE_INT(seen.faces[1].frames, 1);
    REQUIRE_INT(seen.faces[2].verdict, ZD_FACE_EYES_HIDDEN);
}

static void test_the_limit(void)
{
    begin();
    for (int i = 0; i < ZD_CLIP_FACES_SEEN_MAX + 5; i++) {
        REQUIRE(!seen.has_more || i > ZD_CLIP_FACES_SEEN_MAX);
        add(i, 0.1f, 0.1f, 0.2f, 0.2f, 0.0);
        take(i, i == 0);
    }
    REQUIRE_INT(seen.count, ZD_CLIP_FACES_SEEN_MAX);
    REQUIRE(seen.has_more);
    REQUIRE_INT(seen.frames_with_face, ZD_CLIP_FACES_SEEN_MAX + 5);
}

int main(void)
{
    RUN(test_a_face_over_frames);
    RUN(test_where_it_is_and_looks);
    RUN(test_heads_of_shots);
    RUN(test_refusals);
    RUN(test_the_limit);
    return zd_test_finish();
}
