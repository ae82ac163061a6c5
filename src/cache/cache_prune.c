/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Keeping a cache below its limit. How many bytes there are stands in the file "usage" of the folder
 * (8 bytes, little-endian), so that nobody has to list it: every process that stores something adds to
 * it under a lock before it does, and whoever has to list the folder writes down what it really holds. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cache/cache_folder.h"
#include "cache/cache_names.h"
#include "core/part.h"

enum {
    PART_MAX_AGE_S = 86400,
    SPARE_SHARE = 16, /* making room makes this share of the limit more, so that it is rare */
};

typedef struct entry {
    zd_cache_name name;
    bool is_part;
    bool is_abandoned; /* a part that nobody writes any more */
    int64_t bytes;
    int64_t used_ns;
} entry;

typedef struct listing {
    zd_context *ctx;
    entry *entries;
    size_t count;
    size_t capacity;
} listing;

static void listing_free(listing *list)
{
    zd_free(list->ctx, list->entries);
}

static bool listing_grow(listing *list)
{
    if (list->count < list->capacity) {
        return true;
    }
    size_t capacity = list->capacity > 0 ? list->capacity * 2 : 256;
    entry *entries = zd_alloc_zeroed(list->ctx, capacity, sizeof *entries);
    if (entries == NULL) {
        return false;
    }
    if (list->count > 0) {
        memcpy(entries, list->entries, list->count * sizeof *entries);
    }
    zd_free(list->ctx, list->entries);
    list->entries = entries;
    list->capacity = capacity;
    return true;
}

static bool is_abandoned(int shelf, const char *name)
{
    int fd = openat(shelf, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool is_alive = fd >= 0 && zd_part_is_alive(fd);
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0 && !is_alive;
}

/* False without memory. What is not ours is not seen. */
static bool listing_add(listing *list, int shelf, const char *shelf_name, const char *file)
{
    struct stat info;
    bool is_part = zd_cache_is_part(file);
    if ((!is_part && !zd_cache_is_entry(file)) ||
        strlen(file) >= sizeof(((entry *) 0)->name.file) ||
        fstatat(shelf, file, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(info.st_mode))
    {
        return true;
    }
    if (!listing_grow(list)) {
        return false;
    }
    entry *e = &list->entries[list->count++];
    snprintf(e->name.shelf, sizeof e->name.shelf, "%.2s", shelf_name);
    snprintf(e->name.file, sizeof e->name.file, "%s", file);
    e->is_part = is_part;
    e->is_abandoned = is_part && is_abandoned(shelf, file);
    e->bytes = info.st_size;
    e->used_ns = zd_cache_time_ns(&info);
    return true;
}

static bool list_shelf(listing *list, int root, const char *name)
{
    int shelf = zd_cache_open_shelf(root, name);
    DIR *dir = shelf >= 0 ? fdopendir(shelf) : NULL;
    bool fits = true;
    if (dir == NULL) {
        if (shelf >= 0) {
            close(shelf);
        }
        return true;
    }
    for (struct dirent *item; fits && (item = readdir(dir)) != NULL;) {
        fits = listing_add(list, dirfd(dir), name, item->d_name);
    }
    closedir(dir);
    return fits;
}

static zd_status list_all(const zd_cache_folder *folder, listing *out, zd_error *err)
{
    *out = (listing){ .ctx = folder->ctx };
    DIR *dir = opendir(folder->path);
    bool fits = true;
    if (dir == NULL) {
        return zd_fail(err, ZD_ERR_IO, "cannot list '%s': %s", folder->path, strerror(errno));
    }
    for (struct dirent *item; fits && (item = readdir(dir)) != NULL;) {
        fits = !zd_cache_is_shelf(item->d_name) || list_shelf(out, folder->root, item->d_name);
    }
    closedir(dir);
    if (!fits) {
        listing_free(out);
        return zd_fail_memory(err, "a list of the cache");
    }
    return ZD_OK;
}

zd_status zd_cache_folder_measure(const zd_cache_folder *folder, zd_cache_usage *out, zd_error *err)
{
    listing list;
    *out = (zd_cache_usage){ 0 };
    ZD_TRY(list_all(folder, &list, err));
    for (size_t i = 0; i < list.count; i++) {
        out->entries += zd_cache_is_depth(list.entries[i].name.file);
        out->bytes += list.entries[i].bytes;
    }
    listing_free(&list);
    return ZD_OK;
}

static int oldest_first(const void *a, const void *b)
{
    int64_t first = ((const entry *) a)->used_ns;
    int64_t second = ((const entry *) b)->used_ns;
    return first < second ? -1 : first > second;
}

static bool is_due(const entry *item, bool all)
{
    int64_t age_s = (int64_t) time(NULL) - item->used_ns / 1000000000LL;
    return item->is_abandoned && (all || age_s > PART_MAX_AGE_S);
}

static int64_t total_of(const listing *list)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < list->count; i++) {
        bytes += list->entries[i].bytes;
    }
    return bytes;
}

/* Removes entries that were last used before a time until at most `keep_bytes` are left; *left is what
 * the folder holds then. */
static zd_status prune(const zd_cache_folder *folder, int64_t keep_bytes, int64_t before_ns,
                       zd_cache_usage *removed, int64_t *left, zd_error *err)
{
    listing list;
    *removed = (zd_cache_usage){ 0 };
    if (!zd_cache_has_tag(folder->root)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' carries no CACHEDIR.TAG of zdepth's any more; nothing was removed",
                       folder->path);
    }
    ZD_TRY(list_all(folder, &list, err));
    *left = total_of(&list);
    if (list.count > 0) {
        qsort(list.entries, list.count, sizeof *list.entries, oldest_first);
    }
    for (size_t i = 0; i < list.count; i++) {
        const entry *item = &list.entries[i];
        bool surplus = *left > keep_bytes && !item->is_part && item->used_ns < before_ns;
        if ((surplus || is_due(item, keep_bytes == 0)) &&
            zd_cache_remove_file(folder->root, &item->name)) {
            *left -= item->bytes;
            removed->bytes += item->bytes;
            removed->entries += zd_cache_is_depth(item->name.file);
        }
    }
    listing_free(&list);
    return ZD_OK;
}

/* Opens and locks the count of bytes; -1: it cannot be written, and errno says why. */
static int lock_usage(const zd_cache_folder *folder)
{
    struct stat info;
    int fd = openat(folder->root, ZD_CACHE_USAGE_NAME,
                    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    if (fd >= 0 && (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))) {
        close(fd);
        errno = ENOENT;
        return -1;
    }
    while (fd >= 0 && flock(fd, LOCK_EX) != 0 && errno == EINTR) {
    }
    return fd; /* some network disks have no locks: the count is then about right */
}

/* Whether the count is known. */
static bool read_usage(int fd, int64_t *bytes)
{
    uint8_t data[8];
    uint64_t value = 0;
    bool is_known = pread(fd, data, sizeof data, 0) == (ssize_t) sizeof data;
    for (int i = 0; i < 8; i++) {
        value |= (uint64_t) data[i] << (8 * i);
    }
    *bytes = (int64_t) value;
    return is_known && *bytes >= 0;
}

static bool write_usage(int fd, int64_t bytes)
{
    uint8_t data[8];
    for (int i = 0; i < 8; i++) {
        data[i] = (uint8_t) ((uint64_t) bytes >> (8 * i));
    }
    return pwrite(fd, data, sizeof data, 0) == (ssize_t) sizeof data;
}

static zd_status find_usage(const zd_cache_folder *folder, int fd, int64_t *bytes, zd_error *err)
{
    zd_cache_usage usage;
    if (!read_usage(fd, bytes)) {
        ZD_TRY(zd_cache_folder_measure(folder, &usage, err));
        *bytes = usage.bytes;
    }
    return ZD_OK;
}

static zd_status fail_usage(const zd_cache_folder *folder, zd_error *err)
{
    return zd_fail(err, ZD_ERR_IO, "cannot write '%s/%s': %s", folder->path, ZD_CACHE_USAGE_NAME,
                   strerror(errno));
}

static zd_status reserve(zd_cache_folder *folder, int fd, int64_t bytes, bool *fits, zd_error *err)
{
    int64_t total;
    zd_cache_usage removed;
    int64_t limit = folder->limit_bytes;
    ZD_TRY(find_usage(folder, fd, &total, err));
    if (total > limit - bytes) {
        bool spares_own = folder->keeps_own && bytes > ZD_CACHE_SMALL;
        int64_t keep = limit - bytes - (folder->is_full ? 0 : limit / SPARE_SHARE);
        ZD_TRY(prune(folder, keep > 1 ? keep : 1, spares_own ? folder->opened_ns : INT64_MAX,
                     &removed, &total, err));
    }
    *fits = total <= limit - bytes;
    return write_usage(fd, total + (*fits ? bytes : 0)) ? ZD_OK : fail_usage(folder, err);
}

zd_status zd_cache_reserve(zd_cache_folder *folder, int64_t bytes, bool *fits, zd_error *err)
{
    int fd = lock_usage(folder);
    if (fd < 0) {
        return fail_usage(folder, err);
    }
    zd_status status = reserve(folder, fd, bytes, fits, err);
    close(fd);
    return status;
}

zd_status zd_cache_folder_prune(const zd_cache_folder *folder, int64_t keep_bytes,
                                zd_cache_usage *removed, zd_error *err)
{
    int64_t left = 0;
    int fd = lock_usage(folder);
    zd_status status = prune(folder, keep_bytes, INT64_MAX, removed, &left, err);
    if (fd >= 0) {
        bool ignored = status == ZD_OK && write_usage(fd, left);
        (void) ignored;
        close(fd);
    }
    return status;
}

void zd_cache_folder_trim(const zd_cache_folder *folder)
{
    int64_t bytes = 0;
    zd_cache_usage removed;
    int fd =
        openat(folder->root, ZD_CACHE_USAGE_NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool is_known = fd >= 0 && read_usage(fd, &bytes);
    if (fd >= 0) {
        close(fd);
    }
    if (!is_known || bytes > folder->limit_bytes) {
        zd_status ignored = zd_cache_folder_prune(folder, folder->limit_bytes, &removed, NULL);
        (void) ignored;
    }
}
