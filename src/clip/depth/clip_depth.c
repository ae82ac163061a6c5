/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Opening a network or a map by the parameters, and a frame's way to its depth: input, key,
 * cache, run. A region's map is put back into one of the whole frame. */

#include "clip/depth/clip_depth.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clip/depth/clip_detail.h"
#include "clip/depth/clip_faces.h"
#include "clip/depth/clip_video.h"
#include "core/require.h"
#include "core/size.h"
#include "depth/detail.h"
#include "depth/supplied.h"
#include "engine/engine_steps.h"
#include "engine/network/engine_model.h"
#include "engine/pixels/pixels.h"
#include "image/guide.h"
#include "media/map_reader.h"
#include "models/model_store.h"

enum { REGULAR_TILES = 2 };

#define CERTAIN 100.0f /* confidence outside the region of interest */

struct zd_clip_depth {
    zd_context *ctx;
    const zd_params *params;
    zd_cache_folder *cache;
    zd_engine_model model;  /* a network, or */
    zd_clip_video *video;   /* of a network that sees windows of frames, or NULL */
    zd_clip_detail *detail; /* outlines for it, or NULL */
    char arithmetic[320];   /* what its maps depend on beside the network's file; "": a map */
    zd_map_reader *map;     /* a supplied map */
    bool is_sign_told;      /* that its distances are negative */
    bool is_hold_told;      /* that the maps are fewer than the frames */
    zd_supplied_type type;
    int64_t start_us; /* when the footage's first frame is shown */
    int width;        /* of the maps that come out */
    int height;
    zd_rect part;         /* of these maps that the network sees */
    bool is_whole;        /* it sees all of the frame */
    zd_image *full;       /* the frame as RGBA f32, for networks that need more than the average */
    zd_clip_faces *faces; /* of face analysis, or NULL */
    zd_image *face_picture; /* RGB f32 in which faces are looked for */
    float roi[4];           /* region of interest, x0, y0, x1, y1 in 0..1 of the frame */
};

/* x0, y0, x1, y1 of the part of the frame that is looked at. */
static zd_status read_region(const zd_params *params, float roi[4], zd_error *err)
{
    float box[4] = { 0.0f, 0.0f, 1.0f, 1.0f };
    const char *text = zd_params_text(params, ZD_P_REGION);
    const char *at = text;
    for (int i = 0; i < 4 && text != NULL; i++) {
        char *end;
        box[i] = strtof(at, &end);
        if (end == at || (i < 3 && *end != ',') || !(box[i] >= 0.0f && box[i] <= 1.0f)) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "region is '%s'; write X,Y,W,H in fractions of the frame", text);
        }
        at = end + 1;
    }
    if (!(box[2] > 0.0f && box[3] > 0.0f && box[0] + box[2] <= 1.00001f &&
          box[1] + box[3] <= 1.00001f)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the region '%s' is empty or leaves the frame",
                       text);
    }
    for (int i = 0; i < 2; i++) {
        roi[i] = box[i];
        roi[i + 2] = fminf(box[i] + box[i + 2], 1.0f);
    }
    return ZD_OK;
}

static zd_status plan_sizes(zd_clip_depth *source, int frame_width, int frame_height, zd_error *err)
{
    float roi[4];
    zd_rect *part = &source->part;
    int width;
    int height;
    ZD_TRY(zd_analyser_input_size(source->model.analyser, frame_width, frame_height, &width,
                                  &height, err));
    zd_analyser_region(source->model.analyser, roi);
    source->width = (int) lroundf((float) width / (roi[2] - roi[0]));
    source->height = (int) lroundf((float) height / (roi[3] - roi[1]));
    part->x0 = zd_int_min((int) lroundf(roi[0] * (float) source->width), source->width - width);
    part->y0 = zd_int_min((int) lroundf(roi[1] * (float) source->height), source->height - height);
    part->x1 = part->x0 + width;
    part->y1 = part->y0 + height;
    return ZD_OK;
}

static bool wants_detail(const zd_clip_depth *source)
{
    return zd_params_int(source->params, ZD_P_DETAIL) == ZD_DETAIL_2X;
}

/* A movie's windows would take four times the memory at twice the size; it gets its outlines from a
 * network for stills. By itself a still is seen twice where that takes no time to speak of. */
static bool wants_two_scales(const zd_clip_depth *source, bool is_movie)
{
    const zd_params *p = source->params;
    const zd_network_info *network = zd_analyser_network(source->model.analyser);
    if (zd_params_int(p, ZD_P_DETAIL) == ZD_DETAIL_AUTO) {
        bool says_how = zd_params_is_set(p, ZD_P_TILES) || zd_params_is_set(p, ZD_P_DEPTH_SIZE);
        return !is_movie && !network->compares_all && !says_how;
    }
    return wants_detail(source) && !(is_movie && network->window > 1);
}

static zd_status open_network(zd_clip_depth *source, const zd_reader_info *footage, zd_error *err)
{
    const zd_params *p = source->params;
    const char *region = zd_params_text(p, ZD_P_REGION);
    const char *asked = zd_params_text(p, ZD_P_MODEL);
    bool is_movie = footage->frame_count != 1;
    const char *model = zd_model_store_choose(source->ctx, asked, is_movie);
    zd_analyser_params how = {
        .network = { .precision = (zd_precision) zd_params_int(p, ZD_P_PRECISION),
                     .packs_late = true },
        .depth_size = zd_params_int(p, ZD_P_DEPTH_SIZE),
        .tiles = !zd_params_is_set(p, ZD_P_TILES)     ? ZD_ANALYSER_TILES_AUTO
                 : zd_params_bool(p, ZD_P_TILES, 0.0) ? REGULAR_TILES
                                                      : 0,
        .focal_mm = (float) zd_params_number(p, ZD_P_FOCAL, 0.0),
    };
    if (region != NULL) {
        ZD_TRY(read_region(p, how.roi, err));
    }
    if (strcmp(asked, model) != 0) {
        zd_log_write(zd_context_log(source->ctx), ZD_LOG_WARN, "depth",
                     "model auto: '%s', the best that is installed for %s", model,
                     is_movie ? "movies" : "stills");
    }
    ZD_TRY(zd_engine_model_open(source->ctx, model, source->cache, &how, &source->model, err));
    if (wants_two_scales(source, is_movie)) { /* which only the open network tells */
        how.fine = true;
        zd_engine_model_close(&source->model);
        ZD_TRY(zd_engine_model_open(source->ctx, model, source->cache, &how, &source->model, err));
    }
    source->is_whole = region == NULL;
    if (zd_analyser_network(source->model.analyser)->focal_unit_px > 0.0f &&
        !zd_params_is_set(p, ZD_P_FOCAL))
    {
        zd_log_write(zd_context_log(source->ctx), ZD_LOG_WARN, "depth",
                     "no focal length is given: metres are for a lens of %d mm; give the camera's "
                     "with --focal",
                     ZD_ANALYSER_FOCAL_MM);
    }
    return plan_sizes(source, footage->width, footage->height, err);
}

static zd_status look_for_video(void *user, const zd_frame *frame, zd_image **small,
                                zd_image **input, zd_error *err);

/* From here on maps have the detail's size. */
static zd_status open_detail(zd_clip_depth *source, zd_error *err)
{
    float roi[4];
    zd_rect *part = &source->part;
    int *sides[] = { &source->width, &source->height, &part->x0, &part->y0, &part->x1, &part->y1 };
    zd_analyser_region(source->model.analyser, roi);
    ZD_TRY(zd_clip_detail_open(source->ctx, source->params, roi, part->x1 - part->x0,
                               part->y1 - part->y0, source->cache, &source->detail, err));
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        *sides[i] *= ZD_CLIP_DETAIL_SCALE;
    }
    return ZD_OK;
}

/* A network for video sees the clip by itself; of a still it sees one frame. */
static zd_status open_video(zd_clip_depth *source, const zd_reader_info *footage, zd_error *err)
{
    const zd_network_info *network =
        source->model.analyser != NULL ? zd_analyser_network(source->model.analyser) : NULL;
    if (network == NULL || network->window == 1 || footage->frame_count == 1) {
        return ZD_OK;
    }
    if (zd_params_bool(source->params, ZD_P_TILES, 0.0)) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "'%s' sees windows of frames and takes no tiles; leave out tiles",
                       zd_clip_depth_name(source));
    }
    zd_clip_video_params how = { .network = zd_analyser_borrow(source->model.analyser),
                                 .params = source->params,
                                 .is_alone = zd_params_bool(source->params, ZD_P_ALONE, 0.0),
                                 .cache = source->cache,
                                 .width = source->part.x1 - source->part.x0,
                                 .height = source->part.y1 - source->part.y0,
                                 .look = look_for_video,
                                 .user = source };
    ZD_TRY(zd_clip_video_open(source->ctx, &how, &source->video, err));
    return wants_detail(source) ? open_detail(source, err) : ZD_OK;
}

/* Whether two pictures have one shape, but for what rounding to blocks of 32 does. */
static bool is_alike(double aspect, double other)
{
    return aspect < other * 1.06 && other < aspect * 1.06;
}

/* A map has the footage's shape, as stored or as shown; or that of its sensor before the picture was
 * turned, and then it is turned too. */
static zd_status fit_map(zd_clip_depth *source, const zd_reader_info *footage, zd_error *err)
{
    const zd_map_info *info = zd_map_reader_info_get(source->map);
    zd_rational pixel = footage->sample_aspect;
    double map = (double) info->width / info->height;
    double stored = (double) footage->width / footage->height;
    double shown = pixel.numerator > 0 ? stored * pixel.numerator / pixel.denominator : stored;
    bool is_sideways = footage->rotation_deg == 90 || footage->rotation_deg == 270;
    if (is_alike(map, stored) || is_alike(map, shown)) {
        return ZD_OK;
    }
    if (is_sideways && (is_alike(1.0 / map, stored) || is_alike(1.0 / map, shown))) {
        zd_map_reader_turn(source->map, footage->rotation_deg, footage->is_mirrored);
        zd_log_write(zd_context_log(source->ctx), ZD_LOG_WARN, "depth",
                     "the depth map '%s' is of the sensor before the picture was turned; it is "
                     "turned by %d degrees like the picture",
                     zd_clip_depth_name(source), footage->rotation_deg);
        return ZD_OK;
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                   "the depth map '%s' is %dx%d and the footage %dx%d, another shape; crop or "
                   "turn the map as the footage is",
                   zd_clip_depth_name(source), info->width, info->height, footage->width,
                   footage->height);
}

static zd_status open_map(zd_clip_depth *source, const zd_reader_info *footage, zd_error *err)
{
    const zd_params *p = source->params;
    zd_map_params how = { .media = { .sequence_rate = footage->frame_rate,
                                     .damage = footage->damage,
                                     .missing = footage->damage == ZD_DAMAGE_TAKE
                                                    ? ZD_MISSING_HOLD
                                                    : ZD_MISSING_FAIL },
                          .channel = zd_params_text(p, ZD_P_DEPTH_MAP_CHANNEL) };
    ZD_TRY(zd_map_reader_open(source->ctx, zd_params_text(p, ZD_P_DEPTH_MAP), &how, &source->map,
                              err));
    const zd_map_info *info = zd_map_reader_info_get(source->map);
    if (how.channel != NULL && info->channel[0] == '\0') {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the depth map '%s' has no named channels; leave out depth_map_channel",
                       zd_params_text(p, ZD_P_DEPTH_MAP));
    }
    ZD_TRY(fit_map(source, footage, err));
    zd_supplied_size(info->width, info->height, &source->width, &source->height);
    source->type = (zd_supplied_type) zd_params_int(p, ZD_P_DEPTH_MAP_TYPE);
    if (!zd_params_is_set(p, ZD_P_DEPTH_MAP_TYPE) && info->declared.has_kind) {
        source->type = strcmp(info->declared.kind, "metres") == 0     ? ZD_SUPPLIED_METRES
                       : strcmp(info->declared.kind, "nearness") == 0 ? ZD_SUPPLIED_NEARNESS
                                                                      : ZD_SUPPLIED_NORMALISED;
    }
    return ZD_OK;
}

static zd_status open_faces(zd_clip_depth *source, zd_error *err)
{
    const zd_params *p = source->params;
    if (zd_params_int(p, ZD_P_ANALYSIS) != ZD_ANALYSE_FACE) {
        return ZD_OK;
    }
    ZD_TRY(read_region(p, source->roi, err));
    return zd_clip_faces_open(source->ctx, p, source->cache, &source->faces, err);
}

static void name_arithmetic(zd_clip_depth *source)
{
    if (source->model.analyser != NULL) {
        bool has_detail = source->detail != NULL;
        snprintf(source->arithmetic, sizeof source->arithmetic, "%s%s%s",
                 zd_analyser_network(source->model.analyser)->arithmetic, has_detail ? ", " : "",
                 has_detail ? zd_clip_detail_name(source->detail) : "");
    }
}

zd_status zd_clip_depth_open(zd_context *ctx, const zd_params *params, zd_cache_folder *cache,
                             const zd_reader_info *footage, zd_clip_depth **out, zd_error *err)
{
    ZD_REQUIRE(err, footage->width > 0 && footage->height > 0);
    zd_clip_depth *source = zd_alloc_zeroed(ctx, 1, sizeof *source);
    *out = source;
    if (source == NULL) {
        return zd_fail_memory(err, "the depth source");
    }
    source->ctx = ctx;
    source->params = params;
    source->cache = cache;
    source->start_us = footage->start_us;
    zd_status status = zd_params_is_set(params, ZD_P_DEPTH_MAP)
                           ? open_map(source, footage, err)
                           : open_network(source, footage, err);
    if (status == ZD_OK) {
        status = open_video(source, footage, err);
    }
    if (status == ZD_OK) {
        name_arithmetic(source);
        status = open_faces(source, err);
    }
    if (status != ZD_OK) {
        zd_clip_depth_close(out);
    }
    return status;
}

void zd_clip_depth_close(zd_clip_depth **source)
{
    if (*source != NULL) {
        zd_clip_video_close(&(*source)->video);
        zd_clip_detail_close(&(*source)->detail);
        zd_engine_model_close(&(*source)->model);
        zd_map_reader_close(&(*source)->map);
        zd_image_unref(&(*source)->full);
        zd_image_unref(&(*source)->face_picture);
        zd_clip_faces_close(&(*source)->faces);
        zd_free((*source)->ctx, *source);
        *source = NULL;
    }
}

void zd_clip_depth_size(const zd_clip_depth *source, int *width, int *height)
{
    *width = source->width;
    *height = source->height;
}

const char *zd_clip_depth_name(const zd_clip_depth *source)
{
    return zd_params_text(source->params, source->map != NULL ? ZD_P_DEPTH_MAP : ZD_P_MODEL);
}

bool zd_clip_depth_may_tell(const zd_clip_depth *source, const char *output)
{
    bool may = source->model.analyser == NULL; /* a supplied map */
    const zd_network_info *info = may ? NULL : zd_analyser_network(source->model.analyser);
    for (int i = 0; !may && i < info->output_count; i++) {
        may = strcmp(info->output_names[i], output) == 0;
    }
    return may;
}

const char *zd_clip_depth_model(const zd_clip_depth *source)
{
    return source->model.path;
}

const char *zd_clip_depth_arithmetic(const zd_clip_depth *source)
{
    return source->arithmetic[0] != '\0' ? source->arithmetic : NULL;
}

bool zd_clip_depth_sees_windows(const zd_clip_depth *source)
{
    return source->video != NULL;
}

zd_clip_video *zd_clip_depth_windows(const zd_clip_depth *source)
{
    return source->detail == NULL && source->faces == NULL ? source->video : NULL;
}

/* A map that was made of a range alone would go with the wrong frames, and hold for the others. */
static void warn_of_hold(zd_clip_depth *source, int64_t time_us)
{
    if (!source->is_hold_told && zd_map_reader_is_held(source->map, time_us)) {
        source->is_hold_told = true;
        zd_log_write(zd_context_log(source->ctx), ZD_LOG_WARN, "depth",
                     "the depth map '%s' has nothing for the footage from %.3f s on; its last map "
                     "is held",
                     zd_clip_depth_name(source), (double) time_us * 1e-6);
    }
}

static void warn_of_sign(zd_clip_depth *source, zd_view map)
{
    if (!source->is_sign_told && zd_supplied_is_negative(source->type, map)) {
        source->is_sign_told = true;
        zd_log_write(zd_context_log(source->ctx), ZD_LOG_WARN, "depth",
                     "the distances of the depth map '%s' are negative; they are taken without "
                     "their sign",
                     zd_clip_depth_name(source));
    }
}

/* An exported depth tells what the network saw beside it. */
static zd_status take_seen(zd_clip_depth *source, zd_depth_sample *out, zd_error *err)
{
    zd_image **planes[ZD_SEEN_COUNT] = { [ZD_SEEN_SUBJECT] = &out->foreground,
                                         [ZD_SEEN_SKY] = &out->depth.sky,
                                         [ZD_SEEN_CONFIDENCE] = &out->depth.confidence };
    for (int i = 0; i < ZD_SEEN_COUNT; i++) {
        zd_image *seen = zd_map_reader_seen(source->map, (zd_seen) i);
        if (seen != NULL) {
            ZD_TRY(zd_image_create(source->ctx, source->width, source->height, ZD_GRAY_F32,
                                   planes[i], err));
            zd_supplied_pick(zd_image_view(seen), zd_image_view(*planes[i]));
        }
    }
    return ZD_OK;
}

static zd_status map_sample(zd_clip_depth *source, const zd_frame *frame, zd_depth_sample *out,
                            zd_error *err)
{
    int64_t time_us = zd_frame_time_us(frame) - source->start_us;
    zd_image *map = NULL;
    ZD_TRY(zd_map_reader_at(source->map, time_us, &map, err));
    warn_of_hold(source, time_us);
    warn_of_sign(source, zd_image_view(map));
    zd_status status = zd_engine_supplied_sample(source->ctx, zd_image_view(map), source->width,
                                                 source->height, (int) source->type, out, err);
    if (status == ZD_OK) {
        status = take_seen(source, out, err);
    }
    zd_image_unref(&map);
    return status;
}

/* The whole frame as networks want it. */
static zd_status read_full(zd_clip_depth *source, const zd_frame *frame, zd_error *err)
{
    const zd_frame_info *info = zd_frame_info_get(frame);
    zd_rect whole = { 0, 0, info->width, info->height };
    if (source->full == NULL) {
        ZD_TRY(zd_image_create(source->ctx, info->width, info->height, ZD_RGBA_F32, &source->full,
                               err));
    }
    zd_view full = zd_image_view(source->full);
    ZD_TRY(zd_frame_read(frame, whole, full, err));
    if (info->colour.transfer == ZD_TRANSFER_LINEAR) {
        zd_guide_make(source->ctx, info->colour.transfer, full, full);
    }
    return ZD_OK;
}

/* The area average; of linear light, that of its display-referred picture. */
static zd_status read_small(zd_clip_depth *source, const zd_frame *frame, zd_view small,
                            zd_error *err)
{
    if (zd_frame_info_get(frame)->colour.transfer != ZD_TRANSFER_LINEAR) {
        return zd_frame_read_small(frame, small, err);
    }
    ZD_TRY(read_full(source, frame, err));
    zd_pixels_shrink(source->ctx, zd_image_view(source->full), small);
    return ZD_OK;
}

/* The picture that the network sees. When it is the plain area average of the whole frame it is the
 * small picture itself. */
static zd_status network_input(zd_clip_depth *source, const zd_frame *frame, zd_image *small,
                               zd_image **input, zd_error *err)
{
    if (source->is_whole && zd_analyser_network(source->model.analyser)->area_resize) {
        *input = zd_image_ref(small);
        return ZD_OK;
    }
    ZD_TRY(read_full(source, frame, err));
    return zd_analyser_prepare(source->model.analyser, zd_image_view(source->full), input, err);
}

static zd_status look_for_video(void *user, const zd_frame *frame, zd_image **small,
                                zd_image **input, zd_error *err)
{
    zd_clip_depth *source = user;
    ZD_TRY(zd_clip_depth_look(source, frame, small, err));
    zd_status status = input != NULL ? network_input(source, frame, *small, input, err) : ZD_OK;
    if (status != ZD_OK) {
        zd_image_unref(small);
    }
    return status;
}

/* Puts a region's plane into one of the whole frame: what lies outside it is furthest. */
static zd_status widen(zd_clip_depth *source, float outside, zd_image **plane, zd_error *err)
{
    zd_image *whole = NULL;
    if (source->is_whole || *plane == NULL) {
        return ZD_OK;
    }
    ZD_TRY(zd_image_create(source->ctx, source->width, source->height, ZD_GRAY_F32, &whole, err));
    zd_view view = zd_image_view(whole);
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            row[x] = outside;
        }
    }
    zd_view_copy(zd_image_view(*plane), zd_view_crop(view, source->part));
    zd_image_unref(plane);
    *plane = whole;
    return ZD_OK;
}

static float furthest_value(const zd_depth_map *map)
{
    zd_view view = zd_image_view(map->values);
    bool metres = map->kind == ZD_DEPTH_METRES;
    float found = zd_view_row_f32(view, 0)[0];
    for (int y = 0; y < view.height; y++) {
        const float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            found = metres ? fmaxf(found, row[x]) : fminf(found, row[x]);
        }
    }
    return found;
}

static zd_status network_sample(zd_clip_depth *source, const zd_frame *frame, const zd_task *task,
                                zd_depth_sample *out, bool *cached, zd_error *err)
{
    zd_image *input = NULL;
    zd_cache_depth entry = { 0 };
    zd_status status = ZD_OK;
    if (source->video != NULL) {
        *cached = false;
        status = zd_clip_video_get(source->video, zd_frame_time_us(frame), task, &entry.depth, err);
        if (status == ZD_OK && source->detail != NULL) {
            status = read_full(source, frame, err);
        }
        if (status == ZD_OK && source->detail != NULL) {
            status = zd_clip_detail_add(source->detail, zd_image_view(source->full), task,
                                        &entry.depth, err);
        }
    } else {
        status = network_input(source, frame, out->small, &input, err);
        if (status == ZD_OK) {
            status = zd_engine_model_depth(&source->model, source->cache, input, task, &entry,
                                           cached, err);
        }
        zd_image_unref(&input);
    }
    if (status == ZD_OK && !source->is_whole) {
        status = widen(source, furthest_value(&entry.depth), &entry.depth.values, err);
        if (status == ZD_OK) {
            status = widen(source, 0.0f, &entry.foreground, err);
        }
        if (status == ZD_OK) {
            status = widen(source, 0.0f, &entry.depth.sky, err);
        }
        if (status == ZD_OK) {
            status = widen(source, CERTAIN, &entry.depth.confidence, err);
        }
    }
    if (status != ZD_OK) {
        zd_cache_depth_release(&entry);
        return status;
    }
    out->depth = entry.depth;
    out->foreground = entry.foreground;
    return ZD_OK;
}

static zd_status face_sample(zd_clip_depth *source, const zd_frame *frame, zd_depth_sample *out,
                             zd_error *err)
{
    const zd_frame_info *info = zd_frame_info_get(frame);
    if (source->face_picture == NULL) {
        int width;
        int height;
        zd_clip_faces_size(info->width, info->height, &width, &height);
        ZD_TRY(zd_image_create(source->ctx, width, height, ZD_RGB_F32, &source->face_picture, err));
    }
    zd_view picture = zd_image_view(source->face_picture);
    ZD_TRY(read_small(source, frame, picture, err));
    out->ctx = source->ctx;
    return zd_clip_faces_find(source->faces, picture, source->roi, &out->faces, err);
}

zd_status zd_clip_depth_check(const zd_clip_depth *source, zd_error *err)
{
    const char *footage = zd_params_text(source->params, ZD_P_FOOTAGE);
    return source->faces != NULL ? zd_clip_faces_check(source->faces, footage, err) : ZD_OK;
}

zd_status zd_clip_depth_look(zd_clip_depth *source, const zd_frame *frame, zd_image **small,
                             zd_error *err)
{
    ZD_TRY(zd_image_create(source->ctx, source->width, source->height, ZD_RGB_F32, small, err));
    zd_status status = read_small(source, frame, zd_image_view(*small), err);
    if (status != ZD_OK) {
        zd_image_unref(small);
    }
    return status;
}

zd_status zd_clip_depth_get(zd_clip_depth *source, const zd_frame *frame, const zd_task *task,
                            zd_depth_sample *out, bool *cached, zd_error *err)
{
    ZD_REQUIRE(err, source != NULL && frame != NULL);
    bool from_cache = true;
    *out = (zd_depth_sample){ 0 };
    zd_status status = zd_clip_depth_look(source, frame, &out->small, err);
    if (status == ZD_OK) {
        status = source->map != NULL ? map_sample(source, frame, out, err)
                                     : network_sample(source, frame, task, out, &from_cache, err);
    }
    if (status == ZD_OK && source->faces != NULL) {
        status = face_sample(source, frame, out, err);
    }
    if (status != ZD_OK) {
        zd_depth_sample_release(out);
    }
    if (cached != NULL) {
        *cached = from_cache;
    }
    return status;
}
