/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Boxes are written as --region takes them: left, top, width and height in fractions. */

#include "cli/verbs/job_faces.h"

#include <math.h>

#include "cli/print.h"

enum { MOST_LINES = 12, TEXT = 96 };

static const char *const parts[ZD_FACE_PARTS] = { "eyes", "nose", "mouth" };
static const double clearly = 0.9; /* in view */

/* Why a face is left out, for people and for programs; fitted: NULL. */
static const char *const reasons[ZD_FACE_FOUND + 1] = {
    [ZD_FACE_EYES_HIDDEN] = "its eyes are hidden",
    [ZD_FACE_NOSE_HIDDEN] = "its nose is hidden",
    [ZD_FACE_MOUTH_HIDDEN] = "its mouth is hidden",
    [ZD_FACE_TURNED] = "it is turned away from the camera",
};
static const char *const reason_words[ZD_FACE_FOUND + 1] = {
    [ZD_FACE_EYES_HIDDEN] = "eyes_hidden",
    [ZD_FACE_NOSE_HIDDEN] = "nose_hidden",
    [ZD_FACE_MOUTH_HIDDEN] = "mouth_hidden",
    [ZD_FACE_TURNED] = "turned_away",
};

static void frames_text(const zd_clip_faces_seen *seen, const zd_clip_face_seen *face,
                        char out[TEXT])
{
    long long first = (long long) face->first;
    long long last = (long long) face->last;
    if (seen->frames == 1) {
        snprintf(out, TEXT, "at");
    } else if (first == last) {
        snprintf(out, TEXT, "frame %lld, at", first);
    } else {
        snprintf(out, TEXT, "%lld frame%s of %lld-%lld, within", (long long) face->frames,
                 face->frames == 1 ? "" : "s", first, last);
    }
}

static void way_text(const zd_clip_face_seen *face, char out[TEXT])
{
    double yaw = round(face->yaw_deg);
    double pitch = round(face->pitch_deg);
    if (fabs(yaw) < 1.0 && fabs(pitch) < 1.0) {
        snprintf(out, TEXT, "looks at the camera");
    } else {
        snprintf(out, TEXT, "looks %.0f degrees %s, %.0f %s", fabs(yaw),
                 yaw < 0.0 ? "left" : "right", fabs(pitch), pitch < 0.0 ? "down" : "up");
    }
}

static void say_doubts(const zd_clip_face_seen *face)
{
    for (int k = 0; k < ZD_FACE_PARTS; k++) {
        if (face->shown[k] >= 0.0 && face->shown[k] < clearly) {
            zd_print(stderr, ", %s in view by %.0f %%", parts[k], 100.0 * face->shown[k]);
        }
    }
}

static void say_face(const zd_clip_faces_seen *seen, const zd_clip_face_seen *face, int number)
{
    char frames[TEXT];
    char way[TEXT];
    const char *why = reasons[face->verdict];
    const float *box = face->box;
    frames_text(seen, face, frames);
    zd_print(stderr, "  %d: %s %.3f,%.3f,%.3f,%.3f, %.0f %% sure", number, frames, (double) box[0],
             (double) box[1], (double) (box[2] - box[0]), (double) (box[3] - box[1]),
             100.0 * face->score);
    if (why != NULL) {
        zd_say(stderr, "; left out, %s", why);
        return;
    }
    way_text(face, way);
    zd_print(stderr, ", %s", way);
    say_doubts(face);
    zd_say(stderr, "%s", "");
}

static int count_fitted(const zd_clip_faces_seen *seen)
{
    int count = 0;
    for (int i = 0; i < seen->count; i++) {
        count += seen->faces[i].verdict == ZD_FACE_FOUND;
    }
    return count;
}

void zd_cli_faces_say(const zd_clip_faces_seen *seen)
{
    if (!seen->is_asked) {
        return;
    }
    int fitted = count_fitted(seen);
    zd_print(stderr, "%d face%s fitted", fitted, fitted == 1 ? "" : "s");
    if (seen->frames > 1) {
        zd_print(stderr, ", in %lld of %lld frames", (long long) seen->frames_with_face,
                 (long long) seen->frames);
    }
    zd_say(stderr, "%s", seen->count > 0 ? ":" : "");
    for (int i = 0; i < seen->count && i < MOST_LINES; i++) {
        say_face(seen, &seen->faces[i], i + 1);
    }
    if (seen->count > MOST_LINES) {
        zd_say(stderr, "  and %s%d more", seen->has_more ? "over " : "", seen->count - MOST_LINES);
    }
}

static void add_numbers(zd_json *json, const zd_clip_face_seen *face)
{
    const float *box = face->box;
    zd_json_number(json, "first_frame", (double) face->first);
    zd_json_number(json, "last_frame", (double) face->last);
    zd_json_number(json, "frames", (double) face->frames);
    zd_json_open(json, "box", '[');
    zd_json_number(json, NULL, (double) box[0]);
    zd_json_number(json, NULL, (double) box[1]);
    zd_json_number(json, NULL, (double) (box[2] - box[0]));
    zd_json_number(json, NULL, (double) (box[3] - box[1]));
    zd_json_close(json, ']');
    zd_json_number(json, "score", face->score);
}

static void add_face(zd_json *json, const zd_clip_face_seen *face)
{
    const char *why = reason_words[face->verdict];
    zd_json_open(json, NULL, '{');
    add_numbers(json, face);
    zd_json_text(json, "left_out", why);
    if (why == NULL) {
        zd_json_number(json, "yaw_deg", face->yaw_deg);
        zd_json_number(json, "pitch_deg", face->pitch_deg);
        for (int k = 0; k < ZD_FACE_PARTS; k++) {
            zd_json_number(json, parts[k], face->shown[k] >= 0.0 ? face->shown[k] : (double) NAN);
        }
    }
    zd_json_close(json, '}');
}

void zd_cli_faces_json(const zd_clip_faces_seen *seen, zd_json *json)
{
    if (!seen->is_asked) {
        return;
    }
    zd_json_number(json, "frames_with_face", (double) seen->frames_with_face);
    zd_json_open(json, "faces", '[');
    for (int i = 0; i < seen->count; i++) {
        add_face(json, &seen->faces[i]);
    }
    zd_json_close(json, ']');
}
