/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Files of core/os.h for Windows. They are opened so that others may rename and remove them, as on POSIX
 * systems. Locks are mandatory there for the bytes they are on, so they are put on a byte far behind any
 * that is written. */

#include "core/os_win32.h"

#include <assert.h>
#include <fcntl.h>
#include <io.h>
#include <string.h>

enum { RENAME_TRIES = 20, RENAME_PAUSE_MS = 10 };

/* ---- files ---- */

static int open_path(const char *path, DWORD access, DWORD how, DWORD flags, HANDLE *out)
{
    wchar_t wide[ZD_OS_PATH];
    *out = INVALID_HANDLE_VALUE;
    int code = zd_os_win32_path(path, wide);
    if (code == 0) {
        *out = CreateFileW(wide, access, ZD_OS_SHARE_ALL, NULL, how, flags, NULL);
        code = zd_os_win32_code(*out != INVALID_HANDLE_VALUE);
    }
    return code;
}

/* Opens what a path names to ask about it, a folder too. */
static int open_to_ask(const char *path, HANDLE *out)
{
    return open_path(path, 0, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, out);
}

int zd_os_real_path(const char *path, char real[ZD_OS_PATH])
{
    wchar_t wide[ZD_OS_PATH];
    HANDLE handle;
    int code = open_to_ask(path, &handle);
    if (code != 0) {
        return code;
    }
    DWORD length = GetFinalPathNameByHandleW(handle, wide, ZD_OS_PATH, FILE_NAME_NORMALIZED);
    code = length == 0            ? (int) GetLastError()
           : length >= ZD_OS_PATH ? ERROR_FILENAME_EXCED_RANGE
                                  : 0;
    CloseHandle(handle);
    return code == 0 ? zd_os_win32_text(wide, real) : code;
}

static int64_t unix_ns(uint64_t ticks)
{
    static const uint64_t epoch = UINT64_C(116444736000000000); /* 1601 to 1970, in 100 ns */
    return ((int64_t) ticks - (int64_t) epoch) * 100;
}

static uint64_t joined(DWORD high, DWORD low)
{
    return (uint64_t) high << 32 | low;
}

int zd_os_win32_facts(HANDLE handle, zd_os_facts *out)
{
    BY_HANDLE_FILE_INFORMATION info;
    FILE_BASIC_INFO times = { 0 };
    if (GetFileType(handle) != FILE_TYPE_DISK || !GetFileInformationByHandle(handle, &info)) {
        return ERROR_FILE_NOT_FOUND;
    }
    GetFileInformationByHandleEx(handle, FileBasicInfo, &times, sizeof times);
    *out = (zd_os_facts){
        .bytes = (int64_t) joined(info.nFileSizeHigh, info.nFileSizeLow),
        .changed_ns = unix_ns(
            joined(info.ftLastWriteTime.dwHighDateTime, info.ftLastWriteTime.dwLowDateTime)),
        .touched_ns = unix_ns((uint64_t) times.ChangeTime.QuadPart),
        .number = (int64_t) joined(info.nFileIndexHigh, info.nFileIndexLow),
        .disk = info.dwVolumeSerialNumber,
    };
    DWORD no_file = FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT;
    return (info.dwFileAttributes & no_file) == 0 ? 0 : ERROR_FILE_NOT_FOUND;
}

int zd_os_look_at(const char *path, zd_os_facts *out)
{
    HANDLE handle;
    int code = open_to_ask(path, &handle);
    if (code == 0) {
        code = zd_os_win32_facts(handle, out);
        CloseHandle(handle);
    }
    return code;
}

static zd_os_kind kind_of(HANDLE handle)
{
    BY_HANDLE_FILE_INFORMATION info;
    switch (GetFileType(handle)) {
    case FILE_TYPE_DISK:
        return GetFileInformationByHandle(handle, &info) &&
                       (info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0
                   ? ZD_OS_FOLDER
                   : ZD_OS_FILE;
    case FILE_TYPE_PIPE:
        return ZD_OS_FIFO;
    default:
        return ZD_OS_DEVICE;
    }
}

zd_os_kind zd_os_kind_of(const char *path, int *code)
{
    HANDLE handle;
    int result = open_to_ask(path, &handle);
    zd_os_kind kind = result == 0 ? kind_of(handle) : ZD_OS_NOTHING;
    if (result == 0) {
        CloseHandle(handle);
    }
    if (code != NULL) {
        *code = result;
    }
    return kind;
}

bool zd_os_is_same(const char *a, const char *b)
{
    zd_os_facts first;
    zd_os_facts second;
    return zd_os_look_at(a, &first) == 0 && zd_os_look_at(b, &second) == 0 &&
           first.disk == second.disk && first.number == second.number;
}

FILE *zd_os_open_stream(const char *path, const char *mode, int *code)
{
    wchar_t wide[ZD_OS_PATH];
    wchar_t wide_mode[8];
    FILE *file = NULL;
    *code = zd_os_win32_path(path, wide);
    if (*code == 0 && (*code = zd_os_win32_widen(mode, wide_mode, 8)) == 0) {
        file = _wfopen(wide, wide_mode);
        *code = zd_os_win32_code(file != NULL);
    }
    return file;
}

int zd_os_make_folder(const char *path)
{
    wchar_t wide[ZD_OS_PATH];
    int code = zd_os_win32_path(path, wide);
    if (code == 0) {
        code = zd_os_win32_code(CreateDirectoryW(wide, NULL));
    }
    return code != 0 && zd_os_kind_of(path, NULL) != ZD_OS_NOTHING ? 0 : code;
}

void zd_os_remove(const char *path)
{
    wchar_t wide[ZD_OS_PATH];
    if (zd_os_win32_path(path, wide) == 0) {
        DeleteFileW(wide);
    }
}

/* Whoever watches new files, such as a virus scanner, may hold one for a moment. */
int zd_os_rename(const char *from, const char *to)
{
    wchar_t wide_from[ZD_OS_PATH];
    wchar_t wide_to[ZD_OS_PATH];
    int code = zd_os_win32_path(from, wide_from);
    code = code == 0 ? zd_os_win32_path(to, wide_to) : code;
    for (int i = 0; i < RENAME_TRIES && (i == 0 || code != 0); i++) {
        if (i > 0 && code != ERROR_ACCESS_DENIED && code != ERROR_SHARING_VIOLATION) {
            break;
        }
        if (i > 0) {
            Sleep(RENAME_PAUSE_MS);
        }
        code = zd_os_win32_code(MoveFileExW(wide_from, wide_to, MOVEFILE_REPLACE_EXISTING));
    }
    return code;
}

int zd_os_flush(const char *path)
{
    HANDLE handle;
    int code = open_path(path, GENERIC_WRITE, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, &handle);
    if (code == 0) {
        code = zd_os_win32_code(FlushFileBuffers(handle));
        CloseHandle(handle);
    }
    return code;
}

static int map_open(HANDLE handle, const void **data, size_t *bytes)
{
    LARGE_INTEGER size;
    if (!GetFileSizeEx(handle, &size)) {
        return (int) GetLastError();
    }
    if (size.QuadPart == 0) {
        return 0;
    }
    HANDLE mapping = CreateFileMappingW(handle, NULL, PAGE_READONLY, 0, 0, NULL);
    if (mapping == NULL) {
        return (int) GetLastError();
    }
    *data = MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0);
    int code = zd_os_win32_code(*data != NULL);
    *bytes = code == 0 ? (size_t) size.QuadPart : 0;
    CloseHandle(mapping);
    return code;
}

int zd_os_map(const char *path, const void **data, size_t *bytes, zd_os_kind *kind)
{
    HANDLE handle;
    int code;
    *data = NULL;
    *bytes = 0;
    *kind = zd_os_kind_of(path, &code);
    if (*kind != ZD_OS_FILE) {
        return code;
    }
    code = open_path(path, GENERIC_READ, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, &handle);
    if (code == 0) {
        code = map_open(handle, data, bytes);
        CloseHandle(handle);
    }
    return code;
}

void zd_os_unmap(const void *data, size_t bytes)
{
    (void) bytes;
    if (data != NULL) {
        UnmapViewOfFile(data);
    }
}

/* To unlock pages that are not locked takes them out of the working set: that is documented. */
void zd_os_drop_pages(const void *data, size_t bytes)
{
    if (bytes > 0) {
        VirtualUnlock((void *) (uintptr_t) data, bytes);
    }
}

void zd_os_prefer_large_pages(void *memory, size_t bytes)
{
    (void) memory; /* such pages need a privilege here */
    (void) bytes;
}

/* ---- files being written ---- */

HANDLE zd_os_win32_handle(int file)
{
    return (HANDLE) _get_osfhandle(file);
}

int zd_os_win32_file(HANDLE handle, int *file)
{
    *file = _open_osfhandle((intptr_t) handle, _O_BINARY | _O_NOINHERIT);
    if (*file < 0) {
        CloseHandle(handle);
        return ERROR_TOO_MANY_OPEN_FILES;
    }
    return 0;
}

int zd_os_create_new(const char *path, int *file, bool *is_there)
{
    HANDLE handle;
    *file = -1;
    int code = open_path(path, GENERIC_READ | GENERIC_WRITE, CREATE_NEW,
                         FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, &handle);
    *is_there = code == ERROR_FILE_EXISTS || code == ERROR_ALREADY_EXISTS;
    return code == 0 ? zd_os_win32_file(handle, file) : code;
}

int zd_os_write(int file, const void *data, size_t bytes)
{
    assert(data != NULL || bytes == 0);
    const uint8_t *at = data;
    while (bytes > 0) {
        DWORD most = bytes < (1U << 30) ? (DWORD) bytes : 1U << 30;
        DWORD written = 0;
        if (!WriteFile(zd_os_win32_handle(file), at, most, &written, NULL)) {
            return (int) GetLastError();
        }
        at += written;
        bytes -= written;
    }
    return 0;
}

int zd_os_close(int file, bool durable)
{
    int code = durable ? zd_os_win32_code(FlushFileBuffers(zd_os_win32_handle(file))) : 0;
    if (_close(file) != 0 && code == 0) {
        code = ERROR_WRITE_FAULT;
    }
    return code;
}

/* Of the byte that stands for the whole file. */
static bool lock(int file, DWORD flags)
{
    OVERLAPPED at = { .Offset = 0, .OffsetHigh = 0x7FFFFFFF };
    return LockFileEx(zd_os_win32_handle(file), LOCKFILE_EXCLUSIVE_LOCK | flags, 0, 1, 0, &at);
}

bool zd_os_lock(int file)
{
    FILE_STANDARD_INFO info = { 0 };
    lock(file, 0);
    return !GetFileInformationByHandleEx(zd_os_win32_handle(file), FileStandardInfo, &info,
                                         sizeof info) ||
           !info.DeletePending;
}

bool zd_os_is_locked(int file)
{
    OVERLAPPED at = { .Offset = 0, .OffsetHigh = 0x7FFFFFFF };
    if (!lock(file, LOCKFILE_FAIL_IMMEDIATELY)) {
        DWORD code = GetLastError();
        return code == ERROR_LOCK_VIOLATION || code == ERROR_IO_PENDING;
    }
    UnlockFileEx(zd_os_win32_handle(file), 0, 1, 0, &at);
    return false;
}

/* Whether a path's owner is this user, or the group that this user's new files belong to. */
static bool is_own(const char *path)
{
    union {
        TOKEN_USER user;
        TOKEN_OWNER owner;
        char room[256];
    } token;
    HANDLE handle;
    DWORD size;
    PSECURITY_DESCRIPTOR descriptor = NULL;
    PSID owner = zd_os_win32_owner(path, &descriptor);
    bool is_ours = false;
    if (owner != NULL && OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &handle)) {
        is_ours = (GetTokenInformation(handle, TokenUser, &token, sizeof token, &size) &&
                   EqualSid(owner, token.user.User.Sid)) ||
                  (GetTokenInformation(handle, TokenOwner, &token, sizeof token, &size) &&
                   EqualSid(owner, token.owner.Owner));
        CloseHandle(handle);
    }
    LocalFree(descriptor);
    return is_ours;
}

bool zd_os_claim(const char *path, int *file, long long *bytes)
{
    HANDLE handle;
    zd_os_facts facts;
    DWORD flags = FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT;
    if (open_path(path, GENERIC_READ, OPEN_EXISTING, flags, &handle) != 0) {
        return false;
    }
    bool is_good = zd_os_win32_facts(handle, &facts) == 0 && is_own(path);
    if (zd_os_win32_file(handle, file) != 0) {
        return false;
    }
    if (!is_good || !lock(*file, LOCKFILE_FAIL_IMMEDIATELY)) {
        _close(*file);
        return false;
    }
    *bytes = facts.bytes;
    return true;
}

void zd_os_visit_folder(const char *folder, void (*visit)(void *user, const char *name), void *user)
{
    char pattern[ZD_OS_PATH];
    wchar_t wide[ZD_OS_PATH];
    WIN32_FIND_DATAW item;
    char name[ZD_OS_PATH];
    if (snprintf(pattern, sizeof pattern, "%s/*", folder) >= (int) sizeof pattern ||
        zd_os_win32_path(pattern, wide) != 0)
    {
        return;
    }
    HANDLE search = FindFirstFileW(wide, &item);
    for (bool has = search != INVALID_HANDLE_VALUE; has; has = FindNextFileW(search, &item)) {
        if (zd_os_win32_narrow(item.cFileName, name, sizeof name) == 0) {
            visit(user, name);
        }
    }
    if (search != INVALID_HANDLE_VALUE) {
        FindClose(search);
    }
}
