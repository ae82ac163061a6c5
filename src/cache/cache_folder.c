/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The shelves, and removing from them. What is opened or removed is reached from the open folder by
 * names of ours alone, so that no link leads elsewhere. */

#include "cache/cache_folder.h"

#include <dirent.h>
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

static const int64_t default_limit = (int64_t) 20 << 30;
enum { PART_MAX_AGE_S = 86400, NAME_SIZE = 112 };

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
    *out = (zd_cache_folder){ .ctx = ctx, .root = -1 };
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

/* An entry's shelf and name. */
typedef struct entry_name {
    char shelf[3];
    char file[NAME_SIZE];
} entry_name;

static entry_name name_entry(const zd_digest *key, const char *extension)
{
    char text[ZD_DIGEST_TEXT_SIZE];
    entry_name name;
    zd_digest_text(key, text);
    snprintf(name.shelf, sizeof name.shelf, "%.2s", text);
    snprintf(name.file, sizeof name.file, "%s.%s", text + 2, extension);
    return name;
}

static zd_status join_path(const zd_cache_folder *folder, const entry_name *name, char **out,
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

zd_status zd_cache_folder_entry(const zd_cache_folder *folder, const zd_digest *key,
                                const char *extension, char **out, zd_error *err)
{
    entry_name name = name_entry(key, extension);
    *out = NULL;
    int made = mkdirat(folder->root, name.shelf, 0777);
    int shelf = made == 0 || errno == EEXIST ? zd_cache_open_shelf(folder->root, name.shelf) : -1;
    if (shelf < 0) {
        return zd_fail(err, ZD_ERR_IO, "the depth cache's folder '%s/%s' cannot be used: %s",
                       folder->path, name.shelf, strerror(errno));
    }
    close(shelf);
    return join_path(folder, &name, out, err);
}

zd_status zd_cache_folder_find(const zd_cache_folder *folder, const zd_digest *key,
                               const char *extension, char **out, bool *found, zd_error *err)
{
    entry_name name = name_entry(key, extension);
    struct stat info;
    int shelf = zd_cache_open_shelf(folder->root, name.shelf);
    *found = shelf >= 0 && fstatat(shelf, name.file, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
             S_ISREG(info.st_mode);
    if (shelf >= 0) {
        close(shelf);
    }
    return join_path(folder, &name, out, err);
}

/* Removes a file of ours, when it is one. */
static bool remove_file(const zd_cache_folder *folder, const char *shelf_name, const char *file)
{
    int shelf = zd_cache_open_shelf(folder->root, shelf_name);
    bool removed = shelf >= 0 && (zd_cache_is_entry(file) || zd_cache_is_part(file)) &&
                   unlinkat(shelf, file, 0) == 0;
    if (shelf >= 0) {
        close(shelf);
    }
    return removed;
}

void zd_cache_folder_forget(const zd_cache_folder *folder, const zd_digest *key,
                            const char *extension)
{
    entry_name name = name_entry(key, extension);
    if (zd_cache_has_tag(folder->root)) {
        remove_file(folder, name.shelf, name.file);
    }
}

void zd_cache_folder_touch(const char *entry)
{
    /* The access time may be off on this file system, so the modification time is used. */
    utimensat(AT_FDCWD, entry, NULL, AT_SYMLINK_NOFOLLOW);
}

typedef struct entry {
    entry_name name;
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
    if ((!is_part && !zd_cache_is_entry(file)) || strlen(file) >= NAME_SIZE ||
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
    e->used_ns = info.st_mtim.tv_sec * 1000000000LL + info.st_mtim.tv_nsec;
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
        out->entries += list.entries[i].is_part ? 0 : 1;
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

zd_status zd_cache_folder_prune(const zd_cache_folder *folder, int64_t keep_bytes,
                                zd_cache_usage *removed, zd_error *err)
{
    listing list;
    int64_t bytes = 0;
    *removed = (zd_cache_usage){ 0 };
    if (!zd_cache_has_tag(folder->root)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' carries no CACHEDIR.TAG of zdepth's any more; nothing was removed",
                       folder->path);
    }
    ZD_TRY(list_all(folder, &list, err));
    for (size_t i = 0; i < list.count; i++) {
        bytes += list.entries[i].bytes;
    }
    if (list.count > 0) {
        qsort(list.entries, list.count, sizeof *list.entries, oldest_first);
    }
    for (size_t i = 0; i < list.count; i++) {
        const entry *item = &list.entries[i];
        bool surplus = bytes > keep_bytes && !item->is_part;
        if ((surplus || is_due(item, keep_bytes == 0)) &&
            remove_file(folder, item->name.shelf, item->name.file))
        {
            bytes -= item->bytes;
            removed->bytes += item->bytes;
            removed->entries += item->is_part ? 0 : 1;
        }
    }
    listing_free(&list);
    return ZD_OK;
}

void zd_cache_folder_trim(const zd_cache_folder *folder)
{
    zd_cache_usage usage;
    if (zd_cache_folder_measure(folder, &usage, NULL) == ZD_OK && usage.bytes > folder->limit_bytes)
    {
        zd_status status = zd_cache_folder_prune(folder, folder->limit_bytes, &usage, NULL);
        (void) status;
    }
}
