/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_OS_H
#define ZD_CORE_OS_H

/* What the operating system gives, in one place: os_posix.c today, one file beside it for another
 * system. The modules that the plug-ins are made of include no header of a system but pthread.h.
 *
 * Functions that can fail give 0 or a code of the system, for which zd_os_reason has words. Paths
 * are UTF-8. Thread-safety: safe, but for zd_os_locale_*, which act on the calling thread. */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/** Words for a code, valid until the next call in this thread. */
const char *zd_os_reason(int code);

/** How many processors this process may use; at least 1. */
int zd_os_processors(void);

/** Fills memory with random bytes that nobody can guess. */
int zd_os_random(void *bytes, size_t count);

/** Memory at a multiple of `alignment`, a power of two; NULL when there is none. */
void *zd_os_allocate(size_t bytes, size_t alignment);
void zd_os_release(void *memory);

/* ---- files ---- */

typedef enum zd_os_kind {
    ZD_OS_NOTHING, /* or not to be seen */
    ZD_OS_FILE,
    ZD_OS_FOLDER,
    ZD_OS_FIFO,
    ZD_OS_SOCKET,
    ZD_OS_DEVICE,
} zd_os_kind;

/** What a path names; links are followed. *code says why it is nothing; may be NULL. */
zd_os_kind zd_os_kind_of(const char *path, int *code);

/** Whether two paths name the same existing file. */
bool zd_os_is_same(const char *a, const char *b);

/** Makes one folder; 0 also when there is something of that name. */
int zd_os_make_folder(const char *path);

/** Removes a file, if it is there. */
void zd_os_remove(const char *path);

/** Gives a file another name on the same disk; what had it is replaced in one step. */
int zd_os_rename(const char *from, const char *to);

/** Waits until a file's data is on the disk. */
int zd_os_flush(const char *path);

/** Maps a regular file read-only. An empty file gives NULL. *kind is what was found; what is no
 *  regular file is not opened, since some devices act when they are, and gives 0 and NULL. */
int zd_os_map(const char *path, const void **data, size_t *bytes, zd_os_kind *kind);
void zd_os_unmap(const void *data, size_t bytes);

/** Lets the system take back the memory of a part of a mapping; it is read again when needed. */
void zd_os_drop_pages(const void *data, size_t bytes);

/* ---- files being written (core/part.h) ---- */

/** Makes a file that was not there, for writing; never through a link. *is_there tells that it
 *  failed since the name is taken. */
int zd_os_create_new(const char *path, int *file, bool *is_there);
int zd_os_write(int file, const void *data, size_t bytes);

/** Closes; with `durable` waits until the data is on the disk. Tells of writes that failed late. */
int zd_os_close(int file, bool durable);

/** Waits for a file's lock and keeps it for this process's life with it, as far as its disk has locks.
 *  False when the file has lost its name meanwhile: it was taken for abandoned. */
bool zd_os_lock(int file);

/** Opens and locks a regular file of this user that nobody has locked; never through a link, and not
 *  where locks do not work. */
bool zd_os_claim(const char *path, int *file, long long *bytes);

/** Gives every name in a folder, in no order. */
void zd_os_visit_folder(const char *folder, void (*visit)(void *user, const char *name),
                        void *user);

/** Whether another process holds such a lock. */
bool zd_os_is_locked(int file);

/* ---- threads ---- */

/** A condition whose waits end by the clock that nobody sets. */
void zd_os_cond_init(pthread_cond_t *cond);
void zd_os_cond_wait_ms(pthread_cond_t *cond, pthread_mutex_t *lock, int ms);

/** Numbers in files and texts have a point in every country, but a host of the plug-ins may have
 *  chosen a locale with a decimal comma: between these two calls the calling thread reads and writes
 *  points. */
typedef struct zd_os_locale {
    void *plain;
    void *before;
} zd_os_locale;

zd_os_locale zd_os_locale_enter(void);
void zd_os_locale_leave(zd_os_locale locale);

#endif
