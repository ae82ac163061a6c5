/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_OS_WIN32_H
#define ZD_CORE_OS_WIN32_H

/* What the three parts of core/os.h for Windows share. Codes are those of GetLastError. */

#include <windows.h>

#include "core/os.h"

enum { ZD_OS_SHARE_ALL = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE };

/** 0 for what went well, else the system's last code of this thread. */
int zd_os_win32_code(bool is_good);

/** UTF-8 to UTF-16 and back, with the closing zero; `room` in units of the result. */
int zd_os_win32_widen(const char *text, wchar_t *wide, int room);
int zd_os_win32_narrow(const wchar_t *wide, char *text, int room);

/** The owner of what a path names, NULL when it cannot be had. Release *descriptor with LocalFree. */
PSID zd_os_win32_owner(const char *path, PSECURITY_DESCRIPTOR *descriptor);

/** A path for the system's calls: UTF-16 with '\', and with the prefix that lifts the limit of 260
 *  characters where it is long. */
int zd_os_win32_path(const char *path, wchar_t wide[ZD_OS_PATH]);

/** A path of the system's as UTF-8 with '/' and without that prefix. */
int zd_os_win32_text(const wchar_t *wide, char path[ZD_OS_PATH]);

/** The facts of an open file; a code when it is a folder, a link or no file on a disk. */
int zd_os_win32_facts(HANDLE handle, zd_os_facts *out);

HANDLE zd_os_win32_handle(int file);

/** A file descriptor that closes the handle with itself. On failure the handle is closed. */
int zd_os_win32_file(HANDLE handle, int *file);

#endif
