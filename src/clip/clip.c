/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The analysis pass: a thread decodes ahead while depth is found and shots are measured. */

#include "clip/clip.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cache/cache_shots.h"
#include "clip/clip_feed.h"
#include "engine/engine_shots.h"

static zd_status parse_frames(const char *text, int64_t *first, int64_t *end, zd_error *err)
{
    char *rest;
    long long a = strtoll(text, &rest, 10);
    long long b = a;
    bool good = rest != text && a >= 0;
    if (good && *rest == '-') {
        const char *second = rest + 1;
        if (*second == '\0') {
            *first = a;
            *end = 0;
            return ZD_OK;
        }
        b = strtoll(second, &rest, 10);
        good = rest != second;
    }
    if (!good || *rest != '\0' || b < a) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "frames is '%s'; write A-B with A not after B, or A- for all from A", text);
    }
    *first = a;
    *end = b + 1;
    return ZD_OK;
}

zd_rational zd_clip_sequence_rate(const zd_params *params)
{
    double fps = zd_params_number(params, ZD_P_FPS, 0.0);
    return zd_params_is_set(params, ZD_P_FPS) ? (zd_rational){ (int) lround(fps * 1000.0), 1000 }
                                              : (zd_rational){ 0, 0 };
}

zd_status zd_clip_open_reader(zd_context *ctx, const zd_params *params, zd_reader **out,
                              zd_error *err)
{
    zd_reader_params how = { .sequence_rate = zd_clip_sequence_rate(params) };
    const char *footage = zd_params_text(params, ZD_P_FOOTAGE);
    const char *frames = zd_params_text(params, ZD_P_FRAMES);
    bool timed = zd_params_is_set(params, ZD_P_FROM) || zd_params_is_set(params, ZD_P_TO);
    if (footage == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "no footage is named");
    }
    if (frames != NULL && timed) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "frames contradicts from and to; give one or the other");
    }
    if (frames != NULL) {
        ZD_TRY(parse_frames(frames, &how.first_frame, &how.end_frame, err));
    }
    if (timed) {
        how.start_us = llround(zd_params_number(params, ZD_P_FROM, 0.0) * 1e6);
        how.end_us = llround(zd_params_number(params, ZD_P_TO, 0.0) * 1e6);
        if (zd_params_is_set(params, ZD_P_TO) && how.end_us <= how.start_us) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "to (%g s) is not after from (%g s)",
                           (double) how.end_us * 1e-6, (double) how.start_us * 1e-6);
        }
    }
    return zd_reader_open(ctx, footage, &how, out, err);
}

static zd_status analyse(zd_clip *clip, zd_engine_shots *analysis, const zd_task *task,
                         zd_error *err)
{
    zd_clip_feed *feed = NULL;
    zd_status status = zd_clip_feed_start(clip->ctx, clip->reader, &feed, err);
    int64_t start_us = 0;
    for (int64_t index = 0; status == ZD_OK; index++) {
        zd_frame *frame = NULL;
        zd_depth_sample sample;
        status = zd_clip_feed_next(feed, &frame, err);
        if (status != ZD_OK) {
            break;
        }
        start_us = index == 0 ? zd_frame_time_us(frame) : start_us;
        int64_t time_us = zd_frame_time_us(frame) - start_us;
        status = zd_task_cancelled(task)
                     ? zd_fail(err, ZD_ERR_CANCELLED, "cancelled")
                     : zd_clip_depth_get(clip->depth, frame, task, &sample, NULL, err);
        if (status == ZD_OK) {
            double time_s = zd_reader_time_s(clip->info, time_us);
            status = zd_engine_shots_push(analysis, &sample, time_s, err);
        }
        if (status != ZD_OK && status != ZD_ERR_CANCELLED) {
            status = zd_fail_context(err, status, "frame %lld", (long long) index);
        }
        zd_frame_unref(&frame);
        zd_task_report(task, "depth", index + 1, clip->info->frame_count);
    }
    zd_clip_feed_stop(&feed);
    return status == ZD_ERR_END ? ZD_OK : status;
}

static zd_status analyse_clip(zd_clip *clip, const zd_task *task, zd_error *err)
{
    int width;
    int height;
    zd_engine_shots *analysis = NULL;
    zd_clip_depth_size(clip->depth, &width, &height);
    zd_status status =
        zd_engine_shots_create(clip->ctx, clip->project, width, height, &analysis, err);
    if (status == ZD_OK) {
        status = analyse(clip, analysis, task, err);
    }
    if (status == ZD_OK) {
        status = zd_engine_shots_finish(analysis, &clip->shots, err);
    }
    zd_engine_shots_destroy(&analysis);
    if (status == ZD_OK) {
        status = zd_reader_seek_frame(clip->reader, 0, err);
    }
    return status;
}

zd_status zd_clip_analyse(zd_clip *clip, const zd_task *task, zd_error *err)
{
    zd_digest key;
    bool found = false;
    bool remembered = clip->cache.path != NULL &&
                      zd_cache_shots_key(clip->project, zd_clip_depth_model(clip->depth), &key);
    if (remembered) {
        ZD_TRY(zd_cache_shots_get(&clip->cache, &key, &clip->shots, &found, err));
    }
    if (found) {
        return ZD_OK;
    }
    ZD_TRY(analyse_clip(clip, task, err));
    return remembered ? zd_cache_shots_put(&clip->cache, &key, &clip->shots, err) : ZD_OK;
}

zd_status zd_clip_open(zd_context *ctx, const zd_project *project, const zd_clip_options *options,
                       zd_clip *out, zd_error *err)
{
    *out = (zd_clip){ .ctx = ctx, .project = project, .shots = { .ctx = ctx } };
    const zd_params *params = &project->params;
    zd_status status = zd_engine_shots_check(params, err);
    if (status == ZD_OK) {
        status = zd_clip_open_reader(ctx, params, &out->reader, err);
    }
    if (status == ZD_OK) {
        out->info = zd_reader_info_get(out->reader);
        if (!options->no_cache) {
            status = zd_cache_folder_open(ctx, options->cache_folder, 0, &out->cache, err);
        }
    }
    if (status == ZD_OK) {
        status = zd_clip_depth_open(ctx, params, out->cache.path != NULL ? &out->cache : NULL,
                                    out->info, &out->depth, err);
    }
    if (status != ZD_OK) {
        zd_clip_close(out);
    }
    return status;
}

void zd_clip_close(zd_clip *clip)
{
    zd_clip_depth_close(&clip->depth);
    zd_reader_close(&clip->reader);
    if (clip->cache.path != NULL) {
        zd_cache_folder_trim(&clip->cache);
        zd_cache_folder_close(&clip->cache);
    }
    zd_shot_list_release(&clip->shots);
}
