/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* How a job is cut. A network that sees frames one by one takes any cut, one that sees windows of a
 * shot cuts between these, and at shots where frames need more than it. Pictures are cut anywhere where steadied depth is kept, else at shots too, once
 * the fit knows them; a graph of FFmpeg's that remembers frames is not cut. */

#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/os.h"
#include "core/require.h"
#include "farm/farm_internal.h"
#include "jobs/job.h"
#include "media/identity.h"
#include "media/writer.h"
#include "models/model_store.h"

static const zd_param_id networks[] = { ZD_P_MODEL, ZD_P_FACE_MODEL, ZD_P_STYLE_MODEL };
static const zd_param_id read_paths[] = { ZD_P_FOOTAGE, ZD_P_DEPTH_MAP, ZD_P_MATTE_IN };

static bool identify_params(const zd_params *params, zd_param_id id, zd_hasher *hasher)
{
    const char *path = zd_params_text(params, id);
    return path == NULL || zd_media_identify(params->ctx, path, hasher);
}

static zd_status identify_project(const zd_farm *farm, zd_hasher *hasher, zd_error *err)
{
    const zd_project *project = &farm->project;
    bool is_known = true;
    for (size_t i = 0; i < sizeof read_paths / sizeof *read_paths; i++) {
        is_known = is_known && identify_params(&project->params, read_paths[i], hasher);
    }
    for (int i = 0; i < project->insert_count; i++) {
        is_known = is_known && identify_params(&project->inserts[i], ZD_P_INSERT, hasher);
    }
    return is_known ? ZD_OK
                    : zd_fail(err, ZD_ERR_IO,
                              "a file that the project reads is not there, or no plain file: "
                              "footage '%s'",
                              zd_params_text(&project->params, ZD_P_FOOTAGE));
}

zd_status zd_farm_identify(const zd_farm *farm, char out[ZD_FARM_KEY_SIZE], zd_error *err)
{
    zd_hasher hasher;
    zd_digest digest;
    zd_hasher_init(&hasher);
    ZD_TRY(farm->scene != NULL ? zd_farm_scene_identify(farm, &hasher, err)
                               : identify_project(farm, &hasher, err));
    zd_hasher_finish(&hasher, &digest);
    zd_digest_text(&digest, out);
    return ZD_OK;
}

/* ---- the project ---- */

/* A path means the same wherever the chunk's process stands. A pattern names no file yet. */
static zd_status make_absolute(zd_params *params, zd_param_id id, zd_error *err)
{
    char here[ZD_OS_PATH];
    const char *path = zd_params_text(params, id);
    if (!zd_params_is_set(params, id) || path == NULL || path[0] == '/') {
        return ZD_OK;
    }
    int code = zd_os_real_path(".", here);
    if (code != 0) {
        return zd_fail(err, ZD_ERR_IO, "cannot tell where '%s' is: %s", path, zd_os_reason(code));
    }
    char *whole = zd_path_join(params->ctx, here, path);
    zd_status status =
        whole != NULL ? zd_params_set_text(params, id, whole, err) : zd_fail_memory(err, path);
    zd_free(params->ctx, whole);
    return status;
}

static zd_status make_paths_absolute(zd_project *project, zd_error *err)
{
    for (size_t i = 0; i < sizeof read_paths / sizeof *read_paths; i++) {
        ZD_TRY(make_absolute(&project->params, read_paths[i], err));
    }
    ZD_TRY(make_absolute(&project->params, ZD_P_OUTPUT, err));
    for (int i = 0; i < project->insert_count; i++) {
        ZD_TRY(make_absolute(&project->inserts[i], ZD_P_INSERT, err));
    }
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
        const char *model = zd_params_text(&project->params, networks[i]);
        if (model != NULL && zd_file_exists(model)) {
            ZD_TRY(make_absolute(&project->params, networks[i], err));
        }
    }
    return ZD_OK;
}

static zd_status check_project(const zd_project *project, zd_error *err)
{
    const zd_params *p = &project->params;
    const char *output = zd_params_text(p, ZD_P_OUTPUT);
    if (output == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the project names no output; write one into it: [output] output = "
                       "\"out.mp4\"");
    }
    if (zd_params_bool(p, ZD_P_ALONE, 0.0)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "alone takes a range for a clip of its own, which chunks of a farm cannot "
                       "be; leave it out");
    }
    for (size_t i = 0; i < sizeof read_paths / sizeof *read_paths; i++) {
        ZD_TRY(zd_writer_check_output(p->ctx, output, zd_params_text(p, read_paths[i]), err));
    }
    for (int i = 0; i < project->insert_count; i++) {
        const char *insert = zd_params_text(&project->inserts[i], ZD_P_INSERT);
        ZD_TRY(zd_writer_check_output(p->ctx, output, insert, err));
    }
    return ZD_OK;
}

/* All machines take the network that is found here. */
static zd_status settle_model(zd_project *project, const zd_clip *clip, zd_error *err)
{
    const char *asked = zd_params_text(&project->params, ZD_P_MODEL);
    const char *model = zd_model_store_choose(project->ctx, asked, clip->info->frame_count != 1);
    bool is_map = zd_params_is_set(&project->params, ZD_P_DEPTH_MAP);
    return is_map || strcmp(asked, model) == 0
               ? ZD_OK
               : zd_params_set_text(&project->params, ZD_P_MODEL, model, err);
}

/* The cuts that were found, so that a network for video does not look for them in every chunk. */
static zd_status settle_cuts(zd_project *project, const zd_shot_list *shots, zd_error *err)
{
    zd_text text;
    zd_text_init(&text, project->ctx);
    for (int i = 1; i < shots->count; i++) {
        zd_text_format(&text, "%s%lld", i > 1 ? "," : "", (long long) shots->shots[i].first_frame);
    }
    zd_status status = zd_text_finish(&text, "the cuts", err);
    if (status == ZD_OK) {
        status = zd_params_set_text(&project->params, ZD_P_CUTS,
                                    shots->count > 1 ? text.data : "none", err);
    }
    zd_text_release(&text);
    return status;
}

/* ---- cutting ---- */

/* The frames whose depth is needed: of all shots that the range touches. */
static zd_farm_range whole_shots(const zd_clip *clip)
{
    int first;
    int end;
    const zd_shot_list *shots = &clip->shots;
    zd_clip_shots_in_range(clip, &first, &end);
    zd_farm_range range = { shots->shots[first].first_frame, zd_shot_list_end(shots, end - 1) };
    bool is_to_end = end == shots->count && !shots->is_partial;
    range.end = is_to_end ? INT64_MAX : range.end;
    return range;
}

/* The frames of a clip whose shots are known: a list of cuts that was given does not tell them. */
static int64_t frames_of(const zd_clip *clip)
{
    const zd_reader_info *info = clip->info;
    int64_t told = info->first_frame + info->frame_count;
    int64_t seen = clip->shots.frame_count;
    return clip->shots.is_partial && told > seen ? told : seen;
}

static zd_status cut_clip(zd_farm *farm, zd_clip *clip, int chunks, const zd_task *task,
                          zd_error *err)
{
    const zd_reader_info *info = clip->info;
    bool is_whole = info->first_frame == 0 && info->is_to_end;
    bool is_video = zd_clip_depth_sees_windows(clip->depth);
    bool is_divisible = true;
    zd_job job = { .project = &farm->project, .clip = { .no_cache = true }, .task = task };
    zd_farm_range range = { info->first_frame, info->is_to_end ? INT64_MAX : info->end_frame };
    zd_farm_range depth = range;
    int64_t length = info->frame_count;
    if (!is_whole || is_video || length <= 0) {
        ZD_TRY(zd_clip_find_cuts(clip, task, err));
        depth = whole_shots(clip);
        length = frames_of(clip);
    }
    ZD_TRY(zd_job_is_divisible(farm->ctx, &job, &is_divisible, err));
    farm->picture_count =
        zd_farm_cut(range, length - range.first, is_divisible ? chunks : 1, farm->pictures);
    if (zd_clip_depth_model(clip->depth) != NULL) {
        farm->depth_count = zd_farm_cut(depth, length - depth.first, chunks, farm->depth);
    }
    if (is_video) {
        farm->depth_count =
            zd_clip_depth_windows(clip->depth) != NULL
                ? zd_farm_align_windows(farm->depth, farm->depth_count, &clip->shots, length)
                : zd_farm_align(farm->depth, farm->depth_count, &clip->shots);
        ZD_TRY(settle_cuts(&farm->project, &clip->shots, err));
    }
    return ZD_OK;
}

static zd_status plan_project(zd_farm *farm, const char *path, int chunks, const zd_task *task,
                              zd_error *err)
{
    zd_clip clip;
    zd_clip_options options = { .no_cache = true };
    ZD_TRY(zd_project_load(&farm->project, path, err));
    ZD_TRY(check_project(&farm->project, err));
    ZD_TRY(make_paths_absolute(&farm->project, err));
    ZD_TRY(zd_clip_open(farm->ctx, &farm->project, &options, &clip, err));
    zd_status status = settle_model(&farm->project, &clip, err);
    const char *arithmetic = zd_clip_depth_arithmetic(clip.depth);
    snprintf(farm->arithmetic, sizeof farm->arithmetic, "%s",
             arithmetic != NULL ? arithmetic : "-");
    if (status == ZD_OK) {
        status = cut_clip(farm, &clip, chunks, task, err);
    }
    zd_clip_close(&clip);
    return status;
}

static zd_status plan_scene(zd_farm *farm, const char *path, int chunks, zd_error *err)
{
    zd_farm_range range;
    char real[ZD_OS_PATH];
    int code = zd_os_real_path(path, real);
    if (code != 0) {
        return zd_fail(err, ZD_ERR_IO, "cannot open '%s': %s", path, zd_os_reason(code));
    }
    farm->scene = zd_strdup(farm->ctx, real);
    if (farm->scene == NULL) {
        return zd_fail_memory(err, "the farm");
    }
    snprintf(farm->arithmetic, sizeof farm->arithmetic, "-");
    ZD_TRY(zd_farm_scene_plan(farm, &range, err));
    farm->picture_count = zd_farm_cut(range, range.end - range.first, chunks, farm->pictures);
    return ZD_OK;
}

/* ---- the folder ---- */

/* What is made in a folder before its plan: FOLDERS folders, "state" first, and files. */
enum { FOLDERS = 4 };
static const char *const own_names[] = { "state",    "parts",   "log",      "openjd",
                                         "slurm.sh", "task.sh", "Makefile", "job.zdp" };

typedef struct zd_names {
    bool has_state;
    char own[128]; /* one that a plan makes */
    char foreign[128];
} zd_names;

static void visit_name(void *user, const char *name)
{
    zd_names *names = user;
    char *kind = names->foreign;
    for (size_t i = 0; i < sizeof own_names / sizeof *own_names; i++) {
        kind = strcmp(name, own_names[i]) == 0 ? names->own : kind;
    }
    if (name[0] != '.') {
        names->has_state = names->has_state || strcmp(name, own_names[0]) == 0;
        snprintf(kind, sizeof names->foreign, "%s", name);
    }
}

/* A folder that holds anything but what a plan that was interrupted has left is somebody's, and a
 * Makefile without the rest too. */
static zd_status check_is_free(const zd_farm *farm, zd_error *err)
{
    zd_names names = { 0 };
    char *path = zd_farm_file(farm, "plan");
    if (path == NULL) {
        return zd_fail_memory(err, "the farm");
    }
    if (!zd_file_exists(path)) {
        zd_os_visit_folder(farm->folder, visit_name, &names);
    }
    zd_free(farm->ctx, path);
    const char *found = names.has_state || names.foreign[0] != '\0' ? names.foreign : names.own;
    return found[0] == '\0' ? ZD_OK
                            : zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                                      "'%s' holds '%s', which is no farm's; give a new folder "
                                      "with -o",
                                      farm->folder, found);
}

/* A folder may hold this very plan, and no other. */
static zd_status check_folder(const zd_farm *farm, const zd_text *plan, bool *is_there,
                              zd_error *err)
{
    char *text = NULL;
    size_t bytes = 0;
    char *path = zd_farm_file(farm, "plan");
    zd_status status = path != NULL ? ZD_OK : zd_fail_memory(err, "the farm");
    *is_there = status == ZD_OK && zd_file_exists(path);
    if (*is_there) {
        status = zd_file_read_text(farm->ctx, path, ZD_FARM_FILE_MOST, &text, &bytes, err);
        if (status == ZD_OK && strcmp(text, plan->data) != 0) {
            status = zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                             "'%s' holds another plan; give another folder with -o", farm->folder);
        }
    }
    zd_free(farm->ctx, text);
    zd_free(farm->ctx, path);
    return status;
}

static zd_status make_folders(const zd_farm *farm, zd_error *err)
{
    zd_status status = ZD_OK;
    for (int i = 0; i < FOLDERS && status == ZD_OK; i++) {
        char *path = zd_farm_file(farm, "%s", own_names[i]);
        status = path != NULL ? zd_file_make_folder(farm->ctx, path, err)
                              : zd_fail_memory(err, "the farm");
        zd_free(farm->ctx, path);
    }
    return status;
}

static zd_status write_folder(const zd_farm *farm, const zd_text *plan, zd_error *err)
{
    ZD_TRY(make_folders(farm, err));
    ZD_TRY(zd_farm_write_scripts(farm, err));
    char *job = zd_farm_file(farm, "job.zdp");
    char *path = zd_farm_file(farm, "plan");
    zd_status status = job != NULL && path != NULL ? ZD_OK : zd_fail_memory(err, "the farm");
    if (status == ZD_OK && farm->scene == NULL) {
        status = zd_project_save(&farm->project, job, err);
    }
    if (status == ZD_OK) {
        status = zd_file_write(farm->ctx, path, plan->data, plan->length, err);
    }
    zd_free(farm->ctx, path);
    zd_free(farm->ctx, job);
    return status;
}

static zd_status make_plan(zd_farm *farm, const zd_farm_wish *wish, const zd_task *task,
                           zd_error *err)
{
    bool is_there = false;
    bool is_scene = strcmp(zd_path_extension(wish->path), "zscene") == 0;
    ZD_TRY(check_is_free(farm, err));
    ZD_TRY(is_scene ? plan_scene(farm, wish->path, wish->chunks, err)
                    : plan_project(farm, wish->path, wish->chunks, task, err));
    ZD_TRY(zd_farm_identify(farm, farm->files, err));
    snprintf(farm->job, sizeof farm->job, "-");
    if (!is_scene) {
        ZD_TRY(zd_farm_project_key(&farm->project, farm->job, err));
    }
    zd_text plan;
    zd_text_init(&plan, farm->ctx);
    zd_farm_write_plan(farm, &plan);
    zd_status status = zd_text_finish(&plan, "the plan", err);
    if (status == ZD_OK) {
        status = check_folder(farm, &plan, &is_there, err);
    }
    if (status == ZD_OK && !is_there) {
        status = write_folder(farm, &plan, err);
    }
    zd_text_release(&plan);
    return status;
}

zd_status zd_farm_plan(zd_context *ctx, const zd_farm_wish *wish, const zd_task *task,
                       zd_error *err)
{
    ZD_REQUIRE(err, wish->chunks > 0 && wish->chunks <= ZD_FARM_CHUNKS);
    ZD_REQUIRE(err, wish->path != NULL && wish->folder != NULL);
    zd_farm *farm = zd_alloc_zeroed(ctx, 1, sizeof *farm);
    if (farm == NULL) {
        return zd_fail_memory(err, "the farm");
    }
    farm->ctx = ctx;
    zd_project_init(&farm->project, ctx);
    farm->folder = zd_strdup(ctx, wish->folder);
    zd_status status =
        farm->folder != NULL ? make_plan(farm, wish, task, err) : zd_fail_memory(err, "the farm");
    zd_farm_close(&farm);
    return status;
}
