/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* core/os.h for Windows 10 and later. Paths go to the wide calls, so that every name can be had
 * whatever the code page; files are opened so that others may rename and remove them, as on POSIX
 * systems. Locks of files are mandatory for the bytes they are on, so they are put on a byte far behind
 * any that is written. Folders that are held are in os_folder_win32.c. */

#include "core/os_win32.h"

#include <aclapi.h>
#include <assert.h>
#include <bcrypt.h>
#include <fcntl.h>
#include <io.h>
#include <locale.h>
#include <malloc.h>
#include <string.h>

enum { LONG_PATH = 240, RENAME_TRIES = 20, RENAME_PAUSE_MS = 10 };

static const wchar_t verbatim[] = L"\\\\?\\";
static const wchar_t verbatim_share[] = L"\\\\?\\UNC\\";

static int code_of(bool is_good)
{
    return is_good ? 0 : (int) GetLastError();
}

/* ---- texts ---- */

static int widen(const char *text, wchar_t *wide, int room)
{
    return code_of(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, room) > 0);
}

static int narrow(const wchar_t *wide, char *text, int room)
{
    return code_of(WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, room, NULL, NULL) > 0);
}

int zd_os_win32_path(const char *path, wchar_t wide[ZD_OS_PATH])
{
    wchar_t whole[ZD_OS_PATH];
    int code = widen(path, wide, ZD_OS_PATH);
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
    int code = narrow(wide + (is_share ? 6 : is_verbatim ? 4 : 0), path, ZD_OS_PATH);
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
    if (length == 0 || narrow(wide, text, sizeof text) != 0) {
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
    if (widen(name, wide_name, 64) != 0) {
        return false;
    }
    DWORD length = GetEnvironmentVariableW(wide_name, wide, ZD_OS_PATH);
    if (length == 0 || length >= ZD_OS_PATH || narrow(wide, value, ZD_OS_PATH) != 0) {
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

/* The owner of what a path names. Release *descriptor with LocalFree. */
static PSID owner_of(const char *path, PSECURITY_DESCRIPTOR *descriptor)
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
    PSID owner = owner_of(path, &found);
    PSID wanted = owner_of(as, &own);
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

/* ---- files ---- */

static int open_path(const char *path, DWORD access, DWORD how, DWORD flags, HANDLE *out)
{
    wchar_t wide[ZD_OS_PATH];
    *out = INVALID_HANDLE_VALUE;
    int code = zd_os_win32_path(path, wide);
    if (code == 0) {
        *out = CreateFileW(wide, access, ZD_OS_SHARE_ALL, NULL, how, flags, NULL);
        code = code_of(*out != INVALID_HANDLE_VALUE);
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
    if (*code == 0 && (*code = widen(mode, wide_mode, 8)) == 0) {
        file = _wfopen(wide, wide_mode);
        *code = code_of(file != NULL);
    }
    return file;
}

int zd_os_make_folder(const char *path)
{
    wchar_t wide[ZD_OS_PATH];
    int code = zd_os_win32_path(path, wide);
    if (code == 0) {
        code = code_of(CreateDirectoryW(wide, NULL));
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
        code = code_of(MoveFileExW(wide_from, wide_to, MOVEFILE_REPLACE_EXISTING));
    }
    return code;
}

int zd_os_flush(const char *path)
{
    HANDLE handle;
    int code = open_path(path, GENERIC_WRITE, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, &handle);
    if (code == 0) {
        code = code_of(FlushFileBuffers(handle));
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
    int code = code_of(*data != NULL);
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
    int code = durable ? code_of(FlushFileBuffers(zd_os_win32_handle(file))) : 0;
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
    PSID owner = owner_of(path, &descriptor);
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
        if (narrow(item.cFileName, name, sizeof name) == 0) {
            visit(user, name);
        }
    }
    if (search != INVALID_HANDLE_VALUE) {
        FindClose(search);
    }
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
