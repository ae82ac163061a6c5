/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_FILE_H
#define ZD_CORE_FILE_H

/* Files: mapping for reading, whole-file reading with a limit, writing of whole files, folders and
 * paths. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/context.h"
#include "core/status.h"

/** A file mapped read-only. */
typedef struct zd_mapping {
    const uint8_t *data; /* NULL for an empty file */
    size_t bytes;
} zd_mapping;

/** Refuses what is no regular file: FIFOs and devices, which may block for ever or never end,
 *  sockets and folders. Opens nothing. */
ZD_MUST_USE zd_status zd_file_check_regular(const char *path, zd_error *err);

ZD_MUST_USE zd_status zd_file_map(const char *path, zd_mapping *out, zd_error *err);
void zd_file_unmap(zd_mapping *mapping);

/** Reads a text file into zero-terminated memory (release with zd_free). Fails when it is larger
 *  than `limit` bytes or holds a zero byte. `*bytes` excludes the terminator. */
ZD_MUST_USE zd_status zd_file_read_text(zd_context *ctx, const char *path, size_t limit, char **out,
                                        size_t *bytes, zd_error *err);

/** Writes a whole small file, which appears when it is complete (core/part.h). */
ZD_MUST_USE zd_status zd_file_write(zd_context *ctx, const char *path, const void *data,
                                    size_t bytes, zd_error *err);

/** Gives a complete file another name, replacing what was there; its data is flushed to the disk
 *  first. On failure `from` is removed. */
ZD_MUST_USE zd_status zd_file_replace(const char *from, const char *path, zd_error *err);

/** Makes a folder and its parents. */
ZD_MUST_USE zd_status zd_file_make_folder(zd_context *ctx, const char *path, zd_error *err);

bool zd_file_exists(const char *path);
bool zd_file_is_folder(const char *path);

/** Whether two paths name the same existing file. */
bool zd_file_same(const char *a, const char *b);

/** The part after the last '/'; the part after its last '.', or "" (points into `path`). */
const char *zd_path_base(const char *path);
const char *zd_path_extension(const char *path);

/** Joins with one '/'. Release with zd_free; NULL without memory. */
char *zd_path_join(zd_context *ctx, const char *folder, const char *name);

#endif
