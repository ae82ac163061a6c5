/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth info: what footage is, its depth, its shots, its thresholds. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "cli/front.h"
#include "cli/json_line.h"
#include "cli/pipes.h"
#include "cli/print.h"
#include "cli/verb_list.h"
#include "clip/clip.h"
#include "clip/depth/clip_steady.h"
#include "core/file.h"

static const char *kind_name(zd_media_kind kind)
{
    return kind == ZD_MEDIA_MOVIE ? "movie" : kind == ZD_MEDIA_STILL ? "still" : "sequence";
}

static double rate(zd_rational r)
{
    return r.denominator > 0 ? (double) r.numerator / r.denominator : 0.0;
}

static void json_media(zd_json *json, const zd_reader_info *info)
{
    zd_json_text(json, "footage", zd_pipe_shown(info->path));
    zd_json_text(json, "kind", kind_name(info->kind));
    zd_json_number(json, "width", info->width);
    zd_json_number(json, "height", info->height);
    zd_json_number(json, "frame_rate", rate(info->frame_rate));
    zd_json_number(json, "frames", (double) info->frame_count);
    zd_json_number(json, "duration_s", (double) info->duration_us * 1e-6);
    zd_json_text(json, "container", info->container);
    zd_json_text(json, "codec", info->codec);
    zd_json_text(json, "pixel_format", info->pixel_format);
    zd_json_number(json, "bit_depth", info->bit_depth);
    zd_json_bool(json, "alpha", info->has_alpha);
    zd_json_bool(json, "variable_rate", info->is_variable_rate);
    zd_json_number(json, "rotation_deg", info->rotation_deg);
    zd_json_number(json, "audio_tracks", info->audio_count);
}

/* The focal length that goes with the depth of the range's first frame: given, or seen by the network; 0:
 * neither. It comes from the cache; without one it would cost a run of the network. */
static zd_status find_focal(zd_clip *clip, const zd_task *task, double *mm, zd_error *err)
{
    zd_frame *frame = NULL;
    zd_depth_sample sample = { 0 };
    *mm = 0.0;
    if (clip->cache.path == NULL || zd_clip_depth_model(clip->depth) == NULL ||
        zd_clip_depth_sees_windows(clip->depth))
    {
        return ZD_OK;
    }
    ZD_TRY(zd_reader_select(clip->reader, clip->info->first_frame, clip->info->end_frame, err));
    ZD_TRY(zd_reader_next(clip->reader, &frame, err));
    zd_status status = zd_clip_depth_get(clip->depth, frame, task, &sample, NULL, err);
    zd_frame_unref(&frame);
    if (status == ZD_OK) {
        *mm = (double) sample.depth.focal_mm;
        zd_depth_sample_release(&sample);
    }
    return status;
}

/* The shots that the range touches. */
static void json_shots(zd_json *json, const zd_clip *clip)
{
    const zd_shot_list *list = &clip->shots;
    int first;
    int end;
    zd_clip_shots_in_range(clip, &first, &end);
    zd_json_text(json, "depth_kind", zd_depth_kind_name(list->kind));
    zd_json_open(json, "shots", '[');
    for (int i = first; i < end; i++) {
        const zd_shot *shot = &list->shots[i];
        int64_t frames = zd_shot_list_end(list, i) - shot->first_frame;
        zd_json_open(json, NULL, '{');
        zd_json_number(json, "first_frame", (double) shot->first_frame);
        zd_json_number(json, "frames", (double) frames);
        zd_json_number(json, "furthest", (double) shot->range.furthest);
        zd_json_number(json, "nearest", (double) shot->range.nearest);
        zd_json_number(json, "suggested_depth_in", (double) shot->suggested_in);
        zd_json_number(json, "suggested_depth_out", (double) shot->suggested_out);
        zd_json_number(json, "confidence", (double) shot->confidence);
        if (shot->selected) {
            zd_json_number(json, "selected_depth_in", (double) shot->selected_in);
            zd_json_number(json, "selected_depth_out", (double) shot->selected_out);
            zd_json_bool(json, "selected_subject", shot->selected_subject);
        }
        zd_json_close(json, '}');
    }
    zd_json_close(json, ']');
}

/* `clip` NULL: no shots. */
static zd_status print_json(zd_cli *cli, const zd_reader_info *info, const zd_clip *clip,
                            double focal_mm, zd_error *err)
{
    zd_cli_line line;
    zd_cli_line_result(&line, cli->ctx, "info");
    json_media(&line.json, info);
    if (clip != NULL) {
        if (focal_mm > 0.0) {
            zd_json_number(&line.json, "focal_mm", focal_mm);
        }
        json_shots(&line.json, clip);
    }
    return zd_cli_line_print(&line, ZD_OK, err);
}

static void print_media(const zd_reader_info *info)
{
    zd_say(stdout, "%s", zd_pipe_shown(info->path));
    zd_say(stdout, "  %s, %s in %s, %dx%d, %s, %d bit%s%s", kind_name(info->kind), info->codec,
           info->container, info->width, info->height, info->pixel_format, info->bit_depth,
           info->is_float ? " float" : "", info->has_alpha ? ", alpha" : "");
    const char *variable = info->is_variable_rate ? " (variable)" : "";
    if (info->frame_count > 0) {
        zd_say(stdout, "  %.6g frames a second%s, %lld frames%s, %.3f s", rate(info->frame_rate),
               variable, (long long) info->frame_count,
               info->is_frame_count_exact ? "" : " (estimated)", (double) info->duration_us * 1e-6);
    } else {
        zd_say(stdout, "  %.6g frames a second%s, an unknown number of frames",
               rate(info->frame_rate), variable);
    }
    if (info->rotation_deg != 0) {
        zd_say(stdout, "  turned by %d degrees", info->rotation_deg);
    }
    for (int i = 0; i < info->audio_count; i++) {
        zd_say(stdout, "  sound: %s, %d Hz, %d channels", info->audio[i].codec,
               info->audio[i].sample_rate, info->audio[i].channels);
    }
}

static void print_shots(const zd_clip *clip, double focal_mm)
{
    const zd_shot_list *list = &clip->shots;
    int first;
    int end;
    zd_clip_shots_in_range(clip, &first, &end);
    zd_say(stdout, "  depth: %s, from %s", zd_depth_kind_name(list->kind),
           zd_clip_depth_name(clip->depth));
    if (focal_mm > 0.0) {
        bool is_given = zd_params_is_set(&clip->project->params, ZD_P_FOCAL);
        zd_say(stdout, "  focal length: %.4g mm on a picture 36 mm long%s", focal_mm,
               is_given ? "" : ", of the first frame");
    }
    fputc('\n', stdout);
    zd_say(stdout, "  %-5s %9s %7s %10s %10s %10s %10s", "shot", "frame", "frames", "furthest",
           "nearest", "depth in", "sure");
    for (int i = first; i < end; i++) {
        const zd_shot *shot = &list->shots[i];
        long long frames = (long long) (zd_shot_list_end(list, i) - shot->first_frame);
        zd_say(stdout, "  %-5d %9lld %7lld %10.4g %10.4g %10.4g %8.0f %%", i + 1,
               (long long) shot->first_frame, frames, (double) shot->range.furthest,
               (double) shot->range.nearest, (double) shot->suggested_in,
               (double) shot->confidence * 100.0);
        if (shot->selected) {
            zd_say(stdout, "        boxes chose the depths %.4g to %.4g, on %s",
                   (double) shot->selected_in, (double) shot->selected_out,
                   shot->selected_subject ? "the subject, which keeps its weight"
                                          : "an object, by depth alone");
        }
    }
}

/* For plug-ins in hosts that cannot analyse; read by ofx/ofx_instance.c. */
static zd_status write_shots(zd_cli *cli, zd_clip *clip, const char *path, zd_error *err)
{
    assert(path != NULL);
    zd_text text;
    zd_engine_kept kept;
    ZD_TRY(zd_clip_steady_kept(clip, &kept, err));
    zd_text_init(&text, cli->ctx);
    zd_engine_kept_write(&clip->shots, &kept, &text);
    zd_status status = zd_text_finish(&text, "the shots", err);
    if (status == ZD_OK) {
        status = zd_file_write(cli->ctx, path, text.data, strlen(text.data), err);
    }
    zd_text_release(&text);
    return status;
}

static zd_status run_info(zd_cli *cli, zd_args *args, zd_error *err)
{
    zd_status status;
    if (zd_args_flag(args, "media") != NULL) {
        zd_reader *reader = NULL;
        ZD_TRY(zd_clip_open_reader(cli->ctx, &args->project.params, &reader, err));
        const zd_reader_info *info = zd_reader_info_get(reader);
        status = zd_reader_count(reader, err);
        if (status != ZD_OK) {
            zd_reader_close(&reader);
            return status;
        }
        if (cli->json) {
            status = print_json(cli, info, NULL, 0.0, err);
        } else {
            print_media(info);
        }
        zd_reader_close(&reader);
        return status;
    }
    zd_clip clip;
    zd_clip_options options = { .no_cache = cli->no_cache, .cache_folder = cli->cache_folder };
    ZD_TRY(zd_clip_open(cli->ctx, &args->project, &options, &clip, err));
    const char *shots = zd_args_flag(args, "shots");
    double focal_mm = 0.0;
    clip.keeps_steady = shots != NULL;
    status = zd_reader_count(clip.reader, err);
    status = status != ZD_OK ? status : zd_clip_analyse(&clip, &cli->task, err);
    status = status != ZD_OK ? status : find_focal(&clip, &cli->task, &focal_mm, err);
    zd_cli_progress_end(&cli->progress);
    if (status != ZD_OK) {
        zd_clip_close(&clip);
        return status;
    }
    if (shots != NULL) {
        status = write_shots(cli, &clip, shots, err);
    }
    if (status == ZD_OK && cli->json) {
        status = print_json(cli, clip.info, &clip, focal_mm, err);
    } else if (status == ZD_OK) {
        print_media(clip.info);
        print_shots(&clip, focal_mm);
    }
    zd_clip_close(&clip);
    return status;
}

static const zd_flag flags[] = {
    { "media", NULL, "Only what the file is; finds no depth." },
    { "shots", "FILE",
      "Write the shots into FILE too, for the plug-ins' Analysis file; their steadied depth stays "
      "in the cache." },
    { NULL, NULL, NULL },
};

/* What locks the measured range. */
static const zd_param_id range_too[] = { ZD_P_FURTHEST, ZD_P_NEAREST, ZD_PARAM_COUNT };

const zd_verb zd_verb_info = {
    .name = "info",
    .summary = "Tell what footage is, its shots, depth range and suggested thresholds.",
    .synopsis = "FOOTAGE [FLAGS]",
    .text = "Prints format, size, rate and sound; then finds the depth and prints the shots with "
            "their furthest and nearest depth and the Depth In that separates foreground from "
            "background. Depth found here is kept in the cache for the other verbs.",
    .examples = "  zdepth info walk.mp4\n  zdepth info --media --json walk.mp4\n",
    .groups = 1U << ZD_GROUP_SOURCE | 1U << ZD_GROUP_DEPTH,
    .also = range_too,
    .flags = flags,
    .min_positional = 1,
    .max_positional = 1,
    .footage = true,
    .boxes = true,
    .run = ZD_CLI_RUN(run_info),
};
