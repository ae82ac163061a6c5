/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A scene's frames on a farm: the fit analyses its footage, and chunks render frames of sequences, each
 * to its final name. */

#include "farm/farm_internal.h"
#include "media/identity.h"
#include "media/writer.h"
#include "scene_job/scene_job.h"

/** A scene that is open, and the name of the cache that it borrows. */
typedef struct open_scene {
    zd_context *ctx;
    zd_scene_job_options options;
    zd_scene_job *job;
} open_scene;

static void close_scene(open_scene *s)
{
    zd_scene_job_close(&s->job);
    zd_free(s->ctx, (void *) s->options.cache.cache_folder);
}

/* Ends with close_scene, also on failure. */
static zd_status begin_scene(const zd_farm *farm, open_scene *out, zd_error *err)
{
    *out = (open_scene){ .ctx = farm->ctx };
    ZD_TRY(zd_farm_clip_options(farm, &out->options.cache, err));
    return zd_scene_job_open(farm->ctx, farm->scene, &out->options, &out->job, err);
}

static zd_status check_outputs(const zd_scene *scene, zd_error *err)
{
    for (int i = 0; i < zd_scene_output_count(scene); i++) {
        const char *file = zd_scene_output_file(scene, i);
        zd_output_kind kind = zd_writer_kind(file);
        if (file[0] == '\0' || kind == ZD_OUTPUT_MOVIE || kind == ZD_OUTPUT_UNKNOWN) {
            return zd_fail(err, ZD_ERR_UNSUPPORTED,
                           "%s: the output %d goes to '%s', and chunks of a farm are pictures; "
                           "give its node a file such as \"out.%%04d.exr\"",
                           zd_scene_path(scene), i + 1, file);
        }
    }
    return ZD_OK;
}

zd_status zd_farm_scene_plan(zd_farm *farm, zd_farm_range *out, zd_error *err)
{
    open_scene s;
    int first = 0;
    int last = 0;
    zd_status status = begin_scene(farm, &s, err);
    if (status == ZD_OK) {
        status = check_outputs(zd_scene_job_scene(s.job), err);
    }
    if (status == ZD_OK) {
        zd_scene_range(zd_scene_job_scene(s.job), &first, &last);
        *out = (zd_farm_range){ first, (int64_t) last + 1 };
    }
    close_scene(&s);
    return status;
}

static zd_status add_file(void *user, const char *path, zd_error *err)
{
    open_scene *s = ((void **) user)[0];
    return zd_media_identify(s->ctx, path, ((void **) user)[1])
               ? ZD_OK
               : zd_fail(err, ZD_ERR_IO, "'%s' is not there, or no plain file", path);
}

zd_status zd_farm_scene_identify(const zd_farm *farm, zd_hasher *hasher, zd_error *err)
{
    open_scene s;
    void *user[2] = { &s, hasher };
    zd_status status = begin_scene(farm, &s, err);
    if (status == ZD_OK && !zd_hasher_add_file(hasher, farm->scene)) {
        status = zd_fail(err, ZD_ERR_IO, "'%s' is not there", farm->scene);
    }
    if (status == ZD_OK) {
        status = zd_scene_visit_files(zd_scene_job_scene(s.job), add_file, user, err);
    }
    close_scene(&s);
    return status;
}

zd_status zd_farm_scene_fit(const zd_farm *farm, const zd_task *task, zd_error *err)
{
    open_scene s;
    zd_scene_renderer *renderer = NULL;
    zd_status status = begin_scene(farm, &s, err);
    if (status == ZD_OK) {
        status = zd_scene_renderer_create(farm->ctx, zd_scene_job_scene(s.job),
                                          zd_scene_job_services(s.job), &renderer, err);
    }
    /* The first frame asks for the analysis of all of the range. */
    for (int i = 0; status == ZD_OK && i < zd_scene_output_count(zd_scene_job_scene(s.job)); i++) {
        zd_scene_picture picture;
        status = zd_task_check(task, err);
        if (status == ZD_OK) {
            status = zd_scene_render(renderer, i, (int) farm->pictures[0].first, &picture, err);
        }
        if (status == ZD_OK) {
            zd_scene_picture_release(&picture);
        }
    }
    zd_scene_renderer_destroy(&renderer);
    close_scene(&s);
    return status;
}

zd_status zd_farm_scene_render(const zd_farm *farm, zd_farm_range range, const zd_task *task,
                               zd_farm_news *news, zd_error *err)
{
    open_scene s;
    zd_scene_job_report report = { 0 };
    zd_scene_job_params params = { .first = (int) range.first, .last = (int) range.end - 1 };
    zd_status status = begin_scene(farm, &s, err);
    if (status == ZD_OK) {
        status = zd_scene_job_render(s.job, &params, task, &report, err);
    }
    news->frames = report.frames;
    close_scene(&s);
    return status;
}
