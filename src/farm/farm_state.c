/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What is done lies in files, each written whole or not at all, with the key of the plan that it was
 * done for. A lock ends with its process, however that ends. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/file.h"
#include "core/os.h"
#include "farm/farm_internal.h"

enum { NOTE_MOST = 4096 };

zd_status zd_farm_note_done(const zd_farm *farm, int chunk, const zd_farm_news *news, zd_error *err)
{
    char note[256];
    char *path = zd_farm_file(farm, "state/%d.done", chunk);
    char *failed = zd_farm_file(farm, "state/%d.failed", chunk);
    int bytes = snprintf(note, sizeof note, "%s\n%" PRId64 " %.3f %" PRId64 "\n", farm->key,
                         news->frames, news->seconds, news->bytes);
    zd_status status = path != NULL && failed != NULL
                           ? zd_file_write(farm->ctx, path, note, (size_t) bytes, err)
                           : zd_fail_memory(err, "the farm");
    if (status == ZD_OK) {
        zd_os_remove(failed);
    }
    zd_free(farm->ctx, failed);
    zd_free(farm->ctx, path);
    return status;
}

void zd_farm_note_failure(const zd_farm *farm, int chunk, const char *message)
{
    zd_error unheard;
    char *path = zd_farm_file(farm, "state/%d.failed", chunk);
    if (path != NULL) {
        (void) !zd_file_write(farm->ctx, path, message, strlen(message), &unheard);
    }
    zd_free(farm->ctx, path);
}

/* The part of a chunk is as it was left. */
static bool has_part(const zd_farm *farm, int chunk, int64_t bytes)
{
    zd_os_facts facts = { 0 };
    char *path = zd_farm_file(farm, "parts/%d.frames", chunk);
    bool has =
        bytes == 0 || (path != NULL && zd_os_look_at(path, &facts) == 0 && facts.bytes == bytes);
    zd_free(farm->ctx, path);
    return has;
}

static bool read_done(const zd_farm *farm, int chunk, zd_farm_news *out)
{
    char key[ZD_FARM_KEY_SIZE];
    char *text = NULL;
    size_t bytes;
    char *path = zd_farm_file(farm, "state/%d.done", chunk);
    bool is_done = path != NULL && zd_file_exists(path) &&
                   zd_file_read_text(farm->ctx, path, NOTE_MOST, &text, &bytes, NULL) == ZD_OK &&
                   sscanf(text, "%64s %" SCNd64 " %lf %" SCNd64, key, &out->frames, &out->seconds,
                          &out->bytes) == 4 &&
                   strcmp(key, farm->key) == 0 && has_part(farm, chunk, out->bytes);
    zd_free(farm->ctx, text);
    zd_free(farm->ctx, path);
    return is_done;
}

static bool read_failure(const zd_farm *farm, int chunk, zd_farm_news *out)
{
    char *text = NULL;
    size_t bytes;
    char *path = zd_farm_file(farm, "state/%d.failed", chunk);
    bool has_failed = path != NULL && zd_file_exists(path) &&
                      zd_file_read_text(farm->ctx, path, NOTE_MOST, &text, &bytes, NULL) == ZD_OK;
    if (has_failed) {
        snprintf(out->message, sizeof out->message, "%s", text);
    }
    zd_free(farm->ctx, text);
    zd_free(farm->ctx, path);
    return has_failed;
}

static bool is_locked(const zd_farm *farm, int chunk)
{
    char *path = zd_farm_file(farm, "state/%d.lock", chunk);
    int file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    bool locked = file >= 0 && flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (file >= 0) {
        close(file);
    }
    zd_free(farm->ctx, path);
    return locked;
}

void zd_farm_look(const zd_farm *farm, int chunk, zd_farm_news *out)
{
    *out = (zd_farm_news){ .state = ZD_FARM_MISSING };
    if (read_done(farm, chunk, out)) {
        out->state = ZD_FARM_DONE;
    } else if (is_locked(farm, chunk)) {
        out->state = ZD_FARM_RUNNING;
    } else if (read_failure(farm, chunk, out)) {
        out->state = ZD_FARM_FAILED;
    }
}

zd_status zd_farm_lock(const zd_farm *farm, int chunk, int *lock, zd_error *err)
{
    char *path = zd_farm_file(farm, "state/%d.lock", chunk);
    *lock = path != NULL ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666) : -1;
    int code = *lock < 0 || flock(*lock, LOCK_EX | LOCK_NB) != 0 ? errno : 0;
    zd_status status =
        path == NULL          ? zd_fail_memory(err, "the farm")
        : code == EWOULDBLOCK ? zd_fail(err, ZD_ERR_IO, "another process works on chunk %d of '%s'",
                                        chunk, farm->folder)
        : code != 0 ? zd_fail(err, ZD_ERR_IO, "cannot lock '%s': %s", path, zd_os_reason(code))
                    : ZD_OK;
    if (status != ZD_OK && *lock >= 0) {
        close(*lock);
        *lock = -1;
    }
    zd_free(farm->ctx, path);
    return status;
}

zd_status zd_farm_need(const zd_farm *farm, zd_farm_phase phase, zd_error *err)
{
    zd_text missing;
    int count = 0;
    zd_text_init(&missing, farm->ctx);
    for (int i = 0; i < zd_farm_task_count(farm); i++) {
        zd_farm_news news;
        if (zd_farm_phase_of(farm, i) == phase) {
            zd_farm_look(farm, i, &news);
            if (news.state != ZD_FARM_DONE && count++ < 20) {
                zd_text_format(&missing, "%s%d (%s)", count > 1 ? ", " : "", i,
                               zd_farm_state_name(news.state));
            }
        }
    }
    zd_status status = zd_text_finish(&missing, "the farm", err);
    if (status == ZD_OK && count > 0) {
        status = zd_fail(err, ZD_ERR_MISSING,
                         "'%s' is not so far: %d chunk%s of the phase %s not done: %s%s",
                         farm->folder, count, count == 1 ? "" : "s", zd_farm_phase_name(phase),
                         missing.data, count > 20 ? ", ..." : "");
    }
    zd_text_release(&missing);
    return status;
}

/* ---- borders ---- */

zd_status zd_farm_write_borders(const zd_farm *farm, zd_error *err)
{
    zd_text text;
    zd_text_init(&text, farm->ctx);
    zd_text_format(&text, "%s\n", farm->key);
    for (int i = 1; i < farm->picture_count; i++) {
        zd_text_format(&text, "%" PRId64 "\n", farm->pictures[i].first);
    }
    char *path = zd_farm_file(farm, "state/borders");
    zd_status status =
        path != NULL ? zd_text_finish(&text, "the farm", err) : zd_fail_memory(err, "the farm");
    if (status == ZD_OK) {
        status = zd_file_write(farm->ctx, path, text.data, text.length, err);
    }
    zd_text_release(&text);
    zd_free(farm->ctx, path);
    return status;
}

/* Every chunk keeps its number; one that has lost all its frames begins where it ends. */
static bool parse_borders(zd_farm *farm, char *text)
{
    char *rest = NULL;
    char *line = strtok_r(text, "\n", &rest);
    if (line == NULL || strcmp(line, farm->key) != 0) {
        return true; /* of another plan */
    }
    for (int i = 1; i < farm->picture_count; i++) {
        int64_t at = 0;
        line = strtok_r(NULL, "\n", &rest);
        if (line == NULL || sscanf(line, "%" SCNd64, &at) != 1 ||
            at < farm->pictures[i - 1].first || at > farm->pictures[farm->picture_count - 1].end)
        {
            return false;
        }
        farm->pictures[i - 1].end = at;
        farm->pictures[i].first = at;
    }
    return true;
}

zd_status zd_farm_read_borders(zd_farm *farm, zd_error *err)
{
    char *text = NULL;
    size_t bytes = 0;
    char *path = zd_farm_file(farm, "state/borders");
    zd_status status = path != NULL ? ZD_OK : zd_fail_memory(err, "the farm");
    if (status == ZD_OK && zd_file_exists(path)) {
        status = zd_file_read_text(farm->ctx, path, ZD_FARM_FILE_MOST, &text, &bytes, err);
        if (status == ZD_OK && !parse_borders(farm, text)) {
            status = zd_fail(err, ZD_ERR_CORRUPT, "'%s' is damaged; remove it and do the fit again",
                             path);
        }
    }
    zd_free(farm->ctx, text);
    zd_free(farm->ctx, path);
    return status;
}
