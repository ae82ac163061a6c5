/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The queue is the folder of clips less those with a note. A note names all that decided its result, so
 * that a changed clip or preset is done again, and is written whole or not at all. */

#include "cli/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/file.h"
#include "core/os.h"
#include "core/require.h"
#include "core/text.h"

enum { LIST_MAX_BYTES = 16 << 20, NOTE_MAX_BYTES = 4096, MAX_CLIPS = 100000, QUIET_S = 2 };

static const char *const endings[] = { "mp4", "mov", "mkv", "webm", "m4v", "avi",
                                       "mxf", "mts", "ts",  "nut",  "y4m" };

char *zd_batch_file(const zd_batch *batch, const char *name, const char *ending)
{
    zd_text text;
    zd_text_init(&text, batch->ctx);
    zd_text_format(&text, "%s/%s%s", batch->state_folder, name, ending);
    return text.failed ? NULL : text.data;
}

/* A result could take the place of a clip there, and would be one itself the next time. */
static zd_status check_apart(const zd_batch *batch, const char *path, const char *folder,
                             zd_error *err)
{
    return zd_os_is_same(folder, batch->folder)
               ? zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                         "'%s' is among the results, which could replace it; give another folder "
                         "with -o",
                         path)
               : ZD_OK;
}

static void release_clip(zd_context *ctx, zd_batch_clip *clip)
{
    zd_free(ctx, clip->path);
    zd_free(ctx, clip->name);
    zd_free(ctx, clip->output);
}

void zd_batch_close(zd_batch *batch)
{
    for (int i = 0; i < batch->count; i++) {
        release_clip(batch->ctx, &batch->clips[i]);
    }
    zd_free(batch->ctx, batch->clips);
    zd_free(batch->ctx, batch->state_folder);
    if (batch->lock >= 0) {
        close(batch->lock);
    }
    batch->clips = NULL;
    batch->count = 0;
}

/* ---- notes ---- */

/* What decides a result: the clip as it is, and the preset's text. */
static bool key_of(const zd_batch *batch, const char *path, char text[ZD_DIGEST_TEXT_SIZE])
{
    zd_hasher hasher;
    zd_digest preset;
    zd_digest digest;
    zd_hasher_init(&hasher);
    if (zd_digest_file(batch->preset, &preset, NULL) != ZD_OK || !zd_hasher_add_file(&hasher, path))
    {
        return false;
    }
    zd_hasher_update(&hasher, preset.bytes, sizeof preset.bytes);
    zd_hasher_finish(&hasher, &digest);
    zd_digest_text(&digest, text);
    return true;
}

static long long size_of(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode) ? (long long) about.st_size : -1;
}

void zd_batch_measure(zd_batch_clip *clip)
{
    clip->bytes = size_of(clip->output);
}

zd_status zd_batch_note(zd_batch *batch, const zd_batch_clip *clip, zd_error *err)
{
    ZD_REQUIRE(err, clip->path != NULL && clip->output != NULL);
    char key[ZD_DIGEST_TEXT_SIZE];
    char note[256];
    char *path = zd_batch_file(batch, clip->name, ".done");
    if (path == NULL || !key_of(batch, clip->path, key)) {
        zd_free(batch->ctx, path);
        return zd_fail(err, ZD_ERR_IO, "'%s' went away while it was worked on", clip->path);
    }
    int bytes = snprintf(note, sizeof note, "zdepth batch 1\n%s\n%lld %lld %.3f\n", key,
                         size_of(clip->output), clip->frames, clip->seconds);
    zd_status status = zd_file_write(batch->ctx, path, note, (size_t) bytes, err);
    zd_free(batch->ctx, path);
    return status;
}

/* Whether an earlier run has made just this result, and it is as it was. */
static void recall(const zd_batch *batch, zd_batch_clip *clip)
{
    char key[ZD_DIGEST_TEXT_SIZE];
    char found[ZD_DIGEST_TEXT_SIZE];
    char *text = NULL;
    size_t bytes;
    char *path = zd_batch_file(batch, clip->name, ".done");
    if (path != NULL && zd_file_exists(path) && key_of(batch, clip->path, key) &&
        zd_file_read_text(batch->ctx, path, NOTE_MAX_BYTES, &text, &bytes, NULL) == ZD_OK &&
        sscanf(text, "zdepth batch 1\n%64s\n%lld %lld %lf", found, &clip->bytes, &clip->frames,
               &clip->seconds) == 4 &&
        strcmp(found, key) == 0 && clip->bytes > 0 && size_of(clip->output) == clip->bytes)
    {
        clip->state = ZD_BATCH_DONE;
        clip->is_from_before = true;
    }
    zd_free(batch->ctx, text);
    zd_free(batch->ctx, path);
}

/* ---- the queue ---- */

typedef struct names {
    const zd_batch *batch;
    char **paths;
    int count;
    bool failed;
} names;

static void add_name(names *list, char *path)
{
    char **grown = path != NULL && list->count < MAX_CLIPS
                       ? zd_alloc_zeroed(list->batch->ctx, (size_t) list->count + 1, sizeof *grown)
                       : NULL;
    if (grown == NULL) {
        zd_free(list->batch->ctx, path);
        list->failed = true;
        return;
    }
    if (list->count > 0) {
        memcpy(grown, list->paths, (size_t) list->count * sizeof *grown);
    }
    zd_free(list->batch->ctx, list->paths);
    list->paths = grown;
    list->paths[list->count++] = path;
}

static void visit(void *user, const char *name)
{
    names *list = user;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (name[0] != '.' && strcasecmp(zd_path_extension(name), endings[i]) == 0) {
            add_name(list, zd_path_join(list->batch->ctx, list->batch->source, name));
            return;
        }
    }
}

/* One clip a line, from the list's folder; '#' begins a remark. */
static zd_status read_list(names *list, zd_error *err)
{
    zd_context *ctx = list->batch->ctx;
    const char *source = list->batch->source;
    char *text;
    size_t bytes;
    ZD_TRY(zd_file_read_text(ctx, source, LIST_MAX_BYTES, &text, &bytes, err));
    char *folder = zd_strdup(ctx, source);
    if (folder != NULL) {
        folder[zd_path_base(source) - source] = '\0';
    }
    char *rest = NULL;
    for (char *line = strtok_r(text, "\r\n", &rest); line != NULL && folder != NULL;
         line = strtok_r(NULL, "\r\n", &rest))
    {
        bool is_whole = line[0] == '/' || folder[0] == '\0';
        if (line[0] != '#') {
            add_name(list, is_whole ? zd_strdup(ctx, line) : zd_path_join(ctx, folder, line));
        }
    }
    list->failed = list->failed || folder == NULL;
    zd_free(ctx, folder);
    zd_free(ctx, text);
    return ZD_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

/* What is in the folder or list now, in order of the names; to be released by release_names. */
static zd_status find(const zd_batch *batch, names *list, zd_error *err)
{
    *list = (names){ .batch = batch };
    if (zd_file_is_folder(batch->source)) {
        zd_os_visit_folder(batch->source, visit, list);
        if (list->count > 0) {
            qsort(list->paths, (size_t) list->count, sizeof *list->paths, by_name);
        }
    } else {
        ZD_TRY(read_list(list, err));
    }
    return list->failed ? zd_fail_memory(err, "the clips of the batch") : ZD_OK;
}

static void release_names(names *list)
{
    for (int i = 0; i < list->count; i++) {
        zd_free(list->batch->ctx, list->paths[i]);
    }
    zd_free(list->batch->ctx, list->paths);
}

/* A folder or list without a clip is a wrong one, unless they are still to come. */
static zd_status need_clip(const zd_batch *batch, const names *list, zd_error *err)
{
    bool is_folder = zd_file_is_folder(batch->source);
    if (list->count > 0 || batch->is_watched) {
        return ZD_OK;
    }
    return zd_fail(
        err, ZD_ERR_INVALID_ARGUMENT,
        is_folder
            ? "the folder '%s' holds no movie (.mp4, .mov, .mkv and the like); name the one with "
              "the clips, or wait for them with --watch"
            : "the list '%s' names no clip; write one path a line into it",
        batch->source);
}

static zd_status take_lock(zd_batch *batch, zd_error *err)
{
    ZD_TRY(zd_file_make_folder(batch->ctx, batch->state_folder, err));
    char *path = zd_batch_file(batch, "lock", "");
    if (path == NULL) {
        return zd_fail_memory(err, "the batch");
    }
    batch->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    int code = batch->lock < 0 || flock(batch->lock, LOCK_EX | LOCK_NB) != 0 ? errno : 0;
    zd_free(batch->ctx, path);
    if (code == EWOULDBLOCK) {
        return zd_fail(err, ZD_ERR_IO, "another batch works in '%s'", batch->folder);
    }
    return code != 0 ? zd_fail(err, ZD_ERR_IO, "cannot lock '%s': %s", batch->state_folder,
                               zd_os_reason(code))
                     : ZD_OK;
}

static bool is_known(const zd_batch *batch, const char *path)
{
    for (int i = 0; i < batch->count; i++) {
        if (strcmp(batch->clips[i].path, path) == 0) {
            return true;
        }
    }
    return false;
}

/* Somebody may still be writing it. */
static bool is_young(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && difftime(time(NULL), about.st_mtime) < QUIET_S;
}

/* "walk" of "clips/walk.mp4"; "walk_mov" where there is a "walk" already. */
static char *name_of(const zd_batch *batch, const char *path)
{
    zd_text text;
    const char *base = zd_path_base(path);
    const char *extension = zd_path_extension(path);
    size_t length = strlen(base) - (extension[0] != '\0' ? strlen(extension) + 1 : 0);
    zd_text_init(&text, batch->ctx);
    zd_text_add_bytes(&text, base, length);
    for (int i = 0; i < batch->count && !text.failed; i++) {
        if (strcmp(batch->clips[i].name, text.data) == 0) {
            zd_text_format(&text, "_%s", extension);
            i = -1;
        }
    }
    return text.failed ? NULL : text.data;
}

/* A line of a list may name any folder. */
static zd_status check_clip(const zd_batch *batch, const char *path, zd_error *err)
{
    char *folder = zd_strdup(batch->ctx, path);
    if (folder == NULL) {
        return zd_fail_memory(err, "a clip of the batch");
    }
    folder[zd_path_base(path) - path] = '\0';
    zd_status status = check_apart(batch, path, folder[0] != '\0' ? folder : ".", err);
    zd_free(batch->ctx, folder);
    return status;
}

static zd_status add_clip(zd_batch *batch, const char *path, zd_error *err)
{
    zd_context *ctx = batch->ctx;
    ZD_TRY(check_clip(batch, path, err));
    zd_text output;
    zd_batch_clip *grown = zd_alloc_zeroed(ctx, (size_t) batch->count + 1, sizeof *grown);
    zd_batch_clip clip = { .path = zd_strdup(ctx, path), .name = name_of(batch, path) };
    zd_text_init(&output, ctx);
    if (clip.name != NULL) {
        zd_text_format(&output, "%s/%s%s", batch->folder, clip.name, batch->ending);
    }
    clip.output = output.data;
    if (grown == NULL || clip.path == NULL || clip.output == NULL) {
        zd_free(ctx, grown);
        release_clip(ctx, &clip);
        return zd_fail_memory(err, "a clip of the batch");
    }
    recall(batch, &clip);
    if (batch->count > 0) {
        memcpy(grown, batch->clips, (size_t) batch->count * sizeof *grown);
    }
    zd_free(ctx, batch->clips);
    batch->clips = grown;
    batch->clips[batch->count++] = clip;
    return ZD_OK;
}

static zd_status add_clips(zd_batch *batch, const names *list, zd_error *err)
{
    for (int i = 0; i < list->count; i++) {
        const char *path = list->paths[i];
        if (!is_known(batch, path) && !(batch->is_watched && is_young(path))) {
            ZD_TRY(add_clip(batch, path, err));
        }
    }
    return ZD_OK;
}

zd_status zd_batch_open(zd_context *ctx, zd_batch *batch, zd_error *err)
{
    names list;
    batch->ctx = ctx;
    batch->lock = -1;
    ZD_REQUIRE(err, batch->folder != NULL && batch->ending != NULL);
    batch->state_folder = zd_path_join(ctx, batch->folder, "batch");
    if (batch->state_folder == NULL) {
        return zd_fail_memory(err, "the batch");
    }
    ZD_TRY(check_apart(batch, batch->source, batch->source, err));
    zd_status status = find(batch, &list, err);
    status = status == ZD_OK ? need_clip(batch, &list, err) : status;
    status = status == ZD_OK && !batch->is_trial ? take_lock(batch, err) : status;
    status = status == ZD_OK ? add_clips(batch, &list, err) : status;
    release_names(&list);
    return status;
}

zd_status zd_batch_scan(zd_batch *batch, zd_error *err)
{
    names list;
    zd_status status = find(batch, &list, err);
    status = status == ZD_OK ? add_clips(batch, &list, err) : status;
    release_names(&list);
    return status;
}

/* ---- the report ---- */

static const char *state_name(const zd_batch_clip *clip)
{
    return clip->state == ZD_BATCH_DONE     ? clip->is_from_before ? "done before" : "done"
           : clip->state == ZD_BATCH_FAILED ? "failed"
                                            : "waiting";
}

static void add_json(const zd_batch *batch, zd_text *out)
{
    zd_json json;
    zd_json_begin(&json, out);
    zd_json_open(&json, NULL, '{');
    zd_json_number(&json, "v", 1);
    zd_json_text(&json, "preset", batch->preset);
    zd_json_open(&json, "clips", '[');
    for (int i = 0; i < batch->count; i++) {
        const zd_batch_clip *clip = &batch->clips[i];
        zd_json_open(&json, NULL, '{');
        zd_json_text(&json, "clip", clip->path);
        zd_json_text(&json, "output", clip->output);
        zd_json_text(&json, "state", state_name(clip));
        zd_json_number(&json, "frames", (double) clip->frames);
        zd_json_number(&json, "bytes", (double) clip->bytes);
        zd_json_number(&json, "seconds", clip->seconds);
        zd_json_text(&json, "error", clip->state == ZD_BATCH_FAILED ? clip->message : NULL);
        zd_json_close(&json, '}');
    }
    zd_json_close(&json, ']');
    zd_json_close(&json, '}');
    zd_text_add(out, "\n");
}

static void add_escaped(zd_text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const char *as = *text == '<'   ? "&lt;"
                         : *text == '&' ? "&amp;"
                         : *text == '"' ? "&quot;"
                         : *text == '>' ? "&gt;"
                                        : NULL;
        if (as != NULL) {
            zd_text_add(out, as);
        } else {
            zd_text_add_bytes(out, text, 1);
        }
    }
}

/* The picture beside the page; a '%' or '#' in a name would mean something else in an address. */
static void add_picture(const zd_batch *batch, const zd_batch_clip *clip, zd_text *out)
{
    char *picture = zd_batch_file(batch, clip->name, ".png");
    if (picture != NULL && zd_file_exists(picture)) {
        zd_text_add(out, "<img loading=\"lazy\" src=\"");
        for (const char *at = clip->name; *at != '\0'; at++) {
            bool is_plain = strchr("%#?\"<>& ", *at) == NULL;
            zd_text_format(out, is_plain ? "%c" : "%%%02x", (unsigned char) *at);
        }
        zd_text_add(out, ".png\">");
    }
    zd_free(batch->ctx, picture);
}

static void add_html(const zd_batch *batch, zd_text *out)
{
    zd_text_add(out, "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>zdepth batch</title>\n"
                     "<style>body{font:15px sans-serif;margin:2em;background:#181818;color:#ddd}"
                     "td{padding:.4em;vertical-align:top}img{width:480px}.failed{color:#f77}"
                     "</style>\n<table>\n");
    for (int i = 0; i < batch->count; i++) {
        const zd_batch_clip *clip = &batch->clips[i];
        zd_text_format(out, "<tr class=\"%s\"><td>", state_name(clip));
        add_picture(batch, clip, out);
        zd_text_add(out, "</td><td>");
        add_escaped(out, clip->path);
        zd_text_add(out, "<br>");
        add_escaped(out, clip->output);
        zd_text_format(out, "<br>%s", state_name(clip));
        if (clip->state == ZD_BATCH_DONE) {
            zd_text_format(out, ", %lld frames, %.1f MiB, %.1f s", clip->frames,
                           (double) clip->bytes / 1048576.0, clip->seconds);
        } else if (clip->state == ZD_BATCH_FAILED) {
            zd_text_add(out, ": ");
            add_escaped(out, clip->message);
        }
        zd_text_add(out, "</td></tr>\n");
    }
    zd_text_add(out, "</table>\n");
}

static zd_status write_report(const zd_batch *batch, const char *ending,
                              void (*add)(const zd_batch *, zd_text *), zd_error *err)
{
    zd_text text;
    char *path = zd_batch_file(batch, "report", ending);
    zd_text_init(&text, batch->ctx);
    add(batch, &text);
    zd_status status =
        path == NULL ? zd_fail_memory(err, "the report") : zd_text_finish(&text, "the report", err);
    if (status == ZD_OK) {
        status = zd_file_write(batch->ctx, path, text.data, text.length, err);
    }
    zd_text_release(&text);
    zd_free(batch->ctx, path);
    return status;
}

zd_status zd_batch_report(const zd_batch *batch, zd_error *err)
{
    ZD_TRY(write_report(batch, ".json", add_json, err));
    return write_report(batch, ".html", add_html, err);
}
