/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Whole files, folders and names of paths; what the system does is core/os.h. */

#include "core/file.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/os.h"
#include "core/part.h"
#include "core/place_hint.h"
#include "core/require.h"

static zd_status check_kind(const char *path, zd_os_kind kind, zd_error *err)
{
    static const char *const names[] = { [ZD_OS_FOLDER] = "a folder",
                                         [ZD_OS_FIFO] = "a FIFO",
                                         [ZD_OS_SOCKET] = "a socket",
                                         [ZD_OS_DEVICE] = "a device" };
    if (kind == ZD_OS_FILE) {
        return ZD_OK;
    }
    const char *hint = zd_place_hint_read(path);
    if (kind != ZD_OS_FOLDER && hint[0] == '\0') {
        hint = "; save what comes from it to a file first";
    }
    return zd_fail(err, ZD_ERR_IO, "'%s' is %s, not a regular file%s", path, names[kind], hint);
}

static zd_status fail_open(const char *path, int code, zd_error *err)
{
    return zd_fail(err, ZD_ERR_IO, "cannot open '%s': %s%s", path, zd_os_reason(code),
                   zd_place_hint_read(path));
}

zd_status zd_file_check_regular(const char *path, zd_error *err)
{
    int code;
    zd_os_kind kind = zd_os_kind_of(path, &code);
    return code != 0 ? fail_open(path, code, err) : check_kind(path, kind, err);
}

zd_status zd_file_map(const char *path, zd_mapping *out, zd_error *err)
{
    const void *data;
    size_t bytes;
    zd_os_kind kind;
    int code = zd_os_map(path, &data, &bytes, &kind);
    *out = (zd_mapping){ data, bytes };
    return code != 0 ? fail_open(path, code, err) : check_kind(path, kind, err);
}

void zd_file_unmap(zd_mapping *mapping)
{
    zd_os_unmap(mapping->data, mapping->bytes);
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
    ZD_REQUIRE(err, data != NULL || bytes == 0);
    zd_part part;
    ZD_TRY(zd_part_create(ctx, path, &part, err));
    zd_status status = zd_part_write(&part, path, data, bytes, err);
    if (status == ZD_OK) {
        return zd_part_commit(ctx, &part, path, false, err);
    }
    zd_part_discard(ctx, &part);
    return status;
}

zd_status zd_file_replace(const char *from, const char *path, zd_error *err)
{
    int code = zd_os_flush(from);
    code = code == 0 ? zd_os_rename(from, path) : code;
    if (code != 0) {
        zd_os_remove(from);
        return zd_fail(err, ZD_ERR_IO, "cannot write '%s': %s", path, zd_os_reason(code));
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
    char *first = copy + zd_os_root_length(copy);
    for (char *at = first == copy ? copy + 1 : first; status == ZD_OK && at[-1] != '\0'; at++) {
        if (!zd_os_is_separator(*at) && *at != '\0') {
            continue;
        }
        char kept = *at;
        *at = '\0';
        int code = zd_os_make_folder(copy);
        if (code != 0) {
            status = zd_fail(err, ZD_ERR_IO, "cannot make the folder '%s': %s", copy,
                             zd_os_reason(code));
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
    return zd_os_kind_of(path, NULL) != ZD_OS_NOTHING;
}

bool zd_file_is_folder(const char *path)
{
    return zd_os_kind_of(path, NULL) == ZD_OS_FOLDER;
}

bool zd_file_same(const char *a, const char *b)
{
    return zd_os_is_same(a, b);
}

const char *zd_path_base(const char *path)
{
    assert(path != NULL);
    const char *base = path;
    for (const char *at = path; *at != '\0'; at++) {
        base = zd_os_is_separator(*at) ? at + 1 : base;
    }
    return base;
}

const char *zd_path_extension(const char *path)
{
    const char *base = zd_path_base(path);
    const char *dot = strrchr(base, '.');
    return dot != NULL && dot != base ? dot + 1 : "";
}

char *zd_path_join(zd_context *ctx, const char *folder, const char *name)
{
    assert(folder != NULL && name != NULL);
    size_t length = strlen(folder);
    size_t size = length + strlen(name) + 2;
    char *joined = zd_alloc(ctx, size);
    if (joined != NULL) {
        const char *slash = length > 0 && zd_os_is_separator(folder[length - 1]) ? "" : "/";
        snprintf(joined, size, "%s%s%s", folder, length > 0 ? slash : "", name);
    }
    return joined;
}
