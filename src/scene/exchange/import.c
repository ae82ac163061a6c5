/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The table of what is read, and how its numbers become the text of nodes. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/file.h"
#include "core/require.h"
#include "core/size.h"
#include "scene/exchange/exchange_internal.h"
#include "scene/mesh_folder.h"

#define DEGREES 57.29577951308232

enum { CAMERA_NUMBERS = 7 };

static const struct {
    const char *ending;
    zd_status (*read)(zd_import *import, zd_error *err);
} readers[] = {
    { "gltf", zd_import_assimp }, { "glb", zd_import_assimp }, { "fbx", zd_import_assimp },
    { "dae", zd_import_assimp },  { "chan", zd_import_nuke },  { "nk", zd_import_nuke },
};

const char *zd_scene_import_endings(void)
{
    return "gltf glb fbx dae chan nk";
}

zd_status zd_import_track_init(zd_import_track *track, zd_context *ctx, int numbers, int count,
                               zd_error *err)
{
    assert(numbers > 0 && count >= 0);
    *track = (zd_import_track){ .ctx = ctx, .numbers = numbers, .count = count };
    if (count < 1 || count > ZD_EXCHANGE_MAX_FRAMES) {
        return zd_fail(err, ZD_ERR_LIMIT, "an animation of %d frames; 1 to %d can be read", count,
                       ZD_EXCHANGE_MAX_FRAMES);
    }
    track->frames = zd_alloc_zeroed(ctx, (size_t) count, sizeof *track->frames);
    track->values = zd_alloc_zeroed(ctx, (size_t) count * (size_t) numbers, sizeof *track->values);
    if (track->frames == NULL || track->values == NULL) {
        zd_import_track_finish(track);
        return zd_fail_memory(err, "an animation");
    }
    return ZD_OK;
}

void zd_import_track_finish(zd_import_track *track)
{
    if (track->ctx != NULL) {
        zd_free(track->ctx, track->frames);
        zd_free(track->ctx, track->values);
    }
    *track = (zd_import_track){ 0 };
}

static double number_at(const zd_import_track *track, int frame, int number)
{
    assert(frame >= 0 && frame < track->count && number >= 0 && number < track->numbers);
    return track->values[frame * track->numbers + number];
}

zd_status zd_import_check(const zd_import *import, const zd_import_track *track, zd_error *err)
{
    for (int i = 0; i < track->count; i++) {
        for (int k = 0; k < track->numbers; k++) {
            double v = track->values[i * track->numbers + k];
            if (!isfinite(v) || fabs(v) > 1e9) {
                return zd_fail(err, ZD_ERR_CORRUPT,
                               "'%s' is damaged: at frame %g a number is %g, which is no place or "
                               "angle; export it again",
                               import->params->path, track->frames[i], v);
            }
        }
        double fov = track->numbers == CAMERA_NUMBERS ? number_at(track, i, 6) : 40.0;
        if (fov < 0.01 || fov > 170.0) {
            return zd_fail(
                err, ZD_ERR_CORRUPT,
                "'%s': at frame %g the field of view is %g degrees; 0.01 to 170 can be read",
                import->params->path, track->frames[i], fov);
        }
    }
    return ZD_OK;
}

/* ---- names ---- */

static bool is_taken(const zd_import *import, const char *name)
{
    char line[ZD_SCENE_NAME_SIZE + 2];
    snprintf(line, sizeof line, "\n%s\n", name);
    return zd_scene_find(import->doc->parsed, name) >= 0 ||
           (import->names.data != NULL && strstr(import->names.data, line) != NULL);
}

void zd_import_name(zd_import *import, const char *stem, const char *otherwise, char *name)
{
    char clean[40];
    size_t used = 0;
    bool has_letter = false;
    for (size_t i = 0; stem[i] != '\0' && used + 1 < sizeof clean; i++) {
        char c = stem[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        has_letter = has_letter || is_letter;
        clean[used++] = is_letter || (c >= '0' && c <= '9') || c == '-' ? c : '_';
    }
    clean[used] = '\0';
    snprintf(name, ZD_SCENE_NAME_SIZE, "%s", has_letter ? clean : otherwise);
    for (int n = 2; is_taken(import, name); n++) {
        snprintf(name, ZD_SCENE_NAME_SIZE, "%s_%d", has_letter ? clean : otherwise, n);
    }
    zd_text_format(&import->names, "\n%s\n", name);
}

/* ---- text ---- */

void zd_import_begin(zd_import *import, const char *kind, const char *name)
{
    zd_text_format(import->out, "%s %s {", kind, name);
    import->nodes++;
}

void zd_import_end(zd_import *import)
{
    zd_text_add(import->out, " }\n");
}

void zd_import_values(zd_import *import, const char *key, const zd_import_track *track, int first,
                      int count)
{
    assert(first >= 0 && first + count <= track->numbers);
    zd_text_format(import->out, " %s", key);
    for (int i = 0; i < count; i++) {
        zd_text_add(import->out, " ");
        zd_scene_write_number(import->out, track->values[first + i] + 0.0); /* no -0 */
    }
}

static bool changes(const zd_import_track *track, int number)
{
    for (int i = 1; i < track->count; i++) {
        if (number_at(track, i, number) != number_at(track, 0, number)) {
            return true;
        }
    }
    return false;
}

/* A key between two others says nothing where it lies on their line. */
static bool is_on_line(const zd_import_track *track, int before, int i, int number)
{
    assert(before < i);
    double t =
        (track->frames[i] - track->frames[before]) / (track->frames[i + 1] - track->frames[before]);
    double a = number_at(track, before, number);
    double b = number_at(track, i + 1, number);
    return fabs(a + t * (b - a) - number_at(track, i, number)) <= 1e-12 * (1.0 + fabs(a) + fabs(b));
}

void zd_import_keyframes(zd_import *import, const char *name, const char *key,
                         const zd_import_track *track, int first, int count)
{
    assert(first >= 0 && first + count <= track->numbers);
    for (int c = 0; c < count; c++) {
        int kept = 0;
        if (!changes(track, first + c)) {
            continue;
        }
        zd_text_format(import->out, "anim %s.%s", name, key);
        if (count > 1) {
            zd_text_format(import->out, ".%c", "xyzw"[c]);
        }
        zd_text_add(import->out, " {");
        for (int i = 0; i < track->count; i++) {
            bool is_end = i == 0 || i == track->count - 1;
            if (is_end || !is_on_line(track, kept, i, first + c)) {
                zd_text_add(import->out, " ");
                zd_scene_write_number(import->out, track->frames[i]);
                zd_text_add(import->out, " ");
                zd_scene_write_number(import->out, number_at(track, i, first + c) + 0.0);
                kept = i;
            }
        }
        zd_text_add(import->out, " }\n");
    }
}

/* ---- rotations ---- */

static double nearest_turn(double angle, double before)
{
    return angle + 360.0 * floor((before - angle) / 360.0 + 0.5);
}

zd_vec3 zd_import_angles(const zd_mat4 *r, const double before[3])
{
    double across = hypot(r->m[0][0], r->m[1][0]);
    zd_vec3 a = { atan2(r->m[2][1], r->m[2][2]) * DEGREES, atan2(-r->m[2][0], across) * DEGREES,
                  atan2(r->m[1][0], r->m[0][0]) * DEGREES };
    if (across < 1e-9) { /* x and z turn about the same axis */
        a.x = atan2(-r->m[1][2], r->m[1][1]) * DEGREES;
        a.z = 0.0;
    }
    if (before == NULL) {
        return a;
    }
    zd_vec3 ways[2] = { a, { a.x + 180.0, 180.0 - a.y, a.z + 180.0 } };
    double away[2];
    for (int i = 0; i < 2; i++) {
        ways[i] = (zd_vec3){ nearest_turn(ways[i].x, before[0]), nearest_turn(ways[i].y, before[1]),
                             nearest_turn(ways[i].z, before[2]) };
        away[i] =
            fabs(ways[i].x - before[0]) + fabs(ways[i].y - before[1]) + fabs(ways[i].z - before[2]);
    }
    return ways[away[1] < away[0] - 1e-9];
}

void zd_import_camera(zd_import *import, const char *stem, const zd_import_track *track,
                      double near_px, double far_px)
{
    char name[ZD_SCENE_NAME_SIZE];
    zd_import_name(import, stem, "camera", name);
    zd_import_begin(import, "camera", name);
    zd_import_values(import, "position", track, 0, 3);
    zd_import_values(import, "rotation", track, 3, 3);
    zd_import_values(import, "fov", track, 6, 1);
    if (near_px >= 1e-6 && near_px < 1e9) {
        zd_text_format(import->out, " near %.7g", near_px);
    }
    if (far_px > fmax(near_px, 1.0) && far_px < 1e9) {
        zd_text_format(import->out, " far %.7g", far_px);
    }
    zd_import_end(import);
    zd_import_keyframes(import, name, "position", track, 0, 3);
    zd_import_keyframes(import, name, "rotation", track, 3, 3);
    zd_import_keyframes(import, name, "fov", track, 6, 1);
}

/* ---- the import ---- */

static zd_status run(zd_import *import, zd_text *text, zd_error *err)
{
    const char *ending = zd_path_extension(import->params->path);
    const zd_scene_draft *doc = import->doc;
    zd_text_add_bytes(text, doc->text, doc->bytes);
    zd_text_add(text, doc->bytes > 0 && doc->text[doc->bytes - 1] != '\n' ? "\n" : "");
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        if (strcasecmp(readers[i].ending, ending) == 0) {
            ZD_TRY(readers[i].read(import, err));
            if (import->nodes == 0) {
                return zd_fail(err, ZD_ERR_CORRUPT,
                               "'%s' holds no camera, light or object that can be read",
                               import->params->path);
            }
            text->failed = text->failed || import->names.failed;
            return zd_text_finish(text, "a scene", err);
        }
    }
    return zd_fail(err, ZD_ERR_UNSUPPORTED, "'%s' cannot be read; there are readers for %s%s",
                   import->params->path, zd_scene_import_endings(),
                   zd_mesh_folder_advice(import->params->path));
}

zd_status zd_scene_import(zd_scene_draft *doc, const zd_scene_import_params *params, int *nodes,
                          zd_error *err)
{
    ZD_REQUIRE(err, params->path != NULL && params->written != NULL);
    const zd_scene_value *frame = doc->parsed->nodes[0].values;
    zd_text text;
    int last = 0;
    zd_import import = { .doc = doc,
                         .params = params,
                         .out = &text,
                         .frame = { frame[ZD_SCENE_FRAME_SIZE].number[0],
                                    frame[ZD_SCENE_FRAME_SIZE].number[1] },
                         .aspect = frame[ZD_SCENE_FRAME_ASPECT].number[0],
                         .fps = zd_scene_fps(doc->parsed) };
    zd_scene_range(doc->parsed, &import.first, &last);
    zd_text_init(&text, doc->ctx);
    zd_text_init(&import.names, doc->ctx);
    zd_status status = run(&import, &text, err);
    zd_text_release(&import.names);
    ZD_TRY(zd_scene_draft_finish(doc, status, &text, err));
    if (nodes != NULL) {
        *nodes = import.nodes;
    }
    return ZD_OK;
}
