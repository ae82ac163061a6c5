/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CACHE_CACHE_FOLDER_H
#define ZD_CACHE_CACHE_FOLDER_H

/* The folder of a content-addressed cache: where an entry lives, how much there is, and keeping it
 * below a limit at all times. Files appear by rename, so two processes and a kill at any moment leave
 * whole entries or none. Least recently used entries go first, a sixteenth of the limit at once.
 *
 * A cache is a help and no need: jobs open it with zd_cache_folder_try, tell of trouble once by
 * zd_cache_folder_trouble, and go on without.
 *
 * Nothing is ever removed that is not provably a cache's of ours. The folder carries a CACHEDIR.TAG
 * (https://bford.info/cachedir/) with a line of our own, and is used only with it; a new or empty
 * folder gets one, and so does one where every name is a cache's. Removed are regular files with an
 * entry's exact name, in shelves ("00" to "ff") that are real folders, never through a link.
 *
 * Thread-safety: one thread at a time uses an open folder; any number of processes share it. */

#include <stdbool.h>
#include <stdint.h>

#include "core/context.h"
#include "core/digest.h"
#include "core/os.h"

typedef struct zd_cache_folder {
    zd_context *ctx;
    char *path; /* NULL: there is no cache */
    int64_t limit_bytes;
    zd_os_folder root; /* the folder, open; below 0: it is only looked at and not there */
    int64_t opened_ns; /* when, on the disk's clock, about */
    bool keeps_own;  /* what was used since then does not make room for more: a run over a clip that
                        * does not fit keeps the first part of it, and not the last */
    bool is_told;    /* of trouble */
    bool is_stopped; /* nothing more is stored */
    struct zd_cache_folder
        *scratch; /* what is new goes there and is found there too: a job that is only
                                      * tried; NULL: none. Borrowed */
    bool is_full; /* of what this run uses: only small entries are stored, such as lists of shots */
} zd_cache_folder;

typedef struct zd_cache_usage {
    int64_t entries; /* depth maps */
    int64_t bytes;
} zd_cache_usage;

/** Opens the folder, making and tagging it. `path` NULL: $ZD_CACHE, else
 *  zdepth/depth in the user's folder for caches (core/os.h). `limit_bytes` 0: $ZD_CACHE_LIMIT in
 *  GiB, else 20 GiB. Refuses a folder that holds anything else. */
ZD_MUST_USE zd_status zd_cache_folder_open(zd_context *ctx, const char *path, int64_t limit_bytes,
                                           zd_cache_folder *out, zd_error *err);

/** Opens the folder to be looked at: nothing is made or written, and one that is not there is empty. Refuses
 *  what zd_cache_folder_open does, but for a disk that cannot be written. */
ZD_MUST_USE zd_status zd_cache_folder_look(zd_context *ctx, const char *path, zd_cache_folder *out,
                                           zd_error *err);

/** zd_cache_folder_open for a job: without a usable folder the log says so, and out->path is NULL. */
void zd_cache_folder_try(zd_context *ctx, const char *path, int64_t limit_bytes,
                         zd_cache_folder *out);

/** Accepts a folder that is closed or was never opened. */
void zd_cache_folder_close(zd_cache_folder *folder);

/** Logs, the first time only, that the cache gave trouble and the work goes on; nothing more is
 *  stored in it. */
void zd_cache_folder_trouble(zd_cache_folder *folder, const zd_error *reason);

/** An entry's bytes, followed by a zero that is not counted. Release data with zd_free. */
typedef struct zd_cache_bytes {
    uint8_t *data; /* NULL: there is no such entry */
    size_t bytes;
} zd_cache_bytes;

/** Reads an entry and marks it as used; `extension` is one of cache_names.c. Fails only without memory:
 *  of what is there and cannot be read the log tells once, and more than `limit` bytes are none. */
ZD_MUST_USE zd_status zd_cache_folder_read(zd_cache_folder *folder, const zd_digest *key,
                                           const char *extension, size_t limit, zd_cache_bytes *out,
                                           zd_error *err);

/** Stores an entry, which appears whole or not at all, after others made room for it. What cannot be
 *  stored is no failure: the log tells once, and what does not fit is left out. */
void zd_cache_folder_write(zd_cache_folder *folder, const zd_digest *key, const char *extension,
                           const void *data, size_t bytes);

/** The path of an entry; *found tells whether it is there, a regular file on a real shelf. Release *out
 *  with zd_free. Fails only without memory. */
ZD_MUST_USE zd_status zd_cache_folder_find(const zd_cache_folder *folder, const zd_digest *key,
                                           const char *extension, char **out, bool *found,
                                           zd_error *err);

/** Removes an entry, such as a damaged one. */
void zd_cache_folder_forget(const zd_cache_folder *folder, const zd_digest *key,
                            const char *extension);

ZD_MUST_USE zd_status zd_cache_folder_measure(const zd_cache_folder *folder, zd_cache_usage *out,
                                              zd_error *err);

/** Removes the entries used longest ago until at most `keep_bytes` are left, and parts that nobody
 *  writes any more and that are older than a day (of any age when keep_bytes is 0). Reports what was
 *  removed. Refuses when the folder's tag is gone. */
ZD_MUST_USE zd_status zd_cache_folder_prune(const zd_cache_folder *folder, int64_t keep_bytes,
                                            zd_cache_usage *removed, zd_error *err);

/** Prunes the folder to its limit, where that was lowered. A cache that cannot be trimmed is no reason
 *  to fail. */
void zd_cache_folder_trim(const zd_cache_folder *folder);

/** Counts bytes that are going to be stored, after making room; *fits is false where there is none. For
 *  zd_cache_folder_write. */
ZD_MUST_USE zd_status zd_cache_reserve(zd_cache_folder *folder, int64_t bytes, bool *fits,
                                       zd_error *err);

#endif
