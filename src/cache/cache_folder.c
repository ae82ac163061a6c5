/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

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

#include "core/file.h"

static const int64_t default_limit = (int64_t) 20 << 30;
enum { PARTIAL_MAX_AGE_S = 86400 };

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
    return zd_path_join(ctx, home != NULL ? home : "/tmp", ".cache/zdepth/depth");
}

static int64_t limit_from_environment(void)
{
    const char *text = getenv("ZD_CACHE_LIMIT");
    double gib = text != NULL ? strtod(text, NULL) : 0.0;
    return gib > 0.0 && gib < 1e9 ? (int64_t) (gib * 1073741824.0) : default_limit;
}

zd_status zd_cache_folder_open(zd_context *ctx, const char *path, int64_t limit_bytes,
                               zd_cache_folder *out, zd_error *err)
{
    *out = (zd_cache_folder){ .ctx = ctx };
    out->limit_bytes = limit_bytes > 0 ? limit_bytes : limit_from_environment();
    out->path = path != NULL ? zd_strdup(ctx, path) : default_path(ctx);
    if (out->path == NULL) {
        return zd_fail_memory(err, "the depth cache");
    }
    zd_status status = zd_file_make_folder(ctx, out->path, err);
    if (status != ZD_OK) {
        zd_cache_folder_close(out);
        return zd_fail_context(err, status, "the depth cache (choose another with --cache)");
    }
    return ZD_OK;
}

void zd_cache_folder_close(zd_cache_folder *folder)
{
    zd_free(folder->ctx, folder->path);
    folder->path = NULL;
}

zd_status zd_cache_folder_entry(const zd_cache_folder *folder, const zd_digest *key,
                                const char *extension, char **out, zd_error *err)
{
    char text[ZD_DIGEST_TEXT_SIZE];
    zd_digest_text(key, text);
    size_t size = strlen(folder->path) + sizeof text + strlen(extension) + 8;
    *out = zd_alloc(folder->ctx, size);
    if (*out == NULL) {
        return zd_fail_memory(err, "a cache entry");
    }
    int shelf = snprintf(*out, size, "%s/%.2s", folder->path, text);
    if (mkdir(*out, 0777) != 0 && errno != EEXIST) {
        zd_status status =
            zd_fail(err, ZD_ERR_IO, "cannot make the folder '%s': %s", *out, strerror(errno));
        zd_free(folder->ctx, *out);
        *out = NULL;
        return status;
    }
    snprintf(*out + shelf, size - (size_t) shelf, "/%s.%s", text + 2, extension);
    return ZD_OK;
}

void zd_cache_folder_touch(const char *entry)
{
    /* The access time may be off on this file system, so the modification time is used. */
    utimensat(AT_FDCWD, entry, NULL, 0);
}

typedef struct entry {
    char *path;
    int64_t bytes;
    int64_t used_ns;
    bool partial;
} entry;

typedef struct listing {
    zd_context *ctx;
    entry *entries;
    size_t count;
    size_t capacity;
    bool failed;
} listing;

static void listing_free(listing *list)
{
    for (size_t i = 0; i < list->count; i++) {
        zd_free(list->ctx, list->entries[i].path);
    }
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

static void listing_add(listing *list, const char *shelf, const char *name)
{
    struct stat info;
    char *path = zd_path_join(list->ctx, shelf, name);
    if (path == NULL || !listing_grow(list)) {
        zd_free(list->ctx, path);
        list->failed = true;
        return;
    }
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) {
        zd_free(list->ctx, path);
        return;
    }
    list->entries[list->count++] =
        (entry){ path, info.st_size, info.st_mtim.tv_sec * 1000000000LL + info.st_mtim.tv_nsec,
                 name[0] == '.' };
}

static bool is_shelf(const char *name)
{
    return strlen(name) == 2 && strspn(name, "0123456789abcdef") == 2;
}

static void list_shelf(listing *list, const char *folder, const char *name)
{
    char *shelf = zd_path_join(list->ctx, folder, name);
    DIR *dir = shelf != NULL ? opendir(shelf) : NULL;
    list->failed |= shelf == NULL;
    for (struct dirent *item; dir != NULL && (item = readdir(dir)) != NULL;) {
        if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0) {
            listing_add(list, shelf, item->d_name);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    zd_free(list->ctx, shelf);
}

static zd_status list_all(const zd_cache_folder *folder, listing *out, zd_error *err)
{
    *out = (listing){ .ctx = folder->ctx };
    DIR *dir = opendir(folder->path);
    if (dir == NULL) {
        return zd_fail(err, ZD_ERR_IO, "cannot list '%s': %s", folder->path, strerror(errno));
    }
    for (struct dirent *item; (item = readdir(dir)) != NULL;) {
        if (is_shelf(item->d_name)) {
            list_shelf(out, folder->path, item->d_name);
        }
    }
    closedir(dir);
    if (out->failed) {
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
        out->entries += list.entries[i].partial ? 0 : 1;
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

static bool is_abandoned(const entry *item, bool all)
{
    int64_t age_s = (int64_t) time(NULL) - item->used_ns / 1000000000LL;
    return item->partial && (all || age_s > PARTIAL_MAX_AGE_S);
}

zd_status zd_cache_folder_prune(const zd_cache_folder *folder, int64_t keep_bytes,
                                zd_cache_usage *removed, zd_error *err)
{
    listing list;
    int64_t bytes = 0;
    *removed = (zd_cache_usage){ 0 };
    ZD_TRY(list_all(folder, &list, err));
    for (size_t i = 0; i < list.count; i++) {
        bytes += list.entries[i].bytes;
    }
    if (list.count > 0) {
        qsort(list.entries, list.count, sizeof *list.entries, oldest_first);
    }
    for (size_t i = 0; i < list.count; i++) {
        const entry *item = &list.entries[i];
        bool surplus = bytes > keep_bytes && !item->partial;
        if ((surplus || is_abandoned(item, keep_bytes == 0)) && unlink(item->path) == 0) {
            bytes -= item->bytes;
            removed->bytes += item->bytes;
            removed->entries += item->partial ? 0 : 1;
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
