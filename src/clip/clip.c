/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A clip is opened: footage, cache and depth source. */

#include "clip/clip.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "clip/clip_focus.h"
#include "core/require.h"
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

zd_damage zd_clip_damage(const zd_params *params)
{
    return !zd_params_is_set(params, ZD_P_STRICT)     ? ZD_DAMAGE_PASS
           : zd_params_bool(params, ZD_P_STRICT, 0.0) ? ZD_DAMAGE_REFUSE
                                                      : ZD_DAMAGE_TAKE;
}

/* A movie has its own rate. */
static zd_status check_rate(const zd_params *params, const zd_reader *reader, zd_error *err)
{
    bool is_typed = zd_params_is_set(params, ZD_P_FPS) && params->slots[ZD_P_FPS].is_typed;
    if (is_typed && zd_reader_info_get(reader)->kind != ZD_MEDIA_SEQUENCE) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "fps is the rate of a picture sequence, and '%s' is none; leave out --fps",
                       zd_params_text(params, ZD_P_FOOTAGE));
    }
    return ZD_OK;
}

zd_status zd_clip_open_reader(zd_context *ctx, const zd_params *params, zd_reader **out,
                              zd_error *err)
{
    ZD_REQUIRE(err, params != NULL);
    zd_damage damage = zd_clip_damage(params);
    zd_reader_params how = { .sequence_rate = zd_clip_sequence_rate(params),
                             .damage = damage,
                             .deinterlaces = zd_params_bool(params, ZD_P_DEINTERLACE, 0.0),
                             .missing =
                                 damage == ZD_DAMAGE_TAKE ? ZD_MISSING_HOLD : ZD_MISSING_FAIL };
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
    ZD_TRY(zd_reader_open(ctx, footage, &how, out, err));
    zd_status status = check_rate(params, *out, err);
    if (status != ZD_OK) {
        zd_reader_close(out);
    }
    return status;
}

double zd_clip_time_s(const zd_clip *clip, const zd_frame *frame)
{
    return zd_reader_time_s(clip->info, zd_frame_time_us(frame) - clip->info->start_us);
}

/* What nobody would miss in the result must be said. */
static void tell(const zd_clip *clip)
{
    const zd_log *log = zd_context_log(clip->ctx);
    double clip_s = (double) clip->info->clip_us * 1e-6;
    for (int i = 0; clip_s > 0.0 && i < clip->project->box_count; i++) {
        if (clip->project->boxes[i].time_s > clip_s) {
            zd_log_write(log, ZD_LOG_WARN, "select",
                         "the selection box %d is at %g s, and '%s' ends at %g s; it counts for "
                         "nothing",
                         i + 1, clip->project->boxes[i].time_s, clip->info->path, clip_s);
        }
    }
    if (clip->is_alone) {
        zd_log_write(
            log, ZD_LOG_WARN, "depth",
            "the range is taken as a clip of its own (--alone); its frames may differ from "
            "the same frames of the whole");
    }
}

/* The cache of a trial is read, and written elsewhere: the render pass finds what the analysis has computed, as
 * it would. */
static void open_scratch(zd_clip *clip, const zd_clip_options *options)
{
    bool has_cache = clip->cache.path != NULL;
    if (has_cache && options->is_trial && options->scratch_folder != NULL) {
        zd_cache_folder_try(clip->ctx, options->scratch_folder, options->cache_limit,
                            &clip->scratch);
    }
    clip->cache.scratch = clip->scratch.path != NULL ? &clip->scratch : NULL;
    clip->cache.is_stopped |= options->is_trial && clip->cache.scratch == NULL;
}

zd_status zd_clip_open(zd_context *ctx, const zd_project *project, const zd_clip_options *options,
                       zd_clip *out, zd_error *err)
{
    ZD_REQUIRE(err, project != NULL && options != NULL);
    *out = (zd_clip){ .ctx = ctx, .project = project, .shots = { .ctx = ctx } };
    const zd_params *params = &project->params;
    zd_status status = zd_engine_shots_check(params, err);
    if (status == ZD_OK) {
        status = zd_clip_open_reader(ctx, params, &out->reader, err);
    }
    if (status == ZD_OK) {
        out->info = zd_reader_info_get(out->reader);
        if (!options->no_cache) {
            zd_cache_folder_try(ctx, options->cache_folder, options->cache_limit, &out->cache);
            out->cache.keeps_own = true;
            open_scratch(out, options);
        }
    }
    if (status == ZD_OK) {
        status = zd_clip_depth_open(ctx, params, out->cache.path != NULL ? &out->cache : NULL,
                                    out->info, &out->depth, err);
    }
    if (status == ZD_OK) {
        status = zd_clip_hand_create(ctx, out->info, &out->hand, err);
    }
    if (status == ZD_OK) {
        status = zd_clip_hand_update(out->hand, params, err);
    }
    if (status != ZD_OK) {
        zd_clip_close(out);
        return status;
    }
    bool is_whole = out->info->first_frame == 0 && out->info->is_to_end;
    out->takes_steady = options->takes_steady && zd_clip_can_keep_steady(project);
    out->is_alone = !is_whole && zd_params_bool(params, ZD_P_ALONE, 0.0);
    if (!options->is_trial) {
        tell(out);
    }
    return ZD_OK;
}

/* Whether a lens follows is the same at any frame rate. */
bool zd_clip_follows(const zd_project *project)
{
    return zd_params_bool(&project->params, ZD_P_NEAREST_ONLY, 0.0) ||
           zd_params_is_keyed(&project->params, ZD_P_NEAREST_ONLY) ||
           zd_clip_focus_is_wanted(project, 1.0);
}

bool zd_clip_can_keep_steady(const zd_project *project)
{
    const zd_params *p = &project->params;
    return !zd_clip_follows(project) && zd_params_int(p, ZD_P_ANALYSIS) != ZD_ANALYSE_FACE;
}

void zd_clip_close(zd_clip *clip)
{
    zd_clip_hand_destroy(&clip->hand);
    zd_clip_depth_close(&clip->depth);
    zd_reader_close(&clip->reader);
    if (clip->cache.path != NULL) {
        zd_cache_folder_trim(&clip->cache);
        zd_cache_folder_close(&clip->cache);
        zd_cache_folder_close(&clip->scratch);
    }
    zd_shot_list_release(&clip->shots);
}
