/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The folder and its entries. What is opened is reached from the open folder by names of ours alone,
 * so that no link leads elsewhere. */

#include "cache/cache_folder.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cache/cache_names.h"
#include "core/file.h"
#include "core/part.h"
#include "core/require.h"

enum { CLOCK_SLACK_S = 2 }; /* between this clock and the disk's */

static const int64_t default_limit = (int64_t) 20 << 30;

/* Where a cache goes by itself; not into a folder whose name others can guess. */
static zd_status default_path(zd_context *ctx, char **out, zd_error *err)
{
    char folder[ZD_OS_PATH];
    if (zd_os_environment("ZD_CACHE", folder)) {
        *out = zd_strdup(ctx, folder);
    } else if (zd_os_user_folder(ZD_OS_CACHE, folder)) {
        *out = zd_path_join(ctx, folder, "zdepth/depth");
    } else {
        return zd_fail(err, ZD_ERR_MISSING,
                       "no folder for the depth cache: neither $ZD_CACHE, %s is set; choose one "
                       "with --cache",
                       zd_os_place_names(ZD_OS_CACHE));
    }
    return *out != NULL ? ZD_OK : zd_fail_memory(err, "the depth cache");
}

static int64_t limit_from_environment(const zd_context *ctx)
{
    char text[ZD_OS_PATH];
    char *end = NULL;
    bool is_set = zd_os_environment("ZD_CACHE_LIMIT", text) && text[0] != '\0';
    double gib = is_set ? strtod(text, &end) : 0.0;
    bool is_good = gib > 0.0 && gib < 1e9 && *end == '\0';
    if (is_set && !is_good) {
        zd_log_write(zd_context_log(ctx), ZD_LOG_WARN, "cache",
                     "ZD_CACHE_LIMIT is '%.40s'; it must be a number of GiB above 0, and 20 is "
                     "taken",
                     text);
    }
    return is_good ? (int64_t) (gib * 1073741824.0) : default_limit;
}

static zd_status open_root(zd_cache_folder *folder, zd_error *err)
{
    ZD_TRY(zd_file_make_folder(folder->ctx, folder->path, err));
    int code = zd_os_folder_open(folder->path, &folder->root);
    if (code != 0) {
        return zd_fail(err, ZD_ERR_IO, "cannot open '%s': %s", folder->path, zd_os_reason(code));
    }
    return zd_cache_claim(folder->ctx, folder->root, folder->path, err);
}

/* Opens a folder that may not be there. */
static zd_status look_at_root(zd_cache_folder *folder, zd_error *err)
{
    int code = zd_os_folder_open(folder->path, &folder->root);
    if (code != 0) {
        folder->root = -1;
        return zd_os_is_absent(code) ? ZD_OK
                                     : zd_fail(err, ZD_ERR_IO, "cannot open '%s': %s", folder->path,
                                               zd_os_reason(code));
    }
    return zd_cache_check(folder->root, folder->path, err);
}

static zd_status open_with(zd_context *ctx, const char *path, int64_t limit_bytes,
                           zd_status (*open)(zd_cache_folder *, zd_error *), zd_cache_folder *out,
                           zd_error *err)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (zd_cache_folder){ .ctx = ctx, .root = -1 };
    out->opened_ns = (now.tv_sec - CLOCK_SLACK_S) * INT64_C(1000000000) + now.tv_nsec;
    out->limit_bytes = limit_bytes > 0 ? limit_bytes : limit_from_environment(ctx);
    if (path == NULL) {
        ZD_TRY(default_path(ctx, &out->path, err));
    } else if ((out->path = zd_strdup(ctx, path)) == NULL) {
        return zd_fail_memory(err, "the depth cache");
    }
    zd_status status = open(out, err);
    if (status != ZD_OK) {
        zd_cache_folder_close(out);
        return zd_fail_context(err, status, "the depth cache (choose another with --cache)");
    }
    return ZD_OK;
}

zd_status zd_cache_folder_open(zd_context *ctx, const char *path, int64_t limit_bytes,
                               zd_cache_folder *out, zd_error *err)
{
    return open_with(ctx, path, limit_bytes, open_root, out, err);
}

zd_status zd_cache_folder_look(zd_context *ctx, const char *path, zd_cache_folder *out,
                               zd_error *err)
{
    return open_with(ctx, path, 0, look_at_root, out, err);
}

void zd_cache_folder_try(zd_context *ctx, const char *path, int64_t limit_bytes,
                         zd_cache_folder *out)
{
    zd_error reason;
    if (zd_cache_folder_open(ctx, path, limit_bytes, out, &reason) != ZD_OK) {
        zd_cache_folder_trouble(out, &reason);
    }
}

void zd_cache_folder_close(zd_cache_folder *folder)
{
    if (folder->path != NULL) {
        zd_free(folder->ctx, folder->path);
        folder->path = NULL;
        zd_os_folder_close(folder->root);
    }
}

void zd_cache_folder_trouble(zd_cache_folder *folder, const zd_error *reason)
{
    if (!folder->is_told) {
        zd_log_write(zd_context_log(folder->ctx), ZD_LOG_WARN, "cache",
                     "%s; the work goes on without", reason->message);
    }
    folder->is_told = true;
    folder->is_stopped = true;
}

static zd_status join_path(const zd_cache_folder *folder, const zd_cache_name *name, char **out,
                           zd_error *err)
{
    size_t size = strlen(folder->path) + sizeof name->shelf + sizeof name->file + 2;
    *out = zd_alloc(folder->ctx, size);
    if (*out == NULL) {
        return zd_fail_memory(err, "a cache entry");
    }
    snprintf(*out, size, "%s/%s/%s", folder->path, name->shelf, name->file);
    return ZD_OK;
}

/* Opens an entry that is a regular file on a real shelf. */
static int open_entry(const zd_cache_folder *folder, const zd_cache_name *name, int *file,
                      zd_os_facts *facts)
{
    zd_os_folder shelf;
    int code = zd_os_folder_open_in(folder->root, name->shelf, &shelf);
    if (code == 0) {
        code = zd_os_folder_open_file(shelf, name->file, ZD_OS_READ, file, facts);
    }
    zd_os_folder_close(shelf);
    return code;
}

static void close_file(int file)
{
    int ignored = zd_os_close(file, false);
    (void) ignored;
}

zd_status zd_cache_folder_find(const zd_cache_folder *folder, const zd_digest *key,
                               const char *extension, char **out, bool *found, zd_error *err)
{
    zd_cache_name name = zd_cache_name_of(key, extension);
    int file;
    *found = open_entry(folder, &name, &file, NULL) == 0;
    if (*found) {
        close_file(file);
    }
    return join_path(folder, &name, out, err);
}

/* Marks an open entry as used by this run; the access time may be off on this file system, so it is
 * the time of the contents' change. */
static void touch(const zd_cache_folder *folder, int file, const zd_os_facts *facts)
{
    if (facts->changed_ns < folder->opened_ns) {
        int ignored = zd_os_touch(file);
        (void) ignored;
    }
}

static void tell_unreadable(zd_cache_folder *folder, const zd_cache_name *name, int code)
{
    zd_error error;
    zd_fail(&error, ZD_ERR_IO, "the depth cache: cannot read '%s/%s/%s': %s", folder->path,
            name->shelf, name->file, zd_os_reason(code));
    zd_cache_folder_trouble(folder, &error);
}

zd_status zd_cache_folder_read(zd_cache_folder *folder, const zd_digest *key, const char *extension,
                               size_t limit, zd_cache_bytes *out, zd_error *err)
{
    zd_cache_name name = zd_cache_name_of(key, extension);
    zd_os_facts facts;
    int file;
    *out = (zd_cache_bytes){ 0 };
    ZD_REQUIRE(err, folder->path != NULL);
    int code = open_entry(folder, &name, &file, &facts);
    if (code != 0) {
        if (!zd_os_is_absent(code)) {
            tell_unreadable(folder, &name, code);
        }
        return folder->scratch != NULL
                   ? zd_cache_folder_read(folder->scratch, key, extension, limit, out, err)
                   : ZD_OK;
    }
    size_t bytes = facts.bytes < 0 || (uint64_t) facts.bytes > limit ? 0 : (size_t) facts.bytes;
    uint8_t *data = zd_alloc(folder->ctx, bytes + 1);
    code = data != NULL ? zd_os_read_start(file, data, bytes) : 0;
    if (data != NULL && code == 0) {
        data[bytes] = 0;
        touch(folder, file, &facts);
        *out = (zd_cache_bytes){ data, bytes };
    } else if (data != NULL) {
        tell_unreadable(folder, &name, code);
        zd_free(folder->ctx, data);
    }
    close_file(file);
    return data != NULL ? ZD_OK : zd_fail_memory(err, "a cache entry");
}

/* Makes an entry's shelf; it must be a real folder. */
static zd_status make_shelf(const zd_cache_folder *folder, const zd_cache_name *name, zd_error *err)
{
    zd_os_folder shelf = -1;
    int code = zd_os_folder_make_in(folder->root, name->shelf);
    code = code == 0 ? zd_os_folder_open_in(folder->root, name->shelf, &shelf) : code;
    zd_os_folder_close(shelf);
    if (code != 0) {
        return zd_fail(err, ZD_ERR_IO, "the folder '%s/%s' cannot be used: %s", folder->path,
                       name->shelf, zd_os_reason(code));
    }
    return ZD_OK;
}

static zd_status write_entry(zd_cache_folder *folder, const zd_cache_name *name, const void *data,
                             size_t bytes, zd_error *err)
{
    char *path = NULL;
    bool fits = false;
    ZD_TRY(make_shelf(folder, name, err));
    ZD_TRY(zd_cache_reserve(folder, (int64_t) bytes, &fits, err));
    if (!fits) {
        folder->is_full = true;
        zd_log_write(zd_context_log(folder->ctx), ZD_LOG_INFO, "cache",
                     "'%s' is full of what this run uses; the rest is not kept (ZD_CACHE_LIMIT)",
                     folder->path);
        return ZD_OK;
    }
    ZD_TRY(join_path(folder, name, &path, err));
    zd_status status = zd_file_write(folder->ctx, path, data, bytes, err);
    zd_free(folder->ctx, path);
    return status;
}

void zd_cache_folder_write(zd_cache_folder *folder, const zd_digest *key, const char *extension,
                           const void *data, size_t bytes)
{
    assert(data != NULL || bytes == 0);
    zd_error reason;
    zd_cache_name name = zd_cache_name_of(key, extension);
    if (folder->is_stopped || (folder->is_full && bytes > ZD_CACHE_SMALL)) {
        return;
    }
    if (folder->scratch != NULL) {
        zd_cache_folder_write(folder->scratch, key, extension, data, bytes);
        return;
    }
    zd_status status = write_entry(folder, &name, data, bytes, &reason);
    if (status != ZD_OK) {
        zd_fail_context(&reason, status, "the depth cache");
        zd_cache_folder_trouble(folder, &reason);
    }
}

void zd_cache_folder_forget(const zd_cache_folder *folder, const zd_digest *key,
                            const char *extension)
{
    zd_cache_name name = zd_cache_name_of(key, extension);
    if (zd_cache_has_tag(folder->root)) {
        zd_cache_remove_file(folder->root, &name);
    }
}
