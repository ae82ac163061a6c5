/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Faces are stored in the cache as depth is: a plane of numbers, the first row what came of the
 * search, each further row one face, then one for each that was refused. */

#include "clip/depth/clip_faces.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "cache/cache_depth.h"
#include "core/require.h"
#include "core/size.h"
#include "models/model_store.h"

enum {
    LONG_SIDE = 960,
    POINT_VALUES = ZD_FACE_POINTS * 3,
    PARTS_AT = 2,
    POINTS_AT = PARTS_AT + ZD_FACE_PARTS,
    ROW = POINTS_AT + POINT_VALUES
};

struct zd_clip_faces {
    zd_context *ctx;
    zd_cache_folder *cache;
    zd_face_finder *finder;
    int64_t frames;
    int64_t with_face;
    zd_face_verdict best;
    int64_t best_at; /* counting the frames that were looked at */
};

zd_status zd_clip_faces_open(zd_context *ctx, const zd_params *params, zd_cache_folder *cache,
                             zd_clip_faces **out, zd_error *err)
{
    char *path = NULL;
    zd_clip_faces *faces = zd_alloc_zeroed(ctx, 1, sizeof *faces);
    *out = faces;
    if (faces == NULL) {
        return zd_fail_memory(err, "the faces of a clip");
    }
    faces->ctx = ctx;
    faces->cache = cache;
    zd_status status =
        zd_model_store_find(ctx, zd_params_text(params, ZD_P_FACE_MODEL), &path, err);
    if (status == ZD_OK) {
        status = zd_face_finder_open(ctx, path, &faces->finder, err);
    }
    zd_free(ctx, path);
    if (status != ZD_OK) {
        zd_clip_faces_close(out);
        return zd_fail_context(err, status, "face analysis");
    }
    return ZD_OK;
}

void zd_clip_faces_close(zd_clip_faces **faces)
{
    if (*faces != NULL) {
        zd_face_finder_close(&(*faces)->finder);
        zd_free((*faces)->ctx, *faces);
        *faces = NULL;
    }
}

void zd_clip_faces_size(int frame_width, int frame_height, int *width, int *height)
{
    assert(frame_width > 0 && frame_height > 0);
    int longest = zd_int_max(frame_width, frame_height);
    double scale = longest > LONG_SIDE ? (double) LONG_SIDE / longest : 1.0;
    *width = zd_int_max(1, (int) lround(frame_width * scale));
    *height = zd_int_max(1, (int) lround(frame_height * scale));
}

static void pack_face(const zd_face *face, float *row)
{
    row[0] = face->score;
    row[1] = face->presence;
    memcpy(row + PARTS_AT, face->shown, sizeof face->shown);
    memcpy(row + POINTS_AT, face->points, sizeof face->points);
}

static void unpack_face(const float *row, zd_face *face)
{
    face->score = row[0];
    face->presence = row[1];
    memcpy(face->shown, row + PARTS_AT, sizeof face->shown);
    memcpy(face->points, row + POINTS_AT, sizeof face->points);
}

static void pack_refusal(const zd_face_refusal *refusal, float *row)
{
    row[0] = (float) refusal->verdict;
    row[1] = refusal->score;
    memcpy(row + 2, refusal->box, sizeof refusal->box);
}

static bool unpack_refusal(const float *row, zd_face_refusal *refusal)
{
    if (!(row[0] >= ZD_FACE_EYES_HIDDEN && row[0] < ZD_FACE_FOUND)) {
        return false;
    }
    refusal->verdict = (zd_face_verdict) (int) row[0];
    refusal->score = row[1];
    memcpy(refusal->box, row + 2, sizeof refusal->box);
    return true;
}

static zd_status pack(zd_context *ctx, const zd_face_list *list, zd_cache_depth *out, zd_error *err)
{
    int rows = 1 + list->count + list->refused_count;
    out->depth.kind = ZD_DEPTH_NEARNESS;
    ZD_TRY(zd_image_create(ctx, ROW, rows, ZD_GRAY_F32, &out->depth.values, err));
    zd_view view = zd_image_view(out->depth.values);
    zd_view_clear(view);
    zd_view_row_f32(view, 0)[0] = (float) list->verdict;
    zd_view_row_f32(view, 0)[1] = (float) list->count;
    for (int i = 0; i < list->count; i++) {
        pack_face(&list->faces[i], zd_view_row_f32(view, i + 1));
    }
    for (int i = 0; i < list->refused_count; i++) {
        pack_refusal(&list->refused[i], zd_view_row_f32(view, list->count + i + 1));
    }
    return ZD_OK;
}

/** False when the plane is none of ours. */
static bool unpack(const zd_cache_depth *entry, zd_face_list *list)
{
    zd_view view = zd_image_view(entry->depth.values);
    float verdict = view.width == ROW ? zd_view_row_f32(view, 0)[0] : -1.0f;
    float count = view.width == ROW ? zd_view_row_f32(view, 0)[1] : -1.0f;
    if (!(verdict >= ZD_FACE_NONE && verdict <= ZD_FACE_FOUND) ||
        !(count >= 0.0f && count <= ZD_FACES_MAX) || (int) count > view.height - 1 ||
        view.height - 1 - (int) count > ZD_FACES_MAX)
    {
        return false;
    }
    list->verdict = (zd_face_verdict) (int) verdict;
    list->count = (int) count;
    list->refused_count = view.height - 1 - list->count;
    for (int i = 0; i < list->count; i++) {
        unpack_face(zd_view_row_f32(view, i + 1), &list->faces[i]);
    }
    bool is_ours = true;
    for (int i = 0; i < list->refused_count; i++) {
        is_ours = is_ours &&
                  unpack_refusal(zd_view_row_f32(view, list->count + i + 1), &list->refused[i]);
    }
    return is_ours;
}

static zd_status look_up_or_find(zd_clip_faces *faces, zd_view picture, zd_rect part,
                                 zd_face_list *out, zd_error *err)
{
    zd_digest key;
    zd_cache_depth entry = { 0 };
    bool cached = false;
    if (faces->cache == NULL) {
        return zd_face_find(faces->finder, picture, part, out, err);
    }
    ZD_TRY(zd_face_key(faces->finder, picture, part, &key, err));
    ZD_TRY(zd_cache_depth_get(faces->cache, &key, &entry, &cached, err));
    cached = cached && unpack(&entry, out);
    zd_cache_depth_release(&entry);
    if (cached) {
        return ZD_OK;
    }
    ZD_TRY(zd_face_find(faces->finder, picture, part, out, err));
    entry = (zd_cache_depth){ 0 };
    zd_status status = pack(faces->ctx, out, &entry, err);
    if (status == ZD_OK) {
        zd_cache_depth_put(faces->cache, &key, &entry);
    }
    zd_cache_depth_release(&entry);
    return status;
}

static zd_rect part_of(zd_view picture, const float roi[4])
{
    float w = (float) picture.width;
    float h = (float) picture.height;
    zd_rect part = { (int) lroundf(roi[0] * w), (int) lroundf(roi[1] * h),
                     (int) lroundf(roi[2] * w), (int) lroundf(roi[3] * h) };
    part.x1 = zd_int_max(part.x1, part.x0 + 1);
    part.y1 = zd_int_max(part.y1, part.y0 + 1);
    return zd_rect_intersect(part, (zd_rect){ 0, 0, picture.width, picture.height });
}

zd_status zd_clip_faces_find(zd_clip_faces *faces, zd_view picture, const float roi[4],
                             zd_face_list **out, zd_error *err)
{
    ZD_REQUIRE(err, picture.format.channels == 3);
    *out = zd_alloc_zeroed(faces->ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "the faces of a frame");
    }
    zd_status status = look_up_or_find(faces, picture, part_of(picture, roi), *out, err);
    if (status != ZD_OK) {
        zd_free(faces->ctx, *out);
        *out = NULL;
        return status;
    }
    faces->with_face += (*out)->count > 0;
    if ((*out)->verdict > faces->best) {
        faces->best = (*out)->verdict;
        faces->best_at = faces->frames;
    }
    faces->frames++;
    return ZD_OK;
}

zd_status zd_clip_faces_check(const zd_clip_faces *faces, const char *footage, zd_error *err)
{
    if (faces->frames > 0 && faces->with_face == 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "'%s': %s (%lld frame%s looked at, the best is number %lld); face analysis "
                       "needs eyes, nose and mouth in view, frontal and close: choose another part "
                       "(--region, a scene's roi), other frames, or global analysis",
                       footage, zd_face_verdict_text(faces->best), (long long) faces->frames,
                       faces->frames == 1 ? "" : "s", (long long) faces->best_at);
    }
    if (faces->with_face < faces->frames) {
        zd_log_write(zd_context_log(faces->ctx), ZD_LOG_WARN, "face",
                     "a face is found in %lld of %lld frames; the others keep the depth of the "
                     "whole picture",
                     (long long) faces->with_face, (long long) faces->frames);
    }
    return ZD_OK;
}
