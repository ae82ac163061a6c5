/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A drawn clip becomes a lossless movie, so that it goes the way of all footage. */

#include "jobs/measure/time_quality.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clip/clip.h"
#include "clip/clip_feed.h"
#include "core/file.h"
#include "depth/stabilise.h"
#include "jobs/measure/time_scene.h"
#include "media/writer.h"

/** One walk over a clip. */
typedef struct walk {
    zd_context *ctx;
    zd_clip clip;
    const zd_task *task;
    zd_temporal_row *row;
    int scene; /* of zd_temporal_scene; below 0: footage */
    int width; /* of the maps */
    int height;
    zd_stabiliser *stabiliser;
    zd_temporal_meter *meters[2];
    zd_image *kept[2][ZD_TEMPORAL_SCENE_FRAMES]; /* of a drawn clip */
} walk;

static void to_nearness(zd_depth_map *map)
{
    zd_view view = zd_image_view(map->values);
    for (int y = 0; map->kind == ZD_DEPTH_METRES && y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            row[x] = row[x] > 0.0f ? 1.0f / row[x] : 0.0f;
        }
    }
    map->kind = ZD_DEPTH_NEARNESS;
}

static zd_status keep(walk *w, int which, int64_t index, zd_view map, zd_error *err)
{
    assert(which >= 0 && which < 2 && index >= 0);
    if (w->scene < 0 || index >= ZD_TEMPORAL_SCENE_FRAMES) {
        return ZD_OK;
    }
    zd_image **kept = &w->kept[which][index];
    ZD_TRY(zd_image_create(w->ctx, map.width, map.height, ZD_GRAY_F32, kept, err));
    zd_view_copy(map, zd_image_view(*kept));
    return ZD_OK;
}

static bool starts_shot(const zd_clip *clip, int64_t index)
{
    return clip->shots.shots[zd_shot_list_find(&clip->shots, index)].first_frame == index;
}

/* Both figures of a frame: as it is, then steadied in place. */
static zd_status measure(walk *w, zd_depth_sample *sample, int64_t index, zd_error *err)
{
    zd_view small = zd_image_view(sample->small);
    zd_view map = zd_image_view(sample->depth.values);
    w->row->is_steadied = sample->depth.kind != ZD_DEPTH_METRES;
    to_nearness(&sample->depth);
    if (starts_shot(&w->clip, index)) {
        zd_stabiliser_reset(w->stabiliser);
        zd_temporal_meter_cut(w->meters[0]);
        zd_temporal_meter_cut(w->meters[1]);
    }
    for (int i = 0; i < 1 + w->row->is_steadied; i++) {
        if (i == 1) {
            ZD_TRY(zd_stabiliser_process(w->stabiliser, map, small, 1.0f, map, err));
        }
        ZD_TRY(zd_temporal_meter_add(w->meters[i], &sample->depth, small, err));
        ZD_TRY(keep(w, i, index, map, err));
    }
    return ZD_OK;
}

static zd_status walk_frames(walk *w, zd_error *err)
{
    const zd_reader_info *info = w->clip.info;
    zd_clip_feed *feed = NULL;
    ZD_TRY(zd_reader_select(w->clip.reader, info->first_frame, info->end_frame, err));
    ZD_TRY(zd_clip_feed_start(w->ctx, w->clip.reader, &feed, err));
    zd_status status = ZD_OK;
    for (int64_t index = info->first_frame; status == ZD_OK; index++) {
        zd_frame *frame = NULL;
        zd_depth_sample sample = { 0 };
        status = zd_clip_feed_next(feed, &frame, err);
        if (status == ZD_OK) {
            status = zd_clip_depth_get(w->clip.depth, frame, w->task, &sample, NULL, err);
        }
        if (status == ZD_OK) {
            status = measure(w, &sample, index, err);
        }
        if (status == ZD_OK) {
            w->row->frames++;
            zd_task_report(w->task, "time", w->row->frames, info->frame_count);
            status = zd_task_check(w->task, err);
        }
        zd_depth_sample_release(&sample);
        zd_frame_unref(&frame);
    }
    zd_clip_feed_stop(&feed);
    return status == ZD_ERR_END ? ZD_OK : status;
}

/* ---- a drawn clip's truth ---- */

static zd_status find_tae(walk *w, int which, const zd_view *truths,
                          const zd_temporal_camera *cameras, zd_error *err)
{
    zd_view maps[ZD_TEMPORAL_SCENE_FRAMES];
    for (int i = 0; i < ZD_TEMPORAL_SCENE_FRAMES; i++) {
        maps[i] = zd_image_view(w->kept[which][i]);
    }
    zd_temporal_clip clip = { ZD_TEMPORAL_SCENE_FRAMES, maps, truths, cameras };
    return zd_temporal_tae(w->ctx, &clip, &w->row->figures[which].tae, err);
}

static zd_status judge_by_truth(walk *w, zd_error *err)
{
    zd_image *images[ZD_TEMPORAL_SCENE_FRAMES] = { NULL };
    zd_view truths[ZD_TEMPORAL_SCENE_FRAMES];
    zd_temporal_camera cameras[ZD_TEMPORAL_SCENE_FRAMES];
    zd_status status = ZD_OK;
    if (w->scene < 0 || w->row->frames != ZD_TEMPORAL_SCENE_FRAMES) {
        return ZD_OK;
    }
    for (int i = 0; i < ZD_TEMPORAL_SCENE_FRAMES && status == ZD_OK; i++) {
        status = zd_image_create(w->ctx, w->width, w->height, ZD_GRAY_F32, &images[i], err);
        if (status == ZD_OK) {
            truths[i] = zd_image_view(images[i]);
            cameras[i] =
                zd_temporal_scene_camera((zd_temporal_scene) w->scene, i, w->width, w->height);
            zd_temporal_scene_depth(w->ctx, (zd_temporal_scene) w->scene, i, truths[i]);
        }
    }
    for (int i = 0; i < 1 + w->row->is_steadied && status == ZD_OK; i++) {
        status = find_tae(w, i, truths, cameras, err);
    }
    for (int i = 0; i < ZD_TEMPORAL_SCENE_FRAMES; i++) {
        zd_image_unref(&images[i]);
    }
    return status;
}

/* ---- one clip ---- */

static zd_status open_walk(walk *w, const zd_project *project, zd_error *err)
{
    static const zd_clip_options usual = { 0 };
    ZD_TRY(zd_clip_open(w->ctx, project, &usual, &w->clip, err));
    ZD_TRY(zd_clip_analyse(&w->clip, w->task, err));
    zd_clip_depth_size(w->clip.depth, &w->width, &w->height);
    ZD_TRY(zd_stabiliser_create(w->ctx, w->width, w->height, &w->stabiliser, err));
    for (int i = 0; i < 2; i++) {
        ZD_TRY(zd_temporal_meter_create(w->ctx, w->width, w->height, &w->meters[i], err));
    }
    return ZD_OK;
}

static void close_walk(walk *w)
{
    for (int i = 0; i < 2 * ZD_TEMPORAL_SCENE_FRAMES; i++) {
        zd_image_unref(&w->kept[i / ZD_TEMPORAL_SCENE_FRAMES][i % ZD_TEMPORAL_SCENE_FRAMES]);
    }
    zd_temporal_meter_destroy(&w->meters[0]);
    zd_temporal_meter_destroy(&w->meters[1]);
    zd_stabiliser_destroy(&w->stabiliser);
    zd_clip_close(&w->clip);
}

static zd_status measure_clip(zd_context *ctx, const zd_project *project, int scene,
                              const zd_task *task, zd_temporal_row *row, zd_error *err)
{
    walk w = { .ctx = ctx, .task = task, .row = row, .scene = scene };
    zd_status status = open_walk(&w, project, err);
    if (status == ZD_OK) {
        status = walk_frames(&w, err);
    }
    for (int i = 0; i < 1 + row->is_steadied && status == ZD_OK; i++) {
        row->figures[i] = zd_temporal_meter_result(w.meters[i]);
    }
    if (status == ZD_OK) {
        status = judge_by_truth(&w, err);
    }
    close_walk(&w);
    return status;
}

/* ---- drawing ---- */

static zd_status write_scene(zd_context *ctx, zd_temporal_scene scene, const char *path,
                             zd_error *err)
{
    const zd_reader_info like = { .kind = ZD_MEDIA_MOVIE,
                                  .width = ZD_TEMPORAL_SCENE_WIDTH,
                                  .height = ZD_TEMPORAL_SCENE_HEIGHT,
                                  .frame_rate = { 24, 1 },
                                  .time_base = { 1, 24 },
                                  .sample_aspect = { 1, 1 },
                                  .bit_depth = 8 };
    zd_writer_params how = { .like = &like, .codec = "ffv1", .pix_fmt = "bgr0" };
    zd_writer *writer = NULL;
    zd_image *picture = NULL;
    ZD_TRY(zd_image_create(ctx, like.width, like.height, ZD_RGB_F32, &picture, err));
    zd_status status = zd_writer_open(ctx, path, &how, &writer, err);
    for (int i = 0; i < ZD_TEMPORAL_SCENE_FRAMES && status == ZD_OK; i++) {
        zd_temporal_scene_draw(ctx, scene, i, zd_image_view(picture));
        status = zd_writer_put_view(writer, zd_image_view(picture), i, 1, err);
    }
    if (status == ZD_OK) {
        status = zd_writer_finish(&writer, err);
    }
    zd_writer_abort(&writer);
    zd_image_unref(&picture);
    return status;
}

static zd_status measure_scene(zd_context *ctx, const zd_project *project, zd_temporal_scene scene,
                               const char *path, const zd_task *task, zd_temporal_row *row,
                               zd_error *err)
{
    zd_project drawn;
    ZD_TRY(write_scene(ctx, scene, path, err));
    zd_status status = zd_project_copy(project, &drawn, err);
    if (status == ZD_OK) {
        status = zd_params_set_text(&drawn.params, ZD_P_FOOTAGE, path, err);
        if (status == ZD_OK) {
            status = zd_params_set_text(&drawn.params, ZD_P_CUTS, "none", err);
        }
        if (status == ZD_OK) {
            snprintf(row->clip, sizeof row->clip, "%s", zd_temporal_scene_name(scene));
            status = measure_clip(ctx, &drawn, (int) scene, task, row, err);
        }
        zd_project_finish(&drawn);
    }
    unlink(path);
    return status;
}

static zd_status measure_scenes(zd_context *ctx, const zd_project *project, const zd_task *task,
                                zd_temporal_report *out, zd_error *err)
{
    const char *temporary = getenv("TMPDIR");
    char folder[2048];
    char path[2100];
    zd_status status = ZD_OK;
    snprintf(folder, sizeof folder, "%s/zdepth-time.XXXXXX",
             temporary != NULL && temporary[0] == '/' ? temporary : "/tmp");
    if (mkdtemp(folder) == NULL) {
        return zd_fail(err, ZD_ERR_IO, "cannot make a folder such as '%s' to draw in", folder);
    }
    for (int i = 0; i < ZD_TEMPORAL_SCENE_COUNT && status == ZD_OK; i++) {
        snprintf(path, sizeof path, "%s/%d.mkv", folder, i);
        status = measure_scene(ctx, project, (zd_temporal_scene) i, path, task, &out->rows[i], err);
        out->count++;
    }
    rmdir(folder);
    return status;
}

zd_status zd_temporal_quality_run(zd_context *ctx, const zd_project *project, const zd_task *task,
                                  zd_temporal_report *out, zd_error *err)
{
    const char *footage = zd_params_text(&project->params, ZD_P_FOOTAGE);
    *out = (zd_temporal_report){ 0 };
    if (footage == NULL) {
        return measure_scenes(ctx, project, task, out, err);
    }
    out->count = 1;
    snprintf(out->rows[0].clip, sizeof out->rows[0].clip, "%s", zd_path_base(footage));
    return measure_clip(ctx, project, -1, task, &out->rows[0], err);
}
