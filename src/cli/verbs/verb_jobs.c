/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The verbs that make pictures: composite, filter, depth, matte, view, render. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/dry_run.h"
#include "cli/footage_facts.h"
#include "cli/front.h"
#include "cli/json_line.h"
#include "cli/pipes.h"
#include "cli/print.h"
#include "cli/targets.h"
#include "cli/verb_list.h"
#include "cli/verbs/job_faces.h"
#include "jobs/job.h"

#define GROUPS_DEPTH (1U << ZD_GROUP_SOURCE | 1U << ZD_GROUP_DEPTH | 1U << ZD_GROUP_OUTPUT)
#define GROUPS_CLIP  (GROUPS_DEPTH | 1U << ZD_GROUP_MATTE)

/* What the verbs make no use of, or use of other groups. */
static const zd_param_id view_too[] = { ZD_P_VIEW, ZD_PARAM_COUNT };
static const zd_param_id range_too[] = { ZD_P_FURTHEST, ZD_P_NEAREST, ZD_PARAM_COUNT };
static const zd_param_id no_colours[] = { ZD_P_DECONTAMINATE, ZD_PARAM_COUNT };

static zd_status make_job(zd_cli *cli, zd_args *args, zd_job *out, zd_error *err)
{
    const char *sheet_time = zd_args_flag(args, "sheet-time");
    *out = (zd_job){
        .project = &args->project,
        .clip = { .no_cache = cli->no_cache, .cache_folder = cli->cache_folder },
        .task = &cli->task,
        .sheet = zd_args_flag(args, "sheet"),
        .sheet_time_s = -1.0,
        .raw = zd_args_flag(args, "raw") != NULL,
    };
    ZD_TRY(zd_pipe_check_output(cli, args, err));
    ZD_TRY(zd_targets_differ(args, out->sheet, err));
    ZD_TRY(zd_target_keep(cli, out->sheet, err));
    ZD_TRY(zd_target_keep(cli, zd_params_text(&args->project.params, ZD_P_OUTPUT), err));
    if (sheet_time != NULL) {
        zd_footage_facts facts;
        ZD_TRY(zd_footage_look(cli->ctx, &args->project.params, &facts, err));
        zd_status status = zd_time_parse(sheet_time, facts.fps, &out->sheet_time_s, err);
        return status == ZD_OK ? ZD_OK : zd_fail_context(err, status, "--sheet-time");
    }
    return ZD_OK;
}

static zd_status report(zd_cli *cli, zd_args *args, const zd_job_report *done, zd_error *err)
{
    const char *output = zd_params_text(&args->project.params, ZD_P_OUTPUT);
    zd_cli_line line;
    if (!cli->json) {
        if (!cli->quiet) {
            zd_cli_progress_end(&cli->progress);
            char kept[64] = "";
            if (done->kept > 0) {
                snprintf(kept, sizeof kept, ", %lld of them finished before",
                         (long long) done->kept);
            }
            zd_say(stderr, "wrote %s: %lld frame%s%s, %d shot%s", output, (long long) done->frames,
                   done->frames == 1 ? "" : "s", kept, done->shots, done->shots == 1 ? "" : "s");
            zd_cli_faces_say(&done->faces);
        }
        return ZD_OK;
    }
    zd_cli_line_result(&line, cli->ctx, args->verb->name);
    zd_json_text(&line.json, "output", output);
    zd_json_number(&line.json, "frames", (double) done->frames);
    zd_json_number(&line.json, "shots", done->shots);
    zd_json_number(&line.json, "kept_frames", (double) done->kept);
    zd_json_number(&line.json, "untouched_frames", (double) done->untouched);
    zd_cli_faces_json(&done->faces, &line.json);
    return zd_cli_line_print(&line, ZD_OK, err);
}

/* What is left of a job that was interrupted. */
static zd_status explain(const zd_args *args, const zd_job_report *done, zd_status status,
                         zd_error *err)
{
    const char *output = zd_params_text(&args->project.params, ZD_P_OUTPUT);
    const char *depth = done->keeps_depth ? "; depth found so far is in the cache" : "";
    if (status != ZD_ERR_CANCELLED) {
        return status;
    }
    if (done->is_resumable) {
        return zd_fail(err, status, "the same command keeps the finished pictures of '%s'%s",
                       output, depth);
    }
    return zd_fail(err, status, "the same command writes '%s' anew%s", output, depth);
}

typedef zd_status (*job_function)(zd_context *, const zd_job *, zd_job_report *, zd_error *);

/** A job as one thing: one of the functions, or a view. */
typedef struct work {
    job_function function; /* NULL: the view */
    zd_matte_view_kind view;
} work;

static zd_status do_work(void *user, zd_context *ctx, const zd_job *job, zd_job_report *done,
                         zd_error *err)
{
    const work *w = user;
    return w->function != NULL ? w->function(ctx, job, done, err)
                               : zd_job_view(ctx, job, w->view, done, err);
}

static zd_status run_work(zd_cli *cli, zd_args *args, work w, zd_error *err)
{
    zd_job job;
    zd_job_report done = { 0 };
    ZD_TRY(make_job(cli, args, &job, err));
    if (cli->dry_run) {
        return zd_dry_run(cli, args, &job, do_work, &w, err);
    }
    zd_status status = do_work(&w, cli->ctx, &job, &done, err);
    return status == ZD_OK ? report(cli, args, &done, err) : explain(args, &done, status, err);
}

static zd_status run_job(zd_cli *cli, zd_args *args, job_function function, zd_error *err)
{
    return run_work(cli, args, (work){ .function = function }, err);
}

static zd_status run_view_kind(zd_cli *cli, zd_args *args, zd_matte_view_kind kind, zd_error *err)
{
    assert(kind < ZD_MATTE_VIEW_COUNT);
    return run_work(cli, args, (work){ .view = kind }, err);
}

/* A view asked for with --view stands in for the result. */
static zd_status run_unless_view(zd_cli *cli, zd_args *args, job_function function, zd_error *err)
{
    int kind = zd_params_int(&args->project.params, ZD_P_VIEW);
    return kind != ZD_MATTE_VIEW_NONE ? run_view_kind(cli, args, (zd_matte_view_kind) kind, err)
                                      : run_job(cli, args, function, err);
}

static zd_status run_composite(zd_cli *cli, zd_args *args, zd_error *err)
{
    return run_unless_view(cli, args, zd_job_composite, err);
}

static const zd_flag sheet_flags[] = {
    { "sheet", "FILE", "Also write a contact sheet: source, depth, thresholded view, result." },
    { "sheet-time", "TIME",
      "The moment of the clip on the contact sheet; the middle of what is rendered without it." },
    { NULL, NULL, NULL },
};

static zd_status check_sheet(const zd_args *args, bool has_sheet, zd_error *err)
{
    const zd_params *p = &args->project.params;
    bool asked = zd_args_flag(args, "sheet") != NULL;
    if (!asked && zd_args_flag(args, "sheet-time") != NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--sheet-time is the moment of a contact sheet; give --sheet FILE");
    }
    if (asked && (!has_sheet || zd_params_int(p, ZD_P_VIEW) != ZD_MATTE_VIEW_NONE)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--sheet is for titles and inserts; an effect or a view has no contact "
                       "sheet");
    }
    return ZD_OK;
}

static zd_status check_composite(const zd_args *args, zd_error *err)
{
    const zd_params *p = &args->project.params;
    int preset = zd_params_int(p, ZD_P_PRESET);
    bool places_effect = preset == ZD_PRESET_FOREGROUND || preset == ZD_PRESET_BACKGROUND;
    if (places_effect && !zd_params_is_set(p, ZD_P_EFFECT)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--preset %s tells where an effect is seen; give one with --effect (here "
                       "--invert swaps the layers)",
                       zd_param_describe(ZD_P_PRESET)->choices[preset]);
    }
    return check_sheet(args, true, err);
}

static const zd_param_id no_cut_out[] = { ZD_P_TRANSPARENCY, ZD_PARAM_COUNT };

const zd_verb zd_verb_composite = {
    .name = "composite",
    .summary = "Put titles and pictures between the layers of footage.",
    .synopsis = "FOOTAGE --title TEXT | --insert FILE ... -o OUTPUT [FLAGS]",
    .text = "Finds the depth of the footage, splits it into foreground and background, and puts "
            "titles, pictures and movies between them. Without Depth In the border between the "
            "layers is found by itself; where nothing covers the footage its codes are kept. An "
            "effect is laid below the titles in the same pass, on the layer that --preset names.",
    .examples =
        "  zdepth composite walk.mp4 --title \"HELLO\" -o out.mp4\n"
        "      a title behind the person\n"
        "  zdepth composite walk.mp4 --title \"HELLO\" --size 0.4 --font \"Serif Bold\" \\\n"
        "      --colour gold --animate-in fade --start 1 --end 4 -o out.mp4\n"
        "      large, golden, fading in after one second\n"
        "  zdepth composite street.mov --insert logo.png --at-depth 0.3 --x 0.7 \\\n"
        "      --title \"OPEN\" --at-depth 0.6 --mode normalised -o out.mov\n"
        "      two inserts, each at its own depth\n"
        "  zdepth composite walk.mp4 --title HI --select 0.4,0.2,0.2,0.6@2s -o out.mp4\n"
        "      the foreground is what stands in this box at two seconds\n"
        "  zdepth composite walk.mp4 --title HELLO --effect zblur=radius=0.01 \\\n"
        "      --preset background-as-mask -o out.mp4\n"
        "      the title, and the background out of focus behind it\n",
    .groups = GROUPS_CLIP | 1U << ZD_GROUP_INSERT | 1U << ZD_GROUP_EFFECT,
    .without = no_cut_out,
    .flags = sheet_flags,
    .min_positional = 1,
    .max_positional = 1,
    .footage = true,
    .check = check_composite,
    .run = ZD_CLI_RUN(run_composite),
};

static zd_status run_filter(zd_cli *cli, zd_args *args, zd_error *err)
{
    return run_unless_view(cli, args, zd_job_filter, err);
}

const zd_verb zd_verb_filter = {
    .name = "filter",
    .summary = "Apply an effect inside the matte only, or cut out by depth.",
    .synopsis = "FOOTAGE --effect GRAPH | --transparency -o OUTPUT [FLAGS]",
    .text = "Mask Effects: runs any FFmpeg filter graph (frei0r included) or a built-in effect on "
            "the footage and shows it only inside the matte. With --transparency the matte becomes "
            "the alpha of the result instead. zdepth help effects lists the built-in effects and "
            "what their numbers mean.",
    .examples = "  zdepth filter walk.mp4 --effect hue=s=0 --preset background-as-mask -o out.mp4\n"
                "      the background turns gray, the person keeps her colours\n"
                "  zdepth filter walk.mp4 --effect zblur=focus=0.9:radius=0.02 \\\n"
                "      --preset background-as-mask -o out.mp4\n"
                "      depth of field\n"
                "  zdepth filter walk.mp4 --effect frei0r=cartoon -o out.mp4\n"
                "      a cartoon of the foreground\n"
                "  zdepth filter walk.mp4 --transparency -o person.mov\n"
                "      the person alone, ProRes 4444 with alpha\n",
    .groups = GROUPS_CLIP | 1U << ZD_GROUP_EFFECT,
    .without = no_colours,
    .min_positional = 1,
    .max_positional = 1,
    .footage = true,
    .run = ZD_CLI_RUN(run_filter),
};

static zd_status run_depth(zd_cli *cli, zd_args *args, zd_error *err)
{
    return run_job(cli, args, zd_job_depth, err);
}

static const zd_flag depth_flags[] = {
    { "raw", NULL, "The network's own size and values, without the picture's edges." },
    { NULL, NULL, NULL },
};

const zd_verb zd_verb_depth = {
    .name = "depth",
    .summary = "Write the depth of footage.",
    .synopsis = "FOOTAGE -o OUTPUT [FLAGS]",
    .text = "Writes how near everything is. Movies and PNG hold 16 bit normalised to each shot's "
            "range, white is near; .mkv is lossless FFV1. EXR holds the values themselves in the "
            "channel Z, with their kind, unit, direction and range as attributes, and a normalised "
            "picture in Y for viewers.",
    .examples = "  zdepth depth walk.mp4 -o depth.mkv\n"
                "      FFV1, 16 bit gray\n"
                "  zdepth depth walk.mp4 -o walk.%04d.exr\n"
                "      float EXR that says what it holds\n"
                "  zdepth depth photo.jpg -o depth.png --model v2-small\n",
    .groups = GROUPS_DEPTH,
    .also = range_too,
    .flags = depth_flags,
    .min_positional = 1,
    .max_positional = 1,
    .footage = true,
    .run = ZD_CLI_RUN(run_depth),
};

static zd_status run_face(zd_cli *cli, zd_args *args, zd_error *err)
{
    zd_params *params = &args->project.params;
    if (zd_params_is_set(params, ZD_P_ANALYSIS) &&
        zd_params_int(params, ZD_P_ANALYSIS) != ZD_ANALYSE_FACE)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "analysis global contradicts face; use zdepth depth for it");
    }
    ZD_TRY(zd_params_parse(params, ZD_P_ANALYSIS, "face", 0.0, err));
    return run_job(cli, args, zd_job_depth, err);
}

const zd_verb zd_verb_face = {
    .name = "face",
    .summary = "Write the depth of faces and of what is around them.",
    .synopsis = "FOOTAGE -o OUTPUT [FLAGS]",
    .text =
        "zdepth depth with --analysis face: finds the faces, fits their shape and lays it into "
        "the depth of the whole picture, blended over hair, neck and shoulders. Best with eyes, "
        "nose and mouth in view, facing the camera, in a close-up; says why when no frame has "
        "a face. Frames without one keep the depth of the whole picture.",
    .examples = "  zdepth face talk.mp4 -o talk.%04d.exr\n"
                "      float EXR that says what it holds\n"
                "  zdepth face two.mp4 -o left.mkv --region 0,0,0.5,1\n"
                "      only what is in the left half\n",
    .groups = GROUPS_CLIP,
    .flags = depth_flags,
    .min_positional = 1,
    .max_positional = 1,
    .footage = true,
    .run = ZD_CLI_RUN(run_face),
};

static zd_status run_matte(zd_cli *cli, zd_args *args, zd_error *err)
{
    return run_job(cli, args, zd_job_matte, err);
}

const zd_verb zd_verb_matte = {
    .name = "matte",
    .summary = "Write the matte of the foreground.",
    .synopsis = "FOOTAGE -o OUTPUT [FLAGS]",
    .text =
        "Writes the matte that the compositor uses: white is foreground. 16 bit in .mkv (FFV1), "
        "PNG and TIFF, float in EXR.",
    .examples = "  zdepth matte walk.mp4 -o matte.mkv\n"
                "  zdepth matte walk.mp4 --nearest-only --feather 0.5 -o matte.%04d.png\n",
    .groups = GROUPS_CLIP,
    .without = no_colours,
    .min_positional = 1,
    .max_positional = 1,
    .footage = true,
    .run = ZD_CLI_RUN(run_matte),
};

static zd_status run_view(zd_cli *cli, zd_args *args, zd_error *err)
{
    const zd_params *p = &args->project.params;
    int kind = zd_params_int(p, ZD_P_VIEW);
    bool is_none_asked = zd_params_is_set(p, ZD_P_VIEW) && kind == ZD_MATTE_VIEW_NONE;
    bool is_filtered =
        zd_params_is_set(p, ZD_P_EFFECT) || zd_params_bool(p, ZD_P_TRANSPARENCY, 0.0);
    if (is_none_asked && (args->project.insert_count > 0 || is_filtered)) {
        return run_job(cli, args, zd_job_render, err); /* none shows the result */
    }
    if (is_none_asked) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--view none shows the result, and there is none: name a project with "
                       "titles or an effect, or another view");
    }
    return run_view_kind(
        cli, args,
        kind == ZD_MATTE_VIEW_NONE ? ZD_MATTE_VIEW_THRESHOLDED : (zd_matte_view_kind) kind, err);
}

const zd_verb zd_verb_view = {
    .name = "view",
    .summary = "Write a view of depth and matte to judge them by.",
    .synopsis = "FOOTAGE --view depth|thresholded|opacity|matte -o OUTPUT [FLAGS]",
    .text = "Writes one of the views instead of a result. thresholded, the default, shows the "
            "foreground as filmed and the background from blue (furthest) to red (closest): drag "
            "boxes (--select) onto what is red and should be foreground.",
    .examples =
        "  zdepth view walk.mp4 -o look.mp4\n"
        "  zdepth view walk.mp4 --view opacity --depth-in 0.4 --mode normalised -o look.mp4\n",
    .groups = GROUPS_CLIP,
    .without = no_colours,
    .also = view_too,
    .view = "thresholded",
    .min_positional = 1,
    .max_positional = 1,
    .footage = true,
    .run = ZD_CLI_RUN(run_view),
};

static zd_status check_render(const zd_args *args, zd_error *err)
{
    return check_sheet(args, args->project.insert_count > 0, err);
}

static zd_status run_render(zd_cli *cli, zd_args *args, zd_error *err)
{
    return run_unless_view(cli, args, zd_job_render, err);
}

const zd_verb zd_verb_render = {
    .name = "render",
    .summary = "Render a project file.",
    .synopsis = "PROJECT [FLAGS]",
    .text =
        "Does what a project file says: the compositor when it has titles or inserts, with "
        "its effect below them; else the filter for its effect or transparency. Flags win over what the file says, so "
        "--frames 30-40 -o look.mkv renders a part and leaves the project's own result alone.",
    .examples = "  zdepth init walk.mp4 --title HELLO -o walk.zdp --result out.mp4\n"
                "  zdepth render walk.zdp\n"
                "  zdepth render walk.zdp --frames 30-40 -o look.mkv\n",
    .groups = GROUPS_CLIP | 1U << ZD_GROUP_EFFECT,
    .flags = sheet_flags,
    .min_positional = 1,
    .max_positional = 1,
    .project = true,
    .check = check_render,
    .run = ZD_CLI_RUN(run_render),
};
