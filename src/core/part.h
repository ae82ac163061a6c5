/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_PART_H
#define ZD_CORE_PART_H

/* A file being written: under a hidden name in its folder until it is complete. The name is
 * ".NAME.partRRRRRRRRRRRRRRRR.EXT", R being 64 random bits in hexadecimal: process numbers repeat
 * between containers and on network disks. The file is made new, never opened through a link, and
 * locked as long as its writer lives, so that anybody can tell an abandoned one. */

#include <stdbool.h>
#include <stddef.h>

#include "core/context.h"
#include "core/status.h"

/** `path` is NULL when there is none. */
typedef struct zd_part {
    char *path; /* its hidden name; owned */
    int fd;     /* open for writing, locked */
} zd_part;

/** Makes a part of `path`, in the same folder and with the same ending. "%" and what follows is left
 *  out of the name, so that it is no pattern. Messages name `path`. The caller owns *out and ends it
 *  with zd_part_commit or zd_part_discard; on failure there is nothing to end. */
ZD_MUST_USE zd_status zd_part_create(zd_context *ctx, const char *path, zd_part *out,
                                     zd_error *err);

/** Appends to the part. Messages name `path`. */
ZD_MUST_USE zd_status zd_part_write(const zd_part *part, const char *path, const void *data,
                                    size_t bytes, zd_error *err);

/** Gives the complete part its final name, replacing what was there; its data is flushed to the disk
 *  first when `durable`. On failure the part is removed. The part has ended either way. */
ZD_MUST_USE zd_status zd_part_commit(zd_context *ctx, zd_part *part, const char *path, bool durable,
                                     zd_error *err);

/** Removes the part. Accepts one that has ended. */
void zd_part_discard(zd_context *ctx, zd_part *part);

/** Whether a file's name, without its folder, is that of a part of the file named `base`; with `base`
 *  NULL, of any. Also of those that earlier versions wrote, with a process number for the bits. */
bool zd_part_is_name(const char *name, const char *base);

/** Removes the parts of `path` that nobody writes any more: what a killed run left. `path` may be a
 *  pattern with one %d or %0Nd: those of all its files. Only files go whose name is exactly that of a
 *  part, which are plain files of this user, and whose lock this process gets; where locks do not
 *  work nothing goes. */
void zd_part_sweep(zd_context *ctx, const char *path);

/** Tells of an abandoned part: its name in the folder and its size. */
typedef void (*zd_part_visitor)(void *user, const char *name, long long bytes);

/** Visits the parts in a folder that nobody writes any more, in no order. */
void zd_part_visit_abandoned(zd_context *ctx, const char *folder, zd_part_visitor visit,
                             void *user);

/** Whether the writer of a part, open as `fd`, is still alive. */
bool zd_part_is_alive(int fd);

#endif
