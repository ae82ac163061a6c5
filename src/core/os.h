/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_OS_H
#define ZD_CORE_OS_H

/* What the operating system gives, in one place: os_posix.c and os_folder_posix.c, or os_win32.c,
 * os_file_win32.c and os_folder_win32.c. The modules that the plug-ins are made of include no header of
 * a system but pthread.h.
 *
 * Functions that can fail give 0 or a code of the system, for which zd_os_reason has words. Paths
 * are UTF-8, and their parts are parted by '/' (on Windows by '\' too). Thread-safety: safe, but for
 * zd_os_locale_*, which act on the calling thread. */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** The longest path, with its closing zero. */
enum { ZD_OS_PATH = 4096 };

/** Words for a code, valid until the next call in this thread. */
const char *zd_os_reason(int code);

/** Whether a code says that there is nothing of that name, or nothing that may be meant by it. */
bool zd_os_is_absent(int code);

/** The value of a variable of the environment. False, and an empty text, when it is not set, empty or
 *  longer than a path. */
bool zd_os_environment(const char *name, char value[ZD_OS_PATH]);

/** How many processors this process may use; at least 1. */
int zd_os_processors(void);

/** Fills memory with random bytes that nobody can guess. */
int zd_os_random(void *bytes, size_t count);

/** Memory at a multiple of `alignment`, a power of two; NULL when there is none. */
void *zd_os_allocate(size_t bytes, size_t alignment);
void zd_os_release(void *memory);

/** For programs: huge pages are given to nobody who asks for them, in this process and those that it starts.
 *  Encoders do, for pictures that fill a part of them. */
void zd_os_refuse_huge_pages(void);

/* ---- places ---- */

typedef enum zd_os_place { ZD_OS_DATA, ZD_OS_CACHE } zd_os_place;

/** The folder for such files of this user: $XDG_DATA_HOME and $XDG_CACHE_HOME, else their defaults below
 *  $HOME; on Windows %LOCALAPPDATA%. False: there is none, and zd_os_place_names tells whose values
 *  are missing ("$XDG_DATA_HOME nor $HOME"). */
bool zd_os_user_folder(zd_os_place place, char path[ZD_OS_PATH]);
const char *zd_os_place_names(zd_os_place place);

/** The file of the program or plug-in that this code is part of, without links. */
bool zd_os_own_file(char path[ZD_OS_PATH]);

/** Whether an existing file is as trustworthy as another: it belongs to the same user, or to whoever
 *  administers the machine. */
bool zd_os_is_trusted(const char *path, const char *as);

/** Keeps the plug-in that this code is part of in memory until the process ends, since its threads may
 *  outlive the host's interest. Does nothing where the linker was told to. */
void zd_os_stay_loaded(void);

/** Where a path really is: absolute and without links. */
int zd_os_real_path(const char *path, char real[ZD_OS_PATH]);

/** Whether a character parts the names in a path. */
bool zd_os_is_separator(char c);

/** How many bytes of a path name the disk or the root and no folder: 1 of "/a", 3 of "C:/a". */
size_t zd_os_root_length(const char *path);

/* ---- files ---- */

typedef enum zd_os_kind {
    ZD_OS_NOTHING, /* or not to be seen */
    ZD_OS_FILE,
    ZD_OS_FOLDER,
    ZD_OS_FIFO,
    ZD_OS_SOCKET,
    ZD_OS_DEVICE,
} zd_os_kind;

#define ZD_OS_SECOND INT64_C(1000000000)

/** What is known of a file: times in nanoseconds since 1970. */
typedef struct zd_os_facts {
    int64_t bytes;
    int64_t changed_ns; /* its contents */
    int64_t touched_ns; /* anything of it; no program can set it, where the system keeps it */
    int64_t number;     /* which file it is on its disk */
    int64_t disk;
} zd_os_facts;

/** The facts of a regular file; links are followed. */
int zd_os_look_at(const char *path, zd_os_facts *out);

/** As fopen, for any path. Close it with fclose. */
FILE *zd_os_open_stream(const char *path, const char *mode, int *code);

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

/** Asks for large pages for memory that will all be used: fewer faults, fewer misses of the
 *  translations' cache. A wish: nothing tells whether it was heard. */
void zd_os_prefer_large_pages(void *memory, size_t bytes);

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

/* ---- folders that are held ---- */

/* What is in such a folder is reached by one name and never through a link, so that nobody who changes
 * what lies around it leads anywhere else. A handle below 0 is none. */
typedef intptr_t zd_os_folder;

/** Opens a folder; links are followed. */
int zd_os_folder_open(const char *path, zd_os_folder *out);

/** Opens a folder in another; a link is none. */
int zd_os_folder_open_in(zd_os_folder folder, const char *name, zd_os_folder *out);

/** Accepts none. */
void zd_os_folder_close(zd_os_folder folder);

/** Makes a folder; 0 also when there is something of that name. */
int zd_os_folder_make_in(zd_os_folder folder, const char *name);

/** Gives every name but "." and "..", in no order, while `visit` answers true. */
int zd_os_folder_visit(zd_os_folder folder, bool (*visit)(void *user, const char *name),
                       void *user);

/** The facts of a regular file in a folder. */
int zd_os_folder_look_at(zd_os_folder folder, const char *name, zd_os_facts *out);

/** Removes a file or a link. */
int zd_os_folder_remove(zd_os_folder folder, const char *name);

typedef enum zd_os_access {
    ZD_OS_READ,
    ZD_OS_CHANGE, /* reads and writes; made when it is not there */
} zd_os_access;

/** Opens a regular file in a folder; close it with zd_os_close. `facts` may be NULL. */
int zd_os_folder_open_file(zd_os_folder folder, const char *name, zd_os_access how, int *file,
                           zd_os_facts *facts);

/** Reads from the file's beginning, and fails when it holds less. */
int zd_os_read_start(int file, void *data, size_t bytes);

/** Writes over the file's beginning. */
int zd_os_write_start(int file, const void *data, size_t bytes);

/** Sets the time when a file's contents changed to now; `file` may be open for reading alone. */
int zd_os_touch(int file);

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
