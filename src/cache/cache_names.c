/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* How a folder is known as a cache of ours. Format of the tag: Cache Directory Tagging
 * Specification 0.6 (https://bford.info/cachedir/); the comment lines are free. */

#include "cache/cache_names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/part.h"

enum { ENTRY_DIGITS = 62 };

static const char tag_name[] = "CACHEDIR.TAG";
static const char tag_text[] =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# zdepth depth cache: 3b1f0c6cbd2f4b6e9a1d7f3c8e02a94d\n"
    "# zdepth makes what is missing here again, and removes its own files only.\n";

enum { SIGNATURE_LENGTH = 44 + 55 }; /* the first two lines */
static const char digits[] = "0123456789abcdef";
static const char *const extensions[] = { "zdm", "shots", "digest", "exr" };

zd_cache_name zd_cache_name_of(const zd_digest *key, const char *extension)
{
    char text[ZD_DIGEST_TEXT_SIZE];
    zd_cache_name name;
    zd_digest_text(key, text);
    snprintf(name.shelf, sizeof name.shelf, "%.2s", text);
    snprintf(name.file, sizeof name.file, "%s.%s", text + 2, extension);
    return name;
}

bool zd_cache_is_shelf(const char *name)
{
    return strlen(name) == 2 && strspn(name, digits) == 2;
}

/* Where the extension of an entry begins; NULL: no entry. */
static const char *extension_of(const char *name)
{
    return strspn(name, digits) == ENTRY_DIGITS && name[ENTRY_DIGITS] == '.'
               ? name + ENTRY_DIGITS + 1
               : NULL;
}

bool zd_cache_is_entry(const char *name)
{
    const char *extension = extension_of(name);
    bool is_ours = false;
    for (size_t i = 0; extension != NULL && i < sizeof extensions / sizeof *extensions; i++) {
        is_ours |= strcmp(extension, extensions[i]) == 0;
    }
    return is_ours;
}

bool zd_cache_is_depth(const char *name)
{
    const char *extension = zd_cache_is_entry(name) ? extension_of(name) : "";
    return strcmp(extension, "zdm") == 0 || strcmp(extension, "exr") == 0;
}

bool zd_cache_is_part(const char *name)
{
    return name[0] == '.' && extension_of(name + 1) != NULL && zd_part_is_name(name, NULL);
}

int zd_cache_open_shelf(int root, const char *name)
{
    return openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

bool zd_cache_remove_file(int root, const zd_cache_name *name)
{
    int shelf = zd_cache_open_shelf(root, name->shelf);
    bool removed = shelf >= 0 && (zd_cache_is_entry(name->file) || zd_cache_is_part(name->file)) &&
                   unlinkat(shelf, name->file, 0) == 0;
    if (shelf >= 0) {
        close(shelf);
    }
    return removed;
}

int64_t zd_cache_time_ns(const struct stat *info)
{
    return info->st_mtim.tv_sec * INT64_C(1000000000) + info->st_mtim.tv_nsec;
}

bool zd_cache_has_tag(int root)
{
    char text[SIGNATURE_LENGTH];
    struct stat info;
    int fd = openat(root, tag_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool is_ours = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
                   pread(fd, text, sizeof text, 0) == (ssize_t) sizeof text &&
                   memcmp(text, tag_text, sizeof text) == 0;
    close(fd);
    return is_ours;
}

static const char *next_name(DIR *dir)
{
    struct dirent *item;
    do {
        item = readdir(dir);
    } while (item != NULL && (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0));
    return item != NULL ? item->d_name : NULL;
}

static bool is_own_shelf(int root, const char *name)
{
    int shelf = zd_cache_is_shelf(name) ? zd_cache_open_shelf(root, name) : -1;
    DIR *dir = shelf >= 0 ? fdopendir(shelf) : NULL;
    if (dir == NULL) {
        if (shelf >= 0) {
            close(shelf);
        }
        return false;
    }
    bool is_own = true;
    for (const char *file; is_own && (file = next_name(dir)) != NULL;) {
        is_own = zd_cache_is_entry(file) || zd_cache_is_part(file);
    }
    closedir(dir);
    return is_own;
}

/* A tag that another process makes just now, or that a power failure left empty. */
static bool is_own_tag(int root, const char *name)
{
    struct stat info;
    return zd_part_is_name(name, tag_name) ||
           (strcmp(name, tag_name) == 0 && fstatat(root, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(info.st_mode) && info.st_size == 0);
}

/* Whether a folder holds nothing but what a cache of ours holds. */
static bool is_own_folder(DIR *dir)
{
    bool is_own = true;
    for (const char *name; is_own && (name = next_name(dir)) != NULL;) {
        is_own = strcmp(name, ZD_CACHE_USAGE_NAME) == 0 || is_own_tag(dirfd(dir), name) ||
                 is_own_shelf(dirfd(dir), name);
    }
    return is_own;
}

zd_status zd_cache_claim(zd_context *ctx, int root, const char *path, zd_error *err)
{
    if (zd_cache_has_tag(root)) {
        return ZD_OK;
    }
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return zd_fail(err, ZD_ERR_IO, "cannot list '%s': %s", path, strerror(errno));
    }
    bool is_own = is_own_folder(dir) || zd_cache_has_tag(root); /* by another process, meanwhile */
    closedir(dir);
    if (!is_own) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' holds other files and no %s of zdepth's; give an empty or a new "
                       "folder",
                       path, tag_name);
    }
    char *tag = zd_path_join(ctx, path, tag_name);
    zd_status status = tag != NULL ? zd_file_write(ctx, tag, tag_text, sizeof tag_text - 1, err)
                                   : zd_fail_memory(err, path);
    zd_free(ctx, tag);
    return status;
}
