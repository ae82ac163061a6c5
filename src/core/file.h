/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_FILE_H
#define ZD_CORE_FILE_H

/* Files: mapping for reading, whole-file reading with a limit, and writing that appears under its
 * final name only when it is complete. */

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

ZD_MUST_USE zd_status zd_file_map(const char *path, zd_mapping *out, zd_error *err);
void zd_file_unmap(zd_mapping *mapping);

/** Reads a text file into zero-terminated memory (release with zd_free). Fails when it is larger
 *  than `limit` bytes or holds a zero byte. `*bytes` excludes the terminator. */
ZD_MUST_USE zd_status zd_file_read_text(zd_context *ctx, const char *path, size_t limit, char **out,
                                        size_t *bytes, zd_error *err);

/** The name under which a file is written before it is complete: in the same folder, hidden, with
 *  the process's number and the final name's ending. Release with zd_free; NULL without memory. */
char *zd_file_partial_name(zd_context *ctx, const char *path);

/** Gives a completed partial file its final name, replacing what was there. The data is flushed to
 *  the disk first when `durable`. On failure the partial file is removed. */
ZD_MUST_USE zd_status zd_file_commit(const char *partial, const char *path, bool durable,
                                     zd_error *err);

/** Writes a whole small file: partial name, then commit. */
ZD_MUST_USE zd_status zd_file_write(zd_context *ctx, const char *path, const void *data,
                                    size_t bytes, zd_error *err);

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
