/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Folders that are held, for Windows: their handles are opened without leave to rename or remove them,
 * so what a path through them leads to cannot change as long as they are open. */

#include "core/os_win32.h"

#include <assert.h>
#include <string.h>

enum { REAL = FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT };

/* The path of a name in a folder. */
static int path_in(zd_os_folder folder, const char *name, wchar_t wide[ZD_OS_PATH])
{
    assert(strpbrk(name, "/\\:") == NULL);
    DWORD length =
        GetFinalPathNameByHandleW((HANDLE) folder, wide, ZD_OS_PATH - 2, FILE_NAME_NORMALIZED);
    if (length == 0 || length >= ZD_OS_PATH - 2) {
        return length == 0 ? (int) GetLastError() : ERROR_FILENAME_EXCED_RANGE;
    }
    wide[length] = L'\\';
    return zd_os_win32_code(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, name, -1,
                                                wide + length + 1,
                                                (int) (ZD_OS_PATH - 1 - length)) > 0);
}

static int open_wide(const wchar_t *wide, DWORD flags, zd_os_folder *out)
{
    BY_HANDLE_FILE_INFORMATION info;
    HANDLE handle =
        CreateFileW(wide, FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES,
                    FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, flags, NULL);
    if (handle == INVALID_HANDLE_VALUE) {
        return (int) GetLastError();
    }
    if (!GetFileInformationByHandle(handle, &info) ||
        (info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0 ||
        ((flags & FILE_FLAG_OPEN_REPARSE_POINT) != 0 &&
         (info.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0))
    {
        CloseHandle(handle);
        return ERROR_DIRECTORY;
    }
    *out = (zd_os_folder) handle;
    return 0;
}

int zd_os_folder_open(const char *path, zd_os_folder *out)
{
    wchar_t wide[ZD_OS_PATH];
    *out = -1;
    int code = zd_os_win32_path(path, wide);
    return code == 0 ? open_wide(wide, FILE_FLAG_BACKUP_SEMANTICS, out) : code;
}

int zd_os_folder_open_in(zd_os_folder folder, const char *name, zd_os_folder *out)
{
    wchar_t wide[ZD_OS_PATH];
    *out = -1;
    int code = path_in(folder, name, wide);
    return code == 0 ? open_wide(wide, REAL, out) : code;
}

void zd_os_folder_close(zd_os_folder folder)
{
    if (folder >= 0) {
        CloseHandle((HANDLE) folder);
    }
}

int zd_os_folder_make_in(zd_os_folder folder, const char *name)
{
    wchar_t wide[ZD_OS_PATH];
    int code = path_in(folder, name, wide);
    if (code == 0 && !CreateDirectoryW(wide, NULL)) {
        code = (int) GetLastError();
    }
    return code == ERROR_ALREADY_EXISTS ? 0 : code;
}

int zd_os_folder_visit(zd_os_folder folder, bool (*visit)(void *user, const char *name), void *user)
{
    wchar_t wide[ZD_OS_PATH];
    WIN32_FIND_DATAW item;
    char name[ZD_OS_PATH];
    int code = path_in(folder, "*", wide);
    if (code != 0) {
        return code;
    }
    HANDLE search = FindFirstFileW(wide, &item);
    if (search == INVALID_HANDLE_VALUE) {
        code = (int) GetLastError();
        return code == ERROR_FILE_NOT_FOUND ? 0 : code;
    }
    bool goes_on = true;
    do {
        bool is_name = wcscmp(item.cFileName, L".") != 0 && wcscmp(item.cFileName, L"..") != 0;
        if (is_name && zd_os_win32_text(item.cFileName, name) == 0) {
            goes_on = visit(user, name);
        }
    } while (goes_on && FindNextFileW(search, &item));
    FindClose(search);
    return 0;
}

int zd_os_folder_look_at(zd_os_folder folder, const char *name, zd_os_facts *out)
{
    wchar_t wide[ZD_OS_PATH];
    int code = path_in(folder, name, wide);
    if (code != 0) {
        return code;
    }
    HANDLE handle = CreateFileW(wide, 0, ZD_OS_SHARE_ALL, NULL, OPEN_EXISTING, REAL, NULL);
    if (handle == INVALID_HANDLE_VALUE) {
        return (int) GetLastError();
    }
    code = zd_os_win32_facts(handle, out);
    CloseHandle(handle);
    return code;
}

int zd_os_folder_remove(zd_os_folder folder, const char *name)
{
    wchar_t wide[ZD_OS_PATH];
    int code = path_in(folder, name, wide);
    return code == 0 ? zd_os_win32_code(DeleteFileW(wide)) : code;
}

/* For reading, with leave to set the time where that can be had. */
static HANDLE open_handle(const wchar_t *wide, zd_os_access how)
{
    DWORD flags = FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT;
    DWORD access =
        how == ZD_OS_READ ? GENERIC_READ | FILE_WRITE_ATTRIBUTES : GENERIC_READ | GENERIC_WRITE;
    DWORD make = how == ZD_OS_READ ? OPEN_EXISTING : OPEN_ALWAYS;
    HANDLE handle = CreateFileW(wide, access, ZD_OS_SHARE_ALL, NULL, make, flags, NULL);
    if (handle == INVALID_HANDLE_VALUE && how == ZD_OS_READ &&
        GetLastError() == ERROR_ACCESS_DENIED) {
        handle = CreateFileW(wide, GENERIC_READ, ZD_OS_SHARE_ALL, NULL, make, flags, NULL);
    }
    return handle;
}

int zd_os_folder_open_file(zd_os_folder folder, const char *name, zd_os_access how, int *file,
                           zd_os_facts *facts)
{
    wchar_t wide[ZD_OS_PATH];
    zd_os_facts unused;
    *file = -1;
    int code = path_in(folder, name, wide);
    if (code != 0) {
        return code;
    }
    HANDLE handle = open_handle(wide, how);
    if (handle == INVALID_HANDLE_VALUE) {
        return (int) GetLastError();
    }
    code = zd_os_win32_facts(handle, facts != NULL ? facts : &unused);
    if (code != 0) {
        CloseHandle(handle);
        return code;
    }
    return zd_os_win32_file(handle, file);
}

static OVERLAPPED place_of(size_t offset)
{
    return (OVERLAPPED){ .Offset = (DWORD) offset,
                         .OffsetHigh = (DWORD) ((uint64_t) offset >> 32) };
}

static DWORD piece_of(size_t bytes)
{
    return bytes < (1U << 30) ? (DWORD) bytes : 1U << 30;
}

int zd_os_read_start(int file, void *data, size_t bytes)
{
    assert(data != NULL || bytes == 0);
    for (size_t done = 0; done < bytes;) {
        OVERLAPPED at = place_of(done);
        DWORD got = 0;
        if (!ReadFile(zd_os_win32_handle(file), (char *) data + done, piece_of(bytes - done), &got,
                      &at)) {
            return (int) GetLastError();
        }
        if (got == 0) {
            return ERROR_HANDLE_EOF;
        }
        done += got;
    }
    return 0;
}

int zd_os_write_start(int file, const void *data, size_t bytes)
{
    assert(data != NULL || bytes == 0);
    for (size_t done = 0; done < bytes;) {
        OVERLAPPED at = place_of(done);
        DWORD put = 0;
        if (!WriteFile(zd_os_win32_handle(file), (const char *) data + done, piece_of(bytes - done),
                       &put, &at))
        {
            return (int) GetLastError();
        }
        done += put;
    }
    return 0;
}

int zd_os_touch(int file)
{
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    return zd_os_win32_code(SetFileTime(zd_os_win32_handle(file), NULL, NULL, &now));
}
