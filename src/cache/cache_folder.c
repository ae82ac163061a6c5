/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The folder and its entries. What is opened is reached from the open folder by names of ours alone,
 * so that no link leads elsewhere. */

#include "cache/cache_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cache/cache_names.h"
#include "core/file.h"
#include "core/part.h"

enum { CLOCK_SLACK_S = 2 }; /* between this clock and the disk's */

static const int64_t default_limit = (int64_t) 20 << 30;

static char *default_path(zd_context *ctx)
{
    const char *own = getenv("ZD_CACHE");
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    if (own != NULL && own[0] != '\0') {
        return zd_strdup(ctx, own);
    }
    if (xdg != NULL && xdg[0] != '\0') {
        return zd_path_join(ctx, xdg, "zdepth/depth");
    }
    return zd_path_join(ctx, home, ".cache/zdepth/depth");
}

/* Where a cache would go by itself; not into a folder whose name others can guess. */
static bool has_default_path(void)
{
    static const char *const names[] = { "ZD_CACHE", "XDG_CACHE_HOME", "HOME" };
    for (int i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') {
            return true;
        }
    }
    return false;
}

static int64_t limit_from_environment(void)
{
    const char *text = getenv("ZD_CACHE_LIMIT");
    double gib = text != NULL ? strtod(text, NULL) : 0.0;
    return gib > 0.0 && gib < 1e9 ? (int64_t) (gib * 1073741824.0) : default_limit;
}

static zd_status open_root(zd_cache_folder *folder, zd_error *err)
{
    ZD_TRY(zd_file_make_folder(folder->ctx, folder->path, err));
    folder->root = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->root < 0) {
        return zd_fail(err, ZD_ERR_IO, "cannot open '%s': %s", folder->path, strerror(errno));
    }
    return zd_cache_claim(folder->ctx, folder->root, folder->path, err);
}

zd_status zd_cache_folder_open(zd_context *ctx, const char *path, int64_t limit_bytes,
                               zd_cache_folder *out, zd_error *err)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (zd_cache_folder){ .ctx = ctx, .root = -1 };
    out->opened_ns = (now.tv_sec - CLOCK_SLACK_S) * INT64_C(1000000000) + now.tv_nsec;
    if (path == NULL && !has_default_path()) {
        return zd_fail(
            err, ZD_ERR_MISSING,
            "no folder for the depth cache: neither $ZD_CACHE, $XDG_CACHE_HOME nor $HOME is "
            "set; choose one with --cache");
    }
    out->limit_bytes = limit_bytes > 0 ? limit_bytes : limit_from_environment();
    out->path = path != NULL ? zd_strdup(ctx, path) : default_path(ctx);
    if (out->path == NULL) {
        return zd_fail_memory(err, "the depth cache");
    }
    zd_status status = open_root(out, err);
    if (status != ZD_OK) {
        zd_cache_folder_close(out);
        return zd_fail_context(err, status, "the depth cache (choose another with --cache)");
    }
    return ZD_OK;
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
        if (folder->root >= 0) {
            close(folder->root);
        }
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

/* Opens an entry that is a regular file on a real shelf; -1 without, and errno says why. */
static int open_entry(const zd_cache_folder *folder, const zd_cache_name *name, struct stat *info)
{
    int shelf = zd_cache_open_shelf(folder->root, name->shelf);
    if (shelf < 0) {
        return -1;
    }
    int fd = openat(shelf, name->file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int reason = errno;
    close(shelf);
    errno = reason;
    if (fd >= 0 && (fstat(fd, info) != 0 || !S_ISREG(info->st_mode))) {
        close(fd);
        fd = -1;
        errno = ENOENT;
    }
    return fd;
}

zd_status zd_cache_folder_find(const zd_cache_folder *folder, const zd_digest *key,
                               const char *extension, char **out, bool *found, zd_error *err)
{
    zd_cache_name name = zd_cache_name_of(key, extension);
    struct stat info;
    int fd = open_entry(folder, &name, &info);
    *found = fd >= 0;
    if (fd >= 0) {
        close(fd);
    }
    return join_path(folder, &name, out, err);
}

/* Marks an open entry as used by this run; the access time may be off on this file system, so it is
 * the modification time. */
static void touch(const zd_cache_folder *folder, int fd, const struct stat *info)
{
    if (zd_cache_time_ns(info) < folder->opened_ns) {
        int ignored = futimens(fd, NULL);
        (void) ignored;
    }
}

static bool read_all(int fd, uint8_t *to, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t got = read(fd, to + done, bytes - done);
        if (got == 0) {
            errno = EIO;
        }
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return false;
        }
        done += got > 0 ? (size_t) got : 0;
    }
    return true;
}

static void tell_unreadable(zd_cache_folder *folder, const zd_cache_name *name, int reason)
{
    zd_error error;
    zd_fail(&error, ZD_ERR_IO, "the depth cache: cannot read '%s/%s/%s': %s", folder->path,
            name->shelf, name->file, strerror(reason));
    zd_cache_folder_trouble(folder, &error);
}

zd_status zd_cache_folder_read(zd_cache_folder *folder, const zd_digest *key, const char *extension,
                               size_t limit, zd_cache_bytes *out, zd_error *err)
{
    zd_cache_name name = zd_cache_name_of(key, extension);
    struct stat info;
    *out = (zd_cache_bytes){ 0 };
    int fd = open_entry(folder, &name, &info);
    if (fd < 0) {
        if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
            tell_unreadable(folder, &name, errno);
        }
        return ZD_OK;
    }
    size_t bytes = info.st_size < 0 || (uint64_t) info.st_size > limit ? 0 : (size_t) info.st_size;
    uint8_t *data = zd_alloc(folder->ctx, bytes + 1);
    if (data != NULL && read_all(fd, data, bytes)) {
        data[bytes] = 0;
        touch(folder, fd, &info);
        *out = (zd_cache_bytes){ data, bytes };
    } else if (data != NULL) {
        tell_unreadable(folder, &name, errno);
        zd_free(folder->ctx, data);
    }
    close(fd);
    return data != NULL ? ZD_OK : zd_fail_memory(err, "a cache entry");
}

/* Makes an entry's shelf; it must be a real folder. */
static zd_status make_shelf(const zd_cache_folder *folder, const zd_cache_name *name, zd_error *err)
{
    int made = mkdirat(folder->root, name->shelf, 0777);
    int shelf = made == 0 || errno == EEXIST ? zd_cache_open_shelf(folder->root, name->shelf) : -1;
    if (shelf < 0) {
        return zd_fail(err, ZD_ERR_IO, "the folder '%s/%s' cannot be used: %s", folder->path,
                       name->shelf, strerror(errno));
    }
    close(shelf);
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
    zd_error reason;
    zd_cache_name name = zd_cache_name_of(key, extension);
    if (folder->is_stopped || (folder->is_full && bytes > ZD_CACHE_SMALL)) {
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
