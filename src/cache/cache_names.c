/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* How a folder is known as a cache of ours. Format of the tag: Cache Directory Tagging
 * Specification 0.6 (https://bford.info/cachedir/); the comment lines are free. */

#include "cache/cache_names.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

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
static const char *const extensions[] = { "zdm",   "shots",   "digest",
                                          "track", "network", "exr" /* version 0.1's */ };

zd_cache_name zd_cache_name_of(const zd_digest *key, const char *extension)
{
    char text[ZD_DIGEST_TEXT_SIZE];
    zd_cache_name name;
    zd_digest_text(key, text);
    snprintf(name.shelf, sizeof name.shelf, "%.2s", text);
    snprintf(name.file, sizeof name.file, "%s.%s", text + 2, extension);
    assert(zd_cache_is_entry(name.file));
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

bool zd_cache_remove_file(zd_os_folder root, const zd_cache_name *name)
{
    zd_os_folder shelf;
    if (!zd_cache_is_entry(name->file) && !zd_cache_is_part(name->file)) {
        return false;
    }
    bool removed = zd_os_folder_open_in(root, name->shelf, &shelf) == 0 &&
                   zd_os_folder_remove(shelf, name->file) == 0;
    zd_os_folder_close(shelf);
    return removed;
}

bool zd_cache_has_tag(zd_os_folder root)
{
    char text[SIGNATURE_LENGTH];
    int file;
    if (zd_os_folder_open_file(root, tag_name, ZD_OS_READ, &file, NULL) != 0) {
        return false;
    }
    bool is_ours =
        zd_os_read_start(file, text, sizeof text) == 0 && memcmp(text, tag_text, sizeof text) == 0;
    int ignored = zd_os_close(file, false);
    (void) ignored;
    return is_ours;
}

/* A look at a folder's names, which ends at the first that is not a cache's. */
typedef struct look {
    zd_os_folder folder;
    bool is_own;
} look;

static bool look_at_file(void *user, const char *name)
{
    look *l = user;
    l->is_own = zd_cache_is_entry(name) || zd_cache_is_part(name);
    return l->is_own;
}

static bool is_own_shelf(zd_os_folder root, const char *name)
{
    look l = { .is_own = true };
    if (!zd_cache_is_shelf(name) || zd_os_folder_open_in(root, name, &l.folder) != 0) {
        return false;
    }
    bool is_listed = zd_os_folder_visit(l.folder, look_at_file, &l) == 0;
    zd_os_folder_close(l.folder);
    return is_listed && l.is_own;
}

/* A tag that another process makes just now, or that a power failure left empty. */
static bool is_own_tag(zd_os_folder root, const char *name)
{
    zd_os_facts facts;
    return zd_part_is_name(name, tag_name) ||
           (strcmp(name, tag_name) == 0 && zd_os_folder_look_at(root, name, &facts) == 0 &&
            facts.bytes == 0);
}

static bool look_at_name(void *user, const char *name)
{
    look *l = user;
    l->is_own = strcmp(name, ZD_CACHE_USAGE_NAME) == 0 || is_own_tag(l->folder, name) ||
                is_own_shelf(l->folder, name);
    return l->is_own;
}

zd_status zd_cache_check(zd_os_folder root, const char *path, zd_error *err)
{
    look l = { .folder = root, .is_own = true };
    if (zd_cache_has_tag(root)) {
        return ZD_OK;
    }
    int code = zd_os_folder_visit(root, look_at_name, &l);
    if (code != 0) {
        return zd_fail(err, ZD_ERR_IO, "cannot list '%s': %s", path, zd_os_reason(code));
    }
    if (!l.is_own && !zd_cache_has_tag(root)) { /* by another process, meanwhile */
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' holds other files and no %s of zdepth's; give an empty or a new "
                       "folder",
                       path, tag_name);
    }
    return ZD_OK;
}

zd_status zd_cache_claim(zd_context *ctx, zd_os_folder root, const char *path, zd_error *err)
{
    if (zd_cache_has_tag(root)) {
        return ZD_OK;
    }
    ZD_TRY(zd_cache_check(root, path, err));
    char *tag = zd_path_join(ctx, path, tag_name);
    zd_status status = tag != NULL ? zd_file_write(ctx, tag, tag_text, sizeof tag_text - 1, err)
                                   : zd_fail_memory(err, path);
    zd_free(ctx, tag);
    return status;
}
