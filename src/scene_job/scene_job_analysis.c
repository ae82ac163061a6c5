/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Footage is measured by a clip of its own, as everywhere (scene_job_clip.c). A picture that is not
 * simply a file's (a named channel, colours taken otherwise, a white media) is measured by itself,
 * with the picture's edges, by a network that is opened when the first one comes. */

#include "scene_job/scene_job_analysis.h"

#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "depth/range.h"
#include "engine/engine_steps.h"
#include "engine/network/engine_model.h"
#include "face/face_depth.h"
#include "image/colour.h"
#include "image/resample.h"
#include "media/identity.h"
#include "models/model_store.h"
#include "scene_job/scene_job_clip.h"

enum { FACE_LONG_SIDE = 960, MAX_CLIPS = 4 };

struct zd_scene_job_analysis {
    zd_context *ctx;
    zd_scene_job_networks networks; /* of maps that name none; borrowed */
    zd_clip_options cache;
    zd_scene_job_clip *clips[MAX_CLIPS];
    int next_clip;
    char *opened; /* the model that `network` is of */
    zd_engine_model network;
    char *opened_faces;     /* the model that `finder` is of */
    zd_face_finder *finder; /* of face analysis, once it is asked for */
    zd_face_list *faces;
    bool has_face; /* some frame had one */
    const zd_task *task;
};

zd_status zd_scene_job_analysis_create(zd_context *ctx, zd_scene_job_networks networks,
                                       const zd_clip_options *cache, zd_scene_job_analysis **out,
                                       zd_error *err)
{
    ZD_REQUIRE(err, cache != NULL);
    *out = zd_alloc_zeroed(ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "a scene's analysis");
    }
    (*out)->ctx = ctx;
    (*out)->networks.depth = networks.depth != NULL ? networks.depth : "embedded";
    (*out)->networks.faces = networks.faces != NULL ? networks.faces : "embedded-faces";
    (*out)->cache = *cache;
    return ZD_OK;
}

void zd_scene_job_analysis_destroy(zd_scene_job_analysis **analysis)
{
    if (*analysis != NULL) {
        for (int i = 0; i < MAX_CLIPS; i++) {
            zd_scene_job_clip_close(&(*analysis)->clips[i]);
        }
        zd_free((*analysis)->ctx, (*analysis)->opened);
        zd_engine_model_close(&(*analysis)->network);
        zd_free((*analysis)->ctx, (*analysis)->opened_faces);
        zd_face_finder_close(&(*analysis)->finder);
        zd_free((*analysis)->ctx, (*analysis)->faces);
        zd_free((*analysis)->ctx, *analysis);
        *analysis = NULL;
    }
}

void zd_scene_job_analysis_set_task(zd_scene_job_analysis *analysis, const zd_task *task)
{
    analysis->task = task;
}

static void identify_model(zd_context *ctx, const char *model, zd_hasher *hasher, bool *is_known)
{
    char *path = NULL;
    if (zd_model_store_find(ctx, zd_model_store_choose(ctx, model, true), &path, NULL) != ZD_OK) {
        path = NULL; /* scenes without analysis need none */
    }
    *is_known = zd_media_identify(ctx, path, hasher) && *is_known;
    zd_free(ctx, path);
}

bool zd_scene_job_analysis_identify(const zd_scene_job_analysis *analysis, const zd_scene *scene,
                                    zd_hasher *hasher)
{
    bool is_known = true;
    identify_model(analysis->ctx, analysis->networks.depth, hasher, &is_known);
    identify_model(analysis->ctx, analysis->networks.faces, hasher, &is_known);
    for (int i = 0; i < zd_scene_node_count(scene); i++) {
        const char *models[] = { zd_scene_analysis_model(scene, i),
                                 zd_scene_analysis_face_model(scene, i) };
        for (size_t k = 0; k < sizeof models / sizeof models[0]; k++) {
            if (models[k][0] != '\0') {
                identify_model(analysis->ctx, models[k], hasher, &is_known);
            }
        }
    }
    return is_known;
}

static zd_status open_network(zd_scene_job_analysis *a, const char *model, zd_error *err)
{
    zd_analyser_params how = { 0 };
    if (a->network.analyser != NULL && strcmp(a->opened, model) == 0) {
        return ZD_OK;
    }
    zd_engine_model_close(&a->network);
    zd_free(a->ctx, a->opened);
    a->opened = zd_strdup(a->ctx, model);
    if (a->opened == NULL) {
        return zd_fail_memory(err, "a scene's analysis");
    }
    return zd_engine_model_open(a->ctx, zd_model_store_choose(a->ctx, model, false), NULL, &how,
                                &a->network, err);
}

static zd_status open_faces(zd_scene_job_analysis *a, const char *model, zd_error *err)
{
    char *path = NULL;
    if (a->finder != NULL && strcmp(a->opened_faces, model) == 0) {
        return ZD_OK;
    }
    zd_face_finder_close(&a->finder);
    zd_free(a->ctx, a->opened_faces);
    a->opened_faces = zd_strdup(a->ctx, model);
    if (a->opened_faces == NULL) {
        return zd_fail_memory(err, "a scene's faces");
    }
    zd_status status = zd_model_store_find(a->ctx, model, &path, err);
    if (status == ZD_OK) {
        status = zd_face_finder_open(a->ctx, path, &a->finder, err);
    }
    if (status == ZD_OK && a->faces == NULL) {
        a->faces = zd_alloc_zeroed(a->ctx, 1, sizeof *a->faces);
        status = a->faces != NULL ? ZD_OK : zd_fail_memory(err, "a scene's faces");
    }
    zd_free(a->ctx, path);
    return status;
}

/* Faces are looked for in a picture of bounded size. A scene's first frame must have one; a later one
 * without keeps the depth of its whole picture. */
static zd_status find_faces(zd_scene_job_analysis *a, zd_view display, zd_error *err)
{
    zd_image *small = NULL;
    zd_view picture = display;
    int longest = zd_int_max(display.width, display.height);
    if (longest > FACE_LONG_SIDE) {
        ZD_TRY(zd_image_create(a->ctx, zd_int_max(1, display.width * FACE_LONG_SIDE / longest),
                               zd_int_max(1, display.height * FACE_LONG_SIDE / longest),
                               display.format, &small, err));
        picture = zd_image_view(small);
    }
    zd_rect whole = { 0, 0, picture.width, picture.height };
    zd_status status =
        small == NULL ? ZD_OK : zd_resample(a->ctx, ZD_RESAMPLE_LINEAR, display, picture, err);
    if (status == ZD_OK) {
        status = zd_face_find(a->finder, picture, whole, a->faces, err);
    }
    zd_image_unref(&small);
    if (status == ZD_OK && a->faces->count == 0 && !a->has_face) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "%s; face analysis needs eyes, nose and mouth in view, frontal and close: "
                       "set another roi, or analysis global",
                       zd_face_verdict_text(a->faces->verdict));
    }
    a->has_face = a->has_face || (status == ZD_OK && a->faces->count > 0);
    return status;
}

/** What the networks say of a picture. */
typedef struct answer {
    zd_depth_map depth;
    zd_image *foreground; /* or NULL */
    zd_image *surface;    /* where faces make the map one unbroken surface; or NULL */
} answer;

static zd_status copy_surface(zd_scene_job_analysis *a, const zd_face_depth *stage, answer *to,
                              zd_error *err)
{
    zd_view surface;
    if (!zd_face_depth_surface(stage, &surface)) {
        return ZD_OK;
    }
    ZD_TRY(zd_image_create(a->ctx, surface.width, surface.height, ZD_GRAY_F32, &to->surface, err));
    zd_view_copy(surface, zd_image_view(to->surface));
    return ZD_OK;
}

/* Each picture by itself: frames of a scene are rendered in any order, and must not depend on it. */
static zd_status lay_faces_in(zd_scene_job_analysis *a, zd_view input, answer *to, zd_error *err)
{
    zd_face_depth *stage = NULL;
    zd_view person = { 0 };
    zd_view view = zd_image_view(to->depth.values);
    if (view.width != input.width || view.height != input.height) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "the depth is not of its picture's size");
    }
    ZD_TRY(zd_face_depth_create(a->ctx, view.width, view.height,
                                (float) view.height / (float) view.width, &stage, err));
    if (to->foreground != NULL) {
        person = zd_image_view(to->foreground);
    }
    zd_face_depth_apply(stage, a->faces, 0.0, &to->depth, to->foreground != NULL ? &person : NULL);
    zd_status status = copy_surface(a, stage, to, err);
    zd_face_depth_destroy(&stage);
    return status;
}

/* Metres become nearness by 1/m, which is what the scene interpolates anyway. */
static void to_nearness(zd_depth_map *depth)
{
    zd_view view = zd_image_view(depth->values);
    for (int y = 0; depth->kind == ZD_DEPTH_METRES && y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            row[x] = 1.0f / row[x];
        }
    }
    depth->kind = ZD_DEPTH_NEARNESS;
}

/* The map at the picture's size, with the picture's edges. */
static zd_status refine(zd_scene_job_analysis *a, const answer *from, zd_view display,
                        zd_scene_measured *out, zd_error *err)
{
    zd_matte *matte = NULL;
    zd_view surface = { 0 };
    const zd_depth_map *depth = &from->depth;
    zd_view map = zd_image_view(depth->values);
    zd_rect whole = { 0, 0, display.width, display.height };
    zd_matte_size size = { display.width, display.height, map.width, map.height };
    zd_range_extent extent = zd_range_measure(depth);
    out->range =
        extent.valid ? (zd_depth_range){ extent.furthest, extent.nearest } : (zd_depth_range){ 0 };
    ZD_TRY(zd_image_create(a->ctx, display.width, display.height, ZD_GRAY_F32, &out->values, err));
    zd_view values = zd_image_view(out->values);
    zd_status status = zd_matte_create(a->ctx, &size, &matte, err);
    if (status == ZD_OK) {
        surface = from->surface != NULL ? zd_image_view(from->surface) : surface;
        zd_matte_set_surface(matte, from->surface != NULL ? &surface : NULL);
        status = zd_engine_prepare(matte, depth, from->foreground, out->range, display, NULL, err);
    }
    if (status == ZD_OK) {
        status = zd_matte_render_depth(matte, whole, values, err);
    }
    for (int y = 0; status == ZD_OK && y < values.height; y++) {
        float *row = zd_view_row_f32(values, y);
        for (int x = 0; x < values.width; x++) {
            row[x] = zd_depth_from_normalised(out->range, row[x]);
        }
    }
    zd_matte_destroy(&matte);
    if (status != ZD_OK) {
        zd_image_unref(&out->values);
    }
    return status;
}

static zd_status measure_display(zd_scene_job_analysis *a, zd_scene_measure what, zd_view display,
                                 zd_scene_measured *out, zd_error *err)
{
    zd_image *input = NULL;
    answer found = { 0 };
    bool is_face = what == ZD_SCENE_MEASURE_FACE;
    ZD_TRY(is_face ? find_faces(a, display, err) : ZD_OK);
    ZD_TRY(zd_analyser_prepare(a->network.analyser, display, &input, err));
    zd_status status =
        zd_analyser_run(a->network.analyser, input, a->task, &found.depth, &found.foreground, err);
    if (status == ZD_OK) {
        zd_analyser_scale(a->network.analyser, input, &found.depth);
    }
    if (status == ZD_OK && is_face) {
        status = lay_faces_in(a, zd_image_view(input), &found, err);
    }
    if (status == ZD_OK) {
        to_nearness(&found.depth);
        status = refine(a, &found, display, out, err);
    }
    zd_depth_map_release(&found.depth);
    zd_image_unref(&found.foreground);
    zd_image_unref(&found.surface);
    zd_image_unref(&input);
    return status;
}

/* The networks see display-referred colour, and what is transparent over black. */
static zd_status measure(zd_scene_job_analysis *a, zd_scene_measure what, zd_view linear,
                         zd_scene_measured *out, zd_error *err)
{
    zd_image *display = NULL;
    ZD_TRY(zd_image_create(a->ctx, linear.width, linear.height, linear.format, &display, err));
    zd_view view = zd_image_view(display);
    zd_view_copy(linear, view);
    zd_transfer_encode_view(ZD_TRANSFER_SRGB, view);
    zd_status status = measure_display(a, what, view, out, err);
    zd_image_unref(&display);
    return status;
}

/* Puts a region's values into a picture of the whole; around them is nothing near. */
static zd_status widen(zd_scene_job_analysis *a, const zd_scene_measure_request *request,
                       zd_scene_measured *out, zd_error *err)
{
    zd_image *whole = NULL;
    zd_view picture = request->picture;
    ZD_TRY(zd_image_create(a->ctx, picture.width, picture.height, ZD_GRAY_F32, &whole, err));
    zd_view view = zd_image_view(whole);
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            row[x] = out->range.furthest;
        }
    }
    zd_view_copy(zd_image_view(out->values), zd_view_crop(view, request->region));
    zd_image_unref(&out->values);
    out->values = whole;
    return ZD_OK;
}

static const char *face_model_of(const zd_scene_job_analysis *a,
                                 const zd_scene_measure_request *request)
{
    return request->face_model[0] != '\0' ? request->face_model : a->networks.faces;
}

static zd_status measure_picture(zd_scene_job_analysis *a, const zd_scene_measure_request *request,
                                 const char *model, zd_scene_measured *out, zd_error *err)
{
    ZD_TRY(open_network(a, model, err));
    if (request->what == ZD_SCENE_MEASURE_FACE) {
        ZD_TRY(open_faces(a, face_model_of(a, request), err));
    }
    ZD_TRY(measure(a, request->what, zd_view_crop(request->picture, request->region), out, err));
    zd_status status = widen(a, request, out, err);
    if (status != ZD_OK) {
        zd_image_unref(&out->values);
    }
    return status;
}

/* The clip for a request; the one that was opened first makes place. */
static zd_status find_clip(zd_scene_job_analysis *a, const zd_scene_measure_request *request,
                           const char *model, zd_scene_job_clip **out, zd_error *err)
{
    zd_scene_job_clip_params params = { .path = request->path,
                                        .model = model,
                                        .face_model = face_model_of(a, request),
                                        .what = request->what,
                                        .first = request->first,
                                        .last = request->last,
                                        .options = &a->cache };
    zd_rect r = request->region;
    double width = request->picture.width;
    double height = request->picture.height;
    params.region[0] = r.x0 / width;
    params.region[1] = r.y0 / height;
    params.region[2] = (r.x1 - r.x0) / width;
    params.region[3] = (r.y1 - r.y0) / height;
    for (int i = 0; i < MAX_CLIPS; i++) {
        if (a->clips[i] != NULL && zd_scene_job_clip_is(a->clips[i], &params)) {
            *out = a->clips[i];
            return ZD_OK;
        }
    }
    zd_scene_job_clip **place = &a->clips[a->next_clip];
    a->next_clip = (a->next_clip + 1) % MAX_CLIPS;
    zd_scene_job_clip_close(place);
    ZD_TRY(zd_scene_job_clip_open(a->ctx, &params, a->task, place, err));
    *out = *place;
    return ZD_OK;
}

static zd_status run(zd_scene_job_analysis *a, const zd_scene_measure_request *request,
                     zd_scene_measured *out, zd_error *err)
{
    zd_scene_job_clip *clip = NULL;
    const char *model = request->model[0] != '\0' ? request->model : a->networks.depth;
    *out = (zd_scene_measured){ 0 };
    if (request->path == NULL) {
        return measure_picture(a, request, model, out, err);
    }
    ZD_TRY(find_clip(a, request, model, &clip, err));
    out->range = (zd_depth_range){ .furthest = 0.0f, .nearest = 1.0f };
    out->is_settled = true;
    return zd_scene_job_clip_depth(clip, request->frame, a->task, &out->values, err);
}

zd_status zd_scene_job_analysis_run(void *user, const zd_scene_measure_request *request,
                                    zd_scene_measured *out, zd_error *err)
{
    zd_status status = run(user, request, out, err);
    /* Clips say so themselves. */
    bool is_face = request->what == ZD_SCENE_MEASURE_FACE && request->path == NULL;
    return status == ZD_OK || !is_face ? status : zd_fail_context(err, status, "face analysis");
}
