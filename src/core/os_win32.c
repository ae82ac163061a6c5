/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* core/os.h for Windows 10 and later: texts, places, the process and its threads. Paths go to the wide
 * calls, so that every name can be had whatever the code page. Files are in os_file_win32.c, folders that
 * are held in os_folder_win32.c. */

#include "core/os_win32.h"

#include <aclapi.h>
#include <assert.h>
#include <bcrypt.h>
#include <locale.h>
#include <malloc.h>
#include <string.h>

enum { LONG_PATH = 240 };

static const wchar_t verbatim[] = L"\\\\?\\";
static const wchar_t verbatim_share[] = L"\\\\?\\UNC\\";

int zd_os_win32_code(bool is_good)
{
    return is_good ? 0 : (int) GetLastError();
}

/* ---- texts ---- */

int zd_os_win32_widen(const char *text, wchar_t *wide, int room)
{
    return zd_os_win32_code(
        MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, room) > 0);
}

int zd_os_win32_narrow(const wchar_t *wide, char *text, int room)
{
    return zd_os_win32_code(WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, room, NULL, NULL) > 0);
}

int zd_os_win32_path(const char *path, wchar_t wide[ZD_OS_PATH])
{
    wchar_t whole[ZD_OS_PATH];
    int code = zd_os_win32_widen(path, wide, ZD_OS_PATH);
    if (code != 0) {
        return code;
    }
    for (wchar_t *at = wide; *at != 0; at++) {
        *at = *at == L'/' ? L'\\' : *at;
    }
    if (wcslen(wide) < LONG_PATH || wcsncmp(wide, verbatim, 4) == 0) {
        return 0;
    }
    DWORD length = GetFullPathNameW(wide, ZD_OS_PATH, whole, NULL);
    if (length == 0 || length + sizeof verbatim_share / sizeof *verbatim_share > ZD_OS_PATH) {
        return length == 0 ? (int) GetLastError() : ERROR_FILENAME_EXCED_RANGE;
    }
    bool is_share = whole[0] == L'\\' && whole[1] == L'\\';
    wcscpy(wide, is_share ? verbatim_share : verbatim);
    wcscat(wide, whole + (is_share ? 2 : 0));
    return 0;
}

int zd_os_win32_text(const wchar_t *wide, char path[ZD_OS_PATH])
{
    bool is_share = wcsncmp(wide, verbatim_share, 8) == 0;
    bool is_verbatim = wcsncmp(wide, verbatim, 4) == 0;
    int code = zd_os_win32_narrow(wide + (is_share ? 6 : is_verbatim ? 4 : 0), path, ZD_OS_PATH);
    if (code != 0) {
        return code;
    }
    if (is_share) {
        path[0] = '\\'; /* "C\server\share" of "\\?\UNC\server\share" */
    }
    for (char *at = path; *at != '\0'; at++) {
        *at = *at == '\\' ? '/' : *at;
    }
    return 0;
}

const char *zd_os_reason(int code)
{
    static _Thread_local char text[768];
    wchar_t wide[256];
    DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                                  (DWORD) code, 0, wide, 256, NULL);
    while (length > 0 && (wide[length - 1] <= L' ' || wide[length - 1] == L'.')) {
        length--;
    }
    wide[length] = 0;
    if (length == 0 || zd_os_win32_narrow(wide, text, sizeof text) != 0) {
        snprintf(text, sizeof text, "error %d of Windows", code);
    }
    return text;
}

bool zd_os_is_absent(int code)
{
    return code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND ||
           code == ERROR_INVALID_NAME || code == ERROR_BAD_PATHNAME || code == ERROR_DIRECTORY;
}

/* ---- places ---- */

bool zd_os_environment(const char *name, char value[ZD_OS_PATH])
{
    wchar_t wide_name[64];
    wchar_t wide[ZD_OS_PATH];
    value[0] = '\0';
    if (zd_os_win32_widen(name, wide_name, 64) != 0) {
        return false;
    }
    DWORD length = GetEnvironmentVariableW(wide_name, wide, ZD_OS_PATH);
    if (length == 0 || length >= ZD_OS_PATH || zd_os_win32_narrow(wide, value, ZD_OS_PATH) != 0) {
        value[0] = '\0';
    }
    return value[0] != '\0';
}

bool zd_os_user_folder(zd_os_place place, char path[ZD_OS_PATH])
{
    (void) place;
    return zd_os_environment("LOCALAPPDATA", path);
}

const char *zd_os_place_names(zd_os_place place)
{
    (void) place;
    return "nor %LOCALAPPDATA%";
}

static HMODULE own_module(DWORD flags)
{
    HMODULE module = NULL;
    flags |= GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS;
    return GetModuleHandleExW(flags, (const wchar_t *) (uintptr_t) zd_os_own_file, &module) ? module
                                                                                            : NULL;
}

bool zd_os_own_file(char path[ZD_OS_PATH])
{
    wchar_t wide[ZD_OS_PATH];
    char named[ZD_OS_PATH];
    HMODULE module = own_module(GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT);
    DWORD length = module != NULL ? GetModuleFileNameW(module, wide, ZD_OS_PATH) : 0;
    return length > 0 && length < ZD_OS_PATH && zd_os_win32_text(wide, named) == 0 &&
           zd_os_real_path(named, path) == 0;
}

void zd_os_stay_loaded(void)
{
    HMODULE ignored = own_module(GET_MODULE_HANDLE_EX_FLAG_PIN);
    (void) ignored;
}

PSID zd_os_win32_owner(const char *path, PSECURITY_DESCRIPTOR *descriptor)
{
    wchar_t wide[ZD_OS_PATH];
    PSID owner = NULL;
    *descriptor = NULL;
    bool is_found = zd_os_win32_path(path, wide) == 0 &&
                    GetNamedSecurityInfoW(wide, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner,
                                          NULL, NULL, NULL, descriptor) == ERROR_SUCCESS;
    return is_found ? owner : NULL;
}

/* S-1-5-80-956008885-...: the installer of Windows' own files, which has no well-known number. */
static bool is_installer(PSID owner)
{
    enum { SERVICE = 80, INSTALLER = 956008885 };
    return *GetSidSubAuthorityCount(owner) > 1 && *GetSidSubAuthority(owner, 0) == SERVICE &&
           *GetSidSubAuthority(owner, 1) == INSTALLER;
}

bool zd_os_is_trusted(const char *path, const char *as)
{
    PSECURITY_DESCRIPTOR found = NULL;
    PSECURITY_DESCRIPTOR own = NULL;
    PSID owner = zd_os_win32_owner(path, &found);
    PSID wanted = zd_os_win32_owner(as, &own);
    bool is_good = owner != NULL && wanted != NULL &&
                   (EqualSid(owner, wanted) || IsWellKnownSid(owner, WinBuiltinAdministratorsSid) ||
                    IsWellKnownSid(owner, WinLocalSystemSid) || is_installer(owner));
    LocalFree(found);
    LocalFree(own);
    return is_good;
}

bool zd_os_is_separator(char c)
{
    return c == '/' || c == '\\';
}

static size_t part_length(const char *path)
{
    size_t length = strcspn(path, "/\\");
    return length + (path[length] != '\0');
}

size_t zd_os_root_length(const char *path)
{
    bool has_two = zd_os_is_separator(path[0]) && zd_os_is_separator(path[1]);
    if (has_two && path[2] == '?' && zd_os_is_separator(path[3])) {
        return 4 + zd_os_root_length(path + 4);
    }
    if (has_two) {
        size_t server = 2 + part_length(path + 2);
        return server + part_length(path + server);
    }
    if (path[0] != '\0' && path[1] == ':') {
        return zd_os_is_separator(path[2]) ? 3 : 2;
    }
    return zd_os_is_separator(path[0]) ? 1 : 0;
}

/* ---- the process ---- */

int zd_os_processors(void)
{
    DWORD_PTR ours = 0;
    DWORD_PTR all = 0;
    if (!GetProcessAffinityMask(GetCurrentProcess(), &ours, &all) || ours == 0) {
        return 1;
    }
    return __builtin_popcountll((unsigned long long) ours);
}

int zd_os_random(void *bytes, size_t count)
{
    assert(count <= ULONG_MAX);
    return (int) BCryptGenRandom(NULL, bytes, (ULONG) count, BCRYPT_USE_SYSTEM_PREFERRED_RNG);
}

void *zd_os_allocate(size_t bytes, size_t alignment)
{
    assert(alignment >= sizeof(void *) && (alignment & (alignment - 1)) == 0);
    return _aligned_malloc(bytes > 0 ? bytes : 1, alignment);
}

void zd_os_release(void *memory)
{
    _aligned_free(memory);
}

void zd_os_refuse_huge_pages(void)
{
    /* they are asked for by name here, and need a right that programs seldom have */
}

/* ---- threads ---- */

/* The waits of MinGW's threads end after a time, by the clock that nobody sets. */
void zd_os_cond_init(pthread_cond_t *cond)
{
    pthread_cond_init(cond, NULL);
}

void zd_os_cond_wait_ms(pthread_cond_t *cond, pthread_mutex_t *lock, int ms)
{
    assert(ms >= 0);
    struct timespec span = { ms / 1000, (long) (ms % 1000) * 1000000L };
    pthread_cond_timedwait_relative_np(cond, lock, &span);
}

/* The C library's locale is made this thread's own, and its name is kept. */
zd_os_locale zd_os_locale_enter(void)
{
    int mode = _configthreadlocale(_ENABLE_PER_THREAD_LOCALE);
    const char *name = setlocale(LC_NUMERIC, NULL);
    zd_os_locale locale = { (void *) (intptr_t) mode, name != NULL ? _strdup(name) : NULL };
    setlocale(LC_NUMERIC, "C");
    return locale;
}

void zd_os_locale_leave(zd_os_locale locale)
{
    if (locale.before != NULL) {
        setlocale(LC_NUMERIC, locale.before);
        free(locale.before);
    }
    _configthreadlocale((int) (intptr_t) locale.plain);
}
