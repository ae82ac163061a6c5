/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What a chunk does. Each phase is the piece of a plain run that its frames need: the network, the
 * analysis with all depth in the cache, the pictures with all shots and steadied depth there. */

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clip/clip_feed.h"
#include "core/file.h"
#include "core/os.h"
#include "farm/farm_internal.h"
#include "jobs/job.h"
#include "media/sequence.h"
#include "media/writer.h"

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

static zd_status check_machine(const zd_farm *farm, const zd_clip *clip, zd_error *err)
{
    const char *arithmetic = zd_clip_depth_arithmetic(clip->depth);
    if (strcmp(farm->arithmetic, "-") != 0 && arithmetic != NULL &&
        strcmp(farm->arithmetic, arithmetic) != 0)
    {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "this machine would compute depth in %s and the farm was planned for %s, "
                       "which gives other bits; plan it with precision = exact",
                       arithmetic, farm->arithmetic);
    }
    return clip->cache.path != NULL
               ? ZD_OK
               : zd_fail(err, ZD_ERR_IO, "the cache of '%s' cannot be used", farm->folder);
}

/* The project over a range alone. */
static zd_status narrow(const zd_farm *farm, zd_farm_range range, zd_project *out, zd_error *err)
{
    char frames[64];
    if (range.end == INT64_MAX) {
        snprintf(frames, sizeof frames, "%" PRId64 "-", range.first);
    } else {
        snprintf(frames, sizeof frames, "%" PRId64 "-%" PRId64, range.first, range.end - 1);
    }
    ZD_TRY(zd_project_copy(&farm->project, out, err));
    zd_params_unset(&out->params, ZD_P_FROM);
    zd_params_unset(&out->params, ZD_P_TO);
    zd_status status = zd_params_set_text(&out->params, ZD_P_FRAMES, frames, err);
    if (status != ZD_OK) {
        zd_project_finish(out);
    }
    return status;
}

/* ---- depth ---- */

static zd_status find_depth(zd_clip *clip, const zd_task *task, int64_t *frames, zd_error *err)
{
    zd_clip_feed *feed = NULL;
    zd_status status = zd_clip_feed_start(clip->ctx, clip->reader, &feed, err);
    while (status == ZD_OK) {
        zd_frame *frame = NULL;
        zd_depth_sample sample = { 0 };
        status = zd_clip_feed_next(feed, &frame, err);
        if (status == ZD_OK) {
            status = zd_task_check(task, err);
        }
        if (status == ZD_OK) {
            status = zd_clip_depth_get(clip->depth, frame, task, &sample, NULL, err);
        }
        if (status == ZD_OK) {
            zd_task_report(task, "depth", ++*frames, clip->info->frame_count);
        }
        zd_depth_sample_release(&sample);
        zd_frame_unref(&frame);
    }
    zd_clip_feed_stop(&feed);
    return status == ZD_ERR_END ? ZD_OK : status;
}

static zd_status run_depth(const zd_farm *farm, int chunk, const zd_task *task, zd_farm_news *news,
                           zd_error *err)
{
    assert(zd_farm_phase_of(farm, chunk) == ZD_FARM_DEPTH);
    zd_clip clip;
    zd_project project;
    zd_clip_options options;
    zd_farm_range range = farm->depth[chunk];
    ZD_TRY(narrow(farm, range, &project, err));
    zd_status status = zd_farm_clip_options(farm, &options, err);
    if (status == ZD_OK) {
        status = zd_clip_open(farm->ctx, &project, &options, &clip, err);
        zd_free(farm->ctx, (void *) options.cache_folder);
    }
    if (status == ZD_OK) {
        zd_clip_video *video = zd_clip_depth_windows(clip.depth);
        status = check_machine(farm, &clip, err);
        if (status == ZD_OK) {
            status = video != NULL ? zd_clip_video_make_windows(video, range.first, range.end, task,
                                                                &news->frames, err)
                                   : find_depth(&clip, task, &news->frames, err);
        }
        zd_clip_close(&clip);
    }
    zd_project_finish(&project);
    return status;
}

/* ---- the fit ---- */

/* Where depth is not kept steadied, a chunk of pictures in the middle of a shot would walk to it: chunks
 * begin with shots then. Those that lose their frames come first. */
static zd_status move_borders(zd_farm *farm, const zd_clip *clip, zd_error *err)
{
    int kept = zd_farm_align(farm->pictures, farm->picture_count, &clip->shots);
    int lost = farm->picture_count - kept;
    int64_t first = farm->pictures[0].first;
    memmove(farm->pictures + lost, farm->pictures, (size_t) kept * sizeof *farm->pictures);
    for (int i = 0; i < lost; i++) {
        farm->pictures[i] = (zd_farm_range){ first, first };
    }
    return zd_farm_write_borders(farm, err);
}

static zd_status run_fit(zd_farm *farm, const zd_task *task, zd_farm_news *news, zd_error *err)
{
    zd_clip clip;
    zd_clip_options options;
    ZD_TRY(zd_farm_need(farm, ZD_FARM_DEPTH, err));
    if (farm->scene != NULL) {
        return zd_farm_scene_fit(farm, task, err);
    }
    ZD_TRY(zd_farm_clip_options(farm, &options, err));
    zd_status status = zd_clip_open(farm->ctx, &farm->project, &options, &clip, err);
    zd_free(farm->ctx, (void *) options.cache_folder);
    ZD_TRY(status);
    status = check_machine(farm, &clip, err);
    if (zd_clip_depth_windows(clip.depth) != NULL) {
        zd_clip_video_keep_windows(zd_clip_depth_windows(clip.depth));
    }
    clip.keeps_steady = zd_clip_can_keep_steady(&farm->project);
    if (status == ZD_OK) {
        status = zd_clip_analyse(&clip, task, err);
        news->frames = clip.shots.frame_count;
    }
    if (status == ZD_OK && !clip.keeps_steady) {
        status = move_borders(farm, &clip, err);
    }
    zd_clip_close(&clip);
    return status;
}

/* ---- pictures ---- */

static zd_status render(const zd_farm *farm, const zd_project *project, char *store,
                        const zd_task *task, zd_farm_news *news, zd_error *err)
{
    zd_job_report report = { 0 };
    zd_os_facts facts = { 0 };
    zd_job job = { .project = project, .task = task, .is_chunk = true, .store = store };
    bool is_movie =
        zd_writer_kind(zd_params_text(&project->params, ZD_P_OUTPUT)) == ZD_OUTPUT_MOVIE;
    ZD_TRY(zd_farm_clip_options(farm, &job.clip, err));
    job.clip.takes_steady = true;
    zd_status status = zd_job_render(farm->ctx, &job, &report, err);
    zd_free(farm->ctx, (void *) job.clip.cache_folder);
    news->frames = report.frames;
    if (status == ZD_OK && is_movie) {
        int code = zd_os_look_at(store, &facts);
        status = code == 0
                     ? ZD_OK
                     : zd_fail(err, ZD_ERR_IO, "'%s' went away: %s", store, zd_os_reason(code));
        news->bytes = facts.bytes;
    }
    return status;
}

static zd_status run_pictures(const zd_farm *farm, int chunk, const zd_task *task,
                              zd_farm_news *news, zd_error *err)
{
    assert(zd_farm_phase_of(farm, chunk) == ZD_FARM_PICTURES);
    zd_project project;
    zd_farm_range range = farm->pictures[chunk - farm->depth_count - 1];
    ZD_TRY(zd_farm_need(farm, ZD_FARM_FIT, err));
    if (range.first == range.end) {
        return ZD_OK;
    }
    if (farm->scene != NULL) {
        return zd_farm_scene_render(farm, range, task, news, err);
    }
    ZD_TRY(narrow(farm, range, &project, err));
    char *store = zd_farm_file(farm, "parts/%d.frames", chunk);
    zd_status status = store != NULL ? render(farm, &project, store, task, news, err)
                                     : zd_fail_memory(err, "the farm");
    zd_free(farm->ctx, store);
    zd_project_finish(&project);
    return status;
}

/* ---- any chunk ---- */

static zd_status check_files(const zd_farm *farm, zd_error *err)
{
    char now[ZD_FARM_KEY_SIZE];
    ZD_TRY(zd_farm_identify(farm, now, err));
    return strcmp(now, farm->files) == 0
               ? ZD_OK
               : zd_fail(err, ZD_ERR_IO,
                         "a file that the job reads has changed since '%s' was planned; plan it "
                         "again in another folder",
                         farm->folder);
}

static zd_status work(zd_farm *farm, int chunk, const zd_task *task, zd_farm_news *news,
                      zd_error *err)
{
    double began = now_s();
    ZD_TRY(check_files(farm, err));
    zd_farm_phase phase = zd_farm_phase_of(farm, chunk);
    zd_status status = phase == ZD_FARM_DEPTH ? run_depth(farm, chunk, task, news, err)
                       : phase == ZD_FARM_FIT ? run_fit(farm, task, news, err)
                                              : run_pictures(farm, chunk, task, news, err);
    ZD_TRY(status);
    news->seconds = now_s() - began;
    news->state = ZD_FARM_DONE;
    return zd_farm_note_done(farm, chunk, news, err);
}

zd_status zd_farm_run(zd_farm *farm, int chunk, const zd_task *task, zd_farm_news *out,
                      zd_error *err)
{
    int lock = -1;
    if (chunk < 0 || chunk >= zd_farm_task_count(farm)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no chunk %d; '%s' has 0 to %d",
                       chunk, farm->folder, zd_farm_task_count(farm) - 1);
    }
    ZD_TRY(zd_farm_lock(farm, chunk, &lock, err));
    zd_farm_look(farm, chunk, out);
    zd_status status = ZD_OK;
    if (out->state != ZD_FARM_DONE) {
        *out = (zd_farm_news){ .state = ZD_FARM_FAILED };
        status = work(farm, chunk, task, out, err);
    }
    if (status != ZD_OK && status != ZD_ERR_CANCELLED && err != NULL) {
        zd_farm_note_failure(farm, chunk, err->message);
    }
    close(lock);
    return status;
}

/* ---- the join ---- */

/* The pictures of a sequence are where they belong; that they all are is looked at. */
static zd_status check_sequence(const zd_farm *farm, int64_t frames, zd_error *err)
{
    zd_reader *reader = NULL;
    char name[ZD_OS_PATH];
    const char *output = zd_params_text(&farm->project.params, ZD_P_OUTPUT);
    ZD_TRY(zd_clip_open_reader(farm->ctx, &farm->project.params, &reader, err));
    const zd_reader_info *info = zd_reader_info_get(reader);
    zd_status status = ZD_OK;
    for (int64_t i = 0; i < frames && status == ZD_OK; i++) {
        int64_t number = info->first_number + i * info->number_step;
        status = zd_sequence_name(output, number, name, sizeof name, err);
        if (status == ZD_OK && !zd_file_exists(name)) {
            status = zd_fail(err, ZD_ERR_IO,
                             "'%s' was made and is gone; remove the notes (state/N.done) of the "
                             "chunks to make again",
                             name);
        }
    }
    zd_reader_close(&reader);
    return status;
}

static zd_status join_movie(const zd_farm *farm, const zd_task *task, char **stores,
                            int64_t *frames, zd_error *err)
{
    int count = 0;
    zd_status status = ZD_OK;
    zd_job job = { .project = &farm->project, .clip = { .no_cache = true }, .task = task };
    for (int i = 0; i < farm->picture_count && status == ZD_OK; i++) {
        if (farm->pictures[i].first != farm->pictures[i].end) {
            stores[count] = zd_farm_file(farm, "parts/%d.frames", farm->depth_count + 1 + i);
            status = stores[count++] != NULL ? ZD_OK : zd_fail_memory(err, "the farm");
        }
    }
    if (status == ZD_OK) {
        status = zd_job_join(farm->ctx, &job, (const char *const *) stores, count, frames, err);
    }
    for (int i = 0; i < count; i++) {
        zd_free(farm->ctx, stores[i]);
    }
    return status;
}

zd_status zd_farm_join(zd_farm *farm, const zd_task *task, int64_t *frames, zd_error *err)
{
    int64_t made = 0;
    *frames = 0;
    ZD_TRY(zd_farm_need(farm, ZD_FARM_DEPTH, err));
    ZD_TRY(zd_farm_need(farm, ZD_FARM_FIT, err));
    ZD_TRY(zd_farm_need(farm, ZD_FARM_PICTURES, err));
    ZD_TRY(check_files(farm, err));
    for (int i = farm->depth_count + 1; i < zd_farm_task_count(farm); i++) {
        zd_farm_news news;
        zd_farm_look(farm, i, &news);
        made += news.frames;
    }
    *frames = made;
    if (farm->scene != NULL) {
        return ZD_OK;
    }
    const char *output = zd_params_text(&farm->project.params, ZD_P_OUTPUT);
    if (zd_writer_kind(output) != ZD_OUTPUT_MOVIE) {
        return check_sequence(farm, made, err);
    }
    char **stores = zd_alloc_zeroed(farm->ctx, (size_t) farm->picture_count, sizeof *stores);
    if (stores == NULL) {
        return zd_fail_memory(err, "the farm");
    }
    zd_status status = join_movie(farm, task, stores, frames, err);
    zd_free(farm->ctx, stores);
    if (status == ZD_OK && *frames != made) {
        return zd_fail(err, ZD_ERR_CORRUPT,
                       "the parts of '%s' hold %lld frames, and the chunks made %lld", farm->folder,
                       (long long) *frames, (long long) made);
    }
    return status;
}
