/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Folders that are held, for POSIX systems: the calls that take a descriptor of the folder. */

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/os_posix.h"

int zd_os_folder_open(const char *path, zd_os_folder *out)
{
    *out = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *out >= 0 ? 0 : errno;
}

int zd_os_folder_open_in(zd_os_folder folder, const char *name, zd_os_folder *out)
{
    *out = openat((int) folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return *out >= 0 ? 0 : errno;
}

void zd_os_folder_close(zd_os_folder folder)
{
    if (folder >= 0) {
        close((int) folder);
    }
}

int zd_os_folder_make_in(zd_os_folder folder, const char *name)
{
    return mkdirat((int) folder, name, 0777) == 0 || errno == EEXIST ? 0 : errno;
}

int zd_os_folder_visit(zd_os_folder folder, bool (*visit)(void *user, const char *name), void *user)
{
    /* Not a copy of the descriptor, which would share its place in the listing. */
    int own = openat((int) folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = own >= 0 ? fdopendir(own) : NULL;
    if (entries == NULL) {
        int code = errno;
        if (own >= 0) {
            close(own);
        }
        return code;
    }
    bool goes_on = true;
    for (struct dirent *e; goes_on && (e = readdir(entries)) != NULL;) {
        bool is_name = strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
        goes_on = !is_name || visit(user, e->d_name);
    }
    closedir(entries);
    return 0;
}

int zd_os_folder_look_at(zd_os_folder folder, const char *name, zd_os_facts *out)
{
    struct stat info;
    return fstatat((int) folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0
               ? zd_os_posix_facts(&info, out)
               : errno;
}

int zd_os_folder_remove(zd_os_folder folder, const char *name)
{
    return unlinkat((int) folder, name, 0) == 0 ? 0 : errno;
}

int zd_os_folder_open_file(zd_os_folder folder, const char *name, zd_os_access how, int *file,
                           zd_os_facts *facts)
{
    struct stat info;
    zd_os_facts unused;
    int flags = how == ZD_OS_READ ? O_RDONLY : O_RDWR | O_CREAT;
    *file = openat((int) folder, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    if (*file < 0) {
        return errno;
    }
    int code = fstat(*file, &info) != 0 ? errno
                                        : zd_os_posix_facts(&info, facts != NULL ? facts : &unused);
    if (code != 0) {
        close(*file);
        *file = -1;
    }
    return code;
}

int zd_os_read_start(int file, void *data, size_t bytes)
{
    assert(data != NULL || bytes == 0);
    for (size_t done = 0; done < bytes;) {
        ssize_t got = pread(file, (char *) data + done, bytes - done, (off_t) done);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return got == 0 ? EIO : errno;
        }
        done += got > 0 ? (size_t) got : 0;
    }
    return 0;
}

int zd_os_write_start(int file, const void *data, size_t bytes)
{
    assert(data != NULL || bytes == 0);
    for (size_t done = 0; done < bytes;) {
        ssize_t put = pwrite(file, (const char *) data + done, bytes - done, (off_t) done);
        if (put < 0 && errno != EINTR) {
            return errno;
        }
        done += put > 0 ? (size_t) put : 0;
    }
    return 0;
}

int zd_os_touch(int file)
{
    return futimens(file, NULL) == 0 ? 0 : errno;
}
