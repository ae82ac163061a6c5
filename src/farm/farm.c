/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The plan as a file. It comes from a shared disk and is read as what anybody may have written. */

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/digest.h"
#include "core/file.h"
#include "core/require.h"
#include "depth/video_depth.h"
#include "farm/farm_internal.h"

static const char first_line[] = "zdepth farm 1";

char *zd_farm_file(const zd_farm *farm, const char *format, ...)
{
    char name[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    return zd_path_join(farm->ctx, farm->folder, name);
}

zd_status zd_farm_clip_options(const zd_farm *farm, zd_clip_options *out, zd_error *err)
{
    *out =
        (zd_clip_options){ .cache_folder = zd_farm_file(farm, "cache"), .cache_limit = INT64_MAX };
    return out->cache_folder != NULL ? ZD_OK : zd_fail_memory(err, "the farm");
}

int zd_farm_task_count(const zd_farm *farm)
{
    return farm->depth_count + 1 + farm->picture_count;
}

zd_farm_phase zd_farm_phase_of(const zd_farm *farm, int chunk)
{
    assert(chunk >= 0 && chunk < zd_farm_task_count(farm));
    return chunk < farm->depth_count    ? ZD_FARM_DEPTH
           : chunk == farm->depth_count ? ZD_FARM_FIT
                                        : ZD_FARM_PICTURES;
}

const char *zd_farm_phase_name(zd_farm_phase phase)
{
    assert(phase <= ZD_FARM_PICTURES);
    static const char *const names[] = { "depth", "fit", "pictures" };
    return names[phase];
}

const char *zd_farm_state_name(zd_farm_state state)
{
    assert(state <= ZD_FARM_DONE);
    static const char *const names[] = { "missing", "running", "failed", "done" };
    return names[state];
}

int zd_farm_cut(zd_farm_range range, int64_t length, int chunks, zd_farm_range *out)
{
    assert(chunks > 0 && range.first <= range.end);
    int64_t frames = range.end != INT64_MAX ? range.end - range.first : length;
    int count = frames < chunks ? (int) frames : chunks;
    count = count < 1 ? 1 : count;
    for (int i = 0; i < count; i++) {
        out[i].first = range.first + frames * i / count;
        out[i].end = i + 1 < count ? range.first + frames * (i + 1) / count : range.end;
    }
    return count;
}

/* The border next to a frame between `first` and the end of all. */
static int64_t nearest_border(const zd_shot_list *shots, int64_t first, int64_t at, int64_t end)
{
    int shot = zd_shot_list_find(shots, at);
    int64_t before = shots->shots[shot].first_frame;
    int64_t after = shot + 1 < shots->count ? shots->shots[shot + 1].first_frame : end;
    bool is_before = before > first && (after == end || at - before <= after - at);
    int64_t border = is_before ? before : after;
    return border < end ? border : end;
}

/* The window's beginning next to a frame: of the windows that its shot has, or the next shot's. */
static int64_t nearest_window(const zd_shot_list *shots, int64_t at, int64_t length)
{
    int shot = zd_shot_list_find(shots, at);
    int64_t first = shots->shots[shot].first_frame;
    int64_t end = zd_shot_list_end(shots, shot);
    end = end < length ? end : length;
    int64_t window = (at - first + ZD_VIDEO_STEP / 2) / ZD_VIDEO_STEP;
    int64_t begin = first + window * ZD_VIDEO_STEP;
    return begin + 2 < end ? begin : end; /* a window more begins for more than two frames */
}

int zd_farm_align_windows(zd_farm_range *pieces, int count, const zd_shot_list *shots,
                          int64_t length)
{
    assert(count > 0);
    int kept = 0;
    int64_t first = pieces[0].first;
    int64_t last_end = pieces[count - 1].end;
    for (int i = 0; i < count; i++) {
        bool is_last = i + 1 == count;
        int64_t end = is_last ? last_end : nearest_window(shots, pieces[i].end, length);
        if (end > first && (is_last || end < length)) {
            pieces[kept++] = (zd_farm_range){ first, end };
            first = end;
        }
    }
    return kept;
}

int zd_farm_align(zd_farm_range *pieces, int count, const zd_shot_list *shots)
{
    assert(count > 0);
    int kept = 0;
    int64_t first = pieces[0].first;
    int64_t last_end = pieces[count - 1].end;
    for (int i = 0; i < count && first < last_end; i++) {
        int64_t end = pieces[i].end;
        if (end > first) {
            end = i + 1 < count ? nearest_border(shots, first, end, last_end) : last_end;
            pieces[kept++] = (zd_farm_range){ first, end };
            first = end;
        }
    }
    return kept;
}

static void write_ranges(const char *name, const zd_farm_range *ranges, int count, zd_text *out)
{
    for (int i = 0; i < count; i++) {
        zd_text_format(out, "%s %" PRId64 " ", name, ranges[i].first);
        if (ranges[i].end == INT64_MAX) {
            zd_text_add(out, "all\n");
        } else {
            zd_text_format(out, "%" PRId64 "\n", ranges[i].end);
        }
    }
}

void zd_farm_write_plan(const zd_farm *farm, zd_text *out)
{
    zd_text_format(out, "%s\n", first_line);
    if (farm->scene != NULL) {
        zd_text_format(out, "scene %s\n", farm->scene);
    }
    zd_text_format(out, "job %s\nfiles %s\narithmetic %s\n", farm->job, farm->files,
                   farm->arithmetic);
    write_ranges("depth", farm->depth, farm->depth_count, out);
    write_ranges("pictures", farm->pictures, farm->picture_count, out);
}

/* "A B" or "A all", which continues the range before. */
static bool parse_range(const char *text, zd_farm_range *ranges, int *count)
{
    zd_farm_range range = { .end = INT64_MAX };
    char end[32];
    char rest;
    if (*count == ZD_FARM_CHUNKS ||
        sscanf(text, "%" SCNd64 " %31s %c", &range.first, end, &rest) != 2) {
        return false;
    }
    if (strcmp(end, "all") != 0 && sscanf(end, "%" SCNd64 "%c", &range.end, &rest) != 1) {
        return false;
    }
    bool continues = *count == 0 || ranges[*count - 1].end == range.first;
    ranges[(*count)++] = range;
    return continues && range.first >= -INT32_MAX && range.first < range.end;
}

static bool parse_line(zd_farm *farm, const char *line)
{
    char rest;
    if (strncmp(line, "scene ", 6) == 0 && farm->scene == NULL) {
        farm->scene = zd_strdup(farm->ctx, line + 6);
        return farm->scene != NULL && farm->scene[0] == '/';
    }
    if (strncmp(line, "depth ", 6) == 0) {
        return parse_range(line + 6, farm->depth, &farm->depth_count);
    }
    if (strncmp(line, "pictures ", 9) == 0) {
        return parse_range(line + 9, farm->pictures, &farm->picture_count);
    }
    if (strncmp(line, "arithmetic ", 11) == 0) {
        snprintf(farm->arithmetic, sizeof farm->arithmetic, "%s", line + 11);
        return true;
    }
    return sscanf(line, "files %64s%c", farm->files, &rest) == 1 ||
           sscanf(line, "job %64s%c", farm->job, &rest) == 1;
}

zd_status zd_farm_parse_plan(zd_farm *farm, const char *path, char *text, zd_error *err)
{
    char *rest = NULL;
    char *line = strtok_r(text, "\n", &rest);
    bool is_good = line != NULL && strcmp(line, first_line) == 0;
    int number = 1;
    while (is_good && (line = strtok_r(NULL, "\n", &rest)) != NULL) {
        number++;
        is_good = parse_line(farm, line);
    }
    is_good =
        is_good && farm->picture_count > 0 && farm->files[0] != '\0' && farm->arithmetic[0] != '\0';
    return is_good ? ZD_OK
                   : zd_fail(err, ZD_ERR_CORRUPT,
                             "%s:%d: this is no plan of a farm; make one with zdepth farm plan",
                             path, number);
}

zd_status zd_farm_project_key(const zd_project *project, char out[ZD_FARM_KEY_SIZE], zd_error *err)
{
    zd_text text;
    zd_digest digest;
    zd_hasher hasher;
    zd_text_init(&text, project->ctx);
    zd_project_write(project, &text);
    zd_status status = zd_text_finish(&text, "the project", err);
    if (status == ZD_OK) {
        zd_hasher_init(&hasher);
        zd_hasher_update(&hasher, text.data, text.length);
        zd_hasher_finish(&hasher, &digest);
        zd_digest_text(&digest, out);
    }
    zd_text_release(&text);
    return status;
}

void zd_farm_close(zd_farm **farm)
{
    zd_farm *doomed = *farm;
    *farm = NULL;
    if (doomed != NULL) {
        zd_project_finish(&doomed->project);
        zd_free(doomed->ctx, doomed->scene);
        zd_free(doomed->ctx, doomed->folder);
        zd_free(doomed->ctx, doomed);
    }
}

static zd_status read_plan(zd_farm *farm, zd_error *err)
{
    char *text = NULL;
    size_t bytes = 0;
    zd_digest digest;
    zd_hasher hasher;
    char *path = zd_farm_file(farm, "plan");
    if (path == NULL) {
        return zd_fail_memory(err, "the farm");
    }
    zd_status status = ZD_OK;
    if (!zd_file_exists(path)) {
        status =
            zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                    "'%s' is no folder of a farm; make one with zdepth farm plan", farm->folder);
    } else {
        status = zd_file_read_text(farm->ctx, path, ZD_FARM_FILE_MOST, &text, &bytes, err);
    }
    if (status == ZD_OK) {
        zd_hasher_init(&hasher);
        zd_hasher_update(&hasher, text, bytes);
        zd_hasher_finish(&hasher, &digest);
        zd_digest_text(&digest, farm->key);
        status = zd_farm_parse_plan(farm, path, text, err);
    }
    zd_free(farm->ctx, text);
    zd_free(farm->ctx, path);
    return status;
}

static zd_status read_job(zd_farm *farm, zd_error *err)
{
    char *path = zd_farm_file(farm, "job.zdp");
    char key[ZD_FARM_KEY_SIZE] = "";
    zd_status status =
        path != NULL ? zd_project_load(&farm->project, path, err) : zd_fail_memory(err, "the farm");
    if (status == ZD_OK) {
        status = zd_farm_project_key(&farm->project, key, err);
    }
    if (status == ZD_OK && strcmp(key, farm->job) != 0) {
        status = zd_fail(err, ZD_ERR_CORRUPT,
                         "'%s' is not what was planned; plan it again in another folder", path);
    }
    zd_free(farm->ctx, path);
    return status;
}

zd_status zd_farm_open(zd_context *ctx, const char *folder, zd_farm **out, zd_error *err)
{
    ZD_REQUIRE(err, folder != NULL);
    zd_farm *farm = zd_alloc_zeroed(ctx, 1, sizeof *farm);
    *out = farm;
    if (farm == NULL) {
        return zd_fail_memory(err, "the farm");
    }
    farm->ctx = ctx;
    zd_project_init(&farm->project, ctx);
    farm->folder = zd_strdup(ctx, folder);
    zd_status status =
        farm->folder != NULL ? read_plan(farm, err) : zd_fail_memory(err, "the farm");
    if (status == ZD_OK && farm->scene == NULL) {
        status = read_job(farm, err);
    }
    if (status == ZD_OK) {
        status = zd_farm_read_borders(farm, err);
    }
    if (status != ZD_OK) {
        zd_farm_close(out);
    }
    return status;
}
