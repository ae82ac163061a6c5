/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A clip of its own for each footage, and its layers taken frame by frame. Steadying has a memory
 * that begins at each shot's first frame: a frame that does not follow the last one is walked to
 * from there, as everywhere. */

#include "scene_job/scene_job_clip.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "clip/clip_ahead.h"
#include "clip/layers.h"
#include "core/require.h"

struct zd_scene_job_clip {
    zd_context *ctx;
    char *path;
    char *model;      /* NULL: the default */
    char *face_model; /* the same */
    zd_scene_measure what;
    double region[4];
    zd_project project;
    zd_clip clip;
    bool is_open;
    zd_layers *layers;
    zd_media_kind kind;
    int64_t first_number; /* of the footage's first frame */
    int64_t number_step;
    int64_t frame_count; /* 0: unknown */
    int64_t begin;       /* the frames that were asked for when it was analysed */
    int64_t end;         /* INT64_MAX: all that follow */
    int64_t next;        /* the frame whose layers come next; -1: unknown */
    zd_clip_ahead ahead;
};

static zd_status set_texts(zd_scene_job_clip *c, zd_error *err)
{
    zd_params *p = &c->project.params;
    char region[128];
    ZD_TRY(zd_params_set_text(p, ZD_P_FOOTAGE, c->path, err));
    if (c->model != NULL) {
        ZD_TRY(zd_params_set_text(p, ZD_P_MODEL, c->model, err));
    }
    if (c->face_model != NULL) {
        ZD_TRY(zd_params_set_text(p, ZD_P_FACE_MODEL, c->face_model, err));
    }
    if (c->what == ZD_SCENE_MEASURE_FACE) {
        ZD_TRY(zd_params_set_number(p, ZD_P_ANALYSIS, ZD_ANALYSE_FACE, err));
    }
    const double *r = c->region;
    if (r[0] <= 0.0 && r[1] <= 0.0 && r[2] >= 1.0 && r[3] >= 1.0) {
        return ZD_OK;
    }
    snprintf(region, sizeof region, "%.9g,%.9g,%.9g,%.9g", r[0], r[1], r[2], r[3]);
    return zd_params_set_text(p, ZD_P_REGION, region, err);
}

/* What kind of footage it is, and how its frames are numbered. */
static zd_status look(zd_scene_job_clip *c, zd_error *err)
{
    zd_reader *reader = NULL;
    ZD_TRY(zd_clip_open_reader(c->ctx, &c->project.params, &reader, err));
    const zd_reader_info *info = zd_reader_info_get(reader);
    c->kind = info->kind;
    c->first_number = info->kind == ZD_MEDIA_SEQUENCE ? info->first_number : 1;
    c->number_step =
        info->kind == ZD_MEDIA_SEQUENCE && info->number_step > 0 ? info->number_step : 1;
    c->frame_count = info->frame_count;
    zd_reader_close(&reader);
    return ZD_OK;
}

static int64_t index_of(const zd_scene_job_clip *c, int number)
{
    assert(c->number_step > 0);
    int64_t index = ((int64_t) number - c->first_number) / c->number_step;
    bool is_exact = c->kind != ZD_MEDIA_MOVIE;
    index = c->kind == ZD_MEDIA_STILL || index < 0 ? 0 : index;
    return is_exact && c->frame_count > 0 && index >= c->frame_count ? c->frame_count - 1 : index;
}

static void close_clip(zd_scene_job_clip *c)
{
    zd_layers_destroy(&c->layers);
    zd_clip_ahead_forget(&c->ahead);
    if (c->is_open) {
        zd_clip_close(&c->clip);
    }
    c->is_open = false;
    c->next = -1;
}

/* Opens the frames from `begin` to `end`, analysed by whole shots. */
static zd_status open_range(zd_scene_job_clip *c, int64_t begin, int64_t end,
                            const zd_clip_options *options, const zd_task *task, zd_error *err)
{
    assert(begin < end);
    char frames[64];
    zd_params *p = &c->project.params;
    bool to_end = end == INT64_MAX || (c->frame_count > 0 && end >= c->frame_count);
    close_clip(c);
    c->begin = c->frame_count > 0 && begin >= c->frame_count ? 0 : begin;
    c->end = to_end ? INT64_MAX : end;
    if (c->kind == ZD_MEDIA_STILL || (c->begin == 0 && to_end)) {
        zd_params_unset(p, ZD_P_FRAMES);
        c->begin = 0;
    } else {
        snprintf(frames, sizeof frames, to_end ? "%lld-" : "%lld-%lld", (long long) c->begin,
                 (long long) end - 1);
        ZD_TRY(zd_params_set_text(p, ZD_P_FRAMES, frames, err));
    }
    ZD_TRY(zd_clip_open(c->ctx, &c->project, options, &c->clip, err));
    c->is_open = true;
    ZD_TRY(zd_clip_analyse(&c->clip, task, err));
    return zd_layers_create(&c->clip, &c->layers, err);
}

static zd_status copy_text(const zd_scene_job_clip *c, const char *from, char **out, zd_error *err)
{
    *out = from != NULL ? zd_strdup(c->ctx, from) : NULL;
    return from == NULL || *out != NULL ? ZD_OK : zd_fail_memory(err, "a scene's footage");
}

static zd_status open_parts(zd_scene_job_clip *c, const zd_scene_job_clip_params *params,
                            const zd_task *task, zd_error *err)
{
    c->path = zd_strdup(c->ctx, params->path);
    if (c->path == NULL) {
        return zd_fail_memory(err, "a scene's footage");
    }
    ZD_TRY(copy_text(c, params->model, &c->model, err));
    ZD_TRY(copy_text(c, params->face_model, &c->face_model, err));
    ZD_TRY(set_texts(c, err));
    ZD_TRY(look(c, err));
    int64_t begin = index_of(c, params->first);
    return open_range(c, begin, index_of(c, params->last) + 1, params->options, task, err);
}

zd_status zd_scene_job_clip_open(zd_context *ctx, const zd_scene_job_clip_params *params,
                                 const zd_task *task, zd_scene_job_clip **out, zd_error *err)
{
    ZD_REQUIRE(err, params->path != NULL && params->options != NULL);
    zd_scene_job_clip *c = zd_alloc_zeroed(ctx, 1, sizeof *c);
    *out = c;
    if (c == NULL) {
        return zd_fail_memory(err, "a scene's footage");
    }
    c->ctx = ctx;
    c->what = params->what;
    c->next = -1;
    memcpy(c->region, params->region, sizeof c->region);
    zd_project_init(&c->project, ctx);
    zd_status status = open_parts(c, params, task, err);
    if (status != ZD_OK) {
        zd_scene_job_clip_close(out);
    }
    return status;
}

void zd_scene_job_clip_close(zd_scene_job_clip **clip)
{
    zd_scene_job_clip *c = *clip;
    *clip = NULL;
    if (c != NULL) {
        close_clip(c);
        zd_project_finish(&c->project);
        zd_free(c->ctx, c->path);
        zd_free(c->ctx, c->model);
        zd_free(c->ctx, c->face_model);
        zd_free(c->ctx, c);
    }
}

static bool is_same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool zd_scene_job_clip_is(const zd_scene_job_clip *c, const zd_scene_job_clip_params *params)
{
    return is_same_text(c->path, params->path) && is_same_text(c->model, params->model) &&
           is_same_text(c->face_model, params->face_model) && c->what == params->what &&
           memcmp(c->region, params->region, sizeof c->region) == 0;
}

/* Takes the next frame's layers. */
static zd_status step(zd_scene_job_clip *c, const zd_task *task, zd_frame **frame,
                      zd_layered_frame *out, zd_error *err)
{
    int64_t index = c->next;
    c->next = -1;
    zd_frame_unref(frame);
    const zd_frame *next;
    ZD_TRY(zd_clip_ahead_take(&c->ahead, &c->clip, index, frame, err));
    ZD_TRY(zd_clip_ahead_look(&c->ahead, &c->clip, &next, err));
    ZD_TRY(zd_layers_take(c->layers, *frame, index, next, task, out, err));
    c->next = index + 1;
    return ZD_OK;
}

/* Walks to a frame; the caller unrefs *frame. */
static zd_status walk_to(zd_scene_job_clip *c, int64_t index, const zd_task *task, zd_frame **frame,
                         zd_layered_frame *out, zd_error *err)
{
    const zd_shot_list *shots = &c->clip.shots;
    int64_t first = shots->shots[zd_shot_list_find(shots, index)].first_frame;
    c->next = c->next < first || c->next > index ? first : c->next;
    while (c->next <= index) {
        ZD_TRY(zd_task_cancelled(task) ? zd_fail(err, ZD_ERR_CANCELLED, "cancelled") : ZD_OK);
        ZD_TRY(step(c, task, frame, out, err));
    }
    return ZD_OK;
}

/* Distances become nearness by 1/m, which is what the scene interpolates. */
static void to_nearness(zd_view view, zd_depth_range range)
{
    double far_inverse = 1.0 / (double) range.furthest;
    double span = 1.0 / (double) range.nearest - far_inverse;
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            double metres = (double) zd_depth_from_normalised(range, row[x]);
            row[x] = (float) (span > 0.0 ? (1.0 / fmax(metres, 1e-6) - far_inverse) / span : 0.0);
        }
    }
}

static zd_status depth_of(zd_scene_job_clip *c, zd_layered_frame *layered, zd_image **out,
                          zd_error *err)
{
    ZD_TRY(zd_layers_look(c->layers, layered, (zd_rect){ 0 }, err));
    zd_view picture = layered->picture;
    ZD_TRY(zd_image_create(c->ctx, picture.width, picture.height, ZD_GRAY_F32, out, err));
    zd_view view = zd_image_view(*out);
    zd_rect whole = { 0, 0, view.width, view.height };
    zd_status status = zd_layers_full_depth(c->layers, whole, view, err);
    if (status != ZD_OK) {
        zd_image_unref(out);
        return status;
    }
    if (layered->depth.kind == ZD_DEPTH_METRES) {
        to_nearness(view, layered->shot->range);
    }
    return ZD_OK;
}

/* The shots of frames outside the scene's range are analysed when one of them is asked for. */
static zd_status cover(zd_scene_job_clip *c, int64_t index, const zd_task *task, zd_error *err)
{
    const zd_shot_list *shots = &c->clip.shots;
    bool inside = c->is_open && c->layers != NULL && index >= 0 && shots->count > 0;
    inside = inside && (index >= c->begin && index < c->end);
    if (inside) {
        return ZD_OK;
    }
    zd_clip_options options = { .no_cache = c->clip.cache.path == NULL,
                                .cache_folder = c->clip.cache.path };
    char *folder = NULL;
    if (options.cache_folder != NULL) {
        folder = zd_strdup(c->ctx, options.cache_folder);
        options.cache_folder = folder;
    }
    zd_status status = open_range(c, 0, INT64_MAX, &options, task, err);
    zd_free(c->ctx, folder);
    return status;
}

zd_status zd_scene_job_clip_depth(zd_scene_job_clip *c, int number, const zd_task *task,
                                  zd_image **out, zd_error *err)
{
    zd_frame *frame = NULL;
    zd_layered_frame layered = { 0 };
    int64_t index = index_of(c, number);
    ZD_TRY(cover(c, index, task, err));
    const zd_shot_list *shots = &c->clip.shots;
    if (!shots->is_partial && shots->frame_count > 0 && index >= shots->frame_count) {
        index = shots->frame_count - 1;
    }
    /* A frame that is asked for again is walked to again: its layers are gone. */
    zd_status status = walk_to(c, index, task, &frame, &layered, err);
    if (status == ZD_OK) {
        status = depth_of(c, &layered, out, err);
    }
    zd_frame_unref(&frame);
    return status == ZD_ERR_END
               ? zd_fail(err, ZD_ERR_CORRUPT, "'%s' has no frame %lld", c->path, (long long) index)
               : status;
}
