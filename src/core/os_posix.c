/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* core/os.h for POSIX systems, with what Linux and the BSDs add. Folders that are held are in
 * os_folder_posix.c.
 *
 * The dynamic linker knows the name of a plug-in's file; of the program itself it knows only what the
 * shell called it, so the kernel is asked. */

#include "core/os.h"

#include <assert.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#    include <sys/prctl.h>
#endif

#include "core/os_posix.h"

_Static_assert(ZD_OS_PATH >= PATH_MAX, "realpath writes up to PATH_MAX bytes");

const char *zd_os_reason(int code)
{
    return strerror(code);
}

bool zd_os_is_absent(int code)
{
    return code == ENOENT || code == ENOTDIR || code == ELOOP;
}

bool zd_os_environment(const char *name, char value[ZD_OS_PATH])
{
    const char *found = getenv(name);
    bool fits = found != NULL && strlen(found) < ZD_OS_PATH;
    snprintf(value, ZD_OS_PATH, "%s", fits ? found : "");
    return value[0] != '\0';
}

bool zd_os_user_folder(zd_os_place place, char path[ZD_OS_PATH])
{
    static const char *const defaults[] = {
        [ZD_OS_DATA] = ".local/share", [ZD_OS_CACHE] = ".cache"
    };
    static const char *const names[] = {
        [ZD_OS_DATA] = "XDG_DATA_HOME", [ZD_OS_CACHE] = "XDG_CACHE_HOME"
    };
    char home[ZD_OS_PATH];
    if (zd_os_environment(names[place], path)) {
        return true;
    }
    if (!zd_os_environment("HOME", home)) {
        return false;
    }
    const char *slash = home[strlen(home) - 1] == '/' ? "" : "/";
    return snprintf(path, ZD_OS_PATH, "%s%s%s", home, slash, defaults[place]) < ZD_OS_PATH;
}

const char *zd_os_place_names(zd_os_place place)
{
    return place == ZD_OS_DATA ? "$XDG_DATA_HOME nor $HOME" : "$XDG_CACHE_HOME nor $HOME";
}

bool zd_os_own_file(char path[ZD_OS_PATH])
{
    Dl_info info;
    struct link_map *map = NULL;
    const char *name = "";
    if (dladdr1((const void *) (uintptr_t) zd_os_own_file, &info, (void **) (void *) &map,
                RTLD_DL_LINKMAP) != 0 &&
        map != NULL)
    {
        name = map->l_name;
    }
    return realpath(name[0] != '\0' ? name : "/proc/self/exe", path) != NULL;
}

bool zd_os_is_trusted(const char *path, const char *as)
{
    struct stat own;
    struct stat found;
    return stat(as, &own) == 0 && stat(path, &found) == 0 &&
           (found.st_uid == own.st_uid || found.st_uid == 0);
}

void zd_os_stay_loaded(void)
{
}

int zd_os_real_path(const char *path, char real[ZD_OS_PATH])
{
    return realpath(path, real) != NULL ? 0 : errno;
}

bool zd_os_is_separator(char c)
{
    return c == '/';
}

size_t zd_os_root_length(const char *path)
{
    return path[0] == '/' ? 1 : 0;
}

static int64_t nanoseconds(struct timespec t)
{
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

int zd_os_posix_facts(const struct stat *info, zd_os_facts *out)
{
    *out = (zd_os_facts){ .bytes = info->st_size,
                          .changed_ns = nanoseconds(info->st_mtim),
                          .touched_ns = nanoseconds(info->st_ctim),
                          .number = (int64_t) info->st_ino,
                          .disk = (int64_t) info->st_dev };
    return S_ISREG(info->st_mode) ? 0 : ENOENT;
}

int zd_os_look_at(const char *path, zd_os_facts *out)
{
    struct stat info;
    return stat(path, &info) == 0 ? zd_os_posix_facts(&info, out) : errno;
}

FILE *zd_os_open_stream(const char *path, const char *mode, int *code)
{
    FILE *file = fopen(path, mode);
    *code = file != NULL ? 0 : errno;
    return file;
}

int zd_os_processors(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : (int) online;
}

int zd_os_random(void *bytes, size_t count)
{
    return getentropy(bytes, count) == 0 ? 0 : errno;
}

void *zd_os_allocate(size_t bytes, size_t alignment)
{
    assert(alignment >= sizeof(void *) && (alignment & (alignment - 1)) == 0);
    void *memory = NULL;
    return posix_memalign(&memory, alignment, bytes) == 0 ? memory : NULL;
}

void zd_os_release(void *memory)
{
    free(memory);
}

void zd_os_refuse_huge_pages(void)
{
#if defined(PR_SET_THP_DISABLE)
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); /* where it is refused, memory is all that is lost */
#endif
}

static zd_os_kind kind_of(mode_t mode)
{
    return S_ISREG(mode)    ? ZD_OS_FILE
           : S_ISDIR(mode)  ? ZD_OS_FOLDER
           : S_ISFIFO(mode) ? ZD_OS_FIFO
           : S_ISSOCK(mode) ? ZD_OS_SOCKET
                            : ZD_OS_DEVICE;
}

zd_os_kind zd_os_kind_of(const char *path, int *code)
{
    struct stat info;
    int result = stat(path, &info) == 0 ? 0 : errno;
    if (code != NULL) {
        *code = result;
    }
    return result == 0 ? kind_of(info.st_mode) : ZD_OS_NOTHING;
}

bool zd_os_is_same(const char *a, const char *b)
{
    struct stat first;
    struct stat second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

int zd_os_make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST ? 0 : errno;
}

void zd_os_remove(const char *path)
{
    unlink(path);
}

int zd_os_rename(const char *from, const char *to)
{
    return rename(from, to) == 0 ? 0 : errno;
}

int zd_os_flush(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return errno;
    }
    int code = fsync(file) == 0 ? 0 : errno;
    close(file);
    return code;
}

static int map_open(int file, const void **data, size_t *bytes, zd_os_kind *kind)
{
    struct stat info;
    if (fstat(file, &info) != 0) {
        return errno;
    }
    *kind = kind_of(info.st_mode);
    if (*kind != ZD_OS_FILE || info.st_size == 0) {
        return 0;
    }
    void *mapped = mmap(NULL, (size_t) info.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (mapped == MAP_FAILED) {
        return errno;
    }
    *data = mapped;
    *bytes = (size_t) info.st_size;
    return 0;
}

/* Looked at before and after the opening: a FIFO that came in between would wait for a writer
 * without O_NONBLOCK. */
int zd_os_map(const char *path, const void **data, size_t *bytes, zd_os_kind *kind)
{
    int code;
    *data = NULL;
    *bytes = 0;
    *kind = zd_os_kind_of(path, &code);
    if (*kind != ZD_OS_FILE) {
        return code;
    }
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return errno;
    }
    code = map_open(file, data, bytes, kind);
    close(file);
    return code;
}

void zd_os_unmap(const void *data, size_t bytes)
{
    if (data != NULL) {
        munmap((void *) data, bytes);
    }
}

void zd_os_drop_pages(const void *data, size_t bytes)
{
    uintptr_t page = (uintptr_t) sysconf(_SC_PAGESIZE);
    uintptr_t start = ((uintptr_t) data + page - 1) / page * page;
    uintptr_t end = ((uintptr_t) data + bytes) / page * page;
    if (end > start) {
        madvise((void *) start, end - start, MADV_DONTNEED);
    }
}

void zd_os_prefer_large_pages(void *memory, size_t bytes)
{
#if defined(MADV_HUGEPAGE)
    const uintptr_t large = (uintptr_t) 2 << 20;
    uintptr_t start = ((uintptr_t) memory + large - 1) / large * large;
    uintptr_t end = ((uintptr_t) memory + bytes) / large * large;
    if (end > start) {
        madvise((void *) start, end - start, MADV_HUGEPAGE);
    }
#else
    (void) memory;
    (void) bytes;
#endif
}

int zd_os_create_new(const char *path, int *file, bool *is_there)
{
    *file = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    int code = *file >= 0 ? 0 : errno;
    *is_there = code == EEXIST;
    return code;
}

int zd_os_write(int file, const void *data, size_t bytes)
{
    assert(data != NULL || bytes == 0);
    const uint8_t *at = data;
    while (bytes > 0) {
        ssize_t written = write(file, at, bytes);
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        at += written > 0 ? written : 0;
        bytes -= written > 0 ? (size_t) written : 0;
    }
    return 0;
}

int zd_os_close(int file, bool durable)
{
    int code = durable && fsync(file) != 0 ? errno : 0;
    /* Network disks tell of a full disk only here. */
    if (close(file) != 0 && code == 0 && errno != EINTR) {
        code = errno;
    }
    return code;
}

bool zd_os_lock(int file)
{
    struct stat info;
    while (flock(file, LOCK_EX) != 0 && errno == EINTR) {
    }
    return fstat(file, &info) != 0 || info.st_nlink > 0;
}

bool zd_os_claim(const char *path, int *file, long long *bytes)
{
    struct stat info;
    *file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (*file < 0) {
        return false;
    }
    if (fstat(*file, &info) != 0 || !S_ISREG(info.st_mode) || info.st_uid != geteuid() ||
        flock(*file, LOCK_EX | LOCK_NB) != 0)
    {
        close(*file);
        return false;
    }
    *bytes = (long long) info.st_size;
    return true;
}

void zd_os_visit_folder(const char *folder, void (*visit)(void *user, const char *name), void *user)
{
    DIR *entries = opendir(folder);
    for (struct dirent *e; entries != NULL && (e = readdir(entries)) != NULL;) {
        visit(user, e->d_name);
    }
    if (entries != NULL) {
        closedir(entries);
    }
}

bool zd_os_is_locked(int file)
{
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK;
    }
    flock(file, LOCK_UN);
    return false;
}

void zd_os_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t how;
    pthread_condattr_init(&how);
    pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &how);
    pthread_condattr_destroy(&how);
}

void zd_os_cond_wait_ms(pthread_cond_t *cond, pthread_mutex_t *lock, int ms)
{
    assert(ms >= 0);
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long) ms * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(cond, lock, &until);
}

zd_os_locale zd_os_locale_enter(void)
{
    zd_os_locale locale = { newlocale(LC_NUMERIC_MASK, "C", (locale_t) 0), NULL };
    if (locale.plain != NULL) {
        locale.before = uselocale((locale_t) locale.plain);
    }
    return locale;
}

void zd_os_locale_leave(zd_os_locale locale)
{
    if (locale.plain != NULL) {
        uselocale((locale_t) locale.before);
        freelocale((locale_t) locale.plain);
    }
}
