/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Keeping a cache below its limit. How many bytes there are stands in the file "usage" of the folder
 * (8 bytes, little-endian), so that nobody has to list it: every process that stores something adds to
 * it under a lock before it does, and whoever has to list the folder writes down what it really holds. */

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cache/cache_folder.h"
#include "cache/cache_names.h"
#include "core/part.h"
#include "core/require.h"

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
    zd_os_folder root;
    zd_os_folder shelf; /* the one that is looked at */
    const char *shelf_name;
    bool fits; /* there was memory so far */
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

static void close_file(int file)
{
    int ignored = zd_os_close(file, false);
    (void) ignored;
}

static bool is_abandoned(zd_os_folder shelf, const char *name)
{
    int file;
    if (zd_os_folder_open_file(shelf, name, ZD_OS_READ, &file, NULL) != 0) {
        return false;
    }
    bool is_alive = zd_part_is_alive(file);
    close_file(file);
    return !is_alive;
}

/* Stops the listing without memory. What is not ours is not seen. */
static bool add_file(void *user, const char *file)
{
    listing *list = user;
    zd_os_facts facts;
    bool is_part = zd_cache_is_part(file);
    if ((!is_part && !zd_cache_is_entry(file)) ||
        strlen(file) >= sizeof(((entry *) 0)->name.file) ||
        zd_os_folder_look_at(list->shelf, file, &facts) != 0)
    {
        return true;
    }
    if (!listing_grow(list)) {
        list->fits = false;
        return false;
    }
    entry *e = &list->entries[list->count++];
    snprintf(e->name.shelf, sizeof e->name.shelf, "%.2s", list->shelf_name);
    snprintf(e->name.file, sizeof e->name.file, "%s", file);
    e->is_part = is_part;
    e->is_abandoned = is_part && is_abandoned(list->shelf, file);
    e->bytes = facts.bytes;
    e->used_ns = facts.changed_ns;
    return true;
}

static bool add_shelf(void *user, const char *name)
{
    listing *list = user;
    if (!zd_cache_is_shelf(name) || zd_os_folder_open_in(list->root, name, &list->shelf) != 0) {
        return true;
    }
    list->shelf_name = name;
    int ignored = zd_os_folder_visit(list->shelf, add_file, list);
    (void) ignored;
    zd_os_folder_close(list->shelf);
    return list->fits;
}

static zd_status list_all(const zd_cache_folder *folder, listing *out, zd_error *err)
{
    *out = (listing){ .ctx = folder->ctx, .root = folder->root, .fits = true };
    int code = zd_os_folder_visit(folder->root, add_shelf, out);
    if (code != 0) {
        return zd_fail(err, ZD_ERR_IO, "cannot list '%s': %s", folder->path, zd_os_reason(code));
    }
    if (!out->fits) {
        listing_free(out);
        return zd_fail_memory(err, "a list of the cache");
    }
    return ZD_OK;
}

zd_status zd_cache_folder_measure(const zd_cache_folder *folder, zd_cache_usage *out, zd_error *err)
{
    listing list;
    *out = (zd_cache_usage){ 0 };
    if (folder->root < 0) {
        return ZD_OK;
    }
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

/* Opens and locks the count of bytes. Some network disks have no locks: the count is then about right. */
static int lock_usage(const zd_cache_folder *folder, int *file)
{
    int code = zd_os_folder_open_file(folder->root, ZD_CACHE_USAGE_NAME, ZD_OS_CHANGE, file, NULL);
    if (code == 0) {
        zd_os_lock(*file);
    }
    return code;
}

/* Whether the count is known. */
static bool read_usage(int file, int64_t *bytes)
{
    uint8_t data[8];
    uint64_t value = 0;
    bool is_known = zd_os_read_start(file, data, sizeof data) == 0;
    for (int i = 0; i < 8 && is_known; i++) {
        value |= (uint64_t) data[i] << (8 * i);
    }
    *bytes = (int64_t) value;
    return is_known && *bytes >= 0;
}

static int write_usage(int file, int64_t bytes)
{
    assert(bytes >= 0);
    uint8_t data[8];
    for (int i = 0; i < 8; i++) {
        data[i] = (uint8_t) ((uint64_t) bytes >> (8 * i));
    }
    return zd_os_write_start(file, data, sizeof data);
}

static zd_status find_usage(const zd_cache_folder *folder, int file, int64_t *bytes, zd_error *err)
{
    zd_cache_usage usage;
    if (!read_usage(file, bytes)) {
        ZD_TRY(zd_cache_folder_measure(folder, &usage, err));
        *bytes = usage.bytes;
    }
    return ZD_OK;
}

static zd_status check_usage(const zd_cache_folder *folder, int code, zd_error *err)
{
    return code == 0 ? ZD_OK
                     : zd_fail(err, ZD_ERR_IO, "cannot write '%s/%s': %s", folder->path,
                               ZD_CACHE_USAGE_NAME, zd_os_reason(code));
}

static zd_status reserve(zd_cache_folder *folder, int file, int64_t bytes, bool *fits,
                         zd_error *err)
{
    int64_t total;
    zd_cache_usage removed;
    int64_t limit = folder->limit_bytes;
    ZD_TRY(find_usage(folder, file, &total, err));
    if (total > limit - bytes) {
        bool spares_own = folder->keeps_own && bytes > ZD_CACHE_SMALL;
        int64_t keep = limit - bytes - (folder->is_full ? 0 : limit / SPARE_SHARE);
        ZD_TRY(prune(folder, keep > 1 ? keep : 1, spares_own ? folder->opened_ns : INT64_MAX,
                     &removed, &total, err));
    }
    *fits = total <= limit - bytes;
    return check_usage(folder, write_usage(file, total + (*fits ? bytes : 0)), err);
}

zd_status zd_cache_reserve(zd_cache_folder *folder, int64_t bytes, bool *fits, zd_error *err)
{
    assert(bytes >= 0);
    int file;
    ZD_TRY(check_usage(folder, lock_usage(folder, &file), err));
    zd_status status = reserve(folder, file, bytes, fits, err);
    close_file(file);
    return status;
}

zd_status zd_cache_folder_prune(const zd_cache_folder *folder, int64_t keep_bytes,
                                zd_cache_usage *removed, zd_error *err)
{
    ZD_REQUIRE(err, keep_bytes >= 0);
    int64_t left = 0;
    int file;
    bool is_locked = lock_usage(folder, &file) == 0;
    zd_status status = prune(folder, keep_bytes, INT64_MAX, removed, &left, err);
    if (is_locked) {
        int ignored = status == ZD_OK ? write_usage(file, left) : 0;
        (void) ignored;
        close_file(file);
    }
    return status;
}

void zd_cache_folder_trim(const zd_cache_folder *folder)
{
    int64_t bytes = 0;
    zd_cache_usage removed;
    int file;
    bool is_known = false;
    if (zd_os_folder_open_file(folder->root, ZD_CACHE_USAGE_NAME, ZD_OS_READ, &file, NULL) == 0) {
        is_known = read_usage(file, &bytes);
        close_file(file);
    }
    if (!is_known || bytes > folder->limit_bytes) {
        zd_status ignored = zd_cache_folder_prune(folder, folder->limit_bytes, &removed, NULL);
        (void) ignored;
    }
}
