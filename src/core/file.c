/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/part.h"

static const char *kind_of(mode_t mode)
{
    return S_ISDIR(mode)    ? "a folder"
           : S_ISFIFO(mode) ? "a FIFO"
           : S_ISSOCK(mode) ? "a socket"
                            : "a device";
}

static zd_status check_kind(const char *path, const struct stat *info, zd_error *err)
{
    if (S_ISREG(info->st_mode)) {
        return ZD_OK;
    }
    return zd_fail(err, ZD_ERR_IO, "'%s' is %s, not a regular file%s", path, kind_of(info->st_mode),
                   S_ISDIR(info->st_mode) ? "" : "; save what comes from it to a file first");
}

zd_status zd_file_check_regular(const char *path, zd_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return zd_fail(err, ZD_ERR_IO, "cannot open '%s': %s", path, strerror(errno));
    }
    return check_kind(path, &info, err);
}

/* Looked at before and after the opening: some devices act when they are opened, and a FIFO that came
 * in between would wait for a writer without O_NONBLOCK. */
static zd_status open_regular(const char *path, int *fd, size_t *bytes, zd_error *err)
{
    struct stat info;
    ZD_TRY(zd_file_check_regular(path, err));
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0) {
        return zd_fail(err, ZD_ERR_IO, "cannot open '%s': %s", path, strerror(errno));
    }
    zd_status status = fstat(*fd, &info) != 0
                           ? zd_fail(err, ZD_ERR_IO, "cannot open '%s': %s", path, strerror(errno))
                           : check_kind(path, &info, err);
    if (status != ZD_OK) {
        close(*fd);
        return status;
    }
    *bytes = (size_t) info.st_size;
    return ZD_OK;
}

zd_status zd_file_map(const char *path, zd_mapping *out, zd_error *err)
{
    int fd;
    size_t bytes = 0;
    *out = (zd_mapping){ 0 };
    ZD_TRY(open_regular(path, &fd, &bytes, err));
    if (bytes > 0) {
        void *data = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
        if (data == MAP_FAILED) {
            int reason = errno;
            close(fd);
            return zd_fail(err, ZD_ERR_IO, "cannot map '%s': %s", path, strerror(reason));
        }
        *out = (zd_mapping){ data, bytes };
    }
    close(fd);
    return ZD_OK;
}

void zd_file_unmap(zd_mapping *mapping)
{
    if (mapping->data != NULL) {
        munmap((void *) mapping->data, mapping->bytes);
    }
    *mapping = (zd_mapping){ 0 };
}

zd_status zd_file_read_text(zd_context *ctx, const char *path, size_t limit, char **out,
                            size_t *bytes, zd_error *err)
{
    zd_mapping mapping;
    zd_status status = ZD_OK;
    *out = NULL;
    ZD_TRY(zd_file_map(path, &mapping, err));
    if (mapping.bytes > limit) {
        status = zd_fail(err, ZD_ERR_LIMIT, "'%s' is %zu bytes; at most %zu are read", path,
                         mapping.bytes, limit);
    } else if (mapping.bytes > 0 && memchr(mapping.data, 0, mapping.bytes) != NULL) {
        status = zd_fail(err, ZD_ERR_CORRUPT, "'%s' is not a text file", path);
    } else if ((*out = zd_alloc(ctx, mapping.bytes + 1)) == NULL) {
        status = zd_fail_memory(err, path);
    } else {
        if (mapping.bytes > 0) {
            memcpy(*out, mapping.data, mapping.bytes);
        }
        (*out)[mapping.bytes] = '\0';
        *bytes = mapping.bytes;
    }
    zd_file_unmap(&mapping);
    return status;
}

zd_status zd_file_write(zd_context *ctx, const char *path, const void *data, size_t bytes,
                        zd_error *err)
{
    zd_part part;
    ZD_TRY(zd_part_create(ctx, path, &part, err));
    zd_status status = zd_part_write(&part, path, data, bytes, err);
    if (status == ZD_OK) {
        return zd_part_commit(ctx, &part, path, false, err);
    }
    zd_part_discard(ctx, &part);
    return status;
}

static int flush_to_disk(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    int result = fsync(fd);
    close(fd);
    return result;
}

zd_status zd_file_replace(const char *from, const char *path, zd_error *err)
{
    if (flush_to_disk(from) != 0 || rename(from, path) != 0) {
        int reason = errno;
        unlink(from);
        return zd_fail(err, ZD_ERR_IO, "cannot write '%s': %s", path, strerror(reason));
    }
    return ZD_OK;
}

zd_status zd_file_make_folder(zd_context *ctx, const char *path, zd_error *err)
{
    char *copy = zd_strdup(ctx, path);
    if (copy == NULL) {
        return zd_fail_memory(err, path);
    }
    zd_status status = ZD_OK;
    for (char *at = copy + 1; status == ZD_OK && at[-1] != '\0'; at++) {
        if (*at != '/' && *at != '\0') {
            continue;
        }
        char kept = *at;
        *at = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST) {
            status =
                zd_fail(err, ZD_ERR_IO, "cannot make the folder '%s': %s", copy, strerror(errno));
        }
        *at = kept;
    }
    zd_free(ctx, copy);
    if (status == ZD_OK && !zd_file_is_folder(path)) {
        status = zd_fail(err, ZD_ERR_IO, "'%s' is not a folder", path);
    }
    return status;
}

bool zd_file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool zd_file_is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool zd_file_same(const char *a, const char *b)
{
    struct stat first;
    struct stat second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

const char *zd_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

const char *zd_path_extension(const char *path)
{
    const char *base = zd_path_base(path);
    const char *dot = strrchr(base, '.');
    return dot != NULL && dot != base ? dot + 1 : "";
}

char *zd_path_join(zd_context *ctx, const char *folder, const char *name)
{
    size_t length = strlen(folder);
    size_t size = length + strlen(name) + 2;
    char *joined = zd_alloc(ctx, size);
    if (joined != NULL) {
        const char *slash = length > 0 && folder[length - 1] == '/' ? "" : "/";
        snprintf(joined, size, "%s%s%s", folder, length > 0 ? slash : "", name);
    }
    return joined;
}
